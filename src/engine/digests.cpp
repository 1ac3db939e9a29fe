// Digests: what a cap would hold is gathered, and one message tells of it when the cap's next slot opens. S3.6 of the
// contracts. A digest is a message of a run of its own (compile/digests.cpp), held by its cap from the first message that it
// gathers on: all that can become of a held message becomes of it. Entry point: Core::gather().
#include "engine/core.hpp"

#include <algorithm>

namespace nurture::engine {

void Core::gather(const Body& body, Id path, Id digest) {
  std::uint32_t enrolment = find_enrolment(body.lead, digest);
  if (enrolment == kNone) {
    enrolment = new_enrolment(body.lead, digest, nullptr, kMissingWord, nullptr);
    enrolments_[enrolment].due_ms = kNever;
  }
  gathered_[{body.lead, digest}].push_back({path, body.e->sequence, body.e->number});
  if (enrolments_[enrolment].held != kNone) return;
  const Id node = program_->sequences[digest].handlers.front().body;
  attempt(body_of(body.lead, enrolment, false, kNoStep, fires(enrolment, 0)), node, program_->nodes[node].b, kNone);
}

bool Core::is_full(std::uint32_t lead, Id digest) const {
  const auto found = gathered_.find({lead, digest});
  return found != gathered_.end() && found->second.size() >= limits::kGatheredPerDigest;
}

/// Whether a digest is about to go at this very instant: it goes first, and tells of what comes now, too.
bool Core::is_leaving(std::uint32_t lead, Id digest) const {
  for (std::uint32_t i = head(lead).first_enrolment; i != kNone; i = enrolments_[i].next) {
    if (family_of(enrolments_[i].sequence) != family_of(digest)) continue;
    for (std::uint32_t h = enrolments_[i].held; h != kNone; h = held_[h].next) {
      if (held_[h].until_ms <= now_.ms) return true;
    }
  }
  return false;
}

bool Core::is_gathered(std::uint32_t lead, Id message) const {
  const auto is_it = [&](const Gathered& one) { return program_->send_paths[one.path].message == message; };
  for (auto list = gathered_.lower_bound({lead, 0}); list != gathered_.end() && list->first.first == lead; ++list) {
    if (std::any_of(list->second.begin(), list->second.end(), is_it)) return true;
  }
  return false;
}

/// What a digest tells of counts as sent.
void Core::remember_gathered(const Body& body) {
  for (const Gathered& one : gathered_[{body.lead, body.e->sequence}]) {
    if (program_->send_paths[one.path].sent_word != kNone) remember_sent(body.row, one.path);
  }
}

/// What there is no consent for any more is not told of. False when nothing is left.
bool Core::has_gathered(const Body& body, Gate& gate) {
  std::vector<Gathered>& list = gathered_[{body.lead, body.e->sequence}];
  Id lacking = kNone;
  std::erase_if(list, [&](const Gathered& one) {
    const Id category = lacking_consent(body.row, program_->send_paths[one.path]);
    if (category != kNone) lacking = category;
    return category != kNone;
  });
  if (!list.empty()) return true;
  if (lacking == kNone) {  // A deployment took it all away.
    gate = {Gate::Kind::skip, Reason::expired, 0, "it is no more"};
    return false;
  }
  gate = {Gate::Kind::skip, Reason::consent, 0, program_->categories[lacking].name};
  return false;
}

/// A run ends before it was complete: what it had gathered is not told of, as what it had held does not go out. [S6.2]
void Core::ungather(std::uint32_t enrolment, std::string_view rule) {
  const Identity run(enrolments_[enrolment]);
  for (auto list = gathered_.lower_bound({run.lead, 0}); list != gathered_.end() && list->first.first == run.lead;) {
    const auto current = list++;  // It may go.
    const Id digest = current->first.second;
    const auto is_its = [&](const Gathered& one) { return one.sequence == run.sequence && one.number == run.number; };
    if (std::erase_if(current->second, is_its) == 0 || !current->second.empty()) continue;
    cancel_held(find_enrolment(run.lead, digest), Reason::suppressed, rule, false);
  }
}

std::vector<std::string> Core::gathered_names(std::uint32_t lead, Id digest) const {
  std::vector<std::string> names;
  const auto found = gathered_.find({lead, digest});
  if (found == gathered_.end()) return names;
  for (const Gathered& one : found->second) names.push_back(program_->messages[program_->send_paths[one.path].message].name);
  return names;
}

}  // namespace nurture::engine
