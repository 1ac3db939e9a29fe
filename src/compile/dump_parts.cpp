// The small parts of a program as text: periods, zones, windows, triggers, nodes. Entry points: to_text(), add_body().
#include "compile/builder.hpp"
#include "compile/dump.hpp"

#include <cstdlib>

namespace nurture::compile {

namespace {

/// "-> #3", "-> end": where a body goes on.
std::string target(const Program& program, Id node) {
  return node == 0 ? std::string("end") : fmt::format("#{}", program.nodes[node].action);
}

std::string arguments_text(const Program& program, const std::vector<Field>& parameters, Id begin) {
  std::string text;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const eval::Ref value = program.node_arguments[begin + i];
    if (value) text += fmt::format("{}{} = {}", text.empty() ? " with " : ", ", parameters[i].name, to_text(program, value));
  }
  return text;
}

std::string send_text(const Program& program, const Node& node) {
  const auto kind = static_cast<SendKind>(node.d);
  if (kind == SendKind::next) {
    // What stands in the pool is no part of the graph: whoever is under way gets what is put in later. [S10.1]
    const Pool& pool = program.pools[node.a];
    return fmt::format("send next of {}{}", pool.name, pool.exhausted == 0 ? "" : ", exhausted " + target(program, pool.exhausted));
  }
  const Message& message = program.messages[node.a];
  const SendPath& said = program.send_paths[node.b];
  std::string text = "send " + message.name;
  if (said.variant != kNone) text += " variant " + message.variants[said.variant].name;
  text += arguments_text(program, message.parameters, said.arguments.begin);
  const std::string_view by = kind == SendKind::preferred ? " by preferred of " : " by ";
  for (Id i = node.b; kind != SendKind::first && i < node.c; ++i) {
    text += i == node.b ? by : ", ";
    text += program.channels[program.send_paths[i].channel].name;
  }
  return said.guard_text.empty() ? text : text + ' ' + said.guard_text;
}

std::string clock_wait_text(const Program& program, const Node& node) {
  const std::string clock = node.b == kNone ? std::string() : clock_text(static_cast<std::int32_t>(node.b));
  if (node.a == kNone) return fmt::format("wait until {} {}", days_text(static_cast<std::uint8_t>(node.c)), clock);
  return "wait " + to_text(program.periods[node.a]) + (clock.empty() ? "" : " until " + clock);
}

std::string wait_text(const Program& program, const Sequence* sequence, const Node& node) {
  const WaitUntil& wait = program.waits[node.a];
  std::string text = "wait until ";
  for (const WaitCase& one : wait.cases) {
    if (&one != &wait.cases.front()) text += ", or ";
    text += to_text(program, sequence, one.trigger);
    if (!one.trigger.on) text += fmt::format(" [{}]", changes_text(program, one.trigger.condition));
    if (!one.label.empty()) text += fmt::format(" as {} {}", one.label, target(program, one.body));
  }
  if (wait.resets) text += " repeat reset";
  if (!wait.has_timeout) return text;
  text += ", after " + to_text(wait.timeout);
  if (!wait.timeout_label.empty()) text += " as " + wait.timeout_label;
  return text + ' ' + target(program, wait.then);
}

std::string entering_text(const Program& program, std::string_view how, const Node& node) {
  const Sequence& sequence = program.sequences[node.a];
  return fmt::format("{} {}{}", how, sequence.name, arguments_text(program, sequence.parameters, node.b));
}

std::string branch_text(const Program& program, const Node& node) {
  const Branch& branch = program.branches[node.d];
  const auto arm = [&](const std::string& label, Id first) { return (label.empty() ? label : label + ' ') + target(program, first); };
  return fmt::format("if {} then {} else {}", to_text(program, eval::Ref{node.a}), arm(branch.then_label, node.b),
                     arm(branch.else_label, node.c));
}

std::string split_text(const Program& program, const Node& node) {
  const Split& split = program.splits[node.a];
  std::string text = "split " + split.name + " by " + split.salt;
  if (split.experiment != kNone) {
    const Experiment& experiment = program.experiments[split.experiment];
    text += " goal " + experiment.goal_text;
    if (experiment.percent != 0) text += fmt::format(" promote at {}% min {}", experiment.percent, experiment.least);
  }
  for (const Arm& arm : split.arms) text += fmt::format(", {} {}% {}", arm.name, arm.share, target(program, arm.body));
  return text;
}

std::string call_text(const Program& program, const Node& node) {
  std::string text = "do " + program.texts[node.a] + '(';
  for (Id i = node.b; i < node.c; ++i) text += (i == node.b ? "" : ", ") + to_text(program, program.node_arguments[i]);
  return text + ')';
}

std::string parts_text(const Program& program, const Node& node) {
  const auto begin = program.text_parts.begin();
  return to_text(program, std::vector<TextPart>(begin + node.b, begin + node.c));
}

std::string task_text(const Program& program, const Node& node) {
  const Task& task = program.tasks[node.a];
  std::string text = fmt::format("task {} {}", task.owner, parts_text(program, node));
  if (task.has_due) text += " due " + to_text(task.due);
  return task.name.empty() ? text : text + " as " + task.name;
}

std::string factor_text(const Factor& factor) { return fmt::format("accelerate {}/{}x", factor.numerator, factor.denominator); }

std::string node_text(const Program& program, const Sequence* sequence, const Node& node) {
  switch (node.op) {
    case NodeOp::end: break;
    case NodeOp::send: return send_text(program, node);
    case NodeOp::wait: return clock_wait_text(program, node);
    case NodeOp::wait_until: return wait_text(program, sequence, node);
    case NodeOp::branch: return branch_text(program, node);
    case NodeOp::split: return split_text(program, node);
    case NodeOp::move: return entering_text(program, "move to", node) + (node.d == node.next ? "" : " else " + target(program, node.d));
    case NodeOp::enroll: return entering_text(program, "enroll in", node);
    case NodeOp::exit: return "exit " + (sequence == nullptr ? std::string() : sequence->exit_names[node.a]);
    case NodeOp::accelerate: return factor_text(program.factors[node.a]);
    case NodeOp::set: return fmt::format("set lead.{} = {}", program.lead[node.a].name, to_text(program, eval::Ref{node.b}));
    case NodeOp::tag: return "tag " + program.texts[node.a];
    case NodeOp::notify: return fmt::format("notify {} {}", program.texts[node.a], parts_text(program, node));
    case NodeOp::task: return task_text(program, node);
    case NodeOp::score: return program.awards[node.a].rule;
    case NodeOp::snooze: return "snooze " + to_text(program.periods[node.a]);
    case NodeOp::call: return call_text(program, node);
    case NodeOp::jump: return "-> " + (sequence == nullptr ? std::string() : sequence->steps[node.a].name);
  }
  return "end";
}

}  // namespace

