// One test at work: feeds its lines to an engine and compares what is expected with what was decided. Internal to
// src/testing. Entry point: Script::run().
#pragma once

#include "compile/program.hpp"
#include "engine/core.hpp"
#include "testing/run_tests.hpp"

#include <nurture/engine.hpp>

namespace nurture::testing {

class Script {
 public:
  /// `test` is the test's index in the model, kNone where none of its expressions is compiled.
  Script(const model::Model& model, const Program& program, const model::Test& declared, compile::Id test, const RunOptions& options);
  [[nodiscard]] TestResult run();

 private:
  void give();
  void step_to(Instant until);
  void feed(const ast::TestLine& line, Instant at);
  void copy(const ast::TestLine& line);
  void deliver(const ast::FeedDelivery& what, Instant at);
  void expect(const ast::TestLine& line, const ast::Outcome& outcome, std::size_t index);
  [[nodiscard]] Instant resolve(const ast::Instant& instant) const;
  [[nodiscard]] std::int32_t first_day() const;
  [[nodiscard]] Instant next_timed(std::size_t index) const;
  [[nodiscard]] Fields literal_fields(const ast::Expr& map) const;
  [[nodiscard]] Value literal(const ast::Expr& expression) const;

  // outcomes
  template <class Matches>
  void expect_row(const ast::TestLine& line, std::size_t index, DecisionKind kind, std::string_view message, Matches&& matches);
  void expect_condition(const ast::TestLine& line, std::size_t index);
  void expect_score(const ast::TestLine& line, const ast::ExpectScore& expected);
  void expect_tier(const ast::TestLine& line, const ast::ExpectTier& expected);
  void expect_stage(const ast::TestLine& line, const ast::ExpectStage& expected);
  void expect_at_step(const ast::TestLine& line, const ast::ExpectAtStep& expected);
  void expect_no_send(const ast::TestLine& line);
  void expect_nothing_more(const ast::TestLine& line);
  void fail(const ast::TestLine& line, std::string actual, std::optional<std::string> rewrite = {});
  [[nodiscard]] const Row* nearest(DecisionKind kind, std::string_view message) const;
  [[nodiscard]] std::string instant_text(Instant at) const;
  [[nodiscard]] std::optional<std::string> rewrite_as(const Row& row) const;

  const model::Model& model_;
  const Program& program_;
  compile::Id test_;
  const RunOptions& options_;
  const model::Test declared_;
  const time::Zone* zone_;
  ManualClock clock_;
  std::unique_ptr<Engine> engine_;
  Recorder recorder_;
  TestResult result_;
  Instant previous_{0};           ///< Instant of the line before.
  std::size_t checked_rows_ = 0;  ///< How many rows `no send` has looked at.
};

}  // namespace nurture::testing
