// Random conditions and patterns over one fixed vocabulary, as text. Entry point: class Conditions.
//
// They are well typed and guarded, and in a `when` always such that their next change can be computed. Lengths of time
// come from a short list, so that deadlines meet events and each other.
#pragma once

#include "model/random.hpp"

namespace reference {

struct Scope {
  bool enrolled = false;  ///< Whether there is a run that questions can count from.
  std::vector<std::string> steps = {};
  std::vector<std::string> anchors = {};
  bool scores = false;
  std::vector<std::string> segments = {};
  bool extra = false;    ///< Whether there is a second score.
  bool accepts = false;  ///< Whether the sequence accepts a number `n` and a text `word`.
  std::vector<std::string> lifecycles = {};
};

class Conditions {
 public:
  explicit Conditions(Random& random);
  /// Other numbers, and the lengths of time of a program.
  Conditions(Random& random, const Conditions& program) : random_(random), lengths_(program.lengths_) {}

  /// What the engine tells of itself that patterns may ask for.
  bool tells_stages = false;
  /// Whether events that carry a key reach only some runs here.
  bool keyed = false;

  /// A condition of one to three parts.
  std::string condition(const Scope& scope);
  /// One that only changes of fields and scores can change.
  std::string plain_condition();
  /// One that holds for a time and is over then.
  std::string passing_condition();
  /// "joined or opened where event.n >= 2"
  std::string pattern();
  /// `on` with a pattern or `when` with a condition.
  std::string trigger(const Scope& scope);
  /// One of the program's lengths of time.
  std::string length() { return random_.one_of(lengths_); }
  /// At least as long as all of them.
  std::string longest_length() const;
  /// One of those without days.
  std::string exact_length() { return random_.one_of({"30min", "1h", "2h", "24h"}); }

 private:
  std::string part(const Scope& scope);
  std::string history(const Scope& scope);
  std::string moment(const Scope& scope);
  std::string window(const Scope& scope);
  std::string events(std::vector<std::string>& fields);
  std::string relation() { return random_.one_of({"==", "!=", "<", "<=", ">", ">="}); }

  Random& random_;
  std::vector<std::string> lengths_;
};

}  // namespace reference
