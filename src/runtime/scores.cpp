// The ledger of scores and the check of scoring policies. Entry points: ScoreLedger, TwiceAsked.
#include <nurture/scores.hpp>

#include <fmt/format.h>

#include <bit>
#include <stdexcept>

namespace nurture {
namespace {

using Change = ScoringPolicy::Change;

/// To the bit: what is not a number equals itself, so that a policy which always answers that is a function, too.
bool same(const Change& a, const Change& b) {
  return a.kind == b.kind && std::bit_cast<std::uint64_t>(a.points) == std::bit_cast<std::uint64_t>(b.points) && a.rule == b.rule;
}

std::string words(const Change& change) {
  const std::string rule = change.rule.empty() ? std::string() : fmt::format(" by `{}`", change.rule);
  switch (change.kind) {
    case Change::Kind::none: return "nothing";
    case Change::Kind::add: return fmt::format("{:+} points{}", change.points, rule);
    case Change::Kind::set: return fmt::format("a score of {}{}", change.points, rule);
  }
  return {};
}

}  // namespace

void ScoreLedger::on_decision(const Decision& decision) {
  if (decision.kind != DecisionKind::score) return;
  auto lead = leads_.find(decision.lead);
  if (lead == leads_.end()) lead = leads_.emplace(decision.lead, Scores()).first;
  auto score = lead->second.find(decision.name);
  if (score == lead->second.end()) score = lead->second.emplace(decision.name, std::deque<Entry>()).first;
  score->second.push_back({decision.at, std::string(decision.detail), decision.points, decision.total});
  if (score->second.size() > entries_max_) score->second.pop_front();
}

std::vector<ScoreLedger::Entry> ScoreLedger::of(std::string_view lead, std::string_view score) const {
  const auto found = leads_.find(lead);
  if (found == leads_.end()) return {};
  const auto entries = found->second.find(score);
  if (entries == found->second.end()) return {};
  return {entries->second.begin(), entries->second.end()};
}

void ScoreLedger::forget(std::string_view lead) {
  const auto found = leads_.find(lead);
  if (found != leads_.end()) leads_.erase(found);
}

Change TwiceAsked::on_event(const View& view) {
  const Change first = policy_.on_event(view);
  const Change second = policy_.on_event(view);
  if (same(first, second)) return first;
  ++differences_;
  throw std::logic_error(fmt::format("asked twice about `{}` it answers {}, then {}", view.event, words(first), words(second)));
}

}  // namespace nurture
