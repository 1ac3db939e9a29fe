// nurture convert: one file in the other spelling, on standard output.
#include "check/load.hpp"
#include "cli/cli.hpp"
#include "syntax/print.hpp"

#include <cstdio>

namespace nurture::cli {
namespace {

struct Options {
  std::string path, to, output;
};

int run(const Options& options) {
  auto text = check::read_from_disk(options.path);
  if (!text) return cannot_run("cannot read `" + options.path + "`");
  Diagnostics diagnostics;
  const source::Source& source = diagnostics.sources().add(options.path, std::move(*text));
  const auto result = syntax::convert(source, options.to == "yaml" ? syntax::Spelling::yaml : syntax::Spelling::text, diagnostics);
  show(diagnostics, "human");
  if (!result) return kCannotRun;
  if (options.output.empty()) {
    std::fputs(result->c_str(), stdout);
    return kFine;
  }
  std::string problem;
  return write_file(options.output, *result, problem) ? static_cast<int>(kFine) : cannot_run(problem);
}

}  // namespace

void add_convert(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("convert", "Write a file in the other spelling");
  verb->add_option("file", options->path)->required();
  verb->add_option("--to", options->to, "yaml or nurture")->required()->check(CLI::IsMember({"yaml", "nurture"}));
  verb->add_option("-o,--output", options->output, "A file instead of standard output");
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
