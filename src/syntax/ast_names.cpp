// The words of the tree's enumerations. Entry point: word(). Tables in the order of the enumerators; the tables are
// indexed with a check, so that a value from nowhere gives "?" and not a read beyond the table.
#include "syntax/ast_names.hpp"

#include <array>

namespace nurture::ast {

namespace {

template <class Enum, std::size_t N>
std::string_view at(const std::array<std::string_view, N>& words, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? words[index] : std::string_view("?");
}

template <class... Words>
constexpr auto table(Words... words) {
  return std::array<std::string_view, sizeof...(Words)>{words...};
}

constexpr auto kExprKinds =
    table("null", "bool", "number", "string", "duration", "time", "datetime", "ident", "select", "index", "call", "method", "list", "map",
          "history", "fold", "not", "negate", "multiply", "divide", "modulo", "add", "subtract", "equal", "not_equal", "less", "less_equal",
          "greater", "greater_equal", "in", "known", "missing", "and", "or", "conditional");
static_assert(kExprKinds.size() == static_cast<std::size_t>(ExprKind::conditional) + 1);
constexpr auto kWindows = table("within", "since_enrolled", "since_step", "since_anchor", "since_date");
constexpr auto kTypes = table("string", "int", "number", "bool", "date", "time", "datetime", "duration", "enum", "list");
static_assert(kTypes.size() == static_cast<std::size_t>(TypeKind::list) + 1);
constexpr auto kParameterTypes = table("string", "int", "number", "bool", "date", "time", "datetime", "duration", "message", "event");
static_assert(kParameterTypes.size() == static_cast<std::size_t>(ParameterType::event) + 1);
constexpr auto kConsents = table("explicit", "implied");
constexpr auto kZones = table("lead", "anchor", "named");
constexpr auto kHoldOrDrop = table("hold", "drop");
constexpr auto kReenroll = table("never", "always", "after");
constexpr auto kOtherwise = table("hold", "exit");
constexpr auto kLate = table("skip", "send", "grace");
constexpr auto kCatchUp = table("run", "latest", "skip");
constexpr auto kAnchorNext = table("planned", "actual");
constexpr auto kTimers = table("due", "remaining", "anew");
constexpr auto kRecurrences = table("year", "weekday", "period");
constexpr auto kRepeat = table("every_time", "at_most_once_per");
constexpr auto kOffsets = table("day", "at", "immediately", "after", "every");
constexpr auto kCapUnits = table("rolling", "day", "week");
constexpr auto kDecays = table("points", "percent", "half");
constexpr auto kRetains = table("events", "leads");
constexpr auto kMemberships = table("joined", "left");
constexpr auto kTierActions = table("enter", "leave");
constexpr auto kInstants = table("absolute", "day", "relative");
constexpr auto kDeliveries = table("failed", "bounced");
constexpr auto kPaused = table("all", "sequence", "channel", "lead");
constexpr auto kWeekdays = table("mon", "tue", "wed", "thu", "fri", "sat", "sun");
constexpr auto kWeekdayNames = table("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

}  // namespace

std::string_view word(ExprKind kind) { return at(kExprKinds, kind); }
std::string_view word(Window::Kind kind) { return at(kWindows, kind); }
std::string_view word(TypeKind kind) { return at(kTypes, kind); }
std::string_view word(ParameterType type) { return at(kParameterTypes, type); }
std::string_view word(Category::Consent consent) { return at(kConsents, consent); }
std::string_view word(Zone::Kind kind) { return at(kZones, kind); }
std::string_view word(HoldOrDrop choice) { return at(kHoldOrDrop, choice); }
std::string_view word(Reenroll::Kind kind) { return at(kReenroll, kind); }
std::string_view word(Anchor::Otherwise otherwise) { return at(kOtherwise, otherwise); }
std::string_view word(LateRule::Kind kind) { return at(kLate, kind); }
std::string_view word(CatchUp::Kind kind) { return at(kCatchUp, kind); }
std::string_view word(AnchorNext::Kind kind) { return at(kAnchorNext, kind); }
std::string_view word(MigrateStep::Timer timer) { return at(kTimers, timer); }
std::string_view word(Recurrence::Kind kind) { return at(kRecurrences, kind); }
std::string_view word(Repeat::Kind kind) { return at(kRepeat, kind); }
std::string_view word(Offset::Kind kind) { return at(kOffsets, kind); }
std::string_view word(Cap::Unit unit) { return at(kCapUnits, unit); }
std::string_view word(Decay::Kind kind) { return at(kDecays, kind); }
std::string_view word(Retain::Kind kind) { return at(kRetains, kind); }
std::string_view word(ExpectMembership::Kind kind) { return at(kMemberships, kind); }
std::string_view word(TierAction::Kind kind) { return at(kTierActions, kind); }
std::string_view word(Instant::Kind kind) { return at(kInstants, kind); }
std::string_view word(FeedDelivery::Result result) { return at(kDeliveries, result); }
std::string_view word(FeedPause::What what) { return at(kPaused, what); }
std::string_view weekday_word(std::int32_t day) { return at(kWeekdays, day); }
std::string_view weekday_name(std::int32_t day) { return at(kWeekdayNames, day); }

std::string_view lead_field_name(std::string_view name) {
  constexpr std::string_view kLead = "lead.";
  return name.starts_with(kLead) ? name.substr(kLead.size()) : std::string_view();
}

}  // namespace nurture::ast
