// Scores: a fold over inputs, in 48.16 fixed point. S8 of the contracts.
#include "model/host_policy.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace reference {

using nurture::DecisionKind;
namespace time = nurture::time;

namespace {

constexpr std::int64_t kOne = 65536;

std::int64_t round_half_up(std::int64_t fixed) { return (fixed + kOne / 2) >> 16; }

}  // namespace

/// With the category of each; categories first, as they are summed.
std::vector<std::pair<const ast::Rule*, int>> Reference::rules(int score) const {
  const ast::Score& node = *model_->scores[static_cast<std::size_t>(score)].node;
  std::vector<std::pair<const ast::Rule*, int>> all;
  for (std::size_t c = 0; c < node.categories.size(); ++c) {
    for (const ast::Rule& rule : node.categories[c].rules) all.emplace_back(&rule, static_cast<int>(c));
  }
  for (const ast::Rule& rule : node.rules) all.emplace_back(&rule, -1);
  return all;
}

/// Without the deductions that are not booked.
std::int64_t Reference::score_booked(const Lead& lead, int score) const {
  const ast::Score& node = *model_->scores[static_cast<std::size_t>(score)].node;
  const ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  std::vector<std::int64_t> sums = state.points;
  for (const auto& [rule, category] : rules(score)) {
    if (!rule->trigger.when || !state.holds.contains(rule) || !state.holds.at(rule)) continue;
    if (state.muted.contains(rule) && state.muted.at(rule)) continue;
    sums[static_cast<std::size_t>(std::max(category, 0))] += rule->points.value * kOne;
  }
  if (node.categories.empty()) return sums[0] - state.decayed;
  std::int64_t total = 0;
  for (std::size_t c = 0; c < node.categories.size(); ++c) {
    const std::int64_t max = node.categories[c].max.value;
    total += node.categories[c].weight.value * std::clamp<std::int64_t>(sums[c], 0, max * kOne) / max;
  }
  return total - state.decayed;
}

std::int64_t Reference::score_fixed(const Lead& lead, int score) const {
  const model::Score& s = model_->scores[static_cast<std::size_t>(score)];
  return std::clamp(score_sum(lead, score, now_), s.from * kOne, s.to * kOne);
}
std::int64_t Reference::score_total(const Lead& lead, int score) const { return round_half_up(score_fixed(lead, score)); }

int Reference::score_tier(const Lead& lead, int score) const {
  const std::vector<model::Tier>& tiers = model_->scores[static_cast<std::size_t>(score)].tiers;
  const std::int64_t total = score_total(lead, score);
  const ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  for (std::size_t t = 0; t < tiers.size(); ++t) {
    if (total < tiers[t].from || total > tiers[t].to) continue;
    // Who is in a tier with hysteresis leaves it only so far below its edge.
    const auto seen = static_cast<std::size_t>(state.tier);
    const bool stays = state.tier_known && state.tier > static_cast<int>(t) && total >= tiers[seen].from - tiers[seen].hysteresis;
    return stays ? state.tier : static_cast<int>(t);
  }
  return -1;
}

// ---------------------------------------------------------------- reacting

void Reference::order_scores(int score) {
  if (std::find(score_order_.begin(), score_order_.end(), score) != score_order_.end()) return;
  const ast::Score& node = *model_->scores[static_cast<std::size_t>(score)].node;
  const auto look = [&](const ast::Expr& condition) {
    ast::for_each_node(condition, [&](const auto& part) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(part)>, ast::Expr>) {
        const bool asks = part.kind == ast::ExprKind::select && (part.args[0].text == "score" || part.args[0].text == "tier");
        if (asks) order_scores(static_cast<int>(model_->find_score(part.text)));
      }
    });
  };
  for (const auto& [rule, category] : rules(score)) {
    if (rule->trigger.when) look(*rule->trigger.when);
  }
  for (const ast::Reset& reset : node.resets) {
    if (reset.trigger.when) look(*reset.trigger.when);
  }
  for (const ast::Decay& decay : node.decays) look(decay.when);
  score_order_.push_back(score);
}

void Reference::empty_scores(Lead& lead) {
  lead.scores.resize(model_->scores.size());
  // What was sent before never comes again under the same key. [S3.2]
  for (ScoreState& score : lead.scores) score.firings = lead.numbered_after;
  for (std::size_t s = 0; s < model_->scores.size(); ++s) {
    const ast::Score& node = *model_->scores[s].node;
    lead.scores[s].points.resize(std::max<std::size_t>(1, node.categories.size()));
    lead.scores[s].decays.resize(node.decays.size());
    if (node.categories.empty())
      lead.scores[s].points[0] = std::clamp<std::int64_t>(0, model_->scores[s].from, model_->scores[s].to) * kOne;
  }
}

void Reference::start_scores(Lead& lead) {
  Change everything;
  everything.all = true;
  for (const int s : score_order_) {
    bool changed = score_conditions(lead, s, everything);
    changed = follow_decay(lead, s) || changed;
    const bool moved = update_tier(lead, s);
    lead.scores_changed = lead.scores_changed || changed || moved;
  }
}

