// What the checker says about messages, policies and consent categories.
#include "support/checking.hpp"

#include "check/template.hpp"

using nurture::test::findings;

namespace {

using Lines = std::vector<std::string>;

Lines message(const std::string& items) { return findings("message m {\n channel email category marketing\n" + items + "\n}"); }
Lines policy(const std::string& items) { return findings("policy p {\n" + items + "\n}"); }

}  // namespace

TEST_CASE("a message needs a consent category and a channel") {
  CHECK(findings("message m { channel email category marketing }").empty());
  CHECK(findings("message m { channel email }") == Lines{"NUR0501 1:9 the message `m` has no consent category"});
  CHECK(findings("message m { category marketing }") == Lines{"NUR0502 1:9 the message `m` has no channel to be sent on"});
}

TEST_CASE("a variant differs in words, never in whom it is for [S6.8]") {
  CHECK(message("variant a 50% { category offers } variant b 50% { }") == Lines{"NUR0509 3:17 the variant `a` has a category of its own"});
  CHECK(message("variant a 50% { } variant b 50% { channel sms }") == Lines{"NUR0509 3:35 the variant `b` has a channel of its own"});
}

TEST_CASE("what a message says once") {
  CHECK(message("category offers") == Lines{"NUR0206 3:1 `category` is said twice"});
  CHECK(message("subject \"a\" subject \"b\"") == Lines{"NUR0206 3:13 `subject` is said twice"});
  CHECK(message("template \"a\" template \"b\"").size() == 1);
  CHECK(message("field cta = \"a\" field cta = \"b\"") == Lines{"NUR0206 3:23 field `cta` is declared twice"});
  CHECK(message("variant a 100% { variant b 100% { } }") == Lines{"NUR0101 3:26 a variant cannot hold variants"});
}

TEST_CASE("an `else` for a sender that is never missing is never used") {
  CHECK(message("from \"Ada\"").empty());
  CHECK(message("from \"Ada\" else \"The team\"") == Lines{"NUR0204 3:17 this `else` is never used"});
  CHECK(message("from lead.country else \"The team\"") == Lines{"NUR0204 3:24 this `else` is never used"});
}

TEST_CASE("shares of variants make a hundred, those with a condition aside") {
  CHECK(message("variant a 50% { } variant b 50% { }").empty());
  CHECK(message("variant a 50% { } variant b 40% { }") == Lines{"NUR0503 3:29 the shares of the variants of `m` make 90%, not 100%"});
  CHECK(message("variant vip 100% when lead.is_customer { } variant a 50% { } variant b 50% { }").empty());
  CHECK(message("variant vip 100% when lead.is_customer { }").empty());
  CHECK(message("variant vip 50% when lead.is_customer { } variant a 100% { }") ==
        Lines{"NUR0503 3:13 a variant with `when` is taken whenever it holds, not for a share"});
  CHECK(message("variant vip 100% when lead.is_custmer { }").size() == 1);
}

TEST_CASE("variants inherit from their message") {
  const auto result = nurture::test::checked(
      "message m { channel email, sms category marketing subject \"s\" template \"t\" field a = \"1\" field b = \"2\"\n"
      " variant x 50% { subject \"x\" field b = \"3\" } variant y 50% { } }");
  CHECK(result.diagnostics.empty());
  const auto& declared = result.model.messages[result.model.find_message("m")];
  REQUIRE(declared.variants.size() == 2);
  const auto& x = declared.variants[0].content;
  CHECK(x.subject->value == "x");
  CHECK(x.template_name->value == "t");
  CHECK(x.channels == Lines{"email", "sms"});
  REQUIRE(x.fields.size() == 2);
  CHECK(x.fields[0].item->value.text == "1");
  CHECK(x.fields[1].item->value.text == "3");
  CHECK(declared.variants[1].content.channels == Lines{"email", "sms"});
  CHECK(declared.variants[1].content.subject->value == "s");
}

