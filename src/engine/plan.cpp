// When steps are due: S4 of the contracts. A plan is either linear - one cursor over steps in order - or keeps a word per
// step. Both answer the same question: which step comes next, and at which instant.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>
#include <bit>

namespace nurture::engine {
namespace {

using compile::ScheduleKind;
using compile::Sequence;
using compile::Step;

}  // namespace

Word* Core::extra(const Enrolment& enrolment, Id offset) { return extras_[enrolment.sequence].at(enrolment.extra) + offset; }
const Word* Core::extra(const Enrolment& enrolment, Id offset) const { return extras_[enrolment.sequence].at(enrolment.extra) + offset; }

StepWord Core::step_word(const Enrolment& enrolment, Id step) const {
  return std::bit_cast<StepWord>(extra(enrolment, sequence_of(enrolment).extra.steps)[step]);
}
void Core::set_step_word(const Enrolment& enrolment, Id step, StepWord word) {
  extra(enrolment, sequence_of(enrolment).extra.steps)[step] = std::bit_cast<Word>(word);
}

inline std::uint16_t Core::visit_of(const Enrolment& enrolment) const {
  if (sequence_of(enrolment).extra.steps == kNone) return 1;
  return enrolment.step == kNoStep ? std::uint16_t{0} : step_word(enrolment, enrolment.step).visits;
}

/// A zone by its name, else that of the lead, else that of the sequence, else UTC. [S4.1]
inline const time::Zone& Core::zone_of(const compile::ZoneRule& rule, const Word* row, const Sequence& sequence) const {
  if (rule.kind == compile::ZoneRule::Kind::named) return *rule.zone;
  const std::uint16_t own = head_of(row).zone;
  return own == 0 && sequence.zone.kind == compile::ZoneRule::Kind::named ? *sequence.zone.zone : *zones_[own];
}
const time::Zone& Core::plan_zone(const Enrolment& e) const { return zone_of(sequence_of(e).zone, rows_.at(e.lead), sequence_of(e)); }

inline const Core::LocalNow& Core::local_now(const time::Zone& zone) const {
  if (local_now_.zone != &zone || local_now_.at != now_) {
    const time::Local local = zone.to_local(now_);
    constexpr std::chrono::hours kNear{48};
    const bool steady = zone.offset_at(now_ - kNear) == zone.offset_at(now_ + kNear);
    local_now_ = {&zone, now_, local.day(), local.second_of_day(), steady};
  }
  return local_now_;
}

inline std::int64_t Core::instant_of(const time::Zone& zone, std::int32_t day, std::int32_t second) const {
  if (local_instant_.zone != &zone || local_instant_.day != day || local_instant_.second != second) {
    local_instant_ = {&zone, time::at(day, second, zone), day, second, false};
  }
  return local_instant_.at.ms;
}

/// A step runs. What asks `since` it is asked again at this instant, once what the step does is done. [S5.4]
inline void Core::note_run(std::uint32_t enrolment, Id step) {
  const Enrolment& e = enrolments_[enrolment];
  const compile::Extra& places = sequence_of(e).extra;
  if (places.step_times == kNone) return;
  extra(e, places.step_times)[step] = static_cast<Word>(now_.ms);
  if (places.wake == kNone) return;
  *extra(e, places.wake) = static_cast<Word>(now_.ms);
  add_timer(now_.ms, TimerKind::wake, e.lead, enrolment);
}

inline void Core::note_after(const Enrolment& enrolment, Id step, std::int64_t ms) {
  extra(enrolment, sequence_of(enrolment).extra.after_times)[step] = static_cast<Word>(ms);
}

/// How long after its start the turn of this lead comes in a broadcast: always the same. [S6.7]
inline std::int64_t Core::broadcast_spread(const Sequence& sequence, std::uint32_t lead) const {
  if (sequence.broadcast.spread_ms == 0) return 0;
  return bucket("broadcast/" + sequence.name, lead_name(lead), static_cast<std::uint32_t>(sequence.broadcast.spread_ms));
}

/// The planned instant of a step, kNever while it is unknown. [S4.3]
inline std::int64_t Core::step_due(const Enrolment& e, Id index) const {
  const Sequence& sequence = sequence_of(e);
  const Step& step = sequence.steps[index];
  const std::int64_t entry_ms = e.enrolled_ms + frozen_word(e).shift_ms;
  if (const GivenWord given = given_word(e); given.step == index + 1) return given.due_ms;
  if (step.kind == ScheduleKind::immediately) return entry_ms + broadcast_spread(sequence, e.lead);
  if (step.kind == ScheduleKind::every) {
    return occurrence_behind(step.every, sequence, rows_.at(e.lead), extra(e, sequence.extra.after_times)[index], e.enrolled_ms - 1);
  }
  if (step.kind == ScheduleKind::after) {
    const Word planned = extra(e, sequence.extra.after_times)[index];
    return planned == 0 ? kNever : static_cast<std::int64_t>(planned);
  }
  const time::Zone& zone = plan_zone(e);
  std::int64_t base_ms = entry_ms;
  std::int32_t from_day = 0;
  if (step.anchor != kNone) {
    const AnchorWord anchor{extra(e, sequence.extra.anchors)[step.anchor]};
    if (anchor.missing()) return kNever;
    base_ms = anchor.instant_ms();
    if (step.kind == ScheduleKind::day) from_day = zone.to_local({base_ms}).day();
  } else if (step.kind == ScheduleKind::day) {
    from_day = base_day(e);
  }
  if (step.kind == ScheduleKind::at) {
    // What is civil has moved by whole days, not by the time for which the run has stood still. [S3.4]
    const bool civil = step.anchor == kNone && (step.offset.months != 0 || step.offset.days != 0);
    const Instant at = time::add({civil ? e.enrolled_ms : base_ms}, step.offset, zone, step.offset_sign);
    return civil && sequence.extra.frozen != kNone ? time::add(at, {0, step_word(e, index).day, 0}, zone).ms : at.ms;
  }
  std::int32_t day = from_day + (sequence.extra.steps == kNone ? step.day : step_word(e, index).day);
  const auto is_allowed = [&](std::int32_t on) { return (step.weekdays >> time::weekday(on) & 1) != 0; };
  if (step.day == 0 && step.time.seconds < 0 && (step.weekdays == compile::kEveryWeekday || is_allowed(day))) return base_ms;
  while (step.weekdays != compile::kEveryWeekday && !is_allowed(day)) ++day;
  const compile::ClockTime& clock = step.time.seconds >= 0 ? step.time : sequence.default_time;
  if (clock.seconds >= 0) return instant_of(zone, day, clock.field == kNone ? clock.seconds : clock_seconds(clock, rows_.at(e.lead)));
  // Days move by whole days: the time of day stays that of the entry.
  const std::int64_t clock_ms = step.anchor == kNone ? e.enrolled_ms : base_ms;
  const std::int64_t below_second = ((clock_ms % 1000) + 1000) % 1000;
  return time::at(day, zone.to_local({clock_ms}).second_of_day(), zone).ms + below_second;
}

Core::Awaited Core::awaited(const Enrolment& e) const {
  const Sequence& sequence = sequence_of(e);
  switch (e.state) {
    case EnrolmentState::waiting:
    case EnrolmentState::until: return {e.step, e.due_ms};
    case EnrolmentState::holding: return {e.step, now_.ms};
    case EnrolmentState::planned: break;
    default: return {};
  }
  if (sequence.extra.steps == kNone) return e.cursor < sequence.steps.size() ? Awaited{e.cursor, step_due(e, e.cursor)} : Awaited{};
  Awaited first;
  for (Id s = 0; s < sequence.steps.size(); ++s) {
    if (step_word(e, s).state != StepState::pending) continue;
    const std::int64_t due_ms = step_due(e, s);
    if (first.step == kNone || due_ms < first.due_ms) first = {s, due_ms};
  }
  return first;
}

/// Whether a step has run, at this date of its anchor or another.
bool Core::has_run(const Enrolment& e, Id step) const {
  const Sequence& sequence = sequence_of(e);
  return sequence.extra.steps == kNone ? step < e.cursor : step_word(e, step).visits > 0;
}

/// Past the point up to which a late step still runs. [S4.4]
bool Core::is_too_late(const Enrolment& e, Id index, std::int64_t due_ms) const {
  const Step& step = sequence_of(e).steps[index];
  if (due_ms >= now_.ms || step.late == compile::LateKind::send) return false;
  return step.late == compile::LateKind::skip || time::add({due_ms}, step.grace, plan_zone(e)) < now_;
}

/// Whether a step that is due is left out: it fell due in a gap that ends now, as `catch up` says, or is beyond its
/// grace. [S4.6]
bool Core::is_left_out(const Enrolment& e, Id index, std::int64_t due_ms) const {
  const Sequence& sequence = sequence_of(e);
  const auto newest = [&](Id step, std::int64_t ms) {
    const bool recurs = sequence.steps[step].kind == ScheduleKind::every && ms <= now_.ms;
    return recurs ? newest_due(sequence.steps[step].every, sequence, rows_.at(e.lead), ms) : ms;
  };
  due_ms = newest(index, due_ms);
  if (sequence.steps[index].late == compile::LateKind::grace && is_too_late(e, index, due_ms)) return true;
  if (sequence.catch_up == compile::CatchUp::run || !slept(e, due_ms)) return false;
  if (sequence.catch_up == compile::CatchUp::skip) return true;
  // `latest`: another one fell due behind it.
  for (Id s = sequence.extra.steps == kNone ? index + 1 : 0; s < sequence.steps.size(); ++s) {
    const bool waits = sequence.extra.steps == kNone || step_word(e, s).state == StepState::pending;
    const std::int64_t other_ms = waits && s != index ? newest(s, step_due(e, s)) : kNever;
    if (other_ms > due_ms && slept(e, other_ms)) return true;
  }
  return false;
}

/// The step runs, now, for the time it was due.
void Core::mark_run(const Enrolment& e, Id index, std::int64_t due_ms) {
  const Sequence& sequence = sequence_of(e);
  const Step& step = sequence.steps[index];
  StepWord word = step_word(e, index);
  // A recurring step is due again.
  const bool recurs = step.kind == ScheduleKind::every;
  word.state = recurs ? StepState::pending : StepState::ran;
  ++word.visits;
  set_step_word(e, index, word);
  if (recurs) pass_occurrence(e, index, due_ms);
  if (step.again) extra(e, sequence.extra.again)[index] = extra(e, sequence.extra.anchors)[step.anchor];
  take_back_given(e, index);
}

void Core::set_given_word(const Enrolment& e, const GivenWord& given) {
  const auto words = std::bit_cast<std::array<Word, 3>>(given);
  std::copy(words.begin(), words.end(), extra(e, sequence_of(e).extra.migrated));
}

/// From now on the plan alone says when the step is due.
void Core::take_back_given(const Enrolment& e, Id step) {
  if (given_word(e).step == step + 1) set_given_word(e, {});
}

// ---------------------------------------------------------------- anchors and late steps

/// What the anchor's expression answers now.
AnchorWord Core::anchor_word(const Enrolment& e, const compile::Anchor& anchor, Env& env) {
  const eval::Value value = eval::run(program_->module, anchor.value.code, env, arena_);
  if (value.kind == eval::Kind::datetime) return AnchorWord::at(value.integer * 1000 + value.extra / 1'000'000);
  const bool named = anchor.zone.kind == compile::ZoneRule::Kind::named;
  const time::Zone& zone = named ? *anchor.zone.zone : plan_zone(e);
  if (value.kind == eval::Kind::date) return AnchorWord::at(time::at(static_cast<std::int32_t>(value.integer), 0, zone).ms);
  return AnchorWord::missing_since(now_.ms);
}

/// Reads the anchors of an entry, so that its levels can be asked; evaluate_anchors() plans by them. [S2.4]
void Core::read_anchors(const Enrolment& e, Env& env) {
  const Sequence& sequence = sequence_of(e);
  for (Id a = 0; a < sequence.anchors.size(); ++a) extra(e, sequence.extra.anchors)[a] = anchor_word(e, sequence.anchors[a], env).word;
}

/// Whether something that hangs on an anchor is still to come, or may come again.
bool Core::has_steps_left(const Enrolment& e, Id anchor) const {
  const Sequence& sequence = sequence_of(e);
  for (Id s = 0; s < sequence.steps.size(); ++s) {
    if (sequence.steps[s].anchor != anchor) continue;
    const StepState state = step_word(e, s).state;
    if (sequence.steps[s].again || state == StepState::pending || state == StepState::late) return true;
  }
  return false;
}

/// Whether some anchor moved. The caller then plans by them.
bool Core::evaluate_anchors(std::uint32_t enrolment, Env& env, const Change* change) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  const bool at_entry = change == nullptr;
  bool moved = false;
  for (Id a = 0; a < sequence.anchors.size(); ++a) {
    const compile::Anchor& anchor = sequence.anchors[a];
    const bool changed = !at_entry && !change->forgot && (change->zone || depends(anchor.value, *change));
    const bool asked = at_entry || changed || (moved && anchor.value.anchors);
    if (!asked) continue;
    Word& word = extra(e, sequence.extra.anchors)[a];
    const AnchorWord before{word};
    const AnchorWord now_word = at_entry ? before : anchor_word(e, anchor, env);  // read_anchors() has read them at entry
    if (!at_entry && (now_word == before || (now_word.missing() && before.missing()))) continue;
    if (!at_entry && now_word.missing() && outlives_event(anchor) && !names(anchor.value, *change)) continue;
    word = now_word.word;
    if (now_word.missing() && anchor.else_exit && has_steps_left(e, a)) {
      end(enrolment, Reason::anchor_missing, "anchor_missing");
      return false;
    }
    moved = true;
    if (observer_ != nullptr && (!at_entry || !now_word.missing())) {
      Decision d = decision(e.lead, enrolment, DecisionKind::planned);
      d.step = {};
      d.name = anchor.name;
      if (!now_word.missing())
        d.until = {now_word.instant_ms()};
      else
        d.detail = "missing";
      log(d);
    }
    // Steps that have not run, and those skipped as late, are planned anew; what ran is never repeated. [S4.5]
    for (Id s = 0; s < sequence.steps.size(); ++s) {
      StepWord step = step_word(e, s);
      if (sequence.steps[s].anchor != a || step.state == StepState::jumped) continue;
      if (!runs_for_anchor(e, s, step)) {
        set_step_word(e, s, step);
        continue;
      }
      step.state = StepState::pending;
      step.planned = 0;
      set_step_word(e, s, step);
      take_back_given(e, s);
      // What counts from its end waits for it again.
      for (Id next = s + 1; next < sequence.steps.size() && sequence.steps[next].kind == ScheduleKind::after; ++next) {
        if (step_word(e, next).state == StepState::pending) note_after(e, next, 0);
      }
    }
    anchor_moved(enrolment, a);
  }
  return moved;
}

