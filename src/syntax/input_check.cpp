// Size and encoding of a definition file. Entry point: check_input().
// Parsers below count bytes and trust that they form characters; control characters are refused because third-party
// readers drop some of them silently and no author means to write one. A line break is LF or CR LF.
#include "syntax/input_check.hpp"

#include "source/codes.hpp"

#include <nurture/limits.hpp>

#include <fmt/format.h>

namespace nurture::syntax {

namespace {

using source::Code;

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// Bytes of the well-formed character at `at`; 0 when there is none.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  const unsigned lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + bytes > text.size()) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, beyond the last code point.
  const unsigned second = byte_at(text, at + 1);
  const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
                   (lead == 0xF4 && second > 0x8F);
  return bad ? 0 : bytes;
}

bool is_control(std::string_view text, std::size_t at) {
  const unsigned c = byte_at(text, at);
  if (c == '\r') return at + 1 == text.size() || text[at + 1] != '\n';
  if (c == 0xC2) return byte_at(text, at + 1) < 0xA0;
  return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
}

void report_control(std::string_view text, Span span, Diagnostics& diagnostics) {
  const unsigned code = byte_at(text, span.begin) == 0xC2 ? byte_at(text, span.begin + 1) : byte_at(text, span.begin);
  auto fault = source::report(Code::bad_encoding, span, fmt::format("the control character U+{:04X} must not stand in a definition", code));
  fault.help = "delete it";
  fault.fixes.push_back({span, ""});
  diagnostics.add(std::move(fault));
}

}  // namespace

bool check_input(const source::Source& source, Diagnostics& diagnostics) {
  const std::string_view text = source.text();
  if (text.size() > limits::kFileBytes) {
    diagnostics.add(source::report(Code::file_too_large, {source.id(), 0, 0},
                                   fmt::format("this file has {} bytes; the limit is {}", text.size(), limits::kFileBytes)));
    return false;
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    diagnostics.add(source::report(Code::bad_encoding, {source.id(), 0, 2}, "this file is UTF-16; save it as UTF-8"));
    return false;
  }
  bool good = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text, at);
    const auto begin = static_cast<std::uint32_t>(at);
    if (bytes == 0) {
      // One bad byte is rarely alone, and nothing behind it can be trusted.
      diagnostics.add(
          source::report(Code::bad_encoding, {source.id(), begin, begin + 1}, "this is not valid UTF-8; save the file as UTF-8"));
      return false;
    }
    if (is_control(text, at)) {
      report_control(text, {source.id(), begin, begin + static_cast<std::uint32_t>(bytes)}, diagnostics);
      good = false;
    }
    at += bytes;
  }
  return good;
}

}  // namespace nurture::syntax
