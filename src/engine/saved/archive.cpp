// See archive.hpp.
#include "engine/saved/archive.hpp"

namespace nurture::engine {

void Archive::visit_number(std::uint64_t& number, std::uint64_t largest) {
  constexpr unsigned kBits = 7;
  constexpr std::uint8_t kMore = 0x80;
  if (!reads_) {
    for (std::uint64_t rest = number; true; rest >>= kBits) {
      const auto low = static_cast<std::uint8_t>(rest & (kMore - 1));
      out_ += static_cast<char>(rest < kMore ? low : low | kMore);
      if (rest < kMore) return;
    }
  }
  number = 0;
  for (unsigned shift = 0; !left_.empty() && shift < 64; shift += kBits) {
    const auto byte = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    const std::uint64_t part = byte & (kMore - 1);
    if ((part << shift) >> shift != part) break;
    number |= part << shift;
    if ((byte & kMore) != 0) continue;
    if (number <= largest) return;
    break;
  }
  number = 0;
  fail();
}

void Archive::visit_bits(std::uint64_t& bits) {
  constexpr std::size_t kBytes = 8;
  if (!reads_) {
    for (std::size_t i = 0; i < kBytes; ++i) out_ += static_cast<char>(bits >> (8 * i) & 0xff);
    return;
  }
  bits = 0;
  if (left_.size() < kBytes) return fail();
  for (std::size_t i = 0; i < kBytes; ++i) bits |= std::uint64_t{static_cast<std::uint8_t>(left_[i])} << (8 * i);
  left_.remove_prefix(kBytes);
}

std::size_t Archive::visit_size(std::size_t size) {
  std::uint64_t number = size;
  visit_number(number, reads_ ? left_.size() : UINT64_MAX);
  if (reads_ && number > left_.size()) fail(), number = 0;
  return static_cast<std::size_t>(number);
}

void Archive::visit(std::string& text) {
  const std::size_t size = visit_size(text.size());
  if (!reads_) {
    out_ += text;
    return;
  }
  text = left_.substr(0, size);
  left_.remove_prefix(size);
}

void Archive::visit_list(eval::Value& value, eval::Arena& arena) {
  const std::size_t size = visit_size(reads_ ? 0 : value.list->size);
  if (!reads_) {
    for (std::size_t i = 0; i < size; ++i) {
      eval::Value item = value.list->items[i];
      visit(item, arena);
    }
    return;
  }
  auto* items = static_cast<eval::Value*>(arena.allocate(sizeof(eval::Value) * (size + 1)));
  for (std::size_t i = 0; i < size; ++i) {
    items[i] = eval::Value::missing();
    visit(items[i], arena);
    if (items[i].kind == eval::Kind::list) return fail();  // A list of lists is no value of any field.
  }
  auto* list = static_cast<eval::ListData*>(arena.allocate(sizeof(eval::ListData)));
  *list = {static_cast<std::uint32_t>(size), items};
  value.list = list;
}

void Archive::visit(eval::Value& value, eval::Arena& arena) {
  using eval::Kind;
  Kind kind = value.kind;
  visit_kind(kind, Kind::list);
  if (reads_) value = {}, value.kind = kind;
  switch (kind) {
    case Kind::missing: return;
    case Kind::bool_: return visit(value.boolean);
    case Kind::int_:
    case Kind::date:
    case Kind::time: return visit(value.integer);
    case Kind::number: {
      auto bits = std::bit_cast<std::uint64_t>(value.number);
      visit_bits(bits);
      value.number = std::bit_cast<double>(bits);
      return;
    }
    case Kind::datetime:
    case Kind::duration: visit(value.extra); return visit(value.integer);
    case Kind::string: {
      std::string text(reads_ ? std::string_view() : value.text());
      visit(text);
      if (reads_) value = eval::Value::of(arena.copy(text));
      return;
    }
    case Kind::list: return visit_list(value, arena);
    default: value = {}; return fail();
  }
}

}  // namespace nurture::engine
