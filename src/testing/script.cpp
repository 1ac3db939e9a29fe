// See script.hpp: feeding. Lines are fed at their instants; what is expected at an instant is asked after everything of
// that instant was done. Comparing stands in outcomes.cpp.
#include "testing/script.hpp"

#include "compile/expression.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"

#include <algorithm>

namespace nurture::testing {
namespace {

/// Where a test begins that names no date of its own.
constexpr std::int64_t kDefaultStartMs = 1'767'600'000'000;  // 2026-01-05T08:00:00Z, a Monday
constexpr const char* kLead = "test";

/// Literals name nothing.
class NoNames final : public compile::Resolver {
 public:
  std::optional<Load> load(std::string_view) override { return std::nullopt; }
  std::optional<eval::Ref> segment(std::string_view) override { return std::nullopt; }
  std::uint32_t query(const ast::Expr&, std::string_view) override { return 0; }
};
class NothingKnown final : public eval::Environment {
 public:
  eval::Value load(eval::Origin, std::uint32_t) override { return eval::Value::missing(); }
  eval::Value history(std::uint32_t) override { return eval::Value::missing(); }
};

Scope scope_of(const ast::FeedPause& pause) {
  using What = ast::FeedPause::What;
  switch (pause.what) {
    case What::all: return Scope::all();
    case What::sequence: return Scope::sequence(pause.name->text);
    case What::channel: return Scope::channel(pause.name->text);
    case What::lead: return Scope::lead(kLead);
  }
  return Scope::all();
}

const ast::GivenLead* given_lead(const ast::Test& test) {
  for (const ast::Given& given : test.givens) {
    if (const auto* lead = std::get_if<ast::GivenLead>(&given.what)) return lead;
  }
  return nullptr;
}

/// The zone that the given lead declares: it decides what a wall time in the test means.
const time::Zone* zone_of_lead(const ast::Test& test, const Program& program) {
  const ast::GivenLead* lead = given_lead(test);
  const auto* args = lead == nullptr ? nullptr : &lead->values.args;
  for (std::size_t i = 0; args != nullptr && i + 1 < args->size(); i += 2) {
    if ((*args)[i].text == "tz") {
      if (const time::Zone* zone = time::find_zone((*args)[i + 1].text)) return zone;
    }
  }
  const time::Zone* zone = program.graph()->zone;
  return zone == nullptr ? time::utc() : zone;
}

EngineOptions options_for(const model::Test& test, const model::Model& model) {
  EngineOptions options;
  options.project = "test";
  options.only_sequences.emplace();
  if (test.sequence != model::kNone) options.only_sequences->push_back(model.sequences[test.sequence].name);
  options.holdout = false;  // Whom the hash takes is no matter of a test: it says so.
  for (const ast::Given& given : test.node->givens) {
    if (std::holds_alternative<ast::GivenHoldout>(given.what)) options.holdout = true;
    if (const auto* split = std::get_if<ast::GivenSplit>(&given.what))
      options.forced_splits.emplace_back(split->split.text, split->arm.text);
  }
  return options;
}

}  // namespace

Script::Script(const model::Model& model, const Program& program, const model::Test& declared, compile::Id test, const RunOptions& options)
    : model_(model),
      program_(program),
      test_(test),
      options_(options),
      declared_(declared),
      zone_(zone_of_lead(*declared_.node, program)),
      clock_(Instant{kDefaultStartMs}) {
  for (const ast::TestLine& line : declared_.node->timeline) {
    if (!line.at || line.at->kind != ast::Instant::Kind::absolute) continue;
    clock_.set(resolve(*line.at));
    break;
  }
  engine_ = std::make_unique<Engine>(program, clock_, options_for(declared_, model));
  engine_->observe(&recorder_);
  if (options.watcher != nullptr) engine_->observe(options.watcher);
  result_.name = declared_.node->name.value;
  result_.subject = declared_.node->subject.text;
  result_.span = declared_.node->span;
  previous_ = clock_.now();
}

Value Script::literal(const ast::Expr& expression) const {
  eval::Module module;
  NoNames names;
  const eval::Ref ref = compile::lower(expression, names, module);
  NothingKnown environment;
  environment.zone = zone_;
  environment.now = previous_;
  eval::Arena arena;
  return engine::to_host(eval::run(module, ref, environment, arena));
}

Fields Script::literal_fields(const ast::Expr& map) const {
  Fields fields;
  for (std::size_t i = 0; i + 1 < map.args.size(); i += 2) fields.emplace_back(map.args[i].text, literal(map.args[i + 1]));
  return fields;
}

/// What is given holds a millisecond before the first line, so that nothing of it competes with the line.
void Script::give() {
  const Instant before{clock_.now().ms - 1};
  const ast::GivenLead* lead = given_lead(*declared_.node);
  const Status status = engine_->upsert(kLead, lead == nullptr ? Fields{} : literal_fields(lead->values), before);
  if (!status.ok()) result_.failures.push_back({declared_.node->span, "a lead as given", status.reason(), before, {}});
  for (const ast::Given& given : declared_.node->givens) {
    if (const auto* consent = std::get_if<ast::GivenConsent>(&given.what)) {
      for (const ast::Name& category : consent->categories)
        static_cast<void>(engine_->consent(kLead, category.text, {.source = "test", .received_at = before}));
    } else if (const auto* score = std::get_if<ast::GivenScore>(&given.what)) {
      static_cast<void>(engine_->score(kLead, score->score.text, static_cast<double>(score->value.value), before));
    }
  }
  step_to(before);
  for (Row& row : recorder_.rows) {
    if (row.kind == DecisionKind::input_refused)
      result_.failures.push_back({declared_.node->span, "a lead as given", row.detail, before, {}});
    row.claimed = true;
  }
}

Instant Script::resolve(const ast::Instant& instant) const {
  if (instant.kind == ast::Instant::Kind::absolute) {
    const auto parsed = time::parse_date_time(instant.date_time.text);
    return parsed ? parsed->in(*zone_) : previous_;
  }
  if (instant.kind == ast::Instant::Kind::relative) {
    const bool back = !instant.offset.text.empty() && instant.offset.text.front() == '-';
    const time::Period period{static_cast<std::int32_t>(instant.offset.months), static_cast<std::int32_t>(instant.offset.days),
                              instant.offset.seconds * 1000};
    return time::add(previous_, period, *zone_, back ? -1 : 1);
  }
  // Days count from the entry into the sequence under test, or from the first line when it is a score.
  Instant base = previous_;
  const engine::Core& core = engine_->core();
  const std::uint32_t lead = core.find_lead(kLead);
  std::uint32_t enrolment = compile::kNone;
  if (declared_.sequence != model::kNone && lead != compile::kNone) enrolment = core.last_enrolment(lead, declared_.sequence);
  if (enrolment != compile::kNone) base = {core.enrolment(enrolment).enrolled_ms};
  const std::int32_t day = zone_->to_local(base).day() + static_cast<std::int32_t>(instant.day) - first_day();
  return time::at(day, instant.time.minutes * 60, *zone_);
}

/// What the day of the entry is called.
std::int32_t Script::first_day() const {
  return declared_.sequence == model::kNone ? 0 : program_.graph()->sequences[declared_.sequence].first_day;
}

Instant Script::next_timed(std::size_t index) const {
  for (std::size_t i = index + 1; i < declared_.node->timeline.size(); ++i) {
    if (declared_.node->timeline[i].at) return resolve(*declared_.node->timeline[i].at);
  }
  return Instant::max();
}

TestResult Script::run() {
  give();
  const auto& timeline = declared_.node->timeline;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    const ast::TestLine& line = timeline[i];
    const Instant at = line.at ? std::max(resolve(*line.at), previous_) : previous_;
    const auto* outcome = std::get_if<ast::Outcome>(&line.what);
    // Inputs go in before their instant is closed, expectations are asked after.
    const Instant until = outcome != nullptr ? at : Instant{at.ms - 1};
    if (until >= engine_->now()) step_to(until);
    clock_.set(std::max(clock_.now(), at));
    previous_ = at;
    if (outcome != nullptr)
      expect(line, *outcome, i);
    else
      feed(line, at);
    if (options_.copy_every != 0 && (i + 1) % options_.copy_every == 0) copy(line);
  }
  step_to(std::max(engine_->now(), previous_));
  for (const Row& row : recorder_.rows) {
    // An error in an expression is a fault of the sequence, whatever the test expects.
    if (row.kind == DecisionKind::evaluation_error) result_.failures.push_back({declared_.node->span, "no errors", words(row), row.at, {}});
    if (options_.strict && row.kind == DecisionKind::sent && !row.claimed) {
      result_.failures.push_back({declared_.node->span, "no other send", words(row), row.at, {}});
    }
  }
  if (options_.run_on_ms != 0) {
    step_to({engine_->now().ms + options_.run_on_ms});
    result_.end = engine_->core().inspect(kLead);
    result_.end_at = engine_->now();
  }
  result_.rows = recorder_.rows;
  return std::move(result_);
}

