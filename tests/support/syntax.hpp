// Short ways to read and print definitions in tests. Entry points: read_text(), formatted().
#pragma once

#include "support/catch.hpp"

#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <string>
#include <utility>

namespace nurture::test {

/// The tree of a text that must have no errors; the test fails with the diagnostics when it has.
inline ast::File read_text(std::string text) {
  Diagnostics diagnostics;
  const source::Source& source = diagnostics.sources().add("test.nurture", std::move(text));
  ast::File file = syntax::parse_text(source, diagnostics);
  INFO(source.text());
  INFO(diagnostics.render());
  REQUIRE_FALSE(diagnostics.has_errors());
  return file;
}

/// What the formatter makes of a text that must have no errors.
inline std::string formatted(std::string text) {
  Diagnostics diagnostics;
  const source::Source& source = diagnostics.sources().add("test.nurture", std::move(text));
  const auto result = syntax::format(source, diagnostics);
  INFO(source.text());
  INFO(syntax::print_text(syntax::parse_text(source, diagnostics)));
  INFO(diagnostics.render());
  REQUIRE(result.has_value());
  return *result;
}

}  // namespace nurture::test
