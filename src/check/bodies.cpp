// Actions: what they name exists, what they compute has the right type, and none stands where nothing can reach it.
// Entry point: check_body(). What sends and entries say stands in sends.cpp.
//
// The walk carries what is known (facts, `trigger`) from action to action. Branches are walked with copies that are
// merged where they meet; a wait forgets the facts, because a lead can change while it waits.
#include "check/bodies.hpp"

#include "check/expressions.hpp"
#include "check/narrowing.hpp"
#include "check/sends.hpp"
#include "check/texts.hpp"
#include "syntax/ast_names.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>

namespace nurture::check {

namespace {

/// What `trigger` means where two paths meet.
std::optional<EventScope> merge(const std::optional<EventScope>& a, const std::optional<EventScope>& b) {
  if (!a && !b) return std::nullopt;
  if (!a || !b) {
    EventScope one = a ? *a : *b;
    one.maybe_absent = true;
    return one;
  }
  EventScope both = *a;
  for (const auto* event : b->events) {
    if (std::find(both.events.begin(), both.events.end(), event) == both.events.end()) both.events.push_back(event);
  }
  both.some_suffice =
      a->some_suffice || b->some_suffice || both.events.size() != a->events.size() || both.events.size() != b->events.size();
  both.maybe_absent = a->maybe_absent || b->maybe_absent;
  both.broken = a->broken || b->broken;
  return both;
}

Facts common(const Facts& a, const Facts& b) {
  Facts both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
  return both;
}

/// Words for an action behind which nothing is reached; empty for all others.
std::string_view ending(const ast::Action& action) {
  if (std::holds_alternative<ast::ExitAs>(action.what)) return "this ends the enrolment";
  if (std::holds_alternative<ast::MoveTo>(action.what)) return "this leaves the sequence";
  if (std::holds_alternative<ast::Jump>(action.what)) return "this goes on elsewhere";
  return {};
}

class Walk {
 public:
  Walk(Context& context, const Scope& start, BodyKind kind) : scope_(start), context_(context), kind_(kind) {}

  /// False when nothing behind the body is reached.
  bool body(const ast::Body& node) {
    const ast::Action* last = nullptr;
    bool reached = true;
    bool reported = false;
    for (const auto& one : node.actions) {
      if (!reached && !reported) {
        reported = true;
        report_unreachable(one, *last);
      }
      const bool goes_on = action(one);
      if (reached && !goes_on) last = &one;
      reached = reached && goes_on;
    }
    return reached;
  }

 private:
  bool action(const ast::Action& node) {
    return std::visit([&](const auto& what) { return act(node, what); }, node.what);
  }

  void report_unreachable(const ast::Action& node, const ast::Action& last) {
    const std::string_view why = ending(last);
    context_.add(Finding(Code::unreachable_step, node.span, "nothing reaches this")
                     .label(last.span, std::string(why.empty() ? "every way through this ends or goes on elsewhere" : why))
                     .help("take it out, or move it before what ends the body"));
  }

  bool act(const ast::Action&, const ast::ErrorAction&) { return true; }

  bool act(const ast::Action&, const ast::Send& send) {
    check_send(context_, send, scope_);
    return true;
  }
  bool act(const ast::Action&, const ast::SendNext& send) {
    check_send_next(context_, send);
    if (!send.exhausted) return true;
    const Scope before = scope_;
    if (body(*send.exhausted))
      meet(before);
    else
      scope_ = before;
    return true;
  }

  /// NUR0319. Handlers run beside the plan and scores have none, so neither can wait.
  bool may_wait(const ast::Action& node) {
    if (kind_ == BodyKind::step) return true;
    const bool handler = kind_ == BodyKind::handler;
    context_.add(Finding(Code::wait_in_handler, node.span,
                         handler ? "a handler runs beside the plan and cannot wait" : "what a score does happens at once and cannot wait")
                     .help(handler ? context_.in_spelling_of(node.span, "go on in a step: `-> STEP`, or `enroll in` a sequence that waits",
                                                             "go on in a step: `jump: STEP`, or `enroll_in:` a sequence that waits")
                                   : context_.in_spelling_of(node.span, "put the waiting into a sequence and `enroll in` it",
                                                             "put the waiting into a sequence and `enroll_in:` it")));
    return false;
  }

