// Entry points: run(), silence().
#include "lint/lint.hpp"

#include "lint/allowed.hpp"
#include "lint/lints.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace nurture::lint {

namespace {

constexpr std::array<Lint, 22> kLints{loose_end,
                                      endless_loop,
                                      offsets_collide,
                                      offsets_out_of_order,
                                      step_after_end,
                                      branch_without_else,
                                      dead_exit,
                                      wait_past_exit,
                                      handler_conflict,
                                      late_rule_implied,
                                      ping_pong,
                                      reenroll_shorter,
                                      no_unsubscribe_exit,
                                      no_goal,
                                      unbounded_rule,
                                      decay_faster_than_gain,
                                      category_cap_unreachable,
                                      cap_unsatisfiable,
                                      untested_sequence,
                                      unused_segment,
                                      unused_message,
                                      unused_policy};

/// Gives a list other findings. Those that were in it have their notes already, so the sources come back last.
void replace(Diagnostics& list, std::vector<Diagnostic> old, std::vector<Diagnostic> fresh) {
  Diagnostics changed;
  for (Diagnostic& diagnostic : old) changed.add(std::move(diagnostic));
  changed.sources() = std::move(list.sources());
  for (Diagnostic& diagnostic : fresh) changed.add(std::move(diagnostic));
  changed.sort();
  list = std::move(changed);
}

void set_levels(std::vector<Diagnostic>& findings, const Levels& levels) {
  const auto level = [&](const Diagnostic& d) {
    const auto found = levels.find(d.name);
    return found == levels.end() || d.severity == Severity::error ? nullptr : &found->second;
  };
  std::erase_if(findings, [&](const Diagnostic& d) { return level(d) != nullptr && *level(d) == Level::allow; });
  for (Diagnostic& d : findings) {
    const Level* const chosen = level(d);
    if (chosen != nullptr) d.severity = *chosen == Level::deny ? Severity::error : Severity::warning;
  }
}

}  // namespace

const source::CodeInfo* find(std::string_view name_or_number) {
  for (const source::CodeInfo& code : source::all_codes()) {
    if (code.name != name_or_number && code.number != name_or_number) continue;
    return code.severity == Severity::error ? nullptr : &code;
  }
  return nullptr;
}

std::string what_is(std::string_view name) {
  for (const source::CodeInfo& code : source::all_codes()) {
    if (code.name == name || code.number == name) return quoted(name) + " is an error, which nothing can allow";
  }
  return "there is no lint " + quoted(name);
}

std::string_view nearest(std::string_view name) {
  std::vector<std::string_view> names;
  for (const source::CodeInfo& code : source::all_codes()) {
    if (code.name == name || code.number == name) return {};
    if (code.severity != Severity::error) names.push_back(code.name);
  }
  return source::nearest(name, names);
}

void run(const model::Model& model, Diagnostics& diagnostics, const Levels& levels) {
  if (diagnostics.dropped() > 0) return diagnostics.sort();
  const source::SourceMap& sources = std::as_const(diagnostics).sources();
  Allowed allowed(model, sources);
  std::vector<Diagnostic> old = diagnostics.items();
  std::vector<Diagnostic> fresh;
  allowed.take_from(old);
  if (!diagnostics.has_errors()) {
    Report report(sources);
    for (const Lint lint : kLints) lint(model, report);
    fresh = report.take();
    allowed.take_from(fresh);
    for (Diagnostic& diagnostic : allowed.faults()) fresh.push_back(std::move(diagnostic));
  }
  set_levels(old, levels);
  set_levels(fresh, levels);
  // Where there are more than the list keeps, the last are dropped: those of the least weight.
  const auto weighs_more = [](const Diagnostic& a, const Diagnostic& b) { return a.severity < b.severity; };
  std::stable_sort(fresh.begin(), fresh.end(), weighs_more);
  replace(diagnostics, std::move(old), std::move(fresh));
}

void silence(const model::Model& model, Diagnostics& diagnostics) {
  if (diagnostics.dropped() > 0 || diagnostics.items().size() == diagnostics.error_count()) return diagnostics.sort();
  std::vector<Diagnostic> left = diagnostics.items();
  Allowed(model, std::as_const(diagnostics).sources()).take_from(left);
  replace(diagnostics, std::move(left), {});
}

}  // namespace nurture::lint
