// What expressions can ask: fields, events, anchors, scores, and the history. Every answer that the passing of time can
// change lowers valid_until to the instant of that change. [S5.4] [S5.5]
#include "engine/core.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <limits>
#include <memory_resource>
#include <tuple>

namespace nurture::engine {
namespace {

using eval::Query;

}  // namespace

Env::Env(const Core& core, std::uint32_t lead, std::uint32_t enrolment, const EventView* at_hand, const EventView* started_by)
    : event(at_hand), trigger(started_by), module(&core.program_->module), core_(core), lead_(lead), enrolment_(enrolment) {
  now = core.now_;
  lead_slots = core.rows_.at(lead) + core.program_->layout.attributes;
  zone = enrolment == kNone ? &core.lead_zone(lead) : &core.plan_zone(core.enrolments_[enrolment]);
}

inline Env::Env(const Core& core, const Core::Body& body)
    : event(body.trigger),
      trigger(body.trigger),
      module(&core.program_->module),
      core_(core),
      lead_(body.lead),
      enrolment_(body.enrolment) {
  now = core.now_;
  lead_slots = body.row + core.program_->layout.attributes;
  zone = body.sequence == nullptr ? &core.lead_zone(body.lead) : &core.zone_of(body.sequence->zone, body.row, *body.sequence);
}

Env::Env(const Core& core, const Effect& effect) : Env(core, effect.lead, effect.enrolment, effect.trigger, effect.trigger) {
  held_trigger = effect.held_trigger;
  if (effect.path == kNone) return;
  path = &core.program_->send_paths[effect.path];
  message = &core.program_->messages[effect.message];
  held_names = &path->trigger_fields;
}

eval::Value Env::event_value(const EventView& view, std::uint32_t name) const {
  const compile::Event& declared = core_.program_->events[view.event];
  const std::int16_t position = declared.position[name];
  if (position < 0) return eval::Value::missing();
  const auto p = static_cast<std::size_t>(position);
  if (view.values != nullptr) return view.values[p];
  const std::int16_t kept = core_.kept_position_[view.event][p];
  return kept < 0 ? eval::Value::missing() : to_value(declared.fields[p], view.kept[kept], core_.arena_);
}

/// What Core::keep_event() kept of the field `name`, the `index`-th of its names.
eval::Value Env::kept_value(const Word* words, Id name, std::size_t index) const {
  const auto event_id = static_cast<Id>(words[0]);
  if (event_id == kNone) return eval::Value::missing();
  const compile::Event& declared = core_.program_->events[event_id];
  const std::int16_t position = declared.position[name];
  if (position < 0) return eval::Value::missing();
  return to_value(declared.fields[static_cast<std::size_t>(position)], words[1 + index], core_.arena_);
}

eval::Value Env::entry_value(std::uint32_t index) const {
  if (enrolment_ == kNone) return eval::Value::missing();
  const Enrolment& e = core_.enrolments_[enrolment_];
  const compile::Sequence& sequence = core_.sequence_of(e);
  if (e.extra == kNone) return eval::Value::missing();
  return kept_value(core_.extra(e, sequence.extra.entry), sequence.entry_fields[index], index);
}

eval::Value Env::handed_value(std::uint32_t index) const {
  if (enrolment_ == kNone) return eval::Value::missing();
  const Enrolment& e = core_.enrolments_[enrolment_];
  const compile::Sequence& sequence = core_.sequence_of(e);
  if (e.extra == kNone) return eval::Value::missing();
  return to_value(sequence.parameters[index], core_.extra(e, sequence.extra.handed)[index], core_.arena_);
}

eval::Value Env::kept_trigger(std::uint32_t index) const {
  const Enrolment& e = core_.enrolments_[enrolment_];
  const compile::Sequence& sequence = core_.sequence_of(e);
  if (e.extra == kNone) return eval::Value::missing();
  return kept_value(core_.extra(e, sequence.extra.trigger), sequence.trigger_fields[index], index);
}

/// Texts of messages name fields of the trigger although they belong to no sequence: the sending one keeps them.
eval::Value Env::kept_trigger_named(std::uint32_t name) const {
  const bool held = held_trigger != nullptr && held_names != nullptr;
  if (!held && enrolment_ == kNone) return eval::Value::missing();
  const std::vector<Id>& names = held ? *held_names : core_.sequence_of(core_.enrolments_[enrolment_]).trigger_fields;
  const auto place = std::find(names.begin(), names.end(), name);
  if (place == names.end()) return eval::Value::missing();
  const auto index = static_cast<std::uint32_t>(place - names.begin());
  return held ? kept_value(held_trigger, name, index) : kept_trigger(index);
}

/// `trigger.F` of what stands in a sequence; a held message has its own.
eval::Value Env::sequence_trigger(std::uint32_t index) const {
  if (enrolment_ == kNone) return eval::Value::missing();
  const Id name = core_.sequence_of(core_.enrolments_[enrolment_]).trigger_fields[index];
  if (trigger != nullptr) return event_value(*trigger, name);
  return held_trigger != nullptr ? kept_trigger_named(name) : kept_trigger(index);
}

/// What the send hands over, worked out where the send stands and when the message goes out.
eval::Value Env::argument(std::uint32_t index) {
  if (path == nullptr) return eval::Value::missing();
  const compile::Field& parameter = message->parameters[index];
  const eval::Ref code = core_.program_->node_arguments[path->arguments.begin + index];
  if (!code) return parameter.fallback;
  const eval::Value value = eval::run(core_.program_->module, code, *this, core_.arena_);
  const bool promotes = parameter.type == compile::SlotType::number && value.kind == eval::Kind::int_;
  return promotes ? eval::Value::of(static_cast<double>(value.integer)) : value;
}

/// In the texts of a digest: how many messages it tells of, and their names.
eval::Value Env::digest_value(std::uint32_t index) const {
  const Id digest = enrolment_ == kNone ? kNone : core_.enrolments_[enrolment_].sequence;
  const auto list_of_lead = core_.gathered_.find({lead_, digest});
  const std::size_t count = list_of_lead == core_.gathered_.end() ? 0 : list_of_lead->second.size();
  if (index == compile::kDigestCount) return eval::Value::of(static_cast<std::int64_t>(count));
  eval::Value* items = core_.arena_.values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const compile::SendPath& gathered = core_.program_->send_paths[list_of_lead->second[i].path];
    items[i] = eval::Value::of(std::string_view(core_.program_->messages[gathered.message].name));
  }
  eval::Value list;
  list.kind = eval::Kind::list;
  list.list = new (core_.arena_.allocate(sizeof(eval::ListData))) eval::ListData{static_cast<std::uint32_t>(count), items};
  return list;
}

