// What happens again and again, counted from its first time, one after another. S3.3 and S4.2 of the contracts.
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/print.hpp"

namespace reference {

namespace time = nurture::time;

namespace {

/// The same day so many months later, or the last of its month.
std::int32_t months_later(std::int32_t day, std::int64_t months) {
  const time::Civil from = time::civil_from_day(day);
  const std::int64_t month = std::int64_t{from.year} * 12 + from.month - 1 + months;
  time::Civil to{static_cast<std::int32_t>(month / 12), static_cast<std::int32_t>(month % 12) + 1, from.day};
  while (!time::is_valid(to)) --to.day;
  return time::day_from_civil(to.year, to.month, to.day);
}

}  // namespace

std::int32_t Reference::clock_seconds(const ast::ClockTime& clock, const Lead& lead) const {
  if (clock.field) {
    const Value& own = lead.fields.at(clock.field->text.substr(std::string_view("lead.").size()));
    if (own.kind == Value::Kind::time) return static_cast<std::int32_t>(own.integer);
  }
  return clock.time.minutes * 60;
}

/// The k-th occurrence; nothing without its date.
std::optional<Instant> Reference::occurrence_at(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s,
                                                std::int64_t k) const {
  using Kind = ast::Recurrence::Kind;
  const time::Zone& zone = zone_of(s.node->zones.empty() ? nullptr : &s.node->zones.front().zone, lead, &s);
  std::int32_t second = 0;
  if (every.time)
    second = every.time->minutes * 60;
  else if (!s.node->default_times.empty())
    second = clock_seconds(s.node->default_times.front().time, lead);
  if (every.kind == Kind::weekday) {
    std::int32_t day = zone.to_local(lead.first_seen).day() - 7;
    while (time::weekday(day) != every.weekday) ++day;
    return time::at(day + static_cast<std::int32_t>(7 * k), second, zone);
  }
  if (every.kind == Kind::year) {
    const Value& date = lead.fields.at(every.date.text.substr(std::string_view("lead.").size()));
    if (date.kind != Value::Kind::date && date.kind != Value::Kind::moment) return std::nullopt;
    const auto day = date.kind == Value::Kind::date ? static_cast<std::int32_t>(date.integer) : zone.to_local({date.integer}).day();
    const std::int32_t then = months_later(day, 12 * k);
    const bool is_moved = time::civil_from_day(day).day == 29 && time::civil_from_day(then).day == 28;
    return time::at(is_moved && every.leap_in_march ? then + 1 : then, second, zone);
  }
  const auto from = *time::parse_date_time(every.from.text);
  const Instant first = from.in(zone);
  const time::Period period = naive::period_of(every.period.text);
  if (period.ms != 0) return Instant{first.ms + k * period.ms};
  if (!every.time && from.has_time) second = from.has_offset ? zone.to_local(first).second_of_day() : from.local.second_of_day();
  const std::int32_t day = zone.to_local(first).day();
  if (period.days != 0) return time::at(day + static_cast<std::int32_t>(k) * period.days, second, zone);
  return time::at(months_later(day, k * period.months), second, zone);
}

std::optional<Instant> Reference::occurrence_behind(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s,
                                                    Instant after) const {
  for (std::int64_t k = 0;; ++k) {
    const std::optional<Instant> at = occurrence_at(every, lead, s, k);
    if (!at || *at > time::zone_data_end()) return std::nullopt;
    if (*at > after) return at;
  }
}

/// A day has its occurrence once: the next one is behind the day of the last, whatever the clock shows now. Of what is exact, it is
/// behind the last. Where nothing has happened it is behind an instant.
std::optional<Instant> Reference::next_occurrence(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s,
                                                  const std::optional<Instant>& last, std::int32_t last_day, Instant after) const {
  if (!last) return occurrence_behind(every, lead, s, after);
  if (naive::period_of(every.period.text).ms != 0) return occurrence_behind(every, lead, s, *last);
  const time::Zone& zone = zone_of(s.node->zones.empty() ? nullptr : &s.node->zones.front().zone, lead, &s);
  return occurrence_behind(every, lead, s, {time::at(last_day + 1, 0, zone).ms - 1});
}

/// Of those that are due; the others were missed.
Instant Reference::newest_occurrence(const ast::Recurrence& every, const Lead& lead, const model::Sequence& s, Instant due) const {
  for (auto next = std::optional(due); next && *next <= now_; next = occurrence_behind(every, lead, s, due)) due = *next;
  return due;
}

void Reference::pass_occurrence(const Lead& lead, const Enrolment& e, int index, StepState& state, Instant due) const {
  const model::Sequence& s = sequence(e);
  state.happened = newest_occurrence(*s.steps[static_cast<std::size_t>(index)].node->offset.every, lead, s, due);
  state.happened_day = plan_zone(lead, e).to_local(*state.happened).day();
}

/// A date that changes has missed nothing, and does not come twice on a day.
template <class Kept>
void Reference::count_anew(const time::Zone& zone, Kept& kept, Instant from) const {
  if (kept.happened && kept.happened_day >= zone.to_local(now_).day()) return;
  kept.happened.reset();
  kept.counts_from = from;
}

namespace {

/// Whether a field of the lead that it counts from has another value. A deployment asks for all fields and changes none.
bool has_new_date(const ast::Recurrence& every, const Change& change) {
  if (every.kind != ast::Recurrence::Kind::year || change.all) return false;
  return change.fields.contains(every.date.text.substr(std::string_view("lead.").size()));
}

}  // namespace

void Reference::count_dates_anew(const Lead& lead, Enrolment& e, const Change& change) const {
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    const std::optional<ast::Recurrence>& every = sequence(e).steps[i].node->offset.every;
    if (every && has_new_date(*every, change)) count_anew(plan_zone(lead, e), e.steps[i], now_);
  }
}

/// Every lead that is known enters at each occurrence from then on; those that were missed enter once.
void Reference::enroll_on_time(Lead& lead, const Change& change) {
  for (const int id : order_) {
    const model::Sequence& s = declared(id);
    const time::Zone& zone = zone_of(s.node->zones.empty() ? nullptr : &s.node->zones.front().zone, lead, &s);
    for (const ast::EnrollEvery& way : s.node->recurring_enrolls) {
      Recurring& recurring = lead.recurring[&way];
      const auto is_due = [&] { return recurring.due && *recurring.due <= now_; };
      const bool was_due = is_due();
      const bool new_date = has_new_date(way.every, change);
      const bool rings = was_due && change.clock && !change.zone;
      const bool asked = !recurring.due || rings || change.zone || !change.fields.empty();
      if (!asked || (was_due && !rings && (!change.zone || new_date))) continue;
      if (!recurring.counts_from) recurring.counts_from = Instant{now_.ms + 1};
      if (new_date) count_anew(zone, recurring, {now_.ms + 1});
      const auto find_next = [&](bool enters) {
        if (enters) {
          recurring.happened = newest_occurrence(way.every, lead, s, *recurring.due);
          recurring.happened_day = zone.to_local(*recurring.happened).day();
        }
        recurring.due = next_occurrence(way.every, lead, s, recurring.happened, recurring.happened_day, {recurring.counts_from->ms - 1});
      };
      find_next(rings);
      // On another clock what this day has not had may be over.
      const bool is_over = !was_due && is_due() && now_ >= gap_until_;
      if (is_over) find_next(true);
      if (!rings && !is_over) continue;
      Entry entry;
      entry.own = true;
      enroll(lead, id, entry, "every " + nurture::syntax::print_recurrence(way.every));
    }
  }
}

}  // namespace reference
