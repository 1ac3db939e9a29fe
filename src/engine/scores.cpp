// Scores: a fold over inputs, in 48.16 fixed point. S8 of the contracts. Points of events saturate when applied, `when`
// rules count on reading, and so does decay (decay.cpp); the words of a score are laid out by compile::Score. Each change is
// a row of the log.
#include "engine/core.hpp"

#include <algorithm>
#include <cmath>
#include <exception>

namespace nurture::engine {
namespace {

using compile::Score;
using compile::ScoreRule;

std::int64_t as_points(Word word) { return static_cast<std::int64_t>(word); }

/// The first byte of the flags: the tier last seen, plus one; 0 before the first.
Id tier_of_flags(const Word* words) { return static_cast<Id>(words[0] & 0xff); }

bool flag(const Word* words, Id bit) { return ((words[bit / 64] >> (bit % 64)) & 1) != 0; }
void set_flag(Word* words, Id bit, bool value) {
  const Word mask = Word{1} << (bit % 64);
  words[bit / 64] = value ? words[bit / 64] | mask : words[bit / 64] & ~mask;
}

std::int64_t round_half_up(std::int64_t fixed) { return (fixed + kPoint / 2) >> 16; }

/// Saturation of what events add: [0, max] in a category, the score's range in a plain sum. [S8.1]
std::pair<std::int64_t, std::int64_t> bounds(const Score& score, Id category) {
  if (category == kNone) return {score.from * kPoint, score.to * kPoint};
  return {0, score.categories[category].max * kPoint};
}

}  // namespace

Word* Core::score_words(std::uint32_t lead, Id score) { return rows_.at(lead) + program_->scores[score].word; }
const Word* Core::score_words(std::uint32_t lead, Id score) const { return rows_.at(lead) + program_->scores[score].word; }

/// The total before rounding, within the range.
std::int64_t Core::score_fixed(std::uint32_t lead, Id index) const {
  const Score& score = program_->scores[index];
  return std::clamp(score_sum(lead, index), score.from * kPoint, score.to * kPoint);
}

std::int64_t Core::score_sum(std::uint32_t lead, Id index) const { return decayed(lead, index, score_booked(lead, index), now_.ms); }

/// Weighted categories or a plain sum, minus the decay that is booked; `when` rules can carry it beyond the range.
std::int64_t Core::score_booked(std::uint32_t lead, Id index) const {
  const Score& score = program_->scores[index];
  const Word* words = score_words(lead, index);
  std::vector<std::int64_t> sums(std::max<std::size_t>(1, score.categories.size()));
  for (std::size_t c = 0; c < sums.size(); ++c) sums[c] = as_points(words[score.points_word + c]);
  for (const ScoreRule& rule : score.rules) {
    if (rule.trigger.on || !flag(words, rule.when_bit) || flag(words, rule.when_bit + 1)) continue;
    sums[rule.category == kNone ? 0 : rule.category] += rule.points * kPoint;
  }
  std::int64_t total = 0;
  for (std::size_t c = 0; c < score.categories.size(); ++c) {
    const std::int64_t max = score.categories[c].max * kPoint;
    total += score.categories[c].weight * std::clamp<std::int64_t>(sums[c], 0, max) / score.categories[c].max;
  }
  if (score.categories.empty()) total = sums[0];
  return total - as_points(words[score.decay_word]);
}

std::int64_t Core::score_total(std::uint32_t lead, Id score) const { return round_half_up(score_fixed(lead, score)); }

Id Core::score_tier(std::uint32_t lead, Id index) const {
  const std::int64_t total = score_total(lead, index);
  const Score& score = program_->scores[index];
  const Id seen = tier_of_flags(score_words(lead, index));  // One more than its index.
  for (Id t = 0; t < score.tiers.size(); ++t) {
    if (total < score.tiers[t].from || total > score.tiers[t].to) continue;
    return seen > t + 1 && total >= score.tiers[seen - 1].stays_from ? seen - 1 : t;
  }
  return kNone;
}

// ---------------------------------------------------------------- reacting

void Core::start_scores(std::uint32_t lead) {
  for (const Id s : program_->score_order) start_score(lead, s);
}

void Core::start_score(std::uint32_t lead, Id s) {
  Change everything;
  everything.all = true;
  const Score& score = program_->scores[s];
  const std::int64_t start = std::clamp<std::int64_t>(0, score.from, score.to);
  if (score.categories.empty()) score_words(lead, s)[score.points_word] = static_cast<Word>(start * kPoint);
  score_conditions(lead, s, everything);
  settle_score(lead, s);
}

/// After its points have changed: from another height decay reaches other lines, and the tier may be another.
void Core::settle_score(std::uint32_t lead, Id index) {
  if (!program_->scores[index].decays.empty()) watch_lead(lead, follow_decay(lead, index));
  update_tier(lead, index);
}

void Core::react_scores(std::uint32_t lead, const Change& whole) {
  Change change = whole;
  for (const Id s : program_->score_order) {
    const Score& score = program_->scores[s];
    // Those that this one asks for have been reckoned.
    change.scores = whole.scores || scores_changed_;
    const bool asks_host = change.event != nullptr && policies_[s] != nullptr;
    if (!asks_host && !touches(score, change)) continue;
    score_conditions(lead, s, change);
    if (change.event != nullptr) score_event(lead, s, *change.event);
    settle_score(lead, s);
  }
}

bool Core::within_limit(std::uint32_t lead, Id index, const ScoreRule& rule) {
  if (rule.limit == 0) return true;
  Word* slots = score_words(lead, index) + rule.limit_word;
  for (std::uint32_t i = 0; i < rule.limit; ++i) {
    const bool free = slots[i] == 0 || time::add({static_cast<std::int64_t>(slots[i])}, rule.limit_per, lead_zone(lead)) <= now_;
    if (!free) continue;
    slots[i] = static_cast<Word>(now_.ms);
    return true;
  }
  return false;
}

void Core::score_event(std::uint32_t lead, Id index, const EventView& view) {
  const Score& score = program_->scores[index];
  Env env(*this, lead, kNone, &view);
  for (const ScoreRule& rule : score.rules) {
    if (!rule.trigger.on || !matches(rule.trigger.pattern, nullptr, view, env) || !within_limit(lead, index, rule)) continue;
    add_points(lead, index, rule.category, rule.points * kPoint, rule.name);
    if (rule.then != 0) score_bodies_.emplace_back(index, rule.then);
  }
  if (policies_[index] != nullptr) score_policy(lead, index, view);
  for (const compile::Reset& reset : score.resets) {
    if (reset.trigger.on && matches(reset.trigger.pattern, nullptr, view, env)) reset_score(lead, index, reset.to);
  }
}

void Core::score_conditions(std::uint32_t lead, Id index, const Change& change) {
  const Score& score = program_->scores[index];
  Word* words = score_words(lead, index);
  Env env(*this, lead, kNone, change.event);
  const std::vector<Id> beginning = judge_decays(lead, index, change, env);
  for (const ScoreRule& rule : score.rules) {
    if (rule.trigger.on || !depends(rule.trigger.condition, change)) continue;
    const bool now_true = holds(rule.trigger.condition, env);
    if (now_true == flag(words, rule.when_bit)) continue;
    book_decay(lead, index, now_.ms);
    const std::int64_t before = score_fixed(lead, index);
    const bool muted = flag(words, rule.when_bit + 1);
    set_flag(words, rule.when_bit, now_true);
    if (!now_true) set_flag(words, rule.when_bit + 1, false);
    log_score(lead, index, rule.name, before);
    if (now_true && !muted && rule.then != 0) score_bodies_.emplace_back(index, rule.then);
  }
  for (const compile::Reset& reset : score.resets) {
    if (reset.trigger.on || !depends(reset.trigger.condition, change)) continue;
    const bool now_true = holds(reset.trigger.condition, env);
    const bool was_true = flag(words, reset.when_bit);
    set_flag(words, reset.when_bit, now_true);
    if (now_true && !was_true) reset_score(lead, index, reset.to);
  }
  begin_decays(lead, index, beginning);
  watch_lead(lead, env.valid_until.ms);
}

void Core::score_policy(std::uint32_t lead, Id index, const EventView& view) {
  const compile::Event& event = program_->events[view.event];
  ScoringPolicy::View seen;
  seen.lead = lead_name(lead);
  seen.event = event.name;
  seen.score = score_total(lead, index);
  seen.attribute = [&](std::string_view name) -> Value {
    for (Id f = 0; f < program_->lead.size(); ++f) {
      if (program_->lead[f].name == name) return to_host(attribute(lead, f, arena_));
    }
    return {};
  };
  seen.field = [&](std::string_view name) -> Value {
    for (std::size_t f = 0; f < event.fields.size(); ++f) {
      if (event.fields[f].name == name) return to_host(view.values[f]);
    }
    return {};
  };
  ScoringPolicy::Change change;
  try {
    change = policies_[index]->on_event(seen);
  } catch (const std::exception& error) {
    return log_policy_error(lead, index, error.what());
  } catch (...) {
    return log_policy_error(lead, index, "it threw something that is no std::exception");
  }
  if (change.kind == ScoringPolicy::Change::Kind::none || std::isnan(change.points)) return;
  const double limit = 1e9;
  const auto fixed = static_cast<std::int64_t>(std::llround(std::clamp(change.points, -limit, limit) * static_cast<double>(kPoint)));
  const std::string rule = change.rule.empty() ? "host policy" : change.rule;
  if (change.kind == ScoringPolicy::Change::Kind::set)
    set_score(lead, index, fixed, rule);
  else
    add_points(lead, index, program_->scores[index].categories.empty() ? kNone : 0, fixed, rule);
}

void Core::log_policy_error(std::uint32_t lead, Id index, std::string_view words) {
  if (observer_ == nullptr) return;
  const std::string place = "the host's policy of " + program_->scores[index].name;
  Decision d = decision(lead, DecisionKind::evaluation_error);
  d.name = place;
  d.detail = words;
  log(d);
}

// ---------------------------------------------------------------- changing

void Core::add_points(std::uint32_t lead, Id index, Id category, std::int64_t fixed, std::string_view rule) {
  const Score& score = program_->scores[index];
  Word& points = score_words(lead, index)[score.points_word + (category == kNone ? 0 : category)];
  book_decay(lead, index, now_.ms);
  const std::int64_t before = score_fixed(lead, index);
  const auto [low, high] = bounds(score, category);
  points = static_cast<Word>(std::clamp(as_points(points) + fixed, low, high));
  log_score(lead, index, rule, before);
}

/// Empties the points and mutes the `when` rules that hold until they cease to. [S8.2]
void Core::reset_score(std::uint32_t lead, Id index, std::int64_t to) {
  const Score& score = program_->scores[index];
  Word* words = score_words(lead, index);
  book_decay(lead, index, now_.ms);
  const std::int64_t before = score_fixed(lead, index);
  for (std::size_t c = 0; c < std::max<std::size_t>(1, score.categories.size()); ++c) words[score.points_word + c] = 0;
  for (const ScoreRule& rule : score.rules) {
    if (!rule.trigger.on && flag(words, rule.when_bit)) set_flag(words, rule.when_bit + 1, true);
  }
  words[score.decay_word] = 0;
  if (score.categories.empty())
    words[score.points_word] = static_cast<Word>(to * kPoint);
  else
    words[score.decay_word] = static_cast<Word>(-to * kPoint);
  log_score(lead, index, "reset", before);
}

void Core::set_score(std::uint32_t lead, Id index, std::int64_t fixed, std::string_view rule) {
  const Score& score = program_->scores[index];
  Word* words = score_words(lead, index);
  book_decay(lead, index, now_.ms);
  const std::int64_t before = score_fixed(lead, index);
  const std::int64_t added = std::clamp(fixed, score.from * kPoint, score.to * kPoint) - score_sum(lead, index);
  // What the rules give stays; the difference is booked where decay is.
  if (score.categories.empty())
    words[score.points_word] = static_cast<Word>(as_points(words[score.points_word]) + added);
  else
    words[score.decay_word] = static_cast<Word>(as_points(words[score.decay_word]) - added);
  log_score(lead, index, rule, before);
}

void Core::update_tier(std::uint32_t lead, Id index) {
  const Score& score = program_->scores[index];
  if (score.tiers.empty()) return;
  Word* words = score_words(lead, index);
  const Id tier = score_tier(lead, index);
  const Id before = tier_of_flags(words);
  const Id now_tier = tier == kNone ? 0 : tier + 1;
  if (now_tier == before) return;
  words[0] = (words[0] & ~Word{0xff}) | now_tier;
  scores_changed_ = true;
  if (before == 0) return;
  if (tier != kNone) tell(program_->told.tier, lead, {score.name, score.tiers[tier].name});
  if (observer_ != nullptr) {
    Decision d = decision(lead, DecisionKind::tier);
    d.name = score.name;
    d.detail = tier == kNone ? std::string_view("none") : std::string_view(score.tiers[tier].name);
    d.rule = score.tiers[before - 1].name;
    d.total = score_total(lead, index);
    log(d);
  }
  if (score.tiers[before - 1].leave != 0) score_bodies_.emplace_back(index, score.tiers[before - 1].leave);
  if (tier != kNone && score.tiers[tier].enter != 0) score_bodies_.emplace_back(index, score.tiers[tier].enter);
}

void Core::log_score(std::uint32_t lead, Id index, std::string_view rule, std::int64_t before) {
  log_score(lead, index, rule, before, score_fixed(lead, index));
}

void Core::log_score(std::uint32_t lead, Id index, std::string_view rule, std::int64_t before, std::int64_t after) {
  if (after == before) return;
  scores_changed_ = true;
  if (observer_ == nullptr) return;
  Decision d = decision(lead, DecisionKind::score);
  d.name = program_->scores[index].name;
  d.detail = rule;
  d.points = after - before;
  d.total = round_half_up(after);
  log(d);
}

void Core::run_score_bodies(std::uint32_t lead, const EventView* event) {
  const std::vector<std::pair<Id, Id>> bodies = std::move(score_bodies_);
  score_bodies_.clear();
  for (const auto& [score, node] : bodies) {
    Word& firings = score_words(lead, score)[program_->scores[score].fired_word];
    Body body = body_of(lead, kNone, false, kNoStep, static_cast<std::uint32_t>(++firings), event);
    body.score = score;
    if (run_body(body, node) != Flow::done) return;
  }
}

}  // namespace nurture::engine
