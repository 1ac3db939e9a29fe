// What the host does to sequences, channels and single leads: enter, end, pause, look, erase. S11.1 and S11.2.
#include "support/engine.hpp"

#include <chrono>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;
using Kind = DecisionKind;

namespace {

constexpr const char* kProgram = R"(nurture 1
lead { tz: string? email: string? phone: string? note: string? visits: int = 0 }
event signed { plan: string? }
event seen
event closed
channel email { requires lead.email }
channel sms {}
category news { transactional }
message one { channel email category news subject "One" }
message two { channel email category news subject "Two" }
message short { channel sms category news }
score interest { range 0..100 rule +20 seen on seen tier cold 0..49 tier warm 50..100 }
sequence plan {
  enroll on signed
  reenroll always
  exit gone on closed
  day 0: send one
  day 1 at 09:00 next: send two by email
  day 2 at 09:00 text: send short
  day 9: {}
}
sequence other {
  enroll on signed
  day 0: { wait 1d send two }
}
sequence by_hand {
  catch up latest
  exit seen on seen
  day 1 at 09:00 a: send one
  day 2 at 09:00 b: send two
  day 3 at 09:00 c: send one
  day 4: {}
}
sequence counting { enroll when count(seen within 30d) >= 1 day 0: enroll in by_hand }
)";

void sign(Host& host, const std::string& lead = "ada") {
  CHECK(host.engine.upsert(lead, {{"email", lead + "@example.com"}, {"note", "a \"note\""}}).ok());
  CHECK(host.engine.post({.lead = lead, .name = "signed", .fields = {{"plan", "pro"}}}).ok());
}

}  // namespace

TEST_CASE("[S1.1] the host enters and ends by hand, and the log says so") {
  Host host(kProgram);
  CHECK(host.engine.upsert("ada", {{"email", "a"}}).ok());
  CHECK(host.engine.enroll("ada", "by_hand").ok());
  CHECK(host.engine.enroll("ada", "by_hand").ok());
  CHECK_FALSE(host.engine.enroll("ada", "nothing").ok());
  CHECK(host.engine.enroll("nobody", "by_hand").ok());
  host.to("2026-03-03T10:00:00Z");
  CHECK(host.engine.exit("ada", "by_hand", "called").ok());
  CHECK(host.engine.exit("ada", "by_hand").ok());
  CHECK_FALSE(host.engine.exit("ada", "nothing").ok());
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::enrolled, Kind::refused, Kind::exited, Kind::input_refused}) ==
        Lines{"2026-03-02T08:00:00Z ada enrolled the host in by_hand", "2026-03-02T08:00:00Z ada refused(already_enrolled) in by_hand",
              "2026-03-02T08:00:00Z ada input_refused input: there is no sequence `nothing`",
              "2026-03-02T08:00:00Z nobody input_refused enroll: the lead is not known", "2026-03-03T10:00:00Z ada exited(exit) called",
              "2026-03-03T10:00:00Z ada input_refused exit: the lead is not in `by_hand`",
              "2026-03-03T10:00:00Z ada input_refused input: there is no sequence `nothing`"});
  CHECK(host.sent() == Lines{"2026-03-03T09:00:00Z ada sent one"});
}

TEST_CASE("[S11.1] a paused channel holds its messages, others go on") {
  Host host(kProgram);
  sign(host);
  CHECK(host.engine.pause(Scope::channel("email")).ok());
  CHECK_FALSE(host.engine.pause(Scope::channel("fax")).ok());
  host.to("2026-03-04T12:00:00Z");
  CHECK(host.sent().empty());  // the first message is held, and its body waits for it
  CHECK(host.engine.resume(Scope::channel("email")).ok());
  host.to("2026-03-04T12:00:01Z");
  CHECK(host.of({Kind::paused, Kind::resumed}) == Lines{"2026-03-02T08:00:00Z paused email", "2026-03-04T12:00:00Z resumed email"});
  CHECK(host.sent() == Lines{"2026-03-04T12:00:00Z ada sent two", "2026-03-04T12:00:00Z ada sent one", "2026-03-04T12:00:00Z ada sent two",
                             "2026-03-04T12:00:00Z ada sent short"});
}

