// What a channel bears: how often a delivery is tried, the rate, the breaker. Host's side of S6.1 and S7.3 to S7.5.
#include "support/engine.hpp"

#include <chrono>
#include <set>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;
using Kind = DecisionKind;

namespace {

/// A channel with these items, and a sequence that greets whoever signs up, and once more for each `ping`.
std::string program_with(const std::string& items) {
  return "channel email { " + items +
         " }\n"
         "event signup\nevent ping\n"
         "message hello { channel email category transactional subject \"Hello\" }\n"
         "sequence s { enroll on signup on ping as again every time send hello immediately: send hello day 300: send hello }\n";
}

void enter(Host& host, const std::string& lead, std::string_view at, const std::string& event = "signup") {
  CHECK(host.engine.post({.lead = lead, .name = event, .received_at = instant(at)}).ok());
}

}  // namespace

TEST_CASE("[S7.4] a channel says how often a delivery is tried again, and how long the waits may be") {
  Host host(program_with("retry 5 times from 1min to 4min"));
  std::vector<Instant> tries;
  host.engine.on_send([&](const Message&) {
    tries.push_back(host.engine.now());
    return Delivery::retry(0ms);
  });
  enter(host, "ada", "2026-03-02T08:00:00Z");
  host.to("2026-03-03T08:00:00Z");
  REQUIRE(tries.size() == 6);
  const std::chrono::milliseconds ceilings[] = {1min, 2min, 4min, 4min, 4min};
  for (std::size_t i = 0; i + 1 < tries.size(); ++i) {
    CHECK(tries[i + 1] > tries[i]);
    CHECK(tries[i + 1] - tries[i] <= ceilings[i]);
  }
  CHECK(host.of({Kind::delivered}).back().find("delivered(failed) hello: no try succeeded") != std::string::npos);
  CHECK(host.log.count(Kind::delivered) == 6);
}

TEST_CASE("[S7.4] the waits of two messages differ, and those of one are always the same") {
  const auto waits = [](const std::string& lead) {
    Host host(program_with("retry 3 times from 1h to 6h"));
    host.engine.on_send([](const Message&) { return Delivery::retry(0ms); });
    enter(host, lead, "2026-03-02T08:00:00Z");
    host.to("2026-03-03T08:00:00Z");
    Lines lines = host.of({Kind::delivered});
    for (std::string& line : lines) line.erase(line.find(lead), lead.size());
    return lines;
  };
  CHECK(waits("ada") == waits("ada"));
  CHECK(waits("ada") != waits("bob"));
}

TEST_CASE("[S7.4] [S1.7] what would be tried again while nothing ran is tried when it runs again") {
  Host host(program_with("retry 5 times from 1min to 1min"));
  std::vector<Instant> tries;
  host.engine.on_send([&](const Message&) {
    tries.push_back(host.engine.now());
    return tries.size() < 3 ? Delivery::retry(0ms) : Delivery::accepted();
  });
  enter(host, "ada", "2026-03-02T08:00:00Z");
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.engine.gap(instant("2026-03-02T08:00:00Z"), instant("2026-03-02T12:00:00Z")).ok());
  host.to("2026-03-02T11:00:00Z");
  CHECK(tries.size() == 1);
  CHECK(host.engine.next_due() == instant("2026-03-02T12:00:00Z"));
  host.to("2026-03-02T13:00:00Z");
  REQUIRE(tries.size() == 3);
  CHECK(tries[1] == instant("2026-03-02T12:00:00Z"));
  CHECK(tries[2] - tries[1] <= 1min);
}

TEST_CASE("[S6.1] a rate holds what is too much until there is room") {
  Host host(program_with("rate 2 per 1min"));
  for (const char* lead : {"a", "b", "c", "d", "e"}) enter(host, lead, "2026-03-02T08:00:00Z");
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z a sent hello", "2026-03-02T08:00:00Z b sent hello", "2026-03-02T08:01:00Z c sent hello",
                             "2026-03-02T08:01:00Z d sent hello", "2026-03-02T08:02:00Z e sent hello"});
  // Each is held once: nobody wakes for a place that another has.
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T08:00:00Z c held(rate) hello until 2026-03-02T08:01:00Z",
                                       "2026-03-02T08:00:00Z d held(rate) hello until 2026-03-02T08:01:00Z",
                                       "2026-03-02T08:00:00Z e held(rate) hello until 2026-03-02T08:02:00Z"});
  enter(host, "a", "2026-03-02T09:00:00Z", "ping");
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.sent().back() == "2026-03-02T09:00:00Z a sent hello");
}

