// Keeps the decisions of a run, owned, in order: what tests and dry runs look at. Entry point: class Recorder.
#pragma once

#include <nurture/decision.hpp>

#include <string>
#include <vector>

namespace nurture::testing {

/// A decision that outlives its callback.
struct Row {
  Instant at;
  DecisionKind kind = DecisionKind::enrolled;
  Reason reason = Reason::none;
  std::uint32_t enrolment = 0;
  std::int32_t day = -1;
  std::int32_t local_offset = 0, until_offset = 0;
  std::int64_t points = 0, total = 0;
  Instant until = Instant::max();
  Instant planned = Instant::max();
  std::string lead, sequence, step, message, channel, variant, name, detail, rule;
  bool claimed = false;  ///< A test's expectation names it.
};

[[nodiscard]] Row to_row(const Decision& decision);

class Recorder final : public Observer {
 public:
  void on_decision(const Decision& decision) override { rows.push_back(to_row(decision)); }
  std::vector<Row> rows;
};

/// "send welcome by email", "held welcome until Tue 3 Mar 09:00 (quiet: quiet hours 20:00..08:00)", ... in plain words.
[[nodiscard]] std::string words(const Row& row);
/// "day 3   Thu 5 Mar 2026 09:00" on the clock of the lead.
[[nodiscard]] std::string when(const Row& row);

}  // namespace nurture::testing
