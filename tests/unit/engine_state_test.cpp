// The state as bytes and back: S1.3 of the contracts, and what recovery after a crash will stand on. Scenarios and random
// programs go through it, too (tests/scenario, tests/model); here are the parts that those do not have, and bytes that are
// not what they should be.
#include "compile/program.hpp"
#include "engine/saved/schema.hpp"
#include "support/engine.hpp"

#include <nurture/inputs.hpp>

#include <filesystem>
#include <fstream>
#include <functional>

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kProgram = R"(
lead { email: string?  tz: string?  plan: enum(free, team)?  topics: list<string>?  born: date?  height: number?  until: datetime? }
event signup { id: string  plan: string? }
event page.view { path: string? }
event closed
event met { at_time: datetime? }
category marketing { consent explicit double_opt_in }
channel email { retry 5 times from 1min to 1h  breaker open at 50% of 4 within 1h probe after 10min  rate 3 per 10min }
policy calm { quiet hours 20:00..08:00  cap 2 per 1d on email  hold at most 5d }
segment keen = count(page.view within 7d) >= 2
score interest {
  range 0..100
  rule +10 view on page.view limit 3 per 1d
  rule +5 team when lead.plan is known and lead.plan == "team"
  decay 1 per 1d when none(page.view within 3d)
  tier cold 0..9
  tier warm 10..100
  enter warm { send warm_hello }
}
sequence trial {
  enroll on signup key event.id
  reenroll always
  exclusive one
  policy calm
  anchor meeting = last(met).at_time else hold
  goal closed on closed
  exit gone when lead.plan is known and lead.plan == "free"
  when keen as looked every time send looked_around
  day 0 welcome: send hello with what = entry.plan
  day 1 check: { wait until on page.view where event.path is known and event.path == "/pricing" timeout 3d as quiet then { send reminder } }
  at -2h from meeting ready: send ready
  day 9 last: send bye
}
sequence other { enroll on page.view  reenroll always  exclusive one  priority 20  policy calm  day 0 a: send hello  day 3 b: send bye }
sequence birthdays { enroll every year on lead.born at 09:00  day 0 greet: send hello unless sent within 30d }
message hello "Hello" { channel email category marketing accepts { what: string? } subject "Hi {{ default(what, 'you') }}" }
message warm_hello "Warm" { channel email category marketing subject "Warm" }
message looked_around "Looked" { channel email category marketing subject "Path {{ default(trigger.path, '-') }}" }
message reminder "R" { channel email category marketing subject "R" }
message ready "Ready" { channel email category marketing subject "Ready" }
message bye "Bye" { channel email category transactional subject "Bye" }
)";

/// What a host does over two weeks, with everything that a state can hold on the way.
std::vector<std::function<void(Engine&)>> story() {
  std::vector<std::function<void(Engine&)>> acts;
  const auto at = [](std::string_view text) { return instant(text); };
  const auto add = [&](std::function<void(Engine&)> act) { acts.push_back(std::move(act)); };
  for (const char* lead : {"ada", "bo", "cy"}) {
    add([=](Engine& e) {
      CHECK(e.upsert(lead, {{"email", "x@example.com"},
                            {"tz", "Europe/Lisbon"},
                            {"topics", Value::List{"a", "b"}},
                            {"height", 1.75},
                            {"born", "1990-03-05"},
                            {"until", Instant{5}}})
                .ok());
    });
    add([=](Engine& e) { CHECK(e.consent(lead, "marketing", {.source = "form"}).ok()); });
  }
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-02T09:00:00Z"))); });
  add([=](Engine& e) { CHECK(e.post({"ada", "signup", {{"id", "k1"}, {"plan", "team"}}, "e1"}).ok()); });
  add([=](Engine& e) { CHECK(e.post({"bo", "signup", {{"id", "k2"}}, "e2", {}, at("2026-03-02T21:00:00Z")}).ok()); });
  add([=](Engine& e) { CHECK(e.post({"bo", "met", {{"at_time", at("2026-03-06T12:00:00Z")}}, {}, at("2026-03-02T09:03:00Z")}).ok()); });
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-02T22:00:00Z"), 5)); });
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-02T22:00:00Z"))); });
  add([=](Engine& e) { CHECK(e.post({"ada", "page.view", {{"path", "/a"}}, "v1"}).ok()); });
  add([=](Engine& e) { CHECK(e.post({"ada", "page.view", {{"path", "/b"}}, "v1"}).ok()); });  // refused: seen before
  add([=](Engine& e) { CHECK(e.post({"ada", "page.view", {{"path", "/c"}}, "v2"}).ok()); });
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-03T12:00:00Z"))); });
  add([=](Engine& e) { CHECK(e.pause(Scope::lead("bo")).ok()); });
  add([=](Engine& e) { CHECK(e.pause(Scope::channel("email"), at("2026-03-03T13:00:00Z")).ok()); });
  add([=](Engine& e) { CHECK(e.post({"cy", "page.view", {{"path", "/pricing"}}, {}, {}, at("2026-03-03T14:00:00Z")}).ok()); });
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-04T12:00:00Z"))); });
  add([=](Engine& e) { CHECK(e.resume(Scope::channel("email"), at("2026-03-04T13:00:00Z")).ok()); });
  add([=](Engine& e) { CHECK(e.upsert("ada", {{"plan", "team"}}).ok()); });
  add([=](Engine& e) { CHECK(e.score("ada", "interest", 40).ok()); });
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-05T12:00:00Z"))); });
  add([=](Engine& e) { CHECK(e.resume(Scope::lead("bo")).ok()); });
  add([=](Engine& e) { CHECK(e.gap(at("2026-03-05T13:00:00Z"), at("2026-03-06T13:00:00Z")).ok()); });
  add([=](Engine& e) { CHECK(e.erase("cy", at("2026-03-07T00:00:00Z")).ok()); });
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-08T12:00:00Z"))); });
  add([=](Engine& e) { CHECK(e.upsert("cy", {{"email", "y@example.com"}}).ok()); });
  add([=](Engine& e) { CHECK(e.post({"cy", "signup", {{"id", "k9"}}}).ok()); });
  add([=](Engine& e) { CHECK(e.exit("ada", "other").ok()); });
  add([=](Engine& e) { static_cast<void>(e.step_to(at("2026-03-20T12:00:00Z"))); });
  return acts;
}

