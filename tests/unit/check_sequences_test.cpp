// What the checker says about sequences: names, ways in, offsets, bodies, the graph of steps, waits.
#include "support/checking.hpp"

using nurture::test::check_rows;
using nurture::test::findings;
using nurture::test::with_fixes;

namespace {

/// What is found in a sequence with these items beside an entry and a first step.
std::vector<std::string> within(const std::string& items) {
  return findings("sequence s {\n enroll on signup\n day 0 first: send welcome\n" + items + "\n}");
}
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what a sequence names must exist") {
  CHECK(within("day 1: send reminder").empty());
  CHECK(within("day 1: send remindr") == Lines{"NUR0201 4:13 there is no message `remindr`"});
  CHECK(within("policy calm") == Lines{"NUR0201 4:8 there is no policy `calm`"});
  CHECK(within("day 1: -> frist") == Lines{"NUR0201 4:11 there is no step of `s` called `frist`"});
  CHECK(within("day 1: -> first").empty());
  CHECK(within("day 1: move to t") == Lines{"NUR0201 4:16 there is no sequence `t`"});
  CHECK(within("day 1: enroll in t") == Lines{"NUR0201 4:18 there is no sequence `t`"});
  CHECK(within("day 1: set lead.contry = \"PT\"") == Lines{"NUR0201 4:17 there is no lead field `contry`"});
  CHECK(within("day 1: set country = \"PT\"").size() == 1);
  CHECK(within("day 1: set lead.country = 3") == Lines{"NUR0202 4:27 `lead.country` wants a string, and this is an int"});
  CHECK(within("day 1: set lead.status = \"opne\"") == Lines{"NUR0205 4:26 `lead.status` is never `\"opne\"`"});
  CHECK(within("day 1: set lead.age = null").empty());
  CHECK(within("day 1: set lead.visits = null") == Lines{"NUR0202 4:26 `lead.visits` wants an int, and this is a null"});
  CHECK(within("when any(email.open since step first) as x { exit gone }").empty());
  CHECK(within("when any(email.open since step frist) as x { exit gone }") == Lines{"NUR0201 4:32 there is no step of `s` called `frist`"});
  CHECK(within("day 1 from start: send reminder") == Lines{"NUR0201 4:12 there is no anchor `start`"});
  CHECK(within("day 1 from enrolled: send reminder").empty());
  CHECK(within("when any(email.open since anchor start) as x { exit gone }") ==
        Lines{"NUR0201 4:34 there is no anchor of `s` called `start`"});
}

TEST_CASE("what is said once may not be said twice") {
  CHECK(within("owner \"a\" owner \"b\"") == Lines{"NUR0206 4:11 `owner` is said twice"});
  CHECK(within("late skip late send") == Lines{"NUR0206 4:11 `late` is said twice"});
  CHECK(within("zone lead zone \"UTC\"") == Lines{"NUR0206 4:11 `zone` is said twice"});
  CHECK(within("default time 09:00 default time 10:00") == Lines{"NUR0206 4:20 `default time` is said twice"});
  CHECK(within("reenroll never reenroll always") == Lines{"NUR0206 4:16 `reenroll` is said twice"});
  CHECK(within("day 1 first: send reminder") == Lines{"NUR0206 4:7 step `first` is declared twice"});
  CHECK(within("goal g on order.placed exit g on email.unsubscribed") == Lines{"NUR0206 4:29 the end `g` is declared twice"});
  CHECK(within("day 1: split a { x 100% { } } day 2: split a { x 100% { } }") == Lines{"NUR0206 4:44 split `a` is declared twice"});
  CHECK(within("on email.open as a { tag x } on email.click as a { tag y }") == Lines{"NUR0206 4:48 handler `a` is declared twice"});
  CHECK(findings("sequence s { enroll on signup day 0: send welcome } sequence s { enroll on signup day 0: send welcome }") ==
        Lines{"NUR0206 1:62 sequence `s` is declared twice"});
  CHECK(findings("event a event a") == Lines{"NUR0206 1:15 event `a` is declared twice"});
  CHECK(findings("lead { a: string } lead { b: int a: string }") == Lines{"NUR0206 1:34 lead field `a` is declared twice"});
  CHECK(findings("event a as \"x\" event b as \"x\"") == Lines{"NUR0206 1:27 the outside name `x` is declared twice"});
  CHECK(findings("segment now = lead.is_customer") == Lines{"NUR0206 1:9 `now` has a meaning of its own in conditions"});
  CHECK(findings("event a { at: datetime }") == Lines{"NUR0206 1:11 every event has an `at` already: the moment it occurred"});
  CHECK(findings("lead { level: enum(low, high, low) = \"low\" }") == Lines{"NUR0206 1:31 value `low` is declared twice"});
}

