// Steps from which no way leads to an end: all of them come round to a jump. A jump behind a condition is left when that does
// not hold, so only circles without any way out are reported. Entry point: endless_loop().
#include "check/bodies.hpp"
#include "lint/lints.hpp"

#include <algorithm>

namespace nurture::lint {

namespace {

struct Ways {
  std::vector<const ast::Jump*> jumps;
  bool ends = false;     ///< `exit`, `move to`
  bool goes_on = false;  ///< To the step behind it.
};

/// Whether the end of a list of actions is reached; what else they do is added to `ways`.
bool passes(const ast::Body& body, Ways& ways);

bool passes(const std::optional<ast::Timeout>& timeout, Ways& ways) { return !timeout || !timeout->then || passes(*timeout->then, ways); }

bool passes(const ast::Action& action, Ways& ways) {
  if (const auto* branch = std::get_if<ast::If>(&action.what)) {
    const bool first = passes(branch->then, ways);
    return (branch->otherwise ? passes(*branch->otherwise, ways) : true) || first;
  }
  if (const auto* split = std::get_if<ast::Split>(&action.what)) {
    bool some = split->arms.empty();
    for (const auto& arm : split->arms) some = passes(arm.body, ways) || some;
    return some;
  }
  if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) {
    const bool late = passes(wait->timeout, ways);
    return late || !wait->resets;
  }
  if (const auto* any_of = std::get_if<ast::WaitAnyOf>(&action.what)) {
    bool some = any_of->timeout && passes(any_of->timeout, ways);
    for (const auto& one : any_of->conditions.cases) some = passes(one.body, ways) || some;
    return some;
  }
  if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) {
    ways.ends = true;
    return move->otherwise ? passes(*move->otherwise, ways) : true;
  }
  if (const auto* jump = std::get_if<ast::Jump>(&action.what)) return ways.jumps.push_back(jump), false;
  if (std::holds_alternative<ast::ExitAs>(action.what)) return ways.ends = true, false;
  return true;
}

bool passes(const ast::Body& body, Ways& ways) {
  return std::all_of(body.actions.begin(), body.actions.end(), [&](const ast::Action& action) { return passes(action, ways); });
}

/// Whether each step has a way to an end of the run.
std::vector<bool> find_ends(const model::Sequence& sequence, const std::vector<Ways>& ways) {
  std::vector<bool> ends(ways.size(), false);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = ways.size(); i-- > 0;) {
      if (ends[i]) continue;
      const bool by_jump = std::any_of(ways[i].jumps.begin(), ways[i].jumps.end(), [&](const ast::Jump* jump) {
        const Id to = sequence.find_step(jump->step.text);
        return to != kNone && ends[to];
      });
      ends[i] = ways[i].ends || by_jump || (ways[i].goes_on && (i + 1 == ways.size() || ends[i + 1]));
      changed = changed || ends[i];
    }
  }
  return ends;
}

bool leaves(const ast::Body& body) {
  Ways ways;
  static_cast<void>(passes(body, ways));
  return ways.ends;
}

void look(const model::Sequence& sequence, Report& report) {
  std::vector<Ways> ways(sequence.steps.size());
  for (std::size_t i = 0; i < ways.size(); ++i) ways[i].goes_on = passes(sequence.steps[i].node->body, ways[i]);
  const std::vector<bool> ends = find_ends(sequence, ways);
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (ends[i]) continue;
    for (const ast::Jump* jump : ways[i].jumps) {
      const Id to = sequence.find_step(jump->step.text);
      if (to == kNone || to > i) continue;
      report.add(
          Finding(Code::endless_loop, jump->step.span, "the steps from " + quoted(sequence.steps[to].name) + " to here go round for ever")
              .label(sequence.steps[to].node->offset.span, "back to here")
              .help("jump only while a condition holds, or give " + quoted(sequence.name) + " a goal or an exit"),
          sequence);
      return;
    }
  }
}

}  // namespace

void endless_loop(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    const auto is_left = [](const model::Handler& handler) { return leaves(handler.node->body); };
    if (!is_plan(sequence) || can_end_early(sequence)) continue;
    if (std::none_of(sequence.handlers.begin(), sequence.handlers.end(), is_left)) look(sequence, report);
  }
}

}  // namespace nurture::lint
