// Another program under a running engine: S10 of the contracts, and what S3.3 says of leads that are known already.
#include "support/engine.hpp"

#include <nurture/inputs.hpp>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kCommon = R"(
lead { email: string?  plan: enum(free, team)?  visits: int = 0 }
event signup
event order.placed
category marketing { consent implied }
channel email { requires lead.email }
)";

std::string message(const std::string& name, const std::string& subject) {
  return "message " + name + " { channel email category marketing subject \"" + subject + "\" }\n";
}

const std::string kMessages = message("hello", "Hello") + message("study", "Study") + message("story", "Story") + message("bye", "Bye");

std::string trial(const std::string& steps) {
  return "sequence trial { enroll on signup reenroll always goal paid on order.placed\n" + steps + "}\n";
}

const std::string kOld =
    kCommon + kMessages + trial("day 0 welcome: send hello\n day 3 at 09:00 case_study: send study\n day 9 last: send bye\n");

void enter(Host& host, const std::string& lead, std::string_view at) {
  CHECK(host.engine.upsert(lead, {{"email", lead + "@example.com"}}, instant(at)).ok());
  CHECK(host.engine.post({lead, "signup", {}, {}, {}, instant(at)}).ok());
}

std::string with_version(std::string text, const std::string& version) { return text.replace(text.find("VERSION"), 7, version); }

}  // namespace

TEST_CASE("[S10.1] who is enrolled finishes the version that he entered, and who comes later enters the new one") {
  Host host(kOld);
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  const Program next = program_of(kCommon + kMessages + trial("day 0 welcome: send hello\n day 1 at 10:00 tell: send story\n"));
  const std::string old_version = program_of(kOld).version("trial");
  REQUIRE(next.version("trial") != old_version);
  CHECK(host.engine.deploy(next).ok());
  enter(host, "bo", "2026-03-02T13:00:00Z");
  static_cast<void>(host.to("2026-03-20T00:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent hello", "2026-03-02T13:00:00Z bo sent hello",
                             "2026-03-03T10:00:00Z bo sent story", "2026-03-05T09:00:00Z ada sent study",
                             "2026-03-11T08:00:00Z ada sent bye"});
  CHECK(host.of({Kind::deployed}) == Lines{"2026-03-02T12:00:00Z deployed " + next.hash()});
  CHECK(host.log.json.find("\"version\":\"" + old_version + "\",\"enrolment\":1,\"step\":\"last\"") != std::string::npos);
  // The old one has ended: the next entry is one into the new version, and numbers go on. [S3.2]
  CHECK(host.engine.post({"ada", "signup"}).ok());
  static_cast<void>(host.to("2026-03-20T01:00:00Z"));
  const auto report = host.engine.inspect("ada");
  REQUIRE(report);
  REQUIRE(report->runs.size() == 1);
  CHECK(report->runs[0].number == 2);
  CHECK(report->runs[0].version == next.version("trial"));
}

