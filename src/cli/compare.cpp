// See compare.hpp.
#include "cli/compare.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace nurture::cli {
namespace {

using testing::Row;
using Json = nlohmann::ordered_json;

/// Steps of the way of a lead. What an input or an operator did is the same in both versions, and points show in tiers.
bool is_path(const Row& row) {
  switch (row.kind) {
    case DecisionKind::delivered:
    case DecisionKind::consent:
    case DecisionKind::input_refused:
    case DecisionKind::evaluation_error:
    case DecisionKind::score:
    case DecisionKind::gap:
    case DecisionKind::promoted:
    case DecisionKind::broadcast:
    case DecisionKind::erased:
    case DecisionKind::exported:
    case DecisionKind::deployed: return false;
    case DecisionKind::paused:
    case DecisionKind::resumed: return !row.sequence.empty();
    default: return true;
  }
}

/// Whether `detail` says what happened, not how the author or an error puts it in words.
bool counts_detail(DecisionKind kind) {
  return kind != DecisionKind::branch && kind != DecisionKind::notified && kind != DecisionKind::task && kind != DecisionKind::parked;
}

bool same(const Row& a, const Row& b) {
  const auto told = [](const Row& row) {
    return std::tie(row.kind, row.at, row.reason, row.enrolment, row.step, row.message, row.channel, row.variant, row.name, row.until);
  };
  return told(a) == told(b) && (!counts_detail(a.kind) || a.detail == b.detail);
}

Instant first_instant(const std::optional<Row>& a, const std::optional<Row>& b) {
  return std::min(a ? a->at : Instant::max(), b ? b->at : Instant::max());
}

/// Pairs what is alike, then of each message what is left, in order of time.
std::vector<MessageChange> changes(std::vector<Row> before, std::vector<Row> after) {
  const auto by_time = [](const Row& a, const Row& b) {
    return std::tie(a.at, a.message, a.channel) < std::tie(b.at, b.message, b.channel);
  };
  std::stable_sort(before.begin(), before.end(), by_time);
  std::stable_sort(after.begin(), after.end(), by_time);
  std::vector<Row> only_old, only_new;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(only_old), by_time);
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(only_new), by_time);
  std::vector<MessageChange> all;
  for (Row& row : only_old) {
    MessageChange change{row, std::nullopt};
    const auto other = std::find_if(only_new.begin(), only_new.end(), [&](const Row& found) { return found.message == row.message; });
    if (other != only_new.end()) {
      change.new_row = std::move(*other);
      only_new.erase(other);
    }
    all.push_back(std::move(change));
  }
  for (Row& row : only_new) all.push_back({std::nullopt, std::move(row)});
  std::stable_sort(all.begin(), all.end(), [](const MessageChange& a, const MessageChange& b) {
    return first_instant(a.old_row, a.new_row) < first_instant(b.old_row, b.new_row);
  });
  return all;
}

std::string sending_text(const Row& row) { return fmt::format("{} by {}", testing::when(row), row.channel); }

std::string row_text(std::string_view version, const std::optional<Row>& row) {
  if (!row) return fmt::format("  {}: nothing more\n", version);
  std::string place = row->sequence;
  if (row->enrolment != 0) place += fmt::format("#{}", row->enrolment);
  if (!row->step.empty()) place += "/" + row->step;
  return fmt::format("  {}: {:<36} {}{}\n", version, testing::when(*row), testing::words(*row), place.empty() ? "" : "  [" + place + "]");
}

Json json_of(const std::optional<Row>& row) {
  if (!row) return nullptr;
  Json json{{"at", row->at.to_string()}, {"decision", to_string(row->kind)}};
  if (row->reason != Reason::none) json["reason"] = to_string(row->reason);
  if (row->enrolment != 0) json["enrolment"] = row->enrolment;
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  };
  text("step", row->step);
  text("message", row->message);
  text("channel", row->channel);
  text("variant", row->variant);
  text("name", row->name);
  text("detail", row->detail);
  text("rule", row->rule);
  if (row->until != Instant::max()) json["until"] = row->until.to_string();
  return json;
}

