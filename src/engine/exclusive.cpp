// Exclusive groups: of the runs of one group a lead has one that is awake; a lower one stands still or waits its turn. [S3.4]
#include "engine/core.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

using compile::ScheduleKind;
using compile::Sequence;

constexpr std::int64_t kDayMs = 86'400'000;

bool is_civil(const time::Period& period) { return period.months != 0 || period.days != 0; }

/// Whole days, rounded up.
std::int32_t days_of(std::int64_t elapsed_ms) { return static_cast<std::int32_t>((elapsed_ms + kDayMs - 1) / kDayMs); }

/// Whether what stands still moves the step by whole days.
bool moves_by_days(const compile::Step& step) {
  if (step.anchor != kNone) return false;
  if (step.kind == ScheduleKind::day) return step.day != 0 || step.time.seconds >= 0;
  if (step.kind == ScheduleKind::at) return is_civil(step.offset);
  return step.kind == ScheduleKind::after && (is_civil(step.offset) || step.time.seconds >= 0);
}

}  // namespace

void Core::set_frozen_word(const Enrolment& e, const FrozenWord& frozen) {
  const auto words = std::bit_cast<std::array<Word, 3>>(frozen);
  std::copy(words.begin(), words.end(), extra(e, sequence_of(e).extra.frozen));
}

/// The run of a group that is neither frozen nor queued, or kNone.
std::uint32_t Core::awake_in_group(std::uint32_t lead, Id group, std::uint32_t except) const {
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& e = enrolments_[i];
    if (i == except || !live(i) || e.state == EnrolmentState::queued || sequence_of(e).group != group) continue;
    if (!is_frozen(e)) return i;
  }
  return kNone;
}

/// A run that enters beside others of its group: of higher priority than all it makes the one that is awake stand still, else
/// it queues. Those that wait already are not overtaken.
bool Core::waits_its_turn(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  std::uint32_t other = kNone;  // The one that goes before it.
  for (std::uint32_t i = head(e.lead).first_enrolment; i != kNone && other == kNone; i = enrolments_[i].next) {
    const Sequence& its = sequence_of(enrolments_[i]);
    if (i != enrolment && live(i) && its.group == sequence.group && its.priority >= sequence.priority) other = i;
  }
  if (other == kNone) {
    other = awake_in_group(e.lead, sequence.group, enrolment);
    if (other != kNone) freeze(other, sequence.name);
    return false;
  }
  const Sequence& running = sequence_of(enrolments_[other]);
  e.state = EnrolmentState::queued;
  if (observer_ != nullptr) {
    Decision d = decision(e.lead, enrolment, DecisionKind::queued);
    d.name = running.name;
    log(d);
  }
  return true;
}

void Core::freeze(std::uint32_t enrolment, std::string_view by) {
  const Enrolment& e = enrolments_[enrolment];
  FrozenWord frozen = frozen_word(e);
  frozen.since_ms = now_.ms;
  set_frozen_word(e, frozen);
  for (std::uint32_t h = e.held; h != kNone; h = held_[h].next) tend_hold(h);
  if (observer_ == nullptr) return;
  Decision d = decision(e.lead, enrolment, DecisionKind::frozen);
  d.name = by;
  log(d);
}

/// What has not run moves: by the time that has passed where it is exact, by whole days where it is civil.
void Core::shift_plan(const Enrolment& e, std::int64_t elapsed_ms) {
  const Sequence& sequence = sequence_of(e);
  const std::int32_t days = days_of(elapsed_ms);
  for (Id s = 0; s < sequence.steps.size(); ++s) {
    const compile::Step& step = sequence.steps[s];
    StepWord word = step_word(e, s);
    if (word.state != StepState::pending || step.anchor != kNone) continue;
    if (moves_by_days(step) && step.kind != ScheduleKind::after) {
      word.day += days;
      set_step_word(e, s, word);
    }
    if (step.kind != ScheduleKind::after) continue;
    Word& planned = extra(e, sequence.extra.after_times)[s];
    if (planned == 0) continue;
    const Instant due{static_cast<std::int64_t>(planned)};
    planned = static_cast<Word>(moves_by_days(step) ? time::add(due, {0, days, 0}, plan_zone(e)).ms : due.ms + elapsed_ms);
  }
  shift_given(e, elapsed_ms);
}

/// What a migration has given a step moves like the step, for as long as the run has stood still since. [S10.2]
void Core::shift_given(const Enrolment& e, std::int64_t elapsed_ms) {
  GivenWord given = given_word(e);
  if (given.step == 0) return;
  const compile::Step& step = sequence_of(e).steps[given.step - 1];
  const std::int64_t since_given_ms = std::min(elapsed_ms, now_.ms - given.since_ms);
  const bool stays = step.anchor != kNone || step.kind == ScheduleKind::every;
  if (given.is_exact == 0 && moves_by_days(step))
    given.due_ms = time::add({given.due_ms}, {0, days_of(since_given_ms), 0}, plan_zone(e)).ms;
  else if (given.is_exact != 0 || !stays)
    given.due_ms += since_given_ms;
  set_given_word(e, given);
}

/// A wait is over while its run stands still: it goes on when the run does.
void Core::keep_match(const Enrolment& e, Id wait_case) {
  FrozenWord frozen = frozen_word(e);
  if (frozen.matched == 0) frozen.matched = wait_case + 1;
  set_frozen_word(e, frozen);
}

