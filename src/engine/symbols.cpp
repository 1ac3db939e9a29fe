// Open addressing over stored hashes; texts live in large blocks that never move. Never iterated, so the order of
// hashes cannot show in any result.
#include "engine/symbols.hpp"

#include <cstring>

namespace nurture::engine {
namespace {

constexpr std::size_t kBlockBytes = 1 << 16;
constexpr std::size_t kHeader = sizeof(std::uint32_t);

/// FNV-1a, 32 bits: only for placing texts in the table, never for anything that shows.
std::uint32_t place_hash(std::string_view text) {
  std::uint32_t h = 2166136261u;
  for (const char c : text) h = (h ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return h ^ (h >> 15);
}

}  // namespace

std::string_view text_of(Symbol symbol) {
  if (symbol == nullptr) return {};
  std::uint32_t size = 0;
  std::memcpy(&size, symbol - kHeader, kHeader);
  return {symbol, size};
}

void Symbols::forget(Symbol symbol) {
  const std::size_t size = text_of(symbol).size();
  std::memset(const_cast<char*>(symbol), 0, size);  // NOLINT(cppcoreguidelines-pro-type-const-cast): the table owns it
}

Symbols::Symbols() : slots_(64) {}

std::size_t Symbols::locate(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].symbol != nullptr && (slots_[i].hash != hash || text_of(slots_[i].symbol) != text)) i = (i + 1) & mask;
  return i;
}

Symbol Symbols::find(std::string_view text) const { return slots_[locate(text, place_hash(text))].symbol; }

Symbol Symbols::intern(std::string_view text) {
  const std::uint32_t hash = place_hash(text);
  std::size_t i = locate(text, hash);
  if (slots_[i].symbol != nullptr) return slots_[i].symbol;
  if ((used_ + 1) * 4 > slots_.size() * 3) {
    grow();
    i = locate(text, hash);
  }
  ++used_;
  slots_[i] = {hash, store(text)};
  return slots_[i].symbol;
}

Symbol Symbols::store(std::string_view text) {
  // Round up so that headers stay aligned.
  const std::size_t need = (kHeader + text.size() + 1 + 3) & ~std::size_t{3};
  if (block_used_ + need > block_size_) {
    block_size_ = need > kBlockBytes ? need : kBlockBytes;
    blocks_.push_back(std::make_unique<char[]>(block_size_));
    block_used_ = 0;
    bytes_ += block_size_;
  }
  char* at = blocks_.back().get() + block_used_;
  const auto size = static_cast<std::uint32_t>(text.size());
  std::memcpy(at, &size, kHeader);
  if (!text.empty()) std::memcpy(at + kHeader, text.data(), text.size());
  at[kHeader + text.size()] = '\0';
  block_used_ += need;
  return at + kHeader;
}

void Symbols::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.symbol == nullptr) continue;
    std::size_t i = slot.hash & mask;
    while (slots_[i].symbol != nullptr) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

}  // namespace nurture::engine
