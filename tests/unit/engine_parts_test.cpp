// What a host brings of its own - scoring policies, posted scores, observers - and how engines and programs live.
#include "support/engine.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;
using Change = ScoringPolicy::Change;

namespace {

const std::string kScored = R"(nurture 1
lead { country: string? plan: string? }
event page.view { path: string }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
message again { channel email category news subject "Again" }
score interest {
  range 0..100
  rule +1 view on page.view
  tier cold 0..49
  tier hot 50..100
  enter hot { notify sales "hot" }
}
sequence s {
  enroll on signup
  day 0: send hello
  day 2: send again
  exit hot when score.interest >= 90
}
)";

/// Answers what the test says; keeps what it was shown.
struct Policy final : ScoringPolicy {
  std::function<Change(const View&)> answer;
  Change on_event(const View& view) override { return answer(view); }
};

void view(Host& host, const char* path = "/") {
  CHECK(host.engine.post({.lead = "ada", .name = "page.view", .fields = {{"path", path}}}).ok());
  host.engine.step();
}

struct Counter final : Observer {
  void on_decision(const Decision&) override { ++rows; }
  int rows = 0;
};

}  // namespace

TEST_CASE("[S8.3] a policy of the host sees the lead, the event and the score, and its points are explained") {
  Host host(kScored);
  Policy policy;
  policy.answer = [&](const ScoringPolicy::View& v) -> Change {
    CHECK(v.lead == "ada");
    CHECK(v.event == "page.view");
    CHECK(v.score == 1);  // The rules of the program come first.
    CHECK(std::get<std::string>(v.attribute("country").storage()) == "PT");
    CHECK(v.attribute("plan").is_null());
    CHECK(v.attribute("nonsense").is_null());
    CHECK(std::get<std::string>(v.field("path").storage()) == "/pricing");
    CHECK(v.field("nonsense").is_null());
    return {Change::Kind::add, 12.25, "model v3"};
  };
  CHECK(host.engine.scoring("interest", &policy).ok());
  CHECK(host.engine.upsert("ada", {{"country", "PT"}}).ok());
  view(host, "/pricing");
  CHECK(host.of({Kind::score}) ==
        Lines{"2026-03-02T08:00:00Z ada score interest: view", "2026-03-02T08:00:00Z ada score interest: model v3"});
  CHECK(host.log.json.find("\"rule\"") == std::string::npos);
  CHECK(host.log.json.find("\"points\":12.25,\"total\":13") != std::string::npos);
}

TEST_CASE("[S8.3] a policy may set the score, which stays in its range") {
  Host host(kScored);
  Policy policy;
  double wanted = 60;
  policy.answer = [&](const ScoringPolicy::View&) -> Change { return {Change::Kind::set, wanted, ""}; };
  CHECK(host.engine.scoring("interest", &policy).ok());
  view(host);
  CHECK(host.of({Kind::tier, Kind::notified}) ==
        Lines{"2026-03-02T08:00:00Z ada tier interest: hot", "2026-03-02T08:00:00Z ada notified sales: hot"});
  CHECK(host.log.json.find("\"detail\":\"host policy\"") != std::string::npos);
  wanted = std::numeric_limits<double>::infinity();
  view(host);
  CHECK(host.log.json.find("\"total\":100") != std::string::npos);
  wanted = -1e300;
  view(host);
  CHECK(host.of({Kind::tier}).back() == "2026-03-02T08:00:00Z ada tier interest: cold");
  wanted = std::numeric_limits<double>::quiet_NaN();
  const std::size_t rows = host.log.count(Kind::score);
  view(host);
  CHECK(host.log.count(Kind::score) == rows + 1);  // The program's own rule only.
}

