// The YAML spelling: it says the same as the text spelling, prints itself back, keeps comments, and reports what YAML
// would take in silence with its place.
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/random_ast.hpp"

#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <string>
#include <vector>

using namespace nurture;

namespace {

struct Read {
  ast::File file;
  Diagnostics diagnostics;
};

Read read(std::string text, std::string name = "test.yaml") {
  Read result;
  const auto& source = result.diagnostics.sources().add(std::move(name), std::move(text));
  result.file = syntax::parse(source, result.diagnostics);
  return result;
}

ast::File read_clean(std::string text, std::string name = "test.yaml") {
  auto result = read(std::move(text), std::move(name));
  INFO(result.diagnostics.render());
  REQUIRE(result.diagnostics.empty());
  return std::move(result.file);
}

/// The text in the other spelling, through the check that `convert` makes.
std::string converted(const std::string& text, const std::string& name, syntax::Spelling to) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add(name, text);
  const auto result = syntax::convert(source, to, diagnostics);
  INFO(text);
  INFO(diagnostics.render());
  REQUIRE(result);
  return *result;
}

std::string formatted(const std::string& text, const std::string& name) {
  Diagnostics diagnostics;
  const auto result = syntax::format(diagnostics.sources().add(name, text), diagnostics);
  INFO(diagnostics.render());
  REQUIRE(result);
  return *result;
}

/// "NUR0104 2:5" of each finding.
std::vector<std::string> faults(const Diagnostics& diagnostics) {
  std::vector<std::string> found;
  for (const Diagnostic& fault : diagnostics.items()) {
    const auto place = diagnostics.position(fault.span);
    found.push_back(fault.code + " " + std::to_string(place.line) + ":" + std::to_string(place.column));
  }
  return found;
}

void check_same(const std::string& text, const std::string& yaml) {
  const auto expected = read_clean(text, "test.nurture");
  const auto found = read_clean(yaml);
  if (!ast::equal(expected, found)) FAIL(test::difference(ast::dump(expected), ast::dump(found)));
  if (!ast::same_comments(expected, found)) FAIL(test::difference(ast::dump(expected, {false, true}), ast::dump(found, {false, true})));
  CHECK(syntax::print_yaml(expected) == yaml);
}

}  // namespace

TEST_CASE("yaml: vocabulary, policies and messages say the same as in text") {
  check_same(R"(nurture 1
use "shared.nurture"
lead { tz: string  plan: enum(free, paid)? = "free"  tags: list<string>  scores: list<list<int>?>  age: int = 0 }
event order.placed as "Order Completed" { total: number  at: datetime? }
event email.open
category marketing { consent explicit double_opt_in }
category billing { transactional }
segment big = sum(total of order.placed within 90d) > 100
policy calm {
  quiet hours 20:00..08:00 in "Europe/Lisbon" then hold
  quiet hours 12:00..13:00
  allow mon..fri else drop
  allow sun
  cap 1 per 1d on email then drop
  exempt billing, order.mail
  zone anchor
}
message welcome "Welcome: aboard" {
  channel email, sms
  category marketing
  subject "Hello {{ lead.name }}"
  field cta = "Take the test"
  field name = default(lead.name, "you")
  variant a 50% { template "a" }
  variant b 50% when lead.plan == "paid" { template "b" }
}
)",
             R"(nurture: 1
use: [shared.nurture]

lead:
  fields:
    - {id: tz, type: string}
    - {id: plan, type: enum, values: [free, paid], optional: true, default: free}
    - {id: tags, type: list, of: string}
    - {id: scores, type: list, of: {type: list, of: int, optional: true}}
    - {id: age, type: int, default: 0}

events:
  - id: order.placed
    as: Order Completed
    fields:
      - {id: total, type: number}
      - {id: at, type: datetime, optional: true}
  - {id: email.open}

categories:
  - {id: marketing, consent: explicit, double_opt_in: true}
  - {id: billing, transactional: true}

segments:
  - {id: big, when: sum(total of order.placed within 90d) > 100}

policies:
  - id: calm
    quiet_hours:
      - {from: "20:00", to: "08:00", in: Europe/Lisbon, then: hold}
      - {from: "12:00", to: "13:00"}
    allow:
      - {days: mon..fri, else: drop}
      - {days: sun}
    caps:
      - {count: 1, per: 1d, channel: email, then: drop}
    exempt: [billing, order.mail]
    zone: anchor

messages:
  - id: welcome
    title: "Welcome: aboard"
    channels: [email, sms]
    category: marketing
    subject: Hello {{ lead.name }}
    fields:
      - {id: cta, text: Take the test}
      - id: name
        value: default(lead.name, "you")
    variants:
      - id: a
        share: 50%
        template: a
      - id: b
        share: 50%
        when: lead.plan == "paid"
        template: b
)");
}

