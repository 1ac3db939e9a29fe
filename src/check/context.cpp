// Reporting shared by all passes. Entry point: Context.
#include "check/context.hpp"

#include "source/source.hpp"
#include "syntax/parse.hpp"

#include <algorithm>
#include <cstdlib>

namespace nurture::check {

namespace {
/// More names than this are no help in one line.
constexpr std::size_t kNamesListed = 6;
}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "`";
  out += text;
  out += '`';
  return out;
}

std::string enumerate(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += quoted(names[i]);
  }
  return out;
}

void check_length(Context& context, const ast::Duration& duration) {
  constexpr std::int64_t kDaysPerMonth = 31;
  constexpr std::int64_t kSecondsPerDay = 24 * 60 * 60;
  constexpr std::int64_t kMany = limits::kOffsetDays + 1;  // keeps the sum within bounds whatever was written
  const std::int64_t days = std::min(std::abs(duration.months), kMany) * kDaysPerMonth + std::min(std::abs(duration.days), kMany) +
                            std::abs(duration.seconds) / kSecondsPerDay;
  if (days <= limits::kOffsetDays) return;
  context.add(Finding(Code::bad_offset, duration.span, "this is further away than " + std::to_string(limits::kOffsetDays) + " days"));
}

void check_counted(Context& context, const ast::Integer& count, std::string_view what) {
  if (count.value <= limits::kCountedPerWindow) return;
  context.add(Finding(Code::too_long, count.span, std::string(what) + " counts up to " + std::to_string(limits::kCountedPerWindow)));
}

void Context::add(const Finding& finding) {
  if (gaps_.explain(finding.diagnostic())) return;
  if (instance == nullptr) return diagnostics.add(finding.diagnostic());
  Diagnostic diagnostic = finding.diagnostic();
  // The same words about another sequence of the family are the same mistake.
  std::string said = diagnostic.message;
  const std::string name = quoted(instance->name.text);
  for (std::size_t at = said.find(name); at != std::string::npos; at = said.find(name)) said.erase(at, name.size());
  const Span& span = diagnostic.span;
  said += ' ' + diagnostic.code + ' ' + std::to_string(span.file) + ' ' + std::to_string(span.begin) + ' ' + std::to_string(span.end);
  if (!said_of_families_.insert(std::move(said)).second) return;
  const Span& made = instance->span;
  const bool is_there = span.file == made.file && made.begin <= span.begin && span.end <= made.end;
  if (!is_there) diagnostic.labels.push_back({instance->name.span, "of " + name + ", made here"});
  diagnostics.add(std::move(diagnostic));
}

void Context::report_unknown(Span span, std::string_view name, const Noun& noun, const std::vector<std::string_view>& candidates,
                             Code code) {
  if (name.empty()) return;
  Finding finding(code, span, "there is no " + std::string(noun.what) + ' ' + quoted(name));
  const std::string_view near = source::nearest(name, candidates);
  if (!near.empty()) {
    finding.caret("did you mean " + quoted(near) + '?').help("write " + quoted(near));
    if (is_exact(span, name)) finding.fix(span, std::string(near));
  } else if (!candidates.empty() && candidates.size() <= kNamesListed) {
    finding.help((candidates.size() == 1 ? "there is " : "there are ") + enumerate(candidates));
  } else if (!noun.declare.empty()) {
    finding.help("declare it: `" + std::string(noun.declare) + '`');
  }
  add(finding);
}

void Context::duplicate(Span span, std::string_view what, Span first) {
  add(Finding(Code::duplicate_name, span, std::string(what) + " is declared twice").label(first, "declared here first"));
}

std::string_view Context::bytes(Span span) const {
  const auto& sources = std::as_const(diagnostics).sources();
  if (span.file >= sources.size()) return {};
  const std::string_view text = sources.at(span.file).text();
  if (span.begin > span.end || span.end > text.size()) return {};
  return text.substr(span.begin, span.end - span.begin);
}

bool Context::is_text_spelling(Span span) const {
  const auto& sources = std::as_const(diagnostics).sources();
  return span.file < sources.size() && syntax::spelling_of(sources.at(span.file).name()) == syntax::Spelling::text;
}

Span Context::tail(Span span, std::string_view text) const {
  if (span.end - span.begin < text.size()) return span;
  const Span narrow{span.file, span.end - static_cast<std::uint32_t>(text.size()), span.end};
  return is_exact(narrow, text) ? narrow : span;
}

}  // namespace nurture::check
