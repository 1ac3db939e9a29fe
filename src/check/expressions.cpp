// Entry points of expression typing, and its dispatch over kinds of expressions.
#include "check/expressions.hpp"

#include "check/outcomes.hpp"
#include "check/schedulable.hpp"
#include "check/typing.hpp"
#include "syntax/print.hpp"
#include "time/zone.hpp"

#include <algorithm>
#include <cctype>

namespace nurture::check {

using ast::Expr;
using ast::ExprKind;

namespace {

constexpr std::size_t kShownBytes = 60;

bool has_unit(std::string_view duration, bool calendar) {
  for (std::size_t i = 0; i < duration.size(); ++i) {
    if (std::isalpha(static_cast<unsigned char>(duration[i])) == 0) continue;
    std::size_t end = i;
    while (end < duration.size() && std::isalpha(static_cast<unsigned char>(duration[end])) != 0) ++end;
    const std::string_view unit = duration.substr(i, end - i);
    const bool exact = unit == "h" || unit == "min" || unit == "s";
    if (exact != calendar) return true;
    i = end;
  }
  return false;
}

}  // namespace

std::string shown(const Expr& e) {
  std::string text = syntax::print_expression(e);
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes / 2) + "..." + text.substr(text.size() - kShownBytes / 3);
  return quoted(text);
}

bool is_calendar(std::string_view duration) { return has_unit(duration, true); }
bool has_exact_part(std::string_view duration) { return has_unit(duration, false); }

// ---------------------------------------------------------------- dispatch

Typed Typing::visit(const Expr& e, const Facts& facts) {
  switch (e.kind) {
    case ExprKind::null_literal:
    case ExprKind::bool_literal:
    case ExprKind::number:
    case ExprKind::string:
    case ExprKind::duration:
    case ExprKind::time:
    case ExprKind::datetime: return {literal(e)};
    case ExprKind::ident: return ident(e);
    case ExprKind::select: return select(e, facts);
    case ExprKind::index: return {index(e, facts)};
    case ExprKind::call: return {call(e, facts)};
    case ExprKind::method: return {method(e, facts)};
    case ExprKind::list: return {list(e, facts)};
    case ExprKind::map: return {map(e, facts)};
    case ExprKind::history: return history(e);
    case ExprKind::fold: return {fold(e)};
    case ExprKind::not_:
    case ExprKind::and_:
    case ExprKind::or_: return {logic(e, facts)};
    case ExprKind::negate: return {negation(e, facts)};
    case ExprKind::multiply:
    case ExprKind::divide:
    case ExprKind::modulo:
    case ExprKind::add:
    case ExprKind::subtract: return arithmetic(e, facts);
    case ExprKind::equal:
    case ExprKind::not_equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::greater:
    case ExprKind::greater_equal: return {relation(e, facts)};
    case ExprKind::in: return {membership(e, facts)};
    case ExprKind::known:
    case ExprKind::missing: return {presence(e, e.args.at(0), facts)};
    case ExprKind::conditional: return conditional(e, facts);
  }
  return {};
}

Type Typing::value_of(const Expr& e, const Typed& typed) {
  if (typed.form != Typed::Form::record) return typed.type;
  context_.add(Finding(Code::type_mismatch, e.span, shown(e) + " is an event, which has no value of its own")
                   .help("ask for one of its fields, e.g. " + shown(e) + "`.at`, or whether it `is known`"));
  return type_of(TypeKind::error);
}

Typed Typing::present_operand(const Expr& e, const Facts& facts) {
  Typed typed = visit(e, facts);
  typed.type = value_of(e, typed);
  typed.form = typed.form == Typed::Form::record ? Typed::Form::value : typed.form;
  if (!typed.type.optional || typed.type.kind == TypeKind::error) return typed;
  const std::string key = key_of(e);
  const bool known = !key.empty() && facts.contains(key);
  if (!known && scope_.missing_passes) return typed;
  if (!known) report_unguarded(e, typed);
  typed.type.optional = false;
  return typed;
}

Type Typing::operand(const Expr& e, const Facts& facts) { return present_operand(e, facts).type; }

