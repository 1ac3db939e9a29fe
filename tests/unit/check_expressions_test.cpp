// What the checker says about expressions: names, types, missing values, time. Each table has wrong rows, with what is
// found, and right rows, in which nothing is.
#include "support/checking.hpp"

using nurture::test::check_rows;
using nurture::test::with_fixes;

TEST_CASE("names in conditions are looked up, with the nearest one suggested") {
  check_rows({
      {"segment s = lead.visits > 3", {}},
      {"segment s = lead.visit > 3", {"NUR0201 1:18 there is no lead field `visit`"}},
      {"segment s = any(email.opne)", {"NUR0201 1:17 there is no event `email.opne`"}},
      {"segment s = count(email.click where event.lnk == \"x\") > 1", {"NUR0201 1:43 there is no field of `email.click` called `lnk`"}},
      {"segment a = lead.is_customer segment s = a and lead.visits > 1", {}},
      {"segment a = lead.is_customer segment s = aa and lead.visits > 1", {"NUR0201 1:42 there is no segment `aa`"}},
      {"segment s = visits > 1", {"NUR0201 1:13 there is no segment `visits`"}},
      {"segment s = score.fit > 1", {"NUR0201 1:19 there is no score `fit`"}},
      {"segment s = lead == \"x\"", {"NUR0202 1:13 `lead` is not a value"}},
      {"segment s = any(email.click or page.view where event.path == \"/\")", {"NUR0201 1:54 `email.click` has no field `path`"}},
      {"segment s = any(order.placed or order.refunded where event.amount > 3)", {}},
      {"segment s = any(email.open or email.open)", {"NUR0206 1:31 `email.open` is named twice in one pattern"}},
  });
}

TEST_CASE("questions that name a sequence, a category or a channel name one that there is") {
  const std::string q = "sequence q { enroll on signup day 0: send welcome } ";
  check_rows({
      {q + "segment s = enrolled_in(q) and consent(marketing, email)", {}},
      {q + "segment s = enrolled_in(p)", {"NUR0201 1:77 there is no sequence `p`"}},
      {q + "segment s = enrolled_in(\"q\")", {"NUR0211 1:65 `enrolled_in` takes one name"}},
      {q + "segment s = enrolled_in()", {"NUR0211 1:65 `enrolled_in` takes one name"}},
      {"segment s = consent(marketin, emial)",
       {"NUR0201 1:21 there is no category `marketin`", "NUR0201 1:31 there is no channel `emial`"}},
      {"segment s = consent(marketing)", {"NUR0211 1:13 `consent` takes two names"}},
      {"segment s = consent(marketing, email) > 1",
       {"NUR0202 1:41 `consent(marketing, email)` is a bool and cannot be compared with an int"}},
      {"segment s = most(link of email.click) == \"x\"",
       {"NUR0203 1:13 `most(link of email.click)` is used without asking whether it is known"}},
      {"segment s = default(most(link of email.click), \"\") == \"x\"", {}},
      {"segment s = default(most(amount of order.placed), 0) > 3", {}},
  });
}

TEST_CASE("a name whose meaning belongs to another place is refused with where it has one") {
  check_rows({
      {"segment s = event.path == \"/\"", {"NUR0212 1:13 `event` has no meaning in a segment"}},
      {"segment s = trigger.path == \"/\"", {"NUR0212 1:13 `trigger` has no meaning in a segment"}},
      {"segment s = enrolled_at < now", {"NUR0212 1:13 `enrolled_at` has no meaning in a segment"}},
      {"segment s = anchor.start < now", {"NUR0212 1:13 `anchor` has no meaning in a segment"}},
      {"segment s = any(email.open since enrolled)", {"NUR0212 1:28 there is no enrolment in a segment that the window could begin with"}},
      {"sequence s { enroll on signup day 0: send welcome on page.view as seen { notify sales \"{{ event.path }}\" } }",
       {"NUR0212 1:91 `event` has no meaning in the handler `seen`"}},
      {"sequence s { enroll on signup day 0: send welcome on page.view as seen { notify sales \"{{ trigger.path }}\" } }", {}},
      {"sequence s { enroll when lead.is_customer key event.source day 0: send welcome }",
       {"NUR0212 1:47 `event` has no meaning in a `key`"}},
  });
}

