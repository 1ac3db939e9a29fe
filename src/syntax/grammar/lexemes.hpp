// The smallest parts of a text: where a name, a number, a duration or a quoted text ends. Plain functions over bytes,
// without Boost and without diagnostics; the same ones serve the parser, the token scan and the error messages, so that
// these can never disagree. Each match_*() answers the end of the match, or nullptr. They are the UPPER rules of
// dsl/grammar.peg, where a regular expression states each exactly.
#pragma once

#include "syntax/parse.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nurture::syntax::grammar {

using Cursor = const char*;

/// ASCII only: names are ASCII, and the C locale must not have a say.
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
[[nodiscard]] constexpr bool is_word(char c) { return is_digit(c) || is_letter(c); }
[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The first byte behind white space and comments. `#` opens a comment in definitions only, `//` in CEL too.
[[nodiscard]] Cursor skip_blanks(Cursor at, Cursor end, Profile profile);
/// The end of a comment that begins at `at`, or nullptr.
[[nodiscard]] Cursor match_comment(Cursor at, Cursor end, Profile profile);

[[nodiscard]] Cursor match_int(Cursor at, Cursor end);
[[nodiscard]] Cursor match_signed(Cursor at, Cursor end);
[[nodiscard]] Cursor match_points(Cursor at, Cursor end);
[[nodiscard]] Cursor match_percent(Cursor at, Cursor end);
[[nodiscard]] Cursor match_factor(Cursor at, Cursor end);
[[nodiscard]] Cursor match_number(Cursor at, Cursor end);
[[nodiscard]] Cursor match_duration(Cursor at, Cursor end);
[[nodiscard]] Cursor match_signed_duration(Cursor at, Cursor end);
[[nodiscard]] Cursor match_date_time(Cursor at, Cursor end);
[[nodiscard]] Cursor match_time(Cursor at, Cursor end);
/// Any word, reserved or not.
[[nodiscard]] Cursor match_word(Cursor at, Cursor end);
/// A word that is not reserved in the profile.
[[nodiscard]] Cursor match_name(Cursor at, Cursor end, Profile profile = Profile::nurture);
/// `a.b.c`, of which the first word is not reserved.
[[nodiscard]] Cursor match_dotted_name(Cursor at, Cursor end);
/// A quoted text with its prefix and quotes.
[[nodiscard]] Cursor match_string(Cursor at, Cursor end, Profile profile = Profile::nurture);

[[nodiscard]] bool is_reserved(std::string_view word, Profile profile = Profile::nurture);

/// A duration in a form that people write and the language does not take: `14 days`, `2hours`, `30m`.
struct LooseDuration {
  Cursor end = nullptr;
  std::string exact;          ///< "14d"; for `30m`, "30min".
  bool bare_minutes = false;  ///< Has an `m`, which may mean minutes or months.
  std::string months;         ///< For `30m`, "30mo".
  bool glued = false;         ///< Written as one word.
};
/// nullopt when it is no duration at all, or a proper one. A sign in front is taken when `with_sign`.
[[nodiscard]] std::optional<LooseDuration> match_loose_duration(Cursor at, Cursor end, bool with_sign);

/// What a quoted text means, and where it cannot be understood.
struct Decoded {
  std::string text;
  Cursor bad_begin = nullptr;  ///< The first escape that is not one, else nullptr.
  Cursor bad_end = nullptr;
};
/// `begin` and `end` enclose a text that match_string() found.
[[nodiscard]] Decoded decode_string(Cursor begin, Cursor end);
/// The same for a text that is no expression: in three quotes and begun on a line of its own, it is without that line
/// break, without the one in front of the closing quotes, and without the margin that its lines share.
[[nodiscard]] Decoded decode_text(Cursor begin, Cursor end);

/// Months, days and seconds of a proper duration, with its sign; nullopt when one of them is too large.
struct DurationParts {
  std::int64_t months = 0, days = 0, seconds = 0;
};
[[nodiscard]] std::optional<DurationParts> duration_parts(std::string_view text);

/// A date and, if present, its time and offset, all digits in their places, exist in the calendar and on the clock.
[[nodiscard]] bool is_real_date_time(std::string_view text);

}  // namespace nurture::syntax::grammar
