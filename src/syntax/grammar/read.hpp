// Reading one token into a node of the tree. What is wrong inside of a token (a date that does not exist, an unknown
// escape, `14 days`, a name with a hyphen) is reported here and read on as if it were right, so that one slip costs one
// message and no statement. Without X3; tokens.hpp makes parsers of these functions, which all have the same shape:
// `first` stands at the token, is moved behind it on success, and stays where it is otherwise.
#pragma once

#include "syntax/grammar/operators.hpp"

#include <string>

namespace nurture::syntax::grammar {

bool read_name(State& state, Cursor& first, Cursor last, ast::Name& value);
bool read_dotted_name(State& state, Cursor& first, Cursor last, ast::Name& value);
bool read_event_name(State& state, Cursor& first, Cursor last, ast::Name& value);
bool read_identifier(State& state, Cursor& first, Cursor last, ast::Name& value);
bool read_member_name(State& state, Cursor& first, Cursor last, ast::Name& value);
bool read_text(State& state, Cursor& first, Cursor last, ast::Text& value);
bool read_integer(State& state, Cursor& first, Cursor last, ast::Integer& value);
bool read_signed_integer(State& state, Cursor& first, Cursor last, ast::Integer& value);
bool read_points(State& state, Cursor& first, Cursor last, ast::Integer& value);
bool read_percent(State& state, Cursor& first, Cursor last, ast::Integer& value);
bool read_factor(State& state, Cursor& first, Cursor last, std::string& value);
bool read_duration(State& state, Cursor& first, Cursor last, ast::Duration& value);
bool read_signed_duration(State& state, Cursor& first, Cursor last, ast::Duration& value);
bool read_time(State& state, Cursor& first, Cursor last, ast::TimeOfDay& value);
bool read_date_time(State& state, Cursor& first, Cursor last, ast::DateTime& value);
bool read_type(State& state, Cursor& first, Cursor last, ast::TypeKind& value);
bool read_parameter_type(State& state, Cursor& first, Cursor last, ast::ParameterType& value);
bool read_weekdays(State& state, Cursor& first, Cursor last, ast::Weekdays& value);
/// `monday`, which is 0.
bool read_weekday(State& state, Cursor& first, Cursor last, ast::Integer& value);
bool read_literal(State& state, Cursor& first, Cursor last, Tree& value);
bool read_constant(State& state, Cursor& first, Cursor last, Tree& value);
bool read_history_word(State& state, Cursor& first, Cursor last, ast::Name& value);
bool read_fold_word(State& state, Cursor& first, Cursor last, ast::Name& value);
/// `==` `!=` `<=` `>=` `<` `>`.
bool read_comparison(State& state, Cursor& first, Cursor last, ast::ExprKind& value);
bool read_logic(State& state, Cursor& first, Cursor last, ast::ExprKind& value);
bool read_relation(State& state, Cursor& first, Cursor last, ast::ExprKind& value);
bool read_arithmetic(State& state, Cursor& first, Cursor last, ast::ExprKind& value);
bool read_prefix_word(State& state, Cursor& first, Cursor last, Cursor& value);
bool read_prefix_sign(State& state, Cursor& first, Cursor last, Cursor& value);

}  // namespace nurture::syntax::grammar
