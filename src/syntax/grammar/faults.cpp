// From "X3 expected this and found that" to what an author can use. Entry points: State::expected() and
// State::unknown_statement(). Before the general sentence is tried, the token at fault is asked whether it is one of the
// slips that everybody makes: a quote that is never closed, `14 days`, a hyphen in a name, a character pasted from a
// word processor, a forgotten brace.
#include "syntax/grammar/slips.hpp"
#include "syntax/grammar/state.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace nurture::syntax::grammar {

namespace {

using source::Code;

constexpr std::size_t kQuotedBytesMax = 40;

/// The words in backticks of a description such as "`hold` or `drop`".
std::vector<std::string_view> words_in(std::string_view description) {
  std::vector<std::string_view> words;
  for (std::size_t open = description.find('`'); open != std::string_view::npos;) {
    const std::size_t close = description.find('`', open + 1);
    if (close == std::string_view::npos) break;
    words.push_back(description.substr(open + 1, close - open - 1));
    open = description.find('`', close + 1);
  }
  return words;
}

constexpr std::array<std::string_view, 10> kTypes{"string", "int",      "number",   "bool", "date",
                                                  "time",   "datetime", "duration", "enum", "list"};

struct Typographic {
  std::string_view written;
  std::string_view plain;
};
/// What word processors make of plain signs.
constexpr std::array kTypographic{
    Typographic{"\u201C", "\""}, Typographic{"\u201D", "\""}, Typographic{"\u201E", "\""}, Typographic{"\u00AB", "\""},
    Typographic{"\u00BB", "\""}, Typographic{"\u2018", "'"},  Typographic{"\u2019", "'"},  Typographic{"\u2013", "-"},
    Typographic{"\u2014", "-"},  Typographic{"\u2212", "-"},  Typographic{"\u2192", "->"}, Typographic{"\u2265", ">="},
    Typographic{"\u2264", "<="}, Typographic{"\u2260", "!="}, Typographic{"\u2026", ".."}, Typographic{"\u00A0", " "},
    Typographic{"\u202F", " "},  Typographic{"\u00D7", "x"},
};

/// The bytes of a character as people look it up.
std::string code_point_name(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  std::uint32_t point = bytes.size() == 4 ? lead & 0x07u : bytes.size() == 3 ? lead & 0x0Fu : lead & 0x1Fu;
  for (const char c : bytes.substr(1)) point = (point << 6) | (static_cast<unsigned char>(c) & 0x3Fu);
  return fmt::format("U+{:04X}", point);
}

/// The other end of a text in typographic quotes, on the same line; nullptr when the quote is none or stands alone.
const Token* closing_quote(const Layout& layout, const Token& open, std::string_view plain) {
  if (plain != "\"") return nullptr;
  const auto& tokens = layout.tokens();
  const Token* last = nullptr;
  for (std::uint32_t i = layout.index_at(open.begin) + 1; i < tokens.size() && !tokens[i].first_on_line(); ++i) {
    if (tokens[i].kind != Token::Kind::foreign) continue;
    const std::string_view written = layout.text(tokens[i]);
    const auto found = std::find_if(kTypographic.begin(), kTypographic.end(), [&](const Typographic& t) { return t.written == written; });
    if (found != kTypographic.end() && found->plain == plain) last = &tokens[i];
  }
  return last;
}

}  // namespace

std::string in_backticks(std::string_view written) {
  return written.size() > kQuotedBytesMax ? fmt::format("`{}...`", written.substr(0, kQuotedBytesMax)) : fmt::format("`{}`", written);
}

const Token* State::token_at(Cursor at) const {
  const std::uint32_t index = layout_.index_at(offset(at));
  return index < layout_.tokens().size() ? &layout_.tokens()[index] : nullptr;
}

const Token* State::token_before(std::uint32_t offset) const {
  const std::uint32_t index = layout_.index_at(offset);
  return index == 0 ? nullptr : &layout_.tokens()[index - 1];
}

