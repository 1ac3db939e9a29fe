// Sinks and what they answer: S7.3, S7.4 and S7.6 of the contracts.
#include "support/engine.hpp"

#include <nurture/limits.hpp>

#include <chrono>
#include <map>
#include <set>
#include <stdexcept>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;
using Kind = DecisionKind;

namespace {

const std::string kTwoMessages = R"(nurture 1
lead { first_name: string? }
event signup
event ping
category news { consent implied }
channel email {}
message hello { channel email category news subject "Hello {{ default(lead.first_name, 'you') }}" field cta = "Read" }
message again { channel email category news subject "Again" }
sequence course {
  enroll on signup
  day 0 first: send hello
  day 3 second: send again
}
)";

struct Call {
  std::string at, name, key, subject;
};

/// Answers in turn, the last one for ever; keeps what it was called with.
struct Sink {
  std::vector<Delivery> answers;
  std::vector<Call> calls;
  Host* host = nullptr;
  Delivery operator()(const Message& m) {
    calls.push_back({host->engine.now().to_string(), std::string(m.name.view()), m.key(), m.subject()});
    return answers[std::min(calls.size(), answers.size()) - 1];
  }
};

void attach(Host& host, Sink& sink) {
  sink.host = &host;
  host.engine.on_send([&sink](const Message& m) { return sink(m); });
}

void enter(Host& host, const char* lead = "ada") {
  CHECK(host.engine.post({.lead = lead, .name = "signup"}).ok());
  host.engine.step();
}

}  // namespace

TEST_CASE("[S7.3] an accepted message is delivered once, with what it says") {
  Host host(kTwoMessages);
  CHECK(host.engine.upsert("ada", {{"first_name", "Ada"}}).ok());
  int calls = 0;
  host.engine.on_send("email", [&](const Message& m) {
    if (++calls > 1) return Delivery::accepted();
    CHECK(std::string(m.lead.c_str()) == "ada");
    CHECK(m.name.view() == "hello");
    CHECK(m.channel.view() == "email");
    CHECK(m.category.view() == "news");
    CHECK(m.sequence.view() == "course");
    CHECK(m.step.view() == "first");
    CHECK(m.enrolment == 1);
    CHECK(m.at == instant("2026-03-02T08:00:00Z"));
    CHECK(m.subject() == "Hello Ada");
    CHECK(m.field("cta") == "Read");
    CHECK(m.field("nonsense").empty());
    CHECK(m.fields().size() == 1);
    CHECK(m.key() == host.log.keys.back());
    return Delivery::duplicate();
  });
  enter(host);
  CHECK(calls == 1);
  CHECK(host.log.count(Kind::delivered) == 0);
  host.to("2026-03-20T08:00:00Z");
  CHECK(calls == 2);
}

TEST_CASE("a channel's own sink comes before the one for all") {
  Host host(kTwoMessages);
  Lines taken;
  host.engine.on_send([&](const Message& m) {
    taken.push_back("all: " + std::string(m.name.view()));
    return Delivery::accepted();
  });
  enter(host);
  host.engine.on_send("email", [&](const Message& m) {
    taken.push_back("email: " + std::string(m.name.view()));
    return Delivery::accepted();
  });
  host.to("2026-03-20T08:00:00Z");
  CHECK(taken == Lines{"all: hello", "email: again"});
}

TEST_CASE("without a sink messages are decided and counted") {
  Host host(kTwoMessages);
  enter(host);
  host.to("2026-03-20T08:00:00Z");
  CHECK(host.sent().size() == 2);
  CHECK(host.engine.statistics().sent == 2);
}

TEST_CASE("[S7.3] a rejected message is in the log with the reason and is not tried again") {
  Host host(kTwoMessages);
  Sink sink{{Delivery::rejected("no such box"), Delivery::accepted()}, {}};
  attach(host, sink);
  enter(host);
  host.to("2026-03-20T08:00:00Z");
  CHECK(sink.calls.size() == 2);
  CHECK(host.of({Kind::sent, Kind::delivered}) == Lines{"2026-03-02T08:00:00Z ada sent hello",
                                                        "2026-03-02T08:00:00Z ada delivered(rejected) hello: no such box",
                                                        "2026-03-05T08:00:00Z ada sent again"});
}

