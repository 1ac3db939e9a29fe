// See saved.hpp: enrolments, what is held, and inputs that are not yet applied.
#include "engine/saved/saved.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace nurture::engine {
namespace {

/// In place of a sequence that the program that reads does not have.
constexpr std::uint16_t kNoSequence = 0xffff;

/// A date-time without an offset is a text until its zone is known.
bool is_value_of(const compile::Field& field, const eval::Value& value, Symbols& texts) {
  if (value.is_missing() || (field.type == compile::SlotType::datetime && value.kind == eval::Kind::string)) return true;
  return to_word(field, value, texts) != kMissingWord;
}

bool is_suspended(EnrolmentState state) {
  return state == EnrolmentState::waiting || state == EnrolmentState::until || state == EnrolmentState::holding;
}

}  // namespace

void Saved::visit_enrolments(std::uint32_t lead) {
  std::vector<std::uint32_t> own;
  if (!archive_.reads()) {
    for (std::uint32_t i = core_.head(lead).first_enrolment; i != kNone; i = core_.enrolments_[i].next) own.push_back(i);
  }
  own.resize(archive_.visit_size(own.size()));
  for (std::uint32_t& enrolment : own) {
    if (archive_.reads()) {
      enrolment = core_.enrolments_.take();
      core_.enrolments_[enrolment].lead = lead;
    }
    visit_enrolment(enrolment);
    if (!archive_.ok()) return;
    Enrolment& e = core_.enrolments_[enrolment];
    const bool is_here = !archive_.reads() || e.sequence != kNoSequence;
    if (archive_.reads() && is_here) {
      core_.link(enrolment);
      if (core_.is_counted(e)) ++core_.live_enrolments_;
    }
    visit_held_of(lead, enrolment);
    if (is_here) continue;
    pass_over(lead, e);
    core_.enrolments_.give_back(enrolment);
  }
}

/// The sequence is no more. Its numbers are not given a second time. [S3.2]
void Saved::pass_over(std::uint32_t lead, const Enrolment& e) {
  std::uint32_t& number = core_.first_numbers_[lead];
  number = std::max(number, e.number);
}

/// Every member is named, so that a new one is not forgotten. `lead`, `next` and `held` are where it stands.
void Saved::visit_enrolment(std::uint32_t enrolment) {
  Enrolment& e = core_.enrolments_[enrolment];
  auto& [lead, next, enrolled_ms, due_ms, number, node, extra, held, sequence, step, cursor, state, accelerated] = e;
  Id written = sequence;
  archive_.visit(written);
  archive_.visit_kind(state, EnrolmentState::ended);
  if (written >= written_.sequences.size()) return archive_.fail();
  const Target& target = (state == EnrolmentState::ended ? ended_ : live_)[written];
  if (target.sequence == kNone && lost_ == nullptr) return archive_.fail();
  steps_ = &target.steps;
  sequence = target.sequence == kNone ? kNoSequence : static_cast<std::uint16_t>(target.sequence);
  archive_.visit(enrolled_ms);
  archive_.visit(due_ms);
  archive_.visit(number);
  archive_.visit(step);
  if (archive_.reads()) step = step_of(step);
  archive_.visit(cursor);
  archive_.visit(accelerated);
  compile::Range nodes;
  if (sequence != kNoSequence) nodes = core_.sequence_of(e).nodes;
  // Within its sequence; 0 is the end of the body. Another version has other nodes: there a migration says where it goes on.
  Id place = !is_suspended(state) || node == 0 ? 0 : node - nodes.begin + 1;
  archive_.visit(place);
  const bool is_same = target.sequence == map_.sequences[written];
  moves_ = archive_.reads() && !is_same;
  if (archive_.reads()) node = place == 0 || !is_same ? 0 : nodes.begin + place - 1;
  if (archive_.reads() && !is_same) cursor = 0;  // Counts the steps of the version that wrote.
  if (is_same && place > nodes.size()) return archive_.fail();
  visit_extra(e, written, target);
  if (archive_.reads() && is_same && sequence != kNoSequence) check(e);
}

