// Whole files through the formatter: tests/golden/fmt/x.nurture becomes x.fmt.
#include "support/golden.hpp"
#include "support/syntax.hpp"

using namespace nurture;

TEST_CASE("formatted files are as expected, and formatting them again changes nothing") {
  const auto files = test::files_in(std::filesystem::path(NURTURE_SOURCE_DIR) / "tests/golden/fmt", ".nurture");
  REQUIRE_FALSE(files.empty());
  for (const auto& path : files) {
    INFO(path.filename().string());
    const auto once = test::formatted(test::read_file(path).value());
    CHECK_GOLDEN(std::filesystem::path(path).replace_extension(".fmt"), once);
    CHECK(test::formatted(once) == once);
  }
}
