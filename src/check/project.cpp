// The project: at most one, and what it names exists. Entry points: declare_project(), check_project().
#include "check/expressions.hpp"
#include "check/passes.hpp"
#include "check/policies.hpp"

namespace nurture::check {

namespace {

void check_keep(Context& context, const ast::Keep& keep) {
  if (context.model.find_event(keep.event.text) == model::kNone)
    context.unknown(keep.event, {"event", "event " + keep.event.text}, context.model.events);
  if (is_zero(keep.length)) context.add(Finding(Code::bad_offset, keep.length.span, "this keeps nothing").help("write e.g. `for 180d`"));
  check_length(context, keep.length);
}

}  // namespace

void check_holdouts(Context& context, const std::vector<ast::Holdout>& holdouts) {
  context.at_most_one(holdouts, "`holdout`");
  for (const auto& holdout : holdouts) {
    if (holdout.percent.value >= 1 && holdout.percent.value <= 99) continue;
    context.add(Finding(Code::variant_sum, holdout.percent.span,
                        "a holdout is a share between 1% and 99%, so that there are two groups to compare"));
  }
}

void declare_project(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->projects) {
      if (context.model.project == nullptr)
        context.model.project = &node;
      else
        context.add(Finding(Code::duplicate_name, node.name.span, "there is one project, and this is another")
                        .label(context.model.project->name.span, "the first"));
    }
  }
}

void check_project(Context& context) {
  if (context.model.project == nullptr) return;
  const ast::Project& node = *context.model.project;
  context.at_most_one(node.zones, "`zone`");
  for (const auto& item : node.zones) {
    check_zone(context, item.zone);
    if (item.zone.kind == ast::Zone::Kind::named) continue;
    context.add(Finding(Code::not_in_scope, item.zone.span, "the zone of a project is for leads that have none, so it is a name")
                    .help("write e.g. `zone \"Europe/London\"`"));
  }
  std::vector<const ast::Policy*> policies;
  for (std::size_t i = 0; i < node.policies.size(); ++i) {
    const ast::Name& name = node.policies[i].name;
    const model::Id id = context.model.find_policy(name.text);
    if (id == model::kNone) {
      context.unknown(name, {"policy", "policy " + name.text + " { ... }"}, context.model.policies);
      continue;
    }
    policies.push_back(context.model.policies[id].node);
    for (std::size_t k = 0; k < i; ++k) {
      if (node.policies[k].name.text != name.text) continue;
      context.add(Finding(Code::duplicate_name, name.span, "the policy " + quoted(name.text) + " is named twice")
                      .label(node.policies[k].name.span, "named here first"));
    }
  }
  if (!policies.empty()) check_week(context, node.policies.back().name.span, node.name.text, policies);
  check_holdouts(context, node.holdouts);
  for (const auto& keep : node.keeps) check_keep(context, keep);
  check_retention(context, node);
}

}  // namespace nurture::check
