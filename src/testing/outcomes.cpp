// What a test expects against what was decided. An expectation with an instant looks at that instant; one without looks
// at what has happened and, if that is not enough, lets time run to the next line that has an instant.
#include "testing/script.hpp"

#include "syntax/print.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nurture::testing {
namespace {

/// How far time runs for an expectation without an instant: longer than any plan of a year.
constexpr std::int64_t kHorizonMs = std::int64_t{400} * 86'400'000;

bool relation_holds(ast::ExprKind op, std::int64_t a, std::int64_t b) {
  switch (op) {
    case ast::ExprKind::equal: return a == b;
    case ast::ExprKind::not_equal: return a != b;
    case ast::ExprKind::less: return a < b;
    case ast::ExprKind::less_equal: return a <= b;
    case ast::ExprKind::greater: return a > b;
    case ast::ExprKind::greater_equal: return a >= b;
    default: return false;
  }
}

std::string outcome_of(const ast::TestLine& line) {
  const auto* outcome = std::get_if<ast::Outcome>(&line.what);
  return outcome == nullptr ? std::string() : syntax::print_outcome(*outcome);
}

}  // namespace

std::string Script::instant_text(Instant at) const {
  const engine::Core& core = engine_->core();
  const std::uint32_t lead = core.find_lead("test");
  const std::uint32_t enrolment =
      declared_.sequence == model::kNone || lead == compile::kNone ? compile::kNone : core.last_enrolment(lead, declared_.sequence);
  const time::Local local = zone_->to_local(at);
  const std::string clock = fmt::format("{:02}:{:02}", local.second_of_day() / 3600, local.second_of_day() / 60 % 60);
  if (enrolment == compile::kNone) {
    const time::Civil civil = time::civil_from_day(local.day());
    return fmt::format("{:04}-{:02}-{:02}T{}", civil.year, civil.month, civil.day, clock);
  }
  const std::int32_t entry = zone_->to_local({core.enrolment(enrolment).enrolled_ms}).day();
  return fmt::format("day {} {}", local.day() - entry + first_day(), clock);
}

void Script::fail(const ast::TestLine& line, std::string actual, std::optional<std::string> rewrite) {
  result_.failures.push_back({line.span, outcome_of(line), std::move(actual), previous_, std::move(rewrite)});
}

/// What became of a message, or of whatever the expectation is about, nearest to now.
const Row* Script::nearest(DecisionKind kind, std::string_view message) const {
  const Row* best = nullptr;
  for (const Row& row : recorder_.rows) {
    const bool about = !message.empty() ? row.message == message : row.kind == kind;
    if (!about || row.claimed) continue;
    const auto distance = [&](const Row& r) { return std::abs(r.at.ms - previous_.ms); };
    if (best == nullptr || distance(row) <= distance(*best)) best = &row;
  }
  return best;
}

std::optional<std::string> Script::rewrite_as(const Row& row) const {
  const std::string at = "at " + instant_text(row.at) + " expect ";
  switch (row.kind) {
    case DecisionKind::sent: return at + "send " + row.message;
    case DecisionKind::held: return at + "held " + row.message + " until " + instant_text(row.until);
    case DecisionKind::skipped: return at + "skipped " + row.message + " because " + std::string(to_string(row.reason));
    case DecisionKind::exited: return at + "exit " + row.name;
    case DecisionKind::moved: return at + "moved to " + row.name;
    case DecisionKind::notified: return at + "notified " + row.name;
    case DecisionKind::task: return at + "task " + row.name;
    case DecisionKind::joined: return at + "joined " + row.name;
    case DecisionKind::left: return at + "left " + row.name;
    default: return std::nullopt;
  }
}

template <class Matches>
void Script::expect_row(const ast::TestLine& line, std::size_t index, DecisionKind kind, std::string_view message, Matches&& matches) {
  const auto find = [&]() -> Row* {
    for (Row& row : recorder_.rows) {
      const bool when = !line.at || row.at == previous_;
      if (when && row.kind == kind && !row.claimed && matches(row)) return &row;
    }
    return nullptr;
  };
  Row* row = find();
  if (row == nullptr && !line.at) {
    const std::int64_t limit = std::min(next_timed(index).ms - 1, previous_.ms + kHorizonMs);
    while (row == nullptr && engine_->next_due().ms <= limit) {
      step_to(engine_->next_due());
      row = find();
    }
    if (row != nullptr) previous_ = std::max(previous_, row->at);
  }
  if (row != nullptr) {
    row->claimed = true;
    return;
  }
  const Row* instead = nearest(kind, message);
  if (instead == nullptr) return fail(line, {});
  fail(line, when(*instead) + "  " + words(*instead), rewrite_as(*instead));
}

