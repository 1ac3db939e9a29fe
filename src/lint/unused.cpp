// Segments, messages and policies that nothing speaks of. A file that only a `use` names may serve others, and so may files in
// which nothing acts, so what stands there is not reported. Tests do not count: what only a test names is not used.
// Entry points: unused_segment(), unused_message(), unused_policy().
#include "lint/lints.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace nurture::lint {

namespace {

using Names = std::set<std::string, std::less<>>;

bool acts(const model::Model& model, const Report& report) {
  for (const auto& sequence : model.sequences) {
    if (report.is_named(sequence.node->name.span.file)) return true;
  }
  return false;
}

/// Calls see(node) for all nodes but those of tests, and for those that stand in the place of families.
template <class F>
void for_each_node_outside_tests(const model::Model& model, F&& see) {
  const auto look = [&](const auto& declarations) {
    for (const auto& declaration : declarations) ast::for_each_node(declaration, see);
  };
  for (const auto& file : model.files) {
    look(file->projects);
    look(file->channels);
    look(file->categories);
    look(file->segments);
    look(file->policies);
    look(file->field_sets);
    look(file->messages);
    look(file->pools);
    look(file->sequences);
    look(file->instances);
    look(file->triggers);
    look(file->streams);
    look(file->broadcasts);
    look(file->scores);
    look(file->lifecycles);
    look(file->audiences);
  }
}

/// Every word of a text: expressions stand in `{{ }}`, and a name too many hurts nobody.
void add_words(std::string_view text, Names& names) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = text.find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", at);
    if (first == std::string_view::npos) return;
    at = std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", first), text.size());
    names.emplace(text.substr(first, at - first));
  }
}

Names segments_used(const model::Model& model) {
  Names names;
  for_each_node_outside_tests(model, [&](const auto& node) {
    using T = std::remove_cvref_t<decltype(node)>;
    if constexpr (std::is_same_v<T, ast::Expr>) {
      if (node.kind == ast::ExprKind::ident) names.insert(node.text);
      if (node.kind == ast::ExprKind::string) add_words(node.text, names);
    } else if constexpr (std::is_same_v<T, ast::BroadcastTo>) {
      names.insert(node.segment.text);
    } else if constexpr (std::is_same_v<T, ast::Text>) {
      if (node.value.find("{{") != std::string::npos) add_words(node.value, names);
    }
  });
  return names;
}

Names messages_used(const model::Model& model) {
  Names names;
  for_each_node_outside_tests(model, [&](const auto& node) {
    using T = std::remove_cvref_t<decltype(node)>;
    if constexpr (std::is_same_v<T, ast::Send> || std::is_same_v<T, ast::Piece>) {
      names.insert(node.message.text);
    } else if constexpr (std::is_same_v<T, ast::Pool>) {
      for (const auto& message : node.messages) names.insert(message.text);
    } else if constexpr (std::is_same_v<T, ast::Cap>) {
      if (node.digest) names.insert(node.digest->text);
    } else if constexpr (std::is_same_v<T, ast::Instance>) {
      for (const auto& argument : node.arguments) names.insert(argument.value.text);
    }
  });
  return names;
}

Names policies_used(const model::Model& model) {
  Names names;
  for_each_node_outside_tests(model, [&](const auto& node) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::PolicyItem>) names.insert(node.name.text);
  });
  return names;
}

template <class T>
void look(const std::vector<T>& declared, const Names& used, Code code, const std::string& words, const std::string& help, Report& report) {
  for (const auto& item : declared) {
    if (item.node == nullptr || used.contains(item.name) || !report.is_named(item.node->name.span.file)) continue;
    report.add(Finding(code, item.node->name.span, words + ' ' + quoted(item.name)).help(help));
  }
}

}  // namespace

void unused_segment(const model::Model& model, Report& report) {
  if (acts(model, report)) look(model.segments, segments_used(model), Code::unused_segment, "nothing asks for", "take it out", report);
}

void unused_message(const model::Model& model, Report& report) {
  if (acts(model, report))
    look(model.messages, messages_used(model), Code::unused_message, "nothing sends", "send it, or take it out", report);
}

void unused_policy(const model::Model& model, Report& report) {
  const std::string help = "name it in a sequence or the project: `policy NAME`";
  if (acts(model, report)) look(model.policies, policies_used(model), Code::unused_policy, "nothing keeps to the policy", help, report);
}

}  // namespace nurture::lint
