// STAGE 4: the deterministic core, a pure function (state, input) -> (state', decisions, effects). [S1.1] It reads no
// clock, draws no random number and touches nothing outside; the shell (src/runtime) feeds it and carries its effects out.
//
// Where to read on: core.cpp takes inputs and timers in order (S1, S2); apply.cpp applies an input; enroll.cpp enters and
// leaves (S3); plan.cpp, recurrence.cpp and exclusive.cpp say when steps are due (S4); conditions.cpp evaluates and reacts
// to change (S2.4, S5.4); body.cpp runs bodies (S5); gates.cpp and shared_gates.cpp decide sends (S6), emitting.cpp lets them
// go, told.cpp tells of what was decided; scores.cpp and decay.cpp keep scores (S8), lifecycles.cpp stages and audiences,
// digests.cpp what caps gather; experiments.cpp counts (S9), broadcasts.cpp goes through the leads; halts.cpp and inspect.cpp
// do what the host asks, retention.cpp forgets (S11). Entry points: inputs(), run().
#pragma once

#include "compile/program.hpp"
#include "engine/effect.hpp"
#include "engine/history.hpp"
#include "engine/input.hpp"
#include "engine/state.hpp"
#include "engine/symbols.hpp"
#include "engine/timers.hpp"
#include "eval/code.hpp"

#include <nurture/decision.hpp>
#include <nurture/engine.hpp>
#include <nurture/experiments.hpp>
#include <nurture/limits.hpp>
#include <nurture/time.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture::engine {

struct CoreOptions {
  std::string project = {};  ///< "": the program's own, else "default".
  std::vector<std::pair<std::string, std::string>> forced_splits;
  std::optional<std::vector<std::string>> only_sequences;
  std::optional<bool> holdout;  ///< In place of the hash.
};

/// Behind the `newest` first, those that only older versions have: which these are, and in which order they are carried, differs
/// from engine to engine.
void sort_experiments(std::vector<Experiment>& all, std::size_t newest);

class Core {
 public:
  Core(std::shared_ptr<const compile::Program> program, CoreOptions options);

  /// One that knows nothing yet and decides for the same host.
  [[nodiscard]] Core renewed(std::shared_ptr<const compile::Program> program) const;

  // ---- the edge
  [[nodiscard]] const compile::Program& program() const { return *program_; }
  [[nodiscard]] const std::string& project() const { return project_; }
  /// That of the bytes that it reads, unless the host says another; then false.
  [[nodiscard]] bool adopt_project(const std::string& project) {
    if (!options_.project.empty() && options_.project != project) return false;
    project_ = project;
    return true;
  }
  /// A row of the log for an input of the shell that is refused.
  void refuse(std::string_view what, std::string_view why) { refuse_input({}, what, why); }
  [[nodiscard]] InputQueue& inputs() { return inputs_; }
  void set_sink(EffectSink* sink) { sink_ = sink; }
  void set_observer(Observer* observer) { observer_ = observer; }
  void set_policy(Id score, ScoringPolicy* policy) { policies_[score] = policy; }
  void count_ignored_field() { ++counts_.ignored_fields; }
  /// For what is tried again: takes a place of the channel's rate, or answers when one comes free.
  [[nodiscard]] Instant take_place(Id channel);
  /// A row of the log for what waits for one.
  void log_put_off(std::string_view lead, std::string_view message, std::string_view audience, Id channel, Instant until);
  /// By declared name or by the name used outside; kNone when undeclared.
  [[nodiscard]] Id find_event(std::string_view name) const;

  // ---- time
  /// Applies the inputs and fires the timers up to `target`, instant by instant. `work` bounds the number of inputs and
  /// timers; what is left of it is answered in place. True when `target` is closed.
  bool run(Instant target, std::uint64_t& work);
  /// In the middle of run(), e.g. by a sink: it is to end no later than this, which must lie in the future.
  void stop_at(Instant instant) { until_ = std::min(until_, instant); }
  [[nodiscard]] Instant now() const { return now_; }
  /// What falls due while time passes without the engine is done at its end. [S1.7]
  [[nodiscard]] Instant not_in_gap(Instant at) const { return std::max(at, Instant{gap_until_ms_}); }
  [[nodiscard]] Instant next_due() const;
  /// run() has come to a deployment and cannot go on until this core gives way to another. Answers it once: the shell's
  /// number of the program, or kNone.
  [[nodiscard]] Id take_deployment() { return std::exchange(deployment_, kNone); }

  // ---- questions
  [[nodiscard]] std::optional<LeadReport> inspect(std::string_view name) const;
  /// Those of the newest version of each sequence as the program has them, then those that only older ones have, by name.
  [[nodiscard]] std::vector<Experiment> experiments() const;
  [[nodiscard]] std::size_t newest_experiments() const;  ///< How many are of the newest.
  /// All that experiments have counted: it rises with everything that a judge of them could see.
  [[nodiscard]] std::uint64_t counted() const;
  [[nodiscard]] Statistics statistics() const;
  [[nodiscard]] std::uint32_t find_lead(std::string_view name) const;  ///< kNone when unknown.
  [[nodiscard]] std::string_view lead_name(std::uint32_t lead) const;
  [[nodiscard]] const time::Zone& lead_zone(std::uint32_t lead) const;
  [[nodiscard]] const Enrolment& enrolment(std::uint32_t index) const { return enrolments_[index]; }
  /// The live enrolment of a lead in a sequence with the highest number, or kNone.
  [[nodiscard]] std::uint32_t find_enrolment(std::uint32_t lead, Id sequence) const;
  /// The last enrolment, live or ended.
  [[nodiscard]] std::uint32_t last_enrolment(std::uint32_t lead, Id sequence) const;
  [[nodiscard]] std::int64_t score_total(std::uint32_t lead, Id score) const;
  [[nodiscard]] Id score_tier(std::uint32_t lead, Id score) const;    ///< Index in Score::tiers, kNone before the first input.
  [[nodiscard]] Id stage_of(std::uint32_t lead, Id lifecycle) const;  ///< Index in Lifecycle::stages.
  [[nodiscard]] eval::Value attribute(std::uint32_t lead, Id field, eval::Arena& arena) const;
  /// An expression of `module` (this program's or one lowered against it) in the context of a lead and an enrolment.
  [[nodiscard]] eval::Value evaluate(const eval::Module& module, eval::Ref ref, std::uint32_t lead, std::uint32_t enrolment,
                                     eval::Arena& arena);