namespace {

/// Whether an expectation looks at the state of the lead, not at what was decided.
bool asks_lead(const ast::Outcome& outcome) {
  return std::holds_alternative<ast::ExpectScore>(outcome) || std::holds_alternative<ast::ExpectTier>(outcome) ||
         std::holds_alternative<ast::ExpectStage>(outcome) || std::holds_alternative<ast::ExpectAtStep>(outcome) ||
         std::holds_alternative<ast::ExpectCondition>(outcome);
}

}  // namespace

void Script::expect(const ast::TestLine& line, const ast::Outcome& outcome, std::size_t index) {
  if (asks_lead(outcome) && engine_->core().find_lead("test") == compile::kNone) return fail(line, "the lead is not known");
  if (const auto* send = std::get_if<ast::ExpectSend>(&outcome)) {
    expect_row(line, index, DecisionKind::sent, send->message.text, [&](const Row& row) {
      return row.message == send->message.text && (!send->channel || row.channel == send->channel->text) &&
             (!send->variant || row.variant == send->variant->text);
    });
  } else if (const auto* held = std::get_if<ast::ExpectHeld>(&outcome)) {
    const Instant until = resolve(held->until);
    expect_row(line, index, DecisionKind::held, held->message.text,
               [&](const Row& row) { return row.message == held->message.text && row.until == until; });
  } else if (const auto* skipped = std::get_if<ast::ExpectSkipped>(&outcome)) {
    expect_row(line, index, DecisionKind::skipped, skipped->message.text,
               [&](const Row& row) { return row.message == skipped->message.text && to_string(row.reason) == skipped->reason.text; });
  } else if (const auto* exit = std::get_if<ast::ExpectExit>(&outcome)) {
    expect_row(line, index, DecisionKind::exited, {},
               [&](const Row& row) { return row.name == exit->name.text && row.sequence == result_.subject; });
  } else if (const auto* moved = std::get_if<ast::ExpectMoved>(&outcome)) {
    expect_row(line, index, DecisionKind::moved, {}, [&](const Row& row) { return row.name == moved->sequence.text; });
  } else if (const auto* goal = std::get_if<ast::ExpectGoal>(&outcome)) {
    expect_row(line, index, DecisionKind::goal, {}, [&](const Row& row) { return row.name == goal->name.text; });
  } else if (const auto* notified = std::get_if<ast::ExpectNotified>(&outcome)) {
    expect_row(line, index, DecisionKind::notified, {}, [&](const Row& row) { return row.name == notified->who.text; });
  } else if (const auto* task = std::get_if<ast::ExpectTask>(&outcome)) {
    expect_row(line, index, DecisionKind::task, {}, [&](const Row& row) { return row.name == task->owner.text; });
  } else if (const auto* score = std::get_if<ast::ExpectScore>(&outcome)) {
    expect_score(line, *score);
  } else if (const auto* tier = std::get_if<ast::ExpectTier>(&outcome)) {
    expect_tier(line, *tier);
  } else if (const auto* stage = std::get_if<ast::ExpectStage>(&outcome)) {
    expect_stage(line, *stage);
  } else if (const auto* member = std::get_if<ast::ExpectMembership>(&outcome)) {
    const bool joined = member->kind == ast::ExpectMembership::Kind::joined;
    expect_row(line, index, joined ? DecisionKind::joined : DecisionKind::left, {},
               [&](const Row& row) { return row.name == member->audience.text; });
  } else if (const auto* step = std::get_if<ast::ExpectAtStep>(&outcome)) {
    expect_at_step(line, *step);
  } else if (std::holds_alternative<ast::ExpectNoSend>(outcome)) {
    expect_no_send(line);
  } else if (std::holds_alternative<ast::ExpectNothingMore>(outcome)) {
    expect_nothing_more(line);
  } else {
    expect_condition(line, index);
  }
}

