// A second evaluator of expressions, slow and obvious: it walks the syntax tree with values that own everything, and
// shares no code with src/eval. Entry points: evaluate() for expressions of plain values, and evaluate() with a World
// for those that ask for a lead, the clock and the history. The CEL profile's numbers and patterns are not its business.
#pragma once

#include "eval/value.hpp"
#include "syntax/ast.hpp"
#include "time/zone.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace naive {

struct Entry;

struct Value {
  /// `elapsed` is what `idle` answers: the time since a moment, which grows.
  enum class Kind { error, missing, null, truth, integer, number, text, list, map, moment, date, time, length, elapsed };
  Kind kind = Kind::missing;
  nurture::eval::Error error = nurture::eval::Error::unknown_name;
  bool truth = false;
  std::int64_t integer = 0;      ///< integer; milliseconds of a moment and of what elapsed since; days of a date; seconds of a time
  nurture::time::Period length;  ///< length
  double number = 0;
  std::string text;
  std::vector<Value> items;    ///< list
  std::vector<Entry> entries;  ///< map

  [[nodiscard]] static Value of_error(nurture::eval::Error e);
  [[nodiscard]] static Value missing();
  [[nodiscard]] static Value null();
  [[nodiscard]] static Value of(bool b);
  [[nodiscard]] static Value of(std::int64_t i);
  [[nodiscard]] static Value of(double d);
  [[nodiscard]] static Value of(std::string s);
};

/// One key of a map with what stands under it.
struct Entry {
  Value key;
  Value value;
};

inline Value Value::of_error(nurture::eval::Error e) {
  Value v;
  v.kind = Kind::error;
  v.error = e;
  return v;
}
inline Value Value::missing() { return {}; }
inline Value Value::null() {
  Value v;
  v.kind = Kind::null;
  return v;
}
inline Value Value::of(bool b) {
  Value v;
  v.kind = Kind::truth;
  v.truth = b;
  return v;
}
inline Value Value::of(std::int64_t i) {
  Value v;
  v.kind = Kind::integer;
  v.integer = i;
  return v;
}
inline Value Value::of(double d) {
  Value v;
  v.kind = Kind::number;
  v.number = d;
  return v;
}
inline Value Value::of(std::string s) {
  Value v;
  v.kind = Kind::text;
  v.text = std::move(s);
  return v;
}

[[nodiscard]] Value moment(nurture::Instant at);
[[nodiscard]] Value length(const nurture::time::Period& period);

/// What an expression can ask for beside its operands.
class World {
 public:
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World() = default;
  [[nodiscard]] virtual Value name(const std::string& text) = 0;
  [[nodiscard]] virtual Value history(const nurture::ast::Expr& question) = 0;
  /// A function that asks for something by its name.
  [[nodiscard]] virtual Value asked(const nurture::ast::Expr& call);
  [[nodiscard]] virtual nurture::Instant now() const = 0;
  [[nodiscard]] virtual const nurture::time::Zone& zone() const = 0;
};
[[nodiscard]] Value evaluate(const nurture::ast::Expr& e, World& world);

/// As the language writes it: what `set` and `do` show in the log.
[[nodiscard]] std::string as_written(const Value& value);
/// As a text for people shows it.
[[nodiscard]] std::string as_text(const Value& value, const nurture::time::Zone& zone);

using Names = std::map<std::string, Value>;

[[nodiscard]] Value evaluate(const nurture::ast::Expr& e, const Names& names);

/// A value of the real evaluator as one of these.
[[nodiscard]] Value from(const nurture::eval::Value& value);
/// The same in kind and content; a number that is none is the same as another.
[[nodiscard]] bool same(const Value& a, const Value& b);
[[nodiscard]] std::string show(const Value& value);

}  // namespace naive