  // ---- content of an effect, during EffectSink::on_effect
  [[nodiscard]] const compile::Content& content(const Effect& effect) const;
  [[nodiscard]] std::string render(const Effect& effect, const std::vector<compile::TextPart>& parts) const;
  [[nodiscard]] Key key(const Effect& effect) const;

 private:
  friend class Env;
  friend class Saved;
  friend class Deployment;

  enum class Flow : std::uint8_t { done, suspended, ended };
  /// What a body runs in: the timeline or a handler of an enrolment, or a score.
  struct Body {
    std::uint32_t lead = 0;
    std::uint32_t enrolment = kNone;
    bool timeline = false;
    std::uint16_t step = kNoStep;
    std::uint32_t visit = 0;  ///< Of the step; of a handler or a score, how often it has fired: part of the idempotency key.
    Id score = kNone;
    const EventView* trigger = nullptr;
    const Word* held_trigger = nullptr;  ///< Of a held message: what is left of `trigger`.
    /// Where it all stands, found once: records never move.
    Word* row = nullptr;
    Enrolment* e = nullptr;                       ///< nullptr in a score.
    const compile::Sequence* sequence = nullptr;  ///< Likewise.
    /// Of a step that has just begun (nothing in it has waited yet): when it was due, for the log. Else kNever.
    std::int64_t due_ms = kNever;
    std::uint64_t held = 0;  ///< Of a held message: its serial.
  };
  /// An instant on the clock of a zone.
  struct LocalNow {
    const time::Zone* zone = nullptr;
    Instant at;
    std::int32_t day = 0;
    std::int32_t second = 0;  ///< Of the day.
    bool steady = false;      ///< The clock does not change within two days, before or after.
  };
  /// What may have changed.
  struct Change {
    const EventView* event = nullptr;
    const std::vector<bool>* fields = nullptr;
    bool scores = false;
    bool clock = false;
    bool anchors = false;
    bool zone = false;    ///< The clock of the lead, with which `clock` changes too.
    bool all = false;     ///< Anything: at entry.
    bool come = false;    ///< The time of an event in the history that was ahead of the clock, or one was forgotten.
    bool forgot = false;  ///< The latter: anchors stay where they are. [S11.3]
  };
  /// Why a message does not pass.
  struct Gate {
    enum class Kind : std::uint8_t { hold, skip };
    Kind kind = Kind::skip;
    Reason reason = Reason::none;
    std::int64_t until_ms = 0;
    std::string_view rule = {};  ///< What the log says; of the program, or valid as long as the gate.
    Id digest = kNone;           ///< digested: the sequence that tells of it.
  };

  // core.cpp, apply.cpp
  void apply(const Input& input);
  void apply_upsert(const Input& input);
  void apply_event(const Input& input);
  void apply_consent(const Input& input);
  void apply_delivery(const Input& input);
  [[nodiscard]] bool give_back_slots(std::uint32_t lead, const Input& delivery);
  void log_halt(DecisionKind kind, Instant until, std::string_view what = {}, Reason reason = Reason::none);
  void apply_pause(const Input& input);
  void apply_resume(const Input& input);
  void go_on(std::uint32_t lead, const Input& resumed);
  [[nodiscard]] bool lead_sleeps(std::uint32_t lead) const;
  [[nodiscard]] bool is_stopped(const Enrolment& enrolment) const;
  [[nodiscard]] std::int64_t stands_since(const Enrolment& enrolment) const;
  [[nodiscard]] bool is_paused(std::uint32_t lead, std::uint32_t enrolment, Id channel) const;
  [[nodiscard]] bool slept(const Enrolment& enrolment, std::int64_t due_ms) const;
  void apply_exit(const Input& input);
  void apply_erase(const Input& input);
  void apply_membership(const Input& input);
  void take_answer(std::uint32_t lead, const Input& input);
  void erase(std::uint32_t lead, std::string_view name, Reason reason);
  void begin_lead(std::uint32_t lead);
  void fire(const Timer& timer);
  void wake(const Timer& timer);
  [[nodiscard]] bool has_changes(std::uint32_t lead) const;
  [[nodiscard]] bool is_current(const Timer& timer) const;
  [[nodiscard]] bool defer_in_gap(const Timer& timer);
  [[nodiscard]] std::uint32_t create_lead(std::string_view name);
  void enter_in_table(Symbol name, std::uint32_t lead);
  void begin_row(Word* row, Symbol name, std::uint32_t history);
  [[nodiscard]] bool seen_before(const Input& input);
  void take_event(std::uint32_t lead, const EventView& view);
  void remember(std::uint32_t lead, const EventView& view);
  void prefetch() const;
  void drain_changes();
  void settle();
  [[nodiscard]] bool count_action(std::uint32_t lead, LeadHead& head);
  void note_action(std::uint32_t lead, std::string_view what);
  void park(std::uint32_t lead);
  void set_field(std::uint32_t lead, Id field, Word word);
  void read_zone(std::uint32_t lead);
  void add_timer(std::int64_t due_ms, TimerKind kind, std::uint32_t lead, std::uint32_t subject);
  void refuse_input(std::string_view lead, std::string_view what, std::string_view why);

