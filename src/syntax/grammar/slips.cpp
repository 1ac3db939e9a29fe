// Known slips, one small function each, tried in turn. Entry point: find_slip().
//
// A slip is recognised by what the grammar expects and by the tokens around the fault, so that the help can be applied as
// it stands. What none of these knows gets the general sentence of faults.cpp.
#include "syntax/grammar/slips.hpp"

#include "source/codes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace nurture::syntax::grammar {

namespace {

using source::Code;
using Told = std::optional<Diagnostic>;

struct Synonym {
  std::string_view word;
  std::string_view meant;
};
constexpr std::array kSynonyms{
    Synonym{"journey", "sequence"},  Synonym{"flow", "sequence"},  Synonym{"campaign", "sequence"},
    Synonym{"workflow", "sequence"}, Synonym{"email", "message"},  Synonym{"mail", "message"},
    Synonym{"delay", "wait"},        Synonym{"sleep", "wait"},     Synonym{"pause", "wait"},
    Synonym{"goto", "->"},           Synonym{"via", "by"},         Synonym{"otherwise", "else"},
    Synonym{"text", "string"},       Synonym{"str", "string"},     Synonym{"varchar", "string"},
    Synonym{"boolean", "bool"},      Synonym{"integer", "int"},    Synonym{"float", "number"},
    Synonym{"double", "number"},     Synonym{"decimal", "number"}, Synonym{"timestamp", "datetime"},
    Synonym{"array", "list"},        Synonym{"alert", "notify"},   Synonym{"where", "when"},
};

/// The tokens around a fault, by their distance from it.
class Around {
 public:
  explicit Around(const FaultPlace& place) : place_(place) {}
  [[nodiscard]] const Token* at(int distance) const {
    const std::int64_t index = std::int64_t{place_.token} + distance;
    return index >= 0 && index < static_cast<std::int64_t>(place_.layout.tokens().size())
               ? &place_.layout.tokens()[static_cast<std::size_t>(index)]
               : nullptr;
  }
  [[nodiscard]] std::string_view text(int distance) const {
    const Token* const token = at(distance);
    return token == nullptr ? std::string_view() : place_.layout.text(*token);
  }
  [[nodiscard]] bool is(int distance, Token::Kind kind) const { return at(distance) != nullptr && at(distance)->kind == kind; }
  /// From the beginning of one token to the end of another.
  [[nodiscard]] Span span(int from, int to) const { return {place_.source.id(), at(from)->begin, at(to)->end}; }
  [[nodiscard]] Span span(int one) const { return span(one, one); }
  [[nodiscard]] Span before(int one) const { return {place_.source.id(), at(one)->begin, at(one)->begin}; }
  [[nodiscard]] Span behind(int one) const { return {place_.source.id(), at(one)->end, at(one)->end}; }
  /// The text of the file from the fault on.
  [[nodiscard]] std::string_view rest() const { return place_.source.text().substr(at(0)->begin); }
  [[nodiscard]] bool expects(std::string_view words) const { return place_.what.starts_with(words); }
  [[nodiscard]] std::string_view what() const { return place_.what; }
  [[nodiscard]] bool begins_statement() const { return place_.what.empty(); }
  [[nodiscard]] BlockKind kind() const { return place_.kind; }
  [[nodiscard]] bool in_steps() const { return kind() == BlockKind::sequence || kind() == BlockKind::phase; }
  [[nodiscard]] bool in_fields() const { return holds_fields(kind()); }

