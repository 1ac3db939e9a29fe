// Deployments: another program takes over. S3.3 and S10 of the contracts. The programs of a case differ in their sequences alone,
// and both keep all events, so all else of the first one stays as it is.
#include "compile/program.hpp"
#include "model/reference_world.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reference {

using nurture::DecisionKind;

/// What is entered from now on: a sequence that has the same version is the same.
void Reference::take(const model::Model& model, const nurture::Program& program) {
  const std::map<std::string, int> before = std::move(current_);
  current_.clear();
  for (const model::Sequence& s : model.sequences) {
    const std::string version = program.version(s.name);
    const auto old = before.find(s.name);
    const bool same = old != before.end() && (s.is_triggers || versions_[static_cast<std::size_t>(old->second)] == version);
    current_[s.name] = same ? old->second : static_cast<int>(all_.size());
    if (same) continue;
    all_.push_back(&s);
    versions_.push_back(version);
  }
  for (const Digest& digest : digests_) {  // Of a policy that nothing named before.
    const std::string version = program.version(digest.sequence.name);
    if (!version.empty()) versions_[static_cast<std::size_t>(digest.id)] = version;
  }
  rank();
  number_actions();
  collect_lasting(model);
  collect_lengths(model);
  collect_asked_messages(model);
  collect_lines(model);
}

/// Higher priority first, then by name; digests before everything else. [S2.1] The versions of a sequence are one, unless one of
/// them says another priority.
void Reference::rank() {
  constexpr std::int64_t kUsual = 50;
  const auto place = [&](const model::Sequence* s) {
    const bool is_digest = std::any_of(digests_.begin(), digests_.end(), [&](const Digest& digest) { return &digest.sequence == s; });
    const std::int64_t priority = s->node->priorities.empty() ? kUsual : s->node->priorities.front().value.value;
    return std::pair(is_digest ? INT64_MIN : -priority, s->name);
  };
  std::set<std::pair<std::int64_t, std::string>> places;
  for (const model::Sequence* s : all_) places.insert(place(s));
  ranks_.clear();
  for (const model::Sequence* s : all_) ranks_.push_back(static_cast<std::size_t>(std::distance(places.begin(), places.find(place(s)))));
  order_.clear();
  for (const auto& [name, id] : current_) order_.push_back(id);
  std::sort(order_.begin(), order_.end(),
            [&](int a, int b) { return ranks_[static_cast<std::size_t>(a)] < ranks_[static_cast<std::size_t>(b)]; });
}

/// In the order in which they came to be known.
std::vector<Lead*> Reference::known_leads() {
  std::vector<Lead*> known;
  for (auto& [name, lead] : leads_) known.push_back(&lead);
  std::sort(known.begin(), known.end(), [](const Lead* a, const Lead* b) { return a->known < b->known; });
  return known;
}

/// Numbers of a sequence that is no more, and that nobody is in, are not given a second time, to whatever sequence. [S3.2]
void Reference::pass_numbers_over() {
  std::set<std::string> known;
  for (const auto& [name, id] : current_) known.insert(name);
  for (const auto& [lead_name, lead] : leads_) {
    for (const Enrolment& e : lead.enrolments) {
      if (e.live()) known.insert(sequence(e).name);
    }
  }
  for (auto& [lead_name, lead] : leads_) {
    for (const auto& [name, number] : lead.numbers) {
      if (!known.contains(name)) lead.numbered_after = std::max(lead.numbered_after, number);
    }
  }
}

/// Who is to be migrated has the place of the version that he comes into.
std::size_t Reference::rank_of(const Enrolment& e) const {
  return ranks_[static_cast<std::size_t>(e.is_to_move ? current(sequence(e).name) : e.sequence)];
}

/// Everything is asked once more, of one lead after another. Who holds what a new `enroll when` asks for enters if the deployment
/// says so. [S3.3]
void Reference::apply_deploy(const Input& input) {
  const std::map<std::string, int> before = current_;
  if (const std::string why = without_step(); !why.empty()) return write_refused({}, "deploy", why);
  write_halt(DecisionKind::deployed, fmt::format("{:016x}", deployed_.second->graph()->hash), Instant::max());
  for (Lead* lead : known_leads()) lose_held(*lead);
  take(*deployed_.first, *deployed_.second);
  pass_numbers_over();
  for (Lead* lead : known_leads()) {
    const std::vector<Moving> moving = collect_moving(*lead);
    lead->enrolments.sort(
        [&](const Enrolment& a, const Enrolment& b) { return std::pair(rank_of(a), a.number) < std::pair(rank_of(b), b.number); });
    lead->moments_known = false;
    if (now_ >= gap_until_ && silent_at(*lead) <= now_) {
      forget_moving(*lead, moving);
      continue;
    }
    if (lead->parked) {
      migrate_all(*lead, moving);
      continue;
    }
    for (const int id : order_) {
      const auto old = before.find(declared(id).name);
      if (old == before.end() || old->second != id)
        carry_ways(*lead, old == before.end() ? nullptr : &declared(old->second), declared(id), input.granted);
    }
    migrate_all(*lead, moving);
    Change everything;
    everything.all = everything.zone = everything.clock = true;
    for (const model::Field& field : model_->lead) everything.fields.insert(field.name);
    react_lead(*lead, everything);
    for (Enrolment& e : lead->enrolments) {  // What held a message may be no more.
      for (Held& held : e.held) {
        if (held.reason == Reason::paused && !is_paused(*lead, &e, held.channel)) held.until = now_;
      }
    }
    drain(*lead);
  }
}

/// Ways in that the version before has, too, go on.
void Reference::carry_ways(Lead& lead, const model::Sequence* old, const model::Sequence& s, bool enroll_existing) {
  for (const ast::Enroll& way : s.node->enrolls) {
    if (!way.trigger.when) continue;
    const ast::Enroll* same = nullptr;
    for (std::size_t i = 0; old != nullptr && i < old->node->enrolls.size(); ++i) {
      const ast::Enroll& other = old->node->enrolls[i];
      if (other.trigger.when && words_of(*other.trigger.when) == words_of(*way.trigger.when)) same = &other;
    }
    lead.doors[&way] = same != nullptr ? lead.doors[same] : !enroll_existing && holds(lead, nullptr, *way.trigger.when, {});
  }
  for (const ast::EnrollEvery& way : s.node->recurring_enrolls) {
    for (std::size_t i = 0; old != nullptr && i < old->node->recurring_enrolls.size(); ++i) {
      const ast::EnrollEvery& other = old->node->recurring_enrolls[i];
      const bool same = nurture::syntax::print_recurrence(other.every) == nurture::syntax::print_recurrence(way.every);
      if (same) lead.recurring[&way] = lead.recurring[&other];
    }
  }
}

}  // namespace reference
