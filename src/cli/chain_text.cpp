// See chain.hpp: the chain for people and for programs.
#include "cli/chain.hpp"

#include "time/zone.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace nurture::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The clock of the lead at the row, as its timeline shows it.
std::string local(Instant at, std::int32_t offset) {
  static const time::Zone* utc = time::utc();
  return time::format_local({at.ms + std::int64_t{offset} * 1000}, *utc);
}
std::string local(const Logged& logged) { return local(logged.row.at, logged.row.local_offset); }

std::string because(const testing::Row& row) {
  if (row.reason == Reason::none) return "no reason is logged";
  return row.rule.empty() ? std::string(to_string(row.reason)) : fmt::format("{}: {}", to_string(row.reason), row.rule);
}

std::string run_name(const std::string& sequence, std::uint32_t enrolment) {
  if (sequence.empty()) return "a score";
  return enrolment == 0 ? sequence : fmt::format("{}#{}", sequence, enrolment);
}

std::string steps_text(const std::vector<std::string>& steps) {
  return steps.empty() ? std::string() : fmt::format("{} {}", steps.size() == 1 ? "step" : "steps", fmt::join(steps, ", "));
}

std::string attempt_text(const Outcome& outcome) {
  const testing::Row& row = outcome.row->row;
  std::string text = run_name(outcome.sequence, outcome.enrolment) + (row.step.empty() ? "" : ", step " + row.step) + ": ";
  switch (outcome.kind) {
    case Outcome::Kind::sent: text += fmt::format("{} was sent by {} on {}", row.message, row.channel, local(*outcome.row)); break;
    case Outcome::Kind::held:
      text += fmt::format("{} is held until {} ({})", row.message,
                          row.until == Instant::max() ? "that ends" : local(row.until, row.until_offset), because(row));
      break;
    default: text += fmt::format("{} was not sent on {} ({})", row.message, local(*outcome.row), because(row));
  }
  if (outcome.kind != Outcome::Kind::held && !outcome.holds.empty()) {
    const Logged& first = *outcome.holds.front();
    text += fmt::format(", held since {} ({})", local(first), because(first.row));
  }
  if (outcome.delivered != nullptr) {
    const testing::Row& told = outcome.delivered->row;
    text += fmt::format("; its channel reported {} on {}{}{}", told.reason == Reason::none ? "that it arrived" : to_string(told.reason),
                        local(*outcome.delivered), told.detail.empty() ? "" : ": ", told.detail);
  }
  if (!outcome.row->key.empty()) text += "\n    key " + outcome.row->key;
  return text;
}

/// Where a run stands, from what it did last.
std::string standing(const Outcome& outcome, const Question& question) {
  const testing::Row& row = outcome.row->row;
  const std::string place = outcome.step.empty() ? "before its first step" : "at step " + outcome.step;
  if (outcome.ended) {
    return fmt::format("ended with {} on {}{}{}", row.name, local(*outcome.row),
                       row.reason == Reason::none ? "" : fmt::format(" ({})", because(row)),
                       outcome.step.empty() ? ", before its first step" : ", after step " + outcome.step);
  }
  if (row.kind == DecisionKind::queued) return "is queued until " + row.name + " ends";
  if (row.kind == DecisionKind::frozen) return fmt::format("stands {} until {} ends", place, row.name);
  if (outcome.due != Instant::max()) {
    const time::Zone* zone = question.report ? time::find_zone(question.report->zone) : nullptr;
    return fmt::format("stands {} and goes on on {}", place, time::format_local(outcome.due, zone != nullptr ? *zone : *time::utc()));
  }
  if (row.kind != DecisionKind::waiting) return "stands " + place;
  return fmt::format("waits {}{}", place, row.until == Instant::max() ? "" : " until " + local(row.until, row.until_offset));
}

std::string outcome_text(const Outcome& outcome, const Question& question) {
  const std::string steps = steps_text(outcome.sender.steps);
  switch (outcome.kind) {
    case Outcome::Kind::sent:
    case Outcome::Kind::held:
    case Outcome::Kind::skipped: return attempt_text(outcome);
    case Outcome::Kind::refused:
      return fmt::format("{}: an entry on {} was refused ({})", outcome.sequence, local(*outcome.row), because(outcome.row->row));
    case Outcome::Kind::not_entered:
      if (!outcome.sender.is_entered) return outcome.sender.name + ": it had no cause to send it";
      return fmt::format("{}: {} never entered{}", outcome.sender.name, question.lead,
                         steps.empty() ? "" : "; " + steps + " would send it");
    case Outcome::Kind::not_reached: break;
  }
  const std::string run = run_name(outcome.sequence, outcome.enrolment);
  if (question.message.empty()) return fmt::format("{}: it {}", run, standing(outcome, question));
  return fmt::format("{}: it never came to {}{}; it {}", run, question.message, steps.empty() ? "" : " (" + steps + ")",
                     standing(outcome, question));
}

