// Reading of literals. Entry points as listed in literals.hpp.
#include "compile/literals.hpp"

#include "eval/functions.hpp"
#include "eval/moments.hpp"

#include <array>
#include <limits>

namespace nurture::compile::literals {

namespace {

using ast::ExprKind;
using eval::Error;
using eval::Value;

enum class Part { months, days, seconds };

struct Unit {
  std::string_view name;
  Part part;
  std::int64_t size;
};
constexpr std::array<Unit, 7> kUnits{{{"y", Part::months, 12},
                                      {"mo", Part::months, 1},
                                      {"w", Part::days, 7},
                                      {"d", Part::days, 1},
                                      {"h", Part::seconds, 3'600},
                                      {"min", Part::seconds, 60},
                                      {"s", Part::seconds, 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes digits off the front; nullopt when there are none or too many.
std::optional<std::int64_t> take_count(std::string_view& text) {
  std::int64_t count = 0;
  std::size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (__builtin_mul_overflow(count, 10, &count) || __builtin_add_overflow(count, text[at] - '0', &count)) return std::nullopt;
  }
  if (at == 0) return std::nullopt;
  text.remove_prefix(at);
  return count;
}

const Unit* take_unit(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && !is_digit(text[size])) ++size;
  const std::string_view name = text.substr(0, size);
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    text.remove_prefix(size);
    return &unit;
  }
  return nullptr;
}

std::optional<Value> datetime(std::string_view text) {
  const auto read = time::parse_date_time(text);
  if (!read) return Value::error(Error::bad_timestamp);
  if (!read->has_time) return Value::date(read->local.day());
  if (!read->has_offset) return std::nullopt;
  return eval::moments::datetime_of(read->in(*time::utc()));
}

}  // namespace

Value number(std::string_view text) {
  const bool hexadecimal = text.find_first_of("xX") != std::string_view::npos;
  if (!hexadecimal && text.find_first_of(".eE") != std::string_view::npos) {
    const auto read = eval::parse_number(text);
    return read ? Value::of(*read) : Value::error(Error::overflow);
  }
  const auto read = eval::parse_int(text, true);
  return read ? Value::of(*read) : Value::error(Error::overflow);
}

Value length(std::string_view text) {
  std::array<std::int64_t, 3> parts{};
  bool calendar = false;
  while (!text.empty()) {
    const auto count = take_count(text);
    const Unit* unit = count ? take_unit(text) : nullptr;
    if (unit == nullptr) return Value::error(Error::bad_conversion);
    std::int64_t size = 0;
    std::int64_t& part = parts[static_cast<std::size_t>(unit->part)];
    if (__builtin_mul_overflow(*count, unit->size, &size) || __builtin_add_overflow(part, size, &part)) {
      return Value::error(Error::overflow);
    }
    calendar = calendar || unit->part != Part::seconds;
  }
  const auto [months, days, seconds] = parts;
  constexpr std::int64_t kPartMax = std::numeric_limits<std::int32_t>::max();
  constexpr std::int64_t kSecondsMax = std::numeric_limits<std::int64_t>::max() / eval::moments::kNanosPerSecond - 1;
  if (!calendar) return seconds <= kSecondsMax ? Value::duration(seconds) : Value::error(Error::overflow);
  if (months > kPartMax || days > kPartMax || seconds > kPartMax) return Value::error(Error::overflow);
  return Value::period(static_cast<std::int32_t>(months), static_cast<std::int32_t>(days), static_cast<std::int32_t>(seconds));
}

Value time_of_day(std::string_view text) {
  std::int64_t seconds = 0;
  std::int64_t unit = 3'600;
  for (std::int64_t limit = 24; unit > 0; unit /= 60, limit = 60) {
    const auto count = take_count(text);
    if (!count || *count >= limit) return Value::error(Error::bad_timestamp);
    seconds += *count * unit;
    if (text.empty()) return Value::time(seconds);
    if (text.front() != ':') break;
    text.remove_prefix(1);
  }
  return Value::error(Error::bad_timestamp);
}

std::optional<Value> value_of(const ast::Expr& e) {
  switch (e.kind) {
    case ExprKind::null_literal: return Value::null();
    case ExprKind::bool_literal: return Value::of(e.text == "true");
    case ExprKind::number: return number(e.text);
    case ExprKind::duration: return length(e.text);
    case ExprKind::time: return time_of_day(e.text);
    case ExprKind::datetime: return datetime(e.text);
    default: return std::nullopt;
  }
}

std::optional<Value> type_of(std::string_view name) {
  const auto kind = eval::type_of_name(name);
  return kind ? std::optional<Value>(Value::type(*kind)) : std::nullopt;
}

}  // namespace nurture::compile::literals
