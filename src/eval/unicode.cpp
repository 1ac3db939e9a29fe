// UTF-8 and letter case. Entry points as listed in unicode.hpp.
#include "eval/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace nurture::eval::unicode {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Capital letters from `first` to `last`, every `step`-th, whose small letters stand `distance` behind them.
struct Capitals {
  std::int32_t first, last, distance, step;
};
constexpr std::array<Capitals, 26> kCapitals{{
    {0x41, 0x5A, 32, 1},    {0xC0, 0xD6, 32, 1},   {0xD8, 0xDE, 32, 1},     {0x100, 0x12E, 1, 2},  {0x132, 0x136, 1, 2},
    {0x139, 0x147, 1, 2},   {0x14A, 0x176, 1, 2},  {0x178, 0x178, -121, 1}, {0x179, 0x17D, 1, 2},  {0x200, 0x21E, 1, 2},
    {0x222, 0x232, 1, 2},   {0x386, 0x386, 38, 1}, {0x388, 0x38A, 37, 1},   {0x38C, 0x38C, 64, 1}, {0x38E, 0x38F, 63, 1},
    {0x391, 0x3A1, 32, 1},  {0x3A3, 0x3AB, 32, 1}, {0x400, 0x40F, 80, 1},   {0x410, 0x42F, 32, 1}, {0x460, 0x480, 1, 2},
    {0x48A, 0x4BE, 1, 2},   {0x4C1, 0x4CD, 1, 2},  {0x4D0, 0x52E, 1, 2},    {0x531, 0x556, 48, 1}, {0x1E00, 0x1E94, 1, 2},
    {0x1EA0, 0x1EFE, 1, 2},
}};

bool is_among(const Capitals& row, std::int32_t c) { return c >= row.first && c <= row.last && (c - row.first) % row.step == 0; }

/// Bytes that follow a leading byte; 0 for a byte that cannot lead.
std::size_t continuation_count(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 1;
  if (lead >= 0xE0 && lead <= 0xEF) return 2;
  if (lead >= 0xF0 && lead <= 0xF4) return 3;
  return 0;
}

}  // namespace

char32_t decode(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const std::size_t count = continuation_count(lead);
  if (count == 0 || text.size() - at < count) return kReplacement;
  char32_t code_point = lead & (0x3Fu >> count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0u) != 0x80) return kReplacement;
    code_point = (code_point << 6) | (byte & 0x3Fu);
  }
  at += count;
  return code_point;
}

void append(std::string& text, char32_t c) {
  const auto byte = [&text](char32_t bits) { text.push_back(static_cast<char>(bits)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80; }));
}

char32_t lower_of(char32_t c) {
  for (const Capitals& row : kCapitals) {
    if (is_among(row, static_cast<std::int32_t>(c))) return static_cast<char32_t>(static_cast<std::int32_t>(c) + row.distance);
  }
  return c;
}

char32_t upper_of(char32_t c) {
  for (const Capitals& row : kCapitals) {
    const std::int32_t capital = static_cast<std::int32_t>(c) - row.distance;
    if (is_among(row, capital)) return static_cast<char32_t>(capital);
  }
  return c;
}

}  // namespace nurture::eval::unicode