TEST_CASE("the first declaration is labelled") {
  const auto result = nurture::test::checked("segment a = lead.is_customer\nsegment a = lead.visits > 1");
  REQUIRE(result.diagnostics.items().size() == 1);
  const auto& item = result.diagnostics.items().front();
  REQUIRE(item.labels.size() == 1);
  CHECK(result.diagnostics.position(item.labels[0].span).line == 1);
  CHECK(item.labels[0].text == "declared here first");
}

TEST_CASE("segments may not go round in circles, and come in the order of use") {
  check_rows({
      {"segment a = b or lead.is_customer segment b = a", {"NUR0216 1:47 the segment `a` is defined by itself"}},
      {"segment a = not a", {"NUR0216 1:17 the segment `a` is defined by itself"}},
  });
  const auto result = nurture::test::checked("segment a = b and c segment b = c segment c = lead.is_customer");
  REQUIRE(result.diagnostics.empty());
  std::vector<std::string> order;
  for (const auto& segment : result.model.segments) order.push_back(segment.name);
  CHECK(order == Lines{"c", "b", "a"});
  CHECK(result.model.segments[result.model.find_segment("a")].name == "a");
}

TEST_CASE("a sequence needs a way in and steps") {
  CHECK(findings("sequence s { enroll on signup }") == Lines{"NUR0318 1:10 `s` has no steps"});
  CHECK(findings("sequence s { day 0: send welcome }") == Lines{"NUR0318 1:10 nobody can enter `s`"});
  CHECK(findings("sequence s { day 0: send welcome } sequence t { enroll on signup day 0: enroll in s }").empty());
  CHECK(findings("sequence s { day 0: send welcome } score f { rule +1 a on email.open then enroll in s }").empty());
}

TEST_CASE("offsets that cannot be scheduled are refused") {
  CHECK(within("day -1: send reminder") == Lines{"NUR0320 4:1 this is before the entry, when nobody is here yet"});
  CHECK(within("anchor start = lead.trial_ends_at else hold day -1: send reminder").empty());
  CHECK(within("anchor start = lead.trial_ends_at else hold day -1 from enrolled: send reminder").size() == 1);
  CHECK(within("day 3650: send reminder").empty());
  CHECK(within("day 3651: send reminder") == Lines{"NUR0320 4:1 this is further away than 3650 days"});
  CHECK(within("after 200mo: send reminder") == Lines{"NUR0320 4:7 this is further away than 3650 days"});
  CHECK(within("immediately at 09:00: send reminder").size() == 1);
  CHECK(within("at +2h at 09:00: send reminder") == Lines{"NUR0320 4:11 this offset is a moment already, so it cannot have a time of day"});
  CHECK(within("after 2h at 09:00: send reminder").size() == 1);
  CHECK(within("after 2d at 09:00: send reminder").empty());
  CHECK(within("day 1: { wait 0h send reminder }") == Lines{"NUR0320 4:15 this waits for no time"});
  CHECK(within("day 1: accelerate 1x") == Lines{"NUR0320 4:8 a factor of 1 makes nothing faster"});
  CHECK(within("day 1: accelerate 1.5x").empty());
}

