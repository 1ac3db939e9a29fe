// nurture check: parse, types, lints of files and all that they use.
#include "cli/cli.hpp"

#include <cstdio>

namespace nurture::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string format = "human";
  bool deny_warnings = false;
};

int run(const Options& options) {
  if (!zone_data_is_sound()) return kCannotRun;
  const auto checked = load_and_check(options.paths);
  if (!checked) return kCannotRun;
  show(checked->diagnostics, options.format);
  std::size_t warnings = 0;
  for (const Diagnostic& d : checked->diagnostics.items()) warnings += d.severity == Severity::warning ? 1 : 0;
  if (options.format == "human") {
    const std::size_t errors = checked->diagnostics.error_count();
    std::fprintf(stderr, "%zu %s checked: %zu %s, %zu %s\n", checked->model.files.size(),
                 checked->model.files.size() == 1 ? "file" : "files", errors, errors == 1 ? "error" : "errors", warnings,
                 warnings == 1 ? "warning" : "warnings");
  }
  return checked->diagnostics.has_errors() || (options.deny_warnings && warnings > 0) ? kFindings : kFine;
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("check", "Say what is wrong with definition files");
  verb->add_option("paths", options->paths, "Files, or folders that are searched for them")->required();
  verb->add_option("--format", options->format, "human, json or sarif")->check(CLI::IsMember({"human", "json", "sarif"}));
  verb->add_flag("--deny-warnings", options->deny_warnings, "Answer 1 for warnings too");
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
