// Actions: what they name exists, what they compute has the right type, and none stands where nothing can reach it.
// Entry points: check_body(), summarize().
//
// The walk carries what is known (facts, `trigger`) from action to action. Branches are walked with copies that are
// merged where they meet; a wait forgets the facts, because a lead can change while it waits.
#include "check/bodies.hpp"

#include "check/expressions.hpp"
#include "check/narrowing.hpp"
#include "check/texts.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
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
    const model::Id id = context_.model.find_message(send.message.text);
    if (id == model::kNone) {
      context_.unknown(send.message, {"message", "message " + send.message.text + " { ... }"}, context_.model.messages);
      return true;
    }
    const model::Message& message = context_.model.messages[id];
    if (send.variant) check_variant(message, *send.variant);
    check_arguments(message, send);
    for (const auto& channel : send.channels) check_channel(message, channel);
    return true;
  }

  void check_variant(const model::Message& message, const ast::Name& name) {
    const auto same = [&](const model::Variant& variant) { return variant.name == name.text; };
    if (std::any_of(message.variants.begin(), message.variants.end(), same)) return;
    context_.unknown(name, {"variant of " + quoted(message.name) + " called", ""}, message.variants);
  }

  void check_arguments(const model::Message& message, const ast::Send& send) {
    std::map<std::string_view, Span> given;
    bool misspelt = false;
    for (const auto& argument : send.arguments) {
      const auto [first, fresh] = given.try_emplace(argument.name.text, argument.name.span);
      if (!fresh) context_.duplicate(argument.name.span, "argument " + quoted(argument.name.text), first->second);
      const auto same = [&](const model::Field& field) { return field.name == argument.name.text; };
      const auto found = std::find_if(message.parameters.begin(), message.parameters.end(), same);
      if (found == message.parameters.end()) {
        misspelt = true;
        (void)check_expression(context_, argument.value, scope_);
        context_.unknown(argument.name, {"parameter of " + quoted(message.name) + " called", ""}, message.parameters);
      } else {
        (void)check_value(context_, argument.value, scope_, found->type, quoted(found->name) + " of " + quoted(message.name));
      }
    }
    std::vector<std::string_view> lacking;
    for (const auto& parameter : message.parameters) {
      if (parameter.type.optional || parameter.node->fallback || given.find(parameter.name) != given.end()) continue;
      lacking.push_back(parameter.name);
    }
    // What was meant for one of them may have another name.
    if (lacking.empty() || misspelt) return;
    context_.add(Finding(Code::wrong_arguments, send.message.span, quoted(message.name) + " is sent without " + enumerate(lacking))
                     .label(message.node->items.accepts.front().span, "it accepts these")
                     .help(context_.in_spelling_of(send.message.span, "add `with " + std::string(lacking.front()) + " = ...`",
                                                   "add `with: {" + std::string(lacking.front()) + ": ...}`")));
  }

  void check_channel(const model::Message& message, const ast::Name& channel) {
    std::vector<std::string_view> forms;
    const auto add = [&](const model::Content& content) {
      for (const auto& one : content.channels) {
        if (std::find(forms.begin(), forms.end(), one) == forms.end()) forms.push_back(one);
      }
    };
    add(message.content);
    for (const auto& variant : message.variants) add(variant.content);
    if (channel.text.empty() || std::find(forms.begin(), forms.end(), channel.text) != forms.end()) return;
    if (context_.model.find_channel(channel.text) == model::kNone) {
      context_.unknown(channel, {"channel", "channel " + channel.text + " { }"}, context_.model.channels);
      return;
    }
    const auto& items = message.node->items.channels;
    Finding finding(Code::channel_unavailable, channel.span, quoted(message.name) + " has no form for " + quoted(channel.text));
    finding.label(items.empty() ? message.node->name.span : items.front().span, "its channels");
    if (!forms.empty()) finding.help("send it by " + quoted(forms.front()) + ", or add " + quoted(channel.text) + " to its `channel`");
    context_.add(finding);
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

  bool act(const ast::Action& node, const ast::WaitUntil& wait) {
    if (may_wait(node)) check_wait_ends(node, wait);
    scope_.facts.clear();
    const auto events = check_trigger(context_, wait.trigger, scope_, PatternUse::wait, WhenPlace::sequence);
    if (wait.timeout && is_zero(*wait.timeout)) {
      context_.add(Finding(Code::bad_offset, wait.timeout->span, "this timeout passes at once")
                       .help(context_.in_spelling_of(wait.timeout->span, "give it a length, e.g. `timeout 2d`",
                                                     "give it a length, e.g. `timeout: 2d`")));
    }
    if (wait.timeout) check_length(context_, *wait.timeout);
    Scope late = scope_;
    if (events) scope_.trigger = events;
    if (wait.trigger.when) scope_.facts = facts_if(context_, *wait.trigger.when, true);
    if (!wait.timeout) return true;
    std::swap(late, scope_);
    const bool goes_on = !wait.then || body(*wait.then);
    std::swap(late, scope_);
    if (goes_on) meet(late);
    return true;
  }

  void check_wait_ends(const ast::Action& node, const ast::WaitUntil& wait) {
    if (wait.timeout || scope_.sequence == nullptr) return;
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
    if (kind_ != BodyKind::score) return true;
    context_.add(Finding(Code::not_in_scope, span, quoted(what) + " acts on a lead in a sequence, and a score belongs to none")
                     .help("use `enroll in`, `notify`, `task`, `tag`, `set` or `do` here"));
    return false;
  }

  void check_sequence(const ast::Name& name) {
    if (context_.model.find_sequence(name.text) != model::kNone) return;
    context_.unknown(name, {"sequence", "sequence " + name.text + " { ... }"}, context_.model.sequences);
  }

  bool act(const ast::Action& node, const ast::MoveTo& move) {
    if (!has_enrolment(node.span, "move to")) return true;
    check_sequence(move.sequence);
    return false;
  }
  bool act(const ast::Action&, const ast::EnrollIn& enroll) {
    check_sequence(enroll.sequence);
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
    if (!name.starts_with("lead.")) {
      report_not_of_lead(set.name);
      return true;
    }
    const std::string field_name = name.substr(5);
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

// ---------------------------------------------------------------- courses

class Summary {
 public:
  explicit Summary(Course& course) : course_(course) { course_.always_exits = false; }

  struct Way {
    bool reached = true;     ///< Some path gets here.
    bool at_once = true;     ///< Some path gets here without a wait.
    bool other_end = false;  ///< Some path ended otherwise than by `exit`.
  };

  Way walk(const ast::Body& body, Way way) {
    for (const auto& action : body.actions) {
      if (!way.reached) break;
      way = step(action, way);
    }
    return way;
  }

 private:
  static Way join(Way a, Way b) {
    return {a.reached || b.reached, (a.reached && a.at_once) || (b.reached && b.at_once), a.other_end || b.other_end};
  }

  Way step(const ast::Action& action, Way way) {
    if (std::holds_alternative<ast::Wait>(action.what)) {
      way.at_once = false;
    } else if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) {
      way.at_once = false;
      if (wait->timeout && wait->then) way = join(way, walk(*wait->then, way));
    } else if (const auto* branch = std::get_if<ast::If>(&action.what)) {
      way = join(walk(branch->then, way), branch->otherwise ? walk(*branch->otherwise, way) : way);
    } else if (const auto* split = std::get_if<ast::Split>(&action.what)) {
      if (split->arms.empty()) return way;
      Way all{false, false, false};
      for (const auto& arm : split->arms) all = join(all, walk(arm.body, way));
      way = all;
    } else if (std::holds_alternative<ast::ExitAs>(action.what)) {
      way.reached = false;
    } else if (std::holds_alternative<ast::MoveTo>(action.what)) {
      way.other_end = true;  // the target may refuse, and then the enrolment goes on
      way.reached = false;
    } else if (const auto* jump = std::get_if<ast::Jump>(&action.what)) {
      course_.jumps.push_back(jump);
      if (way.at_once) course_.jumps_at_once.push_back(jump);
      way.other_end = true;
      way.reached = false;
    }
    return way;
  }

  Course& course_;
};

}  // namespace

void check_body(Context& context, const ast::Body& body, const Scope& scope, BodyKind kind) { (void)Walk(context, scope, kind).body(body); }

Course summarize(const ast::Body& body) {
  Course course;
  const Summary::Way end = Summary(course).walk(body, {});
  course.falls_through = end.reached || end.other_end;
  course.at_once = end.reached && end.at_once;
  course.always_exits = !end.reached && !end.other_end;
  return course;
}

}  // namespace nurture::check
