// A case for both engines: a program as text and the inputs, in the order of posting. Entry points: random_case(), judge(),
// shrink(), read_case(), write_case().
#pragma once

#include "model/reference_state.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace reference {

/// A statement of a program that can be left out as a whole: its text, or what stands around its parts.
struct Piece {
  /// Of which programs of the case it is a part.
  enum class Of { both, first, second };
  std::string open;
  std::vector<Piece> inner = {};
  std::string close = {};
  Of of = Of::both;
};

[[nodiscard]] std::string to_text(const std::vector<Piece>& pieces, Piece::Of of);

struct Case {
  std::vector<Piece> pieces;  ///< A stored case has the text of each program as one piece.
  std::vector<Input> inputs;
  Instant until;
  [[nodiscard]] std::string program() const { return to_text(pieces, Piece::Of::first); }
  /// The program that takes over, where an input says so.
  [[nodiscard]] std::string second() const { return to_text(pieces, Piece::Of::second); }
  [[nodiscard]] bool deploys() const;
};

/// The same seed gives the same case on every machine.
[[nodiscard]] Case random_case(std::uint64_t seed);

/// What came of running a case.
struct Verdict {
  bool compiles = false;
  std::string difference;  ///< Empty when the logs are the same.
  std::size_t rows = 0;    ///< Of the log.
  std::string diagnostics;
  [[nodiscard]] bool agrees() const { return compiles && difference.empty(); }
};

/// Runs both engines; also cuts the run of the fast one into ticks, which changes nothing. [S1.3]
[[nodiscard]] Verdict judge(const Case& c);

/// The smallest case found that still shows a difference, by leaving out statements and inputs.
[[nodiscard]] Case shrink(Case c);

/// A program file, and beside it the inputs, one JSON object on each line, the last one saying until when; and the program that
/// is deployed, if there is one.
void write_case(const Case& c, const std::filesystem::path& program);
[[nodiscard]] Case read_case(const std::filesystem::path& program);
[[nodiscard]] std::string inputs_text(const Case& c);

// For random_case(): the program and the inputs that go with it.
/// With a second version of some sequences where `deploys`.
[[nodiscard]] std::vector<Piece> random_program(std::uint64_t seed, bool deploys);
[[nodiscard]] std::vector<Input> random_inputs(std::uint64_t seed, Instant& until);

}  // namespace reference
