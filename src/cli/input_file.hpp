// Customer data as the command reads it: line by line in bounded memory, with a finding for each line that cannot be used.
// Entry point: class InputFile.
#pragma once

#include <nurture/nurture.hpp>

#include "source/codes.hpp"

#include <fstream>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::cli {

class InputFile {
 public:
  /// "-" is standard input. Findings go to standard error: for people at once, for programs as one JSON array by finish().
  InputFile(std::string name, bool for_programs);

  /// False when it cannot be opened.
  [[nodiscard]] bool open();
  /// The next line that can be read; nullopt at the end. Lines that cannot be read are reported and passed over.
  [[nodiscard]] std::optional<InputLine> next();
  /// The next line that is not empty, as it stands, for what is no customer data; nullopt at the end.
  [[nodiscard]] std::optional<std::string_view> next_text();
  /// The line that next_text() answered last cannot be used.
  void unreadable(const std::string& problem, std::string help);
  /// The engine refuses the line that next() answered last.
  void refuse(const std::string& reason);
  /// The line that next() answered last was received before an earlier one.
  void refuse_order(Instant received, Instant before);
  /// Says what is left to say.
  void finish();
  /// Lines that were reported.
  [[nodiscard]] std::uint64_t problems() const { return problems_; }

 private:
  [[nodiscard]] bool read_line();
  void progress();
  void report(source::Code code, std::string message, std::string_view word, std::string help);

  std::string name_;
  bool for_programs_;
  std::ifstream file_;
  std::istream* in_ = nullptr;
  std::vector<char> buffer_;
  std::string_view line_;  ///< In the buffer.
  std::uint64_t bytes_ = 0, read_ = 0, number_ = 0, problems_ = 0;
  bool shown_progress_ = false;
  Diagnostics findings_;  ///< For programs.
};

/// What feed() does with lines beyond handing them on.
struct Feeding {
  std::string lead = {};  ///< Only what concerns this one; empty: all.
  Instant until = Instant::max();
  bool deploys = true;         ///< Lines that deploy are handed on.
  bool tells_dry_runs = true;  ///< What a deployment would do goes to standard output.
  std::function<void(const InputLine&)> seen = {};
};

/// Feeds the lines of a file to engines side by side, which then stand just before the instant of the last one. False when the
/// run must stop. `last` is Instant::min() at first. What several engines refuse in different words is told with their names.
struct Fed {
  Engine* engine;
  std::string name;
};
[[nodiscard]] bool feed(InputFile& file, const std::vector<Fed>& engines, const Feeding& feeding, Instant& last);
/// One engine.
[[nodiscard]] bool feed(InputFile& file, Engine& engine, const std::string& lead, Instant until, Instant& last);

/// From the last line until nothing is planned any more, or to `until`.
void run_on(const std::vector<Fed>& engines, Instant last, Instant until);

}  // namespace nurture::cli
