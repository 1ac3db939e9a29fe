// Engines side by side, one thread each. Entry point: class ShardedEngine of nurture/sharded_engine.hpp. Nothing is shared
// between the shards but the program, which is immutable, and what the host hands in.
#include "engine/hash.hpp"
#include "runtime/looks.hpp"
#include "runtime/state.hpp"

#include <nurture/sharded_engine.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace nurture {

namespace {

/// A decision that outlives its callback.
class Kept {
 public:
  explicit Kept(const Decision& decision) : decision_(decision), has_key_(decision.key != nullptr) {
    if (has_key_) key_ = *decision.key;
    for (const auto member : kTexts) texts_ += decision.*member;
  }
  /// Valid as long as this.
  [[nodiscard]] Decision view() const {
    Decision d = decision_;
    std::size_t begin = 0;
    for (const auto member : kTexts) {
      const std::size_t size = (decision_.*member).size();
      d.*member = std::string_view(texts_).substr(begin, size);
      begin += size;
    }
    d.key = has_key_ ? &key_ : nullptr;
    return d;
  }

 private:
  static constexpr std::array kTexts{&Decision::lead,    &Decision::sequence, &Decision::version, &Decision::step,   &Decision::message,
                                     &Decision::channel, &Decision::variant,  &Decision::name,    &Decision::detail, &Decision::rule};
  Decision decision_;  ///< Of its views only the sizes hold.
  std::string texts_;
  Key key_;
  bool has_key_;
};

class Keeper final : public Observer {
 public:
  void on_decision(const Decision& decision) override { kept.emplace_back(decision); }
  std::vector<Kept> kept;
};

/// Versions, places and counts of another shard.
void add_report(DeployReport& all, const DeployReport& one) {
  if (all.status.ok()) all.status = one.status;
  const auto same = [](const auto& a, const auto& b) { return std::tie(a.sequence, a.version) == std::tie(b.sequence, b.version); };
  for (const DeployReport::Version& version : one.versions) {
    const auto place = std::lower_bound(all.versions.begin(), all.versions.end(), version, [](const auto& a, const auto& b) {
      return std::tie(a.sequence, a.version) < std::tie(b.sequence, b.version);
    });
    if (place == all.versions.end() || !same(*place, version)) {
      all.versions.insert(place, version);
      continue;
    }
    place->runs += version.runs;
    for (const DeployReport::Place& at : version.places) {
      const auto known = std::find_if(place->places.begin(), place->places.end(), [&](const auto& other) { return other.step == at.step; });
      if (known == place->places.end())
        place->places.push_back(at);
      else
        known->runs += at.runs;
    }
  }
}

/// What another shard has counted. Shards carry different older versions, so that one may have an experiment or an arm that the
/// other lacks; the same have the same names, and of several the same order.
void add_experiments(std::vector<Experiment>& all, const std::vector<Experiment>& more) {
  for (auto one = more.begin(); one != more.end(); ++one) {
    const auto same = [&](const Experiment& other) {
      return std::tie(other.sequence, other.split, other.goal) == std::tie(one->sequence, one->split, one->goal);
    };
    auto known = std::find_if(all.begin(), all.end(), same);
    for (auto before = std::count_if(more.begin(), one, same); before > 0 && known != all.end(); --before)
      known = std::find_if(std::next(known), all.end(), same);
    if (known == all.end()) {
      all.push_back(*one);
      continue;
    }
    for (const ExperimentArm& arm : one->arms) {
      const auto place = std::find_if(known->arms.begin(), known->arms.end(), [&](const auto& other) { return other.name == arm.name; });
      if (place == known->arms.end()) {
        known->arms.push_back(arm);
        continue;
      }
      place->assigned += arm.assigned;
      place->reached += arm.reached;
      place->promoted += arm.promoted;
    }
  }
}

/// All that a row says.
auto content_of(const Decision& d) {
  return std::tie(d.kind, d.reason, d.sequence, d.version, d.message, d.channel, d.name, d.detail, d.rule, d.until, d.at);
}

/// Rows of one instant without a lead: first what happened in every shard, in the order in which it did; then what did not, by
/// what it says, since no shard knows what came first.
bool is_of_some(const Decision& d) {
  using enum DecisionKind;
  return d.kind == erased || d.kind == delivered || d.kind == held || d.kind == promoted;
}

bool contains(const std::vector<Decision>& rows, const Decision& d) {
  return std::any_of(rows.begin(), rows.end(), [&](const Decision& row) { return content_of(row) == content_of(d); });
}

/// By instant, lead and number. [S1.3]
bool comes_before(const Decision& a, const Decision& b) {
  const auto place = [](const Decision& d) { return std::tie(d.at, d.lead, d.number); };
  if (place(a) != place(b)) return place(a) < place(b);
  if (!a.lead.empty()) return false;
  if (is_of_some(a) != is_of_some(b)) return is_of_some(b);
  return is_of_some(a) && content_of(a) < content_of(b);
}

}  // namespace

