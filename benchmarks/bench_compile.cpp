// bench_compile: what reading a definition costs, stage by stage, per kilobyte of text.
//
//   parse/text, parse/yaml   bytes_per_second of source text, over messages.nurture of examples/borderbridge
//   check, compile           over its Skilled Professional sequence with the vocabulary and messages it uses
#include "check/load.hpp"
#include "check/model.hpp"
#include "compile/program.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace nurture;

const std::string& path() {
  static const std::string name = std::string(NURTURE_SOURCE_DIR) + "/examples/borderbridge/messages.nurture";
  return name;
}
const std::string& project() {
  static const std::string name = std::string(NURTURE_SOURCE_DIR) + "/examples/borderbridge/skilled_professional.nurture";
  return name;
}
const std::string& text() {
  static const std::string bytes = check::read_from_disk(path()).value_or("");
  return bytes;
}

void parse_text(benchmark::State& state) {
  for (auto _ : state) {
    Diagnostics diagnostics;
    benchmark::DoNotOptimize(syntax::parse_text(diagnostics.sources().add("x.nurture", text()), diagnostics));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(text().size()));
}

void parse_yaml(benchmark::State& state) {
  Diagnostics first;
  const std::string yaml = syntax::print_yaml(syntax::parse_text(first.sources().add("x.nurture", text()), first));
  for (auto _ : state) {
    Diagnostics diagnostics;
    benchmark::DoNotOptimize(syntax::parse_yaml(diagnostics.sources().add("x.nurture.yaml", yaml), diagnostics));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(yaml.size()));
}

struct Loaded {
  Diagnostics diagnostics;
  std::vector<std::shared_ptr<const ast::File>> files;
  std::int64_t bytes = 0;
};
const Loaded& loaded() {
  static const Loaded once = [] {
    Loaded l;
    l.files = check::load({project()}, check::read_from_disk, l.diagnostics);
    for (std::uint32_t i = 0; i < l.diagnostics.sources().size(); ++i) {
      l.bytes += static_cast<std::int64_t>(l.diagnostics.sources().at(i).text().size());
    }
    return l;
  }();
  return once;
}

void check_project(benchmark::State& state) {
  for (auto _ : state) {
    Diagnostics diagnostics = loaded().diagnostics;
    benchmark::DoNotOptimize(check::check(loaded().files, diagnostics));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * loaded().bytes);
}

void compile_project(benchmark::State& state) {
  Diagnostics diagnostics = loaded().diagnostics;
  const model::Model model = check::check(loaded().files, diagnostics);
  for (auto _ : state) benchmark::DoNotOptimize(compile::compile(model));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * loaded().bytes);
}

}  // namespace

BENCHMARK(parse_text)->Name("parse/text");
BENCHMARK(parse_yaml)->Name("parse/yaml");
BENCHMARK(check_project)->Name("check");
BENCHMARK(compile_project)->Name("compile");
BENCHMARK_MAIN();
