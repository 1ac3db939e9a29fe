// The loop that a host writes without nurture: a priority queue of due times over structs, with consent, a rolling cap,
// quiet hours and one condition per send, on the clock of the lead's zone. Kept as good as such code usually is: flat
// structs, no allocation in the loop, cached zone rules (nurture's own, so that both pay the same for civil time).
#pragma once

#include "time/zone.hpp"

#include <cstdint>
#include <queue>
#include <string>
#include <vector>

namespace baseline {

/// The population, the same for both sides.
struct Person {
  std::int64_t minute;  ///< Of entry, within a week.
  int zone;
  bool consent;
  int score;
};
inline Person person(std::int64_t i, std::int64_t leads) {
  const std::uint64_t mixed = static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15ULL;
  return {i * 7 * 24 * 60 / leads, static_cast<int>(mixed >> 62), mixed % 10 != 0, static_cast<int>((mixed >> 20) % 8)};
}

class Host {
 public:
  /// With `spread`, steps are due at the lead's own time of day instead of at 09:00.
  Host(std::int64_t start_ms, const char* const (&zones)[4], const int (&days)[17], bool spread)
      : start_ms_(start_ms), days_(days), spread_(spread) {
    for (const char* name : zones) zones_.push_back(nurture::time::find_zone(name));
  }

  void enter(std::int64_t leads) {
    leads_.reserve(static_cast<std::size_t>(leads));
    for (std::int64_t i = 0; i < leads; ++i) {
      const Person p = person(i, leads);
      const std::int64_t at = start_ms_ + p.minute * 60'000;
      run_until(at - 1);
      Lead lead;
      lead.id = "lead" + std::to_string(i);
      lead.zone = zones_[static_cast<std::size_t>(p.zone)];
      lead.enrolled_ms = at;
      const nurture::time::Local local = lead.zone->to_local({at});
      lead.day = local.day();
      lead.second = spread_ ? local.second_of_day() : 9 * 3600;
      lead.consent = p.consent;
      lead.score = p.score;
      leads_.push_back(std::move(lead));
      queue_.push({at, static_cast<std::uint32_t>(i)});
    }
  }

  void run_until(std::int64_t until_ms) {
    while (!queue_.empty() && queue_.top().due_ms <= until_ms) {
      const Due due = queue_.top();
      queue_.pop();
      visit(due);
    }
  }

  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  /// Without the names of leads, which a host has anyway.
  [[nodiscard]] std::uint64_t bytes() const {
    return leads_.capacity() * (sizeof(Lead) - sizeof(std::string)) + leads_.size() * sizeof(Due);
  }

 private:
  struct Lead {
    std::string id;
    const nurture::time::Zone* zone = nullptr;
    std::int64_t enrolled_ms = 0;
    std::int64_t last_sent_ms[2] = {0, 0};
    std::int32_t day = 0;
    std::int32_t second = 0;
    std::int32_t score = 0;
    std::uint8_t step = 0;
    bool consent = false;
    bool held = false;
    bool left = false;
  };
  struct Due {
    std::int64_t due_ms;
    std::uint32_t lead;
    bool operator<(const Due& other) const { return due_ms != other.due_ms ? due_ms > other.due_ms : lead > other.lead; }
  };

  void visit(const Due& due) {
    Lead& lead = leads_[due.lead];
    if (lead.left) return;
    if (!lead.held) ++steps_;
    lead.held = false;
    if (lead.score >= 1 && lead.consent) {
      const nurture::time::Local local = lead.zone->to_local({due.due_ms});
      const std::int32_t second = local.second_of_day();
      if (second >= 20 * 3600 || second < 8 * 3600) {
        const std::int32_t day = local.day() + (second >= 20 * 3600 ? 1 : 0);
        return hold(due, nurture::time::at(day, 8 * 3600, *lead.zone).ms);
      }
      // A slot that is three days old is free in any zone; only a younger one needs the calendar.
      constexpr std::int64_t kSurelyFreeMs = 3 * 86'400'000;
      const std::int64_t oldest = std::min(lead.last_sent_ms[0], lead.last_sent_ms[1]);
      const bool free = oldest == 0 || due.due_ms - oldest >= kSurelyFreeMs;
      const std::int64_t free_ms = free ? 0 : nurture::time::add({oldest}, {0, 1, 0}, *lead.zone).ms;
      if (free_ms > due.due_ms) return hold(due, free_ms);
      lead.last_sent_ms[lead.last_sent_ms[0] <= lead.last_sent_ms[1] ? 0 : 1] = due.due_ms;
      ++sent_;
    }
    if (++lead.step == 17) {
      lead.left = true;
      return;
    }
    const std::int64_t next = nurture::time::at(lead.day + days_[lead.step], lead.second, *lead.zone).ms;
    queue_.push({std::max(next, due.due_ms), due.lead});
  }

  void hold(const Due& due, std::int64_t until_ms) {
    leads_[due.lead].held = true;
    queue_.push({until_ms, due.lead});
  }

  std::int64_t start_ms_;
  const int (&days_)[17];
  bool spread_;
  std::vector<const nurture::time::Zone*> zones_;
  std::vector<Lead> leads_;
  std::priority_queue<Due> queue_;
  std::uint64_t steps_ = 0, sent_ = 0;
};

}  // namespace baseline