/// A step of the sequence that wrote, where its runs go on; kNoStep where there is none of its name.
std::uint16_t Saved::step_of(std::uint16_t step) const {
  return step < steps_->size() ? static_cast<std::uint16_t>((*steps_)[step]) : kNoStep;
}

void Saved::visit_extra(Enrolment& e, Id written, const Target& target) {
  bool has_extra = e.extra != kNone;
  archive_.visit(has_extra);
  if (archive_.reads() && e.sequence != kNoSequence) {
    const compile::Extra& extra = core_.sequence_of(e).extra;
    const bool needs = extra.words > 0 && (e.state != EnrolmentState::ended || extra.key != kNone);
    if (needs) e.extra = core_.extras_[e.sequence].take();
    if (needs) begin_extra(e);
  }
  if (!has_extra) return;
  static const std::vector<Place> kNoPlaces;
  const bool keeps = e.extra != kNone;
  const std::vector<Id> nothing(target.places.size(), kNone);
  visit_places(keeps ? core_.extras_[e.sequence].at(e.extra) : nullptr, keeps ? mine_.sequences[e.sequence].places : kNoPlaces,
               written_.sequences[written].places, keeps ? target.places : nothing);
}

/// What the bytes may not have, as Core::new_enrolment() begins it.
void Saved::begin_extra(const Enrolment& e) {
  const compile::Sequence& s = core_.sequence_of(e);
  Word* words = core_.extras_[e.sequence].at(e.extra);
  std::fill(words, words + s.extra.words, Word{0});
  const auto now = static_cast<Word>(core_.now_.ms);
  if (s.extra.key != kNone) words[s.extra.key] = kMissingWord;
  if (s.extra.wake != kNone) words[s.extra.wake] = static_cast<Word>(kNever);
  if (s.extra.wait_began != kNone) words[s.extra.wait_began] = now;
  if (s.extra.entered != kNone) words[s.extra.entered] = static_cast<Word>(e.enrolled_ms), words[s.extra.entered + 1] = core_.arrivals_;
  for (Id a = 0; s.extra.anchors != kNone && a < s.anchors.size(); ++a)
    words[s.extra.anchors + a] = AnchorWord::missing_since(core_.now_.ms).word;
  for (Id i = 0; i < s.steps.size() && s.extra.again != kNone; ++i) words[s.extra.again + i] = AnchorWord{}.word;
  for (Id i = 0; i < s.steps.size() && s.extra.steps != kNone; ++i) core_.set_step_word(e, i, {StepState::pending, 0, 0, s.steps[i].day});
}

/// What the engine relies on without asking.
void Saved::check(const Enrolment& e) {
  const compile::Sequence& sequence = core_.sequence_of(e);
  bool fits = e.step == kNoStep || e.step < sequence.steps.size();
  fits = fits && e.cursor <= sequence.steps.size();
  const compile::NodeOp op = core_.program_->nodes[e.node].op;
  if (e.state == EnrolmentState::waiting) fits = fits && op == compile::NodeOp::wait;
  if (e.state == EnrolmentState::until) fits = fits && op == compile::NodeOp::wait_until;
  if (!fits) archive_.fail();
}

// ---------------------------------------------------------------- what is held

