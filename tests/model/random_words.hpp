// Random declarations beside sequences and scores: lifecycles, audiences, streams, broadcasts. Entry point: class Words.
//
// They are drawn from numbers of their own, so that a program has them in addition to what its seed gives otherwise.
#pragma once

#include "model/case.hpp"
#include "model/random_bodies.hpp"
#include "model/random_conditions.hpp"

namespace reference {

/// Who may ask for whom, in no circle: stages for all scores; stages for one score and the other for stages; scores for stages.
enum class Asking { stages, extra, scores };

class Words {
 public:
  Words(std::uint64_t seed, const Conditions& program);

  /// Lifecycles, which conditions may ask for from the beginning.
  [[nodiscard]] const std::vector<std::string>& lifecycles() const { return lifecycles_; }
  [[nodiscard]] Asking asking() const { return asking_; }
  /// `scope` is that of a lead, with all that the program has.
  void add_lifecycles(std::vector<Piece>& pieces, Scope scope);
  void add_audiences(std::vector<Piece>& pieces, const Scope& scope);

  /// Whether some splits are experiments.
  [[nodiscard]] bool has_goals() const { return has_goals_; }
  /// A stream, which others may enroll in and move to.
  [[nodiscard]] bool has_stream() const { return has_stream_; }
  /// `policies` is how many the program has.
  void add_stream(std::vector<Piece>& pieces, Bodies& bodies, const std::vector<std::string>& sequences, Scope scope, int policies);
  void add_broadcasts(std::vector<Piece>& pieces, const Scope& scope, int policies);

 private:
  Random random_;
  Conditions conditions_;
  std::vector<std::string> lifecycles_;
  Asking asking_ = Asking::stages;
  bool has_stream_ = false, has_goals_ = false;
  std::string zone() { return random_.one_of({"\"Europe/Lisbon\"", "\"America/New_York\"", "\"Asia/Tokyo\""}); }
  std::string cadence();
  void add_settings(Piece& piece, int policies);
};

/// A case of another kind: many leads and an experiment that promotes by itself.
[[nodiscard]] Case random_crowd(std::uint64_t seed);

/// Makes a family of one of the sequences, in one program of four.
void make_family(std::vector<Piece>& pieces, std::uint64_t seed);

/// What a host does with these: starts of broadcasts, promotions, pauses and entries of them, at instants that others meet.
void add_word_inputs(Case& c, std::uint64_t seed);

}  // namespace reference
