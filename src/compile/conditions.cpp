// Expressions in their places: names to loads, conditions with what can change them, patterns of events, segments.
// Entry points: compile_expression(), compile_condition(), compile_pattern(), add_segments().
#include "compile/builder.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/print.hpp"

#include <charconv>
#include <optional>

namespace nurture::compile {

namespace {

/// "lead.phone" -> {"lead", "phone"}; the second is empty when there is no dot.
std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

ast::Expr node_of(ast::ExprKind kind, std::vector<ast::Expr> args, std::string text = {}) {
  ast::Expr expression;
  expression.kind = kind;
  expression.text = std::move(text);
  expression.args = std::move(args);
  return expression;
}

/// `of welcome` is a condition like any other: the event says that it is about that message. [S7.7]
ast::Expr is_about(const std::string& message) {
  using Kind = ast::ExprKind;
  const ast::Expr field = node_of(Kind::select, {node_of(Kind::ident, {}, "event")}, "message");
  return node_of(Kind::and_, {node_of(Kind::known, {field}), node_of(Kind::equal, {field, node_of(Kind::string, {}, message)})});
}

eval::Ref lower_where(Builder& builder, const ast::Pattern& pattern, const Place& place) {
  if (!pattern.where && !pattern.of) return {};
  ast::Expr where = pattern.of ? is_about(pattern.of->text) : *pattern.where;
  if (pattern.of && pattern.where) where.args.push_back(*pattern.where);
  return compile_expression(builder, where, place.with(Place::EventIs::matched));
}

eval::Query::Kind query_kind(std::string_view text) {
  using Kind = eval::Query::Kind;
  static const std::map<std::string_view, Kind> kinds{
      {"count", Kind::count}, {"any", Kind::any}, {"none", Kind::none}, {"first", Kind::first},       {"last", Kind::last},
      {"idle", Kind::idle},   {"sum", Kind::sum}, {"avg", Kind::avg},   {"distinct", Kind::distinct}, {"most", Kind::most}};
  return kinds.at(text);
}

/// Without parentheses that change nothing: they are layout, and layout must not make another version. Only what mixes
/// `and` with `or` has them always, for those who read it in a log.
std::string canonical_text(ast::Expr expression) {
  ast::for_each_node(expression, [](auto& node) {
    if constexpr (requires { node.parenthesized; }) node.parenthesized = false;
  });
  ast::for_each_node(expression, [](auto& node) {
    if constexpr (requires { node.parenthesized; }) {
      if (node.kind != ast::ExprKind::or_) return;
      for (ast::Expr& arg : node.args) arg.parenthesized = arg.kind == ast::ExprKind::and_;
    }
  });
  return syntax::print_expression(expression);
}

class PlaceResolver final : public Resolver {
 public:
  PlaceResolver(Builder& builder, const Place& place) : builder_(builder), place_(place) {}

  std::optional<Load> load(std::string_view path) override {
    const auto [root, name] = split_path(path);
    if (name.empty()) return bare_name(path);
    if (root == "lead") return lead_field(builder_.model.find_lead_field(name));
    if (root == "score") return found(eval::Origin::score, builder_.model.find_score(name));
    if (root == "tier") return found(eval::Origin::tier, builder_.model.find_score(name));
    if (root == "stage") return found(eval::Origin::stage, builder_.model.find_lifecycle(name));
    if (root == "enrolled_in") return found(eval::Origin::enrolled_in, builder_.model.find_sequence(name));
    if (root == "consent") return consent(name);
    if (root == "digest") return Load{eval::Origin::digest, name == "count" ? kDigestCount : kDigestMessages, eval::Slot::asked};
    if (root == "anchor" && place_.declared != nullptr) return found(eval::Origin::anchor, place_.declared->find_anchor(name));
    if (root == "event") return event_field(name);
    if (root == "trigger") return trigger_field(name);
    if (root == "entry") return entry_field(name);
    return std::nullopt;
  }

  std::optional<eval::Ref> segment(std::string_view name) override {
    const Id id = builder_.model.find_segment(name);
    if (id == kNone) return std::nullopt;
    return builder_.program.segments[id].condition.code;
  }

  std::uint32_t query(const ast::Expr& history, std::string_view member) override {
    const ast::Pattern& pattern = **history.pattern;
    const std::string_view field = history.field ? std::string_view(history.field->text) : member;
    return add_query(builder_, query_kind(history.text), pattern, field, lower_where(builder_, pattern, place_), place_);
  }

 private:
  std::optional<Load> bare_name(std::string_view name) const {
    if (name == "enrolled_at") return Load{eval::Origin::enrolled_at, 0, eval::Slot::asked};
    if (place_.parameters == nullptr) return std::nullopt;
    const auto& parameters = *place_.parameters;
    const auto same = [&](const model::Field& field) { return field.name == name; };
    const auto at = std::find_if(parameters.begin(), parameters.end(), same);
    if (at == parameters.end()) return std::nullopt;
    return Load{eval::Origin::parameter, static_cast<Id>(at - parameters.begin()), eval::Slot::asked};
  }

