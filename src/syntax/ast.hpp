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
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace nurture::ast {

/// A name and the member it stands for.
template <class T, class M>
struct Member {
  const char* name;
  M T::*pointer;
};
template <class T, class M>
constexpr Member<T, M> member(const char* name, M T::*pointer) {
  return {name, pointer};
}

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
  static constexpr auto fields() { return std::tuple{member("text", &Name::text)}; }
};

/// A quoted text, decoded.
struct Text : Node {
  std::string value;
  static constexpr auto fields() { return std::tuple{member("value", &Text::value)}; }
};

/// An integer, e.g. of a range, a limit, a share in percent, points with a sign.
struct Integer : Node {
  std::int64_t value = 0;
  static constexpr auto fields() { return std::tuple{member("value", &Integer::value)}; }
};

/// A length of time as written. Calendar part and exact part are kept apart: `1mo2d3h` is {1, 2, 10800}.
struct Duration : Node {
  std::string text;          ///< As written, with its sign if it has one: "-2h", "14d".
  std::int64_t months = 0;   ///< y and mo
  std::int64_t days = 0;     ///< w and d
  std::int64_t seconds = 0;  ///< h, min and s
  static constexpr auto fields() { return std::tuple{member("text", &Duration::text)}; }
};

/// A time of day, minutes since midnight.
struct TimeOfDay : Node {
  std::int32_t minutes = 0;  ///< 0..1439; 24:00 is refused by the parser
  static constexpr auto fields() { return std::tuple{member("minutes", &TimeOfDay::minutes)}; }
};

/// A date or date-time as written ("2026-03-02", "2026-03-02T08:00", "...Z", "...+02:00").
struct DateTime : Node {
  std::string text;
  static constexpr auto fields() { return std::tuple{member("text", &DateTime::text)}; }
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
  fold,      // text is sum avg distinct; `field` of `pattern`
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
  static constexpr auto fields() {
    return std::tuple{member("kind", &Expr::kind), member("text", &Expr::text), member("field", &Expr::field), member("args", &Expr::args),
                      member("pattern", &Expr::pattern)};
  }
};

struct Window : Node {
  enum class Kind : std::uint8_t { within, since_enrolled, since_step, since_anchor, since_date };
  Kind kind = Kind::within;
  Duration within;  ///< within
  Name name;        ///< since step, since anchor
  DateTime date;    ///< since date
  static constexpr auto fields() {
    return std::tuple{member("kind", &Window::kind), member("within", &Window::within), member("name", &Window::name),
                      member("date", &Window::date)};
  }
};

/// Which events: `email.open or email.click where event.link == "x" within 14d`; `of welcome` are those about that message.
struct Pattern : Node {
  std::vector<Name> events;
  std::optional<Name> of;
  std::optional<Expr> where;
  std::optional<Window> window;
  static constexpr auto fields() {
    return std::tuple{member("events", &Pattern::events), member("of", &Pattern::of), member("where", &Pattern::where),
                      member("window", &Pattern::window)};
  }
};

/// `on PATTERN` or `when EXPR`; exactly one is present.
struct Trigger : Node {
  std::optional<Pattern> on;
  std::optional<Expr> when;
  static constexpr auto fields() { return std::tuple{member("on", &Trigger::on), member("when", &Trigger::when)}; }
};

// ---------------------------------------------------------------- vocabulary

enum class TypeKind : std::uint8_t { string, int_, number, bool_, date, time, datetime, duration, enum_, list };

struct Type : Node {
  TypeKind kind = TypeKind::string;
  bool optional = false;
  std::vector<Name> values;          ///< enum
  std::optional<Box<Type>> element;  ///< list
  static constexpr auto fields() {
    return std::tuple{member("kind", &Type::kind), member("optional", &Type::optional), member("values", &Type::values),
                      member("element", &Type::element)};
  }
};

struct Field : Statement {
  Name name;
  Type type;
  std::optional<Expr> fallback;  ///< `= literal`
  static constexpr auto fields() {
    return std::tuple{member("name", &Field::name), member("type", &Field::type), member("default", &Field::fallback)};
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
  static constexpr auto fields() { return std::tuple{member("path", &Use::path)}; }
};

struct Lead : Declaration {
  std::vector<Field> members;
  static constexpr auto fields() { return std::tuple{member("doc", &Lead::doc), member("fields", &Lead::members)}; }
};

struct Event : Declaration {
  Name name;
  std::optional<Text> external;  ///< `as "Order Completed"`: the name used outside
  std::vector<Field> members;
  bool braces = false;  ///< Layout.
  static constexpr auto fields() {
    return std::tuple{member("doc", &Event::doc), member("name", &Event::name), member("as", &Event::external),
                      member("fields", &Event::members)};
  }
};

struct Segment : Declaration {
  Name name;
  Expr condition;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Segment::doc), member("name", &Segment::name), member("condition", &Segment::condition)};
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
  static constexpr auto fields() {
    return std::tuple{member("doc", &Category::doc),
                      member("name", &Category::name),
                      member("consent", &Category::consent),
                      member("double_opt_in", &Category::double_opt_in),
                      member("transactional", &Category::transactional),
                      member("under", &Category::under),
                      member("suppress", &Category::suppress)};
  }
};

