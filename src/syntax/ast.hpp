// The one syntax tree of both spellings. Nothing here knows Boost, yaml-cpp or how a file was spelled.
//
// Conventions
//   * Every node carries the span of its text. Spans and comments never take part in equality.
//   * A struct lists its meaningful members in `fields()`; equality, dumps, walks and span-stripping are generic over
//     that list (syntax/ast_algorithms.hpp). Members that are only layout (braces, parentheses) are left out of it.
//   * Statements derive from Statement and carry their comments; everything that a braces block can hold is one.
//   * Members are grouped by kind (steps with steps, goals with goals). The order between kinds has no meaning; the
//     printer restores it from the spans.
#pragma once

#include <nurture/diagnostics.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nurture::ast {

/// An owned value that may be of a type still incomplete; copies deep. Never empty except after a move.
template <class T>
class Box {
 public:
  Box() : value_(std::make_unique<T>()) {}
  Box(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT(google-explicit-constructor)
  Box(const Box& other) : value_(std::make_unique<T>(*other.value_)) {}
  Box(Box&&) noexcept = default;
  Box& operator=(const Box& other) {
    if (this != &other) value_ = std::make_unique<T>(*other.value_);
    return *this;
  }
  Box& operator=(Box&&) noexcept = default;
  ~Box() = default;
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

struct Node {
  Span span;
};

/// Comments around a statement, as written, each beginning with `#`. `//` comments are normalised to `#`.
struct Comments {
  std::vector<std::string> leading;  ///< Lines before the statement; an empty string is a blank line between them.
  std::string trailing;              ///< Behind the statement, on its last line.
  bool blank_before = false;         ///< A blank line stands before the statement (and before its leading comments).
};

struct Statement : Node {
  Comments comments;
};

/// A name as written; may be dotted where the grammar says NAME. `text` is empty when absent.
struct Name : Node {
  std::string text;
  static void fields(auto&& see) { see("text", &Name::text); }
};

/// A quoted text, decoded.
struct Text : Node {
  std::string value;
  static void fields(auto&& see) { see("value", &Text::value); }
};

/// An integer, e.g. of a range, a limit, a share in percent, points with a sign.
struct Integer : Node {
  std::int64_t value = 0;
  static void fields(auto&& see) { see("value", &Integer::value); }
};

/// A length of time as written. Calendar part and exact part are kept apart: `1mo2d3h` is {1, 2, 10800}.
struct Duration : Node {
  std::string text;          ///< As written, with its sign if it has one: "-2h", "14d".
  std::int64_t months = 0;   ///< y and mo
  std::int64_t days = 0;     ///< w and d
  std::int64_t seconds = 0;  ///< h, min and s
  static void fields(auto&& see) { see("text", &Duration::text); }
};

/// A time of day, minutes since midnight.
struct TimeOfDay : Node {
  std::int32_t minutes = 0;  ///< 0..1439; 24:00 is refused by the parser
  static void fields(auto&& see) { see("minutes", &TimeOfDay::minutes); }
};

/// A date or date-time as written ("2026-03-02", "2026-03-02T08:00", "...Z", "...+02:00").
struct DateTime : Node {
  std::string text;
  static void fields(auto&& see) { see("text", &DateTime::text); }
};

// ---------------------------------------------------------------- expressions

struct Pattern;
struct Expr;

enum class ExprKind : std::uint8_t {
  null_literal,
  bool_literal,
  number,
  string,
  duration,
  time,
  datetime,  // leaves; `text` is the token (decoded for string)
  ident,     // text
  select,    // args[0] . text
  index,     // args[0] [ args[1] ]
  call,      // text ( args... )
  method,    // args[0] . text ( args[1..] )
  list,      // args
  map,       // args: key, value, key, value, ...
  history,   // text is count any none first last idle; `pattern`
  fold,      // text is sum avg distinct most; `field` of `pattern`
  not_,      // args[0], spelled `not` or `!`
  negate,    // - args[0]
  multiply,
  divide,
  modulo,
  add,
  subtract,  // two args, left associative
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,  // two args
  known,
  missing,  // args[0] is known / is missing
  and_,
  or_,          // two or more args
  conditional,  // args[0] ? args[1] : args[2]
};

struct Expr : Node {
  ExprKind kind = ExprKind::null_literal;
  std::string text;
  std::vector<Expr> args;
  std::optional<Box<Pattern>> pattern;
  std::optional<Name> field;   ///< fold only
  bool parenthesized = false;  ///< Layout: the author wrote parentheses around it.
  static void fields(auto&& see) {
    see("kind", &Expr::kind);
    see("text", &Expr::text);
    see("field", &Expr::field);
    see("args", &Expr::args);
    see("pattern", &Expr::pattern);
  }
};

struct Window : Node {
  enum class Kind : std::uint8_t { within, since_enrolled, since_step, since_anchor, since_date };
  Kind kind = Kind::within;
  Duration within;  ///< within
  Name name;        ///< since step, since anchor
  DateTime date;    ///< since date
  static void fields(auto&& see) {
    see("kind", &Window::kind);
    see("within", &Window::within);
    see("name", &Window::name);
    see("date", &Window::date);
  }
};

/// Which events: `email.open or email.click where event.link == "x" within 14d`; `of welcome` are those about that message.
struct Pattern : Node {
  std::vector<Name> events;
  std::optional<Name> of;
  bool any_key = false;  ///< Whatever key an event carries, it reaches the run.
  std::optional<Expr> where;
  std::optional<Window> window;
  static void fields(auto&& see) {
    see("events", &Pattern::events);
    see("of", &Pattern::of);
    see("any_key", &Pattern::any_key);
    see("where", &Pattern::where);
    see("window", &Pattern::window);
  }
};

/// `on PATTERN` or `when EXPR`; exactly one is present.
struct Trigger : Node {
  std::optional<Pattern> on;
  std::optional<Expr> when;
  static void fields(auto&& see) {
    see("on", &Trigger::on);
    see("when", &Trigger::when);
  }
};

// ---------------------------------------------------------------- vocabulary

enum class TypeKind : std::uint8_t { string, int_, number, bool_, date, time, datetime, duration, enum_, list };

struct Type : Node {
  TypeKind kind = TypeKind::string;
  bool optional = false;
  std::vector<Name> values;          ///< enum
  std::optional<Box<Type>> element;  ///< list
  static void fields(auto&& see) {
    see("kind", &Type::kind);
    see("optional", &Type::optional);
    see("values", &Type::values);
    see("element", &Type::element);
  }
};

struct Field : Statement {
  Name name;
  Type type;
  std::optional<Expr> fallback;  ///< `= literal`
  static void fields(auto&& see) {
    see("name", &Field::name);
    see("type", &Field::type);
    see("default", &Field::fallback);
  }
};

/// Declarations carry their `##` lines as documentation, joined by line breaks, without the marks.
struct Declaration : Statement {
  std::string doc;
  /// Comments before the closing brace of the declaration, behind its last statement.
  std::vector<std::string> dangling;
};

struct Use : Statement {
  Text path;
  static void fields(auto&& see) { see("path", &Use::path); }
};

struct Lead : Declaration {
  std::vector<Field> members;
  static void fields(auto&& see) {
    see("doc", &Lead::doc);
    see("fields", &Lead::members);
  }
};

struct Event : Declaration {
  Name name;
  std::optional<Text> external;  ///< `as "Order Completed"`: the name used outside
  std::vector<Field> members;
  bool braces = false;  ///< Layout.
  static void fields(auto&& see) {
    see("doc", &Event::doc);
    see("name", &Event::name);
    see("as", &Event::external);
    see("fields", &Event::members);
  }
};

struct Segment : Declaration {
  Name name;
  Expr condition;
  static void fields(auto&& see) {
    see("doc", &Segment::doc);
    see("name", &Segment::name);
    see("condition", &Segment::condition);
  }
};

/// `category marketing { consent explicit double_opt_in }`; `transactional` needs no consent. Who may get an `under` one
/// may get the other, too; nobody gets it while `suppress when` holds.
struct Category : Declaration {
  enum class Consent : std::uint8_t { explicit_, implied };
  Name name;
  std::optional<Consent> consent;
  bool double_opt_in = false;
  bool transactional = false;
  std::optional<Name> under;
  std::optional<Expr> suppress;
  static void fields(auto&& see) {
    see("doc", &Category::doc);
    see("name", &Category::name);
    see("consent", &Category::consent);
    see("double_opt_in", &Category::double_opt_in);
    see("transactional", &Category::transactional);
    see("under", &Category::under);
    see("suppress", &Category::suppress);
  }
};

/// `requires lead.email`: an expression that must be known.
struct Requires : Statement {
  Expr value;
  static void fields(auto&& see) { see("value", &Requires::value); }
};
/// `retry 5 times from 1min to 6h`
struct Retry : Statement {
  Integer times;
  Duration from, to;
  static void fields(auto&& see) {
    see("times", &Retry::times);
    see("from", &Retry::from);
    see("to", &Retry::to);
  }
};
/// `rate 500 per 1min`
struct Rate : Statement {
  Integer count;
  Duration per;
  static void fields(auto&& see) {
    see("count", &Rate::count);
    see("per", &Rate::per);
  }
};
/// `breaker open at 50% of 40 within 5min probe after 10min`
struct Breaker : Statement {
  Integer percent, of;
  Duration within, probe;
  static void fields(auto&& see) {
    see("percent", &Breaker::percent);
    see("of", &Breaker::of);
    see("within", &Breaker::within);
    see("probe", &Breaker::probe);
  }
};
/// `cost 0.002`
struct Cost : Statement {
  Expr value;  ///< A number.
  static void fields(auto&& see) { see("value", &Cost::value); }
};

/// `channel email { requires lead.email }`: how people are reached, and what the way there bears. Each item is said once.
struct Channel : Declaration {
  Name name;
  std::vector<Requires> requirements;
  std::vector<Retry> retries;
  std::vector<Rate> rates;
  std::vector<Breaker> breakers;
  std::vector<Cost> costs;
  static void fields(auto&& see) {
    see("doc", &Channel::doc);
    see("name", &Channel::name);
    see("requires", &Channel::requirements);
    see("retry", &Channel::retries);
    see("rate", &Channel::rates);
    see("breaker", &Channel::breakers);
    see("cost", &Channel::costs);
  }
};

// ---------------------------------------------------------------- policies and messages

struct Zone : Node {
  enum class Kind : std::uint8_t { lead, anchor, named };
  Kind kind = Kind::lead;
  Text name;  ///< named
  static void fields(auto&& see) {
    see("kind", &Zone::kind);
    see("name", &Zone::name);
  }
};

enum class HoldOrDrop : std::uint8_t { hold, drop };

/// Days are 0 = Monday .. 6 = Sunday. `fri..mon` wraps.
struct Weekdays : Node {
  std::int32_t first_day = 0, last_day = 0;
  static void fields(auto&& see) {
    see("first_day", &Weekdays::first_day);
    see("last_day", &Weekdays::last_day);
  }
};
/// `quiet hours 20:00..08:00 fri..sat on sms in lead then hold`; the days are those on which they begin.
struct QuietHours : Statement {
  TimeOfDay from, to;
  std::optional<Weekdays> days;
  std::optional<Name> channel;
  std::optional<Zone> zone;
  std::optional<HoldOrDrop> then;
  static void fields(auto&& see) {
    see("from", &QuietHours::from);
    see("to", &QuietHours::to);
    see("days", &QuietHours::days);
    see("on", &QuietHours::channel);
    see("in", &QuietHours::zone);
    see("then", &QuietHours::then);
  }
};
/// `allow mon..fri on sms else hold`
struct Allow : Statement {
  Weekdays days;
  std::optional<Name> channel;
  std::optional<HoldOrDrop> otherwise;
  static void fields(auto&& see) {
    see("days", &Allow::days);
    see("on", &Allow::channel);
    see("else", &Allow::otherwise);
  }
};

/// `cap 2 per 7d on email then hold` looks back from now; `per day` and `per week` count in the day or week that it is.
struct Cap : Statement {
  enum class Unit : std::uint8_t { rolling, day, week };
  Integer count;
  Unit unit = Unit::rolling;
  Duration per;  ///< rolling
  std::optional<Name> channel;
  std::optional<Pattern> counting;  ///< What others send counts, too.
  std::optional<Expr> when;
  std::optional<HoldOrDrop> then;
  std::optional<Name> digest;  ///< `then digest weekly_digest`: in place of `then`.
  static void fields(auto&& see) {
    see("count", &Cap::count);
    see("unit", &Cap::unit);
    see("per", &Cap::per);
    see("on", &Cap::channel);
    see("counting", &Cap::counting);
    see("when", &Cap::when);
    see("then", &Cap::then);
    see("digest", &Cap::digest);
  }
};

/// `hold at most 5d`
struct HoldLimit : Statement {
  Duration length;
  static void fields(auto&& see) { see("length", &HoldLimit::length); }
};

/// `hold while any(sales.task_opened within 30d) as with_sales`
struct HoldWhile : Statement {
  Expr condition;
  std::optional<Name> label;
  static void fields(auto&& see) {
    see("condition", &HoldWhile::condition);
    see("as", &HoldWhile::label);
  }
};

/// `spread 30min`
struct Spread : Statement {
  Duration length;
  static void fields(auto&& see) { see("length", &Spread::length); }
};

struct Exempt : Statement {
  std::vector<Name> categories;
  static void fields(auto&& see) { see("categories", &Exempt::categories); }
};

struct ZoneItem : Statement {
  Zone zone;
  static void fields(auto&& see) { see("zone", &ZoneItem::zone); }
};

struct Policy : Declaration {
  Name name;
  std::vector<QuietHours> quiet_hours;
  std::vector<Allow> allows;
  std::vector<Cap> caps;
  std::vector<Exempt> exempts;
  std::vector<HoldWhile> hold_whiles;
  // At most one of each of these is meaningful; the checker refuses more.
  std::vector<HoldLimit> hold_limits;
  std::vector<Spread> spreads;
  std::vector<ZoneItem> zones;
  static void fields(auto&& see) {
    see("doc", &Policy::doc);
    see("name", &Policy::name);
    see("quiet_hours", &Policy::quiet_hours);
    see("allow", &Policy::allows);
    see("caps", &Policy::caps);
    see("exempt", &Policy::exempts);
    see("hold_while", &Policy::hold_whiles);
    see("hold_at_most", &Policy::hold_limits);
    see("spread", &Policy::spreads);
    see("zone", &Policy::zones);
  }
};

struct ChannelItem : Statement {
  std::vector<Name> channels;
  static void fields(auto&& see) { see("channels", &ChannelItem::channels); }
};
struct CategoryItem : Statement {
  Name name;
  static void fields(auto&& see) { see("name", &CategoryItem::name); }
};
struct TemplateItem : Statement {
  Text text;
  static void fields(auto&& see) { see("text", &TemplateItem::text); }
};
struct SubjectItem : Statement {
  Text text;  ///< May hold `{{ expression }}`.
  static void fields(auto&& see) { see("text", &SubjectItem::text); }
};
/// `field cta = "Take the test"`; string literals may hold `{{ expression }}`.
struct FieldItem : Statement {
  Name name;
  Expr value;
  static void fields(auto&& see) {
    see("name", &FieldItem::name);
    see("value", &FieldItem::value);
  }
};

struct PreviewItem : Statement {
  Text text;  ///< May hold `{{ expression }}`, as all texts below.
  static void fields(auto&& see) { see("text", &PreviewItem::text); }
};
/// `body "text"`, or `body file "plans.md"` for a file beside the one that says so.
struct BodyItem : Statement {
  Text text;  ///< The text itself; of a file, its path.
  bool is_file = false;
  std::optional<Text> content;  ///< What stands in the file. No part of the tree: check::load() finds it.
  static void fields(auto&& see) {
    see("text", &BodyItem::text);
    see("file", &BodyItem::is_file);
  }
};
/// `from lead.owner_name else "The team"`; a string literal is a text.
struct FromItem : Statement {
  Expr value;
  std::optional<Text> otherwise;
  static void fields(auto&& see) {
    see("value", &FromItem::value);
    see("else", &FromItem::otherwise);
  }
};
struct TopicItem : Statement {
  Name name;
  static void fields(auto&& see) { see("name", &TopicItem::name); }
};
/// `link book "https://example.com/book"`
struct LinkItem : Statement {
  Name name;
  Text url;
  static void fields(auto&& see) {
    see("name", &LinkItem::name);
    see("url", &LinkItem::url);
  }
};

/// `saas, fintech "a software team"`, a case of `choose`.
struct ChooseCase : Statement {
  std::vector<Name> values;
  Text text;
  static void fields(auto&& see) {
    see("values", &ChooseCase::values);
    see("text", &ChooseCase::text);
  }
};
struct ChooseElse : Statement {
  Text text;
  static void fields(auto&& see) { see("text", &ChooseElse::text); }
};
/// `choose example by lead.industry { saas "a software team" else "a team" }`: a field whose text a value decides.
struct ChooseItem : Statement {
  Name name;
  Expr by;
  std::vector<ChooseCase> cases;
  std::vector<ChooseElse> otherwise;  ///< At most one is meaningful; the checker refuses more.
  std::vector<std::string> dangling;
  static void fields(auto&& see) {
    see("name", &ChooseItem::name);
    see("by", &ChooseItem::by);
    see("cases", &ChooseItem::cases);
    see("else", &ChooseItem::otherwise);
  }
};
/// `use fields persona`
struct UseFields : Statement {
  Name name;
  static void fields(auto&& see) { see("name", &UseFields::name); }
};
/// Fields that messages share: `fields persona { ... }`.
struct FieldSet : Declaration {
  Name name;
  std::vector<FieldItem> message_fields;
  std::vector<ChooseItem> choices;
  static void fields(auto&& see) {
    see("doc", &FieldSet::doc);
    see("name", &FieldSet::name);
    see("fields", &FieldSet::message_fields);
    see("choices", &FieldSet::choices);
  }
};

/// `accepts { plan: string }`: what a `send` hands over.
struct Accepts : Statement {
  std::vector<Field> members;
  std::vector<std::string> dangling;
  static void fields(auto&& see) { see("fields", &Accepts::members); }
};

struct Variant;

/// What a message and a variant can say. The checker refuses a second of what can be said once.
struct MessageItems {
  std::vector<ChannelItem> channels;
  std::vector<CategoryItem> categories;
  std::vector<Accepts> accepts;
  std::vector<TemplateItem> templates;
  std::vector<SubjectItem> subjects;
  std::vector<PreviewItem> previews;
  std::vector<BodyItem> bodies;
  std::vector<FromItem> senders;
  std::vector<TopicItem> topics;
  std::vector<LinkItem> links;
  std::vector<UseFields> used_fields;
  std::vector<FieldItem> message_fields;
  std::vector<ChooseItem> choices;
  std::vector<Variant> variants;
  static void fields(auto&& see) {
    see("channels", &MessageItems::channels);
    see("categories", &MessageItems::categories);
    see("accepts", &MessageItems::accepts);
    see("templates", &MessageItems::templates);
    see("subjects", &MessageItems::subjects);
    see("previews", &MessageItems::previews);
    see("bodies", &MessageItems::bodies);
    see("from", &MessageItems::senders);
    see("topics", &MessageItems::topics);
    see("links", &MessageItems::links);
    see("use_fields", &MessageItems::used_fields);
    see("fields", &MessageItems::message_fields);
    see("choices", &MessageItems::choices);
    see("variants", &MessageItems::variants);
  }
};

/// With a share, a condition, as what is left (`else`), or sent by name alone.
struct Variant : Statement {
  Name name;
  std::optional<Integer> percent;
  std::optional<Expr> when;
  bool otherwise = false;
  Box<MessageItems> items;
  std::vector<std::string> dangling;
  static void fields(auto&& see) {
    see("name", &Variant::name);
    see("percent", &Variant::percent);
    see("when", &Variant::when);
    see("else", &Variant::otherwise);
    see("items", &Variant::items);
  }
};

struct Message : Declaration {
  Name name;
  std::optional<Text> title;
  MessageItems items;
  static void fields(auto&& see) {
    see("doc", &Message::doc);
    see("name", &Message::name);
    see("title", &Message::title);
    see("items", &Message::items);
  }
};

/// `pool tips = tips_1, tips_2`: messages of which `send next of` takes one after another.
struct Pool : Declaration {
  Name name;
  std::vector<Name> messages;
  static void fields(auto&& see) {
    see("doc", &Pool::doc);
    see("name", &Pool::name);
    see("messages", &Pool::messages);
  }
};

// ---------------------------------------------------------------- actions

struct Action;

/// One action or a block of them. In YAML always a list.
struct Body : Node {
  std::vector<Action> actions;
  bool braces = true;                 ///< Layout: false for a single action without braces.
  std::vector<std::string> dangling;  ///< Comments behind the last action.
  static void fields(auto&& see) { see("actions", &Body::actions); }
};

/// `plan = trigger.plan`, behind `with`.
struct Argument : Node {
  Name name;
  Expr value;
  static void fields(auto&& see) {
    see("name", &Argument::name);
    see("value", &Argument::value);
  }
};
struct Send : Node {
  Name message;
  std::optional<Name> variant;
  std::vector<Argument> arguments;      ///< `with plan = trigger.plan`
  bool preferred = false;               ///< `by preferred of email, sms`: on one of them.
  std::vector<Name> channels;           ///< `by email, sms`
  std::optional<Duration> sent_within;  ///< `unless sent within 30d`
  static void fields(auto&& see) {
    see("message", &Send::message);
    see("variant", &Send::variant);
    see("with", &Send::arguments);
    see("preferred", &Send::preferred);
    see("by", &Send::channels);
    see("unless_sent_within", &Send::sent_within);
  }
};
/// `send next of tips`
struct SendNext : Node {
  Name pool;
  std::optional<Body> exhausted;  ///< What follows when nothing is left. Only streams have it, and it is part of their tree.
  static void fields(auto&& see) { see("pool", &SendNext::pool); }
};
/// `wait 3d`, `wait 3d until 09:00`
struct Wait : Node {
  Duration duration;
  std::optional<TimeOfDay> until;
  static void fields(auto&& see) {
    see("duration", &Wait::duration);
    see("until", &Wait::until);
  }
};
/// `wait until mon 09:00`; days as in Allow.
struct WaitDay : Node {
  Weekdays days;
  TimeOfDay time;
  static void fields(auto&& see) {
    see("days", &WaitDay::days);
    see("time", &WaitDay::time);
  }
};
/// `timeout 2d as silent then { ... }`
struct Timeout : Node {
  Duration length;
  std::optional<Name> label;
  std::optional<Body> then;
  static void fields(auto&& see) {
    see("length", &Timeout::length);
    see("as", &Timeout::label);
    see("then", &Timeout::then);
  }
};
struct WaitUntil : Node {
  Trigger trigger;
  bool resets = false;  ///< `repeat reset`: a match begins the timeout anew.
  std::optional<Timeout> timeout;
  static void fields(auto&& see) {
    see("trigger", &WaitUntil::trigger);
    see("repeat_reset", &WaitUntil::resets);
    see("timeout", &WaitUntil::timeout);
  }
};
/// `on email.replied as replied { ... }`, a condition of `wait until any of`.
struct WaitCase : Statement {
  Trigger trigger;
  std::optional<Name> label;
  Body body;
  static void fields(auto&& see) {
    see("trigger", &WaitCase::trigger);
    see("as", &WaitCase::label);
    see("body", &WaitCase::body);
  }
};
/// What stands between the braces of `wait until any of { ... }`.
struct WaitCases : Node {
  std::vector<WaitCase> cases;
  std::vector<std::string> dangling;  ///< Comments behind the last one.
  static void fields(auto&& see) { see("cases", &WaitCases::cases); }
};
struct WaitAnyOf : Node {
  WaitCases conditions;
  std::optional<Timeout> timeout;
  static void fields(auto&& see) {
    see("any_of", &WaitAnyOf::conditions);
    see("timeout", &WaitAnyOf::timeout);
  }
};
struct If : Node {
  Expr condition;
  std::optional<Name> label;  ///< `as`
  Body then;
  std::optional<Name> else_label;
  std::optional<Body> otherwise;  ///< `else if` is a body that holds one If, with braces == false.
  static void fields(auto&& see) {
    see("condition", &If::condition);
    see("as", &If::label);
    see("then", &If::then);
    see("else_as", &If::else_label);
    see("else", &If::otherwise);
  }
};
struct Arm : Statement {
  Name name;
  Integer percent;
  Body body;
  static void fields(auto&& see) {
    see("name", &Arm::name);
    see("percent", &Arm::percent);
    see("body", &Arm::body);
  }
};
/// `promote at 95% min 1000`: when the better arm of an experiment is certain enough to take all.
struct Promote : Node {
  Integer percent;
  std::optional<Integer> least;  ///< `min`: so many leads in each arm.
  static void fields(auto&& see) {
    see("percent", &Promote::percent);
    see("min", &Promote::least);
  }
};
/// With a goal it is an experiment: `split ask salt "v1" goal survey.answered within 7d promote at 95% { ... }`.
struct Split : Node {
  Name name;
  std::optional<Text> salt;
  std::optional<Pattern> goal;
  std::optional<Promote> promote;
  std::vector<Arm> arms;
  std::vector<std::string> dangling;  ///< Comments behind the last arm.
  static void fields(auto&& see) {
    see("name", &Split::name);
    see("salt", &Split::salt);
    see("goal", &Split::goal);
    see("promote", &Split::promote);
    see("arms", &Split::arms);
  }
};
struct MoveTo : Node {
  Name sequence;
  std::vector<Argument> arguments;  ///< `with reason = "x"`
  std::optional<Body> otherwise;    ///< When the sequence lets nobody in.
  static void fields(auto&& see) {
    see("sequence", &MoveTo::sequence);
    see("with", &MoveTo::arguments);
    see("else", &MoveTo::otherwise);
  }
};
struct EnrollIn : Node {
  Name sequence;
  std::vector<Argument> arguments;
  static void fields(auto&& see) {
    see("sequence", &EnrollIn::sequence);
    see("with", &EnrollIn::arguments);
  }
};
struct ExitAs : Node {
  Name name;
  static void fields(auto&& see) { see("name", &ExitAs::name); }
};
struct Accelerate : Node {
  std::string factor;  ///< As written without the `x`: "2", "1.5".
  static void fields(auto&& see) { see("factor", &Accelerate::factor); }
};
struct SetField : Node {
  Name name;  ///< `lead.topic`
  Expr value;
  static void fields(auto&& see) {
    see("name", &SetField::name);
    see("value", &SetField::value);
  }
};
struct Tag : Node {
  Name name;
  static void fields(auto&& see) { see("name", &Tag::name); }
};
/// `task owner "Call them" due 2d as call`
struct Task : Node {
  Name owner;
  Text text;
  std::optional<Duration> due;
  std::optional<Name> label;
  static void fields(auto&& see) {
    see("owner", &Task::owner);
    see("text", &Task::text);
    see("due", &Task::due);
    see("as", &Task::label);
  }
};
struct Notify : Node {
  Name who;
  Text text;
  static void fields(auto&& see) {
    see("who", &Notify::who);
    see("text", &Notify::text);
  }
};
/// `score intent +8`
struct AddPoints : Node {
  Name score;
  Integer points;
  static void fields(auto&& see) {
    see("score", &AddPoints::score);
    see("points", &AddPoints::points);
  }
};
/// `snooze 14d`
struct Snooze : Node {
  Duration length;
  static void fields(auto&& see) { see("length", &Snooze::length); }
};
struct Do : Node {
  Name function;
  std::vector<Expr> args;
  static void fields(auto&& see) {
    see("function", &Do::function);
    see("args", &Do::args);
  }
};
struct Jump : Node {
  Name step;
  static void fields(auto&& see) { see("step", &Jump::step); }
};
/// Stands where a statement could not be read, so that the statements around it keep their places. Never printed.
struct ErrorAction : Node {
  static void fields(auto&&) {}
};

struct Action : Statement {
  std::variant<ErrorAction, Send, SendNext, Wait, WaitDay, WaitUntil, WaitAnyOf, If, Split, MoveTo, EnrollIn, ExitAs, Accelerate, SetField,
               Tag, Notify, Task, AddPoints, Snooze, Do, Jump>
      what;
  static void fields(auto&& see) { see("what", &Action::what); }
};

// ---------------------------------------------------------------- sequences

/// `09:00`, or `lead.best_time else 09:00`: a time of day that a field of the lead may give.
struct ClockTime : Node {
  std::optional<Name> field;  ///< Dotted: `lead.best_time`.
  TimeOfDay time;
  static void fields(auto&& see) {
    see("field", &ClockTime::field);
    see("time", &ClockTime::time);
  }
};
/// `year on lead.birthday at 09:00`, `monday at 09:00`, `1mo from 2026-01-31 at 10:00`, behind `every`.
struct Recurrence : Node {
  enum class Kind : std::uint8_t { year, weekday, period };
  Kind kind = Kind::year;
  Name date;                   ///< year: dotted, a date of the lead
  bool leap_in_march = false;  ///< year: `feb29 mar1`
  std::int32_t weekday = 0;    ///< weekday: 0 = Monday .. 6 = Sunday
  Duration period;             ///< period
  DateTime from;               ///< period: the first time
  std::optional<TimeOfDay> time;
  static void fields(auto&& see) {
    see("kind", &Recurrence::kind);
    see("date", &Recurrence::date);
    see("leap_in_march", &Recurrence::leap_in_march);
    see("weekday", &Recurrence::weekday);
    see("period", &Recurrence::period);
    see("from", &Recurrence::from);
    see("time", &Recurrence::time);
  }
};

struct Enroll : Statement {
  Trigger trigger;
  std::optional<Expr> key;
  static void fields(auto&& see) {
    see("trigger", &Enroll::trigger);
    see("key", &Enroll::key);
  }
};
/// `enroll every monday at 09:00`
struct EnrollEvery : Statement {
  Recurrence every;
  static void fields(auto&& see) { see("every", &EnrollEvery::every); }
};
struct Reenroll : Statement {
  enum class Kind : std::uint8_t { never, always, after };
  Kind kind = Kind::never;
  Duration after;
  bool from_exit = false;  ///< after: from the last exit, not from the last entry.
  static void fields(auto&& see) {
    see("kind", &Reenroll::kind);
    see("after", &Reenroll::after);
    see("from_exit", &Reenroll::from_exit);
  }
};
/// `conflict restart until reminder`: what a second entry does while somebody is enrolled.
struct Conflict : Statement {
  std::optional<Name> until;  ///< Only while this step has not run.
  static void fields(auto&& see) { see("until", &Conflict::until); }
};
/// `priority 80`
struct Priority : Statement {
  Integer value;
  static void fields(auto&& see) { see("value", &Priority::value); }
};
/// `exclusive nurture`: one live sequence of the group per lead.
struct Exclusive : Statement {
  Name group;
  static void fields(auto&& see) { see("group", &Exclusive::group); }
};
/// `stay while lead.status == "open"`
struct Stay : Statement {
  Expr condition;
  static void fields(auto&& see) { see("while", &Stay::condition); }
};
/// `catch up latest`: which steps run that fell due while time passed without the engine.
struct CatchUp : Statement {
  enum class Kind : std::uint8_t { run, latest, skip };
  Kind kind = Kind::run;
  static void fields(auto&& see) { see("kind", &CatchUp::kind); }
};
/// `first day 1`: the day of the entry is day 1.
struct FirstDay : Statement {
  Integer day;
  static void fields(auto&& see) { see("day", &FirstDay::day); }
};
/// `anchor next actual`: days behind a step count from the day on which it ended.
struct AnchorNext : Statement {
  enum class Kind : std::uint8_t { planned, actual };
  Kind kind = Kind::planned;
  static void fields(auto&& see) { see("kind", &AnchorNext::kind); }
};
struct Anchor : Statement {
  enum class Otherwise : std::uint8_t { hold, exit };
  Name name;
  Expr value;
  std::optional<Zone> zone;  ///< In which a date without one is read.
  Otherwise otherwise = Otherwise::hold;
  std::optional<Duration> hold;  ///< hold: at most so long.
  static void fields(auto&& see) {
    see("name", &Anchor::name);
    see("value", &Anchor::value);
    see("zone", &Anchor::zone);
    see("else", &Anchor::otherwise);
    see("hold", &Anchor::hold);
  }
};
struct Owner : Statement {
  Text text;
  static void fields(auto&& see) { see("text", &Owner::text); }
};
struct DefaultTime : Statement {
  ClockTime time;
  static void fields(auto&& see) { see("time", &DefaultTime::time); }
};
/// `skip`, `send`, `grace 2h`, behind `late`.
struct LateRule : Node {
  enum class Kind : std::uint8_t { skip, send, grace };
  Kind kind = Kind::skip;
  Duration grace;
  static void fields(auto&& see) {
    see("kind", &LateRule::kind);
    see("grace", &LateRule::grace);
  }
};
struct Late : Statement {
  LateRule rule;
  static void fields(auto&& see) { see("rule", &Late::rule); }
};
struct PolicyItem : Statement {
  Name name;
  static void fields(auto&& see) { see("name", &PolicyItem::name); }
};
struct Suppress : Statement {
  Expr when;
  static void fields(auto&& see) { see("when", &Suppress::when); }
};
/// `goal paid value event.amount on order.placed`
struct Goal : Statement {
  Name name;
  std::optional<Expr> value;
  Trigger trigger;
  static void fields(auto&& see) {
    see("name", &Goal::name);
    see("value", &Goal::value);
    see("trigger", &Goal::trigger);
  }
};
struct Exit : Statement {
  Name name;
  Trigger trigger;
  static void fields(auto&& see) {
    see("name", &Exit::name);
    see("trigger", &Exit::trigger);
  }
};
/// `holdout 5% salt "2026-q1"`: the share of leads that get nothing, so that it can be measured what sending does.
struct Holdout : Statement {
  Integer percent;
  Text salt;
  static void fields(auto&& see) {
    see("percent", &Holdout::percent);
    see("salt", &Holdout::salt);
  }
};
struct Repeat : Node {
  enum class Kind : std::uint8_t { every_time, at_most_once_per };
  Kind kind = Kind::every_time;
  Duration per;
  static void fields(auto&& see) {
    see("kind", &Repeat::kind);
    see("per", &Repeat::per);
  }
};
struct Handler : Statement {
  Trigger trigger;
  std::optional<Name> label;
  std::optional<Repeat> repeat;
  Body body;
  static void fields(auto&& see) {
    see("trigger", &Handler::trigger);
    see("as", &Handler::label);
    see("repeat", &Handler::repeat);
    see("body", &Handler::body);
  }
};
struct Offset : Node {
  enum class Kind : std::uint8_t { day, at, immediately, after, every };
  Kind kind = Kind::immediately;
  std::int64_t day = 0;             ///< day
  bool day_signed = false;          ///< day: written with a sign (`day +2`), which counts from 0 whatever the first day is.
  Duration duration;                ///< at (signed), after
  std::optional<Name> from;         ///< day, at: the anchor
  std::optional<Recurrence> every;  ///< every
  static void fields(auto&& see) {
    see("kind", &Offset::kind);
    see("day", &Offset::day);
    see("day_signed", &Offset::day_signed);
    see("duration", &Offset::duration);
    see("from", &Offset::from);
    see("every", &Offset::every);
  }
};
struct Step : Statement {
  Offset offset;
  std::optional<Weekdays> weekdays;  ///< `on mon..fri`: moves to the next of these days.
  std::optional<ClockTime> time;
  std::optional<LateRule> late;
  bool again = false;  ///< Once for each date that its anchor takes.
  std::optional<Name> name;
  Body body;
  static void fields(auto&& see) {
    see("offset", &Step::offset);
    see("on", &Step::weekdays);
    see("time", &Step::time);
    see("late", &Step::late);
    see("again", &Step::again);
    see("name", &Step::name);
    see("body", &Step::body);
  }
};
struct Phase : Statement {
  Name name;
  std::optional<Text> title;
  std::vector<Step> steps;
  std::vector<std::string> dangling;
  static void fields(auto&& see) {
    see("name", &Phase::name);
    see("title", &Phase::title);
    see("steps", &Phase::steps);
  }
};

/// What a family of sequences leaves open: a constant of one of the plain types, or the name of a message or an event.
enum class ParameterType : std::uint8_t { string, int_, number, bool_, date, time, datetime, duration, message, event };
/// `topic: string`
struct Parameter : Node {
  Name name;
  ParameterType type = ParameterType::string;
  static void fields(auto&& see) {
    see("name", &Parameter::name);
    see("type", &Parameter::type);
  }
};

/// With parameters it is a family, of which each Instance makes a sequence.
struct Sequence : Declaration {
  Name name;
  std::vector<Parameter> parameters;
  std::optional<Text> title;
  std::vector<Owner> owners;
  std::vector<Priority> priorities;
  std::vector<Exclusive> exclusives;
  std::vector<Enroll> enrolls;
  std::vector<EnrollEvery> recurring_enrolls;
  std::vector<Accepts> accepts;  ///< What `move to` and `enroll in` hand over.
  std::vector<Reenroll> reenrolls;
  std::vector<Conflict> conflicts;
  std::vector<Stay> stays;
  std::vector<Anchor> anchors;
  std::vector<ZoneItem> zones;
  std::vector<DefaultTime> default_times;
  std::vector<FirstDay> first_days;
  std::vector<AnchorNext> anchor_nexts;
  std::vector<Late> lates;
  std::vector<CatchUp> catch_ups;
  std::vector<PolicyItem> policies;
  std::vector<Holdout> holdouts;
  std::vector<Suppress> suppressions;
  std::vector<Goal> goals;
  std::vector<Exit> exits;
  std::vector<std::variant<Step, Phase>> plan;
  std::vector<Handler> handlers;
  static void fields(auto&& see) {
    see("doc", &Sequence::doc);
    see("name", &Sequence::name);
    see("parameters", &Sequence::parameters);
    see("title", &Sequence::title);
    see("owner", &Sequence::owners);
    see("priority", &Sequence::priorities);
    see("exclusive", &Sequence::exclusives);
    see("enroll", &Sequence::enrolls);
    see("enroll_every", &Sequence::recurring_enrolls);
    see("accepts", &Sequence::accepts);
    see("reenroll", &Sequence::reenrolls);
    see("conflict", &Sequence::conflicts);
    see("stay", &Sequence::stays);
    see("anchors", &Sequence::anchors);
    see("zone", &Sequence::zones);
    see("default_time", &Sequence::default_times);
    see("first_day", &Sequence::first_days);
    see("anchor_next", &Sequence::anchor_nexts);
    see("late", &Sequence::lates);
    see("catch_up", &Sequence::catch_ups);
    see("policies", &Sequence::policies);
    see("holdout", &Sequence::holdouts);
    see("suppress", &Sequence::suppressions);
    see("goals", &Sequence::goals);
    see("exits", &Sequence::exits);
    see("plan", &Sequence::plan);
    see("handlers", &Sequence::handlers);
  }
};

/// `use lead_magnet(topic: "visas", asset: "guide") as visas_guide`: a sequence of a family.
struct Instance : Declaration {
  Name family;
  std::vector<Argument> arguments;
  Name name;
  static void fields(auto&& see) {
    see("doc", &Instance::doc);
    see("family", &Instance::family);
    see("with", &Instance::arguments);
    see("name", &Instance::name);
  }
};

/// Answers to behaviour that need no sequence: handlers of the lead itself.
struct Triggers : Declaration {
  Name name;
  std::optional<Text> title;
  std::vector<ZoneItem> zones;
  std::vector<PolicyItem> policies;
  std::vector<Suppress> suppressions;
  std::vector<Handler> handlers;
  static void fields(auto&& see) {
    see("doc", &Triggers::doc);
    see("name", &Triggers::name);
    see("title", &Triggers::title);
    see("zone", &Triggers::zones);
    see("policies", &Triggers::policies);
    see("suppress", &Triggers::suppressions);
    see("handlers", &Triggers::handlers);
  }
};

// ---------------------------------------------------------------- versions

/// `step case_study -> success_story timer due`, `step old_survey -> exit removed`
struct MigrateStep : Statement {
  enum class Timer : std::uint8_t { due, remaining, anew };
  Name from;
  bool exits = false;  ///< `to` is the name of an exit.
  Name to;
  std::optional<Timer> timer;
  static void fields(auto&& see) {
    see("from", &MigrateStep::from);
    see("exit", &MigrateStep::exits);
    see("to", &MigrateStep::to);
    see("timer", &MigrateStep::timer);
  }
};
/// What becomes of those who are in another version of a sequence.
struct Migrate : Declaration {
  Name name;  ///< Of the sequence.
  Text version;
  std::vector<MigrateStep> steps;
  static void fields(auto&& see) {
    see("doc", &Migrate::doc);
    see("name", &Migrate::name);
    see("from", &Migrate::version);
    see("steps", &Migrate::steps);
  }
};

// ---------------------------------------------------------------- streams and broadcasts

/// `enroll when subscriber`; a stream has no keys.
struct StreamEnroll : Statement {
  Trigger trigger;
  static void fields(auto&& see) { see("trigger", &StreamEnroll::trigger); }
};
/// `cadence every monday at 09:00`
struct Cadence : Statement {
  Recurrence every;
  static void fields(auto&& see) { see("every", &Cadence::every); }
};
/// `send tips_1`: a piece of a stream, or what a broadcast sends.
struct Piece : Statement {
  Name message;
  static void fields(auto&& see) { see("message", &Piece::message); }
};
/// `exhausted { move to evergreen }`
struct Exhausted : Statement {
  Body body;
  static void fields(auto&& see) { see("body", &Exhausted::body); }
};
/// Pieces in an order, of which each lead gets the next one that it has not received, at a cadence.
struct Stream : Declaration {
  Name name;
  std::optional<Text> title;
  std::vector<Priority> priorities;
  std::vector<StreamEnroll> enrolls;
  std::vector<Stay> stays;
  std::vector<ZoneItem> zones;
  std::vector<Cadence> cadences;
  std::vector<PolicyItem> policies;
  std::vector<Holdout> holdouts;
  std::vector<Suppress> suppressions;
  std::vector<Goal> goals;
  std::vector<Exit> exits;
  std::vector<Piece> pieces;
  std::vector<Exhausted> exhausted;
  static void fields(auto&& see) {
    see("doc", &Stream::doc);
    see("name", &Stream::name);
    see("title", &Stream::title);
    see("priority", &Stream::priorities);
    see("enroll", &Stream::enrolls);
    see("stay", &Stream::stays);
    see("zone", &Stream::zones);
    see("cadence", &Stream::cadences);
    see("policies", &Stream::policies);
    see("holdout", &Stream::holdouts);
    see("suppress", &Stream::suppressions);
    see("goals", &Stream::goals);
    see("exits", &Stream::exits);
    see("pieces", &Stream::pieces);
    see("exhausted", &Stream::exhausted);
  }
};

/// `to segment affected`
struct BroadcastTo : Statement {
  Name segment;
  static void fields(auto&& see) { see("segment", &BroadcastTo::segment); }
};
/// `at 2026-03-02T10:00`: it starts by itself.
struct BroadcastAt : Statement {
  DateTime start;
  static void fields(auto&& see) { see("start", &BroadcastAt::start); }
};
/// One message to every lead of a segment, whenever it is started.
struct Broadcast : Declaration {
  Name name;
  std::optional<Text> title;
  std::vector<Priority> priorities;
  std::vector<BroadcastTo> targets;
  std::vector<BroadcastAt> starts;
  std::vector<Spread> spreads;
  std::vector<ZoneItem> zones;
  std::vector<PolicyItem> policies;
  std::vector<Piece> messages;
  static void fields(auto&& see) {
    see("doc", &Broadcast::doc);
    see("name", &Broadcast::name);
    see("title", &Broadcast::title);
    see("priority", &Broadcast::priorities);
    see("to", &Broadcast::targets);
    see("at", &Broadcast::starts);
    see("spread", &Broadcast::spreads);
    see("zone", &Broadcast::zones);
    see("policies", &Broadcast::policies);
    see("send", &Broadcast::messages);
  }
};

// ---------------------------------------------------------------- the project

/// `keep page.view for 180d`: history for questions that are not asked yet.
struct Keep : Statement {
  Name event;
  Duration length;
  static void fields(auto&& see) {
    see("event", &Keep::event);
    see("for", &Keep::length);
  }
};

/// `retain events 400d`, `retain leads 730d after idle(any)`: what is older is forgotten.
struct Retain : Statement {
  enum class Kind : std::uint8_t { events, leads };
  Kind kind = Kind::events;
  Duration length;
  std::optional<Expr> after;  ///< leads
  static void fields(auto&& see) {
    see("kind", &Retain::kind);
    see("length", &Retain::length);
    see("after", &Retain::after);
  }
};

/// What is common to all files of a program.
struct Project : Declaration {
  Name name;
  std::optional<Text> title;
  std::vector<ZoneItem> zones;
  std::vector<PolicyItem> policies;
  std::vector<Holdout> holdouts;
  std::vector<Keep> keeps;
  std::vector<Retain> retains;
  static void fields(auto&& see) {
    see("doc", &Project::doc);
    see("name", &Project::name);
    see("title", &Project::title);
    see("zone", &Project::zones);
    see("policies", &Project::policies);
    see("holdout", &Project::holdouts);
    see("keep", &Project::keeps);
    see("retain", &Project::retains);
  }
};

// ---------------------------------------------------------------- where leads stand

/// `stage purchase on order.placed`. One without a trigger is where a lead begins.
struct Stage : Statement {
  Name name;
  std::optional<Trigger> trigger;
  static void fields(auto&& see) {
    see("name", &Stage::name);
    see("trigger", &Stage::trigger);
  }
};
/// The stages of a journey, of which each lead is in one.
struct Lifecycle : Declaration {
  Name name;
  std::vector<Stage> stages;
  static void fields(auto&& see) {
    see("doc", &Lifecycle::doc);
    see("name", &Lifecycle::name);
    see("stages", &Lifecycle::stages);
  }
};
/// `audience buyers on ads when any(order.placed)`: who is in it is told to the channel.
struct Audience : Declaration {
  Name name;
  Name channel;
  Expr condition;
  static void fields(auto&& see) {
    see("doc", &Audience::doc);
    see("name", &Audience::name);
    see("on", &Audience::channel);
    see("when", &Audience::condition);
  }
};

// ---------------------------------------------------------------- scores

struct Range : Statement {
  Integer from, to;
  static void fields(auto&& see) {
    see("from", &Range::from);
    see("to", &Range::to);
  }
};
struct Limit : Node {
  Integer count;
  Duration per;
  static void fields(auto&& see) {
    see("count", &Limit::count);
    see("per", &Limit::per);
  }
};
struct Rule : Statement {
  Integer points;
  Name name;
  Trigger trigger;
  std::optional<Limit> limit;
  std::optional<Body> then;
  static void fields(auto&& see) {
    see("points", &Rule::points);
    see("name", &Rule::name);
    see("trigger", &Rule::trigger);
    see("limit", &Rule::limit);
    see("then", &Rule::then);
  }
};
struct ScoreCategory : Statement {
  Name name;
  Integer weight, max;
  std::vector<Rule> rules;
  std::vector<std::string> dangling;
  static void fields(auto&& see) {
    see("name", &ScoreCategory::name);
    see("weight", &ScoreCategory::weight);
    see("max", &ScoreCategory::max);
    see("rules", &ScoreCategory::rules);
  }
};
struct Reset : Statement {
  Trigger trigger;
  Integer to;
  static void fields(auto&& see) {
    see("trigger", &Reset::trigger);
    see("to", &Reset::to);
  }
};
struct Decay : Statement {
  enum class Kind : std::uint8_t { points, percent, half };
  Kind kind = Kind::points;
  Integer amount;  ///< points, percent
  Duration per;
  Expr when;
  std::optional<Integer> floor;
  static void fields(auto&& see) {
    see("kind", &Decay::kind);
    see("amount", &Decay::amount);
    see("per", &Decay::per);
    see("when", &Decay::when);
    see("floor", &Decay::floor);
  }
};
struct Tier : Statement {
  Name name;
  Integer from;
  std::optional<Integer> to;
  std::optional<Integer> hysteresis;
  static void fields(auto&& see) {
    see("name", &Tier::name);
    see("from", &Tier::from);
    see("to", &Tier::to);
    see("hysteresis", &Tier::hysteresis);
  }
};
struct TierAction : Statement {
  enum class Kind : std::uint8_t { enter, leave };
  Kind kind = Kind::enter;
  Name tier;
  Body body;
  static void fields(auto&& see) {
    see("kind", &TierAction::kind);
    see("tier", &TierAction::tier);
    see("body", &TierAction::body);
  }
};

struct Score : Declaration {
  Name name;
  std::optional<Text> title;
  std::vector<Range> ranges;
  std::vector<ScoreCategory> categories;
  std::vector<Rule> rules;
  std::vector<Decay> decays;
  std::vector<Reset> resets;
  std::vector<Tier> tiers;
  std::vector<TierAction> tier_actions;
  static void fields(auto&& see) {
    see("doc", &Score::doc);
    see("name", &Score::name);
    see("title", &Score::title);
    see("range", &Score::ranges);
    see("categories", &Score::categories);
    see("rules", &Score::rules);
    see("decay", &Score::decays);
    see("reset", &Score::resets);
    see("tiers", &Score::tiers);
    see("tier_actions", &Score::tier_actions);
  }
};

// ---------------------------------------------------------------- tests

struct GivenLead : Node {
  Expr values;  ///< map
  static void fields(auto&& see) { see("values", &GivenLead::values); }
};
struct GivenConsent : Node {
  std::vector<Name> categories;
  static void fields(auto&& see) { see("categories", &GivenConsent::categories); }
};
struct GivenSplit : Node {
  Name split, arm;
  static void fields(auto&& see) {
    see("split", &GivenSplit::split);
    see("arm", &GivenSplit::arm);
  }
};
struct GivenScore : Node {
  Name score;
  Integer value;
  static void fields(auto&& see) {
    see("score", &GivenScore::score);
    see("value", &GivenScore::value);
  }
};
/// `given holdout`: the lead belongs to those that are held out.
struct GivenHoldout : Node {
  static void fields(auto&&) {}
};
struct Given : Statement {
  std::variant<GivenLead, GivenConsent, GivenSplit, GivenScore, GivenHoldout> what;
  static void fields(auto&& see) { see("what", &Given::what); }
};

struct Instant : Node {
  enum class Kind : std::uint8_t { absolute, day, relative };
  Kind kind = Kind::absolute;
  DateTime date_time;    ///< absolute
  std::int64_t day = 0;  ///< day
  TimeOfDay time;        ///< day
  Duration offset;       ///< relative to the line before
  static void fields(auto&& see) {
    see("kind", &Instant::kind);
    see("date_time", &Instant::date_time);
    see("day", &Instant::day);
    see("time", &Instant::time);
    see("offset", &Instant::offset);
  }
};

struct ExpectNoSend : Node {
  static void fields(auto&&) {}
};
struct ExpectSend : Node {
  Name message;
  std::optional<Name> channel, variant;
  static void fields(auto&& see) {
    see("message", &ExpectSend::message);
    see("by", &ExpectSend::channel);
    see("variant", &ExpectSend::variant);
  }
};
struct ExpectHeld : Node {
  Name message;
  Instant until;
  static void fields(auto&& see) {
    see("message", &ExpectHeld::message);
    see("until", &ExpectHeld::until);
  }
};
struct ExpectSkipped : Node {
  Name message, reason;
  static void fields(auto&& see) {
    see("message", &ExpectSkipped::message);
    see("reason", &ExpectSkipped::reason);
  }
};
struct ExpectExit : Node {
  Name name;
  static void fields(auto&& see) { see("name", &ExpectExit::name); }
};
struct ExpectMoved : Node {
  Name sequence;
  static void fields(auto&& see) { see("sequence", &ExpectMoved::sequence); }
};
struct ExpectAtStep : Node {
  Name step;
  static void fields(auto&& see) { see("step", &ExpectAtStep::step); }
};
struct ExpectScore : Node {
  Name score;
  ExprKind op = ExprKind::equal;  ///< One of the six relations.
  Integer value;
  static void fields(auto&& see) {
    see("score", &ExpectScore::score);
    see("op", &ExpectScore::op);
    see("value", &ExpectScore::value);
  }
};
struct ExpectTier : Node {
  Name score, tier;
  static void fields(auto&& see) {
    see("score", &ExpectTier::score);
    see("tier", &ExpectTier::tier);
  }
};
struct ExpectStage : Node {
  Name lifecycle, stage;
  static void fields(auto&& see) {
    see("lifecycle", &ExpectStage::lifecycle);
    see("stage", &ExpectStage::stage);
  }
};
/// `expect joined buyers`, `expect left buyers`
struct ExpectMembership : Node {
  enum class Kind : std::uint8_t { joined, left };
  Kind kind = Kind::joined;
  Name audience;
  static void fields(auto&& see) {
    see("kind", &ExpectMembership::kind);
    see("audience", &ExpectMembership::audience);
  }
};
struct ExpectGoal : Node {
  Name name;
  static void fields(auto&& see) { see("name", &ExpectGoal::name); }
};
struct ExpectNotified : Node {
  Name who;
  static void fields(auto&& see) { see("who", &ExpectNotified::who); }
};
struct ExpectTask : Node {
  Name owner;
  static void fields(auto&& see) { see("owner", &ExpectTask::owner); }
};
struct ExpectCondition : Node {
  Expr condition;
  static void fields(auto&& see) { see("condition", &ExpectCondition::condition); }
};
/// `expect nothing more`; only without an instant.
struct ExpectNothingMore : Node {
  static void fields(auto&&) {}
};

using Outcome =
    std::variant<ExpectNoSend, ExpectSend, ExpectHeld, ExpectSkipped, ExpectExit, ExpectMoved, ExpectAtStep, ExpectScore, ExpectTier,
                 ExpectStage, ExpectMembership, ExpectGoal, ExpectNotified, ExpectTask, ExpectCondition, ExpectNothingMore>;

struct FeedEvent : Node {
  Name name;
  std::optional<Expr> values;  ///< map
  static void fields(auto&& see) {
    see("name", &FeedEvent::name);
    see("with", &FeedEvent::values);
  }
};
struct FeedSet : Node {
  Name name;
  Expr value;
  static void fields(auto&& see) {
    see("name", &FeedSet::name);
    see("value", &FeedSet::value);
  }
};
struct FeedConsent : Node {
  Name category;
  bool withdrawn = false;
  static void fields(auto&& see) {
    see("category", &FeedConsent::category);
    see("withdrawn", &FeedConsent::withdrawn);
  }
};
struct FeedDelivery : Node {
  enum class Result : std::uint8_t { failed, bounced };
  Name message;
  Result result = Result::failed;
  static void fields(auto&& see) {
    see("message", &FeedDelivery::message);
    see("result", &FeedDelivery::result);
  }
};
struct FeedGap : Node {
  Duration duration;
  static void fields(auto&& see) { see("duration", &FeedGap::duration); }
};
/// `pause`, `pause sequence trial`: what stands still.
struct FeedPause : Node {
  enum class What : std::uint8_t { all, sequence, channel, lead };
  What what = What::all;
  std::optional<Name> name;  ///< Of the sequence or the channel; the lead is the one of the test.
  static void fields(auto&& see) {
    see("what", &FeedPause::what);
    see("name", &FeedPause::name);
  }
};
struct FeedResume : FeedPause {};
/// The host erases the lead.
struct FeedErase : Node {
  static void fields(auto&&) {}
};

/// `broadcast policy_change`: it is started.
struct FeedBroadcast : Node {
  Name name;
  static void fields(auto&& see) { see("name", &FeedBroadcast::name); }
};
/// `promote ask = warm`: from here on everybody gets this arm.
struct FeedPromote : Node {
  Name split, arm;
  static void fields(auto&& see) {
    see("split", &FeedPromote::split);
    see("arm", &FeedPromote::arm);
  }
};

/// One line of a test's timeline: something fed at an instant, or something expected, with or without an instant.
struct TestLine : Statement {
  std::optional<Instant> at;
  std::variant<Outcome, FeedEvent, FeedSet, FeedConsent, FeedDelivery, FeedGap, FeedPause, FeedResume, FeedErase, FeedBroadcast,
               FeedPromote>
      what;
  static void fields(auto&& see) {
    see("at", &TestLine::at);
    see("what", &TestLine::what);
  }
};

struct Test : Declaration {
  Text name;
  Name subject;
  std::vector<Given> givens;
  std::vector<TestLine> timeline;
  static void fields(auto&& see) {
    see("doc", &Test::doc);
    see("name", &Test::name);
    see("for", &Test::subject);
    see("given", &Test::givens);
    see("timeline", &Test::timeline);
  }
};

// ---------------------------------------------------------------- files

/// A comment as the parser met it; attach_comments() moves them to the statements they belong to.
struct RawComment {
  Span span;         ///< From its `#` to the end of the line, without the line break.
  std::string text;  ///< As written, right-trimmed, `//` turned into `#`.
};

struct File : Node {
  std::optional<Integer> edition;  ///< `nurture 1`
  Comments edition_comments;
  std::vector<Use> uses;
  std::vector<Project> projects;
  std::vector<Lead> leads;
  std::vector<Event> events;
  std::vector<Channel> channels;
  std::vector<Category> categories;
  std::vector<Segment> segments;
  std::vector<Policy> policies;
  std::vector<FieldSet> field_sets;
  std::vector<Message> messages;
  std::vector<Pool> pools;
  std::vector<Sequence> sequences;
  std::vector<Instance> instances;
  std::vector<Triggers> triggers;
  std::vector<Migrate> migrations;
  std::vector<Stream> streams;
  std::vector<Broadcast> broadcasts;
  std::vector<Score> scores;
  std::vector<Lifecycle> lifecycles;
  std::vector<Audience> audiences;
  std::vector<Test> tests;
  std::vector<std::string> dangling;     ///< Comments behind the last declaration.
  std::vector<RawComment> raw_comments;  ///< Filled by the parser, emptied by attach_comments().
  /// Text that was reported and passed over. What it would have declared is not known, so its names are not missed.
  std::vector<Span> unread;
  static void fields(auto&& see) {
    see("edition", &File::edition);
    see("use", &File::uses);
    see("projects", &File::projects);
    see("leads", &File::leads);
    see("events", &File::events);
    see("channels", &File::channels);
    see("categories", &File::categories);
    see("segments", &File::segments);
    see("policies", &File::policies);
    see("field_sets", &File::field_sets);
    see("messages", &File::messages);
    see("pools", &File::pools);
    see("sequences", &File::sequences);
    see("instances", &File::instances);
    see("triggers", &File::triggers);
    see("migrations", &File::migrations);
    see("streams", &File::streams);
    see("broadcasts", &File::broadcasts);
    see("scores", &File::scores);
    see("lifecycles", &File::lifecycles);
    see("audiences", &File::audiences);
    see("tests", &File::tests);
  }
};

}  // namespace nurture::ast
