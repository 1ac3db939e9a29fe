// Runs a case through both engines and compares their logs, sorted by instant, lead and number, line by line. [S1.3]
#include "check/load.hpp"
#include "check/model.hpp"
#include "engine/hash.hpp"
#include "model/case.hpp"
#include "model/host_policy.hpp"
#include "model/host_sink.hpp"
#include "model/random.hpp"
#include "model/reference.hpp"
#include "model/written_out.hpp"
#include "syntax/ast_algorithms.hpp"

#include <nurture/nurture.hpp>

#include <algorithm>
#include <map>
#include <regex>

namespace reference {

namespace {

/// Work after which a run of the engine counts as endless: some programs wake themselves up every millisecond.
constexpr std::uint64_t kWorkMax = 50'000;
/// So many rows of an endless run are compared.
constexpr std::size_t kRowsOfEndless = 500;

class Log final : public nurture::Observer {
 public:
  void on_decision(const nurture::Decision& d) override {
    if (rows.size() < kWorkMax) rows.push_back({d.at, std::string(d.lead), d.number, nurture::to_json(d)});
  }
  std::vector<Row> rows;
};

class Policy final : public nurture::ScoringPolicy {
 public:
  Change on_event(const View& view) override {
    const nurture::Value n = view.field("n");
    const auto* number = std::get_if<std::int64_t>(&n.storage());
    return host_points(view.event, number == nullptr ? 0 : *number);
  }
};

/// Half an hour after it was sent one message in eight turns out to be rejected, as its place and instant decide.
constexpr std::int64_t kRejectedAfterMs = 30 * 60'000;

class Rejections final : public nurture::Observer {
 public:
  explicit Rejections(std::vector<Input>& inputs) : inputs_(inputs) {}
  void on_decision(const nurture::Decision& d) override {
    if (d.kind != nurture::DecisionKind::sent || inputs_.size() > 200) return;
    const auto ms = static_cast<std::uint64_t>(d.at.ms);
    if (nurture::engine::Hasher{}.add(d.lead).add(d.message).add(d.channel).add(ms).finish64() % 8 != 0) return;
    Input answer;
    answer.kind = Input::Kind::delivery;
    answer.at = {d.at.ms + kRejectedAfterMs};
    answer.lead = d.lead;
    answer.name = d.message;
    answer.channel = d.channel;
    answer.other = d.at;
    answer.outcome = Reason::rejected;
    inputs_.push_back(answer);
  }

 private:
  std::vector<Input>& inputs_;
};

/// Behind all rows: what experiments have counted. [S9.2]
Row counts_of(const std::vector<nurture::Experiment>& experiments) {
  std::string text;
  for (const nurture::Experiment& one : experiments) {
    text += one.sequence + '/' + one.split + ", promoted: " + one.promoted;
    for (const nurture::ExperimentArm& arm : one.arms) {
      text += ", " + arm.name + ' ' + std::to_string(arm.assigned) + ' ' + std::to_string(arm.reached) + ' ' + std::to_string(arm.promoted);
    }
    text += '\n';
  }
  return {Instant::max(), {}, 0, text};
}
/// An engine with all that a host brings.
struct Host {
  Host(const nurture::Program& program, const model::Model& model, nurture::Observer& observer) : engine{program, clock}, sink(model) {
    static_cast<void>(engine.scoring(kHostScore, &policy));
    engine.observe(&observer);
    engine.on_send([this](const nurture::Message& m) { return sink(std::string(m.channel.view()), m.key(), m.at); });
  }
  nurture::ManualClock clock{Instant{0}};
  nurture::Engine engine;
  Policy policy;
  HostSink sink;
};

nurture::Scope scope_of(const Input& in) {
  if (!in.channel.empty()) return nurture::Scope::channel(in.channel);
  if (!in.name.empty()) return nurture::Scope::sequence(in.name);
  return in.lead.empty() ? nurture::Scope::all() : nurture::Scope::lead(in.lead);
}

/// A case as both engines read it.
struct Programs {
  struct One {
    nurture::Program program, plain;  ///< The other without families.
    model::Model model;
  };
  One first;
  std::optional<One> second;  ///< That is deployed.
};

/// Posts an input of the case to the engine; what the engine refuses at once is answered with the words.
nurture::Status post(nurture::Engine& engine, const Programs& p, const Input& in) {
  switch (in.kind) {
    case Input::Kind::upsert: return engine.upsert(in.lead, in.fields, in.at);
    case Input::Kind::event:
      return engine.post(
          {.lead = in.lead, .name = in.name, .fields = in.fields, .id = in.id, .occurred_at = in.other, .received_at = in.at});
    case Input::Kind::consent:
      return engine.consent(
          in.lead, in.name,
          {.source = in.words, .channel = in.channel, .granted = in.granted, .confirmed = in.confirmed, .received_at = in.at});
    case Input::Kind::score: return engine.score(in.lead, in.name, in.number, in.at);
    case Input::Kind::delivery: {
      const auto answer = in.outcome == Reason::rejected ? nurture::Delivery::rejected(in.words) : nurture::Delivery::accepted();
      return engine.delivery(in.lead, in.name, in.channel, in.other, answer, in.at);
    }
    case Input::Kind::gap: return engine.gap(in.at, in.other);
    case Input::Kind::pause: return engine.pause(scope_of(in), in.at);
    case Input::Kind::resume: return engine.resume(scope_of(in), in.at);
    case Input::Kind::enroll: return engine.enroll(in.lead, in.name, in.at);
    case Input::Kind::exit: return engine.exit(in.lead, in.name, in.words, in.at);
    case Input::Kind::erase: return engine.erase(in.lead, in.at);
    case Input::Kind::broadcast: return engine.broadcast(in.name, in.at);
    case Input::Kind::promote: return engine.promote(in.name, in.id, in.words, "by the host", in.at);
    case Input::Kind::deploy: {
      using nurture::ExistingLeads;
      return engine.deploy(p.second->program, {.existing_leads = in.granted ? ExistingLeads::enroll : ExistingLeads::ignore, .at = in.at});
    }
    case Input::Kind::refused: break;
  }
  return {};
}

void sort(std::vector<Row>& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return std::tie(a.at, a.lead, a.number) < std::tie(b.at, b.lead, b.number); });
}

