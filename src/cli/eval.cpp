// nurture eval: one expression and its typed value. Without files it sees no lead; --cel reads it by the Common Expression
// Language's own rules; with definition files and --inputs it is asked about a lead at the end of the data.
#include "cli/cli.hpp"
#include "cli/input_file.hpp"
#include "compile/expression.hpp"
#include "engine/core.hpp"
#include "syntax/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace nurture::cli {
namespace {

struct Options {
  std::string expression;
  bool cel = false;
  std::string now = "2026-01-01T00:00:00Z";
  std::string zone = "UTC";
  std::vector<std::string> files;
  std::string inputs, lead;
};

class NoNames final : public compile::Resolver {
 public:
  std::optional<Load> load(std::string_view) override { return std::nullopt; }
  std::optional<eval::Ref> segment(std::string_view) override { return std::nullopt; }
  std::uint32_t query(const ast::Expr&, std::string_view) override { return 0; }
};
class NothingKnown final : public eval::Environment {
 public:
  eval::Value load(eval::Origin, std::uint32_t) override { return eval::Value::error(eval::Error::unknown_name); }
  eval::Value history(std::uint32_t) override { return eval::Value::error(eval::Error::unknown_name); }
};

std::string_view kind_name(eval::Kind kind) {
  static constexpr std::string_view kNames[] = {"error",    "missing", "null", "bool", "int",  "number", "string", "datetime",
                                                "duration", "period",  "date", "time", "list", "map",    "type"};
  return kNames[static_cast<std::size_t>(kind)];
}

int answer(const eval::Value& value) {
  std::printf("%s\n", value.is_error() ? eval::to_string(value).c_str()
                                       : fmt::format("{}  : {}", eval::to_string(value), kind_name(value.kind)).c_str());
  return value.is_error() ? kFindings : kFine;
}

int evaluate_alone(const Options& options) {
  Diagnostics diagnostics;
  const source::Source& source = diagnostics.sources().add("expression", options.expression);
  const auto size = static_cast<std::uint32_t>(source.text().size());
  const syntax::Profile profile = options.cel ? syntax::Profile::cel : syntax::Profile::nurture;
  const auto tree = syntax::parse_expression(source, 0, size, diagnostics, profile);
  if (!tree) {
    show(diagnostics, "human");
    return kCannotRun;
  }
  NothingKnown environment;
  const auto now = Instant::parse(options.now);
  if (!now) return cannot_run("--now is no instant like 2026-03-02T08:00:00Z");
  environment.now = *now;
  environment.zone = time::find_zone(options.zone);
  if (environment.zone == nullptr) return cannot_run("there is no time zone `" + options.zone + "`");
  eval::Module module;
  NoNames names;
  const eval::Ref ref = compile::lower(*tree, names, module, profile);
  eval::Arena arena;
  return answer(eval::run(module, ref, environment, arena));
}

/// The expression becomes a segment of the files and is asked about a lead at the end of the data.
int evaluate_about_lead(const Options& options) {
  auto checked = load_and_check(options.files);
  if (!checked) return kCannotRun;
  Diagnostics diagnostics = checked->diagnostics;
  const source::Source& source = diagnostics.sources().add("expression", options.expression);
  auto condition = syntax::parse_expression(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics);
  if (!condition) {
    show(diagnostics, "human");
    return kCannotRun;
  }
  auto asked = std::make_shared<ast::File>();
  ast::Segment& segment_asked = asked->segments.emplace_back();
  segment_asked.name.text = "nurture_eval";
  segment_asked.name.span = {source.id(), 0, 0};
  segment_asked.condition = std::move(*condition);
  auto files = checked->model.files;
  files.push_back(std::move(asked));
  const model::Model model = check::check(files, diagnostics);
  if (diagnostics.has_errors()) {
    show(diagnostics, "human");
    return kFindings;
  }
  const Program program(compile::compile(model));
  ManualClock clock{Instant::min()};
  Engine engine{program, clock};
  InputFile file(options.inputs, false);
  if (!file.open()) return cannot_run("cannot read `" + options.inputs + "`");
  Instant last = Instant::min();
  const bool fed = feed(file, engine, {}, Instant::max(), last);
  file.finish();
  if (!fed) return kCannotRun;
  static_cast<void>(engine.step_to(std::max(engine.now(), last)));
  const std::uint32_t lead = engine.core().find_lead(options.lead);
  if (lead == compile::kNone) return cannot_run("the data knows no lead `" + options.lead + "`");
  eval::Arena arena;
  const compile::Id segment = model.find_segment("nurture_eval");
  return answer(
      engine.core().evaluate(program.graph()->module, program.graph()->segments[segment].condition.code, lead, compile::kNone, arena));
}

int run(const Options& options) {
  if (options.files.empty()) return evaluate_alone(options);
  if (options.inputs.empty() || options.lead.empty()) return cannot_run("with files, --inputs and --lead say about whom");
  return evaluate_about_lead(options);
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("eval", "Evaluate one expression");
  verb->add_option("expression", options->expression)->required();
  verb->add_flag("--cel", options->cel, "By the rules of the Common Expression Language");
  verb->add_option("--now", options->now, "What `now` is");
  verb->add_option("--zone", options->zone, "For calendar functions");
  verb->add_option("--files", options->files, "Definition files; the expression is then a condition about a lead");
  verb->add_option("--inputs", options->inputs, "Customer data");
  verb->add_option("--lead", options->lead, "The lead");
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
