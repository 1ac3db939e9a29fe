// The canonical text, piece by piece. Whole files stand in tests/golden/fmt.
#include "support/syntax.hpp"

#include "syntax/ast_names.hpp"

using namespace nurture;
using test::formatted;
using test::read_text;

namespace {

ast::Expr ident(std::string text) {
  ast::Expr out;
  out.kind = ast::ExprKind::ident;
  out.text = std::move(text);
  return out;
}

ast::Expr number(std::string text) {
  ast::Expr out;
  out.kind = ast::ExprKind::number;
  out.text = std::move(text);
  return out;
}

ast::Expr node(ast::ExprKind kind, std::vector<ast::Expr> args, std::string text = {}) {
  ast::Expr out;
  out.kind = kind;
  out.args = std::move(args);
  out.text = std::move(text);
  return out;
}

using Kind = ast::ExprKind;

ast::Name name(std::string text) {
  ast::Name out;
  out.text = std::move(text);
  return out;
}

std::string sequence_with(const std::string& statements) { return formatted("sequence s {\n" + statements + "\n}\n"); }

}  // namespace

TEST_CASE("expressions get the parentheses that their tree needs and no others") {
  const auto a = ident("a");
  const auto b = ident("b");
  const auto c = ident("c");
  const std::vector<std::pair<ast::Expr, std::string>> table = {
      {node(Kind::multiply, {node(Kind::add, {a, b}), c}), "(a + b) * c"},
      {node(Kind::add, {node(Kind::multiply, {a, b}), c}), "a * b + c"},
      {node(Kind::subtract, {a, node(Kind::subtract, {b, c})}), "a - (b - c)"},
      {node(Kind::subtract, {node(Kind::subtract, {a, b}), c}), "a - b - c"},
      {node(Kind::negate, {node(Kind::select, {a}, "x")}), "-a.x"},
      {node(Kind::select, {node(Kind::negate, {a})}, "x"), "(-a).x"},
      {node(Kind::negate, {node(Kind::add, {a, b})}), "-(a + b)"},
      {node(Kind::not_, {node(Kind::equal, {a, b})}), "not a == b"},
      {node(Kind::equal, {node(Kind::not_, {a}), b}), "(not a) == b"},
      {node(Kind::equal, {a, node(Kind::less, {b, c})}), "a == (b < c)"},
      {node(Kind::known, {node(Kind::equal, {a, b})}), "a == b is known"},
      {node(Kind::equal, {a, node(Kind::known, {b})}), "a == (b is known)"},
      {node(Kind::or_, {node(Kind::or_, {a, b}), c}), "(a or b) or c"},
      {node(Kind::or_, {a, b, c}), "a or b or c"},
      {node(Kind::conditional, {a, b, node(Kind::conditional, {a, b, c})}), "a ? b : a ? b : c"},
      {node(Kind::conditional, {node(Kind::conditional, {a, b, c}), b, c}), "(a ? b : c) ? b : c"},
      {node(Kind::index, {node(Kind::list, {a, b}), number("0")}), "[a, b][0]"},
      {node(Kind::method, {number("1"), a}, "size"), "(1).size(a)"},
      {node(Kind::call, {a, b}, "count"), "count(a, b)"},
      {node(Kind::call, {a}, "count"), "count((a))"},
      {node(Kind::map, {}), "{}"},
      {node(Kind::map, {a, b}), "{ a: b }"},
      {node(Kind::in, {a, node(Kind::list, {})}), "a in []"},
  };
  for (const auto& [expression, text] : table) CHECK(syntax::print_expression(expression) == text);
}

TEST_CASE("where parentheses belong in a mix of and with or is for the author to say") {
  const auto a = ident("a");
  const auto both = node(Kind::and_, {ident("b"), ident("c")});
  const auto either = node(Kind::or_, {ident("b"), ident("c")});
  CHECK(syntax::print_expression(node(Kind::or_, {a, both})) == "a or b and c");
  CHECK(syntax::print_expression(node(Kind::and_, {a, either})) == "a and (b or c)");
  CHECK(formatted("segment a = x  and y or z") == "segment a = x and y or z\n");
  CHECK(formatted("segment a = (x and y) or z") == "segment a = (x and y) or z\n");
  CHECK(formatted("segment a = x and (y or z)") == "segment a = x and (y or z)\n");
}

TEST_CASE("parentheses of the author stay, doubled ones do not") {
  CHECK(formatted("segment a = (x) and ((y))") == "segment a = (x) and (y)\n");
}