  bool act(const ast::Action& node, const ast::Wait& wait) {
    if (may_wait(node) && is_zero(wait.duration)) {
      context_.add(
          Finding(Code::bad_offset, wait.duration.span, "this waits for no time").help("leave the `wait` out, or give it a length"));
    }
    check_length(context_, wait.duration);
    scope_.facts.clear();
    return true;
  }

  bool act(const ast::Action& node, const ast::WaitDay&) {
    static_cast<void>(may_wait(node));
    scope_.facts.clear();
    return true;
  }

  bool act(const ast::Action& node, const ast::WaitUntil& wait) {
    if (wait.resets) return resetting_wait(node, wait);
    if (may_wait(node)) check_wait_ends(node, wait.timeout);
    scope_.facts.clear();
    const Scope before = scope_;
    wait_for(wait.trigger);
    if (!wait.timeout) return true;
    const Scope matched = scope_;
    scope_ = before;
    if (timeout(*wait.timeout))
      meet(matched);
    else
      scope_ = matched;
    return true;
  }

  /// What waits for any of several conditions goes on behind the body of the one that comes.
  bool act(const ast::Action& node, const ast::WaitAnyOf& wait) {
    if (may_wait(node)) check_wait_ends(node, wait.timeout);
    check_labels(wait);
    scope_.facts.clear();
    const Scope before = scope_;
    std::optional<Scope> after;
    const auto arrive = [&](bool goes_on) {
      if (goes_on && after) meet(*after);
      if (goes_on) after = scope_;
      scope_ = before;
    };
    for (const auto& one : wait.conditions.cases) {
      wait_for(one.trigger);
      arrive(body(one.body));
    }
    if (wait.timeout) arrive(timeout(*wait.timeout));
    if (after) scope_ = *after;
    return after.has_value() || wait.conditions.cases.empty();
  }

  /// `repeat reset`: what comes only begins the timeout anew, which alone ends the wait. [S5.3]
  bool resetting_wait(const ast::Action& node, const ast::WaitUntil& wait) {
    const bool may = may_wait(node);
    if (wait.trigger.when) {
      context_.add(Finding(Code::not_in_scope, wait.trigger.span, "`repeat reset` answers events, and a condition has none")
                       .help("write `on` and an event, or leave `repeat reset` out"));
    } else if (may && !wait.timeout) {
      context_.add(Finding(Code::wait_without_timeout, node.span, "nothing ends this wait: what it waits for only begins it anew")
                       .help(context_.in_spelling_of(node.span, "say how long: `timeout 1h`", "say how long: `timeout: 1h`")));
    }
    scope_.facts.clear();
    const auto events = check_trigger(context_, wait.trigger, scope_, PatternUse::trigger, WhenPlace::sequence);
    if (events) scope_.trigger = merge(scope_.trigger, events);
    return !wait.timeout || timeout(*wait.timeout);
  }

  /// The scope once the condition has come.
  void wait_for(const ast::Trigger& trigger) {
    const auto events = check_trigger(context_, trigger, scope_, PatternUse::wait, WhenPlace::sequence);
    if (events) scope_.trigger = events;
    if (trigger.when) scope_.facts = facts_if(context_, *trigger.when, true);
  }

  /// False when nothing behind what follows the timeout is reached.
  bool timeout(const ast::Timeout& node) {
    const ast::Duration& length = node.length;
    if (is_zero(length)) {
      context_.add(
          Finding(Code::bad_offset, length.span, "this timeout passes at once")
              .help(context_.in_spelling_of(length.span, "give it a length, e.g. `timeout 2d`", "give it a length, e.g. `timeout: 2d`")));
    }
    check_length(context_, length);
    return !node.then || body(*node.then);
  }

  void check_labels(const ast::WaitAnyOf& wait) {
    std::map<std::string_view, Span> seen;
    const auto look = [&](const std::optional<ast::Name>& label) {
      if (!label || label->text.empty()) return;
      const auto [first, fresh] = seen.try_emplace(label->text, label->span);
      if (!fresh) context_.duplicate(label->span, "condition " + quoted(label->text), first->second);
    };
    for (const auto& one : wait.conditions.cases) look(one.label);
    if (wait.timeout) look(wait.timeout->label);
  }

