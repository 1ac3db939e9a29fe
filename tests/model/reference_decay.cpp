// Decay, one deduction after another: S8.1 of the contracts. A score is read as what is booked less what has fallen due
// since; the log books it when a line is crossed, and before anything else changes the score.
#include "model/host_policy.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace reference {

namespace time = nurture::time;

namespace {

constexpr std::int64_t kOne = 65536;

std::int64_t round_half_up(std::int64_t fixed) { return (fixed + kOne / 2) >> 16; }

__extension__ using Wide = unsigned __int128;
using Fraction = std::uint64_t;  ///< Of 2^64.

std::int64_t part(std::int64_t total, Fraction f) { return static_cast<std::int64_t>(Wide{static_cast<std::uint64_t>(total)} * f >> 64); }

/// What is left of a share is a power of it: the factors are its squares, rounded up, and each cuts off to 1/65536.
std::int64_t after_shares(std::int64_t total, std::int64_t percent, std::int64_t count) {
  const auto rounded_up = [](Wide numerator, Wide denominator) {
    return static_cast<Fraction>((numerator + denominator - 1) / denominator);
  };
  Fraction factor = rounded_up(Wide{static_cast<std::uint64_t>(100 - percent)} << 64, 100);
  for (std::int64_t bit = 1; bit <= count; bit *= 2) {
    if ((count / bit) % 2 == 1) total = part(total, factor);
    const Wide square = Wide{factor} * factor;
    factor = static_cast<Fraction>(square >> 64) + (static_cast<Fraction>(square) != 0 ? 1 : 0);
  }
  return total;
}

Fraction square_root(Fraction f) {
  const Wide square = Wide{f} << 64;
  Wide low = 0;
  Wide high = Wide{1} << 64;
  while (high - low > 1) {
    const Wide middle = (low + high) / 2;
    (middle * middle <= square ? low : high) = middle;
  }
  return static_cast<Fraction>(low);
}

/// total * 2^-periods, of which there are so many 2^32ths: the factor is the product of a half of a half, the half of that,
/// and so on, rounded up, and cuts off to 1/65536.
std::int64_t after_halves(std::int64_t total, Wide periods) {
  const auto whole = static_cast<std::uint64_t>(periods >> 32);
  if (whole >= 63) return 0;
  Wide factor = Wide{1} << 64;
  Fraction root = Fraction{1} << 63;
  for (int bit = 31; bit >= 0; --bit) {
    root = square_root(root);
    if ((static_cast<std::uint64_t>(periods) >> bit & 1) == 0) continue;
    factor = factor == Wide{1} << 64 ? Wide{root} : (factor * root + ~Fraction{0}) >> 64;
  }
  return static_cast<std::int64_t>(Wide{static_cast<std::uint64_t>(total)} * factor >> 64) >> whole;
}

/// Counted from the first, so that months of different length do not drift.
Instant period_end(const ast::Decay& node, Instant since, std::int64_t count, const time::Zone& zone) {
  const time::Period per = naive::period_of(node.per.text);
  const auto n = static_cast<std::int32_t>(count);
  return time::add(since, {per.months * n, per.days * n, per.ms * count}, zone);
}

Instant deduction(const ast::Decay& node, const ScoreState::Decay& decay, const time::Zone& zone) {
  return period_end(node, *decay.since, decay.next, zone);
}

/// Periods since a half-life began, in 2^32ths.
Wide position(const ast::Decay& node, Instant since, Instant at, const time::Zone& zone) {
  if (at < since) return 0;
  const time::Period per = naive::period_of(node.per.text);
  std::int64_t whole = per.months == 0 && per.days == 0 ? (at.ms - since.ms) / per.ms : 0;
  while (period_end(node, since, whole + 1, zone) <= at) ++whole;
  const std::int64_t begin = period_end(node, since, whole, zone).ms;
  const std::int64_t length = period_end(node, since, whole + 1, zone).ms - begin;
  return (Wide{static_cast<std::uint64_t>(whole)} << 32) +
         (Wide{static_cast<std::uint64_t>(at.ms - begin)} << 32) / static_cast<std::uint64_t>(length);
}

/// The only decay that falls, or -1.
int only_decay(const ScoreState& state) {
  int only = -1;
  for (std::size_t d = 0; d < state.decays.size(); ++d) {
    if (!state.decays[d].since) continue;
    if (only >= 0) return -1;
    only = static_cast<int>(d);
  }
  return only;
}

}  // namespace

