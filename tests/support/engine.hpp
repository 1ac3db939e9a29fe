// An engine with its clock and the decision log in words, for tests of the host's interface. Entry point: Host.
#pragma once

#include "support/catch.hpp"

#include <nurture/nurture.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture::test {

/// What a compilation found no fault in.
inline Program program_of(const std::string& text) {
  const CompileResult built = compile_text("test.nurture", text);
  INFO(built.diagnostics().render());
  REQUIRE(built.ok());
  return built.program();
}

inline Instant instant(std::string_view text) {
  const auto parsed = Instant::parse(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

/// "2026-03-02T08:00:00Z ada delivered(rejected) hello: no such box"
inline std::string brief(const Decision& d) {
  std::string line = d.at.to_string() + ' ';
  if (!d.lead.empty()) line += std::string(d.lead) + ' ';
  line += to_string(d.kind);
  if (d.reason != Reason::none) line += '(' + std::string(to_string(d.reason)) + ')';
  for (const std::string_view name : {d.message, d.name}) {
    if (!name.empty()) line += ' ' + std::string(name);
  }
  if (d.kind == DecisionKind::enrolled || d.kind == DecisionKind::refused) line += " in " + std::string(d.sequence);
  if (!d.detail.empty()) line += ": " + std::string(d.detail);
  if (d.until != Instant::max()) line += " until " + d.until.to_string();
  return line;
}

/// Keeps the whole log: as JSON lines, and as brief lines with their kinds.
class Log final : public Observer {
 public:
  void on_decision(const Decision& d) override {
    json += to_json(d) + '\n';
    rows.emplace_back(d.kind, brief(d));
    if (d.key != nullptr) keys.push_back(d.key->to_string());
  }
  /// The brief lines of some kinds, in order.
  [[nodiscard]] std::vector<std::string> of(std::initializer_list<DecisionKind> kinds) const {
    std::vector<std::string> lines;
    for (const auto& [kind, line] : rows) {
      if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) lines.push_back(line);
    }
    return lines;
  }
  [[nodiscard]] std::size_t count(DecisionKind kind) const { return of({kind}).size(); }
  void clear() {
    json.clear();
    rows.clear();
    keys.clear();
  }

  std::string json;
  std::vector<std::pair<DecisionKind, std::string>> rows;
  std::vector<std::string> keys;
};

using Lines = std::vector<std::string>;

struct Host {
  explicit Host(const std::string& text, std::string_view start = "2026-03-02T08:00:00Z", EngineOptions options = {})
      : Host(program_of(text), start, std::move(options)) {}
  explicit Host(Program program, std::string_view start = "2026-03-02T08:00:00Z", EngineOptions options = {})
      : clock(start), engine(std::move(program), clock, std::move(options)) {
    engine.observe(&log);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Does what is due at an instant, and leaves the clock there.
  StepResult to(std::string_view at) {
    clock.set(instant(at));
    return engine.step();
  }
  void post(const char* lead, const char* event) { CHECK(engine.post({lead, event}).ok()); }
  /// In place of the program that runs, which must not stand against it.
  void deploy(const std::string& text, const DeployOptions& options = {}) {
    CHECK(engine.deploy(program_of(text), options).ok());
    engine.step();
    INFO(log.json);
    REQUIRE(of({DecisionKind::input_refused}).empty());
  }
  [[nodiscard]] Lines of(std::initializer_list<DecisionKind> kinds) const { return log.of(kinds); }
  [[nodiscard]] Lines sent() const { return log.of({DecisionKind::sent}); }

  ManualClock clock;
  Log log;
  Engine engine;
};

}  // namespace nurture::test