/// Whether a step is planned by the date that its anchor has now: what ran is never repeated, but `again` runs once for
/// each date. [S4.5]
bool Core::runs_for_anchor(const Enrolment& e, Id index, StepWord& word) const {
  const Sequence& sequence = sequence_of(e);
  const Step& step = sequence.steps[index];
  if (!step.again) return word.state != StepState::ran;
  if (word.visits == 0 || extra(e, sequence.extra.again)[index] != extra(e, sequence.extra.anchors)[step.anchor]) return true;
  word.state = StepState::ran;
  return false;
}

/// Plans by anchors that moved.
void Core::plan_anchors(std::uint32_t enrolment) {
  apply_late(enrolment);
  if (live(enrolment)) replan(enrolment);
}

/// Finds the next step anew. A body that runs or waits does it at its end.
void Core::replan(std::uint32_t enrolment) {
  const Enrolment& e = enrolments_[enrolment];
  if (e.state == EnrolmentState::planned && !is_frozen(e)) plan(enrolment);
}

/// Steps newly planned into the past are skipped or run now. [S4.4]
void Core::apply_late(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  if (sequence.extra.steps == kNone) {  // Those that are late stand in front.
    while (e.cursor < sequence.steps.size() && is_too_late(e, e.cursor, step_due(e, e.cursor)))
      skip_step(enrolment, e.cursor++, Reason::late);
    return;
  }
  for (Id s = 0; s < sequence.steps.size(); ++s) {
    StepWord word = step_word(e, s);
    if (word.state != StepState::pending || word.planned != 0) continue;
    const std::int64_t due = step_due(e, s);
    if (due == kNever) continue;
    word.planned = 1;
    set_step_word(e, s, word);
    if (is_too_late(e, s, due)) skip_step(enrolment, s, Reason::late);
  }
}