/// True when a score or a tier changed.
bool Reference::react_scores(Lead& lead, const Change& whole) {
  bool changed = false;
  Change change = whole;
  for (const int score : score_order_) {
    change.scores = whole.scores || changed || lead.scores_changed;  // Those that this one asks for have been reckoned.
    if (!is_touched(score, change)) continue;
    changed = score_conditions(lead, score, change) || changed;
    if (change.event != nullptr) changed = score_event(lead, score, *change.event) || changed;
    changed = follow_decay(lead, score) || changed;
    changed = update_tier(lead, score) || changed;
  }
  return changed;
}

bool Reference::score_event(Lead& lead, int score, const Occurrence& event) {
  const model::Score& declared = model_->scores[static_cast<std::size_t>(score)];
  ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  bool changed = false;
  for (const auto& [declared_rule, category] : rules(score)) {
    const auto* const rule = declared_rule;  // what a lambda may hold
    if (!rule->trigger.on || !matches(lead, nullptr, *rule->trigger.on, event)) continue;
    if (rule->limit) {
      std::vector<Instant>& counted = state.counted[rule];
      const auto counts = [&](Instant at) { return time::add(at, naive::period_of(rule->limit->per.text), lead_zone(lead)) > now_; };
      if (std::count_if(counted.begin(), counted.end(), counts) >= rule->limit->count.value) continue;
      counted.push_back(now_);
    }
    changed = book_decay(lead, score, now_) || changed;
    const std::int64_t before = score_fixed(lead, score);
    std::int64_t& points = state.points[static_cast<std::size_t>(std::max(category, 0))];
    // What events add stops at the ends. [S8.1]
    const std::int64_t low = category < 0 ? declared.from : 0;
    const std::int64_t high = category < 0 ? declared.to : declared.node->categories[static_cast<std::size_t>(category)].max.value;
    points = std::clamp(points + rule->points.value * kOne, low * kOne, high * kOne);
    changed = log_score(lead, score, rule->name.text, before) || changed;
    if (rule->then) score_bodies_.emplace_back(score, &*rule->then);
  }
  if (declared.name == kHostScore) changed = score_by_host(lead, score, event) || changed;
  for (const ast::Reset& reset : declared.node->resets) {
    if (reset.trigger.on && matches(lead, nullptr, *reset.trigger.on, event)) changed = reset_score(lead, score, reset.to.value) || changed;
  }
  return changed;
}

/// What the host's own policy gives. [S8.3]
bool Reference::score_by_host(Lead& lead, int score, const Occurrence& event) {
  using Kind = nurture::ScoringPolicy::Change::Kind;
  const auto n = event.fields.find("n");
  const nurture::ScoringPolicy::Change given = host_points(event.event, n == event.fields.end() ? 0 : n->second.integer);
  const auto fixed = static_cast<std::int64_t>(given.points * 65536.0);
  const std::string rule = given.rule.empty() ? "host policy" : given.rule;
  if (given.kind == Kind::none) return false;
  if (given.kind == Kind::set) return put_score(lead, score, fixed, rule);
  const model::Score& declared = model_->scores[static_cast<std::size_t>(score)];
  const bool booked = book_decay(lead, score, now_);
  const std::int64_t before = score_fixed(lead, score);
  std::int64_t& points = lead.scores[static_cast<std::size_t>(score)].points[0];
  points = std::clamp(points + fixed, declared.from * kOne, declared.to * kOne);
  return log_score(lead, score, rule, before) || booked;
}

bool Reference::score_conditions(Lead& lead, int score, const Change& change) {
  ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  bool changed = false;
  const std::vector<std::size_t> beginning = judge_decays(lead, score, change, changed);
  for (const auto& [rule, category] : rules(score)) {
    if (!rule->trigger.when || !is_asked(*rule->trigger.when, change)) continue;
    const bool now_true = holds(lead, nullptr, *rule->trigger.when, change);
    if (now_true == state.holds[rule]) continue;
    changed = book_decay(lead, score, now_) || changed;
    const std::int64_t before = score_fixed(lead, score);
    const bool muted = state.muted[rule];
    state.holds[rule] = now_true;
    if (!now_true) state.muted[rule] = false;
    changed = log_score(lead, score, rule->name.text, before) || changed;
    if (now_true && !muted && rule->then) score_bodies_.emplace_back(score, &*rule->then);
  }
  for (const ast::Reset& reset : model_->scores[static_cast<std::size_t>(score)].node->resets) {
    if (!reset.trigger.when || !is_asked(*reset.trigger.when, change)) continue;
    const bool now_true = holds(lead, nullptr, *reset.trigger.when, change);
    const bool was_true = state.reset_holds[&reset];
    state.reset_holds[&reset] = now_true;
    if (now_true && !was_true) changed = reset_score(lead, score, reset.to.value) || changed;
  }
  return begin_decays(lead, score, beginning) || changed;
}

