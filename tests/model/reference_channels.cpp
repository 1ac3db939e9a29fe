// What a channel bears: how often a delivery is tried, its rate and its breaker. S6.1 and S7.3 to S7.5 of the contracts.
#include "engine/hash.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"

#include <nurture/limits.hpp>

#include <algorithm>

namespace reference {

namespace limits = nurture::limits;
using nurture::Delivery;

namespace {

std::int64_t ms_of(const ast::Duration& length) { return naive::period_of(length.text).ms; }

/// An exception counts as a message that could not be taken, with its words. [S7.3]
Delivery ask_host(HostSink& host, const std::string& channel, const std::string& key, Instant sent) {
  Delivery answer = Delivery::retry({});
  try {
    answer = host(channel, key, sent);
  } catch (const std::exception& error) {
    answer.reason = error.what();
  } catch (...) {
    answer.reason = "the sink threw something that is no std::exception";
  }
  return answer;
}

}  // namespace

// ---------------------------------------------------------------- tries

/// The first try. What a channel took is news only for a breaker.
void Reference::deliver(const Body& body, const ast::Action& action, const Path& path) {
  Retry message;
  message.lead = body.lead->name;
  message.message = path.message->name;
  message.channel = path.channel;
  message.key = key(body, action, path.channel).to_string();
  message.sent = now_;
  message.tries = 1;
  const Delivery answer = ask_host(sink_, message.channel, message.key, message.sent);
  const ast::Channel* node = channel_node(path.channel);
  const bool counts = node != nullptr && !node->breakers.empty();
  const bool taken = answer.kind == Delivery::Kind::accepted || answer.kind == Delivery::Kind::duplicate;
  if (!taken || counts) take_answer(std::move(message), answer);
}

/// What goes out again takes a place of its channel's rate, too, and waits for one. [S6.1]
void Reference::try_again() {
  Retry message = std::move(retries_.begin()->second);
  retries_.erase(retries_.begin());
  Path path;
  path.channel = message.channel;
  Gate gate;
  if (!ask_rate(path, nullptr, gate)) {
    Lead* lead = find(message.lead);
    nurture::Decision d = row(*lead, nurture::DecisionKind::held);
    d.message = message.message;
    d.channel = message.channel;
    d.reason = gate.reason;
    d.until = gate.until;
    write(lead, d);
    retries_.emplace(gate.until, std::move(message));
    return;
  }
  channels_[message.channel].sent.push_back(now_);
  ++message.tries;
  const Delivery answer = ask_host(sink_, message.channel, message.key, message.sent);
  take_answer(std::move(message), answer);
}

/// Each wait may be twice as long as the one before; how much of it is used is a hash of the key. [S7.4]
Instant Reference::next_try(const Retry& message, const Delivery& answer) const {
  const ast::Channel* node = channel_node(message.channel);
  constexpr std::int64_t kSecondMs = 1'000;
  std::int64_t longest_ms = 30 * kSecondMs;
  std::int64_t limit_ms = 6 * 3'600 * kSecondMs;
  if (node != nullptr && !node->retries.empty()) {
    longest_ms = ms_of(node->retries.front().from);
    limit_ms = ms_of(node->retries.front().to);
  }
  for (int i = 1; i < message.tries && longest_ms < limit_ms; ++i) longest_ms *= 2;
  longest_ms = std::min(longest_ms, limit_ms);
  const std::uint64_t draw = nurture::engine::Hasher{}.add(message.key).add(static_cast<std::uint64_t>(message.tries)).finish64();
  const auto wait_ms = 1 + static_cast<std::int64_t>(draw % static_cast<std::uint64_t>(longest_ms));
  return {now_.ms + std::max<std::int64_t>(wait_ms, answer.after.count())};
}

/// The answer is an input. [S7.3]
void Reference::take_answer(Retry message, const Delivery& answer) {
  Input input;
  input.kind = Input::Kind::delivery;
  input.at = now_;
  input.lead = message.lead;
  input.name = message.message;
  input.channel = message.channel;
  input.other = message.sent;
  input.words = answer.reason;
  if (answer.kind == Delivery::Kind::rejected) input.outcome = Reason::rejected;
  if (answer.kind == Delivery::Kind::retry) {
    const ast::Channel* node = channel_node(message.channel);
    const bool says = node != nullptr && !node->retries.empty();
    const std::int64_t tries_max = says ? node->retries.front().times.value + 1 : limits::kDeliveryTries;
    input.outcome = message.tries < tries_max ? Reason::retry : Reason::failed;
    if (input.outcome == Reason::failed && input.words.empty()) input.words = "no try succeeded";
    if (input.outcome == Reason::retry) {
      input.again = next_try(message, answer);
      retries_.emplace(input.again, std::move(message));
    }
  }
  post(std::move(input));
}

/// What would be tried again while nothing ran is tried when it runs again. [S1.7]
Instant Reference::next_retry() const { return retries_.empty() ? Instant::max() : std::max({retries_.begin()->first, now_, gap_until_}); }

const ast::Channel* Reference::channel_node(const std::string& name) const {
  const model::Id id = model_->find_channel(name);
  return id == model::kNone ? nullptr : model_->channels[id].node;
}

// ---------------------------------------------------------------- the rate

/// So many in any such length of time. Who waits has a place of those that come free, one after another. [S6.1]
bool Reference::ask_rate(const Path& path, const Held* held, Gate& gate) {
  const ast::Channel* node = channel_node(path.channel);
  if (node == nullptr || node->rates.empty()) return true;
  const auto count = static_cast<std::size_t>(node->rates.front().count.value);
  const std::int64_t per_ms = ms_of(node->rates.front().per);
  const std::vector<Instant>& sent = channels_[path.channel].sent;
  if (sent.size() < count || sent[sent.size() - count].ms + per_ms <= now_.ms) return true;
  std::size_t waiting = 0;
  const auto look = [&](const std::vector<Held>& all) {
    for (const Held& other : all) {
      const bool waits = other.reason == Reason::rate && other.channel == path.channel;
      if (waits && (held == nullptr || other.serial != held->serial)) ++waiting;
    }
  };
  for (const auto& [name, lead] : leads_) {
    look(lead.held);
    for (const Enrolment& e : lead.enrolments) look(e.held);
    for (std::size_t a = 0; a < lead.memberships.size(); ++a) {
      const bool here = model_->audiences[a].node->channel.text == path.channel;
      waiting += here && lead.memberships[a].waits == Reason::rate ? 1 : 0;
    }
  }
  const Instant before = sent[sent.size() - count + waiting % count];
  const auto rounds = static_cast<std::int64_t>(1 + waiting / count);
  gate = {Gate::Kind::hold, Reason::rate, {before.ms + rounds * per_ms}, path.channel};
  return false;
}

/// A message goes out. While its breaker is open, that is the one that tries. [S7.5]
void Reference::take_channel(const Path& path) {
  ChannelState& state = channels_[path.channel];
  state.sent.push_back(now_);
  if (state.probe) state.probe = Instant{now_.ms + ms_of(channel_node(path.channel)->breakers.front().probe)};
}

// ---------------------------------------------------------------- the breaker

bool Reference::ask_breaker(const Path& path, Gate& gate) {
  const ChannelState& state = channels_[path.channel];
  if (!state.probe || now_ >= *state.probe) return true;
  gate = {Gate::Kind::hold, Reason::breaker, *state.probe, path.channel};
  return false;
}

/// It looks at the last answers, from when it closed last. What the channel refuses for good is no failure of the channel. [S7.5]
void Reference::note_answer(const std::string& channel, bool failed) {
  const ast::Channel* node = channel_node(channel);
  if (node == nullptr || node->breakers.empty()) return;
  const ast::Breaker& breaker = node->breakers.front();
  const Instant next_probe{now_.ms + ms_of(breaker.probe)};
  ChannelState& state = channels_[channel];
  if (state.probe && failed) {
    state.probe = next_probe;
  } else if (state.probe) {
    state.probe.reset();
    ask_broken_again(channel);
  } else {
    state.answers.emplace_back(now_, failed);
    const auto of = static_cast<std::size_t>(breaker.of.value);
    if (state.answers.size() < of) return;
    std::int64_t failures = 0;
    bool recent = true;
    for (std::size_t i = state.answers.size() - of; i < state.answers.size(); ++i) {
      failures += state.answers[i].second ? 1 : 0;
      recent = recent && state.answers[i].first.ms + ms_of(breaker.within) > now_.ms;
    }
    if (!recent || failures * 100 < breaker.percent.value * breaker.of.value) return;
    state.probe = next_probe;
    state.answers.clear();
  }
}

/// Of all leads.
void Reference::ask_broken_again(const std::string& channel) {
  const auto look = [&](std::vector<Held>& all) {
    for (Held& held : all) {
      if (held.reason == Reason::breaker && held.channel == channel) held.until = now_;
    }
  };
  for (auto& [name, lead] : leads_) {
    look(lead.held);
    for (Enrolment& e : lead.enrolments) look(e.held);
  }
  for (std::size_t a = 0; a < model_->audiences.size(); ++a) {
    if (model_->audiences[a].node->channel.text != channel) continue;
    for (Lead* lead : known_leads()) {
      if (lead->memberships[a].waits != Reason::breaker) continue;
      lead->memberships[a].until = now_;
      settle_audience(*lead, a);
    }
  }
}

}  // namespace reference
