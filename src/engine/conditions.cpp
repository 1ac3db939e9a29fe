// Reacting to change: goals, exits, suppressions, anchors, handlers and waits of the enrolments that exist, then entries.
// [S2.1] [S2.2] [S2.4] [S2.5] Levels (goals, exits, suppressions) act as soon as they hold; handlers on the edge.
#include "engine/core.hpp"

#include <algorithm>
#include <bit>

namespace nurture::engine {
namespace {

using compile::Condition;
using compile::Sequence;
using compile::Trigger;

bool contains(const std::vector<Id>& sorted, Id id) { return std::binary_search(sorted.begin(), sorted.end(), id); }

/// A time of day or a date that the plan takes from the lead changed.
bool moves_plan(const Sequence& sequence, const std::vector<bool>& fields) {
  return std::any_of(sequence.plan_fields.begin(), sequence.plan_fields.end(), [&](Id field) { return fields[field]; });
}

HandlerWord handler_word(Word word) { return std::bit_cast<HandlerWord>(word); }
Word word_of(const HandlerWord& h) { return std::bit_cast<Word>(h); }

}  // namespace

bool Core::depends(const Condition& condition, const Change& change) {
  if (change.all || change.zone || (change.clock && condition.clock) || (change.anchors && condition.anchors)) return true;
  if (change.scores && (!condition.scores.empty() || condition.stages)) return true;
  return (change.come && !condition.events.empty()) || names(condition, change);
}

/// Whether an event or a field that it asks for is what changed.
bool Core::names(const Condition& condition, const Change& change) {
  if (change.event != nullptr && contains(condition.events, change.event->event)) return true;
  if (change.fields != nullptr) {
    for (const Id field : condition.fields) {
      if ((*change.fields)[field]) return true;
    }
  }
  return false;
}

bool Core::holds(const Condition& condition, Env& env) { return answer(condition.code, env).value_or(false); }

/// Nothing where it is in error.
std::optional<bool> Core::answer(eval::Ref condition, Env& env) {
  const eval::Value value = value_of(condition, env);
  return value.is_error() ? std::nullopt : std::optional(value.is_true());
}

/// What is in error is logged.
eval::Value Core::value_of(eval::Ref expression, Env& env) {
  const eval::Value value = eval::run(program_->module, expression, env, arena_);
  if (!value.is_error() || observer_ == nullptr) return value;
  Decision d = decision(env.lead_, env.enrolment_, DecisionKind::evaluation_error);
  const std::string words = eval::to_string(value);
  d.name = program_->text(expression);
  d.detail = words;
  log(d);
  return value;
}

bool Core::key_matches(const Sequence& sequence, const Enrolment& enrolment, const EventView& view) const {
  if (sequence.key_positions.empty()) return true;
  const std::int16_t position = sequence.key_positions[view.event];
  if (position < 0) return true;
  return carries_key(view.values[position], *extra(enrolment, sequence.extra.key));
}

bool Core::matches(const compile::Pattern& pattern, const Enrolment* enrolment, const EventView& view, Env& env) {
  if (!contains(pattern.events, view.event)) return false;
  if (enrolment != nullptr && !pattern.any_key && !key_matches(sequence_of(*enrolment), *enrolment, view)) return false;
  if (!pattern.where) return true;
  const EventView* before = env.event;
  env.event = &view;
  const bool met = value_of(pattern.where, env).is_true();
  env.event = before;
  return met;
}

// ---------------------------------------------------------------- the lead

/// With the zone of the lead everything that asks for the time changes. [S4.1]
Core::Change Core::with_clock(Change change) const {
  const bool sets_zone = change.fields != nullptr && program_->zone_field != kNone && (*change.fields)[program_->zone_field];
  change.zone = change.zone || sets_zone;
  change.clock = change.clock || change.zone;
  return change;
}

void Core::react_lead(std::uint32_t lead, const Change& change) {
  if (head(lead).parked != 0) return;
  if (change.event != nullptr) count_outcomes(lead, *change.event);
  Change seen = with_clock(change);
  if (seen.zone && program_->retention.any()) watch_retention(lead, now_.ms);
  settle_standing(lead, seen);
  seen.scores = change.scores || scores_changed_;
  scores_changed_ = false;
  // The list may change under way: act on those that exist now.
  std::vector<std::pair<std::uint32_t, Identity>> existing;
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    if (live(i)) existing.emplace_back(i, Identity(enrolments_[i]));
  }
  for (const auto& [i, identity] : existing) {
    if (is_still(i, identity) && touches(sequence_of(enrolments_[i]), seen)) react(i, seen);
  }
  run_score_bodies(lead, change.event);
  if (program_->holds_while) ask_let_go(lead, seen);
  react_audiences(lead, seen);
  enroll_on_change(lead, seen);
  enroll_on_time(lead, seen);
  if (change.event == nullptr || head(lead).parked != 0) return;
  for (const Id sequence : program_->events[change.event->event].enrolls) {
    const std::vector<Trigger>& ways = program_->sequences[sequence].enrolls;
    for (Id w = 0; w < ways.size(); ++w) {
      if (!ways[w].on) continue;
      Env env(*this, lead, kNone, change.event);
      if (!matches(ways[w].pattern, nullptr, *change.event, env)) continue;
      static_cast<void>(enroll(lead, sequence, change.event, program_->events[change.event->event].name, w));
      break;
    }
  }
}

