// What a change sets off: scores, then goals, exits, suppressions, anchors, handlers and waits of each enrolment, then
// entries. S2 of the contracts. A condition is asked when something that it names has changed; the clock changes everything.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"

#include <algorithm>

namespace reference {

using nurture::DecisionKind;

void Reference::add_asks(const ast::Expr& e, Asks& asks) const {
  if (e.kind == ast::ExprKind::ident) {
    asks.clock = asks.clock || e.text == "now";
    const model::Id segment = model_->find_segment(e.text);
    if (segment != model::kNone) add_asks(model_->segments[segment].node->condition, asks);
  }
  if (e.kind == ast::ExprKind::select && e.args[0].kind == ast::ExprKind::ident) {
    const std::string& root = e.args[0].text;
    if (root == "lead") asks.fields.insert(e.text);
    asks.scores = asks.scores || root == "score" || root == "tier" || root == "stage";
    asks.anchors = asks.anchors || root == "anchor";
  }
  if (e.pattern) {
    const ast::Pattern& pattern = **e.pattern;
    for (const model::Id event : model_->find_events(pattern.events)) asks.events.insert(model_->events[event].name);
    const auto window = [&](ast::Window::Kind kind) { return pattern.window && pattern.window->kind == kind; };
    // When a step runs, what comes at that instant begins to count. [S5.4]
    asks.clock = asks.clock || e.text == "idle" || window(ast::Window::Kind::within) || window(ast::Window::Kind::since_step);
    asks.anchors = asks.anchors || (pattern.window && pattern.window->kind == ast::Window::Kind::since_anchor);
    if (pattern.where) add_asks(*pattern.where, asks);
  }
  // The engine tells when the answer may have changed.
  if (e.kind == ast::ExprKind::call && e.text == "enrolled_in") asks.events.insert({"sequence.enrolled", "sequence.ended"});
  if (e.kind == ast::ExprKind::call && e.text == "consent") asks.events.insert({"consent.given", "consent.withdrawn"});
  for (const ast::Expr& arg : e.args) add_asks(arg, asks);
}

const Asks& Reference::asks(const ast::Expr& condition) {
  const auto known = asks_.find(&condition);
  if (known != asks_.end()) return known->second;
  Asks& asks = asks_[&condition];
  add_asks(condition, asks);
  return asks;
}

/// `any` stands for every event but those that the engine tells of.
bool Reference::names(const std::vector<ast::Name>& events, const std::string& event) const {
  const bool told = model_->events[model_->find_event(event)].by_engine;
  return std::any_of(events.begin(), events.end(), [&](const ast::Name& n) { return n.text == event || (n.text == "any" && !told); });
}

bool Reference::is_asked(const ast::Expr& condition, const Change& change) {
  if (change.all || change.zone) return true;
  const Asks& a = asks(condition);
  if ((change.clock && a.clock) || (change.come && !a.events.empty())) return true;
  return (change.scores && a.scores) || (change.anchors && a.anchors) || names_change(condition, change);
}

/// Whether an event or a field that it asks for is what changed.
bool Reference::names_change(const ast::Expr& condition, const Change& change) {
  const Asks& a = asks(condition);
  if (change.event != nullptr && a.events.contains(change.event->event)) return true;
  return std::any_of(change.fields.begin(), change.fields.end(), [&](const std::string& field) { return a.fields.contains(field); });
}

bool Reference::holds(Lead& lead, Enrolment* e, const ast::Expr& condition, const Change& change) {
  return answer(lead, e, condition, change).value_or(false);
}

/// Nothing where it is in error.
std::optional<bool> Reference::answer(Lead& lead, Enrolment* e, const ast::Expr& condition, const Change& change) {
  World world(*this, lead, e, change.event);
  const Value answer = naive::evaluate(condition, world);
  if (answer.kind != Value::Kind::error) return answer.kind == Value::Kind::truth && answer.truth;
  write_error(lead, e, answer, words_of(condition));
  return std::nullopt;
}

/// An event with a key reaches only the enrolment of that key. [S3.1]
bool Reference::carries_key(const Enrolment& e, const Occurrence& event) const {
  const model::Sequence& s = sequence(e);
  if (s.key_fields.empty()) return true;
  std::string field;
  for (std::size_t way = 0; way < s.key_fields.size() && field.empty(); ++way) {
    const ast::Trigger& trigger = s.node->enrolls[way].trigger;
    if (s.key_fields[way].empty() || !trigger.on) continue;
    if (names(trigger.on->events, event.event)) field = s.key_fields[way];
  }
  for (std::size_t way = 0; way < s.key_fields.size() && field.empty(); ++way) {
    if (!s.key_fields[way].empty() && event.fields.contains(s.key_fields[way])) field = s.key_fields[way];
  }
  if (field.empty()) return true;
  const Value& carried = event.fields.at(field);
  return e.key && carried.kind != Value::Kind::missing && naive::as_text(carried, *nurture::time::utc()) == *e.key;
}

/// `of welcome`: those about that message. [S7.7]
bool Reference::is_about(const ast::Pattern& pattern, const Occurrence& event) {
  if (!pattern.of) return true;
  const auto message = event.fields.find("message");
  return message != event.fields.end() && message->second.kind == Value::Kind::text && message->second.text == pattern.of->text;
}

bool Reference::matches(Lead& lead, Enrolment* e, const ast::Pattern& pattern, const Occurrence& event) {
  if (!names(pattern.events, event.event) || !is_about(pattern, event)) return false;
  if (e != nullptr && !pattern.any_key && !carries_key(*e, event)) return false;
  if (!pattern.where) return true;
  World world(*this, lead, e, &event);
  const Value answer = naive::evaluate(*pattern.where, world);
  if (answer.kind == Value::Kind::error) write_error(lead, e, answer, words_of(*pattern.where));
  return answer.kind == Value::Kind::truth && answer.truth;
}

// ---------------------------------------------------------------- the lead

void Reference::react_lead(Lead& lead, Change change) {
  if (lead.parked) return score_bodies_.clear();
  if (change.event != nullptr) count_outcomes(lead, *change.event);
  change.zone = change.zone || change.fields.contains("tz");
  change.clock = change.clock || change.zone;
  change.scores = settle(lead, change) || change.scores || lead.scores_changed;
  lead.scores_changed = false;
  std::vector<Enrolment*> existing;
  for (Enrolment& e : lead.enrolments) {
    if (e.live()) existing.push_back(&e);
  }
  for (Enrolment* e : existing) {
    if (e->live()) react(lead, *e, change);
  }
  run_score_bodies(lead, change.event);
  ask_let_go(lead, change);
  react_audiences(lead, change);
  enroll_on_change(lead, change);
  enroll_on_time(lead, change);
  if (change.event == nullptr || lead.parked) return;
  for (const int id : order_) {
    for (const ast::Enroll& way : declared(id).node->enrolls) {
      if (!way.trigger.on || !matches(lead, nullptr, *way.trigger.on, *change.event)) continue;
      enroll(lead, id, {change.event, &way, true, {}}, change.event->event);
      break;
    }
  }
}

/// On the change from false to true. [S3.3]
void Reference::enroll_on_change(Lead& lead, const Change& change) {
  for (const int id : order_) {
    for (const ast::Enroll& way : declared(id).node->enrolls) {
      if (!way.trigger.when) continue;
      if (!is_asked(*way.trigger.when, change) && change.fields.empty() && !change.acted) continue;
      Change nothing;
      const bool now_true = holds(lead, nullptr, *way.trigger.when, nothing);
      const bool was_true = lead.doors[&way];
      lead.doors[&way] = now_true;
      if (now_true && !was_true) enroll(lead, id, {nullptr, &way, true, {}}, words_of(*way.trigger.when));
    }
  }
}

// ---------------------------------------------------------------- one enrolment

void Reference::react(Lead& lead, Enrolment& e, const Change& change) {
  if (react_levels(lead, e, change)) return;
  if (e.state == Enrolment::State::queued) return;
  Change seen = change;
  seen.anchors = evaluate_anchors(lead, e, change, false);
  if (!e.live()) return;
  if (seen.anchors) {
    Change moved;
    moved.anchors = true;
    if (react_levels(lead, e, moved)) return;
    apply_late(lead, e);
    if (e.live() && e.state == Enrolment::State::planned && !e.frozen) plan(lead, e);
    if (!e.live()) return;
  }
  count_dates_anew(lead, e, change);
  if (change.zone) {  // What has not run is planned anew, and what its hours hold asks again. [S4.1]
    for (Held& held : e.held) {
      const bool hours =
          held.reason == Reason::quiet || held.reason == Reason::window || held.reason == Reason::cap || held.reason == Reason::yield;
      if (hours) held.until = now_;
    }
    if (e.state == Enrolment::State::planned && !e.frozen) plan(lead, e);
    if (e.state == Enrolment::State::waiting || e.state == Enrolment::State::until) time_wait_anew(lead, e);
    if (!e.live()) return;
  } else if (!change.fields.empty() && e.state == Enrolment::State::planned && !e.frozen) {
    plan(lead, e);  // A time of day or a date of the plan may be the lead's.
    if (!e.live()) return;
  }
  // A handler may jump: a wait that begins now does not see the event that led to it. [S5.2]
  const bool waited = e.state == Enrolment::State::until;
  const std::uint64_t serial = e.wait.serial;
  if (!e.frozen && react_handlers(lead, e, seen)) return;  // Who stands still is judged when it goes on.
  if (waited && e.state == Enrolment::State::until && e.wait.serial == serial) react_wait(lead, e, seen);
}

/// Goal before exit before suppression. [S2.2]
bool Reference::react_levels(Lead& lead, Enrolment& e, const Change& change) {
  const ast::Sequence& node = *sequence(e).node;
  const auto acts = [&](const ast::Trigger& trigger) {
    if (trigger.on) return change.event != nullptr && matches(lead, &e, *trigger.on, *change.event);
    return is_asked(*trigger.when, change) && holds(lead, &e, *trigger.when, change);
  };
  for (const ast::Goal& goal : node.goals) {
    if (!acts(goal.trigger)) continue;
    nurture::Decision d = row(lead, &e, DecisionKind::goal);
    d.name = goal.name.text;
    const std::string value = worth(lead, e, goal, change);
    d.detail = value;
    write(&lead, d);
    end(lead, e, Reason::goal, goal.name.text);
    return true;
  }
  for (const ast::Exit& exit : node.exits) {
    if (!acts(exit.trigger)) continue;
    end(lead, e, Reason::exit, exit.name.text);
    return true;
  }
  for (const ast::Stay& stay : node.stays) {
    if (!is_asked(stay.condition, change) || !turns_false(lead, e, stay.condition, change)) continue;
    end(lead, e, Reason::exit, "left");
    return true;
  }
  if (sequence(e).is_triggers) return false;  // Nobody leaves them.
  for (const ast::Suppress& suppress : node.suppressions) {
    if (!is_asked(suppress.when, change) || !holds(lead, &e, suppress.when, change)) continue;
    end(lead, e, Reason::suppressed, "suppressed");
    return true;
  }
  return false;
}

/// What cannot be told counts as it was: nobody leaves for an error.
bool Reference::turns_false(Lead& lead, Enrolment& e, const ast::Expr& condition, const Change& change) {
  World world(*this, lead, &e, change.event);
  const Value answer = naive::evaluate(condition, world);
  if (answer.kind == Value::Kind::error) {
    std::string words = words_of(condition);
    const bool chain = condition.kind == ast::ExprKind::and_ || condition.kind == ast::ExprKind::or_;
    write_error(lead, &e, answer, chain ? "not (" + words + ')' : "not " + words);
  }
  return answer.kind == Value::Kind::truth && !answer.truth;
}

std::string Reference::worth(Lead& lead, Enrolment& e, const ast::Goal& goal, const Change& change) {
  if (!goal.value) return {};
  World world(*this, lead, &e, change.event);
  const Value value = naive::evaluate(*goal.value, world);
  if (value.kind != Value::Kind::error) return naive::as_text(value, *nurture::time::utc());
  write_error(lead, &e, value, words_of(*goal.value));
  return {};
}

/// While `suppress when` of triggers holds nothing is answered, and what becomes true meanwhile is past.
bool Reference::is_silenced(Lead& lead, Enrolment& e) {
  const std::vector<ast::Suppress>& all = sequence(e).node->suppressions;
  return sequence(e).is_triggers &&
         std::any_of(all.begin(), all.end(), [&](const ast::Suppress& item) { return holds(lead, &e, item.when, {}); });
}

/// Goals, exits and suppressions, immediately before an effect: what changed under way counts, and what the clock has
/// reached. [S2.4]
bool Reference::still_wanted(Lead& lead, Enrolment& e) {
  if (!lead.changed.empty() || lead.awarded) {
    Change fields;
    fields.fields = lead.changed;
    fields.zone = fields.clock = lead.changed.contains("tz");
    lead.scores_changed = settle(lead, fields) || lead.scores_changed;
  }
  Change clock;
  clock.clock = true;
  const std::size_t bodies = score_bodies_.size();
  const bool rescored = settle(lead, clock);
  lead.scores_changed = rescored || lead.scores_changed;
  lead.rescored = lead.rescored || rescored || score_bodies_.size() > bodies;
  Change everything;
  everything.all = true;
  return !react_levels(lead, e, everything);
}

/// All are judged before any acts; true when the enrolment ended. [S2.5]
bool Reference::react_handlers(Lead& lead, Enrolment& e, const Change& change) {
  const model::Sequence& s = sequence(e);
  std::vector<std::size_t> firing;
  for (std::size_t h = 0; h < s.handlers.size(); ++h) {
    const ast::Trigger& trigger = s.handlers[h].node->trigger;
    if (e.handlers[h].firings != 0 && !s.handlers[h].node->repeat) continue;  // It will never fire again.
    if (trigger.on) {
      if (change.event != nullptr && matches(lead, &e, *trigger.on, *change.event)) firing.push_back(h);
      continue;
    }
    if (!is_asked(*trigger.when, change)) continue;
    const bool now_true = holds(lead, &e, *trigger.when, change);
    if (now_true && !e.handlers[h].truth) firing.push_back(h);
    e.handlers[h].truth = now_true;
  }
  if (!firing.empty() && is_silenced(lead, e)) return false;
  for (const std::size_t h : firing) {
    const ast::Handler& handler = *s.handlers[h].node;
    HandlerState& state = e.handlers[h];
    if (state.firings != 0 && !handler.repeat) continue;
    if (state.firings != 0 && handler.repeat->kind == ast::Repeat::Kind::at_most_once_per) {
      const nurture::time::Period per = naive::period_of(handler.repeat->per.text);
      if (nurture::time::add(state.last, per, plan_zone(lead, e)) > now_) continue;
    }
    ++state.firings;
    state.last = now_;
    nurture::Decision d = row(lead, &e, DecisionKind::handler);
    d.step = {};
    d.name = s.handlers[h].name;
    write(&lead, d);
    Body body{&lead, &e, false, -1, state.firings, {}, -1, {}};
    if (change.event != nullptr) body.trigger = *change.event;
    run_body(body, {{&handler.body, 0}});
    if (!e.live()) return true;
  }
  return false;
}

/// The first that holds or comes ends a wait; where it resets, it begins its timeout anew. [S5.1] [S5.3]
void Reference::react_wait(Lead& lead, Enrolment& e, const Change& change) {
  if (e.met) return;
  for (std::size_t i = 0; i < e.wait.cases.size(); ++i) {
    const ast::Trigger& trigger = *e.wait.cases[i].trigger;
    if (trigger.on) {
      if (change.event == nullptr || !matches(lead, &e, *trigger.on, *change.event)) continue;
      e.trigger = *change.event;
    } else if (!is_asked(*trigger.when, change) || !holds(lead, &e, *trigger.when, change)) {
      continue;
    }
    if (e.wait.resets) {
      e.wait.began = e.frozen.value_or(now_);  // Thawing adds what has passed since.
      e.due = *wait_end(e.wait, plan_zone(lead, e));
      if (!e.frozen) time_wait(lead, e, e.due);
    } else if (e.frozen) {
      e.met = i;
    } else {
      end_wait(lead, e, i);
    }
    return;
  }
}

}  // namespace reference