/// The numbers that conditions compare a score with: where something can change.
template <class Node>
void Reference::collect_lines_in(const Node& tree) {
  const auto add = [&](const ast::Expr& condition) {
    ast::for_each_node(condition, [&](const auto& node) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Expr>) {
        if (node.args.size() != 2 || node.args[0].kind != ast::ExprKind::select || node.args[0].args[0].text != "score") return;
        const std::int64_t number = std::stoll(node.args[1].text);
        std::set<std::int64_t>& lines = lines_[model_->find_score(node.args[0].text)];
        const bool equality = node.kind == ast::ExprKind::equal || node.kind == ast::ExprKind::not_equal;
        const bool from_it = node.kind == ast::ExprKind::less || node.kind == ast::ExprKind::greater_equal;
        if (equality || from_it) lines.insert(number);
        if (equality || !from_it) lines.insert(number + 1);
      }
    });
  };
  ast::for_each_node(tree, [&](const auto& node) {
    using Part = std::remove_cvref_t<decltype(node)>;
    if constexpr (std::is_same_v<Part, ast::Trigger>) {
      if (node.when) add(*node.when);
    } else if constexpr (std::is_same_v<Part, ast::Suppress> || std::is_same_v<Part, ast::Decay>) {
      add(node.when);
    } else if constexpr (std::is_same_v<Part, ast::Channel>) {
      for (const auto& requirement : node.requirements) add(requirement.value);  // of its audiences
    } else if constexpr (std::is_same_v<Part, ast::Stay> || std::is_same_v<Part, ast::HoldWhile> || std::is_same_v<Part, ast::Audience>) {
      add(node.condition);
    }
  });
}

/// And the totals at which a tier begins. Of older versions those count in which somebody is.
void Reference::collect_lines(const model::Model& model) {
  lines_.assign(model_->scores.size(), {});
  for (std::size_t s = 0; s < model_->scores.size(); ++s) {
    for (const model::Tier& tier : model_->scores[s].tiers) lines_[s].insert(tier.from - tier.hysteresis);
  }
  for (const auto& file : model.files) collect_lines_in(*file);
  for (const auto& [name, lead] : leads_) {
    for (const Enrolment& e : lead.enrolments) {
      if (e.live() && (deployed_.first == nullptr || migration_of(e) == nullptr)) collect_lines_in(*sequence(e).node);
    }
  }
}

std::int64_t Reference::floor_of(int score, const ast::Decay& node) const {
  const std::int64_t from = model_->scores[static_cast<std::size_t>(score)].from;
  return std::max(node.floor ? node.floor->value : from, from) * kOne;
}

/// What so many deductions leave. Points beyond the top go first: what people see is what is taken from.
std::int64_t Reference::lowered(int score, const ast::Decay& node, std::int64_t sum, std::int64_t deductions) const {
  std::int64_t total = std::min(sum, model_->scores[static_cast<std::size_t>(score)].to * kOne);
  const std::int64_t floor = floor_of(score, node);
  if (deductions == 0 || total <= floor) return sum;
  if (node.kind == ast::Decay::Kind::percent) return std::max(floor, after_shares(total, node.amount.value, deductions));
  for (; deductions > 0; --deductions) total = std::max(total - node.amount.value * kOne, floor);
  return total;
}

