// Names in expressions: fields of the lead and of events, anchors, scores, tiers, segments; access to members.
#include "check/sends.hpp"
#include "check/typing.hpp"

#include "syntax/print.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace nurture::check {

using ast::Expr;
using ast::ExprKind;

namespace {

constexpr std::array<std::string_view, 9> kNamespaces{"lead", "event", "trigger", "entry", "anchor", "score", "tier", "stage", "digest"};

bool is_namespace(std::string_view name) { return std::find(kNamespaces.begin(), kNamespaces.end(), name) != kNamespaces.end(); }

/// Enums of several events make one enum of all their values.
Type merge(const Type& a, const Type& b) {
  if (a.kind != TypeKind::enum_ || b.kind != TypeKind::enum_) return unite(a, b);
  Type out = a;
  out.optional = a.optional || b.optional;
  for (const auto& value : b.values) {
    if (std::find(out.values.begin(), out.values.end(), value) == out.values.end()) out.values.push_back(value);
  }
  return out;
}

std::vector<std::string_view> fields_of(const std::vector<const model::Event*>& events) {
  std::set<std::string_view> names;
  for (const auto* event : events) {
    for (const auto& field : event->fields) names.insert(field.name);
  }
  return {names.begin(), names.end()};
}

/// `a.b.c` of names alone; empty for anything else.
std::string dotted_path(const Expr& e) {
  if (e.kind == ExprKind::ident) return e.text;
  if (e.kind != ExprKind::select || e.args.size() != 1) return {};
  const std::string front = dotted_path(e.args[0]);
  return front.empty() ? front : front + '.' + e.text;
}

}  // namespace

const Typing::Local* Typing::local(std::string_view name) const {
  const auto found = std::find_if(locals_.rbegin(), locals_.rend(), [&](const Local& l) { return l.name == name; });
  return found == locals_.rend() ? nullptr : &*found;
}

/// What a parameter of a family stands for.
const model::Constant* Typing::constant(std::string_view name) const {
  if (scope_.constants == nullptr) return nullptr;
  const auto found = std::find_if(scope_.constants->begin(), scope_.constants->end(), [&](const auto& c) { return c.name == name; });
  return found == scope_.constants->end() ? nullptr : &*found;
}

void Typing::out_of_scope(Span span, std::string_view name, std::string help) {
  const std::string place = scope_.place.empty() ? "here" : "in " + scope_.place;
  context_.add(Finding(Code::not_in_scope, span, quoted(name) + " has no meaning " + place).help(std::move(help)));
}

Typed Typing::ident(const Expr& e) {
  if (const Local* variable = local(e.text)) return {variable->type};
  if (e.text == "now") return {type_of(TypeKind::datetime)};
  if (e.text == "enrolled_at") {
    if (scope_.sequence != nullptr || scope_.enrolled_at) return {type_of(TypeKind::datetime)};
    out_of_scope(e.span, e.text, "`enrolled_at` is known in what a sequence does and asks once a lead is in it");
    return {};
  }
  if (is_namespace(e.text)) {
    context_.add(
        Finding(Code::type_mismatch, e.span, quoted(e.text) + " is not a value").help("name what you mean, e.g. `" + e.text + ".NAME`"));
    return {};
  }
  if (scope_.parameters != nullptr) {
    const auto same = [&](const model::Field& field) { return field.name == e.text; };
    const auto found = std::find_if(scope_.parameters->begin(), scope_.parameters->end(), same);
    if (found != scope_.parameters->end()) return {found->type, Typed::Form::value, {}, &*found};
  }
  if (const model::Constant* known = constant(e.text)) return {known->type};
  if (scope_.texts != nullptr) {
    const auto& fields = scope_.texts->fields;
    const auto same = [&](const model::MessageField& field) { return field.name == e.text; };
    if (std::any_of(fields.begin(), fields.end(), same)) return {type_of(TypeKind::string)};
  }
  if (context_.model.find_segment(e.text) != model::kNone) return {type_of(TypeKind::bool_)};
  report_unknown_ident(e);
  return {};
}

