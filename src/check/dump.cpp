// Text of the model: what the checker resolved, name by name. Entry point: model::dump().
//
// Statements are shown as the author's words where the model adds nothing; types, anchors, generated names, inherited
// contents and tier ranges are shown as resolved.
#include "check/model.hpp"

#include "check/names.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>

namespace nurture::model {

namespace {

class Dump {
 public:
  explicit Dump(const Model& model) : model_(model) {}

  std::string run() {
    if (model_.project != nullptr) line(0, "project {}", model_.project->name.text);
    if (!model_.lead.empty()) line(0, "lead");
    for (const auto& field : model_.lead) show(1, field);
    for (const auto& event : model_.events) show(event);
    for (const auto& category : model_.categories) show(category);
    for (const auto& channel : model_.channels) show(channel);
    for (const auto& segment : model_.segments) line(0, "segment {} = {}", segment.name, syntax::print_expression(segment.node->condition));
    for (const auto& policy : model_.policies) show(policy);
    for (const auto& fields : model_.field_sets) show(fields);
    for (const auto& message : model_.messages) show(message);
    for (const auto& pool : model_.pools) line(0, "pool {} = {}", pool.name, fmt::join(check::names_of(pool.node->messages), ", "));
    for (const auto& sequence : model_.sequences) show(sequence);
    for (const auto& score : model_.scores) show(score);
    for (const auto& lifecycle : model_.lifecycles) show(lifecycle);
    for (const auto& audience : model_.audiences) {
      line(0, "audience {} on {} when {}", audience.name, audience.node->channel.text, syntax::print_expression(audience.node->condition));
    }
    for (const auto& test : model_.tests) show(test);
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(int level, fmt::format_string<Args...> format, Args&&... args) {
    out_.append(static_cast<std::size_t>(level) * 2, ' ');
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }

  static std::string quoted(const std::string& text) { return text.empty() ? std::string() : " \"" + text + '"'; }
  static std::string text_of(const ast::Text* text) { return text == nullptr ? "none" : '"' + text->value + '"'; }

  static std::string text_of(const ast::Trigger& trigger) {
    if (trigger.on) return "on " + syntax::print_pattern(*trigger.on);
    return trigger.when ? "when " + syntax::print_expression(*trigger.when) : std::string("never");
  }

  void show(int level, const Field& field) {
    const std::string fallback = field.node->fallback ? " = " + syntax::print_expression(*field.node->fallback) : "";
    line(level, "{}: {}{}", field.name, to_string(field.type), fallback);
  }

  void show(const Event& event) {
    line(0, "event {} as \"{}\"", event.name, event.external);
    for (const auto& field : event.fields) show(1, field);
  }

  void show(const Category& category) {
    line(0, "category {}: {}{}{}", category.name,
         category.transactional ? "transactional"
         : category.implied     ? "implied consent"
                                : "explicit consent",
         category.double_opt_in ? ", double opt-in" : "", category.node == nullptr ? " (implicit)" : "");
    if (category.under != kNone) line(1, "under {}", model_.categories[category.under].name);
    if (category.node != nullptr && category.node->suppress) line(1, "suppress {}", syntax::print_expression(*category.node->suppress));
  }

  void show(const Channel& channel) {
    const bool needs = channel.node != nullptr && !channel.node->requirements.empty();
    line(0, "channel {}{}{}", channel.name, needs ? " requires " + syntax::print_expression(channel.node->requirements.front().value) : "",
         channel.node == nullptr ? " (implicit)" : "");
  }

  void show(const Lifecycle& lifecycle) {
    line(0, "lifecycle {}", lifecycle.name);
    for (const auto& stage : lifecycle.node->stages)
      line(1, "stage {}{}", stage.name.text, stage.trigger ? ' ' + text_of(*stage.trigger) : "");
  }

  void show(const Policy& policy) {
    line(0, "policy {}: {} quiet hours, {} allow, {} caps, {} exempt", policy.name, policy.node->quiet_hours.size(),
         policy.node->allows.size(), policy.node->caps.size(), policy.node->exempts.size());
  }

  void show(int level, const Content& content) {
    line(level, "channels {}", fmt::join(content.channels, ", "));
    line(level, "category {}", content.category);
    line(level, "template {}", text_of(content.template_name));
    line(level, "subject {}", text_of(content.subject));
    if (content.preview != nullptr) line(level, "preview {}", text_of(content.preview));
    if (content.body != nullptr) line(level, "body {}", text_of(content.body));
    if (content.from != nullptr) {
      const auto& otherwise = content.from->otherwise;
      line(level, "from {}{}", syntax::print_expression(content.from->value), otherwise ? " else " + text_of(&*otherwise) : "");
    }
    if (!content.topic.empty()) line(level, "topic {}", content.topic);
    for (const auto* link : content.links) line(level, "link {} {}", link->name.text, text_of(&link->url));
    for (const auto& field : content.fields) show(level, field);
  }

  void show(int level, const MessageField& field) {
    if (field.item != nullptr) return line(level, "field {} = {}", field.name, syntax::print_expression(field.item->value));
    line(level, "choose {} by {}", field.name, syntax::print_expression(field.choice->by));
    for (const auto& item : field.choice->cases) {
      line(level + 1, "{} {}", fmt::join(check::names_of(item.values), ", "), text_of(&item.text));
    }
    for (const auto& item : field.choice->otherwise) line(level + 1, "else {}", text_of(&item.text));
  }

  void show(const FieldSet& fields) {
    line(0, "fields {}", fields.name);
    for (const auto& field : fields.fields) show(1, field);
  }

  static std::string how_taken(const Variant& variant) {
    if (variant.when != nullptr) return "when " + syntax::print_expression(*variant.when);
    if (variant.otherwise) return "else";
    return variant.percent == 0 ? "by name" : std::to_string(variant.percent) + '%';
  }

  void show(const Message& message) {
    line(0, "message {}{}", message.name, quoted(message.title));
    for (const auto& field : message.parameters) show(1, field);
    show(1, message.content);
    for (const auto& variant : message.variants) {
      line(1, "variant {} {}", variant.name, how_taken(variant));
      show(2, variant.content);
    }
  }

  void show(const ast::Instance& instance) {
    std::vector<std::string> with;
    for (const auto& argument : instance.arguments) with.push_back(argument.name.text + ": " + syntax::print_expression(argument.value));
    line(1, "one of {}({})", instance.family.text, fmt::join(with, ", "));
  }

  static std::string_view kind_of(const Sequence& sequence) {
    if (sequence.stream != nullptr) return "stream";
    if (sequence.broadcast != nullptr) return "broadcast";
    return sequence.is_triggers ? "triggers" : "sequence";
  }

  void show(const ast::Broadcast& broadcast) {
    for (const auto& target : broadcast.targets) line(1, "to segment {}", target.segment.text);
    for (const auto& start : broadcast.starts) line(1, "at {}", start.start.text);
    for (const auto& spread : broadcast.spreads) line(1, "spread {}", spread.length.text);
  }

  void show(const Sequence& sequence) {
    line(0, "{} {}{}", kind_of(sequence), sequence.name, quoted(sequence.title));
    if (sequence.instance != nullptr) show(*sequence.instance);
    if (sequence.broadcast != nullptr) show(*sequence.broadcast);
    if (!sequence.owner.empty()) line(1, "owner \"{}\"", sequence.owner);
    for (const auto& field : sequence.accepted) show(1, field);
    for (const auto& enroll : sequence.node->enrolls) {
      line(1, "enroll {}{}", text_of(enroll.trigger), enroll.key ? " key " + syntax::print_expression(*enroll.key) : "");
    }
    for (const auto& enroll : sequence.node->recurring_enrolls) line(1, "enroll every {}", syntax::print_recurrence(enroll.every));
    for (const auto& stay : sequence.node->stays) line(1, "stay while {}", syntax::print_expression(stay.condition));
    std::set<std::string_view> shown;
    for (const std::string& field : sequence.key_fields) {
      if (!field.empty() && shown.insert(field).second) line(1, "key field {}", field);
    }
    for (const auto& anchor : sequence.node->anchors) {
      line(1, "anchor {} = {} else {}", anchor.name.text, syntax::print_expression(anchor.value), ast::word(anchor.otherwise));
    }
    for (const auto& policy : sequence.node->policies) line(1, "policy {}", policy.name.text);
    for (const auto& item : sequence.node->suppressions) line(1, "suppress when {}", syntax::print_expression(item.when));
    for (const auto& goal : sequence.node->goals) {
      const std::string value = goal.value ? " value " + syntax::print_expression(*goal.value) : "";
      line(1, "goal {}{} {}", goal.name.text, value, text_of(goal.trigger));
    }
    for (const auto& exit : sequence.node->exits) line(1, "exit {} {}", exit.name.text, text_of(exit.trigger));
    for (const auto& phase : sequence.phases) line(1, "phase {}{}", phase->name.text, phase->title ? quoted(phase->title->value) : "");
    for (const auto& step : sequence.steps) show(sequence, step);
    for (const auto& handler : sequence.handlers) line(1, "handler {}: {}", handler.name, text_of(handler.node->trigger));
  }

  void show(const Sequence& sequence, const Step& step) {
    const std::string from = step.anchor == kNone ? "the entry" : "anchor " + sequence.node->anchors[step.anchor].name.text;
    std::string text = fmt::format("step {}: {}, counted from {}, late {}", step.name, syntax::print_schedule(*step.node), from,
                                   syntax::print_late(step.late));
    if (step.phase != kNone) text += ", phase " + sequence.phases[step.phase]->name.text;
    line(1, "{}", text);
  }

  void show(const Score& score) {
    line(0, "score {}{} {}..{}", score.name, quoted(score.title), score.from, score.to);
    const auto rules = [&](int level, const std::vector<ast::Rule>& list) {
      for (const auto& rule : list) line(level, "rule {:+} {} {}", rule.points.value, rule.name.text, text_of(rule.trigger));
    };
    for (const auto& category : score.node->categories) {
      line(1, "category {} weight {} max {}", category.name.text, category.weight.value, category.max.value);
      rules(2, category.rules);
    }
    rules(1, score.node->rules);
    for (const auto& decay : score.node->decays)
      line(1, "decay {} per {} when {}", decay.amount.value, decay.per.text, syntax::print_expression(decay.when));
    for (const auto& reset : score.node->resets) line(1, "reset {} to {}", text_of(reset.trigger), reset.to.value);
    for (const auto& tier : score.tiers) {
      line(1, "tier {} {}..{}{}", tier.name, tier.from, tier.to,
           tier.hysteresis == 0 ? "" : fmt::format(" hysteresis {}", tier.hysteresis));
    }
  }

  void show(const Test& test) {
    const bool score = test.score != kNone;
    line(0, "test \"{}\" for {} {}: {} given, {} lines", test.node->name.value, score ? "score" : "sequence", test.node->subject.text,
         test.node->givens.size(), test.node->timeline.size());
  }

  const Model& model_;
  std::string out_;
};

}  // namespace

std::string dump(const Model& model) { return Dump(model).run(); }

}  // namespace nurture::model
