// Entering and leaving sequences. S3 of the contracts.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"

#include <nurture/limits.hpp>

#include <algorithm>

namespace reference {

using nurture::DecisionKind;
namespace time = nurture::time;
namespace limits = nurture::limits;

/// False when the key is missing. Who is moved in without a way comes by that of the event, else by the first with a key.
bool Reference::entry_key(Lead& lead, int sequence, const Occurrence* entry, const ast::Enroll* way, std::optional<std::string>& key) {
  const model::Sequence& s = declared(sequence);
  for (const ast::Enroll& candidate : s.node->enrolls) {
    if (way != nullptr || entry == nullptr || !candidate.trigger.on) continue;
    if (names(candidate.trigger.on->events, entry->event)) way = &candidate;
  }
  for (const ast::Enroll& candidate : s.node->enrolls) {
    if (way == nullptr && candidate.key) way = &candidate;
  }
  if (way == nullptr || !way->key) return true;
  World world(*this, lead, nullptr, entry);
  const Value value = naive::evaluate(*way->key, world);
  if (value.kind == Value::Kind::error || value.kind == Value::Kind::missing) return false;
  key = naive::as_text(value, *time::utc());
  return true;
}

/// Whether a run, perhaps of an older version, is the one that somebody with this key would be in. Where a version has no keys that is
/// any run.
bool Reference::is_his(const Enrolment& e, const model::Sequence& s, const std::optional<std::string>& key) const {
  // Of a broadcast it says which start it was.
  const bool keyed = s.broadcast != nullptr || std::any_of(s.node->enrolls.begin(), s.node->enrolls.end(),
                                                           [](const ast::Enroll& way) { return way.key.has_value(); });
  return declared(e.sequence).name == s.name && (!keyed || e.key == key);
}

/// Of a version that always lets in again only the last run is known, whatever the keys.
bool Reference::is_superseded(const Lead& lead, const Enrolment& e) const {
  const auto always = [&](const ast::Sequence& node) {
    return node.reenrolls.empty() ? !node.recurring_enrolls.empty() : node.reenrolls.front().kind == ast::Reenroll::Kind::always;
  };
  return !e.live() && std::any_of(lead.enrolments.begin(), lead.enrolments.end(), [&](const Enrolment& later) {
    const model::Sequence& s = declared(later.sequence);
    return s.name == declared(e.sequence).name && later.number > e.number && always(*s.node);
  });
}

Reason Reference::admission(const Lead& lead, int sequence, const std::optional<std::string>& key) const {
  const model::Sequence& s = declared(sequence);
  std::size_t live = 0;
  const Enrolment* last = nullptr;
  for (const Enrolment& e : lead.enrolments) {
    live += e.live() ? 1 : 0;
    if (!is_his(e, s, key) || is_superseded(lead, e)) continue;
    if (e.live()) return Reason::already_enrolled;
    if (last == nullptr || e.number > last->number) last = &e;
  }
  if (lead.parked) return Reason::parked;
  if (live >= limits::kEnrolmentsPerLead) return Reason::limit;
  const bool recurs = !s.node->recurring_enrolls.empty();
  if (!last) return Reason::none;
  if (s.node->reenrolls.empty()) return recurs ? Reason::none : Reason::reenroll;
  const ast::Reenroll& again = s.node->reenrolls.front();
  if (again.kind == ast::Reenroll::Kind::always) return Reason::none;
  if (again.kind == ast::Reenroll::Kind::never) return Reason::reenroll;
  const Instant from = again.from_exit ? last->ended.value() : last->enrolled;
  return time::add(from, naive::period_of(again.after.text), zone_of(nullptr, lead, &s)) > now_ ? Reason::reenroll : Reason::none;
}

/// The run that a second entry by a way of the sequence's own starts over. [S3.1]
Enrolment* Reference::restarted(Lead& lead, int sequence, const std::optional<std::string>& key) {
  const model::Sequence& s = declared(sequence);
  if (s.node->conflicts.empty()) return nullptr;
  for (Enrolment& e : lead.enrolments) {
    const model::Sequence& its = declared(e.sequence);
    if (!e.live() || !is_his(e, s, key)) continue;
    const std::vector<ast::Conflict>& conflicts = its.node->conflicts;  // Until when is said by the version that it is in.
    const bool over = !conflicts.empty() && conflicts.front().until && e.steps[its.find_step(conflicts.front().until->text)].visits > 0;
    return over ? nullptr : &e;
  }
  return nullptr;
}

Reason Reference::enroll(Lead& lead, int sequence, const Entry& entry, const std::string& cause) {
  std::optional<std::string> key = entry.key;
  Reason reason = key || entry_key(lead, sequence, entry.event, entry.way, key) ? admission(lead, sequence, key) : Reason::no_key;
  Enrolment* old = reason == Reason::already_enrolled && entry.own ? restarted(lead, sequence, key) : nullptr;
  if (old != nullptr) reason = Reason::none;
  if (reason != Reason::none) {
    refuse(lead, sequence, reason, {});
    return reason;
  }
  Enrolment& e = new_enrolment(lead, sequence, entry, key);
  std::string rule;
  e.state = Enrolment::State::queued;  // It is not under way yet.
  reason = levels_at_entry(lead, e, rule);
  e.state = Enrolment::State::planned;
  if (reason != Reason::none) {
    lead.enrolments.remove_if([&](const Enrolment& other) { return &other == &e; });
    refuse(lead, sequence, reason, rule);
    return reason;
  }
  lead.numbers[declared(sequence).name] = e.number;
  if (old != nullptr) end(lead, *old, Reason::restarted, "restarted");
  if (!waits_its_turn(lead, e)) begin(lead, e, cause);
  return Reason::none;
}

void Reference::begin(Lead& lead, Enrolment& e, const std::string& cause) {
  nurture::Decision d = row(lead, &e, DecisionKind::enrolled);
  d.name = cause;
  write(&lead, d);
  tell(lead, "sequence.enrolled", {sequence(e).name});
  evaluate_anchors(lead, e, {}, true);
  if (!e.live()) return;
  apply_late(lead, e);
  const std::vector<model::Step>& steps = sequence(e).steps;
  if (!steps.empty() && steps[0].node->offset.kind == ast::Offset::Kind::after) e.steps[0].after = after_end(lead, e, 0, e.enrolled);
  // What held before entry counts as false: a handler whose condition holds fires once, before day 0. [S2.5]
  Change everything;
  everything.all = true;
  react_handlers(lead, e, everything);
  if (e.live() && e.state == Enrolment::State::planned && !e.frozen) plan(lead, e);
}

/// Triggers are runs that every lead is in from its first input on; no row tells of it.
void Reference::start_triggers(Lead& lead) {
  for (const int id : order_) {
    const model::Sequence& s = declared(id);
    if (!s.is_triggers) continue;
    Enrolment& e = new_enrolment(lead, id, {}, std::nullopt);
    lead.numbers[s.name] = e.number;
    Change everything;
    everything.all = true;
    react_handlers(lead, e, everything);
  }
}

void Reference::refuse(Lead& lead, int sequence, Reason reason, const std::string& rule) {
  nurture::Decision d = row(lead, DecisionKind::refused);
  const std::string& name = declared(sequence).name;
  d.sequence = name;
  d.version = versions_[static_cast<std::size_t>(sequence)];
  d.reason = reason;
  d.rule = rule;
  write(&lead, d);
}

Enrolment& Reference::new_enrolment(Lead& lead, int sequence, const Entry& entry, std::optional<std::string> key) {
  const model::Sequence& s = declared(sequence);
  Enrolment e;
  e.sequence = sequence;
  // Never used again. [S3.2]
  e.number = std::max(lead.numbers[s.name], lead.numbered_after) + 1;
  e.entered = e.enrolled = now_;
  if (entry.event != nullptr) e.entry = *entry.event;
  for (const model::Field& parameter : s.accepted) {
    const auto given = entry.handed.find(parameter.name);
    Value value = given != entry.handed.end() ? given->second : Value::missing();
    if (value.kind == Value::Kind::missing && entry.event != nullptr && entry.event->fields.contains(parameter.name))
      value = entry.event->fields.at(parameter.name);
    e.handed[parameter.name] = value.kind == Value::Kind::missing ? literal(parameter) : value;
  }
  e.arrived = serial_;
  e.key = std::move(key);
  e.steps.resize(s.steps.size());
  for (std::size_t i = 0; i < s.steps.size(); ++i) e.steps[i].day = static_cast<std::int32_t>(s.steps[i].day);
  e.anchors.resize(s.node->anchors.size());
  for (AnchorState& anchor : e.anchors) anchor.missing_since = now_;
  e.handlers.resize(s.handlers.size());
  const auto order = [&](const Enrolment& one) { return std::pair(rank_of(one), one.number); };
  const auto place = std::find_if(lead.enrolments.begin(), lead.enrolments.end(), [&](const Enrolment& o) { return order(o) > order(e); });
  return *lead.enrolments.insert(place, std::move(e));
}

/// A level that holds at entry refuses it, with the reason. [S2.4]
Reason Reference::levels_at_entry(Lead& lead, Enrolment& e, std::string& rule) {
  const ast::Sequence& node = *sequence(e).node;
  for (std::size_t a = 0; a < e.anchors.size(); ++a) e.anchors[a].at = anchor_value(lead, e, node.anchors[a]);
  const Change nothing;
  for (const ast::Goal& goal : node.goals) {
    if (goal.trigger.when && holds(lead, &e, *goal.trigger.when, nothing)) return rule = goal.name.text, Reason::goal;
  }
  for (const ast::Exit& exit : node.exits) {
    if (exit.trigger.when && holds(lead, &e, *exit.trigger.when, nothing)) return rule = exit.name.text, Reason::exit;
  }
  for (const ast::Stay& stay : node.stays) {
    if (turns_false(lead, e, stay.condition, nothing)) return rule = "left", Reason::exit;
  }
  for (const ast::Suppress& suppress : node.suppressions) {
    if (holds(lead, &e, suppress.when, nothing)) return rule = words_of(suppress.when), Reason::suppressed;
  }
  return Reason::none;
}

void Reference::end(Lead& lead, Enrolment& e, Reason reason, const std::string& name) {
  cancel_held(lead, e, Reason::suppressed, name, false);  // [S6.2]
  if (name != "completed") ungather(lead, e, name);
  nurture::Decision d = row(lead, &e, DecisionKind::exited);
  d.reason = reason;
  d.name = name;
  write(&lead, d);
  if (group(e) != nullptr) lead.freed.push_back(*group(e));
  tell(lead, "sequence.ended", {sequence(e).name, name});
  e.state = Enrolment::State::ended;
  e.ended = now_;
  e.due = Instant::max();
}

void Reference::cancel_held(Lead& lead, Enrolment& e, Reason reason, const std::string& rule, bool timeline_only) {
  const std::vector<Held> all = e.held;
  for (const Held& held : all) {
    if (timeline_only && !held.timeline) continue;
    write_message(body_of(lead, &e, held), DecisionKind::skipped, *held.action, path_of(held),
                  {Gate::Kind::skip, reason, Instant::max(), rule});
    release(lead, &e, held.serial);
  }
  if (const Digest* digest = digest_of(&e)) lead.gathered[digest->cap].clear();
}

}  // namespace reference
