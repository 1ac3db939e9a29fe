// What an engine knows about a lead, as JSON. Entry point: to_json().
#include <nurture/engine.hpp>

#include <nlohmann/json.hpp>

namespace nurture {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value) {
  return std::visit(
      [](const auto& held) -> Json {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, Instant>) {
          return held.to_string();
        } else if constexpr (std::is_same_v<T, Value::List>) {
          Json list = Json::array();
          for (const Value& item : held) list.push_back(json_of(item));
          return list;
        } else {
          return held;
        }
      },
      value.storage());
}

Json json_of(const Fields& fields) {
  Json object = Json::object();
  for (const auto& [name, value] : fields) object[name] = json_of(value);
  return object;
}

void add_instant(Json& object, const char* name, Instant at) {
  if (at != Instant::max()) object[name] = at.to_string();
}

}  // namespace

std::string to_json(const LeadReport& report) {
  Json json;
  json["lead"] = report.lead;
  json["zone"] = report.zone;
  json["attributes"] = json_of(report.attributes);
  json["consents"] = Json::object();
  for (const auto& [what, state] : report.consents) json["consents"][what] = state;
  json["runs"] = Json::array();
  for (const LeadReport::Run& run : report.runs) {
    Json item{{"sequence", run.sequence},
              {"version", run.version},
              {"enrolment", run.number},
              {"enrolled_at", run.enrolled_at.to_string()},
              {"state", run.state}};
    if (!run.step.empty()) item["step"] = run.step;
    add_instant(item, "due", run.due);
    json["runs"].push_back(std::move(item));
  }
  json["held"] = Json::array();
  for (const LeadReport::Held& held : report.held) {
    Json item{{"message", held.message}, {"channel", held.channel}, {"reason", held.reason}};
    add_instant(item, "until", held.until);
    if (!held.gathered.empty()) item["gathered"] = held.gathered;
    json["held"].push_back(std::move(item));
  }
  json["scores"] = Json::object();
  for (const LeadReport::Score& score : report.scores) json["scores"][score.name] = {{"total", score.total}, {"tier", score.tier}};
  for (const LeadReport::Arm& arm : report.arms) {
    json["arms"].push_back(
        {{"sequence", arm.sequence}, {"split", arm.split}, {"arm", arm.arm}, {"since", arm.since.to_string()}, {"reached", arm.reached}});
  }
  if (!report.stages.empty()) json["stages"] = Json::object();
  for (const LeadReport::Stage& stage : report.stages) {
    json["stages"][stage.lifecycle] = {{"stage", stage.stage}, {"since", stage.since.to_string()}};
  }
  if (!report.audiences.empty()) json["audiences"] = report.audiences;
  json["history"] = Json::array();
  for (const LeadReport::Past& past : report.history) {
    json["history"].push_back({{"event", past.event}, {"occurred_at", past.occurred_at.to_string()}, {"fields", json_of(past.fields)}});
  }
  // Texts of the host may be no UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nurture
