// Looks at declared fields, channels and segments: defaults fit their types, segments do not go round in circles and
// come in an order in which each finds those it uses. Entry points: check_vocabulary(), check_segments().
#include "check/expressions.hpp"
#include "check/passes.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace nurture::check {

namespace {

using model::Id;

void check_default(Context& context, const model::Field& field) {
  if (!field.node->fallback) return;
  const Scope nothing{};
  check_value(context, *field.node->fallback, nothing, field.type, quoted(field.name));
}

/// Names in an expression that are segments, in order.
std::vector<const ast::Expr*> segments_in(const Context& context, const ast::Expr& condition) {
  std::vector<const ast::Expr*> used;
  ast::for_each_node(condition, [&](const auto& node) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Expr>) {
      if (node.kind == ast::ExprKind::ident && context.model.find_segment(node.text) != model::kNone) used.push_back(&node);
    }
  });
  return used;
}

/// Depth-first order of segments: those used come before those that use them.
class SegmentOrder {
 public:
  explicit SegmentOrder(Context& context) : context_(context), states_(context.model.segments.size(), State::fresh) {}

  std::vector<Id> run() {
    for (Id id = 0; id < states_.size(); ++id) visit(id);
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { fresh, open, done };

  void visit(Id id) {
    if (states_[id] == State::done) return;
    states_[id] = State::open;
    open_.push_back(id);
    for (const ast::Expr* use : segments_in(context_, context_.model.segments[id].node->condition)) {
      const Id used = context_.model.find_segment(use->text);
      if (states_[used] == State::fresh) visit(used);
      else if (states_[used] == State::open) report(used, *use);
    }
    open_.pop_back();
    states_[id] = State::done;
    order_.push_back(id);
  }

  void report(Id first, const ast::Expr& use) {
    const auto& segments = context_.model.segments;
    Finding finding(Code::circular_definition, use.span, "the segment " + quoted(segments[first].name) + " is defined by itself");
    finding.label(segments[first].node->name.span, "its definition begins here");
    const auto start = std::find(open_.begin(), open_.end(), first);
    if (open_.end() - start > 1) {
      std::string path;
      for (auto at = start; at != open_.end(); ++at) path += quoted(segments[*at].name) + " asks for ";
      finding.note(path + quoted(segments[first].name));
    }
    context_.add(finding);
  }

  Context& context_;
  std::vector<State> states_;
  std::vector<Id> open_;
  std::vector<Id> order_;
};

void reorder_segments(Context& context) {
  const std::vector<Id> order = SegmentOrder(context).run();
  std::vector<model::Segment> sorted;
  for (const Id id : order) {
    context.model.names[table_key("segment", context.model.segments[id].name)] = static_cast<Id>(sorted.size());
    sorted.push_back(context.model.segments[id]);
  }
  context.model.segments = std::move(sorted);
}

}  // namespace

void check_vocabulary(Context& context) {
  for (const auto& field : context.model.lead) check_default(context, field);
  for (const auto& event : context.model.events) {
    for (const auto& field : event.fields) check_default(context, field);
  }
  Scope scope;
  scope.place = "a channel";
  for (const auto& channel : context.model.channels) {
    if (channel.node != nullptr && channel.node->needs) (void)check_expression(context, *channel.node->needs, scope);
  }
}

void check_segments(Context& context) {
  reorder_segments(context);
  Scope scope;
  scope.place = "a segment";
  for (const auto& segment : context.model.segments) check_condition(context, segment.node->condition, scope);
}

}  // namespace nurture::check
