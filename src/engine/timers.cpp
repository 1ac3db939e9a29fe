// See timers.hpp. An hour's bucket is a list of 4 KiB chunks drawn from a free list, so memory follows the number of
// timers without the slack of growing vectors.
//
// Timers are mostly added while others are popped, in their order, so a bucket consists of a few sorted runs: one for
// each earlier hour that put timers into it. Merging these runs costs a fraction of sorting from nothing.
#include "engine/timers.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
/// Buckets reach this far ahead; the few timers beyond wait in a vector. Twenty years of hours cost 4 MB when used.
constexpr std::int64_t kReachHours = 20 * 366 * 24;
constexpr std::size_t kSlabChunks = 64;
/// Runs shorter than this on average are no order worth keeping.
constexpr std::size_t kRunEntries = 8;

std::int64_t hour_of(std::int64_t ms) { return ms / kHourMs - (ms % kHourMs < 0 ? 1 : 0); }

/// See Timers::kind_of.
std::uint32_t class_of(TimerKind kind) {
  if (kind == TimerKind::retain) return 1;
  return kind == TimerKind::coming ? 0 : std::min(static_cast<std::uint32_t>(kind), std::uint32_t{3});
}

}  // namespace

Timers::Timers() = default;
Timers::~Timers() = default;
Timers::Timers(Timers&&) noexcept = default;
Timers& Timers::operator=(Timers&&) noexcept = default;

inline Timers::Entry Timers::pack(const Timer& timer, std::int64_t hour) {
  const bool second = timer.kind == TimerKind::lead || timer.kind == TimerKind::retain || timer.kind == TimerKind::step;
  const std::uint32_t second_bit = second ? 1u : 0u;
  const std::uint32_t order = class_of(timer.kind) << 30 | (timer.rank & 0x3fff) << 16 | (timer.number & kNumberMask) << 1 | second_bit;
  return {static_cast<std::uint64_t>(timer.due.ms - hour * kHourMs) << 32 | timer.lead, std::uint64_t{order} << 32 | timer.subject};
}

Timers::Chunk* Timers::take_chunk() {
  if (free_ == nullptr) {
    slabs_.push_back(std::make_unique<Chunk[]>(kSlabChunks));
    Chunk* slab = slabs_.back().get();
    for (std::size_t i = 0; i < kSlabChunks; ++i) {
      slab[i].next = free_;
      free_ = &slab[i];
    }
  }
  Chunk* chunk = free_;
  free_ = chunk->next;
  chunk->used = 0;
  chunk->next = nullptr;
  return chunk;
}

/// The open bucket is that of `hour`; buckets_[front_] is the next.
void Timers::open_hour(std::int64_t hour) {
  base_hour_ = hour + 1;
  open_begin_ms_ = hour * kHourMs;
}

/// The first of the buckets to come becomes the open one.
void Timers::drop_front() {
  open_hour(base_hour_);
  if (++front_ < buckets_.size() / 2) return;
  buckets_.erase(buckets_.begin(), buckets_.begin() + static_cast<std::ptrdiff_t>(front_));
  front_ = 0;
}

inline Timers::Bucket& Timers::bucket(std::size_t ahead) {
  if (front_ + ahead >= buckets_.size()) buckets_.resize(front_ + ahead + 1);
  return buckets_[front_ + ahead];
}

inline void Timers::append(Bucket& bucket, const Entry& entry) {
  if (bucket.first == nullptr) {
    bucket.first = bucket.last = take_chunk();
    bucket.first_offset_ms = entry.offset_ms();
  } else if (bucket.last->used == kChunkEntries) {
    bucket.last->next = take_chunk();
    bucket.last = bucket.last->next;
  }
  bucket.first_offset_ms = std::min(bucket.first_offset_ms, entry.offset_ms());
  bucket.last->entries[bucket.last->used++] = entry;
}

void Timers::add(const Timer& timer, Instant now) {
  const std::int64_t hour = hour_of(timer.due.ms);
  const Entry entry = pack(timer, hour);
  if (!based_) {  // The open bucket is the hour of the present.
    based_ = true;
    open_hour(hour_of(now.ms));
  }
  ++size_;
  if (hour < base_hour_) {
    pending_.push_back(entry);
    std::push_heap(pending_.begin(), pending_.end(), later);
    return;
  }
  const std::int64_t index = hour - base_hour_;
  if (index >= kReachHours) {
    far_.emplace_back(hour, entry);
    return;
  }
  append(bucket(static_cast<std::size_t>(index)), entry);
}

bool Timers::first_is_pending() const {
  if (pending_.empty()) return false;
  return cursor_ >= open_.size() || pending_.front() < open_[cursor_];
}

Instant Timers::next() const {
  if (size_ == 0) return Instant::max();
  if (first_is_pending()) return {open_begin_ms_ + pending_.front().offset_ms()};
  if (cursor_ < open_.size()) return {open_begin_ms_ + open_[cursor_].offset_ms()};
  for (std::size_t i = front_; i < buckets_.size(); ++i) {
    if (buckets_[i].first == nullptr) continue;
    return {(base_hour_ + static_cast<std::int64_t>(i - front_)) * kHourMs + buckets_[i].first_offset_ms};
  }
  std::int64_t best = Instant::max().ms;
  for (const auto& [hour, entry] : far_) best = std::min(best, hour * kHourMs + entry.offset_ms());
  return {best};
}