/// `requires lead.email`: an expression that must be known.
struct Requires : Statement {
  Expr value;
  static constexpr auto fields() { return std::tuple{member("value", &Requires::value)}; }
};
/// `retry 5 times from 1min to 6h`
struct Retry : Statement {
  Integer times;
  Duration from, to;
  static constexpr auto fields() {
    return std::tuple{member("times", &Retry::times), member("from", &Retry::from), member("to", &Retry::to)};
  }
};
/// `rate 500 per 1min`
struct Rate : Statement {
  Integer count;
  Duration per;
  static constexpr auto fields() { return std::tuple{member("count", &Rate::count), member("per", &Rate::per)}; }
};
/// `breaker open at 50% of 40 within 5min probe after 10min`
struct Breaker : Statement {
  Integer percent, of;
  Duration within, probe;
  static constexpr auto fields() {
    return std::tuple{member("percent", &Breaker::percent), member("of", &Breaker::of), member("within", &Breaker::within),
                      member("probe", &Breaker::probe)};
  }
};
/// `cost 0.002`
struct Cost : Statement {
  Expr value;  ///< A number.
  static constexpr auto fields() { return std::tuple{member("value", &Cost::value)}; }
};

/// `channel email { requires lead.email }`: how people are reached, and what the way there bears. Each item is said once.
struct Channel : Declaration {
  Name name;
  std::vector<Requires> requirements;
  std::vector<Retry> retries;
  std::vector<Rate> rates;
  std::vector<Breaker> breakers;
  std::vector<Cost> costs;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Channel::doc),       member("name", &Channel::name),  member("requires", &Channel::requirements),
                      member("retry", &Channel::retries), member("rate", &Channel::rates), member("breaker", &Channel::breakers),
                      member("cost", &Channel::costs)};
  }
};

// ---------------------------------------------------------------- policies and messages

struct Zone : Node {
  enum class Kind : std::uint8_t { lead, anchor, named };
  Kind kind = Kind::lead;
  Text name;  ///< named
  static constexpr auto fields() { return std::tuple{member("kind", &Zone::kind), member("name", &Zone::name)}; }
};

enum class HoldOrDrop : std::uint8_t { hold, drop };

struct QuietHours : Statement {
  TimeOfDay from, to;
  std::optional<Zone> zone;
  std::optional<HoldOrDrop> then;
  static constexpr auto fields() {
    return std::tuple{member("from", &QuietHours::from), member("to", &QuietHours::to), member("in", &QuietHours::zone),
                      member("then", &QuietHours::then)};
  }
};

/// Days are 0 = Monday .. 6 = Sunday. `fri..mon` wraps.
struct Weekdays : Node {
  std::int32_t first_day = 0, last_day = 0;
  static constexpr auto fields() { return std::tuple{member("first_day", &Weekdays::first_day), member("last_day", &Weekdays::last_day)}; }
};
/// `allow mon..fri else hold`
struct Allow : Statement {
  Weekdays days;
  std::optional<HoldOrDrop> otherwise;
  static constexpr auto fields() { return std::tuple{member("days", &Allow::days), member("else", &Allow::otherwise)}; }
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
  static constexpr auto fields() {
    return std::tuple{member("count", &Cap::count), member("unit", &Cap::unit),         member("per", &Cap::per),
                      member("on", &Cap::channel),  member("counting", &Cap::counting), member("when", &Cap::when),
                      member("then", &Cap::then)};
  }
};

/// `hold at most 5d`
struct HoldLimit : Statement {
  Duration length;
  static constexpr auto fields() { return std::tuple{member("length", &HoldLimit::length)}; }
};

/// `hold while any(sales.task_opened within 30d) as with_sales`
struct HoldWhile : Statement {
  Expr condition;
  std::optional<Name> label;
  static constexpr auto fields() { return std::tuple{member("condition", &HoldWhile::condition), member("as", &HoldWhile::label)}; }
};

/// `spread 30min`
struct Spread : Statement {
  Duration length;
  static constexpr auto fields() { return std::tuple{member("length", &Spread::length)}; }
};

struct Exempt : Statement {
  std::vector<Name> categories;
  static constexpr auto fields() { return std::tuple{member("categories", &Exempt::categories)}; }
};

struct ZoneItem : Statement {
  Zone zone;
  static constexpr auto fields() { return std::tuple{member("zone", &ZoneItem::zone)}; }
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
  static constexpr auto fields() {
    return std::tuple{member("doc", &Policy::doc),
                      member("name", &Policy::name),
                      member("quiet_hours", &Policy::quiet_hours),
                      member("allow", &Policy::allows),
                      member("caps", &Policy::caps),
                      member("exempt", &Policy::exempts),
                      member("hold_while", &Policy::hold_whiles),
                      member("hold_at_most", &Policy::hold_limits),
                      member("spread", &Policy::spreads),
                      member("zone", &Policy::zones)};
  }
};

struct ChannelItem : Statement {
  std::vector<Name> channels;
  static constexpr auto fields() { return std::tuple{member("channels", &ChannelItem::channels)}; }
};
struct CategoryItem : Statement {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &CategoryItem::name)}; }
};
struct TemplateItem : Statement {
  Text text;
  static constexpr auto fields() { return std::tuple{member("text", &TemplateItem::text)}; }
};
struct SubjectItem : Statement {
  Text text;  ///< May hold `{{ expression }}`.
  static constexpr auto fields() { return std::tuple{member("text", &SubjectItem::text)}; }
};
/// `field cta = "Take the test"`; string literals may hold `{{ expression }}`.
struct FieldItem : Statement {
  Name name;
  Expr value;
  static constexpr auto fields() { return std::tuple{member("name", &FieldItem::name), member("value", &FieldItem::value)}; }
};

