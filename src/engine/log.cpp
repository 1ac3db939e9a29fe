// Rows of the decision log. Nothing here decides; without an observer only the numbers are counted.
#include "engine/core.hpp"

namespace nurture::engine {

Decision Core::decision(DecisionKind kind) const {
  Decision d;
  d.at = now_;
  d.kind = kind;
  return d;
}

Decision Core::decision(std::uint32_t lead, DecisionKind kind) {
  Decision d = decision(kind);
  d.lead = lead_name(lead);
  d.local_offset = lead_zone(lead).offset_at(now_);
  return d;
}

Decision Core::decision(std::uint32_t lead, std::uint32_t enrolment, DecisionKind kind) {
  Decision d = decision(lead, kind);
  if (enrolment == kNone) return d;
  const Enrolment& e = enrolments_[enrolment];
  const compile::Sequence& sequence = sequence_of(e);
  d.sequence = sequence.name;
  d.version = sequence.version;
  d.enrolment = e.number;
  if (e.step < sequence.steps.size()) d.step = sequence.steps[e.step].name;
  d.day = local_now(plan_zone(e)).day - base_day(e) + sequence.first_day;
  return d;
}

void Core::log(const Decision& d) {
  Decision numbered = d;
  const std::uint32_t lead = find_lead(d.lead);
  if (lead != kNone) {
    numbered.number = ++head(lead).decisions;
    if (d.until != Instant::max()) numbered.until_offset = lead_zone(lead).offset_at(d.until);
  }
  observer_->on_decision(numbered);
}

void Core::log_put_off(std::string_view lead, std::string_view message, std::string_view audience, Id channel, Instant until) {
  if (observer_ == nullptr) return;
  const std::uint32_t known = find_lead(lead);  // Erased meanwhile, it has no name.
  Decision d = known == kNone ? decision(DecisionKind::held) : decision(known, DecisionKind::held);
  d.message = message;
  d.name = audience;
  d.channel = program_->channels[channel].name;
  d.reason = Reason::rate;
  d.until = until;
  log(d);
}

void Core::log_message(const Body& body, DecisionKind kind, Id node, Id path, const Gate& gate) {
  const Effect effect = message_effect(body, node, path);
  const Id told = kind == DecisionKind::held ? program_->told.held : program_->told.skipped;
  if (told != kNone) tell_message(told, effect, gate.reason);
  if (observer_ == nullptr) return;
  Decision d = decision(body.lead, body.enrolment, kind);
  if (body.enrolment != kNone) {
    const compile::Sequence& sequence = sequence_of(enrolments_[body.enrolment]);
    d.step = body.step < sequence.steps.size() ? std::string_view(sequence.steps[body.step].name) : std::string_view();
    if (body.due_ms < now_.ms) d.planned = {body.due_ms};
  }
  d.message = program_->messages[effect.message].name;
  d.channel = program_->channels[effect.channel].name;
  d.reason = gate.reason;
  d.rule = gate.rule;
  if (kind == DecisionKind::held) d.until = {gate.until_ms};
  const Key effect_key = key(effect);
  d.key = &effect_key;
  log(d);
}

}  // namespace nurture::engine
