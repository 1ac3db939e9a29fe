// A step behind one at which every run ends, unless that one is skipped as late or the sequence to which it moves lets nobody
// in. Where nothing at all can get past, check() has an error (NUR0301). Entry point: step_after_end().
#include "check/bodies.hpp"
#include "lint/lints.hpp"
#include "lint/moments.hpp"

#include <algorithm>

namespace nurture::lint {

namespace {

/// An action of its own, on no branch, at which the run ends if the target agrees.
const ast::MoveTo* moves_on(const ast::Body& body) {
  for (const auto& action : body.actions) {
    const auto* move = std::get_if<ast::MoveTo>(&action.what);
    if (move != nullptr && !move->otherwise) return move;
  }
  return nullptr;
}

bool comes_after(const model::Sequence& sequence, const Moments& moments, std::size_t end, std::size_t step) {
  if (step == end + 1 && sequence.steps[step].node->offset.kind == ast::Offset::Kind::after) return true;
  const auto& first = moments[end];
  const auto& second = moments[step];
  return first && second && first->anchor == second->anchor && least_between(*first, *second) > 0;
}

void report_step(const model::Sequence& sequence, std::size_t end, std::size_t step, const ast::MoveTo* move, Report& report) {
  const model::Step& last = sequence.steps[end];
  const std::string who =
      move != nullptr ? "whom " + quoted(move->sequence.text) + " does not let in" : "who came too late for " + quoted(last.name);
  Finding finding(Code::step_after_end, sequence.steps[step].node->offset.span,
                  "only those get to " + quoted(sequence.steps[step].name) + " " + who);
  finding.label(last.node->offset.span, "all others end here, earlier");
  finding.help(move != nullptr ? "say so there: `move to " + move->sequence.text + " else { ... }`, or move this step before it"
                               : "move it before that step, or make the exit depend on something");
  report.add(finding, sequence);
}

}  // namespace

void step_after_end(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    if (!is_plan(sequence) || has_jumps(sequence)) continue;
    const Moments moments = moments_of(sequence);
    for (std::size_t end = 0; end < sequence.steps.size(); ++end) {
      const model::Step& last = sequence.steps[end];
      const ast::MoveTo* const move = moves_on(last.node->body);
      const bool may_be_skipped = last.late.kind != ast::LateRule::Kind::send;
      if (move == nullptr && !(may_be_skipped && check::summarize(last.node->body).always_exits)) continue;
      for (std::size_t step = 0; step < sequence.steps.size(); ++step) {
        if (step != end && comes_after(sequence, moments, end, step)) report_step(sequence, end, step, move, report);
      }
    }
  }
}

}  // namespace nurture::lint
