// The chain of decisions behind a message, sent or not: what `nurture why` shows. Entry point: tell().
#pragma once

#include "compile/program.hpp"
#include "testing/recorder.hpp"

#include <nurture/engine.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture::cli {

/// A row of the decision log, with what people and programs are shown of it.
struct Logged {
  testing::Row row;
  std::string version, key;
  std::string json;                                         ///< The row as the log has it.
  std::vector<std::pair<std::string, std::string>> values;  ///< What a condition of the row asked for: "lead.plan", "\"free\"".
};

[[nodiscard]] Logged to_logged(const Decision& decision);
/// One line of a decision log, as to_json() writes it. On failure `problem` says what is wrong with it.
[[nodiscard]] std::optional<Logged> read_decision(std::string_view line, std::string& problem);

/// What can send a message, and the steps of it that do.
struct Sender {
  std::string sequence;            ///< Of a score: empty, as in the log.
  std::vector<std::string> steps;  ///< None where only handlers do.
  std::string name;                ///< "sequence ebook", "triggers alerts", "score interest".
  bool is_entered = true;          ///< false: it has no entry that the log would show.
};
[[nodiscard]] std::vector<Sender> senders_of(const compile::Program& program, std::string_view message);

struct Question {
  std::string lead;
  std::string message;                         ///< Empty: all of the lead.
  std::optional<std::vector<Sender>> senders;  ///< Not known when only a log is read.
  std::optional<LeadReport> report;            ///< The lead at the end, likewise.
};

/// What became of one message of one run, or of a run or an entry that has none of it.
struct Outcome {
  enum class Kind : std::uint8_t { sent, skipped, held, not_reached, refused, not_entered };
  Kind kind = Kind::not_reached;
  const Logged* row = nullptr;        ///< The last row of the attempt or of the run; the refusal. Of not_entered: none.
  std::vector<const Logged*> holds;   ///< Before it was sent or skipped.
  const Logged* delivered = nullptr;  ///< What its channel reported last.
  std::string sequence, step;         ///< `step`: the last that the run came to.
  std::uint32_t enrolment = 0;
  bool ended = false;            ///< not_reached
  Instant due = Instant::max();  ///< not_reached: when the run goes on, where that is known.
  Sender sender;                 ///< not_reached, not_entered
};

struct Chain {
  std::vector<Outcome> outcomes;
  std::vector<const Logged*> rows;  ///< In the order of the log.
};

/// `log` holds the rows of the lead and those of no lead, in order; the chain points into it.
[[nodiscard]] Chain tell(const std::vector<Logged>& log, const Question& question);

/// For people: what came of it, then the timeline. Of a log alone the clock of the lead is not known: UTC.
[[nodiscard]] std::string to_text(const Chain& chain, const Question& question);
/// A line for each row, then one for each outcome.
[[nodiscard]] std::string to_lines(const Chain& chain, const Question& question);

}  // namespace nurture::cli
