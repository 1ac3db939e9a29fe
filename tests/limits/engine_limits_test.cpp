// The limits of include/nurture/limits.hpp that belong to the engine: below, at, and beyond each of them.
// Not here: kLeads, whose 2^30 leads do not fit into the memory of a test.
#include "support/engine.hpp"

#include <nurture/limits.hpp>

#include <chrono>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::milliseconds;
using Kind = DecisionKind;

namespace {

const Instant kStart = Instant{1'772'438'400'000};  // 2026-03-02T08:00:00Z

const std::string kVocabulary = R"(nurture 1
lead { tz: string? }
event signup
event booked { room: string }
event ping
event pong
event dated { date: datetime }
category news { consent implied }
message hello { channel email category news subject "Hello" }
)";

}  // namespace

TEST_CASE("[S11.4] [S2.7] actions of a lead at one instant: at the limit all happen, beyond it the lead is parked") {
  // A step is an action, and so is each statement of its body.
  for (const int above : {-1, 0, 1}) {
    const int tags = static_cast<int>(limits::kActionsPerInstant) + above - 1;
    std::string text = kVocabulary + "sequence s { enroll on signup day 0: {";
    for (int i = 0; i < tags; ++i) text += " tag t" + std::to_string(i);
    Host host(text + " } day 1: send hello }");
    for (const char* lead : {"ada", "bob"}) CHECK(host.engine.post({.lead = lead, .name = "signup"}).ok());
    host.to("2026-03-10T08:00:00Z");
    const std::size_t expected = static_cast<std::size_t>(above > 0 ? limits::kActionsPerInstant - 1 : tags);
    CHECK(host.log.count(Kind::tagged) == 2 * expected);
    CHECK(host.log.count(Kind::parked) == (above > 0 ? 2 : 0));
    CHECK(host.sent().size() == (above > 0 ? 0 : 2));
    if (above > 0) CHECK(host.of({Kind::parked}).front() == "2026-03-02T08:00:00Z ada parked: tag, tag, tag, tag, tag, tag, tag, tag");
  }
}

TEST_CASE("[S2.7] a parked lead stays parked and is refused with that reason, others are untouched") {
  std::string text = kVocabulary + "sequence s { enroll on signup reenroll always day 0: {";
  for (std::uint32_t i = 0; i < limits::kActionsPerInstant; ++i) text += " tag t";
  Host host(text + " } }\nsequence other { enroll on ping day 0: send hello }");
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  for (const char* lead : {"ada", "bob"}) CHECK(host.engine.post({.lead = lead, .name = "ping", .received_at = kStart + 1h}).ok());
  host.to("2026-03-10T08:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T09:00:00Z bob sent hello"});
}

TEST_CASE("[S11.4] live enrolments of one lead: beyond the limit an entry is refused, until one has ended") {
  Host host(kVocabulary + "sequence rooms { enroll on booked key event.room reenroll always exit gone on pong day 9: send hello }\n" +
            "sequence other { enroll on ping day 9: send hello }");
  const auto book = [&](std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t i = from; i < to; ++i)
      CHECK(host.engine.post({.lead = "ada", .name = "booked", .fields = {{"room", std::to_string(i)}}}).ok());
    host.engine.step();
  };
  const std::uint32_t most = limits::kEnrolmentsPerLead;
  book(0, most - 1);
  CHECK(host.engine.statistics().live_enrolments == most - 1);
  book(most - 1, most);
  CHECK(host.engine.statistics().live_enrolments == most);
  CHECK(host.log.count(Kind::refused) == 0);
  book(most, most + 1);
  CHECK(host.engine.post({.lead = "ada", .name = "ping"}).ok());
  CHECK(host.engine.post({.lead = "bob", .name = "ping"}).ok());
  host.engine.step();
  CHECK(host.of({Kind::refused}) ==
        Lines{"2026-03-02T08:00:00Z ada refused(limit) in rooms", "2026-03-02T08:00:00Z ada refused(limit) in other"});
  CHECK(host.engine.statistics().live_enrolments == most + 1);
  CHECK(host.engine.post({.lead = "ada", .name = "pong"}).ok());
  book(most, most + 1);
  CHECK(host.engine.statistics().live_enrolments == 2);
}

