// Inputs and timers in order: S1 and S2 of the contracts. run() takes instant after instant; at each the inputs of that
// instant are applied one by one, each drained before the next, then the timers fire in the order of timers.hpp.
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

/// How many timers ahead rows and enrolments are fetched into the cache.
constexpr std::size_t kPrefetchAhead = 16;
constexpr std::size_t kFirstTable = 64;
/// Actions that the log names when a lead is parked.
constexpr std::size_t kShownActions = 8;

/// Room for what the texts of any message ask of their trigger.
Id held_trigger_words(const compile::Program& program) {
  std::size_t most = 0;
  for (const compile::SendPath& path : program.send_paths) most = std::max(most, path.trigger_fields.size());
  return static_cast<Id>(1 + most);
}

}  // namespace

Core::Core(std::shared_ptr<const compile::Program> program, CoreOptions options)
    : program_(std::move(program)),
      options_(std::move(options)),
      project_(!options_.project.empty()   ? options_.project
               : program_->project.empty() ? "default"
                                           : program_->project),
      policies_(program_->scores.size(), nullptr),
      lead_table_(kFirstTable, {nullptr, kNone}),
      rows_(program_->layout.words),
      held_triggers_(held_trigger_words(*program_)),
      channels_(program_->channels.size()),
      history_(*program_),
      zones_{program_->zone == nullptr ? time::utc() : program_->zone} {
  for (const compile::Sequence& sequence : program_->sequences) {
    extras_.emplace_back(sequence.extra.words);
    const auto& only = options_.only_sequences;
    runs_.push_back(!only || sequence.is_digest || std::find(only->begin(), only->end(), sequence.name) != only->end());
  }
  broadcast_numbers_.resize(program_->sequences.size(), 0);
  for (const compile::Experiment& experiment : program_->experiments) {
    experiments_.push_back({std::vector<ExperimentState::Arm>(program_->splits[experiment.split].arms.size()), kNone});
  }
  paused_channels_.resize(program_->channels.size(), false);
  sleeping_sequences_.resize(program_->sequences.size());
  for (const compile::Event& event : program_->events) {
    std::vector<std::int16_t> position(event.fields.size(), -1);
    for (std::size_t i = 0; i < event.kept_fields.size(); ++i) position[event.kept_fields[i]] = static_cast<std::int16_t>(i);
    kept_position_.push_back(std::move(position));
  }
  for (Id id = 0; id < program_->events.size(); ++id) {
    event_names_.emplace(program_->events[id].external, id);
    event_names_.insert_or_assign(program_->events[id].name, id);
  }
}

Core Core::renewed(std::shared_ptr<const compile::Program> program) const {
  Core fresh(std::move(program), options_);
  fresh.project_ = project_;
  fresh.sink_ = sink_;
  fresh.observer_ = observer_;
  for (Id score = 0; score < program_->scores.size(); ++score) {
    for (Id other = 0; other < fresh.program_->scores.size(); ++other) {
      if (fresh.program_->scores[other].name == program_->scores[score].name) fresh.policies_[other] = policies_[score];
    }
  }
  return fresh;
}

// ---------------------------------------------------------------- time

Instant Core::next_due() const {
  if (sweeps()) return now_;
  return std::min({inputs_.next(), timers_.next(), next_broadcast()});
}

bool Core::run(Instant target, std::uint64_t& work) {
  until_ = target;
  while (work > 0) {
    if (sweeps()) {  // a start reaches all leads before anything else is taken [S2.1]
      --work;
      sweep();
      drain_changes();
      continue;
    }
    const Instant input_at = std::max(inputs_.next(), now_);
    const Instant start_at = std::max(next_broadcast(), now_);
    const Instant outside = std::min(input_at, start_at);
    Timer timer;
    // An input acts before what falls due at its instant. [S2.3]
    const Instant before_input = outside > until_ || outside == Instant::max() ? until_ : Instant{outside.ms - 1};
    if (timers_.pop(before_input, timer)) {
      --work;
      now_ = std::max(now_, timer.due);
      prefetch();
      fire(timer);
      continue;
    }
    if (start_at < input_at && start_at <= until_) {
      --work;
      start_dated();
      continue;
    }
    if (inputs_.empty() || input_at > until_) break;
    --work;
    now_ = input_at;
    const Input input = inputs_.pop();
    if (input.kind == InputKind::deploy) {
      deployment_ = input.subject;
      return false;
    }
    apply(input);
    drain_changes();
    inputs_.tidy();
  }
  // The budget may end exactly where the work does.
  if (next_due() <= until_) return false;
  now_ = std::max(now_, until_);
  return true;
}

