// S1.3 of the contracts: the decision log is the same, byte for byte, however inputs and ticks are batched. Everything
// that belongs to an instant is posted before the instant is closed; all else varies.
#include "support/engine.hpp"
#include "support/golden.hpp"

#include <chrono>
#include <functional>
#include <map>

using namespace nurture;
using namespace nurture::test;
using namespace std::chrono_literals;

namespace {

/// xorshift64*: small, and the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 2685821657736338717ull >> 33) % bound;
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::uint64_t state_;
};

struct Input {
  Instant at;
  std::function<void(Engine&)> post;
};

struct Story {
  Program program;
  std::vector<Input> inputs;  ///< In the order of their instants.
  Instant end;
};

const Instant kStart{1'772'409'600'000};  // 2026-03-02T00:00:00Z
const std::vector<std::string> kZones{"Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"};

/// Instants are multiples of a quarter of an hour, so that many inputs meet each other and the steps.
Instant some_instant(Dice& dice, std::uint64_t days) { return kStart + std::chrono::minutes{15 * dice.below(days * 96)}; }

class Writer {
 public:
  explicit Writer(std::vector<Input>& inputs) : inputs_(inputs) {}
  void upsert(Instant at, const std::string& lead, Fields fields) {
    inputs_.push_back({at, [=](Engine& e) { static_cast<void>(e.upsert(lead, fields, at)); }});
  }
  void consent(Instant at, const std::string& lead, const std::string& category, bool granted) {
    inputs_.push_back(
        {at, [=](Engine& e) { static_cast<void>(e.consent(lead, category, {.source = "form", .granted = granted, .received_at = at})); }});
  }
  void event(Instant at, const std::string& lead, const std::string& name, Fields fields, std::chrono::minutes late = 0min) {
    const std::string id = "e" + std::to_string(inputs_.size());
    inputs_.push_back({at, [=](Engine& e) {
                         static_cast<void>(
                             e.post({.lead = lead, .name = name, .fields = fields, .id = id, .occurred_at = at - late, .received_at = at}));
                       }});
  }
  void other(Instant at, std::function<void(Engine&)> post) { inputs_.push_back({at, std::move(post)}); }

 private:
  std::vector<Input>& inputs_;
};

void add_lead(Writer& writer, Dice& dice, const std::string& lead) {
  const Instant enters = some_instant(dice, 20);
  writer.upsert(enters, lead,
                {{"email", lead + "@example.com"},
                 {"tz", dice.of(kZones)},
                 {"job_level", dice.of<std::string>({"student", "specialist", "director", "vp"})},
                 {"timeline", dice.of<std::string>({"immediately", "this_year", "just_looking"})}});
  if (!dice.one_in(8)) writer.consent(enters, lead, "marketing", true);
  if (!dice.one_in(4))
    writer.event(enters + std::chrono::minutes{15 * dice.below(8)}, lead, "assessment.completed", {{"profile", "skilled_professional"}});
  const std::uint64_t happenings = 4 + dice.below(24);
  for (std::uint64_t i = 0; i < happenings; ++i) {
    const Instant at = enters + std::chrono::minutes{15 * dice.below(80 * 96)};
    const std::string webinar = "w" + std::to_string(dice.below(3));
    const Instant starts = kStart + std::chrono::hours{24 * (20 + dice.below(40)) + 15};
    const std::chrono::minutes late{dice.one_in(3) ? dice.below(4000) : 0};
    switch (dice.below(14)) {
      case 0: writer.event(at, lead, "page.view", {{"path", dice.of<std::string>({"/pricing", "/careers", "/"})}}, late); break;
      case 1: writer.event(at, lead, "content.viewed", {{"topic", "credential_recognition"}, {"country", "CA"}}, late); break;
      case 2:
      case 3:
        writer.event(at, lead, "email.open", {{"message", dice.of<std::string>({"welcome", "profile_tips", "roadmapping"})}}, late);
        break;
      case 4: writer.event(at, lead, "email.click", {{"message", "welcome"}, {"country", "DE"}}, late); break;
      case 5: writer.event(at, lead, "webinar.registered", {{"webinar_id", webinar}, {"starts_at", starts}}); break;
      case 6: writer.event(at, lead, "webinar.rescheduled", {{"webinar_id", webinar}, {"starts_at", starts}}); break;
      case 7: writer.event(at, lead, "webinar.attended", {{"webinar_id", webinar}}, late); break;
      case 8: writer.event(at, lead, "resource.downloaded", {{"resource", "r"}, {"kind", "case_study"}}, late); break;
      case 9: writer.event(at, lead, "demo.requested", {}); break;
      case 10: writer.upsert(at, lead, {{"tz", dice.of(kZones)}}); break;
      case 11: writer.consent(at, lead, "marketing", dice.one_in(2)); break;
      case 12: writer.upsert(at, lead, {{"timeline", "within_30_days"}, {"is_customer", dice.one_in(6)}}); break;
      default:
        writer.event(at, lead, dice.of<std::string>({"email.unsubscribed", "consultation.booked", "webinar.cancelled"}),
                     {{"webinar_id", webinar}});
        break;
    }
  }
}

