// What one run of the parser knows besides its position: the text and its layout, which blocks are open, how deep the
// nesting is, and the diagnostics. It travels in X3's context, so the grammar itself stays free of state.
// Entry points: expected() and unknown_statement() report a fault, recover() finds the place to go on.
#pragma once

#include "source/codes.hpp"
#include "source/source.hpp"
#include "syntax/grammar/layout.hpp"
#include "syntax/grammar/words.hpp"
#include "syntax/parse.hpp"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture::syntax::grammar {

/// Thrown when a statement cannot be read further and the reason has been reported. Caught where statements recover.
struct Refused {
  Cursor at;
};

/// Written text in backticks, cut when it is long.
[[nodiscard]] std::string in_backticks(std::string_view written);

class State {
 public:
  State(const source::Source& source, std::uint32_t begin, std::uint32_t end, Profile profile, Diagnostics& diagnostics)
      : source_(source),
        diagnostics_(diagnostics),
        profile_(profile),
        begin_(begin),
        end_(end),
        layout_(source.text(), begin, end, profile) {}

  [[nodiscard]] Profile profile() const { return profile_; }
  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] std::string_view text() const { return source_.text(); }
  [[nodiscard]] Cursor base() const { return source_.text().data(); }
  [[nodiscard]] Cursor begin() const { return base() + begin_; }
  [[nodiscard]] Cursor end() const { return base() + end_; }
  [[nodiscard]] std::uint32_t offset(Cursor at) const { return static_cast<std::uint32_t>(at - base()); }
  [[nodiscard]] Span span(Cursor from, Cursor to) const { return {source_.id(), offset(from), offset(to)}; }
  [[nodiscard]] Span span(const Token& token) const { return {source_.id(), token.begin, token.end}; }
  [[nodiscard]] const source::Source& source() const { return source_; }

  /// Adds a diagnostic unless the same was said about the same place; backtracking reads some places twice.
  void report(Diagnostic diagnostic);
  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  /// True when there were so many errors that reading on helps nobody.
  [[nodiscard]] bool gives_up() const;

  /// A level of nesting; throws Refused beyond the limit.
  void enter(Cursor at);
  void leave() { --depth_; }

  // ---- blocks
  struct Block {
    BlockKind kind = BlockKind::file;
    std::uint32_t open = Token::kNone;  ///< Offset of its `{`; the file has none.
    std::uint32_t statement = 0;        ///< Offset at which the current statement begins.
    std::uint32_t previous = 0;         ///< Offset at which the statement before begins.
  };
  void open_block(BlockKind kind, Cursor at);
  void close_block();
  /// Notes where the current statement of the innermost block begins.
  void begin_statement(Cursor at);
  [[nodiscard]] const Block& block() const { return blocks_.back(); }

  // ---- faults (faults.cpp)
  /// X3 expected `what` at `where` and did not find it. Answers where the fault begins, for recover().
  Cursor expected(Cursor where, const std::string& what);
  /// No statement of a block of `kind` begins at `at`. False when the innermost block is rather taken to end here,
  /// because its `}` was forgotten.
  bool unknown_statement(Cursor at, BlockKind kind);
  /// The text goes on at `at` behind what should be all of it.
  void unexpected_rest(Cursor at);
  /// A duration is written in words, beginning at `at`.
  void report_loose_duration(Cursor at, const LooseDuration& loose);
  /// The innermost block meets the end of the text.
  void never_closed();
  /// A `}` at the level of the file.
  void stray_brace(Cursor at);
  /// Behind the value of an anchor, at `at`, no `else` says what happens while it is missing. Throws Refused when
  /// something else stands there.
  void anchor_without_rule(Cursor at, Span value);
  /// An instant of a test that stands at the end of a line, behind what it belongs to. Throws Refused.
  void refuse_instant_behind(Span instant);

  // ---- recovery
  /// Where to go on after a fault in what began at `begin`: the next statement of the innermost block, its `}`, or the
  /// end. Always behind `begin`, or the end. What is passed over is noted as unread.
  [[nodiscard]] Cursor recover(Cursor begin, Cursor fault);
  /// What recover() passed over; all of the text when there were too many errors to read on.
  [[nodiscard]] std::vector<Span> unread() const;
  /// Whether `at`, where an action is due, reads like a misspelt one and not like the next statement.
  [[nodiscard]] bool looks_like_action(Cursor at) const;

 private:
  [[nodiscard]] Cursor next_statement(Cursor begin, Cursor fault);
  [[nodiscard]] bool resumes_at(std::uint32_t index) const;
  [[nodiscard]] bool resumes_within_line(std::uint32_t index) const;
  [[nodiscard]] bool begins_named_item(std::uint32_t index) const;

  [[nodiscard]] const Token* token_at(Cursor at) const;
  [[nodiscard]] const Token* token_before(std::uint32_t offset) const;
  [[nodiscard]] std::string quoted(const Token& token) const;
  [[nodiscard]] std::string quoted_end(const Token& token) const;
  bool told_lexical_fault(const Token& token);
  bool told_long_duration(const Token& token, const Token* before);
  bool told_hyphen(const Token& token, const Token* before);
  bool told_single_equals(const Token& token);
  bool told_missing_condition(std::uint32_t fault);
  bool told_wrong_order(const Token& token);
  void report_foreign(const Token& token, const Token* before);
  [[nodiscard]] const Token* statement_taken_for_name(const Token* before) const;
  bool told_missing_brace(const Token& token);
  [[nodiscard]] bool is_outdented(const Token& token) const;
  void report_unclosed(const Block& block, const Token* next);
  void report_unknown_word(const Token& token, const Token* before, BlockKind kind);
  void suggest(Diagnostic& diagnostic, const Token& token, std::span<const std::string_view> candidates) const;

  const source::Source& source_;
  Diagnostics& diagnostics_;
  Profile profile_;
  std::uint32_t begin_, end_;
  Layout layout_;
  std::vector<Block> blocks_{Block{}};
  std::size_t depth_ = 0;
  std::size_t errors_ = 0;
  std::vector<Span> unread_;
  std::set<std::pair<std::uint32_t, std::string>> reported_;
  std::uint32_t unclosed_told_ = 0;  ///< How many missing `}` have been reported.
  bool end_told_ = false;            ///< The end of the text was reported as a fault; unclosed blocks are the same fault.
  bool only_known_ = false;          ///< A block was left too early: its further statements are part of the same fault.
};

}  // namespace nurture::syntax::grammar
