// What a host may hand in and what is refused: S11.5 of the contracts, consent (S6.8), statistics.
#include "support/engine.hpp"

#include <limits>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kTyped = R"(nurture 1
lead {
  tz: string?
  plan: enum(free, team) = "free"
  seats: int = 1
  share: number?
  vip: bool?
  born: date?
  wakes: time?
  ends: datetime?
  patience: duration?
  tags: list<string>?
}
event order.placed as "Order Completed" { amount: number coupon: string? }
event signup
category news { consent explicit }
category digest { consent explicit double_opt_in }
channel email {}
message hello { channel email category news subject "Hello" }
message sum { channel email category digest subject "Sum" }
score worth { range 0..100 rule +10 order on order.placed }
sequence s {
  enroll on signup
  day 0: { send hello send sum }
  day 9: send hello
  when lead.plan == "team" and lead.seats > 1 as grown every time tag grown
}
)";

std::string refusal(const Value& value, const char* field) {
  Host host(kTyped);
  const Status status = host.engine.upsert("ada", {{field, value}});
  host.engine.step();
  CHECK(host.engine.statistics().refused_inputs == (status.ok() ? 0 : 1));
  CHECK(host.engine.statistics().leads == (status.ok() ? 1 : 0));
  // The log names the lead, and says what the status says.
  const Lines log = host.of({Kind::input_refused});
  if (status.ok())
    CHECK(log.empty());
  else
    CHECK(log == Lines{"2026-03-02T08:00:00Z ada input_refused input: " + status.reason()});
  return status.reason();
}

}  // namespace

TEST_CASE("[S11.5] a value of the wrong type is refused with the lead and the field") {
  CHECK(refusal("gold", "plan") == "`plan` is enum(free, team), not \"gold\"");
  CHECK(refusal(7, "plan") == "`plan` is enum(free, team), not the number 7");
  CHECK(refusal("many", "seats") == "`seats` is int, not the text \"many\"");
  CHECK(refusal(1.5, "seats") == "`seats` is int, not the number 1.500000");
  CHECK(refusal(true, "seats") == "`seats` is int, not true");
  CHECK(refusal(std::numeric_limits<double>::quiet_NaN(), "share") == "`share` is number?, not the number nan");
  CHECK(refusal(1, "vip") == "`vip` is bool?, not the number 1");
  CHECK(refusal("2026-02-30", "born") == "`born` is date?, not \"2026-02-30\"");
  CHECK(refusal("25:00", "wakes") == "`wakes` is time?, not \"25:00\"");
  CHECK(refusal("soon", "ends") == "`ends` is datetime?, not \"soon\"");
  CHECK(refusal("a", "tags") == "`tags` is list<string>?, not the text \"a\"");
  CHECK(refusal(Value::List{Value{"a"}, Value{1}}, "tags") == "`tags` is list<string>?, not a list with an element of another type");
}

TEST_CASE("[S11.5] values that say the same in another form are taken") {
  CHECK(refusal(2.0, "seats").empty());
  CHECK(refusal(2, "share").empty());
  CHECK(refusal("team", "plan").empty());
  CHECK(refusal("2024-02-29", "born").empty());
  CHECK(refusal("07:30", "wakes").empty());
  CHECK(refusal("2026-03-02T08:00", "ends").empty());
  CHECK(refusal(Instant{0}, "ends").empty());
  CHECK(refusal(Value::List{Value{"a"}, Value{"b"}}, "tags").empty());
  CHECK(refusal(Value{}, "vip").empty());
}

