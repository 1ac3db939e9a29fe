// What the counts of an experiment mean. Entry points: judge(), to_json(). Statistics stay outside of the core, because
// they are computed in floating point: what they say comes back to it as an input. [S9.2]
//
// Two questions are asked of the leader and each other arm: how sure one could be who looks once (a two-sided test of two
// proportions), and how sure one may be who looks as often as he likes. The second is a mixture sequential probability ratio
// test (Robbins 1970; Johari, Pekelis and Walsh, "Always valid inference", 2015) with effects spread around none as a normal
// distribution of a tenth of the deviation of one lead. Several arms share the doubt equally (Bonferroni).
#include <nurture/experiments.hpp>
#include <nurture/limits.hpp>

#include <fmt/format.h>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace nurture {
namespace {

/// Below, arms are called uneven: rare enough for a look every day.
constexpr double kUneven = 0.001;
/// Square of the deviation of effects in that of one lead.
constexpr double kMixture = 0.01;

double rate(const ExperimentArm& arm) {
  return arm.assigned == 0 ? 0 : static_cast<double>(arm.reached) / static_cast<double>(arm.assigned);
}

/// How far apart two arms are, in deviations of their difference if both were alike; 0 when nothing can be said.
double distance(const ExperimentArm& a, const ExperimentArm& b) {
  if (a.assigned == 0 || b.assigned == 0) return 0;
  const auto leads = static_cast<double>(a.assigned + b.assigned);
  const double both = static_cast<double>(a.reached + b.reached) / leads;
  const double variance = both * (1 - both) * (1 / static_cast<double>(a.assigned) + 1 / static_cast<double>(b.assigned));
  return variance <= 0 ? 0 : std::abs(rate(a) - rate(b)) / std::sqrt(variance);
}

/// The doubt that is left after one look.
double doubt_once(double z) { return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), z)); }

/// The doubt that is left however often one looks.
double doubt_always(double z, const ExperimentArm& a, const ExperimentArm& b) {
  if (a.assigned == 0 || b.assigned == 0) return 1;
  const double spread = 1 / static_cast<double>(a.assigned) + 1 / static_cast<double>(b.assigned);
  const double ratio = 0.5 * std::log(spread / (spread + kMixture)) + z * z * kMixture / (2 * (spread + kMixture));
  return std::min(1.0, std::exp(-ratio));
}

/// How likely the sizes of the arms are, given their shares.
double evenness(const Experiment& experiment) {
  double leads = 0;
  for (const ExperimentArm& arm : experiment.arms) leads += static_cast<double>(arm.assigned);
  double distance = 0;
  int arms = 0;
  for (const ExperimentArm& arm : experiment.arms) {
    const double expected = leads * arm.share / 100;
    if (expected <= 0) continue;
    ++arms;
    distance += (static_cast<double>(arm.assigned) - expected) * (static_cast<double>(arm.assigned) - expected) / expected;
  }
  if (arms < 2) return 1;
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(arms - 1), distance));
}

std::string percent(double share) { return fmt::format("{:.1f}%", share * 100); }

/// Why nothing is promoted; empty when something is.
std::string obstacle(const Experiment& experiment, const Verdict& verdict) {
  if (experiment.percent == 0) return "nothing promotes itself";
  if (!experiment.promoted.empty()) return experiment.promoted + " was promoted";
  const std::uint64_t least = experiment.least == 0 ? static_cast<std::uint64_t>(limits::kExperimentLeads) : experiment.least;
  for (const ExperimentArm& arm : experiment.arms) {
    if (arm.assigned < least) return fmt::format("needs {} leads in each arm, and {} has {}", least, arm.name, arm.assigned);
  }
  if (verdict.is_uneven) return "the arms are too uneven for their shares";
  if (verdict.lasting_certainty * 100 >= experiment.percent) return {};
  return fmt::format("that {} is better is certain by {}, and {}% are asked for", experiment.arms[verdict.leader].name,
                     percent(verdict.lasting_certainty), experiment.percent);
}

}  // namespace

Verdict judge(const Experiment& experiment) {
  Verdict verdict;
  const std::vector<ExperimentArm>& arms = experiment.arms;
  if (arms.empty()) return verdict;
  for (std::size_t i = 1; i < arms.size(); ++i) {
    if (rate(arms[i]) > rate(arms[verdict.leader])) verdict.leader = i;
  }
  const ExperimentArm& leader = arms[verdict.leader];
  double once = 0;
  double always = 0;
  for (const ExperimentArm& arm : arms) {
    if (&arm == &leader) continue;
    const double z = distance(leader, arm);
    once = std::max(once, doubt_once(z));
    always = std::max(always, doubt_always(z, leader, arm));
  }
  const auto comparisons = static_cast<double>(arms.size() - 1);
  verdict.certainty = 1 - std::min(1.0, once * comparisons);
  verdict.lasting_certainty = 1 - std::min(1.0, always * comparisons);
  verdict.evenness = evenness(experiment);
  verdict.is_uneven = verdict.evenness < kUneven;
  verdict.why = obstacle(experiment, verdict);
  verdict.ready = verdict.why.empty();
  return verdict;
}

std::string to_json(const Experiment& experiment) {
  using Json = nlohmann::ordered_json;
  const Verdict verdict = judge(experiment);
  const auto rounded = [](double share) { return std::round(share * 1e6) / 1e6; };
  Json json{{"experiment", experiment.split}, {"sequence", experiment.sequence}, {"goal", experiment.goal}};
  json["arms"] = Json::array();
  for (const ExperimentArm& arm : experiment.arms) {
    Json item{{"arm", arm.name}, {"share", arm.share}, {"assigned", arm.assigned}, {"reached", arm.reached}};
    if (arm.promoted != 0) item["promoted"] = arm.promoted;
    json["arms"].push_back(std::move(item));
  }
  if (!experiment.promoted.empty()) json["promoted"] = experiment.promoted;
  if (!experiment.arms.empty()) json["leader"] = experiment.arms[verdict.leader].name;
  json["certainty"] = rounded(verdict.certainty);
  json["lasting_certainty"] = rounded(verdict.lasting_certainty);
  json["evenness"] = rounded(verdict.evenness);
  json["ready"] = verdict.ready;
  if (!verdict.why.empty()) json["why"] = verdict.why;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nurture
