// STAGE 3: the compiled graph. Flat arrays and indices, no pointers into the syntax tree, names only for people and
// logs. Immutable, shared by engines and threads. Entry points: compile(), dump().
//
// Layout decisions that the engine depends on
//   * A lead is one row of 64-bit words: a fixed head, then attributes, consent pairs, caps, scores.
//   * An enrolment has a fixed record plus `Sequence::extra` words for what only some sequences need (see Extra).
//   * Bodies are chains of nodes; branches rejoin through `next`. Node 0 is "end of body".
//   * Every `when` is a Condition that says what can change it: events, lead fields, scores, anchors. What the passing
//     of time can change is found while it is evaluated (eval::Environment::valid_until).
#pragma once

#include "check/model.hpp"
#include "compile/declared.hpp"
#include "eval/code.hpp"
#include "time/zone.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::compile {

/// Indices of Origin::digest.
inline constexpr Id kDigestCount = 0, kDigestMessages = 1;

/// `on PATTERN` or `when CONDITION`.
struct Trigger {
  bool on = true;
  Pattern pattern;
  Condition condition;
};

/// A named condition about the lead. Compiled once and called wherever it is named, so its questions to the history are
/// never limited to the key of an enrolment.
struct Segment {
  std::string name;
  Condition condition;
  std::vector<Id> segments;  ///< The segments it names itself, ascending.
};

struct Goal {  ///< Also exits.
  std::string name;
  Trigger trigger;
  eval::Ref value;  ///< What it is worth, with the event bound as in `where`.
};

enum class RepeatKind : std::uint8_t { once, every_time, at_most_once_per };
struct Handler {
  std::string name;
  Trigger trigger;
  RepeatKind repeat = RepeatKind::once;
  time::Period per;
  Id body = 0;  ///< First node.
};

/// A time of day in seconds, -1 when none is said; `field` is the lead field that goes before it, kNone: none.
struct ClockTime {
  std::int32_t seconds = -1;
  Id field = kNone;
};
enum class RecurrenceKind : std::uint8_t { year, weekday, period };
/// When something happens again and again, on the clock of the plan's zone.
struct Recurrence {
  RecurrenceKind kind = RecurrenceKind::weekday;
  Id date = kNone;             ///< year: the lead field whose day it is
  std::int32_t weekday = 0;    ///< weekday: 0 = Monday
  time::Period period;         ///< period: in one unit
  time::DateTime from;         ///< period: the first time
  bool leap_in_march = false;  ///< year: 29 February is 1 March in other years, not 28 February.
  ClockTime time;              ///< None: that of `from`.
  std::string text;            ///< "every monday at 09:00", for the log.
};
enum class LateKind : std::uint8_t { skip, send, grace };
enum class CatchUp : std::uint8_t { run, latest, skip };
inline constexpr std::uint8_t kEveryWeekday = 0x7f;

enum class ScheduleKind : std::uint8_t { immediately, day, at, after, every };
struct Step {
  std::string name;
  std::string offset_text;  ///< "day 14", "at -2h from start", for people.
  Id phase = kNone;
  ScheduleKind kind = ScheduleKind::immediately;
  std::int32_t day = 0;                   ///< day
  time::Period offset;                    ///< at, after; positive lengths
  int offset_sign = 1;                    ///< at
  ClockTime time;                         ///< None: the default time, else the anchor's own (S4.3)
  std::uint8_t weekdays = kEveryWeekday;  ///< day: it moves to the next of these; bit 0 is Monday.
  Recurrence every;                       ///< every
  Id anchor = kNone;                      ///< Index in Sequence::anchors; kNone counts from enrolment.
  LateKind late = LateKind::send;         ///< [S4.4]
  time::Period grace;                     ///< grace
  bool again = false;                     ///< Runs once for each date that its anchor takes. [S4.5]
  Id body = 0;
  std::vector<Id> sends;  ///< Send nodes that the body can reach, in file order: what `skipped(late)` names.
};

