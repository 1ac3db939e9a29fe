// Diagnostics for people: the sentence, the place, the lines with carets, what else matters, what to do about it. Entry
// point: Diagnostics::render.
//
//   error: `dya` is not a statement of a sequence                                   NUR0101 unknown_statement
//     ┌─ welcome.nurture:4:3
//   4 │   dya 0 welcome: send welcome
//     │   ^^^ did you mean `day`?
//
// A diagnostic is a set of marks (the span and its labels); marks of one file make one snippet, its lines in order. Only
// lines with a mark are shown, clipped around it, so that a report stays short whatever the file looks like.
#include <nurture/diagnostics.hpp>

#include "source/display.hpp"
#include "source/fix_preview.hpp"
#include "source/source.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nurture {

namespace {

using source::Source;

constexpr std::uint32_t kReportColumns = 96;   ///< Where the code at the end of the first line ends.
constexpr std::uint32_t kLineColumns = 120;    ///< A source line is clipped to this width.
constexpr std::uint32_t kContextColumns = 40;  ///< What is kept in front of the mark of a clipped line.
/// Longer lines are cut before they are laid out, so that a line of a megabyte costs no more than another.
constexpr std::size_t kLaidOutBytes = 2'048;

enum class Style { error, warning, note, gutter, label, help, code, bold };

/// Wraps text in the escape sequences of a terminal, or leaves it alone.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  [[nodiscard]] std::string operator()(Style style, std::string_view text) const {
    if (!on_ || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", sequence(style), text);
  }

 private:
  [[nodiscard]] static std::string_view sequence(Style style) {
    switch (style) {
      case Style::error: return "1;31";
      case Style::warning: return "1;33";
      case Style::note: return "1;36";
      case Style::gutter: return "34";
      case Style::label: return "36";
      case Style::help: return "32";
      case Style::code: return "2";
      case Style::bold: return "1";
    }
    return "0";
  }
  bool on_;
};

struct SeverityText {
  std::string_view word;
  Style style;
};

SeverityText text_of(Severity severity) {
  switch (severity) {
    case Severity::error: return {"error", Style::error};
    case Severity::warning: return {"warning", Style::warning};
    case Severity::note: return {"note", Style::note};
  }
  return {"note", Style::note};
}

/// A stretch of one line to underline: bytes of the line, from begin to end.
struct Mark {
  std::size_t begin;
  std::size_t end;
  bool primary;
  std::string_view text;
};

using MarksByLine = std::map<std::uint32_t, std::vector<Mark>>;

/// What one file contributes to a diagnostic.
struct Snippet {
  const Source* source;
  std::uint32_t place;  ///< The byte offset that its heading names.
  MarksByLine lines;
};

/// A span over several lines becomes a mark on its first and one on its last line, which carries the words.
void add_marks(MarksByLine& lines, const Source& source, const Span& span, bool primary, std::string_view text) {
  const std::uint32_t first = source.line_at(span.begin);
  const std::uint32_t last = span.end > span.begin ? source.line_at(span.end - 1) : first;
  const auto offset_in = [&](std::uint32_t line, std::uint32_t offset) {
    const std::uint32_t begin = source.line_begin(line);
    return std::min<std::size_t>(offset > begin ? offset - begin : 0, source.line(line).size());
  };
  if (last <= first) {
    lines[first].push_back({offset_in(first, span.begin), offset_in(first, span.end), primary, text});
    return;
  }
  lines[first].push_back({offset_in(first, span.begin), source.line(first).size(), primary, {}});
  const std::size_t indent = std::min(source.line(last).find_first_not_of(" \t"), source.line(last).size());
  const std::size_t end = offset_in(last, span.end);
  lines[last].push_back({std::min(indent, end), end, primary, text});
}

/// One part of a line of the source, as shown.
struct Excerpt {
  std::string text;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> marks;  ///< Columns [begin, end) of each mark.
};

