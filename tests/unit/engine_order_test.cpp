// What several sequences of one lead do at one instant, seen in the log: S2.1 of the contracts.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

TEST_CASE("[S2.1] one event enters sequences in the order of their names, however they are declared") {
  Host host(R"(nurture 1
lead { tz: string? vip: bool = false }
event signup
sequence c { enroll on signup day 0: tag c }
sequence b { enroll when lead.vip day 0: tag b }
sequence a { enroll on signup day 0: tag a }
sequence aa { enroll when lead.vip day 0: tag aa }
)");
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-02T08:00:00Z ada enrolled signup in a", "2026-03-02T08:00:00Z ada enrolled signup in c",
                                           "2026-03-02T08:00:00Z ada enrolled lead.vip in aa",
                                           "2026-03-02T08:00:00Z ada enrolled lead.vip in b"});
}
