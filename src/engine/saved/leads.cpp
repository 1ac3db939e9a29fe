// See saved.hpp: leads, with all that belongs to them.
#include "engine/saved/saved.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

using Kind = Place::Kind;

Id position_of(const compile::Event& event, const std::string& field) {
  for (Id f = 0; f < event.fields.size(); ++f) {
    if (event.fields[f].name == field) return f;
  }
  return kNone;
}

Id position_of(const std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? kNone : static_cast<Id>(at - names.begin());
}

/// The word of a value that may have been one of another type.
Word word_of_value(const compile::Field& field, const eval::Value& value, Symbols& texts) {
  const bool is_known = field.type != compile::SlotType::enum_ || value.kind != eval::Kind::string ||
                        std::find(field.values.begin(), field.values.end(), value.text()) != field.values.end();
  const Word word = is_known ? to_word(field, value, texts) : kMissingWord;
  return word == kMissingWord && !field.optional ? to_word(field, field.fallback, texts) : word;
}

}  // namespace

/// The empty rows of leads that were erased stay behind: nothing of them is in the bytes, and they end with the memory.
void Saved::visit_leads() {
  std::uint32_t left = static_cast<std::uint32_t>(archive_.visit_size(core_.lead_count_ - core_.erased_leads_));
  for (std::uint32_t lead = 0; left > 0 && archive_.ok(); ++lead) {
    if (!archive_.reads() && core_.head(lead).name == nullptr) continue;
    visit_lead(lead);
    arena_.reset();
    --left;
  }
}

/// How many leads stand before each in the bytes, and in all.
void Saved::find_places() {
  if (archive_.reads() || core_.erased_leads_ == 0) return;
  places_.push_back(0);
  for (std::uint32_t lead = 0; lead < core_.lead_count_; ++lead)
    places_.push_back(places_[lead] + (core_.head(lead).name == nullptr ? 0 : 1));
}

std::uint32_t Saved::place_of(std::uint32_t lead) const { return places_.empty() ? lead : places_[lead]; }

void Saved::visit_lead(std::uint32_t lead) {
  std::string name(archive_.reads() ? std::string_view() : core_.lead_name(lead));
  archive_.visit(name);
  visit_head(lead, name);
  if (!archive_.ok()) return;
  // Unless the bytes say it, a lead was met first when the oldest event occurred that is remembered of it, or now.
  const Id first_seen = core_.program_->layout.first_seen;
  if (archive_.reads() && first_seen != kNone) core_.rows_.at(lead)[first_seen] = static_cast<Word>(kNever);
  visit_places(core_.rows_.at(lead), mine_.lead, written_.lead, map_.lead);
  core_.read_zone(lead);
  visit_history(lead);
  if (archive_.reads() && first_seen != kNone) begin_silence(lead, core_.rows_.at(lead)[first_seen]);
  visit_enrolments(lead);
  visit_held_of(lead, kNone);
  visit_gathered(lead);
  visit_queues(lead);

  const auto number = core_.first_numbers_.find(lead);
  std::uint32_t first_number = number == core_.first_numbers_.end() ? 0 : number->second;
  archive_.visit(first_number);
  if (archive_.reads() && first_number != 0) core_.first_numbers_[lead] = std::max(first_number, core_.first_numbers_[lead]);
  const auto asleep = core_.sleeping_leads_.find(lead);
  bool sleeps = asleep != core_.sleeping_leads_.end();
  archive_.visit(sleeps);
  if (sleeps) visit(core_.sleeping_leads_[lead]);
  if (archive_.reads() && core_.lead_sleeps(lead)) ++core_.sleepers_;
  // What it did at this instant, should it be parked.
  const bool acts = core_.chains_ms_ == core_.now_.ms && core_.chains_.contains(lead);
  std::vector<std::string> chain = acts ? core_.chains_.at(lead) : std::vector<std::string>();
  chain.resize(archive_.visit_size(chain.size()));
  for (std::string& action : chain) archive_.visit(action);
  if (!archive_.reads() || chain.empty()) return;
  core_.chains_ms_ = core_.now_.ms;
  core_.chains_[lead] = std::move(chain);
}

