// nurture why: the chain of decisions that led to a message being sent or not, for one lead. The decisions come from a decision
// log, or are made again from the inputs; of the latter the values that conditions asked for are known, too.
#include "cli/chain.hpp"
#include "cli/cli.hpp"
#include "cli/input_file.hpp"
#include "engine/core.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <set>

namespace nurture::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string inputs, log, lead, message, until;
  std::string format = "text";
};

/// Names of the lead's that a condition asks for: `lead.plan`, `score.interest`. What stands in quotes is none.
std::vector<std::string> names_in(std::string_view condition) {
  std::vector<std::string> names;
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; };
  bool quoted = false;
  for (std::size_t i = 0; i < condition.size(); ++i) {
    if (condition[i] == '"') quoted = !quoted;
    if (quoted || !is_part(condition[i])) continue;
    std::size_t end = i;
    while (end < condition.size() && is_part(condition[end])) ++end;
    std::string word(condition.substr(i, end - i));
    static constexpr std::array<std::string_view, 4> kOwners{"lead.", "score.", "tier.", "stage."};
    const bool known = std::any_of(kOwners.begin(), kOwners.end(), [&](std::string_view owner) { return word.starts_with(owner); });
    if (known && std::find(names.begin(), names.end(), word) == names.end()) names.push_back(std::move(word));
    i = end - 1;
  }
  return names;
}

