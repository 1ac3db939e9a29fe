// One mistake is one message: what could not be read may declare what is missed elsewhere.
#include "support/checking.hpp"

#include "check/load.hpp"

#include <optional>

namespace {

/// The findings of a text that the parser cannot read whole, checked together with the vocabulary.
std::vector<std::string> all_findings(std::string text, const std::string& name = "test.nurture") {
  nurture::Diagnostics diagnostics;
  std::vector<std::shared_ptr<const nurture::ast::File>> files;
  const auto add = [&](std::string file, std::string content) {
    const auto& source = diagnostics.sources().add(std::move(file), std::move(content));
    files.push_back(std::make_shared<const nurture::ast::File>(nurture::syntax::parse(source, diagnostics)));
  };
  add(name, std::move(text));
  add("vocabulary.nurture", std::string(nurture::test::kVocabulary));
  static_cast<void>(nurture::check::check(std::move(files), diagnostics));
  diagnostics.sort();
  return nurture::test::lines_of_findings(diagnostics);
}

struct Broken {
  const char* text;
  const char* finding;  ///< Its code and place.
};

void check_one_each(const std::vector<Broken>& rows, const std::string& name = "test.nurture") {
  for (const Broken& row : rows) {
    const auto found = all_findings(row.text, name);
    INFO(row.text);
    CAPTURE(found);
    REQUIRE(found.size() == 1);
    CHECK(found.front().starts_with(row.finding));
  }
}

}  // namespace

TEST_CASE("names that stand in text that could not be read are not missed elsewhere") {
  check_one_each({
      {"sequence s \"x\" ownr {\n  enroll on signup\n  exit gone on order.placed\n  day 1 a: send welcome\n}\n"
       "sequence t { enroll on signup day 1: move to s }\n"
       "test \"x\" for s { given lead { } at 2026-03-02T08:00 expect exit gone }\n",
       "NUR0100 1:16"},
      {"sequence s {\n  enroll on signup\n  goal won order.placed\n  day 1: send welcome\n}\n"
       "test \"x\" for s { given lead { } at 2026-03-02T08:00 expect goal won expect exit won }\n",
       "NUR0100 3:12"},
      {"sequence s {\n  enroll on signup\n  day 1 a: snd welcome\n}\n"
       "test \"x\" for s { given lead { } at 2026-03-02T08:00 expect send welcome }\n",
       "NUR0101 3:12"},
      {"lead {\n  colour string?\n}\nsegment blue = lead.colour is known and lead.colour == \"blue\"\n", "NUR0100 2:10"},
      {"event bought {\n  item string\n}\nsegment one = any(bought where event.item == \"x\")\n", "NUR0100 2:8"},
      {"message m {\n  channel email\n  categry marketing\n  subject \"x\"\n}\n", "NUR0101 3:3"},
      {"message m {\n  chanel email\n  category marketing\n  subject \"x\"\n}\n", "NUR0101 2:3"},
      {"sequence s {\n  enrol on signup\n  day 1: send welcome\n}\n", "NUR0101 2:3"},
      {"sequence s {\n  enroll on signup\n  dya 1: send welcome\n}\n", "NUR0101 3:3"},
      {"sequence s {\n  enroll on signup\n  anchor start event.at else hold\n  at -1d from start: send welcome\n}\n", "NUR0100 3:16"},
      {"sequence s {\n  enroll on signup\n  anchor start event.at else hold\n  at -1d: send welcome\n  zone anchor\n}\n", "NUR0100 3:16"},
      {"score fit {\n  range 0..9\n  tier low 0..4\n  teir high 5..\n}\nsegment best = tier.fit == \"high\"\n", "NUR0101 4:3"},
      {"segment warm = count(email.open >= 3\nsequence s { enroll when warm day 1: send welcome }\n", "NUR0100 1:"},
      {"sequence s {\n  enroll on signup\n  day 1: split x {\n    a 50% { send welcome }\n    b 50 { send welcome }\n  }\n}\n",
       "NUR0100 5:"},
      {"test \"x\" for s {\n  given leed { \"country\": \"PT\" }\n  at +0s expect no send\n}\n"
       "sequence s { enroll on signup day 1: send welcome }\n",
       "NUR0100 2:9"},
  });
}

TEST_CASE("what is missing in a file that cannot be opened is not missed") {
  const auto reader = [](const std::string& path) -> std::optional<std::string> {
    if (path != "a.nurture") return std::nullopt;
    return "use \"vocabluary.nurture\"\nsequence s { enroll on signup where event.x == 1 day 1: send welcome }";
  };
  nurture::Diagnostics diagnostics;
  auto files = nurture::check::load({"a.nurture"}, reader, diagnostics);
  static_cast<void>(nurture::check::check(std::move(files), diagnostics));
  CHECK(nurture::test::lines_of_findings(diagnostics) == std::vector<std::string>{"NUR0005 1:5 there is no file `vocabluary.nurture`"});
}

TEST_CASE("names in YAML that could not be read are not missed elsewhere") {
  check_one_each(
      {
          {"sequences:\n  - id: s\n    enrol: {event: signup}\n    steps:\n      - {day: 1, do: [{send: welcome}]}\n", "NUR0105 3:5"},
          {"sequences:\n  - id: s\n    enroll: {event: signup}\n    goals:\n      - {id: won, evnt: order.placed}\n"
           "    steps:\n      - {day: 1, do: [{send: welcome}]}\n"
           "tests:\n  - name: x\n    for: s\n    given: {lead: {}}\n    timeline:\n"
           "      - {at: \"2026-03-02T08:00\", expect: goal won}\n",
           "NUR0105 5:"},
          {"messages:\n  - id: m\n    channels: [email]\n    categry: marketing\n    subject: x\n", "NUR0105 4:5"},
          {"segmnets:\n  - {id: warm, when: any(email.open)}\nsequences:\n  - id: s\n    enroll: {when: warm}\n    steps:\n"
           "      - {day: 1, do: [{send: welcome}]}\n",
           "NUR0105 1:1"},
      },
      "test.nurture.yaml");
}

TEST_CASE("a name that stands nowhere else is still missed beside a fault of the text") {
  const auto found = all_findings("sequence s {\n  enroll on signup\n  goal won order.placed\n  day 1: send welcom\n}\n");
  CHECK(found == std::vector<std::string>{"NUR0100 3:12 expected `on` and an event, or `when` and a condition after `won`",
                                          "NUR0201 4:15 there is no message `welcom`"});
}
