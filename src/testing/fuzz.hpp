// Made-up stories through every sequence, and what must hold of all. Entry point: fuzz().
#pragma once

#include "check/model.hpp"

#include <nurture/program.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nurture::testing {

/// A rule that does not hold, with the smallest story found that shows it.
struct FuzzFinding {
  std::string sequence;
  std::string rule, words;
  std::uint64_t story = 0;  ///< Number of the story in which it was met, from 1.
  std::string test;         ///< In the language; it fails as long as the rule does not hold.
};

struct FuzzResult {
  std::uint64_t sequences = 0, stories = 0, sends = 0;
  std::vector<FuzzFinding> findings;  ///< At most one for each sequence.
};

struct FuzzOptions {
  std::uint64_t stories = 100;  ///< For each sequence.
  std::uint64_t seed = 1;       ///< The same seed, the same stories, on every machine.
  std::string filter;           ///< Only sequences whose name contains it.
  /// Called after each sequence.
  std::function<void(const FuzzResult&)> progress = {};
};

/// `program` must be compiled from `model` with compile::Tests::include. Judged are the rules of first_breach(), and that the same
/// story told again, with the state to bytes and back on the way, leaves the same rows. A pure function of its arguments.
[[nodiscard]] FuzzResult fuzz(const model::Model& model, const Program& program, const FuzzOptions& options);

}  // namespace nurture::testing
