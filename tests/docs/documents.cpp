// The code blocks of the documents. Entry points: see documents.hpp.
#include "docs/documents.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

#include <nurture/time.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace fs = std::filesystem;

namespace nurture::test {
namespace {

const fs::path kProject = NURTURE_SOURCE_DIR;
/// The version of the time-zone data with which the documents were written.
const std::string kShownZones = "time zones: 2025b";

bool opens_or_closes(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t>");
  return at != std::string_view::npos && (line.substr(at, 3) == "```" || line.substr(at, 3) == "~~~");
}

/// "  ```sh" is "  sh": an indented fence is no kind that a test knows, so none is overlooked.
std::string fence_of(std::string_view line) {
  const std::size_t at = line.find_first_of("`~");
  return std::string(line.substr(0, at)) + std::string(line.substr(at + 3));
}

}  // namespace

std::vector<std::string> documents() {
  std::vector<std::string> found;
  for (auto entry = fs::recursive_directory_iterator(kProject); entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (name == "build" || name.starts_with('.'))) entry.disable_recursion_pending();
    if (entry->is_regular_file() && name.ends_with(".md")) found.push_back(entry->path().lexically_relative(kProject).generic_string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<Block> blocks_in(std::string_view text, const std::string& document) {
  std::vector<Block> found;
  bool open = false;
  bool follows = false;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (opens_or_closes(line)) {
      open = !open;
      if (open) found.push_back({document, number, fence_of(line), {}, follows});
      follows = true;
    } else if (open) {
      found.back().text.append(line).append(1, '\n');
    } else if (!line.empty()) {
      follows = false;
    }
  }
  if (open) found.back().fence = "not closed";
  return found;
}

const std::vector<Block>& blocks() {
  static const std::vector<Block> all = [] {
    std::vector<Block> found;
    for (const std::string& document : documents()) {
      for (Block& block : blocks_in(project_file(document), document)) found.push_back(std::move(block));
    }
    return found;
  }();
  return all;
}

std::vector<Block> blocks(std::string_view fence) {
  std::vector<Block> found;
  std::copy_if(blocks().begin(), blocks().end(), std::back_inserter(found), [&](const Block& block) { return block.fence == fence; });
  INFO(fence);
  REQUIRE_FALSE(found.empty());
  return found;
}

std::string project_file(const std::string& path) {
  const auto text = read_file(kProject / path);
  INFO(path);
  REQUIRE(text);
  return *text;
}

Desk::Desk() {
  std::string name = (fs::temp_directory_path() / "nurture_docs_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the commands of the documents");
  folder_ = name;
  fs::create_directory_symlink(kProject / "examples", folder_ / "examples");
  for (const auto& entry : fs::directory_iterator(kProject / "tests/docs/desk")) fs::copy(entry.path(), folder_ / entry.path().filename());
}

Desk::~Desk() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Desk::save(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name, std::ios::binary) << text; }

Ran Desk::run(const std::string& line) const {
  const std::string path = fs::path(NURTURE_COMMAND).parent_path().string();
  Ran ran = run_shell("cd '" + folder_.string() + "' && PATH='" + path + "':\"$PATH\" && { " + line + "\n} 2>&1");
  const std::string installed = "time zones: " + zone_data_version();
  for (std::size_t at = 0; (at = ran.output.find(installed, at)) != std::string::npos; at += kShownZones.size())
    ran.output.replace(at, installed.size(), kShownZones);
  return ran;
}

}  // namespace nurture::test