  // conditions.cpp
  [[nodiscard]] bool holds(const compile::Condition& condition, class Env& env);
  [[nodiscard]] std::optional<bool> answer(eval::Ref condition, class Env& env);
  [[nodiscard]] eval::Value value_of(eval::Ref expression, class Env& env);
  [[nodiscard]] bool matches(const compile::Pattern& pattern, const Enrolment* enrolment, const EventView& view, class Env& env);
  [[nodiscard]] static bool depends(const compile::Condition& condition, const Change& change);
  [[nodiscard]] static bool names(const compile::Condition& condition, const Change& change);
  /// Whether anything of a sequence, a score or a lifecycle may ask for what changed.
  template <class Part>
  [[nodiscard]] static bool touches(const Part& part, const Change& change) {
    if (change.all || change.clock || (change.scores && part.reacts_to_scores)) return true;
    if (change.event != nullptr && part.reacts[change.event->event] != 0) return true;
    for (std::size_t f = 0; change.fields != nullptr && f < change.fields->size(); ++f) {
      if ((*change.fields)[f] && part.reacts_to_field[f]) return true;
    }
    return false;
  }
  [[nodiscard]] Change with_clock(Change change) const;
  void react_lead(std::uint32_t lead, const Change& change);
  void react(std::uint32_t enrolment, const Change& change);
  void plan_anew(std::uint32_t enrolment);
  [[nodiscard]] bool react_levels(std::uint32_t enrolment, const Change& change, class Env& env);
  [[nodiscard]] std::string goal_value(const compile::Goal& goal, const Change& change, class Env& env);
  [[nodiscard]] bool react_moved_anchors(std::uint32_t enrolment, class Env& env);
  [[nodiscard]] bool react_anchors(std::uint32_t enrolment, const Change& change, class Env& env);
  [[nodiscard]] bool judge_handler(std::uint32_t enrolment, Id handler, const Change& change, class Env& env);
  [[nodiscard]] bool react_handlers(std::uint32_t enrolment, const Change& change, class Env& env);
  void react_wait(std::uint32_t enrolment, const Change& change, class Env& env);
  [[nodiscard]] bool is_silenced(std::uint32_t enrolment, class Env& env);
  [[nodiscard]] std::uint32_t fires(std::uint32_t enrolment, Id handler);
  void watch_clock(std::uint32_t enrolment, std::int64_t valid_until_ms);
  void watch_lead(std::uint32_t lead, std::int64_t valid_until_ms);
  void enroll_on_change(std::uint32_t lead, const Change& change);
  [[nodiscard]] bool key_matches(const compile::Sequence& sequence, const Enrolment& enrolment, const EventView& view) const;
  void keep_trigger(std::uint32_t enrolment, const EventView& view);
  void keep_event(Word* words, const EventView& view, const std::vector<Id>& names);
  [[nodiscard]] Word event_word(const EventView& view, std::size_t position);
  [[nodiscard]] bool is_still(std::uint32_t enrolment, const Identity& identity) const {
    return live(enrolment) && Identity(enrolments_[enrolment]) == identity;
  }

  // broadcasts.cpp
  /// When the next broadcast starts by its date; max() when none does.
  [[nodiscard]] Instant next_broadcast() const {
    return next_dated_ < program_->broadcasts.size() ? program_->sequences[program_->broadcasts[next_dated_]].broadcast.start
                                                     : Instant::max();
  }
  [[nodiscard]] bool sweeps() const { return sweep_.next < sweep_.end; }
  void start_broadcast(Id sequence);
  void start_dated();
  void sweep();

  // experiments.cpp
  [[nodiscard]] Id draw_arm(const compile::Split& split, std::uint32_t lead) const;
  [[nodiscard]] Id assigned_arm(const compile::Split& split, const Body& body, Assignment::How& how);
  void count_outcomes(std::uint32_t lead, const EventView& view);
  void apply_promote(const Input& input);

  // enroll.cpp
  [[nodiscard]] bool is_under_way(std::uint32_t lead, Id sequence) const;
  void begin(std::uint32_t enrolment, std::string_view cause);
  // exclusive.cpp
  [[nodiscard]] std::uint32_t awake_in_group(std::uint32_t lead, Id group, std::uint32_t except) const;
  [[nodiscard]] bool waits_its_turn(std::uint32_t enrolment);
  void freeze(std::uint32_t enrolment, std::string_view by);
  void thaw(std::uint32_t enrolment);
  void keep_match(const Enrolment& enrolment, Id wait_case);
  void shift_wait(std::uint32_t enrolment, std::int64_t elapsed_ms);
  [[nodiscard]] bool is_blocked(const Enrolment& enrolment) const;
  void restart_frozen_wait(std::uint32_t enrolment, const time::Period& timeout);
  void shift_plan(const Enrolment& enrolment, std::int64_t elapsed_ms);
  void drain_group();
  void take_turn(std::uint32_t enrolment);
  void find_place(std::uint32_t enrolment, std::uint32_t other);
  [[nodiscard]] FrozenWord frozen_word(const Enrolment& e) const {
    const Id offset = sequence_of(e).extra.frozen;
    if (offset == kNone || e.extra == kNone) return {};
    const Word* words = extra(e, offset);
    return std::bit_cast<FrozenWord>(std::array{words[0], words[1], words[2]});
  }
  [[nodiscard]] bool is_frozen(const Enrolment& e) const { return frozen_word(e).since_ms != 0; }
  void set_frozen_word(const Enrolment& e, const FrozenWord& frozen);
  [[nodiscard]] GivenWord given_word(const Enrolment& e) const {
    const Id offset = sequence_of(e).extra.migrated;
    if (offset == kNone || e.extra == kNone) return {};
    const Word* words = extra(e, offset);
    return std::bit_cast<GivenWord>(std::array{words[0], words[1], words[2]});
  }
  void set_given_word(const Enrolment& e, const GivenWord& given);
  void take_back_given(const Enrolment& e, Id step);
  void shift_given(const Enrolment& e, std::int64_t elapsed_ms);

