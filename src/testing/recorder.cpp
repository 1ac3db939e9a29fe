// See recorder.hpp.
#include "testing/recorder.hpp"

#include "testing/story.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

namespace nurture::testing {
namespace {

/// On a clock that is `offset` seconds east of UTC.
std::string local_text(Instant at, std::int32_t offset) {
  static const time::Zone* utc = time::utc();
  return time::format_local({at.ms + std::int64_t{offset} * 1000}, *utc);
}

std::string because(const Row& row) {
  if (row.reason == Reason::none) return {};
  const std::string_view reason = to_string(row.reason);
  return row.rule.empty() ? fmt::format("{}", reason) : fmt::format("{}: {}", reason, row.rule);
}

std::string score_words(const Row& row) {
  if (row.kind == DecisionKind::tier) return fmt::format("tier {} {} (was {}, score {})", row.name, row.detail, row.rule, row.total);
  return fmt::format("score {} {}{} by {} -> {}", row.name, row.points < 0 ? "" : "+", points_text(row.points), row.detail, row.total);
}

std::string message_words(const Row& row) {
  const std::string variant = row.variant.empty() ? "" : " variant " + row.variant;
  switch (row.kind) {
    case DecisionKind::sent: return fmt::format("send {} by {}{}", row.message, row.channel, variant);
    case DecisionKind::held:  // An audience has a name.
      return fmt::format("held {} until {} ({})", row.message.empty() ? row.name : row.message, local_text(row.until, row.until_offset),
                         because(row));
    case DecisionKind::skipped: return fmt::format("skipped {} ({})", row.message.empty() ? "step " + row.step : row.message, because(row));
    default: return fmt::format("delivery of {}: {} {}", row.message.empty() ? row.name : row.message, to_string(row.reason), row.detail);
  }
}

std::string flow_words(const Row& row) {
  switch (row.kind) {
    case DecisionKind::enrolled: return fmt::format("enrolled in {} by {}", row.sequence, row.name);
    case DecisionKind::refused: return fmt::format("refused by {} ({})", row.sequence, because(row));
    case DecisionKind::goal:
      return row.detail.empty() ? fmt::format("goal {}", row.name) : fmt::format("goal {} worth {}", row.name, row.detail);
    case DecisionKind::exited: return fmt::format("exit {}", row.name);
    case DecisionKind::moved: return fmt::format("moved to {}", row.name);
    case DecisionKind::move_refused: return fmt::format("move to {} refused ({})", row.name, because(row));
    case DecisionKind::branch: return fmt::format("branch {} (if {})", row.name, row.detail);
    case DecisionKind::split: return fmt::format("split {} = {}{}", row.name, row.detail, row.rule.empty() ? "" : " (" + row.rule + ")");
    case DecisionKind::outcome: return fmt::format("goal of split {} reached with {}", row.name, row.detail);
    case DecisionKind::promoted: return fmt::format("promoted {} = {} ({})", row.name, row.detail, row.rule);
    case DecisionKind::broadcast: return fmt::format("broadcast {} starts, number {}", row.name, row.detail);
    case DecisionKind::handler: return fmt::format("handler {}", row.name);
    case DecisionKind::accelerated: return fmt::format("accelerate {}", row.detail);
    case DecisionKind::jumped: return fmt::format("-> {}", row.name);
    case DecisionKind::waiting:
      return row.until == Instant::max() ? std::string("waits") : fmt::format("waits until {}", local_text(row.until, row.until_offset));
    case DecisionKind::wait_ended:
      return row.name.empty() ? fmt::format("wait ended: {}", row.detail) : fmt::format("wait ended: {} {}", row.detail, row.name);
    case DecisionKind::paused:
    case DecisionKind::resumed:
      if (row.until != Instant::max()) return fmt::format("snoozed until {}", local_text(row.until, row.until_offset));
      return fmt::format("{}{}{}", to_string(row.kind), row.name.empty() ? "" : " ", row.name);
    case DecisionKind::planned:
      return row.until == Instant::max() ? fmt::format("anchor {} is missing", row.name)
                                         : fmt::format("anchor {} = {}", row.name, local_text(row.until, row.until_offset));
    case DecisionKind::deployed: return fmt::format("deployed {}", row.name);
    case DecisionKind::migrated: return fmt::format("migrated from {}{}{}", row.name, row.detail.empty() ? "" : " to ", row.detail);
    default: return std::string(to_string(row.kind));
  }
}

}  // namespace

Row to_row(const Decision& d) {
  const auto copy = [](std::string_view text) { return std::string(text); };
  return {d.at,
          d.kind,
          d.reason,
          d.enrolment,
          d.day,
          d.local_offset,
          d.until_offset,
          d.points,
          d.total,
          d.until,
          d.planned,
          copy(d.lead),
          copy(d.sequence),
          copy(d.step),
          copy(d.message),
          copy(d.channel),
          copy(d.variant),
          copy(d.name),
          copy(d.detail),
          copy(d.rule),
          false};
}

std::string words(const Row& row) {
  switch (row.kind) {
    case DecisionKind::sent:
    case DecisionKind::held:
    case DecisionKind::skipped:
    case DecisionKind::delivered: return message_words(row);
    case DecisionKind::score:
    case DecisionKind::tier: return score_words(row);
    case DecisionKind::stage: return fmt::format("stage {} {}{}", row.name, row.detail, row.rule.empty() ? "" : " (was " + row.rule + ")");
    case DecisionKind::joined: return fmt::format("joined {} on {}", row.name, row.channel);
    case DecisionKind::left: return fmt::format("left {} on {}", row.name, row.channel);
    case DecisionKind::set: return fmt::format("set {} = {}", row.name, row.detail);
    case DecisionKind::tagged: return fmt::format("tag {}", row.name);
    case DecisionKind::notified: return fmt::format("notify {} {}", row.name, quoted_text(row.detail));
    case DecisionKind::task:
      return fmt::format("task {} {}{}", row.name, quoted_text(row.detail),
                         row.until == Instant::max() ? "" : " due " + local_text(row.until, row.until_offset));
    case DecisionKind::called: return fmt::format("do {}({})", row.name, row.detail);
    case DecisionKind::consent: return fmt::format("consent {} {}", row.name, row.detail);
    case DecisionKind::input_refused: return fmt::format("{} refused: {}", row.name, row.detail);
    case DecisionKind::evaluation_error: return fmt::format("error in `{}`: {}", row.name, row.detail);
    case DecisionKind::parked: return fmt::format("parked after: {}", row.detail);
    default: return flow_words(row);
  }
}

std::string when(const Row& row) {
  const std::string local = local_text(row.at, row.local_offset);
  return row.day < 0 ? fmt::format("{:>7}  {}", "", local) : fmt::format("day {:>3}  {}", row.day, local);
}

}  // namespace nurture::testing
