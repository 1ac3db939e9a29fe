// What inputs do to the state, one kind after another: S1.6, S6.8, S11.5 of the contracts. Entry point: Core::apply().
#include "engine/core.hpp"

#include "engine/hash.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

std::size_t table_place(Symbol symbol, std::size_t mask) {
  auto h = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(symbol)) >> 2;
  h *= 0x9e3779b97f4a7c15ULL;  // Fibonacci hashing: addresses are multiples of four.
  return static_cast<std::size_t>(h >> 20) & mask;
}

}  // namespace

void Core::apply(const Input& input) {
  ++counts_.inputs;
  switch (input.kind) {
    case InputKind::upsert: return apply_upsert(input);
    case InputKind::event: return apply_event(input);
    case InputKind::consent: return apply_consent(input);
    case InputKind::delivery: return apply_delivery(input);
    case InputKind::refused: return refuse_input(input.lead, "input", input.text);
    case InputKind::score: {
      const std::uint32_t lead = find_lead(input.lead);
      if (lead == kNone) return refuse_input(input.lead, "score", "the lead is not known");
      set_score(lead, input.subject,
                static_cast<std::int64_t>(input.number * static_cast<double>(kPoint) + (input.number < 0 ? -0.5 : 0.5)),
                "posted by the host");
      settle_score(lead, input.subject);
      if (scores_changed_) react_lead(lead, {nullptr, nullptr, true, false});
      return;
    }
    case InputKind::gap:
      if (now_.ms > gap_until_ms_) gap_from_ms_ = now_.ms;  // else it goes on
      gap_until_ms_ = std::max(gap_until_ms_, input.other.ms);
      return log_halt(DecisionKind::gap, input.other);
    case InputKind::pause: return apply_pause(input);
    case InputKind::resume: return apply_resume(input);
    case InputKind::enroll: {
      const std::uint32_t lead = find_lead(input.lead);
      if (lead == kNone) return refuse_input(input.lead, "enroll", "the lead is not known");
      static_cast<void>(enroll(lead, input.subject, nullptr, "the host"));
      return;
    }
    case InputKind::deploy: return;  // run() hands it to the shell
    case InputKind::exit: return apply_exit(input);
    case InputKind::erase: return apply_erase(input);
    case InputKind::membership: return apply_membership(input);
    case InputKind::broadcast: return start_broadcast(input.subject);
    case InputKind::promote: return apply_promote(input);
    case InputKind::exported:
      if (observer_ != nullptr && find_lead(input.lead) != kNone) log(decision(find_lead(input.lead), DecisionKind::exported));
      return;
  }
}

/// A row of the log that concerns no lead.
void Core::log_halt(DecisionKind kind, Instant until, std::string_view what, Reason reason) {
  if (observer_ == nullptr) return;
  Decision d = decision(kind);
  d.name = what;
  d.reason = reason;
  d.until = until;
  log(d);
}

void Core::refuse_input(std::string_view lead, std::string_view what, std::string_view why) {
  ++counts_.refused_inputs;
  if (observer_ == nullptr) return;
  const std::uint32_t known = find_lead(lead);
  Decision d = known == kNone ? decision(DecisionKind::input_refused) : decision(known, DecisionKind::input_refused);
  d.lead = lead;
  d.name = what;
  d.detail = why;
  log(d);
}

std::uint32_t Core::find_lead(std::string_view name) const {
  const Symbol symbol = names_.find(name);
  if (symbol == nullptr) return kNone;
  const std::size_t mask = lead_table_.size() - 1;
  for (std::size_t i = table_place(symbol, mask); lead_table_[i].first != nullptr; i = (i + 1) & mask) {
    if (lead_table_[i].first == symbol) return lead_table_[i].second;
  }
  return kNone;
}

/// By its name; the caller counts it.
void Core::enter_in_table(Symbol name, std::uint32_t lead) {
  if (std::size_t{lead_count_ + 1} * 4 > lead_table_.size() * 3) {
    std::vector<std::pair<Symbol, std::uint32_t>> old(lead_table_.size() * 2, {nullptr, kNone});
    old.swap(lead_table_);
    const std::size_t mask = lead_table_.size() - 1;
    for (const auto& slot : old) {
      if (slot.first == nullptr) continue;
      std::size_t i = table_place(slot.first, mask);
      while (lead_table_[i].first != nullptr) i = (i + 1) & mask;
      lead_table_[i] = slot;
    }
  }
  const std::size_t mask = lead_table_.size() - 1;
  std::size_t i = table_place(name, mask);
  while (lead_table_[i].first != nullptr) i = (i + 1) & mask;
  lead_table_[i] = {name, lead};
}

