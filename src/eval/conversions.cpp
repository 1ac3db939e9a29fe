// Conversions between types, numbers and their texts, and the functions of numbers. Entry points: the functions of
// namespaces conversions and numbers in functions.hpp, parse_int(), parse_number(), format_number().
//
// Texts of numbers go through from_chars and to_chars alone, so that no locale of the host can change them.
#include "eval/functions.hpp"
#include "eval/moments.hpp"
#include "eval/operators.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace nurture::eval {

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

Value fail(Error error) { return Value::error(error); }

/// A number without its fraction as an int. The ends of the range are refused too, as the reference implementation does.
Value to_int_exactly(double whole) {
  if (!(whole > -kTwoTo63 && whole < kTwoTo63)) return fail(Error::overflow);
  return Value::of(static_cast<std::int64_t>(whole));
}

bool is_number(const Value& v) { return v.kind == Kind::int_ || v.kind == Kind::number; }

/// Whether a decimal text that from_chars found out of range is too small rather than too large.
bool is_tiny(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos && exponent + 1 < text.size()) return text[exponent + 1] == '-';
  return text.find_first_of("123456789") > text.find('.');
}

}  // namespace

std::optional<std::int64_t> parse_int(std::string_view text, bool hexadecimal) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (hexadecimal && text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (magnitude > kMax + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

std::optional<double> parse_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range && is_tiny(text)) return text.front() == '-' ? -0.0 : 0.0;
  if (error != std::errc{}) return std::nullopt;
  return number;
}

std::string format_number(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 400> buffer{};
  const double size = std::abs(number);
  const bool everyday = size == 0 || (size >= 1e-7 && size < 1e21);
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                    everyday ? std::chars_format::fixed : std::chars_format::scientific);
  return {buffer.data(), result.ptr};
}

namespace numbers {

Value floor(Call&, const Value* args, std::uint32_t) {
  if (args[0].kind == Kind::int_) return args[0];
  return args[0].kind == Kind::number ? to_int_exactly(std::floor(args[0].number)) : fail(Error::no_such_overload);
}

Value ceil(Call&, const Value* args, std::uint32_t) {
  if (args[0].kind == Kind::int_) return args[0];
  return args[0].kind == Kind::number ? to_int_exactly(std::ceil(args[0].number)) : fail(Error::no_such_overload);
}

/// Half up, as in scores.
Value round(Call&, const Value* args, std::uint32_t) {
  if (args[0].kind == Kind::int_) return args[0];
  if (args[0].kind != Kind::number) return fail(Error::no_such_overload);
  const double below = std::floor(args[0].number);
  return to_int_exactly(args[0].number - below >= 0.5 ? below + 1 : below);
}

Value abs(Call&, const Value* args, std::uint32_t) {
  const Value& x = args[0];
  if (!is_number(x)) return fail(Error::no_such_overload);
  if (x.kind == Kind::number) return Value::of(std::abs(x.number));
  return x.integer < 0 ? operators::negate(x) : x;
}

namespace {

Value extreme(Call& call, const Value* args, Relation relation) {
  const Value first = operators::relate(call, relation, args[0], args[1]);
  if (first.is_error()) return first;
  const Value& chosen = first.is_true() ? args[0] : args[1];
  // An int beside a number promotes, whichever of them is chosen.
  if (chosen.kind == Kind::int_ && args[0].kind != args[1].kind) return Value::of(static_cast<double>(chosen.integer));
  return chosen;
}

}  // namespace

Value min(Call& call, const Value* args, std::uint32_t) { return extreme(call, args, Relation::less_equal); }
Value max(Call& call, const Value* args, std::uint32_t) { return extreme(call, args, Relation::greater_equal); }

}  // namespace numbers