TEST_CASE("[S11.5] [S4.1] a zone that does not exist is refused, and the lead keeps the one it has") {
  CHECK(refusal("Mars/Base", "tz") == "`tz` is \"Mars/Base\", and there is no such time zone");
  CHECK(refusal("EST5", "tz") == "`tz` is \"EST5\", and there is no such time zone");
  CHECK(refusal("Europe/Lisbon", "tz").empty());
  CHECK(refusal("UTC", "tz").empty());

  Host host(R"(nurture 1
lead { tz: string? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s { enroll on signup day 1 at 09:00: send hello }
)");
  CHECK(host.engine.upsert("ada", {{"tz", "America/New_York"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK_FALSE(host.engine.upsert("ada", {{"tz", "Mars/Base"}}).ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-03T14:00:00Z ada sent hello"});
}

TEST_CASE("[S11.5] one bad value refuses its upsert as a whole, and the rest of the batch goes on") {
  Host host(kTyped);
  CHECK_FALSE(host.engine.upsert("ada", {{"seats", 5}, {"plan", "gold"}}).ok());
  CHECK(host.engine.upsert("bob", {{"seats", 5}}).ok());
  host.engine.step();
  CHECK(host.engine.statistics().leads == 1);
  CHECK(host.engine.statistics().inputs == 2);
  CHECK(host.engine.statistics().refused_inputs == 1);
}

TEST_CASE("[S11.5] undeclared fields and events are ignored and counted") {
  Host host(kTyped);
  CHECK(host.engine.upsert("ada", {{"shoe_size", 43}, {"seats", 2}, {"mood", "good"}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "never.heard.of"}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "order.placed", .fields = {{"amount", 1}, {"colour", "red"}}}).ok());
  host.engine.step();
  const Statistics s = host.engine.statistics();
  CHECK(s.ignored_fields == 4);
  CHECK(s.inputs == 2);
  CHECK(s.refused_inputs == 0);
  CHECK(host.log.count(Kind::input_refused) == 0);
}

TEST_CASE("[S11.5] events come under both their names, and what does not fit is refused") {
  Host host(kTyped);
  for (const char* name : {"order.placed", "Order Completed"})
    CHECK(host.engine.post({.lead = "ada", .name = name, .fields = {{"amount", 5}}}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "order.placed"}).reason() == "order.placed: the event has no `amount`, which is number");
  CHECK(host.engine.post({.lead = "ada", .name = "Order Completed", .fields = {{"amount", "lots"}}}).reason() ==
        "order.placed: `amount` is number, not the text \"lots\"");
  host.engine.step();
  CHECK(host.log.count(Kind::score) == 2);
  CHECK(host.log.count(Kind::input_refused) == 2);
}

TEST_CASE("[S11.5] upserts merge, null takes a field away, and what changes nothing causes nothing") {
  Host host(kTyped);
  const auto upsert = [&](const Fields& fields) {
    CHECK(host.engine.upsert("ada", fields).ok());
    host.engine.step();
  };
  upsert({{"plan", "team"}});
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.engine.step();
  CHECK(host.log.count(Kind::tagged) == 0);
  upsert({{"seats", 3}});  // `plan` is still "team".
  CHECK(host.log.count(Kind::tagged) == 1);
  const std::size_t rows = host.log.rows.size();
  upsert({{"seats", 3}, {"plan", "team"}});
  upsert({});
  CHECK(host.log.rows.size() == rows);
  upsert({{"seats", 1}, {"seats", 4}});  // Of two with one name the later counts.
  upsert({{"seats", 1}});
  upsert({{"seats", 2}});
  CHECK(host.log.count(Kind::tagged) == 2);
}

TEST_CASE("[S11.5] a required field may be changed but not taken away") {
  Host host(R"(nurture 1
lead { plan: string }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s { enroll on signup day 0: send hello }
)");
  CHECK(host.engine.upsert("ada", {}).ok());  // Known when it takes effect.
  CHECK(host.engine.upsert("bob", {{"plan", "x"}}).ok());
  CHECK(host.engine.upsert("bob", {{"plan", Value{}}}).ok());
  host.engine.step();
  CHECK(host.of({Kind::input_refused}) ==
        Lines{"2026-03-02T08:00:00Z ada input_refused upsert: the lead would have no `plan`, which is string and not optional",
              "2026-03-02T08:00:00Z bob input_refused upsert: the lead would have no `plan`, which is string and not optional"});
  CHECK(host.engine.statistics().leads == 1);
}

TEST_CASE("names that the program does not have are refused at once, and are in the log") {
  Host host(kTyped);
  Engine& engine = host.engine;
  CHECK(engine.upsert("", {}).reason() == "a lead has no id");
  CHECK(engine.post({.lead = "", .name = "signup"}).reason() == "an event has no lead");
  CHECK(engine.consent("ada", "spam").reason() == "there is no category `spam`");
  CHECK(engine.consent("ada", "news", {.channel = "pigeon"}).reason() == "there is no channel `pigeon`");
  CHECK(engine.score("ada", "luck", 7).reason() == "there is no score `luck`");
  CHECK(engine.score("ada", "worth", 1e9).reason() == "a score of 1000000000.000000 is out of range");
  CHECK(engine.score("ada", "worth", std::numeric_limits<double>::quiet_NaN()).reason() == "a score of nan is out of range");
  engine.step();
  CHECK(host.log.count(Kind::input_refused) == 7);
  CHECK(engine.statistics().refused_inputs == 7);
  CHECK(engine.statistics().leads == 0);
}

TEST_CASE("what concerns a lead that nobody knows is refused when it takes effect") {
  Host host(kTyped);
  CHECK(host.engine.consent("ada", "news").ok());
  CHECK(host.engine.score("ada", "worth", 5).ok());
  host.engine.step();
  CHECK(host.of({Kind::input_refused}) == Lines{"2026-03-02T08:00:00Z ada input_refused consent: the lead is not known",
                                                "2026-03-02T08:00:00Z ada input_refused score: the lead is not known"});
  // Known by the time of the input is enough, whatever the order of posting.
  CHECK(host.engine.consent("bob", "news", {.received_at = instant("2026-03-02T09:00:00Z")}).ok());
  CHECK(host.engine.upsert("bob", {}, instant("2026-03-02T08:30:00Z")).ok());
  host.to("2026-03-02T10:00:00Z");
  CHECK(host.log.count(Kind::input_refused) == 2);
  CHECK(host.log.count(Kind::consent) == 1);
}

TEST_CASE("[S6.8] consent is given per category and channel, confirmed and withdrawn") {
  Host host(kTyped);
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.consent("ada", "news", {.source = "signup form", .wording = "Yes, write to me"}).ok());
  CHECK(host.engine.consent("ada", "digest", {.source = "signup form", .confirmed = false}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(
      host.engine
          .consent("ada", "news", {.source = "link", .channel = "email", .granted = false, .received_at = instant("2026-03-04T08:00:00Z")})
          .ok());
  host.to("2026-03-20T00:00:00Z");
  CHECK(host.of({Kind::sent, Kind::skipped}) == Lines{"2026-03-02T08:00:00Z ada sent hello",
                                                      "2026-03-02T08:00:00Z ada skipped(consent) sum",
                                                      "2026-03-11T08:00:00Z ada skipped(consent) hello"});
  CHECK(host.of({Kind::consent}) == Lines{"2026-03-02T08:00:00Z ada consent news: granted",
                                          "2026-03-02T08:00:00Z ada consent digest: to be confirmed",
                                          "2026-03-04T08:00:00Z ada consent news: withdrawn"});
  CHECK(host.log.json.find("\"rule\":\"signup form: Yes, write to me\"") != std::string::npos);
}

TEST_CASE("statistics count what happened") {
  Host host(kTyped);
  for (const char* lead : {"ada", "bob"}) {
    CHECK(host.engine.upsert(lead, {}).ok());
    CHECK(host.engine.consent(lead, "news").ok());
  }
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK_FALSE(host.engine.upsert("ada", {{"seats", "x"}}).ok());
  CHECK(host.engine.statistics().inputs == 0);  // Queued only.
  host.engine.step();
  Statistics s = host.engine.statistics();
  CHECK(s.leads == 2);
  CHECK(s.live_enrolments == 1);
  CHECK(s.inputs == 6);
  CHECK(s.refused_inputs == 1);
  CHECK(s.sent == 1);
  CHECK(s.lead_steps == 1);
  CHECK(s.held_messages == 0);
  CHECK(s.forgotten_events == 0);
  CHECK(s.timers >= 1);
  CHECK(s.state_bytes > 0);
  CHECK(s.name_bytes > 0);
  CHECK(host.engine.pause({}, instant("2026-03-11T00:00:00Z")).ok());
  host.to("2026-03-12T00:00:00Z");
  s = host.engine.statistics();
  CHECK(s.held_messages == 1);
  CHECK(s.lead_steps == 2);
  CHECK(host.engine.resume().ok());
  host.engine.step();
  s = host.engine.statistics();
  CHECK(s.held_messages == 0);
  CHECK(s.live_enrolments == 0);
  CHECK(s.sent == 2);
}

TEST_CASE("a duration comes as a text or as a number of seconds") {
  const auto entered = [](const Value& patience) {
    Host host(R"(nurture 1
lead { patience: duration? }
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s { enroll when lead.patience is known and lead.patience == 1h30min day 0: send hello }
)");
    const Status status = host.engine.upsert("ada", {{"patience", patience}});
    host.engine.step();
    return status.ok() ? std::to_string(host.sent().size()) : status.reason();
  };
  CHECK(entered("1h30min") == "1");
  CHECK(entered("90min") == "1");
  CHECK(entered(5400) == "1");
  CHECK(entered("2h") == "0");
  CHECK(entered("-1h30min") == "0");
  CHECK(entered("14d") == "`patience` is duration?, not \"14d\"");
  CHECK(entered("-") == "`patience` is duration?, not \"-\"");
  CHECK(entered("soon") == "`patience` is duration?, not \"soon\"");
}

TEST_CASE("[S2.3] inputs that are posted in any order are applied in that of their instants, at one instant in that of posting") {
  const char* const text = R"(nurture 1
event poked { n: int }
triggers t { on poked as poked every time notify desk "{{ trigger.n }}" })";
  const auto order = [&](std::size_t step, bool through_bytes) {
    Host host(text);
    for (std::size_t i = 0; i < 300; ++i) {  // 7 and 300 have no divisor in common: each place once.
      const auto n = static_cast<std::int64_t>(i * step % 300);
      CHECK(host.engine
                .post({.lead = "ada", .name = "poked", .fields = {{"n", n}}, .received_at = host.clock.now() + std::chrono::minutes{n / 2}})
                .ok());
    }
    if (through_bytes) REQUIRE(host.engine.restore(host.engine.save()).ok());
    host.to("2026-03-03T08:00:00Z");
    return host.of({DecisionKind::notified});
  };
  const Lines in_order = order(1, false);
  REQUIRE(in_order.size() == 300);
  Lines shuffled = order(7, false);
  CHECK(order(7, true) == shuffled);
  // Of the two of each minute the one that was posted first comes first.
  CHECK(shuffled != in_order);
  for (std::size_t i = 0; i < shuffled.size(); i += 2) {
    if (shuffled[i] != in_order[i]) std::swap(shuffled[i], shuffled[i + 1]);
  }
  CHECK(shuffled == in_order);
}
