// The function table's signatures as types, so that table and checker cannot disagree. Private to src/check.
// Entry point: overloads_of().
#pragma once

#include "check/types.hpp"

#include <vector>

namespace nurture::check {

struct Parameter {
  Type type;
  bool zone = false;      ///< Names a time zone.
  bool optional = false;  ///< May be left out.
};
struct Overload {
  std::vector<Parameter> parameters;
  Type result;
};

/// The overloads of a row of eval::functions(), in its order.
[[nodiscard]] const std::vector<Overload>& overloads_of(int function);

}  // namespace nurture::check
