// Sequences and scores as text. Entry points: graph_text() (what a sequence's hash covers), add_sequence(), add_score().
#include "compile/builder.hpp"
#include "compile/dump.hpp"

namespace nurture::compile {

namespace {

constexpr const char* kNotAtAll = "";

std::string changing(const Program& program, const Trigger& trigger) {
  return trigger.on ? std::string(kNotAtAll) : fmt::format(" [{}]", changes_text(program, trigger.condition));
}

void add_entry(Lines& lines, const Program& program, const Sequence& sequence) {
  for (std::size_t i = 0; i < sequence.enrolls.size(); ++i) {
    const Trigger& enroll = sequence.enrolls[i];
    const std::string key = sequence.keys[i] ? " key " + to_text(program, sequence.keys[i]) : "";
    lines.add(1, "enroll {}{}{}", to_text(program, &sequence, enroll), key, changing(program, enroll));
  }
  for (const Field& parameter : sequence.parameters) lines.add(1, "accepts {}", field_text(parameter));
  for (const Id field : sequence.key_fields) lines.add(1, "keyed by {}", program.field_names[field]);
  switch (sequence.reenroll) {
    case Sequence::Reenroll::never: lines.add(1, "reenroll never"); break;
    case Sequence::Reenroll::always: lines.add(1, "reenroll always"); break;
    case Sequence::Reenroll::after:
      lines.add(1, "reenroll after {}{}", to_text(sequence.reenroll_after), sequence.reenroll_from_exit ? " from exit" : "");
      break;
  }
  for (const Recurrence& every : sequence.recurring_enrolls) {
    lines.add(1, "enroll {}{}", every.text, every.date == kNone ? "" : fmt::format(" [lead.{}]", program.lead[every.date].name));
  }
  if (sequence.restarts) {
    const std::string until = sequence.restart_until == kNone ? "" : " until " + sequence.steps[sequence.restart_until].name;
    lines.add(1, "conflict restart{}", until);
  }
}

void add_settings(Lines& lines, const Program& program, const Sequence& sequence) {
  for (const Anchor& anchor : sequence.anchors) {
    lines.add(1, "anchor {} = {} in {} else {} [{}]", anchor.name, to_text(program, anchor.value.code), to_text(anchor.zone),
              anchor.else_exit ? "exit" : "hold at most " + to_text(anchor.hold), changes_text(program, anchor.value));
  }
  lines.add(1, "zone {}", to_text(sequence.zone));
  if (sequence.default_time.seconds >= 0) lines.add(1, "default time {}", clock_text(program, sequence.default_time));
  if (sequence.group != kNone) lines.add(1, "exclusive {}", program.groups[sequence.group]);
  if (sequence.first_day != 0) lines.add(1, "first day {}", sequence.first_day);
  if (sequence.next_actual) lines.add(1, "anchor next actual");
  if (sequence.catch_up != CatchUp::run) lines.add(1, "catch up {}", sequence.catch_up == CatchUp::latest ? "latest" : "skip");
  for (const Id policy : sequence.policies) lines.add(1, "policy {}", program.policies[policy].name);
}

void add_ends(Lines& lines, const Program& program, const Sequence& sequence) {
  for (const Goal& goal : sequence.goals) {
    const std::string value = goal.value ? " value " + to_text(program, goal.value) : "";
    lines.add(1, "goal {}{} {}{}", goal.name, value, to_text(program, &sequence, goal.trigger), changing(program, goal.trigger));
  }
  for (const Goal& exit : sequence.exits) {
    lines.add(1, "exit {} {}{}", exit.name, to_text(program, &sequence, exit.trigger), changing(program, exit.trigger));
  }
  for (const Condition& suppression : sequence.suppressions) {
    lines.add(1, "suppress when {} [{}]", to_text(program, suppression.code), changes_text(program, suppression));
  }
}

std::string schedule_text(const Program& program, const Sequence& sequence, const Step& step) {
  std::string text = "immediately";
  if (step.kind == ScheduleKind::day) text = fmt::format("day {}", step.day);
  if (step.kind == ScheduleKind::at) text = fmt::format("at {}{}", step.offset_sign < 0 ? '-' : '+', to_text(step.offset));
  if (step.kind == ScheduleKind::after) text = "after " + to_text(step.offset);
  if (step.anchor != kNone) text += " from " + sequence.anchors[step.anchor].name;
  if (step.kind == ScheduleKind::every) text = step.every.text;
  if (step.weekdays != kEveryWeekday) text += " on " + days_text(step.weekdays);
  if (step.time.seconds >= 0) text += " at " + clock_text(program, step.time);
  if (step.again) text += " again";
  if (step.late == LateKind::grace) return text + ", late grace " + to_text(step.grace);
  return text + (step.late == LateKind::send ? ", late send" : ", late skip");
}

std::string repeat_text(const Handler& handler) {
  switch (handler.repeat) {
    case RepeatKind::once: return "once";
    case RepeatKind::every_time: return "every time";
    case RepeatKind::at_most_once_per: break;
  }
  return "at most once per " + to_text(handler.per);
}

void add_graph(Lines& lines, const Program& program, const Sequence& sequence) {
  if (sequence.broadcast.segment != kNone) {
    const Broadcast& broadcast = sequence.broadcast;
    const std::string start = broadcast.start == Instant::max() ? std::string() : " at " + broadcast.start.to_string();
    lines.add(1, "to segment {}{} spread {} ms", program.segments[broadcast.segment].name, start, broadcast.spread_ms);
  }
  if (sequence.priority != Sequence::kDefaultPriority) lines.add(1, "priority {}", sequence.priority);
  add_entry(lines, program, sequence);
  add_settings(lines, program, sequence);
  add_ends(lines, program, sequence);
  for (const Step& step : sequence.steps) {
    lines.add(1, "step {}: {}", step.name, schedule_text(program, sequence, step));
    add_body(lines, 2, program, &sequence, step.body);
  }
  for (const Handler& handler : sequence.handlers) {
    lines.add(1, "handler {}: {}, {}{}", handler.name, to_text(program, &sequence, handler.trigger), repeat_text(handler),
              changing(program, handler.trigger));
    add_body(lines, 2, program, &sequence, handler.body);
  }
}

/// "anchors 0, steps 2": the words of an enrolment that this sequence needs.
std::string extra_text(const Extra& extra) {
  std::string text = fmt::format("{} words", extra.words);
  const auto add = [&](std::string_view name, Id word) {
    if (word != kNone) text += fmt::format(", {} {}", name, word);
  };
  add("key", extra.key);
  add("anchors", extra.anchors);
  add("steps", extra.steps);
  add("step_times", extra.step_times);
  add("after_times", extra.after_times);
  add("handlers", extra.handlers);
  add("wake", extra.wake);
  add("entry", extra.entry);
  add("entered", extra.entered);
  add("trigger", extra.trigger);
  add("frozen", extra.frozen);
  add("again", extra.again);
  add("handed", extra.handed);
  add("exhausted", extra.exhausted);
  add("wait_began", extra.wait_began);
  return text;
}

void add_reactions(Lines& lines, const Program& program, const Sequence& sequence) {
  for (Id event = 0; event < sequence.reacts.size(); ++event) {
    const unsigned bits = sequence.reacts[event];
    if (bits == 0) continue;
    std::vector<std::string_view> words;
    if ((bits & Sequence::kReactsOn) != 0) words.emplace_back("on");
    if ((bits & Sequence::kReactsWhen) != 0) words.emplace_back("when");
    if ((bits & Sequence::kReactsAnchor) != 0) words.emplace_back("anchor");
    if ((bits & Sequence::kReactsWait) != 0) words.emplace_back("wait");
    lines.add(1, "reacts to {}: {}", program.events[event].name, fmt::join(words, ", "));
  }
  for (Id field = 0; field < sequence.reacts_to_field.size(); ++field) {
    if (sequence.reacts_to_field[field]) lines.add(1, "reacts to lead.{}", program.lead[field].name);
  }
  if (sequence.reacts_to_scores) lines.add(1, "reacts to scores");
  if (sequence.clock_conditions) lines.add(1, "reacts to the clock");
}

std::vector<std::string_view> field_names(const Program& program, const std::vector<Id>& fields) {
  std::vector<std::string_view> names;
  for (const Id field : fields) names.push_back(program.field_names[field]);
  return names;
}

void add_rule(Lines& lines, const Program& program, const Score& score, const ScoreRule& rule) {
  std::string text = fmt::format("rule {:+} {}", rule.points, rule.name);
  if (rule.category != kNone) text += " in " + score.categories[rule.category].name;
  text += ' ' + to_text(program, nullptr, rule.trigger);
  if (rule.limit != 0) text += fmt::format(" limit {} per {}, word {}", rule.limit, to_text(rule.limit_per), rule.limit_word);
  if (rule.when_bit != kNone) text += fmt::format(", bit {}", rule.when_bit);
  lines.add(1, "{}{}", text, changing(program, rule.trigger));
  add_body(lines, 2, program, nullptr, rule.then);
}

void add_tier(Lines& lines, const Program& program, const Tier& tier) {
  lines.add(1, "tier {} {}..{}", tier.name, tier.from, tier.to);
  if (tier.stays_from != tier.from) lines.add(2, "stays from {}", tier.stays_from);
  if (tier.enter != 0) lines.add(2, "enter");
  add_body(lines, 3, program, nullptr, tier.enter);
  if (tier.leave != 0) lines.add(2, "leave");
  add_body(lines, 3, program, nullptr, tier.leave);
}

}  // namespace

std::string graph_text(const Program& program, const Sequence& sequence) {
  Lines lines;
  lines.add(0, "sequence {}", sequence.name);
  add_graph(lines, program, sequence);
  std::vector<Id> segments = sequence.segments;
  std::sort(segments.begin(), segments.end(), [&](Id a, Id b) { return program.segments[a].name < program.segments[b].name; });
  for (const Id segment : segments) {
    lines.add(0, "segment {} = {}", program.segments[segment].name, to_text(program, program.segments[segment].condition.code));
  }
  return lines.text();
}

void add_sequence(Lines& lines, const Program& program, const Sequence& sequence) {
  const bool is_broadcast = sequence.broadcast.segment != kNone;
  const std::string_view kind = sequence.is_triggers ? "triggers" : sequence.is_stream ? "stream" : is_broadcast ? "broadcast" : "sequence";
  lines.add(0, "{} {} version {}", kind, sequence.name, sequence.version);
  for (const Holdout& holdout : sequence.holdouts) lines.add(1, "{}", holdout.text);
  if (!sequence.title.empty()) lines.add(1, "title {}", sequence.title);
  if (!sequence.owner.empty()) lines.add(1, "owner {}", sequence.owner);
  if (!sequence.phases.empty()) lines.add(1, "phases {}", fmt::join(sequence.phases, ", "));
  lines.add(1, "plan {}", sequence.linear ? "linear" : "per step");
  lines.add(1, "extra {}", extra_text(sequence.extra));
  if (!sequence.entry_fields.empty()) lines.add(1, "entry fields {}", fmt::join(field_names(program, sequence.entry_fields), ", "));
  if (!sequence.trigger_fields.empty()) lines.add(1, "trigger fields {}", fmt::join(field_names(program, sequence.trigger_fields), ", "));
  if (!sequence.segments.empty()) lines.add(1, "segments {}", fmt::join(names_of(program.segments, sequence.segments), ", "));
  add_reactions(lines, program, sequence);
  add_graph(lines, program, sequence);
}

void add_score(Lines& lines, const Program& program, const Score& score) {
  lines.add(0, "score {} {}..{}", score.name, score.from, score.to);
  if (!score.title.empty()) lines.add(1, "title {}", score.title);
  lines.add(1, "words {} from {}: flags 0, points {}, decay {}, since {}", score.words, score.word, score.points_word, score.decay_word,
            score.since_word);
  for (const ScoreCategory& category : score.categories) {
    lines.add(1, "category {} weight {} max {}", category.name, category.weight, category.max);
  }
  for (const ScoreRule& rule : score.rules) add_rule(lines, program, score, rule);
  for (const Decay& decay : score.decays) {
    const std::string amount = decay.kind == DecayKind::half ? "half" : std::to_string(decay.amount);
    lines.add(1, "decay {}{} per {} when {} floor {} [{}]", amount, decay.kind == DecayKind::percent ? "%" : "", to_text(decay.per),
              to_text(program, decay.when.code), decay.floor, changes_text(program, decay.when));
  }
  for (const Reset& reset : score.resets) {
    const std::string bit = reset.when_bit == kNone ? "" : fmt::format(", bit {}", reset.when_bit);
    lines.add(1, "reset {} to {}{}{}", to_text(program, nullptr, reset.trigger), reset.to, bit, changing(program, reset.trigger));
  }
  for (const Tier& tier : score.tiers) add_tier(lines, program, tier);
  if (!score.decays.empty() && score.every_point) lines.add(1, "lines at every point");
  if (!score.decays.empty() && !score.every_point) lines.add(1, "lines {}", fmt::join(score.lines, ", "));
}

}  // namespace nurture::compile
