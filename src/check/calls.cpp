// Calls of functions, and the macros over lists. The table of functions is eval::functions(); `has` and `default` ask
// about missing values and are typed here by hand.
#include "check/typing.hpp"

#include "check/signatures.hpp"
#include "eval/code.hpp"
#include "syntax/print.hpp"

#include <algorithm>
#include <array>

namespace nurture::check {

using ast::Expr;
using ast::ExprKind;

namespace {

constexpr std::array<std::string_view, 5> kMacros{"all", "exists", "exists_one", "map", "filter"};

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

/// The overload that all arguments fit, or -1.
int fitting(const std::vector<Overload>& overloads, const std::vector<Type>& types) {
  for (std::size_t i = 0; i < overloads.size(); ++i) {
    const auto& parameters = overloads[i].parameters;
    if (types.size() > parameters.size()) continue;
    const bool enough = types.size() == parameters.size() || parameters[types.size()].optional;
    bool all = enough;
    for (std::size_t k = 0; all && k < types.size(); ++k) all = fits(types[k], parameters[k].type);
    if (all) return static_cast<int>(i);
  }
  return -1;
}

std::vector<std::string_view> known_functions(bool method) {
  std::vector<std::string_view> names;
  for (const auto& function : eval::functions()) {
    if (!function.cel_only && (!method || function.method)) names.push_back(function.name);
  }
  if (method) names.insert(names.end(), kMacros.begin(), kMacros.end());
  return names;
}

}  // namespace

void Typing::unknown_function(const Expr& e, bool method) {
  // A call's name is not a node of its own: it begins a plain call, and follows the dot of a method.
  Span span = e.span;
  if (!method) {
    const Span head{e.span.file, e.span.begin, e.span.begin + static_cast<std::uint32_t>(e.text.size())};
    if (context_.is_exact(head, e.text)) span = head;
  } else if (!e.args.empty()) {
    const Span head{e.span.file, e.args[0].span.end + 1, e.args[0].span.end + 1 + static_cast<std::uint32_t>(e.text.size())};
    if (context_.is_exact(head, e.text)) span = head;
  }
  context_.unknown(span, e.text, {"function", ""}, known_functions(method));
}

Type Typing::call(const Expr& e, const Facts& facts) {
  if (e.text == "has" && e.args.size() == 1) return presence(e, e.args[0], facts);
  if (e.text == "default" && e.args.size() == 2) return fallback(e, facts);
  if (e.text == "enrolled_in" || e.text == "consent") return asked(e);
  const int function = eval::find_function(e.text, false);
  if (function < 0) {
    unknown_function(e, false);
    return type_of(TypeKind::error);
  }
  std::vector<const Expr*> args;
  for (const auto& arg : e.args) args.push_back(&arg);
  return apply(e, function, args, facts);
}

/// `enrolled_in(SEQUENCE)`, `consent(CATEGORY, CHANNEL)`: they take names, not values.
Type Typing::asked(const Expr& e) {
  const bool consent = e.text == "consent";
  const std::string form = consent ? "consent(CATEGORY, CHANNEL)" : "enrolled_in(SEQUENCE)";
  const bool named = std::all_of(e.args.begin(), e.args.end(), [](const Expr& arg) { return arg.kind == ExprKind::ident; });
  if (!named || e.args.size() != (consent ? 2 : 1)) {
    context_.add(Finding(Code::wrong_arguments, e.span, quoted(e.text) + " takes " + (consent ? "two names" : "one name"))
                     .help("write it as " + quoted(form)));
    return type_of(TypeKind::error);
  }
  const Expr& first = e.args[0];
  bool known = true;
  if (!consent && context_.model.find_sequence(first.text) == model::kNone) {
    known = false;
    context_.unknown(first.span, first.text, {"sequence", "sequence " + first.text + " { ... }"}, context_.model.sequences);
  }
  if (consent && context_.model.find_category(first.text) == model::kNone) {
    known = false;
    context_.unknown(first.span, first.text, {"category", "category " + first.text + " { }"}, context_.model.categories);
  }
  if (consent && context_.model.find_channel(e.args[1].text) == model::kNone) {
    known = false;
    context_.unknown(e.args[1].span, e.args[1].text, {"channel", "channel " + e.args[1].text + " { }"}, context_.model.channels);
  }
  return type_of(known ? TypeKind::bool_ : TypeKind::error);
}

Type Typing::method(const Expr& e, const Facts& facts) {
  if (std::find(kMacros.begin(), kMacros.end(), e.text) != kMacros.end()) return macro(e, facts);
  const int function = eval::find_function(e.text, false);
  if (function < 0 || !eval::functions()[static_cast<std::size_t>(function)].method) {
    unknown_function(e, true);
    return type_of(TypeKind::error);
  }
  std::vector<const Expr*> args;
  for (const auto& arg : e.args) args.push_back(&arg);
  return apply(e, function, args, facts);
}

Type Typing::apply(const Expr& e, int function, const std::vector<const Expr*>& args, const Facts& facts) {
  const eval::Function& row = eval::functions()[static_cast<std::size_t>(function)];
  if (args.size() < row.min_args || args.size() > row.max_args) {
    const std::string wanted = row.min_args == row.max_args ? counted(row.min_args, "value")
                                                            : std::to_string(row.min_args) + " to " + counted(row.max_args, "value");
    context_.add(
        Finding(Code::wrong_arguments, e.span, quoted(e.text) + " takes " + wanted + ", and this gives " + std::to_string(args.size()))
            .help(quoted(e.text) + " is called as `" + e.text + std::string(row.signature.substr(0, row.signature.find(" |"))) + '`'));
    return type_of(TypeKind::error);
  }
  std::vector<Type> types;
  bool optional = false;
  for (const Expr* arg : args) {
    types.push_back(operand(*arg, facts));
    optional = optional || types.back().optional;
  }
  if (std::any_of(types.begin(), types.end(), [](const Type& t) { return t.kind == TypeKind::error; })) return type_of(TypeKind::error);
  const auto& overloads = overloads_of(function);
  const int chosen = fitting(overloads, types);
  if (chosen < 0) {
    // With one overload the argument at fault can be named.
    std::size_t at = 0;
    const auto& first = overloads.front().parameters;
    while (overloads.size() == 1 && at + 1 < types.size() && at < first.size() && fits(types[at], first[at].type)) ++at;
    context_.add(Finding(Code::wrong_arguments, args[at]->span, quoted(e.text) + " cannot be asked of " + describe(present(types[at])))
                     .help(quoted(e.text) + " is `" + std::string(row.signature) + '`'));
    return type_of(TypeKind::error);
  }
  const Overload& overload = overloads[static_cast<std::size_t>(chosen)];
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (overload.parameters[i].zone && args[i]->kind == ExprKind::string) check_zone_name(context_, args[i]->span, args[i]->text);
  }
  Type result = overload.result;
  result.optional = optional;
  return result;
}

