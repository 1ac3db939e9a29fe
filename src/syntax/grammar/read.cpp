// The token readers of read.hpp.
#include "syntax/grammar/read.hpp"

#include "syntax/ast_names.hpp"

#include <nurture/limits.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace nurture::syntax::grammar {

namespace {

using ast::ExprKind;
using source::Code;

std::string_view view(Cursor from, Cursor to) { return {from, static_cast<std::size_t>(to - from)}; }

/// Consumes `stop - first` bytes and gives the node their span.
template <class Node>
bool take(State& state, Cursor& first, Cursor stop, Node& node) {
  if (stop == nullptr) return false;
  node.span = state.span(first, stop);
  first = stop;
  return true;
}

void check_length(State& state, const ast::Name& name) {
  if (name.text.size() <= limits::kNameBytes) return;
  state.report(source::report(Code::too_long, name.span, fmt::format("this name is longer than {} characters", limits::kNameBytes)));
}

bool take_name(State& state, Cursor& first, Cursor stop, ast::Name& name) {
  if (stop == nullptr) return false;
  name.text.assign(first, stop);
  take(state, first, stop, name);
  check_length(state, name);
  return true;
}

/// The end of a name's hyphenated rest, `-engagement` in `re-engagement`, or nullptr.
Cursor match_hyphenated(Cursor at, Cursor last) {
  Cursor stop = nullptr;
  while (last - at >= 2 && *at == '-' && is_letter(at[1])) {
    stop = at = std::find_if_not(at + 1, last, [](char c) { return is_word(c) || c == '.'; });
  }
  return stop;
}

/// Reads `re-engagement` as `re_engagement` where a hyphen can be nothing else than a slip.
bool take_plain_name(State& state, Cursor& first, Cursor stop, Cursor last, ast::Name& name) {
  const Cursor hyphenated = stop == nullptr ? nullptr : match_hyphenated(stop, last);
  if (hyphenated == nullptr) return take_name(state, first, stop, name);
  std::string exact(first, hyphenated);
  std::replace(exact.begin(), exact.end(), '-', '_');
  Diagnostic diagnostic = source::report(Code::hyphen_in_name, state.span(first, hyphenated),
                                         fmt::format("{} is written with a hyphen", in_backticks(view(first, hyphenated))));
  diagnostic.help = "names use `_`";
  diagnostic.fixes.push_back({diagnostic.span, exact});
  state.report(std::move(diagnostic));
  name.text = std::move(exact);
  return take(state, first, hyphenated, name);
}

void report_out_of_range(State& state, Span span, std::string_view token) {
  state.report(source::report(Code::number_out_of_range, span, fmt::format("{} is too large", in_backticks(token))));
}

/// The digits in [digits, end) with a sign in front of them if there is one.
std::int64_t value_of(State& state, Cursor digits, Cursor end, Span span) {
  if (*digits == '+') ++digits;
  std::int64_t value = 0;
  if (std::from_chars(digits, end, value).ec != std::errc()) report_out_of_range(state, span, view(digits, end));
  return value;
}

bool take_integer(State& state, Cursor& first, Cursor stop, std::size_t suffix, ast::Integer& value) {
  const Cursor begin = first;
  if (!take(state, first, stop, value)) return false;
  value.value = value_of(state, begin, stop - suffix, value.span);
  return true;
}

void fill_duration(State& state, ast::Duration& value, std::string text) {
  value.text = std::move(text);
  const auto parts = duration_parts(value.text);
  if (!parts) return report_out_of_range(state, value.span, value.text);
  value.months = parts->months;
  value.days = parts->days;
  value.seconds = parts->seconds;
}

bool take_duration(State& state, Cursor& first, Cursor stop, Cursor last, bool with_sign, ast::Duration& value) {
  const Cursor begin = first;
  if (stop != nullptr) {
    take(state, first, stop, value);
    fill_duration(state, value, std::string(begin, stop));
    return true;
  }
  const auto loose = match_loose_duration(begin, last, with_sign);
  if (!loose) return false;
  state.report_loose_duration(begin, *loose);
  take(state, first, loose->end, value);
  fill_duration(state, value, loose->exact);
  return true;
}

void report_bad_escape(State& state, const Decoded& decoded) {
  Diagnostic diagnostic = source::report(Code::bad_string, state.span(decoded.bad_begin, decoded.bad_end),
                                         fmt::format("`{}` means nothing in a text", view(decoded.bad_begin, decoded.bad_end)));
  diagnostic.help = "write `\\\\` for a backslash";
  diagnostic.fixes.push_back({state.span(decoded.bad_begin, decoded.bad_begin + 1), "\\\\"});
  state.report(std::move(diagnostic));
}

/// The decoded content of a text in quotes, as a definition or an expression has it.
std::string content(State& state, Decoded decoded) {
  if (decoded.bad_begin != nullptr) report_bad_escape(state, decoded);
  return std::move(decoded.text);
}

void check_time(State& state, Cursor at, Span span) {
  const auto digit = [at](int i) { return at[i] - '0'; };
  if (digit(0) * 10 + digit(1) <= 23 && digit(3) * 10 + digit(4) <= 59) return;
  Diagnostic diagnostic = source::report(Code::bad_date_or_time, span, fmt::format("there is no time of day `{}`", view(at, at + 5)));
  const bool midnight = view(at, at + 5) == "24:00";
  diagnostic.help = midnight ? "the day ends where the next begins: `00:00`" : "a day runs from `00:00` to `23:59`";
  state.report(std::move(diagnostic));
}

/// `9:00` for `09:00`.
bool take_short_time(State& state, Cursor& first, Cursor last, ast::TimeOfDay& value) {
  const bool is_short = last - first >= 4 && is_digit(first[0]) && first[1] == ':' && is_digit(first[2]) && is_digit(first[3]);
  if (!is_short || (last - first > 4 && is_word(first[4]))) return false;
  const std::string written(first, first + 4);
  take(state, first, first + 4, value);
  Diagnostic diagnostic = source::report(Code::bad_date_or_time, value.span, fmt::format("`{}` lacks a digit", written));
  diagnostic.help = fmt::format("write `0{}`", written);
  diagnostic.fixes.push_back({value.span, "0" + written});
  state.report(std::move(diagnostic));
  value.minutes = (written[0] - '0') * 60 + (written[2] - '0') * 10 + (written[3] - '0');
  return true;
}

void check_date_time(State& state, std::string_view text, Span span) {
  if (is_real_date_time(text)) return;
  const bool has_time = text.size() > 10;
  const bool bad_day = !is_real_date_time(text.substr(0, 10));
  std::string message =
      bad_day || !has_time ? fmt::format("there is no day `{}`", text.substr(0, 10)) : fmt::format("there is no time of day in `{}`", text);
  state.report(source::report(Code::bad_date_or_time, span, std::move(message)));
}

/// Whether the digits of a whole number fit, also those of the smallest one, which only a minus makes fit.
bool fits(Cursor first, Cursor stop, Cursor text_begin) {
  const bool hex = stop - first > 2 && first[0] == '0' && first[1] == 'x';
  std::uint64_t magnitude = 0;
  if (std::from_chars(first + (hex ? 2 : 0), stop, magnitude, hex ? 16 : 10).ec != std::errc()) return false;
  constexpr std::uint64_t kMax = 0x7FFF'FFFF'FFFF'FFFF;
  if (magnitude <= kMax) return true;
  while (first != text_begin && is_blank(first[-1])) --first;
  return magnitude == kMax + 1 && first != text_begin && first[-1] == '-';
}

/// Whether a number with a point or an exponent is finite. Too small is zero, too large is refused.
bool is_finite(Cursor first, Cursor stop) {
  double value = 0;
  if (std::from_chars(first, stop, value).ec != std::errc::result_out_of_range) return true;
  const Cursor power = std::find_if(first, stop, [](char c) { return c == 'e' || c == 'E'; });
  if (power != stop) return power[1] == '-';
  return std::all_of(first, std::find(first, stop, '.'), [](char c) { return c == '0'; });
}

void check_number(State& state, Cursor first, Cursor stop) {
  const std::string_view token = view(first, stop);
  const bool whole = token.starts_with("0x") || token.find_first_of(".eE") == std::string_view::npos;
  if (whole ? fits(first, stop, state.begin()) : is_finite(first, stop)) return;
  report_out_of_range(state, state.span(first, stop), token);
}

bool take_leaf(State& state, Cursor& first, Cursor stop, ExprKind kind, Tree& value) {
  value.kind = kind;
  value.text.assign(first, stop);
  return take(state, first, stop, value);
}

bool read_date_or_time_literal(State& state, Cursor& first, Cursor last, Tree& value) {
  const Cursor begin = first;
  if (const Cursor stop = match_date_time(first, last)) {
    take_leaf(state, first, stop, ExprKind::datetime, value);
    check_date_time(state, value.text, value.span);
    return true;
  }
  if (const Cursor stop = match_time(first, last)) {
    take_leaf(state, first, stop, ExprKind::time, value);
    check_time(state, begin, value.span);
    return true;
  }
  return false;
}

bool read_duration_literal(State& state, Cursor& first, Cursor last, bool apart, Tree& value) {
  if (const Cursor stop = match_duration(first, last)) {
    take_leaf(state, first, stop, ExprKind::duration, value);
    if (!duration_parts(value.text)) report_out_of_range(state, value.span, value.text);
    return true;
  }
  if (!is_digit(*first)) return false;
  const auto loose = match_loose_duration(first, last, false);
  if (!loose || !(apart || loose->glued)) return false;
  const Cursor next = skip_blanks(loose->end, last, Profile::nurture);
  if (next != last && *next == ':') return false;
  state.report_loose_duration(first, *loose);
  take_leaf(state, first, loose->end, ExprKind::duration, value);
  value.text = loose->exact;
  return true;
}

/// CEL's unsigned numbers and bytes, which the evaluator does not have.
void refuse_unsupported(State& state, Cursor first, Cursor last) {
  const Cursor number = match_number(first, last) == nullptr ? std::find_if_not(first, last, is_digit) : nullptr;
  if (number != nullptr && number != first && number != last && (*number == 'u' || *number == 'U')) {
    state.report(source::report(Code::syntax, state.span(first, number + 1), "unsigned numbers are not supported"));
    throw Refused{number + 1};
  }
  if (*first != 'b' && *first != 'B') return;
  if (const Cursor stop = match_string(first + 1, last, Profile::cel)) {
    state.report(source::report(Code::syntax, state.span(first, stop), "byte strings are not supported"));
    throw Refused{stop};
  }
}

bool read_value(State& state, Cursor& first, Cursor last, bool apart, Tree& value) {
  if (first == last) return false;
  if (state.profile() == Profile::cel) {
    refuse_unsupported(state, first, last);
  } else if (read_date_or_time_literal(state, first, last, value) || read_duration_literal(state, first, last, apart, value)) {
    return true;
  }
  const Cursor begin = first;
  if (const Cursor stop = match_number(first, last)) {
    check_number(state, begin, stop);
    return take_leaf(state, first, stop, ExprKind::number, value);
  }
  if (const Cursor stop = match_string(first, last, state.profile())) {
    take_leaf(state, first, stop, ExprKind::string, value);
    value.text = content(state, decode_string(begin, stop));
    return true;
  }
  const Cursor stop = match_word(first, last);
  if (stop == nullptr) return false;
  const std::string_view word = view(first, stop);
  if (word == "true" || word == "false") return take_leaf(state, first, stop, ExprKind::bool_literal, value);
  if (word == "null") return take_leaf(state, first, stop, ExprKind::null_literal, value);
  return false;
}

template <std::size_t N>
bool take_word_of(State& state, Cursor& first, Cursor last, const std::array<std::string_view, N>& words, ast::Name& value) {
  const Cursor stop = match_word(first, last);
  if (stop == nullptr || std::find(words.begin(), words.end(), view(first, stop)) == words.end()) return false;
  return take_name(state, first, stop, value);
}

struct Sign {
  std::string_view text;
  ExprKind kind;
};
template <std::size_t N>
bool take_sign_of(Cursor& first, Cursor last, const std::array<Sign, N>& signs, ExprKind& value) {
  for (const Sign& sign : signs) {
    if (!view(first, last).starts_with(sign.text)) continue;
    value = sign.kind;
    first += sign.text.size();
    return true;
  }
  return false;
}

std::int32_t weekday(std::string_view word) {
  static constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto found = std::find(kDays.begin(), kDays.end(), word);
  return found == kDays.end() ? -1 : static_cast<std::int32_t>(found - kDays.begin());
}

}  // namespace

