// The YAML spelling of the vocabulary, of policies and of messages. Entry points: shape().
#pragma once

#include "syntax/yaml_schema.hpp"

namespace nurture::syntax::yaml {

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Use> x) {
  slot.text(x.path.value, x.path.span);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Lead> x) {
  slot.record("the lead", Form::block, [&](auto& keys) {
    doc_key(keys, x.doc);
    keys.items("fields", x.members);
    keys.dangling(x.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Event> x) {
  slot.record("an event", Form::short_record, [&](auto& keys) {
    keys.required("id", Dotted{x.name});
    doc_key(keys, x.doc);
    keys.optional("as", x.external);
    keys.items("fields", x.members);
    keys.dangling(x.dangling);
  });
  assign(x.braces, !x.members.empty() || !x.dangling.empty());
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Requires> x) {
  slot.expression(x.value);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Retry> x) {
  slot.record("`retry`", Form::short_record, [&](auto& keys) {
    keys.required("times", x.times);
    keys.required("from", x.from);
    keys.required("to", x.to);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Rate> x) {
  slot.record("`rate`", Form::short_record, [&](auto& keys) {
    keys.required("count", x.count);
    keys.required("per", x.per);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Breaker> x) {
  slot.record("`breaker`", Form::short_record, [&](auto& keys) {
    keys.required("open_at", Percent{x.percent});
    keys.required("of", x.of);
    keys.required("within", x.within);
    keys.required("probe_after", x.probe);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Cost> x) {
  slot.data(x.value);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Channel> x) {
  slot.record("a channel", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    keys.one_or_items("requires", x.requirements);
    keys.one_or_items("retry", x.retries);
    keys.one_or_items("rate", x.rates);
    keys.one_or_items("breaker", x.breakers);
    keys.one_or_items("cost", x.costs);
    keys.dangling(x.dangling);
  });
}

template <class T>
struct SuppressWhen {
  T& when;
};  ///< `{when: EXPR}`, as in a sequence.
template <class T>
SuppressWhen(T&) -> SuppressWhen<T>;
template <class Slot, class T>
void shape(Slot& slot, SuppressWhen<T> x) {
  slot.record("`suppress`", Form::short_record, [&](auto& keys) { keys.required("when", x.when); });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Category> x) {
  slot.record("a category", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    if (keys.has("consent", x.consent.has_value())) keys.required("consent", opened(x.consent));
    keys.flag("double_opt_in", x.double_opt_in);
    keys.flag("transactional", x.transactional);
    keys.optional("under", x.under);
    if (keys.has("suppress", x.suppress.has_value())) keys.required("suppress", SuppressWhen{opened(x.suppress)});
    keys.dangling(x.dangling);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Category::Consent> x) {
  slot.choice(x);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Segment> x) {
  slot.record("a segment", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    keys.required("when", x.condition);
    keys.dangling(x.dangling);
  });
}

// ---------------------------------------------------------------- policies

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::QuietHours> x) {
  slot.record("quiet hours", Form::short_record, [&](auto& keys) {
    keys.required("from", x.from);
    keys.required("to", x.to);
    keys.optional("days", x.days);
    keys.optional("channel", x.channel);
    keys.optional("in", x.zone);
    keys.optional("then", x.then);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Allow> x) {
  slot.record("`allow`", Form::short_record, [&](auto& keys) {
    keys.required("days", x.days);
    keys.optional("channel", x.channel);
    keys.optional("else", x.otherwise);
  });
}

template <class T>
struct CapPer {
  T& cap;
};  ///< `7d`, `day`, `week`
template <class T>
CapPer(T&) -> CapPer<T>;
template <class Slot, class T>
void shape(Slot& slot, CapPer<T> x) {
  slot.cap_per(x.cap);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Cap> x) {
  slot.record("a cap", Form::short_record, [&](auto& keys) {
    keys.required("count", x.count);
    keys.required("per", CapPer{x});
    keys.optional("channel", x.channel);
    keys.optional("counting", x.counting);
    keys.optional("when", x.when);
    if (keys.has("digest", x.digest.has_value())) {
      keys.excludes("digest", {"then"});
      keys.required("digest", opened(x.digest));
    } else {
      keys.optional("then", x.then);
    }
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Exempt> x) {
  slot.names(x.categories, true);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::HoldLimit> x) {
  shape(slot, x.length);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::HoldWhile> x) {
  slot.record("`hold_while`", Form::short_record, [&](auto& keys) {
    keys.required("when", x.condition);
    keys.optional("as", x.label);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Spread> x) {
  shape(slot, x.length);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ZoneItem> x) {
  shape(slot, x.zone);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Policy> x) {
  slot.record("a policy", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    keys.items("quiet_hours", x.quiet_hours);
    keys.items("allow", x.allows);
    keys.items("caps", x.caps);
    keys.one_or_lists("exempt", x.exempts);
    keys.one_or_items("hold_at_most", x.hold_limits);
    keys.one_or_items("hold_while", x.hold_whiles);
    keys.one_or_items("spread", x.spreads);
    keys.one_or_items("zone", x.zones);
    keys.dangling(x.dangling);
  });
}

// ---------------------------------------------------------------- messages

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ChannelItem> x) {
  slot.names(x.channels, false);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::CategoryItem> x) {
  slot.name(x.name, true);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::TemplateItem> x) {
  slot.text(x.text.value, x.text.span);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::SubjectItem> x) {
  slot.text(x.text.value, x.text.span);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::PreviewItem> x) {
  slot.text(x.text.value, x.text.span);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::TopicItem> x) {
  slot.name(x.name, false);
}

/// `body: text`, or `body: {file: plans.md}`
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::BodyItem> x) {
  if (!slot.is_mapping(x.is_file)) return slot.lines(x.text.value, x.text.span);
  assign(x.is_file, true);
  slot.record("`body`", Form::short_record, [&](auto& keys) { keys.required("file", x.text); });
}

/// A string literal is a text, which stands behind `text`; any other expression behind `value`.
template <class Keys>
void text_or_value(Keys& keys, Ref<Keys, ast::Expr> x) {
  if (keys.has("text", x.kind == ast::ExprKind::string)) {
    keys.excludes("text", {"value"});
    assign(x.kind, ast::ExprKind::string);
    keys.required_text("text", x.text, x.span);
  } else if (keys.has("value", true)) {
    keys.required("value", x);
  } else {
    keys.lacks({"text", "value"}, {});
  }
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::FromItem> x) {
  slot.record("`from`", Form::short_record, [&](auto& keys) {
    text_or_value(keys, x.value);
    keys.optional("else", x.otherwise);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::LinkItem> x) {
  slot.record("a link", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    keys.required("url", x.url);
  });
}

/// `text: Take the test` for a plain text, `value: default(lead.first_name, "there")` for an expression.
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::FieldItem> x) {
  slot.record("a message field", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    text_or_value(keys, x.value);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ChooseCase> x) {
  slot.record("a case", Form::short_record, [&](auto& keys) {
    keys.required("is", x.values);
    keys.required("text", x.text);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ChooseElse> x) {
  slot.text(x.text.value, x.text.span);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::ChooseItem> x) {
  [[maybe_unused]] const auto level = slot.block();
  slot.record("a choice", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.required("by", x.by);
    keys.items("cases", x.cases);
    keys.one_or_items("else", x.otherwise);
    keys.dangling(x.dangling);
  });
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::UseFields> x) {
  slot.name(x.name, false);
}
template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::FieldSet> x) {
  slot.record("shared fields", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    keys.items("fields", x.message_fields);
    keys.items("choose", x.choices);
    keys.dangling(x.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Pool> x) {
  slot.record("a pool", Form::short_record, [&](auto& keys) {
    keys.required("id", x.name);
    doc_key(keys, x.doc);
    keys.required("messages", x.messages);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Accepts> x) {
  slot.statements(x.members, x.dangling);
}

template <class Keys>
void message_keys(Keys& keys, Ref<Keys, ast::MessageItems> x) {
  keys.one_or_lists("channels", x.channels);
  keys.one_or_items("category", x.categories);
  keys.one_or_lists("accepts", x.accepts);
  keys.one_or_items("template", x.templates);
  keys.one_or_items("subject", x.subjects);
  keys.one_or_items("preview", x.previews);
  keys.one_or_items("body", x.bodies);
  keys.one_or_items("from", x.senders);
  keys.one_or_items("topic", x.topics);
  keys.items("links", x.links);
  keys.items("use_fields", x.used_fields);
  keys.items("fields", x.message_fields);
  keys.items("choose", x.choices);
  keys.items("variants", x.variants);
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Variant> x) {
  [[maybe_unused]] const auto level = slot.block();
  slot.record("a variant", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    if (keys.has("share", x.percent.has_value())) keys.required("share", Percent{opened(x.percent)});
    keys.optional("when", x.when);
    keys.flag("else", x.otherwise);
    if (x.when && x.otherwise) keys.conflict("else", "`else` cannot stand beside `when`");
    message_keys(keys, *x.items);
    keys.dangling(x.dangling);
  });
}

template <class Slot>
void shape(Slot& slot, Ref<Slot, ast::Message> x) {
  slot.record("a message", Form::block, [&](auto& keys) {
    keys.required("id", x.name);
    keys.optional("title", x.title);
    doc_key(keys, x.doc);
    message_keys(keys, x.items);
    keys.dangling(x.dangling);
  });
}

}  // namespace nurture::syntax::yaml
