// Limits of the YAML spelling at limit-1, limit and limit+1, and files made to hurt a reader: all end in a tree or in
// diagnostics, soon.
#include "support/catch.hpp"

#include "source/source.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <nurture/limits.hpp>

#include <chrono>
#include <ctime>
#include <string>

using namespace nurture;

namespace {

/// The promise is a second; unoptimised and instrumented builds get more before it counts as a hang.
constexpr double kSecondsMax = 10;

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// The code of the first error, "" when there is none.
std::string first_error(std::string text) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("test.yaml", std::move(text));
  const std::clock_t begin = std::clock();
  static_cast<void>(syntax::parse_yaml(source, diagnostics));
  CHECK(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < kSecondsMax);
  return diagnostics.has_errors() ? diagnostics.items().front().code : "";
}

/// A step whose body holds `depth - 2` blocks inside each other; sequence and step are the first two.
std::string nested_blocks(std::size_t depth) {
  std::string out = "sequences: [{id: s, steps: [{day: 1, do: [";
  for (std::size_t i = 2; i < depth; ++i) out += "{if: x, then: [";
  for (std::size_t i = 2; i < depth; ++i) out += "]}";
  return out + "]}]}]\n";
}

std::string nested_data(std::size_t depth) {
  return "tests: [{name: a, for: b, given: {lead: {v: " + repeated("[", depth) + repeated("]", depth) + "}}}]\n";
}

std::string nested_lists(std::size_t depth) { return "use: " + repeated("[", depth - 1) + repeated("]", depth - 1) + "\n"; }

}  // namespace

TEST_CASE("limits: blocks of a YAML definition nest as deep as in text") {
  CHECK(first_error(nested_blocks(limits::kNestingDepth - 1)).empty());
  CHECK(first_error(nested_blocks(limits::kNestingDepth)).empty());
  CHECK(first_error(nested_blocks(limits::kNestingDepth + 1)) == "NUR0004");
}

TEST_CASE("limits: data in a YAML test nests as deep as in text") {
  // The test and the map of the lead are two levels.
  CHECK(first_error(nested_data(limits::kNestingDepth - 3)).empty());
  CHECK(first_error(nested_data(limits::kNestingDepth - 2)).empty());
  CHECK(first_error(nested_data(limits::kNestingDepth - 1)) == "NUR0004");
}

TEST_CASE("limits: YAML collections") {
  CHECK(first_error(nested_lists(limits::kYamlNestingDepth - 1)) == "NUR0104");
  CHECK(first_error(nested_lists(limits::kYamlNestingDepth)) == "NUR0104");
  CHECK(first_error(nested_lists(limits::kYamlNestingDepth + 1)) == "NUR0004");
}

TEST_CASE("limits: bytes of a YAML file") {
  const std::string head = "nurture: 1\n#";
  CHECK(first_error(head + std::string(limits::kFileBytes - head.size() - 1, 'x')).empty());
  CHECK(first_error(head + std::string(limits::kFileBytes - head.size(), 'x')).empty());
  CHECK(first_error(head + std::string(limits::kFileBytes - head.size() + 1, 'x')) == "NUR0002");
}

TEST_CASE("limits: bytes of a name in YAML") {
  const auto named = [](std::size_t bytes) { return "segments: [{id: " + std::string(bytes, 'a') + ", when: x}]\n"; };
  CHECK(first_error(named(limits::kNameBytes - 1)).empty());
  CHECK(first_error(named(limits::kNameBytes)).empty());
  CHECK(first_error(named(limits::kNameBytes + 1)) == "NUR0110");
}

TEST_CASE("limits: every diagnostic of a YAML file with countless faults is bounded") {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("test.yaml", "sequences:\n" + repeated("  - {idd: x, fo: y, stps: 3}\n", 20'000));
  static_cast<void>(syntax::parse_yaml(source, diagnostics));
  CHECK(diagnostics.items().size() <= limits::kDiagnostics + 1);
}

TEST_CASE("limits: hostile YAML ends in diagnostics") {
  constexpr std::size_t kMany = 1'000'000;
  CHECK(first_error(std::string(kMany, '[')) == "NUR0004");
  CHECK(first_error(std::string(kMany, '{')) == "NUR0004");
  CHECK(first_error(repeated("- ", kMany / 2)) == "NUR0004");
  CHECK(first_error(repeated("? ", kMany / 2)) == "NUR0004");
  CHECK(first_error(repeated("{a: ", kMany / 4)) == "NUR0004");
  CHECK(first_error(std::string(kMany, ']')) == "NUR0100");
  CHECK(first_error("a: \"" + std::string(kMany, 'x')) == "NUR0108");
  CHECK(first_error("segments: [{id: a, when: " + std::string(kMany, '(') + "}]") == "NUR0004");
  CHECK(first_error(std::string(10 * kMany, 'a')) == "NUR0002");
  CHECK(first_error(repeated("---\n", kMany / 4)) == "NUR0104");
  CHECK(first_error(repeated("%a\n", kMany / 3)) == "NUR0104");
  CHECK(first_error(std::string(kMany, '&')) == "NUR0104");
  CHECK(first_error(std::string(kMany, '!')) == "NUR0104");
}

TEST_CASE("limits: aliases that would multiply are refused at the first anchor") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated("*a" + std::to_string(i - 1) + ", ", 9) + "]\n";
  }
  CHECK(first_error(bomb) == "NUR0104");
}

TEST_CASE("limits: a YAML definition cut off anywhere is read or reported") {
  const std::string whole =
      "nurture: 1  # edition\nuse: [\"a b.nurture\"]\nlead:\n  fields:\n    - {id: tz, type: enum, values: [a, b], optional: true}\n"
      "sequences:\n  - id: s\n    doc: |-\n      One.\n      Two.\n    enroll: {event: [a.b], where: 'event.x == \"\u00FC\"', key: "
      "event.id}\n"
      "    steps:\n      # why\n      - id: w\n        at: -2h\n        do:\n          - if: any(a.b since enrolled)\n            then:\n"
      "              - send: m\n            else: []\ntests:\n  - name: \"q \\\" \\u00e9\"\n    for: s\n    given: {lead: {at: "
      "\"2026-03-02\"}}\n"
      "    timeline:\n      - {at: \"2026-03-03T09:15\", event: a.b, with: {id: w1}}\n      - {expect: nothing more}\n";
  CHECK(first_error(whole).empty());
  for (std::size_t end = 0; end < whole.size(); ++end) {
    Diagnostics diagnostics;
    const auto& source = diagnostics.sources().add("test.yaml", whole.substr(0, end));
    const auto file = syntax::parse_yaml(source, diagnostics);
    INFO(end << "\n" << source.text());
    if (diagnostics.has_errors()) {
      CHECK_FALSE(diagnostics.render().empty());
    } else {
      CHECK((end == 0 || !syntax::print_yaml(file).empty()));
    }
  }
}
