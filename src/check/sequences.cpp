// Sequences: ways in, anchors, items that are said once, goals, exits, handlers, steps and their offsets.
// Entry point: check_sequences(). Bodies stand in bodies.cpp, the graph of steps in flow.cpp.
#include "check/bodies.hpp"
#include "check/expressions.hpp"
#include "check/flow.hpp"
#include "check/horizon.hpp"
#include "check/narrowing.hpp"
#include "check/passes.hpp"
#include "check/policies.hpp"
#include "check/schedules.hpp"
#include "check/sends.hpp"

#include <nurture/limits.hpp>

#include <cstdlib>
#include <map>
#include <set>

namespace nurture::check {

namespace {

using model::kNone;

/// Sequences that some other place enrols in.
std::set<std::string_view> find_targets(const model::Model& model) {
  std::set<std::string_view> targets;
  const auto look = [&](const ast::Body& body) {
    for_each_action(body, [&](const ast::Action& action) {
      if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) targets.insert(move->sequence.text);
      if (const auto* enroll = std::get_if<ast::EnrollIn>(&action.what)) targets.insert(enroll->sequence.text);
    });
  };
  const auto look_at_rules = [&](const std::vector<ast::Rule>& rules) {
    for (const auto& rule : rules) {
      if (rule.then) look(*rule.then);
    }
  };
  for (const auto& sequence : model.sequences) {
    for (const auto& step : sequence.steps) look(step.node->body);
    for (const auto& handler : sequence.handlers) look(handler.node->body);
  }
  for (const auto& score : model.scores) {
    look_at_rules(score.node->rules);
    for (const auto& category : score.node->categories) look_at_rules(category.rules);
    for (const auto& action : score.node->tier_actions) look(action.body);
  }
  return targets;
}

class SequenceCheck {
 public:
  SequenceCheck(Context& context, const model::Sequence& sequence) : context_(context), sequence_(sequence), node_(*sequence.node) {
    const std::string_view kind = sequence.is_triggers            ? "triggers "
                                  : sequence.stream != nullptr    ? "stream "
                                  : sequence.broadcast != nullptr ? "broadcast "
                                                                  : "sequence ";
    inside_.place = "the " + std::string(kind) + quoted(sequence.name);
    inside_.sequence = &sequence;
    inside_.constants = &sequence.constants;
  }

  void run(bool is_target) {
    check_once();
    check_settings(context_, sequence_);
    if (!sequence_.is_triggers && sequence_.broadcast == nullptr) check_entry(is_target);
    check_accepted(context_, sequence_);
    check_anchors();
    check_zone_and_policies();
    check_ends();
    for (const auto& step : sequence_.steps) check_step(step);
    for (const auto& handler : sequence_.handlers) check_handler(handler);
    check_splits();
    check_accelerations();
    check_horizon(context_, node_);
    check_flow(context_, sequence_);
  }

 private:
  void check_once() {
    context_.at_most_one(node_.owners, "`owner`");
    context_.at_most_one(node_.reenrolls, "`reenroll`");
    context_.at_most_one(node_.zones, "`zone`");
    context_.at_most_one(node_.default_times, "`default time`");
    context_.at_most_one(node_.lates, "`late`");
    context_.at_most_one(node_.priorities, "`priority`");
    context_.at_most_one(node_.exclusives, "`exclusive`");
    context_.at_most_one(node_.conflicts, "`conflict`");
    context_.at_most_one(node_.stays, "`stay while`");
    context_.at_most_one(node_.catch_ups, "`catch up`");
    context_.at_most_one(node_.first_days, "`first day`");
    context_.at_most_one(node_.anchor_nexts, "`anchor next`");
    std::map<std::string_view, Span> seen;
    for (const auto* phase : sequence_.phases) {
      const auto [first, fresh] = seen.try_emplace(phase->name.text, phase->name.span);
      if (!fresh) context_.duplicate(phase->name.span, "phase " + quoted(phase->name.text), first->second);
    }
  }

