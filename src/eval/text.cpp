// Values as text: as the language writes them, and as messages to people show them. Entry points: to_string(), to_text().
#include "eval/functions.hpp"
#include "eval/moments.hpp"
#include "eval/unicode.hpp"

#include <fmt/format.h>

#include <array>

namespace nurture::eval {

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': result += "\\\""; break;
      case '\\': result += "\\\\"; break;
      case '\n': result += "\\n"; break;
      case '\r': result += "\\r"; break;
      case '\t': result += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          result += c;
        }
    }
  }
  return result + '"';
}

/// A count of each unit that is not zero, as one lexeme: "1y2mo", "1h30min".
class LengthText {
 public:
  void add(std::int64_t count, std::string_view unit) {
    if (count != 0) text_ += fmt::format("{}{}", count, unit);
  }
  [[nodiscard]] std::string finish(bool negative, std::string_view zero) const {
    if (text_.empty()) return std::string{zero};
    return negative ? "-" + text_ : text_;
  }

 private:
  std::string text_;
};

void add_clock(LengthText& text, std::int64_t seconds) {
  text.add(seconds / 3'600, "h");
  text.add(seconds / 60 % 60, "min");
  text.add(seconds % 60, "s");
}

std::string duration_text(const Value& v) {
  const auto nanos = static_cast<std::int32_t>(v.extra);
  const bool negative = v.integer < 0 || nanos < 0;
  if (nanos != 0) return moments::format_duration(v);
  LengthText text;
  add_clock(text, negative ? -v.integer : v.integer);
  return text.finish(negative, "0s");
}

/// A period whose parts differ in sign cannot be written as one lexeme and is shown as a sum.
std::string period_text(const Value& v) {
  const std::int64_t months = static_cast<std::int32_t>(v.extra);
  const std::int64_t days = v.calendar.days;
  const std::int64_t seconds = v.calendar.seconds;
  const bool negative = months < 0 || days < 0 || seconds < 0;
  if (negative && (months > 0 || days > 0 || seconds > 0)) {
    return fmt::format("{}mo + {}d + {}s", months, days, seconds);
  }
  const std::int64_t sign = negative ? -1 : 1;
  LengthText text;
  text.add(sign * months / 12, "y");
  text.add(sign * months % 12, "mo");
  text.add(sign * days, "d");
  add_clock(text, sign * seconds);
  return text.finish(negative, "0d");
}

std::string date_text(std::int64_t day) {
  const time::Civil civil = time::civil_from_day(static_cast<std::int32_t>(day));
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string time_text(std::int64_t second) {
  if (second % 60 == 0) return fmt::format("{:02}:{:02}", second / 3'600, second / 60 % 60);
  return fmt::format("{:02}:{:02}:{:02}", second / 3'600, second / 60 % 60, second % 60);
}

std::string number_literal(double number) {
  std::string text = format_number(number);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::string list_text(const ListData& list) {
  std::string text = "[";
  for (std::uint32_t i = 0; i < list.size; ++i) text += (i == 0 ? "" : ", ") + to_string(list.items[i]);
  return text + "]";
}

std::string map_text(const MapData& map) {
  std::string text = "{";
  for (std::uint32_t i = 0; i < map.size; ++i) {
    text += (i == 0 ? "" : ", ") + to_string(map.keys[i]) + ": " + to_string(map.values[i]);
  }
  return text + "}";
}

}  // namespace

std::string to_string(const Value& v) {
  switch (v.kind) {
    case Kind::error: return fmt::format("error: {}", to_string(static_cast<Error>(v.extra)));
    case Kind::missing: return "missing";
    case Kind::null: return "null";
    case Kind::bool_: return v.boolean ? "true" : "false";
    case Kind::int_: return std::to_string(v.integer);
    case Kind::number: return number_literal(v.number);
    case Kind::string: return quoted(v.text());
    case Kind::datetime: return moments::format_timestamp(v);
    case Kind::duration: return duration_text(v);
    case Kind::period: return period_text(v);
    case Kind::date: return date_text(v.integer);
    case Kind::time: return time_text(v.integer);
    case Kind::list: return list_text(*v.list);
    case Kind::map: return map_text(*v.map);
    case Kind::type: return std::string{type_name(static_cast<Kind>(v.extra))};
  }
  return {};
}

std::string to_text(const Value& v, const time::Zone* zone) {
  switch (v.kind) {
    case Kind::missing: return {};
    case Kind::string: return std::string{v.text()};
    case Kind::number: return format_number(v.number);
    case Kind::datetime: return zone != nullptr ? time::format_local(moments::instant_before(v), *zone) : to_string(v);
    default: return to_string(v);
  }
}

}  // namespace nurture::eval