TEST_CASE("yaml: sequences and actions say the same as in text") {
  check_same(R"(## One line.
## And another.
sequence trial "Trial" {
  owner "a@example.com"
  enroll on trial.started where event.days >= 14 key event.trial_id
  enroll when big
  reenroll after 30d
  anchor ends = event.ends_at else exit
  zone "lead"
  default time 09:30
  late send
  policy calm
  policy quiet
  suppress when lead.staff
  goal paid on order.placed since enrolled
  exit gone on email.unsubscribed since 2026-03-01
  immediately hello: send welcome by email, sms
  day +2 from ends at 10:00: {
    wait 2d
    wait until on email.click or email.open within 1h timeout 3d then { tag slow }
    wait until when lead.ready timeout 1d
    if lead.a { exit a } else if lead.b as b { exit b } else as c { exit c }
    set lead.topic = "visas"
    notify sales "Call: now"
    do crm.push(lead.id, 3)
    do noop()
    enroll in other
    accelerate 1.5x
    -> hello
  }
  phase closing "Closing" {
    at -2h last: split ask { x 30% { send x } y 70% {} }
  }
  after 1d: move to other
  on page.view since step hello as seen every time { tag seen }
  when idle(email.open since anchor ends) > 3d at most once per 7d tag idle
}
)",
             R"(sequences:
  - id: trial
    title: Trial
    doc: |-
      One line.
      And another.
    owner: a@example.com
    enroll:
      - {event: [trial.started], where: event.days >= 14, key: event.trial_id}
      - {when: big}
    reenroll: {after: 30d}
    anchors:
      - {id: ends, value: event.ends_at, else: exit}
    zone: "lead"
    default_time: "09:30"
    late: send
    policies: [calm, quiet]
    suppress: {when: lead.staff}
    goals:
      - {id: paid, event: [order.placed], since: enrolled}
    exits:
      - {id: gone, event: [email.unsubscribed], since: "2026-03-01"}
    steps:
      - id: hello
        at: immediately
        do:
          - send: welcome
            by: [email, sms]
      - day: +2
        from: ends
        time: "10:00"
        do:
          - wait: 2d
          - wait_until: {event: [email.click, email.open], within: 1h}
            timeout: 3d
            then:
              - tag: slow
          - wait_until: {when: lead.ready}
            timeout: 1d
          - if: lead.a
            then:
              - exit: a
            else:
              - if: lead.b
                as: b
                then:
                  - exit: b
                else_as: c
                else:
                  - exit: c
          - set: lead.topic
            value: '"visas"'
          - notify: sales
            text: "Call: now"
          - do: crm.push
            args: [lead.id, "3"]
          - do: noop
          - enroll_in: other
          - accelerate: 1.5x
          - jump: hello
      - phase: closing
        title: Closing
        steps:
          - id: last
            at: -2h
            do:
              - split: ask
                arms:
                  - id: x
                    share: 30%
                    do:
                      - send: x
                  - id: "y"
                    share: 70%
                    do: []
      - after: 1d
        do:
          - move_to: other
    handlers:
      - event: [page.view]
        since: {step: hello}
        as: seen
        repeat: every_time
        do:
          - tag: seen
      - when: idle(email.open since anchor ends) > 3d
        repeat: {at_most_once_per: 7d}
        do:
          - tag: idle
)");
}

