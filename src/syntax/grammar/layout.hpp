// One linear pass over a text before it is parsed: its tokens, its comments, and which bracket closes which. Entry point:
// Layout's constructor.
//
// The grammar works on bytes and does not need any of this to accept a file. Error messages ("after which word?"),
// recovery ("where does the next statement begin?") do, and a flat list of tokens answers them without
// parsing anything twice. Comments are collected here because a backtracking parser meets some of them twice.
#pragma once

#include "syntax/grammar/lexemes.hpp"

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace nurture::syntax::grammar {

struct Token {
  enum class Kind : std::uint8_t { word, number, string, unclosed_string, symbol, foreign };
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t begin = 0, end = 0;  ///< Bytes from the beginning of the source.
  std::uint32_t column = 0;          ///< Bytes from the beginning of its line.
  std::uint32_t indent = 0;          ///< Column of the first token of its line.
  std::uint32_t partner = kNone;     ///< For a bracket, the index of the one that belongs to it.
  Kind kind = Kind::symbol;          ///< `foreign` is a character that means nothing outside quoted text.

  [[nodiscard]] bool first_on_line() const { return column == indent; }
};

class Layout {
 public:
  /// Reads the bytes [begin, end) of `text`.
  Layout(std::string_view text, std::uint32_t begin, std::uint32_t end, Profile profile);

  [[nodiscard]] const std::vector<Token>& tokens() const { return tokens_; }
  [[nodiscard]] std::string_view text(const Token& token) const { return text_.substr(token.begin, token.end - token.begin); }
  /// The index of the first token that begins at or behind an offset, tokens().size() when there is none.
  [[nodiscard]] std::uint32_t index_at(std::uint32_t offset) const;
  /// Whether two offsets are on the same line.
  [[nodiscard]] bool same_line(std::uint32_t a, std::uint32_t b) const;

  struct Range {
    std::uint32_t begin, end;
  };
  /// Comments without their line breaks, in order.
  [[nodiscard]] const std::vector<Range>& comments() const { return comments_; }
  /// How many `{` nothing closes.
  [[nodiscard]] std::uint32_t unclosed_braces() const { return unclosed_braces_; }
  /// The unclosed `{` that the indentation gives away, or Token::kNone: the innermost block whose `}` stands further left
  /// than the line that opened it.
  [[nodiscard]] std::uint32_t suspect_brace() const { return suspect_brace_; }

 private:
  void read_tokens(std::uint32_t begin, std::uint32_t end);
  Token next_token(Cursor at, Cursor end) const;
  void pair_brackets();
  void close_bracket(std::vector<std::uint32_t>& open, std::uint32_t index);

  std::string_view text_;
  Profile profile_;
  std::vector<Token> tokens_;
  std::vector<Range> comments_;
  std::vector<std::uint32_t> line_breaks_;  ///< Their offsets: a text may be one line of a megabyte.
  std::uint32_t unclosed_braces_ = 0;
  std::uint32_t suspect_brace_ = Token::kNone;
};

/// Bytes of the UTF-8 character at `at`; 0 when it is not one.
[[nodiscard]] std::size_t utf8_length(Cursor at, Cursor end);

}  // namespace nurture::syntax::grammar
