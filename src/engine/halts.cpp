// Pauses, and what the host does to single leads: S11.1 and S11.2 of the contracts. A pause of a sequence or a lead is a
// gap of its own: what falls due in it runs when it ends, under `catch up`.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>
#include <array>

namespace nurture::engine {

bool Core::lead_sleeps(std::uint32_t lead) const {
  const auto sleep = sleeping_leads_.find(lead);
  return sleep != sleeping_leads_.end() && sleep->second.until_ms == kNever;
}

bool Core::is_stopped(const Enrolment& e) const {
  return sleepers_ != 0 && (sleeping_sequences_[family_of(e.sequence)].until_ms == kNever || lead_sleeps(e.lead));
}

/// Since when a run stands still, of itself or by a pause; INT64_MIN while it does not.
std::int64_t Core::stands_since(const Enrolment& e) const {
  if (is_frozen(e)) return frozen_word(e).since_ms;
  if (!is_stopped(e)) return INT64_MIN;
  const Sleep& sequence = sleeping_sequences_[family_of(e.sequence)];
  return sequence.until_ms == kNever ? sequence.from_ms : sleeping_leads_.at(e.lead).from_ms;
}

/// Whether messages are held by a pause, of whatever kind.
bool Core::is_paused(std::uint32_t lead, std::uint32_t enrolment, Id channel) const {
  if (paused_ || paused_channels_[channel]) return true;
  if (enrolment != kNone && is_frozen(enrolments_[enrolment])) return true;
  return enrolment == kNone ? lead_sleeps(lead) : is_stopped(enrolments_[enrolment]);
}

/// Whether a step fell due in a time without the engine, or in a pause, that ends now: stretches that overlap, or of which one
/// begins where another ends, are one. [S4.6]
bool Core::slept(const Enrolment& e, std::int64_t due_ms) const {
  const auto lead = sleeping_leads_.find(e.lead);
  const std::array<Sleep, 3> stretches{Sleep{gap_from_ms_, gap_until_ms_}, sleeping_sequences_[family_of(e.sequence)],
                                       lead == sleeping_leads_.end() ? Sleep{} : lead->second};
  std::int64_t since_ms = now_.ms;
  for (bool goes_back = true; goes_back;) {
    goes_back = false;
    for (const Sleep& one : stretches) {
      if (one.until_ms < since_ms || one.from_ms >= since_ms) continue;
      since_ms = one.from_ms;
      goes_back = true;
    }
  }
  return due_ms >= since_ms && due_ms < now_.ms;
}

void Core::apply_pause(const Input& input) {
  const auto sleep = [&](Sleep& asleep) {
    if (asleep.until_ms == kNever) return;
    // One that begins where the last one ended goes on with it.
    asleep = {asleep.until_ms == now_.ms ? asleep.from_ms : now_.ms, kNever};
    ++sleepers_;
  };
  const auto stop_holds = [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t i = first; i < end; ++i) each_held(i, [&](std::uint32_t held) { tend_hold(held); });
  };
  if (input.subject != kNone) {
    sleep(sleeping_sequences_[input.subject]);
    stop_holds(0, lead_count_);
    return log_halt(DecisionKind::paused, Instant::max(), program_->sequences[input.subject].name);
  }
  if (input.channel != kNone) {
    paused_channels_[input.channel] = true;
    stop_holds(0, lead_count_);
    return log_halt(DecisionKind::paused, Instant::max(), program_->channels[input.channel].name);
  }
  if (input.lead.empty()) {
    paused_ = true;
    stop_holds(0, lead_count_);
    return log_halt(DecisionKind::paused, Instant::max());
  }
  const std::uint32_t lead = find_lead(input.lead);
  if (lead == kNone) return refuse_input(input.lead, "pause", "the lead is not known");
  sleep(sleeping_leads_[lead]);
  stop_holds(lead, lead + 1);
  if (observer_ != nullptr) log(decision(lead, DecisionKind::paused));
}

void Core::apply_resume(const Input& input) {
  const auto wake_up = [&](Sleep& asleep) {
    if (asleep.until_ms != kNever) return;
    asleep.until_ms = now_.ms;
    --sleepers_;
  };
  std::uint32_t lead = kNone;
  if (input.subject != kNone) {
    wake_up(sleeping_sequences_[input.subject]);
    log_halt(DecisionKind::resumed, Instant::max(), program_->sequences[input.subject].name);
  } else if (input.channel != kNone) {
    paused_channels_[input.channel] = false;
    log_halt(DecisionKind::resumed, Instant::max(), program_->channels[input.channel].name);
  } else if (input.lead.empty()) {
    paused_ = false;
    log_halt(DecisionKind::resumed, Instant::max());
  } else {
    lead = find_lead(input.lead);
    if (lead == kNone) return refuse_input(input.lead, "resume", "the lead is not known");
    if (const auto sleep = sleeping_leads_.find(lead); sleep != sleeping_leads_.end()) wake_up(sleep->second);
    if (observer_ != nullptr) log(decision(lead, DecisionKind::resumed));
  }
  const std::uint32_t first = lead == kNone ? 0 : lead;
  const std::uint32_t end = lead == kNone ? lead_count_ : lead + 1;
  for (std::uint32_t i = first; i < end; ++i) go_on(i, input);
}

