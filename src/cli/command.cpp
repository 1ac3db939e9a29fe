// The command as a whole: its verbs, its help, its exit codes. Entry point: run_command().
#include "cli/cli.hpp"

#include <cstdio>
#include <exception>

namespace nurture::cli {

int run_command(int argc, const char* const* argv) {
  try {
    CLI::App app{"Customer journeys as files: check, test and dry-run them.", "nurture"};
    app.require_subcommand(1);
    app.set_version_flag("--version", "nurture " NURTURE_VERSION ", time zones " + zone_data_version());
    Action action;
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
