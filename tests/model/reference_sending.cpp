// Sending: one gate after another, and holding. S6 of the contracts.
#include "engine/hash.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"

#include <nurture/limits.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace reference {

using nurture::DecisionKind;
namespace time = nurture::time;
namespace limits = nurture::limits;

Reference::Path Reference::path_to(const std::string& message, const std::string& channel) const {
  const model::Message& found = model_->messages[model_->find_message(message)];
  return {&found, &model_->categories[model_->find_category(found.content.category)], channel};
}

Reference::Body Reference::body_of(Lead& lead, Enrolment* e, const Held& held) const {
  return {&lead, e, held.timeline, held.step, held.visit, held.trigger, held.score, {}, held.key};
}

Reference::Flow Reference::send(const Body& body, const ast::Action& action, Places& places) {
  if (chooses(action)) {
    if (!attempt_one(body, action)) run_out(body, action, places);
  } else {
    for (const Path& path : paths(action)) attempt(body, action, path, nullptr);
  }
  if (!body.timeline) return Flow::done;
  // `send` ends when the message is out or skipped. [S2.6]
  Enrolment& e = *body.e;
  if (std::none_of(e.held.begin(), e.held.end(), [](const Held& held) { return held.timeline; })) return Flow::done;
  e.state = Enrolment::State::holding;
  e.places = places;
  e.due = Instant::max();
  return Flow::suspended;
}

void Reference::attempt(const Body& body, const ast::Action& action, const Path& path, const Held* held) {
  Gate gate;
  const Digest* digest = digest_of(body.e);
  if (digest == nullptr || has_gathered(body, *digest, gate)) gate = ask_gates(body, action, path, held);
  // What stands before an anchor is of no use behind it. [S6.6]
  const std::optional<Instant> anchor = body.timeline ? anchor_deadline(*body.e, body.step) : std::nullopt;
  if (gate.kind != Gate::Kind::skip && anchor && now_ >= *anchor) {
    gate = {Gate::Kind::skip, Reason::expired, Instant::max(), "its anchor has passed"};
  }
  if (gate.kind == Gate::Kind::hold) return hold(body, action, path, held, gate);
  if (held != nullptr) release(*body.lead, body.e, held->serial);
  if (gate.kind == Gate::Kind::skip) {
    write_message(body, nurture::DecisionKind::skipped, action, path, gate);
    if (gate.digest != nullptr) gather(body, action, path, *gate.digest);
  } else {
    emit(body, action, path);
  }
  if (digest != nullptr) body.lead->gathered[digest->cap].clear();
}

// ---------------------------------------------------------------- gates, in the order of S6.1

/// A category and those that it stands under.
std::vector<const model::Category*> Reference::above(const model::Category& category) const {
  std::vector<const model::Category*> all{&category};
  while (all.back()->under != model::kNone) all.push_back(&model_->categories[all.back()->under]);
  return all;
}

bool Reference::is_exempt(const ast::Policy& policy, const model::Category& category) const {
  for (const ast::Exempt& item : policy.exempts) {
    for (const ast::Name& name : item.categories) {
      if (name.text == "transactional" && category.transactional) return true;
      for (const model::Category* one : above(category)) {
        if (name.text == one->name) return true;
      }
    }
  }
  return false;
}

/// Those that hold for a message of this run.
std::vector<const ast::Policy*> Reference::policies(const Body& body, const Path& path) const {
  std::vector<const ast::Policy*> all;
  if (body.e == nullptr) return all;
  for (const model::Id id : model_->policies_of(*sequence(*body.e).node)) {
    const ast::Policy* policy = model_->policies[id].node;
    if (!is_exempt(*policy, *path.category)) all.push_back(policy);
  }
  return all;
}

/// The first category, from its own upwards, for which consent is lacking. [S6.8]
std::optional<std::string> Reference::lacking_consent(const Lead& lead, const std::string& name, const std::string& channel) const {
  for (const model::Category* category : above(model_->categories[model_->find_category(name)])) {
    if (category->transactional) continue;
    const auto given = lead.consents.find({category->name, channel});
    const int state = given == lead.consents.end() ? 0 : given->second;
    const bool enough = state == 2 || (state == 1 && !category->double_opt_in) || (state == 0 && category->implied);
    if (!enough) return category->name;
  }
  return std::nullopt;
}

