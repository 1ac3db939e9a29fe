// Rules on #include: the stages form a line, third parties stay behind one file each, public headers need std alone.
#include "tidy/cpp_text.hpp"
#include "tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace tidy {
namespace {

/// A folder may include from itself and from every folder before it. The first three serve all stages.
constexpr std::array<std::string_view, 13> kStages{"source", "time",   "eval",    "syntax", "check",   "lint", "compile",
                                                   "engine", "report", "runtime", "inputs", "testing", "cli"};

std::optional<std::size_t> rank_of(std::string_view folder) {
  const auto found = std::find(kStages.begin(), kStages.end(), folder);
  if (found == kStages.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kStages.begin());
}

std::string_view first_folder(std::string_view path) { return path.substr(0, path.find('/')); }

/// A library's headers, and the one place that may include them. Tests, examples and benchmarks stand outside the library.
struct Place {
  std::string_view header;
  std::array<std::string_view, 6> allowed;
};
constexpr std::array<Place, 8> kPlaces{{
    {"boost/", {"src/syntax/grammar/", "src/report/"}},
    {"yaml-cpp/", {"src/syntax/yaml_reader.cpp"}},
    {"date/", {"src/time/zone.cpp"}},
    {"nlohmann/", {"src/inputs/", "src/cli/", "src/source/render_", "src/runtime/report", "src/report/", "tests/"}},
    {"CLI/", {"src/cli/"}},
    {"fmt/", {"src/", "tests/", "benchmarks/"}},
    {"catch2/", {"tests/support/catch.hpp"}},
    {"benchmark/", {"benchmarks/"}},
}};

}  // namespace

Findings stages_include_to_the_left(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp() || !file.below("src/")) continue;
    const std::string_view stage = first_folder(std::string_view(file.path).substr(4));
    const auto own = rank_of(stage);
    if (!own) findings.push_back({file.path, 0, "stands in no stage; the stages are listed in tests/tidy/rules_includes.cpp"});
    for (const Include& include : includes(file.text)) {
      if (include.angled || !own) continue;
      const auto other = rank_of(first_folder(include.name));
      if (!other) findings.push_back({file.path, include.line, "quoted includes are relative to src: \"stage/file.hpp\""});
      if (other && *other > *own) {
        findings.push_back(
            {file.path, include.line,
             std::string(stage) + " comes before " + std::string(kStages.at(*other)) + " in the pipeline and must not know it"});
      }
    }
  }
  return findings;
}

Findings third_parties_stay_in_their_place(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.is_cpp()) continue;
    for (const Include& include : includes(file.text)) {
      for (const Place& place : kPlaces) {
        if (!include.name.starts_with(place.header)) continue;
        const bool allowed = std::any_of(place.allowed.begin(), place.allowed.end(),
                                         [&](std::string_view where) { return !where.empty() && file.below(where); });
        if (!allowed) {
          findings.push_back(
              {file.path, include.line, std::string(include.name) + " may be included in " + std::string(place.allowed.front()) + " only"});
        }
      }
    }
  }
  return findings;
}

Findings public_headers_include_std_only(const Project& project) {
  Findings findings;
  for (const File& file : project) {
    if (!file.below("include/")) continue;
    for (const Include& include : includes(file.text)) {
      const bool standard = include.name.find_first_of("/.") == std::string_view::npos;
      if (!include.angled || !(standard || include.name.starts_with("nurture/"))) {
        findings.push_back({file.path, include.line, "public headers include <nurture/...> and the standard library only"});
      }
    }
  }
  return findings;
}

}  // namespace tidy
