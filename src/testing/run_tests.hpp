// Runs the `test` blocks of a model in virtual time. Entry point: run_tests(). Time jumps from line to line and from due
// instant to due instant; a test of sixty days is some dozens of events.
#pragma once

#include "check/model.hpp"
#include "testing/recorder.hpp"

#include <nurture/engine.hpp>
#include <nurture/program.hpp>

#include <optional>
#include <string>
#include <vector>

namespace nurture::engine {
class Core;
}

namespace nurture::testing {

/// One expectation that did not come true.
struct Failure {
  Span span;             ///< The line of the test.
  std::string expected;  ///< In the words of the test.
  std::string actual;    ///< What happened instead, in plain words; may be empty.
  Instant at;            ///< Where on the timeline the expectation belongs.
  /// The line as it would come true, when that can be said.
  std::optional<std::string> rewrite;
};

struct TestResult {
  std::string name;
  std::string subject;
  Span span;
  std::vector<Failure> failures;
  std::vector<Row> rows;  ///< All that happened.
  /// Where RunOptions::run_on_ms is said: the lead when all was over, and when that was.
  std::optional<LeadReport> end;
  Instant end_at;
  [[nodiscard]] bool passed() const { return failures.empty(); }
};

/// Looks on while tests run: at every decision, and at the state after every instant at which something was due.
class Watcher : public Observer {
 public:
  virtual void look(const engine::Core& core, const model::Test& test) = 0;
};

struct RunOptions {
  std::string filter;   ///< Only tests whose name or subject contains it.
  bool strict = false;  ///< Every send must be expected, everywhere.
  /// After every so many lines the state goes to bytes and back, which changes nothing. 0: never. [S1.3]
  std::size_t copy_every = 0;
  Watcher* watcher = nullptr;  ///< Not owned.
  std::int64_t run_on_ms = 0;  ///< So long time goes on behind the last line.
};

/// `program` must be compiled from `model` with compile::Tests::include. A pure function of its arguments.
[[nodiscard]] std::vector<TestResult> run_tests(const model::Model& model, const Program& program, const RunOptions& options = {});

/// The failed test as a timeline: expected and actual rows in order of time, with reasons. `source_name` and `line` place it.
[[nodiscard]] std::string timeline_diff(const TestResult& result, const std::string& place);

}  // namespace nurture::testing
