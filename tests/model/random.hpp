// Numbers from a seed, the same on every machine: SplitMix64 (Steele, Lea, Flood 2014). The distributions of the standard
// library differ between libraries, so they are not used. Entry point: class Random.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace reference {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  /// Below `count`.
  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  /// From `low` to `high`, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(pick(static_cast<std::size_t>(high - low + 1)));
  }
  bool odd(int percent) { return static_cast<int>(pick(100)) < percent; }
  std::string one_of(std::initializer_list<const char*> texts) { return *(texts.begin() + pick(texts.size())); }
  template <class T>
  const T& one_of(const std::vector<T>& items) {
    return items[pick(items.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace reference