void Typing::report_unknown_ident(const Expr& e) {
  const bool of_lead = context_.model.find_lead_field(e.text) != model::kNone;
  const auto declares = [&](const model::Event* event) { return event->field(e.text) != nullptr; };
  const bool of_event = scope_.event && std::any_of(scope_.event->events.begin(), scope_.event->events.end(), declares);
  if (of_lead || of_event) {
    const std::string full = (of_event ? "event." : "lead.") + e.text;
    Finding finding(Code::unknown_name, e.span, "there is no segment " + quoted(e.text));
    finding.caret("did you mean " + quoted(full) + '?').help("write " + quoted(full));
    if (context_.is_exact(e.span, e.text)) finding.fix(e.span, full);
    context_.add(finding);
    return;
  }
  std::vector<std::string_view> candidates;
  if (!context_.is_full()) {
    candidates = names_of(context_.model.segments);
    candidates.insert(candidates.end(), {"now", "enrolled_at"});
    if (scope_.texts != nullptr) {
      for (const auto& field : scope_.texts->fields) candidates.push_back(field.name);
    }
    if (scope_.parameters != nullptr) {
      for (const auto& field : *scope_.parameters) candidates.push_back(field.name);
    }
    if (scope_.constants != nullptr) {
      for (const auto& one : *scope_.constants) candidates.push_back(one.name);
    }
  }
  context_.unknown(e.span, e.text, {"segment", "segment " + e.text + " = ..."}, candidates);
}

/// `if webinar.attended`: the name of an event where a value is due.
bool Typing::told_event(const Expr& e) {
  const std::string path = dotted_path(e);
  const std::string_view root = std::string_view(path).substr(0, path.find('.'));
  if (path.empty() || is_namespace(root) || local(root) != nullptr || context_.model.find_event(path) == model::kNone) return false;
  Finding finding(Code::type_mismatch, e.span, quoted(path) + " is an event, not a value");
  finding.help("ask whether it happened: `any(" + path + ")`");
  if (context_.is_exact(e.span, path)) finding.fix(e.span, "any(" + path + ')');
  context_.add(finding);
  return true;
}

bool Typing::told_unquoted(const Type& expected, const Expr& e) {
  if (e.kind != ExprKind::ident || e.text == "now" || e.text == "enrolled_at" || is_namespace(e.text)) return false;
  if (local(e.text) != nullptr || constant(e.text) != nullptr || context_.model.find_segment(e.text) != model::kNone) return false;
  const bool is_value =
      expected.kind == TypeKind::enum_ && std::find(expected.values.begin(), expected.values.end(), e.text) != expected.values.end();
  const auto declares = [&](const model::Event* event) { return event->field(e.text) != nullptr; };
  const bool is_field = context_.model.find_lead_field(e.text) != model::kNone ||
                        (scope_.event && std::any_of(scope_.event->events.begin(), scope_.event->events.end(), declares));
  if (!is_value && (expected.kind != TypeKind::string || is_field)) return false;
  Finding finding(Code::type_mismatch, e.span, quoted(e.text) + " is a name, and a text stands in quotes");
  finding.help("write `\"" + e.text + "\"`");
  if (context_.is_exact(e.span, e.text)) finding.fix(e.span, '"' + e.text + '"');
  context_.add(finding);
  return true;
}

Typed Typing::select(const Expr& e, const Facts& facts) {
  if (told_event(e)) return {};
  const Expr& object = e.args.at(0);
  if (object.kind == ExprKind::ident && is_namespace(object.text) && local(object.text) == nullptr)
    return member_of_namespace(e, object.text);
  const Typed base = visit(object, facts);
  if (base.form == Typed::Form::record) {
    Typed field = record_field(e, base);
    if (base.type.optional && !facts.contains(key_of(object))) field.type.optional = true;
    return field;
  }
  if (is_unknown(base.type)) return {base.type};
  if (base.type.kind == TypeKind::map) return {type_of(TypeKind::any)};
  context_.add(Finding(Code::type_mismatch, context_.tail(e.span, e.text), describe(present(base.type)) + " has no fields")
                   .label(object.span, describe(present(base.type))));
  return {};
}

Typed Typing::member_of_namespace(const Expr& e, const std::string& space) {
  if (space == "lead") return lead_field(e);
  if (space == "anchor") return anchor(e);
  if (space == "score") return score(e);
  if (space == "tier") return tier(e);
  if (space == "stage") return stage(e);
  if (space == "digest") return digest(e);
  if (space == "entry") return entry_field(e);
  const Span span = e.args[0].span;
  if (space == "event") {
    if (scope_.event) return event_field(e, *scope_.event);
    out_of_scope(span, "event",
                 scope_.trigger ? "the event that started this is `trigger`: write `trigger." + e.text + '`'
                                : "`event` is the event being matched: in a `where`, in the `key` of an `enroll on`, in an `anchor`");
    return {};
  }
  if (scope_.trigger) return event_field(e, *scope_.trigger);
  out_of_scope(span, "trigger",
               scope_.event ? "the event being matched is `event`: write `event." + e.text + '`'
                            : "`trigger` is the event that started a handler, or that ended a `wait until on`");
  return {};
}