namespace conversions {

Value to_int(Call&, const Value* args, std::uint32_t) {
  const Value& x = args[0];
  switch (x.kind) {
    case Kind::int_: return x;
    case Kind::number: return to_int_exactly(std::trunc(x.number));
    case Kind::datetime: return Value::of(x.integer);
    case Kind::string: {
      const auto parsed = parse_int(x.text(), false);
      return parsed ? Value::of(*parsed) : fail(Error::bad_conversion);
    }
    default: return fail(Error::no_such_overload);
  }
}

Value to_number(Call&, const Value* args, std::uint32_t) {
  const Value& x = args[0];
  switch (x.kind) {
    case Kind::int_: return Value::of(static_cast<double>(x.integer));
    case Kind::number: return x;
    case Kind::string: {
      const auto parsed = parse_number(x.text());
      return parsed ? Value::of(*parsed) : fail(Error::bad_conversion);
    }
    default: return fail(Error::no_such_overload);
  }
}

Value to_bool(Call&, const Value* args, std::uint32_t) {
  const Value& x = args[0];
  if (x.kind == Kind::bool_) return x;
  if (x.kind != Kind::string) return fail(Error::no_such_overload);
  for (const std::string_view yes : {"true", "True", "TRUE", "t", "T", "1"}) {
    if (x.text() == yes) return Value::of(true);
  }
  for (const std::string_view no : {"false", "False", "FALSE", "f", "F", "0"}) {
    if (x.text() == no) return Value::of(false);
  }
  return fail(Error::bad_conversion);
}

Value to_text(Call& call, const Value* args, std::uint32_t) {
  if (args[0].kind == Kind::string) return args[0];
  const std::string text = eval::to_text(args[0]);
  return call.charge(text.size()) ? Value::of(call.arena.copy(text)) : fail(Error::cost_exceeded);
}

Value to_string(Call& call, const Value* args, std::uint32_t) {
  const Value& x = args[0];
  switch (x.kind) {
    case Kind::string: return x;
    case Kind::bool_: return Value::of(std::string_view{x.boolean ? "true" : "false"});
    case Kind::int_: return Value::of(call.arena.copy(std::to_string(x.integer)));
    case Kind::number: return Value::of(call.arena.copy(format_number(x.number)));
    case Kind::datetime: return Value::of(call.arena.copy(moments::format_timestamp(x)));
    case Kind::duration: return Value::of(call.arena.copy(moments::format_duration(x)));
    default: return fail(Error::no_such_overload);
  }
}

Value to_timestamp(Call&, const Value* args, std::uint32_t) {
  const Value& x = args[0];
  switch (x.kind) {
    case Kind::datetime: return x;
    case Kind::int_: return moments::datetime_from(x.integer, 0);
    case Kind::string: return moments::parse_timestamp(x.text());
    default: return fail(Error::no_such_overload);
  }
}

Value to_duration(Call&, const Value* args, std::uint32_t) {
  const Value& x = args[0];
  if (x.kind == Kind::duration) return x;
  return x.kind == Kind::string ? moments::parse_duration(x.text()) : fail(Error::no_such_overload);
}

Value type_of(Call&, const Value* args, std::uint32_t) { return Value::type(args[0].kind); }

Value dyn(Call&, const Value* args, std::uint32_t) { return args[0]; }

}  // namespace conversions

// ---------------------------------------------------------------- names of types

namespace {

struct TypeName {
  Kind kind;
  std::string_view name;
};
constexpr std::array<TypeName, 10> kTypeNames{{{Kind::null, "null_type"},
                                               {Kind::bool_, "bool"},
                                               {Kind::int_, "int"},
                                               {Kind::number, "double"},
                                               {Kind::string, "string"},
                                               {Kind::datetime, "google.protobuf.Timestamp"},
                                               {Kind::duration, "google.protobuf.Duration"},
                                               {Kind::list, "list"},
                                               {Kind::map, "map"},
                                               {Kind::type, "type"}}};

}  // namespace

std::string_view type_name(Kind kind) {
  for (const TypeName& row : kTypeNames) {
    if (row.kind == kind) return row.name;
  }
  return "unknown";
}

std::optional<Kind> type_of_name(std::string_view name) {
  for (const TypeName& row : kTypeNames) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

}  // namespace nurture::eval
