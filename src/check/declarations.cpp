// Vocabulary and messages into the model: lead fields, events, categories, channels, segments, policies, messages.
// Entry points: declare_vocabulary(), declare_messages(). What is declared twice is refused and the first one stays.
#include "check/passes.hpp"
#include "check/types.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace nurture::check {

namespace {

using model::Id;
using model::kNone;

/// Adds an item under its name unless there is one already. False when the name is absent or taken.
template <class T>
bool declare(Context& context, std::string_view kind, const ast::Name& name, std::vector<T>& items, T item) {
  if (name.text.empty()) return false;
  const auto [found, fresh] = context.model.names.try_emplace(table_key(kind, name.text), static_cast<Id>(items.size()));
  if (!fresh) {
    const auto* first = items[found->second].node;
    const std::string what = kind == "lead" ? "lead field" : std::string(kind);
    context.duplicate(name.span, what + ' ' + quoted(name.text), first ? first->name.span : name.span);
    return false;
  }
  items.push_back(std::move(item));
  return true;
}

void check_enum_values(Context& context, const ast::Type& type) {
  for (std::size_t i = 0; i < type.values.size(); ++i) {
    const auto same = [&](const ast::Name& other) { return other.text == type.values[i].text; };
    const auto first = std::find_if(type.values.begin(), type.values.begin() + static_cast<std::ptrdiff_t>(i), same);
    if (first != type.values.begin() + static_cast<std::ptrdiff_t>(i)) {
      context.duplicate(type.values[i].span, "value " + quoted(type.values[i].text), first->span);
    }
  }
  if (type.element) check_enum_values(context, **type.element);
}

void declare_lead(Context& context, const ast::Lead& lead) {
  for (const auto& node : lead.members) {
    if (context.model.lead.size() == limits::kFields) {
      context.add(Finding(Code::too_long, node.name.span, "a lead has more than " + std::to_string(limits::kFields) + " fields"));
      return;
    }
    declare(context, "lead", node.name, context.model.lead, make_field(context, node));
  }
}

void declare_event_fields(Context& context, const ast::Event& node, model::Event& event) {
  std::map<std::string_view, Span> seen;
  for (const auto& field : node.members) {
    if (field.name.text.empty()) continue;
    if (event.fields.size() == limits::kFields) {
      context.add(Finding(Code::too_long, field.name.span, "an event has more than " + std::to_string(limits::kFields) + " fields"));
      return;
    }
    const auto [first, fresh] = seen.try_emplace(field.name.text, field.name.span);
    if (!fresh) {
      context.duplicate(field.name.span, "field " + quoted(field.name.text), first->second);
    } else if (field.name.text == "at") {
      context.add(Finding(Code::duplicate_name, field.name.span, "every event has an `at` already: the moment it occurred")
                      .help("give the field another name, e.g. `starts_at`"));
    } else {
      event.fields.push_back(make_field(context, field));
    }
  }
}

void declare_event(Context& context, const ast::Event& node) {
  model::Event event;
  event.name = node.name.text;
  event.external = node.external ? node.external->value : node.name.text;
  event.node = &node;
  declare_event_fields(context, node, event);
  declare(context, "event", node.name, context.model.events, std::move(event));
}

void refuse_shared_external_names(Context& context) {
  std::map<std::string_view, const model::Event*> seen;
  for (const auto& event : context.model.events) {
    const auto [first, fresh] = seen.try_emplace(event.external, &event);
    if (fresh) continue;
    const auto place = [](const model::Event& e) { return e.node->external ? e.node->external->span : e.node->name.span; };
    context.duplicate(place(event), "the outside name " + quoted(event.external), place(*first->second));
  }
}

void declare_category(Context& context, const ast::Category& node) {
  const bool builtin = node.name.text == "transactional";
  if (builtin && !node.transactional) {
    context.add(Finding(Code::contradictory_category, node.name.span, "`transactional` is known already and needs no consent")
                    .help("give the category another name"));
    return;
  }
  if (node.transactional && (node.consent || node.double_opt_in)) {
    context.add(Finding(Code::contradictory_category, node.name.span, "a transactional category needs no consent, yet this one asks for it")
                    .help("keep either `transactional` or `consent`"));
  }
  const bool implied = node.consent == ast::Category::Consent::implied;
  if (implied && node.double_opt_in) {
    context.add(
        Finding(Code::contradictory_category, node.name.span, "implied consent is never confirmed, so `double_opt_in` cannot be met")
            .help("write `consent explicit double_opt_in`, or leave `double_opt_in` out"));
  }
  declare(context, "category", node.name, context.model.categories,
          {node.name.text, implied, node.double_opt_in, node.transactional, &node, model::kNone});
}

/// A category or channel that a message mentions without its being declared.
void imply_category(Context& context, const ast::Name& name) {
  if (name.text.empty()) return;
  auto& categories = context.model.categories;
  if (context.model.names.try_emplace(table_key("category", name.text), static_cast<Id>(categories.size())).second) {
    categories.push_back({name.text, false, false, false, nullptr, model::kNone});
  }
}
void imply_channel(Context& context, const ast::Name& name) {
  if (name.text.empty()) return;
  auto& channels = context.model.channels;
  if (context.model.names.try_emplace(table_key("channel", name.text), static_cast<Id>(channels.size())).second) {
    channels.push_back({name.text, nullptr});
  }
}

void declare_segment(Context& context, const ast::Segment& node) {
  if (std::find(kReserved.begin(), kReserved.end(), node.name.text) != kReserved.end()) {
    context.add(Finding(Code::duplicate_name, node.name.span, quoted(node.name.text) + " has a meaning of its own in conditions")
                    .help("give the segment another name"));
    return;
  }
  declare(context, "segment", node.name, context.model.segments, {node.name.text, &node});
}

/// Puts an item in the place of the one of the same name, else behind the others.
template <class T, class Name>
void put(std::vector<T>& items, T item, const Name& name_of_item) {
  const auto same = [&](const T& other) { return name_of_item(other) == name_of_item(item); };
  const auto found = std::find_if(items.begin(), items.end(), same);
  if (found == items.end()) {
    items.push_back(std::move(item));
  } else {
    *found = std::move(item);
  }
}

std::string_view name_of_field(const model::MessageField& field) { return field.name; }

/// The fields of a node, then its choices: one order for both spellings, of which YAML keeps them apart.
template <class T>
std::vector<model::MessageField> own_fields(const T& node) {
  std::vector<model::MessageField> fields;
  for (const auto& item : node.message_fields) fields.push_back({item.name.text, &item, nullptr});
  for (const auto& item : node.choices) fields.push_back({item.name.text, nullptr, &item});
  return fields;
}

void use_fields(Context& context, const ast::UseFields& use, model::Content& content) {
  const Id id = context.model.find_field_set(use.name.text);
  if (id == kNone) {
    context.unknown(use.name, {"block of shared fields called", "fields " + use.name.text + " { ... }"}, context.model.field_sets);
    return;
  }
  for (const auto& field : context.model.field_sets[id].fields) put(content.fields, field, name_of_field);
}

void apply_texts(const ast::MessageItems& items, model::Content& content) {
  if (!items.templates.empty()) content.template_name = &items.templates.front().text;
  if (!items.subjects.empty()) content.subject = &items.subjects.front().text;
  if (!items.previews.empty()) content.preview = &items.previews.front().text;
  if (!items.bodies.empty()) {
    const ast::BodyItem& body = items.bodies.front();
    const ast::Text* const file = body.content ? &*body.content : nullptr;
    content.body = body.is_file ? file : &body.text;
  }
  if (!items.senders.empty()) content.from = &items.senders.front();
  if (!items.topics.empty()) content.topic = items.topics.front().name.text;
  for (const auto& link : items.links) {
    put(content.links, &link, [](const ast::LinkItem* item) -> std::string_view { return item->name.text; });
  }
}

/// Puts what the items say over what was said before: a variant over its message.
void apply(Context& context, const ast::MessageItems& items, model::Content& content) {
  if (!items.channels.empty()) {
    content.channels.clear();
    for (const auto& channel : items.channels.front().channels) {
      imply_channel(context, channel);
      const bool again = std::find(content.channels.begin(), content.channels.end(), channel.text) != content.channels.end();
      if (again) {
        context.add(Finding(Code::duplicate_name, channel.span, "channel " + quoted(channel.text) + " is named twice"));
      } else if (!channel.text.empty()) {
        content.channels.push_back(channel.text);
      }
    }
  }
  if (!items.categories.empty()) {
    imply_category(context, items.categories.front().name);
    content.category = items.categories.front().name.text;
  }
  apply_texts(items, content);
  for (const auto& use : items.used_fields) use_fields(context, use, content);
  for (auto& field : own_fields(items)) put(content.fields, std::move(field), name_of_field);
}

/// NUR0206 for what has the name of something before it in its list.
template <class T>
void refuse_same_names(Context& context, const std::vector<T>& items, std::string_view what) {
  std::map<std::string_view, Span> seen;
  for (const auto& item : items) {
    const auto [first, fresh] = seen.try_emplace(item.text, item.span);
    if (!fresh) context.duplicate(item.span, std::string(what) + ' ' + quoted(item.text), first->second);
  }
}

/// Fields and choices are one kind of thing.
template <class T>
void refuse_same_fields(Context& context, const T& node) {
  std::vector<ast::Name> names;
  for (const auto& item : node.message_fields) names.push_back(item.name);
  for (const auto& item : node.choices) names.push_back(item.name);
  std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
  refuse_same_names(context, names, "field");
}

void refuse_duplicates(Context& context, const ast::MessageItems& items) {
  context.at_most_one(items.channels, "`channel`");
  context.at_most_one(items.categories, "`category`");
  context.at_most_one(items.templates, "`template`");
  context.at_most_one(items.subjects, "`subject`");
  context.at_most_one(items.previews, "`preview`");
  context.at_most_one(items.bodies, "`body`");
  context.at_most_one(items.senders, "`from`");
  context.at_most_one(items.topics, "`topic`");
  std::vector<ast::Name> links;
  for (const auto& item : items.links) links.push_back(item.name);
  refuse_same_names(context, links, "link");
  std::vector<ast::Name> used;
  for (const auto& item : items.used_fields) used.push_back(item.name);
  refuse_same_names(context, used, "fields");
  refuse_same_fields(context, items);
}

void declare_field_set(Context& context, const ast::FieldSet& node) {
  refuse_same_fields(context, node);
  declare(context, "fields", node.name, context.model.field_sets, {node.name.text, own_fields(node), &node});
}

void declare_variants(Context& context, const ast::MessageItems& items, model::Message& message) {
  std::map<std::string_view, Span> seen;
  for (const auto& node : items.variants) {
    refuse_duplicates(context, *node.items);
    if (!node.items->variants.empty()) {
      context.add(Finding(Code::unknown_statement, node.items->variants.front().name.span, "a variant cannot hold variants")
                      .help("put it beside " + quoted(node.name.text)));
    }
    if (!node.items->accepts.empty()) {
      context.add(Finding(Code::unknown_statement, node.items->accepts.front().span, "a variant accepts what its message does")
                      .help("move it to the message"));
    }
    const auto [first, fresh] = seen.try_emplace(node.name.text, node.name.span);
    if (!fresh) context.duplicate(node.name.span, "variant " + quoted(node.name.text), first->second);
    model::Variant variant;
    variant.name = node.name.text;
    variant.percent = node.percent && !node.when ? node.percent->value : 0;
    variant.when = node.when ? &*node.when : nullptr;
    variant.otherwise = node.otherwise;
    variant.content = message.content;
    apply(context, *node.items, variant.content);
    message.variants.push_back(std::move(variant));
  }
}

void declare_parameters(Context& context, const ast::MessageItems& items, model::Message& message) {
  context.at_most_one(items.accepts, "`accepts`");
  if (items.accepts.empty()) return;
  std::vector<ast::Name> names;
  for (const auto& node : items.accepts.front().members) {
    if (message.parameters.size() == limits::kFields) {
      context.add(Finding(Code::too_long, node.name.span, "a message accepts more than " + std::to_string(limits::kFields) + " values"));
      break;
    }
    names.push_back(node.name);
    if (std::find(kReserved.begin(), kReserved.end(), node.name.text) != kReserved.end()) {
      context.add(Finding(Code::duplicate_name, node.name.span, quoted(node.name.text) + " has a meaning of its own in conditions")
                      .help("give the parameter another name"));
    }
    message.parameters.push_back(make_field(context, node));
  }
  refuse_same_names(context, names, "parameter");
}

/// A field of the message and what it accepts are both known by their bare names.
void refuse_hidden_parameters(Context& context, const model::Message& message) {
  for (const auto& parameter : message.parameters) {
    const auto same = [&](const model::MessageField& field) { return field.name == parameter.name; };
    const auto field = std::find_if(message.content.fields.begin(), message.content.fields.end(), same);
    if (field == message.content.fields.end()) continue;
    const Span place = field->item != nullptr ? field->item->name.span : field->choice->name.span;
    context.duplicate(place, "field " + quoted(field->name), parameter.node->name.span);
  }
}

void declare_message(Context& context, const ast::Message& node) {
  model::Message message;
  message.name = node.name.text;
  message.title = node.title ? node.title->value : "";
  message.node = &node;
  refuse_duplicates(context, node.items);
  declare_parameters(context, node.items, message);
  apply(context, node.items, message.content);
  refuse_hidden_parameters(context, message);
  declare_variants(context, node.items, message);
  declare(context, "message", node.name, context.model.messages, std::move(message));
}

}  // namespace

