// The shell around the deterministic core: owns the clock, turns the host's inputs into the core's, and carries effects
// to the sinks. Entry point: class Engine of nurture/engine.hpp. A sink's answer comes back as an input. [S7.3]
#include "engine/core.hpp"
#include "engine/saved/deployment.hpp"
#include "runtime/looks.hpp"
#include "runtime/outbox.hpp"
#include "runtime/state.hpp"
#include "time/zone.hpp"

#include <nurture/engine.hpp>
#include <nurture/limits.hpp>

#include <algorithm>
#include <exception>
#include <map>
#include <set>

namespace nurture {

class EngineImpl final : public engine::EffectSink, public Observer {
 public:
  EngineImpl(Program program, const Clock& clock, EngineOptions options)
      : program_(std::move(program)),
        clock_(clock),
        core_(program_.graph(),
              {std::move(options.project), std::move(options.forced_splits), std::move(options.only_sequences), options.holdout}),
        looks_(*program_.graph(), options.promotes) {
    core_.set_sink(this);
  }

  // ---- what the core calls
  void on_effect(const engine::Effect& effect) override;
  void on_notify(std::string_view lead, std::string_view who, std::string_view text) override {
    if (notify_) call_host(lead, who, [&] { notify_(lead, who, text); });
  }
  void on_task(const Task& task) override {
    if (task_) call_host(task.lead, task.owner, [&] { task_(task); });
  }
  void on_audience(const AudienceChange& change) override;
  void on_call(std::string_view lead, std::string_view function, const std::vector<Value>& arguments) override {
    if (call_) call_host(lead, function, [&] { call_(lead, function, arguments); });
  }
  void on_erase(std::string_view lead) override { outbox_.forget(lead); }
  void on_decision(const Decision& decision) override {
    for (Observer* observer : observers_) observer->on_decision(decision);
  }

  // ---- inputs
  [[nodiscard]] const compile::Program& graph() const { return core_.program(); }
  /// What a callback posts belongs to the instant that the callback is about, however far the tick under way will go. [S1.3]
  [[nodiscard]] Instant at_or_now(const std::optional<Instant>& at) const {
    if (at) return *at;
    return stepping_ ? core_.now() : std::max(clock_.now(), core_.now());
  }
  Status queue(engine::Input input, std::string_view lead, const std::optional<Instant>& at) {
    for (const Instant instant : {at.value_or(Instant{0}), input.other}) {
      if (beyond(instant)) return refuse(lead, "the instant " + std::to_string(instant.ms) + " ms lies beyond the years 1 to 9999", {});
    }
    if (lead.size() > limits::kTextBytes)
      return refuse({}, "a lead has an id of " + std::to_string(lead.size()) + " bytes, which is too long", at);
    input.lead = core_.inputs().arena().copy(lead);
    input.at = at_or_now(at);
    core_.inputs().push(input);
    return {};
  }
  /// Often a count of other units than milliseconds. One that is not asked for counts as 1970.
  [[nodiscard]] static bool beyond(Instant at) { return at.ms < limits::kEarliestMs || at.ms > limits::kLatestMs; }
  /// Refused at once, and a row of the log when its instant comes, so that nothing is lost silently.
  Status refuse(std::string_view lead, std::string reason, const std::optional<Instant>& at) {
    engine::Input input;
    input.kind = engine::InputKind::refused;
    input.text = core_.inputs().arena().copy(reason);
    static_cast<void>(queue(input, lead, at));
    return Status::refused(std::move(reason));
  }
  Status upsert(std::string_view lead, const Fields& fields, std::optional<Instant> at);
  Status post(const Event& event);
  Status consent(std::string_view lead, std::string_view category, const Consent& consent);
  /// kNone when there is none; nobody enters or leaves triggers.
  [[nodiscard]] compile::Id find_sequence(std::string_view name) const;
  Status halt(engine::InputKind kind, const Scope& scope, std::optional<Instant> at);
  Status promote(std::string_view sequence, std::string_view split, std::string_view arm, std::string_view why, std::optional<Instant> at);
  StepResult step_to(Instant now, std::uint64_t limit);
  Status restore(std::string_view bytes);
  Status deploy(Program program, const DeployOptions& options);
  [[nodiscard]] DeployReport report_on(const Program& program);
  [[nodiscard]] Status judge();
  void conclude(Status status);
  void look(Instant at);
  void deliver(const Message& message, const ChannelSink& sink, const engine::Effect& effect);
  void try_next();
  void try_again(runtime::Retry retry);
  void try_audience_again(runtime::Retry retry);
  [[nodiscard]] engine::Input membership(const std::string& audience, const std::string& channel, const std::string& reason);
  [[nodiscard]] Instant next_try() const { return outbox_.next() == Instant::max() ? Instant::max() : core_.not_in_gap(outbox_.next()); }
  [[nodiscard]] const AudienceSink& audience_sink(const std::string& channel) const {
    const auto own = audience_sinks_.find(channel);
    return own != audience_sinks_.end() ? own->second : other_audience_sink_;
  }
  void call_host(std::string_view lead, std::string_view what, const std::function<void()>& callback);

