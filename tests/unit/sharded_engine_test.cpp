// Several engines that act as one. [S1.3]
#include "support/engine.hpp"

#include <nurture/sharded_engine.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <tuple>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;

namespace {

/// The rows of a log by instant, lead and number.
class Sorted final : public Observer {
 public:
  void on_decision(const Decision& d) override { rows_.emplace_back(d.at, d.lead, d.number, to_json(d)); }
  [[nodiscard]] std::string text(bool as_seen = false) {
    if (!as_seen) std::sort(rows_.begin(), rows_.end());
    std::string all;
    for (const auto& row : rows_) all += std::get<3>(row) + '\n';
    return all;
  }

 private:
  std::vector<std::tuple<Instant, std::string, std::uint32_t, std::string>> rows_;
};

const Instant kStart{1'772'409'600'000};  // 2026-03-02T00:00:00Z

const char* const kProgram = R"(nurture 1
lead { tz: string? email: string? visits: int = 0 }
event signed { plan: string? }
event seen { path: string? }
channel email { requires lead.email }
category marketing { consent explicit }
policy calm { quiet hours 19:00..08:30 cap 2 per 3d on email }
message hello { channel email category marketing subject "Hello {{ lead.visits }}" }
message again { channel email category marketing subject "Again" variant a 50% { subject "a" } variant b 50% {} }
message offer { channel email category marketing subject "Offer" }
score interest { range 0..100 rule +20 seen on seen rule +10 signed on signed decay 5 per 1d when idle(seen) >= 2d
  tier cold 0..49 tier warm 50..100 enter warm { notify sales "warm" } }
sequence plan {
  enroll on signed
  reenroll after 4d
  policy calm
  default time 10:00
  exit gone when lead.visits > 9
  day 0: send hello
  day 1: split half { left 50% { send again } right 50% { wait 6h send again } }
  day 3: wait until on seen timeout 2d then { send offer }
  on seen as seen every time set lead.visits = lead.visits + 1
}
)";

/// The same inputs in the same order for whatever takes them, stepped in strides.
template <class AnyEngine>
void live(AnyEngine& engine, std::chrono::hours stride) {
  const std::vector<std::string> zones{"Europe/Lisbon", "America/New_York", "Asia/Kolkata", "UTC"};
  std::uint32_t dice = 12345;
  const auto roll = [&](std::uint32_t bound) { return (dice = dice * 1664525u + 1013904223u) / 7 % bound; };
  Instant next = kStart + stride;
  for (int hour = 0; hour < 24 * 20; ++hour) {
    const Instant at = kStart + std::chrono::hours{hour};
    if (at >= next) {
      CHECK(engine.step_to(Instant{at.ms - 1}).status.ok());
      next = at + stride;
    }
    if (hour == 100) static_cast<void>(engine.gap(at, at + 30h));
    if (hour == 200) static_cast<void>(engine.pause({}, at));
    if (hour == 220) static_cast<void>(engine.resume({}, at));
    for (int i = 0; i < 3; ++i) {
      const std::string lead = "lead" + std::to_string(roll(40));
      switch (roll(5)) {
        case 0:
          static_cast<void>(engine.upsert(lead, {{"email", lead + "@example.com"}, {"tz", zones[roll(4)]}}, at));
          static_cast<void>(engine.consent(lead, "marketing", {.granted = roll(9) != 0, .received_at = at}));
          break;
        case 1: static_cast<void>(engine.post({.lead = lead, .name = "signed", .fields = {}, .received_at = at})); break;
        case 2: static_cast<void>(engine.upsert(lead, {{"nothing", 1}, {"visits", "many"}}, at)); break;
        default: static_cast<void>(engine.post({.lead = lead, .name = "seen", .fields = {}, .received_at = at})); break;
      }
    }
  }
  CHECK(engine.step_to(kStart + 24h * 40).status.ok());
}

}  // namespace

