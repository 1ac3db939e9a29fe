// The slow evaluator. Entry point: evaluate().
//
// Integers are computed in long double beside 64 bits: 64 bits of mantissa show every overflow that can be, so that no
// trick of the real evaluator is repeated here.
#include "model/naive_eval.hpp"

#include "model/naive_time.hpp"

#include <cmath>
#include <optional>

namespace naive {

namespace {

using Kind = Value::Kind;
using nurture::ast::Expr;
using nurture::ast::ExprKind;
using nurture::eval::Error;

Value fail(Error e) { return Value::of_error(e); }
bool is_numeric(const Value& v) { return v.kind == Kind::integer || v.kind == Kind::number; }
double as_number(const Value& v) { return v.kind == Kind::integer ? static_cast<double>(v.integer) : v.number; }

/// What stops a strict operation.
std::optional<Value> stop(const Value& v) {
  if (v.kind == Kind::error) return v;
  if (v.kind == Kind::missing) return fail(Error::missing_value);
  return std::nullopt;
}

bool absent(const Value& v) { return v.kind == Kind::missing || (v.kind == Kind::error && v.error == Error::missing_value); }

bool equal(const Value& a, const Value& b) {
  if (is_numeric(a) && is_numeric(b)) {
    return a.kind == Kind::integer && b.kind == Kind::integer ? a.integer == b.integer : as_number(a) == as_number(b);
  }
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::truth: return a.truth == b.truth;
    case Kind::text: return a.text == b.text;
    case Kind::list:
      if (a.items.size() != b.items.size()) return false;
      for (std::size_t i = 0; i < a.items.size(); ++i) {
        if (!equal(a.items[i], b.items[i])) return false;
      }
      return true;
    case Kind::moment:
    case Kind::date:
    case Kind::time: return a.integer == b.integer;
    case Kind::length: return a.length == b.length;
    case Kind::map:
      if (a.entries.size() != b.entries.size()) return false;
      for (const auto& [key, value] : a.entries) {
        bool found = false;
        for (const auto& [other_key, other] : b.entries) found = found || (equal(key, other_key) && equal(value, other));
        if (!found) return false;
      }
      return true;
    default: return true;
  }
}

Value whole(long double exact) {
  constexpr long double kLimit = 9223372036854775808.0L;
  if (exact >= kLimit || exact < -kLimit) return fail(Error::overflow);
  return Value::of(static_cast<std::int64_t>(exact));
}

Value integers(ExprKind op, std::int64_t a, std::int64_t b) {
  switch (op) {
    case ExprKind::add: return whole(static_cast<long double>(a) + static_cast<long double>(b));
    case ExprKind::subtract: return whole(static_cast<long double>(a) - static_cast<long double>(b));
    // A product of more than 64 bits is rounded, but never back into range.
    case ExprKind::multiply: {
      const Value result = whole(static_cast<long double>(a) * static_cast<long double>(b));
      if (result.kind == Kind::error) return result;
      return Value::of(static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b)));
    }
    case ExprKind::divide:
      if (b == 0) return fail(Error::divide_by_zero);
      if (b == -1) return whole(-static_cast<long double>(a));
      return Value::of(a / b);
    default:
      if (b == 0) return fail(Error::divide_by_zero);
      if (b == -1 && whole(-static_cast<long double>(a)).kind == Kind::error) return fail(Error::overflow);
      return Value::of(b == -1 ? std::int64_t{0} : a % b);
  }
}

