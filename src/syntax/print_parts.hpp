// The one-line parts that both printers are made of; internal to src/syntax. Entry points: the functions below.
#pragma once

#include "syntax/ast.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nurture::syntax {

/// In double quotes; quotes, backslashes and control characters escaped, so that it stands on one line.
[[nodiscard]] std::string print_string(std::string_view text);
/// A text of several lines in three quotes, each line indented by so many blanks; every other text as print_string().
[[nodiscard]] std::string print_paragraph(std::string_view text, std::size_t indent);
[[nodiscard]] std::string print_names(const std::vector<ast::Name>& names, std::string_view separator);
[[nodiscard]] std::string print_time(const ast::TimeOfDay& time);     ///< "09:00"
[[nodiscard]] std::string print_clock(const ast::ClockTime& clock);   ///< "lead.best_time else 09:00"
[[nodiscard]] std::string print_weekdays(const ast::Weekdays& days);  ///< "mon..fri"
[[nodiscard]] std::string print_instant(const ast::Instant& instant);
[[nodiscard]] std::string print_type(const ast::Type& type);
[[nodiscard]] std::string print_zone(const ast::Zone& zone);
[[nodiscard]] std::string print_trigger(const ast::Trigger& trigger);  ///< "on ..." or "when ..."
/// "==" for equal, "+" for add, "in"; empty for what is no infix operator.
[[nodiscard]] std::string_view operator_text(ast::ExprKind kind);

}  // namespace nurture::syntax
