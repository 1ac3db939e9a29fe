// See deployment.hpp.
#include "engine/saved/deployment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace nurture::engine {
namespace {

using compile::OldVersion;
using compile::Program;
using compile::Sequence;
using Keeping = compile::Migration::Timer;

template <class Things>
Id find_named(const Things& things, std::string_view name) {
  for (Id i = 0; i < things.size(); ++i) {
    if (things[i].name == name) return i;
  }
  return kNone;
}

/// The version that is entered.
Id newest_of(const Program& program, const Sequence& old) {
  for (Id i = 0; i < program.sequences.size(); ++i) {
    const Sequence& sequence = program.sequences[i];
    if (sequence.name == old.name && sequence.is_triggers == old.is_triggers && !sequence.is_pinned) return i;
  }
  return kNone;
}

/// Where runs go on as if nothing had happened: the newest version is the one that they are in.
Id same_of(const Program& program, const Sequence& old) {
  const Id newest = newest_of(program, old);
  const bool same = newest != kNone && (old.is_triggers || program.sequences[newest].version == old.version);
  return same ? newest : kNone;
}

Id find_version(const Program& program, const OldVersion& version) {
  for (Id i = 0; i < program.sequences.size(); ++i) {
    const Sequence& s = program.sequences[i];
    if (s.is_pinned && s.name == version.sequence && s.version == version.version && s.is_migrated == version.is_migrated) return i;
  }
  return kNone;
}

std::string step_name(const Sequence& sequence, Id step, EnrolmentState state) {
  if (step < sequence.steps.size()) return sequence.steps[step].name;
  return state == EnrolmentState::queued ? "(queued)" : "(end)";
}

bool is_in_body(EnrolmentState state) {
  return state == EnrolmentState::waiting || state == EnrolmentState::until || state == EnrolmentState::holding;
}

const compile::Migration::Step* find_step(const compile::Migration& migration, std::string_view name) {
  const auto at = std::find_if(migration.steps.begin(), migration.steps.end(), [&](const auto& step) { return step.from == name; });
  return at == migration.steps.end() ? nullptr : &*at;
}

}  // namespace

Deployment::Deployment(Core& core, const std::shared_ptr<const Program>& program) : core_(&core), given_(program) {
  count();
  combine();
}

/// Who stands where, in the order of the names.
void Deployment::count() {
  std::map<std::tuple<std::string, std::string, Id>, std::map<std::pair<Id, std::string>, std::uint64_t>> versions;
  for (std::uint32_t lead = 0; lead < core_->lead_count_; ++lead) {
    for (std::uint32_t i = core_->head(lead).first_enrolment; i != kNone; i = core_->enrolments_[i].next) {
      const Enrolment& e = core_->enrolments_[i];
      const Sequence& sequence = core_->sequence_of(e);
      if (!core_->live(i) || sequence.is_triggers) continue;
      const Id awaited = core_->awaited(e).step;
      ++versions[{sequence.name, sequence.version, e.sequence}][{awaited, step_name(sequence, awaited, e.state)}];
    }
  }
  for (const auto& [key, places] : versions) {
    const Id id = std::get<Id>(key);
    const Fate& fate = fates_[id] = fate_of(id);
    DeployReport::Version version{std::get<0>(key), std::get<1>(key), std::string(fate.words), 0, {}};
    for (const auto& [place, runs] : places) {
      version.runs += runs;
      version.places.push_back({place.second, becomes(fate, place.second), runs});
    }
    report_.versions.push_back(std::move(version));
  }
}

Deployment::Fate Deployment::fate_of(Id id) const {
  const Sequence& old = core_->program_->sequences[id];
  Fate fate;
  fate.newest = newest_of(*given_, old);
  const bool is_newest = fate.newest != kNone && given_->sequences[fate.newest].version == old.version;
  fate.words = is_newest ? "unchanged" : "finishes";
  if (is_newest || fate.newest == kNone) return fate;
  for (const compile::Migration& migration : given_->migrations) {
    if (migration.sequence == fate.newest && migration.version == old.version) fate.migration = &migration, fate.words = "migrates";
  }
  return fate;
}