bool read_name(State& state, Cursor& first, Cursor last, ast::Name& value) {
  return take_plain_name(state, first, match_name(first, last), last, value);
}

bool read_dotted_name(State& state, Cursor& first, Cursor last, ast::Name& value) {
  return take_plain_name(state, first, match_dotted_name(first, last), last, value);
}

bool read_event_name(State& state, Cursor& first, Cursor last, ast::Name& value) {
  return take_name(state, first, match_dotted_name(first, last), value);
}

bool read_identifier(State& state, Cursor& first, Cursor last, ast::Name& value) {
  // CEL lets a name begin with a dot, which means "from the root".
  const bool rooted = state.profile() == Profile::cel && first != last && *first == '.';
  return take_name(state, first, match_name(first + (rooted ? 1 : 0), last, state.profile()), value);
}

bool read_member_name(State& state, Cursor& first, Cursor last, ast::Name& value) {
  if (state.profile() != Profile::cel || first == last || *first != '`') return take_name(state, first, match_word(first, last), value);
  // CEL quotes the names of fields that are no words: x.`content-type`.
  const auto is_quotable = [](char c) { return is_word(c) || c == '.' || c == '-' || c == '/' || c == ' '; };
  const Cursor stop = std::find_if_not(first + 1, last, is_quotable);
  if (stop == last || *stop != '`' || stop == first + 1 || !take_name(state, first, stop + 1, value)) return false;
  value.text = value.text.substr(1, value.text.size() - 2);
  return true;
}