TEST_CASE("optional fields must be asked for before they are used") {
  check_rows({
      {"segment s = lead.age > 3", {"NUR0203 1:13 `lead.age` is used without asking whether it is known"}},
      {"segment s = lead.age is known and lead.age > 3", {}},
      {"segment s = lead.age > 3 and lead.age is known", {"NUR0203 1:13 `lead.age` is used without asking whether it is known"}},
      {"segment s = lead.age is missing or lead.age > 3", {}},
      {"segment s = not (lead.age is missing) and lead.age > 3", {}},
      {"segment s = not (lead.age is missing or lead.phone is missing) and lead.age > 3 and lead.phone != \"\"", {}},
      {"segment s = lead.age is known or lead.age > 3", {"NUR0203 1:34 `lead.age` is used without asking whether it is known"}},
      {"segment s = lead.age is known ? lead.age > 3 : false", {}},
      {"segment s = lead.age is missing ? lead.visits > 3 : lead.age > 3", {}},
      {"segment s = has(lead.age) and lead.age > 3", {}},
      {"segment s = default(lead.age, 0) > 3", {}},
      {"segment s = lead.plan == \"pro\"", {"NUR0203 1:13 `lead.plan` is used without asking whether it is known"}},
      {"segment s = lead.vip", {"NUR0203 1:13 `lead.vip` is used without asking whether it is known"}},
      {"segment has_age = lead.age is known segment s = has_age and lead.age > 3", {}},
      {"segment s = any(page.view where event.intent == \"high\")",
       {"NUR0203 1:33 `event.intent` is used without asking whether it is known"}},
      {"segment s = any(page.view where event.intent is known and event.intent == \"high\")", {}},
      {"segment s = last(email.click).link == \"x\"", {"NUR0203 1:13 `last(email.click).link` is used without asking whether it is known"}},
      {"segment s = any(email.click) and last(email.click).link == \"x\"", {}},
      {"segment s = count(email.click) >= 1 and first(email.click).link == \"x\"", {}},
      {"segment s = last(email.click) is known and last(email.click).at < now", {}},
      {"segment s = any(webinar.registered) and last(webinar.registered).starts_at > now",
       {"NUR0203 1:41 `last(webinar.registered).starts_at` is used without asking whether it is known"}},
      {"segment s = last(webinar.registered).starts_at is known and last(webinar.registered).starts_at > now", {}},
      {"segment s = avg(amount of order.placed) > 3",
       {"NUR0203 1:13 `avg(amount of order.placed)` is used without asking whether it is known"}},
      {"segment s = sum(amount of order.placed) > 3", {}},
      {"segment s = lead.tags is known and lead.tags.exists(t, t == \"vip\")", {}},
  });
}

TEST_CASE("what is known inside an if holds there and not behind it, and not across a wait") {
  const std::string head = "sequence s { enroll on signup day 1: { ";
  const auto body = [&](const std::string& text) { return nurture::test::findings(head + text + " } }"); };
  CHECK(body("if lead.phone is known { set lead.country = lead.phone }").empty());
  CHECK(body("if lead.phone is missing { exit gone } set lead.country = lead.phone").empty());
  CHECK(body("if lead.phone is missing { tag x } else { set lead.country = lead.phone }").empty());
  CHECK(body("if lead.phone is known { tag x } set lead.country = lead.phone").size() == 1);
  CHECK(body("if lead.phone is known { wait 1d set lead.country = lead.phone }").size() == 1);
  CHECK(body("set lead.phone = \"1\" set lead.country = lead.phone").empty());
  CHECK(body("split x { a 50% { if lead.phone is missing { exit gone } } b 50% { tag y } } set lead.country = lead.phone").size() == 1);
  CHECK(body("wait until on email.click timeout 2d notify sales \"{{ trigger.link }}\"").size() == 1);
  CHECK(body("wait until on email.click timeout 2d then { exit gone } notify sales \"{{ trigger.link }}\"").empty());
}