/// What becomes of those who wait for a step or are in it. Names stay where the migration says nothing.
std::string Deployment::becomes(const Fate& fate, const std::string& step) const {
  if (fate.migration == nullptr || step.starts_with('(')) return "stays";
  const std::vector<compile::Step>& steps = given_->sequences[fate.newest].steps;
  if (const auto* said = find_step(*fate.migration, step); said != nullptr)
    return said->to == kNone ? "exit " + said->exit : steps[said->to].name;
  return find_named(steps, step) == kNone ? "no step" : step;
}

/// The program with the versions that it has to carry; and what stands against it.
void Deployment::combine() {
  std::set<OldVersion> carried;
  std::map<Id, OldVersion> by_sequence;
  std::string without;
  for (const DeployReport::Version& version : report_.versions) {
    for (const DeployReport::Place& place : version.places) {
      if (place.becomes != "no step") continue;
      without +=
          fmt::format("{}{} of `{}` {} at `{}`", without.empty() ? "" : ", ", place.runs, version.sequence, version.version, place.step);
    }
  }
  if (!without.empty()) {
    report_.status = Status::refused("it would leave without a step: " + without);
    return;
  }
  for (const auto& [id, fate] : fates_) {
    const Sequence& old = core_->program_->sequences[id];
    OldVersion version{old.name, old.version, old.source, old.is_migrated};
    if (fate.migration != nullptr) {
      const Sequence& newest = given_->sequences[fate.newest];
      version = {newest.name, newest.version, newest.source, true};
    } else if (same_of(*given_, old) != kNone && !old.is_migrated) {
      continue;
    }
    carried.insert(version);
    by_sequence.emplace(id, std::move(version));
  }
  std::string problem;
  program_ = carried.empty() ? given_ : compile_with(*given_, {carried.begin(), carried.end()}, problem);
  if (program_ == nullptr) {
    report_.status = Status::refused("an older version does not fit any more, " + problem);
    return;
  }
  // What is carried moves the indices of what stands behind it.
  for (Id id = 0; id < core_->program_->sequences.size(); ++id) {
    const auto version = by_sequence.find(id);
    live_.push_back(version == by_sequence.end() ? same_of(*program_, core_->program_->sequences[id])
                                                 : find_version(*program_, version->second));
  }
}

// ---------------------------------------------------------------- carrying out

bool Deployment::read(Core& fresh) {
  fresh = core_->renewed(program_);
  Archive out;
  Saved::write(*core_, out);
  const std::string bytes = std::move(out).take();
  Archive in(bytes);
  return Saved::carry(fresh, in, live_, lost_) && in.at_end();
}

void Deployment::begin(Core& old, Core& fresh, ExistingLeads existing) {
  core_ = &old;
  for (std::uint32_t lead = 0; lead < old.lead_count_; ++lead) {
    if (old.head(lead).name != nullptr) before_.push_back(lead);
  }
  fresh.log_halt(DecisionKind::deployed, Instant::max(), fmt::format("{:016x}", given_->hash));
  log_lost(fresh);
  log_late(fresh);
  keep_keys(fresh);
  leave_audiences(fresh);
  find_new(fresh);
  Saved::set_timers(fresh);
  for (std::uint32_t lead = 0; lead < fresh.lead_count_; ++lead) begin_anew(fresh, lead, existing);
}

void Deployment::log_lost(Core& fresh) const {
  for (const Saved::Lost& message : lost_) {
    if (fresh.observer_ == nullptr) return;
    Decision d = fresh.decision(message.lead, DecisionKind::skipped);
    d.reason = Reason::expired;
    d.message = message.message;
    d.channel = message.channel;
    d.rule = "it is no more";
    fresh.log(d);
  }
}

/// Broadcasts whose date lies behind the clock and at which nothing has started: they never will. [S6.3]
void Deployment::log_late(Core& fresh) const {
  if (fresh.observer_ == nullptr) return;
  std::set<std::pair<std::string_view, Instant>> started;
  for (std::size_t i = 0; i < core_->next_dated_; ++i) {
    const Sequence& before = core_->program_->sequences[core_->program_->broadcasts[i]];
    started.emplace(before.name, before.broadcast.start);
  }
  for (std::size_t i = 0; i < fresh.next_dated_; ++i) {
    const Id id = fresh.program_->broadcasts[i];
    const Sequence& sequence = fresh.program_->sequences[id];
    if (!fresh.runs_[id] || started.contains({sequence.name, sequence.broadcast.start})) continue;
    Decision d = fresh.decision(DecisionKind::skipped);
    d.reason = Reason::late;
    d.name = sequence.name;
    const std::string date = "its date was " + sequence.broadcast.start.to_string();
    d.detail = date;
    fresh.log(d);
  }
}

