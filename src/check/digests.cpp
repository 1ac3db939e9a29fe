// `then digest MESSAGE`: there is such a message, it can be put together, and the cap has slots that open on a calendar.
// Entry point: check_digest().
#include "check/policies.hpp"

#include <algorithm>

namespace nurture::check {

namespace {

using model::Id;
using model::kNone;

void bad(Context& context, Span place, std::string message, std::string help) {
  context.add(Finding(Code::bad_digest, place, std::move(message)).help(std::move(help)));
}

/// Nobody hands anything over to a digest.
void check_parameters(Context& context, const ast::Name& name, const model::Message& message) {
  std::vector<std::string_view> lacking;
  for (const auto& parameter : message.parameters) {
    if (parameter.is_required()) lacking.push_back(parameter.name);
  }
  if (lacking.empty()) return;
  context.add(Finding(Code::wrong_arguments, name.span, quoted(message.name) + " is a digest and wants " + enumerate(lacking))
                  .label(message.node->items.accepts.front().span, "it accepts these")
                  .help("give each a default or a `?`: a cap hands nothing over"));
}

void check_form(Context& context, const ast::Cap& cap, const model::Message& message) {
  const auto& channels = message.content.channels;
  if (!cap.channel || std::find(channels.begin(), channels.end(), cap.channel->text) != channels.end()) return;
  if (channels.empty() || context.model.find_channel(cap.channel->text) == kNone) return;  // reported elsewhere
  context.add(Finding(Code::channel_unavailable, cap.digest->span, quoted(message.name) + " has no form for " + quoted(cap.channel->text))
                  .label(cap.channel->span, "the cap counts what goes there")
                  .help("add " + quoted(cap.channel->text) + " to its `channel`"));
}

/// What a policy exempts passes its caps, so nothing would hold the digest until it is due.
void check_exempt(Context& context, const ast::Policy& policy, const ast::Name& name, const model::Message& message) {
  const Id category = context.model.find_category(message.content.category);
  for (const auto& item : policy.exempts) {
    for (const auto& exempt : item.categories) {
      bool covers = category != kNone && exempt.text == "transactional" && context.model.categories[category].transactional;
      for (Id id = category; id != kNone; id = context.model.categories[id].under)
        covers = covers || context.model.categories[id].name == exempt.text;
      if (!covers) continue;
      context.add(
          Finding(Code::bad_digest, name.span, "the policy lets " + quoted(message.name) + " pass, so nothing holds it until it is due")
              .label(exempt.span, "its category is exempt")
              .help("give the digest another category"));
      return;
    }
  }
}

}  // namespace

void check_digest(Context& context, const ast::Policy& policy, const ast::Cap& cap) {
  if (!cap.digest) return;
  if (context.model.sequences.size() + ++context.digests > limits::kSequences) {
    context.add(
        Finding(Code::too_long, cap.digest->span, "there are more than " + std::to_string(limits::kSequences) + " sequences and digests"));
  }
  if (cap.unit == ast::Cap::Unit::rolling) {
    bad(context, cap.per.span, "a digest comes once in a day or a week, and this cap counts back from now",
        context.in_spelling_of(cap.per.span, "write `per day` or `per week`", "write `per: day` or `per: week`"));
  }
  const Id id = context.model.find_message(cap.digest->text);
  if (id == kNone) {
    context.unknown(*cap.digest, {"message", "message " + cap.digest->text + " { ... }"}, context.model.messages);
    return;
  }
  const model::Message& message = context.model.messages[id];
  check_parameters(context, *cap.digest, message);
  check_form(context, cap, message);
  check_exempt(context, policy, *cap.digest, message);
}

}  // namespace nurture::check