// ---------------------------------------------------------------- changing

/// Empties the points and mutes the rules that hold until they cease to. [S8.2]
bool Reference::reset_score(Lead& lead, int score, std::int64_t to) {
  ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  const bool booked = book_decay(lead, score, now_);
  const std::int64_t before = score_fixed(lead, score);
  std::fill(state.points.begin(), state.points.end(), 0);
  for (const auto& [rule, category] : rules(score)) {
    if (rule->trigger.when && state.holds[rule]) state.muted[rule] = true;
  }
  state.decayed = 0;
  if (model_->scores[static_cast<std::size_t>(score)].node->categories.empty())
    state.points[0] = to * kOne;
  else
    state.decayed = -to * kOne;
  return log_score(lead, score, "reset", before) || booked;
}

void Reference::set_score(Lead& lead, int score, double value) {
  Change change;
  change.scores = put_score(lead, score, static_cast<std::int64_t>(value * 65536.0 + (value < 0 ? -0.5 : 0.5)), "posted by the host");
  change.scores = update_tier(lead, score) || change.scores;
  if (change.scores) react_lead(lead, change);
}

/// To a plain sum; it stops at the ends of the range.
bool Reference::add_points(Lead& lead, int score, std::int64_t points, const std::string& rule) {
  const model::Score& declared = model_->scores[static_cast<std::size_t>(score)];
  const bool booked = book_decay(lead, score, now_);
  const std::int64_t before = score_fixed(lead, score);
  std::int64_t& sum = lead.scores[static_cast<std::size_t>(score)].points[0];
  sum = std::clamp(sum + points * kOne, declared.from * kOne, declared.to * kOne);
  return log_score(lead, score, rule, before) || booked;
}

bool Reference::put_score(Lead& lead, int score, std::int64_t fixed, const std::string& rule) {
  const model::Score& declared = model_->scores[static_cast<std::size_t>(score)];
  ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  const bool booked = book_decay(lead, score, now_);
  const std::int64_t before = score_fixed(lead, score);
  const std::int64_t added = std::clamp(fixed, declared.from * kOne, declared.to * kOne) - score_sum(lead, score, now_);
  if (declared.node->categories.empty())
    state.points[0] += added;
  else
    state.decayed -= added;
  return log_score(lead, score, rule, before) || booked;
}

/// The first tier that a lead gets fires nothing. [S8.2]
bool Reference::update_tier(Lead& lead, int score) {
  const model::Score& declared = model_->scores[static_cast<std::size_t>(score)];
  ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  if (declared.tiers.empty()) return false;
  const int tier = score_tier(lead, score);
  const int before = state.tier;
  if (tier == before && state.tier_known) return false;
  state.tier = tier;
  if (!state.tier_known) return state.tier_known = true;
  if (tier >= 0) tell(lead, "tier.entered", {declared.name, declared.tiers[static_cast<std::size_t>(tier)].name});
  nurture::Decision d = row(lead, DecisionKind::tier);
  d.name = declared.name;
  d.detail = tier < 0 ? std::string_view("none") : std::string_view(declared.tiers[static_cast<std::size_t>(tier)].name);
  if (before >= 0) d.rule = declared.tiers[static_cast<std::size_t>(before)].name;
  d.total = score_total(lead, score);
  write(&lead, d);
  for (const auto kind : {ast::TierAction::Kind::leave, ast::TierAction::Kind::enter}) {
    const int concerned = kind == ast::TierAction::Kind::leave ? before : tier;
    for (const ast::TierAction& action : declared.node->tier_actions) {
      const bool is_it =
          concerned >= 0 && action.kind == kind && action.tier.text == declared.tiers[static_cast<std::size_t>(concerned)].name;
      if (is_it && !action.body.actions.empty()) score_bodies_.emplace_back(score, &action.body);
    }
  }
  return true;
}

bool Reference::log_score(Lead& lead, int score, const std::string& rule, std::int64_t before) {
  return log_score(lead, score, rule, before, score_fixed(lead, score));
}

bool Reference::log_score(Lead& lead, int score, const std::string& rule, std::int64_t before, std::int64_t after) {
  if (after == before) return false;
  nurture::Decision d = row(lead, DecisionKind::score);
  d.name = model_->scores[static_cast<std::size_t>(score)].name;
  d.detail = rule;
  d.points = after - before;
  d.total = round_half_up(after);
  write(&lead, d);
  return true;
}

void Reference::run_score_bodies(Lead& lead, const Occurrence* event) {
  const auto bodies = std::move(score_bodies_);
  score_bodies_.clear();
  for (const auto& [score, body] : bodies) {
    const std::uint32_t firing = ++lead.scores[static_cast<std::size_t>(score)].firings;
    Body started{&lead, nullptr, false, -1, firing, {}, score, {}};
    if (event != nullptr) started.trigger = *event;
    if (run_body(started, {{body, 0}}) != Flow::done) return;
  }
}

}  // namespace reference
