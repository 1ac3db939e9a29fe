// nurture fmt: files in canonical form, in place. A file that does not parse, or whose canonical form would not be the
// same tree with the same comments, is left alone.
#include "check/load.hpp"
#include "cli/cli.hpp"
#include "syntax/print.hpp"

#include <cstdio>
#include <iostream>
#include <iterator>

namespace nurture::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  bool check = false;
};

std::optional<std::string> formatted(const std::string& name, std::string text) {
  Diagnostics diagnostics;
  const source::Source& source = diagnostics.sources().add(name, std::move(text));
  auto result = syntax::format(source, diagnostics);
  if (!result) show(diagnostics, "human");
  return result;
}

int run_on_stdin(const Options& options) {
  const std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  const auto result = formatted("stdin.nurture", text);
  if (!result) return kCannotRun;
  if (options.check) return *result == text ? kFine : kFindings;
  std::fputs(result->c_str(), stdout);
  return kFine;
}

int run(const Options& options) {
  if (options.paths.size() == 1 && options.paths[0] == "-") return run_on_stdin(options);
  std::vector<std::string> missing;
  const std::vector<std::string> files = find_files(options.paths, missing, true);
  if (!missing.empty()) return cannot_run("there is no file or folder `" + missing[0] + "`");
  int exit = kFine;
  for (const std::string& path : files) {
    const auto text = check::read_from_disk(path);
    const auto result = text ? formatted(path, *text) : std::nullopt;
    if (!text) static_cast<void>(cannot_run("cannot read `" + path + "`"));
    if (!result) {
      exit = kCannotRun;
      continue;
    }
    if (*result == *text) continue;
    if (options.check) {
      std::printf("%s\n", path.c_str());
      if (exit == kFine) exit = kFindings;
      continue;
    }
    std::string problem;
    if (!write_file(path, *result, problem))
      exit = cannot_run(problem);
    else
      std::printf("formatted %s\n", path.c_str());
  }
  return exit;
}

}  // namespace

void add_fmt(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("fmt", "Write files in canonical form, in place");
  verb->add_option("paths", options->paths, "Files or folders; - reads standard input and writes standard output")->required();
  verb->add_flag("--check", options->check, "Only list the files that would change, and answer 1");
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
