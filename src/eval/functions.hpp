// The functions behind the function table, and the texts of numbers and types; internal. See functions.cpp for the
// names and signatures. Entry points: functions() and what stands behind it.
//
// Arguments are never errors and never missing; a function answers no_such_overload to kinds that it does not take.
#pragma once

#include "eval/code.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nurture::eval {

namespace texts {
Value size(Call& call, const Value* args, std::uint32_t count);
Value contains(Call& call, const Value* args, std::uint32_t count);
Value starts_with(Call& call, const Value* args, std::uint32_t count);
Value ends_with(Call& call, const Value* args, std::uint32_t count);
Value matches(Call& call, const Value* args, std::uint32_t count);
Value lower(Call& call, const Value* args, std::uint32_t count);
Value upper(Call& call, const Value* args, std::uint32_t count);
Value trim(Call& call, const Value* args, std::uint32_t count);
}  // namespace texts

namespace times {
Value year(Call& call, const Value* args, std::uint32_t count);
Value month(Call& call, const Value* args, std::uint32_t count);
Value day(Call& call, const Value* args, std::uint32_t count);
Value weekday(Call& call, const Value* args, std::uint32_t count);
Value hour(Call& call, const Value* args, std::uint32_t count);
Value minute(Call& call, const Value* args, std::uint32_t count);
Value date(Call& call, const Value* args, std::uint32_t count);
Value time_of_day(Call& call, const Value* args, std::uint32_t count);
Value get_full_year(Call& call, const Value* args, std::uint32_t count);
Value get_month(Call& call, const Value* args, std::uint32_t count);
Value get_date(Call& call, const Value* args, std::uint32_t count);
Value get_day_of_month(Call& call, const Value* args, std::uint32_t count);
Value get_day_of_week(Call& call, const Value* args, std::uint32_t count);
Value get_day_of_year(Call& call, const Value* args, std::uint32_t count);
Value get_hours(Call& call, const Value* args, std::uint32_t count);
Value get_minutes(Call& call, const Value* args, std::uint32_t count);
Value get_seconds(Call& call, const Value* args, std::uint32_t count);
Value get_milliseconds(Call& call, const Value* args, std::uint32_t count);
}  // namespace times

namespace numbers {
Value round(Call& call, const Value* args, std::uint32_t count);
Value floor(Call& call, const Value* args, std::uint32_t count);
Value ceil(Call& call, const Value* args, std::uint32_t count);
Value abs(Call& call, const Value* args, std::uint32_t count);
Value min(Call& call, const Value* args, std::uint32_t count);
Value max(Call& call, const Value* args, std::uint32_t count);
}  // namespace numbers

namespace conversions {
Value to_int(Call& call, const Value* args, std::uint32_t count);
Value to_number(Call& call, const Value* args, std::uint32_t count);
Value to_bool(Call& call, const Value* args, std::uint32_t count);
Value to_text(Call& call, const Value* args, std::uint32_t count);    ///< `string` of definitions
Value to_string(Call& call, const Value* args, std::uint32_t count);  ///< `string` of the CEL profile
Value to_timestamp(Call& call, const Value* args, std::uint32_t count);
Value to_duration(Call& call, const Value* args, std::uint32_t count);
Value type_of(Call& call, const Value* args, std::uint32_t count);
Value dyn(Call& call, const Value* args, std::uint32_t count);
}  // namespace conversions

/// Name of a type in the CEL profile: "google.protobuf.Timestamp".
[[nodiscard]] std::string_view type_name(Kind kind);
/// The type of that name, if it is one of the CEL profile.
[[nodiscard]] std::optional<Kind> type_of_name(std::string_view name);

/// Reads a decimal integer with an optional sign, or one after "0x" where that is allowed; nullopt when it is none or
/// does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text, bool hexadecimal);
/// Reads a decimal number, "inf" or "nan"; too small is zero; nullopt when it is none or too large.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
/// Shortest text that reads back as the same number, without exponent for everyday sizes: "0.5", "1000000", "6e+23".
[[nodiscard]] std::string format_number(double number);

}  // namespace nurture::eval
