// Syntax tree to canonical text or YAML. Entry points: print_text(), print_yaml(), format().
#pragma once

#include "source/source.hpp"
#include "syntax/ast.hpp"
#include "syntax/parse.hpp"

#include <optional>
#include <string>

namespace nurture::syntax {

/// Canonical text of a tree: two-space indent, one statement a line, columns aligned within a run of step or rule lines.
/// Statements of different kinds keep the order of their spans; those without spans come in the canonical order.
[[nodiscard]] std::string print_text(const ast::File& file);
/// The YAML spelling. Scalars that YAML 1.1 or 1.2 readers would retype are quoted.
[[nodiscard]] std::string print_yaml(const ast::File& file);
[[nodiscard]] std::string print_expression(const ast::Expr& expression);
[[nodiscard]] std::string print_pattern(const ast::Pattern& pattern);
[[nodiscard]] std::string print_outcome(const ast::Outcome& outcome);
[[nodiscard]] std::string print_duration(const ast::Duration& duration);
/// "5", "10%", "half"
[[nodiscard]] std::string print_decay_amount(const ast::Decay& decay);
/// "day 14", "at -2h from start", "after 2d" - without the time of day.
[[nodiscard]] std::string print_offset(const ast::Offset& offset);
/// When a step is due, as written: "day 3 on mon..fri at 09:00".
[[nodiscard]] std::string print_schedule(const ast::Step& step);
[[nodiscard]] std::string print_recurrence(const ast::Recurrence& every);  ///< "monday at 09:00", behind `every`
[[nodiscard]] std::string print_late(const ast::LateRule& late);           ///< "grace 2h", behind `late`

/// The source in canonical form, same spelling. Checks before it answers that the result parses to an equal tree with
/// the same comments in the same order; nullopt (with a diagnostic) when the source has errors or the check fails.
[[nodiscard]] std::optional<std::string> format(const source::Source& source, Diagnostics& diagnostics);
/// The source in the other spelling (`to`), with the same check.
[[nodiscard]] std::optional<std::string> convert(const source::Source& source, Spelling to, Diagnostics& diagnostics);

}  // namespace nurture::syntax
