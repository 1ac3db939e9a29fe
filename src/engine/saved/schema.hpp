// What a program calls the parts of its state, so that the state can be kept as bytes and be read by this or by another
// program: every word of a lead's row and of an enrolment has a name, and so has everything that a word may point at.
// Entry points: describe(), match().
#pragma once

#include "compile/program.hpp"
#include "engine/saved/archive.hpp"

#include <compare>
#include <string>
#include <vector>

namespace nurture::engine {

using compile::Id;
using compile::kNone;

/// Words, or bits of a word, of a lead's row or of an enrolment.
struct Place {
  enum class Kind : std::uint8_t {
    words,     ///< As they are.
    value,     ///< A value of a field.
    bits,      ///< `count` bits from `bit` on.
    instants,  ///< Of the last of something: where there is less room, the newest stay.
    slots,     ///< Likewise, with the path by which each was sent: CapSlot.
    tier,      ///< The low byte: one more than the index in `names`.
    event,     ///< An event and a word for each of `names` of its fields.
    arm,       ///< Assignment, to one more than the index in `names`, and its instant.
    latest,    ///< An instant, INT64_MIN for none. Places can share the word: the latest of them is in it.
  };
  std::string name;
  Kind kind = Kind::words;
  Id word = 0;
  Id count = 1;
  Id bit = 0;
  std::vector<std::string> names;
  const compile::Field* field = nullptr;  ///< value; of the program at hand only.
};

struct Schema {
  struct Event {
    std::string name;
    std::vector<std::string> fields;
    std::vector<Id> kept;  ///< Positions in `fields`.
  };
  struct Sequence {
    std::string name, version;
    bool is_triggers = false;
    bool is_migrated = false;
    std::vector<std::string> steps;
    std::vector<Place> places;
  };
  /// How a message comes to a channel. Nodes count within their sequence or score.
  struct Path {
    Id sequence = kNone, score = kNone;  ///< One of them.
    Id action = 0;
    Id message = 0, channel = 0;
    friend auto operator<=>(const Path&, const Path&) = default;
  };
  /// Its versions have it in common.
  struct Experiment {
    std::string name;
    std::vector<std::string> arms;
  };
  std::vector<Place> lead;
  std::vector<Event> events;
  std::vector<std::string> fields, categories, channels, messages, scores, audiences;
  std::vector<Experiment> experiments;
  std::vector<Sequence> sequences;
  std::vector<Path> paths;
};

[[nodiscard]] Schema describe(const compile::Program& program);
void visit(Archive& archive, Schema& schema);

/// For each thing of the schema that bytes were written by, the same of the program that reads them, or kNone.
struct Mapping {
  std::vector<Id> lead;  ///< Places.
  std::vector<Id> events, fields, categories, channels, messages, scores, audiences, experiments, paths;
  std::vector<Id> sequences;                  ///< The very same version.
  std::vector<std::vector<Id>> event_fields;  ///< By event that wrote.
};
[[nodiscard]] Mapping match(const Schema& written, const Schema& mine);
/// Places of one list by their names and kinds.
[[nodiscard]] std::vector<Id> match(const std::vector<Place>& written, const std::vector<Place>& mine);
[[nodiscard]] std::vector<Id> match(const std::vector<std::string>& written, const std::vector<std::string>& mine);

}  // namespace nurture::engine
