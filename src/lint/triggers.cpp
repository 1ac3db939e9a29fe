// Entry point: Earlier.
#include "lint/triggers.hpp"

#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace nurture::lint {

using model::kNone;

std::optional<std::size_t> Earlier::add(const ast::Trigger& trigger) {
  const Heard heard{&trigger, trigger.on ? model_.find_events(trigger.on->events) : std::vector<model::Id>()};
  const ast::Expr* const condition = trigger.on ? (trigger.on->where ? &*trigger.on->where : nullptr) : &*trigger.when;
  const std::string text = condition != nullptr ? ast::dump(*condition) : std::string();
  // What covers this one hears its first event, and asks for no more than it does.
  const model::Id event = heard.events.empty() ? kNone : heard.events.front();
  auto found = find({event, text}, heard);
  const auto wider = text.empty() || event == kNone ? std::nullopt : find({event, ""}, heard);
  if (wider && (!found || *wider < *found)) found = wider;

  for (const model::Id id : heard.events) by_key_[{id, text}].push_back(all_.size());
  if (heard.events.empty()) by_key_[{kNone, text}].push_back(all_.size());
  all_.push_back(heard);
  return found;
}

std::optional<std::size_t> Earlier::find(const Key& key, const Heard& narrow) const {
  const auto candidates = by_key_.find(key);
  if (candidates == by_key_.end()) return std::nullopt;
  for (const std::size_t candidate : candidates->second) {
    if (covers(all_[candidate], narrow)) return candidate;
  }
  return std::nullopt;
}

/// Of two with the same condition, or where the wider one has none.
bool Earlier::covers(const Heard& wide, const Heard& narrow) {
  const auto& all = wide.trigger->on;
  const auto& some = narrow.trigger->on;
  if (!all || !some) return !all && !some;
  const bool any_of = !all->of || ast::equal(all->of, some->of);
  const bool any_key = all->any_key || !some->any_key;
  return any_of && any_key && std::includes(wide.events.begin(), wide.events.end(), narrow.events.begin(), narrow.events.end());
}

Span place_of(const ast::Trigger& trigger) { return trigger.on ? trigger.on->events.front().span : trigger.when->span; }

}  // namespace nurture::lint