 private:
  const FaultPlace& place_;
};

Diagnostic tell(Span span, std::string message, std::string help) {
  Diagnostic diagnostic = source::report(Code::syntax, span, std::move(message));
  diagnostic.help = std::move(help);
  return diagnostic;
}
Diagnostic tell(Span span, std::string message, std::string help, Span place, std::string replacement) {
  Diagnostic diagnostic = tell(span, std::move(message), std::move(help));
  diagnostic.fixes.push_back({place, std::move(replacement)});
  return diagnostic;
}
Diagnostic leave_out(const Around& a) {
  return tell(a.span(0), fmt::format("`{}` cannot stand after `{}`", a.text(0), a.text(-1)), "leave it out", a.span(0), "");
}

bool is_dotted_name(std::string_view text) {
  const Cursor end = text.data() + text.size();
  return !text.empty() && match_dotted_name(text.data(), end) == end;
}

// ---------------------------------------------------------------- signs too many

/// `subject: "..."`, `default time = 09:00`
Told stray_sign(const Around& a) {
  const bool sign = a.text(0) == ":" || a.text(0) == "=";
  if (!sign || a.begins_statement() || !a.is(-1, Token::Kind::word)) return std::nullopt;
  return leave_out(a);
}

/// `send welcome;`, `tz: string,`, `1...25`
Told stray_mark(const Around& a) {
  const bool semicolon = a.text(0) == ";";
  const bool comma = a.text(0) == "," && a.in_fields();
  const bool dot = a.text(0) == "." && a.text(-1) == "..";
  if (!a.begins_statement() || a.at(-1) == nullptr || !(semicolon || comma || dot)) return std::nullopt;
  return leave_out(a);
}

/// `by email and sms`
Told and_in_list(const Around& a) {
  constexpr std::array<std::string_view, 4> kLists{"by", "channel", "exempt", "consent"};
  const bool joins = a.text(0) == "and" || a.text(0) == "&";
  const bool list = a.text(-2) == "," || std::find(kLists.begin(), kLists.end(), a.text(-2)) != kLists.end();
  if (!joins || !list || !a.is(-1, Token::Kind::word) || !a.is(1, Token::Kind::word)) return std::nullopt;
  Span place = a.span(0);
  place.begin = a.at(-1)->end;
  return tell(a.span(0), fmt::format("`{}` does not join names", a.text(0)), fmt::format("write `{}, {}`", a.text(-1), a.text(1)), place,
              ",");
}

/// `/* ... */`, `-- ...`
Told foreign_comment(const Around& a) {
  const bool dashes = a.text(0) == "-" && a.text(1) == "-" && a.at(0)->end == a.at(1)->begin;
  const bool star = a.text(0) == "/" && a.text(1) == "*";
  if (!(dashes || star) || !a.begins_statement()) return std::nullopt;
  if (star) return tell(a.span(0, 1), "this does not begin a comment", "begin each line of the comment with `#`");
  return tell(a.span(0, 1), "this does not begin a comment", "begin it with `#`", a.span(0, 1), "#");
}

// ---------------------------------------------------------------- names

/// `send "welcome"`
Told name_in_quotes(const Around& a) {
  if (!a.expects("a name") && !a.expects("the name")) return std::nullopt;
  if (!a.is(0, Token::Kind::string)) return std::nullopt;
  const std::string_view written = a.text(0);
  const std::string_view name = written.size() < 2 ? std::string_view() : written.substr(1, written.size() - 2);
  if (is_dotted_name(name)) {
    return tell(a.span(0), "a name stands without quotes", fmt::format("write `{}`", name), a.span(0), std::string(name));
  }
  constexpr std::array<std::string_view, 4> kTitled{"sequence", "message", "score", "phase"};
  if (std::find(kTitled.begin(), kTitled.end(), a.text(-1)) == kTitled.end()) return std::nullopt;
  std::string made;
  for (const char c : name) {
    if (is_word(c)) made += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!is_word(c) && !made.empty() && made.back() != '_') made += '_';
  }
  while (!made.empty() && made.back() == '_') made.pop_back();
  if (!is_dotted_name(made)) return std::nullopt;
  return tell(a.span(0), fmt::format("expected a name after `{}`, in front of the title", a.text(-1)),
              fmt::format("write `{} {} {}`", a.text(-1), made, written), a.before(0), made + " ");
}

