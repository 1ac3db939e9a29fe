// The planted faults of tests/model/mutants/list.txt still find their places in the sources; scripts/mutants plants them.
#include "support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("each planted fault has its place in the sources, once") {
  const std::filesystem::path root(NURTURE_SOURCE_DIR);
  std::istringstream list(read(root / "tests/model/mutants/list.txt"));
  std::map<std::string, std::string> sources;
  std::set<std::string> numbers, names;
  std::string number, name, contract, file;
  std::size_t places = 0;
  for (std::string line; std::getline(list, line);) {
    INFO(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("- ")) {
      ++places;
      CHECK(count(sources[file], line.substr(2)) == 1);
    } else if (line.starts_with("+ ")) {
      CHECK(places == numbers.size());
    } else {
      std::istringstream head(line);
      REQUIRE(head >> number >> name >> contract >> file);
      CHECK(numbers.insert(number).second);
      CHECK(names.insert(name).second);
      if (!sources.contains(file)) sources[file] = read(root / file);
    }
  }
  CHECK(numbers.size() >= 40);
  CHECK(places == numbers.size());
}
