// See coverage.hpp.
#include "testing/coverage.hpp"

#include "compile/bodies.hpp"
#include "engine/core.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nurture::testing {
namespace {

using compile::Id;
using compile::kNone;

constexpr std::array<std::string_view, 9> kParts = {"steps", "branches", "splits",      "waits", "goals",
                                                    "exits", "handlers", "score rules", "tiers"};

std::string words_of(const ast::Trigger& trigger) {
  if (trigger.on) return "`" + syntax::print_pattern(*trigger.on) + "` happens";
  return "`" + syntax::print_expression(*trigger.when) + "` holds";
}

std::string either(const std::optional<ast::Name>& label, std::string_view otherwise) {
  return label ? label->text : std::string(otherwise);
}

/// As its author wrote it: of a family, not what one of its sequences puts in the places of parameters.
const ast::Sequence& written(const model::Model& model, const model::Sequence& declared) {
  return declared.instance == nullptr ? *declared.node : *model.families[model.find_family(declared.instance->family.text)].node;
}

std::vector<const ast::Step*> steps_of(const ast::Sequence& node) {
  std::vector<const ast::Step*> steps;
  for (const auto& item : node.plan) {
    if (const auto* step = std::get_if<ast::Step>(&item)) steps.push_back(step);
    if (const auto* phase = std::get_if<ast::Phase>(&item)) {
      for (const ast::Step& step : phase->steps) steps.push_back(&step);
    }
  }
  return steps;
}

/// One condition after another.
std::string joined(const std::string& path, const std::string& next) { return path.empty() ? next : path + ", then " + next; }

}  // namespace

Coverage::Coverage(const model::Model& model, const compile::Program& program) : model_(model), program_(program) {
  step_parts_.resize(model.sequences.size());
  for (std::size_t i = 0; i < model.sequences.size(); ++i) add_sequence(model.sequences[i], program.sequences[i]);
  for (std::size_t i = 0; i < model.scores.size(); ++i) add_score(model.scores[i], program.scores[i]);
}

// ---------------------------------------------------------------- what there is

/// What another sequence of the family has at this place is the same part.
std::size_t Coverage::add(Part part, Span span, std::uint32_t arm, std::string what, std::string reach) {
  const auto [known, is_new] = known_.try_emplace({span.file, span.begin, part, arm}, parts_.size());
  if (is_new) parts_.push_back({part, span, std::move(what), std::move(reach), false});
  return known->second;
}

void Coverage::add_sequence(const model::Sequence& declared, const compile::Sequence& sequence) {
  const ast::Sequence& node = written(model_, declared);
  const std::vector<const ast::Step*> written_steps = steps_of(node);
  const std::string of = fmt::format(" of `{}`", node.name.text);
  std::vector<std::size_t>& steps = step_parts_[static_cast<std::size_t>(&declared - model_.sequences.data())];
  for (std::size_t i = 0; i < declared.steps.size(); ++i) {
    const model::Step& step = declared.steps[i];
    const std::string where = fmt::format("step `{}`{}", step.name, of);
    steps.push_back(add(Part::step, step.node->span, 0, where, fmt::format("a run comes to `{}`", sequence.steps[i].offset_text)));
    steps_.try_emplace({sequence.name, step.name}, steps.back());
    add_bodies(written_steps[i]->body, sequence.steps[i].body, {" in " + where, {}});
  }
  for (std::size_t i = 0; i < declared.handlers.size(); ++i) {
    const model::Handler& handler = declared.handlers[i];
    const std::string where = fmt::format("handler `{}`{}", handler.name, of);
    const std::size_t part = add(Part::handler, handler.node->span, 0, where, words_of(node.handlers[i].trigger));
    by_words_[{sequence.handlers[i].name.data(), {}}] = part;
    add_bodies(node.handlers[i].body, sequence.handlers[i].body, {" in " + where, {}});
  }
  add_ends(declared, sequence);
}

void Coverage::add_ends(const model::Sequence& declared, const compile::Sequence& sequence) {
  const ast::Sequence& node = written(model_, declared);
  const std::string of = fmt::format("` of `{}`", node.name.text);
  for (std::size_t i = 0; i < node.goals.size(); ++i) {
    const ast::Goal& goal = node.goals[i];
    by_words_[{sequence.goals[i].name.data(), {}}] =
        add(Part::goal, goal.span, 0, "goal `" + goal.name.text + of, words_of(goal.trigger) + " in a run");
  }
  for (std::size_t i = 0; i < node.exits.size(); ++i) {
    const ast::Exit& exit = node.exits[i];
    by_words_[{sequence.exits[i].name.data(), {}}] =
        add(Part::exit, exit.span, 0, "exit `" + exit.name.text + of, words_of(exit.trigger) + " in a run");
  }
}

