// How the text printer lays statements out on lines; internal to src/syntax. Entry points: layout(), braces(), body().
//
// A statement prints as a row of cells. Neighbouring rows of one run stand in columns; a blank line or a comment between
// two rows ends the run. The last cell is never padded and may go over several lines. Everything here is a function of the
// tree and its comments alone, never of how the source was laid out, which is what makes the formatter idempotent.
#pragma once

#include "syntax/ast.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::syntax {

/// Blocks that fit within this column and hold little print on one line.
inline constexpr std::size_t kLineWidth = 100;

/// Rows of one run are aligned with each other.
enum class Run : std::uint8_t { none, field, item, segment, setting, ending, step, rule, tier, tier_action, arm };

struct Row {
  Run run = Run::none;
  std::vector<std::string> cells;
  const ast::Comments* comments = nullptr;
  const std::string* doc = nullptr;  ///< Of declarations.
  bool own_paragraph = false;        ///< Blank lines around it, whatever the author wrote.
  std::uint32_t begin = 0;           ///< Place in the source, for the order between kinds of statements.
};

/// Code points of a text, which stand for columns.
[[nodiscard]] std::size_t width(std::string_view text);

/// The rows, each on lines of its own at the indentation, then the dangling comments. Ends with a line break unless empty.
[[nodiscard]] std::string layout(const std::vector<Row>& rows, const std::vector<std::string>& dangling, int indent);
/// `{`, the rows one step deeper, `}` at the indentation; `{}` when there is nothing.
[[nodiscard]] std::string braces(const std::vector<Row>& rows, const std::vector<std::string>& dangling, int indent);

enum class BodyStyle : std::uint8_t {
  bare,            ///< A single action stands without braces: steps.
  bare_if_simple,  ///< A single action that holds no block does: handlers, `then`.
  inline_braces,   ///< A single such action stands in braces on the line when it fits: arms, `if`, `enter`.
  block,           ///< Always a block.
};

/// A body, given how far the line is indented and how many columns stand before the body already.
[[nodiscard]] std::string body(const ast::Body& body, BodyStyle style, int indent, std::size_t column);

}  // namespace nurture::syntax