void Script::expect_no_send(const ast::TestLine& line) {
  const std::size_t from = checked_rows_;
  checked_rows_ = recorder_.rows.size();
  for (std::size_t i = from; i < checked_rows_; ++i) {
    const Row& row = recorder_.rows[i];
    if (row.kind == DecisionKind::sent && !row.claimed) return fail(line, when(row) + "  " + words(row));
  }
}

void Script::expect_nothing_more(const ast::TestLine& line) {
  const Instant from = previous_;
  const std::int64_t limit = from.ms + kHorizonMs;
  while (engine_->next_due().ms <= limit) step_to(engine_->next_due());
  for (const Row& row : recorder_.rows) {
    const bool counts = row.kind == DecisionKind::sent || row.kind == DecisionKind::notified || row.kind == DecisionKind::task ||
                        row.kind == DecisionKind::joined || row.kind == DecisionKind::left;
    if (!counts || row.claimed || row.at < from) continue;
    const std::string expected = rewrite_as(row).value_or("");
    return fail(line, when(row) + "  " + words(row), expected + "\n  expect nothing more");
  }
}

void Script::expect_score(const ast::TestLine& line, const ast::ExpectScore& expected) {
  const engine::Core& core = engine_->core();
  const compile::Id score = model_.find_score(expected.score.text);
  const std::int64_t total = core.score_total(core.find_lead("test"), score);
  if (relation_holds(expected.op, total, expected.value.value)) return;
  fail(line, fmt::format("score {} is {}", expected.score.text, total),
       fmt::format("at {} expect score {} == {}", instant_text(previous_), expected.score.text, total));
}

void Script::expect_tier(const ast::TestLine& line, const ast::ExpectTier& expected) {
  const engine::Core& core = engine_->core();
  const compile::Id score = model_.find_score(expected.score.text);
  const compile::Id tier = core.score_tier(core.find_lead("test"), score);
  const std::string name = tier == compile::kNone ? "none" : model_.scores[score].tiers[tier].name;
  if (name == expected.tier.text) return;
  fail(line, fmt::format("tier {} is {}", expected.score.text, name),
       fmt::format("at {} expect tier {} {}", instant_text(previous_), expected.score.text, name));
}

void Script::expect_stage(const ast::TestLine& line, const ast::ExpectStage& expected) {
  const engine::Core& core = engine_->core();
  const compile::Id lifecycle = model_.find_lifecycle(expected.lifecycle.text);
  const std::string& name = model_.lifecycles[lifecycle].stages[core.stage_of(core.find_lead("test"), lifecycle)];
  if (name == expected.stage.text) return;
  fail(line, fmt::format("stage {} is {}", expected.lifecycle.text, name),
       fmt::format("at {} expect stage {} {}", instant_text(previous_), expected.lifecycle.text, name));
}

void Script::expect_at_step(const ast::TestLine& line, const ast::ExpectAtStep& expected) {
  const engine::Core& core = engine_->core();
  const std::uint32_t enrolment = core.find_enrolment(core.find_lead("test"), declared_.sequence);
  if (enrolment == compile::kNone) return fail(line, "the lead is not in the sequence");
  const std::uint16_t step = core.enrolment(enrolment).step;
  const auto& steps = model_.sequences[declared_.sequence].steps;
  const std::string name = step < steps.size() ? steps[step].name : "no step";
  if (name != expected.step.text) fail(line, "the last step that ran is " + name);
}

void Script::expect_condition(const ast::TestLine& line, std::size_t index) {
  const compile::Program& graph = *program_.graph();
  const auto place = std::find_if(graph.test_expressions.begin(), graph.test_expressions.end(),
                                  [&](const compile::TestExpression& e) { return e.test == test_ && e.line == index; });
  if (place == graph.test_expressions.end()) return fail(line, "the program was compiled without its tests");
  const std::uint32_t lead = engine_->core().find_lead("test");
  const std::uint32_t enrolment =
      declared_.sequence == model::kNone ? compile::kNone : engine_->core().find_enrolment(lead, declared_.sequence);
  eval::Arena arena;
  const eval::Value value = engine_->core().evaluate(graph.module, place->code, lead, enrolment, arena);
  if (!value.is_true()) fail(line, "it is " + eval::to_string(value));
}

}  // namespace nurture::testing
