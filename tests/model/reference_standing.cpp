// Where leads stand: the stages of lifecycles and the audiences that they are in. S2.1, S5.4, S7.1 and S11.1 of the contracts.
//
// Scores come first, then stages, then all that asks for them; a score may ask for a stage, so both are asked until neither
// changes.
#include "engine/hash.hpp"
#include "model/reference_world.hpp"

#include <algorithm>
#include <utility>

namespace reference {

using nurture::DecisionKind;

/// What every lead has from its first input on. Scores that ask for stages find those that hold already.
void Reference::start_lead(Lead& lead) {
  Change everything;
  everything.all = true;
  empty_scores(lead);
  lead.standings.resize(model_->lifecycles.size());
  lead.memberships.resize(model_->audiences.size());
  for (Membership& membership : lead.memberships) membership.changes = lead.numbered_after;
  for (std::size_t l = 0; l < lead.standings.size(); ++l) lead.standings[l].stage = judge_stages(lead, l, everything);
  start_scores(lead);
  for (std::size_t l = 0; l < lead.standings.size(); ++l) {
    lead.standings[l].stage = judge_stages(lead, l, everything);
    write_stage(lead, l, {});
  }
  start_triggers(lead);
}

/// True when a score, a tier or a stage changed.
bool Reference::settle(Lead& lead, const Change& change) {
  bool changed = react_scores(lead, change);
  Change seen = change;
  seen.scores = change.scores || changed || lead.scores_changed;
  while (react_stages(lead, seen)) {
    changed = true;
    seen = {};
    seen.scores = true;
    react_scores(lead, seen);
  }
  return changed;
}

// ---------------------------------------------------------------- stages

bool Reference::react_stages(Lead& lead, const Change& change) {
  bool any = false;
  for (std::size_t l = 0; l < lead.standings.size(); ++l) {
    Standing& standing = lead.standings[l];
    const int stage = judge_stages(lead, l, change);
    if (stage == standing.stage) continue;
    const model::Lifecycle& lifecycle = model_->lifecycles[l];
    const std::string before = lifecycle.stages[static_cast<std::size_t>(standing.stage)];
    standing.stage = stage;
    write_stage(lead, l, before);
    tell(lead, "stage.entered", {lifecycle.name, lifecycle.stages[static_cast<std::size_t>(stage)]});
    any = true;
  }
  return any;
}

/// The last one written that holds: a `when` while it does, an `on` from its event on, the first always.
int Reference::judge_stages(Lead& lead, std::size_t index, const Change& change) {
  const std::vector<ast::Stage>& stages = model_->lifecycles[index].node->stages;
  int last = 0;
  for (std::size_t s = 1; s < stages.size(); ++s) {
    const ast::Trigger& trigger = *stages[s].trigger;
    bool& now_holds = lead.standings[index].holds[&stages[s]];
    if (trigger.on)
      now_holds = now_holds || (change.event != nullptr && matches(lead, nullptr, *trigger.on, *change.event));
    else if (is_asked(*trigger.when, change))
      now_holds = holds(lead, nullptr, *trigger.when, change);
    if (now_holds) last = static_cast<int>(s);
  }
  return last;
}

void Reference::write_stage(Lead& lead, std::size_t index, const std::string& before) {
  const model::Lifecycle& lifecycle = model_->lifecycles[index];
  nurture::Decision d = row(lead, DecisionKind::stage);
  d.name = lifecycle.name;
  d.detail = lifecycle.stages[static_cast<std::size_t>(lead.standings[index].stage)];
  d.rule = before;
  write(&lead, d);
}

// ---------------------------------------------------------------- audiences

/// What the channel requires is a part of the condition.
const ast::Expr* Reference::address_of(const ast::Audience& audience) const {
  const ast::Channel* channel = model_->channels[model_->find_channel(audience.channel.text)].node;
  return channel == nullptr || channel->requirements.empty() ? nullptr : &channel->requirements.front().value;
}

/// Behind the runs that exist, in front of all entries. [S2.1]
void Reference::react_audiences(Lead& lead, const Change& change) {
  for (std::size_t a = 0; a < lead.memberships.size(); ++a) {
    const ast::Audience& node = *model_->audiences[a].node;
    const ast::Expr* address = address_of(node);
    const bool may_go = lead.memberships[a].until <= now_;
    if (may_go || change.fresh || is_asked(node.condition, change) || (address != nullptr && is_asked(*address, change)))
      settle_audience(lead, a);
  }
}

/// While its channel, the lead or everything is paused nobody joins or leaves. [S11.1]
void Reference::settle_audience(Lead& lead, std::size_t index) {
  const ast::Audience& node = *model_->audiences[index].node;
  if (lead.parked || is_paused(lead, nullptr, node.channel.text)) return;
  bool is_in = holds(lead, nullptr, node.condition, {});
  if (const ast::Expr* address = address_of(node); address != nullptr && is_in) {
    World world(*this, lead, nullptr);
    const Value value = naive::evaluate(*address, world);
    is_in = value.kind != Value::Kind::missing && value.kind != Value::Kind::error && (value.kind != Value::Kind::truth || value.truth);
  }
  Membership& membership = lead.memberships[index];
  // Its place is kept, like that of a message.
  if (is_in != membership.is_in && membership.waits != Reason::none && membership.until > now_) return;
  const Reason waited = std::exchange(membership.waits, Reason::none);
  membership.until = Instant::max();
  if (is_in == membership.is_in) return;
  // What its channel bears holds it up, beside messages. [S6.1] [S7.5]
  const Path path{nullptr, nullptr, node.channel.text};
  Gate gate;
  if (ask_breaker(path, gate) && ask_rate(path, nullptr, gate)) {
    take_channel(path);
    return tell_audience(lead, index, is_in);
  }
  membership.waits = gate.reason;
  membership.until = gate.until;
  lead.moments_known = false;
  if (gate.reason == waited) return;
  nurture::Decision d = row(lead, DecisionKind::held);
  d.name = node.name.text;
  d.channel = node.channel.text;
  d.reason = gate.reason;
  d.until = gate.until;
  write(&lead, d);
}

/// H(project, "audience NAME", no entry key, lead, number of the change, channel). [S7.1]
void Reference::tell_audience(Lead& lead, std::size_t index, bool is_in) {
  const ast::Audience& node = *model_->audiences[index].node;
  Membership& membership = lead.memberships[index];
  membership.is_in = is_in;
  ++membership.changes;
  nurture::engine::Hasher hash;
  hash.add(model_->project != nullptr ? std::string_view(model_->project->name.text) : std::string_view("default"));
  hash.add("audience " + node.name.text).add(std::string_view()).add(lead.name);
  hash.add(std::uint64_t{membership.changes}).add(node.channel.text);
  const nurture::Key effect_key{hash.finish128()};
  nurture::Decision d = row(lead, is_in ? DecisionKind::joined : DecisionKind::left);
  d.name = node.name.text;
  d.channel = node.channel.text;
  d.key = &effect_key;
  write(&lead, d);
}

/// Who is erased is in none. [S11.2]
void Reference::leave_audiences(Lead& lead) {
  for (std::size_t a = 0; a < lead.memberships.size(); ++a) {
    if (lead.memberships[a].is_in) tell_audience(lead, a, false);
  }
}

}  // namespace reference
