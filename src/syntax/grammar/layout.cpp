// The pass over a text that comes before the grammar. See layout.hpp.
#include "syntax/grammar/layout.hpp"

#include <algorithm>

namespace nurture::syntax::grammar {

namespace {

/// Whether two characters are one symbol.
bool is_long_symbol(char a, char b) {
  switch (a) {
    case '-': return b == '>';
    case '=':
    case '!':
    case '<':
    case '>': return b == '=';
    case '.':
    case '&':
    case '|': return a == b;
    default: return false;
  }
}

bool opens(char c) { return c == '(' || c == '[' || c == '{'; }
bool closes(char c) { return c == ')' || c == ']' || c == '}'; }
bool fit(char open, char close) { return (open == '(' && close == ')') || (open == '[' && close == ']') || (open == '{' && close == '}'); }

/// A number and whatever letters and digits hang on it, so that `30m` or `14days` is one thing in a message.
Cursor match_numeric(Cursor at, Cursor end, bool behind_dot) {
  // Behind a dot stand the digits of a fraction: `.2026-03-02` is no date.
  if (behind_dot) {
    const Cursor stop = match_number(at - 1, end);
    return stop != nullptr ? stop : std::find_if_not(at, end, is_word);
  }
  for (const auto match : {match_date_time, match_time, match_duration, match_number}) {
    if (const Cursor stop = match(at, end)) return stop;
  }
  return std::find_if_not(at, end, is_word);
}

}  // namespace

std::size_t utf8_length(Cursor at, Cursor end) {
  const auto byte = [](char c) { return static_cast<unsigned char>(c); };
  const unsigned char lead = byte(*at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || static_cast<std::size_t>(end - at) < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at[i]) & 0xC0) != 0x80) return 0;
  }
  // The second byte decides whether the character is overlong, a surrogate, or beyond the last one.
  const unsigned char second = byte(at[1]);
  const bool wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
                     (lead == 0xF4 && second > 0x8F);
  return wrong ? 0 : length;
}

Layout::Layout(std::string_view text, std::uint32_t begin, std::uint32_t end, Profile profile) : text_(text), profile_(profile) {
  for (std::uint32_t at = begin; at < end; ++at) {
    if (text[at] == '\n') line_breaks_.push_back(at);
  }
  read_tokens(begin, end);
  pair_brackets();
}

std::uint32_t Layout::index_at(std::uint32_t offset) const {
  const auto found = std::lower_bound(tokens_.begin(), tokens_.end(), offset, [](const Token& t, std::uint32_t o) { return t.begin < o; });
  return static_cast<std::uint32_t>(found - tokens_.begin());
}

bool Layout::same_line(std::uint32_t a, std::uint32_t b) const {
  const auto [first, last] = std::minmax(a, b);
  const auto next = std::lower_bound(line_breaks_.begin(), line_breaks_.end(), first);
  return next == line_breaks_.end() || *next >= last;
}

void Layout::read_tokens(std::uint32_t begin, std::uint32_t end) {
  const Cursor base = text_.data();
  const Cursor stop = base + end;
  Cursor line = base + begin;
  bool fresh = true;
  std::uint32_t indent = 0;
  for (Cursor at = base + begin; at != stop;) {
    if (*at == '\n') {
      line = at + 1;
      fresh = true;
    }
    if (is_blank(*at)) {
      ++at;
      continue;
    }
    if (const Cursor behind = match_comment(at, stop, profile_)) {
      comments_.push_back({static_cast<std::uint32_t>(at - base), static_cast<std::uint32_t>(behind - base)});
      at = behind;
      continue;
    }
    Token token = next_token(at, stop);
    token.column = static_cast<std::uint32_t>(at - line);
    if (fresh) indent = token.column;
    token.indent = indent;
    // A second token of the line is never in the first one's column, so the two members tell which is first.
    fresh = false;
    tokens_.push_back(token);
    const Cursor next = base + token.end;
    if (const auto text = std::string_view(at, static_cast<std::size_t>(next - at)); text.find('\n') != std::string_view::npos) {
      line = at + text.rfind('\n') + 1;
    }
    at = next;
  }
}

Token Layout::next_token(Cursor at, Cursor end) const {
  Token token;
  Cursor stop = nullptr;
  if (is_digit(*at)) {
    token.kind = Token::Kind::number;
    const std::string_view before = text_.substr(0, static_cast<std::size_t>(at - text_.data()));
    stop = match_numeric(at, end, before.ends_with('.') && !before.ends_with(".."));
  } else if ((stop = match_string(at, end, profile_)) != nullptr) {
    token.kind = Token::Kind::string;
  } else if (*at == '"' || *at == '\'') {
    token.kind = Token::Kind::unclosed_string;
    stop = std::find(at, end, '\n');
  } else if ((stop = match_word(at, end)) != nullptr) {
    token.kind = Token::Kind::word;
  } else if (static_cast<unsigned char>(*at) >= 0x80) {
    token.kind = Token::Kind::foreign;
    stop = at + std::max<std::size_t>(utf8_length(at, end), 1);
  } else {
    stop = at + (end - at >= 2 && is_long_symbol(at[0], at[1]) ? 2 : 1);
  }
  token.begin = static_cast<std::uint32_t>(at - text_.data());
  token.end = static_cast<std::uint32_t>(stop - text_.data());
  return token;
}

void Layout::pair_brackets() {
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].kind != Token::Kind::symbol) continue;
    const char c = text_[tokens_[i].begin];
    if (opens(c)) {
      open.push_back(i);
    } else if (closes(c)) {
      close_bracket(open, i);
    }
  }
  for (const std::uint32_t i : open) unclosed_braces_ += text_[tokens_[i].begin] == '{' ? 1 : 0;
}

void Layout::close_bracket(std::vector<std::uint32_t>& open, std::uint32_t index) {
  const char close = text_[tokens_[index].begin];
  // A brace is stronger than the parentheses left open inside of it; those stay without a partner.
  std::size_t depth = open.size();
  while (close == '}' && depth > 0 && text_[tokens_[open[depth - 1]].begin] != '{') --depth;
  if (depth == 0 || !fit(text_[tokens_[open[depth - 1]].begin], close)) return;
  open.resize(depth);
  Token& opener = tokens_[open.back()];
  opener.partner = index;
  tokens_[index].partner = open.back();
  const bool further_left = tokens_[index].first_on_line() && tokens_[index].column < opener.indent;
  if (close == '}' && further_left && suspect_brace_ == Token::kNone) suspect_brace_ = open.back();
  open.pop_back();
}

}  // namespace nurture::syntax::grammar