  // enroll.cpp, further
  /// `handed` is one word for each parameter of the sequence, or nullptr.
  [[nodiscard]] Reason enroll(std::uint32_t lead, Id sequence, const EventView* entry, std::string_view cause, Id way = kNone,
                              const Word* handed = nullptr);
  [[nodiscard]] Reason admission(std::uint32_t lead, Id sequence, Word key) const;
  [[nodiscard]] std::uint32_t restarted(std::uint32_t lead, Id sequence, Word key) const;
  [[nodiscard]] bool entry_key(std::uint32_t lead, Id sequence, const EventView* entry, Id way, Word& key);
  [[nodiscard]] Reason levels_at_entry(std::uint32_t enrolment, std::string& rule);
  [[nodiscard]] std::uint32_t new_enrolment(std::uint32_t lead, Id sequence, const EventView* entry, Word key, const Word* handed);
  void keep_handed(const Enrolment& enrolment, const EventView* entry, const Word* handed);
  void react_handlers_at_entry(std::uint32_t enrolment);
  void start_triggers(std::uint32_t lead);
  [[nodiscard]] bool is_superseded(const Enrolment& e) const;
  void forget_superseded(std::uint32_t enrolment);
  void discard(std::uint32_t enrolment);
  void end(std::uint32_t enrolment, Reason reason, std::string_view name);
  void cancel_held(std::uint32_t enrolment, Reason reason, std::string_view rule, bool timeline_only);
  void link(std::uint32_t enrolment);
  void unlink(std::uint32_t enrolment);
  void refuse_entry(std::uint32_t lead, Id sequence, Reason reason, std::string_view rule);

  // plan.cpp
  /// The present on the clock of a zone; many leads of one zone ask for it at one instant.
  [[nodiscard]] const LocalNow& local_now(const time::Zone& zone) const;
  /// The clock's `second` of a `day` in a zone; many leads of one zone plan for one instant.
  [[nodiscard]] std::int64_t instant_of(const time::Zone& zone, std::int32_t day, std::int32_t second) const;
  [[nodiscard]] const time::Zone& plan_zone(const Enrolment& enrolment) const;
  [[nodiscard]] const time::Zone& zone_of(const compile::ZoneRule& rule, const Word* row, const compile::Sequence& sequence) const;
  /// Civil day of entry in the plan's zone.
  [[nodiscard]] std::int32_t base_day(const Enrolment& enrolment) const {
    return plan_zone(enrolment).to_local({enrolment.enrolled_ms}).day();
  }
  /// How often the step that ran last has run.
  [[nodiscard]] std::uint16_t visit_of(const Enrolment& enrolment) const;
  [[nodiscard]] std::int64_t broadcast_spread(const compile::Sequence& sequence, std::uint32_t lead) const;
  [[nodiscard]] std::int64_t step_due(const Enrolment& enrolment, Id step) const;
  /// The step that a run is in, or waits for, and until when.
  struct Awaited {
    Id step = kNone;
    std::int64_t due_ms = kNever;
  };
  [[nodiscard]] Awaited awaited(const Enrolment& enrolment) const;
  [[nodiscard]] bool has_run(const Enrolment& enrolment, Id step) const;
  [[nodiscard]] bool is_too_late(const Enrolment& enrolment, Id step, std::int64_t due_ms) const;
  [[nodiscard]] bool is_left_out(const Enrolment& enrolment, Id step, std::int64_t due_ms) const;
  [[nodiscard]] bool runs_for_anchor(const Enrolment& enrolment, Id step, StepWord& word) const;
  /// A word that a step is done with: it ran, or never again for this date.
  void mark_run(const Enrolment& enrolment, Id step, std::int64_t due_ms);
  [[nodiscard]] AnchorWord anchor_word(const Enrolment& enrolment, const compile::Anchor& anchor, class Env& env);
  void read_anchors(const Enrolment& enrolment, class Env& env);
  /// The date of an event that is forgotten stays with the run. [S11.3]
  [[nodiscard]] bool outlives_event(const compile::Anchor& anchor) const {
    return program_->retention.forgets_events && !anchor.value.events.empty();
  }
  [[nodiscard]] bool has_steps_left(const Enrolment& e, compile::Id anchor) const;
  /// `change` is what may have moved them; nullptr at entry.
  bool evaluate_anchors(std::uint32_t enrolment, class Env& env, const Change* change);
  void plan_anchors(std::uint32_t enrolment);
  void plan_first(const Enrolment& enrolment);
  void plan(std::uint32_t enrolment);
  void plan_linear(std::uint32_t enrolment, Enrolment& e, const compile::Sequence& sequence);
  void plan_after(const Enrolment& enrolment, Id ended);
  [[nodiscard]] std::int64_t after_end(const Enrolment& enrolment, Id step, std::int64_t end_ms) const;
  void replan(std::uint32_t enrolment);
  void apply_late(std::uint32_t enrolment);
  void pass_occurrence(const Enrolment& enrolment, Id step, std::int64_t due_ms);
  void skip_step(std::uint32_t enrolment, Id step, Reason reason);
  void run_step(std::uint32_t enrolment);
  void finish_body(const Body& body);
  void count_from_end(const Enrolment& e);
  void complete_or_wait(std::uint32_t enrolment);
  void accelerate(std::uint32_t enrolment, Id node);
  [[nodiscard]] Flow jump(const Body& body, Id target);
  [[nodiscard]] Word* extra(const Enrolment& enrolment, Id offset);
  [[nodiscard]] const Word* extra(const Enrolment& enrolment, Id offset) const;
  [[nodiscard]] StepWord step_word(const Enrolment& enrolment, Id step) const;
  void set_step_word(const Enrolment& enrolment, Id step, StepWord word);
  void note_run(std::uint32_t enrolment, Id step);
  void note_after(const Enrolment& enrolment, Id step, std::int64_t ms);

