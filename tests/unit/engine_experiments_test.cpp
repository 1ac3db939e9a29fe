// Experiments: what is counted, what the counts mean, and what comes of it. S9.
#include "support/engine.hpp"

#include <nurture/experiments.hpp>
#include <nurture/sharded_engine.hpp>

#include <set>
#include <tuple>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

std::string program(const std::string& tail, const std::string& items = "") {
  return R"(nurture 1
lead { tz: string? email: string? = "a@b" }
event signup
event left
event answered { score: int = 5 }
channel email { requires lead.email }
category news { transactional }
message plain { channel email category news subject "A question" }
message warm { channel email category news subject "Tell us" }
sequence feedback {
  enroll on signup reenroll always exit gone on left )" +
         items + R"(
  day 0: split ask )" +
         tail + R"( { plain 50% { send plain } warm 50% { send warm } }
  day 2: {}
}
)";
}

const std::string kGoal = "goal answered where event.score >= 5 within 7d";

template <class Engine>
void post(Engine& engine, const std::string& lead, const char* event, const char* at, Fields fields = {}) {
  CHECK(engine.post({.lead = lead, .name = event, .fields = std::move(fields), .received_at = instant(at)}).ok());
}

Experiment only(const Engine& engine) {
  const std::vector<Experiment> all = engine.experiments();
  REQUIRE(all.size() == 1);
  return all.front();
}

ExperimentArm all_of(const Experiment& experiment) {
  ExperimentArm sum;
  for (const ExperimentArm& arm : experiment.arms) {
    sum.assigned += arm.assigned;
    sum.reached += arm.reached;
    sum.promoted += arm.promoted;
  }
  return sum;
}

Experiment counted(std::uint64_t a, std::uint64_t a_reached, std::uint64_t b, std::uint64_t b_reached) {
  Experiment experiment;
  experiment.percent = 95;
  experiment.least = 100;
  experiment.arms = {{"a", 50, a, a_reached, 0}, {"b", 50, b, b_reached, 0}};
  return experiment;
}

/// One arm is much better: of a hundred who got it 80 answer, of the others 20.
template <class Engine>
void run_trial(Engine& engine, int leads) {
  for (int i = 0; i < leads; ++i) post(engine, "lead" + std::to_string(i), "signup", "2026-03-02T10:00:00Z");
}

class Sorted final : public Observer {
 public:
  void on_decision(const Decision& d) override { rows.emplace(d.at, d.lead, d.number, to_json(d)); }
  std::multiset<std::tuple<Instant, std::string, std::uint32_t, std::string>> rows;
};

}  // namespace

TEST_CASE("[S9.2] each lead counts once: when it gets its arm, and when it reaches the goal in time") {
  Host host(program(kGoal));
  post(host.engine, "ada", "signup", "2026-03-02T10:00:00Z");
  post(host.engine, "ada", "answered", "2026-03-03T10:00:00Z", {{"score", Value(std::int64_t{3})}});
  post(host.engine, "bob", "signup", "2026-03-02T10:00:00Z");
  host.to("2026-03-03T12:00:00Z");
  CHECK(all_of(only(host.engine)).assigned == 2);
  CHECK(all_of(only(host.engine)).reached == 0);
  post(host.engine, "ada", "answered", "2026-03-09T09:59:59Z");  // the run has long ended
  post(host.engine, "ada", "answered", "2026-03-09T09:59:59Z");
  post(host.engine, "bob", "answered", "2026-03-09T10:00:00Z");  // seven days are over
  post(host.engine, "cyd", "answered", "2026-03-09T10:00:00Z");  // has no arm
  host.to("2026-03-10T00:00:00Z");
  const Experiment experiment = only(host.engine);
  CHECK(experiment.sequence == "feedback");
  CHECK(experiment.split == "ask");
  CHECK(experiment.goal == "answered where event.score >= 5 within 7d");
  CHECK(all_of(experiment).assigned == 2);
  CHECK(all_of(experiment).reached == 1);
  const Lines outcomes = host.of({Kind::outcome});
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes.front().starts_with("2026-03-09T09:59:59Z ada outcome ask: "));
}

