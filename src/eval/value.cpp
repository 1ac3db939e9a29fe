// Words for errors, and equality of values. Entry points: to_string(Error), equal().
#include "eval/operators.hpp"

#include <algorithm>
#include <limits>

namespace nurture::eval {

std::string_view to_string(Error error) {
  switch (error) {
    case Error::overflow: return "number out of range";
    case Error::divide_by_zero: return "division by zero";
    case Error::no_such_overload: return "values of these types do not go together";
    case Error::no_such_field: return "no such field";
    case Error::no_such_key: return "no such key";
    case Error::bad_index: return "index out of range";
    case Error::bad_conversion: return "text cannot be converted";
    case Error::bad_timestamp: return "no such date or time";
    case Error::unknown_name: return "unknown name";
    case Error::duplicate_key: return "key given twice";
    case Error::missing_value: return "value is missing";
    case Error::cost_exceeded: return "too many operations";
    case Error::bad_zone: return "unknown time zone";
    case Error::not_bool: return "condition is neither true nor false";
    case Error::bad_pattern: return "malformed pattern";
  }
  return "error";
}

namespace {

/// Compares deep and counts what it looks at, because lists and maps grow with the data.
class Comparison {
 public:
  explicit Comparison(std::uint64_t budget) : budget_(budget) {}

  bool equal(const Value& a, const Value& b) {
    if (budget_ == 0) return false;
    --budget_;
    if (is_number(a) && is_number(b)) return equal_numbers(a, b);
    if (a.kind != b.kind) return false;
    switch (a.kind) {
      case Kind::missing:
      case Kind::null: return true;
      case Kind::bool_: return a.boolean == b.boolean;
      case Kind::string: return equal_texts(a.text(), b.text());
      case Kind::datetime:
      case Kind::duration: return a.integer == b.integer && a.extra == b.extra;
      case Kind::period: return a.extra == b.extra && a.calendar.days == b.calendar.days && a.calendar.seconds == b.calendar.seconds;
      case Kind::date:
      case Kind::time: return a.integer == b.integer;
      case Kind::error:
      case Kind::type: return a.extra == b.extra;
      case Kind::list: return equal_lists(*a.list, *b.list);
      case Kind::map: return equal_maps(*a.map, *b.map);
      case Kind::int_:
      case Kind::number: break;
    }
    return false;
  }

  [[nodiscard]] std::uint64_t budget() const { return budget_; }

 private:
  static bool is_number(const Value& v) { return v.kind == Kind::int_ || v.kind == Kind::number; }

  static bool equal_numbers(const Value& a, const Value& b) {
    if (a.kind == Kind::int_ && b.kind == Kind::int_) return a.integer == b.integer;
    const double x = a.kind == Kind::int_ ? static_cast<double>(a.integer) : a.number;
    const double y = b.kind == Kind::int_ ? static_cast<double>(b.integer) : b.number;
    return x == y;
  }

  /// Sixteen bytes cost as much as one operation.
  bool equal_texts(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    budget_ -= std::min<std::uint64_t>(budget_, a.size() / 16);
    return a == b;
  }

  bool equal_lists(const ListData& a, const ListData& b) {
    if (a.size != b.size) return false;
    for (std::uint32_t i = 0; i < a.size; ++i) {
      if (!equal(a.items[i], b.items[i])) return false;
    }
    return true;
  }

  bool equal_maps(const MapData& a, const MapData& b) {
    if (a.size != b.size) return false;
    for (std::uint32_t i = 0; i < a.size; ++i) {
      std::uint32_t j = 0;
      while (j < b.size && !equal(a.keys[i], b.keys[j])) ++j;
      if (j == b.size || !equal(a.values[i], b.values[j])) return false;
    }
    return true;
  }

  std::uint64_t budget_;
};

}  // namespace

bool equal(const Value& a, const Value& b) { return Comparison{std::numeric_limits<std::uint64_t>::max()}.equal(a, b); }

bool operators::equal_within(Call& call, const Value& a, const Value& b) {
  Comparison comparison{call.budget};
  const bool result = comparison.equal(a, b);
  call.budget = comparison.budget();
  return result && call.budget > 0;
}

}  // namespace nurture::eval