/// What of a lead the pause that ends has held asks its gates again; the timers of other holds are left alone.
void Core::go_on(std::uint32_t lead, const Input& resumed) {
  each_held(lead, [&](std::uint32_t held) { tend_hold(held); });
  each_held(lead, [&](std::uint32_t index) {
    const Held& h = held_[index];
    const Id channel = program_->send_paths[h.path].channel;
    bool meant = h.reason == Reason::paused && (resumed.channel == kNone || resumed.channel == channel);
    if (resumed.subject != kNone) meant = meant && h.enrolment != kNone && family_of(enrolments_[h.enrolment].sequence) == resumed.subject;
    if (meant && !is_paused(lead, h.enrolment, channel)) ask_now(index);
  });
  if (resumed.subject == kNone && head(lead).parked == 0) settle_audiences(lead);
  if (resumed.subject == kNone && resumed.lead.empty()) return;
  // What fell due meanwhile rings now.
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& e = enrolments_[i];
    const bool meant = resumed.subject == kNone || family_of(e.sequence) == resumed.subject;
    const bool due = e.state == EnrolmentState::planned || e.state == EnrolmentState::waiting || e.state == EnrolmentState::until;
    if (!meant || !due || e.due_ms > now_.ms || is_stopped(e) || is_frozen(e)) continue;
    add_timer(now_.ms, e.state == EnrolmentState::planned ? TimerKind::step : TimerKind::timeout, lead, i);
  }
}

void Core::apply_exit(const Input& input) {
  const std::uint32_t lead = find_lead(input.lead);
  if (lead == kNone) return refuse_input(input.lead, "exit", "the lead is not known");
  const std::string name(input.text);
  bool any = false;
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone;) {
    const std::uint32_t next = enrolments_[i].next;
    if (family_of(enrolments_[i].sequence) == input.subject && live(i)) {
      end(i, Reason::exit, name);
      any = true;
    }
    i = next;
  }
  if (!any) refuse_input(input.lead, "exit", "the lead is not in `" + program_->sequences[input.subject].name + "`");
}

void Core::apply_erase(const Input& input) {
  const std::uint32_t lead = find_lead(input.lead);
  if (lead == kNone) return refuse_input(input.lead, "erase", "the lead is not known");
  erase(lead, input.lead, Reason::none);
}

/// What is left is an empty row that takes no part, and the hash of the id with the highest number of an enrolment. Texts that
/// stood in its fields stay in the table of texts, which all leads share, with nothing that leads to them. `name` lives longer
/// than the lead's own.
void Core::erase(std::uint32_t lead, std::string_view name, Reason reason) {
  std::uint32_t number = first_numbers_.contains(lead) ? first_numbers_.at(lead) : 0;
  while (head(lead).first_enrolment != kNone) {
    const std::uint32_t i = head(lead).first_enrolment;
    number = std::max(number, enrolments_[i].number);
    if (live(i)) cancel_held(i, Reason::erased, "erased", false);
    if (live(i) && !sequence_of(enrolments_[i]).is_triggers) end(i, Reason::erased, "erased");
    if (head(lead).first_enrolment == i) discard(i);
  }
  for (auto own = held_of_scores_.lower_bound({lead, 0}); own != held_of_scores_.end() && own->first.first == lead;) {
    const std::uint32_t index = (own++)->second;
    const Body body = held_body(held_[index]);
    log_message(body, DecisionKind::skipped, held_[index].node, held_[index].path, {Gate::Kind::skip, Reason::erased, 0, "erased"});
    release_held(index);
  }
  for (Id score = 0; score < program_->scores.size(); ++score)
    number = std::max(number, static_cast<std::uint32_t>(score_words(lead, score)[program_->scores[score].fired_word]));
  if (sink_ != nullptr) sink_->on_erase(name);
  // What is still to be told of the lead is that it is in no audience any more.
  for (Id audience = 0; audience < program_->audiences.size(); ++audience) {
    leave_queue(lead, audience);
    const Word& word = rows_.at(lead)[program_->audiences[audience].word];
    if (Membership(word).is_in) change_membership(lead, audience, false);
    number = std::max(number, static_cast<std::uint32_t>(Membership(word).changes));
  }
  log_halt(DecisionKind::erased, Instant::max(), {}, reason);
  tombstones_[Hasher{}.add(name).finish64()] = number;
  first_numbers_.erase(lead);
  if (lead_sleeps(lead)) --sleepers_;
  sleeping_leads_.erase(lead);
  chains_.erase(lead);
  if (head(lead).history != kNone) history_.clear(head(lead).history);
  // The id leads here no more; what is left in the table of leads matches nothing.
  Symbols::forget(head(lead).name);
  begin_row(rows_.at(lead), nullptr, head(lead).history);
  ++erased_leads_;
}

}  // namespace nurture::engine
