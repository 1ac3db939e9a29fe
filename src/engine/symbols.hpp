// Interned texts: equal texts share one address, so state holds a text in one word and compares it by pointer.
// A Symbol is a zero-terminated text whose length stands in the four bytes before it. Entry point: Symbols::intern.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace nurture::engine {

using Symbol = const char*;

/// The text of a symbol; an empty text for nullptr.
[[nodiscard]] std::string_view text_of(Symbol symbol);

class Symbols {
 public:
  Symbols();
  [[nodiscard]] Symbol intern(std::string_view text);
  /// nullptr when the text was never interned.
  [[nodiscard]] Symbol find(std::string_view text) const;
  /// Overwrites a text that nobody holds any more; its place stays taken, and the text is found no more.
  static void forget(Symbol symbol);
  [[nodiscard]] std::uint64_t bytes() const { return bytes_ + slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    Symbol symbol = nullptr;
  };
  [[nodiscard]] std::size_t locate(std::string_view text, std::uint32_t hash) const;
  [[nodiscard]] Symbol store(std::string_view text);
  void grow();

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_used_ = 0, block_size_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace nurture::engine
