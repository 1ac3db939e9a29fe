// What the text parser says about texts with faults: the code, the place and the words of each message, one message per
// mistake, and that it goes on with the next statement.
#include "support/catch.hpp"

#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/grammar/words.hpp"
#include "syntax/parse.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace nurture;

namespace {

struct Result {
  Diagnostics diagnostics;
  ast::File file;
};

Result read(const std::string& text) {
  Result result;
  const auto& source = result.diagnostics.sources().add("test.nurture", text);
  result.file = syntax::parse_text(source, result.diagnostics);
  return result;
}

/// One line per diagnostic: "4:3 NUR0101 `dya` is not a statement of a sequence".
std::string faults(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics.items()) {
    const LineColumn place = diagnostics.position(d.span);
    out += (out.empty() ? "" : "\n") + std::to_string(place.line) + ":" + std::to_string(place.column) + " " + d.code + " " + d.message;
  }
  return out;
}

std::string faults_of(const std::string& text) { return faults(read(text).diagnostics); }

/// The only diagnostic of a text.
Diagnostic fault_of(const std::string& text) {
  const auto result = read(text);
  INFO(text);
  INFO(faults(result.diagnostics));
  REQUIRE(result.diagnostics.items().size() == 1);
  return result.diagnostics.items().front();
}

/// The text with the fixes of its only diagnostic applied.
std::string repaired(std::string text) {
  auto fixes = fault_of(text).fixes;
  std::sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.span.begin > b.span.begin; });
  for (const Fix& fix : fixes) text.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
  return text;
}

std::string in_sequence(const std::string& statement) { return "sequence s {\n  " + statement + "\n}\n"; }
std::string in_body(const std::string& action) { return in_sequence("day 0 a: {\n    " + action + "\n  }"); }

}  // namespace

TEST_CASE("four planted faults are four messages at their places, and everything else is read") {
  const auto result = read(
      "nurture 1\n"
      "sequence s {\n"
      "  day 0 a: send one\n"
      "  dya 1 b: send two\n"
      "  day 2 c: snd three\n"
      "  day 3 d: {\n"
      "    send four\n"
      "    wait\n"
      "    send five\n"
      "  }\n"
      "  goal booked onn consultation.booked\n"
      "  day 4 e: send six\n"
      "}\n"
      "segment last = a is known\n");
  CHECK(faults(result.diagnostics) ==
        "4:3 NUR0101 `dya` is not a statement of a sequence\n"
        "5:12 NUR0101 `snd` is not an action\n"
        "8:9 NUR0100 expected `until` or a duration such as `2d` after `wait`\n"
        "11:15 NUR0100 expected `on` and an event, or `when` and a condition after `booked`");
  const auto& sequence = result.file.sequences.at(0);
  REQUIRE(sequence.plan.size() == 4);
  const auto& broken = std::get<ast::Step>(sequence.plan[1]);
  CHECK(broken.name->text == "c");
  CHECK(std::holds_alternative<ast::ErrorAction>(broken.body.actions.at(0).what));
  const auto& block = std::get<ast::Step>(sequence.plan[2]).body.actions;
  REQUIRE(block.size() == 3);
  CHECK(std::holds_alternative<ast::Send>(block[0].what));
  CHECK(std::holds_alternative<ast::ErrorAction>(block[1].what));
  CHECK(std::holds_alternative<ast::Send>(block[2].what));
  CHECK(result.file.segments.size() == 1);
}

