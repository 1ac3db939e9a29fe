// Arithmetic and texts of time values. Entry points as listed in moments.hpp.
//
// Nanoseconds are kept although the engine's clock counts milliseconds, because data may carry them and the Common
// Expression Language demands them.
#include "eval/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nurture::eval::moments {

namespace {

constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr std::int64_t kMsPerSecond = 1'000;

bool fits_datetime(std::int64_t seconds) { return seconds >= kFirstSecond && seconds <= kLastSecond; }

time::Period period_of(const Value& length) {
  return {static_cast<std::int32_t>(length.extra), length.calendar.days, std::int64_t{length.calendar.seconds} * kMsPerSecond};
}

Value shift_by_period(const Value& datetime, const Value& length, const time::Zone& zone, int sign) {
  const Instant moved = time::add(instant_before(datetime), period_of(length), zone, sign);
  const std::int64_t seconds = floor_div(moved.ms, kMsPerSecond);
  const std::int64_t nanos = (moved.ms - seconds * kMsPerSecond) * kNanosPerMs + datetime.extra % kNanosPerMs;
  return datetime_from(seconds, nanos);
}

Value shift_date(const Value& date, const Value& length, int sign) {
  const Value moved = shift_by_period(Value::datetime(date.integer * kSecondsPerDay), length, *time::utc(), sign);
  return moved.is_error() ? moved : Value::date(floor_div(moved.integer, kSecondsPerDay));
}

/// The fewest or the most days that so many months in a row can have.
std::int64_t days_of_months(std::int64_t months, bool low) {
  if (months < 0) return -days_of_months(-months, !low);
  constexpr std::int64_t kSlack = 3;  // how far the lengths of neighbouring months stray from a twelfth of a year
  return low ? std::max(months * 28, months * 365 / 12 - kSlack) : std::min(months * 31, months * 366 / 12 + kSlack);
}

Value datetime_of_moment(const Value& moment, const time::Zone& zone) {
  return moment.kind == Kind::date ? midnight(moment, zone) : moment;
}

}  // namespace

const time::Zone& zone_of(const Environment& environment) { return environment.zone != nullptr ? *environment.zone : *time::utc(); }

Value datetime_of(Instant instant) {
  const std::int64_t seconds = floor_div(instant.ms, kMsPerSecond);
  return datetime_from(seconds, (instant.ms - seconds * kMsPerSecond) * kNanosPerMs);
}

Instant instant_before(const Value& datetime) {
  return {datetime.integer * kMsPerSecond + static_cast<std::int64_t>(datetime.extra) / kNanosPerMs};
}

Value datetime_from(std::int64_t seconds, std::int64_t nanos) {
  const std::int64_t carry = floor_div(nanos, kNanosPerSecond);
  if (!fits_datetime(seconds + carry)) return Value::error(Error::bad_timestamp);
  return Value::datetime(seconds + carry, static_cast<std::uint32_t>(nanos - carry * kNanosPerSecond));
}

Value duration_from(std::int64_t nanos) {
  return Value::duration(nanos / kNanosPerSecond, static_cast<std::int32_t>(nanos % kNanosPerSecond));
}

std::int64_t nanos_of(const Value& duration) { return duration.integer * kNanosPerSecond + static_cast<std::int32_t>(duration.extra); }

std::int64_t day_of(const Value& datetime, const time::Zone& zone) {
  return floor_div(datetime.integer + zone.offset_at(instant_before(datetime)), kSecondsPerDay);
}

Value midnight(const Value& date, const time::Zone& zone) {
  return datetime_of(zone.to_instant(time::Local{date.integer * kSecondsPerDay}));
}

Value shift(const Value& moment, const Value& length, const time::Zone& zone, int sign) {
  const bool calendar = length.kind == Kind::period;
  if (moment.kind == Kind::date && calendar && length.calendar.seconds == 0) return shift_date(moment, length, sign);
  const Value datetime = datetime_of_moment(moment, zone);
  if (datetime.is_error()) return datetime;
  if (calendar) return shift_by_period(datetime, length, zone, sign);
  return datetime_from(datetime.integer + sign * length.integer,
                       std::int64_t{datetime.extra} + sign * static_cast<std::int32_t>(length.extra));
}

