// Running bodies: chains of nodes until the end, a wait, or the end of the enrolment. S2.6, S5.1 and S5.2 of the contracts.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>

namespace nurture::engine {

using compile::Node;
using compile::NodeOp;

inline Core::Body Core::body_of(std::uint32_t lead, std::uint32_t enrolment, bool timeline, std::uint16_t step, std::uint32_t visit,
                                const EventView* trigger) {
  Body body;
  body.lead = lead;
  body.enrolment = enrolment;
  body.timeline = timeline;
  body.step = step;
  body.visit = visit;
  body.trigger = trigger;
  body.row = rows_.at(lead);
  if (enrolment != kNone) {
    body.e = &enrolments_[enrolment];
    body.sequence = &sequence_of(*body.e);
  }
  return body;
}

Effect Core::effect_of(const Body& body, Id node) const {
  Effect effect;
  effect.at = now_;
  effect.lead = body.lead;
  effect.enrolment = body.enrolment;
  effect.step = body.step;
  effect.visit = body.visit;
  effect.score = body.score;
  effect.node = node;
  effect.trigger = body.trigger;
  effect.held_trigger = body.held_trigger;
  effect.held = body.held;
  return effect;
}

inline Core::Body Core::timeline_body(std::uint32_t enrolment) {
  const Enrolment& e = enrolments_[enrolment];
  return body_of(e.lead, enrolment, true, e.step, visit_of(e));
}

namespace {

std::string_view words(NodeOp op) {
  switch (op) {
    case NodeOp::end: return "end";
    case NodeOp::send: return "send";
    case NodeOp::wait: return "wait";
    case NodeOp::wait_until: return "wait until";
    case NodeOp::branch: return "if";
    case NodeOp::split: return "split";
    case NodeOp::move: return "move";
    case NodeOp::enroll: return "enroll";
    case NodeOp::exit: return "exit";
    case NodeOp::accelerate: return "accelerate";
    case NodeOp::set: return "set";
    case NodeOp::tag: return "tag";
    case NodeOp::notify: return "notify";
    case NodeOp::task: return "task";
    case NodeOp::score: return "score";
    case NodeOp::snooze: return "snooze";
    case NodeOp::call: return "do";
    case NodeOp::jump: return "jump";
  }
  return {};
}

bool is_effect(NodeOp op) {
  return op == NodeOp::send || op == NodeOp::notify || op == NodeOp::task || op == NodeOp::call || op == NodeOp::enroll ||
         op == NodeOp::tag;
}

}  // namespace

Core::Flow Core::run_body(const Body& body, Id node) {
  while (node != 0) {
    const Node& n = program_->nodes[node];
    if (observer_ != nullptr) note_action(body.lead, words(n.op));
    if (!count_action(body.lead, head_of(body.row))) return Flow::ended;
    // What the body itself changed, a run that began or ended, or the clock may have ended the enrolment: asked again before every
    // effect. [S2.4]
    const bool asks = is_effect(n.op) && body.e != nullptr && (!changed_fields_.empty() || !told_.empty() || is_clock_due(*body.e));
    if (asks && !still_wanted(body.enrolment)) return Flow::ended;
    Id next = n.next;
    Flow flow = Flow::done;
    if (n.op == NodeOp::send)
      flow = send(body, node, next);
    else if (n.op == NodeOp::branch)
      next = take_branch(body, node);
    else
      flow = run_node(body, node, next);
    if (flow != Flow::done) return flow;
    node = next;
  }
  return Flow::done;
}

Core::Flow Core::run_node(const Body& body, Id node, Id& next) {
  const Node& n = program_->nodes[node];
  switch (n.op) {
    case NodeOp::end:
    case NodeOp::send:
    case NodeOp::branch: return Flow::done;  // run_body() does the frequent ones itself
    case NodeOp::wait: return start_wait(body, node);
    case NodeOp::wait_until: return start_wait_until(body, node, next);
    case NodeOp::split: next = take_split(body, node); return Flow::done;
    case NodeOp::move: return move(body, node, next);
    case NodeOp::enroll: {
      const std::string_view from = body.e == nullptr ? std::string_view("score") : std::string_view(body.sequence->name);
      static_cast<void>(enroll(body.lead, n.a, body.trigger, from, kNone, handed_over(body, n).data()));
      return Flow::done;
    }
    case NodeOp::exit:
      if (body.enrolment == kNone) return Flow::done;
      end(body.enrolment, Reason::exit, sequence_of(enrolments_[body.enrolment]).exit_names[n.a]);
      return Flow::ended;
    case NodeOp::accelerate: {
      if (body.enrolment == kNone) return Flow::done;
      const Identity identity(enrolments_[body.enrolment]);
      accelerate(body.enrolment, node);
      // A handler may run when no step is left: planning anew then ends the enrolment.
      return is_still(body.enrolment, identity) ? Flow::done : Flow::ended;
    }
    case NodeOp::set: assign(body, node); return Flow::done;
    case NodeOp::tag:
      if (observer_ != nullptr) {
        Decision d = decision(body.lead, body.enrolment, DecisionKind::tagged);
        d.name = program_->texts[n.a];
        log(d);
      }
      return Flow::done;
    case NodeOp::notify: notify(body, node); return Flow::done;
    case NodeOp::task: give_task(body, node); return Flow::done;
    case NodeOp::score: award(body, program_->awards[n.a]); return Flow::done;
    case NodeOp::snooze: snooze(body, n.a); return Flow::done;
    case NodeOp::call: call(body, node); return Flow::done;
    case NodeOp::jump: return body.enrolment == kNone ? Flow::done : jump(body, n.a);
  }
  return Flow::done;
}

// ---------------------------------------------------------------- waiting

Core::Flow Core::start_wait(const Body& body, Id node) {
  Enrolment& e = enrolments_[body.enrolment];
  e.state = EnrolmentState::waiting;
  e.node = node;
  note_wait(e);
  time_wait(body.enrolment, wait_ends(program_->nodes[node], now_, plan_zone(e)));
  return Flow::suspended;
}

/// So long after it began, then the first such time of day from there on; one on a named day lies ahead in any case, so
/// that a circle through it takes its week. [S4.2]
std::int64_t Core::wait_ends(const Node& n, Instant began, const time::Zone& zone) const {
  const Instant from = n.a == kNone ? Instant{began.ms + 1} : time::add(began, program_->periods[n.a], zone);
  if (n.b == kNone) return from.ms;
  // A gap of the clock can carry the time of the day before into this day.
  for (std::int32_t day = zone.to_local(from).day() - 1;; ++day) {
    if (((n.c >> time::weekday(day)) & 1) == 0) continue;
    const Instant at = time::at(day, static_cast<std::int32_t>(n.b), zone);
    if (at >= from) return at.ms;
  }
}

Core::Flow Core::start_wait_until(const Body& body, Id node, Id& next) {
  Enrolment& e = enrolments_[body.enrolment];
  const compile::WaitUntil& wait = program_->waits[program_->nodes[node].a];
  Env env(*this, body.lead, body.enrolment);
  // It may look back: what it waits for may have happened. [S5.2]
  for (const compile::WaitCase& one : wait.cases) {
    EventView found;
    Env past(*this, body.lead, body.enrolment);
    past.found = &found;
    const bool on = one.trigger.on;
    const bool already = on ? one.trigger.pattern.look_back != kNone && past.history(one.trigger.pattern.look_back).is_true()
                            : holds(one.trigger.condition, env);
    if (!already) continue;
    if (on) keep_trigger(body.enrolment, found);
    if (observer_ != nullptr) {
      Decision d = decision(e.lead, body.enrolment, DecisionKind::wait_ended);
      d.name = one.label;
      d.detail = "matched";
      log(d);
    }
    next = one.body;
    return Flow::done;
  }
  e.state = EnrolmentState::until;
  e.node = node;
  note_wait(e);
  time_wait(body.enrolment, wait.has_timeout ? time::add(now_, wait.timeout, plan_zone(e)).ms : kNever);
  watch_clock(body.enrolment, env.valid_until.ms);
  return Flow::suspended;
}

void Core::note_wait(const Enrolment& e) {
  const Id offset = sequence_of(e).extra.wait_began;
  if (offset != kNone) *extra(e, offset) = static_cast<Word>(now_.ms);
}

void Core::time_wait(std::uint32_t enrolment, std::int64_t due_ms) {
  Enrolment& e = enrolments_[enrolment];
  e.due_ms = due_ms;
  if (due_ms != kNever) add_timer(due_ms, TimerKind::timeout, e.lead, enrolment);
  if (observer_ == nullptr) return;
  Decision d = decision(e.lead, enrolment, DecisionKind::waiting);
  if (due_ms != kNever) d.until = {due_ms};
  log(d);
}

/// The lead's clock is another one: days and months of a wait that runs are days and months of the new clock. [S4.1]
void Core::time_wait_anew(std::uint32_t enrolment) {
  const Enrolment& e = enrolments_[enrolment];
  const Id offset = sequence_of(e).extra.wait_began;
  if (offset == kNone || e.due_ms == kNever) return;
  const Node& n = program_->nodes[e.node];
  const Instant began{static_cast<std::int64_t>(*extra(e, offset))};
  const time::Zone& zone = plan_zone(e);
  const std::int64_t end_ms =
      e.state == EnrolmentState::waiting ? wait_ends(n, began, zone) : time::add(began, program_->waits[n.a].timeout, zone).ms;
  // One that is over and only waits for the end of a gap or a pause stays so.
  const std::int64_t least_ms = is_frozen(e) ? INT64_MIN : now_.ms;
  const std::int64_t due_ms = std::max(end_ms, least_ms);
  if (due_ms != std::max(e.due_ms, least_ms)) time_wait(enrolment, due_ms);
}

void Core::end_wait(std::uint32_t enrolment, std::string_view how, std::string_view label, Id next) {
  if (observer_ != nullptr) {
    Decision d = decision(enrolments_[enrolment].lead, enrolment, DecisionKind::wait_ended);
    d.name = label;
    d.detail = how;
    log(d);
  }
  resume(enrolment, next);
}

void Core::timeout(std::uint32_t enrolment) {
  const Enrolment& e = enrolments_[enrolment];
  const Node& n = program_->nodes[e.node];
  if (e.state != EnrolmentState::until) return end_wait(enrolment, "elapsed", {}, n.next);
  const compile::WaitUntil& wait = program_->waits[n.a];
  end_wait(enrolment, "timeout", wait.timeout_label, wait.then);
}

void Core::resume(std::uint32_t enrolment, Id node) {
  Enrolment& e = enrolments_[enrolment];
  e.state = EnrolmentState::running;
  e.due_ms = kNever;
  const Body body = timeline_body(enrolment);
  if (run_body(body, node) == Flow::done) finish_body(body);
}

// ---------------------------------------------------------------- choosing

inline Id Core::take_branch(const Body& body, Id node) {
  const Node& n = program_->nodes[node];
  Env env(*this, body);
  const bool met = value_of({n.a}, env).is_true();
  if (observer_ != nullptr) {
    const compile::Branch& branch = program_->branches[n.d];
    Decision d = decision(body.lead, body.enrolment, DecisionKind::branch);
    const std::string& label = met ? branch.then_label : branch.else_label;
    d.name = !label.empty() ? std::string_view(label) : met ? std::string_view("then") : std::string_view("else");
    d.detail = branch.condition;
    log(d);
  }
  return met ? n.b : n.c;
}

/// What `with` gives, a word for each parameter of the target. A value in error is none.
std::vector<Word> Core::handed_over(const Body& body, const Node& n) {
  const std::vector<compile::Field>& parameters = program_->sequences[n.a].parameters;
  std::vector<Word> words(parameters.size(), kMissingWord);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const eval::Ref code = program_->node_arguments[n.b + p];
    if (!code) continue;
    Env env(*this, body);
    words[p] = to_word(parameters[p], value_of(code, env), texts_);
  }
  return words;
}

