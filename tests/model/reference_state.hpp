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
  enum class Kind { upsert, event, consent, score, delivery, gap, pause, resume, enroll, exit, erase, broadcast, promote, deploy, refused };
  Kind kind = Kind::event;
  Instant at;
  std::string lead;
  std::string name;                ///< event, consent (category), score, delivery (message); a sequence
  std::string channel;             ///< consent, delivery, pause, resume
  nurture::Fields fields = {};     ///< upsert, event
  std::string id;                  ///< event; promote: the split
  std::string words;               ///< consent: where it was given; delivery, refused: why; exit: its name; promote: the arm
  Instant other;                   ///< event: when it occurred; delivery: when the message was sent; gap: its end
  double number = 0;               ///< score
  bool granted = true;             ///< consent; deploy: whether leads that are known enter, too
  bool confirmed = true;           ///< consent
  Reason outcome = Reason::none;   ///< delivery
  Instant again = Instant::max();  ///< delivery: when it is tried again
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
  std::int32_t day = 0;          ///< Of the plan; for what is exact, days by which it has moved.
  std::optional<Instant> ran;    ///< When it last began.
  std::optional<Instant> after;  ///< For what counts from an end: when it is due.
  /// By a migration: it runs then, whatever the plan says.
  struct Given {
    Instant due, since;
    bool is_exact = false;  ///< It moves by the time for which the run stands still, whatever the step counts.
  };
  std::optional<Given> given;
  std::optional<Instant> again;        ///< Where it runs again: the date that it last ran for.
  std::optional<Instant> happened;     ///< What recurs: its last occurrence.
  std::int32_t happened_day = 0;       ///< And the day of that, on the clock of then.
  std::optional<Instant> counts_from;  ///< Where nothing has happened since: when its date became known or changed.
};

/// What a body waits for: a time, or the first of several things.
struct Waiting {
  struct Case {
    const ast::Trigger* trigger = nullptr;
    std::string label;
    const ast::Body* body = nullptr;  ///< Of one among several.
  };
  const ast::Wait* length = nullptr;
  const ast::WaitDay* day = nullptr;
  std::vector<Case> cases;
  const ast::Timeout* timeout = nullptr;
  bool resets = false;
  Instant began;
  std::uint64_t serial = 0;  ///< Tells one wait from the next.
};

/// From when to when something stood still; without an end while it does.
struct Sleep {
  Instant from;
  std::optional<Instant> until;
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
  const ast::Action* action = nullptr;
  std::string message, channel;
  int step = -1;
  bool timeline = false;
  std::uint32_t visit = 0;
  std::optional<Occurrence> trigger;
  int score = -1;
  Reason reason = Reason::none;
  Instant until;
  Instant began;
  Instant deadline;
  std::optional<Instant> stopped;        ///< Since when that time stands still.
  std::optional<nurture::Key> key = {};  ///< Where it was fixed by an older version. [S7.1]
};

