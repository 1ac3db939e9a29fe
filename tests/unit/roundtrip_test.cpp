// Print and read again: what comes back is what was printed, for random trees, for the samples of the language and for
// every construct in odd layouts.
#include "support/golden.hpp"
#include "support/random_ast.hpp"
#include "support/syntax.hpp"

#include "syntax/grammar/layout.hpp"

#include <random>
#include <sstream>

using namespace nurture;

namespace {

constexpr std::uint32_t kSeeds = 300;

/// Reads what was printed; the test fails with the text when it has errors.
ast::File read_printed(const std::string& text) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("printed.nurture", text);
  ast::File file = syntax::parse_text(source, diagnostics);
  INFO(text);
  INFO(diagnostics.render());
  REQUIRE_FALSE(diagnostics.has_errors());
  return file;
}

/// A text with some of its tokens removed, doubled, swapped or followed by a comment or a line break.
std::string mutated(const std::string& text, std::mt19937& dice) {
  const syntax::grammar::Layout layout(text, 0, static_cast<std::uint32_t>(text.size()), syntax::Profile::nurture);
  const auto& tokens = layout.tokens();
  const auto piece = [&](std::size_t i) {
    return text.substr(i == 0 ? 0 : tokens[i - 1].end, tokens[i].end - (i == 0 ? 0 : tokens[i - 1].end));
  };
  const std::size_t target = dice() % tokens.size();
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i != target || i + 1 == tokens.size()) {
      out += piece(i);
      continue;
    }
    switch (dice() % 6) {
      case 0: break;
      case 1: out += piece(i) + ' ' + piece(i); break;
      case 2: out += ' ' + piece(i + 1) + ' ' + piece(i), ++i; break;
      case 3: out += piece(i) + " # mutated\n"; break;
      case 4: out += piece(i) + "\n\n\n"; break;
      case 5: out += "(" + piece(i) + ")"; break;
    }
  }
  return out + text.substr(tokens.back().end);
}

std::vector<std::filesystem::path> samples() {
  auto found = test::files_in(std::filesystem::path(NURTURE_SHARED_DIR) / "conformance/grammar/samples", ".nurture");
  std::erase_if(found, [](const auto& path) { return !path.filename().string().starts_with("core_"); });
  return found;
}

/// A dump without blank lines, which are layout.
std::string comments_of(const ast::File& file) {
  std::istringstream dump(ast::dump(file, {false, true}));
  std::string lines;
  for (std::string line; std::getline(dump, line);) {
    if (line.find("(blank line)") == std::string::npos) lines += line + '\n';
  }
  return lines;
}

}  // namespace

TEST_CASE("a random tree printed as text reads back equal, with its comments") {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    const bool comments = seed % 2 == 1;
    const auto file = test::random_file(seed, {comments});
    const auto text = syntax::print_text(file);
    const auto again = read_printed(text);
    INFO("seed " << seed << "\n" << text);
    if (!ast::equal(file, again)) FAIL(test::difference(ast::dump(file), ast::dump(again)));
    if (!ast::same_comments(file, again)) FAIL(test::difference(comments_of(file), comments_of(again)));
    if (syntax::print_text(again) != text) FAIL(test::difference(text, syntax::print_text(again)));
  }
}

TEST_CASE("a random expression printed as text reads back equal") {
  for (std::uint32_t seed = 0; seed < 2 * kSeeds; ++seed) {
    const auto expression = test::random_expression(seed);
    const auto text = syntax::print_expression(expression);
    INFO("seed " << seed << ": " << text);
    const auto file = read_printed("segment s = " + text + "\n");
    CHECK(ast::dump(file.segments.at(0).condition) == ast::dump(expression));
  }
}

TEST_CASE("the formatter accepts what the printer makes of random trees and changes nothing") {
  for (std::uint32_t seed = kSeeds; seed < kSeeds + 60; ++seed) {
    const auto text = syntax::print_text(test::random_file(seed, {true}));
    INFO("seed " << seed);
    CHECK(test::formatted(text) == text);
  }
}

TEST_CASE("the samples of the core language format, keep their meaning and their comments, and stay as formatted") {
  const auto files = samples();
  if (files.empty()) {
    WARN("skipped: there is no " << NURTURE_SHARED_DIR << "/conformance/grammar/samples");
    return;
  }
  for (const auto& path : files) {
    INFO(path.string());
    const auto text = test::read_file(path).value();
    const auto once = test::formatted(text);
    CHECK(test::formatted(once) == once);
    CHECK(ast::dump(test::read_text(once)) == ast::dump(test::read_text(text)));
  }
}

TEST_CASE("a mutated file that still parses formats, and stays as formatted") {
  auto files = test::files_in(std::filesystem::path(NURTURE_SOURCE_DIR) / "tests/golden/fmt", ".nurture");
  REQUIRE_FALSE(files.empty());
  constexpr int kMutations = 150;
  int parsed = 0;
  for (const auto& path : files) {
    std::mt19937 dice(1);  // of its own, so that another file leaves these mutants as they are
    const auto text = test::read_file(path).value();
    for (int i = 0; i < kMutations; ++i) {
      const std::string mutant = mutated(text, dice);
      Diagnostics diagnostics;
      const auto& source = diagnostics.sources().add("mutant.nurture", mutant);
      const auto once = syntax::format(source, diagnostics);
      const auto refused = [](const Diagnostic& item) { return item.name == "format_refused"; };
      INFO(mutant);
      INFO(diagnostics.render());
      REQUIRE(std::none_of(diagnostics.items().begin(), diagnostics.items().end(), refused));
      CHECK(once.has_value() != diagnostics.has_errors());
      if (!once) continue;
      ++parsed;
      CHECK(test::formatted(*once) == *once);
    }
  }
  CHECK(parsed > kMutations);
}

TEST_CASE("equal sees each difference and nothing else") {
  const auto file = test::random_file(7);
  auto other = file;
  CHECK(ast::equal(file, other));
  ast::for_each_node(other, [](auto& node) { node.span = {3, 14, 15}; });
  ast::for_each_statement(other, [](auto& statement) { statement.comments.leading = {"# x"}; });
  CHECK(ast::equal(file, other));
  CHECK_FALSE(ast::same_comments(file, other));

  std::size_t changes = 0;
  const auto count = [&file] {
    std::size_t names = 0;
    ast::for_each_node(file, [&](const auto& node) { names += std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Name> ? 1 : 0; });
    return names;
  }();
  for (std::size_t target = 0; target < count; ++target) {
    auto changed = file;
    std::size_t index = 0;
    ast::for_each_node(changed, [&](auto& node) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Name>) {
        if (index++ == target) node.text += "_";
      }
    });
    changes += ast::equal(file, changed) ? 0 : 1;
  }
  CHECK(count > 20);
  CHECK(changes == count);
}

TEST_CASE("statements are visited in the order of the source, enclosing ones first") {
  const auto file = test::read_text("segment b = x\nsequence s { day 1 y: { send m } owner \"o\" }\nsegment a = x\n");
  std::vector<std::uint32_t> places;
  ast::for_each_statement(file, [&](const auto& statement) { places.push_back(statement.span.begin); });
  CHECK(places.size() == 6);
  CHECK(std::is_sorted(places.begin(), places.end()));
}