TEST_CASE("the fix of an unguarded field makes the condition right") {
  CHECK(with_fixes("segment s = lead.age > 3") == "segment s = lead.age is known and lead.age > 3");
  CHECK(with_fixes("segment s = lead.is_customer or lead.age > 3") ==
        "segment s = lead.is_customer or (lead.age is known and lead.age > 3)");
  CHECK(with_fixes("segment s = not lead.age > 3") == "segment s = not (lead.age is known and lead.age > 3)");
  CHECK(with_fixes("segment s = any(page.view where event.intent == \"high\")") ==
        "segment s = any(page.view where event.intent is known and event.intent == \"high\")");
  for (const char* text :
       {"segment s = lead.age > 3", "segment s = lead.is_customer or lead.age > 3", "segment s = not lead.age > 3",
        "segment s = not (lead.age > 3)", "segment s = (lead.age > 3) and lead.is_customer",
        "segment s = (lead.age > 3 ? true : lead.is_customer)", "segment s = lead.is_customer and (lead.is_customer or lead.age > 3)"}) {
    INFO(text << " -> " << with_fixes(text));
    CHECK(nurture::test::findings(with_fixes(text)).empty());
  }
}

TEST_CASE("operands must have types that go together") {
  check_rows({
      {"segment s = lead.visits == \"5\"", {"NUR0202 1:28 `lead.visits` is an int and cannot be compared with a string"}},
      {"segment s = lead.share > 1", {}},
      {"segment s = lead.country > 3", {"NUR0202 1:28 `lead.country` is a string and cannot be compared with an int"}},
      {"segment s = lead.country", {"NUR0202 1:13 `lead.country` is a string, and a condition is either true or false"}},
      {"segment s = lead.visits", {"NUR0202 1:13 `lead.visits` is an int, and a condition is either true or false"}},
      {"segment s = lead.is_customer and lead.visits", {"NUR0202 1:34 `lead.visits` is an int, and a condition is either true or false"}},
      {"segment s = lead.visits + \"1\" == 2", {"NUR0202 1:13 an int and a string have no `+`"}},
      {"segment s = lead.country + \"1\" == \"PT1\"", {}},
      {"segment s = lead.visits % 2 == 0", {}},
      {"segment s = lead.share % 2 == 0", {"NUR0202 1:13 a number and an int have no `%`"}},
      {"segment s = -lead.visits < 0 and -lead.country == \"\"", {"NUR0202 1:34 a string has no negative"}},
      {"segment s = lead.country in [\"PT\", \"ES\"]", {}},
      {"segment s = lead.visits in [\"PT\"]", {"NUR0202 1:13 `lead.visits` is an int, and the list holds a string each"}},
      {"segment s = lead.country in \"PT\"", {"NUR0202 1:29 `in` looks into a list, and this is a string"}},
      {"segment s = lead.country == null", {"NUR0202 1:29 nothing is ever `null`: what is absent is missing"}},
      {"segment s = lead.is_customer > false", {"NUR0202 1:13 a bool has no order"}},
      {"segment s = lead.status > \"new\"", {"NUR0202 1:13 an enum(new, open, disqualified) has no order"}},
      {"segment s = (lead.is_customer ? 1 : \"x\") == 1", {"NUR0202 1:37 the two sides of `? :` are an int and a string"}},
      {"segment s = lead.visits.size > 1", {"NUR0202 1:25 an int has no fields"}},
      {"segment s = last(email.click) == \"x\"", {"NUR0202 1:13 `last(email.click)` is an event, which has no value of its own"}},
      {"segment s = sum(link of email.click) > 2", {"NUR0202 1:17 `sum` adds numbers up, and `link` is a string"}},
      {"segment s = distinct(link of email.click) > 2", {}},
      {"segment s = {\"a\": 1, \"a\": 2}[\"a\"] == 1", {"NUR0206 1:22 key `a` is declared twice"}},
  });
}