/// What is held and has another place in the program now goes out under the key that it had. [S7.1]
void Deployment::keep_keys(Core& fresh) const {
  const auto key_of = [](Core& core, const Held& held) {
    return core.key(core.message_effect(core.held_body(held), held.node, held.path));
  };
  std::map<std::uint64_t, Key> keys;
  for (std::uint32_t lead = 0; lead < core_->lead_count_; ++lead)
    core_->each_held(lead, [&](std::uint32_t index) { keys[core_->held_[index].serial] = key_of(*core_, core_->held_[index]); });
  for (std::uint32_t lead = 0; lead < fresh.lead_count_; ++lead) {
    fresh.each_held(lead, [&](std::uint32_t index) {
      const Held& held = fresh.held_[index];
      if (key_of(fresh, held) != keys.at(held.serial)) fresh.older_keys_[held.serial] = keys.at(held.serial);
    });
  }
}

/// Of an audience that is no more, or is another channel's now, the old channel is told that everybody has left it. Keys of one
/// that comes by the same name are not those of this one. [S7.1]
void Deployment::leave_audiences(Core& fresh) const {
  const auto is_in = [](const Program& program, const compile::Audience& audience, const std::string& channel) {
    const auto same = [&](const compile::Audience& other) {
      return other.name == audience.name && program.channels[other.channel].name == channel;
    };
    return std::any_of(program.audiences.begin(), program.audiences.end(), same);
  };
  for (const compile::Audience& audience : core_->program_->audiences) {
    const std::string& channel = core_->program_->channels[audience.channel].name;
    if (is_in(*fresh.program_, audience, channel)) continue;
    for (std::uint32_t lead = 0; lead < fresh.lead_count_; ++lead) {
      Membership was(core_->rows_.at(before_[lead])[audience.word]);
      if (was.changes == 0) continue;
      if (was.is_in) fresh.tell_membership(lead, audience.name, channel, ++was.changes, false);
      std::uint32_t& number = fresh.first_numbers_[lead];
      number = std::max(number, static_cast<std::uint32_t>(was.changes));
    }
  }
  for (const compile::Audience& audience : fresh.program_->audiences) {
    if (!is_in(*core_->program_, audience, fresh.program_->channels[audience.channel].name)) begin_audience(fresh, audience);
  }
}

void Deployment::begin_audience(Core& fresh, const compile::Audience& audience) {
  for (const auto& [lead, number] : fresh.first_numbers_) {
    Membership membership(0);
    membership.changes = number;
    fresh.rows_.at(lead)[audience.word] = membership.word();
  }
}

/// What leads have not been asked before.
void Deployment::find_new(const Core& fresh) {
  std::set<std::string> known;
  for (const Place& place : describe(*core_->program_).lead) known.insert(place.name);
  for (const Place& place : describe(*fresh.program_).lead) {
    if (place.kind == Place::Kind::bits && place.name.starts_with("enroll ")) is_new_watch_.push_back(!known.contains(place.name));
  }
  for (const compile::Score& score : fresh.program_->scores)
    is_new_score_.push_back(find_named(core_->program_->scores, score.name) == kNone);
}

/// Everything is asked once more: what the new program says may be another answer.
void Deployment::begin_anew(Core& fresh, std::uint32_t lead, ExistingLeads existing) {
  if (fresh.is_silent(lead)) return forget(fresh, lead);
  fresh.begin_retention(lead);
  if (fresh.head(lead).parked != 0) return migrate_all(fresh, lead);
  const std::vector<Id> placed = fresh.place_in_stages(lead);  // scores may ask for them
  for (const Id score : fresh.program_->score_order) {
    if (is_new_score_[score]) fresh.start_score(lead, score);
  }
  fresh.start_lifecycles(lead, placed);
  begin_triggers(fresh, lead, existing);
  if (existing == ExistingLeads::ignore) judge_watches(fresh, lead);
  migrate_all(fresh, lead);
  const std::vector<bool> fields(fresh.program_->lead.size(), true);
  Core::Change change;
  change.fields = &fields;
  change.all = true;   // What is asked may have changed, and no field has.
  change.zone = true;  // With which all is planned anew, and all is asked.
  fresh.react_lead(lead, change);
  fresh.each_held(lead, [&](std::uint32_t index) {
    const Held& held = fresh.held_[index];
    // The `hold while` that held it may be no more. Messages of scores have no policy.
    const bool by_policy = held.reason == Reason::paused && held.enrolment != kNone;
    if (by_policy && !fresh.is_paused(lead, held.enrolment, fresh.program_->send_paths[held.path].channel)) fresh.ask_now(index);
  });
  fresh.settle();
}

