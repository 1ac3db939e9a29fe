// Lead fields, events, categories: names become ids, types become slots. Entry point: add_vocabulary().
#include "compile/builder.hpp"

#include <cstdlib>
#include <limits>

namespace nurture::compile {

namespace {

/// See Category::accepts and ConsentPair: not known, given, confirmed, withdrawn.
std::uint8_t accepted_states(const model::Category& category) {
  unsigned accepts = 1u << 2u;
  if (!category.double_opt_in) accepts |= 1u << 1u;
  if (category.implied) accepts |= 1u;
  return static_cast<std::uint8_t>(accepts);
}

SlotType slot_type(const model::Type& type) {
  switch (type.kind) {
    case model::TypeKind::bool_: return SlotType::bool_;
    case model::TypeKind::int_: return SlotType::int_;
    case model::TypeKind::number: return SlotType::number;
    case model::TypeKind::enum_: return SlotType::enum_;
    case model::TypeKind::date: return SlotType::date;
    case model::TypeKind::time: return SlotType::time;
    case model::TypeKind::datetime: return SlotType::datetime;
    case model::TypeKind::duration: return SlotType::duration;
    case model::TypeKind::list: return SlotType::list;
    case model::TypeKind::string:
    case model::TypeKind::period:
    case model::TypeKind::map:
    case model::TypeKind::null_:
    case model::TypeKind::any:
    case model::TypeKind::error: break;
  }
  return SlotType::string;
}

/// Answers nothing: defaults are literals.
class Nowhere final : public eval::Environment {
 public:
  Nowhere() { zone = time::utc(); }
  eval::Value load(eval::Origin, std::uint32_t) override { return eval::Value::missing(); }
  eval::Value history(std::uint32_t) override { return eval::Value::missing(); }
};

/// The value of a default, as the slot keeps it. Collections stay alive with the module; the code has then done its work.
eval::Value default_value(Builder& builder, const ast::Expr& literal, SlotType type) {
  eval::Module& module = builder.program.module;
  const std::size_t code_size = module.code.size();
  Nowhere nowhere;
  const eval::Value value = eval::run(module, compile_expression(builder, literal, Place{}), nowhere, *module.collections);
  module.code.resize(code_size);
  builder.program.expression_texts.pop_back();
  if (type == SlotType::number && value.kind == eval::Kind::int_) return eval::Value::of(static_cast<double>(value.integer));
  if (value.kind == eval::Kind::string) return eval::Value::of(module.intern(value.text()));
  return value;
}

void add_field_names(Builder& builder) {
  for (const model::Event& event : builder.model.events) {
    for (const model::Field& field : event.fields) insert_sorted(builder.program.field_names, field.name);
  }
}

void add_event(Builder& builder, const model::Event& declared) {
  Event event;
  event.name = declared.name;
  event.external = declared.external;
  event.by_engine = declared.by_engine;
  event.position.assign(builder.program.field_names.size(), -1);
  for (const model::Field& field : declared.fields) {
    event.position[field_name(builder.program, field.name)] = static_cast<std::int16_t>(event.fields.size());
    event.fields.push_back(to_field(builder, field));
  }
  builder.program.events.push_back(std::move(event));
}

}  // namespace

Field to_field(Builder& builder, const model::Field& declared) {
  Field field;
  field.name = declared.name;
  field.type = slot_type(declared.type);
  field.optional = declared.type.optional;
  field.values = declared.type.values;
  if (declared.type.element) {
    field.element = slot_type(*declared.type.element);
    field.values = declared.type.element->values;
  }
  if (declared.node != nullptr && declared.node->fallback) field.fallback = default_value(builder, *declared.node->fallback, field.type);
  return field;
}

double number_of(Builder& builder, const ast::Expr& literal) { return default_value(builder, literal, SlotType::number).number; }

Id field_name(const Program& program, std::string_view name) {
  const auto at = std::lower_bound(program.field_names.begin(), program.field_names.end(), name);
  return at != program.field_names.end() && *at == name ? static_cast<Id>(at - program.field_names.begin()) : kNone;
}

time::Period to_period(const ast::Duration& duration) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / 1000;
  return {static_cast<std::int32_t>(std::min(std::abs(duration.months), kMost)),
          static_cast<std::int32_t>(std::min(std::abs(duration.days), kMost)), std::min(std::abs(duration.seconds), kMostSeconds) * 1000};
}

void add_vocabulary(Builder& builder) {
  Program& program = builder.program;
  add_field_names(builder);
  for (const model::Field& field : builder.model.lead) program.lead.push_back(to_field(builder, field));
  program.zone_field = builder.model.find_lead_field("tz");
  program.preferred_field = builder.model.find_lead_field("preferred_channel");
  for (const model::Event& event : builder.model.events) add_event(builder, event);
  for (const model::Category& category : builder.model.categories) {
    const std::uint8_t accepts = accepted_states(category);
    program.categories.push_back(
        {category.name, category.implied, category.double_opt_in, category.transactional, accepts, category.under, {}});
  }
}

}  // namespace nurture::compile