/// Decisions, deliveries with their keys and texts, and the last answers.
struct Run {
  std::string log, sent, reports;
};

Run run(std::size_t copy_every) {
  Host host(kProgram);
  Run result;
  int calls = 0;
  host.engine.on_send([&](const Message& m) {
    result.sent += m.at.to_string() + ' ' + m.key() + ' ' + m.subject() + '\n';
    // Some are asked for again, some refused for good, as their number decides.
    ++calls;
    if (calls % 5 == 0) return Delivery::rejected("no such box");
    if (calls % 3 == 0) return Delivery::retry(std::chrono::minutes{5});
    return Delivery::accepted();
  });
  std::size_t done = 0;
  for (const auto& act : story()) {
    host.clock.set(std::max(host.clock.now(), host.engine.now()));
    act(host.engine);
    if (copy_every == 0 || ++done % copy_every != 0) continue;
    const Status status = host.engine.restore(host.engine.save());
    INFO(status.reason());
    REQUIRE(status.ok());
  }
  result.log = host.log.json;
  for (const char* lead : {"ada", "bo", "cy"}) {
    const auto report = host.engine.inspect(lead);
    result.reports += report ? to_json(*report) : "unknown";
  }
  return result;
}

std::string some_state() {
  Host host(kProgram);
  const auto acts = story();
  for (std::size_t i = 0; i < 14; ++i) acts[i](host.engine);
  return host.engine.save();
}

}  // namespace

TEST_CASE("[S1.3] the state goes to bytes and back after every k-th input, and nothing changes") {
  const Run plain = run(0);
  CHECK(plain.sent.size() > 300);
  for (const std::size_t every : {1, 2, 3, 7}) {
    const Run copied = run(every);
    INFO("after every " << every);
    CHECK(copied.log == plain.log);
    CHECK(copied.sent == plain.sent);
    CHECK(copied.reports == plain.reports);
  }
}

TEST_CASE("[S1.3] customer data of the examples is decided alike when the state goes to bytes and back") {
  const std::filesystem::path folder = std::filesystem::path(NURTURE_SOURCE_DIR) / "examples";
  const std::vector<std::pair<std::string, std::vector<std::string>>> examples{
      {"welcome.jsonl", {"welcome.nurture"}},
      {"borderbridge/inputs/ada.jsonl", {"borderbridge/skilled_professional.nurture", "borderbridge/re_engagement.nurture"}},
      {"borderbridge/inputs/webinar.jsonl", {"borderbridge/webinar.nurture"}},
      {"saas/inputs/lead_score.jsonl", {"saas/lead_score.nurture"}}};
  for (const auto& [inputs, definitions] : examples) {
    std::vector<std::string> paths;
    for (const std::string& name : definitions) paths.push_back((folder / name).generic_string());
    const CompileResult built = compile_files(paths);
    INFO(inputs << built.diagnostics().render());
    REQUIRE(built.ok());
    const auto log_of = [&](std::size_t copy_every) {
      Host host(built.program(), "2000-01-01T00:00:00Z");
      std::ifstream file(folder / inputs);
      std::string line;
      std::size_t number = 0;
      while (std::getline(file, line)) {
        std::string problem;
        const auto read = read_input_line(line, problem);
        if (!read) continue;
        static_cast<void>(host.engine.step_to(std::max(host.engine.now(), Instant{read->received.ms - 1})));
        static_cast<void>(post_input(host.engine, *read));
        if (copy_every != 0 && ++number % copy_every == 0) REQUIRE(host.engine.restore(host.engine.save()).ok());
      }
      static_cast<void>(host.engine.step_to(host.engine.now() + std::chrono::days{400}));
      return host.log.json;
    };
    const std::string plain = log_of(0);
    CHECK(plain.size() > 500);
    CHECK(log_of(1) == plain);
    CHECK(log_of(3) == plain);
  }
}

