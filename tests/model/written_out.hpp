// A program in other words that mean the same: families written out, and declarations spread over files. Entry points:
// written_out(), spread_out().
//
// Both work on the text of a case as the generator lays it out: a declaration begins a line and ends with a `}` that does, and
// parameters of families have names (`p_...`) that stand for nothing else.
#pragma once

#include <map>
#include <string>

namespace reference {

/// Each `use F(...) as NAME` is the sequence that it makes, and families are no more.
[[nodiscard]] std::string written_out(const std::string& program);

/// The same declarations, in the same order, in files that use each other: by name; the first is "case.nurture".
[[nodiscard]] std::map<std::string, std::string> spread_out(const std::string& program);

}  // namespace reference