/// Ends here and enrols there, or does neither. [S3.5]
Core::Flow Core::move(const Body& body, Id node, Id& next) {
  const Node& n = program_->nodes[node];
  const Id target = n.a;
  const compile::Sequence& to = program_->sequences[target];
  const std::vector<Word> handed = handed_over(body, n);
  if (body.enrolment == kNone) {
    static_cast<void>(enroll(body.lead, target, body.trigger, "score", kNone, handed.data()));
    return Flow::done;
  }
  Word key = kMissingWord;
  Reason reason = entry_key(body.lead, target, body.trigger, kNone, key) ? admission(body.lead, target, key) : Reason::no_key;
  std::string rule;
  const bool into_itself = reason == Reason::already_enrolled && family_of(target) == family_of(enrolments_[body.enrolment].sequence) &&
                           to.reenroll == compile::Sequence::Reenroll::always;
  if (into_itself || !runs_[target]) reason = Reason::none;
  if (reason == Reason::none && runs_[target]) {
    const std::uint32_t trial = new_enrolment(body.lead, target, body.trigger, key, handed.data());
    enrolments_[trial].state = EnrolmentState::queued;
    reason = levels_at_entry(trial, rule);
    discard(trial);
  }
  if (observer_ != nullptr) {
    Decision d = decision(body.lead, body.enrolment, reason == Reason::none ? DecisionKind::moved : DecisionKind::move_refused);
    d.name = to.name;
    d.reason = reason;
    d.rule = rule;
    log(d);
  }
  next = n.d;
  if (reason != Reason::none) return Flow::done;
  const std::string from = sequence_of(enrolments_[body.enrolment]).name;
  end(body.enrolment, Reason::none, "moved");
  static_cast<void>(enroll(body.lead, target, body.trigger, from, kNone, handed.data()));
  return Flow::ended;
}

