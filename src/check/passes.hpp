// The passes of check(), in the order in which it runs them. Private to src/check; each stands in a file of its name.
#pragma once

#include "check/context.hpp"

namespace nurture::check {

/// A name of its kind, before its item is put behind the others; false when the name is absent or taken.
template <class T>
bool enter(Context& context, std::string_view kind, const ast::Name& name, const std::vector<T>& items) {
  if (name.text.empty()) return false;
  const auto [found, fresh] = context.model.names.try_emplace(table_key(kind, name.text), static_cast<model::Id>(items.size()));
  if (!fresh) context.duplicate(name.span, std::string(kind) + ' ' + quoted(name.text), items[found->second].node->name.span);
  return fresh;
}

/// The sequence that something else stands for, with what every such thing says as sequences do.
template <class Node>
std::shared_ptr<ast::Sequence> stand_in(const Node& node) {
  auto made = std::make_shared<ast::Sequence>();
  static_cast<ast::Declaration&>(*made) = node;
  made->name = node.name;
  made->title = node.title;
  made->zones = node.zones;
  made->policies = node.policies;
  return made;
}

/// Fills the model with every declaration under its name: declarations.cpp, plans.cpp.
void declare_vocabulary(Context& context);
void declare_project(Context& context);      // project.cpp
void declare_predeclared(Context& context);  // predeclared.cpp, part of declare_vocabulary()
void declare_messages(Context& context);
void declare_sequences(Context& context);
/// families.cpp, parts of declare_sequences(): the families; what an instance stands for, nullptr when it is of no family.
void declare_families(Context& context);
[[nodiscard]] const ast::Sequence* make_instance(Context& context, const ast::Instance& node);
[[nodiscard]] std::vector<model::Constant> constants_of(const ast::Sequence& family);
/// When all is looked at: constants in the place of their names, so that what follows knows nothing of families.
void put_constants(Context& context);
/// One that stands in a file or that something else stands for. False when it cannot be one.
bool declare_sequence(Context& context, const ast::Sequence& node, const ast::Instance* instance = nullptr);
void declare_streams(Context& context);     // streams.cpp, part of declare_sequences()
void declare_broadcasts(Context& context);  // likewise
void declare_scores(Context& context);
void declare_lifecycles(Context& context);  // lifecycles.cpp
void declare_tests(Context& context);
/// A declared field, with its type resolved.
[[nodiscard]] model::Field make_field(Context& context, const ast::Field& node);

/// Refuses circles of segments, scores and lifecycles, and orders the segments by use: definitions.cpp.
void check_definitions(Context& context);

/// Look at what was declared: vocabulary.cpp, messages.cpp, policies.cpp, ...
void check_vocabulary(Context& context);
void check_channels(Context& context);
void check_project(Context& context);
void check_segments(Context& context);
void check_messages(Context& context);
void check_pools(Context& context);
void check_policies(Context& context);
void check_sequences(Context& context);
void check_migrations(Context& context);  // versions.cpp
void check_scores(Context& context);
void check_lifecycles(Context& context);
void check_tests(Context& context);

}  // namespace nurture::check
