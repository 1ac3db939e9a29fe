// The graph of small sets of definitions as text: tests/golden/graph/NAME.nurture compiles to NAME.graph.
#include "support/catch.hpp"
#include "support/golden.hpp"

#include "compile/program.hpp"

#include <nurture/program.hpp>

#include <filesystem>

namespace {

const std::filesystem::path kFolder = std::filesystem::path(NURTURE_SOURCE_DIR) / "tests" / "golden" / "graph";

TEST_CASE("the dump of a graph shows everything the compiler decided") {
  const auto files = nurture::test::files_in(kFolder, ".nurture");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    INFO(file.filename().string());
    const auto built = nurture::compile_files({file.string()});
    INFO(built.diagnostics().render());
    REQUIRE(built.ok());
    CHECK_GOLDEN(std::filesystem::path(file).replace_extension(".graph"), nurture::compile::dump(*built.program().graph()));
  }
}

TEST_CASE("compiling twice gives the same text") {
  for (const auto& file : nurture::test::files_in(kFolder, ".nurture")) {
    const auto first = nurture::compile_files({file.string()});
    const auto second = nurture::compile_files({file.string()});
    REQUIRE(first.ok());
    CHECK(nurture::compile::dump(*first.program().graph()) == nurture::compile::dump(*second.program().graph()));
    CHECK(first.program().hash() == second.program().hash());
  }
}

}  // namespace
