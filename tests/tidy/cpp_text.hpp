// Just enough of C++ to judge a source without a compiler. Entry points: scrub(), includes(), functions().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// What scrub() keeps beside the code itself.
enum class Keep { code, code_and_strings, code_and_comments };

/// The text with everything else turned into blanks. Line breaks stay, so offsets and lines are those of the original.
/// Preprocessor lines are code.
[[nodiscard]] std::string scrub(std::string_view text, Keep keep);

struct Include {
  std::size_t line;
  std::string_view name;
  bool angled;
};
[[nodiscard]] std::vector<Include> includes(std::string_view text);

struct Function {
  std::size_t line;   ///< Of its opening brace.
  std::size_t lines;  ///< From the opening to the closing brace, both counted.
};
/// The bodies of functions in namespaces and types. A lambda counts to the function around it.
[[nodiscard]] std::vector<Function> functions(std::string_view text);

}  // namespace tidy
