// What the checker says about tests in definitions.
#include "support/checking.hpp"

using nurture::test::findings;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kSubject =
    "sequence s { enroll on signup anchor start = lead.trial_ends_at else hold goal bought on order.placed exit gone on "
    "email.unsubscribed\n"
    " day 0 first: send welcome day 3 second: split p { a 50% { send reminder } b 50% { notify sales \"x\" } } day 5: exit finished } "
    "score f { rule +1 a on email.open tier cold 0..50 tier hot 51.. } sequence t { enroll on signup day 0: send welcome }\n";

Lines test_of(const std::string& lines) { return findings(std::string(kSubject) + "test \"x\" for s {\n" + lines + "\n}"); }

}  // namespace

TEST_CASE("a test is about something that exists") {
  CHECK(findings("test \"x\" for nothing { expect no send }") == Lines{"NUR0201 1:14 there is no sequence or score `nothing`"});
  CHECK(test_of("expect no send").empty());
  CHECK(findings(std::string(kSubject) + "test \"x\" for f { given score f = 3 expect score f == 3 }").empty());
  CHECK(findings(std::string(kSubject) + "test \"x\" for s { }\ntest \"x\" for s { }") == Lines{"NUR0206 4:6 test `x` is declared twice"});
}

TEST_CASE("what is given fits the declared types") {
  CHECK(test_of("given lead { \"tz\": \"Europe/Lisbon\", \"age\": 3, \"trial_ends_at\": 2026-03-10T13:00 }").empty());
  CHECK(test_of("given lead { \"trial_ends_at\": \"2026-03-10T13:00\", \"born\": \"1980-01-01\" }").empty());
  CHECK(test_of("given lead { \"born\": \"1980-01-01T10:00\" }") == Lines{"NUR0202 4:22 `born` wants a date, and this is a moment"});
  CHECK(test_of("given lead { \"trial_ends_at\": \"soon\" }") == Lines{"NUR0215 4:31 `soon` is no date and no moment"});
  CHECK(test_of("given lead { \"agee\": 3 }") == Lines{"NUR0201 4:15 there is no lead field `agee`"});
  CHECK(test_of("given lead { \"age\": \"3\" }") == Lines{"NUR0202 4:21 `age` wants an int, and this is a string"});
  CHECK(test_of("given lead { \"age\": null }").empty());
  CHECK(test_of("given lead { \"visits\": null }").size() == 1);
  CHECK(test_of("given lead { \"status\": \"opne\" }") == Lines{"NUR0205 4:24 `status` is never `\"opne\"`"});
  CHECK(test_of("given lead { \"tz\": \"Europe/Lisbn\" }") == Lines{"NUR0213 4:20 there is no time zone `Europe/Lisbn`"});
  CHECK(test_of("given lead { \"age\": 1, \"age\": 2 }") == Lines{"NUR0206 4:24 field `age` is declared twice"});
  CHECK(test_of("given consent marketing").empty());
  CHECK(test_of("given consent markting") == Lines{"NUR0201 4:15 there is no category `markting`"});
  CHECK(test_of("given split p = a").empty());
  CHECK(test_of("given split p = c") == Lines{"NUR0602 4:17 the split `p` has no arm `c`"});
  CHECK(test_of("given split q = a") == Lines{"NUR0602 4:13 `s` has no split `q`"});
  CHECK(test_of("given score f = 101") == Lines{"NUR0602 4:17 a score of 101 lies outside of 0..100"});
}

TEST_CASE("a lead or an event that lacks what is required is refused in tests too [S11.5]") {
  const std::string head = "lead { company: string }\n" + std::string(kSubject);
  CHECK(findings(head + "test \"x\" for s { expect no send }") ==
        Lines{"NUR0602 4:6 the lead of this test lacks `company`, without which it would be refused"});
  CHECK(findings(head + "test \"x\" for s { given lead { \"company\": \"A\" } }").empty());
  CHECK(findings(head + "test \"x\" for s { given lead { \"age\": 3 } }").size() == 1);
  CHECK(test_of("at 2026-03-02T08:00 event signup") == Lines{"NUR0602 4:27 this `signup` lacks `plan`, without which it would be refused"});
  CHECK(test_of("at 2026-03-02T08:00 event signup { \"plan\": \"free\" }").empty());
  CHECK(test_of("at 2026-03-02T08:00 event signup { \"plan\": \"fre\" }").size() == 1);
  CHECK(test_of("at 2026-03-02T08:00 event signp") == Lines{"NUR0201 4:27 there is no event `signp`"});
  CHECK(test_of("at 2026-03-02T08:00 event email.click { \"lnk\": \"x\", \"link\": \"y\" }") ==
        Lines{"NUR0201 4:42 there is no `email.click` field `lnk`"});
}

