// Civil time: zones, local times, calendar arithmetic. Everything about daylight saving stands here, decided once:
// a wall time in a gap is the wall time plus the length of the gap, in an overlap the earlier instant is taken
// (RFC 5545; Temporal "compatible"). [S4.2] Entry point: find_zone(). zone.cpp is the only file that knows date/tz.h.
//
// Zones are immutable, cached for the life of the process, and safe to use from several threads.
#pragma once

#include <nurture/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::time {

/// A wall-clock reading: seconds since 1970-01-01T00:00:00 on the clock of some zone.
struct Local {
  std::int64_t seconds = 0;
  /// Days since 1970-01-01, rounded down.
  [[nodiscard]] std::int32_t day() const;
  [[nodiscard]] std::int32_t second_of_day() const;
};

enum class Resolution : std::uint8_t { exact, gap, overlap };

class Zone {
 public:
  /// One stretch of time with one offset: from `begin` (UTC seconds, inclusive) to the next one's begin.
  struct Period {
    std::int64_t begin;
    std::int32_t offset;  ///< Seconds east of UTC.
  };

  Zone(std::string name, std::vector<Period> periods);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Seconds east of UTC at an instant. A few nanoseconds and no lock, in whatever order instants come.
  [[nodiscard]] std::int32_t offset_at(Instant instant) const;
  [[nodiscard]] Local to_local(Instant instant) const;
  /// Rule S4.2. `resolution`, when given, says which case it was.
  [[nodiscard]] Instant to_instant(Local local, Resolution* resolution = nullptr) const;

 private:
  [[nodiscard]] std::size_t period_at(std::int64_t utc_seconds) const;
  [[nodiscard]] Instant resolve(std::int64_t wall_seconds, Resolution& resolution) const;

  std::string name_;
  std::vector<Period> periods_;  ///< Sorted; the first begins at the earliest representable second.
  /// For each slice of about 24 days from the first change of offset to the last: the period in force at its beginning.
  std::vector<std::uint16_t> slices_;
  std::int64_t first_slice_ = 0;
};

/// The zone of a name of the IANA database, or nullptr. Names are exact ("Europe/Lisbon"). "UTC" is always known.
[[nodiscard]] const Zone* find_zone(std::string_view name);
[[nodiscard]] const Zone* utc();
/// All names known, sorted; for suggestions.
[[nodiscard]] const std::vector<std::string>& zone_names();
/// The last instant for which zone rules are known; schedules beyond it are refused. [S4.9]
[[nodiscard]] constexpr Instant zone_data_end() {
  constexpr std::int64_t kEndOf2037Ms = 2'145'916'799'000;
  return {kEndOf2037Ms};
}
/// A sentence that says what is wrong when the installed zone data cannot be trusted up to zone_data_end() (none is
/// installed, or it is of the kind that leaves later daylight saving to a rule that is not read); otherwise nothing.
[[nodiscard]] std::optional<std::string> time_self_check();

/// A calendar length: months (y, mo), days (w, d), milliseconds (h, min, s), applied in this order.
struct Period {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t ms = 0;
  friend bool operator==(const Period&, const Period&) = default;
};

/// An upper bound of a period's length in milliseconds, whatever the zone and the date: months of 31 days, and two days for
/// what zones have ever skipped. A pure exact period is itself.
[[nodiscard]] constexpr std::int64_t longest_ms(const Period& period) {
  constexpr std::int64_t kDayMs = 86'400'000;
  if (period.months == 0 && period.days == 0) return period.ms;
  return (std::int64_t{period.months} * 31 + period.days + 2) * kDayMs + period.ms;
}

/// A lower bound of a period's length, likewise: months of 28 days, and two days for what zones have ever repeated.
[[nodiscard]] constexpr std::int64_t shortest_ms(const Period& period) {
  constexpr std::int64_t kDayMs = 86'400'000;
  if (period.months == 0 && period.days == 0) return period.ms;
  return (std::int64_t{period.months} * 28 + period.days - 2) * kDayMs + period.ms;
}

/// `instant` moved by a period: months clamp to the end of the month, months and days keep the wall time in `zone`,
/// milliseconds are elapsed. A pure exact period needs no zone. Saturates at Instant::min()/max().
[[nodiscard]] Instant add(Instant instant, const Period& period, const Zone& zone, int sign = 1);

/// The instant at which the clock of `zone` shows `second_of_day` on `day` (days since 1970-01-01).
[[nodiscard]] Instant at(std::int32_t day, std::int32_t second_of_day, const Zone& zone);
/// The first instant strictly after `after` at which the clock of `zone` shows `second_of_day`.
[[nodiscard]] Instant next_time_of_day(Instant after, std::int32_t second_of_day, const Zone& zone);

struct Civil {
  std::int32_t year;
  std::int32_t month;  ///< 1..12
  std::int32_t day;    ///< 1..31
};
[[nodiscard]] Civil civil_from_day(std::int32_t day);
[[nodiscard]] std::int32_t day_from_civil(std::int32_t year, std::int32_t month, std::int32_t day);
/// 0 = Monday .. 6 = Sunday.
[[nodiscard]] std::int32_t weekday(std::int32_t day);
[[nodiscard]] bool is_valid(const Civil& civil);

/// A date, or a date with a time, optionally with an offset: "2026-03-02", "2026-03-02T08:00", "...:30", "...Z", "...+02:00".
struct DateTime {
  Local local;
  bool has_time = false;
  bool has_offset = false;
  std::int32_t offset = 0;  ///< Seconds east of UTC, when has_offset.
  std::int32_t ms = 0;      ///< Milliseconds of the second, 0..999.
  /// Reads it in `zone` when it has no offset of its own.
  [[nodiscard]] Instant in(const Zone& zone) const;
};
/// nullopt when it is not such a text or the date does not exist. Of a fraction of a second the milliseconds are kept.
[[nodiscard]] std::optional<DateTime> parse_date_time(std::string_view text);

/// "Mon 2 Mar 2026 08:00" on the clock of `zone`.
[[nodiscard]] std::string format_local(Instant instant, const Zone& zone);

}  // namespace nurture::time
