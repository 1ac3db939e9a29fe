// The reference engine: the meaning of the language, written from its contracts, slow and obvious. It walks the checked
// syntax tree, keeps everything in sorted lists, and asks every condition again at every instant at which the passing of
// time might change one. Entry point: class Reference. tests/model/reference_test.cpp compares it with the engine.
//
// It shares with the engine the calendar (src/time), the hash of assignments and keys, the printer of expressions and the
// line of the decision log; versions of sequences come from the compiled program because only their spelling matters.
#pragma once

#include "model/host_sink.hpp"
#include "model/reference_state.hpp"

#include <nurture/experiments.hpp>
#include <nurture/program.hpp>

#include <string_view>
#include <tuple>

namespace reference {

struct Row {
  Instant at;
  std::string lead;
  std::uint32_t number = 0;
  std::string json;
};

class World;

class Reference {
 public:
  Reference(const model::Model& model, const nurture::Program& program);

  /// A program that an input deploys.
  void brings(const model::Model& model, const nurture::Program& program) { deployed_ = {&model, &program}; }
  void post(Input input);
  /// Applies all inputs and does everything that is due up to an instant.
  void run_to(Instant until);
  [[nodiscard]] const std::vector<Row>& log() const { return log_; }
  /// What experiments have counted.
  [[nodiscard]] const std::vector<nurture::Experiment>& experiments() const { return experiments_; }

 private:
  friend class World;

  /// A body in progress.
  struct Body {
    Lead* lead = nullptr;
    Enrolment* e = nullptr;  ///< None for scores.
    bool timeline = false;
    int step = -1;
    std::uint32_t visit = 0;
    std::optional<Occurrence> trigger;
    int score = -1;
    std::optional<Instant> due = {};       ///< Of a step that begins: when it was due.
    std::optional<nurture::Key> key = {};  ///< Where it was fixed by an older version. [S7.1]
  };
  enum class Flow { done, suspended, ended };

  /// A split with a goal.
  struct Contest {
    int sequence = 0;
    const ast::Split* split = nullptr;
  };

  /// What a gate says.
  struct Gate {
    enum class Kind { pass, hold, skip };
    Kind kind = Kind::pass;
    Reason reason = Reason::none;
    Instant until = Instant::max();
    std::string rule;
    const ast::Cap* digest = nullptr;  ///< Which gathers the message.
  };

  /// A digest of a policy: a run that nobody enters, and the message that it sends.
  struct Digest {
    const ast::Cap* cap = nullptr;
    int id = 0;
    ast::Sequence node = {};
    model::Sequence sequence = {};
    ast::Action action = {};
  };

  /// A place to send to, looked up.
  struct Path {
    const model::Message* message = nullptr;
    const model::Category* category = nullptr;
    std::string channel;
  };

  /// Something of a lead that is due.
  struct Due {
    Instant at = Instant::max();
    int kind = 0;  ///< 0 the clock, 1 the end of a wait, 2 a held message or a step
    std::size_t rank = 0;
    std::uint32_t number = 0;
    int step = 0;  ///< A held message before the step.
    std::uint64_t serial = 0;
    Enrolment* e = nullptr;
    [[nodiscard]] auto order() const { return std::tie(at, kind, rank, number, step, serial); }
  };

  // ---- reference.cpp: time, inputs
  void apply(const Input& input);
  void apply_upsert(const Input& input);
  void apply_event(const Input& input);
  void apply_consent(const Input& input);
  void apply_delivery(const Input& input);
  void apply_resume(Lead& lead, const Input& input);
  [[nodiscard]] Due next_due(Lead& lead);
  [[nodiscard]] Instant next_clock(Lead& lead) const;
  void fire(Lead& lead, const Due& due);
  void hear_clock(Lead& lead);
  void drain(Lead& lead);
  [[nodiscard]] static bool is_unsettled(const Lead& lead) { return !lead.changed.empty() || lead.awarded || lead.rescored; }
  [[nodiscard]] Lead* find(const std::string& name);
  Lead& create(const std::string& name);
  void set_field(Lead& lead, const std::string& name, Value value);
  [[nodiscard]] std::string missing_field(const Lead* lead, const Input& input) const;