/// As if it had begun when its run came to stand: thaw() adds the time since then.
void Core::restart_frozen_wait(std::uint32_t enrolment, const time::Period& timeout) {
  Enrolment& e = enrolments_[enrolment];
  const Instant since{frozen_word(e).since_ms};
  e.due_ms = time::add(since, timeout, plan_zone(e)).ms;
  if (const Id began = sequence_of(e).extra.wait_began; began != kNone) *extra(e, began) = static_cast<Word>(since.ms);
}

void Core::thaw(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  FrozenWord frozen = frozen_word(e);
  const std::int64_t elapsed_ms = now_.ms - frozen.since_ms;
  const Id matched = frozen.matched;
  shift_plan(e, elapsed_ms);
  frozen = {0, 0, 0, frozen.shift_ms + elapsed_ms};
  set_frozen_word(e, frozen);
  if (observer_ != nullptr) log(decision(e.lead, enrolment, DecisionKind::thawed));
  const bool waits = e.state == EnrolmentState::waiting || e.state == EnrolmentState::until;
  if (waits && matched == 0 && e.due_ms != kNever) shift_wait(enrolment, elapsed_ms);
  for (std::uint32_t h = e.held; h != kNone; h = held_[h].next) {
    tend_hold(h);
    if (held_[h].reason == Reason::paused) ask_now(h);
  }
  const Identity identity(e);
  const Id node = e.node;
  const std::uint16_t visit = visit_of(e);
  react_handlers_at_entry(enrolment);  // their conditions are judged now
  if (!is_still(enrolment, identity)) return;
  // A handler may have jumped: then the wait that was met is none of the run any more.
  if (matched != 0 && e.state == EnrolmentState::until && e.node == node && visit_of(e) == visit) {
    const compile::WaitCase& one = program_->waits[program_->nodes[node].a].cases[matched - 1];
    return end_wait(enrolment, "matched", one.label, one.body);
  }
  if (e.state == EnrolmentState::holding && !is_blocked(e)) return resume(enrolment, e.node);
  if (sequence_of(e).is_migrated) apply_late(enrolment);  // What a migration planned while it stood still. [S4.4]
  if (live(enrolment)) replan(enrolment);
}

/// The end of a wait moves; one for a named day goes on to the next of its days.
void Core::shift_wait(std::uint32_t enrolment, std::int64_t elapsed_ms) {
  const Enrolment& e = enrolments_[enrolment];
  const compile::Node& n = program_->nodes[e.node];
  const time::Zone& zone = plan_zone(e);
  const bool for_time = e.state == EnrolmentState::waiting && (n.a == kNone || n.b != kNone);  // of the day
  const bool civil = for_time || is_civil(e.state == EnrolmentState::waiting ? program_->periods[n.a] : program_->waits[n.a].timeout);
  const auto later = [&](std::int64_t ms) { return civil ? time::add({ms}, {0, days_of(elapsed_ms), 0}, zone).ms : ms + elapsed_ms; };
  const Id began = sequence_of(e).extra.wait_began;
  std::int64_t due_ms = later(e.due_ms);
  if (e.state == EnrolmentState::waiting && n.a == kNone) {
    const Instant before{due_ms - 2};
    due_ms = wait_ends(n, before, zone);
    if (began != kNone) *extra(e, began) = static_cast<Word>(before.ms);
  } else if (began != kNone) {
    *extra(e, began) = static_cast<Word>(later(static_cast<std::int64_t>(*extra(e, began))));
  }
  time_wait(enrolment, due_ms);
}

/// Whether a body of the timeline waits for a held message.
bool Core::is_blocked(const Enrolment& e) const {
  for (std::uint32_t h = e.held; h != kNone; h = held_[h].next) {
    if (held_[h].blocks) return true;
  }
  return false;
}

/// Where a run ended, the first in order of those that wait goes on or begins. One run at a time: what it sets off comes before the
/// next.
void Core::drain_group() {
  const auto [lead, group] = freed_groups_.front();
  freed_groups_.erase(freed_groups_.begin());
  if (head(lead).parked != 0 || awake_in_group(lead, group, kNone) != kNone) return;
  std::uint32_t first = kNone;
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& e = enrolments_[i];
    if (!live(i) || sequence_of(e).group != group) continue;
    // Of one priority what has begun and stands goes on first.
    const bool overtakes = first != kNone && enrolments_[first].state == EnrolmentState::queued && e.state != EnrolmentState::queued &&
                           sequence_of(e).priority == sequence_of(enrolments_[first]).priority;
    if (first == kNone || overtakes) first = i;
  }
  if (first == kNone) return;
  enrolments_[first].state == EnrolmentState::queued ? take_turn(first) : thaw(first);
}

void Core::take_turn(std::uint32_t enrolment) {
  Enrolment& e = enrolments_[enrolment];
  e.state = EnrolmentState::planned;
  e.enrolled_ms = now_.ms;
  Env env(*this, e.lead, enrolment);
  read_anchors(e, env);
  Change everything;  // Goals and exits ask for the anchors as they are now.
  everything.all = true;
  if (react_levels(enrolment, everything, env)) return;
  watch_clock(enrolment, env.valid_until.ms);
  begin(enrolment, "its turn");
}

/// Of a run that a migration brings into a group: beside one that is awake the lower of both stands still.
void Core::find_place(std::uint32_t enrolment, std::uint32_t other) {
  const Sequence& sequence = sequence_of(enrolments_[enrolment]);
  const Sequence& its = sequence_of(enrolments_[other]);
  its.priority >= sequence.priority ? freeze(enrolment, its.name) : freeze(other, sequence.name);
}

}  // namespace nurture::engine