Story population(Program program, std::uint64_t seed, int leads, bool halts) {
  Dice dice(seed);
  Story story{std::move(program), {}, kStart + std::chrono::hours{24 * 130}};
  Writer writer(story.inputs);
  for (int i = 0; i < leads; ++i) add_lead(writer, dice, "lead" + std::to_string(i));
  if (halts) {
    writer.other(kStart + 240h, [](Engine& e) { static_cast<void>(e.gap(kStart + 240h, kStart + 259h)); });
    writer.other(kStart + 500h, [](Engine& e) { static_cast<void>(e.pause({}, kStart + 500h)); });
    writer.other(kStart + 530h, [](Engine& e) { static_cast<void>(e.resume({}, kStart + 530h)); });
  }
  std::stable_sort(story.inputs.begin(), story.inputs.end(), [](const Input& a, const Input& b) { return a.at < b.at; });
  return story;
}

/// One in eight keys is refused by its sink at first, one in sixteen for good.
Delivery moody(const Message& message, std::map<std::string, int>& tries) {
  const std::string key = message.key();
  const int nth = ++tries[key];
  if (key[0] == '0') return Delivery::rejected("no such box");
  if (key[0] <= '2' && nth <= 3) return Delivery::retry(std::chrono::hours{key[1] % 5});
  return Delivery::accepted();
}

std::string run(const Story& story, const std::function<void(Engine&, const Story&)>& drive) {
  ManualClock clock{kStart - 24h};
  Engine engine{story.program, clock};
  Log log;
  std::map<std::string, int> tries;
  engine.observe(&log);
  engine.on_send([&](const Message& m) { return moody(m, tries); });
  drive(engine, story);
  static_cast<void>(engine.step_to(story.end));
  CHECK(engine.now() == story.end);
  return log.json;
}

void post_all(Engine& engine, const Story& story) {
  for (const Input& input : story.inputs) input.post(engine);
}

/// Closes everything before an instant, by a way of stepping, before the inputs of that instant go in.
template <class Step>
void feed_in_time(Engine& engine, const Story& story, Step&& step_until) {
  for (const Input& input : story.inputs) {
    const Instant before{input.at.ms - 1};
    if (before > engine.now()) step_until(before);
    input.post(engine);
  }
}

void check_all_batchings(const Story& story) {
  const std::string expected = run(story, post_all);
  REQUIRE(expected.size() > 1000);
  const auto same = [&](const char* how, const std::function<void(Engine&, const Story&)>& drive) {
    const std::string difference = test::difference(expected, run(story, drive));
    INFO(how);
    INFO(difference);
    CHECK(difference.empty());
  };
  for (const std::uint64_t limit : {1, 2, 7}) {
    same("all before, in bounded steps", [&](Engine& engine, const Story& s) {
      post_all(engine, s);
      while (engine.step_to(s.end, limit).more) {
      }
    });
  }
  same("one at a time",
       [](Engine& engine, const Story& s) { feed_in_time(engine, s, [&](Instant until) { static_cast<void>(engine.step_to(until)); }); });
  same("instant by instant", [](Engine& engine, const Story& s) {
    const auto each = [&](Instant until) {
      while (engine.next_due() <= until) static_cast<void>(engine.step_to(std::max(engine.now(), engine.next_due())));
    };
    feed_in_time(engine, s, each);
    each(s.end);
  });
  same("one at a time, in bounded steps with ticks between", [](Engine& engine, const Story& s) {
    Dice dice(7);
    feed_in_time(engine, s, [&](Instant until) {
      const std::int64_t begin = std::max(engine.now(), kStart - 24h).ms;
      for (int i = 1; i <= 3; ++i) {
        const Instant tick{begin + (until.ms - begin) * i / 3};
        while (engine.step_to(std::max(tick, engine.now()), 1 + dice.below(3)).more) {
        }
      }
    });
  });
}

