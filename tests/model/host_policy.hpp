// How the host of random cases scores: what the score `extra`, where a program has it, gets for an event. Both engines ask.
#pragma once

#include <nurture/engine.hpp>

#include <string_view>

namespace reference {

inline constexpr std::string_view kHostScore = "extra";

[[nodiscard]] inline nurture::ScoringPolicy::Change host_points(std::string_view event, std::int64_t n) {
  using Kind = nurture::ScoringPolicy::Change::Kind;
  if (event == "opened") return {Kind::add, 2.5 * static_cast<double>(n), {}};
  if (event == "clicked") return {Kind::add, 60, "liked"};
  if (event == "left") return {Kind::set, 10, "left"};
  return {};
}

}  // namespace reference
