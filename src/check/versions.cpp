// Migrations: what they name of the version that is here exists. What they name of the other version only a deployment can
// know. Entry point: check_migrations().
#include "check/passes.hpp"

#include <algorithm>
#include <map>

namespace nurture::check {
namespace {

using model::kNone;

/// As `nurture dump` and the decision log show them.
constexpr std::size_t kVersionDigits = 6;

bool is_version(std::string_view text) {
  return text.size() == kVersionDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Whether the name is that of a family.
bool told_family(Context& context, const ast::Migrate& node) {
  const model::Id family = context.model.find_family(node.name.text);
  if (family == kNone) return false;
  Finding finding(Code::not_in_scope, node.name.span, quoted(node.name.text) + " is a family, and nobody is enrolled in it");
  finding.label(context.model.families[family].node->name.span, "declared here");
  for (const model::Sequence& sequence : context.model.sequences) {
    if (sequence.instance == nullptr || sequence.instance->family.text != node.name.text) continue;
    const std::string line = "`migrate " + sequence.name + " from \"" + node.version.value + "\"`";
    finding.help("say what becomes of those in one of its sequences: " + line);
    break;
  }
  context.add(finding);
  return true;
}

void check_steps(Context& context, const ast::Migrate& node, const model::Sequence& sequence) {
  std::map<std::string_view, Span> seen;
  for (const ast::MigrateStep& step : node.steps) {
    const auto [first, fresh] = seen.try_emplace(step.from.text, step.from.span);
    if (!fresh) {
      context.add(Finding(Code::duplicate_name, step.from.span, quoted(step.from.text) + " goes two ways")
                      .label(first->second, "it goes one way here"));
    }
    if (step.exits || sequence.find_step(step.to.text) != kNone) continue;
    const std::string what = "step of " + quoted(sequence.name) + " called";
    context.unknown(step.to, {what, {}}, sequence.steps);
  }
}

}  // namespace

void check_migrations(Context& context) {
  std::map<std::pair<std::string_view, std::string_view>, Span> seen;
  for (const auto& file : context.model.files) {
    for (const ast::Migrate& node : file->migrations) {
      if (!is_version(node.version.value)) {
        context.add(Finding(Code::not_in_scope, node.version.span, "\"" + node.version.value + "\" is no version of a sequence")
                        .help("a version is six of the digits 0 to 9 and a to f, as `nurture dump` and the decision log show it"));
      }
      const model::Id id = context.model.find_sequence(node.name.text);
      if (id == kNone) {
        if (!told_family(context, node))
          context.unknown(node.name, {"sequence", "sequence " + node.name.text + " { ... }"}, context.model.sequences);
        continue;
      }
      const model::Sequence& sequence = context.model.sequences[id];
      if (sequence.is_triggers) {
        context.add(Finding(Code::not_in_scope, node.name.span, "nobody is at a step of " + quoted(node.name.text))
                        .label(sequence.node->name.span, "these are triggers"));
        continue;
      }
      const auto [first, fresh] = seen.try_emplace({node.name.text, node.version.value}, node.version.span);
      if (!fresh) {
        context.add(
            Finding(Code::duplicate_name, node.version.span, "what becomes of this version is said already").label(first->second, "here"));
      }
      check_steps(context, node, sequence);
    }
  }
}

}  // namespace nurture::check
