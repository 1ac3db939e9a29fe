// The limits of the text parser, each one below, at and beyond it; and texts that try to make it slow or to crash it.
#include "support/catch.hpp"
#include "support/golden.hpp"

#include <nurture/limits.hpp>

#include "source/source.hpp"
#include "syntax/parse.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

using namespace nurture;

namespace {

std::string repeat(const std::string& text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// The codes of all diagnostics of a text, without repetition of neighbours; empty when there are none.
std::string codes(const std::string& text) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("limits.nurture", text);
  static_cast<void>(syntax::parse_text(source, diagnostics));
  std::string out;
  for (const Diagnostic& d : diagnostics.items()) {
    if (!out.ends_with(d.code)) out += (out.empty() ? "" : " ") + d.code;
  }
  return out;
}

/// Codes for limit - 1, limit and limit + 1, separated by `|`.
template <class Make>
std::string around(std::size_t limit, Make make) {
  return codes(make(limit - 1)) + "|" + codes(make(limit)) + "|" + codes(make(limit + 1));
}

std::string braces(const std::string& open, std::size_t count) { return repeat(open, count) + repeat("}", count); }

}  // namespace

TEST_CASE("a file holds at most kFileBytes") {
  const auto file = [](std::size_t bytes) { return "segment a = b\n" + std::string(bytes - 14, ' '); };
  CHECK(around(limits::kFileBytes, file) == "||NUR0002");
}

TEST_CASE("a name has at most kNameBytes, dots included") {
  CHECK(around(limits::kNameBytes, [](std::size_t n) { return "segment " + std::string(n, 'a') + " = b"; }) == "||NUR0110");
  CHECK(around(limits::kNameBytes, [](std::size_t n) { return "event a." + std::string(n - 2, 'b'); }) == "||NUR0110");
  CHECK(around(limits::kNameBytes, [](std::size_t n) { return "segment a = " + std::string(n, 'b') + ".c"; }) == "||NUR0110");
}

TEST_CASE("brackets of expressions nest at most kNestingDepth deep") {
  const auto depth = limits::kNestingDepth;
  const auto nest = [](std::string open, std::string close) {
    return [=](std::size_t n) { return "segment a = " + repeat(open, n) + "1" + repeat(close, n); };
  };
  CHECK(around(depth, nest("(", ")")) == "||NUR0004");
  CHECK(around(depth, nest("[", "]")) == "||NUR0004");
  CHECK(around(depth, nest("{1: ", "}")) == "||NUR0004");
  CHECK(around(depth, nest("f(", ")")) == "||NUR0004");
  CHECK(around(depth, nest("a[", "]")) == "||NUR0004");
  CHECK(around(depth, nest("a.f(", ")")) == "||NUR0004");
  CHECK(around(depth, nest("count(a where ", ")")) == "||NUR0004");
  CHECK(around(depth, nest("sum(f of a where ", ")")) == "||NUR0004");
}

TEST_CASE("blocks nest at most kNestingDepth deep, with or without braces") {
  const auto depth = limits::kNestingDepth;
  // The sequence and the step are two blocks, a bare body or an `else if` is one level each.
  CHECK(around(depth, [](std::size_t n) { return "sequence s { day 0 a: {" + braces("if b {", n - 2) + "} }"; }) == "||NUR0004");
  CHECK(around(depth, [](std::size_t n) { return "message m {" + braces("variant a 1% {", n - 1) + "}"; }) == "||NUR0004");
  CHECK(around(depth, [](std::size_t n) {
          return "sequence s { day 0 a: " + repeat("wait until on b timeout 1d then ", n - 2) + "send c }";
        }) == "||NUR0004");
  CHECK(around(depth, [](std::size_t n) { return "sequence s { day 0 a: " + repeat("if b { } else ", n - 2) + "{ } }"; }) == "||NUR0004");
  CHECK(around(depth, [](std::size_t n) { return "lead { a: " + repeat("list<", n - 1) + "int" + repeat(">", n - 1) + " }"; }) ==
        "||NUR0004");
}

TEST_CASE("a chain has at most kChainLength operands") {
  const auto chain = [](std::string front, std::string part, std::string back) {
    return [=](std::size_t operands) { return "segment a = " + front + repeat(part, operands - 1) + back; };
  };
  const auto length = limits::kChainLength;
  CHECK(around(length, chain("b", " + b", "")) == "||NUR0110");
  CHECK(around(length, chain("b", " * b", "")) == "||NUR0110");
  CHECK(around(length, chain("b", " == b", "")) == "||NUR0110");
  CHECK(around(length, chain("b", " is known", "")) == "||NUR0110");
  CHECK(around(length, chain("b", " and b", "")) == "||NUR0110");
  CHECK(around(length, chain("b", " || b", "")) == "||NUR0110");
  CHECK(around(length, chain("b", ".c", "")) == "||NUR0110");
  CHECK(around(length, chain("b", "[0]", "")) == "||NUR0110");
  CHECK(around(length, chain("", "not ", "b")) == "||NUR0110");
  CHECK(around(length, chain("", "- ", "b")) == "||NUR0110");
  CHECK(around(length, chain("", "!", "b")) == "||NUR0110");
  CHECK(around(length, chain("b", " ? b : b", "")) == "||NUR0110");
}