/// A lead of whom nothing is known; without a name one who was erased.
void Core::begin_row(Word* row, Symbol name, std::uint32_t history) {
  const compile::LeadLayout& layout = program_->layout;
  std::fill(row, row + layout.words, Word{0});
  const std::uint8_t parked = name == nullptr ? 1 : 0;
  new (row) LeadHead{name, kNone, history, 0, 0, parked, 0, INT64_MIN};
  if (layout.wake != kNone) row[layout.wake] = static_cast<Word>(kNever);
  if (layout.retain != kNone) row[layout.retain] = static_cast<Word>(kNever);
  for (const Id word : layout.forgotten) {
    if (word != kNone) row[word] = static_cast<Word>(INT64_MIN);
  }
}

std::uint32_t Core::create_lead(std::string_view name) {
  const std::uint32_t lead = rows_.take();
  Word* row = rows_.at(lead);
  const Symbol symbol = names_.intern(name);
  begin_row(row, symbol, kNone);
  if (program_->layout.first_seen != kNone) row[program_->layout.first_seen] = static_cast<Word>(now_.ms);
  for (std::size_t f = 0; f < program_->lead.size(); ++f) {
    const compile::Field& field = program_->lead[f];
    row[program_->layout.attributes + f] = to_word(field, field.fallback, texts_);
  }
  enter_in_table(symbol, lead);
  ++lead_count_;
  if (!tombstones_.empty()) {
    const auto tombstone = tombstones_.find(Hasher{}.add(name).finish64());
    if (tombstone != tombstones_.end()) first_numbers_[lead] = tombstone->second;
  }
  // What an audience was told of them before, and what their scores sent, never comes again under the same key.
  if (const auto first = first_numbers_.find(lead); first != first_numbers_.end()) {
    Membership membership(0);
    membership.changes = first->second;
    for (const compile::Audience& audience : program_->audiences) row[audience.word] = membership.word();
    for (Id score = 0; score < program_->scores.size(); ++score)
      score_words(lead, score)[program_->scores[score].fired_word] = first->second;
  }
  return lead;
}

/// What every lead has from its first input on, and what follows from that.
void Core::begin_lead(std::uint32_t lead) {
  read_zone(lead);
  const std::vector<Id> placed = place_in_stages(lead);  // scores may ask for them
  start_scores(lead);
  start_lifecycles(lead, placed);
  start_triggers(lead);
  watch_silence(lead);
  const std::vector<bool> fields(program_->lead.size(), true);
  Change change;
  change.fields = &fields;
  change.all = true;
  react_lead(lead, change);
}

namespace {

/// The first field that a lead must have and would not have after this upsert.
const compile::Field* missing_required(const compile::Program& program, const Word* attributes, const Input& input) {
  for (Id f = 0; f < program.lead.size(); ++f) {
    const compile::Field& field = program.lead[f];
    if (field.optional) continue;
    bool known = attributes != nullptr ? attributes[f] != kMissingWord : !field.fallback.is_missing();
    for (std::uint32_t i = 0; i < input.count; ++i) {
      if (input.fields[i] == f) known = !input.values[i].is_missing();
    }
    if (!known) return &field;
  }
  return nullptr;
}

}  // namespace

void Core::apply_upsert(const Input& input) {
  std::uint32_t lead = find_lead(input.lead);
  const Word* attributes = lead == kNone ? nullptr : rows_.at(lead) + program_->layout.attributes;
  if (const compile::Field* field = missing_required(*program_, attributes, input)) {
    return refuse_input(input.lead, "upsert",
                        "the lead would have no `" + field->name + "`, which is " + type_text(*field) + " and not optional");
  }
  const bool is_new = lead == kNone;
  if (is_new && lead_count_ >= limits::kLeads) return refuse_input(input.lead, "upsert", "the engine holds no more leads");
  if (is_new) lead = create_lead(input.lead);
  std::vector<bool> changed(program_->lead.size());
  bool any = false;
  // The zone first: dates without an offset are read in it.
  for (const bool zone_pass : {true, false}) {
    for (std::uint32_t i = 0; i < input.count; ++i) {
      const Id f = input.fields[i];
      if ((f == program_->zone_field) != zone_pass) continue;
      const compile::Field& field = program_->lead[f];
      const Word word = to_word(field, resolve_local(field, input.values[i], lead_zone(lead)), texts_);
      Word& slot = rows_.at(lead)[program_->layout.attributes + f];
      if (slot == word) continue;
      slot = word;
      changed[f] = any = true;
      if (zone_pass) read_zone(lead);
    }
  }
  if (is_new) return begin_lead(lead);
  if (any) react_lead(lead, {nullptr, &changed, false, false});
}