void Core::enroll_on_change(std::uint32_t lead, const Change& change) {
  unsigned bit = 0;
  for (const Id sequence : program_->enroll_when) {
    const std::vector<Trigger>& ways = program_->sequences[sequence].enrolls;
    for (Id w = 0; w < ways.size(); ++w) {
      const Trigger& way = ways[w];
      if (way.on) continue;
      Word& word = rows_.at(lead)[program_->layout.watches + bit / 64];
      const Word mask = Word{1} << (bit % 64);
      ++bit;
      if (!depends(way.condition, change) && change.fields == nullptr) continue;
      Env env(*this, lead, kNone);
      const bool now_true = holds(way.condition, env);
      watch_lead(lead, env.valid_until.ms);
      const bool was_true = (word & mask) != 0;
      word = now_true ? word | mask : word & ~mask;
      if (now_true && !was_true) static_cast<void>(enroll(lead, sequence, nullptr, program_->text(way.condition.code), w));  // [S3.3]
    }
  }
}

void Core::watch_lead(std::uint32_t lead, std::int64_t valid_until_ms) {
  if (program_->layout.wake == kNone || valid_until_ms >= lead_wake_ms(lead)) return;
  const std::int64_t wake_ms = std::max(valid_until_ms, now_.ms + 1);
  set_lead_wake(lead, wake_ms);
  add_timer(wake_ms, TimerKind::lead, lead, lead);
}

// ---------------------------------------------------------------- one enrolment

void Core::watch_clock(std::uint32_t enrolment, std::int64_t valid_until_ms) {
  const Enrolment& e = enrolments_[enrolment];
  const Id offset = sequence_of(e).extra.wake;
  if (offset == kNone || e.state == EnrolmentState::ended) return;
  Word& wake = *extra(e, offset);
  // An earlier wake stays: it asks again and finds the later instant.
  if (valid_until_ms >= static_cast<std::int64_t>(wake)) return;
  wake = static_cast<Word>(std::max(valid_until_ms, now_.ms + 1));
  add_timer(static_cast<std::int64_t>(wake), TimerKind::wake, e.lead, enrolment);
}

void Core::react(std::uint32_t enrolment, const Change& change) {
  Env env(*this, enrolments_[enrolment].lead, enrolment, change.event);
  if (react_levels(enrolment, change, env)) return;
  if (enrolments_[enrolment].state == EnrolmentState::queued) return watch_clock(enrolment, env.valid_until.ms);
  Change seen = change;
  seen.anchors = react_anchors(enrolment, change, env);
  if (!live(enrolment)) return;
  if (seen.anchors && react_moved_anchors(enrolment, env)) return;
  const bool moves = change.fields != nullptr && moves_plan(sequence_of(enrolments_[enrolment]), *change.fields);
  if (moves && !change.all) count_dates_anew(enrolment, *change.fields);
  if (change.zone) plan_anew(enrolment);
  if (!change.zone && moves) replan(enrolment);
  if (!live(enrolment)) return;
  // A handler may jump: a wait that begins now does not see the event that led to it. [S5.2]
  const Enrolment& e = enrolments_[enrolment];
  const bool waited = e.state == EnrolmentState::until;
  const Id node = e.node;
  const std::uint16_t visit = visit_of(e);
  const Identity identity(e);
  const bool frozen = is_frozen(e);  // handlers are judged when it thaws
  if (!frozen && react_handlers(enrolment, seen, env)) return;
  if (waited && e.node == node && visit_of(e) == visit) react_wait(enrolment, seen, env);
  if (is_still(enrolment, identity)) watch_clock(enrolment, env.valid_until.ms);
}

