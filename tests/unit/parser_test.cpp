// What the text parser makes of texts without faults: every construct, every alternative, and the place of every node.
#include "support/catch.hpp"
#include "support/syntax.hpp"

#include <string>
#include <string_view>
#include <vector>

using namespace nurture;
using nurture::test::read_text;

namespace {

/// The expression as a prefix list; "error" when it has faults.
std::string parsed(const std::string& text, syntax::Profile profile = syntax::Profile::nurture) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("expression", text);
  const auto expression = syntax::parse_expression(source, 0, static_cast<std::uint32_t>(text.size()), diagnostics, profile);
  return expression ? ast::dump(*expression) : "error";
}

std::string parsed_cel(const std::string& text) { return parsed(text, syntax::Profile::cel); }

ast::Expr expression_of(const std::string& text) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("expression", text);
  auto expression = syntax::parse_expression(source, 0, static_cast<std::uint32_t>(text.size()), diagnostics);
  INFO(diagnostics.render());
  REQUIRE(expression);
  return *expression;
}

std::string pattern_of(const std::string& text) {
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("pattern", text);
  const auto pattern = syntax::parse_pattern(source, 0, static_cast<std::uint32_t>(text.size()), diagnostics);
  return pattern ? ast::dump(*pattern) : "error";
}

/// A sequence with the given statements.
ast::Sequence sequence_with(const std::string& statements) { return read_text("sequence s {\n" + statements + "\n}").sequences.at(0); }

/// The actions of the body of a step with the given text.
std::vector<ast::Action> actions_of(const std::string& body) {
  const auto sequence = sequence_with("day 0 a: " + body);
  return std::get<ast::Step>(sequence.plan.at(0)).body.actions;
}

template <class Node>
Node action_of(const std::string& text) {
  const auto actions = actions_of("{ " + text + " }");
  REQUIRE(actions.size() == 1);
  REQUIRE(std::holds_alternative<Node>(actions[0].what));
  return std::get<Node>(actions[0].what);
}

ast::TestLine line_of(const std::string& text) { return read_text("test \"t\" for s { " + text + " }").tests.at(0).timeline.at(0); }

template <class Node>
Node outcome_of(const std::string& text) {
  const auto line = line_of("expect " + text);
  const auto& outcome = std::get<ast::Outcome>(line.what);
  INFO(text);
  REQUIRE(std::holds_alternative<Node>(outcome));
  return std::get<Node>(outcome);
}

template <class Node>
Node fed_by(const std::string& text) {
  const auto line = line_of("at +0s " + text);
  INFO(text);
  REQUIRE(std::holds_alternative<Node>(line.what));
  return std::get<Node>(line.what);
}

std::string names(const std::vector<ast::Name>& list) {
  std::string out;
  for (const auto& name : list) out += (out.empty() ? "" : " ") + name.text;
  return out;
}

std::string slice(std::string_view text, const ast::Node& node) {
  return std::string(text.substr(node.span.begin, node.span.end - node.span.begin));
}

}  // namespace

TEST_CASE("operators bind as the grammar says") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const auto row = GENERATE(values<Row>({
      {"a or b and c", "(or a (and b c))"},
      {"a and b and c", "(and a b c)"},
      {"a or b or c or d", "(or a b c d)"},
      {"(a and b) and c", "(and (and a b) c)"},
      {"a && b || c", "(or (and a b) c)"},
      {"not a == b", "(not (equal a b))"},
      {"!a == b", "(equal (not a) b)"},
      {"not not a and b", "(and (not (not a)) b)"},
      {"a + b * c - d", "(subtract (add a (multiply b c)) d)"},
      {"a - b - c", "(subtract (subtract a b) c)"},
      {"a / b % c", "(modulo (divide a b) c)"},
      {"-a * b", "(multiply (negate a) b)"},
      {"- -a", "(negate (negate a))"},
      {"!-a.b", "(not (negate (select .b a)))"},
      {"a + 1 < b * 2", "(less (add a 1) (multiply b 2))"},
      {"a < b == c", "(equal (less a b) c)"},
      {"a in [1, 2] or b", "(or (in a (list 1 2)) b)"},
      {"a is known and b is missing", "(and (known a) (missing b))"},
      {"a == b is known", "(known (equal a b))"},
      {"a ? b : c", "(conditional a b c)"},
      {"a ? b : c ? d : e", "(conditional a b (conditional c d e))"},
      {"a or b ? c and d : e", "(conditional (or a b) (and c d) e)"},
      {"(a ? b : c) ? d : e", "(conditional (conditional a b c) d e)"},
      {"a.b.c", "(select .c (select .b a))"},
      {"a[0].b[c]", "(index (select .b (index a 0)) c)"},
      {"a.b(1, c)", "(method .b a 1 c)"},
      {"f()", "(call .f)"},
      {"f(a)(b)", "error"},
      {"[1, 2,]", "(list 1 2)"},
      {"[]", "(list)"},
      {"{}", "(map)"},
      {"{\"a\": 1, b: [2],}", "(map \"a\" 1 b (list 2))"},
      {"a is known + 1", "error"},
      {"a == not b", "error"},
      {"a ? b ? c : d : e", "error"},
      {"a = b", "error"},
      {"a b", "error"},
      {"", "error"},
      {"()", "error"},
      {"[,]", "error"},
  }));
  INFO(row.text);
  CHECK(parsed(row.text) == row.tree);
}