inline eval::Value Env::load(eval::Origin origin, std::uint32_t index) {
  switch (origin) {
    case eval::Origin::lead: return core_.attribute(lead_, index, core_.arena_);
    case eval::Origin::event: return event == nullptr ? kept_trigger_named(index) : event_value(*event, index);
    case eval::Origin::entry: return entry_value(index);
    case eval::Origin::trigger: return sequence_trigger(index);
    case eval::Origin::parameter: return argument(index);
    case eval::Origin::handed: return handed_value(index);
    case eval::Origin::enrolled_at:
      return enrolment_ == kNone ? eval::Value::missing() : datetime_value(core_.enrolments_[enrolment_].enrolled_ms);
    case eval::Origin::anchor: {
      if (enrolment_ == kNone) return eval::Value::missing();
      const Enrolment& e = core_.enrolments_[enrolment_];
      const AnchorWord anchor{core_.extra(e, core_.sequence_of(e).extra.anchors)[index]};
      return anchor.missing() ? eval::Value::missing() : datetime_value(anchor.instant_ms());
    }
    case eval::Origin::score: return eval::Value::of(core_.score_total(lead_, index));
    case eval::Origin::tier: {
      const Id tier = core_.score_tier(lead_, index);
      return tier == kNone ? eval::Value::missing() : eval::Value::of(std::string_view(core_.program_->scores[index].tiers[tier].name));
    }
    case eval::Origin::stage:
      return eval::Value::of(std::string_view(core_.program_->lifecycles[index].stages[core_.stage_of(lead_, index)].name));
    case eval::Origin::enrolled_in: return eval::Value::of(core_.is_under_way(lead_, index));
    case eval::Origin::consent: return eval::Value::of(core_.has_consent(lead_, index));
    case eval::Origin::digest: return digest_value(index);
    case eval::Origin::variable: return eval::Value::error(eval::Error::unknown_name);
  }
  return eval::Value::missing();
}