model::Field make_field(Context& context, const ast::Field& node) {
  check_enum_values(context, node.type);
  return {node.name.text, resolve(node.type), &node};
}

void declare_vocabulary(Context& context) {
  auto& model = context.model;
  for (const auto& file : model.files) {
    for (const auto& node : file->leads) declare_lead(context, node);
    for (const auto& node : file->events) declare_event(context, node);
    for (const auto& node : file->categories) declare_category(context, node);
    for (const auto& node : file->channels) declare(context, "channel", node.name, model.channels, {node.name.text, &node});
    for (const auto& node : file->segments) declare_segment(context, node);
    for (const auto& node : file->policies) declare(context, "policy", node.name, model.policies, {node.name.text, &node});
  }
  declare_predeclared(context);
  refuse_shared_external_names(context);
  if (model.find_category("transactional") == kNone) {
    model.names.emplace(table_key("category", "transactional"), static_cast<Id>(model.categories.size()));
    model.categories.push_back({"transactional", false, false, true, nullptr});
  }
}

void declare_messages(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->field_sets) declare_field_set(context, node);
  }
  for (const auto& file : context.model.files) {
    for (const auto& node : file->messages) declare_message(context, node);
    for (const auto& node : file->pools) declare(context, "pool", node.name, context.model.pools, {node.name.text, &node, {}});
  }
}

}  // namespace nurture::check
