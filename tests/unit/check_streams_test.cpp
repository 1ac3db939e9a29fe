// What the checker says about streams, broadcasts and experiments.
#include "support/checking.hpp"

using nurture::test::checked;
using nurture::test::lines_of_findings;

namespace {

using Lines = std::vector<std::string>;

const std::string kRest = R"(
message hello { channel email category news subject "x" }
message again { channel email category news subject "y" }
message wants { channel email category news subject "z" accepts { plan: string } }
event signup
event seen { path: string }
segment big = count(seen within 30d) >= 3
sequence s { enroll on signup day 0: send hello }
)";

/// What is said about the first line.
Lines about(const std::string& line) { return lines_of_findings(checked(line + kRest, false).diagnostics); }
Lines stream(const std::string& items) { return about("stream t { " + items + " }"); }
Lines broadcast(const std::string& items) { return about("broadcast b { " + items + " }"); }
Lines split(const std::string& tail) {
  return about("sequence q { enroll on signup day 0: split x " + tail + " { a 50% { send hello } b 50% { } } }");
}

const std::string kWhole = "enroll on signup cadence every monday at 09:00 send hello send again ";

}  // namespace

TEST_CASE("a stream says what it sends, and when") {
  CHECK(stream(kWhole + "exhausted { move to s }").empty());
  CHECK(stream(kWhole + "priority 60 stay while big zone lead suppress when big exit gone on seen goal won on seen").size() == 0);
  CHECK(stream("enroll on signup send hello") == Lines{"NUR0322 1:8 `t` does not say when its pieces go out"});
  CHECK(stream("enroll on signup cadence every monday at 09:00") == Lines{"NUR0322 1:8 `t` does not say what it sends"});
  CHECK(stream("cadence every monday at 09:00 send hello") == Lines{"NUR0318 1:8 nobody can enter `t`"});
  CHECK(stream(kWhole + "cadence every 1d from 2026-03-02 at 09:00") == Lines{"NUR0206 1:81 `cadence` is said twice"});
  CHECK(stream(kWhole + "exhausted tag a exhausted tag b").size() == 1);
  CHECK(stream("enroll on signup cadence every monday send hello") == Lines{"NUR0320 1:43 this does not say at which time of day"});
}

TEST_CASE("the pieces of a stream are messages, each stands there once, and nothing is handed over to them") {
  CHECK(stream(kWhole + "send helo") == Lines{"NUR0201 1:86 there is no message `helo`"});
  CHECK(stream(kWhole + "send hello") == Lines{"NUR0206 1:86 `hello` stands in this stream already"});
  CHECK(stream(kWhole + "send wants") == Lines{"NUR0211 1:86 `wants` is in a stream and wants `plan`"});
}

TEST_CASE("what is done when nothing is left is a body like others") {
  CHECK(stream(kWhole + "exhausted { exit done wait 1d }") == Lines{"NUR0301 1:103 nothing reaches this"});
  CHECK(stream(kWhole + "exhausted -> piece") == Lines{"NUR0303 1:91 these jumps go round without time passing"});
  CHECK(stream(kWhole + "exhausted enroll in nowhere").size() == 1);
  CHECK(about("sequence t { enroll on signup day 0: send next of t } stream t { " + kWhole + "}").size() == 2);
}

TEST_CASE("a broadcast says to whom, and what") {
  CHECK(broadcast("to segment big send hello at 2026-03-02T10:00 spread 4h priority 60 zone \"Europe/Lisbon\"").empty());
  CHECK(broadcast("send hello") == Lines{"NUR0322 1:11 `b` does not say to whom"});
  CHECK(broadcast("to segment big") == Lines{"NUR0322 1:11 `b` does not say what it sends"});
  CHECK(broadcast("to segment bigg send hello") == Lines{"NUR0201 1:26 there is no segment `bigg`"});
  CHECK(broadcast("to segment big send helo") == Lines{"NUR0201 1:35 there is no message `helo`"});
  CHECK(broadcast("to segment big send wants") == Lines{"NUR0211 1:35 `wants` is sent without `plan`"});
  CHECK(broadcast("to segment big send hello send again") == Lines{"NUR0206 1:41 `send` is said twice"});
  CHECK(broadcast("to segment big send hello spread 2d").size() == 1);
  CHECK(broadcast("to segment big send hello spread 169h").size() == 1);
  CHECK(broadcast("to segment big send hello spread 168h").empty());
  CHECK(broadcast("to segment big send hello at 2199-01-01").size() == 1);
}

TEST_CASE("nobody enters a broadcast by name, and everybody may enter a stream") {
  const std::string target = "broadcast b { to segment big send hello } stream t { cadence every monday at 09:00 send hello } ";
  CHECK(about(target + "sequence q { enroll on signup day 0: enroll in b day 1: move to t }") ==
        Lines{"NUR0212 1:144 nobody enters `b`: a broadcast goes to a segment"});
}

TEST_CASE("an experiment has a goal that counts from the assignment on, and arms to compare") {
  CHECK(split("").empty());
  CHECK(split("salt \"v1\"").empty());
  CHECK(split("salt \"v1\" goal seen where event.path == \"/\" within 7d promote at 95% min 1000").empty());
  CHECK(split("goal seen or signup").empty());
  CHECK(split("promote at 95%") == Lines{"NUR0512 1:46 `x` has no goal that an arm could be better at"});
  CHECK(split("goal sen").size() == 1);
  CHECK(split("goal seen where event.nope == 1").size() == 1);
  CHECK(split("goal seen since enrolled").size() == 1);
  CHECK(split("goal seen since 2026-03-01") == Lines{"NUR0512 1:56 the goal of a split counts from the assignment on"});
  CHECK(split("goal seen promote at 50%") == Lines{"NUR0512 1:67 nothing is promoted at a certainty of 50%"});
  CHECK(split("goal seen promote at 100%").size() == 1);
  CHECK(split("goal seen promote at 51%").empty());
  CHECK(split("goal seen promote at 99%").empty());
  CHECK(split("goal seen promote at 95% min 0") == Lines{"NUR0512 1:75 this is no number of leads to wait for"});
  CHECK(about("sequence q { enroll on signup day 0: split x goal seen { a 100% { } } }") ==
        Lines{"NUR0512 1:58 an experiment compares arms, and this is the only one"});
  CHECK(about("score z { range 0..9 rule +1 r on seen then split x goal seen { a 50% { } b 50% { } } }").size() == 1);
}

TEST_CASE("tests start the broadcast they are for, and promote arms of experiments") {
  const std::string program =
      "broadcast b { to segment big send hello } broadcast c { to segment big send hello } "
      "sequence q { enroll on signup day 0: { split x goal seen { a 50% { } o 50% { } } split y { a 100% { } } } } ";
  const auto test = [&](const std::string& subject, const std::string& line) {
    return about(program + "test \"t\" for " + subject + " { at 2026-03-02T10:00 " + line + " }").size();
  };
  CHECK(test("b", "broadcast b") == 0);
  CHECK(test("b", "broadcast c") == 1);
  CHECK(test("q", "broadcast q") == 1);
  CHECK(test("q", "broadcast nowhere") == 1);
  CHECK(test("q", "promote x = a") == 0);
  CHECK(test("q", "promote x = b") == 1);
  CHECK(test("q", "promote y = a") == 1);
  CHECK(test("q", "promote z = a") == 1);
}
