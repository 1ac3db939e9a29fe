// Exclusive groups: one run awake per lead and group. S3.4.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

std::string program(const std::string& low, const std::string& high = "day 0: send high_0 day 2: {}") {
  return R"(nurture 1
lead { tz: string? ready: bool = false }
event begin_low
event begin_high
event begin_same
event stop_low
event stop_high
event reply
channel email {}
category news { transactional }
message low_0 { channel email category news }
message low_1 { channel email category news }
message high_0 { channel email category news }
message same_0 { channel email category news }
sequence low { enroll on begin_low exclusive nurture priority 20 reenroll always exit stopped on stop_low )" +
         low + R"( }
sequence high { enroll on begin_high exclusive nurture priority 80 reenroll always exit stopped on stop_high )" +
         high + R"( }
sequence same { enroll on begin_same exclusive nurture priority 20 reenroll always day 0: send same_0 day 1: {} }
)";
}

void post(Host& host, const char* event, const char* at) {
  CHECK(host.engine.post({.lead = "ada", .name = event, .received_at = instant(at)}).ok());
}

}  // namespace

TEST_CASE("[S3.4] a higher priority makes the lower stand still, and its days move by whole days") {
  Host host(program("day 0: send low_0 day 1 at 09:00: send low_1 day 5: {}"));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_high", "2026-03-02T10:00:00Z");
  post(host, "stop_high", "2026-03-03T11:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::enrolled, Kind::frozen, Kind::thawed, Kind::queued, Kind::sent, Kind::exited}) ==
        Lines{"2026-03-02T08:00:00Z ada enrolled begin_low in low", "2026-03-02T08:00:00Z ada sent low_0",
              "2026-03-02T10:00:00Z ada frozen high", "2026-03-02T10:00:00Z ada enrolled begin_high in high",
              "2026-03-02T10:00:00Z ada sent high_0", "2026-03-03T11:00:00Z ada exited(exit) stopped", "2026-03-03T11:00:00Z ada thawed",
              "2026-03-05T09:00:00Z ada sent low_1", "2026-03-09T08:00:00Z ada exited completed"});
}

TEST_CASE("[S3.4] an equal or lower priority queues, and begins when the first ends") {
  Host host(program("day 0: send low_0 day 1 at 09:00: send low_1"));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_same", "2026-03-02T10:00:00Z");
  post(host, "begin_same", "2026-03-02T11:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::enrolled, Kind::queued, Kind::sent, Kind::exited, Kind::refused}) ==
        Lines{"2026-03-02T08:00:00Z ada enrolled begin_low in low", "2026-03-02T08:00:00Z ada sent low_0",
              "2026-03-02T10:00:00Z ada queued low", "2026-03-02T11:00:00Z ada refused(already_enrolled) in same",
              "2026-03-03T09:00:00Z ada sent low_1", "2026-03-03T09:00:00Z ada exited completed",
              "2026-03-03T09:00:00Z ada enrolled its turn in same", "2026-03-03T09:00:00Z ada sent same_0",
              "2026-03-04T09:00:00Z ada exited completed"});
}

TEST_CASE("[S3.4] exact waits move by the time that passed, civil ones by whole days") {
  Host host(program("day 0: { wait 6h send low_0 wait 1d send low_1 }"));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_high", "2026-03-02T10:00:00Z");
  post(host, "stop_high", "2026-03-03T11:00:00Z");  // 25 h: the wait ends at 14:00 + 25 h
  post(host, "begin_high", "2026-03-04T10:00:00Z");
  post(host, "stop_high", "2026-03-04T11:00:00Z");  // 1 h: a day counts as a whole one
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T10:00:00Z ada sent high_0", "2026-03-03T15:00:00Z ada sent low_0",
                             "2026-03-04T10:00:00Z ada sent high_0", "2026-03-05T15:00:00Z ada sent low_1"});
}

TEST_CASE("[S3.4] while it stands still exits act, a wait is met and handlers are judged when it goes on") {
  const std::string low = "when lead.ready as ready notify team \"ready\" day 0: { wait until on reply timeout 30d send low_0 }";
  Host host(program(low));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_high", "2026-03-02T10:00:00Z");
  post(host, "reply", "2026-03-02T11:00:00Z");
  CHECK(host.engine.upsert("ada", {{"ready", true}}, instant("2026-03-02T12:00:00Z")).ok());
  post(host, "stop_high", "2026-03-03T10:00:00Z");
  host.to("2026-03-04T00:00:00Z");
  CHECK(host.of({Kind::thawed, Kind::handler, Kind::wait_ended, Kind::sent}) ==
        Lines{"2026-03-02T10:00:00Z ada sent high_0", "2026-03-03T10:00:00Z ada thawed", "2026-03-03T10:00:00Z ada handler ready",
              "2026-03-03T10:00:00Z ada wait_ended: matched", "2026-03-03T10:00:00Z ada sent low_0"});

  Host left(program("day 0: send low_0 day 1: send low_1"));
  post(left, "begin_low", "2026-03-02T08:00:00Z");
  post(left, "begin_high", "2026-03-02T10:00:00Z");
  post(left, "stop_low", "2026-03-02T11:00:00Z");
  left.to("2026-03-20T00:00:00Z");
  CHECK(left.log.count(Kind::thawed) == 0);
  CHECK(left.sent().size() == 2);
}

