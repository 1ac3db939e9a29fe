// The records of the engine's state. A lead is a row of words (compile::LeadLayout), an enrolment a fixed record plus
// its sequence's extra words, a held message a fixed record; all are found by index and linked by index, never by pointer.
#pragma once

#include "compile/program.hpp"
#include "engine/slots.hpp"
#include "engine/symbols.hpp"

#include <nurture/decision.hpp>
#include <nurture/limits.hpp>
#include <nurture/time.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace nurture::engine {

using compile::Id;
using compile::kNone;

inline constexpr std::int64_t kNever = INT64_MAX;
/// Scores are kept in 48.16 fixed point. [S1.2]
inline constexpr std::int64_t kPoint = 65536;
/// In place of a step: none yet, or a handler's body.
inline constexpr std::uint16_t kNoStep = 0xffff;
/// In place of one of the ways in of a sequence: it entered because time came, or a broadcast was started.
inline constexpr Id kRecurring = kNone - 1;
inline constexpr Id kBroadcast = kNone - 2;

/// The head of a lead's row, kHeadWords long. What only some programs need has words of its own in the layout.
struct LeadHead {
  Symbol name;                    ///< The host's id of the lead.
  std::uint32_t first_enrolment;  ///< Linked by Enrolment::next in the order in which enrolments act (S2.1), or kNone.
  std::uint32_t history;          ///< Index in the history store, or kNone.
  std::uint32_t decisions;        ///< Numbers handed out so far.
  std::uint16_t zone;             ///< Index in Core::zones_; 0 when the lead has none of its own.
  std::uint8_t parked;            ///< Set aside by S2.7; takes no part any more.
  std::uint8_t actions;           ///< At the instant below.
  std::int64_t actions_ms;
};
static_assert(sizeof(LeadHead) == compile::LeadLayout::kHeadWords * sizeof(Word));

enum class EnrolmentState : std::uint8_t {
  running,  ///< A body of the timeline is being run; it says what comes next.
  planned,  ///< Between bodies; `due` is the next step's instant, kNever while steps hang on a missing anchor.
  waiting,  ///< A body waits until `due`.
  until,    ///< A body waits for a condition; `due` is the timeout or kNever.
  holding,  ///< A body waits for its held messages.
  queued,   ///< Not begun: another of its exclusive group runs. [S3.4]
  ended,    ///< Kept only to remember the number and the instant of the last entry.
};

/// What every enrolment has; what only some sequences need stands in their extra words (compile::Extra).
struct Enrolment {
  std::uint32_t lead = kNone;
  std::uint32_t next = kNone;  ///< Of the same lead; free list when free.
  std::int64_t enrolled_ms = 0;
  std::int64_t due_ms = kNever;  ///< Of an ended one: when it ended.
  std::uint32_t number = 0;      ///< From 1, rising per (lead, sequence), never reused. [S3.2]
  std::uint32_t node = 0;        ///< Where the suspended body goes on.
  std::uint32_t extra = kNone;   ///< Index of the block of extra words in its sequence's pool.
  std::uint32_t held = kNone;    ///< First held message.
  std::uint16_t sequence = 0;
  std::uint16_t step = kNoStep;  ///< Step whose body ran last or runs; kNoStep before the first.
  std::uint16_t cursor = 0;      ///< Linear plans: the next step.
  EnrolmentState state = EnrolmentState::planned;
  std::uint8_t accelerated = 0;  ///< One bit per `accelerate` of the sequence: it acts once. [S4.7]
  [[nodiscard]] std::int64_t ended_ms() const { return due_ms; }
};
static_assert(sizeof(Enrolment) == 48);

/// Says which enrolment a record holds: records are used again, numbers are not.
struct Identity {
  std::uint32_t lead;
  std::uint32_t sequence;
  std::uint32_t number;
  explicit Identity(const Enrolment& e) : lead(e.lead), sequence(e.sequence), number(e.number) {}
  friend bool operator==(const Identity&, const Identity&) = default;
};
static_assert(limits::kSequences <= 0xffff && limits::kSteps < kNoStep);

/// Extra word of one step of a plan that is not linear.
enum class StepState : std::uint8_t { pending, ran, late, jumped };
struct StepWord {
  StepState state = StepState::pending;
  std::uint8_t planned = 0;  ///< Late rules were applied to the current anchor.
  std::uint16_t visits = 0;
  std::int32_t day = 0;  ///< The day of the plan, after accelerations and jumps.
};
static_assert(sizeof(StepWord) == sizeof(Word));

