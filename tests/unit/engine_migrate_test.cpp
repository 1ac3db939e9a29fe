// Migrations of runs that stand still or come to: what a line's `timer` gives them moves until they go on. S10.2, with S3.4 and S4.5.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kCommon = R"(nurture 1
lead { tz: string = "UTC" talk_on: date? }
event signup
event answered
category news { consent implied }
message hello { channel email category news subject "Hello" }
message study { channel email category news subject "Study" }
message story { channel email category news subject "Story" }
)";

std::string grouped(const std::string& low, const std::string& high, const std::string& more = "") {
  return kCommon + "sequence low { enroll on signup " + low + " day 0 hi: send hello day 4 mid: send study day 9 last: tag low_done }\n" +
         "sequence high { enroll on answered priority 80 " + high + " day 0 hi: send story day 6 last: tag high_done }\n" + more;
}

/// `low` stands still from 3 March on, for `high`, which ends on the 9th; it is migrated on the 5th.
Lines migrated_while_frozen(const std::string& steps, const std::string& lines) {
  const std::string old = grouped("exclusive talk", "exclusive talk");
  const std::string low = "sequence low { enroll on signup exclusive talk day 0 hi: send hello " + steps + " day 9 last: tag low_done }\n";
  const std::string high = old.substr(old.find("sequence high"));
  Host host(old);
  host.post("ada", "signup");
  static_cast<void>(host.to("2026-03-03T10:00:00Z"));
  host.post("ada", "answered");
  static_cast<void>(host.to("2026-03-05T08:00:00Z"));
  REQUIRE(host.of({Kind::frozen}).size() == 1);
  host.deploy(kCommon + low + high + "migrate low from \"" + program_of(old).version("low") + "\" { " + lines + " }\n");
  static_cast<void>(host.to("2026-03-30T08:00:00Z"));
  REQUIRE(host.of({Kind::thawed}) == Lines{"2026-03-09T10:00:00Z ada thawed"});
  const Lines sent = host.sent();
  return {sent.begin() + 2, sent.end()};
}

}  // namespace

TEST_CASE("[S10.2] [S3.4] what a migration gives a run that stands still moves with it until it goes on") {
  // On 3 March at 10:00 it waited for 6 March, 08:00.
  CHECK(migrated_while_frozen("day 5 next: send study", "step mid -> next timer remaining") ==
        Lines{"2026-03-12T08:00:00Z ada sent study"});
  // The plan of the new version, by the six days for which it stood still.
  CHECK(migrated_while_frozen("day 5 next: send study", "step mid -> next timer anew") == Lines{"2026-03-13T08:00:00Z ada sent study"});
  CHECK(migrated_while_frozen("after 3h next: send study", "step mid -> next timer anew") == Lines{"2026-03-09T13:00:00Z ada sent study"});
  // The instant, by the five days, a begun one included, since the migration.
  CHECK(migrated_while_frozen("day 5 next: send study", "step mid -> next timer due") == Lines{"2026-03-11T08:00:00Z ada sent study"});
  CHECK(migrated_while_frozen("day 4 mid: send study day 5 more: tag more", "") == Lines{"2026-03-11T08:00:00Z ada sent study"});
}

TEST_CASE("[S10.2] [S3.4] a run that comes to stand still by a migration keeps what its line gave it, and all that follows moves") {
  const std::string old = grouped("", "exclusive talk");
  const std::string version = program_of(old).version("low");
  const auto sent = [&](const std::string& step, const std::string& timer) {
    std::string next =
        grouped("exclusive talk", "exclusive talk", "migrate low from \"" + version + "\" { step mid -> next timer " + timer + " }\n");
    next.replace(next.find("day 4 mid"), 9, step + " next");
    Host host(old);
    for (const char* event : {"signup", "answered"}) host.post("ada", event);
    static_cast<void>(host.to("2026-03-03T10:00:00Z"));
    host.deploy(next);
    REQUIRE(host.of({Kind::frozen}).size() == 1);
    static_cast<void>(host.to("2026-03-30T08:00:00Z"));
    REQUIRE(host.of({Kind::thawed}) == Lines{"2026-03-08T08:00:00Z ada thawed"});
    return host.sent().back();
  };
  CHECK(sent("day 5", "due") == "2026-03-11T08:00:00Z ada sent study");
  CHECK(sent("day 5", "remaining") == "2026-03-11T06:00:00Z ada sent study");
  CHECK(sent("day 5", "anew") == "2026-03-12T08:00:00Z ada sent study");
  CHECK(sent("after 2h", "due") == "2026-03-11T06:00:00Z ada sent study");
  CHECK(sent("after 2h", "anew") == "2026-03-08T10:00:00Z ada sent study");
}

