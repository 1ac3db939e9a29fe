// What a host adds to scores: a ledger that it can read per lead, and a check of its own scoring policies.
//
//   nurture::ScoreLedger ledger;
//   engine.observe(&ledger);
//   for (const auto& entry : ledger.of("ada", "lead_score")) show(entry.at, entry.rule, entry.points, entry.total);
//
//   nurture::TwiceAsked checked{fit};          // in tests: is it a function of its arguments?
//   engine.scoring("lead_score", &checked);
#pragma once

#include <nurture/decision.hpp>
#include <nurture/engine.hpp>
#include <nurture/time.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nurture {

/// Why each score of each lead is what it is [S8.4]: an observer that keeps the rows of scores. It knows what happened
/// while it observed; what an engine did before is in the log of that time.
class ScoreLedger final : public Observer {
 public:
  struct Entry {
    Instant at;
    std::string rule;         ///< The rule, `reset`, `decay`, what a policy calls itself.
    std::int64_t points = 0;  ///< 65536ths, see points_text().
    std::int64_t total = 0;   ///< Behind it, rounded.
  };
  /// Beyond so many entries of one lead and score the oldest is dropped.
  explicit ScoreLedger(std::size_t entries_max = 1000) : entries_max_(entries_max) {}

  void on_decision(const Decision& decision) override;
  /// The oldest first; empty when nothing is known.
  [[nodiscard]] std::vector<Entry> of(std::string_view lead, std::string_view score) const;
  /// For leads that are erased: the log no longer says who they were, so the ledger cannot know by itself. [S11.2]
  void forget(std::string_view lead);

 private:
  using Scores = std::map<std::string, std::deque<Entry>, std::less<>>;
  std::size_t entries_max_;
  std::map<std::string, Scores, std::less<>> leads_;
};

/// Asks a policy twice each time and compares [S8.3]: one that draws lots, counts its calls or remembers what it said is
/// found out by its first answer that differs. That answer changes nothing; it is an `evaluation_error` in the log with
/// both answers, like any other failure of a policy, and counted here.
class TwiceAsked final : public ScoringPolicy {
 public:
  /// Not owned.
  explicit TwiceAsked(ScoringPolicy& policy) : policy_(policy) {}
  /// Throws what the policy throws, and std::logic_error for two answers; an engine turns both into rows of its log.
  Change on_event(const View& view) override;
  [[nodiscard]] std::uint64_t differences() const { return differences_; }

 private:
  ScoringPolicy& policy_;
  std::uint64_t differences_ = 0;
};

}  // namespace nurture
