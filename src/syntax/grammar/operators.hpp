// From a flat run of operands and operators to a tree. An expression rule reads `a + b * c and not d` from left to right
// into an Expression, which holds the classical two stacks. One rule per level of nesting instead of one per level of
// precedence keeps the parser's use of the machine stack an order of magnitude smaller. Entry points: the members of
// Expression in the order of reading; take() at the end.
//
// Shape of the trees: `and` and `or` are n-ary, arithmetic and relations lean left, `? :` leans right. Every tree knows
// its height, which is limited, because everything behind the parser walks trees by recursion.
#pragma once

#include "syntax/grammar/state.hpp"

#include <cstdint>
#include <vector>

namespace nurture::syntax::grammar {

/// A node under construction with what is limited about it.
template <class Node>
struct Sized : Node {
  std::uint32_t height = 1;  ///< Levels of the tree, this one included.
  std::uint32_t links = 0;   ///< Operators of the chain that this node ends: 2 in `a + b - c`, and in `a.b.c`.
};
using Tree = Sized<ast::Expr>;

/// Counts `links` operators in the chain that ends with `tree`, the last of them at `at`. Throws Refused, with a
/// diagnostic, when they are too many.
void link(State& state, Tree& tree, std::uint32_t links, Cursor at);

/// Makes `tree` the first argument of a node around it that begins at the same place. Throws Refused, with a diagnostic,
/// when the tree grows too high; so does add_argument().
void wrap(State& state, Tree& tree, ast::ExprKind kind);
/// Adds an argument behind those that `tree` has.
void add_argument(State& state, Tree& tree, Tree argument);

class Expression : public ast::Node {
 public:
  void operand(Tree&& tree);
  /// `not`, `!` or `-`, at its place.
  void prefix(State& state, Cursor at);
  /// An operator between two operands.
  void infix(State& state, ast::ExprKind kind, Cursor at);
  /// `is known` or `is missing` behind an operand, between `at` and `end`.
  void suffix(State& state, ast::ExprKind kind, Cursor at, Cursor end);
  /// The `?` and the `:` of a conditional.
  void question(State& state, Cursor at);
  void colon(State& state);
  /// Ends the reading.
  void finish(State& state);

  /// The tree, once finished.
  [[nodiscard]] Tree& take() { return operands_.back(); }

 private:
  struct Operator {
    ast::ExprKind kind;
    int binding;
    std::uint32_t begin;
  };
  void push(State& state, Operator op);
  void reduce_to(State& state, int binding);
  void reduce(State& state);
  void apply_prefix(State& state, const Operator& op);
  void apply_conditional(State& state, const Operator& op);
  void join(State& state, const Operator& op);

  std::vector<Tree> operands_;
  std::vector<Operator> operators_;
};

/// What actions move out of an expression rule. (See handed() in x3.hpp.)
inline ast::Expr&& handed(Expression& expression) { return static_cast<ast::Expr&&>(expression.take()); }

}  // namespace nurture::syntax::grammar