struct PreviewItem : Statement {
  Text text;  ///< May hold `{{ expression }}`, as all texts below.
  static constexpr auto fields() { return std::tuple{member("text", &PreviewItem::text)}; }
};
/// `body "text"`, or `body file "plans.md"` for a file beside the one that says so.
struct BodyItem : Statement {
  Text text;  ///< The text itself; of a file, its path.
  bool is_file = false;
  std::optional<Text> content;  ///< What stands in the file. No part of the tree: check::load() finds it.
  static constexpr auto fields() { return std::tuple{member("text", &BodyItem::text), member("file", &BodyItem::is_file)}; }
};
/// `from lead.owner_name else "The team"`; a string literal is a text.
struct FromItem : Statement {
  Expr value;
  std::optional<Text> otherwise;
  static constexpr auto fields() { return std::tuple{member("value", &FromItem::value), member("else", &FromItem::otherwise)}; }
};
struct TopicItem : Statement {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &TopicItem::name)}; }
};
/// `link book "https://example.com/book"`
struct LinkItem : Statement {
  Name name;
  Text url;
  static constexpr auto fields() { return std::tuple{member("name", &LinkItem::name), member("url", &LinkItem::url)}; }
};

/// `saas, fintech "a software team"`, a case of `choose`.
struct ChooseCase : Statement {
  std::vector<Name> values;
  Text text;
  static constexpr auto fields() { return std::tuple{member("values", &ChooseCase::values), member("text", &ChooseCase::text)}; }
};
struct ChooseElse : Statement {
  Text text;
  static constexpr auto fields() { return std::tuple{member("text", &ChooseElse::text)}; }
};
/// `choose example by lead.industry { saas "a software team" else "a team" }`: a field whose text a value decides.
struct ChooseItem : Statement {
  Name name;
  Expr by;
  std::vector<ChooseCase> cases;
  std::vector<ChooseElse> otherwise;  ///< At most one is meaningful; the checker refuses more.
  std::vector<std::string> dangling;
  static constexpr auto fields() {
    return std::tuple{member("name", &ChooseItem::name), member("by", &ChooseItem::by), member("cases", &ChooseItem::cases),
                      member("else", &ChooseItem::otherwise)};
  }
};
/// `use fields persona`
struct UseFields : Statement {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &UseFields::name)}; }
};
/// Fields that messages share: `fields persona { ... }`.
struct FieldSet : Declaration {
  Name name;
  std::vector<FieldItem> message_fields;
  std::vector<ChooseItem> choices;
  static constexpr auto fields() {
    return std::tuple{member("doc", &FieldSet::doc), member("name", &FieldSet::name), member("fields", &FieldSet::message_fields),
                      member("choices", &FieldSet::choices)};
  }
};

/// `accepts { plan: string }`: what a `send` hands over.
struct Accepts : Statement {
  std::vector<Field> members;
  std::vector<std::string> dangling;
  static constexpr auto fields() { return std::tuple{member("fields", &Accepts::members)}; }
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
  static constexpr auto fields();
};

/// With a share, a condition, as what is left (`else`), or sent by name alone.
struct Variant : Statement {
  Name name;
  std::optional<Integer> percent;
  std::optional<Expr> when;
  bool otherwise = false;
  Box<MessageItems> items;
  std::vector<std::string> dangling;
  static constexpr auto fields() {
    return std::tuple{member("name", &Variant::name), member("percent", &Variant::percent), member("when", &Variant::when),
                      member("else", &Variant::otherwise), member("items", &Variant::items)};
  }
};

constexpr auto MessageItems::fields() {
  return std::tuple{member("channels", &MessageItems::channels),      member("categories", &MessageItems::categories),
                    member("accepts", &MessageItems::accepts),        member("templates", &MessageItems::templates),
                    member("subjects", &MessageItems::subjects),      member("previews", &MessageItems::previews),
                    member("bodies", &MessageItems::bodies),          member("from", &MessageItems::senders),
                    member("topics", &MessageItems::topics),          member("links", &MessageItems::links),
                    member("use_fields", &MessageItems::used_fields), member("fields", &MessageItems::message_fields),
                    member("choices", &MessageItems::choices),        member("variants", &MessageItems::variants)};
}

struct Message : Declaration {
  Name name;
  std::optional<Text> title;
  MessageItems items;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Message::doc), member("name", &Message::name), member("title", &Message::title),
                      member("items", &Message::items)};
  }
};

/// `pool tips = tips_1, tips_2`: messages of which `send next of` takes one after another.
struct Pool : Declaration {
  Name name;
  std::vector<Name> messages;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Pool::doc), member("name", &Pool::name), member("messages", &Pool::messages)};
  }
};

// ---------------------------------------------------------------- actions

struct Action;

/// One action or a block of them. In YAML always a list.
struct Body : Node {
  std::vector<Action> actions;
  bool braces = true;                 ///< Layout: false for a single action without braces.
  std::vector<std::string> dangling;  ///< Comments behind the last action.
  static constexpr auto fields();
};