TEST_CASE("literals keep their text, and words that only look like literals are names") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const auto row = GENERATE(values<Row>({
      {"42", "42"},
      {"1.5e3", "1.5e3"},
      {".5", ".5"},
      {"1e9", "1e9"},
      {"0x1F", "0x1F"},
      {"14d", "14d"},
      {"1mo2d3h", "1mo2d3h"},
      {"30min", "30min"},
      {"09:00", "09:00"},
      {"2026-03-02", "2026-03-02"},
      {"2026-03-02T08:00:30+02:00", "2026-03-02T08:00:30+02:00"},
      {"2026-03-02T08:00Z", "2026-03-02T08:00Z"},
      {"true", "true"},
      {"null", "null"},
      {"info", "info"},
      {"nano", "nano"},
      {"infra_score", "infra_score"},
      {"nulls", "nulls"},
      {"trueish", "trueish"},
      {"note", "note"},
      {"inside", "inside"},
      {"e5", "e5"},
      {"1.", "error"},
      {"1e", "error"},
      {"1x", "error"},
  }));
  INFO(row.text);
  CHECK(parsed(row.text) == row.tree);
}

TEST_CASE("literals have the kind of their form") {
  CHECK(expression_of("14d").kind == ast::ExprKind::duration);
  CHECK(expression_of("09:00").kind == ast::ExprKind::time);
  CHECK(expression_of("2026-03-02").kind == ast::ExprKind::datetime);
  CHECK(expression_of("1.5").kind == ast::ExprKind::number);
  CHECK(expression_of("0x10").kind == ast::ExprKind::number);
  CHECK(expression_of("\"a\"").kind == ast::ExprKind::string);
  CHECK(expression_of("true").kind == ast::ExprKind::bool_literal);
  CHECK(expression_of("null").kind == ast::ExprKind::null_literal);
  CHECK(expression_of("x").kind == ast::ExprKind::ident);
}

TEST_CASE("texts in quotes are decoded") {
  CHECK(expression_of(R"("a\n\t\\\"\'\`\?\a\b\f\v\r")").text == "a\n\t\\\"'`?\a\b\f\v\r");
  CHECK(expression_of(R"('\x41\X42\u00e9\U0001F62C\101')").text ==
        "AB\u00e9\U0001F62C"
        "A");
  CHECK(expression_of("r\"a\\nb\"").text == "a\\nb");
  CHECK(expression_of("R'''a\\'b'''").text == "a\\'b");
  CHECK(expression_of("'''a\n\"b\" 'c' '''").text == "a\n\"b\" 'c' ");
  CHECK(expression_of("\"\"\"\"\"\"").text.empty());
  CHECK(expression_of("''").text.empty());
  CHECK(expression_of("\"# no comment // either\"").text == "# no comment // either");
}

