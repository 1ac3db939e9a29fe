// The parser's state: limits, blocks, and where to go on after a fault. See state.hpp; messages are in faults.cpp.
#include "syntax/grammar/state.hpp"

#include <nurture/limits.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace nurture::syntax::grammar {

using source::Code;

void State::report(Diagnostic diagnostic) {
  if (!reported_.emplace(diagnostic.span.begin, diagnostic.code).second) return;
  ++errors_;
  diagnostics_.add(std::move(diagnostic));
}

bool State::gives_up() const { return errors_ >= limits::kDiagnostics; }

void State::enter(Cursor at) {
  if (depth_ == limits::kNestingDepth) {
    report(source::report(Code::nesting_too_deep, span(at, std::min(at + 1, end())),
                          fmt::format("this is nested more than {} levels deep", limits::kNestingDepth)));
    throw Refused{at};
  }
  ++depth_;
}

void State::open_block(BlockKind kind, Cursor at) {
  enter(at);
  blocks_.push_back({kind, offset(at), offset(at), offset(at)});
}

void State::begin_statement(Cursor at) {
  blocks_.back().previous = blocks_.back().statement;
  blocks_.back().statement = offset(at);
}

void State::close_block() {
  blocks_.pop_back();
  leave();
}

// ---------------------------------------------------------------- recovery
//
// Layout has no meaning in the language, but after a fault it is the best evidence there is: a statement that begins a
// line begins it no further right than the statement before. Brackets that match are stepped over as a whole.

Cursor State::recover(Cursor begin, Cursor fault) {
  const Cursor next = next_statement(begin, fault);
  unread_.push_back(span(begin, next));
  return next;
}

std::vector<Span> State::unread() const { return gives_up() ? std::vector<Span>{span(begin(), end())} : unread_; }

Cursor State::next_statement(Cursor begin, Cursor fault) {
  const auto& tokens = layout_.tokens();
  const std::uint32_t first = layout_.index_at(offset(begin));
  std::uint32_t index = std::max(layout_.index_at(offset(fault)), first);
  if (gives_up()) return end();
  const bool outside = blocks_.size() == 1;
  for (; index < tokens.size(); ++index) {
    const Token& token = tokens[index];
    const char c = text()[token.begin];
    const bool is_bracket = token.kind == Token::Kind::symbol && token.partner != Token::kNone;
    if (is_bracket && token.partner > index) {
      index = token.partner;
      continue;
    }
    const bool own = is_bracket && token.partner >= first;
    if (c == '}' && token.kind == Token::Kind::symbol && !own && !outside) break;
    if (index > first && resumes_at(index)) break;
  }
  only_known_ = false;
  if (index < tokens.size()) return base() + tokens[index].begin;
  // The rest of the text belongs to this fault, and so do the blocks that it leaves open.
  end_told_ = true;
  return end();
}

bool State::resumes_at(std::uint32_t index) const {
  const Token& token = layout_.tokens()[index];
  if (!token.first_on_line() && !resumes_within_line(index)) return false;
  const std::string_view word = layout_.text(token);
  // `score.x` is a value, whatever `score x +8` is.
  const bool value = index + 1 < layout_.tokens().size() && layout_.text(layout_.tokens()[index + 1]) == ".";
  const bool known = (begins_statement(block().kind, word) && !value) || begins_named_item(index);
  if (!token.first_on_line()) return known;
  const Token& statement = layout_.tokens()[layout_.index_at(block().statement)];
  if (!statement.first_on_line()) return known;
  if (token.column > statement.column) return false;
  // `at most once per 7d` continues a handler, wherever it is indented.
  const bool continues = word == "at" && index + 1 < layout_.tokens().size() && layout_.text(layout_.tokens()[index + 1]) == "most";
  return !continues && (known || (!only_known_ && token.kind == Token::Kind::word));
}

/// In `{ snd a  send b }` the next statement is on the same line. Only where its words are not also found inside
/// statements.
bool State::resumes_within_line(std::uint32_t index) const {
  const BlockKind kind = block().kind;
  const bool plain = kind == BlockKind::actions || kind == BlockKind::message || kind == BlockKind::channel ||
                     kind == BlockKind::category || kind == BlockKind::lead || kind == BlockKind::event || kind == BlockKind::split ||
                     kind == BlockKind::fields || kind == BlockKind::choose || kind == BlockKind::accepts;
  return plain && layout_.same_line(block().open, layout_.tokens()[index].begin);
}

/// Fields begin with `name:`, the arms of a split with `name 50%`, the cases of a choice with `name "text"`.
bool State::begins_named_item(std::uint32_t index) const {
  const auto& tokens = layout_.tokens();
  const BlockKind kind = block().kind;
  if (tokens[index].kind != Token::Kind::word || index + 1 >= tokens.size()) return false;
  if (holds_fields(kind)) return layout_.text(tokens[index + 1]) == ":";
  if (kind == BlockKind::choose) return tokens[index + 1].kind == Token::Kind::string || layout_.text(tokens[index + 1]) == ",";
  const bool share = index + 2 < tokens.size() && tokens[index + 1].kind == Token::Kind::number && layout_.text(tokens[index + 2]) == "%";
  return kind == BlockKind::split && share;
}

bool State::looks_like_action(Cursor at) const {
  const std::uint32_t index = layout_.index_at(offset(at));
  if (index >= layout_.tokens().size()) return false;
  const Token& token = layout_.tokens()[index];
  const std::string_view word = layout_.text(token);
  if (begins_statement(BlockKind::actions, word)) return true;
  if (token.kind != Token::Kind::word || begins_statement(block().kind, word)) return false;
  if (!token.first_on_line()) return true;
  const Token& statement = layout_.tokens()[layout_.index_at(block().statement)];
  return token.column > statement.column;
}

}  // namespace nurture::syntax::grammar
