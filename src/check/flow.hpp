// What a sequence's steps lead to. Private to src/check. Entry point: check_flow().
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// NUR0301 for steps that come after the surely reached end, NUR0303 for circles of jumps without a wait.
void check_flow(Context& context, const model::Sequence& sequence);

}  // namespace nurture::check