bool Core::react_levels(std::uint32_t enrolment, const Change& change, Env& env) {
  const Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  const auto acts = [&](const Trigger& trigger) {
    if (trigger.on) return change.event != nullptr && matches(trigger.pattern, &e, *change.event, env);
    return depends(trigger.condition, change) && holds(trigger.condition, env);
  };
  for (const compile::Goal& goal : sequence.goals) {
    if (!acts(goal.trigger)) continue;
    if (observer_ != nullptr) {
      Decision d = decision(e.lead, enrolment, DecisionKind::goal);
      d.name = goal.name;
      const std::string worth = goal_value(goal, change, env);
      d.detail = worth;
      log(d);
    }
    end(enrolment, Reason::goal, goal.name);
    return true;
  }
  for (const compile::Goal& exit : sequence.exits) {
    if (!acts(exit.trigger)) continue;
    end(enrolment, Reason::exit, exit.name);
    return true;
  }
  for (const Condition& suppression : sequence.suppressions) {
    if (sequence.is_triggers) break;  // Nobody leaves triggers: see is_silenced().
    if (!depends(suppression, change) || !holds(suppression, env)) continue;
    end(enrolment, Reason::suppressed, "suppressed");
    return true;
  }
  return false;
}

/// What a goal is worth, for the log.
std::string Core::goal_value(const compile::Goal& goal, const Change& change, Env& env) {
  if (!goal.value) return {};
  const EventView* before = env.event;
  env.event = change.event;
  const eval::Value value = value_of(goal.value, env);
  env.event = before;
  return value.is_error() ? std::string() : eval::to_text(value);
}

/// An anchor moved: levels that ask for it, then the plan. True when the enrolment ended.
bool Core::react_moved_anchors(std::uint32_t enrolment, Env& env) {
  Change moved;
  moved.anchors = true;
  if (react_levels(enrolment, moved, env)) return true;
  plan_anchors(enrolment);
  return !live(enrolment);
}

/// On another clock: what has not run is planned anew, and what its hours hold asks again. [S4.1]
void Core::plan_anew(std::uint32_t enrolment) {
  const Enrolment& e = enrolments_[enrolment];
  for (std::uint32_t h = e.held; h != kNone; h = held_[h].next) {
    const Reason reason = held_[h].reason;
    const bool by_clock = reason == Reason::quiet || reason == Reason::window || reason == Reason::cap || reason == Reason::yield;
    if (by_clock) ask_now(h);
  }
  replan(enrolment);
  if (e.state == EnrolmentState::waiting || e.state == EnrolmentState::until) time_wait_anew(enrolment);
}

bool Core::react_anchors(std::uint32_t enrolment, const Change& change, Env& env) {
  return !sequence_of(enrolments_[enrolment]).anchors.empty() && evaluate_anchors(enrolment, env, &change);
}

/// How often the handler has fired, this time included; 0 when it may not fire now.
std::uint32_t Core::fires(std::uint32_t enrolment, Id handler) {
  const Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  const compile::Handler& h = sequence.handlers[handler];
  Word* words = extra(e, sequence.extra.handlers) + 2 * handler;
  HandlerWord state = handler_word(words[0]);
  const auto last_ms = static_cast<std::int64_t>(words[1]);
  if (state.firings != 0 && h.repeat == compile::RepeatKind::once) return 0;
  if (state.firings != 0 && h.repeat == compile::RepeatKind::at_most_once_per && time::add({last_ms}, h.per, plan_zone(e)) > now_) return 0;
  ++state.firings;
  words[0] = word_of(state);
  words[1] = static_cast<Word>(now_.ms);
  return state.firings;
}

/// `suppress when` of triggers: while it holds nothing fires, and what became true meanwhile is past. [S2.5]
bool Core::is_silenced(std::uint32_t enrolment, Env& env) {
  const std::vector<Condition>& suppressions = sequence_of(enrolments_[enrolment]).suppressions;
  return std::any_of(suppressions.begin(), suppressions.end(), [&](const Condition& condition) { return holds(condition, env); });
}