/// Those that the lead is not in yet begin, and so do the handlers that are new in the others.
void Deployment::begin_triggers(Core& fresh, std::uint32_t lead, ExistingLeads existing) {
  for (const Id triggers : fresh.program_->triggers) {
    if (!fresh.runs_[triggers]) continue;
    std::uint32_t enrolment = fresh.find_enrolment(lead, triggers);
    const bool is_new = enrolment == kNone;
    if (is_new) {
      enrolment = fresh.new_enrolment(lead, triggers, nullptr, kMissingWord, nullptr);
      fresh.enrolments_[enrolment].due_ms = kNever;
    }
    const Id old = newest_of(*core_->program_, fresh.program_->sequences[triggers]);
    if (existing == ExistingLeads::ignore)
      judge_handlers(fresh, enrolment, is_new || old == kNone ? nullptr : &core_->program_->sequences[old]);
    else if (is_new)
      fresh.react_handlers_at_entry(enrolment);
  }
}

/// What holds already does not let anybody in. [S3.3]
void Deployment::judge_watches(Core& fresh, std::uint32_t lead) {
  std::size_t bit = 0;
  for (const Id sequence : fresh.program_->enroll_when) {
    for (const compile::Trigger& way : fresh.program_->sequences[sequence].enrolls) {
      if (way.on) continue;
      Word& word = fresh.rows_.at(lead)[fresh.program_->layout.watches + bit / 64];
      const Word mask = Word{1} << (bit % 64);
      if (!is_new_watch_[bit++]) continue;
      Env env(fresh, lead, kNone);
      if (fresh.holds(way.condition, env)) word |= mask;
    }
  }
}

/// What holds already does not fire; handlers that the old version knows go on.
void Deployment::judge_handlers(Core& fresh, std::uint32_t enrolment, const Sequence* old) {
  const Enrolment& e = fresh.enrolments_[enrolment];
  const Sequence& sequence = fresh.sequence_of(e);
  for (Id h = 0; h < sequence.handlers.size(); ++h) {
    if (sequence.handlers[h].trigger.on || (old != nullptr && find_named(old->handlers, sequence.handlers[h].name) != kNone)) continue;
    Env env(fresh, e.lead, enrolment);
    Word& word = fresh.extra(e, sequence.extra.handlers)[2 * h];
    auto state = std::bit_cast<HandlerWord>(word);
    state.truth = fresh.holds(sequence.handlers[h].trigger.condition, env) ? 1 : 0;
    word = std::bit_cast<Word>(state);
  }
}

// ---------------------------------------------------------------- migrating

std::vector<Deployment::Moving> Deployment::moving_of(const Core& fresh, std::uint32_t lead) const {
  std::vector<Moving> moving;
  for (std::uint32_t i = core_->head(before_[lead]).first_enrolment; i != kNone; i = core_->enrolments_[i].next) {
    const Enrolment& old = core_->enrolments_[i];
    const auto fate = fates_.find(old.sequence);
    if (!core_->live(i) || fate == fates_.end() || fate->second.migration == nullptr) continue;
    const Id to = live_[old.sequence];
    for (std::uint32_t k = fresh.head(lead).first_enrolment; k != kNone; k = fresh.enrolments_[k].next) {
      if (fresh.enrolments_[k].sequence == to && fresh.enrolments_[k].number == old.number) moving.emplace_back(k, &old);
    }
  }
  return moving;
}

/// Who has been silent for too long is migrated no more. [S11.3]
void Deployment::forget(Core& fresh, std::uint32_t lead) const {
  for (const auto& [enrolment, old] : moving_of(fresh, lead)) skip_left(fresh, lead, *old, Reason::erased, "erased");
  const std::string name(fresh.lead_name(lead));
  fresh.erase(lead, name, Reason::retention);
  fresh.settle();
}