TEST_CASE("[S1.3] an engine goes on from the bytes of another one") {
  Host first(kProgram);
  Host second(kProgram);
  const auto acts = story();
  for (std::size_t i = 0; i < 14; ++i) acts[i](first.engine);
  REQUIRE(second.engine.restore(first.engine.save()).ok());
  CHECK(second.engine.now() == first.engine.now());
  CHECK(second.engine.next_due() == first.engine.next_due());
  CHECK(second.engine.save() == first.engine.save());
  first.log.clear();
  for (std::size_t i = 14; i < acts.size(); ++i) {
    acts[i](first.engine);
    acts[i](second.engine);
  }
  CHECK(first.log.json.size() > 1000);
  CHECK(second.log.json == first.log.json);
}

TEST_CASE("[S1.3] several shards go to bytes and back, all or none") {
  const auto log_of = [&](bool copies) {
    const ManualClock clock{"2026-03-02T08:00:00Z"};
    ShardedEngine engine{program_of(kProgram), clock, 3};
    Log log;
    engine.observe(&log);
    for (int i = 0; i < 20; ++i) {
      const std::string lead = "lead" + std::to_string(i);
      CHECK(engine.upsert(lead, {{"tz", "Europe/Lisbon"}}).ok());
      CHECK(engine.consent(lead, "marketing", {.source = "form"}).ok());
      CHECK(engine.post({lead, "signup", {{"id", lead}}, {}, {}, instant("2026-03-03T08:00:00Z")}).ok());
      if (copies) REQUIRE(engine.restore(engine.save()).ok());
    }
    for (int day = 0; day < 12; ++day) {
      static_cast<void>(engine.step_to(instant("2026-03-03T12:00:00Z") + std::chrono::days{day}));
      if (copies) REQUIRE(engine.restore(engine.save()).ok());
    }
    return log.json;
  };
  const std::string plain = log_of(false);
  CHECK(plain.size() > 1000);
  CHECK(log_of(true) == plain);

  const ManualClock clock{"2026-03-02T08:00:00Z"};
  ShardedEngine three{program_of(kProgram), clock, 3};
  ShardedEngine two{program_of(kProgram), clock, 2};
  CHECK(two.restore(three.save()).reason() == "the state is of 3 shards, and these are 2");
  CHECK(three.restore("NURG").reason() == "these bytes are no state of an engine");
}

TEST_CASE("[S1.3] damaged bytes are refused wherever the damage is, and change nothing") {
  const std::string small =
      "lead { a: int? } event go { b: string } channel email { rate 2 per 1h }\n"
      "message m { channel email category transactional subject \"x\" }\n"
      "sequence s { enroll on go key event.b day 1 one: { wait until on go timeout 3d } }\n";
  Host filled(small);
  CHECK(filled.engine.upsert("ada", {{"a", 7}}).ok());
  CHECK(filled.engine.post({"ada", "go", {{"b", "k"}}, "id"}).ok());
  static_cast<void>(filled.to("2026-03-03T09:00:00Z"));
  CHECK(filled.engine.post({"ada", "go", {{"b", "k"}}}).ok());
  const std::string bytes = filled.engine.save();
  REQUIRE(bytes.size() > 200);
  Host host(small);
  CHECK(host.engine.upsert("zoe", {}).ok());
  static_cast<void>(host.to("2026-03-02T08:00:00Z"));
  const std::string before = host.engine.save();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string cut = bytes.substr(0, i);
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    refused += host.engine.restore(cut).ok() ? 0 : 1;
    refused += host.engine.restore(flipped).ok() ? 0 : 1;
  }
  CHECK(refused == 2 * bytes.size());
  CHECK_FALSE(host.engine.restore(bytes + "x").ok());
  CHECK(host.engine.save() == before);
  CHECK(host.engine.restore(bytes).ok());
}

