// Random expressions through the real evaluator and through the slow one of naive_eval.hpp: the answers, errors and
// their kinds included, are the same.
#include "model/naive_eval.hpp"
#include "support/catch.hpp"
#include "support/evaluation.hpp"
#include "syntax/print.hpp"

#include <array>
#include <random>

using nurture::ast::Expr;
using nurture::ast::ExprKind;

namespace {

/// Makes expressions that are mostly well typed, so that they get far, and sometimes not at all.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Expr any(int depth) {
    switch (pick(6)) {
      case 0: return truth(depth);
      case 1: return number(depth);
      case 2: return text(depth);
      case 3: return list(depth);
      default: return truth(depth);
    }
  }

 private:
  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  bool odd(int percent) { return pick(100) < static_cast<std::size_t>(percent); }

  static Expr make(ExprKind kind, std::string text, std::vector<Expr> args = {}) {
    Expr e;
    e.kind = kind;
    e.text = std::move(text);
    e.args = std::move(args);
    return e;
  }
  static Expr name(std::string text) { return make(ExprKind::ident, std::move(text)); }
  static Expr call(std::string text, std::vector<Expr> args) { return make(ExprKind::call, std::move(text), std::move(args)); }

  /// One in thirty values is of another type than its place wants.
  bool ill_typed() { return odd(3); }

  Expr truth(int depth) {
    if (depth <= 0 || odd(10)) {
      if (odd(40)) return name("yes");
      if (odd(20)) return name("gone");
      return make(ExprKind::bool_literal, odd(50) ? "true" : "false");
    }
    if (ill_typed()) return any(depth - 1);
    switch (pick(10)) {
      case 0: return make(ExprKind::not_, "", {truth(depth - 1)});
      case 1: return logic(ExprKind::and_, depth);
      case 2: return logic(ExprKind::or_, depth);
      case 3:
      case 4: return relation(depth);
      case 5: return make(ExprKind::in, "", {scalar(depth - 1), list(depth - 1)});
      case 6: return make(odd(50) ? ExprKind::known : ExprKind::missing, "", {path(depth - 1)});
      case 7: return make(ExprKind::conditional, "", {truth(depth - 1), truth(depth - 1), truth(depth - 1)});
      default: return macro(std::array{"all", "exists", "exists_one"}[pick(3)], depth);
    }
  }

  Expr logic(ExprKind kind, int depth) {
    std::vector<Expr> args{truth(depth - 1), truth(depth - 1)};
    while (odd(30)) args.push_back(truth(depth - 1));
    return make(kind, "", std::move(args));
  }

  Expr relation(int depth) {
    constexpr std::array kKinds{ExprKind::equal,      ExprKind::not_equal, ExprKind::less,
                                ExprKind::less_equal, ExprKind::greater,   ExprKind::greater_equal};
    const ExprKind kind = kKinds[pick(kKinds.size())];
    if (odd(20)) return make(kind, "", {text(depth - 1), text(depth - 1)});
    if (odd(10)) return make(kind, "", {list(depth - 1), list(depth - 1)});
    return make(kind, "", {number(depth - 1), number(depth - 1)});
  }

  Expr scalar(int depth) { return odd(60) ? number(depth) : odd(70) ? text(depth) : truth(depth); }

  Expr number(int depth) {
    if (!locals_.empty() && odd(30)) return name(locals_[pick(locals_.size())]);
    if (depth <= 0 || odd(15)) return number_leaf();
    if (ill_typed()) return any(depth - 1);
    constexpr std::array kKinds{ExprKind::add, ExprKind::subtract, ExprKind::multiply, ExprKind::divide, ExprKind::modulo};
    switch (pick(8)) {
      case 0: return make(ExprKind::negate, "", {number(depth - 1)});
      case 1: return make(ExprKind::conditional, "", {truth(depth - 1), number(depth - 1), number(depth - 1)});
      case 2: return call("size", {odd(50) ? list(depth - 1) : text(depth - 1)});
      case 3: return call("default", {path(depth - 1), number(depth - 1)});
      case 4: return path(depth - 1);
      case 5: return call("number", {number(depth - 1)});
      default: return make(kKinds[pick(kKinds.size())], "", {number(depth - 1), number(depth - 1)});
    }
  }

  Expr number_leaf() {
    constexpr std::array kNames{"small", "large", "half", "gone"};
    constexpr std::array kLiterals{"0", "1", "2", "7", "9223372036854775807", "0.0", "0.5", "3.0", "4611686018427387904"};
    if (odd(30)) return name(kNames[pick(kNames.size())]);
    return make(ExprKind::number, kLiterals[pick(kLiterals.size())]);
  }

  Expr text(int depth) {
    constexpr std::array kLiterals{"", "a", "b", "ab"};
    if (depth <= 0 || odd(50)) return odd(30) ? name("word") : make(ExprKind::string, kLiterals[pick(kLiterals.size())]);
    if (ill_typed()) return any(depth - 1);
    return make(ExprKind::add, "", {text(depth - 1), text(depth - 1)});
  }

  Expr list(int depth) {
    if (depth <= 0 || odd(20)) return odd(50) ? name("numbers") : make(ExprKind::list, "");
    if (ill_typed()) return any(depth - 1);
    switch (pick(6)) {
      case 0: return make(ExprKind::add, "", {list(depth - 1), list(depth - 1)});
      case 1: return macro("map", depth);
      case 2: return macro("filter", depth);
      case 3: return map(depth);
      default: break;
    }
    std::vector<Expr> items;
    while (items.size() < 4 && odd(70)) items.push_back(scalar(depth - 1));
    return make(ExprKind::list, "", std::move(items));
  }

  Expr map(int depth) {
    constexpr std::array kKeys{"a", "b", "c"};
    std::vector<Expr> args;
    while (args.size() < 6 && odd(60)) {
      args.push_back(odd(80) ? make(ExprKind::string, kKeys[pick(kKeys.size())]) : scalar(depth - 1));
      args.push_back(scalar(depth - 1));
    }
    return make(ExprKind::map, "", std::move(args));
  }

  /// Something that may lead nowhere.
  Expr path(int depth) {
    constexpr std::array kFields{"a", "b", "c"};
    Expr e = odd(40) ? name("record") : odd(30) ? name("gone") : odd(50) ? map(depth) : list(depth);
    for (std::size_t steps = pick(3) + 1; steps > 0; --steps) {
      if (odd(60))
        e = make(ExprKind::select, kFields[pick(kFields.size())], {std::move(e)});
      else
        e = make(ExprKind::index, "", {std::move(e), odd(80) ? number_leaf() : scalar(depth - 1)});
    }
    return e;
  }

  Expr macro(const std::string& text_of_macro, int depth) {
    const std::string variable = std::array{"x", "y", "small"}[pick(3)];
    std::vector<Expr> args{list(depth - 1), name(variable)};
    locals_.push_back(variable);
    if (text_of_macro == "map") {
      if (odd(40)) args.push_back(truth(depth - 1));
      args.push_back(scalar(depth - 1));
    } else {
      args.push_back(truth(depth - 1));
    }
    locals_.pop_back();
    return make(ExprKind::method, text_of_macro, std::move(args));
  }

  std::mt19937 random_;
  std::vector<std::string> locals_;
};

