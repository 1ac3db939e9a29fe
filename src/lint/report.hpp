// What lints share: where they report, and the words and places they use. Entry point: Report. Private to src/lint.
#pragma once

#include "check/model.hpp"
#include "source/lint_codes.hpp"
#include "source/source.hpp"

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nurture::lint {

using model::Id;
using model::kNone;
using Code = source::LintCode;

/// A Diagnostic under construction; its setters chain.
class Finding {
 public:
  Finding(Code code, Span span, std::string message) : diagnostic_(source::report(code, span, std::move(message))) {}

  Finding& label(Span span, std::string text) {
    diagnostic_.labels.push_back({span, std::move(text)});
    return *this;
  }
  Finding& help(std::string text) {
    diagnostic_.help = std::move(text);
    return *this;
  }
  Finding& fix(Span span, std::string replacement) {
    diagnostic_.fixes.push_back({span, std::move(replacement)});
    return *this;
  }

  [[nodiscard]] const Diagnostic& diagnostic() const { return diagnostic_; }

 private:
  Diagnostic diagnostic_;
};

class Report {
 public:
  explicit Report(const source::SourceMap& sources) : sources_(sources) {}

  void add(const Finding& finding) { add(finding, nullptr); }
  /// About a sequence: one of a family is named, and what holds for several of the same family is said once.
  void add(const Finding& finding, const model::Sequence& sequence) { add(finding, sequence.instance); }

  [[nodiscard]] std::vector<Diagnostic> take() { return std::move(found_); }

  /// The bytes of a file in the text spelling, where whole statements can be moved and inserted; empty for YAML.
  [[nodiscard]] std::string_view text(std::uint32_t file) const;
  /// Whether a file was named itself, rather than found by a `use`. What such a file declares may serve others.
  [[nodiscard]] bool is_named(std::uint32_t file) const { return sources_.used_at(file) == nullptr; }
  /// The end of the last word in a span: some reach over the blanks and comments that follow.
  [[nodiscard]] std::uint32_t end_of(Span span) const;

 private:
  void add(const Finding& finding, const ast::Instance* instance);

  const source::SourceMap& sources_;
  std::vector<Diagnostic> found_;
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t>> said_;  ///< Code, file, place.
};

[[nodiscard]] std::string quoted(std::string_view text);  ///< `text` in backticks

/// Sequences that an author wrote as such: no triggers, no broadcasts, no streams.
[[nodiscard]] bool is_plan(const model::Sequence& sequence);
/// Whether a condition or an event can end a run at any time.
[[nodiscard]] bool can_end_early(const model::Sequence& sequence);

}  // namespace nurture::lint
