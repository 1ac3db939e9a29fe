// Rules that add points for each event to a category with a `max`, as often as the event comes: whoever reloads one page often
// enough has all that the category can give. Said once for a category. Entry point: unbounded_rule().
#include "lint/lints.hpp"
#include "lint/score_rules.hpp"

namespace nurture::lint {

void unbounded_rule(const model::Model& model, Report& report) {
  for (const auto& score : model.scores) {
    for (const auto& category : score.node->categories) {
      const ast::Rule* first = nullptr;
      std::size_t count = 0;
      for (const auto& rule : category.rules) {
        if (!adds_per_event(rule) || rule.limit) continue;
        if (first == nullptr) first = &rule;
        ++count;
      }
      if (first == nullptr) continue;
      const std::string what = count == 1 ? quoted(first->name.text) + " alone, repeated, fills "
                                          : "each of " + std::to_string(count) + " rules alone, repeated, fills ";
      report.add(Finding(Code::unbounded_rule, first->name.span, what + quoted(category.name.text))
                     .label(category.max.span, "the most that the category can give")
                     .help("say how often it counts, e.g. `limit 3 per 7d`"));
    }
  }
}

}  // namespace nurture::lint
