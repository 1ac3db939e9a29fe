// Regular expressions in linear time, private to src/eval. Entry point: matches().
//
// The usual syntax without what needs backtracking: no back references and no look-around. The time is bounded by the
// size of the pattern times the length of the text, whatever the pattern, and is paid for from the evaluation's budget.
#pragma once

#include "eval/code.hpp"

namespace nurture::eval::pattern {

/// Whether some part of `text` matches; bad_pattern when `pattern` is malformed or too large.
[[nodiscard]] Value matches(Call& call, std::string_view text, std::string_view pattern);

}  // namespace nurture::eval::pattern
