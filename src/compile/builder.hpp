// What the files of the compiler share; internal to src/compile. Entry point of the stage: compile() in program.hpp.
//
// The program is built in one pass over the model, declarations in the model's order, so that an id in the program is
// the id in the model. Expressions need to know where they stand (Place): that decides what `event.F` means, whose
// entry and trigger fields are kept, and whether the history is asked for one key only.
#pragma once

#include "compile/expression.hpp"
#include "compile/program.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::compile {

struct Builder {
  const model::Model& model;
  Tests tests;
  Program program;
  const std::vector<OldVersion>* old = nullptr;
};

/// Where an expression stands.
struct Place {
  /// What `event.F` means: the event being matched, or the one that began the enrolment.
  enum class EventIs : std::uint8_t { matched, entry };
  EventIs event = EventIs::matched;
  Sequence* sequence = nullptr;              ///< nullptr outside sequences: `trigger.F` is then the event at hand.
  std::vector<Id>* trigger_names = nullptr;  ///< Collects the names that `trigger.F` uses in a message.
  const model::Sequence* declared = nullptr;
  const std::vector<model::Field>* parameters = nullptr;  ///< In a message: what it accepts.

  [[nodiscard]] Place with(EventIs meaning) const {
    Place place = *this;
    place.event = meaning;
    return place;
  }
};

// vocabulary.cpp
void add_vocabulary(Builder& builder);
[[nodiscard]] Field to_field(Builder& builder, const model::Field& declared);
/// The value of a literal that is a number.
[[nodiscard]] double number_of(Builder& builder, const ast::Expr& literal);
/// The index of an event field's name in Program::field_names.
[[nodiscard]] Id field_name(const Program& program, std::string_view name);

// conditions.cpp: expressions, conditions, patterns
[[nodiscard]] eval::Ref compile_expression(Builder& builder, const ast::Expr& expression, const Place& place);
[[nodiscard]] Condition compile_condition(Builder& builder, const ast::Expr& expression, const Place& place);
[[nodiscard]] Pattern compile_pattern(Builder& builder, const ast::Pattern& pattern, const Place& place);
[[nodiscard]] Trigger compile_trigger(Builder& builder, const ast::Trigger& trigger, const Place& place);
void add_segments(Builder& builder);

// history.cpp
/// The question of a pattern to the history; marks what must be kept to answer it. `field` is what first(), last() and
/// folds ask of the event, `where` the compiled condition of the pattern.
[[nodiscard]] Id add_query(Builder& builder, eval::Query::Kind kind, const ast::Pattern& pattern, std::string_view field, eval::Ref where,
                           const Place& place);

/// Past events of these keep their fields of these names.
void keep_fields(Program& program, const std::vector<Id>& events, const std::vector<Id>& names);

/// `keep EVENT for D`: the past of an event, whole, for questions that are not asked yet.
void keep_events(Builder& builder);

// project.cpp
/// What all sequences have in common; the events by which the engine tells of itself.
void add_project(Builder& builder);
[[nodiscard]] std::vector<Holdout> to_holdouts(const std::vector<ast::Holdout>& nodes);
/// After the layout: which caps count which events.
void add_counting(Program& program);

// lifecycles.cpp
void add_lifecycles(Builder& builder);
void add_retention(Builder& builder);

// digests.cpp
/// After the sequences that use the policies, and before they come into their order.
void add_digests(Builder& builder);
// streams.cpp
/// The pool of these messages, added when it is new.
[[nodiscard]] Id add_pool(Program& program, const model::Pool& declared);
void add_broadcast(Builder& builder, Sequence& sequence, const ast::Broadcast& node);
/// The dates of broadcasts, in order.
void order_broadcasts(Program& program);

// texts.cpp
/// A text with `{{ }}`. With `fields`, expressions may name the fields of that message.
[[nodiscard]] std::vector<TextPart> compile_text(Builder& builder, const std::string& text, const Place& place,
                                                 const model::Content* fields = nullptr);
[[nodiscard]] std::vector<TextPart> compile_field(Builder& builder, const model::MessageField& field, const Place& place);
/// `from EXPR else "text"`; `fields` as above.
[[nodiscard]] std::vector<TextPart> compile_sender(Builder& builder, const ast::FromItem& from, const Place& place,
                                                   const model::Content& fields);

// messages.cpp: channels, policies, messages
void add_channels(Builder& builder);
void add_policies(Builder& builder);
void add_messages(Builder& builder);
[[nodiscard]] ZoneRule compile_zone(const ast::Zone& zone);

// sends.cpp
void resolve_sends(Program& program);

