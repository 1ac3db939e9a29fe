// Messages that a sink asked to be tried again. Entry points: keep(), due(), again(). Tries back off exponentially with
// full jitter from a hash of (key, attempt), so that a replay waits just as long: base 30 s, at most 6 h between tries,
// at most 12 tries; a sink's own `retry after` wins when it is longer. [S7.4]
#pragma once

#include <nurture/engine.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nurture {

/// What a message says, rendered, for delivery after the instant of its decision.
struct RenderedMessage {
  std::string key, subject;
  std::vector<std::pair<std::string, std::string>> fields;
};

namespace runtime {

struct Retry {
  Instant at;  ///< Of the decision.
  int attempt = 1;
  std::string name, lead, channel, category, variant, sequence, step, template_name;
  std::uint32_t enrolment = 0;
  RenderedMessage content;
  Instant retry_at;  ///< Of this try.
};

struct Outcome {
  bool failed = false;
  bool final_failure = false;  ///< All tries used up, rather than rejected.
  std::string lead, message, channel, reason;
  Instant sent_at;
};

/// Calls a sink; an exception counts as a retry and never leaves.
[[nodiscard]] Delivery call_sink(const ChannelSink& sink, const Message& message);

class Outbox {
 public:
  /// Keeps a copy of a message that is to be tried again.
  void keep(const Message& message, const Delivery& answer);
  [[nodiscard]] Instant next() const { return waiting_.empty() ? Instant::max() : waiting_.begin()->first; }
  /// Takes out what is due at an instant.
  [[nodiscard]] std::vector<Retry> due(Instant at);
  /// Tries once more; keeps it again when the sink asks for it and tries are left.
  [[nodiscard]] Outcome again(Retry retry, const ChannelSink& sink);

 private:
  void wait(Retry retry, Instant now, const Delivery& answer);
  std::multimap<Instant, Retry> waiting_;
};

}  // namespace runtime
}  // namespace nurture