bool read_text(State& state, Cursor& first, Cursor last, ast::Text& value) {
  const Cursor begin = first;
  const Cursor stop = match_string(first, last);
  if (!take(state, first, stop, value)) return false;
  value.value = content(state, decode_text(begin, stop));
  return true;
}

bool read_integer(State& state, Cursor& first, Cursor last, ast::Integer& value) {
  return take_integer(state, first, match_int(first, last), 0, value);
}

bool read_signed_integer(State& state, Cursor& first, Cursor last, ast::Integer& value) {
  return take_integer(state, first, match_signed(first, last), 0, value);
}

bool read_points(State& state, Cursor& first, Cursor last, ast::Integer& value) {
  return take_integer(state, first, match_points(first, last), 0, value);
}

bool read_percent(State& state, Cursor& first, Cursor last, ast::Integer& value) {
  return take_integer(state, first, match_percent(first, last), 1, value);
}

bool read_factor(State&, Cursor& first, Cursor last, std::string& value) {
  const Cursor stop = match_factor(first, last);
  if (stop == nullptr) return false;
  value.assign(first, stop - 1);
  first = stop;
  return true;
}

bool read_duration(State& state, Cursor& first, Cursor last, ast::Duration& value) {
  return take_duration(state, first, match_duration(first, last), last, false, value);
}

