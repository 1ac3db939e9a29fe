// Whole scalars as words of the language. Entry points: read_duration(), read_time(), read_integer(), is_...().
// A scalar is such a word when the text parser's matching function ends where the scalar ends.
#include "syntax/yaml_lexemes.hpp"

#include "syntax/grammar/lexemes.hpp"

#include <charconv>

namespace nurture::syntax::yaml {

namespace {

using grammar::Cursor;

template <class Match>
bool takes_all(std::string_view text, Match match) {
  const Cursor end = text.data() + text.size();
  return !text.empty() && match(text.data(), end) == end;
}

/// Takes the sign off the front; false when there is one that must not be, or none that must.
bool take_sign(std::string_view& text, Sign sign, bool& negative) {
  const bool present = !text.empty() && (text.front() == '+' || text.front() == '-');
  negative = present && text.front() == '-';
  if (present) text.remove_prefix(1);
  return present ? sign != Sign::none : sign != Sign::required;
}

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

}  // namespace

Lexeme<ast::Duration> read_duration(std::string_view text, Sign sign) {
  Lexeme<ast::Duration> result;
  result.value.text = text;
  std::string_view digits = text;
  bool negative = false;
  if (!take_sign(digits, sign, negative) || digits.empty()) return {{}, LexemeFault::form, {}};
  if (takes_all(digits, grammar::match_duration)) {
    const auto parts = grammar::duration_parts(text);
    if (!parts) return {{}, LexemeFault::out_of_range, {}};
    result.value.months = parts->months;
    result.value.days = parts->days;
    result.value.seconds = parts->seconds;
    return result;
  }
  const Cursor end = text.data() + text.size();
  const auto loose = grammar::match_loose_duration(text.data(), end, sign != Sign::none);
  if (!loose || loose->end != end) return {{}, LexemeFault::form, {}};
  return {{}, loose->bare_minutes ? LexemeFault::bare_minutes : LexemeFault::long_unit, loose->exact};
}

Lexeme<ast::TimeOfDay> read_time(std::string_view text) {
  if (!is_time(text)) return {{}, LexemeFault::form, {}};
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  Lexeme<ast::TimeOfDay> result;
  result.value.minutes = hours * 60 + minutes;
  if (hours > 23 || minutes > 59) result.fault = LexemeFault::not_real;
  return result;
}

Lexeme<ast::DateTime> read_date_time(std::string_view text) {
  if (!is_date_time(text)) return {{}, LexemeFault::form, {}};
  Lexeme<ast::DateTime> result;
  result.value.text = text;
  if (!grammar::is_real_date_time(text)) result.fault = LexemeFault::not_real;
  return result;
}

Lexeme<std::int64_t> read_integer(std::string_view text, Sign sign) {
  Lexeme<std::int64_t> result;
  bool negative = false;
  if (!take_sign(text, sign, negative) || !all_digits(text)) return {0, LexemeFault::form, {}};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), result.value);
  if (read.ec != std::errc{}) return {0, LexemeFault::out_of_range, {}};
  if (negative) result.value = -result.value;
  return result;
}

bool is_duration(std::string_view text) { return takes_all(text, grammar::match_duration); }
bool is_time(std::string_view text) { return takes_all(text, grammar::match_time); }
bool is_date_time(std::string_view text) { return takes_all(text, grammar::match_date_time); }
bool is_number(std::string_view text) { return takes_all(text, grammar::match_number); }

bool is_common_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  if (!all_digits(whole) || (whole.size() > 1 && whole.front() == '0')) return false;
  return dot == std::string_view::npos || all_digits(text.substr(dot + 1));
}

bool is_factor(std::string_view text) { return takes_all(text, grammar::match_factor); }

bool is_identifier(std::string_view text) {
  return takes_all(text, [](Cursor at, Cursor end) { return grammar::match_name(at, end); });
}

bool is_dotted_name(std::string_view text) { return takes_all(text, grammar::match_dotted_name); }

}  // namespace nurture::syntax::yaml