std::string State::quoted(const Token& token) const {
  const std::string_view written = layout_.text(token);
  const bool is_text = token.kind == Token::Kind::string;
  if (is_text && (written.size() > kQuotedBytesMax || written.find('\n') != std::string_view::npos)) return "the text";
  return in_backticks(written);
}

/// The end of what was read, for "after ...": the whole of a dotted name.
std::string State::quoted_end(const Token& token) const {
  std::uint32_t index = layout_.index_at(token.begin);
  const auto& tokens = layout_.tokens();
  const auto dotted = [&](std::uint32_t i) {
    return i >= 2 && tokens[i].kind == Token::Kind::word && layout_.text(tokens[i - 1]) == "." && tokens[i - 2].kind == Token::Kind::word &&
           tokens[i - 2].end + 1 == tokens[i].begin;
  };
  while (dotted(index)) index -= 2;
  Token whole = token;
  whole.begin = tokens[index].begin;
  return quoted(whole);
}

void State::suggest(Diagnostic& diagnostic, const Token& token, std::span<const std::string_view> candidates) const {
  if (token.kind != Token::Kind::word) return;
  std::string_view near = source::nearest(layout_.text(token), candidates);
  const std::string_view meant = synonym_of(layout_.text(token));
  if (near.empty() && std::find(candidates.begin(), candidates.end(), meant) != candidates.end()) near = meant;
  if (near.empty() || near == layout_.text(token)) return;
  diagnostic.caret = fmt::format("did you mean `{}`?", near);
  diagnostic.fixes.push_back({diagnostic.span, std::string(near)});
}

// ---------------------------------------------------------------- slips that a token gives away

bool State::told_lexical_fault(const Token& token) {
  const Token* const before = token_before(token.begin);
  if (token.kind == Token::Kind::unclosed_string) {
    Diagnostic diagnostic = source::report(Code::bad_string, span(token), "this text is never closed");
    const std::string quote(layout_.text(token).substr(0, 1));
    diagnostic.help = fmt::format("end it with `{}` on the same line", quote);
    report(std::move(diagnostic));
    return true;
  }
  if (token.kind == Token::Kind::foreign) {
    report_foreign(token, before);
    return true;
  }
  return told_hyphen(token, before) || told_long_duration(token, before) || told_single_equals(token);
}

/// `if a = 3`: one `=` in a condition.
bool State::told_single_equals(const Token& token) {
  static constexpr std::array<std::string_view, 5> kConditions{"if", "when", "where", "key", "segment"};
  if (layout_.text(token) != "=") return false;
  const auto& tokens = layout_.tokens();
  const std::uint32_t end = layout_.index_at(token.begin);
  // An expression that ends in front of the `=` has ended its statement, too.
  const std::uint32_t begin = layout_.index_at(block().statement == token.begin ? block().previous : block().statement);
  const bool in_condition = std::any_of(tokens.begin() + begin, tokens.begin() + end, [this](const Token& t) {
    return std::find(kConditions.begin(), kConditions.end(), layout_.text(t)) != kConditions.end();
  });
  if (!in_condition) return false;
  Diagnostic diagnostic = source::report(Code::syntax, span(token), "`=` does not compare");
  const Token* const next = end + 1 < tokens.size() ? &tokens[end + 1] : nullptr;
  const bool turned = next != nullptr && next->begin == token.end && (layout_.text(*next) == ">" || layout_.text(*next) == "<");
  const std::string right = turned ? std::string(layout_.text(*next)) + "=" : "==";
  if (turned) diagnostic.span.end = next->end;
  if (turned) diagnostic.message = fmt::format("`={}` does not compare", layout_.text(*next));
  diagnostic.help = fmt::format("write `{}`", right);
  diagnostic.fixes.push_back({diagnostic.span, right});
  report(std::move(diagnostic));
  return true;
}