Typed Typing::lead_field(const Expr& e) {
  const model::Id id = context_.model.find_lead_field(e.text);
  if (id == model::kNone) {
    context_.unknown(context_.tail(e.span, e.text), e.text, {"lead field", "lead { " + e.text + ": TYPE }"}, context_.model.lead);
    return {};
  }
  const model::Field& field = context_.model.lead[id];
  return {field.type, Typed::Form::value, {}, &field};
}

Typed Typing::event_field(const Expr& e, const EventScope& events) {
  Typed out;
  const model::Event* lacks = nullptr;
  const model::Field* first = nullptr;
  for (const auto* event : events.events) {
    const model::Field* field = event->field(e.text);
    if (field == nullptr) {
      lacks = event;
      continue;
    }
    const Type merged = first == nullptr ? field->type : merge(out.type, field->type);
    if (merged.kind == TypeKind::any && first != nullptr) {
      context_.add(Finding(Code::type_mismatch, e.span,
                           shown(e) + " is " + describe(first->type) + " in one event and " + describe(field->type) + " in another")
                       .label(first->node->span, describe(first->type))
                       .label(field->node->span, describe(field->type)));
      return {};
    }
    if (first == nullptr) first = field;
    out.type = merged;
  }
  if (events.broken && first == nullptr) return {};
  const Span name = context_.tail(e.span, e.text);
  if (first == nullptr) {
    const std::string of =
        events.events.size() == 1 ? "field of " + quoted(events.events.front()->name) + " called" : "field of these events called";
    context_.unknown(name, e.text, {events.some_suffice ? "field of any event called" : of, ""},
                     context_.is_full() ? std::vector<std::string_view>() : fields_of(events.events));
    return {};
  }
  if (lacks != nullptr && !events.some_suffice) {
    context_.add(Finding(Code::unknown_name, name, quoted(lacks->name) + " has no field " + quoted(e.text))
                     .label(lacks->node->name.span, "declared here without it")
                     .help("ask only for fields that each of the events has, or split the pattern"));
    return {};
  }
  out.field = first;
  if (events.maybe_absent || lacks != nullptr) out.type.optional = true;
  return out;
}

Typed Typing::record_field(const Expr& e, const Typed& record) {
  if (e.text == "at") return {type_of(TypeKind::datetime)};
  EventScope events;
  events.events = record.events;
  events.broken = record.events.empty();
  return event_field(e, events);
}

/// What the sequence accepts, else a field of the event that entered.
Typed Typing::entry_field(const Expr& e) {
  if (scope_.sequence == nullptr) {
    out_of_scope(e.args[0].span, "entry", "`entry` is what began an enrolment: use it in what a sequence does and asks");
    return {};
  }
  const model::Sequence& sequence = *scope_.sequence;
  const auto same = [&](const model::Field& field) { return field.name == e.text; };
  const auto accepted = std::find_if(sequence.accepted.begin(), sequence.accepted.end(), same);
  if (accepted != sequence.accepted.end()) return {accepted->type, Typed::Form::value, {}, &*accepted};
  EventScope events = entry_events(context_, sequence);
  events.maybe_absent = events.maybe_absent || context_.entered_elsewhere.contains(sequence.name);
  if (!events.events.empty() || events.broken) return event_field(e, events);
  context_.unknown(context_.tail(e.span, e.text), e.text,
                   {"parameter of " + quoted(sequence.name) + " called", "accepts { " + e.text + ": TYPE }"}, sequence.accepted);
  return {};
}

Typed Typing::anchor(const Expr& e) {
  if (scope_.sequence == nullptr) {
    out_of_scope(e.args[0].span, "anchor", "anchors belong to a sequence: use them in what it does and asks");
    return {};
  }
  const model::Id id = scope_.sequence->find_anchor(e.text);
  const auto& anchors = scope_.sequence->node->anchors;
  if (id == model::kNone) {
    context_.unknown(context_.tail(e.span, e.text), e.text, {"anchor", "anchor " + e.text + " = ... else hold"}, anchors);
    return {};
  }
  if (id >= scope_.anchors) {
    context_.add(Finding(Code::circular_definition, e.span, shown(e) + " has no value yet")
                     .label(anchors[id].name.span, "it gets one here")
                     .help("an anchor may use the anchors declared before it"));
    return {};
  }
  Typed out{type_of(TypeKind::datetime)};
  out.type.optional = !context_.anchors_always_known.contains(&anchors[id]);
  return out;
}

