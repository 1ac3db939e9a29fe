// What goes out: which variant, what it says, under which key. S6.3, S7.1 and S9.1 of the contracts. Entry points: message_effect(),
// can_say(), emit(); the rest is asked by hosts and by the log.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>

namespace nurture::engine {

std::uint32_t Core::choose_variant(const Effect& effect) {
  const compile::Message& m = program_->messages[effect.message];
  if (const Id named = program_->send_paths[effect.path].variant; named != kNone) return named;
  for (std::uint32_t v = 0; v < m.variants.size(); ++v) {
    if (!m.variants[v].when) continue;
    Env env(*this, effect);
    if (value_of(m.variants[v].when, env).is_true()) return v;
  }
  std::uint32_t total = 0;
  for (const compile::Variant& variant : m.variants) total += variant.share;
  if (total == 0) {
    const auto left = std::find_if(m.variants.begin(), m.variants.end(), [](const compile::Variant& v) { return v.otherwise; });
    return left == m.variants.end() ? kNone : static_cast<std::uint32_t>(left - m.variants.begin());
  }
  std::uint32_t place = bucket("message/" + m.name, lead_name(effect.lead), total);
  for (std::uint32_t v = 0; v < m.variants.size(); ++v) {
    if (place < m.variants[v].share) return v;
    place -= m.variants[v].share;
  }
  return kNone;
}

/// Before its variant is chosen.
Effect Core::message_effect(const Body& body, Id node, Id path) const {
  Effect effect = effect_of(body, node);
  effect.message = program_->send_paths[path].message;
  effect.channel = program_->send_paths[path].channel;
  effect.path = path;
  return effect;
}

inline void Core::emit(const Body& body, const Effect& effect) {
  ++counts_.sent;
  const compile::Message& m = program_->messages[effect.message];
  if (observer_ != nullptr) {
    Decision d = decision(body.lead, body.enrolment, DecisionKind::sent);
    if (!body.timeline) d.step = {};
    if (body.due_ms < now_.ms) d.planned = {body.due_ms};
    d.message = m.name;
    d.channel = program_->channels[effect.channel].name;
    if (effect.variant != kNone) d.variant = m.variants[effect.variant].name;
    const Key effect_key = key(effect);
    d.key = &effect_key;
    log(d);
  }
  take_channel(effect.channel);
  if (program_->told.sent != kNone) tell_message(program_->told.sent, effect, Reason::none);
  if (sink_ != nullptr) sink_->on_effect(effect);
}

const compile::Content& Core::content(const Effect& effect) const {
  const compile::Message& message = program_->messages[effect.message];
  return effect.variant == kNone ? message.content : message.variants[effect.variant].content;
}

/// Whether what the message says can be evaluated: no customer reads an error. [S6.3]
bool Core::can_say(const Effect& effect) {
  bool can = true;
  for (const eval::Ref asked : content(effect).asked) {
    Env env(*this, effect);
    can = !value_of(asked, env).is_error() && can;
  }
  return can;
}

void Core::log_errors(const Effect& effect, const std::vector<compile::TextPart>& parts) {
  for (const compile::TextPart& part : parts) {
    if (!part.code) continue;
    Env env(*this, effect);
    static_cast<void>(value_of(part.code, env));
  }
}

std::string Core::render(const Effect& effect, const std::vector<compile::TextPart>& parts) const {
  std::string text;
  for (const compile::TextPart& part : parts) {
    text += part.text;
    if (!part.code) continue;
    Env env(*this, effect);
    text += eval::to_text(eval::run(program_->module, part.code, env, arena_), env.zone);
  }
  return text;
}

Key Core::key(const Effect& effect) const {
  if (const auto older = older_keys_.find(effect.held); older != older_keys_.end()) return older->second;
  Hasher hash;
  hash.add(project_);
  const bool enrolled = effect.enrolment != kNone;
  const Enrolment* e = enrolled ? &enrolments_[effect.enrolment] : nullptr;
  // No sequence is called "score ...", so the two never meet.
  hash.add(enrolled ? sequence_of(*e).name : "score " + program_->scores[effect.score].name);
  if (enrolled && sequence_of(*e).extra.key != kNone && e->extra != kNone) {
    hash.add(key_text(*extra(*e, sequence_of(*e).extra.key)));
  } else {
    hash.add(std::string_view());
  }
  hash.add(lead_name(effect.lead));
  hash.add(enrolled ? e->number : 0);
  // A handler has no step; its sends are told apart by their action.
  hash.add(enrolled && effect.step != kNoStep ? std::string_view(sequence_of(*e).steps[effect.step].name) : std::string_view());
  hash.add(effect.visit);
  hash.add(program_->nodes[effect.node].action);
  // A task goes to no channel; its action tells it from every message.
  hash.add(effect.channel == kNone ? std::string_view() : std::string_view(program_->channels[effect.channel].name));
  return {hash.finish128()};
}

}  // namespace nurture::engine
