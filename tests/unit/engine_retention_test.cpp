// Retention: who is erased by time, when, and what remains of silence that began before anything is known.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kVocabulary = R"(nurture 1
lead { tz: string = "UTC" }
event seen
event bought
category news { consent implied }
message m { channel email category news }
channel ads { }
)";

Lines ends_of(Host& host) { return host.of({DecisionKind::erased, DecisionKind::exited, DecisionKind::skipped, DecisionKind::left}); }

void see(Host& host, std::string_view at, const char* event = "seen") {
  REQUIRE(host.engine.post({.lead = "ada", .name = event, .received_at = instant(at)}).ok());
}

}  // namespace

TEST_CASE("[S11.3] a lead that has been silent for so long is erased, and nothing else of the kind is") {
  Host host(kVocabulary + R"(project p { retain leads 730d after idle(any) }
    sequence s { enroll on seen day 3000: send m })");
  see(host, "2026-03-02T08:00:00Z");
  REQUIRE(host.engine.post({.lead = "bob", .name = "bought", .received_at = instant("2026-03-03T08:00:00Z")}).ok());
  see(host, "2027-01-01T00:00:00Z", "bought");
  host.to("2028-12-31T00:00:00Z");
  CHECK(ends_of(host) == Lines{"2028-03-02T08:00:00Z erased(retention)", "2028-12-31T00:00:00Z ada exited(erased) erased",
                               "2028-12-31T00:00:00Z erased(retention)"});
  CHECK(!host.engine.inspect("ada"));
  CHECK(!host.engine.inspect("bob"));
  CHECK(host.engine.statistics().leads == 0);
}

TEST_CASE("[S11.3] nothing polls: a lead has one timer for what is to be forgotten") {
  Host host(kVocabulary + "project p { retain events 400d retain leads 730d after idle(any) } sequence s { enroll on seen day 0: send m }");
  for (int day = 0; day < 20; ++day) see(host, (instant("2026-03-02T08:00:00Z") + std::chrono::hours{24 * day}).to_string());
  host.to("2026-03-30T00:00:00Z");
  CHECK(host.engine.statistics().timers <= 2);
  CHECK(host.engine.next_due() == instant("2027-04-06T08:00:00Z"));
}

TEST_CASE("[S11.3] events that are forgotten before the lead still end its silence") {
  Host host(kVocabulary +
            "project p { retain events 30d retain leads 100d after idle(any) } sequence s { enroll on bought day 0: send m }");
  see(host, "2026-03-02T08:00:00Z");
  see(host, "2026-06-01T08:00:00Z");
  // The event of June is forgotten in July; the silence is counted from it all the same.
  host.to("2026-09-09T07:59:59Z");
  REQUIRE(host.engine.inspect("ada"));
  CHECK(host.engine.inspect("ada")->history.empty());
  host.to("2026-09-09T08:00:00Z");
  CHECK(!host.engine.inspect("ada"));
}

namespace {

const std::string kForgets = kVocabulary + "project p { retain events 30d }\n";

/// Whoever is silent enters a sequence of their own.
std::string silence(const std::string& of, const std::string& length) {
  return "sequence quiet_" + of + " { enroll when idle(" + of + ") >= " + length + " day 0: send m }\n";
}

Lines entries_of(Host& host) { return host.of({DecisionKind::enrolled}); }

}  // namespace

TEST_CASE("[S11.3] [S5.4] what is forgotten ends no silence but that of its own kind") {
  Host host(kForgets + silence("bought", "50d") + silence("seen", "60d"));
  see(host, "2026-03-02T08:00:00Z", "bought");
  see(host, "2026-03-22T08:00:00Z", "seen");
  host.to("2026-06-30T08:00:00Z");
  CHECK(entries_of(host) == Lines{"2026-04-21T08:00:00Z ada enrolled idle(bought) >= 50d in quiet_bought",
                                  "2026-05-21T08:00:00Z ada enrolled idle(seen) >= 60d in quiet_seen"});
}

TEST_CASE("[S11.3] [S10.1] what was forgotten before a deployment ends silence that the new program asks for otherwise") {
  const std::string each = kForgets + silence("bought", "100d") + silence("seen", "200d");
  const std::string any = kForgets + "sequence quiet { enroll when idle(any) >= 100d day 0: send m }\n";
  const auto entered = [&](const std::string& before, const std::string& after) {
    Host host(before);
    see(host, "2026-03-02T08:00:00Z", "bought");
    see(host, "2026-03-12T08:00:00Z", "seen");
    host.to("2026-05-01T08:00:00Z");
    CHECK(host.engine.inspect("ada")->history.empty());
    CHECK(host.engine.deploy(program_of(after)).ok());
    host.to("2026-09-01T08:00:00Z");
    return entries_of(host).front();
  };
  CHECK(entered(each, any) == "2026-06-20T08:00:00Z ada enrolled idle(any) >= 100d in quiet");
  // Of two kinds that were one silence, either may have been the last.
  CHECK(entered(any, each) == "2026-06-20T08:00:00Z ada enrolled idle(bought) >= 100d in quiet_bought");
}

