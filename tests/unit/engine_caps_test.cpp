// Slots of caps that come back, and who counts: S6.5 of the contracts.
#include "support/engine.hpp"

#include <nurture/limits.hpp>

#include <chrono>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;
using Kind = DecisionKind;

namespace {

const std::string kCapped = R"(nurture 1
lead { tz: string? }
event signup
event ping
category news { consent implied }
category receipts { transactional }
channel email {}
channel sms {}
message hello { channel email, sms category news subject "Hello" }
message again { channel email category news subject "Again" }
message bye { channel email category news subject "Bye" }
message receipt { channel email category receipts subject "Receipt" }
policy gentle { cap 1 per 2d on email then hold exempt receipts }
sequence course {
  enroll on signup
  policy gentle
  day 0: { send hello }
  day 9: { send bye }
  on ping as more every time send again
}
sequence shop {
  enroll on ping
  policy gentle
  day 0: send receipt
}
)";

void enter(Host& host) {
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.engine.step();
}

}  // namespace

TEST_CASE("[S6.5] a rejected message gives its slot to what is held for it, at once") {
  Host host(kCapped);
  enter(host);
  CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant("2026-03-02T09:00:00Z")}).ok());
  host.to("2026-03-02T10:00:00Z");
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T09:00:00Z ada held(cap) again until 2026-03-04T08:00:00Z"});
  CHECK(host.engine
            .delivery("ada", "hello", "email", instant("2026-03-02T08:00:00Z"), Delivery::rejected("bounced"),
                      instant("2026-03-02T11:00:00Z"))
            .ok());
  host.to("2026-03-03T08:00:00Z");
  CHECK(host.of({Kind::delivered}) == Lines{"2026-03-02T11:00:00Z ada delivered(rejected) hello: bounced"});
  CHECK(host.sent() ==
        Lines{"2026-03-02T08:00:00Z ada sent hello", "2026-03-02T09:00:00Z ada sent receipt", "2026-03-02T11:00:00Z ada sent again"});
}

TEST_CASE("[S6.5] a slot that comes back serves one of two held messages, the one that was held first") {
  Host host(kCapped);
  enter(host);
  for (const char* at : {"2026-03-02T09:00:00Z", "2026-03-02T09:30:00Z"})
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant(at)}).ok());
  host.to("2026-03-02T10:00:00Z");
  CHECK(host.engine.statistics().held_messages == 2);
  CHECK(host.engine.delivery("ada", "hello", "email", instant("2026-03-02T08:00:00Z"), Delivery::rejected("bounced")).ok());
  host.to("2026-03-02T10:00:01Z");
  CHECK(host.engine.statistics().held_messages == 1);
  host.to("2026-03-04T10:00:00Z");
  CHECK(host.sent().back() == "2026-03-04T10:00:00Z ada sent again");
  CHECK(host.engine.statistics().held_messages == 0);
}

TEST_CASE("[S6.5] a message that finally failed gives its slot back at that instant") {
  Host host(kCapped);
  int calls = 0;
  host.engine.on_send([&](const Message& m) {
    if (m.name.view() != "hello") return Delivery::accepted();
    ++calls;
    return Delivery::retry(1h);
  });
  enter(host);
  CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant("2026-03-02T09:30:00Z")}).ok());
  host.to("2026-03-04T07:00:00Z");
  CHECK(calls == limits::kDeliveryTries);
  const Lines rows = host.of({Kind::delivered});
  REQUIRE_FALSE(rows.empty());
  const std::string failed_at = rows.back().substr(0, rows.back().find(' '));
  CHECK(rows.back() == failed_at + " ada delivered(failed) hello: no try succeeded");
  CHECK(host.sent().back() == failed_at + " ada sent again");
}

TEST_CASE("[S6.5] a sink's own rejection gives the slot back before the next message asks") {
  Host host(kCapped);
  int calls = 0;
  host.engine.on_send([&](const Message&) { return ++calls == 1 ? Delivery::rejected("full") : Delivery::accepted(); });
  enter(host);
  CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant("2026-03-02T08:00:01Z")}).ok());
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.log.count(Kind::held) == 0);
  CHECK(host.sent().size() == 3);
}

TEST_CASE("[S6.5] the slot of one channel does not come back through another") {
  Host host(kCapped);
  enter(host);
  CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant("2026-03-02T09:00:00Z")}).ok());
  host.to("2026-03-02T10:00:00Z");
  CHECK(host.engine.delivery("ada", "hello", "sms", instant("2026-03-02T08:00:00Z"), Delivery::rejected("bounced")).ok());
  host.to("2026-03-02T12:00:00Z");
  CHECK(host.engine.statistics().held_messages == 1);
}

TEST_CASE("[S6.5] exempt messages neither wait for a cap nor count, nor give back what they did not take") {
  Host host(kCapped);
  // The ping sends `again`, which takes the slot of the very instant at which `receipt` goes out beside it.
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = instant("2026-03-01T08:00:00Z")}).ok());
  CHECK(host.engine
            .delivery("ada", "hello", "email", instant("2026-03-01T08:00:00Z"), Delivery::rejected("bounced"),
                      instant("2026-03-01T09:00:00Z"))
            .ok());
  CHECK(host.engine.post({.lead = "ada", .name = "ping"}).ok());
  host.engine.step();
  CHECK(host.sent() ==
        Lines{"2026-03-01T08:00:00Z ada sent hello", "2026-03-02T08:00:00Z ada sent again", "2026-03-02T08:00:00Z ada sent receipt"});
  CHECK(host.engine.delivery("ada", "receipt", "email", instant("2026-03-02T08:00:00Z"), Delivery::rejected("bounced")).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant("2026-03-02T09:00:00Z")}).ok());
  host.to("2026-03-02T10:00:00Z");
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T09:00:00Z ada held(cap) again until 2026-03-04T08:00:00Z"});
}