TEST_CASE("history functions take patterns, and are calls when no pattern stands there") {
  CHECK(parsed("count(email.open or email.click within 14d) >= 3") ==
        "(greater_equal (count (events email.open email.click within 14d)) 3)");
  CHECK(parsed("any(a where event.x == 1 since enrolled)") == "(any (events a where (equal (select .x event) 1) since enrolled))");
  CHECK(parsed("none(a since step s)") == "(none (events a since step s))");
  CHECK(parsed("first(a since anchor s)") == "(first (events a since anchor s))");
  CHECK(parsed("last(a since 2026-03-01).at") == "(select .at (last (events a since 2026-03-01)))");
  CHECK(parsed("sum(amount of order.placed within 30d)") == "(sum amount of (events order.placed within 30d))");
  CHECK(parsed("distinct(x of a or b)") == "(distinct x of (events a b))");
  CHECK(parsed("first(x + 1)") == "(call .first (add x 1))");
  CHECK(parsed("count") == "count");
  CHECK(expression_of("count(a)").kind == ast::ExprKind::history);
  CHECK(expression_of("avg(f of a)").kind == ast::ExprKind::fold);
  CHECK(pattern_of("a.b or c where not event.x within 2h") == "(events a.b c where (not (select .x event)) within 2h)");
  CHECK(pattern_of("a.b where") == "error");
}

TEST_CASE("`has` of one member is the other spelling of `is known`") {
  CHECK(parsed("has(lead.phone)") == "(known (select .phone lead))");
  CHECK(parsed("has(lead)") == "(call .has lead)");
  CHECK(parsed("has(a.b, c)") == "(call .has (select .b a) c)");
  CHECK(parsed_cel("has(a.b)") == "(call .has (select .b a))");
}

TEST_CASE("the CEL profile has no words of the domain") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const auto row = GENERATE(values<Row>({
      {"and + or * not", "(add and (multiply or not))"},
      {"a && !b || c", "(or (and a (not b)) c)"},
      {"count(x)", "(call .count x)"},
      {"[1].map(x, x + 1)", "(method .map (list 1) x (add x 1))"},
      {".a.b", "(select .b .a)"},
      {"a.null", "(select .null a)"},
      {"a . b // comment\n + 1", "(add (select .b a) 1)"},
      {"14d", "error"},
      {"2026-03-02", "(subtract (subtract 2026 03) 02)"},
      {"a is known", "error"},
      {"a # b", "error"},
      {"1u", "error"},
      {"b'x'", "error"},
      {"A{b: 1}", "error"},
      {"while", "error"},
      {"-9223372036854775808", "(negate 9223372036854775808)"},
      {"9223372036854775808", "error"},
      {"1e-400", "1e-400"},
      {"1e400", "error"},
  }));
  INFO(row.text);
  CHECK(parsed_cel(row.text) == row.tree);
  CHECK(expression_of("b").text == "b");
}

TEST_CASE("spans of expressions are exact") {
  const std::string text = "  a.b + (count(x) ? -1 : f(2)) ";
  const auto sum = expression_of(text);
  CHECK(slice(text, sum) == "a.b + (count(x) ? -1 : f(2))");
  CHECK(slice(text, sum.args[0]) == "a.b");
  CHECK(slice(text, sum.args[0].args[0]) == "a");
  const auto& conditional = sum.args[1];
  CHECK(conditional.parenthesized);
  CHECK(slice(text, conditional) == "(count(x) ? -1 : f(2))");
  CHECK(slice(text, conditional.args[0]) == "count(x)");
  CHECK(slice(text, **conditional.args[0].pattern) == "x");
  CHECK(slice(text, conditional.args[1]) == "-1");
  CHECK(slice(text, conditional.args[1].args[0]) == "1");
  CHECK(slice(text, conditional.args[2]) == "f(2)");
}

TEST_CASE("spans of statements reach from the first token to the last") {
  const std::string text =
      "nurture 1\n# note\nsequence s \"S\" {\n  day 0 a: send m by x, y   # tail\n  when a is known as b   at most once per 2d {\n    -> "
      "a\n  }\n\n  goal g on e "
      "where x == 1\n}\n";
  const auto file = read_text(text);
  const auto& sequence = file.sequences.at(0);
  CHECK(slice(text, sequence).starts_with("sequence s"));
  CHECK(slice(text, sequence).ends_with("}"));
  CHECK(slice(text, sequence.name) == "s");
  CHECK(slice(text, *sequence.title) == "\"S\"");
  const auto& step = std::get<ast::Step>(sequence.plan.at(0));
  CHECK(slice(text, step) == "day 0 a: send m by x, y");
  CHECK(slice(text, step.offset) == "day 0");
  CHECK(slice(text, step.body) == "send m by x, y");
  CHECK(slice(text, step.body.actions.at(0)) == "send m by x, y");
  CHECK(slice(text, sequence.handlers.at(0)) == "when a is known as b   at most once per 2d {\n    -> a\n  }");
  CHECK(slice(text, sequence.handlers.at(0).trigger) == "when a is known");
  CHECK(slice(text, *sequence.handlers.at(0).repeat) == "at most once per 2d");
  CHECK(slice(text, sequence.goals.at(0)) == "goal g on e where x == 1");
  CHECK(slice(text, *file.edition) == "1");
}