/// The part of `line` around byte `anchor` that fits, with an ellipsis where something is left out.
Excerpt excerpt(std::string_view line, std::size_t anchor, const std::vector<Mark>& marks) {
  std::size_t cut_begin = 0;
  std::size_t cut_end = line.size();
  if (line.size() > kLaidOutBytes) {
    cut_begin = source::character_begin(line, anchor > kLaidOutBytes / 4 ? anchor - kLaidOutBytes / 4 : 0);
    cut_end = source::character_begin(line, std::min(line.size(), cut_begin + kLaidOutBytes));
  }
  const source::Layout layout = source::lay_out(line.substr(cut_begin, cut_end - cut_begin));
  const auto column_of = [&](std::size_t offset) { return layout.column_of(std::clamp(offset, cut_begin, cut_end) - cut_begin); };

  const std::uint32_t width = layout.width();
  const std::uint32_t anchor_column = column_of(anchor);
  std::uint32_t from = 0;
  if (cut_begin > 0 || anchor_column + kContextColumns > kLineColumns)
    from = anchor_column > kContextColumns ? anchor_column - kContextColumns : 0;
  if (cut_end == line.size() && width <= kLineColumns && cut_begin == 0) from = 0;
  const std::uint32_t to = std::min(width, from + kLineColumns);
  const auto first = std::find_if(layout.cells.begin(), layout.cells.end(), [&](const source::Cell& cell) { return cell.column >= from; });
  const auto last = std::find_if(first, layout.cells.end() - 1, [&](const source::Cell& cell) { return cell.column >= to; });

  Excerpt result;
  const bool left_out_before = cut_begin > 0 || from > 0;
  if (left_out_before) result.text = "…";
  result.text += layout.text.substr(first->shown, last->shown - first->shown);
  if (cut_end < line.size() || to < width) result.text += "…";
  const std::uint32_t shift = left_out_before ? 1 : 0;
  const auto place = [&](std::size_t offset) { return std::clamp(column_of(offset), first->column, last->column) - first->column + shift; };
  for (const Mark& mark : marks) {
    const std::uint32_t begin = place(mark.begin);
    result.marks.emplace_back(begin, std::max(begin + 1, place(mark.end)));
  }
  return result;
}

class Report {
 public:
  Report(const source::SourceMap& sources, bool color) : sources_(sources), paint_(color) {}

  [[nodiscard]] std::string operator()(const Diagnostic& diagnostic) {
    out_.clear();
    severity_ = text_of(diagnostic.severity);
    const std::vector<Snippet> snippets = collect(diagnostic);
    const std::vector<source::FixLine> fix_lines = source::preview_fixes(sources_, diagnostic.fixes);
    set_gutter(snippets, fix_lines);
    heading(diagnostic);
    for (const Snippet& snippet : snippets) show(snippet);
    notes(diagnostic, !snippets.empty());
    help(diagnostic, fix_lines);
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Source* source_of(const Span& span) const { return span.file < sources_.size() ? &sources_.at(span.file) : nullptr; }

  [[nodiscard]] std::vector<Snippet> collect(const Diagnostic& diagnostic) const {
    std::vector<Snippet> snippets;
    const auto add = [&](const Span& span, bool primary, std::string_view text) {
      const Source* source = source_of(span);
      if (source == nullptr) return;
      auto found = std::find_if(snippets.begin(), snippets.end(), [&](const Snippet& s) { return s.source == source; });
      if (found == snippets.end()) found = snippets.insert(found, {source, span.begin, {}});
      // The heading names the finding itself, or the first of the other places.
      if (found->source->id() != diagnostic.span.file) found->place = std::min(found->place, span.begin);
      if (!source->text().empty()) add_marks(found->lines, *source, span, primary, text);
    };
    add(diagnostic.span, true, diagnostic.caret);
    for (const Label& label : diagnostic.labels) add(label.span, false, label.text);
    return snippets;
  }

  void set_gutter(const std::vector<Snippet>& snippets, const std::vector<source::FixLine>& fix_lines) {
    std::uint32_t largest = 1;
    for (const Snippet& snippet : snippets) {
      if (!snippet.lines.empty()) largest = std::max(largest, snippet.lines.rbegin()->first);
    }
    for (const source::FixLine& line : fix_lines) largest = std::max(largest, line.number);
    gutter_ = std::to_string(largest).size();
  }

  void heading(const Diagnostic& diagnostic) {
    const std::string message = source::shown(diagnostic.message);
    const std::string code = source::shown(diagnostic.code + (diagnostic.name.empty() ? "" : " " + diagnostic.name));
    out_ += paint_(severity_.style, severity_.word) + paint_(Style::bold, ": " + message);
    if (!code.empty()) {
      const std::size_t used = severity_.word.size() + 2 + source::width_of(message) + code.size();
      out_ += std::string(used + 2 < kReportColumns ? kReportColumns - used : 2, ' ') + paint_(Style::code, code);
    }
    out_ += '\n';
  }

  void place(const Source& source, std::uint32_t offset) {
    const std::string name = source::shown(source.name());
    const LineColumn position = source.position(offset);
    const std::string where = source.text().empty() ? name : fmt::format("{}:{}:{}", name, position.line, position.column);
    out_ += std::string(gutter_ + 1, ' ') + paint_(Style::gutter, "┌─ ") + where + '\n';
  }

  /// A row behind a number, a sign or nothing; blanks at its end are left out.
  void row(std::string_view front, std::string_view sign, std::string_view text) {
    const std::string gutter = fmt::format("{:>{}} {}│", front, gutter_, sign.empty() ? "" : fmt::format("{} ", sign));
    const std::size_t length = text.find_last_not_of(' ') + 1;
    out_ += paint_(Style::gutter, gutter);
    if (length > 0) out_ += ' ' + std::string(text.substr(0, length));
    out_ += '\n';
  }

  void show(const Snippet& snippet) {
    place(*snippet.source, snippet.place);
    for (const auto& [number, marks] : snippet.lines) {
      const auto primary = std::find_if(marks.begin(), marks.end(), [](const Mark& mark) { return mark.primary; });
      const Mark& main = primary == marks.end() ? marks.front() : *primary;
      const Excerpt part = excerpt(snippet.source->line(number), main.begin, marks);
      row(std::to_string(number), "", part.text);
      underline(part, marks);
    }
  }

  /// Marks from left to right; one that meets another, or follows one with words, gets a row of its own.
  void underline(const Excerpt& part, const std::vector<Mark>& marks) {
    std::vector<std::size_t> order(marks.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return part.marks[a].first < part.marks[b].first; });
    std::vector<std::vector<std::size_t>> rows;
    for (const std::size_t mark : order) {
      const auto fits = [&](const std::vector<std::size_t>& taken) {
        return marks[taken.back()].text.empty() && part.marks[taken.back()].second <= part.marks[mark].first;
      };
      const auto found = std::find_if(rows.begin(), rows.end(), fits);
      if (found == rows.end()) {
        rows.push_back({mark});
      } else {
        found->push_back(mark);
      }
    }
    for (const auto& taken : rows) row("", "", underline_row(part, marks, taken));
  }

