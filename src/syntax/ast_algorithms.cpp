// Comparing the comments of two trees. Entry points: same_comments(), all_comments(). The dump stands in ast_dump.cpp.
//
// Comments are compared as one flat list: walk both trees in the same order and write down, for each place that can
// hold comments, a mark and what it holds. Equal lists mean equal comments with equal attachment.
#include "syntax/ast_algorithms.hpp"

namespace nurture::ast {

namespace {

template <class T>
concept HasDangling = requires(const T& node) {
  node.dangling;
};

/// Appends the comments of a list without the empty strings that stand for blank lines.
void append(std::vector<std::string>& out, const std::vector<std::string>& comments) {
  for (const auto& comment : comments) {
    if (!comment.empty()) out.push_back(comment);
  }
}

/// The comments of all places, each place opened by a mark. No mark begins with `#`, every comment does.
std::vector<std::string> places(const File& file) {
  std::vector<std::string> out;
  const auto statement = [&out](const Comments& comments) {
    out.emplace_back("before");
    append(out, comments.leading);
    out.emplace_back("behind");
    if (!comments.trailing.empty()) out.push_back(comments.trailing);
  };
  statement(file.edition_comments);
  for_each_node(file, [&](const auto& node) {
    using T = std::remove_cvref_t<decltype(node)>;
    if constexpr (is_statement<T>) statement(node.comments);
    if constexpr (HasDangling<T>) {
      out.emplace_back("last in block");
      append(out, node.dangling);
    }
  });
  return out;
}

}  // namespace

bool same_comments(const File& a, const File& b) { return places(a) == places(b); }

std::vector<std::string> all_comments(const File& file) {
  auto out = places(file);
  std::erase_if(out, [](const std::string& entry) { return entry.front() != '#'; });
  return out;
}

}  // namespace nurture::ast
