// Names and questions to the history; see reference_world.hpp. S5.5 of the contracts.
#include "model/reference_world.hpp"

#include "model/naive_time.hpp"

#include <algorithm>

namespace reference {

using Kind = Value::Kind;

namespace {

Value map_of(const std::map<std::string, Value>& fields) {
  Value v;
  v.kind = Kind::map;
  for (const auto& [name, value] : fields) v.entries.push_back({Value::of(name), value});
  return v;
}

}  // namespace

World::World(Reference& engine, Lead& lead, Enrolment* e, const Occurrence* event, const Occurrence* trigger)
    : engine_(engine), lead_(lead), e_(e), event_(event), trigger_(trigger) {}

Instant World::now() const { return engine_.now_; }
const nurture::time::Zone& World::zone() const { return e_ == nullptr ? engine_.lead_zone(lead_) : engine_.plan_zone(lead_, *e_); }

/// All fields of an event of any kind are asked for by name, so those that it lacks are there and missing.
Value World::record(const Occurrence& event) const {
  std::map<std::string, Value> fields;
  for (const model::Event& declared : engine_.model_->events) {
    for (const model::Field& field : declared.fields) fields[field.name] = Value::missing();
  }
  for (const auto& [name, value] : event.fields) fields[name] = value;
  return map_of(fields);
}

Value World::name(const std::string& text) {
  if (text == "lead") return map_of(lead_.fields);
  if (text == "now") return naive::moment(engine_.now_);
  const Occurrence nothing;
  if (text == "event") return record(event_ != nullptr ? *event_ : e_ != nullptr && e_->entry ? *e_->entry : nothing);
  if (text == "trigger") return record(trigger_ != nullptr ? *trigger_ : e_ != nullptr && e_->trigger ? *e_->trigger : nothing);
  if (text == "enrolled_at") return e_ == nullptr ? Value::missing() : naive::moment(e_->enrolled);
  if (parameters != nullptr && parameters->contains(text)) return parameters->at(text);
  if (text == "digest") return engine_.digest_value(lead_, e_);
  if (text == "entry") {
    Value entered = record(e_ != nullptr && e_->entry ? *e_->entry : nothing);
    if (e_ == nullptr) return entered;
    for (const auto& [name, value] : e_->handed) {
      std::erase_if(entered.entries, [&, &field = name](const naive::Entry& entry) { return entry.key.text == field; });
      entered.entries.push_back({Value::of(name), value});
    }
    return entered;
  }
  std::map<std::string, Value> fields;
  if (text == "anchor" && e_ != nullptr) {
    const model::Sequence& s = engine_.sequence(*e_);
    for (std::size_t a = 0; a < e_->anchors.size(); ++a) {
      fields[s.node->anchors[a].name.text] = e_->anchors[a].at ? naive::moment(*e_->anchors[a].at) : Value::missing();
    }
    return map_of(fields);
  }
  if (text == "score" || text == "tier") {
    for (std::size_t s = 0; s < engine_.model_->scores.size(); ++s) {
      const model::Score& score = engine_.model_->scores[s];
      const int tier = engine_.score_tier(lead_, static_cast<int>(s));
      fields[score.name] = text == "score" ? Value::of(engine_.score_total(lead_, static_cast<int>(s)))
                           : tier < 0      ? Value::missing()
                                           : Value::of(score.tiers[static_cast<std::size_t>(tier)].name);
    }
    return map_of(fields);
  }
  if (text == "stage") {
    for (std::size_t l = 0; l < lead_.standings.size(); ++l) {
      const model::Lifecycle& lifecycle = engine_.model_->lifecycles[l];
      fields[lifecycle.name] = Value::of(lifecycle.stages[static_cast<std::size_t>(lead_.standings[l].stage)]);
    }
    return map_of(fields);
  }
  const model::Id segment = engine_.model_->find_segment(text);
  if (segment != model::kNone) return naive::evaluate(engine_.model_->segments[segment].node->condition, *this);
  return Value::of_error(nurture::eval::Error::unknown_name);
}

bool World::is_in_window(const ast::Window& window, const Occurrence& past) const {
  switch (window.kind) {
    case ast::Window::Kind::within: return nurture::time::add(past.occurred, naive::period_of(window.within.text), zone()) > engine_.now_;
    case ast::Window::Kind::since_enrolled: {
      // The enrolling event, and what arrived later and did not occur before it.
      if (e_ == nullptr) return false;
      if (e_->entry && past.serial == e_->entry->serial) return true;
      return past.serial > e_->arrived && past.occurred >= (e_->entry ? e_->entry->occurred : e_->entered);
    }
    case ast::Window::Kind::since_step: {
      if (e_ == nullptr) return false;
      const std::optional<Instant> ran = e_->steps[engine_.sequence(*e_).find_step(window.name.text)].ran;
      return ran && past.occurred >= *ran;
    }
    case ast::Window::Kind::since_anchor: {
      if (e_ == nullptr) return false;
      const std::optional<Instant> at = e_->anchors[engine_.sequence(*e_).find_anchor(window.name.text)].at;
      return at && past.occurred >= *at;
    }
    case ast::Window::Kind::since_date: {
      const auto read = nurture::time::parse_date_time(window.date.text);
      return read && past.occurred >= read->in(zone());
    }
  }
  return false;
}

bool World::is_counted(const ast::Pattern& pattern, const Occurrence& past) {
  const bool named = engine_.names(pattern.events, past.event);
  // What claims to have occurred ahead of the clock counts when its time has come.
  if (!named || past.occurred > engine_.now_ || !Reference::is_about(pattern, past)) return false;
  if (e_ != nullptr && !pattern.any_key && !engine_.carries_key(*e_, past)) return false;
  if (pattern.window && !is_in_window(*pattern.window, past)) return false;
  if (!pattern.where) return true;
  World inner(engine_, lead_, e_, &past, trigger_);
  const Value answer = naive::evaluate(*pattern.where, inner);
  return answer.kind == Kind::truth && answer.truth;
}

std::vector<const Occurrence*> World::find(const ast::Pattern& pattern) {
  std::vector<const Occurrence*> found;
  for (const Occurrence& past : lead_.history) {
    if (is_counted(pattern, past)) found.push_back(&past);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->occurred < b->occurred; });
  return found;
}