// bodies.cpp
/// Turns the bodies of one sequence or score into nodes; numbers the actions in the order of the calls.
class Bodies {
 public:
  Bodies(Builder& builder, const Place& place) : builder_(builder), place_(place) {}
  /// The first node of the body; 0 when it is empty.
  [[nodiscard]] Id compile(const ast::Body& body);

 private:
  void allocate(const ast::Body& body);
  Id link(const ast::Body& body, Id continuation);
  void fill(Id node, const ast::Action& action, Id next);
  void fill_send(Node& node, const ast::Send& send);
  void fill_send_next(Node& node, const ast::SendNext& send);
  void fill_paths(const Node& node, const SendPath& said);
  Range add_arguments(const std::vector<Field>& parameters, const std::vector<ast::Argument>& arguments, const Place& place);
  void fill_entering(Node& node, NodeOp op, const ast::Name& sequence, const std::vector<ast::Argument>& arguments);
  bool fill_wait(Node& node, const ast::Action& action);
  void fill_wait_until(Node& node, const ast::WaitUntil& wait);
  void fill_any_of(Node& node, const ast::WaitAnyOf& wait);
  void fill_timeout(WaitUntil& wait, const std::optional<ast::Timeout>& timeout, Id next);
  void fill_branch(Node& node, const ast::If& branch);
  void fill_split(Node& node, const ast::Split& split);
  [[nodiscard]] Id add_experiment(Id index, const ast::Split& split);
  [[nodiscard]] Id find_experiment(std::string_view split) const;
  void count_arms(Split& split) const;
  void fill_notify(Node& node, const ast::Notify& notify);
  void fill_task(Node& node, const ast::Task& task);
  void fill_text(Node& node, const std::string& text);
  void fill_call(Node& node, const ast::Do& call);

  Builder& builder_;
  Place place_;
  std::map<const ast::Action*, Id> ids_;
  Id actions_ = 0;
  Id accelerations_ = 0;
};
/// The nodes that may follow a node within its body; empty behind `exit` and jumps.
[[nodiscard]] std::vector<Id> successors(const Program& program, const Node& node);
/// The nodes that a body can reach from its first node, in file order.
[[nodiscard]] std::vector<Id> reachable(const Program& program, Id first);

// sequences.cpp, scores.cpp, layout.cpp
void add_sequences(Builder& builder);
void add_scores(Builder& builder);
/// Where decay must be noticed: at the edges of tiers, and where the answer of a live condition can change.
void add_lines(Program& program);
void add_layout(Builder& builder);

// compile.cpp
/// `old` are versions that stand in the model under the names of name_of().
[[nodiscard]] Program build(const model::Model& model, Tests tests, const std::vector<OldVersion>& old);

// versions.cpp
/// What an older version is called in the model: no name that an author can write.
[[nodiscard]] std::string name_of(const OldVersion& version);
/// What people call it.
[[nodiscard]] std::string without_version(const std::string& name);
/// What becomes of other versions, and what later programs will need of this one.
void add_versions(Builder& builder);
/// Whether a sequence of the model is an older version, and which one: what it is called, and under which version.
void name_version(const Builder& builder, Sequence& sequence, const std::string& name);

// tests.cpp
/// The expressions of the tests for a sequence (one of the ids) or a score (the other).
void add_test_expressions(Builder& builder, Id sequence, Id score);

// summary.cpp: what is derived from the finished parts of a sequence or score
/// `queries` are the questions to the history that the sequence's own expressions ask.
void summarize_sequence(Builder& builder, Sequence& sequence, Range queries);
void summarize_score(Builder& builder, Score& score);
void summarize_lifecycle(const Builder& builder, Lifecycle& lifecycle);

// plan.cpp
/// Sequence::linear.
[[nodiscard]] bool is_linear(const Program& program, const Sequence& sequence);
/// Bit 0 is Monday; `fri..mon` wraps.
[[nodiscard]] std::uint8_t weekday_mask(const ast::Weekdays& days);

/// Adds what is not there yet, keeping the order.
template <class T>
void insert_sorted(std::vector<T>& sorted, const T& item) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), item);
  if (at == sorted.end() || *at != item) sorted.insert(at, item);
}
/// The index of an item, appended when it is new.
template <class T>
Id intern(std::vector<T>& items, const T& item) {
  const auto at = std::find(items.begin(), items.end(), item);
  if (at != items.end()) return static_cast<Id>(at - items.begin());
  items.push_back(item);
  return static_cast<Id>(items.size() - 1);
}

/// A length without its sign.
[[nodiscard]] time::Period to_period(const ast::Duration& duration);

}  // namespace nurture::compile
