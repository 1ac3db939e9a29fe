// The tables of dsl/SPEC.md that list what the code has: codes, limits, functions and options. None is missing, none is left
// over.
#include "docs/documents.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

#include "eval/code.hpp"
#include "source/codes.hpp"

#include <nurture/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <regex>
#include <set>
#include <string>

using namespace nurture;

namespace {

/// From the heading that ends in `title` to the next one of its kind.
std::string section(const std::string& title) {
  const std::string spec = test::project_file("dsl/SPEC.md");
  const std::size_t begin = spec.find(". " + title + "\n");
  INFO(title);
  REQUIRE(begin != std::string::npos);
  return spec.substr(begin, std::min(spec.find("\n## ", begin), spec.size()) - begin);
}

std::set<std::string> found(const std::string& text, const char* pattern) {
  std::set<std::string> all;
  const std::regex regex(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), regex); at != std::sregex_iterator(); ++at) all.insert((*at)[1]);
  return all;
}

/// "1,000,000"
std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace

TEST_CASE("the reference lists each diagnostic with its name, level and what it finds") {
  static constexpr std::array<std::string_view, 3> kLevels{"error", "warning", "note"};
  std::string expected;
  for (const source::CodeInfo& code : source::all_codes()) {
    expected +=
        fmt::format("| {} | {} | {} | {} |\n", code.number, code.name, kLevels.at(static_cast<std::size_t>(code.severity)), code.summary);
  }
  const std::string text = section("Diagnostics");
  std::string rows;
  for (const std::string_view line : test::lines_of(text)) {
    if (line.starts_with("| NUR")) rows.append(line).append(1, '\n');
  }
  CHECK(test::difference(expected, rows) == "");
}

TEST_CASE("the reference gives the limits as they are") {
  const std::string text = section("Limits");
  const auto row = [&](const std::string& what, const std::string& most) {
    const std::string start = "| " + what + " | " + most + " |";
    INFO(start);
    CHECK(text.find(start) != std::string::npos);
  };
  static_assert(limits::kFileBytes == 1 << 20 && limits::kInputLineBytes == 1 << 20);
  row("bytes of a file", "1 MiB");
  row("bytes of the file of a body", "1 MiB");
  row("a line of customer data", "1 MiB");
  row("nesting of brackets and blocks", with_commas(limits::kNestingDepth));
  row("operands of one chain (`a and b and ...`)", with_commas(limits::kChainLength));
  row("bytes of a name", with_commas(limits::kNameBytes));
  row("files of one compilation", with_commas(limits::kFiles));
  row("files that use each other in a row", with_commas(limits::kUseDepth));
  static_assert(limits::kFamilyBytes == 16 << 20);
  row("bytes of families, once for each sequence made of them", "16 MiB");
  row("cases of one choice", with_commas(limits::kChainLength));
  row("parameters of a message, of a sequence, of a family", with_commas(limits::kFields));
  row("fields of the lead, of an event", with_commas(limits::kFields));
  row("steps of a sequence", with_commas(limits::kSteps));
  row("sequences and digests of one compilation", with_commas(limits::kSequences));
  row("`accelerate` of a sequence", with_commas(limits::kAcceleratesPerSequence));
  row("days of an offset, of a wait", with_commas(limits::kOffsetDays));
  row("the shortest period of a recurrence", with_commas(limits::kRecurrenceSeconds / 3600) + " hours");
  row("points of a rule, a decay, a category, a range", with_commas(limits::kPoints));
  row("messages that a cap counts, points that a rule's `limit` counts", with_commas(limits::kCountedPerWindow));
  row("work of one evaluation", with_commas(limits::kEvaluationCost) + " operations");
  row("segments that use segments that use ...", with_commas(limits::kSegmentDepth));
  row("actions of a lead at one instant", with_commas(limits::kActionsPerInstant));
  row("stages of a lifecycle", with_commas(limits::kStages));
  row("messages that one digest gathers", with_commas(limits::kGatheredPerDigest));
  row("live runs of a lead", with_commas(limits::kEnrolmentsPerLead));
  row("events remembered per lead", with_commas(limits::kHistoryPerLead));
  row("held messages of a run, and of a lead's scores", with_commas(limits::kHeldPerEnrolment));
  row("bytes of a text from outside, of the id of a lead or an event", with_commas(limits::kTextBytes));
  row("elements of a list from outside", with_commas(limits::kListElements));
  row("a hold, unless a policy says otherwise", with_commas(limits::kHoldDays) + " days");
  row("waiting for a missing anchor", with_commas(limits::kAnchorHoldDays) + " days");
  row("time for which the id of an event is remembered", with_commas(limits::kDeduplicationMs / 86'400'000) + " days");
  row("tries of one delivery", with_commas(limits::kDeliveryTries));
  row("times that a channel's `retry` asks for", with_commas(limits::kDeliveryRetries));
  row("messages that a channel's `rate` counts", with_commas(limits::kRate));
  row("leads that each arm of an experiment needs, unless `min` says otherwise", with_commas(limits::kExperimentLeads));
  row("instants", "the years 1 to " + Instant{limits::kLatestMs}.to_string().substr(0, 4));
  row("an event from the future", with_commas(limits::kFutureSkewMs / 60'000) + " minutes ahead");
}

TEST_CASE("the reference names each function of expressions") {
  const std::set<std::string> words = found(section("Expressions"), "\\b([a-z_]+)\\b");
  for (const eval::Function& function : eval::functions()) {
    if (function.cel_only) continue;
    INFO(function.name);
    CHECK(words.contains(std::string(function.name)));
  }
  // And each that it lists in its table is one, or one of those that take names.
  const std::string text = section("Expressions");
  const std::size_t table = text.find("**Functions**");
  const std::string rows = text.substr(table, text.find("\n\n", text.find("|---", table)) - table);
  for (const std::string_view line : test::lines_of(rows)) {
    if (!line.starts_with("| `")) continue;
    const std::string cell(line.substr(0, line.find(" | ")));
    for (const std::string& name : found(cell, "\\b([a-z_]{2,})\\b")) {
      INFO(name);
      const bool special = std::set<std::string>{"all", "exists", "exists_one", "map", "filter", "enrolled_in", "consent"}.contains(name);
      CHECK((special || eval::find_function(name, false) >= 0));
    }
  }
}

TEST_CASE("the reference names each verb of the command and each of its options") {
  const test::Desk desk;
  const std::string text = section("Command line");
  const std::set<std::string> verbs = found(text, "\\n\\| `nurture ([a-z]+)");
  CHECK(verbs == found(desk.run("nurture --help").output, "\\n  ([a-z]+)[, ]"));
  for (const std::string& verb : verbs) {
    INFO(verb);
    const std::size_t begin = text.find("| `nurture " + verb);
    const std::string row = text.substr(begin, text.find('\n', begin) - begin);
    std::set<std::string> options = found(desk.run("nurture " + verb + " --help").output, "\\n +(?:-[a-z],)?(--[a-z-]+)");
    options.erase("--help");
    for (const std::string& option : options) {
      INFO(option);
      CHECK((row.find(option) != std::string::npos || (option == "--output" && row.find("`-o FILE`") != std::string::npos)));
    }
    for (const std::string& option : found(row, "(--[a-z-]+)")) {
      INFO(option);
      CHECK(options.contains(option));
    }
  }
}
