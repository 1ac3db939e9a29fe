// Cases as files; see case.hpp.
#include "model/case.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace reference {

using Json = nlohmann::ordered_json;

namespace {

const std::vector<std::pair<Input::Kind, std::string>> kKinds{
    {Input::Kind::upsert, "upsert"},   {Input::Kind::event, "event"},       {Input::Kind::consent, "consent"},
    {Input::Kind::score, "score"},     {Input::Kind::delivery, "delivery"}, {Input::Kind::gap, "gap"},
    {Input::Kind::pause, "pause"},     {Input::Kind::resume, "resume"},     {Input::Kind::enroll, "enroll"},
    {Input::Kind::exit, "exit"},       {Input::Kind::erase, "erase"},       {Input::Kind::broadcast, "broadcast"},
    {Input::Kind::promote, "promote"}, {Input::Kind::deploy, "deploy"}};

void write(std::string& out, const Piece& piece, Piece::Of of, int depth) {
  if (piece.of != Piece::Of::both && piece.of != of) return;
  const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
  out += indent + piece.open + '\n';
  for (const Piece& inner : piece.inner) write(out, inner, of, depth + 1);
  if (!piece.close.empty()) out += indent + piece.close + '\n';
}

Json to_json(const nurture::Value& value) {
  const auto& storage = value.storage();
  if (const auto* b = std::get_if<bool>(&storage)) return *b;
  if (const auto* i = std::get_if<std::int64_t>(&storage)) return *i;
  if (const auto* d = std::get_if<double>(&storage)) return *d;
  if (const auto* s = std::get_if<std::string>(&storage)) return *s;
  return nullptr;
}

nurture::Value to_value(const Json& json) {
  if (json.is_boolean()) return {json.get<bool>()};
  if (json.is_number_integer()) return {json.get<std::int64_t>()};
  if (json.is_number()) return {json.get<double>()};
  if (json.is_string()) return {json.get<std::string>()};
  return {};
}

Json to_json(const Input& in) {
  Json json;
  json["at"] = in.at.to_string();
  for (const auto& [kind, word] : kKinds) {
    if (kind == in.kind) json["input"] = word;
  }
  if (!in.lead.empty()) json["lead"] = in.lead;
  if (!in.name.empty()) json["name"] = in.name;
  if (!in.channel.empty()) json["channel"] = in.channel;
  if (!in.id.empty()) json["id"] = in.id;
  if (!in.words.empty()) json["words"] = in.words;
  for (const auto& [name, value] : in.fields) json["fields"][name] = to_json(value);
  if (in.kind == Input::Kind::event && in.other != in.at) json["occurred_at"] = in.other.to_string();
  if (in.kind == Input::Kind::gap) json["until"] = in.other.to_string();
  if (in.kind == Input::Kind::delivery) {
    json["sent_at"] = in.other.to_string();
    json["rejected"] = in.outcome == Reason::rejected;
  }
  if (in.kind == Input::Kind::score) json["value"] = in.number;
  if (in.kind == Input::Kind::deploy) json["enroll"] = in.granted;
  if (in.kind == Input::Kind::consent) {
    json["granted"] = in.granted;
    json["confirmed"] = in.confirmed;
  }
  return json;
}

Instant instant(const Json& json, const char* name, Instant otherwise) {
  if (!json.contains(name)) return otherwise;
  const auto at = Instant::parse(json.at(name).get<std::string>());
  if (!at) throw std::runtime_error(std::string("no instant: ") + name);
  return *at;
}

Input to_input(const Json& json) {
  Input in;
  const auto text = [&](const char* name) { return json.value(name, std::string()); };
  bool known = false;
  for (const auto& [kind, word] : kKinds) {
    if (word == text("input")) in.kind = kind, known = true;
  }
  if (!known) throw std::runtime_error("no such input: " + text("input"));
  in.at = instant(json, "at", {});
  in.lead = text("lead");
  in.name = text("name");
  in.channel = text("channel");
  in.id = text("id");
  in.words = text("words");
  if (json.contains("fields")) {
    for (const auto& [name, value] : json.at("fields").items()) in.fields.emplace_back(name, to_value(value));
  }
  in.other = instant(json, "occurred_at", instant(json, "until", instant(json, "sent_at", in.at)));
  in.number = json.value("value", 0.0);
  in.granted = json.value("granted", json.value("enroll", true));
  in.confirmed = json.value("confirmed", true);
  if (json.value("rejected", false)) in.outcome = Reason::rejected;
  return in;
}

std::filesystem::path inputs_of(std::filesystem::path program) { return program.replace_extension(".jsonl"); }
std::filesystem::path second_of(std::filesystem::path program) { return program.replace_extension(".deployed"); }

std::string read_all(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

std::string to_text(const std::vector<Piece>& pieces, Piece::Of of) {
  std::string out;
  for (const Piece& piece : pieces) write(out, piece, of, 0);
  return out;
}

bool Case::deploys() const {
  return std::any_of(inputs.begin(), inputs.end(), [](const Input& in) { return in.kind == Input::Kind::deploy; });
}

std::string inputs_text(const Case& c) {
  std::string out;
  for (const Input& input : c.inputs) out += to_json(input).dump() + '\n';
  return out + Json{{"until", c.until.to_string()}}.dump() + '\n';
}

void write_case(const Case& c, const std::filesystem::path& program) {
  std::ofstream(program) << c.program();
  std::ofstream(inputs_of(program)) << inputs_text(c);
  if (c.deploys()) std::ofstream(second_of(program)) << c.second();
}

Case read_case(const std::filesystem::path& program) {
  Case c;
  c.pieces.push_back({read_all(program), {}, {}, Piece::Of::first});
  c.pieces.push_back({read_all(second_of(program)), {}, {}, Piece::Of::second});
  std::ifstream lines(inputs_of(program));
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line);
    if (json.contains("input"))
      c.inputs.push_back(to_input(json));
    else
      c.until = instant(json, "until", {});
  }
  return c;
}

}  // namespace reference