  void check_entry(bool is_target) {
    const bool is_older = sequence_.name.find(model::kVersionMark) != std::string::npos;
    if (node_.enrolls.empty() && node_.recurring_enrolls.empty() && !is_target && !is_older) {
      context_.add(
          Finding(Code::no_enrollment, node_.name.span, "nobody can enter " + quoted(sequence_.name))
              .help(context_.in_spelling_of(node_.name.span, "add `enroll on EVENT`, or `enroll in " + sequence_.name + "` somewhere else",
                                            "add `enroll: {event: EVENT}`, or `enroll_in: " + sequence_.name + "` somewhere else")));
    }
    if (sequence_.steps.empty() && sequence_.stream == nullptr) {
      context_.add(Finding(Code::no_enrollment, node_.name.span, quoted(sequence_.name) + " has no steps")
                       .help(context_.in_spelling_of(node_.name.span, "add one, e.g. `day 0: send welcome`",
                                                     "add `steps:` with one, e.g. `- {day: 0, do: [{send: welcome}]}`")));
    }
    for (const auto& enroll : node_.enrolls) check_enroll(enroll);
    for (const auto& reenroll : node_.reenrolls) {
      if (reenroll.kind == ast::Reenroll::Kind::after) check_length(context_, reenroll.after);
    }
  }

  void check_enroll(const ast::Enroll& enroll) {
    Scope scope;
    scope.place = enroll.trigger.on ? "an `enroll on`" : "an `enroll when`";
    scope.constants = &sequence_.constants;
    const auto events = check_trigger(context_, enroll.trigger, scope, PatternUse::trigger, WhenPlace::elsewhere);
    if (!enroll.key) return;
    scope.event = events;
    scope.place = "a `key`";
    if (enroll.trigger.on && enroll.trigger.on->where) scope.facts = facts_if(context_, *enroll.trigger.on->where, true);
    check_key(*enroll.key, scope);
  }

  void check_key(const ast::Expr& key, const Scope& scope) {
    const Type type = check_expression(context_, key, scope);
    if (is_unknown(type)) return;
    if (!is_scalar(type)) {
      context_.add(Finding(Code::type_mismatch, key.span, "a key is one value, and this is " + describe(present(type))));
    } else if (type.optional) {
      context_.add(Finding(Code::unguarded_optional, key.span, "a key must not be missing")
                       .caret("this may be missing")
                       .help("ask for it in the `where` of the entry: `is known`"));
    }
  }

  void check_anchors() {
    std::map<std::string_view, Span> seen;
    const EventScope events = entry_events(context_, sequence_);
    for (std::size_t i = 0; i < node_.anchors.size(); ++i) {
      const ast::Anchor& anchor = node_.anchors[i];
      const auto [first, fresh] = seen.try_emplace(anchor.name.text, anchor.name.span);
      if (!fresh) context_.duplicate(anchor.name.span, "anchor " + quoted(anchor.name.text), first->second);
      if (anchor.name.text == "enrolled") {
        context_.add(Finding(Code::duplicate_name, anchor.name.span, "`enrolled` is an anchor of every sequence already: the entry")
                         .help("give the anchor another name"));
      }
      Scope scope = inside_;
      scope.place = "the anchor " + quoted(anchor.name.text);
      if (!events.events.empty() || events.broken) scope.event = events;
      scope.anchors = i;
      scope.missing_passes = true;
      const Type type = check_expression(context_, anchor.value, scope);
      if (!is_unknown(type) && !is_moment(type)) {
        context_.add(
            Finding(Code::type_mismatch, anchor.value.span, "an anchor is a date or a moment, and this is " + describe(present(type))));
      }
      if (!type.optional || anchor.otherwise == ast::Anchor::Otherwise::exit) context_.anchors_always_known.insert(&anchor);
      if (anchor.zone) check_anchor_zone(*anchor.zone);
      if (anchor.hold) check_length(context_, *anchor.hold);
    }
  }

  void check_anchor_zone(const ast::Zone& zone) {
    check_zone(context_, zone);
    if (zone.kind != ast::Zone::Kind::anchor) return;
    context_.add(
        Finding(Code::not_in_scope, zone.span, "an anchor cannot be read in its own zone").help("write `zone lead`, or name a zone"));
  }

