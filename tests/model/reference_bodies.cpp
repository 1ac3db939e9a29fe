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
  score_bodies_.clear();  // What it still had to do is not another lead's.
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
    const bool effect = is_one_of<ast::Send, ast::SendNext, ast::Notify, ast::Task, ast::Do, ast::EnrollIn, ast::Tag>(action);
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
  if (is_one_of<ast::Send, ast::SendNext>(action)) return send(body, action, places);
  Waiting waiting;
  waiting.length = std::get_if<ast::Wait>(&action.what);
  waiting.day = std::get_if<ast::WaitDay>(&action.what);
  if (waiting.length != nullptr || waiting.day != nullptr) return start_wait(body, waiting, places);
  if (const auto* until = std::get_if<ast::WaitUntil>(&action.what)) return start_wait_until(body, waiting_for(*until), places);
  if (const auto* any = std::get_if<ast::WaitAnyOf>(&action.what)) return start_wait_until(body, waiting_for(*any), places);
  if (const auto* move_action = std::get_if<ast::MoveTo>(&action.what)) return move(body, *move_action, places);
  if (const auto* jump_action = std::get_if<ast::Jump>(&action.what))
    return body.e == nullptr ? Flow::done : jump(body, jump_action->step.text);
  if (const auto* branch = std::get_if<ast::If>(&action.what)) take_branch(body, *branch, places);
  if (const auto* split = std::get_if<ast::Split>(&action.what)) take_split(body, *split, places);
  if (const auto* enroll_action = std::get_if<ast::EnrollIn>(&action.what)) enroll_in(body, *enroll_action);
  if (const auto* set_action = std::get_if<ast::SetField>(&action.what)) set(body, *set_action);
  if (const auto* points = std::get_if<ast::AddPoints>(&action.what)) award(body, *points);
  if (const auto* rest = std::get_if<ast::Snooze>(&action.what)) snooze(body, *rest);
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
      const Value value = naive::evaluate(arg, world);
      if (value.kind == Value::Kind::error) write_error(lead, body.e, value, words_of(arg));
      arguments += (arguments.empty() ? "" : ", ") + naive::as_written(value);
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
    const Value value = naive::evaluate(*expression, world);
    if (value.kind == Value::Kind::error) write_error(*body.lead, body.e, value, words_of(*expression));
    filled += naive::as_text(value, world.zone());
  }
  return filled;
}

// ---------------------------------------------------------------- waiting

Waiting Reference::waiting_for(const ast::WaitUntil& wait) {
  Waiting waiting;
  waiting.cases.push_back({&wait.trigger, {}, nullptr});
  waiting.timeout = wait.timeout ? &*wait.timeout : nullptr;
  waiting.resets = wait.resets;
  return waiting;
}

/// A condition without a name is called by its place.
Waiting Reference::waiting_for(const ast::WaitAnyOf& wait) {
  Waiting waiting;
  for (const ast::WaitCase& one : wait.conditions.cases) {
    const std::string place = "condition_" + std::to_string(waiting.cases.size() + 1);
    waiting.cases.push_back({&one.trigger, one.label ? one.label->text : place, &one.body});
  }
  waiting.timeout = wait.timeout ? &*wait.timeout : nullptr;
  return waiting;
}

namespace {

bool is_among(const ast::Weekdays& days, std::int32_t weekday) {
  return days.first_day <= days.last_day ? weekday >= days.first_day && weekday <= days.last_day
                                         : weekday >= days.first_day || weekday <= days.last_day;
}

/// The first time of day from an instant on; what a gap of the clock carries into the next day belongs to its own.
Instant first_time(Instant from, const ast::Weekdays& days, const ast::TimeOfDay& clock, const time::Zone& zone) {
  for (std::int32_t day = zone.to_local(from).day() - 1;; ++day) {
    const Instant at = time::at(day, clock.minutes * 60, zone);
    if (at >= from && is_among(days, time::weekday(day))) return at;
  }
}

}  // namespace

/// One for a named day lies ahead in any case. [S4.2]
std::optional<Instant> Reference::wait_end(const Waiting& wait, const time::Zone& zone) {
  if (wait.day != nullptr) return first_time({wait.began.ms + 1}, wait.day->days, wait.day->time, zone);
  if (wait.length == nullptr && wait.timeout == nullptr) return std::nullopt;
  const ast::Duration& length = wait.length != nullptr ? wait.length->duration : wait.timeout->length;
  const Instant end = time::add(wait.began, naive::period_of(length.text), zone);
  if (wait.length == nullptr || !wait.length->until) return end;
  ast::Weekdays every;
  every.last_day = 6;
  return first_time(end, every, *wait.length->until, zone);
}