/// The names of both worlds; the records of the real one live in its module.
void add_names(test_support::World& world, naive::Names& names) {
  using nurture::eval::Value;
  world.set("yes", Value::of(true));
  world.set("gone", Value::missing());
  world.set("small", Value::of(std::int64_t{3}));
  world.set("large", Value::of(std::int64_t{-9223372036854775807}));
  world.set("half", Value::of(0.5));
  world.set("word", Value::of(std::string_view{"ab"}));
  const auto constant = [&world](std::string_view text) {
    const Value value = world.evaluate(text);
    REQUIRE_FALSE(value.is_error());
    return value;
  };
  static nurture::eval::Arena kept;
  const auto keep = [](const Value& list) {
    Value* items = kept.values(list.list->size);
    std::copy_n(list.list->items, list.list->size, items);
    Value copy = list;
    copy.list = new (kept.allocate(sizeof(nurture::eval::ListData))) nurture::eval::ListData{list.list->size, items};
    return copy;
  };
  const Value numbers = keep(constant("[1, 2, 3]"));
  world.set("numbers", numbers);
  Value* keys = kept.values(2);
  Value* values = kept.values(2);
  keys[0] = Value::of(std::string_view{"a"});
  values[0] = Value::of(std::int64_t{1});
  keys[1] = Value::of(std::string_view{"b"});
  values[1] = numbers;
  Value record;
  record.kind = nurture::eval::Kind::map;
  record.map = new (kept.allocate(sizeof(nurture::eval::MapData))) nurture::eval::MapData{2, keys, values};
  world.set("record", record);
  for (const char* name : {"yes", "gone", "small", "large", "half", "word", "numbers", "record"}) {
    names[name] = naive::from(world.evaluate(name));
  }
}

}  // namespace

TEST_CASE("random expressions have the value that a naive evaluation gives them") {
  test_support::World world;
  naive::Names names;
  add_names(world, names);
  Generator generator(20'260'302);
  std::array<int, 2> seen{};
  for (int round = 0; round < 20'000; ++round) {
    const Expr e = generator.any(5);
    const naive::Value expected = naive::evaluate(e, names);
    world.module.code.resize(3);  // one expression at a time
    const naive::Value got = naive::from(world.evaluate(nurture::compile::lower(e, world, world.module)));
    ++seen[expected.kind == naive::Value::Kind::error ? 0 : 1];
    if (naive::same(expected, got)) continue;
    FAIL_CHECK(nurture::syntax::print_expression(e) << "\n  expected " << naive::show(expected) << "\n  got      " << naive::show(got));
  }
  // Both kinds of outcome are well represented.
  CHECK(seen[0] > 2'000);
  CHECK(seen[1] > 2'000);
}
