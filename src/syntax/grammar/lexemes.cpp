// Matching and decoding of the smallest parts of a text. No entry point of its own: see lexemes.hpp.
//
// The matchers mirror regular expressions that backtrack, e.g. a date-time that is followed by a letter is tried again
// without its offset; where that can make a difference the shorter forms are tried in the same order.
#include "syntax/grammar/lexemes.hpp"

#include "time/zone.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace nurture::syntax::grammar {

namespace {

constexpr std::array<std::string_view, 14> kReserved{"and",  "or",    "not",    "in",    "is", "true", "false",
                                                     "null", "where", "within", "since", "of", "as",   "else"};
constexpr std::array<std::string_view, 21> kReservedInCel{"true",     "false",   "null",      "in",       "as",  "break",  "const",
                                                          "continue", "else",    "for",       "function", "if",  "import", "let",
                                                          "loop",     "package", "namespace", "return",   "var", "void",   "while"};

struct Unit {
  std::string_view word;
  std::string_view unit;
};
/// The words people write for units. `m` alone is ambiguous and has a code of its own.
constexpr std::array kUnits{
    Unit{"y", "y"},        Unit{"yr", "y"},        Unit{"yrs", "y"},  Unit{"year", "y"},  Unit{"years", "y"}, Unit{"mo", "mo"},
    Unit{"month", "mo"},   Unit{"months", "mo"},   Unit{"mon", "mo"}, Unit{"w", "w"},     Unit{"wk", "w"},    Unit{"wks", "w"},
    Unit{"week", "w"},     Unit{"weeks", "w"},     Unit{"d", "d"},    Unit{"day", "d"},   Unit{"days", "d"},  Unit{"h", "h"},
    Unit{"hr", "h"},       Unit{"hrs", "h"},       Unit{"hour", "h"}, Unit{"hours", "h"}, Unit{"min", "min"}, Unit{"mins", "min"},
    Unit{"minute", "min"}, Unit{"minutes", "min"}, Unit{"s", "s"},    Unit{"sec", "s"},   Unit{"secs", "s"},  Unit{"second", "s"},
    Unit{"seconds", "s"},  Unit{"m", "m"},
};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool word_at(Cursor at, Cursor end) { return at != end && is_word(*at); }

Cursor digits(Cursor at, Cursor end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

/// Exactly `count` digits, else nullptr.
Cursor exactly(Cursor at, Cursor end, int count) {
  for (; count > 0; --count, ++at) {
    if (at == end || !is_digit(*at)) return nullptr;
  }
  return at;
}

Cursor literal(Cursor at, Cursor end, char c) { return at != nullptr && at != end && *at == c ? at + 1 : nullptr; }

/// "08:00" without a check of what follows.
Cursor clock(Cursor at, Cursor end) {
  at = exactly(at, end, 2);
  at = literal(at, end, ':');
  return at == nullptr ? nullptr : exactly(at, end, 2);
}

Cursor unless_word(Cursor at, Cursor end) { return at == nullptr || word_at(at, end) ? nullptr : at; }

Cursor sign(Cursor at, Cursor end) { return at != end && (*at == '+' || *at == '-') ? at + 1 : nullptr; }

/// The unit behind the digits of a duration: `mo` and `min` before the single letters.
Cursor unit(Cursor at, Cursor end) {
  const std::string_view rest(at, static_cast<std::size_t>(end - at));
  if (rest.starts_with("min")) return at + 3;
  if (rest.starts_with("mo")) return at + 2;
  return !rest.empty() && std::string_view("ywdhs").find(rest.front()) != std::string_view::npos ? at + 1 : nullptr;
}

Cursor exponent(Cursor at, Cursor end) {
  if (at == end || (*at != 'e' && *at != 'E')) return nullptr;
  ++at;
  if (const Cursor behind = sign(at, end)) at = behind;
  const Cursor stop = digits(at, end);
  return stop == at ? nullptr : stop;
}

/// A fraction `.5`, with its exponent when that is one and `with_exponent`.
Cursor fraction(Cursor at, Cursor end, bool with_exponent) {
  if (at == end || *at != '.') return nullptr;
  const Cursor stop = digits(at + 1, end);
  if (stop == at + 1) return nullptr;
  if (!with_exponent) return stop;
  const Cursor power = exponent(stop, end);
  return power != nullptr ? power : stop;
}

/// The place of a closing triple quote, or nullptr. In definitions, as in the PEG, a backslash in front of it always
/// keeps it from closing; CEL counts escapes, and knows none in raw texts.
Cursor find_triple(Cursor at, Cursor end, char quote, bool raw, Profile profile) {
  const std::string close(3, quote);
  const std::string_view text(at, static_cast<std::size_t>(end - at));
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (profile == Profile::cel && !raw && text[i] == '\\') {
      ++i;
      continue;
    }
    if (text.substr(i, 3) != close) continue;
    // The character in front may be the last of the opening quotes, which is no backslash.
    if (profile == Profile::nurture && i > 0 && text[i - 1] == '\\') continue;
    return at + i;
  }
  return nullptr;
}

/// The place of the closing quote on the same line, or nullptr.
Cursor find_single(Cursor at, Cursor end, char quote, bool raw, Profile profile) {
  const bool escapes = profile == Profile::nurture || !raw;
  for (; at != end && *at != '\n'; ++at) {
    if (*at == quote) return at;
    if (escapes && *at == '\\' && (++at == end || *at == '\n')) return nullptr;
  }
  return nullptr;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      put(0xE0 | (point >> 12));
    } else {
      put(0xF0 | (point >> 18));
      put(0x80 | ((point >> 12) & 0x3F));
    }
    put(0x80 | ((point >> 6) & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

/// Digits of an escape in the given base; nullopt when there are not `count` of them or they are no character.
std::optional<std::uint32_t> code_point(std::string_view text, std::size_t count, int base) {
  if (text.size() < count) return std::nullopt;
  std::uint32_t value = 0;
  const char* const stop = text.data() + count;
  const auto [read, error] = std::from_chars(text.data(), stop, value, base);
  if (error != std::errc() || read != stop) return std::nullopt;
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return value > 0x10FFFF || surrogate ? std::nullopt : std::optional(value);
}

/// One escape behind its backslash: appends its meaning and answers its length, 0 when it is none.
std::size_t decode_escape(std::string_view text, std::string& out) {
  static constexpr std::string_view kSimple = "ntrabfv\\\"'`?";
  static constexpr std::string_view kMeaning = "\n\t\r\a\b\f\v\\\"'`?";
  if (text.empty()) return 0;
  const char letter = text.front();
  if (const std::size_t simple = kSimple.find(letter); simple != std::string_view::npos) {
    out += kMeaning[simple];
    return 1;
  }
  const std::size_t hex = letter == 'x' || letter == 'X' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  const bool octal = letter >= '0' && letter <= '3';
  if (hex == 0 && !octal) return 0;
  const auto point = hex != 0 ? code_point(text.substr(1), hex, 16) : code_point(text, 3, 8);
  if (!point) return 0;
  append_utf8(out, *point);
  return hex != 0 ? hex + 1 : 3;
}

std::string_view unit_of(std::string_view word) {
  for (const Unit& candidate : kUnits) {
    if (candidate.word == word) return candidate.unit;
  }
  return {};
}

/// Whether the word of a loose duration rather begins the step `day 3` behind a number.
bool begins_day_step(std::string_view word, Cursor behind, Cursor end) {
  if (word != "day") return false;
  const Cursor next = skip_blanks(behind, end, Profile::nurture);
  return next != end && (is_digit(*next) || *next == '+' || *next == '-');
}

}  // namespace

Cursor match_comment(Cursor at, Cursor end, Profile profile) {
  if (at == end) return nullptr;
  const bool hash = *at == '#' && profile == Profile::nurture;
  const bool slashes = *at == '/' && at + 1 != end && at[1] == '/';
  return hash || slashes ? std::find(at, end, '\n') : nullptr;
}

Cursor skip_blanks(Cursor at, Cursor end, Profile profile) {
  while (at != end) {
    if (is_blank(*at)) {
      ++at;
    } else if (const Cursor behind = match_comment(at, end, profile)) {
      at = behind;
    } else {
      break;
    }
  }
  return at;
}

Cursor match_int(Cursor at, Cursor end) {
  const Cursor stop = digits(at, end);
  if (stop == at || word_at(stop, end)) return nullptr;
  // `0..100` is an integer and two dots, `0.5` is a number.
  return stop != end && *stop == '.' && stop + 1 != end && is_digit(stop[1]) ? nullptr : stop;
}

Cursor match_signed(Cursor at, Cursor end) {
  const Cursor signless = sign(at, end);
  const Cursor begin = signless != nullptr ? signless : at;
  const Cursor stop = digits(begin, end);
  return stop == begin ? nullptr : unless_word(stop, end);
}

Cursor match_points(Cursor at, Cursor end) { return sign(at, end) == nullptr ? nullptr : match_signed(at, end); }

Cursor match_percent(Cursor at, Cursor end) {
  const Cursor stop = digits(at, end);
  return stop == at ? nullptr : literal(stop, end, '%');
}

Cursor match_factor(Cursor at, Cursor end) {
  const Cursor whole = digits(at, end);
  if (whole == at) return nullptr;
  const Cursor part = fraction(whole, end, false);
  return unless_word(literal(part != nullptr ? part : whole, end, 'x'), end);
}

Cursor match_number(Cursor at, Cursor end) {
  const std::string_view rest(at, static_cast<std::size_t>(end - at));
  if (rest.starts_with("0x")) {
    Cursor stop = at + 2;
    while (stop != end && std::string_view("0123456789abcdefABCDEF").find(*stop) != std::string_view::npos) ++stop;
    if (stop != at + 2 && !word_at(stop, end)) return stop;
  }
  const Cursor whole = digits(at, end);
  for (const bool with_exponent : {true, false}) {
    if (const Cursor stop = unless_word(fraction(whole, end, with_exponent), end)) return stop;
  }
  if (whole == at) return nullptr;
  if (const Cursor stop = unless_word(exponent(whole, end), end)) return stop;
  return unless_word(whole, end);
}

Cursor match_duration(Cursor at, Cursor end) {
  Cursor stop = nullptr;
  for (;;) {
    const Cursor behind = digits(at, end);
    if (behind == at) break;
    const Cursor next = unit(behind, end);
    if (next == nullptr) return nullptr;
    stop = at = next;
  }
  return unless_word(stop, end);
}

Cursor match_signed_duration(Cursor at, Cursor end) {
  const Cursor begin = sign(at, end);
  return begin == nullptr ? nullptr : match_duration(begin, end);
}

Cursor match_date_time(Cursor at, Cursor end) {
  Cursor date = exactly(at, end, 4);
  for (int part = 0; part < 2 && date != nullptr; ++part) {
    date = literal(date, end, '-');
    if (date != nullptr) date = exactly(date, end, 2);
  }
  if (date == nullptr) return nullptr;
  const Cursor t = literal(date, end, 'T');
  const Cursor minutes = t == nullptr ? nullptr : clock(t, end);
  if (minutes == nullptr) return unless_word(date, end);
  const Cursor colon = literal(minutes, end, ':');
  const Cursor seconds = colon == nullptr ? nullptr : exactly(colon, end, 2);
  for (const Cursor time : {seconds, minutes}) {
    if (time == nullptr) continue;
    const Cursor zulu = literal(time, end, 'Z');
    const Cursor east = sign(time, end);
    const Cursor offset = east == nullptr ? nullptr : clock(east, end);
    for (const Cursor stop : {zulu, offset, time}) {
      if (const Cursor whole = unless_word(stop, end)) return whole;
    }
  }
  return unless_word(date, end);
}

Cursor match_time(Cursor at, Cursor end) { return unless_word(clock(at, end), end); }

Cursor match_word(Cursor at, Cursor end) {
  if (at == end || !is_letter(*at)) return nullptr;
  return std::find_if_not(at, end, is_word);
}

Cursor match_name(Cursor at, Cursor end, Profile profile) {
  const Cursor stop = match_word(at, end);
  if (stop == nullptr) return nullptr;
  return is_reserved({at, static_cast<std::size_t>(stop - at)}, profile) ? nullptr : stop;
}

Cursor match_dotted_name(Cursor at, Cursor end) {
  Cursor stop = match_name(at, end);
  while (stop != nullptr && stop != end && *stop == '.') {
    const Cursor next = match_word(stop + 1, end);
    if (next == nullptr) break;
    stop = next;
  }
  return stop;
}

Cursor match_string(Cursor at, Cursor end, Profile profile) {
  const bool raw = at != end && (*at == 'r' || *at == 'R');
  if (raw) ++at;
  if (at == end || (*at != '"' && *at != '\'')) return nullptr;
  const char quote = *at;
  if (end - at >= 3 && at[1] == quote && at[2] == quote) {
    if (const Cursor close = find_triple(at + 3, end, quote, raw, profile)) return close + 3;
  }
  const Cursor close = find_single(at + 1, end, quote, raw, profile);
  return close == nullptr ? nullptr : close + 1;
}

bool is_reserved(std::string_view word, Profile profile) {
  return profile == Profile::cel ? contains(kReservedInCel, word) : contains(kReserved, word);
}

std::optional<LooseDuration> match_loose_duration(Cursor at, Cursor end, bool with_sign) {
  LooseDuration loose;
  std::string in_months;
  bool one_word = true;
  if (const Cursor behind = sign(at, end); with_sign && behind != nullptr) {
    loose.exact = in_months = *at;
    at = behind;
  }
  for (int pairs = 0; pairs < 8; ++pairs) {
    const Cursor number = digits(at, end);
    if (number == at) break;
    Cursor word = number;
    while (word != end && (*word == ' ' || *word == '\t')) ++word;
    Cursor stop = word;
    while (stop != end && is_letter(*stop)) ++stop;
    const std::string_view name(word, static_cast<std::size_t>(stop - word));
    const std::string_view exact = unit_of(name);
    if (exact.empty() || begins_day_step(name, stop, end)) break;
    one_word = one_word && word == number;
    loose.bare_minutes = loose.bare_minutes || exact == "m";
    loose.exact.append(at, number).append(exact == "m" ? "min" : exact);
    in_months.append(at, number).append(exact == "m" ? "mo" : exact);
    loose.end = at = stop;
    // A further pair may stand behind a blank: `1 hour 30 minutes`.
    Cursor next = stop;
    while (next != end && (*next == ' ' || *next == '\t')) ++next;
    if (next != stop && next != end && is_digit(*next)) at = next;
  }
  if (loose.end == nullptr || word_at(loose.end, end)) return std::nullopt;
  loose.glued = one_word;
  if (loose.bare_minutes) loose.months = std::move(in_months);
  return loose;
}

namespace {

/// What stands between the quotes of a text that match_string() found.
struct Quoted {
  Quoted(Cursor at, Cursor behind) : raw(*at == 'r' || *at == 'R') {
    if (raw) ++at;
    triple = behind - at >= 6 && at[1] == *at && at[2] == *at;
    begin = at + (triple ? 3 : 1);
    end = behind - (triple ? 3 : 1);
  }
  Cursor begin = nullptr;
  Cursor end = nullptr;
  bool raw = false;
  bool triple = false;
};

void decode(Cursor at, Cursor stop, bool raw, Decoded& decoded) {
  if (raw) {
    decoded.text.append(at, stop);
    return;
  }
  while (at < stop) {
    if (*at != '\\') {
      decoded.text += *at++;
      continue;
    }
    const std::size_t length = decode_escape({at + 1, static_cast<std::size_t>(stop - at - 1)}, decoded.text);
    if (length == 0 && decoded.bad_begin == nullptr) {
      decoded.bad_begin = at;
      decoded.bad_end = std::min(at + 2, stop);
      while (decoded.bad_end != stop && (static_cast<unsigned char>(*decoded.bad_end) & 0xC0) == 0x80) ++decoded.bad_end;
    }
    at += length + 1;
  }
}

using Line = std::string_view;

bool is_blank_line(Line line) { return line.find_first_not_of(" \t") == Line::npos; }

std::vector<Line> lines_of(Cursor at, Cursor end) {
  std::vector<Line> lines;
  while (true) {
    const Cursor stop = std::find(at, end, '\n');
    const bool carriage_return = stop != end && stop != at && stop[-1] == '\r';
    lines.emplace_back(at, static_cast<std::size_t>(stop - at) - (carriage_return ? 1 : 0));
    if (stop == end) return lines;
    at = stop + 1;
  }
}

/// How many blanks all lines begin with; lines of blanks alone do not count, but for the one in front of the quotes.
std::size_t margin_of(const std::vector<Line>& lines) {
  std::optional<Line> margin;
  for (const Line& line : lines) {
    if (is_blank_line(line) && &line != &lines.back()) continue;
    const Line blanks = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
    if (!margin) margin = blanks;
    const auto differs = std::mismatch(margin->begin(), margin->end(), blanks.begin(), blanks.end()).first;
    margin = margin->substr(0, static_cast<std::size_t>(differs - margin->begin()));
  }
  return margin ? margin->size() : 0;
}

}  // namespace

Decoded decode_string(Cursor begin, Cursor end) {
  const Quoted quoted(begin, end);
  Decoded decoded;
  decode(quoted.begin, quoted.end, quoted.raw, decoded);
  return decoded;
}

Decoded decode_text(Cursor begin, Cursor end) {
  const Quoted quoted(begin, end);
  std::vector<Line> lines = lines_of(quoted.begin, quoted.end);
  if (!quoted.triple || lines.size() == 1 || !is_blank_line(lines.front())) return decode_string(begin, end);
  lines.erase(lines.begin());
  const std::size_t margin = margin_of(lines);
  if (is_blank_line(lines.back())) lines.pop_back();
  Decoded decoded;
  for (const Line& line : lines) {
    if (&line != &lines.front()) decoded.text += '\n';
    if (!is_blank_line(line)) decode(line.data() + margin, line.data() + line.size(), quoted.raw, decoded);
  }
  return decoded;
}

std::optional<DurationParts> duration_parts(std::string_view text) {
  DurationParts parts;
  const bool negative = text.starts_with('-');
  Cursor at = text.data();
  const Cursor end = at + text.size();
  if (const Cursor behind = sign(at, end)) at = behind;
  while (at != end) {
    std::int64_t count = 0;
    const Cursor number = digits(at, end);
    if (std::from_chars(at, number, count).ec != std::errc()) return std::nullopt;
    const Cursor next = unit(number, end);
    const std::string_view name(number, static_cast<std::size_t>(next - number));
    std::int64_t& part = name == "y" || name == "mo" ? parts.months : name == "w" || name == "d" ? parts.days : parts.seconds;
    const std::int64_t factor = name == "y" ? 12 : name == "w" ? 7 : name == "h" ? 3600 : name == "min" ? 60 : 1;
    std::int64_t product = 0;
    if (__builtin_mul_overflow(count, factor, &product) || __builtin_add_overflow(part, product, &part)) return std::nullopt;
    at = next;
  }
  if (negative) parts = {-parts.months, -parts.days, -parts.seconds};
  return parts;
}

bool is_real_date_time(std::string_view text) {
  const auto number = [&text](std::size_t at, std::size_t count) {
    std::int32_t value = 0;
    std::from_chars(text.data() + at, text.data() + at + count, value);
    return value;
  };
  if (!time::is_valid({number(0, 4), number(5, 2), number(8, 2)})) return false;
  if (text.size() == 10) return true;
  if (number(11, 2) > 23 || number(14, 2) > 59) return false;
  const std::size_t behind_minutes = 16;
  const bool has_seconds = text.size() > behind_minutes && text[behind_minutes] == ':';
  if (has_seconds && number(behind_minutes + 1, 2) > 59) return false;
  const std::size_t offset = has_seconds ? behind_minutes + 3 : behind_minutes;
  if (text.size() <= offset || text[offset] == 'Z') return true;
  return number(offset + 1, 2) <= 23 && number(offset + 4, 2) <= 59;
}

}  // namespace nurture::syntax::grammar
