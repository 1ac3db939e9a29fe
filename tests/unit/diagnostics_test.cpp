// How findings look: as text for people, as JSON and as SARIF. The expected texts are whole reports, so that a change of
// one blank is seen.
#include "support/catch.hpp"

#include <nurture/diagnostics.hpp>

#include "source/codes.hpp"
#include "source/source.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using nurture::Diagnostic;
using nurture::Diagnostics;
using nurture::Severity;
using nurture::Span;
using nurture::source::Code;
using nurture::source::Source;

namespace {

/// The span of the n-th `word` in the text.
Span span_of(const Source& source, std::string_view word, int n = 1) {
  std::size_t at = source.text().find(word);
  for (; n > 1; --n) at = source.text().find(word, at + 1);
  REQUIRE(at != std::string_view::npos);
  const auto begin = static_cast<std::uint32_t>(at);
  return {source.id(), begin, begin + static_cast<std::uint32_t>(word.size())};
}

Diagnostic finding(Span span, std::string caret = "") {
  Diagnostic d;
  d.code = "NUR0100";
  d.message = "message";
  d.span = span;
  d.caret = std::move(caret);
  return d;
}

/// The report without its first line, which is the same in all tests of places.
std::string picture(const Diagnostics& list) {
  const std::string text = list.render();
  return text.substr(text.find('\n') + 1);
}

std::string picture_of(std::string text, std::uint32_t begin, std::uint32_t end, std::string caret = "") {
  Diagnostics list;
  list.sources().add("a.nurture", std::move(text));
  list.add(finding({0, begin, end}, std::move(caret)));
  return picture(list);
}

}  // namespace

TEST_CASE("a finding shows its sentence, its place, its line and a caret") {
  Diagnostics list;
  const Source& source =
      list.sources().add("welcome.nurture", "nurture 1\nsequence welcome {\n  enroll on signup\n  dya 0 welcome: send welcome\n}\n");
  auto d = nurture::source::report(Code::unknown_statement, span_of(source, "dya"), "`dya` is not a statement of a sequence");
  d.caret = "did you mean `day`?";
  list.add(std::move(d));
  CHECK(list.render() ==
        R"(error: `dya` is not a statement of a sequence                          NUR0101 unknown_statement
  ┌─ welcome.nurture:4:3
4 │   dya 0 welcome: send welcome
  │   ^^^ did you mean `day`?
)");
}

TEST_CASE("labels stand in the order of lines, then notes, help and the fix") {
  Diagnostics list;
  const Source& source =
      list.sources().add("engagement.nurture",
                         "score engagement {\n  range 0..100\n\n\n\n\n\n\n  reset on email.unsubscribed to 0\n\n  tier cold    1..25\n}\n");
  auto d = nurture::source::report(Code::tier_gap, span_of(source, "1..25"), "a score of 0 belongs to no tier");
  d.caret = "the lowest tier starts at 1";
  Span zero = span_of(source, "to 0");
  zero.begin += 3;
  d.labels = {{zero, "every unsubscribe lands here"}, {span_of(source, "0..100"), "the score can be anything from 0 to 100"}};
  d.notes = {"a lead without a tier matches no `tier` condition"};
  d.help = "give 0 a tier of its own";
  const std::uint32_t line = source.line_begin(11);
  d.fixes = {{{0, line, line}, "  tier dormant 0..0\n"}};
  list.add(std::move(d));
  CHECK(list.render() ==
        R"(error: a score of 0 belongs to no tier                                          NUR0403 tier_gap
   ┌─ engagement.nurture:11:16
 2 │   range 0..100
   │         ------ the score can be anything from 0 to 100
 9 │   reset on email.unsubscribed to 0
   │                                  - every unsubscribe lands here
11 │   tier cold    1..25
   │                ^^^^^ the lowest tier starts at 1
   │
   = a lead without a tier matches no `tier` condition
help: give 0 a tier of its own
   │
11 + │   tier dormant 0..0
)");
}

