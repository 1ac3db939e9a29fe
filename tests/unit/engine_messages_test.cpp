// What a message is: its key [S7.1], what it says when it was held, and records that are used again.
#include "support/engine.hpp"

#include <set>

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kVocabulary = R"(nurture 1
lead { tz: string = "UTC" }
event signup { k: string? }
event poked { word: string? }
event keyed { k: string }
event never
category news { consent implied }
message m { channel email category news subject "M {{ default(trigger.word, 'none') }}" }
message k { channel email category news subject "K" }
policy night { quiet hours 20:00..08:00 then hold }
policy one { cap 1 per 1d then drop }
)";

/// Keys and subjects of what goes out.
struct Sent {
  explicit Sent(Host& host) {
    host.engine.on_send([this](const Message& message) {
      keys.push_back(message.key());
      subjects.push_back(message.subject());
      return Delivery::accepted();
    });
  }
  [[nodiscard]] bool all_differ() const { return std::set<std::string>(keys.begin(), keys.end()).size() == keys.size(); }
  Lines keys, subjects;
};

void post(Host& host, std::string_view at, const std::string& name, Fields fields = {}) {
  host.clock.set(instant(at));
  CHECK(host.engine.post({.lead = "ada", .name = name, .fields = std::move(fields)}).ok());
  host.engine.step();
}

}  // namespace

TEST_CASE("[S7.1] each firing of a handler, each body of a score has a key of its own") {
  Host host(kVocabulary + R"(
sequence s { enroll on signup  on poked as again every time send m  day 9: send k }
score one { range 0..9 rule +1 r on poked then send k  tier all 0..9 }
score two { range 0..9 rule +1 r on poked then send k  tier all 0..9 }
)");
  Sent sent(host);
  post(host, "2026-03-02T08:00:00Z", "signup");
  for (const char* at : {"2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"}) post(host, at, "poked");
  CHECK(sent.keys.size() == 9);
  CHECK(sent.all_differ());
}

TEST_CASE("[S7.1] a message that was held keeps its key") {
  Host host(kVocabulary + "sequence s { enroll on signup policy night  on poked every time send m  day 9: send k }");
  Sent sent(host);
  post(host, "2026-03-02T08:00:00Z", "signup");
  post(host, "2026-03-02T21:00:00Z", "poked");
  REQUIRE(host.log.keys.size() == 1);
  host.to("2026-03-03T09:00:00Z");
  CHECK(sent.keys == Lines{host.log.keys.front()});
}

TEST_CASE("each held message says what its own event said") {
  Host host(kVocabulary + "sequence s { enroll on signup policy night  on poked every time send m  day 9: send k }");
  Sent sent(host);
  post(host, "2026-03-02T08:00:00Z", "signup");
  post(host, "2026-03-02T21:00:00Z", "poked", {{"word", "one"}});
  post(host, "2026-03-02T22:00:00Z", "poked", {{"word", "two"}});
  host.to("2026-03-03T09:00:00Z");
  CHECK(sent.subjects == Lines{"M one", "M two"});
}

TEST_CASE("a message of a score that a pause held says what its event said") {
  Host host(kVocabulary + "score one { range 0..9 rule +1 r on poked then send m  tier all 0..9 }");
  Sent sent(host);
  CHECK(host.engine.pause().ok());
  post(host, "2026-03-02T09:00:00Z", "poked", {{"word", "one"}});
  CHECK(sent.subjects.empty());
  CHECK(host.engine.resume().ok());
  host.to("2026-03-02T10:00:00Z");
  CHECK(sent.subjects == Lines{"M one"});
}

TEST_CASE("[S6.8] consent withdrawn under a pause ends a score's message at that instant") {
  Host host(kVocabulary + "score one { range 0..9 rule +1 r on poked then send k  tier all 0..9 }");
  CHECK(host.engine.pause().ok());
  post(host, "2026-03-02T09:00:00Z", "poked", {});
  CHECK(host.engine.consent("ada", "news", {.granted = false, .received_at = instant("2026-03-02T10:00:00Z")}).ok());
  host.to("2026-03-02T11:00:00Z");
  CHECK(host.of({DecisionKind::skipped}) == Lines{"2026-03-02T10:00:00Z ada skipped(consent) k"});
  CHECK(host.engine.statistics().held_messages == 0);
}

TEST_CASE("what a handler's message needs does not touch what a wait matched [S5.1]") {
  Host host(kVocabulary + R"(
sequence s {
  enroll on signup
  policy night
  on poked where event.word is known and event.word == "handled" as again every time send m
  day 0: {
    wait until on poked where event.word is known and event.word == "waited" timeout 9d
    wait 13h
    if trigger.word is known and trigger.word == "waited" { send k }
  }
})");
  Sent sent(host);
  post(host, "2026-03-02T08:00:00Z", "signup");
  post(host, "2026-03-02T20:00:00Z", "poked", {{"word", "waited"}});
  post(host, "2026-03-02T21:00:00Z", "poked", {{"word", "handled"}});
  host.to("2026-03-03T10:00:00Z");
  CHECK(sent.subjects == Lines{"M handled", "K"});
}

