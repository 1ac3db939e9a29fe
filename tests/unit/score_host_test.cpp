// What a host adds to scores: the ledger that it reads per lead, and policies that are asked twice.
#include "support/engine.hpp"

#include <cmath>
#include <stdexcept>

using namespace nurture;
using namespace nurture::test;
using Change = ScoringPolicy::Change;

namespace {

const std::string kScored = R"(nurture 1
lead { plan: string? }
event page.view
event unsubscribed
score interest {
  range 0..100
  rule +8 view on page.view
  rule +2 pro  when lead.plan is known and lead.plan == "pro"
  decay 10% per 1d when idle(page.view) >= 1d floor 0
  reset on unsubscribed to 0
  tier cold 0..9
  tier warm 10..
}
score other { range 0..10 rule +1 seen on page.view }
)";

void post(Host& host, const char* lead, const char* event) {
  CHECK(host.engine.post({.lead = lead, .name = event}).ok());
  host.engine.step();
}

Lines lines(const std::vector<ScoreLedger::Entry>& entries) {
  Lines out;
  for (const auto& e : entries)
    out.push_back(e.at.to_string() + ' ' + e.rule + ' ' + points_text(e.points) + " = " + std::to_string(e.total));
  return out;
}

/// Answers a count: not a function of what it is asked.
struct Counting final : ScoringPolicy {
  Change on_event(const View&) override { return {Change::Kind::add, ++calls, "count"}; }
  double calls = 0;
};

/// Answers from what it is shown.
struct Fair final : ScoringPolicy {
  Change on_event(const View& view) override { return {Change::Kind::add, static_cast<double>(view.score + 1), std::string(view.lead)}; }
};

}  // namespace

TEST_CASE("[S8.4] the ledger says of each lead and score which rule gave how many points, when, and what they came to") {
  Host host(kScored);
  ScoreLedger ledger;
  host.engine.observe(&ledger);
  post(host, "ada", "page.view");
  post(host, "ben", "page.view");
  host.clock.advance(std::chrono::hours{1});
  CHECK(host.engine.upsert("ada", {{"plan", "pro"}}).ok());
  host.engine.step();
  host.clock.advance(std::chrono::days{2});
  post(host, "ada", "unsubscribed");
  CHECK(lines(ledger.of("ada", "interest")) == Lines{"2026-03-02T08:00:00Z view 8 = 8", "2026-03-02T09:00:00Z pro 2 = 10",
                                                     "2026-03-03T08:00:00Z decay -1 = 9", "2026-03-04T09:00:00Z decay -0.9 = 8",
                                                     "2026-03-04T09:00:00Z reset -8.1 = 0"});
  CHECK(lines(ledger.of("ada", "other")) == Lines{"2026-03-02T08:00:00Z seen 1 = 1"});
  CHECK(lines(ledger.of("ben", "interest")).front() == "2026-03-02T08:00:00Z view 8 = 8");
  CHECK(ledger.of("ada", "nothing").empty());
  CHECK(ledger.of("nobody", "interest").empty());
}

TEST_CASE("[S8.4] the entries of a ledger add up to the score that the engine reports") {
  Host host(kScored);
  ScoreLedger ledger;
  host.engine.observe(&ledger);
  for (int i = 0; i < 20; ++i) {
    post(host, "ada", i % 7 == 6 ? "unsubscribed" : "page.view");
    host.clock.advance(std::chrono::hours{9 + i});
    host.engine.step();
  }
  std::int64_t sum = 0;
  for (const auto& entry : ledger.of("ada", "interest")) {
    sum += entry.points;
    CHECK(entry.total == (sum + 32768) >> 16);
  }
  post(host, "ada", "page.view");  // books what has decayed since
  const auto report = host.engine.inspect("ada");
  REQUIRE(report.has_value());
  CHECK(ledger.of("ada", "interest").back().total == report->scores.at(0).total);
}

TEST_CASE("[S11.2] a ledger has a length, and forgets whom it is told to forget") {
  Host host(kScored);
  ScoreLedger ledger(3);
  host.engine.observe(&ledger);
  for (int i = 0; i < 5; ++i) post(host, "ada", "page.view");
  const auto entries = ledger.of("ada", "interest");
  REQUIRE(entries.size() == 3);
  CHECK(entries.front().total == 24);
  CHECK(entries.back().total == 40);
  ledger.forget("ada");
  ledger.forget("nobody");
  CHECK(ledger.of("ada", "interest").empty());
}

TEST_CASE("[S8.3] a policy that is asked twice is found out when it is no function of its arguments, and changes nothing then") {
  Host host(kScored);
  Counting counting;
  TwiceAsked checked(counting);
  CHECK(host.engine.scoring("interest", &checked).ok());
  post(host, "ada", "page.view");
  CHECK(checked.differences() == 1);
  CHECK(host.of({DecisionKind::score, DecisionKind::evaluation_error}) ==
        Lines{"2026-03-02T08:00:00Z ada score interest: view",
              "2026-03-02T08:00:00Z ada evaluation_error the host's policy of interest: asked twice about `page.view` it answers +1 "
              "points by `count`, then +2 points by `count`",
              "2026-03-02T08:00:00Z ada score other: seen"});
}

TEST_CASE("[S8.3] a policy that is a function of its arguments is not changed by being asked twice") {
  const auto log_of = [](bool twice) {
    Host host(kScored);
    Fair fair;
    TwiceAsked checked(fair);
    CHECK(host.engine.scoring("interest", twice ? static_cast<ScoringPolicy*>(&checked) : &fair).ok());
    for (int i = 0; i < 4; ++i) post(host, "ada", "page.view");
    CHECK(checked.differences() == 0);
    return host.log.json;
  };
  CHECK(log_of(true) == log_of(false));
}

TEST_CASE("[S8.3] what differs in kind, in words or in the last bit differs, and what is not a number equals itself") {
  struct Alternating final : ScoringPolicy {
    Change on_event(const View&) override { return (calls++ % 2) == 0 ? first : second; }
    Change first, second;
    int calls = 0;
  };
  const auto differs = [](const Change& first, const Change& second) {
    Alternating policy;
    policy.first = first;
    policy.second = second;
    TwiceAsked checked(policy);
    try {
      static_cast<void>(checked.on_event({}));
    } catch (const std::logic_error&) {
      return checked.differences() == 1;
    }
    return false;
  };
  using Kind = Change::Kind;
  CHECK_FALSE(differs({}, {}));
  CHECK(differs({Kind::add, 1, "a"}, {Kind::set, 1, "a"}));
  CHECK(differs({Kind::add, 1, "a"}, {Kind::add, 1, "b"}));
  CHECK(differs({Kind::add, 1, "a"}, {Kind::add, std::nextafter(1.0, 2.0), "a"}));
  CHECK_FALSE(differs({Kind::add, std::nan(""), "a"}, {Kind::add, std::nan(""), "a"}));
}

TEST_CASE("[S8.3] what a policy throws goes on through the check") {
  struct Broken final : ScoringPolicy {
    Change on_event(const View&) override { throw std::runtime_error("the model is gone"); }
  };
  Host host(kScored);
  Broken broken;
  TwiceAsked checked(broken);
  CHECK(host.engine.scoring("interest", &checked).ok());
  post(host, "ada", "page.view");
  CHECK(checked.differences() == 0);
  CHECK(host.of({DecisionKind::evaluation_error}) ==
        Lines{"2026-03-02T08:00:00Z ada evaluation_error the host's policy of interest: the model is gone"});
}
