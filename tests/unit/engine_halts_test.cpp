// Time without the engine, and the engine held back: S1.7, S4.6 and S11.1 of the contracts.
#include "support/engine.hpp"

#include <set>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kDaily = R"(nurture 1
lead { tz: string? }
event signup
event ping
event bought
category news { consent implied }
channel email {}
channel sms {}
message one { channel email, sms category news subject "1" }
message two { channel email category news subject "2" }
message three { channel email category news subject "3" }
sequence daily {
  enroll on signup
  exit bought on bought
  day 1: send one
  day 2: send two
  day 3: send three
}
)";

const std::string kHandlers = R"(nurture 1
event signup
event first
event second
category news { consent implied }
category receipts { transactional }
message hello { channel email category news subject "Hello" }
message one { channel email category news subject "1" }
message two { channel email category news subject "2" }
sequence s {
  enroll on signup
  day 20: send hello
  on first as first_one send one
  on second as second_one send two
}
)";

void signup(Host& host, const char* lead = "ada") { CHECK(host.engine.post({.lead = lead, .name = "signup"}).ok()); }

}  // namespace

TEST_CASE("[S1.7] [S4.6] what fell due in a gap runs at its end, in order, and the log says how late it is") {
  Host host(kDaily);
  std::vector<std::string> planned;
  struct Planned final : Observer {
    explicit Planned(std::vector<std::string>& out) : lines(out) {}
    void on_decision(const Decision& d) override {
      if (d.kind == DecisionKind::sent) lines.push_back(d.planned == Instant::max() ? "on time" : d.planned.to_string());
    }
    std::vector<std::string>& lines;
  } observer(planned);
  host.engine.observe(&observer);
  signup(host);
  CHECK(host.engine.gap(instant("2026-03-03T00:00:00Z"), instant("2026-03-04T12:00:00Z")).ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.of({Kind::gap, Kind::sent}) == Lines{"2026-03-03T00:00:00Z gap until 2026-03-04T12:00:00Z",
                                                  "2026-03-04T12:00:00Z ada sent one", "2026-03-04T12:00:00Z ada sent two",
                                                  "2026-03-05T08:00:00Z ada sent three"});
  CHECK(planned == Lines{"2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z", "on time"});
}

TEST_CASE("[S1.7] a gap is half-open: what is due at its end is not late") {
  for (const char* end : {"2026-03-03T08:00:00Z", "2026-03-03T08:00:00.001Z"}) {
    Host host(kDaily);
    signup(host);
    CHECK(host.engine.gap(instant("2026-03-03T00:00:00Z"), instant(end)).ok());
    host.to("2026-03-03T20:00:00Z");
    CHECK(host.sent() == Lines{std::string(end) + " ada sent one"});
  }
}

TEST_CASE("[S1.7] inputs of a gap act at their own instants, before what was late") {
  Host host(kDaily);
  signup(host);
  CHECK(host.engine.gap(instant("2026-03-03T00:00:00Z"), instant("2026-03-03T20:00:00Z")).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "bought", .received_at = instant("2026-03-03T15:00:00Z")}).ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::exited}) == Lines{"2026-03-03T15:00:00Z ada exited(exit) bought"});
}

TEST_CASE("[S1.7] after a gap the leads come in their order, however the time after it is stepped") {
  for (const bool in_one_go : {true, false}) {
    Host host(kDaily);
    for (const char* lead : {"ada", "bob"}) signup(host, lead);
    CHECK(host.engine.gap(instant("2026-03-03T00:00:00Z"), instant("2026-03-04T12:00:00Z")).ok());
    if (!in_one_go) {
      while (host.engine.step_to(instant("2026-03-04T12:00:00Z"), 1).more) {
      }
    }
    host.to("2026-03-04T12:00:00Z");
    CHECK(host.sent() == Lines{"2026-03-04T12:00:00Z ada sent one", "2026-03-04T12:00:00Z ada sent two",
                               "2026-03-04T12:00:00Z bob sent one", "2026-03-04T12:00:00Z bob sent two"});
  }
}

TEST_CASE("[S1.7] a gap that ends before it begins is refused") {
  Host host(kDaily);
  CHECK(host.engine.gap(instant("2026-03-03T00:00:00Z"), instant("2026-03-03T00:00:00Z")).reason() == "a gap ends after it begins");
  host.engine.step();
  CHECK(host.of({Kind::gap, Kind::input_refused}) == Lines{"2026-03-02T08:00:00Z input_refused input: a gap ends after it begins"});
}

