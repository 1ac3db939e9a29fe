// Entering and leaving sequences: S3 of the contracts. A lead's enrolments form a list in the order in which they act at
// one instant (S2.1). The last enrolment of a sequence stays, ended, to remember its number and when it began.
#include "engine/core.hpp"

#include <algorithm>

namespace nurture::engine {

using compile::Condition;
using compile::Sequence;

namespace {

/// The way in that an event takes into a sequence when it is moved there: its own, else the first with a key.
Id way_of(const Sequence& sequence, const EventView* entry) {
  Id keyed = kNone;
  for (Id way = 0; way < sequence.enrolls.size(); ++way) {
    const std::vector<Id>& events = sequence.enrolls[way].pattern.events;
    if (entry != nullptr && std::binary_search(events.begin(), events.end(), entry->event)) return way;
    if (keyed == kNone && sequence.keys[way]) keyed = way;
  }
  return keyed;
}

}  // namespace

/// The key of an entry, as its text: ways in may take it from fields of different types. False when it is missing.
bool Core::entry_key(std::uint32_t lead, Id sequence, const EventView* entry, Id way, Word& key) {
  const Sequence& s = program_->sequences[sequence];
  key = kMissingWord;
  if (way == kBroadcast) {  // by the number of its start
    key = to_word(compile::Field{}, eval::Value::of(std::string_view(std::to_string(broadcast_numbers_[sequence]))), texts_);
    return true;
  }
  if (way == kNone) way = way_of(s, entry);
  if (way == kNone || way == kRecurring || !s.keys[way]) return true;
  Env env(*this, lead, kNone, entry);
  const eval::Value value = eval::run(program_->module, s.keys[way], env, arena_);
  if (value.is_error() || value.is_missing()) return false;
  key = to_word(compile::Field{}, eval::Value::of(std::string_view(eval::to_text(value))), texts_);
  return true;
}

Reason Core::admission(std::uint32_t lead, Id sequence, Word key) const {
  const Sequence& s = program_->sequences[sequence];
  std::uint32_t enrolments = 0;
  std::uint32_t last = kNone;  // Of this key.
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& e = enrolments_[i];
    if (live(i)) ++enrolments;
    if (family_of(e.sequence) != s.family) continue;
    if (s.extra.key != kNone && key_of(e) != key) continue;
    if (live(i)) return Reason::already_enrolled;
    if (last == kNone || e.number > enrolments_[last].number) last = i;
  }
  if (head(lead).parked != 0) return Reason::parked;
  if (enrolments >= limits::kEnrolmentsPerLead) return Reason::limit;
  if (last == kNone || s.reenroll == Sequence::Reenroll::always) return Reason::none;
  if (s.reenroll == Sequence::Reenroll::never) return Reason::reenroll;
  const std::int64_t from_ms = s.reenroll_from_exit ? enrolments_[last].ended_ms() : enrolments_[last].enrolled_ms;
  return time::add({from_ms}, s.reenroll_after, zone_of({}, rows_.at(lead), s)) > now_ ? Reason::reenroll : Reason::none;
}

/// Whether the lead is in a sequence, in any version of it; not while it waits for its turn.
bool Core::is_under_way(std::uint32_t lead, Id sequence) const {
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& e = enrolments_[i];
    if (family_of(e.sequence) == family_of(sequence) && live(i) && e.state != EnrolmentState::queued) return true;
  }
  return false;
}

/// The live enrolment that a second entry by the sequence's own ways in restarts, or kNone. [S3.1]
std::uint32_t Core::restarted(std::uint32_t lead, Id sequence, Word key) const {
  const Sequence& s = program_->sequences[sequence];
  if (!s.restarts) return kNone;
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& e = enrolments_[i];
    if (family_of(e.sequence) != s.family || !live(i) || (s.extra.key != kNone && key_of(e) != key)) continue;
    const Id until = sequence_of(e).restart_until;  // As it is in the version of the run.
    if (until == kNone || !has_run(e, until)) return i;
  }
  return kNone;
}

