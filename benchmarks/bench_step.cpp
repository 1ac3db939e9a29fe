// bench_step: leads walk the seventeen steps of sixty days, every send with consent, a cap, quiet hours and one
// condition, into a sink that counts; beside it, in the same run, the loop that a host would otherwise write.
//
//   step/nurture/N/0, step/baseline/N/0   N leads, every step at 09:00 of the lead's zone
//   step/nurture/N/1, step/baseline/N/1   every step at the time of day of the entry, so that two fifths of the steps are
//                                         held overnight
//   Items are lead-steps. Counters: ns_per_item, bytes_per_lead (all state, without the leads' names, attributes
//   included), count of what was sent. The program fails when both sides do not send the same number; ratios are printed at the end.
//
// Both are given the same leads: entry spread over a week by the minute, four time zones, every tenth without consent.
// Entering the leads is not measured; walking the sixty days is, in seconds of CPU, because both sides are one thread
// that waits for nothing. The counting sink hangs on the core, where decisions become effects: what a host pays for
// building its own message is not in the figures of either side. The smallest size is for counting instructions.
#include "baseline.hpp"
#include "side_by_side.hpp"

#include "engine/core.hpp"

#include <nurture/nurture.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace {

constexpr int kDays[] = {0, 2, 3, 5, 8, 11, 14, 17, 20, 25, 30, 35, 40, 45, 50, 55, 60};
constexpr const char* kZones[] = {"Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Sydney"};
const nurture::Instant kStart{1'772'438'400'000};  // 2026-03-02T08:00:00Z
const nurture::Instant kEnd = kStart + std::chrono::hours{24 * 75};

std::string sequence_text(bool spread) {
  std::string text = R"(nurture 1
lead { tz: string  score: int = 0 }
event joined
event left
category marketing { consent explicit }
policy hours { quiet hours 20:00..08:00 in lead then hold  cap 2 per 1d on email then hold }
message mail { channel email category marketing subject "x" }
sequence walk {
  enroll on joined
  policy hours
  exit left on left
)";
  if (!spread) text += "  default time 09:00\n";
  for (const int day : kDays) text += "  day " + std::to_string(day) + " d" + std::to_string(day) + ": if lead.score >= 1 { send mail }\n";
  return text + "}\n";
}

nurture::Program program(bool spread) {
  const nurture::CompileResult built = nurture::compile_text("walk.nurture", sequence_text(spread));
  if (!built.ok()) std::fputs(built.diagnostics().render().c_str(), stderr);
  return built.program();
}

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

void enter(nurture::Engine& engine, std::int64_t leads) {
  std::int64_t next_minute = 0;
  for (std::int64_t i = 0; i < leads; ++i) {
    const baseline::Person person = baseline::person(i, leads);
    const nurture::Instant at{kStart.ms + person.minute * 60'000};
    if (person.minute != next_minute) {
      static_cast<void>(engine.step_to({at.ms - 1}));
      next_minute = person.minute;
    }
    const std::string id = "lead" + std::to_string(i);
    static_cast<void>(engine.upsert(id, {{"tz", kZones[person.zone]}, {"score", person.score}}, at));
    if (person.consent) static_cast<void>(engine.consent(id, "marketing", {.received_at = at}));
    static_cast<void>(engine.post({.lead = id, .name = "joined", .received_at = at}));
  }
}

void step_nurture(benchmark::State& state) {
  for (auto _ : state) {
    nurture::ManualClock clock{kStart};
    nurture::Engine engine{program(state.range(1) != 0), clock};
    CountingSink sink;
    engine.core().set_sink(&sink);
    enter(engine, state.range(0));
    const std::uint64_t steps_before = engine.statistics().lead_steps;
    const std::uint64_t sent_before = sink.count;
    const std::clock_t begin = std::clock();
    static_cast<void>(engine.step_to(kEnd));
    const double took = side_by_side::seconds_since(begin);
    const nurture::Statistics s = engine.statistics();
    side_by_side::report(state, "nurture", {state.range(0), state.range(1)}, s.lead_steps - steps_before, took, sink.count - sent_before,
                         s.state_bytes);
  }
}

void step_baseline(benchmark::State& state) {
  for (auto _ : state) {
    baseline::Host host(kStart.ms, kZones, kDays, state.range(1) != 0);
    host.enter(state.range(0));
    const std::uint64_t steps_before = host.steps();
    const std::uint64_t sent_before = host.sent();
    const std::clock_t begin = std::clock();
    host.run_until(kEnd.ms);
    const double took = side_by_side::seconds_since(begin);
    side_by_side::report(state, "baseline", {state.range(0), state.range(1)}, host.steps() - steps_before, took, host.sent() - sent_before,
                         host.bytes());
  }
}

}  // namespace

#define NURTURE_SIZES Args({10'000, 0})->Args({1'000'000, 0})->Args({1'000'000, 1})->Args({10'000'000, 0})
BENCHMARK(step_nurture)->Name("step/nurture")->NURTURE_SIZES->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(step_baseline)->Name("step/baseline")->NURTURE_SIZES->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) { return side_by_side::run(argc, argv, "lead-step"); }
