// Lines of the Segment specification to inputs of the engine. Entry points: read_input_line(), post_input().
// The only place that knows those names; the shapes beyond those and what an operator does are refused in words.
#include <nurture/inputs.hpp>

#include <nurture/limits.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace nurture {
namespace {

using Json = nlohmann::json;

Value to_value(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean: return {json.get<bool>()};
    case Json::value_t::number_integer: return {json.get<std::int64_t>()};
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      if (number <= static_cast<std::uint64_t>(INT64_MAX)) return {static_cast<std::int64_t>(number)};
      return {static_cast<double>(number)};
    }
    case Json::value_t::number_float: return {json.get<double>()};
    case Json::value_t::string: return {json.get_ref<const std::string&>()};
    case Json::value_t::array: {
      Value::List list;
      for (const Json& item : json) list.push_back(to_value(item));
      return {std::move(list)};
    }
    case Json::value_t::object: return {json.dump()};  // No declared type is a record; as a text it fits only `string`.
    default: return {};
  }
}

Fields to_fields(const Json& object) {
  Fields fields;
  for (const auto& [name, value] : object.items()) fields.emplace_back(name, to_value(value));
  return fields;
}

/// One line's members, with the first problem met.
class Reader {
 public:
  Reader(const Json& line, std::string& problem) : line_(line), problem_(problem) {}

  [[nodiscard]] std::string text(const char* name, bool required) {
    const auto member = line_.find(name);
    if (member == line_.end() || member->is_null()) {
      if (required) fail(fmt::format("it has no \"{}\"", name));
      return {};
    }
    if (member->is_string()) return member->get<std::string>();
    if (member->is_number_integer()) return member->dump();
    fail(fmt::format("\"{}\" is not a text", name));
    return {};
  }

  [[nodiscard]] bool boolean(const char* name, bool otherwise) {
    const auto member = line_.find(name);
    if (member == line_.end() || member->is_null()) return otherwise;
    if (member->is_boolean()) return member->get<bool>();
    fail(fmt::format("\"{}\" is neither true nor false", name));
    return otherwise;
  }

  [[nodiscard]] std::optional<Instant> instant(const char* name, bool required) {
    const std::string words = text(name, required);
    if (words.empty()) return std::nullopt;
    const std::optional<Instant> at = Instant::parse(words);
    if (!at) fail(fmt::format("\"{}\" is \"{}\", which is no instant like 2026-03-02T08:00:00Z", name, words));
    return at;
  }

  [[nodiscard]] std::vector<std::string> texts(const char* name) {
    std::vector<std::string> all;
    const auto member = line_.find(name);
    const bool is_list = member != line_.end() && member->is_array() && !member->empty();
    for (std::size_t i = 0; is_list && i < member->size(); ++i) {
      if ((*member)[i].is_string()) all.push_back((*member)[i].get<std::string>());
    }
    if (!is_list || all.size() != member->size()) fail(fmt::format("\"{}\" is no list of texts", name));
    return all;
  }

  [[nodiscard]] Fields object(const char* name) {
    const auto member = line_.find(name);
    if (member == line_.end() || member->is_null()) return {};
    if (member->is_object()) return to_fields(*member);
    fail(fmt::format("\"{}\" is not an object", name));
    return {};
  }

  void fail(std::string words) {
    if (problem_.empty()) problem_ = std::move(words);
  }

 private:
  const Json& line_;
  std::string& problem_;
};

void read_event(Reader& reader, const std::string& type, InputLine& line) {
  line.kind = InputLine::Kind::track;
  line.event.lead = line.lead;
  line.event.id = reader.text("messageId", false);
  line.event.fields = reader.object("properties");
  if (type == "page") {
    line.event.name = "page.view";
    // The page's own name is a property like the others, unless one of that name is given.
    const std::string name = reader.text("name", false);
    if (!name.empty()) line.event.fields.insert(line.event.fields.begin(), {"name", Value(name)});
  } else {
    line.event.name = reader.text("event", true);
  }
}

void read_consent(Reader& reader, InputLine& line) {
  line.kind = InputLine::Kind::consent;
  line.category = reader.text("category", true);
  line.consent.granted = reader.boolean("granted", true);
  line.consent.confirmed = reader.boolean("confirmed", true);
  line.consent.channel = reader.text("channel", false);
  line.consent.source = reader.text("source", false);
  line.consent.wording = reader.text("wording", false);
}

constexpr std::array<std::string_view, 12> kTypes{"identify", "track",  "page",  "consent", "enroll",    "exit",
                                                  "pause",    "resume", "erase", "deploy",  "broadcast", "promote"};

