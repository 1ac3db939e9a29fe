// Sending: one gate after another. S6 of the contracts. Every outcome has a reason; a held message is a record of its own
// that asks all gates again when its instant comes.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

std::string time_text(std::int32_t seconds) {
  std::string text = "00:00";
  text[0] = static_cast<char>('0' + seconds / 36000);
  text[1] = static_cast<char>('0' + seconds / 3600 % 10);
  text[3] = static_cast<char>('0' + seconds / 600 % 6);
  text[4] = static_cast<char>('0' + seconds / 60 % 10);
  return text;
}

}  // namespace

Core::Flow Core::send(const Body& body, Id node) {
  const compile::Node& n = program_->nodes[node];
  if (n.b == n.c) {
    attempt(body, node, n.a, program_->messages[n.a].content.channels.front(), kNone);
  } else {
    for (Id i = n.b; i < n.c; ++i) attempt(body, node, n.a, program_->node_channels[i], kNone);
  }
  if (!body.timeline) return Flow::done;
  // `send` ends when the message is emitted or skipped. [S2.6]
  Enrolment& e = enrolments_[body.enrolment];
  for (std::uint32_t i = e.held; i != kNone; i = held_[i].next) {
    if (!held_[i].blocks) continue;
    e.state = EnrolmentState::holding;
    e.node = n.next;
    e.due_ms = kNever;
    return Flow::suspended;
  }
  return Flow::done;
}

/// Goals, exits and suppressions once more, after an action of the same body changed the lead. [S2.4]
bool Core::still_wanted(std::uint32_t enrolment) {
  Change everything;
  everything.all = true;
  Env env(*this, enrolments_[enrolment].lead, enrolment);
  return !react_levels(enrolment, everything, env);
}

void Core::attempt(const Body& body, Id node, Id message, Id channel, std::uint32_t held) {
  Gate gate = ask_gates(body, message, channel, held);
  // A reminder whose date has passed, after a gap or behind a long body, is of no use any more. [S6.6]
  const bool too_late = body.timeline && now_.ms >= anchor_deadline(body.enrolment, body.step);
  if (too_late && gate.kind != Gate::Kind::skip) gate = {Gate::Kind::skip, Reason::expired, 0, "its anchor has passed"};
  if (gate.kind == Gate::Kind::hold) return hold(body, node, message, channel, held, gate);
  if (held != kNone) release_held(held);
  if (gate.kind == Gate::Kind::skip) return log_message(body, DecisionKind::skipped, node, message, channel, gate);
  take_caps(body, message, channel);
  emit(body, node, message, channel);
}

// ---------------------------------------------------------------- gates, in the order of S6.1

Core::Gate Core::ask_gates(const Body& body, Id message, Id channel, std::uint32_t held) {
  Gate gate = ask_consent(body.lead, message, channel);
  if (gate.kind != Gate::Kind::pass) return gate;
  if (const eval::Ref needs = program_->channels[channel].requirement) {
    Env env(*this, body.lead, body.enrolment);
    const eval::Value value = eval::run(program_->module, needs, env, arena_);
    if (value.is_missing() || value.is_error() || (value.kind == eval::Kind::bool_ && !value.boolean))
      return {Gate::Kind::skip, Reason::no_address, 0, std::string(program_->text(needs))};
  }
  if (paused_) return {Gate::Kind::hold, Reason::paused, kNever, "paused"};
  if (body.enrolment == kNone) return {};
  const bool transactional = program_->categories[program_->messages[message].content.category].transactional;
  if (!transactional) {
    // A later message of the channel never overtakes a held one. [S6.6]
    for (std::uint32_t i = enrolments_[body.enrolment].held; i != kNone && i != held; i = held_[i].next) {
      if (held_[i].channel == channel)
        return {Gate::Kind::hold, Reason::order, held_[i].until_ms, program_->messages[held_[i].message].name};
    }
  }
  for (const Id p : sequence_of(enrolments_[body.enrolment]).policies) {
    const compile::Policy& policy = program_->policies[p];
    if (exempt(policy, message)) continue;
    gate = ask_windows(policy, body.lead);
    if (gate.kind != Gate::Kind::pass) return gate;
  }
  for (const Id p : sequence_of(enrolments_[body.enrolment]).policies) {
    const compile::Policy& policy = program_->policies[p];
    if (exempt(policy, message)) continue;
    gate = ask_caps(p, body, channel);
    if (gate.kind != Gate::Kind::pass) return gate;
  }
  return {};
}

