// Comments of a YAML file. Entry point: attach_comments(). yaml-cpp drops them, so they are found in the gaps between
// the scalars of a tree that is already read: there a `#` can only begin a comment.
//
// A comment behind something hangs on the innermost entry that began before it. A comment on a line of its own leads the
// next entry of the collection it is indented for, or dangles at its end. yaml_to_ast.cpp then hands them on to the
// statements that the entries became.
#include "syntax/yaml_tree.hpp"

#include <algorithm>

namespace nurture::syntax::yaml {

namespace {

struct Comment {
  std::uint32_t begin = 0;
  std::string text;
  bool own_line = false;
  bool blank_before = false;  ///< A blank line stands before it.
};

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Attacher {
 public:
  explicit Attacher(const source::Source& source) : source_(source), text_(source.text()) {}

  [[nodiscard]] std::vector<Comment> find(const std::vector<Span>& scalars) const;
  void attach(Node& root, Comment comment) const;
  /// Sets blank_before of entries from the blank lines before them and their comments.
  void mark_blank_lines(Node& node) const;

 private:
  /// By the line table: a file may be one line of a megabyte.
  [[nodiscard]] std::uint32_t line_begin(std::uint32_t at) const { return source_.line_begin(source_.line_at(at)); }
  [[nodiscard]] std::uint32_t column(std::uint32_t at) const { return at - line_begin(at); }
  [[nodiscard]] bool blank_line_before(std::uint32_t at) const;
  [[nodiscard]] Comment comment_at(std::size_t at) const;
  [[nodiscard]] bool belongs_below(const Node& child, const Comment& comment, std::uint32_t column_of_entries, bool last) const;
  void attach_trailing(Node& root, Comment comment) const;
  void attach_own_line(Node& root, Comment comment) const;

  const source::Source& source_;
  std::string_view text_;
};

bool Attacher::blank_line_before(std::uint32_t at) const {
  const std::uint32_t line = line_begin(at);
  if (line == 0) return false;
  const std::string_view before = text_.substr(line_begin(line - 1), line - 1 - line_begin(line - 1));
  return std::all_of(before.begin(), before.end(), is_blank);
}

Comment Attacher::comment_at(std::size_t at) const {
  const auto begin = static_cast<std::uint32_t>(at);
  std::string_view text = text_.substr(at, text_.find('\n', at) - at);
  while (is_blank(text.back())) text.remove_suffix(1);
  const std::string_view before = text_.substr(line_begin(begin), at - line_begin(begin));
  const bool own_line = std::all_of(before.begin(), before.end(), is_blank);
  return {begin, std::string(text), own_line, own_line && blank_line_before(begin)};
}

std::vector<Comment> Attacher::find(const std::vector<Span>& scalars) const {
  std::vector<Comment> comments;
  std::size_t next = 0;
  for (std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < text_.size();) {
    while (next < scalars.size() && scalars[next].end <= at) ++next;
    if (next < scalars.size() && scalars[next].begin <= at) {
      // The first line of a `|` text may end in a comment; its text holds none.
      const bool block = text_[scalars[next].begin] == '|' || text_[scalars[next].begin] == '>';
      const std::size_t head = block ? std::min(text_.find_first_of("#\n", at), text_.size()) : text_.size();
      if (head < scalars[next].end && text_[head] == '#' && at == scalars[next].begin) comments.push_back(comment_at(head));
      at = scalars[next].end;
      continue;
    }
    if (text_[at] != '#') {
      ++at;
      continue;
    }
    comments.push_back(comment_at(at));
    at = std::min(text_.find('\n', at), text_.size());
  }
  return comments;
}

/// The last entry that begins before `at`, or null.
Entry* last_before(Node& node, std::uint32_t at) {
  const auto found = std::partition_point(node.entries.begin(), node.entries.end(), [&](const Entry& entry) { return entry.begin < at; });
  return found == node.entries.begin() ? nullptr : &*std::prev(found);
}

void add_leading(Entry& entry, const Comment& comment) {
  auto& lines = entry.comments.leading;
  if (comment.blank_before) {
    if (lines.empty()) {
      entry.comments.blank_before = true;
    } else {
      lines.emplace_back();
    }
  }
  lines.push_back(comment.text);
}

void Attacher::attach_trailing(Node& root, Comment comment) const {
  Entry* entry = nullptr;
  for (Node* node = &root; node->is_collection();) {
    const bool closed = node->style == Style::flow && node->span.end <= comment.begin;
    Entry* inner = closed ? nullptr : last_before(*node, comment.begin);
    if (inner == nullptr) break;
    entry = inner;
    node = &inner->value;
  }
  if (entry == nullptr) {
    root.dangling.push_back(std::move(comment.text));
  } else if (entry->comments.trailing.empty()) {
    entry->comments.trailing = std::move(comment.text);
  } else {
    entry->comments.leading.push_back(std::move(comment.text));
  }
}

/// Whether a comment behind the beginning of an entry belongs inside the entry's value, not to what follows the entry.
bool Attacher::belongs_below(const Node& child, const Comment& comment, std::uint32_t column_of_entries, bool last) const {
  if (!child.is_collection()) return false;
  if (child.style == Style::flow) return comment.begin < child.span.end;
  if (child.entries.empty()) return false;
  if (child.entries.back().begin > comment.begin) return true;
  const std::uint32_t own = column(comment.begin);
  const std::uint32_t below = column(child.entries.front().begin);
  return own >= below ? below > column_of_entries : last && own > column_of_entries;
}

void Attacher::attach_own_line(Node& root, Comment comment) const {
  Node* node = &root;
  while (true) {
    Entry* before = last_before(*node, comment.begin);
    Entry* next = before == nullptr ? node->entries.data() : before + 1;
    const bool last = next == node->entries.data() + node->entries.size();
    if (before != nullptr && belongs_below(before->value, comment, column(node->entries.front().begin), last)) {
      node = &before->value;
      continue;
    }
    if (!last) {
      add_leading(*next, comment);
    } else {
      if (comment.blank_before && !(node->entries.empty() && node->dangling.empty())) node->dangling.emplace_back();
      node->dangling.push_back(std::move(comment.text));
    }
    return;
  }
}

void Attacher::attach(Node& root, Comment comment) const {
  if (!root.is_collection()) {
    root.dangling.push_back(std::move(comment.text));
  } else if (comment.own_line) {
    attach_own_line(root, std::move(comment));
  } else {
    attach_trailing(root, std::move(comment));
  }
}

void Attacher::mark_blank_lines(Node& node) const {
  for (Entry& entry : node.entries) {
    const std::uint32_t line = line_begin(entry.begin);
    const std::string_view before = text_.substr(line, entry.begin - line);
    // In `- id: x` only the item can have a blank line before it, not its first key.
    if (std::all_of(before.begin(), before.end(), is_blank) && blank_line_before(entry.begin)) {
      if (entry.comments.leading.empty()) {
        entry.comments.blank_before = true;
      } else {
        entry.comments.leading.emplace_back();
      }
    }
    mark_blank_lines(entry.value);
  }
}

}  // namespace

void attach_comments(Tree& tree, const source::Source& source) {
  const Attacher attacher(source);
  for (Comment& comment : attacher.find(tree.scalars)) attacher.attach(tree.root, std::move(comment));
  attacher.mark_blank_lines(tree.root);
}

}  // namespace nurture::syntax::yaml
