// What the plans of the compiled graph speak of: fields, events, categories, channels, policies, conditions, messages. See
// program.hpp, which holds the rest. Entry points: the structs.
#pragma once

#include "eval/code.hpp"
#include "time/zone.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nurture::compile {

using Id = std::uint32_t;
inline constexpr Id kNone = 0xffffffff;

/// A half-open range of one of Program's flat arrays.
struct Range {
  Id begin = 0;
  Id end = 0;
  [[nodiscard]] Id size() const { return end - begin; }
  [[nodiscard]] bool empty() const { return begin == end; }
};

/// How a field is kept. Strings and enum values are interned symbols; lists are kept as interned text of their value.
enum class SlotType : std::uint8_t { bool_, int_, number, string, enum_, date, time, datetime, duration, list };

struct Field {
  std::string name;
  SlotType type = SlotType::string;
  SlotType element = SlotType::string;  ///< list
  bool optional = false;
  std::vector<std::string> values;  ///< enum_
  eval::Value fallback;             ///< The default, or missing.
};

/// A cap, by its policy and its place there.
struct CapRef {
  Id policy = 0;
  Id cap = 0;
};
struct Event {
  std::string name;
  std::string external;
  std::vector<Field> fields;
  /// By Program::field_names index: position in `fields`, or -1. What Origin::event, entry and trigger loads go through.
  std::vector<std::int16_t> position;
  /// Sequences with an `enroll on` that names this event, in the order of sequences.
  std::vector<Id> enrolls;
  /// Scores that may change when it arrives: rules and resets on it, and conditions that ask for it (Score::reacts).
  std::vector<Id> scores;
  bool by_engine = false;       ///< The engine tells of it.
  std::vector<CapRef> caps;     ///< Those that count it.
  std::vector<Id> experiments;  ///< Those whose goal names it.
  /// Whether live expressions can ask for this event's past, which fields, and how far back.
  bool kept = false;
  bool kept_forever = false;               ///< Some question has no horizon (`since enrolled`, no window).
  bool kept_newest = false;                ///< Some question without a horizon asks for the newest one only.
  time::Period horizon;                    ///< Covers the longest `within`, when not forever.
  std::vector<std::uint16_t> kept_fields;  ///< Positions in `fields`, ascending.
};

struct Category {
  std::string name;
  bool implied = false;
  bool double_opt_in = false;
  bool transactional = false;
  std::uint8_t accepts = 0;  ///< Which of a consent pair's four states let its messages through, a bit each. [S6.8]
  Id under = kNone;
  eval::Ref suppress;  ///< Nothing of it is sent while this holds.
};

struct Channel {
  std::string name;
  eval::Ref requirement;  ///< Must not be missing or an error; none: always reachable.
  struct Retry {
    std::uint32_t times = 0;  ///< 0: nothing is said, the outbox has bounds of its own.
    std::int64_t from_ms = 0, to_ms = 0;
  } retry;
  struct Rate {
    std::uint32_t count = 0;  ///< 0: none.
    std::int64_t per_ms = 0;
  } rate;
  struct Breaker {
    std::uint32_t of = 0;  ///< 0: none.
    std::uint32_t percent = 0;
    std::int64_t within_ms = 0, probe_ms = 0;
  } breaker;
  double cost = 0;  ///< Of one message, in the author's own unit; for reports.
};
/// A share of the leads to whom nothing is sent. [S3.7]
struct Holdout {
  std::uint32_t percent = 0;
  std::string salt;  ///< With its prefix, as it is hashed.
  std::string text;  ///< For the log.
};

/// The messages of which `send next of` and streams take one after another.
struct Pool {
  std::string name;
  std::vector<Id> messages;
  bool is_stream = false;
  Id exhausted = 0;  ///< First node of what a stream does when nothing is left.
};

enum class HoldOrDrop : std::uint8_t { hold, drop };

struct ZoneRule {
  enum class Kind : std::uint8_t { lead, anchor, named };
  Kind kind = Kind::lead;
  const time::Zone* zone = nullptr;  ///< named
};

struct QuietHours {
  std::int32_t from = 0, to = 0;  ///< Seconds since midnight; from > to wraps midnight.
  std::uint8_t days = 0x7f;       ///< On which they begin; bit 0 is Monday.
  Id channel = kNone;             ///< None: every channel.
  ZoneRule zone;
  HoldOrDrop then = HoldOrDrop::hold;
  std::string text;  ///< "quiet hours 20:00..08:00", for the log.
};
struct Allow {
  std::uint8_t days = 0x7f;  ///< Bit 0 is Monday. All `allow` lines of a policy that say something of the channel, together.
  Id channel = kNone;        ///< None: every channel that no other of the policy is for.
  HoldOrDrop then = HoldOrDrop::hold;
};
/// Something that is a pattern of events.
struct Pattern {
  std::vector<Id> events;  ///< Ascending.
  eval::Ref where;         ///< With the event bound to Origin::event.
  std::vector<Id> scores;  ///< That `where` asks for.
  bool any_key = false;    ///< Events with the key of another run count, too. [S3.1]
  Id look_back = kNone;    ///< A query (kind any) to ask once when a wait begins: `wait until on X since enrolled`.
};