void State::report_foreign(const Token& token, const Token* before) {
  const std::string_view written = layout_.text(token);
  const auto found = std::find_if(kTypographic.begin(), kTypographic.end(), [&](const Typographic& t) { return t.written == written; });
  if (found != kTypographic.end()) {
    const bool blank = found->plain == " ";
    Diagnostic diagnostic =
        source::report(Code::syntax, span(token),
                       blank ? "this is not an ordinary blank" : fmt::format("`{}` is not the sign `{}`", written, found->plain));
    diagnostic.help = blank ? "replace it by a blank" : fmt::format("write `{}`", found->plain);
    diagnostic.fixes.push_back({span(token), std::string(found->plain)});
    if (const Token* const close = closing_quote(layout_, token, found->plain))
      diagnostic.fixes.push_back({span(*close), std::string(found->plain)});
    return report(std::move(diagnostic));
  }
  const bool in_name = before != nullptr && before->kind == Token::Kind::word && before->end == token.begin;
  Diagnostic diagnostic =
      source::report(Code::syntax, span(token),
                     in_name ? fmt::format("`{}` cannot be part of a name", written)
                             : fmt::format("`{}` ({}) cannot stand outside of a text in quotes", written, code_point_name(written)));
  if (in_name) diagnostic.help = "names consist of the letters a to z, digits and `_`";
  report(std::move(diagnostic));
}

bool State::told_hyphen(const Token& token, const Token* before) {
  if (layout_.text(token) != "-" || before == nullptr || before->kind != Token::Kind::word || before->end != token.begin) return false;
  const Cursor rest = base() + token.end;
  const Cursor stop = match_word(rest, end());
  if (stop == nullptr) return false;
  const std::string_view front = layout_.text(*before);
  const std::string_view back(rest, static_cast<std::size_t>(stop - rest));
  Diagnostic diagnostic = source::report(Code::hyphen_in_name, {source_.id(), before->begin, offset(stop)},
                                         fmt::format("{} is written with a hyphen", in_backticks(fmt::format("{}-{}", front, back))));
  diagnostic.help = "names use `_`";
  diagnostic.fixes.push_back({span(token), "_"});
  report(std::move(diagnostic));
  return true;
}

bool State::told_long_duration(const Token& token, const Token* before) {
  const bool behind_number = before != nullptr && before->kind == Token::Kind::number && token.kind == Token::Kind::word &&
                             layout_.same_line(before->begin, token.begin);
  const Token& start = behind_number ? *before : token;
  if (start.kind != Token::Kind::number || profile_ == Profile::cel) return false;
  if (match_duration(base() + start.begin, end()) != nullptr) return false;
  const auto loose = match_loose_duration(base() + start.begin, end(), false);
  if (!loose || offset(loose->end) < token.end) return false;
  report_loose_duration(base() + start.begin, *loose);
  return true;
}

void State::report_loose_duration(Cursor at, const LooseDuration& loose) {
  const Span place = span(at, loose.end);
  const std::string_view written = text().substr(place.begin, place.end - place.begin);
  Diagnostic diagnostic;
  if (loose.bare_minutes) {
    diagnostic = source::report(Code::bare_minutes, place, fmt::format("{} can mean minutes or months", in_backticks(written)));
    diagnostic.help = fmt::format("write `{}` for minutes or `{}` for months", loose.exact, loose.months);
  } else {
    diagnostic = source::report(Code::long_duration, place, fmt::format("{} is not how a duration is written", in_backticks(written)));
    diagnostic.help = fmt::format("write `{}`", loose.exact);
  }
  diagnostic.fixes.push_back({place, loose.exact});
  report(std::move(diagnostic));
}

// ---------------------------------------------------------------- expected ...

