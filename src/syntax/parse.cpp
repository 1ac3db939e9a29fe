// STAGE 1 for texts: limits and encoding first, then the grammar. Entry points: see parse.hpp. parse_yaml() is in
// yaml_reader.cpp, attach_comments() in comments.cpp.
#include "syntax/parse.hpp"

#include "source/codes.hpp"
#include "syntax/grammar/grammar.hpp"

#include <nurture/limits.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace nurture::syntax {

namespace {

using source::Code;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Bad bytes that are told one by one; a file in another encoding has thousands.
constexpr std::size_t kBadBytesToldMax = 3;

bool too_large(const source::Source& source, Diagnostics& diagnostics) {
  if (source.text().size() <= limits::kFileBytes) return false;
  Diagnostic diagnostic = source::report(Code::file_too_large, {source.id(), 0, 0},
                                         fmt::format("the file has {} bytes; the limit is {}", source.text().size(), limits::kFileBytes));
  diagnostic.help = "split it, and name the parts with `use`";
  diagnostics.add(std::move(diagnostic));
  return true;
}

/// Reports bytes that no text may hold. Nothing else is read then: what such bytes were meant to be is unknown.
bool has_bad_bytes(grammar::State& state) {
  const auto& bad = state.layout().bad_bytes();
  for (std::size_t i = 0; i < std::min(bad.size(), kBadBytesToldMax); ++i) {
    const Span span{state.source().id(), bad[i].begin, bad[i].end};
    const auto byte = static_cast<unsigned char>(state.text()[bad[i].begin]);
    Diagnostic diagnostic = source::report(Code::bad_encoding, span,
                                           byte < 0x80 ? fmt::format("a control character (U+{:04X}) stands here", byte)
                                                       : fmt::format("the byte 0x{:02X} is not UTF-8", byte));
    diagnostic.help = byte < 0x80 ? "delete it" : "save the file as UTF-8";
    const std::size_t more = bad.size() - kBadBytesToldMax;
    if (i + 1 == kBadBytesToldMax && more > 0) diagnostic.notes.push_back(fmt::format("{} more such places follow", more));
    state.report(std::move(diagnostic));
  }
  return !bad.empty();
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
  if (too_large(source, diagnostics)) return file;
  const std::uint32_t begin = source.text().starts_with(kByteOrderMark) ? static_cast<std::uint32_t>(kByteOrderMark.size()) : 0;
  grammar::State state(source, begin, whole.end, Profile::nurture, diagnostics);
  if (has_bad_bytes(state)) return file;
  file = grammar::read_file(state);
  file.span = whole;
  for (const grammar::Layout::Range& comment : state.layout().comments()) file.raw_comments.push_back(raw_comment(source, comment));
  attach_comments(file, source);
  return file;
}

std::optional<ast::Expr> parse_expression(const source::Source& source, std::uint32_t begin, std::uint32_t end, Diagnostics& diagnostics,
                                          Profile profile) {
  grammar::State state = part(source, begin, end, profile, diagnostics);
  return has_bad_bytes(state) ? std::nullopt : grammar::read_whole_expression(state);
}

std::optional<ast::Pattern> parse_pattern(const source::Source& source, std::uint32_t begin, std::uint32_t end, Diagnostics& diagnostics) {
  grammar::State state = part(source, begin, end, Profile::nurture, diagnostics);
  return has_bad_bytes(state) ? std::nullopt : grammar::read_whole_pattern(state);
}

std::optional<ast::Outcome> parse_outcome(const source::Source& source, std::uint32_t begin, std::uint32_t end, Diagnostics& diagnostics) {
  grammar::State state = part(source, begin, end, Profile::nurture, diagnostics);
  return has_bad_bytes(state) ? std::nullopt : grammar::read_whole_outcome(state);
}

}  // namespace nurture::syntax
