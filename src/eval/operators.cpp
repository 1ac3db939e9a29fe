// Operators on values. Entry points as listed in operators.hpp.
//
// Each looks at the pair of kinds and either answers or says no_such_overload; nothing converts silently except int to
// number where the profile allows it, and comparisons between numbers, which convert to double first.
#include "eval/operators.hpp"

#include "eval/moments.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace nurture::eval::operators {

namespace {

constexpr std::uint64_t kBytesPerOperation = 16;

Value fail(Error error) { return Value::error(error); }

bool is_length(const Value& v) { return v.kind == Kind::duration || v.kind == Kind::period; }
bool is_moment(const Value& v) { return v.kind == Kind::datetime || v.kind == Kind::date; }
bool is_number(const Value& v) { return v.kind == Kind::int_ || v.kind == Kind::number; }
double as_double(const Value& v) { return v.kind == Kind::int_ ? static_cast<double>(v.integer) : v.number; }

/// Both are ints or both are numbers, after promotion where it is allowed.
enum class Pair { ints, numbers, other };
Pair pair_of(const Value& a, const Value& b, Promotion promotion) {
  if (a.kind == Kind::int_ && b.kind == Kind::int_) return Pair::ints;
  if (a.kind == Kind::number && b.kind == Kind::number) return Pair::numbers;
  if (promotion == Promotion::int_to_number && is_number(a) && is_number(b)) return Pair::numbers;
  return Pair::other;
}

std::optional<Value> fault(const Value& a, const Value& b) {
  if (const auto first = operators::fault(a)) return first;
  return operators::fault(b);
}

Value concatenate_texts(Call& call, const Value& a, const Value& b) {
  const std::size_t size = a.text().size() + b.text().size();
  if (!call.charge(size / kBytesPerOperation) || size > std::numeric_limits<std::uint32_t>::max()) return fail(Error::cost_exceeded);
  if (a.text().empty()) return b;
  if (b.text().empty()) return a;
  char* bytes = static_cast<char*>(call.arena.allocate(size));
  std::memcpy(bytes, a.chars, a.text().size());
  std::memcpy(bytes + a.text().size(), b.chars, b.text().size());
  return Value::of(std::string_view{bytes, size});
}

Value concatenate_lists(Call& call, const ListData& a, const ListData& b) {
  const std::uint64_t size = std::uint64_t{a.size} + b.size;
  if (!call.charge(size) || size > std::numeric_limits<std::uint32_t>::max()) return fail(Error::cost_exceeded);
  Value* items = call.arena.values(size);
  std::copy_n(a.items, a.size, items);
  std::copy_n(b.items, b.size, items + a.size);
  return list_value(call.arena, items, static_cast<std::uint32_t>(size));
}

Value combine_durations(const Value& a, const Value& b, int sign) {
  std::int64_t nanos = 0;
  const bool overflow = sign > 0 ? __builtin_add_overflow(moments::nanos_of(a), moments::nanos_of(b), &nanos)
                                 : __builtin_sub_overflow(moments::nanos_of(a), moments::nanos_of(b), &nanos);
  return overflow ? fail(Error::overflow) : moments::duration_from(nanos);
}

/// The sum of two lengths of which one at least is a period; parts of seconds have no room in a period.
Value combine_periods(const Value& a, const Value& b, int sign) {
  struct Parts {
    std::int64_t months, days, seconds;
  };
  const auto parts = [](const Value& v) -> Parts {
    if (v.kind == Kind::duration) return {0, 0, v.integer};
    return {static_cast<std::int32_t>(v.extra), v.calendar.days, v.calendar.seconds};
  };
  const Parts x = parts(a);
  const Parts y = parts(b);
  const auto fits = [](std::int64_t v) {
    return v >= std::numeric_limits<std::int32_t>::min() && v <= std::numeric_limits<std::int32_t>::max();
  };
  const std::int64_t months = x.months + sign * y.months;
  const std::int64_t days = x.days + sign * y.days;
  const std::int64_t seconds = x.seconds + sign * y.seconds;
  if (!fits(months) || !fits(days) || !fits(seconds)) return fail(Error::overflow);
  return Value::period(static_cast<std::int32_t>(months), static_cast<std::int32_t>(days), static_cast<std::int32_t>(seconds));
}

Value combine_lengths(const Value& a, const Value& b, int sign) {
  return a.kind == Kind::duration && b.kind == Kind::duration ? combine_durations(a, b, sign) : combine_periods(a, b, sign);
}

}  // namespace

