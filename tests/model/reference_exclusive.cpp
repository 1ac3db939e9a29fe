// Exclusive groups: a lead has one run of each that is awake; others stand still or wait their turn. S3.4 of the contracts.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"

#include <algorithm>

namespace reference {

using nurture::DecisionKind;
using OffsetKind = ast::Offset::Kind;
namespace time = nurture::time;

namespace {

bool is_civil(const time::Period& period) { return period.months != 0 || period.days != 0; }

/// Whole days, rounded up.
time::Period days_of(std::int64_t elapsed_ms) {
  constexpr std::int64_t kDayMs = 24 * 3'600'000;
  return {0, static_cast<std::int32_t>((elapsed_ms + kDayMs - 1) / kDayMs), 0};
}

}  // namespace

std::int64_t Reference::priority_of(const model::Sequence& s) {
  constexpr std::int64_t kUsual = 50;
  return s.node->priorities.empty() ? kUsual : s.node->priorities.front().value.value;
}

const std::string* Reference::group(const Enrolment& e) const {
  const ast::Sequence& node = *sequence(e).node;
  return e.is_to_move || node.exclusives.empty() ? nullptr : &node.exclusives.front().group.text;
}

Enrolment* Reference::awake_in(Lead& lead, const std::string& name, const Enrolment* except) {
  for (Enrolment& e : lead.enrolments) {
    const bool awake = e.live() && e.state != Enrolment::State::queued && !e.frozen;
    if (&e != except && awake && group(e) != nullptr && *group(e) == name) return &e;
  }
  return nullptr;
}

/// Who enters beside one of equal or higher priority, be it awake or not, waits; else the one that is awake stands still.
bool Reference::waits_its_turn(Lead& lead, Enrolment& e) {
  if (group(e) == nullptr) return false;
  for (const Enrolment& other : lead.enrolments) {
    const bool beside = &other != &e && other.live() && group(other) != nullptr && *group(other) == *group(e);
    if (!beside || priority_of(sequence(other)) < priority_of(sequence(e))) continue;
    e.state = Enrolment::State::queued;
    nurture::Decision d = row(lead, &e, DecisionKind::queued);
    d.name = sequence(other).name;
    write(&lead, d);
    return true;
  }
  if (Enrolment* other = awake_in(lead, *group(e), &e)) {
    other->frozen = now_;
    tend_holds(lead);
    nurture::Decision d = row(lead, other, DecisionKind::frozen);
    d.name = sequence(e).name;
    write(&lead, d);
  }
  return false;
}

/// What is exact moves by the time that has passed, what is civil by whole days; what hangs on an anchor or recurs stays.
void Reference::shift_plan(const Lead& lead, Enrolment& e, std::int64_t elapsed_ms) {
  const time::Period days = days_of(elapsed_ms);
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    const model::Step& step = sequence(e).steps[i];
    const ast::Offset& offset = step.node->offset;
    StepState& state = e.steps[i];
    if (state.given) shift_given(lead, e, i, elapsed_ms);
    if (state.kind != StepState::Kind::pending || step.anchor != model::kNone) continue;
    const bool civil = is_civil(naive::period_of(offset.duration.text)) || step.node->time;
    if (offset.kind == OffsetKind::day && (step.day != 0 || step.node->time)) state.day += days.days;
    if (offset.kind == OffsetKind::at && civil) state.day += days.days;
    if (offset.kind != OffsetKind::after || !state.after) continue;
    state.after = civil ? time::add(*state.after, days, plan_zone(lead, e)) : Instant{state.after->ms + elapsed_ms};
  }
}

/// What a migration has given a step moves like the step, for as long as the run has stood still since. [S10.2]
void Reference::shift_given(const Lead& lead, Enrolment& e, std::size_t index, std::int64_t elapsed_ms) {
  const model::Step& step = sequence(e).steps[index];
  const ast::Offset& offset = step.node->offset;
  StepState::Given& given = *e.steps[index].given;
  const std::int64_t stood_ms = std::min(elapsed_ms, now_.ms - given.since.ms);
  bool by_days = is_civil(naive::period_of(offset.duration.text));
  if (offset.kind == OffsetKind::day) by_days = step.day != 0 || step.node->time;
  if (offset.kind == OffsetKind::after) by_days = by_days || step.node->time;
  if (offset.kind == OffsetKind::immediately) by_days = false;
  const bool stays = step.anchor != model::kNone || offset.kind == OffsetKind::every;
  if (given.is_exact || (!stays && !by_days))
    given.due.ms += stood_ms;
  else if (!stays)
    given.due = time::add(given.due, days_of(stood_ms), plan_zone(lead, e));
}

