// STAGE 2: what the checker hands to the compiler: every declaration of a set of files, under its name, with resolved
// types. Statements stay syntax trees; the model says what their names mean. Entry point: check().
//
// A model without errors promises the compiler that every name resolves, every expression is well typed in its place,
// every `when` can be scheduled, and every wait ends. Immutable after check(); the trees it points into live with it.
#pragma once

#include "source/source.hpp"
#include "syntax/ast.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::model {

using Id = std::uint32_t;
inline constexpr Id kNone = 0xffffffff;

/// Types of the language. `period` and `duration` are both spelled as durations; `null_`, `any` and `error` exist only
/// while checking. `zone` is a string that names a time zone.
enum class TypeKind : std::uint8_t {
  bool_,
  int_,
  number,
  string,
  enum_,
  date,
  time,
  datetime,
  duration,
  period,
  list,
  map,
  null_,
  any,
  error
};

struct Type {
  TypeKind kind = TypeKind::error;
  bool optional = false;                ///< `T?`: may be missing.
  std::vector<std::string> values;      ///< enum_, in declared order.
  std::shared_ptr<const Type> element;  ///< list
};
[[nodiscard]] std::string to_string(const Type& type);  ///< "enum(new, open)?"

struct Field {
  std::string name;
  Type type;
  const ast::Field* node = nullptr;  ///< With the default, if any, in node->fallback.
  /// Whether who gives values has to give this one.
  [[nodiscard]] bool is_required() const { return !type.optional && !node->fallback; }
};

struct Event {
  std::string name;
  std::string external;  ///< Name used outside; the same as `name` when not given.
  std::vector<Field> fields;
  const ast::Event* node = nullptr;
  bool by_engine = false;  ///< The engine itself tells of it; nobody else can.
  [[nodiscard]] const Field* field(std::string_view field_name) const;
};

/// Consent categories. Those that only messages mention are declared implicitly with explicit consent; `transactional`
/// is always known and needs no consent.
struct Category {
  std::string name;
  bool implied = false;
  bool double_opt_in = false;
  bool transactional = false;
  const ast::Category* node = nullptr;  ///< nullptr when implicit.
  Id under = kNone;                     ///< Never in a circle.
};

struct Segment {
  std::string name;
  const ast::Segment* node = nullptr;
};

/// A delivery channel and what a lead must have to be reached on it.
struct Channel {
  std::string name;
  const ast::Channel* node = nullptr;  ///< nullptr when only messages mention it.
};

struct Policy {
  std::string name;
  const ast::Policy* node = nullptr;
};

/// A field of a message: `field` or `choose`.
struct MessageField {
  std::string name;
  const ast::FieldItem* item = nullptr;  ///< Exactly one of the two.
  const ast::ChooseItem* choice = nullptr;
};
/// `fields NAME { ... }`
struct FieldSet {
  std::string name;
  std::vector<MessageField> fields;
  const ast::FieldSet* node = nullptr;
};

/// What a message or a variant says, after variants inherited from their message.
struct Content {
  std::vector<std::string> channels;
  std::string category;
  const ast::Text* template_name = nullptr;
  const ast::Text* subject = nullptr;
  const ast::Text* preview = nullptr;
  const ast::Text* body = nullptr;  ///< Of a file, what stands in it; nullptr when it could not be read.
  const ast::FromItem* from = nullptr;
  std::string topic;
  std::vector<const ast::LinkItem*> links;
  /// Shared ones, overridden by those of the message, overridden by those of the variant, in order.
  std::vector<MessageField> fields;
};
struct Variant {
  std::string name;
  std::int64_t percent = 0;  ///< 0 for what is not chosen by a share.
  const ast::Expr* when = nullptr;
  bool otherwise = false;  ///< `else`. With no share and no condition either it is only sent by name.
  Content content;
};
struct Message {
  std::string name;
  std::string title;
  Content content;
  std::vector<Field> parameters;  ///< `accepts { ... }`
  std::vector<Variant> variants;
  const ast::Message* node = nullptr;
};

/// `pool NAME = ...`
struct Pool {
  std::string name;
  const ast::Pool* node = nullptr;
  std::vector<Id> messages;
  bool of_stream = false;
};

struct Step {
  std::string name;  ///< Given, or "day_3", "immediately", "after_2d", made unique with a suffix.
  const ast::Step* node = nullptr;
  Id anchor = kNone;     ///< Index in Sequence::anchors; kNone counts from enrolment.
  Id phase = kNone;      ///< Index in Sequence::phases.
  std::int64_t day = 0;  ///< `day`: counted from 0, whatever the first day of the sequence is.
  ast::LateRule late;    ///< Rule S4.4, resolved.
};
struct Handler {
  std::string name;  ///< Label, or "handler_1", ...
  const ast::Handler* node = nullptr;
};
/// `sequence NAME(...)`: what sequences are made of, each by an ast::Instance.
struct Family {
  std::string name;
  const ast::Sequence* node = nullptr;
};
/// What a parameter of a family stands for in one of its sequences. Names of messages and events are in their places
/// already; in expressions that of a message is a text.
struct Constant {
  std::string name;
  Type type;
};

