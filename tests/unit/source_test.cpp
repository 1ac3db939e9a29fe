// Places in source texts: lines, columns, and the odd texts that editors and systems produce.
#include "support/catch.hpp"

#include "source/display.hpp"
#include "source/source.hpp"

#include <string>

using nurture::LineColumn;
using nurture::source::Source;

namespace {

std::string place(const Source& source, std::uint32_t offset) {
  const LineColumn at = source.position(offset);
  return std::to_string(at.line) + ":" + std::to_string(at.column);
}

}  // namespace

TEST_CASE("a place is a line and a column, both from 1") {
  const Source source(0, "a.nurture", "one\ntwo\nthree");
  CHECK(place(source, 0) == "1:1");
  CHECK(place(source, 2) == "1:3");
  CHECK(place(source, 3) == "1:4");  // the line break belongs to its line
  CHECK(place(source, 4) == "2:1");
  CHECK(place(source, 12) == "3:5");
}

TEST_CASE("a place beyond the end is the end") {
  const Source source(0, "a.nurture", "one\ntwo");
  CHECK(place(source, 7) == "2:4");
  CHECK(place(source, 8) == "2:4");
  CHECK(place(source, 0xffffffff) == "2:4");
}

TEST_CASE("an empty text has one empty line") {
  const Source source(0, "a.nurture", "");
  CHECK(source.line_count() == 1);
  CHECK(source.line(1).empty());
  CHECK(place(source, 0) == "1:1");
  CHECK(place(source, 5) == "1:1");
}

TEST_CASE("a line break at the end opens an empty last line") {
  const Source source(0, "a.nurture", "one\n");
  CHECK(source.line_count() == 2);
  CHECK(source.line(2).empty());
  CHECK(place(source, 4) == "2:1");
}

TEST_CASE("columns count code points, and the middle of one is its beginning") {
  const Source source(0, "a.nurture", "é€𝄞x");  // 2, 3 and 4 bytes
  CHECK(place(source, 0) == "1:1");
  CHECK(place(source, 1) == "1:1");
  CHECK(place(source, 2) == "1:2");
  CHECK(place(source, 4) == "1:2");
  CHECK(place(source, 5) == "1:3");
  CHECK(place(source, 8) == "1:3");
  CHECK(place(source, 9) == "1:4");
  CHECK(place(source, 10) == "1:5");
}

TEST_CASE("carriage returns are not part of a line") {
  const Source source(0, "a.nurture", "one\r\ntwo\r\n\r\nlast\r");
  CHECK(source.line(1) == "one");
  CHECK(source.line(2) == "two");
  CHECK(source.line(3).empty());
  CHECK(source.line(4) == "last\r");  // nothing ends this line: the character is shown
  CHECK(place(source, 5) == "2:1");
}

TEST_CASE("a byte order mark takes no column") {
  const Source source(0, "a.nurture", "\xEF\xBB\xBFone\ntwo");
  CHECK(source.line(1) == "one");
  CHECK(place(source, 0) == "1:1");
  CHECK(place(source, 3) == "1:1");
  CHECK(place(source, 4) == "1:2");
  CHECK(place(source, 7) == "2:1");
}

TEST_CASE("lines are found by number, and lines that are not there are empty") {
  const Source source(0, "a.nurture", "one\ntwo");
  CHECK(source.line(0).empty());
  CHECK(source.line(3).empty());
  CHECK(source.line_begin(2) == 4);
  CHECK(source.line_begin(3) == 7);
  CHECK(source.line_at(3) == 1);
  CHECK(source.line_at(4) == 2);
}

TEST_CASE("bytes that are no UTF-8 do not confuse places") {
  const Source source(0, "a.nurture", "\xff\x80\x80\x80\n\x80x");
  CHECK(place(source, 4).substr(0, 2) == "1:");
  CHECK(place(source, 6).substr(0, 2) == "2:");
}

TEST_CASE("sources keep their addresses and their numbers") {
  nurture::source::SourceMap sources;
  const Source& first = sources.add("a.nurture", "one");
  for (int i = 0; i < 100; ++i) sources.add("b.nurture", "two");
  CHECK(&sources.at(0) == &first);
  CHECK(sources.at(57).id() == 57);
  CHECK(sources.size() == 101);
}

TEST_CASE("a terminal is shown no control characters") {
  using nurture::source::shown;
  CHECK(shown("plain é 漢") == "plain é 漢");
  CHECK(shown("a\x1b[31mb") == "a<U+001B>[31mb");
  CHECK(shown("a\x7f") == "a<U+007F>");
  CHECK(shown("a\xc2\x9b") == "a<U+009B>");
  CHECK(shown("a\xe2\x80\xae") == "a<U+202E>");  // turns the direction of text around
  CHECK(shown("\xff") == "<FF>");
  CHECK(shown("\xc0\xaf") == "<C0><AF>");          // an overlong slash
  CHECK(shown("\xed\xa0\x80") == "<ED><A0><80>");  // half of a surrogate pair
  CHECK(shown("\xe2\x82") == "<E2><82>");          // cut off
  CHECK(shown("a\tb") == "a   b");
}

TEST_CASE("columns of the screen follow what a terminal shows") {
  const auto layout = nurture::source::lay_out("\ta漢e\xcc\x81\x01x");
  CHECK(layout.column_of(0) == 0);
  CHECK(layout.column_of(1) == 4);   // a, behind the tab
  CHECK(layout.column_of(2) == 5);   // a wide letter
  CHECK(layout.column_of(3) == 5);   // its middle
  CHECK(layout.column_of(5) == 7);   // e
  CHECK(layout.column_of(6) == 8);   // the accent on it takes no column
  CHECK(layout.column_of(8) == 8);   // a control character, written out
  CHECK(layout.column_of(9) == 16);  // x
  CHECK(layout.width() == 17);
  CHECK(layout.column_of(500) == 17);
}
