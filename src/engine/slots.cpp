// See slots.hpp. A list is kept as one symbol that holds the words of its elements; list elements of text are symbols
// themselves, so equal lists share one address too.
#include "engine/slots.hpp"

#include "compile/literals.hpp"
#include "eval/code.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace nurture::engine {
namespace {

using compile::Field;
using compile::SlotType;
using eval::Kind;

Word pointer_word(Symbol symbol) { return static_cast<Word>(reinterpret_cast<std::uintptr_t>(symbol)); }
Symbol symbol_of(Word word) { return reinterpret_cast<Symbol>(static_cast<std::uintptr_t>(word)); }

Field element_of(const Field& field) {
  Field element;
  element.type = field.element;
  element.values = field.values;
  return element;
}

eval::Value list_value(const Field& field, Word word, eval::Arena& arena) {
  const std::string_view bytes = text_of(symbol_of(word));
  const auto size = static_cast<std::uint32_t>(bytes.size() / sizeof(Word));
  auto* items = static_cast<eval::Value*>(arena.allocate(sizeof(eval::Value) * (size + 1)));
  const Field element = element_of(field);
  for (std::uint32_t i = 0; i < size; ++i) {
    Word item = 0;
    std::memcpy(&item, bytes.data() + i * sizeof(Word), sizeof(Word));
    items[i] = to_value(element, item, arena);
  }
  auto* list = static_cast<eval::ListData*>(arena.allocate(sizeof(eval::ListData)));
  *list = {size, items};
  eval::Value value;
  value.kind = Kind::list;
  value.list = list;
  return value;
}

Word list_word(const Field& field, const eval::Value& value, Symbols& symbols) {
  std::string bytes;
  const Field element = element_of(field);
  for (std::uint32_t i = 0; i < value.list->size; ++i) {
    const Word item = to_word(element, value.list->items[i], symbols);
    bytes.append(reinterpret_cast<const char*>(&item), sizeof item);
  }
  return pointer_word(symbols.intern(bytes));
}

std::int64_t floor_ms(std::int64_t seconds, std::uint32_t nanos) { return seconds * 1000 + nanos / 1'000'000; }

}  // namespace

eval::Value datetime_value(std::int64_t ms) {
  const std::int64_t seconds = ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
  return eval::Value::datetime(seconds, static_cast<std::uint32_t>(ms - seconds * 1000) * 1'000'000);
}

inline eval::Value to_value(const Field& field, Word word, eval::Arena& arena) {
  if (word == kMissingWord) return eval::Value::missing();
  const auto number = static_cast<std::int64_t>(word);
  switch (field.type) {
    case SlotType::bool_: return eval::Value::of(word != 0);
    case SlotType::int_: return eval::Value::of(number);
    case SlotType::number: return eval::Value::of(std::bit_cast<double>(word));
    case SlotType::string:
    case SlotType::enum_: return eval::Value::of(text_of(symbol_of(word)));
    case SlotType::date: return eval::Value::date(number);
    case SlotType::time: return eval::Value::time(number);
    case SlotType::datetime: return datetime_value(number);
    case SlotType::duration: return eval::Value::duration(number / 1000, static_cast<std::int32_t>(number % 1000) * 1'000'000);
    case SlotType::list: return list_value(field, word, arena);
  }
  return eval::Value::missing();
}

eval::Value value_of(const Field& field, Word word, eval::Arena& arena) { return to_value(field, word, arena); }

