// See schema.hpp. What is new in a lead's row (compile/layout.cpp) or in an enrolment (compile/summary.cpp) gets its name
// here; a test finds words without one.
#include "engine/saved/schema.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace nurture::engine {
namespace {

using compile::Program;
using Kind = Place::Kind;

/// Names things, and tells apart those of one name by their order.
class Places {
 public:
  Place& add(std::string name, Kind kind, Id word, Id count = 1) {
    const int before = seen_[name]++;
    if (before != 0) name += " #" + std::to_string(before + 1);
    Place place;
    place.name = std::move(name);
    place.kind = kind;
    place.word = word;
    place.count = count;
    places_.push_back(std::move(place));
    return places_.back();
  }
  void add_bits(std::string name, Id word, Id bit, Id count) { add(std::move(name), Kind::bits, word + bit / 64, count).bit = bit % 64; }
  [[nodiscard]] std::vector<Place> take() { return std::move(places_); }

 private:
  std::map<std::string, int> seen_;
  std::vector<Place> places_;
};

template <class Things>
std::vector<std::string> names_of(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

std::string text_of(const time::Period& period) {
  return std::to_string(period.months) + "mo" + std::to_string(period.days) + "d" + std::to_string(period.ms) + "ms";
}

std::string cap_name(const Program& program, const compile::Policy& policy, const compile::Cap& cap) {
  std::string name = "cap " + policy.name + ' ' + std::to_string(static_cast<int>(cap.unit)) + ' ' + text_of(cap.per);
  if (cap.channel != kNone) name += " on " + program.channels[cap.channel].name;
  for (const Id event : cap.counting.events) name += " counting " + program.events[event].name;
  return name;
}

std::string trigger_name(const Program& program, const compile::Trigger& trigger) {
  return trigger.on ? "on" : "when " + std::string(program.text(trigger.condition.code));
}

void add_score(Places& places, const Program& program, const compile::Score& score) {
  const std::string name = "score " + score.name + ' ';
  std::vector<std::string> tiers;
  for (const compile::Tier& tier : score.tiers) tiers.push_back(tier.name);
  places.add(name + "tier", Kind::tier, score.word).names = std::move(tiers);
  for (const compile::ScoreRule& rule : score.rules) {
    if (!rule.trigger.on) places.add_bits(name + "rule " + rule.name, score.word, rule.when_bit, 2);
    if (rule.limit != 0) places.add(name + "limit " + rule.name, Kind::instants, score.word + rule.limit_word, rule.limit);
  }
  for (const compile::Reset& reset : score.resets) {
    if (!reset.trigger.on) places.add_bits(name + "reset " + trigger_name(program, reset.trigger), score.word, reset.when_bit, 1);
  }
  if (score.categories.empty()) places.add(name + "points", Kind::words, score.word + score.points_word);
  for (Id c = 0; c < score.categories.size(); ++c)
    places.add(name + "points of " + score.categories[c].name, Kind::words, score.word + score.points_word + c);
  places.add(name + "decay", Kind::words, score.word + score.decay_word);
  for (Id d = 0; d < score.decays.size(); ++d) {
    const compile::Decay& decay = score.decays[d];
    const std::string what = std::to_string(static_cast<int>(decay.kind)) + ' ' + text_of(decay.per);
    places.add(name + "decay " + what, Kind::words, score.word + score.since_word + 2 * d, 2);
  }
  places.add(name + "bodies", Kind::words, score.word + score.fired_word);
}

void add_watches(Places& places, const Program& program) {
  Id bit = 0;
  for (const Id id : program.enroll_when) {
    for (const compile::Trigger& way : program.sequences[id].enrolls) {
      if (way.on) continue;
      places.add_bits("enroll " + program.sequences[id].name + ' ' + trigger_name(program, way), program.layout.watches, bit++, 1);
    }
  }
}

/// The stages and audiences that a lead is in.
void add_standing(Places& places, const Program& program) {
  for (const compile::Lifecycle& lifecycle : program.lifecycles) {
    const std::string name = "lifecycle " + lifecycle.name + ' ';
    std::vector<std::string> stages;
    for (const compile::Stage& stage : lifecycle.stages) stages.push_back(stage.name);
    for (Id s = 1; s < lifecycle.stages.size(); ++s)
      places.add_bits(name + "holds " + stages[s], lifecycle.word, compile::Lifecycle::kFirstBit + s, 1);
    places.add(name + "stage", Kind::tier, lifecycle.word).names = std::move(stages);
    places.add(name + "since", Kind::words, lifecycle.word + 1);
  }
  for (const compile::Audience& audience : program.audiences)
    places.add("audience " + audience.name + " on " + program.channels[audience.channel].name, Kind::words, audience.word, 2);
}

/// Two splits of one sequence may have one name.
std::vector<Schema::Experiment> experiments_of(const Program& program) {
  std::map<std::string, int> seen;
  std::vector<Schema::Experiment> experiments;
  for (const compile::Experiment& experiment : program.experiments) {
    const compile::Split& split = program.splits[experiment.split];
    std::string name = program.sequences[experiment.sequence].name + '/' + split.name;
    const int before = seen[name]++;
    if (before != 0) name += " #" + std::to_string(before + 1);
    experiments.push_back({std::move(name), names_of(split.arms)});
  }
  return experiments;
}

/// Every word of a lead's row behind its head.
std::vector<Place> lead_places(const Program& program) {
  const compile::LeadLayout& layout = program.layout;
  Places places;
  const auto word = [&](const char* name, Id at) {
    if (at != kNone) places.add(name, Kind::words, at);
  };
  for (Id f = 0; f < program.lead.size(); ++f)
    places.add("lead." + program.lead[f].name, Kind::value, layout.attributes + f).field = &program.lead[f];
  word("wake", layout.wake);
  word("first seen", layout.first_seen);
  word("snooze", layout.snooze);
  word("retained", layout.retain);
  for (Id id = 0; id < layout.forgotten.size(); ++id) {
    if (layout.forgotten[id] != kNone) places.add("forgotten " + program.events[id].name, Kind::latest, layout.forgotten[id]);
  }
  for (Id i = 0; i < program.consent_pairs.size(); ++i) {
    const compile::ConsentPair& pair = program.consent_pairs[i];
    places.add_bits("consent " + program.categories[pair.category].name + " by " + program.channels[pair.channel].name, layout.consents,
                    2 * i, 2);
  }
  for (const compile::Policy& policy : program.policies) {
    for (const compile::Cap& cap : policy.caps) {
      if (cap.word >= layout.caps && cap.word < layout.recurrences)
        places.add(cap_name(program, policy, cap), Kind::slots, cap.word, cap.count);
    }
  }
  for (const Id id : program.enroll_every) {
    const compile::Sequence& sequence = program.sequences[id];
    for (Id i = 0; i < sequence.recurring_enrolls.size(); ++i)
      places.add("enroll " + sequence.name + ' ' + sequence.recurring_enrolls[i].text, Kind::words, sequence.recurring_word + 2 * i, 2);
  }
  add_watches(places, program);
  for (const compile::Score& score : program.scores) add_score(places, program, score);
  add_standing(places, program);
  for (const compile::Message& message : program.messages) {
    if (message.sent_word != kNone) places.add("sent " + message.name, Kind::slots, message.sent_word, compile::Message::kSentWords);
  }
  const std::vector<Schema::Experiment> experiments = experiments_of(program);
  for (Id id = 0; id < experiments.size(); ++id)
    places.add("experiment " + experiments[id].name, Kind::arm, program.experiments[id].word, 2).names = experiments[id].arms;
  return places.take();
}

std::vector<std::string> field_names(const Program& program, const std::vector<Id>& ids) {
  std::vector<std::string> names;
  for (const Id id : ids) names.push_back(program.field_names[id]);
  return names;
}

/// Every extra word of an enrolment.
std::vector<Place> sequence_places(const Program& program, const compile::Sequence& sequence) {
  static const compile::Field kText;
  const compile::Extra& extra = sequence.extra;
  Places places;
  const auto of_steps = [&](const char* name, Id first) {
    for (Id s = 0; first != kNone && s < sequence.steps.size(); ++s) places.add(name + sequence.steps[s].name, Kind::words, first + s);
  };
  const auto words = [&](const char* name, Id first, Id count) {
    if (first != kNone) places.add(name, Kind::words, first, count);
  };
  const auto event = [&](const char* name, Id first, const std::vector<Id>& fields) {
    if (first != kNone) places.add(name, Kind::event, first, 1 + static_cast<Id>(fields.size())).names = field_names(program, fields);
  };
  if (extra.key != kNone) places.add("key", Kind::value, extra.key).field = &kText;
  for (Id a = 0; a < sequence.anchors.size(); ++a) places.add("anchor " + sequence.anchors[a].name, Kind::words, extra.anchors + a);
  of_steps("step ", extra.steps);
  of_steps("ran ", extra.step_times);
  of_steps("after ", extra.after_times);
  of_steps("again ", extra.again);
  for (Id h = 0; h < sequence.handlers.size(); ++h)
    places.add("handler " + sequence.handlers[h].name, Kind::words, extra.handlers + 2 * h, 2);
  words("wake", extra.wake, 1);
  words("entered", extra.entered, 2);
  words("frozen", extra.frozen, 3);
  words("migrated", extra.migrated, 3);
  words("wait began", extra.wait_began, 1);
  words("exhausted", extra.exhausted, 1);
  event("entry", extra.entry, sequence.entry_fields);
  event("trigger", extra.trigger, sequence.trigger_fields);
  for (Id p = 0; p < sequence.parameters.size(); ++p)
    places.add("handed " + sequence.parameters[p].name, Kind::value, extra.handed + p).field = &sequence.parameters[p];
  return places.take();
}

void add_paths(Schema& schema, const Program& program) {
  schema.paths.resize(program.send_paths.size());
  const auto add = [&](compile::Range nodes, Id sequence, Id score) {
    for (Id id = nodes.begin; id < nodes.end; ++id) {
      const compile::Node& node = program.nodes[id];
      if (node.op != compile::NodeOp::send) continue;
      for (Id path = node.b; path < node.c; ++path)
        schema.paths[path] = {sequence, score, node.action, program.send_paths[path].message, program.send_paths[path].channel};
    }
  };
  for (Id id = 0; id < program.sequences.size(); ++id) add(program.sequences[id].nodes, id, kNone);
  for (Id id = 0; id < program.scores.size(); ++id) add(program.scores[id].nodes, kNone, id);
}

// ---------------------------------------------------------------- as bytes

template <class T, class Each>
void visit_all(Archive& archive, std::vector<T>& items, Each&& each) {
  items.resize(archive.visit_size(items.size()));
  for (T& item : items) each(item);
}

void visit(Archive& archive, std::vector<std::string>& names) {
  visit_all(archive, names, [&](std::string& name) { archive.visit(name); });
}
void visit(Archive& archive, std::vector<Id>& ids) {
  visit_all(archive, ids, [&](Id& id) { archive.visit(id); });
}
void visit(Archive& archive, std::vector<Place>& places) {
  visit_all(archive, places, [&](Place& place) {
    archive.visit(place.name);
    archive.visit_kind(place.kind, Kind::latest);
    archive.visit(place.count);
    visit(archive, place.names);
  });
}

/// By what `key` makes of a thing; of equal ones the first.
template <class Things, class Key>
std::vector<Id> match_by(const Things& written, const Things& mine, Key&& key) {
  std::map<decltype(key(mine.front())), Id> places;
  for (Id id = 0; id < mine.size(); ++id) places.emplace(key(mine[id]), id);
  std::vector<Id> ids;
  for (const auto& thing : written) {
    const auto at = places.find(key(thing));
    ids.push_back(at == places.end() ? kNone : at->second);
  }
  return ids;
}

}  // namespace

Schema describe(const Program& program) {
  Schema schema;
  schema.lead = lead_places(program);
  for (const compile::Event& event : program.events) {
    Schema::Event described{event.name, names_of(event.fields), {}};
    described.kept.assign(event.kept_fields.begin(), event.kept_fields.end());
    schema.events.push_back(std::move(described));
  }
  schema.fields = names_of(program.lead);
  schema.categories = names_of(program.categories);
  schema.channels = names_of(program.channels);
  schema.messages = names_of(program.messages);
  schema.scores = names_of(program.scores);
  schema.audiences = names_of(program.audiences);
  schema.experiments = experiments_of(program);
  for (const compile::Sequence& sequence : program.sequences) {
    schema.sequences.push_back({sequence.name, sequence.version, sequence.is_triggers, sequence.is_migrated, names_of(sequence.steps),
                                sequence_places(program, sequence)});
  }
  add_paths(schema, program);
  return schema;
}

void visit(Archive& archive, Schema& schema) {
  visit(archive, schema.lead);
  visit_all(archive, schema.events, [&](Schema::Event& event) {
    archive.visit(event.name);
    visit(archive, event.fields);
    visit(archive, event.kept);
    for (const Id position : event.kept) {
      if (position >= event.fields.size()) archive.fail();
    }
  });
  for (auto* names : {&schema.fields, &schema.categories, &schema.channels, &schema.messages, &schema.scores, &schema.audiences})
    visit(archive, *names);
  visit_all(archive, schema.experiments, [&](Schema::Experiment& experiment) {
    archive.visit(experiment.name);
    visit(archive, experiment.arms);
  });
  visit_all(archive, schema.sequences, [&](Schema::Sequence& sequence) {
    archive.visit(sequence.name);
    archive.visit(sequence.version);
    archive.visit(sequence.is_triggers);
    archive.visit(sequence.is_migrated);
    visit(archive, sequence.steps);
    visit(archive, sequence.places);
  });
  visit_all(archive, schema.paths, [&](Schema::Path& path) {
    for (Id* id : {&path.sequence, &path.score, &path.action, &path.message, &path.channel}) archive.visit(*id);
    const auto within = [](Id id, std::size_t size) { return id == kNone || id < size; };
    const bool fits = within(path.sequence, schema.sequences.size()) && within(path.score, schema.scores.size()) &&
                      path.message < schema.messages.size() && path.channel < schema.channels.size();
    if (!fits) archive.fail();
  });
}

std::vector<Id> match(const std::vector<std::string>& written, const std::vector<std::string>& mine) {
  return match_by(written, mine, [](const std::string& name) { return std::string_view(name); });
}

std::vector<Id> match(const std::vector<Place>& written, const std::vector<Place>& mine) {
  std::map<std::string_view, Id> by_name;
  for (Id id = 0; id < mine.size(); ++id) by_name.emplace(mine[id].name, id);
  std::vector<Id> ids;
  for (const Place& place : written) {
    const auto at = by_name.find(place.name);
    const bool same = at != by_name.end() && mine[at->second].kind == place.kind;
    const bool resizes = place.kind == Kind::instants || place.kind == Kind::slots || place.kind == Kind::event;
    ids.push_back(same && (resizes || mine[at->second].count == place.count) ? at->second : kNone);
  }
  return ids;
}

Mapping match(const Schema& written, const Schema& mine) {
  Mapping map;
  map.lead = match(written.lead, mine.lead);
  map.events = match_by(written.events, mine.events, [](const Schema::Event& event) { return std::string_view(event.name); });
  for (Id id = 0; id < written.events.size(); ++id) {
    const Id to = map.events[id];
    map.event_fields.push_back(to == kNone ? std::vector<Id>(written.events[id].fields.size(), kNone)
                                           : match(written.events[id].fields, mine.events[to].fields));
  }
  map.fields = match(written.fields, mine.fields);
  map.categories = match(written.categories, mine.categories);
  map.channels = match(written.channels, mine.channels);
  map.messages = match(written.messages, mine.messages);
  map.scores = match(written.scores, mine.scores);
  map.audiences = match(written.audiences, mine.audiences);
  map.experiments = match_by(written.experiments, mine.experiments,
                             [](const Schema::Experiment& experiment) { return std::string_view(experiment.name); });
  map.sequences =
      match_by(written.sequences, mine.sequences, [](const Schema::Sequence& s) { return std::tuple(s.name, s.version, s.is_migrated); });
  std::vector<Schema::Path> wanted = written.paths;
  for (Schema::Path& path : wanted) {
    if (path.sequence != kNone) path.sequence = map.sequences[path.sequence];
    if (path.score != kNone) path.score = map.scores[path.score];
    path.message = map.messages[path.message];
    path.channel = map.channels[path.channel];
  }
  map.paths = match_by(wanted, mine.paths, [](const Schema::Path& path) { return path; });
  return map;
}

}  // namespace nurture::engine
