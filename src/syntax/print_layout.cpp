// Rows into lines: indentation, columns, comments, blank lines. Entry points: layout(), braces().
#include "syntax/print_layout.hpp"

#include <algorithm>

namespace nurture::syntax {

namespace {

bool has_comments_before(const Row& row) {
  return (row.comments != nullptr && !row.comments->leading.empty()) || (row.doc != nullptr && !row.doc->empty());
}

bool several_lines(const Row& row) { return row.cells.back().find('\n') != std::string::npos; }

/// Whether a blank line separates two rows.
bool blank_between(const Row& above, const Row& below) {
  if (below.comments != nullptr && below.comments->blank_before) return true;
  if (!above.own_paragraph && !below.own_paragraph) return false;
  // Short declarations of one kind may stand together, as the author likes.
  const bool alike =
      above.own_paragraph && below.own_paragraph &&
      above.cells.front().substr(0, above.cells.front().find(' ')) == below.cells.front().substr(0, below.cells.front().find(' '));
  const bool documented = below.doc != nullptr && !below.doc->empty();
  return !alike || documented || several_lines(above) || several_lines(below);
}

/// The width of each column of the rows [first, last): of the cells that others follow.
std::vector<std::size_t> column_widths(const std::vector<Row>& rows, std::size_t first, std::size_t last) {
  std::vector<std::size_t> widths;
  for (std::size_t i = first; i < last; ++i) {
    for (std::size_t column = 0; column + 1 < rows[i].cells.size(); ++column) {
      if (column == widths.size()) widths.push_back(0);
      widths[column] = std::max(widths[column], width(rows[i].cells[column]));
    }
  }
  return widths;
}

std::string join(const Row& row, const std::vector<std::size_t>& widths) {
  std::string out;
  for (std::size_t column = 0; column + 1 < row.cells.size(); ++column) {
    if (widths[column] == 0) continue;  // a part that no row of the run has
    out += row.cells[column];
    out.append(widths[column] - width(row.cells[column]) + 1, ' ');
  }
  return out + row.cells.back();
}

/// Lines being written.
class Lines {
 public:
  explicit Lines(int indent) : indent_(static_cast<std::size_t>(indent) * 2, ' ') {}

  void line(std::string_view text) { out_.append(indent_).append(text).append(1, '\n'); }

  /// One blank line, but none at the beginning and never two.
  void blank() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
  }

  void comments(const std::vector<std::string>& comments) {
    for (const auto& comment : comments) comment.empty() ? blank() : line(comment);
  }

  void doc(const std::string& text) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      line(end == begin ? "##" : "## " + text.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string indent_;
  std::string out_;
};

/// What stands before a row: its comments and its documentation.
void before(Lines& lines, const Row& row) {
  if (row.comments != nullptr) {
    const auto& leading = row.comments->leading;
    lines.comments(leading);
    // A `##` comment directly above a declaration would become its documentation.
    if (row.doc != nullptr && !leading.empty() && leading.back().starts_with("##")) lines.blank();
  }
  if (row.doc != nullptr && !row.doc->empty()) lines.doc(*row.doc);
}

}  // namespace

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string layout(const std::vector<Row>& rows, const std::vector<std::string>& dangling, int indent) {
  Lines lines(indent);
  std::size_t run_end = 0;
  std::vector<std::size_t> widths;
  const auto continues_run = [&](std::size_t i) {
    return rows[i].run != Run::none && rows[i].run == rows[i - 1].run && !has_comments_before(rows[i]) &&
           !blank_between(rows[i - 1], rows[i]);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == run_end) {
      do ++run_end;
      while (run_end < rows.size() && continues_run(run_end));
      widths = column_widths(rows, i, run_end);
    }
    if (i > 0 && blank_between(rows[i - 1], rows[i])) lines.blank();
    before(lines, rows[i]);
    const bool trailing = rows[i].comments != nullptr && !rows[i].comments->trailing.empty();
    lines.line(join(rows[i], widths) + (trailing ? "  " + rows[i].comments->trailing : std::string()));
  }
  lines.comments(dangling);
  return lines.take();
}

std::string braces(const std::vector<Row>& rows, const std::vector<std::string>& dangling, int indent) {
  const std::string inner = layout(rows, dangling, indent + 1);
  return inner.empty() ? "{}" : "{\n" + inner + std::string(static_cast<std::size_t>(indent) * 2, ' ') + '}';
}

}  // namespace nurture::syntax
