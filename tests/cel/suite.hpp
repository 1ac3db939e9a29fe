// One test of the suite of the Common Expression Language against our parser, lowering and interpreter. Entry point: run_test().
#pragma once

#include "textproto.hpp"

#include <string>

namespace cel {

struct Outcome {
  enum class Kind { passed, failed, not_applicable };
  Kind kind = Kind::passed;
  std::string reason;    ///< not_applicable: the feature that we leave out.
  std::string expected;  ///< failed
  std::string got;       ///< failed
};

[[nodiscard]] Outcome run_test(const textproto::Message& test);

}  // namespace cel
