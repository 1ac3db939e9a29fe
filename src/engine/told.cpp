// What the engine tells of itself, as events that sequences can react to: a message was sent, a run ended. Only where a
// program asks for them. They are handled after all that their input set off, each like an event that came from outside;
// a lead that answers itself without end is parked like any other. [S2.7]
#include "engine/core.hpp"

namespace nurture::engine {

/// `texts` are the fields of the event, in order; an empty one is missing.
void Core::tell(Id event, std::uint32_t lead, std::initializer_list<std::string_view> texts) {
  if (event == kNone || head(lead).parked != 0) return;
  auto* values = static_cast<eval::Value*>(arena_.allocate(sizeof(eval::Value) * texts.size()));
  eval::Value* value = values;
  for (const std::string_view text : texts) {
    *value++ = text.empty() ? eval::Value::missing() : eval::Value::of(arena_.copy(text));
  }
  told_.push_back({lead, event, values});
}

void Core::tell_message(Id event, const Effect& effect, Reason reason) {
  std::string_view sequence;
  std::string_view step;
  if (effect.enrolment != kNone) {
    const compile::Sequence& s = sequence_of(enrolments_[effect.enrolment]);
    sequence = s.name;
    if (effect.step < s.steps.size()) step = s.steps[effect.step].name;
  }
  const std::string effect_key = key(effect).to_string();
  const std::string_view why = reason == Reason::none ? std::string_view() : to_string(reason);
  tell(event, effect.lead,
       {program_->messages[effect.message].name, sequence, step, program_->channels[effect.channel].name, why, effect_key});
}

void Core::react_to_told() {
  const ToldEvent told = told_.front();
  told_.pop_front();
  const compile::Event& event = program_->events[told.event];
  if (observer_ != nullptr) note_action(told.lead, event.name);
  if (!count_action(told.lead, head(told.lead))) return;
  take_event(told.lead, {told.event, told.values, nullptr, now_.ms});
}

}  // namespace nurture::engine