TEST_CASE("texts are checked between their braces") {
  CHECK(message("subject \"Hello {{ lead.country }}\"").empty());
  CHECK(message("subject \"Hello {{ lead.first_name }}\"") ==
        Lines{"NUR0203 3:19 `lead.first_name` is used without asking whether it is known"});
  CHECK(message("subject \"Hello {{ default(lead.first_name, 'there') }}\"").empty());
  CHECK(message("subject \"Hello {{ lead.contry }}\"") == Lines{"NUR0201 3:24 there is no lead field `contry`"});
  CHECK(message("subject \"Hello {{ lead.country\"") == Lines{"NUR0507 3:9 a `{{` in this text is never closed"});
  CHECK(message("subject \"Hello {{ }}\"") == Lines{"NUR0507 3:9 there is nothing between `{{` and `}}`"});
  CHECK(message("subject \"Hello {{ name }}\" field name = default(lead.first_name, \"there\")").empty());
  CHECK(message("field name = \"Hello {{ lead.first_name }}\"").size() == 1);
  CHECK(message("field name = lead.first_name") == Lines{"NUR0203 3:14 `lead.first_name` is used without asking whether it is known"});
  CHECK(message("field name = {\"a\": 1}") == Lines{"NUR0202 3:14 the field `name` is printed, and a map has no text"});
  CHECK(message("field what = default(trigger.path, \"\")").empty());
  CHECK(message("field what = trigger.path").size() == 1);
  CHECK(message("field what = trigger.pth") == Lines{"NUR0201 3:22 there is no field of any event called `pth`"});
  CHECK(message("field what = enrolled_at").empty());
}

TEST_CASE("faults in a text with escapes point at the text") {
  CHECK(message("subject \"\\\"Hello\\\" {{ lead.contry + \\\"x\\\" }}\"") == Lines{"NUR0201 3:9 there is no lead field `contry`"});
}

TEST_CASE("a text is cut into words and expressions") {
  const auto parts = nurture::check::split_template("Hi {{ default(lead.name, \"}}\") }}, {{x}}!");
  REQUIRE(parts.parts.size() == 5);
  CHECK(parts.parts[0].text == "Hi ");
  CHECK(parts.parts[1].text == "default(lead.name, \"}}\")");
  CHECK(parts.parts[1].is_expression);
  CHECK(parts.parts[1].begin == 6);
  CHECK(parts.parts[2].text == ", ");
  CHECK(parts.parts[3].text == "x");
  CHECK(parts.parts[4].text == "!");
  CHECK_FALSE(parts.unclosed);
  CHECK(nurture::check::split_template("a {{ b").unclosed == std::optional<std::size_t>(2));
  CHECK(nurture::check::split_template("a {{ }}").empty == std::optional<std::size_t>(2));
  CHECK(nurture::check::split_template("plain").is_plain());
  CHECK(nurture::check::split_template("").is_plain());
  CHECK_FALSE(nurture::check::split_template("{{ x }}").is_plain());
  CHECK(nurture::check::parse_part(parts.parts[1]).has_value());
}

TEST_CASE("policies leave a moment to send [S6.4]") {
  CHECK(policy("quiet hours 20:00..08:00").empty());
  CHECK(policy("quiet hours 20:00..20:00") == Lines{"NUR0505 2:20 quiet hours that end when they begin are either none or the whole day"});
  CHECK(policy("quiet hours 20:00..08:00 quiet hours 08:00..20:00") ==
        Lines{"NUR0505 1:8 the policy `p` leaves no moment of the week to send at"});
  CHECK(policy("quiet hours 20:00..08:00 quiet hours 08:00..19:59").empty());
  CHECK(policy("allow mon..fri allow sat..sun").empty());
  CHECK(policy("cap 0 per 1d") == Lines{"NUR0505 2:5 a cap of 0 lets nothing through"});
  CHECK(policy("cap 1 per 0d") == Lines{"NUR0320 2:11 a cap counts over a length of time, and this has none"});
  CHECK(policy("cap 1 per 1d on emial") == Lines{"NUR0201 2:17 there is no channel `emial`"});
  CHECK(policy("cap 1 per 1d on email").empty());
  CHECK(policy("cap 1 per day on email when lead.is_customer then drop").empty());
  CHECK(policy("cap 1 per week when lead.is_custmer").size() == 1);
  CHECK(policy("cap 1 per day when now").size() == 1);
  CHECK(policy("hold at most 5d").empty());
  CHECK(policy("hold at most 0d") == Lines{"NUR0320 2:14 a hold of no length holds nothing"});
  CHECK(policy("hold at most 1d hold at most 2d") == Lines{"NUR0206 2:17 `hold at most` is said twice"});
  CHECK(policy("quiet hours 20:00..08:00 spread 12h").empty());
  CHECK(policy("quiet hours 20:00..08:00 quiet hours 09:00..10:00 spread 61min") ==
        Lines{"NUR0320 2:58 the spread is longer than the 60 minutes of the window"});
  CHECK(policy("spread 1d") == Lines{"NUR0320 2:8 messages are spread over minutes or hours of one day"});
  CHECK(policy("exempt transactional, marketing").empty());
  CHECK(policy("exempt markting") == Lines{"NUR0201 2:8 there is no category `markting`"});
  CHECK(policy("zone \"Mars/Olympus\"") == Lines{"NUR0213 2:6 there is no time zone `Mars/Olympus`"});
  CHECK(policy("zone lead zone lead") == Lines{"NUR0206 2:11 `zone` is said twice"});
}