/// One for a named day goes on to the next of its days.
void Reference::shift_wait(Lead& lead, Enrolment& e, std::int64_t elapsed_ms) {
  const time::Zone& zone = plan_zone(lead, e);
  bool civil = true;
  if (e.wait.timeout != nullptr) civil = is_civil(naive::period_of(e.wait.timeout->length.text));
  if (e.wait.length != nullptr) civil = e.wait.length->until || is_civil(naive::period_of(e.wait.length->duration.text));
  const auto later = [&](Instant at) { return civil ? time::add(at, days_of(elapsed_ms), zone) : Instant{at.ms + elapsed_ms}; };
  if (e.wait.day != nullptr) {
    e.wait.began = {later(e.due).ms - 2};
    return time_wait(lead, e, *wait_end(e.wait, zone));
  }
  e.wait.began = later(e.wait.began);
  time_wait(lead, e, later(e.due));
}

void Reference::thaw(Lead& lead, Enrolment& e) {
  const std::int64_t elapsed_ms = now_.ms - e.frozen->ms;
  const std::optional<std::size_t> met = e.met;
  shift_plan(lead, e, elapsed_ms);
  e.frozen.reset();
  e.met.reset();
  e.stood_ms += elapsed_ms;
  write(&lead, row(lead, &e, DecisionKind::thawed));
  const bool waits = e.state == Enrolment::State::waiting || e.state == Enrolment::State::until;
  if (waits && !met && e.due != Instant::max()) shift_wait(lead, e, elapsed_ms);
  for (Held& held : e.held) {  // The time of a hold does not run meanwhile.
    tend_hold(lead, &e, held);
    if (held.reason == Reason::paused) held.until = now_;
  }
  // Conditions of handlers are judged now; one of them may have jumped.
  const std::uint64_t serial = e.wait.serial;
  Change everything;
  everything.all = true;
  react_handlers(lead, e, everything);
  if (!e.live()) return;
  if (met && e.state == Enrolment::State::until && e.wait.serial == serial) return end_wait(lead, e, met);
  const bool blocked = std::any_of(e.held.begin(), e.held.end(), [](const Held& held) { return held.timeline; });
  if (e.state == Enrolment::State::holding && !blocked) return resume(lead, e, e.places);
  if (e.is_migrated) apply_late(lead, e);  // What a migration planned while it stood still. [S4.4]
  if (e.live() && e.state == Enrolment::State::planned) plan(lead, e);
}

/// A run has ended: the first in order of those that wait goes on or begins.
void Reference::free_group(Lead& lead, const std::string& name) {
  if (awake_in(lead, name, nullptr) != nullptr) return;
  Enrolment* first = nullptr;
  for (Enrolment& e : lead.enrolments) {
    if (!e.live() || group(e) == nullptr || *group(e) != name) continue;
    // Of one priority what has begun and stands goes on first.
    const bool overtakes = first != nullptr && first->state == Enrolment::State::queued && e.state != Enrolment::State::queued &&
                           priority_of(sequence(e)) == priority_of(sequence(*first));
    if (first == nullptr || overtakes) first = &e;
  }
  if (first == nullptr) return;
  first->state != Enrolment::State::queued ? thaw(lead, *first) : take_turn(lead, *first);
}

void Reference::take_turn(Lead& lead, Enrolment& e) {
  e.state = Enrolment::State::planned;
  e.enrolled = now_;
  for (std::size_t a = 0; a < e.anchors.size(); ++a) e.anchors[a] = {anchor_value(lead, e, sequence(e).node->anchors[a]), now_};
  Change everything;  // Goals and exits ask for the anchors as they are now.
  everything.all = true;
  if (!react_levels(lead, e, everything)) begin(lead, e, "its turn");
}

}  // namespace reference
