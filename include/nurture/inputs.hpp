// Customer data as lines of JSON, in the shape of the Segment specification, which customer data platforms emit.
//
//   {"type":"identify","userId":"ada","timestamp":"2026-03-02T08:00:00Z","traits":{"tz":"Europe/Lisbon"}}
//   {"type":"track","messageId":"e1","userId":"ada","event":"ebook.downloaded","timestamp":"2026-03-02T08:01:00Z"}
//   {"type":"page","messageId":"e2","userId":"ada","name":"Pricing","timestamp":"2026-03-04T10:00:00Z","properties":{"path":"/pricing"}}
//   {"type":"consent","userId":"ada","timestamp":"2026-03-02T08:00:00Z","category":"marketing","granted":true,"source":"signup form"}
//
// `timestamp` says when it occurred, `receivedAt` when it was received (default: the timestamp). `page` is the event
// `page.view`. A line that cannot be read is answered as such and changes nothing.
#pragma once

#include <nurture/engine.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture {

/// One line, read but not yet handed to an engine.
struct InputLine {
  enum class Kind : std::uint8_t { identify, track, consent, enroll, exit, pause, resume, erase, deploy, broadcast, promote };
  Kind kind = Kind::track;
  std::string lead;
  Instant received;                ///< The line's place in time.
  Fields traits;                   ///< identify
  Event event;                     ///< track and page
  std::string category;            ///< consent
  Consent consent;                 ///< consent
  std::string sequence;            ///< enroll, exit, promote
  std::string name;                ///< exit: what the log calls it; broadcast: its name
  std::string split;               ///< promote
  std::string arm;                 ///< promote
  Scope scope;                     ///< pause, resume
  std::vector<std::string> files;  ///< deploy: definitions, as compile_files() finds them.
  DeployOptions deploy;            ///< deploy
  bool dry_run = false;            ///< deploy: only to be told what it would do; no input.
};

/// Reads one line. On failure nothing is returned and `problem` says what is wrong with the line, in words.
/// A pure function; safe from several threads.
[[nodiscard]] std::optional<InputLine> read_input_line(std::string_view line, std::string& problem);

/// Queues the line's input; the engine's refusal, if any, is the answer. For a deployment its files are read now; one that is
/// only to be told of is told to `told`.
Status post_input(Engine& engine, const InputLine& line, DeployReport* told = nullptr);

}  // namespace nurture
