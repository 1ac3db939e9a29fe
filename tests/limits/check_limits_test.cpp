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

/// The codes found when a chain of `count` files is loaded.
std::vector<std::string> codes_of_files(std::size_t count) {
  const auto reader = [&](const std::string& path) -> std::optional<std::string> {
    const std::size_t number = std::stoul(path);
    return number + 1 < count ? "use \"" + std::to_string(number + 1) + ".nurture\"" : std::string();
  };
  nurture::Diagnostics diagnostics;
  const auto files = nurture::check::load({"0.nurture"}, reader, diagnostics);
  CHECK(files.size() == std::min(count, limits::kFiles));
  std::vector<std::string> codes;
  for (const auto& item : diagnostics.items()) codes.push_back(item.code);
  return codes;
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

TEST_CASE("a compilation has a limited number of files") {
  CHECK(codes_of_files(limits::kFiles - 1).empty());
  CHECK(codes_of_files(limits::kFiles).empty());
  CHECK(codes_of_files(limits::kFiles + 1) == Codes{"NUR0110"});
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