class ShardedEngine::Impl {
 public:
  Impl(const Program& program, const Clock& clock, std::size_t shards, const EngineOptions& options)
      : clock_(clock), looks_(*program.graph(), options.promotes) {
    EngineOptions own = options;
    own.promotes = false;  // no shard sees enough to judge
    for (std::size_t i = 0; i < std::max<std::size_t>(shards, 1); ++i) engines_.emplace_back(program, clock, own);
    keepers_.resize(engines_.size());
    for (Engine& engine : engines_) engine.hold_deployments();
  }

  /// What has no lead is for the first.
  [[nodiscard]] std::size_t shard_of(std::string_view lead) const {
    return lead.empty() ? 0 : engine::Hasher{}.add(lead).finish64() % engines_.size();
  }
  [[nodiscard]] Engine& engine_of(std::string_view lead) { return engines_[shard_of(lead)]; }

  /// The same for every shard; the answer of the first, which is that of all.
  template <class F>
  Status each(F&& post) {
    Status first;
    for (std::size_t i = 0; i < engines_.size(); ++i) {
      Status answer = post(engines_[i]);
      if (i == 0) first = std::move(answer);
    }
    return first;
  }

  /// All that the shards have counted, as one.
  [[nodiscard]] std::vector<Experiment> experiments() const {
    std::vector<Experiment> all = engines_.front().experiments();
    for (std::size_t i = 1; i < engines_.size(); ++i) add_experiments(all, engines_[i].experiments());
    engine::sort_experiments(all, engines_.front().core().newest_experiments());
    return all;
  }

  [[nodiscard]] std::uint64_t counted() const {
    std::uint64_t all = 0;
    for (const Engine& engine : engines_) all += engine.core().counted();
    return all;
  }

  [[nodiscard]] Instant next_due() const {
    Instant next = Instant::max();
    for (const Engine& engine : engines_) next = std::min(next, engine.next_due());
    return next;
  }

  /// Experiments are judged by what all shards have counted, at the instants at which one engine would. [S9.2]
  StepResult step_to(Instant now) {
    StepResult all;
    while (true) {
      const Instant look = looks_.any() ? looks_.next(engines_.front().now(), next_due(), counted()) : Instant::max();
      StepResult one = step_all(std::min(now, look));
      one.done += all.done;
      all = std::move(one);
      if (conclude_deployment()) continue;
      if (!all.status.ok() || look > now) return all;
      looks_.done(look, counted());
      runtime::look_at(experiments(), [&](const Experiment& experiment, const std::string& arm, const std::string& why) {
        static_cast<void>(promote(experiment.sequence, experiment.split, arm, why, look));
      });
    }
  }

  /// All shards stand at one deployment, which takes place in all of them or in none. False when they do not.
  bool conclude_deployment() {
    Status status;
    for (Engine& engine : engines_) {
      const std::optional<Status> judged = engine.judge_deployment();
      if (!judged) return false;
      if (status.ok()) status = *judged;
    }
    for (Engine& engine : engines_) engine.conclude_deployment(status);
    if (status.ok()) looks_.renew(programs());
    return true;
  }

  /// With the versions that the shards carry, which are not the same.
  [[nodiscard]] runtime::Looks::Programs programs() const {
    runtime::Looks::Programs all;
    for (const Engine& engine : engines_) all.push_back(&engine.core().program());
    return all;
  }

  /// In the shards that have the experiment; when none has it, each says so.
  Status promote(std::string_view sequence, std::string_view split, std::string_view arm, std::string_view why, std::optional<Instant> at) {
    const auto has = [&](const Engine& engine) {
      const std::vector<Experiment> own = engine.experiments();
      return std::any_of(own.begin(), own.end(), [&](const Experiment& e) { return e.sequence == sequence && e.split == split; });
    };
    const bool any = std::any_of(engines_.begin(), engines_.end(), has);
    std::optional<Status> first;
    for (Engine& engine : engines_) {
      if (any && !has(engine)) continue;
      Status answer = engine.promote(sequence, split, arm, why, at);
      if (!first) first = std::move(answer);
    }
    return *first;
  }

