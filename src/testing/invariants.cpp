// See invariants.hpp.
#include "testing/invariants.hpp"

#include "time/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace nurture::testing {
namespace {

using model::Id;
using model::kNone;

constexpr std::int64_t kDaySeconds = 86'400;

/// A wall clock, by its distance from UTC alone.
struct Wall {
  std::int64_t day = 0, second = 0;
  bool steady = true;  ///< The clock shows the same distance a day before and after.
};
Wall wall_at(Instant at, const time::Zone& zone) {
  const std::int64_t offset = zone.offset_at(at);
  const std::int64_t local = at.ms / 1000 + offset;
  Wall wall{local / kDaySeconds, local % kDaySeconds};
  if (wall.second < 0) wall = {wall.day - 1, wall.second + kDaySeconds};
  const std::chrono::milliseconds day{2 * kDaySeconds * 1000};
  wall.steady = zone.offset_at(at - day) == offset && zone.offset_at(at + day) == offset;
  return wall;
}
/// 0 = Monday. The first of January 1970 was a Thursday.
std::int64_t weekday(std::int64_t day) { return ((day % 7) + 10) % 7; }

bool contains(const ast::Weekdays& days, std::int64_t day) {
  if (days.first_day <= days.last_day) return day >= days.first_day && day <= days.last_day;
  return day >= days.first_day || day <= days.last_day;
}

bool is_quiet(const ast::QuietHours& quiet, const Wall& wall) {
  const std::int64_t from = std::int64_t{quiet.from.minutes} * 60, to = std::int64_t{quiet.to.minutes} * 60;
  const auto begins = [&](std::int64_t day) { return !quiet.days || contains(*quiet.days, weekday(day)); };
  if (from < to) return wall.second >= from && wall.second < to && begins(wall.day);
  return (wall.second >= from && begins(wall.day)) || (wall.second < to && begins(wall.day - 1));
}

class Judge {
 public:
  Judge(const model::Model& model, const ast::Test& story) : model_(model), zone_(time::utc()) {
    read_zone(story);
    read_consents(story);
  }

  std::optional<Breach> judge(const Row& row) {
    if (row.kind == DecisionKind::exited) ended_.emplace(row.sequence, row.enrolment);
    if (row.kind == DecisionKind::set && row.name == "tz") zone_ = nullptr;
    if (row.kind != DecisionKind::sent) return std::nullopt;
    auto breach = after_exit(row);
    if (!breach) breach = without_consent(row);
    if (!breach) breach = in_quiet_hours(row);
    if (!breach) breach = beyond_caps(row);
    sent_.push_back(&row);
    return breach;
  }

 private:
  static Breach breach(const char* rule, const Row& row, const std::string& what) {
    return {rule, fmt::format("{}  {}: {}", when(row), words(row), what), row.at, row.message};
  }

  // ------------------------------------------------------------ what is known

  void read_zone(const ast::Test& story) {
    const bool has_zone = model_.project != nullptr && !model_.project->zones.empty();
    if (has_zone) use_zone(model_.project->zones.front().zone.name.value);
    for (const ast::Given& given : story.givens) {
      const auto* lead = std::get_if<ast::GivenLead>(&given.what);
      for (std::size_t i = 0; lead != nullptr && i + 1 < lead->values.args.size(); i += 2) {
        if (lead->values.args[i].text == "tz") use_zone(lead->values.args[i + 1].text);
      }
    }
    for (const ast::TestLine& line : story.timeline) {
      const auto* set = std::get_if<ast::FeedSet>(&line.what);
      if (set != nullptr && set->name.text == "lead.tz") zone_ = nullptr;
    }
  }
  void use_zone(const std::string& name) {
    if (const time::Zone* zone = time::find_zone(name)) zone_ = zone;
  }

  void read_consents(const ast::Test& story) {
    for (const ast::Given& given : story.givens) {
      const auto* consent = std::get_if<ast::GivenConsent>(&given.what);
      for (std::size_t i = 0; consent != nullptr && i < consent->categories.size(); ++i)
        consents_[consent->categories[i].text].emplace_back(Instant::min(), true);
    }
    for (const ast::TestLine& line : story.timeline) {
      const auto* consent = std::get_if<ast::FeedConsent>(&line.what);
      if (consent == nullptr || !line.at) continue;
      const auto at = time::parse_date_time(line.at->date_time.text);
      if (at) consents_[consent->category.text].emplace_back(at->in(*time::utc()), !consent->withdrawn);
    }
  }

  [[nodiscard]] const model::Sequence* sequence_of(const Row& row) const {
    const Id id = model_.find_sequence(row.sequence);
    return id == kNone ? nullptr : &model_.sequences[id];
  }
  /// Its own and those above it, the nearest first.
  [[nodiscard]] std::vector<const model::Category*> categories_of(std::string_view message) const {
    std::vector<const model::Category*> all;
    const Id id = model_.find_message(message);
    if (id == kNone) return all;
    for (Id c = model_.find_category(model_.messages[id].content.category); c != kNone; c = model_.categories[c].under)
      all.push_back(&model_.categories[c]);
    return all;
  }
  /// The policies that say something about a send.
  [[nodiscard]] std::vector<const ast::Policy*> policies_of(const Row& row) const {
    std::vector<const ast::Policy*> all;
    const model::Sequence* sequence = sequence_of(row);
    if (sequence == nullptr) return all;
    const auto categories = categories_of(row.message);
    const auto is_exempt = [&](const ast::Name& exempt) {
      return std::any_of(categories.begin(), categories.end(), [&](const model::Category* category) {
        return category->name == exempt.text || (exempt.text == "transactional" && category->transactional);
      });
    };
    for (const Id id : model_.policies_of(*sequence->node)) {
      const ast::Policy& policy = *model_.policies[id].node;
      const auto exempts = [&](const ast::Exempt& line) { return std::any_of(line.categories.begin(), line.categories.end(), is_exempt); };
      if (std::none_of(policy.exempts.begin(), policy.exempts.end(), exempts)) all.push_back(&policy);
    }
    return all;
  }

