// Runs by key, with several ways in that find the key in different places: S3.1 of the contracts.
#include "support/engine.hpp"

#include <set>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kVocabulary = R"(nurture 1
lead { account: string? number: int? trial: bool = false }
event registered { webinar_id: string }
event invited { code: string seat: int? }
event imported { number: int }
event cancelled { webinar_id: string }
event withdrawn { code: string }
event attended { webinar_id: string? }
event recalled { number: string }
event poked
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
message bye { channel email category news subject "Bye" }
)";

/// Ways in by `registered` and by `invited`; each event carries the key where its own declaration says.
const std::string kTwoWays = kVocabulary + R"(
sequence webinar {
  enroll on registered key event.webinar_id
  enroll on invited key event.code
  reenroll always
  exit cancelled on cancelled
  exit withdrawn on withdrawn
  day 0: send hello
  day 3: if any(attended since enrolled) as came { send bye } else as missed {}
}
)";

void post(Host& host, const char* name, Fields fields = {}) {
  CHECK(host.engine.post({.lead = "ada", .name = name, .fields = std::move(fields)}).ok());
  host.engine.step();
}

std::string enrolled(int times, const std::string& name) {
  return "2026-03-02T08:00:00Z ada " + (times == 0 ? "refused(already_enrolled) in " : "enrolled " + name + " in ");
}

}  // namespace

TEST_CASE("[S3.1] ways in take the key from where each of them says") {
  Host host(kTwoWays);
  post(host, "registered", {{"webinar_id", "w1"}});
  post(host, "invited", {{"code", "w2"}});
  post(host, "invited", {{"code", "w1"}});  // The same webinar by the other way.
  post(host, "registered", {{"webinar_id", "w2"}});
  CHECK(host.of({Kind::enrolled, Kind::refused}) == Lines{enrolled(1, "registered") + "webinar", enrolled(1, "invited") + "webinar",
                                                          enrolled(0, "") + "webinar", enrolled(0, "") + "webinar"});
}

TEST_CASE("[S3.1] an event reaches the run whose key it carries, whichever way that run began") {
  Host host(kTwoWays);
  post(host, "registered", {{"webinar_id", "w1"}});
  post(host, "invited", {{"code", "w2"}});
  post(host, "invited", {{"code", "w3"}});
  CHECK(host.engine.statistics().live_enrolments == 3);
  post(host, "cancelled", {{"webinar_id", "w2"}});
  post(host, "withdrawn", {{"code", "w1"}});
  CHECK(host.engine.statistics().live_enrolments == 1);
  CHECK(host.of({Kind::exited}) ==
        Lines{"2026-03-02T08:00:00Z ada exited(exit) cancelled", "2026-03-02T08:00:00Z ada exited(exit) withdrawn"});
  CHECK(host.log.json.find("\"enrolment\":2,\"step\":\"day_0\",\"name\":\"cancelled\"") != std::string::npos);
  CHECK(host.log.json.find("\"enrolment\":1,\"step\":\"day_0\",\"name\":\"withdrawn\"") != std::string::npos);
}

TEST_CASE("[S3.1] questions to the history are asked for the key, by both ways") {
  Host host(kTwoWays);
  post(host, "registered", {{"webinar_id", "w1"}});
  post(host, "invited", {{"code", "w2"}});
  post(host, "attended", {{"webinar_id", "w2"}});
  post(host, "attended");  // Carries no key, and so belongs to no run.
  host.to("2026-03-06T00:00:00Z");
  CHECK(host.of({Kind::branch}) == Lines{"2026-03-05T08:00:00Z ada branch missed: any(attended since enrolled)",
                                         "2026-03-05T08:00:00Z ada branch came: any(attended since enrolled)"});
}

TEST_CASE("[S7.1] runs of different keys have different message keys") {
  Host host(kTwoWays);
  post(host, "registered", {{"webinar_id", "w1"}});
  post(host, "invited", {{"code", "w2"}});
  REQUIRE(host.log.keys.size() == 2);
  CHECK(host.log.keys[0] != host.log.keys[1]);
}

