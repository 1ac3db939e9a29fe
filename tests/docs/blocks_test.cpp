// What the documents show is true: each code block is read, checked, compared, run or compiled, by the word behind its fence.
//
//   nurture       a whole file: checks clean, in the usual form
//   nurture-part  declarations: check clean beside tests/docs/vocabulary.nurture, in the usual form
//   yaml          the same as the block above it, in the usual form
//   console       a command behind `$`, and what it prints
//   sh            commands that answer 0
//   jsonl         customer data that can be read
//   cpp           compiled by tests/snippets
//   cmake         lines of the project that tests/install builds
//
// docs/tutorial.md adds `nurture-add` and `diff`; tutorial_test.cpp follows it as a whole. The tests in definitions are run.
#include "docs/documents.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

#include "check/model.hpp"
#include "compile/program.hpp"
#include "lint/lint.hpp"
#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"
#include "testing/run_tests.hpp"

#include <nurture/inputs.hpp>
#include <nurture/program.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

using namespace nurture;
using test::Block;

namespace {

const std::string kTutorial = "docs/tutorial.md";

struct Read {
  Diagnostics diagnostics;
  const source::Source* source = nullptr;
  std::shared_ptr<ast::File> file;
};

Read read(const std::string& text, const std::string& name) {
  Read out;
  out.source = &out.diagnostics.sources().add(name, text);
  out.file = std::make_shared<ast::File>(syntax::parse(*out.source, out.diagnostics));
  return out;
}

/// Fails unless the block reads without findings and the formatter would leave it as it is.
Read read_formatted(const Block& block) {
  const bool yaml = block.fence == "yaml";
  Read out = read(block.text, yaml ? "block.nurture.yaml" : "block.nurture");
  const auto formatted = syntax::format(*out.source, out.diagnostics);
  INFO(block.place());
  INFO(out.diagnostics.render());
  REQUIRE(out.diagnostics.empty());
  REQUIRE(formatted);
  CHECK(test::difference(*formatted, block.text) == "");
  return out;
}

/// Fails unless the tests that stand in the definitions pass.
void check_tests(const model::Model& model, const Diagnostics& diagnostics) {
  const Program program(compile::compile(model, compile::Tests::include));
  for (const testing::TestResult& result : testing::run_tests(model, program)) {
    INFO(testing::timeline_diff(result, "line " + std::to_string(diagnostics.position(result.span).line)));
    CHECK(result.passed());
  }
}

/// Takes from `all` what `own` declares itself.
template <class T>
void without(std::vector<T>& all, const std::vector<T>& own) {
  std::erase_if(all, [&](const T& declaration) {
    return std::any_of(own.begin(), own.end(), [&](const T& other) { return other.name.text == declaration.name.text; });
  });
}

void leave_out(ast::File& vocabulary, const ast::File& own) {
  for (const ast::Lead& lead : own.leads) without(vocabulary.leads.at(0).members, lead.members);
  without(vocabulary.events, own.events);
  without(vocabulary.channels, own.channels);
  without(vocabulary.categories, own.categories);
  without(vocabulary.policies, own.policies);
  without(vocabulary.messages, own.messages);
  without(vocabulary.pools, own.pools);
  without(vocabulary.sequences, own.sequences);
  without(vocabulary.scores, own.scores);
}

/// Each declaration of `part` stands in `whole` too.
void check_declared(const ast::File& part, const ast::File& whole) {
  ast::for_each_child(part, [&](const auto& declaration) {
    bool found = false;
    ast::for_each_child(whole, [&](const auto& other) {
      if constexpr (std::is_same_v<decltype(other), decltype(declaration)>) found = found || ast::equal(other, declaration);
    });
    CHECK(found);
  });
}

}  // namespace

TEST_CASE("every code block of the documents is of a kind that is tried") {
  const std::set<std::string> known{"nurture", "nurture-part", "yaml", "console", "sh", "jsonl", "cpp", "cmake"};
  const std::set<std::string> of_the_tutorial{"nurture-add", "diff"};
  CHECK(test::blocks().size() > 40);
  for (const Block& block : test::blocks()) {
    INFO(block.place() << ": ```" << block.fence);
    CHECK((known.contains(block.fence) || (block.document == kTutorial && of_the_tutorial.contains(block.fence))));
  }
}

TEST_CASE("blocks are found with their places, and none is overlooked") {
  const auto found = test::blocks_in("a\n```yaml\nb\n\n```\n\n  ```\n  c\n  ```\n> ~~~ sh\nd\n", "x.md");
  REQUIRE(found.size() == 3);
  CHECK((found[0].fence == "yaml" && found[0].line == 2 && found[0].text == "b\n\n" && !found[0].follows));
  CHECK((found[1].fence == "  " && found[1].line == 7 && found[1].follows));
  CHECK(found[2].fence == "not closed");
}

TEST_CASE("whole definitions in the documents check clean and have the usual form") {
  for (const Block& block : test::blocks("nurture")) {
    Read read = read_formatted(block);
    INFO(block.place());
    CHECK(read.file->edition);
    const model::Model model = check::check({read.file}, read.diagnostics);
    lint::run(model, read.diagnostics);
    INFO(read.diagnostics.render());
    REQUIRE(read.diagnostics.empty());
    check_tests(model, read.diagnostics);
  }
}

/// Parts leave out what is not their subject: what uses them, how they end, and what they are for.
const lint::Levels kOfParts{
    {"branch_without_else", lint::Level::allow}, {"late_rule_implied", lint::Level::allow},   {"no_goal", lint::Level::allow},
    {"untested_sequence", lint::Level::allow},   {"no_unsubscribe_exit", lint::Level::allow}, {"unused_message", lint::Level::allow},
    {"unused_policy", lint::Level::allow},       {"unused_segment", lint::Level::allow}};

