// A made-up story of one lead, as lines of a test, and how it is drawn for a sequence. Entry points: draw_story(), print_story().
#pragma once

#include "check/model.hpp"

#include <nurture/time.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nurture::testing {

/// Names with literals as a test writes them.
using Literals = std::vector<std::pair<std::string, std::string>>;

struct StoryLine {
  Instant at;
  std::string words;  ///< "event page.view"
  Literals values;
};
struct Story {
  std::string subject;
  Literals lead;
  std::vector<std::string> givens;  ///< "consent marketing"
  std::vector<StoryLine> lines;     ///< In the order of time.
};

/// A test in the text spelling. `expectations` stand behind what is fed at the same instant.
[[nodiscard]] std::string print_story(const Story& story, const std::string& name, const std::vector<StoryLine>& expectations = {});
/// An instant as a test writes it, "2026-03-02T08:00Z".
[[nodiscard]] std::string instant_text(Instant at);
/// A text as a test writes it.
[[nodiscard]] std::string quoted_text(std::string_view text);

/// The same numbers on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t below(std::uint64_t count) { return next() % count; }
  [[nodiscard]] bool chance(std::uint64_t percent) { return below(100) < percent; }
  template <class T>
  [[nodiscard]] const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }

 private:
  std::uint64_t next();
  std::uint64_t state_;
};

/// What stories of a sequence are drawn from: its events and constants are met more often than others.
class Storyteller {
 public:
  Storyteller(const model::Model& model, const model::Sequence& sequence);
  [[nodiscard]] Story tell(Dice& dice) const;

 private:
  [[nodiscard]] StoryLine entry(Dice& dice) const;
  [[nodiscard]] StoryLine happening(Dice& dice, Instant at, Instant& free) const;
  [[nodiscard]] StoryLine event(Dice& dice, model::Id event) const;
  [[nodiscard]] std::string literal(Dice& dice, const model::Type& type) const;
  void add_values(Dice& dice, const std::vector<model::Field>& fields, Literals& values) const;

  const model::Model& model_;
  const model::Sequence& sequence_;
  std::vector<model::Id> entries_, own_, others_;  ///< Events: that enrol, that the sequence names, all that a host can tell of.
  std::vector<std::string> texts_, numbers_;       ///< Constants of the sequence.
};

}  // namespace nurture::testing
