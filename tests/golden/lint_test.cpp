// What lints find: each `.nurture` file of lints/ is named after a lint and shows where it is found and where it is not, and
// beside it stands what is found of that name. Update with NURTURE_UPDATE=1.
#include "support/golden.hpp"

#include "check/load.hpp"
#include "check/model.hpp"
#include "lint/lint.hpp"
#include "source/codes.hpp"
#include "source/source.hpp"
#include "support/shell.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <nurture/program.hpp>

#include <filesystem>
#include <set>
#include <string>

namespace {

using nurture::Diagnostics;
using nurture::Severity;
namespace fs = std::filesystem;
namespace lint = nurture::lint;
namespace source = nurture::source;

const fs::path kFolder = fs::path(NURTURE_SOURCE_DIR) / "tests/golden/lints";

/// All other lints are switched off.
lint::Levels only(std::string_view name) {
  lint::Levels levels;
  for (const source::CodeInfo& code : source::all_codes()) {
    if (code.name != name && code.severity != Severity::error) levels.emplace(code.name, lint::Level::allow);
  }
  return levels;
}

/// What is found in a text as if it stood in the folder under a name, which is shown without the folder.
Diagnostics findings(const std::string& name, const std::string& text, const lint::Levels& levels) {
  Diagnostics found;
  const auto reader = [&](const std::string& path) {
    return path == name ? std::optional(text) : nurture::check::read_from_disk((kFolder / path).string());
  };
  auto files = nurture::check::load({name}, reader, found);
  const nurture::model::Model model = nurture::check::check(std::move(files), found);
  REQUIRE_FALSE(found.has_errors());
  lint::run(model, found, levels);
  return found;
}

std::string text_of(const fs::path& file) { return nurture::test::read_file(file).value(); }

std::string in_yaml(const fs::path& file) {
  Diagnostics diagnostics;
  const auto& read = diagnostics.sources().add(file.filename().string(), text_of(file));
  return nurture::syntax::convert(read, nurture::syntax::Spelling::yaml, diagnostics).value();
}

std::multiset<std::string> messages(const Diagnostics& diagnostics) {
  std::multiset<std::string> all;
  for (const nurture::Diagnostic& d : diagnostics.items()) all.insert(d.name + ": " + d.message);
  return all;
}

}  // namespace

TEST_CASE("each lint finds what it is for, and nothing else") {
  std::set<std::string> tried;
  for (const auto& file : nurture::test::files_in(kFolder, ".nurture")) {
    const std::string name = file.stem().string();
    INFO(name);
    REQUIRE(lint::find(name) != nullptr);
    const Diagnostics found = findings(file.filename().string(), text_of(file), only(name));
    CHECK_FALSE(found.empty());
    for (const nurture::Diagnostic& d : found.items()) CHECK(d.name == name);
    CHECK_GOLDEN(fs::path(file).replace_extension(".expected"), found.render());
    tried.insert(name);
  }
  CHECK(tried.size() == 25);
}

TEST_CASE("lints find the same in both spellings, and comments allow the same") {
  for (const auto& file : nurture::test::files_in(kFolder, ".nurture")) {
    INFO(file);
    const Diagnostics text = findings(file.filename().string(), text_of(file), {});
    const Diagnostics yaml = findings(file.stem().string() + ".nurture.yaml", in_yaml(file), {});
    CHECK(messages(yaml) == messages(text));
  }
}

TEST_CASE("a level is that of the table unless another is asked for") {
  const fs::path file = kFolder / "no_goal.nurture";
  const auto severity = [&](lint::Levels levels) {
    levels.merge(only("no_goal"));
    const Diagnostics found = findings("no_goal.nurture", text_of(file), levels);
    return found.empty() ? "none" : found.has_errors() ? "error" : found.items()[0].severity == Severity::warning ? "warning" : "note";
  };
  CHECK(severity({}) == std::string("note"));
  CHECK(severity({{"no_goal", lint::Level::warn}}) == std::string("warning"));
  CHECK(severity({{"no_goal", lint::Level::deny}}) == std::string("error"));
  CHECK(severity({{"no_goal", lint::Level::allow}}) == std::string("none"));
}

