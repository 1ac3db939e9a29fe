// nurture check: parse, types, lints of files and all that they use, and the fixes that can be made.
#include "cli/cli.hpp"
#include "cli/fix.hpp"
#include "lint/lint.hpp"

#include <algorithm>
#include <cstdio>

namespace nurture::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string format = "human";
  std::vector<std::string> allow, warn, deny;
  bool deny_warnings = false;
  bool fix = false;
};

/// False, after a message, when a name is no lint.
bool add_levels(const std::vector<std::string>& names, lint::Level level, lint::Levels& levels) {
  for (const std::string& name : names) {
    const source::CodeInfo* const code = lint::find(name);
    if (code == nullptr) {
      const std::string_view near = lint::nearest(name);
      static_cast<void>(cannot_run(lint::what_is(name) + (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?")));
      return false;
    }
    levels.insert_or_assign(code->name, level);
  }
  return true;
}

/// "2 errors"
std::string counted(std::size_t count, const char* what) { return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s"); }

std::size_t count_of(const Diagnostics& diagnostics, Severity severity) {
  const auto& items = diagnostics.items();
  return static_cast<std::size_t>(std::count_if(items.begin(), items.end(), [&](const Diagnostic& d) { return d.severity == severity; }));
}

int report(const Options& options, const Checked& checked) {
  show(checked.diagnostics, options.format);
  const std::size_t warnings = count_of(checked.diagnostics, Severity::warning);
  const std::size_t notes = count_of(checked.diagnostics, Severity::note);
  if (options.format == "human") {
    const std::string files = counted(checked.model.files.size(), "file") + " checked: ";
    const std::string found = counted(checked.diagnostics.error_count(), "error") + ", " + counted(warnings, "warning");
    std::fprintf(stderr, "%s\n", (files + found + (notes == 0 ? "" : ", " + counted(notes, "note"))).c_str());
  }
  return checked.diagnostics.has_errors() || (options.deny_warnings && warnings > 0) ? kFindings : kFine;
}

int run(Options options) {
  if (!zone_data_is_sound()) return kCannotRun;
  lint::Levels levels;
  options.deny_warnings = options.deny_warnings || std::erase(options.deny, "warnings") > 0;
  const bool known = add_levels(options.allow, lint::Level::allow, levels) && add_levels(options.warn, lint::Level::warn, levels) &&
                     add_levels(options.deny, lint::Level::deny, levels);
  if (!known) return kCannotRun;
  for (std::size_t round = 0;; ++round) {
    auto checked = load_and_check(options.paths);
    if (!checked) return kCannotRun;
    lint::run(checked->model, checked->diagnostics, levels);
    // One fix may make room for another, and one that does not take its finding away is not made for ever.
    constexpr std::size_t kRoundsMax = 200;
    const auto fixed = options.fix && round < kRoundsMax ? apply_fixes(checked->diagnostics) : std::optional<std::size_t>(0);
    if (!fixed) return kCannotRun;
    if (round == kRoundsMax) std::fputs("not all changes have been made: run it again\n", stderr);
    if (*fixed == 0) return report(options, *checked);
  }
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("check", "Say what is wrong with definition files");
  verb->add_option("paths", options->paths, "Files, or folders that are searched for them")->required();
  verb->add_option("--format", options->format, "human, json or sarif")->check(CLI::IsMember({"human", "json", "sarif"}));
  verb->add_option("--allow", options->allow, "Say nothing of this lint; may be given several times")
      ->allow_extra_args(false)
      ->delimiter(',');
  verb->add_option("--warn", options->warn, "Make this lint a warning")->allow_extra_args(false)->delimiter(',');
  verb->add_option("--deny", options->deny, "Make this lint an error, or `warnings`: all of them")->allow_extra_args(false)->delimiter(',');
  verb->add_flag("--deny-warnings", options->deny_warnings, "Answer 1 for warnings too");
  verb->add_flag("--fix", options->fix, "Make the changes that findings offer, in place, and say what is left");
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