TEST_CASE("[S11.1] a paused sequence stands still, its exits act, and what fell due runs when it is resumed") {
  Host host(kProgram);
  for (const char* lead : {"ada", "bob"}) sign(host, lead);
  host.to("2026-03-02T12:00:00Z");
  host.log.clear();
  CHECK(host.engine.pause(Scope::sequence("plan")).ok());
  CHECK_FALSE(host.engine.pause(Scope::sequence("nothing")).ok());
  host.to("2026-03-03T12:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-03T08:00:00Z ada sent two", "2026-03-03T08:00:00Z bob sent two"});  // of `other`
  CHECK(host.engine.post({.lead = "bob", .name = "closed"}).ok());
  CHECK(host.engine.resume(Scope::sequence("plan")).ok());
  host.to("2026-03-03T13:00:00Z");
  CHECK(host.of({Kind::exited}).size() == 3);
  host.log.clear();
  host.to("2026-03-12T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-04T09:00:00Z ada sent short"});
}

TEST_CASE("[S4.6] [S11.1] a pause is a gap of its own: `catch up latest` runs the newest step") {
  Host host(kProgram);
  CHECK(host.engine.upsert("ada", {{"email", "a"}}).ok());
  CHECK(host.engine.enroll("ada", "by_hand").ok());
  CHECK(host.engine.pause(Scope::sequence("by_hand")).ok());
  CHECK(host.engine.resume(Scope::sequence("by_hand"), instant("2026-03-04T12:00:00Z")).ok());
  host.to("2026-03-12T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::skipped}) ==
        Lines{"2026-03-04T12:00:00Z ada skipped(late) one", "2026-03-04T12:00:00Z ada sent two", "2026-03-05T09:00:00Z ada sent one"});
}

TEST_CASE("[S11.1] a paused lead stands still in every sequence, others do not") {
  Host host(kProgram);
  for (const char* lead : {"ada", "bob"}) sign(host, lead);
  host.to("2026-03-02T12:00:00Z");
  host.log.clear();
  CHECK(host.engine.pause(Scope::lead("ada")).ok());
  CHECK(host.engine.pause(Scope::lead("nobody")).ok());
  host.to("2026-03-03T12:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-03T08:00:00Z bob sent two", "2026-03-03T09:00:00Z bob sent two"});
  CHECK(host.engine.resume(Scope::lead("ada")).ok());
  host.to("2026-03-03T13:00:00Z");
  CHECK(host.of({Kind::paused, Kind::resumed, Kind::input_refused}) ==
        Lines{"2026-03-02T12:00:00Z ada paused", "2026-03-02T12:00:00Z nobody input_refused pause: the lead is not known",
              "2026-03-03T12:00:00Z ada resumed"});
  CHECK(host.sent().size() == 4);
  CHECK(host.sent()[2].starts_with("2026-03-03T12:00:00Z ada sent two"));
}

