// Any bytes as a text definition: reading never crashes, every diagnostic lies inside the text, and what was read without
// a fault is printed so that it reads back the same. A failed promise traps, which both libFuzzer and the replay of the
// corpus report.
#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nurture;
  Diagnostics diagnostics;
  const auto& source = diagnostics.sources().add("fuzz.nurture", std::string(data, data + size));
  const auto file = syntax::parse_text(source, diagnostics);
  static_cast<void>(diagnostics.render());
  for (const Diagnostic& diagnostic : diagnostics.items()) {
    if (diagnostic.span.begin > diagnostic.span.end || diagnostic.span.end > size) std::abort();
  }
  if (diagnostics.has_errors()) return 0;

  const auto text = syntax::print_text(file);
  const auto& printed = diagnostics.sources().add("printed.nurture", text);
  const auto again = syntax::parse_text(printed, diagnostics);
  const bool same =
      !diagnostics.has_errors() && ast::equal(file, again) && ast::same_comments(file, again) && syntax::print_text(again) == text;
  if (!same) std::abort();
  return 0;
}