void Typing::report_unguarded(const Expr& e, const Typed& typed) {
  Finding finding(Code::unguarded_optional, e.span, shown(e) + " is used without asking whether it is known");
  finding.caret("this may be missing");
  if (typed.field != nullptr && typed.field->node != nullptr && typed.type.optional && typed.field->type.optional) {
    finding.label(typed.field->node->type.span, "declared " + quoted(model::to_string(typed.field->type)) + " here");
  }
  const std::string text = syntax::print_expression(e);
  const bool askable = !key_of(e).empty();
  if (guard_.whole == nullptr || !askable) {
    // Single quotes, because double ones would end the text that the expression may stand in.
    const std::string other = typed.type.kind == TypeKind::string ? "'...'" : "...";
    context_.add(finding.help("say what stands for it when it is missing: `default(" + text + ", " + other + ")`"));
    return;
  }
  const std::string before =
      std::string(guard_.outer_parentheses ? "(" : "") + text + " is known and " + (guard_.inner_parentheses ? "(" : "");
  const std::string behind = std::string(guard_.inner_parentheses ? ")" : "") + (guard_.outer_parentheses ? ")" : "");
  finding.help("ask first: `" + before + syntax::print_expression(*guard_.whole) + behind + '`');
  // A place without exact bytes (a YAML scalar with escapes) has no place to insert at.
  if (context_.is_exact(e.span, text)) {
    finding.fix(Context::before(guard_.whole->span), before);
    if (!behind.empty()) finding.fix(Context::behind(guard_.whole->span), behind);
  }
  context_.add(finding);
}

void Typing::condition(const Expr& e, const Facts& facts, ExprKind parent) {
  const Guard outer = guard_;
  guard_ = {&e, parent == ExprKind::or_ || parent == ExprKind::not_, e.kind == ExprKind::conditional && !e.parenthesized};
  const Type type = operand(e, facts);
  guard_ = outer;
  if (!is_unknown(type) && type.kind != TypeKind::bool_) report_no_condition(e, type);
}

/// Apart from condition(), which recurses: what a report needs would stand on the stack once for each `not` of a chain.
void Typing::report_no_condition(const Expr& e, const Type& type) {
  Finding finding(Code::type_mismatch, e.span, shown(e) + " is " + describe(present(type)) + ", and a condition is either true or false");
  if (is_number(type)) finding.help("compare it: `" + syntax::print_expression(e) + " > 0`");
  if (is_text(type)) finding.help("compare it: `" + syntax::print_expression(e) + " != \"\"`");
  context_.add(finding);
}

// ---------------------------------------------------------------- literals and collections

Type Typing::literal(const Expr& e) {
  switch (e.kind) {
    case ExprKind::null_literal: return type_of(e.text.empty() ? TypeKind::error : TypeKind::null_);  // a syntax error leaves no text
    case ExprKind::bool_literal: return type_of(TypeKind::bool_);
    case ExprKind::number: {
      const bool hex = e.text.starts_with("0x") || e.text.starts_with("0X");
      return type_of(!hex && e.text.find_first_of(".eE") != std::string::npos ? TypeKind::number : TypeKind::int_);
    }
    case ExprKind::string: return type_of(TypeKind::string);
    case ExprKind::duration: return type_of(is_calendar(e.text) ? TypeKind::period : TypeKind::duration);
    case ExprKind::time: return type_of(TypeKind::time);
    case ExprKind::datetime:
      if (!time::parse_date_time(e.text)) return type_of(TypeKind::error);  // the parser said so
      return type_of(e.text.find('T') == std::string::npos ? TypeKind::date : TypeKind::datetime);
    default: return type_of(TypeKind::error);
  }
}

Type Typing::list(const Expr& e, const Facts& facts) {
  Type element = type_of(TypeKind::any);
  for (std::size_t i = 0; i < e.args.size(); ++i) {
    const Type item = operand(e.args[i], facts);
    element = i == 0 ? item : unite(element, item);
  }
  return list_of(std::move(element));
}

Type Typing::map(const Expr& e, const Facts& facts) {
  std::vector<const Expr*> seen;
  for (std::size_t i = 0; i + 1 < e.args.size(); i += 2) {
    const Expr& key = e.args[i];
    const Type type = operand(key, facts);
    const bool usable = is_unknown(type) || type.kind == TypeKind::string || type.kind == TypeKind::int_ || type.kind == TypeKind::bool_ ||
                        type.kind == TypeKind::enum_;
    if (!usable) context_.add(Finding(Code::type_mismatch, key.span, "a key is a string, an int or a bool, and this is " + describe(type)));
    const auto same = [&](const Expr* other) { return other->kind == key.kind && other->text == key.text; };
    const auto first = std::find_if(seen.begin(), seen.end(), same);
    if (first != seen.end() && key.kind == ExprKind::string) context_.duplicate(key.span, "key " + quoted(key.text), (*first)->span);
    seen.push_back(&key);
    (void)operand(e.args[i + 1], facts);
  }
  return type_of(TypeKind::map);
}

