// Migrations: runs of an older version go on in the newest, where the program that is deployed says so. S10.2 of the contracts.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace reference {

using nurture::DecisionKind;
using OffsetKind = ast::Offset::Kind;

namespace {

const ast::MigrateStep* line_for(const ast::Migrate& node, const std::string& step) {
  const auto at = std::find_if(node.steps.begin(), node.steps.end(), [&](const ast::MigrateStep& line) { return line.from.text == step; });
  return at == node.steps.end() ? nullptr : &*at;
}

/// -1 where there is none of the name.
int step_called(const model::Sequence& s, const std::string& name) {
  const model::Id id = s.find_step(name);
  return id == model::kNone ? -1 : static_cast<int>(id);
}

std::vector<const ast::Accelerate*> accelerations(const model::Sequence& s) {
  std::vector<const ast::Accelerate*> all;
  const auto look = [&](const ast::Body& body) {
    ast::for_each_node(body, [&](const auto& node) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Action>) {
        if (const auto* one = std::get_if<ast::Accelerate>(&node.what)) all.push_back(one);
      }
    });
  };
  for (const model::Step& step : s.steps) look(step.node->body);
  for (const model::Handler& handler : s.handlers) look(handler.node->body);
  return all;
}

}  // namespace

/// What the program that is deployed says of the runs of a version, if anything.
const ast::Migrate* Reference::migration_of(const Enrolment& e) const {
  const model::Sequence& old = sequence(e);
  const std::string& version = versions_[static_cast<std::size_t>(e.sequence)];
  if (old.is_triggers || deployed_.second->version(old.name) == version) return nullptr;
  for (const auto& file : deployed_.first->files) {
    for (const ast::Migrate& node : file->migrations) {
      if (node.name.text == old.name && node.version.value == version) return &node;
    }
  }
  return nullptr;
}

/// Where a run stands: at the step that it waits for, or whose body it is in.
Reference::Awaited Reference::awaited(const Lead& lead, const Enrolment& e) const {
  using State = Enrolment::State;
  Awaited first;
  if (e.state == State::waiting || e.state == State::until) return {e.step, e.due};
  if (e.state == State::holding) return {e.step, now_};
  if (e.state == State::queued || e.state == State::running) return first;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if (e.steps[i].kind != StepState::Kind::pending) continue;
    const Instant due = step_due(lead, e, static_cast<int>(i)).value_or(Instant::max());
    if (first.step < 0 || due < first.due) first = {static_cast<int>(i), due};
  }
  return first;
}

/// Of which steps runs would be left without one; empty when it can be deployed.
std::string Reference::without_step() {
  std::map<std::tuple<std::string, std::string, int, std::string>, int> stranded;
  for (const auto& [name, lead] : leads_) {
    for (const Enrolment& e : lead.enrolments) {
      const ast::Migrate* node = e.live() ? migration_of(e) : nullptr;
      const int step = node == nullptr ? -1 : awaited(lead, e).step;
      if (step < 0) continue;
      const std::string& at = sequence(e).steps[static_cast<std::size_t>(step)].name;
      const model::Sequence& to = deployed_.first->sequences[deployed_.first->find_sequence(sequence(e).name)];
      if (line_for(*node, at) == nullptr && step_called(to, at) < 0)
        ++stranded[{sequence(e).name, versions_[static_cast<std::size_t>(e.sequence)], step, at}];
    }
  }
  std::string text;
  for (const auto& [place, runs] : stranded) {
    text += (text.empty() ? "" : ", ") + std::to_string(runs) + " of `" + std::get<0>(place) + "` " + std::get<1>(place) + " at `" +
            std::get<3>(place) + "`";
  }
  return text.empty() ? text : "it would leave without a step: " + text;
}

/// Since when a run stands still, of itself or by a pause.
std::optional<Instant> Reference::stands_since(const Lead& lead, const Enrolment& e) const {
  if (e.frozen) return e.frozen;
  const auto asleep = paused_sequences_.find(sequence(e).name);
  if (asleep != paused_sequences_.end() && !asleep->second.until) return asleep->second.from;
  if (lead.sleep && !lead.sleep->until) return lead.sleep->from;
  return std::nullopt;
}

