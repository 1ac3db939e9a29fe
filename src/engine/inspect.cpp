// What is known of a lead, as the host sees it. Entry point: Core::inspect().
#include "engine/core.hpp"

#include <bit>

namespace nurture::engine {
namespace {

std::string_view state_text(const Enrolment& e, bool frozen) {
  if (frozen) return "frozen";
  switch (e.state) {
    case EnrolmentState::running: return "running";
    case EnrolmentState::planned: return "planned";
    case EnrolmentState::waiting:
    case EnrolmentState::until: return "waiting";
    case EnrolmentState::holding: return "holding";
    case EnrolmentState::queued: return "queued";
    case EnrolmentState::ended: return "ended";
  }
  return "";
}

LeadReport::Past seen(const compile::Event& event, const Past& past, eval::Arena& arena) {
  LeadReport::Past seen{event.name, Instant{past.occurred_ms}, {}};
  for (std::size_t k = 0; k < event.kept_fields.size(); ++k) {
    const compile::Field& field = event.fields[event.kept_fields[k]];
    const eval::Value value = to_value(field, past.fields[k], arena);
    if (!value.is_missing()) seen.fields.emplace_back(field.name, to_host(value));
  }
  return seen;
}

}  // namespace

std::optional<LeadReport> Core::inspect(std::string_view name) const {
  const std::uint32_t lead = find_lead(name);
  if (lead == kNone) return std::nullopt;
  constexpr std::string_view kConsents[] = {"", "to be confirmed", "granted", "withdrawn"};
  const Word* row = rows_.at(lead);
  LeadReport report;
  report.lead = name;
  report.zone = lead_zone(lead).name();
  const auto at = [](std::int64_t ms) { return ms == kNever ? Instant::max() : Instant{ms}; };
  for (Id f = 0; f < program_->lead.size(); ++f) {
    const eval::Value value = attribute(lead, f, arena_);
    if (!value.is_missing()) report.attributes.emplace_back(program_->lead[f].name, to_host(value));
  }
  for (std::size_t i = 0; i < program_->consent_pairs.size(); ++i) {
    const compile::ConsentPair& pair = program_->consent_pairs[i];
    const Word state = row[program_->layout.consents + i / 32] >> (i % 32 * 2) & 3;
    if (state == 0) continue;
    report.consents.emplace_back(program_->categories[pair.category].name + " by " + program_->channels[pair.channel].name,
                                 kConsents[state]);
  }
  const auto add_held = [&](const Held& h) {
    const compile::SendPath& path = program_->send_paths[h.path];
    report.held.push_back({program_->messages[path.message].name,
                           program_->channels[path.channel].name,
                           std::string(to_string(h.reason)),
                           at(h.until_ms),
                           {}});
    if (path.digest_days != 0) report.held.back().gathered = gathered_names(lead, enrolments_[h.enrolment].sequence);
  };
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    const Enrolment& e = enrolments_[i];
    const compile::Sequence& sequence = sequence_of(e);
    for (std::uint32_t h = e.held; h != kNone; h = held_[h].next) add_held(held_[h]);
    if (sequence.is_triggers) continue;  // nobody is in them more than others
    report.runs.push_back({sequence.name, sequence.version, e.number, Instant{e.enrolled_ms}, std::string(state_text(e, is_frozen(e))),
                           e.step < sequence.steps.size() ? sequence.steps[e.step].name : "", at(e.due_ms)});
  }
  for (const compile::Experiment& experiment : program_->experiments) {
    const auto assignment = std::bit_cast<Assignment>(row[experiment.word]);
    if (assignment.arm == 0) continue;
    const compile::Split& split = program_->splits[experiment.split];
    report.arms.push_back({program_->sequences[experiment.sequence].name, split.name, split.arms[assignment.arm - 1].name,
                           Instant{static_cast<std::int64_t>(row[experiment.word + 1])}, assignment.reached});
  }
  for (auto own = held_of_scores_.lower_bound({lead, 0}); own != held_of_scores_.end() && own->first.first == lead; ++own) {
    add_held(held_[own->second]);
  }
  for (Id s = 0; s < program_->scores.size(); ++s) {
    const compile::Score& score = program_->scores[s];
    const Id tier = score_tier(lead, s);
    report.scores.push_back({score.name, tier == kNone ? "" : score.tiers[tier].name, score_total(lead, s)});
  }
  for (Id l = 0; l < program_->lifecycles.size(); ++l) {
    const compile::Lifecycle& lifecycle = program_->lifecycles[l];
    report.stages.push_back(
        {lifecycle.name, lifecycle.stages[stage_of(lead, l)].name, Instant{static_cast<std::int64_t>(row[lifecycle.word + 1])}});
  }
  for (const compile::Audience& audience : program_->audiences) {
    if (Membership(row[audience.word]).is_in) report.audiences.push_back(audience.name);
  }
  if (head(lead).history != kNone) {
    history_.newest_first(head(lead).history, [&](const Past& past) {
      report.history.insert(report.history.begin(), seen(program_->events[past.event], past, arena_));
      return true;
    });
  }
  return report;
}

}  // namespace nurture::engine