Core::Gate Core::ask_consent(std::uint32_t lead, Id message, Id channel) const {
  const compile::Content& content = program_->messages[message].content;
  const auto place = std::find(content.channels.begin(), content.channels.end(), channel);
  if (place == content.channels.end()) return {Gate::Kind::skip, Reason::no_address, 0, "the message has no form for this channel"};
  const Id pair = content.consent[static_cast<std::size_t>(place - content.channels.begin())];
  if (pair == kNone) return {};
  const compile::Category& category = program_->categories[content.category];
  const Word state = (rows_.at(lead)[program_->layout.consents + pair / 32] >> (pair % 32 * 2)) & 3;
  const bool given = state == 2 || (state == 1 && !category.double_opt_in) || (state == 0 && category.implied);
  return given ? Gate{} : Gate{Gate::Kind::skip, Reason::consent, 0, category.name};
}

bool Core::exempt(const compile::Policy& policy, Id message) const { return policy.exempt[program_->messages[message].content.category]; }

/// Quiet hours and allowed days, on the clock of the policy's zone. Half-open; may wrap midnight. [S6.4]
Core::Gate Core::ask_windows(const compile::Policy& policy, std::uint32_t lead) const {
  for (const compile::QuietHours& quiet : policy.quiet_hours) {
    const time::Zone& zone = zone_of(quiet.zone, lead);
    const time::Local local = zone.to_local(now_);
    const std::int32_t second = local.second_of_day();
    const bool wraps = quiet.from > quiet.to;
    const bool inside = wraps ? second >= quiet.from || second < quiet.to : second >= quiet.from && second < quiet.to;
    if (!inside) continue;
    std::string rule = "quiet hours " + time_text(quiet.from) + ".." + time_text(quiet.to);
    if (quiet.then == compile::HoldOrDrop::drop) return {Gate::Kind::skip, Reason::quiet, 0, std::move(rule)};
    const std::int32_t day = local.day() + (wraps && second >= quiet.from ? 1 : 0);
    const std::int64_t until = time::at(day, quiet.to, zone).ms;
    return {Gate::Kind::hold, Reason::quiet, std::max(until, now_.ms + 1), std::move(rule)};
  }
  for (const compile::Allow& allow : policy.allows) {
    const time::Zone& zone = zone_of(policy.zone, lead);
    const time::Local local = zone.to_local(now_);
    const auto allowed = [&](std::int32_t day) { return ((allow.days >> time::weekday(day)) & 1) != 0; };
    if (allowed(local.day())) continue;
    if (allow.then == compile::HoldOrDrop::drop) return {Gate::Kind::skip, Reason::quiet, 0, "allowed days"};
    std::int32_t day = local.day() + 1;
    while (!allowed(day)) ++day;
    // The same time of day on the next allowed day, so that nothing goes out at midnight.
    const std::int64_t below_second = ((now_.ms % 1000) + 1000) % 1000;
    return {Gate::Kind::hold, Reason::window, time::at(day, local.second_of_day(), zone).ms + below_second, "allowed days"};
  }
  return {};
}