void Saved::visit_head(std::uint32_t lead, std::string& name) {
  if (archive_.reads()) {
    if (name.empty() || core_.find_lead(name) != kNone) return archive_.fail();
    const std::uint32_t row = core_.rows_.take();
    const Symbol symbol = core_.names_.intern(name);
    core_.begin_row(core_.rows_.at(row), symbol, kNone);
    core_.enter_in_table(symbol, row);
    ++core_.lead_count_;
  }
  auto& [symbol, first_enrolment, history, decisions, zone, parked, actions, actions_ms] = core_.head(lead);
  archive_.visit(decisions);
  archive_.visit(parked);
  archive_.visit(actions);
  archive_.visit(actions_ms);
}

// ---------------------------------------------------------------- words

void Saved::visit_places(Word* words, const std::vector<Place>& mine, const std::vector<Place>& written, const std::vector<Id>& map) {
  if (archive_.reads() && words != nullptr) {  // What the bytes do not know begins like that of a new lead.
    for (const Place& place : mine) {
      if (place.kind == Kind::value) words[place.word] = to_word(*place.field, place.field->fallback, core_.texts_);
      if (place.kind == Kind::event) words[place.word] = kNone;
    }
  }
  for (std::size_t i = 0; i < written.size() && archive_.ok(); ++i)
    visit_place(words, map[i] == kNone ? nullptr : &mine[map[i]], written[i]);
}

/// Reading, `mine` is where it goes, if anywhere; writing, both are the same.
void Saved::visit_place(Word* words, const Place* mine, const Place& written) {
  switch (written.kind) {
    case Kind::words:
      for (Id i = 0; i < written.count && archive_.ok(); ++i) {
        auto word = mine == nullptr ? 0 : static_cast<std::int64_t>(words[mine->word + i]);
        archive_.visit(word);
        if (mine != nullptr) words[mine->word + i] = static_cast<Word>(word);
      }
      return;
    case Kind::value: return visit_value(mine == nullptr ? nullptr : words + mine->word, mine == nullptr ? nullptr : mine->field);
    case Kind::bits:
    case Kind::tier: return visit_bits(words, mine, written);
    case Kind::instants:
    case Kind::slots: return visit_last(words, mine, written);
    case Kind::arm: return visit_arm(words, mine, written);
    case Kind::latest: return visit_latest(mine == nullptr ? nullptr : words + mine->word);
    case Kind::event:
      return visit_event(mine == nullptr ? nullptr : words + mine->word, mine == nullptr ? written.names : mine->names, written.names);
  }
}

void Saved::visit_value(Word* word, const compile::Field* field) {
  eval::Value value = archive_.reads() ? eval::Value::missing() : value_of(*field, *word, arena_);
  archive_.visit(value, arena_);
  if (archive_.reads() && word != nullptr) *word = word_of_value(*field, value, core_.texts_);
}

void Saved::visit_bits(Word* words, const Place* mine, const Place& written) {
  const bool is_tier = written.kind == Kind::tier;
  const Word mask = is_tier ? 0xff : (Word{1} << std::min(written.count, 8u)) - 1;
  auto value = static_cast<std::uint8_t>(mine == nullptr ? 0 : words[mine->word] >> mine->bit & mask);
  archive_.visit(value);
  if (!archive_.reads() || mine == nullptr) return;
  if (is_tier && value != 0) {
    if (value > written.names.size()) return archive_.fail();
    value = static_cast<std::uint8_t>(position_of(mine->names, written.names[value - 1u]) + 1);  // One that is no more: none yet.
  }
  words[mine->word] = (words[mine->word] & ~(mask << mine->bit)) | (value & mask) << mine->bit;
}

void Saved::visit_latest(Word* word) {
  constexpr std::int64_t kNoneMs = INT64_MIN;
  std::int64_t ms = archive_.reads() || word == nullptr ? kNoneMs : static_cast<std::int64_t>(*word);
  bool is_known = ms != kNoneMs;
  archive_.visit(is_known);
  if (is_known) archive_.visit(ms);
  if (archive_.reads() && word != nullptr) *word = static_cast<Word>(std::max(static_cast<std::int64_t>(*word), is_known ? ms : kNoneMs));
}

