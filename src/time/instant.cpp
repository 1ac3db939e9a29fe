// Instants as text. Entry points: Instant::parse and Instant::to_string; the one is the inverse of the other for every
// instant of the years 1 to 9999.
#include "time/calendar.hpp"
#include "time/zone.hpp"

#include <fmt/core.h>

namespace nurture {

std::optional<Instant> Instant::parse(std::string_view text) {
  const auto read = time::parse_date_time(text);
  // A wall time without an offset is no point in time, and is refused rather than guessed.
  if (!read || !read->has_offset) return std::nullopt;
  return read->in(*time::utc());
}

std::string Instant::to_string() const {
  namespace calendar = time::calendar;
  const std::int64_t seconds = calendar::floor_div(ms, calendar::kMsPerSecond);
  const std::int64_t fraction_ms = calendar::floor_mod(ms, calendar::kMsPerSecond);
  const calendar::Date date = calendar::date_of_day(calendar::floor_div(seconds, calendar::kSecondsPerDay));
  const std::int64_t second_of_day = calendar::floor_mod(seconds, calendar::kSecondsPerDay);
  const std::string whole = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month, date.day, second_of_day / 3'600,
                                        second_of_day / 60 % 60, second_of_day % 60);
  return fraction_ms == 0 ? whole + "Z" : fmt::format("{}.{:03}Z", whole, fraction_ms);
}

}  // namespace nurture
