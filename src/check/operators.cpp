// Arithmetic, comparison and membership. The rules follow the evaluator: int promotes to number, texts and lists are
// joined by `+`, a moment moves by a length of time, and calendar time is never compared with exact time.
#include "check/typing.hpp"

#include "syntax/print.hpp"
#include "time/zone.hpp"

#include <algorithm>

namespace nurture::check {

using ast::Expr;
using ast::ExprKind;

namespace {

std::string_view sign_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::multiply: return "*";
    case ExprKind::divide: return "/";
    case ExprKind::modulo: return "%";
    case ExprKind::add: return "+";
    case ExprKind::subtract: return "-";
    default: return "";
  }
}

bool is_now(const Expr& e) { return e.kind == ExprKind::ident && e.text == "now"; }
bool is_equality(ExprKind kind) { return kind == ExprKind::equal || kind == ExprKind::not_equal; }

/// Hours of a literal in weeks and days only, e.g. "336h" for "14d"; empty when it has other units.
std::string in_hours(const Expr& e) {
  if (e.kind != ExprKind::duration) return {};
  std::int64_t hours = 0;
  std::int64_t number = 0;
  for (const char c : e.text) {
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      if (number > 1'000'000) return {};
    } else if (c == 'd' || c == 'w') {
      hours += number * (c == 'd' ? 24 : 168);
      number = 0;
    } else {
      return {};
    }
  }
  return std::to_string(hours) + 'h';
}

}  // namespace

// ---------------------------------------------------------------- arithmetic

Type Typing::mismatch(const Expr& e, const Type& left, const Type& right) {
  Finding finding(Code::type_mismatch, e.span,
                  describe(present(left)) + " and " + describe(present(right)) + " have no " + quoted(sign_of(e.kind)));
  const bool joins_text = e.kind == ExprKind::add && (is_text(left) || is_text(right));
  if (joins_text && !is_text(left)) finding.help("make it a text first: `string(" + syntax::print_expression(e.args[0]) + ")`");
  if (joins_text && !is_text(right)) finding.help("make it a text first: `string(" + syntax::print_expression(e.args[1]) + ")`");
  context_.add(finding);
  return type_of(TypeKind::error);
}

Type Typing::sum(const Expr& e, const Type& left, const Type& right) {
  if (is_text(left) && is_text(right)) return type_of(TypeKind::string);
  if (left.kind == TypeKind::list && right.kind == TypeKind::list) {
    return list_of(left.element && right.element ? unite(*left.element, *right.element) : type_of(TypeKind::any));
  }
  if (is_length(left) && is_length(right)) return type_of(left.kind == right.kind ? left.kind : TypeKind::period);
  const bool moves = (is_moment(left) && is_length(right)) || (is_length(left) && is_moment(right));
  if (!moves) return mismatch(e, left, right);
  const Type& moment = is_moment(left) ? left : right;
  const Type& length = is_moment(left) ? right : left;
  const Expr& amount = is_moment(left) ? e.args[1] : e.args[0];
  const bool whole_days = length.kind == TypeKind::period && !(amount.kind == ExprKind::duration && has_exact_part(amount.text));
  return type_of(moment.kind == TypeKind::date && whole_days ? TypeKind::date : TypeKind::datetime);
}

Type Typing::difference(const Expr& e, const Type& left, const Type& right) {
  if (is_moment(left) && is_moment(right)) {
    return type_of(left.kind == TypeKind::date && right.kind == TypeKind::date ? TypeKind::period : TypeKind::duration);
  }
  const bool text_or_list = is_text(left) || left.kind == TypeKind::list;
  if (text_or_list || (is_length(left) && is_moment(right))) return mismatch(e, left, right);
  return sum(e, left, right);
}

Typed Typing::arithmetic(const Expr& e, const Facts& facts) {
  const Type left = operand(e.args.at(0), facts);
  const Type right = operand(e.args.at(1), facts);
  if (left.kind == TypeKind::error || right.kind == TypeKind::error) return {};
  Typed out{type_of(TypeKind::any)};
  if (is_unknown(left) || is_unknown(right)) {
    out.type = type_of(TypeKind::any);
  } else if (is_number(left) && is_number(right)) {
    const bool ints = left.kind == TypeKind::int_ && right.kind == TypeKind::int_;
    out.type = !ints && e.kind == ExprKind::modulo ? mismatch(e, left, right) : type_of(ints ? TypeKind::int_ : TypeKind::number);
  } else if (e.kind == ExprKind::add) {
    out.type = sum(e, left, right);
  } else if (e.kind == ExprKind::subtract) {
    out.type = difference(e, left, right);
    const bool since = is_moment(left) && is_moment(right) && (is_now(e.args[0]) || is_now(e.args[1]));
    if (since) out.form = Typed::Form::elapsed;
  } else {
    out.type = mismatch(e, left, right);
  }
  out.type.optional = left.optional || right.optional;
  return out;
}

