// STAGE 1 for texts: size and encoding first, then the grammar. Entry points: see parse.hpp. parse_yaml() is in
// yaml_reader.cpp, attach_comments() in comments.cpp.
#include "syntax/parse.hpp"

#include "source/codes.hpp"
#include "syntax/grammar/grammar.hpp"
#include "syntax/input_check.hpp"

#include <algorithm>

namespace nurture::syntax {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Reports the first bytes of a part that are not UTF-8. Files are checked as a whole; a part may come from elsewhere.
bool is_utf8(grammar::State& state) {
  for (grammar::Cursor at = state.begin(); at < state.end();) {
    const std::size_t length = grammar::utf8_length(at, state.end());
    if (length == 0) {
      state.report(source::report(source::Code::bad_encoding, state.span(at, at + 1), "this is not valid UTF-8"));
      return false;
    }
    at += length;
  }
  return true;
}

/// A comment as attach_comments() wants it: `#` in front, nothing blank behind.
ast::RawComment raw_comment(const source::Source& source, grammar::Layout::Range range) {
  std::string text(source.text().substr(range.begin, range.end - range.begin));
  const std::size_t last = text.find_last_not_of(" \t\r\v\f");
  text.erase(last == std::string::npos ? 0 : last + 1);
  if (text.starts_with("//")) text.replace(0, 2, "#");
  return {{source.id(), range.begin, range.end}, std::move(text)};
}

/// The range of a part of a source, inside of it whatever the caller says.
grammar::State part(const source::Source& source, std::uint32_t begin, std::uint32_t end, Profile profile, Diagnostics& diagnostics) {
  const auto size = static_cast<std::uint32_t>(source.text().size());
  return {source, std::min(begin, size), std::clamp(end, std::min(begin, size), size), profile, diagnostics};
}

}  // namespace

Spelling spelling_of(std::string_view file_name) {
  return file_name.ends_with(".yaml") || file_name.ends_with(".yml") ? Spelling::yaml : Spelling::text;
}

ast::File parse(const source::Source& source, Diagnostics& diagnostics) {
  return spelling_of(source.name()) == Spelling::yaml ? parse_yaml(source, diagnostics) : parse_text(source, diagnostics);
}

ast::File parse_text(const source::Source& source, Diagnostics& diagnostics) {
  const Span whole{source.id(), 0, static_cast<std::uint32_t>(source.text().size())};
  ast::File file;
  file.span = whole;
  file.unread = {whole};
  if (!check_input(source, diagnostics)) return file;
  const std::uint32_t begin = source.text().starts_with(kByteOrderMark) ? static_cast<std::uint32_t>(kByteOrderMark.size()) : 0;
  grammar::State state(source, begin, whole.end, Profile::nurture, diagnostics);
  file = grammar::read_file(state);
  file.span = whole;
  file.unread = state.unread();
  for (const grammar::Layout::Range& comment : state.layout().comments()) file.raw_comments.push_back(raw_comment(source, comment));
  attach_comments(file, source);
  return file;
}

std::optional<ast::Expr> parse_expression(const source::Source& source, std::uint32_t begin, std::uint32_t end, Diagnostics& diagnostics,
                                          Profile profile) {
  grammar::State state = part(source, begin, end, profile, diagnostics);
  return is_utf8(state) ? grammar::read_whole_expression(state) : std::nullopt;
}

std::optional<ast::Pattern> parse_pattern(const source::Source& source, std::uint32_t begin, std::uint32_t end, Diagnostics& diagnostics) {
  grammar::State state = part(source, begin, end, Profile::nurture, diagnostics);
  return is_utf8(state) ? grammar::read_whole_pattern(state) : std::nullopt;
}

std::optional<ast::Outcome> parse_outcome(const source::Source& source, std::uint32_t begin, std::uint32_t end, Diagnostics& diagnostics) {
  grammar::State state = part(source, begin, end, Profile::nurture, diagnostics);
  return is_utf8(state) ? grammar::read_whole_outcome(state) : std::nullopt;
}

}  // namespace nurture::syntax
