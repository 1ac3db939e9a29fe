// Civil dates: days and dates, periods, texts of dates. Entry points: add(), at(), next_time_of_day() and
// parse_date_time(). Nothing here knows an offset; what a wall time means is decided in Zone::to_instant alone.
#include "time/calendar.hpp"
#include "time/zone.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>

namespace nurture::time {

namespace {

using calendar::floor_div;
using calendar::floor_mod;
using calendar::kMsPerSecond;
using calendar::kSecondsPerDay;

/// Beyond a million years either way nothing is computed; the result saturates.
constexpr std::int64_t kDaysMax = 366'000'000;

std::int32_t narrow(std::int64_t value) {
  using Limits = std::numeric_limits<std::int32_t>;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, Limits::min(), Limits::max()));
}

std::int64_t add_months(std::int64_t day, std::int64_t months) {
  const calendar::Date from = calendar::date_of_day(day);
  const std::int64_t month_count = from.year * 12 + (from.month - 1) + months;
  const std::int64_t year = floor_div(month_count, 12);
  const auto month = static_cast<std::int32_t>(floor_mod(month_count, 12) + 1);
  return calendar::day_of_date(year, month, std::min(from.day, calendar::days_in_month(year, month)));
}

/// Reads exactly `digits` digits at the front of `text` and takes them off.
std::optional<std::int32_t> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  std::int32_t value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !is_valid({*year, *month, *day})) return std::nullopt;
  return calendar::day_of_date(*year, *month, *day);
}

/// Digits after the point; the first three count, at least one is needed.
std::optional<std::int32_t> take_fraction_ms(std::string_view& text) {
  std::int32_t ms = 0;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) ms = ms * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) ms *= 10;
  return ms;
}

/// "08:00", "08:00:30" or "08:00:30.5" into `out`.
bool take_time(std::string_view& text, DateTime& out) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return false;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return false;
  std::int32_t second = 0;
  if (take(text, ':')) {
    const auto read = take_number(text, 2);
    if (!read || *read > 59) return false;
    second = *read;
    if (take(text, '.')) {
      const auto ms = take_fraction_ms(text);
      if (!ms) return false;
      out.ms = *ms;
    }
  }
  out.has_time = true;
  out.local.seconds += *hour * 3'600 + *minute * 60 + second;
  return true;
}

/// "Z", "+02:00", "-05:30" into `out`; no text is no offset.
bool take_offset(std::string_view& text, DateTime& out) {
  if (text.empty()) return true;
  out.has_offset = true;
  if (take(text, 'Z')) return true;
  const std::int32_t sign = text.front() == '-' ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return false;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return false;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return false;
  out.offset = sign * (*hours * 3'600 + *minutes * 60);
  return true;
}

}  // namespace

std::int32_t Local::day() const { return narrow(floor_div(seconds, kSecondsPerDay)); }

std::int32_t Local::second_of_day() const { return static_cast<std::int32_t>(floor_mod(seconds, kSecondsPerDay)); }

Civil civil_from_day(std::int32_t day) {
  const calendar::Date date = calendar::date_of_day(day);
  return {static_cast<std::int32_t>(date.year), date.month, date.day};
}

std::int32_t day_from_civil(std::int32_t year, std::int32_t month, std::int32_t day) {
  return narrow(calendar::day_of_date(year, month, day));
}

std::int32_t weekday(std::int32_t day) {
  return static_cast<std::int32_t>(floor_mod(std::int64_t{day} + 3, 7));  // 1970-01-01 was a Thursday.
}

bool is_valid(const Civil& civil) {
  return civil.year >= 1 && civil.year <= 9999 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= calendar::days_in_month(civil.year, civil.month);
}

Instant add(Instant instant, const Period& period, const Zone& zone, int sign) {
  const std::chrono::milliseconds exact{sign < 0 ? detail::saturating_subtract(0, period.ms) : period.ms};
  if (period.months == 0 && period.days == 0) return instant + exact;
  const std::int64_t direction = sign < 0 ? -1 : 1;
  const Local from = zone.to_local(instant);
  std::int64_t day = floor_div(from.seconds, kSecondsPerDay);
  if (day > kDaysMax) return Instant::max();
  if (day < -kDaysMax) return Instant::min();
  if (period.months != 0) day = add_months(day, direction * period.months);
  day += direction * period.days;
  const Local to{day * kSecondsPerDay + from.second_of_day()};
  // An instant that the civil part does not move stays itself, also in the second pass of an overlap.
  if (to.seconds == from.seconds) return instant + exact;
  const std::chrono::milliseconds ms_of_second{floor_mod(instant.ms, kMsPerSecond)};
  return zone.to_instant(to) + ms_of_second + exact;
}

Instant at(std::int32_t day, std::int32_t second_of_day, const Zone& zone) {
  return zone.to_instant({std::int64_t{day} * kSecondsPerDay + second_of_day});
}

Instant next_time_of_day(Instant after, std::int32_t second_of_day, const Zone& zone) {
  // Yesterday's time of day can still lie ahead when a gap moved it over midnight. A day has one such instant, the
  // earlier one of an overlap, so a daily step happens once per civil day. [S4.2]
  const std::int32_t today = zone.to_local(after).day();
  for (std::int64_t day = std::int64_t{today} - 1; day <= std::int64_t{today} + 2; ++day) {
    const Instant candidate = zone.to_instant({day * kSecondsPerDay + second_of_day});
    if (candidate > after) return candidate;
  }
  return Instant::max();
}

Instant DateTime::in(const Zone& zone) const {
  const Instant whole = has_offset ? calendar::instant_of(local.seconds - offset, 0) : zone.to_instant(local);
  return whole + std::chrono::milliseconds{ms};
}

std::optional<DateTime> parse_date_time(std::string_view text) {
  const auto day = take_date(text);
  if (!day) return std::nullopt;
  DateTime result;
  result.local.seconds = *day * kSecondsPerDay;
  if (text.empty()) return result;
  if (!take(text, 'T') || !take_time(text, result) || !take_offset(text, result) || !text.empty()) return std::nullopt;
  return result;
}

std::string format_local(Instant instant, const Zone& zone) {
  static constexpr std::array<std::string_view, 7> kWeekdays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Local local = zone.to_local(instant);
  const std::int64_t day = floor_div(local.seconds, kSecondsPerDay);
  const calendar::Date date = calendar::date_of_day(day);
  const std::int32_t minute_of_day = local.second_of_day() / 60;
  return fmt::format("{} {} {} {} {:02}:{:02}", kWeekdays[static_cast<std::size_t>(floor_mod(day + 3, 7))], date.day,
                     kMonths[static_cast<std::size_t>(date.month - 1)], date.year, minute_of_day / 60, minute_of_day % 60);
}

}  // namespace nurture::time