TEST_CASE("[S9.1] who enters again keeps the arm, and is not counted again") {
  Host host(program(kGoal));
  post(host.engine, "ada", "signup", "2026-03-02T10:00:00Z");
  post(host.engine, "ada", "left", "2026-03-02T11:00:00Z");
  post(host.engine, "ada", "signup", "2026-03-20T10:00:00Z");
  post(host.engine, "ada", "answered", "2026-03-21T10:00:00Z");  // within seven days of the second entry only
  host.to("2026-04-01T00:00:00Z");
  CHECK(all_of(only(host.engine)).assigned == 1);
  CHECK(all_of(only(host.engine)).reached == 0);
  CHECK(host.of({Kind::split}).size() == 2);
}

TEST_CASE("[S1.6] an event that is received late counts at the time it occurred") {
  Host host(program(kGoal));
  post(host.engine, "ada", "signup", "2026-03-02T10:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.engine.post({.lead = "ada", .name = "answered", .occurred_at = instant("2026-03-01T10:00:00Z")}).ok());
  host.to("2026-03-20T00:00:01Z");
  CHECK(all_of(only(host.engine)).reached == 0);
  CHECK(host.engine.post({.lead = "ada", .name = "answered", .occurred_at = instant("2026-03-04T10:00:00Z")}).ok());
  host.to("2026-03-20T00:00:02Z");
  CHECK(all_of(only(host.engine)).reached == 1);
}

TEST_CASE("[S9.3] after a promotion everybody gets the arm, and is no part of the comparison") {
  Host host(program(kGoal));
  for (int i = 0; i < 20; ++i) post(host.engine, "early" + std::to_string(i), "signup", "2026-03-02T10:00:00Z");
  CHECK(host.engine.promote("feedback", "ask", "warm", "we like it", instant("2026-03-02T12:00:00Z")).ok());
  for (int i = 0; i < 20; ++i) post(host.engine, "late" + std::to_string(i), "signup", "2026-03-02T13:00:00Z");
  post(host.engine, "late1", "answered", "2026-03-03T10:00:00Z");
  host.to("2026-03-10T00:00:00Z");
  const Experiment experiment = only(host.engine);
  CHECK(experiment.promoted == "warm");
  CHECK(all_of(experiment).assigned == 20);
  CHECK(all_of(experiment).reached == 0);
  CHECK(experiment.arms[1].promoted == 20);
  CHECK(host.of({Kind::promoted}) == Lines{"2026-03-02T12:00:00Z promoted ask: warm"});
  CHECK(host.log.json.find("\"rule\":\"we like it\"") != std::string::npos);
  const auto report = host.engine.inspect("late1");
  REQUIRE(report);
  REQUIRE(report->arms.size() == 1);
  CHECK(report->arms.front().arm == "warm");
  CHECK(report->arms.front().reached);
}

TEST_CASE("a promotion of what is not there is refused, and stands in the log") {
  Host host(program("salt \"v1\""));
  CHECK(host.engine.promote("feedback", "ask", "warm").reason() == "`feedback` has no split `ask` with a goal");
  CHECK(host.engine.promote("feedbak", "ask", "warm").reason() == "there is no sequence `feedbak`");
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.of({Kind::input_refused}).size() == 2);
  Host other(program(kGoal));
  CHECK(other.engine.promote("feedback", "ask", "cold").reason() == "`ask` has no arm `cold`");
}

TEST_CASE("[S9.1] another salt draws anew, and one salt does not make two splits draw alike") {
  const auto arms_of = [](const std::string& tail) {
    Host host(program(tail));
    for (int i = 0; i < 200; ++i) post(host.engine, "lead" + std::to_string(i), "signup", "2026-03-02T10:00:00Z");
    host.to("2026-03-02T11:00:00Z");
    return host.of({Kind::split});
  };
  CHECK(arms_of("") == arms_of(""));
  CHECK(arms_of("salt \"v1\"") == arms_of("salt \"v1\" " + kGoal));
  CHECK(arms_of("salt \"v1\"") != arms_of("salt \"v2\""));
  CHECK(arms_of("salt \"v1\"") != arms_of(""));
}