Word to_word(const Field& field, const eval::Value& value, Symbols& symbols) {
  switch (field.type) {
    case SlotType::bool_: return value.kind == Kind::bool_ ? Word{value.boolean} : kMissingWord;
    case SlotType::int_: return value.kind == Kind::int_ ? static_cast<Word>(value.integer) : kMissingWord;
    case SlotType::number:
      if (value.kind == Kind::int_) return std::bit_cast<Word>(static_cast<double>(value.integer) + 0.0);
      return value.kind == Kind::number ? std::bit_cast<Word>(value.number + 0.0) : kMissingWord;
    case SlotType::string:
    case SlotType::enum_: return value.kind == Kind::string ? pointer_word(symbols.intern(value.text())) : kMissingWord;
    case SlotType::date: return value.kind == Kind::date ? static_cast<Word>(value.integer) : kMissingWord;
    case SlotType::time: return value.kind == Kind::time ? static_cast<Word>(value.integer) : kMissingWord;
    case SlotType::datetime: return value.kind == Kind::datetime ? static_cast<Word>(floor_ms(value.integer, value.extra)) : kMissingWord;
    case SlotType::duration:
      if (value.kind != Kind::duration) return kMissingWord;
      return static_cast<Word>(value.integer * 1000 + static_cast<std::int32_t>(value.extra) / 1'000'000);
    case SlotType::list: return value.kind == Kind::list ? list_word(field, value, symbols) : kMissingWord;
  }
  return kMissingWord;
}

namespace {

struct Reader {
  const Field& field;
  eval::Arena& arena;
  std::string& reason;

  std::optional<eval::Value> fail(std::string_view got) const {
    reason = "`" + field.name + "` is " + type_text(field) + ", not " + std::string(got);
    return std::nullopt;
  }

  std::optional<eval::Value> text(std::string_view value) const {
    if (value.size() > limits::kTextBytes) return fail("a text of " + std::to_string(value.size()) + " bytes, which is too long");
    switch (field.type) {
      case SlotType::string: return eval::Value::of(arena.copy(value));
      case SlotType::enum_:
        for (const std::string& known : field.values) {
          if (known == value) return eval::Value::of(std::string_view(known));
        }
        return fail("\"" + std::string(value) + "\"");
      case SlotType::datetime:
        if (const auto parsed = time::parse_date_time(value)) {
          return parsed->has_offset ? datetime_value(parsed->in(*time::utc()).ms) : eval::Value::of(arena.copy(value));
        }
        return fail("\"" + std::string(value) + "\"");
      case SlotType::date:
        if (const auto parsed = time::parse_date_time(value); parsed && !parsed->has_time) return eval::Value::date(parsed->local.day());
        return fail("\"" + std::string(value) + "\"");
      case SlotType::time: return time_of_day(value);
      case SlotType::duration: return length(value);
      default: return fail("the text \"" + std::string(value) + "\"");
    }
  }

  std::optional<eval::Value> time_of_day(std::string_view value) const {
    int hour = 0;
    int minute = 0;
    const bool shape = value.size() == 5 && value[2] == ':' &&
                       std::from_chars(value.data(), value.data() + 2, hour).ptr == value.data() + 2 &&
                       std::from_chars(value.data() + 3, value.data() + 5, minute).ptr == value.data() + 5;
    if (!shape || hour < 0 || hour > 23 || minute < 0 || minute > 59) return fail("\"" + std::string(value) + "\"");
    return eval::Value::time(hour * 3600 + minute * 60);
  }

  /// "3h", "-1h30min": what to_host() writes. A length in days has no place in a duration.
  std::optional<eval::Value> length(std::string_view value) const {
    const bool negative = value.starts_with('-');
    const std::string_view digits = value.substr(negative ? 1 : 0);
    const eval::Value read = digits.empty() ? eval::Value::missing() : compile::literals::length(digits);
    if (read.kind != Kind::duration) return fail("\"" + std::string(value) + "\"");
    return negative ? eval::Value::duration(-read.integer) : read;
  }

  std::optional<eval::Value> integer(std::int64_t value) const {
    if (field.type == SlotType::int_ && value != INT64_MIN) return eval::Value::of(value);
    if (field.type == SlotType::number) return eval::Value::of(static_cast<double>(value));
    if (field.type == SlotType::duration && value < INT64_MAX / 1000 && value > INT64_MIN / 1000) return eval::Value::duration(value);
    return fail("the number " + std::to_string(value));
  }

  std::optional<eval::Value> number(double value) const {
    if (field.type == SlotType::number && !std::isnan(value)) return eval::Value::of(value);
    if (field.type == SlotType::int_ && value == std::floor(value) && std::fabs(value) < 9e15)
      return eval::Value::of(static_cast<std::int64_t>(value));
    return fail("the number " + std::to_string(value));
  }