  Program program_;
  const Clock& clock_;
  engine::Core core_;
  std::map<std::string, ChannelSink, std::less<>> sinks_;
  ChannelSink other_sink_;
  std::map<std::string, AudienceSink, std::less<>> audience_sinks_;
  AudienceSink other_audience_sink_;
  NotifySink notify_;
  TaskSink task_;
  CallSink call_;
  std::vector<Observer*> observers_;
  runtime::Outbox outbox_;
  bool stepping_ = false;
  /// Programs that are posted and whose turn has not come, by the number that their input has.
  struct Posted {
    Program program;
    ExistingLeads existing = ExistingLeads::ignore;
  };
  std::map<compile::Id, Posted> posted_;
  std::optional<compile::Id> deploying_;          ///< That one whose turn has come.
  std::optional<engine::Deployment> deployment_;  ///< It, from its judgement on.
  bool holds_deployments_ = false;                ///< The shell of several engines concludes them.
  runtime::Looks looks_;
};

namespace {

template <class Things>
compile::Id find_named(const Things& things, std::string_view name) {
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (things[i].name == name) return static_cast<compile::Id>(i);
  }
  return compile::kNone;
}

/// What the channel says, else what the outbox does by itself.
runtime::Bounds bounds_of(const compile::Channel& channel) {
  if (channel.retry.times == 0) return {};
  return {static_cast<int>(channel.retry.times) + 1, channel.retry.from_ms, channel.retry.to_ms};
}

Text text_of(const std::string& text) { return {text.c_str(), text.size()}; }

}  // namespace

Status EngineImpl::upsert(std::string_view lead, const Fields& fields, std::optional<Instant> at) {
  if (lead.empty()) return refuse(lead, "a lead has no id", at);
  eval::Arena& arena = core_.inputs().arena();
  auto* ids = static_cast<compile::Id*>(arena.allocate(sizeof(compile::Id) * (fields.size() + 1)));
  auto* values = static_cast<eval::Value*>(arena.allocate(sizeof(eval::Value) * (fields.size() + 1)));
  engine::Input input;
  input.kind = engine::InputKind::upsert;
  for (const auto& [name, value] : fields) {
    const compile::Id field = find_named(graph().lead, name);
    if (field == compile::kNone) {  // Undeclared traits are ignored and counted. [S11.5]
      core_.count_ignored_field();
      continue;
    }
    std::string reason;
    const auto typed = engine::read_value(graph().lead[field], value, arena, reason);
    if (!typed) return refuse(lead, std::move(reason), at);
    if (field == graph().zone_field && typed->kind == eval::Kind::string && time::find_zone(typed->text()) == nullptr)
      return refuse(lead, "`tz` is \"" + std::string(typed->text()) + "\", and there is no such time zone", at);
    ids[input.count] = field;
    values[input.count++] = *typed;
  }
  input.fields = ids;
  input.values = values;
  return queue(input, lead, at);
}