/// `exit on email.unsubscribed`
Told end_without_name(const Around& a) {
  const bool trigger = a.text(-1) == "on" || a.text(-1) == "when";
  if (!a.expects("`on` and an event") || !trigger || (a.text(-2) != "exit" && a.text(-2) != "goal")) return std::nullopt;
  std::string message = fmt::format("expected a name after `{}`", a.text(-2));
  if (a.text(-1) == "when" || !a.is(0, Token::Kind::word)) {
    return tell(a.span(-1), std::move(message), fmt::format("write `{} NAME {} ...`", a.text(-2), a.text(-1)));
  }
  int last = 0;
  while (a.text(last + 1) == "." && a.is(last + 2, Token::Kind::word)) last += 2;
  const std::string name(a.text(last));
  return tell(a.span(-1), std::move(message), fmt::format("write `{} {} on ...`", a.text(-2), name), a.before(-1), name + " ");
}

/// `day 14: invite: send ...`
Told name_behind_colon(const Around& a) {
  if (!a.begins_statement() || !a.is(0, Token::Kind::word) || a.text(-1) != ":" || a.text(1) != ":") return std::nullopt;
  return tell(a.span(-1), "the name of a step stands in front of its `:`", fmt::format("write `{}:` once, at the end", a.text(0)),
              a.span(-1), "");
}

// ---------------------------------------------------------------- what is missing

/// `day 3 tips send tips`
Told step_without_colon(const Around& a) {
  if (a.what() != "`:`" || a.at(-1) == nullptr || !grammar::begins_statement(BlockKind::actions, a.text(0))) return std::nullopt;
  return tell(a.span(0), fmt::format("expected `:` after `{}`", a.text(-1)), fmt::format("write `{}:`", a.text(-1)), a.behind(-1), ":");
}

/// `day 3 send tips`, where `send` was taken for the name of the step
Told action_taken_for_name(const Around& a) {
  if (a.what() != "`:`" || a.at(-2) == nullptr || !grammar::begins_statement(BlockKind::actions, a.text(-1))) return std::nullopt;
  return tell(a.span(-1), fmt::format("expected `:` after `{}`", a.text(-2)), fmt::format("write `{}:`", a.text(-2)), a.behind(-2), ":");
}

/// `tz string`
Told field_without_colon(const Around& a) {
  if (a.what() != "`:` and a type" || !a.is(0, Token::Kind::word) || !a.is(-1, Token::Kind::word)) return std::nullopt;
  return tell(a.span(0), fmt::format("expected `:` after `{}`", a.text(-1)), fmt::format("write `{}: {}`", a.text(-1), a.text(0)),
              a.behind(-1), ":");
}

/// `+15 senior when ...` in a score
Told rule_without_word(const Around& a) {
  const bool score = a.kind() == BlockKind::score || a.kind() == BlockKind::score_category;
  const bool points = (a.text(0) == "+" || a.text(0) == "-") && a.is(1, Token::Kind::number);
  if (!a.begins_statement() || !score || !points) return std::nullopt;
  return tell(a.span(0, 1), "points do not begin a statement of a score", fmt::format("write `rule {}{} ...`", a.text(0), a.text(1)),
              a.before(0), "rule ");
}

/// `rule 15 senior`
Told points_without_sign(const Around& a) {
  if (!a.expects("points") || !a.is(0, Token::Kind::number)) return std::nullopt;
  return tell(a.span(0), fmt::format("`{}` has no sign", a.text(0)), fmt::format("write `+{0}`, or `-{0}` to take points away", a.text(0)),
              a.before(0), "+");
}

/// `if x then send ...`
Told then_behind_condition(const Around& a) {
  if (a.what() != "`{`" || a.text(0) != "then") return std::nullopt;
  if (a.text(1) == "{") return tell(a.span(0), "`then` does not stand behind a condition", "leave it out", a.span(0), "");
  return tell(a.span(0), "`then` does not stand behind a condition", "put the actions in braces: `if ... { ... }`");
}

