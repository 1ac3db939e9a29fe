// The long text of each code, as `nurture explain` prints it. Entry point: explanation().
//
// A text says in plain words why the finding matters, then shows one wrong and one right example, each under a line
// `wrong:` and `right:` and indented by two blanks. Examples are whole declarations, so that tests can read them. The
// texts stand in two files because of their length: this one finds them, explanations.inc holds them in order of code.
#include "source/codes.hpp"

#include <algorithm>
#include <array>

namespace nurture::source {

namespace {

struct Explanation {
  std::string_view number;
  std::string_view text;
};

constexpr std::array kExplanations{
#include "source/explanations.inc"
};

std::string_view without_line_breaks(std::string_view text) {
  while (!text.empty() && text.front() == '\n') text.remove_prefix(1);
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<std::string_view> explanation(std::string_view number_or_name) {
  const auto codes = all_codes();
  const auto code = std::find_if(codes.begin(), codes.end(),
                                 [&](const CodeInfo& entry) { return entry.number == number_or_name || entry.name == number_or_name; });
  if (code == codes.end()) return std::nullopt;
  const auto found =
      std::find_if(kExplanations.begin(), kExplanations.end(), [&](const Explanation& entry) { return entry.number == code->number; });
  if (found == kExplanations.end()) return std::nullopt;
  return without_line_breaks(found->text);
}

}  // namespace nurture::source
