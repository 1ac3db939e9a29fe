// Findings that only follow from a fault of the text stay silent. Entry point: Gaps::explain().
//
// The parser says which text it passed over. Every word in it may be the name of something; a name that is missed
// elsewhere and stands there as well is not reported. This is wide on purpose: a message too few comes back as soon as
// the first mistake is mended, a message too many hides it.
#include "check/gaps.hpp"

#include "source/codes.hpp"
#include "source/source.hpp"

#include <algorithm>
#include <array>

namespace nurture::check {

namespace {

using source::Code;

/// That a name means nothing, or that nobody does what a test expects.
constexpr std::array kOfNames{Code::unknown_name,  Code::bad_test,     Code::impossible_comparison, Code::channel_unavailable,
                              Code::no_enrollment, Code::not_in_scope, Code::unused_family};
/// That a declaration lacks something.
constexpr std::array kOfDeclarations{
    Code::no_category, Code::channel_unavailable, Code::no_enrollment, Code::not_in_scope, Code::bad_offset, Code::weights_sum,
    Code::tier_gap,    Code::tier_overlap,        Code::variant_sum,   Code::bad_test,     Code::lacks_part, Code::bad_experiment};
/// A file that is not there.
constexpr std::array kOfFiles{Code::file_unreadable, Code::file_too_large, Code::use_not_found, Code::use_too_deep};

template <std::size_t N>
bool is_one_of(const std::array<Code, N>& codes, const std::string& code) {
  return std::any_of(codes.begin(), codes.end(), [&](Code candidate) { return source::info(candidate).number == code; });
}

bool is_name_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

bool contains(Span outer, Span inner) { return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end; }

std::string_view bytes_of(const Diagnostics& diagnostics, Span span) {
  const auto& sources = diagnostics.sources();
  if (span.file >= sources.size()) return {};
  const std::string_view text = sources.at(span.file).text();
  if (span.begin > span.end || span.end > text.size()) return {};
  return text.substr(span.begin, span.end - span.begin);
}

/// The same text without overlaps: faults nest, and text is read once.
std::vector<Span> merged(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  std::vector<Span> out;
  for (const Span& span : spans) {
    if (!out.empty() && span.begin <= out.back().end)
      out.back().end = std::max(out.back().end, span.end);
    else
      out.push_back(span);
  }
  return out;
}

/// The spans of the declarations of a file that hold one of its gaps.
std::vector<Span> declarations_with_gaps(const ast::File& file) {
  std::vector<Span> found;
  const auto look = [&](const auto& nodes) {
    for (const auto& node : nodes) {
      const auto inside = [&](Span gap) { return contains(node.span, gap); };
      if (std::any_of(file.unread.begin(), file.unread.end(), inside)) found.push_back(node.span);
    }
  };
  look(file.events);
  look(file.field_sets);
  look(file.messages);
  look(file.pools);
  look(file.sequences);
  look(file.instances);
  look(file.triggers);
  look(file.migrations);
  look(file.streams);
  look(file.broadcasts);
  look(file.scores);
  look(file.lifecycles);
  look(file.tests);
  return found;
}

}  // namespace

Gaps::Gaps(const model::Model& model, const Diagnostics& diagnostics) : diagnostics_(diagnostics) {
  for (const Diagnostic& item : diagnostics.items()) files_missing_ = files_missing_ || is_one_of(kOfFiles, item.code);
  for (const auto& file : model.files) {
    const std::vector<Span> gaps = merged(file->unread);
    for (const Span gap : gaps) read_names(bytes_of(diagnostics, gap));
    unread_.insert(unread_.end(), gaps.begin(), gaps.end());
    const std::vector<Span> found = declarations_with_gaps(*file);
    declarations_.insert(declarations_.end(), found.begin(), found.end());
  }
}

/// Words, and dotted names whole.
void Gaps::read_names(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_name_byte(text[at])) {
      ++at;
      continue;
    }
    const std::size_t first = at;
    for (bool more = true; more;) {
      const std::size_t word = at;
      while (at < text.size() && is_name_byte(text[at])) ++at;
      names_.emplace(text.substr(word, at - word));
      more = at + 1 < text.size() && text[at] == '.' && is_name_byte(text[at + 1]);
      if (more) ++at;
    }
    names_.emplace(text.substr(first, at - first));
  }
}

bool Gaps::may_declare(Span name) const {
  std::string_view text = bytes_of(diagnostics_, name);
  const bool in_quotes = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.front() == text.back();
  if (in_quotes) text = text.substr(1, text.size() - 2);
  return names_.contains(text);
}

bool Gaps::explain(const Diagnostic& finding) const {
  if (std::any_of(unread_.begin(), unread_.end(), [&](Span gap) { return contains(gap, finding.span); })) return true;
  const bool of_name = is_one_of(kOfNames, finding.code);
  const bool of_declaration = is_one_of(kOfDeclarations, finding.code);
  if (files_missing_ && (of_name || of_declaration)) return true;
  if (of_name && may_declare(finding.span)) return true;
  return of_declaration &&
         std::any_of(declarations_.begin(), declarations_.end(), [&](Span declaration) { return contains(declaration, finding.span); });
}

}  // namespace nurture::check
