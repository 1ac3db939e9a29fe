// When steps are due. S4 of the contracts.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"

#include <nurture/limits.hpp>

#include <algorithm>

namespace reference {

using nurture::DecisionKind;
using OffsetKind = ast::Offset::Kind;
namespace time = nurture::time;
namespace limits = nurture::limits;

namespace {

std::string factor_text(const std::string& written, std::int64_t& numerator, std::int64_t& denominator) {
  const std::size_t dot = written.find('.');
  numerator = std::stoll(dot == std::string::npos ? written : written.substr(0, dot) + written.substr(dot + 1));
  denominator = 1;
  for (std::size_t i = dot; dot != std::string::npos && i + 1 < written.size(); ++i) denominator *= 10;
  for (const std::int64_t prime : {2, 5}) {
    while (numerator % prime == 0 && denominator % prime == 0) numerator /= prime, denominator /= prime;
  }
  return denominator == 1 ? std::to_string(numerator) + "x" : std::to_string(numerator) + "/" + std::to_string(denominator) + "x";
}

}  // namespace

std::int32_t Reference::today(const Lead& lead, const Enrolment& e) const {
  const time::Zone& zone = plan_zone(lead, e);
  return zone.to_local(now_).day() - zone.to_local(e.enrolled).day();
}

/// Nothing while it is not known. [S4.3] What is exact moves by the time for which the run has stood still. [S3.4]
std::optional<Instant> Reference::step_due(const Lead& lead, const Enrolment& e, int index) const {
  const model::Sequence& s = sequence(e);
  const model::Step& step = s.steps[static_cast<std::size_t>(index)];
  const StepState& state = e.steps[static_cast<std::size_t>(index)];
  const ast::Offset& offset = step.node->offset;
  const Instant began{e.enrolled.ms + e.stood_ms};
  if (state.given) return state.given->due;  // [S10.2]
  if (offset.kind == OffsetKind::immediately) return Instant{began.ms + broadcast_spread(lead, s)};
  if (offset.kind == OffsetKind::after) return state.after;
  if (offset.kind == OffsetKind::every)
    return next_occurrence(*offset.every, lead, s, state.happened, state.happened_day, {state.counts_from.value_or(e.enrolled).ms - 1});
  const bool anchored = step.anchor != model::kNone;
  if (anchored && !e.anchors[step.anchor].at) return std::nullopt;
  const Instant base = anchored ? *e.anchors[step.anchor].at : e.enrolled;
  if (offset.kind == OffsetKind::day) return day_due(lead, e, index, base);
  const time::Zone& zone = plan_zone(lead, e);
  const time::Period length = naive::period_of(offset.duration.text);
  const bool civil = length.months != 0 || length.days != 0;
  const Instant at = time::add(anchored || civil ? base : began, length, zone, offset.duration.text.starts_with("-") ? -1 : 1);
  return civil ? time::add(at, {0, state.day, 0}, zone) : at;
}

/// On a day of the plan, or the next one of its days of the week.
std::optional<Instant> Reference::day_due(const Lead& lead, const Enrolment& e, int index, Instant base) const {
  const model::Sequence& s = sequence(e);
  const model::Step& step = s.steps[static_cast<std::size_t>(index)];
  const time::Zone& zone = plan_zone(lead, e);
  const time::Local local = zone.to_local(base);
  const auto allowed = [&](std::int32_t day) {
    if (!step.node->weekdays) return true;
    const std::int32_t first = step.node->weekdays->first_day;
    const std::int32_t last = step.node->weekdays->last_day;
    const std::int32_t weekday = time::weekday(day);
    return first <= last ? weekday >= first && weekday <= last : weekday >= first || weekday <= last;
  };
  std::int32_t day = local.day() + e.steps[static_cast<std::size_t>(index)].day;
  if (step.day == 0 && !step.node->time && allowed(day)) return step.anchor != model::kNone ? base : Instant{base.ms + e.stood_ms};
  while (!allowed(day)) ++day;
  if (step.node->time) return time::at(day, clock_seconds(*step.node->time, lead), zone);
  if (!s.node->default_times.empty()) return time::at(day, clock_seconds(s.node->default_times.front().time, lead), zone);
  const Instant at = time::at(day, local.second_of_day(), zone);
  return Instant{at.ms + (base.ms % 1000 + 1000) % 1000};
}

/// So long after an end; with a time of day, at that time of the civil day this leads to. [S4.3]
Instant Reference::after_end(const Lead& lead, const Enrolment& e, int index, Instant end) const {
  const ast::Step& step = *sequence(e).steps[static_cast<std::size_t>(index)].node;
  const time::Zone& zone = plan_zone(lead, e);
  const Instant due = time::add(end, naive::period_of(step.offset.duration.text), zone);
  if (!step.time) return due;
  const std::int32_t day = zone.to_local(due).day();
  const Instant at = time::at(day, clock_seconds(*step.time, lead), zone);
  return at >= end ? at : time::at(day + 1, clock_seconds(*step.time, lead), zone);
}

/// Past the point up to which a late step still runs. [S4.4]
bool Reference::is_too_late(const Lead& lead, const Enrolment& e, int index, Instant due) const {
  const ast::LateRule& late = sequence(e).steps[static_cast<std::size_t>(index)].late;
  if (due >= now_ || late.kind == ast::LateRule::Kind::send) return false;
  return late.kind == ast::LateRule::Kind::skip || time::add(due, naive::period_of(late.grace.text), plan_zone(lead, e)) < now_;
}

/// Whether a step whose turn has come is left out: beyond its grace, or as `catch up` says after a time in which nothing
/// ran. Of what recurs the newest occurrence counts. [S4.6]
bool Reference::is_left_out(const Lead& lead, const Enrolment& e, int index, Instant due) const {
  using Kind = ast::CatchUp::Kind;
  const model::Sequence& s = sequence(e);
  const auto newest = [&](std::size_t step, Instant at) {
    const std::optional<ast::Recurrence>& every = s.steps[step].node->offset.every;
    return every && at <= now_ ? newest_occurrence(*every, lead, s, at) : at;
  };
  due = newest(static_cast<std::size_t>(index), due);
  const bool grace = s.steps[static_cast<std::size_t>(index)].late.kind == ast::LateRule::Kind::grace;
  if (grace && is_too_late(lead, e, index, due)) return true;
  const Kind kind = s.node->catch_ups.empty() ? Kind::run : s.node->catch_ups.front().kind;
  if (kind == Kind::run || !slept(lead, e, due)) return false;
  if (kind == Kind::skip) return true;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if (static_cast<int>(i) == index || e.steps[i].kind != StepState::Kind::pending) continue;
    const std::optional<Instant> other = step_due(lead, e, static_cast<int>(i));
    if (other && newest(i, *other) > due && slept(lead, e, newest(i, *other))) return true;
  }
  return false;
}