  void check_wait_ends(const ast::Action& node, const std::optional<ast::Timeout>& timeout) {
    if (timeout || scope_.sequence == nullptr) return;
    const ast::Sequence& sequence = *scope_.sequence->node;
    if (!sequence.goals.empty() || !sequence.exits.empty() || !sequence.suppressions.empty()) return;
    Finding finding(Code::wait_without_timeout, node.span, "nothing ends this wait if it is not met");
    finding.help(context_.in_spelling_of(node.span, "say how long at most: `timeout 7d`", "say how long at most: `timeout: 7d`"));
    if (context_.is_text_spelling(node.span)) finding.fix(Context::behind(node.span), " timeout 7d");
    context_.add(finding);
  }

  /// The scope behind two ways that meet again.
  void meet(const Scope& other) {
    scope_.facts = common(scope_.facts, other.facts);
    scope_.trigger = merge(scope_.trigger, other.trigger);
  }

  bool act(const ast::Action&, const ast::If& branch) {
    check_condition(context_, branch.condition, scope_);
    const Scope before = scope_;
    scope_.facts = with(before.facts, facts_if(context_, branch.condition, true));
    const bool yes = body(branch.then);
    Scope after_yes = scope_;
    scope_ = before;
    scope_.facts = with(before.facts, facts_if(context_, branch.condition, false));
    const bool no = !branch.otherwise || body(*branch.otherwise);
    if (yes && no) meet(after_yes);
    if (yes && !no) scope_ = after_yes;
    return yes || no;
  }

  bool act(const ast::Action& node, const ast::Split& split) {
    std::map<std::string_view, Span> seen;
    std::int64_t sum = 0;
    const Scope before = scope_;
    std::optional<Scope> after;
    for (const auto& arm : split.arms) {
      const auto [first, fresh] = seen.try_emplace(arm.name.text, arm.name.span);
      if (!fresh) context_.duplicate(arm.name.span, "arm " + quoted(arm.name.text), first->second);
      sum += arm.percent.value;
      scope_ = before;
      if (!body(arm.body)) continue;
      if (after) meet(*after);
      after = scope_;
    }
    if (sum != 100 && !split.arms.empty()) report_sum(node, split, sum);
    check_experiment(context_, split, kind_ == BodyKind::score);
    scope_ = after ? *after : before;
    return after.has_value() || split.arms.empty();
  }

  void report_sum(const ast::Action&, const ast::Split& split, std::int64_t sum) {
    const auto& last = split.arms.back().percent;
    Finding finding(Code::variant_sum, last.span,
                    "the arms of " + quoted(split.name.text) + " make " + std::to_string(sum) + "%, not 100%");
    for (std::size_t i = 0; i + 1 < split.arms.size(); ++i)
      finding.label(split.arms[i].percent.span, std::to_string(split.arms[i].percent.value) + '%');
    const std::int64_t fitting = 100 - (sum - last.value);
    if (fitting > 0) {
      finding.help("write `" + std::to_string(fitting) + "%` here");
      if (context_.is_exact(last.span, std::to_string(last.value) + '%')) finding.fix(last.span, std::to_string(fitting) + '%');
    }
    context_.add(finding);
  }

  /// Some actions act on the enrolment, and a score has none.
  bool has_enrolment(Span span, std::string_view what) {
    if (kind_ != BodyKind::score && (scope_.sequence == nullptr || !scope_.sequence->is_triggers)) return true;
    if (kind_ != BodyKind::score) {
      context_.add(Finding(Code::not_in_scope, span, quoted(what) + " acts on a lead in a sequence, and triggers are none")
                       .help("use `enroll in`, `send`, `notify`, `task`, `tag`, `set` or `do` here"));
      return false;
    }
    context_.add(Finding(Code::not_in_scope, span, quoted(what) + " acts on a lead in a sequence, and a score belongs to none")
                     .help("use `enroll in`, `notify`, `task`, `tag`, `set` or `do` here"));
    return false;
  }

  bool act(const ast::Action& node, const ast::MoveTo& move) {
    if (!has_enrolment(node.span, "move to")) return true;
    check_entering(context_, move.sequence, move.arguments, scope_);
    return move.otherwise && body(*move.otherwise);
  }
  bool act(const ast::Action&, const ast::EnrollIn& enroll) {
    check_entering(context_, enroll.sequence, enroll.arguments, scope_);
    return true;
  }
  bool act(const ast::Action& node, const ast::ExitAs&) { return !has_enrolment(node.span, "exit"); }

