// The operators of expressions on values, private to src/eval: arithmetic, comparison, access to collections, logic.
// Entry points: one function per operator.
//
// All are strict: an operand that is an error is the answer, a missing one is Error::missing_value; only and_() and
// or_() absorb errors, as the table of the language says.
#pragma once

#include "eval/code.hpp"

#include <optional>

namespace nurture::eval::operators {

/// Whether int promotes to number where the other operand is one. The CEL profile has no such mixture.
enum class Promotion : bool { none, int_to_number };

[[nodiscard]] Value negate(const Value& a);
[[nodiscard]] Value not_(const Value& a);
[[nodiscard]] Value add(Call& call, const Value& a, const Value& b, Promotion promotion);
[[nodiscard]] Value subtract(Call& call, const Value& a, const Value& b, Promotion promotion);
[[nodiscard]] Value multiply(const Value& a, const Value& b, Promotion promotion);
[[nodiscard]] Value divide(const Value& a, const Value& b, Promotion promotion);
[[nodiscard]] Value modulo(const Value& a, const Value& b);

[[nodiscard]] Value and_(const Value& a, const Value& b);
[[nodiscard]] Value or_(const Value& a, const Value& b);

[[nodiscard]] Value relate(Call& call, Relation relation, const Value& a, const Value& b);
/// The answer of a relation to operands in this order: negative, zero or positive.
[[nodiscard]] bool holds(Relation relation, int order);

/// `lenient` answers missing where the strict form answers an error because something is absent.
[[nodiscard]] Value contains(Call& call, const Value& element, const Value& collection);
[[nodiscard]] Value index(Call& call, const Value& collection, const Value& key, bool lenient);
[[nodiscard]] Value select(Call& call, const Value& map, std::string_view name, bool lenient);
[[nodiscard]] Value has(Call& call, const Value& map, std::string_view name);

/// A list of values that stay where they are.
[[nodiscard]] Value list_value(Arena& arena, const Value* items, std::uint32_t count);
/// A list of `count` values that are copied into the arena; a map of `count` pairs of key and value.
[[nodiscard]] Value make_list(Call& call, const Value* items, std::uint32_t count);
[[nodiscard]] Value make_map(Call& call, const Value* pairs, std::uint32_t count);

/// The error that a strict operation answers to this operand: its own, or missing_value; nothing when it is a value.
[[nodiscard]] inline std::optional<Value> fault(const Value& a) {
  if (a.is_error()) return a;
  if (a.is_missing()) return Value::error(Error::missing_value);
  return std::nullopt;
}
/// equal(), which stops as unequal when the budget of the call is used up.
[[nodiscard]] bool equal_within(Call& call, const Value& a, const Value& b);

}  // namespace nurture::eval::operators
