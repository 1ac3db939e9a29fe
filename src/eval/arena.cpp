// The memory of evaluations: a list of blocks, filled from the front. Entry point: Arena::allocate().
//
// Blocks double in size, so that a large list costs few calls of the allocator; after reset() the first block serves
// again, so that an engine that keeps its arena allocates nothing for the small strings of ordinary conditions.
#include "eval/code.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace nurture::eval {

namespace {
constexpr std::size_t kFirstBlockBytes = 4096;
constexpr std::size_t kBlockBytesMax = std::size_t{1} << 20;
constexpr std::size_t kAlignment = 16;
}  // namespace

struct Arena::Block {
  explicit Block(std::size_t bytes) : size(bytes), data(new std::byte[bytes]) {}
  std::size_t size;
  std::unique_ptr<std::byte[]> data;
};

Arena::Arena() = default;
Arena::~Arena() = default;
Arena::Arena(Arena&& other) noexcept { *this = std::move(other); }
Arena& Arena::operator=(Arena&& other) noexcept {
  blocks_ = std::exchange(other.blocks_, {});
  begin_ = std::exchange(other.begin_, nullptr);
  next_ = std::exchange(other.next_, nullptr);
  end_ = std::exchange(other.end_, nullptr);
  return *this;
}

void* Arena::allocate(std::size_t bytes) {
  const std::size_t rounded = (bytes + kAlignment - 1) & ~(kAlignment - 1);
  if (static_cast<std::size_t>(end_ - next_) < rounded) {
    const std::size_t usual = blocks_.empty() ? kFirstBlockBytes : std::min(blocks_.back()->size * 2, kBlockBytesMax);
    blocks_.push_back(std::make_unique<Block>(std::max(usual, rounded)));
    next_ = blocks_.back()->data.get();
    end_ = next_ + blocks_.back()->size;
    begin_ = blocks_.front()->data.get();
  }
  void* result = next_;
  next_ += rounded;
  return result;
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* bytes = static_cast<char*>(allocate(text.size()));
  std::memcpy(bytes, text.data(), text.size());
  return {bytes, text.size()};
}

Value* Arena::values(std::size_t count) { return static_cast<Value*>(allocate(count * sizeof(Value))); }

void Arena::release() {
  blocks_.resize(1);
  next_ = begin_;
  end_ = next_ + blocks_.front()->size;
}

std::string_view Module::intern(std::string_view text) {
  if (const auto found = string_index.find(text); found != string_index.end()) return strings[found->second];
  strings.emplace_back(text);
  string_index.emplace(strings.back(), strings.size() - 1);
  return strings.back();
}

}  // namespace nurture::eval