Status EngineImpl::post(const Event& event) {
  if (event.lead.empty()) return refuse({}, "an event has no lead", event.received_at);
  if (event.id.size() > limits::kTextBytes)
    return refuse(event.lead, "an event has an id of " + std::to_string(event.id.size()) + " bytes, which is too long", event.received_at);
  const compile::Id id = core_.find_event(event.name);
  if (id == compile::kNone) {  // Undeclared events are ignored and counted. [S11.5]
    core_.count_ignored_field();
    return {};
  }
  const compile::Event& declared = graph().events[id];
  if (declared.by_engine) return refuse(event.lead, declared.name + ": only the engine tells of it", event.received_at);
  eval::Arena& arena = core_.inputs().arena();
  auto* values = static_cast<eval::Value*>(arena.allocate(sizeof(eval::Value) * (declared.fields.size() + 1)));
  std::fill(values, values + declared.fields.size(), eval::Value::missing());
  for (const auto& [name, value] : event.fields) {
    const compile::Id field = find_named(declared.fields, name);
    if (field == compile::kNone) {
      core_.count_ignored_field();
      continue;
    }
    std::string reason;
    const auto typed = engine::read_value(declared.fields[field], value, arena, reason);
    if (!typed) return refuse(event.lead, declared.name + ": " + reason, event.received_at);
    values[field] = *typed;
  }
  for (std::size_t f = 0; f < declared.fields.size(); ++f) {
    const compile::Field& field = declared.fields[f];
    if (!field.optional && field.fallback.is_missing() && values[f].is_missing()) {
      return refuse(event.lead, declared.name + ": the event has no `" + field.name + "`, which is " + engine::type_text(field),
                    event.received_at);
    }
  }
  engine::Input input;
  input.kind = engine::InputKind::event;
  input.subject = id;
  input.values = values;
  input.count = static_cast<std::uint32_t>(declared.fields.size());
  input.text = arena.copy(event.id);
  const Instant received = at_or_now(event.received_at);
  input.other = event.occurred_at.value_or(received);
  return queue(input, event.lead, received);
}

Status EngineImpl::consent(std::string_view lead, std::string_view category, const Consent& given) {
  const compile::Id id = find_named(graph().categories, category);
  if (id == compile::kNone) return refuse(lead, "there is no category `" + std::string(category) + "`", given.received_at);
  engine::Input input;
  input.kind = engine::InputKind::consent;
  input.subject = id;
  if (!given.channel.empty()) {
    input.channel = find_named(graph().channels, given.channel);
    if (input.channel == compile::kNone) return refuse(lead, "there is no channel `" + given.channel + "`", given.received_at);
  }
  input.flag = given.granted;
  input.flag2 = given.confirmed;
  const std::string words = given.wording.empty() ? given.source : given.source + ": " + given.wording;
  input.text = core_.inputs().arena().copy(words);
  return queue(input, lead, given.received_at);
}

void EngineImpl::on_effect(const engine::Effect& effect) {
  const compile::Program& program = graph();
  const std::string& channel = program.channels[effect.channel].name;
  const auto own = sinks_.find(channel);
  const ChannelSink& sink = own != sinks_.end() ? own->second : other_sink_;
  if (!sink) return;
  const compile::Message& declared = program.messages[effect.message];
  const compile::Content& content = core_.content(effect);
  Message message;
  message.at = effect.at;
  message.name = text_of(declared.name);
  const std::string_view lead = core_.lead_name(effect.lead);
  message.lead = {lead.data(), lead.size()};
  message.channel = text_of(channel);
  message.category = text_of(program.categories[content.category].name);
  if (effect.variant != compile::kNone) message.variant = text_of(declared.variants[effect.variant].name);
  message.template_name = text_of(content.template_name);
  message.topic = text_of(content.topic);
  if (effect.enrolment != compile::kNone) {
    const engine::Enrolment& e = core_.enrolment(effect.enrolment);
    const compile::Sequence& sequence = program.sequences[e.sequence];
    message.sequence = text_of(sequence.name);
    message.enrolment = e.number;
    if (effect.step < sequence.steps.size()) message.step = text_of(sequence.steps[effect.step].name);
  }
  message.core_ = &core_;
  message.effect_ = &effect;
  deliver(message, sink, effect);
}

void EngineImpl::deliver(const Message& message, const ChannelSink& sink, const engine::Effect& effect) {
  const Delivery answer = runtime::call_sink(sink, message);
  engine::Input input;
  if (answer.kind == Delivery::Kind::retry) {
    input.outcome = Reason::retry;
    input.again = outbox_.keep(message, answer, bounds_of(graph().channels[effect.channel]));
    core_.stop_at(core_.not_in_gap(input.again));
  } else if (answer.kind == Delivery::Kind::rejected) {
    input.outcome = Reason::rejected;
  } else if (graph().channels[effect.channel].breaker.of == 0) {
    return;  // Only a breaker counts what went well.
  }
  input.kind = engine::InputKind::delivery;
  input.subject = effect.message;
  input.channel = effect.channel;
  input.other = effect.at;
  input.text = core_.inputs().arena().copy(answer.reason);
  static_cast<void>(queue(input, message.lead, effect.at));
}

