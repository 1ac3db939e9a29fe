// Entry point: Report.
#include "lint/report.hpp"

#include "syntax/parse.hpp"

#include <utility>

namespace nurture::lint {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_comment(std::string_view line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line.starts_with('#') || line.starts_with("//");
}

}  // namespace

void Report::add(const Finding& finding, const ast::Instance* instance) {
  Diagnostic diagnostic = finding.diagnostic();
  if (!said_.emplace(diagnostic.code, diagnostic.span.file, diagnostic.span.begin).second) return;
  if (instance != nullptr) diagnostic.labels.push_back({instance->name.span, "of " + quoted(instance->name.text) + ", made here"});
  found_.push_back(std::move(diagnostic));
}

std::string_view Report::text(std::uint32_t file) const {
  if (file >= sources_.size()) return {};
  const source::Source& source = sources_.at(file);
  return syntax::spelling_of(source.name()) == syntax::Spelling::text ? source.text() : std::string_view();
}

std::uint32_t Report::end_of(Span span) const {
  const source::Source& source = sources_.at(span.file);
  const std::string_view text = source.text();
  std::uint32_t end = span.end;
  while (end > span.begin) {
    const std::uint32_t line = std::max(span.begin, source.line_begin(source.line_at(end)));
    if (is_blank(text[end - 1]))
      --end;
    else if (line > span.begin && is_comment(text.substr(line, end - line)))
      end = line;
    else
      break;
  }
  return end;
}

std::string quoted(std::string_view text) {
  std::string out = "`";
  out += text;
  out += '`';
  return out;
}

bool is_plan(const model::Sequence& sequence) {
  return !sequence.is_triggers && sequence.stream == nullptr && sequence.broadcast == nullptr;
}

bool can_end_early(const model::Sequence& sequence) {
  const ast::Sequence& node = *sequence.node;
  return !node.goals.empty() || !node.exits.empty() || !node.stays.empty() || !node.suppressions.empty();
}

}  // namespace nurture::lint
