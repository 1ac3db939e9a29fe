// Looks at declared fields and segments: defaults fit their types, conditions are conditions.
// Entry points: check_vocabulary(), check_segments().
#include "check/expressions.hpp"
#include "check/narrowing.hpp"
#include "check/passes.hpp"
#include "check/schedulable.hpp"

namespace nurture::check {

namespace {

void check_default(Context& context, const model::Field& field) {
  if (!field.node->fallback) return;
  const Scope nothing{};
  (void)check_value(context, *field.node->fallback, nothing, field.type, quoted(field.name));
}

/// `tz` holds a zone, so its default must be one.
void check_default_zone(Context& context, const model::Field& field) {
  if (field.name != "tz" || !field.node->fallback || field.node->fallback->kind != ast::ExprKind::string) return;
  check_zone_name(context, field.node->fallback->span, field.node->fallback->text);
}

/// What it stands under exists, and not in a circle.
void check_under(Context& context, model::Id id) {
  model::Category& category = context.model.categories[id];
  const ast::Name& name = *category.node->under;
  const model::Id under = context.model.find_category(name.text);
  if (under == model::kNone) return context.unknown(name, {"category", "category " + name.text + " { }"}, context.model.categories);
  for (model::Id above = under; above != model::kNone; above = context.model.categories[above].under) {
    if (above != id) continue;
    context.add(Finding(Code::circular_definition, name.span, "the category " + quoted(category.name) + " stands under itself"));
    return;
  }
  const bool differs = category.transactional || context.model.categories[under].transactional;
  if (differs) {
    context.add(Finding(Code::contradictory_category, name.span, "what is transactional needs no consent and stands under nothing")
                    .help("take `under` out"));
    return;
  }
  category.under = under;
}

void check_category(Context& context, model::Id id) {
  const ast::Category* node = context.model.categories[id].node;
  if (node == nullptr) return;
  if (node->under) check_under(context, id);
  Scope scope;
  scope.place = "a category";
  if (node->suppress) check_condition(context, *node->suppress, scope);
}

}  // namespace

void check_vocabulary(Context& context) {
  for (const auto& field : context.model.lead) {
    check_default(context, field);
    check_default_zone(context, field);
  }
  for (const auto& event : context.model.events) {
    for (const auto& field : event.fields) check_default(context, field);
  }
  for (model::Id id = 0; id < context.model.categories.size(); ++id) check_category(context, id);
}

void check_segments(Context& context) {
  Scope scope;
  scope.place = "a segment";
  // In their order each segment finds what is known about those it uses.
  for (const auto& segment : context.model.segments) {
    const ast::Expr& condition = segment.node->condition;
    check_condition(context, condition, scope);
    context.segment_facts.push_back({facts_if(context, condition, false), facts_if(context, condition, true)});
    context.segment_trouble.push_back(find_clock_trouble(context, condition));
  }
}

}  // namespace nurture::check
