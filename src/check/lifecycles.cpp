// Lifecycles and audiences: names, a stage to begin in, and conditions that can be scheduled. Entry points:
// declare_lifecycles(), check_lifecycles().
#include "check/expressions.hpp"
#include "check/passes.hpp"

#include <map>

namespace nurture::check {

namespace {

using model::Id;

void declare_lifecycle(Context& context, const ast::Lifecycle& node) {
  if (!enter(context, "lifecycle", node.name, context.model.lifecycles)) return;
  model::Lifecycle lifecycle{node.name.text, {}, &node};
  std::map<std::string_view, Span> seen;
  for (const auto& stage : node.stages) {
    const auto [first, fresh] = seen.try_emplace(stage.name.text, stage.name.span);
    if (!fresh) context.duplicate(stage.name.span, "stage " + quoted(stage.name.text), first->second);
    lifecycle.stages.push_back(stage.name.text);
  }
  context.model.lifecycles.push_back(std::move(lifecycle));
}

void declare_audience(Context& context, const ast::Audience& node) {
  if (enter(context, "audience", node.name, context.model.audiences)) context.model.audiences.push_back({node.name.text, &node});
}

/// The one stage that always holds comes first: of several that hold the last counts, so what stands before it is never seen.
void check_beginning(Context& context, const ast::Lifecycle& node) {
  if (node.stages.empty() || node.stages.front().trigger) {
    const Span place = node.stages.empty() ? node.name.span : node.stages.front().name.span;
    context.add(Finding(Code::bad_lifecycle, place, "a lead has no stage of " + quoted(node.name.text) + " to begin in")
                    .help(context.in_spelling_of(place, "write one without `on` and `when` before all others: `stage new`",
                                                 "write one without `event` and `when` before all others: `{id: new}`")));
  }
  for (std::size_t i = 1; i < node.stages.size(); ++i) {
    if (node.stages[i].trigger) continue;
    context.add(
        Finding(Code::bad_lifecycle, node.stages[i].name.span, "every lead would be in " + quoted(node.stages[i].name.text) + " always")
            .label(node.stages.front().name.span, "leads begin here")
            .help("say when a lead enters it: `on` an event, or `when` a condition holds"));
  }
}

void check_lifecycle(Context& context, const model::Lifecycle& lifecycle) {
  const ast::Lifecycle& node = *lifecycle.node;
  if (node.stages.size() > limits::kStages) {
    context.add(Finding(Code::too_long, node.stages[limits::kStages].name.span,
                        "a lifecycle has more than " + std::to_string(limits::kStages) + " stages"));
  }
  check_beginning(context, node);
  for (const auto& stage : node.stages) {
    Scope scope;
    scope.place = "the stage " + quoted(stage.name.text);
    if (stage.trigger) (void)check_trigger(context, *stage.trigger, scope, PatternUse::trigger, WhenPlace::elsewhere);
  }
}

}  // namespace

void declare_lifecycles(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->lifecycles) declare_lifecycle(context, node);
    for (const auto& node : file->audiences) declare_audience(context, node);
  }
}

void check_lifecycles(Context& context) {
  for (const auto& lifecycle : context.model.lifecycles) check_lifecycle(context, lifecycle);
  for (const auto& audience : context.model.audiences) {
    Scope scope;
    scope.place = "the audience " + quoted(audience.name);
    check_when(context, audience.node->condition, scope, WhenPlace::elsewhere);
    const ast::Name& channel = audience.node->channel;
    if (channel.text.empty() || context.model.find_channel(channel.text) != model::kNone) continue;
    context.unknown(channel, {"channel", "channel " + channel.text + " { }"}, context.model.channels);
  }
}

}  // namespace nurture::check
