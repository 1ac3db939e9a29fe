// Decay of scores in closed form: S8.1 of the contracts. Nothing is written while points fall. A score is read as what was
// booked last less the deductions that have fallen due since, and the log books them when one of the score's lines is
// crossed (the edge of a tier, a number that some condition compares it with), or before anything else changes the score.
//
// Points and shares are taken period by period, counted from the instant at which the condition became true; a half-life
// falls at every moment, total * 2^-(periods since). Shares and their powers are fractions of 64 bits, rounded up, so that
// what divides evenly does; what they leave is cut off to 1/65536.
#include "engine/core.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <array>

namespace nurture::engine {
namespace {

using compile::Decay;
using compile::DecayKind;
using compile::Score;

__extension__ using Wide = unsigned __int128;
using Fraction = std::uint64_t;  ///< Of 2^64: below one.

constexpr Fraction times(Fraction a, Fraction b) { return static_cast<Fraction>((Wide{a} * b + ~Fraction{0}) >> 64); }
std::int64_t part(std::int64_t total, Fraction f) { return static_cast<std::int64_t>((Wide{static_cast<std::uint64_t>(total)} * f) >> 64); }

constexpr Fraction square_root(Fraction f) {
  const Wide square = Wide{f} << 64;
  Fraction root = 0;
  for (Fraction bit = Fraction{1} << 63; bit != 0; bit >>= 1) {
    if (Wide{root | bit} * (root | bit) <= square) root |= bit;
  }
  return root;
}

/// 2^-1, 2^-(1/2), 2^-(1/4), ...
constexpr std::array<Fraction, 33> kHalves = [] {
  std::array<Fraction, 33> halves{Fraction{1} << 63};
  for (std::size_t i = 1; i < halves.size(); ++i) halves[i] = square_root(halves[i - 1]);
  return halves;
}();

/// total * 2^-(x / 2^32), for x > 0. The factor first, and the total cut off once: so it never grows with x.
std::int64_t halved(std::int64_t total, Wide periods) {
  if (periods >> 32 >= 63) return 0;
  const auto x = static_cast<std::uint64_t>(periods);
  Fraction factor = 0;  // None yet.
  for (std::size_t i = 1; i < kHalves.size(); ++i) {
    if (((x >> (32 - i)) & 1) != 0) factor = factor == 0 ? kHalves[i] : times(factor, kHalves[i]);
  }
  return (factor == 0 ? total : part(total, factor)) >> (x >> 32);
}

/// total * share^n, for n > 0.
std::int64_t shared(std::int64_t total, Fraction share, std::int64_t n) {
  for (; n > 0 && total > 0; n >>= 1) {
    if ((n & 1) != 0) total = part(total, share);
    share = times(share, share);
  }
  return total;
}

/// A decay whose condition holds. Deductions are numbered from 0, the one at the moment at which it began to hold.
struct Falling {
  const Decay* decay;
  std::int64_t since_ms;
  std::int64_t next;  ///< The first deduction that is not booked; of a half-life the instant up to which it is booked.