Value difference(const Value& a, const Value& b, const time::Zone& zone) {
  if (a.kind == Kind::date && b.kind == Kind::date) return Value::period(0, static_cast<std::int32_t>(a.integer - b.integer), 0);
  const Value left = datetime_of_moment(a, zone);
  const Value right = datetime_of_moment(b, zone);
  if (left.is_error()) return left;
  if (right.is_error()) return right;
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(left.integer - right.integer, kNanosPerSecond, &nanos) ||
      __builtin_add_overflow(nanos, std::int64_t{left.extra} - std::int64_t{right.extra}, &nanos)) {
    return Value::error(Error::overflow);
  }
  return duration_from(nanos);
}

std::optional<int> compare_lengths(const Value& a, const Value& b) {
  struct Length {
    std::int64_t months = 0, days = 0, seconds = 0, nanos = 0;
  };
  const auto length_of = [](const Value& v) -> Length {
    if (v.kind == Kind::duration) return {0, 0, v.integer, static_cast<std::int32_t>(v.extra)};
    return {static_cast<std::int32_t>(v.extra), v.calendar.days, v.calendar.seconds, 0};
  };
  const Length x = length_of(a);
  const Length y = length_of(b);
  const Length d{x.months - y.months, x.days - y.days, x.seconds - y.seconds, x.nanos - y.nanos};
  const auto bound = [&d](bool low) {
    const std::int64_t days = days_of_months(d.months, low) + d.days;
    return days * ((days > 0) == low ? 23 : 25) * 3'600 + d.seconds;  // days of 23 to 25 hours
  };
  if (d.months == 0 && d.days == 0) {
    const std::int64_t sign = d.seconds != 0 ? d.seconds : d.nanos;
    return sign < 0 ? -1 : sign > 0 ? 1 : 0;
  }
  if (d.months == 0 && d.seconds == 0 && d.nanos == 0) return d.days < 0 ? -1 : 1;
  if (bound(true) > 0) return 1;
  if (bound(false) < 0) return -1;
  return std::nullopt;
}

// ---------------------------------------------------------------- texts