  // ---- reference_halts.cpp: pauses, what an operator does
  void apply_pause(const Input& input);
  void apply_exit(const Input& input);
  void apply_erase(const Input& input);
  void erase(Lead& lead, Reason reason);
  [[nodiscard]] bool is_stopped(const Lead& lead, const Enrolment& e) const;
  [[nodiscard]] bool is_paused(const Lead& lead, const Enrolment* e, const std::string& channel) const;
  [[nodiscard]] bool slept(const Lead& lead, const Enrolment& e, Instant due) const;
  void write_halt(nurture::DecisionKind kind, const std::string& what, Instant until, Reason reason = Reason::none);

  // ---- reference_exclusive.cpp: groups of which one run is awake
  [[nodiscard]] const std::string* group(const Enrolment& e) const;
  [[nodiscard]] Enrolment* awake_in(Lead& lead, const std::string& group, const Enrolment* except);
  bool waits_its_turn(Lead& lead, Enrolment& e);
  void thaw(Lead& lead, Enrolment& e);
  void shift_plan(const Lead& lead, Enrolment& e, std::int64_t elapsed_ms);
  void shift_given(const Lead& lead, Enrolment& e, std::size_t step, std::int64_t elapsed_ms);
  void shift_wait(Lead& lead, Enrolment& e, std::int64_t elapsed_ms);
  void free_group(Lead& lead, const std::string& group);
  void take_turn(Lead& lead, Enrolment& e);
  [[nodiscard]] static std::int64_t priority_of(const model::Sequence& s);

  // ---- reference_recurrence.cpp
  [[nodiscard]] std::optional<Instant> occurrence_behind(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s,
                                                         Instant after) const;
  [[nodiscard]] std::optional<Instant> occurrence_at(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s,
                                                     std::int64_t k) const;
  [[nodiscard]] std::optional<Instant> next_occurrence(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s,
                                                       const std::optional<Instant>& last, std::int32_t last_day, Instant after) const;
  [[nodiscard]] Instant newest_occurrence(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s, Instant due) const;
  [[nodiscard]] std::int32_t clock_seconds(const ast::ClockTime& clock, const Lead& lead) const;
  void pass_occurrence(const Lead& lead, const Enrolment& e, int step, StepState& state, Instant due) const;
  template <class Kept>
  void count_anew(const nurture::time::Zone& zone, Kept& kept, Instant from) const;
  void count_dates_anew(const Lead& lead, Enrolment& e, const Change& change) const;
  void enroll_on_time(Lead& lead, const Change& change);

  // ---- reference_streams.cpp: what a stream does when nothing is left, and broadcasts
  void run_out(const Body& body, const ast::Action& action, Places& places);
  void collect_starts();
  [[nodiscard]] Instant next_start() const;
  void start_dated();
  void start_broadcast(int sequence);
  [[nodiscard]] std::int64_t broadcast_spread(const Lead& lead, const model::Sequence& s) const;

  // ---- reference_experiments.cpp
  void collect_experiments();
  [[nodiscard]] std::size_t draw_arm(const std::string& sequence, const ast::Split& split, const Lead& lead) const;
  const Assignment& assigned_arm(const Body& body, const ast::Split& split);
  void count_outcomes(Lead& lead, const Occurrence& event);
  void apply_promote(const Input& input);
  void promote(std::size_t experiment, std::size_t arm, const std::string& why);
  [[nodiscard]] Instant next_look() const;
  void look();

  // ---- reference_told.cpp: what the engine tells of itself
  void tell(Lead& lead, const std::string& event, const std::vector<std::string>& texts);
  void tell_message(const Body& body, const std::string& event, const ast::Action& action, const Path& path, Reason reason);
  void react_to_told(Lead& lead);

  // ---- reference_moments.cpp: the instants at which the passing of time can change an answer
  void collect_lengths(const model::Model& model);
  void collect_asked_messages(const model::Model& model);
  [[nodiscard]] std::set<Instant> collect_moments(const Lead& lead) const;

