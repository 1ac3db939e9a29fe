// Several engines on several cores, which act as one: each lead belongs to one of them, chosen by a hash of its id, and the
// decisions come out in one order. [S1.3] Breakers and rates aside, which each engine keeps for itself, the log is that of
// one engine sorted by instant, lead and decision number, however many shards there are. Rows of one instant without a lead stand
// first, those that concern all leads in the order in which they happened, then promotions and what is left of erased leads, by
// what they say.
//
//   nurture::ShardedEngine engine{built.program(), clock, std::thread::hardware_concurrency()};
//   engine.on_send("email", deliver);    // called from several threads at once
//   engine.upsert("ada", {{"email", "ada@example.com"}});
//   engine.step();                       // all shards at once; returns when the last one is done
//
// Threads: belongs to one thread at a time, like an Engine. While step() runs, sinks and policies are called from the
// threads of the shards, several at once and in no order; what one of them posts must be about the lead that it was called
// for. Observers are called from the thread that steps, after all shards are done.
#pragma once

#include <nurture/engine.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nurture {

class ShardedEngine {
 public:
  /// The clock must outlive the engine. At least one shard; each is stepped by a thread of its own.
  ShardedEngine(Program program, const Clock& clock, std::size_t shards, const EngineOptions& options = {});
  ~ShardedEngine();
  ShardedEngine(ShardedEngine&&) noexcept;
  ShardedEngine& operator=(ShardedEngine&&) noexcept;

  /// As in Engine. What concerns no lead reaches every shard and stands in the log once.
  Status upsert(std::string_view lead, const Fields& fields, std::optional<Instant> at = {});
  Status post(const Event& event);
  Status consent(std::string_view lead, std::string_view category, const Consent& consent = {});
  Status score(std::string_view lead, std::string_view score_name, double value, std::optional<Instant> at = {});
  Status delivery(std::string_view lead, std::string_view message, std::string_view channel, Instant sent_at, const Delivery& delivery,
                  std::optional<Instant> at = {});
  Status gap(Instant from, Instant to);
  Status pause(const Scope& scope = {}, std::optional<Instant> at = {});
  Status resume(const Scope& scope = {}, std::optional<Instant> at = {});
  Status enroll(std::string_view lead, std::string_view sequence, std::optional<Instant> at = {});
  Status exit(std::string_view lead, std::string_view sequence, std::string_view name = "host", std::optional<Instant> at = {});
  Status broadcast(std::string_view name, std::optional<Instant> at = {});
  Status promote(std::string_view sequence, std::string_view split, std::string_view arm, std::string_view why = "by the host",
                 std::optional<Instant> at = {});
  /// Sums over the shards.
  [[nodiscard]] std::vector<Experiment> experiments() const;
  Status erase(std::string_view lead, std::optional<Instant> at = {});
  /// Every shard at once, or none: all come to the instant before any goes on.
  Status deploy(const Program& program, const DeployOptions& options = {});
  [[nodiscard]] DeployReport deploy_dry_run(const Program& program) const;
  [[nodiscard]] std::string save() const;
  /// Refused by another number of shards, too.
  Status restore(std::string_view bytes);
  [[nodiscard]] std::optional<LeadReport> inspect(std::string_view lead) const;
  [[nodiscard]] std::optional<LeadReport> export_lead(std::string_view lead);

  /// Steps every shard to the clock's now; refused, as a whole, when the clock went back.
  StepResult step();
  StepResult step_to(Instant now);
  [[nodiscard]] Instant next_due() const;

  void on_send(const std::string& channel, const ChannelSink& sink);
  void on_send(const ChannelSink& sink);
  void on_audience(const std::string& channel, const AudienceSink& sink);
  void on_audience(const AudienceSink& sink);
  void on_notify(const NotifySink& sink);
  void on_task(const TaskSink& sink);
  void on_call(const CallSink& sink);
  /// Not owned; nullptr ends it. Sees the decisions of a step in the order of instant, lead and number.
  void observe(Observer* observer);
  Status scoring(std::string_view score_name, ScoringPolicy* policy);

  /// Sums over the shards.
  [[nodiscard]] Statistics statistics() const;
  [[nodiscard]] std::size_t shards() const;
  /// The shard that a lead belongs to.
  [[nodiscard]] std::size_t shard_of(std::string_view lead) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nurture
