// Digests: what a cap would hold is gathered into one message. Entry point: add_digests().
//
// Each is compiled to triggers that nothing triggers, with one body that sends the message: so a digest has a run of its own
// with the lead, passes the gates of its policies, is held, is told of a change of consent, and has keys, like any other
// message. The engine begins that run with the first message that it gathers.
#include "compile/builder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nurture::compile {

namespace {

/// Above all that authors can say: what has waited since last week goes before what is due at the same instant.
constexpr std::int32_t kDigestPriority = 101;

/// The project's, and the one of the cap.
std::vector<Id> policies_of(const Builder& builder, Id policy) {
  ast::Sequence sequence;
  sequence.policies.emplace_back().name.text = builder.model.policies[policy].name;
  return builder.model.policies_of(sequence);
}

ast::Body body_of(const ast::Cap& node) {
  ast::Send send;
  send.message = *node.digest;
  if (node.channel) send.channels.push_back(*node.channel);
  ast::Body body;
  body.actions.emplace_back().what = std::move(send);
  return body;
}

/// Told apart from the other digests of the policy: each cap gathers for itself.
std::string name_of(const Program& program, Id policy, const ast::Cap& node, const Cap& cap) {
  const auto is_taken = [&](const std::string& name) {
    return std::any_of(program.sequences.begin(), program.sequences.end(), [&](const Sequence& other) { return other.name == name; });
  };
  const std::string plain = fmt::format("digest {} of {}", node.digest->text, program.policies[policy].name);
  if (!is_taken(plain)) return plain;
  const std::string channel = node.channel ? " on " + node.channel->text : "";
  const std::string longer = fmt::format("{} per {}{}", plain, cap.unit == CapUnit::day ? "day" : "week", channel);
  std::string name = longer;
  for (int number = 2; is_taken(name); ++number) name = fmt::format("{} ({})", longer, number);
  return name;
}

void add_digest(Builder& builder, Id policy, const ast::Cap& node, Cap& cap) {
  Program& program = builder.program;
  cap.digest = static_cast<Id>(program.sequences.size());
  Sequence sequence;
  sequence.name = name_of(program, policy, node, cap);
  sequence.is_triggers = sequence.is_digest = true;
  sequence.priority = kDigestPriority;
  sequence.policies = policies_of(builder, policy);
  Place place;
  place.sequence = &sequence;
  const ast::Body body = body_of(node);
  Handler handler;
  handler.name = "digest";
  handler.repeat = RepeatKind::every_time;
  sequence.nodes.begin = static_cast<Id>(program.nodes.size());
  handler.body = Bodies(builder, place).compile(body);
  sequence.nodes.end = static_cast<Id>(program.nodes.size());
  program.send_paths[program.nodes[handler.body].b].digest_days = cap.unit == CapUnit::day ? 1 : 7;
  sequence.handlers.push_back(std::move(handler));
  sequence.linear = true;
  const auto queries = static_cast<Id>(program.module.queries.size());
  summarize_sequence(builder, sequence, {queries, queries});
  program.sequences.push_back(std::move(sequence));
}

}  // namespace

void add_digests(Builder& builder) {
  Program& program = builder.program;
  std::vector<Id> used;
  for (const Sequence& sequence : program.sequences) {
    for (const Id policy : sequence.policies) insert_sorted(used, policy);
  }
  for (const Id policy : used) {
    const std::vector<ast::Cap>& nodes = builder.model.policies[policy].node->caps;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].digest) add_digest(builder, policy, nodes[i], program.policies[policy].caps[i]);
    }
  }
}

}  // namespace nurture::compile
