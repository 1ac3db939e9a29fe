// Reads the project's files. Entry point: read_project().
#include "tidy/project.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tidy {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// The folders of the form `/name/` in .gitignore; the project needs no other form.
std::vector<std::string> ignored_folders(const fs::path& folder) {
  std::vector<std::string> ignored{".git", "tests/fuzz/corpus"};
  const std::string text = read_text(folder / ".gitignore");
  for (std::string_view line : lines_of(text)) {
    if (line.size() > 2 && line.front() == '/' && line.back() == '/') ignored.emplace_back(line.substr(1, line.size() - 2));
  }
  return ignored;
}

}  // namespace

Project read_project(const fs::path& folder) {
  const std::vector<std::string> ignored = ignored_folders(folder);
  Project project;
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::recursive_directory_iterator(); ++entry) {
    std::string path = entry->path().lexically_relative(folder).generic_string();
    if (std::find(ignored.begin(), ignored.end(), path) != ignored.end()) {
      if (entry->is_directory()) entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      std::string text = read_text(entry->path());
      if (text.find('\0') == std::string::npos) project.push_back({std::move(path), std::move(text)});
    }
  }
  std::sort(project.begin(), project.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return project;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

}  // namespace tidy
