// The project's own text files as data, so that a rule can be tried on planted files. Entry point: read_project().
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct File {
  std::string path;  ///< Relative to the project's folder, with `/`.
  std::string text;

  [[nodiscard]] bool below(std::string_view folder) const { return std::string_view(path).starts_with(folder); }
  [[nodiscard]] bool ends_with(std::string_view suffix) const { return std::string_view(path).ends_with(suffix); }
  [[nodiscard]] bool is_cpp() const { return ends_with(".cpp") || ends_with(".hpp") || ends_with(".def"); }
  [[nodiscard]] bool is_cmake() const { return ends_with("CMakeLists.txt") || ends_with(".cmake") || ends_with(".cmake.in"); }
  [[nodiscard]] bool is_script() const { return below("scripts/") || below(".ci/"); }
  [[nodiscard]] bool is_markdown() const { return ends_with(".md"); }
};

using Project = std::vector<File>;

/// Every text file of the project in the order of paths. Folders that .gitignore names, `.git` and inputs found by
/// fuzzing are left out; so are files with a zero byte.
[[nodiscard]] Project read_project(const std::filesystem::path& folder);

/// The lines of a text without their line breaks.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
/// The 1-based line of an offset.
[[nodiscard]] std::size_t line_at(std::string_view text, std::size_t offset);

}  // namespace tidy
