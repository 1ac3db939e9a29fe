// Deployments that change what stands beside the steps of sequences: lifecycles, audiences, digests, broadcasts, experiments and
// exclusive groups. S10.1, with what S3, S7 and S9 say of each.
#include "support/engine.hpp"

#include <nurture/experiments.hpp>

#include <map>
#include <set>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kCommon = R"(nurture 1
lead { tz: string = "UTC" vip: bool = false }
event signup
event order.placed
event answered
category news { consent implied }
message hello { channel email category news subject "Hello" }
message study { channel email category news subject "Study" }
message story { channel email category news subject "Story" }
)";

/// "buyers on ads: ada joined", for what audiences tell.
struct Told {
  explicit Told(Host& host) {
    host.engine.on_audience([this](const AudienceChange& change) {
      seen.push_back(std::string(change.audience) + " on " + std::string(change.channel) + ": " + std::string(change.lead) +
                     (change.joined ? " joined" : " left"));
      keys.insert(change.key);
      return answer;
    });
  }
  Lines seen;
  std::multiset<std::string> keys;
  Delivery answer = Delivery::accepted();
};

}  // namespace

// ---------------------------------------------------------------- lifecycles

TEST_CASE("[S10.1] a lifecycle that a deployment brings places the leads that are known, by what is remembered of them") {
  const std::string keeps = kCommon + "project acme { keep order.placed for 90d }\n";
  Host host(keeps);
  host.post("ada", "order.placed");
  host.post("bo", "signup");
  host.engine.step();
  host.deploy(keeps + "lifecycle customer { stage new stage buyer when any(order.placed within 30d) }\n");
  CHECK(host.of({Kind::stage}) == Lines{"2026-03-02T08:00:00Z ada stage customer: buyer", "2026-03-02T08:00:00Z bo stage customer: new"});
  static_cast<void>(host.to("2026-04-02T08:00:00Z"));
  CHECK(host.of({Kind::stage}).back() == "2026-04-01T08:00:00Z ada stage customer: new");
}

TEST_CASE("[S10.1] the stages of a lifecycle go on by their names, and what they ask is asked anew") {
  const auto text = [](const std::string& stages) { return kCommon + "lifecycle customer { stage new " + stages + " }\n"; };
  Host host(text("stage buyer when any(order.placed) stage talking on answered"));
  host.post("ada", "order.placed");
  for (const char* lead : {"bo", "cy"}) host.post(lead, "answered");
  host.engine.step();
  host.log.clear();
  // Renamed: `talking`. Asks for more: `buyer`.
  host.deploy(text("stage buyer when count(order.placed) >= 2 stage speaking on answered"));
  CHECK(host.of({Kind::stage}) == Lines{"2026-03-02T08:00:00Z ada stage customer: new", "2026-03-02T08:00:00Z bo stage customer: new",
                                        "2026-03-02T08:00:00Z cy stage customer: new"});
  host.post("ada", "order.placed");
  host.post("bo", "answered");
  host.engine.step();
  CHECK(host.of({Kind::stage}).size() == 5);
  CHECK(host.engine.inspect("ada")->stages.at(0).stage == "buyer");
  CHECK(host.engine.inspect("bo")->stages.at(0).stage == "speaking");
  host.deploy(kCommon);
  CHECK(host.engine.inspect("ada")->stages.empty());
}

// ---------------------------------------------------------------- audiences

TEST_CASE("[S10.1] who belongs into an audience that a deployment brings or changes joins or leaves with it") {
  const std::string keeps = kCommon + "project acme { keep order.placed for 90d }\n";
  const auto text = [&](const std::string& condition) { return keeps + "channel ads {} audience buyers on ads when " + condition + "\n"; };
  Host host(keeps);
  Told told(host);
  for (const char* lead : {"ada", "bo", "bo"}) host.post(lead, "order.placed");
  host.engine.step();
  host.deploy(text("any(order.placed)"));
  CHECK(told.seen == Lines{"buyers on ads: ada joined", "buyers on ads: bo joined"});
  host.deploy(text("count(order.placed) >= 2"));
  CHECK(told.seen.back() == "buyers on ads: ada left");
  CHECK(told.seen.size() == 3);
  host.deploy(text("lead.vip"));
  CHECK(told.seen.back() == "buyers on ads: bo left");
  CHECK(told.seen.size() == 4);
}

