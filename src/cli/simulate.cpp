// nurture simulate: a dry run. Reads customer data line by line, lets the engine decide in virtual time, and shows the
// timeline or the decision log. Memory follows the number of leads, not of lines.
#include "cli/cli.hpp"
#include "engine/core.hpp"
#include "testing/recorder.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <utility>

namespace nurture::cli {
namespace {

/// After the last line a dry run goes on until nothing is planned any more, but no longer than this.
constexpr std::int64_t kHorizonMs = std::int64_t{400} * 86'400'000;
constexpr std::uint64_t kProgressLines = 50'000;
constexpr std::size_t kProblemsShown = 20;

struct Options {
  std::vector<std::string> paths;
  std::string inputs, from, until, lead;
  std::string format = "text";
};

/// Rows for people. A sent message waits for its subject, which its channel sees.
class Timeline final : public Observer {
 public:
  explicit Timeline(const compile::Program& program) : program_(program) {}
  void set_from(Instant from) { from_ = from; }

  void on_decision(const Decision& decision) override {
    flush({});
    if (decision.at < from_ || hidden(decision.kind)) return;
    pending_ = testing::to_row(decision);
    if (decision.kind != DecisionKind::sent) flush({});
  }
  /// `subject` belongs to the row before.
  void flush(const std::string& subject) {
    if (!pending_) return;
    announce_phase();
    const std::string step = pending_->step.empty() || !shows_step(pending_->kind) ? "" : fmt::format("  [{}]", pending_->step);
    const std::string late = pending_->planned == Instant::max() ? "" : "  late";
    std::printf("%-36s %-12s %s%s%s%s\n", testing::when(*pending_).c_str(), pending_->lead.c_str(), testing::words(*pending_).c_str(),
                subject.empty() ? "" : fmt::format("  \"{}\"", subject).c_str(), step.c_str(), late.c_str());
    pending_.reset();
  }

 private:
  static bool hidden(DecisionKind kind) { return kind == DecisionKind::consent || kind == DecisionKind::wait_ended; }
  static bool shows_step(DecisionKind kind) {
    return kind == DecisionKind::sent || kind == DecisionKind::held || kind == DecisionKind::skipped;
  }

  void announce_phase() {
    if (pending_->step.empty()) return;
    for (const compile::Sequence& sequence : program_.sequences) {
      if (sequence.name != pending_->sequence) continue;
      for (const compile::Step& step : sequence.steps) {
        if (step.name != pending_->step || step.phase == compile::kNone) continue;
        const std::string& phase = sequence.phases[step.phase];
        std::string& last = phase_[{pending_->lead, sequence.name}];
        if (phase != last) std::printf("\n  %s (%s)\n", phase.c_str(), pending_->lead.c_str());
        last = phase;
        return;
      }
    }
  }

  const compile::Program& program_;
  Instant from_ = Instant::min();
  std::optional<testing::Row> pending_;
  std::map<std::pair<std::string, std::string>, std::string> phase_;  ///< Last announced, by lead and sequence.
};

class Lines final : public Observer {
 public:
  void set_from(Instant from) { from_ = from; }
  void on_decision(const Decision& decision) override {
    if (decision.at < from_) return;
    const std::string line = to_json(decision) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
  }

 private:
  Instant from_ = Instant::min();
};

/// Feeds the lines of one file to an engine.
class Feed {
 public:
  Feed(Engine& engine, const Options& options, std::uint64_t bytes) : engine_(engine), options_(options), bytes_(bytes) {}

  /// False when the run must stop.
  bool run(std::istream& in, Instant until) {
    std::string line;
    while (std::getline(in, line)) {
      ++number_;
      read_ += line.size() + 1;
      if (number_ % kProgressLines == 0) progress();
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (line.empty()) continue;
      std::string problem;
      const auto input = read_input_line(line, problem);
      if (!input) {
        report(problem);
        continue;
      }
      if (!options_.lead.empty() && input->lead != options_.lead) continue;
      if (input->received > until) break;
      if (!in_order(*input)) return false;
      // Everything of an instant goes in before it is closed.
      if (input->received > last_) static_cast<void>(engine_.step_to({input->received.ms - 1}));
      last_ = std::max(last_, input->received);
      const Status status = post_input(engine_, *input);
      if (!status.ok()) report(status.reason());
    }
    if (shown_progress_) std::fputs("\r\033[K", stderr);
    return true;
  }
  [[nodiscard]] Instant last() const { return last_; }
  [[nodiscard]] std::uint64_t problems() const { return problems_; }