struct Anchor {
  std::string name;
  Condition value;  ///< Answers datetime, date or missing.
  ZoneRule zone;    ///< Of a date without one; lead: the plan's.
  bool else_exit = false;
  time::Period hold;  ///< So long steps wait while it is missing.
};

/// Words of an enrolment beyond the fixed record; offsets into its extra words, kNone where a sequence needs none.
struct Extra {
  Id words = 0;
  Id key = kNone;          ///< 1 word: the symbol of the entry key.
  Id anchors = kNone;      ///< 1 word per anchor, engine::AnchorWord.
  Id steps = kNone;        ///< 1 word per step, engine::StepWord.
  Id step_times = kNone;   ///< 1 word per step: the instant it ran last, 0 before. Where something asks `since step`.
  Id after_times = kNone;  ///< 1 word per step: when an `after` step is due, 0 while that is not known; of an
                           ///< `every` step what is kept of its last occurrence, 0 before.
  Id handlers = kNone;     ///< 2 words per handler: truth and whether it fired; when it fired last.
  Id wake = kNone;         ///< 1 word: the instant at which the clock can change a condition.
  Id entry = kNone;        ///< 1 word: the entering event or kNone; then 1 per entry_fields. Where something asks for it.
  Id entered = kNone;      ///< 2 words: when the entering event occurred, and the arrivals before it. For `since enrolled`.
  Id trigger = kNone;      ///< 1 word: the last matched event or kNone; then 1 per trigger_fields.
  Id frozen = kNone;       ///< 3 words, engine::FrozenWord. In an exclusive group.
  Id again = kNone;        ///< 1 word per step: the AnchorWord for which it ran last. Where a step runs `again`.
  Id handed = kNone;       ///< 1 word per Sequence::parameters.
  Id migrated = kNone;     ///< 3 words: engine::GivenWord, the instant that the migration has given a step. [S10.2]
  Id exhausted = kNone;    ///< 1 word: whether the stream has said so since the last piece.
  Id wait_began = kNone;   ///< 1 word: when the wait that runs began. Where a change of the lead's zone changes its end.
};

/// What makes a sequence a broadcast.
struct Broadcast {
  Id segment = kNone;              ///< kNone: it is none.
  std::int64_t spread_ms = 0;      ///< Its message goes out over so long, by hash.
  Instant start = Instant::max();  ///< When it starts by itself.
};

