// Values of expressions: 16 bytes, trivially copyable, no ownership. Strings, lists and maps live in an Arena or in
// constant pools that outlive the value. Value model and errors follow the Common Expression Language.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace nurture::eval {

enum class Kind : std::uint8_t {
  error,    // code in `extra`
  missing,  // a declared value that is absent
  null,
  bool_,
  int_,
  number,    // IEEE double
  string,    // bytes of UTF-8
  datetime,  // seconds since 1970-01-01T00:00:00Z, nanoseconds in `extra`
  duration,  // exact: seconds, nanoseconds in `extra` (same sign)
  period,    // calendar: months in `extra` (signed), days in the high and seconds in the low half of the payload
  date,      // days since 1970-01-01
  time,      // seconds since midnight
  list,
  map,
  type,  // a type as a value; its Kind in `extra`
};

enum class Error : std::uint32_t {
  overflow,
  divide_by_zero,
  no_such_overload,
  no_such_field,
  no_such_key,
  bad_index,
  bad_conversion,
  bad_timestamp,
  unknown_name,
  duplicate_key,
  missing_value,
  cost_exceeded,
  bad_zone,
  not_bool,
  bad_pattern,
};

/// Words for an error, for traces and messages: "division by zero".
[[nodiscard]] std::string_view to_string(Error error);

struct ListData;
struct MapData;

struct Value {
  Kind kind = Kind::missing;
  std::uint32_t extra = 0;  ///< Nanoseconds, months, error code, type kind or length of a string, by kind.
  struct Calendar {
    std::int32_t seconds;
    std::int32_t days;
  };
  union {
    bool boolean;
    std::int64_t integer;  ///< int_, seconds of datetime and duration, days of date, seconds of time
    double number;
    const char* chars;
    const ListData* list;
    const MapData* map;
    Calendar calendar;
  };

  constexpr Value() : integer(0) {}
  [[nodiscard]] static Value error(Error e) {
    Value v;
    v.kind = Kind::error;
    v.extra = static_cast<std::uint32_t>(e);
    return v;
  }
  [[nodiscard]] static Value missing() { return {}; }
  [[nodiscard]] static Value null() {
    Value v;
    v.kind = Kind::null;
    return v;
  }
  [[nodiscard]] static Value of(bool b) {
    Value v;
    v.kind = Kind::bool_;
    v.integer = 0;
    v.boolean = b;
    return v;
  }
  [[nodiscard]] static Value of(std::int64_t i) {
    Value v;
    v.kind = Kind::int_;
    v.integer = i;
    return v;
  }
  [[nodiscard]] static Value of(double d) {
    Value v;
    v.kind = Kind::number;
    v.number = d;
    return v;
  }
  /// The bytes must outlive the value.
  [[nodiscard]] static Value of(std::string_view s) {
    Value v;
    v.kind = Kind::string;
    v.extra = static_cast<std::uint32_t>(s.size());
    v.chars = s.data();
    return v;
  }
  [[nodiscard]] static Value datetime(std::int64_t seconds, std::uint32_t nanos = 0) {
    Value v;
    v.kind = Kind::datetime;
    v.extra = nanos;
    v.integer = seconds;
    return v;
  }
  [[nodiscard]] static Value duration(std::int64_t seconds, std::int32_t nanos = 0) {
    Value v;
    v.kind = Kind::duration;
    v.extra = static_cast<std::uint32_t>(nanos);
    v.integer = seconds;
    return v;
  }
  [[nodiscard]] static Value period(std::int32_t months, std::int32_t days, std::int32_t seconds) {
    Value v;
    v.kind = Kind::period;
    v.extra = static_cast<std::uint32_t>(months);
    v.calendar = {seconds, days};
    return v;
  }
  [[nodiscard]] static Value date(std::int64_t days) {
    Value v;
    v.kind = Kind::date;
    v.integer = days;
    return v;
  }
  [[nodiscard]] static Value time(std::int64_t seconds) {
    Value v;
    v.kind = Kind::time;
    v.integer = seconds;
    return v;
  }
  [[nodiscard]] static Value type(Kind k) {
    Value v;
    v.kind = Kind::type;
    v.extra = static_cast<std::uint32_t>(k);
    return v;
  }

  [[nodiscard]] bool is_error() const { return kind == Kind::error; }
  [[nodiscard]] bool is_missing() const { return kind == Kind::missing; }
  /// The one question of a condition: errors and missing values are not true.
  [[nodiscard]] bool is_true() const { return kind == Kind::bool_ && boolean; }
  [[nodiscard]] std::string_view text() const { return {chars, extra}; }
};
static_assert(sizeof(Value) == 16);

struct ListData {
  std::uint32_t size;
  const Value* items;
};
/// Entries in the order written; keys are bool, int, or string.
struct MapData {
  std::uint32_t size;
  const Value* keys;
  const Value* values;
};

}  // namespace nurture::eval
