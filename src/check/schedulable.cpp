// Schedulability: every `when` must say when it can change. Entry points: check_schedulable(), check_newcomer_silence().
//
// Events, fields, scores and windows wake a condition by themselves. The clock does only where a moment can be computed
// at which the answer changes, that is in a comparison on one side of which the clock stands alone or moved by a length:
//   idle(P) REL x,  now REL x,  now - x REL y,  x - now REL y,  now + x REL y     and their mirror images,
// with x and y independent of the clock. compile/expression.cpp lowers exactly these.
#include "check/schedulable.hpp"

#include "check/typing.hpp"
#include "syntax/print.hpp"

#include <utility>

namespace nurture::check {

namespace {

using ast::Expr;
using ast::ExprKind;

bool is_now(const Expr& e) { return e.kind == ExprKind::ident && e.text == "now"; }
bool is_idle(const Expr& e) { return e.kind == ExprKind::history && e.text == "idle"; }
bool is_order(ExprKind kind) { return kind >= ExprKind::less && kind <= ExprKind::greater_equal; }

/// The first part that reads the clock; `where` of a history counts, because its answer would change by the clock too.
const Expr* clock_part(const Expr& e) {
  if (is_now(e) || is_idle(e)) return &e;
  if (e.pattern && (*e.pattern)->where) {
    if (const Expr* found = clock_part(*(*e.pattern)->where)) return found;
  }
  for (const Expr& arg : e.args) {
    if (const Expr* found = clock_part(arg)) return found;
  }
  return nullptr;
}

/// A moment that can be computed: the clock stands alone here, or is moved by something without it.
bool stands_alone(const Expr& e) {
  if (is_now(e)) return true;
  if (is_idle(e)) return !(*e.pattern)->where || clock_part(*(*e.pattern)->where) == nullptr;
  if (e.kind != ExprKind::subtract && e.kind != ExprKind::add) return false;
  const Expr& left = e.args.at(0);
  const Expr& right = e.args.at(1);
  return (is_now(left) && clock_part(right) == nullptr) || (is_now(right) && clock_part(left) == nullptr);
}

class Search {
 public:
  explicit Search(const Context& context) : context_(context) {}

  void look(const Expr& e) {
    if (trouble_) return;
    if (e.kind == ExprKind::ident) return look_at_name(e);
    const bool relation = e.kind >= ExprKind::equal && e.kind <= ExprKind::greater_equal;
    if (relation && clock_part(e) != nullptr) return look_at_comparison(e);
    if (e.pattern) return look_at_history(e);
    for (const Expr& arg : e.args) look(arg);
  }

  [[nodiscard]] std::optional<ClockTrouble> take() { return std::move(trouble_); }

 private:
  void found(const Expr& part, const Expr& whole, std::string why, std::string help) {
    trouble_ = ClockTrouble{&part, &whole, std::move(why), std::move(help), model::kNone};
  }

  void look_at_name(const Expr& e) {
    if (e.text == "now") return found(e, e, "the clock never stands still", "compare `now` with a moment, e.g. `now >= lead.starts_at`");
    // Segments come in the order of use, so those that this one asks for were looked at before.
    const model::Id id = context_.model.find_segment(e.text);
    if (id >= context_.segment_trouble.size() || !context_.segment_trouble[id]) return;
    trouble_ = context_.segment_trouble[id];
    if (trouble_->segment == model::kNone) trouble_->segment = id;
  }

  void look_at_history(const Expr& e) {
    if (is_idle(e)) {
      return found(e, e, "a growing length of time stands here by itself", "compare it: `" + syntax::print_expression(e) + " >= 14d`");
    }
    if (const Expr* inner = clock_part(e)) {
      found(*inner, e, "the clock is asked anew for every event of the past",
            "say how far back with `within`, and leave the clock out of the `where`");
    }
  }