TEST_CASE("[S11.4] events kept of one lead: beyond the limit the oldest is forgotten and counted") {
  Host host(kVocabulary + "sequence s { enroll on signup day 0: { if any(pong) { tag pong } else { tag no_pong } send hello } " +
            "reenroll always on ping every time tag p" + " }\nsegment often = count(ping) > 3\n" +
            "sequence t { enroll when often day 0: send hello }");
  const auto most = static_cast<std::int64_t>(limits::kHistoryPerLead);
  CHECK(host.engine.post({.lead = "ada", .name = "pong"}).ok());
  for (std::int64_t i = 1; i < most; ++i)
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = kStart + milliseconds{i}}).ok());
  host.clock.set(kStart + milliseconds{most});
  host.engine.step();
  CHECK(host.engine.statistics().forgotten_events == 0);
  const auto ask = [&] {
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    host.engine.step();
    return host.of({Kind::tagged}).back();
  };
  CHECK(ask() == "2026-03-02T08:00:10Z ada tagged pong");
  CHECK(host.engine.post({.lead = "ada", .name = "ping"}).ok());
  host.engine.step();
  CHECK(host.engine.statistics().forgotten_events == 1);
  CHECK(ask() == "2026-03-02T08:00:10Z ada tagged no_pong");
}

TEST_CASE("what no expression can reach any more goes before the limit takes what one can") {
  Host host(kVocabulary + "sequence s { enroll on signup day 0: { if any(pong) { tag pong } else { tag no_pong } send hello } }\n" +
            "sequence t { enroll when count(ping within 1h) > 20000 day 0: send hello }");
  CHECK(host.engine.post({.lead = "ada", .name = "pong"}).ok());
  // The many of the first day are out of reach when those of the fiftieth reach the limit.
  for (std::uint32_t i = 0; i < limits::kHistoryPerLead + 1000; ++i) {
    const Instant at = kStart + days{i < 9000 ? 0 : 50} + milliseconds{i};
    CHECK(host.engine.post({.lead = "ada", .name = "ping", .received_at = at}).ok());
  }
  CHECK(host.engine.post({.lead = "ada", .name = "signup", .received_at = kStart + days{60}}).ok());
  host.clock.set(kStart + days{61});
  host.engine.step();
  CHECK(host.engine.statistics().forgotten_events == 0);
  CHECK(host.of({Kind::tagged}) == Lines{"2026-05-01T08:00:00Z ada tagged pong"});
}

TEST_CASE("[S11.4] held messages of one enrolment: beyond the limit a message is skipped as expired") {
  Host host(kVocabulary + "sequence s { enroll on signup day 9: send hello on ping every time send hello }");
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.pause().ok());
  const auto most = static_cast<int>(limits::kHeldPerEnrolment);
  for (int i = 1; i <= most + 1; ++i) {
    host.clock.set(kStart + std::chrono::minutes{i});
    CHECK(host.engine.post({.lead = "ada", .name = "ping"}).ok());
    host.engine.step();
    CHECK(host.engine.statistics().held_messages == static_cast<std::uint64_t>(std::min(i, most)));
    CHECK(host.log.count(Kind::skipped) == (i > most ? 1 : 0));
  }
  CHECK(host.of({Kind::skipped}) == Lines{"2026-03-02T09:05:00Z ada skipped(expired) hello"});
  CHECK(host.engine.resume().ok());
  host.engine.step();
  CHECK(host.sent().size() == limits::kHeldPerEnrolment);
}

TEST_CASE("[S11.4] messages of one digest: beyond the limit a message is skipped by the cap") {
  Host host(kVocabulary + R"(message weekly { channel email category news subject "{{ digest.count }}" }
    policy p { cap 1 per week then digest weekly }
    sequence s { enroll on signup policy p day 0: send hello day 9: send hello on ping every time send hello })");
  std::string subject;
  host.engine.on_send("email", [&](const Message& m) {
    if (m.name.view() == "weekly") subject = m.subject();
    return Delivery::accepted();
  });
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  const auto most = static_cast<int>(limits::kGatheredPerDigest);
  for (int i = 1; i <= most + 1; ++i) {
    host.clock.set(kStart + std::chrono::minutes{i});
    CHECK(host.engine.post({.lead = "ada", .name = "ping"}).ok());
    host.engine.step();
    CHECK(host.log.count(Kind::skipped) == static_cast<std::size_t>(i));
    const std::string reason = i <= most ? "skipped(digested)" : "skipped(cap)";
    CHECK(host.of({Kind::skipped}).back().find(reason) != std::string::npos);
  }
  host.to("2026-03-10T00:00:00Z");
  CHECK(subject == std::to_string(most));
}