  // ---- reference_conditions.cpp
  void react_lead(Lead& lead, Change change);
  void react(Lead& lead, Enrolment& e, const Change& change);
  bool react_levels(Lead& lead, Enrolment& e, const Change& change);
  bool react_handlers(Lead& lead, Enrolment& e, const Change& change);
  void react_wait(Lead& lead, Enrolment& e, const Change& change);
  bool holds(Lead& lead, Enrolment* e, const ast::Expr& condition, const Change& change);
  std::optional<bool> answer(Lead& lead, Enrolment* e, const ast::Expr& condition, const Change& change);
  bool matches(Lead& lead, Enrolment* e, const ast::Pattern& pattern, const Occurrence& event);
  [[nodiscard]] bool names(const std::vector<ast::Name>& events, const std::string& event) const;
  [[nodiscard]] static bool is_about(const ast::Pattern& pattern, const Occurrence& event);
  [[nodiscard]] bool carries_key(const Enrolment& e, const Occurrence& event) const;
  [[nodiscard]] const Asks& asks(const ast::Expr& condition);
  bool is_asked(const ast::Expr& condition, const Change& change);
  [[nodiscard]] bool names_change(const ast::Expr& condition, const Change& change);
  void add_asks(const ast::Expr& condition, Asks& asks) const;
  bool still_wanted(Lead& lead, Enrolment& e);
  bool is_silenced(Lead& lead, Enrolment& e);
  bool turns_false(Lead& lead, Enrolment& e, const ast::Expr& condition, const Change& change);
  [[nodiscard]] std::string worth(Lead& lead, Enrolment& e, const ast::Goal& goal, const Change& change);
  void enroll_on_change(Lead& lead, const Change& change);

  // ---- reference_entry.cpp
  /// How somebody comes in: by the event that enters, by a way of the sequence's own, with values handed over.
  struct Entry {
    const Occurrence* event = nullptr;
    const ast::Enroll* way = nullptr;
    bool own = false;  ///< By a way of its own, which can start over.
    std::map<std::string, Value> handed = {};
    std::optional<std::string> key = {};  ///< Of a broadcast: which start it was.
  };
  Reason enroll(Lead& lead, int sequence, const Entry& entry, const std::string& cause);
  void begin(Lead& lead, Enrolment& e, const std::string& cause);
  void start_triggers(Lead& lead);
  [[nodiscard]] Enrolment* restarted(Lead& lead, int sequence, const std::optional<std::string>& key);
  bool entry_key(Lead& lead, int sequence, const Occurrence* entry, const ast::Enroll* way, std::optional<std::string>& key);
  [[nodiscard]] bool is_his(const Enrolment& e, const model::Sequence& s, const std::optional<std::string>& key) const;
  [[nodiscard]] bool is_superseded(const Lead& lead, const Enrolment& e) const;
  [[nodiscard]] Reason admission(const Lead& lead, int sequence, const std::optional<std::string>& key) const;
  Enrolment& new_enrolment(Lead& lead, int sequence, const Entry& entry, std::optional<std::string> key);
  Reason levels_at_entry(Lead& lead, Enrolment& e, std::string& rule);
  void refuse(Lead& lead, int sequence, Reason reason, const std::string& rule);
  void end(Lead& lead, Enrolment& e, Reason reason, const std::string& name);
  void cancel_held(Lead& lead, Enrolment& e, Reason reason, const std::string& rule, bool timeline_only);