/// Of an enrolment, or of the lead's scores, in the order in which they were held.
void Saved::visit_held_of(std::uint32_t lead, std::uint32_t enrolment) {
  std::vector<std::uint32_t> own;
  if (!archive_.reads() && enrolment != kNone) {
    for (std::uint32_t i = core_.enrolments_[enrolment].held; i != kNone; i = core_.held_[i].next) own.push_back(i);
  } else if (!archive_.reads()) {
    for (auto i = core_.held_of_scores_.lower_bound({lead, 0}); i != core_.held_of_scores_.end() && i->first.first == lead; ++i)
      own.push_back(i->second);
  }
  own.resize(archive_.visit_size(own.size()));
  for (const std::uint32_t held : own) {
    Held read;
    read.enrolment = enrolment;
    visit_held(archive_.reads() ? read : core_.held_[held]);
    if (!archive_.ok()) return;
    if (!archive_.reads() || (enrolment != kNone && moves_ && read.blocks)) continue;  // Of a body that is left.
    if (read.path != kNone)
      keep_held(lead, enrolment, read);
    else
      lose_held(lead);
  }
}

/// The program that reads does not send it.
void Saved::lose_held(std::uint32_t lead) {
  const Schema::Path& path = written_.paths[lost_path_];
  lost_->push_back({lead, written_.messages[path.message], written_.channels[path.channel]});
}

void Saved::keep_held(std::uint32_t lead, std::uint32_t enrolment, const Held& read) {
  const std::uint32_t held = core_.held_.take();
  Held& h = core_.held_[held];
  h = read;
  h.lead = lead;
  h.next = kNone;
  ++core_.held_count_;
  if (h.reason == Reason::rate) ++core_.channels_[core_.program_->send_paths[h.path].channel].waiting;
  if (enrolment == kNone) {
    if (!core_.held_of_scores_.emplace(std::pair(lead, h.serial), held).second) archive_.fail();
    return;
  }
  std::uint32_t* place = &core_.enrolments_[enrolment].held;
  while (*place != kNone) place = &core_.held_[*place].next;
  *place = held;
}

void Saved::visit_held(Held& h) {
  auto& [lead, enrolment, next, node, path, score, visit, trigger, until_ms, began_ms, deadline_ms, stopped_ms, serial, step, reason,
         blocks] = h;
  visit_id(score, map_.scores);
  visit_path(h);
  archive_.visit(visit);
  archive_.visit(until_ms);
  archive_.visit(began_ms);
  archive_.visit(deadline_ms);
  archive_.visit(stopped_ms);
  archive_.visit(serial);
  archive_.visit(step);
  if (archive_.reads() && enrolment != kNone) step = step_of(step);
  archive_.visit_kind(reason, Reason::retry);
  archive_.visit(blocks);
  visit_held_trigger(h);
  visit_older_key(h);
  if (enrolment == kNone && step != kNoStep) archive_.fail();
}

/// The node follows from the path. Where the run goes on in another version, the first send of the message there stands for it.
void Saved::visit_path(Held& h) {
  Id written = h.path;
  archive_.visit(written);
  if (written >= written_.paths.size()) return archive_.fail();
  if (!archive_.reads()) return;
  const Schema::Path& from = written_.paths[written];
  const Id sequence = h.enrolment == kNone ? kNone : core_.enrolments_[h.enrolment].sequence;
  const auto is_of = [&](const Schema::Path& path) {
    return h.enrolment == kNone ? h.score != kNone && path.score == h.score : path.sequence == sequence;
  };
  h.path = map_.paths[written];
  if (h.path != kNone && !is_of(mine_.paths[h.path])) h.path = kNone;
  for (Id path = 0; path < mine_.paths.size() && h.path == kNone && lost_ != nullptr; ++path) {
    const Schema::Path& to = mine_.paths[path];
    if (is_of(to) && to.message == map_.messages[from.message] && to.channel == map_.channels[from.channel]) h.path = path;
  }
  if (h.path == kNone && lost_ == nullptr) return archive_.fail();
  lost_path_ = written;
  if (h.path == kNone) return;
  const compile::Program& program = *core_.program_;
  h.node = (h.enrolment == kNone ? program.scores[h.score].nodes : program.sequences[sequence].nodes).begin + mine_.paths[h.path].action;
}