TEST_CASE("[S10.2] [S4.5] a step that a migration has given an instant is planned anew when its anchor moves") {
  const auto text = [](const std::string& step) {
    return kCommon + "sequence talk { enroll on signup anchor start = lead.talk_on else hold day 1 from start at 09:00 " + step +
           ": send study }\n";
  };
  Host host(text("mid"));
  CHECK(host.engine.upsert("ada", {{"talk_on", "2026-03-10"}}).ok());
  host.post("ada", "signup");
  static_cast<void>(host.to("2026-03-03T08:00:00Z"));
  host.deploy(text("next") + "migrate talk from \"" + program_of(text("mid")).version("talk") + "\" { step mid -> next }\n");
  CHECK(host.engine.upsert("ada", {{"talk_on", "2026-03-20"}}).ok());
  static_cast<void>(host.to("2026-03-30T08:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-21T09:00:00Z ada sent study"});
}

TEST_CASE("[S10.2] [S4.5] a body that has begun is not begun again by a migration, unless a line says so") {
  const auto sent = [](const char* lines) {
    const std::string old = kCommon + "sequence s { enroll on signup day 0 a: { send hello wait 2d send study } day 5 b: send story }\n";
    Host host(old);
    host.post("ada", "signup");
    host.to("2026-03-03T08:00:00Z");
    host.deploy(kCommon +
                "sequence s { enroll on signup day 0 a: { send hello wait 2d send study } day 6 c: send story }\nmigrate s from \"" +
                program_of(old).version("s") + "\" { " + lines + " }\n");
    host.to("2026-03-30T08:00:00Z");
    return host.sent();
  };
  CHECK(sent("step b -> c") == Lines{"2026-03-02T08:00:00Z ada sent hello", "2026-03-08T08:00:00Z ada sent story"});
  CHECK(sent("step a -> a step b -> c").size() == 4);
}

TEST_CASE("[S10.2] [S4.7] a step that hangs on an anchor in the new version takes no days along that its run has moved by") {
  const auto text = [](const std::string& steps) {
    return kCommon + "sequence talk { enroll on signup anchor start = lead.talk_on else hold day 0 from enrolled a: accelerate 3x " +
           steps + ": send study }\n";
  };
  const auto sent = [&](const std::string& step) {
    Host host(text("day +9 from enrolled b"));
    CHECK(host.engine.upsert("ada", {{"talk_on", "2026-03-20"}}).ok());
    host.post("ada", "signup");
    host.to("2026-03-03T08:00:00Z");
    host.deploy(text(step + " b") + "migrate talk from \"" + program_of(text("day +9 from enrolled b")).version("talk") +
                "\" { step b -> b timer anew }\n");
    host.to("2026-03-30T08:00:00Z");
    return host.sent();
  };
  CHECK(sent("day 1 from start at 09:00") == Lines{"2026-03-21T09:00:00Z ada sent study"});
  CHECK(sent("at +10d from enrolled") == Lines{"2026-03-12T08:00:00Z ada sent study"});
  CHECK(sent("day +10 from enrolled") == Lines{"2026-03-06T08:00:00Z ada sent study"});  // Six days earlier than its own.
}

