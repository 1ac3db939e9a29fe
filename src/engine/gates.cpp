// Sending: one gate after another. S6 of the contracts. Every outcome has a reason; a held message is a record of its own
// that asks all gates again when its instant comes.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>

namespace nurture::engine {

/// `next` is what follows: as the node says, but who has nothing left to send may go on elsewhere.
inline Core::Flow Core::send(const Body& body, Id node, Id& next) {
  const compile::Node& n = program_->nodes[node];
  if (n.d <= static_cast<Id>(compile::SendKind::named)) {
    for (Id path = n.b; path < n.c; ++path) attempt(body, node, path, kNone);
  } else {
    next = attempt_one(body, node);
  }
  if (!body.timeline) return Flow::done;
  // `send` ends when the message is emitted or skipped. [S2.6]
  Enrolment& e = *body.e;
  if (!is_blocked(e)) return Flow::done;
  e.state = EnrolmentState::holding;
  e.node = next;
  e.due_ms = kNever;
  return Flow::suspended;
}

/// Whether the clock has reached what can change a condition and has not been heard: at the instant of an input, and in a gap.
inline bool Core::is_clock_due(const Enrolment& e) const {
  const Id wake = sequence_of(e).extra.wake;
  return (wake != kNone && static_cast<std::int64_t>(*extra(e, wake)) <= heard_until_ms()) || is_lead_clock_due(e.lead);
}

/// The same of what belongs to the lead: scores and entries.
inline bool Core::is_lead_clock_due(std::uint32_t lead) const {
  return program_->layout.wake != kNone && lead_wake_ms(lead) <= heard_until_ms();
}

/// Goals, exits and suppressions once more, after the same body or the clock changed something. [S2.4]
bool Core::still_wanted(std::uint32_t enrolment) {
  Change everything;
  everything.all = true;
  const std::uint32_t lead = enrolments_[enrolment].lead;
  // Scores first: an exit may ask for them. Their bodies run when all has been reacted to, as always.
  for (std::size_t i = 0; i < changed_fields_.size(); ++i) {
    if (changed_fields_[i].first == lead) settle_standing(lead, with_clock({nullptr, &changed_fields_[i].second, false, false}));
  }
  if (is_lead_clock_due(lead)) {
    settle_standing(lead, {nullptr, nullptr, false, true});
    if (scores_changed_ || !score_bodies_.empty()) rescored_ = lead;
  }
  Env env(*this, lead, enrolment);
  return !react_levels(enrolment, everything, env);
}

inline void Core::attempt(const Body& body, Id node, Id path, std::uint32_t held) {
  Gate gate;
  const bool is_digest = program_->send_paths[path].digest_days != 0;
  bool goes = (!is_digest || has_gathered(body, gate)) && passes(body, path, held, gate);
  // A reminder whose date has passed, after a gap or behind a long body, is of no use any more. [S6.6]
  if (goes || gate.kind == Gate::Kind::hold) {
    if (body.timeline && now_.ms >= anchor_deadline(*body.e, body.step)) {
      gate = {Gate::Kind::skip, Reason::expired, 0, "its anchor has passed"};
      goes = false;
    }
  }
  if (!goes && gate.kind == Gate::Kind::hold) return hold(body, node, path, held, gate);
  Effect effect = message_effect(body, node, path);
  if (goes && !program_->messages[effect.message].variants.empty()) effect.variant = choose_variant(effect);
  if (goes && !can_say(effect)) {
    gate = {Gate::Kind::skip, Reason::error, 0, "its text"};
    goes = false;
  }
  if (held != kNone) release_held(held);
  if (!goes) {
    log_message(body, DecisionKind::skipped, node, path, gate);
    if (gate.digest != kNone) gather(body, path, gate.digest);
  } else {
    take_caps(body, path);
    if (program_->send_paths[path].sent_word != kNone) remember_sent(body.row, path);
    if (is_digest) remember_gathered(body);
    emit(body, effect);
  }
  if (is_digest) forget_gathered(body.lead, body.e->sequence);
}

// ---------------------------------------------------------------- gates, in the order of S6.1

inline bool Core::passes(const Body& body, Id index, std::uint32_t held, Gate& gate) {
  const compile::SendPath& path = program_->send_paths[index];
  const bool has_suppressions = !path.suppressions.empty() || (body.e != nullptr && !body.sequence->suppressions.empty());
  if (has_suppressions && is_suppressed(body, path, gate)) return false;
  if (!path.holdouts.empty() && is_held_out(body.lead, path.holdouts, gate)) return false;
  if (const Id lacking = lacking_consent(body.row, path); lacking != kNone) {
    gate = {Gate::Kind::skip, Reason::consent, 0, program_->categories[lacking].name};
    return false;
  }
  if (!has_address(body, path.channel, gate)) return false;
  if (!path.guard_text.empty() && was_sent(body, index, held, gate)) return false;
  if (!breaker_lets(path.channel, gate)) return false;
  if (is_paused(body.lead, body.enrolment, path.channel)) {
    gate = {Gate::Kind::hold, Reason::paused, kNever, "paused"};
    return false;
  }
  if (rests(body.lead, path)) {
    gate = {Gate::Kind::hold, Reason::paused, static_cast<std::int64_t>(body.row[program_->layout.snooze]), "snoozed"};
    return false;
  }
  return (body.e == nullptr || policies_let(body, path, held, gate)) && rate_lets(path.channel, gate);
}

inline bool Core::policies_let(const Body& body, const compile::SendPath& path, std::uint32_t held, Gate& gate) {
  if (!path.transactional && !is_first(body, path.channel, held, gate)) return false;
  if (program_->holds_while && !is_let_go(body, path, gate)) return false;
  for (const Id policy : path.policies) {
    if (!is_open(program_->policies[policy], body, path.channel, gate)) return false;
  }
  for (const Id policy : path.policies) {
    if (!has_room(policy, body, path, gate)) return false;
  }
  return true;
}

/// The category whose consent is lacking, or kNone.
inline Id Core::lacking_consent(const Word* row, const compile::SendPath& path) {
  for (const compile::ConsentNeed& need : path.consents) {
    const Word state = (row[need.word] >> need.shift) & 3;
    if (((need.accepts >> state) & 1) == 0) return need.category;
  }
  return kNone;
}

/// Whether what is of a category may go out on a channel, as conditions ask; see Origin::consent. [S6.8]
bool Core::has_consent(std::uint32_t lead, std::uint32_t pair) const {
  const auto channels = static_cast<std::uint32_t>(program_->channels.size());
  for (Id id = pair / channels; id != kNone; id = program_->categories[id].under) {
    const compile::Category& category = program_->categories[id];
    if (category.transactional) continue;
    const Id index = program_->consent_pair(id, pair % channels);
    const Word state = rows_.at(lead)[program_->layout.consents + index / 32] >> (index % 32 * 2) & 3;
    if (((category.accepts >> state) & 1) == 0) return false;
  }
  return true;
}

/// `suppress when` of its sequence, of its category, and of those that this stands under. Who cannot be told to want it gets nothing.
bool Core::is_suppressed(const Body& body, const compile::SendPath& path, Gate& gate) {
  const auto keeps_back = [&](eval::Ref suppression, std::optional<bool> holds) {
    if (holds == false) return false;
    gate = {Gate::Kind::skip, holds ? Reason::suppressed : Reason::error, 0, program_->text(suppression)};
    return true;
  };
  if (body.e != nullptr && !body.sequence->is_triggers) {  // It ends the run when it is true; here it may be in error.
    for (const Condition& suppression : body.sequence->suppressions) {
      Env env(*this, body.lead, body.enrolment);
      if (keeps_back(suppression.code, answer(suppression.code, env))) return true;
    }
  }
  return std::any_of(path.suppressions.begin(), path.suppressions.end(),
                     [&](eval::Ref suppression) { return keeps_back(suppression, answer_for_lead(body, suppression)); });
}

inline bool Core::has_address(const Body& body, Id channel, Gate& gate) {
  const eval::Ref needs = program_->channels[channel].requirement;
  if (!needs) return true;
  Env env(*this, body.lead, body.enrolment);
  const eval::Value value = eval::run(program_->module, needs, env, arena_);
  const bool lacks = value.is_missing() || value.is_error() || (value.kind == eval::Kind::bool_ && !value.boolean);
  if (lacks) gate = {Gate::Kind::skip, Reason::no_address, 0, program_->text(needs)};
  return !lacks;
}

/// A later message of the channel never overtakes a held one. [S6.6]
inline bool Core::is_first(const Body& body, Id channel, std::uint32_t held, Gate& gate) const {
  for (std::uint32_t i = body.e->held; i != kNone && i != held; i = held_[i].next) {
    if (program_->send_paths[held_[i].path].channel != channel) continue;
    gate = {Gate::Kind::hold, Reason::order, held_[i].until_ms, program_->messages[program_->send_paths[held_[i].path].message].name};
    return false;
  }
  return true;
}

/// When quiet hours that hold now end; not after now when they do not hold. They last from an instant to an instant: where
/// the clock changes, each end is where S4.2 puts its wall time, whatever the clock shows in between.
inline std::int64_t Core::quiet_until(const compile::QuietHours& quiet, const time::Zone& zone) const {
  const LocalNow& local = local_now(zone);
  const bool wraps = quiet.from > quiet.to;
  const auto begins_on = [&](std::int32_t day) { return (quiet.days >> time::weekday(day) & 1) != 0; };
  if (local.steady) {
    const bool begun = local.second >= quiet.from;
    const bool ended = local.second >= quiet.to;
    const bool inside = wraps ? begun || !ended : begun && !ended;
    const std::int32_t first = wraps && !begun ? local.day - 1 : local.day;
    return inside && begins_on(first) ? instant_of(zone, first + (wraps ? 1 : 0), quiet.to) : now_.ms;
  }
  for (const std::int32_t day : {local.day - 1, local.day}) {
    const Instant begin = time::at(day, quiet.from, zone);
    const Instant end = time::at(day + (wraps ? 1 : 0), quiet.to, zone);
    if (begins_on(day) && begin <= now_ && now_ < end) return end.ms;
  }
  return now_.ms;
}

/// Quiet hours and allowed days, on the clock of the policy's zone. Half-open; may wrap midnight. [S6.4]
inline bool Core::is_open(const compile::Policy& policy, const Body& body, Id channel, Gate& gate) const {
  for (const compile::QuietHours& quiet : policy.quiet_hours) {
    if (quiet.channel != kNone && quiet.channel != channel) continue;
    const time::Zone& zone = zone_of(quiet.zone, body.row, *body.sequence);
    const std::int64_t until = quiet_until(quiet, zone);
    if (until <= now_.ms) continue;
    if (quiet.then == compile::HoldOrDrop::drop) {
      gate = {Gate::Kind::skip, Reason::quiet, 0, quiet.text};
      return false;
    }
    gate = {Gate::Kind::hold, Reason::quiet, until + spread(policy, body), quiet.text};
    return false;
  }
  const auto of = [&](Id which) {
    return std::find_if(policy.allows.begin(), policy.allows.end(), [&](const compile::Allow& allow) { return allow.channel == which; });
  };
  const auto own = policy.allows.empty() ? policy.allows.end() : of(channel);
  const auto found = own == policy.allows.end() ? of(kNone) : own;
  if (found != policy.allows.end()) {
    const compile::Allow& allow = *found;
    const time::Zone& zone = zone_of(policy.zone, body.row, *body.sequence);
    const LocalNow& local = local_now(zone);
    const auto allowed = [&](std::int32_t day) { return ((allow.days >> time::weekday(day)) & 1) != 0; };
    if (allowed(local.day)) return true;
    if (allow.then == compile::HoldOrDrop::drop) {
      gate = {Gate::Kind::skip, Reason::quiet, 0, "allowed days"};
      return false;
    }
    std::int32_t day = local.day + 1;
    while (!allowed(day)) ++day;
    // The same time of day on the next allowed day, so that nothing goes out at midnight.
    const std::int64_t below_second = ((now_.ms % 1000) + 1000) % 1000;
    gate = {Gate::Kind::hold, Reason::window, instant_of(zone, day, local.second) + below_second, "allowed days"};
    return false;
  }
  return true;
}

/// How long after the opening of its window this lead's turn comes: always the same. [S6.7]
std::int64_t Core::spread(const compile::Policy& policy, const Body& body) const {
  if (policy.spread_ms == 0) return 0;
  return bucket("spread/" + policy.name, lead_name(body.lead), static_cast<std::uint32_t>(policy.spread_ms));
}

/// When a send that took a slot no longer counts: on the calendar of the lead. [S6.5]
std::int64_t Core::slot_ends(const compile::Cap& cap, std::int64_t sent_ms, const time::Zone& zone) {
  if (cap.unit == compile::CapUnit::rolling) return time::add({sent_ms}, cap.per, zone).ms;
  const std::int32_t day = zone.to_local({sent_ms}).day();
  return time::at(cap.unit == compile::CapUnit::day ? day + 1 : day + 7 - time::weekday(day), 0, zone).ms;
}

/// Mostly a slot has long been free, and no calendar is needed to see it.
inline bool Core::is_surely_free(const compile::Cap& cap, Word word) const {
  const CapSlot slot(word);
  return slot.free() || now_.ms - slot.ms() >= cap.longest_ms;
}

inline bool Core::has_room(Id index, const Body& body, const compile::SendPath& path, Gate& gate) {
  const compile::Policy& policy = program_->policies[index];
  for (const compile::Cap& cap : policy.caps) {
    if (cap.channel != kNone && cap.channel != path.channel) continue;
    const Word* slots = body.row + cap.word;
    // What is transactional is waited for, and a digest is not told of in another. [S3.6]
    const bool joins = cap.digest != kNone && !path.transactional && path.digest_days == 0;
    const bool leaves = joins && is_leaving(body.lead, cap.digest);
    if (!leaves && std::any_of(slots, slots + cap.count, [&](Word word) { return is_surely_free(cap, word); })) continue;
    std::int64_t free_ms = kNever;
    bool just_taken = false;
    for (std::uint32_t i = 0; i < cap.count; ++i) {
      const std::int64_t sent_ms = CapSlot(slots[i]).ms();
      free_ms = std::min(free_ms, slot_ends(cap, sent_ms, zone_of({}, body.row, *body.sequence)));
      just_taken |= sent_ms == now_.ms;
    }
    // What was gathered while the cap held comes at its next day or week all the same. [S3.6]
    const bool own = path.digest_days != 0 && cap.digest == body.e->sequence;
    if ((!leaves && free_ms <= now_.ms) || (!own && cap.when && !answer_for_lead(body, cap.when).value_or(true))) continue;
    if (cap.then == compile::HoldOrDrop::drop) {
      gate = {Gate::Kind::skip, Reason::cap, 0, cap.text};
      return false;
    }
    if (joins) {
      gate = {Gate::Kind::skip, Reason::cap, 0, cap.text};
      if (!is_full(body.lead, cap.digest)) gate.reason = Reason::digested, gate.digest = cap.digest;
      return false;
    }
    // Taken at this very instant, by what acts first: it yields. [S6.5]
    gate = {Gate::Kind::hold, just_taken ? Reason::yield : Reason::cap, free_ms, cap.text};
    return false;
  }
  return true;
}

/// Of a condition about the lead; nothing where it is in error, which is logged.
std::optional<bool> Core::answer_for_lead(const Body& body, eval::Ref condition) {
  Env env(*this, body.lead, kNone);
  return answer(condition, env);
}

inline void Core::take_caps(const Body& body, Id index) {
  const compile::SendPath& path = program_->send_paths[index];
  const auto earlier = [](Word a, Word b) { return CapSlot(a).word < CapSlot(b).word; };
  for (const Id policy : path.policies) {
    for (const compile::Cap& cap : program_->policies[policy].caps) {
      if (cap.channel != kNone && cap.channel != path.channel) continue;
      Word* slots = body.row + cap.word;
      Word* place = std::min_element(slots, slots + cap.count, earlier);
      if (!is_surely_free(cap, *place)) {  // Where months clamp, another place can be free before the oldest.
        const auto ends = [&](Word word) { return slot_ends(cap, CapSlot(word).ms(), zone_of({}, body.row, *body.sequence)); };
        place = std::min_element(slots, slots + cap.count, [&](Word a, Word b) { return ends(a) < ends(b); });
      }
      *place = static_cast<Word>(CapSlot(now_.ms, index).word);
    }
  }
}

// ---------------------------------------------------------------- holding

/// A hold lasts at most so long. [S6.6]
std::int64_t Core::hold_deadline(const Body& body, Id path) const {
  const time::Zone& zone = body.e == nullptr ? lead_zone(body.lead) : zone_of({}, body.row, *body.sequence);
  return time::add(now_, program_->send_paths[path].hold_at_most, zone).ms;
}

/// The time of a hold does not run while a pause or its group keeps the message. [S11.1] [S3.4]
void Core::tend_hold(std::uint32_t held) {
  Held& h = held_[held];
  if (is_paused(h.lead, h.enrolment, program_->send_paths[h.path].channel)) {
    if (h.stopped_ms == 0) h.stopped_ms = now_.ms;
  } else if (h.stopped_ms != 0) {
    h.deadline_ms += now_.ms - h.stopped_ms;
    h.stopped_ms = 0;
  }
}

/// What stands before its anchor expires at the anchor; kNever for everything else. [S6.6]
inline std::int64_t Core::anchor_deadline(const Enrolment& e, std::uint16_t index) const {
  const compile::Sequence& sequence = sequence_of(e);
  if (index == kNoStep || sequence.anchors.empty()) return kNever;
  const compile::Step& step = sequence.steps[index];
  const bool before_anchor = step.anchor != kNone && (step.kind == compile::ScheduleKind::at ? step.offset_sign < 0 : step.day < 0);
  if (!before_anchor) return kNever;
  const AnchorWord anchor{extra(e, sequence.extra.anchors)[step.anchor]};
  return anchor.missing() ? kNever : anchor.instant_ms();
}

/// What is held for a step on this anchor asks again: its hold may now last longer, or is over. [S4.5]
void Core::anchor_moved(std::uint32_t enrolment, Id anchor) {
  for (std::uint32_t i = enrolments_[enrolment].held; i != kNone; i = held_[i].next) {
    const Held& h = held_[i];
    if (h.step == kNoStep || sequence_of(enrolments_[enrolment]).steps[h.step].anchor != anchor || h.reason == Reason::order) continue;
    ask_now(i);
  }
}

/// Of the run, or of the scores of the lead.
std::uint32_t Core::count_held(const Body& body) const {
  std::uint32_t count = 0;
  if (body.enrolment != kNone) {
    for (std::uint32_t i = enrolments_[body.enrolment].held; i != kNone; i = held_[i].next) ++count;
    return count;
  }
  for (auto own = held_of_scores_.lower_bound({body.lead, 0}); own != held_of_scores_.end() && own->first.first == body.lead; ++own)
    ++count;
  return count;
}

void Core::hold(const Body& body, Id node, Id path, std::uint32_t held, const Gate& gate) {
  const std::int64_t deadline = held == kNone ? hold_deadline(body, path) : held_[held].deadline_ms;
  // In a pause, and while its run stands still, a message stays held, and its time does not run. A date does not wait for a pause.
  const bool stopped = is_paused(body.lead, body.enrolment, program_->send_paths[path].channel);
  const bool frozen = body.e != nullptr && is_frozen(*body.e);
  const std::int64_t last = std::min(stopped ? kNever : deadline, body.timeline && !frozen ? anchor_deadline(*body.e, body.step) : kNever);
  if (now_.ms >= last || (held == kNone && count_held(body) >= limits::kHeldPerEnrolment)) {
    if (held != kNone) release_held(held);
    log_message(body, DecisionKind::skipped, node, path, {Gate::Kind::skip, Reason::expired, 0, gate.rule});
    if (program_->send_paths[path].digest_days != 0) forget_gathered(body.lead, body.e->sequence);
    return;
  }
  std::uint32_t index = held;
  if (held == kNone) {
    index = held_.take();
    Held& h = held_[index];
    h.lead = body.lead;
    h.enrolment = body.enrolment;
    h.node = node;
    h.path = path;
    h.score = body.score;
    h.visit = body.visit;
    h.step = body.step;
    h.began_ms = now_.ms;
    h.deadline_ms = deadline;
    h.stopped_ms = stopped ? now_.ms : 0;
    h.serial = ++held_serial_;
    h.blocks = body.timeline;
    // The enrolment's own trigger is that of its waits.
    const std::vector<Id>& asked = program_->send_paths[path].trigger_fields;
    if (body.trigger != nullptr && !asked.empty()) {
      h.trigger = held_triggers_.take();
      keep_event(held_triggers_.at(h.trigger), *body.trigger, asked);
    }
    if (body.enrolment != kNone) {
      std::uint32_t* place = &enrolments_[body.enrolment].held;
      while (*place != kNone) place = &held_[*place].next;
      *place = index;
    } else {
      held_of_scores_.emplace(std::pair(h.lead, h.serial), index);
    }
    ++held_count_;
  }
  Held& h = held_[index];
  leave_queue(h);
  h.reason = gate.reason;
  if (h.reason == Reason::rate) ++channels_[program_->send_paths[path].channel].waiting;
  // A pause has no end of its own, but a hold has. One held for order is asked again when its predecessor goes.
  h.until_ms = gate.reason == Reason::order ? last : std::min(gate.until_ms, last);
  if (h.until_ms != kNever) add_timer(h.until_ms, TimerKind::held, body.lead, index);
  Gate shown = gate;
  shown.until_ms = std::min(gate.until_ms, last);
  log_message(body, DecisionKind::held, node, path, shown);
}

std::uint32_t Core::first_due(std::uint32_t held) const {
  const Held& h = held_[held];
  if (h.enrolment == kNone) {
    std::uint32_t first = held;
    for (auto i = held_of_scores_.lower_bound({h.lead, 0}); i != held_of_scores_.end() && i->first.first == h.lead; ++i) {
      if (held_[i->second].until_ms == h.until_ms && held_[i->second].serial < held_[first].serial) first = i->second;
    }
    return first;
  }
  std::uint32_t first = enrolments_[h.enrolment].held;
  while (held_[first].until_ms != h.until_ms) first = held_[first].next;
  return first;
}

void Core::retry_held(std::uint32_t held) {
  tend_hold(held);
  leave_queue(held_[held]);
  if (held_[held].reason == Reason::rate) held_[held].reason = Reason::none;
  const Held h = held_[held];
  Body body = held_body(h);
  // A copy: the block is given back before the message is rendered.
  std::vector<Word> trigger;
  if (body.held_trigger != nullptr) {
    trigger.assign(body.held_trigger, body.held_trigger + held_triggers_.words());
    body.held_trigger = trigger.data();
  }
  const bool frozen = body.e != nullptr && is_frozen(*body.e);
  const std::int64_t anchor = body.timeline && !frozen ? anchor_deadline(*body.e, h.step) : kNever;
  if (now_.ms >= std::min(h.stopped_ms == 0 ? h.deadline_ms : kNever, anchor)) {
    release_held(held);
    log_message(body, DecisionKind::skipped, h.node, h.path, {Gate::Kind::skip, Reason::expired, 0, "held for too long"});
    if (program_->send_paths[h.path].digest_days != 0) forget_gathered(h.lead, body.e->sequence);
  } else {
    attempt(body, h.node, h.path, held);
  }
  if (held_[held].reason == Reason::none || held_[held].serial != h.serial) older_keys_.erase(h.serial);
  if (h.enrolment == kNone || !live(h.enrolment)) return;
  Enrolment& e = enrolments_[h.enrolment];
  if (is_frozen(e) || is_blocked(e)) return;
  if (e.state == EnrolmentState::holding) return resume(h.enrolment, e.node);
  // The last held message of a handler may have been all that kept the enrolment.
  if (e.state == EnrolmentState::planned && e.due_ms == kNever) plan(h.enrolment);
}

/// Its gates are asked again at this instant.
void Core::ask_now(std::uint32_t held) {
  held_[held].until_ms = now_.ms;
  add_timer(now_.ms, TimerKind::held, held_[held].lead, held);
}

Core::Body Core::held_body(const Held& h) {
  Body body = body_of(h.lead, h.enrolment, h.step != kNoStep, h.step, h.visit);
  body.score = h.score;
  body.held = h.serial;
  if (h.trigger != kNone) body.held_trigger = held_triggers_.at(h.trigger);
  return body;
}

void Core::release_held(std::uint32_t held) {
  Held& h = held_[held];
  leave_queue(h);
  if (h.trigger != kNone) held_triggers_.give_back(h.trigger);
  if (h.enrolment != kNone) {
    std::uint32_t* place = &enrolments_[h.enrolment].held;
    while (*place != held) place = &held_[*place].next;
    *place = h.next;
    for (std::uint32_t i = h.next; i != kNone; i = held_[i].next) {
      const bool same_channel = program_->send_paths[held_[i].path].channel == program_->send_paths[h.path].channel;
      if (same_channel && held_[i].reason == Reason::order) ask_now(i);
    }
  } else {
    held_of_scores_.erase({h.lead, h.serial});
  }
  h.until_ms = kNever;
  h.reason = Reason::none;
  h.blocks = false;
  held_.give_back(held);
  --held_count_;
}

/// Consent changed: what is held asks its gates at once. [S6.8]
void Core::ask_held_again(std::uint32_t lead) {
  each_held(lead, [&](std::uint32_t held) {
    if (lacking_consent(rows_.at(lead), program_->send_paths[held_[held].path]) != kNone) ask_now(held);
  });
}

/// A cap has a free slot again: what is held by caps and would pass now asks at once. [S6.5]
void Core::ask_capped_again(std::uint32_t lead) {
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    for (std::uint32_t k = enrolments_[i].held; k != kNone; k = held_[k].next) {
      const Held& h = held_[k];
      if (h.reason != Reason::cap && h.reason != Reason::yield) continue;
      Gate gate;
      const bool goes = passes(held_body(h), h.path, k, gate);
      if (goes || gate.kind != Gate::Kind::hold) ask_now(k);
    }
  }
}

}  // namespace nurture::engine
