// See timers.hpp. An hour's bucket is a list of 4 KiB chunks drawn from a free list, so memory follows the number of
// timers without the slack of growing vectors.
#include "engine/timers.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
/// Buckets reach this far ahead; the few timers beyond wait in a vector. Twenty years of hours cost 1.4 MB when used.
constexpr std::int64_t kReachHours = 20 * 366 * 24;
constexpr std::size_t kSlabChunks = 64;

std::int64_t hour_of(std::int64_t ms) { return ms >= 0 ? ms / kHourMs : -((-ms + kHourMs - 1) / kHourMs); }

/// Wakes act before timeouts, timeouts before held messages and steps. [S2.2]
std::uint32_t class_of(TimerKind kind) {
  switch (kind) {
    case TimerKind::lead: return 0;
    case TimerKind::wake: return 1;
    case TimerKind::timeout: return 2;
    case TimerKind::held:
    case TimerKind::step: return 3;
  }
  return 3;
}

}  // namespace

Timers::Timers() = default;
Timers::~Timers() = default;
Timers::Timers(Timers&&) noexcept = default;
Timers& Timers::operator=(Timers&&) noexcept = default;

Timers::Entry Timers::pack(const Timer& timer) {
  const std::int64_t hour = hour_of(timer.due.ms);
  const std::uint32_t step_bit = timer.kind == TimerKind::step ? 1u : 0u;
  const std::uint32_t order = class_of(timer.kind) << 30 | (timer.rank & 0x3fff) << 16 | (timer.number & 0xfff) << 4 | step_bit << 3 |
                              static_cast<std::uint32_t>(timer.kind);
  return {static_cast<std::uint32_t>(timer.due.ms - hour * kHourMs), timer.lead, order, timer.subject};
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

void Timers::append(Bucket& bucket, const Entry& entry) {
  bucket.first_offset_ms = bucket.head == nullptr ? entry.offset_ms : std::min(bucket.first_offset_ms, entry.offset_ms);
  if (bucket.head == nullptr || bucket.head->used == kChunkEntries) {
    Chunk* chunk = take_chunk();
    chunk->next = bucket.head;
    bucket.head = chunk;
  }
  bucket.head->entries[bucket.head->used++] = entry;
}

void Timers::add(const Timer& timer, Instant now) {
  const std::int64_t hour = hour_of(timer.due.ms);
  const Entry entry = pack(timer);
  if (!based_) {  // The open bucket is the hour of the present.
    based_ = true;
    base_hour_ = hour_of(now.ms) + 1;
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
  if (static_cast<std::size_t>(index) >= buckets_.size()) buckets_.resize(static_cast<std::size_t>(index) + 1);
  append(buckets_[static_cast<std::size_t>(index)], entry);
}

bool Timers::first_is_pending() const {
  if (pending_.empty()) return false;
  return cursor_ >= open_.size() || pending_.front() < open_[cursor_];
}

Instant Timers::next() const {
  if (size_ == 0) return Instant::max();
  const std::int64_t open_begin = (base_hour_ - 1) * kHourMs;
  if (first_is_pending()) return {open_begin + pending_.front().offset_ms};
  if (cursor_ < open_.size()) return {open_begin + open_[cursor_].offset_ms};
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i].head != nullptr) return {(base_hour_ + static_cast<std::int64_t>(i)) * kHourMs + buckets_[i].first_offset_ms};
  }
  std::int64_t best = Instant::max().ms;
  for (const auto& [hour, entry] : far_) best = std::min(best, hour * kHourMs + entry.offset_ms);
  return {best};
}

void Timers::sow_far(std::int64_t now_hour) {
  if (buckets_.empty()) {  // Only far timers are left: skip to the nearest hour of theirs, but not beyond the present.
    std::int64_t nearest = far_.front().first;
    for (const auto& item : far_) nearest = std::min(nearest, item.first);
    base_hour_ = std::max(base_hour_, std::min(nearest, now_hour));
  }
  for (std::size_t i = 0; i < far_.size();) {
    if (far_[i].first - base_hour_ >= kReachHours) {
      ++i;
      continue;
    }
    const auto index = static_cast<std::size_t>(far_[i].first - base_hour_);
    if (index >= buckets_.size()) buckets_.resize(index + 1);
    append(buckets_[index], far_[i].second);
    far_[i] = far_.back();
    far_.pop_back();
  }
}

void Timers::open_bucket() {
  open_.clear();
  cursor_ = 0;
  for (Chunk* chunk = buckets_.front().head; chunk != nullptr;) {
    open_.insert(open_.end(), chunk->entries, chunk->entries + chunk->used);
    Chunk* next = chunk->next;
    chunk->next = free_;
    free_ = chunk;
    chunk = next;
  }
  buckets_.pop_front();
  ++base_hour_;
  if (!std::is_sorted(open_.begin(), open_.end())) std::sort(open_.begin(), open_.end());
}

bool Timers::pop(Instant until, Timer& timer) {
  while (cursor_ >= open_.size() && pending_.empty()) {
    if (size_ == 0) return false;
    while (!buckets_.empty() && buckets_.front().head == nullptr && base_hour_ <= hour_of(until.ms)) {
      buckets_.pop_front();
      ++base_hour_;
    }
    if (!far_.empty()) sow_far(hour_of(until.ms));
    if (base_hour_ > hour_of(until.ms) || buckets_.empty()) return false;
    if (buckets_.front().head != nullptr) open_bucket();
  }
  const bool from_pending = first_is_pending();
  const Entry entry = from_pending ? pending_.front() : open_[cursor_];
  const std::int64_t due = (base_hour_ - 1) * kHourMs + entry.offset_ms;
  if (due > until.ms) return false;
  if (from_pending) {
    std::pop_heap(pending_.begin(), pending_.end(), later);
    pending_.pop_back();
  } else {
    ++cursor_;
  }
  --size_;
  timer = {{due},        entry.lead, static_cast<TimerKind>(entry.order & 7), (entry.order >> 16) & 0x3fff, (entry.order >> 4) & 0xfff,
           entry.subject};
  return true;
}

bool Timers::peek(std::size_t ahead, std::uint32_t& lead, std::uint32_t& subject) const {
  if (cursor_ + ahead >= open_.size()) return false;
  lead = open_[cursor_ + ahead].lead;
  subject = open_[cursor_ + ahead].subject;
  return true;
}

std::uint64_t Timers::bytes() const {
  return slabs_.size() * kSlabChunks * sizeof(Chunk) + open_.capacity() * sizeof(Entry) + pending_.capacity() * sizeof(Entry) +
         far_.capacity() * sizeof(far_[0]) + buckets_.size() * sizeof(Bucket);
}

}  // namespace nurture::engine
