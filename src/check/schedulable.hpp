// Whether the engine can tell when a condition next changes. Private to src/check. Entry points: check_schedulable(),
// find_clock_trouble(), check_newcomer_silence().
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// What keeps a condition from being scheduled, if anything; in segments, which other conditions may ask for.
[[nodiscard]] std::optional<ClockTrouble> find_clock_trouble(const Context& context, const ast::Expr& condition);
/// NUR0214 for what depends on the clock in a form for which no next change can be computed. [S5.4]
void check_schedulable(Context& context, const ast::Expr& condition);
/// NUR0209: silence that holds for everyone who has just entered.
void check_newcomer_silence(Context& context, const ast::Expr& condition);

}  // namespace nurture::check