TEST_CASE("[S10.2] [S4.6] a step that recurs and is left out after a migration is planned as ever") {
  const std::string old = kCommon + "sequence s { enroll on signup catch up skip every 1d from 2026-03-01T09:00 daily: tag beat }\n";
  Host host(old);
  host.post("ada", "signup");
  host.to("2026-03-03T10:00:00Z");
  host.deploy(kCommon +
              "sequence s { enroll on signup catch up skip every 1d from 2026-03-01T09:00 daily: tag beat day 9: tag nine }\nmigrate "
              "s from \"" +
              program_of(old).version("s") + "\" { }\n");
  CHECK(host.engine.pause(Scope::lead("ada"), instant("2026-03-04T08:00:00Z")).ok());
  CHECK(host.engine.resume(Scope::lead("ada"), instant("2026-03-04T10:00:00Z")).ok());
  host.to("2026-03-05T12:00:00Z");
  CHECK(host.of({Kind::tagged}) ==
        Lines{"2026-03-02T09:00:00Z ada tagged beat", "2026-03-03T09:00:00Z ada tagged beat", "2026-03-05T09:00:00Z ada tagged beat"});
}

TEST_CASE("[S10.2] [S11.3] a migration keeps the date of an event that is forgotten, and ends nobody for a date whose steps have run") {
  const std::string common = "nurture 1\nlead { due: date? }\nevent booked { at_day: date }\nproject acme { retain events 5d }\n";
  const auto migrated = [&](const std::string& anchor, const std::string& steps) {
    const std::string old =
        common + "sequence s { enroll on booked anchor talk = " + anchor + " else exit " + steps + " day 20 from enrolled fin: tag end }\n";
    Host host(old);
    CHECK(host.engine.upsert("ada", {{"due", "2026-03-03"}}).ok());
    CHECK(host.engine.post({.lead = "ada", .name = "booked", .fields = {{"at_day", "2026-03-15"}}}).ok());
    host.to("2026-03-04T00:00:00Z");
    CHECK(host.engine.upsert("ada", {{"due", Value()}}, instant("2026-03-05T00:00:00Z")).ok());
    host.to("2026-03-10T00:00:00Z");
    host.deploy(common + "sequence s { enroll on booked anchor talk = " + anchor + " else exit " + steps +
                " day 21 from enrolled fin: tag end }\nmigrate s from \"" + program_of(old).version("s") + "\" { }\n");
    host.to("2026-04-10T00:00:00Z");
    return host.of({Kind::tagged, Kind::exited});
  };
  CHECK(migrated("last(booked).at_day", "day +0 from talk at 09:00: tag talk").front() == "2026-03-15T09:00:00Z ada tagged talk");
  CHECK(migrated("lead.due", "day +0 from talk at 09:00: tag talk").back().find("completed") != std::string::npos);
}

TEST_CASE("[S10.2] [S11.3] who is forgotten at a deployment is not migrated, and what was held for it has a reason") {
  const std::string hours = "policy day { quiet hours 09:00..21:00 then hold }\n";
  const std::string old = kCommon + hours +
                          "project acme { retain leads 30d after idle(any) } sequence s { enroll on signup policy day at +2h a: send hello "
                          "day 9 b: send study }\n";
  Host host(old);
  host.post("ada", "signup");
  host.to("2026-03-02T12:00:00Z");
  REQUIRE(host.of({Kind::held}).size() == 1);
  host.deploy(kCommon + hours +
              "sequence s { enroll on signup policy day at +2h c: send hello day 9 b: send study }\nproject acme { retain leads 1h after "
              "idle(any) }\nmigrate s from \"" +
              program_of(old).version("s") + "\" { step a -> c }\n");
  CHECK(host.of({Kind::skipped, Kind::migrated, Kind::exited, Kind::erased, Kind::sent}) ==
        Lines{"2026-03-02T12:00:00Z ada skipped(erased) hello", "2026-03-02T12:00:00Z ada exited(erased) erased",
              "2026-03-02T12:00:00Z erased(retention)"});
}