void Coverage::add_score(const model::Score& declared, const compile::Score& score) {
  std::size_t index = 0;
  for (const ast::ScoreCategory& category : declared.node->categories) {
    for (const ast::Rule& rule : category.rules) add_rule(rule, score.rules[index++], declared.name);
  }
  for (const ast::Rule& rule : declared.node->rules) add_rule(rule, score.rules[index++], declared.name);
  add_tiers(declared, score);
}

void Coverage::add_rule(const ast::Rule& node, const compile::ScoreRule& rule, const std::string& score) {
  const std::string where = fmt::format("rule `{}` of `{}`", rule.name, score);
  by_words_[{rule.name.data(), {}}] =
      add(Part::rule, node.span, 0, where, words_of(node.trigger) + " and the score can still change by it");
  if (node.then) add_bodies(*node.then, rule.then, {" in " + where, {}});
}

void Coverage::add_tiers(const model::Score& declared, const compile::Score& score) {
  for (const ast::Tier& tier : declared.node->tiers) {
    const Id id = declared.find_tier(tier.name.text);
    const std::string where = fmt::format("tier `{}` of `{}`", tier.name.text, declared.name);
    tiers_[{score.name, tier.name.text}] =
        add(Part::tier, tier.span, 0, where, fmt::format("the score is {} to {}", score.tiers[id].from, score.tiers[id].to));
  }
  for (const ast::TierAction& action : declared.node->tier_actions) {
    const compile::Tier& tier = score.tiers[declared.find_tier(action.tier.text)];
    const bool enter = action.kind == ast::TierAction::Kind::enter;
    add_bodies(action.body, enter ? tier.enter : tier.leave,
               {fmt::format(" in `{} {}` of `{}`", enter ? "enter" : "leave", tier.name, declared.name), {}});
  }
}

/// `first` is the node of the first action.
void Coverage::add_bodies(const ast::Body& body, Id first, const Place& place) {
  Id node = first;
  add_body(body, node, place);
}

void Coverage::add_body(const ast::Body& body, Id& node, const Place& place) {
  for (const ast::Action& action : body.actions) add_action(action, node, place);
}

/// `node` is the action's own and becomes that of what stands behind it.
void Coverage::add_action(const ast::Action& action, Id& node, const Place& place) {
  if (const auto* branch = std::get_if<ast::If>(&action.what)) return add_branch(action, *branch, node, place);
  if (const auto* split = std::get_if<ast::Split>(&action.what)) return add_split(*split, node, place);
  const bool waits = std::holds_alternative<ast::WaitUntil>(action.what) || std::holds_alternative<ast::WaitAnyOf>(action.what);
  if (waits) return add_wait(action, node, place);
  ++node;
  for (const ast::Body* inner : compile::inner_bodies(action)) add_body(*inner, node, place);
}

void Coverage::add_branch(const ast::Action& action, const ast::If& branch, Id& node, const Place& place) {
  const compile::Branch& compiled = program_.branches[program_.nodes[node++].d];
  const void* words = compiled.condition.data();
  const std::string then = either(branch.label, "then"), otherwise = either(branch.else_label, "else");
  const std::string condition = "`" + syntax::print_expression(branch.condition) + "`";
  const std::string met = joined(place.path, condition + " holds");
  const std::string unmet = joined(place.path, condition + " does not hold");
  by_words_[{words, then}] = add(Part::branch, action.span, 0, "arm `" + then + "`" + place.where, met);
  by_words_[{words, otherwise}] = add(Part::branch, action.span, 1, "arm `" + otherwise + "`" + place.where, unmet);
  add_body(branch.then, node, {place.where, met});
  if (branch.otherwise) add_body(*branch.otherwise, node, {place.where, unmet});
}

void Coverage::add_split(const ast::Split& split, Id& node, const Place& place) {
  const compile::Split& compiled = program_.splits[program_.nodes[node++].a];
  for (const ast::Arm& arm : split.arms) {
    const std::string given = joined(place.path, fmt::format("`given split {} = {}`", split.name.text, arm.name.text));
    by_words_[{compiled.name.data(), arm.name.text}] =
        add(Part::split, arm.span, 0, fmt::format("arm `{}` of split `{}`{}", arm.name.text, split.name.text, place.where), given);
    add_body(arm.body, node, {place.where, given});
  }
}