TEST_CASE("[S7.4] a retry comes later, with the same key and the same words, until the sink takes it") {
  Host host(kTwoMessages);
  CHECK(host.engine.upsert("ada", {{"first_name", "Ada"}}).ok());
  Sink sink{{Delivery::retry(0ms), Delivery::retry(0ms), Delivery::accepted()}, {}};
  attach(host, sink);
  enter(host);
  CHECK(sink.calls.size() == 1);
  CHECK(host.engine.next_due() > host.engine.now());
  CHECK(host.engine.next_due() <= host.engine.now() + 30s);  // Full jitter over the base of 30 s.
  CHECK(host.engine.upsert("ada", {{"first_name", "Grace"}}).ok());
  host.to("2026-03-03T08:00:00Z");
  REQUIRE(sink.calls.size() == 3);
  CHECK(std::set<std::string>{sink.calls[0].key, sink.calls[1].key, sink.calls[2].key} == std::set<std::string>{host.log.keys[0]});
  for (const Call& call : sink.calls) CHECK(call.subject == "Hello Ada");
  // Each row of a retry says when the next comes; the last says that it arrived.
  CHECK(host.of({Kind::delivered}) == Lines{"2026-03-02T08:00:00Z ada delivered(retry) hello until " + sink.calls[1].at,
                                            sink.calls[1].at + " ada delivered(retry) hello until " + sink.calls[2].at,
                                            sink.calls[2].at + " ada delivered hello"});
  CHECK(host.sent().size() == 1);
}

TEST_CASE("[S7.4] the waits between tries may grow twofold each time, and they do grow") {
  Host host(kTwoMessages);
  Sink sink{{Delivery::retry(0ms)}, {}};
  attach(host, sink);
  enter(host);
  host.to("2026-03-04T08:00:00Z");
  REQUIRE(sink.calls.size() == static_cast<std::size_t>(limits::kDeliveryTries));
  std::int64_t bound_ms = 30'000;
  std::int64_t longest_ms = 0;
  for (std::size_t i = 1; i < sink.calls.size(); ++i, bound_ms *= 2) {
    const std::int64_t wait_ms = instant(sink.calls[i].at).ms - instant(sink.calls[i - 1].at).ms;
    CHECK(wait_ms <= bound_ms);
    longest_ms = std::max(longest_ms, wait_ms);
  }
  CHECK(longest_ms > 10 * 30'000);
}

TEST_CASE("[S7.4] what the sink asks for wins when it is longer") {
  Host host(kTwoMessages);
  Sink sink{{Delivery::retry(2h), Delivery::accepted()}, {}};
  attach(host, sink);
  enter(host);
  CHECK(host.engine.next_due() == instant("2026-03-02T10:00:00Z"));
  host.to("2026-03-02T09:59:59.999Z");
  CHECK(sink.calls.size() == 1);
  host.to("2026-03-02T10:00:00Z");
  CHECK(sink.calls.size() == 2);
}

TEST_CASE("[S7.4] a retry in all eternity is no overflow") {
  Host host(kTwoMessages);
  Sink sink{{Delivery::retry(std::chrono::milliseconds::max())}, {}};
  attach(host, sink);
  enter(host);
  host.to("2026-03-03T08:00:00Z");
  CHECK(sink.calls.size() == 1);
}

TEST_CASE("[S7.4] tries end after the stated number with a decision that says so") {
  Host host(kTwoMessages);
  Sink sink{{Delivery::retry(0ms)}, {}};
  attach(host, sink);
  enter(host);
  host.to("2026-03-04T08:00:00Z");  // Eleven waits of at most six hours in all about fourteen hours.
  CHECK(sink.calls.size() == static_cast<std::size_t>(limits::kDeliveryTries));
  CHECK(host.of({Kind::delivered}).size() == sink.calls.size());
  CHECK(host.of({Kind::delivered}).back() == sink.calls.back().at + " ada delivered(failed) hello: no try succeeded");
  for (const Call& call : sink.calls) CHECK(call.key == sink.calls[0].key);
  CHECK(host.engine.next_due() == instant("2026-03-05T08:00:00Z"));  // Nothing but the next step.
}

TEST_CASE("[S7.3] a sink that throws is a retry with its words in the log") {
  Host host(kTwoMessages);
  int calls = 0;
  host.engine.on_send([&](const Message&) -> Delivery {
    if (++calls == 1) throw std::runtime_error("the line is dead");
    if (calls == 2) throw 42;
    return Delivery::accepted();
  });
  enter(host);
  host.to("2026-03-03T08:00:00Z");
  CHECK(calls == 3);
  const Lines rows = host.of({Kind::delivered});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].find("delivered(retry) hello: the line is dead until ") != std::string::npos);
  CHECK(rows[1].find("delivered(retry) hello: the sink threw something that is no std::exception until ") != std::string::npos);
}

TEST_CASE("[S7.3] the words of a sink that always throws stand in the last decision") {
  Host host(kTwoMessages);
  host.engine.on_send([](const Message&) -> Delivery { throw std::runtime_error("the line is dead"); });
  enter(host);
  host.to("2026-03-04T08:00:00Z");
  CHECK(host.of({Kind::delivered}).back().find("delivered(failed) hello: the line is dead") != std::string::npos);
}

