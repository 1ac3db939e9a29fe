// Whose clock counts: S4.1 of the contracts, for leads with a zone, without one, and with one that does not exist.
#include "support/engine.hpp"
#include "testing/recorder.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

/// New York is at 08:00 UTC still in the night, Auckland already in the evening.
std::string text(const std::string& zone, const std::string& rest = "day 1 at 09:00: send hello") {
  return R"(nurture 1
lead { tz: string? zone_wish: string? }
event signup
event moved
category news { consent implied }
message hello { channel email category news subject "Hello" }
policy night { quiet hours 18:00..09:00 in lead then hold }
policy weekdays { allow mon..fri }
policy once { cap 1 per 1d then hold }
sequence s {
  enroll on signup
  )" + zone +
         "\n  " + rest + "\n}\n";
}

Lines sent(const std::string& definition, const char* tz, std::string_view start = "2026-03-02T08:00:00Z") {
  Host host(definition, start);
  CHECK(host.engine.upsert("ada", tz == nullptr ? Fields{} : Fields{{"tz", tz}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-25T00:00:00Z");
  return host.sent();
}

}  // namespace

TEST_CASE("[S4.1] civil days are counted on the sequence's clock, else on the lead's, else in UTC") {
  CHECK(sent(text(""), "America/New_York") == Lines{"2026-03-03T14:00:00Z ada sent hello"});
  CHECK(sent(text("zone lead"), "America/New_York") == Lines{"2026-03-03T14:00:00Z ada sent hello"});
  CHECK(sent(text("zone \"Pacific/Auckland\""), "America/New_York") == Lines{"2026-03-02T20:00:00Z ada sent hello"});
  CHECK(sent(text("zone \"Pacific/Auckland\""), nullptr) == Lines{"2026-03-02T20:00:00Z ada sent hello"});
  CHECK(sent(text(""), nullptr) == Lines{"2026-03-03T09:00:00Z ada sent hello"});
  CHECK(sent(text("zone lead"), nullptr) == Lines{"2026-03-03T09:00:00Z ada sent hello"});
}

TEST_CASE("[S4.1] [S6.4] quiet hours of a lead without a zone are those of the sequence's, else of UTC") {
  const std::string quiet = "policy night day 0: send hello";
  CHECK(sent(text("", quiet), "Asia/Tokyo", "2026-03-02T12:00:00Z") == Lines{"2026-03-03T00:00:00Z ada sent hello"});
  CHECK(sent(text("zone \"Asia/Tokyo\"", quiet), nullptr, "2026-03-02T12:00:00Z") == Lines{"2026-03-03T00:00:00Z ada sent hello"});
  CHECK(sent(text("", quiet), nullptr, "2026-03-02T12:00:00Z") == Lines{"2026-03-02T12:00:00Z ada sent hello"});
  // A zone that the lead has comes before that of the sequence, UTC included.
  CHECK(sent(text("zone \"Asia/Tokyo\"", quiet), "UTC", "2026-03-02T12:00:00Z") == Lines{"2026-03-02T12:00:00Z ada sent hello"});
  CHECK(sent(text("zone \"Asia/Tokyo\"", quiet), "Europe/Lisbon", "2026-03-02T12:00:00Z") == Lines{"2026-03-02T12:00:00Z ada sent hello"});
}

TEST_CASE("[S4.1] allowed days of a lead without a zone are those of the sequence's calendar") {
  // Friday 20:00 UTC is Saturday morning in Auckland.
  const std::string days = "policy weekdays day 0: send hello";
  CHECK(sent(text("zone \"Pacific/Auckland\"", days), nullptr, "2026-03-06T20:00:00Z") == Lines{"2026-03-08T20:00:00Z ada sent hello"});
  CHECK(sent(text("", days), nullptr, "2026-03-06T20:00:00Z") == Lines{"2026-03-06T20:00:00Z ada sent hello"});
}

TEST_CASE("[S4.1] [S6.5] a cap's days are those of the sequence's calendar for a lead without a zone") {
  // From Saturday to Sunday noon New York loses an hour.
  const std::string capped = "policy once day 0: { send hello send hello }";
  CHECK(sent(text("zone \"America/New_York\"", capped), nullptr, "2026-03-07T17:00:00Z").back() == "2026-03-08T16:00:00Z ada sent hello");
  CHECK(sent(text("", capped), nullptr, "2026-03-07T17:00:00Z").back() == "2026-03-08T17:00:00Z ada sent hello");
}

TEST_CASE("[S4.1] a lead that moves, or whose zone is taken away, is planned anew") {
  Host host(text("", "day 1 at 09:00: send hello day 2 at 09:00: send hello day 3 at 09:00: send hello"));
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-03T20:00:00Z");
  CHECK(host.engine.upsert("ada", {{"tz", "Asia/Tokyo"}}).ok());
  host.to("2026-03-04T01:00:00Z");
  CHECK(host.engine.upsert("ada", {{"tz", Value{}}}).ok());
  host.to("2026-03-25T00:00:00Z");
  CHECK(host.sent() ==
        Lines{"2026-03-03T14:00:00Z ada sent hello", "2026-03-04T00:00:00Z ada sent hello", "2026-03-05T09:00:00Z ada sent hello"});
}

TEST_CASE("[S4.1] an action that sets a zone which does not exist changes nothing, and the log says so") {
  Host host(text("", "day 1 at 09:00: send hello on moved every time set lead.tz = default(lead.zone_wish, \"UTC\")"));
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}, {"zone_wish", "Mars/Base"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "moved"}).ok());
  host.engine.step();
  CHECK(host.of({Kind::evaluation_error}) ==
        Lines{"2026-03-02T08:00:00Z ada evaluation_error default(lead.zone_wish, \"UTC\"): there is no time zone \"Mars/Base\""});
  CHECK(host.log.count(Kind::set) == 0);
  CHECK(host.engine.upsert("ada", {{"zone_wish", "Asia/Tokyo"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "moved"}).ok());
  host.to("2026-03-25T00:00:00Z");
  CHECK(host.of({Kind::set}) == Lines{"2026-03-02T08:00:00Z ada set tz: \"Asia/Tokyo\""});
  CHECK(host.sent() == Lines{"2026-03-03T00:00:00Z ada sent hello"});
}