/// Extra word of one anchor: its instant, or since when it has been missing. Instants are biased to be positive.
struct AnchorWord {
  static constexpr Word kMissingFlag = Word{1} << 62;
  static constexpr std::int64_t kBiasMs = std::int64_t{1} << 60;
  Word word = kMissingFlag;
  [[nodiscard]] static AnchorWord at(std::int64_t ms) { return {static_cast<Word>(ms + kBiasMs)}; }
  [[nodiscard]] static AnchorWord missing_since(std::int64_t ms) { return {static_cast<Word>(ms + kBiasMs) | kMissingFlag}; }
  [[nodiscard]] bool missing() const { return (word & kMissingFlag) != 0; }
  /// The anchor's instant, or since when it has been missing.
  [[nodiscard]] std::int64_t instant_ms() const { return static_cast<std::int64_t>(word & ~kMissingFlag) - kBiasMs; }
  friend bool operator==(const AnchorWord&, const AnchorWord&) = default;
};

/// A word of a cap, or of what is remembered of a message: when it was sent, and by which path (modulo 2^15), so that the
/// right one is given back; 0 while it is free. By no path (kNone): an event that a cap counts, or a message that a lead passes who is
/// held out of it.
struct CapSlot {
  static constexpr unsigned kPathBits = 15;
  static constexpr Id kLost = (1U << kPathBits) - 2;  ///< In place of a path that a deployment took away.
  std::int64_t word = 0;
  explicit CapSlot(Word kept) : word(static_cast<std::int64_t>(kept)) {}
  CapSlot(std::int64_t ms, Id path) : word((ms << kPathBits) | ((path + 1) & ((1U << kPathBits) - 1))) {}
  [[nodiscard]] bool free() const { return word == 0; }
  [[nodiscard]] bool is_of(Id path) const { return ((word ^ (path + 1)) & ((1 << kPathBits) - 1)) == 0; }
  [[nodiscard]] std::int64_t ms() const { return word >> kPathBits; }
};

/// Extra words of an enrolment of an exclusive group. [S3.4]
struct FrozenWord {
  std::int64_t since_ms = 0;  ///< Since when it stands still; 0 while it does not.
  std::uint32_t matched = 0;  ///< Its wait was over meanwhile: the condition that was met, from 1.
  std::uint32_t unused = 0;
  std::int64_t shift_ms = 0;  ///< How long it has stood still before.
};
static_assert(sizeof(FrozenWord) == 3 * sizeof(Word));

/// Extra words of an enrolment that a migration has brought into its version. [S10.2]
struct GivenWord {
  std::uint32_t step = 0;      ///< One more than the step that it has given an instant; 0 for none.
  std::uint32_t is_exact = 0;  ///< What was left of the time stays left while the run stands still, whatever the step counts.
  std::int64_t due_ms = 0;
  std::int64_t since_ms = 0;  ///< When it was given.
};
static_assert(sizeof(GivenWord) == 3 * sizeof(Word));

/// First extra word of one handler; the second is when it fired last.
struct HandlerWord {
  std::uint32_t truth = 0;  ///< `when`: 1 when the condition held when last asked; edges fire. [S2.5]
  std::uint32_t firings = 0;
};

/// First word of a lead for one experiment; the second is when it got its arm. [S9.1]
struct Assignment {
  enum class How : std::uint8_t { drawn, promoted, held_out };  ///< Only those that were drawn are compared.
  std::uint32_t arm = 0;                                        ///< From 1; 0: none yet.
  How how = How::drawn;
  bool reached = false;
  std::uint16_t unused = 0;
};
static_assert(sizeof(Assignment) == sizeof(Word));

/// Word of a lead for one audience.
struct Membership {
  enum class Wait : std::uint8_t { none, breaker, rate };  ///< What its channel cannot take yet.
  bool is_in = false;
  Wait wait = Wait::none;
  Word changes = 0;  ///< Told so far: part of the idempotency key.
  explicit Membership(Word word) : is_in((word & 1) != 0), wait(static_cast<Wait>(word >> 1 & 3)), changes(word >> 3) {}
  [[nodiscard]] Word word() const { return changes << 3 | static_cast<Word>(wait) << 1 | (is_in ? 1 : 0); }
};

/// What an engine has counted of an experiment. [S9.2]
struct ExperimentState {
  struct Arm {
    std::uint64_t assigned = 0, reached = 0, promoted = 0;
  };
  std::vector<Arm> arms;
  Id promoted = kNone;  ///< The arm that all get from here on.
};

