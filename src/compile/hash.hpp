// A stable 64-bit hash of a text, for content hashes of programs. Entry point: hash().
//
// FNV-1a: h = 14695981039346656037; for each byte: h = (h xor byte) * 1099511628211, modulo 2^64. It is the same on every
// machine and in every release, which is what the version of a sequence needs; it resists accidents, not attackers.
#pragma once

#include <cstdint>
#include <string_view>

namespace nurture::compile {

[[nodiscard]] constexpr std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 14695981039346656037ULL;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return value;
}

}  // namespace nurture::compile