  // recurrence.cpp
  [[nodiscard]] std::int32_t clock_seconds(const compile::ClockTime& time, const Word* row) const;
  [[nodiscard]] std::int64_t next_occurrence(const compile::Recurrence& every, const compile::Sequence& sequence, const Word* row,
                                             std::int64_t after_ms) const;
  [[nodiscard]] std::int64_t occurrence_behind(const compile::Recurrence& every, const compile::Sequence& sequence, const Word* row,
                                               Word last, std::int64_t after_ms) const;
  [[nodiscard]] std::int64_t newest_due(const compile::Recurrence& every, const compile::Sequence& sequence, const Word* row,
                                        std::int64_t due_ms) const;
  [[nodiscard]] Word occurrence_word(const compile::Recurrence& every, const compile::Sequence& sequence, const Word* row,
                                     std::int64_t due_ms) const;
  [[nodiscard]] Word counted_anew(const compile::Sequence& sequence, const Word* row, Word last, std::int64_t from_ms) const;
  void count_dates_anew(std::uint32_t enrolment, const std::vector<bool>& fields);
  void enroll_on_time(std::uint32_t lead, const Change& change);

  // body.cpp
  Flow run_body(const Body& body, Id node);
  [[nodiscard]] Flow run_node(const Body& body, Id node, Id& next);
  void resume(std::uint32_t enrolment, Id node);
  void end_wait(std::uint32_t enrolment, std::string_view how, std::string_view label, Id next);
  void timeout(std::uint32_t enrolment);
  [[nodiscard]] Flow start_wait(const Body& body, Id node);
  [[nodiscard]] std::int64_t wait_ends(const compile::Node& node, Instant began, const time::Zone& zone) const;
  [[nodiscard]] Flow start_wait_until(const Body& body, Id node, Id& next);
  void note_wait(const Enrolment& enrolment);
  void time_wait(std::uint32_t enrolment, std::int64_t due_ms);
  void time_wait_anew(std::uint32_t enrolment);
  [[nodiscard]] Id take_branch(const Body& body, Id node);
  [[nodiscard]] Id take_split(const Body& body, Id node);
  [[nodiscard]] std::vector<Word> handed_over(const Body& body, const compile::Node& node);
  [[nodiscard]] Flow move(const Body& body, Id node, Id& next);
  void award(const Body& body, const compile::Award& award);
  void snooze(const Body& body, Id period);
  void assign(const Body& body, Id node);
  void log_unknown_zone(const Body& body, Id node, std::string_view zone);
  void notify(const Body& body, Id node);
  void give_task(const Body& body, Id node);
  void call(const Body& body, Id node);
  [[nodiscard]] Body timeline_body(std::uint32_t enrolment);
  [[nodiscard]] Body body_of(std::uint32_t lead, std::uint32_t enrolment, bool timeline, std::uint16_t step, std::uint32_t visit,
                             const EventView* trigger = nullptr);
  [[nodiscard]] Effect effect_of(const Body& body, Id node) const;

  // gates.cpp
  [[nodiscard]] Flow send(const Body& body, Id node, Id& next);
  [[nodiscard]] std::int64_t heard_until_ms() const { return std::max(now_.ms, gap_until_ms_); }
  [[nodiscard]] bool is_lead_clock_due(std::uint32_t lead) const;
  [[nodiscard]] bool is_clock_due(const Enrolment& enrolment) const;
  [[nodiscard]] bool still_wanted(std::uint32_t enrolment);
  void attempt(const Body& body, Id node, Id path, std::uint32_t held);
  [[nodiscard]] Id attempt_one(const Body& body, Id node);
  [[nodiscard]] Id attempt_next(const Body& body, Id node);
  [[nodiscard]] Id exhausted(const Body& body, const compile::Node& node);
  [[nodiscard]] Id preferred_path(const Body& body, const compile::Node& node);
  [[nodiscard]] Id next_of_pool(const Body& body, const compile::Node& node) const;
  [[nodiscard]] bool passed(const Body& body, const compile::SendPath& path) const;
  void pass_held_out(const Body& body, const compile::SendPath& path) const;
  [[nodiscard]] bool is_held(std::uint32_t lead, Id message) const;
  [[nodiscard]] bool is_awaited(const Body& body, const compile::Node& n) const;
  [[nodiscard]] bool was_sent(const Body& body, Id path, std::uint32_t held, Gate& gate) const;
  void remember_sent(Word* row, Id path);
  void forget_sent(std::uint32_t lead, const Input& delivery);
  /// Each of these answers whether the message passes, and if not, says why in `gate`.
  [[nodiscard]] bool passes(const Body& body, Id path, std::uint32_t held, Gate& gate);
  [[nodiscard]] bool policies_let(const Body& body, const compile::SendPath& path, std::uint32_t held, Gate& gate);
  [[nodiscard]] static Id lacking_consent(const Word* row, const compile::SendPath& path);
  [[nodiscard]] bool is_suppressed(const Body& body, const compile::SendPath& path, Gate& gate);
  [[nodiscard]] std::optional<bool> answer_for_lead(const Body& body, eval::Ref condition);
  [[nodiscard]] bool has_address(const Body& body, Id channel, Gate& gate);
  [[nodiscard]] bool is_first(const Body& body, Id channel, std::uint32_t held, Gate& gate) const;
  [[nodiscard]] std::int64_t quiet_until(const compile::QuietHours& quiet, const time::Zone& zone) const;
  [[nodiscard]] bool is_open(const compile::Policy& policy, const Body& body, Id channel, Gate& gate) const;
  [[nodiscard]] bool has_consent(std::uint32_t lead, std::uint32_t pair) const;
  [[nodiscard]] std::int64_t spread(const compile::Policy& policy, const Body& body) const;
  [[nodiscard]] static std::int64_t slot_ends(const compile::Cap& cap, std::int64_t sent_ms, const time::Zone& zone);
  [[nodiscard]] bool has_room(Id policy, const Body& body, const compile::SendPath& path, Gate& gate);
  void take_caps(const Body& body, Id path);
  [[nodiscard]] bool is_surely_free(const compile::Cap& cap, Word slot) const;
  [[nodiscard]] Effect message_effect(const Body& body, Id node, Id path) const;
  [[nodiscard]] bool can_say(const Effect& effect);
  void log_errors(const Effect& effect, const std::vector<compile::TextPart>& parts);
  void emit(const Body& body, const Effect& effect);
  [[nodiscard]] std::uint32_t choose_variant(const Effect& effect);
  [[nodiscard]] std::uint32_t count_held(const Body& body) const;
  void hold(const Body& body, Id node, Id path, std::uint32_t held, const Gate& gate);
  void retry_held(std::uint32_t held);
  /// Of the messages of the same run that are due with this one, the one that was held first.
  [[nodiscard]] std::uint32_t first_due(std::uint32_t held) const;
  void release_held(std::uint32_t held);
  void ask_now(std::uint32_t held);
  /// All messages of a lead that are held, by its scores first.
  template <class See>
  void each_held(std::uint32_t lead, See&& see) const {
    for (auto i = held_of_scores_.lower_bound({lead, 0}); i != held_of_scores_.end() && i->first.first == lead; ++i) see(i->second);
    for (std::uint32_t e = head(lead).first_enrolment; e != kNone; e = enrolments_[e].next) {
      for (std::uint32_t i = enrolments_[e].held; i != kNone; i = held_[i].next) see(i);
    }
  }
  [[nodiscard]] Body held_body(const Held& held);
  void ask_held_again(std::uint32_t lead);
  void ask_capped_again(std::uint32_t lead);
  [[nodiscard]] std::int64_t hold_deadline(const Body& body, Id path) const;
  void tend_hold(std::uint32_t held);
  [[nodiscard]] std::int64_t anchor_deadline(const Enrolment& enrolment, std::uint16_t step) const;
  void anchor_moved(std::uint32_t enrolment, Id anchor);