/// Whether the newest version sends a message on a channel; its first send of it stands for that of the older one.
const ast::Action* Reference::send_like(const model::Sequence& s, const Held& held) const {
  std::vector<const ast::Action*> sends;
  for (const model::Step& step : s.steps) collect_sends(step.node->body, sends);
  for (const model::Handler& handler : s.handlers) collect_sends(handler.node->body, sends);
  for (const ast::Action* action : sends) {
    for (const Path& path : paths(*action)) {
      if (path.message->name == held.message && path.channel == held.channel) return action;
    }
  }
  return nullptr;
}

/// What handlers sent is held on where the newest version sends the message, too. It goes out under the key that it has. [S7.1]
void Reference::lose_held(Lead& lead) {
  for (Enrolment& e : lead.enrolments) {
    const ast::Migrate* node = e.live() ? migration_of(e) : nullptr;
    if (node == nullptr) continue;
    const model::Sequence& to = deployed_.first->sequences[deployed_.first->find_sequence(sequence(e).name)];
    const std::vector<Held> all = e.held;
    for (Held& held : e.held) {
      held.key = key(body_of(lead, &e, held), *held.action, held.channel);
      if (const ast::Action* like = send_like(to, held)) held.action = like;
    }
    for (const Held& held : all) {
      if (held.timeline || send_like(to, held) != nullptr) continue;
      nurture::Decision d = row(lead, DecisionKind::skipped);
      d.reason = Reason::expired;
      d.message = held.message;
      d.channel = held.channel;
      d.rule = "it is no more";
      write(&lead, d);
      release(lead, &e, held.serial);
    }
  }
}

/// What has run has run, under its new name too. Accelerations and jumps stay where it counts as before.
std::vector<StepState> Reference::carried_steps(const Enrolment& e, const model::Sequence& to, const ast::Migrate& node) const {
  const model::Sequence& from = sequence(e);
  std::vector<StepState> steps(to.steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].day = static_cast<std::int32_t>(to.steps[i].day);
    int before = step_called(from, to.steps[i].name);
    for (const ast::MigrateStep& line : node.steps) {
      const bool comes_here = !line.exits && line.to.text == to.steps[i].name;
      if (comes_here && before < 0) before = step_called(from, line.from.text);
    }
    if (before < 0) continue;
    const auto old = static_cast<std::size_t>(before);
    const bool alike = to.steps[i].node->offset.kind == from.steps[old].node->offset.kind && to.steps[i].anchor == model::kNone;
    const std::int32_t day = alike ? e.steps[old].day - static_cast<std::int32_t>(from.steps[old].day) : 0;
    const std::int32_t own_day = steps[i].day;
    steps[i] = e.steps[old];
    steps[i].day = own_day + day;
    steps[i].planned = false;
    if (from.steps[old].name != to.steps[i].name)
      steps[i].after.reset(), steps[i].happened.reset(), steps[i].ran.reset(), steps[i].again.reset();
    // What recurs is due again, and what does no more is done.
    const bool recurs = to.steps[i].node->offset.kind == OffsetKind::every;
    const bool recurred = from.steps[old].node->offset.kind == OffsetKind::every;
    if (recurs) steps[i].kind = StepState::Kind::pending;
    if (!recurs && recurred && steps[i].visits > 0) steps[i].kind = StepState::Kind::ran;
    const auto is_exact = [](const model::Step& step) { return naive::period_of(step.node->offset.every->period.text).ms != 0; };
    const bool other_kind = recurs != recurred || (recurs && is_exact(to.steps[i]) != is_exact(from.steps[old]));
    if (other_kind) steps[i].after.reset(), steps[i].happened.reset(), steps[i].counts_from.reset();
  }
  return steps;
}

/// The conditions of handlers that are new do not fire when they hold already; the others go on by their names.
void Reference::carry_handlers(Lead& lead, Enrolment& e, const model::Sequence& from) {
  const std::vector<HandlerState> before = std::move(e.handlers);
  const model::Sequence& to = sequence(e);
  e.handlers.assign(to.handlers.size(), {});
  for (std::size_t h = 0; h < to.handlers.size(); ++h) {
    const auto is_it = [&](const model::Handler& other) { return other.name == to.handlers[h].name; };
    const auto old = std::find_if(from.handlers.begin(), from.handlers.end(), is_it);
    if (old != from.handlers.end())
      e.handlers[h] = before[static_cast<std::size_t>(old - from.handlers.begin())];
    else if (to.handlers[h].node->trigger.when)
      e.handlers[h].truth = holds(lead, &e, *to.handlers[h].node->trigger.when, {});
  }
}