struct Held {
  std::uint32_t lead = kNone;
  std::uint32_t enrolment = kNone;  ///< kNone: sent by a score.
  std::uint32_t next = kNone;       ///< Of the same enrolment, in the order held; free list when free.
  Id node = 0;
  Id path = 0;                    ///< In Program::send_paths.
  Id score = kNone;               ///< The score whose body sent it.
  std::uint32_t visit = 0;        ///< As in Core::Body.
  std::uint32_t trigger = kNone;  ///< Block of what its texts ask of the event that set it off.
  std::int64_t until_ms = 0;
  std::int64_t began_ms = 0;     ///< When it was held first.
  std::int64_t deadline_ms = 0;  ///< Then it is skipped(expired).
  std::int64_t stopped_ms = 0;   ///< Since when a pause or its group lets that time stand still; 0 while it runs.
  std::uint64_t serial = 0;      ///< Rises: who was held first.
  std::uint16_t step = kNoStep;  ///< kNoStep: sent by a handler or a score.
  Reason reason = Reason::none;
  bool blocks = false;  ///< A body of the timeline waits for it.
};

/// A message that a cap did not let out and a digest is to tell of: the path that it would have taken, and the run that sent it.
struct Gathered {
  Id path = 0;
  Id sequence = 0;
  std::uint32_t number = 0;
};

/// What an engine knows of a channel: the last messages that its rate counts, the last outcomes that its breaker counts.
struct ChannelState {
  std::vector<std::int64_t> sent_ms;  ///< A ring of Channel::Rate::count; `oldest_sent` is the oldest once it is full.
  std::size_t oldest_sent = 0;
  std::uint32_t waiting = 0;  ///< Messages held for room.
  struct Outcome {
    std::int64_t ms = 0;
    bool failed = false;
  };
  std::vector<Outcome> outcomes;  ///< A ring of Channel::Breaker::of.
  std::size_t oldest_outcome = 0;
  bool open = false;          ///< The breaker.
  std::int64_t probe_ms = 0;  ///< While it is open: when the next message may try.
};

/// Runs of words of one length at stable addresses, found by index, with a free list in the free ones.
class BlockPool {
 public:
  explicit BlockPool(Id words) : words_(words == 0 ? 1 : words) {}
  [[nodiscard]] std::uint32_t take() {
    if (free_ != kNone) {
      const std::uint32_t index = free_;
      free_ = static_cast<std::uint32_t>(*at(index));
      return index;
    }
    if (used_ == chunks_.size() * kPerChunk) chunks_.push_back(std::make_unique<Word[]>(std::size_t{kPerChunk} * words_));
    return used_++;
  }
  void give_back(std::uint32_t index) {
    *at(index) = free_;
    free_ = index;
  }
  [[nodiscard]] Word* at(std::uint32_t index) { return &chunks_[index / kPerChunk][std::size_t{index % kPerChunk} * words_]; }
  [[nodiscard]] const Word* at(std::uint32_t index) const { return &chunks_[index / kPerChunk][std::size_t{index % kPerChunk} * words_]; }
  [[nodiscard]] Id words() const { return words_; }
  [[nodiscard]] std::uint64_t bytes() const { return chunks_.size() * kPerChunk * words_ * sizeof(Word); }

 private:
  static constexpr std::uint32_t kPerChunk = 4096;
  Id words_;
  std::vector<std::unique_ptr<Word[]>> chunks_;
  std::uint32_t used_ = 0;
  std::uint32_t free_ = kNone;
};

/// Records of type T at stable addresses, found by index.
template <class T>
class RecordPool {
 public:
  [[nodiscard]] std::uint32_t take() {
    if (!free_.empty()) {
      const std::uint32_t index = free_.back();
      free_.pop_back();
      (*this)[index] = T{};
      return index;
    }
    if (used_ == chunks_.size() * kPerChunk) chunks_.push_back(std::make_unique<T[]>(kPerChunk));
    return used_++;
  }
  void give_back(std::uint32_t index) { free_.push_back(index); }
  [[nodiscard]] T& operator[](std::uint32_t index) { return chunks_[index / kPerChunk][index % kPerChunk]; }
  [[nodiscard]] const T& operator[](std::uint32_t index) const { return chunks_[index / kPerChunk][index % kPerChunk]; }
  /// Indices handed out so far, free ones included.
  [[nodiscard]] std::uint32_t size() const { return used_; }
  [[nodiscard]] std::uint64_t bytes() const { return chunks_.size() * kPerChunk * sizeof(T) + free_.capacity() * sizeof(free_[0]); }

 private:
  static constexpr std::uint32_t kPerChunk = 4096;
  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
};

}  // namespace nurture::engine