TEST_CASE("several marks on one line get a row each where they carry words") {
  Diagnostics list;
  const Source& source = list.sources().add("a.nurture", "tier cold 0..50 tier hot 50..");
  auto d = finding(span_of(source, "50", 2), "and here");
  d.labels = {{span_of(source, "50"), "50 is here"}};
  list.add(d);
  CHECK(picture(list) == R"(  ┌─ a.nurture:1:26
1 │ tier cold 0..50 tier hot 50..
  │              -- 50 is here
  │                          ^^ and here
)");
}

TEST_CASE("marks without words share a row unless they meet") {
  Diagnostics list;
  const Source& source = list.sources().add("a.nurture", "a and b or c");
  auto d = finding(span_of(source, "or"), "which first?");
  d.labels = {{span_of(source, "and"), ""}, {span_of(source, "a and b"), ""}};
  list.add(d);
  CHECK(picture(list) == R"(  ┌─ a.nurture:1:9
1 │ a and b or c
  │ ------- ^^ which first?
  │   ---
)");
}

TEST_CASE("a label in another file gets a snippet of its own") {
  Diagnostics list;
  const Source& main = list.sources().add("main.nurture", "segment x = lead.a\n");
  const Source& other = list.sources().add("vocabulary.nurture", "lead {\n  b: int\n  a: int?\n}\n");
  auto d = finding(span_of(main, "lead.a"), "may be missing");
  d.labels = {{span_of(other, "a: int?"), "declared here"}, {span_of(other, "b: int"), ""}};
  d.notes = {"first line\nsecond line"};
  list.add(d);
  CHECK(picture(list) == R"(  ┌─ main.nurture:1:13
1 │ segment x = lead.a
  │             ^^^^^^ may be missing
  ┌─ vocabulary.nurture:2:3
2 │   b: int
  │   ------
3 │   a: int?
  │   ------- declared here
  │
  = first line
    second line
)");
}

TEST_CASE("an empty span has one caret, at the end of the file too") {
  CHECK(picture_of("one two", 4, 4, "here") == "  ┌─ a.nurture:1:5\n1 │ one two\n  │     ^ here\n");
  CHECK(picture_of("one", 3, 3, "more") == "  ┌─ a.nurture:1:4\n1 │ one\n  │    ^ more\n");
  CHECK(picture_of("one\n", 4, 4, "more") == "  ┌─ a.nurture:2:1\n2 │\n  │ ^ more\n");
  CHECK(picture_of("one", 900, 950, "more") == "  ┌─ a.nurture:1:4\n1 │ one\n  │    ^ more\n");
}

TEST_CASE("an empty file has a place but nothing to show") { CHECK(picture_of("", 0, 0, "words") == "  ┌─ a.nurture\n"); }

TEST_CASE("a finding in no file has no place") {
  Diagnostics list;
  auto d = finding({0, 0, 0});
  d.message = "cannot read `missing.nurture`";
  d.notes = {"no such file"};
  d.help = "give the name of a file";
  list.add(d);
  CHECK(picture(list) == "  = no such file\nhelp: give the name of a file\n");
  CHECK(list.position({0, 0, 0}).line == 0);
  CHECK(list.file_name({0, 0, 0}).empty());
  CHECK_FALSE(list.render_json().empty());
  CHECK_FALSE(list.render_sarif().empty());
}

TEST_CASE("a span over several lines is marked where it begins and where it ends") {
  const std::string text = "day 0: {\n  send a\n  send b\n}\nrest\n";
  CHECK(picture_of(text, 7, 28, "this block") == R"(  ┌─ a.nurture:1:8
1 │ day 0: {
  │        ^
4 │ }
  │ ^ this block
)");
  // The line break belongs to the line it ends.
  CHECK(picture_of(text, 0, 9, "one line") == "  ┌─ a.nurture:1:1\n1 │ day 0: {\n  │ ^^^^^^^^ one line\n");
  CHECK(picture_of(text, 11, 26, "two") == "  ┌─ a.nurture:2:3\n2 │   send a\n  │   ^^^^^^\n3 │   send b\n  │   ^^^^^^ two\n");
}

