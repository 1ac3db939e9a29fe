// Digests: what they say, with which keys, and what is known of them meanwhile.
#include "support/engine.hpp"

#include <set>

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kProgram = R"(nurture 1
lead { tz: string = "UTC" }
event go
event more { n: int }
category news { consent implied }
message first { channel email category news subject "First" }
message a { channel email category news subject "A" }
message b { channel email category news subject "B" }
message weekly { channel email category news
  subject "{{ digest.count }}: {{ digest.messages }}"
  variant much when digest.count > 1 { preview "much" }
  variant little else { preview "little" } }
policy p { cap 1 per week then digest weekly }
sequence s { enroll on go policy p
  day 0: { send first  send a  send b }
  day 9: { send a } }
sequence t { enroll on go policy p day 1: send b }
)";

struct Mail {
  explicit Mail(Host& host) {
    host.engine.on_send("email", [this](const Message& m) {
      seen.push_back(m.at.to_string() + ' ' + std::string(m.name) + " \"" + m.subject() + "\" " + m.preview() + " of " +
                     std::string(m.sequence));
      keys.push_back(m.key());
      return Delivery::accepted();
    });
  }
  Lines seen, keys;
};

}  // namespace

TEST_CASE("[S3.6] a digest tells of what several sequences would have sent, in their order, and chooses its variant by it") {
  Host host(kProgram);
  Mail mail(host);
  REQUIRE(host.engine.post({.lead = "ada", .name = "go"}).ok());
  host.to("2026-03-16T12:00:00Z");
  CHECK(mail.seen == Lines{"2026-03-02T08:00:00Z first \"First\"  of s",
                           "2026-03-09T00:00:00Z weekly \"3: [\"a\", \"b\", \"b\"]\" much of digest weekly of p",
                           "2026-03-16T00:00:00Z weekly \"1: [\"a\"]\" little of digest weekly of p"});
  CHECK(std::set<std::string>(mail.keys.begin(), mail.keys.end()).size() == 3);
  CHECK(host.of({DecisionKind::skipped}).front() == "2026-03-02T08:00:00Z ada skipped(digested) a");
}

TEST_CASE("[S11.2] what is gathered is known of the lead, and goes with it") {
  Host host(kProgram);
  REQUIRE(host.engine.post({.lead = "ada", .name = "go"}).ok());
  host.engine.step();
  const auto report = host.engine.inspect("ada");
  REQUIRE(report->held.size() == 1);
  CHECK(report->held[0].message == "weekly");
  CHECK(report->held[0].gathered == Lines{"a", "b"});
  CHECK(host.engine.statistics().live_enrolments == 2);
  REQUIRE(host.engine.restore(host.engine.save()).ok());
  CHECK(host.engine.statistics().live_enrolments == 2);
  REQUIRE(host.engine.erase("ada").ok());
  host.to("2026-03-10T00:00:00Z");
  CHECK(host.sent().size() == 1);
  CHECK(host.of({DecisionKind::skipped}).back() == "2026-03-02T08:00:00Z ada skipped(erased) weekly");
  CHECK(host.engine.statistics().held_messages == 0);
}

TEST_CASE("[S3.2] the digests of a lead that comes back have keys of their own") {
  Host host(kProgram);
  Mail mail(host);
  for (const char* until : {"2026-03-16T12:00:00Z", "2026-03-30T12:00:00Z"}) {
    REQUIRE(host.engine.post({.lead = "ada", .name = "go"}).ok());
    host.to(until);
    REQUIRE(host.engine.erase("ada").ok());
    host.engine.step();
  }
  CHECK(std::set<std::string>(mail.keys.begin(), mail.keys.end()).size() == mail.keys.size());
  CHECK(mail.keys.size() == 6);
}

TEST_CASE("[S7.1] a digest that is tried again says the same under the same key") {
  Host host(kProgram);
  Lines seen;
  host.engine.on_send("email", [&](const Message& m) {
    seen.push_back(m.key() + m.subject());
    return seen.size() == 2 ? Delivery::retry(std::chrono::minutes{1}) : Delivery::accepted();
  });
  REQUIRE(host.engine.post({.lead = "ada", .name = "go"}).ok());
  host.to("2026-03-10T00:00:00Z");
  REQUIRE(seen.size() == 3);
  CHECK(seen[1] == seen[2]);
}

TEST_CASE("[S3.6] [S4.1] who has changed his mind and moves gets what was gathered when the cap's week begins there, not at once") {
  Host host(R"(nurture 1
lead { tz: string = "UTC" frequency: string = "weekly" }
event go
category news { consent implied }
message a { channel email category news subject "A" }
message b { channel email category news subject "B" }
message weekly { channel email category news subject "{{ digest.count }}" }
policy p { cap 1 per week when lead.frequency == "weekly" then digest weekly }
sequence s { enroll on go policy p day 0: { send a  send b } day 30: {} }
)");
  REQUIRE(host.engine.post({.lead = "ada", .name = "go"}).ok());
  REQUIRE(host.engine.upsert("ada", {{"frequency", "daily"}}, instant("2026-03-03T08:00:00Z")).ok());
  REQUIRE(host.engine.upsert("ada", {{"tz", "Asia/Tokyo"}}, instant("2026-03-04T08:00:00Z")).ok());
  host.to("2026-03-16T12:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent a", "2026-03-08T15:00:00Z ada sent weekly"});
}