TEST_CASE("[S10.1] a run in an older version is a run of its sequence: no second entry, goals and pauses reach it") {
  Host host(kOld);
  for (const char* lead : {"ada", "bo", "cy"}) enter(host, lead, "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(kCommon + kMessages + trial("day 0 welcome: send hello\n"))).ok());
  static_cast<void>(host.to("2026-03-02T12:30:00Z"));
  CHECK(host.engine.post({"ada", "signup"}).ok());
  CHECK(host.engine.post({"bo", "order.placed"}).ok());
  CHECK(host.engine.pause(Scope::sequence("trial")).ok());
  static_cast<void>(host.to("2026-03-08T00:00:00Z"));
  CHECK(host.of({Kind::refused}) == Lines{"2026-03-02T12:30:00Z ada refused(already_enrolled) in trial"});
  CHECK(host.of({Kind::goal}) == Lines{"2026-03-02T12:30:00Z bo goal paid"});
  CHECK(host.sent().size() == 3);
  CHECK(host.engine.resume(Scope::sequence("trial")).ok());
  CHECK(host.engine.exit("cy", "trial").ok());
  static_cast<void>(host.to("2026-03-08T01:00:00Z"));
  CHECK(host.sent().back() == "2026-03-08T00:00:00Z ada sent study");
  CHECK(host.of({Kind::exited}).back() == "2026-03-08T00:00:00Z cy exited(exit) host");
}

TEST_CASE("[S10.1] [S10.3] policies, scores and what messages say are the newest also for who is in an older version") {
  const std::string score = "score heat { range 0..100 rule +7 order on order.placed tier low 0..49 tier high 50..100 }\n";
  Host host(kOld + "policy calm { cap 1 per 1d }\n" + score);
  std::string subjects;
  host.engine.on_send([&](const Message& m) {
    subjects += std::string(m.subject()) + ';';
    return Delivery::accepted();
  });
  enter(host, "ada", "2026-03-02T08:00:00Z");
  CHECK(host.engine.score("ada", "heat", 30).ok());
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  const std::string newer = "score heat { range 0..100 rule +9 order on order.placed tier low 0..19 tier high 20..100 }\n";
  const std::string messages = message("hello", "Hello") + message("study", "Newer study") + message("story", "S") + message("bye", "Bye");
  const Program next = program_of(kCommon + messages + newer + trial("day 0 welcome: send hello\n day 2 tell: send story\n"));
  CHECK(host.engine.deploy(next).ok());
  static_cast<void>(host.to("2026-03-06T12:00:00Z"));
  CHECK(subjects == "Hello;Newer study;");
  const auto report = host.engine.inspect("ada");
  REQUIRE(report);
  CHECK(report->scores[0].total == 30);
  CHECK(report->scores[0].tier == "high");
}

TEST_CASE("[S10.3] editing what a message says moves nobody") {
  Host host(kOld);
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  std::string edited = kOld;
  edited.replace(edited.find("\"Study\""), 7, "\"Other words\"");
  const DeployReport report = host.engine.deploy_dry_run(program_of(edited));
  CHECK(report.status.ok());
  CHECK(to_text(report) == "trial " + program_of(kOld).version("trial") + ": 1 enrolled, unchanged\n         1 at case_study: stays\n");
}

TEST_CASE("[S10.1] [S12.1] the log shows the segments of an older version by the names that the author gave them") {
  const auto text = [](const std::string& step) { return kCommon + kMessages + "segment keen = lead.visits >= 3\n" + trial(step); };
  Host host(text("day 1: if keen { send study } day 3: send bye\n"));
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(text("day 2: if keen { send story }\n"))).ok());
  static_cast<void>(host.to("2026-03-10T00:00:00Z"));
  CHECK(host.log.json.find("\"detail\":\"keen\"") != std::string::npos);
  CHECK(host.log.json.find("keen@") == std::string::npos);
}

TEST_CASE("[S10.1] triggers stay what they are when an older version is carried beside them") {
  const auto text = [](const std::string& steps) {
    return kCommon + kMessages + trial(steps) + "triggers watch { on order.placed as ordered every time notify team \"ordered\" }\n";
  };
  Host host(text("day 9: send bye\n"));
  enter(host, "ada", "2026-03-02T08:00:00Z");
  CHECK(host.engine.upsert("bo", {{"email", "bo@example.com"}}, instant("2026-03-02T08:00:00Z")).ok());
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(text("day 1: send study\n"))).ok());
  CHECK(host.engine.post({"bo", "order.placed", {}, {}, {}, instant("2026-03-02T13:00:00Z")}).ok());
  CHECK(host.engine.post({"bo", "signup", {}, {}, {}, instant("2026-03-02T14:00:00Z")}).ok());
  static_cast<void>(host.to("2026-03-03T15:00:00Z"));
  CHECK(host.of({Kind::notified, Kind::sent}) ==
        Lines{"2026-03-02T13:00:00Z bo notified team: ordered", "2026-03-03T14:00:00Z bo sent study"});
}

TEST_CASE("[S10.1] what was sent is remembered when the sequence that sent it is no more") {
  const std::string pool = kCommon + kMessages + "pool tips = study, story\n";
  const std::string second = "sequence second { enroll on order.placed day 0: send next of tips }\n";
  Host host(pool + second + "sequence first { enroll on signup day 0: send next of tips }\n");
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(pool + second)).ok());
  CHECK(host.engine.post({"ada", "order.placed", {}, {}, {}, instant("2026-03-02T13:00:00Z")}).ok());
  static_cast<void>(host.to("2026-03-02T14:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent study", "2026-03-02T13:00:00Z ada sent story"});
}

