// Optional narrowing: which expressions are known not to be missing once a condition holds, or does not hold.
// Private to src/check. Entry points: facts_if(), key_of().
#pragma once

#include "check/context.hpp"
#include "check/scope.hpp"

namespace nurture::check {

/// The canonical text of something that may be missing and can be asked about; empty for any other expression.
[[nodiscard]] std::string key_of(const ast::Expr& expression);

/// What is known after `condition` turned out to be `outcome`. Named segments count as what they stand for.
[[nodiscard]] Facts facts_if(const Context& context, const ast::Expr& condition, bool outcome);

[[nodiscard]] Facts with(Facts facts, const Facts& more);
/// Without what was known about a namespace, e.g. `event` when it begins to mean another event.
[[nodiscard]] Facts without(const Facts& facts, std::string_view name);

}  // namespace nurture::check