TEST_CASE("[S2.2] [S8.3] the score that a policy sets is reacted to with its event, so the goal comes before the exit") {
  std::string text = kScored;
  text.replace(text.find("  exit hot"), 0, "  goal looked on page.view where event.path == \"/goal\"\n");
  Host host(text);
  Policy policy;
  policy.answer = [](const ScoringPolicy::View& v) -> Change {
    return {v.event == "page.view" ? Change::Kind::set : Change::Kind::none, 95, ""};
  };
  CHECK(host.engine.scoring("interest", &policy).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.engine.step();
  view(host, "/goal");
  CHECK(host.of({Kind::goal, Kind::exited}) ==
        Lines{"2026-03-02T08:00:00Z ada goal looked", "2026-03-02T08:00:00Z ada exited(goal) looked"});
}

TEST_CASE("[S8.3] a policy that throws changes nothing and stops nothing") {
  Host host(kScored);
  Policy policy;
  int calls = 0;
  policy.answer = [&](const ScoringPolicy::View&) -> Change {
    if (++calls == 1) throw std::runtime_error("the model is gone");
    throw 7;
  };
  CHECK(host.engine.scoring("interest", &policy).ok());
  view(host);
  view(host);
  CHECK(host.of({Kind::evaluation_error, Kind::score}) ==
        Lines{"2026-03-02T08:00:00Z ada score interest: view",
              "2026-03-02T08:00:00Z ada evaluation_error the host's policy of interest: the model is gone",
              "2026-03-02T08:00:00Z ada score interest: view",
              "2026-03-02T08:00:00Z ada evaluation_error the host's policy of interest: it threw something that is no std::exception"});
}

TEST_CASE("[S8.3] binding a policy: only to a score that exists, the last one counts, nullptr ends it") {
  Host host(kScored);
  Policy one;
  one.answer = [](const ScoringPolicy::View&) -> Change { return {Change::Kind::add, 10, "one"}; };
  Policy two;
  two.answer = [](const ScoringPolicy::View&) -> Change { return {Change::Kind::add, 10, "two"}; };
  CHECK(host.engine.scoring("luck", &one).reason() == "there is no score `luck`");
  CHECK(host.engine.scoring("interest", &one).ok());
  CHECK(host.engine.scoring("interest", &two).ok());
  view(host);
  CHECK(host.engine.scoring("interest", nullptr).ok());
  view(host);
  CHECK(host.of({Kind::score}) == Lines{"2026-03-02T08:00:00Z ada score interest: view", "2026-03-02T08:00:00Z ada score interest: two",
                                        "2026-03-02T08:00:00Z ada score interest: view"});
}

TEST_CASE("a score that the host posts acts as any other change") {
  Host host(kScored);
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.score("ada", "interest", 55.5, instant("2026-03-02T09:00:00Z")).ok());
  CHECK(host.engine.score("ada", "interest", 250, instant("2026-03-02T10:00:00Z")).ok());
  host.to("2026-03-03T08:00:00Z");
  CHECK(host.of({Kind::score, Kind::tier, Kind::notified, Kind::exited}) ==
        Lines{"2026-03-02T09:00:00Z ada score interest: posted by the host", "2026-03-02T09:00:00Z ada tier interest: hot",
              "2026-03-02T09:00:00Z ada notified sales: hot", "2026-03-02T10:00:00Z ada score interest: posted by the host",
              "2026-03-02T10:00:00Z ada exited(exit) hot"});
  CHECK(host.log.json.find("\"points\":55.5,\"total\":56") != std::string::npos);
  CHECK(host.log.json.find("\"total\":100") != std::string::npos);
}

TEST_CASE("several observers see every decision in order, until nullptr removes them") {
  Host host(kScored);
  Log second;
  Counter third;
  host.engine.observe(&second);
  host.engine.observe(&third);
  view(host);
  CHECK_FALSE(host.log.json.empty());
  CHECK(second.json == host.log.json);
  CHECK(third.rows == static_cast<int>(second.rows.size()));
  host.engine.observe(nullptr);
  const std::string before = second.json;
  view(host);
  CHECK(second.json == before);
  host.engine.observe(&third);
  view(host);
  CHECK(third.rows > static_cast<int>(second.rows.size()));
}

TEST_CASE("observers change nothing about what is decided") {
  const auto sent = [](bool observed) {
    ManualClock clock{"2026-03-02T08:00:00Z"};
    Engine engine{program_of(kScored), clock};
    Counter counter;
    if (observed) engine.observe(&counter);
    Lines lines;
    engine.on_send([&](const Message& m) {
      lines.push_back(m.at.to_string() + ' ' + m.lead.c_str() + ' ' + m.name.c_str() + ' ' + m.key());
      return Delivery::accepted();
    });
    for (const char* lead : {"ada", "bob"}) CHECK(engine.post({.lead = lead, .name = "signup"}).ok());
    CHECK(engine.score("bob", "interest", 95, instant("2026-03-03T00:00:00Z")).ok());
    clock.set(instant("2026-03-20T00:00:00Z"));
    engine.step();
    return lines;
  };
  CHECK(sent(true).size() == 3);
  CHECK(sent(true) == sent(false));
}

