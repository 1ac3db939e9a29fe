// Slips that many authors make and that the place of a fault gives away. Entry point: find_slip().
#pragma once

#include "source/source.hpp"
#include "syntax/grammar/layout.hpp"
#include "syntax/grammar/words.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace nurture::syntax::grammar {

struct FaultPlace {
  const source::Source& source;
  const Layout& layout;
  std::uint32_t token;    ///< Index of the token at which the statement cannot be read further.
  BlockKind kind;         ///< Of the block around it.
  std::string_view what;  ///< What is expected; empty when no statement begins here.
};

/// A message with a help that fits the slip; nullopt when it is none that is known.
[[nodiscard]] std::optional<Diagnostic> find_slip(const FaultPlace& place);

/// The word of the language for one that other tools use (`journey`: `sequence`), empty when there is none.
[[nodiscard]] std::string_view synonym_of(std::string_view word);

}  // namespace nurture::syntax::grammar
