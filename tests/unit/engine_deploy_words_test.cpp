// Deployments and what words of the language remember: runs of triggers and streams, silence, what was sent, audiences. S10.1 of
// the contracts, with those of each word.
#include "support/engine.hpp"

using namespace nurture;
using namespace nurture::test;
using Kind = DecisionKind;

namespace {

const std::string kCommon = R"(nurture 1
lead { tz: string?  vip: bool = false }
event go
event ping
event hello
event won
channel email { }
channel ads { }
category c { consent implied }
message m1 { channel email category c subject "1" }
message m2 { channel email category c subject "2" }
message m3 { channel email category c subject "3" }
)";
/// Without a clock of the lead's own.
const std::string kPlain = R"(nurture 1
lead { vip: bool = false }
event go
event order.placed
channel email { }
channel ads { }
)";

void post(Host& host, const std::string& lead, const char* event, std::string_view at) {
  CHECK(host.engine.post({lead, event, {}, {}, {}, instant(at)}).ok());
}

void deploy(Host& host, const std::string& text, std::string_view at, ExistingLeads existing = ExistingLeads::ignore) {
  static_cast<void>(host.to(at));
  CHECK(host.engine.deploy(program_of(text), {.existing_leads = existing}).ok());
  static_cast<void>(host.engine.step());
  REQUIRE(host.of({Kind::input_refused}).empty());
  REQUIRE(!host.of({Kind::deployed}).empty());
}

}  // namespace

// ---------------------------------------------------------------- who goes on where

TEST_CASE("[S10.1] [S3.2] triggers and streams go on as such when older versions of sequences are carried before them") {
  const auto text = [](const std::string& day) {
    return kCommon + "sequence s { enroll on go day 0 a: send m1 day " + day + " b: send m2 }\n" +
           "stream tips { enroll on ping cadence every monday at 09:00 send m1 send m3 }\n" +
           "triggers tr { on hello as h every time send m3 }\n";
  };
  Host host(text("5"), "2026-03-01T08:00:00Z");
  post(host, "ada", "go", "2026-03-01T08:00:00Z");
  post(host, "bob", "ping", "2026-03-01T08:00:00Z");
  deploy(host, text("6"), "2026-03-03T08:00:00Z");
  post(host, "bob", "hello", "2026-03-03T09:00:00Z");
  static_cast<void>(host.to("2026-03-20T00:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-01T08:00:00Z ada sent m1", "2026-03-02T09:00:00Z bob sent m1", "2026-03-03T09:00:00Z bob sent m3",
                             "2026-03-06T08:00:00Z ada sent m2"});
  CHECK(host.of({Kind::skipped}) ==
        Lines{"2026-03-09T09:00:00Z bob skipped(duplicate) m3", "2026-03-16T09:00:00Z bob skipped(duplicate) m3"});
}

TEST_CASE("[S10.1] a run in an older version of a stream gets the pieces that are put in later, and the log calls it by its name") {
  const auto text = [](const std::string& day, const std::string& pieces) {
    return kCommon + "stream w { enroll on go cadence every " + day + " at 09:00 " + pieces + " }\n";
  };
  Host host(text("monday", "send m1 send m2"), "2026-03-01T08:00:00Z");
  post(host, "ada", "go", "2026-03-01T08:00:00Z");
  deploy(host, text("tuesday", "send m1 send m2"), "2026-03-04T08:00:00Z");
  deploy(host, text("tuesday", "send m1 send m3 send m2"), "2026-03-05T08:00:00Z");
  static_cast<void>(host.to("2026-03-24T00:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-02T09:00:00Z ada sent m1", "2026-03-09T09:00:00Z ada sent m3", "2026-03-16T09:00:00Z ada sent m2"});
  CHECK(host.log.json.find("\"stream w\"") != std::string::npos);
  CHECK(host.log.json.find('@') == std::string::npos);
}

// ---------------------------------------------------------------- what was sent

