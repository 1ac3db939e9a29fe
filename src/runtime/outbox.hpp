// Messages, and changes of audiences, that a sink asked to be tried again. Entry points: keep(), take(), again(). Tries back
// off exponentially with full jitter from a hash of (key, attempt), so that a replay waits just as long. How often and how long
// is up to the channel (Bounds); a sink's own `retry after` wins when it is longer. [S7.4]
#pragma once

#include <nurture/engine.hpp>
#include <nurture/limits.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nurture::engine {
class Archive;
}

namespace nurture {

/// What a message says, rendered, for delivery after the instant of its decision.
struct RenderedMessage {
  std::string key, subject, preview, body, from;
  NamedTexts links, fields;
};

namespace runtime {

/// Of the tries of one message.
struct Bounds {
  int tries = limits::kDeliveryTries;                     ///< The first included.
  std::int64_t base_ms = 30'000;                          ///< The first wait lasts at most so long, each further one twice as long,
  std::int64_t longest_ms = std::int64_t{6} * 3'600'000;  ///< but never longer than this.
};

struct Retry {
  Instant at;       ///< Of the decision.
  int attempt = 1;  ///< Tries made so far.
  std::string name, lead, channel, category, variant, sequence, step, template_name, topic;
  std::uint32_t enrolment = 0;
  RenderedMessage content;
  Bounds bounds;
  Instant retry_at;           ///< Of this try.
  std::string audience = {};  ///< Of a change of an audience, which says nothing but its key.
  bool joined = false;
};

struct Outcome {
  Reason kind = Reason::none;  ///< none when it was delivered, else retry, rejected, or failed when all tries are used up.
  std::string lead, message, channel, audience, reason;
  Instant sent_at;
  Instant again = Instant::max();  ///< retry: when
};

/// Calls a sink; an exception counts as a retry and never leaves.
[[nodiscard]] Delivery call_sink(const ChannelSink& sink, const Message& message);
[[nodiscard]] Delivery call_sink(const AudienceSink& sink, const AudienceChange& change);

class Outbox {
 public:
  /// Keeps a copy of a message that is to be tried again, and answers when.
  Instant keep(const Message& message, const Delivery& answer, const Bounds& bounds);
  Instant keep(const AudienceChange& change, const Delivery& answer, const Bounds& bounds);
  [[nodiscard]] Instant next() const { return waiting_.empty() ? Instant::max() : waiting_.begin()->first; }
  /// Takes out the message that is due next, to be tried now; there must be one.
  [[nodiscard]] Retry take(Instant now);
  /// Not tried after all: it waits on.
  void put_back(Instant at, Retry retry) { insert(at, std::move(retry)); }
  /// Tries once more; keeps it again when the sink asks for it and tries are left.
  [[nodiscard]] Outcome again(Retry retry, const ChannelSink& sink);
  [[nodiscard]] Outcome again(Retry retry, const AudienceSink& sink);
  /// Writes what waits, or reads it. [S1.3]
  void visit(engine::Archive& archive);
  /// Drops what waits for a lead. [S11.2]
  void forget(std::string_view lead);
  /// Drops what a channel is still to be told of a lead and an audience: it is out of date.
  void forget(const AudienceChange& change);

 private:
  using Waiting = std::multimap<Instant, Retry>;
  Instant wait(Retry retry, Instant now, const Delivery& answer);
  [[nodiscard]] Outcome settle(Retry retry, const Delivery& answer);
  void insert(Instant at, Retry retry);
  template <class IsMeant>
  void forget_if(std::string_view lead, IsMeant&& is_meant);
  Waiting waiting_;
  std::multimap<std::string, Waiting::iterator, std::less<>> by_lead_;
};

}  // namespace runtime
}  // namespace nurture