TEST_CASE("yaml: scores and tests say the same as in text") {
  check_same(R"(score heat "Heat" {
  range 0..100
  category fit weight 100 max 10 {
    rule +8 pricing on page.view where event.path == "/pricing" limit 3 per 7d
    rule -2 gone when idle(page.view) > 9d then tag gone
  }
  decay 5 per 1mo when idle(page.view) >= 1mo floor 0
  reset on email.unsubscribed to 0
  tier cold 0..70
  tier hot 71..
  enter hot { notify sales "Hot" }
  leave hot tag cooled
}
test "a: b" for heat {
  given lead { "tz": "Europe/Lisbon", "n": -5, "when": 2026-03-02, "text": "2026-03-02", "clock": 09:00,
               "p": 14d, "q": "14d", "l": [1, "no"], "none": null, "sum": 1 + 2, "code": "007", "hex": 0x1F }
  given consent marketing, email.news
  given split proof = story
  given split ask = x
  given score heat = 3
  at 2026-03-02T08:00 event page.view { "path": "/" }
  at +0s set lead.topic = "x"
  at day 3 09:00 consent marketing withdrawn
  at day 3 09:00 consent marketing
  at day 4 09:00 delivery welcome bounced
  at day 4 10:00 gap 2d
  at +1h pause
  at +1h resume
  at +1h pause lead
  at +1h resume lead
  at +1h pause channel email
  at +1h resume sequence welcome
  at +1h expect score heat == 20
  at +1h expect held welcome until day 9 09:00
  expect lead.topic == "x"
  expect nothing more
}
test "twice" for heat {
  given consent a
  given lead {}
  given consent b
}
)",
             R"(scores:
  - id: heat
    title: Heat
    range: {from: 0, to: 100}
    categories:
      - id: fit
        weight: 100
        max: 10
        rules:
          - {id: pricing, points: +8, event: [page.view], where: event.path == "/pricing", limit: {count: 3, per: 7d}}
          - id: gone
            points: -2
            when: idle(page.view) > 9d
            then:
              - tag: gone
    decay: {amount: 5, per: 1mo, when: idle(page.view) >= 1mo, floor: 0}
    reset: {event: [email.unsubscribed], to: 0}
    tiers:
      - {id: cold, from: 0, to: 70}
      - {id: hot, from: 71}
    tier_actions:
      - enter: hot
        do:
          - notify: sales
            text: Hot
      - leave: hot
        do:
          - tag: cooled

tests:
  - name: "a: b"
    for: heat
    given:
      lead:
        tz: Europe/Lisbon
        "n": -5
        when: "2026-03-02"
        text: = "2026-03-02"
        clock: "09:00"
        p: 14d
        q: "14d"
        l: [1, "no"]
        none: null
        sum: = 1 + 2
        code: "007"
        hex: = 0x1F
      consent: [marketing, email.news]
      split: {proof: story, ask: x}
      score: {heat: 3}
    timeline:
      - {at: "2026-03-02T08:00", event: page.view, with: {path: /}}
      - {at: +0s, set: lead.topic, value: '"x"'}
      - {day: 3, time: "09:00", consent: marketing, withdrawn: true}
      - {day: 3, time: "09:00", consent: marketing}
      - {day: 4, time: "09:00", delivery: welcome, result: bounced}
      - {day: 4, time: "10:00", gap: 2d}
      - {at: +1h, pause: true}
      - {at: +1h, resume: true}
      - {at: +1h, pause: true, lead: true}
      - {at: +1h, resume: true, lead: true}
      - {at: +1h, pause: true, channel: email}
      - {at: +1h, resume: true, sequence: welcome}
      - {at: +1h, expect: score heat == 20}
      - {at: +1h, expect: held welcome until day 9 09:00}
      - {expect: lead.topic == "x"}
      - {expect: nothing more}
  - name: twice
    for: heat
    given:
      - consent: [a]
      - lead: {}
      - consent: [b]
)");
}

TEST_CASE("yaml: a channel says what it requires") {
  const std::string yaml = "channels:\n  - {id: email, requires: lead.email}\n  - {id: letter}\n";
  const auto file = read_clean(yaml);
  REQUIRE(file.channels.size() == 2);
  CHECK(syntax::print_expression(file.channels[0].requirements.at(0).value) == "lead.email");
  CHECK(file.channels[1].requirements.empty());
  CHECK(syntax::print_yaml(file) == yaml);
}

