// Pieces of the textual form of a program; internal to src/compile. Entry points: dump() in program.hpp, graph_text().
//
// Whatever enters a content hash is written with names, never with ids, and lists without an order of their own are
// sorted by name: declarations that a sequence does not use must not change its hash.
#pragma once

#include "compile/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::compile {

/// Lines of text with two blanks of indent per level.
class Lines {
 public:
  template <class... Args>
  void add(int level, fmt::format_string<Args...> format, Args&&... args) {
    text_.append(static_cast<std::size_t>(level) * 2, ' ');
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  void blank() { text_ += '\n'; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// "1mo2d3h"; equal lengths read the same however they were written.
[[nodiscard]] std::string to_text(const time::Period& period);
/// "09:00"
[[nodiscard]] std::string days_text(std::uint8_t days);  ///< "mon, tue"
[[nodiscard]] std::string clock_text(std::int32_t second_of_day);
[[nodiscard]] std::string clock_text(const Program& program, const ClockTime& time);
[[nodiscard]] std::string to_text(const ZoneRule& zone);
/// "plan enum(free, team)? = free"
[[nodiscard]] std::string field_text(const Field& field);
[[nodiscard]] std::string to_text(const Program& program, const std::vector<TextPart>& parts);
/// The text of an expression, with its reference when it has no text.
[[nodiscard]] std::string to_text(const Program& program, eval::Ref expression);
/// "since step welcome"; "" without a window.
[[nodiscard]] std::string window_text(const Sequence* sequence, const eval::Query& query);
/// "events a, b; fields c; clock": what can change a condition; "nothing" when nothing can.
[[nodiscard]] std::string changes_text(const Program& program, const Condition& condition);
/// "on a or b where W" / "when C"
[[nodiscard]] std::string to_text(const Program& program, const Sequence* sequence, const Trigger& trigger);
/// The names of ids, sorted.
template <class T>
[[nodiscard]] std::vector<std::string_view> names_of(const std::vector<T>& items, const std::vector<Id>& ids) {
  std::vector<std::string_view> names;
  for (const Id id : ids) names.push_back(items[id].name);
  std::sort(names.begin(), names.end());
  return names;
}

/// The nodes of a body, one line each.
void add_body(Lines& lines, int level, const Program& program, const Sequence* sequence, Id first);

/// What makes a sequence's version: everything that decides what happens to those enrolled, with the segments it uses;
/// titles, owner and phases are left out, messages and policies stand under their names. [S10.1]
[[nodiscard]] std::string graph_text(const Program& program, const Sequence& sequence);

void add_sequence(Lines& lines, const Program& program, const Sequence& sequence);
void add_score(Lines& lines, const Program& program, const Score& score);
/// Everything but the program's own hash.
[[nodiscard]] std::string dump_body(const Program& program);

}  // namespace nurture::compile
