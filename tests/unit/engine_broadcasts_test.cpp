// Broadcasts as the host starts them: bounded work, one start after another, and engines side by side. S1.3, S1.5, S7.1.
#include "support/engine.hpp"

#include <nurture/sharded_engine.hpp>

#include <set>
#include <tuple>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const char* const kProgram = R"(nurture 1
lead { country: string = "PT" email: string? = "a@b" }
event moved
channel email { requires lead.email }
category news { transactional }
message update { channel email category news subject "What changes" }
segment affected = lead.country == "PT"
broadcast change { to segment affected spread 1h send update }
broadcast dated { to segment affected at 2026-03-05T09:00 send update }
sequence other { enroll on moved day 0: {} }
)";

/// `count` leads, of which every third lives elsewhere.
template <class Engine>
void add_leads(Engine& engine, int count) {
  for (int i = 0; i < count; ++i) {
    const Fields fields{{"country", Value(i % 3 == 0 ? "ES" : "PT")}};
    CHECK(engine.upsert("lead" + std::to_string(i), fields, instant("2026-03-01T08:00:00Z")).ok());
  }
}

/// All rows by instant, lead and number.
class Sorted final : public Observer {
 public:
  void on_decision(const Decision& d) override { rows.emplace(d.at, d.lead, d.number, to_json(d)); }
  std::multiset<std::tuple<Instant, std::string, std::uint32_t, std::string>> rows;
};

}  // namespace

TEST_CASE("[S1.5] a broadcast to many leads is done in steps of bounded work, and what comes of it is the same") {
  Host whole(kProgram, "2026-03-01T08:00:00Z");
  Host sliced(kProgram, "2026-03-01T08:00:00Z");
  for (Host* host : {&whole, &sliced}) {
    add_leads(host->engine, 300);
    CHECK(host->engine.broadcast("change", instant("2026-03-02T10:00:00Z")).ok());
    // Comes later than the start, however long that takes.
    CHECK(host->engine.upsert("lead1", {{"country", Value("ES")}}, instant("2026-03-02T10:00:00Z")).ok());
    CHECK(host->engine.upsert("late", {}, instant("2026-03-02T10:00:01Z")).ok());
  }
  whole.to("2026-03-03T00:00:00Z");
  sliced.clock.set(instant("2026-03-03T00:00:00Z"));
  int steps = 0;
  for (StepResult result = sliced.engine.step(7); result.more; result = sliced.engine.step(7)) {
    CHECK(result.done <= 7);
    ++steps;
  }
  CHECK(steps > 100);
  CHECK(sliced.log.json == whole.log.json);
  CHECK(whole.sent().size() == 200);
  CHECK(std::set<std::string>(whole.log.keys.begin(), whole.log.keys.end()).size() == 200);
}

TEST_CASE("[S7.1] a second start has keys of its own, and says its number") {
  Host host(kProgram, "2026-03-01T08:00:00Z");
  add_leads(host.engine, 30);
  CHECK(host.engine.broadcast("change", instant("2026-03-02T10:00:00Z")).ok());
  CHECK(host.engine.broadcast("change", instant("2026-03-02T10:00:00Z")).ok());
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.of({Kind::broadcast}) == Lines{"2026-03-02T10:00:00Z broadcast change: 1", "2026-03-02T10:00:00Z broadcast change: 2"});
  CHECK(host.sent().size() == 40);
  CHECK(std::set<std::string>(host.log.keys.begin(), host.log.keys.end()).size() == 40);
}

TEST_CASE("[S6.7] the messages of a broadcast are spread over its time") {
  Host host(kProgram, "2026-03-01T08:00:00Z");
  add_leads(host.engine, 300);
  CHECK(host.engine.broadcast("change", instant("2026-03-02T10:00:00Z")).ok());
  host.to("2026-03-02T10:20:00Z");
  CHECK(host.sent().size() > 40);
  CHECK(host.sent().size() < 100);
  host.to("2026-03-02T10:59:59Z");
  CHECK(host.sent().size() == 200);
}

TEST_CASE("a broadcast with a date starts once, when the date comes, and later leads are not reached") {
  Host host(kProgram, "2026-03-01T08:00:00Z");
  CHECK(host.engine.statistics().coming_broadcasts == 1);
  add_leads(host.engine, 3);
  host.to("2026-03-04T00:00:00Z");
  CHECK(host.engine.next_due() == instant("2026-03-05T09:00:00Z"));
  host.to("2026-03-06T00:00:00Z");
  CHECK(host.of({Kind::broadcast, Kind::sent}) == Lines{"2026-03-05T09:00:00Z broadcast dated: 1", "2026-03-05T09:00:00Z lead1 sent update",
                                                        "2026-03-05T09:00:00Z lead2 sent update"});
  CHECK(host.engine.statistics().coming_broadcasts == 0);
  CHECK(host.engine.next_due() == Instant::max());
}

TEST_CASE("nobody starts a broadcast that is not there, and nobody enters one by hand") {
  Host host(kProgram, "2026-03-01T08:00:00Z");
  add_leads(host.engine, 3);
  CHECK(host.engine.broadcast("chang").reason() == "there is no broadcast `chang`");
  CHECK(host.engine.broadcast("other").reason() == "there is no broadcast `other`");
  CHECK(host.engine.enroll("lead1", "change").reason() == "nobody enters the broadcast `change`: it goes to a segment");
  host.to("2026-03-01T09:00:00Z");
  CHECK(host.of({Kind::input_refused}).size() == 3);
  CHECK(host.sent().empty());
}

TEST_CASE("[S11.2] who was erased is not reached, and an erased lead is in no broadcast's way") {
  Host host(kProgram, "2026-03-01T08:00:00Z");
  add_leads(host.engine, 3);
  CHECK(host.engine.erase("lead1", instant("2026-03-02T09:00:00Z")).ok());
  CHECK(host.engine.broadcast("change", instant("2026-03-02T10:00:00Z")).ok());
  host.to("2026-03-03T00:00:00Z");
  CHECK(host.sent().size() == 1);
}

TEST_CASE("[S1.3] the broadcast of several shards is that of one engine") {
  const Program program = program_of(kProgram);
  ManualClock clock("2026-03-01T08:00:00Z");
  Sorted one;
  Sorted many;
  Engine single(program, clock);
  single.observe(&one);
  ShardedEngine sharded(program, clock, 3);
  sharded.observe(&many);
  add_leads(single, 60);
  add_leads(sharded, 60);
  CHECK(single.broadcast("change", instant("2026-03-02T10:00:00Z")).ok());
  CHECK(sharded.broadcast("change", instant("2026-03-02T10:00:00Z")).ok());
  clock.set(instant("2026-03-07T00:00:00Z"));
  CHECK(single.step().status.ok());
  CHECK(sharded.step().status.ok());
  CHECK(one.rows == many.rows);
  CHECK(one.rows.size() > 100);
}
