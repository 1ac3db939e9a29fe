// The table of codes at run time, and the search for what an author meant to write. Entry points: report() and
// nearest().
#include "source/codes.hpp"

#include "source/lint_codes.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace nurture::source {

namespace {

constexpr std::array kCodes{
#define NURTURE_CODE(number, id, severity, summary) CodeInfo{number, #id, Severity::severity, summary},
#include "source/codes.def"
#undef NURTURE_CODE
};

constexpr std::array kLints{
#define NURTURE_LINT(number, id, severity, summary) CodeInfo{number, #id, Severity::severity, summary},
#include "source/lints.def"
#undef NURTURE_LINT
};

/// Both tables, in the order of their numbers.
constexpr auto kAll = [] {
  std::array<CodeInfo, kCodes.size() + kLints.size()> all{};
  const auto by_number = [](const CodeInfo& a, const CodeInfo& b) { return a.number < b.number; };
  std::merge(kCodes.begin(), kCodes.end(), kLints.begin(), kLints.end(), all.begin(), by_number);
  return all;
}();

/// Longer words are no slip of the keyboard, and comparing them would cost the square of their length.
constexpr std::size_t kWordBytesMax = 128;

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Letters to insert, remove, change or swap with their neighbour to get from one word to the other; upper and lower
/// case count as equal. Each pair of letters is edited once (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

const CodeInfo& info(Code code) { return kCodes[static_cast<std::size_t>(code)]; }

const CodeInfo& info(LintCode code) { return kLints[static_cast<std::size_t>(code)]; }

std::span<const CodeInfo> all_codes() { return kAll; }

namespace {

Diagnostic report(const CodeInfo& entry, Span span, std::string message) {
  Diagnostic diagnostic;
  diagnostic.severity = entry.severity;
  diagnostic.code = entry.number;
  diagnostic.name = entry.name;
  diagnostic.message = std::move(message);
  diagnostic.span = span;
  return diagnostic;
}

}  // namespace

Diagnostic report(Code code, Span span, std::string message) { return report(info(code), span, std::move(message)); }

Diagnostic report(LintCode code, Span span, std::string message) { return report(info(code), span, std::move(message)); }

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > kWordBytesMax) return {};
  const std::size_t allowed = word.size() / 3;
  std::string_view best;
  std::size_t best_distance = allowed + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), word.size());
    const std::size_t shorter = std::min(candidate.size(), word.size());
    if (candidate.empty() || longer - shorter >= best_distance) continue;
    const std::size_t found = distance(word, candidate);
    if (found >= best_distance) continue;
    best = candidate;
    best_distance = found;
  }
  return best;
}

}  // namespace nurture::source