/// The rows before the first difference, and both sides of it.
std::string difference(std::vector<Row> expected, std::vector<Row> got) {
  sort(expected);
  sort(got);
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
    const std::string* a = i < expected.size() ? &expected[i].json : nullptr;
    const std::string* b = i < got.size() ? &got[i].json : nullptr;
    if (a != nullptr && b != nullptr && *a == *b) continue;
    std::string text;
    for (std::size_t before = i - std::min(i, kShown); before < i; ++before) text += "           " + expected[before].json + '\n';
    text += "reference: " + (a == nullptr ? std::string("(nothing more)") : *a) + '\n';
    return text + "engine:    " + (b == nullptr ? std::string("(nothing more)") : *b) + '\n';
  }
  return {};
}

/// `tick`: how far one step goes at most; nothing means as far as the case.
std::vector<Row> run_engine(const Programs& p, const Case& c, std::vector<std::string>& refused, std::int64_t tick_ms, bool& endless) {
  Log log;
  Host host(p.first.program, p.first.model, log);
  nurture::Engine& engine = host.engine;
  for (const Input& input : c.inputs) refused.push_back(post(engine, p, input).reason());
  Instant first = c.until;
  for (const Input& input : c.inputs) first = std::min(first, input.at);
  if (tick_ms > 0) {
    for (Instant at = first; at < c.until && !endless; at.ms += tick_ms) endless = engine.step_to(at, kWorkMax).more;
  }
  endless = endless || engine.step_to(c.until, kWorkMax).more;
  if (!endless) log.rows.push_back(counts_of(engine.experiments()));
  return std::move(log.rows);
}

/// The log of a run whose state goes to bytes and back after every seventh input or timer. [S1.3]
std::vector<Row> run_copied(const Programs& p, const Case& c) {
  constexpr std::uint64_t kWork = 7;
  Log log;
  Host host(p.first.program, p.first.model, log);
  nurture::Engine& engine = host.engine;
  for (const Input& input : c.inputs) static_cast<void>(post(engine, p, input));
  while (engine.step_to(c.until, kWork).more) {
    const nurture::Status copied = engine.restore(engine.save());
    if (!copied.ok()) log.rows.push_back({engine.now(), {}, 0, copied.reason()});
    if (!copied.ok()) break;
  }
  log.rows.push_back(counts_of(engine.experiments()));
  return std::move(log.rows);
}

/// One program in eight is spread over several files, which changes nothing.
bool is_spread(const std::string& program) { return nurture::engine::Hasher{}.add(program).finish64() % 8 == 0; }

std::string run_spread(const Programs& p, const std::string& program, const Case& c, const std::vector<Row>& whole) {
  std::vector<nurture::SourceText> texts;
  for (const auto& [name, text] : spread_out(program)) texts.push_back({name, text});
  const auto built = nurture::compile_text(texts);
  if (!built.ok()) return "spread over files it does not compile:\n" + built.diagnostics().render();
  bool endless = false;
  std::vector<std::string> refused;
  Programs spread = p;
  spread.first.program = built.program();
  const std::string found = difference(whole, run_engine(spread, c, refused, 0, endless));
  return found.empty() ? found : "spread over files:\n" + found;
}

/// What a first run sends is rejected in the second.
void add_rejections(const Programs& p, Case& c) {
  std::vector<Input> rejections;
  Rejections observer(rejections);
  Host host(p.first.program, p.first.model, observer);
  for (const Input& input : c.inputs) static_cast<void>(post(host.engine, p, input));
  static_cast<void>(host.engine.step_to(c.until, kWorkMax));
  c.inputs.insert(c.inputs.end(), rejections.begin(), rejections.end());
}

}  // namespace

