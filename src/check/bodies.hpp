// Bodies of steps, handlers and score rules. Entry points: check_body(); for src/lint as well summarize(), for_each_action().
#pragma once

#include "check/context.hpp"
#include "check/scope.hpp"

#include <vector>

namespace nurture::check {

enum class BodyKind : std::uint8_t { step, handler, score };

/// Checks every action of a body. `scope` begins as what is known at its start.
void check_body(Context& context, const ast::Body& body, const Scope& scope, BodyKind kind);

/// What a body can do to the course of a sequence.
struct Course {
  bool falls_through = true;                    ///< Some path reaches its end.
  bool at_once = true;                          ///< Some path reaches its end without a wait.
  bool always_exits = false;                    ///< Every path ends the enrolment.
  std::vector<const ast::Jump*> jumps_at_once;  ///< Jumps that some path reaches without a wait.
  std::vector<const ast::Jump*> jumps;          ///< All jumps.
};
[[nodiscard]] Course summarize(const ast::Body& body);

/// Calls f(action) for every action of a body, blocks included, in order.
template <class F>
void for_each_action(const ast::Body& body, F&& f) {
  for (const auto& action : body.actions) {
    f(action);
    if (const auto* branch = std::get_if<ast::If>(&action.what)) {
      for_each_action(branch->then, f);
      if (branch->otherwise) for_each_action(*branch->otherwise, f);
    } else if (const auto* split = std::get_if<ast::Split>(&action.what)) {
      for (const auto& arm : split->arms) for_each_action(arm.body, f);
    } else if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) {
      if (wait->timeout && wait->timeout->then) for_each_action(*wait->timeout->then, f);
    } else if (const auto* any_of = std::get_if<ast::WaitAnyOf>(&action.what)) {
      for (const auto& one : any_of->conditions.cases) for_each_action(one.body, f);
      if (any_of->timeout && any_of->timeout->then) for_each_action(*any_of->timeout->then, f);
    } else if (const auto* next = std::get_if<ast::SendNext>(&action.what)) {
      if (next->exhausted) for_each_action(*next->exhausted, f);
    } else if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) {
      if (move->otherwise) for_each_action(*move->otherwise, f);
    }
  }
}

}  // namespace nurture::check
