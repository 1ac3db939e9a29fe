// Expressions, event patterns and triggers: the rules `expr` to `map`, `pattern`, `window` and `history` of
// dsl/grammar.peg. Entry points: the rules `expression`, `pattern`, `trigger` and `map`.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

using ast::ExprKind;

// ---- parts of an operand, put together by actions

void end_at(State& state, Tree& tree, Iterator end) { tree.span.end = state.offset(end); }

/// The position behind what was read last.
template <class AnyContext>
Iterator here(const AnyContext& context) {
  return x3::_where(context).begin();
}

const auto begin_operand = [](auto& context) { x3::_val(context).span = state_of(context).span(x3::_attr(context), x3::_attr(context)); };
const auto be_literal = [](auto& context) { x3::_val(context) = std::move(x3::_attr(context)); };
const auto be_identifier = [](auto& context) {
  Tree& tree = x3::_val(context);
  tree.kind = ExprKind::ident;
  tree.text = std::move(x3::_attr(context).text);
  tree.span = x3::_attr(context).span;
};
const auto be_parenthesized = [](auto& context) {
  Tree& tree = x3::_val(context);
  const std::uint32_t begin = tree.span.begin;
  tree = std::move(x3::_attr(context).take());
  tree.span.begin = begin;
  tree.parenthesized = true;
};
const auto argument = [](auto& context) { add_argument(state_of(context), x3::_val(context), std::move(x3::_attr(context).take())); };
const auto end_operand = [](auto& context) { end_at(state_of(context), x3::_val(context), here(context)); };

/// `has(x.y)` is CEL's spelling of `x.y is known`.
const auto end_call = [](auto& context) {
  State& state = state_of(context);
  Tree& tree = x3::_val(context);
  tree.kind = tree.kind == ExprKind::select ? ExprKind::method : ExprKind::call;
  end_at(state, tree, here(context));
  const bool known = state.profile() == Profile::nurture && tree.kind == ExprKind::call && tree.text == "has" && tree.args.size() == 1 &&
                     tree.args.front().kind == ExprKind::select;
  if (!known) return;
  tree.kind = ExprKind::known;
  tree.text.clear();
};
const auto member = [](auto& context) {
  Tree& tree = x3::_val(context);
  const std::uint32_t links = tree.links;
  wrap(state_of(context), tree, ExprKind::select);
  tree.text = std::move(x3::_attr(context).text);
  tree.span.end = x3::_attr(context).span.end;
  link(state_of(context), tree, links + 1, here(context) - 1);
};
const auto begin_index = [](auto& context) {
  Tree& tree = x3::_val(context);
  const std::uint32_t links = tree.links;
  wrap(state_of(context), tree, ExprKind::index);
  link(state_of(context), tree, links + 1, here(context) - 1);
};

/// A node of a fixed kind whose arguments follow.
auto be(ExprKind kind) {
  return [kind](auto& context) { x3::_val(context).kind = kind; };
}

// ---- parts of an expression

const auto add_operand = [](auto& context) { x3::_val(context).operand(std::move(x3::_attr(context))); };
const auto add_prefix = [](auto& context) { x3::_val(context).prefix(state_of(context), x3::_attr(context)); };
const auto add_infix = [](auto& context) { x3::_val(context).infix(state_of(context), x3::_attr(context), here(context) - 1); };
const auto add_question = [](auto& context) { x3::_val(context).question(state_of(context), here(context) - 1); };
const auto add_colon = [](auto& context) { x3::_val(context).colon(state_of(context)); };
const auto finish_expression = [](auto& context) { x3::_val(context).finish(state_of(context)); };
auto add_suffix(ExprKind kind) {
  return [kind](auto& context) { x3::_val(context).suffix(state_of(context), kind, here(context) - 1, here(context)); };
}

struct OperandId;
struct HistoryId;
struct WindowId;
constexpr x3::rule<OperandId, Tree> operand{"a value"};
constexpr x3::rule<HistoryId, Tree> history{"a history function"};
constexpr x3::rule<WindowId, ast::Window> window{"`within` or `since`"};

// ---- grammar

const auto arguments = symbol("(") > nested[-(expression[argument] >> *(symbol(",") > expression[argument])) > symbol(")")];

const auto list = symbol("[")[be(ExprKind::list)] >
                  nested[-(expression[argument] >> *(symbol(",") >> expression[argument]) >> -symbol(",")) > symbol("]")[end_operand]];

// The alternatives that nest come last: an alternative leans left, so these cost the least of the machine stack.
const auto primary = literal[be_literal] | history[be_literal] | (identifier[be_identifier] >> -arguments[end_call]) | map[be_literal] |
                     list | (symbol("(") > nested[expression[be_parenthesized] > symbol(")")[end_operand]]);

