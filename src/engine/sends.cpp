// Sends that choose, and sends that remember: `by preferred of`, `next of`, `unless sent within`. S6.1 and S6.9 of the
// contracts. Entry point: Core::attempt_one(); the rest is asked by the gates.
#include "engine/core.hpp"

#include <algorithm>
#include <utility>

namespace nurture::engine {

using compile::SendKind;

/// One of several paths. Answers the node that follows.
Id Core::attempt_one(const Body& body, Id node) {
  const compile::Node& n = program_->nodes[node];
  if (n.d == static_cast<Id>(SendKind::next)) return attempt_next(body, node);
  attempt(body, node, preferred_path(body, n), kNone);
  return n.next;
}

/// `send next of POOL`, and the beat of a stream.
Id Core::attempt_next(const Body& body, Id node) {
  const compile::Node& n = program_->nodes[node];
  const Id path = next_of_pool(body, n);
  if (path == kNone) {
    const std::string_view what = program_->send_paths[n.b].guard_text;
    log_message(body, DecisionKind::skipped, node, n.c - 1, {Gate::Kind::skip, Reason::duplicate, 0, what});
    return is_awaited(body, n) ? n.next : exhausted(body, n);
  }
  if (body.e != nullptr && body.sequence->extra.exhausted != kNone) *extra(*body.e, body.sequence->extra.exhausted) = 0;
  pass_held_out(body, program_->send_paths[path]);
  attempt(body, node, path, kNone);
  return n.next;
}

/// What a stream does when nothing is left: once, until there is something again.
Id Core::exhausted(const Body& body, const compile::Node& n) {
  const Id first = program_->pools[n.a].exhausted;
  if (first == 0) return n.next;
  Word& said = *extra(*body.e, body.sequence->extra.exhausted);
  return std::exchange(said, Word{1}) != 0 ? n.next : first;
}

/// The channel that the lead names, then those of the list: the first on which it may be reached, else the first of the
/// list, whose reason the log then tells. [S6.9]
Id Core::preferred_path(const Body& body, const compile::Node& n) {
  const auto reaches = [&](Id path) {
    Gate gate;
    const compile::SendPath& p = program_->send_paths[path];
    return lacking_consent(body.row, p) == kNone && has_address(body, p.channel, gate);
  };
  const eval::Value wish = attribute(body.lead, program_->preferred_field, arena_);
  for (Id path = n.b; path < n.c; ++path) {
    const bool wished = wish.kind == eval::Kind::string && wish.text() == program_->channels[program_->send_paths[path].channel].name;
    if (wished && reaches(path)) return path;
  }
  for (Id path = n.b; path < n.c; ++path) {
    if (reaches(path)) return path;
  }
  return n.b;
}

/// The first message of the pool that the lead has neither been sent nor is about to be; kNone when none is left.
Id Core::next_of_pool(const Body& body, const compile::Node& n) const {
  for (Id path = n.b; path < n.c; ++path) {
    const compile::SendPath& p = program_->send_paths[path];
    if (!passed(body, p) && !is_held(body.lead, p.message)) return path;
  }
  return kNone;
}

/// Whether some message of the pool is still on its way, so that the lead has not had everything.
bool Core::is_awaited(const Body& body, const compile::Node& n) const {
  for (Id path = n.b; path < n.c; ++path) {
    const compile::SendPath& p = program_->send_paths[path];
    if (!passed(body, p) && is_held(body.lead, p.message)) return true;
  }
  return false;
}

/// Sent, or skipped because the lead is held out of this send.
bool Core::passed(const Body& body, const compile::SendPath& path) const {
  const CapSlot last(body.row[path.sent_word]);
  Gate gate;
  return !last.free() && (!last.is_of(kNone) || is_held_out(body.lead, path.holdouts, gate));
}

/// Who is held out walks through a pool like everybody: what would have been sent counts as passed, by no path. [S3.7]
void Core::pass_held_out(const Body& body, const compile::SendPath& path) const {
  Word& word = body.row[path.sent_word];
  Gate gate;
  if (CapSlot(word).free() && is_held_out(body.lead, path.holdouts, gate)) word = static_cast<Word>(CapSlot(now_.ms, kNone).word);
}

bool Core::is_held(std::uint32_t lead, Id message) const {
  if (is_gathered(lead, message)) return true;
  bool found = false;
  each_held(lead, [&](std::uint32_t held) { found = found || program_->send_paths[held_[held].path].message == message; });
  return found;
}

// ---------------------------------------------------------------- what was sent

/// `unless sent within`, and what a pool chose. The channels of one send do not stand in each other's way. [S6.1]
bool Core::was_sent(const Body& body, Id index, std::uint32_t held, Gate& gate) const {
  const compile::SendPath& path = program_->send_paths[index];
  const std::int64_t began_ms = held == kNone ? now_.ms : held_[held].began_ms;
  const time::Zone& zone = body.e == nullptr ? lead_zone(body.lead) : zone_of({}, body.row, *body.sequence);
  // What a pool chose may have been sent otherwise while it was held.
  const bool forever = time::longest_ms(path.sent_within) == 0;
  for (Id i = 0; i < compile::Message::kSentWords; ++i) {
    const CapSlot sent(body.row[path.sent_word + i]);
    if (sent.free() || sent.is_of(kNone) || (!forever && time::add({sent.ms()}, path.sent_within, zone) <= now_)) continue;
    const auto is_sibling = [&](Id sibling) { return sibling != index && sent.is_of(sibling) && sent.ms() >= began_ms; };
    bool own = false;
    for (Id sibling = path.siblings.begin; sibling < path.siblings.end; ++sibling) own = own || is_sibling(sibling);
    if (own) continue;
    gate = {Gate::Kind::skip, Reason::duplicate, 0, path.guard_text};
    return true;
  }
  return false;
}

void Core::remember_sent(Word* row, Id index) {
  Word* words = row + program_->send_paths[index].sent_word;
  std::copy_backward(words, words + compile::Message::kSentWords - 1, words + compile::Message::kSentWords);
  words[0] = static_cast<Word>(CapSlot(now_.ms, index).word);
}

/// A message that did not arrive was not sent. [S6.1]
void Core::forget_sent(std::uint32_t lead, const Input& delivery) {
  const Id first = program_->messages[delivery.subject].sent_word;
  if (first == kNone) return;
  Word* words = rows_.at(lead) + first;
  for (Id i = 0; i < compile::Message::kSentWords; ++i) {
    const CapSlot sent(words[i]);
    if (sent.free() || sent.ms() != delivery.other.ms) continue;
    const auto is_it = [&](const compile::SendPath& path) {
      const auto index = static_cast<Id>(&path - program_->send_paths.data());
      return path.message == delivery.subject && path.channel == delivery.channel && sent.is_of(index);
    };
    if (std::none_of(program_->send_paths.begin(), program_->send_paths.end(), is_it)) continue;
    std::copy(words + i + 1, words + compile::Message::kSentWords, words + i);
    words[compile::Message::kSentWords - 1] = 0;
    return;
  }
}

}  // namespace nurture::engine
