// The codes of lints, which stand in lints.def. Entry point: report().
#pragma once

#include "source/codes.hpp"

namespace nurture::source {

enum class LintCode : std::uint16_t {
#define NURTURE_LINT(number, id, severity, summary) id,
#include "source/lints.def"
#undef NURTURE_LINT
};

[[nodiscard]] const CodeInfo& info(LintCode code);
/// As report() of codes.hpp.
[[nodiscard]] Diagnostic report(LintCode code, Span span, std::string message);

}  // namespace nurture::source
