// Statements whose parts stand in another order than the language's: one message that says which comes first, and a fix
// after which the text is read.
#include "support/catch.hpp"

#include "source/source.hpp"
#include "syntax/parse.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace nurture;

namespace {

struct Row {
  const char* wrong;
  const char* message;
  const char* right;
};

std::string text_of(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics.items()) out += d.code + " " + d.message + "\n";
  return out;
}

Diagnostics read(const std::string& text) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("test.nurture", text);
  static_cast<void>(syntax::parse_text(source, diagnostics));
  return diagnostics;
}

/// Each row in the frame, where it stands for `@`.
void check_rows(const std::string& frame, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto framed = [&](std::string_view statement) {
      std::string text = frame;
      return text.replace(text.find('@'), 1, statement);
    };
    std::string text = framed(row.wrong);
    const Diagnostics diagnostics = read(text);
    INFO(text);
    INFO(diagnostics.render());
    REQUIRE(text_of(diagnostics) == std::string("NUR0100 ") + row.message + "\n");
    const Diagnostic& told = diagnostics.items().front();
    REQUIRE(told.fixes.size() == 1);
    text.replace(told.fixes[0].span.begin, told.fixes[0].span.end - told.fixes[0].span.begin, told.fixes[0].replacement);
    CHECK(text == framed(row.right));
    CHECK(told.help == "write `" + told.fixes[0].replacement + "`");
    CHECK(text_of(read(text)).empty());
  }
}

}  // namespace

TEST_CASE("the parts of a handler, a step, an end or an entry in the wrong order are put in order") {
  check_rows(
      "sequence s {\n  @\n  day 9: send z\n}\n",
      {{"on clicked every time as clk { send m }", "`as clk` comes before `every time`", "on clicked as clk every time { send m }"},
       {"on clicked at most once per 7d as clk send m", "`as clk` comes before `at most once per 7d`",
        "on clicked as clk at most once per 7d send m"},
       {"when lead.a == 1 every time as clk { send m }", "`as clk` comes before `every time`",
        "when lead.a == 1 as clk every time { send m }"},
       {"on clicked as clk where event.x == 1 { send m }", "`where event.x == 1` comes before `as clk`",
        "on clicked where event.x == 1 as clk { send m }"},
       {"day 3 tips at 10:00: send m", "`at 10:00` comes before `tips`", "day 3 at 10:00 tips: send m"},
       {"day 3 at 10:00 from start tips: send m", "`from start` comes before `at 10:00`", "day 3 from start at 10:00 tips: send m"},
       {"at -2h tips from start: send m", "`from start` comes before `tips`", "at -2h from start tips: send m"},
       {"goal on order.placed as bought", "`bought` comes before `on order.placed`", "goal bought on order.placed"},
       {"exit when lead.a == 1 as gone", "`gone` comes before `when lead.a == 1`", "exit gone when lead.a == 1"},
       {"enroll key event.id on signup", "`on signup` comes before `key event.id`", "enroll on signup key event.id"},
       {"enroll on signup key event.id where event.x == 1", "`where event.x == 1` comes before `key event.id`",
        "enroll on signup where event.x == 1 key event.id"},
       {"anchor start else hold = event.at_time", "`= event.at_time` comes before `else hold`", "anchor start = event.at_time else hold"},
       {"phase \"One\" one { day 1: send m }", "`one` comes before `\"One\"`", "phase one \"One\" { day 1: send m }"},
       {"suppress when count(clicked within 7d where event.x == 1) > 2", "`where event.x == 1` comes before `within 7d`",
        "suppress when count(clicked where event.x == 1 within 7d) > 2"}});
}

