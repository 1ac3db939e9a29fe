// A message behind a condition, and no word about those for whom it does not hold. Entry point: branch_without_else().
#include "check/bodies.hpp"
#include "lint/lints.hpp"

#include <algorithm>

namespace nurture::lint {

namespace {

bool sends(const ast::Body& body) {
  return std::any_of(body.actions.begin(), body.actions.end(), [](const ast::Action& action) {
    return std::holds_alternative<ast::Send>(action.what) || std::holds_alternative<ast::SendNext>(action.what);
  });
}

void look(const ast::Body& body, const model::Sequence& sequence, Report& report) {
  check::for_each_action(body, [&](const ast::Action& action) {
    const auto* branch = std::get_if<ast::If>(&action.what);
    if (branch == nullptr || branch->otherwise || !sends(branch->then)) return;
    Finding finding(Code::branch_without_else, branch->condition.span, "nothing is said of those for whom this does not hold");
    const std::uint32_t end = report.end_of(branch->then.span);
    const std::string_view text = report.text(branch->then.span.file);
    const bool is_block = end > 0 && end <= text.size() && text[end - 1] == '}';
    finding.help(text.empty() ? "add `else:`, which may be empty: `else: []`" : "add an `else`, which may be empty: `else {}`");
    if (is_block) finding.fix({branch->then.span.file, end, end}, " else {}");
    report.add(finding, sequence);
  });
}

}  // namespace

void branch_without_else(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    for (const auto& step : sequence.steps) look(step.node->body, sequence, report);
  }
}

}  // namespace nurture::lint