  // shared_gates.cpp: what does not belong to one run
  [[nodiscard]] bool is_held_out(std::uint32_t lead, const std::vector<compile::Holdout>& holdouts, Gate& gate) const;
  [[nodiscard]] bool is_let_go(const Body& body, const compile::SendPath& path, Gate& gate);
  [[nodiscard]] bool breaker_lets(Id channel, Gate& gate) const;
  [[nodiscard]] bool rate_lets(Id channel, Gate& gate) const;
  void take_channel(Id channel);
  void take_rate(Id channel);
  void leave_queue(const Held& held);
  void note_outcome(Id channel, bool failed);
  void ask_broken_again(Id channel);
  void count_event(std::uint32_t lead, const EventView& view);
  void ask_let_go(std::uint32_t lead, const Change& change);
  [[nodiscard]] bool rests(std::uint32_t lead, const compile::SendPath& path) const;
  void ask_let_go(std::uint32_t held);

  // digests.cpp
  void gather(const Body& body, Id path, Id digest);
  [[nodiscard]] bool is_full(std::uint32_t lead, Id digest) const;
  [[nodiscard]] bool is_leaving(std::uint32_t lead, Id digest) const;
  [[nodiscard]] bool is_gathered(std::uint32_t lead, Id message) const;
  [[nodiscard]] bool has_gathered(const Body& body, Gate& gate);
  void forget_gathered(std::uint32_t lead, Id digest) { gathered_.erase({lead, digest}); }
  void remember_gathered(const Body& body);
  void ungather(std::uint32_t enrolment, std::string_view rule);
  [[nodiscard]] std::vector<std::string> gathered_names(std::uint32_t lead, Id digest) const;

  // lifecycles.cpp
  [[nodiscard]] std::vector<Id> place_in_stages(std::uint32_t lead);
  void start_lifecycles(std::uint32_t lead, const std::vector<Id>& placed);
  void settle_standing(std::uint32_t lead, const Change& change);
  [[nodiscard]] bool react_lifecycles(std::uint32_t lead, const Change& change);
  [[nodiscard]] Id judge_stages(std::uint32_t lead, const compile::Lifecycle& lifecycle, const Change& change);
  void enter_stage(std::uint32_t lead, Id lifecycle, Id stage);
  void react_audiences(std::uint32_t lead, const Change& change);
  void settle_audiences(std::uint32_t lead);
  void settle_audience(std::uint32_t lead, Id audience);
  void put_off(std::uint32_t lead, Id audience, const Gate& gate, Membership::Wait before);
  void leave_queue(std::uint32_t lead, Id audience);
  void ask_broken_audiences_again(Id channel);
  void change_membership(std::uint32_t lead, Id audience, bool joined);
  void tell_membership(std::uint32_t lead, const std::string& audience, const std::string& channel, Word changes, bool joined);

  // retention.cpp
  void watch_silence(std::uint32_t lead);
  [[nodiscard]] std::int64_t silence_ends(std::uint32_t lead);
  [[nodiscard]] bool is_silent(std::uint32_t lead);
  void begin_retention(std::uint32_t lead);
  void watch_retention(std::uint32_t lead, std::int64_t due_ms);
  void retain(std::uint32_t lead);
  void note_forgotten(std::uint32_t lead, Id event, std::int64_t occurred_ms);
  [[nodiscard]] bool is_forgotten(std::uint32_t lead, std::int64_t occurred_ms, std::int64_t& due_ms) const;

  // told.cpp
  void tell(Id event, std::uint32_t lead, std::initializer_list<std::string_view> texts);
  void tell_message(Id event, const Effect& effect, Reason reason);
  void react_to_told();