TEST_CASE("[S1.3] bytes of another format, program or project are refused with the reason") {
  const std::string bytes = some_state();
  Host host(kProgram);
  CHECK(host.engine.restore("").reason() == "these bytes are no state of an engine");
  CHECK(host.engine.restore("hello").reason() == "these bytes are no state of an engine");
  std::string format = bytes;
  format[4] = 9;
  CHECK(host.engine.restore(format).reason() == "the state is of format 9, and this engine reads format 2");
  std::string damaged = bytes;
  damaged[40] = static_cast<char>(damaged[40] ^ 1);
  CHECK(host.engine.restore(damaged).reason() == "the state is damaged: its checksum is another");
  Host other(kProgram + "event one_more\n");
  CHECK(other.engine.restore(bytes).reason().find("the state is of the program ") == 0);
  Host elsewhere(program_of(kProgram), "2026-03-02T08:00:00Z", {.project = "elsewhere"});
  CHECK(elsewhere.engine.restore(bytes).reason() == "the state is of the project `default`, and this is `elsewhere`");
}

TEST_CASE("[S1.3] in a callback there is no state to be had") {
  Host host(kProgram);
  CHECK(host.engine.upsert("ada", {}).ok());
  CHECK(host.engine.consent("ada", "marketing").ok());
  CHECK(host.engine.post({"ada", "page.view"}).ok());
  const std::string bytes = host.engine.save();
  int calls = 0;
  host.engine.on_send([&](const Message&) {
    ++calls;
    CHECK(host.engine.save().empty());
    CHECK(host.engine.restore(bytes).reason() == "a step is under way");
    return Delivery::accepted();
  });
  static_cast<void>(host.to("2026-03-02T09:00:00Z"));
  CHECK(calls > 0);
}

TEST_CASE("[S1.3] every word of a lead and of an enrolment has a name under which it is kept") {
  // A word that the layout hands out and that schema.cpp does not name would be lost.
  using engine::Place;
  const auto covered = [](const std::vector<Place>& places, compile::Id words) {
    std::vector<bool> seen(words, false);
    for (const Place& place : places) {
      const bool packed = place.kind == Place::Kind::bits || place.kind == Place::Kind::tier;
      for (compile::Id i = 0; i < (packed ? 1 : place.count); ++i) seen.at(place.word + i) = true;
    }
    return seen;
  };
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(NURTURE_SOURCE_DIR) / "tests/scenario")) {
    if (entry.path().extension() != ".nurture") continue;
    const CompileResult built = compile_files({entry.path().generic_string()});
    REQUIRE(built.ok());
    const compile::Program& program = *built.program().graph();
    const engine::Schema schema = engine::describe(program);
    INFO(entry.path().filename());
    const std::vector<bool> lead = covered(schema.lead, program.layout.words);
    for (compile::Id word = compile::LeadLayout::kHeadWords; word < lead.size(); ++word) {
      INFO("word " << word << " of a lead");
      CHECK(lead[word]);
    }
    for (std::size_t s = 0; s < program.sequences.size(); ++s) {
      const std::vector<bool> extra = covered(schema.sequences[s].places, program.sequences[s].extra.words);
      for (std::size_t word = 0; word < extra.size(); ++word) {
        INFO("word " << word << " of an enrolment in " << program.sequences[s].name);
        CHECK(extra[word]);
      }
    }
  }
}

TEST_CASE("[S1.3] what is held of scores is dropped in the order in which it was held, wherever its records stand") {
  Host host(R"(
event first
event second
category news { consent implied }
channel email { requires lead.email }
lead { email: string = "x" }
message one { channel email category news subject "1" }
message two { channel email category news subject "2" }
score heat {
  range 0..100
  rule +1 a on first then { send one }
  rule +1 b on second then { send two }
  tier all 0..100
}
)");
  CHECK(host.engine.pause(Scope::channel("email")).ok());
  CHECK(host.engine.post({"zoe", "first"}).ok());
  CHECK(host.engine.post({"ada", "first"}).ok());
  CHECK(host.engine.erase("zoe").ok());
  CHECK(host.engine.post({"ada", "second"}).ok());  // takes the place that zoe's message has left
  CHECK(host.engine.erase("ada").ok());
  static_cast<void>(host.to("2026-03-02T09:00:00Z"));
  CHECK(host.of({DecisionKind::skipped}) == Lines{"2026-03-02T08:00:00Z zoe skipped(erased) one",
                                                  "2026-03-02T08:00:00Z ada skipped(erased) one",
                                                  "2026-03-02T08:00:00Z ada skipped(erased) two"});
}
