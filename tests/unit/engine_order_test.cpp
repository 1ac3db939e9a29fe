// What several sequences of one lead do at one instant, seen in the log: S2.1 of the contracts; and where quiet hours begin and
// end in the nights in which clocks change: S6.4.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

Lines night(const std::string& hours, std::string_view at, std::string_view until) {
  Host host(R"(nurture 1
lead { tz: string? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
policy night { quiet hours )" +
                hours + R"( then hold }
sequence s {
  enroll on signup
  policy    night
  day 0: send hello
}
)",
            at);
  CHECK(host.engine.upsert("ada", {{"tz", "Europe/Lisbon"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to(until);
  return host.of({Kind::sent, Kind::held});
}

}  // namespace

TEST_CASE("[S2.1] one event enters sequences in the order of their names, however they are declared") {
  Host host(R"(nurture 1
lead { tz: string? vip: bool = false }
event signup
sequence c { enroll on signup day 0: tag c }
sequence b { enroll when lead.vip day 0: tag b }
sequence a { enroll on signup day 0: tag a }
sequence aa { enroll when lead.vip day 0: tag aa }
)");
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-02T08:00:00Z ada enrolled signup in a", "2026-03-02T08:00:00Z ada enrolled signup in c",
                                           "2026-03-02T08:00:00Z ada enrolled lead.vip in aa",
                                           "2026-03-02T08:00:00Z ada enrolled lead.vip in b"});
}

TEST_CASE("[S6.4] [S4.2] quiet hours that end in an hour that comes twice end in the first") {
  // Clocks go from 02:00 back to 01:00 at 01:00 UTC; 01:10 UTC is the second 01:10.
  CHECK(night("20:00..01:30", "2026-10-25T01:10:00Z", "2026-10-26T00:00:00Z") == Lines{"2026-10-25T01:10:00Z ada sent hello"});
  CHECK(night("20:00..01:30", "2026-10-25T00:10:00Z", "2026-10-26T00:00:00Z") ==
        Lines{"2026-10-25T00:10:00Z ada held(quiet) hello until 2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z ada sent hello"});
}

TEST_CASE("[S6.4] [S4.2] quiet hours that end in an hour that does not exist last for that hour longer, for everybody") {
  // Clocks go from 01:00 to 02:00 at 01:00 UTC: 01:30 is 02:30, which is 01:30 UTC.
  CHECK(night("20:00..01:30", "2026-03-29T01:10:00Z", "2026-03-30T00:00:00Z") ==
        Lines{"2026-03-29T01:10:00Z ada held(quiet) hello until 2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z ada sent hello"});
  CHECK(night("01:30..08:00", "2026-03-29T01:10:00Z", "2026-03-30T00:00:00Z") == Lines{"2026-03-29T01:10:00Z ada sent hello"});
}

TEST_CASE("[S6.5] what finds its place taken at the very same instant yields, whoever took it") {
  Host host(R"(nurture 1
lead { tz: string? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
policy once { cap 1 per 1d then hold }
sequence s {
  enroll on signup
  policy    once
  day 0: {
    send hello
    send hello
  }
}
)");
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T08:00:00Z ada held(yield) hello until 2026-03-03T08:00:00Z"});
}

TEST_CASE("[S2.6] a step that counts from an end and begins late says in the log when it was due") {
  Host host(R"(nurture 1
lead { tz: string? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s {
  enroll on signup
  day 0:               tag first
  after 1d      then_: send hello
  day 0 at 09:00 long: wait 3d
}
)");
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-06T08:00:00Z");
  REQUIRE(host.sent() == Lines{"2026-03-05T09:00:00Z ada sent hello"});
  CHECK(host.log.json.find("\"planned\":\"2026-03-03T08:00:00Z\"") != std::string::npos);
}

TEST_CASE("[S4.7] a handler that accelerates where no step is left ends the run, and its body with it") {
  Host host(R"(nurture 1
lead { tz: string? vip: bool = false }
event signup
sequence s {
  enroll on signup
  late skip
  when lead.vip as vip {
    accelerate 2x
    -> only
  }
  day 0 at 01:00 only: tag only
}
)");
  CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.of({Kind::exited, Kind::jumped, Kind::tagged}) == Lines{"2026-03-02T08:00:00Z ada exited completed"});
}

TEST_CASE("[S8.1] a score from outside begins to fall from where it was put") {
  Host host(R"(nurture 1
lead { tz: string? flag: bool = true }
score heat {
  range 0..100
  decay 10 per 1d when lead.flag floor 0
  tier low  0..50
  tier high 51..100
}
)");
  CHECK(host.engine.upsert("ada", {}).ok());
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.engine.score("ada", "heat", 80).ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.of({Kind::tier}) == Lines{"2026-03-02T09:00:00Z ada tier heat: high", "2026-03-05T08:00:00Z ada tier heat: low"});
}

TEST_CASE("[S1.3] held messages of one run go in the order in which they were held, whatever other leads hold") {
  Host host(R"(nurture 1
lead { tz: string? }
event signup
event left
category news { consent implied }
message hello { channel email, sms category news subject "Hello" }
policy night { quiet hours 20:00..08:00 then hold }
sequence s {
  enroll on signup
  policy    night
  exit gone on left
  day 0: send hello by email, sms
}
)",
            "2026-03-02T21:00:00Z");
  for (const char* lead : {"ada", "bob"}) {
    CHECK(host.engine.upsert(lead, {}).ok());
    CHECK(host.engine.post({.lead = lead, .name = "signup"}).ok());
  }
  host.to("2026-03-02T21:00:00Z");
  // The places that ada's messages leave are taken again, the last one first.
  CHECK(host.engine.post({.lead = "ada", .name = "left"}).ok());
  CHECK(host.engine.upsert("eve", {}).ok());
  CHECK(host.engine.post({.lead = "eve", .name = "signup"}).ok());
  host.to("2026-03-02T21:00:00Z");
  host.log.clear();
  host.to("2026-03-03T08:00:00Z");
  const std::size_t email = host.log.json.find("\"lead\":\"eve\",\"number\":4,\"decision\":\"sent\"");
  REQUIRE(email != std::string::npos);
  CHECK(host.log.json.find("\"channel\":\"email\"", email) < host.log.json.find("\"channel\":\"sms\"", email));
}

