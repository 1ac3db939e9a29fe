// Gates that do not belong to one run: who is held out (S3.7), `hold while` (S3.6), caps that count events (S6.5), and the
// rate and the breaker of a channel, which only inputs and what is sent change (S6.1, S7.5). gates.cpp asks them in order.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>

namespace nurture::engine {

/// The same lead is held out of the same salt for ever. [S9.1]
bool Core::is_held_out(std::uint32_t lead, const std::vector<compile::Holdout>& holdouts, Gate& gate) const {
  for (const compile::Holdout& holdout : holdouts) {
    const bool by_hash = bucket(holdout.salt, lead_name(lead), 100) < holdout.percent;
    if (!options_.holdout.value_or(by_hash)) continue;
    gate = {Gate::Kind::skip, Reason::holdout, 0, holdout.text};
    return true;
  }
  return false;
}

// ---------------------------------------------------------------- hold while

bool Core::is_let_go(const Body& body, const compile::SendPath& path, Gate& gate) {
  bool goes = true;
  for (const Id policy : path.policies) {
    for (const compile::HoldWhile& item : program_->policies[policy].hold_whiles) {
      Env env(*this, body.lead, kNone);
      if (!answer(item.condition.code, env).value_or(true)) continue;
      // Of several that hold the first one to end is asked again first.
      if (goes || env.valid_until.ms < gate.until_ms) gate = {Gate::Kind::hold, Reason::paused, env.valid_until.ms, item.text};
      goes = false;
    }
  }
  return goes;
}

/// Whether a `snooze` of the lead holds the message.
bool Core::rests(std::uint32_t lead, const compile::SendPath& path) const {
  if (program_->layout.snooze == kNone || path.transactional) return false;
  return static_cast<std::int64_t>(rows_.at(lead)[program_->layout.snooze]) > now_.ms;
}

/// Something about the lead changed: what a `hold while` holds goes on as soon as none does. [S5.4]
void Core::ask_let_go(std::uint32_t lead, const Change& change) {
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    for (std::uint32_t k = enrolments_[i].held; k != kNone; k = held_[k].next) {
      const compile::SendPath& path = program_->send_paths[held_[k].path];
      // By a pause it is held in any case, and in a rest until it is over.
      if (held_[k].reason != Reason::paused || is_paused(lead, i, path.channel)) continue;
      if (rests(lead, path) && held_[k].until_ms <= static_cast<std::int64_t>(rows_.at(lead)[program_->layout.snooze])) continue;
      const auto asks = [&](const compile::HoldWhile& item) { return depends(item.condition, change); };
      const bool asked = std::any_of(path.policies.begin(), path.policies.end(), [&](Id policy) {
        const std::vector<compile::HoldWhile>& items = program_->policies[policy].hold_whiles;
        return std::any_of(items.begin(), items.end(), asks);
      });
      if (asked) ask_let_go(k);
    }
  }
}

void Core::ask_let_go(std::uint32_t held) {
  Held& h = held_[held];
  Gate gate;
  if (is_let_go(held_body(h), program_->send_paths[h.path], gate)) return ask_now(held);
  // It holds on, but the clock may end it sooner than before.
  if (gate.until_ms >= h.until_ms) return;
  h.until_ms = gate.until_ms;
  add_timer(h.until_ms, TimerKind::held, h.lead, held);
}

// ---------------------------------------------------------------- caps that count events

/// What others send takes slots, too, at the instant it occurred; what is older than all that a cap counts, none. [S6.5]
void Core::count_event(std::uint32_t lead, const EventView& view) {
  const auto earlier = [](Word a, Word b) { return CapSlot(a).word < CapSlot(b).word; };
  for (const compile::CapRef& ref : program_->events[view.event].caps) {
    const compile::Cap& cap = program_->policies[ref.policy].caps[ref.cap];
    Env env(*this, lead, kNone, &view);
    if (!matches(cap.counting, nullptr, view, env)) continue;
    Word* slots = rows_.at(lead) + cap.word;
    Word& oldest = *std::min_element(slots, slots + cap.count, earlier);
    if (!CapSlot(oldest).free() && CapSlot(oldest).ms() > view.occurred_ms) continue;
    oldest = static_cast<Word>(CapSlot(view.occurred_ms, kNone).word);
  }
}