Value arithmetic(ExprKind op, const Value& a, const Value& b) {
  if (auto s = stop(a)) return *s;
  if (auto s = stop(b)) return *s;
  if (a.kind == Kind::integer && b.kind == Kind::integer) return integers(op, a.integer, b.integer);
  if (is_numeric(a) && is_numeric(b) && op != ExprKind::modulo) {
    const double x = as_number(a);
    const double y = as_number(b);
    if (op == ExprKind::add) return Value::of(x + y);
    if (op == ExprKind::subtract) return Value::of(x - y);
    return Value::of(op == ExprKind::multiply ? x * y : x / y);
  }
  if (op == ExprKind::add && a.kind == Kind::text && b.kind == Kind::text) return Value::of(a.text + b.text);
  if (op == ExprKind::add && a.kind == Kind::list && b.kind == Kind::list) {
    Value result = a;
    result.items.insert(result.items.end(), b.items.begin(), b.items.end());
    return result;
  }
  return fail(Error::no_such_overload);
}

Value relation(ExprKind op, const Value& a, const Value& b) {
  if (auto s = stop(a)) return *s;
  if (auto s = stop(b)) return *s;
  if (op == ExprKind::equal) return Value::of(equal(a, b));
  if (op == ExprKind::not_equal) return Value::of(!equal(a, b));
  const auto by_order = [op](auto x, auto y) {
    if (op == ExprKind::less) return Value::of(x < y);
    if (op == ExprKind::less_equal) return Value::of(x <= y);
    return Value::of(op == ExprKind::greater ? x > y : x >= y);
  };
  if (a.kind == Kind::integer && b.kind == Kind::integer) return by_order(a.integer, b.integer);
  if (is_numeric(a) && is_numeric(b)) return by_order(as_number(a), as_number(b));
  if (a.kind == Kind::text && b.kind == Kind::text) return by_order(a.text, b.text);
  if (a.kind == Kind::truth && b.kind == Kind::truth) return by_order(a.truth, b.truth);
  if (a.kind == b.kind && (a.kind == Kind::moment || a.kind == Kind::date || a.kind == Kind::time)) return by_order(a.integer, b.integer);
  return fail(Error::no_such_overload);
}

bool can_be_key(const Value& v) { return v.kind == Kind::truth || v.kind == Kind::integer || v.kind == Kind::text; }

Value is_in(const Value& a, const Value& b) {
  if (auto s = stop(a)) return *s;
  if (auto s = stop(b)) return *s;
  bool found = false;
  if (b.kind == Kind::list) {
    for (const Value& item : b.items) found = found || equal(item, a);
    return Value::of(found);
  }
  if (b.kind != Kind::map || !(can_be_key(a) || a.kind == Kind::number)) return fail(Error::no_such_overload);
  for (const auto& [key, value] : b.entries) found = found || equal(key, a);
  return Value::of(found);
}

class Walk {
 public:
  explicit Walk(World& world) : world_(world) {}

  /// `lenient`: below `is known` and `default`, where what is absent is missing.
  Value walk(const Expr& e, bool lenient = false) {
    switch (e.kind) {
      case ExprKind::null_literal: return Value::null();
      case ExprKind::bool_literal: return Value::of(e.text == "true");
      case ExprKind::number: return number(e.text);
      case ExprKind::string: return Value::of(e.text);
      case ExprKind::duration:
      case ExprKind::time:
      case ExprKind::datetime: return time_literal(e, world_.zone());
      case ExprKind::history:
      case ExprKind::fold: return world_.history(e);
      case ExprKind::ident: return name(e.text);
      case ExprKind::select: return field(walk(e.args[0], lenient), e.text, lenient);
      case ExprKind::index: {
        const Value collection = walk(e.args[0], lenient);
        return index(collection, walk(e.args[1], lenient), lenient);
      }
      case ExprKind::list: return list(e);
      case ExprKind::map: return map(e);
      case ExprKind::not_: return negation(walk(e.args[0]));
      case ExprKind::negate: return negative(walk(e.args[0]));
      case ExprKind::known:
      case ExprKind::missing: return presence(walk(e.args[0], true), e.kind == ExprKind::known);
      case ExprKind::and_: return logic(e, false);
      case ExprKind::or_: return logic(e, true);
      case ExprKind::conditional: return conditional(e);
      case ExprKind::call:
      case ExprKind::method: return call(e);
      default: break;
    }
    const Value a = walk(e.args[0]);
    const Value b = walk(e.args[1]);
    if (const auto answer = time_operation(e.kind, a, b, world_)) return *answer;
    switch (e.kind) {
      case ExprKind::add:
      case ExprKind::subtract:
      case ExprKind::multiply:
      case ExprKind::divide:
      case ExprKind::modulo: return arithmetic(e.kind, a, b);
      case ExprKind::in: return is_in(a, b);
      default: return relation(e.kind, a, b);
    }
  }

