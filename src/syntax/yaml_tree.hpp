// A YAML file as a tree of our own: mappings, sequences, scalars, comments, and for each the exact bytes it came from.
// Entry points: read_tree() (text to tree, yaml_reader.cpp), attach_comments() (yaml_comments.cpp), layout() (tree to
// text, yaml_layout.cpp).
//
// The tree knows YAML and nothing of the language. Scalars stay text: what `22:00` or `no` is, is decided by the place
// where it stands (yaml_to_ast.cpp), never by YAML's own typing. A tree that is read and a tree that is to be written
// are of one type; the writer leaves the spans empty and says with `style` what it wants.
#pragma once

#include "source/source.hpp"
#include "syntax/ast.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::syntax::yaml {

enum class Kind : std::uint8_t {
  empty,  ///< Nothing stands there: `key:`.
  scalar,
  sequence,
  mapping,
  broken,  ///< Already reported; say nothing more about it.
};

enum class Style : std::uint8_t {
  plain,  ///< As it stands; in a tree to be written: the writer vouches that it may.
  single_quoted,
  double_quoted,
  literal,    ///< `|`
  folded,     ///< `>`
  automatic,  ///< Only in a tree to be written: plain where every YAML reader keeps it as text, else quoted.
  flow,       ///< In a tree to be written: on one line if it fits.
  block,
};

/// How far the decoded text of a scalar is the same as its bytes in the file.
enum class Match : std::uint8_t {
  exact,   ///< Byte for byte.
  blanks,  ///< But for line breaks and indentation.
  none,    ///< It has escapes.
};

struct Entry;

struct Node {
  Kind kind = Kind::empty;
  Style style = Style::automatic;
  Match match = Match::none;
  Span span;                          ///< All of it, with quotes or brackets. Of an empty value: its key.
  Span content;                       ///< A scalar without its quotes or its `|` line.
  std::string text;                   ///< A scalar, decoded.
  std::vector<Entry> entries;         ///< Of a mapping or sequence.
  std::vector<std::string> dangling;  ///< Comments behind the last entry.

  [[nodiscard]] bool is_collection() const { return kind == Kind::sequence || kind == Kind::mapping; }
  [[nodiscard]] bool is_plain() const { return kind == Kind::scalar && style == Style::plain; }
  [[nodiscard]] const Entry* find(std::string_view key) const;
};

/// `key: value` of a mapping, `- value` of a sequence (then without a key).
struct Entry {
  std::string key;
  Span key_span;
  std::uint32_t begin = 0;  ///< Of the key, or of the `-`.
  ast::Comments comments;   ///< `trailing` stands on the entry's first line when the value is a block.
  Node value;
};

inline const Entry* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (kind == Kind::mapping && entry.key == key) return &entry;
  }
  return nullptr;
}

struct Tree {
  Node root;
  std::vector<Span> scalars;  ///< Every scalar in the order of the file; what lies between is structure and comments.
  std::vector<Span> unread;   ///< The values of keys that were refused.
};

/// As much of an author's text as a message should show.
[[nodiscard]] std::string clipped(std::string_view text);

/// nullopt when the text is no YAML at all; every fault is reported. Keys are unique and every collection lies within
/// limits::kYamlNestingDepth.
[[nodiscard]] std::optional<Tree> read_tree(const source::Source& source, Diagnostics& diagnostics);

/// Finds the comments of a file and hangs each on the entry that it leads or trails, or on the collection it closes.
void attach_comments(Tree& tree, const source::Source& source);

/// YAML text of a mapping, ended by a line break.
[[nodiscard]] std::string layout(const Node& root);

}  // namespace nurture::syntax::yaml
