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
  CHECK(saas.fields == NamedTexts{{"example", "a software team"}, {"size", "many"}, {"place", "home"}, {"hello", "Hi"}});
  CHECK(seen(declared, {{"industry", "retail"}, {"city", "Rome"}}).subject == "a shop in Rome, A SHOP IN ROME");
  const Seen unknown = seen(declared, {{"city", "Rome"}});
  CHECK(unknown.subject == "a team, A TEAM");
  CHECK(unknown.fields == NamedTexts{{"example", "a team"}, {"size", "few"}, {"place", "away"}, {"hello", "Hi"}});
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