/// Rolling caps: a send counts until its instant plus the cap's period, by the calendar of the lead. [S6.5]
Core::Gate Core::ask_caps(Id index, const Body& body, Id channel) const {
  const compile::Policy& policy = program_->policies[index];
  const std::uint32_t lead = body.lead;
  for (const compile::Cap& cap : policy.caps) {
    if (cap.channel != kNone && cap.channel != channel) continue;
    const Word* slots = rows_.at(lead) + cap.word;
    std::int64_t free_ms = kNever;
    std::int64_t newest_ms = INT64_MIN;
    for (std::uint32_t i = 0; i < cap.count; ++i) {
      const auto sent_ms = static_cast<std::int64_t>(slots[i]);
      const std::int64_t leaves_ms = slots[i] == 0 ? now_.ms : time::add({sent_ms}, cap.per, lead_zone(lead)).ms;
      free_ms = std::min(free_ms, leaves_ms);
      if (slots[i] != 0) newest_ms = std::max(newest_ms, sent_ms);
    }
    if (free_ms <= now_.ms) continue;
    std::string rule = "cap " + std::to_string(cap.count) + " of " + policy.name;
    if (cap.then == compile::HoldOrDrop::drop) return {Gate::Kind::skip, Reason::cap, 0, std::move(rule)};
    // Taken at this very instant by another sequence, which had the higher priority: it yields. [S6.5]
    const bool yields = newest_ms == now_.ms && shares_policy(index, body);
    return {Gate::Kind::hold, yields ? Reason::yield : Reason::cap, free_ms, std::move(rule)};
  }
  return {};
}

/// Whether another enrolment of the lead is under the same policy.
bool Core::shares_policy(Id policy, const Body& body) const {
  for (std::uint32_t i = head(body.lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const std::vector<Id>& policies = sequence_of(enrolments_[i]).policies;
    if (i != body.enrolment && std::find(policies.begin(), policies.end(), policy) != policies.end()) return true;
  }
  return false;
}

void Core::take_caps(const Body& body, Id message, Id channel) {
  if (body.enrolment == kNone) return;
  for (const Id p : sequence_of(enrolments_[body.enrolment]).policies) {
    const compile::Policy& policy = program_->policies[p];
    if (exempt(policy, message)) continue;
    for (const compile::Cap& cap : policy.caps) {
      if (cap.channel != kNone && cap.channel != channel) continue;
      Word* slots = rows_.at(body.lead) + cap.word;
      *std::min_element(slots, slots + cap.count, [](Word a, Word b) {
        return static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b);
      }) = static_cast<Word>(now_.ms);
    }
  }
}

// ---------------------------------------------------------------- emitting

std::uint32_t Core::choose_variant(const Body& body, Id message) {
  const compile::Message& m = program_->messages[message];
  for (std::uint32_t v = 0; v < m.variants.size(); ++v) {
    if (!m.variants[v].when) continue;
    Env env(*this, body.lead, body.enrolment, body.trigger, body.trigger);
    const eval::Value value = eval::run(program_->module, m.variants[v].when, env, arena_);
    if (value.is_error()) error_seen(body.lead, body.enrolment, value, program_->text(m.variants[v].when));
    if (value.is_true()) return v;
  }
  std::uint32_t total = 0;
  for (const compile::Variant& variant : m.variants) total += variant.when ? 0 : variant.share;
  if (total == 0) return kNone;
  std::uint32_t place = bucket("message/" + m.name, lead_name(body.lead), total);
  for (std::uint32_t v = 0; v < m.variants.size(); ++v) {
    if (m.variants[v].when) continue;
    if (place < m.variants[v].share) return v;
    place -= m.variants[v].share;
  }
  return kNone;
}

void Core::emit(const Body& body, Id node, Id message, Id channel) {
  ++counts_.sent;
  const compile::Message& m = program_->messages[message];
  const std::uint32_t variant = m.variants.empty() ? kNone : choose_variant(body, message);
  const Effect effect{now_, body.lead, body.enrolment, body.step, body.visit, node, message, channel, variant, body.trigger};
  if (observer_ != nullptr) {
    Decision d = decision(body.lead, body.enrolment, DecisionKind::sent);
    if (!body.timeline) d.step = {};
    if (body.begins) {
      const std::int64_t due = step_due(enrolments_[body.enrolment], body.step);
      if (due < now_.ms) d.planned = {due};
    }
    d.message = m.name;
    d.channel = program_->channels[channel].name;
    if (variant != kNone) d.variant = m.variants[variant].name;
    const Key effect_key = key(effect);
    d.key = &effect_key;
    log(d);
  }
  if (sink_ != nullptr) sink_->on_effect(effect);
}

