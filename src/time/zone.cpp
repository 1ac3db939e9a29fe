// The one file that knows the date library: reads each zone of the operating system's time-zone data once into a table
// of our own, and answers for the data itself. Entry point: find_zone().
//
// Why own tables: a lookup costs a few nanoseconds instead of tens, no exception or lock of the library is met after a
// zone is loaded, and the rule for gaps and overlaps is ours (offsets.cpp). The library reads the list of changes in a
// zone's file but not the rule after its end, so every table stops at zone_data_end(). [S4.9]
#include "time/zone.hpp"

#include "time/calendar.hpp"

#include <date/tz.h>

#if !USE_OS_TZDB
#error "nurture reads the time-zone data of the operating system: build date with USE_SYSTEM_TZ_DB=ON"
#endif

#include <algorithm>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace nurture::time {

namespace {

constexpr std::int64_t kFirstSecond = calendar::day_of_date(1800, 1, 1) * calendar::kSecondsPerDay;
constexpr std::int64_t kLastSecond = calendar::day_of_date(2038, 1, 1) * calendar::kSecondsPerDay - 1;
static_assert(zone_data_end().ms == kLastSecond * calendar::kMsPerSecond);

/// Loaded zones by name. Entries are never removed, so pointers to them stay valid.
struct Registry {
  std::shared_mutex mutex;
  std::map<std::string, std::unique_ptr<const Zone>, std::less<>> zones;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

/// Changes of name or of the daylight flag alone are no change of the clock, and are merged.
std::vector<Zone::Period> read_periods(const date::time_zone& zone) {
  std::vector<Zone::Period> periods;
  std::int64_t second = kFirstSecond;
  while (second <= kLastSecond) {
    const date::sys_info info = zone.get_info(date::sys_seconds{std::chrono::seconds{second}});
    const auto offset = static_cast<std::int32_t>(info.offset.count());
    if (periods.empty() || periods.back().offset != offset) periods.push_back({second, offset});
    const std::int64_t end = info.end.time_since_epoch().count();
    if (end <= second) break;  // Never go round in circles over damaged data.
    second = end;
  }
  return periods;
}

/// nullptr when the data has no such zone or cannot be read.
std::unique_ptr<const Zone> load(std::string_view name) {
  try {
    const date::time_zone* zone = date::locate_zone(name);
    return std::make_unique<const Zone>(std::string(name), read_periods(*zone));
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::vector<std::string> read_names() {
  std::vector<std::string> names{"UTC"};
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (const std::exception&) {
    // Without data there is UTC; time_self_check() says so.
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string read_version() {
  constexpr std::string_view kPrefix = "# version ";
  std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
  std::string line;
  if (!std::getline(file, line) || line.compare(0, kPrefix.size(), kPrefix) != 0) return "unknown";
  return line.substr(kPrefix.size());
}

}  // namespace

const Zone* utc() {
  static const Zone zone{"UTC", {}};
  return &zone;
}

const Zone* find_zone(std::string_view name) {
  if (name == "UTC") return utc();
  Registry& known = registry();
  {
    const std::shared_lock lock(known.mutex);
    if (const auto found = known.zones.find(name); found != known.zones.end()) return found->second.get();
  }
  const std::unique_lock lock(known.mutex);
  if (const auto found = known.zones.find(name); found != known.zones.end()) return found->second.get();
  auto zone = load(name);
  // Unknown names are not remembered: they come from customer data and would have no bound.
  if (zone == nullptr) return nullptr;
  return known.zones.emplace(std::string(name), std::move(zone)).first->second.get();
}

const std::vector<std::string>& zone_names() {
  static const std::vector<std::string> names = read_names();
  return names;
}

std::optional<std::string> time_self_check() {
  // One of these keeps daylight saving in the last year, whatever a single parliament decides.
  const std::int32_t year = civil_from_day(utc()->to_local(zone_data_end()).day()).year;
  bool any_zone = false;
  for (const std::string_view name : {"America/New_York", "Europe/Berlin", "America/Santiago"}) {
    const Zone* zone = find_zone(name);
    if (zone == nullptr) continue;
    any_zone = true;
    const Instant january = at(day_from_civil(year, 1, 15), 0, *zone);
    const Instant july = at(day_from_civil(year, 7, 15), 0, *zone);
    if (zone->offset_at(january) != zone->offset_at(july)) return std::nullopt;
  }
  if (!any_zone) return "no time-zone data is installed: install the package tzdata";
  return "the installed time-zone data lists no daylight saving for " + std::to_string(year) +
         ": install data that lists every change up to 2037 (built with `zic -b fat`)";
}

}  // namespace nurture::time

namespace nurture {

std::string zone_data_version() {
  static const std::string version = time::read_version();
  return version;
}

}  // namespace nurture
