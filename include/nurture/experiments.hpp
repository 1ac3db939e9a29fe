// What experiments have counted, and what the counts mean: a split with a `goal` compares its arms. [S9]
//
//   for (const nurture::Experiment& experiment : engine.experiments()) {
//     const nurture::Verdict verdict = nurture::judge(experiment);
//     if (verdict.ready) engine.promote(experiment.sequence, experiment.split, experiment.arms[verdict.leader].name);
//   }
//
// The engine counts and knows no statistics; judge() knows nothing but the counts. Where the author writes `promote at 95%`,
// an engine asks judge() once a day by itself (EngineOptions::promotes). Threads: values, to be shared like any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nurture {

struct ExperimentArm {
  std::string name;
  std::uint32_t share = 0;     ///< Percent, as declared.
  std::uint64_t assigned = 0;  ///< Leads that drew this arm; who is held out is not counted.
  std::uint64_t reached = 0;   ///< Of these, those that reached the goal in time.
  std::uint64_t promoted = 0;  ///< Leads that got it because it was promoted; no part of the comparison.
};

struct Experiment {
  std::string sequence, split;
  std::string goal;           ///< "survey.answered within 7d"
  std::uint32_t percent = 0;  ///< `promote at`; 0: nothing promotes itself.
  std::uint64_t least = 0;    ///< `min`; 0: not said.
  std::string promoted;       ///< The arm that everybody gets now; empty while the arms are drawn.
  std::vector<ExperimentArm> arms;
};

/// What the counts of an experiment say.
struct Verdict {
  std::size_t leader = 0;  ///< The arm with the highest share of leads that reached the goal; of equals the first.
  /// That the leader is better than the arm that comes closest, had one looked only now: 1 - p of a two-sided test of two
  /// proportions. Who looks every day and stops at the first good day will be wrong more often than this says.
  double certainty = 0;
  /// The same however often one looks (a mixture sequential probability ratio test): this is what `promote at` asks for.
  double lasting_certainty = 0;
  /// How likely arms as uneven as these are, had they been drawn by their shares. Below 0.001 something sorts the leads, and
  /// their outcomes compare different people. [S9.1]
  double evenness = 1;
  bool is_uneven = false;
  bool ready = false;  ///< The leader may be promoted, by `promote at`.
  std::string why;     ///< "needs 1000 leads in each arm, and warm has 312", for people; empty when ready.
};

/// A pure function of its argument.
[[nodiscard]] Verdict judge(const Experiment& experiment);

/// The experiment with its verdict, as a JSON object on one line.
[[nodiscard]] std::string to_json(const Experiment& experiment);

}  // namespace nurture
