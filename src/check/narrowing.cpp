// Flow-sensitive knowledge about missing values. Entry points: facts_if(), key_of().
//
// Facts are texts of expressions rather than symbols, so that `last(email.click).link is known` narrows like a field.
// `and` unites what its operands say, `or` keeps what all of them say, `not` swaps the outcome. any(P) and
// count(P) >= 1 say that there is a first and a last P.
#include "check/narrowing.hpp"

#include "syntax/print.hpp"

#include <algorithm>

namespace nurture::check {

namespace {

using ast::Expr;
using ast::ExprKind;

/// A condition that says more than this is made by a machine; forgetting it only asks for more guards.
constexpr std::size_t kFactsMax = 256;

std::string history_key(std::string_view which, const ast::Pattern& pattern) {
  return std::string(which) + '(' + syntax::print_pattern(pattern) + ')';
}

Facts known(const Expr& subject) {
  Facts facts;
  // `last(P).link is known` says that there is a last P.
  for (const Expr* part = &subject;; part = &part->args[0]) {
    std::string key = key_of(*part);
    if (!key.empty()) facts.insert(std::move(key));
    if (part->kind != ExprKind::select || part->args.empty()) return facts;
  }
}

Facts happened(const ast::Pattern& pattern) { return {history_key("first", pattern), history_key("last", pattern)}; }

bool is_int(const Expr& expression, std::string_view text) { return expression.kind == ExprKind::number && expression.text == text; }

/// `count(P) >= 1` or `count(P) > 0`, the two usual ways to say any(P).
bool counts_some(const Expr& relation) {
  if (relation.args.size() != 2 || relation.args[0].kind != ExprKind::history || relation.args[0].text != "count") return false;
  return (relation.kind == ExprKind::greater_equal && is_int(relation.args[1], "1")) ||
         (relation.kind == ExprKind::greater && is_int(relation.args[1], "0"));
}

Facts common(const Facts& a, const Facts& b) {
  Facts both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
  return both;
}

Facts facts_within(const Context& context, const Expr& e, bool outcome);

Facts of_all(const Context& context, const Expr& e, bool outcome, bool all_hold) {
  Facts facts;
  for (std::size_t i = 0; i < e.args.size(); ++i) {
    Facts mine = facts_within(context, e.args[i], outcome);
    facts = i == 0 ? std::move(mine) : all_hold ? with(std::move(facts), mine) : common(facts, mine);
  }
  return facts;
}

Facts of_conditional(const Context& context, const Expr& e, bool outcome) {
  if (e.args.size() != 3) return {};
  const Facts first = with(facts_within(context, e.args[0], true), facts_within(context, e.args[1], outcome));
  const Facts second = with(facts_within(context, e.args[0], false), facts_within(context, e.args[2], outcome));
  return common(first, second);
}

/// Segments are looked at in the order of use, so what those within are known to say is there already.
Facts of_segment(const Context& context, const Expr& e, bool outcome) {
  const model::Id id = context.model.find_segment(e.text);
  return id < context.segment_facts.size() ? context.segment_facts[id].at(outcome ? 1 : 0) : Facts{};
}

/// `x != null` is refused, but what it was meant to say is known behind it.
Facts of_null(const Expr& e, bool differs) {
  if (!differs || e.args.size() != 2) return {};
  if (e.args[1].kind == ExprKind::null_literal) return known(e.args[0]);
  return e.args[0].kind == ExprKind::null_literal ? known(e.args[1]) : Facts{};
}

Facts facts_within(const Context& context, const Expr& e, bool outcome) {
  switch (e.kind) {
    case ExprKind::not_equal: return of_null(e, outcome);
    case ExprKind::equal: return of_null(e, !outcome);
    case ExprKind::known: return outcome ? known(e.args[0]) : Facts{};
    case ExprKind::missing: return outcome ? Facts{} : known(e.args[0]);
    case ExprKind::not_: return facts_within(context, e.args[0], !outcome);
    case ExprKind::and_: return of_all(context, e, outcome, outcome);
    case ExprKind::or_: return of_all(context, e, outcome, !outcome);
    case ExprKind::conditional: return of_conditional(context, e, outcome);
    case ExprKind::ident: return of_segment(context, e, outcome);
    case ExprKind::call: return outcome && e.text == "has" && e.args.size() == 1 ? known(e.args[0]) : Facts{};
    case ExprKind::history:
      if (e.pattern && ((e.text == "any" && outcome) || (e.text == "none" && !outcome))) return happened(**e.pattern);
      return {};
    case ExprKind::greater:
    case ExprKind::greater_equal: return outcome && counts_some(e) && e.args[0].pattern ? happened(**e.args[0].pattern) : Facts{};
    default: return {};
  }
}

}  // namespace

std::string key_of(const Expr& expression) {
  switch (expression.kind) {
    case ExprKind::ident: return expression.text;
    case ExprKind::select: {
      std::string inner = expression.args.empty() ? std::string() : key_of(expression.args[0]);
      return inner.empty() ? inner : inner + '.' + expression.text;
    }
    case ExprKind::history: return expression.pattern ? history_key(expression.text, **expression.pattern) : std::string();
    case ExprKind::fold:
      if (!expression.pattern || !expression.field) return {};
      return expression.text + '(' + expression.field->text + " of " + syntax::print_pattern(**expression.pattern) + ')';
    case ExprKind::index: return expression.parenthesized ? std::string() : syntax::print_expression(expression);
    default: return {};
  }
}

Facts facts_if(const Context& context, const Expr& condition, bool outcome) {
  Facts facts = facts_within(context, condition, outcome);
  return facts.size() > kFactsMax ? Facts{} : facts;
}

Facts with(Facts facts, const Facts& more) {
  facts.insert(more.begin(), more.end());
  return facts;
}

Facts without(const Facts& facts, std::string_view name) {
  Facts kept;
  for (const auto& fact : facts) {
    const bool about = fact.starts_with(name) && fact.size() > name.size() && fact[name.size()] == '.';
    if (!about) kept.insert(fact);
  }
  return kept;
}

}  // namespace nurture::check
