// Bodies of steps, handlers, rules and tiers to chains of nodes. Entry point: Bodies::compile().
//
// Nodes are allocated first, in file order, and linked afterwards: then the node behind a branch is known while its arms
// are linked, and arms rejoin by pointing at it, so the engine needs no stack.
#include "compile/bodies.hpp"

#include "compile/builder.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

#include <numeric>

namespace nurture::compile {

std::vector<const ast::Body*> inner_bodies(const ast::Action& action) {
  std::vector<const ast::Body*> bodies;
  const auto add_timeout = [&](const std::optional<ast::Timeout>& timeout) {
    if (timeout && timeout->then) bodies.push_back(&*timeout->then);
  };
  if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) {
    add_timeout(wait->timeout);
  } else if (const auto* any_of = std::get_if<ast::WaitAnyOf>(&action.what)) {
    for (const ast::WaitCase& one : any_of->conditions.cases) bodies.push_back(&one.body);
    add_timeout(any_of->timeout);
  } else if (const auto* next = std::get_if<ast::SendNext>(&action.what)) {
    if (next->exhausted) bodies.push_back(&*next->exhausted);
  } else if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) {
    if (move->otherwise) bodies.push_back(&*move->otherwise);
  } else if (const auto* branch = std::get_if<ast::If>(&action.what)) {
    bodies.push_back(&branch->then);
    if (branch->otherwise) bodies.push_back(&*branch->otherwise);
  } else if (const auto* split = std::get_if<ast::Split>(&action.what)) {
    for (const ast::Arm& arm : split->arms) bodies.push_back(&arm.body);
  }
  return bodies;
}

namespace {

std::string text_of(const std::optional<ast::Name>& name) { return name ? name->text : std::string(); }

/// "1.5" -> 3/2. Digits beyond what 64 bits hold are dropped.
Factor to_factor(std::string_view text) {
  constexpr std::int64_t kMost = 100'000'000'000'000'000;
  Factor factor{0, 1};
  bool fraction = false;
  for (const char c : text) {
    if (c == '.') {
      fraction = true;
    } else if (factor.numerator < kMost && factor.denominator < kMost) {
      factor.numerator = factor.numerator * 10 + (c - '0');
      if (fraction) factor.denominator *= 10;
    }
  }
  const std::int64_t divisor = std::gcd(factor.numerator, factor.denominator);
  return {factor.numerator / divisor, factor.denominator / divisor};
}

}  // namespace

Id Bodies::compile(const ast::Body& body) {
  allocate(body);
  return link(body, 0);
}

void Bodies::allocate(const ast::Body& body) {
  for (const ast::Action& action : body.actions) {
    ids_[&action] = static_cast<Id>(builder_.program.nodes.size());
    builder_.program.nodes.push_back({});
    builder_.program.nodes.back().action = actions_++;
    for (const ast::Body* inner : inner_bodies(action)) allocate(*inner);
  }
}

Id Bodies::link(const ast::Body& body, Id continuation) {
  const auto& actions = body.actions;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    fill(ids_.at(&actions[i]), actions[i], i + 1 < actions.size() ? ids_.at(&actions[i + 1]) : continuation);
  }
  return actions.empty() ? continuation : ids_.at(&actions.front());
}

