// Random syntax trees for round-trip tests. Entry points: random_file(), random_expression().
//
// A tree is well formed (it could have been read from a file) but means nothing: names are declared nowhere. The same
// seed gives the same tree on every machine, so that a failure can be repeated from the seed in its message. Kinds of
// statements are interleaved through their spans, as authors do.
#pragma once

#include "syntax/ast.hpp"

#include <cstdint>

namespace nurture::test {

struct RandomTree {
  bool comments = false;  ///< Comments in every place that can hold them.
};

[[nodiscard]] ast::File random_file(std::uint32_t seed, RandomTree options = {});
[[nodiscard]] ast::Expr random_expression(std::uint32_t seed);

}  // namespace nurture::test
