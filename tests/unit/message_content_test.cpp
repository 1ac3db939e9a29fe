// What a message says: preview, body, sender, topic, links, shared fields and choices, as the host gets them.
#include "support/engine.hpp"

#include <utility>

using namespace nurture;
using namespace nurture::test;

namespace {

const std::string kVocabulary = R"(nurture 1
lead {
  tz: string = "UTC"
  first_name: string?
  owner: string?
  industry: enum(saas, health, retail)?
  size: enum(small, large) = "small"
  city: string = "Porto"
}
event signup
category news { consent implied }
)";

/// The one message that a lead with these fields is sent, as a host reads it.
struct Seen {
  std::string subject, preview, body, from, topic;
  NamedTexts links, fields;
  int tries = 0;
};

Seen seen(const std::string& declarations, const Fields& lead = {}, bool on_second_try = false) {
  const std::string text = kVocabulary + declarations + "\nsequence s { enroll on signup  day 0: send m }";
  const CompileResult built = compile_text({{"letters/test.nurture", text}, {"letters/m.md", "# {{ name }}\r\nBye\n", true}});
  INFO(built.diagnostics().render());
  REQUIRE(built.ok());
  Host host(built.program());
  Seen out;
  host.engine.on_send([&](const Message& m) {
    const bool again = on_second_try && out.tries++ == 0;
    if (!again) out = {m.subject(), m.preview(), m.body(), m.from(), std::string(m.topic.view()), m.links(), m.fields(), out.tries};
    return again ? Delivery::retry(std::chrono::milliseconds{1}) : Delivery::accepted();
  });
  REQUIRE(host.engine.upsert("ada", lead).ok());
  REQUIRE(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.to("2026-03-03T08:00:00Z");
  return out;
}

std::string message(const std::string& items) { return "message m { channel email category news\n" + items + "\n}"; }

}  // namespace

TEST_CASE("every text of a message has expressions, and may name the fields of the message") {
  const Seen out = seen(message(R"(field name = default(lead.first_name, "friend")
    subject "For {{ name }}"
    preview "{{ upper(name) }} in {{ lead.city }}"
    body    "Dear {{ name }}"
    topic   plans
    link book "https://example.com/?n={{ name }}"
    link home "https://example.com/")"),
                        {{"first_name", "Ada"}});
  CHECK(out.subject == "For Ada");
  CHECK(out.preview == "ADA in Porto");
  CHECK(out.body == "Dear Ada");
  CHECK(out.topic == "plans");
  CHECK(out.links == NamedTexts{{"book", "https://example.com/?n=Ada"}, {"home", "https://example.com/"}});
}

TEST_CASE("what a message does not say is empty") {
  const Seen out = seen(message(""));
  CHECK(out.subject + out.preview + out.body + out.from + out.topic == "");
  CHECK(out.links.empty());
}

TEST_CASE("a text of several lines is without its margin") {
  CHECK(seen(message("body \"\"\"\n    Hello {{ lead.city }}\n\n      deeper\n    bye\n    \"\"\"")).body ==
        "Hello Porto\n\n  deeper\nbye");
  CHECK(seen(message("body \"\"\"\n    kept\n  \"\"\"")).body == "  kept");
  CHECK(seen(message("body \"\"\"on the line\n  kept\"\"\"")).body == "on the line\n  kept");
  CHECK(seen(message("body '''\r\n  a \\\"b\\\"\r\n\r\n  '''")).body == "a \"b\"\n");
  CHECK(seen(message("body r\"\"\"\n  a\\n\n  \"\"\"")).body == "a\\n");
}

TEST_CASE("a body in a file is part of the program, and its lines end alike everywhere") {
  CHECK(seen(message("field name = default(lead.first_name, \"you\")\nbody file \"m.md\"")).body == "# you\nBye\n");
}

TEST_CASE("the content of a body's file changes the program, and moves nobody [S10.3]") {
  const auto build = [](const std::string& body) {
    const std::string text = kVocabulary + message("body file \"m.md\"") + "\nsequence s { enroll on signup  day 0: send m }";
    const CompileResult built = compile_text({{"test.nurture", text}, {"m.md", body, true}});
    REQUIRE(built.ok());
    return built.program();
  };
  CHECK(build("one").hash() != build("two").hash());
  CHECK(build("one").version("s") == build("two").version("s"));
}

