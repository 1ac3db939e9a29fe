// The `nurture` command: what its verbs share, and their entry points. One file per verb; each adds its options to the
// application and answers the exit code: 0 fine, 1 findings, 2 could not run, 3 internal. Entry point: run_command().
#pragma once

#include "check/model.hpp"
#include "compile/program.hpp"

#include <nurture/nurture.hpp>

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nurture::cli {

enum Exit : int { kFine = 0, kFindings = 1, kCannotRun = 2, kInternal = 3 };

/// Set by the verb that was chosen; called after parsing.
using Action = std::function<int()>;

void add_check(CLI::App& app, Action& action);
void add_fmt(CLI::App& app, Action& action);
void add_convert(CLI::App& app, Action& action);
void add_dump(CLI::App& app, Action& action);
void add_test(CLI::App& app, Action& action);
void add_simulate(CLI::App& app, Action& action);
void add_why(CLI::App& app, Action& action);
void add_replay(CLI::App& app, Action& action);
void add_graph(CLI::App& app, Action& action);
void add_eval(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
void add_init(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
void add_man(CLI::App& app, Action& action);

/// The whole command; never throws.
int run_command(int argc, const char* const* argv);

// ---- shared by verbs

/// Definition files named by paths: files as they are, folders searched for *.nurture, *.nurture.yaml and *.nurture.yml,
/// sorted. A path that does not exist is answered in `missing`. Where a folder holds a file in both spellings, `twins`
/// says whether the YAML one counts too: to compile both would declare everything twice.
[[nodiscard]] std::vector<std::string> find_files(const std::vector<std::string>& paths, std::vector<std::string>& missing, bool twins);

/// Files, parsed and checked together with all that they use.
struct Checked {
  Diagnostics diagnostics;
  model::Model model;
  std::vector<std::string> paths;
};
/// nullopt (after a message) when a path does not exist or no definition file was found.
[[nodiscard]] std::optional<Checked> load_and_check(const std::vector<std::string>& paths);

/// The same, compiled; nullopt also, with `exit` said, after findings that are errors.
[[nodiscard]] std::optional<Program> load_program(const std::vector<std::string>& paths, int& exit);

/// Writes diagnostics to standard error, or to standard output in a machine's format ("json", "sarif").
void show(const Diagnostics& diagnostics, const std::string& format);

/// False, after a message, when the installed time-zone data cannot be trusted: then no date is. [S4.9]
[[nodiscard]] bool zone_data_is_sound();

/// "nurture: words" on standard error; answers kCannotRun.
int cannot_run(const std::string& words);

/// An instant that an option gives; `otherwise` when it is empty, nullopt after a message when it is none.
[[nodiscard]] std::optional<Instant> instant_option(const std::string& text, const char* name, Instant otherwise);

/// "; did you mean `ada`?", or nothing when none of the names is near.
[[nodiscard]] std::string meant(std::string_view word, const std::vector<std::string>& names);

/// Colours: only on a terminal, and not when NO_COLOR is set.
[[nodiscard]] bool wants_color(int file_descriptor);

/// Writes a file through a temporary one beside it; false with words when that fails.
[[nodiscard]] bool write_file(const std::string& path, const std::string& text, std::string& problem);

}  // namespace nurture::cli
