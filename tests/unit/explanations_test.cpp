// The examples of `nurture explain` are held to what they say: the compiler finds the fault in each wrong one, and none
// in the right one, which stands in the usual form.
#include "support/catch.hpp"

#include "check/model.hpp"
#include "lint/lint.hpp"
#include "source/codes.hpp"
#include "source/source.hpp"
#include "support/golden.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <nurture/nurture.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace source = nurture::source;
using nurture::Diagnostics;

namespace {

/// What the examples speak of without declaring it.
constexpr std::string_view kVocabulary = R"(nurture 1
lead {
  city:        string = ""
  folder:      string = ""
  visits:      int = 0
  is_customer: bool = false
  employee:    bool = false
  email:       string?
  country:     string?
  plan:        enum(free, pro)?
  birthday:    date?
}
event signup
event order.placed { amount: number }
event page.view { path: string }
event email.open
event email.click
event email.unsubscribed
message welcome "Welcome" { channel email category marketing subject "Welcome" }
message nudge "Nudge" { channel sms category marketing template "nudge" }
message reminder "Reminder" { channel email category marketing subject "A reminder" }
)";

/// The subject of the examples that are tests of a sequence.
constexpr std::string_view kHello = "sequence hello { enroll on signup day 0: send welcome day 3 at 09:00: send reminder }\n";

/// Faults that are found when files are opened or written, or in customer data, and not by parse() and check(). Those of
/// data have a test of their own below.
constexpr std::array<std::string_view, 12> kFoundElsewhere{"NUR0001", "NUR0002", "NUR0003", "NUR0005", "NUR0007", "NUR0008",
                                                           "NUR0009", "NUR0010", "NUR0511", "NUR0801", "NUR0802", "NUR0803"};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The lines between `from` and `to`, without their indent.
std::string example(std::string_view explanation, std::string_view from, std::string_view to) {
  std::size_t at = explanation.find(from) + from.size();
  const std::size_t end = to.empty() ? explanation.size() : explanation.find(to);
  std::string text;
  while (at < end) {
    const std::size_t line_end = std::min(explanation.find('\n', at), end);
    if (line_end > at + 2) text.append(explanation.substr(at + 2, line_end - at - 2));
    text += '\n';
    at = line_end + 1;
  }
  return text;
}

std::string name_of(const std::string& text) { return has(text, "nurture: 1") ? "example.nurture.yaml" : "example.nurture"; }

/// What the formatter makes of an example.
std::string formatted(const std::string& text) {
  Diagnostics found;
  const auto result = nurture::syntax::format(found.sources().add(name_of(text), text), found);
  REQUIRE(result);
  return *result;
}

/// What happens to lines of customer data, in the code that explains it; empty when all of them are taken.
std::string fate_of(const std::string& lines) {
  const auto built = nurture::compile_text("vocabulary.nurture", std::string(kVocabulary));
  REQUIRE(built.ok());
  nurture::ManualClock clock{"2026-03-03T08:00:00Z"};
  nurture::Engine engine{built.program(), clock};
  nurture::Instant last = nurture::Instant::min();
  for (const std::string_view line : nurture::test::lines_of(lines)) {
    std::string problem;
    const auto read = nurture::read_input_line(line, problem);
    if (!read) return "NUR0801";
    if (read->received < last) return "NUR0803";
    if (!nurture::post_input(engine, *read).ok()) return "NUR0802";
    last = read->received;
  }
  return {};
}

/// What is found in an example; of lints only the one that it is an example of, and nothing in the vocabulary.
Diagnostics findings_in(const std::string& text, const source::CodeInfo& code) {
  Diagnostics found;
  std::vector<std::shared_ptr<const nurture::ast::File>> files;
  const auto add = [&](std::string name, std::string content) {
    const source::Source& file = found.sources().add(std::move(name), std::move(content));
    files.push_back(std::make_shared<const nurture::ast::File>(nurture::syntax::parse(file, found)));
  };
  add(name_of(text), text);
  add("vocabulary.nurture", std::string(kVocabulary) + (has(text, "for hello") ? std::string(kHello) : std::string()));
  if (found.has_errors()) return found;
  const nurture::model::Model model = nurture::check::check(std::move(files), found);
  if (code.severity == nurture::Severity::error) return found;
  nurture::lint::Levels levels;
  for (const source::CodeInfo& other : source::all_codes()) {
    if (other.name != code.name) levels.emplace(other.name, nurture::lint::Level::allow);
  }
  nurture::lint::run(model, found, levels);
  Diagnostics here;
  for (const nurture::Diagnostic& d : found.items()) {
    if (d.span.file == 0) here.add(d);
  }
  return here;
}

}  // namespace

TEST_CASE("the wrong example of each code has that fault and the right one has none") {
  for (const source::CodeInfo& code : source::all_codes()) {
    const std::string_view text = source::explanation(code.number).value_or("");
    const std::string right = example(text, "right:\n", "");
    if (right.starts_with("{\"type\"")) continue;  // customer data
    const Diagnostics in_right = findings_in(right, code);
    INFO(code.number << " " << code.name << ", right example:\n" << in_right.render());
    CHECK(in_right.empty());
    CHECK(nurture::test::difference(formatted(right), right) == "");
    if (std::find(kFoundElsewhere.begin(), kFoundElsewhere.end(), code.number) != kFoundElsewhere.end()) continue;
    const Diagnostics in_wrong = findings_in(example(text, "wrong:\n", "right:\n"), code);
    INFO("wrong example:\n" << in_wrong.render());
    const auto& items = in_wrong.items();
    // The grammar itself asks for the `else` of an anchor, and may say so before the rule behind it is reached.
    if (code.number == "NUR0313" && !items.empty() && items[0].code == "NUR0100") continue;
    CHECK(std::any_of(items.begin(), items.end(), [&](const nurture::Diagnostic& d) { return d.code == code.number; }));
    CHECK(items.size() == 1);
  }
}

TEST_CASE("the examples of customer data are refused and taken as they say") {
  std::size_t tried = 0;
  for (const source::CodeInfo& code : source::all_codes()) {
    const std::string_view text = source::explanation(code.number).value_or("");
    const std::string right = example(text, "right:\n", "");
    if (!right.starts_with("{\"type\"")) continue;
    INFO(code.number);
    CHECK(fate_of(right) == "");
    CHECK(fate_of(example(text, "wrong:\n", "right:\n")) == code.number);
    ++tried;
  }
  CHECK(tried == 3);
}
