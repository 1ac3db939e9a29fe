// Applies every rule to the project, and to planted files that break it, so that no rule can go blind unnoticed.
//
// The planted cases are pairs: the nearest thing that is allowed, and the thing that is not.
#include "support/catch.hpp"
#include "tidy/cpp_text.hpp"
#include "tidy/rules.hpp"

#include <algorithm>
#include <string>

using namespace tidy;  // NOLINT(google-build-using-namespace): a program of its own

namespace {

std::string listing(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) text += "\n" + finding.path + ":" + std::to_string(finding.line) + ": " + finding.message;
  return text;
}

const Project& project() {
  static const Project files = read_project(NURTURE_SOURCE_DIR);
  return files;
}

using Rule = Findings (*)(const Project&);

/// "" when the rule is content, else the messages.
std::string on(Rule rule, const std::string& path, const std::string& text) { return listing(rule({{path, text}})); }

std::string repeated(const std::string& line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += line;
  return text;
}

}  // namespace

#define CHECK_CLEAN(rule)                      \
  do {                                         \
    const Findings findings = rule(project()); \
    INFO(listing(findings));                   \
    CHECK(findings.empty());                   \
  } while (false)

TEST_CASE("the project is read") {
  CHECK(project().size() > 50);
  CHECK(std::any_of(project().begin(), project().end(), [](const File& file) { return file.path == "src/source/source.hpp"; }));
  CHECK(std::none_of(project().begin(), project().end(), [](const File& file) { return file.below(".git/") || file.below("build/"); }));
}

TEST_CASE("stages include only what stands to their left") {
  CHECK_CLEAN(stages_include_to_the_left);
  CHECK(on(stages_include_to_the_left, "src/check/a.cpp", "#include \"syntax/ast.hpp\"\n#include \"check/b.hpp\"\n").empty());
  CHECK(on(stages_include_to_the_left, "src/engine/a.cpp", "#include \"time/zone.hpp\"\n").empty());
  CHECK_FALSE(on(stages_include_to_the_left, "src/syntax/a.cpp", "#include \"check/model.hpp\"\n").empty());
  CHECK_FALSE(on(stages_include_to_the_left, "src/eval/a.cpp", "#  include \"syntax/ast.hpp\"\n").empty());
  CHECK_FALSE(on(stages_include_to_the_left, "src/source/a.cpp", "#include \"time/zone.hpp\"\n").empty());
  CHECK_FALSE(on(stages_include_to_the_left, "src/check/a.cpp", "#include \"model.hpp\"\n").empty());
  CHECK_FALSE(on(stages_include_to_the_left, "src/newstage/a.cpp", "").empty());
}

TEST_CASE("third parties are included in their place only") {
  CHECK_CLEAN(third_parties_stay_in_their_place);
  CHECK(on(third_parties_stay_in_their_place, "src/syntax/grammar/a.cpp", "#include <boost/spirit/home/x3.hpp>\n").empty());
  CHECK_FALSE(on(third_parties_stay_in_their_place, "src/syntax/a.cpp", "#include <boost/spirit/home/x3.hpp>\n").empty());
  CHECK_FALSE(on(third_parties_stay_in_their_place, "src/syntax/yaml.cpp", "#include <yaml-cpp/yaml.h>\n").empty());
  CHECK_FALSE(on(third_parties_stay_in_their_place, "src/time/civil.cpp", "#include \"date/tz.h\"\n").empty());
  CHECK_FALSE(on(third_parties_stay_in_their_place, "src/engine/a.cpp", "#include <nlohmann/json.hpp>\n").empty());
  CHECK_FALSE(on(third_parties_stay_in_their_place, "tests/unit/a.cpp", "#include <catch2/catch.hpp>\n").empty());
}

TEST_CASE("public headers include the standard library only") {
  CHECK_CLEAN(public_headers_include_std_only);
  CHECK(on(public_headers_include_std_only, "include/nurture/a.hpp", "#include <chrono>\n#include <nurture/time.hpp>\n").empty());
  CHECK_FALSE(on(public_headers_include_std_only, "include/nurture/a.hpp", "#include <fmt/core.h>\n").empty());
  CHECK_FALSE(on(public_headers_include_std_only, "include/nurture/a.hpp", "#include <sqlite3.h>\n").empty());
  CHECK_FALSE(on(public_headers_include_std_only, "include/nurture/a.hpp", "#include \"engine/state.hpp\"\n").empty());
}

