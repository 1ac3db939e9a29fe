// Ten years of recurring sequences and of people who come back: memory is bounded by what lives, and the log is the same on
// every machine, by its hash. `NURTURE_LONG_LEADS` makes the population larger than the one of every run.
#include "support/engine.hpp"
#include "support/golden.hpp"

#include "engine/hash.hpp"

#include <chrono>
#include <cstdlib>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kProgram = R"(nurture 1
lead { tz: string? email: string? birthday: date? interest: string? visits: int = 0 }
event bought { amount: number? }
event seen { path: string? }
event left
channel email { requires lead.email }
category marketing { consent explicit }
policy calm { quiet hours 20:00..08:00 in lead allow mon..fri cap 2 per week on email hold at most 5d spread 30min }
message letter { channel email category marketing subject "This week" variant a 50% { subject "a" } variant b 50% {} }
message birthday { channel email category marketing subject "Many happy returns" }
message thanks { channel email category marketing subject "Thanks" }
message back { channel email category marketing subject "Come back" }
score interest { range 0..100 rule +15 seen on seen rule +30 bought on bought decay half per 30d when idle(seen) >= 7d
  tier cold 0..39 tier warm 40..100 hysteresis 5 enter warm { notify sales "warm" } }
sequence weekly { enroll every tuesday at 09:00 policy calm suppress when idle(seen) >= 120d day 0: send letter }
sequence yearly {
  enroll on seen reenroll always policy calm
  exit left on left
  exit quiet when idle(seen) >= 400d
  every year on lead.birthday at 10:00 birthday: send birthday
}
sequence buyers {
  enroll on bought reenroll after 30d from exit priority 80 exclusive talk policy calm conflict restart until later
  day 0: send thanks
  day 10 on mon..fri at 10:00 later: { wait until on seen timeout 7d send letter }
  day 40: if count(bought within 90d) >= 2 { tag loyal } else { send back }
}
sequence sleepers {
  enroll when idle(seen) >= 45d exclusive talk reenroll always policy calm
  goal awake on seen
  day 0: send back
  day 14: send back
}
)";

class Hashed final : public Observer {
 public:
  void on_decision(const Decision& d) override {
    hasher_.add(to_json(d));
    ++rows;
  }
  [[nodiscard]] std::uint64_t hash() { return hasher_.finish64(); }
  std::uint64_t rows = 0;

 private:
  engine::Hasher hasher_;
};

/// What happens in one month, by a generator that is the same everywhere.
void live(Engine& engine, std::uint32_t& dice, int leads, Instant month) {
  const std::vector<std::string> zones{"Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"};
  const auto roll = [&](std::uint32_t bound) { return (dice = dice * 1664525u + 1013904223u) / 11 % bound; };
  for (int i = 0; i < leads; ++i) {
    const std::string lead = "lead" + std::to_string(roll(static_cast<std::uint32_t>(leads)));
    const Instant at = month + std::chrono::minutes{roll(28 * 24 * 60)};
    switch (roll(6)) {
      case 0:
        static_cast<void>(
            engine.upsert(lead, {{"email", lead}, {"tz", zones[roll(4)]}, {"birthday", roll(2) == 0 ? "1988-02-29" : "1990-06-15"}}, at));
        static_cast<void>(engine.consent(lead, "marketing", {.granted = roll(12) != 0, .received_at = at}));
        break;
      case 1: static_cast<void>(engine.post({.lead = lead, .name = "bought", .received_at = at})); break;
      case 2: static_cast<void>(engine.post({.lead = lead, .name = "left", .received_at = at})); break;
      default: static_cast<void>(engine.post({.lead = lead, .name = "seen", .received_at = at})); break;
    }
  }
}

}  // namespace

TEST_CASE("ten years leave no more than what lives, and the same log everywhere") {
  const char* const more = std::getenv("NURTURE_LONG_LEADS");
  const int leads = more == nullptr ? 150 : std::atoi(more);
  ManualClock clock{instant("2026-01-01T00:00:00Z")};
  Engine engine{program_of(kProgram), clock};
  Hashed log;
  engine.observe(&log);
  std::uint32_t dice = 7;
  Statistics after_three;
  for (int month = 0; month < 120; ++month) {
    live(engine, dice, leads, clock.now());
    clock.advance(std::chrono::hours{730});
    CHECK(engine.step().status.ok());
    if (month == 36) after_three = engine.statistics();
  }
  const Statistics after_ten = engine.statistics();
  INFO(log.rows << " rows; " << after_three.state_bytes << " bytes after three years, " << after_ten.state_bytes << " after ten");
  CHECK(log.rows > static_cast<std::uint64_t>(leads) * 1000);
  CHECK(after_ten.state_bytes < after_three.state_bytes + after_three.state_bytes / 5);
  CHECK(after_ten.timers < after_three.timers * 3 / 2 + 100);
  if (more != nullptr) return;
  char text[32];
  std::snprintf(text, sizeof text, "%016llx\n", static_cast<unsigned long long>(log.hash()));
  CHECK_GOLDEN(std::string(NURTURE_SOURCE_DIR "/tests/limits/long_run.hash"), std::string(text));
}