Reference::Flow Reference::start_wait(const Body& body, Waiting wait, const Places& places) {
  Enrolment& e = *body.e;
  e.state = wait.cases.empty() ? Enrolment::State::waiting : Enrolment::State::until;
  e.places = places;
  wait.began = now_;
  wait.serial = e.wait.serial + 1;
  e.wait = std::move(wait);
  time_wait(*body.lead, e, wait_end(e.wait, plan_zone(*body.lead, e)).value_or(Instant::max()));
  return Flow::suspended;
}

Reference::Flow Reference::start_wait_until(const Body& body, Waiting wait, Places& places) {
  Lead& lead = *body.lead;
  Enrolment& e = *body.e;
  for (const Waiting::Case& one : wait.cases) {
    bool already = false;
    if (one.trigger->when) {
      already = holds(lead, &e, *one.trigger->when, {});
    } else if (one.trigger->on->window) {  // It may look back. [S5.2]
      ast::Expr question;
      question.kind = ast::ExprKind::history;
      question.text = "any";
      question.pattern = ast::Box<ast::Pattern>(*one.trigger->on);
      World world(*this, lead, &e);
      already = naive::evaluate(question, world).truth;
      if (already) e.trigger = world.last(*one.trigger->on);
    }
    if (!already) continue;
    nurture::Decision d = row(lead, &e, DecisionKind::wait_ended);
    d.name = one.label;
    d.detail = "matched";
    write(&lead, d);
    if (one.body != nullptr) places.push_back({one.body, 0});
    return Flow::done;
  }
  return start_wait(body, std::move(wait), places);
}

void Reference::time_wait(Lead& lead, Enrolment& e, Instant due) {
  e.due = due;
  nurture::Decision d = row(lead, &e, DecisionKind::waiting);
  d.until = due;
  write(&lead, d);
}

/// On another clock its days and months are those of that clock, counted from its beginning. [S4.1]
void Reference::time_wait_anew(Lead& lead, Enrolment& e) {
  const std::optional<Instant> end = wait_end(e.wait, plan_zone(lead, e));
  if (!end) return;
  if (e.frozen) {
    if (*end != e.due) time_wait(lead, e, *end);
  } else if (std::max(*end, now_) != std::max(e.due, now_)) {
    time_wait(lead, e, std::max(*end, now_));
  }
}

