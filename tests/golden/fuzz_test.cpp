// Made-up stories: what they are drawn from, and that each rule is noticed where it does not hold. An engine that breaks a rule is not
// at hand, so the program is compiled from other declarations than those by which it is judged.
#include "support/catch.hpp"
#include "support/checking.hpp"
#include "support/shell.hpp"

#include "compile/program.hpp"
#include "testing/fuzz.hpp"
#include "testing/invariants.hpp"
#include "testing/run_tests.hpp"
#include "testing/story.hpp"

#include <string>

namespace {

using namespace nurture;
using nurture::test::Checked;
using nurture::test::checked;

/// A sequence with a policy and a category of which parts are put in.
std::string course(const std::string& policy, const std::string& consent) {
  return "nurture 1\n"
         "lead { tz: string? plan: enum(free, pro)? }\n"
         "event course.booked { topic: string }\n"
         "event course.left\n"
         "category lessons { consent " +
         consent +
         " }\n"
         "policy calm {\n  " +
         policy +
         "\n}\n"
         "message first { channel email category lessons subject \"One\" }\n"
         "message second { channel email category lessons subject \"Two\" }\n"
         "sequence course {\n"
         "  enroll on course.booked\n"
         "  policy calm\n"
         "  exit left on course.left\n"
         "  day 0 one: send first\n"
         "  day 3 at 12:00 two: send second\n"
         "}\n";
}

Program compiled(const Checked& from) { return Program(compile::compile(from.model, compile::Tests::include)); }

/// Run by one, judged by the other.
testing::FuzzResult fuzzed(const std::string& run, const std::string& judged) {
  const Checked runs = checked(run, false);
  const Checked judges = checked(judged, false);
  return testing::fuzz(judges.model, compiled(runs), {200, 1, {}, {}});
}

/// The finding's test fails with the program that breaks the rule, and passes with the one that keeps it.
void check_reproduces(const testing::FuzzFinding& finding, const std::string& run, const std::string& judged) {
  INFO(finding.test);
  const Checked breaks = checked(run + finding.test, false);
  const Checked keeps = checked(judged + finding.test, false);
  CHECK(nurture::test::lines_of_findings(keeps.diagnostics).empty());
  CHECK_FALSE(testing::run_tests(breaks.model, compiled(breaks)).at(0).passed());
}

const std::string kNothing = "exempt transactional";

testing::Row sent(Instant at, const std::string& message, std::uint32_t enrolment) {
  testing::Row row;
  row.at = at;
  row.kind = DecisionKind::sent;
  row.lead = "test";
  row.sequence = "course";
  row.message = message;
  row.channel = "email";
  row.enrolment = enrolment;
  return row;
}

}  // namespace

TEST_CASE("made-up stories find nothing where every rule holds") {
  const std::string text = course("quiet hours 20:00..08:00\n  cap 1 per 1w", "explicit");
  const testing::FuzzResult result = fuzzed(text, text);
  CHECK(result.findings.empty());
  CHECK(result.sequences == 1);
  CHECK(result.stories == 200);
  CHECK(result.sends > 100);
}

TEST_CASE("a send without consent is found, with the smallest story that shows it") {
  const std::string run = course(kNothing, "implied"), judged = course(kNothing, "explicit");
  const testing::FuzzResult result = fuzzed(run, judged);
  REQUIRE(result.findings.size() == 1);
  const testing::FuzzFinding& finding = result.findings.front();
  CHECK(finding.rule == "a message was sent without consent");
  CHECK(finding.words.find("send first by email: there is no consent to `lessons`") != std::string::npos);
  // One event, and no more.
  CHECK(finding.test.find("given") == std::string::npos);
  CHECK(finding.test.find("event course.booked") == finding.test.rfind("event "));
  CHECK(finding.test.find("expect no send") != std::string::npos);
  check_reproduces(finding, run, judged);
}

TEST_CASE("a send in quiet hours is found") {
  const std::string run = course(kNothing, "implied"), judged = course("quiet hours 11:00..13:00", "implied");
  const testing::FuzzResult result = fuzzed(run, judged);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings.front().rule == "a message was sent in quiet hours");
  check_reproduces(result.findings.front(), run, judged);
}

TEST_CASE("a send beyond a cap is found") {
  for (const std::string cap : {"cap 1 per 5d", "cap 1 per week on email"}) {
    const std::string run = course(kNothing, "implied"), judged = course(cap, "implied");
    const testing::FuzzResult result = fuzzed(run, judged);
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings.front().rule == "more messages were sent than a cap allows");
    CHECK(result.findings.front().test.find("expect send first") != std::string::npos);
    check_reproduces(result.findings.front(), run, judged);
  }
}

TEST_CASE("a send behind an exit and a run that stands still are found") {
  const Checked model = checked(course(kNothing, "implied") + "test \"t\" for course {\n}\n", false);
  const ast::Test& story = *model.model.tests.front().node;
  testing::Row exit = sent({2000}, "", 1);
  exit.kind = DecisionKind::exited;
  const auto late = testing::first_breach(model.model, story, {sent({1000}, "first", 1), exit, sent({3000}, "second", 1)}, {}, {4000});
  REQUIRE(late);
  CHECK(late->rule == "a message was sent after the run had ended");
  CHECK(late->at == Instant{3000});
  // Another run of the same lead may send.
  CHECK_FALSE(testing::first_breach(model.model, story, {exit, sent({3000}, "second", 2)}, {}, {4000}));

  LeadReport report;
  report.runs.push_back({"course", "", 1, {1000}, "planned", "one", {5000}});
  CHECK_FALSE(testing::first_breach(model.model, story, {}, report, {4000}));
  report.runs.front().due = {3000};
  const auto stuck = testing::first_breach(model.model, story, {}, report, {4000});
  REQUIRE(stuck);
  CHECK(stuck->rule == "a run neither ends nor waits");
  report.runs.front().state = "ended";
  CHECK_FALSE(testing::first_breach(model.model, story, {}, report, {4000}));
}

TEST_CASE("the same seed tells the same stories, and another one others") {
  const Checked model = checked(course(kNothing, "implied"), false);
  const testing::Storyteller teller(model.model, model.model.sequences.front());
  const auto story = [&](std::uint64_t seed) {
    testing::Dice dice(seed);
    return testing::print_story(teller.tell(dice), "story");
  };
  CHECK(story(7) == story(7));
  CHECK(story(7) != story(8));
}

TEST_CASE("stories say nothing that a test may not say") {
  const std::string text =
      "sequence s {\n  enroll on signup\n  exit left on email.unsubscribed\n  day 0: send welcome\n"
      "  day 2: if lead.country == \"a \\\"b\\\"\" { send reminder by sms }\n}\n";
  const Checked model = checked(text);
  const testing::Storyteller teller(model.model, model.model.sequences.front());
  std::string all = text;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    testing::Dice dice(seed);
    all += testing::print_story(teller.tell(dice), "story " + std::to_string(seed));
  }
  for (const std::string& finding : nurture::test::findings(all)) FAIL(finding);
}

TEST_CASE("the command tells made-up stories and names the seed") {
  const std::string command =
      "cd " NURTURE_SOURCE_DIR "/tests/golden/command && " NURTURE_COMMAND " test journey.nurture --fuzz 20 --seed ";
  const auto one = nurture::test::run_shell(command + "7");
  CHECK(one.exit == 0);
  CHECK(one.output.starts_with("20 stories of 1 sequence, "));
  CHECK(one.output.ends_with(" sends: nothing found (seed 7)\n"));
  CHECK(nurture::test::run_shell(command + "7").output == one.output);
}