namespace {

/// Reads exactly `count` digits at `at` and moves behind them; -1 when they are not there.
std::int64_t digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (text.size() < at + count) return -1;
  std::int64_t value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

bool skip(std::string_view text, std::size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

/// Digits behind a decimal point as nanoseconds; more than nine are cut off. False when there is none.
bool fraction(std::string_view text, std::size_t& at, std::int64_t& nanos) {
  const std::size_t begin = at;
  std::int64_t unit = kNanosPerSecond / 10;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) nanos += (text[at] - '0') * unit;
  return at > begin;
}

/// "Z" or "+02:00" at the end of the text.
bool read_offset(std::string_view text, std::size_t& at, std::int64_t& offset) {
  if (skip(text, at, 'Z') || skip(text, at, 'z')) return at == text.size();
  const bool negative = at < text.size() && text[at] == '-';
  if (!negative && (at >= text.size() || text[at] != '+')) return false;
  ++at;
  const std::int64_t hours = digits(text, at, 2);
  if (hours < 0 || hours > 23 || !skip(text, at, ':')) return false;
  const std::int64_t minutes = digits(text, at, 2);
  if (minutes < 0 || minutes > 59) return false;
  offset = (hours * 60 + minutes) * (negative ? -60 : 60);
  return at == text.size();
}

std::int64_t unit_nanos(std::string_view unit) {
  struct Unit {
    std::string_view name;
    std::int64_t nanos;
  };
  constexpr std::array<Unit, 8> kUnits{{{"h", 3'600 * kNanosPerSecond},
                                        {"m", 60 * kNanosPerSecond},
                                        {"s", kNanosPerSecond},
                                        {"ms", kNanosPerMs},
                                        {"us", 1'000},
                                        {"\xc2\xb5s", 1'000},
                                        {"\xce\xbcs", 1'000},
                                        {"ns", 1}}};
  for (const Unit& known : kUnits) {
    if (known.name == unit) return known.nanos;
  }
  return 0;
}

/// One `12.5h` of a duration, added to `nanos`.
bool read_component(std::string_view text, std::size_t& at, std::int64_t& nanos) {
  const std::size_t begin = at;
  std::int64_t whole = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, text[at] - '0', &whole)) return false;
  }
  bool has_digits = at > begin;
  std::int64_t billionths = 0;
  if (skip(text, at, '.')) has_digits |= fraction(text, at, billionths);
  const std::size_t unit_begin = at;
  while (at < text.size() && text[at] != '.' && (text[at] < '0' || text[at] > '9')) ++at;
  const std::int64_t unit = unit_nanos(text.substr(unit_begin, at - unit_begin));
  if (!has_digits || unit == 0) return false;
  // A billionth of a unit: the unit is a multiple of a second, or so small that few digits count.
  const std::int64_t part = unit >= kNanosPerSecond ? billionths * (unit / kNanosPerSecond) : billionths * unit / kNanosPerSecond;
  return !__builtin_mul_overflow(whole, unit, &whole) && !__builtin_add_overflow(whole, part, &whole) &&
         !__builtin_add_overflow(nanos, whole, &nanos);
}

/// ".5" for 500,000,000 nanoseconds, nothing for none.
std::string fraction_text(std::int64_t nanos) {
  if (nanos == 0) return {};
  std::string text = fmt::format(".{:09}", nanos);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace

Value parse_timestamp(std::string_view text) {
  const Value bad = Value::error(Error::bad_timestamp);
  std::size_t at = 0;
  const std::int64_t year = digits(text, at, 4);
  if (year < 0 || !skip(text, at, '-')) return bad;
  const std::int64_t month = digits(text, at, 2);
  if (month < 0 || !skip(text, at, '-')) return bad;
  const std::int64_t day = digits(text, at, 2);
  if (day < 0 || !(skip(text, at, 'T') || skip(text, at, 't'))) return bad;
  const std::int64_t hour = digits(text, at, 2);
  if (hour < 0 || hour > 23 || !skip(text, at, ':')) return bad;
  const std::int64_t minute = digits(text, at, 2);
  if (minute < 0 || minute > 59 || !skip(text, at, ':')) return bad;
  const std::int64_t second = digits(text, at, 2);
  if (second < 0 || second > 59) return bad;
  std::int64_t nanos = 0;
  if (skip(text, at, '.') && !fraction(text, at, nanos)) return bad;
  std::int64_t offset = 0;
  if (!read_offset(text, at, offset)) return bad;
  const time::Civil civil{static_cast<std::int32_t>(year), static_cast<std::int32_t>(month), static_cast<std::int32_t>(day)};
  if (!time::is_valid(civil)) return bad;
  const std::int64_t days = time::day_from_civil(civil.year, civil.month, civil.day);
  return datetime_from(days * kSecondsPerDay + hour * 3'600 + minute * 60 + second - offset, nanos);
}

Value parse_duration(std::string_view text) {
  std::size_t at = 0;
  const bool negative = skip(text, at, '-');
  if (!negative) skip(text, at, '+');
  if (text.substr(at) == "0") return Value::duration(0);
  std::int64_t nanos = 0;
  if (at == text.size()) return Value::error(Error::bad_conversion);
  while (at < text.size()) {
    if (!read_component(text, at, nanos)) return Value::error(Error::bad_conversion);
  }
  return duration_from(negative ? -nanos : nanos);
}

std::string format_timestamp(const Value& datetime) {
  const std::int64_t day = floor_div(datetime.integer, kSecondsPerDay);
  const time::Civil civil = time::civil_from_day(static_cast<std::int32_t>(day));
  const std::int64_t second = datetime.integer - day * kSecondsPerDay;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", civil.year, civil.month, civil.day, second / 3'600, second / 60 % 60,
                     second % 60, fraction_text(datetime.extra));
}

std::string format_duration(const Value& duration) {
  const std::int64_t nanos = nanos_of(duration);
  const bool negative = nanos < 0;
  const std::int64_t fractional = nanos % kNanosPerSecond;
  const std::int64_t seconds = nanos / kNanosPerSecond;
  return fmt::format("{}{}{}s", negative ? "-" : "", negative ? -seconds : seconds, fraction_text(negative ? -fractional : fractional));
}

}  // namespace nurture::eval::moments
