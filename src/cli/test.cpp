// nurture test: runs the tests of files in virtual time; shows failures as timelines; --update writes what happened.
#include "check/load.hpp"
#include "cli/cli.hpp"
#include "cli/record.hpp"
#include "source/source.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"
#include "testing/coverage.hpp"
#include "testing/fuzz.hpp"
#include "testing/run_tests.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>

namespace nurture::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  testing::RunOptions run;
  std::string junit;
  bool update = false;
  bool coverage = false;
  int least_covered = 0;  ///< Per cent.
  testing::FuzzOptions fuzz{0, 1, {}, {}};
  RecordOptions record;
};

std::string place_of(const Diagnostics& diagnostics, const Span& span) {
  return fmt::format("{}:{}", diagnostics.file_name(span), diagnostics.position(span).line);
}

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string junit_report(const std::vector<testing::TestResult>& results, const Diagnostics& diagnostics) {
  const auto failed = std::count_if(results.begin(), results.end(), [](const auto& result) { return !result.passed(); });
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuite name=\"nurture\" tests=\"{}\" failures=\"{}\">\n", results.size(), failed);
  for (const testing::TestResult& result : results) {
    out += fmt::format("  <testcase classname=\"{}\" name=\"{}\" file=\"{}\"", xml(result.subject), xml(result.name),
                       xml(diagnostics.file_name(result.span)));
    if (result.passed()) {
      out += "/>\n";
      continue;
    }
    const testing::Failure& first = result.failures.front();
    out += fmt::format(">\n    <failure message=\"{}\">{}</failure>\n  </testcase>\n", xml("expected " + first.expected),
                       xml(testing::timeline_diff(result, place_of(diagnostics, first.span))));
  }
  return out + "</testsuite>\n";
}

using Failures = std::vector<const testing::Failure*>;

std::string updated_text(const source::Source& source, Failures failures) {
  std::string text(source.text());
  std::sort(failures.begin(), failures.end(), [](const auto* a, const auto* b) { return a->span.begin > b->span.begin; });
  for (const testing::Failure* failure : failures)
    text.replace(failure->span.begin, failure->span.end - failure->span.begin, *failure->rewrite);
  return text;
}

/// Lines of a test, from the words of the text spelling.
std::vector<ast::TestLine> read_lines(const std::string& words) {
  Diagnostics unused;
  const source::Source& source = unused.sources().add("update.nurture", "test \"update\" for update {\n" + words + "\n}");
  return syntax::parse_text(source, unused).tests.at(0).timeline;
}

/// The lines change in the tree, and the whole file is printed in its usual form.
std::string updated_yaml(const source::Source& source, const Failures& failures) {
  Diagnostics unused;
  ast::File file = syntax::parse_yaml(source, unused);
  for (ast::Test& test : file.tests) {
    std::vector<ast::TestLine> timeline;
    for (ast::TestLine& line : test.timeline) {
      const auto failure = std::find_if(failures.begin(), failures.end(), [&](const auto* f) { return f->span.begin == line.span.begin; });
      std::vector<ast::TestLine> lines = failure == failures.end() ? std::vector<ast::TestLine>() : read_lines(*(*failure)->rewrite);
      if (lines.empty()) lines.push_back(line);
      lines.front().comments = line.comments;
      timeline.insert(timeline.end(), lines.begin(), lines.end());
    }
    test.timeline = std::move(timeline);
  }
  return syntax::print_yaml(file);
}

/// Replaces the lines of failed expectations by what happened. False, after a message, when a file cannot be written.
bool update(const std::vector<testing::TestResult>& results, const Diagnostics& diagnostics) {
  std::map<std::uint32_t, Failures> by_file;
  for (const testing::TestResult& result : results) {
    for (const testing::Failure& failure : result.failures) {
      if (failure.rewrite) by_file[failure.span.file].push_back(&failure);
    }
  }
  for (const auto& [file, failures] : by_file) {
    const source::Source& source = diagnostics.sources().at(file);
    const bool yaml = syntax::spelling_of(source.name()) == syntax::Spelling::yaml;
    std::string problem;
    if (!write_file(source.name(), yaml ? updated_yaml(source, failures) : updated_text(source, failures), problem)) {
      cannot_run(problem);
      return false;
    }
    std::printf("updated %s: %zu %s\n", source.name().c_str(), failures.size(), failures.size() == 1 ? "line" : "lines");
  }
  return true;
}

bool can_update(const testing::TestResult& result) {
  return std::any_of(result.failures.begin(), result.failures.end(), [](const testing::Failure& f) { return f.rewrite.has_value(); });
}

/// An updated line can show that the next one is wrong, so until nothing is left that can be updated.
int update_all(const Options& options, std::vector<testing::TestResult> results, const Diagnostics& first) {
  constexpr int kRoundsMost = 100;  // A round brings a test at least one line further.
  const Diagnostics* diagnostics = &first;
  std::optional<Checked> checked;
  for (int round = 0; round < kRoundsMost && std::any_of(results.begin(), results.end(), can_update); ++round) {
    if (!update(results, *diagnostics)) return kCannotRun;
    checked = load_and_check(options.paths);
    if (!checked) return kCannotRun;
    if (checked->diagnostics.has_errors()) {
      show(checked->diagnostics, "human");
      return kFindings;
    }
    diagnostics = &checked->diagnostics;
    results = testing::run_tests(checked->model, Program(compile::compile(checked->model, compile::Tests::include)), options.run);
  }
  const auto passed = std::count_if(results.begin(), results.end(), [](const auto& result) { return result.passed(); });
  const auto failed = static_cast<std::ptrdiff_t>(results.size()) - passed;
  std::fputs(fmt::format("after the update: {} passed, {} failed\n", passed, failed).c_str(), stdout);
  return failed > 0 ? kFindings : kFine;
}

