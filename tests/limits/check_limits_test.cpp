// The checker at its limits, and on files made to take its time or its stack.
#include "support/checking.hpp"

#include "check/load.hpp"

#include <nurture/limits.hpp>

namespace limits = nurture::limits;

namespace {

std::vector<std::string> codes_of(const std::string& text) {
  std::vector<std::string> codes;
  const nurture::test::Checked result = nurture::test::checked(text, false);
  for (const auto& item : result.diagnostics.items()) codes.push_back(item.code);
  return codes;
}

std::string fields(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += " f" + std::to_string(i) + ": int?";
  return text;
}

std::string steps(std::size_t count) {
  std::string text = "event e sequence s { enroll on e\n";
  for (std::size_t i = 0; i < count; ++i) text += "day 1: tag x\n";
  return text + "}";
}

/// A sequence with so many `accelerate`, half of them in handlers.
std::string accelerates(std::size_t count) {
  std::string text = "event e sequence s { enroll on e\n day 1: {\n";
  for (std::size_t i = 0; i < count / 2; ++i) text += "accelerate 2x\n";
  text += "tag x }\n";
  for (std::size_t i = count / 2; i < count; ++i) text += "on e accelerate 2x\n";
  return text + "}";
}

/// The codes found when a file is loaded that uses all others of `count`.
std::vector<std::string> codes_of_files(std::size_t count) {
  const auto reader = [&](const std::string& path) -> std::optional<std::string> {
    std::string text;
    for (std::size_t i = 1; path == "0.nurture" && i < count; ++i) text += "use \"" + std::to_string(i) + ".nurture\"\n";
    return text;
  };
  nurture::Diagnostics diagnostics;
  const auto files = nurture::check::load({"0.nurture"}, reader, diagnostics);
  CHECK(files.size() == std::min(count, limits::kFiles));
  std::vector<std::string> codes;
  for (const auto& item : diagnostics.items()) codes.push_back(item.code);
  return codes;
}

/// The codes found when each of `count` files uses the next.
std::vector<std::string> codes_of_chain(std::size_t count) {
  const auto reader = [&](const std::string& path) -> std::optional<std::string> {
    const std::size_t number = std::stoul(path);
    return number + 1 < count ? "use \"" + std::to_string(number + 1) + ".nurture\"" : std::string();
  };
  nurture::Diagnostics diagnostics;
  CHECK(nurture::check::load({"0.nurture"}, reader, diagnostics).size() == std::min(count, limits::kUseDepth + 1));
  std::vector<std::string> codes;
  for (const auto& item : diagnostics.items()) codes.push_back(item.code);
  return codes;
}

/// A family of so many bytes, and so many sequences of it.
std::string family(std::size_t bytes, std::size_t count) {
  std::string text = "sequence f(a: int) { enroll on e day 1: tag x }";
  text.insert(text.find("day"), std::string(bytes - text.size(), ' '));
  text = "event e\n" + text + "\n";
  std::string uses;
  for (std::size_t i = 0; i < count; ++i) uses += "use f(a: 1) as s" + std::to_string(i) + "\n";
  return uses + text;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("a lead and an event have a limited number of fields") {
  for (const std::string head : {"lead", "event e"}) {
    CHECK(codes_of(head + " {" + fields(limits::kFields - 1) + " }").empty());
    CHECK(codes_of(head + " {" + fields(limits::kFields) + " }").empty());
    CHECK(codes_of(head + " {" + fields(limits::kFields + 1) + " }") == Codes{"NUR0110"});
  }
}

TEST_CASE("a message accepts a limited number of values") {
  const auto accepting = [](std::size_t count) {
    return codes_of("message m { channel email category c accepts {" + fields(count) + " } }");
  };
  CHECK(accepting(limits::kFields - 1).empty());
  CHECK(accepting(limits::kFields).empty());
  CHECK(accepting(limits::kFields + 1) == Codes{"NUR0110"});
}

TEST_CASE("a choice has a limited number of cases") {
  const auto choosing = [](std::size_t count) {
    std::string text = "lead { x: string = \"\" } message m { channel email category c choose f by lead.x {";
    for (std::size_t i = 0; i < count; ++i) text += " v" + std::to_string(i) + " \"t\"";
    return codes_of(text + " else \"e\" } }");
  };
  CHECK(choosing(limits::kChainLength - 1).empty());
  CHECK(choosing(limits::kChainLength).empty());
  CHECK(choosing(limits::kChainLength + 1) == Codes{"NUR0110"});
}

TEST_CASE("a compilation has a limited number of sequences") {
  const auto sequences = [](std::size_t count) {
    std::string text = "event e\n";
    for (std::size_t i = 0; i < count; ++i) text += "sequence s" + std::to_string(i) + "{enroll on e day 1: tag x}\n";
    return text;
  };
  CHECK(codes_of(sequences(limits::kSequences - 1)).empty());
  CHECK(codes_of(sequences(limits::kSequences)).empty());
  CHECK(codes_of(sequences(limits::kSequences + 1)) == Codes{"NUR0110"});
}

TEST_CASE("[S11.4] digests are counted with the sequences beside which they act") {
  const std::string digests = R"(channel email {} category c { consent implied }
    message all { channel email category c } message m { channel email category c }
    policy p { cap 2 per day then digest all cap 9 per week then digest all }
)";
  const auto with = [&](std::size_t count) {
    std::string text = digests + "event e sequence first { enroll on e policy p day 1: send m }\n";
    for (std::size_t i = 1; i < count; ++i) text += "sequence s" + std::to_string(i) + "{enroll on e day 1: tag x}\n";
    return codes_of(text);
  };
  CHECK(with(limits::kSequences - 3).empty());
  CHECK(with(limits::kSequences - 2).empty());
  CHECK(with(limits::kSequences - 1) == Codes{"NUR0110"});
}

TEST_CASE("caps and limits of rules count a limited number") {
  const auto with = [](std::int64_t count) {
    const std::string n = std::to_string(count);
    return codes_of("event e channel email {} policy p { cap " + n + " per 7d }\nscore s { range 0..9 rule +1 r on e limit " + n +
                    " per 7d tier all 0..9 }");
  };
  CHECK(with(limits::kCountedPerWindow - 1).empty());
  CHECK(with(limits::kCountedPerWindow).empty());
  CHECK(with(limits::kCountedPerWindow + 1) == Codes{"NUR0110", "NUR0110"});
}

TEST_CASE("points have a limited size [S8.1]") {
  const auto with = [](std::int64_t points) {
    return codes_of("event e score s { range 0.." + std::to_string(points) + " rule +" + std::to_string(points) + " r on e tier all 0.. }");
  };
  CHECK(with(limits::kPoints - 1).empty());
  CHECK(with(limits::kPoints).empty());
  CHECK(with(limits::kPoints + 1) == Codes{"NUR0110", "NUR0110"});
}

TEST_CASE("an offset reaches a limited number of days") {
  const auto on_day = [](std::int64_t day) {
    return codes_of("event e sequence s { enroll on e day 0: tag x day " + std::to_string(day) + ": tag y }");
  };
  CHECK(on_day(limits::kOffsetDays - 1).empty());
  CHECK(on_day(limits::kOffsetDays).empty());
  CHECK(on_day(limits::kOffsetDays + 1) == Codes{"NUR0320"});
}

TEST_CASE("[S11.4] what recurs within a day does so at most so often") {
  const auto every = [](std::int64_t seconds) {
    return codes_of("event e sequence s { enroll on e every " + std::to_string(seconds) + "s from 2026-01-31T10:00 ping: tag x }");
  };
  CHECK(every(limits::kRecurrenceSeconds + 1).empty());
  CHECK(every(limits::kRecurrenceSeconds).empty());
  CHECK(every(limits::kRecurrenceSeconds - 1) == Codes{"NUR0320"});
}

TEST_CASE("[S11.4] a channel asks for a limited number of tries, and its rate counts a limited number of messages") {
  const auto channel = [](const std::string& items) { return codes_of("channel email { " + items + " }"); };
  const auto tries = [&](std::int64_t times) { return channel("retry " + std::to_string(times) + " times from 1min to 6h"); };
  CHECK(tries(limits::kDeliveryRetries - 1).empty());
  CHECK(tries(limits::kDeliveryRetries).empty());
  CHECK(tries(limits::kDeliveryRetries + 1) == Codes{"NUR0320"});
  const auto rate = [&](std::int64_t count) { return channel("rate " + std::to_string(count) + " per 1min"); };
  CHECK(rate(limits::kRate - 1).empty());
  CHECK(rate(limits::kRate).empty());
  CHECK(rate(limits::kRate + 1) == Codes{"NUR0110"});
}

TEST_CASE("a sequence has a limited number of accelerate statements [S4.7]") {
  CHECK(codes_of(accelerates(limits::kAcceleratesPerSequence - 1)).empty());
  CHECK(codes_of(accelerates(limits::kAcceleratesPerSequence)).empty());
  CHECK(codes_of(accelerates(limits::kAcceleratesPerSequence + 1)) == Codes{"NUR0110"});
}

TEST_CASE("a sequence has a limited number of steps") {
  CHECK(codes_of(steps(limits::kSteps - 1)).empty());
  CHECK(codes_of(steps(limits::kSteps)).empty());
  CHECK(codes_of(steps(limits::kSteps + 1)) == Codes{"NUR0110"});
}

TEST_CASE("[S11.4] a lifecycle has a limited number of stages") {
  const auto stages = [](std::size_t count) {
    std::string text = "event e lifecycle l { stage s0\n";
    for (std::size_t i = 1; i < count; ++i) text += "stage s" + std::to_string(i) + " on e\n";
    return text + "}";
  };
  CHECK(codes_of(stages(limits::kStages - 1)).empty());
  CHECK(codes_of(stages(limits::kStages)).empty());
  CHECK(codes_of(stages(limits::kStages + 1)) == Codes{"NUR0110"});
}

TEST_CASE("a compilation has a limited number of files") {
  CHECK(codes_of_files(limits::kFiles - 1).empty());
  CHECK(codes_of_files(limits::kFiles).empty());
  CHECK(codes_of_files(limits::kFiles + 1) == Codes{"NUR0110"});
}

TEST_CASE("files use each other in a row of limited length") {
  CHECK(codes_of_chain(limits::kUseDepth).empty());
  CHECK(codes_of_chain(limits::kUseDepth + 1).empty());
  CHECK(codes_of_chain(limits::kUseDepth + 2) == Codes{"NUR0010"});
}

TEST_CASE("what is made of families has a limited size") {
  constexpr std::size_t kTimes = 32;
  constexpr std::size_t kBytes = limits::kFamilyBytes / kTimes;
  CHECK(codes_of(family(kBytes - 1, kTimes)).empty());
  CHECK(codes_of(family(kBytes, kTimes)).empty());
  CHECK(codes_of(family(kBytes + 1, kTimes)) == Codes{"NUR0110"});
  CHECK(codes_of(family(kBytes, kTimes + 2)) == Codes{"NUR0110"});  // said once
}

TEST_CASE("a family has a limited number of parameters") {
  const auto with = [](std::size_t count) {
    std::string parameters = "p0: int", arguments = "p0: 1";
    for (std::size_t i = 1; i < count; ++i) {
      parameters += ", p" + std::to_string(i) + ": int";
      arguments += ", p" + std::to_string(i) + ": 1";
    }
    return codes_of("event e use f(" + arguments + ") as s sequence f(" + parameters + ") { enroll on e day 1: tag x }");
  };
  CHECK(with(limits::kFields - 1).empty());
  CHECK(with(limits::kFields).empty());
  CHECK(with(limits::kFields + 1) == Codes{"NUR0110"});
}

TEST_CASE("a long chain of segments takes no stack") {
  std::string text = "lead { a: bool } segment s0 = lead.a\n";
  for (int i = 1; i < 20'000; ++i) text += "segment s" + std::to_string(i) + " = s" + std::to_string(i - 1) + "\n";
  CHECK(codes_of(text).empty());
  std::string backwards = "lead { a: bool }\n";
  for (int i = 0; i < 20'000; ++i) backwards += "segment s" + std::to_string(i) + " = s" + std::to_string(i + 1) + "\n";
  CHECK(codes_of(backwards + "segment s20000 = lead.a").empty());
}

TEST_CASE("segments that use each other twice are looked at once") {
  std::string text = "lead { a: int? } event e segment s0 = lead.a is known\n";
  for (int i = 1; i < 200; ++i)
    text += "segment s" + std::to_string(i) + " = (s" + std::to_string(i - 1) + " and s" + std::to_string(i - 1) + ")\n";
  CHECK(codes_of(text + "sequence s { enroll when s199 and lead.a > 3 day 0: tag x }").empty());
}

TEST_CASE("thousands of unknown names are answered at once, and the first ones shown") {
  std::string text = "lead { a: bool }\n";
  for (int i = 0; i < 10'000; ++i) text += "segment s" + std::to_string(i) + " = lead.b" + std::to_string(i) + " or unknown_segment\n";
  CHECK(codes_of(text).size() <= limits::kDiagnostics + 1);
}

TEST_CASE("a file cut off anywhere is checked as far as it goes") {
  const std::string text = R"(nurture 1
lead { tz: string = "UTC" phone: string? plan: enum(free, pro)? born: date? }
event signup { plan: enum(free, pro) at_site: string? }
event email.click { link: string }
channel email { requires lead.phone }
category offers { consent explicit double_opt_in }
segment warm = count(email.click where event.link == "x" within 14d) >= 3 and lead.phone is known
policy calm { quiet hours 20:00..08:00 in lead then hold allow mon..fri cap 1 per 1d on email exempt offers }
message hello "Hello" { channel email category offers subject "{{ default(lead.phone, '?') }}"
  variant a 50% { field cta = "x" } variant b 50% when warm { } }
sequence s "S" { enroll on signup key event.plan anchor start = lead.born else hold policy calm goal g on email.click
  exit x when idle(email.click) >= 14d suppress when lead.plan is known and lead.plan == "pro"
  phase one { day 1 first: { send hello by email wait until on email.click timeout 2d then { -> last } } }
  at -2h from start: if warm as yes { notify sales "{{ lead.tz }}" } else { split p { a 50% { tag a } b 50% { set lead.phone = "1" } } }
  day 9 last: exit done
  on email.click as seen every time { accelerate 2x } }
score f { range 0..100 category c weight 100 max 10 { rule +5 a on email.click limit 3 per 7d then tag x }
  decay 5 per 1mo when idle(email.click) >= 1mo floor 0 reset on email.click to 0 tier low 0..50 tier high 51.. enter low { tag y } }
test "t" for s { given lead { "plan": "pro" } given split p = a at 2026-03-02T08:00 event signup { "plan": "free" }
  at +2h expect send hello by email variant a expect exit done expect nothing more }
)";
  for (std::size_t end = 0; end <= text.size(); ++end) {
    nurture::Diagnostics diagnostics;
    const auto& source = diagnostics.sources().add("cut.nurture", text.substr(0, end));
    auto file = std::make_shared<const nurture::ast::File>(nurture::syntax::parse(source, diagnostics));
    const auto model = nurture::check::check({file}, diagnostics);
    CHECK_FALSE(nurture::model::dump(model).empty());
  }
}
