// Expressions of definitions: values, errors, missing values, functions, texts of values. What they share with the
// Common Expression Language is tested by the data in tests/cel.
#include "support/catch.hpp"
#include "support/evaluation.hpp"

#include <cmath>

using namespace nurture::eval;
using test_support::World;

namespace {

Value text(std::string_view s) { return Value::of(s); }
Value integer(std::int64_t i) { return Value::of(i); }

}  // namespace

TEST_CASE("int promotes to number, and nothing else converts") {
  World world;
  CHECK(world.show("1 + 0.5") == "1.5");
  CHECK(world.show("2 * 1.5 - 1") == "2.0");
  CHECK(world.show("1 / 2") == "0");
  CHECK(world.show("1 / 2.0") == "0.5");
  CHECK(world.show("\"1\" + 1") == "error: values of these types do not go together");
  CHECK(world.show("true + 1") == "error: values of these types do not go together");
  CHECK(world.show("1 and true") == "error: values of these types do not go together");
}

TEST_CASE("what a number cannot hold is an error") {
  World world;
  CHECK(world.show("9223372036854775807 + 1") == "error: number out of range");
  CHECK(world.show("-9223372036854775808") == "-9223372036854775808");
  CHECK(world.show("1e-400") == "0.0");
  CHECK(world.show("5 / 0") == "error: division by zero");
  CHECK(world.show("5 % 0") == "error: division by zero");
}

TEST_CASE("and and or absorb errors by the table of the language") {
  World world;
  const std::string error = "error: division by zero";
  CHECK(world.show("true and 1 / 0 > 0") == error);
  CHECK(world.show("1 / 0 > 0 and true") == error);
  CHECK(world.show("false and 1 / 0 > 0") == "false");
  CHECK(world.show("1 / 0 > 0 and false") == "false");
  CHECK(world.show("true or 1 / 0 > 0") == "true");
  CHECK(world.show("1 / 0 > 0 or true") == "true");
  CHECK(world.show("false or 1 / 0 > 0") == error);
  CHECK(world.show("1 / 0 > 0 or false") == error);
  CHECK(world.show("1 / 0 > 0 and 1 / 0 > 0") == error);
  CHECK(world.show("1 / 0 > 0 or 1 / 0 > 0") == error);
  CHECK(world.show("1 / 0 > 0 and true and false") == "false");
  CHECK(world.show("1 / 0 > 0 or false or true") == "true");
}

TEST_CASE("a condition that is missing or an error is not true") {
  World world;
  world.set("lead.member", Value::missing());
  CHECK_FALSE(world.evaluate("lead.member").is_true());
  CHECK_FALSE(world.evaluate("not lead.member").is_true());
  CHECK_FALSE(world.evaluate("1 / 0 > 0").is_true());
  CHECK_FALSE(world.evaluate("1").is_true());
  CHECK(world.evaluate("1 < 2").is_true());
}

TEST_CASE("missing values") {
  World world;
  world.set("lead.phone", Value::missing());
  world.set("lead.email", text("ada@example.com"));

  SECTION("are an error in every strict operation") {
    const std::string error = "error: value is missing";
    CHECK(world.show("lead.phone == \"1\"") == error);
    CHECK(world.show("lead.phone != \"1\"") == error);
    CHECK(world.show("\"1\" in [lead.phone]") == error);
    CHECK(world.show("size(lead.phone)") == error);
    CHECK(world.show("lead.phone + \"1\"") == error);
    CHECK(world.show("lead.phone.country") == error);
    CHECK(world.show("lead.phone and true") == error);
    CHECK(world.show("lead.phone and false") == "false");
    CHECK(world.show("lead.phone ? 1 : 2") == error);
  }
  SECTION("can be asked for") {
    CHECK(world.show("lead.phone is known") == "false");
    CHECK(world.show("lead.phone is missing") == "true");
    CHECK(world.show("lead.email is known") == "true");
    CHECK(world.show("has(lead.phone)") == "false");
    CHECK(world.show("not lead.phone is known or lead.phone == \"1\"") == "true");
  }
  SECTION("count as missing along the whole path") {
    CHECK(world.show("lead.phone.country.code is known") == "false");
    CHECK(world.show("lead.phone[0] is missing") == "true");
    CHECK(world.show("{\"a\": {\"b\": 1}}.a.b is known") == "true");
    CHECK(world.show("{\"a\": {\"b\": 1}}.x.b is known") == "false");
    CHECK(world.show("[1, 2][2] is known") == "false");
    CHECK(world.show("lead.phone + lead.email is known") == "false");
  }
  SECTION("but an error is neither known nor missing") {
    CHECK(world.show("1 / 0 is known") == "error: division by zero");
    CHECK(world.show("1 / 0 is missing") == "error: division by zero");
    CHECK(world.show("lead.email.domain is known") == "error: no such field");
  }
  SECTION("have a default, which is evaluated only when it is needed") {
    CHECK(world.show("default(lead.phone, \"none\")") == "\"none\"");
    CHECK(world.show("default(lead.email, 1 / 0)") == "\"ada@example.com\"");
    CHECK(world.show("default(lead.phone.country, \"PT\")") == "\"PT\"");
    CHECK(world.show("default(1 / 0, 1)") == "error: division by zero");
    CHECK(world.show("default(default(lead.phone, lead.phone), 3)") == "3");
    CHECK(world.show("default(lead.phone, \"none\") == \"none\" and true") == "true");
  }
}

