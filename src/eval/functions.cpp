// The one function table: what expressions may call, for the checker, the compiler and the interpreter.
// Entry points: functions(), find_function().
//
// Where the Common Expression Language has a name that the field reads differently (months from zero), the name exists
// in the CEL profile alone and definitions have their own.
#include "eval/functions.hpp"

namespace nurture::eval {

namespace {

constexpr bool kMethod = true;
constexpr bool kPlain = false;

Function both(std::string_view name, std::uint8_t args, bool method, std::string_view signature,
              Value (*apply)(Call&, const Value*, std::uint32_t)) {
  return {name, args, args, method, false, false, signature, apply};
}
Function own(std::string_view name, std::uint8_t min_args, std::uint8_t max_args, bool method, std::string_view signature,
             Value (*apply)(Call&, const Value*, std::uint32_t)) {
  return {name, min_args, max_args, method, false, true, signature, apply};
}
Function cel(std::string_view name, std::uint8_t min_args, std::uint8_t max_args, bool method, std::string_view signature,
             Value (*apply)(Call&, const Value*, std::uint32_t)) {
  return {name, min_args, max_args, method, true, false, signature, apply};
}

constexpr std::string_view kCelTimeSignature = "(datetime, zone?) -> int";
constexpr std::string_view kCelTimeOrDurationSignature = "(datetime, zone?) -> int | (duration) -> int";
constexpr std::string_view kCalendarSignature = "(datetime, zone?) -> int | (date) -> int";
constexpr std::string_view kClockSignature = "(datetime, zone?) -> int | (time) -> int";
constexpr std::string_view kExtremeSignature =
    "(int, int) -> int | (number, number) -> number | (date, date) -> date | (datetime, datetime) -> datetime | "
    "(time, time) -> time | (string, string) -> string";

std::vector<Function> table() {
  return {
      // Missing values; lowered to instructions.
      both("has", 1, kPlain, "(any) -> bool", nullptr),
      own("default", 2, 2, kPlain, "(T?, T) -> T", nullptr),
      // Texts and collections.
      both("size", 1, kMethod, "(string) -> int | (list) -> int | (map) -> int", texts::size),
      own("length", 1, 1, kMethod, "(string) -> int | (list) -> int | (map) -> int", texts::size),
      both("contains", 2, kMethod, "(string, string) -> bool", texts::contains),
      own("starts_with", 2, 2, kMethod, "(string, string) -> bool", texts::starts_with),
      own("ends_with", 2, 2, kMethod, "(string, string) -> bool", texts::ends_with),
      cel("startsWith", 2, 2, kMethod, "(string, string) -> bool", texts::starts_with),
      cel("endsWith", 2, 2, kMethod, "(string, string) -> bool", texts::ends_with),
      both("matches", 2, kMethod, "(string, string) -> bool", texts::matches),
      own("lower", 1, 1, kMethod, "(string) -> string", texts::lower),
      own("upper", 1, 1, kMethod, "(string) -> string", texts::upper),
      own("trim", 1, 1, kMethod, "(string) -> string", texts::trim),
      // Numbers.
      own("round", 1, 1, kPlain, "(number) -> int", numbers::round),
      own("floor", 1, 1, kPlain, "(number) -> int", numbers::floor),
      own("ceil", 1, 1, kPlain, "(number) -> int", numbers::ceil),
      own("abs", 1, 1, kPlain, "(int) -> int | (number) -> number", numbers::abs),
      own("min", 2, 2, kPlain, kExtremeSignature, numbers::min),
      own("max", 2, 2, kPlain, kExtremeSignature, numbers::max),
      // Conversions.
      both("int", 1, kPlain, "(int) -> int | (number) -> int | (string) -> int | (datetime) -> int", conversions::to_int),
      own("number", 1, 1, kPlain, "(number) -> number | (string) -> number", conversions::to_number),
      cel("double", 1, 1, kPlain, "(number) -> number | (string) -> number", conversions::to_number),
      own("string", 1, 1, kPlain, "(any) -> string", conversions::to_text),
      cel("string", 1, 1, kPlain, "(any) -> string", conversions::to_string),
      both("bool", 1, kPlain, "(bool) -> bool | (string) -> bool", conversions::to_bool),
      cel("timestamp", 1, 1, kPlain, "(datetime) -> datetime | (string) -> datetime | (int) -> datetime", conversions::to_timestamp),
      cel("duration", 1, 1, kPlain, "(duration) -> duration | (string) -> duration", conversions::to_duration),
      cel("type", 1, 1, kPlain, "(any) -> any", conversions::type_of),
      cel("dyn", 1, 1, kPlain, "(any) -> any", conversions::dyn),
      // Calendar and clock, in the environment's zone unless a zone is named.
      own("year", 1, 2, kMethod, kCalendarSignature, times::year),
      own("month", 1, 2, kMethod, kCalendarSignature, times::month),
      own("day", 1, 2, kMethod, kCalendarSignature, times::day),
      own("weekday", 1, 2, kMethod,
          "(datetime, zone?) -> enum(mon, tue, wed, thu, fri, sat, sun) | (date) -> enum(mon, tue, wed, thu, fri, sat, sun)",
          times::weekday),
      own("hour", 1, 2, kMethod, kClockSignature, times::hour),
      own("minute", 1, 2, kMethod, kClockSignature, times::minute),
      own("date", 1, 2, kMethod, "(datetime, zone?) -> date | (date) -> date", times::date),
      own("time", 1, 2, kMethod, "(datetime, zone?) -> time | (time) -> time", times::time_of_day),
      // Calendar and clock of the CEL profile, in UTC unless a zone is named; most counts are from zero.
      cel("getFullYear", 1, 2, kMethod, kCelTimeSignature, times::get_full_year),
      cel("getMonth", 1, 2, kMethod, kCelTimeSignature, times::get_month),
      cel("getDate", 1, 2, kMethod, kCelTimeSignature, times::get_date),
      cel("getDayOfMonth", 1, 2, kMethod, kCelTimeSignature, times::get_day_of_month),
      cel("getDayOfWeek", 1, 2, kMethod, kCelTimeSignature, times::get_day_of_week),
      cel("getDayOfYear", 1, 2, kMethod, kCelTimeSignature, times::get_day_of_year),
      cel("getHours", 1, 2, kMethod, kCelTimeOrDurationSignature, times::get_hours),
      cel("getMinutes", 1, 2, kMethod, kCelTimeOrDurationSignature, times::get_minutes),
      cel("getSeconds", 1, 2, kMethod, kCelTimeOrDurationSignature, times::get_seconds),
      cel("getMilliseconds", 1, 2, kMethod, kCelTimeOrDurationSignature, times::get_milliseconds),
  };
}

}  // namespace

const std::vector<Function>& functions() {
  static const std::vector<Function> kTable = table();
  return kTable;
}

int find_function(std::string_view name, bool cel_profile) {
  const std::vector<Function>& rows = functions();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool known = cel_profile ? !rows[i].nurture_only : !rows[i].cel_only;
    if (known && rows[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace nurture::eval
