// Diagnostics in SARIF 2.1.0, the exchange format of code hosts and editors. Entry point: Diagnostics::render_sarif.
// One run; the rules are all codes that nurture knows, so a viewer can link a finding to what it means.
#include <nurture/diagnostics.hpp>

#include "source/codes.hpp"
#include "source/source.hpp"

#include <nlohmann/json.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace nurture {

namespace {

using Json = nlohmann::ordered_json;

std::string_view level(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "note";
}

/// A file name as a URI reference: what could be mistaken for another part of a URI is percent-encoded.
std::string uri_of(std::string_view name) {
  constexpr std::string_view kPlain = "-._~/";
  std::string uri = !name.empty() && name.front() == '/' ? "file://" : "";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || kPlain.find(c) != std::string_view::npos)) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", byte);
    }
  }
  return uri;
}

Json artifact_location(const source::Source& source) { return {{"uri", uri_of(source.name())}, {"index", source.id()}}; }

Json region(const source::Source& source, const Span& span) {
  const LineColumn begin = source.position(span.begin);
  const LineColumn end = source.position(std::max(span.begin, span.end));
  return {{"startLine", begin.line}, {"startColumn", begin.column}, {"endLine", end.line}, {"endColumn", end.column}};
}

Json physical_location(const source::Source& source, const Span& span) {
  return {{"artifactLocation", artifact_location(source)}, {"region", region(source, span)}};
}

Json rules() {
  Json list = Json::array();
  for (const source::CodeInfo& code : source::all_codes()) {
    Json rule{{"id", code.number}, {"name", code.name}, {"shortDescription", {{"text", code.summary}}}};
    if (const auto text = source::explanation(code.number)) rule["help"] = {{"text", *text}};
    rule["defaultConfiguration"] = {{"level", level(code.severity)}};
    list.push_back(std::move(rule));
  }
  return list;
}

/// The one text that every viewer shows: the message, and below it what a person would read in a terminal.
std::string full_text(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  if (!diagnostic.caret.empty()) text += "\n" + diagnostic.caret;
  for (const std::string& note : diagnostic.notes) text += "\n" + note;
  if (!diagnostic.help.empty()) text += "\nhelp: " + diagnostic.help;
  return text;
}

/// One fix with all edits, a change per file: they belong together and are applied together.
Json fix(const source::SourceMap& sources, const Diagnostic& diagnostic) {
  Json changes = Json::array();
  for (std::uint32_t file = 0; file < sources.size(); ++file) {
    Json replacements = Json::array();
    for (const Fix& edit : diagnostic.fixes) {
      if (edit.span.file != file) continue;
      replacements.push_back({{"deletedRegion", region(sources.at(file), edit.span)}, {"insertedContent", {{"text", edit.replacement}}}});
    }
    if (replacements.empty()) continue;
    changes.push_back({{"artifactLocation", artifact_location(sources.at(file))}, {"replacements", std::move(replacements)}});
  }
  Json result;
  if (!diagnostic.help.empty()) result["description"] = {{"text", diagnostic.help}};
  result["artifactChanges"] = std::move(changes);
  return result;
}

Json result_of(const source::SourceMap& sources, const Diagnostic& diagnostic) {
  const auto codes = source::all_codes();
  const auto rule = std::find_if(codes.begin(), codes.end(), [&](const source::CodeInfo& code) { return code.number == diagnostic.code; });
  Json result{{"ruleId", diagnostic.code}};
  if (rule != codes.end()) result["ruleIndex"] = rule - codes.begin();
  result["level"] = level(diagnostic.severity);
  result["message"] = {{"text", full_text(diagnostic)}};
  result["locations"] = Json::array();
  if (diagnostic.span.file < sources.size()) {
    result["locations"].push_back({{"physicalLocation", physical_location(sources.at(diagnostic.span.file), diagnostic.span)}});
  }
  Json related = Json::array();
  for (const Label& label : diagnostic.labels) {
    if (label.span.file >= sources.size()) continue;
    Json place{{"id", related.size()}, {"physicalLocation", physical_location(sources.at(label.span.file), label.span)}};
    if (!label.text.empty()) place["message"] = {{"text", label.text}};
    related.push_back(std::move(place));
  }
  if (!related.empty()) result["relatedLocations"] = std::move(related);
  const bool has_place =
      std::any_of(diagnostic.fixes.begin(), diagnostic.fixes.end(), [&](const Fix& edit) { return edit.span.file < sources.size(); });
  if (has_place) result["fixes"] = Json::array({fix(sources, diagnostic)});
  return result;
}

/// How the run went; also the place to say that the list is not complete.
Json invocation(std::size_t dropped) {
  Json result{{"executionSuccessful", true}};
  if (dropped > 0) {
    const std::string text = fmt::format("{} further finding{} not shown", dropped, dropped == 1 ? "" : "s");
    result["toolExecutionNotifications"] = Json::array({Json{{"level", "note"}, {"message", {{"text", text}}}}});
  }
  return result;
}

}  // namespace

std::string Diagnostics::render_sarif() const {
  Json artifacts = Json::array();
  for (std::uint32_t file = 0; file < sources_->size(); ++file) {
    artifacts.push_back({{"location", {{"uri", uri_of(sources_->at(file).name())}}}, {"sourceLanguage", "nurture"}});
  }
  Json results = Json::array();
  for (const Diagnostic& item : items_) results.push_back(result_of(*sources_, item));

  Json run;
  run["tool"] = {{"driver", {{"name", "nurture"}, {"rules", rules()}}}};
  run["invocations"] = Json::array({invocation(dropped_)});
  run["columnKind"] = "unicodeCodePoints";
  run["artifacts"] = std::move(artifacts);
  run["results"] = std::move(results);
  const Json log{
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace nurture