/// `lead.x is "a"`, `lead.x is not missing`
Told is_what(const Around& a) {
  if (!a.expects("`known` or `missing`") || a.text(-1) != "is") return std::nullopt;
  const bool known = a.text(1) == "known";
  if (a.text(0) == "not" && (known || a.text(1) == "missing")) {
    const std::string word = known ? "missing" : "known";
    return tell(a.span(0, 1), "`is` is not followed by `not`", fmt::format("write `is {}`", word), a.span(0, 1), word);
  }
  constexpr std::array<std::string_view, 2> kWords{"known", "missing"};
  if (a.is(0, Token::Kind::word) && !source::nearest(a.text(0), kWords).empty()) return std::nullopt;
  const bool negated = a.text(0) == "not";
  const std::string sign = negated ? "!=" : "==";
  return tell(a.span(-1), "`is` asks only whether something is known or missing", fmt::format("to compare write `{}`", sign),
              a.span(-1, negated ? 0 : -1), sign);
}

/// `lead.x in ("a", "b")`
Told list_in_parentheses(const Around& a) {
  if (a.what() != "`)`" || a.text(0) != ",") return std::nullopt;
  int open = -1;
  for (int depth = 0; a.at(open) != nullptr; --open) {
    if (a.text(open) == ")") ++depth;
    if (a.text(open) == "(" && depth-- == 0) break;
  }
  if (a.at(open) == nullptr || a.text(open - 1) != "in") return std::nullopt;
  int close = 0;
  while (a.at(close) != nullptr && a.text(close) != ")") ++close;
  Diagnostic diagnostic = tell(a.span(open), "a list stands in brackets", "write `[` and `]` for `(` and `)`");
  if (a.at(close) != nullptr) diagnostic.fixes = {{a.span(open), "["}, {a.span(close), "]"}};
  return diagnostic;
}

/// `tier low 1-25`, `range 0 to 100`
Told range_sign(const Around& a) {
  if (a.what() != "`..`" || (a.text(0) != "-" && a.text(0) != "to")) return std::nullopt;
  return tell(a.span(0), "a range is written with `..`", fmt::format("write `{}..{}`", a.text(-1), a.text(1)), a.span(0), "..");
}

/// `tz: optional string`
Told optional_type(const Around& a) {
  if (!a.expects("a type") || (a.text(0) != "optional" && a.text(0) != "nullable") || !a.is(1, Token::Kind::word)) return std::nullopt;
  const std::string right = fmt::format("{}?", a.text(1));
  return tell(a.span(0), "what may be missing has a `?` behind its type", fmt::format("write `{}`", right), a.span(0, 1), right);
}

// ---------------------------------------------------------------- texts

/// `"Dear {{ default(lead.first_name, "friend") }}"`
Told quotes_in_quotes(const Around& a) {
  if (!a.begins_statement() || !a.is(-1, Token::Kind::string) || a.at(-1)->end != a.at(0)->begin) return std::nullopt;
  const std::string_view broken = a.text(-1);
  const std::size_t open = broken.rfind("{{");
  if (!broken.ends_with('"') || open == std::string_view::npos || broken.find("}}", open) != std::string_view::npos) return std::nullopt;
  int rest = 0;
  while (a.at(rest) != nullptr && !a.at(rest)->first_on_line() && !a.is(rest, Token::Kind::string)) ++rest;
  if (a.at(rest) == nullptr || a.at(rest)->first_on_line()) return std::nullopt;
  const Span first{a.span(-1).file, a.at(-1)->end - 1, a.at(-1)->end};
  const Span second{a.span(rest).file, a.at(rest)->begin, a.at(rest)->begin + 1};
  Diagnostic diagnostic = tell(first, "this ends the text, inside of its `{{`", "write `'` for quotes inside of `{{ }}`", first, "'");
  diagnostic.fixes.push_back({second, "'"});
  return diagnostic;
}

// ---------------------------------------------------------------- times and lengths

