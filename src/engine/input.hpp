// What the core takes in: inputs, queued until their instant. Everything that changes state is one of these. [S1.1]
#pragma once

#include "compile/program.hpp"
#include "eval/code.hpp"

#include <nurture/decision.hpp>
#include <nurture/time.hpp>

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace nurture::engine {

enum class InputKind : std::uint8_t {
  upsert,
  event,
  consent,
  score,
  delivery,
  gap,
  pause,
  resume,
  enroll,
  exit,
  erase,
  exported,
  deploy,
  membership,
  broadcast,
  promote,
  refused
};

/// Ids are resolved and values typed at the edge; texts live in the queue's arena.
struct Input {
  Instant at;
  std::uint64_t order = 0;  ///< Of posting; set by the queue.
  InputKind kind = InputKind::event;
  std::string_view lead;
  compile::Id subject = compile::kNone;  ///< Event, category, score, sequence, audience, experiment or message (none: a notification or a
                                         ///< call);
                                         ///< deploy: the shell's number of the program.
  compile::Id channel = compile::kNone;
  Instant other;                        ///< event: occurred; gap: its end; delivery: when the message was sent.
  const compile::Id* fields = nullptr;  ///< upsert: lead fields given.
  const eval::Value* values = nullptr;  ///< upsert: by position in `fields`; event: by declared field.
  std::uint32_t count = 0;              ///< Of the values.
  std::string_view text;                ///< event: id; exit: its name; consent: source; delivery and refused: reason in words.
  double number = 0;                    ///< score: where it is to stand; promote: the arm.
  bool flag = false;                    ///< consent: granted
  bool flag2 = false;                   ///< consent: confirmed
  Reason outcome = Reason::none;        ///< delivery, membership
  Instant again = Instant::max();       ///< delivery or membership to be retried: when
};

/// Inputs in the order of their instants, then of posting. Its arena keeps their texts until all are applied.
class InputQueue {
 public:
  [[nodiscard]] eval::Arena& arena() { return arena_; }
  void push(Input input);
  [[nodiscard]] bool empty() const { return in_order_.empty() && others_.empty(); }
  [[nodiscard]] Instant next() const { return empty() ? Instant::max() : is_other_first() ? others_.front().at : in_order_.front().at; }
  [[nodiscard]] Input pop();
  /// In their order.
  [[nodiscard]] std::vector<Input> all() const;
  /// Frees the arena when nothing is queued; call after the last popped input was applied.
  void tidy();

 private:
  [[nodiscard]] bool is_other_first() const;

  std::deque<Input> in_order_;  ///< Each not before the one in front of it.
  std::vector<Input> others_;   ///< A heap, the first in front.
  eval::Arena arena_;
  std::uint64_t order_ = 0;
};

}  // namespace nurture::engine
