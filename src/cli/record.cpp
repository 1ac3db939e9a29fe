// See record.hpp. The inputs go through an engine as they are, which says which arms the lead drew; then what a test can say of them
// goes through the sequence alone, as the test will, which says what to expect.
#include "cli/record.hpp"

#include "cli/input_file.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"
#include "testing/script.hpp"
#include "testing/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

namespace nurture::cli {
namespace {

using model::Id;
using model::kNone;
using testing::Literals;
using testing::Row;
using testing::Story;
using testing::StoryLine;

/// As far as a plan goes on behind the last line.
constexpr std::int64_t kRunOnMs = std::int64_t{400} * 86'400'000;

std::string literal(const Value& value) {
  struct Print {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool yes) const { return yes ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return testing::quoted_text(text); }
    std::string operator()(Instant at) const { return testing::quoted_text(at.to_string()); }
    std::string operator()(const Value::List& list) const {
      std::string items;
      for (const Value& item : list) items += (items.empty() ? "" : ", ") + literal(item);
      return "[" + items + "]";
    }
  };
  return std::visit(Print{}, value.storage());
}

/// Those that are declared and known; of two with one name the later.
Literals declared(const Fields& fields, const std::vector<model::Field>& known) {
  Literals literals;
  for (const auto& [name, value] : fields) {
    std::erase_if(literals, [&, &own = name](const auto& literal) { return literal.first == own; });
    const bool is_known =
        std::any_of(known.begin(), known.end(), [&, &own = name](const model::Field& field) { return field.name == own; });
    if (is_known && !value.is_null()) literals.emplace_back(name, literal(value));
  }
  return literals;
}

class Recording {
 public:
  Recording(const model::Model& model, const model::Sequence& sequence) : model_(model) { story_.subject = sequence.name; }

  void take(const InputLine& input) {
    using Kind = InputLine::Kind;
    switch (input.kind) {
      case Kind::identify: return identify(input);
      case Kind::track: return track(input);
      case Kind::consent: return consent(input);
      case Kind::pause: return halt(input, "pause");
      case Kind::resume: return halt(input, "resume");
      case Kind::erase: return add(input.received, "erase");
      case Kind::broadcast:
        if (input.name == story_.subject) add(input.received, "broadcast " + input.name);
        return;
      case Kind::promote:
        if (input.sequence == story_.subject) add(input.received, fmt::format("promote {} = {}", input.split, input.arm));
        return;
      case Kind::enroll: return leave_out(input, "an entry by the host, for which a test has no line");
      case Kind::exit: return leave_out(input, "an exit by the host, for which a test has no line");
      case Kind::deploy: return leave_out(input, "a deployment, for which a test has no line");
    }
  }

  void give(const std::string& given) { story_.givens.push_back(given); }
  [[nodiscard]] const Story& story() const { return story_; }

 private:
  /// Tests count in whole seconds.
  void add(Instant at, std::string words, Literals values = {}) {
    story_.lines.push_back({{at.ms - at.ms % 1000}, std::move(words), std::move(values)});
  }
  static void leave_out(const InputLine& input, std::string_view what) {
    std::fputs(fmt::format("nurture: left out at {}: {}\n", input.received.to_string(), what).c_str(), stderr);
  }

  /// What is known before anything happens is given.
  void identify(const InputLine& input) {
    for (auto& [name, value] : declared(input.traits, model_.lead)) {
      if (!story_.lines.empty()) {
        add(input.received, fmt::format("set lead.{} = {}", name, value));
        continue;
      }
      std::erase_if(story_.lead, [&, &own = name](const auto& literal) { return literal.first == own; });
      story_.lead.emplace_back(name, value);
    }
  }
  void consent(const InputLine& input) {
    if (!input.consent.channel.empty() || !input.consent.confirmed)
      return leave_out(input, "a consent for one channel or unconfirmed, for which a test has no line");
    if (story_.lines.empty() && input.consent.granted) return give("consent " + input.category);
    add(input.received, "consent " + input.category + (input.consent.granted ? "" : " withdrawn"));
  }
  void track(const InputLine& input) {
    const auto found = std::find_if(model_.events.begin(), model_.events.end(), [&](const model::Event& event) {
      return event.name == input.event.name || event.external == input.event.name;
    });
    if (found == model_.events.end()) return leave_out(input, "`" + input.event.name + "`, which is not declared");
    add(input.received, "event " + found->name, declared(input.event.fields, found->fields));
  }
  void halt(const InputLine& input, const char* verb) {
    switch (input.scope.kind) {
      case Scope::Kind::all: return add(input.received, verb);
      case Scope::Kind::channel: return add(input.received, fmt::format("{} channel {}", verb, input.scope.name));
      case Scope::Kind::lead: return add(input.received, fmt::format("{} lead", verb));
      case Scope::Kind::sequence:
        if (input.scope.name == story_.subject) add(input.received, fmt::format("{} sequence {}", verb, input.scope.name));
        return;
    }
  }