/// What the channel takes at once is said in the row of the change itself, as with messages.
void EngineImpl::on_audience(const AudienceChange& change) {
  outbox_.forget(change);
  const AudienceSink& sink = audience_sink(std::string(change.channel));
  if (!sink) return;
  const Delivery answer = runtime::call_sink(sink, change);
  engine::Input input = membership(std::string(change.audience), std::string(change.channel), answer.reason);
  const compile::Channel* channel = input.channel == compile::kNone ? nullptr : &graph().channels[input.channel];
  if (answer.kind == Delivery::Kind::retry) {
    input.outcome = Reason::retry;
    input.again = outbox_.keep(change, answer, channel == nullptr ? runtime::Bounds{} : bounds_of(*channel));
    core_.stop_at(core_.not_in_gap(input.again));
  } else if (answer.kind == Delivery::Kind::rejected) {
    input.outcome = Reason::rejected;
  } else if (channel == nullptr || channel->breaker.of == 0) {
    return;  // Only a breaker counts what went well.
  }
  static_cast<void>(queue(input, change.lead, change.at));
}

/// What a channel said of an audience. A deployment may have taken away either.
engine::Input EngineImpl::membership(const std::string& audience, const std::string& channel, const std::string& reason) {
  engine::Input input;
  input.kind = engine::InputKind::membership;
  input.subject = find_named(graph().audiences, audience);
  input.channel = find_named(graph().channels, channel);
  const std::string is_gone = input.subject == compile::kNone ? "`" + audience + "` is no more" : std::string();
  input.text = core_.inputs().arena().copy(is_gone.empty() || reason.empty() ? is_gone + reason : is_gone + ": " + reason);
  return input;
}

void EngineImpl::try_audience_again(runtime::Retry retry) {
  const Instant at = retry.retry_at;
  const AudienceSink& sink = audience_sink(retry.channel);
  if (!sink) return;
  const runtime::Outcome outcome = outbox_.again(std::move(retry), sink);
  engine::Input input = membership(outcome.audience, outcome.channel, outcome.reason);
  input.outcome = outcome.kind;
  input.again = outcome.again;
  static_cast<void>(queue(input, outcome.lead, at));
}

/// What goes out again counts for the rate of its channel like what goes out first, and waits for it. [S6.1]
void EngineImpl::try_next() {
  runtime::Retry retry = outbox_.take(next_try());
  const compile::Id channel = find_named(graph().channels, retry.channel);
  const Instant place = channel == compile::kNone ? core_.now() : core_.take_place(channel);
  if (place <= core_.now()) return try_again(std::move(retry));
  core_.log_put_off(retry.lead, retry.name, retry.audience, channel, place);
  outbox_.put_back(place, std::move(retry));
}

void EngineImpl::try_again(runtime::Retry retry) {
  if (!retry.audience.empty()) return try_audience_again(std::move(retry));
  const Instant at = retry.retry_at;
  const auto own = sinks_.find(retry.channel);
  const ChannelSink& sink = own != sinks_.end() ? own->second : other_sink_;
  if (!sink) return;
  const runtime::Outcome outcome = outbox_.again(std::move(retry), sink);
  engine::Input input;
  input.kind = engine::InputKind::delivery;
  input.subject = find_named(graph().messages, outcome.message);
  input.channel = find_named(graph().channels, outcome.channel);
  input.other = outcome.sent_at;
  input.outcome = outcome.kind;
  input.again = outcome.again;
  input.text = core_.inputs().arena().copy(outcome.reason);
  static_cast<void>(queue(input, outcome.lead, at));
}

/// Notifications and calls have no second try; what the host threw is a row of the log.
void EngineImpl::call_host(std::string_view lead, std::string_view what, const std::function<void()>& callback) {
  std::string words;
  try {
    return callback();
  } catch (const std::exception& error) {
    words = error.what();
  } catch (...) {
    words = "it threw something that is no std::exception";
  }
  engine::Input input;
  input.kind = engine::InputKind::delivery;
  input.outcome = Reason::failed;
  input.text = core_.inputs().arena().copy(std::string(what) + ": " + words);
  static_cast<void>(queue(input, lead, core_.now()));
}