bool read_signed_duration(State& state, Cursor& first, Cursor last, ast::Duration& value) {
  if (first == last || (*first != '+' && *first != '-')) return false;
  return take_duration(state, first, match_signed_duration(first, last), last, true, value);
}

bool read_time(State& state, Cursor& first, Cursor last, ast::TimeOfDay& value) {
  const Cursor begin = first;
  if (take_short_time(state, first, last, value)) return true;
  if (!take(state, first, match_time(first, last), value)) return false;
  check_time(state, begin, value.span);
  const auto digit = [begin](int i) { return begin[i] - '0'; };
  value.minutes = ((digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4)) % (24 * 60);
  return true;
}

bool read_date_time(State& state, Cursor& first, Cursor last, ast::DateTime& value) {
  const Cursor begin = first;
  const Cursor stop = match_date_time(first, last);
  if (!take(state, first, stop, value)) return false;
  value.text.assign(begin, stop);
  check_date_time(state, value.text, value.span);
  return true;
}

bool read_type(State&, Cursor& first, Cursor last, ast::TypeKind& value) {
  static constexpr std::array<std::pair<std::string_view, ast::TypeKind>, 8> kTypes{{
      {"string", ast::TypeKind::string},
      {"int", ast::TypeKind::int_},
      {"number", ast::TypeKind::number},
      {"bool", ast::TypeKind::bool_},
      {"date", ast::TypeKind::date},
      {"time", ast::TypeKind::time},
      {"datetime", ast::TypeKind::datetime},
      {"duration", ast::TypeKind::duration},
  }};
  const Cursor stop = match_word(first, last);
  if (stop == nullptr) return false;
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == view(first, stop); });
  if (found == kTypes.end()) return false;
  value = found->second;
  first = stop;
  return true;
}

bool read_parameter_type(State&, Cursor& first, Cursor last, ast::ParameterType& value) {
  const Cursor stop = match_word(first, last);
  for (int i = 0; stop != nullptr && i <= static_cast<int>(ast::ParameterType::event); ++i) {
    if (ast::word(static_cast<ast::ParameterType>(i)) != view(first, stop)) continue;
    value = static_cast<ast::ParameterType>(i);
    first = stop;
    return true;
  }
  return false;
}

