// The path of a step - from the timer that rings to the message that is handed over - takes no memory and makes no string.
// Asserted by counting what the program asks of the allocator, never by time; where a sanitizer has an allocator of its own,
// nothing is counted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NURTURE_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#define NURTURE_COUNTS_ALLOCATIONS (!__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer))
#else
#define NURTURE_COUNTS_ALLOCATIONS 1
#endif

#if NURTURE_COUNTS_ALLOCATIONS
#include "support/engine.hpp"

#include "engine/core.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>

using namespace nurture;
using namespace nurture::test;

namespace {

std::atomic<std::uint64_t> allocations = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

// NOLINTBEGIN(misc-new-delete-overloads,cppcoreguidelines-no-malloc)
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND(misc-new-delete-overloads,cppcoreguidelines-no-malloc)

namespace {

class CountingSink final : public engine::EffectSink {
 public:
  void on_effect(const engine::Effect&) override { ++sent; }
  void on_notify(std::string_view, std::string_view, std::string_view) override {}
  void on_task(const Task&) override {}
  void on_audience(const AudienceChange&) override {}
  void on_erase(std::string_view) override {}
  void on_call(std::string_view, std::string_view, const std::vector<Value>&) override {}
  std::uint64_t sent = 0;
};

constexpr const char* kProgram = R"(nurture 1
lead { tz: string? email: string? age: int = 30 plan: string = "free" }
event signed { plan: string? }
event seen { path: string? }
channel email { requires lead.email }
category marketing { consent explicit }
policy calm { quiet hours 20:00..08:00 allow mon..fri cap 2 per 7d on email hold at most 5d }
message hello { channel email category marketing subject "Hello {{ lead.plan }}" variant a 50% { } variant b 50% { } }
message offer { channel email category marketing subject "Offer" }
sequence plan {
  enroll on signed
  policy calm
  default time 09:00
  exit old when lead.age > 90
  suppress when lead.plan == "none"
  day 0: send hello
  day 2: if lead.age >= 18 { send offer }
  day 5: { split half { left 50% { send hello } right 50% { wait 6h send offer } } }
  day 9: if count(seen within 30d) >= 1 { send offer } else { send hello }
  day 14: { wait until on seen timeout 3d send hello }
  day 20: send offer
}
)";

}  // namespace

TEST_CASE("the path of a step takes no memory") {
  constexpr int kLeads = 400;
  ManualClock clock{instant("2026-03-02T10:00:00Z")};
  Engine host{program_of(kProgram), clock};
  CountingSink sink;
  engine::Core& core = host.core();
  core.set_sink(&sink);
  const auto enter = [&](int begin, int end) {
    for (int i = begin; i < end; ++i) {
      const std::string lead = "lead" + std::to_string(i);
      static_cast<void>(host.upsert(lead, {{"email", lead}, {"tz", i % 2 == 0 ? "Europe/Lisbon" : "America/New_York"}}));
      static_cast<void>(host.consent(lead, "marketing"));
      static_cast<void>(host.post({.lead = lead, .name = "signed"}));
    }
  };
  const auto run = [&](std::string_view until) {
    std::uint64_t work = UINT64_MAX;
    CHECK(core.run(instant(until), work));
  };
  // A first population leaves the room that a second one uses: timers, held messages, enrolments, the zones' tables.
  enter(0, kLeads);
  run("2026-05-01T10:00:00Z");
  clock.set(instant("2026-05-04T10:00:00Z"));
  enter(kLeads, 2 * kLeads);
  run("2026-05-04T10:00:00Z");
  const std::uint64_t steps_before = host.statistics().lead_steps;
  const std::uint64_t sent_before = sink.sent;
  const std::uint64_t before = allocations;
  run("2026-07-01T10:00:00Z");
  const std::uint64_t taken = allocations - before;
  const std::uint64_t steps = host.statistics().lead_steps - steps_before;
  INFO(taken << " allocations in " << steps << " steps and " << sink.sent - sent_before << " messages");
  CHECK(steps >= 5 * kLeads);
  CHECK(sink.sent - sent_before >= 5 * kLeads);
  // The calendar of timers may still grow by a bucket now and then.
  CHECK(taken <= steps / 50);
}
#endif
