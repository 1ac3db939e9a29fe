// What a definition file must be before any parser looks at it, in either spelling. Entry point: check_input().
#pragma once

#include "source/source.hpp"

namespace nurture::syntax {

/// Reports a file that is too large (NUR0002), is not UTF-8 or holds control characters (NUR0003). False when a parser
/// must not see it.
[[nodiscard]] bool check_input(const source::Source& source, Diagnostics& diagnostics);

}  // namespace nurture::syntax
