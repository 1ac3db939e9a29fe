// docs/contracts.md: each promise is shown by tests that name it, and the table says which files hold them.
#include "docs/documents.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

using namespace nurture;

namespace {

const std::string kDocument = "docs/contracts.md";

/// "6.4" -> the files whose tests name it: "scenario/gates.nurture".
using Shown = std::map<std::string, std::set<std::string>>;

void add_titles(const std::string& text, const std::regex& title, const std::string& file, Shown& shown) {
  static const std::regex kTag(R"(\[S(\d+\.\d+)\])");
  for (std::sregex_iterator at(text.begin(), text.end(), title); at != std::sregex_iterator(); ++at) {
    const std::string words = (*at)[1];
    for (std::sregex_iterator tag(words.begin(), words.end(), kTag); tag != std::sregex_iterator(); ++tag) shown[(*tag)[1]].insert(file);
  }
}

Shown titles_of_all_tests() {
  static const std::regex kCpp(R"re(TEST_CASE\(\s*"((?:[^"\\]|\\.)*)")re");
  static const std::regex kNurture(R"re((?:^|\n)test "((?:[^"\\]|\\.)*)")re");
  Shown shown;
  const std::filesystem::path root = std::filesystem::path(NURTURE_SOURCE_DIR) / "tests";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string file = std::filesystem::relative(entry.path(), root).generic_string();
    if (entry.path().extension() == ".cpp") add_titles(test::project_file("tests/" + file), kCpp, file, shown);
    if (entry.path().extension() == ".nurture") add_titles(test::project_file("tests/" + file), kNurture, file, shown);
  }
  return shown;
}

}  // namespace

TEST_CASE("the table of contracts says which tests show each promise, and none is without") {
  static const std::regex kRow(R"(\| (\d+\.\d+) \| (.+) \| (.*)\|)");
  Shown shown = titles_of_all_tests();
  std::string table;
  std::istringstream lines(test::project_file(kDocument));
  for (std::string line; std::getline(lines, line); table += line + '\n') {
    std::smatch row;
    if (!std::regex_match(line, row, kRow)) continue;
    const std::string number = row[1];
    const auto files = shown.find(number);
    INFO(number << " " << row[2]);
    if (row[3] == "not yet ") {
      CHECK(files == shown.end());
    } else {
      CHECK(files != shown.end());
    }
    if (files == shown.end()) continue;
    line = fmt::format("| {} | {} | {} |", number, row[2].str(), fmt::join(files->second, ", "));
    shown.erase(files);
  }
  // What is left names a promise that the table does not have.
  for (const auto& [number, files] : shown) {
    INFO(number << " in " << *files.begin());
    CHECK(false);
  }
  CHECK_GOLDEN(std::filesystem::path(NURTURE_SOURCE_DIR) / kDocument, table);
}
