// The time-zone data ends, and nothing is planned behind its end [S4.9]. Entry points: check_horizon(). Private to src/check.
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// NUR0217 for a date in an anchor, or a step on it, that lies behind the end for certain.
void check_horizon(Context& context, const ast::Sequence& sequence);
/// NUR0217 for a date that lies behind the end.
void check_horizon(Context& context, const ast::DateTime& date);
/// NUR0217 for a line of a test that lies behind the end.
void check_horizon(Context& context, const ast::Test& test);

}  // namespace nurture::check