/// A score is compared with a number: the answer can change where its total reaches `at`. kEveryPoint: anywhere.
struct ScoreLine {
  static constexpr std::int64_t kEveryPoint = INT64_MIN;
  Id score = kNone;
  std::int64_t at = 0;
  friend auto operator<=>(const ScoreLine&, const ScoreLine&) = default;
};

/// A condition over state, and what can change it.
struct Condition {
  eval::Ref code;
  std::vector<Id> events;  ///< Ascending: events whose arrival can change it.
  std::vector<Id> fields;  ///< Lead fields.
  std::vector<Id> scores;
  std::vector<ScoreLine> lines;
  bool stages = false;   ///< Depends on the stage of a lifecycle.
  bool anchors = false;  ///< Depends on an anchor.
  bool clock = false;    ///< Depends on now, idle or a window.
};

enum class CapUnit : std::uint8_t { rolling, day, week };
/// Each cap has `count` words in the lead's row: the last sends it counted, engine::CapSlot.
struct Cap {
  std::uint32_t count = 0;
  CapUnit unit = CapUnit::rolling;
  time::Period per;    ///< rolling
  Id channel = kNone;  ///< kNone: all channels together.
  HoldOrDrop then = HoldOrDrop::hold;
  Id word = 0;                  ///< First word in the lead's row.
  std::string text;             ///< "cap 2 of contact_pressure", for the log.
  std::int64_t longest_ms = 0;  ///< After so long a slot is surely free.
  eval::Ref when;               ///< It counts all sends but bars only while this holds; none: always.
  Pattern counting;             ///< Events that take slots, too.
  Id digest = kNone;            ///< Sequence that sends what it gathers, in place of `then`. [S3.6]
};
/// `hold while`: messages wait while it holds. [S3.6]
struct HoldWhile {
  Condition condition;
  std::string text;  ///< Its name, else the condition, for the log.
};
struct Policy {
  std::string name;
  std::vector<QuietHours> quiet_hours;
  std::vector<Allow> allows;  ///< At most one.
  std::vector<Cap> caps;
  std::vector<HoldWhile> hold_whiles;
  /// By category id; those under an exempt one are, and `exempt transactional` exempts every transactional one.
  std::vector<std::uint8_t> exempt;
  time::Period hold_at_most;   ///< Zero: nothing is said.
  std::int64_t spread_ms = 0;  ///< [S6.7]
  ZoneRule zone;
};

/// A text with `{{ }}`: literal pieces and expressions, in order. Either `text` or `code` counts.
struct TextPart {
  std::string text;
  eval::Ref code;
};
struct MessageField {
  std::string name;
  std::vector<TextPart> text;
};
struct Link {
  std::string name;
  std::vector<TextPart> url;
};
struct Content {
  std::vector<Id> channels;
  Id category = kNone;
  std::string template_name;
  std::vector<TextPart> subject;
  std::vector<TextPart> preview;
  std::vector<TextPart> body;
  std::vector<TextPart> from;
  std::string topic;
  std::vector<Link> links;
  std::vector<MessageField> fields;
  std::vector<eval::Ref> asked;  ///< All code of its texts, in the order above.
};
struct Variant {
  std::string name;
  std::uint32_t share = 0;  ///< Percent; 0 for what is not chosen by a share.
  eval::Ref when;
  bool otherwise = false;  ///< Taken when no condition holds.
  Content content;
};
struct Message {
  std::string name;
  std::string title;
  Content content;
  std::vector<Field> parameters;  ///< What a send hands over: Origin::parameter loads by position.
  /// First of kSentWords words of the lead's row, engine::CapSlot: its last sends, the newest first. kNone where nothing asks.
  Id sent_word = kNone;
  static constexpr Id kSentWords = 2;
  std::vector<Variant> variants;  ///< Conditional ones first asked in order, then the shares by hash or the one with `else`.
  /// Names (Program::field_names) that `trigger.F` uses in texts and conditions of the message, ascending. A message belongs
  /// to no one sequence, so these are loads of Origin::event by name; every sequence that sends it keeps them among its
  /// trigger_fields.
  std::vector<Id> trigger_fields;
};

}  // namespace nurture::compile