Type Typing::negation(const Expr& e, const Facts& facts) {
  Type type = operand(e.args.at(0), facts);
  if (is_unknown(type) || is_number(type) || is_length(type)) return type;
  context_.add(Finding(Code::type_mismatch, e.span, describe(present(type)) + " has no negative"));
  return type_of(TypeKind::error);
}

// ---------------------------------------------------------------- comparison

bool may_be(const Type& type, const Expr& literal) {
  if (type.kind != TypeKind::enum_ || literal.kind != ExprKind::string) return true;
  return std::find(type.values.begin(), type.values.end(), literal.text) != type.values.end();
}

void Typing::report_no_value(const Type& type, const std::string& subject, const model::Field* field, const Expr& literal) {
  const std::vector<std::string_view> values(type.values.begin(), type.values.end());
  Finding finding(Code::impossible_comparison, literal.span, subject + " is never `\"" + literal.text + "\"`");
  if (field != nullptr && field->node != nullptr) finding.label(field->node->type.span, "its values are declared here");
  const std::string_view near = source::nearest(literal.text, values);
  if (near.empty()) {
    context_.add(finding.help("its values are " + enumerate(values)));
    return;
  }
  finding.caret("did you mean " + quoted(near) + '?').help("write `\"" + std::string(near) + "\"`");
  const std::string_view bytes = context_.bytes(literal.span);
  const bool in_quotes = bytes.size() == literal.text.size() + 2 && bytes.substr(1, literal.text.size()) == literal.text;
  if (in_quotes) finding.fix({literal.span.file, literal.span.begin + 1, literal.span.end - 1}, std::string(near));
  context_.add(finding);
}

void Typing::check_enum_pair(const Expr& e, const Typed& left, const Typed& right) {
  if (left.type.kind != TypeKind::enum_ || right.type.kind != TypeKind::enum_) return;
  const auto shared = [&](const std::string& value) {
    return std::find(right.type.values.begin(), right.type.values.end(), value) != right.type.values.end();
  };
  if (std::any_of(left.type.values.begin(), left.type.values.end(), shared)) return;
  Finding finding(Code::impossible_comparison, e.span, shown(e.args[0]) + " and " + shown(e.args[1]) + " have no value in common");
  if (left.field != nullptr) finding.label(left.field->node->type.span, "values of the one");
  if (right.field != nullptr) finding.label(right.field->node->type.span, "values of the other");
  context_.add(finding);
}

void Typing::report_null(const Expr& e) {
  const bool left = e.args[0].kind == ExprKind::null_literal;
  const Expr& subject = left ? e.args[1] : e.args[0];
  const std::string better = syntax::print_expression(subject) + (e.kind == ExprKind::not_equal ? " is known" : " is missing");
  Finding finding(Code::type_mismatch, e.args[left ? 0 : 1].span, "nothing is ever `null`: what is absent is missing");
  finding.help("write `" + better + '`');
  if (is_equality(e.kind) && context_.is_exact(subject.span, syntax::print_expression(subject))) finding.fix(e.span, better);
  context_.add(finding);
}

void Typing::report_mixed_lengths(const Expr& e, const Type& left, const Type& right) {
  const Expr& calendar = left.kind == TypeKind::period ? e.args[0] : e.args[1];
  const Expr& exact = left.kind == TypeKind::period ? e.args[1] : e.args[0];
  Finding finding(Code::period_against_duration, calendar.span,
                  shown(calendar) + " is calendar time and " + shown(exact) + " is exact time, so which is longer depends on the day");
  finding.caret("counted by the calendar").label(exact.span, "counted by the clock");
  const std::string hours = in_hours(calendar);
  if (exact.kind == ExprKind::subtract) {
    finding.help("compare two moments: move one by " + shown(calendar));
  } else if (!hours.empty() && left.kind != right.kind) {
    finding.help("write `" + hours + "` for exact time");
    if (context_.is_exact(calendar.span, calendar.text)) finding.fix(calendar.span, hours);
  }
  context_.add(finding);
}

