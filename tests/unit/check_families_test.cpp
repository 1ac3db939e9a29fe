// What the checker says about families of sequences: their parameters, what is given for them, and what is found in the
// sequences made of them.
#include "support/checking.hpp"

#include "syntax/print.hpp"

using nurture::test::check_rows;
using nurture::test::checked;
using nurture::test::findings;
using nurture::test::lines_of_findings;
using nurture::test::with_fixes;

namespace {

using Lines = std::vector<std::string>;

/// A family of one step, its parameters and what is made of it.
std::string magnet(const std::string& parameters, const std::string& uses, const std::string& body = "send welcome") {
  return uses + "\nsequence magnet(" + parameters + ") {\n  enroll on signup\n  exit gone on email.unsubscribed\n  day 0: " + body +
         "\n}\n";
}

}  // namespace

TEST_CASE("a family makes as many sequences as it is used, each under its own name") {
  const auto result = checked(magnet("topic: string", "use magnet(topic: \"visas\") as visas\nuse magnet(topic: \"jobs\") as jobs",
                                     "if lead.country == topic { send welcome }"));
  INFO(result.diagnostics.render());
  CHECK(result.diagnostics.empty());
  REQUIRE(result.model.sequences.size() == 2);
  CHECK(result.model.sequences[0].name == "visas");
  CHECK(result.model.sequences[1].name == "jobs");
  CHECK(result.model.find_sequence("magnet") == nurture::model::kNone);
  const auto condition = [&](std::size_t at) {
    const auto& action = result.model.sequences[at].steps[0].node->body.actions[0];
    return nurture::syntax::print_expression(std::get<nurture::ast::If>(action.what).condition);
  };
  CHECK(condition(0) == "lead.country == \"visas\"");
  CHECK(condition(1) == "lead.country == \"jobs\"");
}

TEST_CASE("a constant stands wherever an expression does, and in the texts of a family") {
  const auto result =
      checked(R"(use f(text: "a", whole: 3, share: 2, yes: true, day: 2026-03-02, hour: 09:30, moment: 2026-03-02T08:00, length: 36h) as one
sequence f(text: string, whole: int, share: number, yes: bool, day: date, hour: time, moment: datetime, length: duration) {
  enroll on signup where event.source is known and event.source == text
  anchor start = moment else hold
  exit old when idle(page.view) >= length and count(page.view where event.path == text) < whole
  exit rich when lead.share > share / 4 and yes
  immediately: {
    notify sales "{{ text }} {{ whole }} {{ text + \"!\" }} {{ lead.country }} {{ [1].exists(text, text > 0) }}"
    task sales "On {{ day }} at {{ hour }}"
  }
})");
  INFO(result.diagnostics.render());
  REQUIRE(result.diagnostics.empty());
  const auto& sequence = *result.model.sequences.at(0).node;
  const auto text = [](const nurture::ast::Expr& e) { return nurture::syntax::print_expression(e); };
  CHECK(text(*sequence.enrolls[0].trigger.on->where) == "event.source is known and event.source == \"a\"");
  CHECK(text(sequence.anchors[0].value) == "2026-03-02T08:00");
  CHECK(text(*sequence.exits[0].trigger.when) == "idle(page.view) >= 36h and count(page.view where event.path == \"a\") < 3");
  CHECK(text(*sequence.exits[1].trigger.when) == "lead.share > 2.0 / 4 and true");  // a number divides as one
  const auto& actions = result.model.sequences[0].steps[0].node->body.actions;
  CHECK(std::get<nurture::ast::Notify>(actions[0].what).text.value ==
        "{{ \"a\" }} {{ 3 }} {{ \"a\" + \"!\" }} {{ lead.country }} {{ [1].exists(text, text > 0) }}");  // the macro's own `text`
  CHECK(std::get<nurture::ast::Task>(actions[1].what).text.value == "On {{ 2026-03-02 }} at {{ 09:30 }}");
}