/// The first instant of the window: of one that moves, a bound. `none` when nothing can be in it.
std::int64_t Env::window_begin(const Query& query, bool& none) const {
  constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::min();
  switch (query.since) {
    case Query::Since::ever: return kAll;
    case Query::Since::within: return now.ms - time::longest_ms(query.within);
    case Query::Since::instant:
      if (!query.instant_is_local) return query.instant.ms;
      return zone->to_instant({query.instant.ms / 1000}).ms;
    case Query::Since::enrolled:
    case Query::Since::step:
    case Query::Since::anchor: break;
  }
  none = enrolment_ == kNone || core_.enrolments_[enrolment_].extra == kNone;
  if (none) return kAll;
  const Enrolment& e = core_.enrolments_[enrolment_];
  const compile::Sequence& sequence = core_.sequence_of(e);
  if (query.since == Query::Since::enrolled) return static_cast<std::int64_t>(core_.extra(e, sequence.extra.entered)[0]);
  if (query.since == Query::Since::anchor) {
    const AnchorWord anchor{core_.extra(e, sequence.extra.anchors)[query.index]};
    none = anchor.missing();
    return none ? kAll : anchor.instant_ms();
  }
  const Word ran = core_.extra(e, sequence.extra.step_times)[query.index];
  none = ran == 0;
  return static_cast<std::int64_t>(ran);
}

/// What arrived so far is not counted: the arrivals before the run, for `since enrolled`.
Word Env::arrivals_before(const Query& query) const {
  if (query.since != Query::Since::enrolled) return 0;
  const Enrolment& e = core_.enrolments_[enrolment_];
  return core_.extra(e, core_.sequence_of(e).extra.entered)[1];
}

/// When what occurred then drops out of the query's window, which moves.
std::int64_t Env::leaves_window(const Query& query, std::int64_t occurred_ms) const {
  const time::Period& period = query.within;
  if (period.months == 0 && period.days == 0) return occurred_ms + period.ms;
  return time::add({occurred_ms}, period, *zone).ms;
}

bool Env::counts(const Query& query, const Past& past, std::size_t which) {
  if (query.keyed && query.key_fields[which] >= 0 && enrolment_ != kNone) {
    const Enrolment& e = core_.enrolments_[enrolment_];
    const auto position = static_cast<std::size_t>(query.key_fields[which]);
    const std::int16_t kept = core_.kept_position_[past.event][position];
    if (kept < 0) return false;
    const eval::Value carried = to_value(core_.program_->events[past.event].fields[position], past.fields[kept], core_.arena_);
    if (!carries_key(carried, *core_.extra(e, core_.sequence_of(e).extra.key))) return false;
  }
  if (!query.where) return true;
  Env inner(core_, lead_, enrolment_);
  const EventView view{past.event, nullptr, past.fields, past.occurred_ms};
  inner.event = &view;
  inner.trigger = trigger;
  inner.zone = zone;
  inner.module = module;
  const eval::Value answer = eval::run(*module, query.where, inner, core_.arena_, budget);
  valid_until = std::min(valid_until, inner.valid_until);
  return answer.is_true();
}

namespace {

/// Folds the matching events of one query, newest first.
class Fold {
 public:
  explicit Fold(const Query& query) : query_(query) {}

  /// False when older events cannot change the answer.
  bool add(const eval::Value& field, std::int64_t occurred_ms) {
    ++count_;
    occurred_ms_ = occurred_ms;
    switch (query_.kind) {
      case Query::Kind::any:
      case Query::Kind::none:
      case Query::Kind::last: value_ = field; return false;
      case Query::Kind::idle: return false;
      case Query::Kind::first: value_ = field; return true;
      case Query::Kind::count: return count_ != query_.at_least;
      case Query::Kind::sum:
      case Query::Kind::avg: add_number(field); return true;
      case Query::Kind::most: add_value(field); return true;
      case Query::Kind::distinct: add_value(field); return query_.at_least == 0 || values() != query_.at_least;
    }
    return true;
  }

  [[nodiscard]] eval::Value answer(std::int64_t idle_since_ms) const {
    switch (query_.kind) {
      case Query::Kind::count: return eval::Value::of(static_cast<std::int64_t>(count_));
      case Query::Kind::any: return eval::Value::of(count_ > 0);
      case Query::Kind::none: return eval::Value::of(count_ == 0);
      case Query::Kind::first:
      case Query::Kind::last: return count_ > 0 ? value_ : eval::Value::missing();
      case Query::Kind::idle: return datetime_value(count_ > 0 ? std::max(occurred_ms_, idle_since_ms) : idle_since_ms);
      case Query::Kind::sum: return eval::Value::of(sum_);
      case Query::Kind::avg: return numbers_ > 0 ? eval::Value::of(sum_ / static_cast<double>(numbers_)) : eval::Value::missing();
      case Query::Kind::distinct: return eval::Value::of(static_cast<std::int64_t>(values()));
      case Query::Kind::most: return most();
    }
    return eval::Value::missing();
  }