/// It runs, now, for the time at which it was due.
void Reference::mark_run(Lead& lead, Enrolment& e, int index, Instant due) {
  const model::Step& step = sequence(e).steps[static_cast<std::size_t>(index)];
  StepState& state = e.steps[static_cast<std::size_t>(index)];
  const bool recurs = step.node->offset.kind == OffsetKind::every;
  state.kind = recurs ? StepState::Kind::pending : StepState::Kind::ran;
  if (recurs) pass_occurrence(lead, e, index, state, due);
  if (step.node->again) state.again = e.anchors[step.anchor].at;
  ++state.visits;
  state.ran = now_;
  state.given.reset();
  lead.step_ran = true;
}

// ---------------------------------------------------------------- anchors and late steps

std::optional<Instant> Reference::anchor_value(Lead& lead, Enrolment& e, const ast::Anchor& anchor) {
  World world(*this, lead, &e);
  const Value value = naive::evaluate(anchor.value, world);
  if (value.kind == Value::Kind::moment) return Instant{value.integer};
  const bool named = anchor.zone && anchor.zone->kind == ast::Zone::Kind::named;
  const time::Zone& zone = named ? *time::find_zone(anchor.zone->name.value) : plan_zone(lead, e);
  if (value.kind == Value::Kind::date) return time::at(static_cast<std::int32_t>(value.integer), 0, zone);
  return std::nullopt;
}