/// It was met, or its time is over.
void Reference::end_wait(Lead& lead, Enrolment& e, const std::optional<std::size_t>& met) {
  Places places = e.places;
  const bool timed_out = !met && e.state == Enrolment::State::until;
  if (timed_out && e.wait.timeout->then) places.push_back({&*e.wait.timeout->then, 0});
  if (met && e.wait.cases[*met].body != nullptr) places.push_back({e.wait.cases[*met].body, 0});
  nurture::Decision d = row(lead, &e, DecisionKind::wait_ended);
  const std::optional<ast::Name> label = timed_out ? e.wait.timeout->label : std::nullopt;
  const std::string name = label ? label->text : met ? e.wait.cases[*met].label : std::string();
  d.name = name;
  d.detail = met ? "matched" : timed_out ? "timeout" : "elapsed";
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

/// Sticky across re-entry: it depends on the sequence, the split, its salt and the lead alone. An experiment remembers it. [S9.1]
void Reference::take_split(const Body& body, const ast::Split& action, Places& places) {
  constexpr std::string_view kHow[] = {"", "promoted", "held out"};
  Assignment assignment;
  if (action.goal)
    assignment = assigned_arm(body, action);
  else
    assignment.arm = draw_arm(body.e != nullptr ? sequence(*body.e).name : std::string(), action, *body.lead);
  nurture::Decision d = row(*body.lead, body.e, DecisionKind::split);
  d.name = action.name.text;
  d.detail = action.arms[assignment.arm].name.text;
  d.rule = kHow[static_cast<std::size_t>(assignment.how)];
  write(body.lead, d);
  places.push_back({&action.arms[assignment.arm].body, 0});
}

/// What `with` gives; a value in error is none.
std::map<std::string, Value> Reference::hand_over(const Body& body, const std::string& name, const std::vector<ast::Argument>& arguments) {
  std::map<std::string, Value> all;
  const Occurrence* trigger = body.trigger ? &*body.trigger : nullptr;
  for (const model::Field& parameter : declared(current(name)).accepted) {
    for (const ast::Argument& argument : arguments) {
      if (argument.name.text != parameter.name) continue;
      World world(*this, *body.lead, body.e, trigger, trigger);
      const Value value = naive::evaluate(argument.value, world);
      const bool absent = value.kind == Value::Kind::error || value.kind == Value::Kind::null;
      if (value.kind == Value::Kind::error) write_error(*body.lead, body.e, value, words_of(argument.value));
      all[parameter.name] = absent ? Value::missing() : value;
    }
  }
  return all;
}

/// Ends here and enrols there, or does neither. [S3.5]
Reference::Flow Reference::move(const Body& body, const ast::MoveTo& action, Places& places) {
  Lead& lead = *body.lead;
  const int target = current(action.sequence.text);
  Entry entry;
  entry.event = body.trigger ? &*body.trigger : nullptr;
  entry.handed = hand_over(body, action.sequence.text, action.arguments);
  if (body.e == nullptr) {
    enroll(lead, target, entry, "score");
    return Flow::done;
  }
  const model::Sequence& to = declared(target);
  std::optional<std::string> key;
  Reason reason = entry_key(lead, target, entry.event, nullptr, key) ? admission(lead, target, key) : Reason::no_key;
  const bool again =
      to.node->reenrolls.empty() ? !to.node->recurring_enrolls.empty() : to.node->reenrolls.front().kind == ast::Reenroll::Kind::always;
  if (reason == Reason::already_enrolled && to.name == sequence(*body.e).name && again) reason = Reason::none;
  std::string rule;
  if (reason == Reason::none) {
    Enrolment& trial = new_enrolment(lead, target, entry, key);
    trial.state = Enrolment::State::queued;
    reason = levels_at_entry(lead, trial, rule);
    lead.enrolments.remove_if([&](const Enrolment& other) { return &other == &trial; });
  }
  nurture::Decision d = row(lead, body.e, reason == Reason::none ? DecisionKind::moved : DecisionKind::move_refused);
  d.name = to.name;
  d.reason = reason;
  d.rule = rule;
  write(&lead, d);
  if (reason != Reason::none) {
    if (action.otherwise) places.push_back({&*action.otherwise, 0});
    return Flow::done;
  }
  end(lead, *body.e, Reason::none, "moved");
  enroll(lead, target, entry, sequence(*body.e).name);
  return Flow::ended;
}

void Reference::enroll_in(const Body& body, const ast::EnrollIn& action) {
  const int target = current(action.sequence.text);
  Entry entry;
  entry.event = body.trigger ? &*body.trigger : nullptr;
  entry.handed = hand_over(body, action.sequence.text, action.arguments);
  enroll(*body.lead, target, entry, body.e == nullptr ? "score" : sequence(*body.e).name);
}

/// Adds points as a rule does; reacted to like a change of the lead.
void Reference::award(const Body& body, const ast::AddPoints& action) {
  Lead& lead = *body.lead;
  const auto score = static_cast<int>(model_->find_score(action.score.text));
  const bool changed =
      add_points(lead, score, action.points.value,
                 "score " + action.score.text + (action.points.value < 0 ? " " : " +") + std::to_string(action.points.value));
  const bool moved = follow_decay(lead, score);
  const bool tier = update_tier(lead, score);
  lead.scores_changed = lead.scores_changed || changed || moved || tier;
  lead.awarded = lead.awarded || lead.scores_changed;
}

/// Until the later of two ends. [S6.1]
void Reference::snooze(const Body& body, const ast::Snooze& action) {
  Lead& lead = *body.lead;
  const time::Zone& zone = body.e == nullptr ? lead_zone(lead) : plan_zone(lead, *body.e);
  const Instant until = time::add(now_, naive::period_of(action.length.text), zone);
  lead.snooze = std::max(lead.snooze.value_or(until), until);
  nurture::Decision d = row(lead, body.e, DecisionKind::paused);
  d.until = *lead.snooze;
  write(&lead, d);
}

void Reference::set(const Body& body, const ast::SetField& action) {
  const Occurrence* trigger = body.trigger ? &*body.trigger : nullptr;
  World world(*this, *body.lead, body.e, trigger, trigger);
  const Value value = naive::evaluate(action.value, world);
  if (value.kind == Value::Kind::error) return write_error(*body.lead, body.e, value, words_of(action.value));
  const std::string name = action.name.text.starts_with("lead.") ? action.name.text.substr(5) : action.name.text;
  const model::Field& field = model_->lead[model_->find_lead_field(name)];
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