const compile::Content& Core::content(const Effect& effect) const {
  const compile::Message& message = program_->messages[effect.message];
  return effect.variant == kNone ? message.content : message.variants[effect.variant].content;
}

std::string Core::render(const Effect& effect, const std::vector<compile::TextPart>& parts) const {
  std::string text;
  for (const compile::TextPart& part : parts) {
    text += part.text;
    if (!part.code) continue;
    Env env(*this, effect.lead, effect.enrolment, effect.trigger, effect.trigger);
    text += eval::to_text(eval::run(program_->module, part.code, env, arena_), env.zone);
  }
  return text;
}

std::string Core::render_field(const Effect& effect, const compile::MessageField& field) const {
  if (!field.value) return render(effect, field.text);
  Env env(*this, effect.lead, effect.enrolment, effect.trigger, effect.trigger);
  return eval::to_text(eval::run(program_->module, field.value, env, arena_), env.zone);
}

Key Core::key(const Effect& effect) const {
  Hasher hash;
  hash.add(options_.project);
  const bool enrolled = effect.enrolment != kNone;
  const Enrolment* e = enrolled ? &enrolments_[effect.enrolment] : nullptr;
  hash.add(enrolled ? std::string_view(sequence_of(*e).name) : std::string_view());
  if (enrolled && sequence_of(*e).extra.key != kNone && e->extra != kNone) {
    hash.add(std::string_view(entry_key_text(*e, *extra(*e, sequence_of(*e).extra.key))));
  } else {
    hash.add(std::string_view());
  }
  hash.add(lead_name(effect.lead));
  hash.add(enrolled ? e->number : 0);
  // A handler has no step; its sends are told apart by their action.
  hash.add(enrolled && effect.step != 0xffff ? std::string_view(sequence_of(*e).steps[effect.step].name) : std::string_view());
  hash.add(effect.visit);
  hash.add(program_->nodes[effect.node].action);
  hash.add(program_->channels[effect.channel].name);
  return {hash.finish128()};
}

// ---------------------------------------------------------------- holding

/// A hold lasts at most so long. [S6.6]
std::int64_t Core::hold_deadline(const Body& body) const {
  return time::add(now_, {0, static_cast<std::int32_t>(limits::kHoldDays), 0}, lead_zone(body.lead)).ms;
}

/// What stands before its anchor expires at the anchor; kNever for everything else. [S6.6]
std::int64_t Core::anchor_deadline(std::uint32_t enrolment, std::uint16_t index) const {
  if (enrolment == kNone || index == 0xffff) return kNever;
  const Enrolment& e = enrolments_[enrolment];
  const compile::Sequence& sequence = sequence_of(e);
  const compile::Step& step = sequence.steps[index];
  const bool before_anchor = step.anchor != kNone && (step.kind == compile::ScheduleKind::at ? step.offset_sign < 0 : step.day < 0);
  if (!before_anchor) return kNever;
  const AnchorWord anchor{extra(e, sequence.extra.anchors)[step.anchor]};
  return anchor.missing() ? kNever : anchor.instant_ms();
}

/// What is held for a step on this anchor asks again: its hold may now last longer, or is over. [S4.5]
void Core::anchor_moved(std::uint32_t enrolment, Id anchor) {
  for (std::uint32_t i = enrolments_[enrolment].held; i != kNone; i = held_[i].next) {
    Held& h = held_[i];
    if (h.step == 0xffff || sequence_of(enrolments_[enrolment]).steps[h.step].anchor != anchor || h.reason == Reason::order) continue;
    h.until_ms = now_.ms;
    add_timer(now_.ms, TimerKind::held, h.lead, i);
  }
}

