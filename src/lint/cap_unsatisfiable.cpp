// A plan that has several messages more than a cap lets through in the time, so that they queue up or are lost.
// Entry point: cap_unsatisfiable().
#include "lint/caps.hpp"
#include "lint/lints.hpp"

namespace nurture::lint {

namespace {

/// Where the sequence names the policy; its own name when the project does.
Span place_of(const model::Sequence& sequence, const std::string& policy) {
  for (const auto& item : sequence.node->policies) {
    if (item.name.text == policy) return item.name.span;
  }
  return sequence.node->name.span;
}

}  // namespace

void cap_unsatisfiable(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    for (const Crowd& crowd : find_crowds(model, sequence)) {
      if (static_cast<std::int64_t>(crowd.messages) - crowd.allowed < 2) continue;
      report.add(
          Finding(Code::cap_unsatisfiable, place_of(sequence, crowd.policy),
                  "of " + std::to_string(crowd.messages) + " messages from " + quoted(sequence.steps[crowd.first.step].name) + " to " +
                      quoted(sequence.steps[crowd.last.step].name) + " a cap lets " + std::to_string(crowd.allowed) + " out in time")
              .label(crowd.cap->span, "the cap")
              .label(crowd.first.node->message.span, "the first of them")
              .label(crowd.last.node->message.span, "the last")
              .help("spread the steps over more days, or raise the cap"),
          sequence);
    }
  }
}

}  // namespace nurture::lint