TEST_CASE("[S6.1] [S10.1] what an older version sent is sent, also once nothing is left of it") {
  SECTION("`unless sent within`") {
    const auto text = [](const std::string& step) {
      return kCommon + "sequence s { enroll on go priority 60 day 0 " + step + ": send m1 unless sent within 30d }\n" +
             "sequence t { enroll on ping day 0 " + step + ": send m1 unless sent within 30d }\n";
    };
    Host host(text("one"));
    post(host, "ada", "go", "2026-03-02T08:00:00Z");
    deploy(host, text("other"), "2026-03-04T08:00:00Z");
    post(host, "ada", "ping", "2026-03-05T08:00:00Z");
    static_cast<void>(host.to("2026-03-06T08:00:00Z"));
    CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent m1"});
    CHECK(host.of({Kind::skipped}) == Lines{"2026-03-05T08:00:00Z ada skipped(duplicate) m1"});
  }
  SECTION("no path is left by which it was sent") {
    const auto text = [](const std::string& by) {
      return kCommon + "message both { channel email, ads category c subject \"b\" }\n" +
             "sequence s { enroll on go or ping reenroll always day 0: send both by " + by + " unless sent within 30d }\n";
    };
    Host host(text("email"));
    post(host, "ada", "go", "2026-03-02T08:00:00Z");
    deploy(host, text("ads"), "2026-03-04T08:00:00Z");
    post(host, "ada", "ping", "2026-03-05T08:00:00Z");
    static_cast<void>(host.to("2026-03-06T08:00:00Z"));
    CHECK(host.sent().size() == 1);
  }
  SECTION("the pieces of a stream, for who comes back") {
    const auto text = [](const std::string& day) {
      return kCommon + "stream tips { enroll when lead.vip cadence every " + day + " at 09:00 exit gone on won send m1 send m2 send m3 }\n";
    };
    Host host(text("monday"), "2026-03-01T08:00:00Z");
    CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
    post(host, "ada", "won", "2026-03-10T08:00:00Z");
    CHECK(host.engine.upsert("ada", {{"vip", false}}, instant("2026-03-10T09:00:00Z")).ok());
    deploy(host, text("tuesday"), "2026-03-11T08:00:00Z");
    CHECK(host.engine.upsert("ada", {{"vip", true}}, instant("2026-03-12T09:00:00Z")).ok());
    static_cast<void>(host.to("2026-03-20T08:00:00Z"));
    CHECK(host.sent() == Lines{"2026-03-02T09:00:00Z ada sent m1", "2026-03-09T09:00:00Z ada sent m2", "2026-03-17T09:00:00Z ada sent m3"});
  }
}

TEST_CASE("[S6.5] [S10.1] a message that did not arrive gives its slot back, also once nothing is left of the version that sent it") {
  const auto text = [](const std::string& step) {
    return kCommon + "policy p { cap 1 per 7d then drop }\n" + "sequence s { enroll on go policy p day 0 " + step + ": send m1 }\n" +
           "sequence t { enroll on ping policy p day 0 " + step + ": send m1 }\n";
  };
  Host host(text("one"));
  post(host, "ada", "go", "2026-03-02T08:00:00Z");
  deploy(host, text("other"), "2026-03-02T09:00:00Z");
  CHECK(host.engine.delivery("ada", "m1", "email", instant("2026-03-02T08:00:00Z"), Delivery::rejected("bounced")).ok());
  post(host, "ada", "ping", "2026-03-02T10:00:00Z");
  static_cast<void>(host.to("2026-03-02T11:00:00Z"));
  CHECK(host.sent() == Lines{"2026-03-02T08:00:00Z ada sent m1", "2026-03-02T10:00:00Z ada sent m1"});
}

TEST_CASE("[S3.6] [S10.1] what a `hold while` holds goes out when a deployment takes it out") {
  const auto text = [](const std::string& item) {
    return kCommon + "policy p { " + item + " }\nsequence s { enroll on go policy p day 0: send m1 }\n";
  };
  Host host(text("hold while any(ping within 30d) as with_sales"));
  post(host, "ada", "ping", "2026-03-02T07:00:00Z");
  post(host, "ada", "go", "2026-03-02T08:00:00Z");
  deploy(host, text("cap 5 per 1d"), "2026-03-03T08:00:00Z");
  CHECK(host.sent() == Lines{"2026-03-03T08:00:00Z ada sent m1"});
}

// ---------------------------------------------------------------- silence

TEST_CASE("[S8.1] [S10.1] silence that nobody counted before begins with the deployment, or the oldest event that is remembered") {
  const std::string idle = "sequence w { enroll when idle(any) >= 180d day 0: send m1 }\n";
  const auto entered = [&](const std::string& before) {
    Host host(kCommon + before);
    post(host, "ada", "ping", "2026-03-01T08:00:00Z");
    deploy(host, kCommon + before + idle, "2026-03-02T08:00:00Z");
    static_cast<void>(host.to("2027-03-01T08:00:00Z"));
    return host.of({Kind::enrolled});
  };
  CHECK(entered("") == Lines{"2026-08-29T08:00:00Z ada enrolled idle(any) >= 180d in w"});
  const std::string remembers = "sequence x { enroll when count(ping) >= 2 day 0: send m1 }\n";
  CHECK(entered(remembers) == Lines{"2026-08-28T08:00:00Z ada enrolled idle(any) >= 180d in w"});
}

