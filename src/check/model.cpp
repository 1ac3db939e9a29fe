// Look-ups of the model and the words for types. Entry points: the find functions, to_string(). The dump stands in
// dump.cpp.
#include "check/model.hpp"

#include <algorithm>

#include "check/names.hpp"

namespace nurture::model {

namespace {

template <class T>
Id position_of(const std::vector<T>& items, std::string_view name) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].name == name) return static_cast<Id>(i);
  }
  return kNone;
}

Id look_up(const Model& model, std::string_view kind, std::string_view name) {
  const auto found = model.names.find(check::table_key(kind, name));
  return found == model.names.end() ? kNone : found->second;
}

std::string_view word(TypeKind kind) {
  switch (kind) {
    case TypeKind::bool_: return "bool";
    case TypeKind::int_: return "int";
    case TypeKind::number: return "number";
    case TypeKind::string: return "string";
    case TypeKind::enum_: return "enum";
    case TypeKind::date: return "date";
    case TypeKind::time: return "time";
    case TypeKind::datetime: return "datetime";
    case TypeKind::duration: return "duration";
    case TypeKind::period: return "period";
    case TypeKind::list: return "list";
    case TypeKind::map: return "map";
    case TypeKind::null_: return "null";
    case TypeKind::any: return "any";
    case TypeKind::error: return "error";
  }
  return "";
}

}  // namespace

std::string to_string(const Type& type) {
  std::string out{word(type.kind)};
  if (type.kind == TypeKind::enum_) {
    out += '(';
    for (std::size_t i = 0; i < type.values.size(); ++i) out += (i == 0 ? "" : ", ") + type.values[i];
    out += ')';
  }
  if (type.kind == TypeKind::list && type.element) out += '<' + to_string(*type.element) + '>';
  if (type.optional) out += '?';
  return out;
}

const Field* Event::field(std::string_view field_name) const {
  const Id at = position_of(fields, field_name);
  return at == kNone ? nullptr : &fields[at];
}

Id Sequence::find_step(std::string_view step_name) const { return position_of(steps, step_name); }

Id Sequence::find_anchor(std::string_view anchor_name) const {
  for (std::size_t i = 0; i < node->anchors.size(); ++i) {
    if (node->anchors[i].name.text == anchor_name) return static_cast<Id>(i);
  }
  return kNone;
}

Id Score::find_tier(std::string_view tier_name) const { return position_of(tiers, tier_name); }

Id Model::find_lead_field(std::string_view name) const { return look_up(*this, "lead", name); }
Id Model::find_event(std::string_view name) const { return look_up(*this, "event", name); }
Id Model::find_category(std::string_view name) const { return look_up(*this, "category", name); }
Id Model::find_channel(std::string_view name) const { return look_up(*this, "channel", name); }
Id Model::find_segment(std::string_view name) const { return look_up(*this, "segment", name); }
Id Model::find_policy(std::string_view name) const { return look_up(*this, "policy", name); }
Id Model::find_field_set(std::string_view name) const { return look_up(*this, "fields", name); }
Id Model::find_message(std::string_view name) const { return look_up(*this, "message", name); }
Id Model::find_pool(std::string_view name) const { return look_up(*this, "pool", name); }
Id Model::find_family(std::string_view name) const { return look_up(*this, "family", name); }
Id Model::find_sequence(std::string_view name) const { return look_up(*this, "sequence", name); }
Id Model::find_score(std::string_view name) const { return look_up(*this, "score", name); }
Id Model::find_lifecycle(std::string_view name) const { return look_up(*this, "lifecycle", name); }
Id Model::find_audience(std::string_view name) const { return look_up(*this, "audience", name); }

std::vector<Id> Model::find_events(const std::vector<ast::Name>& written) const {
  std::vector<Id> ids;
  for (const auto& name : written) {
    const Id id = find_event(name.text);
    if (id != kNone) ids.push_back(id);
    if (id != kNone || name.text != check::kAnyEvent) continue;
    for (Id other = 0; other < events.size(); ++other) {
      if (!events[other].by_engine) ids.push_back(other);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::vector<Id> Model::policies_of(const ast::Sequence& sequence) const {
  std::vector<Id> ids;
  const auto add = [&](const std::vector<ast::PolicyItem>& items) {
    for (const auto& item : items) {
      const Id id = find_policy(item.name.text);
      if (id != kNone && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
  };
  if (project != nullptr) add(project->policies);
  add(sequence.policies);
  return ids;
}

}  // namespace nurture::model