TEST_CASE("two engines in one process do not influence each other") {
  const Program program = program_of(kScored);
  Host alone(program);
  Host left(program);
  Host right(program, "2026-03-02T08:00:00Z", {.project = "other"});
  for (Host* host : {&alone, &left, &right}) CHECK(host->engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(right.engine.score("ada", "interest", 95, instant("2026-03-02T12:00:00Z")).ok());
  CHECK(right.engine.pause({}, instant("2026-03-02T09:00:00Z")).ok());
  left.to("2026-03-03T08:00:00Z");
  right.to("2026-03-03T08:00:00Z");
  left.to("2026-03-09T08:00:00Z");
  right.to("2026-03-09T08:00:00Z");
  alone.to("2026-03-09T08:00:00Z");
  CHECK(left.log.json == alone.log.json);
  CHECK(right.sent().size() == 1);
  // The project is part of every key.
  CHECK(left.log.keys[0] != right.log.keys[0]);
}

TEST_CASE("an engine can be moved, with its state, sinks and observers") {
  const Program program = program_of(kScored);
  ManualClock clock{"2026-03-02T08:00:00Z"};
  Log log;
  Lines sent;
  std::vector<Engine> engines;
  {
    Engine engine{program, clock};
    engine.observe(&log);
    engine.on_send([&](const Message& m) {
      sent.push_back(m.at.to_string() + ' ' + m.subject());
      return sent.size() == 1 ? Delivery::retry(std::chrono::hours{1}) : Delivery::accepted();
    });
    CHECK(engine.post({.lead = "ada", .name = "signup"}).ok());
    engine.step();
    engines.push_back(std::move(engine));
  }
  clock.set(instant("2026-03-20T00:00:00Z"));
  engines.front().step();
  CHECK(sent == Lines{"2026-03-02T08:00:00Z Hello", "2026-03-02T08:00:00Z Hello", "2026-03-04T08:00:00Z Again"});
  CHECK(log.of({Kind::exited}).size() == 1);
  // Assigned over, it begins anew.
  engines.front() = Engine{program, clock};
  CHECK(engines.front().statistics().leads == 0);
}

TEST_CASE("a program outlives its compilation, its text and the engine's own copy") {
  std::optional<Host> host;
  {
    const std::string text = kScored;
    CompileResult built = compile_text("test.nurture", text);
    REQUIRE(built.ok());
    Program copy = built.program();
    host.emplace(std::move(copy));
    built = compile_text("broken.nurture", "nonsense");
    CHECK_FALSE(built.ok());
  }
  CHECK(host->engine.post({.lead = "ada", .name = "signup"}).ok());
  host->to("2026-03-20T00:00:00Z");
  CHECK(host->sent().size() == 2);
  CHECK(host->log.json.find("\"sequence\":\"s\"") != std::string::npos);
}

TEST_CASE("a program that is not valid has no names") {
  const Program none;
  CHECK_FALSE(none.valid());
  CHECK(none.sequence_names().empty());
  CHECK(none.version("s").empty());
  CHECK(none.hash().empty());
}

TEST_CASE("sequences that do not take part are entered without consequence, and forced arms are taken") {
  const std::string text = R"(nurture 1
event signup
category news { consent implied }
message a { channel email category news subject "a" }
message b { channel email category news subject "b" }
message c { channel email category news subject "c" }
sequence one { enroll on signup day 0: { split arm { left 50% { send a } right 50% { send b } } } }
sequence two { enroll on signup day 0: send c }
)";
  for (const char* arm : {"left", "right"}) {
    Host host(text, "2026-03-02T08:00:00Z", {.forced_splits = {{"arm", arm}}, .only_sequences = std::vector<std::string>{"one"}});
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    host.engine.step();
    CHECK(host.of({Kind::enrolled, Kind::split, Kind::sent}) ==
          Lines{"2026-03-02T08:00:00Z ada enrolled signup in one", std::string("2026-03-02T08:00:00Z ada split arm: ") + arm,
                std::string("2026-03-02T08:00:00Z ada sent ") + (arm[0] == 'l' ? "a" : "b")});
  }
}