/// What a half-life leaves.
std::int64_t Reference::halved(int score, const ast::Decay& node, const ScoreState::Decay& decay, std::int64_t sum, Instant at,
                               const time::Zone& zone) const {
  const std::int64_t total = std::min(sum, model_->scores[static_cast<std::size_t>(score)].to * kOne);
  const std::int64_t floor = floor_of(score, node);
  if (at <= decay.booked || total <= floor) return sum;
  const Wide periods = position(node, *decay.since, at, zone) - position(node, *decay.since, decay.booked, zone);
  return periods == 0 ? sum : std::max(floor, after_halves(total, periods));
}

/// Of several decays: takes the next deduction that is due up to an instant and that changes something; `at` is then its
/// instant.
std::int64_t Reference::take_deduction(int score, ScoreState& state, std::int64_t sum, Instant until, Instant& at, const Lead& lead) const {
  const model::Score& declared = model_->scores[static_cast<std::size_t>(score)];
  const std::int64_t total = std::min(sum, declared.to * kOne);
  std::int64_t left = sum;
  ScoreState::Decay* first = nullptr;
  at = Instant::max();
  for (std::size_t d = 0; d < state.decays.size(); ++d) {
    const ast::Decay& node = declared.node->decays[d];
    if (!state.decays[d].since || total <= floor_of(score, node)) continue;
    const Instant due = deduction(node, state.decays[d], lead_zone(lead));
    if (due > until || due >= at) continue;
    at = due;
    first = &state.decays[d];
    left = lowered(score, node, sum, 1);
  }
  if (first != nullptr) ++first->next;
  return left;
}

/// An only share is taken as a power, however many periods have passed; several decays take turns.
std::int64_t Reference::score_sum(const Lead& lead, int score, Instant until) const {
  ScoreState state = lead.scores[static_cast<std::size_t>(score)];
  std::int64_t sum = score_booked(lead, score);
  if (const int only = only_decay(state); only >= 0) {
    const ast::Decay& node = model_->scores[static_cast<std::size_t>(score)].node->decays[static_cast<std::size_t>(only)];
    ScoreState::Decay& decay = state.decays[static_cast<std::size_t>(only)];
    if (node.kind == ast::Decay::Kind::half) return halved(score, node, decay, sum, until, lead_zone(lead));
    const std::int32_t booked = decay.next;
    while (deduction(node, decay, lead_zone(lead)) <= until) ++decay.next;
    return lowered(score, node, sum, decay.next - booked);
  }
  for (Instant at; at != Instant::max();) sum = take_deduction(score, state, sum, until, at, lead);
  return sum;
}

/// Whether a total falls below a line on its way.
bool Reference::crosses(const Lead&, int score, std::int64_t from, std::int64_t to) const {
  const model::Score& s = model_->scores[static_cast<std::size_t>(score)];
  const auto total = [&](std::int64_t fixed) { return round_half_up(std::clamp(fixed, s.from * kOne, s.to * kOne)); };
  const std::set<std::int64_t>& lines = lines_[static_cast<std::size_t>(score)];
  const auto above = lines.upper_bound(total(from));
  return above != lines.begin() && total(to) < *std::prev(above);
}

std::optional<Instant> Reference::next_crossing(const Lead& lead, int score) const {
  ScoreState state = lead.scores[static_cast<std::size_t>(score)];
  const std::int64_t booked = score_booked(lead, score);
  if (!crosses(lead, score, booked, INT32_MIN)) return std::nullopt;  // Below all lines.
  if (const int only = only_decay(state); only >= 0) {
    const ast::Decay& node = model_->scores[static_cast<std::size_t>(score)].node->decays[static_cast<std::size_t>(only)];
    ScoreState::Decay& decay = state.decays[static_cast<std::size_t>(only)];
    if (node.kind == ast::Decay::Kind::half) return halves_to_line(lead, score, node, decay, booked);
    for (std::int64_t count = 1, left = booked; left > floor_of(score, node); ++count, ++decay.next) {
      left = lowered(score, node, booked, count);
      if (crosses(lead, score, booked, left)) return deduction(node, decay, lead_zone(lead));
    }
    return std::nullopt;
  }
  std::int64_t sum = booked;
  for (Instant at; at != Instant::max();) {
    sum = take_deduction(score, state, sum, Instant{INT64_MAX - 1}, at, lead);
    if (at != Instant::max() && crosses(lead, score, booked, sum)) return at;
  }
  return std::nullopt;
}

