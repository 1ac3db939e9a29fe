// Dates behind the end of the time-zone data [S4.9]: refused where they are written, and lengths that reach too far.
#include "support/checking.hpp"

using nurture::test::check_rows;

namespace {
constexpr const char* kBehind = "this lies behind 2037-12-31, where the time-zone data ends";
std::string at(const std::string& place) { return "NUR0217 " + place + ' ' + kBehind; }
}  // namespace

TEST_CASE("an anchor with a written date, and a step on it, end with the time-zone data [S4.9]") {
  check_rows({
      {"sequence s { enroll on signup anchor a = 2037-12-31 else exit at -1d: send welcome }", {}},
      {"sequence s { enroll on signup anchor a = 2040-06-01T09:00 else exit at -1d: send welcome }", {at("1:42")}},
      {"sequence s { enroll on webinar.registered\n anchor a = default(event.starts_at, 2040-06-01T09:00) else hold\n at -1d: send welcome "
       "}",
       {at("2:38")}},
      {"sequence s { enroll on signup anchor a = 2037-12-01 else exit\n day +29: send welcome\n day +31: send welcome\n at +800h: send "
       "welcome }",
       {at("3:2"), at("4:2")}},
      {"sequence s { enroll on signup\n anchor a = 2037-12-01 else exit\n anchor b = 2030-01-01 else exit\n day +60 from b: send welcome }",
       {}},
  });
}

TEST_CASE("a test ends with the time-zone data [S4.9]") {
  const std::string sequence = "sequence s { enroll on signup day 1: send welcome }\n";
  const auto test = [&](const std::string& lines) { return sequence + "test \"t\" for s {\n  given lead { }\n" + lines + "}\n"; };
  using Lines = std::vector<std::string>;
  const std::string entry = " event signup { \"plan\": \"free\" }\n";
  CHECK(nurture::test::findings(test("  at 2037-12-30T08:00" + entry + "  at day 1 09:00 expect send welcome\n")).empty());
  CHECK(nurture::test::findings(test("  at 2040-03-02T08:00" + entry + "  at day 1 09:00 expect send welcome\n")) == Lines{at("4:6")});
  CHECK(nurture::test::findings(test("  at 2037-12-30T08:00" + entry + "  at day 2 09:00 expect send welcome\n")) == Lines{at("5:6")});
  CHECK(nurture::test::findings(test("  at 2037-12-30T08:00" + entry + "  at +3d expect send welcome\n")) == Lines{at("5:6")});
}

TEST_CASE("a step, a wait and a timeout of more than ten years are refused") {
  const std::string far = "this is further away than 3650 days";
  check_rows({
      {"sequence s { enroll on signup day 3650: send welcome }", {}},
      {"sequence s { enroll on signup day 5000: send welcome }", {"NUR0320 1:31 " + far}},
      {"sequence s { enroll on signup after 5000d: send welcome }", {"NUR0320 1:37 " + far}},
      {"sequence s { enroll on signup day 1: { wait 3650d send welcome } }", {}},
      {"sequence s { enroll on signup day 1: { wait 11y send welcome } }", {"NUR0320 1:45 " + far}},
      {"sequence s { enroll on signup day 1: { wait until on email.open timeout 5000d send welcome } }", {"NUR0320 1:73 " + far}},
  });
}