TEST_CASE("lints wait until there are no errors, and comments allow warnings all the same") {
  const std::string broken =
      "sequence x {\n  enroll on nowhere\n  day 0: tag x\n}\nsegment never = 1 > 2  # nurture: allow(always_true_false) why\n";
  Diagnostics found;
  const auto reader = [&](const std::string&) { return std::optional("nurture 1\n" + broken); };
  auto files = nurture::check::load({"x.nurture"}, reader, found);
  const nurture::model::Model model = nurture::check::check(std::move(files), found);
  REQUIRE(found.items().size() == 2);
  lint::run(model, found);
  REQUIRE(found.items().size() == 1);
  CHECK(found.items()[0].name == "unknown_name");
  CHECK(found.render().find("x.nurture:3:13") != std::string::npos);
}

TEST_CASE("the library tells of no lint that it did not always tell of, and of none that a comment allows") {
  const std::string head =
      "nurture 1\nevent e\nsequence a { enroll on e goal g on e day 0: tag x }\nsequence b { enroll on e day 0: tag x }\n";
  const auto told = nurture::compile_text("x.nurture", head + "segment never = 1 > 2\n");
  REQUIRE(told.ok());
  REQUIRE(told.diagnostics().items().size() == 1);
  CHECK(told.diagnostics().items()[0].name == "always_true_false");
  const auto allowed =
      nurture::compile_text("x.nurture", head + "segment never = 1 > 2  # nurture: allow(always_true_false) it is never\n");
  REQUIRE(allowed.ok());
  CHECK(allowed.diagnostics().empty());
}

TEST_CASE("check --fix writes what the findings offer, until nothing is left to write") {
  const fs::path folder = fs::temp_directory_path() / "nurture_fix_test";
  for (const std::string name : {"offsets_out_of_order", "branch_without_else", "late_rule_implied", "unused_allow"}) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    fs::copy(kFolder / "shared", folder / "shared");
    fs::copy(kFolder / (name + ".nurture"), folder);
    const std::string command = "cd " + folder.string() + " && " NURTURE_COMMAND " check --fix " + name + ".nurture 2>&1";
    const auto first = nurture::test::run_shell(command);
    INFO(first.output);
    CHECK(first.exit == 0);
    CHECK(first.output.starts_with("fixed " + name + ".nurture: "));
    const std::string fixed = text_of(folder / (name + ".nurture"));
    CHECK_GOLDEN(kFolder / (name + ".fixed"), fixed);
    CHECK(nurture::test::run_shell(command).output.find("fixed ") == std::string::npos);
    CHECK(text_of(folder / (name + ".nurture")) == fixed);
  }
  fs::remove_all(folder);
}

TEST_CASE("check --fix mends errors, too, in the file that has them") {
  const fs::path folder = fs::temp_directory_path() / "nurture_fix_test";
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder / "use.nurture") << "nurture 1\nuse \"words.nurture\"\nsequence x {\n  enroll on singup\n  after 2 days: tag x\n}\n";
  std::ofstream(folder / "words.nurture") << "nurture 1\nevent signup\nsegment new = 1 > 2\n";
  const auto ran = nurture::test::run_shell("cd " + folder.string() + " && " NURTURE_COMMAND " check --fix use.nurture 2>&1");
  INFO(ran.output);
  CHECK(ran.exit == 0);
  CHECK(text_of(folder / "use.nurture") == "nurture 1\nuse \"words.nurture\"\nsequence x {\n  enroll on signup\n  after 2d: tag x\n}\n");
  CHECK(text_of(folder / "words.nurture") == "nurture 1\nevent signup\nsegment new = 1 > 2\n");
  fs::remove_all(folder);
}

TEST_CASE("levels are chosen by name on the command line, and a name that is none is told") {
  const auto run = [](const std::string& options) {
    return nurture::test::run_shell("cd " + kFolder.string() + " && " NURTURE_COMMAND " check no_goal.nurture " + options + " 2>&1");
  };
  CHECK(run("").output.ends_with("2 files checked: 0 errors, 0 warnings, 1 note\n"));
  CHECK(run("").exit == 0);
  CHECK(run("--allow no_goal").output == "2 files checked: 0 errors, 0 warnings\n");
  CHECK(run("--warn NUR0323").output.ends_with("2 files checked: 0 errors, 1 warning\n"));
  CHECK(run("--warn no_goal").exit == 0);
  CHECK(run("--warn no_goal --deny warnings").exit == 1);
  CHECK(run("--deny no_goal").exit == 1);
  CHECK(run("--deny no_goal").output.ends_with("2 files checked: 1 error, 0 warnings\n"));
  CHECK(run("--deny no_gaol").output == "nurture: there is no lint `no_gaol`; did you mean `no_goal`?\n");
  CHECK(run("--allow no_gaol").exit == 2);
  CHECK(run("--allow tier_gap").output == "nurture: `tier_gap` is an error, which nothing can allow\n");
}
