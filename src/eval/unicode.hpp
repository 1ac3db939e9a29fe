// Code points of UTF-8 and their case, private to src/eval. Entry points: decode(), lower_of(), upper_of().
//
// Case follows the simple one-to-one mappings of the scripts in which European customers write (Latin, Greek, Cyrillic,
// Armenian); other letters stay as they are. No locale is asked, so that every machine answers the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nurture::eval::unicode {

/// The code point at `at`, which moves behind it; U+FFFD for a byte that is no part of UTF-8. `at` must be inside.
[[nodiscard]] char32_t decode(std::string_view text, std::size_t& at);
void append(std::string& text, char32_t code_point);
/// Number of code points.
[[nodiscard]] std::size_t length(std::string_view text);

[[nodiscard]] char32_t lower_of(char32_t c);
[[nodiscard]] char32_t upper_of(char32_t c);

}  // namespace nurture::eval::unicode
