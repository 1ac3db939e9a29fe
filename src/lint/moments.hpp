// When the steps of a plan are due, as far as the plan alone says it, and what they send then. Entry points: moments_of(),
// planned_sends(). Private to src/lint.
//
// A moment counts from the entry or from an anchor, which have some time of day that no one knows yet. So the time between two
// moments lies between two bounds, and a lint speaks of what holds for all of them.
#pragma once

#include "check/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nurture::lint {

inline constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

struct Moment {
  model::Id anchor = model::kNone;  ///< kNone counts from the entry.
  std::int64_t days = 0;
  std::int64_t seconds = 0;
  bool floats = true;  ///< `seconds` count from the time of day of the entry or the anchor; else they are a time of day.

  friend bool operator==(const Moment&, const Moment&) = default;
};

/// By step. Nothing for those whose moment depends on the lead, on the day of the week, or on how long another step takes.
using Moments = std::vector<std::optional<Moment>>;
[[nodiscard]] Moments moments_of(const model::Sequence& sequence);

/// The most and the least seconds from one moment to another of the same anchor; negative when the other comes first.
[[nodiscard]] std::int64_t most_between(const Moment& from, const Moment& to);
[[nodiscard]] std::int64_t least_between(const Moment& from, const Moment& to);

/// Days and exact time together; nothing when months are in it, whose length varies.
[[nodiscard]] std::optional<std::int64_t> seconds_of(const ast::Duration& duration);

struct PlannedSend {
  std::size_t step = 0;
  Moment at;
  const model::Message* message = nullptr;
  std::string channel;
  const ast::Send* node = nullptr;
};
/// What every run sends that comes to these steps: behind no branch and no wait for something. Transactional messages, which
/// nobody spaces out, are left out. Sorted.
[[nodiscard]] std::vector<PlannedSend> planned_sends(const model::Model& model, const model::Sequence& sequence);

/// In the order of the plan, those of one anchor beside each other. What has an unknown time of day counts as of noon.
void sort(std::vector<PlannedSend>& sends);

/// Whether a policy neither stops nor counts the messages of a category.
[[nodiscard]] bool is_exempt(const model::Model& model, const ast::Policy& policy, const std::string& category);

/// Whether a `->` anywhere goes to another step: what it passes over is said by the order in which steps are written.
[[nodiscard]] bool has_jumps(const model::Sequence& sequence);

}  // namespace nurture::lint