TEST_CASE("[S3.4] [S5.3] a timeout that began anew while its run stood still runs whole afterwards") {
  Host host(program("day 0: { wait until on reply repeat reset timeout 10h send low_0 }"));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_high", "2026-03-02T10:00:00Z");
  post(host, "reply", "2026-03-02T11:00:00Z");
  post(host, "stop_high", "2026-03-02T12:00:00Z");
  host.to("2026-03-04T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T10:00:00Z ada sent high_0", "2026-03-02T22:00:00Z ada sent low_0"});
}

TEST_CASE("[S3.4] what a frozen run has held waits until it goes on") {
  Host host(R"(nurture 1
lead { tz: string? }
event begin_low
event begin_high
event stop_high
channel email {}
category news { transactional }
message low_0 { channel email category news }
policy night { quiet hours 20:00..09:00 }
sequence low { enroll on begin_low exclusive nurture priority 1 policy night day 0: send low_0 day 1: {} }
sequence high { enroll on begin_high exclusive nurture priority 2 exit stopped on stop_high day 9: {} }
)");
  post(host, "begin_low", "2026-03-02T21:00:00Z");
  post(host, "begin_high", "2026-03-02T22:00:00Z");
  post(host, "stop_high", "2026-03-03T12:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-03T12:00:00Z ada sent low_0"});
}

TEST_CASE("[S3.4] a lead comes out of a group in the order of priority, then of names") {
  Host host(program("day 0: send low_0 day 1: {}"));
  post(host, "begin_high", "2026-03-02T08:00:00Z");
  post(host, "begin_same", "2026-03-02T09:00:00Z");
  post(host, "begin_low", "2026-03-02T10:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-02T08:00:00Z ada enrolled begin_high in high",
                                           "2026-03-04T08:00:00Z ada enrolled its turn in low",
                                           "2026-03-05T08:00:00Z ada enrolled its turn in same"});
}

TEST_CASE("[S3.4] a run that stands still keeps its held message beyond the longest hold, and goes on only when it is let") {
  Host host(R"(nurture 1
lead { tz: string? }
event begin_low
event begin_high
event stop_high
channel email {}
category news { transactional }
message low_0 { channel email category news }
policy night { quiet hours 20:00..09:00 }
sequence low { enroll on begin_low exclusive nurture priority 1 policy night day 0: { send low_0 notify team "goes on" } day 20: {} }
sequence high { enroll on begin_high exclusive nurture priority 2 exit stopped on stop_high day 30: {} }
)");
  post(host, "begin_low", "2026-03-02T21:00:00Z");
  post(host, "begin_high", "2026-03-02T22:00:00Z");
  post(host, "stop_high", "2026-03-12T12:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::skipped, Kind::notified}) ==
        Lines{"2026-03-12T12:00:00Z ada sent low_0", "2026-03-12T12:00:00Z ada notified team: goes on"});
}

TEST_CASE("[S3.4] a handler that jumps when its run goes on leaves the wait that was met") {
  const std::string low =
      "when lead.ready as ready -> second day 0: { wait until any of { when lead.tz is known as x {} on reply as reply {} } timeout 30d "
      "send low_0 } day 3 second: { wait until on begin_same timeout 30d send low_1 }";
  Host host(program(low));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_high", "2026-03-02T10:00:00Z");
  post(host, "reply", "2026-03-02T11:00:00Z");
  CHECK(host.engine.upsert("ada", {{"ready", true}}, instant("2026-03-02T12:00:00Z")).ok());
  post(host, "stop_high", "2026-03-03T10:00:00Z");
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T10:00:00Z ada sent high_0"});
  CHECK(host.log.count(Kind::exited) == 1);  // `high` alone
}

TEST_CASE("[S3.4] nobody overtakes who waits already") {
  Host host(program("day 0: send low_0 day 1: {}", "exit begun on begin_same day 0: send high_0 day 9: {}"));
  post(host, "begin_high", "2026-03-02T08:00:00Z");
  post(host, "begin_low", "2026-03-02T09:00:00Z");
  post(host, "begin_same", "2026-03-02T10:00:00Z");  // ends `high` and enters `same`
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-02T08:00:00Z ada enrolled begin_high in high",
                                           "2026-03-02T10:00:00Z ada enrolled its turn in low",
                                           "2026-03-03T10:00:00Z ada enrolled its turn in same"});
}