Reason Core::enroll(std::uint32_t lead, Id sequence, const EventView* entry, std::string_view cause, Id way, const Word* handed) {
  if (!runs_[sequence]) return Reason::none;
  Word key = kMissingWord;
  const bool has_key = entry_key(lead, sequence, entry, way, key);
  Reason reason = has_key ? admission(lead, sequence, key) : Reason::no_key;
  const std::uint32_t old = reason == Reason::already_enrolled && way != kNone ? restarted(lead, sequence, key) : kNone;
  if (old != kNone) reason = Reason::none;
  if (reason != Reason::none) {
    refuse_entry(lead, sequence, reason, {});
    return reason;
  }
  const std::uint32_t enrolment = new_enrolment(lead, sequence, entry, key, handed);
  std::string rule;
  enrolments_[enrolment].state = EnrolmentState::queued;  // It is not under way yet.
  reason = levels_at_entry(enrolment, rule);
  enrolments_[enrolment].state = EnrolmentState::planned;
  if (reason != Reason::none) {
    discard(enrolment);
    refuse_entry(lead, sequence, reason, rule);
    return reason;
  }
  if (old != kNone) end(old, Reason::restarted, "restarted");
  forget_superseded(enrolment);
  if (program_->sequences[sequence].group == kNone || !waits_its_turn(enrolment)) begin(enrolment, cause);
  return Reason::none;
}

/// A run begins now.
void Core::begin(std::uint32_t enrolment, std::string_view cause) {
  const std::uint32_t lead = enrolments_[enrolment].lead;
  if (observer_ != nullptr) {
    Decision d = decision(lead, enrolment, DecisionKind::enrolled);
    d.name = cause;
    log(d);
  }
  tell(program_->told.enrolled, lead, {sequence_of(enrolments_[enrolment]).name});
  Env env(*this, lead, enrolment);
  evaluate_anchors(enrolment, env, nullptr);
  if (!live(enrolment)) return;
  apply_late(enrolment);
  plan_first(enrolments_[enrolment]);  // Before a handler makes it stand still.
  // What held before entry counts as false: a handler whose condition holds fires once, before day 0. [S2.5]
  react_handlers_at_entry(enrolment);
  if (live(enrolment)) replan(enrolment);
}

void Core::forget_superseded(std::uint32_t enrolment) {
  // An ended enrolment is kept for its number and its instant; this one carries both on.
  const Enrolment& e = enrolments_[enrolment];
  const Sequence& s = sequence_of(e);
  for (std::uint32_t i = head(e.lead).first_enrolment; i != kNone;) {
    const std::uint32_t next = enrolments_[i].next;
    const bool same = family_of(enrolments_[i].sequence) == s.family;
    const bool superseded = s.reenroll == Sequence::Reenroll::always || s.extra.key == kNone || key_of(enrolments_[i]) == key_of(e);
    if (i != enrolment && same && !live(i) && superseded) discard(i);
    i = next;
  }
}

void Core::refuse_entry(std::uint32_t lead, Id sequence, Reason reason, std::string_view rule) {
  if (observer_ == nullptr) return;
  Decision d = decision(lead, DecisionKind::refused);
  d.sequence = program_->sequences[sequence].name;
  d.version = program_->sequences[sequence].version;
  d.reason = reason;
  d.rule = rule;
  log(d);
}

