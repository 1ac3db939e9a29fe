// Timers: everything that is due at some instant, popped in the order of S2.1. Buckets of one hour hold timers in chunks,
// unsorted; a bucket is sorted when time reaches it. Adding is an append, popping a sequential read, and nothing is ever
// searched. Timers are never removed: whoever owns one remembers its instant, and a popped timer that no longer
// matches is stale. Entry points: add(), pop().
#pragma once

#include <nurture/time.hpp>

#include <cstdint>
#include <deque>
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
};

struct Timer {
  Instant due;
  std::uint32_t lead = 0;
  TimerKind kind = TimerKind::step;
  std::uint32_t rank = 0;    ///< Of the sequence at one instant, below 2^14.
  std::uint32_t number = 0;  ///< Of the enrolment: orders enrolments of one sequence, modulo 4096.
  std::uint32_t subject = 0;
};

class Timers {
 public:
  Timers();
  ~Timers();
  Timers(Timers&&) noexcept;
  Timers& operator=(Timers&&) noexcept;

  /// Neither `timer.due` nor `now` may lie before the last popped timer's instant.
  void add(const Timer& timer, Instant now);
  /// The instant of the next timer (possibly stale), or Instant::max().
  [[nodiscard]] Instant next() const;
  /// Takes the next timer when it is due at or before `until`.
  [[nodiscard]] bool pop(Instant until, Timer& timer);
  /// Subjects of the timer that comes `ahead` places after the next one, for prefetching; false when unknown.
  [[nodiscard]] bool peek(std::size_t ahead, std::uint32_t& lead, std::uint32_t& subject) const;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  /// 16 bytes: the offset in the bucket's hour, then what orders timers of one instant, then the subject.
  struct Entry {
    std::uint32_t offset_ms;
    std::uint32_t lead;
    std::uint32_t order;  ///< class (2 bits), rank (14), number (12), held before step (1), kind (3)
    std::uint32_t subject;
    friend bool operator<(const Entry& a, const Entry& b) {
      const std::uint64_t high_a = (std::uint64_t{a.offset_ms} << 32) | a.lead;
      const std::uint64_t high_b = (std::uint64_t{b.offset_ms} << 32) | b.lead;
      if (high_a != high_b) return high_a < high_b;
      return ((std::uint64_t{a.order} << 32) | a.subject) < ((std::uint64_t{b.order} << 32) | b.subject);
    }
  };
  static bool later(const Entry& a, const Entry& b) { return b < a; }
  static constexpr std::size_t kChunkEntries = 255;
  struct Chunk {
    std::uint32_t used = 0;
    Chunk* next = nullptr;
    Entry entries[kChunkEntries];
  };
  struct Bucket {
    Chunk* head = nullptr;
    std::uint32_t first_offset_ms = 0;  ///< Of the earliest entry.
  };

  [[nodiscard]] static Entry pack(const Timer& timer);
  void append(Bucket& bucket, const Entry& entry);
  void sow_far(std::int64_t now_hour);
  [[nodiscard]] Chunk* take_chunk();
  void open_bucket();
  [[nodiscard]] bool first_is_pending() const;

  std::int64_t base_hour_ = 0;  ///< Hour of buckets_[0]; the open bucket is the hour before.
  bool based_ = false;
  std::deque<Bucket> buckets_;
  std::vector<std::pair<std::int64_t, Entry>> far_;  ///< Beyond the deque's reach; moved in when their hour comes near.
  std::vector<Entry> open_;                          ///< The open bucket, sorted; read from cursor_.
  std::size_t cursor_ = 0;
  std::vector<Entry> pending_;  ///< Added to the open bucket after it was sorted: a binary heap.
  Chunk* free_ = nullptr;
  std::vector<std::unique_ptr<Chunk[]>> slabs_;
  std::uint64_t size_ = 0;
};

}  // namespace nurture::engine