  // scores.cpp
  void start_scores(std::uint32_t lead);
  void start_score(std::uint32_t lead, Id score);
  void settle_score(std::uint32_t lead, Id score);
  void react_scores(std::uint32_t lead, const Change& change);
  void run_score_bodies(std::uint32_t lead, const EventView* event);
  void score_event(std::uint32_t lead, Id score, const EventView& view);
  void score_conditions(std::uint32_t lead, Id score, const Change& change);
  void score_policy(std::uint32_t lead, Id score, const EventView& view);
  void log_policy_error(std::uint32_t lead, Id score, std::string_view words);
  void add_points(std::uint32_t lead, Id score, Id category, std::int64_t fixed, std::string_view rule);
  void reset_score(std::uint32_t lead, Id score, std::int64_t to);
  void set_score(std::uint32_t lead, Id score, std::int64_t fixed, std::string_view rule);
  void update_tier(std::uint32_t lead, Id score);
  [[nodiscard]] bool within_limit(std::uint32_t lead, Id score, const compile::ScoreRule& rule);
  [[nodiscard]] std::int64_t score_fixed(std::uint32_t lead, Id score) const;
  [[nodiscard]] std::int64_t score_sum(std::uint32_t lead, Id score) const;
  [[nodiscard]] std::int64_t score_booked(std::uint32_t lead, Id score) const;
  [[nodiscard]] Word* score_words(std::uint32_t lead, Id score);
  [[nodiscard]] const Word* score_words(std::uint32_t lead, Id score) const;
  void log_score(std::uint32_t lead, Id score, std::string_view rule, std::int64_t before);
  void log_score(std::uint32_t lead, Id score, std::string_view rule, std::int64_t before, std::int64_t after);

  // decay.cpp
  [[nodiscard]] std::int64_t decayed(std::uint32_t lead, Id score, std::int64_t sum, std::int64_t until_ms) const;
  void book_decay(std::uint32_t lead, Id score, std::int64_t until_ms);
  [[nodiscard]] std::int64_t follow_decay(std::uint32_t lead, Id score);
  [[nodiscard]] std::vector<Id> judge_decays(std::uint32_t lead, Id score, const Change& change, class Env& env);
  void begin_decays(std::uint32_t lead, Id score, const std::vector<Id>& beginning);

  // log.cpp
  [[nodiscard]] Decision decision(DecisionKind kind) const;  ///< Of no lead.
  [[nodiscard]] Decision decision(std::uint32_t lead, DecisionKind kind);
  [[nodiscard]] Decision decision(std::uint32_t lead, std::uint32_t enrolment, DecisionKind kind);
  void log(const Decision& d);
  void log_message(const Body& body, DecisionKind kind, Id node, Id path, const Gate& gate);

  // ---- records
  [[nodiscard]] static LeadHead& head_of(Word* row) { return *std::launder(reinterpret_cast<LeadHead*>(row)); }
  [[nodiscard]] static const LeadHead& head_of(const Word* row) { return *std::launder(reinterpret_cast<const LeadHead*>(row)); }
  [[nodiscard]] LeadHead& head(std::uint32_t lead) { return head_of(rows_.at(lead)); }
  [[nodiscard]] const LeadHead& head(std::uint32_t lead) const { return head_of(rows_.at(lead)); }
  [[nodiscard]] std::int64_t lead_wake_ms(std::uint32_t lead) const {
    return static_cast<std::int64_t>(rows_.at(lead)[program_->layout.wake]);
  }
  void set_lead_wake(std::uint32_t lead, std::int64_t ms) { rows_.at(lead)[program_->layout.wake] = static_cast<Word>(ms); }
  [[nodiscard]] const compile::Sequence& sequence_of(const Enrolment& e) const { return program_->sequences[e.sequence]; }
  /// Versions of one sequence are one sequence to whoever enters or asks. [S10.1]
  [[nodiscard]] Id family_of(Id sequence) const { return program_->sequences[sequence].family; }
  [[nodiscard]] Word key_of(const Enrolment& e) const {
    const Id offset = sequence_of(e).extra.key;
    return offset == kNone || e.extra == kNone ? kMissingWord : *extra(e, offset);
  }
  /// Triggers and digests are runs that nobody entered.
  [[nodiscard]] bool is_counted(const Enrolment& e) const { return e.state != EnrolmentState::ended && !sequence_of(e).is_triggers; }
  [[nodiscard]] bool live(std::uint32_t enrolment) const { return enrolments_[enrolment].state != EnrolmentState::ended; }

  std::shared_ptr<const compile::Program> program_;
  CoreOptions options_;
  std::string project_;  ///< Part of every key. [S7.1]
  EffectSink* sink_ = nullptr;
  Observer* observer_ = nullptr;
  std::vector<ScoringPolicy*> policies_;

  Instant now_ = Instant::min();
  Instant until_ = Instant::min();  ///< Where run() ends.
  Id deployment_ = kNone;
  InputQueue inputs_;
  Timers timers_;
  mutable eval::Arena arena_;

  Symbols texts_;                                             ///< Attribute values, keys, kept fields.
  Symbols names_;                                             ///< Leads.
  std::vector<std::pair<Symbol, std::uint32_t>> lead_table_;  ///< Open addressing by the symbol's address of names_.
  std::uint32_t lead_count_ = 0;                              ///< Erased ones included.
  std::uint32_t erased_leads_ = 0;
  BlockPool rows_;
  RecordPool<Enrolment> enrolments_;
  std::uint32_t live_enrolments_ = 0;
  RecordPool<Held> held_;
  /// By serial, of what was held before a deployment and has another place in its program now: the key stays what it was. [S7.1]
  std::map<std::uint64_t, Key> older_keys_;
  BlockPool held_triggers_;  ///< The event's id, then a word per SendPath::trigger_fields.
  std::uint32_t held_count_ = 0;
  /// Those that belong to no enrolment, by lead and Held::serial; only a pause, a breaker or a rate holds such.
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> held_of_scores_;
  std::uint64_t held_serial_ = 0;  ///< Of the last message that was held.
  /// By lead and sequence of the digest, in the order in which they would have gone out.
  std::map<std::pair<std::uint32_t, Id>, std::vector<Gathered>> gathered_;
  std::vector<ChannelState> channels_;
  struct ToldEvent {
    std::uint32_t lead = 0;
    Id event = 0;
    const eval::Value* values = nullptr;  ///< In arena_.
  };
  std::deque<ToldEvent> told_;     ///< What the engine has told of itself and not yet reacted to.
  std::vector<BlockPool> extras_;  ///< By sequence.
  History history_;
  std::vector<bool> runs_;                ///< By sequence: whether it takes part.
  std::vector<const time::Zone*> zones_;  ///< [0] is UTC for leads without a zone.
  std::map<std::string_view, Id> event_names_;
  std::vector<std::vector<std::int16_t>> kept_position_;  ///< [event][field] -> position among kept fields, or -1.

