// The walk that gives every part of an expression its type. Private to src/check; use expressions.hpp.
// Spread over expressions.cpp (dispatch), references.cpp (names), operators.cpp, calls.cpp and history.cpp.
#pragma once

#include "check/expressions.hpp"
#include "check/narrowing.hpp"

#include <string>
#include <utility>
#include <vector>

namespace nurture::check {

/// A type, and what more must be known about a part of an expression.
struct Typed {
  Type type;
  enum class Form : std::uint8_t {
    value,
    record,   ///< An event, of first() and last(): its fields have values, it has none.
    elapsed,  ///< idle(P), now - T, T - now: comparable with calendar lengths too.
  };
  Form form = Form::value;
  std::vector<const model::Event*> events = {};  ///< record
  const model::Field* field = nullptr;           ///< The declaration behind a field, for labels.
};

class Typing {
 public:
  Typing(Context& context, const Scope& scope) : context_(context), scope_(scope) {}

  [[nodiscard]] Typed visit(const ast::Expr& e, const Facts& facts);
  /// The type of something that must be there: reports records, and what may be missing (NUR0203).
  [[nodiscard]] Type operand(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Typed present_operand(const ast::Expr& e, const Facts& facts);
  /// A bool. `parent` is the operator it is an operand of, for where a guard can be inserted.
  void condition(const ast::Expr& e, const Facts& facts, ast::ExprKind parent = ast::ExprKind::null_literal);
  /// A value of any form as one that has a value of its own; records are refused.
  [[nodiscard]] Type value_of(const ast::Expr& e, const Typed& typed);
  /// NUR0205: a text literal that is no value of the enum of `subject`, which stands beside it.
  void report_no_value(const Type& type, const std::string& subject, const model::Field* field, const ast::Expr& literal);

 private:
  struct Local {
    std::string name;
    Type type;
  };
  /// Where `X is known and ` can be put so that the whole becomes well typed.
  struct Guard {
    const ast::Expr* whole = nullptr;
    bool outer_parentheses = false;  ///< Around guard and whole: the whole is an operand of `or` or `not`.
    bool inner_parentheses = false;  ///< Around the whole: it binds looser than `and`.
  };

  // expressions.cpp
  [[nodiscard]] Type literal(const ast::Expr& e);
  [[nodiscard]] Type list(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type map(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type logic(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Typed conditional(const ast::Expr& e, const Facts& facts);
  void report_unguarded(const ast::Expr& e, const Typed& typed);
  void report_no_condition(const ast::Expr& e, const Type& type);
  void report_mixed(const ast::Expr& e);
  bool told_alternatives(const ast::Expr& e, const Facts& facts);
  void report_alternatives(const ast::Expr& e);

  // references.cpp
  [[nodiscard]] Typed ident(const ast::Expr& e);
  void report_unknown_ident(const ast::Expr& e);
  [[nodiscard]] Typed select(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Typed member_of_namespace(const ast::Expr& e, const std::string& space);
  [[nodiscard]] Typed lead_field(const ast::Expr& e);
  [[nodiscard]] Typed event_field(const ast::Expr& e, const EventScope& events);
  [[nodiscard]] Typed entry_field(const ast::Expr& e);
  [[nodiscard]] Typed anchor(const ast::Expr& e);
  [[nodiscard]] Typed score(const ast::Expr& e);
  [[nodiscard]] Typed tier(const ast::Expr& e);
  [[nodiscard]] Typed stage(const ast::Expr& e);
  [[nodiscard]] Typed digest(const ast::Expr& e);
  [[nodiscard]] Typed record_field(const ast::Expr& e, const Typed& record);
  [[nodiscard]] Type index(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type presence(const ast::Expr& e, const ast::Expr& subject, const Facts& facts);
  [[nodiscard]] bool told_event(const ast::Expr& e);
  [[nodiscard]] bool told_unquoted(const Type& expected, const ast::Expr& e);
  void out_of_scope(Span span, std::string_view name, std::string help);
  [[nodiscard]] const Local* local(std::string_view name) const;
  [[nodiscard]] const model::Constant* constant(std::string_view name) const;

  // operators.cpp
  [[nodiscard]] Typed arithmetic(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type sum(const ast::Expr& e, const Type& left, const Type& right);
  [[nodiscard]] Type difference(const ast::Expr& e, const Type& left, const Type& right);
  [[nodiscard]] Type negation(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type relation(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type membership(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type mismatch(const ast::Expr& e, const Type& left, const Type& right);
  void check_comparison(const ast::Expr& e, const Typed& left, const Typed& right);
  void report_no_list(const ast::Expr& e, const Type& type);
  void report_no_element(const ast::Expr& e, const Type& item, const Type& list);
  bool told_null(const ast::Expr& e, const Facts& facts);
  void report_null(const ast::Expr& e);
  void report_mixed_lengths(const ast::Expr& e, const Type& left, const Type& right);
  void report_incomparable(const ast::Expr& e, const Type& left, const Type& right);
  void check_enum_pair(const ast::Expr& e, const Typed& left, const Typed& right);

  // calls.cpp
  [[nodiscard]] Type call(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type asked(const ast::Expr& e);
  [[nodiscard]] Type method(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type macro(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type fallback(const ast::Expr& e, const Facts& facts);
  [[nodiscard]] Type apply(const ast::Expr& e, int function, const std::vector<const ast::Expr*>& args, const Facts& facts);
  void unknown_function(const ast::Expr& e, bool method);

  // history.cpp
  [[nodiscard]] Typed history(const ast::Expr& e);
  [[nodiscard]] Type fold(const ast::Expr& e);

  Context& context_;
  const Scope& scope_;
  std::vector<Local> locals_;
  Guard guard_;
};

/// Whether something of this type can be the literal: false for a text that is no value of an enum.
[[nodiscard]] bool may_be(const Type& type, const ast::Expr& literal);
/// The text of an expression for messages, shortened in the middle when long.
[[nodiscard]] std::string shown(const ast::Expr& e);
/// Whether a duration literal has calendar units.
[[nodiscard]] bool is_calendar(std::string_view duration);
/// Whether a duration literal has exact units (h, min, s).
[[nodiscard]] bool has_exact_part(std::string_view duration);

}  // namespace nurture::check
