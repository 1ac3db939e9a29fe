// Moments, dates and lengths of time for the slow evaluator. Calendar arithmetic is src/time's, which has vectors of its
// own. Entry points: time_literal(), time_operation().
#pragma once

#include "model/naive_eval.hpp"

#include <optional>

namespace naive {

/// A duration, a time of day, a date or a date with a time; one without an offset is read in `zone`.
[[nodiscard]] Value time_literal(const nurture::ast::Expr& e, const nurture::time::Zone& zone);

/// An operation of two values of which one has to do with time; nothing when neither has.
[[nodiscard]] std::optional<Value> time_operation(nurture::ast::ExprKind op, const Value& a, const Value& b, const World& world);

/// "1mo2d3h" as a period.
[[nodiscard]] nurture::time::Period period_of(const std::string& text);

}  // namespace naive