TEST_CASE("a misspelt statement is named with its block and the nearest word") {
  const auto dya = fault_of("sequence welcome {\n  enroll on a\n\n  dya 0 welcome: send welcome\n}\n");
  CHECK(dya.message == "`dya` is not a statement of a sequence");
  CHECK(dya.name == "unknown_statement");
  CHECK(dya.caret == "did you mean `day`?");
  CHECK(repaired(in_sequence("dya 0 welcome: send welcome")) == in_sequence("day 0 welcome: send welcome"));

  CHECK(fault_of("sequnce s { }").message == "`sequnce` is not a declaration");
  CHECK(fault_of("policy p { cpa 1 per 1d }").message == "`cpa` is not a statement of a policy");
  CHECK(fault_of("message m { chanel email }").caret == "did you mean `channel`?");
  CHECK(fault_of("score s { teir a 0..1 }").message == "`teir` is not a statement of a score");
  CHECK(fault_of("score s { category c weight 1 max 1 { rul +1 a on b } }").message == "`rul` is not a rule of a score");
  CHECK(fault_of("test \"t\" for s { gievn consent a }").message == "`gievn` is not a statement of a test");
  CHECK(fault_of(in_body("sedn a")).message == "`sedn` is not an action");
  CHECK(fault_of("category c { transactionl }").caret == "did you mean `transactional`?");
  CHECK(fault_of(in_sequence("xylophone 3")).caret.empty());
}

TEST_CASE("a statement of another block is told where it belongs") {
  CHECK(fault_of(in_sequence("send welcome")).caret == "it is an action");
  CHECK(fault_of(in_body("goal g on e")).caret == "it is a statement of a sequence");
  CHECK(fault_of("quiet hours 20:00..08:00").caret == "it is a statement of a policy");
  CHECK(fault_of(in_sequence("phase p { goal g on e }")).message == "`goal` is not a step, and a phase holds only steps");
  CHECK(fault_of("segment a = b\nuse \"x\"\n").message == "`use` stands before all declarations");
  CHECK(fault_of("category c { under a under b }").message == "`under` cannot be said twice");
  CHECK(fault_of("category c { double_opt_in double_opt_in }").message == "`double_opt_in` cannot be said twice");
  CHECK(fault_of("category c { transactional transactional }").message == "`transactional` cannot be said twice");
  CHECK(fault_of("category c { consent explicit consent implied }").message == "`consent` cannot be said twice");
  CHECK(fault_of("use \"x\"\nnurture 1\n").message == "`nurture` stands before all declarations");
}

TEST_CASE("a word that cannot go on with a statement is told with the word it may be") {
  const auto bye = fault_of(in_sequence("day 0 a: send three bye email"));
  CHECK(bye.message == "`bye` cannot stand after `three`");
  CHECK(bye.caret == "did you mean `by`?");
  CHECK(fault_of(in_body("wait until on x.y timeot 2d")).message == "`timeot` cannot stand after `x.y`");
  CHECK(fault_of("segment s = a )").message == "`)` cannot stand after `a`");
  CHECK(fault_of("segment s = a.b.c \"x\"").message == "`\"x\"` cannot stand after `a.b.c`");
}

