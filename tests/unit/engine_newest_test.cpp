// What is remembered where only the newest event of a kind is asked for: it, and no more. S5.5.
#include "support/engine.hpp"

#include <chrono>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;
using Kind = DecisionKind;

namespace {

const std::string kProgram = R"(nurture 1
lead { plan: string? }
event opened { link: string? }
event bought { amount: int }
event seen
category news { consent implied }
message back { channel email category news subject "Come back {{ default(last(opened).link, '') }}" }
sequence sleepers { enroll when idle(any) >= 3d reenroll always exit awake on seen day 0: send back }
sequence others { enroll when default(last(bought).amount, 0) >= 50 and none(seen) reenroll always day 0: tag spender }
)";

/// Asks for all of them, and so keeps them.
const std::string kAll = "segment many = count(opened or bought or seen) >= 100000\nsequence never { enroll when many day 0: {} }\n";

constexpr Instant kStart{1'772'438'400'000};  // 2026-03-02T08:00:00Z

/// A hundred days of events, some late, some ahead of the clock.
void live(Host& host) {
  std::uint32_t dice = 11;
  const auto roll = [&](std::uint32_t bound) { return (dice = dice * 1664525u + 1013904223u) / 11 % bound; };
  for (int hour = 0; hour < 2400; ++hour) {
    const Instant at = kStart + std::chrono::hours{hour};
    host.clock.set(at);
    if (hour % 600 > 450) {
      host.engine.step();  // Silence.
      continue;
    }
    Event event{"ada", "opened", {{"link", std::to_string(hour)}}, {}, {}, {}};
    if (roll(3) == 0) event = {"ada", "bought", {{"amount", static_cast<std::int64_t>(roll(100))}}, {}, {}, {}};
    if (roll(300) == 0) event = {"ada", "seen", {}, {}, {}, {}};
    event.occurred_at = at + (roll(4) == 0 ? std::chrono::minutes{4} : -std::chrono::hours{roll(50)});
    CHECK(host.engine.post(event).ok());
    host.engine.step();
  }
}

}  // namespace

TEST_CASE("[S5.5] silence and the last of something are answered by the newest event of each kind, and only those are kept") {
  Host bounded(kProgram);
  Host whole(kProgram + kAll);
  live(bounded);
  live(whole);
  CHECK(bounded.log.json == whole.log.json);
  CHECK(bounded.log.count(Kind::enrolled) > 3);
  CHECK(bounded.log.count(Kind::tagged) > 0);
  const std::size_t kept = bounded.engine.inspect("ada")->history.size();
  CHECK(kept < 50);
  CHECK(whole.engine.inspect("ada")->history.size() > 1500);
}

TEST_CASE("[S5.5] beside a window the newest is kept, too, and conditions on events or their key keep all") {
  const auto kept = [](const std::string& condition, const std::string& key = "") {
    Host host(
        "nurture 1\nlead { n: int = 0 }\nevent opened { room: string }\nevent go { room: string }\n"
        "sequence s { enroll on go" +
        key + " goal there when " + condition + " day 900: {} }\n");
    CHECK(host.engine.post({"ada", "go", {{"room", "a"}}}).ok());
    for (int day = 0; day < 500; ++day) {
      host.clock.set(kStart + std::chrono::hours{24 * day});
      CHECK(host.engine.post({"ada", "opened", {{"room", "b"}}}).ok());
      host.engine.step();
    }
    return host.engine.inspect("ada")->history.size();
  };
  CHECK(kept("idle(opened) >= 30d") < 30);
  CHECK(kept("idle(opened) >= 30d and count(opened within 20d) > 99") < 60);
  CHECK(kept("idle(opened where event.room == \"a\") >= 900d") == 500);
  CHECK(kept("count(opened) >= 900") == 500);
  CHECK(kept("default(last(opened).room, '') == \"a\"", " key event.room") == 500);
}