TEST_CASE("carriage returns are not shown") {
  CHECK(picture_of("one\r\ntwo\r\n", 5, 8, "here") == "  ┌─ a.nurture:2:1\n2 │ two\n  │ ^^^ here\n");
  CHECK(picture_of("one\r\ntwo\r\n", 3, 4, "end") == "  ┌─ a.nurture:1:4\n1 │ one\n  │    ^ end\n");
}

TEST_CASE("carets stand under tabs, wide letters, accents and control characters") {
  CHECK(picture_of("\tx = 1", 1, 2, "x") == "  ┌─ a.nurture:1:2\n1 │     x = 1\n  │     ^ x\n");
  CHECK(picture_of("a\tb", 2, 3) == "  ┌─ a.nurture:1:3\n1 │ a   b\n  │     ^\n");
  CHECK(picture_of("漢字 x", 7, 8) == "  ┌─ a.nurture:1:4\n1 │ 漢字 x\n  │      ^\n");
  CHECK(picture_of("漢字 x", 0, 6) == "  ┌─ a.nurture:1:1\n1 │ 漢字 x\n  │ ^^^^\n");
  CHECK(picture_of("e\xcc\x81 x", 4, 5) == "  ┌─ a.nurture:1:4\n1 │ e\xcc\x81 x\n  │   ^\n");
  CHECK(picture_of("a\x1b x", 1, 2) == "  ┌─ a.nurture:1:2\n1 │ a<U+001B> x\n  │  ^^^^^^^^\n");
  CHECK(picture_of("a\xff x", 3, 4) == "  ┌─ a.nurture:1:4\n1 │ a<FF> x\n  │       ^\n");
}

TEST_CASE("control characters of the source do not reach the terminal through words either") {
  Diagnostics list;
  list.sources().add("a\x1b[0m.nurture", "x");
  auto d = finding({0, 0, 1}, "caret \x1b[1m");
  d.message = "`\x1b[31m` is unknown\n";
  d.notes = {"note \a"};
  d.help = "help \x7f";
  d.labels = {{{0, 0, 1}, "label \b"}};
  d.fixes = {{{0, 0, 1}, "\x1b"}};
  list.add(d);
  const std::string text = list.render();
  CHECK(text.find_first_of("\x1b\a\b\x7f") == std::string::npos);
  CHECK(text.find("`<U+001B>[31m` is unknown<U+000A>") != std::string::npos);
}

