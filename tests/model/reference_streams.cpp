// What streams and broadcasts have that sequences have not: a stream that has nothing left, and starts of broadcasts.
#include "engine/hash.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"

namespace reference {

using nurture::DecisionKind;
namespace time = nurture::time;

/// At the first beat at which nothing is left, and not again until something was found. What is still on its way is left.
void Reference::run_out(const Body& body, const ast::Action& action, Places& places) {
  const auto* next = std::get_if<ast::SendNext>(&action.what);
  if (next == nullptr || !next->exhausted || body.e->exhausted) return;
  for (const Path& path : paths(action)) {
    Gate gate;
    if (body.lead->passed.contains(path.message->name) && is_held_out(body, path, gate)) continue;
    if (is_held(*body.lead, path.message->name) && !was_sent(body, action, path, nullptr, gate)) return;
  }
  body.e->exhausted = true;
  places.push_back({&*next->exhausted, 0});
}

// ---------------------------------------------------------------- broadcasts

/// A date without an offset is on the clock of the broadcast, else of the project, else UTC: it starts once, for everybody.
void Reference::collect_starts() {
  for (const int id : order_) {
    const model::Sequence& s = declared(id);
    if (s.broadcast == nullptr || s.broadcast->starts.empty()) continue;
    const time::Zone* zone = time::utc();
    if (model_->project != nullptr && !model_->project->zones.empty())
      zone = time::find_zone(model_->project->zones.front().zone.name.value);
    const bool named = !s.broadcast->zones.empty() && s.broadcast->zones.front().zone.kind == ast::Zone::Kind::named;
    if (named) zone = time::find_zone(s.broadcast->zones.front().zone.name.value);
    starts_.emplace(time::parse_date_time(s.broadcast->starts.front().start.text)->in(*zone), id);
  }
}

/// Whoever is in the segment then is reached, also when nothing ran: what is sent waits for the end of the gap. [S1.7]
Instant Reference::next_start() const { return starts_.empty() ? Instant::max() : starts_.begin()->first; }

void Reference::start_dated() {
  const int sequence = starts_.begin()->second;
  starts_.erase(starts_.begin());
  start_broadcast(sequence);
}

/// Whoever is known and in the segment now enters a run of this start, which is its key.
void Reference::start_broadcast(int sequence) {
  const model::Sequence& s = declared(sequence);
  const std::string number = std::to_string(++started_[sequence]);
  nurture::Decision d;
  d.at = now_;
  d.kind = DecisionKind::broadcast;
  d.name = s.name;
  d.detail = number;
  write(nullptr, d);
  const model::Id segment = model_->find_segment(s.broadcast->targets.front().segment.text);
  for (Lead* each : known_leads()) {
    Lead& lead = *each;
    if (lead.parked || !holds(lead, nullptr, model_->segments[segment].node->condition, {})) continue;
    Entry entry;
    entry.key = number;
    enroll(lead, sequence, entry, "start " + number);
    drain(lead);
    lead.moments_known = false;
  }
}

/// Each lead has an instant of its own, always the same. [S6.7]
std::int64_t Reference::broadcast_spread(const Lead& lead, const model::Sequence& s) const {
  if (s.broadcast == nullptr || s.broadcast->spreads.empty()) return 0;
  const auto within_ms = static_cast<std::uint32_t>(naive::period_of(s.broadcast->spreads.front().length.text).ms);
  return nurture::engine::bucket("broadcast/" + s.name, lead.name, within_ms);
}

}  // namespace reference