TEST_CASE("what is missing is said in the author's words") {
  struct Row {
    std::string text;
    const char* fault;
  };
  const auto row = GENERATE(values<Row>({
      {in_sequence("goal"), "2:7 NUR0100 expected a name after `goal`"},
      {in_sequence("goal\n  day 0 a: send m"), "2:7 NUR0100 expected a name after `goal`"},
      {in_sequence("on a as b\n    at moost once per 1d { }"), "3:8 NUR0100 expected `most` after `at`"},
      {in_sequence("goal where on a"), "2:8 NUR0100 expected a name after `goal`"},
      {in_sequence("owner me"), "2:9 NUR0100 expected a text in quotes after `owner`"},
      {in_sequence("day x a: send m"), "2:7 NUR0100 expected a number of days such as `14` or `-1` after `day`"},
      {in_sequence("day 1 a send m"), "2:11 NUR0100 expected `:` after `a`"},
      {in_sequence("day 1 a:"), "2:11 NUR0100 expected an action, or a block of actions in braces after `:`"},
      {in_sequence("at 2h a: send m"), "2:6 NUR0100 `2h` does not say whether before or after"},
      {in_sequence("when a as b"), "2:14 NUR0100 expected an action, or a block of actions in braces after `b`"},
      {in_sequence("anchor a = b"), "2:15 NUR0313 this anchor does not say what happens while its date is missing"},
      {in_sequence("anchor next actul"), "2:15 NUR0100 expected `planned` or `actual` after `next`"},
      {in_sequence("reenroll sometimes"), "2:12 NUR0100 expected `never`, `always` or `after` and a duration after `reenroll`"},
      {in_body("if { }"), "3:8 NUR0100 expected a condition after `if`"},
      {in_body("if { send b }"), "3:8 NUR0100 expected a condition after `if`"},
      {in_body("if a send b"), "3:10 NUR0100 expected `{` after `a`"},
      {in_body("send"), "3:9 NUR0100 expected a name after `send`"},
      {in_body("wait 2"), "3:10 NUR0100 expected `until` or a duration such as `2d` after `wait`"},
      {in_body("accelerate 2"), "3:16 NUR0100 expected a factor such as `2x` after `accelerate`"},
      {in_body("sned a\n    split p { }"), "3:5 NUR0101 `sned` is not an action\n4:11 NUR0100 this split has no arms"},
      {in_body("split p { }"), "3:11 NUR0100 this split has no arms"},
      {in_body("split p { a { send b } }"), "3:17 NUR0100 expected a share such as `50%` after `a`"},
      {"lead { tz string }", "1:11 NUR0100 expected `:` after `tz`"},
      {"lead { tz: strng }", "1:12 NUR0100 expected a type after `:`"},
      {"segment s = a +", "1:16 NUR0100 expected a value after `+`"},
      {"segment s = (a", "1:15 NUR0100 expected `)` after `a`"},
      {"segment s = a ? b", "1:18 NUR0100 expected `:` after `b`"},
      {"segment s = a.", "1:15 NUR0100 expected a name after `.`"},
      {"segment s = a is", "1:17 NUR0100 expected `known` or `missing` after `is`"},
      {"segment s = {\"a\" 1}", "1:18 NUR0100 expected `:` after `\"a\"`"},
      {"score s { rule 8 a on b }", "1:16 NUR0100 `8` has no sign"},
      {"test \"t\" for s { given moon }", "1:24 NUR0100 expected `lead`, `consent`, `split`, `score` or `holdout` after `given`"},
      {"test \"t\" for s { at noon pause }", "1:21 NUR0100 expected a date, `day` and a number, or a distance such as `+2h` after `at`"},
      {"test \"t\" for s { at +0s pause channel }", "1:39 NUR0100 expected a name after `channel`"},
      {"test \"t\" for s { at +0s expect nothing more }", "1:32 NUR0100 `expect nothing more` stands alone, without an instant"},
      {"message m { choose a { } }", "1:22 NUR0100 expected `by` after `a`"},
  }));
  INFO(row.text);
  CHECK(faults_of(row.text) == row.fault);
}

TEST_CASE("a word near the expected one is offered") {
  CHECK(fault_of("policy p { quiet ours 20:00..08:00 }").caret == "did you mean `hours`?");
  CHECK(fault_of("lead { tz: strng }").caret == "did you mean `string`?");
  CHECK(fault_of(in_sequence("anchor next actul")).caret == "did you mean `actual`?");
  CHECK(repaired("segment s = a is konwn") == "segment s = a is known");
  CHECK(fault_of(in_sequence("goal where on a")).caret == "`where` is a word of the language and cannot be a name");
}

