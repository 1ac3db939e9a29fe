// A step that is written behind one which always comes later. When it runs is decided by the offsets, so a reader is misled.
// The fix moves the step; where that could change which of two steps of one instant is first, what an `after` counts from, or
// what a jump passes over, it is left to the author. Entry point: offsets_out_of_order().
#include "lint/lints.hpp"
#include "lint/moments.hpp"

#include <algorithm>
#include <string>

namespace nurture::lint {

namespace {

class Order {
 public:
  Order(const model::Sequence& sequence, Report& report) : sequence_(sequence), report_(report), moments_(moments_of(sequence)) {
    for (std::size_t i = 0; i < moments_.size(); ++i) {
      if (is_after(i)) moments_[i].reset();
    }
  }

  void run() {
    for (std::size_t i = 1; i < moments_.size(); ++i) {
      for (std::size_t k = i; k-- > 0;) {
        if (!comes_later(k, i)) continue;
        Finding finding(Code::offsets_out_of_order, step(i).node->offset.span,
                        quoted(step(i).name) + " comes before " + quoted(step(k).name) + " and is written behind it");
        finding.label(step(k).node->offset.span, "later than that").help("write the steps in the order in which they come");
        add_fix(i, finding);
        report_.add(finding, sequence_);
        break;
      }
    }
  }

 private:
  const model::Step& step(std::size_t i) const { return sequence_.steps[i]; }
  bool is_after(std::size_t i) const { return step(i).node->offset.kind == ast::Offset::Kind::after; }

  /// Whether step k, written earlier, is always due after step i.
  bool comes_later(std::size_t k, std::size_t i) const {
    if (!moments_[i] || !moments_[k] || moments_[i]->anchor != moments_[k]->anchor || step(i).phase != step(k).phase) return false;
    return least_between(*moments_[i], *moments_[k]) > 0;
  }

  void add_fix(std::size_t i, Finding& finding) const {
    std::size_t to = i;
    while (to > 0 && comes_later(to - 1, i)) --to;
    const bool counted_from = i + 1 < moments_.size() && is_after(i + 1);
    if (to == i || counted_from || has_jumps(sequence_) || step(i).phase != step(to).phase) return;
    const auto moved = lines_of(i);
    const auto before = lines_of(to);
    if (!moved || !before) return;
    const std::string_view text = report_.text(moved->file).substr(moved->begin, moved->end - moved->begin);
    finding.fix({before->file, before->begin, before->begin}, std::string(text)).fix(*moved, "");
  }

  /// The whole lines of a step; nothing when they are not its own, or when comments above them might be a heading.
  std::optional<Span> lines_of(std::size_t i) const {
    const ast::Step& node = *step(i).node;
    const std::string_view text = report_.text(node.span.file);
    if (text.empty() || !node.comments.leading.empty()) return std::nullopt;
    const std::size_t begin = text.rfind('\n', node.span.begin) + 1;
    const std::size_t last = report_.end_of(node.span);
    const std::size_t end = text.find('\n', last);
    if (begin == 0 || end == std::string_view::npos) return std::nullopt;
    const bool alone = text.substr(begin, node.span.begin - begin).find_first_not_of(" \t") == std::string_view::npos;
    const std::size_t behind = text.find_first_not_of(" \t\r", last);
    const bool is_last = behind == end || text[behind] == '#' || text[behind] == '/';
    if (!alone || !is_last) return std::nullopt;
    return Span{node.span.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end + 1)};
  }

  const model::Sequence& sequence_;
  Report& report_;
  Moments moments_;
};

}  // namespace

void offsets_out_of_order(const model::Model& model, Report& report) {
  for (const auto& sequence : model.sequences) Order(sequence, report).run();
}

}  // namespace nurture::lint