TEST_CASE("what is expected can happen") {
  CHECK(test_of("expect send welcome by email").empty());
  CHECK(test_of("expect send welcom") == Lines{"NUR0201 4:13 there is no message `welcom`"});
  CHECK(test_of("expect send welcome by sms") == Lines{"NUR0602 4:24 `welcome` is never sent by `sms`"});
  CHECK(test_of("expect send welcome variant a") == Lines{"NUR0602 4:29 `welcome` has no variant `a`"});
  CHECK(findings(std::string(kSubject) + "test \"x\" for t { expect send reminder }") == Lines{"NUR0602 3:30 `t` never sends `reminder`"});
  CHECK(test_of("expect skipped reminder because late").empty());
  CHECK(test_of("expect skipped second because late").empty());
  CHECK(test_of("expect skipped reminder because lazy") == Lines{"NUR0602 4:33 nothing is skipped for the reason `lazy`"});
  for (const char* name : {"bought", "gone", "finished", "completed", "anchor_missing"})
    CHECK(test_of("expect exit " + std::string(name)).empty());
  CHECK(test_of("expect exit suppressed") == Lines{"NUR0602 4:13 `s` has no exit `suppressed`"});
  CHECK(test_of("expect exit finishd") == Lines{"NUR0602 4:13 `s` has no exit `finishd`"});
  CHECK(test_of("expect goal bought").empty());
  CHECK(test_of("expect goal gone") == Lines{"NUR0602 4:13 `s` has no goal `gone`"});
  CHECK(test_of("expect at step second").empty());
  CHECK(test_of("expect at step third") == Lines{"NUR0602 4:16 `s` has no step `third`"});
  CHECK(test_of("expect moved to t") == Lines{"NUR0602 4:17 `s` never moves to `t`"});
  CHECK(test_of("expect notified sales").empty());
  CHECK(test_of("expect notified sale") == Lines{"NUR0602 4:17 `s` never notifies `sale`"});
  CHECK(test_of("expect tier f hot").empty());
  CHECK(test_of("expect tier f hott") == Lines{"NUR0602 4:15 `f` has no tier `hott`"});
  CHECK(test_of("expect score g == 3") == Lines{"NUR0201 4:14 there is no score `g`"});
  CHECK(test_of("expect lead.visits == 3 expect count(email.open since enrolled) == 0").empty());
  CHECK(test_of("expect lead.visits == \"3\"").size() == 1);
}

TEST_CASE("what stands still in a test is what runs in it") {
  CHECK(test_of("at +0s pause at +0s resume lead at +0s pause sequence s at +0s erase").empty());
  CHECK(test_of("at +0s pause channel email").empty());
  CHECK(test_of("at +0s pause channel fax") == Lines{"NUR0201 4:22 there is no channel `fax`"});
  CHECK(test_of("at +0s resume sequence other") == Lines{"NUR0602 4:24 this test is for `s`, and only that runs"});
}

TEST_CASE("lines of a test are in the order of time") {
  CHECK(test_of("at 2026-03-02T08:00 event email.open at 2026-03-02T07:59 expect no send") ==
        Lines{"NUR0601 4:41 this line is before the ones above it"});
  CHECK(test_of("at 2026-03-02T08:00 event email.open at 2026-03-02T08:00 expect no send").empty());
  CHECK(test_of("at day 3 09:00 expect no send at day 2 10:00 expect no send").size() == 1);
  CHECK(test_of("at 2026-03-02T08:00 event email.open at day 2 10:00 expect no send at 2026-03-03T08:00 event email.open").empty());
  CHECK(test_of("at 2026-03-02T08:00 event email.open at +2h expect no send at 2026-03-02T09:00 event email.open").size() == 1);
  CHECK(test_of("at 2026-03-02T08:00 event email.open at +2h expect no send at 2026-03-02T10:00 event email.open").empty());
  CHECK(test_of("at 2026-03-02T08:00 event email.open at -2h expect no send").size() == 1);
  CHECK(test_of("at 2026-03-02T08:00Z event email.open at 2026-03-02T09:30+02:00 event email.open").size() == 1);
}

TEST_CASE("a length in the data of a test is a literal or a text, as in data") {
  const auto given = [](const std::string& value) {
    return nurture::test::findings(
        "sequence s { enroll on signup day 0: send welcome }\n"
        "test \"t\" for s {\n given lead { \"patience\": " +
        value + " }\n expect nothing more\n}");
  };
  using Lines = std::vector<std::string>;
  CHECK(given("3h").empty());
  CHECK(given("\"1h30min\"").empty());
  CHECK(given("\"-5min\"").empty());
  CHECK(given("\"14d\"") == Lines{"NUR0202 3:27 `patience` wants a duration, and this is another text"});
  CHECK(given("\"soon\"") == Lines{"NUR0202 3:27 `patience` wants a duration, and this is another text"});
  CHECK(given("14d").size() == 1);
  CHECK(given("10800").size() == 1);
}