TEST_CASE("[S4.6] after a gap policies look at the present") {
  Host host(R"(nurture 1
event signup
category news { consent implied }
message one { channel email category news subject "1" }
policy night { quiet hours 20:00..07:00 then hold }
sequence s { enroll on signup policy night day 1: send one }
)");
  signup(host);
  CHECK(host.engine.gap(instant("2026-03-03T00:00:00Z"), instant("2026-03-03T22:00:00Z")).ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.of({Kind::held, Kind::sent}) ==
        Lines{"2026-03-03T22:00:00Z ada held(quiet) one until 2026-03-04T07:00:00Z", "2026-03-04T07:00:00Z ada sent one"});
}

TEST_CASE("[S11.1] [S6.6] the time of a hold stands still in a pause, and goes on behind it") {
  Host host(R"(nurture 1
event signup
category news { consent implied }
channel email {}
message one { channel email category news subject "1" }
message two { channel email category news subject "2" }
policy calm { cap 1 per 30d on email then hold  hold at most 1d }
sequence s { enroll on signup policy calm day 0: send one day 1: send two }
)");
  signup(host);
  CHECK(host.engine.pause(Scope::channel("email"), instant("2026-03-03T20:00:00Z")).ok());
  CHECK(host.engine.resume(Scope::channel("email"), instant("2026-03-06T20:00:00Z")).ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.of({Kind::held, Kind::sent, Kind::skipped}) ==
        Lines{"2026-03-02T08:00:00Z ada sent one", "2026-03-03T08:00:00Z ada held(cap) two until 2026-03-04T08:00:00Z",
              "2026-03-04T08:00:00Z ada held(paused) two", "2026-03-06T20:00:00Z ada held(cap) two until 2026-03-07T08:00:00Z",
              "2026-03-07T08:00:00Z ada skipped(expired) two"});
}

TEST_CASE("[S11.1] a pause holds what would go out, and what is resumed goes out in order with nothing lost") {
  Host host(kHandlers);
  signup(host);
  for (const char* lead : {"ada", "bob"}) {
    if (lead[0] == 'b') signup(host, lead);
    CHECK(host.engine.post({.lead = lead, .name = "first", .received_at = instant("2026-03-03T10:00:00Z")}).ok());
    CHECK(host.engine.post({.lead = lead, .name = "second", .received_at = instant("2026-03-03T11:00:00Z")}).ok());
  }
  CHECK(host.engine.pause({}, instant("2026-03-03T09:00:00Z")).ok());
  CHECK(host.engine.resume({}, instant("2026-03-04T09:00:00Z")).ok());
  host.to("2026-03-04T08:59:59.999Z");
  CHECK(host.sent().empty());
  CHECK(host.engine.statistics().held_messages == 4);
  CHECK(host.log.count(Kind::skipped) == 0);
  host.to("2026-03-05T00:00:00Z");
  CHECK(host.of({Kind::paused, Kind::resumed}) == Lines{"2026-03-03T09:00:00Z paused", "2026-03-04T09:00:00Z resumed"});
  CHECK(host.sent() == Lines{"2026-03-04T09:00:00Z ada sent one", "2026-03-04T09:00:00Z ada sent two", "2026-03-04T09:00:00Z bob sent one",
                             "2026-03-04T09:00:00Z bob sent two"});
  CHECK(host.engine.statistics().held_messages == 0);
}

TEST_CASE("[S11.1] [S6.6] the order within a run survives a pause also where records of held messages are used again") {
  Host host(kHandlers);
  for (const char* lead : {"eve", "ada"}) signup(host, lead);
  CHECK(host.engine.pause({}, instant("2026-03-03T09:00:00Z")).ok());
  // Records of eve are freed first and then taken by ada in another order than that of her messages.
  CHECK(host.engine.post({.lead = "eve", .name = "first", .received_at = instant("2026-03-03T10:00:00Z")}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "first", .received_at = instant("2026-03-03T10:01:00Z")}).ok());
  CHECK(host.engine.consent("eve", "news", {.granted = false, .received_at = instant("2026-03-03T10:02:00Z")}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "second", .received_at = instant("2026-03-03T10:03:00Z")}).ok());
  CHECK(host.engine.resume({}, instant("2026-03-03T12:00:00Z")).ok());
  host.to("2026-03-03T13:00:00Z");
  CHECK(host.of({Kind::sent, Kind::skipped}) ==
        Lines{"2026-03-03T10:02:00Z eve skipped(consent) one", "2026-03-03T12:00:00Z ada sent one", "2026-03-03T12:00:00Z ada sent two"});
}

