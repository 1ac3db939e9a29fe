// What nurture says about an author's files: diagnostics are values with a place, a reason and a fix.
//
//   auto built = nurture::compile_files({"welcome.nurture"});
//   if (!built.ok()) std::fputs(built.diagnostics().render().c_str(), stderr);
//
// A Diagnostics list owns the texts it points into, so it can be kept, copied and rendered after the
// compiler that made it is gone. Const methods are safe from several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nurture {

namespace source {
class SourceMap;
}

/// How serious a diagnostic is. Only `error` keeps a program from being built.
enum class Severity : std::uint8_t { error, warning, note };

/// A half-open range of bytes of one source file. `file` is an index into the list's sources.
struct Span {
  std::uint32_t file = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend bool operator==(const Span&, const Span&) = default;
};

/// A second place that matters, e.g. the other half of a contradiction, with a few words for it.
struct Label {
  Span span;
  std::string text;
};

/// A replacement that makes the diagnostic go away when applied exactly as given.
struct Fix {
  Span span;
  std::string replacement;
};

/// One finding. Messages are in the author's words, lower case, without a full stop.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  ///< Stable, e.g. "NUR0203"; `nurture explain` has a long text for each.
  std::string name;  ///< Stable, e.g. "unguarded_optional".
  std::string message;
  Span span;
  std::string caret;          ///< Words beside the caret, may be empty.
  std::vector<Label> labels;  ///< Other places.
  std::vector<std::string> notes;
  std::string help;        ///< One line that can be applied, may be empty.
  std::vector<Fix> fixes;  ///< Edits that carry out `help`, may be empty.
};

/// A 1-based line and column; columns count Unicode code points.
struct LineColumn {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// An ordered list of findings together with the sources they point into.
class Diagnostics {
 public:
  Diagnostics();

  void add(Diagnostic diagnostic);

  /// True when the list holds at least one error.
  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] std::size_t error_count() const { return errors_; }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] const std::vector<Diagnostic>& items() const { return items_; }
  /// Findings beyond limits::kDiagnostics, which are counted (errors in error_count() too) but not kept.
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

  /// Sorts by file and place, stable, so that the order of passes does not show.
  void sort();

  /// Text for people: the source line, a caret, labels, one help line. `color` adds ANSI colours.
  [[nodiscard]] std::string render(bool color = false) const;
  /// One JSON array, an object per finding with file, line, column, code, message, labels, fixes.
  [[nodiscard]] std::string render_json() const;
  /// SARIF 2.1.0, which code hosts show beside a change.
  [[nodiscard]] std::string render_sarif() const;

  [[nodiscard]] LineColumn position(const Span& span) const;
  [[nodiscard]] std::string_view file_name(const Span& span) const;

  /// The texts that spans point into; internal.
  [[nodiscard]] source::SourceMap& sources() { return *sources_; }
  [[nodiscard]] const source::SourceMap& sources() const { return *sources_; }

 private:
  std::vector<Diagnostic> items_;
  std::size_t errors_ = 0;
  std::size_t dropped_ = 0;
  std::shared_ptr<source::SourceMap> sources_;
};

}  // namespace nurture
