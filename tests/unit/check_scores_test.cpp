// What the checker says about scores.
#include "support/checking.hpp"

using nurture::test::findings;
using nurture::test::with_fixes;

namespace {

using Lines = std::vector<std::string>;

std::vector<std::string> within(const std::string& items) { return findings("score f {\n" + items + "\nrule +5 opened on email.open\n}"); }

}  // namespace

TEST_CASE("weights add up to a hundred") {
  const auto categories = [](int a, int b) {
    return findings("score f { category fit weight " + std::to_string(a) + " max 10 { } category intent weight " + std::to_string(b) +
                    " max 10 { } }");
  };
  CHECK(categories(60, 40).empty());
  CHECK(categories(60, 30) == Lines{"NUR0401 1:68 the weights of `f` add up to 90, not 100"});
  CHECK(categories(99, 2).size() == 1);
}

TEST_CASE("each score belongs to one tier") {
  CHECK(within("tier a 0..10 tier b 11..").empty());
  CHECK(within("tier a 0..10 tier b 10..") == Lines{"NUR0402 2:21 a score of 10 belongs to two tiers"});
  CHECK(within("tier a 0..20 tier b 10..30 tier c 31..") == Lines{"NUR0402 2:21 scores from 10 to 20 belong to two tiers"});
  CHECK(within("tier a 1..10 tier b 11..") == Lines{"NUR0403 2:8 a score of 0 belongs to no tier"});
  CHECK(within("tier a 0..10 tier b 15..") == Lines{"NUR0403 2:21 scores from 11 to 14 belong to no tier"});
  CHECK(within("tier a 0..10 tier b 11..90") == Lines{"NUR0403 2:25 scores from 91 to 100 belong to no tier"});
  CHECK(within("tier a 0..10 tier b 11..101") == Lines{"NUR0404 2:25 the tier `b` lies outside of the score's range"});
  CHECK(within("range 0..50 tier a 0..10 tier b 60..") == Lines{"NUR0404 2:33 the tier `b` lies outside of the score's range"});
  CHECK(within("range 10..50 tier a 0..").size() == 1);
  CHECK(within("tier a 10..0 tier b 11..") == Lines{"NUR0405 2:12 the tier `a` ends below its beginning"});
  CHECK(within("range 50..10") == Lines{"NUR0405 2:11 the range ends at 10, which is not above its beginning"});
  CHECK(within("tier b 11.. tier a 0..10").empty());
  CHECK(within("tier a 0..10 tier a 11..") == Lines{"NUR0206 2:19 tier `a` is declared twice"});
}

TEST_CASE("the fix of a gap makes the tiers complete") {
  const std::string text = "score f {\n  rule +5 opened on email.open\n  tier a 1..10\n  tier b 21..90\n}";
  const std::string fixed = with_fixes(text);
  CHECK(fixed ==
        "score f {\n  rule +5 opened on email.open\n  tier dormant 0..0\n  tier a 1..10\n  tier between 11..20\n  tier b 21..90\n  tier "
        "top 91..100\n}");
  CHECK(findings(fixed).empty());
  CHECK(findings(with_fixes("score f { rule +5 a on email.open tier a 0..20 tier b 20.. }")).empty());
}

TEST_CASE("numbers of a score mean something") {
  CHECK(within("reset on email.unsubscribed to 0").empty());
  CHECK(within("reset on email.unsubscribed to 200") == Lines{"NUR0408 2:32 a reset to 200 lies outside of 0..100"});
  CHECK(within("decay 5 per 1mo when idle(email.open) >= 1mo floor 0").empty());
  CHECK(within("decay 0 per 1mo when idle(email.open) >= 1mo") == Lines{"NUR0408 2:7 a decay of 0 takes nothing away"});
  CHECK(within("decay 5 per 0d when idle(email.open) >= 1mo") ==
        Lines{"NUR0408 2:13 a decay happens once per length of time, and this has none"});
  CHECK(within("decay 5 per 1mo when idle(email.open) >= 1mo floor 500").size() == 1);
  CHECK(within("rule +0 nothing on email.click") == Lines{"NUR0408 2:6 a rule of no points changes nothing"});
  CHECK(within("rule +1 a on email.click limit 0 per 7d") == Lines{"NUR0408 2:32 a limit of 0 lets no point through"});
  CHECK(within("rule +1 a on email.click limit 3 per 0d").size() == 1);
  CHECK(within("rule +1 a when lead.is_customer limit 3 per 7d") ==
        Lines{"NUR0408 2:33 a rule with `when` counts while it holds, so it cannot be limited"});
  CHECK(findings("score f { category a weight 100 max 0 { rule +1 a on email.open } }").size() == 1);
}