TEST_CASE("enums are compared with their values") {
  check_rows({
      {"segment s = lead.status == \"open\"", {}},
      {"segment s = lead.status == \"opne\"", {"NUR0205 1:28 `lead.status` is never `\"opne\"`"}},
      {"segment s = \"opne\" == lead.status", {"NUR0205 1:13 `lead.status` is never `\"opne\"`"}},
      {"segment s = lead.status in [\"open\", \"nwe\"]", {"NUR0205 1:37 `lead.status` is never `\"nwe\"`"}},
      {"segment s = lead.plan is known and lead.plan == lead.status",
       {"NUR0205 1:36 `lead.plan` and `lead.status` have no value in common"}},
      {"segment s = default(lead.plan, \"free\") == \"pr\"", {"NUR0205 1:43 `default(lead.plan, \"free\")` is never `\"pr\"`"}},
      {"segment s = weekday(now) == \"monday\"", {"NUR0205 1:29 `weekday(now)` is never `\"monday\"`"}},
      {"segment s = starts_with(lead.status, \"o\")", {}},
  });
  CHECK(with_fixes("segment s = lead.status == \"opne\"") == "segment s = lead.status == \"open\"");
}

TEST_CASE("calendar time and exact time are kept apart") {
  check_rows({
      {"segment s = lead.patience > 24h", {}},
      {"segment s = lead.patience > 1d",
       {"NUR0210 1:29 `1d` is calendar time and `lead.patience` is exact time, so which is longer depends on the day"}},
      {"segment s = 1d == 24h", {"NUR0210 1:13 `1d` is calendar time and `24h` is exact time, so which is longer depends on the day"}},
      {"segment s = idle(email.open) >= 14d", {}},
      {"segment s = idle(email.open) >= 36h", {}},
      {"segment s = lead.trial_ends_at is known and lead.trial_ends_at - now <= 3d", {}},
      {"segment s = lead.trial_ends_at is known and now > lead.trial_ends_at + 1mo", {}},
      {"segment s = lead.born is known and lead.born + 18y <= 2026-03-02", {}},
      {"segment s = lead.born is known and lead.born * 2 == 1", {"NUR0202 1:36 a date and an int have no `*`"}},
      {"segment s = time(now) >= 09:00", {}},
      {"segment s = time(now) >= \"09:00\"", {"NUR0202 1:26 `time(now)` is a time and cannot be compared with a string"}},
      {"segment s = now > \"2026-03-02\"", {"NUR0202 1:19 `now` is a datetime and cannot be compared with a string"}},
      {"segment s = any(email.open within 0d)", {"NUR0320 1:35 a window of no length holds no event"}},
  });
  CHECK(with_fixes("segment s = lead.patience > 2w") == "segment s = lead.patience > 336h");
}

TEST_CASE("functions are called by their signatures") {
  check_rows({
      {"segment s = lower(lead.country) == \"pt\"", {}},
      {"segment s = lead.country.lower() == \"pt\"", {}},
      {"segment s = lowr(lead.country) == \"pt\"", {"NUR0201 1:13 there is no function `lowr`"}},
      {"segment s = lead.country.lowr() == \"pt\"", {"NUR0201 1:26 there is no function `lowr`"}},
      {"segment s = lower(lead.visits) == \"pt\"", {"NUR0211 1:19 `lower` cannot be asked of an int"}},
      {"segment s = lower() == \"pt\"", {"NUR0211 1:13 `lower` takes 1 value, and this gives 0"}},
      {"segment s = hour(now, \"Europe/Lisbon\") > 9", {}},
      {"segment s = hour(now, \"Europe/Lisbn\") > 9", {"NUR0213 1:23 there is no time zone `Europe/Lisbn`"}},
      {"segment s = min(lead.visits, 3) == 3", {}},
      {"segment s = min(lead.visits, \"3\") == 3", {"NUR0211 1:17 `min` cannot be asked of an int"}},
      {"segment s = default(lead.phone, 3) == \"3\"", {"NUR0202 1:33 an int cannot stand for a string"}},
      {"segment s = [1, 2].exists(x, x > lead.visits)", {}},
      {"segment s = [1, 2].exists(x, x)", {"NUR0202 1:30 `x` is an int, and a condition is either true or false"}},
      {"segment s = [1, 2].map(x, x * 2).size() == 2", {}},
      {"segment s = lead.visits.exists(x, x > 1)", {"NUR0202 1:13 `exists` goes over a list, and this is an int"}},
      {"segment s = [1].exists(1) ", {"NUR0211 1:13 `exists` takes a name for the element and an expression about it"}},
  });
}

