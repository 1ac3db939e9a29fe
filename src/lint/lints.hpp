// The lints, in the order of their codes; each stands in the file of its name. Private to src/lint.
#pragma once

#include "lint/report.hpp"

namespace nurture::lint {

using Lint = void (*)(const model::Model& model, Report& report);

void loose_end(const model::Model& model, Report& report);
void endless_loop(const model::Model& model, Report& report);
void offsets_collide(const model::Model& model, Report& report);
void offsets_out_of_order(const model::Model& model, Report& report);
void step_after_end(const model::Model& model, Report& report);
void branch_without_else(const model::Model& model, Report& report);
void dead_exit(const model::Model& model, Report& report);
void wait_past_exit(const model::Model& model, Report& report);
void handler_conflict(const model::Model& model, Report& report);
void late_rule_implied(const model::Model& model, Report& report);
void ping_pong(const model::Model& model, Report& report);
void reenroll_shorter(const model::Model& model, Report& report);
void no_unsubscribe_exit(const model::Model& model, Report& report);
void no_goal(const model::Model& model, Report& report);
void unbounded_rule(const model::Model& model, Report& report);
void decay_faster_than_gain(const model::Model& model, Report& report);
void category_cap_unreachable(const model::Model& model, Report& report);
void cap_unsatisfiable(const model::Model& model, Report& report);
void untested_sequence(const model::Model& model, Report& report);
void unused_segment(const model::Model& model, Report& report);
void unused_message(const model::Model& model, Report& report);
void unused_policy(const model::Model& model, Report& report);

}  // namespace nurture::lint
