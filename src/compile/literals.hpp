// Literals of expressions as values. Entry point: value_of().
#pragma once

#include "eval/value.hpp"
#include "syntax/ast.hpp"

#include <optional>
#include <string_view>

namespace nurture::compile::literals {

/// The value of a null, bool, number, duration, date, datetime with an offset or time of day; an error value where the
/// text stands for nothing that can be represented. nullopt for everything else, texts and local datetimes among it.
[[nodiscard]] std::optional<eval::Value> value_of(const ast::Expr& e);

/// "42", "-0x1F", "2.5e3": an int unless it has a point or an exponent.
[[nodiscard]] eval::Value number(std::string_view text);
/// "14d", "1d12h", "2h30min": a period when it has a calendar part, else a duration.
[[nodiscard]] eval::Value length(std::string_view text);
/// "09:30", "23:59:30"
[[nodiscard]] eval::Value time_of_day(std::string_view text);
/// A type of the CEL profile by its name.
[[nodiscard]] std::optional<eval::Value> type_of(std::string_view name);

}  // namespace nurture::compile::literals