TEST_CASE("the lead and events declare fields") {
  const auto file = read_text(
      "lead { a: string b: int? = 5 c: enum(x, y)? d: list<list<number>?> e: datetime f: bool = true }\n"
      "event plain\nevent order.placed as \"Order Completed\" { amount: number? }\nevent empty {}");
  const auto& fields = file.leads.at(0).members;
  REQUIRE(fields.size() == 6);
  CHECK(fields[0].type.kind == ast::TypeKind::string);
  CHECK_FALSE(fields[0].type.optional);
  CHECK(fields[1].type.optional);
  CHECK(fields[1].fallback->text == "5");
  CHECK(fields[2].type.kind == ast::TypeKind::enum_);
  CHECK(names(fields[2].type.values) == "x y");
  CHECK(fields[2].type.optional);
  CHECK(fields[3].type.kind == ast::TypeKind::list);
  CHECK((*fields[3].type.element)->optional);
  CHECK((*(*fields[3].type.element)->element)->kind == ast::TypeKind::number);
  CHECK(fields[4].type.kind == ast::TypeKind::datetime);
  CHECK(fields[5].fallback->kind == ast::ExprKind::bool_literal);
  REQUIRE(file.events.size() == 3);
  CHECK_FALSE(file.events[0].braces);
  CHECK(file.events[1].external->value == "Order Completed");
  CHECK(file.events[1].name.text == "order.placed");
  CHECK(file.events[1].members.size() == 1);
  CHECK(file.events[2].braces);
}

TEST_CASE("a field's value ends where the next field begins, whatever that is called") {
  const auto file = read_text("lead { a: int = 14 days: int b: string = \"x\" }");
  REQUIRE(file.leads.at(0).members.size() == 3);
  CHECK(file.leads[0].members[0].fallback->text == "14");
  CHECK(file.leads[0].members[1].name.text == "days");
}

TEST_CASE("categories list what consent they need") {
  const auto file =
      read_text("category a { consent explicit double_opt_in } category b { transactional } category c { consent implied } category d {}");
  REQUIRE(file.categories.size() == 4);
  CHECK(file.categories[0].consent == ast::Category::Consent::explicit_);
  CHECK(file.categories[0].double_opt_in);
  CHECK_FALSE(file.categories[0].transactional);
  CHECK(file.categories[1].transactional);
  CHECK_FALSE(file.categories[1].consent);
  CHECK(file.categories[2].consent == ast::Category::Consent::implied);
}

TEST_CASE("channels say what they need of a lead") {
  const auto file = read_text("channel email { requires lead.email is known } channel sms { }");
  REQUIRE(file.channels.size() == 2);
  CHECK(ast::dump(file.channels[0].requirements.at(0).value) == "(known (select .email lead))");
  CHECK(file.channels[1].requirements.empty());
}

