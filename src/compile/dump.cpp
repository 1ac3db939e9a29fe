// The program as text, for `nurture dump --stage=graph` and golden tests. Entry point: dump().
#include "compile/dump.hpp"

#include <algorithm>

namespace nurture::compile {

namespace {

void add_migration(Lines& lines, const Program& program, const Migration& migration) {
  constexpr std::string_view kTimers[] = {"due", "remaining", "anew"};
  const Sequence& sequence = program.sequences[migration.sequence];
  lines.add(0, "migrate {} from {}", sequence.name, migration.version);
  for (const Migration::Step& step : migration.steps) {
    if (step.to == kNone)
      lines.add(1, "step {} -> exit {}", step.from, step.exit);
    else
      lines.add(1, "step {} -> {} timer {}", step.from, sequence.steps[step.to].name, kTimers[static_cast<std::size_t>(step.timer)]);
  }
}

std::string_view type_name(SlotType type) {
  switch (type) {
    case SlotType::bool_: return "bool";
    case SlotType::int_: return "int";
    case SlotType::number: return "number";
    case SlotType::string: return "string";
    case SlotType::enum_: return "enum";
    case SlotType::date: return "date";
    case SlotType::time: return "time";
    case SlotType::datetime: return "datetime";
    case SlotType::duration: return "duration";
    case SlotType::list: return "list";
  }
  return "";
}

std::string_view then_text(HoldOrDrop then) { return then == HoldOrDrop::hold ? "hold" : "drop"; }

void add_lead(Lines& lines, const Program& program) {
  const LeadLayout& layout = program.layout;
  lines.add(0, "lead {} words: attributes {}, consents {}, caps {}, recurrences {}, watches {}, scores {}", layout.words, layout.attributes,
            layout.consents, layout.caps, layout.recurrences, layout.watches, layout.scores);
  if (layout.wake != kNone) lines.add(1, "wakes with the clock, word {}", layout.wake);
  if (layout.first_seen != kNone) lines.add(1, "first seen, word {}", layout.first_seen);
  if (layout.retain != kNone) lines.add(1, "retained until, word {}", layout.retain);
  for (Id id = 0; id < layout.forgotten.size(); ++id) {
    if (layout.forgotten[id] != kNone) lines.add(1, "{} forgotten until, word {}", program.events[id].name, layout.forgotten[id]);
  }
  if (layout.snooze != kNone) lines.add(1, "snoozed until, word {}", layout.snooze);
  for (Id id = 0; id < program.lead.size(); ++id) {
    lines.add(1, "{} {}{}", id, field_text(program.lead[id]), id == program.zone_field ? " (zone)" : "");
  }
}

std::string kept_text(const Event& event) {
  if (event.kept_forever) return "for ever";
  if (event.horizon == time::Period{}) return "until the next one";
  return "for " + to_text(event.horizon) + (event.kept_newest ? ", the newest for ever" : "");
}

void add_event(Lines& lines, const Program& program, Id id) {
  const Event& event = program.events[id];
  lines.add(0, "event {} {}{}", id, event.name, event.external == event.name ? "" : fmt::format(" as \"{}\"", event.external));
  for (const Field& field : event.fields) lines.add(1, "{}", field_text(field));
  if (event.kept) {
    std::vector<std::string_view> fields;
    for (const std::uint16_t position : event.kept_fields) fields.push_back(event.fields[position].name);
    lines.add(1, "kept {}{}{}", kept_text(event), fields.empty() ? "" : ", with ", fmt::join(fields, ", "));
  }
  if (!event.enrolls.empty()) lines.add(1, "enrolls {}", fmt::join(names_of(program.sequences, event.enrolls), ", "));
  if (!event.scores.empty()) lines.add(1, "scores {}", fmt::join(names_of(program.scores, event.scores), ", "));
}

void add_consents(Lines& lines, const Program& program) {
  for (const Category& category : program.categories) {
    lines.add(0, "category {}{}{}{}", category.name, category.transactional ? " transactional" : "", category.implied ? " implied" : "",
              category.double_opt_in ? " double_opt_in" : "");
    if (category.under != kNone) lines.add(1, "under {}", program.categories[category.under].name);
    if (category.suppress) lines.add(1, "suppress {}", to_text(program, category.suppress));
  }
  for (const Channel& channel : program.channels) {
    lines.add(0, "channel {}{}", channel.name, channel.requirement ? " requires " + to_text(program, channel.requirement) : "");
    if (channel.retry.times != 0)
      lines.add(1, "retry {} times from {} ms to {} ms", channel.retry.times, channel.retry.from_ms, channel.retry.to_ms);
    if (channel.rate.count != 0) lines.add(1, "rate {} per {} ms", channel.rate.count, channel.rate.per_ms);
    if (channel.breaker.of != 0)
      lines.add(1, "breaker open at {}% of {} within {} ms, probe after {} ms", channel.breaker.percent, channel.breaker.of,
                channel.breaker.within_ms, channel.breaker.probe_ms);
    if (channel.cost != 0) lines.add(1, "cost {}", channel.cost);
  }
  for (std::size_t i = 0; i < program.consent_pairs.size(); ++i) {
    const ConsentPair& pair = program.consent_pairs[i];
    lines.add(0, "consent {} {} by {}", i, program.categories[pair.category].name, program.channels[pair.channel].name);
  }
}

void add_project(Lines& lines, const Program& program) {
  if (program.project.empty()) return;
  lines.add(0, "project {}{}", program.project, program.zone == nullptr ? "" : " in " + std::string(program.zone->name()));
  for (const Holdout& holdout : program.holdouts) lines.add(1, "{}", holdout.text);
  if (program.retention.forgets_events) lines.add(1, "retain events {}", to_text(program.retention.events));
  if (program.retention.leads.code) lines.add(1, "retain leads until {}", to_text(program, program.retention.leads.code));
}

void add_lifecycle(Lines& lines, const Program& program, const Lifecycle& lifecycle) {
  lines.add(0, "lifecycle {}, word {}{}", lifecycle.name, lifecycle.word, lifecycle.clock ? ", with the clock" : "");
  for (const Stage& stage : lifecycle.stages) {
    const bool first = &stage == lifecycle.stages.data();
    lines.add(1, "stage {}{}", stage.name, first ? "" : ' ' + to_text(program, nullptr, stage.trigger));
  }
}

void add_audience(Lines& lines, const Program& program, const Audience& audience) {
  lines.add(0, "audience {} on {}, word {}: {} [{}]", audience.name, program.channels[audience.channel].name, audience.word,
            to_text(program, audience.condition.code), changes_text(program, audience.condition));
}

std::string on_channel(const Program& program, Id channel) { return channel == kNone ? "" : " on " + program.channels[channel].name; }

void add_policy(Lines& lines, const Program& program, const Policy& policy) {
  lines.add(0, "policy {} in {}", policy.name, to_text(policy.zone));
  for (const QuietHours& hours : policy.quiet_hours) {
    const std::string days = hours.days == kEveryWeekday ? "" : ' ' + days_text(hours.days);
    lines.add(1, "quiet {}..{}{}{} in {} then {}", clock_text(hours.from), clock_text(hours.to), days, on_channel(program, hours.channel),
              to_text(hours.zone), then_text(hours.then));
  }
  for (const Allow& allow : policy.allows)
    lines.add(1, "allow {}{} else {}", days_text(allow.days), on_channel(program, allow.channel), then_text(allow.then));
  for (const Cap& cap : policy.caps) {
    const std::string channel = cap.channel == kNone ? "any channel" : program.channels[cap.channel].name;
    const std::string word = cap.word == kNone ? "unused" : fmt::format("word {}", cap.word);
    const std::string per = cap.unit == CapUnit::day ? "day" : cap.unit == CapUnit::week ? "week" : to_text(cap.per);
    const std::string when = cap.when ? " when " + to_text(program, cap.when) : "";
    const std::string counting =
        cap.counting.events.empty() ? "" : " counting " + to_text(program, nullptr, Trigger{true, cap.counting, {}}).substr(3);
    const std::string then = cap.digest == kNone ? std::string(then_text(cap.then)) : program.sequences[cap.digest].name;
    lines.add(1, "cap {} per {} on {}{}{} then {}, {}", cap.count, per, channel, counting, when, then, word);
  }
  for (const HoldWhile& item : policy.hold_whiles) {
    lines.add(1, "{}: {} [{}]", item.text, to_text(program, item.condition.code), changes_text(program, item.condition));
  }
  if (policy.hold_at_most != time::Period{}) lines.add(1, "hold at most {}", to_text(policy.hold_at_most));
  if (policy.spread_ms != 0) lines.add(1, "spread {} ms", policy.spread_ms);
  for (std::size_t id = 0; id < policy.exempt.size(); ++id) {
    if (policy.exempt[id] != 0) lines.add(1, "exempt {}", program.categories[id].name);
  }
}

void add_content(Lines& lines, int level, const Program& program, const Content& content) {
  if (content.category != kNone) lines.add(level, "category {}", program.categories[content.category].name);
  for (const Id channel : content.channels) {
    const Id pair = program.consent_pair(content.category, channel);
    lines.add(level, "channel {}{}", program.channels[channel].name, pair == kNone ? "" : fmt::format(", consent {}", pair));
  }
  if (!content.template_name.empty()) lines.add(level, "template {}", content.template_name);
  if (!content.subject.empty()) lines.add(level, "subject {}", to_text(program, content.subject));
  if (!content.preview.empty()) lines.add(level, "preview {}", to_text(program, content.preview));
  if (!content.body.empty()) lines.add(level, "body {}", to_text(program, content.body));
  if (!content.from.empty()) lines.add(level, "from {}", to_text(program, content.from));
  if (!content.topic.empty()) lines.add(level, "topic {}", content.topic);
  for (const Link& link : content.links) lines.add(level, "link {} {}", link.name, to_text(program, link.url));
  for (const MessageField& field : content.fields) lines.add(level, "field {} = {}", field.name, to_text(program, field.text));
}

std::string how_taken(const Program& program, const Variant& variant) {
  if (variant.when) return "when " + to_text(program, variant.when);
  if (variant.otherwise) return "else";
  return variant.share == 0 ? "by name" : fmt::format("{}%", variant.share);
}

void add_message(Lines& lines, const Program& program, const Message& message) {
  lines.add(0, "message {}", message.name);
  if (!message.title.empty()) lines.add(1, "title {}", message.title);
  for (const Field& parameter : message.parameters) lines.add(1, "accepts {}", field_text(parameter));
  if (message.sent_word != kNone) lines.add(1, "remembers its sends, word {}", message.sent_word);
  for (const Id field : message.trigger_fields) lines.add(1, "uses trigger.{}", program.field_names[field]);
  add_content(lines, 1, program, message.content);
  for (const Variant& variant : message.variants) {
    lines.add(1, "variant {} {}", variant.name, how_taken(program, variant));
    add_content(lines, 2, program, variant.content);
  }
}

void add_pools(Lines& lines, const Program& program) {
  if (!program.pools.empty()) lines.blank();
  for (const Pool& pool : program.pools) {
    std::string messages;
    for (const Id message : pool.messages) messages += (messages.empty() ? "" : ", ") + program.messages[message].name;
    lines.add(0, "pool {}: {}", pool.name, messages);
  }
}

void add_experiments(Lines& lines, const Program& program) {
  if (!program.experiments.empty()) lines.blank();
  for (const Experiment& experiment : program.experiments) {
    const std::string goal = to_text(program, nullptr, Trigger{true, experiment.goal, {}});
    lines.add(0, "experiment {} of {} counts {}{}, word {}", program.splits[experiment.split].name,
              program.sequences[experiment.sequence].name, goal, experiment.has_window ? " within " + to_text(experiment.within) : "",
              experiment.word);
  }
}

std::string_view kind_name(eval::Query::Kind kind) {
  using Kind = eval::Query::Kind;
  switch (kind) {
    case Kind::count: return "count";
    case Kind::any: return "any";
    case Kind::none: return "none";
    case Kind::first: return "first";
    case Kind::last: return "last";
    case Kind::idle: return "idle";
    case Kind::sum: return "sum";
    case Kind::avg: return "avg";
    case Kind::distinct: return "distinct";
    case Kind::most: return "most";
  }
  return "";
}

/// Steps and anchors appear by their index: a query does not know its sequence.
void add_query(Lines& lines, const Program& program, std::size_t index) {
  const eval::Query& query = program.module.queries[index];
  std::vector<std::string> events;
  for (std::size_t i = 0; i < query.events.size(); ++i) {
    const Event& event = program.events[query.events[i]];
    const auto name = [&](std::int32_t position) { return event.fields[static_cast<std::size_t>(position)].name; };
    std::string text = event.name;
    if (!query.fields.empty()) text += query.fields[i] == eval::Query::kOccurredAt ? ".at" : '.' + name(query.fields[i]);
    if (query.keyed && query.key_fields[i] >= 0) text += " of key " + name(query.key_fields[i]);
    events.push_back(std::move(text));
  }
  const bool indexed = query.since == eval::Query::Since::step || query.since == eval::Query::Since::anchor;
  const std::string window = window_text(nullptr, query) + (indexed ? std::to_string(query.index) : "");
  lines.add(1, "{} {} of {}{}{}{}{}", index, kind_name(query.kind), fmt::join(events, " or "),
            query.where ? " where " + to_text(program, query.where) : "", window.empty() ? "" : " ", window,
            query.at_least == 0 ? "" : fmt::format(" up to {}", query.at_least));
}

void add_code(Lines& lines, const Program& program) {
  lines.add(0, "queries {}", program.module.queries.size());
  for (std::size_t i = 0; i < program.module.queries.size(); ++i) add_query(lines, program, i);
  lines.blank();
  lines.add(0, "code {}", program.module.code.size());
  for (const ExpressionText& item : program.expression_texts) {
    lines.add(1, "{} {}", item.expression.begin, item.text);
    std::string_view rest;
    const std::string code = eval::disassemble(program.module, item.expression);
    for (rest = code; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      lines.add(2, "{}", rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
}

template <class T, class Add>
void add_each(Lines& lines, const std::vector<T>& items, Add add) {
  for (const T& item : items) {
    lines.blank();
    add(item);
  }
}

}  // namespace

std::string field_text(const Field& field) {
  const auto named = [&](SlotType type) {
    return type == SlotType::enum_ ? fmt::format("enum({})", fmt::join(field.values, ", ")) : std::string(type_name(type));
  };
  std::string text = field.name + ' ' + (field.type == SlotType::list ? "list<" + named(field.element) + '>' : named(field.type));
  if (field.optional) text += '?';
  if (!field.fallback.is_missing()) text += " = " + eval::to_string(field.fallback);
  return text;
}

std::string_view Program::text(eval::Ref expression) const {
  const auto at = std::lower_bound(expression_texts.begin(), expression_texts.end(), expression.begin,
                                   [](const ExpressionText& item, std::uint32_t begin) { return item.expression.begin < begin; });
  return at != expression_texts.end() && at->expression == expression ? std::string_view(at->text) : std::string_view();
}

std::string dump_body(const Program& program) {
  Lines lines;
  add_project(lines, program);
  add_lead(lines, program);
  for (Id id = 0; id < program.events.size(); ++id) add_event(lines, program, id);
  add_consents(lines, program);
  for (const Segment& segment : program.segments) {
    lines.add(0, "segment {} = {} [{}]", segment.name, to_text(program, segment.condition.code), changes_text(program, segment.condition));
  }
  add_each(lines, program.policies, [&](const Policy& policy) { add_policy(lines, program, policy); });
  add_each(lines, program.messages, [&](const Message& message) { add_message(lines, program, message); });
  add_pools(lines, program);
  add_experiments(lines, program);
  add_each(lines, program.sequences, [&](const Sequence& sequence) { add_sequence(lines, program, sequence); });
  add_each(lines, program.migrations, [&](const Migration& migration) { add_migration(lines, program, migration); });
  add_each(lines, program.scores, [&](const Score& score) { add_score(lines, program, score); });
  add_each(lines, program.lifecycles, [&](const Lifecycle& lifecycle) { add_lifecycle(lines, program, lifecycle); });
  add_each(lines, program.audiences, [&](const Audience& audience) { add_audience(lines, program, audience); });
  lines.blank();
  add_code(lines, program);
  return lines.text();
}

std::string dump(const Program& program) { return fmt::format("program {:016x}\n\n", program.hash) + dump_body(program); }

}  // namespace nurture::compile
