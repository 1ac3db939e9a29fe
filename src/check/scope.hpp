// What names mean in one place of a file, and what is known there not to be missing. Private to src/check.
// Entry point: Scope.
#pragma once

#include "check/model.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::check {

/// Expressions that are known not to be missing, by their canonical text: "lead.phone", "last(email.open)".
using Facts = std::set<std::string, std::less<>>;

/// The events that `event` or `trigger` may stand for.
struct EventScope {
  std::vector<const model::Event*> events;
  bool maybe_absent = false;  ///< There may be no such event at all: every field may be missing.
  bool some_suffice = false;  ///< A field need only be declared by one of the events; it may then be missing.
  bool broken = false;        ///< An event of an unknown name was reported: say nothing more about its fields.
};

struct Scope {
  std::string place;                                      ///< "a segment", "the goal `booked`": completes "... in ...".
  std::optional<EventScope> event;                        ///< `event.*`
  std::optional<EventScope> trigger;                      ///< `trigger.*`
  const model::Sequence* sequence = nullptr;              ///< enrolled_at, anchors and steps are those of this sequence.
  std::size_t anchors = ~std::size_t{0};                  ///< How many of its anchors have a meaning yet: an anchor knows those before it.
  bool enrolled_at = false;                               ///< Known in messages too, which belong to no one sequence.
  const model::Content* texts = nullptr;                  ///< Fields of this message may be named: in its texts.
  const std::vector<model::Field>* parameters = nullptr;  ///< What a message accepts, by bare names.
  const std::vector<model::Constant>* constants = nullptr;  ///< Of the family that the sequence is one of, by bare names.
  bool digest = false;                                      ///< `digest.*`: in what a message says.
  bool missing_passes = false;                              ///< Anchors: what is computed from something missing is missing.
  Facts facts;
};

}  // namespace nurture::check
