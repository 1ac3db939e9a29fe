// Pauses, and what an operator does to a lead. S11.1 and S11.2 of the contracts.
#include "model/reference_world.hpp"

#include <algorithm>

namespace reference {

using nurture::DecisionKind;

/// A row that concerns no lead.
void Reference::write_halt(DecisionKind kind, const std::string& what, Instant until, Reason reason) {
  nurture::Decision d;
  d.at = now_;
  d.kind = kind;
  d.name = what;
  d.reason = reason;
  d.until = until;
  write(nullptr, d);
}

namespace {

bool lasts(const Sleep& sleep) { return !sleep.until; }

}  // namespace

/// Whether steps and waits of a run stand still.
bool Reference::is_stopped(const Lead& lead, const Enrolment& e) const {
  const auto asleep = paused_sequences_.find(sequence(e).name);
  return (asleep != paused_sequences_.end() && lasts(asleep->second)) || (lead.sleep && lasts(*lead.sleep));
}

/// Whether a pause of whatever kind holds messages.
bool Reference::is_paused(const Lead& lead, const Enrolment* e, const std::string& channel) const {
  if (paused_ || paused_channels_.contains(channel)) return true;
  if (e == nullptr) return lead.sleep && lasts(*lead.sleep);
  return e->frozen || is_stopped(lead, *e);
}

/// Whether a step fell due in a time that ends now and in which nothing ran, of whatever gaps and pauses it is made. [S4.6]
bool Reference::slept(const Lead& lead, const Enrolment& e, Instant due) const {
  if (due >= now_) return false;
  std::vector<std::pair<Instant, Instant>> stretches{{gap_from_, gap_until_}};
  const auto asleep = paused_sequences_.find(sequence(e).name);
  if (asleep != paused_sequences_.end()) stretches.emplace_back(asleep->second.from, asleep->second.until.value_or(Instant::max()));
  if (lead.sleep) stretches.emplace_back(lead.sleep->from, lead.sleep->until.value_or(Instant::max()));
  // From the end backwards, one stretch at a time.
  Instant since = now_;
  for (std::size_t i = 0; i < stretches.size() && due < since; ++i) {
    for (const auto& [from, until] : stretches) {
      if (from < since && until >= since) since = from;
    }
  }
  return due >= since;
}

/// Of everything or a channel: messages are held. Of a sequence or a lead: steps and waits stand still as well. [S11.1]
void Reference::apply_pause(const Input& input) {
  const bool begins = input.kind == Input::Kind::pause;
  const DecisionKind kind = begins ? DecisionKind::paused : DecisionKind::resumed;
  const auto turn = [&](Sleep& sleep, bool fresh) {
    if (begins && (fresh || !lasts(sleep))) sleep = {!fresh && sleep.until == now_ ? sleep.from : now_, std::nullopt};
    if (!begins && lasts(sleep)) sleep.until = now_;
  };
  Lead* lead = nullptr;
  if (!input.lead.empty()) {
    lead = find(input.lead);
    if (lead == nullptr) return write_refused(input.lead, begins ? "pause" : "resume", "the lead is not known");
    const bool fresh = !lead->sleep.has_value();
    if (fresh && begins) lead->sleep.emplace();
    if (lead->sleep) turn(*lead->sleep, fresh);
    write(lead, row(*lead, kind));
  } else if (!input.name.empty()) {
    const bool fresh = !paused_sequences_.contains(input.name);
    if (!fresh || begins) turn(paused_sequences_[input.name], fresh);
    write_halt(kind, input.name, Instant::max());
  } else if (!input.channel.empty()) {
    begins ? void(paused_channels_.insert(input.channel)) : void(paused_channels_.erase(input.channel));
    write_halt(kind, input.channel, Instant::max());
  } else {
    paused_ = begins;
    write_halt(kind, {}, Instant::max());
  }
  for (Lead* each : known_leads()) {
    if (!input.lead.empty() && input.lead != each->name) continue;
    tend_holds(*each);
    if (!begins) apply_resume(*each, input);
  }
}

/// What the pause that ends has held and no other holds asks its gates at once.
void Reference::apply_resume(Lead& lead, const Input& input) {
  const auto ask_again = [&](std::vector<Held>& all, const Enrolment* e) {
    for (Held& held : all) {
      const bool meant = (input.channel.empty() || input.channel == held.channel) &&
                         (input.name.empty() || (e != nullptr && sequence(*e).name == input.name));
      if (meant && held.reason == Reason::paused && !is_paused(lead, e, held.channel)) held.until = now_;
    }
  };
  ask_again(lead.held, nullptr);
  for (Enrolment& e : lead.enrolments) ask_again(e.held, &e);
  for (std::size_t a = 0; a < lead.memberships.size() && input.name.empty(); ++a) settle_audience(lead, a);
}

void Reference::apply_exit(const Input& input) {
  Lead* lead = find(input.lead);
  if (lead == nullptr) return write_refused(input.lead, "exit", "the lead is not known");
  bool any = false;
  for (Enrolment& e : lead->enrolments) {
    if (!e.live() || sequence(e).name != input.name) continue;
    end(*lead, e, Reason::exit, input.words);
    any = true;
  }
  if (!any) write_refused(input.lead, "exit", "the lead is not in `" + input.name + "`");
}

void Reference::apply_erase(const Input& input) {
  Lead* lead = find(input.lead);
  if (lead == nullptr) return write_refused(input.lead, "erase", "the lead is not known");
  erase(*lead, Reason::none);
}

/// Whoever comes under this name later is somebody else, whose runs are numbered on. [S11.2]
void Reference::erase(Lead& lead, Reason reason) {
  const std::string name = lead.name;
  std::uint32_t highest = lead.numbered_after;
  for (Enrolment& e : lead.enrolments) {
    highest = std::max(highest, e.number);
    if (!e.live()) continue;
    cancel_held(lead, e, Reason::erased, "erased", false);
    if (!sequence(e).is_triggers) end(lead, e, Reason::erased, "erased");
  }
  for (const ScoreState& score : lead.scores) highest = std::max(highest, score.firings);
  const std::vector<Held> all = lead.held;
  for (const Held& held : all) {
    write_message(body_of(lead, nullptr, held), DecisionKind::skipped, *held.action, path_of(held),
                  {Gate::Kind::skip, Reason::erased, Instant::max(), "erased"});
  }
  leave_audiences(lead);
  for (const Membership& membership : lead.memberships) highest = std::max(highest, membership.changes);
  write_halt(DecisionKind::erased, {}, Instant::max(), reason);
  std::erase_if(retries_, [&](const auto& retry) { return retry.second.lead == name; });
  tombstones_[name] = highest;
  leads_.erase(name);
}

}  // namespace reference
