// Time in expressions: calendar arithmetic and calendar functions in zones, and the instants at which conditions change.
#include "support/catch.hpp"
#include "support/evaluation.hpp"

#include <random>

using namespace nurture::eval;
using nurture::Instant;
using test_support::datetime;
using test_support::World;

TEST_CASE("calendar lengths keep the time of day, exact ones do not [S4.1]") {
  World world;
  world.in_zone("Europe/Lisbon");  // summer time begins on 2026-03-29 at 01:00
  world.set("start", datetime("2026-03-28T09:00:00Z"));
  CHECK(world.show("start + 1d") == "2026-03-29T08:00:00Z");
  CHECK(world.show("start + 24h") == "2026-03-29T09:00:00Z");
  CHECK(world.show("start + 1d12h") == "2026-03-29T20:00:00Z");
  CHECK(world.show("start + 1mo - 1mo == start") == "true");
  CHECK(world.show("2026-01-31 + 1mo") == "2026-02-28");
  CHECK(world.show("2024-02-29 + 1y") == "2025-02-28");
  CHECK(world.show("2026-03-31 - 1mo") == "2026-02-28");
  CHECK(world.show("2026-03-28 + 12h") == "2026-03-28T12:00:00Z");
  CHECK(world.show("start + 90000y") == "error: no such date or time");
}

TEST_CASE("a datetime without an offset is read in the zone of the environment [S4.2]") {
  World world;
  CHECK(world.show("2026-07-01T09:00") == "2026-07-01T09:00:00Z");
  world.in_zone("America/New_York");
  CHECK(world.show("2026-07-01T09:00") == "2026-07-01T13:00:00Z");
  CHECK(world.show("2026-07-01T09:00+02:00") == "2026-07-01T07:00:00Z");
  CHECK(world.show("2026-03-08T02:30") == "2026-03-08T07:30:00Z");  // in a gap: later by the gap
  CHECK(world.show("2026-11-01T01:30") == "2026-11-01T05:30:00Z");  // in an overlap: the earlier
}

TEST_CASE("differences of moments") {
  World world;
  world.in_zone("Europe/Lisbon");
  CHECK(world.show("2026-03-30T09:00 - 2026-03-28T09:00") == "47h");
  CHECK(world.show("2026-03-30 - 2026-03-28") == "2d");
  CHECK(world.show("2026-03-30T09:00 - 2026-03-30") == "9h");
  CHECK(world.show("2026-03-30T09:00 - 2026-03-28T09:00 >= 2d") == "true");
  CHECK(world.show("2026-03-30T08:59 - 2026-03-28T09:00 >= 2d") == "false");
  CHECK(world.show("2d > 2026-03-30T08:59 - 2026-03-28T09:00") == "true");
  CHECK(world.show("2026-03-30 - 2026-02-28 > 1mo") == "true");
  CHECK(world.show("2026-03-28 - 2026-02-28 == 1mo") == "true");
}

TEST_CASE("lengths of time have an order where it does not depend on the calendar") {
  World world;
  const std::string error = "error: values of these types do not go together";
  CHECK(world.show("90min == 1h30min and 1h < 2h") == "true");
  CHECK(world.show("7d == 1w and 12mo == 1y") == "true");
  CHECK(world.show("1mo < 5w and 2d > 30h and 1y > 360d and 1y < 370d") == "true");
  CHECK(world.show("1d < 24h") == error);
  CHECK(world.show("1mo < 30d") == error);
  CHECK(world.show("1d == 24h") == "false");
  CHECK(world.show("1h + 1d") == "1d1h");
  CHECK(world.show("1d - 1mo") == "-1mo + 1d + 0s");
}

TEST_CASE("a datetime beside a date counts as its day") {
  World world;
  world.in_zone("America/New_York");
  world.set("at", datetime("2026-03-03T03:30:00Z"));  // 22:30 of the second in New York
  CHECK(world.show("at == 2026-03-02") == "true");
  CHECK(world.show("at <= 2026-03-02 and at >= 2026-03-02 and at < 2026-03-03 and at > 2026-03-01") == "true");
  CHECK(world.show("2026-03-02 == at and 2026-03-03 > at") == "true");
}