TEST_CASE("[S11.3] [S10.1] a deployment that brings or shortens `retain leads` erases whom it concerns at once, the parked ones too") {
  const auto text = [](const std::string& days) {
    const std::string project = days.empty() ? "" : "project acme { retain leads " + days + " after idle(any) }\n";
    return kCommon + project + "sequence s { enroll when idle(any) >= 3000d day 0: send m1 }\n" +
           "triggers t { on hello or message.sent as x every time send m1 }\n";
  };
  for (const char* before : {"", "300d"}) {
    Host host(text(before), "2026-01-02T08:00:00Z");
    post(host, "ada", "ping", "2026-01-02T08:00:00Z");
    post(host, "bob", "ping", "2026-05-01T08:00:00Z");
    post(host, "cyd", "hello", "2026-05-01T08:00:00Z");
    deploy(host, text("30d"), "2026-05-04T08:00:00Z");
    REQUIRE(host.of({Kind::parked}).size() == 1);
    CHECK(host.of({Kind::erased}) == Lines{"2026-05-04T08:00:00Z erased(retention)"});
    static_cast<void>(host.to("2026-06-04T08:00:00Z"));
    CHECK(host.of({Kind::erased}) == Lines{"2026-05-04T08:00:00Z erased(retention)", "2026-05-31T08:00:00Z erased(retention)",
                                           "2026-05-31T08:00:00Z erased(retention)"});
  }
}

// ---------------------------------------------------------------- what is asked first

TEST_CASE("[S7.1] [S3.3] an audience asks a lead at its first input, whatever its condition asks for") {
  Host host(kPlain + "audience nonbuyers on ads when none(order.placed)\naudience idlers on ads when idle(any) >= 3d\n");
  CHECK(host.engine.upsert("ada", {{"vip", true}}).ok());
  post(host, "bob", "go", "2026-03-03T08:00:00Z");
  post(host, "ada", "order.placed", "2026-03-04T08:00:00Z");
  static_cast<void>(host.to("2026-03-06T12:00:00Z"));
  CHECK(host.of({Kind::joined, Kind::left}) == Lines{"2026-03-02T08:00:00Z ada joined nonbuyers",
                                                     "2026-03-03T08:00:00Z bob joined nonbuyers", "2026-03-04T08:00:00Z ada left nonbuyers",
                                                     "2026-03-06T08:00:00Z bob joined idlers"});
}

TEST_CASE("[S10.1] everything is asked once more at a deployment, whatever its condition asks for") {
  const std::string before = kPlain + "score h { range 0..100 rule +3 a on go tier lo 0..4 tier hi 5.. }\nlifecycle l { stage a }\n";
  const std::string after = kPlain +
                            "score h { range 0..100 rule +3 a on go rule +4 b when none(order.placed) tier lo 0..4 tier hi 5.. }\n" +
                            "lifecycle l { stage a stage b when none(order.placed) }\n" + "audience n on ads when none(order.placed)\n" +
                            "sequence w { enroll when none(order.placed) day 0: notify owner \"x\" }\n";
  Host host(before);
  post(host, "ada", "go", "2026-03-02T08:00:00Z");
  deploy(host, after, "2026-03-03T08:00:00Z", ExistingLeads::enroll);
  const auto report = host.engine.inspect("ada");
  REQUIRE(report);
  CHECK(report->scores.at(0).total == 7);
  CHECK(report->stages.at(0).stage == "b");
  CHECK(report->audiences == Lines{"n"});
  CHECK(host.of({Kind::enrolled}) == Lines{"2026-03-03T08:00:00Z ada enrolled none(order.placed) in w"});
}

TEST_CASE("[S8.1] [S10.1] a score and a lifecycle that come together begin as for a new lead, the stage first") {
  Host host(kCommon);
  post(host, "ada", "ping", "2026-03-02T08:00:00Z");
  const std::string standing =
      "lifecycle customer { stage active stage lost when idle(any) >= 1h }\n"
      "score hot { range 0..100 rule +7 alive when stage.customer == \"active\" rule +3 gone when "
      "stage.customer == \"lost\" tier low 0..5 tier high 6.. }\n";
  deploy(host, kCommon + standing, "2026-03-04T08:00:00Z");
  static_cast<void>(host.to("2026-03-04T10:00:00Z"));
  CHECK(host.log.count(Kind::score) == 3);
  CHECK(host.engine.inspect("ada")->scores.at(0).total == 3);
  // Where the lead is in the later stage at once, only that one counts.
  Host other(kCommon + "sequence x { enroll when idle(any) >= 3000d day 0: send m1 }\n");
  post(other, "ada", "ping", "2026-03-02T08:00:00Z");
  deploy(other, kCommon + standing, "2026-03-04T08:00:00Z");
  CHECK(other.log.count(Kind::score) == 1);
  CHECK(other.engine.inspect("ada")->scores.at(0).total == 3);
}