TEST_CASE("[S10.1] [S7.1] of an audience that is no more the channel is told that everybody left, and a later one has other keys") {
  const std::string with = kCommon + "channel ads {} audience vips on ads when lead.vip\n";
  Host host(with);
  Told told(host);
  for (const char* lead : {"ada", "bo"}) CHECK(host.engine.upsert(lead, {{"vip", lead == std::string("ada")}}).ok());
  CHECK(host.engine.pause(Scope::channel("ads"), instant("2026-03-02T09:00:00Z")).ok());
  static_cast<void>(host.to("2026-03-02T10:00:00Z"));
  host.deploy(kCommon);  // A pause does not hold it up: nobody would tell it later.
  CHECK(told.seen == Lines{"vips on ads: ada joined", "vips on ads: ada left"});
  CHECK(host.of({Kind::left}) == Lines{"2026-03-02T10:00:00Z ada left vips"});
  CHECK(host.engine.inspect("ada")->audiences.empty());
  host.deploy(with);
  CHECK(told.seen.size() == 3);
  CHECK(told.seen.back() == "vips on ads: ada joined");
  CHECK(std::set<std::string>(told.keys.begin(), told.keys.end()).size() == 3);
}

TEST_CASE("[S10.1] an audience that moves to another channel is left on the old one and joined on the new one") {
  Host host(kCommon + "channel ads {} audience vips on ads when lead.vip\n");
  Told told(host);
  CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
  host.engine.step();
  host.deploy(kCommon + "channel social {} audience vips on social when lead.vip\n");
  CHECK(told.seen == Lines{"vips on ads: ada joined", "vips on ads: ada left", "vips on social: ada joined"});
}

TEST_CASE("[S7.4] what an audience that is no more could not tell is tried again, and the log says of which one") {
  Host host(kCommon + "channel ads {} audience vips on ads when lead.vip\n");
  Told told(host);
  CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
  host.engine.step();
  told.answer = Delivery::retry(std::chrono::minutes{1});
  told.answer.reason = "busy";
  host.deploy(kCommon);
  REQUIRE(told.seen.size() == 2);
  told.answer = Delivery::accepted();
  static_cast<void>(host.to("2026-03-03T08:00:00Z"));
  CHECK(told.seen == Lines{"vips on ads: ada joined", "vips on ads: ada left", "vips on ads: ada left"});
  const Lines delivered = host.of({Kind::delivered});
  REQUIRE(delivered.size() == 2);
  CHECK(delivered[0].find("delivered(retry): `vips` is no more: busy until") != std::string::npos);
  CHECK(delivered[1].find("delivered: `vips` is no more") != std::string::npos);
}

// ---------------------------------------------------------------- who was erased