namespace {

/// The reference knows no families: it is given what they stand for.
std::optional<Programs::One> read(const std::string& text, Verdict& verdict) {
  const auto built = nurture::compile_text("case.nurture", text);
  if (!built.ok()) {
    verdict.diagnostics += built.diagnostics().render();
    return std::nullopt;
  }
  const std::string plain = written_out(text);
  const auto written = nurture::compile_text("case.nurture", plain);
  if (!written.ok()) {
    verdict.difference = "written out it does not compile:\n" + written.diagnostics().render();
    return std::nullopt;
  }
  nurture::Diagnostics diagnostics;
  const auto files = nurture::check::load(
      {"case.nurture"}, [&](const std::string&) { return std::optional(plain); }, diagnostics);
  return Programs::One{built.program(), written.program(), nurture::check::check(files, diagnostics)};
}

/// Versions are known when the first program is compiled: until then each is written as "000000".
std::string with_versions(const std::string& text, const nurture::Program& first) {
  static const std::regex migration("(migrate (\\w+) from \")000000\"");
  std::string out;
  std::string rest = text;
  for (std::smatch found; std::regex_search(rest, found, migration); rest = found.suffix())
    out += found.prefix().str() + found[1].str() + first.version(found[2].str()) + '"';
  return out + rest;
}

/// What the runs of the first program enter is there in the second, and takes what they hand over; else it is not deployed.
bool is_carried(const model::Model& first, const model::Model& second) {
  bool fits = true;
  for (const auto& file : first.files) {
    nurture::ast::for_each_node(*file, [&](const auto& node) {
      using T = std::remove_cvref_t<decltype(node)>;
      if constexpr (std::is_same_v<T, nurture::ast::MoveTo> || std::is_same_v<T, nurture::ast::EnrollIn>) {
        const model::Id target = second.find_sequence(node.sequence.text);
        fits = fits && target != model::kNone;
        for (const auto& argument : node.arguments) {
          const auto is_it = [&](const model::Field& field) { return field.name == argument.name.text; };
          fits = fits && std::any_of(second.sequences[target].accepted.begin(), second.sequences[target].accepted.end(), is_it);
        }
      }
    });
  }
  return fits;
}

}  // namespace

Verdict judge(const Case& given) {
  Verdict verdict;
  Case c = given;
  const std::string text = c.program();
  std::optional<Programs::One> first = read(text, verdict);
  std::optional<Programs::One> second = first && c.deploys() ? read(with_versions(c.second(), first->program), verdict) : std::nullopt;
  verdict.compiles = first && second.has_value() == c.deploys();
  verdict.compiles = verdict.compiles && (!second || is_carried(first->model, second->model));
  if (!verdict.compiles || !verdict.difference.empty()) return verdict;
  const Programs programs{std::move(*first), std::move(second)};

  bool endless = false;
  std::vector<std::string> refused;
  add_rejections(programs, c);
  std::vector<Row> got = run_engine(programs, c, refused, 0, endless);
  if (endless && got.empty()) {
    verdict.difference = "the engine does not come to an end and says nothing\n";
    return verdict;
  }
  // At one instant a lead does little, so it cannot hold up the clock. [S2.7]
  if (endless && got.size() > kRowsOfEndless && got[got.size() - kRowsOfEndless].at == got.back().at) {
    verdict.difference = "the engine does not come to the end of " + got.back().at.to_string() + ": " + got.back().json + '\n';
    return verdict;
  }
  if (endless) {  // The reference says whether it should be: both run up to an instant at which much has happened.
    c.until = {got[std::min(got.size() - 1, kRowsOfEndless)].at.ms - 1};
    std::erase_if(c.inputs, [&](const Input& input) { return input.at > c.until; });
    refused.clear();
    endless = false;
    got = run_engine(programs, c, refused, 0, endless);
  }
  verdict.rows = got.size();
  Reference expected(programs.first.model, programs.first.plain);
  if (programs.second) expected.brings(programs.second->model, programs.second->plain);
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    Input input = c.inputs[i];
    if (!refused[i].empty()) input.kind = Input::Kind::refused, input.words = refused[i];
    expected.post(std::move(input));
  }
  expected.run_to(c.until);
  std::vector<Row> wanted = expected.log();
  wanted.push_back(counts_of(expected.experiments()));
  verdict.difference = difference(std::move(wanted), got);
  if (!verdict.difference.empty()) return verdict;

  constexpr std::int64_t kTickMs = 7 * 3'600'000 + 1;
  refused.clear();
  verdict.difference = difference(got, run_engine(programs, c, refused, kTickMs, endless));
  if (!verdict.difference.empty()) verdict.difference = "in ticks of seven hours:\n" + verdict.difference;
  if (!verdict.difference.empty()) return verdict;
  verdict.difference = difference(got, run_copied(programs, c));
  if (!verdict.difference.empty()) verdict.difference = "with its state to bytes and back:\n" + verdict.difference;
  if (!verdict.difference.empty() || programs.second || !is_spread(text)) return verdict;
  verdict.difference = run_spread(programs, text, c, got);
  return verdict;
}

}  // namespace reference