TEST_CASE("[S3.7] who is held out walks through an arm and is not compared") {
  EngineOptions options;
  options.holdout = true;
  Host host(program(kGoal, "holdout 10% salt \"x\""), "2026-03-02T08:00:00Z", options);
  post(host.engine, "ada", "signup", "2026-03-02T10:00:00Z");
  post(host.engine, "ada", "answered", "2026-03-03T10:00:00Z");
  host.to("2026-03-10T00:00:00Z");
  CHECK(all_of(only(host.engine)).assigned == 0);
  CHECK(all_of(only(host.engine)).reached == 0);
  CHECK(host.log.json.find("\"rule\":\"held out\"") != std::string::npos);
}

TEST_CASE("[S11.2] an erased lead leaves its counts and nothing else") {
  Host host(program(kGoal));
  post(host.engine, "ada", "signup", "2026-03-02T10:00:00Z");
  CHECK(host.engine.erase("ada", instant("2026-03-02T11:00:00Z")).ok());
  post(host.engine, "ada", "answered", "2026-03-02T12:00:00Z");
  host.to("2026-03-10T00:00:00Z");
  CHECK(all_of(only(host.engine)).assigned == 1);
  CHECK(all_of(only(host.engine)).reached == 0);
}

// ---------------------------------------------------------------- what the counts mean

TEST_CASE("[S9.2] a difference is as certain as the tests of two proportions say") {
  // 200 of 1000 against 250 of 1000: z = 2.6774.
  const Verdict verdict = judge(counted(1000, 200, 1000, 250));
  CHECK(verdict.leader == 1);
  CHECK(std::abs(verdict.certainty - (1 - 0.007420)) < 0.00001);
  CHECK(verdict.lasting_certainty < verdict.certainty);
  CHECK_FALSE(verdict.ready);
  CHECK(verdict.why == "that b is better is certain by 87.6%, and 95% are asked for");
  CHECK(judge(counted(1000, 200, 1000, 280)).ready);
}

TEST_CASE("[S9.2] nothing is promoted on too few leads, on equal arms, or twice") {
  CHECK(judge(counted(99, 0, 200, 190)).why == "needs 100 leads in each arm, and a has 99");
  CHECK(judge(counted(1000, 500, 1000, 500)).certainty == 0);
  CHECK_FALSE(judge(counted(1000, 500, 1000, 500)).ready);
  CHECK_FALSE(judge(counted(0, 0, 0, 0)).ready);
  CHECK_FALSE(judge(counted(1000, 1000, 1000, 1000)).ready);
  Experiment promoted = counted(1000, 100, 1000, 400);
  CHECK(judge(promoted).ready);
  promoted.promoted = "b";
  CHECK(judge(promoted).why == "b was promoted");
  promoted.percent = 0;
  CHECK(judge(promoted).why == "nothing promotes itself");
  Experiment small = counted(99, 0, 200, 190);
  small.least = 0;
  CHECK(judge(small).why == "needs 100 leads in each arm, and a has 99");
}

TEST_CASE("[S9.1] arms that are too uneven for their shares say so, and hold a promotion up") {
  const Verdict even = judge(counted(1000, 100, 1040, 400));
  CHECK_FALSE(even.is_uneven);
  CHECK(std::abs(even.evenness - 0.375820) < 0.0001);  // chi-squared of 0.7843 with one degree of freedom
  const Verdict uneven = judge(counted(1000, 100, 1200, 480));
  CHECK(uneven.is_uneven);
  CHECK_FALSE(uneven.ready);
  CHECK(uneven.why == "the arms are too uneven for their shares");
}

TEST_CASE("[S9.2] three arms share the doubt") {
  Experiment three = counted(1000, 200, 1000, 262);
  three.arms[0].share = three.arms[1].share = 40;
  const double two = judge(counted(1000, 200, 1000, 262)).certainty;
  three.arms.push_back({"c", 20, 500, 100, 0});
  CHECK(judge(three).certainty < two);
}

// ---------------------------------------------------------------- what comes of it