  bool act(const ast::Action& node, const ast::Accelerate& accelerate) {
    if (!has_enrolment(node.span, "accelerate")) return true;
    double factor = 0;
    const auto& text = accelerate.factor;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), factor);
    const bool read = error == std::errc() && end == text.data() + text.size();
    if (read && factor <= 1) {
      context_.add(Finding(Code::bad_offset, node.span, "a factor of " + text + " makes nothing faster")
                       .help(context_.in_spelling_of(node.span, "use a factor above 1, e.g. `accelerate 2x`",
                                                     "use a factor above 1, e.g. `accelerate: 2x`")));
    }
    return true;
  }

  bool act(const ast::Action&, const ast::SetField& set) {
    const std::string& name = set.name.text;
    const std::string field_name(ast::lead_field_name(name));
    if (field_name.empty()) {
      report_not_of_lead(set.name);
      return true;
    }
    const model::Id id = context_.model.find_lead_field(field_name);
    if (id == model::kNone) {
      context_.unknown(context_.tail(set.name.span, field_name), field_name, {"lead field", "lead { " + field_name + ": TYPE }"},
                       context_.model.lead);
      return true;
    }
    const model::Field& field = context_.model.lead[id];
    const Type type = check_value(context_, set.value, scope_, field.type, quoted(name), true);
    if (type.optional) {
      scope_.facts.erase(name);
    } else {
      scope_.facts.insert(name);
    }
    return true;
  }

  void report_not_of_lead(const ast::Name& name) {
    if (name.text.empty()) return;
    Finding finding(Code::unknown_name, name.span, "only fields of the lead can be set, and " + quoted(name.text) + " is none");
    if (context_.model.find_lead_field(name.text) != model::kNone) {
      finding.help("write `lead." + name.text + '`');
      if (context_.is_exact(name.span, name.text)) finding.fix(Context::before(name.span), "lead.");
    }
    context_.add(finding);
  }

  bool act(const ast::Action&, const ast::Tag&) { return true; }

  bool act(const ast::Action&, const ast::Notify& notify) {
    check_text(context_, notify.text, scope_);
    return true;
  }

  bool act(const ast::Action&, const ast::Task& task) {
    check_text(context_, task.text, scope_);
    if (task.due) check_length(context_, *task.due);
    return true;
  }

  bool act(const ast::Action&, const ast::AddPoints& add) {
    const model::Id id = context_.model.find_score(add.score.text);
    if (id == model::kNone) {
      context_.unknown(add.score, {"score", "score " + add.score.text + " { ... }"}, context_.model.scores);
      return true;
    }
    const auto& categories = context_.model.scores[id].node->categories;
    if (!categories.empty()) {
      context_.add(
          Finding(Code::bad_score_rule, add.score.span, quoted(add.score.text) + " has categories, and these points belong to none")
              .label(categories.front().name.span, "its first category")
              .help("let a rule of the score give the points"));
    }
    if (std::abs(add.points.value) > limits::kPoints) {
      context_.add(Finding(Code::too_long, add.points.span, "points go up to " + std::to_string(limits::kPoints)));
    }
    return true;
  }

  bool act(const ast::Action&, const ast::Snooze& snooze) {
    check_length(context_, snooze.length);
    if (!is_zero(snooze.length)) return true;
    context_.add(Finding(Code::bad_offset, snooze.length.span, "this snoozes for no time").help("leave it out, or give it a length"));
    return true;
  }

  bool act(const ast::Action&, const ast::Do& call) {
    for (const auto& arg : call.args) (void)check_expression(context_, arg, scope_);
    if (!context_.options.known_host_functions) return true;
    const auto& known = context_.options.host_functions;
    if (std::find(known.begin(), known.end(), call.function.text) != known.end()) return true;
    context_.unknown(call.function, {"host function", ""}, known);
    return true;
  }

  bool act(const ast::Action& node, const ast::Jump& jump) {
    if (!has_enrolment(node.span, "->")) return true;
    if (scope_.sequence != nullptr && scope_.sequence->find_step(jump.step.text) == model::kNone) {
      context_.unknown(jump.step, {"step of " + quoted(scope_.sequence->name) + " called", ""}, scope_.sequence->steps);
    }
    return false;
  }

  Scope scope_;
  Context& context_;
  BodyKind kind_;
};

}  // namespace

void check_body(Context& context, const ast::Body& body, const Scope& scope, BodyKind kind) { (void)Walk(context, scope, kind).body(body); }

}  // namespace nurture::check