inline void Core::prefetch() const {
  std::uint32_t lead = 0;
  std::uint32_t subject = 0;
  if (!timers_.peek(kPrefetchAhead, lead, subject)) return;
  const auto* row = reinterpret_cast<const char*>(rows_.at(lead));
  __builtin_prefetch(row);
  __builtin_prefetch(row + 64);
  if (subject < enrolments_.size()) {
    __builtin_prefetch(&enrolments_[subject], 1);
    __builtin_prefetch(reinterpret_cast<const char*>(&enrolments_[subject] + 1) - 1, 1);
  }
}

inline void Core::add_timer(std::int64_t due_ms, TimerKind kind, std::uint32_t lead, std::uint32_t subject) {
  Timer timer{{std::max(due_ms, now_.ms)}, lead, kind, 0, 0, subject};
  std::uint32_t enrolment = kNone;
  if (kind == TimerKind::held)
    enrolment = held_[subject].enrolment;
  else if (kind != TimerKind::lead)
    enrolment = subject;
  if (enrolment != kNone) {
    const Enrolment& e = enrolments_[enrolment];
    timer.rank = program_->sequence_rank[e.sequence];
    timer.number = e.number & Timers::kNumberMask;
  }
  timers_.add(timer, now_);
}

inline bool Core::defer_in_gap(const Timer& timer) {
  if (timer.due.ms >= gap_until_ms_) return false;
  // What fell due while time passed without the engine runs at its end. [S1.7] [S4.6]
  switch (timer.kind) {
    case TimerKind::lead: set_lead_wake(timer.lead, gap_until_ms_); break;
    case TimerKind::wake:
      *extra(enrolments_[timer.subject], sequence_of(enrolments_[timer.subject]).extra.wake) = static_cast<Word>(gap_until_ms_);
      break;
    case TimerKind::held: held_[timer.subject].until_ms = gap_until_ms_; break;
    case TimerKind::coming: break;
    case TimerKind::retain: rows_.at(timer.lead)[program_->layout.retain] = static_cast<Word>(gap_until_ms_); break;
    case TimerKind::timeout:
    case TimerKind::step: break;  // It stays due when it was: who comes to stand still meanwhile goes on from there.
  }
  Timer later = timer;
  later.due = {gap_until_ms_};
  timers_.add(later, now_);
  return true;
}

/// A timer that no longer matches its owner's instant is stale: the owner planned anew. A run that was kept from going on, by a
/// gap or a pause, rings later than it was due.
inline bool Core::is_current(const Timer& timer) const {
  const std::int64_t due = timer.due.ms;
  // Whoever lets it go on rings again.
  const auto stands_still = [&](const Enrolment& e) { return is_stopped(e) || is_frozen(e); };
  const auto owned = [&](const Enrolment& e) {
    return e.lead == timer.lead && (e.number & Timers::kNumberMask) == timer.number && program_->sequence_rank[e.sequence] == timer.rank;
  };
  switch (timer.kind) {
    case TimerKind::lead: return lead_wake_ms(timer.lead) == due;
    case TimerKind::coming: return true;
    case TimerKind::retain: return static_cast<std::int64_t>(rows_.at(timer.lead)[program_->layout.retain]) == due;
    case TimerKind::held: {
      const Held& h = held_[timer.subject];
      return h.until_ms == due && h.lead == timer.lead && (h.enrolment == kNone || owned(enrolments_[h.enrolment]));
    }
    case TimerKind::wake: {
      const Enrolment& e = enrolments_[timer.subject];
      if (!owned(e)) return false;
      const Id offset = sequence_of(e).extra.wake;
      const bool watches = e.state != EnrolmentState::ended && e.extra != kNone && offset != kNone;
      return watches && static_cast<std::int64_t>(*extra(e, offset)) == due;
    }
    case TimerKind::timeout: {
      const Enrolment& e = enrolments_[timer.subject];
      return (e.state == EnrolmentState::waiting || e.state == EnrolmentState::until) && e.due_ms <= due && owned(e) && !stands_still(e);
    }
    case TimerKind::step: {
      const Enrolment& e = enrolments_[timer.subject];
      return e.state == EnrolmentState::planned && e.due_ms <= due && owned(e) && !stands_still(e);
    }
  }
  return false;
}

