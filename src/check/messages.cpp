// Messages: a consent category and a channel for each, shares of variants, texts and fields. Entry point:
// check_messages().
//
// A message belongs to no one sequence, so `trigger` may be any event there, or none: its fields may be missing.
// Variants with a `when` are tried in their order first; the others share the rest, so their shares make 100.
#include "check/expressions.hpp"
#include "check/passes.hpp"
#include "check/texts.hpp"

namespace nurture::check {

namespace {

Scope message_scope(const Context& context) {
  Scope scope;
  scope.enrolled_at = true;
  EventScope any;
  any.maybe_absent = true;
  any.some_suffice = true;
  for (const auto& event : context.model.events) any.events.push_back(&event);
  if (!any.events.empty()) scope.trigger = std::move(any);
  return scope;
}

/// A string is a text with `{{ }}`, anything else an expression.
void check_field(Context& context, const ast::FieldItem& field, const Scope& scope) {
  if (field.value.kind != ast::ExprKind::string) {
    check_printable(context, field.value, scope, "the field " + quoted(field.name.text));
    return;
  }
  ast::Text text;
  text.span = field.value.span;
  text.value = field.value.text;
  check_text(context, text, scope);
}

void check_items(Context& context, const ast::MessageItems& items, const model::Content& content, Scope& scope) {
  for (const auto& field : items.message_fields) check_field(context, field, scope);
  if (items.subjects.empty()) return;
  scope.texts = &content;
  check_text(context, items.subjects.front().text, scope);
  scope.texts = nullptr;
}

void check_complete(Context& context, Span place, const std::string& what, const model::Content& content) {
  if (content.category.empty()) {
    context.add(Finding(Code::no_category, place, what + " has no consent category")
                    .help("add `category marketing`, or `category transactional` for what needs no consent"));
  }
  if (content.channels.empty()) {
    context.add(Finding(Code::channel_unavailable, place, what + " has no channel to be sent on").help("add `channel email`"));
  }
}

/// Consent is asked, and the channel chosen, before the variant is.
void check_says_content(Context& context, const ast::Variant& variant) {
  const auto refuse = [&](Span place, std::string_view what) {
    context.add(
        Finding(Code::variant_addresses, place, "the variant " + quoted(variant.name.text) + " has a " + std::string(what) + " of its own")
            .help("say it in the message, or make this a message of its own"));
  };
  if (!variant.items->categories.empty()) refuse(variant.items->categories.front().span, "category");
  if (!variant.items->channels.empty()) refuse(variant.items->channels.front().span, "channel");
}

void check_shares(Context& context, const model::Message& message) {
  const auto& nodes = message.node->items.variants;
  std::int64_t sum = 0;
  std::vector<const ast::Variant*> sharing;
  for (const auto& node : nodes) {
    if (!node.when) {
      sum += node.percent.value;
      sharing.push_back(&node);
    } else if (node.percent.value != 100) {
      context.add(Finding(Code::variant_sum, node.percent.span, "a variant with `when` is taken whenever it holds, not for a share")
                      .label(node.when->span, "its condition")
                      .help("write `100%`"));
    }
  }
  if (sharing.empty() || sum == 100) return;
  Finding finding(Code::variant_sum, sharing.back()->percent.span,
                  "the variants of " + quoted(message.name) + " without `when` make " + std::to_string(sum) + "%, not 100%");
  for (const auto* node : sharing) {
    if (node != sharing.back()) finding.label(node->percent.span, std::to_string(node->percent.value) + '%');
  }
  const std::int64_t fitting = 100 - (sum - sharing.back()->percent.value);
  if (fitting > 0) finding.help("write `" + std::to_string(fitting) + "%` here");
  context.add(finding);
}

void check_message(Context& context, const model::Message& message, Scope& scope) {
  scope.place = "the message " + quoted(message.name);
  const ast::Message& node = *message.node;
  check_items(context, node.items, message.content, scope);
  check_complete(context, node.name.span, "the message " + quoted(message.name), message.content);
  for (std::size_t i = 0; i < message.variants.size(); ++i) {
    const ast::Variant& variant = node.items.variants[i];
    check_says_content(context, variant);
    if (variant.when) check_condition(context, *variant.when, scope);
    check_items(context, *variant.items, message.variants[i].content, scope);
  }
  check_shares(context, message);
}

}  // namespace

void check_messages(Context& context) {
  Scope scope = message_scope(context);
  for (const auto& message : context.model.messages) check_message(context, message, scope);
}

}  // namespace nurture::check
