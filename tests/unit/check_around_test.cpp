// What the checker says about the project, channels, what policies count and hold, triggers, and events that are not declared.
#include "support/checking.hpp"

using nurture::test::checked;
using nurture::test::lines_of_findings;

namespace {

using Lines = std::vector<std::string>;

const std::string kHello = "message hello { channel email category news subject \"x\" }\n";
const std::string kSequence = "sequence s { enroll on signup day 0: send hello }\n";

/// What is said about the first line, beside a message, an event and a sequence that uses it.
Lines about(const std::string& line) {
  return lines_of_findings(checked(line + "\n" + kHello + "event signup\n" + kSequence, false).diagnostics);
}
Lines channel(const std::string& items) { return about("channel email { " + items + " }"); }
Lines policy(const std::string& items) { return about("policy p { " + items + " }"); }
Lines triggers(const std::string& items) { return about("triggers t { " + items + " }"); }

}  // namespace

TEST_CASE("[S4.1] a program has one project, and what it names exists") {
  CHECK(about("policy p { spread 5min } project a { zone \"Europe/London\" policy p holdout 5% salt \"x\" keep signup for 180d }").empty());
  CHECK(about("project a { } project b { }") == Lines{"NUR0206 1:23 there is one project, and this is another"});
  CHECK(about("project a { zone \"Europe/Lundon\" }").size() == 1);
  CHECK(about("project a { zone lead }") == Lines{"NUR0212 1:18 the zone of a project is for leads that have none, so it is a name"});
  CHECK(about("project a { policy calm }") == Lines{"NUR0201 1:20 there is no policy `calm`"});
  CHECK(about("project a { keep signip for 1d keep signup for 0d }") ==
        Lines{"NUR0201 1:18 there is no event `signip`", "NUR0320 1:48 this keeps nothing"});
  CHECK(about("policy p { spread 5min } project a { policy p policy p }") == Lines{"NUR0206 1:54 the policy `p` is named twice"});
}

TEST_CASE("[S3.7] a holdout is a share that leaves two groups") {
  for (const char* share : {"0%", "100%", "101%"}) CHECK(about("project a { holdout " + std::string(share) + " salt \"x\" }").size() == 1);
  CHECK(about("project a { holdout 5% salt \"x\" holdout 6% salt \"y\" }") == Lines{"NUR0206 1:33 `holdout` is said twice"});
  CHECK(about("sequence q { enroll on signup holdout 0% salt \"x\" day 0: send hello }") ==
        Lines{"NUR0503 1:39 a holdout is a share between 1% and 99%, so that there are two groups to compare"});
}

TEST_CASE("[S6.5] policies of the project and of a sequence leave a moment together") {
  const std::string policies = "policy day { quiet hours 08:00..20:00 } policy night { quiet hours 20:00..08:00 } project a { policy day }";
  CHECK(about(policies).empty());
  CHECK(about(policies + " sequence q { enroll on signup policy night day 0: send hello }") ==
        Lines{"NUR0505 1:145 the policies of `q` together leave no moment of the week to send at"});
}

TEST_CASE("[S6.4] hours and days leave a moment for each channel, on some day") {
  const std::string never = "NUR0505 1:25 the policy `p` leaves no moment of the week to send at";
  const auto policy_of = [](const std::string& items) { return about("channel sms { }  policy p { " + items + " }"); };
  CHECK(policy_of("quiet hours 00:00..12:00 on sms quiet hours 12:00..00:00 on email").empty());
  CHECK(policy_of("quiet hours 00:00..12:00 on sms quiet hours 12:00..00:00") == Lines{never});
  CHECK(policy_of("quiet hours 00:00..12:00 mon..fri quiet hours 12:00..00:00 mon..fri").empty());
  CHECK(policy_of("quiet hours 00:00..12:00 mon..sat quiet hours 12:00..00:00 quiet hours 00:00..12:00 sun") == Lines{never});
  CHECK(policy_of("allow mon..fri quiet hours 00:00..12:00 quiet hours 12:00..00:00 mon..fri") == Lines{never});
  CHECK(policy_of("allow mon..fri allow sun on sms quiet hours 00:00..12:00 quiet hours 12:00..00:00 mon..fri on sms").empty());
  CHECK(policy_of("quiet hours 20:00..08:00 on sns allow sat on emial") ==
        Lines{"NUR0201 1:57 there is no channel `sns`", "NUR0201 1:74 there is no channel `emial`"});
}

TEST_CASE("[S3.1] `any key` stands where keys keep events away") {
  CHECK(about("event left { k: string } sequence q { enroll on left key event.k exit gone on left any key day 0: send hello }").empty());
  CHECK(about("sequence q { enroll on signup exit gone on signup any key day 0: send hello }") ==
        Lines{"NUR0212 1:44 every event reaches every run in `q`, whatever key it carries"});
  CHECK(about("segment s = any(signup any key)") == Lines{"NUR0212 1:17 every event reaches every run here, whatever key it carries"});
}