TEST_CASE("decays are points, shares or a half-life") {
  CHECK(within("decay 10% per 1mo when idle(email.open) >= 1mo floor 5").empty());
  CHECK(within("decay half per 30d when idle(email.open) >= 1mo").empty());
  CHECK(within("decay 0% per 1mo when idle(email.open) >= 1mo") ==
        Lines{"NUR0408 2:7 a decay of 0% takes nothing away or more than there is"});
  CHECK(within("decay 101% per 1mo when idle(email.open) >= 1mo").size() == 1);
  CHECK(within("decay half per 0d when idle(email.open) >= 1mo").size() == 1);
  CHECK(within("decay half per 30d when idle(email.open) >= 1mo decay 1 per 1d when idle(email.open) >= 1d") ==
        Lines{"NUR0408 2:1 a half-life falls at every moment and cannot take turns with another `decay`"});
}

TEST_CASE("a hysteresis leaves the tier below something to be") {
  CHECK(within("tier a 0..39 tier b 40.. hysteresis 39").empty());
  CHECK(within("tier a 0..39 tier b 40.. hysteresis 40") ==
        Lines{"NUR0408 2:37 a falling score would skip the tier `a`, which ends where `b` is left"});
  CHECK(within("tier a 0..39 tier b 40.. hysteresis 0") == Lines{"NUR0408 2:37 a hysteresis of 0 changes nothing"});
  CHECK(within("tier a 0..39 hysteresis 5 tier b 40..") == Lines{"NUR0408 2:25 there is no tier below `a` to be left for"});
}

TEST_CASE("names in scores exist and are not used twice") {
  CHECK(within("tier a 0.. enter b { tag x }") == Lines{"NUR0201 2:18 there is no tier of `f` called `b`"});
  CHECK(within("tier a 0.. enter a { tag x }").empty());
  CHECK(within("rule +1 opened on email.click") == Lines{"NUR0206 3:9 rule `opened` is declared twice"});
  CHECK(within("range 0..10 range 0..20") == Lines{"NUR0206 2:13 `range` is said twice"});
  CHECK(within("rule +1 a when hour(now) > 9").size() == 1);
  CHECK(within("rule +1 a when count(email.click within 7d) > 2").empty());
}

TEST_CASE("a score is not computed from itself") {
  CHECK(within("rule +1 a when score.f > 3") == Lines{"NUR0216 2:16 the score `f` is computed from itself"});
  CHECK(findings("segment warm = score.f > 3 score f { rule +1 a when warm }") ==
        Lines{"NUR0216 1:53 the score `f` is computed from itself"});
  CHECK(findings("score f { rule +1 a when score.g > 3 } score g { rule +1 a when score.f > 3 }") ==
        Lines{"NUR0216 1:26 the score `f` is computed from itself"});
  CHECK(findings("score f { tier a 0.. rule +1 a when tier.g == \"b\" } score g { tier b 0.. rule +1 a when tier.f == \"a\" }").size() ==
        1);
  CHECK(findings("score f { rule +1 a on email.open where score.f > 3 }").size() == 1);
  CHECK(findings("score f { rule +1 a when score.g > 3 } score g { rule +1 a on email.open }").empty());
}

TEST_CASE("tiers are values that conditions are checked against") {
  const std::string score = "score f { rule +1 a on email.open tier cold 0..50 tier hot 51.. }\n";
  CHECK(findings(score + "segment s = tier.f == \"hot\"").empty());
  CHECK(findings(score + "segment s = tier.f == \"hott\"") == Lines{"NUR0205 2:23 `tier.f` is never `\"hott\"`"});
  CHECK(findings("score f { rule +1 a on email.open } segment s = tier.f == \"hot\"") == Lines{"NUR0212 1:49 the score `f` has no tiers"});
}
