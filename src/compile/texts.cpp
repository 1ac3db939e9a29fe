// Texts with `{{ }}`. Entry point: compile_text().
//
// A subject may name fields of its message. They are put in place of their names before lowering, so that the engine
// evaluates plain expressions and knows nothing of it.
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

/// What a field's name stands for; nullopt when the message has no such field.
std::optional<Expr> field_value(const model::Content& content, std::string_view name) {
  for (const ast::FieldItem* item : content.fields) {
    if (item->name.text != name) continue;
    return item->value.kind == ExprKind::string ? joined(item->value.text) : to_string_call(item->value);
  }
  return std::nullopt;
}

void put_fields(Expr& expression, const model::Content& content) {
  if (expression.kind == ExprKind::ident) {
    if (auto value = field_value(content, expression.text)) expression = std::move(*value);
    return;
  }
  for (Expr& arg : expression.args) put_fields(arg, content);
}

}  // namespace

std::vector<TextPart> compile_text(Builder& builder, const std::string& text, const Place& place, const model::Content* fields) {
  std::vector<TextPart> parts;
  for (const check::TemplatePart& part : check::split_template(text).parts) {
    TextPart compiled;
    std::optional<Expr> expression = part.is_expression ? check::parse_part(part) : std::nullopt;
    if (expression) {
      if (fields != nullptr) put_fields(*expression, *fields);
      compiled.code = compile_expression(builder, *expression, place);
    } else {
      compiled.text = part.text;
    }
    parts.push_back(std::move(compiled));
  }
  return parts;
}

}  // namespace nurture::compile