TEST_CASE("[S6.1] who leaves while the rate holds him is no longer counted") {
  Host host(
      "channel email { rate 1 per 1h }\nevent signup\nevent bye\n"
      "message hello { channel email category transactional subject \"Hello\" }\n"
      "sequence s { enroll on signup exit gone on bye immediately: send hello day 300: send hello }\n");
  for (const char* lead : {"a", "b", "c"}) enter(host, lead, "2026-03-02T08:00:00Z");
  enter(host, "b", "2026-03-02T08:10:00Z", "bye");
  enter(host, "d", "2026-03-02T08:20:00Z");
  host.to("2026-03-02T12:00:00Z");
  CHECK(host.sent() ==
        Lines{"2026-03-02T08:00:00Z a sent hello", "2026-03-02T10:00:00Z c sent hello", "2026-03-02T11:00:00Z d sent hello"});
}

TEST_CASE("[S7.5] the breaker opens at a share of failures, holds, probes and closes") {
  Host host(program_with("retry 1 times from 8h to 8h breaker open at 50% of 4 within 5min probe after 10min"));
  bool works = false;
  std::set<std::string> tried;
  host.engine.on_send([&](const Message& m) {
    tried.insert(std::string(m.lead.view()));
    const bool good = works || m.lead.view() == "a" || m.lead.view() == "b";
    return good ? Delivery::accepted() : Delivery::retry(0ms);
  });
  // Two that arrive and two that do not are half of four.
  for (const char* lead : {"a", "b", "c", "d"}) enter(host, lead, "2026-03-02T08:00:00Z");
  for (const char* lead : {"e", "f"}) enter(host, lead, "2026-03-02T08:01:00Z");
  host.to("2026-03-02T08:09:00Z");
  CHECK(tried.size() == 4);
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T08:01:00Z e held(breaker) hello until 2026-03-02T08:10:00Z",
                                       "2026-03-02T08:01:00Z f held(breaker) hello until 2026-03-02T08:10:00Z"});
  // The first probe fails, so the other waits on.
  host.to("2026-03-02T08:15:00Z");
  CHECK(tried.size() == 5);
  CHECK(host.of({Kind::held}).back() == "2026-03-02T08:10:00Z f held(breaker) hello until 2026-03-02T08:20:00Z");
  works = true;
  enter(host, "g", "2026-03-02T08:16:00Z");
  host.to("2026-03-02T08:20:00Z");
  // One that arrives closes the breaker, and all that it held goes out at once.
  CHECK(host.sent().size() == 7);
  CHECK(host.sent().back().starts_with("2026-03-02T08:20:00Z"));
  CHECK(host.engine.statistics().held_messages == 0);
}

TEST_CASE("[S7.5] one message at a time is the probe, also of two that one body sends") {
  Host host(program_with("retry 1 times from 8h to 8h breaker open at 50% of 2 within 5min probe after 10min") +
            "message more { channel email category transactional }\n"
            "triggers t { on ping as both every time { send hello send more } }\n");
  std::vector<Instant> tries;
  host.engine.on_send([&](const Message&) {
    tries.push_back(host.engine.now());
    return Delivery::retry(0ms);
  });
  for (const char* lead : {"ada", "bob"}) enter(host, lead, "2026-03-02T08:00:00Z");
  host.to("2026-03-02T08:20:00Z");
  REQUIRE(tries.size() == 2);  // With which the breaker opens.
  enter(host, "cid", "2026-03-02T08:20:00Z", "ping");
  host.to("2026-03-02T08:20:00Z");
  CHECK(tries.size() == 3);
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T08:20:00Z cid held(breaker) more until 2026-03-02T08:30:00Z"});
}

TEST_CASE("[S7.5] failures that lie apart, and too few of them, open nothing") {
  for (const auto& [items, apart] :
       {std::pair<const char*, const char*>{"breaker open at 50% of 2 within 5min probe after 1h", "08:05:00"},
        std::pair<const char*, const char*>{"breaker open at 100% of 3 within 5h probe after 1h", "08:01:00"}}) {
    Host host(program_with(items));
    host.engine.on_send([](const Message&) { return Delivery::retry(5h); });
    enter(host, "a", "2026-03-02T08:00:00Z");
    enter(host, "b", "2026-03-02T" + std::string(apart) + "Z");
    enter(host, "c", "2026-03-02T08:06:00Z");
    host.to("2026-03-02T08:07:00Z");
    INFO(items);
    CHECK(host.log.count(Kind::held) == 0);
    CHECK(host.sent().size() == 3);
  }
}

