// Limits of what the host hands in, and of what waits for scores: below, at, and beyond each. What is beyond is refused with a
// row of the log, and everything else goes on. S11.4.
#include "support/engine.hpp"

#include <nurture/limits.hpp>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kProgram = R"(nurture 1
lead { note: string? marks: list<int>? }
event said { words: string? }
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence s { enroll on said reenroll always day 0: send hello }
)";

/// What a host sees of one input that may be too long, and of one behind it.
struct Seen {
  bool taken = false;
  Lines refused;
  std::size_t sent = 0;
};

template <class Post>
Seen after(Post&& post) {
  Host host(kProgram);
  Seen seen;
  seen.taken = post(host.engine).ok();
  CHECK(host.engine.post({"other", "said"}).ok());
  host.engine.step();
  seen.refused = host.of({Kind::input_refused});
  seen.sent = host.sent().size();
  return seen;
}

std::string text(std::size_t bytes) { return std::string(bytes, 'x'); }

}  // namespace

TEST_CASE("[S11.4] [S11.5] texts from outside: beyond the limit the input is refused, and the rest goes on") {
  for (const int above : {-1, 0, 1}) {
    const std::size_t bytes = limits::kTextBytes + static_cast<std::size_t>(above);
    const std::string what = " of " + std::to_string(bytes) + " bytes, which is too long";
    const auto expect = [&](const Seen& seen, std::size_t sent, const std::string& row) {
      CHECK(seen.taken == (above <= 0));
      CHECK(seen.refused == (above <= 0 ? Lines{} : Lines{"2026-03-02T08:00:00Z " + row + what}));
      CHECK(seen.sent == (above <= 0 ? sent : 1));
    };
    expect(after([&](Engine& engine) {
             return engine.upsert("ada", {{"note", text(bytes)}});
           }),
           1, "ada input_refused input: `note` is string?, not a text");
    expect(after([&](Engine& engine) {
             return engine.post({"ada", "said", {{"words", text(bytes)}}, {}, {}, {}});
           }),
           2, "ada input_refused input: said: `words` is string?, not a text");
    expect(after([&](Engine& engine) { return engine.upsert(text(bytes), {}); }), 1, "input_refused input: a lead has an id");
    expect(after([&](Engine& engine) { return engine.post({.lead = "ada", .name = "said", .id = text(bytes)}); }), 2,
           "ada input_refused input: an event has an id");
  }
}

TEST_CASE("[S11.4] [S11.5] lists from outside: beyond the limit the input is refused") {
  for (const int above : {-1, 0, 1}) {
    const std::size_t size = limits::kListElements + static_cast<std::size_t>(above);
    const Seen seen = after([&](Engine& engine) { return engine.upsert("ada", {{"marks", Value::List(size, Value(1))}}); });
    CHECK(seen.taken == (above <= 0));
    CHECK(seen.refused.size() == (above <= 0 ? 0 : 1));
    CHECK(seen.sent == 1);
  }
}

TEST_CASE("[S11.4] held messages of the scores of a lead: beyond the limit a message is skipped as expired") {
  Host host(kProgram +
            "score a { range 0..9 rule +1 up on said tier low 0..4 tier high 5..9 enter high { send hello } enter low { send hello } }\n");
  CHECK(host.engine.pause().ok());
  CHECK(host.engine.upsert("ada", {}).ok());
  const auto most = static_cast<int>(limits::kHeldPerEnrolment);
  for (int i = 1; i <= most + 1; ++i) {
    CHECK(host.engine.score("ada", "a", i % 2 == 0 ? 0 : 9, instant("2026-03-02T08:00:00Z") + std::chrono::minutes{i}).ok());
    host.clock.set(instant("2026-03-02T08:00:00Z") + std::chrono::minutes{i});
    host.engine.step();
    CHECK(host.engine.statistics().held_messages == static_cast<std::uint64_t>(std::min(i, most)));
    CHECK(host.log.count(Kind::skipped) == (i > most ? 1 : 0));
  }
  CHECK(host.engine.resume().ok());
  host.engine.step();
  CHECK(host.sent().size() == limits::kHeldPerEnrolment);
}
