// Checking of texts with `{{ }}`. Private to src/check. Entry point: check_text().
#pragma once

#include "check/context.hpp"
#include "check/scope.hpp"

namespace nurture::check {

/// NUR0507 for braces that do not close, and everything about the expressions between them.
void check_text(Context& context, const ast::Text& text, const Scope& scope);

}  // namespace nurture::check
