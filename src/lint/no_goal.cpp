// A sequence that sends and does not say when it has done what it is for, beside others that do. Where no goals are used at
// all, nobody asks what comes of a sequence. Entry point: no_goal().
#include "check/bodies.hpp"
#include "lint/lints.hpp"

#include <algorithm>

namespace nurture::lint {

namespace {

bool sends(const model::Sequence& sequence) {
  bool found = false;
  for (const auto& step : sequence.steps) {
    check::for_each_action(step.node->body, [&](const ast::Action& action) {
      found = found || std::holds_alternative<ast::Send>(action.what) || std::holds_alternative<ast::SendNext>(action.what);
    });
  }
  return found;
}

}  // namespace

void no_goal(const model::Model& model, Report& report) {
  const auto has_goal = [](const model::Sequence& sequence) { return !sequence.node->goals.empty(); };
  if (std::none_of(model.sequences.begin(), model.sequences.end(), has_goal)) return;
  for (const auto& sequence : model.sequences) {
    if (!is_plan(sequence) || !sequence.node->goals.empty() || !sends(sequence)) continue;
    report.add(Finding(Code::no_goal, sequence.node->name.span, quoted(sequence.name) + " has no goal, so nothing says whether it works")
                   .help("add one, e.g. `goal bought on order.placed`"),
               sequence);
  }
}

}  // namespace nurture::lint
