// What one sequence hands over to another, and what is done when the other refuses. S3.5 of the contracts.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kVocabulary = R"(nurture 1
lead { tz: string = "UTC" name: string = "Ada" paid: bool = false }
event signup { plan: string amount: number = 1 }
event poked { word: string }
event order { amount: number plan: string }
category news { consent implied }
message m { channel email category news subject "m" }
)";

void enters(Host& host) {
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .fields = {{"plan", "pro"}}}).ok());
  host.engine.step();
}

}  // namespace

TEST_CASE("[S3.5] a move hands values over, which the target knows as entry.NAME") {
  Host host(kVocabulary + R"(
sequence a { enroll on signup  day 0: {}  day 9: {}
  on poked as p move to b with reason = trigger.word + "!", size = 2 }
sequence b { accepts { reason: string? size: number = 7 note: string = "none" }
  day 0: notify sales "{{ default(entry.reason, '-') }} {{ entry.size }} {{ entry.note }}"
  day 3: notify sales "still {{ default(entry.reason, '-') }}" })");
  enters(host);
  CHECK(host.engine.post({.lead = "ada", .name = "poked", .fields = {{"word", "hey"}}}).ok());
  host.to("2026-03-09T08:00:00Z");
  CHECK(host.of({DecisionKind::moved, DecisionKind::notified}) == Lines{"2026-03-02T08:00:00Z ada moved b",
                                                                        "2026-03-02T08:00:00Z ada notified sales: hey! 2 none",
                                                                        "2026-03-05T08:00:00Z ada notified sales: still hey!"});
}

TEST_CASE("[S3.5] `enroll in` hands over too, and what is not given has its default") {
  Host host(kVocabulary + R"(
sequence a { enroll on signup  day 0: { enroll in b with reason = "x"  enroll in c } }
sequence b { accepts { reason: string } day 0: notify sales "{{ entry.reason }}" }
sequence c { accepts { reason: string = "unsaid" } day 0: notify sales "{{ entry.reason }}" })");
  enters(host);
  CHECK(host.of({DecisionKind::notified}) ==
        Lines{"2026-03-02T08:00:00Z ada notified sales: x", "2026-03-02T08:00:00Z ada notified sales: unsaid"});
}

TEST_CASE("[S3.5] an event that enters hands its fields of these names over") {
  Host host(kVocabulary + R"(
sequence b { accepts { plan: string reason: string? } enroll on signup
  day 0: notify sales "{{ entry.plan }} {{ default(entry.reason, '-') }} {{ entry.amount }}" })");
  enters(host);
  CHECK(host.of({DecisionKind::notified}) == Lines{"2026-03-02T08:00:00Z ada notified sales: pro - 1"});
}

TEST_CASE("[S3.5] a target that refuses: neither happens, and `else` says what then") {
  Host host(kVocabulary + R"(
sequence a { enroll on signup  day 0 ask: { move to b else { notify sales "refused" }  send m }  day 1: send m }
sequence b { exit no when not lead.paid  day 0: send m })");
  enters(host);
  host.to("2026-03-09T08:00:00Z");
  CHECK(host.of({DecisionKind::moved, DecisionKind::move_refused, DecisionKind::notified, DecisionKind::sent, DecisionKind::enrolled}) ==
        Lines{"2026-03-02T08:00:00Z ada enrolled signup in a", "2026-03-02T08:00:00Z ada move_refused(exit) b",
              "2026-03-02T08:00:00Z ada notified sales: refused", "2026-03-02T08:00:00Z ada sent m", "2026-03-03T08:00:00Z ada sent m"});
}

TEST_CASE("[S3.5] a target may refuse because of what it is handed") {
  Host host(kVocabulary + R"(
sequence a { enroll on signup  day 0 ask: { move to b with size = 3 else { move to b with size = 1 } } }
sequence b { accepts { size: int } exit big when entry.size > 2  day 0: send m })");
  enters(host);
  CHECK(host.of({DecisionKind::moved, DecisionKind::move_refused, DecisionKind::sent}) ==
        Lines{"2026-03-02T08:00:00Z ada move_refused(exit) b", "2026-03-02T08:00:00Z ada moved b", "2026-03-02T08:00:00Z ada sent m"});
}

