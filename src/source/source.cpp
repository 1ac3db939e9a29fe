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

Source::Source(std::uint32_t id, std::string name, std::string text, std::uint32_t first_line)
    : id_(id), name_(std::move(name)), text_(std::move(text)), first_line_(first_line) {
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
  for (std::size_t i = line_begin(line); i < end; ++i) column += is_continuation(text_[i]) ? 0 : 1;
  return {line, column};
}

std::uint32_t Source::line_at(std::uint32_t offset) const {
  return static_cast<std::uint32_t>(std::upper_bound(lines_.begin() + 1, lines_.end(), offset) - lines_.begin()) + first_line_ - 1;
}

std::string_view Source::line(std::uint32_t number) const {
  if (number < first_line_ || number > line_count()) return {};
  const std::size_t index = number - first_line_;
  const std::size_t begin = lines_[index];
  const bool last = index + 1 == lines_.size();
  std::size_t end = last ? text_.size() : lines_[index + 1] - 1;
  if (!last && end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

std::uint32_t Source::line_begin(std::uint32_t number) const {
  if (number < first_line_) return lines_.front();
  return number > line_count() ? static_cast<std::uint32_t>(text_.size()) : lines_[number - first_line_];
}

const Source& SourceMap::add(std::string name, std::string text, std::uint32_t first_line) {
  const auto id = static_cast<std::uint32_t>(sources_.size());
  return *sources_.emplace_back(std::make_unique<Source>(id, std::move(name), std::move(text), first_line));
}

}  // namespace nurture::source