 private:
  bool in_order(const InputLine& input) {
    if (last_ == Instant::min() || input.received >= last_) return true;
    static_cast<void>(
        cannot_run(fmt::format("{}:{}: NUR0803 this line was received at {}, before the line above it ({}); "
                               "sort the file, for example: jq -sc 'sort_by(.receivedAt // .timestamp)[]' {} > sorted.jsonl",
                               options_.inputs, number_, input.received.to_string(), last_.to_string(), options_.inputs)));
    return false;
  }
  void report(const std::string& problem) {
    if (++problems_ <= kProblemsShown)
      std::fprintf(stderr, "%s:%llu: NUR0801 %s; the line is skipped\n", options_.inputs.c_str(), static_cast<unsigned long long>(number_),
                   problem.c_str());
    if (problems_ == kProblemsShown) std::fprintf(stderr, "further lines that cannot be used are only counted\n");
  }
  void progress() {
    if (isatty(STDERR_FILENO) == 0) return;
    shown_progress_ = true;
    const double share = bytes_ == 0 ? 0 : 100.0 * static_cast<double>(read_) / static_cast<double>(bytes_);
    std::fprintf(stderr, "\r%llu lines (%.0f %%)\033[K", static_cast<unsigned long long>(number_), share);
  }

  Engine& engine_;
  const Options& options_;
  std::uint64_t bytes_, read_ = 0, number_ = 0, problems_ = 0;
  Instant last_ = Instant::min();
  bool shown_progress_ = false;
};

std::optional<Instant> instant_option(const std::string& text, const char* name, Instant otherwise) {
  if (text.empty()) return otherwise;
  const auto parsed = time::parse_date_time(text);
  if (!parsed) {
    static_cast<void>(
        cannot_run(fmt::format("{} is \"{}\", which is no date or instant like 2026-03-02 or 2026-03-02T08:00:00Z", name, text)));
    return std::nullopt;
  }
  return parsed->in(*time::utc());
}

/// From the last line until nothing is planned any more.
void run_on(Engine& engine, Instant last, Instant until) {
  const Instant limit = until != Instant::max() ? until : Instant{last.ms + kHorizonMs};
  static_cast<void>(engine.step_to(std::max(engine.now(), std::min(last, limit))));
  while (engine.next_due() <= limit) {
    const Statistics s = engine.statistics();
    if (until == Instant::max() && s.live_enrolments == 0 && s.held_messages == 0) return;
    static_cast<void>(engine.step_to(std::max(engine.now(), engine.next_due())));
  }
}

int run_inputs(const Options& options, const Program& program, Instant from, Instant until) {
  std::ifstream file;
  std::uint64_t bytes = 0;
  if (options.inputs != "-") {
    file.open(options.inputs, std::ios::binary | std::ios::ate);
    if (!file) return cannot_run("cannot read `" + options.inputs + "`");
    bytes = static_cast<std::uint64_t>(file.tellg());
    file.seekg(0);
  }
  ManualClock clock{Instant::min()};
  Engine engine{program, clock};
  Timeline timeline(*program.graph());
  Lines lines;
  timeline.set_from(from);
  lines.set_from(from);
  if (options.format == "jsonl") {
    engine.observe(&lines);
  } else {
    engine.observe(&timeline);
    engine.on_send([&](const Message& message) {
      timeline.flush(message.subject());
      return Delivery::accepted();
    });
  }
  Feed feed(engine, options, bytes);
  if (!feed.run(options.inputs == "-" ? std::cin : file, until)) return kCannotRun;
  if (feed.last() != Instant::min()) run_on(engine, feed.last(), until);
  timeline.flush({});
  const Statistics s = engine.statistics();
  if (options.format == "text") {
    std::printf("\n%llu leads, %llu messages sent, %llu still enrolled, %llu held\n", static_cast<unsigned long long>(s.leads),
                static_cast<unsigned long long>(s.sent), static_cast<unsigned long long>(s.live_enrolments),
                static_cast<unsigned long long>(s.held_messages));
  }
  const std::uint64_t problems = feed.problems();
  if (problems > 0) std::fprintf(stderr, "%llu lines could not be used\n", static_cast<unsigned long long>(problems));
  return problems > 0 ? kFindings : kFine;
}

int run(const Options& options) {
  const auto checked = load_and_check(options.paths);
  if (!checked) return kCannotRun;
  if (checked->diagnostics.has_errors()) {
    show(checked->diagnostics, "human");
    return kFindings;
  }
  const auto from = instant_option(options.from, "--from", Instant::min());
  const auto until = instant_option(options.until, "--until", Instant::max());
  if (!from || !until) return kCannotRun;
  return run_inputs(options, Program(compile::compile(checked->model)), *from, *until);
}

}  // namespace

void add_simulate(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("simulate", "Dry run: what would happen, when and why");
  verb->alias("dry-run");
  verb->add_option("paths", options->paths, "Definition files or folders")->required();
  verb->add_option("--inputs", options->inputs, "Customer data, one JSON object a line; - is standard input")->required();
  verb->add_option("--from", options->from, "Show decisions from this instant on");
  verb->add_option("--until", options->until, "Stop at this instant");
  verb->add_option("--lead", options->lead, "Only this lead");
  verb->add_option("--format", options->format, "text or jsonl")->check(CLI::IsMember({"text", "jsonl"}));
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
