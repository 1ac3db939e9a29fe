// Texts with `{{ }}`. Entry points: compile_text(), compile_field(), compile_sender().
//
// The texts of a message may name its fields. They are put in the place of their names before lowering, and a choice
// becomes pieces of which only those of one case are not empty, so that the engine sees plain texts and expressions.
#include "check/template.hpp"
#include "compile/builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nurture::compile {

namespace {

using ast::Expr;
using ast::ExprKind;

Expr make_string(std::string text) {
  Expr out;
  out.kind = ExprKind::string;
  out.text = std::move(text);
  return out;
}

/// `string(value)`: the text that `{{ value }}` inserts.
Expr to_string_call(Expr value) {
  Expr call;
  call.kind = ExprKind::call;
  call.text = "string";
  call.args.push_back(std::move(value));
  return call;
}

Expr sum_of(Expr left, Expr right) {
  Expr sum;
  sum.kind = ExprKind::add;
  sum.args.push_back(std::move(left));
  sum.args.push_back(std::move(right));
  return sum;
}

/// A text as an expression: its pieces, joined.
Expr joined(const std::string& text) {
  std::optional<Expr> all;
  for (const check::TemplatePart& part : check::split_template(text).parts) {
    Expr piece = make_string(part.text);
    if (part.is_expression) {
      if (auto parsed = check::parse_part(part)) piece = to_string_call(std::move(*parsed));
    }
    if (!all) {
      all = std::move(piece);
      continue;
    }
    all = sum_of(std::move(*all), std::move(piece));
  }
  return all ? std::move(*all) : make_string("");
}

bool is_macro(const Expr& expression) {
  constexpr std::array<std::string_view, 5> kMacros{"all", "exists", "exists_one", "map", "filter"};
  return expression.kind == ExprKind::method && expression.args.size() >= 3 && expression.args[1].kind == ExprKind::ident &&
         std::find(kMacros.begin(), kMacros.end(), expression.text) != kMacros.end();
}

Expr default_call(Expr value, Expr otherwise) {
  Expr call;
  call.kind = ExprKind::call;
  call.text = "default";
  call.args.push_back(std::move(value));
  call.args.push_back(std::move(otherwise));
  return call;
}

/// `BY in ["a", "b"]`; nothing is in it while BY is missing, because no case is the empty text.
Expr is_one_of(const Expr& by, const std::vector<ast::Name>& values) {
  Expr list;
  list.kind = ExprKind::list;
  for (const ast::Name& value : values) list.args.push_back(make_string(value.text));
  Expr in;
  in.kind = ExprKind::in;
  in.args.push_back(default_call(by, make_string("")));
  in.args.push_back(std::move(list));
  return in;
}

/// The pieces of a text as expressions that are empty unless the condition holds.
void add_pieces(const Expr& condition, const std::string& text, std::vector<Expr>& out) {
  for (const check::TemplatePart& part : check::split_template(text).parts) {
    std::optional<Expr> value = part.is_expression ? check::parse_part(part) : std::nullopt;
    Expr piece;
    piece.kind = ExprKind::conditional;
    piece.args.push_back(condition);
    piece.args.push_back(value ? std::move(*value) : make_string(part.text));
    piece.args.push_back(make_string(""));
    out.push_back(std::move(piece));
  }
}

/// A choice as pieces of which only those of one case are not empty.
std::vector<Expr> pieces_of(const ast::ChooseItem& choice) {
  std::vector<Expr> pieces;
  std::vector<ast::Name> named;
  for (const ast::ChooseCase& item : choice.cases) {
    add_pieces(is_one_of(choice.by, item.values), item.text.value, pieces);
    named.insert(named.end(), item.values.begin(), item.values.end());
  }
  Expr other;
  other.kind = ExprKind::not_;
  other.args.push_back(is_one_of(choice.by, named));
  for (const ast::ChooseElse& item : choice.otherwise) add_pieces(other, item.text.value, pieces);
  return pieces;
}

/// The text of a field as one expression.
Expr value_of(const model::MessageField& field) {
  if (field.item != nullptr) {
    const Expr& value = field.item->value;
    return value.kind == ExprKind::string ? joined(value.text) : to_string_call(value);
  }
  Expr all = make_string("");
  for (Expr& piece : pieces_of(*field.choice)) all = sum_of(std::move(all), to_string_call(std::move(piece)));
  return all;
}

const model::MessageField* find_field(const model::Content* content, std::string_view name) {
  if (content == nullptr) return nullptr;
  const auto same = [&](const model::MessageField& field) { return field.name == name; };
  const auto found = std::find_if(content->fields.begin(), content->fields.end(), same);
  return found == content->fields.end() ? nullptr : &*found;
}

/// Puts fields in the place of their names. `bound` are the names that macros around the expression give a meaning.
void put_fields(Expr& expression, const model::Content& content, std::vector<std::string>& bound) {
  if (expression.kind == ExprKind::ident) {
    if (std::find(bound.begin(), bound.end(), expression.text) != bound.end()) return;
    if (const model::MessageField* field = find_field(&content, expression.text)) expression = value_of(*field);
    return;
  }
  const bool binds = is_macro(expression);
  if (binds) {
    put_fields(expression.args[0], content, bound);
    bound.push_back(expression.args[1].text);
  }
  for (std::size_t i = binds ? 2 : 0; i < expression.args.size(); ++i) put_fields(expression.args[i], content, bound);
  if (binds) bound.pop_back();
  if (expression.pattern && (*expression.pattern)->where) put_fields(*(*expression.pattern)->where, content, bound);
}

void put_fields(Expr& expression, const model::Content* content) {
  std::vector<std::string> bound;
  if (content != nullptr) put_fields(expression, *content, bound);
}

}  // namespace

std::vector<TextPart> compile_text(Builder& builder, const std::string& text, const Place& place, const model::Content* fields) {
  std::vector<TextPart> parts;
  for (const check::TemplatePart& part : check::split_template(text).parts) {
    std::optional<Expr> expression = part.is_expression ? check::parse_part(part) : std::nullopt;
    if (!expression) {
      parts.push_back({part.text, {}});
      continue;
    }
    if (const auto* field = expression->kind == ExprKind::ident ? find_field(fields, expression->text) : nullptr) {
      for (TextPart& inner : compile_field(builder, *field, place)) parts.push_back(std::move(inner));
      continue;
    }
    put_fields(*expression, fields);
    parts.push_back({{}, compile_expression(builder, *expression, place)});
  }
  return parts;
}

std::vector<TextPart> compile_field(Builder& builder, const model::MessageField& field, const Place& place) {
  if (field.item != nullptr) {
    const Expr& value = field.item->value;
    if (value.kind == ExprKind::string) return compile_text(builder, value.text, place);
    return {{{}, compile_expression(builder, value, place)}};
  }
  std::vector<TextPart> parts;
  for (const Expr& piece : pieces_of(*field.choice)) parts.push_back({{}, compile_expression(builder, piece, place)});
  return parts;
}

std::vector<TextPart> compile_sender(Builder& builder, const ast::FromItem& from, const Place& place, const model::Content& fields) {
  if (from.value.kind == ExprKind::string) return compile_text(builder, from.value.text, place, &fields);
  Expr value = from.otherwise ? default_call(from.value, joined(from.otherwise->value)) : from.value;
  put_fields(value, &fields);
  return {{{}, compile_expression(builder, value, place)}};
}

}  // namespace nurture::compile