TEST_CASE("durations in words are offered in figures, and the statement is kept") {
  const auto days = fault_of(in_body("wait 14 days"));
  CHECK(days.code == "NUR0102");
  CHECK(days.help == "write `14d`");
  CHECK(repaired(in_body("wait 14 days")) == in_body("wait 14d"));
  CHECK(repaired(in_body("wait 2hours")) == in_body("wait 2h"));
  CHECK(repaired(in_body("wait 1 hour 30 minutes")) == in_body("wait 1h30min"));
  CHECK(repaired(in_sequence("at -2 weeks a: send m")) == in_sequence("at -2w a: send m"));
  CHECK(repaired("segment s = idle(a) >= 14 days") == "segment s = idle(a) >= 14d");
  CHECK(repaired("segment s = any(a within 1 month) or b") == "segment s = any(a within 1mo) or b");
  CHECK(repaired("policy p { cap 1 per 1 day on email }") == "policy p { cap 1 per 1d on email }");

  const auto minutes = fault_of(in_body("wait 30m"));
  CHECK(minutes.code == "NUR0103");
  CHECK(minutes.help == "write `30min` for minutes or `30mo` for months");
  CHECK(repaired(in_body("wait 30m")) == in_body("wait 30min"));
  CHECK(fault_of("segment s = idle(a) >= 30m").code == "NUR0103");

  const auto kept = read(in_sequence("when idle(a) >= 14 days as quiet move to b"));
  CHECK(ast::dump(*kept.file.sequences.at(0).handlers.at(0).trigger.when) == "(greater_equal (idle (events a)) 14d)");
  const auto step = read(in_sequence("goal g when x > 14\n  day 3 a: send b"));
  CHECK_FALSE(step.diagnostics.has_errors());
}

TEST_CASE("names with hyphens are offered with underscores, and the statement is kept") {
  const auto fault = fault_of("sequence re-engagement { }");
  CHECK(fault.code == "NUR0109");
  CHECK(fault.span.begin == 9);
  CHECK(fault.span.end == 22);
  CHECK(repaired("sequence re-engagement { }") == "sequence re_engagement { }");
  CHECK(repaired(in_body("move to a-b-c")) == in_body("move to a_b_c"));
  CHECK(repaired(in_sequence("goal g on page-view")) == in_sequence("goal g on page_view"));
  CHECK(read("sequence re-engagement { }").file.sequences.at(0).name.text == "re_engagement");
  CHECK_FALSE(read("segment s = a-b").diagnostics.has_errors());
  CHECK_FALSE(read("segment s = count(a-b)").diagnostics.has_errors());
}

TEST_CASE("texts in quotes must be closed and hold only escapes that mean something") {
  const auto open = fault_of(in_sequence("owner \"me"));
  CHECK(open.code == "NUR0108");
  CHECK(open.message == "this text is never closed");
  CHECK(open.span.begin == 21);
  CHECK(faults_of(in_sequence("owner 'it\n  goal g on a")) == "2:9 NUR0108 this text is never closed");
  const auto escape = fault_of("use \"a\\qb\"");
  CHECK(escape.message == "`\\q` means nothing in a text");
  CHECK(repaired("use \"a\\qb\"") == "use \"a\\\\qb\"");
  CHECK(fault_of("use \"\\xZZ\"").code == "NUR0108");
  CHECK(fault_of("use \"\\uD800\"").code == "NUR0108");
  CHECK(fault_of("use \"\\U00110000\"").code == "NUR0108");
  CHECK(fault_of("use \"\\999\"").code == "NUR0108");
}

TEST_CASE("dates and times must exist") {
  CHECK(faults_of(in_sequence("default time 25:00")) == "2:16 NUR0215 there is no time of day `25:00`");
  CHECK(fault_of(in_sequence("default time 24:00")).help == "the day ends where the next begins: `00:00`");
  CHECK(fault_of("segment s = x == 09:60").code == "NUR0215");
  CHECK(faults_of("segment s = x == 2026-02-30") == "1:18 NUR0215 there is no day `2026-02-30`");
  CHECK(fault_of("segment s = x == 2026-02-28T24:00").code == "NUR0215");
  CHECK(fault_of("segment s = x == 2026-02-28T10:00:61").code == "NUR0215");
  CHECK(fault_of("segment s = x == 2026-02-28T10:00+25:00").code == "NUR0215");
  CHECK(fault_of("segment s = x == 2026-13-01").code == "NUR0215");
  CHECK_FALSE(read("segment s = x == 2028-02-29T23:59:59+14:00").diagnostics.has_errors());
  CHECK(repaired(in_sequence("day 1 at 9:00 a: send b")) == in_sequence("day 1 at 09:00 a: send b"));
}

