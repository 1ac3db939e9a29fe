// The tokens of the grammar as X3 parsers: each is a function of read.hpp with the words for "expected ...".
#pragma once

#include "syntax/grammar/read.hpp"
#include "syntax/grammar/x3.hpp"

namespace nurture::syntax::grammar {

/// A name that stands alone; says so when it is written with a hyphen.
constexpr Lexeme<ast::Name> name{"a name", read_name};
/// `a.b.c`, likewise.
constexpr Lexeme<ast::Name> dotted_name{"a name", read_dotted_name};
/// `a.b.c` where a hyphen may be a minus.
constexpr Lexeme<ast::Name> event_name{"the name of an event", read_event_name};
/// A name in an expression, where a hyphen is a minus.
constexpr Lexeme<ast::Name> identifier{"a name", read_identifier};
/// Any word behind a dot.
constexpr Lexeme<ast::Name> member_name{"a name", read_member_name};
constexpr Lexeme<ast::Text> text{"a text in quotes", read_text};
constexpr Lexeme<ast::Integer> integer{"a whole number", read_integer};
constexpr Lexeme<ast::Integer> signed_integer{"a number of days such as `14` or `-1`", read_signed_integer};
constexpr Lexeme<ast::Integer> points{"points with a sign such as `+8`", read_points};
constexpr Lexeme<ast::Integer> percent{"a share such as `50%`", read_percent};
constexpr Lexeme<std::string> factor{"a factor such as `2x`", read_factor};
constexpr Lexeme<ast::Duration> duration{"a duration such as `2d`", read_duration};
constexpr Lexeme<ast::Duration> signed_duration{"a distance with a sign such as `-2h` or `+1d`", read_signed_duration};
constexpr Lexeme<ast::TimeOfDay> time_of_day{"a time of day such as `09:00`", read_time};
constexpr Lexeme<ast::DateTime> date_time{"a date such as `2026-03-02` or `2026-03-02T08:00`", read_date_time};
constexpr Lexeme<ast::TypeKind> type_name{"a type", read_type};
constexpr Lexeme<ast::ParameterType> parameter_type{"a type, `message` or `event`", read_parameter_type};
constexpr Lexeme<ast::Weekdays> weekdays{"weekdays such as `mon..fri`", read_weekdays};
constexpr Lexeme<ast::Integer> weekday{"a day of the week such as `monday`", read_weekday};
/// Every literal of an expression.
constexpr Lexeme<Tree> literal{"a value", read_literal};
/// A literal behind the `=` of a field, where the next field may follow on the same line.
constexpr Lexeme<Tree> constant{"a value such as `5`, `\"text\"` or `true`", read_constant};
constexpr Lexeme<ast::Name> history_word{"a history function", read_history_word};
constexpr Lexeme<ast::Name> fold_word{"a history function", read_fold_word};
constexpr Lexeme<ast::ExprKind> comparison{"a comparison such as `==` or `>=`", read_comparison};
/// `and`, `or` and their signs.
constexpr Lexeme<ast::ExprKind> logic_operator{"`and` or `or`", read_logic};
/// Comparisons and `in`.
constexpr Lexeme<ast::ExprKind> relation_operator{"a comparison", read_relation};
constexpr Lexeme<ast::ExprKind> arithmetic_operator{"`+`, `-`, `*`, `/` or `%`", read_arithmetic};
constexpr Lexeme<Iterator> prefix_word{"`not`", read_prefix_word};
constexpr Lexeme<Iterator> prefix_sign{"`!` or `-`", read_prefix_sign};

}  // namespace nurture::syntax::grammar