std::string heading(const Chain& chain, const Question& question) {
  if (question.message.empty()) return question.lead + "\n";
  const auto count = [&](Outcome::Kind kind) {
    return std::count_if(chain.outcomes.begin(), chain.outcomes.end(), [&](const Outcome& outcome) { return outcome.kind == kind; });
  };
  const auto sent = count(Outcome::Kind::sent);
  std::string what = "not sent";
  if (sent > 0)
    what = sent == 1 ? "sent" : fmt::format("sent {} times", sent);
  else if (count(Outcome::Kind::held) > 0)
    what = "held";
  else if (count(Outcome::Kind::skipped) == 0)
    what = chain.outcomes.empty() ? "not sent: nothing sends it" : "not sent: no run came to it";
  return fmt::format("{}, message {}: {}\n", question.lead, question.message, what);
}

std::string place_of(const testing::Row& row) {
  if (row.sequence.empty()) return {};
  return fmt::format("  [{}{}]", run_name(row.sequence, row.enrolment), row.step.empty() ? "" : "/" + row.step);
}

std::string row_text(const Logged& logged) {
  const testing::Row& row = logged.row;
  std::string text = fmt::format("{:<36} {}", testing::when(row), testing::words(row));
  if (row.kind == DecisionKind::enrolled && !logged.version.empty()) text += ", version " + logged.version;
  text += place_of(row);
  for (const auto& [name, value] : logged.values) text += fmt::format("  {} = {}", name, value);
  if (row.planned != Instant::max()) text += "  late: planned for " + local(row.planned, row.local_offset);
  return text;
}

std::string_view kind_name(Outcome::Kind kind) {
  constexpr std::string_view kNames[] = {"sent", "skipped", "held", "not_reached", "refused", "not_entered"};
  return kNames[static_cast<std::size_t>(kind)];
}

Json json_of(const Outcome& outcome, const Question& question) {
  Json json{{"outcome", kind_name(outcome.kind)}, {"lead", question.lead}};
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  };
  const auto instant = [&](const char* name, Instant at) {
    if (at != Instant::max()) json[name] = at.to_string();
  };
  const bool is_attempt = outcome.row != nullptr && outcome.kind <= Outcome::Kind::held;
  text("message", is_attempt ? outcome.row->row.message : question.message);
  text("sequence", outcome.sequence);
  if (outcome.enrolment != 0) json["enrolment"] = outcome.enrolment;
  text("step", outcome.step);
  if (outcome.kind == Outcome::Kind::not_reached) {
    json["state"] = outcome.ended ? "ended" : "standing";
    if (outcome.ended) text("exit", outcome.row->row.name);
    instant("due", outcome.due);
  }
  if (outcome.row != nullptr) {
    const testing::Row& row = outcome.row->row;
    instant("at", row.at);
    if (is_attempt) text("channel", row.channel);
    if (row.reason != Reason::none) json["reason"] = to_string(row.reason);
    text("rule", row.rule);
    if (outcome.kind == Outcome::Kind::held) instant("until", row.until);
    if (is_attempt) text("key", outcome.row->key);
  }
  if (outcome.delivered != nullptr) json["delivered"] = Json::parse(outcome.delivered->json, nullptr, false);
  if (!outcome.sender.steps.empty()) json["sent_by_steps"] = outcome.sender.steps;
  return json;
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string to_text(const Chain& chain, const Question& question) {
  std::string text = heading(chain, question);
  for (const Outcome& outcome : chain.outcomes) text += "  " + outcome_text(outcome, question) + "\n";
  if (!chain.rows.empty()) text += "\n";
  for (const Logged* row : chain.rows) text += row_text(*row) + "\n";
  return text;
}

std::string to_lines(const Chain& chain, const Question& question) {
  std::string lines;
  for (const Logged* row : chain.rows) {
    if (row->values.empty()) {
      lines += row->json + "\n";
      continue;
    }
    Json json = Json::parse(row->json, nullptr, false);
    for (const auto& [name, value] : row->values) {
      Json read = Json::parse(value, nullptr, false);
      json["values"][name] = read.is_discarded() ? Json(value) : std::move(read);
    }
    lines += dumped(json);
  }
  for (const Outcome& outcome : chain.outcomes) lines += dumped(json_of(outcome, question));
  return lines;
}

}  // namespace nurture::cli