TEST_CASE("[S7.3] notifications and calls that throw are rows of the log and stop nothing") {
  Host host(R"(nurture 1
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s { enroll on signup day 0: { notify sales "Hi" do crm.create("x") send hello } }
)");
  host.engine.on_notify([](std::string_view, std::string_view, std::string_view) { throw std::runtime_error("nobody there"); });
  host.engine.on_call([](std::string_view, std::string_view, const std::vector<Value>&) { throw 1; });
  enter(host);
  CHECK(host.of({Kind::notified, Kind::called, Kind::sent, Kind::delivered}) ==
        Lines{"2026-03-02T08:00:00Z ada notified sales: Hi", "2026-03-02T08:00:00Z ada called crm.create: \"x\"",
              "2026-03-02T08:00:00Z ada sent hello", "2026-03-02T08:00:00Z ada delivered(failed): sales: nobody there",
              "2026-03-02T08:00:00Z ada delivered(failed): crm.create: it threw something that is no std::exception"});
}

TEST_CASE("[S7.6] the failing of one lead's messages does not stop another's") {
  Host host(kTwoMessages);
  std::map<std::string, int> taken;
  host.engine.on_send([&](const Message& m) -> Delivery {
    if (m.lead.view() == "ada") throw std::runtime_error("always ada");
    ++taken[std::string(m.lead.view()) + ' ' + std::string(m.name.view())];
    return Delivery::accepted();
  });
  for (const char* lead : {"ada", "bob", "eve"}) CHECK(host.engine.post({.lead = lead, .name = "signup"}).ok());
  host.to("2026-03-20T08:00:00Z");
  CHECK(taken == std::map<std::string, int>{{"bob hello", 1}, {"bob again", 1}, {"eve hello", 1}, {"eve again", 1}});
  CHECK(host.log.count(Kind::sent) == 6);
}

TEST_CASE("[S1.3] [S7.4] tries happen at their own instants however far the tick jumps") {
  const auto run = [](bool in_one_go) {
    Host host(kTwoMessages);
    Sink sink{{Delivery::retry(0ms), Delivery::retry(40h), Delivery::rejected("full"), Delivery::retry(0ms)}, {}};
    attach(host, sink);
    enter(host);
    if (!in_one_go) {
      while (host.engine.next_due() < instant("2026-04-02T08:00:00Z")) host.to(host.engine.next_due().to_string());
    }
    host.to("2026-04-02T08:00:00Z");
    return host.log.json;
  };
  CHECK(run(true) == run(false));
}

TEST_CASE("[S1.5] tries count as work, so a limit bounds them") {
  Host host(kTwoMessages);
  Sink sink{{Delivery::retry(1h)}, {}};
  attach(host, sink);
  for (const char* lead : {"ada", "bob", "eve"}) enter(host, lead);
  CHECK(sink.calls.size() == 3);
  host.clock.set(instant("2026-03-02T09:00:00Z"));
  const StepResult one = host.engine.step(1);
  CHECK(one.more);
  CHECK(sink.calls.size() == 4);
  while (host.engine.step(1).more) {
  }
  CHECK(sink.calls.size() == 6);
}

// ---------------------------------------------------------------- answers that come later

TEST_CASE("[S7.3] an answer that comes later is an input, and is refused where it names nothing") {
  Host host(kTwoMessages);
  enter(host);
  const Instant sent = instant("2026-03-02T08:00:00Z");
  CHECK(host.engine.delivery("ada", "hello", "email", sent, Delivery::accepted()).ok());
  CHECK(host.engine.delivery("ada", "hello", "email", sent, Delivery::duplicate()).ok());
  CHECK(host.engine.delivery("ada", "hullo", "email", sent, Delivery::accepted()).reason() == "there is no message `hullo`");
  CHECK(host.engine.delivery("ada", "hello", "pigeon", sent, Delivery::accepted()).reason() == "there is no channel `pigeon`");
  CHECK(host.engine.delivery("ada", "hello", "email", sent, Delivery::retry(1h)).reason() ==
        "a message that its channel has taken is not tried again");
  CHECK(host.engine.delivery("bob", "hello", "email", sent, Delivery::rejected("x")).ok());
  host.engine.step();
  CHECK(host.of({Kind::delivered, Kind::input_refused}) ==
        Lines{"2026-03-02T08:00:00Z ada delivered hello", "2026-03-02T08:00:00Z ada delivered hello",
              "2026-03-02T08:00:00Z ada input_refused input: there is no message `hullo`",
              "2026-03-02T08:00:00Z ada input_refused input: there is no channel `pigeon`",
              "2026-03-02T08:00:00Z ada input_refused input: a message that its channel has taken is not tried again",
              "2026-03-02T08:00:00Z bob input_refused delivery: the lead is not known"});
}