bool Reference::has_address(const Body& body, const Path& path, Gate& gate) {
  const model::Channel& channel = model_->channels[model_->find_channel(path.channel)];
  if (channel.node == nullptr || channel.node->requirements.empty()) return true;
  World world(*this, *body.lead, body.e);
  const Value value = naive::evaluate(channel.node->requirements.front().value, world);
  const bool refuses = value.kind == Value::Kind::truth && !value.truth;
  if (!refuses && value.kind != Value::Kind::missing && value.kind != Value::Kind::error) return true;
  gate = {Gate::Kind::skip, Reason::no_address, Instant::max(), words_of(channel.node->requirements.front().value)};
  return false;
}

/// What the lead is: suppressed, held out, without consent, without an address, sent it lately.
bool Reference::ask_lead(const Body& body, const ast::Action& action, const Path& path, const Held* held, Gate& gate) {
  std::vector<const ast::Expr*> suppressions;
  if (body.e != nullptr) {
    for (const ast::Suppress& item : sequence(*body.e).node->suppressions) suppressions.push_back(&item.when);
  }
  const std::size_t own = body.e == nullptr || sequence(*body.e).is_triggers ? 0 : suppressions.size();  // Asked of the run.
  for (const model::Category* category : above(*path.category)) {
    if (category->node != nullptr && category->node->suppress) suppressions.push_back(&*category->node->suppress);
  }
  for (std::size_t i = 0; i < suppressions.size(); ++i) {
    const ast::Expr* suppression = suppressions[i];
    const std::optional<bool> unwanted = answer(*body.lead, i < own ? body.e : nullptr, *suppression, {});
    if (unwanted == false) continue;
    gate = {Gate::Kind::skip, unwanted ? Reason::suppressed : Reason::error, Instant::max(), words_of(*suppression)};
    return false;
  }
  if (is_held_out(body, path, gate)) return false;
  if (const auto lacking = lacking_consent(*body.lead, path)) {
    gate = {Gate::Kind::skip, Reason::consent, Instant::max(), *lacking};
    return false;
  }
  return has_address(body, path, gate) && !was_sent(body, action, path, held, gate);
}

bool Reference::ask_pauses(const Body& body, const Path& path, Gate& gate) const {
  if (is_paused(*body.lead, body.e, path.channel)) {
    gate = {Gate::Kind::hold, Reason::paused, Instant::max(), "paused"};
    return false;
  }
  const std::optional<Instant>& snooze = body.lead->snooze;
  if (path.category->transactional || !snooze || *snooze <= now_) return true;
  gate = {Gate::Kind::hold, Reason::paused, *snooze, "snoozed"};
  return false;
}

Reference::Gate Reference::ask_gates(const Body& body, const ast::Action& action, const Path& path, const Held* held) {
  Gate gate;
  if (!ask_lead(body, action, path, held, gate) || !ask_breaker(path, gate) || !ask_pauses(body, path, gate)) return gate;
  if (body.e != nullptr && !ask_policies(body, path, held, gate)) return gate;
  if (!ask_rate(path, held, gate)) return gate;
  return {};
}

bool Reference::ask_policies(const Body& body, const Path& path, const Held* held, Gate& gate) {
  // A later message of the channel never overtakes a held one. [S6.6]
  for (const Held& earlier : body.e->held) {
    if (path.category->transactional || (held != nullptr && earlier.serial == held->serial)) break;
    if (earlier.channel != path.channel) continue;
    const Instant until = earlier.until < now_ ? std::max(earlier.until, gap_until_) : earlier.until;  // In a gap: at its end.
    gate = {Gate::Kind::hold, Reason::order, until, earlier.message};
    return false;
  }
  if (hold_while(body, path, gate)) return false;
  for (const ast::Policy* policy : policies(body, path)) {
    if (!ask_policy_hours(body, *policy, path.channel, gate)) return false;
  }
  for (const ast::Policy* policy : policies(body, path)) {
    if (!ask_policy_caps(body, *policy, path, gate)) return false;
  }
  return true;
}