  /// About how long a period is.
  [[nodiscard]] std::int64_t length_ms() const {
    constexpr std::int64_t kDayMs = 86'400'000, kMonthMs = 2'629'746'000;  // The mean month of the Gregorian calendar.
    return decay->per.months * kMonthMs + decay->per.days * kDayMs + decay->per.ms;
  }
  /// Counted from the beginning, so that months of different length do not drift. kNever beyond all instants.
  [[nodiscard]] std::int64_t instant_ms(std::int64_t n, const time::Zone& zone) const {
    if (n > (limits::kLatestMs - since_ms) / length_ms() + 1) return kNever;
    const time::Period& per = decay->per;
    const auto n32 = static_cast<std::int32_t>(n);
    return time::add({since_ms}, {per.months * n32, per.days * n32, per.ms * n}, zone).ms;
  }
  /// How many deductions fall due up to `until_ms`, from the first one.
  [[nodiscard]] std::int64_t due(std::int64_t until_ms, const time::Zone& zone) const {
    if (until_ms < since_ms) return 0;
    std::int64_t last = (until_ms - since_ms) / length_ms();
    while (instant_ms(last, zone) > until_ms) --last;
    while (instant_ms(last + 1, zone) <= until_ms) ++last;
    return last + 1;
  }
  /// Periods from the beginning to an instant, in 2^-32.
  [[nodiscard]] Wide position(std::int64_t at_ms, const time::Zone& zone) const {
    const std::int64_t whole = due(at_ms, zone) - 1;
    if (whole < 0) return 0;
    const std::int64_t begin = instant_ms(whole, zone);
    const auto length = static_cast<std::uint64_t>(instant_ms(whole + 1, zone) - begin);
    return (Wide{static_cast<std::uint64_t>(whole)} << 32) + (Wide{static_cast<std::uint64_t>(at_ms - begin)} << 32) / length;
  }
  /// What `state` becomes when all up to an instant is booked.
  [[nodiscard]] std::int64_t booked(std::int64_t until_ms, const time::Zone& zone) const {
    return std::max(next, decay->kind == DecayKind::half ? until_ms : due(until_ms, zone));
  }
};

std::int64_t floor_of(const Score& score, const Decay& decay) { return std::max(decay.floor, score.from) * kPoint; }

/// Whether there is anything left to take. Floors are never below zero, so shares are of something.
bool falls(const Score& score, const Decay& decay, std::int64_t total) { return total > floor_of(score, decay); }

/// What so many deductions leave. Points beyond the top of the range go first: what people see is what is taken from.
std::int64_t lowered(const Score& score, const Decay& decay, std::int64_t sum, std::int64_t deductions) {
  const std::int64_t total = std::min(sum, score.to * kPoint);
  if (deductions <= 0 || !falls(score, decay, total)) return sum;
  const std::int64_t floor = floor_of(score, decay);
  if (decay.kind == DecayKind::percent) {
    const auto kept = static_cast<std::uint64_t>(100 - decay.amount);
    return std::max(floor, shared(total, static_cast<Fraction>(((Wide{kept} << 64) + 99) / 100), deductions));
  }
  const std::int64_t amount = decay.amount * kPoint;
  return deductions > (total - floor) / amount ? floor : total - deductions * amount;
}

/// What an only decay leaves at an instant.
std::int64_t left_at(const Score& score, const Falling& f, std::int64_t sum, std::int64_t at_ms, const time::Zone& zone) {
  if (f.decay->kind != DecayKind::half) return lowered(score, *f.decay, sum, f.due(at_ms, zone) - f.next);
  const std::int64_t total = std::min(sum, score.to * kPoint);
  const Wide from = f.position(f.next, zone), to = f.position(at_ms, zone);
  if (to <= from || !falls(score, *f.decay, total)) return sum;
  return std::max(floor_of(score, *f.decay), halved(total, to - from));
}

/// When an only decay leaves less than `line`, or kNever. What is left never grows, so the instant is found by halving.
std::int64_t crosses_ms(const Score& score, const Falling& f, std::int64_t sum, std::int64_t line, const time::Zone& zone) {
  if (floor_of(score, *f.decay) >= line || left_at(score, f, sum, limits::kLatestMs, zone) >= line) return kNever;
  if (f.decay->kind == DecayKind::points)
    return f.instant_ms(f.next + (std::min(sum, score.to * kPoint) - line) / (f.decay->amount * kPoint), zone);
  std::int64_t before = f.since_ms - 1, after = limits::kLatestMs;
  while (after - before > 1) {
    const std::int64_t middle = before + (after - before) / 2;
    (left_at(score, f, sum, middle, zone) < line ? after : before) = middle;
  }
  return after;
}

std::vector<Falling> falling(const Score& score, const Word* words) {
  std::vector<Falling> all;
  for (std::size_t d = 0; d < score.decays.size(); ++d) {
    const Word* const state = words + score.since_word + 2 * d;
    if (state[0] != 0) all.push_back({&score.decays[d], static_cast<std::int64_t>(state[0]), static_cast<std::int64_t>(state[1])});
  }
  return all;
}

/// Those that still take something from a total.
void leave_falling(const Score& score, std::vector<Falling>& all, std::int64_t sum) {
  std::erase_if(all, [&](const Falling& f) { return !falls(score, *f.decay, std::min(sum, score.to * kPoint)); });
}

/// What the deductions of points up to an instant leave, when none of them meets its floor on the way.
std::int64_t without_floors(const Score& score, const std::vector<Falling>& all, std::int64_t sum, std::int64_t at_ms,
                            const time::Zone& zone) {
  std::int64_t left = std::min(sum, score.to * kPoint);
  for (const Falling& f : all) {
    const std::int64_t count = std::max<std::int64_t>(0, f.due(at_ms, zone) - f.next);
    if (f.decay->kind != DecayKind::points || count == 0) continue;
    if (count > left / (f.decay->amount * kPoint)) return INT64_MIN;
    left -= count * f.decay->amount * kPoint;
  }
  return left;
}

/// Takes at once all deductions of points in front of the next share and of the first that meets a floor or the line.
void skip_plain_turns(const Score& score, std::vector<Falling>& all, std::int64_t& sum, std::int64_t until_ms, std::int64_t line,
                      const time::Zone& zone) {
  std::int64_t least = line;
  std::int64_t end_ms = std::min(until_ms, limits::kLatestMs);
  std::int64_t begin_ms = end_ms;
  for (const Falling& f : all) {
    const std::int64_t next_ms = f.instant_ms(f.next, zone);
    least = std::max(least, floor_of(score, *f.decay));
    if (f.decay->kind == DecayKind::percent) end_ms = std::min(end_ms, next_ms - 1);
    begin_ms = std::min(begin_ms, next_ms - 1);
  }
  const std::int64_t start_ms = begin_ms;  // Nothing is due so far.
  std::int64_t after = end_ms + 1;         // `begin_ms` is fine; the last instant that is lies in front of `after`.
  while (after - begin_ms > 1) {
    const std::int64_t middle = begin_ms + (after - begin_ms) / 2;
    (without_floors(score, all, sum, middle, zone) >= least ? begin_ms : after) = middle;
  }
  if (begin_ms == start_ms) return;
  sum = without_floors(score, all, sum, begin_ms, zone);
  for (Falling& f : all) {
    if (f.decay->kind == DecayKind::points) f.next = std::max(f.next, f.due(begin_ms, zone));
  }
}

/// Several decays at once take turns, in the order of their instants, then of the file. Ends with the first deduction that
/// leaves less than `line`; answers its instant, or kNever.
std::int64_t take_turns(const Score& score, std::vector<Falling>& all, std::int64_t& sum, std::int64_t until_ms, std::int64_t line,
                        const time::Zone& zone) {
  while (true) {
    leave_falling(score, all, sum);
    if (all.empty()) return kNever;
    skip_plain_turns(score, all, sum, until_ms, line, zone);
    Falling* first = nullptr;
    std::int64_t first_ms = kNever;
    for (Falling& f : all) {
      const std::int64_t ms = f.instant_ms(f.next, zone);
      if (ms <= until_ms && ms < first_ms) first = &f, first_ms = ms;
    }
    if (first == nullptr) return kNever;
    sum = lowered(score, *first->decay, sum, 1);
    ++first->next;
    if (sum < line) return first_ms;
  }
}

/// A total of so many points rounds to at least `points`.
std::int64_t rounds_to(std::int64_t points) { return points * kPoint - kPoint / 2; }

}  // namespace

/// `sum` less the deductions up to an instant that are not booked.
std::int64_t Core::decayed(std::uint32_t lead, Id index, std::int64_t sum, std::int64_t until_ms) const {
  const Score& score = program_->scores[index];
  if (score.decays.empty()) return sum;
  std::vector<Falling> all = falling(score, score_words(lead, index));
  const time::Zone& zone = lead_zone(lead);
  if (all.size() == 1) return left_at(score, all[0], sum, until_ms, zone);
  static_cast<void>(take_turns(score, all, sum, until_ms, INT64_MIN, zone));
  return sum;
}

/// Writes down what has fallen due up to an instant: a row of the log.
void Core::book_decay(std::uint32_t lead, Id index, std::int64_t until_ms) {
  const Score& score = program_->scores[index];
  if (score.decays.empty()) return;
  Word* words = score_words(lead, index);
  const std::int64_t booked = score_booked(lead, index);
  const std::int64_t left = decayed(lead, index, booked, until_ms);
  for (std::size_t d = 0; d < score.decays.size(); ++d) {
    Word* const state = words + score.since_word + 2 * d;
    if (state[0] == 0) continue;
    const Falling f{&score.decays[d], static_cast<std::int64_t>(state[0]), static_cast<std::int64_t>(state[1])};
    state[1] = static_cast<Word>(f.booked(until_ms, lead_zone(lead)));
  }
  const bool plain = score.categories.empty();
  Word& from = words[plain ? score.points_word : score.decay_word];
  from = static_cast<Word>(static_cast<std::int64_t>(from) + (plain ? left - booked : booked - left));
  log_score(lead, index, "decay", std::clamp(booked, score.from * kPoint, score.to * kPoint),
            std::clamp(left, score.from * kPoint, score.to * kPoint));
}

/// Books what carried the score across a line, and says when it crosses the next one.
std::int64_t Core::follow_decay(std::uint32_t lead, Id index) {
  const Score& score = program_->scores[index];
  const auto line_below = [&](std::int64_t fixed) -> std::optional<std::int64_t> {
    const std::int64_t total = (std::clamp(fixed, score.from * kPoint, score.to * kPoint) + kPoint / 2) >> 16;
    if (score.every_point) return total;
    const auto above = std::upper_bound(score.lines.begin(), score.lines.end(), total);
    return above == score.lines.begin() ? std::nullopt : std::optional(*(above - 1));
  };
  const std::optional<std::int64_t> line = line_below(score_booked(lead, index));
  if (line && score_fixed(lead, index) < rounds_to(*line)) book_decay(lead, index, now_.ms);

  std::int64_t sum = score_booked(lead, index);
  const std::optional<std::int64_t> next = line_below(sum);
  std::vector<Falling> all = falling(score, score_words(lead, index));
  if (!next || all.empty()) return kNever;
  const time::Zone& zone = lead_zone(lead);
  if (all.size() > 1) return take_turns(score, all, sum, kNever, rounds_to(*next), zone);
  return crosses_ms(score, all[0], sum, rounds_to(*next), zone);
}

/// The conditions of the decays. One that ceases to hold takes nothing any more at this very instant: what ends it comes
/// before what falls due. [S2.3] Answers those that begin.
std::vector<Id> Core::judge_decays(std::uint32_t lead, Id index, const Change& change, Env& env) {
  const Score& score = program_->scores[index];
  Word* words = score_words(lead, index);
  std::vector<Id> beginning;
  for (Id d = 0; d < score.decays.size(); ++d) {
    if (!depends(score.decays[d].when, change)) continue;
    const bool now_true = holds(score.decays[d].when, env);
    Word& since = words[score.since_word + 2 * d];
    if (now_true == (since != 0)) continue;
    if (now_true) {
      beginning.push_back(d);
      continue;
    }
    const std::int64_t seen = score_fixed(lead, index);
    book_decay(lead, index, now_.ms - 1);
    since = 0;
    // Who asked at this instant before may have seen what is now spared.
    scores_changed_ = scores_changed_ || score_fixed(lead, index) != seen;
  }
  return beginning;
}

void Core::begin_decays(std::uint32_t lead, Id index, const std::vector<Id>& beginning) {
  if (beginning.empty()) return;
  const Score& score = program_->scores[index];
  book_decay(lead, index, now_.ms);
  for (const Id d : beginning) {
    Word* const state = score_words(lead, index) + score.since_word + 2 * d;
    state[0] = static_cast<Word>(now_.ms);
    state[1] = score.decays[d].kind == DecayKind::half ? state[0] : 0;
  }
  book_decay(lead, index, now_.ms);
}

}  // namespace nurture::engine