/// `plan = trigger.plan`, behind `with`.
struct Argument : Node {
  Name name;
  Expr value;
  static constexpr auto fields() { return std::tuple{member("name", &Argument::name), member("value", &Argument::value)}; }
};
struct Send : Node {
  Name message;
  std::optional<Name> variant;
  std::vector<Argument> arguments;      ///< `with plan = trigger.plan`
  bool preferred = false;               ///< `by preferred of email, sms`: on one of them.
  std::vector<Name> channels;           ///< `by email, sms`
  std::optional<Duration> sent_within;  ///< `unless sent within 30d`
  static constexpr auto fields() {
    return std::tuple{member("message", &Send::message), member("variant", &Send::variant),
                      member("with", &Send::arguments),  member("preferred", &Send::preferred),
                      member("by", &Send::channels),     member("unless_sent_within", &Send::sent_within)};
  }
};
/// `send next of tips`
struct SendNext : Node {
  Name pool;
  static constexpr auto fields() { return std::tuple{member("pool", &SendNext::pool)}; }
};
/// `wait 3d`, `wait 3d until 09:00`
struct Wait : Node {
  Duration duration;
  std::optional<TimeOfDay> until;
  static constexpr auto fields() { return std::tuple{member("duration", &Wait::duration), member("until", &Wait::until)}; }
};
/// `wait until mon 09:00`; days as in Allow.
struct WaitDay : Node {
  Weekdays days;
  TimeOfDay time;
  static constexpr auto fields() { return std::tuple{member("days", &WaitDay::days), member("time", &WaitDay::time)}; }
};
/// `timeout 2d as silent then { ... }`
struct Timeout : Node {
  Duration length;
  std::optional<Name> label;
  std::optional<Body> then;
  static constexpr auto fields();
};
struct WaitUntil : Node {
  Trigger trigger;
  bool resets = false;  ///< `repeat reset`: a match begins the timeout anew.
  std::optional<Timeout> timeout;
  static constexpr auto fields() {
    return std::tuple{member("trigger", &WaitUntil::trigger), member("repeat_reset", &WaitUntil::resets),
                      member("timeout", &WaitUntil::timeout)};
  }
};
/// `on email.replied as replied { ... }`, a condition of `wait until any of`.
struct WaitCase : Statement {
  Trigger trigger;
  std::optional<Name> label;
  Body body;
  static constexpr auto fields();
};
/// What stands between the braces of `wait until any of { ... }`.
struct WaitCases : Node {
  std::vector<WaitCase> cases;
  std::vector<std::string> dangling;  ///< Comments behind the last one.
  static constexpr auto fields() { return std::tuple{member("cases", &WaitCases::cases)}; }
};
struct WaitAnyOf : Node {
  WaitCases conditions;
  std::optional<Timeout> timeout;
  static constexpr auto fields() { return std::tuple{member("any_of", &WaitAnyOf::conditions), member("timeout", &WaitAnyOf::timeout)}; }
};
struct If : Node {
  Expr condition;
  std::optional<Name> label;  ///< `as`
  Body then;
  std::optional<Name> else_label;
  std::optional<Body> otherwise;  ///< `else if` is a body that holds one If, with braces == false.
  static constexpr auto fields();
};
struct Arm : Statement {
  Name name;
  Integer percent;
  Body body;
  static constexpr auto fields();
};
struct Split : Node {
  Name name;
  std::vector<Arm> arms;
  std::vector<std::string> dangling;  ///< Comments behind the last arm.
  static constexpr auto fields() { return std::tuple{member("name", &Split::name), member("arms", &Split::arms)}; }
};
struct MoveTo : Node {
  Name sequence;
  std::vector<Argument> arguments;  ///< `with reason = "x"`
  std::optional<Body> otherwise;    ///< When the sequence lets nobody in.
  static constexpr auto fields();
};
struct EnrollIn : Node {
  Name sequence;
  std::vector<Argument> arguments;
  static constexpr auto fields() { return std::tuple{member("sequence", &EnrollIn::sequence), member("with", &EnrollIn::arguments)}; }
};
struct ExitAs : Node {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &ExitAs::name)}; }
};
struct Accelerate : Node {
  std::string factor;  ///< As written without the `x`: "2", "1.5".
  static constexpr auto fields() { return std::tuple{member("factor", &Accelerate::factor)}; }
};
struct SetField : Node {
  Name name;  ///< `lead.topic`
  Expr value;
  static constexpr auto fields() { return std::tuple{member("name", &SetField::name), member("value", &SetField::value)}; }
};
struct Tag : Node {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &Tag::name)}; }
};
/// `task owner "Call them" due 2d as call`
struct Task : Node {
  Name owner;
  Text text;
  std::optional<Duration> due;
  std::optional<Name> label;
  static constexpr auto fields() {
    return std::tuple{member("owner", &Task::owner), member("text", &Task::text), member("due", &Task::due), member("as", &Task::label)};
  }
};
struct Notify : Node {
  Name who;
  Text text;
  static constexpr auto fields() { return std::tuple{member("who", &Notify::who), member("text", &Notify::text)}; }
};
/// `score intent +8`
struct AddPoints : Node {
  Name score;
  Integer points;
  static constexpr auto fields() { return std::tuple{member("score", &AddPoints::score), member("points", &AddPoints::points)}; }
};
/// `snooze 14d`
struct Snooze : Node {
  Duration length;
  static constexpr auto fields() { return std::tuple{member("length", &Snooze::length)}; }
};
struct Do : Node {
  Name function;
  std::vector<Expr> args;
  static constexpr auto fields() { return std::tuple{member("function", &Do::function), member("args", &Do::args)}; }
};
struct Jump : Node {
  Name step;
  static constexpr auto fields() { return std::tuple{member("step", &Jump::step)}; }
};
/// Stands where a statement could not be read, so that the statements around it keep their places. Never printed.
struct ErrorAction : Node {
  static constexpr auto fields() { return std::tuple{}; }
};

struct Action : Statement {
  std::variant<ErrorAction, Send, SendNext, Wait, WaitDay, WaitUntil, WaitAnyOf, If, Split, MoveTo, EnrollIn, ExitAs, Accelerate, SetField,
               Tag, Notify, Task, AddPoints, Snooze, Do, Jump>
      what;
  static constexpr auto fields() { return std::tuple{member("what", &Action::what)}; }
};