/// Half-open, from an instant to an instant: the wall times of yesterday's and today's beginning and their ends. [S6.4]
bool Reference::ask_policy_hours(const Body& body, const ast::Policy& policy, const std::string& channel, Gate& gate) const {
  const auto is_one_of = [](std::int32_t day, const ast::Weekdays& days) {
    const std::int32_t weekday = time::weekday(day);
    return days.first_day <= days.last_day ? weekday >= days.first_day && weekday <= days.last_day
                                           : weekday >= days.first_day || weekday <= days.last_day;
  };
  const model::Sequence* s = &sequence(*body.e);
  const ast::Zone* own = policy.zones.empty() ? nullptr : &policy.zones.front().zone;
  for (const ast::QuietHours& hours : policy.quiet_hours) {
    if (hours.channel && hours.channel->text != channel) continue;
    const time::Zone& zone = zone_of(hours.zone ? &*hours.zone : own, *body.lead, s);
    const std::int32_t today = zone.to_local(now_).day();
    for (const std::int32_t day : {today - 1, today}) {
      const bool wraps = hours.from.minutes > hours.to.minutes;
      const Instant begin = time::at(day, hours.from.minutes * 60, zone);
      const Instant end = time::at(wraps ? day + 1 : day, hours.to.minutes * 60, zone);
      if (now_ < begin || now_ >= end || (hours.days && !is_one_of(day, *hours.days))) continue;
      const auto clock = [](const ast::TimeOfDay& t) { return fmt::format("{:02}:{:02}", t.minutes / 60, t.minutes % 60); };
      const bool drop = hours.then == ast::HoldOrDrop::drop;
      std::int64_t later_ms = 0;  // Each lead has an instant of its own behind the opening. [S6.7]
      if (!policy.spreads.empty()) {
        const auto within_ms = static_cast<std::uint32_t>(naive::period_of(policy.spreads.front().length.text).ms);
        later_ms = nurture::engine::bucket("spread/" + policy.name.text, body.lead->name, within_ms);
      }
      gate = {drop ? Gate::Kind::skip : Gate::Kind::hold, Reason::quiet, drop ? Instant::max() : Instant{end.ms + later_ms},
              "quiet hours " + clock(hours.from) + ".." + clock(hours.to)};
      return false;
    }
  }
  std::vector<const ast::Allow*> own_days;
  for (const ast::Allow& allow : policy.allows) {
    if (!allow.channel || allow.channel->text == channel) own_days.push_back(&allow);
  }
  if (own_days.empty()) return true;
  const time::Zone& zone = zone_of(own, *body.lead, s);
  const auto allowed = [&](std::int32_t day) {
    return std::any_of(own_days.begin(), own_days.end(), [&](const ast::Allow* allow) { return is_one_of(day, allow->days); });
  };
  const time::Local local = zone.to_local(now_);
  std::int32_t day = local.day();
  if (allowed(day)) return true;
  while (!allowed(day)) ++day;
  // The first line for the channel says what becomes of its messages, else the first for all.
  const auto decides = std::find_if(own_days.begin(), own_days.end(), [](const ast::Allow* allow) { return allow->channel.has_value(); });
  const bool drop = (decides == own_days.end() ? own_days.front() : *decides)->otherwise == ast::HoldOrDrop::drop;
  // At the same time of day, not at midnight.
  const Instant at{time::at(day, local.second_of_day(), zone).ms + (now_.ms % 1000 + 1000) % 1000};
  gate = {drop ? Gate::Kind::skip : Gate::Kind::hold, drop ? Reason::quiet : Reason::window, drop ? Instant::max() : at, "allowed days"};
  return false;
}

/// When a message no longer counts: after the cap's length, or when its civil day or week ends. [S6.5]
Instant Reference::leaves_cap(const ast::Cap& cap, Instant sent, const time::Zone& zone) {
  if (cap.unit == ast::Cap::Unit::rolling) return time::add(sent, naive::period_of(cap.per.text), zone);
  std::int32_t day = zone.to_local(sent).day();
  do ++day;
  while (cap.unit == ast::Cap::Unit::week && time::weekday(day) != 0);
  return time::at(day, 0, zone);
}