TEST_CASE("a message and an event are named by parameters, and checked where they stand") {
  const auto result = checked(R"(use f(way_in: page.view, first: reminder) as one
sequence f(way_in: event, first: message) {
  enroll on way_in where event.path == "/"
  exit clicked when count(email.open or way_in since enrolled) >= 3
  day 0: send first by sms
  day 1: notify sales "{{ first }} {{ count(way_in) }}"
})");
  INFO(result.diagnostics.render());
  REQUIRE(result.diagnostics.empty());
  const auto& sequence = result.model.sequences.at(0);
  CHECK(sequence.node->enrolls[0].trigger.on->events[0].text == "page.view");
  CHECK(std::get<nurture::ast::Send>(sequence.steps[0].node->body.actions[0].what).message.text == "reminder");
  CHECK(std::get<nurture::ast::Notify>(sequence.steps[1].node->body.actions[0].what).text.value ==
        "{{ \"reminder\" }} {{ count(page.view) }}");
  // `welcome` has no form for sms, and `signup` no path.
  CHECK(findings(R"(use f(way_in: signup, first: welcome) as one
sequence f(way_in: event, first: message) {
  enroll on way_in where event.path == "/"
  day 0: send first by sms
})") == Lines{"NUR0201 3:32 there is no field of `signup` called `path`", "NUR0502 4:24 `welcome` has no form for `sms`"});
}

TEST_CASE("what is given for parameters: nothing missing, nothing more, each of its type") {
  check_rows({
      {"use magnet(topic: \"a\") as x sequence magnet(topic: string, asset: string) { enroll on signup day 0: send welcome }",
       {"NUR0211 1:5 `magnet` is used without `asset`"}},
      {"use magnet(asset: 1) as x sequence magnet(topic: string, b: int) { enroll on signup day 0: send welcome }",
       {"NUR0201 1:12 there is no parameter of `magnet` called `asset`"}},
      {"use magnet(topic: \"a\", topic: \"b\") as x sequence magnet(topic: string) { enroll on signup day 0: send welcome }",
       {"NUR0206 1:24 argument `topic` is declared twice"}},
      {"use magnet(topic: 5) as x sequence magnet(topic: string) { enroll on signup day 0: send welcome }",
       {"NUR0202 1:19 `topic` of `magnet` wants a string, and this is an int"}},
      {"use magnet(n: 1.5) as x sequence magnet(n: int) { enroll on signup day 0: send welcome }",
       {"NUR0202 1:15 `n` of `magnet` wants an int, and this is a number"}},
      {"use magnet(n: 14d) as x sequence magnet(n: duration) { enroll on signup day 0: send welcome }",
       {"NUR0210 1:15 `n` of `magnet` wants a duration, and this is a period"}},
      {"use magnet(topic: lead.country) as x sequence magnet(topic: string) { enroll on signup day 0: send welcome }",
       {"NUR0202 1:19 `topic` of `magnet` is a constant, and this is none"}},
      {"use magnet(n: 1 + 1) as x sequence magnet(n: int) { enroll on signup day 0: send welcome }",
       {"NUR0202 1:15 `n` of `magnet` is a constant, and this is none"}},
      {"use magnet(n: -1) as x sequence magnet(n: int) { enroll on signup day 0: send welcome }", {}},
      {"use magnet(m: \"welcome\") as x sequence magnet(m: message) { enroll on signup day 0: send m }",
       {"NUR0202 1:15 `m` wants the name of a message"}},
      {"use magnet(m: welcom) as x sequence magnet(m: message) { enroll on signup day 0: send m }",
       {"NUR0201 1:15 there is no message `welcom`"}},
      {"use magnet(e: page.viewed) as x sequence magnet(e: event) { enroll on e day 0: send welcome }",
       {"NUR0201 1:15 there is no event `page.viewed`"}},
      {"use magnet(e: 5) as x sequence magnet(e: event) { enroll on e day 0: send welcome }",
       {"NUR0202 1:15 `e` wants the name of an event"}},
  });
  CHECK(
      with_fixes(
          "use magnet(topic: visas, m: \"welcome\") as x sequence magnet(topic: string, m: message) { enroll on signup day 0: send m }") ==
      "use magnet(topic: \"visas\", m: welcome) as x sequence magnet(topic: string, m: message) { enroll on signup day 0: send m }");
}

TEST_CASE("parameters have names of their own") {
  check_rows({
      {"segment warm = lead.visits > 3 use f(warm: true) as x sequence f(warm: bool) { enroll on signup day 0: send welcome }",
       {"NUR0206 1:66 `warm` is the name of a segment already"}},
      {"use f(lead: \"a\") as x sequence f(lead: string) { enroll on signup day 0: send welcome }",
       {"NUR0206 1:34 `lead` has a meaning of its own in conditions"}},
      {"use f(a: 1) as x sequence f(a: int, a: string) { enroll on signup day 0: send welcome }",
       {"NUR0206 1:37 parameter `a` is declared twice"}},
      {"use f(welcome: reminder) as x sequence f(welcome: message) { enroll on signup day 0: send welcome }",
       {"NUR0206 1:42 `welcome` is the name of a message already"}},
      {"use f(signup: page.view) as x sequence f(signup: event) { enroll on signup day 0: send welcome }",
       {"NUR0206 1:42 `signup` is the name of an event already"}},
  });
}

TEST_CASE("names of families and of sequences do not meet") {
  const std::string f = "sequence f(a: int) { enroll on signup day 0: send welcome }\n";
  CHECK(findings("use f(a: 1) as x use f(a: 2) as x " + f) == Lines{"NUR0206 1:33 sequence `x` is declared twice"});
  CHECK(findings("use f(a: 1) as f " + f) == Lines{"NUR0206 1:16 sequence `f` is declared twice"});
  CHECK(findings("use f(a: 1) as x " + f + f) == Lines{"NUR0206 2:10 family `f` is declared twice"});
  CHECK(findings("use f(a: 1) as x sequence f { enroll on signup day 0: send welcome }\n" + f) ==
        Lines{"NUR0206 2:10 sequence `f` is declared twice"});
  CHECK(findings("use g(a: 1) as x") == Lines{"NUR0201 1:5 there is no family of sequences called `g`"});
  CHECK(findings("use g(a: 1) as x sequence g { enroll on signup day 0: send welcome }") ==
        Lines{"NUR0212 1:5 `g` has no parameters, so there is one of it, not a family"});
}

TEST_CASE("nobody enters a family, moves to it or tests it: they name one of its sequences") {
  const std::string f = "use f(a: 1) as x use f(a: 2) as y sequence f(a: int) { enroll on signup day 0: send welcome }\n";
  const auto told = checked(f + "sequence s { enroll on signup day 0: enroll in f day 1: move to f }");
  CHECK(lines_of_findings(told.diagnostics) == Lines{"NUR0212 2:48 `f` is a family, of which there may be several sequences",
                                                     "NUR0212 2:65 `f` is a family, of which there may be several sequences"});
  CHECK(told.diagnostics.items()[0].help == "name one of its sequences: `x` and `y`");
  CHECK(findings(f + "test \"t\" for f { at 2026-03-02T08:00 event signup { \"plan\": \"pro\" } }") ==
        Lines{"NUR0212 2:14 `f` is a family, of which there may be several sequences"});
  CHECK(findings(f + "sequence s { enroll on signup day 0: enroll in x day 1: move to y }").empty());
}

TEST_CASE("a family of which nothing is made is not checked, and says so") {
  const auto told = checked("sequence f(a: int, b: string) { enroll on nothing day 0: send nobody }");
  CHECK(lines_of_findings(told.diagnostics) == Lines{"NUR0330 1:10 nothing is made of the family `f`, so it is not checked"});
  CHECK(told.diagnostics.items()[0].help == "add `use f(a: ..., b: ...) as NAME`");
  CHECK_FALSE(told.diagnostics.has_errors());
}

TEST_CASE("a fault in a family is said once, with the sequence in which it was found") {
  const auto told = checked(magnet("a: int", "use magnet(a: 1) as x\nuse magnet(a: 2) as y", "send welcom"));
  CHECK(lines_of_findings(told.diagnostics) == Lines{"NUR0201 6:15 there is no message `welcom`"});
  const auto& found = told.diagnostics.items().at(0);
  REQUIRE(found.labels.size() == 1);
  CHECK(found.labels[0].text == "of `x`, made here");
  CHECK(told.diagnostics.position(found.labels[0].span).line == 1);
  // What is wrong in one sequence only is said of that one.
  const auto one = checked(magnet("m: message", "use magnet(m: reminder) as x\nuse magnet(m: welcome) as y", "send m by sms"));
  CHECK(lines_of_findings(one.diagnostics) == Lines{"NUR0502 6:20 `welcome` has no form for `sms`"});
  CHECK(one.diagnostics.items().at(0).labels.back().text == "of `y`, made here");
  // A name in the message does not make it another mistake.
  const std::string nobody = "use f(a: 1) as x use f(a: 2) as y sequence f(a: int) { day 0: send welcome }";
  CHECK(findings(nobody) == Lines{"NUR0318 1:16 nobody can enter `x`", "NUR0318 1:33 nobody can enter `y`"});  // two places
}

TEST_CASE("a text of a family that cannot be read is said once") {
  CHECK(findings(magnet("a: int", "use magnet(a: 1) as x\nuse magnet(a: 2) as y", "notify sales \"{{ a + }}\"")).size() == 1);
}

TEST_CASE("a constant is none of the words of a condition with a known outcome") {
  CHECK(findings(magnet("a: int, t: string", "use magnet(a: 1, t: \"x\") as x", "if a > 2 and t == \"y\" { send welcome }")).empty());
  CHECK(findings(magnet("t: string", "use magnet(t: \"x\") as x", "if t > 2 { send welcome }")).size() == 1);
  CHECK(findings(magnet("t: string", "use magnet(t: \"x\") as x", "if tt == \"a\" { send welcome }")) ==
        Lines{"NUR0201 5:13 there is no segment `tt`"});
}

TEST_CASE("parameters belong to their family alone") {
  CHECK(findings("use f(topic: \"a\") as x sequence f(topic: string) { enroll on signup day 0: send welcome }\n"
                 "sequence s { enroll on signup day 0: notify sales \"{{ topic }}\" }") ==
        Lines{"NUR0201 2:55 there is no segment `topic`"});
}
