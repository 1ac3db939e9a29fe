// Where things of a YAML file end. Entry point: Extents. yaml-cpp says where a scalar begins and what it means; its last
// byte is found again here, in the source, by the rules of its style. Internal to yaml_reader.cpp.
#pragma once

#include "syntax/yaml_tree.hpp"

#include <cstddef>
#include <string_view>

namespace nurture::syntax::yaml {

[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Offsets are bytes of the source.
class Extents {
 public:
  explicit Extents(std::string_view text) : text_(text) {}

  [[nodiscard]] char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::size_t line_end(std::size_t from) const;

  /// Behind blanks, line breaks, comments and any of `marks`.
  [[nodiscard]] std::size_t skip(std::size_t from, std::string_view marks) const;
  /// Behind tags and anchors, which are reported elsewhere.
  [[nodiscard]] std::size_t skip_properties(std::size_t from) const;
  [[nodiscard]] std::size_t token_end(std::size_t from) const;
  /// A tab among the blanks that the line of `at` begins with; npos when there is none.
  [[nodiscard]] std::size_t tab_in_indentation(std::size_t at) const;

  /// The offset of the quote that closes the one at `open`; npos when there is none.
  [[nodiscard]] std::size_t closing_quote(std::size_t open) const;
  /// The end of a plain scalar: its letters stand in the file in their order, only the blanks between may differ.
  [[nodiscard]] std::size_t plain_end(std::size_t from, std::string_view value) const;
  /// The end of the lines of a block scalar whose `|` or `>` stands at `open`, behind the last line that is not blank.
  [[nodiscard]] std::size_t block_end(std::size_t open, std::string_view value) const;

 private:
  std::string_view text_;
};

/// How far the bytes of a scalar are the same as its decoded text.
[[nodiscard]] Match match_of(std::string_view bytes, std::string_view value);

}  // namespace nurture::syntax::yaml