/// What an operator does; beyond the specification, as `consent` is.
void read_operation(Reader& reader, const std::string& type, InputLine& line) {
  using Kind = InputLine::Kind;
  if (type == "erase") {
    line.kind = Kind::erase;
  } else if (type == "enroll" || type == "exit") {
    line.kind = type == "enroll" ? Kind::enroll : Kind::exit;
    line.sequence = reader.text("sequence", true);
    line.name = reader.text("name", false);
  } else if (type == "broadcast") {
    line.kind = Kind::broadcast;
    line.name = reader.text("name", true);
  } else if (type == "promote") {
    line.kind = Kind::promote;
    line.sequence = reader.text("sequence", true);
    line.split = reader.text("split", true);
    line.arm = reader.text("arm", true);
  } else if (type == "pause" || type == "resume") {
    line.kind = type == "pause" ? Kind::pause : Kind::resume;
    const std::string channel = reader.text("channel", false);
    const std::string sequence = reader.text("sequence", false);
    if ((channel.empty() ? 0 : 1) + (sequence.empty() ? 0 : 1) + (line.lead.empty() ? 0 : 1) > 1)
      reader.fail("it names more than one of \"channel\", \"sequence\" and \"userId\"");
    if (!channel.empty()) line.scope = Scope::channel(channel);
    if (!sequence.empty()) line.scope = Scope::sequence(sequence);
    if (!line.lead.empty()) line.scope = Scope::lead(line.lead);
  } else if (type == "deploy") {
    line.kind = Kind::deploy;
    line.files = reader.texts("files");
    line.dry_run = reader.boolean("dryRun", false);
    const std::string existing = reader.text("existingLeads", false);
    if (!existing.empty() && existing != "enroll" && existing != "ignore")
      reader.fail("\"existingLeads\" is neither \"enroll\" nor \"ignore\"");
    line.deploy.existing_leads = existing == "enroll" ? ExistingLeads::enroll : ExistingLeads::ignore;
    line.deploy.at = line.received;
  }
}

}  // namespace

std::optional<InputLine> read_input_line(std::string_view text, std::string& problem) {
  problem.clear();
  if (text.size() > limits::kInputLineBytes) {
    problem = fmt::format("it is longer than {} bytes", limits::kInputLineBytes);
    return std::nullopt;
  }
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object()) {
    problem = json.is_discarded() ? "it is not JSON" : "it is not a JSON object";
    return std::nullopt;
  }
  Reader reader(json, problem);
  InputLine line;
  const std::string type = reader.text("type", true);
  // What the line lacks otherwise depends on it.
  if (problem.empty() && std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end())
    reader.fail(
        fmt::format("its \"type\" is \"{}\"; {} and {} are known", type, fmt::join(kTypes.begin(), kTypes.end() - 1, ", "), kTypes.back()));
  line.lead = reader.text("userId", false);
  if (line.lead.empty()) line.lead = reader.text("anonymousId", false);
  const bool may_lack_lead = type == "pause" || type == "resume" || type == "deploy" || type == "broadcast" || type == "promote";
  if (line.lead.empty() && !may_lack_lead) reader.fail("it has neither \"userId\" nor \"anonymousId\"");
  const std::optional<Instant> occurred = reader.instant("timestamp", true);
  const std::optional<Instant> received = reader.instant("receivedAt", false);
  if (!problem.empty()) return std::nullopt;
  line.received = received.value_or(*occurred);
  if (type == "identify") {
    line.kind = InputLine::Kind::identify;
    line.traits = reader.object("traits");
  } else if (type == "track" || type == "page") {
    read_event(reader, type, line);
    line.event.occurred_at = occurred;
    line.event.received_at = line.received;
  } else if (type == "consent") {
    read_consent(reader, line);
    line.consent.received_at = line.received;
  } else {
    read_operation(reader, type, line);
  }
  if (!problem.empty()) return std::nullopt;
  return line;
}

namespace {

/// On one line; `nurture check` shows them all.
std::string first_error(const Diagnostics& diagnostics) {
  const auto& items = diagnostics.items();
  const auto is_error = [](const Diagnostic& item) { return item.severity == Severity::error; };
  const auto first = std::find_if(items.begin(), items.end(), is_error);
  if (first == items.end()) return "what is to be deployed has errors";
  return fmt::format("what is to be deployed has errors: {}:{}: {}", diagnostics.file_name(first->span),
                     diagnostics.position(first->span).line, first->message);
}

}  // namespace

Status post_input(Engine& engine, const InputLine& line, DeployReport* told) {
  switch (line.kind) {
    case InputLine::Kind::identify: return engine.upsert(line.lead, line.traits, line.received);
    case InputLine::Kind::track: return engine.post(line.event);
    case InputLine::Kind::consent: return engine.consent(line.lead, line.category, line.consent);
    case InputLine::Kind::enroll: return engine.enroll(line.lead, line.sequence, line.received);
    case InputLine::Kind::exit: return engine.exit(line.lead, line.sequence, line.name.empty() ? "host" : line.name, line.received);
    case InputLine::Kind::pause: return engine.pause(line.scope, line.received);
    case InputLine::Kind::resume: return engine.resume(line.scope, line.received);
    case InputLine::Kind::erase: return engine.erase(line.lead, line.received);
    case InputLine::Kind::deploy: {
      const CompileResult built = compile_files(line.files);
      if (!built.ok()) return Status::refused(first_error(built.diagnostics()));
      if (!line.dry_run) return engine.deploy(built.program(), line.deploy);
      if (told != nullptr) *told = engine.deploy_dry_run(built.program());
      return {};
    }
    case InputLine::Kind::broadcast: return engine.broadcast(line.name, line.received);
    case InputLine::Kind::promote: return engine.promote(line.sequence, line.split, line.arm, "by an operator", line.received);
  }
  return {};
}

}  // namespace nurture
