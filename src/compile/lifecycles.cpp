// Where leads stand: lifecycles, audiences, and how long what is known of them is retained. Entry points: add_lifecycles(),
// add_retention().
#include "compile/builder.hpp"

namespace nurture::compile {

namespace {

Lifecycle to_lifecycle(Builder& builder, const model::Lifecycle& declared) {
  Lifecycle lifecycle;
  lifecycle.name = declared.name;
  for (const ast::Stage& node : declared.node->stages) {
    Stage stage{node.name.text, {}};
    if (node.trigger) stage.trigger = compile_trigger(builder, *node.trigger, Place{});
    lifecycle.stages.push_back(std::move(stage));
  }
  summarize_lifecycle(builder, lifecycle);
  return lifecycle;
}

/// Nobody is told of who cannot be reached on the channel, so what it requires is a part of the condition.
Audience to_audience(Builder& builder, const model::Audience& declared) {
  Audience audience;
  audience.name = declared.name;
  const Id channel = builder.model.find_channel(declared.node->channel.text);
  audience.channel = channel;
  audience.condition = compile_condition(builder, declared.node->condition, Place{});
  const ast::Channel* node = builder.model.channels[channel].node;
  if (node != nullptr && !node->requirements.empty())
    audience.address = compile_condition(builder, node->requirements.front().value, Place{});
  return audience;
}

}  // namespace

void add_lifecycles(Builder& builder) {
  Program& program = builder.program;
  for (const model::Lifecycle& declared : builder.model.lifecycles) {
    program.lifecycles.push_back(to_lifecycle(builder, declared));
    program.lead_clock = program.lead_clock || program.lifecycles.back().clock;
  }
  for (const model::Audience& declared : builder.model.audiences) {
    program.audiences.push_back(to_audience(builder, declared));
    const Audience& audience = program.audiences.back();
    // What the channel cannot take yet wakes the lead again.
    const Channel& channel = program.channels[audience.channel];
    const bool waits = channel.rate.count != 0 || channel.breaker.of != 0;
    program.lead_clock = program.lead_clock || audience.condition.clock || audience.address.clock || waits;
  }
}

void add_retention(Builder& builder) {
  if (builder.model.project == nullptr) return;
  Retention& retention = builder.program.retention;
  for (const ast::Retain& node : builder.model.project->retains) {
    if (node.kind == ast::Retain::Kind::leads) {
      retention.leads = compile_condition(builder, model::silence_of(node), Place{});
    } else {
      retention.forgets_events = true;
      retention.events = to_period(node.length);
    }
  }
}

}  // namespace nurture::compile