/// Whether something that hangs on an anchor is still to come, or may come again.
bool Reference::has_steps_left(const Enrolment& e, std::size_t anchor) const {
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    const model::Step& step = sequence(e).steps[i];
    const bool is_left = e.steps[i].kind == StepState::Kind::pending || e.steps[i].kind == StepState::Kind::late;
    if (step.anchor == anchor && (is_left || step.node->again)) return true;
  }
  return false;
}

/// The date of an event that is forgotten stays with the run. [S11.3]
bool Reference::outlives_event(const ast::Anchor& anchor) {
  return retained(ast::Retain::Kind::events) != nullptr && !asks(anchor.value).events.empty();
}

/// True when one moved. [S4.5]
bool Reference::evaluate_anchors(Lead& lead, Enrolment& e, const Change& change, bool at_entry) {
  const model::Sequence& s = sequence(e);
  bool moved = false;
  for (std::size_t a = 0; a < e.anchors.size(); ++a) {
    const ast::Anchor& anchor = s.node->anchors[a];
    AnchorState& state = e.anchors[a];
    if (!at_entry) {
      if (change.forgot || (!change.zone && !is_asked(anchor.value, change))) continue;
      const std::optional<Instant> value = anchor_value(lead, e, anchor);
      if (value == state.at) continue;
      if (!value && outlives_event(anchor) && !names_change(anchor.value, change)) continue;
      state.at = value;
      if (!value) state.missing_since = now_;
    }
    if (!state.at && anchor.otherwise == ast::Anchor::Otherwise::exit && has_steps_left(e, a)) {
      end(lead, e, Reason::anchor_missing, "anchor_missing");
      return false;
    }
    moved = true;
    if (!at_entry || state.at) {
      nurture::Decision d = row(lead, &e, DecisionKind::planned);
      d.step = {};
      d.name = anchor.name.text;
      if (state.at)
        d.until = *state.at;
      else
        d.detail = "missing";
      write(&lead, d);
    }
    plan_again(e, a);
    // What is held for a step on it asks again: its hold may last longer now, or is over.
    for (Held& held : e.held) {
      if (held.step >= 0 && s.steps[static_cast<std::size_t>(held.step)].anchor == a && held.reason != Reason::order) held.until = now_;
    }
  }
  return moved;
}

/// Steps that have not run, and those skipped as late, are planned anew; `again` runs once for each date. What counts from their
/// end waits for it again. [S4.5]
void Reference::plan_again(Enrolment& e, std::size_t anchor) {
  const model::Sequence& s = sequence(e);
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    StepState& step = e.steps[i];
    if (s.steps[i].anchor != anchor || step.kind == StepState::Kind::jumped) continue;
    const bool again = s.steps[i].node->again;
    if (again && step.visits > 0 && step.again == e.anchors[anchor].at)
      step.kind = StepState::Kind::ran;
    else if (again || step.kind != StepState::Kind::ran)
      step.kind = StepState::Kind::pending;
    if (step.kind != StepState::Kind::pending) continue;
    step.planned = false;
    step.given.reset();
    for (std::size_t next = i + 1; next < e.steps.size() && s.steps[next].node->offset.kind == OffsetKind::after; ++next) {
      if (e.steps[next].kind == StepState::Kind::pending) e.steps[next].after.reset();
    }
  }
}

/// Steps newly planned into the past are skipped or run now. [S4.4]
void Reference::apply_late(Lead& lead, Enrolment& e) {
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    StepState& step = e.steps[i];
    if (step.kind != StepState::Kind::pending || step.planned) continue;
    const std::optional<Instant> due = step_due(lead, e, static_cast<int>(i));
    if (!due) continue;
    step.planned = true;
    if (is_too_late(lead, e, static_cast<int>(i), *due)) skip_step(lead, e, static_cast<int>(i), Reason::late);
  }
}