  // ---- reference_plan.cpp
  [[nodiscard]] std::optional<Instant> step_due(const Lead& lead, const Enrolment& e, int step) const;
  [[nodiscard]] std::optional<Instant> day_due(const Lead& lead, const Enrolment& e, int step, Instant base) const;
  [[nodiscard]] bool is_too_late(const Lead& lead, const Enrolment& e, int step, Instant due) const;
  [[nodiscard]] bool is_left_out(const Lead& lead, const Enrolment& e, int step, Instant due) const;
  void mark_run(Lead& lead, Enrolment& e, int step, Instant due);
  void plan_again(Enrolment& e, std::size_t anchor);
  [[nodiscard]] Instant after_end(const Lead& lead, const Enrolment& e, int step, Instant end) const;
  void apply_late(Lead& lead, Enrolment& e);
  void skip_step(Lead& lead, Enrolment& e, int step, Reason reason);
  void plan_after(Lead& lead, Enrolment& e, int ended);
  void plan(Lead& lead, Enrolment& e);
  void run_step(Lead& lead, Enrolment& e);
  void finish_body(const Body& body);
  void count_from_end(Lead& lead, Enrolment& e);
  [[nodiscard]] bool has_steps_left(const Enrolment& e, std::size_t anchor) const;
  [[nodiscard]] bool outlives_event(const ast::Anchor& anchor);
  bool evaluate_anchors(Lead& lead, Enrolment& e, const Change& change, bool at_entry);
  [[nodiscard]] std::optional<Instant> anchor_value(Lead& lead, Enrolment& e, const ast::Anchor& anchor);
  void accelerate(Lead& lead, Enrolment& e, const ast::Accelerate& action);
  Flow jump(const Body& body, const std::string& step);
  [[nodiscard]] std::int32_t today(const Lead& lead, const Enrolment& e) const;

  // ---- reference_bodies.cpp
  Flow run_body(const Body& body, Places places);
  void give_task(const Body& body, const ast::Action& action, const ast::Task& task);
  Flow run_action(const Body& body, const ast::Action& action, Places& places);
  void time_wait(Lead& lead, Enrolment& e, Instant due);
  void time_wait_anew(Lead& lead, Enrolment& e);
  [[nodiscard]] static std::optional<Instant> wait_end(const Waiting& wait, const nurture::time::Zone& zone);
  Flow start_wait(const Body& body, Waiting wait, const Places& places);
  Flow start_wait_until(const Body& body, Waiting wait, Places& places);
  [[nodiscard]] static Waiting waiting_for(const ast::WaitUntil& wait);
  [[nodiscard]] static Waiting waiting_for(const ast::WaitAnyOf& wait);
  void end_wait(Lead& lead, Enrolment& e, const std::optional<std::size_t>& met);
  void resume(Lead& lead, Enrolment& e, Places places);
  Flow move(const Body& body, const ast::MoveTo& action, Places& places);
  [[nodiscard]] std::map<std::string, Value> hand_over(const Body& body, const std::string& sequence,
                                                       const std::vector<ast::Argument>& arguments);
  void award(const Body& body, const ast::AddPoints& action);
  void snooze(const Body& body, const ast::Snooze& action);
  void enroll_in(const Body& body, const ast::EnrollIn& action);
  void set(const Body& body, const ast::SetField& action);
  void take_branch(const Body& body, const ast::If& action, Places& places);
  void take_split(const Body& body, const ast::Split& action, Places& places);
  [[nodiscard]] std::string fill_in(const Body& body, const std::string& text);
  Body timeline_body(Lead& lead, Enrolment& e);
  bool count_action(Lead& lead, std::string what);