/// Whose arm is no more has none, and draws anew.
void Saved::visit_arm(Word* words, const Place* mine, const Place& written) {
  Word none[2] = {};
  Word* const place = mine == nullptr ? none : words + mine->word;
  for (Id i = 0; i < 2; ++i) archive_.visit(place[i]);
  if (!archive_.reads()) return;
  auto assignment = std::bit_cast<Assignment>(place[0]);
  if (assignment.arm > written.names.size() || assignment.how > Assignment::How::held_out) return archive_.fail();
  if (assignment.arm == 0 || mine == nullptr) return;
  assignment.arm = position_of(mine->names, written.names[assignment.arm - 1]) + 1;
  if (assignment.arm == 0) std::fill(place, place + 2, Word{0});
  if (assignment.arm != 0) place[0] = std::bit_cast<Word>(assignment);
}

/// Instants of the last ones, of which the newest stay where there is less room than before.
void Saved::visit_last(Word* words, const Place* mine, const Place& written) {
  std::vector<std::int64_t> last(archive_.reads() ? 0 : written.count);
  for (std::size_t i = 0; i < last.size(); ++i) last[i] = static_cast<std::int64_t>(words[mine->word + i]);
  last.resize(archive_.visit_size(last.size()));
  for (std::int64_t& word : last) {
    archive_.visit(word);
    if (!archive_.reads() || written.kind != Kind::slots || word == 0) continue;
    // The path counts from one, modulo what a slot has room for.
    constexpr std::int64_t kPaths = std::int64_t{1} << CapSlot::kPathBits;
    const auto path = static_cast<Id>(word & (kPaths - 1));
    if (path == 0) continue;  // By none.
    const Id mapped = path > like_.size() ? kNone : like_[path - 1];
    word = CapSlot(word >> CapSlot::kPathBits, mapped == kNone ? CapSlot::kLost : mapped).word;
  }
  if (!archive_.reads() || mine == nullptr) return;
  if (last.size() > mine->count) std::sort(last.begin(), last.end(), std::greater<>());
  for (std::size_t i = 0; i < std::min<std::size_t>(last.size(), mine->count); ++i) words[mine->word + i] = static_cast<Word>(last[i]);
}

/// An event and some of its fields, see Core::keep_event().
void Saved::visit_event(Word* words, const std::vector<std::string>& mine, const std::vector<std::string>& written) {
  Id event = archive_.reads() ? kNone : static_cast<Id>(words[0]);
  const compile::Event* own = event == kNone || archive_.reads() ? nullptr : &core_.program_->events[event];
  visit_id(event, map_.events);
  if (archive_.reads() && words != nullptr) {
    own = event == kNone ? nullptr : &core_.program_->events[event];
    words[0] = event;
    std::fill(words + 1, words + 1 + mine.size(), kMissingWord);
  }
  for (const std::string& name : written) {
    const Id field = own == nullptr ? kNone : position_of(*own, name);
    const Id place = position_of(mine, name);
    eval::Value value = eval::Value::missing();
    if (!archive_.reads() && field != kNone) value = value_of(own->fields[field], words[1 + place], arena_);
    archive_.visit(value, arena_);
    if (archive_.reads() && words != nullptr && field != kNone && place != kNone)
      words[1 + place] = to_word(own->fields[field], value, core_.texts_);
  }
}

// ---------------------------------------------------------------- digests

/// The path itself, or one that says as much: the same message on the same channel.
Id Saved::like(Id path) const {
  if (path >= written_.paths.size() || map_.paths[path] != kNone) return path < map_.paths.size() ? map_.paths[path] : kNone;
  const Schema::Path& from = written_.paths[path];
  for (Id to = 0; to < mine_.paths.size(); ++to) {
    if (mine_.paths[to].message == map_.messages[from.message] && mine_.paths[to].channel == map_.channels[from.channel]) return to;
  }
  return kNone;
}

