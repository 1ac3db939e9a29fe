// Runs the tests of every definition file below tests/scenario and examples, one section per file: contracts shown by
// small sequences, and the examples as their readers run them. A new file is found by itself.
#include "check/load.hpp"
#include "check/model.hpp"
#include "compile/program.hpp"
#include "lint/lint.hpp"
#include "support/catch.hpp"
#include "testing/run_tests.hpp"

#include <nurture/diagnostics.hpp>
#include <nurture/program.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace nurture {
namespace {

/// In the order of their names, so that a report reads the same everywhere.
std::vector<std::filesystem::path> definitions_in(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(NURTURE_SOURCE_DIR) / folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".nurture") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> words_of(const testing::TestResult& result) {
  std::vector<std::string> lines;
  for (const testing::Row& row : result.rows) lines.push_back(testing::when(row) + ' ' + testing::words(row));
  return lines;
}

/// The number of tests that the file and what it uses hold. Each of them must pass, and do the same when the state goes to
/// bytes and back after every line, and after every third.
std::size_t run_file(const std::filesystem::path& file) {
  Diagnostics diagnostics;
  const model::Model model = check::check(check::load({file.generic_string()}, check::read_from_disk, diagnostics), diagnostics);
  INFO(diagnostics.render());
  REQUIRE_FALSE(diagnostics.has_errors());
  const Program program(compile::compile(model, compile::Tests::include));
  const std::vector<testing::TestResult> results = testing::run_tests(model, program);
  for (const testing::TestResult& result : results) {
    INFO(testing::timeline_diff(result, file.filename().generic_string() + ":" + std::to_string(diagnostics.position(result.span).line)));
    CHECK(result.passed());
  }
  for (const std::size_t every : {1, 3}) {
    testing::RunOptions options;
    options.copy_every = every;
    const std::vector<testing::TestResult> copied = testing::run_tests(model, program, options);
    for (std::size_t i = 0; i < results.size(); ++i) {
      INFO(testing::timeline_diff(copied[i], file.filename().generic_string() + " with copies of the state"));
      CHECK(copied[i].passed());
      CHECK(words_of(copied[i]) == words_of(results[i]));
    }
  }
  return results.size();
}

}  // namespace

TEST_CASE("[S1.3] the contracts hold in every scenario, also when the state goes to bytes and back") {
  const auto files = definitions_in("tests/scenario");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    DYNAMIC_SECTION(file.filename().generic_string()) { REQUIRE(run_file(file) > 0); }
  }
}

TEST_CASE("lints find no warning in a scenario") {
  for (const auto& file : definitions_in("tests/scenario")) {
    Diagnostics found;
    const model::Model model = check::check(check::load({file.generic_string()}, check::read_from_disk, found), found);
    lint::run(model, found);
    const auto is_note = [](const Diagnostic& d) { return d.severity == Severity::note; };
    INFO(file.filename().generic_string() << '\n' << found.render());
    CHECK(std::all_of(found.items().begin(), found.items().end(), is_note));
  }
}

TEST_CASE("[S1.3] the tests of the examples pass, also when the state goes to bytes and back") {
  const auto files = definitions_in("examples");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    DYNAMIC_SECTION(std::filesystem::relative(file, NURTURE_SOURCE_DIR).generic_string()) {
      const std::size_t here = run_file(file);
      if (file.generic_string().find(".test.") != std::string::npos) REQUIRE(here > 0);
    }
  }
}

}  // namespace nurture