TEST_CASE("the words and, or, not are written for their symbols, and double quotes for single ones") {
  CHECK(formatted("segment a = x && !y") == "segment a = x and not y\n");
  CHECK(formatted("segment a = x||y") == "segment a = x or y\n");
  CHECK(formatted("segment a = lead.name=='Ada'") == "segment a = lead.name == \"Ada\"\n");
  CHECK(formatted("segment a = !x == y") == "segment a = (not x) == y\n");
}

TEST_CASE("a number behind a dot is a fraction, also where a date could be read") {
  CHECK(formatted("segment a = .2026-03-02 > 1\n") == "segment a = .2026 - 03 - 02 > 1\n");
  CHECK(formatted("segment a = lead.b > .5 and [1].size() > 1.14\n") == "segment a = lead.b > .5 and [1].size() > 1.14\n");
}

TEST_CASE("texts are escaped so that they stand on one line") {
  CHECK(formatted("segment a = 'say \"hi\"'") == "segment a = \"say \\\"hi\\\"\"\n");
  CHECK(formatted("segment a = \"\"\"one\ntwo\"\"\"") == "segment a = \"one\\ntwo\"\n");
  CHECK(formatted(R"(segment a = r"\d+")") == "segment a = \"\\\\d+\"\n");
  CHECK(formatted(R"(segment a = "\u0007\u0085\t")") == "segment a = \"\\u0007\\u0085\\t\"\n");
  CHECK(formatted("segment a = \"Grüße 🎉\"") == "segment a = \"Grüße 🎉\"\n");
}

TEST_CASE("step lines stand in columns, a blank line or a comment ends the run") {
  CHECK(sequence_with("day 0 a: send a\nday 10 long_name: send b\n\nday 20 c: send c\n# now d\nday 100 dd: send d\nday 7: send e") ==
        "sequence s {\n"
        "  day 0  a:         send a\n"
        "  day 10 long_name: send b\n"
        "\n"
        "  day 20 c: send c\n"
        "  # now d\n"
        "  day 100 dd: send d\n"
        "  day 7:      send e\n"
        "}\n");
}

TEST_CASE("steps without names have no column for them") {
  CHECK(sequence_with("day 0: send a\nday 10: send b") == "sequence s {\n  day 0:  send a\n  day 10: send b\n}\n");
}

TEST_CASE("a block opens right behind the name of its step") {
  CHECK(sequence_with("day 0 a: send a\nday 1 longer: { send b send c }") ==
        "sequence s {\n  day 0 a: send a\n  day 1 longer: {\n    send b\n    send c\n  }\n}\n");
}

TEST_CASE("rules, fields, tiers and arms stand in columns") {
  CHECK(formatted("score s {\nrule +8 a on x.y\nrule -12 bb when z\ntier low 0..9\ntier higher 10..\n}") ==
        "score s {\n  rule +8  a  on x.y\n  rule -12 bb when z\n  tier low    0..9\n  tier higher 10..\n}\n");
  CHECK(formatted("lead { tz: string\n years: int = 3 }") == "lead {\n  tz:    string\n  years: int = 3\n}\n");
  CHECK(sequence_with("day 1 x: split p { a 5% { send m } long 95% { send n } }") ==
        "sequence s {\n  day 1 x: split p {\n    a    5%  { send m }\n    long 95% { send n }\n  }\n}\n");
}

TEST_CASE("statements of different kinds keep the order of the source") {
  const std::string text = "sequence s {\n  exit a on b.c\n  day 1 x: send y\n  owner \"me\"\n  goal g on d.e\n  policy p\n}\n";
  CHECK(formatted(text) == text);
}

TEST_CASE("statements without places come in the order of the tree") {
  ast::Sequence sequence;
  sequence.name = name("s");
  sequence.handlers.emplace_back().trigger.when = ident("h");
  sequence.exits.emplace_back().trigger.when = ident("e");
  sequence.exits.back().name = name("out");
  sequence.owners.emplace_back().text.value = "me";
  ast::File file;
  file.sequences.push_back(sequence);
  CHECK(syntax::print_text(file) == "sequence s {\n  owner \"me\"\n  exit out when e\n  when h {}\n}\n");
}

TEST_CASE("use comes before declarations wherever its place says") {
  ast::File file;
  file.uses.emplace_back().path.value = "b.nurture";
  file.uses.back().span.begin = 90;
  file.segments.emplace_back().name = name("a");
  file.segments.back().condition = ident("x");
  CHECK(syntax::print_text(file) == "use \"b.nurture\"\n\nsegment a = x\n");
}