TEST_CASE("choices stand behind fields, wherever they are written: YAML keeps the two apart") {
  const std::string choice = "choose place by lead.city { Porto \"home\" else \"away\" }\n";
  const auto build = [](const std::string& items) {
    return program_of(kVocabulary + message(items) + "\nsequence s { enroll on signup  day 0: send m }");
  };
  CHECK(build(choice + "field cta = \"Go\"").hash() == build("field cta = \"Go\"\n" + choice).hash());
}

TEST_CASE("a sender that is missing is the one behind `else`") {
  const std::string items = message("from lead.owner else \"The team in {{ lead.city }}\"");
  CHECK(seen(items, {{"owner", "Grace"}}).from == "Grace");
  CHECK(seen(items).from == "The team in Porto");
  CHECK(seen(message("from \"{{ lead.city }} office\"")).from == "Porto office");
}

TEST_CASE("a choice takes the text of its case, and `else` also for what is missing") {
  const std::string declared = R"(
fields persona {
  choose example by lead.industry { saas "a software team" health, retail "a shop in {{ lead.city }}" else "a team" }
  choose size by lead.size { small "few" large "many" }
  choose place by lead.city { Porto "home" else "away" }
  field hello = "Hello from {{ lead.city }}"
}
)" + message("use fields persona\nfield hello = \"Hi\"\nsubject \"{{ example }}, {{ upper(example) }}\"");
  const Seen saas = seen(declared, {{"industry", "saas"}, {"size", "large"}});
  CHECK(saas.subject == "a software team, A SOFTWARE TEAM");
  CHECK(saas.fields == NamedTexts{{"hello", "Hi"}, {"example", "a software team"}, {"size", "many"}, {"place", "home"}});
  CHECK(seen(declared, {{"industry", "retail"}, {"city", "Rome"}}).subject == "a shop in Rome, A SHOP IN ROME");
  const Seen unknown = seen(declared, {{"city", "Rome"}});
  CHECK(unknown.subject == "a team, A TEAM");
  CHECK(unknown.fields == NamedTexts{{"hello", "Hi"}, {"example", "a team"}, {"size", "few"}, {"place", "away"}});
}

TEST_CASE("moments in fields and choices print for people, named in another text or not") {
  const Seen out = seen(message(R"(field due = now
    choose when by lead.size { small "on {{ now }}" large "later" }
    subject "{{ due }}, {{ when }}")"));
  CHECK(out.subject == "Mon 2 Mar 2026 08:00, on Mon 2 Mar 2026 08:00");
  CHECK(out.fields == NamedTexts{{"due", "Mon 2 Mar 2026 08:00"}, {"when", "on Mon 2 Mar 2026 08:00"}});
}

TEST_CASE("a variable of a list's own hides the field of that name") {
  CHECK(seen(message("field x = \"field\"\nsubject \"{{ ['a', 'b'].exists(x, x == 'b') }} {{ x }}\"")).subject == "true field");
}

TEST_CASE("a variant says its own texts and inherits the others") {
  const Seen out = seen(message(R"(preview "P" body "B" link a "1" link b "2" topic one
    variant only 100% { body "V" link b "3" topic two choose c by lead.size { small "s" large "l" } })"));
  CHECK(out.preview == "P");
  CHECK(out.body == "V");
  CHECK(out.topic == "two");
  CHECK(out.links == NamedTexts{{"a", "1"}, {"b", "3"}});
  CHECK(out.fields == NamedTexts{{"c", "s"}});
}

TEST_CASE("another try says the same [S7.4]") {
  const std::string items = message("subject \"S\" preview \"P\" body \"B\" from \"F\" topic t link l \"U\" field f = \"T\"");
  const Seen out = seen(items, {}, true);
  CHECK(out.tries == 2);
  CHECK(std::vector<std::string>{out.subject, out.preview, out.body, out.from, out.topic} ==
        std::vector<std::string>{"S", "P", "B", "F", "t"});
  CHECK(out.links == NamedTexts{{"l", "U"}});
  CHECK(out.fields == NamedTexts{{"f", "T"}});
}

// ---------------------------------------------------------------- variants and parameters

namespace {

const std::string kOffer = R"(nurture 1
lead { tz: string = "UTC" vip: bool = false visits: int = 3 }
event signup
event poked { word: string }
category news { consent implied }
policy night { quiet hours 20:00..08:00 then hold }
message m {
  channel email category news
  accepts { word: string share: number = 1.5 note: string? }
  subject "{{ word }} {{ share / 2 }} {{ default(note, 'none') }}"
  variant rich when word == "rich" { body "R" }
  variant named { body "N" }
  variant other else { body "O" }
}
message plain { channel email category news }
)";

/// "subject (body) variant" of each message but `plain`, for a lead that is poked with these words.
Lines said(const std::string& sequence, const std::vector<std::pair<std::string, std::string>>& pokes, const std::string& end) {
  Host host(kOffer + sequence);
  Lines out;
  host.engine.on_send([&](const Message& m) {
    if (m.name.view() == "m") out.push_back(m.subject() + " (" + m.body() + ") " + std::string(m.variant.view()));
    return Delivery::accepted();
  });
  CHECK(host.engine.post({.lead = "ada", .name = "signup"}).ok());
  host.engine.step();
  for (const auto& [at, word] : pokes) {
    host.clock.set(instant(at));
    CHECK(host.engine.post({.lead = "ada", .name = "poked", .fields = {{"word", word}}}).ok());
    host.engine.step();
  }
  host.to(end);
  return out;
}

}  // namespace

TEST_CASE("a variant is taken by its condition, else what is left, or by name") {
  const std::string sequence = R"(sequence s { enroll on signup
    day 0: { send m with word = "rich"  send m with word = "poor"  send m variant named with word = "rich" } })";
  CHECK(said(sequence, {}, "2026-03-02T09:00:00Z") ==
        Lines{"rich 0.75 none (R) rich", "poor 0.75 none (O) other", "rich 0.75 none (N) named"});
}

