// Two handlers for the same, of which the first ends the run, so that the other one, which would end it elsewhere, never gets
// its turn. A `move to` can be refused: as the first it ends nothing for sure. Entry point: handler_conflict().
#include "lint/lints.hpp"
#include "lint/triggers.hpp"

#include <string>
#include <vector>

namespace nurture::lint {

namespace {

struct Ending {
  const ast::Trigger* trigger;
  std::string end;  ///< How the handler means to end the run, "move to x" or "exit x"; empty when it does not.
  bool surely = false;
};

Ending ending_of(const ast::Handler& handler) {
  for (const auto& action : handler.body.actions) {
    if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) return {&handler.trigger, "move to " + move->sequence.text, false};
    if (const auto* exit = std::get_if<ast::ExitAs>(&action.what)) return {&handler.trigger, "exit " + exit->name.text, true};
  }
  return {&handler.trigger, {}, false};
}

}  // namespace

void handler_conflict(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) {
    Earlier earlier(model);
    std::vector<Ending> endings;
    for (const auto& handler : sequence.handlers) {
      const Ending second = ending_of(*handler.node);
      if (second.end.empty()) continue;
      endings.push_back(second);
      const auto found = earlier.add(*second.trigger);
      if (!found || !endings[*found].surely || endings[*found].end == second.end) continue;
      const Ending& first = endings[*found];
      report.add(Finding(Code::handler_conflict, place_of(*second.trigger), quoted(second.end) + " never happens here")
                     .label(place_of(*first.trigger), "answers the same, and first: " + quoted(first.end))
                     .help("make their conditions exclude each other, or take one of them out"),
                 sequence);
    }
  }
}

}  // namespace nurture::lint