TEST_CASE("the core is deterministic") {
  CHECK_CLEAN(core_is_deterministic);
  CHECK(on(core_is_deterministic, "src/engine/a.cpp", "// system_clock\nauto s = \"printf\";\nint snprintf_like;\n").empty());
  CHECK(on(core_is_deterministic, "src/time/clock.cpp", "auto t = std::chrono::system_clock::now();\n").empty());
  CHECK_FALSE(on(core_is_deterministic, "src/engine/a.cpp", "auto t = std::chrono::system_clock::now();\n").empty());
  CHECK_FALSE(on(core_is_deterministic, "src/engine/a.cpp", "#include <random>\n").empty());
  CHECK(on(core_is_deterministic, "src/eval/a.hpp", "std::unordered_map<int, int> m;\n").empty());
  CHECK_FALSE(on(core_is_deterministic, "src/engine/a.hpp", "std::unordered_map<int, int> m;\n").empty());
  CHECK_FALSE(on(core_is_deterministic, "src/engine/a.cpp", "auto* f = fopen(name, mode);\n").empty());
  CHECK_FALSE(on(core_is_deterministic, "src/eval/a.cpp", "printf(\"x\");\n").empty());
}

TEST_CASE("the library neither prints nor ends the program") {
  CHECK_CLEAN(library_is_silent);
  CHECK(on(library_is_silent, "src/check/a.cpp", "// std::cout\nstd::snprintf(b, n, f);\nvoid exit(Lead&);\n").empty());
  CHECK(on(library_is_silent, "src/cli/main.cpp", "std::printf(f);\n").empty());
  CHECK_FALSE(on(library_is_silent, "src/check/a.cpp", "std::cout << 1;\n").empty());
  CHECK_FALSE(on(library_is_silent, "src/check/a.cpp", "std::printf(f);\n").empty());
  CHECK_FALSE(on(library_is_silent, "src/runtime/a.cpp", "std::abort();\n").empty());
  CHECK_FALSE(on(library_is_silent, "include/nurture/a.hpp", "inline void f() { std::exit(1); }\n").empty());
}

TEST_CASE("functions fit on a screen") {
  CHECK_CLEAN(functions_fit_on_a_screen);
  const auto body = [](int lines) { return "int f(int x) {\n" + repeated("  ++x;\n", lines - 2) + "}\n"; };
  CHECK(on(functions_fit_on_a_screen, "src/check/a.cpp", body(70)).empty());
  CHECK(on(functions_fit_on_a_screen, "src/check/a.cpp", body(60) + body(60)).empty());
  CHECK(on(functions_fit_on_a_screen, "src/check/a.cpp", "const int table[] = {\n" + repeated("  f(1),\n", 90) + "};\n").empty());
  CHECK_FALSE(on(functions_fit_on_a_screen, "src/check/a.cpp", body(71)).empty());
  CHECK_FALSE(on(functions_fit_on_a_screen, "src/check/a.cpp", "namespace a {\nclass B : C<d()> {\n" + body(71) + "};\n}\n").empty());
}