TEST_CASE("numbers must fit") {
  CHECK(fault_of("segment s = 9223372036854775808").code == "NUR0107");
  CHECK_FALSE(read("segment s = 9223372036854775807").diagnostics.has_errors());
  CHECK_FALSE(read("segment s = - 9223372036854775808").diagnostics.has_errors());
  CHECK(fault_of("segment s = -9223372036854775809").code == "NUR0107");
  CHECK(fault_of("segment s = 0x10000000000000000").code == "NUR0107");
  CHECK(fault_of("segment s = 1e400").code == "NUR0107");
  CHECK_FALSE(read("segment s = 1e-400").diagnostics.has_errors());
  CHECK(fault_of("score s { range 0..99999999999999999999 }").code == "NUR0107");
  CHECK(fault_of(in_sequence("day 99999999999999999999 a: send b")).code == "NUR0107");
  CHECK(fault_of(in_body("wait 9999999999999999999d")).code == "NUR0107");
  CHECK(fault_of(in_body("wait 999999999999999999y")).code == "NUR0107");
}

TEST_CASE("only edition 1 is read") {
  const auto fault = fault_of("nurture 2\nlead { }\n");
  CHECK(fault.code == "NUR0006");
  CHECK(fault.fixes.at(0).replacement == "1");
  CHECK(fault_of("nurture one\n").message == "expected a whole number after `nurture`");
}

TEST_CASE("bytes that no text may hold are told with their place") {
  CHECK(fault_of("segment a = \"\xFF\"").code == "NUR0003");
  CHECK(fault_of("segment a = \"\xC0\x80\"").code == "NUR0003");
  CHECK(fault_of(std::string("segment a = \"\0\"", 15)).code == "NUR0003");
  CHECK(fault_of("segment\x01 a = b").span.begin == 7);
}

TEST_CASE("characters of word processors are offered as the plain ones") {
  CHECK(fault_of("segment s = \u201Ca\u201D").message == "`\u201C` is not the sign `\"`");
  CHECK(repaired("segment s = a \u2265 3") == "segment s = a >= 3");
  CHECK(repaired("segment\u00A0s = a") == "segment s = a");
  CHECK(fault_of("segment gr\u00F6\u00DFe = a").message == "`\u00F6` cannot be part of a name");
  CHECK(fault_of("segment a = \u2603").message == "`\u2603` (U+2603) cannot stand outside of a text in quotes");
  CHECK_FALSE(read("# \u00FCber\nuse \"caf\u00E9 \u2603\"").diagnostics.has_errors());
}

TEST_CASE("one `=` in a condition is offered as two") {
  CHECK(repaired(in_body("if a = 3 { send b }")) == in_body("if a == 3 { send b }"));
  CHECK(repaired(in_sequence("on a where event.x = \"y\" as b send c")) == in_sequence("on a where event.x == \"y\" as b send c"));
  CHECK(repaired("segment s = a = 3") == "segment s = a == 3");
  CHECK(fault_of(in_body("set a.b == 3")).message == "expected `=` after `a.b`");
}

TEST_CASE("a forgotten brace is told once, at the block that lacks it") {
  const auto step = read(
      "sequence s {\n"
      "  day 0 a: {\n"
      "    send one\n"
      "  day 1 b: send two\n"
      "  goal g on e\n"
      "}\n"
      "segment t = u\n");
  CHECK(faults(step.diagnostics) == "2:12 NUR0100 this block is never closed");
  CHECK(step.diagnostics.items()[0].help == "add a `}` before `day`");
  CHECK(step.diagnostics.position(step.diagnostics.items()[0].labels.at(0).span).line == 4);
  CHECK(step.file.sequences.at(0).plan.size() == 2);
  CHECK(step.file.sequences[0].goals.size() == 1);
  CHECK(step.file.segments.size() == 1);

  CHECK(faults_of("event a { x: int\nevent b\nsegment c = d\n") == "1:9 NUR0100 this block is never closed");
  CHECK(faults_of("sequence s {\n  day 0 a: send b\n\ntest \"t\" for s { }\n") == "1:12 NUR0100 this block is never closed");
  CHECK(faults_of("sequence s {\n  day 0 a: {\n    send b\n") == "2:12 NUR0100 this block is never closed");
  // The indentation shows that it is the inner block that was left open.
  CHECK(faults_of("sequence s {\n  day 0 a: {\n    send b\n}\n") == "2:12 NUR0100 this block is never closed");
}