TEST_CASE("settings of a sequence say something that can be meant") {
  CHECK(within("priority 100").empty());
  CHECK(within("priority 101") == Lines{"NUR0107 4:10 a priority is a number from 0 to 100"});
  CHECK(within("first day 2").size() == 1);
  CHECK(findings("sequence s { enroll on signup first day 1 day 0: send welcome }") ==
        Lines{"NUR0320 1:43 the days of this sequence count from day 1"});
  CHECK(findings("sequence s { enroll on signup first day 1 day 1: send welcome day +0 x: send reminder }").empty());
  CHECK(within("conflict restart until first").empty());
  CHECK(within("conflict restart until frist") == Lines{"NUR0201 4:24 there is no step `frist`"});
  CHECK(within("stay while lead.is_customer exit left on order.placed") == Lines{"NUR0206 4:34 the end `left` is declared twice"});
  CHECK(within("default time lead.contry else 09:00") == Lines{"NUR0201 4:19 there is no field of the lead `contry`"});
  CHECK(within("default time lead.country else 09:00") == Lines{"NUR0202 4:14 a time of day is needed, and this is a string"});
  CHECK(within("default time trial.at else 09:00") == Lines{"NUR0212 4:14 `trial.at` is no field of the lead"});
  CHECK(within("anchor a = lead.trial_ends_at zone \"Europe/Lisbn\" else hold day 1 from a: send reminder").size() == 1);
  CHECK(within("anchor a = lead.trial_ends_at zone anchor else hold day 1 from a: send reminder") ==
        Lines{"NUR0212 4:36 an anchor cannot be read in its own zone"});
}

TEST_CASE("the parts of a step fit its offset") {
  CHECK(within("day 2 on mon..fri at 10:00 late grace 1d x: send reminder").empty());
  CHECK(within("after 2d on mon..fri x: send reminder") ==
        Lines{"NUR0320 4:13 only a step of a `day` can move to another day of the week"});
  CHECK(within("day 2 again x: send reminder") == Lines{"NUR0320 4:1 only a step that counts from an anchor can run `again`"});
  CHECK(within("every monday at 09:00 x: send reminder").empty());
  CHECK(within("every monday x: send reminder") == Lines{"NUR0320 4:7 this does not say at which time of day"});
  CHECK(within("default time 08:00 every monday x: send reminder").empty());
  CHECK(within("every 1mo from 2026-01-31T10:00 x: send reminder").empty());
  CHECK(within("every 1mo2d from 2026-01-31T10:00 x: send reminder") ==
        Lines{"NUR0210 4:7 a recurrence is in months, in days or in hours and minutes"});
  CHECK(within("every 30s from 2026-01-31T10:00 x: send reminder") == Lines{"NUR0320 4:7 this recurs more often than every 7200 seconds"});
  CHECK(within("every 12h from 2026-01-31T10:00 at 09:00 x: send reminder") ==
        Lines{"NUR0320 4:36 this period is exact to the second, so it cannot have a time of day"});
  CHECK(within("every year on lead.country at 09:00 x: send reminder") == Lines{"NUR0202 4:15 a date is needed, and this is a string"});
  CHECK(findings("sequence s { enroll every monday at 09:00 day 0: send welcome }").empty());
  CHECK(findings("sequence s { enroll on signup key event.plan enroll every monday at 09:00 day 0: send welcome }").size() >= 1);
}

TEST_CASE("anchors are moments, and know the anchors before them") {
  CHECK(within("anchor a = lead.visits else hold") == Lines{"NUR0202 4:12 an anchor is a date or a moment, and this is an int"});
  CHECK(within("anchor a = lead.born else exit").empty());
  CHECK(within("anchor a = event.source else hold") == Lines{"NUR0202 4:12 an anchor is a date or a moment, and this is a string"});
  CHECK(within("anchor a = lead.trial_ends_at else hold anchor b = anchor.a + 2h else hold").empty());
  CHECK(within("anchor a = anchor.b else hold anchor b = lead.trial_ends_at else hold") ==
        Lines{"NUR0216 4:12 `anchor.b` has no value yet"});
  CHECK(within("anchor a = last(webinar.registered where event.webinar_id == \"x\").starts_at else hold").size() == 1);  // NUR0208
  CHECK(within("anchor enrolled = now else hold").size() == 1);
  CHECK(within("zone anchor") == Lines{"NUR0212 4:6 there is no anchor whose zone could be taken"});
  CHECK(within("zone \"Europe/Lisbn\"") == Lines{"NUR0213 4:6 there is no time zone `Europe/Lisbn`"});
  CHECK(within("zone \"Europe/Lisbon\"").empty());
}

