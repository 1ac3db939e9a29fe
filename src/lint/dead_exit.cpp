// A goal or an exit of which an earlier one takes all: goals come before exits, and what stands first before what follows.
// Entry point: dead_exit().
#include "lint/lints.hpp"
#include "lint/triggers.hpp"

#include <vector>

namespace nurture::lint {

namespace {

struct End {
  const ast::Name* name;
  const ast::Trigger* trigger;
  std::string what;
};

std::vector<End> ends_of(const ast::Sequence& node) {
  std::vector<End> ends;
  for (const auto& goal : node.goals) ends.push_back({&goal.name, &goal.trigger, "goal"});
  for (const auto& exit : node.exits) ends.push_back({&exit.name, &exit.trigger, "exit"});
  return ends;
}

}  // namespace

void dead_exit(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    Earlier earlier(model);
    const std::vector<End> ends = ends_of(*sequence.node);
    for (const End& end : ends) {
      const auto found = earlier.add(*end.trigger);
      if (!found) continue;
      const End& first = ends[*found];
      report.add(Finding(Code::dead_exit, end.name->span, "nobody leaves by the " + end.what + ' ' + quoted(end.name->text))
                     .label(first.name->span, "this " + first.what + " takes all of them")
                     .help(first.what == end.what ? "write the narrower one first, or take it out" : "take it out: goals come first"),
                 sequence);
    }
  }
}

}  // namespace nurture::lint