TEST_CASE("function bodies are found among everything else that has braces") {
  const auto found = functions(R"text(
#define BRACE {
namespace a::b {
enum class E : int { one, two };
struct S : Base<f()> {
  S() : x_{1}, y_(2), z_{3} {
    run();
  }
  S(int v = {}, T t = T{1}) : y_(v) {}
  template <class T, int n = (2)>
  [[nodiscard]] auto get() const -> int {
    auto lambda = [&](int i) { return i; };
    return lambda(1'000) + '{';
  }

 private:
  std::string text_{"}"};
};
const std::map<int, int> kTable{{1, 2}, {3, 4}};
constexpr auto kRaw = R"({ ( )";
extern "C" int c_function(int) {
  return 1;  // }
}
struct S make() {
  return {};
}
}  // namespace
)text");
  std::vector<std::size_t> lines;
  for (const Function& function : found) lines.push_back(function.lines);
  CHECK(lines == std::vector<std::size_t>{3, 1, 4, 3, 3});
}

TEST_CASE("comments and literals are told from code") {
  CHECK(scrub("a // b\nc", Keep::code) == "a     \nc");
  CHECK(scrub("a /* b\n */ c", Keep::code) == "a     \n    c");
  CHECK(scrub("f(\"x\\\"y\", 1'000)", Keep::code) == "f(      , 1'000)");
  CHECK(scrub("R\"x(\" // )x\" z", Keep::code) == "R            z");
  CHECK(scrub("'\"' + b // c", Keep::code_and_comments) == "    + b // c");
  CHECK(scrub("\"//\" // c", Keep::code_and_strings) == "\"//\"     ");
}

TEST_CASE("files are short or say why not") {
  CHECK_CLEAN(files_are_short);
  CHECK(on(files_are_short, "src/check/a.cpp", repeated("\n", 600)).empty());
  CHECK_FALSE(on(files_are_short, "src/check/a.cpp", repeated("\n", 601)).empty());
  CHECK_FALSE(on(files_are_short, "src/syntax/ast.hpp", "// short\n").empty());
}

TEST_CASE("lines are clean") {
  CHECK_CLEAN(lines_are_clean);
  CHECK(on(lines_are_clean, "src/a.cpp", repeated("x", 140) + "\n").empty());
  CHECK_FALSE(on(lines_are_clean, "src/a.cpp", repeated("x", 141) + "\n").empty());
  CHECK_FALSE(on(lines_are_clean, "src/a.cpp", "\tx\n").empty());
  CHECK_FALSE(on(lines_are_clean, "README.md", "x \n").empty());
  CHECK_FALSE(on(lines_are_clean, "CMakeLists.txt", "x\r\n").empty());
  CHECK_FALSE(on(lines_are_clean, "scripts/a", "x").empty());
  CHECK_FALSE(on(lines_are_clean, "src/a.cpp", "x\n\n").empty());
}

TEST_CASE("sources are ASCII") {
  CHECK_CLEAN(sources_are_ascii);
  CHECK(on(sources_are_ascii, "src/source/render.cpp", "auto s = \"\xE2\x94\x80\";\n").empty());
  CHECK_FALSE(on(sources_are_ascii, "src/cli/a.cpp", "// \xE2\x94\x80\n").empty());
  CHECK_FALSE(on(sources_are_ascii, "src/check/a.cpp", "auto s = \"\xE2\x94\x80\";\n").empty());
}

TEST_CASE("files begin with what they are") {
  CHECK_CLEAN(files_say_what_they_are);
  CHECK(on(files_say_what_they_are, "scripts/a", "#!/bin/sh\n# What it does.\n").empty());
  CHECK_FALSE(on(files_say_what_they_are, "scripts/a", "#!/bin/sh\nset -e\n").empty());
  CHECK_FALSE(on(files_say_what_they_are, "src/a.cpp", "#include <a>\n").empty());
  CHECK_FALSE(on(files_say_what_they_are, "src/a.hpp", "// A header.\nint a;\n").empty());
}

TEST_CASE("nothing is left to do") {
  CHECK_CLEAN(nothing_is_left_to_do);
  CHECK(on(nothing_is_left_to_do, "src/a.cpp", "// MASTODON, a TODOLIST\n").empty());
  CHECK_FALSE(on(nothing_is_left_to_do, "src/a.cpp", "// TODO: later\n").empty());
  CHECK_FALSE(on(nothing_is_left_to_do, "docs/a.md", "(FIXME)\n").empty());
}

TEST_CASE("no file names a path of a machine") {
  CHECK_CLEAN(no_paths_of_a_machine);
  CHECK(on(no_paths_of_a_machine, "docs/a.md", "see https://example.com/work/a and docs/work/b\n").empty());
  CHECK_FALSE(on(no_paths_of_a_machine, "docs/a.md", "cd /work/main\n").empty());
  CHECK_FALSE(on(no_paths_of_a_machine, "tests/golden/a.txt", "file(/tmp/x)\n").empty());
}

TEST_CASE("golden folders say how to update them") {
  CHECK_CLEAN(golden_folders_say_how_to_update);
  CHECK_FALSE(on(golden_folders_say_how_to_update, "tests/golden/ast/a.txt", "x\n").empty());
  const Project explained{{"tests/golden/README.md", "NURTURE_UPDATE=1"}, {"tests/golden/ast/a.txt", ""}};
  CHECK(listing(golden_folders_say_how_to_update(explained)).empty());
}

TEST_CASE("titles of tests survive ctest") {
  CHECK_CLEAN(test_titles_survive_ctest);
  CHECK(on(test_titles_survive_ctest, "tests/unit/a.cpp", "TEST_CASE(\"[S4.2] a gap, an overlap\") {}\n").empty());
  CHECK_FALSE(on(test_titles_survive_ctest, "tests/unit/a.cpp", "TEST_CASE(\"one; two\") {}\n").empty());
  CHECK_FALSE(on(test_titles_survive_ctest, "tests/unit/a.cpp", "TEST_CASE(\"half-open [0, 1)\") {}\n").empty());
}

TEST_CASE("links in documents lead somewhere") {
  CHECK_CLEAN(links_resolve);
  const File spec{"dsl/SPEC.md", "# The Language, 2nd part\n"};
  const std::string good = "[a](dsl/SPEC.md#the-language-2nd-part) [b](dsl) [c](https://a.b) `[d](e)`\n";
  CHECK(listing(links_resolve({{"README.md", good}, spec})).empty());
  CHECK_FALSE(listing(links_resolve({{"README.md", "[a](dsl/SPEK.md)\n"}, spec})).empty());
  CHECK_FALSE(listing(links_resolve({{"README.md", "[a](dsl/SPEC.md#grammar)\n"}, spec})).empty());
  CHECK(listing(links_resolve({{"docs/a.md", "[a](../dsl/SPEC.md)\n"}, spec})).empty());
}