TEST_CASE("[S3.5] a value in error is not handed over") {
  Host host(kVocabulary + R"(
sequence a { enroll on signup  day 0: enroll in b with size = 1 / (size(lead.name) - 3) }
sequence b { accepts { size: int = 5 } day 0: notify sales "{{ entry.size }}" })");
  enters(host);
  CHECK(host.log.count(DecisionKind::evaluation_error) == 1);
  CHECK(host.of({DecisionKind::notified}) == Lines{"2026-03-02T08:00:00Z ada notified sales: 5"});
}

TEST_CASE("entry.NAME is asked by goals, exits and handlers, and the worth of a goal is in the log") {
  Host host(kVocabulary + R"(
sequence a { enroll on signup  goal paid value event.amount * 2 on order where event.plan == entry.plan  day 0: {}  day 9: {} })");
  enters(host);
  CHECK(host.engine.post({.lead = "ada", .name = "order", .fields = {{"plan", "free"}, {"amount", 3}}}).ok());
  host.engine.step();
  CHECK(host.log.count(DecisionKind::goal) == 0);
  CHECK(host.engine.post({.lead = "ada", .name = "order", .fields = {{"plan", "pro"}, {"amount", 21.5}}}).ok());
  host.engine.step();
  CHECK(host.of({DecisionKind::goal}) == Lines{"2026-03-02T08:00:00Z ada goal paid: 43"});
}

TEST_CASE("[S5.1] the log names the condition that ended a wait") {
  Host host(kVocabulary + R"(
sequence a { enroll on signup  reenroll always  day 0: {
    wait until any of { on poked as said {} when lead.paid {} } timeout 1d as silent
    wait until on poked timeout 1d as quiet } })");
  enters(host);
  CHECK(host.engine.post({.lead = "ada", .name = "poked", .fields = {{"word", "hey"}}}).ok());
  host.to("2026-03-05T08:00:00Z");
  CHECK(host.of({DecisionKind::wait_ended}) ==
        Lines{"2026-03-02T08:00:00Z ada wait_ended said: matched", "2026-03-03T08:00:00Z ada wait_ended quiet: timeout"});
  host.log.clear();
  enters(host);
  CHECK(host.engine.upsert("ada", {{"paid", true}}).ok());
  host.engine.step();
  CHECK(host.of({DecisionKind::wait_ended}) == Lines{"2026-03-05T08:00:00Z ada wait_ended condition_2: matched"});
  host.log.clear();
  CHECK(host.engine.upsert("ada", {{"paid", false}}).ok());
  host.to("2026-03-09T08:00:00Z");
  enters(host);
  host.to("2026-03-10T08:00:00Z");
  CHECK(host.of({DecisionKind::wait_ended}) ==
        Lines{"2026-03-06T08:00:00Z ada wait_ended quiet: timeout", "2026-03-10T08:00:00Z ada wait_ended silent: timeout"});
}

TEST_CASE("points of an action are a row of the ledger, a rest a row of its own") {
  Host host(kVocabulary + R"(
score intent { range 0..10 rule +1 r on poked }
sequence a { enroll on signup  day 0: { score intent +8  snooze 3d } })");
  enters(host);
  CHECK(host.of({DecisionKind::score, DecisionKind::paused}) ==
        Lines{"2026-03-02T08:00:00Z ada score intent: score intent +8", "2026-03-02T08:00:00Z ada paused until 2026-03-05T08:00:00Z"});
}

TEST_CASE("[S6.1] what a pool chose is not sent when another sequence sent it while it was held") {
  Host host(kVocabulary + R"(
pool tips = m
policy nights { quiet hours 20:00..08:00 then hold }
sequence a { enroll on signup  policy nights  day 0: send next of tips }
sequence b { enroll on poked  day 0: send m })",
            "2026-03-02T21:00:00Z");
  enters(host);
  CHECK(host.engine.post({.lead = "ada", .name = "poked", .fields = {{"word", "hey"}}}).ok());
  host.to("2026-03-04T08:00:00Z");
  CHECK(host.of({DecisionKind::held, DecisionKind::sent, DecisionKind::skipped}) ==
        Lines{"2026-03-02T21:00:00Z ada held(quiet) m until 2026-03-03T08:00:00Z", "2026-03-02T21:00:00Z ada sent m",
              "2026-03-03T08:00:00Z ada skipped(duplicate) m"});
}
