// A step before its anchor, and no word about who enters when its moment is over. Said once for a sequence. The fix writes down
// what holds anyway. Entry point: late_rule_implied().
#include "lint/lints.hpp"

namespace nurture::lint {

namespace {

bool is_before_anchor(const ast::Offset& offset) {
  if (offset.kind == ast::Offset::Kind::day) return offset.day < 0;
  return offset.kind == ast::Offset::Kind::at && offset.duration.text.starts_with('-');
}

/// Where the rule of a step stands: behind its days and its time.
Span behind_offset(const ast::Step& step, const Report& report) {
  Span last = step.offset.span;
  if (step.weekdays) last = step.weekdays->span;
  if (step.time) last = step.time->span;
  const std::uint32_t end = report.end_of(last);
  return {last.file, end, end};
}

}  // namespace

void late_rule_implied(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    if (!sequence.node->lates.empty()) continue;
    for (const auto& step : sequence.steps) {
      if (step.node->late || !is_before_anchor(step.node->offset)) continue;
      Finding finding(Code::late_rule_implied, step.node->offset.span,
                      "who enters later than this does not get " + quoted(step.name) + ", although nothing says so");
      finding.help("say it: `late skip` behind the offset, or `late send`, or once for the whole sequence");
      const Span place = behind_offset(*step.node, report);
      if (!report.text(place.file).empty()) finding.fix(place, " late skip");
      report.add(finding, sequence);
      break;
    }
  }
}

}  // namespace nurture::lint
