// How few leads an experiment is judged by. Each limit at it and on both sides.
#include "support/catch.hpp"

#include <nurture/experiments.hpp>
#include <nurture/limits.hpp>

using namespace nurture;

TEST_CASE("[S11.4] [S9.2] an arm with too few leads holds a promotion up, when `min` says nothing") {
  for (const int above : {-1, 0, 1}) {
    const auto leads = static_cast<std::uint64_t>(limits::kExperimentLeads + above);
    Experiment experiment;
    experiment.percent = 95;
    experiment.arms = {{"a", 50, leads, 0, 0}, {"b", 50, leads, leads, 0}};
    CHECK(judge(experiment).ready == (above >= 0));
  }
}