TEST_CASE("categories stand under others, but not in a circle") {
  CHECK(findings("category a { consent explicit } category b { consent implied under a suppress when lead.is_customer }").empty());
  CHECK(findings("category a { under b } category b { under a }") == Lines{"NUR0216 1:43 the category `b` stands under itself"});
  CHECK(findings("category a { under a }") == Lines{"NUR0216 1:20 the category `a` stands under itself"});
  CHECK(findings("category a { under c }") == Lines{"NUR0201 1:20 there is no category `c`"});
  CHECK(findings("category a { transactional } category b { under a }") ==
        Lines{"NUR0508 1:49 what is transactional needs no consent and stands under nothing"});
  CHECK(findings("category a { suppress when lead.is_custmer }").size() == 1);
}

TEST_CASE("a spread fits into the window that all policies of a sequence leave [S6.7]") {
  const std::string policies = "policy a { quiet hours 20:00..08:00 spread 10h } policy b { quiet hours 09:00..20:00 }\n";
  CHECK(findings(policies + "sequence s { enroll on signup day 0: send welcome policy a }").empty());
  CHECK(findings(policies + "sequence s { enroll on signup day 0: send welcome policy a policy b }").size() == 1);
}

TEST_CASE("policies of a sequence leave a moment together") {
  const std::string policies = "policy week { allow mon..fri } policy rest { allow sat..sun } policy night { quiet hours 20:00..08:00 }\n";
  CHECK(findings(policies + "sequence s { enroll on signup day 0: send welcome policy week policy rest }") ==
        Lines{"NUR0505 2:70 the policies of `s` together leave no moment of the week to send at"});
  CHECK(findings(policies + "sequence s { enroll on signup day 0: send welcome policy week policy night }").empty());
  CHECK(findings(policies + "sequence s { enroll on signup day 0: send welcome policy week policy week }").size() == 1);
}

TEST_CASE("categories do not contradict themselves, and those only mentioned ask for consent") {
  CHECK(findings("category offers { consent explicit double_opt_in }").empty());
  CHECK(findings("category offers { consent implied double_opt_in }").size() == 1);
  CHECK(findings("category bills { transactional }").empty());
  CHECK(findings("category transactional { consent explicit }").size() == 1);
  const auto result = nurture::test::checked("category offers { consent implied } message m { channel push category news }");
  const auto& model = result.model;
  CHECK(model.categories[model.find_category("offers")].implied);
  CHECK(model.categories[model.find_category("news")].node == nullptr);
  CHECK_FALSE(model.categories[model.find_category("news")].implied);
  CHECK(model.categories[model.find_category("transactional")].transactional);
  CHECK(model.channels[model.find_channel("push")].node == nullptr);
}

TEST_CASE("defaults fit their types") {
  CHECK(findings("lead { level: enum(low, high) = \"hihg\" }") == Lines{"NUR0205 1:33 `level` is never `\"hihg\"`"});
  CHECK(findings("lead { score: int = \"3\" }") == Lines{"NUR0202 1:21 `score` wants an int, and this is a string"});
  CHECK(findings("lead { rate: number = 3 }").empty());
  CHECK(findings("lead { pause: duration = 3d }") == Lines{"NUR0210 1:26 `pause` wants a duration, and this is a period"});
  CHECK(findings("lead { start: datetime = 2026-03-02 }") == Lines{"NUR0202 1:26 `start` wants a datetime, and this is a date"});
  CHECK(findings("channel sms { requires lead.phone }").empty());
  CHECK(findings("channel sms { requires lead.phone requires lead.email }") == Lines{"NUR0206 1:35 `requires` is said twice"});
  CHECK(findings("channel sms { requires lead.phoen }") == Lines{"NUR0201 1:29 there is no lead field `phoen`"});
}

