// What the checker says about waits of several conditions, sends that choose, and what sequences hand over.
#include "support/checking.hpp"

using nurture::test::findings;

namespace {

using Lines = std::vector<std::string>;

Lines body(const std::string& actions, const std::string& more = "") {
  return findings("sequence s { enroll on signup\nday 0: {\n" + actions + "\n} }\n" + more);
}

}  // namespace

TEST_CASE("[S5.1] a wait for any of several ends, and what stands behind it can be reached") {
  CHECK(body("wait until any of { on email.open as a { send welcome } when lead.is_customer {} } timeout 2d as late then { exit x }")
            .empty());
  CHECK(body("wait until any of { on email.open {} }") == Lines{"NUR0311 3:1 nothing ends this wait if it is not met"});
  CHECK(body("wait until any of { on email.open as a {} on email.click as a {} } timeout 1d") ==
        Lines{"NUR0206 3:61 condition `a` is declared twice"});
  CHECK(body("wait until any of { on email.open as a {} } timeout 1d as a") == Lines{"NUR0206 3:59 condition `a` is declared twice"});
  CHECK(body("wait until any of { on email.open { exit a } on email.click { exit b } } timeout 1d then { exit c }\nsend welcome") ==
        Lines{"NUR0301 4:1 nothing reaches this"});
  CHECK(body("wait until any of { on email.opne {} } timeout 1d") == Lines{"NUR0201 3:24 there is no event `email.opne`"});
}

TEST_CASE("[S5.1] the trigger behind such a wait is that of any of its conditions") {
  const std::string wait = "wait until any of { on email.click { send welcome } on page.view {} } timeout 1d then { exit x }\n";
  CHECK(body(wait + "if trigger.link is known { send welcome }").empty());
  CHECK(body(wait + "if trigger.link == \"x\" { send welcome }").size() == 1);
  CHECK(body("wait until any of { on email.click { if trigger.link == \"x\" { send welcome } } } timeout 1d").empty());
}

TEST_CASE("[S5.3] a wait whose events begin its timeout anew") {
  CHECK(body("wait until on page.view repeat reset timeout 1h").empty());
  CHECK(body("wait until on page.view repeat reset") == Lines{"NUR0311 3:1 nothing ends this wait: what it waits for only begins it anew"});
  CHECK(body("wait until when lead.is_customer repeat reset timeout 1h") ==
        Lines{"NUR0212 3:12 `repeat reset` answers events, and a condition has none"});
  CHECK(body("wait until on page.view within 2h repeat reset timeout 1h") ==
        Lines{"NUR0321 3:25 this waits for what comes, so it cannot look back"});
}

TEST_CASE("handlers cannot wait for a day either") {
  CHECK(findings("sequence s { enroll on signup  on email.open wait until mon 09:00  day 0: {} }") ==
        Lines{"NUR0319 1:46 a handler runs beside the plan and cannot wait"});
}

TEST_CASE("[S6.9] a preference is a field of the lead") {
  CHECK(body("send reminder by preferred of email, sms") ==
        Lines{"NUR0201 3:31 a lead has no field `preferred_channel`, which says what somebody prefers"});
  CHECK(body("send reminder by preferred of email, sms", "lead { preferred_channel: enum(email, sms)? }").empty());
  CHECK(body("send reminder by preferred of email, sms", "lead { preferred_channel: int? }") ==
        Lines{"NUR0202 3:31 `preferred_channel` names a channel, and here it is int?"});
  CHECK(body("send welcome by preferred of sms", "lead { preferred_channel: string? }").size() == 1);
}

TEST_CASE("[S6.1] a send that looks back needs a length") {
  CHECK(body("send welcome unless sent within 30d").empty());
  CHECK(body("send welcome unless sent within 0d") == Lines{"NUR0320 3:33 nothing is sent within no time"});
}

TEST_CASE("a pool holds messages, each once, that want nothing") {
  CHECK(body("send next of p", "pool p = welcome, reminder").empty());
  CHECK(body("send next of q", "pool p = welcome").front().starts_with("NUR0201 3:14 there is no pool `q`"));
  CHECK(findings("pool p = welcome, welcome") == Lines{"NUR0206 1:19 `welcome` stands in this pool already"});
  CHECK(findings("pool p = welcom").size() == 1);
  CHECK(findings("message w { channel email category marketing accepts { a: string } }\npool p = w") ==
        Lines{"NUR0211 2:10 `w` is in a pool and wants `a`"});
  CHECK(findings("pool p = welcome\npool p = reminder") == Lines{"NUR0206 2:6 pool `p` is declared twice"});
}

