// A run with a step that recurs does not complete by itself; without a goal, an exit or a move it goes on as long as the lead
// exists. Other plans always end: holds for anchors and waits are bounded. Entry point: loose_end().
#include "check/bodies.hpp"
#include "lint/lints.hpp"

namespace nurture::lint {

namespace {

bool leaves(const ast::Body& body) {
  bool found = false;
  check::for_each_action(body, [&](const ast::Action& action) {
    found = found || std::holds_alternative<ast::ExitAs>(action.what) || std::holds_alternative<ast::MoveTo>(action.what);
  });
  return found;
}

bool can_leave(const model::Sequence& sequence) {
  for (const auto& step : sequence.steps) {
    if (leaves(step.node->body)) return true;
  }
  for (const auto& handler : sequence.handlers) {
    if (leaves(handler.node->body)) return true;
  }
  return can_end_early(sequence);
}

}  // namespace

void loose_end(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    if (!is_plan(sequence) || can_leave(sequence)) continue;
    for (const auto& step : sequence.steps) {
      if (step.node->offset.kind != ast::Offset::Kind::every) continue;
      report.add(Finding(Code::loose_end, step.node->offset.span, "this recurs for ever, because nothing ends " + quoted(sequence.name))
                     .help("say when it ends: a `goal`, an `exit`, or `stay while`"),
                 sequence);
      break;
    }
  }
}

}  // namespace nurture::lint
