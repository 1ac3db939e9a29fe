// The command as a whole: its verbs, its help, its exit codes. Entry point: run_command().
#include "cli/cli.hpp"

#include "source/codes.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::cli {

namespace {

/// What is wrong with the first word: CLI11 only says that a subcommand is required.
std::string unknown_verb(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining();
  if (words.empty()) return "say what to do, for example `nurture check FILE`";
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands({})) names.push_back(verb->get_name());
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view near = source::nearest(words.front(), candidates);
  const std::string none = "there is no `" + words.front() + "`";
  return near.empty() ? none : none + "; did you mean `" + std::string(near) + "`?";
}

/// CLI11 speaks to those who know it: "paths is required".
std::string failure(const CLI::App* app, const CLI::Error& error) {
  std::string command = "nurture";
  for (const CLI::App* verb : app->get_subcommands({})) {
    if (verb->parsed()) command += " " + verb->get_name();
  }
  std::string what = error.what();
  if (command == "nurture") what = unknown_verb(*app);
  if (what == "paths is required") what = "name a file or a folder";
  return command + ": " + what + "\n`" + command + " --help` tells more\n";
}

}  // namespace

int run_command(int argc, const char* const* argv) {
  try {
    CLI::App app{"Customer journeys as files: check, test and dry-run them.", "nurture"};
    app.require_subcommand(1);
    app.set_version_flag("--version", "nurture " NURTURE_VERSION ", time zones " + zone_data_version());
    app.failure_message(failure);
    Action action;
    add_init(app, action);
    add_check(app, action);
    add_fmt(app, action);
    add_test(app, action);
    add_simulate(app, action);
    add_why(app, action);
    add_replay(app, action);
    add_convert(app, action);
    add_graph(app, action);
    add_dump(app, action);
    add_eval(app, action);
    add_explain(app, action);
    add_completion(app, action);
    add_man(app, action);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? kFine : kCannotRun;
    }
    return action ? action() : static_cast<int>(kCannotRun);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nurture: internal error: %s; please report it\n", error.what());
    return kInternal;
  }
}

}  // namespace nurture::cli