/// A recurring step is done with what was due up to now.
void Core::pass_occurrence(const Enrolment& e, Id index, std::int64_t due_ms) {
  const Sequence& sequence = sequence_of(e);
  extra(e, sequence.extra.after_times)[index] = occurrence_word(sequence.steps[index].every, sequence, rows_.at(e.lead), due_ms);
}

void Core::skip_step(std::uint32_t enrolment, Id index, Reason reason) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  const Step& step = sequence.steps[index];
  if (sequence.extra.steps != kNone) {
    StepWord word = step_word(e, index);
    const bool recurs = step.kind == ScheduleKind::every;
    word.state = reason == Reason::jumped ? StepState::jumped : recurs ? StepState::pending : StepState::late;
    set_step_word(e, index, word);
    plan_after(e, index);
  }
  const std::int64_t due_ms = step_due(e, index);
  take_back_given(e, index);
  if (step.kind == ScheduleKind::every) pass_occurrence(e, index, due_ms);
  if (observer_ == nullptr && program_->told.skipped == kNone) return;
  Body body = body_of(e.lead, enrolment, true, static_cast<std::uint16_t>(index), 0);
  body.due_ms = due_ms;
  const Gate gate{Gate::Kind::skip, reason, 0, step.offset_text};
  for (const Id node : step.sends) {
    const compile::Node& send = program_->nodes[node];
    const bool each = send.d <= static_cast<Id>(compile::SendKind::named);
    // Of several of which one would have gone out, the first stands for it.
    for (Id path = send.b; path < (each ? send.c : send.b + 1); ++path) log_message(body, DecisionKind::skipped, node, path, gate);
  }
  if (!step.sends.empty() || observer_ == nullptr) return;
  Decision d = decision(e.lead, enrolment, DecisionKind::skipped);
  d.step = step.name;
  d.reason = reason;
  d.rule = step.offset_text;
  log(d);
}

