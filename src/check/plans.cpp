// Sequences, scores and tests into the model: names of steps and handlers, anchors resolved, tiers in order.
// Entry points: declare_sequences(), declare_scores(), declare_tests().
//
// Steps may be nameless in the text; they get a name from their offset, because the decision log, `-> step` and
// `since step` speak of steps by name. Names that authors gave are never taken by generated ones.
#include "check/passes.hpp"
#include "syntax/ast_names.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace nurture::check {

namespace {

using model::Id;
using model::kNone;

std::string signed_words(std::string text) {
  if (text.starts_with('-')) return "minus_" + text.substr(1);
  if (text.starts_with('+')) return "plus_" + text.substr(1);
  return text;
}

/// "day_3", "at_minus_2h", "after_2d".
std::string generated_name(const ast::Offset& offset) {
  switch (offset.kind) {
    case ast::Offset::Kind::day: return "day_" + (offset.day < 0 ? "minus_" + std::to_string(-offset.day) : std::to_string(offset.day));
    case ast::Offset::Kind::at: return "at_" + signed_words(offset.duration.text);
    case ast::Offset::Kind::immediately: return "immediately";
    case ast::Offset::Kind::after: return "after_" + signed_words(offset.duration.text);
    case ast::Offset::Kind::every:
      switch (offset.every->kind) {
        case ast::Recurrence::Kind::year: return "every_year";
        case ast::Recurrence::Kind::weekday: return "every_" + std::string(ast::weekday_name(offset.every->weekday));
        case ast::Recurrence::Kind::period: return "every_" + offset.every->period.text;
      }
  }
  return {};
}

std::string unique(std::string base, std::set<std::string, std::less<>>& taken) {
  std::string name = base;
  for (int number = 2; !taken.insert(name).second; ++number) name = base + '_' + std::to_string(number);
  return name;
}

bool is_before(const ast::Offset& offset) {
  if (offset.kind == ast::Offset::Kind::day) return offset.day < 0;
  return offset.kind == ast::Offset::Kind::at && offset.duration.text.starts_with('-');
}

/// The anchor that a step counts from; kNone from enrolment (and for names that do not exist, which a later pass reports).
Id anchor_of(const model::Sequence& sequence, const ast::Offset& offset) {
  const bool anchored = offset.kind == ast::Offset::Kind::day || offset.kind == ast::Offset::Kind::at;
  if (!anchored) return kNone;
  if (offset.from) return sequence.find_anchor(offset.from->text);
  return sequence.node->anchors.empty() ? kNone : 0;
}

void add_step(model::Sequence& sequence, const ast::Step& node, Id phase) {
  model::Step step;
  step.name = node.name ? node.name->text : "";
  step.node = &node;
  step.anchor = anchor_of(sequence, node.offset);
  step.phase = phase;
  const bool counts_from_first = node.offset.kind == ast::Offset::Kind::day && !node.offset.day_signed;
  step.day = node.offset.day - (counts_from_first ? sequence.first_day : 0);
  step.late.kind = is_before(node.offset) ? ast::LateRule::Kind::skip : ast::LateRule::Kind::send;  // [S4.4]
  if (!sequence.node->lates.empty()) step.late = sequence.node->lates.front().rule;
  if (node.late) step.late = *node.late;
  sequence.steps.push_back(std::move(step));
}

void name_steps(Context& context, model::Sequence& sequence) {
  std::set<std::string, std::less<>> taken;
  std::map<std::string_view, Span> seen;
  for (const auto& step : sequence.steps) {
    if (step.name.empty()) continue;
    taken.insert(step.name);
    const auto [first, fresh] = seen.try_emplace(step.name, step.node->name->span);
    if (!fresh) context.duplicate(step.node->name->span, "step " + quoted(step.name), first->second);
  }
  for (auto& step : sequence.steps) {
    if (step.name.empty()) step.name = unique(generated_name(step.node->offset), taken);
  }
}

void name_handlers(Context& context, model::Sequence& sequence) {
  std::map<std::string_view, Span> seen;
  std::set<std::string, std::less<>> taken;
  for (const auto& node : sequence.node->handlers) {
    if (!node.label || node.label->text.empty()) continue;
    taken.insert(node.label->text);
    const auto [first, fresh] = seen.try_emplace(node.label->text, node.label->span);
    if (!fresh) context.duplicate(node.label->span, "handler " + quoted(node.label->text), first->second);
  }
  for (const auto& node : sequence.node->handlers) {
    const bool named = node.label && !node.label->text.empty();
    const std::string number = std::to_string(sequence.handlers.size() + 1);
    sequence.handlers.push_back({named ? node.label->text : unique("handler_" + number, taken), &node});
  }
}

/// See model::Sequence::key_fields.
std::vector<std::string> key_fields(const ast::Sequence& node) {
  std::vector<std::string> fields;
  bool any = false;
  for (const auto& enroll : node.enrolls) {
    fields.emplace_back();
    if (!enroll.key) continue;
    const ast::Expr& key = *enroll.key;
    const bool plain = key.kind == ast::ExprKind::select && key.args.size() == 1 && key.args[0].kind == ast::ExprKind::ident &&
                       key.args[0].text == "event";
    if (!plain) return {};
    fields.back() = key.text;
    any = true;
  }
  return any ? fields : std::vector<std::string>();
}

void declare_accepted(Context& context, model::Sequence& sequence) {
  context.at_most_one(sequence.node->accepts, "`accepts`");
  if (sequence.node->accepts.empty()) return;
  std::map<std::string_view, Span> seen;
  for (const auto& node : sequence.node->accepts.front().members) {
    if (sequence.accepted.size() == limits::kFields) {
      context.add(Finding(Code::too_long, node.name.span, "a sequence accepts more than " + std::to_string(limits::kFields) + " values"));
      return;
    }
    const auto [first, fresh] = seen.try_emplace(node.name.text, node.name.span);
    if (fresh)
      sequence.accepted.push_back(make_field(context, node));
    else
      context.duplicate(node.name.span, "parameter " + quoted(node.name.text), first->second);
  }
}

/// Triggers are checked and compiled as what they stand for: a sequence without steps.
void declare_triggers(Context& context, const ast::Triggers& node) {
  auto made = stand_in(node);
  made->suppressions = node.suppressions;
  made->handlers = node.handlers;
  if (declare_sequence(context, *made)) context.model.sequences.back().is_triggers = true;
  if (node.handlers.empty()) {
    context.add(
        Finding(Code::no_enrollment, node.name.span, quoted(node.name.text) + " answers to nothing")
            .help(context.in_spelling_of(node.name.span, "add `on EVENT ...` or `when CONDITION ...`", "add `handlers:` with one")));
  }
  context.model.made.push_back(std::move(made));
}

void declare_score(Context& context, const ast::Score& node) {
  if (!enter(context, "score", node.name, context.model.scores)) return;
  model::Score score;
  score.name = node.name.text;
  score.title = node.title ? node.title->value : "";
  score.node = &node;
  if (!node.ranges.empty()) {
    score.from = node.ranges.front().from.value;
    score.to = node.ranges.front().to.value;
  }
  for (const auto& tier : node.tiers) {
    score.tiers.push_back(
        {tier.name.text, tier.from.value, tier.to ? tier.to->value : score.to, tier.hysteresis ? tier.hysteresis->value : 0});
  }
  std::stable_sort(score.tiers.begin(), score.tiers.end(), [](const model::Tier& a, const model::Tier& b) { return a.from < b.from; });
  context.model.scores.push_back(std::move(score));
}

}  // namespace

