// Text as a terminal shows it: which character takes how many columns, and which must not reach a terminal as it is.
// Entry point: lay_out().
//
// Carets stand under what they mean only if columns are counted as the terminal counts them: tabs are expanded, East
// Asian letters take two columns, combining marks none. Control characters and the invisible characters that reorder
// text are written out (`<U+202E>`), so a file can neither hide text from its reader nor command the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::source {

/// One character: where it stands in the source, in the shown text and on the screen.
struct Cell {
  std::uint32_t source;  ///< Byte offset in the text that was laid out.
  std::uint32_t shown;   ///< Byte offset in Layout::text.
  std::uint32_t column;  ///< 0-based column of the screen.
};

/// A text without line breaks, laid out. The last cell is the end of the text.
struct Layout {
  std::string text;
  std::vector<Cell> cells;

  [[nodiscard]] std::uint32_t width() const { return cells.back().column; }
  /// The column at which the character that holds byte `offset` of the source begins.
  [[nodiscard]] std::uint32_t column_of(std::size_t offset) const;
};

[[nodiscard]] Layout lay_out(std::string_view text);
/// The text as it is safe to show, without the columns.
[[nodiscard]] std::string shown(std::string_view text);
/// Columns that an already safe text takes.
[[nodiscard]] std::uint32_t width_of(std::string_view text);
/// The nearest byte offset at or before `offset` at which a character begins.
[[nodiscard]] std::size_t character_begin(std::string_view text, std::size_t offset);

}  // namespace nurture::source