/// The step that is waited for from now on, and until when.
void Reference::carry_due(Lead& lead, Enrolment& e, int target, const Awaited& was, std::optional<Instant> since,
                          ast::MigrateStep::Timer timer) {
  using Timer = ast::MigrateStep::Timer;
  StepState& step = e.steps[static_cast<std::size_t>(target)];
  step.kind = StepState::Kind::pending;
  StepState::Given given{was.due, now_, timer == Timer::remaining && was.due != Instant::max()};
  if (timer == Timer::anew) given.due = Instant::max();
  if (given.is_exact && since) given.due.ms = now_.ms + std::max<std::int64_t>(0, was.due.ms - since->ms);
  const bool counts = sequence(e).steps[static_cast<std::size_t>(target)].node->offset.kind == OffsetKind::after;
  if (given.due == Instant::max() && counts) given.due = after_end(lead, e, target, now_);
  step.given.reset();
  if (given.due != Instant::max()) step.given = given;
}

/// Steps that count from an end that lies behind.
void Reference::count_from_ends(Lead& lead, Enrolment& e) {
  for (std::size_t i = 0; i < e.steps.size() && e.state != Enrolment::State::queued; ++i) {
    StepState& step = e.steps[i];
    const bool counts = sequence(e).steps[i].node->offset.kind == OffsetKind::after;
    if (!counts || step.kind != StepState::Kind::pending || step.after || step.given) continue;
    if (i == 0)
      step.after = after_end(lead, e, 0, e.enrolled);
    else if (e.steps[i - 1].kind != StepState::Kind::pending)
      step.after = after_end(lead, e, static_cast<int>(i), now_);
  }
}

/// In the order in which they acted.
std::vector<Reference::Moving> Reference::collect_moving(Lead& lead) const {
  std::vector<Moving> moving;
  for (Enrolment& e : lead.enrolments) {
    const ast::Migrate* node = e.live() ? migration_of(e) : nullptr;
    if (node != nullptr) moving.emplace_back(&e, node), e.is_to_move = true;
  }
  return moving;
}

/// All runs of a lead, then what they have set off. Who is to be migrated yet is in no group.
void Reference::migrate_all(Lead& lead, const std::vector<Moving>& moving) {
  for (const auto& [e, node] : moving) {
    e->is_to_move = false;
    if (e->live()) migrate(lead, *e, *node);
  }
  drain(lead);
}

/// Who has been silent for too long is migrated no more. [S11.3]
void Reference::forget_moving(Lead& lead, const std::vector<Moving>& moving) {
  for (const auto& [e, node] : moving) {
    e->is_to_move = false;
    cancel_held(lead, *e, Reason::erased, "erased", true);
    const model::Sequence& from = sequence(*e);
    const int newest = current(from.name);
    if (e->step >= 0) e->step = step_called(declared(newest), from.steps[static_cast<std::size_t>(e->step)].name);
    e->sequence = newest;
  }
  erase(lead, Reason::retention);
}