  void check_zone_and_policies() {
    for (const auto& item : node_.zones) {
      check_zone(context_, item.zone);
      if (item.zone.kind == ast::Zone::Kind::anchor && node_.anchors.empty()) {
        context_.add(Finding(Code::not_in_scope, item.zone.span, "there is no anchor whose zone could be taken")
                         .help("write `zone lead`, or declare an anchor"));
      }
    }
    std::vector<const ast::Policy*> policies;
    std::map<std::string_view, Span> seen;
    for (const auto& item : node_.policies) {
      const model::Id id = context_.model.find_policy(item.name.text);
      if (id == kNone) {
        context_.unknown(item.name, {"policy", "policy " + item.name.text + " { ... }"}, context_.model.policies);
        continue;
      }
      const auto [first, fresh] = seen.try_emplace(item.name.text, item.name.span);
      if (fresh)
        policies.push_back(context_.model.policies[id].node);
      else
        context_.add(Finding(Code::duplicate_name, item.name.span, "the policy " + quoted(item.name.text) + " is named twice")
                         .label(first->second, "named here first"));
    }
    check_holdouts(context_, node_.holdouts);
    if (policies.empty()) return;
    // The project's hold, too; by themselves they were looked at there.
    policies.clear();
    for (const model::Id id : context_.model.policies_of(node_)) policies.push_back(context_.model.policies[id].node);
    check_week(context_, node_.policies.back().name.span, sequence_.name, policies);
  }

  void check_ends() {
    Scope scope = inside_;
    if (sequence_.is_triggers) scope.sequence = nullptr;  // asked about the lead, also when a held message of theirs is due
    for (const auto& item : node_.suppressions) {
      scope.place = "a `suppress when`";
      check_when(context_, item.when, scope, WhenPlace::sequence);
    }
    for (const auto& item : node_.stays) {
      scope.place = "a `stay while`";
      check_when(context_, item.condition, scope, WhenPlace::sequence);
    }
    std::map<std::string_view, Span> seen;
    if (!node_.stays.empty()) seen.emplace("left", node_.stays.front().span);  // its exit
    const auto check = [&](const ast::Name& name, const ast::Trigger& trigger, std::string_view what) {
      const auto [first, fresh] = seen.try_emplace(name.text, name.span);
      if (!fresh) context_.duplicate(name.span, "the end " + quoted(name.text), first->second);
      scope.place = "the " + std::string(what) + ' ' + quoted(name.text);
      return check_trigger(context_, trigger, scope, PatternUse::trigger, WhenPlace::sequence);
    };
    for (const auto& goal : node_.goals) {
      const auto events = check(goal.name, goal.trigger, "goal");
      if (goal.value) check_goal_value(goal, events);
    }
    for (const auto& exit : node_.exits) (void)check(exit.name, exit.trigger, "exit");
  }

  void check_goal_value(const ast::Goal& goal, const std::optional<EventScope>& events) {
    Scope scope = inside_;
    scope.place = "the value of the goal " + quoted(goal.name.text);
    const auto& on = goal.trigger.on;
    scope.event = events;
    if (on && on->where) scope.facts = facts_if(context_, *on->where, true);
    if (goal.trigger.when) scope.facts = facts_if(context_, *goal.trigger.when, true);
    (void)check_value(context_, *goal.value, scope, type_of(TypeKind::number), scope.place);
  }

  // ------------------------------------------------------------ steps

  void check_step(const model::Step& step) {
    check_offset(step);
    Scope scope = inside_;
    scope.place = "the step " + quoted(step.name);
    // A step that hangs on an anchor runs only once the anchor has a date.
    if (step.anchor != kNone) scope.facts.insert("anchor." + node_.anchors[step.anchor].name.text);
    check_body(context_, step.node->body, scope, BodyKind::step);
  }

  void check_offset(const model::Step& step) {
    const ast::Offset& offset = step.node->offset;
    check_tail(context_, sequence_, step);
    if (offset.kind == ast::Offset::Kind::day && std::abs(offset.day) > limits::kOffsetDays) {
      context_.add(Finding(Code::bad_offset, offset.span, "this is further away than " + std::to_string(limits::kOffsetDays) + " days"));
    }
    if (offset.kind == ast::Offset::Kind::at || offset.kind == ast::Offset::Kind::after) check_length(context_, offset.duration);
    if (offset.from && offset.from->text != "enrolled" && step.anchor == kNone) {
      auto known = names_of(node_.anchors);
      known.push_back("enrolled");
      context_.unknown(*offset.from, {"anchor", "anchor " + offset.from->text + " = ... else hold"}, known);
      return;
    }
    const bool before = (offset.kind == ast::Offset::Kind::day && offset.day < 0) ||
                        (offset.kind == ast::Offset::Kind::at && offset.duration.text.starts_with('-'));
    if (before && step.anchor == kNone) {
      context_.add(Finding(Code::bad_offset, offset.span, "this is before the entry, when nobody is here yet")
                       .help(context_.in_spelling_of(offset.span, "count from an anchor: declare `anchor NAME = ... else hold`",
                                                     "count from an anchor: add `anchors:` with `- {id: NAME, value: ..., else: hold}`")));
    }
    if (step.node->time) check_time(step.node->time->time, offset);
  }

