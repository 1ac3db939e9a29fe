// Forgetting what has been kept for long enough: S11.3 of the contracts. A lead has one timer for it, set to the instant at
// which its oldest event is too old or its silence too long, whichever comes first; nothing sweeps. Entry points:
// watch_silence(), watch_retention(), retain().
#include "engine/core.hpp"

#include <algorithm>

namespace nurture::engine {

/// From the first input of the lead on, and with each event that it waits for: where months clamp, a later one ends it sooner.
void Core::watch_silence(std::uint32_t lead) {
  if (!program_->retention.leads.code) return;
  watch_retention(lead, silence_ends(lead));
}

/// Not after now when it has lasted long enough, else the instant from which on it will have; kNever without such a rule.
std::int64_t Core::silence_ends(std::uint32_t lead) {
  if (!program_->retention.leads.code) return kNever;
  Env env(*this, lead, kNone);
  return holds(program_->retention.leads, env) ? now_.ms : env.valid_until.ms;
}

/// In a gap at its end. [S1.7]
bool Core::is_silent(std::uint32_t lead) { return now_.ms >= gap_until_ms_ && silence_ends(lead) <= now_.ms; }

/// Of a lead that is known, by what a deployment says.
void Core::begin_retention(std::uint32_t lead) {
  watch_silence(lead);
  if (program_->retention.forgets_events && head(lead).history != kNone) watch_retention(lead, now_.ms);
}

/// An earlier timer stays: it finds out that there is nothing to forget yet, and what comes next.
void Core::watch_retention(std::uint32_t lead, std::int64_t due_ms) {
  Word& word = rows_.at(lead)[program_->layout.retain];
  if (due_ms >= static_cast<std::int64_t>(word)) return;
  const std::int64_t at_ms = std::max(due_ms, now_.ms);
  word = static_cast<Word>(at_ms);
  timers_.add({{at_ms}, lead, TimerKind::retain, Timers::kLastRank, 0, lead}, now_);
}

/// Whether an event of this instant is too old to be kept; if not, when it will be.
bool Core::is_forgotten(std::uint32_t lead, std::int64_t occurred_ms, std::int64_t& due_ms) const {
  due_ms = time::add({occurred_ms}, program_->retention.events, lead_zone(lead)).ms;
  return due_ms <= now_.ms;
}

/// Silence is counted from there when nothing later is known.
void Core::note_forgotten(std::uint32_t lead, Id event, std::int64_t occurred_ms) {
  const Id word = program_->layout.forgotten[event];
  if (word == kNone) return;
  Word& newest = rows_.at(lead)[word];
  newest = static_cast<Word>(std::max(static_cast<std::int64_t>(newest), occurred_ms));
}

/// Erases the lead, or forgets its events that are too old and lets conditions ask what is left.
void Core::retain(std::uint32_t lead) {
  rows_.at(lead)[program_->layout.retain] = static_cast<Word>(kNever);
  std::int64_t next_ms = silence_ends(lead);
  if (next_ms <= now_.ms) {
    const std::string name(lead_name(lead));
    return erase(lead, name, Reason::retention);
  }
  bool forgot = false;
  if (program_->retention.forgets_events && head(lead).history != kNone) {
    std::int64_t due_ms = kNever;
    const auto is_old = [&](std::int64_t occurred_ms) { return is_forgotten(lead, occurred_ms, due_ms); };
    const std::int64_t oldest_ms = history_.cut(head(lead).history, is_old, [&](Id event, std::int64_t occurred_ms) {
      note_forgotten(lead, event, occurred_ms);
      forgot = true;
    });
    // What is forgotten may have begun a silence that ends sooner, where months clamp.
    if (forgot) next_ms = silence_ends(lead);
    if (oldest_ms != INT64_MAX) next_ms = std::min(next_ms, due_ms);
  }
  if (next_ms != kNever) watch_retention(lead, next_ms);
  if (!forgot) return;
  Change change;
  change.clock = change.come = change.forgot = true;
  react_lead(lead, change);
}

}  // namespace nurture::engine