/// The clock is one input of the lead: it reaches all enrolments, in their order, and then the ways in, before what they change
/// is reacted to. [S2.1] It is heard where it was waited for; elsewhere it changes nothing, unless what it set off did.
inline void Core::wake(const Timer& timer) {
  const std::uint32_t lead = timer.lead;
  Change clock;
  clock.clock = true;
  waking_.clear();
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    if (live(i)) waking_.emplace_back(i, Identity(enrolments_[i]));
  }
  for (const auto& [i, identity] : waking_) {
    if (!is_still(i, identity)) continue;
    const Id offset = sequence_of(enrolments_[i]).extra.wake;
    if (offset == kNone) continue;
    Word& wake = *extra(enrolments_[i], offset);
    const bool waits = static_cast<std::int64_t>(wake) == timer.due.ms;
    if (!waits && !has_changes(lead)) continue;
    if (waits) wake = static_cast<Word>(kNever);
    react(i, clock);
  }
  if (!has_changes(lead) || head(lead).parked != 0) return;
  run_score_bodies(lead, nullptr);
  if (program_->holds_while) ask_let_go(lead, clock);
  enroll_on_change(lead, clock);
}

/// Whether something of the lead was set that has not been reacted to.
bool Core::has_changes(std::uint32_t lead) const {
  return rescored_ == lead ||
         std::any_of(changed_fields_.begin(), changed_fields_.end(), [&](const auto& change) { return change.first == lead; });
}

inline void Core::fire(const Timer& timer) {
  // Who is set aside is forgotten like anybody else.
  const bool takes_part = head(timer.lead).parked == 0 || timer.kind == TimerKind::retain;
  if (!takes_part || !is_current(timer) || defer_in_gap(timer)) return;
  switch (timer.kind) {
    case TimerKind::lead:
      set_lead_wake(timer.lead, kNever);
      react_lead(timer.lead, {nullptr, nullptr, false, true});
      break;
    case TimerKind::coming: {
      Change change;
      change.clock = change.come = true;
      react_lead(timer.lead, change);
      break;
    }
    case TimerKind::wake: wake(timer); break;
    case TimerKind::retain: retain(timer.lead); break;
    case TimerKind::held: {
      // Those of one run in the order in which they were held, wherever the pool has put them: its places depend on other leads.
      const std::uint32_t first = first_due(timer.subject);
      if (first != timer.subject) add_timer(timer.due.ms, TimerKind::held, timer.lead, timer.subject);
      retry_held(first);
      break;
    }
    case TimerKind::timeout: timeout(timer.subject); break;
    case TimerKind::step: run_step(timer.subject); break;
  }
  drain_changes();
}

// ---------------------------------------------------------------- changes and limits

void Core::set_field(std::uint32_t lead, Id field, Word word) {
  Word& slot = rows_.at(lead)[program_->layout.attributes + field];
  if (slot == word) return;
  slot = word;
  if (field == program_->zone_field) read_zone(lead);
  for (auto& pending : changed_fields_) {
    if (pending.first == lead) {
      pending.second[field] = true;
      return;
    }
  }
  changed_fields_.emplace_back(lead, std::vector<bool>(program_->lead.size()));
  changed_fields_.back().second[field] = true;
}