/// The first instant at which a half-life has left less than a line; after so many periods nothing is left.
std::optional<Instant> Reference::halves_to_line(const Lead& lead, int score, const ast::Decay& node, const ScoreState::Decay& decay,
                                                 std::int64_t booked) const {
  const time::Zone& zone = lead_zone(lead);
  const auto crossed = [&](std::int64_t ms) { return crosses(lead, score, booked, halved(score, node, decay, booked, {ms}, zone)); };
  std::int64_t before = decay.booked.ms;
  std::int64_t after = period_end(node, decay.booked, 64, zone).ms;
  if (!crossed(after)) return std::nullopt;
  while (after - before > 1) {
    const std::int64_t middle = before + (after - before) / 2;
    (crossed(middle) ? after : before) = middle;
  }
  return Instant{after};
}

bool Reference::book_decay(Lead& lead, int score, Instant until) {
  const model::Score& declared = model_->scores[static_cast<std::size_t>(score)];
  ScoreState& state = lead.scores[static_cast<std::size_t>(score)];
  const std::int64_t booked = score_booked(lead, score);
  const std::int64_t left = score_sum(lead, score, until);
  for (std::size_t d = 0; d < state.decays.size(); ++d) {
    if (!state.decays[d].since) continue;
    state.decays[d].booked = std::max(state.decays[d].booked, until);
    while (declared.node->decays[d].kind != ast::Decay::Kind::half &&
           deduction(declared.node->decays[d], state.decays[d], lead_zone(lead)) <= until)
      ++state.decays[d].next;
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
    const ast::Expr& when = model_->scores[static_cast<std::size_t>(score)].node->decays[d].when;
    if (!is_asked(when, change)) continue;
    const bool now_true = holds(lead, nullptr, when, change);
    if (now_true == decays[d].since.has_value()) continue;
    lead.moments_known = false;
    if (now_true) {
      beginning.push_back(d);
      continue;
    }
    const std::int64_t seen = score_fixed(lead, score);
    changed = book_decay(lead, score, Instant{now_.ms - 1}) || changed;
    decays[d].since.reset();
    // Who asked at this instant before may have seen what is now spared.
    changed = changed || score_fixed(lead, score) != seen;
  }
  return beginning;
}

bool Reference::begin_decays(Lead& lead, int score, const std::vector<std::size_t>& beginning) {
  if (beginning.empty()) return false;
  bool changed = book_decay(lead, score, now_);
  for (const std::size_t d : beginning) lead.scores[static_cast<std::size_t>(score)].decays[d] = {now_, 0, now_};
  changed = book_decay(lead, score, now_) || changed;
  return changed;
}

/// Whether anything of the score asks for what has changed.
bool Reference::is_touched(int score, const Change& change) {
  const bool by_host = change.event != nullptr && model_->scores[static_cast<std::size_t>(score)].name == kHostScore;
  bool touched = change.clock || change.all || by_host;
  const auto look = [&](const ast::Trigger& trigger) {
    if (trigger.when) touched = touched || is_asked(*trigger.when, change);
    if (trigger.on && change.event != nullptr) touched = touched || names(trigger.on->events, change.event->event);
  };
  for (const auto& [rule, category] : rules(score)) look(rule->trigger);
  const ast::Score& node = *model_->scores[static_cast<std::size_t>(score)].node;
  for (const ast::Reset& reset : node.resets) look(reset.trigger);
  for (const ast::Decay& decay : node.decays) touched = touched || is_asked(decay.when, change);
  return touched;
}

}  // namespace reference