bool Core::react_handlers(std::uint32_t enrolment, const Change& change, Env& env) {
  const Sequence& sequence = sequence_of(enrolments_[enrolment]);
  // All are judged before any acts: what one of them changes is a change of its own, with edges of its own.
  std::vector<Id> firing;
  for (Id h = 0; h < sequence.handlers.size(); ++h) {
    if (judge_handler(enrolment, h, change, env)) firing.push_back(h);
  }
  if (!firing.empty() && sequence.is_triggers && is_silenced(enrolment, env)) return false;
  const Identity identity(enrolments_[enrolment]);
  for (const Id h : firing) {
    const std::uint32_t firings = fires(enrolment, h);
    if (firings == 0) continue;
    const Enrolment& e = enrolments_[enrolment];
    if (observer_ != nullptr) {
      Decision d = decision(e.lead, enrolment, DecisionKind::handler);
      d.step = {};
      d.name = sequence.handlers[h].name;
      log(d);
    }
    const Body body = body_of(e.lead, enrolment, false, kNoStep, firings, change.event);
    static_cast<void>(run_body(body, sequence.handlers[h].body));
    if (!is_still(enrolment, identity)) return true;
  }
  return false;
}

/// Whether a handler's event is at hand or its condition has just become true.
bool Core::judge_handler(std::uint32_t enrolment, Id index, const Change& change, Env& env) {
  const Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  const compile::Handler& handler = sequence.handlers[index];
  Word& word = extra(e, sequence.extra.handlers)[2 * index];
  HandlerWord state = handler_word(word);
  if (state.firings != 0 && handler.repeat == compile::RepeatKind::once) return false;  // it will never fire again
  if (handler.trigger.on) return change.event != nullptr && matches(handler.trigger.pattern, &e, *change.event, env);
  if (!depends(handler.trigger.condition, change)) return false;
  const bool now_true = holds(handler.trigger.condition, env);
  const bool rises = now_true && state.truth == 0;
  state.truth = now_true ? 1 : 0;
  word = word_of(state);
  return rises;
}

void Core::react_wait(std::uint32_t enrolment, const Change& change, Env& env) {
  const Enrolment& e = enrolments_[enrolment];
  if (e.state != EnrolmentState::until) return;
  const compile::WaitUntil& wait = program_->waits[program_->nodes[e.node].a];
  if (frozen_word(e).matched != 0) return;  // it is over, and goes on when its run does
  for (Id index = 0; index < wait.cases.size(); ++index) {
    const compile::WaitCase& one = wait.cases[index];
    const Trigger& trigger = one.trigger;
    if (trigger.on) {
      if (change.event == nullptr || !matches(trigger.pattern, &e, *change.event, env)) continue;
      keep_trigger(enrolment, *change.event);
    } else if (!depends(trigger.condition, change) || !holds(trigger.condition, env)) {
      continue;
    }
    if (!wait.resets && is_frozen(e)) return keep_match(e, index);
    if (!wait.resets) return end_wait(enrolment, "matched", one.label, one.body);
    // What came again begins the timeout anew. [S5.3]
    if (is_frozen(e)) {
      restart_frozen_wait(enrolment, wait.timeout);
      continue;
    }
    note_wait(e);
    time_wait(enrolment, time::add(now_, wait.timeout, plan_zone(e)).ms);
  }
}

void Core::keep_trigger(std::uint32_t enrolment, const EventView& view) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  if (sequence.extra.trigger != kNone) keep_event(extra(e, sequence.extra.trigger), view, sequence.trigger_fields);
}

/// Keeps an event for later: its id, then a word for each of its fields of these names. Env::kept_value() reads them.
void Core::keep_event(Word* words, const EventView& view, const std::vector<Id>& names) {
  *words++ = view.event;
  const compile::Event& event = program_->events[view.event];
  for (const Id name : names) {
    const std::int16_t position = event.position[name];
    *words++ = position < 0 ? kMissingWord : event_word(view, static_cast<std::size_t>(position));
  }
}

/// A field of an event that is at hand or of the past.
Word Core::event_word(const EventView& view, std::size_t position) {
  if (view.values != nullptr) return to_word(program_->events[view.event].fields[position], view.values[position], texts_);
  const std::int16_t kept = kept_position_[view.event][position];
  return kept < 0 ? kMissingWord : view.kept[kept];
}

}  // namespace nurture::engine
