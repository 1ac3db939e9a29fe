// Timers: everything that is due at some instant, popped in the order of S2.1. Buckets of one hour hold timers in chunks,
// unsorted; a bucket is sorted when time reaches it. Adding is an append, popping a sequential read, and nothing is ever
// searched. Timers are never removed: whoever owns one remembers its instant, and a popped timer that no longer
// matches is stale. Entry points: add(), pop().
#pragma once

#include <nurture/time.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace nurture::engine {

/// What a timer wakes, in the order in which kinds act at one instant for one lead.
enum class TimerKind : std::uint8_t {
  lead,     ///< A score or an entry condition may change; subject is the lead.
  wake,     ///< A condition of an enrolment may change; subject is the enrolment.
  timeout,  ///< A wait ends; subject is the enrolment.
  held,     ///< A held message asks its gates again; subject is the held message.
  step,     ///< A step is due; subject is the enrolment.
  coming,   ///< The time of an event has come that was ahead of the clock; subject is the lead. Acts before `lead`.
  retain,   ///< Something of the lead has been kept for long enough; subject is the lead. Acts behind all that wakes.
};

struct Timer {
  Instant due;
  std::uint32_t lead = 0;
  TimerKind kind = TimerKind::step;
  std::uint32_t rank = 0;    ///< Of the sequence at one instant, below 2^14.
  std::uint32_t number = 0;  ///< Of the enrolment, modulo 2^15: orders enrolments of one lead in one sequence.
  std::uint32_t subject = 0;
};

class Timers {
 public:
  static constexpr std::uint32_t kNumberMask = 0x7fff;
  /// Behind that of every sequence.
  static constexpr std::uint32_t kLastRank = 0x3fff;

  Timers();
  ~Timers();
  Timers(Timers&&) noexcept;
  Timers& operator=(Timers&&) noexcept;

  /// Neither `timer.due` nor `now` may lie before the last popped timer's instant.
  void add(const Timer& timer, Instant now);
  /// The instant of the next timer (possibly stale), or Instant::max().
  [[nodiscard]] Instant next() const;
  /// Takes the next timer when it is due at or before `until`.
  [[nodiscard]] bool pop(Instant until, Timer& timer) {
    if (cursor_ >= open_.size() || !pending_.empty()) return pop_elsewhere(until, timer);
    const Entry& entry = open_[cursor_];
    const std::int64_t due = open_begin_ms_ + entry.offset_ms();
    if (due > until.ms) return false;
    ++cursor_;
    --size_;
    unpack(entry, due, timer);
    return true;
  }
  /// Subjects of the timer that comes `ahead` places after the next one, for prefetching; false when unknown.
  [[nodiscard]] bool peek(std::size_t ahead, std::uint32_t& lead, std::uint32_t& subject) const;

  /// All of one kind, in their order.
  [[nodiscard]] std::vector<Timer> all_of(TimerKind kind) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  /// 16 bytes that compare as two numbers: the offset in the bucket's hour and the lead; then what orders the timers of
  /// one lead at one instant - class (2 bits), rank (14), number (15), the second kind of a class (1) - and the subject.
  struct Entry {
    std::uint64_t when;
    std::uint64_t what;
    [[nodiscard]] std::uint32_t offset_ms() const { return static_cast<std::uint32_t>(when >> 32); }
    [[nodiscard]] std::uint32_t lead() const { return static_cast<std::uint32_t>(when); }
    [[nodiscard]] std::uint32_t order() const { return static_cast<std::uint32_t>(what >> 32); }
    [[nodiscard]] std::uint32_t subject() const { return static_cast<std::uint32_t>(what); }
    friend bool operator<(const Entry& a, const Entry& b) { return a.when != b.when ? a.when < b.when : a.what < b.what; }
  };
  static bool later(const Entry& a, const Entry& b) { return b < a; }
  static constexpr std::size_t kChunkEntries = 255;
  struct Chunk {
    std::uint32_t used = 0;
    Chunk* next = nullptr;
    Entry entries[kChunkEntries];
  };
  /// Chunks in the order in which they were filled.
  struct Bucket {
    Chunk* first = nullptr;
    Chunk* last = nullptr;
    std::uint32_t first_offset_ms = 0;  ///< Of the earliest entry.
  };

  [[nodiscard]] static Entry pack(const Timer& timer, std::int64_t hour);
  static void unpack(const Entry& entry, std::int64_t due_ms, Timer& timer) {
    const std::uint32_t order = entry.order();
    timer = {{due_ms}, entry.lead(), kind_of(order), (order >> 16) & 0x3fff, (order >> 1) & kNumberMask, entry.subject()};
  }
  /// Wakes act before timeouts, timeouts before held messages and steps: the kinds are the classes. [S2.2]
  [[nodiscard]] static TimerKind kind_of(std::uint32_t order) {
    using enum TimerKind;
    constexpr TimerKind kKinds[] = {coming, lead, wake, retain, timeout, timeout, held, step};
    return kKinds[(order >> 30) << 1 | (order & 1)];
  }
  [[nodiscard]] bool pop_elsewhere(Instant until, Timer& timer);
  void append(Bucket& bucket, const Entry& entry);
  void sow_far(std::int64_t now_hour);
  [[nodiscard]] Chunk* take_chunk();
  void open_bucket();
  void open_hour(std::int64_t hour);
  void drop_front();
  [[nodiscard]] std::size_t reach() const { return buckets_.size() - front_; }
  [[nodiscard]] Bucket& bucket(std::size_t ahead);
  void sort_open();
  void merge_runs();
  [[nodiscard]] bool first_is_pending() const;

  std::int64_t base_hour_ = 0;  ///< Hour of buckets_[front_]; the open bucket is the hour before.
  bool based_ = false;
  std::int64_t open_begin_ms_ = 0;  ///< Of the open bucket.
  std::vector<Bucket> buckets_;
  std::size_t front_ = 0;                            ///< Those before it are used up.
  std::vector<std::pair<std::int64_t, Entry>> far_;  ///< Beyond the reach of buckets; moved in when their hour comes near.
  std::vector<Entry> open_;                          ///< The open bucket, sorted; read from cursor_.
  std::size_t cursor_ = 0;
  std::vector<Entry> merged_;  ///< Room for sorting.
  std::vector<std::size_t> run_ends_;
  std::vector<Entry> pending_;  ///< Added to the open bucket after it was sorted: a binary heap.
  Chunk* free_ = nullptr;
  std::vector<std::unique_ptr<Chunk[]>> slabs_;
  std::uint64_t size_ = 0;
};

}  // namespace nurture::engine
