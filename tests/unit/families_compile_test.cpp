// Families of sequences as compiled and run: what follows the check knows only the sequences that were made.
#include "support/engine.hpp"

#include "compile/program.hpp"

#include <map>

using namespace nurture;
using namespace nurture::test;

namespace {

std::string program(const std::string& first, const std::string& second, const std::string& body = "send hello") {
  return R"(nurture 1
use f(topic: ")" +
         first + R"(") as one
use f(topic: ")" +
         second + R"(") as two
event asked { topic: string }
event page.view { topic: string }
category news { consent implied }
message hello { channel email category news accepts { topic: string = "x" } subject "About {{ topic }}" }
sequence f(topic: string) {
  enroll on asked where event.topic == topic
  reenroll always
  day 0: )" +
         body + "\n}\n";
}

std::map<std::string, std::string> versions(const std::string& text) {
  std::map<std::string, std::string> found;
  const Program built = program_of(text);
  for (const auto& sequence : built.graph()->sequences) found[sequence.name] = sequence.version;
  return found;
}

}  // namespace

TEST_CASE("[S10.1] another value is another version of one sequence of a family, and of no other") {
  const auto before = versions(program("visas", "jobs"));
  REQUIRE(before.size() == 2);
  CHECK(before.at("one") != before.at("two"));
  const auto after = versions(program("visas", "homes"));
  CHECK(after.at("one") == before.at("one"));
  CHECK(after.at("two") != before.at("two"));
  const auto edited = versions(program("visas", "jobs", "notify sales \"{{ topic }}\""));
  CHECK(edited.at("one") != before.at("one"));
  CHECK(edited.at("two") != before.at("two"));
}

TEST_CASE("[S10.1] the graph of a sequence of a family is that of one written out") {
  const std::string written = R"(nurture 1
event asked { topic: string }
event page.view { topic: string }
category news { consent implied }
message hello { channel email category news accepts { topic: string = "x" } subject "About {{ topic }}" }
sequence one {
  enroll on asked where event.topic == "visas"
  reenroll always
  day 0: send hello
}
)";
  const auto version = [](const std::string& text) { return versions(text).at("one"); };
  CHECK(version(program("visas", "jobs")) == version(written));
}

TEST_CASE("the log names the sequences of a family, each with numbers of its own") {
  Host host(program("visas", "jobs", "send hello with topic = topic"));
  Lines subjects;
  host.engine.on_send("email", [&](const Message& m) {
    subjects.push_back(std::string(m.sequence) + ' ' + std::to_string(m.enrolment) + ' ' + m.subject());
    return Delivery::accepted();
  });
  for (const char* topic : {"visas", "jobs", "visas", "homes"}) {
    CHECK(host.engine.post({.lead = "ada", .name = "asked", .fields = {{"topic", topic}}}).ok());
    host.engine.step();
    host.clock.advance(std::chrono::hours{1});
  }
  CHECK(host.of({DecisionKind::enrolled}) == Lines{"2026-03-02T08:00:00Z ada enrolled asked in one",
                                                   "2026-03-02T09:00:00Z ada enrolled asked in two",
                                                   "2026-03-02T10:00:00Z ada enrolled asked in one"});
  CHECK(subjects == Lines{"one 1 About visas", "two 1 About jobs", "one 2 About visas"});
  CHECK(host.engine.enroll("ada", "two").ok());
  CHECK_FALSE(host.engine.enroll("ada", "f").ok());
}

TEST_CASE("questions of two sequences of a family to one history do not mix their constants") {
  Host host(program("visas", "jobs", "wait until when count(page.view where event.topic == topic since enrolled) >= 2 timeout 9d"));
  for (const char* topic : {"visas", "jobs"}) CHECK(host.engine.post({.lead = "ada", .name = "asked", .fields = {{"topic", topic}}}).ok());
  for (const char* topic : {"visas", "jobs", "visas"})
    CHECK(host.engine.post({.lead = "ada", .name = "page.view", .fields = {{"topic", topic}}}).ok());
  host.engine.step();
  CHECK(host.of({DecisionKind::exited}) == Lines{"2026-03-02T08:00:00Z ada exited completed"});
}