struct Sequence {
  std::string name;
  std::string title;
  std::string owner;
  bool is_triggers = false;  ///< No steps; every lead is in it, always, and `suppressions` silence it.
  bool is_digest = false;    ///< Triggers with one body, which a cap sets off: see digests.cpp.
  bool is_stream = false;
  Broadcast broadcast;
  std::vector<Holdout> holdouts;
  std::vector<std::string> phases;  ///< Titles where given, else names.
  static constexpr std::int32_t kDefaultPriority = 50;
  std::int32_t priority = kDefaultPriority;
  Id group = kNone;  ///< `exclusive`: index in Program::groups.
  std::vector<Trigger> enrolls;
  std::vector<eval::Ref> keys;  ///< By position in enrolls, none without `key`; the entering event is Origin::event.
  std::vector<Id> key_fields;   ///< Program::field_names indices of the F in `key event.F`, in the order of the ways in.
  /// By event id: the position of the field that carries the key, -1 where there is none. Empty without such a key.
  std::vector<std::int16_t> key_positions;
  enum class Reenroll : std::uint8_t { never, always, after } reenroll = Reenroll::never;
  time::Period reenroll_after;
  bool reenroll_from_exit = false;
  bool restarts = false;     ///< A second entry restarts who is enrolled,
  Id restart_until = kNone;  ///< as long as this step has not run.
  std::vector<Recurrence> recurring_enrolls;
  Id recurring_word = kNone;        ///< First of their words in the lead's row, two each: when it is due next (0: not
                                    ///< yet known), and what is kept of the last.
  CatchUp catch_up = CatchUp::run;  ///< [S4.6]
  bool sleeps = false;              ///< Being late can leave a step out when it is due: `catch up` or some `grace`.
  std::vector<Anchor> anchors;
  ZoneRule zone;
  ClockTime default_time;
  std::int32_t first_day = 0;  ///< What people call the day of the entry; Step::day counts from 0 all the same.
  std::vector<Id> policies;
  std::vector<Condition> suppressions;
  std::vector<Goal> goals;
  std::vector<Goal> exits;
  std::vector<Handler> handlers;
  std::vector<Step> steps;              ///< File order.
  std::vector<std::string> exit_names;  ///< Names that `exit NAME` nodes use, by id.
  /// True when the plan never changes: no `after`, no jump, no accelerate, no anchors, and each step's (day, time) is not
  /// before its predecessor's. The engine then keeps only a cursor.
  bool linear = false;
  bool next_actual = false;  ///< Days behind a step count from the day on which it ended. [S6.6]
  /// By event id: what an arriving event may touch; 0 when nothing.
  std::vector<std::uint8_t> reacts;
  static constexpr std::uint8_t kReactsOn = 1, kReactsWhen = 2, kReactsAnchor = 4, kReactsWait = 8;
  /// By lead field: whether a condition, an anchor or the plan depends on it.
  std::vector<bool> reacts_to_field;
  std::vector<Id> plan_fields;         ///< Lead fields that say when steps are due, ascending.
  std::vector<ScoreLine> score_lines;  ///< Of the conditions that are asked when something changes.
  bool reacts_to_scores = false;
  bool clock_conditions = false;    ///< Some goal, exit, suppression or handler depends on the clock.
  std::vector<Id> entry_fields;     ///< Program::field_names indices that Origin::entry loads use; load index is the position here.
  std::vector<Id> trigger_fields;   ///< Likewise for Origin::trigger.
  std::vector<Field> parameters;    ///< What it accepts: Origin::handed loads by position.
  std::vector<Id> parameter_names;  ///< By parameter: the Program::field_names index of its name, kNone where no event has it.
  std::vector<Id> segments;         ///< Segments that its expressions name, directly or through others, ascending.
  Extra extra;
  Range nodes;             ///< Of Program::nodes: Node::action counts from the first of them.
  std::uint64_t hash = 0;  ///< Content hash: graph and the segments it uses (S10.1).
  std::string version;     ///< First 6 hex digits of it.
  /// An older version, which nobody enters any more and those finish who are in it. [S10.1]
  bool is_pinned = false;
  bool is_migrated = false;  ///< The newest version as those run it whom a migration has brought there.
  Id family = kNone;         ///< Of all versions of one name: the newest, else the first.
  std::string source;        ///< Itself and the segments that it names, as text: a later program keeps it by that for those who stay.
};

/// What becomes of the runs of another version of a sequence. [S10.2]
struct Migration {
  enum class Timer : std::uint8_t { due, remaining, anew };
  struct Step {
    std::string from;
    Id to = kNone;     ///< A step of the sequence, or else
    std::string exit;  ///< the name of the exit.
    Timer timer = Timer::due;
  };
  Id sequence = kNone;
  std::string version;
  std::vector<Step> steps;
};

enum class NodeOp : std::uint8_t {
  end,
  send,        // a message, or for SendKind::next an index of Program::pools; b,c range of Program::send_paths; d SendKind
  wait,        // a index of Program::periods or kNone; b second of the day at which it ends or kNone; c days, bit 0 is Monday
  wait_until,  // a index of Program::waits
  branch,      // a condition Ref; b first node when true; c when not; text: label ids in Program::branches[d]
  split,       // a index of Program::splits
  move,        // a sequence; b,c range of Program::node_arguments by its parameters; d first node when it refuses
  enroll,      // a sequence; b,c as above
  exit,        // a index of Sequence::exit_names
  accelerate,  // a index of Program::factors; b number of the accelerate within its sequence, from 0
  set,         // a lead field; b value Ref
  tag,         // a index of Program::texts
  notify,      // a who (texts); b,c range of Program::text_parts
  task,        // a index of Program::tasks; b,c range of Program::text_parts
  score,       // a index of Program::awards
  snooze,      // a index of Program::periods
  call,        // a function (texts); b,c range of Program::node_arguments
  jump,        // a step of the sequence
};