  mutable LocalNow local_now_;      ///< The answer local_now() gave last.
  mutable LocalNow local_instant_;  ///< The answer instant_of() gave last.
  bool paused_ = false;
  std::vector<bool> paused_channels_;
  /// From when to when a sequence or a lead stood still; `until` is kNever while it does.
  struct Sleep {
    std::int64_t from_ms = INT64_MIN, until_ms = INT64_MIN;
  };
  std::vector<Sleep> sleeping_sequences_;
  std::map<std::uint32_t, Sleep> sleeping_leads_;
  std::uint32_t sleepers_ = 0;                              ///< Sequences and leads that stand still now.
  std::vector<std::pair<std::uint32_t, Id>> freed_groups_;  ///< (lead, group) of which a member ended.
  /// Of erased leads, by the hash of their ids: the numbers that their enrolments had.
  std::map<std::uint64_t, std::uint32_t> tombstones_;
  std::map<std::uint32_t, std::uint32_t> first_numbers_;  ///< By lead that came back: enrolments are numbered after this.
  /// A broadcast on its way through the leads that were known when it was started.
  struct Sweep {
    Id sequence = kNone;
    std::uint32_t next = 0, end = 0;  ///< Leads.
  };
  Sweep sweep_;
  std::vector<std::uint32_t> broadcast_numbers_;  ///< By sequence: how often it was started.
  std::size_t next_dated_ = 0;                    ///< Of Program::broadcasts.
  std::vector<ExperimentState> experiments_;
  std::int64_t gap_from_ms_ = INT64_MIN;
  std::int64_t gap_until_ms_ = INT64_MIN;
  std::uint64_t arrivals_ = 0;                                               ///< Events received so far.
  std::vector<std::pair<std::uint32_t, std::vector<bool>>> changed_fields_;  ///< Set by actions, not yet reacted to.
  bool scores_changed_ = false;
  std::vector<std::pair<std::uint32_t, Identity>> waking_;  ///< The runs that wake() goes through.
  std::uint32_t rescored_ = kNone;               ///< A lead whose scores the clock changed in the middle of a body, not yet reacted to.
  std::vector<std::pair<Id, Id>> score_bodies_;  ///< (score, first node) to run once the enrolments have reacted.
  std::map<std::uint32_t, std::vector<std::string>> chains_;  ///< What leads did at the instant chains_ms_, for the log of S2.7.
  std::int64_t chains_ms_ = INT64_MIN;
  /// Ids of events seen, in two generations of limits::kDeduplicationMs.
  struct SeenIds {
    std::vector<std::pair<std::uint64_t, std::int64_t>> slots;
    std::size_t used = 0;
  };
  SeenIds seen_[2];
  std::int64_t seen_since_ms_ = INT64_MIN;
  mutable Statistics counts_;
};

/// What an expression can ask in the core: a lead, perhaps an enrolment, perhaps an event.
class Env final : public eval::Environment {
 public:
  Env(const Core& core, std::uint32_t lead, std::uint32_t enrolment, const EventView* event = nullptr, const EventView* trigger = nullptr);
  /// What a body asks: the event that began it is at hand.
  Env(const Core& core, const Core::Body& body);
  /// What the texts of a message ask.
  Env(const Core& core, const Effect& effect);
  [[nodiscard]] eval::Value load(eval::Origin origin, std::uint32_t index) override;
  [[nodiscard]] eval::Value history(std::uint32_t query) override;

  const EventView* event;
  const EventView* trigger;
  /// Of a held message, see Effect::held_trigger, and the names that its words are for.
  const Word* held_trigger = nullptr;
  const std::vector<Id>* held_names = nullptr;
  const compile::SendPath* path = nullptr;  ///< Of a message: what its send hands over.
  const compile::Message* message = nullptr;
  const eval::Module* module;  ///< Whose queries history() answers.
  EventView* found = nullptr;  ///< Where history() leaves the last event it counted: of `any`, the newest that matches.

 private:
  friend class Core;
  [[nodiscard]] eval::Value event_value(const EventView& view, std::uint32_t name) const;
  [[nodiscard]] eval::Value kept_value(const Word* words, Id name, std::size_t index) const;
  [[nodiscard]] eval::Value kept_trigger(std::uint32_t index) const;
  [[nodiscard]] eval::Value kept_trigger_named(std::uint32_t name) const;
  [[nodiscard]] eval::Value sequence_trigger(std::uint32_t index) const;
  [[nodiscard]] eval::Value argument(std::uint32_t index);
  [[nodiscard]] eval::Value entry_value(std::uint32_t index) const;
  [[nodiscard]] std::int64_t leaves_window(const eval::Query& query, std::int64_t occurred_ms) const;
  [[nodiscard]] Word arrivals_before(const eval::Query& query) const;
  [[nodiscard]] eval::Value handed_value(std::uint32_t index) const;
  [[nodiscard]] eval::Value digest_value(std::uint32_t index) const;
  [[nodiscard]] bool counts(const eval::Query& query, const Past& past, std::size_t which);
  [[nodiscard]] eval::Value asked_field(const eval::Query& query, const Past& past, std::size_t which) const;
  [[nodiscard]] std::int64_t window_begin(const eval::Query& query, bool& none) const;

  const Core& core_;
  std::uint32_t lead_;
  std::uint32_t enrolment_;
};

}  // namespace nurture::engine
