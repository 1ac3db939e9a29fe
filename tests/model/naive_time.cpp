// Time for the slow evaluator; see naive_time.hpp.
#include "model/naive_time.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cmath>

namespace naive {

using Kind = Value::Kind;
using nurture::Instant;
using nurture::ast::Expr;
using nurture::ast::ExprKind;
namespace time = nurture::time;

Value moment(Instant at) {
  Value v;
  v.kind = Kind::moment;
  v.integer = at.ms;
  return v;
}

Value length(const time::Period& period) {
  Value v;
  v.kind = Kind::length;
  v.length = period;
  return v;
}

time::Period period_of(const std::string& text) {
  time::Period period;
  std::size_t at = text.empty() || (text[0] != '-' && text[0] != '+') ? 0 : 1;
  while (at < text.size()) {
    std::int64_t count = 0;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) count = count * 10 + (text[at++] - '0');
    std::string unit;
    while (at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0) unit += text[at++];
    const auto small = static_cast<std::int32_t>(count);
    if (unit == "y") period.months += 12 * small;
    if (unit == "mo") period.months += small;
    if (unit == "w") period.days += 7 * small;
    if (unit == "d") period.days += small;
    if (unit == "h") period.ms += count * 3'600'000;
    if (unit == "min") period.ms += count * 60'000;
    if (unit == "s") period.ms += count * 1'000;
  }
  return period;
}

Value time_literal(const Expr& e, const time::Zone& zone) {
  if (e.kind == ExprKind::duration) return length(period_of(e.text));
  Value v;
  if (e.kind == ExprKind::time) {
    v.kind = Kind::time;
    v.integer = std::stoll(e.text.substr(0, 2)) * 3'600 + std::stoll(e.text.substr(3, 2)) * 60;
    return v;
  }
  const auto read = time::parse_date_time(e.text);
  if (!read) return Value::of_error(nurture::eval::Error::bad_timestamp);
  if (read->has_time) return moment(read->in(zone));
  v.kind = Kind::date;
  v.integer = read->local.day();
  return v;
}

namespace {

Value relation(ExprKind op, std::int64_t a, std::int64_t b) {
  switch (op) {
    case ExprKind::less: return Value::of(a < b);
    case ExprKind::less_equal: return Value::of(a <= b);
    case ExprKind::greater: return Value::of(a > b);
    case ExprKind::greater_equal: return Value::of(a >= b);
    default: return Value::of_error(nurture::eval::Error::no_such_overload);
  }
}

/// So much has elapsed since a moment when that moment, moved by it, has come.
Value compare_elapsed(ExprKind op, const Value& elapsed, const Value& span, const World& world) {
  const Instant reached = time::add({elapsed.integer}, span.length, world.zone());
  return relation(op, world.now().ms, reached.ms);
}

ExprKind mirrored(ExprKind op) {
  switch (op) {
    case ExprKind::less: return ExprKind::greater;
    case ExprKind::less_equal: return ExprKind::greater_equal;
    case ExprKind::greater: return ExprKind::less;
    case ExprKind::greater_equal: return ExprKind::less_equal;
    default: return op;
  }
}

}  // namespace

std::optional<Value> time_operation(ExprKind op, const Value& a, const Value& b, const World& world) {
  if (a.kind == Kind::elapsed && b.kind == Kind::length) return compare_elapsed(op, a, b, world);
  if (a.kind == Kind::length && b.kind == Kind::elapsed) return compare_elapsed(mirrored(op), b, a, world);
  if (a.kind == Kind::moment && b.kind == Kind::length && (op == ExprKind::add || op == ExprKind::subtract))
    return moment(time::add({a.integer}, b.length, world.zone(), op == ExprKind::add ? 1 : -1));
  if (a.kind == Kind::length && b.kind == Kind::moment && op == ExprKind::add)
    return moment(time::add({b.integer}, a.length, world.zone()));
  return std::nullopt;
}

std::string as_written(const Value& v) {
  switch (v.kind) {
    case Kind::moment: {
      std::string text = Instant{v.integer}.to_string();
      while (text.find('.') != std::string::npos && text[text.size() - 2] == '0') text.erase(text.size() - 2, 1);
      return text;
    }
    case Kind::date: {
      const time::Civil civil = time::civil_from_day(static_cast<std::int32_t>(v.integer));
      return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
    }
    case Kind::time: return fmt::format("{:02}:{:02}", v.integer / 3'600, v.integer / 60 % 60);
    case Kind::length: return fmt::format("{}mo{}d{}ms", v.length.months, v.length.days, v.length.ms);
    case Kind::elapsed: return "since " + Instant{v.integer}.to_string();
    case Kind::text: return '"' + v.text + '"';
    case Kind::number: return v.number == std::floor(v.number) ? fmt::format("{:.1f}", v.number) : fmt::format("{}", v.number);
    default: return show(v);
  }
}

std::string as_text(const Value& v, const time::Zone& zone) {
  if (v.kind == Kind::missing) return {};
  if (v.kind == Kind::text) return v.text;
  if (v.kind == Kind::moment) return time::format_local({v.integer}, zone);
  if (v.kind == Kind::number) return fmt::format("{}", v.number);
  return as_written(v);
}

}  // namespace naive
