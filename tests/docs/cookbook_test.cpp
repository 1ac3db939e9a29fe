// docs/cookbook.md shows the files of examples/cookbook, word for word. Each of them has a test and a dry run: `inputs/X.jsonl`
// is what is fed, `inputs/X.expected` what comes of it. That they check clean, in the usual form and in both spellings is tried
// with all examples.
#include "docs/documents.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

using namespace nurture;

namespace {

const std::string kPage = "docs/cookbook.md";
const std::string kRecipes = "examples/cookbook/";

/// "cart", "digest", ...
std::vector<std::string> recipes() {
  std::vector<std::string> names;
  for (const auto& file : test::files_in(std::filesystem::path(NURTURE_SOURCE_DIR) / kRecipes, ".nurture")) {
    names.push_back(file.stem().string());
  }
  return names;
}

}  // namespace

TEST_CASE("the cookbook shows each recipe once, as its file has it") {
  static const std::regex kRecipe(R"(\[\w+\.nurture\]\(\.\./examples/cookbook/(\w+)\.nurture\)\n\n```nurture\n)");
  const std::string page = test::project_file(kPage);
  std::vector<std::string> shown;
  std::string expected;
  std::size_t copied = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), kRecipe); at != std::sregex_iterator(); ++at) {
    const std::size_t begin = static_cast<std::size_t>(at->position()) + at->str().size();
    expected += page.substr(copied, begin - copied) + test::project_file(kRecipes + (*at)[1].str() + ".nurture");
    copied = page.find("```\n", begin);
    REQUIRE(copied != std::string::npos);
    shown.push_back((*at)[1]);
  }
  CHECK_GOLDEN(std::filesystem::path(NURTURE_SOURCE_DIR) / kPage, expected + page.substr(copied));

  const auto blocks = test::blocks_in(page, kPage);
  CHECK(std::count_if(blocks.begin(), blocks.end(), [](const auto& block) { return block.fence == "nurture"; }) ==
        static_cast<std::ptrdiff_t>(shown.size()));
  std::sort(shown.begin(), shown.end());
  CHECK(shown == recipes());
}

TEST_CASE("each recipe of the cookbook has a test that expects every message") {
  const test::Desk desk;
  CHECK(recipes().size() == 20);
  for (const std::string& name : recipes()) {
    const auto ran = desk.run("nurture test --strict " + kRecipes + name + ".nurture");
    INFO(name << "\n" << ran.output);
    CHECK(ran.exit == 0);
    CHECK(std::regex_match(ran.output, std::regex("[1-9] passed, 0 failed\n")));
  }
}

TEST_CASE("each recipe of the cookbook does in its dry run what stands beside its data") {
  const test::Desk desk;
  const std::string inputs = kRecipes + "inputs/";
  for (const std::string& name : recipes()) {
    const auto ran = desk.run("nurture simulate " + kRecipes + name + ".nurture --inputs " + inputs + name + ".jsonl");
    INFO(name);
    CHECK(ran.exit == 0);
    CHECK_GOLDEN(std::filesystem::path(NURTURE_SOURCE_DIR) / (inputs + name + ".expected"), ran.output);
  }
}
