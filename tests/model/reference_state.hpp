// What the reference engine knows: plain structs, owned by value, everything kept for ever. Nothing is derived that can be
// computed when it is asked for.
#pragma once

#include "check/model.hpp"
#include "model/naive_eval.hpp"
#include "time/zone.hpp"

#include <nurture/decision.hpp>
#include <nurture/value.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace reference {

namespace ast = nurture::ast;
namespace model = nurture::model;
using naive::Value;
using nurture::Instant;
using nurture::Reason;

/// An input as a host posts it.
struct Input {
  enum class Kind { upsert, event, consent, score, delivery, gap, pause, resume, refused };
  Kind kind = Kind::event;
  Instant at;
  std::string lead;
  std::string name;               ///< event, consent (category), score, delivery (message)
  std::string channel;            ///< consent, delivery
  nurture::Fields fields = {};    ///< upsert, event
  std::string id;                 ///< event
  std::string words;              ///< consent: where it was given; delivery, refused: why
  Instant other;                  ///< event: when it occurred; delivery: when the message was sent; gap: its end
  double number = 0;              ///< score
  bool granted = true;            ///< consent
  bool confirmed = true;          ///< consent
  Reason outcome = Reason::none;  ///< delivery
};

/// An event of a lead. `serial` is the order of receipt.
struct Occurrence {
  std::string event;
  Instant occurred;
  Instant received;
  std::uint64_t serial = 0;
  std::map<std::string, Value> fields;
};

/// Where a body goes on: the innermost block last.
struct Place {
  const ast::Body* body = nullptr;
  std::size_t next = 0;
};
using Places = std::vector<Place>;

struct StepState {
  enum class Kind { pending, ran, late, jumped };
  Kind kind = Kind::pending;
  bool planned = false;  ///< Whether it was asked if it is late.
  std::uint32_t visits = 0;
  std::int32_t day = 0;
  std::optional<Instant> ran;    ///< When it last began.
  std::optional<Instant> after;  ///< For what counts from an end: when it is due.
};

struct HandlerState {
  bool truth = false;
  std::uint32_t firings = 0;
  Instant last;
};

struct AnchorState {
  std::optional<Instant> at;
  Instant missing_since;
};

struct Held {
  std::uint64_t serial = 0;
  const ast::Send* send = nullptr;
  const ast::Action* action = nullptr;
  std::string channel;
  int step = -1;
  bool timeline = false;
  std::uint32_t visit = 0;
  std::optional<Occurrence> trigger;
  int score = -1;
  Reason reason = Reason::none;
  Instant until;
  Instant deadline;
};

struct Enrolment {
  enum class State { planned, waiting, until, holding, running, ended };
  int sequence = 0;
  std::uint32_t number = 0;
  Instant enrolled;
  std::optional<Occurrence> entry;
  std::uint64_t arrived = 0;  ///< The serial of the last event that was received before it began.
  std::optional<std::string> key;
  State state = State::planned;
  Instant due = Instant::max();
  int step = -1;
  Places places;  ///< Of a body that waits.
  const ast::WaitUntil* wait = nullptr;
  const ast::Duration* wait_length = nullptr;
  Instant wait_began;
  std::uint64_t wait_serial = 0;  ///< Tells one wait from the next.
  std::vector<StepState> steps;
  std::vector<AnchorState> anchors;
  std::vector<HandlerState> handlers;
  std::optional<Occurrence> trigger;  ///< What ended the last wait.
  std::set<const ast::Accelerate*> accelerated;
  std::vector<Held> held;
  [[nodiscard]] bool live() const { return state != State::ended; }
};

struct ScoreState {
  struct Decay {
    std::optional<Instant> since;
    std::int32_t next = 0;  ///< The first deduction that is not booked.
    Instant booked = {};    ///< Of a half-life: up to when it is booked.
  };
  std::vector<std::int64_t> points;  ///< By category, or one.
  std::int64_t decayed = 0;
  std::map<const ast::Rule*, bool> holds, muted;
  std::map<const ast::Reset*, bool> reset_holds;
  std::map<const ast::Rule*, std::vector<Instant>> counted;
  std::vector<Decay> decays;
  int tier = -1;
  bool tier_known = false;
  std::uint32_t firings = 0;
};

/// A message that left, for the caps.
struct Sent {
  Instant at;
  std::string message, channel;
  std::set<const ast::Cap*> counts;
};

struct Lead {
  std::string name;
  std::map<std::string, Value> fields;
  Instant first_seen;
  std::vector<Occurrence> history;
  std::map<std::pair<std::string, std::string>, int> consents;  ///< 1 to be confirmed, 2 granted, 3 withdrawn.
  std::vector<ScoreState> scores;
  bool scores_changed = false;      ///< Under way, and not yet reacted to.
  std::list<Enrolment> enrolments;  ///< In the order in which they act at one instant; those that ended stay.
  std::map<std::string, std::uint32_t> numbers;
  std::vector<Sent> sent;
  std::map<std::string, Instant> ids;
  std::map<const ast::Enroll*, bool> doors;  ///< What `enroll when` last answered.
  std::vector<Held> held;                    ///< Of scores.
  std::uint32_t decisions = 0;
  bool parked = false;
  Instant actions_at = Instant::min();
  std::uint32_t actions = 0;
  std::vector<std::string> chain;
  Instant clock_asked = Instant::min();  ///< When what the clock can change was last asked.
  std::set<Instant> moments;             ///< When it is to be asked, while `moments_known`.
  bool moments_known = false;
  bool step_ran = false;          ///< What counts from a step is to be asked again at this instant.
  bool rescored = false;          ///< The clock changed a score in the middle of a body.
  std::set<std::string> changed;  ///< Fields set by actions and not yet reacted to.
};

/// What just changed.
struct Change {
  const Occurrence* event = nullptr;
  std::set<std::string> fields;
  bool scores = false, anchors = false, clock = false, all = false, zone = false;
};

/// What a condition asks for.
struct Asks {
  std::set<std::string> events, fields;
  bool scores = false, anchors = false, clock = false;
};

}  // namespace reference
