// What stands between a send and its channel, resolved once per send: consent, policies, address. Entry point:
// resolve_sends(), after the layout of leads is known.
#include "compile/builder.hpp"

#include <nurture/limits.hpp>

namespace nurture::compile {

namespace {

void resolve_policies(const Program& program, Id category, const std::vector<Id>& policies, SendPath& path) {
  path.hold_at_most.days = static_cast<std::int32_t>(limits::kHoldDays);
  bool said = false;
  for (const Id id : policies) {
    const Policy& policy = program.policies[id];
    if (policy.exempt[category] != 0) continue;
    path.policies.push_back(id);
    const std::int64_t length = time::longest_ms(policy.hold_at_most);
    if (length == 0 || (said && length >= time::longest_ms(path.hold_at_most))) continue;
    path.hold_at_most = policy.hold_at_most;
    said = true;
  }
}

/// Nobody is held out of what is transactional: a password reset must reach everybody. [S3.7]
void resolve_holdouts(const Program& program, const Sequence* sequence, SendPath& path) {
  if (path.transactional) return;
  path.holdouts = program.holdouts;
  if (sequence != nullptr) path.holdouts.insert(path.holdouts.end(), sequence->holdouts.begin(), sequence->holdouts.end());
}

void resolve(const Program& program, const Content& content, const Sequence* sequence, SendPath& path) {
  const std::vector<Id> policies = sequence == nullptr ? std::vector<Id>() : sequence->policies;
  path.transactional = program.categories[content.category].transactional;
  resolve_policies(program, content.category, policies, path);
  resolve_holdouts(program, sequence, path);
  if (sequence != nullptr && sequence->is_triggers) {
    for (const Condition& suppression : sequence->suppressions) path.suppressions.push_back(suppression.code);
  }
  for (Id id = content.category; id != kNone; id = program.categories[id].under) {
    const Category& category = program.categories[id];
    if (category.suppress) path.suppressions.push_back(category.suppress);
    if (category.transactional) continue;
    const Id pair = program.consent_pair(id, path.channel);
    path.consents.push_back({id, program.layout.consents + pair / 32, static_cast<std::uint8_t>(pair % 32 * 2), category.accepts});
  }
}

}  // namespace

Id Program::consent_pair(Id category, Id channel) const {
  const auto is_pair = [&](const ConsentPair& pair) { return pair.category == category && pair.channel == channel; };
  const auto pair = std::find_if(consent_pairs.begin(), consent_pairs.end(), is_pair);
  return pair == consent_pairs.end() ? kNone : static_cast<Id>(pair - consent_pairs.begin());
}

void resolve_sends(Program& program) {
  // Sends of scores are in no sequence, and no policy holds for them.
  std::vector<const Sequence*> sequences(program.nodes.size(), nullptr);
  for (const Sequence& sequence : program.sequences) {
    for (const Step& step : sequence.steps) {
      for (const Id node : reachable(program, step.body)) sequences[node] = &sequence;
    }
    for (const Handler& handler : sequence.handlers) {
      for (const Id node : reachable(program, handler.body)) sequences[node] = &sequence;
    }
  }
  for (Id id = 0; id < program.nodes.size(); ++id) {
    const Node& node = program.nodes[id];
    if (node.op != NodeOp::send) continue;
    for (Id path = node.b; path < node.c; ++path) {
      const Message& message = program.messages[program.send_paths[path].message];
      program.send_paths[path].sent_word = message.sent_word;
      resolve(program, message.content, sequences[id], program.send_paths[path]);
      // A digest waits for its day or week, and then for as long as any message.
      program.send_paths[path].hold_at_most.days += program.send_paths[path].digest_days;
    }
  }
}

}  // namespace nurture::compile
