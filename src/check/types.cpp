// Type algebra of the language. Entry points: fits(), comparable(), describe(). Only int promotes, to number; an enum
// may stand for the string that it is.
#include "check/types.hpp"

#include <algorithm>
#include <utility>

namespace nurture::check {

Type type_of(TypeKind kind, bool optional) {
  Type type;
  type.kind = kind;
  type.optional = optional;
  return type;
}

Type list_of(Type element) {
  Type type = type_of(TypeKind::list);
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}

namespace {

TypeKind kind_of(ast::TypeKind kind) {
  switch (kind) {
    case ast::TypeKind::string: return TypeKind::string;
    case ast::TypeKind::int_: return TypeKind::int_;
    case ast::TypeKind::number: return TypeKind::number;
    case ast::TypeKind::bool_: return TypeKind::bool_;
    case ast::TypeKind::date: return TypeKind::date;
    case ast::TypeKind::time: return TypeKind::time;
    case ast::TypeKind::datetime: return TypeKind::datetime;
    case ast::TypeKind::duration: return TypeKind::duration;
    case ast::TypeKind::enum_: return TypeKind::enum_;
    case ast::TypeKind::list: return TypeKind::list;
  }
  return TypeKind::error;
}

}  // namespace

Type resolve(const ast::Type& type) {
  Type out = type_of(kind_of(type.kind), type.optional);
  for (const auto& value : type.values) out.values.push_back(value.text);
  if (type.element) out.element = std::make_shared<const Type>(resolve(**type.element));
  return out;
}

Type present(Type type) {
  type.optional = false;
  return type;
}

Type maybe_missing(Type type) {
  type.optional = true;
  return type;
}

bool is_number(const Type& type) { return type.kind == TypeKind::int_ || type.kind == TypeKind::number; }
bool is_text(const Type& type) { return type.kind == TypeKind::string || type.kind == TypeKind::enum_; }
bool is_moment(const Type& type) { return type.kind == TypeKind::date || type.kind == TypeKind::datetime; }
bool is_length(const Type& type) { return type.kind == TypeKind::duration || type.kind == TypeKind::period; }
bool is_unknown(const Type& type) { return type.kind == TypeKind::any || type.kind == TypeKind::error; }

bool is_scalar(const Type& type) { return type.kind != TypeKind::list && type.kind != TypeKind::map && type.kind != TypeKind::null_; }

bool is_printable(const Type& type) { return type.kind != TypeKind::map && type.kind != TypeKind::null_; }

bool fits(const Type& from, const Type& to) {
  if (is_unknown(from) || is_unknown(to)) return true;
  if (from.kind == TypeKind::int_ && to.kind == TypeKind::number) return true;
  if (from.kind == TypeKind::enum_ && to.kind == TypeKind::string) return true;
  if (from.kind != to.kind) return false;
  if (from.kind == TypeKind::list) return !from.element || !to.element || fits(*from.element, *to.element);
  if (from.kind == TypeKind::enum_) {
    return std::all_of(from.values.begin(), from.values.end(),
                       [&](const auto& value) { return std::find(to.values.begin(), to.values.end(), value) != to.values.end(); });
  }
  return true;
}

bool comparable(const Type& a, const Type& b) {
  if (is_unknown(a) || is_unknown(b)) return true;
  if (is_number(a) && is_number(b)) return true;
  if (is_text(a) && is_text(b)) return true;
  if (a.kind != b.kind) return false;
  if (a.kind == TypeKind::list) return !a.element || !b.element || comparable(*a.element, *b.element);
  return a.kind != TypeKind::null_;
}

bool ordered(const Type& type) {
  switch (type.kind) {
    case TypeKind::int_:
    case TypeKind::number:
    case TypeKind::string:
    case TypeKind::date:
    case TypeKind::time:
    case TypeKind::datetime:
    case TypeKind::duration:
    case TypeKind::period:
    case TypeKind::any:
    case TypeKind::error: return true;
    case TypeKind::bool_:
    case TypeKind::enum_:
    case TypeKind::list:
    case TypeKind::map:
    case TypeKind::null_: return false;
  }
  return false;
}

bool mixes_calendar_and_exact(const Type& a, const Type& b) { return is_length(a) && is_length(b) && a.kind != b.kind; }

Type unite(const Type& a, const Type& b) {
  if (a.kind == TypeKind::error || b.kind == TypeKind::error) return type_of(TypeKind::error);
  const bool optional = a.optional || b.optional;
  Type out = type_of(TypeKind::any);
  if (fits(a, b))
    out = b;
  else if (fits(b, a))
    out = a;
  else if (is_text(a) && is_text(b))
    out = type_of(TypeKind::string);
  if (is_unknown(a) || is_unknown(b)) out = type_of(TypeKind::any);
  out.optional = optional;
  return out;
}

std::string describe(const Type& type) {
  Type bare = present(type);
  const std::string word = model::to_string(bare);
  const bool vowel = word.front() == 'i' || word.front() == 'e' || word.front() == 'a';
  return (vowel ? "an " : "a ") + word + (type.optional ? " that may be missing" : "");
}

}  // namespace nurture::check
