// Sends, pools, and what sends and entries hand over to messages and sequences. Entry points: check_send(),
// check_send_next(), check_entering(), check_accepted(), check_pools().
#include "check/sends.hpp"

#include "check/expressions.hpp"
#include "check/passes.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace nurture::check {

namespace {

using model::kNone;

/// The lead field that says on which channel somebody would rather be reached. [S6.9]
constexpr std::string_view kPreference = "preferred_channel";

/// Something that accepts values.
struct Acceptor {
  std::string name;       ///< In backticks.
  std::string_view verb;  ///< "is sent"
  const std::vector<model::Field>& parameters;
  Span accepts;  ///< Where they are declared.
};

void check_arguments(Context& context, const Acceptor& to, const std::vector<ast::Argument>& arguments, Span place, const Scope& scope) {
  std::map<std::string_view, Span> given;
  bool misspelt = false;
  for (const auto& argument : arguments) {
    const auto [first, fresh] = given.try_emplace(argument.name.text, argument.name.span);
    if (!fresh) context.duplicate(argument.name.span, "argument " + quoted(argument.name.text), first->second);
    const auto same = [&](const model::Field& field) { return field.name == argument.name.text; };
    const auto found = std::find_if(to.parameters.begin(), to.parameters.end(), same);
    if (found == to.parameters.end()) {
      misspelt = true;
      (void)check_expression(context, argument.value, scope);
      context.unknown(argument.name, {"parameter of " + to.name + " called", ""}, to.parameters);
    } else {
      (void)check_value(context, argument.value, scope, found->type, quoted(found->name) + " of " + to.name);
    }
  }
  std::vector<std::string_view> lacking;
  for (const auto& parameter : to.parameters) {
    if (parameter.is_required() && !given.contains(parameter.name)) lacking.push_back(parameter.name);
  }
  // What was meant for one of them may have another name.
  if (lacking.empty() || misspelt) return;
  Finding finding(Code::wrong_arguments, place, to.name + ' ' + std::string(to.verb) + " without " + enumerate(lacking));
  finding.label(to.accepts, "it accepts these");
  if (scope.sequence != nullptr && scope.sequence->broadcast != nullptr)
    return context.add(finding.help("give each a default or a `?`: a broadcast hands nothing over"));
  context.add(finding.help(context.in_spelling_of(place, "add `with " + std::string(lacking.front()) + " = ...`",
                                                  "add `with: {" + std::string(lacking.front()) + ": ...}`")));
}

void check_variant(Context& context, const model::Message& message, const ast::Name& name) {
  const auto same = [&](const model::Variant& variant) { return variant.name == name.text; };
  if (std::any_of(message.variants.begin(), message.variants.end(), same)) return;
  context.unknown(name, {"variant of " + quoted(message.name) + " called", ""}, message.variants);
}

void check_channel(Context& context, const model::Message& message, const ast::Name& channel) {
  std::vector<std::string_view> forms;
  const auto add = [&](const model::Content& content) {
    for (const auto& one : content.channels) {
      if (std::find(forms.begin(), forms.end(), one) == forms.end()) forms.push_back(one);
    }
  };
  add(message.content);
  for (const auto& variant : message.variants) add(variant.content);
  if (channel.text.empty() || std::find(forms.begin(), forms.end(), channel.text) != forms.end()) return;
  if (context.model.find_channel(channel.text) == kNone) {
    context.unknown(channel, {"channel", "channel " + channel.text + " { }"}, context.model.channels);
    return;
  }
  const auto& items = message.node->items.channels;
  Finding finding(Code::channel_unavailable, channel.span, quoted(message.name) + " has no form for " + quoted(channel.text));
  finding.label(items.empty() ? message.node->name.span : items.front().span, "its channels");
  if (!forms.empty()) finding.help("send it by " + quoted(forms.front()) + ", or add " + quoted(channel.text) + " to its `channel`");
  context.add(finding);
}

/// `by preferred of` asks the lead.
void check_preference(Context& context, const ast::Send& send) {
  const Span place = send.channels.empty() ? send.message.span : send.channels.front().span;
  const model::Id id = context.model.find_lead_field(kPreference);
  if (id == kNone) {
    context.add(Finding(Code::unknown_name, place, "a lead has no field " + quoted(kPreference) + ", which says what somebody prefers")
                    .help("declare it: `lead { preferred_channel: string? }`"));
    return;
  }
  const model::Field& field = context.model.lead[id];
  if (field.type.kind == model::TypeKind::string || field.type.kind == model::TypeKind::enum_) return;
  context.add(Finding(Code::type_mismatch, place, quoted(kPreference) + " names a channel, and here it is " + model::to_string(field.type))
                  .label(field.node->span, "declared here"));
}

void check_within(Context& context, const ast::Duration& within) {
  check_length(context, within);
  if (!is_zero(within)) return;
  context.add(Finding(Code::bad_offset, within.span, "nothing is sent within no time").help("give it a length, e.g. `30d`"));
}

}  // namespace

void check_send(Context& context, const ast::Send& send, const Scope& scope) {
  const model::Id id = context.model.find_message(send.message.text);
  if (id == kNone) {
    context.unknown(send.message, {"message", "message " + send.message.text + " { ... }"}, context.model.messages);
    return;
  }
  const model::Message& message = context.model.messages[id];
  if (send.variant) check_variant(context, message, *send.variant);
  const auto& accepts = message.node->items.accepts;
  const Acceptor to{quoted(message.name), "is sent", message.parameters, accepts.empty() ? message.node->name.span : accepts.front().span};
  check_arguments(context, to, send.arguments, send.message.span, scope);
  for (const auto& channel : send.channels) check_channel(context, message, channel);
  if (send.preferred) check_preference(context, send);
  if (send.sent_within) check_within(context, *send.sent_within);
}