TEST_CASE("a brace too many is told once") {
  CHECK(faults_of("segment a = b\n}\nsegment c = d\n") == "2:1 NUR0100 this `}` closes no block");
  const auto early = read("sequence s {\n  day 0 a: { send b } }\n  day 1 b: send c\n  day 2 c: send d\n}\nsegment e = f\n");
  CHECK(faults(early.diagnostics) == "3:3 NUR0101 `day` is not a declaration");
  CHECK(early.file.segments.size() == 1);
}

TEST_CASE("reading goes on within a line, after blocks, and after continued statements") {
  CHECK(faults_of(in_sequence("day 0 a: { snd x  send y  wiat 2d  send z }")) ==
        "2:14 NUR0101 `snd` is not an action\n2:29 NUR0101 `wiat` is not an action");
  CHECK(faults_of(in_sequence("on a wher event.x == 1 as b\n     at most once per 7d {\n    send c\n  }\n  gaol g on e")) ==
        "2:8 NUR0101 `wher` cannot stand after `a`\n6:3 NUR0101 `gaol` is not a statement of a sequence");
  CHECK(faults_of("sequence s t {\n  dya 0 a: send b\n}\nsegmnt u = v\n") ==
        "1:12 NUR0100 expected `{` after `s`\n4:1 NUR0101 `segmnt` is not a declaration");
  CHECK(faults_of("lead { a: strng b: int c: enum() d: int }") ==
        "1:11 NUR0100 expected a type after `:`\n1:32 NUR0100 expected a name after `(`");
  CHECK(faults_of("message m { subject 1 template \"t\" chanel x }") ==
        "1:21 NUR0100 expected a text in quotes after `subject`\n1:36 NUR0101 `chanel` is not a statement of a message");
}

TEST_CASE("words of one block are words of the grammar, each in its place") {
  // Every word of the table begins a statement: alone it is never "not a statement of" its own block.
  using namespace syntax::grammar;
  const auto around = [](BlockKind kind, std::string word) -> std::string {
    switch (kind) {
      case BlockKind::policy: return "policy p {\n" + word + "\n}";
      case BlockKind::channel: return "channel c {\n" + word + "\n}";
      case BlockKind::category: return "category c {\n" + word + "\n}";
      case BlockKind::project: return "project p {\n" + word + "\n}";
      case BlockKind::lifecycle: return "lifecycle l {\n" + word + "\n}";
      case BlockKind::triggers: return "triggers t {\n" + word + "\n}";
      case BlockKind::migrate: return "migrate s from \"3f2a91\" {\n" + word + "\n}";
      case BlockKind::stream: return "stream t {\n" + word + "\n}";
      case BlockKind::broadcast: return "broadcast b {\n" + word + "\n}";
      case BlockKind::fields: return "fields f {\n" + word + "\n}";
      case BlockKind::message: return "message m {\n" + word + "\n}";
      case BlockKind::sequence: return "sequence s {\n" + word + "\n}";
      case BlockKind::phase: return "sequence s { phase p {\n" + word + "\n} }";
      case BlockKind::actions: return "sequence s { day 0 a: {\n" + word + "\n} }";
      case BlockKind::wait_cases: return "sequence s { day 0 a: { wait until any of {\n" + word + "\n} } }";
      case BlockKind::score: return "score s {\n" + word + "\n}";
      case BlockKind::score_category: return "score s { category c weight 1 max 1 {\n" + word + "\n} }";
      case BlockKind::test: return "test \"t\" for s {\n" + word + "\n}";
      default: return word + "\n";
    }
  };
  for (const BlockWords& block : all_blocks()) {
    for (const std::string_view word : block.words) {
      const auto text = around(block.kind, std::string(word));
      INFO(text);
      const auto result = read(text);
      for (const Diagnostic& d : result.diagnostics.items()) CHECK(d.code != "NUR0101");
    }
  }
}

