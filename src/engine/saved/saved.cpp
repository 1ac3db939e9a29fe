// See saved.hpp: what concerns all leads, and timers.
#include "engine/saved/saved.hpp"

#include <algorithm>

namespace nurture::engine {

Saved::Saved(Core& core, Archive& archive) : core_(core), archive_(archive), mine_(describe(*core.program_)), written_(mine_) {}

void Saved::write(Core& core, Archive& archive) {
  Saved saved(core, archive);
  saved.visit_all(nullptr);
}

bool Saved::read(Core& core, Archive& archive) {
  Saved saved(core, archive);
  saved.visit_all(nullptr);
  if (!archive.ok()) return false;
  set_timers(core);
  return true;
}

bool Saved::carry(Core& core, Archive& archive, const std::vector<Id>& live, std::vector<Lost>& lost) {
  Saved saved(core, archive);
  saved.lost_ = &lost;
  saved.visit_all(&live);
  return archive.ok();
}

Saved::Target Saved::target(Id written, Id sequence) const {
  if (sequence == kNone) return {kNone, {}, std::vector<Id>(written_.sequences[written].places.size(), kNone)};
  const Schema::Sequence& from = written_.sequences[written];
  const Schema::Sequence& to = mine_.sequences[sequence];
  return {sequence, match(from.steps, to.steps), match(from.places, to.places)};
}

/// Who has ended is remembered by the newest version.
void Saved::find_targets(const std::vector<Id>* live) {
  for (Id id = 0; id < written_.sequences.size(); ++id) {
    Id newest = kNone;
    for (Id other = 0; other < mine_.sequences.size() && newest == kNone; ++other) {
      const bool same = mine_.sequences[other].name == written_.sequences[id].name;
      if (same && mine_.sequences[other].is_triggers == written_.sequences[id].is_triggers) newest = core_.family_of(other);
    }
    const Id goes_on = live == nullptr ? map_.sequences[id] : (*live)[id];
    if (goes_on != kNone && mine_.sequences[goes_on].name != written_.sequences[id].name) return archive_.fail();
    live_.push_back(target(id, goes_on));
    ended_.push_back(target(id, live == nullptr ? map_.sequences[id] : newest));
  }
}

void Saved::visit_all(const std::vector<Id>* live) {
  engine::visit(archive_, written_);
  if (!archive_.ok()) return;
  map_ = match(written_, mine_);
  for (Id path = 0; path < written_.paths.size() && archive_.reads(); ++path) like_.push_back(like(path));
  if (live != nullptr && live->size() != written_.sequences.size()) return archive_.fail();
  find_targets(live);
  if (!archive_.ok()) return;
  find_places();
  visit_clock();
  visit_channels();
  visit_sleeps();
  visit_seen();
  visit_tombstones();
  visit_broadcasts();
  visit_experiments();
  visit_leads();
  visit_coming();
  visit_inputs();
}

void Saved::visit_id(Id& id, const std::vector<Id>& map) {
  Id biased = id + 1;  // kNone is short.
  archive_.visit(biased);
  id = biased - 1;
  if (!archive_.reads() || id == kNone) return;
  if (id >= map.size()) archive_.fail();
  id = id < map.size() ? map[id] : kNone;
}

void Saved::visit_clock() {
  archive_.visit(core_.now_);
  archive_.visit(core_.held_serial_);
  archive_.visit(core_.arrivals_);
  archive_.visit(core_.paused_);
  archive_.visit(core_.gap_from_ms_);
  archive_.visit(core_.gap_until_ms_);
  auto& [leads, enrolments, held, timers, broadcasts, inputs, refused, ignored, sent, steps, forgotten, state_bytes, name_bytes] =
      core_.counts_;
  for (std::uint64_t* count : {&inputs, &refused, &ignored, &sent, &steps, &forgotten}) archive_.visit(*count);
}

void Saved::visit_channels() {
  for (Id channel = 0; channel < written_.channels.size(); ++channel) {
    const Id mine = map_.channels[channel];
    ChannelState none;
    ChannelState& state = mine == kNone ? none : core_.channels_[mine];
    auto& [sent_ms, oldest_sent, waiting, outcomes, oldest_outcome, open, probe_ms] = state;
    bool paused = mine != kNone && core_.paused_channels_[mine];
    archive_.visit(paused);
    if (mine != kNone) core_.paused_channels_[mine] = paused;
    archive_.visit(open);
    archive_.visit(probe_ms);
    // Rings begin with the oldest. `waiting` is counted with what is held.
    const std::size_t sent = archive_.visit_size(sent_ms.size());
    if (archive_.reads()) sent_ms.resize(sent);
    for (std::size_t i = 0; i < sent; ++i) archive_.visit(sent_ms[archive_.reads() ? i : (oldest_sent + i) % sent]);
    const std::size_t seen = archive_.visit_size(outcomes.size());
    if (archive_.reads()) outcomes.resize(seen);
    for (std::size_t i = 0; i < seen; ++i) {
      auto& [ms, failed] = outcomes[archive_.reads() ? i : (oldest_outcome + i) % seen];
      archive_.visit(ms);
      archive_.visit(failed);
    }
    if (!archive_.reads() || mine == kNone) continue;
    // The rate or the breaker may count fewer now.
    const auto keep_newest = [](auto& ring, std::size_t room) {
      if (ring.size() > room) ring.erase(ring.begin(), ring.end() - static_cast<std::ptrdiff_t>(room));
    };
    keep_newest(sent_ms, core_.program_->channels[mine].rate.count);
    keep_newest(outcomes, core_.program_->channels[mine].breaker.of);
    open = open && core_.program_->channels[mine].breaker.of != 0;
  }
}

void Saved::visit(Core::Sleep& sleep) {
  archive_.visit(sleep.from_ms);
  archive_.visit(sleep.until_ms);
}

void Saved::visit_sleeps() {
  for (Id sequence = 0; sequence < written_.sequences.size(); ++sequence) {
    // Versions of one sequence sleep together, and the first of them says so.
    const Id mine = archive_.reads() ? ended_[sequence].sequence : sequence;
    Core::Sleep sleep = archive_.reads() ? Core::Sleep{} : core_.sleeping_sequences_[sequence];
    visit(sleep);
    if (!archive_.reads() || mine == kNone || sleep.from_ms == INT64_MIN) continue;
    core_.sleeping_sequences_[core_.family_of(mine)] = sleep;
    if (sleep.until_ms == kNever) ++core_.sleepers_;
  }
}

/// In no order that depends on the table.
void Saved::visit_seen() {
  archive_.visit(core_.seen_since_ms_);
  for (Core::SeenIds& generation : core_.seen_) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> ids;
    for (const auto& slot : generation.slots) {
      if (slot.first != 0) ids.push_back(slot);
    }
    std::sort(ids.begin(), ids.end());
    ids.resize(archive_.visit_size(ids.size()));
    for (auto& [hash, ms] : ids) {
      archive_.visit_bits(hash);
      archive_.visit(ms);
    }
    if (!archive_.reads()) continue;
    std::size_t room = 64;
    while (room * 3 <= ids.size() * 4) room *= 2;
    generation.slots.assign(ids.empty() ? 0 : room, {});
    generation.used = ids.size();
    for (const auto& id : ids) {
      std::size_t place = id.first & (room - 1);
      while (generation.slots[place].first != 0) place = (place + 1) & (room - 1);
      generation.slots[place] = id;
    }
  }
}