Json sending_json(const Row& row) { return {{"at", row.at.to_string()}, {"channel", row.channel}}; }

}  // namespace

void Comparer::add(std::size_t version, const Decision& decision) {
  Row row = testing::to_row(decision);
  if (!is_path(row)) return;
  Streams& streams = leads_[row.lead];
  Stream& stream = streams[row.sequence];
  std::deque<Row>& own = stream.rows.at(version);
  std::deque<Row>& other = stream.rows.at(1 - version);
  if (stream.differs || other.empty()) {
    own.push_back(std::move(row));
    return;
  }
  if (!same(row, other.front())) {
    stream.differs = true;
    own.push_back(std::move(row));
    return;
  }
  other.pop_front();
  if (!other.empty()) return;
  const std::string lead = std::move(row.lead);
  streams.erase(row.sequence);
  if (streams.empty()) leads_.erase(lead);
}

std::vector<LeadDifference> Comparer::differences() const {
  std::vector<LeadDifference> all;
  for (const auto& [lead, streams] : leads_) {
    LeadDifference difference;
    difference.lead = lead;
    std::array<std::vector<Row>, 2> sent;
    bool first = true;
    for (const auto& [sequence, stream] : streams) {
      const auto front = [&](std::size_t version) {
        return stream.rows.at(version).empty() ? std::nullopt : std::optional<Row>(stream.rows.at(version).front());
      };
      const auto old_row = front(0), new_row = front(1);
      if (first || first_instant(old_row, new_row) < first_instant(difference.old_row, difference.new_row)) {
        difference.sequence = sequence;
        difference.old_row = old_row;
        difference.new_row = new_row;
      }
      first = false;
      for (const std::size_t version : {std::size_t{0}, std::size_t{1}}) {
        const std::deque<Row>& rows = stream.rows.at(version);
        std::copy_if(rows.begin(), rows.end(), std::back_inserter(sent.at(version)),
                     [](const Row& row) { return row.kind == DecisionKind::sent; });
      }
    }
    difference.messages = changes(std::move(sent[0]), std::move(sent[1]));
    all.push_back(std::move(difference));
  }
  return all;
}

std::string to_text(const LeadDifference& difference) {
  std::string text = (difference.lead.empty() ? std::string("(no lead)") : difference.lead) + "\n";
  text += row_text("old", difference.old_row) + row_text("new", difference.new_row);
  for (const MessageChange& change : difference.messages) {
    const std::string& name = (change.old_row ? *change.old_row : *change.new_row).message;
    if (change.old_row && change.new_row)
      text += fmt::format("  message {}: old {}, new {}\n", name, sending_text(*change.old_row), sending_text(*change.new_row));
    else
      text += fmt::format("  message {}: only {} {}\n", name, change.old_row ? "old" : "new",
                          sending_text(change.old_row ? *change.old_row : *change.new_row));
  }
  if (difference.messages.empty()) text += "  the messages are the same\n";
  return text;
}

std::string to_json(const LeadDifference& difference) {
  Json json{{"lead", difference.lead}};
  json["at"] = first_instant(difference.old_row, difference.new_row).to_string();
  if (!difference.sequence.empty()) json["sequence"] = difference.sequence;
  json["old"] = json_of(difference.old_row);
  json["new"] = json_of(difference.new_row);
  json["messages"] = Json::array();
  for (const MessageChange& change : difference.messages) {
    Json item{{"message", (change.old_row ? *change.old_row : *change.new_row).message}};
    item["old"] = change.old_row ? sending_json(*change.old_row) : Json(nullptr);
    item["new"] = change.new_row ? sending_json(*change.new_row) : Json(nullptr);
    json["messages"].push_back(std::move(item));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nurture::cli
