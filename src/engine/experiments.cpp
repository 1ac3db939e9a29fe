// Experiments: who gets which arm, and who reaches the goal. S9 of the contracts. A lead gets an arm once and keeps it,
// whatever is promoted later; the goal is asked of the lead, so that it counts behind the end of the run, too. What the counts
// mean is said outside of the core (src/report) and comes back as an input. Entry points: assigned_arm(), count_outcomes().
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace nurture::engine {
namespace {

/// How a lead got its arm, for the log.
constexpr std::string_view kHow[] = {"", "promoted", "held out"};

}  // namespace

void sort_experiments(std::vector<Experiment>& all, std::size_t newest) {
  std::stable_sort(all.begin() + static_cast<std::ptrdiff_t>(newest), all.end(), [](const Experiment& a, const Experiment& b) {
    return std::tie(a.sequence, a.split, a.goal) < std::tie(b.sequence, b.split, b.goal);
  });
}

/// The same lead always draws the same. [S9.1]
Id Core::draw_arm(const compile::Split& split, std::uint32_t lead) const {
  for (const auto& [name, wanted] : options_.forced_splits) {
    for (Id arm = 0; name == split.name && arm < split.arms.size(); ++arm) {
      if (split.arms[arm].name == wanted) return arm;
    }
  }
  std::uint32_t place = bucket(split.salt, lead_name(lead), 100);
  Id arm = 0;
  while (arm + 1 < split.arms.size() && place >= split.arms[arm].share) place -= split.arms[arm++].share;
  return arm;
}

/// The arm that the lead has, else a new one: what was promoted, or what it draws. [S9.3] An older version may lack the arm that
/// the lead has, and have one that is compared no more: what it then draws is no part of the experiment.
Id Core::assigned_arm(const compile::Split& split, const Body& body, Assignment::How& how) {
  const auto find = [&](Id counted) {
    const auto is_it = [&](const compile::Arm& arm) { return counted != kNone && arm.counted == counted; };
    const auto at = std::find_if(split.arms.begin(), split.arms.end(), is_it);
    return at == split.arms.end() ? kNone : static_cast<Id>(at - split.arms.begin());
  };
  const compile::Experiment& experiment = program_->experiments[split.experiment];
  Word* words = body.row + experiment.word;
  auto assignment = std::bit_cast<Assignment>(words[0]);
  if (assignment.arm != 0) {
    const Id arm = find(assignment.arm - 1);
    if (arm == kNone) return draw_arm(split, body.lead);
    how = assignment.how;
    return arm;
  }
  ExperimentState& state = experiments_[split.experiment];
  const Id promoted = find(state.promoted);
  const Id arm = promoted != kNone ? promoted : draw_arm(split, body.lead);
  const Id counted = split.arms[arm].counted;
  if (counted == kNone) return arm;
  assignment.arm = counted + 1;
  assignment.how = promoted != kNone ? Assignment::How::promoted : Assignment::How::drawn;
  Gate gate;
  if (is_held_out(body.lead, experiment.holdouts, gate)) assignment.how = Assignment::How::held_out;
  if (assignment.how == Assignment::How::drawn) ++state.arms[counted].assigned;
  if (assignment.how == Assignment::How::promoted) ++state.arms[counted].promoted;
  words[0] = std::bit_cast<Word>(assignment);
  words[1] = static_cast<Word>(now_.ms);
  how = assignment.how;
  return arm;
}

std::uint64_t Core::counted() const {
  std::uint64_t all = 0;
  for (const ExperimentState& state : experiments_) {
    for (const ExperimentState::Arm& arm : state.arms) all += arm.assigned + arm.reached;
  }
  return all;
}

Id Core::take_split(const Body& body, Id node) {
  const compile::Split& split = program_->splits[program_->nodes[node].a];
  auto how = Assignment::How::drawn;
  const Id arm = split.experiment == kNone ? draw_arm(split, body.lead) : assigned_arm(split, body, how);
  if (observer_ != nullptr) {
    Decision d = decision(body.lead, body.enrolment, DecisionKind::split);
    d.name = split.name;
    d.detail = split.arms[arm].name;
    d.rule = kHow[static_cast<std::size_t>(how)];
    log(d);
  }
  return split.arms[arm].body;
}

/// An event reaches the goals that it counts for, at the time at which it occurred. Each lead counts once. [S9.2]
void Core::count_outcomes(std::uint32_t lead, const EventView& view) {
  for (const Id id : program_->events[view.event].experiments) {
    const compile::Experiment& experiment = program_->experiments[id];
    const compile::Sequence& sequence = program_->sequences[experiment.sequence];
    Word* words = rows_.at(lead) + experiment.word;
    auto assignment = std::bit_cast<Assignment>(words[0]);
    const auto assigned_ms = static_cast<std::int64_t>(words[1]);
    if (assignment.arm == 0 || assignment.reached || view.occurred_ms < assigned_ms) continue;
    const time::Zone& zone = zone_of({}, rows_.at(lead), sequence);
    if (experiment.has_window && time::add({assigned_ms}, experiment.within, zone) <= Instant{view.occurred_ms}) continue;
    Env env(*this, lead, kNone, &view);
    if (!matches(experiment.goal, nullptr, view, env)) continue;
    assignment.reached = true;
    words[0] = std::bit_cast<Word>(assignment);
    if (assignment.how == Assignment::How::drawn) ++experiments_[id].arms[assignment.arm - 1].reached;
    if (observer_ == nullptr) continue;
    Decision d = decision(lead, DecisionKind::outcome);
    d.sequence = sequence.name;
    d.version = sequence.version;
    d.name = program_->splits[experiment.split].name;
    d.detail = program_->splits[experiment.split].arms[assignment.arm - 1].name;
    d.rule = kHow[static_cast<std::size_t>(assignment.how)];
    log(d);
  }
}

/// From here on whoever has no arm yet gets this one. [S9.3]
void Core::apply_promote(const Input& input) {
  const auto arm = static_cast<Id>(input.number);
  experiments_[input.subject].promoted = arm;
  if (observer_ == nullptr) return;
  const compile::Experiment& experiment = program_->experiments[input.subject];
  const compile::Split& split = program_->splits[experiment.split];
  Decision d = decision(DecisionKind::promoted);
  d.sequence = program_->sequences[experiment.sequence].name;
  d.version = program_->sequences[experiment.sequence].version;
  d.name = split.name;
  d.detail = split.arms[arm].name;
  d.rule = input.text;
  log(d);
}

std::size_t Core::newest_experiments() const {
  const auto is_newest = [&](const compile::Experiment& one) { return !program_->sequences[one.sequence].is_pinned; };
  return static_cast<std::size_t>(std::count_if(program_->experiments.begin(), program_->experiments.end(), is_newest));
}

std::vector<Experiment> Core::experiments() const {
  std::vector<Experiment> all;
  for (std::size_t id = 0; id < experiments_.size(); ++id) {
    const compile::Experiment& declared = program_->experiments[id];
    const compile::Split& split = program_->splits[declared.split];
    const ExperimentState& state = experiments_[id];
    Experiment& one = all.emplace_back();
    one.sequence = program_->sequences[declared.sequence].name;
    one.split = split.name;
    one.goal = declared.goal_text;
    one.percent = declared.percent;
    one.least = declared.least;
    if (state.promoted != kNone) one.promoted = split.arms[state.promoted].name;
    for (std::size_t arm = 0; arm < split.arms.size(); ++arm) {
      const ExperimentState::Arm& counted = state.arms[arm];
      one.arms.push_back({split.arms[arm].name, split.arms[arm].share, counted.assigned, counted.reached, counted.promoted});
    }
  }
  sort_experiments(all, newest_experiments());
  return all;
}

}  // namespace nurture::engine