void Timers::sow_far(std::int64_t now_hour) {
  if (reach() == 0) {  // Only far timers are left: skip to the nearest hour of theirs, but not beyond the present.
    std::int64_t nearest = far_.front().first;
    for (const auto& item : far_) nearest = std::min(nearest, item.first);
    open_hour(std::max(base_hour_, std::min(nearest, now_hour)) - 1);
  }
  for (std::size_t i = 0; i < far_.size();) {
    if (far_[i].first - base_hour_ >= kReachHours) {
      ++i;
      continue;
    }
    const auto index = static_cast<std::size_t>(far_[i].first - base_hour_);
    append(bucket(index), far_[i].second);
    far_[i] = far_.back();
    far_.pop_back();
  }
}

void Timers::open_bucket() {
  open_.clear();
  cursor_ = 0;
  for (Chunk* chunk = buckets_[front_].first; chunk != nullptr;) {
    open_.insert(open_.end(), chunk->entries, chunk->entries + chunk->used);
    Chunk* next = chunk->next;
    chunk->next = free_;
    free_ = chunk;
    chunk = next;
  }
  drop_front();
  sort_open();
}

void Timers::sort_open() {
  run_ends_.clear();
  std::vector<std::size_t>& ends = run_ends_;
  for (std::size_t i = 1; i < open_.size() && ends.size() <= open_.size() / kRunEntries; ++i) {
    if (open_[i] < open_[i - 1]) ends.push_back(i);
  }
  if (ends.empty()) return;
  if (ends.size() > open_.size() / kRunEntries) {
    std::sort(open_.begin(), open_.end());
    return;
  }
  ends.push_back(open_.size());
  while (ends.size() > 1) merge_runs();
}

/// Merges each run with its neighbour.
void Timers::merge_runs() {
  std::vector<std::size_t>& ends = run_ends_;
  merged_.resize(open_.size());
  const auto at = [this](std::size_t i) { return open_.begin() + static_cast<std::ptrdiff_t>(i); };
  std::size_t begin = 0;
  std::size_t runs = 0;
  for (std::size_t r = 0; r < ends.size(); r += 2) {
    const std::size_t middle = ends[r];
    const std::size_t end = r + 1 < ends.size() ? ends[r + 1] : middle;
    std::merge(at(begin), at(middle), at(middle), at(end), merged_.begin() + static_cast<std::ptrdiff_t>(begin));
    ends[runs++] = begin = end;
  }
  ends.resize(runs);
  open_.swap(merged_);
}

/// The next timer is not, or not for sure, the one at the cursor.
bool Timers::pop_elsewhere(Instant until, Timer& timer) {
  while (cursor_ >= open_.size() && pending_.empty()) {
    if (size_ == 0) return false;
    while (reach() > 0 && buckets_[front_].first == nullptr && base_hour_ <= hour_of(until.ms)) drop_front();
    if (!far_.empty()) sow_far(hour_of(until.ms));
    if (base_hour_ > hour_of(until.ms) || reach() == 0) return false;
    if (buckets_[front_].first != nullptr) open_bucket();
  }
  const bool from_pending = first_is_pending();
  const Entry entry = from_pending ? pending_.front() : open_[cursor_];
  const std::int64_t due = open_begin_ms_ + entry.offset_ms();
  if (due > until.ms) return false;
  if (from_pending) {
    std::pop_heap(pending_.begin(), pending_.end(), later);
    pending_.pop_back();
  } else {
    ++cursor_;
  }
  --size_;
  unpack(entry, due, timer);
  return true;
}

bool Timers::peek(std::size_t ahead, std::uint32_t& lead, std::uint32_t& subject) const {
  if (cursor_ + ahead >= open_.size()) return false;
  lead = open_[cursor_ + ahead].lead();
  subject = open_[cursor_ + ahead].subject();
  return true;
}

std::vector<Timer> Timers::all_of(TimerKind kind) const {
  std::vector<std::pair<std::int64_t, Entry>> found;
  const auto look = [&](std::int64_t begin_ms, const Entry& entry) {
    if (kind_of(entry.order()) == kind) found.emplace_back(begin_ms + entry.offset_ms(), entry);
  };
  for (std::size_t i = cursor_; i < open_.size(); ++i) look(open_begin_ms_, open_[i]);
  for (const Entry& entry : pending_) look(open_begin_ms_, entry);
  for (std::size_t i = front_; i < buckets_.size(); ++i) {
    const std::int64_t begin_ms = (base_hour_ + static_cast<std::int64_t>(i - front_)) * kHourMs;
    for (const Chunk* chunk = buckets_[i].first; chunk != nullptr; chunk = chunk->next) {
      for (std::uint32_t e = 0; e < chunk->used; ++e) look(begin_ms, chunk->entries[e]);
    }
  }
  for (const auto& [hour, entry] : far_) look(hour * kHourMs, entry);
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : a.second < b.second; });
  std::vector<Timer> timers(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) unpack(found[i].second, found[i].first, timers[i]);
  return timers;
}

std::uint64_t Timers::bytes() const {
  return slabs_.size() * kSlabChunks * sizeof(Chunk) + (open_.capacity() + merged_.capacity() + pending_.capacity()) * sizeof(Entry) +
         far_.capacity() * sizeof(far_[0]) + buckets_.capacity() * sizeof(Bucket);
}

}  // namespace nurture::engine