Status EngineImpl::promote(std::string_view sequence, std::string_view split, std::string_view arm, std::string_view why,
                           std::optional<Instant> at) {
  engine::Input input;
  input.kind = engine::InputKind::promote;
  if (find_named(graph().sequences, sequence) == compile::kNone)
    return refuse({}, "there is no sequence `" + std::string(sequence) + "`", at);
  // Perhaps of an older version, when the newest has it no more.
  const auto same = [&](const compile::Experiment& e) {
    return graph().sequences[e.sequence].name == sequence && graph().splits[e.split].name == split;
  };
  const auto found = std::find_if(graph().experiments.begin(), graph().experiments.end(), same);
  if (found == graph().experiments.end())
    return refuse({}, "`" + std::string(sequence) + "` has no split `" + std::string(split) + "` with a goal", at);
  input.subject = static_cast<compile::Id>(found - graph().experiments.begin());
  const compile::Id index = find_named(graph().splits[found->split].arms, arm);
  if (index == compile::kNone) return refuse({}, "`" + std::string(split) + "` has no arm `" + std::string(arm) + "`", at);
  input.number = index;
  input.text = core_.inputs().arena().copy(why);
  return queue(input, {}, at);
}

/// Judges the experiments; who is better enough is promoted by an input of this instant.
void EngineImpl::look(Instant at) {
  looks_.done(at, core_.counted());
  runtime::look_at(core_.experiments(), [&](const Experiment& experiment, const std::string& arm, const std::string& why) {
    static_cast<void>(promote(experiment.sequence, experiment.split, arm, why, at));
  });
}

StepResult EngineImpl::step_to(Instant now, std::uint64_t limit) {
  if (now < core_.now()) {
    return {Status::refused("the clock went back: " + now.to_string() + " lies before " + core_.now().to_string()), false, 0};
  }
  if (beyond(now)) {
    return {Status::refused("the clock says " + std::to_string(now.ms) + " ms, which lies beyond the years 1 to 9999"), false, 0};
  }
  StepResult result;
  std::uint64_t work = limit;
  // Memory may run out in the middle: what is posted afterwards belongs to the clock again.
  struct Stepping {
    explicit Stepping(bool& flag) : on(flag) { on = true; }
    ~Stepping() { on = false; }
    Stepping(const Stepping&) = delete;
    Stepping& operator=(const Stepping&) = delete;
    bool& on;
  } const stepping(stepping_);
  while (true) {
    const Instant look_at = looks_.any() ? looks_.next(core_.now(), core_.next_due(), core_.counted()) : Instant::max();
    // Messages to be tried again act at their own instants, after what the core does then.
    const bool closed = !deploying_ && core_.run(std::min({now, next_try(), look_at}), work);
    if (const compile::Id number = core_.take_deployment(); number != compile::kNone) deploying_ = number;
    if (deploying_ && !holds_deployments_) {
      conclude(judge());
      continue;
    }
    // Where the core has stopped for a try, a gap may have begun since.
    const bool again = closed && next_try() <= core_.now();
    const bool looks = closed && !again && look_at <= core_.now();
    result.more = !closed || (again && work == 0);
    if (result.more || (!again && !looks && core_.now() >= now)) break;
    if (looks) look(look_at);
    if (!again) continue;
    --work;
    try_next();
  }
  result.done = limit - work;
  return result;
}

// ---------------------------------------------------------------- state

Status EngineImpl::restore(std::string_view bytes) {
  if (stepping_) return Status::refused("a step is under way");
  engine::Core core = core_.renewed(program_.graph());
  runtime::Outbox outbox;
  Status status = runtime::restore(bytes, core, outbox);
  if (!status.ok()) return status;
  core_ = std::move(core);
  outbox_ = std::move(outbox);
  deploying_.reset();
  deployment_.reset();
  looks_.restart({&core_.program()});
  return {};
}