/// So long after an end; with a time of day, at that time of the civil day this leads to. [S4.3]
std::int64_t Core::after_end(const Enrolment& e, Id index, std::int64_t end_ms) const {
  const Step& step = sequence_of(e).steps[index];
  const time::Zone& zone = plan_zone(e);
  const Instant due = time::add({end_ms}, step.offset, zone);
  if (step.time.seconds < 0) return due.ms;
  const std::int32_t second = clock_seconds(step.time, rows_.at(e.lead));
  const std::int32_t day = zone.to_local(due).day();
  const std::int64_t at_ms = time::at(day, second, zone).ms;
  // Only after no days at all can that time be over.
  return at_ms >= end_ms ? at_ms : time::at(day + 1, second, zone).ms;
}

/// The step behind one that ended or was skipped, if it counts from that end. [S4.3]
void Core::plan_after(const Enrolment& e, Id ended) {
  const Sequence& sequence = sequence_of(e);
  const Id next = ended + 1;
  if (next >= sequence.steps.size() || sequence.steps[next].kind != ScheduleKind::after) return;
  if (step_word(e, next).state != StepState::pending) return;
  note_after(e, next, after_end(e, next, now_.ms));
}

// ---------------------------------------------------------------- the next step

/// A first step behind an `after` counts from the entry.
void Core::plan_first(const Enrolment& e) {
  const Sequence& sequence = sequence_of(e);
  if (sequence.extra.steps == kNone || sequence.steps.empty() || sequence.steps[0].kind != ScheduleKind::after) return;
  if (step_due(e, 0) == kNever) note_after(e, 0, after_end(e, 0, e.enrolled_ms));
}