TEST_CASE("every text of a message is checked") {
  CHECK(message("preview \"{{ lead.first_name }}\"") == Lines{"NUR0203 3:13 `lead.first_name` is used without asking whether it is known"});
  CHECK(message("body \"\"\"\n  {{ lead.contry }}\n  \"\"\"") == Lines{"NUR0201 4:11 there is no lead field `contry`"});
  CHECK(message("link a \"{{ lead.contry }}\"") == Lines{"NUR0201 3:17 there is no lead field `contry`"});
  CHECK(message("from \"{{ lead.contry }}\"") == Lines{"NUR0201 3:15 there is no lead field `contry`"});
  CHECK(message("field a = \"x\" body \"{{ a }}\" preview \"{{ a }}\" link b \"{{ a }}\" from \"{{ a }}\"").empty());
  CHECK(message("body \"a\" body \"b\"") == Lines{"NUR0206 3:10 `body` is said twice"});
  CHECK(message("preview \"a\" preview \"b\" topic a topic b from \"a\" from \"b\"").size() == 3);
  CHECK(message("link a \"1\" link a \"2\"") == Lines{"NUR0206 3:17 link `a` is declared twice"});
}

TEST_CASE("a sender that may be missing needs another") {
  CHECK(message("from lead.first_name else \"us\"").empty());
  CHECK(message("from lead.country").empty());
  CHECK(message("from lead.first_name") == Lines{"NUR0203 3:6 `lead.first_name` is used without asking whether it is known"});
  CHECK(message("from lead.frst_name else \"us\"") == Lines{"NUR0201 3:11 there is no lead field `frst_name`"});
  CHECK(message("from lead.phone else \"{{ lead.first_name }}\"").size() == 1);
}

TEST_CASE("shared fields are declared once and used by name") {
  CHECK(findings("fields f { field a = \"1\" }\nmessage m { channel email category marketing use fields f subject \"{{ a }}\" }").empty());
  CHECK(message("use fields f") == Lines{"NUR0201 3:12 there is no block of shared fields called `f`"});
  CHECK(findings("fields f { field a = \"1\" choose a by lead.country { else \"2\" } }") ==
        Lines{"NUR0206 1:33 field `a` is declared twice"});
  CHECK(findings("fields f { }\nfields f { }") == Lines{"NUR0206 2:8 fields `f` is declared twice"});
  CHECK(findings("fields f { field a = lead.first_name }") ==
        Lines{"NUR0203 1:22 `lead.first_name` is used without asking whether it is known"});
  CHECK(findings("fields f { field a = \"1\" }\nmessage m { channel email category marketing use fields f use fields f }") ==
        Lines{"NUR0206 2:70 fields `f` is declared twice"});
}

TEST_CASE("a choice has a text for every value, each once") {
  CHECK(message("choose c by lead.status { new \"a\" open, disqualified \"b\" }").empty());
  CHECK(message("choose c by lead.plan { free \"a\" else \"b\" }").empty());
  CHECK(message("choose c by lead.country { PT \"a\" else \"b\" }").empty());
  CHECK(message("choose c by lead.status { new \"a\" }") == Lines{"NUR0510 3:8 `c` has no text for `open` and `disqualified`"});
  CHECK(message("choose c by lead.plan { free \"a\" pro \"b\" }") ==
        Lines{"NUR0510 3:8 `c` has no text for the case that `lead.plan` is missing"});
  CHECK(message("choose c by lead.country { PT \"a\" }") == Lines{"NUR0510 3:8 `c` has no text for any other value of `lead.country`"});
  CHECK(message("choose c by lead.status { nwe \"a\" else \"b\" }") == Lines{"NUR0205 3:27 `lead.status` is never `nwe`"});
  CHECK(message("choose c by lead.status { new \"a\" new \"b\" else \"c\" }") == Lines{"NUR0206 3:35 case `new` is declared twice"});
  CHECK(message("choose c by lead.country { else \"a\" else \"b\" }") == Lines{"NUR0206 3:37 `else` is said twice"});
  CHECK(message("choose c by lead.visits { else \"a\" }") ==
        Lines{"NUR0202 3:13 a choice goes by a text or a value of an enum, and this is an int"});
  CHECK(message("choose c by lead.sttus { else \"a\" }") == Lines{"NUR0201 3:18 there is no lead field `sttus`"});
  CHECK(message("choose c by lead.country { else \"{{ lead.first_name }}\" }").size() == 1);
  CHECK(nurture::test::with_fixes("message m { channel email category marketing choose c by lead.status { nwe \"a\" else \"b\" } }") ==
        "message m { channel email category marketing choose c by lead.status { new \"a\" else \"b\" } }");
}

