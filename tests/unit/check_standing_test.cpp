// What the checker refuses of lifecycles, audiences, digests and retention.
#include "support/checking.hpp"

using nurture::test::checked;
using nurture::test::lines_of_findings;

namespace {

using Lines = std::vector<std::string>;

const std::string kMessages =
    "message hello { channel email category news subject \"x\" }\n"
    "message weekly { channel email category news subject \"{{ digest.count }} {{ digest.messages }}\" }\n"
    "message by_sms { channel sms category news template \"x\" }\n"
    "message wants { channel email category news accepts { plan: string } subject \"x\" }\n";

/// What is said about the first line, beside messages, an event and a sequence.
Lines about(const std::string& line) {
  const std::string rest = kMessages + "event signup { plan: string? }\nevent left_us\nsequence s { enroll on signup day 0: send hello }\n";
  return lines_of_findings(checked(line + "\n" + rest, false).diagnostics);
}
Lines lifecycle(const std::string& stages) { return about("lifecycle l { " + stages + " }"); }
Lines cap(const std::string& words) { return about("policy p { cap 1 per " + words + " }"); }
Lines project(const std::string& items) { return about("project a { " + items + " }"); }

}  // namespace

TEST_CASE("a lead has one stage to begin in, and can enter every other") {
  CHECK(lifecycle("stage a stage b on signup stage c when idle(any) >= 30d").empty());
  CHECK(lifecycle("") == Lines{"NUR0332 1:11 a lead has no stage of `l` to begin in"});
  CHECK(lifecycle("stage a on signup stage b") ==
        Lines{"NUR0332 1:21 a lead has no stage of `l` to begin in", "NUR0332 1:39 every lead would be in `b` always"});
  CHECK(lifecycle("stage a stage b") == Lines{"NUR0332 1:29 every lead would be in `b` always"});
  CHECK(lifecycle("stage a stage a on signup") == Lines{"NUR0206 1:29 stage `a` is declared twice"});
  CHECK(about("lifecycle l { stage a } lifecycle l { stage a }") == Lines{"NUR0206 1:35 lifecycle `l` is declared twice"});
}

TEST_CASE("[S5.4] a stage and an audience are conditions whose next change is known") {
  CHECK(lifecycle("stage a stage b when idle(signup) > 3 * 1d").size() == 1);
  CHECK(lifecycle("stage a stage b on sinup") == Lines{"NUR0201 1:34 there is no event `sinup`"});
  CHECK(lifecycle("stage a stage b on signup within 3d").size() == 1);
  CHECK(about("audience x on sms when any(signup within 30d)").empty());
  CHECK(about("audience x on sms when idle(signup)").size() == 1);
  CHECK(about("audience x on sms when true or any(signup)").size() == 1);
  CHECK(about("audience x on sms when any(signup) audience x on sms when any(signup)") ==
        Lines{"NUR0206 1:45 audience `x` is declared twice"});
}

TEST_CASE("the channel of an audience is declared, or that of a message") {
  CHECK(about("channel sozial {} audience x on social when any(signup)") == Lines{"NUR0201 1:33 there is no channel `social`"});
  CHECK(about("channel social {} audience x on social when any(signup)").empty());
  CHECK(about("audience x on sms when any(signup)").empty());
}

TEST_CASE("a stage is one of those of its lifecycle, wherever it is asked for") {
  const std::string l = "lifecycle l { stage a stage b on signup } ";
  CHECK(about(l + "segment x = stage.l == \"b\"").empty());
  CHECK(about(l + "segment x = stage.l == \"c\"").size() == 1);
  CHECK(about(l + "segment x = stage.m == \"b\"") == Lines{"NUR0201 1:61 there is no lifecycle `m`"});
  CHECK(about(l + "segment x = stage.l is known").size() == 1);
  CHECK(about(l + "segment stage = any(signup)").size() == 1);
}

TEST_CASE("stages, scores and segments do not ask for themselves in a circle") {
  CHECK(lifecycle("stage a stage b when stage.l == \"a\"") == Lines{"NUR0216 1:36 the stages of `l` depend on themselves"});
  CHECK(about("lifecycle l { stage a stage b when score.x > 3 } score x { range 0..9 rule +5 r when stage.l == \"b\" }").size() == 1);
  CHECK(
      about("lifecycle l { stage a stage b when score.x > 3 } score x { range 0..9 rule +5 r on signup where stage.l == \"b\" }").size() ==
      1);
  CHECK(about("lifecycle l { stage a stage b when score.x > 3 } score x { range 0..9 rule +5 r on signup }").empty());
}

TEST_CASE("`any` stands for every event that comes from outside") {
  CHECK(about("segment x = count(any within 30d) >= 3").empty());
  CHECK(about("segment x = any(any where event.plan == \"a\")") == Lines{"NUR0201 1:33 `left_us` has no field `plan`"});
  CHECK(about("event any segment x = any(any where event.at_all == 1)").size() == 1);
}

TEST_CASE("[S3.6] a digest has a message that can be sent, and a day or a week to come in") {
  CHECK(cap("week on email then digest weekly").empty());
  CHECK(cap("7d then digest weekly") == Lines{"NUR0520 1:22 a digest comes once in a day or a week, and this cap counts back from now"});
  CHECK(cap("day then digest weakly") == Lines{"NUR0201 1:38 there is no message `weakly`"});
  CHECK(cap("day on email then digest by_sms") == Lines{"NUR0502 1:47 `by_sms` has no form for `email`"});
  CHECK(cap("day then digest wants") == Lines{"NUR0211 1:38 `wants` is a digest and wants `plan`"});
  CHECK(cap("day then digest weekly exempt news") ==
        Lines{"NUR0520 1:38 the policy lets `weekly` pass, so nothing holds it until it is due"});
  CHECK(about("segment x = digest.count > 3").size() == 1);
  CHECK(about("message m { channel email category news subject \"{{ digest.sum }}\" }").size() == 1);
}

TEST_CASE("[S11.3] what is kept and what is forgotten do not contradict each other") {
  CHECK(project("retain events 400d retain leads 730d after idle(any) keep signup for 400d").empty());
  CHECK(project("retain events 400d retain events 300d") == Lines{"NUR0206 1:32 how long events are retained is said twice"});
  CHECK(project("retain events 0d") == Lines{"NUR0320 1:27 this retains nothing"});
  CHECK(project("retain events 30d keep signup for 31d") == Lines{"NUR0333 1:47 this keeps `31d` of events that are forgotten sooner"});
  CHECK(about("project a { retain events 30d } segment x = any(signup within 60d)") ==
        Lines{"NUR0333 1:63 this asks for `60d` of events that are forgotten sooner"});
  CHECK(project("retain leads 730d after any(signup)") ==
        Lines{"NUR0333 1:37 leads are retained for so long after the last that was heard of them"});
  CHECK(project("retain leads 730d after idle(sinup)") == Lines{"NUR0201 1:42 there is no event `sinup`"});
  CHECK(project("retain leads 730d after idle(signup where now > 2026-03-02T00:00Z)").size() == 1);
}

TEST_CASE("a test expects stages and audiences that there are") {
  const std::string l = "lifecycle l { stage a stage b on signup } audience x on sms when any(signup) test \"t\" for s { ";
  CHECK(about(l + "at 2026-03-02T08:00 expect stage l a expect joined x expect left x }").empty());
  CHECK(about(l + "at 2026-03-02T08:00 expect stage l c }").size() == 1);
  CHECK(about(l + "at 2026-03-02T08:00 expect stage m a }").size() == 1);
  CHECK(about(l + "at 2026-03-02T08:00 expect joined y }").size() == 1);
}