void Core::plan(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  if (sequence.extra.steps == kNone) return plan_linear(enrolment, e, sequence);
  plan_first(e);
  std::int64_t best_ms = kNever;
  Id best = kNone;
  bool hangs = false;
  std::int64_t give_up_ms = kNever;
  for (Id s = 0; s < sequence.steps.size(); ++s) {
    if (step_word(e, s).state != StepState::pending) continue;
    const std::int64_t due = step_due(e, s);
    if (due != kNever && due < best_ms) best_ms = due, best = s;
    if (due != kNever) continue;
    hangs = true;
    if (sequence.steps[s].anchor == kNone) continue;
    const AnchorWord anchor{extra(e, sequence.extra.anchors)[sequence.steps[s].anchor]};
    const time::Period& longest = sequence.anchors[sequence.steps[s].anchor].hold;
    give_up_ms = std::min(give_up_ms, time::add({anchor.instant_ms()}, longest, plan_zone(e)).ms);
  }
  if (best == kNone && !hangs) return complete_or_wait(enrolment);
  e.due_ms = std::max(std::min(best_ms, give_up_ms), now_.ms);
  if (e.due_ms != kNever) add_timer(e.due_ms, TimerKind::step, e.lead, enrolment);
}

inline void Core::plan_linear(std::uint32_t enrolment, Enrolment& e, const Sequence& sequence) {
  while (e.cursor < sequence.steps.size()) {
    const std::int64_t due = step_due(e, e.cursor);
    if (due <= time::zone_data_end().ms) {
      e.due_ms = std::max(due, now_.ms);
      return add_timer(e.due_ms, TimerKind::step, e.lead, enrolment);
    }
    skip_step(enrolment, e.cursor++, Reason::error);
  }
  complete_or_wait(enrolment);
}

