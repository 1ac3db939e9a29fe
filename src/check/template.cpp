// Cutting texts at `{{ }}`. Entry points: split_template(), parse_part().
//
// A text in a file may be spelled with escapes, over several lines, or folded by YAML, so the place of a part in the
// file is only known when its bytes are found there unchanged; otherwise everything points at the whole text.
#include "check/template.hpp"

#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"

#include <utility>

namespace nurture::check {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// The `}}` that closes an expression beginning at `from`, or npos. Quotes are skipped with what they hold.
std::size_t find_close(std::string_view text, std::size_t from) {
  char quote = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\')
        ++i;
      else if (c == quote)
        quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '}' && text.substr(i, 2) == "}}") {
      return i;
    }
  }
  return std::string_view::npos;
}

/// Where the part's bytes stand in the file; nullopt when the file spells them otherwise.
std::optional<Span> place_of(const ast::Text& text, const TemplatePart& part, const source::SourceMap& sources) {
  if (text.span.file >= sources.size()) return std::nullopt;
  const std::string_view file = sources.at(text.span.file).text();
  if (text.span.begin > text.span.end || text.span.end > file.size()) return std::nullopt;
  const std::string_view bytes = file.substr(text.span.begin, text.span.end - text.span.begin);
  const std::size_t whole = bytes.find(text.value);
  std::size_t at = std::string_view::npos;
  if (whole != std::string_view::npos) {
    at = whole + part.begin;
  } else if (const std::size_t first = bytes.find(part.text);
             first != std::string_view::npos && bytes.find(part.text, first + 1) == std::string_view::npos) {
    at = first;
  }
  if (at == std::string_view::npos) return std::nullopt;
  const auto begin = text.span.begin + static_cast<std::uint32_t>(at);
  return Span{text.span.file, begin, begin + static_cast<std::uint32_t>(part.text.size())};
}

}  // namespace

Template split_template(std::string_view text) {
  Template out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("{{", at);
    const std::size_t words_end = open == std::string_view::npos ? text.size() : open;
    if (words_end > at) out.parts.push_back({false, std::string(text.substr(at, words_end - at)), at, words_end});
    if (open == std::string_view::npos) break;
    const std::size_t close = find_close(text, open + 2);
    if (close == std::string_view::npos) {
      out.unclosed = open;
      break;
    }
    const std::size_t begin = text.find_first_not_of(kBlanks, open + 2);
    if (begin >= close) {
      if (!out.empty) out.empty = open;
    } else {
      const std::size_t end = text.find_last_not_of(kBlanks, close - 1) + 1;
      out.parts.push_back({true, std::string(text.substr(begin, end - begin)), begin, end});
    }
    at = close + 2;
  }
  return out;
}

std::optional<ast::Expr> parse_part(const TemplatePart& part) {
  const source::Source own(0, "template", part.text);
  Diagnostics ignored;
  return syntax::parse_expression(own, 0, static_cast<std::uint32_t>(part.text.size()), ignored);
}

std::optional<ast::Expr> parse_part(const ast::Text& text, const TemplatePart& part, Diagnostics& diagnostics) {
  if (const auto place = place_of(text, part, std::as_const(diagnostics).sources())) {
    return syntax::parse_expression(std::as_const(diagnostics).sources().at(place->file), place->begin, place->end, diagnostics);
  }
  const source::Source own(text.span.file, "template", part.text);
  Diagnostics found;
  auto expression = syntax::parse_expression(own, 0, static_cast<std::uint32_t>(part.text.size()), found);
  for (Diagnostic diagnostic : found.items()) {
    diagnostic.span = text.span;
    diagnostic.labels.clear();
    diagnostic.fixes.clear();
    diagnostic.notes.push_back("in `" + part.text + '`');
    diagnostics.add(std::move(diagnostic));
  }
  if (expression) ast::for_each_node(*expression, [&](auto& node) { node.span = text.span; });
  return expression;
}

}  // namespace nurture::check