TEST_CASE("yaml: comments stay with their statements in both spellings") {
  check_same(R"(# about the file
nurture 1  # the edition

# ---- events
event a  # short
# why
sequence s {
  # whose
  owner "x"  # of x
  exit gone on a  # at once

  # the plan
  day 0: {  # today
    # say hello

    # twice
    send hello  # now
    # then nothing
  }
  # no more steps
}
# the end
)",
             R"(# about the file
nurture: 1  # the edition

events:
  # ---- events
  - {id: a}  # short

sequences:
  # why
  - id: s
    # whose
    owner: x  # of x
    exits:
      - {id: gone, event: [a]}  # at once

    steps:
      # the plan
      - day: 0
        do:
          # today
          # say hello

          # twice
          - send: hello  # now
          # then nothing
    # no more steps
# the end
)");
}

TEST_CASE("yaml: comments in places of YAML's own go to the statement around them") {
  const auto file = read_clean(R"(sequences:  # all of them
  - id: s  # first line
    # above a list
    steps:
      - id: w
        day: 1  # tomorrow
        # above do
        do: [
          # inside
          {send: x},
          # behind
        ]
      # behind the steps
# before the tests
tests: []
# last
)");
  const auto& sequence = file.sequences.at(0);
  CHECK(sequence.comments.leading == std::vector<std::string>{"# all of them"});
  CHECK(sequence.comments.trailing == "# first line");
  CHECK(sequence.dangling == std::vector<std::string>{"# behind the steps"});
  const auto& step = std::get<ast::Step>(sequence.plan.at(0));
  CHECK(step.comments.leading == std::vector<std::string>{"# above a list", "# tomorrow", "# above do"});
  CHECK(step.body.actions.at(0).comments.leading == std::vector<std::string>{"# inside"});
  CHECK(step.body.dangling == std::vector<std::string>{"# behind"});
  CHECK(file.dangling == std::vector<std::string>{"# before the tests", "# last"});

  const auto text = syntax::print_yaml(file);
  const auto again = read_clean(text);
  CHECK(ast::same_comments(file, again));
  CHECK(syntax::print_yaml(again) == text);
}

TEST_CASE("yaml: a scalar means what its place says, never what YAML says") {
  const auto file = read_clean(
      "sequences:\n  - id: no\n    title: 1.10\n    owner: on\n    default_time: 22:00\n    steps:\n"
      "      - {id: off, day: 010, time: 09:05, do: []}\n");
  const auto& sequence = file.sequences.at(0);
  CHECK(sequence.name.text == "no");
  CHECK(sequence.title->value == "1.10");
  CHECK(sequence.owners.at(0).text.value == "on");
  CHECK(sequence.default_times.at(0).time.time.minutes == 22 * 60);
  CHECK(std::get<ast::Step>(sequence.plan.at(0)).offset.day == 10);
  CHECK(syntax::print_yaml(file) ==
        "sequences:\n  - id: \"no\"\n    title: \"1.10\"\n    owner: \"on\"\n    default_time: \"22:00\"\n"
        "    steps:\n      - id: \"off\"\n        day: 10\n        time: \"09:05\"\n        do: []\n");
}

TEST_CASE("yaml: every text that another reader would retype is quoted") {
  for (const std::string text :
       {"yes",  "No",    "ON",   "off",  "null", "~",   "",     "true", "y",     "N",     "12",         "-1",
        "+1",   "1_000", "0x1F", "0o17", "0b1",  "1.5", ".5",   "1e5",  "22:00", "1:2:3", "2026-03-02", "2026-3-2 8:00",
        ".inf", "-.INF", ".nan", "=",    "<<",   "- a", "-",    "? a",  ": a",   "a: b",  "a:",         "a #b",
        "#a",   "&a",    "*a",   "!a",   "|",    ">",   "%a",   "@a",   "`a",    "[a",    "{a",         "}",
        "'a",   "\"a",   " a",   "a ",   "---",  "...", "a\nb", "a\tb"}) {
    ast::File file;
    file.messages.resize(1);
    file.messages[0].name.text = "m";
    file.messages[0].title.emplace().value = text;
    const auto yaml = syntax::print_yaml(file);
    INFO(yaml);
    const auto at = yaml.find("title: ");
    REQUIRE(at != std::string::npos);
    CHECK((yaml[at + 7] == '"' || yaml[at + 7] == '\''));
    CHECK(read_clean(yaml).messages.at(0).title->value == text);
  }
  for (const std::string text :
       {"a", "14d", "a, b", "it's", "a \"b\"", "mon..fri", "http://x", "a#b", "Gr\u00FC\u00DFe", "2x", "{{ x }} y"}) {
    ast::File file;
    file.messages.resize(1);
    file.messages[0].name.text = "m";
    file.messages[0].title.emplace().value = text;
    INFO(syntax::print_yaml(file));
    CHECK((syntax::print_yaml(file).find("title: " + text + "\n") != std::string::npos) == (text.front() != '{'));
    CHECK(read_clean(syntax::print_yaml(file)).messages.at(0).title->value == text);
  }
}

