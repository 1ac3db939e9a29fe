// What a diagnostic's edits make of the source, as lines to show. Entry point: preview_fixes().
#pragma once

#include "source/source.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nurture::source {

/// A line as it stands after the edits, or one that they take away.
struct FixLine {
  std::uint32_t file;
  std::uint32_t number;
  std::string text;
  std::size_t changed_at;  ///< The byte of `text` where it begins to differ from what was there.
  bool removed = false;
};

/// The lines that change. None when there is nothing to show: no edits, edits that overlap or lie outside the text, or
/// more changed lines than are worth a look.
[[nodiscard]] std::vector<FixLine> preview_fixes(const SourceMap& sources, const std::vector<Fix>& fixes);

}  // namespace nurture::source
