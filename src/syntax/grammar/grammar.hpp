// The grammar without X3: what src/syntax/parse.cpp calls. Each function reads the whole range of a State and reports
// what it cannot read; none throws.
#pragma once

#include "syntax/grammar/state.hpp"

#include <optional>

namespace nurture::syntax::grammar {

[[nodiscard]] ast::File read_file(State& state);
/// nullopt after an error.
[[nodiscard]] std::optional<ast::Expr> read_whole_expression(State& state);
[[nodiscard]] std::optional<ast::Pattern> read_whole_pattern(State& state);
[[nodiscard]] std::optional<ast::Outcome> read_whole_outcome(State& state);

}  // namespace nurture::syntax::grammar