TEST_CASE("an anchor has a date in the steps that hang on it, elsewhere it must be asked for") {
  const std::string anchor = "anchor start = lead.trial_ends_at else hold\n";
  CHECK(within(anchor + "day 1: notify sales \"{{ anchor.start }}\"").empty());
  CHECK(within(anchor + "after 1d: notify sales \"{{ anchor.start }}\"").size() == 1);
  CHECK(within("anchor start = lead.trial_ends_at else exit after 1d: notify sales \"{{ anchor.start }}\"").empty());
}

TEST_CASE("keys are one value that is there") {
  const auto key = [](const std::string& text) { return findings("sequence s { enroll on " + text + " day 0: send welcome }"); };
  CHECK(key("webinar.registered key event.webinar_id").empty());
  CHECK(key("signup key event.source") == Lines{"NUR0203 1:35 a key must not be missing"});
  CHECK(key("signup where event.source is known key event.source").empty());
  CHECK(key("signup key [1]") == Lines{"NUR0202 1:35 a key is one value, and this is a list<int>"});
  const auto result = nurture::test::checked("sequence s { enroll on webinar.registered key event.webinar_id day 0: send welcome }");
  CHECK(result.model.sequences[0].key_fields == std::vector<std::string>{"webinar_id"});
}

TEST_CASE("nothing may stand where nothing leads to") {
  CHECK(within("day 1: { exit gone send reminder }") == Lines{"NUR0301 4:20 nothing reaches this"});
  CHECK(within("day 1: { -> first tag x }") == Lines{"NUR0301 4:19 nothing reaches this"});
  CHECK(within("day 1: { if lead.is_customer { exit a } else { exit b } tag x }") == Lines{"NUR0301 4:57 nothing reaches this"});
  CHECK(within("day 1: { if lead.is_customer { exit a } tag x }").empty());
  CHECK(within("day 1: { split p { a 50% { exit a } b 50% { exit b } } tag x }").size() == 1);
  CHECK(within("day 1: { wait until on email.open timeout 1d then { exit a } tag x }").empty());
}

TEST_CASE("steps behind the surely reached end are cut off") {
  CHECK(within("day 5: exit done day 7: send reminder") == Lines{"NUR0301 4:18 no lead is left for the step `day_7`"});
  CHECK(within("day 5: exit done after 2d: send reminder").size() == 1);
  CHECK(within("day 5: exit done day 3: send reminder").empty());
  CHECK(within("day 7: send reminder day 5: exit done").size() == 1);
  CHECK(within("day 5: { if lead.is_customer { exit done } } day 7: send reminder").empty());
  CHECK(within("day 5: exit done day 7 late_one: send reminder on email.click as x { -> late_one }").empty());
  CHECK(within("day 5 at 10:00: exit done day 5 at 09:00: send reminder").empty());
  CHECK(within("day 5 at 10:00: exit done day 5 at 11:00: send reminder").size() == 1);
  CHECK(within("anchor start = lead.trial_ends_at else hold day -1 from start: exit done day 1 from start: send reminder").empty());
  CHECK(within("anchor start = lead.trial_ends_at else hold day 1 from start: exit done day 2 from enrolled: send reminder").empty());
}

TEST_CASE("jumps that go round without time passing are refused") {
  CHECK(within("day 1 a: -> b day 2 b: -> a") == Lines{"NUR0303 4:24 these jumps go round without time passing"});
  CHECK(within("day 1 a: -> a") == Lines{"NUR0303 4:10 these jumps go round without time passing"});
  CHECK(within("day 1 a: -> b day 2 b: { wait 1d -> a }").empty());
  CHECK(within("day 1 a: send reminder day 2 b: -> a").empty());
  CHECK(within("day 1 a: send reminder day 1 b: -> a").size() == 1);
  CHECK(within("day 1 a: -> b day 2 b: { if lead.is_customer { -> a } }").size() == 1);
}