  StepResult step_all(Instant now) {
    std::vector<StepResult> results(engines_.size());
    std::vector<std::exception_ptr> thrown(engines_.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 1; i < engines_.size(); ++i) {
        threads.emplace_back([&, i] { step_one(i, now, results[i], thrown[i]); });
      }
      step_one(0, now, results[0], thrown[0]);
    }
    report();
    for (const std::exception_ptr& exception : thrown) {
      if (exception) std::rethrow_exception(exception);
    }
    StepResult all = results[0];
    for (std::size_t i = 1; i < results.size(); ++i) all.done += results[i].done;
    return all;
  }

  void observe(Observer* observer) {
    observer_ = observer;
    for (std::size_t i = 0; i < engines_.size(); ++i) {
      engines_[i].observe(nullptr);
      if (observer != nullptr) engines_[i].observe(&keepers_[i]);
    }
  }

  const Clock& clock_;
  runtime::Looks looks_;
  std::vector<Engine> engines_;
  Observer* observer_ = nullptr;

 private:
  /// What leaves an engine by an exception (memory is out) must not end the program from a thread.
  void step_one(std::size_t shard, Instant now, StepResult& result, std::exception_ptr& thrown) {
    try {
      result = engines_[shard].step_to(now);
    } catch (...) {
      thrown = std::current_exception();
    }
  }

  void report() {
    std::vector<std::vector<Kept>> kept_by_shard;  // taken out first: what is reported is not reported again
    for (Keeper& keeper : keepers_) kept_by_shard.push_back(std::exchange(keeper.kept, {}));
    if (observer_ == nullptr) return;
    std::vector<Decision> all;
    for (std::size_t i = 0; i < kept_by_shard.size(); ++i) {
      for (const Kept& kept : kept_by_shard[i]) {
        const Decision d = kept.view();
        // What concerns no lead happened in every shard. An erased lead has no name, and was in one; a promotion happened in all
        // shards that have the experiment.
        const bool is_known = d.kind == DecisionKind::promoted && contains(all, d);
        if (!d.lead.empty() || i == 0 || (is_of_some(d) && !is_known)) all.push_back(d);
      }
    }
    std::stable_sort(all.begin(), all.end(), comes_before);
    for (const Decision& d : all) observer_->on_decision(d);
  }

  std::vector<Keeper> keepers_;
};

ShardedEngine::ShardedEngine(Program program, const Clock& clock, std::size_t shards, const EngineOptions& options)
    : impl_(std::make_unique<Impl>(program, clock, shards, options)) {}
ShardedEngine::~ShardedEngine() = default;
ShardedEngine::ShardedEngine(ShardedEngine&&) noexcept = default;
ShardedEngine& ShardedEngine::operator=(ShardedEngine&&) noexcept = default;

Status ShardedEngine::upsert(std::string_view lead, const Fields& fields, std::optional<Instant> at) {
  return impl_->engine_of(lead).upsert(lead, fields, at);
}
Status ShardedEngine::post(const Event& event) { return impl_->engine_of(event.lead).post(event); }
Status ShardedEngine::consent(std::string_view lead, std::string_view category, const Consent& consent) {
  return impl_->engine_of(lead).consent(lead, category, consent);
}
Status ShardedEngine::score(std::string_view lead, std::string_view score_name, double value, std::optional<Instant> at) {
  return impl_->engine_of(lead).score(lead, score_name, value, at);
}
Status ShardedEngine::delivery(std::string_view lead, std::string_view message, std::string_view channel, Instant sent_at,
                               const Delivery& delivery, std::optional<Instant> at) {
  return impl_->engine_of(lead).delivery(lead, message, channel, sent_at, delivery, at);
}
Status ShardedEngine::gap(Instant from, Instant to) {
  return impl_->each([&](Engine& engine) { return engine.gap(from, to); });
}
Status ShardedEngine::pause(const Scope& scope, std::optional<Instant> at) {
  if (scope.kind == Scope::Kind::lead) return impl_->engine_of(scope.name).pause(scope, at);
  return impl_->each([&](Engine& engine) { return engine.pause(scope, at); });
}
Status ShardedEngine::resume(const Scope& scope, std::optional<Instant> at) {
  if (scope.kind == Scope::Kind::lead) return impl_->engine_of(scope.name).resume(scope, at);
  return impl_->each([&](Engine& engine) { return engine.resume(scope, at); });
}
Status ShardedEngine::enroll(std::string_view lead, std::string_view sequence, std::optional<Instant> at) {
  return impl_->engine_of(lead).enroll(lead, sequence, at);
}
Status ShardedEngine::exit(std::string_view lead, std::string_view sequence, std::string_view name, std::optional<Instant> at) {
  return impl_->engine_of(lead).exit(lead, sequence, name, at);
}
Status ShardedEngine::broadcast(std::string_view name, std::optional<Instant> at) {
  return impl_->each([&](Engine& engine) { return engine.broadcast(name, at); });
}
Status ShardedEngine::promote(std::string_view sequence, std::string_view split, std::string_view arm, std::string_view why,
                              std::optional<Instant> at) {
  return impl_->promote(sequence, split, arm, why, at);
}
std::vector<Experiment> ShardedEngine::experiments() const { return impl_->experiments(); }
Status ShardedEngine::erase(std::string_view lead, std::optional<Instant> at) { return impl_->engine_of(lead).erase(lead, at); }
Status ShardedEngine::deploy(const Program& program, const DeployOptions& options) {
  return impl_->each([&](Engine& engine) { return engine.deploy(program, options); });
}

