// The table of codes, what `nurture explain` says about each, and the search for what an author meant.
#include "support/catch.hpp"

#include "source/codes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace source = nurture::source;

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n')) {
    lines.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  lines.push_back(text);
  return lines;
}

std::string_view nearest(std::string_view word, std::vector<std::string_view> candidates) { return source::nearest(word, candidates); }

}  // namespace

TEST_CASE("codes and their names are unique and in order") {
  std::set<std::string_view> names;
  std::string_view previous;
  for (const source::CodeInfo& code : source::all_codes()) {
    INFO(code.number);
    CHECK(code.number > previous);
    CHECK(code.number.size() == 7);
    CHECK(code.number.substr(0, 3) == "NUR");
    CHECK(names.insert(code.name).second);
    CHECK_FALSE(code.summary.empty());
    CHECK(code.summary.back() != '.');
    previous = code.number;
  }
}

TEST_CASE("each code has an explanation with words, a wrong and a right example") {
  for (const source::CodeInfo& code : source::all_codes()) {
    INFO(code.number << " " << code.name);
    const auto text = source::explanation(code.number);
    REQUIRE(text.has_value());
    CHECK(source::explanation(code.name) == text);
    const auto lines = lines_of(*text);
    const auto wrong = std::find(lines.begin(), lines.end(), "wrong:");
    const auto right = std::find(lines.begin(), lines.end(), "right:");
    REQUIRE(wrong != lines.end());
    REQUIRE(right != lines.end());
    REQUIRE(wrong < right);
    const auto words = wrong - lines.begin() - 1;  // without the blank line before the example
    CHECK(words >= 2);
    CHECK(words <= 10);
    const auto is_example = [](std::string_view line) { return line.empty() || line.substr(0, 2) == "  "; };
    CHECK(right - wrong > 1);
    CHECK(lines.end() - right > 1);
    CHECK(std::all_of(wrong + 1, right, is_example));
    CHECK(std::all_of(right + 1, lines.end(), is_example));
    CHECK(std::vector(wrong + 1, right) != std::vector(right + 1, lines.end()));
  }
}

TEST_CASE("no explanation is left over or given twice") {
  std::set<std::string_view> texts;
  for (const source::CodeInfo& code : source::all_codes()) CHECK(texts.insert(source::explanation(code.number).value_or("")).second);
  CHECK_FALSE(source::explanation("NUR9999").has_value());
  CHECK_FALSE(source::explanation("").has_value());
}

TEST_CASE("a report carries the code's number, name and severity") {
  const auto error = source::report(source::Code::tier_gap, {1, 2, 3}, "a score of 0 belongs to no tier");
  CHECK(error.code == "NUR0403");
  CHECK(error.name == "tier_gap");
  CHECK(error.severity == nurture::Severity::error);
  CHECK(error.span == nurture::Span{1, 2, 3});
  CHECK(error.message == "a score of 0 belongs to no tier");
  const auto warning = source::report(source::Code::always_true_false, {}, "always true");
  CHECK(warning.severity == nurture::Severity::warning);
}

TEST_CASE("the nearest name is what the author most likely meant") {
  CHECK(nearest("dya", {"day", "default"}) == "day");
  CHECK(nearest("emial.open", {"email.click", "email.open"}) == "email.open");
  CHECK(nearest("timelin", {"timeline", "phone"}) == "timeline");
  CHECK(nearest("skilled-professional", {"skilled_professional"}) == "skilled_professional");
  CHECK(nearest("ID", {"id"}) == "id");
  CHECK(nearest("Lead", {"leads", "lead"}) == "lead");
}

TEST_CASE("a name is only suggested when at most a third of its letters differ") {
  CHECK(nearest("abc", {"abd"}) == "abd");
  CHECK(nearest("abc", {"xyc"}).empty());
  CHECK(nearest("abcdef", {"abcdxy"}) == "abcdxy");
  CHECK(nearest("abcdef", {"abcxyz"}).empty());
  CHECK(nearest("at", {"an", "a"}).empty());
  CHECK(nearest("", {"a"}).empty());
  CHECK(nearest("a", {""}).empty());
  CHECK(nearest("abcdef", {}).empty());
}

TEST_CASE("among equally near names the first is suggested") {
  CHECK(nearest("cat", {"bat", "hat"}) == "bat");
  CHECK(nearest("cat", {"hats", "hat", "bat"}) == "hat");
}

TEST_CASE("a very long word is compared with nothing") {
  const std::string word(100'000, 'a');
  CHECK(nearest(word, {word}).empty());
  CHECK(nearest("aaaa", {word}).empty());
}
