// What can be done with any part of the syntax tree: compare it, walk it, print it for tests.
// Entry points: equal(), dump(), for_each_node(), for_each_child(), for_each_statement(), same_comments().
//
// All are generic over the `fields()` lists of ast.hpp, so that a new construct is compared, walked and dumped as soon
// as it exists and none of these can forget a member. Layout (parentheses, braces), spans and comments are not members.
#pragma once

#include "syntax/ast.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nurture::ast {

namespace detail {

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <template <class...> class Template, class... Args>
inline constexpr bool is_a<Template<Args...>, Template> = true;

template <class T>
inline constexpr bool is_vector = is_a<std::remove_cv_t<T>, std::vector>;
template <class T>
inline constexpr bool is_optional = is_a<std::remove_cv_t<T>, std::optional>;
template <class T>
inline constexpr bool is_box = is_a<std::remove_cv_t<T>, Box>;
template <class T>
inline constexpr bool is_variant = is_a<std::remove_cv_t<T>, std::variant>;

template <class T>
concept HasFields = requires {
  T::fields([](const char*, auto) {});
};

}  // namespace detail

template <class T>
inline constexpr bool is_node = std::is_base_of_v<Node, T>;
template <class T>
inline constexpr bool is_statement = std::is_base_of_v<Statement, T>;
template <class T>
inline constexpr bool is_declaration = std::is_base_of_v<Declaration, T>;

/// Calls f(name, member) for the meaningful members of a node, in the order of its fields().
template <class T, class F>
void for_each_member(T& node, F&& f) {
  T::fields([&](const char* name, auto member) { f(std::string_view(name), node.*member); });
}

/// Calls f(part) for each struct with fields that a member holds directly: through vectors, optionals, boxes, variants.
template <class T, class F>
void for_each_part(T& member, F&& f) {
  if constexpr (detail::is_vector<T>) {
    for (auto& element : member) for_each_part(element, f);
  } else if constexpr (detail::is_optional<T>) {
    if (member) for_each_part(*member, f);
  } else if constexpr (detail::is_box<T>) {
    for_each_part(*member, f);
  } else if constexpr (detail::is_variant<T>) {
    std::visit([&](auto& alternative) { for_each_part(alternative, f); }, member);
  } else if constexpr (detail::HasFields<std::remove_cv_t<T>>) {
    f(member);
  }
}

/// Calls f(node) for `root` and every node below it, parents first, members in the order of fields(). `f` is generic:
/// it is called with the node's own type.
template <class T, class F>
void for_each_node(T& root, F&& f) {
  if constexpr (is_node<std::remove_cv_t<T>>) f(root);
  for_each_member(root, [&](std::string_view, auto& member) { for_each_part(member, [&](auto& part) { for_each_node(part, f); }); });
}

/// Calls f(statement) for the statements directly below a node: those not inside another statement. In the order of
/// fields(), that is, grouped by kind.
template <class T, class F>
void for_each_child(T& node, F&& f) {
  for_each_member(node, [&](std::string_view, auto& member) {
    for_each_part(member, [&](auto& part) {
      if constexpr (is_statement<std::remove_cvref_t<decltype(part)>>) {
        f(part);
      } else {
        for_each_child(part, f);
      }
    });
  });
}

/// The same in the order of the source. Statements without spans keep the order of fields().
template <class T, class F>
void for_each_child_in_source_order(T& node, F&& f) {
  struct Visit {
    std::uint32_t begin;
    std::function<void()> run;
  };
  std::vector<Visit> visits;
  for_each_child(node, [&](auto& statement) { visits.push_back({statement.span.begin, [&] { f(statement); }}); });
  std::stable_sort(visits.begin(), visits.end(), [](const Visit& a, const Visit& b) { return a.begin < b.begin; });
  for (const auto& visit : visits) visit.run();
}

/// Calls f(statement) for every statement below `root` in the order of the source, enclosing statements first.
template <class T, class F>
void for_each_statement(T& root, F&& f) {
  for_each_child_in_source_order(root, [&](auto& statement) {
    f(statement);
    for_each_statement(statement, f);
  });
}

/// Whether two trees say the same. Spans, comments and layout do not count.
template <class T>
[[nodiscard]] bool equal(const T& a, const T& b) {
  if constexpr (detail::is_vector<T>) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return equal(x, y); });
  } else if constexpr (detail::is_optional<T>) {
    return a.has_value() == b.has_value() && (!a || equal(*a, *b));
  } else if constexpr (detail::is_box<T>) {
    return equal(*a, *b);
  } else if constexpr (detail::is_variant<T>) {
    if (a.index() != b.index()) return false;
    return std::visit([&](const auto& x) { return equal(x, std::get<std::decay_t<decltype(x)>>(b)); }, a);
  } else if constexpr (detail::HasFields<T>) {
    bool same = true;
    T::fields([&](const char*, auto member) { same = same && equal(a.*member, b.*member); });
    return same;
  } else {
    return a == b;
  }
}

/// Whether two equal trees carry the same comments, in the same order, on the same statements. Blank lines between
/// comments do not count.
[[nodiscard]] bool same_comments(const File& a, const File& b);
/// All comments of a tree, kinds of statements in the order of fields().
[[nodiscard]] std::vector<std::string> all_comments(const File& file);

struct DumpOptions {
  bool spans = false;
  bool comments = false;
};
/// An indented textual form of the tree for `nurture dump --stage=ast` and for golden tests: a member a line, absent
/// members left out, expressions as prefix lists.
[[nodiscard]] std::string dump(const File& file, DumpOptions options = {});
[[nodiscard]] std::string dump(const Expr& expression);
[[nodiscard]] std::string dump(const Pattern& pattern);

}  // namespace nurture::ast
