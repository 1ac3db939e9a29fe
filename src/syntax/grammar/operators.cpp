// Operator precedence. See operators.hpp.
#include "syntax/grammar/operators.hpp"

#include <nurture/limits.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace nurture::syntax::grammar {

namespace {

using ast::ExprKind;

constexpr std::size_t kHeight = limits::kNestingDepth + limits::kChainLength;

/// How tightly an operator binds. The question mark and the colon of a conditional bind loosest and mark their place.
enum Binding : int { kQuestion, kColon, kOr, kAnd, kNot, kRelation, kSum, kProduct, kSign };

int binding_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::or_: return kOr;
    case ExprKind::and_: return kAnd;
    case ExprKind::add:
    case ExprKind::subtract: return kSum;
    case ExprKind::multiply:
    case ExprKind::divide:
    case ExprKind::modulo: return kProduct;
    default: return kRelation;
  }
}

/// Operators that can wait for their right side in a tree within the limits: a full chain of each binding.
constexpr std::size_t kPending = limits::kChainLength * (kSign + 1);

bool is_prefix(ExprKind kind) { return kind == ExprKind::not_ || kind == ExprKind::negate; }

void check_height(State& state, const Tree& tree) {
  if (tree.height <= kHeight) return;
  Diagnostic diagnostic = source::report(source::Code::nesting_too_deep, tree.span, "this expression is nested too deeply");
  diagnostic.help = "give a part of it a name, as a segment";
  state.report(std::move(diagnostic));
  throw Refused{state.base() + tree.span.end};
}

[[noreturn]] void refuse_chain(State& state, Cursor at) {
  Diagnostic diagnostic = source::report(source::Code::too_long, state.span(at, at + 1),
                                         fmt::format("this chain is longer than {} parts", limits::kChainLength));
  diagnostic.help = "give a part of it a name, as a segment";
  state.report(std::move(diagnostic));
  throw Refused{at};
}

/// The operators of the chain that `tree` ends if it belongs to one of the given binding, else 0.
std::uint32_t links_of(const Tree& tree, int binding) { return !tree.parenthesized && binding_of(tree.kind) == binding ? tree.links : 0; }

}  // namespace

void link(State& state, Tree& tree, std::uint32_t links, Cursor at) {
  tree.links = links;
  if (links >= limits::kChainLength) refuse_chain(state, at);
}

void wrap(State& state, Tree& tree, ExprKind kind) {
  Tree outer;
  outer.kind = kind;
  outer.span = tree.span;
  outer.height = tree.height + 1;
  outer.args.push_back(static_cast<ast::Expr&&>(tree));
  tree = std::move(outer);
  check_height(state, tree);
}

void add_argument(State& state, Tree& tree, Tree argument) {
  tree.height = std::max(tree.height, argument.height + 1);
  tree.args.push_back(static_cast<ast::Expr&&>(argument));
  check_height(state, tree);
}

void Expression::operand(Tree&& tree) {
  tree.links = 0;
  operands_.push_back(std::move(tree));
}

void Expression::prefix(State& state, Cursor at) {
  // The word stands above `and` and below comparisons, the signs next to the operand.
  const bool is_word = *at == 'n';
  push(state, {*at == '-' ? ExprKind::negate : ExprKind::not_, is_word ? kNot : kSign, state.offset(at)});
}

void Expression::infix(State& state, ExprKind kind, Cursor at) {
  const int binding = binding_of(kind);
  reduce_to(state, binding);
  push(state, {kind, binding, state.offset(at)});
}

void Expression::suffix(State& state, ExprKind kind, Cursor at, Cursor end) {
  reduce_to(state, kRelation);
  Tree& operand = operands_.back();
  const std::uint32_t links = links_of(operand, kRelation);
  wrap(state, operand, kind);
  operand.span.end = state.offset(end);
  link(state, operand, links + 1, at);
}

void Expression::question(State& state, Cursor at) {
  reduce_to(state, kOr);
  push(state, {ExprKind::conditional, kQuestion, state.offset(at)});
}

void Expression::colon(State& state) {
  reduce_to(state, kOr);
  operators_.back().binding = kColon;
}

void Expression::finish(State& state) {
  while (!operators_.empty()) reduce(state);
}

void Expression::push(State& state, Operator op) {
  if (operators_.size() == kPending) refuse_chain(state, state.base() + op.begin);
  operators_.push_back(op);
}

void Expression::reduce_to(State& state, int binding) {
  while (!operators_.empty() && operators_.back().binding >= binding) reduce(state);
}

void Expression::reduce(State& state) {
  const Operator op = operators_.back();
  operators_.pop_back();
  if (is_prefix(op.kind)) {
    apply_prefix(state, op);
  } else if (op.kind == ExprKind::conditional) {
    apply_conditional(state, op);
  } else {
    join(state, op);
  }
}

void Expression::apply_prefix(State& state, const Operator& op) {
  Tree& operand = operands_.back();
  const std::uint32_t links = is_prefix(operand.kind) && !operand.parenthesized ? operand.links : 0;
  wrap(state, operand, op.kind);
  operand.span.begin = op.begin;
  link(state, operand, links + 1, state.base() + op.begin);
}

void Expression::apply_conditional(State& state, const Operator& op) {
  Tree otherwise = std::move(operands_.back());
  operands_.pop_back();
  Tree then = std::move(operands_.back());
  operands_.pop_back();
  Tree& whole = operands_.back();
  const std::uint32_t links = otherwise.kind == ExprKind::conditional && !otherwise.parenthesized ? otherwise.links : 0;
  wrap(state, whole, ExprKind::conditional);
  whole.span.end = otherwise.span.end;
  add_argument(state, whole, std::move(then));
  add_argument(state, whole, std::move(otherwise));
  link(state, whole, links + 1, state.base() + op.begin);
}

void Expression::join(State& state, const Operator& op) {
  Tree right = std::move(operands_.back());
  operands_.pop_back();
  Tree& left = operands_.back();
  const std::uint32_t links = links_of(left, op.binding);
  const bool n_ary = op.kind == ExprKind::and_ || op.kind == ExprKind::or_;
  if (!n_ary || left.kind != op.kind || left.parenthesized) wrap(state, left, op.kind);
  left.span.end = right.span.end;
  add_argument(state, left, std::move(right));
  link(state, left, links + 1, state.base() + op.begin);
}

}  // namespace nurture::syntax::grammar