TEST_CASE("[S11.2] [S10.1] leads that were erased leave no room behind when the state goes to bytes or to another program") {
  const auto size_after = [](int erased, bool deploys) {
    Host host(kCommon + "sequence s { enroll on signup day 0: send hello day 9: tag done }\n");
    host.post("ada", "signup");
    for (int i = 0; i < erased; ++i) {
      const std::string lead = "lead" + std::to_string(i);
      host.post(lead.c_str(), "signup");
      host.engine.step();
      CHECK(host.engine.erase(lead).ok());
    }
    host.post("bo", "signup");
    host.engine.step();
    // With `bo` behind the gap: who is at a step goes on where he is, in the version that the migration leads to.
    const std::string old = host.engine.inspect("bo")->runs.at(0).version;
    if (deploys)
      host.deploy(kCommon + "sequence s { enroll on signup day 0: send hello day 9 last: tag later }\nmigrate s from \"" + old +
                  "\" { step day_9 -> last }\n");
    else
      CHECK(host.engine.restore(host.engine.save()).ok());
    static_cast<void>(host.to("2026-03-12T08:00:00Z"));
    const Lines tagged = host.of({Kind::tagged});
    REQUIRE(tagged.size() == 2);
    CHECK(tagged[1] == std::string("2026-03-11T08:00:00Z bo tagged ") + (deploys ? "later" : "done"));
    return host.engine.statistics().state_bytes;
  };
  for (const bool deploys : {false, true}) CHECK(size_after(20'000, deploys) == size_after(0, deploys));
}

// ---------------------------------------------------------------- digests

TEST_CASE("[S10.1] [S3.6] a digest tells of what was gathered before a deployment, also of runs that have ended") {
  const auto text = [](const std::string& more) {
    return kCommon + "message weekly { channel email category news subject \"{{ digest.messages }}\" }\n" +
           "policy calm { cap 1 per week on email then digest weekly }\n" +
           "sequence s { enroll on signup policy calm day 0: { send hello send study }" + more + " }\n" +
           "sequence t { enroll on answered policy calm day 0: send story day 20: send hello }\n";
  };
  Host host(text(""));
  Lines subjects;
  host.engine.on_send([&](const Message& m) {
    subjects.push_back(std::string(m.name) + ": " + std::string(m.subject()));
    return Delivery::accepted();
  });
  host.post("ada", "signup");
  host.post("ada", "answered");
  host.engine.step();
  CHECK(subjects == Lines{"hello: Hello"});
  host.deploy(text(" day 3: tag late"));
  static_cast<void>(host.to("2026-03-10T08:00:00Z"));
  CHECK(subjects == Lines{"hello: Hello", "weekly: [\"study\", \"story\"]"});
}

TEST_CASE("[S10.1] a digest that a deployment brings gathers from then on, and one that is no more is skipped") {
  const auto text = [](const std::string& then) {
    return kCommon + "message weekly { channel email category news subject \"{{ digest.messages }}\" }\n" +
           "policy calm { cap 1 per week on email then " + then + " hold at most 30d }\n" +
           "sequence s { enroll on signup policy calm reenroll always day 0: send hello day 30: tag late }\n" +
           "sequence t { enroll on answered policy calm reenroll always day 0: send story }\n";
  };
  Host host(text("hold"));
  host.post("ada", "signup");
  static_cast<void>(host.to("2026-03-03T08:00:00Z"));
  host.post("ada", "answered");
  static_cast<void>(host.to("2026-03-04T08:00:00Z"));
  CHECK(host.of({Kind::held}) == Lines{"2026-03-03T08:00:00Z ada held(cap) story until 2026-03-09T00:00:00Z"});
  host.deploy(text("digest weekly"));
  // What the cap holds asks its gates again, and the digest gathers it.
  CHECK(host.of({Kind::skipped}) == Lines{"2026-03-04T08:00:00Z ada skipped(digested) story"});
  static_cast<void>(host.to("2026-03-09T08:00:00Z"));
  CHECK(host.sent().back() == "2026-03-09T00:00:00Z ada sent weekly");
  host.post("ada", "answered");
  host.engine.step();
  CHECK(host.of({Kind::skipped}).back() == "2026-03-09T08:00:00Z ada skipped(digested) story");
  host.deploy(text("hold"));
  CHECK(host.of({Kind::skipped}).back() == "2026-03-09T08:00:00Z ada skipped(expired) weekly");
  static_cast<void>(host.to("2026-03-30T08:00:00Z"));
  CHECK(host.sent().back() == "2026-03-09T00:00:00Z ada sent weekly");
}

// ---------------------------------------------------------------- broadcasts

TEST_CASE("[S10.1] the date of a broadcast may move: what counts is the date that stands in the newest program") {
  const auto text = [](const std::string& at) {
    return kCommon + "segment all = lead.tz == \"UTC\"\nbroadcast update { to segment all" + at + " spread 4h send hello }\n";
  };
  const auto starts = [&](const std::string& before, const std::string& after, std::string_view deployed_at) {
    Host host(text(before));
    CHECK(host.engine.upsert("ada", {}).ok());
    static_cast<void>(host.to(deployed_at));
    host.deploy(text(after));
    static_cast<void>(host.to("2026-04-01T08:00:00Z"));
    CHECK(host.sent().size() == host.of({Kind::broadcast}).size());
    return host.of({Kind::broadcast});
  };
  const std::string fifth = " at 2026-03-05T09:00", tenth = " at 2026-03-10T09:00", third = " at 2026-03-03T09:00";
  const std::string on_fifth = "2026-03-05T09:00:00Z broadcast update: 1";
  CHECK(starts(fifth, tenth, "2026-03-04T08:00:00Z") == Lines{"2026-03-10T09:00:00Z broadcast update: 1"});
  CHECK(starts(tenth, fifth, "2026-03-04T08:00:00Z") == Lines{on_fifth});
  CHECK(starts("", fifth, "2026-03-04T08:00:00Z") == Lines{on_fifth});
  CHECK(starts(fifth, "", "2026-03-04T08:00:00Z").empty());
  // A date that has passed starts nothing, and one that has started does not start again ...
  CHECK(starts(tenth, third, "2026-03-04T08:00:00Z").empty());
  CHECK(starts(fifth, fifth, "2026-03-05T09:00:00Z") == Lines{on_fifth});
  CHECK(starts(fifth, third, "2026-03-06T08:00:00Z") == Lines{on_fifth});
  // ... unless the program says another date that is still to come.
  CHECK(starts(fifth, tenth, "2026-03-06T08:00:00Z") == Lines{on_fifth, "2026-03-10T09:00:00Z broadcast update: 2"});
}

TEST_CASE("[S10.1] [S6.3] a broadcast whose date is past when it is deployed is not sent, and the log says so") {
  const auto text = [](const std::string& at) {
    return kCommon + "segment all = lead.tz == \"UTC\"\nbroadcast update { to segment all " + at + " send hello }\n";
  };
  const std::string third = "at 2026-03-03T09:00", fifth = "at 2026-03-05T09:00";
  const auto skipped = [&](const std::string& before, const std::string& after) {
    Host host(before);
    CHECK(host.engine.upsert("ada", {}).ok());
    static_cast<void>(host.to("2026-03-06T08:00:00Z"));
    host.deploy(after);
    host.deploy(after + "event other\n");
    static_cast<void>(host.to("2026-04-01T08:00:00Z"));
    return host.of({Kind::skipped});
  };
  const std::string late = "2026-03-06T08:00:00Z skipped(late) update: its date was ";
  CHECK(skipped(kCommon, text(fifth)) == Lines{late + "2026-03-05T09:00:00Z"});
  CHECK(skipped(text(""), text(fifth)) == Lines{late + "2026-03-05T09:00:00Z"});
  // What started at its date is not late, another date is another start.
  CHECK(skipped(text(fifth), text(fifth)).empty());
  CHECK(skipped(text(fifth), text(third)) == Lines{late + "2026-03-03T09:00:00Z"});
  CHECK(skipped(text(fifth), text("at 2026-03-09T09:00")).empty());
}

TEST_CASE("[S10.1] [S6.7] what a broadcast still spreads goes out as it was started, also when its date moves or it is no more") {
  const auto text = [](const std::string& broadcast) { return kCommon + "segment all = lead.tz == \"UTC\"\n" + broadcast; };
  for (const std::string next : {"", "broadcast update { to segment all at 2026-03-20T09:00 spread 4h send study }\n"}) {
    Host host(text("broadcast update { to segment all at 2026-03-02T09:00 spread 4h send hello }\n"));
    for (int i = 0; i < 9; ++i) CHECK(host.engine.upsert("lead" + std::to_string(i), {}).ok());
    static_cast<void>(host.to("2026-03-02T10:00:00Z"));
    const std::size_t before = host.sent().size();
    REQUIRE(before < 9);
    host.deploy(text(next));
    static_cast<void>(host.to("2026-03-19T10:00:00Z"));
    CHECK(host.sent().size() == 9);
    static_cast<void>(host.to("2026-03-21T10:00:00Z"));
    CHECK(host.sent().size() == (next.empty() ? 9 : 18));
    CHECK(host.of({Kind::broadcast}).size() == (next.empty() ? 1 : 2));
  }
}

// ---------------------------------------------------------------- experiments

namespace {

std::string trial(const std::string& arms, const std::string& steps = "") {
  return kCommon + "sequence trial { enroll on signup reenroll always exit gone on answered " +
         "day 0: split ask goal order.placed within 30d { " + arms + " } " + steps + " day 9: {} }\n";
}

const std::string kThree = "a 40% { tag is_a } b 30% { tag is_b } c 30% { tag is_c }";
const std::string kTwo = "b 50% { tag is_b } d 50% { tag is_d }";

std::string name(int i) { return "lead" + std::to_string(i); }

/// The arm that each lead got last, by its tag.
std::map<std::string, std::string> arms_of(const Host& host) {
  std::map<std::string, std::string> arms;
  for (const std::string& line : host.of({Kind::tagged})) {
    const std::size_t lead = line.find(' ') + 1;
    arms[line.substr(lead, line.find(' ', lead) - lead)] = line.substr(line.rfind(' ') + 1);
  }
  return arms;
}

ExperimentArm arm_of(const Engine& engine, const std::string& arm) {
  const std::vector<Experiment> all = engine.experiments();
  REQUIRE(all.size() == 1);
  for (const ExperimentArm& one : all.front().arms) {
    if (one.name == arm) return one;
  }
  FAIL("no arm " << arm);
  return {};
}

}  // namespace

TEST_CASE("[S10.1] [S9.1] when the arms of an experiment change, leads keep an arm that is still there, and the others draw anew") {
  Host host(trial(kThree));
  for (int i = 0; i < 60; ++i) host.post(name(i).c_str(), "signup");
  host.engine.step();
  for (int i = 0; i < 60; i += 2) host.post(name(i).c_str(), "order.placed");
  for (int i = 0; i < 60; ++i) host.post(name(i).c_str(), "answered");
  host.engine.step();
  const auto before = arms_of(host);
  const ExperimentArm b = arm_of(host.engine, "b");
  REQUIRE(b.assigned > 0);
  REQUIRE(b.reached > 0);
  host.deploy(trial(kTwo));
  CHECK(arm_of(host.engine, "b").assigned == b.assigned);
  CHECK(arm_of(host.engine, "b").reached == b.reached);
  CHECK(arm_of(host.engine, "d").assigned == 0);
  host.log.clear();
  for (int i = 0; i < 60; ++i) host.post(name(i).c_str(), "signup");
  host.engine.step();
  const auto after = arms_of(host);
  REQUIRE(after.size() == 60);
  std::uint64_t moved_to_b = 0, moved_to_d = 0;
  for (const auto& [lead, arm] : before) {
    if (arm == "is_b") CHECK(after.at(lead) == "is_b");
    if (arm != "is_b") ++(after.at(lead) == "is_b" ? moved_to_b : moved_to_d);
  }
  CHECK(moved_to_b > 0);
  CHECK(moved_to_d > 0);
  CHECK(arm_of(host.engine, "b").assigned == b.assigned + moved_to_b);
  CHECK(arm_of(host.engine, "d").assigned == moved_to_d);
}

TEST_CASE("[S10.1] [S9.1] versions of a sequence are one experiment: whoever is in an older one is counted with the others") {
  Host host(trial(kThree, "day 1: tag later"));
  for (int i = 0; i < 30; ++i) host.post(name(i).c_str(), "signup");
  host.engine.step();
  const ExperimentArm b = arm_of(host.engine, "b");
  host.deploy(trial(kTwo));  // All are still in the older version.
  CHECK(arm_of(host.engine, "b").assigned == b.assigned);
  for (int i = 0; i < 30; ++i) host.post(name(i).c_str(), "order.placed");
  for (int i = 30; i < 60; ++i) host.post(name(i).c_str(), "signup");
  host.engine.step();
  CHECK(arm_of(host.engine, "b").reached == b.assigned);
  CHECK(arm_of(host.engine, "b").assigned + arm_of(host.engine, "d").assigned == b.assigned + 30);
}

TEST_CASE("[S10.1] [S9.3] a promotion stays while its arm does, also one that waits for its turn") {
  Host host(trial(kThree));
  host.post("ada", "signup");
  host.engine.step();
  CHECK(host.engine.promote("trial", "ask", "b", "the host", instant("2026-03-02T09:00:00Z")).ok());
  CHECK(host.engine.promote("trial", "ask", "c", "the host", instant("2026-03-02T12:00:00Z")).ok());
  static_cast<void>(host.to("2026-03-02T10:00:00Z"));
  CHECK(host.engine.deploy(program_of(trial(kTwo))).ok());
  static_cast<void>(host.to("2026-03-02T11:00:00Z"));
  CHECK(host.engine.experiments().at(0).promoted == "b");
  static_cast<void>(host.to("2026-03-02T13:00:00Z"));
  CHECK(host.of({Kind::input_refused}).size() == 1);  // There is no `c` any more.
  CHECK(host.engine.experiments().at(0).promoted == "b");
  CHECK(host.engine.deploy(program_of(trial("a 50% {} d 50% {}"))).ok());
  static_cast<void>(host.to("2026-03-02T14:00:00Z"));
  CHECK(host.engine.experiments().at(0).promoted.empty());
}

// ---------------------------------------------------------------- exclusive groups

namespace {

std::string grouped(const std::string& low, const std::string& high, const std::string& more = "") {
  return kCommon + "sequence low { enroll on signup " + low + " day 0 hi: send hello day 4 mid: send study day 9 last: tag low_done }\n" +
         "sequence high { enroll on answered priority 80 " + high + " day 0 hi: send story day 6 last: tag high_done }\n" + more;
}

/// From the version that stands in `old`, without a word on any step.
std::string migration(const std::string& sequence, const std::string& old) {
  return "migrate " + sequence + " from \"" + program_of(old).version(sequence) + "\" {}\n";
}

}  // namespace

TEST_CASE("[S10.2] [S3.4] a run that a migration takes out of its exclusive group lets the next one go on") {
  const std::string old = grouped("exclusive talk", "exclusive talk");
  const std::string next = grouped("exclusive talk", "", migration("high", old));
  SECTION("the one that stood still") {
    Host host(old);
    host.post("ada", "signup");
    static_cast<void>(host.to("2026-03-03T08:00:00Z"));
    host.post("ada", "answered");
    static_cast<void>(host.to("2026-03-05T08:00:00Z"));
    REQUIRE(host.of({Kind::frozen}).size() == 1);
    host.deploy(next);
    CHECK(host.of({Kind::thawed}) == Lines{"2026-03-05T08:00:00Z ada thawed"});
    static_cast<void>(host.to("2026-03-20T08:00:00Z"));
    CHECK(host.sent().back() == "2026-03-08T08:00:00Z ada sent study");
    CHECK(host.of({Kind::tagged}) == Lines{"2026-03-09T08:00:00Z ada tagged high_done", "2026-03-13T08:00:00Z ada tagged low_done"});
  }
  SECTION("the one that waited for its turn") {
    Host host(old);
    host.post("ada", "answered");
    static_cast<void>(host.to("2026-03-03T08:00:00Z"));
    host.post("ada", "signup");
    host.engine.step();
    REQUIRE(host.of({Kind::queued}).size() == 1);
    static_cast<void>(host.to("2026-03-05T08:00:00Z"));
    host.deploy(next);
    static_cast<void>(host.to("2026-03-05T08:00:00Z"));
    CHECK(host.sent().back() == "2026-03-05T08:00:00Z ada sent hello");
  }
}

TEST_CASE("[S10.2] [S3.4] a run that stands still or waits goes on when a migration takes it out of its group") {
  const std::string old = grouped("exclusive talk", "exclusive talk");
  const std::string next = grouped("", "exclusive talk", migration("low", old));
  Host host(old);
  host.post("ada", "signup");  // Will stand still.
  static_cast<void>(host.to("2026-03-03T08:00:00Z"));
  for (const char* lead : {"ada", "bo"}) host.post(lead, "answered");
  static_cast<void>(host.to("2026-03-04T08:00:00Z"));
  host.post("bo", "signup");  // Will wait for its turn.
  static_cast<void>(host.to("2026-03-05T08:00:00Z"));
  REQUIRE(host.of({Kind::frozen, Kind::queued}).size() == 2);
  host.deploy(next);
  CHECK(host.of({Kind::thawed}) == Lines{"2026-03-05T08:00:00Z ada thawed"});
  static_cast<void>(host.to("2026-03-20T08:00:00Z"));
  // The step that was waited for keeps its instant, the others move by the two days.
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent hello", "2026-03-03T08:00:00Z ada sent story",
                             "2026-03-03T08:00:00Z bo sent story", "2026-03-05T08:00:00Z bo sent hello",
                             "2026-03-06T08:00:00Z ada sent study", "2026-03-09T08:00:00Z bo sent study"});
  CHECK(host.of({Kind::tagged}).size() == 4);
  CHECK(host.of({Kind::tagged})[2] == "2026-03-13T08:00:00Z ada tagged low_done");
}