  /// "CATEGORY CHANNEL": which two they are, in one number.
  std::optional<Load> consent(std::string_view pair) const {
    const std::size_t blank = pair.find(' ');
    const Id category = builder_.model.find_category(pair.substr(0, blank));
    const Id channel = builder_.model.find_channel(pair.substr(blank + 1));
    if (category == kNone || channel == kNone) return std::nullopt;
    return found(eval::Origin::consent, category * static_cast<Id>(builder_.model.channels.size()) + channel);
  }

  static std::optional<Load> found(eval::Origin origin, Id index) {
    if (index == kNone) return std::nullopt;
    return Load{origin, index, eval::Slot::asked};
  }

  std::optional<Load> lead_field(Id index) const {
    if (index == kNone) return std::nullopt;
    switch (builder_.program.lead[index].type) {
      case SlotType::bool_: return Load{eval::Origin::lead, index, eval::Slot::bool_};
      case SlotType::int_: return Load{eval::Origin::lead, index, eval::Slot::int_};
      case SlotType::number: return Load{eval::Origin::lead, index, eval::Slot::number};
      default: return Load{eval::Origin::lead, index, eval::Slot::asked};
    }
  }

  std::optional<Load> event_field(std::string_view name) {
    const Id field = field_name(builder_.program, name);
    if (field == kNone) return std::nullopt;
    if (place_.event == Place::EventIs::matched || place_.sequence == nullptr) return Load{eval::Origin::event, field, eval::Slot::asked};
    return Load{eval::Origin::entry, intern(place_.sequence->entry_fields, field), eval::Slot::asked};
  }

  /// What the sequence accepts, else a field of the event that entered.
  std::optional<Load> entry_field(std::string_view name) {
    if (place_.sequence == nullptr) return std::nullopt;
    const auto& parameters = place_.sequence->parameters;
    const auto same = [&](const Field& field) { return field.name == name; };
    const auto at = std::find_if(parameters.begin(), parameters.end(), same);
    if (at != parameters.end()) return Load{eval::Origin::handed, static_cast<Id>(at - parameters.begin()), eval::Slot::asked};
    const Id field = field_name(builder_.program, name);
    if (field == kNone) return std::nullopt;
    return Load{eval::Origin::entry, intern(place_.sequence->entry_fields, field), eval::Slot::asked};
  }

  std::optional<Load> trigger_field(std::string_view name) {
    const Id field = field_name(builder_.program, name);
    if (field == kNone) return std::nullopt;
    if (place_.trigger_names != nullptr) insert_sorted(*place_.trigger_names, field);
    if (place_.sequence == nullptr) return Load{eval::Origin::event, field, eval::Slot::asked};
    return Load{eval::Origin::trigger, intern(place_.sequence->trigger_fields, field), eval::Slot::asked};
  }

  Builder& builder_;
  Place place_;
};

/// Collects what an expression depends on, and the segments it names.
class Dependencies {
 public:
  Dependencies(const Builder& builder, Condition& condition, std::vector<Id>& segments)
      : builder_(builder), condition_(condition), segments_(segments) {}

  void add(const ast::Expr& expression) {
    if (expression.kind == ast::ExprKind::ident) add_name(expression.text);
    if (add_lines(expression)) return;
    if (expression.kind == ast::ExprKind::select && expression.args[0].kind == ast::ExprKind::ident) {
      add_path(expression.args[0].text, expression.text);
    }
    if (expression.kind == ast::ExprKind::call) add_told(expression.text);
    if (expression.pattern) add_history(expression.text, **expression.pattern);
    for (const ast::Expr& arg : expression.args) add(arg);
  }

 private:
  void add_name(std::string_view name) {
    if (name == "now") condition_.clock = true;
    const Id id = builder_.model.find_segment(name);
    if (id == kNone) return;
    const Segment& segment = builder_.program.segments[id];
    insert_sorted(segments_, id);
    for (const Id inner : segment.segments) insert_sorted(segments_, inner);
    for (const Id event : segment.condition.events) insert_sorted(condition_.events, event);
    for (const Id field : segment.condition.fields) insert_sorted(condition_.fields, field);
    for (const Id score : segment.condition.scores) insert_sorted(condition_.scores, score);
    for (const ScoreLine& line : segment.condition.lines) insert_sorted(condition_.lines, line);
    condition_.stages = condition_.stages || segment.condition.stages;
    condition_.anchors = condition_.anchors || segment.condition.anchors;
    condition_.clock = condition_.clock || segment.condition.clock;
  }

  /// Asked again when the engine tells that it may have changed.
  void add_told(std::string_view function) {
    for (const std::string_view event : model::told_of(function)) insert_found(condition_.events, builder_.model.find_event(event));
  }