// ---------------------------------------------------------------- effects on the lead and the host

void Core::assign(const Body& body, Id node) {
  const Node& n = program_->nodes[node];
  Env env(*this, body);
  const eval::Value value = value_of({n.b}, env);
  if (value.is_error()) return;
  const compile::Field& field = program_->lead[n.a];
  const Word word = to_word(field, value, texts_);
  if (word == kMissingWord && !field.optional) return;
  if (n.a == program_->zone_field && value.kind == eval::Kind::string && time::find_zone(value.text()) == nullptr)
    return log_unknown_zone(body, node, value.text());
  const std::string text = observer_ == nullptr ? std::string() : eval::to_string(value);
  set_field(body.lead, n.a, word);
  if (observer_ == nullptr) return;
  Decision d = decision(body.lead, body.enrolment, DecisionKind::set);
  d.name = field.name;
  d.detail = text;
  log(d);
}

/// The lead keeps the zone it has. [S4.1]
void Core::log_unknown_zone(const Body& body, Id node, std::string_view zone) {
  if (observer_ == nullptr) return;
  const std::string words = "there is no time zone \"" + std::string(zone) + "\"";
  Decision d = decision(body.lead, body.enrolment, DecisionKind::evaluation_error);
  d.name = program_->text({program_->nodes[node].b});
  d.detail = words;
  log(d);
}