Type Typing::fallback(const Expr& e, const Facts& facts) {
  const Typed wanted = visit(e.args[0], facts);
  const Type first = value_of(e.args[0], wanted);
  const Typed other = visit(e.args[1], facts);
  const Type second = value_of(e.args[1], other);
  if (is_unknown(first) || is_unknown(second)) return present(is_unknown(first) ? second : first);
  const bool same_enum = first.kind == TypeKind::enum_ && e.args[1].kind == ExprKind::string &&
                         std::find(first.values.begin(), first.values.end(), e.args[1].text) != first.values.end();
  Type both = same_enum ? present(first) : unite(present(first), present(second));
  if (both.kind == TypeKind::any) {
    context_.add(Finding(mixes_calendar_and_exact(first, second) ? Code::period_against_duration : Code::type_mismatch, e.args[1].span,
                         describe(present(second)) + " cannot stand for " + describe(present(first)))
                     .label(e.args[0].span, describe(present(first))));
    return type_of(TypeKind::error);
  }
  both.optional = second.optional;
  return both;
}

Type Typing::macro(const Expr& e, const Facts& facts) {
  const Type object = operand(e.args.at(0), facts);
  if (e.args.size() != 3 || e.args[1].kind != ExprKind::ident) {
    context_.add(Finding(Code::wrong_arguments, e.span, quoted(e.text) + " takes a name for the element and an expression about it")
                     .help("write it as `" + syntax::print_expression(e.args[0]) + "." + e.text + "(x, x != \"\")`"));
    return type_of(TypeKind::error);
  }
  if (!is_unknown(object) && object.kind != TypeKind::list && object.kind != TypeKind::map) {
    context_.add(
        Finding(Code::type_mismatch, e.args[0].span, quoted(e.text) + " goes over a list, and this is " + describe(present(object))));
    return type_of(TypeKind::error);
  }
  locals_.push_back({e.args[1].text, object.kind == TypeKind::list && object.element ? *object.element : type_of(TypeKind::any)});
  Type result = type_of(TypeKind::bool_);
  if (e.text == "map") {
    result = list_of(operand(e.args[2], facts));
  } else {
    condition(e.args[2], facts);
    if (e.text == "filter") result = object.kind == TypeKind::map ? list_of(type_of(TypeKind::any)) : object;
  }
  locals_.pop_back();
  result.optional = false;
  return result;
}

}  // namespace nurture::check