void Saved::visit_older_key(const Held& h) {
  const auto older = core_.older_keys_.find(h.serial);
  bool has_key = older != core_.older_keys_.end();
  archive_.visit(has_key);
  if (!has_key) return;
  std::array<std::uint64_t, 2> words{};
  if (!archive_.reads()) words = std::bit_cast<std::array<std::uint64_t, 2>>(older->second);
  for (std::uint64_t& word : words) archive_.visit_bits(word);
  if (archive_.reads()) core_.older_keys_[h.serial] = std::bit_cast<Key>(words);
}

void Saved::visit_held_trigger(Held& h) {
  bool has_trigger = h.trigger != kNone;
  archive_.visit(has_trigger);
  if (!has_trigger) return;
  std::vector<std::string> mine;
  if (h.path != kNone) {
    for (const Id name : core_.program_->send_paths[h.path].trigger_fields) mine.push_back(core_.program_->field_names[name]);
  }
  std::vector<std::string> written = mine;
  written.resize(archive_.visit_size(written.size()));
  for (std::string& name : written) archive_.visit(name);
  if (archive_.reads() && h.path != kNone) {
    h.trigger = core_.held_triggers_.take();
    core_.held_triggers_.at(h.trigger)[0] = kNone;
  }
  visit_event(h.trigger == kNone ? nullptr : core_.held_triggers_.at(h.trigger), mine, written);
}

// ---------------------------------------------------------------- inputs

void Saved::visit_inputs() {
  const std::vector<Input> waiting = core_.inputs_.all();
  const std::size_t size = archive_.visit_size(waiting.size());
  for (std::size_t i = 0; i < size && archive_.ok(); ++i) {
    Input input = archive_.reads() ? Input{} : waiting[i];
    visit_input(input);
    if (archive_.reads() && archive_.ok()) core_.inputs_.push(input);
  }
}

/// Every member is named, so that a new one is not forgotten. `order` is given anew.
void Saved::visit_input(Input& input) {
  auto& [at, order, kind, lead, subject, channel, other, fields, values, count, text, number, flag, flag2, outcome, again] = input;
  const auto visit_text = [&](std::string_view& view) {
    std::string words(view);
    archive_.visit(words);
    if (archive_.reads()) view = core_.inputs_.arena().copy(words);
  };
  archive_.visit(at);
  archive_.visit_kind(kind, InputKind::refused);
  visit_text(lead);
  visit_text(text);
  auto bits = std::bit_cast<std::uint64_t>(number);
  archive_.visit_bits(bits);
  number = std::bit_cast<double>(bits);
  bool fits = visit_subject(input);
  fits = visit_name(channel, map_.channels) && fits;
  archive_.visit(other);
  fits = visit_values(input) && fits;
  archive_.visit(flag);
  archive_.visit(flag2);
  archive_.visit_kind(outcome, Reason::retry);
  archive_.visit(again);
  if (fits) return;
  if (lost_ == nullptr) return archive_.fail();
  kind = InputKind::refused;
  text = "it does not fit the program that was deployed before its turn came";
  subject = channel = kNone;
  fields = nullptr;
  values = nullptr;
  count = 0;
}

/// False when the program that reads has nothing of the name.
bool Saved::visit_name(Id& id, const std::vector<Id>& map) {
  bool is_named = id != kNone;
  archive_.visit(is_named);
  if (!is_named) {
    id = kNone;
    return true;
  }
  visit_id(id, map);
  return id != kNone;
}

bool Saved::visit_subject(Input& input) {
  std::vector<Id> sequences;
  for (const Target& target : ended_) sequences.push_back(target.sequence);
  switch (input.kind) {
    case InputKind::event: return visit_name(input.subject, map_.events);
    case InputKind::consent: return visit_name(input.subject, map_.categories);
    case InputKind::score: return visit_name(input.subject, map_.scores);
    case InputKind::delivery: return visit_name(input.subject, map_.messages);
    case InputKind::membership: return visit_name(input.subject, map_.audiences);
    case InputKind::pause:
    case InputKind::resume:
    case InputKind::enroll:
    case InputKind::exit:
    case InputKind::broadcast: return visit_name(input.subject, sequences);
    case InputKind::promote: return visit_promotion(input);
    case InputKind::deploy: return archive_.visit(input.subject), true;
    default: return visit_name(input.subject, {});
  }
}