void Reference::skip_step(Lead& lead, Enrolment& e, int index, Reason reason) {
  const model::Step& step = sequence(e).steps[static_cast<std::size_t>(index)];
  StepState& state = e.steps[static_cast<std::size_t>(index)];
  const bool recurs = step.node->offset.kind == OffsetKind::every;
  state.kind = reason == Reason::jumped ? StepState::Kind::jumped : recurs ? StepState::Kind::pending : StepState::Kind::late;
  plan_after(lead, e, index);
  std::vector<const ast::Action*> sends;
  collect_sends(step.node->body, sends);
  const Body body{&lead, &e, true, index, 0, {}, -1, step_due(lead, e, index)};
  state.given.reset();
  if (recurs) pass_occurrence(lead, e, index, state, *body.due);
  const std::string rule = offset_text(*step.node);
  for (const ast::Action* action : sends) {
    for (const Path& path : paths(*action)) {
      write_message(body, DecisionKind::skipped, *action, path, {Gate::Kind::skip, reason, Instant::max(), rule});
      if (chooses(*action)) break;  // Of several of which one would have gone out, the first stands for it.
    }
  }
  if (!sends.empty()) return;
  nurture::Decision d = row(lead, &e, DecisionKind::skipped);
  d.step = step.name;
  d.reason = reason;
  d.rule = rule;
  write(&lead, d);
}

/// The step behind one that ended or was skipped, if it counts from that end.
void Reference::plan_after(Lead& lead, Enrolment& e, int ended) {
  const model::Sequence& s = sequence(e);
  const auto next = static_cast<std::size_t>(ended + 1);
  if (next >= s.steps.size() || s.steps[next].node->offset.kind != OffsetKind::after) return;
  if (e.steps[next].kind == StepState::Kind::pending) e.steps[next].after = after_end(lead, e, ended + 1, now_);
}

// ---------------------------------------------------------------- the next step

void Reference::plan(Lead& lead, Enrolment& e) {
  const model::Sequence& s = sequence(e);
  if (s.is_triggers) return;
  Instant next = Instant::max();
  bool open = false;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if (e.steps[i].kind != StepState::Kind::pending) continue;
    open = true;
    if (const auto due = step_due(lead, e, static_cast<int>(i))) {
      next = std::min(next, *due);
    } else if (s.steps[i].anchor != model::kNone) {
      const std::optional<ast::Duration>& hold = s.node->anchors[s.steps[i].anchor].hold;
      const time::Period usual{0, static_cast<std::int32_t>(limits::kAnchorHoldDays), 0};
      const time::Period longest = hold ? naive::period_of(hold->text) : usual;
      next = std::min(next, time::add(e.anchors[s.steps[i].anchor].missing_since, longest, plan_zone(lead, e)));
    }
  }
  e.due = open && next != Instant::max() ? std::max(next, now_) : Instant::max();
  // Messages that handlers sent and that are still held keep the enrolment; the last one to go ends it. [S2.6]
  if (!open && e.held.empty()) end(lead, e, Reason::none, "completed");
}

void Reference::run_step(Lead& lead, Enrolment& e) {
  const model::Sequence& s = sequence(e);
  Instant due = Instant::max();
  int step = -1;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if (e.steps[i].kind != StepState::Kind::pending) continue;
    const auto at = step_due(lead, e, static_cast<int>(i));
    if (at && *at < due) due = *at, step = static_cast<int>(i);
  }
  if (step < 0 || due > now_) return end(lead, e, Reason::anchor_missing, "anchor_missing");
  if (is_left_out(lead, e, step, due)) {
    skip_step(lead, e, step, Reason::late);
    return plan(lead, e);
  }
  mark_run(lead, e, step, due);
  e.step = step;
  e.due = Instant::max();
  e.state = Enrolment::State::running;
  Body body = timeline_body(lead, e);
  body.due = due;
  if (!count_action(lead, s.steps[static_cast<std::size_t>(step)].name)) return;
  if (run_body(body, {{&s.steps[static_cast<std::size_t>(step)].node->body, 0}}) == Flow::done) finish_body(body);
}

void Reference::finish_body(const Body& body) {
  body.e->state = Enrolment::State::planned;
  count_from_end(*body.lead, *body.e);
  plan_after(*body.lead, *body.e, body.e->step);
  plan(*body.lead, *body.e);
}

