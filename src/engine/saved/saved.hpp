// A core's state as bytes, and back, by one visit for both ways. [S1.3] Everything that a decision can depend on is there:
// leads with their words and their history, enrolments, held messages, channels, pauses, tombstones, inputs not yet
// applied. Timers are not: they follow from the instants that their owners remember, but for those of events that are
// ahead of the clock. Nothing is kept by an index: leads stand in their order, what belongs to a lead stands with it, and
// what belongs to the program has the names of schema.hpp. Entry points: Saved::write(), Saved::read().
#pragma once

#include "engine/core.hpp"
#include "engine/saved/schema.hpp"

namespace nurture::engine {

class Saved {
 public:
  static void write(Core& core, Archive& archive);
  /// Into a core that knows nothing yet, of the program that wrote. False when the bytes do not fit; the core is then good
  /// for nothing.
  [[nodiscard]] static bool read(Core& core, Archive& archive);

  /// A held message that the program that reads does not send.
  struct Lost {
    std::uint32_t lead = 0;
    std::string message, channel;
  };
  /// Into a core of another program. `live` are its sequences for the runs of those of the program that wrote, by their
  /// indices; timers are left to the caller. [S10.1]
  [[nodiscard]] static bool carry(Core& core, Archive& archive, const std::vector<Id>& live, std::vector<Lost>& lost);
  static void set_timers(Core& core);

 private:
  /// Where a sequence's runs go.
  struct Target {
    Id sequence = kNone;
    std::vector<Id> steps, places;
  };
  Saved(Core& core, Archive& archive);
  void find_targets(const std::vector<Id>* live);
  [[nodiscard]] Target target(Id written, Id sequence) const;
  void visit_all(const std::vector<Id>* live);
  void visit_clock();
  void visit_channels();
  void visit_sleeps();
  void visit(Core::Sleep& sleep);
  void visit_seen();
  void visit_tombstones();
  void visit_broadcasts();
  void visit_experiments();
  void visit_leads();
  void find_places();
  [[nodiscard]] std::uint32_t place_of(std::uint32_t lead) const;
  void visit_lead(std::uint32_t lead);
  void visit_head(std::uint32_t lead, std::string& name);
  void visit_places(Word* words, const std::vector<Place>& mine, const std::vector<Place>& written, const std::vector<Id>& map);
  void visit_place(Word* words, const Place* mine, const Place& written);
  void visit_value(Word* word, const compile::Field* field);
  void visit_latest(Word* word);
  void visit_arm(Word* words, const Place* mine, const Place& written);
  void visit_last(Word* words, const Place* mine, const Place& written);
  void visit_bits(Word* words, const Place* mine, const Place& written);
  void visit_event(Word* words, const std::vector<std::string>& mine, const std::vector<std::string>& written);
  void visit_gathered(std::uint32_t lead);
  [[nodiscard]] Id like(Id path) const;
  void visit_queues(std::uint32_t lead);
  void visit_history(std::uint32_t lead);
  void begin_silence(std::uint32_t lead, Word& first_seen);
  void visit_past(std::uint32_t history, const Past* past);
  void visit_enrolments(std::uint32_t lead);
  void visit_enrolment(std::uint32_t enrolment);
  [[nodiscard]] std::uint16_t step_of(std::uint16_t step) const;
  void pass_over(std::uint32_t lead, const Enrolment& enrolment);
  void visit_extra(Enrolment& enrolment, Id written, const Target& target);
  void begin_extra(const Enrolment& enrolment);
  void check(const Enrolment& enrolment);
  void visit_held_of(std::uint32_t lead, std::uint32_t enrolment);
  void lose_held(std::uint32_t lead);
  void keep_held(std::uint32_t lead, std::uint32_t enrolment, const Held& read);
  void visit_held(Held& held);
  void visit_path(Held& held);
  void visit_held_trigger(Held& held);
  void visit_older_key(const Held& held);
  void visit_coming();
  void visit_inputs();
  void visit_input(Input& input);
  [[nodiscard]] bool visit_subject(Input& input);
  [[nodiscard]] bool visit_promotion(Input& input);
  [[nodiscard]] bool visit_name(Id& id, const std::vector<Id>& map);
  [[nodiscard]] bool visit_values(Input& input);

  /// An index of the program that wrote, or kNone, as one of the program that reads.
  void visit_id(Id& id, const std::vector<Id>& map);

  Core& core_;
  Archive& archive_;
  eval::Arena arena_;
  Schema mine_;
  Schema written_;  ///< The same while writing.
  Mapping map_;
  std::vector<std::uint32_t> places_;       ///< By lead, when writing and some were erased.
  std::vector<Id> like_;                    ///< like() of each path, when reading.
  std::vector<Target> live_, ended_;        ///< By sequence that wrote. Without a target there is nothing to go on in.
  const std::vector<Id>* steps_ = nullptr;  ///< Of the target of the enrolment at hand.
  std::vector<Lost>* lost_ = nullptr;
  bool moves_ = false;  ///< Whether the enrolment at hand comes into another version.
  Id lost_path_ = 0;    ///< Of the held message at hand, in the program that wrote.
};

}  // namespace nurture::engine