  void add_path(std::string_view root, std::string_view name) {
    if (root == "lead") insert_found(condition_.fields, builder_.model.find_lead_field(name));
    const Id score = root == "score" || root == "tier" ? builder_.model.find_score(name) : kNone;
    insert_found(condition_.scores, score);
    if (root == "score" && score != kNone) insert_sorted(condition_.lines, ScoreLine{score, ScoreLine::kEveryPoint});
    if (root == "stage") condition_.stages = true;
    if (root == "anchor") condition_.anchors = true;
  }

  /// `score.X >= 40`, either way round: only where the total reaches the number can the answer change.
  [[nodiscard]] bool add_lines(const ast::Expr& expression) {
    using Kind = ast::ExprKind;
    if (expression.args.size() != 2 || expression.kind < Kind::equal || expression.kind > Kind::greater_equal) return false;
    const bool mirrored = expression.args[0].kind == Kind::number;
    const ast::Expr& score = expression.args[mirrored ? 1 : 0];
    const ast::Expr& number = expression.args[mirrored ? 0 : 1];
    if (score.kind != Kind::select || score.args[0].kind != Kind::ident || score.args[0].text != "score") return false;
    std::int64_t at = 0;
    const auto [end, error] = std::from_chars(number.text.data(), number.text.data() + number.text.size(), at);
    if (number.kind != Kind::number || error != std::errc() || end != number.text.data() + number.text.size()) return false;
    const Id id = builder_.model.find_score(score.text);
    if (id == kNone) return false;
    insert_sorted(condition_.scores, id);
    const bool equality = expression.kind == Kind::equal || expression.kind == Kind::not_equal;
    const bool from_it = expression.kind == (mirrored ? Kind::less_equal : Kind::less) ||
                         expression.kind == (mirrored ? Kind::greater : Kind::greater_equal);
    if (equality || from_it) insert_sorted(condition_.lines, ScoreLine{id, at});
    if (equality || !from_it) insert_sorted(condition_.lines, ScoreLine{id, at + 1});
    return true;
  }

  void add_history(std::string_view kind, const ast::Pattern& pattern) {
    for (const Id event : builder_.model.find_events(pattern.events)) insert_sorted(condition_.events, event);
    if (kind == "idle") condition_.clock = true;
    if (pattern.window && pattern.window->kind == ast::Window::Kind::within) condition_.clock = true;
    // When the step runs, what came at that instant begins to count.
    if (pattern.window && pattern.window->kind == ast::Window::Kind::since_step) condition_.clock = true;
    if (pattern.window && pattern.window->kind == ast::Window::Kind::since_anchor) condition_.anchors = true;
    if (pattern.where) add(*pattern.where);
  }

  static void insert_found(std::vector<Id>& ids, Id id) {
    if (id != kNone) insert_sorted(ids, id);
  }

  const Builder& builder_;
  Condition& condition_;
  std::vector<Id>& segments_;
};

void add_dependencies(Builder& builder, const ast::Expr& expression, const Place& place, Condition& condition) {
  std::vector<Id> segments;
  Dependencies(builder, condition, segments).add(expression);
  if (place.sequence == nullptr) return;
  for (const Id segment : segments) insert_sorted(place.sequence->segments, segment);
}

}  // namespace

eval::Ref compile_expression(Builder& builder, const ast::Expr& expression, const Place& place) {
  return compile_condition(builder, expression, place).code;
}

Condition compile_condition(Builder& builder, const ast::Expr& expression, const Place& place) {
  PlaceResolver resolver(builder, place);
  Condition condition;
  condition.code = lower(expression, resolver, builder.program.module);
  builder.program.expression_texts.push_back({condition.code, canonical_text(expression)});
  add_dependencies(builder, expression, place, condition);
  return condition;
}

Pattern compile_pattern(Builder& builder, const ast::Pattern& pattern, const Place& place) {
  Pattern compiled;
  compiled.events = builder.model.find_events(pattern.events);
  compiled.where = lower_where(builder, pattern, place);
  compiled.any_key = pattern.any_key;
  if (pattern.where) {
    Condition where;
    add_dependencies(builder, *pattern.where, place, where);
    compiled.scores = std::move(where.scores);
  }
  if (pattern.window) compiled.look_back = add_query(builder, eval::Query::Kind::any, pattern, {}, compiled.where, place);
  return compiled;
}

Trigger compile_trigger(Builder& builder, const ast::Trigger& trigger, const Place& place) {
  Trigger compiled;
  compiled.on = trigger.on.has_value();
  if (trigger.on) compiled.pattern = compile_pattern(builder, *trigger.on, place);
  if (trigger.when) compiled.condition = compile_condition(builder, *trigger.when, place);
  return compiled;
}

void add_segments(Builder& builder) {
  for (const model::Segment& declared : builder.model.segments) {
    Segment segment;
    segment.name = declared.name;
    segment.condition.code = compile_expression(builder, declared.node->condition, Place{});
    Dependencies(builder, segment.condition, segment.segments).add(declared.node->condition);
    builder.program.segments.push_back(std::move(segment));
  }
}

}  // namespace nurture::compile