Value negate(const Value& a) {
  if (const auto error = fault(a)) return *error;
  switch (a.kind) {
    case Kind::int_:
      if (a.integer == std::numeric_limits<std::int64_t>::min()) return fail(Error::overflow);
      return Value::of(-a.integer);
    case Kind::number: return Value::of(-a.number);
    case Kind::duration: return combine_durations(Value::duration(0), a, -1);
    case Kind::period: return combine_periods(Value::period(0, 0, 0), a, -1);
    default: return fail(Error::no_such_overload);
  }
}

Value not_(const Value& a) {
  if (const auto error = fault(a)) return *error;
  return a.kind == Kind::bool_ ? Value::of(!a.boolean) : fail(Error::no_such_overload);
}

Value add(Call& call, const Value& a, const Value& b, Promotion promotion) {
  if (const auto error = fault(a, b)) return *error;
  const Pair pair = pair_of(a, b, promotion);
  std::int64_t sum = 0;
  if (pair == Pair::ints) return __builtin_add_overflow(a.integer, b.integer, &sum) ? fail(Error::overflow) : Value::of(sum);
  if (pair == Pair::numbers) return Value::of(as_double(a) + as_double(b));
  if (a.kind == Kind::string && b.kind == Kind::string) return concatenate_texts(call, a, b);
  if (a.kind == Kind::list && b.kind == Kind::list) return concatenate_lists(call, *a.list, *b.list);
  if (is_moment(a) && is_length(b)) return moments::shift(a, b, moments::zone_of(call.environment), 1);
  if (is_length(a) && is_moment(b)) return moments::shift(b, a, moments::zone_of(call.environment), 1);
  if (is_length(a) && is_length(b)) return combine_lengths(a, b, 1);
  return fail(Error::no_such_overload);
}

Value subtract(Call& call, const Value& a, const Value& b, Promotion promotion) {
  if (const auto error = fault(a, b)) return *error;
  const Pair pair = pair_of(a, b, promotion);
  std::int64_t difference = 0;
  if (pair == Pair::ints) {
    return __builtin_sub_overflow(a.integer, b.integer, &difference) ? fail(Error::overflow) : Value::of(difference);
  }
  if (pair == Pair::numbers) return Value::of(as_double(a) - as_double(b));
  if (is_moment(a) && is_moment(b)) return moments::difference(a, b, moments::zone_of(call.environment));
  if (is_moment(a) && is_length(b)) return moments::shift(a, b, moments::zone_of(call.environment), -1);
  if (is_length(a) && is_length(b)) return combine_lengths(a, b, -1);
  return fail(Error::no_such_overload);
}

Value multiply(const Value& a, const Value& b, Promotion promotion) {
  if (const auto error = fault(a, b)) return *error;
  const Pair pair = pair_of(a, b, promotion);
  std::int64_t product = 0;
  if (pair == Pair::ints) {
    return __builtin_mul_overflow(a.integer, b.integer, &product) ? fail(Error::overflow) : Value::of(product);
  }
  return pair == Pair::numbers ? Value::of(as_double(a) * as_double(b)) : fail(Error::no_such_overload);
}

Value divide(const Value& a, const Value& b, Promotion promotion) {
  if (const auto error = fault(a, b)) return *error;
  const Pair pair = pair_of(a, b, promotion);
  if (pair == Pair::numbers) return Value::of(as_double(a) / as_double(b));
  if (pair == Pair::other) return fail(Error::no_such_overload);
  if (b.integer == 0) return fail(Error::divide_by_zero);
  if (b.integer == -1) return negate(a);
  return Value::of(a.integer / b.integer);
}