void Coverage::add_wait(const ast::Action& action, Id& node, const Place& place) {
  const compile::WaitUntil& compiled = program_.waits[program_.nodes[node++].a];
  const auto* one = std::get_if<ast::WaitUntil>(&action.what);
  const auto* any = std::get_if<ast::WaitAnyOf>(&action.what);
  std::uint32_t arm = 0;
  const auto add_case = [&](Span span, const std::string& name, const std::string& reach) {
    by_words_[{compiled.cases[arm].label.data(), {}}] =
        add(Part::wait, span, arm, fmt::format("{} of the wait{}", name, place.where), joined(place.path, reach));
    ++arm;
  };
  // One that begins anew with each match never ends by one.
  if (one != nullptr && !one->resets) add_case(action.span, "the match", words_of(one->trigger) + " in time");
  for (std::size_t i = 0; any != nullptr && i < any->conditions.cases.size(); ++i) {
    const ast::WaitCase& item = any->conditions.cases[i];
    const std::string reach = words_of(item.trigger) + " in time";
    add_case(item.span, "arm `" + compiled.cases[i].label + "`", reach);
    add_body(item.body, node, {place.where, joined(place.path, reach)});
  }
  const std::optional<ast::Timeout>& timeout = one != nullptr ? one->timeout : any->timeout;
  if (!timeout) return;
  const std::string reach = joined(place.path, "nothing that it waits for happens for " + timeout->length.text);
  by_words_[{compiled.timeout_label.data(), {}}] =
      add(Part::wait, timeout->span, arm, fmt::format("timeout `{}`{}", either(timeout->label, timeout->length.text), place.where), reach);
  if (timeout->then) add_body(*timeout->then, node, {place.where, reach});
}

// ---------------------------------------------------------------- what happened

void Coverage::cover(const void* words, std::string_view arm) {
  const auto found = by_words_.find(std::pair<const void*, std::string>(words, arm));
  if (words != nullptr && found != by_words_.end()) parts_[found->second].covered = true;
}

void Coverage::cover_tier(std::string_view score, std::string_view tier) {
  const auto found = tiers_.find(std::pair<std::string, std::string>(score, tier));
  if (found != tiers_.end()) parts_[found->second].covered = true;
}

void Coverage::on_decision(const Decision& d) {
  const bool left_out = d.kind == DecisionKind::skipped && (d.reason == Reason::late || d.reason == Reason::jumped);
  if (!d.step.empty() && !left_out) {
    const auto step = steps_.find(std::pair<std::string, std::string>(d.sequence, d.step));
    if (step != steps_.end()) parts_[step->second].covered = true;
  }
  switch (d.kind) {
    case DecisionKind::branch: return cover(d.detail.data(), d.name);
    case DecisionKind::split: return cover(d.name.data(), d.detail);
    case DecisionKind::score: return cover(d.detail.data());
    case DecisionKind::wait_ended:
    case DecisionKind::goal:
    case DecisionKind::exited:
    case DecisionKind::handler: return cover(d.name.data());
    case DecisionKind::tier: cover_tier(d.name, d.rule); return cover_tier(d.name, d.detail);
    default: return;
  }
}

/// The step that each run was in last, and the tier in which the score under test stands without ever having changed it.
void Coverage::look(const engine::Core& core, const model::Test& test) {
  const std::uint32_t lead = core.find_lead("test");
  if (lead == kNone) return;
  for (Id s = 0; s < step_parts_.size(); ++s) {
    const std::uint32_t run = step_parts_[s].empty() ? kNone : core.last_enrolment(lead, s);
    const std::size_t step = run == kNone ? SIZE_MAX : core.enrolment(run).step;
    if (step < step_parts_[s].size()) parts_[step_parts_[s][step]].covered = true;
  }
  if (test.score == kNone) return;
  const Id tier = core.score_tier(lead, test.score);
  if (tier != kNone) cover_tier(program_.scores[test.score].name, program_.scores[test.score].tiers[tier].name);
}

std::vector<Coverable> Coverage::parts() const {
  std::vector<Coverable> sorted = parts_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Coverable& a, const Coverable& b) {
    return std::tie(a.span.file, a.span.begin) < std::tie(b.span.file, b.span.begin);
  });
  return sorted;
}

// ---------------------------------------------------------------- the report

namespace {

struct Tally {
  std::size_t covered = 0, all = 0;
  [[nodiscard]] std::string line(std::string_view name) const {
    return fmt::format("{:<12} {:>3} %  {} of {}\n", name, all == 0 ? 100 : covered * 100 / all, covered, all);
  }
};

}  // namespace

int percent_covered(const std::vector<Coverable>& parts) {
  if (parts.empty()) return 100;
  const auto covered = std::count_if(parts.begin(), parts.end(), [](const Coverable& part) { return part.covered; });
  return static_cast<int>(covered * 100 / static_cast<std::ptrdiff_t>(parts.size()));
}

std::string coverage_report(const std::vector<Coverable>& parts, const Diagnostics& diagnostics) {
  std::array<Tally, kParts.size()> kinds;
  Tally all;
  std::string missing;
  for (const Coverable& part : parts) {
    for (Tally* tally : {&kinds[static_cast<std::size_t>(part.part)], &all}) {
      ++tally->all;
      if (part.covered) ++tally->covered;
    }
    if (part.covered) continue;
    missing +=
        fmt::format("{}:{}: no test reaches {}\n", diagnostics.file_name(part.span), diagnostics.position(part.span).line, part.what);
    missing += fmt::format("  reached when {}\n", part.reach);
  }
  std::string out;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    if (kinds[kind].all > 0) out += kinds[kind].line(kParts[kind]);
  }
  return out + all.line("coverage") + missing;
}

}  // namespace nurture::testing
