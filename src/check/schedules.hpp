// When things of a sequence happen, as far as single numbers and fields say so: priority, the first day, times of day that
// the lead gives, recurrences, what stands behind the offset of a step. Entry points: check_settings(), check_tail().
#pragma once

#include "check/context.hpp"

namespace nurture::check {

void check_settings(Context& context, const model::Sequence& sequence);
/// The parts of a step between its offset and its name.
void check_tail(Context& context, const model::Sequence& sequence, const model::Step& step);

}  // namespace nurture::check
