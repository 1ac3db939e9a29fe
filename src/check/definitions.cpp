// Names that are defined by conditions - segments, scores and lifecycles - and what their definitions ask for: circles are refused,
// and segments come into an order in which each finds those it uses. Entry point: check_definitions().
//
// One depth-first walk over all kinds, with a stack of its own: a file can chain thousands of segments.
#include "check/passes.hpp"

#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace nurture::check {

namespace {

using ast::Expr;
using ast::ExprKind;
using model::Id;
using model::kNone;

/// Segments first, then scores, then lifecycles.
class Definitions {
 public:
  explicit Definitions(Context& context)
      : context_(context), segments_(context.model.segments.size()), scores_(segments_ + context.model.scores.size()) {
    states_.assign(scores_ + context.model.lifecycles.size(), State::fresh);
  }

  /// The segments, those used before those that use them.
  std::vector<Id> run() {
    for (std::size_t node = 0; node < states_.size(); ++node) {
      if (states_[node] == State::fresh) visit(node);
    }
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { fresh, open, done };
  /// That a definition asks for a name, and where.
  struct Use {
    std::size_t node;
    const Expr* place;
  };
  struct Frame {
    std::size_t node;
    std::vector<Use> uses;
    std::size_t next = 0;
  };

  void visit(std::size_t first) {
    open(first);
    while (!stack_.empty()) {
      Frame& top = stack_.back();
      if (top.next == top.uses.size()) {
        states_[top.node] = State::done;
        if (top.node < segments_) order_.push_back(static_cast<Id>(top.node));
        stack_.pop_back();
        continue;
      }
      const Use use = top.uses[top.next++];
      if (states_[use.node] == State::fresh)
        open(use.node);
      else if (states_[use.node] == State::open)
        report(use);
    }
  }

  void open(std::size_t node) {
    states_[node] = State::open;
    Frame frame{node, {}};
    if (node < segments_) {
      add_uses(context_.model.segments[node].node->condition, frame.uses);
    } else if (node < scores_) {
      add_uses(*context_.model.scores[node - segments_].node, frame.uses);
    } else {
      for (const auto& stage : context_.model.lifecycles[node - scores_].node->stages) {
        if (stage.trigger) add_uses(*stage.trigger, frame.uses);
      }
    }
    stack_.push_back(std::move(frame));
  }

  template <class Node>
  void add_uses(const Node& root, std::vector<Use>& uses) {
    ast::for_each_node(root, [&](const auto& part) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(part)>, Expr>) add_use(part, uses);
    });
  }

  void add_use(const Expr& e, std::vector<Use>& uses) {
    if (e.kind == ExprKind::ident) {
      const Id segment = context_.model.find_segment(e.text);
      if (segment != kNone) uses.push_back({segment, &e});
    }
    if (e.kind != ExprKind::select || e.args.size() != 1 || e.args[0].kind != ExprKind::ident) return;
    const std::string& root = e.args[0].text;
    const Id score = root == "score" || root == "tier" ? context_.model.find_score(e.text) : kNone;
    if (score != kNone) uses.push_back({segments_ + score, &e});
    const Id lifecycle = root == "stage" ? context_.model.find_lifecycle(e.text) : kNone;
    if (lifecycle != kNone) uses.push_back({scores_ + lifecycle, &e});
  }

  /// What scores do in answer (`then`, `enter`) may ask for themselves: only conditions count.
  void add_uses(const ast::Score& score, std::vector<Use>& uses) {
    const auto trigger = [&](const ast::Trigger& one) { add_uses(one, uses); };
    for (const auto& rule : score.rules) trigger(rule.trigger);
    for (const auto& category : score.categories) {
      for (const auto& rule : category.rules) trigger(rule.trigger);
    }
    for (const auto& reset : score.resets) trigger(reset.trigger);
    for (const auto& decay : score.decays) add_uses(decay.when, uses);
  }

  void report(const Use& last) {
    const auto start = std::find_if(stack_.begin(), stack_.end(), [&](const Frame& frame) { return frame.node == last.node; });
    // A circle through a lifecycle or a score is shown there, one of segments alone where it closes.
    const auto lifecycle = std::find_if(start, stack_.end(), [&](const Frame& frame) { return frame.node >= scores_; });
    if (lifecycle != stack_.end()) {
      const auto& declared = context_.model.lifecycles[lifecycle->node - scores_];
      context_.add(Finding(Code::circular_definition, lifecycle->uses[lifecycle->next - 1].place->span,
                           "the stages of " + quoted(declared.name) + " depend on themselves")
                       .label(declared.node->name.span, "this lifecycle"));
      return;
    }
    const auto score = std::find_if(start, stack_.end(), [&](const Frame& frame) { return frame.node >= segments_; });
    if (score != stack_.end()) {
      const auto& declared = context_.model.scores[score->node - segments_];
      context_.add(Finding(Code::circular_definition, score->uses[score->next - 1].place->span,
                           "the score " + quoted(declared.name) + " is computed from itself")
                       .label(declared.node->name.span, "this score"));
      return;
    }
    const auto& declared = context_.model.segments[last.node];
    Finding finding(Code::circular_definition, last.place->span, "the segment " + quoted(declared.name) + " is defined by itself");
    finding.label(declared.node->name.span, "its definition begins here");
    constexpr std::ptrdiff_t kNamesShown = 6;
    if (stack_.end() - start > 1 && stack_.end() - start <= kNamesShown) {
      std::string path;
      for (auto at = start; at != stack_.end(); ++at) path += quoted(context_.model.segments[at->node].name) + " asks for ";
      finding.note(path + quoted(declared.name));
    }
    context_.add(finding);
  }

  Context& context_;
  std::size_t segments_, scores_;  ///< Where scores, and where lifecycles begin.
  std::vector<State> states_;
  std::vector<Frame> stack_;
  std::vector<Id> order_;
};

}  // namespace

void check_definitions(Context& context) {
  const std::vector<Id> order = Definitions(context).run();
  std::vector<model::Segment> sorted;
  for (const Id id : order) {
    context.model.names[table_key("segment", context.model.segments[id].name)] = static_cast<Id>(sorted.size());
    sorted.push_back(context.model.segments[id]);
  }
  context.model.segments = std::move(sorted);
}

}  // namespace nurture::check