TEST_CASE("[S3.4] [S4.1] a lead that moves while its run stands still is planned on the new clock, by whole days") {
  Host host(program("day 0: send low_0 day 3 at 09:00: send low_1 day 9: {}"));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_high", "2026-03-02T10:00:00Z");
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}}, instant("2026-03-03T12:00:00Z")).ok());
  post(host, "stop_high", "2026-03-04T09:00:00Z");  // 47 h: day 3 becomes day 5
  host.to("2026-03-08T00:00:00Z");
  CHECK(host.sent() ==
        Lines{"2026-03-02T08:00:00Z ada sent low_0", "2026-03-02T10:00:00Z ada sent high_0", "2026-03-07T14:00:00Z ada sent low_1"});
}

TEST_CASE("[S3.4] [S4.1] a civil wait of a run that stands still goes on, on the clock that the lead has then") {
  Host host(program("day 0: { wait 2d until 09:00 send low_0 }"));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "begin_high", "2026-03-02T10:00:00Z");
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}}, instant("2026-03-02T12:00:00Z")).ok());
  post(host, "stop_high", "2026-03-03T09:00:00Z");  // 23 h: one day more
  host.to("2026-03-08T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T10:00:00Z ada sent high_0", "2026-03-05T14:00:00Z ada sent low_0"});
}

TEST_CASE("[S3.4] [S1.7] a wait that falls due in a gap, in which its run comes to stand, counts from when it was due") {
  Host host(program("day 0: { wait 6h send low_0 }"));
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  CHECK(host.engine.gap(instant("2026-03-02T12:00:00Z"), instant("2026-03-03T12:00:00Z")).ok());
  post(host, "begin_high", "2026-03-02T20:00:00Z");
  post(host, "stop_high", "2026-03-04T20:00:00Z");  // 48 h behind 14:00 lies before now
  host.to("2026-03-06T00:00:00Z");
  CHECK(host.sent().back() == "2026-03-04T20:00:00Z ada sent low_0");
  CHECK(host.of({Kind::waiting}).back() == "2026-03-04T20:00:00Z ada waiting until 2026-03-04T14:00:00Z");
}

TEST_CASE("[S3.4] [S4.3] a first step that counts from the entry moves, too, when a handler of the entry made its run stand still") {
  Host host(program("when lead.ready as ready enroll in high after 6h: send low_0"));
  CHECK(host.engine.upsert("ada", {{"ready", true}}, instant("2026-03-02T07:00:00Z")).ok());
  post(host, "begin_low", "2026-03-02T08:00:00Z");
  post(host, "stop_high", "2026-03-03T10:00:00Z");  // 26 h
  host.to("2026-03-06T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent high_0", "2026-03-03T16:00:00Z ada sent low_0"});
}

TEST_CASE("[S3.4] [S2.1] what the engine tells of a run whose turn came is handled before the turn of the next") {
  Host host(R"(nurture 1
lead { due: datetime? }
event begin
event stop
sequence a { enroll on begin exclusive one exit stopped on stop day 9: {} }
sequence b { enroll on begin exclusive one anchor start = lead.due else exit day 1: {} }
sequence c { enroll on begin exclusive one day 9: {} }
triggers watch { on sequence.ended where default(event.sequence, "") == "b" as seen notify team "b has ended" }
)");
  post(host, "begin", "2026-03-02T08:00:00Z");
  post(host, "stop", "2026-03-02T09:00:00Z");
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.of({Kind::enrolled, Kind::notified}) ==
        Lines{"2026-03-02T08:00:00Z ada enrolled begin in a", "2026-03-02T09:00:00Z ada enrolled its turn in b",
              "2026-03-02T09:00:00Z ada notified team: b has ended", "2026-03-02T09:00:00Z ada enrolled its turn in c"});
}

TEST_CASE("[S3.4] of equal priority who stands still goes on before who queues") {
  Host host(R"(nurture 1
event go
event other
event high
sequence zeta { enroll on go exclusive g day 0: tag z0 day 3: tag z3 }
sequence alpha { enroll on other exclusive g day 0: tag a0 day 2: tag a2 }
sequence best { enroll on high exclusive g priority 90 day 0: tag b0 day 1: tag b1 }
)");
  CHECK(host.engine.post({.lead = "ada", .name = "go", .received_at = instant("2026-03-02T08:00:00Z")}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "high", .received_at = instant("2026-03-03T08:00:00Z")}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "other", .received_at = instant("2026-03-03T09:00:00Z")}).ok());
  host.to("2026-03-20T08:00:00Z");
  CHECK(host.of({DecisionKind::tagged}) == Lines{"2026-03-02T08:00:00Z ada tagged z0", "2026-03-03T08:00:00Z ada tagged b0",
                                                 "2026-03-04T08:00:00Z ada tagged b1", "2026-03-06T08:00:00Z ada tagged z3",
                                                 "2026-03-06T08:00:00Z ada tagged a0", "2026-03-08T08:00:00Z ada tagged a2"});
}
