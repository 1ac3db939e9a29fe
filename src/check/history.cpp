// Questions to the event history, and the patterns of events that they and triggers share.
// Entry points: check_pattern(), check_trigger().
#include "check/typing.hpp"

#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace nurture::check {

using ast::Expr;
using ast::ExprKind;

namespace {

EventScope resolve_events(Context& context, const ast::Pattern& pattern) {
  EventScope scope;
  for (const auto& name : pattern.events) {
    const model::Id id = context.model.find_event(name.text);
    if (id != model::kNone) {
      const auto* event = &context.model.events[id];
      const bool again = std::find(scope.events.begin(), scope.events.end(), event) != scope.events.end();
      if (again) context.add(Finding(Code::duplicate_name, name.span, quoted(name.text) + " is named twice in one pattern"));
      scope.events.push_back(event);
      continue;
    }
    if (name.text == kAnyEvent) {
      for (const model::Id any : context.model.find_events({name})) scope.events.push_back(&context.model.events[any]);
      continue;
    }
    scope.broken = true;
    context.unknown(name, {"event", "event " + name.text}, context.model.events);
  }
  if (scope.events.empty()) scope.broken = true;
  return scope;
}

void check_window_name(Context& context, const ast::Window& window, const Scope& scope) {
  const model::Sequence& sequence = *scope.sequence;
  if (window.kind == ast::Window::Kind::since_step && sequence.find_step(window.name.text) == model::kNone) {
    context.unknown(window.name, {"step of " + quoted(sequence.name) + " called", ""}, sequence.steps);
  }
  if (window.kind == ast::Window::Kind::since_anchor && sequence.find_anchor(window.name.text) == model::kNone) {
    context.unknown(window.name, {"anchor of " + quoted(sequence.name) + " called", ""}, sequence.node->anchors);
  }
}

void check_window(Context& context, const ast::Window& window, const Scope& scope) {
  switch (window.kind) {
    case ast::Window::Kind::within:
      if (is_zero(window.within)) context.add(Finding(Code::bad_offset, window.within.span, "a window of no length holds no event"));
      return;
    case ast::Window::Kind::since_date: return;  // looked at by the parser
    case ast::Window::Kind::since_enrolled:
    case ast::Window::Kind::since_step:
    case ast::Window::Kind::since_anchor:
      if (scope.sequence != nullptr) return check_window_name(context, window, scope);
      const std::string place = scope.place.empty() ? "here" : "in " + scope.place;
      context.add(Finding(Code::not_in_scope, window.span, "there is no enrolment " + place + " that the window could begin with")
                      .help("write `within 30d`, or `since` and a date"));
      return;
  }
}

/// `of welcome`: there is such a message, and the events say which one they are about.
void check_message(Context& context, const ast::Name& name, const EventScope& events) {
  if (context.model.find_message(name.text) == model::kNone)
    return context.unknown(name, {"message", "message " + name.text + " { ... }"}, context.model.messages);
  for (const auto* event : events.events) {
    const model::Field* field = event->field("message");
    if (field != nullptr && is_text(field->type)) continue;
    context.add(Finding(Code::unknown_name, name.span, quoted(event->name) + " does not say which message it is about")
                    .label(event->node->name.span, field == nullptr ? "it has no field `message`" : "its `message` is no text")
                    .help("take `of " + name.text + "` out, or declare it with `message: string?`"));
    return;
  }
}

/// There must be a key that keeps some events away.
void check_any_key(Context& context, const ast::Pattern& pattern, const Scope& scope) {
  if (scope.sequence != nullptr && !scope.sequence->key_fields.empty()) return;
  const std::string place = scope.sequence == nullptr ? "here" : "in " + quoted(scope.sequence->name);
  context.add(Finding(Code::not_in_scope, pattern.span, "every event reaches every run " + place + ", whatever key it carries")
                  .help("leave out `any key`"));
}

void refuse_window(Context& context, const ast::Pattern& pattern) {
  Finding finding(Code::window_on_trigger, pattern.window->span, "this waits for what comes, so it cannot look back");
  finding.help("leave the window out; to ask about the past write `when any(... within 14d)`");
  // From the end of what stands before the window, so that no blank is left.
  const std::uint32_t end = pattern.where            ? pattern.where->span.end
                            : pattern.events.empty() ? pattern.window->span.begin
                                                     : pattern.events.back().span.end;
  const Span gap{pattern.window->span.file, end, pattern.window->span.begin};
  const std::string_view between = context.bytes(gap);
  const bool blank = between.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (blank && end < pattern.window->span.begin) finding.fix({gap.file, end, pattern.window->span.end}, "");
  context.add(finding);
}

/// NUR0208: a `where` inside a `where`, and a use of `event` that may mean the outer one.
void warn_shadowed(Context& context, const ast::Pattern& pattern, const Scope& outer) {
  if (!outer.event || !pattern.where || pattern.events.empty()) return;
  bool reported = false;
  const auto walk = [&](const auto& self, const Expr& e) -> void {
    if (reported || e.kind == ExprKind::history || e.kind == ExprKind::fold) return;
    if (e.kind == ExprKind::ident && e.text == "event") {
      reported = true;
      context.add(
          Finding(Code::shadowed_event, e.span, "`event` means " + quoted(pattern.events.front().text) + " here, not the event outside")
              .label(pattern.events.front().span, "it means this one")
              .help("compare with the outer event outside of the inner `where`"));
    }
    for (const auto& arg : e.args) self(self, arg);
  };
  walk(walk, *pattern.where);
}

}  // namespace