void Bodies::fill(Id id, const ast::Action& action, Id next) {
  Program& program = builder_.program;
  const model::Model& model = builder_.model;
  Node& node = program.nodes[id];
  node.next = next;
  if (fill_wait(node, action)) return;
  if (const auto* send = std::get_if<ast::Send>(&action.what)) {
    fill_send(node, *send);
  } else if (const auto* from_pool = std::get_if<ast::SendNext>(&action.what)) {
    fill_send_next(node, *from_pool);
  } else if (const auto* branch = std::get_if<ast::If>(&action.what)) {
    fill_branch(node, *branch);
  } else if (const auto* split = std::get_if<ast::Split>(&action.what)) {
    fill_split(node, *split);
  } else if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) {
    fill_entering(node, NodeOp::move, move->sequence, move->arguments);
    node.d = move->otherwise ? link(*move->otherwise, next) : next;
  } else if (const auto* enroll = std::get_if<ast::EnrollIn>(&action.what)) {
    fill_entering(node, NodeOp::enroll, enroll->sequence, enroll->arguments);
  } else if (const auto* exit = std::get_if<ast::ExitAs>(&action.what)) {
    node.op = NodeOp::exit;
    if (place_.sequence != nullptr) node.a = intern(place_.sequence->exit_names, exit->name.text);
  } else if (const auto* accelerate = std::get_if<ast::Accelerate>(&action.what)) {
    node.op = NodeOp::accelerate;
    node.a = intern(program.factors, to_factor(accelerate->factor));
    node.b = accelerations_++;
  } else if (const auto* set = std::get_if<ast::SetField>(&action.what)) {
    node.op = NodeOp::set;
    node.a = model.find_lead_field(ast::lead_field_name(set->name.text));
    node.b = compile_expression(builder_, set->value, place_).begin;
  } else if (const auto* tag = std::get_if<ast::Tag>(&action.what)) {
    node.op = NodeOp::tag;
    node.a = intern(program.texts, tag->name.text);
  } else if (const auto* notify = std::get_if<ast::Notify>(&action.what)) {
    fill_notify(node, *notify);
  } else if (const auto* task = std::get_if<ast::Task>(&action.what)) {
    fill_task(node, *task);
  } else if (const auto* add = std::get_if<ast::AddPoints>(&action.what)) {
    node.op = NodeOp::score;
    node.a = static_cast<Id>(program.awards.size());
    program.awards.push_back(
        {model.find_score(add->score.text), add->points.value, fmt::format("score {} {:+}", add->score.text, add->points.value)});
  } else if (const auto* snooze = std::get_if<ast::Snooze>(&action.what)) {
    node.op = NodeOp::snooze;
    node.a = intern(program.periods, to_period(snooze->length));
  } else if (const auto* call = std::get_if<ast::Do>(&action.what)) {
    fill_call(node, *call);
  } else if (const auto* jump = std::get_if<ast::Jump>(&action.what)) {
    node.op = NodeOp::jump;
    if (place_.declared != nullptr) node.a = place_.declared->find_step(jump->step.text);
  }
}

namespace {

Id find_variant(const Message& message, std::string_view name) {
  const auto same = [&](const Variant& variant) { return variant.name == name; };
  return static_cast<Id>(std::find_if(message.variants.begin(), message.variants.end(), same) - message.variants.begin());
}

}  // namespace

void Bodies::fill_send(Node& node, const ast::Send& send) {
  Program& program = builder_.program;
  node.op = NodeOp::send;
  node.a = builder_.model.find_message(send.message.text);
  node.b = static_cast<Id>(program.send_paths.size());
  node.d = static_cast<Id>(send.preferred ? SendKind::preferred : send.channels.empty() ? SendKind::first : SendKind::named);
  for (const ast::Name& channel : send.channels) program.send_paths.emplace_back().channel = builder_.model.find_channel(channel.text);
  if (send.channels.empty()) program.send_paths.emplace_back().channel = program.messages[node.a].content.channels.front();  // [S6.9]
  node.c = static_cast<Id>(program.send_paths.size());
  SendPath said;
  said.message = node.a;
  said.trigger_fields = program.messages[node.a].trigger_fields;
  Place place = place_;
  place.trigger_names = &said.trigger_fields;
  said.arguments = add_arguments(program.messages[node.a].parameters, send.arguments, place);
  if (send.variant) said.variant = find_variant(program.messages[node.a], send.variant->text);
  if (send.sent_within) {
    said.sent_within = to_period(*send.sent_within);
    said.guard_text = "unless sent within " + send.sent_within->text;
    said.siblings = {node.b, node.c};
    program.messages[node.a].sent_word = 0;  // laid out with the row
  }
  fill_paths(node, said);
}

/// What all paths of a send have in common.
void Bodies::fill_paths(const Node& node, const SendPath& said) {
  for (Id path = node.b; path < node.c; ++path) {
    SendPath& one = builder_.program.send_paths[path];
    const Id channel = one.channel;
    one = said;
    one.channel = channel;
  }
  if (place_.sequence == nullptr) return;
  for (const Id field : said.trigger_fields) (void)intern(place_.sequence->trigger_fields, field);
}