TEST_CASE("policies hold quiet hours, caps, windows and exemptions") {
  const auto policy = read_text(
                          "policy p { quiet hours 22:00..07:30 in \"Europe/Lisbon\" then drop quiet hours 01:00..02:00 in lead\n"
                          "allow fri..mon else hold allow sun cap 2 per 1w on sms then drop cap 1 per 1d exempt a, b.c zone anchor }")
                          .policies.at(0);
  REQUIRE(policy.quiet_hours.size() == 2);
  CHECK(policy.quiet_hours[0].from.minutes == 22 * 60);
  CHECK(policy.quiet_hours[0].to.minutes == 7 * 60 + 30);
  CHECK(policy.quiet_hours[0].zone->kind == ast::Zone::Kind::named);
  CHECK(policy.quiet_hours[0].zone->name.value == "Europe/Lisbon");
  CHECK(policy.quiet_hours[0].then == ast::HoldOrDrop::drop);
  CHECK(policy.quiet_hours[1].zone->kind == ast::Zone::Kind::lead);
  CHECK_FALSE(policy.quiet_hours[1].then);
  REQUIRE(policy.allows.size() == 2);
  CHECK(policy.allows[0].days.first_day == 4);
  CHECK(policy.allows[0].days.last_day == 0);
  CHECK(policy.allows[0].otherwise == ast::HoldOrDrop::hold);
  CHECK(policy.allows[1].days.first_day == 6);
  CHECK(policy.allows[1].days.last_day == 6);
  REQUIRE(policy.caps.size() == 2);
  CHECK(policy.caps[0].count.value == 2);
  CHECK(policy.caps[0].per.days == 7);
  CHECK(policy.caps[0].channel->text == "sms");
  CHECK(policy.caps[0].then == ast::HoldOrDrop::drop);
  CHECK_FALSE(policy.caps[1].channel);
  CHECK(names(policy.exempts.at(0).categories) == "a b.c");
  CHECK(policy.zones.at(0).zone.kind == ast::Zone::Kind::anchor);
}

TEST_CASE("messages have items, fields and variants within variants") {
  const auto message =
      read_text(
          "message m \"Title\" { channel email, sms category news template \"t\" subject \"Hi {{ lead.name }}\" field cta = \"Go\"\n"
          "variant a 60% when lead.x is known { field cta = 1 + 2 variant b 100% { subject \"b\" } } variant c 40% { } }")
          .messages.at(0);
  CHECK(message.title->value == "Title");
  CHECK(names(message.items.channels.at(0).channels) == "email sms");
  CHECK(message.items.categories.at(0).name.text == "news");
  CHECK(message.items.templates.at(0).text.value == "t");
  CHECK(message.items.subjects.at(0).text.value == "Hi {{ lead.name }}");
  CHECK(message.items.message_fields.at(0).name.text == "cta");
  REQUIRE(message.items.variants.size() == 2);
  const auto& a = message.items.variants[0];
  CHECK(a.percent->value == 60);
  CHECK(ast::dump(*a.when) == "(known (select .x lead))");
  CHECK(ast::dump(a.items->message_fields.at(0).value) == "(add 1 2)");
  CHECK(a.items->variants.at(0).items->subjects.at(0).text.value == "b");
  CHECK_FALSE(message.items.variants[1].when);
}

TEST_CASE("a sequence says who enters and under which rules") {
  const auto s = sequence_with(
      "owner \"o\" enroll on a.b or c where event.x key event.y enroll when q reenroll never reenroll always reenroll after 180d\n"
      "anchor start = event.at else hold anchor stop = event.at else exit zone lead zone \"UTC\" default time 09:15 late skip late send\n"
      "policy p suppress when v goal g on e exit x when w");
  CHECK(s.owners.at(0).text.value == "o");
  CHECK(ast::dump(*s.enrolls.at(0).trigger.on) == "(events a.b c where (select .x event))");
  CHECK(ast::dump(*s.enrolls.at(0).key) == "(select .y event)");
  CHECK(s.enrolls.at(1).trigger.when);
  CHECK(s.reenrolls.at(0).kind == ast::Reenroll::Kind::never);
  CHECK(s.reenrolls.at(1).kind == ast::Reenroll::Kind::always);
  CHECK(s.reenrolls.at(2).after.days == 180);
  CHECK(s.anchors.at(0).otherwise == ast::Anchor::Otherwise::hold);
  CHECK(s.anchors.at(1).otherwise == ast::Anchor::Otherwise::exit);
  CHECK(s.zones.at(1).zone.name.value == "UTC");
  CHECK(s.default_times.at(0).time.time.minutes == 9 * 60 + 15);
  CHECK(s.lates.at(0).rule.kind == ast::LateRule::Kind::skip);
  CHECK(s.lates.at(1).rule.kind == ast::LateRule::Kind::send);
  CHECK(s.policies.at(0).name.text == "p");
  CHECK(ast::dump(s.suppressions.at(0).when) == "v");
  CHECK(s.goals.at(0).trigger.on);
  CHECK(s.exits.at(0).trigger.when);
}