EventScope check_pattern(Context& context, const ast::Pattern& pattern, const Scope& scope, PatternUse use) {
  EventScope events = resolve_events(context, pattern);
  if (pattern.of) check_message(context, *pattern.of, events);
  if (pattern.any_key) check_any_key(context, pattern, scope);
  if (pattern.where) {
    warn_shadowed(context, pattern, scope);
    Scope inner = scope;
    inner.event = events;
    inner.facts = without(scope.facts, "event");
    inner.missing_passes = false;
    check_condition(context, *pattern.where, inner);
  }
  if (!pattern.window) return events;
  if (use == PatternUse::trigger) {
    refuse_window(context, pattern);
  } else {
    check_window(context, *pattern.window, scope);
  }
  return events;
}

std::optional<EventScope> check_trigger(Context& context, const ast::Trigger& trigger, const Scope& scope, PatternUse use,
                                        WhenPlace place) {
  if (trigger.when) {
    check_when(context, *trigger.when, scope, place);
    return std::nullopt;
  }
  if (!trigger.on) return std::nullopt;
  EventScope events = check_pattern(context, *trigger.on, scope, use);
  return events;
}

Typed Typing::history(const Expr& e) {
  if (!e.pattern) return {};
  Typed out;
  const EventScope events = check_pattern(context_, **e.pattern, scope_, PatternUse::history);
  if (e.text == "count") out.type = type_of(TypeKind::int_);
  if (e.text == "any" || e.text == "none") out.type = type_of(TypeKind::bool_);
  if (e.text == "idle") {
    out.type = type_of(TypeKind::duration);
    out.form = Typed::Form::elapsed;
  }
  if (e.text == "first" || e.text == "last") {
    out.type = type_of(events.events.empty() ? TypeKind::error : TypeKind::any, true);
    out.form = Typed::Form::record;
    out.events = events.events;
  }
  return out;
}

Type Typing::fold(const Expr& e) {
  if (!e.pattern || !e.field) return type_of(TypeKind::error);
  const EventScope events = check_pattern(context_, **e.pattern, scope_, PatternUse::history);
  if (events.broken) return type_of(TypeKind::error);
  // The field is looked up as `event.FIELD` would be: every event must have it, and in one type.
  Expr field;
  field.kind = ExprKind::select;
  field.text = e.field->text;
  field.span = e.field->span;
  field.args.emplace_back();
  field.args.back().kind = ExprKind::ident;
  field.args.back().text = "event";
  const Typed found = event_field(field, events);
  if (found.type.kind == TypeKind::error) return found.type;
  if (e.text == "distinct") return type_of(TypeKind::int_);
  if (e.text == "most") {
    Type value = found.type;
    value.optional = true;
    return value;
  }
  if (!is_number(found.type)) {
    context_.add(Finding(Code::type_mismatch, e.field->span,
                         quoted(e.text) + " adds numbers up, and " + quoted(e.field->text) + " is " + describe(present(found.type)))
                     .label(found.field->node->type.span, "declared here")
                     .help("count the different ones with `distinct`, or the events with `count`"));
    return type_of(TypeKind::error);
  }
  return type_of(TypeKind::number, e.text == "avg");
}

}  // namespace nurture::check
