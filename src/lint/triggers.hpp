// Comparing what handlers, goals and exits answer. Entry point: Earlier. Private to src/lint.
#pragma once

#include "check/model.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nurture::lint {

/// Triggers in their order, to find what an earlier one takes away from a later one. Conditions are compared as they are
/// written; what two different ones have in common is not looked for.
class Earlier {
 public:
  explicit Earlier(const model::Model& model) : model_(model) {}

  /// Adds a trigger. Answers which of those before it, counted from 0, is the first that is met at the same instant by
  /// whatever meets this one.
  std::optional<std::size_t> add(const ast::Trigger& trigger);

 private:
  struct Heard {
    const ast::Trigger* trigger;
    std::vector<model::Id> events;  ///< Ascending.
  };
  /// An event and the condition on it, as text; kNone and a condition for `when`.
  using Key = std::pair<model::Id, std::string>;

  [[nodiscard]] static bool covers(const Heard& wide, const Heard& narrow);
  [[nodiscard]] std::optional<std::size_t> find(const Key& key, const Heard& narrow) const;

  const model::Model& model_;
  std::vector<Heard> all_;
  std::map<Key, std::vector<std::size_t>> by_key_;
};

/// The first word of what a trigger asks for.
[[nodiscard]] Span place_of(const ast::Trigger& trigger);

}  // namespace nurture::lint