  void check_time(const ast::TimeOfDay& time, const ast::Offset& offset) {
    const bool exact_after = offset.kind == ast::Offset::Kind::after && offset.duration.seconds != 0;
    std::string why;
    if (offset.kind == ast::Offset::Kind::every) return;  // see check_tail()
    if (offset.kind == ast::Offset::Kind::immediately) why = "`immediately` is a moment already";
    if (offset.kind == ast::Offset::Kind::at) why = "this offset is a moment already";
    if (exact_after) why = "this offset is exact to the hour already";
    if (why.empty()) return;
    context_.add(Finding(Code::bad_offset, time.span, why + ", so it cannot have a time of day")
                     .label(offset.span, "the moment")
                     .help(context_.in_spelling_of(time.span, "for a time of day count in days: `day 1 at 09:00`",
                                                   "for a time of day count in days: `day: 1` and `time: \"09:00\"`")));
  }

  void check_handler(const model::Handler& handler) {
    Scope scope = inside_;
    scope.place = "the handler " + quoted(handler.name);
    const auto events = check_trigger(context_, handler.node->trigger, scope, PatternUse::trigger, WhenPlace::sequence);
    if (handler.node->repeat && handler.node->repeat->kind == ast::Repeat::Kind::at_most_once_per)
      check_length(context_, handler.node->repeat->per);
    scope.trigger = events;
    if (handler.node->trigger.when) scope.facts = facts_if(context_, *handler.node->trigger.when, true);
    if (handler.node->trigger.on && handler.node->trigger.on->where) {
      // What `where` said about the event being matched holds for the event that started the handler.
      for (const auto& fact : facts_if(context_, *handler.node->trigger.on->where, true)) {
        scope.facts.insert(fact.starts_with("event.") ? "trigger." + fact.substr(6) : fact);
      }
    }
    check_body(context_, handler.node->body, scope, BodyKind::handler);
  }

  /// Splits are known by name in tests and reports, and their arms are drawn by it.
  void check_splits() {
    std::map<std::string_view, Span> seen;
    const auto look = [&](const ast::Body& body) {
      for_each_action(body, [&](const ast::Action& action) {
        const auto* split = std::get_if<ast::Split>(&action.what);
        if (split == nullptr || split->name.text.empty()) return;
        const auto [first, fresh] = seen.try_emplace(split->name.text, split->name.span);
        if (!fresh) context_.duplicate(split->name.span, "split " + quoted(split->name.text), first->second);
      });
    };
    for (const auto& step : sequence_.steps) look(step.node->body);
    for (const auto& handler : sequence_.handlers) look(handler.node->body);
  }

  void check_accelerations() {
    std::size_t count = 0;
    const auto look = [&](const ast::Body& body) {
      for_each_action(body, [&](const ast::Action& action) {
        if (!std::holds_alternative<ast::Accelerate>(action.what) || ++count != limits::kAcceleratesPerSequence + 1) return;
        context_.add(Finding(Code::too_long, action.span,
                             "a sequence has more than " + std::to_string(limits::kAcceleratesPerSequence) + " `accelerate`")
                         .help("let several conditions share one handler: `when A or B accelerate 2x`"));
      });
    };
    for (const auto& step : sequence_.steps) look(step.node->body);
    for (const auto& handler : sequence_.handlers) look(handler.node->body);
  }

  Context& context_;
  const model::Sequence& sequence_;
  const ast::Sequence& node_;
  Scope inside_;
};

}  // namespace

void check_sequences(Context& context) {
  context.entered_elsewhere = find_targets(context.model);
  for (const auto& sequence : context.model.sequences) {
    if (context.broken_instances.contains(sequence.instance)) continue;
    const LookingAt looking(context, sequence.instance);
    SequenceCheck(context, sequence).run(context.entered_elsewhere.contains(sequence.name));
  }
}

}  // namespace nurture::check