/// All runs of a lead, then what they have set off.
void Deployment::migrate_all(Core& fresh, std::uint32_t lead) {
  const std::vector<Moving> moving = moving_of(fresh, lead);
  for (const auto& [enrolment, old] : moving) unmoved_.insert(enrolment);
  for (const auto& [enrolment, old] : moving) {
    unmoved_.erase(enrolment);
    if (fresh.live(enrolment)) migrate(fresh, enrolment, *old);
  }
  fresh.settle();
}

/// What the body that is left wanted to send is not what the run goes on with.
void Deployment::skip_left(Core& fresh, std::uint32_t lead, const Enrolment& old, Reason reason, std::string_view rule) const {
  const Sequence& from = core_->sequence_of(old);
  for (std::uint32_t i = old.held; i != kNone; i = core_->held_[i].next) {
    const Held& held = core_->held_[i];
    if (!held.blocks) continue;
    const compile::SendPath& path = core_->program_->send_paths[held.path];
    const Key key = core_->key(core_->message_effect(core_->held_body(held), held.node, held.path));
    Decision d = fresh.decision(lead, DecisionKind::skipped);
    d.reason = reason;
    d.sequence = from.name;
    d.version = from.version;
    d.enrolment = old.number;
    d.step = from.steps[held.step].name;
    d.message = core_->program_->messages[path.message].name;
    d.channel = core_->program_->channels[path.channel].name;
    d.rule = rule;
    d.key = &key;
    const std::string text = key.to_string();
    fresh.tell(fresh.program_->told.skipped, lead, {d.message, d.sequence, d.step, d.channel, to_string(d.reason), text});
    if (fresh.observer_ != nullptr) fresh.log(d);
  }
}

/// Who is to be migrated yet is in no group.
std::uint32_t Deployment::awake_beside(const Core& fresh, std::uint32_t enrolment) const {
  const Enrolment& e = fresh.enrolments_[enrolment];
  const Id group = fresh.sequence_of(e).group;
  for (std::uint32_t i = fresh.head(e.lead).first_enrolment; group != kNone && i != kNone; i = fresh.enrolments_[i].next) {
    const Enrolment& other = fresh.enrolments_[i];
    const bool awake = fresh.live(i) && other.state != EnrolmentState::queued && !fresh.is_frozen(other);
    if (i != enrolment && awake && !unmoved_.contains(i) && fresh.sequence_of(other).group == group) return i;
  }
  return kNone;
}

/// As at entry; but see Core::outlives_event().
void Deployment::read_anchors(Core& fresh, std::uint32_t enrolment) {
  const Enrolment& e = fresh.enrolments_[enrolment];
  const Sequence& sequence = fresh.sequence_of(e);
  if (sequence.anchors.empty()) return;
  Word* words = fresh.extra(e, sequence.extra.anchors);
  const std::vector<Word> before(words, words + sequence.anchors.size());
  Env env(fresh, e.lead, enrolment);
  fresh.read_anchors(e, env);
  for (Id a = 0; a < sequence.anchors.size(); ++a) {
    if (AnchorWord{words[a]}.missing() && fresh.outlives_event(sequence.anchors[a])) words[a] = before[a];
  }
}

void Deployment::migrate(Core& fresh, std::uint32_t enrolment, const Enrolment& old) {
  Enrolment& e = fresh.enrolments_[enrolment];
  const Sequence& from = core_->sequence_of(old);
  const Sequence& to = fresh.sequence_of(e);
  const compile::Migration& migration = *fates_.at(old.sequence).migration;
  const Id awaited = core_->awaited(old).step;
  const std::string name = step_name(from, awaited, old.state);
  const compile::Migration::Step* said = find_step(migration, name);
  const Id target = awaited == kNone ? kNone : said == nullptr ? find_named(to.steps, name) : said->to;

  skip_left(fresh, e.lead, old, Reason::jumped, "migrated");
  e.cursor = 0;
  carry_steps(fresh, e, old, migration);
  if (is_in_body(e.state)) e.state = EnrolmentState::planned;
  read_anchors(fresh, enrolment);
  judge_handlers(fresh, enrolment, &from);
  // A body that has begun is not begun again, unless a line says so. [S4.5]
  const bool begun = said == nullptr && is_in_body(old.state);
  if (target != kNone && !begun) carry_due(fresh, enrolment, old, target, said == nullptr ? Keeping::due : said->timer);
  count_from_ends(fresh, enrolment);
  if (fresh.observer_ != nullptr) {
    Decision d = fresh.decision(e.lead, enrolment, DecisionKind::migrated);
    d.name = from.version;
    d.detail = said != nullptr && said->to == kNone ? std::string_view(said->exit)
               : target == kNone                    ? std::string_view()
                                                    : std::string_view(to.steps[target].name);
    fresh.log(d);
  }
  leave_group(fresh, enrolment, old);
  if (said != nullptr && said->to == kNone) return fresh.end(enrolment, Reason::exit, said->exit);
  go_on(fresh, enrolment, old);
}