const auto operand_def = mark[begin_operand] >> primary >>
                         *((symbol(".") > member_name[member] > -arguments[end_call]) |
                           (symbol("[")[begin_index] > nested[expression[argument] > symbol("]")[end_operand]]));

// `not` is looser than a comparison, `!` and `-` are tighter than any other operator.
const auto term = (+prefix_sign[add_prefix] > operand[add_operand]) | operand[add_operand];
const auto sum = term >> *(arithmetic_operator[add_infix] > term);
const auto relation =
    sum >> *((relation_operator[add_infix] > sum) |
             (domain_word("is") >
              named("`known` or `missing`")[word("known")[add_suffix(ExprKind::known)] | word("missing")[add_suffix(ExprKind::missing)]]));
const auto condition = (+prefix_word[add_prefix] > relation) | relation;
const auto chain = condition >> *(logic_operator[add_infix] > condition);
const auto expression_def =
    spanning[chain >> *(symbol("?")[add_question] > chain > symbol(":")[add_colon] > chain) >> always[finish_expression]];

const auto entry = expression[argument] > symbol(":") > expression[argument];
const auto map_def = spanning[symbol("{")[be(ExprKind::map)] > nested[-(entry >> *(symbol(",") >> entry) >> -symbol(",")) > symbol("}")]];

// A history function is one only when a pattern stands in its parentheses; otherwise it is the call of a function.
const auto set_pattern = [](auto& context) {
  Tree& tree = x3::_val(context);
  tree.height = x3::_attr(context).height + 1;
  tree.pattern = static_cast<ast::Pattern&&>(x3::_attr(context));
};
auto be_history(ExprKind kind) {
  return [kind](auto& context) {
    x3::_val(context).kind = kind;
    x3::_val(context).text = std::move(x3::_attr(context).text);
  };
}
/// Whether the pattern has a part that the argument of a function cannot have: then it must end here.
const auto is_surely_history = [](auto& context) {
  const auto& pattern = x3::_val(context).pattern;
  x3::_pass(context) =
      state_of(context).profile() == Profile::nurture && pattern && ((*pattern)->of || (*pattern)->where || (*pattern)->window);
};
const auto end_of_history = symbol(")") | (always[is_surely_history] > symbol(")"));
const auto history_def =
    spanning[(history_word[be_history(ExprKind::history)] >> symbol("(") >> nested[pattern[set_pattern] >> end_of_history]) |
             (fold_word[be_history(ExprKind::fold)] >> symbol("(") >>
              nested[event_name[into(&ast::Expr::field)] >> word("of") >> pattern[set_pattern] >> end_of_history])];

using WindowKind = ast::Window::Kind;
const auto since = (word("enrolled")[set(&ast::Window::kind, WindowKind::since_enrolled)]) |
                   (word("step")[set(&ast::Window::kind, WindowKind::since_step)] > name[into(&ast::Window::name)]) |
                   (word("anchor")[set(&ast::Window::kind, WindowKind::since_anchor)] > name[into(&ast::Window::name)]) |
                   (date_time[into(&ast::Window::date)] >> always[set(&ast::Window::kind, WindowKind::since_date)]);
const auto window_def = spanning[(word("within")[set(&ast::Window::kind, WindowKind::within)] > duration[into(&ast::Window::within)]) |
                                 (word("since") > named("`enrolled`, `step NAME`, `anchor NAME` or a date")[since])];

const auto set_where = [](auto& context) {
  Tree& where = x3::_attr(context).take();
  x3::_val(context).height = where.height + 1;
  x3::_val(context).where = static_cast<ast::Expr&&>(where);
};
const auto pattern_def =
    spanning[event_name[append(&ast::Pattern::events)] >> *(word("or") >> event_name[append(&ast::Pattern::events)]) >>
             -(word("of") > name[into(&ast::Pattern::of)]) >> -(word("any") > word("key")[set(&ast::Pattern::any_key, true)]) >>
             -(word("where") > expression[set_where]) >> -window[into(&ast::Pattern::window)]];

const auto trigger_def = spanning[(word("on") > pattern[into(&ast::Trigger::on)]) | (word("when") > expression[into(&ast::Trigger::when)])];

}  // namespace

BOOST_SPIRIT_DEFINE(expression, operand, history, map, window, pattern, trigger)
BOOST_SPIRIT_INSTANTIATE(decltype(expression), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(pattern), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(trigger), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(map), Iterator, Context)

}  // namespace nurture::syntax::grammar