/// What a digest is to tell of, as far as the program that reads sends it; the runs that sent it may have ended.
void Saved::visit_gathered(std::uint32_t lead) {
  std::vector<std::pair<Id, std::vector<Gathered>>> lists;
  for (auto list = core_.gathered_.lower_bound({lead, 0}); list != core_.gathered_.end() && list->first.first == lead; ++list)
    lists.emplace_back(list->first.second, list->second);
  const auto target_of = [&](Id sequence) {
    if (sequence >= live_.size()) return kNone;
    return live_[sequence].sequence != kNone ? live_[sequence].sequence : ended_[sequence].sequence;
  };
  lists.resize(archive_.visit_size(lists.size()));
  for (auto& [digest, list] : lists) {
    archive_.visit(digest);
    list.resize(archive_.visit_size(list.size()));
    for (Gathered& one : list) {
      archive_.visit(one.path);
      archive_.visit(one.sequence);
      archive_.visit(one.number);
    }
    if (!archive_.reads() || !archive_.ok()) continue;
    std::vector<Gathered> kept;
    for (const Gathered& one : list) {
      const Id path = like(one.path);
      const Id sequence = target_of(one.sequence);
      if (path != kNone && sequence != kNone) kept.push_back({path, sequence, one.number});
    }
    if (target_of(digest) != kNone && !kept.empty()) core_.gathered_[{lead, target_of(digest)}] = std::move(kept);
  }
}

/// Who waits for a place of a channel's rate is counted with the lead.
void Saved::visit_queues(std::uint32_t lead) {
  if (!archive_.reads()) return;
  for (const compile::Audience& audience : core_.program_->audiences) {
    const Membership membership(core_.rows_.at(lead)[audience.word]);
    if (membership.wait > Membership::Wait::rate) return archive_.fail();
    if (membership.wait == Membership::Wait::rate) ++core_.channels_[audience.channel].waiting;
  }
}

// ---------------------------------------------------------------- history

void Saved::visit_history(std::uint32_t lead) {
  std::uint32_t& history = core_.head(lead).history;
  std::vector<Past> past;
  if (!archive_.reads() && history != kNone) {
    core_.history_.newest_first(history, [&](const Past& one) {
      past.push_back(one);
      return true;
    });
  }
  const std::size_t size = archive_.visit_size(past.size());
  if (archive_.reads() && size != 0) history = core_.history_.create();
  for (std::size_t i = 0; i < size && archive_.ok(); ++i) visit_past(history, archive_.reads() ? nullptr : &past[size - 1 - i]);
}

void Saved::begin_silence(std::uint32_t lead, Word& first_seen) {
  if (static_cast<std::int64_t>(first_seen) != kNever) return;
  std::int64_t oldest_ms = core_.now_.ms;
  const std::uint32_t history = core_.head(lead).history;
  if (history != kNone) {
    core_.history_.newest_first(history, [&](const Past& past) {
      oldest_ms = std::min(oldest_ms, past.occurred_ms);
      return true;
    });
  }
  first_seen = static_cast<Word>(oldest_ms);
}

void Saved::visit_past(std::uint32_t history, const Past* past) {
  Id written = past == nullptr ? 0 : past->event;
  std::int64_t occurred_ms = past == nullptr ? 0 : past->occurred_ms;
  std::uint64_t arrival = past == nullptr ? 0 : past->arrival;
  archive_.visit(written);
  archive_.visit(occurred_ms);
  archive_.visit(arrival);
  if (written >= written_.events.size()) return archive_.fail();
  const Id mine = map_.events[written];
  const compile::Event* event = mine == kNone ? nullptr : &core_.program_->events[mine];
  const std::vector<Id>& kept = written_.events[written].kept;
  std::vector<Word> words(event == nullptr ? 0 : event->kept_fields.size(), kMissingWord);
  for (std::size_t k = 0; k < kept.size(); ++k) {
    eval::Value value = past == nullptr ? eval::Value::missing() : value_of(event->fields[kept[k]], past->fields[k], arena_);
    archive_.visit(value, arena_);
    const Id field = map_.event_fields[written][kept[k]];
    if (past != nullptr || event == nullptr || field == kNone) continue;
    const auto place = std::find(event->kept_fields.begin(), event->kept_fields.end(), field);
    if (place != event->kept_fields.end())
      words[static_cast<std::size_t>(place - event->kept_fields.begin())] = to_word(event->fields[field], value, core_.texts_);
  }
  if (past != nullptr || event == nullptr || !event->kept || !archive_.ok()) return;
  core_.history_.append(history, mine, occurred_ms, arrival, words.data(), core_.now_.ms);
}

}  // namespace nurture::engine
