// Entry point: apply_fixes().
#include "cli/fix.hpp"

#include "cli/cli.hpp"
#include "source/source.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace nurture::cli {
namespace {

struct Edits {
  std::vector<Fix> fixes;
  std::size_t findings = 0;
};
using EditsOfFiles = std::map<std::uint32_t, Edits>;

bool is_usable(const source::SourceMap& sources, const Fix& fix) {
  return fix.span.file < sources.size() && fix.span.begin <= fix.span.end && fix.span.end <= sources.at(fix.span.file).text().size();
}

/// Whether two changes touch: their result would depend on which is made first.
bool touch(const Fix& a, const Fix& b) { return a.span.file == b.span.file && a.span.begin <= b.span.end && b.span.begin <= a.span.end; }

bool fits(const source::SourceMap& sources, const EditsOfFiles& edits, const std::vector<Fix>& fixes) {
  return std::all_of(fixes.begin(), fixes.end(), [&](const Fix& fix) {
    if (!is_usable(sources, fix)) return false;
    const auto file = edits.find(fix.span.file);
    if (file == edits.end()) return true;
    const auto& made = file->second.fixes;
    return std::none_of(made.begin(), made.end(), [&](const Fix& other) { return touch(fix, other); });
  });
}

std::string applied(std::string text, std::vector<Fix> fixes) {
  // From the end, so that the places before it stay what they are.
  std::stable_sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.span.begin > b.span.begin; });
  for (const Fix& fix : fixes) text.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
  return text;
}

}  // namespace

std::optional<std::size_t> apply_fixes(const Diagnostics& diagnostics) {
  const source::SourceMap& sources = diagnostics.sources();
  EditsOfFiles edits;
  std::size_t made = 0;
  for (const Diagnostic& diagnostic : diagnostics.items()) {
    if (diagnostic.fixes.empty() || !fits(sources, edits, diagnostic.fixes)) continue;
    for (const Fix& fix : diagnostic.fixes) edits[fix.span.file].fixes.push_back(fix);
    ++edits[diagnostic.fixes.front().span.file].findings;
    ++made;
  }
  for (const auto& [file, changes] : edits) {
    const source::Source& source = sources.at(file);
    std::string problem;
    if (!write_file(source.name(), applied(std::string(source.text()), changes.fixes), problem)) {
      static_cast<void>(cannot_run(problem));
      return std::nullopt;
    }
    std::fprintf(stderr, "fixed %s: %zu\n", source.name().c_str(), changes.findings);
  }
  return made;
}

}  // namespace nurture::cli
