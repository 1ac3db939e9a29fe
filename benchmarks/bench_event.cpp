// bench_event: events into leads that have ten live conditions with windows of sixty days, in three sequences; beside it, in
// the same run, what a host would otherwise write: the times of each event in a vector per lead, counted anew for each
// condition when an event comes.
//
//   event/nurture/N, event/baseline/N   N leads, thirty events each over ninety days, in the order of time
//   Items are events. Counters: ns_per_item, bytes_per_lead (all state, names not counted), count of what fired. The program fails when
//   both sides do not fire the same number of handlers; ratios are printed at the end.
//
// Posting and stepping are measured, in seconds of CPU; entering the leads is not.
#include "side_by_side.hpp"

#include <nurture/nurture.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kEventsPerLead = 30;
constexpr std::int64_t kDays = 90;
const nurture::Instant kStart{1'772'438'400'000};  // 2026-03-02T08:00:00Z

const char* const kProgram = R"(nurture 1
event joined
event view { path: string }
event click
event order
sequence reading {
  enroll on joined
  day 0 begin: {}
  day 365 end: {}
  when count(view within 60d) >= 5 as five notify team "5"
  when count(view within 60d) >= 10 as ten notify team "10"
  when count(view within 60d) >= 14 as many notify team "14"
  when distinct(path of view within 60d) >= 4 as wide notify team "4 pages"
}
sequence clicking {
  enroll on joined
  day 0 begin: {}
  day 365 end: {}
  when count(click within 60d) >= 3 as three notify team "3"
  when count(click within 60d) >= 6 as six notify team "6"
  when count(click within 60d) >= 8 as eight notify team "8"
}
sequence buying {
  enroll on joined
  day 0 begin: {}
  day 365 end: {}
  when any(order within 60d) as first notify team "first"
  when count(order within 60d) >= 2 as second notify team "second"
  when count(order within 60d) >= 1 and count(click within 60d) >= 4 as keen notify team "keen"
}
)";

enum class Kind : std::uint8_t { view, click, order };
struct Happening {
  std::int64_t at_ms;
  std::uint32_t lead;
  Kind kind;
  std::uint8_t path;
};

/// The same for both sides, and on every machine.
std::vector<Happening> happenings(std::int64_t leads) {
  std::vector<Happening> all;
  all.reserve(static_cast<std::size_t>(leads) * kEventsPerLead);
  std::uint32_t dice = 99;
  const auto roll = [&](std::uint32_t bound) { return (dice = dice * 1664525u + 1013904223u) / 13 % bound; };
  for (std::int64_t lead = 0; lead < leads; ++lead) {
    for (int i = 0; i < kEventsPerLead; ++i) {
      const std::uint32_t what = roll(30);
      const Kind kind = what < 20 ? Kind::view : what < 28 ? Kind::click : Kind::order;
      const std::int64_t at = kStart.ms + kDayMs + std::int64_t{roll(static_cast<std::uint32_t>(kDays * 1440))} * 60'000;
      all.push_back({at, static_cast<std::uint32_t>(lead), kind, static_cast<std::uint8_t>(roll(8))});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Happening& a, const Happening& b) { return a.at_ms < b.at_ms; });
  return all;
}

