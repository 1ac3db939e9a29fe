// Actions and bodies in canonical text. Entry point: body().
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"
#include "syntax/print_layout.hpp"
#include "syntax/print_parts.hpp"

#include <fmt/format.h>

namespace nurture::syntax {

namespace {

using ast::Action;
using ast::Body;

/// Where an action begins: the indentation of its line, and the columns in use before it.
struct At {
  int indent;
  std::size_t column;
};

bool has_comments(const ast::Comments& comments) { return !comments.leading.empty() || !comments.trailing.empty(); }

/// The only action of a body, when no comment needs the braces to stand in.
const Action* lone_action(const Body& body) {
  const bool lone = body.actions.size() == 1 && body.dangling.empty() && !has_comments(body.actions.front().comments);
  return lone ? &body.actions.front() : nullptr;
}

/// An action that holds no other.
bool is_simple(const Action& action) {
  if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) return !wait->timeout || !wait->timeout->then;
  if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) return !move->otherwise;
  return !std::holds_alternative<ast::If>(action.what) && !std::holds_alternative<ast::Split>(action.what) &&
         !std::holds_alternative<ast::WaitAnyOf>(action.what);
}

std::string text(const ast::ErrorAction&, At) { return {}; }
std::string with(const std::vector<ast::Argument>& arguments) {
  std::string out;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    out += (i == 0 ? " with " : ", ") + arguments[i].name.text + " = " + print_expression(arguments[i].value);
  return out;
}
std::string text(const ast::Send& send, At) {
  std::string out = "send " + send.message.text;
  if (send.variant) out += " variant " + send.variant->text;
  out += with(send.arguments);
  if (!send.channels.empty()) out += (send.preferred ? " by preferred of " : " by ") + print_names(send.channels, ", ");
  return send.sent_within ? out + " unless sent within " + print_duration(*send.sent_within) : out;
}
std::string text(const ast::SendNext& send, At) { return "send next of " + send.pool.text; }
std::string text(const ast::Wait& wait, At) {
  return "wait " + print_duration(wait.duration) + (wait.until ? " until " + print_time(*wait.until) : "");
}
std::string text(const ast::WaitDay& wait, At) { return "wait until " + print_weekdays(wait.days) + ' ' + print_time(wait.time); }
/// Behind `out`, the beginning of the statement's last line.
std::string with_timeout(std::string out, const std::optional<ast::Timeout>& timeout, At at) {
  if (!timeout) return out;
  out += " timeout " + print_duration(timeout->length);
  if (timeout->label) out += " as " + timeout->label->text;
  if (timeout->then) out += " then " + body(*timeout->then, BodyStyle::bare_if_simple, at.indent, at.column + width(out) + 6);
  return out;
}
std::string text(const ast::WaitUntil& wait, At at) {
  const std::string out = "wait until " + print_trigger(wait.trigger) + (wait.resets ? " repeat reset" : "");
  return with_timeout(out, wait.timeout, at);
}
std::string text(const ast::WaitAnyOf& wait, At at) {
  std::vector<Row> rows;
  for (const auto& one : wait.conditions.cases) {
    std::string trigger = print_trigger(one.trigger) + (one.label ? " as " + one.label->text : "");
    const std::size_t column = static_cast<std::size_t>(at.indent + 1) * 2 + width(trigger) + 1;
    rows.push_back({Run::arm, {std::move(trigger), body(one.body, BodyStyle::inline_braces, at.indent + 1, column)}, &one.comments});
  }
  return with_timeout("wait until any of " + braces(rows, wait.conditions.dangling, at.indent), wait.timeout, at);
}

std::string if_text(const ast::If& statement, BodyStyle then_style, At at);

/// What follows `else`: another `if` where the branch holds nothing else, so that a chain of them does not creep right.
std::string else_text(const ast::If& statement, At at) {
  const Action* action = statement.else_label ? nullptr : lone_action(*statement.otherwise);
  const auto* next = action != nullptr ? std::get_if<ast::If>(&action->what) : nullptr;
  if (next != nullptr) return " else " + if_text(*next, BodyStyle::block, at);
  const std::string label = statement.else_label ? "as " + statement.else_label->text + ' ' : std::string();
  return " else " + label + body(*statement.otherwise, BodyStyle::block, at.indent, at.column);
}