  // ---- reference_sending.cpp
  Flow send(const Body& body, const ast::Action& action, Places& places);
  void attempt(const Body& body, const ast::Action& action, const Path& path, const Held* held);
  Gate ask_gates(const Body& body, const ast::Action& action, const Path& path, const Held* held);
  bool ask_lead(const Body& body, const ast::Action& action, const Path& path, const Held* held, Gate& gate);
  bool ask_pauses(const Body& body, const Path& path, Gate& gate) const;
  bool ask_policies(const Body& body, const Path& path, const Held* held, Gate& gate);
  [[nodiscard]] bool has_address(const Body& body, const Path& path, Gate& gate);
  [[nodiscard]] std::vector<const model::Category*> above(const model::Category& category) const;
  [[nodiscard]] std::optional<std::string> lacking_consent(const Lead& lead, const Path& path) const {
    return lacking_consent(lead, path.category->name, path.channel);
  }
  [[nodiscard]] std::optional<std::string> lacking_consent(const Lead& lead, const std::string& category, const std::string& channel) const;
  bool ask_policy_hours(const Body& body, const ast::Policy& policy, const std::string& channel, Gate& gate) const;
  bool ask_policy_caps(const Body& body, const ast::Policy& policy, const Path& path, Gate& gate);
  [[nodiscard]] static Instant leaves_cap(const ast::Cap& cap, Instant sent, const nurture::time::Zone& zone);
  [[nodiscard]] Instant hold_deadline(const Body& body, const Path& path) const;
  void tend_hold(const Lead& lead, const Enrolment* e, Held& held) const;
  void tend_holds(Lead& lead) const;
  void hold(const Body& body, const ast::Action& action, const Path& path, const Held* held, const Gate& gate);
  void emit(const Body& body, const ast::Action& action, const Path& path);
  void retry_held(Lead& lead, Enrolment* e, std::uint64_t serial);
  void release(Lead& lead, Enrolment* e, std::uint64_t serial);
  [[nodiscard]] std::optional<Instant> anchor_deadline(const Enrolment& e, int step) const;
  [[nodiscard]] Path path_to(const std::string& message, const std::string& channel) const;
  [[nodiscard]] Path path_of(const Held& held) const { return path_to(held.message, held.channel); }
  [[nodiscard]] Body body_of(Lead& lead, Enrolment* e, const Held& held) const;
  [[nodiscard]] bool is_exempt(const ast::Policy& policy, const model::Category& category) const;
  [[nodiscard]] std::vector<const ast::Policy*> policies(const Body& body, const Path& path) const;
  std::map<std::string, Value> arguments(const Body& body, const model::Message& message, const ast::Send& send);
  std::string choose_variant(const Body& body, const model::Message& message, const ast::Send* send);
  std::vector<Held>& held_of(Lead& lead, Enrolment* e) { return e != nullptr ? e->held : lead.held; }

  // ---- reference_channels.cpp: tries, rates and breakers
  void deliver(const Body& body, const ast::Action& action, const Path& path);
  void try_again();
  void take_answer(Retry message, const nurture::Delivery& answer);
  [[nodiscard]] Instant next_try(const Retry& message, const nurture::Delivery& answer) const;
  [[nodiscard]] Instant next_retry() const;
  [[nodiscard]] const ast::Channel* channel_node(const std::string& name) const;
  bool ask_rate(const Path& path, const Held* held, Gate& gate);
  bool ask_breaker(const Path& path, Gate& gate);
  void take_channel(const Path& path);
  void note_answer(const std::string& channel, bool failed);
  void ask_broken_again(const std::string& channel);

  // ---- reference_deployments.cpp
  void take(const model::Model& model, const nurture::Program& program);
  void rank();
  void apply_deploy(const Input& input);
  [[nodiscard]] std::vector<Lead*> known_leads();
  void pass_numbers_over();
  [[nodiscard]] std::size_t rank_of(const Enrolment& e) const;
  void carry_ways(Lead& lead, const model::Sequence* old, const model::Sequence& s, bool enroll_existing);
  [[nodiscard]] int current(const std::string& name) const { return current_.at(name); }
  [[nodiscard]] const model::Sequence& declared(int id) const { return *all_[static_cast<std::size_t>(id)]; }