TEST_CASE("[S3.1] a key is compared by what it says, whatever types carry it") {
  Host host(kVocabulary + R"(
sequence s {
  enroll on imported key event.number
  exit recalled on recalled
  day 5: send hello
}
)");
  post(host, "imported", {{"number", 5}});
  post(host, "recalled", {{"number", "6"}});
  CHECK(host.engine.statistics().live_enrolments == 1);
  post(host, "recalled", {{"number", "5"}});
  CHECK(host.engine.statistics().live_enrolments == 0);
}

TEST_CASE("[S3.1] a way in without a key has one run beside those with one") {
  Host host(kVocabulary + R"(
sequence s {
  enroll on registered key event.webinar_id
  enroll on signup
  reenroll always
  exit cancelled on cancelled
  exit poked on poked
  day 5: send hello
}
)");
  post(host, "signup");
  post(host, "registered", {{"webinar_id", "w1"}});
  post(host, "signup");
  CHECK(host.of({Kind::enrolled, Kind::refused}) ==
        Lines{enrolled(1, "signup") + "s", enrolled(1, "registered") + "s", enrolled(0, "") + "s"});
  post(host, "cancelled", {{"webinar_id", "w1"}});  // Carries a key, and so does not reach the run without one.
  CHECK(host.engine.statistics().live_enrolments == 1);
  post(host, "poked");
  CHECK(host.engine.statistics().live_enrolments == 0);
}

TEST_CASE("[S3.1] a condition can be a keyed way in beside an event") {
  Host host(kVocabulary + R"(
sequence s {
  enroll on registered key event.webinar_id
  enroll when lead.trial key default(lead.account, "none")
  day 5: send hello
}
)");
  CHECK(host.engine.upsert("ada", {{"account", "acme"}, {"trial", true}}).ok());
  post(host, "registered", {{"webinar_id", "acme"}});
  post(host, "registered", {{"webinar_id", "w1"}});
  CHECK(host.of({Kind::enrolled, Kind::refused}) ==
        Lines{enrolled(1, "lead.trial") + "s", enrolled(0, "") + "s", enrolled(1, "registered") + "s"});
}

TEST_CASE("[S3.5] who is moved takes the key from the event that moves, by that event's own way in") {
  const auto moved_by = [](const char* event) {
    Host host(kVocabulary + R"(
sequence webinar {
  enroll on registered key event.webinar_id
  enroll on invited key event.code
  day 5: send hello
}
sequence other {
  enroll on signup
  day 5: send hello
  on registered or invited or poked as next move to webinar
}
)",
              "2026-03-02T08:00:00Z", {.only_sequences = std::vector<std::string>{"other", "webinar"}});
    post(host, "signup");
    const std::string name = event;
    post(host, event, name == "registered" ? Fields{{"webinar_id", "w1"}} : name == "invited" ? Fields{{"code", "w1"}} : Fields{});
    Lines lines = host.of({Kind::moved, Kind::move_refused});
    return lines.empty() ? std::string() : lines.front();
  };
  CHECK(moved_by("registered") == "2026-03-02T08:00:00Z ada moved webinar");
  CHECK(moved_by("invited") == "2026-03-02T08:00:00Z ada moved webinar");
  CHECK(moved_by("poked") == "2026-03-02T08:00:00Z ada move_refused(no_key) webinar");
}

TEST_CASE("[S7.1] [S3.2] what scores send has keys of its own, also when the lead was erased and comes back") {
  Host host(kVocabulary + R"(
score interest { range 0..100 rule +10 poked_rule on poked then { send hello } }
)");
  for (int life = 0; life < 3; ++life) {
    for (int poke = 0; poke < 2; ++poke) post(host, "poked");
    REQUIRE(host.engine.erase("ada").ok());
    host.engine.step();
  }
  CHECK(host.sent().size() == 6);
  CHECK(std::set<std::string>(host.log.keys.begin(), host.log.keys.end()).size() == 6);
}
