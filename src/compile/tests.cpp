// Expressions of tests, compiled in the place of what they test. Entry point: add_test_expressions().
//
// They stand with the sequence, because they may ask `since step` and for one key; but what they name is not part of the
// sequence, so its list of segments, and with it its version, stays as it is.
#include "compile/builder.hpp"

#include <utility>

namespace nurture::compile {

namespace {

const ast::Expr* expression_of(const ast::TestLine& line) {
  if (const auto* set = std::get_if<ast::FeedSet>(&line.what)) return &set->value;
  const auto* outcome = std::get_if<ast::Outcome>(&line.what);
  const auto* expected = outcome == nullptr ? nullptr : std::get_if<ast::ExpectCondition>(outcome);
  return expected == nullptr ? nullptr : &expected->condition;
}

void add_test(Builder& builder, Id test, const Place& place) {
  const std::vector<ast::TestLine>& timeline = builder.model.tests[test].node->timeline;
  for (Id line = 0; line < timeline.size(); ++line) {
    const ast::Expr* expression = expression_of(timeline[line]);
    if (expression == nullptr) continue;
    builder.program.test_expressions.push_back({test, line, compile_expression(builder, *expression, place)});
  }
}

}  // namespace

void add_test_expressions(Builder& builder, Id sequence, Id score) {
  if (builder.tests == Tests::leave_out) return;
  Place place;
  std::vector<Id> segments;
  if (sequence != kNone) {
    place.sequence = &builder.program.sequences[sequence];
    place.declared = &builder.model.sequences[sequence];
    segments = place.sequence->segments;
  }
  for (Id test = 0; test < builder.model.tests.size(); ++test) {
    const model::Test& declared = builder.model.tests[test];
    if (declared.sequence == sequence && declared.score == score) add_test(builder, test, place);
  }
  if (place.sequence != nullptr) place.sequence->segments = std::move(segments);
  auto& all = builder.program.test_expressions;
  std::sort(all.begin(), all.end(),
            [](const TestExpression& a, const TestExpression& b) { return std::pair(a.test, a.line) < std::pair(b.test, b.line); });
}

}  // namespace nurture::compile