TEST_CASE("[S10.2] [S3.4] of the runs that a migration brings into one group the lower stands still") {
  const std::string old = grouped("", "exclusive talk");
  const std::string next = grouped("exclusive talk", "exclusive talk", migration("low", old));
  Host host(old);
  for (const char* event : {"signup", "answered"}) host.post("ada", event);
  static_cast<void>(host.to("2026-03-03T08:00:00Z"));
  host.deploy(next);
  CHECK(host.of({Kind::frozen}) == Lines{"2026-03-03T08:00:00Z ada frozen high"});
  static_cast<void>(host.to("2026-03-20T08:00:00Z"));
  CHECK(host.of({Kind::thawed}) == Lines{"2026-03-08T08:00:00Z ada thawed"});
  CHECK(host.sent().back() == "2026-03-11T08:00:00Z ada sent study");
}

// ---------------------------------------------------------------- triggers

TEST_CASE("[S3.3] a handler that triggers did not have fires for what holds already only where the host says so") {
  const auto text = [](const std::string& handler) {
    return kCommon + "triggers care { on answered as known tag known " + handler + " }\n";
  };
  for (const ExistingLeads existing : {ExistingLeads::ignore, ExistingLeads::enroll}) {
    Host host(text(""));
    CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
    host.engine.step();
    host.deploy(text("when lead.vip as special tag special"), {.existing_leads = existing});
    CHECK(host.of({Kind::tagged}).size() == (existing == ExistingLeads::enroll ? 1 : 0));
  }
}
