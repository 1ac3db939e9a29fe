// The hash of assignments and keys against the published vectors of SipHash-2-4: key 00 01 .. 0f, message 00 01 .. n-1.
#include "engine/hash.hpp"
#include "support/catch.hpp"

using nurture::engine::Hasher;

namespace {

/// Hasher prefixes texts with their length, so the vectors are fed as whole 64-bit numbers, little-endian.
Hasher first_sixteen_bytes() {
  Hasher hasher;
  hasher.add(std::uint64_t{0x0706050403020100}).add(std::uint64_t{0x0f0e0d0c0b0a0908});
  return hasher;
}

}  // namespace

TEST_CASE("the hash is SipHash-2-4 with 64 bits [S1.2]") {
  // Reference implementation, vectors_sip64: rows 0, 8 and 16.
  CHECK(Hasher{}.finish64() == 0x726fdb47dd0e0e31);
  CHECK(Hasher{}.add(std::uint64_t{0x0706050403020100}).finish64() == 0x93f5f5799a932462);
  CHECK(first_sixteen_bytes().finish64() == 0x3f2acc7f57c29bdb);
}

TEST_CASE("texts are prefixed with their length, so that fields cannot run together [S7.1]") {
  CHECK(Hasher{}.add("ab").add("c").finish64() != Hasher{}.add("a").add("bc").finish64());
  CHECK(Hasher{}.add("").add("x").finish64() != Hasher{}.add("x").add("").finish64());
}

TEST_CASE("buckets are stable and roughly even [S9.1]") {
  int low = 0;
  for (int i = 0; i < 10'000; ++i) low += nurture::engine::bucket("proof", "lead" + std::to_string(i), 100) < 50 ? 1 : 0;
  CHECK(low > 4'800);
  CHECK(low < 5'200);
  CHECK(nurture::engine::bucket("proof", "ada", 100) == nurture::engine::bucket("proof", "ada", 100));
}