  const model::Model& model_;
  Story story_;
};

/// What a test says of a row; empty where it says nothing.
std::string expectation_of(const Row& row, const Story& story) {
  if (row.sequence != story.subject) return {};
  switch (row.kind) {
    case DecisionKind::sent: return fmt::format("send {} by {}", row.message, row.channel);
    case DecisionKind::held:
      return row.message.empty() || row.until == Instant::max() || row.until.ms % 1000 != 0
                 ? std::string()
                 : fmt::format("held {} until {}", row.message, testing::instant_text(row.until));
    case DecisionKind::skipped:
      return row.message.empty() ? std::string() : fmt::format("skipped {} because {}", row.message, to_string(row.reason));
    case DecisionKind::goal: return "goal " + row.name;
    case DecisionKind::exited: return row.name == "moved" ? std::string() : "exit " + row.name;
    case DecisionKind::moved: return "moved to " + row.name;
    case DecisionKind::notified: return "notified " + row.name;
    case DecisionKind::task: return "task " + row.name;
    default: return {};
  }
}

/// Whether `nothing more` would count it.
bool counts(DecisionKind kind) {
  return kind == DecisionKind::sent || kind == DecisionKind::notified || kind == DecisionKind::task || kind == DecisionKind::joined ||
         kind == DecisionKind::left;
}

/// The story with what comes of it.
std::string with_expectations(const model::Model& model, const Program& program, Id sequence, const Story& story, const std::string& name) {
  Diagnostics unused;
  const ast::File file = syntax::parse_text(unused.sources().add("record.nurture", testing::print_story(story, name)), unused);
  testing::RunOptions options;
  options.run_on_ms = kRunOnMs;
  const auto run = testing::Script(model, program, {&file.tests.at(0), sequence, kNone}, kNone, options).run();
  std::vector<StoryLine> expectations;
  bool told_all = run.end.has_value();
  for (const Row& row : run.rows) {
    if (row.claimed) continue;  // by what is given
    const std::string words = expectation_of(row, story);
    if (!words.empty()) expectations.push_back({row.at, "expect " + words, {}});
    told_all = told_all && (!words.empty() || !counts(row.kind));
  }
  const auto ended = [](const LeadReport::Run& live) { return live.state == "ended"; };
  told_all = told_all && std::all_of(run.end->runs.begin(), run.end->runs.end(), ended);
  std::string text = testing::print_story(story, name, expectations);
  if (told_all) text.insert(text.size() - 2, "  expect nothing more\n");
  return text;
}

/// What only the lead's own name decides.
class Drawn final : public Observer {
 public:
  explicit Drawn(std::string sequence) : sequence_(std::move(sequence)) {}
  void on_decision(const Decision& d) override {
    if (d.sequence != sequence_) return;
    if (d.kind == DecisionKind::split) givens.insert(fmt::format("split {} = {}", d.name, d.detail));
    if (d.kind == DecisionKind::skipped && d.reason == Reason::holdout) givens.insert("holdout");
  }
  std::set<std::string> givens;

 private:
  std::string sequence_;
};

/// The sequence that is asked for, or the only one.
Id find_sequence(const RecordOptions& options, const model::Model& model) {
  std::vector<std::string> names;
  for (const model::Sequence& sequence : model.sequences) names.push_back(sequence.name);
  if (options.sequence.empty() && names.size() == 1) return 0;
  const Id id = model.find_sequence(options.sequence);
  if (options.sequence.empty())
    cannot_run("the files hold " + std::to_string(names.size()) + " sequences; say of which the test is, with `--for`");
  else if (id == kNone)
    cannot_run("there is no sequence `" + options.sequence + "`" + meant(options.sequence, names));
  return id;
}

}  // namespace

int record(const RecordOptions& options, const model::Model& model, const Program& program) {
  const Id id = find_sequence(options, model);
  if (id == kNone) return kCannotRun;
  InputFile file(options.inputs, false);
  if (!file.open()) return cannot_run("cannot read `" + options.inputs + "`");
  Recording recording(model, model.sequences[id]);
  Drawn drawn(model.sequences[id].name);
  ManualClock clock{Instant::min()};
  Engine engine{program, clock};
  engine.observe(&drawn);
  std::set<std::string> leads;
  Feeding feeding{.lead = options.lead, .deploys = false};
  feeding.seen = [&](const InputLine& input) {
    if (!input.lead.empty()) leads.insert(input.lead);
    recording.take(input);
  };
  Instant last = Instant::min();
  const bool fed = feed(file, {{&engine, {}}}, feeding, last);
  file.finish();
  if (!fed) return kCannotRun;
  if (leads.empty()) return cannot_run(options.lead.empty() ? "the data is about no lead" : "there is no lead `" + options.lead + "`");
  if (leads.size() > 1) return cannot_run(fmt::format("the data is about {} leads; say of which the test is, with `--lead`", leads.size()));
  run_on({{&engine, {}}}, last, Instant::max());
  if (recording.story().lines.empty()) return cannot_run("nothing happens to the lead but what a test is given");
  for (const std::string& given : drawn.givens) recording.give(given);
  const std::string name = *leads.begin() + ", as it was";
  const std::string text = with_expectations(model, program, id, recording.story(), name);
  Diagnostics diagnostics;
  const ast::File made = syntax::parse_text(diagnostics.sources().add("record.nurture", text), diagnostics);
  std::fputs((options.yaml ? syntax::print_yaml(made) : syntax::print_text(made)).c_str(), stdout);
  return file.problems() > 0 ? kFindings : kFine;
}

}  // namespace nurture::cli
