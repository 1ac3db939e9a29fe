// `retain`: how long history and leads are kept, and that nothing else asks for more. Entry point: check_retention().
#include "check/expressions.hpp"
#include "check/policies.hpp"

#include "syntax/ast_algorithms.hpp"
#include "syntax/print.hpp"
#include "time/zone.hpp"

#include <set>

namespace nurture {

ast::Expr model::silence_of(const ast::Retain& retain) {
  ast::Expr length;
  length.kind = ast::ExprKind::duration;
  length.text = retain.length.text;
  length.span = retain.length.span;
  ast::Expr silent;
  silent.kind = ast::ExprKind::greater_equal;
  silent.span = retain.after->span;
  silent.args = {*retain.after, std::move(length)};
  return silent;
}

namespace check {

namespace {

using ast::Expr;
using ast::ExprKind;

std::int64_t longest_ms(const ast::Duration& length) {
  return time::longest_ms({static_cast<std::int32_t>(length.months), static_cast<std::int32_t>(length.days), length.seconds * 1000});
}

/// What is asked for beyond what is kept never has a whole answer.
void report_longer(Context& context, const ast::Duration& length, const ast::Duration& kept, const std::string& what) {
  if (length.text.empty() || kept.text.empty() || longest_ms(length) <= longest_ms(kept)) return;
  context.add(Finding(Code::bad_retention, length.span,
                      what + " " + quoted(syntax::print_duration(length)) + " of events that are forgotten sooner")
                  .label(kept.span, "events are forgotten after so long")
                  .help("write at most " + quoted(syntax::print_duration(kept)) + ", or retain events for longer"));
}

void check_events(Context& context, const ast::Project& node, const ast::Retain& retain) {
  for (const auto& keep : node.keeps) report_longer(context, keep.length, retain.length, "this keeps");
  std::set<const ast::Window*> ahead;  // The goal of a split looks at the event at hand.
  for (const auto& file : context.model.files) {
    ast::for_each_node(*file, [&](const auto& part) {
      using T = std::remove_cvref_t<decltype(part)>;
      if constexpr (std::is_same_v<T, ast::Split>) {
        if (part.goal && part.goal->window) ahead.insert(&*part.goal->window);
      } else if constexpr (std::is_same_v<T, ast::Window>) {
        if (part.kind == ast::Window::Kind::within && !ahead.contains(&part))
          report_longer(context, part.within, retain.length, "this asks for");
      }
    });
  }
}

/// Erased is who has been silent for so long: the same question as in a condition, so the same is asked of it.
void check_leads(Context& context, const ast::Retain& retain) {
  const Expr& after = *retain.after;
  if (after.kind != ExprKind::history || after.text != "idle") {
    context.add(Finding(Code::bad_retention, after.span, "leads are retained for so long after the last that was heard of them")
                    .help("write `after idle(any)`"));
    return;
  }
  Scope scope;
  scope.place = "`retain`";
  check_when(context, model::silence_of(retain), scope, WhenPlace::elsewhere);
}

}  // namespace

void check_retention(Context& context, const ast::Project& node) {
  const ast::Retain* seen[2] = {nullptr, nullptr};
  for (const auto& retain : node.retains) {
    const bool leads = retain.kind == ast::Retain::Kind::leads;
    const ast::Retain*& first = seen[leads ? 1 : 0];
    if (first != nullptr) {
      context.add(Finding(Code::duplicate_name, retain.span,
                          std::string("how long ") + (leads ? "leads" : "events") + " are retained is said twice")
                      .label(first->span, "said here first"));
      continue;
    }
    first = &retain;
    if (is_zero(retain.length))
      context.add(Finding(Code::bad_offset, retain.length.span, "this retains nothing").help("write e.g. `400d`"));
    check_length(context, retain.length);
    if (leads && retain.after) check_leads(context, retain);
    if (!leads) check_events(context, node, retain);
  }
}

}  // namespace check
}  // namespace nurture
