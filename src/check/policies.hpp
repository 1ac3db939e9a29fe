// What sequences ask of the policy pass. Private to src/check.
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// A zone that is named must exist.
/// A share that leaves two groups to compare.
void check_holdouts(Context& context, const std::vector<ast::Holdout>& holdouts);
void check_zone(Context& context, const ast::Zone& zone);
/// `then digest MESSAGE` of a cap: digests.cpp.
void check_digest(Context& context, const ast::Policy& policy, const ast::Cap& cap);
/// `retain` of the project: retention.cpp.
void check_retention(Context& context, const ast::Project& node);
/// NUR0505 for several policies that leave no moment together though each leaves some.
void check_week(Context& context, Span place, const std::string& sequence, const std::vector<const ast::Policy*>& policies);

}  // namespace nurture::check