TEST_CASE("[S1.3] one, two and seven shards write the log of one engine, sorted") {
  const Program program = program_of(kProgram);
  ManualClock clock{kStart};
  Engine one{program, clock};
  Sorted expected;
  one.observe(&expected);
  live(one, 1000h);
  REQUIRE(expected.text().size() > 10'000);
  for (const std::size_t shards : {1, 2, 7}) {
    for (const auto stride : {5h, 1000h}) {
      ShardedEngine engine{program, clock, shards};
      Sorted log;
      engine.observe(&log);
      live(engine, stride);
      INFO(shards << " shards");
      CHECK(log.text() == expected.text());
      const Statistics all = engine.statistics();
      CHECK(all.leads == one.statistics().leads);
      CHECK(all.sent == one.statistics().sent);
      CHECK(engine.next_due() == one.next_due());
    }
  }
}

TEST_CASE("observers of a sharded engine see each step in order") {
  const Program program = program_of(kProgram);
  ManualClock clock{kStart};
  ShardedEngine engine{program, clock, 3};
  Sorted log;
  engine.observe(&log);
  live(engine, 1000h);
  const std::string seen = log.text(true);
  CHECK(seen == log.text());
}

TEST_CASE("sinks are called from the threads of their shards and may post for their lead") {
  const Program program = program_of(kProgram);
  ManualClock clock{kStart};
  ShardedEngine engine{program, clock, 4};
  std::mutex mutex;
  std::set<std::string> reached;
  std::atomic<int> offers = 0;
  engine.on_send("email", [&](const Message& message) {
    const std::string lead(message.lead.view());
    {
      const std::lock_guard lock(mutex);
      reached.insert(lead);
    }
    if (message.name.view() == "offer") ++offers;
    static_cast<void>(engine.post({.lead = lead, .name = "seen"}));
    return Delivery::accepted();
  });
  for (int i = 0; i < 200; ++i) {
    const std::string lead = "lead" + std::to_string(i);
    static_cast<void>(engine.upsert(lead, {{"email", lead}}));
    static_cast<void>(engine.consent(lead, "marketing"));
    static_cast<void>(engine.post({.lead = lead, .name = "signed"}));
  }
  CHECK(engine.step_to(kStart + 24h * 2).status.ok());
  CHECK(reached.size() == 200);
  CHECK(offers == 0);
}

TEST_CASE("[S1.4] a sharded engine refuses a clock that goes back, and nothing happens") {
  ManualClock clock{kStart};
  ShardedEngine engine{program_of(kProgram), clock, 2};
  CHECK(engine.step().status.ok());
  CHECK_FALSE(engine.step_to(kStart - 1h).status.ok());
  CHECK(engine.step_to(kStart + 1h).status.ok());
}

TEST_CASE("what cannot be is refused by a sharded engine as by one, and logged once") {
  ManualClock clock{kStart};
  ShardedEngine engine{program_of(kProgram), clock, 3};
  Log log;
  engine.observe(&log);
  CHECK_FALSE(engine.upsert("", {}).ok());
  CHECK_FALSE(engine.gap(kStart, kStart).ok());
  CHECK_FALSE(engine.consent("ada", "nothing").ok());
  CHECK_FALSE(engine.scoring("nothing", nullptr).ok());
  CHECK(engine.step().status.ok());
  CHECK(log.count(DecisionKind::input_refused) == 3);
}

TEST_CASE("[S11.2] an erasure stands in the log of a sharded engine, whichever shard it was") {
  ManualClock clock{kStart};
  ShardedEngine engine{program_of(kProgram), clock, 4};
  Log log;
  engine.observe(&log);
  for (int i = 0; i < 20; ++i) {
    const std::string lead = "lead" + std::to_string(i);
    CHECK(engine.upsert(lead, {{"email", lead}}).ok());
    CHECK(engine.erase(lead).ok());
  }
  CHECK(engine.step().status.ok());
  CHECK(log.count(DecisionKind::erased) == 20);
}

TEST_CASE("[S1.3] rows of no lead have one order, however many shards there are") {
  const std::string text = R"(nurture 1
lead { vip: bool = true }
channel ads { }
audience important on ads when lead.vip
project p { retain leads 30d after idle(any) }
)";
  ManualClock clock{kStart};
  const auto log_of = [&](std::size_t shards) {
    ShardedEngine engine{program_of(text), clock, shards};
    Sorted log;
    engine.observe(&log);
    // Of whoever is erased the answer has no name, and the words of the channel tell them apart.
    engine.on_audience([](const AudienceChange& change) {
      return change.joined ? Delivery::accepted() : Delivery::rejected("no " + std::string(change.lead));
    });
    for (int i = 0; i < 20; ++i) CHECK(engine.upsert("lead" + std::to_string(i), {}, kStart).ok());
    const Instant at = kStart + 1h;
    for (int i = 19; i >= 0; --i) {
      if (i == 12) CHECK(engine.resume({}, at).ok());  // It is not paused, which is a row all the same.
      if (i == 9) CHECK(engine.pause({}, at).ok());
      if (i == 6) CHECK(engine.resume({}, at).ok());
      if (i >= 4) CHECK(engine.erase("lead" + std::to_string(i), at).ok());
    }
    CHECK(engine.step_to(kStart + 24h * 40).status.ok());
    return log.text(true);
  };
  const std::string one = log_of(1);
  CHECK(one.find("no lead7") < one.find("no lead8"));
  CHECK(log_of(2) == one);
  CHECK(log_of(7) == one);
}

TEST_CASE("[S10.1] [S1.3] experiments of older versions come in one order, behind those of the newest, however many shards there are") {
  const auto text = [](const std::string& split) {
    const std::string asks = " goal won { x 50% { send m } y 50% { send m } } ";
    return "nurture 1\nevent go\nevent won\ncategory news { consent implied }\nmessage m { channel email category news }\n" +
           ("sequence q { enroll on go day 0: split " + split + asks + " day 90: {} }\n") +
           "sequence z { enroll on go day 0: split always" + asks + "}\n";
  };
  ManualClock clock{kStart};
  const auto names_of = [&](auto&& engine) {
    int lead = 0;
    for (const char* split : {"delta", "alpha", "charlie", "bravo", "newest"}) {
      CHECK(engine.deploy(program_of(text(split))).ok());
      for (int i = 0; i < 2; ++i) CHECK(engine.post({.lead = "lead" + std::to_string(++lead), .name = "go"}).ok());
      CHECK(engine.step().status.ok());
    }
    Lines names;
    for (const Experiment& experiment : engine.experiments()) names.push_back(experiment.split);
    return names;
  };
  const Program first = program_of(text("first"));
  const Lines expected{"newest", "always", "alpha", "bravo", "charlie", "delta"};
  CHECK(names_of(Engine{first, clock}) == expected);
  for (const std::size_t shards : {1, 2, 7}) CHECK(names_of(ShardedEngine{first, clock, shards}) == expected);
}