TEST_CASE("handlers of a run that moved on do not act in the run that took its place [S3.5]") {
  Host host(kVocabulary + R"(
sequence aaa {
  enroll on keyed key event.k
  reenroll always
  on poked as h1 move to bbb
  on poked as h2 notify boss "h2"
  on poked as h3 send m
  day 5 at 09:00: send m
}
sequence bbb { enroll on never reenroll always  on never as z notify boss "z"  day 6: send m }
)");
  Sent sent(host);
  post(host, "2026-03-02T08:00:00Z", "keyed", {{"k", "A"}});
  post(host, "2026-03-02T08:01:00Z", "keyed", {{"k", "B"}});
  post(host, "2026-03-02T08:02:00Z", "poked");
  // The second run of aaa is refused by bbb, so it stays, and its other handlers act; those of the first do not.
  CHECK(host.log.count(DecisionKind::moved) == 1);
  CHECK(host.log.count(DecisionKind::move_refused) == 1);
  CHECK(sent.subjects.size() == 1);
  CHECK(host.log.count(DecisionKind::notified) == 1);
}

TEST_CASE("what a former run left behind does not change the order of others [S2.1]") {
  const std::string text = kVocabulary + R"(
sequence aaa { enroll on never  enroll on signup where event.k is known and event.k == "aaa"  reenroll always
  exit out on poked  day 5 at 09:00: send m }
sequence bbb { enroll on signup where event.k is known and event.k == "others"  policy one  day 5 at 09:00: send m }
sequence ccc { enroll on signup where event.k is known and event.k == "others"  policy one  day 5 at 09:00: send k }
)";
  for (const bool history : {false, true}) {
    Host host(text);
    for (int i = 0; history && i < 2; ++i) {
      post(host, "2026-03-02T08:00:00Z", "signup", {{"k", "aaa"}});
      post(host, "2026-03-02T08:00:00Z", "poked");
    }
    post(host, "2026-03-02T08:00:00Z", "signup", {{"k", "others"}});
    host.to("2026-03-09T09:00:00Z");
    CHECK(host.sent() == Lines{"2026-03-07T09:00:00Z ada sent m"});
  }
}

TEST_CASE("a delivery that failed beside a policy that no sequence uses [S6.5]") {
  Host host(kVocabulary + "policy unused { cap 3 per 7d }\nsequence s { enroll on signup policy one  day 0: send k  day 1: send k }");
  host.engine.on_send([](const Message&) { return Delivery::rejected("no such box"); });
  post(host, "2026-03-02T08:00:00Z", "signup");
  host.to("2026-03-04T08:00:00Z");
  CHECK(host.sent().size() == 2);
}

TEST_CASE("an observer changes nothing [S1.1]") {
  const std::string text = kVocabulary + R"(
sequence s { enroll on signup policy night policy one  on poked as again every time { send m set lead.tz = "Asia/Tokyo" }
  day 0: send k  day 3: { wait until on poked timeout 2d send m } }
)";
  Lines with, without;
  for (Lines* sent : {&with, &without}) {
    Host host(text);
    Sent seen(host);
    if (sent == &without) host.engine.observe(nullptr);
    post(host, "2026-03-02T21:00:00Z", "signup");
    post(host, "2026-03-02T22:00:00Z", "poked", {{"word", "x"}});
    post(host, "2026-03-05T22:00:00Z", "poked", {{"word", "y"}});
    host.to("2026-04-01T00:00:00Z");
    *sent = seen.keys;
    sent->insert(sent->end(), seen.subjects.begin(), seen.subjects.end());
  }
  CHECK_FALSE(with.empty());
  CHECK(with == without);
}

TEST_CASE("a variant of a held message is chosen by what its own event said") {
  Host host(kVocabulary + R"(
message v { channel email category news subject "?"
  variant loud 100% when trigger.word is known and trigger.word == "loud" { subject "LOUD" }
  variant other 100% { subject "quiet" } }
sequence s { enroll on signup policy night  on poked every time send v  day 9: send k }
)");
  Sent sent(host);
  post(host, "2026-03-02T08:00:00Z", "signup");
  post(host, "2026-03-02T21:00:00Z", "poked", {{"word", "loud"}});
  host.to("2026-03-03T09:00:00Z");
  CHECK(sent.subjects == Lines{"LOUD"});
}