void Core::notify(const Body& body, Id node) {
  const Node& n = program_->nodes[node];
  const Effect effect = effect_of(body, node);
  const std::vector<compile::TextPart> parts(program_->text_parts.begin() + n.b, program_->text_parts.begin() + n.c);
  log_errors(effect, parts);  // What goes to colleagues says so itself.
  const std::string text = render(effect, parts);
  if (observer_ != nullptr) {
    Decision d = decision(body.lead, body.enrolment, DecisionKind::notified);
    d.name = program_->texts[n.a];
    d.detail = text;
    log(d);
  }
  if (sink_ != nullptr) sink_->on_notify(lead_name(body.lead), program_->texts[n.a], text);
}

void Core::give_task(const Body& body, Id node) {
  const Node& n = program_->nodes[node];
  const compile::Task& declared = program_->tasks[n.a];
  const Effect effect = effect_of(body, node);
  const std::vector<compile::TextPart> parts(program_->text_parts.begin() + n.b, program_->text_parts.begin() + n.c);
  log_errors(effect, parts);  // What goes to colleagues says so itself.
  const std::string text = render(effect, parts);
  const Key effect_key = key(effect);
  const time::Zone& zone = body.e == nullptr ? lead_zone(body.lead) : plan_zone(*body.e);
  const Instant due = declared.has_due ? time::add(now_, declared.due, zone) : Instant::max();
  if (observer_ != nullptr) {
    Decision d = decision(body.lead, body.enrolment, DecisionKind::task);
    d.name = declared.owner;
    d.detail = text;
    d.rule = declared.name;
    d.until = due;
    d.key = &effect_key;
    log(d);
  }
  if (sink_ == nullptr) return;
  Task task{now_, due, lead_name(body.lead), declared.owner, text, declared.name, {}, {}, 0, effect_key.to_string()};
  if (body.e != nullptr) {
    task.sequence = body.sequence->name;
    task.enrolment = body.e->number;
    if (body.step < body.sequence->steps.size()) task.step = body.sequence->steps[body.step].name;
  }
  sink_->on_task(task);
}

