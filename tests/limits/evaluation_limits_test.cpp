// limits::kEvaluationCost: what one evaluation may do, and that nothing gets around it.
#include "support/catch.hpp"
#include "support/evaluation.hpp"

#include <nurture/limits.hpp>

using namespace nurture::eval;
using nurture::limits::kEvaluationCost;
using test_support::World;

namespace {

const std::string kExceeded = "error: too many operations";

/// An expression of exactly `operations` instructions, the last of them `ret`.
Ref long_expression(Module& module, std::uint64_t operations) {
  const Ref ref{static_cast<std::uint32_t>(module.code.size())};
  module.constants.push_back(Value::of(true));
  module.code.push_back({Op::enter, 0, 0, 1});
  module.code.push_back({Op::constant, 0, 0, static_cast<std::uint32_t>(module.constants.size() - 1)});
  for (std::uint64_t i = 2; i < operations; ++i) module.code.push_back({Op::not_, 0, 0, 0});
  module.code.push_back({Op::ret, 0, 0, 0});
  return ref;
}

std::string outcome(std::uint64_t operations) {
  World world;
  return to_string(world.evaluate(long_expression(world.module, operations)));
}

/// "[0, 1, ..., n - 1]"
std::string numbers(int count) {
  std::string text = "[0";
  for (int i = 1; i < count; ++i) text += ", " + std::to_string(i);
  return text + "]";
}

}  // namespace

TEST_CASE("an evaluation may take as many operations as the limit says, and not one more") {
  CHECK(outcome(kEvaluationCost - 1) == "false");
  CHECK(outcome(kEvaluationCost) == "true");
  CHECK(outcome(kEvaluationCost + 1) == kExceeded);
}

TEST_CASE("segments share the budget of the expression that uses them") {
  World world;
  const Ref half = long_expression(world.module, kEvaluationCost / 2 - 2);
  const auto twice = [&world](Ref ref) {
    const Ref result{static_cast<std::uint32_t>(world.module.code.size())};
    world.module.code.insert(
        world.module.code.end(),
        {{Op::enter, 0, 0, 2}, {Op::call_ref, 0, 0, ref.begin}, {Op::call_ref, 0, 0, ref.begin}, {Op::and_, 0, 0, 0}, {Op::ret, 0, 0, 0}});
    return result;
  };
  const Ref whole = twice(half);
  CHECK(to_string(world.evaluate(whole)) == "true");
  CHECK(to_string(world.evaluate(twice(whole))) == kExceeded);
}

TEST_CASE("segments use segments to the depth that the limit says, and not one more") {
  constexpr int kDepth = static_cast<int>(nurture::limits::kSegmentDepth);
  World world;
  world.segment("s0", "true");
  const auto add = [&world](int from, int to) {
    for (int i = from; i <= to; ++i) world.segment("s" + std::to_string(i), "not s" + std::to_string(i - 1));
  };
  add(1, kDepth - 2);
  CHECK(world.show("s" + std::to_string(kDepth - 2)) == "true");
  add(kDepth - 1, kDepth - 1);
  CHECK(world.show("s" + std::to_string(kDepth - 1)) == "false");
  add(kDepth, kDepth);
  CHECK(world.show("s" + std::to_string(kDepth)) == kExceeded);
}

TEST_CASE("loops within loops end at the limit") {
  World world;
  const std::string n = numbers(200);
  CHECK(world.show(n + ".all(a, " + n + ".all(b, a + b >= 0))") == "true");
  CHECK(world.show(n + ".all(a, " + n + ".all(b, " + n + ".all(c, true)))") == kExceeded);
  CHECK(world.show(n + ".map(a, " + n + ".map(b, " + n + ".filter(c, c > a))).size() > 0") == kExceeded);
  // An exceeded budget is no error that `or` could absorb.
  CHECK(world.show(n + ".all(a, " + n + ".all(b, " + n + ".all(c, true))) or true") == kExceeded);
}

TEST_CASE("work on long texts and lists counts by its size") {
  World world;
  const std::string megabyte(1 << 20, 'x');
  world.set("text", Value::of(std::string_view{megabyte}));
  const std::string n = numbers(200);
  CHECK(world.show("size(text)") == "1048576");
  CHECK(world.show(n + ".all(a, size(text + text) > 0)") == kExceeded);
  CHECK(world.show(n + ".all(a, contains(text, \"y\"))") == "false");
  CHECK(world.show(n + ".all(a, not contains(text, \"y\"))") == kExceeded);
  CHECK(world.show(n + ".all(a, upper(text) == text)") == kExceeded);
  CHECK(world.show("matches(text, \"^x*$\")") == kExceeded);

  const std::string lists = n + ".map(a, " + n + ")";
  CHECK(world.show(lists + " == " + lists) == "true");
  CHECK(world.show(n + ".all(a, " + lists + " == " + lists + ")") == kExceeded);
  CHECK(world.show(n + ".all(a, not (-1 in " + numbers(20'000) + "))") == kExceeded);
}

TEST_CASE("comparing long texts is paid for") {
  World world;
  const std::string a(1 << 20, 'x');
  const std::string b(1 << 20, 'x');
  world.set("a", Value::of(std::string_view{a}));
  world.set("b", Value::of(std::string_view{b}));
  const std::string n = numbers(200);
  CHECK(world.show("a == b") == "true");
  CHECK(world.show(n + ".all(i, a == b)") == kExceeded);
  CHECK(world.show(n + ".all(i, a <= b)") == kExceeded);
}