/// Who takes a place while none is free takes over the one that comes free first. [S6.5]
void Reference::take_place(Lead& lead, const ast::Cap& cap, Sent& sent, const time::Zone& zone) {
  const auto leaves = [&](const Sent& one) { return leaves_cap(cap, one.at, zone); };
  std::vector<Sent*> taken;
  for (Sent& one : lead.sent) {
    if (one.counts.contains(&cap) && leaves(one) > now_) taken.push_back(&one);
  }
  if (taken.size() >= static_cast<std::size_t>(cap.count.value)) {
    Sent& first = **std::min_element(taken.begin(), taken.end(), [&](const Sent* a, const Sent* b) { return leaves(*a) < leaves(*b); });
    if (sent.at < first.at) return;  // It occurred long ago.
    first.counts.erase(&cap);
  }
  sent.counts.insert(&cap);
}

bool Reference::ask_policy_caps(const Body& body, const ast::Policy& policy, const Path& path, Gate& gate) {
  for (const ast::Cap& cap : policy.caps) {
    if (cap.channel && cap.channel->text != path.channel) continue;
    const time::Zone& zone = zone_of(nullptr, *body.lead, &sequence(*body.e));
    std::vector<Instant> counting;
    bool yields = false;
    for (const Sent& sent : body.lead->sent) {
      const Instant leaves = leaves_cap(cap, sent.at, zone);
      if (!sent.counts.contains(&cap) || leaves <= now_) continue;
      counting.push_back(leaves);
      yields = yields || sent.at == now_;  // Taken at this very instant.
    }
    const auto places = static_cast<std::size_t>(cap.count.value);
    // What was gathered while the cap held still comes at its next day or week.
    const Digest* digest = digest_of(body.e);
    const bool own = digest != nullptr && digest->cap == &cap;
    const bool joins = cap.digest && digest == nullptr && !path.category->transactional;
    const bool leaves = joins && is_leaving(*body.lead, cap);
    if ((!leaves && counting.size() < places) || (!own && cap.when && !answer(*body.lead, nullptr, *cap.when, {}).value_or(true))) continue;
    const Instant free = counting.empty() ? now_ : *std::min_element(counting.begin(), counting.end());
    const std::string rule = fmt::format("cap {} of {}", cap.count.value, policy.name.text);
    if (joins) {
      const bool full = is_full(*body.lead, cap);
      gate = {Gate::Kind::skip, full ? Reason::cap : Reason::digested, Instant::max(), rule, full ? nullptr : &cap};
    } else if (cap.then == ast::HoldOrDrop::drop)
      gate = {Gate::Kind::skip, Reason::cap, Instant::max(), rule};
    else
      gate = {Gate::Kind::hold, yields ? Reason::yield : Reason::cap, free, rule};
    return false;
  }
  return true;
}

// ---------------------------------------------------------------- emitting

/// What a send hands over, worked out when the message goes out.
std::map<std::string, Value> Reference::arguments(const Body& body, const model::Message& message, const ast::Send& send) {
  std::map<std::string, Value> all;
  for (const model::Field& parameter : message.parameters) {
    all[parameter.name] = literal(parameter);
    for (const ast::Argument& argument : send.arguments) {
      if (argument.name.text != parameter.name) continue;
      const Occurrence* trigger = body.trigger ? &*body.trigger : nullptr;
      World world(*this, *body.lead, body.e, trigger, trigger);
      all[parameter.name] = naive::evaluate(argument.value, world);
    }
  }
  return all;
}

/// The one that the send names; else by conditions, in the order written; else by shares, or what is left.
std::string Reference::choose_variant(const Body& body, const model::Message& message, const ast::Send* send) {
  if (send != nullptr && send->variant) return send->variant->text;
  const std::map<std::string, Value> parameters = arguments(body, message, send != nullptr ? *send : ast::Send{});
  std::int64_t total = 0;
  for (const model::Variant& variant : message.variants) {
    if (variant.when == nullptr) {
      total += variant.percent;
      continue;
    }
    const Occurrence* trigger = body.trigger ? &*body.trigger : nullptr;
    World world(*this, *body.lead, body.e, trigger, trigger);
    world.parameters = &parameters;
    const Value value = naive::evaluate(*variant.when, world);
    if (value.kind == Value::Kind::error) write_error(*body.lead, body.e, value, words_of(*variant.when));
    if (value.kind == Value::Kind::truth && value.truth) return variant.name;
  }
  for (const model::Variant& variant : message.variants) {
    if (total == 0 && variant.otherwise) return variant.name;
  }
  if (total == 0) return {};
  std::int64_t place = nurture::engine::bucket("message/" + message.name, body.lead->name, static_cast<std::uint32_t>(total));
  for (const model::Variant& variant : message.variants) {
    if (variant.when != nullptr) continue;
    if (place < variant.percent) return variant.name;
    place -= variant.percent;
  }
  return {};
}

