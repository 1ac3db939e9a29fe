// Calendar and clock functions. Entry points: the functions of namespace times in functions.hpp.
//
// Definitions count months and days from one and name weekdays, in the zone of the environment; the CEL profile counts
// months, days of the month and of the year from zero and weekdays from Sunday, in UTC. An argument names another zone.
#include "eval/functions.hpp"
#include "eval/moments.hpp"

#include <array>

namespace nurture::eval::times {

namespace {

using moments::floor_div;
using moments::kSecondsPerDay;

/// What a calendar and a clock on the wall show.
struct Wall {
  std::int64_t seconds = 0;  ///< Since 1970-01-01T00:00:00 on this clock.
  std::uint32_t nanos = 0;

  [[nodiscard]] std::int32_t day() const { return static_cast<std::int32_t>(floor_div(seconds, kSecondsPerDay)); }
  [[nodiscard]] std::int64_t second_of_day() const { return seconds - std::int64_t{day()} * kSecondsPerDay; }
  [[nodiscard]] time::Civil civil() const { return time::civil_from_day(day()); }
};

/// "+02:00", "-09:30" or "02:00", seconds east of UTC.
std::optional<std::int32_t> fixed_offset(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t at : {0, 1, 3, 4}) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
  }
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (hours * 60 + minutes) * (negative ? -60 : 60);
}

/// The clock that a call reads: a moment, on the clock of its second argument, else of `usual`.
struct Reading {
  Wall wall;
  std::optional<Error> error;
};

Reading read(const Value* args, std::uint32_t count, const time::Zone& usual) {
  const Value& moment = args[0];
  if (moment.kind != Kind::datetime) {
    const bool zoneless = count == 1 && (moment.kind == Kind::date || moment.kind == Kind::time);
    if (!zoneless) return {{}, Error::no_such_overload};
    return {{moment.kind == Kind::date ? moment.integer * kSecondsPerDay : moment.integer, 0}, std::nullopt};
  }
  std::int32_t offset = 0;
  if (count == 1) {
    offset = usual.offset_at(moments::instant_before(moment));
  } else {
    if (args[1].kind != Kind::string) return {{}, Error::no_such_overload};
    if (const time::Zone* zone = time::find_zone(args[1].text())) {
      offset = zone->offset_at(moments::instant_before(moment));
    } else if (const auto fixed = fixed_offset(args[1].text())) {
      offset = *fixed;
    } else {
      return {{}, Error::bad_zone};
    }
  }
  return {{moment.integer + offset, moment.extra}, std::nullopt};
}

/// Answers `part` of the wall that a call reads; `refused` is a kind that has no such part.
template <class Part>
Value answer(const Value* args, std::uint32_t count, const time::Zone& usual, Kind refused, Part part) {
  if (args[0].kind == refused) return Value::error(Error::no_such_overload);
  const Reading reading = read(args, count, usual);
  return reading.error ? Value::error(*reading.error) : part(reading.wall);
}

template <class Part>
Value calendar(Call& call, const Value* args, std::uint32_t count, Part part) {
  return answer(args, count, moments::zone_of(call.environment), Kind::time, part);
}
template <class Part>
Value clock(Call& call, const Value* args, std::uint32_t count, Part part) {
  return answer(args, count, moments::zone_of(call.environment), Kind::date, part);
}
/// The CEL profile has neither dates nor times of day.
template <class Part>
Value cel(const Value* args, std::uint32_t count, Part part) {
  if (args[0].kind != Kind::datetime) return Value::error(Error::no_such_overload);
  return answer(args, count, *time::utc(), Kind::date, part);
}

Value integer(std::int64_t i) { return Value::of(i); }

bool is_lone_duration(const Value* args, std::uint32_t count) { return count == 1 && args[0].kind == Kind::duration; }

}  // namespace

Value year(Call& call, const Value* args, std::uint32_t count) {
  return calendar(call, args, count, [](const Wall& wall) { return integer(wall.civil().year); });
}
Value month(Call& call, const Value* args, std::uint32_t count) {
  return calendar(call, args, count, [](const Wall& wall) { return integer(wall.civil().month); });
}
Value day(Call& call, const Value* args, std::uint32_t count) {
  return calendar(call, args, count, [](const Wall& wall) { return integer(wall.civil().day); });
}
Value weekday(Call& call, const Value* args, std::uint32_t count) {
  constexpr std::array<std::string_view, 7> kNames{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return calendar(call, args, count,
                  [&](const Wall& wall) { return Value::of(kNames[static_cast<std::size_t>(time::weekday(wall.day()))]); });
}
Value hour(Call& call, const Value* args, std::uint32_t count) {
  return clock(call, args, count, [](const Wall& wall) { return integer(wall.second_of_day() / 3'600); });
}
Value minute(Call& call, const Value* args, std::uint32_t count) {
  return clock(call, args, count, [](const Wall& wall) { return integer(wall.second_of_day() / 60 % 60); });
}
Value date(Call& call, const Value* args, std::uint32_t count) {
  return calendar(call, args, count, [](const Wall& wall) { return Value::date(wall.day()); });
}
Value time_of_day(Call& call, const Value* args, std::uint32_t count) {
  return clock(call, args, count, [](const Wall& wall) { return Value::time(wall.second_of_day()); });
}

Value get_full_year(Call&, const Value* args, std::uint32_t count) {
  return cel(args, count, [](const Wall& wall) { return integer(wall.civil().year); });
}
Value get_month(Call&, const Value* args, std::uint32_t count) {
  return cel(args, count, [](const Wall& wall) { return integer(wall.civil().month - 1); });
}
Value get_date(Call&, const Value* args, std::uint32_t count) {
  return cel(args, count, [](const Wall& wall) { return integer(wall.civil().day); });
}
Value get_day_of_month(Call&, const Value* args, std::uint32_t count) {
  return cel(args, count, [](const Wall& wall) { return integer(wall.civil().day - 1); });
}
Value get_day_of_week(Call&, const Value* args, std::uint32_t count) {
  return cel(args, count, [](const Wall& wall) { return integer((time::weekday(wall.day()) + 1) % 7); });
}
Value get_day_of_year(Call&, const Value* args, std::uint32_t count) {
  return cel(args, count, [](const Wall& wall) { return integer(wall.day() - time::day_from_civil(wall.civil().year, 1, 1)); });
}

// Of a duration these answer the whole length in the unit, except for milliseconds, which are the part behind the seconds.
Value get_hours(Call&, const Value* args, std::uint32_t count) {
  if (is_lone_duration(args, count)) return integer(args[0].integer / 3'600);
  return cel(args, count, [](const Wall& wall) { return integer(wall.second_of_day() / 3'600); });
}
Value get_minutes(Call&, const Value* args, std::uint32_t count) {
  if (is_lone_duration(args, count)) return integer(args[0].integer / 60);
  return cel(args, count, [](const Wall& wall) { return integer(wall.second_of_day() / 60 % 60); });
}
Value get_seconds(Call&, const Value* args, std::uint32_t count) {
  if (is_lone_duration(args, count)) return integer(args[0].integer);
  return cel(args, count, [](const Wall& wall) { return integer(wall.second_of_day() % 60); });
}
Value get_milliseconds(Call&, const Value* args, std::uint32_t count) {
  if (is_lone_duration(args, count)) return integer(static_cast<std::int32_t>(args[0].extra) / moments::kNanosPerMs);
  return cel(args, count, [](const Wall& wall) { return integer(wall.nanos / moments::kNanosPerMs); });
}

}  // namespace nurture::eval::times