Typed Typing::score(const Expr& e) {
  if (context_.model.find_score(e.text) != model::kNone) return {type_of(TypeKind::int_)};
  context_.unknown(context_.tail(e.span, e.text), e.text, {"score", "score " + e.text + " { ... }"}, context_.model.scores);
  return {};
}

Typed Typing::tier(const Expr& e) {
  const model::Id id = context_.model.find_score(e.text);
  if (id == model::kNone) {
    context_.unknown(context_.tail(e.span, e.text), e.text, {"score", "score " + e.text + " { ... }"}, context_.model.scores);
    return {};
  }
  const model::Score& found = context_.model.scores[id];
  if (found.tiers.empty()) {
    context_.add(Finding(Code::not_in_scope, e.span, "the score " + quoted(found.name) + " has no tiers")
                     .label(found.node->name.span, "declared here")
                     .help("give it tiers, or ask for " + quoted("score." + found.name)));
    return {};
  }
  Typed out{type_of(TypeKind::enum_)};
  for (const auto& one : found.tiers) out.type.values.push_back(one.name);
  return out;
}

Typed Typing::stage(const Expr& e) {
  const model::Id id = context_.model.find_lifecycle(e.text);
  if (id == model::kNone) {
    context_.unknown(context_.tail(e.span, e.text), e.text, {"lifecycle", "lifecycle " + e.text + " { ... }"}, context_.model.lifecycles);
    return {};
  }
  Typed out{type_of(TypeKind::enum_)};
  out.type.values = context_.model.lifecycles[id].stages;
  return out;
}

/// What a digest has gathered.
Typed Typing::digest(const Expr& e) {
  if (!scope_.digest) {
    out_of_scope(e.args[0].span, "digest", "`digest` is what a cap has gathered: use it in the texts of the message behind `then digest`");
    return {};
  }
  if (e.text == "count") return {type_of(TypeKind::int_)};
  if (e.text == "messages") return {list_of(type_of(TypeKind::string))};
  context_.unknown(context_.tail(e.span, e.text), e.text, {"member of `digest` called", ""},
                   std::vector<std::string_view>{"count", "messages"});
  return {};
}

Type Typing::index(const Expr& e, const Facts& facts) {
  const Type object = operand(e.args.at(0), facts);
  const Type position = operand(e.args.at(1), facts);
  if (is_unknown(object) || is_unknown(position)) return type_of(is_unknown(object) ? object.kind : position.kind);
  if (object.kind == TypeKind::map) return type_of(TypeKind::any);
  if (object.kind != TypeKind::list) {
    context_.add(Finding(Code::type_mismatch, e.args[0].span, "only lists and maps have elements, and this is " + describe(object)));
    return type_of(TypeKind::error);
  }
  if (position.kind != TypeKind::int_) {
    context_.add(Finding(Code::type_mismatch, e.args[1].span, "a place in a list is an int, and this is " + describe(position)));
    return type_of(TypeKind::error);
  }
  return object.element ? *object.element : type_of(TypeKind::any);
}

Type Typing::presence(const Expr& e, const Expr& subject, const Facts& facts) {
  const Typed typed = visit(subject, facts);
  if (is_unknown(typed.type)) return type_of(TypeKind::bool_);
  const std::string key = key_of(subject);
  const bool outcome = e.kind != ExprKind::missing;
  if (typed.type.optional && (key.empty() || !facts.contains(key))) return type_of(TypeKind::bool_);
  Finding finding(Code::always_true_false, e.span, shown(e) + " is always " + (outcome ? "true" : "false"));
  if (typed.type.optional) {
    finding.caret("it was asked before, and is known here");
  } else if (typed.field != nullptr && typed.field->node != nullptr) {
    finding.label(typed.field->node->type.span, "declared without `?`, so it is never missing");
  } else {
    finding.caret("this is never missing");
  }
  context_.add(finding);
  return type_of(TypeKind::bool_);
}

}  // namespace nurture::check