struct Node {
  NodeOp op = NodeOp::end;
  Id a = kNone, b = kNone, c = kNone, d = kNone;
  Id next = 0;
  Id action = 0;  ///< Number of the action within its sequence, in file order: part of the idempotency key.
};

/// Which of its paths a send takes.
enum class SendKind : Id {
  first,      ///< The only one: the message's first channel.
  named,      ///< Each: `by a, b`.
  preferred,  ///< One of them: `by preferred of a, b`. [S6.9]
  next,       ///< `next of POOL`: one path for each message of the pool.
};

/// A consent that a message needs.
struct ConsentNeed {
  Id category = kNone;
  Id word = kNone;           ///< In the lead's row, the two bits of ConsentPair.
  std::uint8_t shift = 0;    ///< Where they stand in it.
  std::uint8_t accepts = 0;  ///< One bit per state that counts as given; see ConsentPair.
};
/// One channel of a send, with what it says besides the message, and with what stands between: what the gates of S6.1
/// ask, found once instead of at every send.
struct SendPath {
  Id message = kNone;
  Id channel = kNone;
  std::vector<ConsentNeed> consents;    ///< Of its category and of those that this stands under.
  std::vector<eval::Ref> suppressions;  ///< Likewise, and of triggers.
  std::vector<Holdout> holdouts;        ///< Of the project and the sequence; nobody is held out of what is transactional.
  bool transactional = false;
  Id variant = kNone;              ///< Index in Message::variants, when the author named one.
  Range arguments;                 ///< Of Program::node_arguments, by Message::parameters; none where the author gives nothing.
  std::vector<Id> trigger_fields;  ///< Message::trigger_fields and what the arguments ask of `trigger`, ascending.
  std::vector<Id> policies;        ///< Of the sequence, without those that exempt the message.
  time::Period hold_at_most;       ///< The shortest of the policies, else limits::kHoldDays.
  std::int32_t digest_days = 0;    ///< Of a digest: the days of its cap's unit.
  Id sent_word = kNone;            ///< Message::sent_word.
  time::Period sent_within;        ///< `unless sent within`; zero: it does not ask. [S6.1]
  Range siblings;                  ///< Of Program::send_paths: those of the same send, where it asks.
  std::string guard_text;          ///< "unless sent within 30d", for the log.
};
struct Task {
  std::string owner, name;  ///< "" when unnamed.
  bool has_due = false;
  time::Period due;
};
struct WaitCase {
  Trigger trigger;
  std::string label;  ///< "" when there is one case without a name.
  Id body = 0;        ///< It rejoins through the node's next.
};
struct WaitUntil {
  std::vector<WaitCase> cases;  ///< In the order in which they are asked. [S5.1]
  bool resets = false;          ///< The one case only begins the timeout anew. [S5.3]
  bool has_timeout = false;
  time::Period timeout;
  std::string timeout_label;  ///< "" when unnamed.
  Id then = 0;                ///< Body after the timeout; it rejoins like those of the cases.
};
/// `score intent +8`
struct Award {
  Id score = kNone;
  std::int64_t points = 0;  ///< Whole points.
  std::string rule;         ///< "score intent +8", for the ledger.
};
struct Branch {
  std::string then_label, else_label;  ///< "" when unnamed.
  std::string condition;               ///< Text of the condition, for people.
};
struct Arm {
  std::string name;
  std::uint32_t share = 0;
  Id body = 0;
  Id counted = kNone;  ///< Among the arms of the experiment; an older version may have one that it does not know any more.
};
struct Split {
  std::string name;
  std::string salt;  ///< With its prefix, as it is hashed.
  std::vector<Arm> arms;
  Id experiment = kNone;
};
/// A split with a goal, one for all versions of its sequence. A lead has two words for it, engine::Assignment and the instant of
/// the assignment. [S9]
struct Experiment {
  Id sequence = kNone;  ///< The newest version that has it, which says what is compared.
  Id split = kNone;
  Pattern goal;
  bool has_window = false;
  time::Period within;
  std::string goal_text;          ///< "survey.answered within 7d"
  std::uint32_t percent = 0;      ///< `promote at`; 0: nothing promotes itself.
  std::uint64_t least = 0;        ///< `min`; 0: not said.
  std::vector<Holdout> holdouts;  ///< Who is held out of the sequence is no part of it.
  Id word = kNone;                ///< In the lead's row.
};
struct Factor {
  std::int64_t numerator = 2, denominator = 1;
  friend bool operator==(const Factor&, const Factor&) = default;
};