/// False when it is less than asked for.
bool show_coverage(const std::vector<testing::Coverable>& parts, const Diagnostics& diagnostics, int least) {
  std::fputs(testing::coverage_report(parts, diagnostics).c_str(), stdout);
  const int covered = testing::percent_covered(parts);
  if (covered >= least) return true;
  std::printf("coverage is %d %%, `--min` asks for %d %%\n", covered, least);
  return false;
}

std::string counted(std::uint64_t count, const char* one, const char* several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

/// Made-up stories in place of the tests.
int run_fuzz(const Options& options, const model::Model& model, const Program& program) {
  testing::FuzzOptions fuzz = options.fuzz;
  fuzz.filter = options.run.filter;
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  fuzz.progress = [&](const testing::FuzzResult& so_far) {
    if (shows_progress) std::fputs(fmt::format("\r{} of {} sequences\033[K", so_far.sequences, model.sequences.size()).c_str(), stderr);
  };
  const testing::FuzzResult result = testing::fuzz(model, program, fuzz);
  if (shows_progress) std::fputs("\r\033[K", stderr);
  if (result.sequences == 0)
    return cannot_run(fuzz.filter.empty() ? "the files hold no sequence" : "no sequence matches `" + fuzz.filter + "`");
  for (const testing::FuzzFinding& finding : result.findings) {
    std::fputs(
        fmt::format("FAIL {}: {}, in story {}\n     {}\n\n{}\n", finding.sequence, finding.rule, finding.story, finding.words, finding.test)
            .c_str(),
        stdout);
  }
  std::fputs(fmt::format("{} of {}, {}: {} found (seed {})\n", counted(result.stories, "story", "stories"),
                         counted(result.sequences, "sequence", "sequences"), counted(result.sends, "send", "sends"),
                         result.findings.empty() ? "nothing" : std::to_string(result.findings.size()), fuzz.seed)
                 .c_str(),
             stdout);
  return result.findings.empty() ? kFine : kFindings;
}

int run(const Options& options) {
  if (!zone_data_is_sound()) return kCannotRun;
  const auto checked = load_and_check(options.paths);
  if (!checked) return kCannotRun;
  if (checked->diagnostics.has_errors()) {
    show(checked->diagnostics, "human");
    return kFindings;
  }
  const Program program(compile::compile(checked->model, compile::Tests::include));
  if (!options.record.inputs.empty()) {
    RecordOptions record_options = options.record;
    record_options.yaml = syntax::spelling_of(options.paths.front()) == syntax::Spelling::yaml;
    return record(record_options, checked->model, program);
  }
  if (options.fuzz.stories > 0) return run_fuzz(options, checked->model, program);
  testing::Coverage coverage(checked->model, *program.graph());
  testing::RunOptions run_options = options.run;
  if (options.coverage) run_options.watcher = &coverage;
  const std::vector<testing::TestResult> results = testing::run_tests(checked->model, program, run_options);
  std::size_t failed = 0;
  for (const testing::TestResult& result : results) {
    if (result.passed()) continue;
    ++failed;
    const std::string text = testing::timeline_diff(result, place_of(checked->diagnostics, result.failures.front().span));
    std::printf("%s\n", text.c_str());
  }
  std::printf("%zu passed, %zu failed\n", results.size() - failed, failed);
  if (!options.junit.empty()) {
    std::string problem;
    if (!write_file(options.junit, junit_report(results, checked->diagnostics), problem)) return cannot_run(problem);
  }
  if (options.update && failed > 0) return update_all(options, results, checked->diagnostics);
  if (results.empty())
    return cannot_run(options.run.filter.empty() ? "the files hold no test" : "no test matches `" + options.run.filter + "`");
  const bool is_covered = !options.coverage || show_coverage(coverage.parts(), checked->diagnostics, options.least_covered);
  return failed > 0 || !is_covered ? kFindings : kFine;
}

}  // namespace

void add_test(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("test", "Run the tests in files, in virtual time");
  verb->add_option("paths", options->paths, "Files or folders")->required();
  verb->add_option("--filter", options->run.filter, "Only tests whose name or subject contains this");
  CLI::Option* strict = verb->add_flag("--strict", options->run.strict, "Every send must be expected");
  CLI::Option* junit = verb->add_option("--junit", options->junit, "Write a JUnit report to this file");
  CLI::Option* update = verb->add_flag("--update", options->update, "Rewrite failed expectations as what happened");
  CLI::Option* coverage =
      verb->add_flag("--coverage", options->coverage, "Show what the tests reach, and what would reach the rest")->excludes(update);
  verb->add_option("--min", options->least_covered, "Fail when less than so many per cent are covered")
      ->needs(coverage)
      ->check(CLI::Range(0, 100));
  CLI::Option* fuzz = verb->add_option("--fuzz", options->fuzz.stories, "Instead of the tests: so many made-up stories for each sequence")
                          ->check(CLI::Range(1, 1'000'000))
                          ->excludes(coverage);
  verb->add_option("--seed", options->fuzz.seed, "Of the made-up stories: the same seed, the same stories (default 1)")->needs(fuzz);
  CLI::Option* record = verb->add_option("--record", options->record.inputs, "Instead of running tests: write one from this customer data")
                            ->excludes(coverage)
                            ->excludes(fuzz);
  for (CLI::Option* const of_tests : {strict, junit, update}) {
    fuzz->excludes(of_tests);
    record->excludes(of_tests);
  }
  verb->add_option("--for", options->record.sequence, "With --record: of this sequence")->needs(record);
  verb->add_option("--lead", options->record.lead, "With --record: of this lead")->needs(record);
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
