// bench_eval: one evaluation of a condition over fields that come from the environment.
//
//   eval/compare      lead.score >= 3
//   eval/and          lead.score >= 3 and lead.country == "PT"
//   eval/in           lead.country in ["PT", "ES", "FR", "IT"]
//   eval/arithmetic   lead.score * 2 + 1 > 7
// Each has a `native` neighbour: the same condition in C++ over the same values.
#include "compile/expression.hpp"
#include "eval/code.hpp"
#include "syntax/parse.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace nurture;

class Fields final : public eval::Environment {
 public:
  eval::Value load(eval::Origin, std::uint32_t index) override { return index == 0 ? eval::Value::of(score) : eval::Value::of(country); }
  eval::Value history(std::uint32_t) override { return eval::Value::missing(); }
  Fields() { lead_slots = reinterpret_cast<const std::uint64_t*>(&score); }
  std::int64_t score = 4;
  std::string_view country = "PT";
};

class Names final : public compile::Resolver {
 public:
  std::optional<Load> load(std::string_view path) override {
    if (path == "lead.score") return Load{eval::Origin::lead, 0, eval::Slot::int_};
    if (path == "lead.country") return Load{eval::Origin::lead, 1, eval::Slot::asked};
    return std::nullopt;
  }
  std::optional<eval::Ref> segment(std::string_view) override { return std::nullopt; }
  std::uint32_t query(const ast::Expr&, std::string_view) override { return 0; }
};

void evaluate(benchmark::State& state, const std::string& text) {
  Diagnostics diagnostics;
  const source::Source& source = diagnostics.sources().add("expression", text);
  const auto tree = syntax::parse_expression(source, 0, static_cast<std::uint32_t>(text.size()), diagnostics);
  if (!tree) return state.SkipWithError("the expression does not parse");
  eval::Module module;
  Names names;
  const eval::Ref ref = compile::lower(*tree, names, module);
  Fields fields;
  eval::Arena arena;
  for (auto _ : state) {
    fields.score ^= 1;
    benchmark::DoNotOptimize(eval::run(module, ref, fields, arena).is_true());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

template <class Condition>
void native(benchmark::State& state, Condition condition) {
  Fields fields;
  for (auto _ : state) {
    fields.score ^= 1;
    benchmark::DoNotOptimize(fields.score);
    benchmark::DoNotOptimize(condition(fields));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::RegisterBenchmark("eval/compare", evaluate, "lead.score >= 3");
  benchmark::RegisterBenchmark("native/compare", [](benchmark::State& s) { native(s, [](const Fields& f) { return f.score >= 3; }); });
  benchmark::RegisterBenchmark("eval/and", evaluate, "lead.score >= 3 and lead.country == \"PT\"");
  benchmark::RegisterBenchmark("native/and",
                               [](benchmark::State& s) { native(s, [](const Fields& f) { return f.score >= 3 && f.country == "PT"; }); });
  benchmark::RegisterBenchmark("eval/in", evaluate, "lead.country in [\"PT\", \"ES\", \"FR\", \"IT\"]");
  benchmark::RegisterBenchmark("native/in", [](benchmark::State& s) {
    native(s, [](const Fields& f) { return f.country == "PT" || f.country == "ES" || f.country == "FR" || f.country == "IT"; });
  });
  benchmark::RegisterBenchmark("eval/arithmetic", evaluate, "lead.score * 2 + 1 > 7");
  benchmark::RegisterBenchmark("native/arithmetic",
                               [](benchmark::State& s) { native(s, [](const Fields& f) { return f.score * 2 + 1 > 7; }); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