TEST_CASE("[S11.1] [S6.2] after a pause all gates are asked again") {
  Host host(kHandlers);
  signup(host);
  CHECK(host.engine.pause({}, instant("2026-03-03T09:00:00Z")).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "first", .received_at = instant("2026-03-03T10:00:00Z")}).ok());
  CHECK(host.engine.consent("ada", "news", {.source = "page", .granted = false, .received_at = instant("2026-03-03T11:00:00Z")}).ok());
  CHECK(host.engine.resume({}, instant("2026-03-03T12:00:00Z")).ok());
  host.to("2026-03-03T13:00:00Z");
  CHECK(host.of({Kind::sent, Kind::skipped}) == Lines{"2026-03-03T11:00:00Z ada skipped(consent) one"});
}

TEST_CASE("[S11.1] a pause that changes nothing is harmless, as is a resume without one") {
  Host host(kDaily);
  signup(host);
  CHECK(host.engine.resume().ok());
  CHECK(host.engine.pause().ok());
  CHECK(host.engine.pause().ok());
  CHECK(host.engine.resume().ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.sent().size() == 3);
  CHECK(host.log.count(Kind::held) == 0);
}

TEST_CASE("[S6.7] a spread gives each lead its own instant after the opening, always the same") {
  const auto instants = [] {
    Host host(R"(nurture 1
lead { tz: string? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
policy morning { quiet hours 20:00..08:00 then hold spread 1h }
sequence s { enroll on signup policy morning immediately: send hello }
)",
              "2026-03-02T21:00:00Z");
    for (int i = 0; i < 500; ++i) CHECK(host.engine.post({.lead = "lead" + std::to_string(i), .name = "signup"}).ok());
    host.to("2026-03-03T07:59:59Z");
    CHECK(host.sent().empty());
    host.to("2026-03-03T09:00:00Z");
    return host.sent();
  };
  const Lines sent = instants();
  CHECK(sent.size() == 500);
  CHECK(instants() == sent);
  std::set<std::string> minutes;
  for (const std::string& line : sent) minutes.insert(line.substr(0, 16));
  CHECK(minutes.size() > 50);
}

TEST_CASE("[S11.1] what goes on with one lead, sequence or channel is asked again, and nothing else") {
  Host host(R"(nurture 1
lead { tz: string? busy: bool = true }
event signup
category news { consent implied }
channel email {}
channel sms {}
message one { channel email category news subject "1" }
message two { channel sms category news subject "2" }
policy p { hold while lead.busy as with_sales }
sequence s { enroll on signup policy p day 0: send one day 9: {} }
sequence t { enroll on signup policy p day 0: send two day 9: {} }
)");
  signup(host, "ada");
  signup(host, "bob");
  host.engine.step();
  const auto held = [&] { return host.log.count(Kind::held); };
  REQUIRE(held() == 4);
  const auto after = [&](const Scope& scope) {
    CHECK(host.engine.pause(scope).ok());
    host.engine.step();
    CHECK(host.engine.resume(scope).ok());
    host.engine.step();
    const std::size_t asked = held();
    host.log.clear();
    return asked;
  };
  host.log.clear();
  CHECK(after(Scope::lead("ada")) == 2);
  CHECK(after(Scope::sequence("s")) == 2);
  CHECK(after(Scope::channel("sms")) == 2);
  CHECK(after(Scope::all()) == 4);
  CHECK(host.engine.statistics().held_messages == 4);
}

TEST_CASE("[S11.1] [S4.1] a wait that is over in a pause stays so when the lead moves") {
  Host host(
      "lead { tz: string? }\nevent signup\n"
      "sequence s { enroll on signup day 0: { wait 1d notify team \"over\" } }\n");
  signup(host);
  CHECK(host.engine.pause(Scope::lead("ada"), instant("2026-03-03T00:00:00Z")).ok());
  CHECK(host.engine.upsert("ada", {{"tz", "Asia/Tokyo"}}, instant("2026-03-04T08:00:00Z")).ok());
  CHECK(host.engine.resume(Scope::lead("ada"), instant("2026-03-05T08:00:00Z")).ok());
  host.to("2026-03-06T00:00:00Z");
  CHECK(host.log.count(Kind::waiting) == 1);
  CHECK(host.of({Kind::notified}) == Lines{"2026-03-05T08:00:00Z ada notified team: over"});
}