struct ScoreRule {
  std::string name;
  std::int64_t points = 0;  ///< Whole points.
  Id category = kNone;
  Trigger trigger;          ///< on: adds per event; when: counts while true.
  std::uint32_t limit = 0;  ///< 0: none.
  time::Period limit_per;
  Id limit_word = kNone;  ///< First of `limit` words of the score's words: the instants counted.
  Id when_bit = kNone;    ///< Bit in the score's flag words: true now; bit+1: muted by a reset (S8.2).
  Id then = 0;
};
struct ScoreCategory {
  std::string name;
  std::int64_t weight = 0, max = 0;
};
enum class DecayKind : std::uint8_t { points, percent, half };
struct Decay {
  DecayKind kind = DecayKind::points;
  std::int64_t amount = 0;  ///< Whole points, or per cent.
  time::Period per;
  Condition when;
  std::int64_t floor = 0;
};
struct Reset {
  Trigger trigger;
  std::int64_t to = 0;
  Id when_bit = kNone;  ///< `when` only: bit in the score's flag words, true now. A reset acts on the change.
};
struct Tier {
  std::string name;
  std::int64_t from = 0, to = 0;
  std::int64_t stays_from = 0;  ///< Who is in it stays down to here: `from` less the hysteresis.
  Id enter = 0, leave = 0;      ///< Bodies.
};
/// A lead has `words` words for each score, in this order; offsets count from `word`.
///   flag_words   bits 0..7 of the first belong to the engine; the compiler hands out when_bits from bit 8, two per rule
///                that holds `when`, one per reset `when`; bit b is bit b % 64 of word b / 64
///   points_word  one word per category (one in a plain sum): points in 48.16 fixed point
///   decay_word   the total that decay has taken, in 48.16 fixed point
///   since_word   two words per decay: the instant since which its condition holds, the periods begun since then
///   fired_word   how many bodies of the score have run: tells their messages apart (S7.1)
///   limits       ScoreRule::limit_word: one word per counted event of each limited rule
/// Bodies of scores have no enrolment: `trigger.F` in them is the event at hand, loaded from Origin::event.
struct Score {
  std::string name;
  std::string title;
  std::int64_t from = 0, to = 100;
  std::vector<ScoreCategory> categories;  ///< Empty: a plain sum.
  std::vector<ScoreRule> rules;
  std::vector<Decay> decays;
  std::vector<Reset> resets;
  std::vector<Tier> tiers;
  std::string policy;  ///< Name of a host's ScoringPolicy bound to this score, "" for the built-in one.
  Id word = 0;         ///< First word in the lead's row.
  Id words = 0;
  Id flag_words = 1;
  Id points_word = 0;
  Id decay_word = 0;
  Id since_word = 0;
  Id fired_word = 0;
  Range nodes;  ///< As in Sequence.
  /// By event id: Sequence::kReactsOn when a rule or reset names it, kReactsWhen when a condition asks for it.
  std::vector<std::uint8_t> reacts;
  std::vector<bool> reacts_to_field;
  bool reacts_to_scores = false;       ///< Some condition asks for a score or a tier.
  std::vector<ScoreLine> asked_lines;  ///< Of other scores, by its conditions.
  bool clock = false;                  ///< It has decay, or a condition depends on the clock.
  std::vector<std::int64_t> lines;     ///< Ascending: totals at which a tier begins or something that is asked changes.
  bool every_point = false;            ///< Something asks for the total itself.
};

