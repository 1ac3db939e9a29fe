// A test out of what really happened to one lead: what `nurture test --record` writes. Entry point: record().
#pragma once

#include "cli/cli.hpp"

#include <string>

namespace nurture::cli {

struct RecordOptions {
  std::string inputs;    ///< Lines as `simulate` reads them.
  std::string lead;      ///< May be empty where the file is about one lead only.
  std::string sequence;  ///< May be empty where the program has one only.
  bool yaml = false;
};

/// Writes the test to standard output, and what no line of a test can say to standard error. Answers the exit code.
[[nodiscard]] int record(const RecordOptions& options, const model::Model& model, const Program& program);

}  // namespace nurture::cli
