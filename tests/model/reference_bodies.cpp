// Running bodies: action after action, until the end, a wait, or the end of the enrolment. S2.6, S2.7, S5.1, S5.2.
#include "check/template.hpp"
#include "engine/hash.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/print.hpp"

#include <nurture/limits.hpp>

namespace reference {

using nurture::DecisionKind;
namespace time = nurture::time;
namespace limits = nurture::limits;

namespace {

/// For the chain of a lead that is parked.
struct Words {
  std::string operator()(const ast::ErrorAction&) const { return {}; }
  std::string operator()(const ast::Send&) const { return "send"; }
  std::string operator()(const ast::SendNext&) const { return "send"; }
  std::string operator()(const ast::Wait&) const { return "wait"; }
  std::string operator()(const ast::WaitDay&) const { return "wait"; }
  std::string operator()(const ast::WaitUntil&) const { return "wait until"; }
  std::string operator()(const ast::WaitAnyOf&) const { return "wait until"; }
  std::string operator()(const ast::If&) const { return "if"; }
  std::string operator()(const ast::Split&) const { return "split"; }
  std::string operator()(const ast::MoveTo&) const { return "move"; }
  std::string operator()(const ast::EnrollIn&) const { return "enroll"; }
  std::string operator()(const ast::ExitAs&) const { return "exit"; }
  std::string operator()(const ast::Accelerate&) const { return "accelerate"; }
  std::string operator()(const ast::SetField&) const { return "set"; }
  std::string operator()(const ast::Tag&) const { return "tag"; }
  std::string operator()(const ast::Notify&) const { return "notify"; }
  std::string operator()(const ast::Task&) const { return "task"; }
  std::string operator()(const ast::AddPoints&) const { return "score"; }
  std::string operator()(const ast::Snooze&) const { return "snooze"; }
  std::string operator()(const ast::Do&) const { return "do"; }
  std::string operator()(const ast::Jump&) const { return "jump"; }
};

template <class... T>
bool is_one_of(const ast::Action& action) {
  return (std::holds_alternative<T>(action.what) || ...);
}

}  // namespace

Reference::Body Reference::timeline_body(Lead& lead, Enrolment& e) {
  return {&lead, &e, true, e.step, e.step < 0 ? 0 : e.steps[static_cast<std::size_t>(e.step)].visits, {}, -1, {}};
}

/// False when the lead is parked, perhaps just now. [S2.7]
bool Reference::count_action(Lead& lead, std::string what) {
  constexpr std::size_t kShown = 8;
  if (lead.actions_at != now_) {
    lead.actions_at = now_;
    lead.actions = 0;
    lead.chain.clear();
  }
  lead.chain.push_back(std::move(what));
  if (lead.parked) return false;
  if (++lead.actions <= limits::kActionsPerInstant) return true;
  lead.parked = true;
  std::string chain;
  for (std::size_t i = lead.chain.size() - std::min(lead.chain.size(), kShown); i < lead.chain.size(); ++i) {
    chain += (chain.empty() ? "" : ", ") + lead.chain[i];
  }
  nurture::Decision d = row(lead, DecisionKind::parked);
  d.detail = chain;
  write(&lead, d);
  return false;
}

Reference::Flow Reference::run_body(const Body& body, Places places) {
  while (!places.empty()) {
    Place& place = places.back();
    if (place.next >= place.body->actions.size()) {
      places.pop_back();
      continue;
    }
    const ast::Action& action = place.body->actions[place.next++];
    if (!count_action(*body.lead, std::visit(Words{}, action.what))) return Flow::ended;
    // Asked again before every effect. [S2.4]
    const bool effect = is_one_of<ast::Send, ast::Notify, ast::Task, ast::Do, ast::EnrollIn, ast::Tag>(action);
    if (effect && body.e != nullptr && !still_wanted(*body.lead, *body.e)) return Flow::ended;
    const Flow flow = run_action(body, action, places);
    if (flow != Flow::done) return flow;
  }
  return Flow::done;
}

void Reference::give_task(const Body& body, const ast::Action& action, const ast::Task& task) {
  const std::string text = fill_in(body, task.text.value);
  const nurture::Key task_key = key(body, action, "");
  nurture::Decision d = row(*body.lead, body.e, DecisionKind::task);
  d.name = task.owner.text;
  d.detail = text;
  if (task.label) d.rule = task.label->text;
  const time::Zone& zone = body.e == nullptr ? lead_zone(*body.lead) : plan_zone(*body.lead, *body.e);
  if (task.due) d.until = time::add(now_, naive::period_of(task.due->text), zone);
  d.key = &task_key;
  write(body.lead, d);
}

Reference::Flow Reference::run_action(const Body& body, const ast::Action& action, Places& places) {
  Lead& lead = *body.lead;
  if (const auto* send_action = std::get_if<ast::Send>(&action.what)) return send(body, action, *send_action, places);
  if (const auto* wait = std::get_if<ast::Wait>(&action.what)) return start_wait(body, *wait, places);
  if (const auto* until = std::get_if<ast::WaitUntil>(&action.what)) return start_wait_until(body, *until, places);
  if (const auto* move_action = std::get_if<ast::MoveTo>(&action.what)) return move(body, *move_action);
  if (const auto* jump_action = std::get_if<ast::Jump>(&action.what))
    return body.e == nullptr ? Flow::done : jump(body, jump_action->step.text);
  if (const auto* branch = std::get_if<ast::If>(&action.what)) take_branch(body, *branch, places);
  if (const auto* split = std::get_if<ast::Split>(&action.what)) take_split(body, *split, places);
  if (const auto* enroll_action = std::get_if<ast::EnrollIn>(&action.what)) enroll_in(body, *enroll_action);
  if (const auto* set_action = std::get_if<ast::SetField>(&action.what)) set(body, *set_action);
  if (const auto* exit = std::get_if<ast::ExitAs>(&action.what)) {
    if (body.e == nullptr) return Flow::done;
    end(lead, *body.e, Reason::exit, exit->name.text);
    return Flow::ended;
  }
  if (const auto* factor = std::get_if<ast::Accelerate>(&action.what)) {
    if (body.e == nullptr) return Flow::done;
    accelerate(lead, *body.e, *factor);
    return body.e->live() ? Flow::done : Flow::ended;
  }
  if (const auto* tag = std::get_if<ast::Tag>(&action.what)) {
    nurture::Decision d = row(lead, body.e, DecisionKind::tagged);
    d.name = tag->name.text;
    write(&lead, d);
  }
  if (const auto* notify = std::get_if<ast::Notify>(&action.what)) {
    const std::string text = fill_in(body, notify->text.value);
    nurture::Decision d = row(lead, body.e, DecisionKind::notified);
    d.name = notify->who.text;
    d.detail = text;
    write(&lead, d);
  }
  if (const auto* task = std::get_if<ast::Task>(&action.what)) give_task(body, action, *task);
  if (const auto* call = std::get_if<ast::Do>(&action.what)) {
    std::string arguments;
    for (const ast::Expr& arg : call->args) {
      World world(*this, lead, body.e, body.trigger ? &*body.trigger : nullptr, body.trigger ? &*body.trigger : nullptr);
      arguments += (arguments.empty() ? "" : ", ") + naive::as_written(naive::evaluate(arg, world));
    }
    nurture::Decision d = row(lead, body.e, DecisionKind::called);
    d.name = call->function.text;
    d.detail = arguments;
    write(&lead, d);
  }
  return Flow::done;
}

std::string Reference::fill_in(const Body& body, const std::string& text) {
  std::string filled;
  for (const auto& part : nurture::check::split_template(text).parts) {
    const auto expression = part.is_expression ? nurture::check::parse_part(part) : std::nullopt;
    if (!expression) {
      filled += part.text;
      continue;
    }
    const Occurrence* trigger = body.trigger ? &*body.trigger : nullptr;
    World world(*this, *body.lead, body.e, trigger, trigger);
    filled += naive::as_text(naive::evaluate(*expression, world), world.zone());
  }
  return filled;
}

// ---------------------------------------------------------------- waiting

Reference::Flow Reference::start_wait(const Body& body, const ast::Wait& wait, const Places& places) {
  Enrolment& e = *body.e;
  e.state = Enrolment::State::waiting;
  e.places = places;
  begin_wait(*body.lead, e, &wait.duration, now_);
  return Flow::suspended;
}

Reference::Flow Reference::start_wait_until(const Body& body, const ast::WaitUntil& wait, const Places& places) {
  Lead& lead = *body.lead;
  Enrolment& e = *body.e;
  bool already = false;
  if (wait.trigger.when) {
    already = holds(lead, &e, *wait.trigger.when, {});
  } else if (wait.trigger.on->window) {  // It may look back. [S5.2]
    ast::Expr question;
    question.kind = ast::ExprKind::history;
    question.text = "any";
    question.pattern = ast::Box<ast::Pattern>(*wait.trigger.on);
    World world(*this, lead, &e);
    already = naive::evaluate(question, world).truth;
    if (already) e.trigger = world.last(*wait.trigger.on);
  }
  if (already) {
    nurture::Decision d = row(lead, &e, DecisionKind::wait_ended);
    d.detail = "matched";
    write(&lead, d);
    return Flow::done;
  }
  e.state = Enrolment::State::until;
  e.places = places;
  e.wait = &wait;
  ++e.wait_serial;
  begin_wait(lead, e, wait.timeout ? &wait.timeout->length : nullptr, now_);
  return Flow::suspended;
}

/// By the calendar of the plan; not before now.
void Reference::begin_wait(Lead& lead, Enrolment& e, const ast::Duration* length, Instant began) {
  e.wait_length = length;
  e.wait_began = began;
  e.due = length != nullptr ? std::max(now_, time::add(began, naive::period_of(length->text), plan_zone(lead, e))) : Instant::max();
  nurture::Decision d = row(lead, &e, DecisionKind::waiting);
  d.until = e.due;
  write(&lead, d);
}

/// On another clock its days and months are those of that clock. [S4.1]
void Reference::time_wait_anew(Lead& lead, Enrolment& e) {
  if (e.wait_length == nullptr) return;
  const Instant due = time::add(e.wait_began, naive::period_of(e.wait_length->text), plan_zone(lead, e));
  if (std::max(due, now_) != std::max(e.due, now_)) begin_wait(lead, e, e.wait_length, e.wait_began);
}

void Reference::end_wait(Lead& lead, Enrolment& e, const std::string& how) {
  Places places = e.places;
  if (how == "timeout" && e.wait->timeout->then) places.push_back({&*e.wait->timeout->then, 0});
  nurture::Decision d = row(lead, &e, DecisionKind::wait_ended);
  d.detail = how;
  write(&lead, d);
  resume(lead, e, std::move(places));
}

void Reference::resume(Lead& lead, Enrolment& e, Places places) {
  e.state = Enrolment::State::running;
  e.due = Instant::max();
  const Body body = timeline_body(lead, e);
  if (run_body(body, std::move(places)) == Flow::done) finish_body(body);
}

// ---------------------------------------------------------------- choosing

void Reference::take_branch(const Body& body, const ast::If& action, Places& places) {
  const Occurrence* trigger = body.trigger ? &*body.trigger : nullptr;
  World world(*this, *body.lead, body.e, trigger, trigger);
  const Value value = naive::evaluate(action.condition, world);
  const std::string text = nurture::syntax::print_expression(action.condition);
  if (value.kind == Value::Kind::error) write_error(*body.lead, body.e, value, text);
  const bool yes = value.kind == Value::Kind::truth && value.truth;
  nurture::Decision d = row(*body.lead, body.e, DecisionKind::branch);
  const std::optional<ast::Name>& label = yes ? action.label : action.else_label;
  d.name = label ? std::string_view(label->text) : yes ? std::string_view("then") : std::string_view("else");
  d.detail = text;
  write(body.lead, d);
  if (yes)
    places.push_back({&action.then, 0});
  else if (action.otherwise)
    places.push_back({&*action.otherwise, 0});
}

/// Sticky across re-entry: it depends on the sequence, the split and the lead alone. [S9.1]
void Reference::take_split(const Body& body, const ast::Split& action, Places& places) {
  const std::string salt = (body.e != nullptr ? sequence(*body.e).name : std::string()) + "/" + action.name.text;
  std::int64_t place = nurture::engine::bucket(salt, body.lead->name, 100);
  for (const ast::Arm& arm : action.arms) {
    if (place < arm.percent.value) {
      nurture::Decision d = row(*body.lead, body.e, DecisionKind::split);
      d.name = action.name.text;
      d.detail = arm.name.text;
      write(body.lead, d);
      places.push_back({&arm.body, 0});
      return;
    }
    place -= arm.percent.value;
  }
}

/// Ends here and enrols there, or does neither. [S3.5]
Reference::Flow Reference::move(const Body& body, const ast::MoveTo& action) {
  Lead& lead = *body.lead;
  const auto target = static_cast<int>(model_.find_sequence(action.sequence.text));
  const Occurrence* entry = body.trigger ? &*body.trigger : nullptr;
  if (body.e == nullptr) {
    enroll(lead, target, entry, "score", nullptr);
    return Flow::done;
  }
  const model::Sequence& to = model_.sequences[static_cast<std::size_t>(target)];
  std::optional<std::string> key;
  Reason reason = entry_key(lead, target, entry, nullptr, key) ? admission(lead, target, key) : Reason::no_key;
  const bool again = !to.node->reenrolls.empty() && to.node->reenrolls.front().kind == ast::Reenroll::Kind::always;
  if (reason == Reason::already_enrolled && target == body.e->sequence && again) reason = Reason::none;
  std::string rule;
  if (reason == Reason::none) {
    Enrolment& trial = new_enrolment(lead, target, entry, key);
    reason = levels_at_entry(lead, trial, rule);
    lead.enrolments.remove_if([&](const Enrolment& other) { return &other == &trial; });
  }
  nurture::Decision d = row(lead, body.e, reason == Reason::none ? DecisionKind::moved : DecisionKind::move_refused);
  d.name = to.name;
  d.reason = reason;
  d.rule = rule;
  write(&lead, d);
  if (reason != Reason::none) return Flow::done;
  end(lead, *body.e, Reason::none, "moved");
  enroll(lead, target, entry, sequence(*body.e).name, nullptr);
  return Flow::ended;
}

void Reference::enroll_in(const Body& body, const ast::EnrollIn& action) {
  const auto target = static_cast<int>(model_.find_sequence(action.sequence.text));
  enroll(*body.lead, target, body.trigger ? &*body.trigger : nullptr, body.e == nullptr ? "score" : sequence(*body.e).name, nullptr);
}

void Reference::set(const Body& body, const ast::SetField& action) {
  const Occurrence* trigger = body.trigger ? &*body.trigger : nullptr;
  World world(*this, *body.lead, body.e, trigger, trigger);
  const Value value = naive::evaluate(action.value, world);
  if (value.kind == Value::Kind::error) return write_error(*body.lead, body.e, value, words_of(action.value));
  const std::string name = action.name.text.starts_with("lead.") ? action.name.text.substr(5) : action.name.text;
  const model::Field& field = model_.lead[model_.find_lead_field(name)];
  const bool absent = value.kind == Value::Kind::missing || value.kind == Value::Kind::null;
  if (absent && !field.type.optional) return;
  if (name == "tz" && value.kind == Value::Kind::text && time::find_zone(value.text) == nullptr) {
    const std::string words = "there is no time zone \"" + value.text + "\"";
    nurture::Decision d = row(*body.lead, body.e, DecisionKind::evaluation_error);
    d.name = words_of(action.value);
    d.detail = words;
    return write(body.lead, d);
  }
  set_field(*body.lead, name, absent ? Value::missing() : value);
  const std::string text = naive::as_written(value);
  nurture::Decision d = row(*body.lead, body.e, DecisionKind::set);
  d.name = name;
  d.detail = text;
  write(body.lead, d);
}

}  // namespace reference