 private:
  static Value number(const std::string& text) {
    if (text.find('.') != std::string::npos) return Value::of(std::stod(text));
    return Value::of(std::int64_t{std::stoll(text)});
  }

  Value name(const std::string& text) {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (local->first == text) return local->second;
    }
    return world_.name(text);
  }

  static Value field(const Value& v, const std::string& text, bool lenient) {
    if (lenient && v.kind == Kind::missing) return v;
    if (auto s = stop(v)) return *s;
    return v.kind == Kind::map ? index(v, Value::of(text), lenient) : fail(Error::no_such_field);
  }

  static Value index(const Value& v, const Value& key, bool lenient) {
    if (lenient && (v.kind == Kind::missing || key.kind == Kind::missing)) return Value::missing();
    if (auto s = stop(v)) return *s;
    if (auto s = stop(key)) return *s;
    if (v.kind == Kind::list) {
      if (!is_numeric(key)) return fail(Error::no_such_overload);
      const double at = as_number(key);
      if (at != std::floor(at) || std::isinf(at)) return fail(Error::bad_index);
      if (at < 0 || at >= static_cast<double>(v.items.size())) {
        const bool whole_number = key.kind == Kind::integer || std::abs(at) <= 1e15;
        return lenient && whole_number ? Value::missing() : fail(Error::bad_index);
      }
      return v.items[static_cast<std::size_t>(at)];
    }
    if (v.kind != Kind::map || !(can_be_key(key) || key.kind == Kind::number)) return fail(Error::no_such_overload);
    for (const auto& [k, value] : v.entries) {
      if (equal(k, key)) return value;
    }
    return lenient ? Value::missing() : fail(Error::no_such_key);
  }

  Value list(const Expr& e) {
    Value result;
    result.kind = Kind::list;
    for (const Expr& arg : e.args) result.items.push_back(walk(arg));
    for (const Value& item : result.items) {
      if (auto s = stop(item)) return *s;
    }
    return result;
  }

  Value map(const Expr& e) {
    Value result;
    result.kind = Kind::map;
    std::vector<Value> values;
    for (const Expr& arg : e.args) values.push_back(walk(arg));
    for (std::size_t i = 0; i < values.size(); i += 2) {
      if (auto s = stop(values[i])) return *s;
      if (auto s = stop(values[i + 1])) return *s;
      if (!can_be_key(values[i])) return fail(Error::no_such_overload);
      for (const auto& [key, value] : result.entries) {
        if (equal(key, values[i])) return fail(Error::duplicate_key);
      }
      result.entries.push_back({values[i], values[i + 1]});
    }
    return result;
  }

  static Value negation(const Value& v) {
    if (auto s = stop(v)) return *s;
    return v.kind == Kind::truth ? Value::of(!v.truth) : fail(Error::no_such_overload);
  }

  static Value negative(const Value& v) {
    if (auto s = stop(v)) return *s;
    if (v.kind == Kind::number) return Value::of(-v.number);
    return v.kind == Kind::integer ? whole(-static_cast<long double>(v.integer)) : fail(Error::no_such_overload);
  }

  static Value presence(const Value& v, bool known) {
    if (absent(v)) return Value::of(!known);
    return v.kind == Kind::error ? v : Value::of(known);
  }

  /// Left to right, two at a time; a deciding value ends it.
  Value logic(const Expr& e, bool deciding) {
    const auto decides = [deciding](const Value& v) { return v.kind == Kind::truth && v.truth == deciding; };
    Value result = walk(e.args[0]);
    for (std::size_t i = 1; i < e.args.size(); ++i) {
      if (decides(result)) return result;
      result = combine(result, walk(e.args[i]), deciding);
    }
    return result;
  }

  static Value combine(const Value& a, const Value& b, bool deciding) {
    for (const Value* v : {&a, &b}) {
      if (v->kind == Kind::truth && v->truth == deciding) return *v;
    }
    if (auto s = stop(a)) return *s;
    if (auto s = stop(b)) return *s;
    if (a.kind != Kind::truth || b.kind != Kind::truth) return fail(Error::no_such_overload);
    return Value::of(!deciding);
  }

  Value conditional(const Expr& e) {
    const Value condition = walk(e.args[0]);
    if (auto s = stop(condition)) return *s;
    if (condition.kind != Kind::truth) return fail(Error::not_bool);
    return walk(e.args[condition.truth ? 1 : 2]);
  }

  Value call(const Expr& e) {
    if (e.text == "default") {
      const Value v = walk(e.args[0], true);
      return absent(v) ? walk(e.args[1]) : v;
    }
    if (e.text == "enrolled_in" || e.text == "consent") return world_.asked(e);
    if (e.kind == ExprKind::method && e.args.size() >= 3) return macro(e);
    const Value v = walk(e.args[0]);
    if (auto s = stop(v)) return *s;
    if (e.text == "string") return Value::of(v.kind == Kind::text ? v.text : as_written(v));
    if (e.text == "size" || e.text == "length") {
      if (v.kind == Kind::list) return Value::of(static_cast<std::int64_t>(v.items.size()));
      if (v.kind == Kind::map) return Value::of(static_cast<std::int64_t>(v.entries.size()));
      return v.kind == Kind::text ? Value::of(static_cast<std::int64_t>(v.text.size())) : fail(Error::no_such_overload);
    }
    if (e.text == "hour" && v.kind == Kind::moment)
      return Value::of(std::int64_t{world_.zone().to_local({v.integer}).second_of_day() / 3'600});
    if (e.text == "number")
      return is_numeric(v) ? Value::of(as_number(v)) : v.kind == Kind::text ? fail(Error::bad_conversion) : fail(Error::no_such_overload);
    return fail(Error::unknown_name);
  }

  Value macro(const Expr& e) {
    const Value range = walk(e.args[0]);
    if (auto s = stop(range)) return *s;
    std::vector<Value> items = range.items;
    for (const auto& [key, value] : range.entries) items.push_back(key);
    if (range.kind != Kind::list && range.kind != Kind::map) return fail(Error::no_such_overload);
    Value list;
    list.kind = Kind::list;
    Value logic = Value::of(e.text == "all");
    int found = 0;
    for (const Value& item : items) {
      locals_.emplace_back(e.args[1].text, item);
      Value body = walk(e.args[2]);
      bool skip = false;
      if (e.args.size() == 4) {
        if (auto s = not_truth(body, Error::not_bool)) return leave(*s);
        skip = !body.truth;
        if (!skip) body = walk(e.args[3]);
      }
      locals_.pop_back();
      if (skip) continue;
      if (e.text == "all" || e.text == "exists") {
        logic = combine(logic, body, e.text == "exists");
        if (logic.kind == Kind::truth && logic.truth == (e.text == "exists")) return logic;
      } else if (e.text == "map") {
        if (auto s = stop(body)) return *s;
        list.items.push_back(body);
      } else {
        if (auto s = not_truth(body, Error::no_such_overload)) return *s;
        if (body.truth) list.items.push_back(item);
        found += body.truth ? 1 : 0;
      }
    }
    if (e.text == "exists_one") return Value::of(found == 1);
    return e.text == "map" || e.text == "filter" ? list : logic;
  }

  Value leave(Value v) {
    locals_.pop_back();
    return v;
  }

  static std::optional<Value> not_truth(const Value& v, Error error) {
    if (auto s = stop(v)) return s;
    if (v.kind != Kind::truth) return fail(error);
    return std::nullopt;
  }

  World& world_;
  std::vector<std::pair<std::string, Value>> locals_;
};

}  // namespace