DeployReport ShardedEngine::deploy_dry_run(const Program& program) const {
  DeployReport all;
  for (const Engine& engine : impl_->engines_) add_report(all, engine.deploy_dry_run(program));
  return all;
}

std::string ShardedEngine::save() const {
  std::vector<std::string> shards;
  for (const Engine& engine : impl_->engines_) shards.push_back(engine.save());
  return runtime::join(shards);
}

Status ShardedEngine::restore(std::string_view bytes) {
  std::vector<std::string> shards(impl_->engines_.size());
  if (Status status = runtime::split(bytes, shards); !status.ok()) return status;
  // All of them or none: what the others held comes back when one refuses.
  std::vector<std::string> before;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    before.push_back(impl_->engines_[i].save());
    Status status = impl_->engines_[i].restore(shards[i]);
    if (status.ok()) continue;
    for (std::size_t back = 0; back < i; ++back) static_cast<void>(impl_->engines_[back].restore(before[back]));
    return status;
  }
  impl_->looks_.restart(impl_->programs());
  return {};
}

std::optional<LeadReport> ShardedEngine::inspect(std::string_view lead) const {
  return impl_->engines_[impl_->shard_of(lead)].inspect(lead);
}
std::optional<LeadReport> ShardedEngine::export_lead(std::string_view lead) { return impl_->engine_of(lead).export_lead(lead); }

StepResult ShardedEngine::step() { return impl_->step_to(impl_->clock_.now()); }
StepResult ShardedEngine::step_to(Instant now) { return impl_->step_to(now); }

Instant ShardedEngine::next_due() const { return impl_->next_due(); }

void ShardedEngine::on_send(const std::string& channel, const ChannelSink& sink) {
  for (Engine& engine : impl_->engines_) engine.on_send(channel, sink);
}
void ShardedEngine::on_send(const ChannelSink& sink) {
  for (Engine& engine : impl_->engines_) engine.on_send(sink);
}
void ShardedEngine::on_audience(const std::string& channel, const AudienceSink& sink) {
  for (Engine& engine : impl_->engines_) engine.on_audience(channel, sink);
}
void ShardedEngine::on_audience(const AudienceSink& sink) {
  for (Engine& engine : impl_->engines_) engine.on_audience(sink);
}
void ShardedEngine::on_notify(const NotifySink& sink) {
  for (Engine& engine : impl_->engines_) engine.on_notify(sink);
}
void ShardedEngine::on_task(const TaskSink& sink) {
  for (Engine& engine : impl_->engines_) engine.on_task(sink);
}
void ShardedEngine::on_call(const CallSink& sink) {
  for (Engine& engine : impl_->engines_) engine.on_call(sink);
}
void ShardedEngine::observe(Observer* observer) { impl_->observe(observer); }
Status ShardedEngine::scoring(std::string_view score_name, ScoringPolicy* policy) {
  return impl_->each([&](Engine& engine) { return engine.scoring(score_name, policy); });
}

Statistics ShardedEngine::statistics() const {
  Statistics all;
  for (const Engine& engine : impl_->engines_) {
    const Statistics one = engine.statistics();
    all.leads += one.leads;
    all.live_enrolments += one.live_enrolments;
    all.held_messages += one.held_messages;
    all.timers += one.timers;
    all.coming_broadcasts = one.coming_broadcasts;  // the same in every shard
    all.inputs += one.inputs;
    all.refused_inputs += one.refused_inputs;
    all.ignored_fields += one.ignored_fields;
    all.sent += one.sent;
    all.lead_steps += one.lead_steps;
    all.forgotten_events += one.forgotten_events;
    all.state_bytes += one.state_bytes;
    all.name_bytes += one.name_bytes;
  }
  return all;
}

std::size_t ShardedEngine::shards() const { return impl_->engines_.size(); }
std::size_t ShardedEngine::shard_of(std::string_view lead) const { return impl_->shard_of(lead); }

}  // namespace nurture
