// Channels, what suppresses categories, policies, and messages with what consent they need. Entry points: add_channels(),
// add_policies(), add_messages().
#include "compile/builder.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

namespace nurture::compile {

namespace {

HoldOrDrop to_hold_or_drop(const std::optional<ast::HoldOrDrop>& written) {
  return written == ast::HoldOrDrop::drop ? HoldOrDrop::drop : HoldOrDrop::hold;
}

std::vector<std::uint8_t> exempt_categories(const Builder& builder, const ast::Policy& node) {
  std::vector<std::uint8_t> exempt(builder.model.categories.size(), 0);
  for (const ast::Exempt& item : node.exempts) {
    for (const ast::Name& name : item.categories) {
      for (Id id = 0; id < exempt.size(); ++id) {
        const model::Category& category = builder.model.categories[id];
        if (name.text == "transactional" && category.transactional) exempt[id] = 1;
        for (Id above = id; above != kNone; above = builder.model.categories[above].under) {
          if (builder.model.categories[above].name == name.text) exempt[id] = 1;
        }
      }
    }
  }
  return exempt;
}

Cap to_cap(Builder& builder, const ast::Cap& node, const std::string& policy) {
  constexpr std::int64_t kDayMs = 86'400'000;
  Cap cap;
  cap.count = static_cast<std::uint32_t>(node.count.value);
  cap.unit = static_cast<CapUnit>(node.unit);
  cap.per = to_period(node.per);
  cap.channel = node.channel ? builder.model.find_channel(node.channel->text) : kNone;
  cap.then = to_hold_or_drop(node.then);
  cap.word = kNone;
  cap.text = fmt::format("cap {} of {}", cap.count, policy);
  // A day or a week, and what a zone may have skipped.
  cap.longest_ms = cap.unit == CapUnit::rolling ? time::longest_ms(cap.per) : (cap.unit == CapUnit::day ? 3 : 9) * kDayMs;
  if (node.when) cap.when = compile_expression(builder, *node.when, Place{});
  if (node.counting) cap.counting = compile_pattern(builder, *node.counting, Place{});
  return cap;
}

Id channel_of(const Builder& builder, const std::optional<ast::Name>& name) {
  return name ? builder.model.find_channel(name->text) : kNone;
}

/// What is said of every channel holds for each of which something is said, too.
std::vector<Allow> to_allows(const Builder& builder, const std::vector<ast::Allow>& nodes) {
  std::vector<Allow> allows;
  for (const ast::Allow& node : nodes) {
    const Id channel = channel_of(builder, node.channel);
    if (std::any_of(allows.begin(), allows.end(), [&](const Allow& allow) { return allow.channel == channel; })) continue;
    Allow& allow = allows.emplace_back(Allow{0, channel, to_hold_or_drop(node.otherwise)});
    for (const ast::Allow& other : nodes) {
      if (!other.channel || channel_of(builder, other.channel) == channel) allow.days |= weekday_mask(other.days);
    }
  }
  return allows;
}

Policy to_policy(Builder& builder, const model::Policy& declared) {
  const ast::Policy& node = *declared.node;
  Policy policy;
  policy.name = declared.name;
  if (!node.zones.empty()) policy.zone = compile_zone(node.zones.front().zone);
  for (const ast::QuietHours& hours : node.quiet_hours) {
    const auto clock = [](const auto& time) { return fmt::format("{:02}:{:02}", time.minutes / 60, time.minutes % 60); };
    policy.quiet_hours.push_back({hours.from.minutes * 60, hours.to.minutes * 60, hours.days ? weekday_mask(*hours.days) : kEveryWeekday,
                                  channel_of(builder, hours.channel), hours.zone ? compile_zone(*hours.zone) : policy.zone,
                                  to_hold_or_drop(hours.then), fmt::format("quiet hours {}..{}", clock(hours.from), clock(hours.to))});
  }
  policy.allows = to_allows(builder, node.allows);
  for (const ast::Cap& cap : node.caps) policy.caps.push_back(to_cap(builder, cap, policy.name));
  for (const ast::HoldWhile& item : node.hold_whiles) {
    Condition condition = compile_condition(builder, item.condition, Place{});
    const std::string what = item.label ? item.label->text : syntax::print_expression(item.condition);
    policy.hold_whiles.push_back({std::move(condition), "hold while " + what});
  }
  if (!node.hold_limits.empty()) policy.hold_at_most = to_period(node.hold_limits.front().length);
  if (!node.spreads.empty()) policy.spread_ms = to_period(node.spreads.front().length).ms;
  policy.exempt = exempt_categories(builder, node);
  return policy;
}

Content to_content(Builder& builder, const model::Content& declared, const Place& place) {
  Content content;
  for (const std::string& channel : declared.channels) content.channels.push_back(builder.model.find_channel(channel));
  content.category = builder.model.find_category(declared.category);
  if (declared.template_name != nullptr) content.template_name = declared.template_name->value;
  const auto text = [&](const ast::Text* written) {
    return written == nullptr ? std::vector<TextPart>() : compile_text(builder, written->value, place, &declared);
  };
  content.subject = text(declared.subject);
  content.preview = text(declared.preview);
  content.body = text(declared.body);
  if (declared.from != nullptr) content.from = compile_sender(builder, *declared.from, place, declared);
  content.topic = declared.topic;
  for (const ast::LinkItem* link : declared.links) content.links.push_back({link->name.text, text(&link->url)});
  for (const model::MessageField& field : declared.fields) content.fields.push_back({field.name, compile_field(builder, field, place)});
  const auto note = [&](const std::vector<TextPart>& parts) {
    for (const TextPart& part : parts) {
      if (part.code) content.asked.push_back(part.code);
    }
  };
  for (const auto* parts : {&content.subject, &content.preview, &content.body, &content.from}) note(*parts);
  for (const Link& link : content.links) note(link.url);
  for (const MessageField& field : content.fields) note(field.text);
  return content;
}

Message to_message(Builder& builder, const model::Message& declared) {
  Message message;
  message.name = declared.name;
  message.title = declared.title;
  Place place;
  place.trigger_names = &message.trigger_fields;
  place.parameters = &declared.parameters;
  for (const model::Field& parameter : declared.parameters) message.parameters.push_back(to_field(builder, parameter));
  message.content = to_content(builder, declared.content, place);
  for (const model::Variant& item : declared.variants) {
    Variant variant;
    variant.name = item.name;
    variant.share = static_cast<std::uint32_t>(item.percent);
    variant.otherwise = item.otherwise;
    if (item.when != nullptr) variant.when = compile_expression(builder, *item.when, place);
    variant.content = to_content(builder, item.content, place);
    message.variants.push_back(std::move(variant));
  }
  return message;
}

bool needs_consent(const Program& program, const Content& content) {
  return content.category != kNone && !program.categories[content.category].transactional;
}

/// One pair per category and channel that some message uses, in the order of their ids.
void add_consent_pairs(Program& program) {
  std::vector<std::pair<Id, Id>> pairs;
  const auto collect = [&](const Content& content) {
    if (!needs_consent(program, content)) return;
    for (Id category = content.category; category != kNone; category = program.categories[category].under) {
      for (const Id channel : content.channels) insert_sorted(pairs, std::pair(category, channel));
    }
  };
  for (const Message& message : program.messages) {
    collect(message.content);
    for (const Variant& variant : message.variants) collect(variant.content);
  }
  // Who reacts to consent hears of every category, whoever writes its messages.
  const bool heard = program.told.consent_given != kNone || program.told.consent_withdrawn != kNone;
  for (Id category = 0; heard && category < program.categories.size(); ++category) {
    for (Id channel = 0; channel < program.channels.size(); ++channel) insert_sorted(pairs, std::pair(category, channel));
  }
  for (const auto& [category, channel] : pairs) program.consent_pairs.push_back({category, channel});
}

void fill_channel(Builder& builder, const ast::Channel& node, Channel& channel) {
  const auto ms = [](const ast::Duration& length) { return to_period(length).ms; };
  const auto count = [](const ast::Integer& number) { return static_cast<std::uint32_t>(number.value); };
  for (const ast::Requires& item : node.requirements) channel.requirement = compile_expression(builder, item.value, Place{});
  for (const ast::Retry& item : node.retries) channel.retry = {count(item.times), ms(item.from), ms(item.to)};
  for (const ast::Rate& item : node.rates) channel.rate = {count(item.count), ms(item.per)};
  for (const ast::Breaker& item : node.breakers) channel.breaker = {count(item.of), count(item.percent), ms(item.within), ms(item.probe)};
  for (const ast::Cost& item : node.costs) channel.cost = number_of(builder, item.value);
}

}  // namespace

ZoneRule compile_zone(const ast::Zone& zone) {
  switch (zone.kind) {
    case ast::Zone::Kind::lead: break;
    case ast::Zone::Kind::anchor: return {ZoneRule::Kind::anchor, nullptr};
    case ast::Zone::Kind::named: return {ZoneRule::Kind::named, time::find_zone(zone.name.value)};
  }
  return {};
}

void add_channels(Builder& builder) {
  for (Id id = 0; id < builder.model.categories.size(); ++id) {
    const ast::Category* node = builder.model.categories[id].node;
    if (node != nullptr && node->suppress) builder.program.categories[id].suppress = compile_expression(builder, *node->suppress, Place{});
  }
  for (const model::Channel& declared : builder.model.channels) {
    Channel channel;
    channel.name = declared.name;
    if (declared.node != nullptr) fill_channel(builder, *declared.node, channel);
    builder.program.channels.push_back(std::move(channel));
  }
}

void add_policies(Builder& builder) {
  for (const model::Policy& declared : builder.model.policies) builder.program.policies.push_back(to_policy(builder, declared));
}

void add_messages(Builder& builder) {
  for (const model::Message& declared : builder.model.messages) builder.program.messages.push_back(to_message(builder, declared));
  add_consent_pairs(builder.program);
}

}  // namespace nurture::compile