constexpr auto Body::fields() { return std::tuple{member("actions", &Body::actions)}; }
constexpr auto Timeout::fields() {
  return std::tuple{member("length", &Timeout::length), member("as", &Timeout::label), member("then", &Timeout::then)};
}
constexpr auto WaitCase::fields() {
  return std::tuple{member("trigger", &WaitCase::trigger), member("as", &WaitCase::label), member("body", &WaitCase::body)};
}
constexpr auto MoveTo::fields() {
  return std::tuple{member("sequence", &MoveTo::sequence), member("with", &MoveTo::arguments), member("else", &MoveTo::otherwise)};
}
constexpr auto If::fields() {
  return std::tuple{member("condition", &If::condition), member("as", &If::label), member("then", &If::then),
                    member("else_as", &If::else_label), member("else", &If::otherwise)};
}
constexpr auto Arm::fields() {
  return std::tuple{member("name", &Arm::name), member("percent", &Arm::percent), member("body", &Arm::body)};
}

// ---------------------------------------------------------------- sequences

/// `09:00`, or `lead.best_time else 09:00`: a time of day that a field of the lead may give.
struct ClockTime : Node {
  std::optional<Name> field;  ///< Dotted: `lead.best_time`.
  TimeOfDay time;
  static constexpr auto fields() { return std::tuple{member("field", &ClockTime::field), member("time", &ClockTime::time)}; }
};
/// `year on lead.birthday at 09:00`, `monday at 09:00`, `1mo from 2026-01-31 at 10:00`, behind `every`.
struct Recurrence : Node {
  enum class Kind : std::uint8_t { year, weekday, period };
  Kind kind = Kind::year;
  Name date;                 ///< year: dotted, a date of the lead
  std::int32_t weekday = 0;  ///< weekday: 0 = Monday .. 6 = Sunday
  Duration period;           ///< period
  DateTime from;             ///< period: the first time
  std::optional<TimeOfDay> time;
  static constexpr auto fields() {
    return std::tuple{member("kind", &Recurrence::kind),     member("date", &Recurrence::date), member("weekday", &Recurrence::weekday),
                      member("period", &Recurrence::period), member("from", &Recurrence::from), member("time", &Recurrence::time)};
  }
};