void Saved::visit_tombstones() {
  const std::size_t size = archive_.visit_size(core_.tombstones_.size());
  auto next = core_.tombstones_.begin();
  for (std::size_t i = 0; i < size; ++i) {
    std::uint64_t hash = archive_.reads() ? 0 : next->first;
    std::uint32_t number = archive_.reads() ? 0 : next->second;
    archive_.visit_bits(hash);
    archive_.visit(number);
    if (archive_.reads())
      core_.tombstones_[hash] = number;
    else
      ++next;
  }
}

/// How often each was started, and how far a start has come. Dates that lie behind the clock are over.
void Saved::visit_broadcasts() {
  std::vector<Id> started;  // Of those whose date is this very instant.
  for (Id sequence = 0; sequence < written_.sequences.size(); ++sequence) {
    const Id mine = archive_.reads() ? ended_[sequence].sequence : sequence;
    std::uint32_t number = archive_.reads() ? 0 : core_.broadcast_numbers_[sequence];
    archive_.visit(number);
    const std::vector<Id>& dated = core_.program_->broadcasts;
    const auto place = std::find(dated.begin(), dated.end(), mine);
    bool is_over = !archive_.reads() && static_cast<std::size_t>(place - dated.begin()) < core_.next_dated_;
    archive_.visit(is_over);
    if (!archive_.reads() || mine == kNone) continue;
    core_.broadcast_numbers_[mine] = std::max(core_.broadcast_numbers_[mine], number);
    if (is_over) started.push_back(mine);
  }
  while (archive_.reads() && core_.next_dated_ < core_.program_->broadcasts.size()) {
    const Id next = core_.program_->broadcasts[core_.next_dated_];
    const Instant start = core_.program_->sequences[next].broadcast.start;
    const bool is_over = start < core_.now_ || (start == core_.now_ && std::find(started.begin(), started.end(), next) != started.end());
    if (!is_over) break;
    ++core_.next_dated_;
  }
  visit_id(core_.sweep_.sequence, map_.sequences);
  std::uint32_t next = place_of(core_.sweep_.next);
  std::uint32_t end = place_of(core_.sweep_.end);
  archive_.visit(next);
  archive_.visit(end);
  if (archive_.reads()) core_.sweep_.next = next, core_.sweep_.end = end;
  if (archive_.reads() && core_.sweep_.sequence == kNone) core_.sweep_ = {};
}

