// Runs one test: its expression is parsed in the CEL profile, lowered with the test's bindings as variables, evaluated,
// and compared with what the test expects, types included. Entry point: run_test().
#include "suite.hpp"

#include "applicability.hpp"
#include "compile/expression.hpp"
#include "eval/code.hpp"
#include "eval/functions.hpp"
#include "eval/moments.hpp"

#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

namespace cel {

namespace {

using nurture::eval::Arena;
using nurture::eval::Kind;
using nurture::eval::ListData;
using nurture::eval::MapData;
using Value = nurture::eval::Value;
using textproto::Message;

// ---------------------------------------------------------------- values of the test data

[[noreturn]] void bad_data(const std::string& what) { throw std::runtime_error("cannot read the value: " + what); }

std::int64_t integer(const std::string& text) {
  const auto read = nurture::eval::parse_int(text, true);
  if (!read) bad_data(text);
  return *read;
}

double number(std::string text) {
  if (!text.empty() && (text.back() == 'f' || text.back() == 'F') && text.find("inf") == std::string::npos) text.pop_back();
  const auto read = nurture::eval::parse_number(text);
  if (!read) bad_data(text);
  return *read;
}

class ValueReader {
 public:
  explicit ValueReader(Arena& arena) : arena_(arena) {}

  Value read(const Message& message) {
    if (message.fields.size() != 1) bad_data("not exactly one field");
    const textproto::Field& field = message.fields.front();
    const std::string& text = field.value.text;
    if (field.name == "null_value") return Value::null();
    if (field.name == "bool_value") return Value::of(text == "true");
    if (field.name == "int64_value") return Value::of(integer(text));
    if (field.name == "double_value") return Value::of(number(text));
    if (field.name == "string_value") return Value::of(arena_.copy(text));
    if (field.name == "type_value") return type(text);
    if (field.value.message.empty()) bad_data(field.name);
    const Message& inner = field.value.message.front();
    if (field.name == "list_value") return list(inner);
    if (field.name == "map_value") return map(inner);
    if (field.name == "object_value") return time(inner);
    bad_data(field.name);
  }

 private:
  Value type(const std::string& name) {
    const auto kind = nurture::eval::type_of_name(name);
    if (!kind) bad_data("type " + name);
    return Value::type(*kind);
  }

  Value list(const Message& message) {
    const auto items = message.all("values");
    Value* values = arena_.values(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) values[i] = read(items[i]->message.at(0));
    Value result;
    result.kind = Kind::list;
    result.list = new (arena_.allocate(sizeof(ListData))) ListData{static_cast<std::uint32_t>(items.size()), values};
    return result;
  }

  Value map(const Message& message) {
    const auto entries = message.all("entries");
    Value* keys = arena_.values(entries.size());
    Value* values = arena_.values(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Message& entry = entries[i]->message.at(0);
      keys[i] = read(entry.find("key")->message.at(0));
      values[i] = read(entry.find("value")->message.at(0));
    }
    Value result;
    result.kind = Kind::map;
    result.map = new (arena_.allocate(sizeof(MapData))) MapData{static_cast<std::uint32_t>(entries.size()), keys, values};
    return result;
  }

  /// A Timestamp or a Duration inside an Any; the rest is not applicable.
  static Value time(const Message& any) {
    const Message& parts = any.fields.front().value.message.at(0);
    const auto part = [&parts](const char* name) { return parts.find(name) == nullptr ? 0 : integer(parts.text(name)); };
    if (any_type(any.fields.front().name) == "google.protobuf.Timestamp") {
      return nurture::eval::moments::datetime_from(part("seconds"), part("nanos"));
    }
    return Value::duration(part("seconds"), static_cast<std::int32_t>(part("nanos")));
  }