std::uint32_t Core::new_enrolment(std::uint32_t lead, Id sequence, const EventView* entry, Word key, const Word* handed) {
  const Sequence& s = program_->sequences[sequence];
  const std::uint32_t last = last_enrolment(lead, sequence);
  const std::uint32_t index = enrolments_.take();
  Enrolment& e = enrolments_[index];
  e.lead = lead;
  e.sequence = static_cast<std::uint16_t>(sequence);
  e.number = last == kNone ? 1 : enrolments_[last].number + 1;
  if (last == kNone && !first_numbers_.empty() && first_numbers_.contains(lead)) e.number += first_numbers_.at(lead);
  e.enrolled_ms = now_.ms;
  if (s.extra.words > 0) {
    e.extra = extras_[sequence].take();
    Word* words = extras_[sequence].at(e.extra);
    std::fill(words, words + s.extra.words, Word{0});
    if (s.extra.key != kNone) *extra(e, s.extra.key) = key;
    if (s.extra.wake != kNone) *extra(e, s.extra.wake) = static_cast<Word>(kNever);
    for (Id a = 0; s.extra.anchors != kNone && a < s.anchors.size(); ++a)
      extra(e, s.extra.anchors)[a] = AnchorWord::missing_since(now_.ms).word;
    for (Id i = 0; i < s.steps.size() && s.extra.steps != kNone; ++i) set_step_word(e, i, {StepState::pending, 0, 0, s.steps[i].day});
    if (s.extra.trigger != kNone) *extra(e, s.extra.trigger) = kNone;
    for (Id i = 0; i < s.steps.size() && s.extra.again != kNone; ++i) extra(e, s.extra.again)[i] = AnchorWord{}.word;
    if (s.extra.entry != kNone) *extra(e, s.extra.entry) = kNone;
    if (s.extra.entered != kNone) {
      // The entering event counts, and what arrives after it and did not occur before it. [S5.5]
      extra(e, s.extra.entered)[0] = static_cast<Word>(entry != nullptr ? entry->occurred_ms : now_.ms);
      extra(e, s.extra.entered)[1] = entry != nullptr ? arrivals_ - 1 : arrivals_;
    }
    if (s.extra.entry != kNone && entry != nullptr) keep_event(extra(e, s.extra.entry), *entry, s.entry_fields);
    if (s.extra.handed != kNone) keep_handed(e, entry, handed);
  }
  link(index);
  if (is_counted(e)) ++live_enrolments_;
  return index;
}

/// What is handed over, else what the event that enters calls so, else the default.
void Core::keep_handed(const Enrolment& e, const EventView* entry, const Word* handed) {
  const Sequence& s = sequence_of(e);
  for (std::size_t p = 0; p < s.parameters.size(); ++p) {
    Word word = handed == nullptr ? kMissingWord : handed[p];
    const Id name = s.parameter_names[p];
    const std::int16_t position = entry == nullptr || name == kNone ? std::int16_t{-1} : program_->events[entry->event].position[name];
    if (word == kMissingWord && position >= 0) word = event_word(*entry, static_cast<std::size_t>(position));
    if (word == kMissingWord) word = to_word(s.parameters[p], s.parameters[p].fallback, texts_);
    extra(e, s.extra.handed)[p] = word;
  }
}

Reason Core::levels_at_entry(std::uint32_t enrolment, std::string& rule) {
  const Sequence& s = sequence_of(enrolments_[enrolment]);
  Env env(*this, enrolments_[enrolment].lead, enrolment);
  read_anchors(enrolments_[enrolment], env);
  const auto already = [&](const compile::Goal& goal) { return !goal.trigger.on && holds(goal.trigger.condition, env); };
  for (const compile::Goal& goal : s.goals) {
    if (already(goal)) return rule = goal.name, Reason::goal;
  }
  for (const compile::Goal& exit : s.exits) {
    if (already(exit)) return rule = exit.name, Reason::exit;
  }
  for (const Condition& suppression : s.suppressions) {
    if (holds(suppression, env)) return rule = std::string(program_->text(suppression.code)), Reason::suppressed;
  }
  watch_clock(enrolment, env.valid_until.ms);
  return Reason::none;
}

void Core::react_handlers_at_entry(std::uint32_t enrolment) {
  const Sequence& s = sequence_of(enrolments_[enrolment]);
  if (std::all_of(s.handlers.begin(), s.handlers.end(), [](const compile::Handler& h) { return h.trigger.on; })) return;
  Env env(*this, enrolments_[enrolment].lead, enrolment);
  Change everything;
  everything.all = true;
  if (!react_handlers(enrolment, everything, env) && live(enrolment)) watch_clock(enrolment, env.valid_until.ms);
}

