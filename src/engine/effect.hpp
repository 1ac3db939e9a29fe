// What leaves the core: messages that were decided, and what else is handed to the shell. Entry point: EffectSink.
#pragma once

#include "compile/program.hpp"
#include "engine/state.hpp"

#include <nurture/engine.hpp>
#include <nurture/time.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace nurture::engine {

/// An event as expressions see it: its values by declared field, or, for one of the past, the words of its kept fields.
struct EventView {
  Id event = kNone;
  const eval::Value* values = nullptr;
  const Word* kept = nullptr;
  std::int64_t occurred_ms = 0;
};

/// A message decided to be sent. Valid while the sink is called.
struct Effect {
  Instant at;
  std::uint32_t lead = 0;
  std::uint32_t enrolment = kNone;  ///< Index; kNone when a score sent it.
  std::uint16_t step = kNoStep;
  std::uint32_t visit = 0;
  Id score = kNone;  ///< Index, when a score sent it.
  Id node = 0;
  Id message = kNone;
  Id channel = kNone;
  Id path = kNone;  ///< Program::send_paths, of a message.
  std::uint32_t variant = kNone;
  const EventView* trigger = nullptr;
  const Word* held_trigger = nullptr;  ///< In place of `trigger` for a message that was held.
  std::uint64_t held = 0;              ///< Serial of a message that was held; 0 for others.
};

/// Where effects go. Called in the middle of a step: may post inputs, nothing else.
class EffectSink {
 public:
  virtual ~EffectSink() = default;
  virtual void on_effect(const Effect& effect) = 0;
  virtual void on_notify(std::string_view lead, std::string_view who, std::string_view text) = 0;
  virtual void on_task(const Task& task) = 0;
  virtual void on_audience(const AudienceChange& change) = 0;
  /// All that is kept of the lead outside the core goes. [S11.2]
  virtual void on_erase(std::string_view lead) = 0;
  virtual void on_call(std::string_view lead, std::string_view function, const std::vector<Value>& arguments) = 0;
};

}  // namespace nurture::engine
