// Splits that are experiments: their goal can be counted, and `promote` has something to go by. Entry points:
// check_experiment().
#include "check/expressions.hpp"
#include "check/sends.hpp"

namespace nurture::check {

namespace {

constexpr std::int64_t kSurest = 99;
constexpr std::int64_t kLeastSure = 51;
constexpr std::int64_t kLeads = 1'000'000'000;

void check_promote(Context& context, const ast::Promote& promote) {
  const std::int64_t percent = promote.percent.value;
  if (percent < kLeastSure || percent > kSurest) {
    context.add(
        Finding(Code::bad_experiment, promote.percent.span, "nothing is promoted at a certainty of " + std::to_string(percent) + '%')
            .help("a certainty lies between 51% and 99%; 95% is common"));
  }
  if (promote.least && (promote.least->value < 1 || promote.least->value > kLeads)) {
    context.add(Finding(Code::bad_experiment, promote.least->span, "this is no number of leads to wait for")
                    .help("say how many leads each arm needs, e.g. `1000`"));
  }
}

}  // namespace

void check_experiment(Context& context, const ast::Split& split, bool in_score) {
  if (!split.goal) {
    if (!split.promote) return;
    context.add(Finding(Code::bad_experiment, split.promote->span, quoted(split.name.text) + " has no goal that an arm could be better at")
                    .help(context.in_spelling_of(split.promote->span, "say what counts in front of it: `goal order.placed within 7d`",
                                                 "say what counts: `goal: {event: [order.placed], within: 7d}`")));
    return;
  }
  Scope scope;
  scope.place = "the goal of the split " + quoted(split.name.text);
  (void)check_pattern(context, *split.goal, scope, PatternUse::history);
  const auto& window = split.goal->window;
  if (window && window->kind == ast::Window::Kind::within) check_length(context, window->within);
  if (window && window->kind == ast::Window::Kind::since_date) {
    context.add(Finding(Code::bad_experiment, window->span, "the goal of a split counts from the assignment on")
                    .help("write `within 7d`, or leave the window out"));
  }
  if (in_score) {
    context.add(Finding(Code::bad_experiment, split.name.span, "an experiment belongs to a sequence, and a score to none")
                    .help("enroll the lead in a sequence, and split there"));
  }
  if (split.arms.size() == 1) {
    context.add(Finding(Code::bad_experiment, split.arms.front().name.span, "an experiment compares arms, and this is the only one")
                    .help("add another arm, or take `goal` out"));
  }
  if (split.promote) check_promote(context, *split.promote);
}

}  // namespace nurture::check