/// Arms are the same by their names.
void Saved::visit_experiments() {
  for (Id experiment = 0; experiment < written_.experiments.size(); ++experiment) {
    const Id mine = map_.experiments[experiment];
    ExperimentState none;
    ExperimentState& state = mine == kNone ? none : core_.experiments_[mine];
    const std::vector<std::string>& written = written_.experiments[experiment].arms;
    const std::vector<Id> arms = match(written, mine == kNone ? std::vector<std::string>() : mine_.experiments[mine].arms);
    visit_id(state.promoted, arms);
    for (const Id arm : arms) {
      ExperimentState::Arm gone;
      ExperimentState::Arm& counted = arm == kNone ? gone : state.arms[arm];
      archive_.visit(counted.assigned);
      archive_.visit(counted.reached);
      archive_.visit(counted.promoted);
    }
  }
}

// ---------------------------------------------------------------- timers

/// Those of events that were ahead of the clock when they were received. Their owners remember no instant.
void Saved::visit_coming() {
  std::vector<Timer> coming = core_.timers_.all_of(TimerKind::coming);
  if (!archive_.reads()) {
    std::erase_if(coming, [&](const Timer& timer) { return core_.head(timer.lead).name == nullptr; });
    for (Timer& timer : coming) timer.lead = place_of(timer.lead);
  }
  coming.resize(archive_.visit_size(coming.size()));
  for (Timer& timer : coming) {
    timer.kind = TimerKind::coming;
    archive_.visit(timer.due);
    archive_.visit(timer.lead);
    timer.subject = timer.lead;
    if (!archive_.reads()) continue;
    if (timer.lead >= core_.lead_count_ || timer.due < core_.now_) return archive_.fail();
    core_.timers_.add(timer, core_.now_);
  }
}

void Saved::set_timers(Core& core) {
  // What lies behind the present rang already, and its owner let it pass.
  const std::int64_t soonest_ms = std::max(core.now_.ms, core.gap_until_ms_);
  const auto set = [&](std::int64_t due_ms, TimerKind kind, std::uint32_t lead, std::uint32_t subject, const Enrolment* e) {
    if (due_ms == kNever || due_ms < core.now_.ms) return;
    Timer timer{{due_ms}, lead, kind, 0, 0, subject};
    if (e != nullptr) {
      timer.rank = core.program_->sequence_rank[e->sequence];
      timer.number = e->number & Timers::kNumberMask;
    }
    core.timers_.add(timer, core.now_);
  };
  const compile::LeadLayout& layout = core.program_->layout;
  for (std::uint32_t lead = 0; lead < core.lead_count_; ++lead) {
    if (layout.retain != kNone && core.head(lead).name != nullptr) {
      const auto due_ms = static_cast<std::int64_t>(core.rows_.at(lead)[layout.retain]);
      if (due_ms != kNever)
        core.timers_.add({{std::max(due_ms, core.now_.ms)}, lead, TimerKind::retain, Timers::kLastRank, 0, lead}, core.now_);
    }
    if (core.head(lead).parked != 0) continue;
    if (layout.wake != kNone) set(core.lead_wake_ms(lead), TimerKind::lead, lead, lead, nullptr);
    for (std::uint32_t i = core.head(lead).first_enrolment; i != kNone; i = core.enrolments_[i].next) {
      const Enrolment& e = core.enrolments_[i];
      if (e.state == EnrolmentState::ended) continue;
      const Id wake = core.sequence_of(e).extra.wake;
      if (wake != kNone) set(static_cast<std::int64_t>(*core.extra(e, wake)), TimerKind::wake, lead, i, &e);
      // A run that is overdue waits for the end of a gap, unless it stands still.
      const bool overdue = e.due_ms < core.now_.ms && !core.is_stopped(e) && !core.is_frozen(e);
      const std::int64_t due_ms = overdue ? soonest_ms : e.due_ms;
      if (e.state == EnrolmentState::planned) set(due_ms, TimerKind::step, lead, i, &e);
      if (e.state == EnrolmentState::waiting || e.state == EnrolmentState::until) set(due_ms, TimerKind::timeout, lead, i, &e);
    }
  }
  for (std::uint32_t i = 0; i < core.held_.size(); ++i) {
    const Held& h = core.held_[i];
    if (core.head(h.lead).parked != 0) continue;
    set(h.until_ms, TimerKind::held, h.lead, i, h.enrolment == kNone ? nullptr : &core.enrolments_[h.enrolment]);
  }
}

}  // namespace nurture::engine