void event_nurture(benchmark::State& state) {
  const std::vector<Happening> all = happenings(state.range(0));
  const std::array<std::string, 3> names{"view", "click", "order"};
  std::vector<std::string> paths;
  for (int i = 0; i < 8; ++i) paths.push_back("/page/" + std::to_string(i));
  std::vector<std::string> ids;
  for (std::int64_t i = 0; i < state.range(0); ++i) ids.push_back("lead" + std::to_string(i));
  for (auto _ : state) {
    const nurture::CompileResult built = nurture::compile_text("event.nurture", kProgram);
    if (!built.ok()) std::fputs(built.diagnostics().render().c_str(), stderr);
    nurture::ManualClock clock{kStart};
    nurture::Engine engine{built.program(), clock};
    std::uint64_t fired = 0;
    engine.on_notify([&](std::string_view, std::string_view, std::string_view) { ++fired; });
    for (const std::string& id : ids) static_cast<void>(engine.post({.lead = id, .name = "joined"}));
    static_cast<void>(engine.step());
    const std::clock_t begin = std::clock();
    std::int64_t hour = 0;
    for (const Happening& one : all) {
      const nurture::Instant at{one.at_ms};
      if (one.at_ms / 3'600'000 != hour) {
        hour = one.at_ms / 3'600'000;
        static_cast<void>(engine.step_to(nurture::Instant{one.at_ms - 1}));
      }
      nurture::Event event{.lead = ids[one.lead], .name = names[static_cast<std::size_t>(one.kind)], .received_at = at};
      if (one.kind == Kind::view) event.fields.emplace_back("path", paths[one.path]);
      static_cast<void>(engine.post(event));
    }
    static_cast<void>(engine.step_to(nurture::Instant{all.back().at_ms}));
    side_by_side::report(state, "nurture", {state.range(0)}, all.size(), side_by_side::seconds_since(begin), fired,
                         engine.statistics().state_bytes);
  }
}

struct Lead {
  std::vector<std::pair<std::int64_t, std::uint8_t>> views;
  std::vector<std::int64_t> clicks, orders;
  std::array<bool, 10> done{};
};

/// Counts what is younger than sixty days and answers the ten conditions.
std::array<bool, 10> ask(const Lead& lead, std::int64_t now_ms) {
  const std::int64_t since = now_ms - 60 * kDayMs;
  const auto young = [&](std::int64_t at) { return at > since; };
  const auto views = std::count_if(lead.views.begin(), lead.views.end(), [&](const auto& view) { return young(view.first); });
  std::set<std::uint8_t> pages;
  for (const auto& [at, page] : lead.views) {
    if (young(at)) pages.insert(page);
  }
  const auto clicks = std::count_if(lead.clicks.begin(), lead.clicks.end(), young);
  const auto orders = std::count_if(lead.orders.begin(), lead.orders.end(), young);
  return {views >= 5,  views >= 10, views >= 14, pages.size() >= 4, clicks >= 3,
          clicks >= 6, clicks >= 8, orders >= 1, orders >= 2,       orders >= 1 && clicks >= 4};
}

void event_baseline(benchmark::State& state) {
  const std::vector<Happening> all = happenings(state.range(0));
  for (auto _ : state) {
    std::vector<Lead> leads(static_cast<std::size_t>(state.range(0)));
    std::uint64_t fired = 0;
    const std::clock_t begin = std::clock();
    for (const Happening& one : all) {
      Lead& lead = leads[one.lead];
      if (one.kind == Kind::view) lead.views.emplace_back(one.at_ms, one.path);
      if (one.kind == Kind::click) lead.clicks.push_back(one.at_ms);
      if (one.kind == Kind::order) lead.orders.push_back(one.at_ms);
      const std::array<bool, 10> now = ask(lead, one.at_ms);
      for (std::size_t i = 0; i < now.size(); ++i) {
        if (now[i] && !lead.done[i]) {
          lead.done[i] = true;
          ++fired;
        }
      }
    }
    const double took = side_by_side::seconds_since(begin);
    std::uint64_t bytes = leads.size() * sizeof(Lead);
    for (const Lead& lead : leads) bytes += lead.views.capacity() * 16 + (lead.clicks.capacity() + lead.orders.capacity()) * 8;
    side_by_side::report(state, "baseline", {state.range(0)}, all.size(), took, fired, bytes);
  }
}

}  // namespace

BENCHMARK(event_nurture)
    ->Name("event/nurture")
    ->Args({10'000})
    ->Args({200'000})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(event_baseline)
    ->Name("event/baseline")
    ->Args({10'000})
    ->Args({200'000})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) { return side_by_side::run(argc, argv, "event"); }
