// Bodies of steps, handlers, rules and tiers to chains of nodes. Entry point: Bodies::compile().
//
// Nodes are allocated first, in file order, and linked afterwards: then the node behind a branch is known while its arms
// are linked, and arms rejoin by pointing at it, so the engine needs no stack.
#include "compile/builder.hpp"
#include "syntax/print.hpp"

#include <numeric>

namespace nurture::compile {

namespace {

/// The bodies that stand inside an action, in file order.
std::vector<const ast::Body*> inner_bodies(const ast::Action& action) {
  std::vector<const ast::Body*> bodies;
  if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) {
    if (wait->then) bodies.push_back(&*wait->then);
  } else if (const auto* branch = std::get_if<ast::If>(&action.what)) {
    bodies.push_back(&branch->then);
    if (branch->otherwise) bodies.push_back(&*branch->otherwise);
  } else if (const auto* split = std::get_if<ast::Split>(&action.what)) {
    for (const ast::Arm& arm : split->arms) bodies.push_back(&arm.body);
  }
  return bodies;
}

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

/// "lead.topic" and "topic" name the same field.
std::string_view field_of(std::string_view name) {
  constexpr std::string_view kLead = "lead.";
  return name.substr(0, kLead.size()) == kLead ? name.substr(kLead.size()) : name;
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
  if (const auto* send = std::get_if<ast::Send>(&action.what)) {
    fill_send(node, *send);
  } else if (const auto* wait = std::get_if<ast::Wait>(&action.what)) {
    node.op = NodeOp::wait;
    node.a = intern(program.periods, to_period(wait->duration));
  } else if (const auto* until = std::get_if<ast::WaitUntil>(&action.what)) {
    fill_wait_until(node, *until);
  } else if (const auto* branch = std::get_if<ast::If>(&action.what)) {
    fill_branch(node, *branch);
  } else if (const auto* split = std::get_if<ast::Split>(&action.what)) {
    fill_split(node, *split);
  } else if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) {
    node.op = NodeOp::move;
    node.a = model.find_sequence(move->sequence.text);
  } else if (const auto* enroll = std::get_if<ast::EnrollIn>(&action.what)) {
    node.op = NodeOp::enroll;
    node.a = model.find_sequence(enroll->sequence.text);
  } else if (const auto* exit = std::get_if<ast::ExitAs>(&action.what)) {
    node.op = NodeOp::exit;
    if (place_.sequence != nullptr) node.a = intern(place_.sequence->exit_names, exit->name.text);
  } else if (const auto* accelerate = std::get_if<ast::Accelerate>(&action.what)) {
    node.op = NodeOp::accelerate;
    node.a = intern(program.factors, to_factor(accelerate->factor));
    node.b = accelerations_++;
  } else if (const auto* set = std::get_if<ast::SetField>(&action.what)) {
    node.op = NodeOp::set;
    node.a = model.find_lead_field(field_of(set->name.text));
    node.b = compile_expression(builder_, set->value, place_).begin;
  } else if (const auto* tag = std::get_if<ast::Tag>(&action.what)) {
    node.op = NodeOp::tag;
    node.a = intern(program.texts, tag->name.text);
  } else if (const auto* notify = std::get_if<ast::Notify>(&action.what)) {
    fill_notify(node, *notify);
  } else if (const auto* task = std::get_if<ast::Task>(&action.what)) {
    fill_task(node, *task);
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
  node.d = send.channels.empty() ? 0 : 1;
  for (const ast::Name& channel : send.channels) program.send_paths.emplace_back().channel = builder_.model.find_channel(channel.text);
  if (send.channels.empty()) program.send_paths.emplace_back().channel = program.messages[node.a].content.channels.front();  // [S6.9]
  node.c = static_cast<Id>(program.send_paths.size());
  SendPath said;
  said.trigger_fields = program.messages[node.a].trigger_fields;
  said.arguments = add_arguments(program.messages[node.a], send, said.trigger_fields);
  if (send.variant) said.variant = find_variant(program.messages[node.a], send.variant->text);
  for (Id path = node.b; path < node.c; ++path) {
    program.send_paths[path].variant = said.variant;
    program.send_paths[path].arguments = said.arguments;
    program.send_paths[path].trigger_fields = said.trigger_fields;
  }
  if (place_.sequence == nullptr) return;
  for (const Id field : said.trigger_fields) (void)intern(place_.sequence->trigger_fields, field);
}

/// One reference for each parameter, none where the send gives nothing for it.
Range Bodies::add_arguments(const Message& message, const ast::Send& send, std::vector<Id>& trigger_fields) {
  Place place = place_;
  place.trigger_names = &trigger_fields;
  std::vector<eval::Ref> values(message.parameters.size());
  for (const ast::Argument& argument : send.arguments) {
    const auto same = [&](const Field& field) { return field.name == argument.name.text; };
    const auto at = std::find_if(message.parameters.begin(), message.parameters.end(), same);
    values[static_cast<std::size_t>(at - message.parameters.begin())] = compile_expression(builder_, argument.value, place);
  }
  std::vector<eval::Ref>& all = builder_.program.node_arguments;
  const auto begin = static_cast<Id>(all.size());
  all.insert(all.end(), values.begin(), values.end());
  return {begin, static_cast<Id>(all.size())};
}

void Bodies::fill_wait_until(Node& node, const ast::WaitUntil& wait) {
  Program& program = builder_.program;
  node.op = NodeOp::wait_until;
  WaitUntil compiled;
  compiled.trigger = compile_trigger(builder_, wait.trigger, place_);
  compiled.has_timeout = wait.timeout.has_value();
  if (wait.timeout) compiled.timeout = to_period(*wait.timeout);
  compiled.then = wait.then ? link(*wait.then, node.next) : node.next;
  node.a = static_cast<Id>(program.waits.size());
  program.waits.push_back(std::move(compiled));
}

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
  for (const ast::Arm& arm : split.arms) {
    compiled.arms.push_back({arm.name.text, static_cast<std::uint32_t>(arm.percent.value), link(arm.body, node.next)});
  }
  node.a = static_cast<Id>(program.splits.size());
  program.splits.push_back(std::move(compiled));
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
    case NodeOp::wait_until: return {node.next, program.waits[node.a].then};
    case NodeOp::split: {
      std::vector<Id> bodies;
      for (const Arm& arm : program.splits[node.a].arms) bodies.push_back(arm.body);
      return bodies;
    }
    case NodeOp::send:
    case NodeOp::wait:
    case NodeOp::move:  // its target may refuse
    case NodeOp::enroll:
    case NodeOp::accelerate:
    case NodeOp::set:
    case NodeOp::tag:
    case NodeOp::notify:
    case NodeOp::task:
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
