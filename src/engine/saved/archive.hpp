// Bytes that are written or read by one and the same visit: whoever visits names each part once for both ways, so that
// what is written and what is read cannot diverge. Numbers are of variable length, seven bits a byte from the lowest on,
// so the bytes are the same on every machine. Entry point: class Archive.
//
// Bytes are data of others: reading never goes beyond them, never makes room for more than they can hold, and what does
// not fit makes the archive fail, after which everything reads as zero. Who reads asks ok() before the result is used.
#pragma once

#include "eval/code.hpp"

#include <nurture/time.hpp>

#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nurture::engine {

class Archive {
 public:
  /// Writes.
  Archive() = default;
  /// Reads.
  explicit Archive(std::string_view bytes) : reads_(true), left_(bytes) {}

  [[nodiscard]] bool reads() const { return reads_; }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return left_.empty(); }
  void fail() {
    ok_ = false;
    left_ = {};
  }
  [[nodiscard]] std::string take() && { return std::move(out_); }

  template <class T>
  void visit(T& value) {
    if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool> || std::is_unsigned_v<T>) {
      auto number = static_cast<std::uint64_t>(value);
      visit_number(number, std::is_same_v<T, bool> ? 1 : std::numeric_limits<Raw<T>>::max());
      value = static_cast<T>(number);
    } else {
      static_assert(std::is_signed_v<T> && std::is_integral_v<T>);
      const auto wide = static_cast<std::int64_t>(value);  // Small ones of either sign are short.
      std::uint64_t number = static_cast<std::uint64_t>(wide) << 1 ^ static_cast<std::uint64_t>(wide >> 63);
      visit_number(number, UINT64_MAX);
      const auto back = static_cast<std::int64_t>(number >> 1 ^ (~(number & 1) + 1));
      if (back < std::numeric_limits<T>::min() || back > std::numeric_limits<T>::max()) return fail();
      value = static_cast<T>(back);
    }
  }
  /// A kind: none beyond the last one is read.
  template <class T>
  void visit_kind(T& value, T last) {
    visit(value);
    if (value > last) {
      value = T{};
      fail();
    }
  }
  void visit(Instant& at) { visit(at.ms); }
  void visit(std::string& text);
  /// All eight bytes as they are: hashes, the bits of a fraction.
  void visit_bits(std::uint64_t& bits);
  /// How many of something follow, each of at least one byte.
  [[nodiscard]] std::size_t visit_size(std::size_t size);
  /// A value of a field; texts and lists are laid out in the arena.
  void visit(eval::Value& value, eval::Arena& arena);

 private:
  template <class T>
  using Raw = typename std::conditional_t<std::is_enum_v<T>, std::underlying_type<T>, std::type_identity<T>>::type;
  void visit_number(std::uint64_t& number, std::uint64_t largest);
  void visit_list(eval::Value& value, eval::Arena& arena);

  bool reads_ = false;
  bool ok_ = true;
  std::string out_;
  std::string_view left_;
};

}  // namespace nurture::engine
