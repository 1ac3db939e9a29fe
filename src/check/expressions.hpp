// Typing of expressions. Private to src/check. Entry points: check_condition(), check_value(), check_when(),
// check_pattern().
//
// One mistake, one message: a part that was reported has the type `error`, about which nothing more is said.
#pragma once

#include "check/context.hpp"
#include "check/scope.hpp"
#include "check/types.hpp"

namespace nurture::check {

/// Anything: its type, which may be optional.
[[nodiscard]] Type check_expression(Context& context, const ast::Expr& expression, const Scope& scope);

/// Must be a bool that is not missing; also looks for conditions with one possible outcome.
void check_condition(Context& context, const ast::Expr& expression, const Scope& scope);

/// A condition that the engine must be able to schedule: goals, exits, handlers, waits, entries, score rules. [S5.4]
enum class WhenPlace { sequence, elsewhere };
void check_when(Context& context, const ast::Expr& expression, const Scope& scope, WhenPlace place);

/// A value for a place of the type `wanted`; `what` completes "... wants a string", e.g. "`lead.topic`". Where `wanted`
/// is optional, so may be the value; `null_clears` lets a `null` stand for missing. Answers the type of the value.
Type check_value(Context& context, const ast::Expr& expression, const Scope& scope, const Type& wanted, const std::string& what,
                 bool null_clears = false);

/// A value that can be printed, and is not missing unless it may be.
Type check_printable(Context& context, const ast::Expr& expression, const Scope& scope, const std::string& what,
                     bool may_be_missing = false);

enum class PatternUse {
  history,  ///< Inside count(...) and its kin: looks back as far as its window says.
  wait,     ///< `wait until on`: may look back.
  trigger,  ///< Goals, exits, handlers, entries, rules: waits for what comes, so a window says nothing.
};
/// Reports unknown events, checks `where` and the window, and answers what `event` means there.
[[nodiscard]] EventScope check_pattern(Context& context, const ast::Pattern& pattern, const Scope& scope, PatternUse use);

/// `on PATTERN` or `when EXPR` of something that waits for what comes. The events of an `on`; none for `when`.
[[nodiscard]] std::optional<EventScope> check_trigger(Context& context, const ast::Trigger& trigger, const Scope& scope, PatternUse use,
                                                      WhenPlace place);

/// A time zone by name: NUR0213.
void check_zone_name(Context& context, Span span, std::string_view name);
/// A date or a date with a time in quotes, where data has one: NUR0215 and false when it does not exist. (Those
/// without quotes are looked at by the parser.)
bool check_date_time(Context& context, Span span, std::string_view text);

}  // namespace nurture::check
