// Formatting and converting with a safety net. Entry points: format(), convert().
//
// What is printed is read again before anybody sees it: the tree must be equal, the comments must be the same in the
// same places, and the text must hold the same tokens except for what the formatter is meant to change. A printer or a
// parser with a fault then costs a report instead of an author's file.
#include "source/codes.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/grammar/layout.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::syntax {

namespace {

std::string print(const ast::File& file, Spelling spelling) { return spelling == Spelling::text ? print_text(file) : print_yaml(file); }

ast::File read(const source::Source& source, Spelling spelling, Diagnostics& diagnostics) {
  return spelling == Spelling::text ? parse_text(source, diagnostics) : parse_yaml(source, diagnostics);
}

/// One token as it counts for the comparison; empty when it does not count. The formatter may put or drop parentheses,
/// braces, commas and plus signs, writes `and or not` for `&& || !`, changes quotes and drops leading zeros.
std::string counted(const grammar::Token& token, std::string_view text) {
  if (token.kind == grammar::Token::Kind::string) return "\"";  // the trees hold what is in it
  if (token.kind == grammar::Token::Kind::number) {
    const auto digits = std::min(text.find_first_not_of('0'), text.size() - 1);
    return std::string(text[digits] >= '0' && text[digits] <= '9' ? text.substr(digits) : text);
  }
  if (text == "&&") return "and";
  if (text == "||") return "or";
  if (text == "!") return "not";
  constexpr std::string_view kLayout = "(){},+";
  return text.size() == 1 && kLayout.find(text.front()) != std::string_view::npos ? std::string() : std::string(text);
}

/// How many tokens at `index` are written otherwise by the formatter, or not at all.
std::size_t normalised(const grammar::Layout& layout, std::size_t index) {
  const auto word = [&](std::size_t i) { return i < layout.tokens().size() ? layout.text(layout.tokens()[i]) : std::string_view(); };
  if (word(index) == "has" && word(index + 1) == "(") return 1;  // `has(a.b)` is written `a.b is known`
  if (word(index) == "is" && word(index + 1) == "known") return 2;
  if (word(index) == ".." && index > 0 && word(index - 1) == word(index + 1)) return 2;  // `mon..mon` is written `mon`
  const bool zero = !word(index + 1).empty() && word(index + 1).find_first_not_of('0') == std::string_view::npos;
  return word(index) == "-" && zero ? 1 : 0;  // `day -0` is written `day 0`
}

/// The tokens of a text that count, sorted: the trees say in which order they stand.
std::vector<std::string> counted_tokens(std::string_view text) {
  const grammar::Layout layout(text, 0, static_cast<std::uint32_t>(text.size()), Profile::nurture);
  const auto& tokens = layout.tokens();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < tokens.size();) {
    const std::size_t passed_over = normalised(layout, i);
    if (passed_over == 0) {
      if (auto token = counted(tokens[i], layout.text(tokens[i])); !token.empty()) out.push_back(std::move(token));
    }
    i += std::max<std::size_t>(passed_over, 1);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Diagnostic refusal(const source::Source& source, std::string_view what) {
  Diagnostic refused = source::report(source::Code::format_refused, {source.id(), 0, 0}, fmt::format("this file was left alone: {}", what));
  refused.notes.emplace_back("this is a fault of nurture, not of the file");
  refused.help = "report it, with the file, so that it can be mended";
  return refused;
}

/// A tree in a spelling, read back.
struct Printed {
  std::string text;
  ast::File again;
  bool reads = false;
};

Printed print_and_read(const ast::File& file, const source::Source& source, Spelling spelling) {
  Printed printed{print(file, spelling), {}, false};
  Diagnostics scratch;
  printed.again = read(source::Source(source.id(), source.name(), printed.text), spelling, scratch);
  printed.reads = !scratch.has_errors();
  return printed;
}

/// A tree as it comes back from YAML: each spelling has an order and blank lines of its own, and what has passed through
/// both converts the same ever after.
ast::File settled(const ast::File& file, const source::Source& source) {
  return print_and_read(print_and_read(file, source, Spelling::yaml).again, source, Spelling::text).again;
}

/// Reads a source; nullopt when it has errors, which are in `diagnostics` then.
std::optional<ast::File> read_checked(const source::Source& source, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  ast::File file = read(source, spelling_of(source.name()), diagnostics);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return file;
}

std::vector<std::string> sorted_comments(const ast::File& file) {
  auto comments = ast::all_comments(file);
  std::sort(comments.begin(), comments.end());
  return comments;
}

}  // namespace

std::optional<std::string> format(const source::Source& source, Diagnostics& diagnostics) {
  const auto file = read_checked(source, diagnostics);
  if (!file) return std::nullopt;
  const Spelling spelling = spelling_of(source.name());
  Printed printed = print_and_read(*file, source, spelling);
  std::string_view doubt;
  if (!printed.reads) {
    doubt = "its new form would not be a definition";
  } else if (!ast::equal(*file, printed.again)) {
    doubt = "its new form would mean something else";
  } else if (!ast::same_comments(*file, printed.again)) {
    doubt = "its new form would lose or move a comment";
  } else if (spelling == Spelling::text && counted_tokens(source.text()) != counted_tokens(printed.text)) {
    doubt = "its new form would not hold the same words";
  }
  if (doubt.empty()) return std::move(printed.text);
  diagnostics.add(refusal(source, doubt));
  return std::nullopt;
}

std::optional<std::string> convert(const source::Source& source, Spelling to, Diagnostics& diagnostics) {
  if (to == spelling_of(source.name())) return format(source, diagnostics);
  const auto file = read_checked(source, diagnostics);
  if (!file) return std::nullopt;
  Printed printed = print_and_read(to == Spelling::yaml ? settled(*file, source) : *file, source, to);
  std::string_view doubt;
  if (!printed.reads) {
    doubt = "in the other spelling it would not be a definition";
  } else if (!ast::equal(*file, printed.again)) {
    doubt = "in the other spelling it would mean something else";
  } else if (sorted_comments(*file) != sorted_comments(printed.again)) {
    doubt = "in the other spelling it would lose a comment";
  }
  if (!doubt.empty()) {
    diagnostics.add(refusal(source, doubt));
    return std::nullopt;
  }
  // The spellings do not have the same places for comments: some have to move to the statement around them.
  if (!ast::same_comments(*file, printed.again)) {
    diagnostics.add(
        source::report(source::Code::comment_moved, {source.id(), 0, 0}, "a comment moved to the statement nearest to its place"));
  }
  return std::move(printed.text);
}

}  // namespace nurture::syntax