TEST_CASE("comparison of values that are not numbers") {
  World world;
  CHECK(world.show("\"a\" < \"b\" and \"ä\" > \"z\"") == "true");
  CHECK(world.show("false < true") == "true");
  CHECK(world.show("09:00 < 17:30") == "true");
  CHECK(world.show("2026-03-02 < 2026-03-10") == "true");
  CHECK(world.show("[1, 2] == [1.0, 2.0]") == "true");
  CHECK(world.show("[1] < [2]") == "error: values of these types do not go together");
  CHECK(world.show("\"1\" == 1") == "false");
  CHECK(world.show("\"1\" != 1") == "true");
  CHECK(world.show("\"1\" < 1") == "error: values of these types do not go together");
  CHECK(world.show("null == null") == "true");
}

TEST_CASE("functions of texts") {
  World world;
  CHECK(world.show("lower(\"ÀÉÎ Ñ ŸΩЖ Ș\")") == "\"àéî ñ ÿωж ș\"");
  CHECK(world.show("upper(\"straße, naïve, ñandú, αβγ, привет\")") == "\"STRAßE, NAÏVE, ÑANDÚ, ΑΒΓ, ПРИВЕТ\"");
  CHECK(world.show("\"  a b \".trim() + \"|\"") == "\"a b|\"");
  CHECK(world.show("trim(\"   \")") == "\"\"");
  CHECK(world.show("length(\"naïve\") + size([1, 2])") == "7");
  CHECK(world.show("\"pricing/eu\".starts_with(\"pricing\") and ends_with(\"pricing/eu\", \"eu\")") == "true");
  CHECK(world.show("contains(\"pricing\", \"ici\")") == "true");
  CHECK(world.show("\"x\".startsWith(\"x\")") == "error: unknown name");
  CHECK(world.show("size(1)") == "error: values of these types do not go together");
}

TEST_CASE("functions of numbers and conversions") {
  World world;
  CHECK(world.show("[round(2.5), round(-2.5), round(2.4), round(-2.6), round(7)]") == "[3, -2, 2, -3, 7]");
  CHECK(world.show("[floor(-1.5), ceil(-1.5), floor(2), abs(-3)]") == "[-2, -1, 2, 3]");
  CHECK(world.show("abs(-2.5)") == "2.5");
  CHECK(world.show("abs(-9223372036854775808)") == "error: number out of range");
  CHECK(world.show("round(1e30)") == "error: number out of range");
  CHECK(world.show("min(3, 2) + max(3, 2)") == "5");
  CHECK(world.show("min(1, 2.5)") == "1.0");
  CHECK(world.show("max(2026-03-02, 2026-01-01)") == "2026-03-02");
  CHECK(world.show("max(1, \"a\")") == "error: values of these types do not go together");
  CHECK(world.show("number(3) / 2") == "1.5");
  CHECK(world.show("number(\"2.5\") + int(\"2\")") == "4.5");
  CHECK(world.show("string(2.0) + string(14d) + string(true) + string(1000000.0)") == "\"214dtrue1000000\"");
  CHECK(world.show("bool(\"true\")") == "true");
  CHECK(world.show("double(1)") == "error: unknown name");
  CHECK(world.show("int(1, 2)") == "error: values of these types do not go together");
}

TEST_CASE("patterns match in linear time") {
  World world;
  const auto matches = [&world](std::string_view subject, std::string_view pattern) {
    world.set("subject", text(subject));
    world.set("pattern", text(pattern));
    return world.show("matches(subject, pattern)");
  };
  CHECK(matches("mañana", "a+ñ+a+") == "true");
  CHECK(matches("a.b", "^a\\.b$") == "true");
  CHECK(matches("axb", "^a\\.b$") == "false");
  CHECK(matches("ab", "^[^a-c]") == "false");
  CHECK(matches("x-1", "^[\\w-]+$") == "true");
  CHECK(matches("aaa", "^a{2}$") == "false");
  CHECK(matches("aaa", "^a{2,}$") == "true");
  CHECK(matches("aaa", "^a{1,2}$") == "false");
  CHECK(matches("abab", "^(ab){2}$") == "true");
  CHECK(matches("", "^$") == "true");
  CHECK(matches("a\nb", "a.b") == "false");
  CHECK(matches("a\nb", "(?s)a.b") == "true");
  CHECK(matches("a\nb", "(?m)^b$") == "true");
  CHECK(matches("PRICING", "(?i)pricing") == "true");
  CHECK(matches("É", "(?i)é") == "true");
  CHECK(matches("B", "(?i)[a-c]") == "true");
  CHECK(matches("one two", "\\btwo\\b") == "true");
  CHECK(matches("onetwo", "\\btwo\\b") == "false");
  CHECK(matches("b", "a|b|c") == "true");
  CHECK(matches("d", "a|b|c") == "false");
  CHECK(matches("ac", "a(?:b|)c") == "true");
  CHECK(matches("x", "(?P<letter>[x-z])") == "true");
  CHECK(matches("a{b", "a{b") == "true");
  CHECK(matches("😀", "^.$") == "true");
  CHECK(matches("A", "\\x41\\x{42}?") == "true");
  CHECK(matches("7", "^[[:x\\d]$") == "true");
  CHECK(matches(std::string(2000, 'a'), "^(a*)*b$") == "false");

  for (const std::string_view broken :
       {"(", ")", "a)", "[", "[b-a]", "*a", "a{3,2}", "a{1001}", "\\", "\\q", "(?<", "(?z)", "\\1", "(?=a)"}) {
    INFO(broken);
    CHECK(matches("a", broken) == "error: malformed pattern");
  }
  CHECK(matches("a", std::string(70, '(') + "a" + std::string(70, ')')) == "error: malformed pattern");
  CHECK(matches("a", "((a{1000}){1000}){1000}") == "error: malformed pattern");
  CHECK(matches(std::string(1'000'000, 'a'), "(a{100}){3}x") == "error: too many operations");
}