std::string if_text(const ast::If& statement, BodyStyle then_style, At at) {
  std::string out = "if " + print_expression(statement.condition);
  if (statement.label) out += " as " + statement.label->text;
  out += ' ';
  out += body(statement.then, then_style, at.indent, at.column + width(out));
  return statement.otherwise ? out + else_text(statement, at) : out;
}

/// Only an `if` without `else` may stand on one line; with two branches the eye needs the lines.
std::string text(const ast::If& statement, At at) {
  return if_text(statement, statement.otherwise ? BodyStyle::block : BodyStyle::inline_braces, at);
}

std::string text(const ast::Split& split, At at) {
  std::vector<Row> rows;
  for (const auto& arm : split.arms) {
    const std::string share = fmt::format("{}%", arm.percent.value);
    const std::size_t column = static_cast<std::size_t>(at.indent + 1) * 2 + arm.name.text.size() + share.size() + 2;
    rows.push_back({Run::arm, {arm.name.text, share, body(arm.body, BodyStyle::inline_braces, at.indent + 1, column)}, &arm.comments});
  }
  std::string header = "split " + split.name.text + ' ';
  if (split.salt) header += "salt " + print_string(split.salt->value) + ' ';
  if (split.goal) header += "goal " + print_pattern(*split.goal) + ' ';
  if (split.promote) header += fmt::format("promote at {}% ", split.promote->percent.value);
  if (split.promote && split.promote->least) header += fmt::format("min {} ", split.promote->least->value);
  return header + braces(rows, split.dangling, at.indent);
}

std::string text(const ast::MoveTo& move, At at) {
  const std::string out = "move to " + move.sequence.text + with(move.arguments);
  return move.otherwise ? out + " else " + body(*move.otherwise, BodyStyle::block, at.indent, at.column) : out;
}
std::string text(const ast::EnrollIn& enroll, At) { return "enroll in " + enroll.sequence.text + with(enroll.arguments); }
std::string text(const ast::ExitAs& exit, At) { return "exit " + exit.name.text; }
std::string text(const ast::Accelerate& accelerate, At) { return "accelerate " + accelerate.factor + 'x'; }
std::string text(const ast::SetField& set, At) { return "set " + set.name.text + " = " + print_expression(set.value); }
std::string text(const ast::Tag& tag, At) { return "tag " + tag.name.text; }
std::string text(const ast::Notify& notify, At) { return "notify " + notify.who.text + ' ' + print_string(notify.text.value); }
std::string text(const ast::Task& task, At) {
  std::string out = "task " + task.owner.text + ' ' + print_string(task.text.value);
  if (task.due) out += " due " + print_duration(*task.due);
  return task.label ? out + " as " + task.label->text : out;
}
std::string text(const ast::AddPoints& add, At) { return fmt::format("score {} {:+}", add.score.text, add.points.value); }
std::string text(const ast::Snooze& snooze, At) { return "snooze " + print_duration(snooze.length); }
std::string text(const ast::Do& call, At) {
  std::string out = "do " + call.function.text + '(';
  for (std::size_t i = 0; i < call.args.size(); ++i) out += (i == 0 ? "" : ", ") + print_expression(call.args[i]);
  return out + ')';
}
std::string text(const ast::Jump& jump, At) { return "-> " + jump.step.text; }

std::string action_text(const Action& action, At at) {
  return std::visit([&](const auto& what) { return text(what, at); }, action.what);
}

std::string block(const Body& body, int indent) {
  std::vector<Row> rows;
  for (const auto& action : body.actions) {
    rows.push_back({Run::none, {action_text(action, {indent + 1, static_cast<std::size_t>(indent + 1) * 2})}, &action.comments});
  }
  return braces(rows, body.dangling, indent);
}

}  // namespace

std::string body(const Body& body, BodyStyle style, int indent, std::size_t column) {
  const Action* action = style == BodyStyle::block ? nullptr : lone_action(body);
  if (action == nullptr || (style != BodyStyle::bare && !is_simple(*action))) return block(body, indent);
  if (style != BodyStyle::inline_braces) return action_text(*action, {indent, column});
  const std::string line = "{ " + action_text(*action, {indent, column + 2}) + " }";
  return column + width(line) <= kLineWidth ? line : block(body, indent);
}

}  // namespace nurture::syntax
