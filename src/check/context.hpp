// What every pass of one check() shares: the model being filled, the list of findings, and the ways to report.
// Entry point: Context. Private to src/check.
//
// A Finding is a Diagnostic under construction; its setters chain. Fixes are added only where the bytes of the file
// are what the tree says, because a YAML scalar with escapes has no exact place for what is inside it.
#pragma once

#include "check/gaps.hpp"
#include "check/model.hpp"
#include "check/names.hpp"
#include "check/scope.hpp"
#include "source/codes.hpp"

#include <nurture/limits.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture::check {

using source::Code;

class Finding {
 public:
  Finding(Code code, Span span, std::string message) : diagnostic_(source::report(code, span, std::move(message))) {}

  Finding& caret(std::string text) {
    diagnostic_.caret = std::move(text);
    return *this;
  }
  Finding& label(Span span, std::string text) {
    diagnostic_.labels.push_back({span, std::move(text)});
    return *this;
  }
  Finding& note(std::string text) {
    diagnostic_.notes.push_back(std::move(text));
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

/// Words for a kind of name: "event" with "is declared by `event NAME`".
struct Noun {
  std::string_view what;     ///< "event", "step of `welcome`"
  std::string_view declare;  ///< What declares one, for the help: "event NAME"; may be empty.
};

/// Why the engine cannot tell when a condition next changes, and where.
struct ClockTrouble {
  const ast::Expr* part = nullptr;   ///< What reads the clock.
  const ast::Expr* whole = nullptr;  ///< The comparison or question around it.
  std::string why;
  std::string help;
  model::Id segment = model::kNone;  ///< The segment whose condition it is, when it is not the condition's own.
};

class Context {
 public:
  Context(model::Model& filled, Diagnostics& list, const Options& chosen)
      : model(filled), diagnostics(list), options(chosen), gaps_(filled, list) {}

  model::Model& model;
  Diagnostics& diagnostics;
  const Options& options;

  /// Reports, unless it may be no more than the consequence of something that could not be read. What is found in a
  /// sequence of a family is said once, with the place that made it.
  void add(const Finding& finding);

  /// Whether more findings would be dropped: then suggestions, which cost time, are not looked for.
  [[nodiscard]] bool is_full() const { return diagnostics.error_count() >= limits::kDiagnostics; }

  /// NUR0201 (or another code): a name that is declared nowhere, with the nearest candidate. Absent names (left by a
  /// syntax error) are passed over.
  template <class T>
  void unknown(Span span, std::string_view name, const Noun& noun, const std::vector<T>& candidates, Code code = Code::unknown_name) {
    report_unknown(span, name, noun, is_full() ? std::vector<std::string_view>() : names_of(candidates), code);
  }
  template <class T>
  void unknown(const ast::Name& name, const Noun& noun, const std::vector<T>& candidates, Code code = Code::unknown_name) {
    unknown(name.span, name.text, noun, candidates, code);
  }
  /// NUR0206 with the first declaration as label.
  void duplicate(Span span, std::string_view what, Span first);
  /// NUR0206 for each item after the first of a list that may hold one.
  template <class T>
  void at_most_one(const std::vector<T>& items, std::string_view what) {
    for (std::size_t i = 1; i < items.size(); ++i) {
      add(Finding(Code::duplicate_name, items[i].span, std::string(what) + " is said twice").label(items[0].span, "said here first"));
    }
  }

  /// The bytes of a span; empty when the file is unknown.
  [[nodiscard]] std::string_view bytes(Span span) const;
  [[nodiscard]] bool is_exact(Span span, std::string_view text) const { return bytes(span) == text; }
  /// The last bytes of a span when they spell `text`, else the whole span: the `phone` of `lead.phone`.
  [[nodiscard]] Span tail(Span span, std::string_view text) const;
  /// Whether a place stands in a file of the text spelling, where whole statements can be inserted.
  [[nodiscard]] bool is_text_spelling(Span span) const;
  /// The words for the spelling of the file in which a place stands.
  [[nodiscard]] std::string in_spelling_of(Span span, std::string text, std::string yaml) const {
    return is_text_spelling(span) ? std::move(text) : std::move(yaml);
  }
  /// An empty span where something can be inserted.
  [[nodiscard]] static Span before(Span span) { return {span.file, span.begin, span.begin}; }
  [[nodiscard]] static Span behind(Span span) { return {span.file, span.end, span.end}; }

  /// Anchors that have a value in every enrolment, found before anything that asks for them.
  std::set<const ast::Anchor*> anchors_always_known;
  /// Policies reported as closed all week: what adds to them is not reported again.
  std::set<const ast::Policy*> policies_that_never_open;
  /// Whose sequence is being looked at; nullptr where it is of no family.
  const ast::Instance* instance = nullptr;
  /// A sequence of a family, and the values that are put in the place of its parameters when it has been looked at.
  struct Copy {
    std::shared_ptr<ast::Sequence> sequence;
    std::map<std::string, ast::Expr, std::less<>> values;
  };
  std::vector<Copy> copies;
  std::size_t family_bytes = 0;  ///< Of all copies so far.
  /// Texts of families that cannot be read, which was reported.
  std::set<std::pair<std::uint32_t, std::uint32_t>> unreadable_texts;
  /// Instances whose arguments are wrong, which was reported: what they make is not looked at.
  std::set<const ast::Instance*> broken_instances;
  /// Sequences that some `move to` or `enroll in` enters.
  std::set<std::string_view> entered_elsewhere;
  /// Each is a sequence of its own in the program.
  std::size_t digests = 0;
  /// By segment: what is known once it turned out false, and true; and why it cannot be scheduled.
  std::vector<std::array<Facts, 2>> segment_facts;
  std::vector<std::optional<ClockTrouble>> segment_trouble;
  /// Segments whose trouble was reported already: one mistake, one message.
  std::set<model::Id> reported_segments;

 private:
  void report_unknown(Span span, std::string_view name, const Noun& noun, const std::vector<std::string_view>& candidates, Code code);

  Gaps gaps_;
  std::set<std::string> said_of_families_;
};

/// While it lives, findings are those of a sequence, which may be one of a family.
class LookingAt {
 public:
  LookingAt(Context& context, const ast::Instance* instance) : context_(context), before_(context.instance) { context.instance = instance; }
  ~LookingAt() { context_.instance = before_; }
  LookingAt(const LookingAt&) = delete;
  LookingAt& operator=(const LookingAt&) = delete;

 private:
  Context& context_;
  const ast::Instance* before_;
};

/// Whether a length of time was written and is none; absent ones (left by a syntax error) are passed over.
[[nodiscard]] inline bool is_zero(const ast::Duration& duration) {
  return !duration.text.empty() && duration.months == 0 && duration.days == 0 && duration.seconds == 0;
}
/// NUR0320 for a length beyond limits::kOffsetDays.
void check_length(Context& context, const ast::Duration& duration);
/// NUR0110 for a count beyond limits::kCountedPerWindow. `what` is "a cap" or the like.
void check_counted(Context& context, const ast::Integer& count, std::string_view what);
[[nodiscard]] std::string quoted(std::string_view text);  ///< `text` in backticks

}  // namespace nurture::check
