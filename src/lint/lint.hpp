// Lints: what is allowed and probably not meant, found on a checked model. Entry points: run(), silence().
//
// A lint is a function in a file of its own that looks at the model and reports (lints.hpp has the list). Its name is that of
// its code, by which an author switches it off: for a whole check, or in the comment of one statement.
#pragma once

#include "check/model.hpp"
#include "source/codes.hpp"

#include <nurture/diagnostics.hpp>

#include <map>
#include <string>
#include <string_view>

namespace nurture::lint {

/// What becomes of the findings of one name.
enum class Level : std::uint8_t { allow, warn, deny };
/// For names that do not keep the level of the table of codes.
using Levels = std::map<std::string_view, Level>;

/// The code of a lint by its name or number; nullptr when it is none. Codes that are errors are no lints.
[[nodiscard]] const source::CodeInfo* find(std::string_view name_or_number);
/// What to say of a name that is none, and the lint that may have been meant; empty when none is near.
[[nodiscard]] std::string what_is(std::string_view name);
[[nodiscard]] std::string_view nearest(std::string_view name);

/// Adds to what check() found what the lints find, unless there are errors: lints build on a sound model. Findings that comments
/// of the files allow are taken out; the others have the level that `levels` gives them. The result is sorted. No other list may
/// share the sources of this one.
void run(const model::Model& model, Diagnostics& diagnostics, const Levels& levels = {});

/// Takes out of what check() found what comments of the files allow. Likewise sorted, and likewise alone with its sources.
void silence(const model::Model& model, Diagnostics& diagnostics);

}  // namespace nurture::lint