/// One path for each message of the pool, on its first channel.
void Bodies::fill_send_next(Node& node, const ast::SendNext& send) {
  Program& program = builder_.program;
  const model::Pool& pool = builder_.model.pools[builder_.model.find_pool(send.pool.text)];
  node.op = NodeOp::send;
  node.a = add_pool(program, pool);
  if (send.exhausted) program.pools[node.a].exhausted = link(*send.exhausted, node.next);
  node.b = node.c = static_cast<Id>(program.send_paths.size());
  node.d = static_cast<Id>(SendKind::next);
  for (const Id message : pool.messages) {
    SendPath said;
    said.message = message;
    said.trigger_fields = program.messages[message].trigger_fields;
    said.arguments = add_arguments(program.messages[message].parameters, {}, place_);
    said.guard_text = pool.of_stream ? without_version(pool.name) : "next of " + pool.name;
    program.messages[message].sent_word = 0;  // laid out with the row
    program.send_paths.emplace_back().channel = program.messages[message].content.channels.front();
    fill_paths({node.op, node.a, node.c, node.c + 1}, said);
    ++node.c;
  }
}

/// One reference for each parameter, none where nothing is given for it.
Range Bodies::add_arguments(const std::vector<Field>& parameters, const std::vector<ast::Argument>& arguments, const Place& place) {
  std::vector<eval::Ref> values(parameters.size());
  for (const ast::Argument& argument : arguments) {
    const auto same = [&](const Field& field) { return field.name == argument.name.text; };
    const auto at = std::find_if(parameters.begin(), parameters.end(), same);
    values[static_cast<std::size_t>(at - parameters.begin())] = compile_expression(builder_, argument.value, place);
  }
  std::vector<eval::Ref>& all = builder_.program.node_arguments;
  const auto begin = static_cast<Id>(all.size());
  all.insert(all.end(), values.begin(), values.end());
  return {begin, static_cast<Id>(all.size())};
}

void Bodies::fill_entering(Node& node, NodeOp op, const ast::Name& sequence, const std::vector<ast::Argument>& arguments) {
  node.op = op;
  node.a = builder_.model.find_sequence(sequence.text);
  const Range values = add_arguments(builder_.program.sequences[node.a].parameters, arguments, place_);
  node.b = values.begin;
  node.c = values.end;
}

// ---------------------------------------------------------------- waits

/// False when the action is no wait.
bool Bodies::fill_wait(Node& node, const ast::Action& action) {
  if (const auto* wait = std::get_if<ast::Wait>(&action.what)) {
    node.op = NodeOp::wait;
    node.a = intern(builder_.program.periods, to_period(wait->duration));
    if (wait->until) node.b = static_cast<Id>(wait->until->minutes) * 60;
    node.c = kEveryWeekday;
  } else if (const auto* day = std::get_if<ast::WaitDay>(&action.what)) {
    node.op = NodeOp::wait;
    node.b = static_cast<Id>(day->time.minutes) * 60;
    node.c = weekday_mask(day->days);
  } else if (const auto* until = std::get_if<ast::WaitUntil>(&action.what)) {
    fill_wait_until(node, *until);
  } else if (const auto* any_of = std::get_if<ast::WaitAnyOf>(&action.what)) {
    fill_any_of(node, *any_of);
  } else {
    return false;
  }
  return true;
}

void Bodies::fill_wait_until(Node& node, const ast::WaitUntil& wait) {
  WaitUntil compiled;
  compiled.cases.push_back({compile_trigger(builder_, wait.trigger, place_), "", node.next});
  compiled.resets = wait.resets;
  fill_timeout(compiled, wait.timeout, node.next);
  node.op = NodeOp::wait_until;
  node.a = static_cast<Id>(builder_.program.waits.size());
  builder_.program.waits.push_back(std::move(compiled));
}

