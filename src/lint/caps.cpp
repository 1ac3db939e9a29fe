// Entry point: find_crowds().
//
// From the first to the last message of a crowd passes at most a time that the plan gives. A cap that lets `count` through
// `per` a length of time has let through `count` at the first instant and as many after each whole length since: what is more
// than that comes late or not at all, whatever the lead's clock says.
#include "lint/caps.hpp"

#include <algorithm>
#include <optional>

namespace nurture::lint {

namespace {

/// What the cap lets through from one message to another.
std::optional<std::int64_t> allowed_between(const ast::Cap& cap, const Moment& first, const Moment& last) {
  const std::int64_t most = std::max<std::int64_t>(most_between(first, last), 0);
  if (cap.unit == ast::Cap::Unit::day) {
    const bool on_one_day = !first.floats && !last.floats && first.seconds / kDaySeconds == 0 && last.seconds / kDaySeconds == 0;
    if (first.days != last.days || !(on_one_day || first == last)) return std::nullopt;
    return cap.count.value;
  }
  const auto per = seconds_of(cap.per);
  if (cap.unit == ast::Cap::Unit::week || !per || *per <= 0) return std::nullopt;
  return cap.count.value * (most / *per + 1);
}

std::optional<Crowd> worst(const ast::Cap& cap, const std::vector<PlannedSend>& sends) {
  std::optional<Crowd> found;
  const auto excess = [](const Crowd& crowd) { return static_cast<std::int64_t>(crowd.messages) - crowd.allowed; };
  for (std::size_t i = 0; i < sends.size(); ++i) {
    for (std::size_t k = i + 1; k < sends.size() && sends[k].at.anchor == sends[i].at.anchor; ++k) {
      const auto allowed = allowed_between(cap, sends[i].at, sends[k].at);
      if (!allowed) continue;
      const Crowd crowd{&cap, {}, sends[i], sends[k], k - i + 1, *allowed};
      if (excess(crowd) > (found ? excess(*found) : 0)) found = crowd;
    }
  }
  return found;
}

}  // namespace

std::vector<Crowd> find_crowds(const model::Model& model, const model::Sequence& sequence) {
  std::vector<Crowd> crowds;
  const std::vector<PlannedSend> all = planned_sends(model, sequence);
  for (const model::Id id : model.policies_of(*sequence.node)) {
    const model::Policy& policy = model.policies[id];
    for (const auto& cap : policy.node->caps) {
      if (cap.when || cap.digest) continue;
      std::vector<PlannedSend> counted = all;
      std::erase_if(counted, [&](const PlannedSend& send) {
        return (cap.channel && cap.channel->text != send.channel) || is_exempt(model, *policy.node, send.message->content.category);
      });
      auto crowd = worst(cap, counted);
      if (!crowd) continue;
      crowd->policy = policy.name;
      crowds.push_back(*crowd);
    }
  }
  return crowds;
}

}  // namespace nurture::lint
