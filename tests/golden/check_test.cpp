// How findings look, and what the model holds: every `.nurture` file of diagnostics/ and model/ beside its `.expected`.
// Update with NURTURE_UPDATE=1.
#include "support/golden.hpp"

#include "check/load.hpp"
#include "check/model.hpp"
#include "source/source.hpp"

namespace {

struct Result {
  nurture::Diagnostics diagnostics;
  std::string model;
};

/// Names are shown without their folder, so that a golden file does not depend on where the project stands.
Result check_file(const std::filesystem::path& path) {
  Result result;
  const std::string folder = path.parent_path().string();
  const auto reader = [&](const std::string& name) { return nurture::check::read_from_disk(folder + '/' + name); };
  auto files = nurture::check::load({path.filename().string()}, reader, result.diagnostics);
  result.model = nurture::model::dump(nurture::check::check(std::move(files), result.diagnostics));
  result.diagnostics.sort();
  return result;
}

std::filesystem::path folder(const char* name) { return std::filesystem::path(NURTURE_SOURCE_DIR) / "tests/golden" / name; }

std::filesystem::path expected(std::filesystem::path file) { return file.replace_extension(".expected"); }

}  // namespace

TEST_CASE("findings are shown with their places, labels and help") {
  const auto files = nurture::test::files_in(folder("diagnostics"), ".nurture");
  CHECK(files.size() >= 5);
  for (const auto& file : files) CHECK_GOLDEN(expected(file), check_file(file).diagnostics.render());
}

TEST_CASE("the model is shown as resolved") {
  const auto files = nurture::test::files_in(folder("model"), ".nurture");
  CHECK(files.size() >= 2);
  for (const auto& file : files) {
    const Result result = check_file(file);
    INFO(result.diagnostics.render());
    CHECK_FALSE(result.diagnostics.has_errors());
    CHECK_GOLDEN(expected(file), result.model);
  }
}
