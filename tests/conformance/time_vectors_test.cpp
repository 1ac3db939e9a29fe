// The shared vectors of civil time, computed by an independent implementation: what a wall time means around each change
// of the clock, and where a wait of N days ends. Every row is compared. A row may differ only because the installed
// time-zone data differs from the data the vectors were made with; such rows are listed one by one and counted.
#include "support/catch.hpp"

#include "time/zone.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace nt = nurture::time;
using nurture::Instant;

namespace {

/// The data the vectors were made with; with the same version no row may differ.
constexpr std::string_view kVectorsVersion = "2025b";
/// Countries that change their rules in a year touch a few rows; more means that we are wrong.
constexpr std::size_t kDifferencesMax = 40;

using Row = std::vector<std::string>;

std::vector<Row> read_rows(const std::string& file_name) {
  std::ifstream file(std::string(NURTURE_SHARED_DIR) + "/conformance/time/" + file_name);
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    Row row;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(cell);
    rows.push_back(std::move(row));
  }
  return rows;
}

class Comparison {
 public:
  void expect(const Row& row, std::string_view what, const std::string& expected, const std::string& actual) {
    ++compared_;
    if (expected == actual) return;
    differences_.push_back(row[0] + " " + row[1] + " " + std::string(what) + ": expected " + expected + ", got " + actual);
  }

  void finish(std::size_t rows_min) const {
    REQUIRE(compared_ >= rows_min);
    const std::string version = nurture::zone_data_version();
    for (const std::string& difference : differences_)
      WARN("differs with tzdata " << version << ", vectors are of " << kVectorsVersion << ": " << difference);
    CHECK(differences_.size() <= (version == kVectorsVersion ? 0 : kDifferencesMax));
  }

 private:
  std::size_t compared_ = 0;
  std::vector<std::string> differences_;
};

std::string name_of(nt::Resolution resolution) {
  switch (resolution) {
    case nt::Resolution::exact: return "normal";
    case nt::Resolution::gap: return "gap";
    case nt::Resolution::overlap: return "overlap";
  }
  return "";
}

}  // namespace

TEST_CASE("wall times around every change of the clock are those of the shared vectors [S4.2]") {
  const std::vector<Row> rows = read_rows("wall_resolution.tsv");
  if (rows.empty()) {
    WARN("skipped: the shared time vectors are not there");
    return;
  }
  Comparison comparison;
  for (const Row& row : rows) {
    REQUIRE(row.size() == 8);
    const nt::Zone* zone = nt::find_zone(row[0]);
    const auto wall = nt::parse_date_time(row[1]);
    REQUIRE(wall.has_value());
    if (zone == nullptr) {
      comparison.expect(row, "zone", "known", "unknown");
      continue;
    }
    nt::Resolution resolution{};
    const Instant instant = zone->to_instant(wall->local, &resolution);
    comparison.expect(row, "status", row[2], name_of(resolution));
    comparison.expect(row, "temporal_compatible", row[7], instant.to_string());
    comparison.expect(row, "through DateTime", row[7], wall->in(*zone).to_string());
  }
  comparison.finish(3 * 3'700);
}

TEST_CASE("waits of days and of times 24 hours end where the shared vectors say [S4.1]") {
  const std::vector<Row> rows = read_rows("wait_vectors.tsv");
  if (rows.empty()) {
    WARN("skipped: the shared time vectors are not there");
    return;
  }
  Comparison comparison;
  for (const Row& row : rows) {
    REQUIRE(row.size() == 6);
    const nt::Zone* zone = nt::find_zone(row[0]);
    const auto start = Instant::parse(row[1]);
    REQUIRE(start.has_value());
    if (zone == nullptr) {
      comparison.expect(row, "zone", "known", "unknown");
      continue;
    }
    const std::int32_t days = std::stoi(row[2]);
    comparison.expect(row, "plus_24h_multiples", row[3], nt::add(*start, {.ms = std::int64_t{days} * 86'400'000}, *zone).to_string());
    comparison.expect(row, "plus_calendar_days_same_wall", row[4], nt::add(*start, {.days = days}, *zone).to_string());
    comparison.expect(row, "next_0900_local_strictly_after", row[5], nt::next_time_of_day(*start, 9 * 3'600, *zone).to_string());
  }
  comparison.finish(3 * 2'000);
}