struct Enrolment {
  enum class State { queued, planned, waiting, until, holding, running, ended };
  int sequence = 0;
  std::uint32_t number = 0;
  Instant entered;   ///< When it came in,
  Instant enrolled;  ///< and when it began: later where it had to wait its turn.
  std::optional<Instant> ended;
  std::optional<Occurrence> entry;
  std::map<std::string, Value> handed;  ///< What the sequence accepts.
  std::uint64_t arrived = 0;            ///< The serial of the last event that was received before it began.
  std::optional<std::string> key;
  State state = State::planned;
  Instant due = Instant::max();
  int step = -1;
  Places places;  ///< Of a body that waits.
  Waiting wait;
  std::optional<Instant> frozen;   ///< Since when it stands still.
  std::optional<std::size_t> met;  ///< The condition that ended its wait meanwhile.
  std::int64_t stood_ms = 0;       ///< For how long it has stood still before.
  std::vector<StepState> steps;
  std::vector<AnchorState> anchors;
  std::vector<HandlerState> handlers;
  std::optional<Occurrence> trigger;  ///< What ended the last wait.
  std::set<const ast::Accelerate*> accelerated;
  std::vector<Held> held;
  bool is_migrated = false;
  bool is_to_move = false;  ///< By a migration that is under way.
  bool exhausted = false;   ///< A stream has said so since its last piece.
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

/// Where a lead stands in a lifecycle: which stages hold, and in which it is.
struct Standing {
  std::map<const ast::Stage*, bool> holds;
  int stage = 0;
};
/// How a lead got its arm of an experiment, and whether it has reached the goal.
struct Assignment {
  enum class How { drawn, promoted, held_out };
  std::size_t arm = 0;
  How how = How::drawn;
  Instant at;
  bool reached = false;
};
/// Whether it is in an audience, and how often that has changed.
struct Membership {
  bool is_in = false;
  std::uint32_t changes = 0;
  Reason waits = Reason::none;  ///< For its channel, which cannot take the change before `until`: rate or breaker.
  Instant until = Instant::max();
};

/// A message that left; or what others sent, for the caps.
struct Sent {
  Instant at;
  std::string message, channel;
  std::set<const ast::Cap*> counts;
  const ast::Action* action = nullptr;
};

/// What a digest tells of.
struct Gathered {
  const ast::Action* action = nullptr;
  std::string message, channel;
  int sequence = 0;
  std::uint32_t number = 0;  ///< Of the run that it is of.
};

/// A channel, of all leads.
struct ChannelState {
  std::vector<Instant> sent;
  std::vector<std::pair<Instant, bool>> answers;  ///< Since its breaker closed last, and whether the message could not be taken.
  std::optional<Instant> probe;                   ///< While its breaker is open: from when on the next message may try.
};

/// A message that its channel could not take.
struct Retry {
  std::string lead, message, channel, key;
  Instant sent;
  int tries = 0;
};

/// A way in that recurs.
struct Recurring {
  std::optional<Instant> due, happened, counts_from;
  std::int32_t happened_day = 0;
};

struct Lead {
  std::string name;
  std::uint64_t known = 0;  ///< Of several at one instant the one that was known first acts first.
  std::map<std::string, Value> fields;
  Instant first_seen;
  std::vector<Occurrence> history;
  std::map<std::pair<std::string, std::string>, int> consents;  ///< 1 to be confirmed, 2 granted, 3 withdrawn.
  std::vector<ScoreState> scores;
  std::vector<Standing> standings;      ///< By lifecycle.
  std::vector<Membership> memberships;  ///< By audience.
  std::map<const ast::Split*, Assignment> arms;
  bool scores_changed = false;      ///< Under way, and not yet reacted to.
  std::list<Enrolment> enrolments;  ///< In the order in which they act at one instant; those that ended stay.
  std::map<std::string, std::uint32_t> numbers;
  std::uint32_t numbered_after = 0;  ///< Who was erased under this name had so many.
  std::set<std::string> passed;      ///< Messages of pools that a holdout kept from it.
  std::vector<Sent> sent;
  std::map<std::string, std::vector<Sent>> last_sends;  ///< By message: those that are remembered, the newest first.
  std::map<const ast::Enroll*, bool> doors;             ///< What `enroll when` last answered.
  std::map<const ast::EnrollEvery*, Recurring> recurring;
  std::optional<Sleep> sleep;     ///< While it is paused, and when it last was.
  std::optional<Instant> snooze;  ///< Until when it rests from messages.
  std::vector<Held> held;         ///< Of scores.
  std::map<const ast::Cap*, std::vector<Gathered>> gathered;
  std::map<const ast::Cap*, std::uint32_t> digests;  ///< How many there were.
  std::map<std::string, Instant> forgotten;          ///< By kind: when the newest event that is no longer known had occurred.
  std::uint32_t decisions = 0;
  bool parked = false;
  Instant actions_at = Instant::min();
  std::uint32_t actions = 0;
  std::vector<std::string> chain;
  Instant clock_asked = Instant::min();  ///< When what the clock can change was last asked.
  std::set<Instant> moments;             ///< When it is to be asked, while `moments_known`.
  bool moments_known = false;
  bool step_ran = false;           ///< What counts from a step is to be asked again at this instant.
  bool rescored = false;           ///< The clock changed a score in the middle of a body.
  bool awarded = false;            ///< An action changed a score.
  std::vector<Occurrence> told;    ///< What the engine tells of itself and has not reacted to.
  std::vector<std::string> freed;  ///< Groups of which a run ended.
  std::set<std::string> changed;   ///< Fields set by actions and not yet reacted to.
};

/// What just changed.
struct Change {
  const Occurrence* event = nullptr;
  std::set<std::string> fields;
  bool scores = false, anchors = false, clock = false, all = false, zone = false;
  bool come = false;    ///< The time of an event that was ahead of the clock.
  bool forgot = false;  ///< Events were forgotten for their age: anchors stay where they are.
  bool fresh = false;   ///< The lead's first input: nothing was asked before.
  bool acted = false;   ///< By an action, which may have changed anything of the lead.
};

/// What a condition asks for.
struct Asks {
  std::set<std::string> events, fields;
  bool scores = false, anchors = false, clock = false;
};

}  // namespace reference