TEST_CASE("a variant that is sent only by name is never chosen, beside shares and alone") {
  const std::string alone = "message v { channel email category news body \"own\" variant a { body \"A\" } }\n";
  const std::string shared = "message v { channel email category news variant a { body \"A\" } variant b 100% { body \"B\" } }\n";
  for (const auto& [declared, expected] : {std::pair{alone, "own"}, std::pair{shared, "B"}}) {
    Host host(kOffer + declared + "sequence s { enroll on signup day 0: send v }");
    Lines bodies;
    host.engine.on_send([&](const Message& m) {
      bodies.push_back(m.body());
      return Delivery::accepted();
    });
    for (const char* lead : {"ada", "bob", "cyd", "dee"}) CHECK(host.engine.post({.lead = lead, .name = "signup"}).ok());
    host.engine.step();
    CHECK(bodies == Lines(4, expected));
  }
}

TEST_CASE("what a send hands over is worked out for each send, and whole numbers are numbers where one is asked for") {
  const std::string sequence = R"(sequence s { enroll on signup
    on poked as p every time send m with word = upper(trigger.word), share = lead.visits, note = "hi"
    day 9: send plain })";
  CHECK(said(sequence, {{"2026-03-02T09:00:00Z", "a"}, {"2026-03-02T10:00:00Z", "b"}}, "2026-03-02T11:00:00Z") ==
        Lines{"A 1.5 hi (O) other", "B 1.5 hi (O) other"});
}

TEST_CASE("each held message is handed what its own event said") {
  const std::string sequence = R"(sequence s { enroll on signup policy night
    on poked as p every time send m with word = trigger.word
    day 9: send plain })";
  CHECK(said(sequence, {{"2026-03-02T21:00:00Z", "one"}, {"2026-03-02T22:00:00Z", "two"}}, "2026-03-03T09:00:00Z") ==
        Lines{"one 0.75 none (O) other", "two 0.75 none (O) other"});
}

TEST_CASE("what a score sends is handed what its event said") {
  const std::string score =
      "score x { range 0..9 rule +1 r on poked then send m with word = trigger.word  tier all 0..9 }\n"
      "sequence s { enroll on signup day 0: send plain }";
  CHECK(said(score, {{"2026-03-02T09:00:00Z", "rich"}}, "2026-03-02T10:00:00Z") == Lines{"rich 0.75 none (R) rich"});
}

TEST_CASE("after a wait the trigger that is handed over is the one that ended it") {
  const std::string sequence = R"(sequence s { enroll on signup
    day 0: { wait until on poked timeout 2d then exit late  send m with word = trigger.word } })";
  CHECK(said(sequence, {{"2026-03-02T09:00:00Z", "waited"}}, "2026-03-02T10:00:00Z") == Lines{"waited 0.75 none (O) other"});
}
