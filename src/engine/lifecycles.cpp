// Where leads stand: the stages of lifecycles, and the audiences that they are in. Entry points: settle_standing(), which brings scores
// and stages up to date before anything asks for them, and react_audiences().
//
// A stage holds while its `when` does, or since its `on` has come; the first always. A lead is in the last that holds.
#include "engine/core.hpp"

#include "engine/hash.hpp"

namespace nurture::engine {

using compile::Audience;
using compile::Lifecycle;

namespace {

/// When the channel may take a change of an audience that waits for it; kNever when none waits.
std::int64_t waits_until(const Word* words) {
  return Membership(words[0]).wait == Membership::Wait::none ? kNever : static_cast<std::int64_t>(words[1]);
}

}  // namespace

Id Core::stage_of(std::uint32_t lead, Id lifecycle) const {
  const Word word = rows_.at(lead)[program_->lifecycles[lifecycle].word];
  const auto plus_one = static_cast<Id>(word & 0xff);
  return plus_one == 0 ? 0 : plus_one - 1;
}

// ---------------------------------------------------------------- stages

/// In all lifecycles, or in those that a deployment brings. Answers which.
std::vector<Id> Core::place_in_stages(std::uint32_t lead) {
  Change everything;
  everything.all = true;
  std::vector<Id> placed;
  for (Id l = 0; l < program_->lifecycles.size(); ++l) {
    const Lifecycle& lifecycle = program_->lifecycles[l];
    if ((rows_.at(lead)[lifecycle.word] & 0xff) != 0) continue;
    const Id stage = judge_stages(lead, lifecycle, everything);
    rows_.at(lead)[lifecycle.word] |= stage + 1;
    placed.push_back(l);
  }
  return placed;
}

/// Once scores have begun, too: the stage that a lead begins in, where it was placed.
void Core::start_lifecycles(std::uint32_t lead, const std::vector<Id>& placed) {
  Change everything;
  everything.all = true;
  for (const Id l : placed) {
    rows_.at(lead)[program_->lifecycles[l].word] &= ~Word{0xff};
    enter_stage(lead, l, judge_stages(lead, program_->lifecycles[l], everything));
  }
}

/// Scores first, then stages. They may ask for each other, in no circle, so this ends.
void Core::settle_standing(std::uint32_t lead, const Change& change) {
  react_scores(lead, change);
  if (program_->lifecycles.empty()) return;
  Change seen = change;
  seen.scores = change.scores || scores_changed_;
  while (react_lifecycles(lead, seen)) {
    seen = {};
    seen.scores = true;
    react_scores(lead, seen);
  }
}

/// Whether a lead changed its stage.
bool Core::react_lifecycles(std::uint32_t lead, const Change& change) {
  bool any = false;
  for (Id l = 0; l < program_->lifecycles.size(); ++l) {
    const Lifecycle& lifecycle = program_->lifecycles[l];
    if (!change.come && !touches(lifecycle, change)) continue;
    const Id stage = judge_stages(lead, lifecycle, change);
    if (stage == stage_of(lead, l)) continue;
    enter_stage(lead, l, stage);
    any = true;
  }
  return any;
}

/// The last stage that holds now.
Id Core::judge_stages(std::uint32_t lead, const Lifecycle& lifecycle, const Change& change) {
  Env env(*this, lead, kNone, change.event);
  Id last = 0;
  for (Id s = 1; s < lifecycle.stages.size(); ++s) {
    const compile::Trigger& trigger = lifecycle.stages[s].trigger;
    const Word bit = Word{1} << (Lifecycle::kFirstBit + s);
    const Word held = rows_.at(lead)[lifecycle.word];
    Word now = held;
    if (trigger.on && change.event != nullptr && matches(trigger.pattern, nullptr, *change.event, env)) now |= bit;
    if (!trigger.on && depends(trigger.condition, change)) now = holds(trigger.condition, env) ? now | bit : now & ~bit;
    rows_.at(lead)[lifecycle.word] = now;
    if ((now & bit) != 0) last = s;
  }
  watch_lead(lead, env.valid_until.ms);
  return last;
}

/// The first stage of a lead is a row of the log and tells nothing, like its first tier.
void Core::enter_stage(std::uint32_t lead, Id index, Id stage) {
  const Lifecycle& lifecycle = program_->lifecycles[index];
  Word* words = rows_.at(lead) + lifecycle.word;
  const bool is_first = (words[0] & 0xff) == 0;
  const Id before = stage_of(lead, index);
  words[0] = (words[0] & ~Word{0xff}) | (stage + 1);
  words[1] = static_cast<Word>(now_.ms);
  scores_changed_ = scores_changed_ || !is_first;
  if (!is_first) tell(program_->told.stage, lead, {lifecycle.name, lifecycle.stages[stage].name});
  if (observer_ == nullptr) return;
  Decision d = decision(lead, DecisionKind::stage);
  d.name = lifecycle.name;
  d.detail = lifecycle.stages[stage].name;
  if (!is_first) d.rule = lifecycle.stages[before].name;
  log(d);
}

// ---------------------------------------------------------------- audiences

void Core::react_audiences(std::uint32_t lead, const Change& change) {
  for (Id a = 0; a < program_->audiences.size(); ++a) {
    const Audience& audience = program_->audiences[a];
    const std::int64_t until_ms = waits_until(rows_.at(lead) + audience.word);
    if (until_ms <= now_.ms || depends(audience.condition, change) || depends(audience.address, change))
      settle_audience(lead, a);
    else
      watch_lead(lead, until_ms);
  }
}

void Core::settle_audiences(std::uint32_t lead) {
  for (Id a = 0; a < program_->audiences.size(); ++a) settle_audience(lead, a);
}

/// While the channel is paused, or cannot take it, nothing changes; what is true when it can counts. [S11.1] [S7.5]
void Core::settle_audience(std::uint32_t lead, Id index) {
  const Audience& audience = program_->audiences[index];
  if (head(lead).parked != 0 || is_paused(lead, kNone, audience.channel)) return;
  Env env(*this, lead, kNone);
  bool is_in = holds(audience.condition, env);
  if (is_in && audience.address.code) {
    const eval::Value address = eval::run(program_->module, audience.address.code, env, arena_);
    is_in = !(address.is_missing() || address.is_error() || (address.kind == eval::Kind::bool_ && !address.boolean));
  }
  watch_lead(lead, env.valid_until.ms);
  const Membership before(rows_.at(lead)[audience.word]);
  // Its place is kept, like that of a message.
  const std::int64_t until_ms = waits_until(rows_.at(lead) + audience.word);
  if (is_in != before.is_in && until_ms != kNever && until_ms > now_.ms) return watch_lead(lead, until_ms);
  leave_queue(lead, index);
  if (is_in == before.is_in) return;
  Gate gate;
  if (!breaker_lets(audience.channel, gate) || !rate_lets(audience.channel, gate)) return put_off(lead, index, gate, before.wait);
  take_channel(audience.channel);
  change_membership(lead, index, is_in);
}

/// The lead wakes when the channel may take it. Whoever waits for a place of its rate is counted with the messages that do.
void Core::put_off(std::uint32_t lead, Id index, const Gate& gate, Membership::Wait before) {
  const Audience& audience = program_->audiences[index];
  Word& word = rows_.at(lead)[audience.word];
  Membership membership(word);
  membership.wait = gate.reason == Reason::rate ? Membership::Wait::rate : Membership::Wait::breaker;
  word = membership.word();
  rows_.at(lead)[audience.word + 1] = static_cast<Word>(gate.until_ms);
  if (membership.wait == Membership::Wait::rate) ++channels_[audience.channel].waiting;
  watch_lead(lead, gate.until_ms);
  if (observer_ == nullptr || membership.wait == before) return;
  Decision d = decision(lead, DecisionKind::held);
  d.name = audience.name;
  d.channel = program_->channels[audience.channel].name;
  d.reason = gate.reason;
  d.until = Instant{gate.until_ms};
  log(d);
}

void Core::leave_queue(std::uint32_t lead, Id index) {
  const Audience& audience = program_->audiences[index];
  Word& word = rows_.at(lead)[audience.word];
  Membership membership(word);
  if (membership.wait == Membership::Wait::rate) --channels_[audience.channel].waiting;
  membership.wait = Membership::Wait::none;
  word = membership.word();
}

/// The breaker has closed.
void Core::ask_broken_audiences_again(Id channel) {
  for (Id a = 0; a < program_->audiences.size(); ++a) {
    if (program_->audiences[a].channel != channel) continue;
    for (std::uint32_t lead = 0; lead < lead_count_; ++lead) {
      Word* words = rows_.at(lead) + program_->audiences[a].word;
      if (Membership(words[0]).wait != Membership::Wait::breaker) continue;
      words[1] = static_cast<Word>(now_.ms);
      settle_audience(lead, a);
    }
  }
}

void Core::change_membership(std::uint32_t lead, Id index, bool joined) {
  const Audience& audience = program_->audiences[index];
  Word& word = rows_.at(lead)[audience.word];
  Membership membership(word);
  membership.is_in = joined;
  ++membership.changes;
  word = membership.word();
  tell_membership(lead, audience.name, program_->channels[audience.channel].name, membership.changes, joined);
}

/// An effect of the channel, with a key of its own. [S7.1]
void Core::tell_membership(std::uint32_t lead, const std::string& audience, const std::string& channel, Word changes, bool joined) {
  // No sequence is called "audience ...".
  Hasher hash;
  hash.add(project_).add("audience " + audience).add(std::string_view()).add(lead_name(lead)).add(changes).add(channel);
  const Key key{hash.finish128()};
  if (observer_ != nullptr) {
    Decision d = decision(lead, joined ? DecisionKind::joined : DecisionKind::left);
    d.name = audience;
    d.channel = channel;
    d.key = &key;
    log(d);
  }
  if (sink_ != nullptr) sink_->on_audience({now_, lead_name(lead), audience, channel, joined, key.to_string()});
}

}  // namespace nurture::engine