TEST_CASE("[S7.5] what a channel refuses does not open its breaker") {
  Host host(program_with("breaker open at 50% of 2 within 5min probe after 1h"));
  host.engine.on_send([](const Message&) { return Delivery::rejected("no such box"); });
  for (const char* lead : {"a", "b", "c"}) enter(host, lead, "2026-03-02T08:00:00Z");
  host.to("2026-03-02T08:01:00Z");
  CHECK(host.sent().size() == 3);
}

TEST_CASE("[S1.3] rate and breaker decide the same however far the clock jumps") {
  const auto log_of = [](const Lines& stops) {
    Host host(program_with("rate 2 per 1min breaker open at 50% of 2 within 5min probe after 10min"));
    int calls = 0;
    host.engine.on_send([&](const Message&) { return ++calls % 3 == 0 ? Delivery::accepted() : Delivery::retry(1min); });
    for (const char* lead : {"a", "b", "c", "d", "e", "f", "g"}) enter(host, lead, "2026-03-02T08:00:00Z");
    for (const std::string& stop : stops) host.to(stop);
    return host.log.json;
  };
  const std::string once = log_of({"2026-03-03T08:00:00Z"});
  CHECK(once ==
        log_of({"2026-03-02T08:00:30Z", "2026-03-02T08:01:00Z", "2026-03-02T08:10:00Z", "2026-03-02T09:10:00Z", "2026-03-03T08:00:00Z"}));
  CHECK(once.find("\"breaker\"") != std::string::npos);
}

TEST_CASE("[S3.7] [S9.1] about as many are held out as is said, always the same ones, and none of those who must be reached") {
  const auto held_out = [](const std::string& salt, const std::string& category) {
    Host host("project acme { holdout 20% salt \"" + salt + "\" }\ncategory news { consent implied }\nevent signup\n" +
              "message hello { channel email category " + category + " subject \"Hello\" }\n" +
              "sequence s { enroll on signup immediately: send hello day 300: send hello }\n");
    for (int i = 0; i < 1000; ++i) enter(host, "lead" + std::to_string(i), "2026-03-02T08:00:00Z");
    host.to("2026-03-02T09:00:00Z");
    return host.of({Kind::skipped});
  };
  const Lines some = held_out("q1", "news");
  CHECK(some.size() > 150);
  CHECK(some.size() < 250);
  CHECK(some == held_out("q1", "news"));
  CHECK(some != held_out("q2", "news"));
  CHECK(some.front().find("skipped(holdout) hello") != std::string::npos);
  CHECK(held_out("q1", "transactional").empty());
}

TEST_CASE("[S7.1] the project's name is part of the keys, unless the host says another") {
  const std::string rest =
      "event signup\nmessage hello { channel email category transactional subject \"Hello\" }\n"
      "sequence s { enroll on signup immediately: send hello day 300: send hello }\n";
  const auto key_of = [](const std::string& text, const std::string& project) {
    Host host(text, "2026-03-02T08:00:00Z", {.project = project});
    enter(host, "ada", "2026-03-02T08:00:00Z");
    host.to("2026-03-02T09:00:00Z");
    return host.log.keys.at(0);
  };
  CHECK(key_of("project acme { }\n" + rest, "") == key_of(rest, "acme"));
  CHECK(key_of("project acme { }\n" + rest, "other") == key_of(rest, "other"));
  CHECK(key_of(rest, "") == key_of(rest, "default"));
  CHECK(key_of(rest, "") != key_of(rest, "acme"));
}

TEST_CASE("[S2.7] who answers what the engine tells of him without end is parked") {
  Host host(
      "event signup\nmessage hello { channel email category transactional subject \"Hello\" }\n"
      "sequence s { enroll on signup on message.sent as again every time send hello day 0: send hello day 9: send hello }\n");
  enter(host, "ada", "2026-03-02T08:00:00Z");
  host.to("2026-03-12T08:00:00Z");
  CHECK(host.log.count(Kind::parked) == 1);
  CHECK(host.of({Kind::parked}).front() ==
        "2026-03-02T08:00:00Z ada parked: send, message.sent, send, message.sent, send, message.sent, send, message.sent");
  CHECK(host.sent().size() == limits::kActionsPerInstant / 2);
}

TEST_CASE("[S1.1] what the engine tells of itself nobody else can tell") {
  Host host(
      "event signup\nmessage hello { channel email category transactional subject \"Hello\" }\n"
      "sequence s { enroll on message.sent day 0: send hello }\n");
  CHECK(host.engine.post({.lead = "ada", .name = "message.sent", .received_at = instant("2026-03-02T08:00:00Z")}).reason() ==
        "message.sent: only the engine tells of it");
}
