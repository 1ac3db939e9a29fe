// What the caps of a sequence's policies make of its plan. Entry point: find_crowds(). Private to src/lint.
#pragma once

#include "lint/moments.hpp"

#include <string>
#include <vector>

namespace nurture::lint {

/// Messages of a plan that stand too close for a cap, whenever leads enter.
struct Crowd {
  const ast::Cap* cap = nullptr;
  std::string policy;
  PlannedSend first, last;   ///< Of those that are too many.
  std::size_t messages = 0;  ///< From the first to the last.
  std::int64_t allowed = 0;  ///< So many of them can go out by then.
};

/// The worst crowd for each cap that acts on time alone: without `when`, and not over weeks, whose days no plan knows.
[[nodiscard]] std::vector<Crowd> find_crowds(const model::Model& model, const model::Sequence& sequence);

}  // namespace nurture::lint
