// Checks definitions in tests and shows the findings one a line. Entry points: findings(), check_rows().
//
// A snippet is checked together with a vocabulary that stands in a file of its own, so that line and column in the
// expectations are those of the snippet.
#pragma once

#include "support/catch.hpp"

#include "check/model.hpp"
#include "source/source.hpp"
#include "syntax/parse.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture::test {

/// What snippets speak of without declaring it.
inline constexpr std::string_view kVocabulary = R"(nurture 1
lead {
  tz: string = "UTC"
  email: string?
  phone: string?
  first_name: string?
  status: enum(new, open, disqualified) = "new"
  plan: enum(free, pro)?
  country: string = "PT"
  age: int?
  visits: int = 0
  share: number = 0.5
  is_customer: bool = false
  vip: bool?
  born: date?
  trial_ends_at: datetime?
  patience: duration = 36h
  tags: list<string>?
}
event signup { plan: enum(free, pro) source: string? }
event order.placed as "Order Completed" { amount: number currency: string }
event order.refunded { amount: number reason: string? }
event page.view { path: string intent: enum(low, high)? }
event email.open
event email.click { link: string }
event email.unsubscribed
event webinar.registered { webinar_id: string starts_at: datetime? }
event webinar.attended { webinar_id: string }
message welcome "Welcome" { channel email category marketing subject "Welcome" }
message reminder "Reminder" { channel email, sms category marketing subject "A reminder" }
)";

struct Checked {
  Diagnostics diagnostics;
  model::Model model;
};

/// Checks a text, by default with the vocabulary. A text with syntax errors fails the test.
inline Checked checked(std::string text, bool with_vocabulary = true, const check::Options& options = {},
                       std::string name = "test.nurture") {
  Checked out;
  std::vector<std::shared_ptr<const ast::File>> files;
  const auto add = [&](std::string file, std::string content) {
    const source::Source& added = out.diagnostics.sources().add(std::move(file), std::move(content));
    files.push_back(std::make_shared<const ast::File>(syntax::parse(added, out.diagnostics)));
  };
  add(std::move(name), std::move(text));
  if (with_vocabulary) add("vocabulary.nurture", std::string(kVocabulary));
  INFO(out.diagnostics.render());
  REQUIRE_FALSE(out.diagnostics.has_errors());
  out.model = check::check(std::move(files), out.diagnostics, options);
  out.diagnostics.sort();
  return out;
}

/// "NUR0203 3:12 `lead.phone` is used without ..." for each finding, in the order of the text.
inline std::vector<std::string> lines_of_findings(const Diagnostics& diagnostics) {
  std::vector<std::string> lines;
  for (const Diagnostic& item : diagnostics.items()) {
    const LineColumn at = diagnostics.position(item.span);
    lines.push_back(item.code + ' ' + std::to_string(at.line) + ':' + std::to_string(at.column) + ' ' + item.message);
  }
  return lines;
}

inline std::vector<std::string> findings(std::string text) { return lines_of_findings(checked(std::move(text)).diagnostics); }

/// The text with all fixes of its findings in it applied, last place first.
inline std::string with_fixes(const std::string& text) {
  const Checked result = checked(text);
  std::vector<Fix> fixes;
  for (const Diagnostic& item : result.diagnostics.items()) {
    for (const Fix& fix : item.fixes) {
      if (fix.span.file == 0) fixes.push_back(fix);
    }
  }
  std::stable_sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.span.begin > b.span.begin; });
  std::string fixed = text;
  for (const Fix& fix : fixes) fixed.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
  return fixed;
}

/// A text and what is found in it; nothing found when `expected` is empty.
struct Row {
  std::string text;
  std::vector<std::string> expected;
};

inline void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const Checked result = checked(row.text);
    INFO(row.text);
    INFO(result.diagnostics.render());
    CHECK(lines_of_findings(result.diagnostics) == row.expected);
  }
}

}  // namespace nurture::test
