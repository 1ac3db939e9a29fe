// The records of the engine's state. A lead is a row of words (compile::LeadLayout), an enrolment a fixed record plus
// its sequence's extra words, a held message a fixed record; all are found by index and linked by index, never by pointer.
#pragma once

#include "compile/program.hpp"
#include "engine/slots.hpp"
#include "engine/symbols.hpp"

#include <nurture/decision.hpp>
#include <nurture/time.hpp>

#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

namespace nurture::engine {

using compile::Id;
using compile::kNone;

inline constexpr std::int64_t kNever = INT64_MAX;

/// The head of a lead's row, kHeadWords long.
struct LeadHead {
  Symbol name;                    ///< The host's id of the lead.
  std::uint32_t first_enrolment;  ///< Linked by Enrolment::next in the order in which enrolments act (S2.1), or kNone.
  std::uint32_t history;          ///< Index in the history store, or kNone.
  std::int64_t wake_ms;           ///< When the clock can change a score or an entry condition; kNever.
  std::int64_t first_seen_ms;     ///< For `idle` outside a sequence.
  std::uint32_t decisions;        ///< Numbers handed out so far.
  std::uint16_t zone;             ///< Index in Core::zones_; 0 when the lead has none of its own.
  std::uint8_t parked;            ///< Set aside by S2.7; takes no part any more.
  std::uint8_t actions;           ///< At the instant below.
  std::int64_t actions_ms;
};
static_assert(sizeof(LeadHead) == compile::LeadLayout::kHeadWords * sizeof(Word));

enum class EnrolmentState : std::uint8_t {
  planned,  ///< Between bodies; `due` is the next step's instant, kNever while steps hang on a missing anchor.
  waiting,  ///< A body waits until `due`.
  until,    ///< A body waits for a condition; `due` is the timeout or kNever.
  holding,  ///< A body waits for its held messages.
  ended,    ///< Kept only to remember the number and the instant of the last entry.
};

struct Enrolment {
  std::uint32_t lead = kNone;
  std::uint32_t next = kNone;  ///< Of the same lead; free list when free.
  std::uint32_t sequence = 0;
  std::uint32_t number = 0;  ///< From 1, rising per (lead, sequence), never reused. [S3.2]
  std::int64_t enrolled_ms = 0;
  std::int64_t due_ms = kNever;
  std::int32_t base_day = 0;    ///< Civil day of entry in the plan's zone.
  std::uint32_t node = 0;       ///< Where the suspended body goes on.
  std::uint16_t step = 0xffff;  ///< Step whose body ran last or runs; 0xffff before the first.
  std::uint16_t cursor = 0;     ///< Linear plans: the next step.
  EnrolmentState state = EnrolmentState::planned;
  std::uint8_t accelerated = 0;  ///< One bit per `accelerate` of the sequence: it acts once. [S4.7]
  std::uint16_t visit = 0;       ///< How often `step` has run, this run included.
  std::uint32_t extra = kNone;   ///< Index of the block of extra words in its sequence's pool.
  std::uint32_t held = kNone;    ///< First held message.
  Id entry_event = kNone;        ///< The event that began it; kNone when something else did.
  Id trigger_event = kNone;      ///< The event whose fields the extra words of `trigger` hold.
};
static_assert(sizeof(Enrolment) == 64);

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

/// Extra word of one handler.
struct HandlerWord {
  std::uint8_t truth = 0;  ///< `when`: what the condition was when last asked; edges fire. [S2.5]
  std::uint8_t fired = 0;
  std::uint16_t unused = 0;
  std::uint32_t unused2 = 0;
};

struct Held {
  std::uint32_t lead = kNone;
  std::uint32_t enrolment = kNone;  ///< kNone: sent by a score.
  std::uint32_t next = kNone;       ///< Of the same enrolment, in the order held; free list when free.
  Id node = 0;
  Id message = 0;
  Id channel = 0;
  std::uint16_t step = 0xffff;  ///< 0xffff: sent by a handler.
  std::uint16_t visit = 0;
  std::int64_t until_ms = 0;
  std::int64_t deadline_ms = 0;  ///< Then it is skipped(expired).
  Reason reason = Reason::none;
  bool blocks = false;  ///< A body of the timeline waits for it.
};

/// Records of one size at stable addresses, found by index, with a free list. `Words` blocks are runs of words.
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
  [[nodiscard]] std::uint32_t size() const { return used_; }
  [[nodiscard]] std::uint64_t bytes() const { return chunks_.size() * kPerChunk * words_ * sizeof(Word); }

 private:
  static constexpr std::uint32_t kPerChunk = 4096;
  Id words_;
  std::vector<std::unique_ptr<Word[]>> chunks_;
  std::uint32_t used_ = 0;
  std::uint32_t free_ = kNone;
};

/// A BlockPool of records of type T. T is trivially destructible.
template <class T>
class RecordPool {
 public:
  [[nodiscard]] std::uint32_t take() {
    const std::uint32_t index = pool_.take();
    new (pool_.at(index)) T{};
    return index;
  }
  void give_back(std::uint32_t index) { pool_.give_back(index); }
  [[nodiscard]] T& operator[](std::uint32_t index) { return *std::launder(reinterpret_cast<T*>(pool_.at(index))); }
  [[nodiscard]] const T& operator[](std::uint32_t index) const { return *std::launder(reinterpret_cast<const T*>(pool_.at(index))); }
  [[nodiscard]] std::uint32_t size() const { return pool_.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return pool_.bytes(); }

 private:
  static_assert(std::is_trivially_destructible_v<T> && sizeof(T) % sizeof(Word) == 0);
  BlockPool pool_{sizeof(T) / sizeof(Word)};
};

}  // namespace nurture::engine