/// A stage holds while its condition does, or since its event has come; the first always. A lead is in the last that holds.
struct Stage {
  std::string name;
  Trigger trigger;  ///< Of the first: none.
};
/// A lead has two words: the stage it is in, plus one (8 bits), and one bit per stage, whether it holds; since when it is there.
struct Lifecycle {
  static constexpr unsigned kFirstBit = 8;
  std::string name;
  std::vector<Stage> stages;
  Id word = 0;
  /// As in a Score.
  std::vector<std::uint8_t> reacts;
  std::vector<bool> reacts_to_field;
  bool reacts_to_scores = false;
  std::vector<ScoreLine> asked_lines;
  bool clock = false;
};
/// A lead has one word: whether it is in (bit 0), and how often that has changed.
struct Audience {
  std::string name;
  Id channel = kNone;
  Condition condition;
  Condition address;  ///< What the channel requires; no code: nothing.
  Id word = 0;
};
/// How long what is known is kept. [S11.3]
struct Retention {
  bool forgets_events = false;
  time::Period events;
  Condition leads;  ///< A lead is erased when it holds; no code: never.
  [[nodiscard]] bool any() const { return forgets_events || leads.code; }
};

/// Words of a lead's row. The head is engine::LeadHead.
struct LeadLayout {
  static constexpr Id kHeadWords = 4;
  Id attributes = kHeadWords;  ///< One word per lead field.
  Id wake = kNone;             ///< When the clock can change a score or an entry condition, if it can (Program::lead_clock).
  Id first_seen = kNone;       ///< When the lead was met first, if something asks for `idle`.
  Id consents = 0;             ///< Two bits per consent pair, 32 pairs a word.
  Id caps = 0;
  Id recurrences = 0;  ///< Two words per recurring entry, Sequence::recurring_word.
  Id snooze = kNone;   ///< Until when the lead is left alone, if some action does that.
  Id retain = kNone;   ///< When something of the lead is to be forgotten next.
  /// By event, where events are forgotten: when the newest of its kind occurred that was forgotten for its age. Silence is counted
  /// from there. Kinds for which the same questions ask share a word; kNone where nothing asks however old they are.
  std::vector<Id> forgotten;
  Id standing = 0;  ///< Lifecycle::word and Audience::word of all.
  Id watches = 0;   ///< One bit per `enroll when`, 64 a word: whether it held when last asked.
  Id scores = 0;    ///< All scores' words, in order.
  Id words = 0;     ///< Total.
};

/// An expression of a test's timeline: `expect EXPR`, or the value of `set lead.x = EXPR`.
struct TestExpression {
  Id test = 0;  ///< Index in Model::tests.
  Id line = 0;  ///< Index in its timeline.
  eval::Ref code;
};

struct ExpressionText {
  eval::Ref expression;
  std::string text;
};

/// A lead has two bits for each pair: 0 nothing known, 1 to be confirmed, 2 given, 3 withdrawn.
struct ConsentPair {
  Id category = 0;
  Id channel = 0;
};

/// The events by which the engine tells of itself; kNone for what nothing asks for.
struct Told {
  Id sent = kNone, held = kNone, skipped = kNone, failed = kNone;
  Id enrolled = kNone, ended = kNone, tier = kNone, consent_given = kNone, consent_withdrawn = kNone, stage = kNone;
};

