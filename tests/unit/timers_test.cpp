// Timers against the obvious thing: a sorted list. Buckets, the open hour, timers beyond the reach, and the order at one
// instant.
#include "engine/timers.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <tuple>
#include <vector>

using nurture::Instant;
using nurture::engine::Timer;
using nurture::engine::TimerKind;
using nurture::engine::Timers;

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
const Instant kNow{1'772'438'400'000};

auto order(const Timer& t) { return std::tuple(t.due.ms, t.lead, t.subject); }

}  // namespace

TEST_CASE("timers come out in the order of their instants, however they are added") {
  std::mt19937 random(7);
  Timers timers;
  std::vector<Timer> expected;
  Instant now = kNow;
  for (int round = 0; round < 400; ++round) {
    for (int i = 0; i < 20; ++i) {
      const std::int64_t ahead = static_cast<std::int64_t>(random() % 3 == 0 ? random() % 1000 : random() % (40 * 24 * kHourMs));
      const auto id = static_cast<std::uint32_t>(expected.size());
      const Timer timer{now + std::chrono::milliseconds{ahead}, id % 50, TimerKind::step, 0, 0, id};
      timers.add(timer, now);
      expected.push_back(timer);
    }
    now = now + std::chrono::milliseconds{static_cast<std::int64_t>(random() % (5 * kHourMs))};
    std::sort(expected.begin(), expected.end(), [](const Timer& a, const Timer& b) { return order(a) < order(b); });
    Timer popped;
    std::size_t count = 0;
    while (timers.pop(now, popped)) {
      REQUIRE(count < expected.size());
      REQUIRE(order(popped) == order(expected[count]));
      ++count;
    }
    REQUIRE((count == expected.size() || expected[count].due > now));
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(count));
    REQUIRE(timers.size() == expected.size());
    REQUIRE(timers.next() == (expected.empty() ? Instant::max() : expected.front().due));
  }
}

TEST_CASE("a timer decades ahead waits its turn") {
  Timers timers;
  const Timer far{kNow + std::chrono::hours{24 * 365 * 30}, 1, TimerKind::step, 0, 0, 1};
  timers.add(far, kNow);
  Timer popped;
  CHECK_FALSE(timers.pop(kNow + std::chrono::hours{24 * 365 * 29}, popped));
  const Instant later = kNow + std::chrono::hours{24 * 365 * 29};
  timers.add({later + std::chrono::hours{2}, 2, TimerKind::step, 0, 0, 2}, later);
  REQUIRE(timers.pop(Instant{far.due.ms}, popped));
  CHECK(popped.subject == 2);
  REQUIRE(timers.pop(Instant{far.due.ms}, popped));
  CHECK(popped.subject == 1);
  CHECK_FALSE(timers.pop(Instant::max(), popped));
}

TEST_CASE("at one instant conditions come before timeouts, timeouts before steps, higher rank first [S2.1] [S2.2]") {
  Timers timers;
  const auto add = [&](TimerKind kind, std::uint32_t rank, std::uint32_t subject) { timers.add({kNow, 5, kind, rank, 0, subject}, kNow); };
  add(TimerKind::step, 1, 1);
  add(TimerKind::step, 0, 2);
  add(TimerKind::held, 1, 3);
  add(TimerKind::timeout, 9, 4);
  add(TimerKind::wake, 9, 5);
  add(TimerKind::lead, 0, 6);
  std::vector<std::uint32_t> subjects;
  for (Timer popped; timers.pop(kNow, popped);) subjects.push_back(popped.subject);
  CHECK(subjects == std::vector<std::uint32_t>{6, 5, 4, 2, 3, 1});
}