// ---------------------------------------------------------------- logic

void Typing::report_mixed(const Expr& e) {
  for (const Expr& arg : e.args) {
    if (arg.kind != ExprKind::and_ || arg.parenthesized) continue;
    Finding finding(Code::mixed_and_or, arg.span, "`and` and `or` are mixed, and readers disagree about which binds first");
    finding.caret("`and` binds first").help("put parentheses around the part with `and`");
    if (!context_.bytes(arg.span).empty() && arg.span != e.span) {
      finding.fix(Context::before(arg.span), "(").fix(Context::behind(arg.span), ")");
    }
    context_.add(finding);
    return;
  }
}

/// `lead.plan in "a" or "b"`, `lead.plan == "a" or "b"`: the texts behind `or` belong to the question before it.
bool Typing::told_alternatives(const Expr& e, const Facts& facts) {
  const Expr& first = e.args.at(0);
  const auto is_text = [](const Expr& arg) { return arg.kind == ExprKind::string; };
  const bool asks = (first.kind == ExprKind::in || first.kind == ExprKind::equal) && !first.parenthesized && is_text(first.args.at(1));
  if (e.kind != ExprKind::or_ || !asks || !std::all_of(e.args.begin() + 1, e.args.end(), is_text)) return false;
  (void)visit(first.args[0], facts);
  report_alternatives(e);
  return true;
}

void Typing::report_alternatives(const Expr& e) {
  const Expr& first = e.args.at(0);
  std::string list = syntax::print_expression(first.args[1]);
  for (std::size_t i = 1; i < e.args.size(); ++i) list += ", " + syntax::print_expression(e.args[i]);
  const std::string better = syntax::print_expression(first.args[0]) + " in [" + list + ']';
  Finding finding(Code::type_mismatch, e.args[1].span, shown(e.args[1]) + " is a text, and `or` stands between conditions");
  finding.help("write `" + better + '`');
  if (!context_.bytes(e.span).empty() && context_.is_text_spelling(e.span)) finding.fix(e.span, better);
  context_.add(finding);
}

Type Typing::logic(const Expr& e, const Facts& facts) {
  if (told_alternatives(e, facts)) return type_of(TypeKind::bool_);
  if (e.kind == ExprKind::not_) {
    condition(e.args.at(0), facts, ExprKind::not_);
    return type_of(TypeKind::bool_);
  }
  if (e.kind == ExprKind::or_) report_mixed(e);
  Facts grown = facts;
  for (const Expr& arg : e.args) {
    condition(arg, grown, e.kind);
    grown = with(std::move(grown), facts_if(context_, arg, e.kind == ExprKind::and_));
  }
  return type_of(TypeKind::bool_);
}

Typed Typing::conditional(const Expr& e, const Facts& facts) {
  condition(e.args.at(0), facts);
  const Guard outer = guard_;
  const auto arm = [&](const Expr& value, bool outcome) {
    const Facts grown = with(facts, facts_if(context_, e.args[0], outcome));
    Type type = value_of(value, visit(value, grown));
    const std::string key = key_of(value);
    if (type.optional && !key.empty() && grown.contains(key)) type.optional = false;
    return type;
  };
  const Type yes = arm(e.args.at(1), true);
  const Type no = arm(e.args.at(2), false);
  guard_ = outer;
  const Type both = unite(yes, no);
  if (both.kind == TypeKind::any && !is_unknown(yes) && !is_unknown(no)) {
    context_.add(Finding(Code::type_mismatch, e.args[2].span, "the two sides of `? :` are " + describe(yes) + " and " + describe(no))
                     .label(e.args[1].span, describe(yes)));
    return {type_of(TypeKind::error)};
  }
  return {both};
}

// ---------------------------------------------------------------- entry points

Type check_expression(Context& context, const Expr& expression, const Scope& scope) {
  Typing typing(context, scope);
  Type type = typing.value_of(expression, typing.visit(expression, scope.facts));
  const std::string key = key_of(expression);
  if (type.optional && !key.empty() && scope.facts.contains(key)) type.optional = false;
  return type;
}