TEST_CASE("[S6.5] a rejection gives back the slot of its own message, once") {
  Host host(R"(nurture 1
lead { tz: string? }
event signup
event ping
category news { consent implied }
message one { channel email category news subject "One" }
message two { channel email category news subject "Two" }
message three { channel email category news subject "Three" }
policy pair { cap 2 per 2d on email then drop }
sequence course {
  enroll on signup
  policy pair
  day 0: { send one send two }
  on ping as more every time send three
  day 9: send three
}
)");
  enter(host);
  const Instant sent = instant("2026-03-02T08:00:00Z");
  CHECK(host.engine.delivery("ada", "one", "email", sent, Delivery::rejected("bounced")).ok());
  CHECK(host.engine.delivery("ada", "one", "email", sent, Delivery::rejected("bounced again")).ok());
  for (const char* at : {"2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"}) {
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant(at)}).ok());
  }
  host.to("2026-03-02T11:00:00Z");
  CHECK(host.sent() ==
        Lines{"2026-03-02T08:00:00Z ada sent one", "2026-03-02T08:00:00Z ada sent two", "2026-03-02T09:00:00Z ada sent three"});
  CHECK(host.of({Kind::skipped}) == Lines{"2026-03-02T10:00:00Z ada skipped(cap) three"});
}

TEST_CASE("[S6.5] a rejection on one channel leaves the slot of the other, of a cap for all of them") {
  Host host(R"(nurture 1
lead { tz: string? }
event signup
event ping
category news { consent implied }
message hello { channel email, sms category news subject "Hello" }
message again { channel email category news subject "Again" }
policy pair { cap 2 per 2d then drop }
sequence course {
  enroll on signup
  policy pair
  day 0: send hello by email, sms
  on ping as more every time send again
  day 9: send again
}
)");
  enter(host);
  const Instant sent = instant("2026-03-02T08:00:00Z");
  CHECK(host.engine.delivery("ada", "hello", "sms", sent, Delivery::rejected("no such number")).ok());
  CHECK(host.engine.delivery("ada", "hello", "sms", sent, Delivery::rejected("still none")).ok());
  for (const char* at : {"2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"}) {
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = instant(at)}).ok());
  }
  host.to("2026-03-02T11:00:00Z");
  CHECK(host.of({Kind::skipped}) == Lines{"2026-03-02T10:00:00Z ada skipped(cap) again"});
}

TEST_CASE("[S6.5] what an exempt message leaves free is taken by the next that counts") {
  Host host(kCapped);
  CHECK(host.engine.post({.lead = "ada", .name = "ping"}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = instant("2026-03-02T08:00:01Z")}).ok());
  host.to("2026-03-02T09:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent receipt", "2026-03-02T08:00:01Z ada sent hello"});
}

namespace {

const std::string kCalled = R"(nurture 1
lead { tz: string? busy: bool = false }
event signup
event called
category news { consent implied }
channel email {}
message a { channel email category news subject "A" }
message b { channel email category news subject "B" }
policy calm { cap 1 per 2d counting called when lead.busy }
sequence one {
  enroll on signup
  policy calm
  day 0: send a
  day 1: send b
}
)";

}  // namespace

TEST_CASE("[S6.5] what goes out though no place is free takes it over, and gives it back") {
  Host host(kCalled);
  CHECK(host.engine.post({.lead = "ada", .name = "called", .received_at = instant("2026-03-02T07:00:00Z")}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = instant("2026-03-02T08:00:00Z")}).ok());
  CHECK(host.engine.upsert("ada", {{"busy", true}}, instant("2026-03-02T09:00:00Z")).ok());
  host.engine.delivery("ada", "a", "email", instant("2026-03-02T08:00:00Z"), Delivery::rejected("full"), instant("2026-03-02T10:00:00Z"));
  host.to("2026-03-05T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::held}) == Lines{"2026-03-02T08:00:00Z ada sent a", "2026-03-03T08:00:00Z ada sent b"});
}

TEST_CASE("[S6.5] an event that counts takes over the place of a message of its own instant") {
  Host host(kCalled);
  CHECK(host.engine.upsert("ada", {{"busy", true}}, instant("2026-03-02T08:00:00Z")).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = instant("2026-03-02T08:00:00Z")}).ok());
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.engine.post({.lead = "ada", .name = "called", .received_at = instant("2026-03-02T08:00:00Z")}).ok());
  host.engine.delivery("ada", "a", "email", instant("2026-03-02T08:00:00Z"), Delivery::rejected("full"), instant("2026-03-02T10:00:00Z"));
  host.to("2026-03-05T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::held}) == Lines{"2026-03-02T08:00:00Z ada sent a",
                                                   "2026-03-03T08:00:00Z ada held(cap) b until 2026-03-04T08:00:00Z",
                                                   "2026-03-04T08:00:00Z ada sent b"});
}

TEST_CASE("[S6.5] a message yields to what took a place at its instant, also beside an event from a clock ahead") {
  Host host(R"(nurture 1
event signup
event called
category news { consent implied }
channel email {}
message a { channel email category news subject "A" }
message b { channel email category news subject "B" }
policy calm { cap 2 per 2d counting called }
sequence one { enroll on signup policy calm day 0: { send a send b } }
)");
  const Instant at = instant("2026-03-02T08:00:00Z");
  CHECK(host.engine.post({.lead = "ada", .name = "called", .occurred_at = instant("2026-03-02T08:03:00Z"), .received_at = at}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = at}).ok());
  host.engine.step();
  CHECK(host.of({Kind::held}) == Lines{"2026-03-02T08:00:00Z ada held(yield) b until 2026-03-04T08:00:00Z"});
}