std::string to_text(const time::Period& period) {
  std::string text;
  const auto add = [&](std::int64_t amount, std::string_view unit) {
    if (amount != 0) text += fmt::format("{}{}", amount, unit);
  };
  add(period.months, "mo");
  add(period.days, "d");
  add(period.ms / 3'600'000, "h");
  add(period.ms / 60'000 % 60, "min");
  add(period.ms / 1'000 % 60, "s");
  return text.empty() ? "0s" : text;
}

std::string days_text(std::uint8_t days) {
  static constexpr const char* kNames[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::vector<std::string_view> names;
  for (unsigned day = 0; day < 7; ++day) {
    if ((days >> day & 1u) != 0) names.emplace_back(kNames[day]);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string clock_text(std::int32_t second_of_day) { return fmt::format("{:02}:{:02}", second_of_day / 3600, second_of_day / 60 % 60); }
std::string clock_text(const Program& program, const ClockTime& time) {
  const std::string text = clock_text(time.seconds);
  return time.field == kNone ? text : "lead." + program.lead[time.field].name + " else " + text;
}

std::string to_text(const ZoneRule& zone) {
  switch (zone.kind) {
    case ZoneRule::Kind::lead: return "lead";
    case ZoneRule::Kind::anchor: return "anchor";
    case ZoneRule::Kind::named: break;
  }
  return zone.zone == nullptr ? "unknown" : zone.zone->name();
}

std::string to_text(const Program& program, eval::Ref expression) {
  const std::string_view text = program.text(expression);
  return text.empty() ? fmt::format("code {}", expression.begin) : std::string(text);
}

std::string to_text(const Program& program, const std::vector<TextPart>& parts) {
  std::string text;
  for (const TextPart& part : parts) text += part.code ? "{{ " + to_text(program, part.code) + " }}" : part.text;
  return eval::to_string(eval::Value::of(std::string_view(text)));
}

std::string window_text(const Sequence* sequence, const eval::Query& query) {
  using Since = eval::Query::Since;
  switch (query.since) {
    case Since::ever: break;
    case Since::within: return "within " + to_text(query.within);
    case Since::enrolled: return "since enrolled";
    case Since::step: return "since step " + (sequence == nullptr ? std::string() : sequence->steps[query.index].name);
    case Since::anchor: return "since anchor " + (sequence == nullptr ? std::string() : sequence->anchors[query.index].name);
    case Since::instant: return fmt::format("since {}{}", query.instant.to_string(), query.instant_is_local ? " local" : "");
  }
  return "";
}

std::string changes_text(const Program& program, const Condition& condition) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view what, const std::vector<std::string_view>& names) {
    if (!names.empty()) parts.push_back(fmt::format("{} {}", what, fmt::join(names, ", ")));
  };
  add("events", names_of(program.events, condition.events));
  add("fields", names_of(program.lead, condition.fields));
  add("scores", names_of(program.scores, condition.scores));
  if (condition.stages) parts.emplace_back("stages");
  if (condition.anchors) parts.emplace_back("anchors");
  if (condition.clock) parts.emplace_back("clock");
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, "; "));
}

std::string to_text(const Program& program, const Sequence* sequence, const Trigger& trigger) {
  if (!trigger.on) return "when " + to_text(program, trigger.condition.code);
  const Pattern& pattern = trigger.pattern;
  std::string text = fmt::format("on {}", fmt::join(names_of(program.events, pattern.events), " or "));
  if (pattern.any_key) text += " any key";
  if (pattern.where) text += " where " + to_text(program, pattern.where);
  if (pattern.look_back != kNone) text += ' ' + window_text(sequence, program.module.queries[pattern.look_back]);
  return text;
}

void add_body(Lines& lines, int level, const Program& program, const Sequence* sequence, Id first) {
  for (const Id id : reachable(program, first)) {
    const Node& node = program.nodes[id];
    const bool goes_on = node.op != NodeOp::branch && node.op != NodeOp::split && node.op != NodeOp::exit && node.op != NodeOp::jump;
    lines.add(level, "#{} {}{}", node.action, node_text(program, sequence, node), goes_on ? " -> " + target(program, node.next) : "");
  }
}

}  // namespace nurture::compile