/// From due instant to due instant, where somebody wants to look at each.
void Script::step_to(Instant until) {
  Watcher* watcher = options_.watcher;
  while (watcher != nullptr && engine_->next_due() < until) {
    static_cast<void>(engine_->step_to(std::max(engine_->next_due(), engine_->now())));
    watcher->look(engine_->core(), declared_);
  }
  static_cast<void>(engine_->step_to(until));
  if (watcher != nullptr) watcher->look(engine_->core(), declared_);
}

void Script::copy(const ast::TestLine& line) {
  const Status status = engine_->restore(engine_->save());
  if (!status.ok()) result_.failures.push_back({line.span, "the state as bytes and back", status.reason(), previous_, {}});
}

void Script::feed(const ast::TestLine& line, Instant at) {
  if (const auto* event = std::get_if<ast::FeedEvent>(&line.what)) {
    Event input{kLead, event->name.text, event->values ? literal_fields(*event->values) : Fields{}, {}, {}, at};
    const Status status = engine_->post(input);
    if (!status.ok()) result_.failures.push_back({line.span, "event " + event->name.text, status.reason(), at, {}});
  } else if (const auto* set = std::get_if<ast::FeedSet>(&line.what)) {
    const std::string name(ast::lead_field_name(set->name.text));
    const Status status = engine_->upsert(kLead, {{name, literal(set->value)}}, at);
    if (!status.ok()) result_.failures.push_back({line.span, "set " + name, status.reason(), at, {}});
  } else if (const auto* consent = std::get_if<ast::FeedConsent>(&line.what)) {
    static_cast<void>(
        engine_->consent(kLead, consent->category.text, {.source = "test", .granted = !consent->withdrawn, .received_at = at}));
  } else if (const auto* delivery = std::get_if<ast::FeedDelivery>(&line.what)) {
    deliver(*delivery, at);
  } else if (const auto* gap = std::get_if<ast::FeedGap>(&line.what)) {
    const time::Period period{static_cast<std::int32_t>(gap->duration.months), static_cast<std::int32_t>(gap->duration.days),
                              gap->duration.seconds * 1000};
    static_cast<void>(engine_->gap(at, time::add(at, period, *zone_)));
  } else if (const auto* pause = std::get_if<ast::FeedPause>(&line.what)) {
    static_cast<void>(engine_->pause(scope_of(*pause), at));
  } else if (const auto* resume = std::get_if<ast::FeedResume>(&line.what)) {
    static_cast<void>(engine_->resume(scope_of(*resume), at));
  } else if (std::holds_alternative<ast::FeedErase>(line.what)) {
    static_cast<void>(engine_->erase(kLead, at));
  } else if (const auto* broadcast = std::get_if<ast::FeedBroadcast>(&line.what)) {
    static_cast<void>(engine_->broadcast(broadcast->name.text, at));
  } else if (const auto* promote = std::get_if<ast::FeedPromote>(&line.what)) {
    static_cast<void>(engine_->promote(result_.subject, promote->split.text, promote->arm.text, "by the test", at));
  }
}

/// The channel reports on the last send of the message.
void Script::deliver(const ast::FeedDelivery& what, Instant at) {
  for (auto row = recorder_.rows.rbegin(); row != recorder_.rows.rend(); ++row) {
    if (row->kind != DecisionKind::sent || row->message != what.message.text) continue;
    const bool bounced = what.result == ast::FeedDelivery::Result::bounced;
    static_cast<void>(
        engine_->delivery(kLead, row->message, row->channel, row->at, Delivery::rejected(bounced ? "bounced" : "failed"), at));
    return;
  }
  result_.failures.push_back({what.span, "delivery of " + what.message.text, "it has not been sent", at, {}});
}

std::vector<TestResult> run_tests(const model::Model& model, const Program& program, const RunOptions& options) {
  std::vector<TestResult> results;
  for (compile::Id test = 0; test < model.tests.size(); ++test) {
    const ast::Test& node = *model.tests[test].node;
    const bool wanted = options.filter.empty() || node.name.value.find(options.filter) != std::string::npos ||
                        node.subject.text.find(options.filter) != std::string::npos;
    if (wanted) results.push_back(Script(model, program, model.tests[test], test, options).run());
  }
  return results;
}

}  // namespace nurture::testing
