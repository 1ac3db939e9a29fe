// A failed test as a timeline, expected beside actual. Entry point: timeline_diff().
#include "testing/run_tests.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nurture::testing {
namespace {

/// Rows that a reader needs to follow the story.
bool tells(const Row& row) {
  switch (row.kind) {
    case DecisionKind::consent:
    case DecisionKind::waiting:
    case DecisionKind::wait_ended:
    case DecisionKind::gap: return row.claimed && row.kind != DecisionKind::consent;
    default: return true;
  }
}

}  // namespace

std::string timeline_diff(const TestResult& result, const std::string& place) {
  std::string out = fmt::format("FAIL {}: {:<50} {}\n", result.subject, result.name, place);
  std::vector<const Failure*> open;
  for (const Failure& failure : result.failures) open.push_back(&failure);
  const auto missing_until = [&](Instant at) {
    for (auto next = open.begin(); next != open.end();) {
      if ((*next)->at > at) {
        ++next;
        continue;
      }
      out += fmt::format("  -  {:<34} {:<44} expected here\n", "", (*next)->expected);
      next = open.erase(next);
    }
  };
  for (const Row& row : result.rows) {
    missing_until({row.at.ms - 1});
    if (!tells(row)) continue;
    const bool involved = std::any_of(result.failures.begin(), result.failures.end(),
                                      [&](const Failure& failure) { return failure.actual == when(row) + "  " + words(row); });
    out += fmt::format("  {}  {:<34} {:<44} {}\n", involved ? "+" : " ", when(row), words(row), row.claimed ? "ok" : "");
  }
  missing_until(Instant::max());
  for (const Failure& failure : result.failures) {
    out += fmt::format("     expected: {}\n", failure.expected);
    out += fmt::format("     instead:  {}\n", failure.actual.empty() ? "nothing of the kind happened" : failure.actual);
    if (failure.rewrite) out += fmt::format("     accept with: nurture test --update    (writes `{}`)\n", *failure.rewrite);
  }
  return out;
}

}  // namespace nurture::testing