void check_condition(Context& context, const Expr& expression, const Scope& scope) {
  const std::size_t errors = context.diagnostics.error_count();
  Typing(context, scope).condition(expression, scope.facts);
  if (context.diagnostics.error_count() == errors) check_outcomes(context, expression);
}

void check_when(Context& context, const Expr& expression, const Scope& scope, WhenPlace place) {
  const std::size_t errors = context.diagnostics.error_count();
  check_condition(context, expression, scope);
  if (context.diagnostics.error_count() != errors) return;
  check_schedulable(context, expression);
  if (place == WhenPlace::sequence) check_newcomer_silence(context, expression);
}

namespace {

void report_unfitting(Context& context, const Expr& expression, const Type& type, const Type& wanted, const std::string& what) {
  Finding finding(mixes_calendar_and_exact(type, wanted) ? Code::period_against_duration : Code::type_mismatch, expression.span,
                  what + " wants " + describe(present(wanted)) + ", and this is " + describe(present(type)));
  if (wanted.kind == TypeKind::datetime && type.kind == TypeKind::date && expression.kind == ExprKind::datetime) {
    finding.help("say the time too: `" + expression.text + "T00:00`");
    if (context.is_exact(expression.span, expression.text)) finding.fix(Context::behind(expression.span), "T00:00");
  }
  if (wanted.kind == TypeKind::duration && type.kind == TypeKind::period) {
    finding.help("a duration is exact: write it in `h`, `min` or `s`");
  }
  context.add(finding);
}

}  // namespace

Type check_value(Context& context, const Expr& expression, const Scope& scope, const Type& wanted, const std::string& what,
                 bool null_clears) {
  if (null_clears && wanted.optional && expression.kind == ExprKind::null_literal) return maybe_missing(wanted);
  if (wanted.kind == TypeKind::list && wanted.element && expression.kind == ExprKind::list) {
    for (const Expr& element : expression.args) {
      (void)check_value(context, element, scope, *wanted.element, "an element of " + what);
    }
    return present(wanted);
  }
  Typing typing(context, scope);
  Type type = wanted.optional ? check_expression(context, expression, scope) : typing.operand(expression, scope.facts);
  if (is_unknown(type) || is_unknown(wanted)) return type;
  if (!may_be(wanted, expression)) {
    typing.report_no_value(wanted, what, nullptr, expression);
  } else if (!fits(type, wanted) && !(wanted.kind == TypeKind::enum_ && expression.kind == ExprKind::string)) {
    report_unfitting(context, expression, type, wanted, what);
  }
  return type;
}

Type check_printable(Context& context, const Expr& expression, const Scope& scope, const std::string& what, bool may_be_missing) {
  const Type type = may_be_missing ? check_expression(context, expression, scope) : Typing(context, scope).operand(expression, scope.facts);
  if (!is_unknown(type) && !is_printable(type))
    context.add(Finding(Code::type_mismatch, expression.span, what + " is printed, and " + describe(type) + " has no text"));
  return type;
}

bool check_date_time(Context& context, Span span, std::string_view text) {
  if (text.empty() || time::parse_date_time(text)) return true;
  context.add(Finding(Code::bad_date_or_time, span, quoted(text) + " is no date and no moment")
                  .help("write a date as `2026-03-02`, a moment as `2026-03-02T08:00`"));
  return false;
}

void check_zone_name(Context& context, Span span, std::string_view name) {
  if (time::find_zone(name) != nullptr) return;
  const auto& known = time::zone_names();
  const std::vector<std::string_view> names(known.begin(), known.end());
  Finding finding(Code::bad_time_zone, span, "there is no time zone " + quoted(name));
  const std::string_view near = source::nearest(name, names);
  if (near.empty()) {
    context.add(finding.help("zones are named like `Europe/Lisbon` or `UTC`"));
    return;
  }
  finding.caret("did you mean " + quoted(near) + '?').help("write " + quoted(near));
  const std::string_view bytes = context.bytes(span);
  const bool has_quotes = bytes.size() == name.size() + 2 && bytes.substr(1, name.size()) == name;
  if (has_quotes) finding.fix({span.file, span.begin + 1, span.end - 1}, std::string(near));
  context.add(finding);
}

}  // namespace nurture::check