TEST_CASE("[S11.4] [S1.6] an event from the future: within the skew it is taken, beyond it is refused") {
  for (const std::int64_t above : {-1, 0, 1}) {
    Host host(kVocabulary + "sequence s { enroll on signup day 0: send hello }");
    CHECK(host.engine.post({.lead = "ada", .name = "signup", .occurred_at = kStart + milliseconds{limits::kFutureSkewMs + above}}).ok());
    host.engine.step();
    CHECK(host.log.count(Kind::enrolled) == (above > 0 ? 0 : 1));
    if (above > 0) {
      CHECK(host.of({Kind::input_refused}) ==
            Lines{"2026-03-02T08:00:00Z ada input_refused signup: it claims to have occurred 2026-03-02T08:05:00.001Z, "
                  "which has not come yet"});
      CHECK(host.engine.statistics().leads == 0);
    }
  }
}

TEST_CASE("[S11.4] instants lie in the years 1 to 9999, wherever the host says one") {
  for (const std::int64_t above : {-1, 0, 1}) {
    for (const Instant end : {Instant{limits::kLatestMs + above}, Instant{limits::kEarliestMs - above}}) {
      const bool taken = above <= 0;
      Host host(kVocabulary + "sequence s { enroll on signup day 0: send hello }");
      Status status = host.engine.post({.lead = "ada", .name = "signup", .received_at = end});
      CHECK(status.ok() == taken);
      if (!taken) CHECK(status.reason() == "the instant " + std::to_string(end.ms) + " ms lies beyond the years 1 to 9999");
      CHECK(host.engine.upsert("bob", {}, end).ok() == taken);
      CHECK(host.engine.consent("bob", "news", {.received_at = end}).ok() == taken);
      CHECK(host.engine.delivery("bob", "hello", "email", end, Delivery::accepted()).ok() == taken);
      const bool ahead = end > host.engine.now();
      CHECK(host.engine.step_to(end).status.ok() == (taken && ahead));
    }
  }
}

TEST_CASE("[S8.1] what a score would lose after the year 9999 it never loses, and nothing waits for it") {
  for (const char* per : {"10y", "3650d", "87600h", "1y1d"}) {
    Host host(kVocabulary + "score s { range 0..1000000000 rule +1000000000 all on signup decay 1 per " + per +
              " when any(ping) tier low 0..10 tier high 11.. }");
    for (const char* event : {"signup", "ping"}) CHECK(host.engine.post({.lead = "ada", .name = event}).ok());
    host.engine.step();
    CHECK(host.engine.next_due() == Instant::max());
    CHECK(host.engine.step_to({limits::kLatestMs}).status.ok());
    CHECK(host.engine.score("ada", "s", 5).ok());
    host.engine.step_to({limits::kLatestMs});
    CHECK(host.log.count(Kind::tier) == 2);
  }
}

TEST_CASE("[S11.4] [S1.6] ids are remembered for the stated time, to the millisecond") {
  for (const std::int64_t above : {-1, 0, 1}) {
    Host host(kVocabulary + "sequence s { enroll on signup day 0: send hello }");
    const Event signup{.lead = "ada", .name = "signup", .id = "e1"};
    CHECK(host.engine.post(signup).ok());
    host.engine.step();
    // Others in between make the engine turn its memory over.
    for (int day = 1; day < 7; ++day)
      CHECK(host.engine.post({.lead = "bob", .name = "ping", .id = std::to_string(day), .received_at = kStart + days{day}}).ok());
    host.clock.set(kStart + milliseconds{limits::kDeduplicationMs + above});
    CHECK(host.engine.post(signup).ok());
    host.engine.step();
    CHECK(host.log.count(Kind::input_refused) == (above > 0 ? 0 : 1));
    CHECK(host.log.count(Kind::refused) == (above > 0 ? 1 : 0));  // It reached the sequence, which lets nobody in twice.
  }
}