/// What a name stands for in the report of a lead, as JSON.
std::string value_of(const std::string& name, const nlohmann::json& report) {
  const std::size_t dot = name.find('.');
  const std::string owner = name.substr(0, dot);
  const std::string own = name.substr(dot + 1);
  const nlohmann::json none = "not known";
  const auto member = [&](const nlohmann::json& in, const char* key) { return in.is_object() ? in.value(key, none) : none; };
  nlohmann::json value = none;
  if (owner == "lead") value = member(report.value("attributes", nlohmann::json::object()), own.c_str());
  if (owner == "stage") value = member(report.value("stages", nlohmann::json::object()).value(own, none), "stage");
  const nlohmann::json score = report.value("scores", nlohmann::json::object()).value(own, none);
  if (owner == "score") value = member(score, "total");
  if (owner == "tier") value = member(score, "tier");
  return value == none ? std::string("not known") : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Text of a condition, by kind; what people wrote to each other is none.
std::string condition_of(const testing::Row& row) {
  switch (row.kind) {
    case DecisionKind::branch:
    case DecisionKind::wait_ended: return row.name + " " + row.detail;
    case DecisionKind::held:
    case DecisionKind::skipped:
    case DecisionKind::refused:
    case DecisionKind::move_refused: return row.rule;
    case DecisionKind::enrolled: return row.name;
    default: return {};
  }
}

/// Keeps the rows of one lead and those of no lead.
class Watcher final : public Observer {
 public:
  Watcher(const Engine& engine, const std::string& lead) : engine_(engine), lead_(lead) {}
  void on_decision(const Decision& decision) override {
    if (!decision.lead.empty() && decision.lead != lead_) return;
    Logged logged = to_logged(decision);
    const std::vector<std::string> names = names_in(condition_of(logged.row));
    const auto report = names.empty() ? std::nullopt : engine_.inspect(lead_);
    if (report) {
      const auto json = nlohmann::json::parse(to_json(*report));
      for (const std::string& name : names) logged.values.emplace_back(name, value_of(name, json));
    }
    log.push_back(std::move(logged));
  }
  std::vector<Logged> log;

 private:
  const Engine& engine_;
  const std::string& lead_;
};

bool has_lead(const std::vector<Logged>& log) {
  return std::any_of(log.begin(), log.end(), [](const Logged& logged) { return !logged.row.lead.empty(); });
}
bool has_message(const std::vector<Logged>& log, const std::string& message) {
  return std::any_of(log.begin(), log.end(), [&](const Logged& logged) { return logged.row.message == message; });
}

std::vector<std::string> messages_of(const compile::Program& program) {
  std::vector<std::string> names;
  for (const compile::Message& message : program.messages) names.push_back(message.name);
  return names;
}

int answer(const Options& options, const std::vector<Logged>& log, const Question& question, bool is_utc) {
  const Chain chain = tell(log, question);
  const bool is_text = options.format == "text";
  std::fputs((is_text ? to_text(chain, question) : to_lines(chain, question)).c_str(), stdout);
  if (is_text) std::fputs(is_utc ? "\n(times in UTC)\n" : fmt::format("\n(time zones: {})\n", zone_data_version()).c_str(), stdout);
  return kFine;
}

/// Says who can send the message; false, after a message, when the program has none of that name.
bool find_senders(const compile::Program& program, const std::vector<Logged>& log, Question& question) {
  if (question.message.empty()) return true;
  const std::vector<std::string> names = messages_of(program);
  if (std::find(names.begin(), names.end(), question.message) == names.end() && !has_message(log, question.message)) {
    static_cast<void>(cannot_run(fmt::format("there is no message `{}`{}", question.message, meant(question.message, names))));
    return false;
  }
  question.senders = senders_of(program, question.message);
  return true;
}

int from_inputs(const Options& options, const Program& program, Instant until) {
  InputFile file(options.inputs, options.format != "text");
  if (!file.open()) return cannot_run("cannot read `" + options.inputs + "`");
  ManualClock clock{Instant::min()};
  Engine engine{program, clock};
  Watcher watcher(engine, options.lead);
  engine.observe(&watcher);
  std::set<std::string> leads;
  Feeding feeding;
  feeding.until = until;
  feeding.tells_dry_runs = false;
  feeding.seen = [&](const InputLine& line) { leads.insert(line.lead); };
  Instant last = Instant::min();
  const bool fed = feed(file, {{&engine, {}}}, feeding, last);
  file.finish();
  if (!fed) return kCannotRun;
  if (last != Instant::min()) run_on({{&engine, {}}}, last, until);
  Question question{options.lead, options.message, std::nullopt, engine.inspect(options.lead)};
  if (!question.report && !has_lead(watcher.log) && !leads.contains(options.lead)) {
    const std::string words = meant(options.lead, {leads.begin(), leads.end()});
    return cannot_run(fmt::format("`{}` has no lead `{}`{}", options.inputs, options.lead, words));
  }
  if (!find_senders(engine.core().program(), watcher.log, question)) return kCannotRun;
  const int exit = answer(options, watcher.log, question, false);
  return file.problems() > 0 ? static_cast<int>(kFindings) : exit;
}

int from_log(const Options& options, const std::optional<Program>& program, Instant until) {
  InputFile file(options.log, options.format != "text");
  if (!file.open()) return cannot_run("cannot read `" + options.log + "`");
  std::vector<Logged> log;
  std::set<std::string> leads, messages;
  std::string problem;
  while (const auto line = file.next_text()) {
    // What `simulate --format jsonl` says of experiments at its end is no decision.
    if (line->starts_with("{\"experiment\":")) continue;
    auto logged = read_decision(*line, problem);
    if (!logged) {
      file.unreadable(problem, "write the log with `nurture simulate --format jsonl`, or as `to_json(Decision)` does");
      continue;
    }
    if (logged->row.at > until) continue;
    leads.insert(logged->row.lead);
    if (!logged->row.message.empty()) messages.insert(logged->row.message);
    if (logged->row.lead.empty() || logged->row.lead == options.lead) log.push_back(std::move(*logged));
  }
  file.finish();
  if (!has_lead(log)) {
    const std::string words = meant(options.lead, {leads.begin(), leads.end()});
    return cannot_run(fmt::format("`{}` has no row of a lead `{}`{}", options.log, options.lead, words));
  }
  Question question{options.lead, options.message, std::nullopt, std::nullopt};
  if (program) {
    if (!find_senders(*program->graph(), log, question)) return kCannotRun;
  } else if (!options.message.empty() && !messages.contains(options.message)) {
    const std::string words = meant(options.message, {messages.begin(), messages.end()});
    return cannot_run(
        fmt::format("no row of `{}` is about a message `{}`{}\n"
                    "help: name the definition files, too: they say who could have sent it",
                    options.log, options.message, words));
  }
  const int exit = answer(options, log, question, true);
  return file.problems() > 0 ? static_cast<int>(kFindings) : exit;
}

int run(const Options& options) {
  if (!zone_data_is_sound()) return kCannotRun;
  if (options.inputs.empty() == options.log.empty()) {
    return cannot_run("say where the decisions come from: definition files with --inputs FILE, or --log FILE");
  }
  if (options.log.empty() && options.paths.empty()) return cannot_run("--inputs needs the definition files, too");
  const auto until = instant_option(options.until, "--until", Instant::max());
  if (!until) return kCannotRun;
  std::optional<Program> program;
  if (!options.paths.empty()) {
    int exit = kFine;
    program = load_program(options.paths, exit);
    if (!program) return exit;
  }
  return options.log.empty() ? from_inputs(options, *program, *until) : from_log(options, program, *until);
}

}  // namespace

void add_why(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("why", "Why a lead did or did not get a message: the chain of decisions");
  verb->add_option("paths", options->paths, "Definition files or folders");
  verb->add_option("--inputs", options->inputs, "Customer data, one JSON object a line; - is standard input");
  verb->add_option("--log", options->log, "A decision log, one JSON object a line, in place of --inputs; files are then optional");
  verb->add_option("--lead", options->lead, "The lead")->required();
  verb->add_option("--message", options->message, "Only what led to this message; without it, everything about the lead");
  verb->add_option("--until", options->until, "As it was at this instant");
  verb->add_option("--format", options->format, "text or jsonl")->check(CLI::IsMember({"text", "jsonl"}));
  verb->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace nurture::cli
