// Two sides of one measurement in one run: nurture, and what a host would write by hand. Entry points: report(), run().
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <vector>

namespace side_by_side {

struct Result {
  double ns = 0;            ///< Per item.
  std::uint64_t count = 0;  ///< Of what both sides must have done alike.
};

inline std::map<std::string, Result>& results() {
  static std::map<std::string, Result> all;
  return all;
}

/// Of the process: both sides are one thread that waits for nothing.
inline double seconds_since(std::clock_t begin) { return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC; }

/// `side` is "nurture" or "baseline"; what the benchmark was called with says what is compared with what.
inline void report(benchmark::State& state, const std::string& side, const std::vector<std::int64_t>& arguments, std::uint64_t items,
                   double seconds, std::uint64_t count, std::uint64_t bytes) {
  const double ns = seconds * 1e9 / static_cast<double>(items);
  state.SetIterationTime(seconds);
  state.SetItemsProcessed(static_cast<std::int64_t>(items));
  state.counters["ns_per_item"] = ns;
  state.counters["bytes_per_lead"] = static_cast<double>(bytes) / static_cast<double>(arguments.front());
  state.counters["count"] = static_cast<double>(count);
  std::string name = side;
  for (const std::int64_t argument : arguments) name += '/' + std::to_string(argument);
  results()[name] = {ns, count};
}

/// Runs the benchmarks and prints the ratios. Not 0 when the two sides did not do the same.
inline int run(int argc, char** argv, const char* item) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  bool agree = true;
  for (const auto& [name, mine] : results()) {
    if (!name.starts_with("nurture/")) continue;
    const std::string size = name.substr(name.find('/'));
    const auto theirs = results().find("baseline" + size);
    if (theirs == results().end()) continue;
    std::printf("%s: nurture %.0f ns, baseline %.0f ns per %s: ratio %.1f\n", size.c_str(), mine.ns, theirs->second.ns, item,
                theirs->second.ns / mine.ns);
    agree = agree && mine.count == theirs->second.count;
  }
  if (!agree) std::puts("the two sides did not do the same");
  return agree ? 0 : 1;
}

}  // namespace side_by_side
