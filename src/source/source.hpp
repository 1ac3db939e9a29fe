// Source files and their line tables. A place is a byte offset; line and column are derived on demand.
// Entry point: SourceMap::add.
#pragma once

#include <nurture/diagnostics.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::source {

/// One text. Immutable after construction.
class Source {
 public:
  /// `first_line` is the number of its first line, for a part of a file that was not read whole.
  Source(std::uint32_t id, std::string name, std::string text, std::uint32_t first_line = 1);

  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }

  /// 1-based line and column (in code points) of a byte offset; offsets beyond the end are the end.
  [[nodiscard]] LineColumn position(std::uint32_t offset) const;
  /// The 1-based line of a byte offset.
  [[nodiscard]] std::uint32_t line_at(std::uint32_t offset) const;
  /// The text of a 1-based line without its line break; empty when there is no such line.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  /// The byte offset at which a 1-based line begins.
  [[nodiscard]] std::uint32_t line_begin(std::uint32_t number) const;
  /// The number of the last line.
  [[nodiscard]] std::uint32_t line_count() const { return static_cast<std::uint32_t>(lines_.size()) + first_line_ - 1; }

 private:
  std::uint32_t id_;
  std::string name_;
  std::string text_;
  std::uint32_t first_line_;
  std::vector<std::uint32_t> lines_;  ///< Offset of the first byte of each line.
};

/// All texts of one compilation. Addresses of sources are stable. Not for use by several threads while adding.
class SourceMap {
 public:
  const Source& add(std::string name, std::string text, std::uint32_t first_line = 1);
  [[nodiscard]] const Source& at(std::uint32_t id) const { return *sources_.at(id); }
  [[nodiscard]] std::size_t size() const { return sources_.size(); }

  /// Says that a source was read because of a `use`, which findings in it then name.
  void set_used_at(std::uint32_t id, Span use) { used_at_.insert_or_assign(id, use); }
  /// nullptr for what was named itself.
  [[nodiscard]] const Span* used_at(std::uint32_t id) const {
    const auto found = used_at_.find(id);
    return found == used_at_.end() ? nullptr : &found->second;
  }

 private:
  std::vector<std::unique_ptr<Source>> sources_;
  std::map<std::uint32_t, Span> used_at_;
};

}  // namespace nurture::source
