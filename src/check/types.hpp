// Questions about types: which may stand for which, which can be compared. Private to src/check.
// Entry points: fits(), comparable(), describe().
#pragma once

#include "check/model.hpp"

#include <string>
#include <string_view>

namespace nurture::check {

using model::Type;
using model::TypeKind;

[[nodiscard]] Type type_of(TypeKind kind, bool optional = false);
[[nodiscard]] Type list_of(Type element);
/// The type that the author wrote.
[[nodiscard]] Type resolve(const ast::Type& type);
/// The same type, not missing.
[[nodiscard]] Type present(Type type);
[[nodiscard]] Type maybe_missing(Type type);

[[nodiscard]] bool is_number(const Type& type);   ///< int or number
[[nodiscard]] bool is_text(const Type& type);     ///< string or enum
[[nodiscard]] bool is_moment(const Type& type);   ///< date or datetime
[[nodiscard]] bool is_length(const Type& type);   ///< duration or period
[[nodiscard]] bool is_unknown(const Type& type);  ///< any or error: nothing can be said about it
[[nodiscard]] bool is_scalar(const Type& type);
[[nodiscard]] bool is_printable(const Type& type);

/// Whether a value of `from` may stand where `to` is wanted; whether it may be missing is another question.
[[nodiscard]] bool fits(const Type& from, const Type& to);
/// Whether `==` between the two can hold; for order see ordered().
[[nodiscard]] bool comparable(const Type& a, const Type& b);
[[nodiscard]] bool ordered(const Type& type);
/// One of the two is exact, the other calendar.
[[nodiscard]] bool mixes_calendar_and_exact(const Type& a, const Type& b);
/// The type of something that is either of two: arms of a conditional, items of a list. `any` when they differ.
[[nodiscard]] Type unite(const Type& a, const Type& b);

/// "a bool", "an int", "a datetime that may be missing".
[[nodiscard]] std::string describe(const Type& type);

}  // namespace nurture::check
