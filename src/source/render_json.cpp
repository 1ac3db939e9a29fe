// Diagnostics for programs. Entry point: Diagnostics::render_json. One array, an object per finding; every place is
// given as file, line, column, end_line and end_column, 1-based, in code points.
#include <nurture/diagnostics.hpp>

#include "source/source.hpp"

#include <nlohmann/json.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace nurture {

namespace {

using Json = nlohmann::ordered_json;

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "note";
}

/// Adds the place to `object`; a place in no file adds nothing.
void add_place(Json& object, const source::SourceMap& sources, const Span& span) {
  if (span.file >= sources.size()) return;
  const source::Source& source = sources.at(span.file);
  const LineColumn begin = source.position(span.begin);
  const LineColumn end = source.position(std::max(span.begin, span.end));
  object["file"] = source.name();
  object["line"] = begin.line;
  object["column"] = begin.column;
  object["end_line"] = end.line;
  object["end_column"] = end.column;
}

Json to_json(const source::SourceMap& sources, const Diagnostic& diagnostic) {
  Json object;
  add_place(object, sources, diagnostic.span);
  object["severity"] = word(diagnostic.severity);
  object["code"] = diagnostic.code;
  object["name"] = diagnostic.name;
  object["message"] = diagnostic.message;
  object["caret"] = diagnostic.caret;
  object["labels"] = Json::array();
  for (const Label& label : diagnostic.labels) {
    Json entry;
    add_place(entry, sources, label.span);
    entry["text"] = label.text;
    object["labels"].push_back(std::move(entry));
  }
  object["notes"] = diagnostic.notes;
  object["help"] = diagnostic.help;
  object["fixes"] = Json::array();
  for (const Fix& fix : diagnostic.fixes) {
    Json entry;
    add_place(entry, sources, fix.span);
    entry["replacement"] = fix.replacement;
    object["fixes"].push_back(std::move(entry));
  }
  return object;
}

}  // namespace

std::string Diagnostics::render_json() const {
  Json list = Json::array();
  for (const Diagnostic& item : items_) list.push_back(to_json(*sources_, item));
  if (dropped_ > 0) {
    Diagnostic closing;
    closing.severity = Severity::note;
    closing.message = fmt::format("{} further finding{} not shown", dropped_, dropped_ == 1 ? "" : "s");
    closing.span.file = static_cast<std::uint32_t>(sources_->size());
    list.push_back(to_json(*sources_, closing));
  }
  // A text that is not UTF-8 is itself a finding; its bytes are replaced here instead of ending the report.
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace nurture
