// Applies a diagnostic's edits to the lines they touch and keeps the lines that differ. Entry point: preview_fixes().
//
// Edits are grouped by the lines they touch; each group is applied to its lines, and what the old and the new lines
// share at either end is left out. So an inserted line shows alone, and a changed word shows its line.
#include "source/fix_preview.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace nurture::source {

namespace {

constexpr std::size_t kLinesMax = 4;

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  const auto add = [&](std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
  };
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n')) {
    add(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  add(text);
  return lines;
}

/// Some whole lines of one file and the edits that touch them.
struct Group {
  std::uint32_t file;
  std::uint32_t first_line;
  std::uint32_t last_line;
  std::vector<const Fix*> fixes;
};

bool is_usable(const SourceMap& sources, const Fix& fix) {
  return fix.span.file < sources.size() && fix.span.begin <= fix.span.end && fix.span.end <= sources.at(fix.span.file).text().size();
}

/// Edits in order; empty when two of them overlap or one lies outside its text.
std::vector<const Fix*> in_order(const SourceMap& sources, const std::vector<Fix>& fixes) {
  std::vector<const Fix*> ordered;
  for (const Fix& fix : fixes) {
    if (!is_usable(sources, fix)) return {};
    ordered.push_back(&fix);
  }
  std::stable_sort(ordered.begin(), ordered.end(), [](const Fix* a, const Fix* b) {
    return std::tie(a->span.file, a->span.begin, a->span.end) < std::tie(b->span.file, b->span.begin, b->span.end);
  });
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    const Span& before = ordered[i - 1]->span;
    if (before.file == ordered[i]->span.file && before.end > ordered[i]->span.begin) return {};
  }
  return ordered;
}

std::vector<Group> group_by_lines(const SourceMap& sources, const std::vector<const Fix*>& ordered) {
  std::vector<Group> groups;
  for (const Fix* fix : ordered) {
    const Source& source = sources.at(fix->span.file);
    const std::uint32_t first = source.line_at(fix->span.begin);
    const std::uint32_t last = source.line_at(fix->span.end);
    const bool joins = !groups.empty() && groups.back().file == fix->span.file && groups.back().last_line >= first;
    if (!joins) groups.push_back({fix->span.file, first, last, {}});
    groups.back().last_line = std::max(groups.back().last_line, last);
    groups.back().fixes.push_back(fix);
  }
  return groups;
}

std::string apply(const Source& source, const Group& group, std::uint32_t begin, std::uint32_t end) {
  std::string text;
  std::uint32_t at = begin;
  for (const Fix* fix : group.fixes) {
    if (fix->span.begin > at) text += source.text().substr(at, fix->span.begin - at);
    text += fix->replacement;
    at = std::max(at, fix->span.end);
  }
  return text.append(source.text().substr(at, end > at ? end - at : 0));
}

std::size_t first_difference(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin()).first - a.begin());
}

/// Appends the changed lines of a group; `shift` is by how many lines earlier groups of the file have grown it.
void append_changed(const SourceMap& sources, const Group& group, std::int64_t& shift, std::vector<FixLine>& out) {
  const Source& source = sources.at(group.file);
  const std::uint32_t begin = source.line_begin(group.first_line);
  const std::string_view last_line = source.line(group.last_line);
  const auto end = static_cast<std::uint32_t>(source.line_begin(group.last_line) + last_line.size());
  const std::string changed = apply(source, group, begin, end);
  const auto before = split_lines(source.text().substr(begin, end - begin));
  const auto after = split_lines(changed);

  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t same_front = 0;
  while (same_front < shorter && before[same_front] == after[same_front]) ++same_front;
  std::size_t same_back = 0;
  while (same_back < shorter - same_front && before[before.size() - 1 - same_back] == after[after.size() - 1 - same_back]) ++same_back;

  const bool removal = after.size() == same_front + same_back;
  const auto& lines = removal ? before : after;
  for (std::size_t i = same_front; i + same_back < lines.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(group.first_line + static_cast<std::int64_t>(i) + (removal ? 0 : shift));
    const std::size_t changed_at = !removal && i < before.size() ? first_difference(after[i], before[i]) : 0;
    out.push_back({group.file, number, std::string(lines[i]), changed_at, removal});
  }
  shift += static_cast<std::int64_t>(after.size()) - static_cast<std::int64_t>(before.size());
}

}  // namespace

std::vector<FixLine> preview_fixes(const SourceMap& sources, const std::vector<Fix>& fixes) {
  std::vector<FixLine> lines;
  std::int64_t shift = 0;
  std::uint32_t file = 0;
  for (const Group& group : group_by_lines(sources, in_order(sources, fixes))) {
    if (group.file != file) shift = 0;
    file = group.file;
    append_changed(sources, group, shift, lines);
    if (lines.size() > kLinesMax) return {};
  }
  return lines;
}

}  // namespace nurture::source
