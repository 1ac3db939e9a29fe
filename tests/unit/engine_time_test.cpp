// The clock and the queue of inputs as a host sees them: S1.4 to S1.6 of the contracts.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kCourse = R"(nurture 1
lead { tz: string? }
event signup
event ping
event bought
category news { consent implied }
message hello { channel email category news subject "Hello" }
message again { channel email category news subject "Again" }
message bye { channel email category news subject "Bye" }
sequence course {
  enroll on signup
  goal bought on bought
  day 0 first: send hello
  day 3 second: send again
  day 10 third: send bye
}
)";

const std::string kBusy = R"(nurture 1
lead { tz: string? }
event signup
event ping
category news { consent implied }
message bye { channel email category news subject "Bye" }
sequence watch {
  enroll on signup
  day 30: send bye
  when count(ping within 1h) >= 2 as busy every time tag busy
}
)";

}  // namespace

TEST_CASE("[S1.4] a clock that goes back is refused and changes nothing") {
  Host disturbed(kCourse);
  Host calm(kCourse);
  for (Host* host : {&disturbed, &calm}) {
    CHECK(host->engine.post({.lead = "ada", .name = "signup"}).ok());
    host->to("2026-03-04T08:00:00Z");
  }
  const std::string before = disturbed.log.json;
  const Statistics counts = disturbed.engine.statistics();
  const StepResult back = disturbed.engine.step_to(instant("2026-03-04T07:59:59.999Z"));
  CHECK_FALSE(back.status.ok());
  CHECK(back.status.reason() == "the clock went back: 2026-03-04T07:59:59.999Z lies before 2026-03-04T08:00:00Z");
  CHECK_FALSE(back.more);
  CHECK(back.done == 0);
  disturbed.clock.set(instant("2020-01-01T00:00:00Z"));
  CHECK_FALSE(disturbed.engine.step().status.ok());
  CHECK(disturbed.log.json == before);
  CHECK(disturbed.engine.now() == instant("2026-03-04T08:00:00Z"));
  CHECK(disturbed.engine.statistics().inputs == counts.inputs);
  CHECK(disturbed.engine.statistics().timers == counts.timers);
  // The same instant again is not back.
  CHECK(disturbed.to("2026-03-04T08:00:00Z").status.ok());
  for (Host* host : {&disturbed, &calm}) host->to("2026-04-01T08:00:00Z");
  CHECK(disturbed.log.json == calm.log.json);
}

TEST_CASE("[S1.4] an input posted while the clock is back waits for no earlier instant than the engine's") {
  Host host(kCourse);
  host.to("2026-03-02T10:00:00Z");
  host.clock.set(instant("2026-03-02T09:00:00Z"));
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-02T11:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T10:00:00Z ada sent hello"});
}

TEST_CASE("[S1.5] each due step runs at its own instant, however far the tick jumps") {
  Host host(kCourse);
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.post({.lead = "bob", .name = "signup", .received_at = instant("2026-03-03T09:30:00Z")}).ok());
  host.to("2027-01-01T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent hello", "2026-03-03T09:30:00Z bob sent hello",
                             "2026-03-05T08:00:00Z ada sent again", "2026-03-06T09:30:00Z bob sent again",
                             "2026-03-12T08:00:00Z ada sent bye", "2026-03-13T09:30:00Z bob sent bye"});
  CHECK(host.engine.now() == instant("2027-01-01T00:00:00Z"));
}

TEST_CASE("[S1.5] next_due says how long the host may sleep") {
  Host host(kCourse);
  CHECK(host.engine.next_due() == Instant::max());
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = instant("2026-03-02T12:00:00Z")}).ok());
  CHECK(host.engine.next_due() == instant("2026-03-02T12:00:00Z"));
  host.to("2026-03-02T12:00:00Z");
  CHECK(host.engine.next_due() == instant("2026-03-05T12:00:00Z"));
  // Sleeping just so long finds everything.
  Lines visited;
  while (host.engine.next_due() != Instant::max()) {
    visited.push_back(host.engine.next_due().to_string());
    host.to(visited.back());
  }
  CHECK(visited == Lines{"2026-03-05T12:00:00Z", "2026-03-12T12:00:00Z"});
  CHECK(host.of({Kind::exited}) == Lines{"2026-03-12T12:00:00Z ada exited completed"});
}