Value World::history(const ast::Expr& question) { return answer(question, find(**question.pattern)); }

Value World::asked(const ast::Expr& call) {
  const std::string& first = call.args.at(0).text;
  if (call.text == "consent") return Value::of(!engine_.lacking_consent(lead_, first, call.args.at(1).text));
  return Value::of(std::any_of(lead_.enrolments.begin(), lead_.enrolments.end(), [&](const Enrolment& e) {
    return engine_.sequence(e).name == first && e.state != Enrolment::State::ended && e.state != Enrolment::State::queued;
  }));
}

std::optional<Occurrence> World::last(const ast::Pattern& pattern) {
  const std::vector<const Occurrence*> found = find(pattern);
  return found.empty() ? std::nullopt : std::optional(*found.back());
}

Value World::answer(const ast::Expr& question, const std::vector<const Occurrence*>& found) const {
  const std::string& kind = question.text;
  if (kind == "count") return Value::of(static_cast<std::int64_t>(found.size()));
  if (kind == "any") return Value::of(!found.empty());
  if (kind == "none") return Value::of(found.empty());
  if (kind == "first" || kind == "last") {
    if (found.empty()) return Value::missing();
    const Occurrence& past = kind == "first" ? *found.front() : *found.back();
    Value v = record(past);
    v.entries.push_back({Value::of(std::string("at")), naive::moment(past.occurred)});
    return v;
  }
  if (kind == "idle") {
    Instant begin = e_ != nullptr ? e_->enrolled : lead_.first_seen;
    for (const auto& [event, occurred] : lead_.forgotten) {
      if (engine_.names((**question.pattern).events, event)) begin = std::max(begin, occurred);
    }
    Value v = naive::moment(found.empty() ? begin : std::max(begin, found.back()->occurred));
    v.kind = Kind::elapsed;
    return v;
  }
  std::vector<Value> values;
  for (const Occurrence* past : found) {
    const auto field = past->fields.find(question.field->text);
    if (field != past->fields.end() && field->second.kind != Kind::missing) values.push_back(field->second);
  }
  if (kind == "distinct") {
    std::vector<Value> different;
    for (const Value& value : values) {
      if (std::none_of(different.begin(), different.end(), [&](const Value& v) { return naive::same(v, value); }))
        different.push_back(value);
    }
    return Value::of(static_cast<std::int64_t>(different.size()));
  }
  if (kind == "most") {  // of several, the one that came last
    const auto times = [&](const Value& one) {
      return std::count_if(values.begin(), values.end(), [&](const Value& v) { return naive::same(v, one); });
    };
    const Value* best = nullptr;
    for (const Value& value : values) {
      if (best == nullptr || times(value) >= times(*best)) best = &value;
    }
    return best == nullptr ? Value::missing() : *best;
  }
  double sum = 0;
  for (auto value = values.rbegin(); value != values.rend(); ++value) {
    sum += value->kind == Kind::integer ? static_cast<double>(value->integer) : value->number;
  }
  if (kind == "sum") return Value::of(sum);
  return values.empty() ? Value::missing() : Value::of(sum / static_cast<double>(values.size()));
}

}  // namespace reference
