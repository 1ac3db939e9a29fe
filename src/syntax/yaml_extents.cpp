// Where scalars, quotes and block texts end in a YAML source. Entry point: Extents.
#include "syntax/yaml_extents.hpp"

#include <algorithm>
#include <optional>

namespace nurture::syntax::yaml {

namespace {

std::size_t spaces_of_first_line(std::string_view value) {
  const std::size_t first = value.find_first_not_of("\r\n \t");
  if (first == std::string_view::npos) return 0;
  const std::size_t line = value.find_last_of('\n', first);
  return line == std::string_view::npos ? first : first - line - 1;
}

}  // namespace

std::size_t Extents::line_end(std::size_t from) const { return std::min(text_.find('\n', from), text_.size()); }

std::size_t Extents::skip(std::size_t from, std::string_view marks) const {
  while (from < text_.size()) {
    const char c = text_[from];
    if (c == '#') {
      from = line_end(from);
    } else if (is_blank(c) || marks.find(c) != std::string_view::npos) {
      ++from;
    } else {
      break;
    }
  }
  return from;
}

std::size_t Extents::skip_properties(std::size_t from) const {
  while (at(from) == '!' || at(from) == '&') from = skip(token_end(from), "");
  return from;
}

std::size_t Extents::token_end(std::size_t from) const {
  while (from < text_.size() && !is_blank(text_[from]) && text_[from] != ',' && text_[from] != ']' && text_[from] != '}') ++from;
  return from;
}

std::size_t Extents::tab_in_indentation(std::size_t at) const {
  const std::size_t before = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
  const std::size_t line = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t first = std::min(text_.find_first_not_of(" \t", line), text_.size());
  const std::size_t tab = text_.substr(line, first - line).find('\t');
  return tab == std::string_view::npos ? tab : line + tab;
}

std::size_t Extents::closing_quote(std::size_t open) const {
  const char quote = text_[open];
  for (std::size_t i = open + 1; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      if (quote == '"' || at(i + 1) != quote) return i;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t Extents::plain_end(std::size_t from, std::string_view value) const {
  for (const char c : value) {
    if (is_blank(c)) continue;
    while (is_blank(at(from))) ++from;
    if (at(from) != c) break;
    ++from;
  }
  return from;
}

std::size_t Extents::block_end(std::size_t open, std::string_view value) const {
  std::size_t end = std::min(line_end(open) + 1, text_.size());
  std::optional<std::size_t> indent;
  for (std::size_t line = end; line < text_.size();) {
    const std::size_t stop = line_end(line);
    const std::size_t first = std::min(text_.find_first_not_of(" \t\r", line), stop);
    if (first < stop) {
      if (!indent) indent = first - line - std::min(first - line, spaces_of_first_line(value));
      if (value.find_first_not_of("\r\n \t") == std::string_view::npos || first - line < *indent) break;
      end = stop;
    }
    line = stop + 1;
  }
  return end;
}

Match match_of(std::string_view bytes, std::string_view value) {
  if (bytes == value) return Match::exact;
  std::size_t i = 0;
  for (const char c : value) {
    if (is_blank(c)) continue;
    while (i < bytes.size() && is_blank(bytes[i])) ++i;
    if (i == bytes.size() || bytes[i] != c) return Match::none;
    ++i;
  }
  while (i < bytes.size() && is_blank(bytes[i])) ++i;
  return i == bytes.size() ? Match::blanks : Match::none;
}

}  // namespace nurture::syntax::yaml