TEST_CASE("[S1.5] step(limit) does so much and says whether there is more") {
  Host host(kCourse);
  for (const char* lead : {"ada", "bob", "eve"}) CHECK(host.engine.post({.lead = lead, .name = "signup"}).ok());
  const StepResult nothing = host.engine.step(0);
  CHECK(nothing.more);
  CHECK(nothing.done == 0);
  CHECK(host.log.rows.empty());
  const StepResult two = host.engine.step(2);
  CHECK(two.more);
  CHECK(two.done == 2);
  CHECK(host.log.count(Kind::enrolled) == 2);
  // Three inputs and three first steps are six in all.
  const StepResult rest = host.engine.step(4);
  CHECK_FALSE(rest.more);
  CHECK(rest.done == 4);
  CHECK(host.log.count(Kind::sent) == 3);
  CHECK(host.engine.step(1).done == 0);
}

TEST_CASE("[S1.5] a limit that is used up exactly still closes the instant") {
  Host host(kCourse);
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.clock.set(instant("2026-03-03T00:00:00Z"));
  const StepResult result = host.engine.step(2);
  CHECK_FALSE(result.more);
  CHECK(result.done == 2);
  CHECK(host.engine.now() == instant("2026-03-03T00:00:00Z"));
}

TEST_CASE("[S1.6] an input stamped earlier than what is done takes effect right after it") {
  Host host(kCourse);
  host.to("2026-03-02T10:00:00Z");
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = instant("2026-03-02T08:30:00Z")}).ok());
  CHECK(host.engine.next_due() <= host.engine.now());
  host.to("2026-03-02T11:00:00Z");
  CHECK(host.of({Kind::enrolled, Kind::sent}) ==
        Lines{"2026-03-02T10:00:00Z ada enrolled signup in course", "2026-03-02T10:00:00Z ada sent hello"});
}

TEST_CASE("[S1.6] [S2.3] at one instant an input beats what is due, unless it comes after the instant was closed") {
  for (const bool in_time : {true, false}) {
    Host host(kCourse);
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    const Event bought{.lead = "ada", .name = "bought", .received_at = instant("2026-03-05T08:00:00Z")};
    if (in_time) CHECK(host.engine.post(bought).ok());
    host.to("2026-03-05T08:00:00Z");
    if (!in_time) CHECK(host.engine.post(bought).ok());
    host.to("2026-03-20T08:00:00Z");
    Lines expected{"2026-03-02T08:00:00Z ada sent hello"};
    if (!in_time) expected.emplace_back("2026-03-05T08:00:00Z ada sent again");
    expected.emplace_back("2026-03-05T08:00:00Z ada exited(goal) bought");
    CHECK(host.of({Kind::sent, Kind::exited}) == expected);
  }
}

TEST_CASE("[S1.6] inputs of one instant act in the order of posting, others in the order of their instants") {
  Host host(kCourse);
  CHECK(host.engine.post({.lead = "late", .name = "signup", .received_at = instant("2026-03-02T12:00:00Z")}).ok());
  CHECK(host.engine.post({.lead = "b", .name = "signup", .received_at = instant("2026-03-02T09:00:00Z")}).ok());
  CHECK(host.engine.post({.lead = "a", .name = "signup", .received_at = instant("2026-03-02T09:00:00Z")}).ok());
  host.to("2026-03-02T13:00:00Z");
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-02T09:00:00Z b enrolled signup in course",
                                           "2026-03-02T09:00:00Z a enrolled signup in course",
                                           "2026-03-02T12:00:00Z late enrolled signup in course"});
}