Value modulo(const Value& a, const Value& b) {
  if (const auto error = fault(a, b)) return *error;
  if (pair_of(a, b, Promotion::none) != Pair::ints) return fail(Error::no_such_overload);
  if (b.integer == 0) return fail(Error::divide_by_zero);
  // The reference implementation calls the remainder of the one overflowing division an overflow too.
  if (b.integer == -1) return a.integer == std::numeric_limits<std::int64_t>::min() ? fail(Error::overflow) : Value::of(std::int64_t{0});
  return Value::of(a.integer % b.integer);
}

// ---------------------------------------------------------------- logic

namespace {

/// The operand that decides is absorbing: false for and, true for or.
Value combine_logic(const Value& a, const Value& b, bool absorbing) {
  const auto decides = [absorbing](const Value& v) { return v.kind == Kind::bool_ && v.boolean == absorbing; };
  if (decides(a) || decides(b)) return Value::of(absorbing);
  if (const auto error = fault(a, b)) return *error;
  if (a.kind != Kind::bool_ || b.kind != Kind::bool_) return fail(Error::no_such_overload);
  return Value::of(!absorbing);
}

}  // namespace

Value and_(const Value& a, const Value& b) { return combine_logic(a, b, false); }
Value or_(const Value& a, const Value& b) { return combine_logic(a, b, true); }

// ---------------------------------------------------------------- comparison

bool holds(Relation relation, int order) {
  switch (relation) {
    case Relation::equal: return order == 0;
    case Relation::not_equal: return order != 0;
    case Relation::less: return order < 0;
    case Relation::less_equal: return order <= 0;
    case Relation::greater: return order > 0;
    case Relation::greater_equal: return order >= 0;
  }
  return false;
}

namespace {

template <class T>
int order_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

Value relate_numbers(Relation relation, double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return Value::of(relation == Relation::not_equal);
  return Value::of(holds(relation, order_of(a, b)));
}

/// Order of two values of one kind that has one; nullopt otherwise.
std::optional<int> order_of_kind(const Value& a, const Value& b) {
  if (is_length(a) && is_length(b)) return moments::compare_lengths(a, b);
  if (a.kind != b.kind) return std::nullopt;
  switch (a.kind) {
    case Kind::bool_: return order_of(a.boolean, b.boolean);
    case Kind::string: return order_of(a.text().compare(b.text()), 0);
    case Kind::datetime: return a.integer != b.integer ? order_of(a.integer, b.integer) : order_of(a.extra, b.extra);
    case Kind::date:
    case Kind::time: return order_of(a.integer, b.integer);
    default: return std::nullopt;
  }
}

/// A datetime beside a date is compared by the day on which it falls, so that `event.at <= 2026-03-02` holds all day.
std::optional<int> order_of_moments(Call& call, const Value& a, const Value& b) {
  if (!is_moment(a) || !is_moment(b) || a.kind == b.kind) return std::nullopt;
  const time::Zone& zone = moments::zone_of(call.environment);
  const auto day = [&zone](const Value& v) { return v.kind == Kind::date ? v.integer : moments::day_of(v, zone); };
  return order_of(day(a), day(b));
}

}  // namespace

Value relate(Call& call, Relation relation, const Value& a, const Value& b) {
  if (const auto error = fault(a, b)) return *error;
  if (is_number(a) && is_number(b)) {
    if (a.kind == Kind::int_ && b.kind == Kind::int_) return Value::of(holds(relation, order_of(a.integer, b.integer)));
    return relate_numbers(relation, as_double(a), as_double(b));
  }
  if (const auto order = order_of_moments(call, a, b)) return Value::of(holds(relation, *order));
  if (relation == Relation::equal || relation == Relation::not_equal) {
    const bool same = equal_within(call, a, b);
    if (call.budget == 0) return fail(Error::cost_exceeded);
    return Value::of(same == (relation == Relation::equal));
  }
  if (a.kind == Kind::string && !call.charge(a.text().size() / kBytesPerOperation)) return fail(Error::cost_exceeded);
  const auto order = order_of_kind(a, b);
  return order ? Value::of(holds(relation, *order)) : fail(Error::no_such_overload);
}

// ---------------------------------------------------------------- collections

