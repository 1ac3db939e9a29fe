// The engine: leads, events and time in; decisions and messages out. The manual of embedding is docs/embedding.md.
//
//   nurture::ManualClock clock{"2026-03-02T08:00:00Z"};
//   nurture::Engine engine{built.program(), clock};
//   engine.on_send("email", [](const nurture::Message& m) {
//     std::printf("%s  %s -> %s\n", m.at.to_string().c_str(), m.name.c_str(), m.lead.c_str());
//     return nurture::Delivery::accepted();
//   });
//   engine.upsert("ada", {{"email", "ada@example.com"}, {"tz", "Europe/Lisbon"}});
//   engine.consent("ada", "marketing", {.source = "signup form"});
//   engine.post({.lead = "ada", .name = "ebook.downloaded"});
//   clock.advance(std::chrono::days{14});
//   engine.step();                       // everything that is due, in order
//
// Threads: a Program is immutable and may be shared; an Engine belongs to one thread at a time.
// Failure: an input that does not fit the program is refused with a Status and a decision in the log; nothing else
// happens and nothing is thrown. Programmer's faults (a null pointer) are undefined.
#pragma once

#include <nurture/decision.hpp>
#include <nurture/experiments.hpp>
#include <nurture/program.hpp>
#include <nurture/time.hpp>
#include <nurture/value.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture {

