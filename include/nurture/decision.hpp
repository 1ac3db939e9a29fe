// The decision log: what the engine decided, when, for whom, and why. Every message that was not sent has a reason here.
//
//   struct Print : nurture::Observer {
//     void on_decision(const nurture::Decision& d) override { std::puts(nurture::to_json(d).c_str()); }
//   };
#pragma once

#include <nurture/time.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nurture {

/// What was decided.
enum class DecisionKind : std::uint8_t {
  enrolled,       ///< A lead entered a sequence.
  refused,        ///< An entry was refused; `reason` says why.
  sent,           ///< A message was handed to its channel.
  held,           ///< A message waits until `until`; `reason` says for what.
  skipped,        ///< A message was not sent and will not be; `reason` says why. Without one: the broadcast `name`.
  branch,         ///< A branch was taken; `name` is the arm, `detail` the condition.
  split,          ///< An arm was assigned; `name` is the split, `detail` the arm, `rule` is "promoted" or "held out" when it was not drawn.
  outcome,        ///< The goal of an experiment was reached; `name` is the split, `detail` the arm of the lead, `rule` as above.
  promoted,       ///< From here on everybody gets the arm `detail` of the split `name`; `rule` says on what grounds.
  waiting,        ///< A body waits; `until` is its end when it has one.
  wait_ended,     ///< A wait ended; `detail` is "elapsed", "matched" or "timeout", `name` the condition or timeout, if named.
  handler,        ///< A handler fired; `name` is its label.
  goal,           ///< A goal was reached; `name` is the goal, `detail` what it is worth, if said.
  exited,         ///< The enrolment ended; `name` is the exit, `completed`, or the goal's name.
  moved,          ///< The lead moved on; `name` is the target sequence.
  move_refused,   ///< The target refused; `reason` says why, nothing else happened.
  accelerated,    ///< The remaining plan was shortened; `detail` is the factor.
  jumped,         ///< The timeline went to another step; `name` is the step.
  planned,        ///< An anchor appeared or moved; `name` is the anchor, `until` its instant.
  set,            ///< A lead's field was changed by an action; `name` is the field.
  tagged,         ///< `name` is the tag.
  notified,       ///< Somebody of the host's people was told; `name` is who, `detail` the text.
  task,           ///< Somebody was given a task; `name` is who, `detail` the text, `rule` its name, `until` when it is due.
  called,         ///< A host function was called by `do`; `name` is the function.
  score,          ///< A score changed; `name` is the score, `detail` the rule, `points` and `total` say how.
  stage,          ///< A lead entered a stage; `name` is the lifecycle, `detail` the stage, `rule` the one before, if any.
  joined,         ///< A lead came into an audience, `name`, of which `channel` is told.
  left,           ///< A lead is no longer in an audience; likewise.
  tier,           ///< A lead changed tier; `name` is the score, `detail` the new tier.
  delivered,      ///< A channel reported on a message, or on an audience, `name`; `reason` is none (it arrived), retry, rejected or failed.
  consent,        ///< Consent changed; `name` is the category.
  input_refused,  ///< An input was refused; `name` is what it was, `detail` says why.
  evaluation_error,  ///< An expression answered an error, which counts as not true; `name` is the expression, `detail` the error.
  gap,               ///< Time passed without the engine until `until`.
  paused,            ///< Effects are held from here on; `name` is what was paused, `until` the end when a lead was snoozed.
  resumed,
  broadcast,  ///< A broadcast was started; `name` is the broadcast, `detail` the number of the start.
  erased,     ///< All that was known of the lead was removed; `lead` is empty, `reason` retention when time did it. [S11.2]
  exported,   ///< All that is known of the lead was handed out. [S11.2]
  queued,     ///< The enrolment waits for another of its exclusive group, `name`, to end. [S3.4]
  frozen,     ///< The enrolment stands still while another of its exclusive group, `name`, runs. [S3.4]
  thawed,     ///< It goes on.
  deployed,   ///< Another program decides from here on; `name` is its hash, `detail` what became of older versions. [S10.1]
  migrated,   ///< The enrolment goes on in another version, `version`; `name` is the one it comes from. [S10.2]
  parked,     ///< The lead was set aside after too many actions at one instant; `detail` is the chain.
};

/// Why. `none` where the kind says it all.
enum class Reason : std::uint8_t {
  none,
  // held and skipped
  consent,
  cap,
  quiet,
  window,
  rate,
  breaker,
  paused,
  yield,
  order,
  late,
  jumped,
  suppressed,
  holdout,
  no_address,
  duplicate,
  expired,
  erased,
  error,
  digested,
  // refused
  already_enrolled,
  reenroll,
  goal,
  exit,
  limit,
  parked,
  no_key,
  // ended
  anchor_missing,
  restarted,
  retention,
  // delivered
  rejected,
  failed,
  retry,
};

[[nodiscard]] std::string_view to_string(DecisionKind kind);
[[nodiscard]] std::string_view to_string(Reason reason);

/// The idempotency key of an effect: the same on every retry and after every recovery. [S7.1]
struct Key {
  std::array<std::uint8_t, 16> bytes{};
  [[nodiscard]] std::string to_string() const;  ///< 32 hex digits.
  friend bool operator==(const Key&, const Key&) = default;
};

/// One row of the log. Views point into the engine and are valid only during the callback.
struct Decision {
  Instant at;  ///< The logical instant.
  std::string_view lead;
  std::uint32_t number = 0;  ///< Rises per lead; with `at` and `lead` it orders logs of several engines. [S1.3]
  DecisionKind kind = DecisionKind::enrolled;
  Reason reason = Reason::none;
  std::string_view sequence;    ///< Empty for what concerns the lead alone.
  std::string_view version;     ///< Of the sequence.
  std::uint32_t enrolment = 0;  ///< Number of the enrolment, from 1; 0 when there is none.
  std::string_view step;
  std::string_view message;
  std::string_view channel;
  std::string_view variant;
  std::string_view name;             ///< By kind, see above.
  std::string_view detail;           ///< By kind, see above.
  std::string_view rule;             ///< What held, dropped or suppressed: the policy's line, the condition.
  Instant until = Instant::max();    ///< By kind; max() when it does not apply.
  Instant planned = Instant::max();  ///< When the step was due, when it began late.
  std::int64_t points = 0;           ///< score, in 65536ths
  std::int64_t total = 0;            ///< score, rounded
  const Key* key = nullptr;          ///< sent, held, skipped, task, joined, left
  std::int32_t local_offset = 0;     ///< Seconds east of UTC of the lead's zone at `at`, for people.
  std::int32_t until_offset = 0;     ///< The same at `until`: clocks may change in between.
  std::int32_t day = -1;             ///< Civil day of the enrolment, 0 (or `first day`) on the day of entry; -1 when there is none.
};

/// Points of a decision, 65536ths, as a decimal number with up to four places: "12.25".
[[nodiscard]] std::string points_text(std::int64_t points);
/// One JSON object on one line, without a line break: only the members that apply.
[[nodiscard]] std::string to_json(const Decision& decision);

/// Sees every decision, in order. Called from the thread that steps the engine; must not throw and must not call the
/// engine back, except to post inputs.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_decision(const Decision& decision) = 0;
};

}  // namespace nurture
