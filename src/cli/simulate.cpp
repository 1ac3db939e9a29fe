// nurture simulate: a dry run. Reads customer data line by line, lets the engine decide in virtual time, and shows the
// timeline or the decision log. Memory follows the number of leads, not of lines.
#include "cli/cli.hpp"
#include "cli/input_file.hpp"
#include "engine/core.hpp"
#include "testing/recorder.hpp"
#include "testing/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace nurture::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string inputs, from, until, lead, inspect;
  std::string format = "text";
};

/// Rows for people. A sent message waits for its subject, which its channel sees.
class Timeline final : public Observer {
 public:
  explicit Timeline(const compile::Program& program) : program_(program) {}
  void set_from(Instant from) { from_ = from; }

  void on_decision(const Decision& decision) override {
    flush({});
    const bool shown = decision.at >= from_ && !hidden(decision.kind);
    if (shown) pending_ = testing::to_row(decision);
    // The row of an end still belongs to those that were there; an entry counts at once.
    if (decision.kind == DecisionKind::enrolled) enter(decision);
    if (shown) place_ = place_of(*pending_);
    if (decision.kind == DecisionKind::exited) leave(decision);
    if (decision.kind != DecisionKind::sent) flush({});
  }
  /// `subject` belongs to the row before.
  void flush(const std::string& subject) {
    if (!pending_) return;
    announce_phase();
    const std::string late = pending_->planned == Instant::max() ? "" : "  late";
    std::printf("%-36s %-12s %s%s%s%s\n", testing::when(*pending_).c_str(), pending_->lead.c_str(), testing::words(*pending_).c_str(),
                subject.empty() ? "" : ("  " + testing::quoted_text(subject)).c_str(), place_.c_str(), late.c_str());
    pending_.reset();
  }

 private:
  struct Live {
    std::string sequence;
    std::uint32_t enrolment = 0;
    std::string phase;  ///< Last announced.
  };

  static bool hidden(DecisionKind kind) { return kind == DecisionKind::consent || kind == DecisionKind::wait_ended; }
  static bool shows_step(DecisionKind kind) {
    return kind == DecisionKind::sent || kind == DecisionKind::held || kind == DecisionKind::skipped;
  }

  void enter(const Decision& decision) {
    live_[std::string(decision.lead)].push_back({std::string(decision.sequence), decision.enrolment, {}});
  }
  void leave(const Decision& decision) {
    const auto lead = live_.find(decision.lead);
    if (lead == live_.end()) return;
    std::erase_if(lead->second,
                  [&](const Live& live) { return live.enrolment == decision.enrolment && live.sequence == decision.sequence; });
    if (lead->second.empty()) live_.erase(lead);
  }
  Live* live_of(const testing::Row& row) {
    const auto lead = live_.find(row.lead);
    if (lead == live_.end()) return nullptr;
    const auto found = std::find_if(lead->second.begin(), lead->second.end(),
                                    [&](const Live& live) { return live.enrolment == row.enrolment && live.sequence == row.sequence; });
    return found == lead->second.end() ? nullptr : &*found;
  }

  /// `[step]`, and where the lead is in several sequences at once, or in one several times, `[sequence#enrolment/step]`.
  std::string place_of(const testing::Row& row) const {
    const std::string step = shows_step(row.kind) ? row.step : "";
    const auto lead = live_.find(row.lead);
    const bool alone = lead == live_.end() || lead->second.size() < 2;
    const bool says_so = row.sequence.empty() || row.kind == DecisionKind::enrolled || row.kind == DecisionKind::refused;
    if (alone || says_so) return step.empty() ? "" : fmt::format("  [{}]", step);
    return fmt::format("  [{}#{}{}{}]", row.sequence, row.enrolment, step.empty() ? "" : "/", step);
  }

  void announce_phase() {
    Live* const live = pending_->step.empty() ? nullptr : live_of(*pending_);
    if (live == nullptr) return;
    for (const compile::Sequence& sequence : program_.sequences) {
      if (sequence.name != pending_->sequence) continue;
      for (const compile::Step& step : sequence.steps) {
        if (step.name != pending_->step || step.phase == compile::kNone) continue;
        const std::string& phase = sequence.phases[step.phase];
        if (phase != live->phase) std::printf("\n  %s (%s)\n", phase.c_str(), pending_->lead.c_str());
        live->phase = phase;
        return;
      }
    }
  }

