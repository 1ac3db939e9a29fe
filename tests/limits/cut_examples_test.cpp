// Every example cut off at every byte, as an author leaves it in the middle of a word: parsed and checked as far as it goes.
// Small files are cut at each byte, larger ones at a hundred places; with NURTURE_EVERY_BYTE set (scripts/test --long) all are
// cut at each.
#include "check/model.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "syntax/parse.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>

namespace nurture {
namespace {

void cut_everywhere(const std::filesystem::path& path) {
  constexpr std::size_t kSmallBytes = 2'500;
  constexpr std::size_t kPlaces = 100;
  const auto text = test::read_file(path);
  REQUIRE(text);
  const bool all = text->size() <= kSmallBytes || std::getenv("NURTURE_EVERY_BYTE") != nullptr;
  for (std::size_t cut = 0; cut <= text->size(); cut += all ? 1 : text->size() / kPlaces) {
    INFO(path << " cut at " << cut);
    Diagnostics diagnostics;
    const auto& source = diagnostics.sources().add(path.filename().string(), text->substr(0, cut));
    const auto file = std::make_shared<const ast::File>(syntax::parse(source, diagnostics));
    const auto model = check::check({file}, diagnostics);
    for (const Diagnostic& d : diagnostics.items()) REQUIRE(d.span.end <= cut);
    if (diagnostics.has_errors()) REQUIRE_FALSE(diagnostics.render().empty());
  }
}

TEST_CASE("every example cut off anywhere is read or told to be wrong") {
  const auto root = std::filesystem::path(NURTURE_SOURCE_DIR) / "examples";
  std::size_t files = 0;
  for (const auto& folder : {root, root / "borderbridge", root / "growth", root / "lifecycle", root / "saas"}) {
    for (const char* suffix : {".nurture", ".nurture.yaml"}) {
      for (const auto& path : test::files_in(folder, suffix)) {
        cut_everywhere(path);
        ++files;
      }
    }
  }
  CHECK(files > 20);
}

}  // namespace
}  // namespace nurture
