// Policies: zones and names exist, numbers mean something, and there is a moment in the week to send at.
// Entry points: check_policies(), check_week().
#include "check/policies.hpp"

#include "check/expressions.hpp"
#include "check/passes.hpp"

#include <algorithm>
#include <bitset>
#include <map>

namespace nurture::check {

namespace {

constexpr std::size_t kMinutesPerDay = 24 * 60;
constexpr std::size_t kDaysPerWeek = 7;

/// Hours in different zones shift against each other, so only those of the same zone are laid over each other.
std::string zone_key(const std::optional<ast::Zone>& zone, const ast::Policy& policy) {
  const ast::Zone* chosen = zone ? &*zone : policy.zones.empty() ? nullptr : &policy.zones.front().zone;
  if (chosen == nullptr || chosen->kind == ast::Zone::Kind::lead) return "lead";
  return chosen->kind == ast::Zone::Kind::anchor ? "anchor" : chosen->name.value;
}

/// What is closed in one zone. Quiet hours are the same on every day, so a day of minutes and a week of days say it all.
struct Closed {
  std::bitset<kMinutesPerDay> minutes;
  std::bitset<kDaysPerWeek> days;
  [[nodiscard]] bool always() const { return minutes.all() || days.all(); }
};
using ByZone = std::map<std::string, Closed>;

void close(Closed& closed, const ast::QuietHours& hours) {
  const auto from = static_cast<std::size_t>(hours.from.minutes);
  const auto to = static_cast<std::size_t>(hours.to.minutes);
  for (std::size_t minute = from; minute != to; minute = (minute + 1) % kMinutesPerDay) closed.minutes.set(minute);
}

/// The days outside of all `allow` lines together.
std::bitset<kDaysPerWeek> closed_days(const std::vector<ast::Allow>& allows) {
  std::bitset<kDaysPerWeek> open;
  for (const auto& allow : allows) {
    for (int day = allow.days.first_day;; day = (day + 1) % static_cast<int>(kDaysPerWeek)) {
      open.set(static_cast<std::size_t>(day));
      if (day == allow.days.last_day) break;
    }
  }
  return allows.empty() ? open : ~open;
}

void add_closed(const ast::Policy& policy, ByZone& by_zone) {
  for (const auto& hours : policy.quiet_hours) close(by_zone[zone_key(hours.zone, policy)], hours);
  if (!policy.allows.empty()) by_zone[zone_key(std::nullopt, policy)].days |= closed_days(policy.allows);
}

bool never_opens(const ByZone& by_zone) {
  return std::any_of(by_zone.begin(), by_zone.end(), [](const auto& entry) { return entry.second.always(); });
}

void report_closed(Context& context, Span place, const std::string& what, const std::vector<const ast::Policy*>& policies) {
  Finding finding(Code::quiet_hours_all_day, place, what + " no moment of the week to send at");
  for (const auto* policy : policies) {
    for (const auto& hours : policy->quiet_hours) finding.label(hours.span, "closes a part of the day");
    for (const auto& allow : policy->allows) finding.label(allow.span, "closes the other days");
  }
  context.add(finding.help("shorten the quiet hours or allow another day"));
}

void check_cap(Context& context, const ast::Cap& cap) {
  if (cap.count.value < 1) {
    context.add(Finding(Code::quiet_hours_all_day, cap.count.span, "a cap of " + std::to_string(cap.count.value) + " lets nothing through")
                    .help("a cap is at least 1"));
  }
  check_counted(context, cap.count, "a cap");
  if (cap.unit == ast::Cap::Unit::rolling && is_zero(cap.per))
    context.add(Finding(Code::bad_offset, cap.per.span, "a cap counts over a length of time, and this has none"));
  if (cap.channel && context.model.find_channel(cap.channel->text) == model::kNone) {
    context.unknown(*cap.channel, {"channel", "channel " + cap.channel->text + " { }"}, context.model.channels);
  }
  Scope scope;
  scope.place = "a `cap`";
  if (cap.when) check_condition(context, *cap.when, scope);
  if (cap.counting) (void)check_pattern(context, *cap.counting, scope, PatternUse::trigger);
}

/// Minutes of the day for which messages can go out once these quiet hours of a policy are over.
std::size_t open_minutes(const ast::Policy& policy, const ast::QuietHours& hours, const ByZone& by_zone) {
  const auto& closed = by_zone.at(zone_key(hours.zone, policy)).minutes;
  std::size_t open = 0;
  while (open < kMinutesPerDay && !closed[(static_cast<std::size_t>(hours.to.minutes) + open) % kMinutesPerDay]) ++open;
  return open;
}

/// Whose turn comes after the window has closed again would never get anything.
void check_spread(Context& context, Span place, const ast::Policy& policy, const ByZone& by_zone) {
  if (policy.spreads.empty()) return;
  const ast::Duration& length = policy.spreads.front().length;
  for (const auto& hours : policy.quiet_hours) {
    const std::size_t open = open_minutes(policy, hours, by_zone);
    if (open == 0 || length.seconds <= static_cast<std::int64_t>(open) * 60) continue;
    context.add(Finding(Code::bad_offset, place, "the spread is longer than the " + std::to_string(open) + " minutes of the window")
                    .label(hours.span, "it opens at the end of these")
                    .help("write `spread " + std::to_string(open) + "min` or less"));
    return;
  }
}

void check_spread_length(Context& context, const ast::Duration& length) {
  constexpr std::int64_t kSecondsPerDay = 24 * 60 * 60;
  if (length.months == 0 && length.days == 0 && !is_zero(length) && length.seconds <= kSecondsPerDay) return;
  context.add(
      Finding(Code::bad_offset, length.span, "messages are spread over minutes or hours of one day").help("write e.g. `spread 30min`"));
}

void check_hold_while(Context& context, const ast::HoldWhile& item) {
  Scope scope;
  scope.place = "a `hold while`";
  check_when(context, item.condition, scope, WhenPlace::elsewhere);
}

void check_lengths(Context& context, const ast::Policy& node) {
  context.at_most_one(node.hold_limits, "`hold at most`");
  for (const auto& limit : node.hold_limits) {
    if (is_zero(limit.length))
      context.add(Finding(Code::bad_offset, limit.length.span, "a hold of no length holds nothing").help("write e.g. `hold at most 5d`"));
    check_length(context, limit.length);
  }
  context.at_most_one(node.spreads, "`spread`");
  for (const auto& spread : node.spreads) check_spread_length(context, spread.length);
}

void check_policy(Context& context, const model::Policy& policy) {
  const ast::Policy& node = *policy.node;
  context.at_most_one(node.zones, "`zone`");
  for (const auto& zone : node.zones) check_zone(context, zone.zone);
  bool sensible = true;
  for (const auto& hours : node.quiet_hours) {
    if (hours.zone) check_zone(context, *hours.zone);
    if (hours.from.minutes != hours.to.minutes) continue;
    sensible = false;
    context.add(Finding(Code::quiet_hours_all_day, hours.to.span, "quiet hours that end when they begin are either none or the whole day")
                    .label(hours.from.span, "they begin here")
                    .help("leave them out, or let them end at another time"));
  }
  for (const auto& cap : node.caps) {
    check_cap(context, cap);
    check_digest(context, node, cap);
  }
  for (const auto& item : node.hold_whiles) check_hold_while(context, item);
  check_lengths(context, node);
  for (const auto& item : node.exempts) {
    for (const auto& name : item.categories) {
      if (context.model.find_category(name.text) == model::kNone) {
        context.unknown(name, {"category", "category " + name.text + " { }"}, context.model.categories);
      }
    }
  }
  if (!sensible) return;
  ByZone by_zone;
  add_closed(node, by_zone);
  if (!never_opens(by_zone)) {
    if (!node.spreads.empty()) check_spread(context, node.spreads.front().length.span, node, by_zone);
    return;
  }
  report_closed(context, node.name.span, "the policy " + quoted(policy.name) + " leaves", {&node});
  context.policies_that_never_open.insert(&node);
}

}  // namespace

void check_zone(Context& context, const ast::Zone& zone) {
  if (zone.kind == ast::Zone::Kind::named) check_zone_name(context, zone.name.span, zone.name.value);
}

void check_week(Context& context, Span place, const std::string& sequence, const std::vector<const ast::Policy*>& policies) {
  if (policies.size() < 2) return;  // one policy was looked at by itself
  ByZone by_zone;
  for (const auto* policy : policies) {
    if (context.policies_that_never_open.contains(policy)) return;
    add_closed(*policy, by_zone);
  }
  if (never_opens(by_zone)) return report_closed(context, place, "the policies of " + quoted(sequence) + " together leave", policies);
  for (const auto* policy : policies) check_spread(context, place, *policy, by_zone);
}

void check_policies(Context& context) {
  for (const auto& policy : context.model.policies) check_policy(context, policy);
}

}  // namespace nurture::check
