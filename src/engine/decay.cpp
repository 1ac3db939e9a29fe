// Decay of scores in closed form: S8.1 of the contracts. Nothing is written while points fall. A score is read as what was
// booked last less the deductions that have fallen due since, and the log books them when one of the score's lines is
// crossed (the edge of a tier, a number that some condition compares it with), or before anything else changes the score.
#include "engine/core.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

using compile::Decay;
using compile::Score;

/// A decay whose condition holds. Deductions are numbered from 0, the one at the moment at which it began to hold.
struct Falling {
  const Decay* decay;
  std::int64_t since_ms;
  std::int64_t next;  ///< The first deduction that is not booked.

  /// About how long a period is.
  [[nodiscard]] std::int64_t length_ms() const {
    constexpr std::int64_t kDayMs = 86'400'000, kMonthMs = 2'629'746'000;  // The mean month of the Gregorian calendar.
    return decay->per.months * kMonthMs + decay->per.days * kDayMs + decay->per.ms;
  }
  /// Counted from the beginning, so that months of different length do not drift. kNever beyond all instants.
  [[nodiscard]] std::int64_t instant_ms(std::int64_t n, const time::Zone& zone) const {
    if (n > (limits::kLatestMs - since_ms) / length_ms() + 1) return kNever;
    const time::Period& per = decay->per;
    const auto times = static_cast<std::int32_t>(n);
    return time::add({since_ms}, {per.months * times, per.days * times, per.ms * n}, zone).ms;
  }
  /// How many deductions fall due up to `until_ms`, from the first one.
  [[nodiscard]] std::int64_t due(std::int64_t until_ms, const time::Zone& zone) const {
    if (until_ms < since_ms) return 0;
    std::int64_t last = (until_ms - since_ms) / length_ms();
    while (instant_ms(last, zone) > until_ms) --last;
    while (instant_ms(last + 1, zone) <= until_ms) ++last;
    return last + 1;
  }
};

std::int64_t floor_of(const Score& score, const Decay& decay) { return std::max(decay.floor, score.from) * kPoint; }

/// What `times` deductions leave. Points beyond the top of the range go first: what people see is what is taken from.
std::int64_t lowered(const Score& score, const Decay& decay, std::int64_t sum, std::int64_t times) {
  const std::int64_t total = std::min(sum, score.to * kPoint);
  const std::int64_t room = total - floor_of(score, decay);
  if (times == 0 || room <= 0) return sum;
  const std::int64_t amount = decay.amount * kPoint;
  return times > room / amount ? total - room : total - times * amount;
}

std::vector<Falling> falling(const Score& score, const Word* words) {
  std::vector<Falling> all;
  for (std::size_t d = 0; d < score.decays.size(); ++d) {
    const Word* const state = words + score.since_word + 2 * d;
    if (state[0] != 0) all.push_back({&score.decays[d], static_cast<std::int64_t>(state[0]), static_cast<std::int64_t>(state[1])});
  }
  return all;
}

/// Several decays at once take turns, in the order of their instants, then of the file. Ends with the first deduction that
/// leaves less than `line`; answers its instant, or kNever.
std::int64_t take_turns(const Score& score, std::vector<Falling>& all, std::int64_t& sum, std::int64_t until_ms, std::int64_t line,
                        const time::Zone& zone) {
  while (true) {
    Falling* first = nullptr;
    std::int64_t first_ms = kNever;
    for (Falling& f : all) {
      if (std::min(sum, score.to * kPoint) <= floor_of(score, *f.decay)) continue;
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
  if (all.size() == 1) return lowered(score, *all[0].decay, sum, std::max<std::int64_t>(0, all[0].due(until_ms, zone) - all[0].next));
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
    state[1] = static_cast<Word>(std::max(f.next, f.due(until_ms, lead_zone(lead))));
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
  const Falling& f = all[0];
  const std::int64_t total = std::min(sum, score.to * kPoint);
  if (floor_of(score, *f.decay) >= rounds_to(*next)) return kNever;
  const std::int64_t times = (total - rounds_to(*next)) / (f.decay->amount * kPoint) + 1;
  return f.instant_ms(f.next + times - 1, zone);
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
    book_decay(lead, index, now_.ms - 1);
    since = 0;
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
    state[1] = 0;
  }
  book_decay(lead, index, now_.ms);
}

}  // namespace nurture::engine