  const compile::Program& program_;
  Instant from_ = Instant::min();
  std::optional<testing::Row> pending_;
  std::string place_;                                           ///< Of the pending row.
  std::map<std::string, std::vector<Live>, std::less<>> live_;  ///< By lead.
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

/// What experiments have counted, and what it means.
void show_experiments(const Engine& engine, bool is_text) {
  for (const Experiment& experiment : engine.experiments()) {
    if (!is_text) {
      std::puts(to_json(experiment).c_str());
      continue;
    }
    const Verdict verdict = judge(experiment);
    std::string out = fmt::format("\nexperiment {} of {}: goal {}\n", experiment.split, experiment.sequence, experiment.goal);
    out += fmt::format("  {:<24} {:>6} {:>10} {:>10} {:>8} {:>10}\n", "arm", "share", "assigned", "reached", "rate", "promoted");
    for (const ExperimentArm& arm : experiment.arms) {
      const double rate = arm.assigned == 0 ? 0 : 100.0 * static_cast<double>(arm.reached) / static_cast<double>(arm.assigned);
      out += fmt::format("  {:<24} {:>5}% {:>10} {:>10} {:>7.1f}% {:>10}\n", arm.name, arm.share, arm.assigned, arm.reached, rate,
                         arm.promoted);
    }
    const auto counts = [](const ExperimentArm& arm) { return arm.assigned != 0; };
    if (std::none_of(experiment.arms.begin(), experiment.arms.end(), counts)) {
      out += "  nothing is known yet: no lead has drawn an arm\n";
      std::fputs(out.c_str(), stdout);
      continue;
    }
    out += fmt::format("  {} leads, certain by {:.1f}% in one look, by {:.1f}% however often one looks",
                       experiment.arms[verdict.leader].name, verdict.certainty * 100, verdict.lasting_certainty * 100);
    out += verdict.ready ? "; ready to be promoted\n" : "; " + verdict.why + "\n";
    if (verdict.is_uneven)
      out += fmt::format("  the arms are uneven: by chance this happens once in {:.0f} times\n", 1 / std::max(verdict.evenness, 1e-12));
    std::fputs(out.c_str(), stdout);
  }
}

int run_inputs(const Options& options, const Program& program, Instant from, Instant until) {
  const bool is_text = options.format == "text";
  InputFile file(options.inputs, !is_text);
  if (!file.open()) return cannot_run("cannot read `" + options.inputs + "`");
  ManualClock clock{Instant::min()};
  Engine engine{program, clock};
  Timeline timeline(*program.graph());
  Lines lines;
  timeline.set_from(from);
  lines.set_from(from);
  if (is_text) {
    engine.observe(&timeline);
    engine.on_send([&](const Message& message) {
      timeline.flush(message.subject());
      return Delivery::accepted();
    });
  } else {
    engine.observe(&lines);
  }
  Instant last = Instant::min();
  const bool fed = feed(file, engine, options.lead, until, last);
  file.finish();
  if (!fed) return kCannotRun;
  if (last != Instant::min()) run_on({{&engine, {}}}, last, until);
  timeline.flush({});
  const Statistics s = engine.statistics();
  if (is_text) {
    std::fputs(fmt::format("\n{} {}, {} {} sent, {} still enrolled, {} held (time zones: {})\n", s.leads, s.leads == 1 ? "lead" : "leads",
                           s.sent, s.sent == 1 ? "message" : "messages", s.live_enrolments, s.held_messages, zone_data_version())
                   .c_str(),
               stdout);
  }
  show_experiments(engine, is_text);
  if (!options.inspect.empty()) {
    const auto report = engine.inspect(options.inspect);
    if (!report) return cannot_run("there is no lead `" + options.inspect + "`");
    std::puts(to_json(*report).c_str());
  }
  return file.problems() > 0 ? kFindings : kFine;
}

int run(const Options& options) {
  if (!zone_data_is_sound()) return kCannotRun;
  int exit = kFine;
  const auto program = load_program(options.paths, exit);
  if (!program) return exit;
  const auto from = instant_option(options.from, "--from", Instant::min());
  const auto until = instant_option(options.until, "--until", Instant::max());
  if (!from || !until) return kCannotRun;
  return run_inputs(options, *program, *from, *until);
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
  verb->add_option("--inspect", options->inspect, "At the end, all that is known of this lead, as JSON");
  verb->add_option("--format", options->format, "text or jsonl")->check(CLI::IsMember({"text", "jsonl"}));
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