TEST_CASE("diagnostics of a part of a source point into the source") {
  Diagnostics diagnostics;
  const std::string text = "when: a == \n";
  const auto& source = diagnostics.sources().add("a.yaml", text);
  CHECK_FALSE(syntax::parse_expression(source, 6, 10, diagnostics));
  REQUIRE(diagnostics.items().size() == 1);
  CHECK(diagnostics.items()[0].span.begin == 10);
  CHECK_FALSE(syntax::parse_expression(source, 100, 50, diagnostics));
}

TEST_CASE("an anchor says what happens while its date is missing") {
  for (const char* anchor : {"anchor start = event.starts_at", "anchor start = event.starts_at # soon"}) {
    const Diagnostic fault = fault_of("sequence s {\n  " + std::string(anchor) + "\n  day 1: send m\n}\n");
    CHECK(fault.code == "NUR0313");
    CHECK(fault.message == "this anchor does not say what happens while its date is missing");
    CHECK(fault.help == "end it with `else hold` to wait for the date, or with `else exit` to leave the sequence");
  }
  const auto result = read("sequence s {\n  anchor start = event.starts_at\n  at -1d from start: send m\n}\n");
  CHECK(faults(result.diagnostics) == "2:33 NUR0313 this anchor does not say what happens while its date is missing");
  CHECK(result.file.sequences.at(0).anchors.size() == 1);
  CHECK(faults_of("sequence s { anchor start = event.starts_at }") ==
        "1:44 NUR0313 this anchor does not say what happens while its date is missing");
  CHECK(repaired("sequence s {\n  anchor start = event.starts_at els hold\n}\n") ==
        "sequence s {\n  anchor start = event.starts_at else hold\n}\n");
}

TEST_CASE("text that is passed over after a fault is noted, and nothing else") {
  const auto unread = [](const std::string& text) {
    const auto result = read(text);
    std::vector<std::string> parts;
    for (const Span span : result.file.unread) parts.push_back(text.substr(span.begin, span.end - span.begin));
    return parts;
  };
  using Parts = std::vector<std::string>;
  CHECK(unread("sequence s { day 1: send m }").empty());
  CHECK(unread("sequence s {\n  goal a onn b\n  day 1: snd m\n}\n") == Parts{"goal a onn b\n  ", "snd m\n"});
  CHECK(unread("sequence s \"x\" ownr { day 1: send m }\nevent e\n") == Parts{"sequence s \"x\" ownr { day 1: send m }\n"});
}

TEST_CASE("an instant behind what is expected does not go to the line below") {
  const std::string text = "test \"t\" for s {\n  expect send a at day 0 08:00\n  expect send b\n}\n";
  CHECK(faults_of(text) == "2:17 NUR0100 an instant stands before `expect`");
  CHECK(fault_of(text).help == "write `at day 0 08:00 expect send a`");
  CHECK(repaired(text) == "test \"t\" for s {\n  at day 0 08:00 expect send a\n  expect send b\n}\n");
  CHECK(faults_of("test \"t\" for s {\n  expect send a at +2h  # then\n}\n") == "2:17 NUR0100 an instant stands before `expect`");
  CHECK(faults_of("test \"t\" for s { expect send a at +2h }\n") == "1:32 NUR0100 an instant stands before `expect`");
  CHECK(faults_of("test \"t\" for s { expect send a at +2h expect send b\n at +1h\n expect send c }\n").empty());
}