TEST_CASE("a variant is taken by share, by condition, as what is left, or by name") {
  CHECK(message("variant a when lead.is_customer { } variant b else { } variant c { }").empty());
  CHECK(message("variant a when lead.is_customer { } variant b 100% { } variant c { }").empty());
  CHECK(message("variant a else { } variant b else { }") == Lines{"NUR0206 3:28 `else` is said twice"});
  CHECK(message("variant a 100% { } variant b else { }") ==
        Lines{"NUR0503 3:28 the shares of the other variants leave nothing for `else`"});
  CHECK(message("variant a 100% else { }") == Lines{"NUR0503 3:11 a variant with `else` is taken for what is left, not for a share"});
  CHECK(message("variant a { accepts { x: int } }") == Lines{"NUR0101 3:13 a variant accepts what its message does"});
}

TEST_CASE("what a message accepts is known in it by its name") {
  const auto accepting = [](const std::string& items) { return message("accepts { plan: string seats: int? }\n" + items); };
  CHECK(accepting("subject \"{{ plan }}\" field a = plan body \"{{ upper(plan) }}\" from plan link l \"{{ plan }}\"").empty());
  CHECK(accepting("variant a when plan == \"x\" { } choose c by plan { x \"a\" else \"b\" }").empty());
  CHECK(accepting("subject \"{{ seats }}\"") == Lines{"NUR0203 4:13 `seats` is used without asking whether it is known"});
  CHECK(accepting("variant a when seats is known and seats > 1 { }").empty());
  CHECK(accepting("subject \"{{ pln }}\"") == Lines{"NUR0201 4:13 there is no segment `pln`"});
  CHECK(accepting("subject \"{{ plan + 1 }}\"").size() == 1);
  CHECK(accepting("field plan = \"x\"") == Lines{"NUR0206 4:7 field `plan` is declared twice"});
  CHECK(message("accepts { a: int a: int }") == Lines{"NUR0206 3:18 parameter `a` is declared twice"});
  CHECK(message("accepts { lead: int }") == Lines{"NUR0206 3:11 `lead` has a meaning of its own in conditions"});
  CHECK(message("accepts { a: int } accepts { b: int }") == Lines{"NUR0206 3:20 `accepts` is said twice"});
}

TEST_CASE("a send names a variant and hands over what the message accepts") {
  const auto sending = [](const std::string& action) {
    return findings(
        "message m { channel email category marketing accepts { plan: enum(free, pro) seats: int = 1 note: string? }\n"
        " subject \"{{ plan }}\" variant a { } variant b else { } }\n"
        "sequence s { enroll on signup on signup as x every time " +
        action + " day 0: send welcome }");
  };
  CHECK(sending("send m with plan = \"free\"").empty());
  CHECK(sending("send m variant a with plan = trigger.plan, seats = lead.visits, note = lead.phone by email").empty());
  CHECK(sending("send m") == Lines{"NUR0211 3:62 `m` is sent without `plan`"});
  CHECK(sending("send m variant c with plan = \"pro\"") == Lines{"NUR0201 3:72 there is no variant of `m` called `c`"});
  CHECK(sending("send m with pln = \"pro\", plan = \"pro\"") == Lines{"NUR0201 3:69 there is no parameter of `m` called `pln`"});
  CHECK(sending("send m with pln = \"pro\"") == Lines{"NUR0201 3:69 there is no parameter of `m` called `pln`"});
  CHECK(sending("send m with plan = \"pro\", plan = \"free\"") == Lines{"NUR0206 3:83 argument `plan` is declared twice"});
  CHECK(sending("send m with plan = \"por\"").size() == 1);
  CHECK(sending("send m with plan = \"pro\", seats = \"x\"").size() == 1);
  CHECK(sending("send m with plan = lead.plan") == Lines{"NUR0203 3:76 `lead.plan` is used without asking whether it is known"});
  CHECK(sending("send welcome with plan = 1") == Lines{"NUR0201 3:75 there is no parameter of `welcome` called `plan`"});
}
