// What is derived from the finished parts of a sequence or a score: which events and fields it reacts to, whether the
// clock matters, and which words an enrolment needs. Entry points: summarize_sequence(), summarize_score().
#include "compile/builder.hpp"

namespace nurture::compile {

namespace {

/// Adds up what conditions and patterns react to.
class Reactions {
 public:
  Reactions(const Program& program, std::vector<std::uint8_t>& events, std::vector<bool>& fields, std::vector<ScoreLine>& lines,
            bool& scores)
      : events_(events), fields_(fields), lines_(lines), scores_(scores) {
    events_.assign(program.events.size(), 0);
    fields_.assign(program.lead.size(), false);
  }

  void add(const Condition& condition, std::uint8_t mark) {
    for (const Id event : condition.events) events_[event] |= mark;
    for (const Id field : condition.fields) fields_[field] = true;
    for (const ScoreLine& line : condition.lines) insert_sorted(lines_, line);
    scores_ = scores_ || !condition.scores.empty() || condition.stages;
  }

  void add(const Trigger& trigger, std::uint8_t on_mark, std::uint8_t when_mark) {
    for (const Id event : trigger.pattern.events) events_[event] |= on_mark;
    add(trigger.condition, when_mark);
  }

 private:
  std::vector<std::uint8_t>& events_;
  std::vector<bool>& fields_;
  std::vector<ScoreLine>& lines_;
  bool& scores_;
};

/// The triggers of a sequence's waits, in file order.
std::vector<const Trigger*> wait_triggers(const Program& program, const Sequence& sequence) {
  std::vector<const Trigger*> triggers;
  for (const Step& step : sequence.steps) {
    for (const Id id : reachable(program, step.body)) {
      const Node& node = program.nodes[id];
      if (node.op != NodeOp::wait_until) continue;
      for (const WaitCase& one : program.waits[node.a].cases) triggers.push_back(&one.trigger);
    }
  }
  return triggers;
}

/// Some wait of the sequence counts days or months on the clock of the lead.
bool waits_for_days(const Program& program, const Sequence& sequence) {
  if (program.zone_field == kNone || sequence.zone.kind == ZoneRule::Kind::named) return false;
  const auto civil = [](const time::Period& period) { return period.months != 0 || period.days != 0; };
  const auto counts_days = [&](Id id) {
    const Node& node = program.nodes[id];
    if (node.op == NodeOp::wait) return node.b != kNone || civil(program.periods[node.a]);
    return node.op == NodeOp::wait_until && program.waits[node.a].has_timeout && civil(program.waits[node.a].timeout);
  };
  return std::any_of(sequence.steps.begin(), sequence.steps.end(), [&](const Step& step) {
    const std::vector<Id> nodes = reachable(program, step.body);
    return std::any_of(nodes.begin(), nodes.end(), counts_days);
  });
}

void add_reactions(const Program& program, Sequence& sequence) {
  Reactions reactions(program, sequence.reacts, sequence.reacts_to_field, sequence.score_lines, sequence.reacts_to_scores);
  const auto add = [&](const Trigger& trigger) {
    reactions.add(trigger, Sequence::kReactsOn, Sequence::kReactsWhen);
    sequence.clock_conditions = sequence.clock_conditions || trigger.condition.clock;
  };
  for (const Goal& goal : sequence.goals) add(goal.trigger);
  for (const Goal& exit : sequence.exits) add(exit.trigger);
  for (const Handler& handler : sequence.handlers) add(handler.trigger);
  for (const Condition& suppression : sequence.suppressions) {
    reactions.add(suppression, Sequence::kReactsWhen);
    sequence.clock_conditions = sequence.clock_conditions || suppression.clock;
  }
  for (const Anchor& anchor : sequence.anchors) reactions.add(anchor.value, Sequence::kReactsAnchor);
  for (const Trigger* wait : wait_triggers(program, sequence)) reactions.add(*wait, Sequence::kReactsWait, Sequence::kReactsWait);
  const auto plan_by = [&](Id field) {
    if (field == kNone) return;
    insert_sorted(sequence.plan_fields, field);
    sequence.reacts_to_field[field] = true;
  };
  plan_by(sequence.default_time.field);
  for (const Step& step : sequence.steps) {
    plan_by(step.time.field);
    plan_by(step.every.date);
  }
}

/// Some expression that can be evaluated for an enrolment asks `since` this.
bool asks_since(eval::Query::Since since, const Program& program, Range queries) {
  const auto& all = program.module.queries;
  return std::any_of(all.begin() + queries.begin, all.begin() + queries.end,
                     [since](const eval::Query& query) { return query.since == since; });
}

/// Some step has something to do when nothing is left to send.
bool may_be_exhausted(const Program& program, const Sequence& sequence) {
  const auto has_body = [&](Id id) {
    const Node& node = program.nodes[id];
    return node.op == NodeOp::send && node.d == static_cast<Id>(SendKind::next) && program.pools[node.a].exhausted != 0;
  };
  return sequence.is_stream && std::any_of(sequence.steps.begin(), sequence.steps.end(), [&](const Step& step) {
           const std::vector<Id> nodes = reachable(program, step.body);
           return std::any_of(nodes.begin(), nodes.end(), has_body);
         });
}

void lay_out_extra(const Program& program, Sequence& sequence, Range queries) {
  Extra& extra = sequence.extra;
  const auto take = [&](bool needed, std::size_t words) {
    if (!needed || words == 0) return kNone;
    const Id first = extra.words;
    extra.words += static_cast<Id>(words);
    return first;
  };
  const auto waits = wait_triggers(program, sequence);
  const bool clock_wait = std::any_of(waits.begin(), waits.end(), [](const Trigger* wait) { return wait->condition.clock; });
  const auto& keys = sequence.keys;
  // The key of who is in a broadcast is the number of its start.
  const bool is_broadcast = sequence.broadcast.segment != kNone;
  extra.key = take(is_broadcast || std::any_of(keys.begin(), keys.end(), [](eval::Ref key) { return static_cast<bool>(key); }), 1);
  extra.anchors = take(true, sequence.anchors.size());
  extra.steps = take(!sequence.linear, sequence.steps.size());
  const auto some_step = [&](auto is) { return std::any_of(sequence.steps.begin(), sequence.steps.end(), is); };
  const bool counts_from_end = some_step([](const Step& step) { return step.kind == ScheduleKind::after; });
  const bool recurs = some_step([](const Step& step) { return step.kind == ScheduleKind::every; });
  extra.step_times = take(asks_since(eval::Query::Since::step, program, queries), sequence.steps.size());
  extra.after_times = take(counts_from_end || recurs, sequence.steps.size());
  extra.handlers = take(true, 2 * sequence.handlers.size());
  extra.wake = take(sequence.clock_conditions || clock_wait, 1);
  extra.entry = take(!sequence.entry_fields.empty(), 1 + sequence.entry_fields.size());
  extra.entered = take(asks_since(eval::Query::Since::enrolled, program, queries), 2);
  extra.trigger = take(!sequence.trigger_fields.empty(), 1 + sequence.trigger_fields.size());
  extra.frozen = take(sequence.group != kNone || sequence.is_migrated, 3);  // It may have stood still before.
  extra.again = take(some_step([](const Step& step) { return step.again; }), sequence.steps.size());
  extra.handed = take(true, sequence.parameters.size());
  extra.migrated = take(sequence.is_migrated, 3);
  extra.exhausted = take(may_be_exhausted(program, sequence), 1);
  extra.wait_began = take(waits_for_days(program, sequence), 1);
}

}  // namespace

void summarize_sequence(Builder& builder, Sequence& sequence, Range queries) {
  // What a wait finds when it looks back is the `trigger` of what follows.
  for (const Trigger* wait : wait_triggers(builder.program, sequence)) {
    if (wait->pattern.look_back != kNone) keep_fields(builder.program, wait->pattern.events, sequence.trigger_fields);
  }
  add_reactions(builder.program, sequence);
  lay_out_extra(builder.program, sequence, queries);
}

void summarize_score(Builder& builder, Score& score) {
  Reactions reactions(builder.program, score.reacts, score.reacts_to_field, score.asked_lines, score.reacts_to_scores);
  score.clock = !score.decays.empty();
  const auto add = [&](const Trigger& trigger) {
    reactions.add(trigger, Sequence::kReactsOn, Sequence::kReactsWhen);
    score.clock = score.clock || trigger.condition.clock;
  };
  for (const ScoreRule& rule : score.rules) add(rule.trigger);
  for (const Reset& reset : score.resets) add(reset.trigger);
  for (const Decay& decay : score.decays) reactions.add(decay.when, Sequence::kReactsWhen);
}

void summarize_lifecycle(const Builder& builder, Lifecycle& lifecycle) {
  Reactions reactions(builder.program, lifecycle.reacts, lifecycle.reacts_to_field, lifecycle.asked_lines, lifecycle.reacts_to_scores);
  for (const Stage& stage : lifecycle.stages) {
    reactions.add(stage.trigger, Sequence::kReactsOn, Sequence::kReactsWhen);
    lifecycle.clock = lifecycle.clock || stage.trigger.condition.clock;
  }
}

}  // namespace nurture::compile
