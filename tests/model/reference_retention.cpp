// What is forgotten: events that are too old, and leads that have been silent for too long. S11.3 of the contracts.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace reference {

namespace time = nurture::time;

const ast::Retain* Reference::retained(ast::Retain::Kind kind) const {
  if (model_->project == nullptr) return nullptr;
  const std::vector<ast::Retain>& all = model_->project->retains;
  const auto found = std::find_if(all.begin(), all.end(), [&](const ast::Retain& item) { return item.kind == kind; });
  return found == all.end() ? nullptr : &*found;
}

/// Kinds of events that some question asks for however old they are.
void Reference::collect_lasting(const model::Model& model) {
  for (const auto& file : model.files) {
    ast::for_each_node(*file, [&](const auto& node) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Expr>) {
        if (!node.pattern) return;
        const ast::Pattern& pattern = **node.pattern;
        if (pattern.window && pattern.window->kind == ast::Window::Kind::within) return;
        for (const model::Id event : model_->find_events(pattern.events)) lasting_.insert(model_->events[event].name);
      }
    });
  }
}

Instant Reference::forgotten_at(const Lead& lead, const Occurrence& past) const {
  const ast::Retain* item = retained(ast::Retain::Kind::events);
  return item == nullptr ? Instant::max() : time::add(past.occurred, naive::period_of(item->length.text), lead_zone(lead));
}

/// The oldest go first: where the calendar would let a newer one go sooner, it waits for those before it.
Instant Reference::goes_at(const Lead& lead, const Occurrence& past) const {
  Instant at = Instant::min();
  for (const Occurrence& other : lead.history) {
    if (other.occurred <= past.occurred) at = std::max(at, forgotten_at(lead, other));
  }
  return at;
}

/// Silence is counted from what was forgotten of its kind where nothing later is known.
void Reference::note_forgotten(Lead& lead, const Occurrence& past) const {
  if (!lasting_.contains(past.event)) return;
  const auto place = lead.forgotten.emplace(past.event, past.occurred).first;
  place->second = std::max(place->second, past.occurred);
}

Instant Reference::silent_at(Lead& lead) {
  const ast::Retain* item = retained(ast::Retain::Kind::leads);
  if (item == nullptr) return Instant::max();
  World world(*this, lead, nullptr);
  return time::add({world.history(*item->after).integer}, naive::period_of(item->length.text), lead_zone(lead));
}

Instant Reference::next_forgetting(Lead& lead) {
  Instant next = silent_at(lead);
  for (const Occurrence& past : lead.history) next = std::min(next, goes_at(lead, past));
  return next;
}

void Reference::forget(Lead& lead) {
  if (silent_at(lead) <= now_) return erase(lead, Reason::retention);
  std::vector<Occurrence> left;
  for (const Occurrence& past : lead.history) {
    if (goes_at(lead, past) <= now_)
      note_forgotten(lead, past);
    else
      left.push_back(past);
  }
  if (left.size() == lead.history.size()) return;
  lead.history = std::move(left);
  Change change;
  change.clock = change.come = change.forgot = true;
  react_lead(lead, change);
}

}  // namespace reference