void Bodies::fill_any_of(Node& node, const ast::WaitAnyOf& wait) {
  WaitUntil compiled;
  for (const ast::WaitCase& one : wait.conditions.cases) {
    const std::string number = std::to_string(compiled.cases.size() + 1);
    compiled.cases.push_back(
        {compile_trigger(builder_, one.trigger, place_), one.label ? one.label->text : "condition_" + number, link(one.body, node.next)});
  }
  fill_timeout(compiled, wait.timeout, node.next);
  node.op = NodeOp::wait_until;
  node.a = static_cast<Id>(builder_.program.waits.size());
  builder_.program.waits.push_back(std::move(compiled));
}

void Bodies::fill_timeout(WaitUntil& wait, const std::optional<ast::Timeout>& timeout, Id next) {
  wait.then = next;
  if (!timeout) return;
  wait.has_timeout = true;
  wait.timeout = to_period(timeout->length);
  wait.timeout_label = text_of(timeout->label);
  if (timeout->then) wait.then = link(*timeout->then, next);
}

// ---------------------------------------------------------------- choices and effects

void Bodies::fill_branch(Node& node, const ast::If& branch) {
  Program& program = builder_.program;
  node.op = NodeOp::branch;
  node.a = compile_expression(builder_, branch.condition, place_).begin;
  node.d = static_cast<Id>(program.branches.size());
  program.branches.push_back({text_of(branch.label), text_of(branch.else_label), syntax::print_expression(branch.condition)});
  node.b = link(branch.then, node.next);
  node.c = branch.otherwise ? link(*branch.otherwise, node.next) : node.next;
}

void Bodies::fill_split(Node& node, const ast::Split& split) {
  Program& program = builder_.program;
  node.op = NodeOp::split;
  Split compiled;
  compiled.name = split.name.text;
  // Two splits with one salt must not draw alike, so the salt only adds to the place. [S1.2]
  compiled.salt = (place_.sequence == nullptr ? std::string() : place_.sequence->name) + "/" + compiled.name;
  if (split.salt) compiled.salt += "/" + split.salt->value;
  node.a = static_cast<Id>(program.splits.size());
  program.splits.emplace_back();  // those in its arms come behind it, as they are written
  if (split.goal) {
    compiled.experiment = find_experiment(compiled.name);
    if (compiled.experiment == kNone) compiled.experiment = add_experiment(node.a, split);
  }
  for (const ast::Arm& arm : split.arms) {
    compiled.arms.push_back({arm.name.text, static_cast<std::uint32_t>(arm.percent.value), link(arm.body, node.next)});
  }
  program.splits[node.a] = std::move(compiled);
  if (split.goal) count_arms(program.splits[node.a]);
}

/// That of a newer version of the sequence, which stands before this one.
Id Bodies::find_experiment(std::string_view split) const {
  const Program& program = builder_.program;
  const auto sequence = static_cast<Id>(place_.sequence - program.sequences.data());
  for (Id id = 0; id < program.experiments.size(); ++id) {
    const Experiment& experiment = program.experiments[id];
    const bool is_version = experiment.sequence != sequence && program.sequences[experiment.sequence].name == place_.sequence->name;
    if (is_version && program.splits[experiment.split].name == split) return id;
  }
  return kNone;
}

/// Arms are the same by their names.
void Bodies::count_arms(Split& split) const {
  const std::vector<Arm>& counted = builder_.program.splits[builder_.program.experiments[split.experiment].split].arms;
  for (Arm& arm : split.arms) {
    for (Id i = 0; i < counted.size(); ++i) {
      if (counted[i].name == arm.name) arm.counted = i;
    }
  }
}

