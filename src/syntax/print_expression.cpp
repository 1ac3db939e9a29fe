// Expressions, patterns and the other one-line parts of the text spelling. Entry points: print_expression(),
// print_pattern(), print_outcome(), print_offset(), print_duration(), print_string() and their kin in print_parts.hpp.
//
// Parentheses stand where the author wrote them and where the tree needs them: an operand that binds looser than its
// place asks for.
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"
#include "syntax/print_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace nurture::syntax {

namespace {

using ast::Expr;
using ast::ExprKind;

/// How tightly an expression binds; the grammar's levels from `a ? b : c` to names and literals.
enum class Level : int { conditional, or_, and_, not_, relation, sum, product, unary, postfix };

Level tighter(Level level) { return static_cast<Level>(static_cast<int>(level) + 1); }

Level level_of(const Expr& expression) {
  switch (expression.kind) {
    case ExprKind::conditional: return Level::conditional;
    case ExprKind::or_: return Level::or_;
    case ExprKind::and_: return Level::and_;
    case ExprKind::not_: return Level::not_;
    case ExprKind::equal:
    case ExprKind::not_equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::greater:
    case ExprKind::greater_equal:
    case ExprKind::in:
    case ExprKind::known:
    case ExprKind::missing: return Level::relation;
    case ExprKind::add:
    case ExprKind::subtract: return Level::sum;
    case ExprKind::multiply:
    case ExprKind::divide:
    case ExprKind::modulo: return Level::product;
    case ExprKind::negate: return Level::unary;
    case ExprKind::number: return expression.text.starts_with('-') ? Level::unary : Level::postfix;
    case ExprKind::null_literal:
    case ExprKind::bool_literal:
    case ExprKind::string:
    case ExprKind::duration:
    case ExprKind::time:
    case ExprKind::datetime:
    case ExprKind::ident:
    case ExprKind::select:
    case ExprKind::index:
    case ExprKind::call:
    case ExprKind::method:
    case ExprKind::list:
    case ExprKind::map:
    case ExprKind::history:
    case ExprKind::fold: return Level::postfix;
  }
  return Level::postfix;
}

std::string bare(const Expr& expression);

std::string operand(const Expr& expression, Level needed) {
  return expression.parenthesized || level_of(expression) < needed ? '(' + bare(expression) + ')' : bare(expression);
}

std::string whole(const Expr& expression) { return operand(expression, Level::conditional); }

std::string arguments(const std::vector<Expr>& args, std::size_t first) {
  std::string out;
  for (std::size_t i = first; i < args.size(); ++i) out += (i == first ? "" : ", ") + whole(args[i]);
  return out;
}

std::string map(const Expr& expression) {
  if (expression.args.empty()) return "{}";
  std::string out = "{ ";
  for (std::size_t i = 0; i + 1 < expression.args.size(); i += 2) {
    out += (i == 0 ? "" : ", ") + operand(expression.args[i], Level::or_) + ": " + whole(expression.args[i + 1]);
  }
  return out + " }";
}

/// A function named like a form of event history gets its argument in parentheses, else it would read as a pattern:
/// `count((a.b))` is a call, `count(a.b)` counts events.
std::string call(const Expr& expression) {
  constexpr std::array<std::string_view, 6> kHistory{"count", "any", "none", "first", "last", "idle"};
  const bool taken = std::find(kHistory.begin(), kHistory.end(), expression.text) != kHistory.end();
  if (taken && expression.args.size() == 1) return expression.text + "((" + bare(expression.args.front()) + "))";
  return expression.text + '(' + arguments(expression.args, 0) + ')';
}

/// What `.name` or `[...]` follows. Numbers, durations and dates get parentheses: `1.min` would read as a number.
std::string base(const Expr& expression) {
  const bool literal = expression.kind == ExprKind::number || expression.kind == ExprKind::duration || expression.kind == ExprKind::time ||
                       expression.kind == ExprKind::datetime;
  return literal ? '(' + bare(expression) + ')' : operand(expression, Level::postfix);
}

/// `a or b or c`. What mixes the two words without parentheses keeps its form: where they belong is for the author to say.
std::string chain(const Expr& expression, std::string_view word, Level level) {
  std::string out;
  for (const auto& argument : expression.args) {
    if (!out.empty()) out.append(" ").append(word).append(" ");
    out += operand(argument, tighter(level));
  }
  return out;
}

std::string infix(const Expr& expression, Level level) {
  return operand(expression.args.at(0), level) + ' ' + std::string(operator_text(expression.kind)) + ' ' +
         operand(expression.args.at(1), tighter(level));
}

std::string bare(const Expr& expression) {
  const auto& args = expression.args;
  switch (expression.kind) {
    case ExprKind::null_literal: return "null";
    case ExprKind::string: return print_string(expression.text);
    case ExprKind::bool_literal:
    case ExprKind::number:
    case ExprKind::duration:
    case ExprKind::time:
    case ExprKind::datetime:
    case ExprKind::ident: return expression.text;
    case ExprKind::select: return base(args.at(0)) + '.' + expression.text;
    case ExprKind::index: return base(args.at(0)) + '[' + whole(args.at(1)) + ']';
    case ExprKind::call: return call(expression);
    case ExprKind::method: return base(args.at(0)) + '.' + expression.text + '(' + arguments(args, 1) + ')';
    case ExprKind::list: return '[' + arguments(args, 0) + ']';
    case ExprKind::map: return map(expression);
    case ExprKind::history: return expression.text + '(' + print_pattern(*expression.pattern.value()) + ')';
    case ExprKind::fold:
      return fmt::format("{}({} of {})", expression.text, expression.field.value().text, print_pattern(*expression.pattern.value()));
    case ExprKind::not_: return "not " + operand(args.at(0), Level::not_);
    case ExprKind::negate: return '-' + operand(args.at(0), Level::unary);
    case ExprKind::known: return operand(args.at(0), Level::relation) + " is known";
    case ExprKind::missing: return operand(args.at(0), Level::relation) + " is missing";
    case ExprKind::and_: return chain(expression, "and", Level::and_);
    case ExprKind::or_: return chain(expression, "or", Level::or_);
    case ExprKind::conditional:
      return operand(args.at(0), Level::or_) + " ? " + operand(args.at(1), Level::or_) + " : " + whole(args.at(2));
    case ExprKind::multiply:
    case ExprKind::divide:
    case ExprKind::modulo:
    case ExprKind::add:
    case ExprKind::subtract:
    case ExprKind::equal:
    case ExprKind::not_equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::greater:
    case ExprKind::greater_equal:
    case ExprKind::in: return infix(expression, level_of(expression));
  }
  return {};
}

std::string window(const ast::Window& window) {
  switch (window.kind) {
    case ast::Window::Kind::within: return "within " + print_duration(window.within);
    case ast::Window::Kind::since_enrolled: return "since enrolled";
    case ast::Window::Kind::since_step: return "since step " + window.name.text;
    case ast::Window::Kind::since_anchor: return "since anchor " + window.name.text;
    case ast::Window::Kind::since_date: return "since " + window.date.text;
  }
  return {};
}

// ---- outcomes of tests

std::string outcome(const ast::ExpectNoSend&) { return "no send"; }
std::string outcome(const ast::ExpectSend& expected) {
  std::string out = "send " + expected.message.text;
  if (expected.channel) out += " by " + expected.channel->text;
  if (expected.variant) out += " variant " + expected.variant->text;
  return out;
}
std::string outcome(const ast::ExpectHeld& expected) { return "held " + expected.message.text + " until " + print_instant(expected.until); }
std::string outcome(const ast::ExpectSkipped& expected) { return "skipped " + expected.message.text + " because " + expected.reason.text; }
std::string outcome(const ast::ExpectExit& expected) { return "exit " + expected.name.text; }
std::string outcome(const ast::ExpectMoved& expected) { return "moved to " + expected.sequence.text; }
std::string outcome(const ast::ExpectAtStep& expected) { return "at step " + expected.step.text; }
std::string outcome(const ast::ExpectScore& expected) {
  return fmt::format("score {} {} {}", expected.score.text, operator_text(expected.op), expected.value.value);
}
std::string outcome(const ast::ExpectTier& expected) { return "tier " + expected.score.text + ' ' + expected.tier.text; }
std::string outcome(const ast::ExpectStage& expected) { return "stage " + expected.lifecycle.text + ' ' + expected.stage.text; }
std::string outcome(const ast::ExpectMembership& expected) {
  return fmt::format("{} {}", ast::word(expected.kind), expected.audience.text);
}
std::string outcome(const ast::ExpectGoal& expected) { return "goal " + expected.name.text; }
std::string outcome(const ast::ExpectTask& expected) { return "task " + expected.owner.text; }
std::string outcome(const ast::ExpectNotified& expected) { return "notified " + expected.who.text; }
std::string outcome(const ast::ExpectNothingMore&) { return "nothing more"; }

/// A condition that begins with the word of another outcome gets parentheses.
std::string outcome(const ast::ExpectCondition& expected) {
  constexpr std::array<std::string_view, 13> kWords{"no",   "send",     "held",    "skipped", "exit",   "moved", "at",
                                                    "goal", "notified", "nothing", "task",    "joined", "left"};
  const std::string text = whole(expected.condition);
  std::size_t size = 0;
  while (size < text.size() && (std::isalnum(static_cast<unsigned char>(text[size])) != 0 || text[size] == '_')) ++size;
  const std::string_view first(text.data(), size);
  const bool dotted = size < text.size() && text[size] == '.';
  const bool taken = std::find(kWords.begin(), kWords.end(), first) != kWords.end() ||
                     (!dotted && (first == "score" || first == "tier" || first == "stage"));
  return taken ? '(' + text + ')' : text;
}

/// One number and its unit, when there is any.
void component(std::string& out, std::int64_t value, std::string_view unit) {
  if (value != 0) out.append(std::to_string(value)).append(unit);
}

}  // namespace