  void look_at_comparison(const Expr& e) {
    const Expr& left = e.args.at(0);
    const Expr& right = e.args.at(1);
    const bool on_left = stands_alone(left) && clock_part(right) == nullptr;
    const bool on_right = stands_alone(right) && clock_part(left) == nullptr;
    if (!on_left && !on_right) {
      const Expr& part = *clock_part(e);
      const bool both = clock_part(left) != nullptr && clock_part(right) != nullptr;
      return found(part, e, both ? "both sides move with the clock" : "the clock is computed with here",
                   is_now(part) ? "compare `now` with a moment that stands still, e.g. `now >= lead.starts_at - 3d`"
                                : "compare `" + syntax::print_expression(part) + "` with a length of time that stands still, e.g. `14d`");
    }
    if (!is_order(e.kind)) return found(e, e, "true for no length of time", "compare with `>=` or `<`");
    look_at_side(left);
    look_at_side(right);
  }

  /// Segments and histories inside of a comparison are asked like any other.
  void look_at_side(const Expr& e) {
    if (is_now(e) || is_idle(e)) return;
    for (const Expr& arg : e.args) {
      if (!is_now(arg)) look(arg);
    }
  }

  const Context& context_;
  std::optional<ClockTrouble> trouble_;
};

/// The name in a condition through which it asks for a segment with trouble.
const Expr* name_with_trouble(const Context& context, const Expr& e) {
  if (e.kind == ExprKind::ident) {
    const model::Id id = context.model.find_segment(e.text);
    return id < context.segment_trouble.size() && context.segment_trouble[id] ? &e : nullptr;
  }
  for (const Expr& arg : e.args) {
    if (const Expr* found = name_with_trouble(context, arg)) return found;
  }
  return nullptr;
}

}  // namespace

std::optional<ClockTrouble> find_clock_trouble(const Context& context, const Expr& condition) {
  Search search(context);
  search.look(condition);
  return search.take();
}

void check_schedulable(Context& context, const Expr& condition) {
  const auto trouble = find_clock_trouble(context, condition);
  if (!trouble) return;
  const bool in_segment = trouble->segment != model::kNone;
  if (in_segment && !context.reported_segments.insert(trouble->segment).second) return;
  Finding finding(Code::unschedulable_when, trouble->part->span,
                  "no next moment can be computed at which " + shown(*trouble->whole) + " changes");
  finding.caret(trouble->why).help(trouble->help);
  const Expr* use = in_segment ? name_with_trouble(context, condition) : nullptr;
  if (use != nullptr) finding.label(use->span, "asked by this `when`");
  context.add(finding);
}

// ---------------------------------------------------------------- silence of newcomers

namespace {

bool is_zero(const Expr& e) { return e.kind == ExprKind::number && e.text == "0"; }
bool is_history(const Expr& e, std::string_view which) {
  return e.kind == ExprKind::history && e.text == which && e.pattern && (*e.pattern)->window &&
         (*e.pattern)->window->kind == ast::Window::Kind::within;
}

/// The history of `none(P within D)`, `not any(P within D)`, `count(P within D) == 0`; nullptr for anything else.
const Expr* silence(const Expr& e) {
  if (is_history(e, "none")) return &e;
  if (e.kind == ExprKind::not_ && is_history(e.args.at(0), "any")) return &e.args[0];
  const bool counts =
      (e.kind == ExprKind::equal && is_history(e.args.at(0), "count") && is_zero(e.args.at(1))) ||
      (e.kind == ExprKind::less && is_history(e.args.at(0), "count") && e.args.at(1).kind == ExprKind::number && e.args[1].text == "1");
  return counts ? &e.args[0] : nullptr;
}

}  // namespace

void check_newcomer_silence(Context& context, const Expr& condition) {
  if (const Expr* history = silence(condition)) {
    ast::Pattern pattern = **history->pattern;
    const std::string length = syntax::print_duration(pattern.window->within);
    pattern.window.reset();
    const std::string better = "idle(" + syntax::print_pattern(pattern) + ") >= " + length;
    Finding finding(Code::newcomer_silence, condition.span, shown(condition) + " holds for everyone who has just entered");
    finding.help("count the silence from the entry at the earliest: `" + better + '`');
    if (context.bytes(history->span).starts_with(history->text)) finding.fix(condition.span, better);
    context.add(finding);
    return;
  }
  // Beside another condition it is a deliberate question, but still one about newcomers.
  if (condition.kind == ExprKind::and_ || condition.kind == ExprKind::or_) {
    for (const Expr& arg : condition.args) check_newcomer_silence(context, arg);
  }
}

}  // namespace nurture::check
