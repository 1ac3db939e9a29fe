// The engine's one hash: SipHash-2-4 with 64 or 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input
// PRF", 2012; the 128-bit variant is of the reference implementation, 2015). Version 1 of nurture's assignments and keys
// is SipHash-2-4 with the key bytes 0, 1, ..., 15 over the length-prefixed fields given; changing it changes every split
// and every idempotency key, so it never changes without a new version. [S1.2] [S7.1] [S9.1] Entry point: class Hasher.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace nurture::engine {

class Hasher {
 public:
  /// Adds a text, prefixed with its length so that ("ab", "c") and ("a", "bc") differ.
  Hasher& add(std::string_view text);
  Hasher& add(std::uint64_t number);
  [[nodiscard]] std::uint64_t finish64();
  [[nodiscard]] std::array<std::uint8_t, 16> finish128();

 private:
  void byte(std::uint8_t value);
  void block(std::uint64_t m);
  void round();
  void close(std::uint8_t tag);

  // Initial state of SipHash for the key 00 01 .. 0f.
  std::uint64_t v0_ = 0x736f6d6570736575ULL ^ 0x0706050403020100ULL;
  std::uint64_t v1_ = 0x646f72616e646f6dULL ^ 0x0f0e0d0c0b0a0908ULL;
  std::uint64_t v2_ = 0x6c7967656e657261ULL ^ 0x0706050403020100ULL;
  std::uint64_t v3_ = 0x7465646279746573ULL ^ 0x0f0e0d0c0b0a0908ULL;
  std::uint64_t tail_ = 0;
  std::uint64_t length_ = 0;
};

/// A number in [0, buckets) that depends only on its arguments: arms, variants, spreads.
[[nodiscard]] std::uint32_t bucket(std::string_view salt, std::string_view lead, std::uint32_t buckets);

}  // namespace nurture::engine
