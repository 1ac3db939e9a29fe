// Whether the plan of a sequence is known before anybody enters. Entry points: is_linear(), weekday_mask().
//
// A linear plan never changes and runs in file order, so that a cursor is all an engine keeps of it. Everything that
// cannot be ordered for every lead (a step at the lead's own time of day beside one at a fixed time, `day 1` beside
// `at +24h`) counts as not linear: that costs memory, never correctness.
#include "compile/builder.hpp"

#include <optional>

namespace nurture::compile {

namespace {

/// Runs as soon as somebody enters.
bool is_at_once(const Step& step) {
  return step.kind == ScheduleKind::immediately || (step.kind == ScheduleKind::day && step.day == 0 && step.time.seconds < 0);
}

/// Two wall times that are less than the longest daylight-saving gap apart can change places when the first falls into it.
bool day_not_before(const Sequence& sequence, const Step& before, const Step& step) {
  constexpr std::int64_t kDaySeconds = 86'400;
  constexpr std::int64_t kLongestGapSeconds = 3 * 3'600;
  const auto time = [&](const Step& s) { return s.time.seconds >= 0 ? s.time.seconds : sequence.default_time.seconds; };
  if ((time(before) < 0) != (time(step) < 0)) return before.day < step.day - 1;  // the time of entry beside a fixed time
  const std::int64_t distance = (step.day - before.day) * kDaySeconds + time(step) - time(before);
  return distance == 0 || distance >= kLongestGapSeconds;
}

bool offset_not_before(const time::Period& before, const time::Period& step) {
  return before.months <= step.months && before.days <= step.days && before.ms <= step.ms;
}

bool not_before(const Sequence& sequence, const Step& before, const Step& step) {
  if (is_at_once(before)) return step.kind != ScheduleKind::day || step.day >= 0;
  if (is_at_once(step) || before.kind != step.kind) return false;
  return step.kind == ScheduleKind::day ? day_not_before(sequence, before, step) : offset_not_before(before.offset, step.offset);
}

/// Planned into the past for some who enter, and then skipped.
bool can_be_late(const Step& step) {
  return step.late != LateKind::send && step.kind == ScheduleKind::day && step.day == 0 && step.time.seconds >= 0;
}

bool changes_plan(const Program& program, Id body) {
  for (const Id node : reachable(program, body)) {
    const NodeOp op = program.nodes[node].op;
    if (op == NodeOp::jump || op == NodeOp::accelerate) return true;
  }
  return false;
}

bool is_counted_from_entry(const Step& step) {
  if (step.anchor != kNone || step.kind == ScheduleKind::after || step.kind == ScheduleKind::every) return false;
  if (step.time.field != kNone || step.weekdays != kEveryWeekday) return false;
  return step.kind != ScheduleKind::at || step.offset_sign > 0;
}

}  // namespace

std::uint8_t weekday_mask(const ast::Weekdays& days) {
  unsigned bits = 0;
  for (std::int32_t day = days.first_day;; day = (day + 1) % 7) {
    bits |= 1u << static_cast<unsigned>(day);
    if (day == days.last_day) break;
  }
  return static_cast<std::uint8_t>(bits);
}

bool is_linear(const Program& program, const Sequence& sequence) {
  if (!sequence.anchors.empty() || sequence.group != kNone || sequence.restart_until != kNone || sequence.default_time.field != kNone ||
      sequence.next_actual)
    return false;
  for (std::size_t i = 0; i < sequence.steps.size(); ++i) {
    const Step& step = sequence.steps[i];
    if (!is_counted_from_entry(step) || (step.kind == ScheduleKind::day && step.day < 0)) return false;
    if (changes_plan(program, step.body)) return false;
    // Those that are late at entry must stand in front.
    if (step.late != sequence.steps[0].late || step.grace != sequence.steps[0].grace) return false;
    if (i > 0 && !not_before(sequence, sequence.steps[i - 1], step)) return false;
    // What is late at entry is passed over there and then, so it has to stand in front.
    if (i > 0 && can_be_late(step) && is_at_once(sequence.steps[i - 1])) return false;
  }
  return std::none_of(sequence.handlers.begin(), sequence.handlers.end(),
                      [&](const Handler& handler) { return changes_plan(program, handler.body); });
}

}  // namespace nurture::compile
