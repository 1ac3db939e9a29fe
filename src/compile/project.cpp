// What all sequences have in common: the project, the caps that count events, and the events of the engine itself. Entry
// points: add_project(), add_counting().
#include "compile/builder.hpp"

#include <fmt/format.h>

namespace nurture::compile {

std::vector<Holdout> to_holdouts(const std::vector<ast::Holdout>& nodes) {
  std::vector<Holdout> holdouts;
  for (const ast::Holdout& node : nodes) {
    holdouts.push_back({static_cast<std::uint32_t>(node.percent.value), "holdout/" + node.salt.value,
                        fmt::format("holdout {}% salt {}", node.percent.value, node.salt.value)});
  }
  return holdouts;
}

void add_project(Builder& builder) {
  Program& program = builder.program;
  const auto event = [&](std::string_view name) { return builder.model.find_event(name); };
  program.told = {event("message.sent"),      event("message.held"),   event("message.skipped"), event("message.failed"),
                  event("sequence.enrolled"), event("sequence.ended"), event("tier.entered"),    event("consent.given"),
                  event("consent.withdrawn"), event("stage.entered")};
  if (builder.model.project == nullptr) return;
  const ast::Project& node = *builder.model.project;
  program.project = node.name.text;
  for (const ast::ZoneItem& item : node.zones) program.zone = compile_zone(item.zone).zone;
  program.holdouts = to_holdouts(node.holdouts);
}

void add_counting(Program& program) {
  for (Id policy = 0; policy < program.policies.size(); ++policy) {
    const std::vector<Cap>& caps = program.policies[policy].caps;
    for (Id cap = 0; cap < caps.size(); ++cap) {
      if (caps[cap].word == kNone) continue;  // No sequence uses the policy.
      for (const Id event : caps[cap].counting.events) program.events[event].caps.push_back({policy, cap});
    }
  }
  for (const Sequence& sequence : program.sequences) {
    for (const Id policy : sequence.policies) program.holds_while = program.holds_while || !program.policies[policy].hold_whiles.empty();
  }
}

}  // namespace nurture::compile