TEST_CASE("a wait needs an end [S5.1]") {
  CHECK(within("day 1: { wait until on email.open send reminder }") == Lines{"NUR0311 4:10 nothing ends this wait if it is not met"});
  CHECK(within("day 1: { wait until on email.open timeout 3d send reminder }").empty());
  CHECK(within("exit gone on email.unsubscribed day 1: { wait until on email.open send reminder }").empty());
  CHECK(within("day 1: { wait until on email.open since enrolled timeout 3d send reminder }").empty());
  CHECK(with_fixes("sequence s { enroll on signup day 1: { wait until on email.open send reminder } }") ==
        "sequence s { enroll on signup day 1: { wait until on email.open timeout 7d send reminder } }");
}

TEST_CASE("handlers and scores cannot wait, and scores have no enrolment to act on [S2.5]") {
  CHECK(within("on email.open as x { wait 1d send reminder }") == Lines{"NUR0319 4:22 a handler runs beside the plan and cannot wait"});
  CHECK(within("on email.open as x { wait until on email.click timeout 1d send reminder }").size() == 1);
  CHECK(findings("score f { rule +1 a on email.open then { wait 1d tag x } }") ==
        Lines{"NUR0319 1:42 what a score does happens at once and cannot wait"});
  CHECK(findings("score f { rule +1 a on email.open then exit gone }") ==
        Lines{"NUR0212 1:40 `exit` acts on a lead in a sequence, and a score belongs to none"});
  CHECK(findings("score f { rule +1 a on email.open then accelerate 2x }").size() == 1);
  CHECK(findings("score f { rule +1 a on email.click then notify sales \"{{ trigger.link }}\" }").empty());
}

TEST_CASE("what waits for events to come cannot look back") {
  CHECK(within("goal g on order.placed within 7d") == Lines{"NUR0321 4:24 this waits for what comes, so it cannot look back"});
  CHECK(within("on email.open since enrolled as x { tag x }").size() == 1);
  CHECK(with_fixes("sequence s { enroll on signup goal g on order.placed within 7d day 0: send welcome }") ==
        "sequence s { enroll on signup goal g on order.placed day 0: send welcome }");
}

TEST_CASE("shares make a hundred") {
  CHECK(within("day 1: split p { a 50% { } b 40% { } }") == Lines{"NUR0503 4:30 the arms of `p` make 90%, not 100%"});
  CHECK(within("day 1: split p { a 50% { } a 50% { } }") == Lines{"NUR0206 4:28 arm `a` is declared twice"});
  CHECK(with_fixes("sequence s { enroll on signup day 1: split p { a 50% { } b 40% { } } }") ==
        "sequence s { enroll on signup day 1: split p { a 50% { } b 50% { } } }");
}

TEST_CASE("messages are sent on channels that they have") {
  CHECK(within("day 1: send reminder by sms").empty());
  CHECK(within("day 1: send welcome by sms") == Lines{"NUR0502 4:24 `welcome` has no form for `sms`"});
  CHECK(within("day 1: send welcome by smms") == Lines{"NUR0201 4:24 there is no channel `smms`"});
}

TEST_CASE("host functions are known when the host says which") {
  nurture::check::Options options;
  options.known_host_functions = true;
  options.host_functions = {"crm.assign"};
  const auto lines = [&](const std::string& call) {
    return nurture::test::lines_of_findings(
        nurture::test::checked("sequence s { enroll on signup day 0: do " + call + " }", true, options).diagnostics);
  };
  CHECK(lines("crm.assign(lead.country)").empty());
  CHECK(lines("crm.asign(lead.country)") == Lines{"NUR0201 1:41 there is no host function `crm.asign`"});
  CHECK(within("day 1: do anything(1)").empty());
}