/// Triggers are runs that every lead is in from its first input on. They are never entered or left, so no row tells of it.
void Core::start_triggers(std::uint32_t lead) {
  for (const Id sequence : program_->triggers) {
    if (!runs_[sequence]) continue;
    const std::uint32_t enrolment = new_enrolment(lead, sequence, nullptr, kMissingWord, nullptr);
    enrolments_[enrolment].due_ms = kNever;
    react_handlers_at_entry(enrolment);
  }
}

void Core::discard(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  unlink(enrolment);
  if (e.extra != kNone) extras_[e.sequence].give_back(e.extra);
  if (is_counted(e)) --live_enrolments_;
  e.state = EnrolmentState::ended;
  e.extra = kNone;
  enrolments_.give_back(enrolment);
}

void Core::end(std::uint32_t enrolment, Reason reason, std::string_view name) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& s = sequence_of(e);
  // Exits cancel holds. [S6.2]
  cancel_held(enrolment, Reason::suppressed, name, false);
  if (!gathered_.empty() && name != "completed") ungather(enrolment, name);
  if (observer_ != nullptr) {
    Decision d = decision(e.lead, enrolment, DecisionKind::exited);
    d.reason = reason;
    d.name = name;
    log(d);
  }
  if (s.group != kNone) freed_groups_.emplace_back(e.lead, s.group);
  tell(program_->told.ended, e.lead, {s.name, name});
  e.state = EnrolmentState::ended;
  e.due_ms = now_.ms;
  --live_enrolments_;
  if (e.extra != kNone && s.extra.key == kNone) {
    extras_[e.sequence].give_back(e.extra);
    e.extra = kNone;
  }
  if (is_superseded(e)) discard(enrolment);
}

/// Whether a later run, of a version that always lets in again, carries the number on.
bool Core::is_superseded(const Enrolment& e) const {
  for (std::uint32_t i = head(e.lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& later = enrolments_[i];
    const bool carries_on = later.number > e.number && sequence_of(later).reenroll == Sequence::Reenroll::always;
    if (carries_on && family_of(later.sequence) == family_of(e.sequence)) return true;
  }
  return false;
}

void Core::cancel_held(std::uint32_t enrolment, Reason reason, std::string_view rule, bool timeline_only) {
  for (std::uint32_t i = enrolments_[enrolment].held; i != kNone;) {
    const std::uint32_t next = held_[i].next;
    const Held& h = held_[i];
    if (!timeline_only || h.blocks) {
      const Body body = held_body(h);
      const Gate gate{Gate::Kind::skip, reason, 0, rule};
      log_message(body, DecisionKind::skipped, h.node, h.path, gate);
      if (program_->send_paths[h.path].digest_days != 0) forget_gathered(h.lead, enrolments_[enrolment].sequence);
      older_keys_.erase(h.serial);
      release_held(i);
    }
    i = next;
  }
}

// ---------------------------------------------------------------- the list of a lead's enrolments

void Core::link(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  const auto before = [&](const Enrolment& other) {
    const Id mine = program_->sequence_rank[e.sequence];
    const Id theirs = program_->sequence_rank[other.sequence];
    return theirs != mine ? theirs < mine : other.number < e.number;
  };
  std::uint32_t* place = &head(e.lead).first_enrolment;
  while (*place != kNone && before(enrolments_[*place])) place = &enrolments_[*place].next;
  e.next = *place;
  *place = enrolment;
}

void Core::unlink(std::uint32_t enrolment) {
  std::uint32_t* place = &head(enrolments_[enrolment].lead).first_enrolment;
  while (*place != kNone && *place != enrolment) place = &enrolments_[*place].next;
  if (*place == enrolment) *place = enrolments_[enrolment].next;
}

}  // namespace nurture::engine