  // ---- reference_migrations.cpp
  struct Awaited {
    int step = -1;
    Instant due = Instant::max();
  };
  [[nodiscard]] const ast::Migrate* migration_of(const Enrolment& e) const;
  [[nodiscard]] Awaited awaited(const Lead& lead, const Enrolment& e) const;
  [[nodiscard]] std::string without_step();
  [[nodiscard]] std::optional<Instant> stands_since(const Lead& lead, const Enrolment& e) const;
  [[nodiscard]] const ast::Action* send_like(const model::Sequence& s, const Held& held) const;
  void lose_held(Lead& lead);
  [[nodiscard]] std::vector<StepState> carried_steps(const Enrolment& e, const model::Sequence& to, const ast::Migrate& node) const;
  void carry_handlers(Lead& lead, Enrolment& e, const model::Sequence& from);
  void carry_due(Lead& lead, Enrolment& e, int target, const Awaited& was, std::optional<Instant> since, ast::MigrateStep::Timer timer);
  void count_from_ends(Lead& lead, Enrolment& e);
  using Moving = std::pair<Enrolment*, const ast::Migrate*>;
  [[nodiscard]] std::vector<Moving> collect_moving(Lead& lead) const;
  void forget_moving(Lead& lead, const std::vector<Moving>& moving);
  void migrate_all(Lead& lead, const std::vector<Moving>& moving);
  void migrate(Lead& lead, Enrolment& e, const ast::Migrate& node);
  void leave_group(Lead& lead, Enrolment& e, const std::optional<std::string>& from);
  void go_on(Lead& lead, Enrolment& e, const std::optional<std::string>& from);
  void find_place(Lead& lead, Enrolment& e, Enrolment& other);

  // ---- reference_digests.cpp
  [[nodiscard]] std::string digest_name(const ast::Cap& cap, const std::string& policy) const;
  void collect_digests(const nurture::Program& program);
  [[nodiscard]] const Digest* digest_of(const Enrolment* e) const;
  [[nodiscard]] Enrolment& digest_run(Lead& lead, const Digest& digest);
  [[nodiscard]] static bool is_full(const Lead& lead, const ast::Cap& cap);
  void gather(const Body& body, const ast::Action& action, const Path& path, const ast::Cap& cap);
  void note_sent(Lead& lead, const Sent& sent) const;
  [[nodiscard]] bool has_gathered(const Body& body, const Digest& digest, Gate& gate);
  void ungather(Lead& lead, const Enrolment& e, const std::string& name);
  [[nodiscard]] bool is_leaving(const Lead& lead, const ast::Cap& cap) const;
  [[nodiscard]] static bool is_gathered(const Lead& lead, const std::string& message);
  [[nodiscard]] Value digest_value(const Lead& lead, const Enrolment* e) const;

  // ---- reference_retention.cpp
  [[nodiscard]] const ast::Retain* retained(ast::Retain::Kind kind) const;
  void collect_lasting(const model::Model& model);
  [[nodiscard]] Instant forgotten_at(const Lead& lead, const Occurrence& past) const;
  [[nodiscard]] Instant goes_at(const Lead& lead, const Occurrence& past) const;
  void note_forgotten(Lead& lead, const Occurrence& past) const;
  [[nodiscard]] Instant silent_at(Lead& lead);
  [[nodiscard]] Instant next_forgetting(Lead& lead);
  void forget(Lead& lead);

  // ---- reference_choosing.cpp: sends that choose, and what was sent
  [[nodiscard]] std::vector<Path> paths(const ast::Action& action) const;
  [[nodiscard]] static bool chooses(const ast::Action& action);
  /// False when nothing of a pool is left.
  bool attempt_one(const Body& body, const ast::Action& action);
  [[nodiscard]] bool was_sent(const Body& body, const ast::Action& action, const Path& path, const Held* held, Gate& gate) const;
  [[nodiscard]] static bool is_held(const Lead& lead, const std::string& message);
  [[nodiscard]] static std::string guard(const ast::Action& action);
  [[nodiscard]] bool is_held_out(const Body& body, const Path& path, Gate& gate) const;
  [[nodiscard]] bool is_in_holdout(const Lead& lead, const Enrolment* e, Gate& gate) const;
  bool hold_while(const Body& body, const Path& path, Gate& gate);
  [[nodiscard]] Instant ceases(Lead& lead, const ast::Expr& condition);
  void ask_let_go(Lead& lead, const Change& change);
  void count_event(Lead& lead, const Occurrence& event);
  void take_place(Lead& lead, const ast::Cap& cap, Sent& sent, const nurture::time::Zone& zone);