void Core::complete_or_wait(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  e.due_ms = kNever;
  // Messages that handlers sent and that are still held keep the enrolment; the last one to go ends it. [S2.6]
  if (e.held == kNone && !sequence_of(e).is_triggers) end(enrolment, Reason::none, "completed");
}

inline void Core::run_step(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  Id step = e.cursor;
  std::int64_t ran_for_ms = kNever;
  if (sequence.extra.steps == kNone) {
    ++e.cursor;
    if (sequence.sleeps && is_left_out(e, step, step_due(e, step))) {
      skip_step(enrolment, step, Reason::late);
      return plan_linear(enrolment, e, sequence);
    }
  } else {
    std::int64_t best_ms = kNever;
    step = kNone;
    for (Id s = 0; s < sequence.steps.size(); ++s) {
      if (step_word(e, s).state != StepState::pending) continue;
      const std::int64_t due = step_due(e, s);
      if (due < best_ms) best_ms = due, step = s;
    }
    // Nothing is due although the timer rang: an anchor was missing for too long. [S4.5]
    if (step == kNone || best_ms > now_.ms) return end(enrolment, Reason::anchor_missing, "anchor_missing");
    const bool beyond = best_ms > time::zone_data_end().ms;
    if (beyond || is_left_out(e, step, best_ms)) {
      skip_step(enrolment, step, beyond ? Reason::error : Reason::late);
      return plan(enrolment);
    }
    mark_run(e, step, best_ms);
    ran_for_ms = best_ms;
  }
  ++counts_.lead_steps;
  e.step = static_cast<std::uint16_t>(step);
  e.due_ms = kNever;
  e.state = EnrolmentState::running;
  // Only the log asks. Of a linear plan it is what it was; else it may have another instant already.
  const std::int64_t due_ms = observer_ == nullptr ? kNever : ran_for_ms != kNever ? ran_for_ms : step_due(e, step);
  note_run(enrolment, step);
  if (observer_ != nullptr) note_action(e.lead, sequence.steps[step].name);
  Body body = timeline_body(enrolment);
  body.due_ms = due_ms;
  if (!count_action(e.lead, head_of(body.row))) return;
  if (run_body(body, sequence.steps[step].body) == Flow::done) finish_body(body);
}

/// `anchor next actual`: a step that ended on a later day than its own takes the days behind it along. [S6.6]
void Core::count_from_end(const Enrolment& e) {
  const Sequence& sequence = sequence_of(e);
  const auto counts_days = [&](Id s) { return sequence.steps[s].kind == ScheduleKind::day && sequence.steps[s].anchor == kNone; };
  if (!counts_days(e.step)) return;
  const std::int32_t later = local_now(plan_zone(e)).day - base_day(e) - step_word(e, e.step).day;
  for (Id s = e.step + 1u; s < sequence.steps.size() && later > 0; ++s) {
    StepWord word = step_word(e, s);
    if (!counts_days(s) || word.state != StepState::pending) continue;
    word.day += later;
    set_step_word(e, s, word);
  }
}