// ---------------------------------------------------------------- the rate of a channel

bool Core::rate_lets(Id channel, Gate& gate) const {
  const compile::Channel::Rate& rate = program_->channels[channel].rate;
  if (rate.count == 0) return true;
  const ChannelState& state = channels_[channel];
  if (state.sent_ms.size() < rate.count || state.sent_ms[state.oldest_sent] + rate.per_ms <= now_.ms) return true;
  // Those that wait take the places that come free, one after another, so that not all wake for one place.
  const std::size_t place = (state.oldest_sent + state.waiting) % rate.count;
  const std::int64_t rounds = 1 + static_cast<std::int64_t>(state.waiting / rate.count);
  gate = {Gate::Kind::hold, Reason::rate, state.sent_ms[place] + rounds * rate.per_ms, program_->channels[channel].name};
  return false;
}

/// A message goes out on the channel. While its breaker is open, that is the probe. [S7.5]
void Core::take_channel(Id channel) {
  ChannelState& state = channels_[channel];
  if (state.open) state.probe_ms = now_.ms + program_->channels[channel].breaker.probe_ms;
  take_rate(channel);
}

void Core::take_rate(Id channel) {
  const compile::Channel& declared = program_->channels[channel];
  ChannelState& state = channels_[channel];
  if (declared.rate.count == 0) return;
  if (state.sent_ms.size() < declared.rate.count) return state.sent_ms.push_back(now_.ms);
  state.sent_ms[state.oldest_sent] = now_.ms;
  state.oldest_sent = (state.oldest_sent + 1) % declared.rate.count;
}

Instant Core::take_place(Id channel) {
  Gate gate;
  if (!rate_lets(channel, gate)) return {gate.until_ms};
  take_rate(channel);
  return now_;
}

void Core::leave_queue(const Held& held) {
  if (held.reason == Reason::rate) --channels_[program_->send_paths[held.path].channel].waiting;
}

// ---------------------------------------------------------------- the breaker of a channel

bool Core::breaker_lets(Id channel, Gate& gate) const {
  const ChannelState& state = channels_[channel];
  if (!state.open || now_.ms >= state.probe_ms) return true;
  gate = {Gate::Kind::hold, Reason::breaker, state.probe_ms, program_->channels[channel].name};
  return false;
}

/// What a channel answered. It fails when it cannot take a message now or has given up on one; a channel that refuses a
/// message works.
void Core::note_outcome(Id channel, bool failed) {
  const compile::Channel::Breaker& breaker = program_->channels[channel].breaker;
  if (breaker.of == 0) return;
  ChannelState& state = channels_[channel];
  if (state.open) {
    if (failed) {
      state.probe_ms = now_.ms + breaker.probe_ms;
      return;
    }
    state.open = false;
    return ask_broken_again(channel);
  }
  if (state.outcomes.size() < breaker.of) {
    state.outcomes.push_back({now_.ms, failed});
  } else {
    state.outcomes[state.oldest_outcome] = {now_.ms, failed};
    state.oldest_outcome = (state.oldest_outcome + 1) % breaker.of;
  }
  if (state.outcomes.size() < breaker.of || state.outcomes[state.oldest_outcome].ms <= now_.ms - breaker.within_ms) return;
  const auto failures = std::count_if(state.outcomes.begin(), state.outcomes.end(), [](const auto& outcome) { return outcome.failed; });
  if (failures * 100 < std::int64_t{breaker.percent} * breaker.of) return;
  state.open = true;
  state.probe_ms = now_.ms + breaker.probe_ms;
  state.outcomes.clear();
  state.oldest_outcome = 0;
}

/// The breaker has closed: what it held asks its gates at once.
void Core::ask_broken_again(Id channel) {
  for (std::uint32_t i = 0; i < held_.size(); ++i) {
    const Held& h = held_[i];
    if (h.reason == Reason::breaker && program_->send_paths[h.path].channel == channel) ask_now(i);
  }
  ask_broken_audiences_again(channel);
}

}  // namespace nurture::engine