  /// Whether events that leave the window can change the answer: a number that is not reached will not be for that.
  [[nodiscard]] bool can_fall() const {
    if (query_.kind == Query::Kind::idle) return false;
    return query_.at_least == 0 || (query_.kind == Query::Kind::count ? count_ : values()) >= query_.at_least;
  }

 private:
  [[nodiscard]] std::uint64_t values() const { return values_.size(); }
  void add_number(const eval::Value& field) {
    if (field.kind == eval::Kind::int_)
      sum_ += static_cast<double>(field.integer);
    else if (field.kind == eval::Kind::number)
      sum_ += field.number;
    else
      return;
    ++numbers_;
  }
  void add_value(const eval::Value& field) {
    if (field.is_missing() || field.is_error()) return;
    std::size_t place = values_.size();
    if (field.kind == eval::Kind::list) {
      const auto is_it = [&](const Counted& one) { return eval::equal(one.value, field); };
      place = static_cast<std::size_t>(std::find_if(values_.begin(), values_.end(), is_it) - values_.begin());
    } else {
      place = places_.try_emplace(sort_key(field), place).first->second;
    }
    if (place == values_.size()) values_.push_back({field, 0});
    ++values_[place].times;
  }
  /// Of several that are equally frequent the one that came last: newest first, so the first.
  [[nodiscard]] eval::Value most() const {
    const auto rarer = [](const Counted& a, const Counted& b) { return a.times < b.times; };
    const auto best = std::max_element(values_.begin(), values_.end(), rarer);
    return best == values_.end() ? eval::Value::missing() : best->value;
  }
  /// Equal values, and no others, have equal keys. Only the number of keys counts, never their order: texts are interned.
  using SortKey = std::tuple<eval::Kind, std::uint64_t, std::uint32_t>;
  [[nodiscard]] static SortKey sort_key(const eval::Value& value) {
    constexpr std::int64_t kExact = std::int64_t{1} << 53;  // So far an int is one number, and a number one int.
    if (value.kind == eval::Kind::int_ && value.integer > -kExact && value.integer < kExact)
      return {eval::Kind::number, std::bit_cast<std::uint64_t>(static_cast<double>(value.integer)), 0};
    if (value.kind == eval::Kind::string) return {value.kind, reinterpret_cast<std::uintptr_t>(value.chars), 0};
    if (value.kind == eval::Kind::bool_) return {value.kind, value.boolean ? 1 : 0, 0};
    return {value.kind, static_cast<std::uint64_t>(value.integer), value.kind == eval::Kind::number ? 0 : value.extra};
  }

  const Query& query_;
  std::uint64_t count_ = 0, numbers_ = 0;
  double sum_ = 0;
  eval::Value value_;
  std::array<std::byte, 1024> room_;  ///< For the first keys, so that few of them take no memory.
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  /// The different values, newest first, and where those that are no lists stand.
  struct Counted {
    eval::Value value;
    std::uint64_t times = 0;
  };
  std::pmr::map<SortKey, std::size_t> places_{&memory_};
  std::pmr::vector<Counted> values_{&memory_};
  std::int64_t occurred_ms_ = 0;
};

/// When the first of the events that count leaves a window that moves, or a bound before that.
class Leaving {
 public:
  Leaving(const Query& query, std::int64_t now_ms) : shortest_ms_(time::shortest_ms(query.within)), now_ms_(now_ms) {}

  /// Whether the window surely holds what occurred then; if not, the calendar has to say.
  [[nodiscard]] bool surely_holds(std::int64_t occurred_ms) const { return occurred_ms > now_ms_ - shortest_ms_; }
  /// One that the calendar was asked for.
  void add_leaving(std::int64_t leaves_ms) { first_ms_ = std::min(first_ms_, leaves_ms); }
  /// One that the window surely holds; newest first.
  void add_held(std::int64_t occurred_ms) {
    before_oldest_ms_ = oldest_ms_;
    oldest_ms_ = occurred_ms;
  }
  /// Mostly the oldest goes first. A newer one can where months clamp or a night loses an hour, but none before the bound.
  template <class Leaves>
  [[nodiscard]] std::int64_t first(Leaves&& leaves_ms) const {
    std::int64_t first = first_ms_;
    if (oldest_ms_ != kAbsent) first = std::min(first, leaves_ms(oldest_ms_));
    return before_oldest_ms_ == kAbsent ? first : std::min(first, before_oldest_ms_ + shortest_ms_);
  }

