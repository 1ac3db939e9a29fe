// Sequences: entry, anchors, goals, steps, handlers. Entry point: add_sequences().
//
// The order of compilation is the order of the arrays; the key comes first, because every question to the history
// inside a keyed sequence is asked for one key.
#include "compile/builder.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace nurture::compile {

namespace {

/// The field that carries the key in each event: what the event's own way in says, else the first key that it declares.
void add_key_positions(Builder& builder, Sequence& sequence, const model::Sequence& declared) {
  const Program& program = builder.program;
  if (declared.key_fields.empty()) return;
  sequence.key_positions.assign(program.events.size(), -1);
  for (std::size_t way = 0; way < declared.key_fields.size(); ++way) {
    if (declared.key_fields[way].empty()) continue;
    const Id field = field_name(program, declared.key_fields[way]);
    static_cast<void>(intern(sequence.key_fields, field));
    const ast::Trigger& trigger = declared.node->enrolls[way].trigger;
    if (!trigger.on) continue;
    for (const ast::Name& event : trigger.on->events) {
      const Id id = builder.model.find_event(event.text);
      if (sequence.key_positions[id] < 0) sequence.key_positions[id] = program.events[id].position[field];
    }
  }
  for (const Id field : sequence.key_fields) {
    for (Id id = 0; id < program.events.size(); ++id) {
      if (sequence.key_positions[id] < 0) sequence.key_positions[id] = program.events[id].position[field];
    }
  }
}

Id lead_field(const Builder& builder, const ast::Name& name) { return builder.model.find_lead_field(ast::lead_field_name(name.text)); }

ClockTime compile_clock(const Builder& builder, const ast::ClockTime& clock) {
  return {clock.time.minutes * 60, clock.field ? lead_field(builder, *clock.field) : kNone};
}

Recurrence compile_recurrence(const Builder& builder, const ast::Recurrence& node) {
  Recurrence every;
  every.kind = static_cast<RecurrenceKind>(node.kind);
  every.weekday = node.weekday;
  every.leap_in_march = node.leap_in_march;
  every.text = "every " + syntax::print_recurrence(node);
  if (node.kind == ast::Recurrence::Kind::year) every.date = lead_field(builder, node.date);
  if (node.kind == ast::Recurrence::Kind::period) {
    every.period = to_period(node.period);
    every.from = time::parse_date_time(node.from.text).value();
  }
  if (node.time) every.time.seconds = node.time->minutes * 60;
  return every;
}

void add_entry(Builder& builder, Sequence& sequence, const Place& place) {
  const ast::Sequence& node = *place.declared->node;
  add_key_positions(builder, sequence, *place.declared);
  for (const ast::Enroll& enroll : node.enrolls) {
    sequence.enrolls.push_back(compile_trigger(builder, enroll.trigger, place));
    sequence.keys.push_back(enroll.key ? compile_expression(builder, *enroll.key, place) : eval::Ref{});
  }
  for (const ast::EnrollEvery& enroll : node.recurring_enrolls)
    sequence.recurring_enrolls.push_back(compile_recurrence(builder, enroll.every));
  if (!node.conflicts.empty()) {
    sequence.restarts = true;
    const auto& until = node.conflicts.front().until;
    if (until) sequence.restart_until = place.declared->find_step(until->text);
  }
  // Who enters every week enters more than once.
  if (node.reenrolls.empty() && !node.recurring_enrolls.empty()) sequence.reenroll = Sequence::Reenroll::always;
  if (node.reenrolls.empty()) return;
  const ast::Reenroll& reenroll = node.reenrolls.front();
  sequence.reenroll_from_exit = reenroll.from_exit;
  switch (reenroll.kind) {
    case ast::Reenroll::Kind::never: break;
    case ast::Reenroll::Kind::always: sequence.reenroll = Sequence::Reenroll::always; break;
    case ast::Reenroll::Kind::after:
      sequence.reenroll = Sequence::Reenroll::after;
      sequence.reenroll_after = to_period(reenroll.after);
      break;
  }
}

void add_anchors(Builder& builder, Sequence& sequence, const Place& place) {
  for (const ast::Anchor& node : place.declared->node->anchors) {
    Anchor anchor;
    anchor.name = node.name.text;
    anchor.value = compile_condition(builder, node.value, place.with(Place::EventIs::entry));
    if (node.zone) anchor.zone = compile_zone(*node.zone);
    anchor.else_exit = node.otherwise == ast::Anchor::Otherwise::exit;
    anchor.hold = node.hold ? to_period(*node.hold) : time::Period{0, static_cast<std::int32_t>(limits::kAnchorHoldDays), 0};
    sequence.anchors.push_back(std::move(anchor));
  }
}

void add_settings(Builder& builder, Sequence& sequence, const ast::Sequence& node) {
  if (!node.zones.empty()) sequence.zone = compile_zone(node.zones.front().zone);
  if (!node.default_times.empty()) sequence.default_time = compile_clock(builder, node.default_times.front().time);
  if (!node.priorities.empty()) sequence.priority = static_cast<std::int32_t>(node.priorities.front().value.value);
  if (!node.exclusives.empty()) sequence.group = intern(builder.program.groups, node.exclusives.front().group.text);
  if (!node.catch_ups.empty()) sequence.catch_up = static_cast<CatchUp>(node.catch_ups.front().kind);
  sequence.next_actual = !node.anchor_nexts.empty() && node.anchor_nexts.front().kind == ast::AnchorNext::Kind::actual;
  sequence.policies = builder.model.policies_of(node);
  sequence.holdouts = to_holdouts(node.holdouts);
}

void add_ends(Builder& builder, Sequence& sequence, const Place& place) {
  const ast::Sequence& node = *place.declared->node;
  // Those of triggers are asked about the lead: nothing ends.
  const Place asked = sequence.is_triggers ? Place{} : place;
  for (const ast::Suppress& item : node.suppressions) sequence.suppressions.push_back(compile_condition(builder, item.when, asked));
  for (const ast::Goal& item : node.goals) {
    Goal goal{item.name.text, compile_trigger(builder, item.trigger, place), {}};
    if (item.value) goal.value = compile_expression(builder, *item.value, place);
    sequence.goals.push_back(std::move(goal));
  }
  for (const ast::Exit& item : node.exits) sequence.exits.push_back({item.name.text, compile_trigger(builder, item.trigger, place), {}});
  // Losing the state that they stay for is an exit like any other. [S2.4]
  for (const ast::Stay& item : node.stays) {
    ast::Trigger lost;
    ast::Expr& negation = lost.when.emplace();
    negation.kind = ast::ExprKind::not_;
    negation.span = item.condition.span;
    negation.args.push_back(item.condition);
    sequence.exits.push_back({"left", compile_trigger(builder, lost, place), {}});
  }
}

void set_schedule(const Builder& builder, Step& step, const model::Step& declared) {
  const ast::Offset& offset = declared.node->offset;
  switch (offset.kind) {
    case ast::Offset::Kind::immediately: break;
    case ast::Offset::Kind::every:
      step.kind = ScheduleKind::every;
      step.every = compile_recurrence(builder, *offset.every);
      break;
    case ast::Offset::Kind::day:
      step.kind = ScheduleKind::day;
      step.day = static_cast<std::int32_t>(declared.day);
      break;
    case ast::Offset::Kind::at:
      step.kind = ScheduleKind::at;
      step.offset = to_period(offset.duration);
      step.offset_sign = offset.duration.text.substr(0, 1) == "-" ? -1 : 1;
      break;
    case ast::Offset::Kind::after:
      step.kind = ScheduleKind::after;
      step.offset = to_period(offset.duration);
      break;
  }
}

void add_steps(Builder& builder, Sequence& sequence, const Place& place, Bodies& bodies) {
  for (const ast::Phase* phase : place.declared->phases) {
    sequence.phases.push_back(phase->title ? phase->title->value : phase->name.text);
  }
  for (const model::Step& declared : place.declared->steps) {
    Step step;
    step.name = declared.name;
    step.offset_text = syntax::print_schedule(*declared.node);
    step.phase = declared.phase;
    set_schedule(builder, step, declared);
    if (declared.node->time) step.time = compile_clock(builder, *declared.node->time);
    if (declared.node->weekdays) step.weekdays = weekday_mask(*declared.node->weekdays);
    step.anchor = declared.anchor;
    step.late = static_cast<LateKind>(declared.late.kind);
    step.grace = to_period(declared.late.grace);
    step.again = declared.node->again;
    step.body = bodies.compile(declared.node->body);
    for (const Id node : reachable(builder.program, step.body)) {
      if (builder.program.nodes[node].op == NodeOp::send) step.sends.push_back(node);
    }
    sequence.steps.push_back(std::move(step));
  }
}

void add_handlers(Builder& builder, Sequence& sequence, const Place& place, Bodies& bodies) {
  for (const model::Handler& declared : place.declared->handlers) {
    Handler handler;
    handler.name = declared.name;
    handler.trigger = compile_trigger(builder, declared.node->trigger, place);
    if (declared.node->repeat) {
      const bool every = declared.node->repeat->kind == ast::Repeat::Kind::every_time;
      handler.repeat = every ? RepeatKind::every_time : RepeatKind::at_most_once_per;
      handler.per = to_period(declared.node->repeat->per);
    }
    handler.body = bodies.compile(declared.node->body);
    sequence.handlers.push_back(std::move(handler));
  }
}

void fill_sequence(Builder& builder, Id id) {
  Sequence& sequence = builder.program.sequences[id];
  const model::Sequence& declared = builder.model.sequences[id];
  Place place;
  place.sequence = &sequence;
  place.declared = &declared;
  const auto first_query = static_cast<Id>(builder.program.module.queries.size());
  name_version(builder, sequence, declared.name);
  sequence.title = declared.title;
  sequence.owner = declared.owner;
  sequence.first_day = static_cast<std::int32_t>(declared.first_day);
  sequence.is_triggers = declared.is_triggers;
  sequence.is_stream = declared.stream != nullptr;
  add_entry(builder, sequence, place);
  add_settings(builder, sequence, *declared.node);
  if (declared.broadcast != nullptr) add_broadcast(builder, sequence, *declared.broadcast);
  add_anchors(builder, sequence, place);
  add_ends(builder, sequence, place);
  Bodies bodies(builder, place);
  sequence.nodes.begin = static_cast<Id>(builder.program.nodes.size());
  add_steps(builder, sequence, place, bodies);
  add_handlers(builder, sequence, place, bodies);
  sequence.nodes.end = static_cast<Id>(builder.program.nodes.size());
  add_test_expressions(builder, id, kNone);
  sequence.linear = !sequence.is_migrated && is_linear(builder.program, sequence);
  sequence.sleeps = sequence.catch_up != CatchUp::run || std::any_of(sequence.steps.begin(), sequence.steps.end(),
                                                                     [](const Step& step) { return step.late == LateKind::grace; });
  summarize_sequence(builder, sequence, {first_query, static_cast<Id>(builder.program.module.queries.size())});
}

/// Of all sequences before any body: one can enter another that stands behind it.
void add_parameters(Builder& builder) {
  Program& program = builder.program;
  for (Id id = 0; id < program.sequences.size(); ++id) {
    for (const model::Field& declared : builder.model.sequences[id].accepted) {
      program.sequences[id].parameters.push_back(to_field(builder, declared));
      program.sequences[id].parameter_names.push_back(field_name(program, declared.name));
    }
  }
}

/// Higher priority first, then by name. [S2.1]
void add_order(Program& program) {
  for (Id id = 0; id < program.sequences.size(); ++id) program.sequence_order.push_back(id);
  std::sort(program.sequence_order.begin(), program.sequence_order.end(), [&](Id a, Id b) {
    const Sequence& left = program.sequences[a];
    const Sequence& right = program.sequences[b];
    if (left.priority != right.priority) return left.priority > right.priority;
    return left.name != right.name ? left.name < right.name : a < b;
  });
  program.sequence_rank.resize(program.sequences.size());
  for (Id rank = 0; rank < program.sequence_order.size(); ++rank) program.sequence_rank[program.sequence_order[rank]] = rank;
  // Versions of one sequence act in the order of their enrolments, whose numbers rise through all of them.
  for (Id rank = 1; rank < program.sequence_order.size(); ++rank) {
    const Sequence& before = program.sequences[program.sequence_order[rank - 1]];
    const Sequence& sequence = program.sequences[program.sequence_order[rank]];
    if (before.name != sequence.name || before.priority != sequence.priority) continue;
    program.sequence_rank[program.sequence_order[rank]] = program.sequence_rank[program.sequence_order[rank - 1]];
  }
}

/// Ways in, in the order in which sequences act. [S2.1]
void add_entries(Program& program) {
  for (const Id id : program.sequence_order) {
    if (program.sequences[id].is_pinned) continue;  // Nobody enters it any more.
    if (program.sequences[id].is_triggers && !program.sequences[id].is_digest) program.triggers.push_back(id);
    bool has_when = false;
    for (const Trigger& enroll : program.sequences[id].enrolls) {
      has_when = has_when || !enroll.on;
      program.lead_clock = program.lead_clock || enroll.condition.clock;
      for (const Id event : enroll.pattern.events) static_cast<void>(intern(program.events[event].enrolls, id));
    }
    if (has_when) program.enroll_when.push_back(id);
    if (program.sequences[id].recurring_enrolls.empty()) continue;
    program.enroll_every.push_back(id);
    program.lead_clock = true;
  }
}

}  // namespace

void add_sequences(Builder& builder) {
  Program& program = builder.program;
  program.sequences.resize(builder.model.sequences.size());  // places point into it
  add_parameters(builder);
  for (Id id = 0; id < program.sequences.size(); ++id) fill_sequence(builder, id);
  add_digests(builder);
  add_order(program);
  add_entries(program);
  order_broadcasts(program);
}

}  // namespace nurture::compile
