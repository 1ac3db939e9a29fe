// Columns of characters. Entry point: lay_out(). The tables hold the ranges of Unicode that matter in practice; a
// character missing from them is taken as one column wide.
#include "source/display.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace nurture::source {

namespace {

constexpr std::uint32_t kTabColumns = 4;

struct Range {
  char32_t first;
  char32_t last;
};

// clang-format off
constexpr std::array kWide{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2329, 0x232A},   Range{0x23E9, 0x23EC},   Range{0x23F0, 0x23F0},
    Range{0x23F3, 0x23F3},   Range{0x25FD, 0x25FE},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x267F, 0x267F},
    Range{0x2693, 0x2693},   Range{0x26A1, 0x26A1},   Range{0x26AA, 0x26AB},   Range{0x26BD, 0x26BE},   Range{0x26C4, 0x26C5},
    Range{0x26CE, 0x26CE},   Range{0x26D4, 0x26D4},   Range{0x26EA, 0x26EA},   Range{0x26F2, 0x26F3},   Range{0x26F5, 0x26F5},
    Range{0x26FA, 0x26FA},   Range{0x26FD, 0x26FD},   Range{0x2705, 0x2705},   Range{0x270A, 0x270B},   Range{0x2728, 0x2728},
    Range{0x274C, 0x274C},   Range{0x274E, 0x274E},   Range{0x2753, 0x2755},   Range{0x2757, 0x2757},   Range{0x2795, 0x2797},
    Range{0x27B0, 0x27B0},   Range{0x27BF, 0x27BF},   Range{0x2B1B, 0x2B1C},   Range{0x2B50, 0x2B50},   Range{0x2B55, 0x2B55},
    Range{0x2E80, 0x303E},   Range{0x3041, 0x4DBF},   Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},
    Range{0xF900, 0xFAFF},   Range{0xFE10, 0xFE19},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x1F004, 0x1F004}, Range{0x1F0CF, 0x1F0CF}, Range{0x1F18E, 0x1F18E}, Range{0x1F191, 0x1F19A}, Range{0x1F200, 0x1F320},
    Range{0x1F32D, 0x1F335}, Range{0x1F337, 0x1F37C}, Range{0x1F37E, 0x1F393}, Range{0x1F3A0, 0x1F3CA}, Range{0x1F3CF, 0x1F3D3},
    Range{0x1F3E0, 0x1F3F0}, Range{0x1F3F4, 0x1F3F4}, Range{0x1F3F8, 0x1F43E}, Range{0x1F440, 0x1F440}, Range{0x1F442, 0x1F4FC},
    Range{0x1F4FF, 0x1F53D}, Range{0x1F54B, 0x1F567}, Range{0x1F57A, 0x1F57A}, Range{0x1F595, 0x1F596}, Range{0x1F5A4, 0x1F5A4},
    Range{0x1F5FB, 0x1F64F}, Range{0x1F680, 0x1F6C5}, Range{0x1F6CC, 0x1F6CC}, Range{0x1F6D0, 0x1F6DF}, Range{0x1F6EB, 0x1F6EC},
    Range{0x1F6F4, 0x1F6FC}, Range{0x1F7E0, 0x1F7EB}, Range{0x1F90C, 0x1F9FF}, Range{0x1FA70, 0x1FAFF}, Range{0x20000, 0x3FFFD},
};

constexpr std::array kZeroWidth{
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x0610, 0x061A}, Range{0x064B, 0x065F},
    Range{0x0670, 0x0670}, Range{0x06D6, 0x06DC}, Range{0x0900, 0x0902}, Range{0x093C, 0x093C}, Range{0x0941, 0x0948},
    Range{0x094D, 0x094D}, Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E}, Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF}, Range{0x200C, 0x200D}, Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F},
    Range{0xE0100, 0xE01EF},
};

/// Characters that must be written out: controls, line separators, invisible ones, and those that reorder text.
constexpr std::array kEscaped{
    Range{0x0000, 0x001F}, Range{0x007F, 0x009F}, Range{0x00AD, 0x00AD}, Range{0x061C, 0x061C}, Range{0x200B, 0x200B},
    Range{0x200E, 0x200F}, Range{0x2028, 0x202E}, Range{0x2060, 0x206F}, Range{0xFEFF, 0xFEFF}, Range{0xFFF9, 0xFFFB},
    Range{0xE0000, 0xE007F},
};
// clang-format on

/// What the search in is_in() relies on.
template <std::size_t Size>
constexpr bool is_ordered(const std::array<Range, Size>& ranges) {
  for (std::size_t i = 0; i < Size; ++i) {
    if (ranges[i].first > ranges[i].last || (i > 0 && ranges[i - 1].last >= ranges[i].first)) return false;
  }
  return true;
}
static_assert(is_ordered(kWide) && is_ordered(kZeroWidth) && is_ordered(kEscaped));

template <std::size_t Size>
bool is_in(const std::array<Range, Size>& ranges, char32_t c) {
  const auto found =
      std::lower_bound(ranges.begin(), ranges.end(), c, [](const Range& range, char32_t value) { return range.last < value; });
  return found != ranges.end() && found->first <= c;
}

struct Decoded {
  char32_t character;
  std::size_t bytes;
  bool valid;
};

/// The character at the front of a text that is not empty. A byte that begins none is taken alone.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  const Decoded invalid{lead, 1, false};
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return invalid;
  std::uint32_t value = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0u) != 0x80) return invalid;
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[bytes] || value > 0x10FFFF || surrogate) return invalid;
  return {value, bytes, true};
}

std::uint32_t columns_of(char32_t c) {
  if (c < 0x300) return 1;
  if (is_in(kZeroWidth, c)) return 0;
  return is_in(kWide, c) ? 2 : 1;
}

}  // namespace

Layout lay_out(std::string_view text) {
  Layout result;
  std::uint32_t column = 0;
  for (std::size_t i = 0; i < text.size();) {
    result.cells.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(result.text.size()), column});
    const Decoded next = decode(text.substr(i));
    const std::size_t shown_before = result.text.size();
    if (next.character == '\t') {
      result.text.append(kTabColumns - column % kTabColumns, ' ');
    } else if (!next.valid) {
      fmt::format_to(std::back_inserter(result.text), "<{:02X}>", static_cast<std::uint32_t>(next.character));
    } else if (is_in(kEscaped, next.character)) {
      fmt::format_to(std::back_inserter(result.text), "<U+{:04X}>", static_cast<std::uint32_t>(next.character));
    } else {
      result.text.append(text.substr(i, next.bytes));
      column += columns_of(next.character);
      i += next.bytes;
      continue;
    }
    column += static_cast<std::uint32_t>(result.text.size() - shown_before);
    i += next.bytes;
  }
  result.cells.push_back({static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(result.text.size()), column});
  return result;
}

std::uint32_t Layout::column_of(std::size_t offset) const {
  const auto next =
      std::upper_bound(cells.begin() + 1, cells.end(), offset, [](std::size_t value, const Cell& cell) { return value < cell.source; });
  return std::prev(next)->column;
}

std::string shown(std::string_view text) { return lay_out(text).text; }

std::uint32_t width_of(std::string_view text) {
  std::uint32_t width = 0;
  while (!text.empty()) {
    const Decoded next = decode(text);
    width += columns_of(next.character);
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::size_t character_begin(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return text.size();
  std::size_t begin = offset;
  while (begin > 0 && offset - begin < 3 && (static_cast<unsigned char>(text[begin]) & 0xC0u) == 0x80u) --begin;
  return begin;
}

}  // namespace nurture::source
