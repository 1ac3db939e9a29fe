// Two messages on one channel at the same moment, or one more than a cap lets through. Where a cap cannot keep up with the plan
// at all, cap_unsatisfiable says so instead. Entry point: offsets_collide().
#include "lint/caps.hpp"
#include "lint/lints.hpp"

namespace nurture::lint {

namespace {

void look_at_moments(const model::Model& model, const model::Sequence& sequence, Report& report) {
  const std::vector<PlannedSend> sends = planned_sends(model, sequence);
  for (std::size_t k = 1; k < sends.size(); ++k) {
    for (std::size_t i = 0; i < k; ++i) {
      if (sends[i].step == sends[k].step || sends[i].channel != sends[k].channel || sends[i].at != sends[k].at) continue;
      report.add(Finding(Code::offsets_collide, sends[k].node->message.span,
                         quoted(sends[i].message->name) + " and " + quoted(sends[k].message->name) + " go out by " + sends[k].channel +
                             " at the same moment")
                     .label(sends[i].node->message.span, "the other one")
                     .help("move one of the steps, or send only one of them"),
                 sequence);
      break;
    }
  }
}

}  // namespace

void offsets_collide(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    look_at_moments(model, sequence, report);
    for (const Crowd& crowd : find_crowds(model, sequence)) {
      if (static_cast<std::int64_t>(crowd.messages) - crowd.allowed != 1) continue;
      const bool drops = crowd.cap->then == ast::HoldOrDrop::drop;
      report.add(Finding(Code::offsets_collide, crowd.last.node->message.span,
                         quoted(crowd.last.message->name) + " is planned while a cap of " + quoted(crowd.policy) +
                             " is still full, and is " + (drops ? "skipped" : "held"))
                     .label(crowd.cap->span, "the cap")
                     .label(crowd.first.node->message.span, "takes the place")
                     .help("plan it later, or raise the cap"),
                 sequence);
    }
  }
}

}  // namespace nurture::lint
