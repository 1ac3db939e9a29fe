// Tasks: what the host gets, when they are due, and their keys.
#include "support/engine.hpp"

#include <stdexcept>

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kVocabulary = R"(nurture 1
lead { tz: string = "UTC" name: string = "Ada" }
event signup { plan: string }
event poked { word: string }
category news { consent implied }
message m { channel email category news }
)";

struct Seen {
  std::string line;
  std::string key;
};

/// The tasks of a host, each as one line.
std::vector<Seen> tasks_of(Host& host, const Fields& lead = {}) {
  std::vector<Seen> seen;
  host.engine.on_task([&](const Task& task) {
    std::string line = std::string(task.lead) + ' ' + std::string(task.owner) + " \"" + std::string(task.text) + '"';
    if (!task.name.empty()) line += " as " + std::string(task.name);
    line += " in " + std::string(task.sequence) + ' ' + std::string(task.step) + ' ' + std::to_string(task.enrolment);
    if (task.due != Instant::max()) line += " due " + task.due.to_string();
    seen.push_back({line, task.key});
  });
  CHECK(host.engine.upsert("ada", lead).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .fields = {{"plan", "pro"}}}).ok());
  host.engine.step();
  CHECK(host.engine.post({.lead = "ada", .name = "poked", .fields = {{"word", "hey"}}}).ok());
  host.engine.step();
  return seen;
}

}  // namespace

TEST_CASE("a task has an owner, a text, a name, an end and where it comes from") {
  Host host(kVocabulary + R"(sequence s { enroll on signup
    day 0 call: { task sales "Call {{ lead.name }}" due 2d as first_call  task desk "File it" }
    on poked as p task sales "Said {{ trigger.word }}" due 3h
    day 9: send m })");
  const auto seen = tasks_of(host);
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].line == "ada sales \"Call Ada\" as first_call in s call 1 due 2026-03-04T08:00:00Z");
  CHECK(seen[1].line == "ada desk \"File it\" in s call 1");
  CHECK(seen[2].line == "ada sales \"Said hey\" in s  1 due 2026-03-02T11:00:00Z");
  CHECK(seen[0].key != seen[1].key);
  CHECK(host.of({DecisionKind::task}) == Lines{"2026-03-02T08:00:00Z ada task sales: Call Ada until 2026-03-04T08:00:00Z",
                                               "2026-03-02T08:00:00Z ada task desk: File it",
                                               "2026-03-02T08:00:00Z ada task sales: Said hey until 2026-03-02T11:00:00Z"});
  CHECK(host.log.keys == Lines{seen[0].key, seen[1].key, seen[2].key});
}

TEST_CASE("a task is due by the calendar of the plan [S4.1]") {
  Host host(kVocabulary + "sequence s { enroll on signup day 0: { task sales \"a\" due 1d  task sales \"b\" due 24h } }",
            "2026-03-28T09:00:00Z");
  const auto seen = tasks_of(host, {{"tz", "Europe/Lisbon"}});
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].line.ends_with("due 2026-03-29T08:00:00Z"));
  CHECK(seen[1].line.ends_with("due 2026-03-29T09:00:00Z"));
}

TEST_CASE("a score gives tasks too, each firing with a key of its own [S7.1]") {
  Host host(kVocabulary + "score x { range 0..9 rule +1 r on signup or poked then task sales \"x\"  tier all 0..9 }");
  const auto seen = tasks_of(host);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].line == "ada sales \"x\" in   0");
  CHECK(seen[0].key != seen[1].key);
}

TEST_CASE("a task is not given once an exit holds [S2.4]") {
  Host host(kVocabulary + R"(sequence s { enroll on signup  exit named when lead.name == "Bob"
    day 0: { set lead.name = "Bob"  task sales "x" } })");
  CHECK(tasks_of(host).empty());
}

TEST_CASE("what the host throws for a task is a row of the log") {
  Host host(kVocabulary + "sequence s { enroll on signup day 0: task sales \"x\" }");
  host.engine.on_task([](const Task&) { throw std::runtime_error("the desk is closed"); });
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .fields = {{"plan", "pro"}}}).ok());
  host.engine.step();
  CHECK(host.of({DecisionKind::delivered}) == Lines{"2026-03-02T08:00:00Z ada delivered(failed): sales: the desk is closed"});
}
