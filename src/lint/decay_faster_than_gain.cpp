// A score that loses points at least as fast as its rules can add them, so that it never rises for long. A decay that waits for
// silence is left alone: nothing is added then. Entry point: decay_faster_than_gain().
#include "lint/lints.hpp"
#include "lint/moments.hpp"
#include "lint/score_rules.hpp"
#include "syntax/ast_algorithms.hpp"

#include <optional>
#include <vector>

namespace nurture::lint {

namespace {

bool waits_for_silence(const ast::Expr& condition) {
  bool found = false;
  ast::for_each_node(condition, [&](const auto& node) {
    using T = std::remove_cvref_t<decltype(node)>;
    if constexpr (std::is_same_v<T, ast::Expr>) found = found || node.kind == ast::ExprKind::history || node.kind == ast::ExprKind::fold;
  });
  return found;
}

/// In the length of a period, as far as rules are limited; nothing when one is not, or when there are none.
std::optional<double> gain_of(const std::vector<ast::Rule>& rules, std::int64_t period) {
  double gain = 0;
  for (const auto& rule : rules) {
    if (!adds_per_event(rule)) continue;
    const auto per = rule.limit ? seconds_of(rule.limit->per) : std::nullopt;
    if (!per || *per <= 0) return std::nullopt;
    gain += static_cast<double>(rule.points.value * rule.limit->count.value) * static_cast<double>(period) / static_cast<double>(*per);
  }
  return gain > 0 ? std::optional(gain) : std::nullopt;
}

}  // namespace

void decay_faster_than_gain(const model::Model& model, Report& report) {
  for (const auto& score : model.scores) {
    if (!score.node->categories.empty()) continue;  // their points are weighted, and stop at each `max`
    for (const auto& decay : score.node->decays) {
      const auto period = seconds_of(decay.per);
      if (decay.kind != ast::Decay::Kind::points || !period || waits_for_silence(decay.when)) continue;
      const auto gain = gain_of(score.node->rules, *period);
      if (!gain || *gain > static_cast<double>(decay.amount.value)) continue;
      report.add(Finding(Code::decay_faster_than_gain, decay.amount.span,
                         quoted(score.name) + " loses in " + decay.per.text + " at least what all of its rules can add in that time")
                     .help("let it decay more slowly, or only in silence: `when idle(any) >= 14d`"));
    }
  }
}

}  // namespace nurture::lint
