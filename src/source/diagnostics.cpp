// The list of findings. Entry point: Diagnostics::add. How a list is shown is decided in render_human.cpp,
// render_json.cpp and render_sarif.cpp.
#include <nurture/diagnostics.hpp>
#include <nurture/limits.hpp>

#include "source/source.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace nurture {

Diagnostics::Diagnostics() : sources_(std::make_shared<source::SourceMap>()) {}

void Diagnostics::add(Diagnostic diagnostic) {
  if (const Span* use = sources_->used_at(diagnostic.span.file)) {
    diagnostic.notes.push_back("`" + std::string(file_name(diagnostic.span)) + "` is used by `" + std::string(file_name(*use)) +
                               "`, line " + std::to_string(position(*use).line));
  }
  const bool is_error = diagnostic.severity == Severity::error;
  if (is_error) ++errors_;
  if (items_.size() < limits::kDiagnostics) {
    items_.push_back(std::move(diagnostic));
    return;
  }
  ++dropped_;
  if (!is_error) return;
  // What keeps the program from being built must be seen: an error takes the place of the last lesser finding.
  const auto lesser = std::find_if(items_.rbegin(), items_.rend(), [](const Diagnostic& d) { return d.severity != Severity::error; });
  if (lesser == items_.rend()) return;
  items_.erase(std::next(lesser).base());
  items_.push_back(std::move(diagnostic));
}

void Diagnostics::sort() {
  std::stable_sort(items_.begin(), items_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.file, a.span.begin) < std::tie(b.span.file, b.span.begin);
  });
}

LineColumn Diagnostics::position(const Span& span) const {
  return span.file < sources_->size() ? sources_->at(span.file).position(span.begin) : LineColumn{};
}

std::string_view Diagnostics::file_name(const Span& span) const {
  return span.file < sources_->size() ? std::string_view(sources_->at(span.file).name()) : std::string_view();
}

}  // namespace nurture
