// Where everything of a lead stands in its row of words. Entry point: add_layout().
#include "compile/builder.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

namespace nurture::compile {

namespace {

bool asks_idle(const eval::Query& query) { return query.kind == eval::Query::Kind::idle; }

Id words_for_bits(std::size_t bits) { return static_cast<Id>((bits + 63) / 64); }

/// Kinds of events for which the same questions for silence ask are forgotten together.
Id lay_out_forgotten(Program& program, Id word) {
  std::map<std::vector<Id>, Id> words;
  for (Id id = 0; id < program.events.size(); ++id) {
    const Event& event = program.events[id];
    if (!event.kept_forever && !event.kept_newest) {
      program.layout.forgotten.push_back(kNone);
      continue;
    }
    std::vector<Id> asking;
    for (Id q = 0; q < program.module.queries.size(); ++q) {
      const eval::Query& query = program.module.queries[q];
      if (asks_idle(query) && std::binary_search(query.events.begin(), query.events.end(), id)) asking.push_back(q);
    }
    const auto [place, is_new] = words.emplace(std::move(asking), word);
    if (is_new) ++word;
    program.layout.forgotten.push_back(place->second);
  }
  return word;
}

/// Caps of policies that no sequence uses count nothing and get no words.
Id lay_out_caps(Program& program, Id word) {
  std::vector<Id> used;
  for (const Sequence& sequence : program.sequences) {
    for (const Id policy : sequence.policies) insert_sorted(used, policy);
  }
  for (const Id policy : used) {
    for (Cap& cap : program.policies[policy].caps) {
      cap.word = word;
      word += cap.count;
    }
  }
  return word;
}

Id lay_out_standing(Program& program, Id word) {
  for (Lifecycle& lifecycle : program.lifecycles) {
    lifecycle.word = word;
    word += 2;
  }
  for (Audience& audience : program.audiences) {
    audience.word = word;  // And the instant until which its channel cannot take the change.
    word += 2;
  }
  return word;
}

}  // namespace

void add_layout(Builder& builder) {
  Program& program = builder.program;
  LeadLayout& layout = program.layout;
  layout.consents = layout.attributes + static_cast<Id>(program.lead.size());
  const auto& queries = program.module.queries;
  if (program.lead_clock) layout.wake = layout.consents++;
  if (std::any_of(queries.begin(), queries.end(), asks_idle)) layout.first_seen = layout.consents++;
  if (program.retention.any()) layout.retain = layout.consents++;
  if (program.retention.forgets_events) layout.consents = lay_out_forgotten(program, layout.consents);
  layout.caps = layout.consents + words_for_bits(2 * program.consent_pairs.size());
  layout.recurrences = lay_out_caps(program, layout.caps);
  layout.standing = layout.recurrences;
  for (const Id id : program.enroll_every) {
    Sequence& sequence = program.sequences[id];
    sequence.recurring_word = layout.standing;
    layout.standing += 2 * static_cast<Id>(sequence.recurring_enrolls.size());
  }
  layout.watches = lay_out_standing(program, layout.standing);
  std::size_t watches = 0;
  for (const Id sequence : program.enroll_when) {
    const auto& ways = program.sequences[sequence].enrolls;
    watches += static_cast<std::size_t>(std::count_if(ways.begin(), ways.end(), [](const Trigger& way) { return !way.on; }));
  }
  layout.scores = layout.watches + words_for_bits(watches);
  layout.words = layout.scores;
  for (Score& score : program.scores) {
    score.word = layout.words;
    layout.words += score.words;
  }
  for (Message& message : program.messages) {
    if (message.sent_word == kNone) continue;
    message.sent_word = layout.words;
    layout.words += Message::kSentWords;
  }
  for (Experiment& experiment : program.experiments) {
    experiment.word = layout.words;
    layout.words += 2;
  }
  const auto snoozes = [](const Node& node) { return node.op == NodeOp::snooze; };
  if (std::any_of(program.nodes.begin(), program.nodes.end(), snoozes)) layout.snooze = layout.words++;
}

}  // namespace nurture::compile
