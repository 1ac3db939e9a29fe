// Arithmetic of days, months and years on 64-bit numbers, private to src/time: the proleptic Gregorian calendar for
// every day that an Instant can reach, which is more than std::chrono::year holds. Entry point: date_of_day().
#pragma once

#include <nurture/time.hpp>

#include <cstdint>
#include <string_view>

namespace nurture::time::calendar {

inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kMsPerSecond = 1'000;

[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

[[nodiscard]] constexpr std::int64_t floor_mod(std::int64_t a, std::int64_t b) {
  const std::int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

struct Date {
  std::int64_t year;
  std::int32_t month;  ///< 1..12
  std::int32_t day;    ///< 1..31
};

/// Days since 1970-01-01 of a date. Years are counted from March, so that the leap day is the last of its year; 400
/// years have 146,097 days.
[[nodiscard]] constexpr std::int64_t day_of_date(std::int64_t year, std::int32_t month, std::int32_t day) {
  const std::int64_t march_year = month <= 2 ? year - 1 : year;
  const std::int64_t era = floor_div(march_year, 400);
  const std::int64_t year_of_era = march_year - era * 400;
  const std::int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

[[nodiscard]] constexpr Date date_of_day(std::int64_t day) {
  const std::int64_t shifted = day + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const auto month = static_cast<std::int32_t>(march_month < 10 ? march_month + 3 : march_month - 9);
  const auto day_of_month = static_cast<std::int32_t>(day_of_year - (153 * march_month + 2) / 5 + 1);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_month};
}

[[nodiscard]] constexpr bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

[[nodiscard]] constexpr std::int32_t days_in_month(std::int64_t year, std::int32_t month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Seconds and milliseconds as an instant; the ends of the range where it has no room for them.
[[nodiscard]] constexpr Instant instant_of(std::int64_t utc_seconds, std::int64_t ms) {
  constexpr std::int64_t kSecondsMax = Instant::max().ms / kMsPerSecond - 1;
  if (utc_seconds > kSecondsMax) return Instant::max();
  if (utc_seconds < -kSecondsMax) return Instant::min();
  return {utc_seconds * kMsPerSecond + ms};
}

}  // namespace nurture::time::calendar
