// Policies: zones and names exist, numbers mean something, and there is a moment in the week to send at.
// Entry points: check_policies(), check_week().
#include "check/policies.hpp"

#include "check/expressions.hpp"
#include "check/passes.hpp"

#include <bitset>

namespace nurture::check {

namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr int kMinutesPerWeek = 7 * kMinutesPerDay;
using Week = std::bitset<kMinutesPerWeek>;

/// The minutes of a week that quiet hours close, on every day.
Week closed_by(const ast::QuietHours& hours) {
  Week closed;
  for (int minute = 0; minute < kMinutesPerWeek; ++minute) {
    const int of_day = minute % kMinutesPerDay;
    const bool wraps = hours.from.minutes > hours.to.minutes;
    const bool inside = wraps ? of_day >= hours.from.minutes || of_day < hours.to.minutes
                              : of_day >= hours.from.minutes && of_day < hours.to.minutes;
    if (inside) closed.set(static_cast<std::size_t>(minute));
  }
  return closed;
}

/// The minutes outside of all `allow` lines together.
Week closed_by(const std::vector<ast::Allow>& allows) {
  Week open;
  if (allows.empty()) return open;
  for (const auto& allow : allows) {
    for (int day = allow.first_day;; day = (day + 1) % 7) {
      for (int minute = 0; minute < kMinutesPerDay; ++minute) open.set(static_cast<std::size_t>(day * kMinutesPerDay + minute));
      if (day == allow.last_day) break;
    }
  }
  return ~open;
}

/// Hours in different zones shift against each other, so only those of the same zone are laid over each other.
std::string zone_key(const std::optional<ast::Zone>& zone, const ast::Policy& policy) {
  const ast::Zone* chosen = zone ? &*zone : policy.zones.empty() ? nullptr : &policy.zones.front().zone;
  if (chosen == nullptr || chosen->kind == ast::Zone::Kind::lead) return "lead";
  return chosen->kind == ast::Zone::Kind::anchor ? "anchor" : chosen->name.value;
}

struct Closed {
  Week week;
  std::vector<Span> places;
};

/// Adds what a policy closes, by zone.
void add_closed(const ast::Policy& policy, std::map<std::string, Closed>& by_zone) {
  for (const auto& hours : policy.quiet_hours) {
    Closed& closed = by_zone[zone_key(hours.zone, policy)];
    closed.week |= closed_by(hours);
    closed.places.push_back(hours.span);
  }
  if (policy.allows.empty()) return;
  Closed& closed = by_zone[zone_key(std::nullopt, policy)];
  closed.week |= closed_by(policy.allows);
  for (const auto& allow : policy.allows) closed.places.push_back(allow.span);
}

bool report_closed(Context& context, Span place, const std::string& what, const std::map<std::string, Closed>& by_zone) {
  for (const auto& [zone, closed] : by_zone) {
    if (!closed.week.all()) continue;
    Finding finding(Code::quiet_hours_all_day, place, what + " no moment of the week to send at");
    for (const Span& part : closed.places) finding.label(part, "closes a part of the week");
    context.add(finding.help("shorten the quiet hours or allow another day"));
    return true;
  }
  return false;
}

bool is_zero(const ast::Duration& duration) { return duration.months == 0 && duration.days == 0 && duration.seconds == 0; }

void check_cap(Context& context, const ast::Cap& cap) {
  if (cap.count.value < 1) {
    context.add(Finding(Code::quiet_hours_all_day, cap.count.span, "a cap of " + std::to_string(cap.count.value) + " lets nothing through")
                    .help("a cap is at least 1"));
  }
  if (is_zero(cap.per)) context.add(Finding(Code::bad_offset, cap.per.span, "a cap counts over a length of time, and this has none"));
  if (cap.channel && context.model.find_channel(cap.channel->text) == model::kNone) {
    context.unknown(*cap.channel, {"channel", "channel " + cap.channel->text + " { }"}, names_of(context.model.channels));
  }
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
                    .label(hours.from.span, "they begin here").help("leave them out, or let them end at another time"));
  }
  for (const auto& cap : node.caps) check_cap(context, cap);
  for (const auto& item : node.exempts) {
    for (const auto& name : item.categories) {
      if (context.model.find_category(name.text) == model::kNone) {
        context.unknown(name, {"category", "category " + name.text + " { }"}, names_of(context.model.categories));
      }
    }
  }
  if (!sensible) return;
  std::map<std::string, Closed> by_zone;
  add_closed(node, by_zone);
  if (report_closed(context, node.name.span, "the policy " + quoted(policy.name) + " leaves", by_zone)) context.policies_that_never_open.insert(&node);
}

}  // namespace

void check_zone(Context& context, const ast::Zone& zone) {
  if (zone.kind == ast::Zone::Kind::named) check_zone_name(context, zone.name.span, zone.name.value);
}

void check_week(Context& context, Span place, const std::string& sequence, const std::vector<const ast::Policy*>& policies) {
  if (policies.size() < 2) return;  // one policy was looked at by itself
  std::map<std::string, Closed> by_zone;
  for (const auto* policy : policies) {
    if (context.policies_that_never_open.contains(policy)) return;
    add_closed(*policy, by_zone);
  }
  (void)report_closed(context, place, "the policies of " + quoted(sequence) + " together leave", by_zone);
}

void check_policies(Context& context) {
  for (const auto& policy : context.model.policies) check_policy(context, policy);
}

}  // namespace nurture::check
