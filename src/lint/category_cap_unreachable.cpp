// A category whose `max` no lead can have: its rules hold or do not, and all together are worth less. Rules for events add up
// without end, and reach it some day. Entry point: category_cap_unreachable().
#include "lint/lints.hpp"
#include "lint/score_rules.hpp"

#include <algorithm>

namespace nurture::lint {

void category_cap_unreachable(const model::Model& model, Report& report) {
  for (const auto& score : model.scores) {
    for (const auto& category : score.node->categories) {
      if (std::any_of(category.rules.begin(), category.rules.end(), adds_per_event)) continue;
      std::int64_t most = 0;
      for (const auto& rule : category.rules) most += std::max<std::int64_t>(rule.points.value, 0);
      if (most >= category.max.value) continue;
      const std::string help = most == 0 ? std::string("give it rules that add points")
                                         : "write `max " + std::to_string(most) + "`, or let the rules be worth more";
      report.add(Finding(Code::category_cap_unreachable, category.max.span,
                         "the rules of " + quoted(category.name.text) + " add up to " + std::to_string(most) + " at most")
                     .help(help));
    }
  }
}

}  // namespace nurture::lint