// ---------------------------------------------------------------- faults

namespace {

struct Case {
  std::string what;
  std::string yaml;
  std::vector<std::string> expected;
};

void check_faults(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    const auto result = read(one.yaml);
    INFO(one.what << "\n" << one.yaml << "\n" << result.diagnostics.render());
    CHECK(faults(result.diagnostics) == one.expected);
  }
}

}  // namespace

TEST_CASE("yaml: what YAML readers take in silence is refused with its place") {
  check_faults({
      {"duplicate key", "nurture: 1\nuse: []\nnurture: 1\n", {"NUR0104 3:1"}},
      {"duplicate key in flow", "segments: [{id: a, when: x, id: b}]\n", {"NUR0104 1:29"}},
      {"anchor and alias", "segments:\n  - &x {id: a, when: x}\n  - *x\n", {"NUR0104 2:5", "NUR0104 3:5"}},
      {"alias without anchor", "segments:\n  - id: a\n    when: *x\n", {"NUR0104 3:11"}},
      {"merge key", "segments:\n  - <<: {a: b}\n    id: a\n    when: x\n", {"NUR0104 2:5"}},
      {"tags", "segments:\n  - id: !!str a\n    when: !x b\n", {"NUR0104 2:9", "NUR0104 3:11"}},
      {"tag on a list", "use: !!seq [a]\n", {"NUR0104 1:6"}},
      {"second document", "nurture: 1\n---\nuse: [a]\n", {"NUR0104 2:1"}},
      {"broken second document", "nurture: 1\n...\nuse: [\n", {"NUR0104 2:1"}},
      {"text behind a flow mapping", "{nurture: 1} use\n", {"NUR0104 1:14"}},
      {"mapping behind a list", "- a\nb: c\n", {"NUR0104 2:1"}},
      {"directive", "%YAML 1.2\n---\nnurture: 1\n", {"NUR0104 1:1"}},
      {"directives alone", "%a\n%b\n", {"NUR0104 1:1"}},
      {"complex key", "? [a]\n: b\n", {"NUR0104 1:3"}},
      {"missing key", ": b\n", {"NUR0104 1:1"}},
      {"open single quote", "use:\n  - 'a\n  - b\n", {"NUR0108 2:5"}},
      {"open double quote", "use:\n  - \"a\n  - b\n", {"NUR0108 2:5"}},
      {"quote closed lines later", "use:\n  - 'a\n  - 'b'\n", {"NUR0100 3:6"}},
      {"bad UTF-8", "use: [\"\xC3\x28\"]\n", {"NUR0003 1:8"}},
      {"control character", "use: [\"\x01\", \"\x02\"]\n", {"NUR0003 1:8", "NUR0003 1:13"}},
      {"UTF-16", std::string("\xFF\xFEn\0", 4), {"NUR0003 1:1"}},
  });
}

TEST_CASE("yaml: text that is no YAML is reported in the author's words") {
  check_faults({
      {"open bracket", "nurture: 1\nuse: [a, b\n", {"NUR0100 2:6"}},
      {"open brace", "segments:\n  - {id: a, when: x\n", {"NUR0100 2:5"}},
      {"missing comma", "segments: [{id: a when: x}]\n", {"NUR0100 1:23"}},
      {"bracket too many", "use: [a]]\n", {"NUR0100 1:9"}},
      {"colon in a text", "messages:\n  - id: a\n    title: Webinar: it\n", {"NUR0100 3:19"}},
      {"tab", "lead:\n\tfields: []\n", {"NUR0100 2:1"}},
      {"unknown escape", "use: [\"a\\qb\"]\n", {"NUR0108 1:11"}},
      {"question mark in flow", "segments: [{id: a, when: b ? c : d}]\n", {"NUR0100 1:28"}},
  });
  const auto result = read("use: [a\n");
  CHECK(result.diagnostics.items().at(0).message == "`[` is not closed");
}