bool read_weekdays(State& state, Cursor& first, Cursor last, ast::Weekdays& value) {
  const Cursor begin = first;
  const Cursor one = match_word(first, last);
  value.first_day = value.last_day = one == nullptr ? -1 : weekday(view(first, one));
  if (value.first_day < 0) return false;
  first = one;
  const Cursor two = view(one, last).starts_with("..") ? match_word(one + 2, last) : nullptr;
  const std::int32_t day = two == nullptr ? -1 : weekday(view(one + 2, two));
  if (day >= 0) {
    value.last_day = day;
    first = two;
  }
  value.span = state.span(begin, first);
  return true;
}

bool read_weekday(State& state, Cursor& first, Cursor last, ast::Integer& value) {
  const Cursor stop = match_word(first, last);
  if (stop == nullptr) return false;
  value.value = -1;
  for (std::int32_t day = 0; day < 7 && value.value < 0; ++day) {
    if (ast::weekday_name(day) == view(first, stop)) value.value = day;
  }
  return value.value >= 0 && take(state, first, stop, value);
}

bool read_literal(State& state, Cursor& first, Cursor last, Tree& value) { return read_value(state, first, last, true, value); }

bool read_constant(State& state, Cursor& first, Cursor last, Tree& value) { return read_value(state, first, last, false, value); }

bool read_history_word(State& state, Cursor& first, Cursor last, ast::Name& value) {
  static constexpr std::array<std::string_view, 6> kWords{"count", "any", "none", "first", "last", "idle"};
  return state.profile() == Profile::nurture && take_word_of(state, first, last, kWords, value);
}

bool read_fold_word(State& state, Cursor& first, Cursor last, ast::Name& value) {
  static constexpr std::array<std::string_view, 4> kWords{"sum", "avg", "distinct", "most"};
  return state.profile() == Profile::nurture && take_word_of(state, first, last, kWords, value);
}

bool read_comparison(State&, Cursor& first, Cursor last, ExprKind& value) {
  static constexpr std::array<Sign, 6> kSigns{{{"==", ExprKind::equal},
                                               {"!=", ExprKind::not_equal},
                                               {"<=", ExprKind::less_equal},
                                               {">=", ExprKind::greater_equal},
                                               {"<", ExprKind::less},
                                               {">", ExprKind::greater}}};
  return take_sign_of(first, last, kSigns, value);
}

bool read_relation(State& state, Cursor& first, Cursor last, ExprKind& value) {
  if (read_comparison(state, first, last, value)) return true;
  const Cursor stop = match_word(first, last);
  if (stop == nullptr || view(first, stop) != "in") return false;
  value = ExprKind::in;
  first = stop;
  return true;
}

bool read_arithmetic(State&, Cursor& first, Cursor last, ExprKind& value) {
  static constexpr std::array<Sign, 5> kSigns{
      {{"+", ExprKind::add}, {"-", ExprKind::subtract}, {"*", ExprKind::multiply}, {"/", ExprKind::divide}, {"%", ExprKind::modulo}}};
  // `->` begins a statement.
  return !view(first, last).starts_with("->") && take_sign_of(first, last, kSigns, value);
}

bool read_logic(State& state, Cursor& first, Cursor last, ExprKind& value) {
  static constexpr std::array<Sign, 2> kSigns{{{"&&", ExprKind::and_}, {"||", ExprKind::or_}}};
  if (take_sign_of(first, last, kSigns, value)) return true;
  const Cursor stop = match_word(first, last);
  if (stop == nullptr || state.profile() == Profile::cel) return false;
  const std::string_view word = view(first, stop);
  if (word != "and" && word != "or") return false;
  value = word == "and" ? ExprKind::and_ : ExprKind::or_;
  first = stop;
  return true;
}

bool read_prefix_word(State& state, Cursor& first, Cursor last, Cursor& value) {
  const Cursor stop = match_word(first, last);
  if (stop == nullptr || state.profile() == Profile::cel || view(first, stop) != "not") return false;
  value = first;
  first = stop;
  return true;
}

bool read_prefix_sign(State&, Cursor& first, Cursor last, Cursor& value) {
  const std::string_view rest = view(first, last);
  const bool bang = rest.starts_with("!") && !rest.starts_with("!=");
  const bool minus = rest.starts_with("-") && !rest.starts_with("->");
  if (!bang && !minus) return false;
  value = first++;
  return true;
}

}  // namespace nurture::syntax::grammar