/// `if { send a }`: the block was read as values in braces, because a condition is due there.
bool State::told_missing_condition(std::uint32_t fault) {
  static constexpr std::array<std::string_view, 3> kWords{"if", "when", "where"};
  const auto& tokens = layout_.tokens();
  const std::uint32_t end = std::min<std::uint32_t>(layout_.index_at(fault), static_cast<std::uint32_t>(tokens.size()));
  for (std::uint32_t i = layout_.index_at(block().statement); i + 1 < end; ++i) {
    const bool opens = layout_.text(tokens[i + 1]) == "{";
    if (!opens || std::find(kWords.begin(), kWords.end(), layout_.text(tokens[i])) == kWords.end()) continue;
    report(source::report(Code::syntax, span(tokens[i + 1]), fmt::format("expected a condition after `{}`", layout_.text(tokens[i]))));
    return true;
  }
  return false;
}

/// `before`, when it is the next line's statement whose first word was read as the name that the line before lacks.
const Token* State::statement_taken_for_name(const Token* before) const {
  if (before == nullptr || !before->first_on_line() || before->begin <= block().statement) return nullptr;
  const Token& statement = layout_.tokens()[layout_.index_at(block().statement)];
  const bool sibling = statement.first_on_line() && before->column <= statement.column;
  return sibling && begins_statement(block().kind, layout_.text(*before)) ? before : nullptr;
}

Cursor State::expected(Cursor where, const std::string& what) {
  if (const Token* const taken = statement_taken_for_name(token_before(offset(where)))) {
    const Token* const short_line = token_before(taken->begin);
    report(source::report(Code::syntax, {source_.id(), short_line->end, short_line->end},
                          fmt::format("expected a name after {}", quoted(*short_line))));
    return base() + taken->begin;
  }
  const Token* const token = token_at(where);
  const Token* const before = token_before(offset(where));
  if (token == nullptr) end_told_ = true;
  if (token != nullptr && told_lexical_fault(*token)) return where;
  if (token != nullptr && told_wrong_order(*token)) return where;
  if (told_missing_condition(offset(where))) return where;
  const bool same_line = token != nullptr && (before == nullptr || layout_.same_line(before->end, token->begin));
  if (same_line && profile_ == Profile::nurture) {
    if (auto slip = find_slip({source_, layout_, layout_.index_at(token->begin), block().kind, what})) {
      report(std::move(*slip));
      return where;
    }
  }
  const std::string behind = before == nullptr ? "" : fmt::format(" after {}", quoted_end(*before));
  // What is missing at the end of a line is missing there, not in front of the next line's first word.
  const std::uint32_t gap = before == nullptr ? offset(where) : before->end;
  const Span place = same_line ? span(*token) : Span{source_.id(), gap, gap};
  Diagnostic diagnostic = source::report(Code::syntax, place, fmt::format("expected {}{}", what, behind));
  if (same_line) {
    if (what == "a type") {
      suggest(diagnostic, *token, kTypes);
    } else if (is_reserved(layout_.text(*token), profile_) && what.starts_with("a name")) {
      diagnostic.caret = fmt::format("`{}` is a word of the language and cannot be a name", layout_.text(*token));
    } else {
      suggest(diagnostic, *token, words_in(what));
    }
  }
  report(std::move(diagnostic));
  return where;
}

void State::anchor_without_rule(Cursor at, Span value) {
  const Token* const token = token_at(at);
  const bool goes_on = token != nullptr && layout_.same_line(value.end, token->begin) && layout_.text(*token) != "}";
  if (goes_on && (told_lexical_fault(*token) || told_wrong_order(*token))) throw Refused{base() + token->begin};
  Diagnostic diagnostic = source::report(Code::anchor_missing_rule, {source_.id(), value.end, value.end},
                                         "this anchor does not say what happens while its date is missing");
  static constexpr std::array<std::string_view, 1> kElse{"else"};
  if (goes_on) {
    diagnostic.span = span(*token);
    suggest(diagnostic, *token, kElse);
  }
  diagnostic.help = "end it with `else hold` to wait for the date, or with `else exit` to leave the sequence";
  report(std::move(diagnostic));
  if (goes_on) throw Refused{base() + token->begin};
}