/// What a run leaves behind that is in another group now, or in none: it was awake, and the next one of the group goes on; or
/// it stood still, and the days of what has not run move. [S3.4]
void Deployment::leave_group(Core& fresh, std::uint32_t enrolment, const Enrolment& old) {
  const Enrolment& e = fresh.enrolments_[enrolment];
  const Id from = core_->sequence_of(old).group;
  const Id to = fresh.sequence_of(e).group;
  if (from == kNone || old.state == EnrolmentState::queued) return;
  const std::string& name = core_->program_->groups[from];
  if (to != kNone && fresh.program_->groups[to] == name) return;
  if (core_->is_frozen(old)) {
    const FrozenWord frozen = core_->frozen_word(old);
    const std::int64_t elapsed_ms = fresh.now_.ms - frozen.since_ms;
    fresh.shift_plan(e, elapsed_ms);
    fresh.set_frozen_word(e, {0, 0, 0, frozen.shift_ms + elapsed_ms});
    for (std::uint32_t h = e.held; h != kNone; h = fresh.held_[h].next) {
      fresh.tend_hold(h);
      if (fresh.held_[h].reason == Reason::paused) fresh.ask_now(h);
    }
    if (fresh.observer_ != nullptr) fresh.log(fresh.decision(e.lead, enrolment, DecisionKind::thawed));
    return;
  }
  const auto& groups = fresh.program_->groups;
  const auto left = std::find(groups.begin(), groups.end(), name);
  if (left != groups.end()) fresh.freed_groups_.emplace_back(e.lead, static_cast<Id>(left - groups.begin()));
}

/// In the new version, and in its group, if it has one.
void Deployment::go_on(Core& fresh, std::uint32_t enrolment, const Enrolment& old) {
  const Enrolment& e = fresh.enrolments_[enrolment];
  const Id from = core_->sequence_of(old).group;
  const Id to = fresh.sequence_of(e).group;
  const bool stays = from != kNone && to != kNone && core_->program_->groups[from] == fresh.program_->groups[to];
  const std::uint32_t other = awake_beside(fresh, enrolment);
  if (e.state == EnrolmentState::queued) return stays || other != kNone ? void() : fresh.take_turn(enrolment);
  for (Id a = 0; a < fresh.sequence_of(e).anchors.size(); ++a) {
    const AnchorWord anchor{fresh.extra(e, fresh.sequence_of(e).extra.anchors)[a]};
    if (anchor.missing() && fresh.sequence_of(e).anchors[a].else_exit && fresh.has_steps_left(e, a))
      return fresh.end(enrolment, Reason::anchor_missing, "anchor_missing");
  }
  if (!stays && other != kNone) fresh.find_place(enrolment, other);
  if (fresh.is_frozen(e)) return;  // What is late then is seen when it goes on.
  fresh.apply_late(enrolment);
  if (fresh.live(enrolment)) fresh.replan(enrolment);
}