TEST_CASE("calendar functions count from one in the zone of the environment or of their argument") {
  World world;
  world.in_zone("Europe/Lisbon");
  world.set("at", datetime("2026-03-29T00:30:45Z"));
  const std::string parts = "[year(at), month(at), day(at), hour(at), minute(at)]";
  CHECK(world.show(parts) == "[2026, 3, 29, 0, 30]");
  world.set("at", datetime("2026-03-29T01:30:45Z"));  // an hour later the clock shows two
  CHECK(world.show(parts) == "[2026, 3, 29, 2, 30]");
  CHECK(world.show("weekday(at)") == "\"sun\"");
  CHECK(world.show("at.weekday(\"America/New_York\") + \" \" + string(at.hour(\"America/New_York\"))") == "\"sat 21\"");
  CHECK(world.show("date(at, \"America/New_York\")") == "2026-03-28");
  CHECK(world.show("time(at, \"+05:45\")") == "07:15:45");
  CHECK(world.show("weekday(2026-03-02) + string(month(2026-03-02))") == "\"mon3\"");
  CHECK(world.show("hour(09:30) * 60 + minute(09:30)") == "570");
  CHECK(world.show("time(at) >= 02:00 and weekday(at) in [\"sat\", \"sun\"]") == "true");
  CHECK(world.show("hour(2026-03-02)") == "error: values of these types do not go together");
  CHECK(world.show("year(09:30)") == "error: values of these types do not go together");
  CHECK(world.show("hour(at, \"Europe/Atlantis\")") == "error: unknown time zone");
  CHECK(world.show("at.getMonth()") == "error: unknown name");
}

TEST_CASE("the autumn night has the hour twice") {
  World world;
  world.in_zone("Europe/Berlin");
  world.set("first", datetime("2026-10-25T00:30:00Z"));
  world.set("second", datetime("2026-10-25T01:30:00Z"));
  CHECK(world.show("[hour(first), hour(second), day(first), day(second)]") == "[2, 2, 25, 25]");
  CHECK(world.show("second - first") == "1h");
}

// ---------------------------------------------------------------- when conditions change

TEST_CASE("comparisons with now say when they change [S5.4]") {
  World world;
  world.at("2026-03-02T08:00:00Z");
  world.set("t", datetime("2026-03-05T12:00:00Z"));
  const std::string reached = "2026-03-05T12:00:00Z";
  const std::string passed = "2026-03-05T12:00:00.001Z";
  CHECK(world.change("now < t") == reached);
  CHECK(world.change("now >= t") == reached);
  CHECK(world.change("t <= now") == reached);
  CHECK(world.change("t > now") == reached);
  CHECK(world.change("now <= t") == passed);
  CHECK(world.change("now > t") == passed);
  CHECK(world.change("t >= now") == passed);
  CHECK(world.change("now == t") == reached);
  CHECK(world.change("now != t") == reached);
  world.now = Instant::parse(reached).value();
  CHECK(world.show("now == t") == "true");
  CHECK(world.change("now == t") == passed);
  CHECK(world.change("now >= t") == "never");
  world.now = Instant::parse(passed).value();
  CHECK(world.change("now == t") == "never");
  CHECK(world.show("now > t") == "true");
}

TEST_CASE("idle and differences with now compare by the calendar [S5.4]") {
  World world;
  world.in_zone("Europe/Lisbon");
  world.at("2026-03-20T10:00:00Z");
  world.answer("idle email.open", datetime("2026-03-20T09:15:30.250Z"));
  world.set("start", datetime("2026-03-20T09:15:30.250Z"));
  // Fourteen days later summer time has begun: the same time of day is an hour earlier in UTC.
  const std::string fortnight = "2026-04-03T08:15:30.250Z";
  CHECK(world.change("idle(email.open) >= 14d") == fortnight);
  CHECK(world.change("14d <= idle(email.open)") == fortnight);
  CHECK(world.change("now - start >= 14d") == fortnight);
  CHECK(world.change("start + 14d <= now") == fortnight);
  CHECK(world.change("now >= start + 14d") == fortnight);
  CHECK(world.change("now - 14d >= start") == fortnight);
  CHECK(world.change("idle(email.open) > 14d") == "2026-04-03T08:15:30.251Z");
  CHECK(world.change("idle(email.open) >= 336h") == "2026-04-03T09:15:30.250Z");
  CHECK(world.show("idle(email.open)") == "2669.75s");

  world.set("ends", datetime("2026-04-03T08:00:00Z"));
  CHECK(world.change("ends - now <= 14d") == "never");  // it has held for an hour
  world.at("2026-03-20T08:00:00Z");
  CHECK(world.change("ends - now <= 14d") == "2026-03-20T09:00:00Z");
  CHECK(world.change("14d >= ends - now") == "2026-03-20T09:00:00Z");
  CHECK(world.change("now + 14d >= ends") == "2026-03-20T09:00:00Z");
  CHECK(world.change("ends - now < 14d") == "2026-03-20T09:00:00.001Z");
  CHECK(world.change("ends - now < 48h") == "2026-04-01T08:00:00.001Z");
}