  // ------------------------------------------------------------ the rules

  [[nodiscard]] std::optional<Breach> after_exit(const Row& row) const {
    if (row.enrolment == 0 || !ended_.contains({row.sequence, row.enrolment})) return std::nullopt;
    return breach("a message was sent after the run had ended", row, "its run ended before");
  }

  [[nodiscard]] std::optional<Breach> without_consent(const Row& row) const {
    for (const model::Category* category : categories_of(row.message)) {
      if (category->transactional) continue;
      bool granted = category->implied;
      const auto said = consents_.find(category->name);
      for (std::size_t i = 0; said != consents_.end() && i < said->second.size(); ++i) {
        if (said->second[i].first <= row.at) granted = said->second[i].second;
      }
      if (!granted) return breach("a message was sent without consent", row, "there is no consent to `" + category->name + "`");
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Breach> in_quiet_hours(const Row& row) const {
    for (const ast::Policy* policy : policies_of(row)) {
      for (const ast::QuietHours& quiet : policy->quiet_hours) {
        if (quiet.channel && quiet.channel->text != row.channel) continue;
        const bool named = quiet.zone && quiet.zone->kind == ast::Zone::Kind::named;
        const time::Zone* zone = named ? time::find_zone(quiet.zone->name.value) : zone_;
        if (zone == nullptr) continue;
        const Wall wall = wall_at(row.at, *zone);
        if (wall.steady && is_quiet(quiet, wall))
          return breach("a message was sent in quiet hours", row, "`" + policy->name.text + "` is quiet then");
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Breach> beyond_caps(const Row& row) const {
    for (const ast::Policy* policy : policies_of(row)) {
      for (const ast::Cap& cap : policy->caps) {
        if (cap.when || zone_ == nullptr || (cap.channel && cap.channel->text != row.channel)) continue;
        std::int64_t counted = 1;
        for (const Row* before : sent_) {
          if ((!cap.channel || cap.channel->text == before->channel) && counts(*policy, *before) && is_within(cap, *before, row)) ++counted;
        }
        if (counted > cap.count.value)
          return breach("more messages were sent than a cap allows", row,
                        fmt::format("it is number {} where `{}` allows {}", counted, policy->name.text, cap.count.value));
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] bool counts(const ast::Policy& policy, const Row& row) const {
    const auto policies = policies_of(row);
    return std::find(policies.begin(), policies.end(), &policy) != policies.end();
  }
  [[nodiscard]] bool is_within(const ast::Cap& cap, const Row& before, const Row& now) const {
    if (cap.unit == ast::Cap::Unit::rolling) {
      const time::Period per{static_cast<std::int32_t>(cap.per.months), static_cast<std::int32_t>(cap.per.days), cap.per.seconds * 1000};
      return time::add(before.at, per, *zone_) > now.at;
    }
    const std::int64_t a = wall_at(before.at, *zone_).day, b = wall_at(now.at, *zone_).day;
    return cap.unit == ast::Cap::Unit::day ? a == b : a - weekday(a) == b - weekday(b);
  }

  const model::Model& model_;
  const time::Zone* zone_;                                                 ///< Of the lead; nullptr where it changes.
  std::map<std::string, std::vector<std::pair<Instant, bool>>> consents_;  ///< By category, in the order of time.
  std::set<std::pair<std::string, std::uint32_t>> ended_;
  std::vector<const Row*> sent_;
};

/// A run that is under way has something ahead of it.
std::optional<Breach> stands_still(const model::Model& model, const LeadReport& end, Instant now) {
  for (const LeadReport::Run& run : end.runs) {
    const Id id = model.find_sequence(run.sequence);
    if (id == kNone || model.sequences[id].is_triggers || run.state == "ended") continue;
    const bool goes_on = run.due > now && run.due != Instant::max();
    // What waits for an event, a date or another run may have no instant; what is only planned has one.
    if (goes_on || (run.state != "planned" && run.due > now)) continue;
    if (run.state == "planned" && run.due == Instant::max() && !end.held.empty()) continue;
    return Breach{"a run neither ends nor waits",
                  fmt::format("the run in `{}` stands at `{}`, {}, with nothing ahead", run.sequence, run.step, run.state),
                  now,
                  {}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Breach> first_breach(const model::Model& model, const ast::Test& story, const std::vector<Row>& rows, const LeadReport& end,
                                   Instant now) {
  Judge judge(model, story);
  for (const Row& row : rows) {
    if (auto breach = judge.judge(row)) return breach;
  }
  return stands_still(model, end, now);
}

}  // namespace nurture::testing
