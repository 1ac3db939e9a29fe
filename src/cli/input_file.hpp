// Customer data as the command reads it: line by line in bounded memory, with a finding for each line that cannot be used.
// Entry point: class InputFile.
#pragma once

#include <nurture/nurture.hpp>

#include "source/codes.hpp"

#include <fstream>
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

/// Feeds the lines of a file to an engine, which then stands just before the instant of the last one. `lead` may be empty.
/// False when the run must stop. `last` is Instant::min() at first.
[[nodiscard]] bool feed(InputFile& file, Engine& engine, const std::string& lead, Instant until, Instant& last);

}  // namespace nurture::cli
