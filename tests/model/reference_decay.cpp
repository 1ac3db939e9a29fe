// Decay, one deduction after another: S8.1 of the contracts. A score is read as what is booked less what has fallen due
// since; the log books it when a line is crossed, and before anything else changes the score.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace reference {

namespace time = nurture::time;

namespace {

constexpr std::int64_t kOne = 65536;

std::int64_t round_half_up(std::int64_t fixed) { return (fixed + kOne / 2) >> 16; }

/// Counted from the first, so that months of different length do not drift.
Instant deduction(const ast::Decay& node, const ScoreState::Decay& decay, const time::Zone& zone) {
  const time::Period per = naive::period_of(node.per.text);
  return time::add(*decay.since, {per.months * decay.next, per.days * decay.next, per.ms * decay.next}, zone);
}

}  // namespace

/// The totals at which a tier begins, and the numbers that conditions compare a score with: where something can change.
void Reference::collect_lines() {
  lines_.resize(model_.scores.size());
  for (std::size_t s = 0; s < model_.scores.size(); ++s) {
    for (const model::Tier& tier : model_.scores[s].tiers) lines_[s].insert({tier.from, tier.to + 1});
  }
  const auto add = [&](const ast::Expr& condition) {
    ast::for_each_node(condition, [&](const auto& node) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Expr>) {
        if (node.args.size() != 2 || node.args[0].kind != ast::ExprKind::select || node.args[0].args[0].text != "score") return;
        const std::int64_t number = std::stoll(node.args[1].text);
        std::set<std::int64_t>& lines = lines_[model_.find_score(node.args[0].text)];
        const bool equality = node.kind == ast::ExprKind::equal || node.kind == ast::ExprKind::not_equal;
        const bool from_it = node.kind == ast::ExprKind::less || node.kind == ast::ExprKind::greater_equal;
        if (equality || from_it) lines.insert(number);
        if (equality || !from_it) lines.insert(number + 1);
      }
    });
  };
  for (const auto& file : model_.files) {
    ast::for_each_node(*file, [&](const auto& node) {
      using Node = std::remove_cvref_t<decltype(node)>;
      if constexpr (std::is_same_v<Node, ast::Trigger>) {
        if (node.when) add(*node.when);
      } else if constexpr (std::is_same_v<Node, ast::Suppress> || std::is_same_v<Node, ast::Decay>) {
        add(node.when);
      }
    });
  }
}

/// Takes the next deduction that is due up to an instant and that changes something; `at` is then its instant.
std::int64_t Reference::take_deduction(int score, ScoreState& state, std::int64_t sum, Instant until, Instant& at, const Lead& lead) const {
  const model::Score& declared = model_.scores[static_cast<std::size_t>(score)];
  // Points beyond the top go first: what people see is what is taken from.
  const std::int64_t total = std::min(sum, declared.to * kOne);
  std::int64_t left = sum;
  ScoreState::Decay* first = nullptr;
  at = Instant::max();
  for (std::size_t d = 0; d < state.decays.size(); ++d) {
    const ast::Decay& node = declared.node->decays[d];
    const std::int64_t floor = std::max(node.floor ? node.floor->value : declared.from, declared.from) * kOne;
    if (!state.decays[d].since || total <= floor) continue;
    const Instant due = deduction(node, state.decays[d], lead_zone(lead));
    if (due > until || due >= at) continue;
    at = due;
    first = &state.decays[d];
    left = std::max(total - node.amount.value * kOne, floor);
  }
  if (first != nullptr) ++first->next;
  return left;
}

std::int64_t Reference::score_sum(const Lead& lead, int score, Instant until) const {
  ScoreState state = lead.scores[static_cast<std::size_t>(score)];
  std::int64_t sum = score_booked(lead, score);
  for (Instant at; at != Instant::max();) sum = take_deduction(score, state, sum, until, at, lead);
  return sum;
}