struct Program {
  eval::Module module;
  std::string project;               ///< Its name, "" without one.
  const time::Zone* zone = nullptr;  ///< Of the project: for leads and sequences without one. [S4.1]
  std::vector<Holdout> holdouts;     ///< Of the project.
  Told told;
  std::vector<Field> lead;
  std::vector<std::string> field_names;  ///< All names of event fields, sorted.
  std::vector<Event> events;
  std::vector<Category> categories;
  std::vector<Channel> channels;
  std::vector<Segment> segments;
  std::vector<Policy> policies;
  std::vector<Message> messages;
  std::vector<Sequence> sequences;
  std::vector<std::string> groups;  ///< Exclusive groups.
  std::vector<Score> scores;
  std::vector<Id> score_order;  ///< Each after those that its conditions ask for.
  std::vector<Lifecycle> lifecycles;
  std::vector<Audience> audiences;
  Retention retention;
  std::vector<ConsentPair> consent_pairs;
  Id zone_field = kNone;       ///< The lead field `tz`.
  Id preferred_field = kNone;  ///< The lead field `preferred_channel`. [S6.9]
  LeadLayout layout;

  std::vector<Node> nodes{Node{}};
  std::vector<SendPath> send_paths;
  std::vector<eval::Ref> node_arguments;
  std::vector<time::Period> periods;
  std::vector<WaitUntil> waits;
  std::vector<Task> tasks;
  std::vector<Award> awards;
  std::vector<Pool> pools;
  std::vector<Branch> branches;
  std::vector<Split> splits;
  std::vector<Experiment> experiments;
  std::vector<Factor> factors;
  std::vector<std::string> texts;
  std::vector<TextPart> text_parts;

  /// Sequences in the order in which they act at one instant: priority, then name (S2.1).
  std::vector<Id> sequence_order;
  /// Rank of a sequence in that order.
  std::vector<Id> sequence_rank;
  /// Sequences whose entry has a `when`, and whether any score or entry depends on the clock.
  std::vector<Id> enroll_when;
  std::vector<Id> enroll_every;  ///< Sequences with recurring entries, in the order of sequences.
  std::vector<Id> triggers;      ///< In the order in which they act.
  std::vector<Id> broadcasts;    ///< Those with a date, the earliest first; at one instant in the order in which they act.
  std::vector<Migration> migrations;
  bool holds_while = false;  ///< Some policy in use has a `hold while`.
  bool lead_clock = false;
  /// What the author wrote, in canonical form, by the first instruction of an expression; ascending. For people.
  std::vector<ExpressionText> expression_texts;
  /// Only when compiled with tests; by test and line.
  std::vector<TestExpression> test_expressions;
  std::uint64_t hash = 0;                               ///< Over everything, the layout of records included; but for older versions.
  std::vector<std::shared_ptr<const ast::File>> files;  ///< What it was made of.

  /// The text of an expression, or "" when it has none.
  [[nodiscard]] std::string_view text(eval::Ref expression) const;
  /// Index of a pair; kNone when messages of the category need no consent on the channel.
  [[nodiscard]] Id consent_pair(Id category, Id channel) const;
};

/// A version of a sequence that a program keeps for those who are in it. [S10.1]
struct OldVersion {
  std::string sequence, version, source;
  bool is_migrated = false;  ///< Sequence::is_migrated
  friend auto operator<=>(const OldVersion&, const OldVersion&) = default;
};

/// Whether the expressions of tests are compiled too. They never change the version of a sequence, but what they ask must
/// be kept by the engine, which a program in production has no reason to do.
enum class Tests : std::uint8_t { leave_out, include };

/// Compiles a model without errors. Never fails on one; a model with errors must not be handed in.
[[nodiscard]] std::shared_ptr<const Program> compile(const model::Model& model, Tests tests = Tests::leave_out);

/// The same program with older versions of its sequences, or nullptr with the reason when one of them names what the
/// program does not have. [S10.1]
[[nodiscard]] std::shared_ptr<const Program> compile_with(const Program& program, const std::vector<OldVersion>& old, std::string& problem);

/// Text of the graph for `nurture dump --stage=graph` and golden tests.
[[nodiscard]] std::string dump(const Program& program);

}  // namespace nurture::compile