TEST_CASE("[S10.1] [S3.1] who was in a version without keys was there without a key") {
  const auto text = [](const std::string& ways) {
    return kCommon + "event seen { room: string }\nsequence s { " + ways + " day 0: {} }\n";
  };
  Host host(text("enroll on signup"));
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(text("enroll on seen key event.room enroll on signup"))).ok());
  CHECK(host.engine.post({"ada", "signup", {}, {}, {}, instant("2026-03-02T13:00:00Z")}).ok());
  CHECK(host.engine.post({"ada", "seen", {{"room", "a"}}, {}, {}, instant("2026-03-02T14:00:00Z")}).ok());
  static_cast<void>(host.to("2026-03-02T15:00:00Z"));
  CHECK(host.of({Kind::enrolled, Kind::refused}) == Lines{"2026-03-02T08:00:00Z ada enrolled signup in s",
                                                          "2026-03-02T13:00:00Z ada refused(reenroll) in s",
                                                          "2026-03-02T14:00:00Z ada enrolled seen in s"});
}

TEST_CASE("[S10.1] a version of a sequence that is only reached by others is finished, too") {
  const auto text = [](const std::string& step) {
    return kCommon + kMessages + "sequence outer { enroll on signup day 0: enroll in inner }\nsequence inner { " + step + " }\n";
  };
  Host host(text("day 3: send study"));
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(text("day 1: send story"))).ok());
  static_cast<void>(host.to("2026-03-06T00:00:00Z"));
  CHECK(host.of({Kind::sent, Kind::input_refused}) == Lines{"2026-03-05T08:00:00Z ada sent study"});
}

TEST_CASE("[S10.1] [S1.3] a run that ended in a longer version goes to bytes and back") {
  Host host(kCommon + kMessages + "sequence once { enroll on signup day 0: send hello day 1: send study day 2: send bye }\n");
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-05T08:00:00Z"));
  CHECK(host.engine.deploy(program_of(kCommon + kMessages + "sequence once { enroll on signup day 0: send story }\n")).ok());
  static_cast<void>(host.to("2026-03-05T09:00:00Z"));
  CHECK(host.engine.restore(host.engine.save()).reason().empty());
}

TEST_CASE("[S10.1] segments are part of the version that uses them") {
  const std::string handlers = "when keen as looked { send story }\n day 9 last: send bye\n";
  const auto text = [&](const std::string& condition) {
    return kCommon + kMessages + "segment keen = " + condition + "\n" + trial(handlers);
  };
  Host host(text("lead.visits >= 3"));
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(text("lead.visits >= 5"))).ok());
  enter(host, "bo", "2026-03-02T13:00:00Z");
  for (const char* lead : {"ada", "bo"}) CHECK(host.engine.upsert(lead, {{"visits", 3}}, instant("2026-03-02T14:00:00Z")).ok());
  static_cast<void>(host.to("2026-03-02T15:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-02T14:00:00Z ada sent story"});
}

TEST_CASE("[S10.1] a sequence that was made of a family is kept as what was made of it") {
  const auto text = [](const std::string& days) {
    return kCommon + kMessages + "sequence magnet(what: message, days: int) { enroll on signup day 0 a: send what\n" + days +
           " b: { if lead.visits < days { send bye } } }\nuse magnet(what: study, days: 7) as studies\n";
  };
  Host host(text("day 3"));
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(program_of(text("day 5"))).ok());
  static_cast<void>(host.to("2026-03-20T00:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent study", "2026-03-05T08:00:00Z ada sent bye"});
}

TEST_CASE("[S10.2] an older version that no longer fits is refused with the reason, and nothing changes") {
  Host host(kOld);
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  const std::string before = host.engine.save();
  const Program next = program_of(kCommon + message("hello", "Hello") + message("bye", "Bye") + trial("day 0 welcome: send hello\n"));
  const DeployReport report = host.engine.deploy_dry_run(next);
  const std::string version = program_of(kOld).version("trial");
  const std::string reason = "an older version does not fit any more, version " + version + " of `trial`: there is no message `study`";
  CHECK(report.status.reason() == reason);
  CHECK(host.engine.save() == before);
  CHECK(host.engine.deploy(next).ok());
  static_cast<void>(host.to("2026-03-05T12:00:00Z"));
  CHECK(host.of({Kind::input_refused}) == Lines{"2026-03-02T12:00:00Z input_refused deploy: " + reason});
  CHECK(host.sent().back() == "2026-03-05T09:00:00Z ada sent study");
}