void Reference::note_sent(Lead& lead, const Sent& sent) const {
  constexpr std::size_t kRemembered = 2;
  if (!asked_messages_.contains(sent.message)) return;
  std::vector<Sent>& last = lead.last_sends[sent.message];
  last.insert(last.begin(), sent);
  if (last.size() > kRemembered) last.pop_back();
  if (last.size() == kRemembered) lead.passed.erase(sent.message);  // Remembered like a send.
}

void Reference::emit(const Body& body, const ast::Action& action, const Path& path) {
  Lead& lead = *body.lead;
  Sent sent{now_, path.message->name, path.channel, {}, &action};
  const time::Zone& zone = body.e == nullptr ? lead_zone(lead) : zone_of(nullptr, lead, &sequence(*body.e));
  for (const ast::Policy* policy : policies(body, path)) {
    for (const ast::Cap& cap : policy->caps) {
      if (!cap.channel || cap.channel->text == path.channel) take_place(lead, cap, sent, zone);
    }
  }
  lead.sent.push_back(sent);
  note_sent(lead, sent);
  if (const Digest* digest = digest_of(body.e); digest != nullptr) {  // What it tells of was sent.
    for (const Gathered& one : lead.gathered[digest->cap]) note_sent(lead, {now_, one.message, one.channel, {}, one.action});
  }
  const std::string variant = choose_variant(body, *path.message, std::get_if<ast::Send>(&action.what));
  nurture::Decision d = row(lead, body.e, DecisionKind::sent);
  if (!body.timeline) d.step = {};
  if (body.due && *body.due < now_) d.planned = *body.due;
  d.message = path.message->name;
  d.channel = path.channel;
  d.variant = variant;
  const nurture::Key effect_key = key(body, action, path.channel);
  d.key = &effect_key;
  write(&lead, d);
  take_channel(path);
  tell_message(body, "message.sent", action, path, Reason::none);
  deliver(body, action, path);
}

// ---------------------------------------------------------------- holding

/// What stands before its anchor expires at the anchor. [S6.6]
std::optional<Instant> Reference::anchor_deadline(const Enrolment& e, int index) const {
  if (index < 0) return std::nullopt;
  const model::Step& step = sequence(e).steps[static_cast<std::size_t>(index)];
  const ast::Offset& offset = step.node->offset;
  const bool before = offset.kind == ast::Offset::Kind::at ? offset.duration.text.starts_with("-") : offset.day < 0;
  if (step.anchor == model::kNone || !before) return std::nullopt;
  return e.anchors[step.anchor].at;
}

/// The shortest of what its policies say, else three days. [S6.6]
Instant Reference::hold_deadline(const Body& body, const Path& path) const {
  const time::Zone& zone = body.e == nullptr ? lead_zone(*body.lead) : zone_of(nullptr, *body.lead, &sequence(*body.e));
  // A digest waits for its day or week first.
  const Digest* digest = digest_of(body.e);
  const std::int32_t more = digest == nullptr ? 0 : digest->cap->unit == ast::Cap::Unit::day ? 1 : 7;
  std::optional<Instant> first;
  for (const ast::Policy* policy : policies(body, path)) {
    if (policy->hold_limits.empty()) continue;
    time::Period length = naive::period_of(policy->hold_limits.front().length.text);
    length.days += more;
    const Instant end = time::add(now_, length, zone);
    first = first ? std::min(*first, end) : end;
  }
  return first ? *first : time::add(now_, {0, static_cast<std::int32_t>(limits::kHoldDays) + more, 0}, zone);
}

