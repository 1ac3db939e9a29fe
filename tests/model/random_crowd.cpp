// One case in forty has many leads instead of many words: an experiment that is certain enough to promote by itself some
// midnight, with leads that come before, at and after it. Entry point: random_crowd().
#include "model/case.hpp"
#include "model/random.hpp"
#include "model/random_words.hpp"

namespace reference {

namespace {

constexpr std::int64_t kHourMs = 3'600'000;

std::vector<Piece> program(Random& random) {
  std::vector<Piece> pieces{{"nurture 1"},
                            {"lead { tz: string? }"},
                            {"event joined"},
                            {"event opened"},
                            {"category news { consent implied }"},
                            {"message m0 { channel email category news }"},
                            {"message m1 { channel email category news }"}};
  const std::string goal =
      random.one_of({"message.sent of m0", "message.sent of m0", "message.sent of m0 within 12h", "opened", "opened within 24h"});
  const std::string salt = random.odd(50) ? " salt \"v" + std::to_string(random.pick(20)) + '"' : "";
  const std::string share = random.one_of({"50", "50", "40", "70"});
  const std::string rest = std::to_string(100 - std::stoi(share));
  const std::string certain = random.one_of({"51", "60", "80"});
  Piece split{
      "day 0 t0: split c0" + salt + " goal " + goal + " promote at " + certain + "% min " + std::to_string(random.between(1, 20)) + " {",
      {},
      "}"};
  split.inner.push_back({"left " + share + "% {", {{"send m0"}}, "}"});
  split.inner.push_back({"right " + rest + "% {", {{random.one_of({"tag warm", "send m1"})}}, "}"});
  Piece sequence{"sequence s0 {", {{"enroll on joined"}}, "}"};
  if (random.odd(50)) sequence.inner.push_back({"reenroll always"});
  if (random.odd(40)) sequence.inner.push_back({"holdout 20% salt \"a\""});
  sequence.inner.push_back(std::move(split));
  if (random.odd(50)) sequence.inner.push_back({"day 1 t1: send m1"});
  pieces.push_back(std::move(sequence));
  return pieces;
}

}  // namespace

Case random_crowd(std::uint64_t seed) {
  Random random(seed);
  Case c;
  c.pieces = program(random);
  const Instant begin = *Instant::parse("2026-03-27T00:00:00Z");
  const std::int64_t leads = random.between(30, 90);
  const std::vector<std::int64_t> hours{0, 6, 12, 23, 24, 24, 36, 47, 48, 72, 96};
  const auto add = [&](Input::Kind kind, const std::string& lead, const std::string& name) {
    Input in;
    in.kind = kind;
    in.at = in.other = {begin.ms + random.one_of(hours) * kHourMs};
    in.lead = lead;
    in.name = name;
    c.inputs.push_back(in);
  };
  for (std::int64_t i = 0; i < leads; ++i) {
    const std::string lead = "l" + std::to_string(i);
    add(Input::Kind::event, lead, "joined");
    if (random.odd(20)) add(Input::Kind::event, lead, "joined");
    if (random.odd(30)) add(Input::Kind::event, lead, "opened");
    if (random.odd(5)) add(Input::Kind::erase, lead, "");
  }
  if (random.odd(20)) {
    add(Input::Kind::promote, "", "s0");
    c.inputs.back().id = "c0";
    c.inputs.back().words = "right";
  }
  c.until = {begin.ms + 7 * 24 * kHourMs};
  return c;
}

}  // namespace reference
