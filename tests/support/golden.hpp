// Golden files: a text that a test makes is compared with a file beside the test. Entry point: CHECK_GOLDEN(file, text).
//
// With NURTURE_UPDATE=1 in the environment the file is rewritten instead of compared, so that an intended change is
// one run and a review of the difference. A mismatch shows the lines around the first difference, not two whole texts.
#pragma once

#include "support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::test {

/// The bytes of a file; nullopt when it cannot be opened.
inline std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

inline bool updating_goldens() {
  const char* value = std::getenv("NURTURE_UPDATE");
  return value != nullptr && std::string_view(value) == "1";
}

/// The files of a folder whose names end in `suffix`, sorted so that runs compare.
inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, std::string_view suffix) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().ends_with(suffix)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

inline std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

/// A few lines around the first and up to the last difference: `-` is expected, `+` is what came. Empty when equal.
inline std::string difference(std::string_view expected, std::string_view actual) {
  if (expected == actual) return {};
  constexpr std::size_t kContextLines = 3;
  constexpr std::size_t kShownLines = 20;
  const auto left = lines_of(expected);
  const auto right = lines_of(actual);
  std::size_t same = 0;
  while (same < left.size() && same < right.size() && left[same] == right[same]) ++same;
  std::size_t tail = 0;
  while (tail < left.size() - same && tail < right.size() - same && left[left.size() - 1 - tail] == right[right.size() - 1 - tail]) ++tail;

  std::string out = "line " + std::to_string(same + 1) + " differs\n";
  const auto show = [&](char mark, const std::vector<std::string_view>& lines, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, from + kShownLines); ++i)
      out.append(1, mark).append(1, ' ').append(lines[i]).append(1, '\n');
    if (to > from + kShownLines) out += "  ...\n";
  };
  show(' ', left, same < kContextLines ? 0 : same - kContextLines, same);
  show('-', left, same, left.size() - tail);
  show('+', right, same, right.size() - tail);
  show(' ', left, left.size() - tail, std::min(left.size(), left.size() - tail + kContextLines));
  if (left == right) out += "  (only the line break at the end differs)\n";
  return out;
}

/// Empty when the file holds the text (or was just rewritten), else what to tell the developer.
inline std::string golden_problem(const std::filesystem::path& file, std::string_view actual) {
  if (updating_goldens()) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out << actual;
    return out ? std::string() : "cannot write " + file.string();
  }
  const auto expected = read_file(file);
  if (!expected) return file.string() + " does not exist; run once with NURTURE_UPDATE=1 to make it";
  const auto change = difference(*expected, actual);
  return change.empty() ? change : file.string() + ": " + change + "run with NURTURE_UPDATE=1 when the change is intended";
}

}  // namespace nurture::test

/// Checks that `text` equals the golden file; the test goes on after a mismatch.
#define CHECK_GOLDEN(file, text)                                                     \
  do {                                                                               \
    const std::string golden_problem_ = ::nurture::test::golden_problem(file, text); \
    if (golden_problem_.empty()) {                                                   \
      SUCCEED();                                                                     \
    } else {                                                                         \
      FAIL_CHECK(golden_problem_);                                                   \
    }                                                                                \
  } while (false)
