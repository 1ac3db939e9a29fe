// nurture dump: each stage as text, for people who work on nurture and for its golden tests.
#include "check/load.hpp"
#include "cli/cli.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"

#include <cstdio>

namespace nurture::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string stage = "graph";
};

int dump_trees(const std::vector<std::string>& paths) {
  Diagnostics diagnostics;
  for (const std::string& path : paths) {
    auto text = check::read_from_disk(path);
    if (!text) return cannot_run("cannot read `" + path + "`");
    const source::Source& source = diagnostics.sources().add(path, std::move(*text));
    std::fputs(ast::dump(syntax::parse(source, diagnostics)).c_str(), stdout);
  }
  show(diagnostics, "human");
  return diagnostics.has_errors() ? kFindings : kFine;
}

int run(const Options& options) {
  if (options.stage == "ast") return dump_trees(options.paths);
  const auto checked = load_and_check(options.paths);
  if (!checked) return kCannotRun;
  show(checked->diagnostics, "human");
  if (options.stage == "model") std::fputs(model::dump(checked->model).c_str(), stdout);
  if (checked->diagnostics.has_errors()) return kFindings;
  if (options.stage == "graph") std::fputs(compile::dump(*compile::compile(checked->model)).c_str(), stdout);
  return kFine;
}

}  // namespace

void add_dump(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("dump", "Print a stage of compilation as text");
  verb->add_option("paths", options->paths)->required();
  verb->add_option("--stage", options->stage, "ast, model or graph")->check(CLI::IsMember({"ast", "model", "graph"}));
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