TEST_CASE("the parts of an action in the wrong order are put in order") {
  check_rows(
      "sequence s {\n  day 1 a: {\n    @\n    send z\n  }\n}\n",
      {{"wait until on clicked then { send m } timeout 2d", "`timeout 2d` comes before `then { send m }`",
        "wait until on clicked timeout 2d then { send m }"},
       {"wait timeout 2d until on clicked", "`until` comes before `timeout 2d`", "wait until on clicked timeout 2d"},
       {"wait until timeout 2d on clicked", "`on clicked` comes before `timeout 2d`", "wait until on clicked timeout 2d"},
       {"send by email, sms m", "`m` comes before `by email, sms`", "send m by email, sms"},
       {"notify \"Call\" sales", "`sales` comes before `\"Call\"`", "notify sales \"Call\""},
       {"task sales \"Call\" as call due 2d", "`due 2d` comes before `as call`", "task sales \"Call\" due 2d as call"},
       {"split x promote at 95% goal won { a 100% {} }", "`goal won` comes before `promote at 95%`",
        "split x goal won promote at 95% { a 100% {} }"},
       {"split x goal won within 7d salt \"s\" promote at 95% min 20 { a 100% {} }", "`salt \"s\"` comes before `goal won within 7d`",
        "split x salt \"s\" goal won within 7d promote at 95% min 20 { a 100% {} }"},
       {"send m by email with a = 1", "`with a = 1` comes before `by email`", "send m with a = 1 by email"},
       {"send m with a = 1 variant b", "`variant b` comes before `with a = 1`", "send m variant b with a = 1"}});
}

TEST_CASE("the parts of a statement of a policy, a message, a score or a test in the wrong order are put in order") {
  check_rows(
      "policy p {\n  @\n  zone lead\n}\n",
      {{"quiet hours 20:00..08:00 then hold in lead", "`in lead` comes before `then hold`", "quiet hours 20:00..08:00 in lead then hold"},
       {"cap 1 on email per 1d", "`per 1d` comes before `on email`", "cap 1 per 1d on email"},
       {"cap 1 per 1d then hold on email", "`on email` comes before `then hold`", "cap 1 per 1d on email then hold"}});
  check_rows("message m {\n  @\n  channel email\n}\n",
             {{"variant 50% a { subject \"x\" }", "`a` comes before `50%`", "variant a 50% { subject \"x\" }"}});
  check_rows("score s {\n  @\n  range 0..9\n}\n",
             {{"rule pricing +8 on clicked", "`+8` comes before `pricing`", "rule +8 pricing on clicked"},
              {"rule +8 pricing limit 3 per 7d on clicked", "`on clicked` comes before `limit 3 per 7d`",
               "rule +8 pricing on clicked limit 3 per 7d"},
              {"rule +8 pricing on clicked then send m limit 3 per 7d", "`limit 3 per 7d` comes before `then send m`",
               "rule +8 pricing on clicked limit 3 per 7d then send m"},
              {"decay 5 when idle(clicked) > 7d per 1mo", "`per 1mo` comes before `when idle(clicked) > 7d`",
               "decay 5 per 1mo when idle(clicked) > 7d"},
              {"decay 5 per 1mo floor 0 when idle(clicked) > 7d", "`when idle(clicked) > 7d` comes before `floor 0`",
               "decay 5 per 1mo when idle(clicked) > 7d floor 0"},
              {"reset to 0 on left", "`on left` comes before `to 0`", "reset on left to 0"},
              {"tier 1..5 cold", "`cold` comes before `1..5`", "tier cold 1..5"},
              {"category fit max 9 weight 100 { }", "`weight 100` comes before `max 9`", "category fit weight 100 max 9 { }"}});
  check_rows("test \"t\" for s {\n  @\n  expect nothing more\n}\n",
             {{"expect send m variant a by email", "`by email` comes before `variant a`", "expect send m by email variant a"},
              {"expect skipped because late m", "`m` comes before `because late`", "expect skipped m because late"}});
  check_rows("@ { }\n", {{"sequence \"Title\" s", "`s` comes before `\"Title\"`", "sequence s \"Title\""},
                         {"test for s \"t\"", "`\"t\"` comes before `for s`", "test \"t\" for s"}});
}

TEST_CASE("parts that are in order, or that are not what is wrong, are not called out of order") {
  for (const char* statement : {"on clicked as clk evry time { send m }", "day 3 tips: tops: send m", "goal bought onn order.placed",
                                "on clicked as clk as klc { send m }", "enroll on signup keyy event.id"}) {
    const Diagnostics diagnostics = read("sequence s {\n  " + std::string(statement) + "\n  day 9: send z\n}\n");
    INFO(statement);
    INFO(diagnostics.render());
    CHECK(diagnostics.items().size() == 1);
    CHECK(text_of(diagnostics).find("comes before") == std::string::npos);
  }
}
