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

/// Nothing while it is not known. [S4.3]
std::optional<Instant> Reference::step_due(const Lead& lead, const Enrolment& e, int index) const {
  const model::Sequence& s = sequence(e);
  const model::Step& step = s.steps[static_cast<std::size_t>(index)];
  const StepState& state = e.steps[static_cast<std::size_t>(index)];
  const ast::Offset& offset = step.node->offset;
  if (offset.kind == OffsetKind::immediately) return e.enrolled;
  if (offset.kind == OffsetKind::after) return state.after;
  Instant base = e.enrolled;
  if (step.anchor != model::kNone) {
    if (!e.anchors[step.anchor].at) return std::nullopt;
    base = *e.anchors[step.anchor].at;
  }
  const time::Zone& zone = plan_zone(lead, e);
  if (offset.kind == OffsetKind::at) {
    const bool before = offset.duration.text.starts_with("-");
    return time::add(base, naive::period_of(offset.duration.text), zone, before ? -1 : 1);
  }
  const time::Local local = zone.to_local(base);
  if (offset.day == 0 && !step.node->time) return base;
  if (step.node->time) return time::at(local.day() + state.day, step.node->time->time.minutes * 60, zone);
  if (!s.node->default_times.empty()) return time::at(local.day() + state.day, s.node->default_times.front().time.time.minutes * 60, zone);
  const Instant at = time::at(local.day() + state.day, local.second_of_day(), zone);
  return Instant{at.ms + (base.ms % 1000 + 1000) % 1000};
}

/// So long after an end; with a time of day, at that time of the civil day this leads to. [S4.3]
Instant Reference::after_end(const Lead& lead, const Enrolment& e, int index, Instant end) const {
  const ast::Step& step = *sequence(e).steps[static_cast<std::size_t>(index)].node;
  const time::Zone& zone = plan_zone(lead, e);
  const Instant due = time::add(end, naive::period_of(step.offset.duration.text), zone);
  if (!step.time) return due;
  const std::int32_t day = zone.to_local(due).day();
  const Instant at = time::at(day, step.time->time.minutes * 60, zone);
  return at >= end ? at : time::at(day + 1, step.time->time.minutes * 60, zone);
}

// ---------------------------------------------------------------- anchors and late steps

std::optional<Instant> Reference::anchor_value(Lead& lead, Enrolment& e, const ast::Anchor& anchor) {
  World world(*this, lead, &e);
  const Value value = naive::evaluate(anchor.value, world);
  if (value.kind == Value::Kind::moment) return Instant{value.integer};
  if (value.kind == Value::Kind::date) return time::at(static_cast<std::int32_t>(value.integer), 0, plan_zone(lead, e));
  return std::nullopt;
}

/// True when one moved. [S4.5]
bool Reference::evaluate_anchors(Lead& lead, Enrolment& e, const Change& change, bool at_entry) {
  const model::Sequence& s = sequence(e);
  bool moved = false;
  for (std::size_t a = 0; a < e.anchors.size(); ++a) {
    const ast::Anchor& anchor = s.node->anchors[a];
    AnchorState& state = e.anchors[a];
    if (!at_entry) {
      if (!change.zone && !is_asked(anchor.value, change)) continue;
      const std::optional<Instant> value = anchor_value(lead, e, anchor);
      if (value == state.at) continue;
      state.at = value;
      if (!value) state.missing_since = now_;
    }
    if (!state.at && anchor.otherwise == ast::Anchor::Otherwise::exit) {
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
    // Steps that have not run, and those skipped as late, are planned anew; what counts from their end waits for it again.
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
      StepState& step = e.steps[i];
      if (s.steps[i].anchor != a || step.kind == StepState::Kind::ran || step.kind == StepState::Kind::jumped) continue;
      step.kind = StepState::Kind::pending;
      step.planned = false;
      for (std::size_t next = i + 1; next < e.steps.size() && s.steps[next].node->offset.kind == OffsetKind::after; ++next) {
        if (e.steps[next].kind == StepState::Kind::pending) e.steps[next].after.reset();
      }
    }
    // What is held for a step on it asks again: its hold may last longer now, or is over.
    for (Held& held : e.held) {
      if (held.step >= 0 && s.steps[static_cast<std::size_t>(held.step)].anchor == a && held.reason != Reason::order) held.until = now_;
    }
  }
  return moved;
}