TEST_CASE("[S10.2] a migration says where runs go on, and when") {
  const auto migrated = [](const std::string& timer) {
    Host host(kOld);
    enter(host, "ada", "2026-03-02T08:00:00Z");
    static_cast<void>(host.to("2026-03-03T12:00:00Z"));
    const std::string next = kCommon + kMessages +
                             trial("day 0 welcome: send hello\n day 5 at 11:00 success_story: send story\n day 9 last: send bye\n") +
                             "migrate trial from \"VERSION\" { step case_study -> success_story" + timer + " }\n";
    const Program program = program_of(with_version(next, program_of(kOld).version("trial")));
    CHECK(host.engine.deploy(program).ok());
    static_cast<void>(host.to("2026-03-20T00:00:00Z"));
    CHECK(host.of({Kind::migrated}) == Lines{"2026-03-03T12:00:00Z ada migrated " + program_of(kOld).version("trial") + ": success_story"});
    CHECK(host.log.json.find("\"version\":\"" + program.version("trial") + "\",\"enrolment\":1,\"step\":\"success_story\"") !=
          std::string::npos);
    Lines sent = host.sent();
    CHECK(sent.back() == "2026-03-11T08:00:00Z ada sent bye");
    REQUIRE(sent.size() == 3);
    return sent[1];
  };
  CHECK(migrated("") == "2026-03-05T09:00:00Z ada sent story");
  CHECK(migrated(" timer due") == "2026-03-05T09:00:00Z ada sent story");
  CHECK(migrated(" timer remaining") == "2026-03-05T09:00:00Z ada sent story");
  CHECK(migrated(" timer anew") == "2026-03-07T11:00:00Z ada sent story");
}

TEST_CASE("[S10.2] of a run that stands still, the instant is kept or what was left of the time") {
  const auto resumed = [](const std::string& timer) {
    Host host(kOld);
    enter(host, "ada", "2026-03-02T08:00:00Z");
    CHECK(host.engine.pause(Scope::lead("ada"), instant("2026-03-04T09:00:00Z")).ok());
    static_cast<void>(host.to("2026-03-04T12:00:00Z"));
    const std::string next = kCommon + kMessages +
                             trial("day 0 welcome: send hello\n day 5 success_story: send story\n day 30 last: send bye\n") +
                             "migrate trial from \"VERSION\" { step case_study -> success_story timer " + timer + " }\n";
    CHECK(host.engine.deploy(program_of(with_version(next, program_of(kOld).version("trial"))), {.at = instant("2026-03-10T09:00:00Z")})
              .ok());
    CHECK(host.engine.resume(Scope::lead("ada"), instant("2026-03-10T10:00:00Z")).ok());
    static_cast<void>(host.to("2026-03-20T00:00:00Z"));
    return host.sent().back();
  };
  CHECK(resumed("due") == "2026-03-10T10:00:00Z ada sent story");
  CHECK(resumed("remaining") == "2026-03-11T09:00:00Z ada sent story");
}

