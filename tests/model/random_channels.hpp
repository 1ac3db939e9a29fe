// See random_channels.cpp.
#pragma once

#include "model/case.hpp"
#include "model/random.hpp"

namespace reference {

[[nodiscard]] Piece random_channel(Random& random, const std::string& name);

}  // namespace reference