TEST_CASE("what is known of a lead can be looked at and handed out [S11.2]") {
  Host host(kProgram);
  CHECK_FALSE(host.engine.inspect("ada").has_value());
  sign(host);
  CHECK(host.engine.post({.lead = "ada", .name = "seen"}).ok());
  host.to("2026-03-02T08:30:00Z");
  const auto report = host.engine.inspect("ada");
  REQUIRE(report.has_value());
  CHECK(to_json(*report) ==
        R"({"lead":"ada","zone":"UTC","attributes":{"email":"ada@example.com","note":"a \"note\"","visits":0},"consents":{},"runs":[)"
        R"({"sequence":"by_hand","version":")" +
            report->runs.at(0).version +
            R"(","enrolment":1,"enrolled_at":"2026-03-02T08:00:00Z","state":"planned","due":"2026-03-03T09:00:00Z"},)"
            R"({"sequence":"counting","version":")" +
            report->runs.at(1).version +
            R"(","enrolment":1,"enrolled_at":"2026-03-02T08:00:00Z","state":"ended","step":"day_0","due":"2026-03-02T08:00:00Z"},)"
            R"({"sequence":"other","version":")" +
            report->runs.at(2).version +
            R"(","enrolment":1,"enrolled_at":"2026-03-02T08:00:00Z","state":"waiting","step":"day_0","due":"2026-03-03T08:00:00Z"},)"
            R"({"sequence":"plan","version":")" +
            report->runs.at(3).version +
            R"(","enrolment":1,"enrolled_at":"2026-03-02T08:00:00Z","state":"planned","step":"day_0","due":"2026-03-03T09:00:00Z"}],)"
            R"("held":[],"scores":{"interest":{"total":20,"tier":"cold"}},"history":[)"
            R"({"event":"seen","occurred_at":"2026-03-02T08:00:00Z","fields":{}}]})");
  CHECK(host.engine.export_lead("ada").has_value());
  CHECK_FALSE(host.engine.export_lead("nobody").has_value());
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.of({Kind::exported}) == Lines{"2026-03-02T08:30:00Z ada exported"});
}

TEST_CASE("[S11.2] an erased lead is gone, what was held is dropped, and who comes back is numbered on") {
  Host host(kProgram);
  int tries = 0;
  host.engine.on_send("email", [&](const Message&) {
    ++tries;
    return Delivery::retry(1h);
  });
  sign(host);
  host.to("2026-03-02T08:10:00Z");
  CHECK(tries == 1);
  const std::string key = host.log.keys.at(0);
  CHECK(host.engine.pause(Scope::channel("sms")).ok());
  CHECK(host.engine.enroll("ada", "by_hand").ok());
  host.to("2026-03-02T08:20:00Z");
  host.log.clear();
  CHECK(host.engine.erase("ada").ok());
  CHECK(host.engine.erase("nobody").ok());
  host.to("2026-03-12T00:00:00Z");
  CHECK(tries == 1);  // what was to be tried again is not
  CHECK_FALSE(host.engine.inspect("ada").has_value());
  CHECK(host.engine.statistics().leads == 0);
  CHECK(host.of({Kind::erased, Kind::exited, Kind::input_refused}) ==
        Lines{"2026-03-02T08:20:00Z ada exited(erased) erased", "2026-03-02T08:20:00Z ada exited(erased) erased",
              "2026-03-02T08:20:00Z ada exited(erased) erased", "2026-03-02T08:20:00Z erased",
              "2026-03-02T08:20:00Z nobody input_refused erase: the lead is not known"});
  CHECK(host.log.json.find("example.com") == std::string::npos);
  host.log.clear();
  sign(host);
  host.to("2026-03-12T00:00:01Z");
  CHECK(tries == 2);
  CHECK(host.log.keys.at(0) != key);
  REQUIRE(host.engine.inspect("ada").has_value());
  CHECK(host.engine.inspect("ada")->history.empty());
  CHECK(host.log.json.find("\"enrolment\":2") != std::string::npos);
  CHECK(host.log.json.find("\"enrolment\":1,") == std::string::npos);
}

TEST_CASE("[S11.2] leads can be erased and come back without end") {
  Host host(kProgram);
  for (int round = 0; round < 300; ++round) {
    const std::string lead = "lead" + std::to_string(round % 3);
    CHECK(host.engine.upsert(lead, {{"email", "e"}}).ok());
    CHECK(host.engine.erase(lead).ok());
    static_cast<void>(host.engine.step());
  }
  CHECK(host.engine.statistics().leads == 0);
  sign(host);
  static_cast<void>(host.engine.step());
  CHECK(host.sent().size() == 1);
}