/// The arm is a number of the experiment that it was posted for.
bool Saved::visit_promotion(Input& input) {
  Id written = input.subject;
  archive_.visit(written);
  if (written >= written_.experiments.size()) return archive_.fail(), false;
  if (!archive_.reads()) return true;
  const std::vector<std::string>& arms = written_.experiments[written].arms;
  if (!(input.number >= 0 && input.number < static_cast<double>(arms.size()))) return archive_.fail(), false;
  input.subject = map_.experiments[written];
  if (input.subject == kNone) return false;
  const Id arm = match(arms, mine_.experiments[input.subject].arms)[static_cast<std::size_t>(input.number)];
  input.number = arm;
  return arm != kNone;
}

/// Of an upsert by the lead's fields, of an event by its own; one that is no more is left out.
bool Saved::visit_values(Input& input) {
  const bool is_event = input.kind == InputKind::event;
  const std::size_t count = archive_.visit_size(input.count);
  if (count == 0) return true;
  if (!is_event && input.kind != InputKind::upsert) return archive_.fail(), false;
  Id event = is_event ? input.subject : kNone;  // That wrote.
  if (is_event && archive_.reads()) {
    const auto written = std::find(map_.events.begin(), map_.events.end(), input.subject);
    event = static_cast<Id>(written - map_.events.begin());
  }
  const bool is_known = !is_event || !archive_.reads() || input.subject != kNone;
  const std::vector<compile::Field>* mine = !is_event  ? &core_.program_->lead
                                            : is_known ? &core_.program_->events[input.subject].fields
                                                       : nullptr;
  eval::Arena& arena = core_.inputs_.arena();
  std::vector<Id> ids;
  std::vector<eval::Value> values(is_event && mine != nullptr ? mine->size() : 0, eval::Value::missing());
  for (std::size_t i = 0; i < count && archive_.ok(); ++i) {
    Id field = is_event ? static_cast<Id>(i) : archive_.reads() ? 0 : input.fields[i];
    if (!is_event) visit_id(field, map_.fields);
    eval::Value value = archive_.reads() ? eval::Value::missing() : input.values[i];
    archive_.visit(value, arena);
    if (!archive_.reads() || mine == nullptr) continue;
    if (is_event) {
      if (i >= map_.event_fields[event].size()) return archive_.fail(), false;
      field = map_.event_fields[event][i];
    }
    if (field == kNone && lost_ == nullptr) return archive_.fail(), false;
    if (field == kNone || !is_value_of((*mine)[field], value, core_.texts_)) continue;
    if (is_event) values[field] = value;
    if (!is_event) ids.push_back(field), values.push_back(value);
  }
  if (!archive_.reads() || !archive_.ok()) return true;
  auto* fields = static_cast<Id*>(arena.allocate(sizeof(Id) * (ids.size() + 1)));
  auto* kept = static_cast<eval::Value*>(arena.allocate(sizeof(eval::Value) * (values.size() + 1)));
  std::copy(ids.begin(), ids.end(), fields);
  std::copy(values.begin(), values.end(), kept);
  input.fields = is_event ? nullptr : fields;
  input.values = kept;
  input.count = static_cast<std::uint32_t>(values.size());
  for (std::size_t f = 0; is_event && mine != nullptr && f < mine->size(); ++f) {
    const compile::Field& field = (*mine)[f];
    if (!field.optional && field.fallback.is_missing() && values[f].is_missing()) return false;
  }
  return true;
}

}  // namespace nurture::engine