TEST_CASE("steps and handlers without a name get one that nobody took") {
  const auto result = nurture::test::checked(
      "sequence s { enroll on signup anchor start = lead.trial_ends_at else hold late skip\n"
      " immediately: send welcome day 3: send welcome day 3 at 10:00: send welcome day 4 day_5: send welcome day 5: send welcome\n"
      " at -2h: send welcome at +1h: send welcome after 2d: send welcome day -1: send welcome\n"
      " on email.open { tag x } on email.click as handler_3 { tag y } on order.placed { tag z } }");
  CHECK(result.diagnostics.empty());
  std::vector<std::string> names;
  for (const auto& step : result.model.sequences[0].steps) names.push_back(step.name);
  CHECK(names == Lines{"immediately", "day_3", "day_3_2", "day_5", "day_5_2", "at_minus_2h", "at_plus_1h", "after_2d", "day_minus_1"});
  names.clear();
  for (const auto& handler : result.model.sequences[0].handlers) names.push_back(handler.name);
  CHECK(names == Lines{"handler_1", "handler_3", "handler_3_2"});
}

TEST_CASE("steps before their anchor are skipped when late, all others are sent [S4.4]") {
  const std::string plan = " day -1 before: send welcome day 1 behind: send welcome }";
  const std::string head = "sequence s { enroll on signup anchor start = lead.trial_ends_at else hold";
  const auto sent = [&](const std::string& late) {
    const auto result = nurture::test::checked(head + late + plan);
    const auto sends = [&](std::size_t step) {
      return result.model.sequences[0].steps[step].late.kind == nurture::ast::LateRule::Kind::send;
    };
    return std::pair(sends(0), sends(1));
  };
  CHECK(sent("") == std::pair(false, true));
  CHECK(sent(" late skip") == std::pair(false, false));
  CHECK(sent(" late send") == std::pair(true, true));
}

TEST_CASE("days before an anchor are in order: two days before comes first") {
  nurture::test::check_rows({
      {"sequence s { enroll on webinar.registered late send anchor start = event.starts_at else hold\n"
       "  at -2d a: send welcome\n  at -1d b: { send reminder exit completed }\n}",
       {}},
      {"sequence s { enroll on webinar.registered late send anchor start = event.starts_at else hold\n"
       "  at -2d a: { send welcome exit completed }\n  at -1d b: send reminder\n}",
       {"NUR0301 3:3 no lead is left for the step `b`"}},
      {"sequence s { enroll on webinar.registered late send anchor start = event.starts_at else hold\n"
       "  at -2h a: send welcome\n  at -1h b: { send reminder exit completed }\n}",
       {}},
  });
}

TEST_CASE("a help speaks in the spelling of the file") {
  const auto help = [](const std::string& text, const std::string& name) {
    const auto result = nurture::test::checked(text, true, {}, name);
    REQUIRE(result.diagnostics.items().size() == 1);
    return result.diagnostics.items().front().help;
  };
  const std::string name = "test.nurture.yaml";
  CHECK(help("sequence s { day 0: send welcome }", "test.nurture") == "add `enroll on EVENT`, or `enroll in s` somewhere else");
  CHECK(help("sequences:\n  - id: s\n    steps:\n      - {day: 0, do: [{send: welcome}]}\n", name) ==
        "add `enroll: {event: EVENT}`, or `enroll_in: s` somewhere else");
  CHECK(help("sequences:\n  - {id: s, enroll: {event: signup}}\n", name) ==
        "add `steps:` with one, e.g. `- {day: 0, do: [{send: welcome}]}`");
  const std::string steps = "sequences:\n  - id: s\n    enroll: {event: signup}\n    steps:\n      - ";
  CHECK(help(steps + "{day: -1, do: [{send: welcome}]}\n", name) ==
        "count from an anchor: add `anchors:` with `- {id: NAME, value: ..., else: hold}`");
  CHECK(help(steps + "{after: 2h, time: \"09:00\", do: [{send: welcome}]}\n", name) ==
        "for a time of day count in days: `day: 1` and `time: \"09:00\"`");
  CHECK(help(steps + "{day: 0, do: [{accelerate: 1x}]}\n", name) == "use a factor above 1, e.g. `accelerate: 2x`");
  CHECK(help(steps + "{day: 0, do: [{wait_until: {event: email.open}}]}\n", name) == "say how long at most: `timeout: 7d`");
}