TEST_CASE("parts of definitions in the documents check clean beside what they leave out") {
  const std::string vocabulary = test::project_file("tests/docs/vocabulary.nurture");
  for (const Block& block : test::blocks("nurture-part")) {
    Read part = read_formatted(block);
    const source::Source& rest = part.diagnostics.sources().add("vocabulary.nurture", vocabulary);
    const auto others = std::make_shared<ast::File>(syntax::parse(rest, part.diagnostics));
    leave_out(*others, *part.file);
    const model::Model model = check::check({part.file, others}, part.diagnostics);
    lint::run(model, part.diagnostics, kOfParts);
    INFO(block.place());
    INFO(part.diagnostics.render());
    REQUIRE(part.diagnostics.empty());
    check_tests(model, part.diagnostics);
  }
}

TEST_CASE("YAML in the documents says what the text above it says") {
  std::shared_ptr<ast::File> above;
  std::size_t twins = 0;
  for (const Block& block : test::blocks()) {
    if (block.fence.starts_with("nurture")) above = read(block.text, "block.nurture").file;
    if (block.fence != "yaml") continue;
    const Read yaml = read_formatted(block);
    INFO(block.place());
    REQUIRE(above);
    if (block.follows) {
      CHECK(test::difference(ast::dump(*above), ast::dump(*yaml.file)) == "");
      CHECK(ast::equal(*above, *yaml.file));
      ++twins;
    } else {
      check_declared(*yaml.file, *above);
    }
  }
  CHECK(twins > 10);
}

TEST_CASE("commands in the documents print what stands below them") {
  for (const Block& block : test::blocks("console")) {
    if (block.document == kTutorial) continue;
    const test::Desk desk;
    REQUIRE(block.text.starts_with("$ "));
    for (std::size_t at = 0; at < block.text.size();) {
      const std::size_t line_end = block.text.find('\n', at);
      const std::size_t next = std::min(block.text.find("\n$ ", line_end), block.text.size() - 1) + 1;
      const std::string shown = block.text.substr(line_end + 1, next - line_end - 1);
      const auto ran = desk.run(block.text.substr(at + 2, line_end - at - 2));
      INFO(block.place());
      CHECK(test::difference(ran.output, shown) == "");
      at = next;
    }
  }
}

TEST_CASE("lists of commands in the documents run") {
  for (const Block& block : test::blocks("sh")) {
    const test::Desk desk;
    // "Save it as": what the definition above a list of commands says is what they are about.
    for (const Block& other : test::blocks("nurture")) {
      if (other.document == block.document && other.line < block.line) desk.save("ebook.nurture", other.text);
    }
    for (const std::string_view line : test::lines_of(block.text)) {
      INFO(block.place() << ": " << line);
      const std::string command(line.substr(0, line.find(' ')));
      if (command.starts_with("scripts/")) {
        CHECK((std::filesystem::status(std::filesystem::path(NURTURE_SOURCE_DIR) / command).permissions() &
               std::filesystem::perms::owner_exec) != std::filesystem::perms::none);
        continue;
      }
      REQUIRE(command == "nurture");
      const auto ran = desk.run(std::string(line));
      INFO(ran.output);
      CHECK(ran.exit == 0);
    }
  }
}

TEST_CASE("customer data in the documents can be read") {
  for (const Block& block : test::blocks("jsonl")) {
    for (const std::string_view line : test::lines_of(block.text)) {
      std::string problem;
      const bool readable = read_input_line(line, problem).has_value();
      INFO(block.place() << ": " << problem);
      CHECK(readable);
    }
  }
}

TEST_CASE("C++ in the documents is compiled") {
  std::map<std::string, std::size_t> number;
  std::string compiled = "README.md docs/embedding.md";  // what tests/snippets reads
  for (const Block& block : test::blocks("cpp")) {
    INFO(block.place());
    CHECK(compiled.find(block.document) != std::string::npos);
    const std::string stem = block.document == "README.md" ? "readme" : std::filesystem::path(block.document).stem().string();
    const std::string name = stem + "_" + std::to_string(++number[block.document]);
    const std::string wrapper = test::project_file("tests/snippets/" + name + ".cpp");
    CHECK(wrapper.find("#include \"" + name + ".inc\"") != std::string::npos);
  }
}

TEST_CASE("what README.md quotes from the examples stands there") {
  CHECK(test::project_file("examples/embed.cpp").ends_with(test::blocks("cpp").at(0).text));
  CHECK(test::project_file("examples/welcome.nurture").ends_with(test::blocks("nurture-part").at(0).text));
  CHECK(test::blocks("cpp").at(0).document == "README.md");
  CHECK(test::blocks("nurture-part").at(0).document == "README.md");
}

TEST_CASE("CMake in the documents is what the installed package is tried with") {
  std::string consumer = test::project_file("tests/install/consumer/CMakeLists.txt");
  for (const std::string part : {"${NURTURE_VERSION} ", "journeys "}) {
    for (std::size_t at = 0; (at = consumer.find(part)) != std::string::npos;) consumer.erase(at, part.size());
  }
  for (const Block& block : test::blocks("cmake")) {
    for (const std::string_view line : test::lines_of(block.text)) {
      std::string code(line.substr(0, line.find('#')));
      code.erase(code.find_last_not_of(' ') + 1);
      if (const auto at = code.find("app "); at != std::string::npos) code.erase(at, 4);
      INFO(block.place() << ": " << line);
      CHECK(consumer.find(code) != std::string::npos);
    }
  }
}
