// Families of sequences in both spellings: what they are read as, how they are written, and what is said of slips.
#include "support/syntax.hpp"

#include <string>
#include <vector>

using namespace nurture;
using test::read_text;

namespace {

std::string faults(const std::string& text, const std::string& name = "test.nurture") {
  Diagnostics diagnostics;
  static_cast<void>(syntax::parse(diagnostics.sources().add(name, text), diagnostics));
  std::string out;
  for (const Diagnostic& d : diagnostics.items()) {
    const LineColumn place = diagnostics.position(d.span);
    out += std::to_string(place.line) + ":" + std::to_string(place.column) + " " + d.code + " " + d.message + "\n";
  }
  return out;
}

std::string converted(const std::string& text, const std::string& name, syntax::Spelling to) {
  Diagnostics diagnostics;
  const auto result = syntax::convert(diagnostics.sources().add(name, text), to, diagnostics);
  INFO(diagnostics.render());
  REQUIRE(result);
  return *result;
}

const std::string kText = R"(nurture 1
use "vocabulary.nurture"

use f(a: "x", b: -2.5, c: welcome, d: page.view, e: 09:30) as g  # one

## Written once.
sequence f(a: string, b: number, c: message, d: event, e: time) "T" {
  enroll on d where event.path == a
  day 0: send c
}
)";

const std::string kYaml = R"(nurture: 1
use: [vocabulary.nurture]

sequences:
  - id: f
    parameters: {a: string, b: number, c: message, d: event, e: time}
    title: T
    doc: Written once.
    enroll: {event: [d], where: event.path == a}
    steps:
      - day: 0
        do:
          - send: c

instances:
  - {id: g, use: f, with: {a: '"x"', b: "-2.5", c: welcome, d: page.view, e: "09:30"}}  # one
)";

}  // namespace

TEST_CASE("a family and its sequences are read, and stand in the usual form") {
  const ast::File file = read_text(kText);
  REQUIRE(file.sequences.size() == 1);
  REQUIRE(file.instances.size() == 1);
  CHECK(file.uses.size() == 1);
  const auto& family = file.sequences[0];
  REQUIRE(family.parameters.size() == 5);
  CHECK(family.parameters[0].name.text == "a");
  CHECK(family.parameters[0].type == ast::ParameterType::string);
  CHECK(family.parameters[3].type == ast::ParameterType::event);
  const auto& instance = file.instances[0];
  CHECK(instance.family.text == "f");
  CHECK(instance.name.text == "g");
  REQUIRE(instance.arguments.size() == 5);
  CHECK(syntax::print_expression(instance.arguments[1].value) == "-2.5");
  CHECK(syntax::print_expression(instance.arguments[3].value) == "page.view");
  CHECK(test::formatted(kText) == kText);
}

TEST_CASE("a family says the same in YAML") {
  const std::string yaml = converted(kText, "a.nurture", syntax::Spelling::yaml);
  CHECK(yaml == kYaml);
  const ast::File back = read_text(converted(yaml, "a.nurture.yaml", syntax::Spelling::text));
  CHECK(ast::equal(back, read_text(kText)));
  CHECK(ast::same_comments(back, read_text(kText)));
}

TEST_CASE("`use` of a file and of a family are told apart by what follows") {
  CHECK(faults("use \"a.nurture\"\nuse f(a: 1) as g\nuse h(a: 1, b: 2) as i\nevent e\nuse f(a: 2) as j") == "");
  CHECK(faults("use f") == "1:5 NUR0100 expected a text in quotes after `use`\n");
  CHECK(faults("use f()") == "1:7 NUR0100 expected a name after `(`\n");
  CHECK(faults("use f(1)") == "1:7 NUR0100 expected a name after `(`\n");
  CHECK(faults("use f(a 1)") == "1:9 NUR0100 expected `:` after `a`\n");
  CHECK(faults("use f(a: 1)") == "1:12 NUR0100 expected `as` after `)`\n");
  CHECK(faults("use f(a: 1) as") == "1:15 NUR0100 expected a name after `as`\n");
  CHECK(faults("use f(a: 1,) as g") == "1:12 NUR0100 expected a name after `,`\n");
  CHECK(read_text("use f(a: 1) as g\nevent e").events.size() == 1);
}

TEST_CASE("parameters have a name and a type each") {
  CHECK(faults("sequence s(a: string) { day 0: send a }") == "");
  CHECK(faults("sequence s() { day 0: send a }") == "1:12 NUR0100 expected a name after `(`\n");
  CHECK(faults("sequence s(a) { day 0: send a }") == "1:13 NUR0100 expected `:` after `a`\n");
  CHECK(faults("sequence s(a: list<int>) { day 0: send a }") == "1:15 NUR0100 expected a type, `message` or `event` after `:`\n");
  CHECK(faults("sequence s(a: mesage) { day 0: send a }") == "1:15 NUR0100 expected a type, `message` or `event` after `:`\n");
}

TEST_CASE("slips of families in YAML") {
  const std::string head = "sequences:\n  - {id: f, steps: [], parameters: ";
  CHECK(faults(head + "{a: string}}\n", "a.yaml") == "");
  CHECK(faults(head + "{a: list}}\n", "a.yaml") == "2:40 NUR0100 `list` is not one of the words that `a` takes\n");
  CHECK(faults(head + "[a]}\n", "a.yaml") == "2:36 NUR0104 `parameters` takes a mapping of names to types\n");
  CHECK(faults("instances:\n  - {id: g, use: f, with: {}}\n", "a.yaml") ==
        "2:21 NUR0104 a family has at least one parameter, and none is given here\n");
  CHECK(faults("instances:\n  - {id: g, use: f}\n", "a.yaml") == "2:6 NUR0106 a sequence of a family lacks `with`\n");
  CHECK(faults("instances:\n  - {id: g, with: {a: \"1\"}}\n", "a.yaml") == "2:6 NUR0106 a sequence of a family lacks `use`\n");
}