std::string_view operator_text(ExprKind kind) {
  switch (kind) {
    case ExprKind::multiply: return "*";
    case ExprKind::divide: return "/";
    case ExprKind::modulo: return "%";
    case ExprKind::add: return "+";
    case ExprKind::subtract: return "-";
    case ExprKind::equal: return "==";
    case ExprKind::not_equal: return "!=";
    case ExprKind::less: return "<";
    case ExprKind::less_equal: return "<=";
    case ExprKind::greater: return ">";
    case ExprKind::greater_equal: return ">=";
    case ExprKind::in: return "in";
    default: return {};
  }
}

std::string print_expression(const Expr& expression) { return whole(expression); }

std::string print_pattern(const ast::Pattern& pattern) {
  std::string out = print_names(pattern.events, " or ");
  if (pattern.of) out += " of " + pattern.of->text;
  if (pattern.any_key) out += " any key";
  if (pattern.where) out += " where " + whole(*pattern.where);
  if (pattern.window) out += ' ' + window(*pattern.window);
  return out;
}

std::string print_outcome(const ast::Outcome& expected) {
  return std::visit([](const auto& alternative) { return outcome(alternative); }, expected);
}

std::string print_names(const std::vector<ast::Name>& names, std::string_view separator) {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty()) out += separator;
    out += name.text;
  }
  return out;
}

