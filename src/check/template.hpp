// Texts with `{{ expression }}`: subjects, string fields of messages, notifications. Entry points: split_template(),
// parse_part(). The checker and the compiler both cut texts here, so that they agree on the parts.
#pragma once

#include "syntax/ast.hpp"

#include <nurture/diagnostics.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::check {

/// A piece of a text: words, or what stands between `{{` and `}}`.
struct TemplatePart {
  bool is_expression = false;
  std::string text;       ///< The words; or the expression, without braces and the blanks around it.
  std::size_t begin = 0;  ///< Bytes of `text` within the decoded text.
  std::size_t end = 0;
};

struct Template {
  std::vector<TemplatePart> parts;
  std::optional<std::size_t> unclosed;  ///< Where a `{{` without `}}` begins; what follows it is not in `parts`.
  std::optional<std::size_t> empty;     ///< Where a `{{ }}` without an expression begins.

  [[nodiscard]] bool is_plain() const { return parts.empty() || (parts.size() == 1 && !parts.front().is_expression); }
};

/// Braces inside of string literals of an expression do not end it.
[[nodiscard]] Template split_template(std::string_view text);

/// Parses an expression part. With `sources`, spans and diagnostics point into the file where the text stands: exactly
/// at the part when the file spells it byte for byte, else at the whole text. nullopt after an error.
[[nodiscard]] std::optional<ast::Expr> parse_part(const ast::Text& text, const TemplatePart& part, Diagnostics& diagnostics);
/// The same for a text that is known to be right; spans mean nothing.
[[nodiscard]] std::optional<ast::Expr> parse_part(const TemplatePart& part);

}  // namespace nurture::check