/// `at 2026-03-02 08:00`
Told date_apart_from_time(const Around& a) {
  const auto looks_like = [](std::string_view text, std::string_view form) {
    return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char f) { return f == '0' ? is_digit(c) : c == f; });
  };
  if (!looks_like(a.text(-1), "0000-00-00") || !looks_like(a.text(0), "00:00")) return std::nullopt;
  const std::string right = fmt::format("{}T{}", a.text(-1), a.text(0));
  return tell(a.span(-1, 0), "a date and a time are joined by a `T`", fmt::format("write `{}`", right), a.span(-1, 0), right);
}

/// `at day 3 at 09:00` in a test
Told at_in_front_of_time(const Around& a) {
  if (!a.expects("a time of day") || a.text(0) != "at" || !a.is(1, Token::Kind::number)) return std::nullopt;
  return leave_out(a);
}

/// `9am`, `09.00`, `"09:00"`
Told loose_time(const Around& a) {
  if (!a.expects("a time of day")) return std::nullopt;
  std::string_view text = a.text(0);
  if (a.is(0, Token::Kind::string)) text = text.substr(1, text.size() - 2);
  const char* const end = text.data() + text.size();
  int hour = 0;
  int minute = 0;
  const auto [behind, error] = std::from_chars(text.data(), end, hour);
  std::string_view rest(behind, static_cast<std::size_t>(end - behind));
  if (error != std::errc() || behind - text.data() > 2) return std::nullopt;
  if (rest.size() >= 3 && (rest[0] == '.' || rest[0] == ':') && is_digit(rest[1]) && is_digit(rest[2])) {
    minute = (rest[1] - '0') * 10 + (rest[2] - '0');
    rest.remove_prefix(3);
  }
  const bool apart = rest.empty() && (a.text(1) == "am" || a.text(1) == "pm") && a.is(0, Token::Kind::number);
  if (apart) rest = a.text(1);
  const bool half = rest == "am" || rest == "pm";
  if ((!rest.empty() && !half && rest != "h") || hour > (half ? 12 : 23) || minute > 59) return std::nullopt;
  if (half) hour = hour % 12 + (rest == "pm" ? 12 : 0);
  const std::string right = fmt::format("{:02}:{:02}", hour, minute);
  return tell(a.span(0, apart ? 1 : 0), "this is not how a time of day is written", fmt::format("write `{}`", right),
              a.span(0, apart ? 1 : 0), right);
}

/// `day 14d`
Told day_with_unit(const Around& a) {
  if (!a.expects("a number of days") || !a.is(0, Token::Kind::number)) return std::nullopt;
  const std::string_view text = a.text(0);
  const auto parts = match_duration(text.data(), text.data() + text.size()) == nullptr ? std::nullopt : duration_parts(text);
  if (!parts || parts->months != 0 || parts->seconds != 0) return std::nullopt;
  const std::string right = std::to_string(parts->days);
  return tell(a.span(0), "`day` counts days, without a unit", fmt::format("write `day {}`", right), a.span(0), right);
}

/// `14 days invite: ...`, `2h reminder: ...`
Told step_begins_with_length(const Around& a) {
  if (!a.begins_statement() || !a.in_steps() || !a.is(0, Token::Kind::number) || !a.at(0)->first_on_line()) return std::nullopt;
  const Cursor begin = a.rest().data();
  const Cursor end = begin + a.rest().size();
  const Cursor exact = match_duration(begin, end);
  const auto loose = match_loose_duration(begin, end, false);
  if (exact == nullptr && (!loose || loose->bare_minutes)) return std::nullopt;
  const std::string length = exact != nullptr ? std::string(begin, exact) : loose->exact;
  const auto size = static_cast<std::uint32_t>((exact != nullptr ? exact : loose->end) - begin);
  const auto parts = duration_parts(length);
  if (!parts) return std::nullopt;
  const bool days = parts->months == 0 && parts->seconds == 0;
  const std::string right = days ? fmt::format("day {}", parts->days) : fmt::format("after {}", length);
  const Span place{a.span(0).file, a.span(0).begin, a.span(0).begin + size};
  return tell(
      place, "a length of time does not begin a step",
      days ? fmt::format("write `{}`, or `after {}` to count from the step before", right, length) : fmt::format("write `{}`", right),
      place, right);
}

