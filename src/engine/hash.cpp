// SipHash-2-4 as published; see hash.hpp for what it is used for. tests/unit/hash_test.cpp checks it against the
// vectors of the paper's reference implementation.
#include "engine/hash.hpp"

#include <bit>

namespace nurture::engine {

void Hasher::round() {
  v0_ += v1_;
  v1_ = std::rotl(v1_, 13) ^ v0_;
  v0_ = std::rotl(v0_, 32);
  v2_ += v3_;
  v3_ = std::rotl(v3_, 16) ^ v2_;
  v0_ += v3_;
  v3_ = std::rotl(v3_, 21) ^ v0_;
  v2_ += v1_;
  v1_ = std::rotl(v1_, 17) ^ v2_;
  v2_ = std::rotl(v2_, 32);
}

void Hasher::block(std::uint64_t m) {
  v3_ ^= m;
  round();
  round();
  v0_ ^= m;
}

void Hasher::byte(std::uint8_t value) {
  tail_ |= std::uint64_t{value} << (8 * (length_ & 7));
  ++length_;
  if ((length_ & 7) == 0) {
    block(tail_);
    tail_ = 0;
  }
}

Hasher& Hasher::add(std::string_view text) {
  add(static_cast<std::uint64_t>(text.size()));
  for (const char c : text) byte(static_cast<std::uint8_t>(c));
  return *this;
}

Hasher& Hasher::add(std::uint64_t number) {
  for (int i = 0; i < 8; ++i) byte(static_cast<std::uint8_t>(number >> (8 * i)));
  return *this;
}

void Hasher::close(std::uint8_t tag) {
  block(tail_ | (length_ << 56));
  v2_ ^= tag;
  for (int i = 0; i < 4; ++i) round();
}

std::uint64_t Hasher::finish64() {
  close(0xff);
  return v0_ ^ v1_ ^ v2_ ^ v3_;
}

std::array<std::uint8_t, 16> Hasher::finish128() {
  v1_ ^= 0xee;
  close(0xee);
  const std::uint64_t low = v0_ ^ v1_ ^ v2_ ^ v3_;
  v1_ ^= 0xdd;
  for (int i = 0; i < 4; ++i) round();
  const std::uint64_t high = v0_ ^ v1_ ^ v2_ ^ v3_;
  std::array<std::uint8_t, 16> out{};
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::uint8_t>(low >> (8 * i));
    out[i + 8] = static_cast<std::uint8_t>(high >> (8 * i));
  }
  return out;
}

std::uint32_t bucket(std::string_view salt, std::string_view lead, std::uint32_t buckets) {
  return static_cast<std::uint32_t>(Hasher{}.add(salt).add(lead).finish64() % buckets);
}

}  // namespace nurture::engine