Id Bodies::add_experiment(Id index, const ast::Split& split) {
  Program& program = builder_.program;
  Experiment experiment;
  experiment.sequence = static_cast<Id>(place_.sequence - program.sequences.data());
  experiment.split = index;
  // Counted for the lead, also when the run has ended: no run's key or entry means anything in it.
  ast::Pattern goal = *split.goal;
  goal.window.reset();
  experiment.goal = compile_pattern(builder_, goal, Place{});
  experiment.goal_text = syntax::print_pattern(*split.goal);
  if (split.goal->window) {
    experiment.has_window = true;
    experiment.within = to_period(split.goal->window->within);
  }
  if (split.promote) {
    experiment.percent = static_cast<std::uint32_t>(split.promote->percent.value);
    if (split.promote->least) experiment.least = static_cast<std::uint64_t>(split.promote->least->value);
  }
  experiment.holdouts = program.holdouts;
  experiment.holdouts.insert(experiment.holdouts.end(), place_.sequence->holdouts.begin(), place_.sequence->holdouts.end());
  const auto id = static_cast<Id>(program.experiments.size());
  for (const Id event : experiment.goal.events) program.events[event].experiments.push_back(id);
  program.experiments.push_back(std::move(experiment));
  return id;
}

void Bodies::fill_notify(Node& node, const ast::Notify& notify) {
  Program& program = builder_.program;
  node.op = NodeOp::notify;
  node.a = intern(program.texts, notify.who.text);
  fill_text(node, notify.text.value);
}

void Bodies::fill_task(Node& node, const ast::Task& task) {
  Program& program = builder_.program;
  node.op = NodeOp::task;
  node.a = static_cast<Id>(program.tasks.size());
  program.tasks.push_back({task.owner.text, text_of(task.label), task.due.has_value(), task.due ? to_period(*task.due) : time::Period{}});
  fill_text(node, task.text.value);
}

void Bodies::fill_text(Node& node, const std::string& text) {
  std::vector<TextPart>& all = builder_.program.text_parts;
  const std::vector<TextPart> parts = compile_text(builder_, text, place_);
  node.b = static_cast<Id>(all.size());
  all.insert(all.end(), parts.begin(), parts.end());
  node.c = static_cast<Id>(all.size());
}

void Bodies::fill_call(Node& node, const ast::Do& call) {
  Program& program = builder_.program;
  node.op = NodeOp::call;
  node.a = intern(program.texts, call.function.text);
  std::vector<eval::Ref> arguments;
  for (const ast::Expr& argument : call.args) arguments.push_back(compile_expression(builder_, argument, place_));
  node.b = static_cast<Id>(program.node_arguments.size());
  program.node_arguments.insert(program.node_arguments.end(), arguments.begin(), arguments.end());
  node.c = static_cast<Id>(program.node_arguments.size());
}

std::vector<Id> successors(const Program& program, const Node& node) {
  switch (node.op) {
    case NodeOp::end:
    case NodeOp::exit:
    case NodeOp::jump: return {};
    case NodeOp::branch: return {node.b, node.c};
    case NodeOp::move: return {node.d};  // its target may refuse
    case NodeOp::wait_until: {
      const WaitUntil& wait = program.waits[node.a];
      std::vector<Id> bodies{wait.then};
      for (const WaitCase& one : wait.cases) bodies.push_back(one.body);
      return bodies;
    }
    case NodeOp::split: {
      std::vector<Id> bodies;
      for (const Arm& arm : program.splits[node.a].arms) bodies.push_back(arm.body);
      return bodies;
    }
    case NodeOp::send: {
      const bool may_be_exhausted = node.d == static_cast<Id>(SendKind::next) && program.pools[node.a].exhausted != 0;
      if (may_be_exhausted) return {program.pools[node.a].exhausted, node.next};
      break;
    }
    case NodeOp::wait:
    case NodeOp::enroll:
    case NodeOp::accelerate:
    case NodeOp::set:
    case NodeOp::tag:
    case NodeOp::notify:
    case NodeOp::task:
    case NodeOp::score:
    case NodeOp::snooze:
    case NodeOp::call: break;
  }
  return {node.next};
}

std::vector<Id> reachable(const Program& program, Id first) {
  std::vector<Id> seen;
  std::vector<Id> open{first};
  while (!open.empty()) {
    const Id id = open.back();
    open.pop_back();
    if (id == 0 || std::binary_search(seen.begin(), seen.end(), id)) continue;
    insert_sorted(seen, id);
    for (const Id next : successors(program, program.nodes[id])) open.push_back(next);
  }
  return seen;
}

}  // namespace nurture::compile