TEST_CASE("`and` and `or` side by side need parentheses, and the fix puts them") {
  check_rows({
      {"segment s = lead.is_customer or lead.visits > 1 and lead.visits < 9",
       {"NUR0207 1:33 `and` and `or` are mixed, and readers disagree about which binds first"}},
      {"segment s = lead.is_customer or (lead.visits > 1 and lead.visits < 9)", {}},
      {"segment s = (lead.is_customer or lead.visits > 1) and lead.visits < 9", {}},
  });
  CHECK(with_fixes("segment s = lead.is_customer or lead.visits > 1 and lead.visits < 9") ==
        "segment s = lead.is_customer or (lead.visits > 1 and lead.visits < 9)");
}

TEST_CASE("conditions with one outcome are named by the part that decides") {
  check_rows({
      {"segment s = true", {"NUR0204 1:13 `true` is always true"}},
      {"segment s = lead.tz is known", {"NUR0204 1:13 `lead.tz is known` is always true"}},
      {"segment s = lead.is_customer and lead.tz is missing", {"NUR0204 1:34 `lead.tz is missing` is always false"}},
      {"segment s = lead.age is known and lead.age is known", {"NUR0204 1:35 `lead.age is known` is always true"}},
      {"segment s = lead.visits == lead.visits", {"NUR0204 1:13 `lead.visits == lead.visits` is always true"}},
      {"segment s = count(email.open) >= 0", {"NUR0204 1:13 `count(email.open) >= 0` is always true"}},
      {"segment s = count(email.open) < 0", {"NUR0204 1:13 `count(email.open) < 0` is always false"}},
      {"segment s = 3 > 2", {"NUR0204 1:13 `3 > 2` is always true"}},
      {"segment s = lead.visits > 5 and lead.visits < 3", {"NUR0204 1:33 `lead.visits > 5 and lead.visits < 3` is always false"}},
      {"segment s = lead.visits < 5 or lead.visits > 3", {"NUR0204 1:32 `lead.visits < 5 or lead.visits > 3` is always true"}},
      {"segment s = lead.visits > 5 and lead.visits < 9", {}},
      {"segment s = lead.visits < 5 or lead.visits > 9", {}},
      {"segment s = lead.status == \"new\" and lead.status == \"open\"",
       {"NUR0204 1:38 `lead.status == \"new\" and lead.status == \"open\"` is always false"}},
      {"segment s = lead.status != \"new\" or lead.status != \"open\"",
       {"NUR0204 1:37 `lead.status != \"new\" or lead.status != \"open\"` is always true"}},
      {"score fit { range 0..100 rule +5 a on email.open } segment s = score.fit > 100",
       {"NUR0204 1:64 `score.fit > 100` is always false"}},
      {"score fit { range 0..100 rule +5 a on email.open } segment s = score.fit <= 100",
       {"NUR0204 1:64 `score.fit <= 100` is always true"}},
      {"score fit { range 0..100 rule +5 a on email.open } segment s = score.fit == 100", {}},
  });
}

TEST_CASE("`event` inside a nested `where` is the inner event, which is worth a warning") {
  check_rows({
      {"segment s = any(page.view where any(email.click where event.link == \"x\"))",
       {"NUR0208 1:55 `event` means `email.click` here, not the event outside"}},
      {"segment s = any(page.view where any(email.click) and event.path == \"/\")", {}},
  });
}

TEST_CASE("silence that holds for newcomers is found where a sequence asks for it") {
  const std::string head = "sequence s { enroll on signup day 0: send welcome when ";
  check_rows({{(head + "none(email.open within 14d) as quiet { exit quiet } }").c_str(),
               {"NUR0209 1:56 `none(email.open within 14d)` holds for everyone who has just entered"}}});
  check_rows({{(head + "count(email.open within 14d) == 0 as quiet { exit quiet } }").c_str(),
               {"NUR0209 1:56 `count(email.open within 14d) == 0` holds for everyone who has just entered"}}});
  check_rows({{(head + "idle(email.open) >= 14d as quiet { exit quiet } }").c_str(), {}}});
  CHECK(with_fixes(head + "none(email.open within 14d) as quiet { exit quiet } }") ==
        head + "idle(email.open) >= 14d as quiet { exit quiet } }");
}

