// bench_burst: a million leads whose messages were held overnight and whose window opens in the same minute; beside it, in the
// same run, what a host would otherwise write: a vector of waiting messages, sorted by their instant, and the same checks again.
//
//   burst/nurture/N, burst/baseline/N   N leads of one zone, one message each, held at 21:00 and let go at 08:00
//   Items are messages. Counters: ns_per_item, bytes_per_lead, count of what was sent. The program fails when both sides do not send the
//   same number; ratios are printed at the end.
//
// Only the opening is measured, in seconds of CPU: every gate is asked again, every tenth lead leaves by a change of its score
// that comes at the same instant and goes first, and a cap counts.
#include "side_by_side.hpp"

#include "engine/core.hpp"

#include <nurture/nurture.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace {

const nurture::Instant kEvening{1'772'485'200'000};  // 2026-03-02T21:00:00Z
const nurture::Instant kMorning{1'772'524'800'000};  // 2026-03-03T08:00:00Z

const char* const kProgram = R"(nurture 1
lead { score: int = 1 }
event joined
category marketing { consent explicit }
policy hours { quiet hours 20:00..08:00 then hold  cap 2 per 1d on email then hold }
message mail { channel email category marketing subject "x" }
sequence walk { enroll on joined policy hours exit gone when lead.score < 0 day 0: send mail day 9: {} }
)";

class CountingSink final : public nurture::engine::EffectSink {
 public:
  void on_effect(const nurture::engine::Effect&) override { ++count; }
  void on_notify(std::string_view, std::string_view, std::string_view) override {}
  void on_task(const nurture::Task&) override {}
  void on_audience(const nurture::AudienceChange&) override {}
  void on_erase(std::string_view) override {}
  void on_call(std::string_view, std::string_view, const std::vector<nurture::Value>&) override {}
  std::uint64_t count = 0;
};

bool leaves(std::int64_t lead) { return lead % 10 == 3; }

void burst_nurture(benchmark::State& state) {
  for (auto _ : state) {
    const nurture::CompileResult built = nurture::compile_text("burst.nurture", kProgram);
    if (!built.ok()) std::fputs(built.diagnostics().render().c_str(), stderr);
    nurture::ManualClock clock{kEvening};
    nurture::Engine engine{built.program(), clock};
    CountingSink sink;
    engine.core().set_sink(&sink);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      const std::string id = "lead" + std::to_string(i);
      static_cast<void>(engine.upsert(id, {}));
      static_cast<void>(engine.consent(id, "marketing"));
      static_cast<void>(engine.post({.lead = id, .name = "joined"}));
    }
    static_cast<void>(engine.step());
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      if (leaves(i)) static_cast<void>(engine.upsert("lead" + std::to_string(i), {{"score", -1}}, kMorning));
    }
    const std::clock_t begin = std::clock();
    static_cast<void>(engine.step_to(kMorning));
    const double took = side_by_side::seconds_since(begin);
    side_by_side::report(state, "nurture", {state.range(0)}, static_cast<std::uint64_t>(state.range(0)), took, sink.count,
                         engine.statistics().state_bytes);
  }
}

struct Waiting {
  std::int64_t due_ms;
  std::uint32_t lead;
  std::uint32_t message;
};
struct Lead {
  bool consent = true;
  std::int32_t score = 1;
  std::int64_t last_sends[2] = {0, 0};
  std::int64_t enrolled_ms = 0;
};

void burst_baseline(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<Lead> leads(static_cast<std::size_t>(state.range(0)));
    std::vector<Waiting> waiting;
    for (std::uint32_t i = 0; i < leads.size(); ++i) waiting.push_back({kMorning.ms, i, 0});
    std::uint64_t sent = 0;
    const std::clock_t begin = std::clock();
    for (std::uint32_t i = 0; i < leads.size(); ++i) {
      if (leaves(i)) leads[i].score = -1;
    }
    std::stable_sort(waiting.begin(), waiting.end(), [](const Waiting& a, const Waiting& b) { return a.due_ms < b.due_ms; });
    for (const Waiting& one : waiting) {
      Lead& lead = leads[one.lead];
      const bool quiet = one.due_ms / 3'600'000 % 24 >= 20 || one.due_ms / 3'600'000 % 24 < 8;
      const bool capped =
          std::count_if(lead.last_sends, lead.last_sends + 2, [&](std::int64_t at) { return at > one.due_ms - 86'400'000; }) == 2;
      if (lead.score < 0 || !lead.consent || quiet || capped) continue;
      *std::min_element(lead.last_sends, lead.last_sends + 2) = one.due_ms;
      ++sent;
    }
    const double took = side_by_side::seconds_since(begin);
    benchmark::DoNotOptimize(sent);
    side_by_side::report(state, "baseline", {state.range(0)}, leads.size(), took, sent,
                         leads.size() * sizeof(Lead) + waiting.capacity() * sizeof(Waiting));
  }
}

}  // namespace

BENCHMARK(burst_nurture)
    ->Name("burst/nurture")
    ->Args({10'000})
    ->Args({1'000'000})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(burst_baseline)
    ->Name("burst/baseline")
    ->Args({10'000})
    ->Args({1'000'000})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) { return side_by_side::run(argc, argv, "message"); }