void Typing::report_incomparable(const Expr& e, const Type& left, const Type& right) {
  Finding finding(Code::type_mismatch, e.args[1].span,
                  shown(e.args[0]) + " is " + describe(present(left)) + " and cannot be compared with " + describe(present(right)));
  finding.label(e.args[0].span, describe(present(left)));
  const Expr& text = e.args[1];
  if (text.kind == ExprKind::string && is_moment(left) && time::parse_date_time(text.text)) {
    finding.help("write it without quotes: `" + text.text + '`');
    if (context_.bytes(text.span).size() == text.text.size() + 2) finding.fix(text.span, text.text);
  }
  const auto is_number_text = [&] { return !text.text.empty() && text.text.find_first_not_of("0123456789") == std::string::npos; };
  if (text.kind == ExprKind::string && is_number(left) && is_number_text()) {
    finding.help("write it without quotes: `" + text.text + '`');
    if (context_.bytes(text.span).size() == text.text.size() + 2) finding.fix(text.span, text.text);
  }
  context_.add(finding);
}

void Typing::check_comparison(const Expr& e, const Typed& left, const Typed& right) {
  const Type& a = left.type;
  const Type& b = right.type;
  if (a.kind == TypeKind::error || b.kind == TypeKind::error) return;
  const bool elapsed = left.form == Typed::Form::elapsed || right.form == Typed::Form::elapsed;
  if (mixes_calendar_and_exact(a, b)) return elapsed ? void() : report_mixed_lengths(e, a, b);
  const bool moments = is_moment(a) && is_moment(b);  // a datetime beside a date is compared by its day
  if (!moments && !comparable(a, b)) return report_incomparable(e, a, b);
  if (!is_equality(e.kind) && !(ordered(a) && ordered(b))) {
    const Type& unordered = ordered(a) ? b : a;
    context_.add(
        Finding(Code::type_mismatch, e.span, describe(present(unordered)) + " has no order").help("ask with `==`, `!=` or `in [...]`"));
    return;
  }
  if (!may_be(a, e.args[1])) return report_no_value(a, shown(e.args[0]), left.field, e.args[1]);
  if (!may_be(b, e.args[0])) return report_no_value(b, shown(e.args[1]), right.field, e.args[0]);
  check_enum_pair(e, left, right);
}

/// A comparison with `null` asks whether something is known, so its operand may be missing.
bool Typing::told_null(const Expr& e, const Facts& facts) {
  const auto is_null = [](const Expr& arg) { return arg.kind == ExprKind::null_literal && !arg.text.empty(); };
  if (!is_null(e.args.at(0)) && !is_null(e.args.at(1))) return false;
  const Typed subject = visit(e.args[is_null(e.args[0]) ? 1 : 0], facts);
  if (subject.type.kind != TypeKind::error) report_null(e);
  return true;
}

Type Typing::relation(const Expr& e, const Facts& facts) {
  if (told_null(e, facts)) return type_of(TypeKind::bool_);
  const Typed left = present_operand(e.args.at(0), facts);
  if (told_unquoted(left.type, e.args.at(1))) return type_of(TypeKind::bool_);
  const Typed right = present_operand(e.args.at(1), facts);
  check_comparison(e, left, right);
  return type_of(TypeKind::bool_, left.type.optional || right.type.optional);
}

void Typing::report_no_list(const Expr& e, const Type& type) {
  Finding finding(Code::type_mismatch, e.args[1].span, "`in` looks into a list, and this is " + describe(present(type)));
  if (is_text(type))
    finding.help("for a part of a text write `contains(" + syntax::print_expression(e.args[1]) + ", " +
                 syntax::print_expression(e.args[0]) + ")`");
  context_.add(finding);
}

void Typing::report_no_element(const Expr& e, const Type& item, const Type& list) {
  context_.add(Finding(Code::type_mismatch, e.args[0].span,
                       shown(e.args[0]) + " is " + describe(present(item)) + ", and the list holds " + describe(*list.element) + " each")
                   .label(e.args[1].span, describe(present(list))));
}

Type Typing::membership(const Expr& e, const Facts& facts) {
  const Type answer = type_of(TypeKind::bool_);
  const Typed item = present_operand(e.args.at(0), facts);
  const Typed list = present_operand(e.args.at(1), facts);
  if (is_unknown(item.type) || is_unknown(list.type) || list.type.kind == TypeKind::map) return answer;
  if (list.type.kind != TypeKind::list) {
    report_no_list(e, list.type);
    return answer;
  }
  if (e.args[1].kind == ExprKind::list) {
    for (const Expr& element : e.args[1].args) {
      if (!may_be(item.type, element)) report_no_value(item.type, shown(e.args[0]), item.field, element);
    }
  }
  if (!list.type.element) return answer;
  if (!may_be(*list.type.element, e.args[0]))
    report_no_value(*list.type.element, "an element of " + shown(e.args[1]), list.field, e.args[0]);
  const bool moments = is_moment(item.type) && is_moment(*list.type.element);
  if (moments || comparable(item.type, *list.type.element)) return answer;
  report_no_element(e, item.type, list.type);
  return answer;
}

}  // namespace nurture::check
