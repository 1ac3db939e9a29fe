// Conditions that name a sequence or consent, and are asked again when a run begins or ends and when consent changes: S5.4 of
// the contracts.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kProgram = R"(nurture 1
lead { tz: string? }
event signup
event poked
event read
category news { consent explicit }
message hello { channel email category news subject "Hello" }
sequence onboarding { enroll on signup exit done on poked reenroll always day 30: {} }
sequence newsletter { enroll on read stay while not enrolled_in(onboarding) reenroll always day 30: {} }
sequence afterwards { enroll when any(poked) and not enrolled_in(onboarding) reenroll always day 0: tag free }
sequence calls { enroll on read when consent(news, email) as reachable every time notify sales "now" day 60: {} }
)";

void post(Host& host, const char* name) {
  CHECK(host.engine.post({.lead = "ada", .name = name}).ok());
  host.engine.step();
}

}  // namespace

TEST_CASE("[S5.4] [S2.4] who begins one sequence leaves another that asks for it, at that instant") {
  Host host(kProgram);
  post(host, "read");
  CHECK(host.of({Kind::exited}).empty());
  post(host, "signup");
  CHECK(host.of({Kind::exited}) == Lines{"2026-03-02T08:00:00Z ada exited(exit) left"});
  post(host, "read");
  CHECK(host.of({Kind::refused}) ==
        Lines{"2026-03-02T08:00:00Z ada refused(already_enrolled) in calls", "2026-03-02T08:00:00Z ada refused(exit) in newsletter"});
}

TEST_CASE("[S5.4] [S3.3] the end of a run is a change of the conditions that ask for it") {
  Host host(kProgram);
  post(host, "signup");
  host.log.clear();
  post(host, "poked");
  CHECK(host.of({Kind::exited, Kind::enrolled}).front() == "2026-03-02T08:00:00Z ada exited(exit) done");
  CHECK(host.log.count(Kind::enrolled) == 1);
}

TEST_CASE("[S5.4] [S6.8] consent that is given or withdrawn is asked for again") {
  Host host(kProgram);
  post(host, "read");
  CHECK(host.of({Kind::handler}).empty());
  for (const bool granted : {true, false, true}) {
    CHECK(host.engine.consent("ada", "news", {.granted = granted}).ok());
    host.engine.step();
  }
  CHECK(host.of({Kind::handler}).size() == 2);
}

TEST_CASE("[S1.3] what names ask for survives the way through bytes") {
  Host host(kProgram);
  post(host, "read");
  REQUIRE(host.engine.restore(host.engine.save()).ok());
  post(host, "signup");
  CHECK(host.of({Kind::exited}).size() == 1);
}

TEST_CASE("[S3.1] a question with `any key` counts events of every key, one without only those of its own") {
  const auto ended = [](const char* pattern) {
    Host host(std::string("nurture 1\nevent asked { room: string }\n") +
              "sequence s { enroll on asked key event.room exit busy when count(" + pattern + ") >= 3 day 9: {} }\n");
    for (const char* room : {"a", "b", "c"}) CHECK(host.engine.post({.lead = "ada", .name = "asked", .fields = {{"room", room}}}).ok());
    host.to("2026-03-03T00:00:00Z");
    return host.log.count(DecisionKind::exited);
  };
  CHECK(ended("asked any key within 30d") == 2);  // The third is refused at the door.
  CHECK(ended("asked within 30d") == 0);
}
