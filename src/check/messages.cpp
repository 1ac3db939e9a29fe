// Messages: a consent category and a channel for each, shares of variants, texts, fields and choices. Entry point:
// check_messages().
//
// A message belongs to no one sequence, so `trigger` may be any event there, or none: its fields may be missing.
// Variants with a `when` are tried in their order first; what is left goes to the one with `else`, or is shared among
// those with a share, which make 100. A variant with none of these is only sent by name.
#include "check/expressions.hpp"
#include "check/passes.hpp"
#include "check/texts.hpp"
#include "check/typing.hpp"

#include <algorithm>
#include <map>

namespace nurture::check {

namespace {

Scope message_scope(const Context& context) {
  Scope scope;
  scope.enrolled_at = true;
  scope.digest = true;
  EventScope any;
  any.maybe_absent = true;
  any.some_suffice = true;
  for (const auto& event : context.model.events) any.events.push_back(&event);
  if (!any.events.empty()) scope.trigger = std::move(any);
  return scope;
}

/// A string is a text with `{{ }}`, anything else an expression. Answers whether it is known for everyone.
bool check_text_or_value(Context& context, const ast::Expr& value, const Scope& scope, const std::string& what, bool may_be_missing) {
  if (value.kind != ast::ExprKind::string) {
    const Type type = check_printable(context, value, scope, what, may_be_missing);
    return value.kind == ast::ExprKind::select && !is_unknown(type) && !type.optional;
  }
  ast::Text text;
  text.span = value.span;
  text.value = value.text;
  check_text(context, text, scope);
  return true;
}

// ---------------------------------------------------------------- choices

/// The values that have a case, with NUR0206 for those that have two.
std::map<std::string_view, Span> cases_of(Context& context, const ast::ChooseItem& choice) {
  std::map<std::string_view, Span> cases;
  for (const auto& item : choice.cases) {
    for (const auto& value : item.values) {
      const auto [first, fresh] = cases.try_emplace(value.text, value.span);
      if (!fresh) context.duplicate(value.span, "case " + quoted(value.text), first->second);
    }
  }
  return cases;
}

void refuse_foreign_cases(Context& context, const ast::ChooseItem& choice, const Type& type) {
  for (const auto& item : choice.cases) {
    for (const auto& value : item.values) {
      if (std::find(type.values.begin(), type.values.end(), value.text) != type.values.end()) continue;
      Finding finding(Code::impossible_comparison, value.span, shown(choice.by) + " is never " + quoted(value.text));
      const std::string_view near = context.is_full() ? std::string_view() : source::nearest(value.text, names_of(type.values));
      if (!near.empty())
        finding.caret("did you mean " + quoted(near) + '?').help("write " + quoted(near)).fix(value.span, std::string(near));
      context.add(finding.note("it is one of " + enumerate(names_of(type.values))));
    }
  }
}

/// NUR0510: for some value there is neither a case nor an `else`.
void check_exhaustive(Context& context, const ast::ChooseItem& choice, const Type& type, const std::map<std::string_view, Span>& cases) {
  if (!choice.otherwise.empty()) return;
  std::vector<std::string_view> lacking;
  for (const auto& value : type.values) {
    if (cases.find(value) == cases.end()) lacking.push_back(value);
  }
  std::string what;
  if (!lacking.empty())
    what = enumerate(lacking);
  else if (type.kind != TypeKind::enum_)
    what = "any other value of " + shown(choice.by);
  else if (type.optional)
    what = "the case that " + shown(choice.by) + " is missing";
  if (what.empty()) return;
  context.add(Finding(Code::choice_gap, choice.name.span, quoted(choice.name.text) + " has no text for " + what)
                  .help(context.in_spelling_of(choice.name.span, "add `else \"...\"`", "add `else: ...`")));
}

void check_choice(Context& context, const ast::ChooseItem& choice, const Scope& scope) {
  const Type type = check_expression(context, choice.by, scope);
  const auto cases = cases_of(context, choice);
  context.at_most_one(choice.otherwise, "`else`");
  if (cases.size() > limits::kChainLength) {
    context.add(Finding(Code::too_long, choice.name.span, "a choice has more than " + std::to_string(limits::kChainLength) + " cases"));
  }
  for (const auto& item : choice.cases) check_text(context, item.text, scope);
  for (const auto& item : choice.otherwise) check_text(context, item.text, scope);
  if (is_unknown(type)) return;
  if (type.kind != TypeKind::enum_ && type.kind != TypeKind::string) {
    context.add(
        Finding(Code::type_mismatch, choice.by.span, "a choice goes by a text or a value of an enum, and this is " + describe(type)));
    return;
  }
  if (type.kind == TypeKind::enum_) refuse_foreign_cases(context, choice, type);
  check_exhaustive(context, choice, type, cases);
}

// ---------------------------------------------------------------- contents

/// The fields and choices of a message, a variant, or a block that messages share.
template <class T>
void check_fields(Context& context, const T& node, const Scope& scope) {
  for (const auto& field : node.message_fields)
    static_cast<void>(check_text_or_value(context, field.value, scope, "the field " + quoted(field.name.text), false));
  for (const auto& choice : node.choices) check_choice(context, choice, scope);
}

void check_body(Context& context, const ast::BodyItem& body, const Scope& scope) {
  if (!body.is_file) return check_text(context, body.text, scope);
  if (body.content) check_text(context, *body.content, scope);
}

void check_items(Context& context, const ast::MessageItems& items, const model::Content& content, Scope& scope) {
  check_fields(context, items, scope);
  scope.texts = &content;
  if (!items.subjects.empty()) check_text(context, items.subjects.front().text, scope);
  if (!items.previews.empty()) check_text(context, items.previews.front().text, scope);
  if (!items.bodies.empty()) check_body(context, items.bodies.front(), scope);
  for (const auto& link : items.links) check_text(context, link.url, scope);
  if (!items.senders.empty()) {
    const ast::FromItem& from = items.senders.front();
    const bool is_known = check_text_or_value(context, from.value, scope, "the sender", from.otherwise.has_value());
    if (from.otherwise) check_text(context, *from.otherwise, scope);
    if (from.otherwise && is_known) {
      context.add(Finding(Code::always_true_false, from.otherwise->span, "this `else` is never used")
                      .label(from.value.span, "this is never missing")
                      .help("leave the `else` out"));
    }
  }
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

void report_sum(Context& context, const model::Message& message, const std::vector<const ast::Variant*>& sharing, std::int64_t sum) {
  const ast::Integer& last = *sharing.back()->percent;
  Finding finding(Code::variant_sum, last.span,
                  "the shares of the variants of " + quoted(message.name) + " make " + std::to_string(sum) + "%, not 100%");
  for (const auto* node : sharing) {
    if (node != sharing.back()) finding.label(node->percent->span, std::to_string(node->percent->value) + '%');
  }
  const std::int64_t fitting = 100 - (sum - last.value);
  if (fitting > 0) finding.help("write `" + std::to_string(fitting) + "%` here");
  context.add(finding);
}

/// Shares make a hundred, and are told apart from what is taken for another reason.
void check_shares(Context& context, const model::Message& message) {
  std::int64_t sum = 0;
  std::vector<const ast::Variant*> sharing;
  const ast::Variant* otherwise = nullptr;
  for (const auto& node : message.node->items.variants) {
    if (node.otherwise && otherwise != nullptr) {
      context.add(Finding(Code::duplicate_name, node.name.span, "`else` is said twice").label(otherwise->name.span, "said here first"));
    }
    if (node.otherwise) otherwise = &node;
    if (!node.percent) continue;
    if (!node.when && !node.otherwise) {
      sum += node.percent->value;
      sharing.push_back(&node);
    } else if (node.otherwise || node.percent->value != 100) {
      Finding finding(Code::variant_sum, node.percent->span,
                      node.when ? "a variant with `when` is taken whenever it holds, not for a share"
                                : "a variant with `else` is taken for what is left, not for a share");
      if (node.when) finding.label(node.when->span, "its condition");
      context.add(finding.help("leave the share out"));
    }
  }
  if (!sharing.empty() && otherwise != nullptr) {
    context.add(Finding(Code::variant_sum, otherwise->name.span, "the shares of the other variants leave nothing for `else`")
                    .label(sharing.front()->percent->span, "a share")
                    .help("give it a share, or take the shares out"));
  } else if (!sharing.empty() && sum != 100) {
    report_sum(context, message, sharing, sum);
  }
}

void check_message(Context& context, const model::Message& message, Scope& scope) {
  scope.place = "the message " + quoted(message.name);
  scope.parameters = &message.parameters;
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
  for (const auto& fields : context.model.field_sets) {
    scope.place = "the fields " + quoted(fields.name);
    check_fields(context, *fields.node, scope);
  }
  for (const auto& message : context.model.messages) check_message(context, message, scope);
}

}  // namespace nurture::check