/// The number says what is posted, so that a state that waits for it finds the same program in another engine, or none.
Status EngineImpl::deploy(Program program, const DeployOptions& options) {
  if (!program.valid()) return refuse({}, "a program with errors is not deployed", options.at);
  engine::Input input;
  input.kind = engine::InputKind::deploy;
  constexpr std::uint64_t kBits = 0x7fff'fffe;  // Of kNone there are more.
  input.subject = static_cast<compile::Id>(program.graph()->hash & kBits) | (options.existing_leads == ExistingLeads::enroll ? 1 : 0);
  posted_[input.subject] = {std::move(program), options.existing_leads};
  return queue(input, {}, options.at);
}

DeployReport EngineImpl::report_on(const Program& program) {
  if (program.valid()) return engine::Deployment(core_, program.graph()).report();
  return {Status::refused("a program with errors is not deployed"), {}};
}

/// What stands against the deployment whose turn has come.
Status EngineImpl::judge() {
  const auto posted = posted_.find(*deploying_);
  if (posted == posted_.end()) return Status::refused("the program was posted to another engine: deploy it again");
  deployment_.emplace(core_, posted->second.program.graph());
  return deployment_->report().status;
}

/// The deployment takes place, or does not.
void EngineImpl::conclude(Status status) {
  const auto at = posted_.find(*deploying_);
  const Posted posted = at == posted_.end() ? Posted() : at->second;
  deploying_.reset();
  std::set<compile::Id> waiting;
  for (const engine::Input& input : core_.inputs().all()) {
    if (input.kind == engine::InputKind::deploy) waiting.insert(input.subject);
  }
  std::erase_if(posted_, [&](const auto& one) { return !waiting.contains(one.first); });
  std::optional<engine::Deployment> deployment = std::move(deployment_);
  deployment_.reset();
  if (status.ok() && deployment) {
    engine::Core fresh = core_.renewed(program_.graph());
    if (deployment->read(fresh)) {
      engine::Core old = std::move(core_);
      core_ = std::move(fresh);
      program_ = posted.program;
      looks_.renew({&core_.program()});
      return deployment->begin(old, core_, posted.existing);
    }
    status = Status::refused("the state does not fit the program");
  }
  core_.refuse("deploy", status.reason());
}

// ---------------------------------------------------------------- Message

std::string Message::key() const { return core_ == nullptr ? kept_->key : core_->key(*effect_).to_string(); }

std::string Message::subject() const {
  return core_ == nullptr ? kept_->subject : core_->render(*effect_, core_->content(*effect_).subject);
}
std::string Message::preview() const {
  return core_ == nullptr ? kept_->preview : core_->render(*effect_, core_->content(*effect_).preview);
}
std::string Message::body() const { return core_ == nullptr ? kept_->body : core_->render(*effect_, core_->content(*effect_).body); }
std::string Message::from() const { return core_ == nullptr ? kept_->from : core_->render(*effect_, core_->content(*effect_).from); }

NamedTexts Message::links() const {
  if (core_ == nullptr) return kept_->links;
  NamedTexts all;
  for (const compile::Link& link : core_->content(*effect_).links) all.emplace_back(link.name, core_->render(*effect_, link.url));
  return all;
}

NamedTexts Message::fields() const {
  if (core_ == nullptr) return kept_->fields;
  NamedTexts all;
  for (const compile::MessageField& field : core_->content(*effect_).fields)
    all.emplace_back(field.name, core_->render(*effect_, field.text));
  return all;
}

namespace {

std::string text_of(const NamedTexts& texts, std::string_view name) {
  for (const auto& [key, text] : texts) {
    if (key == name) return text;
  }
  return {};
}

}  // namespace

std::string Message::link(std::string_view link_name) const { return text_of(links(), link_name); }
std::string Message::field(std::string_view field_name) const { return text_of(fields(), field_name); }

// ---------------------------------------------------------------- Engine

Engine::Engine(Program program, const Clock& clock, EngineOptions options)
    : impl_(std::make_unique<EngineImpl>(std::move(program), clock, std::move(options))) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Status Engine::upsert(std::string_view lead, const Fields& fields, std::optional<Instant> at) { return impl_->upsert(lead, fields, at); }
Status Engine::post(const Event& event) { return impl_->post(event); }
Status Engine::consent(std::string_view lead, std::string_view category, const Consent& given) {
  return impl_->consent(lead, category, given);
}

