// What rules of scores have in common for lints. Entry point: adds_per_event(). Private to src/lint.
#pragma once

#include "check/model.hpp"

namespace nurture::lint {

/// Whether a rule adds points each time that an event comes, rather than while something holds.
[[nodiscard]] inline bool adds_per_event(const ast::Rule& rule) { return rule.trigger.on.has_value() && rule.points.value > 0; }

}  // namespace nurture::lint