void Core::hold(const Body& body, Id node, Id message, Id channel, std::uint32_t held, const Gate& gate) {
  const std::int64_t deadline = held == kNone ? hold_deadline(body) : held_[held].deadline_ms;
  std::uint32_t waiting = 0;
  for (std::uint32_t i = body.enrolment == kNone ? kNone : enrolments_[body.enrolment].held; i != kNone; i = held_[i].next) ++waiting;
  const std::int64_t last = std::min(deadline, body.timeline ? anchor_deadline(body.enrolment, body.step) : kNever);
  if (now_.ms >= last || (held == kNone && waiting >= limits::kHeldPerEnrolment)) {
    if (held != kNone) release_held(held);
    return log_message(body, DecisionKind::skipped, node, message, channel, {Gate::Kind::skip, Reason::expired, 0, gate.rule});
  }
  std::uint32_t index = held;
  if (held == kNone) {
    index = held_.take();
    Held& h = held_[index];
    h = {body.lead, body.enrolment, kNone, node, message, channel, body.step, body.visit, 0, deadline, Reason::none, body.timeline};
    if (body.enrolment != kNone) {
      std::uint32_t* place = &enrolments_[body.enrolment].held;
      while (*place != kNone) place = &held_[*place].next;
      *place = index;
      if (!body.timeline && body.trigger != nullptr) keep_trigger(body.enrolment, *body.trigger);
    }
    ++held_count_;
  }
  Held& h = held_[index];
  h.reason = gate.reason;
  // A pause has no end of its own, but a hold has. One held for order is asked again when its predecessor goes.
  h.until_ms = gate.reason == Reason::order ? last : std::min(gate.until_ms, last);
  add_timer(h.until_ms, TimerKind::held, body.lead, index);
  Gate shown = gate;
  shown.until_ms = std::min(gate.until_ms, last);
  log_message(body, DecisionKind::held, node, message, channel, shown);
}

void Core::retry_held(std::uint32_t held) {
  const Held h = held_[held];
  const Body body{h.lead, h.enrolment, h.step != 0xffff, h.step, h.visit, nullptr};
  if (now_.ms >= std::min(h.deadline_ms, anchor_deadline(h.enrolment, h.step))) {
    release_held(held);
    log_message(body, DecisionKind::skipped, h.node, h.message, h.channel, {Gate::Kind::skip, Reason::expired, 0, "held for too long"});
  } else {
    attempt(body, h.node, h.message, h.channel, held);
  }
  if (h.enrolment == kNone || !live(h.enrolment)) return;
  Enrolment& e = enrolments_[h.enrolment];
  for (std::uint32_t i = e.held; i != kNone; i = held_[i].next) {
    if (held_[i].blocks) return;
  }
  if (e.state == EnrolmentState::holding) return resume(h.enrolment, e.node);
  // The last held message of a handler may have been all that kept the enrolment.
  if (e.state == EnrolmentState::planned && e.due_ms == kNever) plan(h.enrolment);
}

void Core::release_held(std::uint32_t held) {
  Held& h = held_[held];
  if (h.enrolment != kNone) {
    std::uint32_t* place = &enrolments_[h.enrolment].held;
    while (*place != held) place = &held_[*place].next;
    *place = h.next;
    for (std::uint32_t i = h.next; i != kNone; i = held_[i].next) {
      if (held_[i].channel != h.channel || held_[i].reason != Reason::order) continue;
      held_[i].until_ms = now_.ms;
      add_timer(now_.ms, TimerKind::held, h.lead, i);
    }
  }
  h.until_ms = kNever;
  h.reason = Reason::none;
  h.blocks = false;
  held_.give_back(held);
  --held_count_;
}

/// Consent changed: what is held asks its gates at once. [S6.8]
void Core::ask_held_again(std::uint32_t lead) {
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    for (std::uint32_t k = enrolments_[i].held; k != kNone; k = held_[k].next) {
      const Gate gate = ask_consent(lead, held_[k].message, held_[k].channel);
      if (gate.kind == Gate::Kind::pass) continue;
      held_[k].until_ms = now_.ms;
      add_timer(now_.ms, TimerKind::held, lead, k);
    }
  }
}

}  // namespace nurture::engine
