// The examples are what newcomers copy: both spellings say the same, in the usual form, and nothing is found in them. The
// tests that stand in them are run by tests/scenario.
#include "docs/documents.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

#include "check/load.hpp"
#include "check/model.hpp"
#include "compile/program.hpp"
#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <nurture/program.hpp>

#include <algorithm>
#include <filesystem>

using namespace nurture;

namespace {

const std::filesystem::path kExamples = std::filesystem::path(NURTURE_SOURCE_DIR) / "examples";

std::vector<std::filesystem::path> examples(std::string_view suffix) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kExamples)) {
    if (entry.path().filename().string().ends_with(suffix)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  REQUIRE_FALSE(found.empty());
  return found;
}

ast::File tree(const std::filesystem::path& path) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add(path.string(), test::read_file(path).value());
  ast::File file = syntax::parse(source, diagnostics);
  INFO(diagnostics.render());
  REQUIRE(diagnostics.empty());
  return file;
}

std::string converted(const std::filesystem::path& path, syntax::Spelling to) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add(path.string(), test::read_file(path).value());
  const auto text = syntax::convert(source, to, diagnostics);
  INFO(diagnostics.render());
  REQUIRE(text);
  return *text;
}

std::string model_of(const std::filesystem::path& path) {
  Diagnostics diagnostics;
  std::string dump = model::dump(check::check(check::load({path.string()}, check::read_from_disk, diagnostics), diagnostics));
  INFO(diagnostics.render());
  CHECK(diagnostics.empty());
  return dump;
}

std::string graph_of(const std::filesystem::path& path) {
  const auto built = compile_files({path.string()});
  REQUIRE(built.ok());
  return compile::dump(*built.program().graph());
}

}  // namespace

TEST_CASE("the YAML of each example is what convert makes of its text, and the other way round") {
  const auto twins = examples(".nurture.yaml");
  CHECK(twins.size() >= 11);
  for (const auto& yaml : twins) {
    const auto text = std::filesystem::path(yaml).replace_extension();
    INFO(text.string());
    CHECK(test::difference(converted(text, syntax::Spelling::yaml), test::read_file(yaml).value()) == "");
    // The text keeps an order of statements that YAML groups by kind: the trees are compared, and the comments.
    Diagnostics diagnostics;
    const auto& source = diagnostics.sources().add("back.nurture", converted(yaml, syntax::Spelling::text));
    const ast::File back = syntax::parse(source, diagnostics);
    const ast::File original = tree(text);
    CHECK(test::difference(ast::dump(original), ast::dump(back)) == "");
    CHECK(ast::equal(original, back));
    CHECK(ast::same_comments(original, back));
  }
}

TEST_CASE("both spellings of each example make the same model and the same graph") {
  for (const auto& yaml : examples(".nurture.yaml")) {
    const auto text = std::filesystem::path(yaml).replace_extension();
    INFO(text.string());
    CHECK(test::difference(model_of(text), model_of(yaml)) == "");
    CHECK(test::difference(graph_of(text), graph_of(yaml)) == "");
  }
}

TEST_CASE("every sequence and score of the example projects stands there in both spellings") {
  for (const auto& text : examples(".nurture")) {
    if (text.parent_path() == kExamples) continue;
    INFO(text.string());
    CHECK(std::filesystem::exists(text.string() + ".yaml"));
  }
}

TEST_CASE("examples and scenarios have the usual form") {
  const test::Desk desk;
  const auto ran = desk.run("nurture fmt --check examples " NURTURE_SOURCE_DIR "/tests/scenario");
  CHECK(ran.output == "");
  CHECK(ran.exit == 0);
}

TEST_CASE("nothing is found in an example, neither by itself nor in its project, notes included") {
  const test::Desk desk;
  std::vector<std::string> names;
  for (const char* suffix : {".nurture", ".nurture.yaml"}) {
    for (const auto& path : examples(suffix)) names.push_back(path.lexically_relative(kExamples.parent_path()).string());
  }
  for (const std::string& name : names) {
    const auto ran = desk.run("nurture check --deny-warnings " + name);
    INFO(name << "\n" << ran.output);
    CHECK(ran.exit == 0);
    CHECK(ran.output.ends_with(" checked: 0 errors, 0 warnings\n"));
  }
  for (const char* project :
       {"borderbridge", "content_versions/spring", "content_versions/summer", "growth", "lifecycle", "saas", "starter"}) {
    const auto ran = desk.run("nurture check --deny-warnings examples/" + std::string(project) + " 2>&1");
    INFO(project << "\n" << ran.output);
    CHECK(ran.exit == 0);
    CHECK(ran.output.ends_with(" checked: 0 errors, 0 warnings\n"));
  }
}