TEST_CASE("[S4.1] a default zone that does not exist is found by the compiler") {
  const CompileResult built = compile_text("test.nurture", "nurture 1\nlead { tz: string = \"Europe/Lisbonn\" }\n");
  CHECK_FALSE(built.ok());
  REQUIRE(built.diagnostics().items().size() == 1);
  CHECK(built.diagnostics().items()[0].code == "NUR0213");
}

TEST_CASE("[S4.1] a moment is shown on the clock of its own day, not of the day on which it was decided") {
  Host host(R"(nurture 1
lead { tz: string? due: datetime? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s { enroll on signup anchor due = lead.due else hold at -2h: send hello }
)");
  testing::Recorder recorder;
  host.engine.observe(&recorder);
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}, {"due", "2026-03-16T12:00"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.engine.step();
  Lines planned;
  for (const testing::Row& row : recorder.rows) {
    if (row.kind == Kind::planned) planned.push_back(testing::words(row));
  }
  CHECK(planned == Lines{"anchor due = Mon 16 Mar 2026 12:00"});
}

TEST_CASE("[S4.1] a body that moves its lead and so fulfils an exit ends with the exit, not in its middle") {
  Host host(R"(nurture 1
lead { tz: string = "Europe/Lisbon" day: date? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s {
  enroll on signup
  anchor start = lead.day else hold
  exit early when anchor.start is known and anchor.start < 2026-03-10T00:00Z
  immediately: { set lead.tz = "Asia/Tokyo" tag moved wait 1d send hello }
}
)");
  CHECK(host.engine.upsert("ada", {{"day", "2026-03-10"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-20T08:00:00Z");
  CHECK(host.of({DecisionKind::exited}) == Lines{"2026-03-02T08:00:00Z ada exited(exit) early"});
  CHECK(host.sent().empty());
  CHECK(host.engine.statistics().live_enrolments == 0);
}

TEST_CASE("[S4.1] an upsert that moves the lead and its date is seen whole") {
  Host host(R"(nurture 1
lead { tz: string = "UTC" day: date? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s {
  enroll on signup
  anchor start = lead.day else hold
  exit passed when anchor.start is known and anchor.start > 2026-03-10T00:00Z
  at +1h: send hello
}
)");
  CHECK(host.engine.upsert("ada", {{"day", "2026-03-10"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-03T08:00:00Z");
  // The old date on the new clock would lie behind the line; the new one does not.
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}, {"day", "2026-03-09"}}).ok());
  host.to("2026-03-20T08:00:00Z");
  CHECK(host.of({DecisionKind::exited}) == Lines{"2026-03-09T05:00:00Z ada exited completed"});
  CHECK(host.sent() == Lines{"2026-03-09T05:00:00Z ada sent hello"});
}

TEST_CASE("[S4.1] days of a wait that runs are days of the new clock, hours are not") {
  const auto sends = [](const char* body) {
    Host host(text("", std::string("immediately: { ") + body + " }"), "2026-03-27T08:00:00Z");
    CHECK(host.engine.upsert("ada", {{"tz", "UTC"}}).ok());
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    host.to("2026-03-28T00:00:00Z");
    CHECK(host.engine.upsert("ada", {{"tz", "Europe/Lisbon"}}).ok());  // Its clocks go forward on the 29th.
    host.to("2026-04-25T00:00:00Z");
    return host.sent();
  };
  CHECK(sends("wait 3d send hello") == Lines{"2026-03-30T07:00:00Z ada sent hello"});
  CHECK(sends("wait 72h send hello") == Lines{"2026-03-30T08:00:00Z ada sent hello"});
  CHECK(sends("wait until on moved timeout 3d send hello") == Lines{"2026-03-30T07:00:00Z ada sent hello"});
}

TEST_CASE("[S4.1] a wait whose end has passed on the new clock ends at once") {
  Host host(text("", "immediately: { wait 1mo send hello }"), "2026-01-31T23:30:00Z");
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}}).ok());  // There it is 18:30, and February ends on the 28th.
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-02-28T23:00:00Z");
  CHECK(host.sent().empty());
  CHECK(host.engine.upsert("ada", {{"tz", "Asia/Tokyo"}}).ok());  // There it was already 1 February, 08:30.
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-02-28T23:30:00Z ada sent hello"});
}

TEST_CASE("[S4.1] [S2.4] before an effect a score is asked anew on the clock that the same body has given to the lead") {
  Host host(R"(nurture 1
lead { tz: string? due: datetime? }
event signup
event moved
score heat { range 0..100 rule +10 late when lead.due is known and hour(lead.due) >= 12 tier all 0..100 }
sequence s {
  enroll on signup
  exit warm when score.heat >= 10
  on moved as moves { set lead.tz = "Asia/Tokyo" notify team "moved" }
  day 9: {}
}
)");
  CHECK(host.engine.upsert("ada", {{"due", "2026-03-02T08:00:00Z"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "moved"}).ok());
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.of({Kind::exited, Kind::notified}) == Lines{"2026-03-02T08:00:00Z ada exited(exit) warm"});
}
