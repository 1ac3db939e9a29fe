// What the tests of a model bring about, and what not. Entry points: class Coverage, coverage_report().
//
// Nothing in the engine counts. What happened is recognised in the log: the words of a decision are views into the program, so where
// they stand in memory says which branch, wait or rule of all those with the same words it was. Only a step whose body writes no row
// (one that does no more than enrol elsewhere) is seen by looking at the runs after each instant.
#pragma once

#include "check/model.hpp"
#include "compile/program.hpp"
#include "testing/run_tests.hpp"

#include <nurture/diagnostics.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nurture::testing {

/// In the order of the report.
enum class Part : std::uint8_t { step, branch, split, wait, goal, exit, handler, rule, tier };

/// One thing that tests can bring about. What stands once in a file counts once, however many sequences of a family are made of it.
struct Coverable {
  Part part = Part::step;
  Span span;
  std::string what;   ///< "arm `cool` in step `mid_review` of `welcome`"
  std::string reach;  ///< What brings it about, in the words of the file: "`engaged` does not hold".
  bool covered = false;
};

class Coverage final : public Watcher {
 public:
  /// `program` must be compiled from `model`; both must outlive this.
  Coverage(const model::Model& model, const compile::Program& program);
  void on_decision(const Decision& decision) override;
  void look(const engine::Core& core, const model::Test& test) override;
  /// In the order of files and places.
  [[nodiscard]] std::vector<Coverable> parts() const;

 private:
  /// Where a body stands: the words of all that is inside begin and end with these.
  struct Place {
    std::string where;
    std::string path;  ///< What leads there from the beginning of the outermost body; empty there.
  };
  void add_sequence(const model::Sequence& declared, const compile::Sequence& sequence);
  void add_ends(const model::Sequence& declared, const compile::Sequence& sequence);
  void add_score(const model::Score& declared, const compile::Score& score);
  void add_rule(const ast::Rule& node, const compile::ScoreRule& rule, const std::string& score);
  void add_tiers(const model::Score& declared, const compile::Score& score);
  void add_bodies(const ast::Body& body, compile::Id first, const Place& place);
  void add_body(const ast::Body& body, compile::Id& node, const Place& place);
  void add_action(const ast::Action& action, compile::Id& node, const Place& place);
  void add_branch(const ast::Action& action, const ast::If& branch, compile::Id& node, const Place& place);
  void add_split(const ast::Split& split, compile::Id& node, const Place& place);
  void add_wait(const ast::Action& action, compile::Id& node, const Place& place);
  std::size_t add(Part part, Span span, std::uint32_t arm, std::string what, std::string reach);
  void cover(const void* words, std::string_view arm = {});
  void cover_tier(std::string_view score, std::string_view tier);

  const model::Model& model_;
  const compile::Program& program_;
  std::vector<Coverable> parts_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, Part, std::uint32_t>, std::size_t> known_;  ///< By place and number of the arm.
  /// By where the words stand, and for a branch or a split by the arm.
  std::map<std::pair<const void*, std::string>, std::size_t, std::less<>> by_words_;
  std::map<std::pair<std::string, std::string>, std::size_t, std::less<>> steps_, tiers_;  ///< By name of the sequence or score.
  std::vector<std::vector<std::size_t>> step_parts_;                                       ///< By sequence and step.
};

/// Whole per cent, rounded down: 100 only when nothing is missing. Of nothing, all.
[[nodiscard]] int percent_covered(const std::vector<Coverable>& parts);

/// A line for each kind of part and one for all; below, each that no test brings about with its place.
[[nodiscard]] std::string coverage_report(const std::vector<Coverable>& parts, const Diagnostics& diagnostics);

}  // namespace nurture::testing
