// Making the changes that findings offer. Entry point: apply_fixes().
#pragma once

#include <nurture/diagnostics.hpp>

#include <cstddef>
#include <optional>

namespace nurture::cli {

/// Writes the files as the fixes of the findings leave them, each through a temporary file beside it, and prints how many were
/// made in which. A finding whose changes touch those of one before it is left for another round. Answers how many were made;
/// nullopt, after a message, when a file cannot be written.
[[nodiscard]] std::optional<std::size_t> apply_fixes(const Diagnostics& diagnostics);

}  // namespace nurture::cli
