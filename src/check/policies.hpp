// What sequences ask of the policy pass. Private to src/check.
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// A zone that is named must exist.
void check_zone(Context& context, const ast::Zone& zone);
/// NUR0505 for several policies that leave no moment together though each leaves some.
void check_week(Context& context, Span place, const std::string& sequence, const std::vector<const ast::Policy*>& policies);

}  // namespace nurture::check
