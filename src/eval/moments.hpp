// Time as values, internal: arithmetic on datetimes, dates, durations and periods, and their texts in the Common
// Expression Language. Entry points: shift(), difference(), compare_lengths(), parse_timestamp().
//
// Datetimes reach from year 1 to 9999, durations as far as 64 bits of nanoseconds (292 years); whatever leaves these
// ranges is an error. Calendar arithmetic is that of time::add().
#pragma once

#include "eval/code.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nurture::eval::moments {

inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNanosPerMs = 1'000'000;

[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

[[nodiscard]] const time::Zone& zone_of(const Environment& environment);

/// A datetime of an instant, and the last instant not after a datetime.
[[nodiscard]] Value datetime_of(Instant instant);
[[nodiscard]] Instant instant_before(const Value& datetime);
/// Whether a datetime lies between two milliseconds.
[[nodiscard]] inline bool is_between_ms(const Value& datetime) { return datetime.extra % kNanosPerMs != 0; }

/// A datetime from seconds and nanoseconds in any relation, or bad_timestamp.
[[nodiscard]] Value datetime_from(std::int64_t seconds, std::int64_t nanos);
/// A duration of nanoseconds, and the reverse; durations always fit.
[[nodiscard]] Value duration_from(std::int64_t nanos);
[[nodiscard]] std::int64_t nanos_of(const Value& duration);

/// The day, in days since 1970-01-01, on which a datetime falls in a zone.
[[nodiscard]] std::int64_t day_of(const Value& datetime, const time::Zone& zone);
/// Midnight at the beginning of a date.
[[nodiscard]] Value midnight(const Value& date, const time::Zone& zone);

/// A datetime or date moved by a duration or period, forth (1) or back (-1).
[[nodiscard]] Value shift(const Value& moment, const Value& length, const time::Zone& zone, int sign);
/// a - b of datetimes (a duration), dates (a period of days), or one of each (a duration from midnight).
[[nodiscard]] Value difference(const Value& a, const Value& b, const time::Zone& zone);

/// Order of two lengths of time, periods among them: nullopt when it depends on where they begin (1mo and 30d).
[[nodiscard]] std::optional<int> compare_lengths(const Value& a, const Value& b);

[[nodiscard]] Value parse_timestamp(std::string_view text);
[[nodiscard]] Value parse_duration(std::string_view text);
[[nodiscard]] std::string format_timestamp(const Value& datetime);
[[nodiscard]] std::string format_duration(const Value& duration);

}  // namespace nurture::eval::moments