inline void Core::finish_body(const Body& body) {
  body.e->state = EnrolmentState::planned;
  if (body.sequence->extra.steps == kNone) return plan_linear(body.enrolment, *body.e, *body.sequence);
  if (body.sequence->next_actual) count_from_end(*body.e);
  plan_after(*body.e, body.e->step);
  plan(body.enrolment);
}

// ---------------------------------------------------------------- changing the plan

/// Shortens the gaps between the days that have not run, from today. [S4.7]
void Core::accelerate(std::uint32_t enrolment, Id node) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  static_assert(limits::kAcceleratesPerSequence <= 8 * sizeof(e.accelerated));
  const unsigned bit = 1u << program_->nodes[node].b;
  if ((e.accelerated & bit) != 0) return;
  e.accelerated = static_cast<std::uint8_t>(e.accelerated | bit);
  const compile::Factor factor = program_->factors[program_->nodes[node].a];
  std::vector<Id> pending;
  for (Id s = 0; s < sequence.steps.size(); ++s) {
    const bool moves = sequence.steps[s].kind == ScheduleKind::day && sequence.steps[s].anchor == kNone;
    if (moves && step_word(e, s).state == StepState::pending) pending.push_back(s);
  }
  std::stable_sort(pending.begin(), pending.end(), [&](Id a, Id b) { return step_word(e, a).day < step_word(e, b).day; });
  std::int32_t old_before = local_now(plan_zone(e)).day - base_day(e);
  std::int32_t new_before = old_before;
  for (const Id s : pending) {
    StepWord word = step_word(e, s);
    const std::int64_t gap = std::int64_t{word.day} - old_before;
    const std::int64_t shorter =
        gap <= 0 ? gap : std::max<std::int64_t>(1, (gap * factor.denominator + factor.numerator - 1) / factor.numerator);
    old_before = word.day;
    new_before = static_cast<std::int32_t>(new_before + shorter);
    word.day = new_before;
    set_step_word(e, s, word);
  }
  if (observer_ != nullptr) {
    Decision d = decision(e.lead, enrolment, DecisionKind::accelerated);
    const std::string text = factor.denominator == 1 ? std::to_string(factor.numerator) + "x"
                                                     : std::to_string(factor.numerator) + "/" + std::to_string(factor.denominator) + "x";
    d.detail = text;
    log(d);
  }
  if (e.state == EnrolmentState::planned) plan(enrolment);
}

/// Goes to another step now; the days behind it keep their distance from it. [S4.8]
Core::Flow Core::jump(const Body& body, Id target) {
  Enrolment& e = enrolments_[body.enrolment];
  const Sequence& sequence = sequence_of(e);
  const Id from = e.step == kNoStep ? 0 : e.step + 1u;
  cancel_held(body.enrolment, Reason::jumped, sequence.steps[target].name, true);
  for (Id s = from; s < target; ++s) {
    if (step_word(e, s).state == StepState::pending && sequence.steps[s].kind != ScheduleKind::every)
      skip_step(body.enrolment, s, Reason::jumped);
  }
  if (observer_ != nullptr) {
    Decision d = decision(e.lead, body.enrolment, DecisionKind::jumped);
    d.name = sequence.steps[target].name;
    log(d);
  }
  const bool counts_days = sequence.steps[target].kind == ScheduleKind::day && sequence.steps[target].anchor == kNone;
  const std::int32_t today = local_now(plan_zone(e)).day - base_day(e);
  const std::int32_t shift = counts_days ? today - step_word(e, target).day : 0;
  for (Id s = target; s < sequence.steps.size(); ++s) {
    StepWord word = step_word(e, s);
    const bool again = s > target && s < from;
    if (again && word.state != StepState::pending) word.state = StepState::pending;
    if (sequence.steps[s].kind == ScheduleKind::day && sequence.steps[s].anchor == kNone) word.day += shift;
    if (again && sequence.steps[s].kind == ScheduleKind::after) note_after(e, s, 0);
    set_step_word(e, s, word);
  }
  mark_run(e, target, now_.ms);
  e.state = EnrolmentState::running;
  e.step = static_cast<std::uint16_t>(target);
  e.due_ms = kNever;
  note_run(body.enrolment, target);
  const Body there = timeline_body(body.enrolment);
  if (run_body(there, sequence.steps[target].body) == Flow::done) finish_body(there);
  return Flow::ended;
}

}  // namespace nurture::engine