  Arena& arena_;
};

/// Equal with equal types; the suite tells 1 from 1.0, and a number that is none is itself.
bool same(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::number && std::isnan(a.number)) return std::isnan(b.number);
  if (a.kind == Kind::list) {
    if (a.list->size != b.list->size) return false;
    for (std::uint32_t i = 0; i < a.list->size; ++i) {
      if (!same(a.list->items[i], b.list->items[i])) return false;
    }
    return true;
  }
  if (a.kind == Kind::map) {
    if (a.map->size != b.map->size) return false;
    for (std::uint32_t i = 0; i < a.map->size; ++i) {
      std::uint32_t j = 0;
      while (j < b.map->size && !same(a.map->keys[i], b.map->keys[j])) ++j;
      if (j == b.map->size || !same(a.map->values[i], b.map->values[j])) return false;
    }
    return true;
  }
  return nurture::eval::equal(a, b);
}

// ---------------------------------------------------------------- names

/// The bindings of a test. A name is looked for in its container, in those around that, and at the root; a leading
/// point asks the root alone.
class Bindings final : public nurture::compile::Resolver, public nurture::eval::Environment {
 public:
  Bindings(const Message& test, Arena& arena) : container_(test.text("container")) {
    for (const textproto::Value* binding : test.all("bindings")) {
      const Message& entry = binding->message.at(0);
      const Message* value = entry.message("value");
      if (value == nullptr) bad_data("a binding without a value");
      index_[entry.text("key")] = static_cast<std::uint32_t>(values_.size());
      const Message* plain = value->message("value");
      values_.push_back(plain == nullptr ? Value::error(nurture::eval::Error::unknown_name) : ValueReader{arena}.read(*plain));
    }
  }

  std::optional<Load> load(std::string_view path) override {
    if (path.starts_with('.')) return exact(std::string{path.substr(1)});
    for (std::string prefix = container_; !prefix.empty();) {
      if (auto found = exact(prefix + "." + std::string{path})) return found;
      const auto dot = prefix.rfind('.');
      prefix.resize(dot == std::string::npos ? 0 : dot);
    }
    return exact(std::string{path});
  }
  std::optional<nurture::eval::Ref> segment(std::string_view) override { return std::nullopt; }
  std::uint32_t query(const nurture::ast::Expr&, std::string_view) override { return 0; }

  Value load(nurture::eval::Origin, std::uint32_t index) override { return values_.at(index); }
  Value history(std::uint32_t) override { return Value::missing(); }

 private:
  [[nodiscard]] std::optional<Load> exact(const std::string& path) const {
    const auto found = index_.find(path);
    if (found == index_.end()) return std::nullopt;
    return Load{nurture::eval::Origin::variable, found->second};
  }

  std::string container_;
  std::map<std::string, std::uint32_t> index_;
  std::vector<Value> values_;
};

// ---------------------------------------------------------------- one test

Outcome failed(std::string expected, std::string got) { return {Outcome::Kind::failed, {}, std::move(expected), std::move(got)}; }

std::string shown(const Value& value) {
  std::string text = nurture::eval::to_string(value);
  if (value.kind == Kind::type) text = "type " + text;
  return text;
}

Outcome judge(const Message& test, const Value& got, Arena& arena) {
  if (test.find("eval_error") != nullptr || test.find("any_eval_errors") != nullptr) {
    return got.is_error() ? Outcome{} : failed("an error", shown(got));
  }
  // Without any expectation the suite expects true.
  const Message* value = test.message("value");
  const Value expected = value == nullptr ? Value::of(true) : ValueReader{arena}.read(*value);
  return same(expected, got) ? Outcome{} : failed(shown(expected), shown(got));
}

Outcome evaluate(const Message& test) {
  Arena arena;
  Bindings bindings{test, arena};
  nurture::Diagnostics diagnostics;
  const nurture::source::Source& source = diagnostics.sources().add("expression", test.text("expr"));
  const auto size = static_cast<std::uint32_t>(source.text().size());
  const auto expression = nurture::syntax::parse_expression(source, 0, size, diagnostics, nurture::syntax::Profile::cel);
  if (!expression) {
    return failed("an expression", diagnostics.empty() ? "no expression" : "refused: " + diagnostics.items().front().message);
  }
  nurture::eval::Module module;
  const auto code = nurture::compile::lower(*expression, bindings, module, nurture::syntax::Profile::cel);
  return judge(test, nurture::eval::run(module, code, bindings, arena), arena);
}

}  // namespace

Outcome run_test(const Message& test) {
  if (const auto feature = missing_feature(test)) return {Outcome::Kind::not_applicable, *feature, {}, {}};
  try {
    return evaluate(test);
  } catch (const std::exception& error) {
    return failed("a test that can be read", error.what());
  }
}

}  // namespace cel
