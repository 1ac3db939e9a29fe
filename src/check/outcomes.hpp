// Conditions that can have one outcome only: NUR0204. Private to src/check. Entry point: check_outcomes().
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// Looks at a condition that is well typed, and reports the smallest part that is always true or always false.
void check_outcomes(Context& context, const ast::Expr& condition);

}  // namespace nurture::check
