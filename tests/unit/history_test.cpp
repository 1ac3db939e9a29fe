// What happened to a lead, as records that are read from both ends: against a plain list.
#include "engine/history.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <vector>

using namespace nurture;
using namespace nurture::engine;

namespace {

struct Known {
  std::int64_t occurred_ms;
  std::uint64_t arrival;
  compile::Id event;
  friend bool operator==(const Known&, const Known&) = default;
};

/// Events with none, one and five kept fields, of which the last is asked for only within an hour.
compile::Program program() {
  compile::Program program;
  program.events.resize(3);
  program.events[1].kept_fields = {0};
  program.events[2].kept_fields = {0, 1, 2, 3, 4};
  program.events[0].kept_forever = program.events[1].kept_forever = true;
  program.events[2].horizon.ms = 3'600'000;
  return program;
}

std::vector<Known> read(const History& history, std::uint32_t index) {
  std::vector<Known> all;
  history.newest_first(index, [&](const Past& past) {
    all.push_back({past.occurred_ms, past.arrival, past.event});
    return true;
  });
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("[S11.3] events are forgotten from the oldest on, however they came") {
  const compile::Program of = program();
  History history(of);
  const std::uint32_t index = history.create();
  std::vector<Known> expected, forgotten, seen;
  std::uint32_t dice = 4711;
  const auto roll = [&](std::uint32_t bound) { return (dice = dice * 1664525u + 1013904223u) / 7 % bound; };
  const Word fields[5] = {1, 2, 3, 4, 5};
  std::int64_t now_ms = 0;
  for (std::uint64_t arrival = 1; arrival <= 3000; ++arrival) {
    now_ms += roll(1000);
    const Known one{now_ms - roll(5000), arrival, roll(2)};  // What has a horizon may go at any time.
    static_cast<void>(history.append(index, one.event, one.occurred_ms, arrival, fields, now_ms));
    const auto later = [](std::int64_t ms, const Known& known) { return ms < known.occurred_ms; };
    expected.insert(std::upper_bound(expected.begin(), expected.end(), one.occurred_ms, later), one);
    if (roll(3) != 0) continue;
    const std::int64_t limit_ms = now_ms - roll(40'000);
    while (!expected.empty() && expected.front().occurred_ms <= limit_ms) {
      forgotten.push_back(expected.front());
      expected.erase(expected.begin());
    }
    const auto is_old = [&](std::int64_t occurred_ms) { return occurred_ms <= limit_ms; };
    const std::int64_t oldest_ms = history.cut(index, is_old, [&](compile::Id event, std::int64_t occurred_ms) {
      seen.push_back({occurred_ms, 0, event});
    });
    REQUIRE(oldest_ms == (expected.empty() ? INT64_MAX : expected.front().occurred_ms));
    REQUIRE(read(history, index) == expected);
  }
  for (Known& one : forgotten) one.arrival = 0;
  CHECK(forgotten.size() > 1000);
  CHECK(seen == forgotten);
}

TEST_CASE("[S5.5] what no question reaches any more makes room, and the rest is still read from both ends") {
  const compile::Program of = program();
  History history(of);
  const std::uint32_t index = history.create();
  const Word fields[5] = {1, 2, 3, 4, 5};
  const std::int64_t hour_ms = 3'600'000;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const auto now_ms = static_cast<std::int64_t>(i) * hour_ms;
    static_cast<void>(history.append(index, i % 10 == 0 ? 1 : 2, now_ms, i + 1, fields, now_ms));
  }
  const auto lasting = [](const Known& known) { return known.event == 1; };
  std::vector<Known> left = read(history, index);
  CHECK(left.size() < 200);
  CHECK(std::count_if(left.begin(), left.end(), lasting) == 50);
  std::vector<compile::Id> forgotten;
  CHECK(history.cut(
            index, [](std::int64_t) { return true; }, [&](compile::Id event, std::int64_t) { forgotten.push_back(event); }) == INT64_MAX);
  CHECK(forgotten.size() == left.size());
  CHECK(std::equal(forgotten.begin(), forgotten.end(), left.begin(),
                   [](compile::Id event, const Known& known) { return event == known.event; }));
  CHECK(read(history, index).empty());
}