  [[nodiscard]] std::string underline_row(const Excerpt& part, const std::vector<Mark>& marks,
                                          const std::vector<std::size_t>& taken) const {
    std::string text;
    std::uint32_t column = 0;
    for (const std::size_t i : taken) {
      const auto [begin, end] = part.marks[i];
      const Style style = marks[i].primary ? severity_.style : Style::label;
      std::string underlined(end - begin, marks[i].primary ? '^' : '-');
      if (!marks[i].text.empty()) underlined += ' ' + source::shown(marks[i].text);
      text += std::string(begin - column, ' ') + paint_(style, underlined);
      column = end;
    }
    return text;
  }

  void notes(const Diagnostic& diagnostic, bool after_snippet) {
    if (diagnostic.notes.empty()) return;
    if (after_snippet) row("", "", "");
    const std::string indent(gutter_ + 1, ' ');
    for (const std::string& note : diagnostic.notes) {
      out_ += indent + paint_(Style::gutter, "= ");
      std::string_view rest = note;
      for (std::size_t at = rest.find('\n'); at != std::string_view::npos; at = rest.find('\n')) {
        out_ += source::shown(rest.substr(0, at)) + '\n' + indent + "  ";
        rest.remove_prefix(at + 1);
      }
      out_ += source::shown(rest) + '\n';
    }
  }

  void help(const Diagnostic& diagnostic, const std::vector<source::FixLine>& fix_lines) {
    if (diagnostic.help.empty() && fix_lines.empty()) return;
    out_ += paint_(Style::help, "help") + ": " + (diagnostic.help.empty() ? "change it like this" : source::shown(diagnostic.help)) + '\n';
    if (fix_lines.empty()) return;
    std::uint32_t file = diagnostic.span.file;
    row("", "", "");
    for (const source::FixLine& line : fix_lines) {
      if (line.file != file) place(sources_.at(line.file), sources_.at(line.file).line_begin(line.number));
      file = line.file;
      const std::string text = excerpt(line.text, line.changed_at, {}).text;
      row(std::to_string(line.number), line.removed ? "-" : "+", paint_(Style::help, text.substr(0, text.find_last_not_of(' ') + 1)));
    }
  }

  const source::SourceMap& sources_;
  Paint paint_;
  SeverityText severity_{};
  std::size_t gutter_ = 1;
  std::string out_;
};

}  // namespace

std::string Diagnostics::render(bool color) const {
  std::string text;
  Report report(*sources_, color);
  for (const Diagnostic& item : items_) {
    if (!text.empty()) text += '\n';
    text += report(item);
  }
  if (dropped_ > 0)
    text += fmt::format("\n{}: {} further finding{} not shown\n", Paint(color)(Style::note, "note"), dropped_, dropped_ == 1 ? "" : "s");
  return text;
}

}  // namespace nurture