namespace {

/// Position of a key, or the size of the map.
std::uint32_t find_key(Call& call, const MapData& map, const Value& key) {
  std::uint32_t at = 0;
  while (at < map.size && !equal_within(call, map.keys[at], key)) ++at;
  return at;
}

bool is_key(const Value& v) { return v.kind == Kind::bool_ || v.kind == Kind::int_ || v.kind == Kind::string; }

Value index_list(const ListData& list, const Value& position, bool lenient) {
  std::int64_t at = 0;
  if (position.kind == Kind::int_) {
    at = position.integer;
  } else if (position.kind == Kind::number) {
    if (position.number != std::floor(position.number) || std::abs(position.number) > 1e15) return fail(Error::bad_index);
    at = static_cast<std::int64_t>(position.number);
  } else {
    return fail(Error::no_such_overload);
  }
  if (at < 0 || at >= std::int64_t{list.size}) return lenient ? Value::missing() : fail(Error::bad_index);
  return list.items[at];
}

}  // namespace

Value contains(Call& call, const Value& element, const Value& collection) {
  if (const auto error = fault(element, collection)) return *error;
  if (collection.kind == Kind::map) {
    if (!is_key(element) && element.kind != Kind::number) return fail(Error::no_such_overload);
    const bool found = find_key(call, *collection.map, element) < collection.map->size;
    return call.budget == 0 ? fail(Error::cost_exceeded) : Value::of(found);
  }
  if (collection.kind != Kind::list) return fail(Error::no_such_overload);
  const ListData& list = *collection.list;
  const bool found = std::any_of(list.items, list.items + list.size, [&](const Value& v) { return equal_within(call, v, element); });
  return call.budget == 0 ? fail(Error::cost_exceeded) : Value::of(found);
}

Value index(Call& call, const Value& collection, const Value& key, bool lenient) {
  if (lenient && (collection.is_missing() || key.is_missing())) return Value::missing();
  if (const auto error = fault(collection, key)) return *error;
  if (collection.kind == Kind::list) return index_list(*collection.list, key, lenient);
  if (collection.kind != Kind::map || (!is_key(key) && key.kind != Kind::number)) return fail(Error::no_such_overload);
  const std::uint32_t at = find_key(call, *collection.map, key);
  if (call.budget == 0) return fail(Error::cost_exceeded);
  if (at < collection.map->size) return collection.map->values[at];
  return lenient ? Value::missing() : fail(Error::no_such_key);
}

Value select(Call& call, const Value& map, std::string_view name, bool lenient) {
  if (lenient && map.is_missing()) return map;
  if (const auto error = fault(map)) return *error;
  return map.kind == Kind::map ? index(call, map, Value::of(name), lenient) : fail(Error::no_such_field);
}

Value has(Call& call, const Value& map, std::string_view name) {
  if (const auto error = fault(map)) return *error;
  return map.kind == Kind::map ? contains(call, Value::of(name), map) : fail(Error::no_such_field);
}

Value list_value(Arena& arena, const Value* items, std::uint32_t count) {
  Value value;
  value.kind = Kind::list;
  value.list = new (arena.allocate(sizeof(ListData))) ListData{count, items};
  return value;
}

Value make_list(Call& call, const Value* items, std::uint32_t count) {
  if (!call.charge(count)) return fail(Error::cost_exceeded);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const auto error = fault(items[i])) return *error;
  }
  Value* copy = call.arena.values(count);
  std::copy_n(items, count, copy);
  return list_value(call.arena, copy, count);
}

Value make_map(Call& call, const Value* pairs, std::uint32_t count) {
  Value* keys = call.arena.values(count);
  Value* values = call.arena.values(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Value& key = pairs[2 * i];
    if (const auto error = fault(key, pairs[2 * i + 1])) return *error;
    if (!is_key(key)) return fail(Error::no_such_overload);
    const MapData before{i, keys, values};
    if (find_key(call, before, key) < i) return fail(Error::duplicate_key);
    if (!call.charge(1)) return fail(Error::cost_exceeded);
    keys[i] = key;
    values[i] = pairs[2 * i + 1];
  }
  Value value;
  value.kind = Kind::map;
  value.map = new (call.arena.allocate(sizeof(MapData))) MapData{count, keys, values};
  return value;
}

}  // namespace nurture::eval::operators
