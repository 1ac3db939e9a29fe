// Policies: zones and names exist, numbers mean something, and there is a moment in the week to send at.
// Entry points: check_policies(), check_week().
#include "check/policies.hpp"

#include "check/expressions.hpp"
#include "check/passes.hpp"

#include <algorithm>
#include <bitset>
#include <set>

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

using Policies = std::vector<const ast::Policy*>;
using Days = std::bitset<kDaysPerWeek>;
/// The minutes of a week that are closed.
using Week = std::bitset<kDaysPerWeek * kMinutesPerDay>;

Days days_of(const ast::Weekdays& range) {
  Days days;
  for (int day = range.first_day;; day = (day + 1) % static_cast<int>(kDaysPerWeek)) {
    days.set(static_cast<std::size_t>(day));
    if (day == range.last_day) return days;
  }
}

bool is_for(const std::optional<ast::Name>& said, const std::string& channel) { return !said || said->text == channel; }

/// The minute of the week at which hours that begin on this day end.
std::size_t end_of(const ast::QuietHours& hours, std::size_t day) {
  const auto to = static_cast<std::size_t>(hours.to.minutes);
  return (day * kMinutesPerDay + to + (hours.from.minutes > hours.to.minutes ? kMinutesPerDay : 0)) % Week().size();
}

void close(Week& closed, const ast::QuietHours& hours) {
  const Days days = hours.days ? days_of(*hours.days) : ~Days();
  for (std::size_t day = 0; day < kDaysPerWeek; ++day) {
    const std::size_t from = day * kMinutesPerDay + static_cast<std::size_t>(hours.from.minutes);
    for (std::size_t minute = from; days[day] && minute != end_of(hours, day); minute = (minute + 1) % closed.size()) closed.set(minute);
  }
}

/// The days outside of all `allow` lines that say something of the channel.
void close(Week& closed, const std::vector<ast::Allow>& allows, const std::string& channel) {
  Days open;
  for (const auto& allow : allows) {
    if (is_for(allow.channel, channel)) open |= days_of(allow.days);
  }
  for (std::size_t minute = 0; open.any() && minute < closed.size(); ++minute) {
    if (!open[minute / kMinutesPerDay]) closed.set(minute);
  }
}

/// What is closed for a channel, "" for one of which nothing else is said, by what counts in one zone.
Week closed_week(const Policies& policies, const std::string& zone, const std::string& channel) {
  Week closed;
  for (const auto* policy : policies) {
    for (const auto& hours : policy->quiet_hours) {
      if (zone_key(hours.zone, *policy) == zone && is_for(hours.channel, channel)) close(closed, hours);
    }
    if (zone_key(std::nullopt, *policy) == zone) close(closed, policy->allows, channel);
  }
  return closed;
}

bool never_opens(const Policies& policies) {
  std::set<std::string> zones;
  std::set<std::string> channels{""};
  const auto name = [&](const std::optional<ast::Name>& channel) {
    if (channel) channels.insert(channel->text);
  };
  for (const auto* policy : policies) {
    zones.insert(zone_key(std::nullopt, *policy));
    for (const auto& hours : policy->quiet_hours) zones.insert(zone_key(hours.zone, *policy)), name(hours.channel);
    for (const auto& allow : policy->allows) name(allow.channel);
  }
  return std::any_of(zones.begin(), zones.end(), [&](const std::string& zone) {
    return std::any_of(channels.begin(), channels.end(),
                       [&](const std::string& channel) { return closed_week(policies, zone, channel).all(); });
  });
}

void report_closed(Context& context, Span place, const std::string& what, const std::vector<const ast::Policy*>& policies) {
  Finding finding(Code::quiet_hours_all_day, place, what + " no moment of the week to send at");
  for (const auto* policy : policies) {
    for (const auto& hours : policy->quiet_hours) finding.label(hours.span, "closes a part of the day");
    for (const auto& allow : policy->allows) finding.label(allow.span, "closes the other days");
  }
  context.add(finding.help("shorten the quiet hours or allow another day"));
}

void check_channel(Context& context, const std::optional<ast::Name>& name) {
  if (!name || context.model.find_channel(name->text) != model::kNone) return;
  context.unknown(*name, {"channel", "channel " + name->text + " { }"}, context.model.channels);
}

void check_cap(Context& context, const ast::Cap& cap) {
  if (cap.count.value < 1) {
    context.add(Finding(Code::quiet_hours_all_day, cap.count.span, "a cap of " + std::to_string(cap.count.value) + " lets nothing through")
                    .help("a cap is at least 1"));
  }
  check_counted(context, cap.count, "a cap");
  if (cap.unit == ast::Cap::Unit::rolling && is_zero(cap.per))
    context.add(Finding(Code::bad_offset, cap.per.span, "a cap counts over a length of time, and this has none"));
  check_channel(context, cap.channel);
  Scope scope;
  scope.place = "a `cap`";
  if (cap.when) check_condition(context, *cap.when, scope);
  if (cap.counting) (void)check_pattern(context, *cap.counting, scope, PatternUse::trigger);
}

/// Minutes for which messages can go out once these hours of a policy are over: the fewest, but for none.
std::size_t open_minutes(const ast::QuietHours& hours, const Week& closed) {
  std::size_t fewest = closed.size();
  const Days days = hours.days ? days_of(*hours.days) : ~Days();
  for (std::size_t day = 0; day < kDaysPerWeek; ++day) {
    std::size_t open = 0;
    while (days[day] && open < closed.size() && !closed[(end_of(hours, day) + open) % closed.size()]) ++open;
    if (open > 0) fewest = std::min(fewest, open);
  }
  return fewest;
}

/// Whose turn comes after the window has closed again would never get anything.
void check_spread(Context& context, Span place, const ast::Policy& policy, const Policies& policies) {
  if (policy.spreads.empty()) return;
  const ast::Duration& length = policy.spreads.front().length;
  for (const auto& hours : policy.quiet_hours) {
    const Week closed = closed_week(policies, zone_key(hours.zone, policy), hours.channel ? hours.channel->text : "");
    const std::size_t open = open_minutes(hours, closed);
    if (length.seconds <= static_cast<std::int64_t>(open) * 60) continue;
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
    check_channel(context, hours.channel);
    if (hours.from.minutes != hours.to.minutes) continue;
    sensible = false;
    context.add(Finding(Code::quiet_hours_all_day, hours.to.span, "quiet hours that end when they begin are either none or the whole day")
                    .label(hours.from.span, "they begin here")
                    .help("leave them out, or let them end at another time"));
  }
  for (const auto& allow : node.allows) check_channel(context, allow.channel);
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
  if (!never_opens({&node})) {
    if (!node.spreads.empty()) check_spread(context, node.spreads.front().length.span, node, {&node});
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
  const auto is_reported = [&](const ast::Policy* policy) { return context.policies_that_never_open.contains(policy); };
  if (std::any_of(policies.begin(), policies.end(), is_reported)) return;
  if (never_opens(policies)) return report_closed(context, place, "the policies of " + quoted(sequence) + " together leave", policies);
  for (const auto* policy : policies) check_spread(context, place, *policy, policies);
}

void check_policies(Context& context) {
  for (const auto& policy : context.model.policies) check_policy(context, policy);
}

}  // namespace nurture::check