TEST_CASE("[S7.4] [S7.5] the numbers of a channel mean something") {
  CHECK(channel(
            "requires true retry 5 times from 1min to 6h rate 500 per 1min breaker open at 50% of 40 within 5min probe after 10min cost 1")
            .empty());
  CHECK(channel("retry 0 times from 1min to 6h") == Lines{"NUR0320 1:23 a message is tried again between 1 and 100 times"});
  CHECK(channel("retry 101 times from 1min to 6h").size() == 1);
  CHECK(channel("retry 100 times from 1min to 6h").empty());
  CHECK(channel("retry 5 times from 6h to 1min") == Lines{"NUR0320 1:42 the longest wait is shorter than the first"});
  CHECK(channel("retry 5 times from 1min to 1d") == Lines{"NUR0320 1:44 this is counted in `h`, `min` and `s`, and is not nothing"});
  CHECK(channel("rate 0 per 1min") == Lines{"NUR0505 1:22 a rate of 0 lets nothing through"});
  CHECK(channel("rate 100000 per 1min").empty());
  CHECK(channel("rate 100001 per 1min") == Lines{"NUR0110 1:22 a rate counts at most 100000 messages"});
  CHECK(channel("rate 5 per 0s").size() == 1);
  CHECK(channel("breaker open at 0% of 40 within 5min probe after 10min").size() == 1);
  CHECK(channel("breaker open at 101% of 40 within 5min probe after 10min").size() == 1);
  CHECK(channel("breaker open at 50% of 0 within 5min probe after 10min").size() == 1);
  CHECK(channel("breaker open at 50% of 1001 within 5min probe after 10min").size() == 1);
  CHECK(channel("cost \"much\"").size() == 1);
  CHECK(channel("cost 1 cost 2") == Lines{"NUR0206 1:24 `cost` is said twice"});
}

TEST_CASE("[S6.5] [S3.6] a cap counts events that exist, and a hold can be scheduled") {
  CHECK(policy("cap 3 per 7d counting signup then hold hold while any(signup within 30d) as busy").empty());
  CHECK(policy("cap 3 per 7d counting signip") == Lines{"NUR0201 1:34 there is no event `signip`"});
  CHECK(policy("cap 3 per 7d counting signup within 3d") == Lines{"NUR0321 1:41 this waits for what comes, so it cannot look back"});
  CHECK(policy("hold while 5").size() == 1);
  CHECK(policy("hold while hour(now) < 9").size() == 1);
  CHECK(policy("hold while enrolled_at < now").size() == 1);
}

TEST_CASE("[S7.7] what channels report and what the engine tells need no declaration") {
  const auto goal = [](const std::string& pattern) {
    return about("sequence q { enroll on signup goal g on " + pattern + " day 0: send hello }");
  };
  for (const char* event : {"email.open", "email.click", "sms.replied", "push.bounced", "social.complained", "email.unsubscribed"}) {
    CHECK(goal(event).empty());
    CHECK(goal(event + std::string(" of hello")).empty());
  }
  CHECK(goal("email.opened") == Lines{"NUR0201 1:41 there is no event `email.opened`"});
  CHECK(goal("fax.open").size() == 1);
  CHECK(goal("email.click where event.link is known and event.link == \"a\"").empty());
  CHECK(goal("email.open where event.link is known").size() == 1);
  CHECK(goal("message.sent of hello").empty());
  CHECK(goal("message.skipped where event.reason is known and event.reason == \"cap\"").empty());
  CHECK(goal("sequence.ended or tier.entered or consent.given").empty());
}

TEST_CASE("[S7.7] `of` names a message, and the events say which one they are about") {
  const auto goal = [](const std::string& pattern) {
    return about("sequence q { enroll on signup goal g on " + pattern + " day 0: send hello }");
  };
  CHECK(goal("email.open of hallo") == Lines{"NUR0201 1:55 there is no message `hallo`"});
  CHECK(goal("signup of hello") == Lines{"NUR0201 1:51 `signup` does not say which message it is about"});
  CHECK(goal("email.open or signup of hello").size() == 1);
  CHECK(about("event shown { message: string } sequence q { enroll on signup goal g on shown of hello day 0: send hello }").empty());
  CHECK(about("event shown { message: int } sequence q { enroll on signup goal g on shown of hello day 0: send hello }").size() == 1);
  CHECK(about("segment a = count(email.open of hallo) >= 1").size() == 1);
}

TEST_CASE("[S7.7] a declaration of what a channel reports gets the fields that it lacks, and keeps its own") {
  const std::string goal =
      " sequence q { enroll on signup goal g on email.click where event.link == \"a\" and event.message is known day 0: send hello }";
  CHECK(about("event email.click { link: string }" + goal).empty());
  CHECK(about(goal).size() == 1);  // undeclared, `link` may be missing
  CHECK(about("event message.sent { why: string }") == Lines{"NUR0206 1:7 `message.sent` is declared already: the engine tells of it"});
}

TEST_CASE("triggers answer, and nobody enters or leaves them") {
  CHECK(triggers("on signup as a every time send hello when count(signup) >= 3 at most once per 3d { tag x }").empty());
  CHECK(triggers("") == Lines{"NUR0318 1:10 `t` answers to nothing"});
  CHECK(triggers("on signup wait 3d").size() == 1);
  CHECK(triggers("on signup exit gone") == Lines{"NUR0212 1:24 `exit` acts on a lead in a sequence, and triggers are none"});
  CHECK(triggers("on signup move to s").size() == 1);
  CHECK(triggers("on signup accelerate 2x").size() == 1);
  CHECK(triggers("on signup enroll in s").empty());
  CHECK(triggers("on signup enroll in t") == Lines{"NUR0212 1:34 nobody enters `t`: every lead is in triggers always"});
  CHECK(triggers("on signip tag a").size() == 1);
  CHECK(about("triggers s { on signup tag a }").size() == 1);
  CHECK(triggers("suppress when lead.nope on signup tag a").size() == 1);
}

TEST_CASE("a test gives a holdout only where there is one") {
  const std::string test = "test \"t\" for s { given holdout at 2026-03-02T08:00 event signup }";
  CHECK(about("project a { holdout 5% salt \"x\" } " + test).empty());
  CHECK(about(test) == Lines{"NUR0602 1:24 nobody is held out of `s`"});
}