/// `anchor next actual`: so many days later as the step ended, so many days later comes what is behind it. [S6.6]
void Reference::count_from_end(Lead& lead, Enrolment& e) {
  const model::Sequence& s = sequence(e);
  const auto& said = s.node->anchor_nexts;
  if (said.empty() || said.front().kind != ast::AnchorNext::Kind::actual) return;
  const auto counts_days = [&](int i) {
    const model::Step& step = s.steps[static_cast<std::size_t>(i)];
    return step.node->offset.kind == OffsetKind::day && step.anchor == model::kNone;
  };
  if (!counts_days(e.step)) return;
  const std::int32_t later = today(lead, e) - e.steps[static_cast<std::size_t>(e.step)].day;
  for (int i = e.step + 1; i < static_cast<int>(e.steps.size()) && later > 0; ++i) {
    StepState& step = e.steps[static_cast<std::size_t>(i)];
    if (counts_days(i) && step.kind == StepState::Kind::pending) step.day += later;
  }
}

// ---------------------------------------------------------------- changing the plan

/// Shortens the gaps between the days that have not run, from today; once per enrolment. [S4.7]
void Reference::accelerate(Lead& lead, Enrolment& e, const ast::Accelerate& action) {
  if (!e.accelerated.insert(&action).second) return;
  const model::Sequence& s = sequence(e);
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;
  const std::string text = factor_text(action.factor, numerator, denominator);
  std::multimap<std::int32_t, StepState*> days;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    const bool moves = s.steps[i].node->offset.kind == OffsetKind::day && s.steps[i].anchor == model::kNone;
    if (moves && e.steps[i].kind == StepState::Kind::pending) days.emplace(e.steps[i].day, &e.steps[i]);
  }
  std::int64_t before = today(lead, e);
  std::int64_t moved = before;
  for (const auto& [day, step] : days) {
    const std::int64_t gap = day - before;
    const std::int64_t shorter = gap <= 0 ? gap : std::max<std::int64_t>(1, (gap * denominator + numerator - 1) / numerator);
    before = day;
    moved += shorter;
    step->day = static_cast<std::int32_t>(moved);
  }
  nurture::Decision d = row(lead, &e, DecisionKind::accelerated);
  d.detail = text;
  write(&lead, d);
  if (e.state == Enrolment::State::planned) plan(lead, e);
}

/// Runs a step now; later days keep their distance from it. [S4.8]
Reference::Flow Reference::jump(const Body& body, const std::string& name) {
  Lead& lead = *body.lead;
  Enrolment& e = *body.e;
  const model::Sequence& s = sequence(e);
  const auto target = static_cast<int>(s.find_step(name));
  const int from = e.step + 1;
  cancel_held(lead, e, Reason::jumped, name, true);
  for (int i = from; i < target; ++i) {
    const bool recurs = s.steps[static_cast<std::size_t>(i)].node->offset.kind == OffsetKind::every;
    if (!recurs && e.steps[static_cast<std::size_t>(i)].kind == StepState::Kind::pending) skip_step(lead, e, i, Reason::jumped);
  }
  nurture::Decision d = row(lead, &e, DecisionKind::jumped);
  d.name = name;
  write(&lead, d);
  const auto counts_days = [&](int i) {
    const model::Step& step = s.steps[static_cast<std::size_t>(i)];
    return step.node->offset.kind == OffsetKind::day && step.anchor == model::kNone;
  };
  const std::int32_t shift = counts_days(target) ? today(lead, e) - e.steps[static_cast<std::size_t>(target)].day : 0;
  for (int i = target; i < static_cast<int>(e.steps.size()); ++i) {
    StepState& step = e.steps[static_cast<std::size_t>(i)];
    if (i > target && i < from) {
      step.kind = StepState::Kind::pending;
      step.after.reset();
    }
    if (counts_days(i)) step.day += shift;
  }
  mark_run(lead, e, target, now_);
  e.state = Enrolment::State::running;
  e.step = target;
  e.due = Instant::max();
  const Body there = timeline_body(lead, e);
  if (run_body(there, {{&s.steps[static_cast<std::size_t>(target)].node->body, 0}}) == Flow::done) finish_body(there);
  return Flow::ended;
}

}  // namespace reference