TEST_CASE("a date beside now is its whole day in the zone [S5.4]") {
  World world;
  world.in_zone("America/New_York");
  world.at("2026-03-01T12:00:00Z");
  CHECK(world.change("now >= 2026-03-08") == "2026-03-08T05:00:00Z");
  CHECK(world.change("now > 2026-03-08") == "2026-03-09T04:00:00Z");  // the day has 23 hours
  CHECK(world.change("now == 2026-03-08") == "2026-03-08T05:00:00Z");
  world.set("birthday", test_support::date(2008, 3, 8));
  CHECK(world.change("now - birthday >= 18y") == "2026-03-08T05:00:00Z");
  CHECK(world.change("birthday + 18y <= now") == "2026-03-08T05:00:00Z");
}

TEST_CASE("the earliest change of a condition counts [S5.4]") {
  World world;
  world.at("2026-03-01T00:00:00Z");
  world.set("a", datetime("2026-03-03T00:00:00Z"));
  world.set("b", datetime("2026-03-02T00:00:00Z"));
  CHECK(world.change("now >= a or now >= b") == "2026-03-02T00:00:00Z");
  CHECK(world.change("now >= a and now >= b") == "2026-03-03T00:00:00Z");  // b is not asked before a
  CHECK(world.change("not (now < b)") == "2026-03-02T00:00:00Z");
  CHECK(world.change("now < b ? now < a : true") == "2026-03-02T00:00:00Z");
  CHECK(world.change("a < b") == "never");
  world.set("b", Value::missing());
  CHECK(world.show("now >= b") == "error: value is missing");
  CHECK(world.change("now >= b") == "never");
  CHECK(world.show("now >= 3") == "error: values of these types do not go together");
}

TEST_CASE("an instant between two milliseconds is never met") {
  World world;
  world.set("t", Value::datetime(1'772'438'400, 500'000));  // 2026-03-02T08:00:00.0005Z
  CHECK(world.change("now >= t") == "2026-03-02T08:00:00.001Z");
  CHECK(world.change("now > t") == "2026-03-02T08:00:00.001Z");
  CHECK(world.change("now == t") == "never");
}

TEST_CASE("what a condition says about its next change is exact, in all zones and for all relations [S5.4]") {
  std::mt19937 random(7);
  const auto pick = [&random](std::int64_t from, std::int64_t to) { return std::uniform_int_distribution<std::int64_t>(from, to)(random); };
  const char* const zones[] = {"Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"};
  const char* const relations[] = {"<", "<=", ">", ">=", "==", "!="};
  const char* const forms[] = {"now @ t",          "t @ now",      "now - t @ 5d",       "5d @ now - t",   "t - now @ 1mo",
                               "idle(x.y) @ 2d3h", "t + 1w @ now", "now - t @ 50h",      "now @ date(t)",  "now - 1d @ t",
                               "idle(x.y) @ 1mo",  "now + 2d @ t", "date(t) - now @ 3d", "36h @ idle(x.y)"};
  const std::int64_t begin = Instant::parse("2026-03-01T00:00:00Z")->ms;
  World world;
  for (int round = 0; round < 400; ++round) {
    world.in_zone(zones[pick(0, 4)]);
    std::string form = forms[pick(0, 13)];
    form.replace(form.find('@'), 1, relations[pick(0, 5)]);
    const std::int64_t t = begin + pick(0, std::int64_t{250} * 86'400'000);
    const Value moment = Value::datetime(t / 1000, static_cast<std::uint32_t>(t % 1000 * 1'000'000));
    world.set("t", moment);
    world.answer("idle x.y", moment);
    const Ref ref = world.compile(form);
    world.now = {t + pick(-40, 40) * 86'400'000 + pick(-5, 5)};
    INFO(form << " with t = " << to_string(moment) << ", now = " << world.now.to_string() << " in " << world.zone->name());
    for (int change = 0; change < 3; ++change) {
      const std::string before = to_string(world.evaluate(ref));
      const Instant turn = world.valid_until;
      const Instant start = world.now;
      // Constant up to the turn, different at it.
      const Instant horizon = turn == Instant::max() ? Instant{start.ms + std::int64_t{200} * 86'400'000} : turn;
      for (int probe = 0; probe < 20; ++probe) {
        world.now = {probe == 0 ? horizon.ms - 1 : pick(start.ms, horizon.ms - 1)};
        REQUIRE(to_string(world.evaluate(ref)) == before);
        REQUIRE(world.valid_until == turn);
      }
      if (turn == Instant::max()) break;
      world.now = turn;
      REQUIRE(to_string(world.evaluate(ref)) != before);
    }
  }
}