TEST_CASE("[S11.3] an event that occurred before what is retained is handled and not kept") {
  Host host(kVocabulary + "project p { retain events 30d } sequence s { enroll on seen day 0: send m exit no when count(bought) > 5 }");
  REQUIRE(host.engine.post({.lead = "ada", .name = "seen", .occurred_at = instant("2026-01-01T00:00:00Z")}).ok());
  REQUIRE(host.engine.post({.lead = "ada", .name = "bought", .occurred_at = instant("2026-01-01T00:00:00Z")}).ok());
  host.engine.step();
  CHECK(host.sent().size() == 1);
  CHECK(host.engine.inspect("ada")->history.empty());
}

TEST_CASE("[S11.3] who is set aside is erased like anybody else") {
  Host host(kVocabulary + R"(project p { retain leads 10d after idle(seen) }
    triggers t { on seen as s every time send m on message.sent as a every time send m })");
  see(host, "2026-03-02T08:00:00Z");
  host.engine.step();
  REQUIRE(host.log.count(DecisionKind::parked) == 1);
  host.to("2026-03-12T08:00:00Z");
  CHECK(host.of({DecisionKind::erased}) == Lines{"2026-03-12T08:00:00Z erased(retention)"});
}

TEST_CASE("[S11.3] what falls due in a gap is forgotten at its end") {
  Host host(kVocabulary + "project p { retain leads 10d after idle(seen) } sequence s { enroll on bought day 0: send m }");
  see(host, "2026-03-02T08:00:00Z");
  REQUIRE(host.engine.gap(instant("2026-03-10T00:00:00Z"), instant("2026-03-20T00:00:00Z")).ok());
  host.to("2026-03-25T00:00:00Z");
  CHECK(host.of({DecisionKind::erased}) == Lines{"2026-03-20T00:00:00Z erased(retention)"});
}

TEST_CASE("[S11.3] who comes back after that is a new lead, whose keys were never used") {
  Host host(kVocabulary + "project p { retain leads 10d after idle(any) } sequence s { enroll on seen reenroll always day 0: send m }");
  see(host, "2026-03-02T08:00:00Z");
  see(host, "2026-05-02T08:00:00Z");
  host.to("2026-05-02T08:00:00Z");
  REQUIRE(host.log.keys.size() == 2);
  CHECK(host.log.keys[0] != host.log.keys[1]);
}

TEST_CASE("[S11.3] [S4.1] who moves to where the silence has lasted for long enough is erased at once") {
  Host host(R"(nurture 1
lead { tz: string? }
event go
project acme { retain leads 3d after idle(any) }
sequence s { enroll on go day 0: {} }
)",
            "2026-10-23T00:00:00Z");
  CHECK(host.engine.upsert("ada", {{"tz", "Europe/Lisbon"}}).ok());
  // There the third day is an hour longer: the clocks go back.
  CHECK(host.engine.upsert("ada", {{"tz", "UTC"}}, instant("2026-10-26T00:00:00Z")).ok());
  host.to("2026-10-26T00:30:00Z");
  CHECK(host.log.count(DecisionKind::erased) == 1);
}

TEST_CASE("[S11.3] [S4.1] an anchor keeps its date when its event is forgotten, also in another zone") {
  Host host(R"(nurture 1
lead { tz: string? }
event booked { starts: date }
category news { consent implied }
channel email {}
message m { channel email category news }
project acme { retain events 3d }
sequence s { enroll on booked anchor stay = last(booked).starts else hold day +1 at 09:00: send m }
)");
  REQUIRE(host.engine.post({.lead = "ada", .name = "booked", .fields = {{"starts", "2026-03-12"}}}).ok());
  CHECK(host.engine.upsert("ada", {{"tz", "Asia/Tokyo"}}, instant("2026-03-09T00:00:00Z")).ok());
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({DecisionKind::sent}) == Lines{"2026-03-13T00:00:00Z ada sent m"});
}

TEST_CASE("[S11.3] a later event ends a silence of months sooner where they clamp") {
  Host host(R"(nurture 1
event seen
project acme { retain leads 1mo after idle(seen) }
sequence s { enroll on seen day 99: tag late }
)",
            "2026-01-29T23:00:00Z");
  REQUIRE(host.engine.upsert("ada", {}).ok());
  REQUIRE(host.engine.post({.lead = "ada", .name = "seen", .received_at = instant("2026-01-31T01:00:00Z")}).ok());
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({DecisionKind::erased}) == Lines{"2026-02-28T01:00:00Z erased(retention)"});
}
