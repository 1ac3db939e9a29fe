// Experiments: a lead keeps the arm that it drew first, reaches the goal once, and what was promoted counts from then on. S9 of
// the contracts. What counts mean is no part of the reference: it asks nurture::judge(), each midnight of UTC.
#include "engine/hash.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace reference {

using nurture::DecisionKind;
namespace time = nurture::time;

void Reference::collect_experiments() {
  for (std::size_t s = 0; s < model_->sequences.size(); ++s) {
    const std::function<void(const ast::Body&)> look_for = [&](const ast::Body& body) {
      ast::for_each_node(body, [&](const auto& node) {
        using Node = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, ast::Split>) {
          if (node.goal) contests_.push_back({static_cast<int>(s), &node});
        } else if constexpr (std::is_same_v<Node, ast::SendNext>) {
          if (node.exhausted) look_for(*node.exhausted);
        }
      });
    };
    for (const model::Step& step : model_->sequences[s].steps) look_for(step.node->body);
    for (const model::Handler& handler : model_->sequences[s].handlers) look_for(handler.node->body);
  }
  for (const Contest& contest : contests_) {
    nurture::Experiment experiment;
    experiment.sequence = declared(contest.sequence).name;
    experiment.split = contest.split->name.text;
    if (contest.split->promote) {
      experiment.percent = static_cast<std::uint32_t>(contest.split->promote->percent.value);
      if (contest.split->promote->least) experiment.least = static_cast<std::uint64_t>(contest.split->promote->least->value);
    }
    for (const ast::Arm& arm : contest.split->arms)
      experiment.arms.push_back({arm.name.text, static_cast<std::uint32_t>(arm.percent.value), 0, 0, 0});
    experiments_.push_back(std::move(experiment));
  }
}

std::size_t Reference::draw_arm(const std::string& sequence, const ast::Split& split, const Lead& lead) const {
  const std::string salt = sequence + "/" + split.name.text + (split.salt ? "/" + split.salt->value : "");
  std::int64_t place = nurture::engine::bucket(salt, lead.name, 100);
  for (std::size_t arm = 0; arm < split.arms.size(); ++arm) {
    if (place < split.arms[arm].percent.value) return arm;
    place -= split.arms[arm].percent.value;
  }
  return split.arms.size() - 1;
}

/// What it has, else what was promoted, else what it draws. Who is held out is not counted. [S3.7] [S9.3]
const Assignment& Reference::assigned_arm(const Body& body, const ast::Split& split) {
  const auto [place, is_first] = body.lead->arms.try_emplace(&split);
  Assignment& assignment = place->second;
  if (!is_first) return assignment;
  const auto is_it = [&](const Contest& contest) { return contest.split == &split; };
  const auto index = static_cast<std::size_t>(std::find_if(contests_.begin(), contests_.end(), is_it) - contests_.begin());
  nurture::Experiment& experiment = experiments_[index];
  assignment.at = now_;
  if (experiment.promoted.empty()) {
    assignment.arm = draw_arm(experiment.sequence, split, *body.lead);
  } else {
    while (split.arms[assignment.arm].name.text != experiment.promoted) ++assignment.arm;
    assignment.how = Assignment::How::promoted;
  }
  Gate gate;
  if (is_in_holdout(*body.lead, body.e, gate)) assignment.how = Assignment::How::held_out;
  if (assignment.how == Assignment::How::drawn) ++experiment.arms[assignment.arm].assigned;
  if (assignment.how == Assignment::How::promoted) ++experiment.arms[assignment.arm].promoted;
  return assignment;
}

/// At the time it occurred, once for each lead, whatever has become of the run and its key. [S9.2]
void Reference::count_outcomes(Lead& lead, const Occurrence& event) {
  for (std::size_t i = 0; i < contests_.size(); ++i) {
    const ast::Split& split = *contests_[i].split;
    const model::Sequence& s = declared(contests_[i].sequence);
    const auto known = lead.arms.find(&split);
    if (known == lead.arms.end() || known->second.reached || event.occurred < known->second.at) continue;
    Assignment& assignment = known->second;
    if (split.goal->window) {
      const time::Period within = naive::period_of(split.goal->window->within.text);
      if (event.occurred >= time::add(assignment.at, within, zone_of(nullptr, lead, &s))) continue;
    }
    if (!matches(lead, nullptr, *split.goal, event)) continue;
    assignment.reached = true;
    constexpr std::string_view kHow[] = {"", "promoted", "held out"};
    if (assignment.how == Assignment::How::drawn) ++experiments_[i].arms[assignment.arm].reached;
    nurture::Decision d = row(lead, DecisionKind::outcome);
    d.sequence = s.name;
    d.version = versions_[static_cast<std::size_t>(current(s.name))];
    d.name = split.name.text;
    d.detail = split.arms[assignment.arm].name.text;
    d.rule = kHow[static_cast<std::size_t>(assignment.how)];
    write(&lead, d);
  }
}

// ---------------------------------------------------------------- promotions

/// The host names a split of a sequence and an arm of it; what there is not was refused when it was posted.
void Reference::apply_promote(const Input& input) {
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    if (experiments_[i].sequence != input.name || experiments_[i].split != input.id) continue;
    for (std::size_t arm = 0; arm < experiments_[i].arms.size(); ++arm) {
      if (experiments_[i].arms[arm].name == input.words) promote(i, arm, "by the host");
    }
  }
}

void Reference::promote(std::size_t experiment, std::size_t arm, const std::string& why) {
  nurture::Experiment& promoted = experiments_[experiment];
  promoted.promoted = promoted.arms[arm].name;
  nurture::Decision d;
  d.at = now_;
  d.kind = DecisionKind::promoted;
  d.sequence = promoted.sequence;
  d.version = versions_[static_cast<std::size_t>(current(promoted.sequence))];
  d.name = promoted.split;
  d.detail = promoted.promoted;
  d.rule = why;
  write(nullptr, d);
}

/// Every midnight of UTC from the first assignment on, where some experiment promotes by itself.
Instant Reference::next_look() const {
  constexpr std::int64_t kDayMs = 86'400'000;
  const bool any = std::any_of(experiments_.begin(), experiments_.end(), [](const nurture::Experiment& experiment) {
    const bool counts = std::any_of(experiment.arms.begin(), experiment.arms.end(), [](const auto& arm) { return arm.assigned > 0; });
    return counts && experiment.percent != 0 && experiment.promoted.empty();
  });
  if (!any) return Instant::max();
  const Instant from = std::max(now_, Instant{looked_.ms + (looked_ == Instant::min() ? 0 : 1)});
  return {(from.ms + kDayMs - 1) / kDayMs * kDayMs};
}

void Reference::look() {
  looked_ = now_;
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    const nurture::Verdict verdict = nurture::judge(experiments_[i]);
    if (verdict.ready) promote(i, verdict.leader, fmt::format("certain by {:.1f}%", verdict.lasting_certainty * 100));
  }
}

}  // namespace reference
