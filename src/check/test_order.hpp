// The order of time in tests. Private to src/check. Entry point: check_test_order().
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// NUR0601 for lines that come before the one above them, wherever that can be judged without running the test.
void check_test_order(Context& context, const ast::Test& test);

}  // namespace nurture::check
