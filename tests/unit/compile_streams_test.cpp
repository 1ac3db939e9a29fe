// What streams, broadcasts and experiments are compiled to, and what makes another version of them. S10.1.
#include "compile/program.hpp"
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;

namespace {

const compile::Sequence& first(const Program& program) { return program.graph()->sequences.front(); }

std::string rest(const std::string& line) {
  return "nurture 1\n" + line + R"(
lead { seats: int = 1 }
event signup
channel email {}
category news { transactional }
message a { channel email category news }
message b { channel email category news }
segment big = lead.seats > 1
)";
}

std::string version_of(const std::string& line) { return first(program_of(rest(line))).version; }

const std::string kStream = "stream t { enroll on signup cadence every monday at 09:00 ";
const std::string kBroadcast = "broadcast t { to segment big send a ";
const std::string kSplit = "sequence t { enroll on signup day 0: split x ";
const std::string kArms = " { l 50% { send a } r 50% { send b } } }";

}  // namespace

TEST_CASE("[S10.1] a piece that is put in changes nobody's version, and the program is another all the same") {
  CHECK(version_of(kStream + "send b }") == version_of(kStream + "send a send b }"));
  CHECK(version_of(kStream + "send b }") != version_of(kStream + "send b exhausted exit done }"));
  CHECK(version_of(kStream + "send b }") != version_of("stream t { enroll on signup cadence every monday at 10:00 send b }"));
  CHECK(program_of(rest(kStream + "send b }")).graph()->hash != program_of(rest(kStream + "send a send b }")).graph()->hash);
  const auto pool = [](const std::string& messages) {
    return version_of("sequence t { enroll on signup day 0: send next of p }\npool p = " + messages);
  };
  CHECK(pool("a") == pool("b, a"));
}

TEST_CASE("[S10.1] the segment and the spread of a broadcast make its version") {
  CHECK(version_of(kBroadcast + "}") == version_of(kBroadcast + " }"));
  CHECK(version_of(kBroadcast + "}") != version_of(kBroadcast + "spread 1h }"));
  CHECK(version_of(kBroadcast + "at 2026-03-02T10:00 }") != version_of(kBroadcast + "at 2026-03-02T11:00 }"));
  const std::string more = rest(kBroadcast + "}");
  std::string less = more;
  less.replace(less.find("seats > 1"), 9, "seats > 2");
  CHECK(first(program_of(more)).version != first(program_of(less)).version);
}

TEST_CASE("the date of a broadcast is on its own clock, else on the project's, else in UTC") {
  const auto start = [](const std::string& line) { return first(program_of(rest(line))).broadcast.start.to_string(); };
  CHECK(start(kBroadcast + "at 2026-07-02T10:00 }") == "2026-07-02T10:00:00Z");
  CHECK(start(kBroadcast + "at 2026-07-02T10:00 zone \"Europe/Lisbon\" }") == "2026-07-02T09:00:00Z");
  CHECK(start("project p { zone \"Europe/Berlin\" } " + kBroadcast + "at 2026-07-02T10:00 }") == "2026-07-02T08:00:00Z");
  CHECK(start(kBroadcast + "at 2026-07-02T10:00+05:00 zone \"Europe/Lisbon\" }") == "2026-07-02T05:00:00Z");
}

TEST_CASE("[S10.1] salt and goal of an experiment make the version of its sequence") {
  CHECK(version_of(kSplit + kArms) != version_of(kSplit + "salt \"v1\"" + kArms));
  CHECK(version_of(kSplit + "goal signup" + kArms) != version_of(kSplit + "goal signup within 7d" + kArms));
  const Program program = program_of(rest(kSplit + "goal signup within 7d promote at 95% min 9" + kArms));
  const auto& experiments = program.graph()->experiments;
  REQUIRE(experiments.size() == 1);
  CHECK(experiments.front().percent == 95);
  CHECK(experiments.front().least == 9);
  CHECK(experiments.front().goal_text == "signup within 7d");
}