TEST_CASE("steps are due by day, distance, order or at once, alone or in phases") {
  const auto s = sequence_with(
      "day 14 a: send x day -3 from start at 10:00 b: send x day +2 : send x at -2h c: send x at +1d from start: { } immediately d: send "
      "x\n"
      "after 2d e: send x phase one \"One\" { day 1 f: send x after 1h: send y } phase two { }");
  const auto step = [&](std::size_t i) { return std::get<ast::Step>(s.plan.at(i)); };
  CHECK(step(0).offset.kind == ast::Offset::Kind::day);
  CHECK(step(0).offset.day == 14);
  CHECK_FALSE(step(0).offset.day_signed);
  CHECK_FALSE(step(0).body.braces);
  CHECK(step(1).offset.day == -3);
  CHECK(step(1).offset.day_signed);
  CHECK(step(1).offset.from->text == "start");
  CHECK(step(1).time->time.minutes == 600);
  CHECK(step(1).name->text == "b");
  CHECK(step(2).offset.day == 2);
  CHECK_FALSE(step(2).name);
  CHECK(step(3).offset.duration.text == "-2h");
  CHECK(step(3).offset.duration.seconds == -7200);
  CHECK(step(4).offset.from->text == "start");
  CHECK(step(4).body.braces);
  CHECK(step(5).offset.kind == ast::Offset::Kind::immediately);
  CHECK(step(6).offset.kind == ast::Offset::Kind::after);
  const auto phase = std::get<ast::Phase>(s.plan.at(7));
  CHECK(phase.title->value == "One");
  CHECK(phase.steps.size() == 2);
  CHECK(std::get<ast::Phase>(s.plan.at(8)).steps.empty());
}

TEST_CASE("handlers have a label, a repetition and a body") {
  const auto s = sequence_with("on a as b every time send x when c at most once per 7d { } on d move to e");
  CHECK(s.handlers.at(0).label->text == "b");
  CHECK(s.handlers[0].repeat->kind == ast::Repeat::Kind::every_time);
  CHECK(s.handlers.at(1).repeat->per.days == 7);
  CHECK(s.handlers[1].body.braces);
  CHECK_FALSE(s.handlers.at(2).label);
  CHECK(std::holds_alternative<ast::MoveTo>(s.handlers[2].body.actions.at(0).what));
}

TEST_CASE("each action becomes its node") {
  CHECK(names(action_of<ast::Send>("send m by email, sms").channels) == "email sms");
  CHECK(action_of<ast::Wait>("wait 2d12h").duration.text == "2d12h");
  CHECK_FALSE(action_of<ast::WaitUntil>("wait until when x").timeout);
  const auto until = action_of<ast::WaitUntil>("wait until on x.y timeout 2d then send m");
  CHECK(until.timeout->length.days == 2);
  CHECK(std::holds_alternative<ast::Send>(until.timeout->then->actions.at(0).what));
  CHECK(action_of<ast::Split>("split p { a 50% { send x } b 50% {} }").arms.at(1).percent.value == 50);
  CHECK(action_of<ast::MoveTo>("move to s").sequence.text == "s");
  CHECK(action_of<ast::EnrollIn>("enroll in s").sequence.text == "s");
  CHECK(action_of<ast::ExitAs>("exit done").name.text == "done");
  CHECK(action_of<ast::Accelerate>("accelerate 1.5x").factor == "1.5");
  CHECK(action_of<ast::SetField>("set lead.topic = 1 + 2").name.text == "lead.topic");
  CHECK(action_of<ast::Tag>("tag t").name.text == "t");
  CHECK(action_of<ast::Notify>("notify sales \"Hi\"").text.value == "Hi");
  CHECK(action_of<ast::Do>("do crm.sync(1, a.b)").args.size() == 2);
  CHECK(action_of<ast::Do>("do f()").args.empty());
  CHECK(action_of<ast::Jump>("-> s").step.text == "s");
  CHECK(actions_of("{ send a wait 1d send b -> c }").size() == 4);
}

