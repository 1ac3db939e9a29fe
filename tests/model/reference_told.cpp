// What the engine tells of itself, as events: each comes after all that its cause set off, at the same instant, and counts as an
// action. Only where a program names them. S2.7 of the contracts.
#include "model/reference_world.hpp"

namespace reference {

/// `texts` are the fields in the order declared; an empty one is missing.
void Reference::tell(Lead& lead, const std::string& event, const std::vector<std::string>& texts) {
  const model::Id id = model_->find_event(event);
  if (id == model::kNone || lead.parked) return;
  Occurrence told;
  told.event = event;
  const std::vector<model::Field>& fields = model_->events[id].fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool given = i < texts.size() && !texts[i].empty();
    told.fields[fields[i].name] = given ? Value::of(texts[i]) : Value::missing();
  }
  lead.told.push_back(std::move(told));
}

void Reference::tell_message(const Body& body, const std::string& event, const ast::Action& action, const Path& path, Reason reason) {
  std::string of;
  std::string step;
  if (body.e != nullptr) {
    of = sequence(*body.e).name;
    if (body.step >= 0) step = sequence(*body.e).steps[static_cast<std::size_t>(body.step)].name;
  }
  const std::string why(reason == Reason::none ? std::string_view() : nurture::to_string(reason));
  tell(*body.lead, event, {path.message->name, of, step, path.channel, why, key(body, action, path.channel).to_string()});
}

void Reference::react_to_told(Lead& lead) {
  Occurrence told = lead.told.front();
  lead.told.erase(lead.told.begin());
  if (!count_action(lead, told.event)) return;
  told.occurred = told.received = now_;
  told.serial = ++serial_;
  lead.history.push_back(told);
  count_event(lead, told);
  Change change;
  change.event = &told;
  react_lead(lead, change);
}

}  // namespace reference