Value World::asked(const nurture::ast::Expr&) { return Value::of_error(nurture::eval::Error::unknown_name); }

Value evaluate(const Expr& e, World& world) { return Walk{world}.walk(e); }

namespace {

/// Names and nothing else.
class Plain final : public World {
 public:
  explicit Plain(const Names& names) : names_(names) {}
  Value name(const std::string& text) override {
    const auto found = names_.find(text);
    return found == names_.end() ? fail(Error::unknown_name) : found->second;
  }
  Value history(const Expr&) override { return Value::missing(); }
  nurture::Instant now() const override { return {}; }
  const nurture::time::Zone& zone() const override { return *nurture::time::utc(); }

 private:
  const Names& names_;
};

}  // namespace

Value evaluate(const Expr& e, const Names& names) {
  Plain world(names);
  return evaluate(e, world);
}

Value from(const nurture::eval::Value& v) {
  using nurture::eval::Kind;
  switch (v.kind) {
    case Kind::error: return fail(static_cast<Error>(v.extra));
    case Kind::null: return Value::null();
    case Kind::bool_: return Value::of(v.boolean);
    case Kind::int_: return Value::of(v.integer);
    case Kind::number: return Value::of(v.number);
    case Kind::string: return Value::of(std::string{v.text()});
    case Kind::list: {
      Value list;
      list.kind = Value::Kind::list;
      for (std::uint32_t i = 0; i < v.list->size; ++i) list.items.push_back(from(v.list->items[i]));
      return list;
    }
    case Kind::map: {
      Value map;
      map.kind = Value::Kind::map;
      for (std::uint32_t i = 0; i < v.map->size; ++i) map.entries.push_back({from(v.map->keys[i]), from(v.map->values[i])});
      return map;
    }
    default: return Value::missing();
  }
}

