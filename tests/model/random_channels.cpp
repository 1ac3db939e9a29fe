// Random channels: what they require and what they bear. Small numbers over long times, for a case has few messages.
#include "model/random_channels.hpp"

namespace reference {

Piece random_channel(Random& random, const std::string& name) {
  Piece channel{"channel " + name + " {", {}, "}"};
  if (name == "email" && random.odd(40)) channel.inner.push_back({"requires lead.email"});
  if (random.odd(45)) {
    const std::string times = std::to_string(random.between(1, 4));
    channel.inner.push_back(
        {"retry " + times + " times from " + random.one_of({"10min", "1h"}) + " to " + random.one_of({"1h", "8h", "24h"})});
  }
  if (random.odd(45)) {
    const std::string count = std::to_string(random.between(1, 2));
    channel.inner.push_back({"rate " + count + " per " + random.one_of({"30min", "1h", "12h", "24h", "47h"})});
  }
  if (random.odd(45)) {
    const std::string share = random.one_of({"50%", "100%", "34%"}) + " of " + std::to_string(random.between(1, 4));
    const std::string within = random.one_of({"1h", "12h", "96h"});
    channel.inner.push_back({"breaker open at " + share + " within " + within + " probe after " + random.one_of({"30min", "6h", "24h"})});
  }
  return channel;
}

}  // namespace reference
