// A second evaluator of expressions, slow and obvious: it walks the syntax tree with values that own everything, and
// shares no code with src/eval. Entry point: evaluate(). Without time, history and patterns; the CEL profile's numbers
// are not its business either.
#pragma once

#include "eval/value.hpp"
#include "syntax/ast.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace naive {

struct Value {
  enum class Kind { error, missing, null, truth, integer, number, text, list, map };
  Kind kind = Kind::missing;
  nurture::eval::Error error = nurture::eval::Error::unknown_name;
  bool truth = false;
  std::int64_t integer = 0;
  double number = 0;
  std::string text;
  std::vector<Value> items;                      ///< list
  std::vector<std::pair<Value, Value>> entries;  ///< map

  static Value of_error(nurture::eval::Error e) {
    Value v;
    v.kind = Kind::error;
    v.error = e;
    return v;
  }
  static Value missing() { return {}; }
  static Value null() {
    Value v;
    v.kind = Kind::null;
    return v;
  }
  static Value of(bool b) {
    Value v;
    v.kind = Kind::truth;
    v.truth = b;
    return v;
  }
  static Value of(std::int64_t i) {
    Value v;
    v.kind = Kind::integer;
    v.integer = i;
    return v;
  }
  static Value of(double d) {
    Value v;
    v.kind = Kind::number;
    v.number = d;
    return v;
  }
  static Value of(std::string s) {
    Value v;
    v.kind = Kind::text;
    v.text = std::move(s);
    return v;
  }
};

using Names = std::map<std::string, Value>;

[[nodiscard]] Value evaluate(const nurture::ast::Expr& e, const Names& names);

/// A value of the real evaluator as one of these.
[[nodiscard]] Value from(const nurture::eval::Value& value);
/// The same in kind and content; a number that is none is the same as another.
[[nodiscard]] bool same(const Value& a, const Value& b);
[[nodiscard]] std::string show(const Value& value);

}  // namespace naive