TEST_CASE("a `when` must say when it can change [S5.4]") {
  const auto when = [](const std::string& condition) {
    return nurture::test::findings("sequence s { enroll on signup day 0: send welcome when " + condition + " as x { exit gone } }");
  };
  CHECK(when("idle(email.open) >= 14d").empty());
  CHECK(when("14d <= idle(email.open)").empty());
  CHECK(when("now >= enrolled_at + 3d").empty());
  CHECK(when("now - enrolled_at >= 3d").empty());
  CHECK(when("lead.trial_ends_at is known and lead.trial_ends_at - now <= 3d").empty());
  CHECK(when("count(email.open within 14d) >= 3 and lead.visits > 2").empty());
  CHECK(when("idle(email.open) + 1h >= 14d").size() == 1);
  CHECK(when("hour(now) > 9") == std::vector<std::string>{"NUR0214 1:61 no next moment can be computed at which `hour(now) > 9` changes"});
  CHECK(when("weekday(now) == \"mon\"").front().starts_with("NUR0214 1:64"));
  CHECK(when("now == enrolled_at").front().starts_with("NUR0214 1:56"));
  CHECK(when("now - enrolled_at > idle(email.open)").front().starts_with("NUR0214"));
  CHECK(when("any(webinar.registered where event.starts_at is known and event.starts_at > now)").front().starts_with("NUR0214"));
  // The same is harmless where it is asked once.
  CHECK(nurture::test::findings("sequence s { enroll on signup day 0: { if hour(now) > 9 { send welcome } } }").empty());
}

TEST_CASE("an unschedulable segment is reported once, at what cannot be scheduled") {
  check_rows(
      {{"segment morning = hour(now) < 12\n"
        "sequence s { enroll on signup day 0: send welcome when morning as a { exit x } when morning and lead.visits > 2 as b { exit y } }",
        {"NUR0214 1:24 no next moment can be computed at which `hour(now) < 12` changes"}}});
  check_rows({{"segment morning = hour(now) < 12 sequence s { enroll on signup day 0: { if morning { send welcome } } }", {}}});
}

TEST_CASE("one mistake, one message") {
  check_rows({
      {"segment s = lead.agee > 3 and lead.agee < \"x\" + 1",
       {"NUR0201 1:18 there is no lead field `agee`", "NUR0201 1:36 there is no lead field `agee`",
        "NUR0202 1:43 a string and an int have no `+`"}},
      {"segment s = lower(lead.agee) == 3", {"NUR0201 1:24 there is no lead field `agee`"}},
      {"segment s = any(email.opne where event.x == 1)", {"NUR0201 1:17 there is no event `email.opne`"}},
  });
}

TEST_CASE("a list of all values of an enum asks nothing") {
  check_rows({
      {"segment s = lead.status in [\"new\", \"open\", \"disqualified\"]",
       {"NUR0204 1:13 `lead.status in [\"new\", \"open\", \"disqualified\"]` is always true"}},
      {"segment s = lead.status in [\"new\", \"open\"]", {}},
  });
}

TEST_CASE("one mistake in a condition is one message") {
  const auto within = [](const std::string& condition) { return nurture::test::findings("segment s = " + condition); };
  using Lines = std::vector<std::string>;
  CHECK(within("lead.phone != null and lead.phone == \"1\"") == Lines{"NUR0202 1:27 nothing is ever `null`: what is absent is missing"});
  CHECK(within("null == lead.phone or lead.phone == \"1\"") == Lines{"NUR0202 1:13 nothing is ever `null`: what is absent is missing"});
  CHECK(within("lead.phon == null") == Lines{"NUR0201 1:18 there is no lead field `phon`"});
  CHECK(within("lead.plan in \"free\" or \"pro\"") == Lines{"NUR0202 1:36 `\"pro\"` is a text, and `or` stands between conditions"});
  CHECK(within("lead.country == \"PT\" or \"ES\" or \"FR\"") ==
        Lines{"NUR0202 1:37 `\"ES\"` is a text, and `or` stands between conditions"});
  CHECK(with_fixes("segment s = lead.country == \"PT\" or \"ES\" or \"FR\"") == "segment s = lead.country in [\"PT\", \"ES\", \"FR\"]");
  CHECK(within("lead.is_customer or \"ES\"").size() == 1);
}