bool same(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::error) return a.error == b.error;
  if (a.kind == Kind::number && std::isnan(a.number)) return std::isnan(b.number);
  if (a.kind == Kind::number) return a.number == b.number;
  if (a.kind == Kind::list) {
    bool all = a.items.size() == b.items.size();
    for (std::size_t i = 0; all && i < a.items.size(); ++i) all = same(a.items[i], b.items[i]);
    return all;
  }
  if (a.kind == Kind::map) {
    bool all = a.entries.size() == b.entries.size();
    for (std::size_t i = 0; all && i < a.entries.size(); ++i) {
      all = same(a.entries[i].key, b.entries[i].key) && same(a.entries[i].value, b.entries[i].value);
    }
    return all;
  }
  return equal(a, b);
}

std::string show(const Value& v) {
  switch (v.kind) {
    case Kind::error: return "error: " + std::string{nurture::eval::to_string(v.error)};
    case Kind::missing: return "missing";
    case Kind::null: return "null";
    case Kind::truth: return v.truth ? "true" : "false";
    case Kind::integer: return std::to_string(v.integer);
    case Kind::number: return "number " + std::to_string(v.number);
    case Kind::text: return "\"" + v.text + "\"";
    case Kind::list: {
      std::string text = "[";
      for (const Value& item : v.items) text += show(item) + ", ";
      return text + "]";
    }
    case Kind::map: {
      std::string text = "{";
      for (const auto& [key, value] : v.entries) text += show(key) + ": " + show(value) + ", ";
      return text + "}";
    }
    default: return as_written(v);
  }
}

}  // namespace naive
