// What cannot be told: nobody reads an error, and nothing is sent in doubt. S6.3 of the contracts, with S6.5 and S3.6.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

/// `lead.n` is 1, and `10 / (lead.n - 1)` is in error until it is set to another number.
std::string doubtful(const std::string& items, const std::string& sequence) {
  return "nurture 1\nlead { tz: string? n: int = 1 }\nevent go\nchannel email {}\ncategory news { consent implied }\n" + items +
         "\nsequence s { enroll on go " + sequence + " }\n";
}

Lines outcome(const std::string& items, const std::string& sequence) {
  Host host(doubtful(items, sequence));
  CHECK(host.engine.post({.lead = "ada", .name = "go"}).ok());
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.log.count(Kind::evaluation_error) >= 1);
  CHECK(host.engine.upsert("ada", {{"n", 2}}, instant("2026-03-03T08:00:00Z")).ok());
  host.to("2026-03-12T08:00:00Z");
  return host.of({Kind::sent, Kind::skipped, Kind::held});
}

constexpr const char* kMessage = "message m { channel email category news }";

}  // namespace

TEST_CASE("[S6.3] a message whose texts are in error is skipped, whichever text it is") {
  for (const char* text : {"subject \"Dear {{ 10 / (lead.n - 1) }}\"", "preview \"{{ 10 / (lead.n - 1) }}\"",
                           "body \"{{ 10 / (lead.n - 1) }}\"", "link shop \"https://shop.example/{{ 10 / (lead.n - 1) }}\"",
                           "field price = \"{{ 10 / (lead.n - 1) }}\"", "variant a 100% { subject \"{{ 10 / (lead.n - 1) }}\" }"}) {
    CAPTURE(text);
    CHECK(outcome(std::string("message m { channel email category news ") + text + " }", "day 0: send m day 2: send m") ==
          Lines{"2026-03-02T08:00:00Z ada skipped(error) m", "2026-03-04T08:00:00Z ada sent m"});
  }
}

TEST_CASE("[S6.3] what is told to a person goes out with the error in it, and a row says so") {
  Host host(doubtful("", "day 0: { notify sales \"{{ 10 / (lead.n - 1) }}\" do crm.note(10 / (lead.n - 1)) }"));
  CHECK(host.engine.post({.lead = "ada", .name = "go"}).ok());
  host.to("2026-03-02T08:00:00Z");
  CHECK(host.log.count(Kind::evaluation_error) == 2);
  CHECK(host.log.count(Kind::notified) == 1);
  CHECK(host.log.count(Kind::called) == 1);
}

TEST_CASE("[S6.3] where nobody can say whether a lead wants it, it is not sent") {
  const Lines expected{"2026-03-02T08:00:00Z ada skipped(error) m", "2026-03-04T08:00:00Z ada sent m"};
  CHECK(outcome("category quiet { consent implied suppress when 10 / (lead.n - 1) > 99 } message m { channel email category quiet }",
                "day 0: send m day 2: send m") == expected);
  CHECK(outcome(kMessage, "suppress when 10 / (lead.n - 1) > 99 day 0: send m day 2: send m") == expected);
}

TEST_CASE("[S3.6] a `hold while` in error holds, until it can be told") {
  CHECK(outcome(std::string(kMessage) + " policy p { hold while 10 / (lead.n - 1) > 99 as busy }", "policy p day 0: send m") ==
        Lines{"2026-03-02T08:00:00Z ada held(paused) m until 2026-03-05T08:00:00Z", "2026-03-03T08:00:00Z ada sent m"});
}

TEST_CASE("[S6.5] a cap whose `when` is in error bars") {
  CHECK(outcome(std::string(kMessage) + " policy p { cap 1 per 5d when 10 / (lead.n - 1) > 99 then drop }",
                "policy p day 0: { send m send m } day 2: send m") ==
        Lines{"2026-03-02T08:00:00Z ada sent m", "2026-03-02T08:00:00Z ada skipped(cap) m", "2026-03-04T08:00:00Z ada sent m"});
}

TEST_CASE("[S6.8] who has confirmed and asks once more has still confirmed, until it is withdrawn") {
  Host host(R"(nurture 1
event go
channel email {}
category news { consent explicit double_opt_in }
message m { channel email category news }
sequence s { enroll on go reenroll always day 0: send m }
)");
  const auto say = [&](const char* at, bool granted, bool confirmed) {
    CHECK(host.engine.consent("ada", "news", {.granted = granted, .confirmed = confirmed, .received_at = instant(at)}).ok());
    CHECK(host.engine.post({.lead = "ada", .name = "go", .received_at = instant(at)}).ok());
    host.to(at);
  };
  CHECK(host.engine.upsert("ada", {}).ok());
  say("2026-03-02T08:00:00Z", true, true);
  say("2026-03-03T08:00:00Z", true, false);
  say("2026-03-04T08:00:00Z", false, false);
  say("2026-03-05T08:00:00Z", true, false);
  CHECK(host.of({Kind::sent, Kind::skipped}) == Lines{"2026-03-02T08:00:00Z ada sent m", "2026-03-03T08:00:00Z ada sent m",
                                                      "2026-03-04T08:00:00Z ada skipped(consent) m",
                                                      "2026-03-05T08:00:00Z ada skipped(consent) m"});
}