/// The clock of the lead. What it changes is reacted to with the other changes of the input or the body. [S4.1]
void Core::read_zone(std::uint32_t lead) {
  if (program_->zone_field == kNone) return;
  const Word word = rows_.at(lead)[program_->layout.attributes + program_->zone_field];
  const eval::Value value = to_value(program_->lead[program_->zone_field], word, arena_);
  const time::Zone* zone = value.kind == eval::Kind::string ? time::find_zone(value.text()) : nullptr;
  std::uint16_t index = 0;
  if (zone != nullptr) {
    const auto place = std::find(zones_.begin() + 1, zones_.end(), zone);
    index = static_cast<std::uint16_t>(place - zones_.begin());
    if (place == zones_.end()) zones_.push_back(zone);
  }
  head(lead).zone = index;
}

bool Core::seen_before(const Input& input) {
  if (input.text.empty()) return false;
  const std::int64_t now = now_.ms;
  if (seen_since_ms_ == INT64_MIN) seen_since_ms_ = now;
  while (now - seen_since_ms_ > limits::kDeduplicationMs) {
    std::swap(seen_[0], seen_[1]);
    seen_[0] = {};
    seen_since_ms_ = now - seen_since_ms_ > 2 * limits::kDeduplicationMs ? now : seen_since_ms_ + limits::kDeduplicationMs;
  }
  const std::uint64_t hash = Hasher{}.add(input.lead).add(input.text).finish64() | 1;
  for (const SeenIds& generation : seen_) {
    if (generation.slots.empty()) continue;
    const std::size_t mask = generation.slots.size() - 1;
    for (std::size_t i = hash & mask; generation.slots[i].first != 0; i = (i + 1) & mask) {
      if (generation.slots[i].first == hash && now - generation.slots[i].second <= limits::kDeduplicationMs) return true;
    }
  }
  SeenIds& young = seen_[0];
  if ((young.used + 1) * 4 > young.slots.size() * 3) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> old(std::max<std::size_t>(64, young.slots.size() * 2));
    old.swap(young.slots);
    for (const auto& slot : old) {
      if (slot.first == 0) continue;
      std::size_t i = slot.first & (young.slots.size() - 1);
      while (young.slots[i].first != 0) i = (i + 1) & (young.slots.size() - 1);
      young.slots[i] = slot;
    }
  }
  std::size_t i = hash & (young.slots.size() - 1);
  while (young.slots[i].first != 0) i = (i + 1) & (young.slots.size() - 1);
  young.slots[i] = {hash, now};
  ++young.used;
  return false;
}

void Core::apply_event(const Input& input) {
  const compile::Event& event = program_->events[input.subject];
  if (input.other.ms > now_.ms + limits::kFutureSkewMs) {
    return refuse_input(input.lead, event.name,
                        "it claims to have occurred " + Instant{input.other}.to_string() + ", which has not come yet");
  }
  std::uint32_t lead = find_lead(input.lead);
  const Input nothing{};
  const compile::Field* lacking = lead == kNone ? missing_required(*program_, nullptr, nothing) : nullptr;
  if (lacking != nullptr) return refuse_input(input.lead, event.name, "the lead is not known, and a new one needs `" + lacking->name + "`");
  if (lead == kNone && lead_count_ >= limits::kLeads) return refuse_input(input.lead, event.name, "the engine holds no more leads");
  // Asked last: what is refused must not count as seen, it may come again in a form that fits.
  if (seen_before(input))
    return refuse_input(input.lead, event.name, "an event with the id \"" + std::string(input.text) + "\" was handled before");
  if (lead == kNone) {
    lead = create_lead(input.lead);
    begin_lead(lead);
  }
  std::vector<eval::Value> values(input.values, input.values + input.count);
  for (std::uint32_t i = 0; i < input.count; ++i) {
    if (values[i].is_missing()) values[i] = event.fields[i].fallback;
    values[i] = resolve_local(event.fields[i], values[i], lead_zone(lead));
  }
  take_event(lead, {input.subject, values.data(), nullptr, input.other.ms});
}

/// An event from outside or of the engine's own.
void Core::take_event(std::uint32_t lead, const EventView& view) {
  const compile::Event& event = program_->events[view.event];
  ++arrivals_;
  if (event.kept) remember(lead, view);
  const std::vector<Id>& heard = program_->retention.leads.events;
  if (!heard.empty() && std::binary_search(heard.begin(), heard.end(), view.event)) watch_silence(lead);
  if (!event.caps.empty()) count_event(lead, view);
  react_lead(lead, {&view, nullptr, false, false});
}