TEST_CASE("macros over lists of fields") {
  World world;
  const Value tags[] = {text("vip"), text("trial")};
  const ListData list{2, tags};
  Value tag_list;
  tag_list.kind = Kind::list;
  tag_list.list = &list;
  world.set("lead.tags", tag_list);
  CHECK(world.show("lead.tags.exists(t, t == \"vip\")") == "true");
  CHECK(world.show("\"trial\" in lead.tags and size(lead.tags) == 2") == "true");
  CHECK(world.show("lead.tags.map(t, upper(t)).filter(t, t.starts_with(\"V\"))") == "[\"VIP\"]");
  CHECK(world.show("lead.tags.all(t, t is known)") == "true");
  CHECK(world.show("[1, 2].map(lead, lead * 2)") == "[2, 4]");
  CHECK(world.show("[1, 2, 3].map(x, [x].map(y, x * y)[0]) == [1, 4, 9] ? lead.tags.exists_one(t, t == \"vip\") : false") == "true");
}

TEST_CASE("expressions that need much room") {
  World world;
  std::string list = "[now";
  for (int i = 1; i < 500; ++i) list += ", " + std::to_string(i) + " + " + std::to_string(i);
  CHECK(world.show("size(" + list + "])") == "500");
}

TEST_CASE("segments are evaluated in place") {
  World world;
  world.set("lead.score", integer(5));
  world.segment("warm", "lead.score >= 3");
  world.segment("warm_and_even", "warm and lead.score % 2 == 0");
  CHECK(world.show("warm") == "true");
  CHECK(world.show("not warm_and_even and warm") == "true");
}

TEST_CASE("the history answers in the place of its forms") {
  World world;
  world.answer("count email.open", integer(4));
  world.answer("last email.click .link", text("book"));
  world.answer("last email.click", test_support::datetime("2026-03-01T10:00:00Z"));
  CHECK(world.show("count(email.open) >= 3") == "true");
  CHECK(world.show("last(email.click).link == \"book\"") == "true");
  CHECK(world.show("last(email.click) is known") == "true");
  CHECK(world.show("first(email.click) is known") == "false");
  CHECK(world.show("first(email.click).link is missing") == "true");
  CHECK(world.show("last(email.click).link.host is known") == "error: no such field");
}

TEST_CASE("values as text") {
  World world;
  CHECK(world.show("\"a\\\"b\\\\c\\n\"") == R"("a\"b\\c\n")");
  CHECK(world.show("[1y2mo, 3d, 1w, 1d12h, 90min, 0s, -(2h), 1h1s]") == "[1y2mo, 3d, 7d, 1d12h, 1h30min, 0s, -2h, 1h1s]");
  CHECK(world.show("[09:05, 2026-03-02, 2026-03-02T08:00Z, 1.0, 1e30, 0.1]") ==
        "[09:05, 2026-03-02, 2026-03-02T08:00:00Z, 1.0, 1e+30, 0.1]");
  CHECK(world.show("{\"a\": [true, null], 2: {}}") == "{\"a\": [true, null], 2: {}}");
  CHECK(to_text(Value::of(2.0)) == "2");
  CHECK(to_text(Value::of(std::string_view{"x\"y"})) == "x\"y");
  CHECK(to_text(Value::missing()).empty());
  CHECK(to_text(test_support::datetime("2026-07-02T08:00:00Z"), nurture::time::find_zone("Europe/Lisbon")) == "Thu 2 Jul 2026 09:00");
  CHECK(to_string(Value::missing()) == "missing");
}

TEST_CASE("a module can be moved without losing its texts") {
  World world;
  world.set("lead.name", text("ada"));
  const Ref ref = world.compile("lead.name in [\"ada\", \"grace\"] and \"a long text that does not fit in place\" != \"\"");
  const Module moved = std::move(world.module);
  CHECK(run(moved, ref, world, world.arena).is_true());
  CHECK(run(moved, Ref{}, world, world.arena).is_missing());
}
