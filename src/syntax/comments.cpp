// Comments find their statements. Entry point: attach_comments().
//
// The parser skips comments and lists them; here the tree is first flattened into nested blocks and items (a block is
// what stands between braces, an item is a statement in it), then one walk over blocks and comments side by side puts
// each comment into exactly one place, without changing their order:
//   * lines before a statement lead it; `##` lines right before a declaration become its documentation;
//   * behind a statement, on the line where it ends, trails it (the outermost statement that ends there);
//   * between the tokens of a statement, before its block: leads it as well; behind `{` or between two of its blocks:
//     leads the first statement of the block that follows;
//   * behind the last statement of a block, before `}`: dangles at the end of that block.
// The action of a body without braces is no item: what belongs to it belongs to the step or handler around it, because
// a comment of its own would force braces.
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture::syntax {

namespace {

using ast::RawComment;

struct Block;

struct Item {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  ast::Comments* comments = nullptr;
  std::string* doc = nullptr;  ///< Of declarations.
  std::vector<Block> blocks;
};

struct Block {
  std::uint32_t begin = 0;  ///< Behind the `{`.
  std::uint32_t end = 0;    ///< Before the `}`.
  std::vector<std::string>* dangling = nullptr;
  std::vector<Item> items;
};

/// What lies between tokens: blanks, line breaks, comments.
class Gaps {
 public:
  Gaps(std::string_view text, const std::vector<RawComment>& comments) : text_(text), comments_(comments) {}

  /// The end of the last token before `end`: some spans reach over the blanks and comments that follow.
  [[nodiscard]] std::uint32_t end_of_token(std::uint32_t begin, std::uint32_t end) const {
    end = std::min<std::uint32_t>(end, static_cast<std::uint32_t>(text_.size()));
    while (end > begin) {
      if (is_blank(text_[end - 1])) {
        --end;
      } else if (const auto* comment = comment_ending_at(end); comment != nullptr && comment->span.begin >= begin) {
        end = comment->span.begin;
      } else {
        break;
      }
    }
    return end;
  }

  /// The offset behind the first `{` between `from` and `to` that is no part of a comment; `to` when there is none.
  [[nodiscard]] std::uint32_t behind_brace(std::uint32_t from, std::uint32_t to) const {
    for (std::uint32_t i = from; i < to && i < text_.size(); ++i) {
      if (text_[i] == '{') return i + 1;
      if (const auto* comment = comment_beginning_at(i)) i = comment->span.end;
    }
    return to;
  }

  [[nodiscard]] bool same_line(std::uint32_t from, std::uint32_t to) const {
    return text_.substr(from, to - from).find('\n') == std::string_view::npos;
  }

  /// Whether a blank line stands directly before the offset.
  [[nodiscard]] bool blank_line_before(std::uint32_t offset) const {
    int line_breaks = 0;
    while (offset > 0 && is_blank(text_[offset - 1])) line_breaks += text_[--offset] == '\n';
    return line_breaks >= 2;
  }

  /// Whether a blank line stands directly behind the offset.
  [[nodiscard]] bool blank_line_behind(std::uint32_t offset) const {
    int line_breaks = 0;
    while (offset < text_.size() && is_blank(text_[offset])) line_breaks += text_[offset++] == '\n';
    return line_breaks >= 2;
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  [[nodiscard]] const RawComment* comment_beginning_at(std::uint32_t offset) const {
    const auto found = std::lower_bound(comments_.begin(), comments_.end(), offset,
                                        [](const RawComment& comment, std::uint32_t value) { return comment.span.begin < value; });
    return found != comments_.end() && found->span.begin == offset ? &*found : nullptr;
  }
  [[nodiscard]] const RawComment* comment_ending_at(std::uint32_t offset) const {
    const auto found = std::lower_bound(comments_.begin(), comments_.end(), offset,
                                        [](const RawComment& comment, std::uint32_t value) { return comment.span.end < value; });
    return found != comments_.end() && found->span.end == offset ? &*found : nullptr;
  }

  std::string_view text_;
  const std::vector<RawComment>& comments_;
};

/// Flattens the tree into blocks and items.
class Outline {
 public:
  explicit Outline(const Gaps& gaps) : gaps_(gaps) {}

  Block file(ast::File& file, std::uint32_t size) {
    Block block{0, size, &file.dangling, {}};
    if (file.edition) block.items.push_back({file.edition->span.begin, file.edition->span.end, &file.edition_comments, nullptr, {}});
    children(file, block);
    return block;
  }

 private:
  /// The statements below a node, not those inside other statements, as the items of a block.
  template <class T>
  void children(T& node, Block& block) {
    ast::for_each_child(node, [&](auto& statement) { block.items.push_back(item(statement)); });
    std::stable_sort(block.items.begin(), block.items.end(), [](const Item& a, const Item& b) { return a.begin < b.begin; });
  }

  template <class T>
  Item item(T& statement) {
    Item item{statement.span.begin, gaps_.end_of_token(statement.span.begin, statement.span.end), &statement.comments, nullptr, {}};
    if constexpr (ast::is_declaration<T>) item.doc = &statement.doc;
    if constexpr (requires { statement.dangling; }) {
      block_behind(statement, item);
    } else {
      blocks_below(statement, item);
    }
    std::stable_sort(item.blocks.begin(), item.blocks.end(), [](const Block& a, const Block& b) { return a.begin < b.begin; });
    return item;
  }

  /// The braces block of a declaration, a phase, a body ...: opens behind the last node of its header.
  template <class T>
  void block_behind(T& node, Item& item) {
    const std::uint32_t end = gaps_.end_of_token(node.span.begin, node.span.end);
    const std::uint32_t begin = gaps_.behind_brace(header_end(node), end);
    if (begin >= end) return;  // an event or a segment without braces
    Block block{begin, end - 1, &node.dangling, {}};
    children(node, block);
    item.blocks.push_back(std::move(block));
  }

  /// Where the last node of the header ends: names, titles, conditions, everything that is no statement.
  template <class T>
  static std::uint32_t header_end(T& node) {
    std::uint32_t end = node.span.begin;
    ast::for_each_member(node, [&](std::string_view, auto& member) {
      ast::for_each_part(member, [&](auto& part) {
        using Part = std::remove_cvref_t<decltype(part)>;
        if constexpr (ast::is_node<Part> && !ast::is_statement<Part>) end = std::max(end, part.span.end);
      });
    });
    return end;
  }

  /// The blocks inside a statement that has none of its own: bodies and splits, wherever they stand in it.
  template <class T>
  void blocks_below(T& node, Item& item) {
    ast::for_each_member(node,
                         [&](std::string_view, auto& member) { ast::for_each_part(member, [&](auto& part) { block_of(part, item); }); });
  }

  template <class T>
  void block_of(T& part, Item& item) {
    if constexpr (std::is_same_v<T, ast::Body>) {
      if (part.braces) {
        block_behind(part, item);
      } else {
        blocks_below(part, item);
      }
    } else if constexpr (std::is_same_v<T, ast::Split> || std::is_same_v<T, ast::WaitCases>) {
      block_behind(part, item);
    } else {
      blocks_below(part, item);
    }
  }

  const Gaps& gaps_;
};

/// Whether a comment is a line of documentation: `##`, but not a ruler of many marks.
bool is_doc_line(std::string_view comment) { return comment.starts_with("##") && !comment.starts_with("###"); }

/// Takes the `##` lines at the end of a list off and returns them joined, without their marks. Lines that say nothing
/// stay comments, because documentation that is empty is none.
std::string take_doc(std::vector<std::string>& leading) {
  auto first = leading.end();
  while (first != leading.begin() && is_doc_line(*(first - 1))) --first;
  std::string doc;
  for (auto line = first; line != leading.end(); ++line) {
    if (line != first) doc += '\n';
    doc += line->substr(line->size() > 2 && (*line)[2] == ' ' ? 3 : 2);
  }
  if (doc.find_first_not_of(" \t\n") == std::string::npos) return {};
  leading.erase(first, leading.end());
  return doc;
}

/// One walk over blocks and comments side by side.
class Attacher {
 public:
  Attacher(const Gaps& gaps, std::vector<RawComment>& comments) : gaps_(gaps), comments_(comments) {}

  /// Places the comments up to the end of the block. `carried` came before the block and leads its first statement.
  void block(Block& block, std::vector<std::string> carried = {}) {
    for (std::size_t i = 0; i < block.items.size(); ++i) {
      Item& item = block.items[i];
      lead(item, carried);
      inside(item);
      const std::uint32_t until = i + 1 < block.items.size() ? block.items[i + 1].begin : block.end;
      if (next_begins_before(until) && gaps_.same_line(item.end, begin())) item.comments->trailing = take();
    }
    auto& dangling = *block.dangling;
    dangling = std::move(carried);
    if (!block.items.empty() && next_begins_before(block.end) && gaps_.blank_line_before(begin())) dangling.emplace_back();
    lines_before(block.end, dangling);
    if (!dangling.empty() && dangling.back().empty()) dangling.pop_back();  // the blank line before the brace
  }

 private:
  [[nodiscard]] std::uint32_t begin() const { return comments_[next_].span.begin; }
  [[nodiscard]] bool next_begins_before(std::uint32_t offset) const { return next_ < comments_.size() && begin() < offset; }
  std::string take() { return std::move(comments_[next_++].text); }

  /// Moves the comments before `offset` to `out`, with an empty string for each blank line behind one of them.
  void lines_before(std::uint32_t offset, std::vector<std::string>& out) {
    while (next_begins_before(offset)) {
      const bool blank = gaps_.blank_line_behind(comments_[next_].span.end);
      out.push_back(take());
      if (blank) out.emplace_back();
    }
  }

  void lead(Item& item, std::vector<std::string>& carried) {
    const std::uint32_t first = next_begins_before(item.begin) ? begin() : item.begin;
    item.comments->blank_before = gaps_.blank_line_before(first);
    auto& leading = item.comments->leading;
    leading = std::exchange(carried, {});
    lines_before(item.begin, leading);
    if (item.doc != nullptr) *item.doc = take_doc(leading);
  }

  /// The comments within a statement: before its blocks, in them, between them.
  void inside(Item& item) {
    if (item.blocks.empty()) return within(item.end, item.comments->leading);
    within(item.blocks.front().begin, item.comments->leading);
    for (std::size_t i = 0; i < item.blocks.size(); ++i) {
      std::vector<std::string> carried;
      if (i > 0) within(item.blocks[i].begin, carried);
      block(item.blocks[i], std::move(carried));
    }
    within(item.end, *item.blocks.back().dangling);
  }

  void within(std::uint32_t end, std::vector<std::string>& out) {
    while (next_begins_before(end)) out.push_back(take());
  }

  const Gaps& gaps_;
  std::vector<RawComment>& comments_;
  std::size_t next_ = 0;
};

}  // namespace

void attach_comments(ast::File& file, const source::Source& source) {
  auto& comments = file.raw_comments;
  std::sort(comments.begin(), comments.end(), [](const RawComment& a, const RawComment& b) { return a.span.begin < b.span.begin; });
  const Gaps gaps(source.text(), comments);
  Block all = Outline(gaps).file(file, static_cast<std::uint32_t>(source.text().size()));
  Attacher(gaps, comments).block(all);
  comments.clear();
}

}  // namespace nurture::syntax
