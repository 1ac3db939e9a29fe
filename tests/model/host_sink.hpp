// How the host of random cases answers messages: a function of the key and of how often it was asked. Both engines ask; each has a
// sink of its own. Channels that say nothing of tries, rate and breaker take everything.
#pragma once

#include "check/model.hpp"
#include "engine/hash.hpp"

#include <nurture/engine.hpp>

#include <map>
#include <set>
#include <stdexcept>
#include <string>

namespace reference {

class HostSink {
 public:
  explicit HostSink(const nurture::model::Model& model) {
    for (const auto& channel : model.channels) {
      const auto* node = channel.node;
      if (node != nullptr && !(node->retries.empty() && node->rates.empty() && node->breakers.empty())) moody_.insert(channel.name);
    }
  }

  /// `sent` is the instant of the decision. In four half days of ten a channel takes hardly anything.
  nurture::Delivery operator()(const std::string& channel, const std::string& key, nurture::Instant sent) {
    using nurture::Delivery;
    using nurture::engine::Hasher;
    constexpr std::int64_t kHalfDayMs = std::int64_t{12} * 3'600'000;
    const auto tries = static_cast<std::uint64_t>(++tries_[key]);
    if (!moody_.contains(channel)) return Delivery::accepted();
    const bool bad = Hasher{}.add(channel).add(static_cast<std::uint64_t>(sent.ms / kHalfDayMs)).finish64() % 10 < 4;
    const std::uint64_t draw = Hasher{}.add(key).add(tries).add("answer").finish64() % 20;
    if (draw < (bad ? 13U : 2U)) return Delivery::retry(std::chrono::minutes(draw % 3 == 0 ? 90 : 0));
    if (draw == 13) throw std::runtime_error("the line is dead");
    if (draw == 14) throw 14;
    if (draw == 15) return Delivery::rejected("no such box");
    return draw == 16 ? Delivery::duplicate() : Delivery::accepted();
  }

 private:
  std::set<std::string> moody_;
  std::map<std::string, int> tries_;  ///< By key.
};

}  // namespace reference
