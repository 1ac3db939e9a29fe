// Audiences: what a channel is told, with which keys, and what becomes of an answer that asks for another try.
#include "support/engine.hpp"

#include <nurture/sharded_engine.hpp>

#include <set>
#include <stdexcept>

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kProgram = R"(nurture 1
lead { tz: string = "UTC" on_list: bool = false }
event seen
category news { consent implied }
message m { channel email category news }
channel ads { retry 3 times from 1min to 1h }
audience buyers on ads when lead.on_list
sequence s { enroll on seen day 0: send m }
)";

std::string line_of(const AudienceChange& change) {
  return change.at.to_string() + ' ' + std::string(change.lead) + (change.joined ? " joined " : " left ") + std::string(change.audience) +
         " on " + std::string(change.channel);
}

/// A host whose channel answers what it is told to, and what that channel saw.
struct Ads {
  explicit Ads(Host& host) {
    host.engine.on_audience("ads", [this](const AudienceChange& change) {
      seen.push_back(line_of(change));
      keys.push_back(change.key);
      if (throws) throw std::runtime_error("no line");
      return answer;
    });
  }
  Lines seen, keys;
  Delivery answer = Delivery::accepted();
  bool throws = false;
};

void put(Host& host, bool on_list) { REQUIRE(host.engine.upsert("ada", {{"on_list", on_list}}).ok()); }

}  // namespace

TEST_CASE("[S7.1] each change of an audience is told once, under a key of its own") {
  Host host(kProgram);
  Ads ads(host);
  for (const bool on : {false, true, true, false, true}) {
    put(host, on);
    host.engine.step();
  }
  CHECK(ads.seen == Lines{"2026-03-02T08:00:00Z ada joined buyers on ads", "2026-03-02T08:00:00Z ada left buyers on ads",
                          "2026-03-02T08:00:00Z ada joined buyers on ads"});
  CHECK(std::set<std::string>(ads.keys.begin(), ads.keys.end()).size() == 3);
  CHECK(host.log.keys == ads.keys);
  CHECK(host.of({DecisionKind::joined, DecisionKind::left}).size() == 3);
  CHECK(host.engine.inspect("ada")->audiences == Lines{"buyers"});
}

TEST_CASE("[S7.1] the keys of two projects differ, whoever says which project it is") {
  std::set<std::string> keys;
  for (const std::string project : {"", "project mine { }\n", "project yours { }\n"}) {
    Host host("nurture 1\n" + project + kProgram.substr(kProgram.find('\n') + 1));
    Ads ads(host);
    put(host, true);
    host.engine.step();
    keys.insert(ads.keys.begin(), ads.keys.end());
  }
  CHECK(keys.size() == 3);
}

TEST_CASE("[S7.3] [S7.4] a channel that fails is tried again under the same key, until its tries are used up") {
  Host host(kProgram);
  Ads ads(host);
  ads.throws = true;
  put(host, true);
  host.to("2026-03-03T08:00:00Z");
  REQUIRE(ads.seen.size() == 4);
  CHECK(std::set<std::string>(ads.keys.begin(), ads.keys.end()).size() == 1);
  const Lines told = host.of({DecisionKind::delivered});
  REQUIRE(told.size() == 4);
  CHECK(told.front().find("delivered(retry) buyers: no line until ") != std::string::npos);
  CHECK(told.back().find("delivered(failed) buyers: no line") != std::string::npos);
}

TEST_CASE("[S7.4] of two changes that wait for another try the later is the truth") {
  Host host(kProgram);
  Ads ads(host);
  ads.answer = Delivery::retry(std::chrono::minutes{10});
  put(host, true);
  host.engine.step();
  put(host, false);
  host.engine.step();
  ads.answer = Delivery::accepted();
  host.to("2026-03-02T09:00:00Z");
  CHECK(ads.seen == Lines{"2026-03-02T08:00:00Z ada joined buyers on ads", "2026-03-02T08:00:00Z ada left buyers on ads",
                          "2026-03-02T08:00:00Z ada left buyers on ads"});
}

TEST_CASE("[S11.2] an erased lead leaves its audiences, which is tried until the channel has taken it") {
  Host host(kProgram);
  Ads ads(host);
  put(host, true);
  host.engine.step();
  ads.answer = Delivery::retry(std::chrono::minutes{10});
  REQUIRE(host.engine.erase("ada").ok());
  host.engine.step();
  ads.answer = Delivery::accepted();
  host.to("2026-03-02T09:00:00Z");
  CHECK(ads.seen == Lines{"2026-03-02T08:00:00Z ada joined buyers on ads", "2026-03-02T08:00:00Z ada left buyers on ads",
                          "2026-03-02T08:00:00Z ada left buyers on ads"});
  // Whose name is gone is not named any more.
  CHECK(host.log.rows.back().second.find("ada") == std::string::npos);
  put(host, true);
  host.engine.step();
  CHECK(std::set<std::string>(ads.keys.begin(), ads.keys.end()).size() == 3);
}

TEST_CASE("[S11.1] while a channel is paused its audiences stay as they are") {
  Host host(kProgram);
  Ads ads(host);
  REQUIRE(host.engine.pause(Scope::channel("ads")).ok());
  put(host, true);
  host.engine.step();
  CHECK(ads.seen.empty());
  REQUIRE(host.engine.resume(Scope::channel("ads")).ok());
  host.engine.step();
  CHECK(ads.seen.size() == 1);
}

TEST_CASE("[S2.1] what holds at the first input counts at once, whatever the condition asks for") {
  const std::string program =
      "nurture 1\nevent seen\nevent left\nmessage m { channel email category news }\n"
      "channel ads {} audience quiet on ads when none(seen within 1h)\n"
      "sequence s { enroll on left day 0: send m }\n";
  Host by_event(program);
  REQUIRE(by_event.engine.post({.lead = "ada", .name = "left"}).ok());
  by_event.engine.step();
  CHECK(by_event.of({DecisionKind::joined}) == Lines{"2026-03-02T08:00:00Z ada joined quiet"});
  Host by_upsert(program);
  REQUIRE(by_upsert.engine.upsert("ada", {}).ok());
  by_upsert.engine.step();
  CHECK(by_upsert.of({DecisionKind::joined}) == by_event.of({DecisionKind::joined}));
}

TEST_CASE("[S1.3] several engines tell the same changes, and their log is that of one") {
  const auto run = [](auto& engine, Log& log) {
    engine.observe(&log);
    for (const char* lead : {"ada", "bob", "cy", "di"}) {
      REQUIRE(engine.upsert(lead, {{"on_list", true}}).ok());
    }
    engine.step();
    REQUIRE(engine.erase("bob").ok());
    engine.step();
  };
  ManualClock clock{"2026-03-02T08:00:00Z"};
  const Program program = program_of(kProgram);
  Engine one{program, clock};
  ShardedEngine many{program, clock, 3};
  Log one_log;
  Log many_log;
  run(one, one_log);
  run(many, many_log);
  std::sort(one_log.rows.begin(), one_log.rows.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  std::sort(many_log.rows.begin(), many_log.rows.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  CHECK(one_log.rows == many_log.rows);
}