  // ---- reference_standing.cpp: lifecycles and audiences
  void start_lead(Lead& lead);
  bool settle(Lead& lead, const Change& change);
  bool react_stages(Lead& lead, const Change& change);
  int judge_stages(Lead& lead, std::size_t lifecycle, const Change& change);
  void write_stage(Lead& lead, std::size_t lifecycle, const std::string& before);
  void react_audiences(Lead& lead, const Change& change);
  void settle_audience(Lead& lead, std::size_t audience);
  void tell_audience(Lead& lead, std::size_t audience, bool is_in);
  void leave_audiences(Lead& lead);
  [[nodiscard]] const ast::Expr* address_of(const ast::Audience& audience) const;

  // ---- reference_scores.cpp and, what falls by itself, reference_decay.cpp
  void empty_scores(Lead& lead);
  void start_scores(Lead& lead);
  bool react_scores(Lead& lead, const Change& change);
  bool score_conditions(Lead& lead, int score, const Change& change);
  std::vector<std::size_t> judge_decays(Lead& lead, int score, const Change& change, bool& changed);
  bool begin_decays(Lead& lead, int score, const std::vector<std::size_t>& beginning);
  bool book_decay(Lead& lead, int score, Instant until);
  bool follow_decay(Lead& lead, int score);
  bool is_touched(int score, const Change& change);
  std::int64_t take_deduction(int score, ScoreState& state, std::int64_t sum, Instant until, Instant& at, const Lead& lead) const;
  [[nodiscard]] std::int64_t floor_of(int score, const ast::Decay& node) const;
  [[nodiscard]] std::int64_t lowered(int score, const ast::Decay& node, std::int64_t sum, std::int64_t deductions) const;
  [[nodiscard]] std::int64_t halved(int score, const ast::Decay& node, const ScoreState::Decay& decay, std::int64_t sum, Instant at,
                                    const nurture::time::Zone& zone) const;
  [[nodiscard]] std::optional<Instant> next_crossing(const Lead& lead, int score) const;
  [[nodiscard]] std::optional<Instant> halves_to_line(const Lead& lead, int score, const ast::Decay& node, const ScoreState::Decay& decay,
                                                      std::int64_t booked) const;
  [[nodiscard]] bool crosses(const Lead& lead, int score, std::int64_t from, std::int64_t to) const;
  void collect_lines(const model::Model& model);
  template <class Node>
  void collect_lines_in(const Node& tree);
  bool score_event(Lead& lead, int score, const Occurrence& event);
  bool reset_score(Lead& lead, int score, std::int64_t to);
  void set_score(Lead& lead, int score, double value);
  bool add_points(Lead& lead, int score, std::int64_t points, const std::string& rule);
  bool put_score(Lead& lead, int score, std::int64_t fixed, const std::string& rule);
  bool score_by_host(Lead& lead, int score, const Occurrence& event);
  void order_scores(int score);
  bool update_tier(Lead& lead, int score);
  bool log_score(Lead& lead, int score, const std::string& rule, std::int64_t before);
  bool log_score(Lead& lead, int score, const std::string& rule, std::int64_t before, std::int64_t after);
  void run_score_bodies(Lead& lead, const Occurrence* event);
  [[nodiscard]] std::int64_t score_booked(const Lead& lead, int score) const;
  [[nodiscard]] std::int64_t score_sum(const Lead& lead, int score, Instant at) const;
  [[nodiscard]] std::int64_t score_fixed(const Lead& lead, int score) const;
  [[nodiscard]] std::int64_t score_total(const Lead& lead, int score) const;
  [[nodiscard]] int score_tier(const Lead& lead, int score) const;
  [[nodiscard]] std::vector<std::pair<const ast::Rule*, int>> rules(int score) const;

