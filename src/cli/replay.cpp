// nurture replay: the same inputs through two versions of the definitions, side by side, and every lead whose path or messages
// differ. Memory follows the leads that differ, not the lines.
#include "cli/cli.hpp"
#include "cli/compare.hpp"
#include "cli/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace nurture::cli {
namespace {

struct Options {
  std::string old_paths, new_paths, inputs, until;
  std::string format = "text";
};

/// "a.nurture,b.nurture"
std::vector<std::string> split_paths(const std::string& text) {
  std::vector<std::string> paths;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) paths.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return paths;
}

class Side final : public Observer {
 public:
  Side(Comparer& comparer, std::size_t version) : comparer_(comparer), version_(version) {}
  void on_decision(const Decision& decision) override { comparer_.add(version_, decision); }

 private:
  Comparer& comparer_;
  std::size_t version_;
};

void show(const std::vector<LeadDifference>& differences, const Options& options, std::uint64_t leads, std::uint64_t deployments) {
  std::uint64_t in_messages = 0;
  for (const LeadDifference& difference : differences) {
    if (!difference.messages.empty()) ++in_messages;
    std::fputs((options.format == "text" ? to_text(difference) + "\n" : to_json(difference) + "\n").c_str(), stdout);
  }
  if (options.format != "text") return;
  if (deployments > 0) {
    std::fputs(fmt::format("{} {} passed over: each version decides from the first line on\n", deployments,
                           deployments == 1 ? "line that deploys was" : "lines that deploy were")
                   .c_str(),
               stdout);
  }
  std::string counts = "no lead differs";
  if (!differences.empty()) {
    counts = fmt::format("{} of {} {}: {} in messages, {} in the path only", differences.size(), leads,
                         differences.size() == 1 ? "leads differs" : "leads differ", in_messages, differences.size() - in_messages);
  }
  std::fputs(fmt::format("{} (time zones: {})\n", counts, zone_data_version()).c_str(), stdout);
}

int run_both(const Options& options, const Program& old_program, const Program& new_program, Instant until) {
  InputFile file(options.inputs, options.format != "text");
  if (!file.open()) return cannot_run("cannot read `" + options.inputs + "`");
  ManualClock clock{Instant::min()};
  Engine old_engine{old_program, clock};
  Engine new_engine{new_program, clock};
  Comparer comparer;
  Side old_side(comparer, 0), new_side(comparer, 1);
  old_engine.observe(&old_side);
  new_engine.observe(&new_side);
  const std::vector<Fed> engines{{&old_engine, "old"}, {&new_engine, "new"}};
  std::uint64_t deployments = 0;
  Feeding feeding;
  feeding.until = until;
  feeding.deploys = false;
  feeding.tells_dry_runs = false;
  feeding.seen = [&](const InputLine& line) { deployments += line.kind == InputLine::Kind::deploy && !line.dry_run ? 1 : 0; };
  Instant last = Instant::min();
  const bool fed = feed(file, engines, feeding, last);
  file.finish();
  if (!fed) return kCannotRun;
  if (last != Instant::min()) run_on(engines, last, until);
  const std::vector<LeadDifference> differences = comparer.differences();
  show(differences, options, std::max(old_engine.statistics().leads, new_engine.statistics().leads), deployments);
  return differences.empty() && file.problems() == 0 ? kFine : kFindings;
}

int run(const Options& options) {
  if (!zone_data_is_sound()) return kCannotRun;
  const auto until = instant_option(options.until, "--until", Instant::max());
  if (!until) return kCannotRun;
  // A program with errors is no difference: the two could not be compared.
  int exit = kFine;
  const auto old_program = load_program(split_paths(options.old_paths), exit);
  if (!old_program) return kCannotRun;
  const auto new_program = load_program(split_paths(options.new_paths), exit);
  if (!new_program) return kCannotRun;
  return run_both(options, *old_program, *new_program, *until);
}

}  // namespace

void add_replay(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("replay", "Recorded inputs through two versions: every lead that gets something else");
  verb->add_option("old", options->old_paths, "The old definitions: a folder, a file, or several with commas")->required();
  verb->add_option("new", options->new_paths, "The new ones")->required();
  verb->add_option("--inputs", options->inputs, "Customer data, one JSON object a line; - is standard input")->required();
  verb->add_option("--until", options->until, "Stop at this instant");
  verb->add_option("--format", options->format, "text or jsonl")->check(CLI::IsMember({"text", "jsonl"}));
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