struct Enroll : Statement {
  Trigger trigger;
  std::optional<Expr> key;
  static constexpr auto fields() { return std::tuple{member("trigger", &Enroll::trigger), member("key", &Enroll::key)}; }
};
/// `enroll every monday at 09:00`
struct EnrollEvery : Statement {
  Recurrence every;
  static constexpr auto fields() { return std::tuple{member("every", &EnrollEvery::every)}; }
};
struct Reenroll : Statement {
  enum class Kind : std::uint8_t { never, always, after };
  Kind kind = Kind::never;
  Duration after;
  bool from_exit = false;  ///< after: from the last exit, not from the last entry.
  static constexpr auto fields() {
    return std::tuple{member("kind", &Reenroll::kind), member("after", &Reenroll::after), member("from_exit", &Reenroll::from_exit)};
  }
};
/// `conflict restart until reminder`: what a second entry does while somebody is enrolled.
struct Conflict : Statement {
  std::optional<Name> until;  ///< Only while this step has not run.
  static constexpr auto fields() { return std::tuple{member("until", &Conflict::until)}; }
};
/// `priority 80`
struct Priority : Statement {
  Integer value;
  static constexpr auto fields() { return std::tuple{member("value", &Priority::value)}; }
};
/// `exclusive nurture`: one live sequence of the group per lead.
struct Exclusive : Statement {
  Name group;
  static constexpr auto fields() { return std::tuple{member("group", &Exclusive::group)}; }
};
/// `stay while lead.status == "open"`
struct Stay : Statement {
  Expr condition;
  static constexpr auto fields() { return std::tuple{member("while", &Stay::condition)}; }
};
/// `catch up latest`: which steps run that fell due while time passed without the engine.
struct CatchUp : Statement {
  enum class Kind : std::uint8_t { run, latest, skip };
  Kind kind = Kind::run;
  static constexpr auto fields() { return std::tuple{member("kind", &CatchUp::kind)}; }
};
/// `first day 1`: the day of the entry is day 1.
struct FirstDay : Statement {
  Integer day;
  static constexpr auto fields() { return std::tuple{member("day", &FirstDay::day)}; }
};
struct Anchor : Statement {
  enum class Otherwise : std::uint8_t { hold, exit };
  Name name;
  Expr value;
  std::optional<Zone> zone;  ///< In which a date without one is read.
  Otherwise otherwise = Otherwise::hold;
  std::optional<Duration> hold;  ///< hold: at most so long.
  static constexpr auto fields() {
    return std::tuple{member("name", &Anchor::name), member("value", &Anchor::value), member("zone", &Anchor::zone),
                      member("else", &Anchor::otherwise), member("hold", &Anchor::hold)};
  }
};
struct Owner : Statement {
  Text text;
  static constexpr auto fields() { return std::tuple{member("text", &Owner::text)}; }
};
struct DefaultTime : Statement {
  ClockTime time;
  static constexpr auto fields() { return std::tuple{member("time", &DefaultTime::time)}; }
};
/// `skip`, `send`, `grace 2h`, behind `late`.
struct LateRule : Node {
  enum class Kind : std::uint8_t { skip, send, grace };
  Kind kind = Kind::skip;
  Duration grace;
  static constexpr auto fields() { return std::tuple{member("kind", &LateRule::kind), member("grace", &LateRule::grace)}; }
};
struct Late : Statement {
  LateRule rule;
  static constexpr auto fields() { return std::tuple{member("rule", &Late::rule)}; }
};
struct PolicyItem : Statement {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &PolicyItem::name)}; }
};
struct Suppress : Statement {
  Expr when;
  static constexpr auto fields() { return std::tuple{member("when", &Suppress::when)}; }
};
/// `goal paid value event.amount on order.placed`
struct Goal : Statement {
  Name name;
  std::optional<Expr> value;
  Trigger trigger;
  static constexpr auto fields() {
    return std::tuple{member("name", &Goal::name), member("value", &Goal::value), member("trigger", &Goal::trigger)};
  }
};
struct Exit : Statement {
  Name name;
  Trigger trigger;
  static constexpr auto fields() { return std::tuple{member("name", &Exit::name), member("trigger", &Exit::trigger)}; }
};
/// `holdout 5% salt "2026-q1"`: the share of leads that get nothing, so that it can be measured what sending does.
struct Holdout : Statement {
  Integer percent;
  Text salt;
  static constexpr auto fields() { return std::tuple{member("percent", &Holdout::percent), member("salt", &Holdout::salt)}; }
};
struct Repeat : Node {
  enum class Kind : std::uint8_t { every_time, at_most_once_per };
  Kind kind = Kind::every_time;
  Duration per;
  static constexpr auto fields() { return std::tuple{member("kind", &Repeat::kind), member("per", &Repeat::per)}; }
};
struct Handler : Statement {
  Trigger trigger;
  std::optional<Name> label;
  std::optional<Repeat> repeat;
  Body body;
  static constexpr auto fields() {
    return std::tuple{member("trigger", &Handler::trigger), member("as", &Handler::label), member("repeat", &Handler::repeat),
                      member("body", &Handler::body)};
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
  static constexpr auto fields() {
    return std::tuple{member("kind", &Offset::kind),         member("day", &Offset::day),   member("day_signed", &Offset::day_signed),
                      member("duration", &Offset::duration), member("from", &Offset::from), member("every", &Offset::every)};
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
  static constexpr auto fields() {
    return std::tuple{member("offset", &Step::offset), member("on", &Step::weekdays), member("time", &Step::time),
                      member("late", &Step::late),     member("again", &Step::again), member("name", &Step::name),
                      member("body", &Step::body)};
  }
};
struct Phase : Statement {
  Name name;
  std::optional<Text> title;
  std::vector<Step> steps;
  std::vector<std::string> dangling;
  static constexpr auto fields() {
    return std::tuple{member("name", &Phase::name), member("title", &Phase::title), member("steps", &Phase::steps)};
  }
};

/// What a family of sequences leaves open: a constant of one of the plain types, or the name of a message or an event.
enum class ParameterType : std::uint8_t { string, int_, number, bool_, date, time, datetime, duration, message, event };
/// `topic: string`
struct Parameter : Node {
  Name name;
  ParameterType type = ParameterType::string;
  static constexpr auto fields() { return std::tuple{member("name", &Parameter::name), member("type", &Parameter::type)}; }
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
  std::vector<Late> lates;
  std::vector<CatchUp> catch_ups;
  std::vector<PolicyItem> policies;
  std::vector<Holdout> holdouts;
  std::vector<Suppress> suppressions;
  std::vector<Goal> goals;
  std::vector<Exit> exits;
  std::vector<std::variant<Step, Phase>> plan;
  std::vector<Handler> handlers;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Sequence::doc),
                      member("name", &Sequence::name),
                      member("parameters", &Sequence::parameters),
                      member("title", &Sequence::title),
                      member("owner", &Sequence::owners),
                      member("priority", &Sequence::priorities),
                      member("exclusive", &Sequence::exclusives),
                      member("enroll", &Sequence::enrolls),
                      member("enroll_every", &Sequence::recurring_enrolls),
                      member("accepts", &Sequence::accepts),
                      member("reenroll", &Sequence::reenrolls),
                      member("conflict", &Sequence::conflicts),
                      member("stay", &Sequence::stays),
                      member("anchors", &Sequence::anchors),
                      member("zone", &Sequence::zones),
                      member("default_time", &Sequence::default_times),
                      member("first_day", &Sequence::first_days),
                      member("late", &Sequence::lates),
                      member("catch_up", &Sequence::catch_ups),
                      member("policies", &Sequence::policies),
                      member("holdout", &Sequence::holdouts),
                      member("suppress", &Sequence::suppressions),
                      member("goals", &Sequence::goals),
                      member("exits", &Sequence::exits),
                      member("plan", &Sequence::plan),
                      member("handlers", &Sequence::handlers)};
  }
};

/// `use lead_magnet(topic: "visas", asset: "guide") as visas_guide`: a sequence of a family.
struct Instance : Declaration {
  Name family;
  std::vector<Argument> arguments;
  Name name;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Instance::doc), member("family", &Instance::family), member("with", &Instance::arguments),
                      member("name", &Instance::name)};
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
  static constexpr auto fields() {
    return std::tuple{member("doc", &Triggers::doc),           member("name", &Triggers::name),
                      member("title", &Triggers::title),       member("zone", &Triggers::zones),
                      member("policies", &Triggers::policies), member("suppress", &Triggers::suppressions),
                      member("handlers", &Triggers::handlers)};
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
  static constexpr auto fields() {
    return std::tuple{member("from", &MigrateStep::from), member("exit", &MigrateStep::exits), member("to", &MigrateStep::to),
                      member("timer", &MigrateStep::timer)};
  }
};
/// What becomes of those who are in another version of a sequence.
struct Migrate : Declaration {
  Name name;  ///< Of the sequence.
  Text version;
  std::vector<MigrateStep> steps;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Migrate::doc), member("name", &Migrate::name), member("from", &Migrate::version),
                      member("steps", &Migrate::steps)};
  }
};