TEST_CASE("yaml: keys that are unknown, missing or at odds are reported, several in one file") {
  check_faults({
      {"unknown", "sequences:\n  - id: a\n    stpes: []\nfoo: 1\n", {"NUR0105 3:5", "NUR0105 4:1"}},
      {"a misspelt key is not missing too", "segments:\n  - {id: a, whne: x}\n", {"NUR0105 2:13"}},
      {"`on` is no key", "sequences:\n  - {id: a, goals: [{id: b, on: [x]}]}\n", {"NUR0105 2:29"}},
      {"anchor without a rule", "sequences:\n  - id: a\n    anchors:\n      - {id: b, value: event.c}\n", {"NUR0313 4:10"}},
      {"missing", "segments:\n  - {id: a}\n  - {when: x}\n", {"NUR0106 2:6", "NUR0106 3:6"}},
      {"step without time", "sequences:\n  - id: a\n    steps:\n      - do: []\n", {"NUR0106 4:9"}},
      {"two triggers", "sequences:\n  - {id: a, enroll: {event: [x], when: \"y\"}}\n", {"NUR0104 2:34"}},
      {"where without event", "sequences:\n  - {id: a, enroll: {when: a, where: b}}\n", {"NUR0104 2:31"}},
      {"two windows", "sequences:\n  - {id: a, enroll: {event: [x], within: 1d, since: enrolled}}\n", {"NUR0104 2:46"}},
      {"two offsets", "sequences:\n  - {id: a, steps: [{day: 1, after: 1d, do: []}]}\n", {"NUR0104 2:30"}},
      {"label without else", "sequences:\n  - {id: a, steps: [{day: 1, do: [{if: x, then: [], else_as: z}]}]}\n", {"NUR0104 2:53"}},
      {"no action", "sequences:\n  - {id: a, steps: [{day: 1, do: [{sned: x}, {}]}]}\n", {"NUR0105 2:36", "NUR0106 2:46"}},
      {"two actions", "sequences:\n  - {id: a, steps: [{day: 1, do: [{send: x, wait: 1d}]}]}\n", {"NUR0105 2:45"}},
      {"feed without a time", "tests:\n  - {name: a, for: b, timeline: [{event: x}]}\n", {"NUR0106 2:35"}},
      {"nothing more at a time", "tests:\n  - {name: a, for: b, timeline: [{at: +1h, expect: nothing more}]}\n", {"NUR0104 2:35"}},
      {"lead and leads", "lead: {}\nleads: []\n", {"NUR0104 2:1"}},
  });
  const auto result = read("sequences:\n  - id: a\n    stpes: []\n");
  CHECK(result.diagnostics.items().at(0).message == "a sequence has no key `stpes`");
  CHECK(result.diagnostics.items().at(0).fixes.at(0).replacement == "steps");
}

TEST_CASE("yaml: values of the wrong form are reported where they stand") {
  check_faults({
      {"list for a name", "segments: [{id: [a], when: x}]\n", {"NUR0104 1:17"}},
      {"mapping for a list", "segments: {id: a}\n", {"NUR0104 1:1"}},
      {"text for a mapping", "segments: [a]\n", {"NUR0104 1:12"}},
      {"empty values", "segments:\n  - id:\n    when: x\n  -\nscores:\n", {"NUR0104 2:5", "NUR0104 4:3", "NUR0104 5:1"}},
      {"null is a name like any other, and reserved", "segments: [{id: null, when: x}]\n", {"NUR0100 1:17"}},
      {"an empty value before a key spelled null", "segments:\nnull: 1\n", {"NUR0104 1:1", "NUR0105 2:1"}},
      {"times", "policies: [{id: p, quiet_hours: [{from: \"25:00\", to: 8}]}]\n", {"NUR0215 1:41", "NUR0100 1:54"}},
      {"durations",
       "policies: [{id: p, caps: [{count: 1, per: 1 day}, {count: 1, per: 5m}, {count: 1, per: x}]}]\n",
       {"NUR0102 1:43", "NUR0103 1:67", "NUR0100 1:88"}},
      {"numbers",
       "policies: [{id: p, caps: [{count: a, per: 1d}, {count: 99999999999999999999, per: 1d}]}]\n",
       {"NUR0100 1:35", "NUR0107 1:56"}},
      {"days", "policies: [{id: p, allow: [{days: mon-fri}]}]\n", {"NUR0100 1:35"}},
      {"dates", "tests: [{name: a, for: b, given: {lead: {at: 2026-02-30}}}]\n", {"NUR0215 1:46"}},
      {"names",
       "segments: [{id: re-engage, when: x}, {id: where, when: x}, {id: a.b, when: x}]\n",
       {"NUR0109 1:17", "NUR0100 1:43", "NUR0100 1:65"}},
      {"booleans", "categories: [{id: a, transactional: yes}]\n", {"NUR0100 1:37"}},
      {"words", "sequences: [{id: a, late: never}]\n", {"NUR0104 1:27"}},
      {"no definition", "hello\n", {"NUR0104 1:1"}},
  });
}

