// The table of diagnostic codes and the one way to make a Diagnostic. The codes stand in
// codes.def, the long texts of `nurture explain` in explanations.cpp. Entry point: report().
#pragma once

#include <nurture/diagnostics.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nurture::source {

enum class Code : std::uint16_t {
#define NURTURE_CODE(number, id, severity, summary) id,
#include "source/codes.def"
#undef NURTURE_CODE
};

struct CodeInfo {
  std::string_view number;   ///< "NUR0203"
  std::string_view name;     ///< "unguarded_optional"
  Severity severity;         ///< Default level.
  std::string_view summary;  ///< One sentence.
};

[[nodiscard]] const CodeInfo& info(Code code);
[[nodiscard]] std::span<const CodeInfo> all_codes();
/// The long text with a wrong and a right example, for a number ("NUR0203") or a name; nullopt when unknown.
[[nodiscard]] std::optional<std::string_view> explanation(std::string_view number_or_name);

/// A diagnostic of the code's default severity; the caller adds labels, notes, help and fixes and hands it to a list.
[[nodiscard]] Diagnostic report(Code code, Span span, std::string message);

/// The candidate nearest to `word` when it is near enough to be what the author meant (at most a third of its
/// letters differ, counted with transpositions), else an empty view. Ties go to the first.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace nurture::source