// ---------------------------------------------------------------- the project

/// `keep page.view for 180d`: history for questions that are not asked yet.
struct Keep : Statement {
  Name event;
  Duration length;
  static constexpr auto fields() { return std::tuple{member("event", &Keep::event), member("for", &Keep::length)}; }
};

/// What is common to all files of a program.
struct Project : Declaration {
  Name name;
  std::optional<Text> title;
  std::vector<ZoneItem> zones;
  std::vector<PolicyItem> policies;
  std::vector<Holdout> holdouts;
  std::vector<Keep> keeps;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Project::doc),    member("name", &Project::name),         member("title", &Project::title),
                      member("zone", &Project::zones), member("policies", &Project::policies), member("holdout", &Project::holdouts),
                      member("keep", &Project::keeps)};
  }
};

// ---------------------------------------------------------------- scores

struct Range : Statement {
  Integer from, to;
  static constexpr auto fields() { return std::tuple{member("from", &Range::from), member("to", &Range::to)}; }
};
struct Limit : Node {
  Integer count;
  Duration per;
  static constexpr auto fields() { return std::tuple{member("count", &Limit::count), member("per", &Limit::per)}; }
};
struct Rule : Statement {
  Integer points;
  Name name;
  Trigger trigger;
  std::optional<Limit> limit;
  std::optional<Body> then;
  static constexpr auto fields() {
    return std::tuple{member("points", &Rule::points), member("name", &Rule::name), member("trigger", &Rule::trigger),
                      member("limit", &Rule::limit), member("then", &Rule::then)};
  }
};
struct ScoreCategory : Statement {
  Name name;
  Integer weight, max;
  std::vector<Rule> rules;
  std::vector<std::string> dangling;
  static constexpr auto fields() {
    return std::tuple{member("name", &ScoreCategory::name), member("weight", &ScoreCategory::weight), member("max", &ScoreCategory::max),
                      member("rules", &ScoreCategory::rules)};
  }
};
struct Reset : Statement {
  Trigger trigger;
  Integer to;
  static constexpr auto fields() { return std::tuple{member("trigger", &Reset::trigger), member("to", &Reset::to)}; }
};
struct Decay : Statement {
  enum class Kind : std::uint8_t { points, percent, half };
  Kind kind = Kind::points;
  Integer amount;  ///< points, percent
  Duration per;
  Expr when;
  std::optional<Integer> floor;
  static constexpr auto fields() {
    return std::tuple{member("kind", &Decay::kind), member("amount", &Decay::amount), member("per", &Decay::per),
                      member("when", &Decay::when), member("floor", &Decay::floor)};
  }
};
struct Tier : Statement {
  Name name;
  Integer from;
  std::optional<Integer> to;
  std::optional<Integer> hysteresis;
  static constexpr auto fields() {
    return std::tuple{member("name", &Tier::name), member("from", &Tier::from), member("to", &Tier::to),
                      member("hysteresis", &Tier::hysteresis)};
  }
};
struct TierAction : Statement {
  enum class Kind : std::uint8_t { enter, leave };
  Kind kind = Kind::enter;
  Name tier;
  Body body;
  static constexpr auto fields() {
    return std::tuple{member("kind", &TierAction::kind), member("tier", &TierAction::tier), member("body", &TierAction::body)};
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
  static constexpr auto fields() {
    return std::tuple{member("doc", &Score::doc),
                      member("name", &Score::name),
                      member("title", &Score::title),
                      member("range", &Score::ranges),
                      member("categories", &Score::categories),
                      member("rules", &Score::rules),
                      member("decay", &Score::decays),
                      member("reset", &Score::resets),
                      member("tiers", &Score::tiers),
                      member("tier_actions", &Score::tier_actions)};
  }
};

// ---------------------------------------------------------------- tests

struct GivenLead : Node {
  Expr values;  ///< map
  static constexpr auto fields() { return std::tuple{member("values", &GivenLead::values)}; }
};
struct GivenConsent : Node {
  std::vector<Name> categories;
  static constexpr auto fields() { return std::tuple{member("categories", &GivenConsent::categories)}; }
};
struct GivenSplit : Node {
  Name split, arm;
  static constexpr auto fields() { return std::tuple{member("split", &GivenSplit::split), member("arm", &GivenSplit::arm)}; }
};
struct GivenScore : Node {
  Name score;
  Integer value;
  static constexpr auto fields() { return std::tuple{member("score", &GivenScore::score), member("value", &GivenScore::value)}; }
};
/// `given holdout`: the lead belongs to those that are held out.
struct GivenHoldout : Node {
  static constexpr auto fields() { return std::tuple{}; }
};
struct Given : Statement {
  std::variant<GivenLead, GivenConsent, GivenSplit, GivenScore, GivenHoldout> what;
  static constexpr auto fields() { return std::tuple{member("what", &Given::what)}; }
};

struct Instant : Node {
  enum class Kind : std::uint8_t { absolute, day, relative };
  Kind kind = Kind::absolute;
  DateTime date_time;    ///< absolute
  std::int64_t day = 0;  ///< day
  TimeOfDay time;        ///< day
  Duration offset;       ///< relative to the line before
  static constexpr auto fields() {
    return std::tuple{member("kind", &Instant::kind), member("date_time", &Instant::date_time), member("day", &Instant::day),
                      member("time", &Instant::time), member("offset", &Instant::offset)};
  }
};

struct ExpectNoSend : Node {
  static constexpr auto fields() { return std::tuple{}; }
};
struct ExpectSend : Node {
  Name message;
  std::optional<Name> channel, variant;
  static constexpr auto fields() {
    return std::tuple{member("message", &ExpectSend::message), member("by", &ExpectSend::channel), member("variant", &ExpectSend::variant)};
  }
};
struct ExpectHeld : Node {
  Name message;
  Instant until;
  static constexpr auto fields() { return std::tuple{member("message", &ExpectHeld::message), member("until", &ExpectHeld::until)}; }
};
struct ExpectSkipped : Node {
  Name message, reason;
  static constexpr auto fields() {
    return std::tuple{member("message", &ExpectSkipped::message), member("reason", &ExpectSkipped::reason)};
  }
};
struct ExpectExit : Node {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &ExpectExit::name)}; }
};
struct ExpectMoved : Node {
  Name sequence;
  static constexpr auto fields() { return std::tuple{member("sequence", &ExpectMoved::sequence)}; }
};
struct ExpectAtStep : Node {
  Name step;
  static constexpr auto fields() { return std::tuple{member("step", &ExpectAtStep::step)}; }
};
struct ExpectScore : Node {
  Name score;
  ExprKind op = ExprKind::equal;  ///< One of the six relations.
  Integer value;
  static constexpr auto fields() {
    return std::tuple{member("score", &ExpectScore::score), member("op", &ExpectScore::op), member("value", &ExpectScore::value)};
  }
};
struct ExpectTier : Node {
  Name score, tier;
  static constexpr auto fields() { return std::tuple{member("score", &ExpectTier::score), member("tier", &ExpectTier::tier)}; }
};
struct ExpectGoal : Node {
  Name name;
  static constexpr auto fields() { return std::tuple{member("name", &ExpectGoal::name)}; }
};
struct ExpectNotified : Node {
  Name who;
  static constexpr auto fields() { return std::tuple{member("who", &ExpectNotified::who)}; }
};
struct ExpectTask : Node {
  Name owner;
  static constexpr auto fields() { return std::tuple{member("owner", &ExpectTask::owner)}; }
};
struct ExpectCondition : Node {
  Expr condition;
  static constexpr auto fields() { return std::tuple{member("condition", &ExpectCondition::condition)}; }
};
/// `expect nothing more`; only without an instant.
struct ExpectNothingMore : Node {
  static constexpr auto fields() { return std::tuple{}; }
};