TEST_CASE("[S3.5] what is handed over fits what a sequence accepts") {
  const std::string target = "sequence t { accepts { reason: string size: int = 1 } day 0: send welcome }";
  CHECK(body("move to t with reason = \"x\"", target).empty());
  CHECK(body("move to t with reason = \"x\" else { exit y }", target).empty());
  CHECK(body("enroll in t with reason = \"x\", size = 2", target).empty());
  CHECK(body("move to t", target) == Lines{"NUR0211 3:9 `t` is entered without `reason`"});
  CHECK(body("move to t with reason = 1", target) == Lines{"NUR0202 3:25 `reason` of `t` wants a string, and this is an int"});
  CHECK(body("move to t with reasn = \"x\"", target).front().starts_with("NUR0201 3:16"));
  CHECK(body("enroll in t with reason = \"x\", reason = \"y\"", target) == Lines{"NUR0206 3:32 argument `reason` is declared twice"});
}

TEST_CASE("[S3.5] behind a move only its `else` goes on") {
  const std::string target = "sequence t { day 0: send welcome }";
  CHECK(body("move to t\nsend welcome", target) == Lines{"NUR0301 4:1 nothing reaches this"});
  CHECK(body("move to t else { send reminder }\nsend welcome", target).empty());
  CHECK(body("move to t else { exit x }\nsend welcome", target) == Lines{"NUR0301 4:1 nothing reaches this"});
}

TEST_CASE("[S3.5] what a sequence accepts comes with every way in") {
  CHECK(findings("sequence t { accepts { plan: enum(free, pro) } enroll on signup day 0: send welcome }").empty());
  CHECK(findings("sequence t { accepts { who: string } enroll on signup day 0: send welcome }") ==
        Lines{"NUR0211 1:24 not everybody enters `t` with `who`"});
  CHECK(findings("sequence t { accepts { source: string } enroll on signup day 0: send welcome }") ==
        Lines{"NUR0211 1:24 not everybody enters `t` with `source`"});
  CHECK(findings("sequence t { accepts { source: string? } enroll on signup day 0: send welcome }").empty());
  CHECK(findings("sequence t { accepts { plan: string } enroll on signup day 0: send welcome }") ==
        Lines{"NUR0202 1:30 `plan` is enum(free, pro) in `signup`, which enters here"});
  CHECK(findings("sequence t { accepts { a: int? a: int? } enroll on signup day 0: send welcome }").size() == 1);
}

TEST_CASE("`entry` is what began the enrolment") {
  CHECK(body("if entry.plan == \"pro\" { send welcome }").empty());
  CHECK(body("if entry.source == \"x\" { send welcome }").size() == 1);
  CHECK(body("if entry.source is known and entry.source == \"x\" { send welcome }").empty());
  CHECK(body("if entry.nothing == 1 { send welcome }").size() == 1);
  CHECK(findings("segment x = entry.plan == \"pro\"") == Lines{"NUR0212 1:13 `entry` has no meaning in a segment"});
  // Who is moved here brings another event, or none.
  CHECK(findings("sequence s { enroll on signup day 0: if entry.plan == \"pro\" { exit x } }\n"
                 "sequence t { enroll on signup day 0: move to s }")
            .size() == 1);
}

TEST_CASE("a goal is worth a number") {
  CHECK(findings("sequence s { enroll on signup goal paid value event.amount on order.placed day 0: send welcome }").empty());
  CHECK(findings("sequence s { enroll on signup goal paid value event.currency on order.placed day 0: send welcome }").size() == 1);
  CHECK(findings("sequence s { enroll on signup goal paid value event.amount when lead.is_customer day 0: send welcome }").size() == 1);
}

TEST_CASE("points go to a plain score") {
  CHECK(body("score x +8", "score x { range 0..10 rule +1 r on email.open }").empty());
  CHECK(body("score y +8", "score x { range 0..10 rule +1 r on email.open }").front().starts_with("NUR0201 3:7 there is no score `y`"));
  CHECK(body("score x +8", "score x { range 0..10 category c weight 100 max 5 { rule +1 r on email.open } }") ==
        Lines{"NUR0408 3:7 `x` has categories, and these points belong to none"});
  CHECK(body("score x +1000000001", "score x { range 0..10 rule +1 r on email.open }").size() == 1);
}

TEST_CASE("a rest has a length") {
  CHECK(body("snooze 14d").empty());
  CHECK(body("snooze 0d") == Lines{"NUR0320 3:8 this snoozes for no time"});
}
