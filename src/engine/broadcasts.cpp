// Broadcasts: one message to every lead of a segment, at the instant at which somebody starts them or their date comes. A
// start walks through the leads that are known then, one unit of work each, and the clock stands still until it has met them
// all: whoever is in the segment at that instant enters, however the host slices its steps. [S1.3] [S1.5] What each run does is
// that of a sequence with one step. Entry points: start_broadcast(), sweep().
#include "engine/core.hpp"

namespace nurture::engine {

void Core::start_broadcast(Id sequence) {
  const std::uint32_t number = ++broadcast_numbers_[sequence];
  if (observer_ != nullptr) {
    const std::string text = std::to_string(number);
    Decision d = decision(DecisionKind::broadcast);
    d.name = program_->sequences[sequence].name;
    d.detail = text;
    log(d);
  }
  if (runs_[sequence]) sweep_ = {sequence, 0, lead_count_};
}

void Core::start_dated() {
  now_ = std::max(now_, next_broadcast());
  start_broadcast(program_->broadcasts[next_dated_++]);
}

/// The next lead. Who is in the segment enters with the number of the start as the key, so that a message of an earlier start
/// that is still held is in nobody's way.
void Core::sweep() {
  const std::uint32_t lead = sweep_.next++;
  if (head(lead).parked != 0) return;
  const Id sequence = sweep_.sequence;
  Env env(*this, lead, kNone);
  if (!holds(program_->segments[program_->sequences[sequence].broadcast.segment].condition, env)) return;
  const std::string cause = "start " + std::to_string(broadcast_numbers_[sequence]);
  static_cast<void>(enroll(lead, sequence, nullptr, cause, kBroadcast));
}

}  // namespace nurture::engine