bool declare_sequence(Context& context, const ast::Sequence& node, const ast::Instance* instance) {
  const LookingAt looking(context, instance);
  if (!enter(context, "sequence", node.name, context.model.sequences)) return false;
  if (context.model.sequences.size() == limits::kSequences) {
    context.add(Finding(Code::too_long, node.name.span, "there are more than " + std::to_string(limits::kSequences) + " sequences"));
    return false;
  }
  model::Sequence sequence;
  sequence.name = node.name.text;
  sequence.title = node.title ? node.title->value : "";
  sequence.owner = node.owners.empty() ? "" : node.owners.front().text.value;
  sequence.node = &node;
  sequence.instance = instance;
  if (instance != nullptr) sequence.constants = constants_of(node);
  sequence.first_day = !node.first_days.empty() && node.first_days.front().day.value == 1 ? 1 : 0;
  declare_accepted(context, sequence);
  for (const auto& item : node.plan) {
    if (const auto* step = std::get_if<ast::Step>(&item)) {
      add_step(sequence, *step, kNone);
      continue;
    }
    const auto& phase = std::get<ast::Phase>(item);
    sequence.phases.push_back(&phase);
    for (const auto& step : phase.steps) add_step(sequence, step, static_cast<Id>(sequence.phases.size() - 1));
  }
  if (sequence.steps.size() > limits::kSteps) {
    context.add(Finding(Code::too_long, sequence.steps[limits::kSteps].node->span,
                        "a sequence has more than " + std::to_string(limits::kSteps) + " steps"));
    sequence.steps.resize(limits::kSteps);
  }
  name_steps(context, sequence);
  name_handlers(context, sequence);
  sequence.key_fields = key_fields(node);
  context.model.sequences.push_back(std::move(sequence));
  return true;
}

void declare_sequences(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->sequences) {
      if (node.parameters.empty()) (void)declare_sequence(context, node);
    }
  }
  declare_families(context);
  for (const auto& file : context.model.files) {
    for (const auto& node : file->instances) {
      if (const ast::Sequence* made = make_instance(context, node)) (void)declare_sequence(context, *made, &node);
    }
  }
  for (const auto& file : context.model.files) {
    for (const auto& node : file->triggers) declare_triggers(context, node);
  }
  declare_streams(context);
  declare_broadcasts(context);
}

void declare_scores(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->scores) declare_score(context, node);
  }
}

void declare_tests(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->tests) {
      const Id sequence = context.model.find_sequence(node.subject.text);
      const Id score = sequence == kNone ? context.model.find_score(node.subject.text) : kNone;
      context.model.tests.push_back({&node, sequence, score});
    }
  }
}

}  // namespace nurture::check