/// Whether a total falls below a line on its way.
bool Reference::crosses(const Lead&, int score, std::int64_t from, std::int64_t to) const {
  const model::Score& s = model_.scores[static_cast<std::size_t>(score)];
  const auto total = [&](std::int64_t fixed) { return round_half_up(std::clamp(fixed, s.from * kOne, s.to * kOne)); };
  const std::set<std::int64_t>& lines = lines_[static_cast<std::size_t>(score)];
  const auto above = lines.upper_bound(total(from));
  return above != lines.begin() && total(to) < *std::prev(above);
}

std::optional<Instant> Reference::next_crossing(const Lead& lead, int score) const {
  ScoreState state = lead.scores[static_cast<std::size_t>(score)];
  const std::int64_t booked = score_booked(lead, score);
  std::int64_t sum = booked;
  for (Instant at; at != Instant::max();) {
    sum = take_deduction(score, state, sum, Instant{INT64_MAX - 1}, at, lead);
    if (at != Instant::max() && crosses(lead, score, booked, sum)) return at;
  }
  return std::nullopt;
}

bool Reference::book_decay(Lead& lead, int score, Instant until) {
  const model::Score& declared = model_.scores[static_cast<std::size_t>(score)];
  ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  const std::int64_t booked = score_booked(lead, score);
  const std::int64_t left = score_sum(lead, score, until);
  for (std::size_t d = 0; d < state.decays.size(); ++d) {
    if (!state.decays[d].since) continue;
    while (deduction(declared.node->decays[d], state.decays[d], lead_zone(lead)) <= until) ++state.decays[d].next;
  }
  if (declared.node->categories.empty())
    state.points[0] += left - booked;
  else
    state.decayed += booked - left;
  const std::int64_t low = declared.from * kOne;
  const std::int64_t high = declared.to * kOne;
  return log_score(lead, score, "decay", std::clamp(booked, low, high), std::clamp(left, low, high));
}

bool Reference::follow_decay(Lead& lead, int score) {
  return crosses(lead, score, score_booked(lead, score), score_sum(lead, score, now_)) && book_decay(lead, score, now_);
}

/// What ends a decay comes before what falls due at the same instant. [S2.3] Answers those that begin.
std::vector<std::size_t> Reference::judge_decays(Lead& lead, int score, const Change& change, bool& changed) {
  std::vector<std::size_t> beginning;
  std::vector<ScoreState::Decay>& decays = lead.scores[static_cast<std::size_t>(score)].decays;
  for (std::size_t d = 0; d < decays.size(); ++d) {
    const ast::Expr& when = model_.scores[static_cast<std::size_t>(score)].node->decays[d].when;
    if (!is_asked(when, change)) continue;
    const bool now_true = holds(lead, nullptr, when, change);
    if (now_true == decays[d].since.has_value()) continue;
    if (now_true) {
      beginning.push_back(d);
      continue;
    }
    changed = book_decay(lead, score, Instant{now_.ms - 1}) || changed;
    decays[d].since.reset();
  }
  return beginning;
}

bool Reference::begin_decays(Lead& lead, int score, const std::vector<std::size_t>& beginning) {
  if (beginning.empty()) return false;
  bool changed = book_decay(lead, score, now_);
  for (const std::size_t d : beginning) lead.scores[static_cast<std::size_t>(score)].decays[d] = {now_, 0};
  changed = book_decay(lead, score, now_) || changed;
  return changed;
}

/// Whether anything of the score asks for what has changed.
bool Reference::is_touched(int score, const Change& change) {
  bool touched = change.clock || change.all;
  const auto look = [&](const ast::Trigger& trigger) {
    if (trigger.when) touched = touched || is_asked(*trigger.when, change);
    for (std::size_t i = 0; trigger.on && change.event != nullptr && i < trigger.on->events.size(); ++i) {
      touched = touched || trigger.on->events[i].text == change.event->event;
    }
  };
  for (const auto& [rule, category] : rules(score)) look(rule->trigger);
  const ast::Score& node = *model_.scores[static_cast<std::size_t>(score)].node;
  for (const ast::Reset& reset : node.resets) look(reset.trigger);
  for (const ast::Decay& decay : node.decays) touched = touched || is_asked(decay.when, change);
  return touched;
}

}  // namespace reference
