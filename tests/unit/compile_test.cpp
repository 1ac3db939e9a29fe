// The compiled graph, construct by construct: small files in, facts about the program out.
#include "support/catch.hpp"

#include "check/load.hpp"
#include "check/model.hpp"
#include "compile/dump.hpp"
#include "compile/hash.hpp"
#include "compile/program.hpp"

#include <nurture/program.hpp>

#include <string>
#include <vector>

namespace nurture {
namespace {

using compile::Id;
using compile::kNone;
using compile::NodeOp;

constexpr const char* kVocabulary = R"(
lead {
  tz: string
  email: string?
  status: enum(new, open, lost) = "open"
  visits: int = 3
  ratio: number = 2
  tags: list<string>?
  birthday: date?
  trial_ends_at: datetime?
}
event page.view as "Page" { path: string  intent: enum(low, high)? }
event email.open
event email.click { link: string }
event order.placed { order_id: string  amount: number }
event webinar.registered { webinar_id: string  starts_at: datetime? }
event webinar.attended { webinar_id: string }
event webinar.moved { webinar_id: string  starts_at: datetime }
event signed_up { plan: string }
channel email { requires lead.email }
message hello { channel email  category marketing }
message bye { channel email, sms  category marketing }
message invoice { channel email  category transactional }
)";

/// Texts that must compile.
std::shared_ptr<const compile::Program> compiled(const std::string& text, const std::string& name = "test.nurture") {
  const CompileResult built = compile_text(name, kVocabulary + text);
  INFO(built.diagnostics().render());
  REQUIRE(built.ok());
  return built.program().graph();
}

/// A sequence `s` with the given statements, entered by `signed_up`, with one step unless the statements have some.
std::string sequence(const std::string& statements, const std::string& plan = "day 1 one: send hello") {
  return "sequence s {\n enroll on signed_up\n" + statements + "\n" + plan + "\n}\n";
}

const compile::Event& event(const compile::Program& program, std::string_view name) {
  for (const compile::Event& candidate : program.events) {
    if (candidate.name == name) return candidate;
  }
  FAIL("no event " << name);
  return program.events.front();
}

std::string kept(const compile::Program& program, std::string_view name) {
  const compile::Event& e = event(program, name);
  if (!e.kept) return "no";
  std::string text = e.kept_forever ? "ever" : time::longest_ms(e.horizon) == 0 ? "" : compile::to_text(e.horizon);
  if (e.kept_newest) text += "newest";
  for (const std::uint16_t position : e.kept_fields) text += ' ' + e.fields[position].name;
  return text;
}

/// The lines of a step's body as the dump prints them, without indent.
std::vector<std::string> body(const compile::Program& program, std::size_t step) {
  compile::Lines lines;
  const compile::Sequence& s = program.sequences.at(0);
  compile::add_body(lines, 0, program, &s, s.steps.at(step).body);
  std::vector<std::string> out;
  for (std::string_view rest = lines.text(); !rest.empty();) {
    const auto end = rest.find('\n');
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST_CASE("attributes get one word each behind the head, with their types and defaults") {
  const auto program = compiled(sequence(""));
  CHECK(program->layout.attributes == compile::LeadLayout::kHeadWords);
  CHECK(program->layout.consents == program->layout.attributes + program->lead.size());
  CHECK(program->zone_field == 0);
  const auto fallback = [&](std::size_t field) { return eval::to_string(program->lead.at(field).fallback); };
  CHECK(fallback(2) == "\"open\"");
  CHECK(fallback(3) == "3");
  CHECK(program->lead[4].fallback.kind == eval::Kind::number);
  CHECK(program->lead[5].fallback.is_missing());
  CHECK(program->lead[6].fallback.is_missing());
  CHECK(program->lead[2].type == compile::SlotType::enum_);
  CHECK(program->lead[2].values == Texts{"new", "open", "lost"});
  CHECK(program->lead[5].element == compile::SlotType::string);
  CHECK(program->lead[6].optional);
}

TEST_CASE("each `enroll when` has a bit in the lead's row") {
  const auto none = compiled(sequence(""));
  CHECK(none->layout.scores == none->layout.watches);
  std::string ways;
  for (int i = 0; i < 65; ++i) ways += " enroll when lead.visits > " + std::to_string(i) + "\n";
  const auto many = compiled("sequence s {\n" + ways + " exit gone on email.open\n day 1 a: send hello\n}\n");
  CHECK(many->layout.scores == many->layout.watches + 2);
}

TEST_CASE("field names of all events share one sorted table, each event says where a field stands") {
  const auto program = compiled(sequence(""));
  CHECK(program->field_names ==
        Texts{"amount", "intent", "key", "link", "message", "order_id", "path", "plan", "starts_at", "step", "webinar_id"});
  CHECK(event(*program, "page.view").position == std::vector<std::int16_t>{-1, 1, -1, -1, -1, -1, 0, -1, -1, -1, -1});
  CHECK(event(*program, "page.view").external == "Page");
  CHECK(event(*program, "email.open").external == "email.open");
  CHECK(event(*program, "signed_up").enrolls == std::vector<Id>{0});
  CHECK(event(*program, "email.open").enrolls.empty());
}

TEST_CASE("the history keeps the events, fields and time that conditions can ask for, and nothing else") {
  struct Row {
    const char* condition;
    const char* event;
    const char* kept;
  };
  const Row rows[] = {
      {"count(email.open within 14d) >= 3", "email.open", "14d"},
      {"count(email.open within 14d) >= 3", "email.click", "no"},
      {"count(email.open within 14d) >= 3 and any(email.open within 20d)", "email.open", "20d"},
      {"any(email.open within 1mo) and any(email.open within 7d)", "email.open", "1mo"},
      {"any(email.open within 1mo) and any(email.open within 30d)", "email.open", "32d"},
      {"any(email.open within 36h) and any(email.open within 1d)", "email.open", "2d"},
      {"any(email.open since enrolled)", "email.open", "ever"},
      {"any(email.open since 2026-03-01) or any(email.open within 1d)", "email.open", "ever"},
      {"idle(email.open or email.click) >= 14d", "email.click", "newest"},
      {"idle(email.open) >= 14d and count(email.open within 3d) > 1", "email.open", "3dnewest"},
      {"any(email.click where event.link == \"book\" within 3d)", "email.click", "3d link"},
      {"count(page.view where event.path == \"/p\" within 1w) >= 1", "page.view", "7d path"},
      {"last(order.placed) is known and last(order.placed).amount > 10.0", "order.placed", "newest amount"},
      {"sum(amount of order.placed within 90d) >= 100.0", "order.placed", "90d amount"},
      {"distinct(path of page.view within 90d) >= 3", "page.view", "90d path"},
  };
  for (const Row& row : rows) {
    INFO(row.condition);
    const auto program = compiled(sequence("goal done when " + std::string(row.condition)));
    CHECK(kept(*program, row.event) == row.kept);
  }
}

TEST_CASE("first and last answer the field that is asked for, or the moment") {
  const auto program =
      compiled(sequence("goal big when last(order.placed) is known and last(order.placed).amount > 10.0\n"
                        "exit old when first(order.placed) is known and now - first(order.placed).at >= 30d"));
  const auto& queries = program->module.queries;
  std::vector<std::int32_t> fields;
  for (const auto& query : queries) fields.push_back(query.fields.at(0));
  CHECK(fields == std::vector<std::int32_t>{eval::Query::kOccurredAt, 1, eval::Query::kOccurredAt, eval::Query::kOccurredAt});
}

TEST_CASE("[S5.4] a condition says which events, fields, scores and whether the clock can change it") {
  struct Row {
    const char* condition;
    const char* changes;
  };
  const Row rows[] = {
      {"lead.status == \"lost\"", "fields status"},
      {"lead.visits > 3 and lead.status == \"new\"", "fields status, visits"},
      {"count(email.open within 14d) >= 3", "events email.open; clock"},
      {"any(email.open since enrolled)", "events email.open"},
      {"idle(email.open or email.click) >= 14d", "events email.click, email.open; clock"},
      {"engaged", "events email.open; clock"},
      {"engaged and lead.visits > 1", "events email.open; fields visits; clock"},
      {"nested", "events email.open; fields visits; clock"},
      {"score.fit >= 50", "scores fit"},
      {"tier.fit == \"hot\"", "scores fit"},
      {"any(page.view where event.path == lead.status since enrolled)", "events page.view; fields status"},
      {"now >= enrolled_at + 30d", "clock"},
  };
  for (const Row& row : rows) {
    INFO(row.condition);
    const auto program = compiled(
        "segment engaged = count(email.open within 60d) >= 3\n"
        "segment nested = engaged and lead.visits > 1\n"
        "score fit { range 0..100 rule +10 opened on email.open limit 3 per 7d tier cold 0..49 tier hot 50.. }\n" +
        sequence("exit done when " + std::string(row.condition)));
    const compile::Sequence& s = program->sequences.at(0);
    CHECK(compile::changes_text(*program, s.exits.at(0).trigger.condition) == row.changes);
  }
}

TEST_CASE("a sequence knows which events can touch it, and how") {
  const auto program = compiled("segment engaged = count(email.open within 60d) >= 3\n" +
                                sequence("goal booked on order.placed\n"
                                         "exit moved when lead.status == \"lost\"\n"
                                         "when engaged as warm notify sales \"warm\"",
                                         "day 1 one: { wait until on email.click timeout 2d  send hello }"));
  const compile::Sequence& s = program->sequences.at(0);
  const auto reacts = [&](std::string_view name) {
    const auto id = &event(*program, name) - program->events.data();
    return static_cast<int>(s.reacts.at(static_cast<std::size_t>(id)));
  };
  CHECK(reacts("order.placed") == compile::Sequence::kReactsOn);
  CHECK(reacts("email.open") == compile::Sequence::kReactsWhen);
  CHECK(reacts("email.click") == compile::Sequence::kReactsWait);
  CHECK(reacts("page.view") == 0);
  CHECK(s.reacts_to_field == std::vector<bool>{false, false, true, false, false, false, false, false});
  CHECK(s.clock_conditions);
  CHECK_FALSE(s.reacts_to_scores);
}

TEST_CASE("a plan is linear when it cannot change and runs in file order for every lead") {
  struct Row {
    const char* settings;
    const char* plan;
    bool linear;
  };
  const Row rows[] = {
      {"default time 09:00", "day 0 a: send hello day 1 b: send hello day 1 c: send hello day 5 d: send hello", true},
      {"", "immediately a: send hello day 1 b: send hello day 2 c: send hello", true},
      {"", "immediately a: send hello at +2h b: send hello at +1d2h c: send hello at +1d2h d: send hello", true},
      {"", "at +2h a: send hello at +1d b: send hello", false},
      {"late skip", "day 0 at 06:00 a: send hello day 0 at 12:00 b: send hello", true},
      {"late skip", "immediately a: send hello day 0 at 06:00 b: send hello", false},  // b may be late, and a is not
      {"default time 09:00", "day 1 at 08:00 a: send hello day 1 at 12:00 b: send hello", true},
      {"default time 09:00", "day 2 a: send hello day 1 b: send hello", false},
      {"default time 09:00", "day 1 at 12:00 a: send hello day 1 b: send hello", false},
      {"default time 09:00", "day 1 at 02:00 a: send hello day 1 at 03:00 b: send hello", false},  // a daylight-saving gap swaps them
      {"", "day 1 at 12:00 a: send hello day 1 b: send hello", false},
      {"", "day 1 a: send hello at +25h b: send hello", false},
      {"", "day 1 a: send hello after 2d b: send hello", false},
      {"", "day 1 a: { send hello -> c } day 2 b: send hello day 3 c: send hello", false},
      {"when lead.visits > 3 as fast accelerate 2x", "day 1 a: send hello day 2 b: send hello", false},
      {"anchor trial = lead.trial_ends_at else hold", "day 1 a: send hello day 2 b: send hello", false},
  };
  for (const Row& row : rows) {
    INFO(row.settings << " " << row.plan);
    const auto program = compiled(sequence(row.settings, row.plan));
    CHECK(program->sequences.at(0).linear == row.linear);
    CHECK((program->sequences.at(0).extra.steps == kNone) == row.linear);
  }
}

TEST_CASE("an enrolment gets extra words only for what its sequence needs") {
  const auto plain = compiled(sequence("default time 09:00"));
  CHECK(plain->sequences[0].extra.words == 0);

  const auto program = compiled(
      "sequence s {\n enroll on webinar.registered key event.webinar_id\n anchor start = event.starts_at else hold\n"
      "exit done when idle(email.open) >= 30d\n"
      "on email.click as clicked { notify sales \"clicked {{ trigger.link }}\" }\n"
      "at -1d a: send hello\n at +1h b: { if any(email.click since step a) { send bye } }\n}\n");
  const compile::Extra& extra = program->sequences[0].extra;
  CHECK(extra.key == 0);
  CHECK(extra.anchors == 1);
  CHECK(extra.steps == 2);
  CHECK(extra.step_times == 4);
  CHECK(extra.handlers == 6);
  CHECK(extra.wake == 8);
  CHECK(extra.entry == 9);
  CHECK(extra.trigger == 11);
  CHECK(extra.words == 13);
  const compile::Sequence& s = program->sequences[0];
  REQUIRE(s.entry_fields.size() == 1);
  CHECK(program->field_names[s.entry_fields[0]] == "starts_at");
  REQUIRE(s.trigger_fields.size() == 1);
  CHECK(program->field_names[s.trigger_fields[0]] == "link");
  CHECK_FALSE(s.linear);
  CHECK((s.anchors[0].value.fields.empty() && s.anchors[0].value.events.empty()));
}

TEST_CASE("[S3.1] inside a keyed sequence every question to the history is asked for the key") {
  const std::string steps =
      "anchor start = last(webinar.registered or webinar.moved).starts_at else hold\n"
      "at +1h a: { if any(webinar.attended or email.open since enrolled) { send hello } }\n}\n";
  const auto keyed = compiled("sequence s {\n enroll on webinar.registered key event.webinar_id\n" + steps);
  const compile::Sequence& s = keyed->sequences[0];
  CHECK(keyed->field_names.at(s.key_fields.at(0)) == "webinar_id");
  REQUIRE(s.keys.size() == 1);
  CHECK(static_cast<bool>(s.keys[0]));
  for (const eval::Query& query : keyed->module.queries) CHECK(query.keyed);
  CHECK(keyed->module.queries.back().key_fields == std::vector<std::int32_t>{-1, 0});  // email.open, webinar.attended
  CHECK(kept(*keyed, "webinar.attended") == "ever webinar_id");
  CHECK(kept(*keyed, "webinar.registered") == "ever webinar_id starts_at");
  CHECK(kept(*keyed, "email.open") == "ever");
  CHECK_FALSE((s.anchors[0].value.fields.empty() && s.anchors[0].value.events.empty()));

  const auto open = compiled("sequence s {\n enroll on webinar.registered\n" + steps);
  for (const eval::Query& query : open->module.queries) CHECK_FALSE(query.keyed);
  CHECK(kept(*open, "webinar.attended") == "ever");
}

TEST_CASE("arms rejoin behind their branch, actions are numbered in file order") {
  const auto program = compiled(sequence("on email.click as clicked notify sales \"clicked\"",
                                         "day 1 one: {\n"
                                         "  if lead.visits > 3 as busy { send hello } else as quiet { tag slow }\n"
                                         "  split proof { story 50% { send hello } data 50% { } }\n"
                                         "  wait until on email.click timeout 2d then { send bye by email, sms }\n"
                                         "  set lead.status = \"new\"\n"
                                         "  if lead.visits > 9 { exit completed }\n"
                                         "}\n"
                                         "day 2 two: { wait 3h  -> one }"));
  CHECK(body(*program, 0) == Texts{"#0 if lead.visits > 3 then busy #1 else quiet #2", "#1 send hello -> #3", "#2 tag slow -> #3",
                                   "#3 split proof by s/proof, story 50% #4, data 50% #5", "#4 send hello -> #5",
                                   "#5 wait until on email.click, after 2d #6 -> #7", "#6 send bye by email, sms -> #7",
                                   "#7 set lead.status = \"new\" -> #8", "#8 if lead.visits > 9 then #9 else end", "#9 exit completed"});
  CHECK(body(*program, 1) == Texts{"#10 wait 3h -> #11", "#11 -> one"});
  const compile::Sequence& s = program->sequences[0];
  CHECK(program->nodes[s.handlers[0].body].action == 12);
  CHECK(s.exit_names == Texts{"completed"});
  std::vector<Id> sends;
  for (const Id node : s.steps[0].sends) sends.push_back(program->nodes[node].action);
  CHECK(sends == std::vector<Id>{1, 4, 6});
}

TEST_CASE("sends behind an exit are not what a late step would have sent") {
  const auto program = compiled(sequence("", "day 1 one: { if lead.visits > 3 { send hello exit gone } else { send bye } send invoice }"));
  const compile::Sequence& s = program->sequences[0];
  std::vector<std::string> names;
  for (const Id node : s.steps[0].sends) names.push_back(program->messages[program->nodes[node].a].name);
  CHECK(names == Texts{"hello", "bye", "invoice"});
}

TEST_CASE("[S4.7] a factor is kept as a reduced fraction, each accelerate has a number of its own") {
  const auto program = compiled(sequence(
      "when lead.visits > 3 as a accelerate 2x\n when lead.visits > 4 as b accelerate 1.5x\n when lead.visits > 5 as c accelerate 2.0x"));
  REQUIRE(program->factors.size() == 2);
  CHECK(program->factors[0] == compile::Factor{2, 1});
  CHECK(program->factors[1] == compile::Factor{3, 2});
  const compile::Sequence& s = program->sequences[0];
  for (Id i = 0; i < 3; ++i) CHECK(program->nodes[s.handlers[i].body].b == i);
  CHECK(program->nodes[s.handlers[2].body].a == 0);
}

TEST_CASE("a wait with a window looks back once, through a question of its own") {
  const auto program =
      compiled(sequence("", "day 1 one: { wait until on email.click where event.link == \"x\" since enrolled timeout 2d send hello }"));
  const compile::Trigger& trigger = program->waits.at(0).cases.at(0).trigger;
  REQUIRE(trigger.pattern.look_back != kNone);
  const eval::Query& query = program->module.queries.at(trigger.pattern.look_back);
  CHECK(query.kind == eval::Query::Kind::any);
  CHECK(query.since == eval::Query::Since::enrolled);
  CHECK(query.where == trigger.pattern.where);
  CHECK(kept(*program, "email.click") == "ever link");
}

TEST_CASE("consent is kept per category and channel that messages use, never for transactional mail") {
  const auto program = compiled(sequence(""));
  REQUIRE(program->consent_pairs.size() == 2);
  CHECK(program->categories[program->consent_pairs[0].category].name == "marketing");
  CHECK(program->channels[program->consent_pairs[0].channel].name == "email");
  CHECK(program->channels[program->consent_pairs[1].channel].name == "sms");
  const auto pairs = [&](std::size_t message) {
    const compile::Content& content = program->messages.at(message).content;
    std::vector<Id> ids;
    for (const Id channel : content.channels) ids.push_back(program->consent_pair(content.category, channel));
    return ids;
  };
  CHECK(pairs(0) == std::vector<Id>{0});
  CHECK(pairs(1) == std::vector<Id>{0, 1});
  CHECK(pairs(2) == std::vector<Id>{kNone});
  CHECK(program->layout.caps == program->layout.consents + 1);
}

TEST_CASE("texts are cut at their braces, a subject may name fields of its message") {
  const auto program = compiled(
      "message offer { channel email category marketing\n"
      " subject \"For {{ lead.visits }}: {{ cta }}, {{ upper(cta) }} {{ visits }}\"\n"
      " field cta = \"See {{ lead.visits + 1 }}\" field visits = lead.visits }\n" +
      sequence(""));
  const compile::Content& content = program->messages.at(3).content;
  REQUIRE(content.subject.size() == 9);
  CHECK(content.subject[0].text == "For ");
  CHECK(program->text(content.subject[1].code) == "lead.visits");
  CHECK(content.subject[2].text == ": ");
  CHECK(content.subject[3].text == "See ");
  CHECK(program->text(content.subject[4].code) == "lead.visits + 1");
  CHECK(content.subject[5].text == ", ");
  CHECK(program->text(content.subject[6].code) == "upper(\"See \" + string(lead.visits + 1))");
  CHECK(content.subject[7].text == " ");
  CHECK(program->text(content.subject[8].code) == "lead.visits");
  REQUIRE(content.fields.size() == 2);
  CHECK(content.fields[0].text.size() == 2);
  CHECK(program->text(content.fields[1].text.at(0).code) == "lead.visits");
}

TEST_CASE("a sequence keeps the fields of its trigger that its messages insert") {
  const auto program = compiled(
      "message clicked { channel email category marketing subject \"{{ default(trigger.link, \\\"-\\\") }}\" }\n"
      "sequence s { enroll on signed_up exit gone on email.open on email.click as c { send clicked } day 1 a: send hello }\n"
      "sequence t { enroll on signed_up exit gone on email.open day 1 a: send hello }\n");
  const auto link = static_cast<Id>(3);
  REQUIRE(program->field_names.at(link) == "link");
  CHECK(program->messages.at(3).trigger_fields == std::vector<Id>{link});
  CHECK(program->sequences.at(0).trigger_fields == std::vector<Id>{link});
  CHECK(program->sequences.at(1).trigger_fields.empty());
}

TEST_CASE("[S6.5] a cap of a policy in use has a word per slot in the lead's row") {
  const std::string policies =
      "policy used { cap 2 per 7d on email then hold cap 1 per 1d then drop\n"
      " quiet hours 20:00..08:00 in lead then hold allow fri..mon else drop exempt transactional }\n"
      "policy unused { cap 5 per 7d then hold }\n";
  const auto program = compiled(policies + sequence("policy used"));
  const compile::Policy& used = program->policies.at(0);
  CHECK(used.caps.at(0).word == program->layout.caps);
  CHECK(used.caps.at(1).word == program->layout.caps + 2);
  CHECK(program->layout.watches == program->layout.caps + 3);
  CHECK(program->policies.at(1).caps.at(0).word == kNone);
  CHECK(used.caps[0].then == compile::HoldOrDrop::hold);
  CHECK(used.caps[1].then == compile::HoldOrDrop::drop);
  CHECK(used.caps[1].channel == kNone);
  CHECK(used.quiet_hours.at(0).from == 20 * 3600);
  CHECK(used.allows.at(0).days == 0b1110001);
  CHECK(used.allows.at(0).then == compile::HoldOrDrop::drop);
  for (std::size_t id = 0; id < program->categories.size(); ++id) CHECK(used.exempt.at(id) == program->categories[id].transactional);
}

TEST_CASE("a score's words: flags, points per category, decay, since, limits") {
  const auto program = compiled(
      "score fit {\n range 0..100\n"
      " category a weight 60 max 40 {\n"
      "  rule +8 pricing on page.view limit 3 per 7d rule +12 high when lead.visits > 3 then notify sales \"high\" }\n"
      " category b weight 40 max 10 { rule +1 opened on email.open limit 5 per 7d rule -2 lost when lead.status == \"lost\" }\n"
      " decay 5 per 1mo when idle(page.view) >= 1mo floor 0\n"
      " reset on order.placed to 0\n reset when lead.status == \"new\" to 10\n"
      " tier cold 0..49\n tier hot 50..\n enter hot { notify sales \"hot\" }\n}\n");
  const compile::Score& score = program->scores.at(0);
  CHECK(score.word == program->layout.scores);
  CHECK(score.flag_words == 1);
  CHECK(score.points_word == 1);
  CHECK(score.decay_word == 3);
  CHECK(score.since_word == 4);
  CHECK(score.rules.at(0).limit_word == 7);
  CHECK(score.rules.at(2).limit_word == 10);
  CHECK(score.words == 15);
  CHECK(program->layout.words == score.word + 15);
  CHECK(score.rules[0].when_bit == kNone);
  CHECK(score.rules[1].when_bit == 8);
  CHECK(score.rules[3].when_bit == 10);
  CHECK(score.resets.at(0).when_bit == kNone);
  CHECK(score.resets.at(1).when_bit == 12);
  CHECK(score.rules[1].then != 0);
  CHECK(score.rules[0].then == 0);
  CHECK(score.tiers.at(1).enter != 0);
  CHECK(score.tiers.at(1).leave == 0);
  CHECK(score.tiers.at(1).to == 100);
  CHECK(score.clock);
  CHECK(program->lead_clock);
  CHECK(event(*program, "page.view").scores == std::vector<Id>{0});
  CHECK(event(*program, "order.placed").scores == std::vector<Id>{0});
  CHECK(event(*program, "email.click").scores.empty());
}

TEST_CASE("more rules that hold while true than one word has bits need more flag words") {
  std::string rules;
  for (int i = 0; i < 29; ++i) rules += "rule +1 r" + std::to_string(i) + " when lead.visits > " + std::to_string(i) + "\n";
  const auto program = compiled("score fit { range 0..100\n" + rules + "tier any 0.. }\n");
  const compile::Score& score = program->scores.at(0);
  CHECK(score.rules.at(28).when_bit == 64);
  CHECK(score.flag_words == 2);
  CHECK(score.points_word == 2);
  CHECK(score.categories.empty());
}

TEST_CASE("[S2.1] sequences act in the order of their names, not of their files") {
  const auto program = compiled(
      "sequence zeta { enroll on signed_up exit gone on email.click day 1 a: send hello }\n"
      "sequence alpha { enroll when lead.visits > 3 exit gone on email.click day 1 a: send hello }\n");
  CHECK(program->sequence_order == std::vector<Id>{1, 0});
  CHECK(program->sequence_rank == std::vector<Id>{1, 0});
  CHECK(program->enroll_when == std::vector<Id>{1});
  CHECK_FALSE(program->lead_clock);
}

TEST_CASE("steps carry their schedule in numbers for the engine and in words for people") {
  const auto program = compiled(sequence("anchor trial = lead.trial_ends_at else exit\n zone \"Europe/Lisbon\"",
                                         "day -3 from trial at 10:00 a: send hello\n at -2h b: send hello\n"
                                         "immediately c: send hello\n after 1w d: send bye"));
  const compile::Sequence& s = program->sequences[0];
  CHECK(s.steps.at(0).offset_text == "day -3 from trial at 10:00");
  CHECK(s.steps[0].day == -3);
  CHECK(s.steps[0].time.seconds == 36000);
  CHECK(s.steps[0].anchor == 0);
  CHECK(s.steps[0].late == compile::LateKind::skip);
  CHECK(s.steps.at(1).offset_text == "at -2h");
  CHECK(s.steps[1].offset == time::Period{0, 0, 7'200'000});
  CHECK(s.steps[1].offset_sign == -1);
  CHECK(s.steps.at(2).kind == compile::ScheduleKind::immediately);
  CHECK(s.steps.at(3).kind == compile::ScheduleKind::after);
  CHECK(s.steps[3].offset == time::Period{0, 7, 0});
  CHECK(s.anchors.at(0).else_exit);
  CHECK(s.anchors[0].value.fields == std::vector<Id>{7});
  REQUIRE(s.zone.kind == compile::ZoneRule::Kind::named);
  CHECK(s.zone.zone->name() == "Europe/Lisbon");
}

TEST_CASE("the content hash is FNV-1a, the same on every machine") {
  CHECK(compile::hash("") == 0xcbf29ce484222325ULL);
  CHECK(compile::hash("a") == 0xaf63dc4c8601ec8cULL);
  CHECK(compile::hash("foobar") == 0x85944171f73967e8ULL);
}

// ---------------------------------------------------------------- versions

const std::string kVersioned =
    "segment engaged = count(email.open within 60d) >= 3\n"
    "segment idle_lead = idle(email.open) >= 60d\n"
    "sequence s \"Title\" {\n enroll on signed_up\n exit gone on email.click where event.link == \"x\"\n"
    " when engaged as warm notify sales \"warm\"\n day 1 one: send hello\n day 2 two: { if lead.visits > 3 { send bye } }\n}\n";

std::string version(const std::string& text, const std::string& name = "test.nurture") {
  return compiled(text, name)->sequences.at(0).version;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("[S10.1] a version does not change with layout, comments, file names, titles or unrelated declarations") {
  const std::string original = version(kVersioned);
  CHECK(original.size() == 6);
  CHECK(version(replaced(kVersioned, "exit gone", "# a comment\n\n    exit   gone"), "other.nurture") == original);
  CHECK(version(replaced(kVersioned, "if lead.visits > 3 { send bye }", "if (lead.visits > 3) {\n send bye }")) == original);
  CHECK(version(replaced(kVersioned, "\"Title\"", "\"Another\"")) == original);
  const std::string unrelated =
      "event another { path: string }\nsegment other = lead.visits > 9\nmessage more { channel sms category news }\n";
  CHECK(version(unrelated + kVersioned) == original);
  CHECK(version(replaced(kVersioned, "idle_lead = idle(email.open) >= 60d", "idle_lead = idle(email.open) >= 90d")) == original);
  CHECK(version(kVersioned + "sequence t { enroll on signed_up day 9 one: send hello }\n") == original);
}

TEST_CASE("[S10.1] a version changes with whatever changes what happens") {
  const std::string original = version(kVersioned);
  const std::pair<const char*, const char*> edits[] = {
      {"lead.visits > 3", "lead.visits > 4"},
      {"event.link == \"x\"", "event.link == \"y\""},
      {"within 60d) >= 3", "within 60d) >= 4"},  // in a segment that the sequence uses
      {"day 2 two", "day 3 two"},
      {"day 2 two", "day 2 second"},
      {"send bye", "send invoice"},
      {"notify sales", "notify support"},
      {"exit gone", "goal gone"},
      {"day 1 one: send hello", "day 1 one: { send hello tag greeted }"},
      {"enroll on signed_up", "enroll on signed_up reenroll always"},
  };
  for (const auto& [from, to] : edits) {
    INFO(from << " -> " << to);
    CHECK(version(replaced(kVersioned, from, to)) != original);
  }
}

TEST_CASE("[S10.3] editing what a message says moves nobody, but is another program") {
  const std::string text = kVersioned + "message note { channel email category marketing subject \"Hi\" }\n";
  const auto before = compiled(text);
  const auto after = compiled(replaced(text, "\"Hi\"", "\"Hello\""));
  CHECK(before->sequences[0].version == after->sequences[0].version);
  CHECK(before->hash != after->hash);
  CHECK(before->hash == compiled(replaced(text, "subject", "\n  subject"))->hash);
}

TEST_CASE("[S10.1] with tests, their expressions are compiled and their questions kept, and no version changes") {
  const std::string text = kVocabulary + kVersioned +
                           "test \"opens\" for s {\n"
                           "  given lead { \"tz\": \"UTC\" }\n"
                           "  at 2026-03-02T08:00 event signed_up { \"plan\": \"a\" }\n"
                           "  at +1d set lead.visits = 5\n"
                           "  at +1d expect any(webinar.attended since step one) or idle_lead\n"
                           "}\n";
  Diagnostics diagnostics;
  const auto reader = [&](const std::string&) { return std::optional<std::string>(text); };
  const model::Model model = check::check(check::load({"test.nurture"}, reader, diagnostics), diagnostics);
  INFO(diagnostics.render());
  REQUIRE_FALSE(diagnostics.has_errors());

  const auto without = compile::compile(model);
  const auto with = compile::compile(model, compile::Tests::include);
  CHECK(without->test_expressions.empty());
  CHECK(kept(*without, "webinar.attended") == "no");
  CHECK(without->sequences[0].extra.step_times == kNone);
  REQUIRE(with->test_expressions.size() == 2);
  CHECK(with->test_expressions[0].line == 1);
  CHECK(with->text(with->test_expressions[0].code) == "5");
  CHECK(with->test_expressions[1].line == 2);
  CHECK(kept(*with, "webinar.attended") == "ever");
  CHECK(with->sequences[0].extra.step_times != kNone);
  CHECK(with->sequences[0].version == without->sequences[0].version);
}

// ---------------------------------------------------------------- the host's way in

TEST_CASE("texts find what they use among each other") {
  const CompileResult built = compile_text({{"main.nurture", "use \"words.nurture\"\n" + sequence("")}, {"words.nurture", kVocabulary}});
  INFO(built.diagnostics().render());
  REQUIRE(built.ok());
  CHECK(built.program().sequence_names() == Texts{"s"});
  CHECK(built.program().hash().size() == 16);
  CHECK(built.program().version("s").size() == 6);
  CHECK(built.program().version("t").empty());
}

TEST_CASE("a text that is used but not given is a finding, not a file") {
  const CompileResult built = compile_text("main.nurture", "use \"words.nurture\"\n");
  CHECK_FALSE(built.ok());
  CHECK_FALSE(built.program().valid());
  REQUIRE(built.diagnostics().error_count() == 1);
  CHECK(built.diagnostics().items().front().name == "use_not_found");
}

TEST_CASE("errors leave no program, warnings do") {
  CHECK_FALSE(compile_text("x.nurture", "sequence s { day 1 a: send nothing }").ok());
  CHECK_FALSE(compile_files({"/nowhere/at/all.nurture"}).ok());
  CHECK(Program().sequence_names().empty());
  CHECK(Program().hash().empty());
}

TEST_CASE("a list of the host's functions is checked when it is given") {
  const std::string text = kVocabulary + sequence("", "day 1 one: { do refresh(lead.visits) send hello }");
  CHECK(compile_text("x.nurture", text).ok());
  CHECK(compile_text("x.nurture", text, {.functions = {{"refresh"}}}).ok());
  CHECK_FALSE(compile_text("x.nurture", text, {.functions = {{"reload"}}}).ok());
}

}  // namespace
}  // namespace nurture