/// Reacted to like a change of the lead: when the body is over, and before its next effect.
void Core::award(const Body& body, const compile::Award& given) {
  add_points(body.lead, given.score, kNone, given.points * kPoint, given.rule);
  settle_score(body.lead, given.score);
  if (!scores_changed_) return;
  const auto pending = [&](const auto& change) { return change.first == body.lead; };
  if (std::any_of(changed_fields_.begin(), changed_fields_.end(), pending)) return;
  changed_fields_.emplace_back(body.lead, std::vector<bool>(program_->lead.size()));
}

/// No message but transactional ones until then; a longer rest stays. [S6.1]
void Core::snooze(const Body& body, Id period) {
  const time::Zone& zone = body.e == nullptr ? lead_zone(body.lead) : plan_zone(*body.e);
  const Instant until = time::add(now_, program_->periods[period], zone);
  Word& word = body.row[program_->layout.snooze];
  word = static_cast<Word>(std::max(static_cast<std::int64_t>(word), until.ms));
  if (observer_ == nullptr) return;
  Decision d = decision(body.lead, body.enrolment, DecisionKind::paused);
  d.until = {static_cast<std::int64_t>(word)};
  log(d);
}

void Core::call(const Body& body, Id node) {
  const Node& n = program_->nodes[node];
  std::string arguments;
  std::vector<Value> values;
  for (Id i = n.b; i < n.c; ++i) {
    Env env(*this, body);
    const eval::Value value = value_of(program_->node_arguments[i], env);
    arguments += (arguments.empty() ? "" : ", ") + eval::to_string(value);
    values.push_back(to_host(value));
  }
  if (observer_ != nullptr) {
    Decision d = decision(body.lead, body.enrolment, DecisionKind::called);
    d.name = program_->texts[n.a];
    d.detail = arguments;
    log(d);
  }
  if (sink_ != nullptr) sink_->on_call(lead_name(body.lead), program_->texts[n.a], values);
}

}  // namespace nurture::engine