  std::optional<eval::Value> list(const Value::List& value) const {
    if (field.type != SlotType::list) return fail("a list");
    if (value.size() > limits::kListElements) return fail("a list of " + std::to_string(value.size()) + " elements, which is too long");
    const Field element = element_of(field);
    auto* items = static_cast<eval::Value*>(arena.allocate(sizeof(eval::Value) * (value.size() + 1)));
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto item = read_value(element, value[i], arena, reason);
      if (!item || item->is_missing()) return fail("a list with an element of another type");
      items[i] = resolve_local(element, *item, *time::utc());
    }
    auto* data = static_cast<eval::ListData*>(arena.allocate(sizeof(eval::ListData)));
    *data = {static_cast<std::uint32_t>(value.size()), items};
    eval::Value result;
    result.kind = Kind::list;
    result.list = data;
    return result;
  }
};

}  // namespace

std::optional<eval::Value> read_value(const Field& field, const Value& value, eval::Arena& arena, std::string& reason) {
  const Reader reader{field, arena, reason};
  const Value::Storage& storage = value.storage();
  if (std::holds_alternative<std::monostate>(storage)) return eval::Value::missing();
  if (const auto* b = std::get_if<bool>(&storage))
    return field.type == SlotType::bool_ ? eval::Value::of(*b) : reader.fail(*b ? "true" : "false");
  if (const auto* i = std::get_if<std::int64_t>(&storage)) return reader.integer(*i);
  if (const auto* d = std::get_if<double>(&storage)) return reader.number(*d);
  if (const auto* s = std::get_if<std::string>(&storage)) return reader.text(*s);
  if (const auto* t = std::get_if<Instant>(&storage)) {
    if (field.type != SlotType::datetime) return reader.fail("an instant");
    const bool beyond = t->ms < limits::kEarliestMs || t->ms > limits::kLatestMs;
    return beyond ? reader.fail("an instant beyond the years 1 to 9999") : std::optional(datetime_value(t->ms));
  }
  return reader.list(std::get<Value::List>(storage));
}

eval::Value resolve_local(const Field& field, const eval::Value& value, const time::Zone& zone) {
  if (field.type != SlotType::datetime || value.kind != Kind::string) return value;
  const auto parsed = time::parse_date_time(value.text());
  return parsed ? datetime_value(parsed->in(zone).ms) : eval::Value::missing();
}

Value to_host(const eval::Value& value) {
  switch (value.kind) {
    case Kind::bool_: return {value.boolean};
    case Kind::int_: return {value.integer};
    case Kind::number: return {value.number};
    case Kind::string: return {value.text()};
    case Kind::datetime: return {Instant{floor_ms(value.integer, value.extra)}};
    case Kind::list: {
      Value::List items;
      for (std::uint32_t i = 0; i < value.list->size; ++i) items.push_back(to_host(value.list->items[i]));
      return {std::move(items)};
    }
    case Kind::error:
    case Kind::missing:
    case Kind::null: return {};
    default: return {eval::to_text(value)};
  }
}

std::string_view key_text(Word key) { return key == kMissingWord ? std::string_view() : text_of(symbol_of(key)); }

bool carries_key(const eval::Value& field, Word key) {
  if (key == kMissingWord || field.is_missing()) return false;
  return field.kind == Kind::string ? field.text() == key_text(key) : eval::to_text(field) == key_text(key);
}

std::string type_text(const Field& field) {
  static constexpr const char* kNames[] = {"bool", "int", "number", "string", "enum", "date", "time", "datetime", "duration", "list"};
  std::string text = kNames[static_cast<std::size_t>(field.type)];
  if (field.type == SlotType::enum_) {
    text += "(";
    for (std::size_t i = 0; i < field.values.size(); ++i) text += (i == 0 ? "" : ", ") + field.values[i];
    text += ")";
  }
  if (field.type == SlotType::list) text += "<" + std::string(kNames[static_cast<std::size_t>(field.element)]) + ">";
  return text + (field.optional ? "?" : "");
}

}  // namespace nurture::engine