TEST_CASE("[S1.6] an id counts once per lead") {
  Host host(kCourse);
  const auto post = [&](const char* lead, const char* name, const char* id) {
    CHECK(host.engine.post({.lead = lead, .name = name, .id = id}).ok());
    host.engine.step();
  };
  post("ada", "signup", "e1");
  post("ada", "bought", "e1");  // Whatever it says, it is the event that was seen.
  post("bob", "signup", "e1");
  post("ada", "bought", "e2");
  CHECK(host.of({Kind::enrolled, Kind::exited, Kind::input_refused}) ==
        Lines{"2026-03-02T08:00:00Z ada enrolled signup in course",
              "2026-03-02T08:00:00Z ada input_refused bought: an event with the id \"e1\" was handled before",
              "2026-03-02T08:00:00Z bob enrolled signup in course", "2026-03-02T08:00:00Z ada exited(goal) bought"});
  CHECK(host.engine.statistics().refused_inputs == 1);
}

TEST_CASE("[S1.6] events without an id are never taken for one another") {
  Host host(kBusy);
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  for (int i = 0; i < 2; ++i) CHECK(host.engine.post({.lead = "ada", .name = "ping"}).ok());
  host.engine.step();
  CHECK(host.log.count(Kind::tagged) == 1);
}

TEST_CASE("[S1.6] an event that was refused may come again under its id") {
  Host host(R"(nurture 1
lead { plan: string }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s { enroll on signup day 0: send hello }
)");
  const Event signup{.lead = "ada", .name = "signup", .id = "e1"};
  CHECK(host.engine.post(signup).ok());
  host.engine.step();
  CHECK(host.of({Kind::input_refused}) ==
        Lines{"2026-03-02T08:00:00Z ada input_refused signup: the lead is not known, and a new one needs `plan`"});
  CHECK(host.engine.upsert("ada", {{"plan", "team"}}).ok());
  CHECK(host.engine.post(signup).ok());
  host.engine.step();
  CHECK(host.log.count(Kind::enrolled) == 1);
}

TEST_CASE("[S1.6] [S5.5] a late event is handled when received and counts when it occurred") {
  const auto third_at = [](const char* received) {
    Host host(kBusy);
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant("2026-03-02T08:01:00Z")}).ok());
    // It happened at 08:10. When it is heard of, the first has left the hour before.
    CHECK(host.engine
              .post({.lead = "ada",
                     .name = "ping",
                     .occurred_at = instant("2026-03-02T08:10:00Z"),
                     .received_at = instant("2026-03-02T09:05:00Z")})
              .ok());
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant(received)}).ok());
    host.to("2026-03-02T20:00:00Z");
    return host.of({Kind::tagged});
  };
  CHECK(third_at("2026-03-02T09:09:59.999Z") == Lines{"2026-03-02T09:09:59.999Z ada tagged busy"});
  CHECK(third_at("2026-03-02T09:10:00Z").empty());
}

TEST_CASE("[S1.6] what is heard of late can complete a window that is still open") {
  Host host(kBusy);
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant("2026-03-02T09:00:00Z")}).ok());
  CHECK(host.engine
            .post({.lead = "ada",
                   .name = "ping",
                   .occurred_at = instant("2026-03-02T08:40:00Z"),
                   .received_at = instant("2026-03-02T09:30:00Z")})
            .ok());
  host.to("2026-03-02T20:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{"2026-03-02T09:30:00Z ada tagged busy"});
}

TEST_CASE("[S1.6] an event may be ahead of the clock a little, and counts from its own instant") {
  Host host(kBusy);
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  for (const char* occurred : {"2026-03-02T08:03:00Z", "2026-03-02T08:04:00Z"})
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .occurred_at = instant(occurred)}).ok());
  host.to("2026-03-02T20:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{"2026-03-02T08:04:00Z ada tagged busy"});
}

TEST_CASE("[S1.3] what a callback posts belongs to the instant that the callback is about") {
  for (const bool in_one_go : {true, false}) {
    Host host(kCourse);
    host.engine.on_send("email", [&](const Message& m) {
      if (m.name.view() == "again") CHECK(host.engine.post({.lead = std::string(m.lead.view()), .name = "bought"}).ok());
      return Delivery::accepted();
    });
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    if (!in_one_go) {
      while (host.engine.next_due() != Instant::max()) host.to(host.engine.next_due().to_string());
    }
    host.to("2026-06-01T00:00:00Z");
    CHECK(host.of({Kind::exited}) == Lines{"2026-03-05T08:00:00Z ada exited(goal) bought"});
  }
}