  // ---- reference_log.cpp
  [[nodiscard]] nurture::Decision row(const Lead& lead, nurture::DecisionKind kind) const;
  [[nodiscard]] nurture::Decision row(const Lead& lead, const Enrolment* e, nurture::DecisionKind kind) const;
  void write(Lead* lead, nurture::Decision row);
  void write_message(const Body& body, nurture::DecisionKind kind, const ast::Action& action, const Path& path, const Gate& gate);
  void write_error(Lead& lead, const Enrolment* e, const Value& error, const std::string& place);
  void write_refused(const std::string& lead, const std::string& what, const std::string& why);
  [[nodiscard]] nurture::Key key(const Body& body, const ast::Action& action, const std::string& channel) const;
  [[nodiscard]] const std::string& words_of(const ast::Expr& e) const;
  void number_actions();
  static void collect_sends(const ast::Body& body, std::vector<const ast::Action*>& sends);
  [[nodiscard]] static std::string offset_text(const ast::Step& step);

  // ---- looking up
  [[nodiscard]] const model::Sequence& sequence(const Enrolment& e) const;
  [[nodiscard]] const nurture::time::Zone& lead_zone(const Lead& lead) const;
  /// A zone by its name, else that of the lead, else that of the sequence, else UTC. [S4.1]
  [[nodiscard]] const nurture::time::Zone& zone_of(const ast::Zone* rule, const Lead& lead, const model::Sequence* sequence) const;
  [[nodiscard]] const nurture::time::Zone& plan_zone(const Lead& lead, const Enrolment& e) const;
  [[nodiscard]] Value typed(const model::Type& type, const nurture::Value& value, const nurture::time::Zone& zone) const;
  [[nodiscard]] Value literal(const model::Field& field) const;

  const model::Model* model_;                ///< The newest.
  std::vector<const model::Sequence*> all_;  ///< Of all programs, and digests; what follows goes by their places.
  std::vector<std::string> versions_;
  std::vector<std::size_t> ranks_;                       ///< Places in the order in which they act.
  std::map<std::string, int> current_;                   ///< By name: what is entered now.
  std::vector<int> order_;                               ///< That, in the order in which it acts.
  std::map<const ast::Action*, std::uint64_t> actions_;  ///< Numbers of actions within their sequence or score.
  std::map<const ast::Expr*, Asks> asks_;
  mutable std::map<const ast::Expr*, std::string> words_;
  std::vector<nurture::time::Period> lengths_;  ///< All lengths of time that conditions name.
  bool reads_clock_ = false;                    ///< Whether some condition does.
  std::vector<int> score_order_;                ///< Each after those that it asks for.
  std::vector<std::set<std::int64_t>> lines_;   ///< By score: totals at which a tier begins or a condition can change.
  std::vector<Instant> dates_;                  ///< All dates that conditions name, on every clock.
  std::pair<const model::Model*, const nurture::Program*> deployed_;
  std::map<std::string, Lead> leads_;
  std::multimap<Instant, Input> inputs_;
  Instant now_ = Instant::min();
  Instant gap_from_ = Instant::min();
  Instant gap_until_ = Instant::min();
  bool paused_ = false;
  std::set<std::string> paused_channels_;
  std::map<std::string, Sleep> paused_sequences_;
  std::map<std::string, std::uint32_t> tombstones_;                   ///< Of erased leads: the highest number of their runs.
  std::map<std::pair<std::string, std::string>, Instant> event_ids_;  ///< By lead; what erases a lead leaves its hashes.
  std::uint64_t serial_ = 0;
  std::uint64_t known_ = 0;  ///< Leads so far.
  HostSink sink_;
  std::list<Digest> digests_;
  std::set<std::string> asked_messages_;
  std::set<std::string> lasting_;  ///< Events that are asked for however old they are.
  std::map<std::string, ChannelState> channels_;
  std::multimap<Instant, Retry> retries_;
  std::vector<std::pair<int, const ast::Body*>> score_bodies_;
  std::multimap<Instant, int> starts_;            ///< Of broadcasts with a date that has not come.
  std::map<int, std::uint32_t> started_;          ///< Broadcasts: how often.
  std::vector<Contest> contests_;                 ///< Splits with a goal,
  std::vector<nurture::Experiment> experiments_;  ///< and what they have counted.
  Instant looked_ = Instant::min();               ///< When they were judged last.
  std::vector<Row> log_;
};

}  // namespace reference