TEST_CASE("[S1.6] ids are remembered over any number of turns of the memory") {
  Host host(kVocabulary + "sequence s { enroll on signup day 0: send hello }");
  std::size_t refused = 0;
  for (int day = 0; day < 60; ++day) {
    host.clock.set(kStart + days{day});
    // Today's id again and again, and that of six days ago, which is still known.
    for (const int of : {day, day, day - 6}) {
      if (of < 0) continue;
      CHECK(host.engine.post({.lead = "ada", .name = "ping", .id = std::to_string(of)}).ok());
      refused += of < day ? 1 : 0;
    }
    ++refused;
    host.engine.step();
    CHECK(host.log.count(Kind::input_refused) == refused);
  }
}

TEST_CASE("[S11.4] [S6.6] a hold lasts so many civil days at most") {
  for (const std::int64_t above : {-1, 0, 1}) {
    Host host(R"(nurture 1
lead { busy: bool = true }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
policy calm { hold while lead.busy as busy }
sequence s { enroll on signup policy calm day 0: send hello }
)");
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    CHECK(host.engine.upsert("ada", {{"busy", false}}, kStart + days{limits::kHoldDays} + milliseconds{above}).ok());
    host.to("2026-03-20T08:00:00Z");
    CHECK(host.sent().size() == (above < 0 ? 1 : 0));
    CHECK(host.of({Kind::skipped}) == (above < 0 ? Lines{} : Lines{"2026-03-05T08:00:00Z ada skipped(expired) hello"}));
  }
}

TEST_CASE("[S11.4] [S4.5] a missing anchor is waited for so many civil days, then the enrolment ends") {
  for (const std::int64_t above : {-1, 0, 1}) {
    Host host(kVocabulary + "sequence s { enroll on signup anchor date = last(dated).date else hold at +1h: send hello }");
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    const Instant told = kStart + days{limits::kAnchorHoldDays} + milliseconds{above};
    CHECK(host.engine.post({.lead = "ada", .name = "dated", .fields = {{"date", told}}, .received_at = told}).ok());
    host.clock.set(kStart + days{120});
    host.engine.step();
    // At the very instant the event still comes first. [S2.3]
    CHECK(host.sent().size() == (above > 0 ? 0 : 1));
    CHECK(host.of({Kind::exited}).size() == 1);
    if (above > 0) CHECK(host.of({Kind::exited}) == Lines{"2026-05-31T08:00:00Z ada exited(anchor_missing) anchor_missing"});
  }
}

TEST_CASE("[S11.4] [S7.4] a delivery is tried so often, the first try included") {
  const auto calls_until_accepted_at = [](int nth) {
    Host host(kVocabulary + "sequence s { enroll on signup day 0: send hello }");
    int calls = 0;
    host.engine.on_send([&](const Message&) { return ++calls < nth ? Delivery::retry(0ms) : Delivery::accepted(); });
    CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
    host.to("2026-03-20T08:00:00Z");
    const std::string last = host.of({Kind::delivered}).back();
    return std::to_string(calls) + (last.find("(failed)") != std::string::npos ? " failed" : " arrived");
  };
  const int most = limits::kDeliveryTries;
  CHECK(calls_until_accepted_at(most - 1) == std::to_string(most - 1) + " arrived");
  CHECK(calls_until_accepted_at(most) == std::to_string(most) + " arrived");
  CHECK(calls_until_accepted_at(most + 1) == std::to_string(most) + " failed");
}

TEST_CASE("[S11.4] a line of customer data: beyond the limit it is not read") {
  const std::string begin = R"({"type":"identify","userId":"ada","timestamp":"2026-03-02T08:00:00Z","traits":{"note":")";
  const std::string end = R"("}})";
  for (const int above : {-1, 0, 1}) {
    const std::size_t bytes = limits::kInputLineBytes + static_cast<std::size_t>(above);
    const std::string line = begin + std::string(bytes - begin.size() - end.size(), 'x') + end;
    REQUIRE(line.size() == bytes);
    std::string problem;
    CHECK(read_input_line(line, problem).has_value() == (above <= 0));
    CHECK(problem == (above <= 0 ? "" : "it is longer than 1048576 bytes"));
  }
}