TEST_CASE("bodies of one action stand on the line of their step") {
  CHECK(sequence_with("day 1 x: { send y }") == "sequence s {\n  day 1 x: send y\n}\n");
  CHECK(sequence_with("on a.b as c { tag d }") == "sequence s {\n  on a.b as c tag d\n}\n");
  CHECK(sequence_with("day 1 x: { # why\n send y }") == "sequence s {\n  day 1 x: {\n    # why\n    send y\n  }\n}\n");
  CHECK(sequence_with("day 1 x: {}") == "sequence s {\n  day 1 x: {}\n}\n");
}

TEST_CASE("a short if without else stands on one line, one with else never does") {
  CHECK(sequence_with("day 1 x: if a {\n send b\n }") == "sequence s {\n  day 1 x: if a { send b }\n}\n");
  CHECK(sequence_with("day 1 x: if a { send b } else { send c }") ==
        "sequence s {\n  day 1 x: if a {\n    send b\n  } else {\n    send c\n  }\n}\n");
  CHECK(sequence_with("day 1 x: if a { send b } else { if c { send d } else { if e { send f } } }") ==
        "sequence s {\n  day 1 x: if a {\n    send b\n  } else if c {\n    send d\n  } else if e {\n    send f\n  }\n}\n");
}

TEST_CASE("an else with a label keeps its block") {
  CHECK(sequence_with("day 1 x: if a as y { send b } else as n { if c { send d } }") ==
        "sequence s {\n  day 1 x: if a as y {\n    send b\n  } else as n {\n    if c { send d }\n  }\n}\n");
}

TEST_CASE("short events stand on one line, long ones on several") {
  CHECK(formatted("event a.b {\n x: string\n y: int? }") == "event a.b { x: string y: int? }\n");
  CHECK(formatted("event a.b {}") == "event a.b\n");
  CHECK(formatted("event a.b as 'A B' { x: enum(aaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccc) y: int }") ==
        "event a.b as \"A B\" {\n  x: enum(aaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccc)\n  y: int\n}\n");
}

TEST_CASE("one blank line at most, none beside braces, one between declarations") {
  CHECK(formatted("\n\nsegment a = b\n\n\n\nsegment c = d\nsegment e = f\nlead {\n\n x: int\n\n\n y: int\n\n}\npolicy p {}\n\n\n") ==
        "segment a = b\n\nsegment c = d\nsegment e = f\n\nlead {\n  x: int\n\n  y: int\n}\n\npolicy p {}\n");
}

TEST_CASE("categories, channels and messages print canonically") {
  CHECK(formatted("category m { double_opt_in consent explicit }") == "category m { consent explicit double_opt_in }\n");
  CHECK(formatted("channel email { requires lead.email }") == "channel email { requires lead.email }\n");
  CHECK(formatted("message w 'W' { channel email , sms category m field cta='Go' variant a 100% when x { subject 'S' template 'T' } }") ==
        "message w \"W\" {\n  channel   email, sms\n  category  m\n  field cta = \"Go\"\n"
        "  variant a 100% when x { subject \"S\" template \"T\" }\n}\n");
}

TEST_CASE("a test's condition that begins like another outcome gets parentheses") {
  const std::string text = "test \"t\" for s {\n  expect (goal > 3)\n  expect score.x > 3\n  expect tier x hot\n}\n";
  CHECK(formatted(text) == text);
  ast::ExpectCondition condition;
  condition.condition = node(Kind::greater, {ident("send"), number("3")});
  CHECK(syntax::print_outcome(condition) == "(send > 3)");
}

TEST_CASE("a file with errors is not formatted and only its own errors are reported") {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("test.nurture", "sequence s { dya 1: send x }");
  CHECK_FALSE(syntax::format(source, diagnostics).has_value());
  REQUIRE(diagnostics.has_errors());
  for (const auto& item : diagnostics.items()) CHECK(item.name != "format_refused");
}

TEST_CASE("an empty file stays empty") {
  CHECK(formatted("").empty());
  CHECK(formatted("\n\n").empty());
}

TEST_CASE("dumps show the shape of expressions and leave out what is absent") {
  const auto file = read_text("segment s = count(a.b or c where x within 14d) >= 3 and lead.p is known");
  CHECK(ast::dump(file) ==
        "file\n"
        "  segments\n"
        "    - Segment\n"
        "      name: s\n"
        "      condition: (and (greater_equal (count (events a.b c where x within 14d)) 3) (known (select .p lead)))\n");
}
