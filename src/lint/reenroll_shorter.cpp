// A time after which leads may enter again that is over before the plan is: who has not left early is refused all the same.
// Entry point: reenroll_shorter().
#include "lint/lints.hpp"
#include "lint/moments.hpp"

#include <algorithm>

namespace nurture::lint {

namespace {

constexpr std::int64_t kDaysPerMonth = 31;

/// The step that a run begins last, and at the least how long after the entry.
struct Last {
  const model::Step* step = nullptr;
  std::int64_t seconds = 0;
};

Last last_step(const model::Sequence& sequence) {
  Last last;
  const Moments moments = moments_of(sequence);
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const auto& moment = moments[i];
    if (!moment || moment->anchor != kNone) continue;
    const std::int64_t least = least_between({}, *moment);
    if (last.step == nullptr || least > last.seconds) last = {&sequence.steps[i], least};
  }
  return last;
}

}  // namespace

void reenroll_shorter(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    const auto& said = sequence.node->reenrolls;
    if (said.empty() || said.front().kind != ast::Reenroll::Kind::after || said.front().from_exit || !sequence.node->conflicts.empty())
      continue;
    const ast::Duration& after = said.front().after;
    const Last last = last_step(sequence);
    if (last.step == nullptr || (after.months * kDaysPerMonth + after.days) * kDaySeconds + after.seconds >= last.seconds) continue;
    report.add(Finding(Code::reenroll_shorter, after.span, "who is still in " + quoted(sequence.name) + " by then is refused")
                   .label(last.step->node->offset.span, "the plan goes on until here")
                   .help("count from the end: `reenroll after " + after.text + " from exit`, or let `conflict restart` begin anew"),
               sequence);
  }
}

}  // namespace nurture::lint
