// What conditions on the history are woken by, and from when the history counts: S5.4 and S5.5 of the contracts where days,
// months, steps and clocks that differ from ours meet.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

/// A program with one sequence, which `joined` enters.
std::string with_sequence(const std::string& inner) {
  return R"(nurture 1
lead { tz: string = "UTC" }
event joined
event ping { v: int = 1 }
category news { consent implied }
message hello { channel email category news subject "Hello" }
message again { channel email category news subject "Again" }
sequence one {
)" + inner +
         "}\n";
}

void post(Host& host, const char* name, const char* received, const char* occurred = nullptr) {
  const Instant at = instant(received);
  CHECK(
      host.engine.post({.lead = "ada", .name = name, .occurred_at = occurred == nullptr ? at : instant(occurred), .received_at = at}).ok());
}

}  // namespace

TEST_CASE("[S5.4] [S5.5] where months clamp the newer event can leave the window first") {
  Host host(with_sequence(R"(
  enroll on joined
  when count(ping within 1mo) == 1 as single every time tag single
  when count(ping within 1mo) == 0 as alone every time tag alone
  day 300: send hello
)"),
            "2026-01-02T08:00:00Z");
  post(host, "joined", "2026-01-02T08:00:00Z");
  post(host, "ping", "2026-01-30T12:00:00Z");
  post(host, "ping", "2026-01-31T10:00:00Z");  // leaves on 28 February at 10:00, the one before at 12:00
  host.to("2026-03-05T00:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{"2026-01-02T08:00:00Z ada tagged alone", "2026-01-30T12:00:00Z ada tagged single",
                                         "2026-02-28T10:00:00Z ada tagged single", "2026-02-28T12:00:00Z ada tagged alone"});
}

TEST_CASE("[S5.4] [S5.5] an older event is seen behind a newer one that has left a window of months") {
  Host host(with_sequence(R"(
  enroll on joined
  when none(ping within 1mo) as alone every time tag alone
  day 300: send hello
)"),
            "2026-01-02T08:00:00Z");
  post(host, "joined", "2026-01-02T08:00:00Z");
  post(host, "ping", "2026-01-30T12:00:00Z");
  post(host, "ping", "2026-01-31T10:00:00Z");
  host.to("2026-03-05T00:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{"2026-01-02T08:00:00Z ada tagged alone", "2026-02-28T12:00:00Z ada tagged alone"});
}

TEST_CASE("[S5.4] [S5.5] a number that is compared is counted as far as it matters, and asked again when it can fall") {
  Host host(with_sequence(R"(
  enroll on joined
  when count(ping within 10d) >= 2 as two every time tag two
  when 2 < count(ping within 10d) as more every time tag more
  when count(ping within 10d) < 2 as few every time tag few
  when count(ping within 10d) <= 2 as not_more every time tag not_more
  when distinct(v of ping within 10d) >= 2 as mixed every time tag mixed
  when distinct(v of ping within 10d) <= 1 as plain every time tag plain
  day 300: send hello
)"),
            "2026-03-01T08:00:00Z");
  post(host, "joined", "2026-03-01T08:00:00Z");
  for (const auto& [at, value] :
       {std::pair{"2026-03-02T08:00:00Z", 1}, {"2026-03-03T08:00:00Z", 1}, {"2026-03-03T09:00:00Z", 2}, {"2026-03-05T08:00:00Z", 2}}) {
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .fields = {{"v", value}}, .received_at = instant(at)}).ok());
  }
  host.to("2026-04-01T00:00:00Z");
  CHECK(host.of({Kind::tagged}) ==
        Lines{"2026-03-01T08:00:00Z ada tagged few", "2026-03-01T08:00:00Z ada tagged not_more", "2026-03-01T08:00:00Z ada tagged plain",
              "2026-03-03T08:00:00Z ada tagged two", "2026-03-03T09:00:00Z ada tagged more", "2026-03-03T09:00:00Z ada tagged mixed",
              // Three are left on the 12th, two from the 13th at 08:00, one (a 2) an hour later, none on the 15th.
              "2026-03-13T08:00:00Z ada tagged not_more", "2026-03-13T08:00:00Z ada tagged plain", "2026-03-13T09:00:00Z ada tagged few"});
}