 private:
  static constexpr std::int64_t kAbsent = std::numeric_limits<std::int64_t>::max();
  std::int64_t shortest_ms_, now_ms_;
  std::int64_t first_ms_ = kAbsent;
  std::int64_t oldest_ms_ = kAbsent, before_oldest_ms_ = kAbsent;
};

}  // namespace

/// The field that the query asks of a past event, the `which`-th of its events.
eval::Value Env::asked_field(const Query& query, const Past& past, std::size_t which) const {
  if (which >= query.fields.size()) return {};
  if (query.fields[which] == Query::kOccurredAt) return datetime_value(past.occurred_ms);
  const auto position = static_cast<std::size_t>(query.fields[which]);
  const std::int16_t kept = core_.kept_position_[past.event][position];
  if (kept < 0) return {};
  return to_value(core_.program_->events[past.event].fields[position], past.fields[kept], core_.arena_);
}

eval::Value Env::history(std::uint32_t index) {
  const Query& query = module->queries[index];
  Fold fold(query);
  const bool moves = query.since == Query::Since::within;
  Leaving leaving(query, now.ms);
  bool none = false;
  const std::int64_t begin = window_begin(query, none);
  const LeadHead& head = core_.head(lead_);
  if (!none && head.history != kNone) {
    const Word arrivals = arrivals_before(query);
    core_.history_.newest_first(head.history, [&](const Past& past) {
      if (budget <= 1 || past.occurred_ms < begin) return false;
      --budget;
      const auto which = std::lower_bound(query.events.begin(), query.events.end(), past.event);
      if (which == query.events.end() || *which != past.event) return true;
      // What a clock ahead of ours reported counts when its time has come: TimerKind::coming asks again then.
      if (past.occurred_ms > now.ms || past.arrival <= arrivals) return true;
      const bool held = moves && leaving.surely_holds(past.occurred_ms);
      const std::int64_t leaves_ms = moves && !held ? leaves_window(query, past.occurred_ms) : std::numeric_limits<std::int64_t>::max();
      if (leaves_ms <= now.ms) return true;
      const auto i = static_cast<std::size_t>(which - query.events.begin());
      if ((query.where || query.keyed) && !counts(query, past, i)) return true;
      if (held) leaving.add_held(past.occurred_ms);
      leaving.add_leaving(leaves_ms);
      if (found != nullptr) *found = {past.event, nullptr, past.fields, past.occurred_ms};
      return fold.add(asked_field(query, past, i), past.occurred_ms);
    });
  }
  if (budget <= 1) return eval::Value::error(eval::Error::cost_exceeded);
  const auto leaves = [&](std::int64_t occurred_ms) { return leaves_window(query, occurred_ms); };
  if (fold.can_fall()) valid_until = std::min(valid_until, Instant{leaving.first(leaves)});
  if (query.kind != Query::Kind::idle) return fold.answer(0);
  const compile::LeadLayout& layout = core_.program_->layout;
  const Word* row = core_.rows_.at(lead_);
  std::int64_t since_ms =
      enrolment_ == kNone ? static_cast<std::int64_t>(row[layout.first_seen]) : core_.enrolments_[enrolment_].enrolled_ms;
  // What was forgotten may have been one of these: nobody is silent for longer than is known. [S11.3]
  for (std::size_t i = 0; i < query.events.size() && !layout.forgotten.empty(); ++i) {
    const Id word = layout.forgotten[query.events[i]];
    if (word != kNone) since_ms = std::max(since_ms, static_cast<std::int64_t>(row[word]));
  }
  return fold.answer(since_ms);
}

eval::Value Core::evaluate(const eval::Module& module, eval::Ref ref, std::uint32_t lead, std::uint32_t enrolment, eval::Arena& arena) {
  Env env(*this, lead, enrolment);
  env.module = &module;
  return eval::run(module, ref, env, arena);
}

}  // namespace nurture::engine
