// The decision log: what every row of it says. S3.2, S6.3, S8.4 and S12.1 of the contracts.
#include "support/engine.hpp"

#include <set>

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

/// What tests ask of a row, copied: views of a decision end with its call.
struct Row {
  Kind kind;
  std::string lead, sequence, message;
  std::uint32_t enrolment;
  std::uint32_t number;
  Reason reason;
  std::int64_t points, total;
};

struct Rows final : Observer {
  explicit Rows(Host& host) { host.engine.observe(this); }
  void on_decision(const Decision& d) override {
    rows.push_back(
        {d.kind, std::string(d.lead), std::string(d.sequence), std::string(d.message), d.enrolment, d.number, d.reason, d.points, d.total});
  }
  std::vector<Row> rows;
};

void post(Host& host, std::string_view at, std::string name, Fields fields = {}) {
  CHECK(host.engine.post({.lead = "ada", .name = std::move(name), .fields = std::move(fields), .received_at = instant(at)}).ok());
}

}  // namespace

TEST_CASE("[S3.2] runs are numbered from one per lead and sequence, and no number and no key comes twice") {
  Host host(R"(nurture 1
lead { tz: string? }
event signup
category news { consent implied }
message hello { channel email category news subject "Hello" }
sequence often { enroll on signup reenroll always day 0: send hello }
sequence once { enroll on signup day 0: send hello }
)");
  Rows log(host);
  for (int i = 0; i < 5000; ++i) post(host, Instant{instant("2026-03-02T08:00:00Z").ms + i}.to_string(), "signup");
  host.to("2026-03-03T08:00:00Z");
  std::vector<std::uint32_t> numbers;
  for (const Row& row : log.rows) {
    if (row.kind == Kind::enrolled && row.sequence == "often") numbers.push_back(row.enrolment);
    if (row.kind == Kind::enrolled && row.sequence == "once") CHECK(row.enrolment == 1);
  }
  REQUIRE(numbers.size() == 5000);
  for (std::size_t i = 0; i < numbers.size(); ++i) REQUIRE(numbers[i] == i + 1);
  CHECK(host.log.keys.size() == 5001);
  CHECK(std::set<std::string>(host.log.keys.begin(), host.log.keys.end()).size() == 5001);
}

TEST_CASE("[S6.3] [S12.1] a message is sent, held or skipped, and what is not sent has its reason") {
  Host host(R"(nurture 1
lead { tz: string? phone: string? due: date? }
event signup
event left
channel email {}
channel sms { requires lead.phone }
category news { consent implied }
category offers { consent explicit }
message hello { channel email category news subject "Hello" }
message offer { channel email category offers subject "Offer" }
message text { channel sms category news subject "Text" }
policy night { quiet hours 20:00..07:00 then drop }
policy morning { quiet hours 07:00..09:00 then hold }
policy few { cap 1 per 3d on email then drop }
sequence s {
  enroll on signup
  policy night
  policy morning
  policy few
  anchor due = lead.due else hold
  exit gone on left
  day -2 at 12:00 late_one: send hello
  immediately: { send offer send text send hello }
  day 0 from due at 10:00: send hello
  day 0 from due at 12:00: -> last
  day 0 from due at 13:00 between: send hello
  day 1 from due at 21:00 last: send hello
  day 8 from due at 08:00: send hello
}
)");
  Rows log(host);
  CHECK(host.engine.upsert("ada", {{"due", "2026-03-03"}}).ok());
  post(host, "2026-03-02T08:00:00Z", "signup");
  post(host, "2026-03-11T08:30:00Z", "left");
  host.to("2026-04-01T08:00:00Z");
  std::vector<std::string> outcomes;
  for (const Row& row : log.rows) {
    if (row.kind != Kind::sent && row.kind != Kind::held && row.kind != Kind::skipped) continue;
    CHECK((row.kind == Kind::sent) == (row.reason == Reason::none));
    outcomes.push_back(row.message + ' ' + std::string(to_string(row.kind)) + ' ' + std::string(to_string(row.reason)));
  }
  CHECK(outcomes == Lines{"hello skipped late", "offer skipped consent", "text skipped no_address", "hello held quiet", "hello sent none",
                          "hello skipped cap", "hello skipped jumped", "hello skipped cap", "hello held quiet",
                          "hello skipped suppressed"});
  // Rows of a lead are numbered without gaps.
  for (std::size_t i = 0; i < log.rows.size(); ++i) CHECK(log.rows[i].number == i + 1);
}

TEST_CASE("[S8.4] the rows of a score add up to its total at every one of them") {
  Host host(R"(nurture 1
lead { tz: string? fond: bool = false }
event poked
event praised
event cleared
score s {
  range 0..100
  category acts weight 70 max 40 { rule +7 poked on poked  rule +13 praised on praised }
  category fit weight 30 max 30 { rule +11 fond when lead.fond }
  decay 10% per 1d when idle(poked) >= 2d floor 3
  reset on cleared to 2
  tier low 0..29
  tier high 30..
}
)");
  Rows log(host);
  CHECK(host.engine.upsert("ada", {}).ok());
  for (const char* at : {"2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", "2026-03-07T09:00:00Z", "2026-03-20T10:00:00Z"}) {
    post(host, at, "poked");
    post(host, at, "praised");
  }
  CHECK(host.engine.upsert("ada", {{"fond", true}}, instant("2026-03-04T09:30:00Z")).ok());
  post(host, "2026-03-25T10:00:00Z", "cleared");
  CHECK(host.engine.score("ada", "s", 61.5, instant("2026-03-26T10:00:00Z")).ok());
  host.to("2026-06-01T08:00:00Z");
  std::int64_t sum = 0;
  std::size_t rows = 0;
  for (const Row& row : log.rows) {
    if (row.kind != Kind::score) continue;
    sum += row.points;
    ++rows;
    CHECK((sum + 32768) >> 16 == row.total);
    CHECK(row.points != 0);
  }
  CHECK(rows > 12);
}
