// Time and inputs of the reference engine: S1 and S2 of the contracts. At each instant first the inputs, one by one in the
// order posted; then, for each lead by itself, what the clock changes, waits that end, held messages and steps.
#include "model/reference.hpp"

#include "model/naive_time.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <tuple>

namespace reference {

using nurture::DecisionKind;
namespace time = nurture::time;
namespace limits = nurture::limits;

Reference::Reference(const model::Model& model, const nurture::Program& program) : model_(&model), sink_(model) {
  take(model, program);
  collect_digests(program);
  rank();
  collect_starts();
  collect_experiments();
  for (std::size_t s = 0; s < model_->scores.size(); ++s) order_scores(static_cast<int>(s));
}

void Reference::post(Input input) {
  const Instant at = std::max(input.at, now_);
  inputs_.emplace(at, std::move(input));
}

void Reference::run_to(Instant until) {
  while (true) {
    const Instant input_at = inputs_.empty() ? Instant::max() : std::max(inputs_.begin()->first, now_);
    Lead* first = nullptr;
    Due due;
    for (auto& [name, lead] : leads_) {
      const Due candidate = next_due(lead);
      const bool sooner = candidate.at < due.at || (first != nullptr && candidate.at == due.at && lead.known < first->known);
      if (sooner) due = candidate, first = &lead;
    }
    const Instant start_at = std::max(next_start(), now_);
    const Instant first_at = std::min({input_at, start_at, due.at});
    const Instant retry_at = next_retry();
    const Instant look_at = next_look();
    if (std::min({first_at, retry_at, look_at}) > until) break;
    if (retry_at < first_at && retry_at <= look_at) {  // Behind all else of its instant.
      now_ = retry_at;
      try_again();
      continue;
    }
    if (look_at < first_at) {  // When all of its instant is done. [S9.2]
      now_ = look_at;
      look();
      continue;
    }
    if (start_at < input_at && start_at <= due.at) {
      now_ = start_at;
      start_dated();
    } else if (input_at <= due.at) {  // [S2.3]
      now_ = input_at;
      const Input input = std::move(inputs_.begin()->second);
      inputs_.erase(inputs_.begin());
      apply(input);
      if (Lead* lead = find(input.lead)) drain(*lead), lead->moments_known = false;
    } else {
      now_ = due.at;
      const std::size_t rows = log_.size();
      const std::string name = first->name;
      fire(*first, due);
      Lead* lead = find(name);  // It may be forgotten.
      if (lead == nullptr) continue;
      drain(*lead);
      // The clock alone changes what it may change next only when it changed something.
      lead->moments_known = lead->moments_known && due.kind == 0 && due.rank == 0 && log_.size() == rows;
    }
  }
  now_ = std::max(now_, until);
}

// ---------------------------------------------------------------- what is due

namespace {
constexpr std::size_t kForgets = 1;
}

Reference::Due Reference::next_due(Lead& lead) {
  Due first;
  const auto consider = [&](Due due) {
    // What fell due while time passed without the engine runs at its end. [S1.7]
    due.at = std::max({due.at, now_, due.at < gap_until_ ? gap_until_ : Instant::min()});
    if (due.order() < first.order()) first = due;
  };
  // Behind the clock; and who is set aside is forgotten like anybody else.
  if (const Instant at = next_forgetting(lead); at != Instant::max()) consider({at, 0, kForgets, 0, 0, 0, nullptr});
  if (lead.parked) return first;
  const Instant clock = next_clock(lead);
  if (clock != Instant::max()) consider({clock, 0, 0, 0, 0, 0, nullptr});
  for (Enrolment& e : lead.enrolments) {
    if (!e.live()) continue;
    const std::size_t rank = ranks_[static_cast<std::size_t>(e.sequence)];
    const bool stands = e.frozen || is_stopped(lead, e);
    const bool waits = e.state == Enrolment::State::waiting || e.state == Enrolment::State::until;
    if (waits && !stands && e.due != Instant::max()) consider({e.due, 1, rank, e.number, 0, 0, &e});
    if (e.state == Enrolment::State::planned && !stands && e.due != Instant::max()) consider({e.due, 2, rank, e.number, 1, 0, &e});
    for (const Held& held : e.held) {
      if (held.until != Instant::max()) consider({held.until, 2, rank, e.number, 0, held.serial, &e});
    }
  }
  for (const Held& held : lead.held) {
    if (held.until != Instant::max()) consider({held.until, 2, 0, 0, 0, held.serial, nullptr});
  }
  return first;
}

/// The next instant at which the passing of time may change an answer: once an instant, and at the end of a gap.
Instant Reference::next_clock(Lead& lead) const {
  if (!lead.moments_known) lead.moments = collect_moments(lead);
  lead.moments_known = true;
  if (lead.step_ran) return now_;
  Instant next = gap_until_ >= now_ && gap_until_ > lead.clock_asked ? gap_until_ : Instant::max();
  const auto at = lead.moments.upper_bound(std::max(lead.clock_asked, Instant{now_.ms - 1}));
  return at == lead.moments.end() ? next : std::min(next, *at);
}

void Reference::fire(Lead& lead, const Due& due) {
  if (due.kind == 0) return due.rank == kForgets ? forget(lead) : hear_clock(lead);
  if (due.kind == 1) return end_wait(lead, *due.e, std::nullopt);
  if (due.step == 0) return retry_held(lead, due.e, due.serial);
  run_step(lead, *due.e);
}

/// One input of the lead, which reaches all that asks for the time, and what asks for events whose time has come. [S2.1]
void Reference::hear_clock(Lead& lead) {
  Change change;
  change.clock = true;
  for (const Occurrence& past : lead.history) {
    const bool was_ahead = past.received < past.occurred;
    change.come = change.come || (was_ahead && past.occurred > lead.clock_asked && past.occurred <= now_);
  }
  lead.clock_asked = now_;
  lead.step_ran = false;
  react_lead(lead, change);
}

/// What actions set is reacted to when the reaction that set it is done; then what the engine tells of it; then who waited for
/// a run of its group to end.
void Reference::drain(Lead& lead) {
  while (is_unsettled(lead) || !lead.told.empty() || !lead.freed.empty()) {
    if (!is_unsettled(lead)) {
      if (!lead.told.empty()) {
        react_to_told(lead);
      } else {
        const std::string group = lead.freed.front();
        lead.freed.erase(lead.freed.begin());
        if (!lead.parked) free_group(lead, group);
      }
      continue;
    }
    Change change;
    change.acted = !lead.changed.empty() || lead.awarded;
    change.scores = !change.acted;
    if (change.scores) lead.rescored = false;
    change.fields = std::move(lead.changed);
    lead.changed.clear();
    if (change.acted) lead.awarded = false;
    if (!lead.parked) react_lead(lead, change);
  }
}

// ---------------------------------------------------------------- inputs

Lead* Reference::find(const std::string& name) {
  const auto place = leads_.find(name);
  return place == leads_.end() ? nullptr : &place->second;
}

Lead& Reference::create(const std::string& name) {
  Lead& lead = leads_[name];
  lead.name = name;
  lead.known = ++known_;
  lead.first_seen = now_;
  lead.clock_asked = now_;
  const auto erased = tombstones_.find(name);
  if (erased != tombstones_.end()) lead.numbered_after = erased->second;
  for (const model::Field& field : model_->lead) lead.fields[field.name] = literal(field);
  return lead;
}

Value Reference::literal(const model::Field& field) const {
  if (field.node == nullptr || !field.node->fallback) return Value::missing();
  return naive::evaluate(*field.node->fallback, naive::Names{});
}

/// A value of the host as the declared type reads it.
Value Reference::typed(const model::Type& type, const nurture::Value& value, const time::Zone& zone) const {
  const auto& storage = value.storage();
  if (const auto* b = std::get_if<bool>(&storage)) return Value::of(*b);
  if (const auto* at = std::get_if<Instant>(&storage)) return naive::moment(*at);
  if (const auto* d = std::get_if<double>(&storage)) return Value::of(*d);
  if (const auto* i = std::get_if<std::int64_t>(&storage)) {
    return type.kind == model::TypeKind::number ? Value::of(static_cast<double>(*i)) : Value::of(*i);
  }
  const auto* text = std::get_if<std::string>(&storage);
  if (text == nullptr) return Value::missing();
  if (type.kind == model::TypeKind::time) {
    Value clock;
    clock.kind = Value::Kind::time;
    clock.integer = std::stoll(text->substr(0, 2)) * 3'600 + std::stoll(text->substr(3, 2)) * 60;
    return clock;
  }
  if (type.kind != model::TypeKind::datetime && type.kind != model::TypeKind::date) return Value::of(*text);
  const auto read = time::parse_date_time(*text);
  if (!read) return Value::missing();
  if (type.kind == model::TypeKind::datetime) return naive::moment(read->in(zone));
  Value date;
  date.kind = Value::Kind::date;
  date.integer = read->local.day();
  return date;
}

void Reference::apply(const Input& input) {
  switch (input.kind) {
    case Input::Kind::upsert: return apply_upsert(input);
    case Input::Kind::event: return apply_event(input);
    case Input::Kind::consent: return apply_consent(input);
    case Input::Kind::delivery: return apply_delivery(input);
    case Input::Kind::refused: return write_refused(input.lead, "input", input.words);
    case Input::Kind::score: {
      Lead* lead = find(input.lead);
      if (lead == nullptr) return write_refused(input.lead, "score", "the lead is not known");
      return set_score(*lead, static_cast<int>(model_->find_score(input.name)), input.number);
    }
    case Input::Kind::pause:
    case Input::Kind::resume: return apply_pause(input);
    case Input::Kind::enroll: {
      Lead* lead = find(input.lead);
      if (lead == nullptr) return write_refused(input.lead, "enroll", "the lead is not known");
      enroll(*lead, current(input.name), {}, "the host");
      return;
    }
    case Input::Kind::exit: return apply_exit(input);
    case Input::Kind::erase: return apply_erase(input);
    case Input::Kind::broadcast: return start_broadcast(current(input.name));
    case Input::Kind::promote: return apply_promote(input);
    case Input::Kind::deploy: return apply_deploy(input);
    case Input::Kind::gap:
      if (now_ > gap_until_) gap_from_ = now_;  // Else it goes on.
      gap_until_ = std::max(gap_until_, input.other);
      return write_halt(DecisionKind::gap, {}, input.other);
  }
}

/// The first field that the lead must have and would not have. [S11.5]
std::string Reference::missing_field(const Lead* lead, const Input& input) const {
  for (const model::Field& field : model_->lead) {
    if (field.type.optional) continue;
    Value value = lead != nullptr ? lead->fields.at(field.name) : literal(field);
    if (input.kind == Input::Kind::upsert) {
      for (const auto& [name, given] : input.fields) {
        if (name == field.name) value = typed(field.type, given, *time::utc());
      }
    }
    if (value.kind == Value::Kind::missing) return field.name;
  }
  return {};
}

void Reference::apply_upsert(const Input& input) {
  Lead* lead = find(input.lead);
  const std::string lacking = missing_field(lead, input);
  if (!lacking.empty()) {
    const model::Field& field = model_->lead[model_->find_lead_field(lacking)];
    return write_refused(input.lead, "upsert",
                         "the lead would have no `" + lacking + "`, which is " + model::to_string(field.type) + " and not optional");
  }
  const bool is_new = lead == nullptr;
  if (is_new) lead = &create(input.lead);
  Change change;
  // The zone first: dates without an offset are read in it.
  for (const bool zone_pass : {true, false}) {
    for (const auto& [name, given] : input.fields) {
      const model::Id id = model_->find_lead_field(name);
      if (id == model::kNone || (name == "tz") != zone_pass) continue;
      Value value = typed(model_->lead[id].type, given, lead_zone(*lead));
      if (naive::same(lead->fields[name], value)) continue;
      lead->fields[name] = std::move(value);
      change.fields.insert(name);
    }
  }
  if (is_new) {
    change.fresh = true;
    for (const model::Field& field : model_->lead) change.fields.insert(field.name);
    start_lead(*lead);
  }
  if (is_new || !change.fields.empty()) react_lead(*lead, change);
}

void Reference::apply_event(const Input& input) {
  const model::Id id = model_->find_event(input.name);
  if (id == model::kNone) return;  // What is not declared is ignored. [S11.5]
  const model::Event& declared = model_->events[id];
  if (input.other.ms > now_.ms + limits::kFutureSkewMs) {
    return write_refused(input.lead, declared.name, "it claims to have occurred " + input.other.to_string() + ", which has not come yet");
  }
  Lead* lead = find(input.lead);
  const std::string lacking = lead == nullptr ? missing_field(nullptr, input) : "";
  if (!lacking.empty()) return write_refused(input.lead, declared.name, "the lead is not known, and a new one needs `" + lacking + "`");
  if (!input.id.empty()) {
    const auto seen = event_ids_.find({input.lead, input.id});
    if (seen != event_ids_.end() && now_.ms - seen->second.ms <= limits::kDeduplicationMs)
      return write_refused(input.lead, declared.name, "an event with the id \"" + input.id + "\" was handled before");
  }
  if (!input.id.empty()) event_ids_[{input.lead, input.id}] = now_;
  if (lead == nullptr) {
    lead = &create(input.lead);
    start_lead(*lead);
    Change everything;
    everything.fresh = true;
    for (const model::Field& field : model_->lead) everything.fields.insert(field.name);
    react_lead(*lead, everything);
  }
  Occurrence event{declared.name, input.other, now_, ++serial_, {}};
  for (const model::Field& field : declared.fields) {
    Value value = literal(field);
    for (const auto& [name, given] : input.fields) {
      if (name != field.name) continue;
      const Value read = typed(field.type, given, lead_zone(*lead));
      if (read.kind != Value::Kind::missing) value = read;
    }
    event.fields[field.name] = value;
  }
  if (forgotten_at(*lead, event) > now_)
    lead->history.push_back(event);
  else
    note_forgotten(*lead, event);
  count_event(*lead, event);
  Change change;
  change.event = &event;
  react_lead(*lead, change);
}

void Reference::apply_consent(const Input& input) {
  Lead* lead = find(input.lead);
  if (lead == nullptr) return write_refused(input.lead, "consent", "the lead is not known");
  const int state = !input.granted ? 3 : input.confirmed ? 2 : 1;
  bool changed = false;
  for (const model::Channel& channel : model_->channels) {
    if (!input.channel.empty() && input.channel != channel.name) continue;
    int& given = lead->consents[{input.name, channel.name}];
    if (given == state || (given == 2 && state == 1)) continue;  // Who has confirmed and asks once more has still confirmed.
    changed = true;
    given = state;
  }
  nurture::Decision d = row(*lead, DecisionKind::consent);
  d.name = input.name;
  d.detail = !input.granted ? "withdrawn" : input.confirmed ? "granted" : "to be confirmed";
  d.channel = input.channel;
  d.rule = input.words;
  write(lead, d);
  // What is held and may no longer go asks its gates at once. [S6.8]
  const auto ask_again = [&](std::vector<Held>& all) {
    for (Held& held : all) {
      if (lacking_consent(*lead, path_of(held))) held.until = now_;
    }
  };
  ask_again(lead->held);
  for (Enrolment& e : lead->enrolments) ask_again(e.held);
  if (changed) tell(*lead, input.granted ? "consent.given" : "consent.withdrawn", {input.name, input.channel});
}

void Reference::apply_delivery(const Input& input) {
  Lead* lead = find(input.lead);
  if (lead == nullptr) return write_refused(input.lead, "delivery", "the lead is not known");
  nurture::Decision d = row(*lead, DecisionKind::delivered);
  d.message = input.name;
  d.channel = input.channel;
  d.reason = input.outcome;
  d.detail = input.words;
  d.until = input.again;
  write(lead, d);
  note_answer(input.channel, input.outcome == Reason::retry || input.outcome == Reason::failed);
  if (input.outcome != Reason::rejected && input.outcome != Reason::failed) return;
  // It was not sent, gives back the places it took, and what is held for a place asks at once. [S6.1] [S6.5]
  const auto is_it = [&](const Sent& sent) {
    return sent.at == input.other && sent.message == input.name && sent.channel == input.channel && sent.action != nullptr;
  };
  std::vector<Sent>& last = lead->last_sends[input.name];
  const auto gone = std::find_if(last.begin(), last.end(), is_it);
  if (gone != last.end()) last.erase(gone);
  const auto lost =
      std::find_if(lead->sent.begin(), lead->sent.end(), [&](const Sent& sent) { return is_it(sent) && !sent.counts.empty(); });
  if (lost != lead->sent.end()) {
    lost->counts.clear();
    for (Enrolment& e : lead->enrolments) {
      for (Held& held : e.held) {
        if (held.reason != Reason::cap && held.reason != Reason::yield) continue;
        if (ask_gates(body_of(*lead, &e, held), *held.action, path_of(held), &held).kind != Gate::Kind::hold) held.until = now_;
      }
    }
  }
  tell(*lead, "message.failed", {input.name, {}, {}, input.channel, std::string(nurture::to_string(input.outcome)), {}});
}

void Reference::set_field(Lead& lead, const std::string& name, Value value) {
  if (naive::same(lead.fields[name], value)) return;
  lead.fields[name] = std::move(value);
  lead.changed.insert(name);
}

}  // namespace reference
