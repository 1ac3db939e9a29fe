// What is sent and what is handed over. Private to src/check.
#pragma once

#include "check/context.hpp"
#include "check/scope.hpp"

#include <vector>

namespace nurture::check {

void check_send(Context& context, const ast::Send& send, const Scope& scope);
void check_send_next(Context& context, const ast::SendNext& send);
/// NUR0212: the name of a family where one of its sequences is meant. Stands in families.cpp.
[[nodiscard]] bool told_family(Context& context, const ast::Name& name);
/// `move to` and `enroll in`: the sequence exists and gets what it accepts.
void check_entering(Context& context, const ast::Name& sequence, const std::vector<ast::Argument>& arguments, const Scope& scope);
/// What a sequence accepts fits its ways in: nobody enters without it.
void check_accepted(Context& context, const model::Sequence& sequence);
/// A split whose arms are compared: experiments.cpp.
void check_experiment(Context& context, const ast::Split& split, bool in_score);
/// The events that can begin an enrolment, as `entry` sees them.
[[nodiscard]] EventScope entry_events(const Context& context, const model::Sequence& sequence);

}  // namespace nurture::check