std::string print_decay_amount(const ast::Decay& decay) {
  if (decay.kind == ast::Decay::Kind::half) return std::string(ast::word(decay.kind));
  return std::to_string(decay.amount.value) + (decay.kind == ast::Decay::Kind::percent ? "%" : "");
}

std::string print_duration(const ast::Duration& duration) {
  if (!duration.text.empty()) return duration.text;
  std::string out;  // a tree made by a program, not read from a file
  component(out, duration.months, "mo");
  component(out, duration.days, "d");
  component(out, duration.seconds, "s");
  return out.empty() ? "0s" : out;
}

std::string print_time(const ast::TimeOfDay& time) { return fmt::format("{:02}:{:02}", time.minutes / 60, time.minutes % 60); }

std::string print_clock(const ast::ClockTime& clock) {
  return clock.field ? clock.field->text + " else " + print_time(clock.time) : print_time(clock.time);
}

std::string print_weekdays(const ast::Weekdays& days) {
  const std::string first(ast::weekday_word(days.first_day));
  return days.first_day == days.last_day ? first : first + ".." + std::string(ast::weekday_word(days.last_day));
}

std::string print_recurrence(const ast::Recurrence& every) {
  std::string out;
  switch (every.kind) {
    case ast::Recurrence::Kind::year: out = "year on " + every.date.text + (every.leap_in_march ? " feb29 mar1" : ""); break;
    case ast::Recurrence::Kind::weekday: out = ast::weekday_name(every.weekday); break;
    case ast::Recurrence::Kind::period: out = print_duration(every.period) + " from " + every.from.text; break;
  }
  return every.time ? out + " at " + print_time(*every.time) : out;
}