TEST_CASE("[S10.2] a step that is no more can be an exit, and without a word for it nothing is deployed") {
  const std::string steps = "day 0 welcome: send hello\n day 9 last: send bye\n";
  const std::string version = program_of(kOld).version("trial");
  const auto next = [&](const std::string& items) {
    return program_of(kCommon + kMessages + trial(steps) + "migrate trial from \"" + version + "\" {" + items + "}\n");
  };
  Host host(kOld);
  for (const char* lead : {"ada", "bo"}) enter(host, lead, "2026-03-02T08:00:00Z");
  enter(host, "cy", "2026-02-26T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  const std::string reason = "it would leave without a step: 2 of `trial` " + version + " at `case_study`";
  const DeployReport refused = host.engine.deploy_dry_run(next(""));
  CHECK(refused.status.reason() == reason);
  CHECK(to_text(refused) == "trial " + version + ": 3 enrolled, migrates\n" + "         2 at case_study: no step\n" +
                                "         1 at last: -> last\n" + "refused: " + reason + "\n");
  CHECK(host.engine.deploy(next("")).ok());
  static_cast<void>(host.to("2026-03-02T13:00:00Z"));
  CHECK(host.of({Kind::input_refused}) == Lines{"2026-03-02T12:00:00Z input_refused deploy: " + reason});
  CHECK(host.engine.deploy(next("step case_study -> exit removed")).ok());
  static_cast<void>(host.to("2026-03-20T00:00:00Z"));
  CHECK(host.of({Kind::exited}) == Lines{"2026-03-02T13:00:00Z ada exited(exit) removed", "2026-03-02T13:00:00Z bo exited(exit) removed",
                                         "2026-03-07T08:00:00Z cy exited completed"});
}

TEST_CASE("[S10.2] [S4.4] steps that the migration plans into the past follow their late rule") {
  const std::string steps =
      "day 0 welcome: send hello\n day 1 at 09:00 late skip early: send story\n day 1 at 10:00 tips: send study\n day 9 last: send bye\n";
  Host host(kOld);
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-06T12:00:00Z"));
  const std::string next = kCommon + kMessages + trial(steps) + "migrate trial from \"VERSION\" { }\n";
  CHECK(host.engine.deploy(program_of(with_version(next, program_of(kOld).version("trial")))).ok());
  static_cast<void>(host.to("2026-03-20T00:00:00Z"));
  CHECK(host.of({Kind::skipped}) == Lines{"2026-03-06T12:00:00Z ada skipped(late) story"});
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent hello", "2026-03-05T09:00:00Z ada sent study",
                             "2026-03-06T12:00:00Z ada sent study", "2026-03-11T08:00:00Z ada sent bye"});
}

TEST_CASE("[S10.2] a wait that is left keeps its end as the instant of the step that follows") {
  const std::string old = kCommon + kMessages + trial("day 0 ask: { send hello wait 3d send study }\n day 9 last: send bye\n");
  Host host(old);
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-03T12:00:00Z"));
  const std::string next = kCommon + kMessages + trial("day 0 begin: send hello\n day 1 then_what: send story\n day 9 last: send bye\n") +
                           "migrate trial from \"VERSION\" { step ask -> then_what }\n";
  CHECK(host.engine.deploy(program_of(with_version(next, program_of(old).version("trial")))).ok());
  static_cast<void>(host.to("2026-03-20T00:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent hello", "2026-03-03T12:00:00Z ada sent hello",
                             "2026-03-05T08:00:00Z ada sent story", "2026-03-11T08:00:00Z ada sent bye"});
}

TEST_CASE("[S3.3] at a deployment leads that are known enter or stay outside, as it says") {
  const std::string text =
      kCommon + kMessages + "sequence rich { enroll when lead.plan is known and lead.plan == \"team\" day 0 a: send hello }\n";
  const auto entered = [&](ExistingLeads existing) {
    Host host(kCommon + kMessages);
    CHECK(host.engine.upsert("ada", {{"email", "a"}, {"plan", "team"}}).ok());
    CHECK(host.engine.upsert("bo", {{"email", "b"}, {"plan", "free"}}).ok());
    static_cast<void>(host.to("2026-03-02T09:00:00Z"));
    CHECK(host.engine.deploy(program_of(text), {.existing_leads = existing}).ok());
    static_cast<void>(host.to("2026-03-02T10:00:00Z"));
    CHECK(host.engine.upsert("bo", {{"plan", "team"}}).ok());
    CHECK(host.engine.upsert("ada", {{"visits", 1}}).ok());
    static_cast<void>(host.to("2026-03-02T11:00:00Z"));
    return host.sent();
  };
  const std::string ada = "2026-03-02T09:00:00Z ada sent hello";
  const std::string bo = "2026-03-02T10:00:00Z bo sent hello";
  CHECK(entered(ExistingLeads::ignore) == Lines{bo});
  CHECK(entered(ExistingLeads::enroll) == Lines{ada, bo});
}