/// A sequence, or what stands for one: triggers are a sequence without steps that every lead is in, always; streams and
/// broadcasts have one step.
struct Sequence {
  std::string name;
  std::string title;
  std::string owner;
  const ast::Sequence* node = nullptr;
  bool is_triggers = false;
  const ast::Instance* instance = nullptr;    ///< Of a family: what made it. `node` is then a copy of the family's.
  std::vector<Constant> constants;            ///< Of a family.
  const ast::Stream* stream = nullptr;        ///< What it stands for, when it stands in no file itself.
  const ast::Broadcast* broadcast = nullptr;  ///< Likewise.
  std::vector<const ast::Phase*> phases;
  std::vector<Step> steps;        ///< In file order.
  std::vector<Handler> handlers;  ///< In file order.
  std::int64_t first_day = 0;     ///< What an unsigned `day N` counts from.
  std::vector<Field> accepted;    ///< `accepts { ... }`
  /// By `enroll`: F of `key event.F`, empty where there is no key. Empty as a whole when some key is another expression.
  std::vector<std::string> key_fields;
  [[nodiscard]] Id find_step(std::string_view step_name) const;
  [[nodiscard]] Id find_anchor(std::string_view anchor_name) const;
};

struct Tier {
  std::string name;
  std::int64_t from = 0;
  std::int64_t to = 0;  ///< Inclusive; an open end is the range's end.
  std::int64_t hysteresis = 0;
};
struct Score {
  std::string name;
  std::string title;
  std::int64_t from = 0, to = 100;
  std::vector<Tier> tiers;  ///< Ascending.
  const ast::Score* node = nullptr;
  [[nodiscard]] Id find_tier(std::string_view tier_name) const;
};

/// The stages of a journey. Those of the author in their order; a lead begins in the one without a trigger.
struct Lifecycle {
  std::string name;
  std::vector<std::string> stages;
  const ast::Lifecycle* node = nullptr;
};
struct Audience {
  std::string name;
  const ast::Audience* node = nullptr;
};

struct Test {
  const ast::Test* node = nullptr;
  Id sequence = kNone;  ///< Exactly one of the two.
  Id score = kNone;
};

struct Model {
  std::vector<std::shared_ptr<const ast::File>> files;
  /// Nodes that no file holds: what is predeclared, and what triggers stand for.
  std::vector<std::shared_ptr<const void>> made;
  const ast::Project* project = nullptr;
  std::vector<Field> lead;  ///< All `lead` blocks together, in order.
  std::vector<Event> events;
  std::vector<Category> categories;
  std::vector<Channel> channels;
  std::vector<Segment> segments;  ///< A segment comes after those it uses.
  std::vector<Policy> policies;
  std::vector<FieldSet> field_sets;
  std::vector<Message> messages;
  std::vector<Pool> pools;
  std::vector<Family> families;
  std::vector<Sequence> sequences;
  std::vector<Score> scores;
  std::vector<Lifecycle> lifecycles;
  std::vector<Audience> audiences;
  std::vector<Test> tests;

  [[nodiscard]] Id find_lead_field(std::string_view name) const;
  [[nodiscard]] Id find_event(std::string_view name) const;
  [[nodiscard]] Id find_category(std::string_view name) const;
  [[nodiscard]] Id find_channel(std::string_view name) const;
  [[nodiscard]] Id find_segment(std::string_view name) const;
  [[nodiscard]] Id find_policy(std::string_view name) const;
  [[nodiscard]] Id find_field_set(std::string_view name) const;
  [[nodiscard]] Id find_message(std::string_view name) const;
  [[nodiscard]] Id find_pool(std::string_view name) const;
  [[nodiscard]] Id find_family(std::string_view name) const;
  [[nodiscard]] Id find_sequence(std::string_view name) const;
  [[nodiscard]] Id find_score(std::string_view name) const;
  [[nodiscard]] Id find_lifecycle(std::string_view name) const;
  [[nodiscard]] Id find_audience(std::string_view name) const;
  /// The events of a pattern, ascending: `any` stands for every event that the engine does not tell of itself.
  [[nodiscard]] std::vector<Id> find_events(const std::vector<ast::Name>& written) const;
  /// Those that hold for a sequence: the project's in front, each once. Names of no policy are passed over.
  [[nodiscard]] std::vector<Id> policies_of(const ast::Sequence& sequence) const;

  /// Name tables behind the find functions, filled by the checker: "event page.view" -> id.
  std::map<std::string, Id, std::less<>> names;
};

/// In the name of an older version of a sequence, which a program carries for those who are in it: nobody enters it any more.
inline constexpr char kVersionMark = '@';
/// The events of the engine that tell that the answer of a function may have changed: predeclared.cpp.
[[nodiscard]] std::vector<std::string_view> told_of(std::string_view function);
/// `after idle(any)` of `retain leads`, as the question whether that silence has lasted: retention.cpp.
[[nodiscard]] ast::Expr silence_of(const ast::Retain& retain);
/// Text of the model for `nurture dump --stage=model` and golden tests.
[[nodiscard]] std::string dump(const Model& model);

}  // namespace nurture::model

namespace nurture::check {

/// Host functions that `do` may call; names only, arguments are any values.
struct Options {
  std::vector<std::string> host_functions;
  /// When false, `do NAME` accepts any name (the command cannot know the host's functions).
  bool known_host_functions = false;
};

/// Checks all files together. Always answers a model; it may be compiled only when `diagnostics` has no errors.
[[nodiscard]] model::Model check(std::vector<std::shared_ptr<const ast::File>> files, Diagnostics& diagnostics,
                                 const Options& options = {});

}  // namespace nurture::check
