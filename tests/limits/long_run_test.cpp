// Ten years of recurring sequences and of people who come back, with a deployment every month: memory is bounded by what lives, and
// the log is the same on every machine, by its hash. `NURTURE_LONG_LEADS` makes the population larger than the one of every run.
#include "support/engine.hpp"
#include "support/golden.hpp"

#include "engine/hash.hpp"

#include <chrono>
#include <cstdlib>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;

namespace {

/// What changes back and forth: a step, a policy, a message.
struct Edition {
  const char* cap;
  const char* subject;
  const char* step;
};
constexpr Edition kEditions[] = {{"2 per week", "This week", "day 14 second: send back"},
                                 {"3 per week", "News of the week", "day 10 other: send back"}};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

constexpr const char* kProgram = R"(nurture 1
lead { tz: string? email: string? birthday: date? interest: string? visits: int = 0 }
event bought { amount: number? }
event seen { path: string? }
event left
channel email { requires lead.email }
category marketing { consent explicit }
policy calm { quiet hours 20:00..08:00 in lead allow mon..fri cap CAP on email hold at most 5d spread 30min }
message letter { channel email category marketing subject "SUBJECT" variant a 50% { subject "a" } variant b 50% {} }
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
  STEP
}
)";

std::string edition(std::size_t index) {
  const Edition& e = kEditions[index];
  return replaced(replaced(replaced(kProgram, "CAP", e.cap), "SUBJECT", e.subject), "STEP", e.step);
}

Program compiled(std::size_t next, bool migrates) {
  const std::string text = edition(next);
  if (!migrates) return program_of(text);
  const std::string old = program_of(edition(1 - next)).version("sleepers");
  const char* const names[] = {"second", "other"};
  return program_of(text + "migrate sleepers from \"" + old + "\" { step " + names[1 - next] + " -> " + names[next] + " }\n");
}

/// Whoever is at the step that goes is led to the one that comes, in every other year: else they finish what they entered.
Program program_of_month(int month) {
  static const Program kPrograms[] = {compiled(0, false), compiled(1, false), compiled(0, true), compiled(1, true)};
  return kPrograms[month % 2 + (month / 12 % 2 == 0 ? 0 : 2)];
}

class Hashed final : public Observer {
 public:
  void on_decision(const Decision& d) override {
    hasher_.add(to_json(d));
    ++rows;
    deployments += d.kind == DecisionKind::deployed ? 1 : 0;
    migrations += d.kind == DecisionKind::migrated ? 1 : 0;
    refused += d.kind == DecisionKind::input_refused && d.name == "deploy" ? 1 : 0;
  }
  [[nodiscard]] std::uint64_t hash() { return hasher_.finish64(); }
  std::uint64_t rows = 0, deployments = 0, migrations = 0, refused = 0;

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

TEST_CASE("[S10.1] ten years with a deployment every month leave no more than what lives, and the same log everywhere") {
  const char* const more = std::getenv("NURTURE_LONG_LEADS");
  const int leads = more == nullptr ? 150 : std::atoi(more);
  ManualClock clock{instant("2026-01-01T00:00:00Z")};
  Engine engine{program_of(edition(0)), clock};
  Hashed log;
  engine.observe(&log);
  std::uint32_t dice = 7;
  Statistics after_three;
  std::size_t saved_after_three = 0;
  for (int month = 0; month < 120; ++month) {
    live(engine, dice, leads, clock.now());
    CHECK(engine.deploy(program_of_month(month), {.at = clock.now() + std::chrono::hours{300}}).ok());
    clock.advance(std::chrono::hours{730});
    CHECK(engine.step().status.ok());
    // The state goes to bytes and back, and goes on.
    if (month % 24 == 23) REQUIRE(engine.restore(engine.save()).ok());
    if (month == 36) after_three = engine.statistics(), saved_after_three = engine.save().size();
  }
  const Statistics after_ten = engine.statistics();
  const std::size_t saved_after_ten = engine.save().size();
  const std::string report = std::to_string(log.rows) + " rows; state, names and saved bytes after three years " +
                             std::to_string(after_three.state_bytes) + ' ' + std::to_string(after_three.name_bytes) + ' ' +
                             std::to_string(saved_after_three) + ", after ten " + std::to_string(after_ten.state_bytes) + ' ' +
                             std::to_string(after_ten.name_bytes) + ' ' + std::to_string(saved_after_ten) + "; hash ";
  char text[32];
  std::snprintf(text, sizeof text, "%016llx\n", static_cast<unsigned long long>(log.hash()));
  if (more != nullptr) std::fputs((report + text).c_str(), stderr);
  INFO(report << text);
  CHECK(log.rows > static_cast<std::uint64_t>(leads) * 1000);
  CHECK(log.deployments == 120);
  CHECK(log.refused == 0);
  CHECK(log.migrations > 0);
  CHECK(after_ten.state_bytes < after_three.state_bytes + after_three.state_bytes / 5);
  CHECK(after_ten.name_bytes < after_three.name_bytes + after_three.name_bytes / 5);
  CHECK(saved_after_ten < saved_after_three + saved_after_three / 5);
  CHECK(after_ten.timers < after_three.timers * 3 / 2 + 100);
  if (more != nullptr) return;
  CHECK_GOLDEN(std::string(NURTURE_SOURCE_DIR "/tests/limits/long_run.hash"), std::string(text));
}
