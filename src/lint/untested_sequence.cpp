// A sequence without a test, where others have one: files that hold no tests at all are tested elsewhere, or not yet. One test
// of a family stands for all that is made of it. Entry point: untested_sequence().
#include "lint/lints.hpp"

#include <set>

namespace nurture::lint {

void untested_sequence(const model::Model& model, Report& report) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> tested;  // where they stand
  for (const auto& test : model.tests) {
    if (test.sequence == kNone) continue;
    const Span place = model.sequences[test.sequence].node->name.span;
    tested.emplace(place.file, place.begin);
    if (const auto* instance = model.sequences[test.sequence].instance) {
      const Id family = model.find_family(instance->family.text);
      if (family != kNone) tested.emplace(model.families[family].node->name.span.file, model.families[family].node->name.span.begin);
    }
  }
  if (tested.empty()) return;
  for (const auto& sequence : model.sequences) {
    Span place = sequence.node->name.span;
    const Id family = sequence.instance == nullptr ? kNone : model.find_family(sequence.instance->family.text);
    if (family != kNone) place = model.families[family].node->name.span;
    if (tested.contains({place.file, place.begin}) || !report.is_named(place.file)) continue;
    const std::string& name = family != kNone ? model.families[family].name : sequence.name;
    report.add(Finding(Code::untested_sequence, place, "no test says what " + quoted(name) + " does")
                   .help("add one: `test \"...\" for " + sequence.name + " { ... }`"));
  }
}

}  // namespace nurture::lint