/// `at 1d`
Told distance_without_sign(const Around& a) {
  if (!a.expects("a distance") || !a.is(0, Token::Kind::number)) return std::nullopt;
  const std::string_view text = a.text(0);
  if (match_duration(text.data(), text.data() + text.size()) == nullptr) return std::nullopt;
  return tell(a.span(0), fmt::format("`{}` does not say whether before or after", text),
              fmt::format("write `at -{0}` for before, `at +{0}` for after", text));
}

/// `1.5h`, `-1,5h`
Told decimal_length(const Around& a) {
  if (!a.expects("a duration") && !a.expects("a distance") && a.what().find("a duration") == std::string_view::npos) return std::nullopt;
  std::string_view text = a.rest();
  const bool sign = text.starts_with('-') || text.starts_with('+');
  const char* const first = text.data() + (sign ? 1 : 0);
  const char* const end = text.data() + text.size();
  std::uint32_t whole = 0;
  const auto [point, error] = std::from_chars(first, end, whole);
  if (error != std::errc() || end - point < 3 || (*point != '.' && *point != ',') || point[1] != '5') return std::nullopt;
  struct Half {
    char unit;
    std::string_view words;
  };
  constexpr std::array kHalves{Half{'h', "30min"}, Half{'d', "12h"}, Half{'y', "6mo"}};
  const auto half = std::find_if(kHalves.begin(), kHalves.end(), [unit = point[2]](const Half& h) { return h.unit == unit; });
  if (half == kHalves.end() || (point + 3 != end && is_word(point[3]))) return std::nullopt;
  const std::string number = whole == 0 ? "" : fmt::format("{}{}", whole, half->unit);
  const std::string right = fmt::format("{}{}{}", sign ? text.substr(0, 1) : "", number, half->words);
  const Span place{a.span(0).file, a.at(0)->begin, a.at(0)->begin + static_cast<std::uint32_t>(point + 3 - text.data())};
  return tell(place, "a length of time has no decimals", fmt::format("write `{}`", right), place, right);
}

/// `per month`
Told unit_without_number(const Around& a) {
  constexpr std::array<Synonym, 6> kUnits{
      {{"day", "1d"}, {"week", "1w"}, {"month", "1mo"}, {"year", "1y"}, {"hour", "1h"}, {"minute", "1min"}}};
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Synonym& u) { return u.word == a.text(0); });
  if (!a.expects("a duration") || unit == kUnits.end()) return std::nullopt;
  return tell(a.span(0), fmt::format("`{}` is not how a duration is written", a.text(0)), fmt::format("write `{}`", unit->meant), a.span(0),
              std::string(unit->meant));
}

constexpr std::array kSlips{stray_sign,
                            stray_mark,
                            and_in_list,
                            foreign_comment,
                            name_in_quotes,
                            end_without_name,
                            name_behind_colon,
                            step_without_colon,
                            action_taken_for_name,
                            field_without_colon,
                            rule_without_word,
                            points_without_sign,
                            then_behind_condition,
                            is_what,
                            list_in_parentheses,
                            range_sign,
                            optional_type,
                            quotes_in_quotes,
                            date_apart_from_time,
                            at_in_front_of_time,
                            loose_time,
                            day_with_unit,
                            step_begins_with_length,
                            decimal_length,
                            distance_without_sign,
                            unit_without_number};

}  // namespace

Told find_slip(const FaultPlace& place) {
  const Around around(place);
  if (around.at(0) == nullptr) return std::nullopt;
  for (const auto slip : kSlips) {
    if (Told told = slip(around)) return told;
  }
  return std::nullopt;
}

std::string_view synonym_of(std::string_view word) {
  const auto found = std::find_if(kSynonyms.begin(), kSynonyms.end(), [word](const Synonym& synonym) { return synonym.word == word; });
  return found == kSynonyms.end() ? std::string_view() : found->meant;
}

}  // namespace nurture::syntax::grammar