void Reference::migrate(Lead& lead, Enrolment& e, const ast::Migrate& node) {
  const model::Sequence& from = sequence(e);
  const int newest = current(from.name);
  const model::Sequence& to = declared(newest);
  const std::string version = versions_[static_cast<std::size_t>(e.sequence)];
  const Awaited was = awaited(lead, e);
  const std::optional<Instant> since = stands_since(lead, e);
  const std::string at = was.step < 0 ? std::string() : from.steps[static_cast<std::size_t>(was.step)].name;
  const ast::MigrateStep* said = was.step < 0 ? nullptr : line_for(node, at);
  const bool exits = said != nullptr && said->exits;
  const int target = was.step < 0 || exits ? -1 : step_called(to, said != nullptr ? said->to.text : at);
  const std::optional<std::string> old_group = group(e) != nullptr ? std::optional(*group(e)) : std::nullopt;

  cancel_held(lead, e, Reason::jumped, "migrated", true);
  e.steps = carried_steps(e, to, node);
  const std::vector<const ast::Accelerate*> mine = accelerations(to);
  const std::vector<const ast::Accelerate*> theirs = accelerations(from);
  for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
    if (e.accelerated.contains(theirs[i])) e.accelerated.insert(mine[i]);
  }
  for (const model::Field& parameter : to.accepted) {
    if (!e.handed.contains(parameter.name)) e.handed[parameter.name] = literal(parameter);
  }
  e.step = e.step < 0 ? -1 : step_called(to, from.steps[static_cast<std::size_t>(e.step)].name);
  e.sequence = newest;
  const auto has_key = [](const ast::Enroll& way) { return way.key.has_value(); };
  if (to.broadcast == nullptr && std::none_of(to.node->enrolls.begin(), to.node->enrolls.end(), has_key)) e.key.reset();
  const bool in_body = e.state == Enrolment::State::waiting || e.state == Enrolment::State::until || e.state == Enrolment::State::holding;
  if (in_body) e.state = Enrolment::State::planned;
  e.is_migrated = true;
  e.places.clear();
  e.met.reset();
  const std::vector<AnchorState> before = std::exchange(e.anchors, std::vector<AnchorState>(to.node->anchors.size()));
  for (std::size_t a = 0; a < e.anchors.size(); ++a) {
    const ast::Anchor& anchor = to.node->anchors[a];
    e.anchors[a] = {anchor_value(lead, e, anchor), now_};
    for (std::size_t b = 0; b < before.size() && outlives_event(anchor) && !e.anchors[a].at; ++b) {
      if (from.node->anchors[b].name.text == anchor.name.text) e.anchors[a].at = before[b].at;
    }
  }
  carry_handlers(lead, e, from);
  const bool begun = said == nullptr && in_body;  // Not begun again, unless a line says so. [S4.5]
  if (target >= 0 && !begun)
    carry_due(lead, e, target, was, since, said != nullptr && said->timer ? *said->timer : ast::MigrateStep::Timer::due);
  count_from_ends(lead, e);
  nurture::Decision d = row(lead, &e, DecisionKind::migrated);
  d.name = version;
  d.detail = exits ? std::string_view(said->to.text) : target < 0 ? std::string_view() : to.steps[static_cast<std::size_t>(target)].name;
  write(&lead, d);
  leave_group(lead, e, old_group);
  if (exits) return end(lead, e, Reason::exit, said->to.text);
  go_on(lead, e, old_group);
}

/// What a run leaves behind that is in another group now, or in none: it was awake, and the next one goes on; or it stood still, and
/// what it has not run moves. [S3.4]
void Reference::leave_group(Lead& lead, Enrolment& e, const std::optional<std::string>& from) {
  if (!from || e.state == Enrolment::State::queued || (group(e) != nullptr && *group(e) == *from)) return;
  if (!e.frozen) return lead.freed.push_back(*from);
  const Instant since = *e.frozen;
  shift_plan(lead, e, now_.ms - since.ms);
  e.stood_ms += now_.ms - since.ms;
  e.frozen.reset();
  for (Held& held : e.held) {
    tend_hold(lead, &e, held);
    if (held.reason == Reason::paused) held.until = now_;
  }
  write(&lead, row(lead, &e, DecisionKind::thawed));
}

/// In the newest version, and in its group, if it has one.
void Reference::go_on(Lead& lead, Enrolment& e, const std::optional<std::string>& from) {
  const bool stays = from && group(e) != nullptr && *group(e) == *from;
  Enrolment* other = group(e) == nullptr ? nullptr : awake_in(lead, *group(e), &e);
  if (e.state == Enrolment::State::queued) {
    if (!stays && other == nullptr) take_turn(lead, e);
    return;
  }
  for (std::size_t a = 0; a < e.anchors.size(); ++a) {
    const bool exits = sequence(e).node->anchors[a].otherwise == ast::Anchor::Otherwise::exit;
    if (!e.anchors[a].at && exits && has_steps_left(e, a)) return end(lead, e, Reason::anchor_missing, "anchor_missing");
  }
  if (!stays && other != nullptr) find_place(lead, e, *other);
  if (e.frozen) return;  // What is late then is seen when it goes on.
  apply_late(lead, e);
  if (e.live() && e.state == Enrolment::State::planned) plan(lead, e);
}

/// Beside one that is awake the lower of both stands still.
void Reference::find_place(Lead& lead, Enrolment& e, Enrolment& other) {
  const bool lower = priority_of(sequence(other)) >= priority_of(sequence(e));
  Enrolment& stands = lower ? e : other;
  stands.frozen = now_;
  tend_holds(lead);
  nurture::Decision d = row(lead, &stands, DecisionKind::frozen);
  d.name = lower ? sequence(other).name : sequence(e).name;
  write(&lead, d);
}

}  // namespace reference