TEST_CASE("[S6.5] where months clamp a send takes the place that is free, not that of the oldest") {
  Host host(R"(nurture 1
lead { tz: string = "UTC" }
event joined
event ping
category news { consent implied }
message hello { channel email category news subject "Hello" }
policy calm { cap 2 per 1mo then drop }
sequence one {
  enroll on joined
  policy calm
  on ping as each every time send hello
  day 300: tag over
}
)",
            "2026-01-02T08:00:00Z");
  post(host, "joined", "2026-01-02T08:00:00Z");
  for (const char* at : {"2026-01-30T12:00:00Z", "2026-01-31T10:00:00Z", "2026-02-28T10:30:00Z", "2026-02-28T11:00:00Z"})
    post(host, "ping", at);
  host.to("2026-03-05T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::skipped}) == Lines{"2026-01-30T12:00:00Z ada sent hello", "2026-01-31T10:00:00Z ada sent hello",
                                                      "2026-02-28T10:30:00Z ada sent hello",
                                                      "2026-02-28T11:00:00Z ada skipped(cap) hello"});
}

TEST_CASE("[S5.4] what came at the instant of a step wakes what asks since that step") {
  for (const char* way : {"exit seen when any(ping since step first)", "when any(ping since step first) as seen exit seen"}) {
    Host host(with_sequence(std::string("  enroll on joined\n  ") + way + R"(
  day 1 at 10:00 first: send hello
  day 9 second: send again
)"));
    post(host, "joined", "2026-03-02T08:00:00Z");
    post(host, "ping", "2026-03-03T10:00:00Z");
    host.to("2026-03-20T00:00:00Z");
    CHECK(host.of({Kind::exited}) == Lines{"2026-03-03T10:00:00Z ada exited(exit) seen"});
  }
}

TEST_CASE("[S5.5] since step counts from when the step ran, not from when it was planned") {
  Host host(with_sequence(R"(
  enroll on joined
  exit seen when any(ping since step second)
  day 0 first: send hello
  after 1d second: tag second
  day 1 at 07:00 slow: {
    wait 2d
    tag slow
  }
)"));
  post(host, "joined", "2026-03-02T08:00:00Z");
  post(host, "ping", "2026-03-04T08:00:00Z");  // planned for the 3rd, behind a body that waits until the 5th
  post(host, "ping", "2026-03-06T08:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::tagged, Kind::exited}) == Lines{"2026-03-05T07:00:00Z ada tagged slow", "2026-03-05T07:00:00Z ada tagged second",
                                                       "2026-03-05T07:00:00Z ada exited completed"});
}

TEST_CASE("[S5.5] since step: a step that is skipped has not run") {
  Host host(with_sequence(R"(
  enroll on joined
  exit seen when any(ping since step second)
  on ping as hurry at most once per 30d -> third
  day 0 first: send hello
  after 3d second: tag second
  after 3d third: tag third
)"));
  post(host, "joined", "2026-03-02T08:00:00Z");
  post(host, "ping", "2026-03-03T08:00:00Z");
  post(host, "ping", "2026-03-06T08:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::exited}) == Lines{"2026-03-03T08:00:00Z ada exited completed"});
}

TEST_CASE("[S1.6] [S5.4] an event ahead of the clock opens a door when its time comes") {
  Host host(with_sequence(R"(
  enroll when any(ping)
  day 1: send hello
)"));
  post(host, "ping", "2026-03-02T08:00:00Z", "2026-03-02T08:04:00Z");
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-02T08:04:00Z ada enrolled any(ping) in one"});
}

TEST_CASE("[S1.6] [S5.4] an event ahead of the clock moves an anchor, ends a wait and gives points when its time comes") {
  Host host(with_sequence(R"(
  enroll on joined
  anchor seen = last(ping).at else hold
  day 0 from enrolled first: {
    wait until when any(ping) timeout 5d
    tag woken
  }
  at +1h from seen second: send hello
)") + R"(
score heat {
  range 0..100
  rule +10 seen when any(ping)
  tier low 0..100
}
)");
  post(host, "joined", "2026-03-02T07:00:00Z");
  post(host, "ping", "2026-03-02T08:00:00Z", "2026-03-02T08:04:00Z");
  host.to("2026-03-03T09:00:00Z");
  CHECK(host.of({Kind::tagged, Kind::planned, Kind::score, Kind::sent}) ==
        Lines{"2026-03-02T08:04:00Z ada score heat: seen", "2026-03-02T08:04:00Z ada planned seen until 2026-03-02T08:04:00Z",
              "2026-03-02T08:04:00Z ada tagged woken", "2026-03-02T09:04:00Z ada sent hello"});
}

TEST_CASE("[S1.6] [S4.6] the time of an event ahead of the clock comes in a gap: it acts at its end") {
  Host host(with_sequence(R"(
  enroll when any(ping)
  day 1: send hello
)"));
  post(host, "ping", "2026-03-02T08:00:00Z", "2026-03-02T08:04:00Z");
  CHECK(host.engine.gap(instant("2026-03-02T08:01:00Z"), instant("2026-03-02T08:30:00Z")).ok());
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-02T08:30:00Z ada enrolled any(ping) in one"});
}

TEST_CASE("[S4.4] without an anchor, too, what is planned into the past is skipped at entry") {
  Host host(with_sequence(R"(
  enroll on joined
  late skip
  day 0 first: wait 2d
  day 0 at 06:00 early: send hello
  day 0 at 20:00 later: send again
)"));
  post(host, "joined", "2026-03-02T08:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::skipped, Kind::sent}) ==
        Lines{"2026-03-02T08:00:00Z ada skipped(late) hello", "2026-03-04T08:00:00Z ada sent again"});
}

TEST_CASE("[S4.1] [S4.4] a step is late at entry or not at all: another clock does not skip it") {
  Host host(with_sequence(R"(
  enroll on joined
  late skip
  day 0 at 06:00 early: send hello
  day 0 at 12:00 later: send again
)"));
  post(host, "joined", "2026-03-02T08:00:00Z");
  CHECK(host.engine.upsert("ada", {{"tz", "Asia/Tokyo"}}, instant("2026-03-02T09:00:00Z")).ok());  // where noon was at 03:00 UTC
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::skipped, Kind::sent}) ==
        Lines{"2026-03-02T08:00:00Z ada skipped(late) hello", "2026-03-02T09:00:00Z ada sent again"});
}

TEST_CASE("[S5.5] since enrolled begins where the enrolling event occurred, and counts only what arrived after it") {
  Host host(with_sequence(R"(
  enroll on joined
  when count(ping since enrolled) >= 1 as once tag once
  when count(ping since enrolled) >= 2 as twice tag twice
  day 9: send hello
)"));
  post(host, "ping", "2026-03-02T09:00:00Z");                            // arrives before the entry, whenever it occurred
  post(host, "joined", "2026-03-02T12:00:00Z", "2026-03-02T08:00:00Z");  // heard of four hours late
  post(host, "ping", "2026-03-02T13:00:00Z", "2026-03-02T07:59:00Z");    // occurred before the enrolling event
  post(host, "ping", "2026-03-02T14:00:00Z", "2026-03-02T08:01:00Z");    // behind it, though before it was heard of
  post(host, "ping", "2026-03-02T15:00:00Z");
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{"2026-03-02T14:00:00Z ada tagged once", "2026-03-02T15:00:00Z ada tagged twice"});
}

TEST_CASE("[S5.5] since enrolled: of one instant it counts what arrived after the entry") {
  Host host(with_sequence(R"(
  enroll on joined
  when count(ping since enrolled) == 1 as once tag once
  when count(ping since enrolled) == 2 as twice tag twice
  day 9: send hello
)"));
  post(host, "ping", "2026-03-02T08:00:00Z");
  post(host, "joined", "2026-03-02T08:00:00Z");
  post(host, "ping", "2026-03-02T08:00:00Z");
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{"2026-03-02T08:00:00Z ada tagged once"});
}

TEST_CASE("[S5.5] since enrolled: what opened the door came before the entry") {
  Host host(with_sequence(R"(
  enroll when count(ping) >= 2
  exit seen when any(ping since enrolled)
  day 1: send hello
)"));
  post(host, "ping", "2026-03-02T08:00:00Z");
  post(host, "ping", "2026-03-02T09:00:00Z");
  host.to("2026-03-04T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::exited, Kind::refused}) ==
        Lines{"2026-03-03T09:00:00Z ada sent hello", "2026-03-03T09:00:00Z ada exited completed"});
}

TEST_CASE("[S2.4] before an effect levels are asked for what the clock has reached as well") {
  Host host(with_sequence(R"(
  enroll on joined
  exit quiet when idle(joined) >= 2h
  on ping as answer send hello
  day 9: send again
)"));
  post(host, "joined", "2026-03-02T08:00:00Z");
  post(host, "ping", "2026-03-02T10:00:00Z");  // at the very instant at which the exit begins to hold
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::exited}) == Lines{"2026-03-02T10:00:00Z ada exited(exit) quiet"});
}

TEST_CASE("[S2.4] [S1.7] in a gap, too, levels are asked before an effect") {
  Host host(with_sequence(R"(
  enroll on joined
  exit quiet when idle(joined) >= 2h
  on ping as answer send hello
  day 9: send again
)"));
  post(host, "joined", "2026-03-02T08:00:00Z");
  CHECK(host.engine.gap(instant("2026-03-02T09:00:00Z"), instant("2026-03-02T20:00:00Z")).ok());
  post(host, "ping", "2026-03-02T12:00:00Z");
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::exited}) == Lines{"2026-03-02T12:00:00Z ada exited(exit) quiet"});
}

TEST_CASE("[S2.1] the clock reaches all runs of a lead before what they change is reacted to") {
  Host host(R"(nurture 1
lead { mood: string = "new" due: datetime? }
event joined { room: string = "a" }
score heat {
  range 0..100
  rule +30 done when lead.mood == "done"
  tier all 0..100
}
sequence one {
  enroll on joined key event.room
  when lead.due is known and now >= lead.due as reached set lead.mood = "done"
  day 9: tag over
}
)");
  CHECK(host.engine.upsert("ada", {{"due", instant("2026-03-02T09:00:00Z")}}).ok());
  for (const char* room : {"a", "b"}) CHECK(host.engine.post({.lead = "ada", .name = "joined", .fields = {{"room", room}}}).ok());
  host.to("2026-03-02T10:00:00Z");
  CHECK(host.of({Kind::handler, Kind::score}) == Lines{"2026-03-02T09:00:00Z ada handler reached",
                                                       "2026-03-02T09:00:00Z ada handler reached",
                                                       "2026-03-02T09:00:00Z ada score heat: done"});
}

TEST_CASE("[S5.5] what a window can reach is kept, however much has come") {
  Host host(with_sequence(R"(
  enroll on joined
  when count(ping within 10d) >= 36 as busy tag busy
  day 300: send hello
)"));
  post(host, "joined", "2026-03-02T08:00:00Z");
  const Instant first = instant("2026-03-02T08:00:00Z");
  for (int i = 0; i < 40; ++i) post(host, "ping", (first + std::chrono::hours{6 * i}).to_string().c_str());
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{(first + std::chrono::hours{6 * 35}).to_string() + " ada tagged busy"});
}