void State::refuse_instant_behind(Span instant) {
  const auto& tokens = layout_.tokens();
  const std::uint32_t at = layout_.index_at(block().statement);
  const std::uint32_t next = layout_.index_at(instant.end);
  const Token& line = tokens[layout_.index_at(block().previous)];
  const bool behind_expect = layout_.text(line) == "expect" && layout_.same_line(line.begin, instant.end);
  const bool goes_on = next < tokens.size() && layout_.same_line(instant.end, tokens[next].begin) && layout_.text(tokens[next]) != "}";
  if (!behind_expect || goes_on) return;
  Diagnostic diagnostic = source::report(Code::syntax, {source_.id(), tokens[at].begin, instant.end}, "an instant stands before `expect`");
  const std::string right(text().substr(tokens[at].begin, instant.end - tokens[at].begin));
  const std::string expected(text().substr(line.begin, tokens[at - 1].end - line.begin));
  diagnostic.help = fmt::format("write `{} {}`", right, expected);
  diagnostic.fixes.push_back({{source_.id(), line.begin, instant.end}, right + ' ' + expected});
  report(std::move(diagnostic));
  throw Refused{base() + instant.end};
}

void State::unexpected_rest(Cursor at) {
  const Token* const token = token_at(at);
  if (token == nullptr || told_lexical_fault(*token)) return;
  const Token* const before = token_before(token->begin);
  const bool construction = profile_ == Profile::cel && layout_.text(*token) == "{";
  std::string message = construction
                            ? "messages cannot be constructed"
                            : fmt::format("{} cannot stand after {}", quoted(*token), before == nullptr ? "nothing" : quoted_end(*before));
  Diagnostic diagnostic = source::report(Code::syntax, span(*token), std::move(message));
  if (profile_ == Profile::nurture) suggest(diagnostic, *token, continuing_words());
  report(std::move(diagnostic));
}

// ---------------------------------------------------------------- unknown statements

bool State::unknown_statement(Cursor at, BlockKind kind) {
  const Token* const token = token_at(at);
  if (token == nullptr) {
    expected(at, std::string(words_of(kind).statement));
    return true;
  }
  const Token* const before = token_before(token->begin);
  const bool continues = before != nullptr && !token->first_on_line() && layout_.text(*before) != "{";
  // What a statement does not go on with was not read whole.
  if (continues && block().statement == token->begin) unread_.push_back({source_.id(), block().previous, token->end});
  if (told_wrong_order(*token)) return true;
  if (told_missing_brace(*token)) return false;
  auto slip = find_slip({source_, layout_, layout_.index_at(token->begin), kind, {}});
  if (slip) {
    report(std::move(*slip));
    return true;
  }
  if (told_lexical_fault(*token)) return true;
  if (holds_fields(kind) || kind == BlockKind::split) {
    const bool is_field = kind != BlockKind::split;
    if (token->kind == Token::Kind::word) {
      expected(base() + token->end, is_field ? "`:` and a type" : "a share such as `50%`");
    } else {
      report(source::report(Code::syntax, span(*token), fmt::format("{} does not begin {}", quoted(*token), words_of(kind).statement)));
    }
    return true;
  }
  if (token->kind == Token::Kind::word) {
    report_unknown_word(*token, before, kind);
    return true;
  }
  std::string message = continues ? fmt::format("{} cannot stand after {}", quoted(*token), quoted_end(*before))
                                  : fmt::format("{} does not begin {}", quoted(*token), words_of(kind).statement);
  report(source::report(Code::syntax, span(*token), std::move(message)));
  return true;
}