TEST_CASE("an operator's lines are inputs like others") {
  Host host(kProgram);
  const auto feed = [&](const std::string& line) {
    std::string problem;
    const auto input = read_input_line(line, problem);
    if (!input) return problem;
    const Status status = post_input(host.engine, *input);
    return status.ok() ? std::string("fine") : status.reason();
  };
  CHECK(feed(R"({"type":"identify","userId":"ada","timestamp":"2026-03-02T08:00:00Z","traits":{"email":"a"}})") == "fine");
  CHECK(feed(R"({"type":"enroll","userId":"ada","sequence":"by_hand","timestamp":"2026-03-02T08:00:00Z"})") == "fine");
  CHECK(feed(R"({"type":"pause","channel":"email","timestamp":"2026-03-02T09:00:00Z"})") == "fine");
  CHECK(feed(R"({"type":"resume","channel":"email","timestamp":"2026-03-03T12:00:00Z"})") == "fine");
  CHECK(feed(R"({"type":"pause","timestamp":"2026-03-03T13:00:00Z"})") == "fine");
  CHECK(feed(R"({"type":"resume","timestamp":"2026-03-03T14:00:00Z"})") == "fine");
  CHECK(feed(R"({"type":"exit","userId":"ada","sequence":"by_hand","name":"called","timestamp":"2026-03-04T08:00:00Z"})") == "fine");
  CHECK(feed(R"({"type":"erase","userId":"ada","timestamp":"2026-03-05T08:00:00Z"})") == "fine");
  CHECK(feed(R"({"type":"enroll","userId":"ada","timestamp":"2026-03-05T08:00:00Z"})") == "it has no \"sequence\"");
  CHECK(feed(R"({"type":"enroll","sequence":"by_hand","timestamp":"2026-03-05T08:00:00Z"})") ==
        "it has neither \"userId\" nor \"anonymousId\"");
  const std::string known = "; identify, track, page, consent, enroll, exit, pause, resume, erase, deploy, broadcast and promote are known";
  CHECK(feed(R"({"type":"pauze","timestamp":"2026-03-05T08:00:00Z"})") == "its \"type\" is \"pauze\"" + known);
  CHECK(feed(R"({"type":"pause","channel":"fax","timestamp":"2026-03-05T08:00:00Z"})") == "there is no channel `fax`");
  CHECK(feed(R"({"type":"pause","channel":"email","sequence":"plan","timestamp":"2026-03-05T08:00:00Z"})") ==
        "it names more than one of \"channel\", \"sequence\" and \"userId\"");
  host.to("2026-03-06T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::exited, Kind::erased}) ==
        Lines{"2026-03-03T12:00:00Z ada sent one", "2026-03-04T08:00:00Z ada exited(exit) called", "2026-03-05T08:00:00Z erased"});
}

TEST_CASE("nobody is entered by hand into triggers, or without what a sequence asks for, and triggers leave no row of their own") {
  Host host(R"(nurture 1
lead { email: string? }
event signed
event closed
sequence asks { accepts { plan: string } day 0: notify team "{{ entry.plan }}" }
sequence asking { enroll on signed day 0: enroll in asks with plan = "x" }
triggers always { on closed as closed every time notify team "closed" }
)");
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.enroll("ada", "asks").reason() == "`asks` is entered with `plan`, which nobody gives here");
  CHECK(host.engine.enroll("ada", "always").reason() == "there is no sequence `always`");
  CHECK(host.engine.exit("ada", "always").reason() == "there is no sequence `always`");
  CHECK(host.engine.post({.lead = "ada", .name = "closed"}).ok());
  static_cast<void>(host.engine.step());
  REQUIRE(host.engine.inspect("ada").has_value());
  CHECK(host.engine.inspect("ada")->runs.empty());
  CHECK(host.engine.erase("ada").ok());
  static_cast<void>(host.engine.step());
  CHECK(host.of({Kind::notified, Kind::exited, Kind::erased}) ==
        Lines{"2026-03-02T08:00:00Z ada notified team: closed", "2026-03-02T08:00:00Z erased"});
}