TEST_CASE("yaml: a fault in an expression stands where the author wrote it") {
  check_faults({
      {"plain", "segments:\n  - id: a\n    when: lead.x == )\n", {"NUR0100 3:21"}},
      {"after letters of several bytes", "segments:\n  - {id: a, when: 'lead.x == \"\u00FC\" )'}\n", {"NUR0100 2:34"}},
      {"quoted", "segments:\n  - id: a\n    when: \"lead.x == )\"\n", {"NUR0100 3:22"}},
      {"block", "segments:\n  - id: a\n    when: |\n      lead.x ==\n        3 4\n", {"NUR0100 5:11"}},
      {"over two lines", "segments:\n  - id: a\n    when: lead.x ==\n      3 4\n", {"NUR0100 4:9"}},
      {"behind a byte order mark", "\xEF\xBB\xBFsegments: [{id: a, when: x ==}]\n", {"NUR0100 1:30"}},
      {"with CR LF", "segments:\r\n  - id: a\r\n    when: lead.x == )\r\n", {"NUR0100 3:21"}},
  });
  const auto result = read("segments:\n  - id: a\n    when: \"lead.x == \\\"a\\\" )\"\n");
  REQUIRE(faults(result.diagnostics) == std::vector<std::string>{"NUR0100 3:11"});
  CHECK(result.diagnostics.items().at(0).notes == std::vector<std::string>{"in `lead.x == \"a\" )`, column 15"});
}

TEST_CASE("yaml: spans point at the bytes of the file") {
  const std::string yaml = "\xEF\xBB\xBFsegments:  # \u00FC\n  - {id: a, when: x}\n  - id: b\n    when: 'lead.x == \"\u00FC\"'\n";
  const auto result = read(yaml);
  const auto& condition = result.file.segments.at(1).condition;
  CHECK(yaml.substr(condition.span.begin, condition.span.end - condition.span.begin) == "lead.x == \"\u00FC\"");
  const auto& name = result.file.segments.at(1).name;
  CHECK(yaml.substr(name.span.begin, name.span.end - name.span.begin) == "b");
}

TEST_CASE("yaml: reading goes on behind a fault and keeps what was read") {
  const auto result = read(
      "segments:\n  - {id: a, when: x ==}\n  - {id: b, when: x}\nsequences:\n  - id: s\n    steps:\n      - id: w\n        day: 1\n"
      "        do:\n          - sned: x\n          - send: y\n");
  CHECK(faults(result.diagnostics) == std::vector<std::string>{"NUR0100 2:23", "NUR0105 10:13"});
  CHECK(result.file.segments.size() == 2);
  const auto& body = std::get<ast::Step>(result.file.sequences.at(0).plan.at(0)).body;
  REQUIRE(body.actions.size() == 2);
  CHECK(std::holds_alternative<ast::ErrorAction>(body.actions[0].what));
  CHECK(std::holds_alternative<ast::Send>(body.actions[1].what));
}

TEST_CASE("yaml: an empty body stands on its line however far to the right") {
  std::string text = "send m";
  for (int i = 0; i < 30; ++i) text = "if x { } else { " + text + " }";
  text = "sequence s { day 0: { " + text + " } }\n";
  const auto yaml = converted(text, "test.nurture", syntax::Spelling::yaml);
  CHECK(ast::equal(read_clean(text, "test.nurture"), read_clean(yaml)));
}