TEST_CASE("a very long line is clipped around the caret") {
  std::string line(5'000, 'a');
  line.replace(3'000, 4, "here");
  const std::string text = picture_of(line, 3'000, 3'004, "this");
  CHECK(text == "  ┌─ a.nurture:1:3001\n1 │ …" + std::string(40, 'a') + "here" + std::string(76, 'a') + "…\n  │ " + std::string(41, ' ') +
                    "^^^^ this\n");
  // The beginning, the end, and a mark longer than the window.
  CHECK(picture_of(line, 0, 2) == "  ┌─ a.nurture:1:1\n1 │ " + std::string(120, 'a') + "…\n  │ ^^\n");
  CHECK(picture_of(line, 4'999, 5'000) == "  ┌─ a.nurture:1:5000\n1 │ …" + std::string(41, 'a') + "\n  │ " + std::string(41, ' ') + "^\n");
  CHECK(picture_of(line, 100, 4'000) ==
        "  ┌─ a.nurture:1:101\n1 │ …" + std::string(120, 'a') + "…\n  │ " + std::string(41, ' ') + std::string(80, '^') + "\n");
}

TEST_CASE("a clipped line keeps other marks at its edges") {
  Diagnostics list;
  list.sources().add("a.nurture", std::string(400, 'a'));
  auto d = finding({0, 200, 201}, "here");
  d.labels = {{{0, 0, 1}, "before"}, {{0, 399, 400}, "after"}};
  list.add(d);
  const std::string pad(41, ' ');
  CHECK(picture(list) == "  ┌─ a.nurture:1:201\n1 │ …" + std::string(120, 'a') + "…\n  │  - before\n  │ " + pad + "^ here\n  │ " +
                             std::string(121, ' ') + "- after\n");
}

TEST_CASE("clipping never cuts a letter in two") {
  std::string line;
  for (int i = 0; i < 3'000; ++i) line += "漢";
  for (std::uint32_t at = 3'000; at < 3'010; ++at) {
    const std::string text = picture_of(line, at, at + 3);
    CHECK(text.find('<') == std::string::npos);
  }
}

TEST_CASE("a fix shows the lines it changes") {
  const auto shown = [](std::string text, std::vector<nurture::Fix> fixes, std::string help = "do it") {
    Diagnostics list;
    list.sources().add("a.nurture", std::move(text));
    auto d = finding({0, 0, 1});
    d.help = std::move(help);
    d.fixes = std::move(fixes);
    list.add(d);
    const std::string report = list.render();
    return report.substr(report.find("help"));
  };
  const std::string text = "one 14 days\ntwo\nthree\nfour\nfive\nsix\n";
  CHECK(shown(text, {{{0, 4, 11}, "14d"}}) == "help: do it\n  │\n1 + │ one 14d\n");
  CHECK(shown(text, {{{0, 4, 11}, "14d"}}, "") == "help: change it like this\n  │\n1 + │ one 14d\n");
  CHECK(shown(text, {{{0, 15, 15}, "\n  new"}}) == "help: do it\n  │\n3 + │   new\n");
  CHECK(shown(text, {{{0, 12, 16}, ""}}) == "help: do it\n  │\n2 - │ two\n");
  CHECK(shown(text, {{{0, 0, 0}, "("}, {{0, 3, 3}, ")"}}) == "help: do it\n  │\n1 + │ (one) 14 days\n");
  // Two places; the second has moved down by the line that the first adds.
  CHECK(shown(text, {{{0, 22, 26}, "FOUR"}, {{0, 0, 0}, "zero\n"}}) == "help: do it\n  │\n1 + │ zero\n5 + │ FOUR\n");
  // Nothing to show: too many lines, edits that overlap, edits outside.
  CHECK(shown(text, {{{0, 0, 0}, "1\n2\n3\n4\n5\n"}}) == "help: do it\n");
  CHECK(shown(text, {{{0, 0, 5}, "x"}, {{0, 3, 8}, "y"}}) == "help: do it\n");
  CHECK(shown(text, {{{0, 0, 900}, "x"}}) == "help: do it\n");
  CHECK(shown(text, {{{7, 0, 1}, "x"}}) == "help: do it\n");
  CHECK(shown("", {{{0, 0, 0}, "nurture 1\n"}}) == "help: do it\n  │\n1 + │ nurture 1\n");
}

TEST_CASE("a fix in another file names it") {
  Diagnostics list;
  list.sources().add("a.nurture", "x");
  list.sources().add("b.nurture", "lead {\n}\n");
  auto d = finding({0, 0, 1});
  d.help = "declare it";
  d.fixes = {{{1, 7, 7}, "  x: int\n"}};
  list.add(d);
  CHECK(picture(list) == "  ┌─ a.nurture:1:1\n1 │ x\n  │ ^\nhelp: declare it\n  │\n  ┌─ b.nurture:2:1\n2 + │   x: int\n");
}

TEST_CASE("any span in any text gives a report whose rows are those of the file") {
  // A fixed pseudo-random series of texts, spans, labels and fixes, well-formed or not.
  std::uint64_t state = 88172645463325252u;
  const auto random = [&](std::uint64_t below) {
    state ^= state << 13u;
    state ^= state >> 7u;
    state ^= state << 17u;
    return static_cast<std::uint32_t>(state % below);
  };
  const std::vector<std::string> pieces{"a", "\n", "\r\n", "\t", "漢", "\xff", "é", "\xcc\x81", " ", std::string(70, 'x'), "\x1b", ""};
  for (int round = 0; round < 3'000; ++round) {
    Diagnostics list;
    std::string text;
    for (std::uint32_t i = random(40); i > 0; --i) text += pieces[random(pieces.size())];
    const std::uint64_t bound = text.size() + 5;
    const auto span = [&] { return Span{random(50) == 0 ? 1 : 0u, random(bound), random(bound)}; };
    list.sources().add("a.nurture", text);
    auto d = finding(span(), random(2) == 0 ? "" : "words");
    for (std::uint32_t i = random(4); i > 0; --i) d.labels.push_back({span(), random(2) == 0 ? "" : "label"});
    for (std::uint32_t i = random(3); i > 0; --i) d.fixes.push_back({span(), pieces[random(pieces.size())]});
    list.add(d);
    const std::string report = list.render();
    INFO(text);
    CHECK(report.find('\x1b') == std::string::npos);
    CHECK(report.back() == '\n');
    CHECK(report.find(" \n") == std::string::npos);  // no blanks at the end of a line
    if (round % 50 != 0) continue;
    CHECK_NOTHROW(nlohmann::json::parse(list.render_json()));
    CHECK_NOTHROW(nlohmann::json::parse(list.render_sarif()));
  }
}

TEST_CASE("colours come only when they are asked for") {
  Diagnostics list;
  list.sources().add("a.nurture", "x");
  auto d = finding({0, 0, 1}, "here");
  d.help = "help";
  list.add(d);
  CHECK(list.render().find('\x1b') == std::string::npos);
  const std::string colored = list.render(true);
  CHECK(colored.find("\x1b[1;31merror\x1b[0m") != std::string::npos);
  // Without the colours it is the same text.
  std::string plain;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b') {
      i = colored.find('m', i);
    } else {
      plain += colored[i];
    }
  }
  CHECK(plain == list.render());
}

TEST_CASE("a long message pushes its code to the right") {
  Diagnostics list;
  auto d = finding({0, 0, 0});
  d.message = std::string(120, 'x');
  d.name = "syntax";
  d.severity = Severity::warning;
  list.add(d);
  CHECK(list.render() == "warning: " + std::string(120, 'x') + "  NUR0100 syntax\n");
}

TEST_CASE("findings are apart by an empty line") {
  Diagnostics list;
  list.sources().add("a.nurture", "x");
  list.add(finding({0, 0, 1}));
  list.add(finding({0, 0, 1}));
  const std::string text = list.render();
  const std::string half = text.substr(0, (text.size() - 1) / 2);
  CHECK(text == half + "\n" + half);
}

TEST_CASE("sorting is by file and place and keeps the order of equals") {
  Diagnostics list;
  list.sources().add("a.nurture", "0123456789");
  list.sources().add("b.nurture", "0123456789");
  const auto add = [&](std::uint32_t file, std::uint32_t begin, std::string message) {
    auto d = finding({file, begin, begin + 1});
    d.message = std::move(message);
    list.add(std::move(d));
  };
  add(1, 0, "e");
  add(0, 7, "c");
  add(0, 7, "d");
  add(0, 2, "a");
  add(0, 3, "b");
  list.sort();
  std::string order;
  for (const Diagnostic& d : list.items()) order += d.message;
  CHECK(order == "abcde");
}

TEST_CASE("only errors count as errors") {
  Diagnostics list;
  CHECK(list.empty());
  auto d = finding({0, 0, 0});
  d.severity = Severity::warning;
  list.add(d);
  d.severity = Severity::note;
  list.add(d);
  CHECK_FALSE(list.has_errors());
  d.severity = Severity::error;
  list.add(d);
  CHECK(list.has_errors());
  CHECK(list.error_count() == 1);
  CHECK(list.items().size() == 3);
}

TEST_CASE("a list outlives what made it") {
  Diagnostics copy;
  {
    Diagnostics list;
    list.sources().add("a.nurture", "text");
    list.add(finding({0, 0, 4}));
    copy = list;
  }
  CHECK(copy.render().find("text") != std::string::npos);
}

namespace {

/// A warning with everything a finding can have, in a file with an awkward name.
Diagnostics rich_list() {
  Diagnostics list;
  const Source& source = list.sources().add("dir/a b#é.nurture", "é one\ntwo 14 days\n");
  list.sources().add("/elsewhere/other.nurture", "three\n");
  auto d = nurture::source::report(Code::long_duration, span_of(source, "14 days"), "a duration is one word");
  d.severity = Severity::warning;
  d.caret = "two words";
  d.labels = {{{1, 0, 5}, "see here"}};
  d.notes = {"a note"};
  d.help = "write `14d`";
  d.fixes = {{span_of(source, "14 days"), "14d"}};
  list.add(std::move(d));
  return list;
}

}  // namespace

TEST_CASE("JSON has an object per finding with every place") {
  const auto list = nlohmann::json::parse(rich_list().render_json());
  REQUIRE(list.size() == 1);
  const auto expected = nlohmann::json::parse(R"({
    "file": "dir/a b#é.nurture", "line": 2, "column": 5, "end_line": 2, "end_column": 12,
    "severity": "warning", "code": "NUR0102", "name": "long_duration", "message": "a duration is one word", "caret": "two words",
    "labels": [{"file": "/elsewhere/other.nurture", "line": 1, "column": 1, "end_line": 1, "end_column": 6, "text": "see here"}],
    "notes": ["a note"], "help": "write `14d`",
    "fixes": [{"file": "dir/a b#é.nurture", "line": 2, "column": 5, "end_line": 2, "end_column": 12, "replacement": "14d"}]
  })");
  CHECK(list[0] == expected);
  CHECK(nlohmann::json::parse(Diagnostics{}.render_json()) == nlohmann::json::array());
}

TEST_CASE("JSON and SARIF survive text that is no UTF-8") {
  Diagnostics list;
  list.sources().add("a\xff.nurture", "\xff\xfe");
  auto d = finding({0, 0, 1}, "\xff");
  d.message = "\xff";
  list.add(d);
  CHECK_NOTHROW(nlohmann::json::parse(list.render_json()));
  CHECK_NOTHROW(nlohmann::json::parse(list.render_sarif()));
}

TEST_CASE("SARIF names the tool, its rules, the place, other places and the fix") {
  const auto log = nlohmann::json::parse(rich_list().render_sarif());
  CHECK(log["version"] == "2.1.0");
  CHECK(log["$schema"].is_string());
  REQUIRE(log["runs"].size() == 1);
  const auto& run = log["runs"][0];
  CHECK(run["columnKind"] == "unicodeCodePoints");
  const auto& driver = run["tool"]["driver"];
  CHECK(driver["name"] == "nurture");
  CHECK(driver["rules"].size() == nurture::source::all_codes().size());
  REQUIRE(run["results"].size() == 1);
  const auto& result = run["results"][0];
  CHECK(result["ruleId"] == "NUR0102");
  const auto& rule = driver["rules"][result["ruleIndex"].get<std::size_t>()];
  CHECK(rule["id"] == "NUR0102");
  CHECK(rule["name"] == "long_duration");
  CHECK(rule["defaultConfiguration"]["level"] == "error");
  CHECK(rule["shortDescription"]["text"].is_string());
  CHECK(result["level"] == "warning");
  CHECK(result["message"]["text"] == "a duration is one word\ntwo words\na note\nhelp: write `14d`");
  const auto region = nlohmann::json::parse(R"({"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 12})");
  const auto& place = result["locations"][0]["physicalLocation"];
  CHECK(place["region"] == region);
  CHECK(place["artifactLocation"]["uri"] == "dir/a%20b%23%C3%A9.nurture");
  CHECK(run["artifacts"][place["artifactLocation"]["index"].get<std::size_t>()]["location"]["uri"] == "dir/a%20b%23%C3%A9.nurture");
  const auto& related = result["relatedLocations"][0];
  CHECK(related["message"]["text"] == "see here");
  CHECK(related["physicalLocation"]["artifactLocation"]["uri"] == "file:///elsewhere/other.nurture");
  const auto& change = result["fixes"][0]["artifactChanges"][0];
  CHECK(result["fixes"][0]["description"]["text"] == "write `14d`");
  CHECK(change["replacements"][0]["deletedRegion"] == region);
  CHECK(change["replacements"][0]["insertedContent"]["text"] == "14d");
  CHECK(run["invocations"][0]["executionSuccessful"] == true);
}

TEST_CASE("SARIF without findings has an empty list of results, which says that all is well") {
  const auto log = nlohmann::json::parse(Diagnostics{}.render_sarif());
  CHECK(log["runs"][0]["results"] == nlohmann::json::array());
  CHECK_FALSE(log["runs"][0]["invocations"][0].contains("toolExecutionNotifications"));
}
