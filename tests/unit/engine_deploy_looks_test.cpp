// Deployments under experiments that promote by themselves, in one engine and in several; and deployments that wait for their turn.
// S9.2, S10.1 and S1.3 of the contracts.
#include "support/engine.hpp"

#include <nurture/inputs.hpp>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kCommon = R"(nurture 1
lead { tz: string? }
event go
event won
channel email { }
category c { consent implied }
message m1 { channel email category c subject "1" }
message m2 { channel email category c subject "2" }
)";

std::string experiment(const std::string& day, const std::string& what) {
  return kCommon + "sequence s { enroll on go day 0 a: send m1 day 3 b: " + what + " day " + day + " c: send m1 }\n";
}
const std::string kAsk = "split ask goal won within 7d promote at 80% min 20 { x 50% { send m1 } y 50% { send m2 } }";

/// Everybody enters, and who draws y wins.
template <class AnyEngine>
void feed(AnyEngine& engine, ManualClock& clock, const std::optional<Program>& next) {
  for (int i = 0; i < 400; ++i) CHECK(engine.post({"l" + std::to_string(i), "go"}).ok());
  static_cast<void>(engine.step());
  if (next) {
    CHECK(engine.deploy(*next).ok());
    static_cast<void>(engine.step());
  }
  clock.advance(std::chrono::hours{73});
  static_cast<void>(engine.step());
  for (int i = 0; i < 400; ++i) {
    const std::string lead = "l" + std::to_string(i);
    const auto report = engine.inspect(lead);
    REQUIRE(report);
    if (!report->arms.empty() && report->arms.back().arm == "y") CHECK(engine.post({lead, "won"}).ok());
  }
  for (int day = 0; day < 3; ++day) {
    clock.advance(std::chrono::hours{24});
    static_cast<void>(engine.step());
  }
}

}  // namespace

TEST_CASE("[S9.2] [S10.1] an experiment that only an older version has is judged on, however many shards there are") {
  for (const std::string& what : {std::string("send m2"), kAsk}) {
    const auto log_of = [&](std::size_t shards) {
      ManualClock clock{"2026-03-01T08:00:00Z"};
      ShardedEngine engine{program_of(experiment("9", kAsk)), clock, shards};
      Log log;
      engine.observe(&log);
      feed(engine, clock, program_of(experiment("10", what)));
      REQUIRE(!engine.experiments().empty());
      CHECK(engine.experiments().front().promoted == "y");
      return log.of({Kind::promoted, Kind::outcome, Kind::input_refused});
    };
    const Lines one = log_of(1);
    CHECK(std::count_if(one.begin(), one.end(), [](const auto& row) { return row.find("promoted ask: y") != row.npos; }) >= 1);
    CHECK(log_of(3) == one);
    ManualClock clock{"2026-03-01T08:00:00Z"};
    Engine engine{program_of(experiment("9", kAsk)), clock};
    Log log;
    engine.observe(&log);
    feed(engine, clock, program_of(experiment("10", what)));
    CHECK(log.of({Kind::promoted}).size() == static_cast<std::size_t>(std::count_if(one.begin(), one.end(), [](const auto& row) {
            return row.find(" promoted") != row.npos;
          })));
  }
}

TEST_CASE("[S9.2] [S10.1] what shards with different versions have counted is one") {
  ManualClock clock{"2026-03-01T08:00:00Z"};
  ShardedEngine engine{program_of(experiment("9", kAsk)), clock, 2};
  std::string lead;
  for (int i = 0; lead.empty() || engine.shard_of(lead) != 0; ++i) lead = "lead" + std::to_string(i);
  CHECK(engine.post({lead, "go"}).ok());
  static_cast<void>(engine.step());
  CHECK(engine.deploy(program_of(experiment("10", kAsk))).ok());
  static_cast<void>(engine.step());
  clock.advance(std::chrono::hours{24 * 5});
  static_cast<void>(engine.step());
  std::uint64_t assigned = 0;
  for (const Experiment& one : engine.experiments()) {
    for (const ExperimentArm& arm : one.arms) assigned += arm.assigned;
  }
  CHECK(assigned == 1);
}

TEST_CASE("[S9.2] [S1.3] who goes back to an earlier state looks again at what it looked at before") {
  const auto promoted = [](auto& engine, ManualClock& clock) {
    Log log;
    engine.observe(&log);
    const std::string before = engine.save();
    feed(engine, clock, {});
    Lines first = log.of({Kind::promoted});
    CHECK(first.size() == 1);
    log.clear();
    CHECK(engine.restore(before).ok());
    clock.set(instant("2026-03-01T08:00:00Z"));
    feed(engine, clock, {});
    CHECK(log.of({Kind::promoted}) == first);
  };
  ManualClock clock{"2026-03-01T08:00:00Z"};
  Engine engine{program_of(experiment("9", kAsk)), clock};
  promoted(engine, clock);
  ManualClock other{"2026-03-01T08:00:00Z"};
  ShardedEngine shards{program_of(experiment("9", kAsk)), other, 3};
  promoted(shards, other);
}

// ---------------------------------------------------------------- what waits for its turn

TEST_CASE("[S10.1] [S1.3] a deployment that a state waits for is the one that was posted, in whatever engine") {
  const Program old = program_of(experiment("9", kAsk));
  const Program next = program_of(experiment("10", kAsk));
  const Program another = program_of(experiment("11", kAsk));
  Host host(old);
  CHECK(host.engine.deploy(next, {.at = instant("2026-03-04T08:00:00Z")}).ok());
  const std::string bytes = host.engine.save();
  {
    Host other(old);
    CHECK(other.engine.restore(bytes).ok());
    CHECK(other.engine.deploy(another, {.at = instant("2026-03-06T08:00:00Z")}).ok());
    static_cast<void>(other.to("2026-03-07T08:00:00Z"));
    CHECK(other.of({Kind::input_refused}) ==
          Lines{"2026-03-04T08:00:00Z input_refused deploy: the program was posted to another engine: deploy it again"});
    CHECK(other.of({Kind::deployed}) == Lines{"2026-03-06T08:00:00Z deployed " + another.hash()});
  }
  {
    Host other(old);
    CHECK(other.engine.restore(bytes).ok());
    CHECK(other.engine.deploy(next, {.at = instant("2026-03-04T08:00:00Z")}).ok());
    static_cast<void>(other.to("2026-03-07T08:00:00Z"));
    CHECK(other.of({Kind::input_refused}).empty());
    CHECK(other.log.count(Kind::deployed) == 2);
  }
}