void Reference::hold(const Body& body, const ast::Action& action, const Path& path, const Held* held, const Gate& gate) {
  Lead& lead = *body.lead;
  const Instant deadline = held != nullptr ? held->deadline : hold_deadline(body, path);
  // In a pause, and while its run stands still, a message stays held, and its time does not run. [S3.4] [S11.1]
  const bool stopped = is_paused(lead, body.e, path.channel);
  const bool frozen = body.e != nullptr && body.e->frozen;
  std::optional<Instant> anchor;
  if (body.timeline && !frozen) anchor = anchor_deadline(*body.e, body.step);
  const Instant last = std::min(stopped ? Instant::max() : deadline, anchor.value_or(Instant::max()));
  std::vector<Held>& all = held_of(lead, body.e);
  if (now_ >= last || (held == nullptr && body.e != nullptr && all.size() >= limits::kHeldPerEnrolment)) {
    if (held != nullptr) release(lead, body.e, held->serial);
    write_message(body, DecisionKind::skipped, action, path, {Gate::Kind::skip, Reason::expired, Instant::max(), gate.rule});
    if (const Digest* digest = digest_of(body.e)) lead.gathered[digest->cap].clear();
    return;
  }
  const std::uint64_t serial = held != nullptr ? held->serial : ++serial_;
  if (held == nullptr) {
    all.push_back({serial, &action, path.message->name, path.channel, body.step, body.timeline, body.visit, body.trigger, body.score,
                   Reason::none, Instant::max(), now_, deadline, stopped ? std::optional(now_) : std::nullopt});
  }
  Gate shown = gate;
  shown.until = std::min(gate.until, last);
  for (Held& one : all) {
    if (one.serial != serial) continue;
    one.reason = gate.reason;
    // One held for order is asked again when its predecessor goes.
    one.until = gate.reason == Reason::order ? last : shown.until;
  }
  write_message(body, DecisionKind::held, action, path, shown);
}

/// The time of a hold does not run while a pause or its group keeps the message.
void Reference::tend_hold(const Lead& lead, const Enrolment* e, Held& held) const {
  const bool paused = is_paused(lead, e, held.channel);
  if (paused && !held.stopped) held.stopped = now_;
  if (paused || !held.stopped) return;
  held.deadline.ms += now_.ms - held.stopped->ms;
  held.stopped.reset();
}

void Reference::tend_holds(Lead& lead) const {
  for (Held& held : lead.held) tend_hold(lead, nullptr, held);
  for (Enrolment& e : lead.enrolments) {
    for (Held& held : e.held) tend_hold(lead, &e, held);
  }
}

void Reference::retry_held(Lead& lead, Enrolment* e, std::uint64_t serial) {
  Held held;
  for (Held& one : held_of(lead, e)) {
    if (one.serial != serial) continue;
    tend_hold(lead, e, one);
    held = one;
  }
  const Body body = body_of(lead, e, held);
  std::optional<Instant> anchor;
  if (held.timeline && !e->frozen) anchor = anchor_deadline(*e, held.step);
  if ((!held.stopped && now_ >= held.deadline) || (anchor && now_ >= *anchor)) {
    release(lead, e, serial);
    write_message(body, DecisionKind::skipped, *held.action, path_of(held),
                  {Gate::Kind::skip, Reason::expired, Instant::max(), "held for too long"});
    if (const Digest* digest = digest_of(e)) lead.gathered[digest->cap].clear();
  } else {
    attempt(body, *held.action, path_of(held), &held);
  }
  if (e == nullptr || !e->live() || e->frozen) return;
  if (std::any_of(e->held.begin(), e->held.end(), [](const Held& one) { return one.timeline; })) return;
  if (e->state == Enrolment::State::holding) return resume(lead, *e, e->places);
  if (e->state == Enrolment::State::planned && e->due == Instant::max()) plan(lead, *e);
}

/// Those behind it on its channel move up.
void Reference::release(Lead& lead, Enrolment* e, std::uint64_t serial) {
  std::vector<Held>& all = held_of(lead, e);
  const auto gone = std::find_if(all.begin(), all.end(), [&](const Held& held) { return held.serial == serial; });
  const std::string channel = gone->channel;
  for (auto next = all.erase(gone); next != all.end(); ++next) {
    if (next->channel == channel && next->reason == Reason::order) next->until = now_;
  }
}

}  // namespace reference