std::string print_late(const ast::LateRule& late) {
  return late.kind == ast::LateRule::Kind::grace ? "grace " + print_duration(late.grace) : std::string(ast::word(late.kind));
}

std::string print_offset(const ast::Offset& offset) {
  std::string out;
  switch (offset.kind) {
    case ast::Offset::Kind::day: out = offset.day_signed ? fmt::format("day {:+}", offset.day) : fmt::format("day {}", offset.day); break;
    case ast::Offset::Kind::at: out = "at " + print_duration(offset.duration); break;
    case ast::Offset::Kind::immediately: out = "immediately"; break;
    case ast::Offset::Kind::after: out = "after " + print_duration(offset.duration); break;
    case ast::Offset::Kind::every: out = "every " + print_recurrence(offset.every.value()); break;
  }
  if (offset.from) out += " from " + offset.from->text;
  return out;
}

std::string print_schedule(const ast::Step& step) {
  std::string out = print_offset(step.offset);
  if (step.weekdays) out += " on " + print_weekdays(*step.weekdays);
  return step.time ? out + " at " + print_clock(*step.time) : out;
}

std::string print_instant(const ast::Instant& instant) {
  switch (instant.kind) {
    case ast::Instant::Kind::absolute: return instant.date_time.text;
    case ast::Instant::Kind::day: return fmt::format("day {} {}", instant.day, print_time(instant.time));
    case ast::Instant::Kind::relative: return print_duration(instant.offset);
  }
  return {};
}

std::string print_type(const ast::Type& type) {
  std::string out(ast::word(type.kind));
  if (type.kind == ast::TypeKind::enum_) out += '(' + print_names(type.values, ", ") + ')';
  if (type.element) out += '<' + print_type(**type.element) + '>';
  return type.optional ? out + '?' : out;
}

std::string print_zone(const ast::Zone& zone) {
  return zone.kind == ast::Zone::Kind::named ? print_string(zone.name.value) : std::string(ast::word(zone.kind));
}

std::string print_trigger(const ast::Trigger& trigger) {
  if (trigger.on) return "on " + print_pattern(*trigger.on);
  return trigger.when ? "when " + whole(*trigger.when) : std::string();
}

std::string print_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (byte == '"' || byte == '\\') {
      out.append(1, '\\').append(1, text[i]);
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // C1 controls, U+0080..U+009F
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out + '"';
}

std::string print_paragraph(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out = "\"\"\"\n";
  bool several = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    // A line of blanks alone, or a character that must be escaped where it stands, has no other form than on one line.
    if (!line.empty() && line.find_first_not_of(" \t") == std::string_view::npos) return print_string(text);
    std::string written = print_string(line);
    written = written.substr(1, written.size() - 2);
    // What is escaped for the sake of a single quote need not be here: only three of them end the text.
    if (line.find("\"\"\"") == std::string_view::npos && line.find('\\') == std::string_view::npos) {
      for (std::size_t at = written.find("\\\""); at != std::string::npos; at = written.find("\\\"", at)) written.erase(at, 1);
    }
    if (!line.empty()) out.append(margin).append(written);
    out += '\n';
    several = several || end < text.size();
    begin = end + 1;
  }
  return several ? out + margin + "\"\"\"" : print_string(text);
}

}  // namespace nurture::syntax