TEST_CASE("`else if` is an else whose body is one `if` without braces") {
  const auto branch = action_of<ast::If>("if a as x { send m } else if b { } else as y { send n }");
  CHECK(branch.label->text == "x");
  CHECK_FALSE(branch.else_label);
  REQUIRE(branch.otherwise);
  CHECK_FALSE(branch.otherwise->braces);
  const auto& inner = std::get<ast::If>(branch.otherwise->actions.at(0).what);
  CHECK(inner.then.actions.empty());
  CHECK(inner.else_label->text == "y");
  CHECK(inner.otherwise->braces);
  CHECK_FALSE(action_of<ast::If>("if a { }").otherwise);
}

TEST_CASE("scores have ranges, categories, rules, decay, resets and tiers") {
  const auto score =
      read_text(
          "score s \"S\" { range 0..100 category c weight 40 max 50 { rule +8 a on x limit 3 per 7d rule -2 b when y then { } }\n"
          "rule +1 z on q then send m reset on r to 0 decay 5 per 1mo when idle(a) >= 1mo floor 2 tier low 0..9 tier high 10..\n"
          "enter high send m leave high { tag t } }")
          .scores.at(0);
  CHECK(score.ranges.at(0).to.value == 100);
  CHECK(score.categories.at(0).weight.value == 40);
  CHECK(score.categories[0].max.value == 50);
  REQUIRE(score.categories[0].rules.size() == 2);
  CHECK(score.categories[0].rules[0].points.value == 8);
  CHECK(score.categories[0].rules[0].limit->count.value == 3);
  CHECK(score.categories[0].rules[1].points.value == -2);
  CHECK(score.categories[0].rules[1].then->braces);
  CHECK_FALSE(score.rules.at(0).then->braces);
  CHECK(score.resets.at(0).to.value == 0);
  CHECK(score.decays.at(0).per.months == 1);
  CHECK(score.decays[0].floor->value == 2);
  CHECK(score.tiers.at(0).to->value == 9);
  CHECK_FALSE(score.tiers.at(1).to);
  CHECK(score.tier_actions.at(0).kind == ast::TierAction::Kind::enter);
  CHECK(score.tier_actions.at(1).kind == ast::TierAction::Kind::leave);
}

TEST_CASE("tests say what is given") {
  const auto givens =
      read_text("test \"t\" for s { given lead { \"a\": 1 } given consent a, b.c given split p = q given score s = 7 }").tests.at(0).givens;
  REQUIRE(givens.size() == 4);
  CHECK(ast::dump(std::get<ast::GivenLead>(givens[0].what).values) == "(map \"a\" 1)");
  CHECK(names(std::get<ast::GivenConsent>(givens[1].what).categories) == "a b.c");
  CHECK(std::get<ast::GivenSplit>(givens[2].what).arm.text == "q");
  CHECK(std::get<ast::GivenScore>(givens[3].what).value.value == 7);
}

TEST_CASE("tests say when and what happens") {
  CHECK(line_of("at 2026-03-02T08:00 pause").at->date_time.text == "2026-03-02T08:00");
  CHECK(line_of("at day -1 09:30 pause").at->day == -1);
  CHECK(line_of("at day -1 09:30 pause").at->time.minutes == 570);
  CHECK(line_of("at +2h pause").at->offset.seconds == 7200);
  CHECK(ast::dump(*fed_by<ast::FeedEvent>("event a.b { \"x\": 1 }").values) == "(map \"x\" 1)");
  CHECK_FALSE(fed_by<ast::FeedEvent>("event a.b").values);
  CHECK(fed_by<ast::FeedSet>("set lead.x = 1").name.text == "lead.x");
  CHECK(fed_by<ast::FeedConsent>("consent a withdrawn").withdrawn);
  CHECK_FALSE(fed_by<ast::FeedConsent>("consent a").withdrawn);
  CHECK(fed_by<ast::FeedDelivery>("delivery m bounced").result == ast::FeedDelivery::Result::bounced);
  CHECK(fed_by<ast::FeedDelivery>("delivery m failed").result == ast::FeedDelivery::Result::failed);
  CHECK(fed_by<ast::FeedGap>("gap 3d").duration.days == 3);
  using Paused = ast::FeedPause::What;
  CHECK(fed_by<ast::FeedPause>("pause").what == Paused::all);
  CHECK(fed_by<ast::FeedPause>("pause lead").what == Paused::lead);
  CHECK(fed_by<ast::FeedPause>("pause channel sms").name->text == "sms");
  CHECK(fed_by<ast::FeedResume>("resume").what == Paused::all);
  CHECK(fed_by<ast::FeedResume>("resume sequence s").what == Paused::sequence);
  CHECK(fed_by<ast::FeedResume>("resume sequence s").name->text == "s");
  fed_by<ast::FeedErase>("erase");
  CHECK(std::holds_alternative<ast::Outcome>(line_of("at +0s expect no send").what));
}