/// The answer to an input: fine, or refused with the reason in words.
class Status {
 public:
  Status() = default;
  [[nodiscard]] static Status refused(std::string reason) {
    Status s;
    s.reason_ = std::move(reason);
    return s;
  }
  [[nodiscard]] bool ok() const { return reason_.empty(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

/// A text that is also a C string; points into the engine, valid during the callback.
class Text {
 public:
  constexpr Text() = default;
  constexpr Text(const char* text, std::size_t size) : text_(text), size_(size) {}
  [[nodiscard]] constexpr const char* c_str() const { return text_; }
  [[nodiscard]] constexpr std::string_view view() const { return {text_, size_}; }
  constexpr operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)

 private:
  const char* text_ = "";
  std::size_t size_ = 0;
};

/// Something that happened to a lead.
struct Event {
  std::string lead;
  std::string name;  ///< As declared, or the name used outside (`as`).
  Fields fields = {};
  std::string id = {};                      ///< When not empty, a second event of the lead with this id is ignored. [S1.6]
  std::optional<Instant> occurred_at = {};  ///< Default: when it was received.
  std::optional<Instant> received_at = {};  ///< Default: the clock's now, in a callback the engine's.
};

struct Consent {
  std::string source = {};   ///< Where it was given: "signup form".
  std::string wording = {};  ///< The text that the person agreed to.
  std::string channel = {};  ///< Empty: every channel.
  bool granted = true;       ///< false: withdrawn; acts at once on held messages. [S6.8]
  bool confirmed = true;     ///< false: first half of a double opt-in.
  std::optional<Instant> received_at = {};
};

/// What a channel sink answers. [S7.3]
struct Delivery {
  enum class Kind : std::uint8_t { accepted, duplicate, retry, rejected };
  Kind kind = Kind::accepted;
  std::chrono::milliseconds after{0};  ///< retry: not before this much later.
  std::string reason = {};             ///< rejected: in words, for the log.
  [[nodiscard]] static Delivery accepted() { return {}; }
  [[nodiscard]] static Delivery duplicate() { return {Kind::duplicate, {}, {}}; }
  [[nodiscard]] static Delivery retry(std::chrono::milliseconds after) { return {Kind::retry, after, {}}; }
  [[nodiscard]] static Delivery rejected(std::string reason) { return {Kind::rejected, {}, std::move(reason)}; }
};

namespace engine {
class Core;
struct Effect;
}  // namespace engine
namespace runtime {
class Outbox;
}
struct RenderedMessage;

/// Names with their texts, in the order written.
using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// A message to be delivered. Valid during the callback only; content is rendered when asked for, and what the message
/// does not say is empty.
class Message {
 public:
  Instant at;  ///< The logical instant of the decision.
  Text name;   ///< The message's name.
  Text lead, channel, category, variant, sequence, step;
  Text template_name, topic;
  std::uint32_t enrolment = 0;

  /// The idempotency key, 32 hex digits: the same on every retry and after every recovery. [S7.1]
  [[nodiscard]] std::string key() const;
  [[nodiscard]] std::string subject() const;
  [[nodiscard]] std::string preview() const;
  [[nodiscard]] std::string body() const;
  [[nodiscard]] std::string from() const;
  /// The address of one link.
  [[nodiscard]] std::string link(std::string_view link_name) const;
  [[nodiscard]] NamedTexts links() const;
  /// The text of one message field, choices among them.
  [[nodiscard]] std::string field(std::string_view field_name) const;
  [[nodiscard]] NamedTexts fields() const;

 private:
  friend class EngineImpl;
  friend class runtime::Outbox;
  const engine::Core* core_ = nullptr;  // Either rendered on demand from the core ...
  const engine::Effect* effect_ = nullptr;
  const RenderedMessage* kept_ = nullptr;  // ... or kept for another try.
};

/// Delivers messages of one channel. Called from the thread that steps the engine. An exception counts as a retry with
/// its text in the log; it never unwinds through the engine.
using ChannelSink = std::function<Delivery(const Message&)>;

/// Tells the host's people. Called like a sink; an exception is a row of the log, and there is no second try.
using NotifySink = std::function<void(std::string_view lead, std::string_view who, std::string_view text)>;

/// Something for one of the host's people to do. Valid during the callback only.
struct Task {
  Instant at;                    ///< The logical instant of the decision.
  Instant due = Instant::max();  ///< max() when it has no end.
  std::string_view lead, owner, text;
  std::string_view name;  ///< Behind `as`; empty when the author gives none.
  std::string_view sequence, step;
  std::uint32_t enrolment = 0;  ///< 0 when a score gave it.
  std::string key;              ///< Like Message::key(). [S7.1]
};

/// Puts a task where the host keeps them. Called like a sink; as with notifications, there is no second try.
using TaskSink = std::function<void(const Task&)>;

/// Somebody came into an audience, or is no longer in it. Valid during the callback only.
struct AudienceChange {
  Instant at;  ///< The logical instant of the decision.
  std::string_view lead, audience, channel;
  bool joined = true;  ///< false: left.
  std::string key;     ///< Like Message::key(). [S7.1]
};

/// Tells a channel who is in an audience. Called like a ChannelSink, with the same tries; of two changes of a lead in one audience
/// that are to be tried again, only the later is. [S7.3] [S7.4]
using AudienceSink = std::function<Delivery(const AudienceChange&)>;

/// Carries out `do NAME(arguments)`. Called like a sink.
using CallSink = std::function<void(std::string_view lead, std::string_view function, const std::vector<Value>& arguments)>;

/// The host's way into a score that the program declares. [S8.3] Must be a function of its arguments. An exception counts
/// as no change, with its text in the log.
class ScoringPolicy {
 public:
  struct View {
    std::string_view lead;
    std::string_view event;
    std::int64_t score = 0;                            ///< Before this event, rounded.
    std::function<Value(std::string_view)> attribute;  ///< Of the lead; null when missing.
    std::function<Value(std::string_view)> field;      ///< Of the event; null when missing.
  };
  struct Change {
    enum class Kind : std::uint8_t { none, add, set };
    Kind kind = Kind::none;
    double points = 0;      ///< Rounded to 1/65536.
    std::string rule = {};  ///< For the ledger.
  };
  virtual ~ScoringPolicy() = default;
  [[nodiscard]] virtual Change on_event(const View& view) = 0;
};

struct EngineOptions {
  /// Part of every idempotency key; two engines that feed one channel need two names.
  /// Empty: the name of the program's `project`, or "default".
  std::string project = {};
  /// Arms that splits take instead of the hash, for tests: {"proof", "story"}.
  std::vector<std::pair<std::string, std::string>> forced_splits = {};
  /// Only these sequences run, for tests of one at a time; entries into others are accepted and have no consequence.
  std::optional<std::vector<std::string>> only_sequences = {};
  /// Whether leads are held out, in place of the hash, for tests.
  std::optional<bool> holdout = {};
  /// Whether `promote at` acts: at every midnight of UTC the engine judges its experiments and promotes by itself. A host that
  /// decides otherwise, or replays inputs in which promotions stand, says no. [S9.2]
  bool promotes = true;
};

struct StepResult {
  Status status;           ///< Refused when the clock went back. [S1.4]
  bool more = false;       ///< The limit was reached and more is due now.
  std::uint64_t done = 0;  ///< Inputs applied plus timers fired.
};

/// Counts, for monitoring; all since construction.
struct Statistics {
  std::uint64_t leads = 0, live_enrolments = 0, held_messages = 0, timers = 0;
  std::uint64_t coming_broadcasts = 0;  ///< That start by their date.
  std::uint64_t inputs = 0, refused_inputs = 0, ignored_fields = 0, sent = 0, lead_steps = 0, forgotten_events = 0;
  std::uint64_t state_bytes = 0;  ///< Memory of leads, enrolments, timers and history, names not counted.
  std::uint64_t name_bytes = 0;   ///< Memory of names and texts.
};

/// What a pause stops. [S11.1]
struct Scope {
  enum class Kind : std::uint8_t { all, channel, sequence, lead };
  Kind kind = Kind::all;
  std::string name = {};  ///< Of the channel, of the sequence, the id of the lead.
  [[nodiscard]] static Scope all() { return {}; }
  [[nodiscard]] static Scope channel(std::string name) { return {Kind::channel, std::move(name)}; }
  [[nodiscard]] static Scope sequence(std::string name) { return {Kind::sequence, std::move(name)}; }
  [[nodiscard]] static Scope lead(std::string id) { return {Kind::lead, std::move(id)}; }
};

/// What an engine knows about a lead, at the instant that is closed.
struct LeadReport {
  struct Run {
    std::string sequence, version;
    std::uint32_t number = 0;  ///< Of the enrolment.
    Instant enrolled_at;
    std::string state;             ///< "planned", "waiting", "holding", "queued", "frozen", "ended"
    std::string step;              ///< That ran last; empty before the first.
    Instant due = Instant::max();  ///< Of the next step or the end of a wait; max() when nothing is planned. Of an ended one: when.
  };
  struct Held {
    std::string message, channel, reason;
    Instant until = Instant::max();          ///< max() when no instant ends it.
    std::vector<std::string> gathered = {};  ///< Of a digest: the messages that it will tell of.
  };
  struct Stage {
    std::string lifecycle, stage;
    Instant since;
  };
  struct Score {
    std::string name, tier;
    std::int64_t total = 0;
  };
  struct Arm {
    std::string sequence, split, arm;
    Instant since;
    bool reached = false;  ///< The goal.
  };
  struct Past {
    std::string event;
    Instant occurred_at;
    Fields fields;  ///< Those that are kept.
  };
  std::string lead;
  std::string zone;
  Fields attributes;                                          ///< Those that are known.
  std::vector<std::pair<std::string, std::string>> consents;  ///< "marketing by email", "granted"
  std::vector<Run> runs;
  std::vector<Held> held;
  std::vector<Score> scores;
  std::vector<Arm> arms;  ///< Of experiments.
  std::vector<Stage> stages;
  std::vector<std::string> audiences;  ///< Those that the lead is in.
  std::vector<Past> history;           ///< Of the events that are kept, the oldest first.
};
/// The report as a JSON object.
[[nodiscard]] std::string to_json(const LeadReport& report);

/// Whether the leads that are known enter, too, where the condition of a new or changed `enroll when` holds for them.
enum class ExistingLeads : std::uint8_t { ignore, enroll };

struct DeployOptions {
  ExistingLeads existing_leads = ExistingLeads::ignore;  ///< [S3.3]
  std::optional<Instant> at = {};                        ///< The instant of receipt, as of every input.
};

/// What a deployment would do to those who are enrolled. [S10.2]
struct DeployReport {
  /// Where runs stand, and what becomes of them.
  struct Place {
    std::string step;        ///< That ran last; "(entry)" before the first, "(queued)" before the beginning.
    std::string becomes;     ///< "stays", the step of the new version, "exit NAME", or "no step": then nothing is deployed.
    std::uint64_t runs = 0;  ///< Live enrolments.
  };
  struct Version {
    std::string sequence, version;
    /// "unchanged"; "finishes": its runs stay on it until they end; "migrates".
    std::string fate;
    std::uint64_t runs = 0;
    std::vector<Place> places;  ///< In file order.
  };
  Status status;                  ///< Refused, with the reason: nothing would be deployed.
  std::vector<Version> versions;  ///< Those with live enrolments, in the order of the names.
};
/// For people: a line for each version, below it one for each place.
[[nodiscard]] std::string to_text(const DeployReport& report);

class EngineImpl;

class Engine {
 public:
  /// The clock must outlive the engine.
  Engine(Program program, const Clock& clock, EngineOptions options = {});
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  /// Inputs are queued and take effect at the next step(). `at` is the instant of receipt, default the clock's now (in a
  /// callback, which step() calls: the instant that step() has reached); one that lies before what step() has already done
  /// takes effect right after it. [S1.6]
  Status upsert(std::string_view lead, const Fields& fields, std::optional<Instant> at = {});
  Status post(const Event& event);
  Status consent(std::string_view lead, std::string_view category, const Consent& consent = {});
  /// Sets a score, e.g. one computed elsewhere.
  Status score(std::string_view lead, std::string_view score_name, double value, std::optional<Instant> at = {});
  /// What a channel reports later about a message that was sent at `sent_at`: a rejected one gives back its cap's slot. [S6.5]
  /// `retry` is refused: what the channel has accepted is no longer the engine's to send.
  Status delivery(std::string_view lead, std::string_view message, std::string_view channel, Instant sent_at, const Delivery& delivery,
                  std::optional<Instant> at = {});
  /// Time passed without the engine: what fell due in between runs at its end. [S1.7]
  Status gap(Instant from, Instant to);
  /// Of everything or of a channel: messages are held until it is resumed. Of a sequence or a lead: its steps and waits
  /// stand still as well; what fell due runs when it is resumed, as after a gap. Goals and exits act all the same, and
  /// nothing is lost. [S11.1]
  Status pause(const Scope& scope = {}, std::optional<Instant> at = {});
  Status resume(const Scope& scope = {}, std::optional<Instant> at = {});
  /// Enters a lead into a sequence as `enroll in` does; the log says when the door refuses.
  Status enroll(std::string_view lead, std::string_view sequence, std::optional<Instant> at = {});
  /// Ends the runs of a lead in a sequence. `name` is the exit that the log shows.
  Status exit(std::string_view lead, std::string_view sequence, std::string_view name = "host", std::optional<Instant> at = {});
  /// Starts a broadcast: whoever is known and in its segment at that instant gets its message. A second start is another one.
  Status broadcast(std::string_view name, std::optional<Instant> at = {});
  /// Whoever comes to this split of a sequence from here on, and has no arm yet, gets this one; the log says `why`. [S9.3]
  Status promote(std::string_view sequence, std::string_view split, std::string_view arm, std::string_view why = "by the host",
                 std::optional<Instant> at = {});
  /// What is counted so far, in the order of the definitions.
  [[nodiscard]] std::vector<Experiment> experiments() const;
  /// Removes all that is known of a lead and what waits to be delivered to it, and drops what is held. Who comes later under
  /// the same id is a new lead, whose enrolments are numbered on; for that a hash of the id stays. Texts that other leads
  /// may share stay in memory, with nothing that leads to them. [S11.2]
  Status erase(std::string_view lead, std::optional<Instant> at = {});
  /// What is known of a lead; nothing when it is not known. export_lead() is the same, and the next step logs it. [S11.2]
  [[nodiscard]] std::optional<LeadReport> inspect(std::string_view lead) const;
  [[nodiscard]] std::optional<LeadReport> export_lead(std::string_view lead);

  /// From the instant of receipt on another program decides. Who is enrolled stays in the version of the sequence that he
  /// entered until it ends, or until a `migrate` of the new program moves him; policies, channels, scores, segments that are
  /// no part of a sequence, and what messages say, are always the newest. Attributes, consents, scores and history are
  /// carried over by their names. Refused, with a row of the log and without any effect, when the new program leaves a
  /// live enrolment without a step, or no longer has what an older version names. [S10.1] [S10.2]
  Status deploy(Program program, const DeployOptions& options = {});
  /// What deploy() would do now. Changes nothing.
  [[nodiscard]] DeployReport deploy_dry_run(const Program& program) const;

  /// All that the engine knows, inputs that are posted and messages to be tried again among them, as bytes: an engine of the
  /// same program that restores them decides from there on as this one would have. [S1.3] The bytes carry the version of
  /// their format and a checksum. Empty in a callback, where a step is under way.
  [[nodiscard]] std::string save() const;
  /// Forgets everything and goes on from what save() gave. Sinks, observers and policies stay. Refused, with nothing
  /// changed, when the bytes are damaged, of another format, of another program or of another project, and in a callback.
  /// Versions that the bytes know and the program does not, for those who are enrolled in them, come with the bytes.
  Status restore(std::string_view bytes);

  /// Applies all inputs and runs all due work up to the clock's now, each step at its own due instant. `limit` bounds the
  /// work of one call. [S1.5]
  StepResult step(std::uint64_t limit = UINT64_MAX);
  /// Like step(), to a given instant instead of the clock's now.
  StepResult step_to(Instant now, std::uint64_t limit = UINT64_MAX);
  /// When step() has something to do next; max() when nothing is planned.
  [[nodiscard]] Instant next_due() const;

  void on_send(std::string channel, ChannelSink sink);
  /// For channels without a sink of their own. Without any, messages are decided and counted, and delivered nowhere.
  void on_send(ChannelSink sink);
  /// For the audiences of one channel, or of those without a sink of their own.
  void on_audience(std::string channel, AudienceSink sink);
  void on_audience(AudienceSink sink);
  void on_notify(NotifySink sink);
  void on_task(TaskSink sink);
  void on_call(CallSink sink);
  /// Not owned. Several observers are called in the order added; nullptr removes them all. Not to be called by an observer.
  void observe(Observer* observer);
  /// Binds a policy to a declared score, instead of the one bound before; not owned; nullptr ends it. Refused when the program has no
  /// such score.
  Status scoring(std::string_view score_name, ScoringPolicy* policy);

  [[nodiscard]] Statistics statistics() const;
  /// The logical time that is closed.
  [[nodiscard]] Instant now() const;
  /// The deterministic core, for the tools of this project; no stable interface.
  [[nodiscard]] const engine::Core& core() const;
  [[nodiscard]] engine::Core& core();

 private:
  friend class ShardedEngine;
  // For several engines that exchange their program together: whether this one has come to a deployment, at which it stands;
  // what would be against it; and that it goes on, with the program or, when refused, without.
  void hold_deployments();
  [[nodiscard]] std::optional<Status> judge_deployment();
  void conclude_deployment(const Status& status);

  std::unique_ptr<EngineImpl> impl_;
};

}  // namespace nurture