using Outcome = std::variant<ExpectNoSend, ExpectSend, ExpectHeld, ExpectSkipped, ExpectExit, ExpectMoved, ExpectAtStep, ExpectScore,
                             ExpectTier, ExpectGoal, ExpectNotified, ExpectTask, ExpectCondition, ExpectNothingMore>;

struct FeedEvent : Node {
  Name name;
  std::optional<Expr> values;  ///< map
  static constexpr auto fields() { return std::tuple{member("name", &FeedEvent::name), member("with", &FeedEvent::values)}; }
};
struct FeedSet : Node {
  Name name;
  Expr value;
  static constexpr auto fields() { return std::tuple{member("name", &FeedSet::name), member("value", &FeedSet::value)}; }
};
struct FeedConsent : Node {
  Name category;
  bool withdrawn = false;
  static constexpr auto fields() {
    return std::tuple{member("category", &FeedConsent::category), member("withdrawn", &FeedConsent::withdrawn)};
  }
};
struct FeedDelivery : Node {
  enum class Result : std::uint8_t { failed, bounced };
  Name message;
  Result result = Result::failed;
  static constexpr auto fields() { return std::tuple{member("message", &FeedDelivery::message), member("result", &FeedDelivery::result)}; }
};
struct FeedGap : Node {
  Duration duration;
  static constexpr auto fields() { return std::tuple{member("duration", &FeedGap::duration)}; }
};
struct FeedPause : Node {
  static constexpr auto fields() { return std::tuple{}; }
};
struct FeedResume : Node {
  static constexpr auto fields() { return std::tuple{}; }
};

/// One line of a test's timeline: something fed at an instant, or something expected, with or without an instant.
struct TestLine : Statement {
  std::optional<Instant> at;
  std::variant<Outcome, FeedEvent, FeedSet, FeedConsent, FeedDelivery, FeedGap, FeedPause, FeedResume> what;
  static constexpr auto fields() { return std::tuple{member("at", &TestLine::at), member("what", &TestLine::what)}; }
};

struct Test : Declaration {
  Text name;
  Name subject;
  std::vector<Given> givens;
  std::vector<TestLine> timeline;
  static constexpr auto fields() {
    return std::tuple{member("doc", &Test::doc), member("name", &Test::name), member("for", &Test::subject), member("given", &Test::givens),
                      member("timeline", &Test::timeline)};
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
  std::vector<Score> scores;
  std::vector<Test> tests;
  std::vector<std::string> dangling;     ///< Comments behind the last declaration.
  std::vector<RawComment> raw_comments;  ///< Filled by the parser, emptied by attach_comments().
  /// Text that was reported and passed over. What it would have declared is not known, so its names are not missed.
  std::vector<Span> unread;
  static constexpr auto fields() {
    return std::tuple{member("edition", &File::edition),       member("use", &File::uses),          member("projects", &File::projects),
                      member("leads", &File::leads),           member("events", &File::events),     member("channels", &File::channels),
                      member("categories", &File::categories), member("segments", &File::segments), member("policies", &File::policies),
                      member("field_sets", &File::field_sets), member("messages", &File::messages), member("pools", &File::pools),
                      member("sequences", &File::sequences), member("instances", &File::instances),   member("triggers", &File::triggers), member("migrations", &File::migrations),
                      member("scores", &File::scores),         member("tests", &File::tests)};
  }
};

}  // namespace nurture::ast