TEST_CASE("[S10.1] what leads have is carried over by its name: attributes, consents, caps, held messages, posted inputs") {
  const std::string policies = "policy calm { cap 1 per 7d on email quiet hours 20:00..08:00 }\n";
  const auto text = [&](const std::string& before) {
    return before + R"(
lead { email: string?  plan: enum(free, team)?  visits: int = 0 }
event signup
event order.placed { amount: int? }
category marketing { consent explicit }
channel email { requires lead.email }
)" + kMessages +
           policies + "sequence trial { enroll on signup policy calm day 0 welcome: send hello\n day 1 next: send study }\n";
  };
  Host host(text(""));
  CHECK(host.engine.upsert("ada", {{"email", "a"}, {"plan", "team"}, {"visits", 4}}).ok());
  CHECK(host.engine.consent("ada", "marketing", {.source = "form"}).ok());
  CHECK(host.engine.post({"ada", "signup", {}, {}, {}, instant("2026-03-02T21:00:00Z")}).ok());
  static_cast<void>(host.to("2026-03-02T22:00:00Z"));
  CHECK(
      host.engine.deploy(program_of(text("category aaa { consent explicit }\nevent aaa\nscore aaa { range 0..9 tier all 0..9 }\n"))).ok());
  CHECK(host.engine.upsert("ada", {{"visits", 5}}, instant("2026-03-02T23:00:00Z")).ok());
  static_cast<void>(host.to("2026-03-03T22:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-03T08:00:00Z ada sent hello"});
  CHECK(host.of({Kind::held}).back() == "2026-03-03T21:00:00Z ada held(quiet) study until 2026-03-04T08:00:00Z");
  const auto report = host.engine.inspect("ada");
  REQUIRE(report);
  CHECK(report->consents == std::vector<std::pair<std::string, std::string>>{{"marketing by email", "granted"}});
  CHECK(to_json(*report).find("\"attributes\":{\"email\":\"a\",\"plan\":\"team\",\"visits\":5}") != std::string::npos);
}

TEST_CASE("[S1.3] [S10.1] the state of an engine with older versions goes to bytes and back, and brings them along") {
  const Program next = program_of(kCommon + kMessages + trial("day 0 welcome: send hello\n day 1 at 10:00 tell: send story\n"));
  Host host(kOld);
  enter(host, "ada", "2026-03-02T08:00:00Z");
  static_cast<void>(host.to("2026-03-02T12:00:00Z"));
  CHECK(host.engine.deploy(next).ok());
  static_cast<void>(host.to("2026-03-02T13:00:00Z"));
  const std::string bytes = host.engine.save();
  Host other(next);
  const Status restored = other.engine.restore(bytes);
  INFO(restored.reason());
  REQUIRE(restored.ok());
  CHECK(other.engine.save() == bytes);
  static_cast<void>(other.to("2026-03-20T00:00:00Z"));
  CHECK(other.sent() == Lines{"2026-03-05T09:00:00Z ada sent study", "2026-03-11T08:00:00Z ada sent bye"});
  CHECK_FALSE(Host(kOld).engine.restore(bytes).ok());
}

TEST_CASE("[S10.1] [S1.3] several shards deploy at one instant, all or none") {
  const auto log_of = [](std::size_t shards, bool fits) {
    const ManualClock clock{"2026-03-02T08:00:00Z"};
    ShardedEngine engine{program_of(kOld), clock, shards};
    Log log;
    engine.observe(&log);
    for (int i = 0; i < 9; ++i) {
      const std::string lead = "lead" + std::to_string(i);
      CHECK(engine.upsert(lead, {{"email", lead}}).ok());
      if (i == 4) CHECK(engine.post({lead, "signup"}).ok());
    }
    const std::string messages = fits ? kMessages : message("hello", "H");
    const Program next = program_of(kCommon + messages + trial("day 0 welcome: send hello\n"));
    CHECK(engine.deploy(next, {.at = instant("2026-03-03T08:00:00Z")}).ok());
    for (int i = 0; i < 9; ++i)
      CHECK(engine.post({"lead" + std::to_string(i), "signup", {}, {}, {}, instant("2026-03-04T08:00:00Z")}).ok());
    static_cast<void>(engine.step_to(instant("2026-03-02T20:00:00Z")));
    CHECK(engine.deploy_dry_run(next).status.ok() == fits);
    static_cast<void>(engine.step_to(instant("2026-03-20T00:00:00Z")));
    return log.json;
  };
  for (const bool fits : {true, false}) {
    const std::string one = log_of(1, fits);
    CHECK(one.find(fits ? "\"deployed\"" : "\"deploy\"") != std::string::npos);
    CHECK(log_of(2, fits) == one);
    CHECK(log_of(7, fits) == one);
  }
}

TEST_CASE("[S10.1] a program with errors is not deployed") {
  Host host(kOld);
  CHECK(host.engine.deploy({}).reason() == "a program with errors is not deployed");
  CHECK_FALSE(host.engine.deploy_dry_run({}).status.ok());
}