namespace {

const std::string kPromoting = kGoal + " promote at 95% min 50";

/// Everybody with the arm `warm` answers, nobody else.
class WarmAnswers final : public Observer {
 public:
  void on_decision(const Decision& d) override {
    if (d.kind == Kind::split && d.detail == "warm") leads.emplace(d.lead);
  }
  std::set<std::string> leads;
};

}  // namespace

TEST_CASE("[S9.2] an arm that is better enough is promoted at the next midnight, however the host steps") {
  // Whom the hash gives which arm.
  WarmAnswers warm;
  Host probe(program(kPromoting));
  probe.engine.observe(&warm);
  run_trial(probe.engine, 400);
  probe.to("2026-03-02T10:00:00Z");
  const auto feed = [&](auto& engine) {
    run_trial(engine, 400);
    for (const std::string& lead : warm.leads) post(engine, lead, "answered", "2026-03-02T15:00:00Z");
    post(engine, "new", "signup", "2026-03-02T23:00:00Z");
    post(engine, "newer", "signup", "2026-03-03T00:00:00Z");
    post(engine, "newest", "signup", "2026-03-03T00:00:01Z");
  };
  Host whole(program(kPromoting));
  feed(whole.engine);
  whole.to("2026-03-08T00:00:00Z");
  CHECK(whole.of({Kind::promoted}) == Lines{"2026-03-03T00:00:00Z promoted ask: warm"});
  CHECK(only(whole.engine).promoted == "warm");
  CHECK(all_of(only(whole.engine)).assigned == 402);  // what came at midnight was there before the look
  CHECK(all_of(only(whole.engine)).promoted == 1);

  Host sliced(program(kPromoting));
  feed(sliced.engine);
  for (const char* at : {"2026-03-02T10:00:00Z", "2026-03-02T15:30:00Z", "2026-03-03T00:00:00Z", "2026-03-05T17:00:00Z"}) {
    sliced.clock.set(instant(at));
    while (sliced.engine.step(13).more) {
    }
  }
  sliced.to("2026-03-08T00:00:00Z");
  CHECK(sliced.log.json == whole.log.json);

  EngineOptions by_hand;
  by_hand.promotes = false;
  Host quiet(program(kPromoting), "2026-03-02T08:00:00Z", by_hand);
  feed(quiet.engine);
  quiet.to("2026-03-08T00:00:00Z");
  CHECK(quiet.of({Kind::promoted}).empty());
  CHECK(judge(only(quiet.engine)).ready);

  ManualClock clock("2026-03-02T08:00:00Z");
  ShardedEngine sharded(program_of(program(kPromoting)), clock, 3);
  Sorted many;
  Sorted one;
  sharded.observe(&many);
  feed(sharded);
  Host again(program(kPromoting));
  again.engine.observe(&one);
  feed(again.engine);
  clock.set(instant("2026-03-08T00:00:00Z"));
  CHECK(sharded.step().status.ok());
  again.to("2026-03-08T00:00:00Z");
  CHECK(many.rows == one.rows);
  CHECK(to_json(sharded.experiments().front()) == to_json(only(again.engine)));
}

TEST_CASE("[S9.2] experiments stand in the order in which they are written, one inside of another behind it") {
  Host host(R"(nurture 1
event signup
event answered
message m { channel email category news }
sequence s {
  enroll on signup
  day 0: split outer goal answered {
    a 50% { split inner goal answered { c 50% { send m } d 50% {} } }
    b 50% { split other goal answered { e 50% {} f 50% {} } }
  }
}
)");
  std::vector<std::string> names;
  for (const Experiment& experiment : host.engine.experiments()) names.push_back(experiment.split);
  CHECK(names == Lines{"outer", "inner", "other"});
  post(host.engine, "ada", "signup", "2026-03-02T08:00:00Z");
  post(host.engine, "ada", "answered", "2026-03-02T09:00:00Z");
  host.to("2026-03-02T09:00:00Z");
  const Lines reached = host.of({Kind::outcome});
  REQUIRE(reached.size() == 2);
  CHECK(reached.front().find("outer") != std::string::npos);
}
