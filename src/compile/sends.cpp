// What stands between a send and its channel, resolved once per send: consent, policies, address. Entry point:
// resolve_sends(), after the layout of leads is known.
#include "compile/builder.hpp"

namespace nurture::compile {

namespace {

constexpr std::uint8_t state_bit(unsigned state) { return static_cast<std::uint8_t>(1u << state); }

/// Which of a consent pair's four states let a message of the category through. [S6.8]
std::uint8_t accepted_states(const Category& category) {
  std::uint8_t accepts = state_bit(2);
  if (!category.double_opt_in) accepts |= state_bit(1);
  if (category.implied) accepts |= state_bit(0);
  return accepts;
}

void resolve(const Program& program, const Content& content, const std::vector<Id>& policies, SendPath& path) {
  const Category& category = program.categories[content.category];
  path.transactional = category.transactional;
  for (const Id policy : policies) {
    if (program.policies[policy].exempt[content.category] == 0) path.policies.push_back(policy);
  }
  if (category.transactional) return;
  const Id pair = program.consent_pair(content.category, path.channel);
  path.consent_word = program.layout.consents + pair / 32;
  path.consent_shift = static_cast<std::uint8_t>(pair % 32 * 2);
  path.consent_accepts = accepted_states(category);
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
    const std::vector<Id> policies = sequences[id] == nullptr ? std::vector<Id>() : sequences[id]->policies;
    for (Id path = node.b; path < node.c; ++path) resolve(program, program.messages[node.a].content, policies, program.send_paths[path]);
  }
}

}  // namespace nurture::compile