const char* const kFolder = NURTURE_SOURCE_DIR "/examples/borderbridge/";

Program compiled(const std::vector<std::string>& paths) {
  const CompileResult built = compile_files(paths);
  INFO(built.diagnostics().render());
  REQUIRE(built.ok());
  return built.program();
}

Program borderbridge() {
  const std::string folder = kFolder;
  return compiled({folder + "skilled_professional.nurture", folder + "webinar.nurture"});
}

}  // namespace

TEST_CASE("[S1.3] the example's customers get the same log from every batching") {
  Story story{borderbridge(), {}, instant("2026-06-30T00:00:00Z")};
  for (const char* file : {"inputs/ada.jsonl", "inputs/webinar.jsonl"}) {
    const auto text = read_file(std::string(kFolder) + file);
    REQUIRE(text.has_value());
    for (const std::string_view line : lines_of(*text)) {
      std::string problem;
      const auto input = read_input_line(line, problem);
      INFO(problem);
      REQUIRE(input.has_value());
      story.inputs.push_back({input->received, [input](Engine& e) { CHECK(post_input(e, *input).ok()); }});
    }
  }
  std::stable_sort(story.inputs.begin(), story.inputs.end(), [](const Input& a, const Input& b) { return a.at < b.at; });
  check_all_batchings(story);
}

TEST_CASE("[S1.3] a population with moved dates, late events and changing minds gets the same log from every batching") {
  check_all_batchings(population(borderbridge(), 20260302, 250, false));
}

TEST_CASE("[S1.3] a lead score and the tracks of its tiers get the same log from every batching") {
  check_all_batchings(population(compiled({NURTURE_SOURCE_DIR "/examples/saas/lead_score.nurture"}), 3, 120, true));
}

TEST_CASE("[S1.3] a gap and a pause change nothing about batching") { check_all_batchings(population(borderbridge(), 11, 60, true)); }

TEST_CASE("[S1.3] a program of waits, splits and variants gets the same log from every batching") {
  const Program program = program_of(R"(nurture 1
lead { tz: string? email: string? job_level: string? timeline: string? is_customer: bool = false }
event assessment.completed { profile: string }
event page.view { path: string }
event content.viewed { topic: string? country: string? }
event resource.downloaded { resource: string kind: string? }
event email.open { message: string? }
event email.click { message: string? }
event demo.requested
event consultation.booked
category marketing { consent explicit }
channel email { requires lead.email }
message a { channel email category marketing subject "a" variant x 50% { subject "x" } variant y 50% {} }
message b { channel email category marketing subject "b" }
message c { channel email category marketing subject "c" }
policy calm { quiet hours 19:30..08:15 allow mon..fri cap 1 per 1d on email then hold cap 4 per 1w then drop }
sequence one {
  enroll on assessment.completed or demo.requested
  reenroll after 5d
  policy calm
  goal booked on consultation.booked
  immediately: send a
  after 1d second: {
    wait until on page.view or content.viewed timeout 2d then send b
    split tone { warm 50% { send c } cold 50% { wait 3h send b } }
  }
  after 20h third: if count(email.open within 7d) >= 2 as reader { send a } else { send c }
  on email.click every time { send b }
  when idle(email.open or email.click) >= 6d as quiet accelerate 2x
}
sequence two {
  enroll when count(page.view or resource.downloaded within 10d) >= 2
  reenroll always
  policy calm
  exit customer when lead.is_customer
  day 0: send b
  day 1 at 09:00: send c
  day 4: send a
}
)");
  check_all_batchings(population(program, 5, 120, true));
}