// ---------------------------------------------------------------- round trips

TEST_CASE("yaml: a random tree printed as YAML reads back equal, with its comments") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const auto file = test::random_file(seed, {seed % 2 == 1});
    const auto yaml = syntax::print_yaml(file);
    const auto again = read_clean(yaml);
    INFO("seed " << seed << "\n" << yaml);
    if (!ast::equal(file, again)) FAIL(test::difference(ast::dump(file), ast::dump(again)));
    if (!ast::same_comments(file, again)) FAIL(test::difference(ast::dump(file, {false, true}), ast::dump(again, {false, true})));
    if (syntax::print_yaml(again) != yaml) FAIL(test::difference(yaml, syntax::print_yaml(again)));
  }
}

TEST_CASE("yaml: a random tree converted to YAML and back is the same definition, with its comments") {
  for (std::uint32_t seed = 1000; seed < 1500; ++seed) {
    const auto text = syntax::print_text(test::random_file(seed, {seed % 2 == 0}));
    const auto yaml = converted(text, "test.nurture", syntax::Spelling::yaml);
    const auto back = converted(yaml, "test.nurture.yaml", syntax::Spelling::text);
    const auto file = read_clean(text, "test.nurture");
    const auto again = read_clean(back, "test.nurture");
    INFO("seed " << seed << "\n" << text);
    if (!ast::equal(file, again)) FAIL(test::difference(ast::dump(file), ast::dump(again)));
    if (!ast::same_comments(file, again)) FAIL(test::difference(ast::dump(file, {false, true}), ast::dump(again, {false, true})));
    // What was converted stands in the usual form of its spelling.
    if (formatted(yaml, "test.nurture.yaml") != yaml) FAIL(test::difference(yaml, formatted(yaml, "test.nurture.yaml")));
    if (formatted(back, "test.nurture") != back) FAIL(test::difference(back, formatted(back, "test.nurture")));
  }
}

TEST_CASE("what has several keys and no mapping of its own has a place, so that findings about it have one") {
  const auto sequence = read(
      "leads:\n  - fields:\n      - {id: tz, type: string}\nsequences:\n  - id: a\n    zone: lead\n"
      "    enroll: {event: b, where: event.c, within: 2d}\n"
      "    steps:\n      - {day: -3, from: x, do: []}\n");
  INFO(sequence.diagnostics.render());
  int places = 0;
  const auto look = [&](const auto& node) {
    using T = std::decay_t<decltype(node)>;
    constexpr bool kHasPlace = std::is_same_v<T, ast::Offset> || std::is_same_v<T, ast::Trigger> || std::is_same_v<T, ast::Pattern> ||
                               std::is_same_v<T, ast::Window> || std::is_same_v<T, ast::Type> || std::is_same_v<T, ast::Zone>;
    if constexpr (kHasPlace) {
      ++places;
      CHECK(node.span.end > node.span.begin);
      CHECK(node.span.begin > 0);
    }
  };
  ast::for_each_node(sequence.file, look);
  CHECK(places == 6);
}

namespace {

/// Text to YAML to text to YAML: the second YAML is the first, byte for byte.
void check_settled(const std::string& text) {
  const auto once = converted(text, "test.nurture", syntax::Spelling::yaml);
  const auto back = converted(once, "test.nurture.yaml", syntax::Spelling::text);
  const auto twice = converted(back, "test.nurture", syntax::Spelling::yaml);
  if (twice != once) FAIL(test::difference(once, twice));
}

}  // namespace

TEST_CASE("yaml: a text converted there, back and there again is the same YAML") {
  check_settled("event a\n\n\nevent b { x: int }\nchannel c {}\n# about d\nchannel d {}\nsegment s = any(a)\n");
  for (const auto& path : test::files_in(std::filesystem::path(NURTURE_SOURCE_DIR) / "examples", ".nurture")) {
    INFO(path.string());
    check_settled(test::read_file(path).value());
  }
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    INFO("seed " << seed);
    check_settled(syntax::print_text(test::random_file(seed, {seed % 2 == 1})));
  }
}