inline void Core::drain_changes() {
  while (!changed_fields_.empty() || rescored_ != kNone || !told_.empty() || !freed_groups_.empty()) {
    if (changed_fields_.empty() && rescored_ == kNone) {
      told_.empty() ? drain_group() : react_to_told();
      continue;
    }
    if (changed_fields_.empty()) {
      react_lead(std::exchange(rescored_, kNone), {nullptr, nullptr, true, false});
      continue;
    }
    const auto changed = std::move(changed_fields_.front());
    changed_fields_.erase(changed_fields_.begin());
    if (head(changed.first).parked == 0) react_lead(changed.first, {nullptr, &changed.second, false, false});
  }
  scores_changed_ = false;  // of a lead that was parked
  score_bodies_.clear();    // likewise
  arena_.reset();
}

/// For who is not part of a step.
void Core::settle() { drain_changes(); }

inline bool Core::count_action(std::uint32_t lead, LeadHead& h) {
  if (h.parked != 0) return false;
  if (h.actions_ms != now_.ms) {
    h.actions_ms = now_.ms;
    h.actions = 0;
  }
  if (++h.actions <= limits::kActionsPerInstant) return true;
  park(lead);
  return false;
}

/// For the log of a lead that is parked: what it did at this instant. Only somebody who watches needs it.
void Core::note_action(std::uint32_t lead, std::string_view what) {
  if (chains_ms_ != now_.ms) chains_.clear();
  chains_ms_ = now_.ms;
  chains_[lead].emplace_back(what);
}

void Core::park(std::uint32_t lead) {
  head(lead).parked = 1;
  if (observer_ == nullptr) return;
  const std::vector<std::string>& actions = chains_[lead];
  std::string chain;
  for (std::size_t i = actions.size() - std::min(actions.size(), kShownActions); i < actions.size(); ++i) {
    chain += (chain.empty() ? "" : ", ") + actions[i];
  }
  Decision d = decision(lead, DecisionKind::parked);
  d.detail = chain;
  log(d);
}

// ---------------------------------------------------------------- questions

Id Core::find_event(std::string_view name) const {
  const auto place = event_names_.find(name);
  return place == event_names_.end() ? kNone : place->second;
}

std::string_view Core::lead_name(std::uint32_t lead) const { return text_of(head(lead).name); }
const time::Zone& Core::lead_zone(std::uint32_t lead) const { return *zones_[head(lead).zone]; }

std::uint32_t Core::find_enrolment(std::uint32_t lead, Id sequence) const {
  const std::uint32_t last = last_enrolment(lead, sequence);
  return last != kNone && live(last) ? last : kNone;
}

std::uint32_t Core::last_enrolment(std::uint32_t lead, Id sequence) const {
  const Id family = family_of(sequence);
  std::uint32_t best = kNone;
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    if (family_of(enrolments_[i].sequence) == family && (best == kNone || enrolments_[i].number > enrolments_[best].number)) best = i;
  }
  return best;
}

eval::Value Core::attribute(std::uint32_t lead, Id field, eval::Arena& arena) const {
  return to_value(program_->lead[field], rows_.at(lead)[program_->layout.attributes + field], arena);
}

Statistics Core::statistics() const {
  Statistics s = counts_;
  s.leads = lead_count_ - erased_leads_;
  s.live_enrolments = live_enrolments_;
  s.held_messages = held_count_;
  s.timers = timers_.size();
  s.coming_broadcasts = program_->broadcasts.size() - next_dated_;
  s.state_bytes = rows_.bytes() + enrolments_.bytes() + held_.bytes() + held_triggers_.bytes() + timers_.bytes() + history_.bytes();
  for (const BlockPool& pool : extras_) s.state_bytes += pool.bytes();
  s.name_bytes = names_.bytes() + texts_.bytes() + lead_table_.capacity() * sizeof(lead_table_[0]);
  return s;
}

}  // namespace nurture::engine
