// What a clock on the wall shows: Zone's own table of offsets. Entry points: Zone::offset_at and Zone::to_instant.
//
// The table is extracted once per zone (zone.cpp) and never changes, so lookups need no lock and touch no shared
// counter: an array says for each slice of 24 days which period is in force at its beginning, and at most a step or two
// lead from there to the answer.
#include "time/calendar.hpp"
#include "time/zone.hpp"

#include <limits>
#include <utility>

namespace nurture::time {

namespace {

constexpr int kSliceBits = 21;  ///< 2^21 seconds are 24.3 days: offsets rarely change twice in that time.
/// No offset is as large, so a wall time this far from every change of offset belongs to one period only.
constexpr std::int64_t kMarginSeconds = 2 * calendar::kSecondsPerDay;

}  // namespace

Zone::Zone(std::string name, std::vector<Period> periods) : name_(std::move(name)), periods_(std::move(periods)) {
  if (periods_.empty()) periods_.push_back({0, 0});
  periods_.front().begin = std::numeric_limits<std::int64_t>::min();
  if (periods_.size() == 1) return;
  first_slice_ = periods_[1].begin >> kSliceBits;
  const std::int64_t last_slice = periods_.back().begin >> kSliceBits;
  std::size_t period = 0;
  for (std::int64_t slice = first_slice_; slice <= last_slice; ++slice) {
    const std::int64_t begin = slice << kSliceBits;
    while (period + 1 < periods_.size() && periods_[period + 1].begin <= begin) ++period;
    slices_.push_back(static_cast<std::uint16_t>(period));
  }
}

std::size_t Zone::period_at(std::int64_t utc_seconds) const {
  const std::int64_t slice = (utc_seconds >> kSliceBits) - first_slice_;
  if (slice < 0) return 0;
  if (slice >= static_cast<std::int64_t>(slices_.size())) return periods_.size() - 1;
  std::size_t period = slices_[static_cast<std::size_t>(slice)];
  while (period + 1 < periods_.size() && periods_[period + 1].begin <= utc_seconds) ++period;
  return period;
}

std::int32_t Zone::offset_at(Instant instant) const {
  return periods_[period_at(calendar::floor_div(instant.ms, calendar::kMsPerSecond))].offset;
}

Local Zone::to_local(Instant instant) const {
  const std::int64_t seconds = calendar::floor_div(instant.ms, calendar::kMsPerSecond);
  return {seconds + periods_[period_at(seconds)].offset};
}

Instant Zone::to_instant(Local local, Resolution* resolution) const {
  Resolution found = Resolution::exact;
  const std::size_t period = period_at(local.seconds);
  const bool begins_before = period == 0 || local.seconds - periods_[period].begin >= kMarginSeconds;
  const bool ends_after =
      period + 1 == periods_.size() || detail::saturating_subtract(periods_[period + 1].begin, local.seconds) >= kMarginSeconds;
  const Instant result = begins_before && ends_after
                             ? calendar::instant_of(detail::saturating_subtract(local.seconds, periods_[period].offset), 0)
                             : resolve(local.seconds, found);
  if (resolution != nullptr) *resolution = found;
  return result;
}

/// Rule S4.2 for a wall time near a change of offset, and the only place where it is decided. A period shows the wall
/// times from its begin to its end, each plus its offset. Shown by two periods: the earlier one. Shown by none: the
/// offset before the change, which is the wall time plus the length of the gap on the clock after it.
Instant Zone::resolve(std::int64_t wall_seconds, Resolution& resolution) const {
  resolution = Resolution::gap;
  std::int32_t offset = 0;
  for (std::size_t i = period_at(wall_seconds - kMarginSeconds); i < periods_.size(); ++i) {
    const Period& period = periods_[i];
    const bool begun = i == 0 || wall_seconds >= period.begin + period.offset;
    if (!begun) break;
    const bool ended = i + 1 < periods_.size() && wall_seconds >= periods_[i + 1].begin + period.offset;
    if (ended) {
      if (resolution == Resolution::gap) offset = period.offset;
      continue;
    }
    if (resolution == Resolution::exact) {
      resolution = Resolution::overlap;
      break;
    }
    resolution = Resolution::exact;
    offset = period.offset;
  }
  return calendar::instant_of(wall_seconds - offset, 0);
}

}  // namespace nurture::time
