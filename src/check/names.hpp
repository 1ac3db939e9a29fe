// Small helpers for names, private to src/check. Entry points: table_key(), names_of(), kReserved.
#pragma once

#include "syntax/ast.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::check {

/// Words with a meaning of their own wherever a segment can stand.
inline constexpr std::array<std::string_view, 11> kReserved{"lead",        "event",  "trigger", "entry", "now",  "digest",
                                                            "enrolled_at", "anchor", "score",   "tier",  "stage"};
/// In a pattern: whatever happens to the lead.
inline constexpr std::string_view kAnyEvent = "any";

/// The key of Model::names: kinds have name spaces of their own.
[[nodiscard]] inline std::string table_key(std::string_view kind, std::string_view name) {
  std::string key;
  key.reserve(kind.size() + 1 + name.size());
  key += kind;
  key += ' ';
  key += name;
  return key;
}

[[nodiscard]] inline std::string_view name_of(const std::string& name) { return name; }
[[nodiscard]] inline std::string_view name_of(std::string_view name) { return name; }
[[nodiscard]] inline std::string_view name_of(const ast::Name& name) { return name.text; }
template <class T>
[[nodiscard]] std::string_view name_of(const T& item) {
  if constexpr (requires { item.name.text; }) {
    return item.name.text;
  } else {
    return item.name;
  }
}

/// The names of a list of declarations, for suggestions.
template <class T>
[[nodiscard]] std::vector<std::string_view> names_of(const std::vector<T>& items) {
  std::vector<std::string_view> names;
  names.reserve(items.size());
  for (const auto& item : items) names.push_back(name_of(item));
  return names;
}

/// "`a`, `b` and `c`".
[[nodiscard]] std::string enumerate(const std::vector<std::string_view>& names);

}  // namespace nurture::check