/// Steps newly planned into the past are skipped or run now. [S4.4]
void Reference::apply_late(Lead& lead, Enrolment& e) {
  const model::Sequence& s = sequence(e);
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    StepState& step = e.steps[i];
    if (step.kind != StepState::Kind::pending || step.planned) continue;
    const std::optional<Instant> due = step_due(lead, e, static_cast<int>(i));
    if (!due) continue;
    step.planned = true;
    if (*due < now_ && s.steps[i].late.kind == ast::LateRule::Kind::skip) skip_step(lead, e, static_cast<int>(i), Reason::late);
  }
}

void Reference::skip_step(Lead& lead, Enrolment& e, int index, Reason reason) {
  const model::Step& step = sequence(e).steps[static_cast<std::size_t>(index)];
  e.steps[static_cast<std::size_t>(index)].kind = reason == Reason::jumped ? StepState::Kind::jumped : StepState::Kind::late;
  plan_after(lead, e, index);
  std::vector<const ast::Action*> sends;
  collect_sends(step.node->body, sends);
  const Body body{&lead, &e, true, index, 0, {}, -1, step_due(lead, e, index)};
  const std::string rule = offset_text(*step.node);
  for (const ast::Action* action : sends) {
    for (const Path& path : paths(std::get<ast::Send>(action->what))) {
      write_message(body, DecisionKind::skipped, *action, path, {Gate::Kind::skip, reason, Instant::max(), rule});
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
  if (!s.steps.empty() && s.steps[0].node->offset.kind == OffsetKind::after && !e.steps[0].after)
    e.steps[0].after = after_end(lead, e, 0, e.enrolled);
  Instant next = Instant::max();
  bool open = false;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if (e.steps[i].kind != StepState::Kind::pending) continue;
    open = true;
    if (const auto due = step_due(lead, e, static_cast<int>(i))) {
      next = std::min(next, *due);
    } else if (s.steps[i].anchor != model::kNone) {
      const time::Period longest{0, static_cast<std::int32_t>(limits::kAnchorHoldDays), 0};
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
  StepState& state = e.steps[static_cast<std::size_t>(step)];
  state.kind = StepState::Kind::ran;
  ++state.visits;
  e.step = step;
  e.due = Instant::max();
  e.state = Enrolment::State::running;
  state.ran = now_;
  lead.step_ran = true;
  Body body = timeline_body(lead, e);
  body.due = due;
  if (!count_action(lead, s.steps[static_cast<std::size_t>(step)].name)) return;
  if (run_body(body, {{&s.steps[static_cast<std::size_t>(step)].node->body, 0}}) == Flow::done) finish_body(body);
}

void Reference::finish_body(const Body& body) {
  body.e->state = Enrolment::State::planned;
  plan_after(*body.lead, *body.e, body.e->step);
  plan(*body.lead, *body.e);
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
    if (e.steps[static_cast<std::size_t>(i)].kind == StepState::Kind::pending) skip_step(lead, e, i, Reason::jumped);
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
  StepState& step = e.steps[static_cast<std::size_t>(target)];
  step.kind = StepState::Kind::ran;
  ++step.visits;
  step.ran = now_;
  lead.step_ran = true;
  e.state = Enrolment::State::running;
  e.step = target;
  e.due = Instant::max();
  const Body there = timeline_body(lead, e);
  if (run_body(there, {{&s.steps[static_cast<std::size_t>(target)].node->body, 0}}) == Flow::done) finish_body(there);
  return Flow::ended;
}

}  // namespace reference