TEST_CASE("[S2.1] the clock is heard in order, also by a run to which only what the clock set off before it matters") {
  Host host(R"(nurture 1
lead { level: int = 0 }
event signup
sequence a {
  enroll on signup
  day 9: {}
  when now >= 2026-03-04T08:00:00Z as first { set lead.level = 3 }
}
sequence b {
  enroll on signup
  exit reached when lead.level > 2 and now >= 2026-03-04T08:00:00Z
  day 9: {}
}
sequence c {
  enroll on signup
  day 9: {}
  when now >= 2026-03-04T08:00:00Z as last { tag late }
}
)");
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-05T00:00:00Z");
  CHECK(host.of({Kind::set, Kind::exited, Kind::tagged}) == Lines{"2026-03-04T08:00:00Z ada set level: 3",
                                                                  "2026-03-04T08:00:00Z ada exited(exit) reached",
                                                                  "2026-03-04T08:00:00Z ada tagged late"});
}

TEST_CASE("[S4.5] a step that runs again for each date does not run again for one that comes back") {
  Host host(R"(nurture 1
lead { due: datetime? }
event signup
sequence s {
  enroll on signup
  anchor start = lead.due else hold
  at +1d from start again told: tag told
  day +30 from start: {}
}
)");
  const auto move = [&](const char* at, const char* due) {
    CHECK(host.engine.upsert("ada", {{"due", due}}, instant(at)).ok());
    host.to(at);
  };
  move("2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z");
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-06T00:00:00Z");
  move("2026-03-06T08:00:00Z", "2026-03-10T08:00:00Z");
  move("2026-03-07T08:00:00Z", "2026-03-04T08:00:00Z");
  move("2026-03-08T08:00:00Z", "2026-03-14T08:00:00Z");
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::tagged}) == Lines{"2026-03-05T08:00:00Z ada tagged told", "2026-03-15T08:00:00Z ada tagged told"});
}

TEST_CASE("[S4.5] an anchor with `else exit` that goes missing ends nothing when all steps on it have run") {
  const auto exits = [](const char* more) {
    Host host(std::string("nurture 1\nlead { due: date? }\nevent go\n") +
              "sequence s { enroll on go anchor start = lead.due else exit day +1 from start: tag on_it " + more +
              " day 9 from enrolled: tag last }\n");
    CHECK(host.engine.upsert("ada", {{"due", "2026-03-02"}}).ok());
    CHECK(host.engine.post({.lead = "ada", .name = "go"}).ok());
    CHECK(host.engine.upsert("ada", {{"due", Value()}}, instant("2026-03-05T08:00:00Z")).ok());
    host.to("2026-03-20T08:00:00Z");
    return host.of({Kind::exited});
  };
  CHECK(exits("") == Lines{"2026-03-11T08:00:00Z ada exited completed"});
  CHECK(exits("day +5 from start: tag open") == Lines{"2026-03-05T08:00:00Z ada exited(anchor_missing) anchor_missing"});
  CHECK(exits("day +1 from start again: tag again") == Lines{"2026-03-05T08:00:00Z ada exited(anchor_missing) anchor_missing"});
}
