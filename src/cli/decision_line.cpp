// See chain.hpp: rows of the decision log, as they are decided and as lines of JSON.
#include "cli/chain.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace nurture::cli {
namespace {

using Json = nlohmann::json;

/// More than any score can have, and 65536 times as much is still a whole number.
constexpr double kPointsMost = 1e12;

/// The enumerator that is written so; the last one is known.
template <class Enum>
std::optional<Enum> named(std::string_view text, Enum last) {
  for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
    if (to_string(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

/// Reads members, and notes the first that is not what it must be.
class Members {
 public:
  Members(const Json& json, std::string& problem) : json_(json), problem_(problem) {}

  std::string text(const char* name) {
    const auto found = json_.find(name);
    if (found == json_.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    fail(fmt::format("`{}` must be a text", name));
    return {};
  }
  std::int64_t integer(const char* name) {
    const auto found = json_.find(name);
    if (found == json_.end()) return 0;
    if (found->is_number_integer()) return found->get<std::int64_t>();
    fail(fmt::format("`{}` must be a whole number", name));
    return 0;
  }
  Instant instant(const char* name) {
    const std::string written = text(name);
    if (written.empty()) return Instant::max();
    const auto parsed = Instant::parse(written);
    if (!parsed) fail(fmt::format("`{}` is \"{}\", which is no instant like 2026-03-02T08:00:00Z", name, written));
    return parsed.value_or(Instant::max());
  }
  void fail(std::string words) {
    if (problem_.empty()) problem_ = std::move(words);
  }

 private:
  const Json& json_;
  std::string& problem_;
};

}  // namespace

Logged to_logged(const Decision& decision) {
  return {testing::to_row(decision),
          std::string(decision.version),
          decision.key != nullptr ? decision.key->to_string() : std::string(),
          to_json(decision),
          {}};
}

std::optional<Logged> read_decision(std::string_view line, std::string& problem) {
  problem.clear();
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    problem = json.is_discarded() ? "it is not JSON" : "it is no JSON object";
    return std::nullopt;
  }
  Members members(json, problem);
  const std::string decision = members.text("decision");
  const auto kind = named(decision, DecisionKind::parked);
  if (decision.empty()) members.fail("there is no `decision` in it");
  if (!kind) members.fail(fmt::format("`decision` is \"{}\", which the decision log does not know", decision));
  const std::string why = members.text("reason");
  const auto reason = why.empty() ? Reason::none : named(why, Reason::retry);
  if (!reason) members.fail(fmt::format("`reason` is \"{}\", which the decision log does not know", why));
  Logged logged;
  testing::Row& row = logged.row;
  row.kind = kind.value_or(DecisionKind::enrolled);
  row.reason = reason.value_or(Reason::none);
  row.at = members.instant("at");
  if (row.at == Instant::max()) members.fail("there is no instant `at` in it");
  row.until = members.instant("until");
  row.planned = members.instant("planned");
  const std::int64_t enrolment = members.integer("enrolment");
  if (enrolment < 0 || enrolment > UINT32_MAX) members.fail("`enrolment` is no number of an enrolment");
  row.enrolment = static_cast<std::uint32_t>(enrolment);
  row.total = members.integer("total");
  if (const auto points = json.find("points"); points != json.end()) {
    const bool fits = points->is_number() && std::abs(points->get<double>()) < kPointsMost;
    if (!fits) members.fail("`points` is no number of points");
    if (fits) row.points = static_cast<std::int64_t>(std::llround(points->get<double>() * 65536));
  }
  row.lead = members.text("lead");
  row.sequence = members.text("sequence");
  row.step = members.text("step");
  row.message = members.text("message");
  row.channel = members.text("channel");
  row.variant = members.text("variant");
  row.name = members.text("name");
  row.detail = members.text("detail");
  row.rule = members.text("rule");
  logged.version = members.text("version");
  logged.key = members.text("key");
  logged.json = line;
  if (!problem.empty()) return std::nullopt;
  return logged;
}

}  // namespace nurture::cli