void Core::remember(std::uint32_t lead, const EventView& view) {
  const compile::Event& event = program_->events[view.event];
  std::int64_t forgotten_ms = kNever;
  if (program_->retention.forgets_events && is_forgotten(lead, view.occurred_ms, forgotten_ms))
    return note_forgotten(lead, view.event, view.occurred_ms);
  if (head(lead).history == kNone) head(lead).history = history_.create();
  std::vector<Word> words;
  words.reserve(event.kept_fields.size());
  for (const std::uint16_t f : event.kept_fields) words.push_back(to_word(event.fields[f], view.values[f], texts_));
  counts_.forgotten_events += history_.append(head(lead).history, view.event, view.occurred_ms, arrivals_, words.data(), now_.ms);
  if (view.occurred_ms > now_.ms) timers_.add({{view.occurred_ms}, lead, TimerKind::coming, 0, 0, lead}, now_);
  if (forgotten_ms != kNever) watch_retention(lead, forgotten_ms);
}

void Core::apply_consent(const Input& input) {
  const std::uint32_t lead = find_lead(input.lead);
  if (lead == kNone) return refuse_input(input.lead, "consent", "the lead is not known");
  const Word state = !input.flag ? 3 : input.flag2 ? 2 : 1;
  bool changed = false;
  for (std::size_t i = 0; i < program_->consent_pairs.size(); ++i) {
    const compile::ConsentPair& pair = program_->consent_pairs[i];
    if (pair.category != input.subject || (input.channel != kNone && pair.channel != input.channel)) continue;
    Word& word = rows_.at(lead)[program_->layout.consents + i / 32];
    const unsigned shift = static_cast<unsigned>(i % 32) * 2;
    // Who has confirmed and asks once more has still confirmed.
    const Word known = (word >> shift) & 3;
    if (known == state || (known == 2 && state == 1)) continue;
    word = (word & ~(Word{3} << shift)) | (state << shift);
    changed = true;
  }
  if (observer_ != nullptr) {
    Decision d = decision(lead, DecisionKind::consent);
    d.name = program_->categories[input.subject].name;
    d.detail = !input.flag ? "withdrawn" : input.flag2 ? "granted" : "to be confirmed";
    if (input.channel != kNone) d.channel = program_->channels[input.channel].name;
    d.rule = input.text;
    log(d);
  }
  if (!changed) return;
  ask_held_again(lead);
  tell(input.flag ? program_->told.consent_given : program_->told.consent_withdrawn, lead,
       {program_->categories[input.subject].name, input.channel == kNone ? std::string_view() : program_->channels[input.channel].name});
}

void Core::apply_delivery(const Input& input) {
  const std::uint32_t lead = find_lead(input.lead);
  if (lead == kNone) return refuse_input(input.lead, "delivery", "the lead is not known");
  take_answer(lead, input);
  const bool lost = input.outcome == Reason::rejected || input.outcome == Reason::failed;
  if (!lost || input.subject == kNone) return;
  forget_sent(lead, input);
  if (give_back_slots(lead, input)) ask_capped_again(lead);
  const std::string_view channel = input.channel == kNone ? std::string_view() : program_->channels[input.channel].name;
  tell(program_->told.failed, lead, {program_->messages[input.subject].name, {}, {}, channel, to_string(input.outcome), {}});
}

void Core::apply_membership(const Input& input) { take_answer(find_lead(input.lead), input); }

/// What a channel said of a message or of a change of membership. Who was erased meanwhile has no name any more, nor has what a
/// deployment took away.
void Core::take_answer(std::uint32_t lead, const Input& input) {
  if (observer_ != nullptr) {
    Decision d = lead == kNone ? decision(DecisionKind::delivered) : decision(lead, DecisionKind::delivered);
    const bool of_audience = input.kind == InputKind::membership;
    if (input.subject != kNone && of_audience) d.name = program_->audiences[input.subject].name;
    if (input.subject != kNone && !of_audience) d.message = program_->messages[input.subject].name;
    if (input.channel != kNone) d.channel = program_->channels[input.channel].name;
    d.reason = input.outcome;
    d.detail = input.text;
    d.until = input.again;
    log(d);
  }
  if (input.channel != kNone) note_outcome(input.channel, input.outcome == Reason::retry || input.outcome == Reason::failed);
}

/// A message that did not arrive gives back the slots it took. [S6.5]
bool Core::give_back_slots(std::uint32_t lead, const Input& delivery) {
  bool any = false;
  for (Id index = 0; index < program_->send_paths.size(); ++index) {
    const compile::SendPath& path = program_->send_paths[index];
    if (path.message != delivery.subject || path.channel != delivery.channel) continue;
    for (const Id policy : path.policies) {
      for (const compile::Cap& cap : program_->policies[policy].caps) {
        if (cap.channel != kNone && cap.channel != path.channel) continue;
        Word* slots = rows_.at(lead) + cap.word;
        Word* end = slots + cap.count;
        Word* taken = std::find(slots, end, static_cast<Word>(CapSlot(delivery.other.ms, index).word));
        if (taken == end) continue;
        *taken = 0;
        any = true;
      }
    }
    if (any) break;  // One message is one send, even if another sequence sent the same at the same instant.
  }
  return any;
}

}  // namespace nurture::engine
