// See looks.hpp.
#include "runtime/looks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nurture::runtime {

void Looks::renew(const Programs& programs) {
  any_ = promotes_ && std::any_of(programs.begin(), programs.end(), [](const compile::Program* program) {
           const auto& all = program->experiments;
           return std::any_of(all.begin(), all.end(), [](const compile::Experiment& e) { return e.percent != 0; });
         });
}

Instant Looks::next(Instant now, Instant due, std::uint64_t counted) const {
  if (!any_) return Instant::max();
  // With nothing new the next midnight worth a look is the one behind what happens next.
  const Instant from = std::max({now, counted == counted_ ? due : now, Instant{last_.ms + 1}});
  if (from == Instant::max()) return from;
  constexpr std::int64_t kDayMs = 86'400'000;
  const std::int64_t into_ms = ((from.ms % kDayMs) + kDayMs) % kDayMs;
  return into_ms == 0 ? from : Instant{from.ms + kDayMs - into_ms};
}

std::string grounds(const Verdict& verdict) { return fmt::format("certain by {:.1f}%", verdict.lasting_certainty * 100); }

}  // namespace nurture::runtime