void check_send_next(Context& context, const ast::SendNext& send) {
  if (context.model.find_pool(send.pool.text) != kNone) return;
  context.unknown(send.pool, {"pool", "pool " + send.pool.text + " = ..."}, context.model.pools);
}

void check_pools(Context& context) {
  for (auto& pool : context.model.pools) {
    std::map<std::string_view, Span> seen;
    for (const auto& name : pool.node->messages) {
      const auto [first, fresh] = seen.try_emplace(name.text, name.span);
      if (!fresh)
        context.add(Finding(Code::duplicate_name, name.span,
                            quoted(name.text) + (pool.of_stream ? " stands in this stream already" : " stands in this pool already"))
                        .label(first->second, "here"));
      const model::Id id = context.model.find_message(name.text);
      if (id == kNone) {
        context.unknown(name, {"message", "message " + name.text + " { ... }"}, context.model.messages);
        continue;
      }
      if (!fresh) continue;
      pool.messages.push_back(id);
      const model::Message& message = context.model.messages[id];
      const auto& accepts = message.node->items.accepts;
      // Nothing is handed over to what a pool chooses.
      const std::string kind = pool.of_stream ? "stream" : "pool";
      const Acceptor to{quoted(message.name), "is in a pool", message.parameters, accepts.empty() ? name.span : accepts.front().span};
      std::vector<std::string_view> lacking;
      for (const auto& parameter : to.parameters) {
        if (parameter.is_required()) lacking.push_back(parameter.name);
      }
      if (lacking.empty()) continue;
      context.add(Finding(Code::wrong_arguments, name.span, to.name + " is in a " + kind + " and wants " + enumerate(lacking))
                      .label(to.accepts, "it accepts these")
                      .help("give each a default or a `?`: a " + kind + " hands nothing over"));
    }
  }
}

// ---------------------------------------------------------------- entering

void check_entering(Context& context, const ast::Name& sequence, const std::vector<ast::Argument>& arguments, const Scope& scope) {
  const model::Id id = context.model.find_sequence(sequence.text);
  if (id == kNone) {
    if (told_family(context, sequence)) return;
    context.unknown(sequence, {"sequence", "sequence " + sequence.text + " { ... }"}, context.model.sequences);
    return;
  }
  const model::Sequence& target = context.model.sequences[id];
  if (target.is_triggers) {
    context.add(Finding(Code::not_in_scope, sequence.span, "nobody enters " + quoted(sequence.text) + ": every lead is in triggers always")
                    .label(target.node->name.span, "these are triggers"));
    return;
  }
  if (target.broadcast != nullptr) {
    context.add(Finding(Code::not_in_scope, sequence.span, "nobody enters " + quoted(sequence.text) + ": a broadcast goes to a segment")
                    .label(target.node->name.span, "this is a broadcast"));
    return;
  }
  const auto& accepts = target.node->accepts;
  const Acceptor to{quoted(target.name), "is entered", target.accepted, accepts.empty() ? target.node->name.span : accepts.front().span};
  check_arguments(context, to, arguments, sequence.span, scope);
}

EventScope entry_events(const Context& context, const model::Sequence& sequence) {
  EventScope all;
  all.some_suffice = true;
  all.maybe_absent = !sequence.node->recurring_enrolls.empty();
  for (const auto& enroll : sequence.node->enrolls) {
    if (!enroll.trigger.on) {
      all.maybe_absent = true;
      continue;
    }
    const auto& names = enroll.trigger.on->events;
    for (const model::Id id : context.model.find_events(names)) all.events.push_back(&context.model.events[id]);
    const auto unknown = [&](const ast::Name& name) { return context.model.find_events({name}).empty(); };
    all.broken = all.broken || std::any_of(names.begin(), names.end(), unknown);
  }
  return all;
}

void check_accepted(Context& context, const model::Sequence& sequence) {
  const Scope nothing{};
  const EventScope events = entry_events(context, sequence);
  for (const auto& parameter : sequence.accepted) {
    if (parameter.node->fallback) (void)check_value(context, *parameter.node->fallback, nothing, parameter.type, quoted(parameter.name));
    bool lacking = events.maybe_absent;
    for (const auto* event : events.events) {
      const model::Field* field = event->field(parameter.name);
      lacking = lacking || field == nullptr || field->type.optional;
      if (field == nullptr) continue;
      model::Type given = field->type;
      given.optional = parameter.type.optional;
      if (model::to_string(given) == model::to_string(parameter.type)) continue;
      context.add(
          Finding(Code::type_mismatch, parameter.node->type.span,
                  quoted(parameter.name) + " is " + model::to_string(field->type) + " in " + quoted(event->name) + ", which enters here")
              .label(field->node->type.span, "declared here")
              .help("give both the same type, or one of them another name"));
    }
    if (!parameter.is_required() || !lacking) continue;
    context.add(Finding(Code::wrong_arguments, parameter.node->name.span,
                        "not everybody enters " + quoted(sequence.name) + " with " + quoted(parameter.name))
                    .help("add `?`, or a default behind `=`"));
  }
}

}  // namespace nurture::check
