// Any bytes as a YAML definition: reading never crashes, and what was read without a fault is printed so that it reads
// back the same. A failed promise traps, which both libFuzzer and the replay of the corpus report.
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
  const auto& source = diagnostics.sources().add("fuzz.yaml", std::string(data, data + size));
  const auto file = syntax::parse_yaml(source, diagnostics);
  static_cast<void>(diagnostics.render());
  if (diagnostics.has_errors()) return 0;

  const auto text = syntax::print_yaml(file);
  const auto& printed = diagnostics.sources().add("printed.yaml", text);
  const auto again = syntax::parse_yaml(printed, diagnostics);
  const bool same =
      !diagnostics.has_errors() && ast::equal(file, again) && ast::same_comments(file, again) && syntax::print_yaml(again) == text;
  if (!same) std::abort();
  return 0;
}
