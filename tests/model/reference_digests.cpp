// Digests: what a cap would hold is told of in one message, when the cap's next day or week begins. S3.6 of the contracts.
//
// A digest is the message of a run that nobody enters, held like any other: so consent, hours, caps and the log are what they
// are for every message.
#include "model/reference_world.hpp"

#include <nurture/limits.hpp>

#include <algorithm>

namespace reference {

/// A second one of the policy with the same message says which cap it is of, a third its number, too.
std::string Reference::digest_name(const ast::Cap& cap, const std::string& policy) const {
  const auto is_taken = [&](const std::string& name) {
    return std::any_of(digests_.begin(), digests_.end(), [&](const Digest& other) { return other.sequence.name == name; });
  };
  std::string name = "digest " + cap.digest->text + " of " + policy;
  if (!is_taken(name)) return name;
  name += cap.unit == ast::Cap::Unit::day ? " per day" : " per week";
  if (cap.channel) name += " on " + cap.channel->text;
  const std::string longer = name;
  for (int number = 2; is_taken(name); ++number) name = longer + " (" + std::to_string(number) + ')';
  return name;
}

void Reference::collect_digests(const nurture::Program& program) {
  for (const model::Policy& policy : model_->policies) {
    for (const ast::Cap& cap : policy.node->caps) {
      if (!cap.digest) continue;
      Digest& digest = digests_.emplace_back();
      digest.cap = &cap;
      digest.id = static_cast<int>(all_.size());
      ast::Send send;
      send.message = *cap.digest;
      if (cap.channel) send.channels.push_back(*cap.channel);
      digest.action.what = std::move(send);
      digest.node.policies.emplace_back().name.text = policy.name;
      digest.sequence.node = &digest.node;
      digest.sequence.name = digest_name(cap, policy.name);
      digest.sequence.is_triggers = true;
      actions_[&digest.action] = 0;
      all_.push_back(&digest.sequence);
      versions_.push_back(program.version(digest.sequence.name));
    }
  }
}

const Reference::Digest* Reference::digest_of(const Enrolment* e) const {
  if (e == nullptr) return nullptr;
  const auto found = std::find_if(digests_.begin(), digests_.end(), [&](const Digest& digest) { return digest.id == e->sequence; });
  return found == digests_.end() ? nullptr : &*found;
}

Enrolment& Reference::digest_run(Lead& lead, const Digest& digest) {
  for (Enrolment& e : lead.enrolments) {
    if (e.sequence == digest.id) return e;
  }
  return new_enrolment(lead, digest.id, {}, std::nullopt);
}

bool Reference::is_full(const Lead& lead, const ast::Cap& cap) {
  const auto list = lead.gathered.find(&cap);
  return list != lead.gathered.end() && list->second.size() >= nurture::limits::kGatheredPerDigest;
}

/// The first that is gathered makes the digest.
void Reference::gather(const Body& body, const ast::Action& action, const Path& path, const ast::Cap& cap) {
  Lead& lead = *body.lead;
  const auto digest = std::find_if(digests_.begin(), digests_.end(), [&](const Digest& one) { return one.cap == &cap; });
  Enrolment& e = digest_run(lead, *digest);
  lead.gathered[&cap].push_back({&action, path.message->name, path.channel, body.e->sequence, body.e->number});
  if (!e.held.empty()) return;
  const Body own{&lead, &e, false, -1, ++lead.digests[&cap], {}, -1, {}};
  attempt(own, digest->action, paths(digest->action).front(), nullptr);
}

/// What there is no consent for any more is not told of. [S6.8]
bool Reference::has_gathered(const Body& body, const Digest& digest, Gate& gate) {
  std::vector<Gathered>& list = body.lead->gathered[digest.cap];
  std::string lacking;
  std::erase_if(list, [&](const Gathered& one) {
    const auto category = lacking_consent(*body.lead, path_to(one.message, one.channel));
    if (category) lacking = *category;
    return category.has_value();
  });
  if (!list.empty()) return true;
  gate = {Gate::Kind::skip, Reason::consent, Instant::max(), lacking};
  return false;
}

/// What ends a run takes out what that run has put in, as it cancels what it has held. [S6.2]
void Reference::ungather(Lead& lead, const Enrolment& e, const std::string& name) {
  for (const Digest& digest : digests_) {
    std::vector<Gathered>& list = lead.gathered[digest.cap];
    const auto is_its = [&](const Gathered& one) { return one.sequence == e.sequence && one.number == e.number; };
    if (std::erase_if(list, is_its) > 0 && list.empty()) cancel_held(lead, digest_run(lead, digest), Reason::suppressed, name, false);
  }
}

/// Whether a digest is about to go at this very instant: it goes first, and tells of what comes now, too.
bool Reference::is_leaving(const Lead& lead, const ast::Cap& cap) const {
  return std::any_of(lead.enrolments.begin(), lead.enrolments.end(), [&](const Enrolment& e) {
    const Digest* digest = digest_of(&e);
    return digest != nullptr && digest->cap == &cap &&
           std::any_of(e.held.begin(), e.held.end(), [&](const Held& held) { return held.until <= now_; });
  });
}

bool Reference::is_gathered(const Lead& lead, const std::string& message) {
  return std::any_of(lead.gathered.begin(), lead.gathered.end(), [&](const auto& list) {
    return std::any_of(list.second.begin(), list.second.end(), [&](const Gathered& one) { return one.message == message; });
  });
}

Value Reference::digest_value(const Lead& lead, const Enrolment* e) const {
  Value names;
  names.kind = Value::Kind::list;
  if (const Digest* digest = digest_of(e); digest != nullptr && lead.gathered.contains(digest->cap)) {
    for (const Gathered& one : lead.gathered.at(digest->cap)) names.items.push_back(Value::of(one.message));
  }
  Value all;
  all.kind = Value::Kind::map;
  all.entries.push_back({Value::of(std::string("count")), Value::of(static_cast<std::int64_t>(names.items.size()))});
  all.entries.push_back({Value::of(std::string("messages")), names});
  return all;
}

}  // namespace reference