TEST_CASE("tests say what is expected") {
  outcome_of<ast::ExpectNoSend>("no send");
  CHECK(outcome_of<ast::ExpectSend>("send m by c variant v").variant->text == "v");
  CHECK(outcome_of<ast::ExpectHeld>("held m until day 1 08:00").until.kind == ast::Instant::Kind::day);
  CHECK(outcome_of<ast::ExpectSkipped>("skipped m because late").reason.text == "late");
  CHECK(outcome_of<ast::ExpectExit>("exit done").name.text == "done");
  CHECK(outcome_of<ast::ExpectMoved>("moved to s").sequence.text == "s");
  CHECK(outcome_of<ast::ExpectAtStep>("at step s").step.text == "s");
  CHECK(outcome_of<ast::ExpectScore>("score s >= 3").op == ast::ExprKind::greater_equal);
  CHECK(outcome_of<ast::ExpectTier>("tier s hot").tier.text == "hot");
  CHECK(outcome_of<ast::ExpectGoal>("goal g").name.text == "g");
  CHECK(outcome_of<ast::ExpectNotified>("notified w").who.text == "w");
  CHECK(ast::dump(outcome_of<ast::ExpectCondition>("score.s >= 3").condition) == "(greater_equal (select .s score) 3)");
  CHECK(ast::dump(outcome_of<ast::ExpectCondition>("nothings").condition) == "nothings");
  outcome_of<ast::ExpectNothingMore>("nothing more");
}

TEST_CASE("an outcome can be read on its own") {
  const std::string text = "xx send m by email yy";
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("outcome", text);
  const auto outcome = syntax::parse_outcome(source, 3, 18, diagnostics);
  REQUIRE(outcome);
  CHECK(slice(text, std::get<ast::ExpectSend>(*outcome)) == "send m by email");
  CHECK_FALSE(syntax::parse_outcome(source, 3, 21, diagnostics));
  CHECK(diagnostics.items().at(0).span.begin == 19);
}

TEST_CASE("words of the language are names wherever a name can stand") {
  const auto file = read_text(
      "sequence sequence { day 0 day: send send  exit exit on on.when goal goal when when } message message { channel channel category "
      "lead }");
  CHECK(file.sequences.at(0).name.text == "sequence");
  CHECK(std::get<ast::Step>(file.sequences[0].plan.at(0)).name->text == "day");
  CHECK(file.sequences[0].exits.at(0).name.text == "exit");
  CHECK(file.sequences[0].goals.size() == 1);
}

TEST_CASE("statements need no terminators") {
  const auto s = sequence_with("goal a when x > 1 exit b when y == -2 when z as w -> q day 1 : send m");
  CHECK(s.goals.size() == 1);
  CHECK(s.exits.size() == 1);
  CHECK(std::holds_alternative<ast::Jump>(s.handlers.at(0).body.actions.at(0).what));
  CHECK(s.plan.size() == 1);
}

TEST_CASE("a file begins with its edition and what it uses, and a byte order mark in front is no fault") {
  const auto file = read_text("\xEF\xBB\xBFnurture 1\r\nuse \"a.nurture\"\r\nuse 'b'\r\n");
  CHECK(file.edition->value == 1);
  REQUIRE(file.uses.size() == 2);
  CHECK(file.uses[1].path.value == "b");
  CHECK_FALSE(read_text("").edition);
}

TEST_CASE("the spelling of a file follows from its name") {
  CHECK(syntax::spelling_of("a.nurture") == syntax::Spelling::text);
  CHECK(syntax::spelling_of("a.nurture.yaml") == syntax::Spelling::yaml);
  CHECK(syntax::spelling_of("a.yml") == syntax::Spelling::yaml);
  CHECK(syntax::spelling_of("yaml") == syntax::Spelling::text);
}
