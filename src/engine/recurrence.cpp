// What happens again and again: every Monday, every year on a date of the lead, every month from a date. [S4.2] Entry
// points: Core::next_occurrence(), Core::enroll_on_time().
//
// Occurrences are found from the rule and an instant alone, so nothing has to be counted: what was missed while time
// passed without the engine happens once, at its end. What happened last is kept by its civil day, which a change of the
// time of day or of the zone leaves behind it; an exact period keeps the instant.
#include "engine/core.hpp"

#include <algorithm>

namespace nurture::engine {
namespace {

using compile::Recurrence;
using compile::RecurrenceKind;
using compile::Sequence;

constexpr std::int64_t kMonthsPerYear = 12;
/// Keeps what is kept of an occurrence above 0, which says that there was none.
constexpr std::int64_t kLastBias = std::int64_t{1} << 60;
/// In what is kept: nothing has happened, and what is to happen counts from this instant on.
constexpr Word kFromFlag = Word{1} << 61;

Word counted_from(std::int64_t ms) { return static_cast<Word>(ms + kLastBias) | kFromFlag; }

/// A day so many months after another; beyond the end of its month it is the last of it.
std::int32_t months_later(const time::Civil& from, std::int64_t months) {
  const std::int64_t month = std::int64_t{from.year} * kMonthsPerYear + from.month - 1 + months;
  time::Civil civil{static_cast<std::int32_t>(month / kMonthsPerYear), static_cast<std::int32_t>(month % kMonthsPerYear) + 1, from.day};
  while (!time::is_valid(civil)) --civil.day;
  return time::day_from_civil(civil.year, civil.month, civil.day);
}

/// The first of the instants at(k), which rise with k, that is after `after_ms`. `k` is at or below it.
template <class At>
std::int64_t first_after(std::int64_t k, std::int64_t after_ms, const At& at) {
  while (at(k) <= after_ms) ++k;
  return at(k);
}

}  // namespace

/// Seconds of the day, as the lead has it or as the author says.
std::int32_t Core::clock_seconds(const compile::ClockTime& time, const Word* row) const {
  if (time.field == kNone) return time.seconds;
  const Word word = row[program_->layout.attributes + time.field];
  return word == kMissingWord ? time.seconds : static_cast<std::int32_t>(to_value(program_->lead[time.field], word, arena_).integer);
}

/// The first occurrence after an instant; kNever without its date, and beyond the end of the time-zone data.
std::int64_t Core::next_occurrence(const Recurrence& every, const Sequence& sequence, const Word* row, std::int64_t after_ms) const {
  const time::Zone& zone = zone_of(sequence.zone, row, sequence);
  const std::int64_t end_ms = time::zone_data_end().ms;
  if (after_ms >= end_ms) return kNever;
  const std::int32_t today = zone.to_local({after_ms}).day();
  const compile::ClockTime& clock = every.time.seconds >= 0 ? every.time : sequence.default_time;
  const bool own_time = every.kind == RecurrenceKind::period && every.from.has_time && every.time.seconds < 0;
  const Instant from = every.from.in(zone);
  // As it is written: on the first day the clock may have skipped it.
  const std::int32_t own_second = every.from.has_offset ? zone.to_local(from).second_of_day() : every.from.local.second_of_day();
  const std::int32_t second = own_time ? own_second : clock_seconds(clock, row);
  std::int64_t found = kNever;
  switch (every.kind) {
    case RecurrenceKind::weekday:
      found = first_after(0, after_ms, [&](std::int64_t week) {
        const std::int32_t ahead = (every.weekday - time::weekday(today) + 7) % 7;
        return time::at(today + ahead + static_cast<std::int32_t>(week - 1) * 7, second, zone).ms;
      });
      break;
    case RecurrenceKind::year: {
      const eval::Value date = to_value(program_->lead[every.date], row[program_->layout.attributes + every.date], arena_);
      if (date.is_missing()) return kNever;
      const std::int32_t day =
          date.kind == eval::Kind::date ? static_cast<std::int32_t>(date.integer) : zone.to_local({date.integer * 1000}).day();
      const time::Civil born = time::civil_from_day(day);
      const auto day_of = [&](std::int64_t year) {
        const std::int32_t same = months_later(born, year * kMonthsPerYear);
        return same + (every.leap_in_march && time::civil_from_day(same).day != born.day ? 1 : 0);
      };
      const std::int64_t years = time::civil_from_day(today).year - born.year;
      found =
          first_after(std::max<std::int64_t>(0, years - 1), after_ms, [&](std::int64_t k) { return time::at(day_of(k), second, zone).ms; });
      break;
    }
    case RecurrenceKind::period: {
      const time::Period& period = every.period;
      const std::int32_t first_day = zone.to_local(from).day();
      if (period.ms != 0) {
        found = first_after(std::max<std::int64_t>(0, (after_ms - from.ms) / period.ms), after_ms,
                            [&](std::int64_t k) { return from.ms + k * period.ms; });
      } else if (period.days != 0) {
        found = first_after(std::max(0, (today - first_day) / period.days - 1), after_ms, [&](std::int64_t k) {
          return time::at(first_day + static_cast<std::int32_t>(k) * period.days, second, zone).ms;
        });
      } else {
        const time::Civil first = time::civil_from_day(first_day);
        const time::Civil now = time::civil_from_day(today);
        const std::int64_t months = (std::int64_t{now.year} - first.year) * kMonthsPerYear + now.month - first.month;
        found = first_after(std::max<std::int64_t>(0, months / period.months - 1), after_ms,
                            [&](std::int64_t k) { return time::at(months_later(first, k * period.months), second, zone).ms; });
      }
      break;
    }
  }
  return found > end_ms ? kNever : found;
}

/// The one behind what was kept of the last; without one, behind an instant. [S4.2]
std::int64_t Core::occurrence_behind(const Recurrence& every, const Sequence& sequence, const Word* row, Word last,
                                     std::int64_t after_ms) const {
  if (last == 0) return next_occurrence(every, sequence, row, after_ms);
  const auto kept = static_cast<std::int64_t>(last & ~kFromFlag) - kLastBias;
  if ((last & kFromFlag) != 0) return next_occurrence(every, sequence, row, kept - 1);
  if (every.period.ms != 0) return next_occurrence(every, sequence, row, kept);
  const time::Zone& zone = zone_of(sequence.zone, row, sequence);
  return next_occurrence(every, sequence, row, time::at(static_cast<std::int32_t>(kept) + 1, 0, zone).ms - 1);
}

/// Of those that are due, the newest: the others were missed.
std::int64_t Core::newest_due(const Recurrence& every, const Sequence& sequence, const Word* row, std::int64_t due_ms) const {
  if (every.period.ms != 0) return due_ms + (now_.ms - due_ms) / every.period.ms * every.period.ms;
  for (std::int64_t next = due_ms; next <= now_.ms; next = next_occurrence(every, sequence, row, due_ms)) due_ms = next;
  return due_ms;
}

/// What is kept of an occurrence that happens now.
Word Core::occurrence_word(const Recurrence& every, const Sequence& sequence, const Word* row, std::int64_t due_ms) const {
  const std::int64_t newest = newest_due(every, sequence, row, due_ms);
  const std::int64_t kept = every.period.ms != 0 ? newest : zone_of(sequence.zone, row, sequence).to_local({newest}).day();
  return static_cast<Word>(kept + kLastBias);
}

/// Of a date that has just become known or changed nothing was missed: it counts from an instant on. A day that has had its
/// occurrence gets no second one. [S4.2]
Word Core::counted_anew(const Sequence& sequence, const Word* row, Word last, std::int64_t from_ms) const {
  const bool happened = last != 0 && (last & kFromFlag) == 0;
  const std::int64_t today = zone_of(sequence.zone, row, sequence).to_local(now_).day();
  return happened && static_cast<std::int64_t>(last) - kLastBias >= today ? last : counted_from(from_ms);
}

void Core::count_dates_anew(std::uint32_t enrolment, const std::vector<bool>& fields) {
  const Enrolment& e = enrolments_[enrolment];
  const Sequence& sequence = sequence_of(e);
  for (Id s = 0; s < sequence.steps.size(); ++s) {
    const compile::Step& step = sequence.steps[s];
    if (step.kind != compile::ScheduleKind::every || step.every.date == kNone || !fields[step.every.date]) continue;
    Word& last = extra(e, sequence.extra.after_times)[s];
    last = counted_anew(sequence, rows_.at(e.lead), last, now_.ms);
  }
}

/// Entries that recur: those that are due, and when the next ones are. [S3.3]
void Core::enroll_on_time(std::uint32_t lead, const Change& change) {
  for (const Id id : program_->enroll_every) {
    const Sequence& sequence = program_->sequences[id];
    const auto moved = [&](Id field) { return field != kNone && change.fields != nullptr && (*change.fields)[field]; };
    for (Id i = 0; i < sequence.recurring_enrolls.size(); ++i) {
      const Recurrence& every = sequence.recurring_enrolls[i];
      Word* const row = rows_.at(lead);
      Word& due = row[sequence.recurring_word + 2 * i];
      Word& last = row[sequence.recurring_word + 2 * i + 1];
      const auto is_due = [&] { return due != 0 && static_cast<std::int64_t>(due) <= now_.ms; };
      const bool was_due = is_due();
      const bool has_new_date = !change.all && moved(every.date);
      const bool anew = due == 0 || change.zone || has_new_date || moved(sequence.default_time.field);
      bool fires = was_due && change.clock && !change.zone;
      // One that is due is not lost by a change that comes first: its wake is under way.
      if (was_due && !fires && (!change.zone || has_new_date)) continue;
      const auto pass = [&] { last = occurrence_word(every, sequence, row, static_cast<std::int64_t>(due)); };
      const auto find_next = [&] { due = static_cast<Word>(occurrence_behind(every, sequence, row, last, now_.ms)); };
      if (last == 0) last = counted_from(now_.ms + 1);
      if (has_new_date) last = counted_anew(sequence, row, last, now_.ms + 1);
      if (fires) pass();
      if (fires || anew) find_next();
      // On another clock the day's own may be over already: it comes now. [S4.2]
      if (!was_due && is_due() && now_.ms >= gap_until_ms_) {
        fires = true;
        pass();
        find_next();
      }
      // The wake of the lead is one for all: whoever is not due waits on.
      watch_lead(lead, std::max(static_cast<std::int64_t>(due), now_.ms));
      if (fires) static_cast<void>(enroll(lead, id, nullptr, every.text, kRecurring));
    }
  }
}

}  // namespace nurture::engine
