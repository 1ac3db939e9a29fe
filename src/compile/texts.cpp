// Texts with `{{ }}`. Entry point: compile_text().
//
// A subject may name fields of its message. They are put in the place of their names before lowering, so that the engine
// sees plain texts and expressions.
#include "check/template.hpp"
#include "compile/builder.hpp"

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
    Expr sum;
    sum.kind = ExprKind::add;
    sum.args.push_back(std::move(*all));
    sum.args.push_back(std::move(piece));
    all = std::move(sum);
  }
  return all ? std::move(*all) : make_string("");
}

const ast::FieldItem* find_field(const model::Content* content, std::string_view name) {
  if (content == nullptr) return nullptr;
  for (const ast::FieldItem* item : content->fields) {
    if (item->name.text == name) return item;
  }
  return nullptr;
}

void put_fields(Expr& expression, const model::Content* content) {
  if (expression.kind == ExprKind::ident) {
    const ast::FieldItem* item = find_field(content, expression.text);
    if (item == nullptr) return;
    expression = item->value.kind == ExprKind::string ? joined(item->value.text) : to_string_call(item->value);
    return;
  }
  for (Expr& arg : expression.args) put_fields(arg, content);
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
    const ast::FieldItem* item = expression->kind == ExprKind::ident ? find_field(fields, expression->text) : nullptr;
    if (item != nullptr && item->value.kind == ExprKind::string) {
      for (TextPart& inner : compile_text(builder, item->value.text, place)) parts.push_back(std::move(inner));
      continue;
    }
    put_fields(*expression, fields);
    parts.push_back({{}, compile_expression(builder, *expression, place)});
  }
  return parts;
}

}  // namespace nurture::compile