void State::report_unknown_word(const Token& token, const Token* before, BlockKind kind) {
  const std::string_view word = layout_.text(token);
  // The `if` in front of it could not be read.
  if (word == "else" && errors_ > 0) return;
  Diagnostic diagnostic =
      source::report(Code::unknown_statement, span(token), fmt::format("{} is not {}", quoted(token), words_of(kind).statement));
  if (begins_statement(kind, word)) {
    // Only the first lines of a file are bound to their place; elsewhere the word had its turn.
    diagnostic = source::report(Code::syntax, span(token),
                                kind == BlockKind::file ? fmt::format("`{}` stands before all declarations", word)
                                                        : fmt::format("`{}` cannot be said twice", word));
    return report(std::move(diagnostic));
  }
  const auto blocks = all_blocks();
  const auto home =
      std::find_if(blocks.begin(), blocks.end(), [word](const BlockWords& block) { return begins_statement(block.kind, word); });
  if (home != blocks.end()) {
    diagnostic.caret = fmt::format("it is {}", home->kind == BlockKind::phase ? "a step" : home->statement);
    only_known_ = blocks_.size() == 1;
    return report(std::move(diagnostic));
  }
  suggest(diagnostic, token, words_of(kind).words);
  if (diagnostic.fixes.empty() && before != nullptr && !token.first_on_line() && layout_.text(*before) != "{") {
    diagnostic.message = fmt::format("{} cannot stand after {}", quoted(token), quoted_end(*before));
    suggest(diagnostic, token, continuing_words());
  }
  report(std::move(diagnostic));
}

// ---------------------------------------------------------------- braces

bool State::told_missing_brace(const Token& token) {
  const std::string_view word = layout_.text(token);
  if (blocks_.size() == 1 || !token.first_on_line()) return false;
  // In a block of fields no word of the language can stand there; elsewhere the braces or the indentation must agree.
  const bool fields = holds_fields(block().kind);
  if (unclosed_told_ >= layout_.unclosed_braces() && !fields && !is_outdented(token)) return false;
  const bool foreign = std::any_of(blocks_.begin(), blocks_.end() - 1, [word](const Block& b) { return begins_statement(b.kind, word); });
  if (!foreign || begins_statement(block().kind, word)) return false;
  report_unclosed(block(), &token);
  return true;
}

/// Whether a token stands no further right than the line that opened the block, whose statements do.
bool State::is_outdented(const Token& token) const {
  const auto& tokens = layout_.tokens();
  const std::uint32_t open = layout_.index_at(block().open);
  return open + 1 < tokens.size() && token.column <= tokens[open].indent && tokens[open + 1].indent > tokens[open].indent;
}

void State::report_unclosed(const Block& block, const Token* next) {
  ++unclosed_told_;
  Diagnostic diagnostic = source::report(Code::syntax, {source_.id(), block.open, block.open + 1}, "this block is never closed");
  if (next != nullptr) {
    const std::string_view word = layout_.text(*next);
    diagnostic.labels.push_back({span(*next), fmt::format("a `}}` is missing before `{}`", word)});
    diagnostic.help = fmt::format("add a `}}` before `{}`", word);
  } else {
    diagnostic.help = "add a `}` at its end";
  }
  report(std::move(diagnostic));
}

void State::never_closed() {
  if (gives_up() || end_told_) return;
  end_told_ = true;
  // A `}` that stands further left than the block it would close tells which one was forgotten.
  const std::uint32_t suspect = layout_.suspect_brace();
  Block block = blocks_.back();
  if (suspect != Token::kNone) block.open = layout_.tokens()[suspect].begin;
  report_unclosed(block, nullptr);
}

void State::stray_brace(Cursor at) {
  // A block that was taken to end early leaves its `}` behind.
  if (end_told_ || unclosed_told_ > layout_.unclosed_braces()) return;
  report(source::report(Code::syntax, span(at, at + 1), "this `}` closes no block"));
}

}  // namespace nurture::syntax::grammar
