// When experiments are judged that promote by themselves: at midnights of UTC. Entry point: class Looks.
//
// The core knows no statistics, so somebody must ask judge() and hand its answer back as an input; were that done whenever the
// host happens to step, what is promoted would depend on it. A look stands at a midnight instead, when all that came before is
// done, and only where something was counted since the last one: the same inputs then lead to the same looks, however the host
// slices time. [S1.3] [S9.2]
#pragma once

#include "compile/program.hpp"

#include <nurture/experiments.hpp>
#include <nurture/time.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace nurture::runtime {

class Looks {
 public:
  using Programs = std::vector<const compile::Program*>;
  Looks(const compile::Program& program, bool promotes) : promotes_(promotes) { renew({&program}); }
  /// Another program was deployed; with the older versions that it carries, of which shards have different ones.
  void renew(const Programs& programs);
  /// Another state was read: what was looked at before is of another time.
  void restart(const Programs& programs) {
    last_ = Instant::min();
    counted_ = 0;
    renew(programs);
  }
  /// Whether any look can lead to anything.
  [[nodiscard]] bool any() const { return any_; }
  /// The next midnight to stop at, not before `now`; max() when there is none. `due` is when there is something to do next,
  /// `counted` all that the experiments have counted.
  [[nodiscard]] Instant next(Instant now, Instant due, std::uint64_t counted) const;
  void done(Instant at, std::uint64_t counted) {
    last_ = at;
    counted_ = counted;
  }

 private:
  bool promotes_ = false;
  bool any_ = false;
  Instant last_ = Instant::min();
  std::uint64_t counted_ = 0;
};

/// On what grounds an arm is promoted.
[[nodiscard]] std::string grounds(const Verdict& verdict);

/// Judges the experiments; `promote` is called with one that has an arm that is better enough, the name of that arm, and why,
/// for the log.
template <class Promote>
void look_at(const std::vector<Experiment>& experiments, Promote&& promote) {
  for (const Experiment& experiment : experiments) {
    const Verdict verdict = judge(experiment);
    if (verdict.ready) promote(experiment, experiment.arms[verdict.leader].name, grounds(verdict));
  }
}

}  // namespace nurture::runtime
