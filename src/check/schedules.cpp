// See schedules.hpp.
#include "check/schedules.hpp"

#include "check/types.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print.hpp"

#include <nurture/limits.hpp>

#include <algorithm>

namespace nurture::check {

namespace {

using model::kNone;

/// The field of the lead that `lead.NAME` means; nullptr after a report.
const model::Field* field_of_lead(Context& context, const ast::Name& name) {
  if (name.text.empty()) return nullptr;
  const std::string_view field = ast::lead_field_name(name.text);
  if (field.empty() || field.find('.') != std::string_view::npos) {
    context.add(Finding(Code::not_in_scope, name.span, quoted(name.text) + " is no field of the lead").help("write `lead.FIELD`"));
    return nullptr;
  }
  const model::Id id = context.model.find_lead_field(field);
  if (id != kNone) return &context.model.lead[id];
  context.unknown(context.tail(name.span, field), field, {"field of the lead", "lead { " + std::string(field) + ": ... }"},
                  context.model.lead);
  return nullptr;
}

void check_clock(Context& context, const ast::ClockTime& clock) {
  if (!clock.field) return;
  const model::Field* const field = field_of_lead(context, *clock.field);
  if (field == nullptr || field->type.kind == TypeKind::time) return;
  context.add(Finding(Code::type_mismatch, clock.field->span, "a time of day is needed, and this is " + describe(present(field->type)))
                  .help("declare the field as `time`"));
}

bool is_one_unit(const ast::Duration& period) {
  return (period.months != 0 ? 1 : 0) + (period.days != 0 ? 1 : 0) + (period.seconds != 0 ? 1 : 0) == 1;
}

void check_recurrence(Context& context, const model::Sequence& sequence, const ast::Recurrence& every) {
  using Kind = ast::Recurrence::Kind;
  const auto& defaults = sequence.node->default_times;
  const bool own_time = every.kind == Kind::period && every.from.text.find('T') != std::string::npos;
  if (!every.time && !own_time && defaults.empty()) {
    context.add(Finding(Code::bad_offset, every.span, "this does not say at which time of day")
                    .help(context.in_spelling_of(every.span, "write `every " + syntax::print_recurrence(every) + " at 09:00`",
                                                 "add `time: \"09:00\"`")));
  }
  if (every.kind == Kind::year) {
    const model::Field* const field = field_of_lead(context, every.date);
    if (field == nullptr || is_moment(present(field->type))) return;
    context.add(Finding(Code::type_mismatch, every.date.span, "a date is needed, and this is " + describe(present(field->type))));
  }
  if (every.kind != Kind::period || every.period.text.empty()) return;
  if (is_zero(every.period)) {
    context.add(Finding(Code::bad_offset, every.period.span, "nothing recurs after no time at all").help("write e.g. `every 1d from ...`"));
    return;
  }
  if (!is_one_unit(every.period)) {
    context.add(Finding(Code::period_against_duration, every.period.span, "a recurrence is in months, in days or in hours and minutes")
                    .help("write one of them, e.g. `1mo`, `14d`, `12h`"));
  } else if (every.period.seconds != 0 && every.period.seconds < limits::kRecurrenceSeconds) {
    context.add(Finding(Code::bad_offset, every.period.span,
                        "this recurs more often than every " + std::to_string(limits::kRecurrenceSeconds) + " seconds"));
  } else if (every.period.seconds != 0 && every.time) {
    context.add(Finding(Code::bad_offset, every.time->span, "this period is exact to the second, so it cannot have a time of day")
                    .label(every.period.span, "the period"));
  }
  check_length(context, every.period);
}

void check_late(Context& context, const ast::LateRule& late) {
  if (late.kind == ast::LateRule::Kind::grace) check_length(context, late.grace);
}

}  // namespace

void check_settings(Context& context, const model::Sequence& sequence) {
  constexpr std::int64_t kPriorityMax = 100;
  const ast::Sequence& node = *sequence.node;
  for (const auto& priority : node.priorities) {
    if (priority.value.value >= 0 && priority.value.value <= kPriorityMax) continue;
    context.add(Finding(Code::number_out_of_range, priority.value.span, "a priority is a number from 0 to 100")
                    .help("100 goes first; who says nothing has 50"));
  }
  for (const auto& first : node.first_days) {
    if (first.day.value == 0 || first.day.value == 1) continue;
    context.add(Finding(Code::number_out_of_range, first.day.span, "a plan counts its days from 0 or from 1"));
  }
  for (const auto& item : node.default_times) check_clock(context, item.time);
  for (const auto& item : node.lates) check_late(context, item.rule);
  for (const auto& item : node.recurring_enrolls) {
    check_recurrence(context, sequence, item.every);
    const auto keyed =
        std::find_if(node.enrolls.begin(), node.enrolls.end(), [](const ast::Enroll& enroll) { return enroll.key.has_value(); });
    if (keyed == node.enrolls.end()) continue;
    context.add(Finding(Code::not_in_scope, item.span, "an entry that recurs has no event that could give a key")
                    .label(keyed->key->span, "the entries have keys")
                    .help("put the recurring entry into a sequence of its own"));
  }
  for (const auto& conflict : node.conflicts) {
    if (!conflict.until || sequence.find_step(conflict.until->text) != kNone) continue;
    context.unknown(*conflict.until, {"step", "day 0 " + conflict.until->text + ": ..."}, sequence.steps);
  }
}

void check_tail(Context& context, const model::Sequence& sequence, const model::Step& step) {
  using Kind = ast::Offset::Kind;
  const ast::Step& node = *step.node;
  const ast::Offset& offset = node.offset;
  if (offset.kind == Kind::day && !offset.day_signed && step.day < 0 && offset.day >= 0) {
    context.add(Finding(Code::bad_offset, offset.span, "the days of this sequence count from day " + std::to_string(sequence.first_day))
                    .label(sequence.node->first_days.front().span, "said here")
                    .help("the day of the entry is `day " + std::to_string(sequence.first_day) + '`'));
  }
  if (node.weekdays && offset.kind != Kind::day) {
    context.add(Finding(Code::bad_offset, node.weekdays->span, "only a step of a `day` can move to another day of the week"));
  }
  if (node.time) check_clock(context, *node.time);
  if (node.late) check_late(context, *node.late);
  if (node.again && step.anchor == kNone) {
    context.add(Finding(Code::bad_offset, offset.span, "only a step that counts from an anchor can run `again`")
                    .help("leave out `again`, or count from an anchor: `day 1 from NAME`"));
  }
  if (offset.kind != Kind::every || !offset.every) return;
  if (!node.time) return check_recurrence(context, sequence, *offset.every);
  context.add(Finding(Code::bad_offset, node.time->span, "what recurs has a time of day of its own, or the default time")
                  .help("for a time that the lead gives write `default time lead.FIELD else 09:00` in the sequence"));
}

}  // namespace nurture::check
