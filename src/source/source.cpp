// Source texts and their line tables. Entry point: SourceMap::add.
//
// Lines end with a line feed, with or without a carriage return before it. A byte order mark belongs to no line, so the
// first letter after it is in column 1, as in every editor.
#include "source/source.hpp"

#include <algorithm>
#include <utility>

namespace nurture::source {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u; }

}  // namespace

Source::Source(std::uint32_t id, std::string name, std::string text) : id_(id), name_(std::move(name)), text_(std::move(text)) {
  lines_.push_back(text_.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0 ? 3 : 0);
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    lines_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

LineColumn Source::position(std::uint32_t offset) const {
  std::size_t end = std::min<std::size_t>(offset, text_.size());
  // An offset in the middle of a code point is that code point.
  while (end > 0 && end < text_.size() && is_continuation(text_[end])) --end;
  const std::uint32_t line = line_at(static_cast<std::uint32_t>(end));
  std::uint32_t column = 1;
  for (std::size_t i = lines_[line - 1]; i < end; ++i) column += is_continuation(text_[i]) ? 0 : 1;
  return {line, column};
}

std::uint32_t Source::line_at(std::uint32_t offset) const {
  return static_cast<std::uint32_t>(std::upper_bound(lines_.begin() + 1, lines_.end(), offset) - lines_.begin());
}

std::string_view Source::line(std::uint32_t number) const {
  if (number == 0 || number > lines_.size()) return {};
  const std::size_t begin = lines_[number - 1];
  std::size_t end = number < lines_.size() ? lines_[number] - 1 : text_.size();
  if (number < lines_.size() && end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

std::uint32_t Source::line_begin(std::uint32_t number) const {
  if (number == 0) return lines_.front();
  return number > lines_.size() ? static_cast<std::uint32_t>(text_.size()) : lines_[number - 1];
}

const Source& SourceMap::add(std::string name, std::string text) {
  const auto id = static_cast<std::uint32_t>(sources_.size());
  return *sources_.emplace_back(std::make_unique<Source>(id, std::move(name), std::move(text)));
}

}  // namespace nurture::source
