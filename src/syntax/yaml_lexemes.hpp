// Whole scalars as the small words of the language: durations, times of day, numbers, names. Entry points: read_...(),
// is_...(). What such a word looks like is decided by the functions that the text parser uses (grammar/lexemes.hpp);
// here they are asked whether they take all of a scalar.
#pragma once

#include "syntax/ast.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nurture::syntax::yaml {

enum class LexemeFault : std::uint8_t {
  none,
  form,          ///< Not such a word at all.
  out_of_range,  ///< The right form, but too large to be represented.
  bare_minutes,  ///< `5m`
  long_unit,     ///< `5 days`
  not_real,      ///< `25:00`, `2026-02-30`
};

template <class T>
struct Lexeme {
  T value{};
  LexemeFault fault = LexemeFault::none;
  std::string instead;  ///< What to write for bare_minutes and long_unit.
};

enum class Sign : std::uint8_t { none, optional, required };

/// `14d`, `1mo2d3h`, with a sign where `sign` says so. Spans are left to the caller.
[[nodiscard]] Lexeme<ast::Duration> read_duration(std::string_view text, Sign sign);
[[nodiscard]] Lexeme<ast::TimeOfDay> read_time(std::string_view text);
[[nodiscard]] Lexeme<ast::DateTime> read_date_time(std::string_view text);
[[nodiscard]] Lexeme<std::int64_t> read_integer(std::string_view text, Sign sign);

[[nodiscard]] bool is_duration(std::string_view text);
[[nodiscard]] bool is_time(std::string_view text);
[[nodiscard]] bool is_date_time(std::string_view text);
/// A number of the expression language, without a sign: `5`, `0x1F`, `1e5`.
[[nodiscard]] bool is_number(std::string_view text);
/// A number that every YAML reader takes for the same number: `5`, `-1.5`, but not `012` or `1e5`.
[[nodiscard]] bool is_common_number(std::string_view text);
/// `2x`, `1.5x`
[[nodiscard]] bool is_factor(std::string_view text);
[[nodiscard]] bool is_identifier(std::string_view text);
/// An identifier or several joined by dots.
[[nodiscard]] bool is_dotted_name(std::string_view text);

}  // namespace nurture::syntax::yaml