Status Engine::score(std::string_view lead, std::string_view score_name, double value, std::optional<Instant> at) {
  engine::Input input;
  input.kind = engine::InputKind::score;
  input.subject = find_named(impl_->graph().scores, score_name);
  input.number = value;
  if (input.subject == compile::kNone) return impl_->refuse(lead, "there is no score `" + std::string(score_name) + "`", at);
  if (!(value > -1e9 && value < 1e9)) return impl_->refuse(lead, "a score of " + std::to_string(value) + " is out of range", at);
  return impl_->queue(input, lead, at);
}

Status Engine::delivery(std::string_view lead, std::string_view message, std::string_view channel, Instant sent_at,
                        const Delivery& delivery, std::optional<Instant> at) {
  engine::Input input;
  input.kind = engine::InputKind::delivery;
  input.subject = find_named(impl_->graph().messages, message);
  input.channel = find_named(impl_->graph().channels, channel);
  input.other = sent_at;
  if (input.subject == compile::kNone) return impl_->refuse(lead, "there is no message `" + std::string(message) + "`", at);
  if (input.channel == compile::kNone) return impl_->refuse(lead, "there is no channel `" + std::string(channel) + "`", at);
  if (delivery.kind == Delivery::Kind::retry) return impl_->refuse(lead, "a message that its channel has taken is not tried again", at);
  if (delivery.kind == Delivery::Kind::rejected) input.outcome = Reason::rejected;
  input.text = impl_->core_.inputs().arena().copy(delivery.reason);
  return impl_->queue(input, lead, at);
}

Status Engine::gap(Instant from, Instant to) {
  if (to <= from) return impl_->refuse({}, "a gap ends after it begins", {});
  engine::Input input;
  input.kind = engine::InputKind::gap;
  input.other = to;
  return impl_->queue(input, {}, from);
}

Status EngineImpl::halt(engine::InputKind kind, const Scope& scope, std::optional<Instant> at) {
  engine::Input input;
  input.kind = kind;
  if (scope.kind == Scope::Kind::channel) {
    input.channel = find_named(graph().channels, scope.name);
    if (input.channel == compile::kNone) return refuse({}, "there is no channel `" + scope.name + "`", at);
  }
  if (scope.kind == Scope::Kind::sequence) {
    input.subject = find_named(graph().sequences, scope.name);
    if (input.subject == compile::kNone) return refuse({}, "there is no sequence `" + scope.name + "`", at);
  }
  if (scope.kind == Scope::Kind::lead && scope.name.empty()) return refuse({}, "a lead has no id", at);
  return queue(input, scope.kind == Scope::Kind::lead ? std::string_view(scope.name) : std::string_view(), at);
}

Status Engine::pause(const Scope& scope, std::optional<Instant> at) { return impl_->halt(engine::InputKind::pause, scope, at); }
Status Engine::resume(const Scope& scope, std::optional<Instant> at) { return impl_->halt(engine::InputKind::resume, scope, at); }

compile::Id EngineImpl::find_sequence(std::string_view name) const {
  const compile::Id id = find_named(graph().sequences, name);
  return id != compile::kNone && graph().sequences[id].is_triggers ? compile::kNone : id;
}

Status Engine::enroll(std::string_view lead, std::string_view sequence, std::optional<Instant> at) {
  engine::Input input;
  input.kind = engine::InputKind::enroll;
  input.subject = impl_->find_sequence(sequence);
  const bool is_old = input.subject != compile::kNone && impl_->graph().sequences[input.subject].is_pinned;
  if (input.subject == compile::kNone || is_old) return impl_->refuse(lead, "there is no sequence `" + std::string(sequence) + "`", at);
  if (impl_->graph().sequences[input.subject].broadcast.segment != compile::kNone)
    return impl_->refuse(lead, "nobody enters the broadcast `" + std::string(sequence) + "`: it goes to a segment", at);
  for (const compile::Field& parameter : impl_->graph().sequences[input.subject].parameters) {
    if (parameter.optional || !parameter.fallback.is_missing()) continue;
    return impl_->refuse(lead, "`" + std::string(sequence) + "` is entered with `" + parameter.name + "`, which nobody gives here", at);
  }
  return impl_->queue(input, lead, at);
}

Status Engine::exit(std::string_view lead, std::string_view sequence, std::string_view name, std::optional<Instant> at) {
  engine::Input input;
  input.kind = engine::InputKind::exit;
  input.subject = impl_->find_sequence(sequence);
  if (input.subject == compile::kNone) return impl_->refuse(lead, "there is no sequence `" + std::string(sequence) + "`", at);
  input.text = impl_->core_.inputs().arena().copy(name);
  return impl_->queue(input, lead, at);
}