/// What has run has run under its new name, too. What recurs is due again, and what does no more is done.
void Deployment::carry_steps(Core& fresh, const Enrolment& e, const Enrolment& old, const compile::Migration& migration) {
  const Sequence& from = core_->sequence_of(old);
  const Sequence& to = fresh.sequence_of(e);
  for (Id s = 0; s < to.steps.size(); ++s) {
    StepWord word{StepState::pending, 0, 0, to.steps[s].day};
    Id before = find_named(from.steps, to.steps[s].name);
    for (const compile::Migration::Step& step : migration.steps) {
      if (step.to == s && before == kNone) before = find_named(from.steps, step.from);
    }
    if (before != kNone && from.extra.steps == kNone && before < old.cursor) word.state = StepState::ran, word.visits = 1;
    if (before != kNone && from.extra.steps != kNone) {
      const StepWord was = core_->step_word(old, before);
      word.state = was.state;
      word.visits = was.visits;
      // Days by which a step was moved stay, where it still counts in the same way.
      const bool alike = to.steps[s].kind == from.steps[before].kind && to.steps[s].anchor == kNone;
      if (alike) word.day += was.day - from.steps[before].day;
    }
    const bool recurs = to.steps[s].kind == compile::ScheduleKind::every;
    const bool recurred = before != kNone && from.steps[before].kind == compile::ScheduleKind::every;
    if (recurs) word.state = StepState::pending;
    if (!recurs && recurred && word.visits > 0) word.state = StepState::ran;
    // A civil day is kept of the last occurrence, or an instant.
    const auto is_exact = [](const compile::Step& step) { return step.every.period.ms != 0; };
    const bool other_kind = recurs != recurred || (recurs && is_exact(to.steps[s]) != is_exact(from.steps[before]));
    if (other_kind && to.extra.after_times != kNone) fresh.extra(e, to.extra.after_times)[s] = 0;
    fresh.set_step_word(e, s, word);
  }
}

/// The step that is waited for, and until when.
void Deployment::carry_due(Core& fresh, std::uint32_t enrolment, const Enrolment& old, Id step, Keeping timer) {
  Enrolment& e = fresh.enrolments_[enrolment];
  const Sequence& to = fresh.sequence_of(e);
  StepWord word = fresh.step_word(e, step);
  word.state = StepState::pending;
  fresh.set_step_word(e, step, word);
  const Core::Awaited awaited = core_->awaited(old);
  GivenWord given{0, 0, awaited.due_ms, fresh.now_.ms};
  if (timer == Keeping::anew) given.due_ms = kNever;
  if (timer == Keeping::remaining && given.due_ms != kNever) {
    given.is_exact = 1;
    std::int64_t since_ms = core_->stands_since(old);
    const GivenWord before = core_->given_word(old);  // By another migration, meanwhile.
    if (since_ms != INT64_MIN && before.step == awaited.step + 1) since_ms = std::max(since_ms, before.since_ms);
    if (since_ms != INT64_MIN) given.due_ms = fresh.now_.ms + std::max<std::int64_t>(0, given.due_ms - since_ms);
  }
  if (given.due_ms == kNever && to.steps[step].kind == compile::ScheduleKind::after) given.due_ms = fresh.after_end(e, step, fresh.now_.ms);
  if (given.due_ms != kNever) given.step = step + 1;
  fresh.set_given_word(e, given);
}

/// Steps that count from the end of one before them that lies behind: from now on. The first counts from the entry.
void Deployment::count_from_ends(Core& fresh, std::uint32_t enrolment) {
  const Enrolment& e = fresh.enrolments_[enrolment];
  const Sequence& to = fresh.sequence_of(e);
  for (Id s = 0; s < to.steps.size() && e.state != EnrolmentState::queued; ++s) {
    if (to.steps[s].kind != compile::ScheduleKind::after || fresh.step_word(e, s).state != StepState::pending) continue;
    Word& planned = fresh.extra(e, to.extra.after_times)[s];
    if (planned != 0 || fresh.given_word(e).step == s + 1) continue;
    if (s > 0 && fresh.step_word(e, s - 1).state == StepState::pending) continue;
    planned = static_cast<Word>(fresh.after_end(e, s, s == 0 ? e.enrolled_ms : fresh.now_.ms));
  }
}

}  // namespace nurture::engine

namespace nurture {

std::string to_text(const DeployReport& report) {
  std::string text;
  for (const DeployReport::Version& version : report.versions) {
    text += fmt::format("{} {}: {} enrolled, {}\n", version.sequence, version.version, version.runs, version.fate);
    for (const DeployReport::Place& place : version.places)
      text += fmt::format("  {:>8} at {}: {}\n", place.runs, place.step,
                          place.becomes == "stays" || place.becomes == "no step" ? place.becomes : "-> " + place.becomes);
  }
  if (!report.status.ok()) text += "refused: " + report.status.reason() + '\n';
  return text;
}

}  // namespace nurture