TEST_CASE("chains of different operators count apart") {
  CHECK(codes("segment a = b == 1" + repeat(" and b == 1", 200)).empty());
  CHECK(codes("segment a = [b" + repeat(" + b", 200) + ", b" + repeat(" + b", 200) + "]").empty());
  CHECK(codes("segment a = b" + repeat(" + b.c.d.e", 200)).empty());
}

TEST_CASE("a tree within the limits of its parts is still not higher than both together") {
  const auto tower = [](std::size_t levels, std::size_t links) {
    return "segment a = " + repeat("(", levels) + "b" + repeat(repeat(" + b", links) + ")", levels);
  };
  CHECK(codes(tower(3, 100)).empty());
  CHECK(codes(tower(4, 100)) == "NUR0004");
}

TEST_CASE("hostile texts give diagnostics") {
  struct Row {
    const char* what;
    std::string text;
  };
  const std::size_t m = 1'000'000;
  const std::vector<Row> rows{
      {"a million parentheses", "segment a = " + repeat("(", m)},
      {"a million braces", "sequence s " + repeat("{", m)},
      {"a million closing braces", repeat("}", m)},
      {"a million quotes", repeat("'", m)},
      {"half a million open triple quotes", "segment a = " + repeat("[\"\"\" ", m / 6)},
      {"ten megabytes in a line", std::string(10 * m, 'a')},
      {"a megabyte in a word", std::string(m, 'a')},
      {"a megabyte of digits", "segment a = " + std::string(m, '9')},
      {"unary operators", "segment a = " + repeat("not ", m / 5)},
      {"signs", "segment a = " + repeat("!-", m / 3)},
      {"a sum", "segment a = b" + repeat("+b", m / 3)},
      {"conditionals", "segment a = b" + repeat("?b:b", m / 5)},
      {"selections", "segment a = b" + repeat(".b", m / 3)},
      {"history functions", "segment a = " + repeat("count(a where ", m / 15)},
      {"conditions without an end", "sequence s { day 0 a: " + repeat("if b { ", m / 8)},
      {"else if", "sequence s { day 0 a: " + repeat("if b {} else ", m / 14)},
      {"types", "lead { a: " + repeat("list<", m / 6)},
      {"unknown statements", repeat("a\n", m / 3)},
      {"unknown statements of a sequence", "sequence s {\n" + repeat("  a b\n", m / 7)},
      {"open sequences", repeat("sequence s {\n", m / 14)},
      {"unknown actions", "sequence s { day 0 a: { " + repeat("snd x ", m / 7)},
      {"bad escapes", "use \"" + repeat("\\q", m / 3) + "\""},
      {"typographic quotes", "use " + repeat("\u201Ca\u201D ", m / 8)},
      {"words that begin actions", "sequence s { day 0 a: if [" + repeat("wait, ", m / 7) + "wait until"},
      {"parts of a handler", "sequence s {\n  on a " + repeat("where b as c ", m / 14) + "{ }\n}"},
      {"hyphens", "sequence a" + repeat("-a", m / 3)},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK_FALSE(codes(row.text).empty());  // What hangs runs into the time limit of its test.
  }
  CHECK(codes(repeat("# comment\n", m / 11)).empty());
}

TEST_CASE("a sample cut off at any byte is read or told to be wrong") {
  const auto samples = test::files_in(std::filesystem::path(NURTURE_SOURCE_DIR) / "tests/fuzz/corpus/text", ".nurture");
  REQUIRE_FALSE(samples.empty());
  for (const auto& path : samples) {
    const auto text = test::read_file(path);
    REQUIRE(text);
    for (std::size_t cut = 0; cut <= text->size(); ++cut) {
      Diagnostics diagnostics;
      const auto& source = diagnostics.sources().add("cut.nurture", text->substr(0, cut));
      static_cast<void>(syntax::parse_text(source, diagnostics));
      for (const Diagnostic& d : diagnostics.items()) {
        REQUIRE(d.span.begin <= d.span.end);
        REQUIRE(d.span.end <= cut);
        // The name of a C++ type where a rule forgot to say what it is called.
        REQUIRE(d.message.find("boost") == std::string::npos);
      }
    }
  }
}
