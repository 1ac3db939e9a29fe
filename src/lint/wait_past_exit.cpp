// A wait behind which all that is left of the plan is late, or that outlasts the goal of the experiment it is part of. The
// steps that fall due meanwhile would all run at once when it ends. Entry point: wait_past_exit().
#include "check/bodies.hpp"
#include "lint/lints.hpp"
#include "lint/moments.hpp"

#include <optional>

namespace nurture::lint {

namespace {

/// How long an action may stand still before the plan goes on, and where that is written.
const ast::Duration* length_of(const ast::Action& action) {
  if (const auto* wait = std::get_if<ast::Wait>(&action.what)) return &wait->duration;
  const std::optional<ast::Timeout>* timeout = nullptr;
  if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) timeout = &wait->timeout;
  if (const auto* wait = std::get_if<ast::WaitAnyOf>(&action.what)) timeout = &wait->timeout;
  if (timeout == nullptr || !*timeout) return nullptr;
  const bool ends = (*timeout)->then && check::summarize(*(*timeout)->then).always_exits;
  return ends ? nullptr : &(*timeout)->length;
}

/// The step behind this one that is the last to come, and the most time until then.
struct Last {
  const model::Step* step = nullptr;
  std::int64_t seconds = 0;
};

Last last_after(const model::Sequence& sequence, const Moments& moments, std::size_t step) {
  Last last;
  const auto& from = moments[step];
  if (!from) return last;
  for (std::size_t i = step + 1; i < sequence.steps.size(); ++i) {
    const auto& to = moments[i];
    if (!to || to->anchor != from->anchor) return {};  // it may be due at any time
    if (last.step == nullptr || most_between(*from, *to) > last.seconds) last = {&sequence.steps[i], most_between(*from, *to)};
  }
  return last;
}

void look_at_plan(const model::Sequence& sequence, const Moments& moments, std::size_t step, Report& report) {
  const Last last = last_after(sequence, moments, step);
  if (last.step == nullptr) return;
  check::for_each_action(sequence.steps[step].node->body, [&](const ast::Action& action) {
    const ast::Duration* const length = length_of(action);
    const auto seconds = length == nullptr ? std::nullopt : seconds_of(*length);
    if (!seconds || *seconds <= last.seconds) return;
    report.add(Finding(Code::wait_past_exit, length->span, "when this is over, even the last step is late")
                   .label(last.step->node->offset.span, "due while " + quoted(sequence.steps[step].name) + " still waits")
                   .help("wait for a shorter time, or let the step count with `after` from the end of this one"),
               sequence);
  });
}

void look_at_experiment(const model::Sequence& sequence, const ast::Split& split, Report& report) {
  if (!split.goal || !split.goal->window || split.goal->window->kind != ast::Window::Kind::within) return;
  const auto window = seconds_of(split.goal->window->within);
  if (!window) return;
  for (const auto& arm : split.arms) {
    check::for_each_action(arm.body, [&](const ast::Action& action) {
      const ast::Duration* const length = length_of(action);
      const auto seconds = length == nullptr ? std::nullopt : seconds_of(*length);
      if (!seconds || *seconds <= *window) return;
      report.add(Finding(Code::wait_past_exit, length->span, "what this arm does behind the wait comes too late to count for the goal")
                     .label(split.goal->window->within.span, "the goal is looked for so long")
                     .help("wait for a shorter time, or look for the goal for longer"),
                 sequence);
    });
  }
}

/// Days behind a step that takes longer move along with it.
bool moves_along(const ast::Sequence& node) {
  return !node.anchor_nexts.empty() && node.anchor_nexts.front().kind == ast::AnchorNext::Kind::actual;
}

}  // namespace

void wait_past_exit(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    const Moments moments = moments_of(sequence);
    for (std::size_t step = 0; step < moments.size(); ++step) {
      if (!moves_along(*sequence.node)) look_at_plan(sequence, moments, step, report);
      check::for_each_action(sequence.steps[step].node->body, [&](const ast::Action& action) {
        if (const auto* split = std::get_if<ast::Split>(&action.what)) look_at_experiment(sequence, *split, report);
      });
    }
  }
}

}  // namespace nurture::lint