Status Engine::broadcast(std::string_view name, std::optional<Instant> at) {
  engine::Input input;
  input.kind = engine::InputKind::broadcast;
  input.subject = find_named(impl_->graph().sequences, name);
  const bool is_known = input.subject != compile::kNone && !impl_->graph().sequences[input.subject].is_pinned;
  if (!is_known || impl_->graph().sequences[input.subject].broadcast.segment == compile::kNone)
    return impl_->refuse({}, "there is no broadcast `" + std::string(name) + "`", at);
  return impl_->queue(input, {}, at);
}

Status Engine::promote(std::string_view sequence, std::string_view split, std::string_view arm, std::string_view why,
                       std::optional<Instant> at) {
  return impl_->promote(sequence, split, arm, why, at);
}

std::vector<Experiment> Engine::experiments() const { return impl_->core_.experiments(); }

Status Engine::erase(std::string_view lead, std::optional<Instant> at) {
  engine::Input input;
  input.kind = engine::InputKind::erase;
  return impl_->queue(input, lead, at);
}

Status Engine::deploy(Program program, const DeployOptions& options) { return impl_->deploy(std::move(program), options); }
DeployReport Engine::deploy_dry_run(const Program& program) const { return impl_->report_on(program); }
void Engine::hold_deployments() { impl_->holds_deployments_ = true; }
std::optional<Status> Engine::judge_deployment() { return impl_->deploying_ ? std::optional(impl_->judge()) : std::nullopt; }
void Engine::conclude_deployment(const Status& status) { impl_->conclude(status); }
std::string Engine::save() const { return impl_->stepping_ ? std::string() : runtime::save(impl_->core_, impl_->outbox_); }
Status Engine::restore(std::string_view bytes) { return impl_->restore(bytes); }

std::optional<LeadReport> Engine::inspect(std::string_view lead) const { return impl_->core_.inspect(lead); }

std::optional<LeadReport> Engine::export_lead(std::string_view lead) {
  std::optional<LeadReport> report = impl_->core_.inspect(lead);
  engine::Input input;
  input.kind = engine::InputKind::exported;
  if (report) static_cast<void>(impl_->queue(input, lead, {}));
  return report;
}

engine::Core& Engine::core() { return impl_->core_; }
StepResult Engine::step(std::uint64_t limit) { return impl_->step_to(impl_->clock_.now(), limit); }
StepResult Engine::step_to(Instant now, std::uint64_t limit) { return impl_->step_to(now, limit); }
Instant Engine::next_due() const { return std::min(impl_->core_.next_due(), impl_->next_try()); }
void Engine::on_send(std::string channel, ChannelSink sink) { impl_->sinks_[std::move(channel)] = std::move(sink); }
void Engine::on_send(ChannelSink sink) { impl_->other_sink_ = std::move(sink); }
void Engine::on_audience(std::string channel, AudienceSink sink) { impl_->audience_sinks_[std::move(channel)] = std::move(sink); }
void Engine::on_audience(AudienceSink sink) { impl_->other_audience_sink_ = std::move(sink); }
void Engine::on_notify(NotifySink sink) { impl_->notify_ = std::move(sink); }
void Engine::on_task(TaskSink sink) { impl_->task_ = std::move(sink); }
void Engine::on_call(CallSink sink) { impl_->call_ = std::move(sink); }

void Engine::observe(Observer* observer) {
  if (observer == nullptr)
    impl_->observers_.clear();
  else
    impl_->observers_.push_back(observer);
  impl_->core_.set_observer(impl_->observers_.empty() ? nullptr : impl_.get());
}

Status Engine::scoring(std::string_view score_name, ScoringPolicy* policy) {
  const compile::Id score = find_named(impl_->graph().scores, score_name);
  if (score == compile::kNone) return Status::refused("there is no score `" + std::string(score_name) + "`");
  impl_->core_.set_policy(score, policy);
  return {};
}

Statistics Engine::statistics() const { return impl_->core_.statistics(); }
Instant Engine::now() const { return impl_->core_.now(); }
const engine::Core& Engine::core() const { return impl_->core_; }

}  // namespace nurture
