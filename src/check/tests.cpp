// Tests: what they name exists in their subject, what they give fits the declared types, and their lines are in the
// order of time. Entry point: check_tests(). The order of time stands in test_order.cpp.
#include "check/bodies.hpp"
#include "check/expressions.hpp"
#include "check/horizon.hpp"
#include "check/passes.hpp"
#include "check/sends.hpp"
#include "check/test_order.hpp"
#include "check/typing.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/yaml_lexemes.hpp"
#include "time/zone.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace nurture::check {

namespace {

using model::Id;
using model::kNone;

/// Why a message may be skipped. [S6.3]
constexpr std::array<std::string_view, 13> kReasons{"late",       "consent",   "cap",     "quiet",  "suppressed", "jumped",  "holdout",
                                                    "no_address", "duplicate", "expired", "erased", "error",      "digested"};

/// Everything that a subject can be seen to do.
struct Doings {
  std::set<std::string_view> sends, moves, notified, tasks, exits;
  std::map<std::string_view, const ast::Split*> splits;
};

void collect_pool(Doings& doings, const model::Model& model, std::string_view name) {
  const Id pool = model.find_pool(name);
  if (pool == kNone) return;
  for (const ast::Name& message : model.pools[pool].node->messages) doings.sends.insert(message.text);
}

void collect(Doings& doings, const model::Model& model, const ast::Body& body) {
  for_each_action(body, [&](const ast::Action& action) {
    if (const auto* send = std::get_if<ast::Send>(&action.what)) doings.sends.insert(send->message.text);
    if (const auto* next = std::get_if<ast::SendNext>(&action.what)) collect_pool(doings, model, next->pool.text);
    if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) doings.moves.insert(move->sequence.text);
    if (const auto* notify = std::get_if<ast::Notify>(&action.what)) doings.notified.insert(notify->who.text);
    if (const auto* task = std::get_if<ast::Task>(&action.what)) doings.tasks.insert(task->owner.text);
    if (const auto* exit = std::get_if<ast::ExitAs>(&action.what)) doings.exits.insert(exit->name.text);
    if (const auto* split = std::get_if<ast::Split>(&action.what)) doings.splits.emplace(split->name.text, split);
  });
}

Doings doings_of(const model::Model& model, const model::Sequence& sequence) {
  Doings doings;
  for (const auto& step : sequence.steps) collect(doings, model, step.node->body);
  for (const auto& handler : sequence.handlers) collect(doings, model, handler.node->body);
  for (const auto& goal : sequence.node->goals) doings.exits.insert(goal.name.text);
  for (const auto& exit : sequence.node->exits) doings.exits.insert(exit.name.text);
  for (const Id policy : model.policies_of(*sequence.node)) {
    for (const auto& cap : model.policies[policy].node->caps) {
      if (cap.digest) doings.sends.insert(cap.digest->text);
    }
  }
  doings.exits.insert("completed");
  doings.exits.insert("erased");
  if (!sequence.node->anchors.empty()) doings.exits.insert("anchor_missing");
  if (!sequence.node->suppressions.empty()) doings.exits.insert("suppressed");
  if (!sequence.node->stays.empty()) doings.exits.insert("left");
  if (!sequence.node->conflicts.empty()) doings.exits.insert("restarted");
  return doings;
}

Doings doings_of(const model::Model& model, const model::Score& score) {
  Doings doings;
  const auto collect_rules = [&](const std::vector<ast::Rule>& rules) {
    for (const auto& rule : rules) {
      if (rule.then) collect(doings, model, *rule.then);
    }
  };
  collect_rules(score.node->rules);
  for (const auto& category : score.node->categories) collect_rules(category.rules);
  for (const auto& action : score.node->tier_actions) collect(doings, model, action.body);
  return doings;
}

class TestCheck {
 public:
  TestCheck(Context& context, const model::Test& test, const Doings& doings) : context_(context), test_(*test.node), doings_(doings) {
    scope_.place = "a test";
    if (test.sequence != kNone) sequence_ = &context.model.sequences[test.sequence];
    scope_.sequence = sequence_;
    subject_ = quoted(test.node->subject.text);
  }

  void run() {
    const ast::GivenLead* lead = nullptr;
    for (const auto& given : test_.givens) {
      if (const auto* one = std::get_if<ast::GivenLead>(&given.what)) {
        if (lead != nullptr)
          context_.add(Finding(Code::duplicate_name, given.span, "the lead is given twice").label(lead->span, "given here first"));
        lead = one;
      }
      std::visit([&](const auto& what) { check(what); }, given.what);
    }
    check_required(lead);
    for (const auto& line : test_.timeline) std::visit([&](const auto& what) { check(what); }, line.what);
    check_test_order(context_, test_);
    check_horizon(context_, test_);
  }

 private:
  // ------------------------------------------------------------ values

  /// A value for a declared field: moments and lengths may be given as texts, as in data.
  void check_field_value(const ast::Expr& value, const model::Field& field, const std::string& what) {
    if (value.kind == ast::ExprKind::string && field.type.kind == TypeKind::duration) return check_length_text(value, field, what);
    if (value.kind == ast::ExprKind::string && is_moment(field.type)) {
      if (!check_date_time(context_, value.span, value.text)) return;
      const bool has_time = value.text.find('T') != std::string::npos;
      if (has_time == (field.type.kind == TypeKind::datetime)) return;
      context_.add(Finding(Code::type_mismatch, value.span,
                           what + " wants " + describe(present(field.type)) + ", and this is " + (has_time ? "a moment" : "a date")));
      return;
    }
    (void)check_value(context_, value, scope_, field.type, what, true);
    const bool names_zone = field.name == "tz" && field.type.kind == TypeKind::string && value.kind == ast::ExprKind::string;
    if (names_zone) check_zone_name(context_, value.span, value.text);
  }

  void check_length_text(const ast::Expr& value, const model::Field& field, const std::string& what) {
    const auto length = syntax::yaml::read_duration(value.text, syntax::yaml::Sign::optional);
    const bool exact = length.fault == syntax::yaml::LexemeFault::none && !is_calendar(value.text) && !value.text.starts_with('+');
    if (exact) return;
    context_.add(Finding(Code::type_mismatch, value.span, what + " wants " + describe(present(field.type)) + ", and this is another text")
                     .help("write a length in `h`, `min` and `s`, e.g. `3h`"));
  }

  /// Checks a map of values against declared fields; the names that it gives.
  std::set<std::string_view> check_map(const ast::Expr& map, const std::vector<model::Field>& fields, const std::string& of) {
    std::map<std::string_view, Span> seen;
    std::set<std::string_view> given;
    for (std::size_t i = 0; i + 1 < map.args.size(); i += 2) {
      const ast::Expr& key = map.args[i];
      if (key.kind != ast::ExprKind::string && key.kind != ast::ExprKind::ident) {
        context_.add(Finding(Code::type_mismatch, key.span, "this must be the name of a field").help("write it in quotes, e.g. `\"tz\"`"));
        continue;
      }
      const auto [first, fresh] = seen.try_emplace(key.text, key.span);
      if (!fresh) context_.duplicate(key.span, "field " + quoted(key.text), first->second);
      given.insert(key.text);
      const auto field = std::find_if(fields.begin(), fields.end(), [&](const model::Field& f) { return f.name == key.text; });
      if (field == fields.end())
        unknown_key(key, fields, of);
      else
        check_field_value(map.args[i + 1], *field, quoted(key.text));
    }
    return given;
  }

  void unknown_key(const ast::Expr& key, const std::vector<model::Field>& fields, const std::string& of) {
    const std::string_view bytes = context_.bytes(key.span);
    const bool in_quotes = bytes.size() == key.text.size() + 2 && bytes.substr(1, key.text.size()) == key.text;
    const Span span = in_quotes ? Span{key.span.file, key.span.begin + 1, key.span.end - 1} : key.span;
    context_.unknown(span, key.text, {of + " field", ""}, fields);
  }

  void report_lacking(Span span, const std::vector<model::Field>& fields, const std::set<std::string_view>& given, const std::string& who) {
    std::vector<std::string_view> lacking;
    const model::Field* first = nullptr;
    for (const auto& field : fields) {
      if (!field.is_required() || given.contains(field.name)) continue;
      lacking.push_back(field.name);
      if (first == nullptr) first = &field;
    }
    if (lacking.empty()) return;
    Finding finding(Code::bad_test, span, who + " lacks " + enumerate(lacking) + ", without which it would be refused");
    finding.label(first->node->span,
                  lacking.size() == 1 ? "declared without `?` and without a default" : "the first of them is declared here");
    context_.add(finding.help("give " + std::string(lacking.size() == 1 ? "it a value, or declare it" : "them values, or declare them") +
                              " with `?` or a default"));
  }

  /// A lead that lacks a required field is refused, in tests too. [S11.5]
  void check_required(const ast::GivenLead* lead) {
    if (lead == nullptr) return report_lacking(test_.name.span, context_.model.lead, {}, "the lead of this test");
    std::set<std::string_view> given;
    for (std::size_t i = 0; i + 1 < lead->values.args.size(); i += 2) given.insert(lead->values.args[i].text);
    report_lacking(lead->values.span, context_.model.lead, given, "the lead of this test");
  }

  // ------------------------------------------------------------ names

  void check_category(const ast::Name& name) {
    if (context_.model.find_category(name.text) != kNone) return;
    context_.unknown(name, {"category", "category " + name.text + " { }"}, context_.model.categories);
  }

  /// A message by name, when the subject can send it.
  const model::Message* check_message(const ast::Name& name, std::string_view verb) {
    const Id id = context_.model.find_message(name.text);
    if (id == kNone) {
      context_.unknown(name, {"message", "message " + name.text + " { ... }"}, context_.model.messages);
      return nullptr;
    }
    expect_known(name, doings_.sends, subject_ + " never " + std::string(verb) + ' ');
    return &context_.model.messages[id];
  }

  /// NUR0602 for a name that the subject never uses.
  void expect_known(const ast::Name& name, const std::set<std::string_view>& names, const std::string& complaint) {
    if (name.text.empty() || names.contains(name.text)) return;
    const std::vector<std::string_view> known =
        context_.is_full() ? std::vector<std::string_view>() : std::vector<std::string_view>(names.begin(), names.end());
    Finding finding(Code::bad_test, name.span, complaint + quoted(name.text));
    const std::string_view near = source::nearest(name.text, known);
    if (!near.empty()) {
      finding.caret("did you mean " + quoted(near) + '?').help("write " + quoted(near));
      if (context_.is_exact(name.span, name.text)) finding.fix(name.span, std::string(near));
    } else if (!known.empty() && known.size() <= 6) {
      finding.help((known.size() == 1 ? "there is " : "there are ") + enumerate(known));
    }
    context_.add(finding);
  }

  template <class T>
  void expect_known(const ast::Name& name, const std::vector<T>& items, const std::string& complaint) {
    const auto names = names_of(items);
    expect_known(name, std::set<std::string_view>(names.begin(), names.end()), complaint);
  }

  const model::Score* check_score(const ast::Name& name) {
    const Id id = context_.model.find_score(name.text);
    if (id != kNone) return &context_.model.scores[id];
    context_.unknown(name, {"score", "score " + name.text + " { ... }"}, context_.model.scores);
    return nullptr;
  }

  // ------------------------------------------------------------ given

  void check(const ast::GivenLead& given) { (void)check_map(given.values, context_.model.lead, "lead"); }
  void check(const ast::GivenConsent& given) {
    for (const auto& name : given.categories) check_category(name);
  }
  void check(const ast::GivenSplit& given) {
    const auto found = doings_.splits.find(given.split.text);
    if (found == doings_.splits.end()) {
      std::set<std::string_view> names;
      for (const auto& [name, split] : doings_.splits) names.insert(name);
      return expect_known(given.split, names, subject_ + " has no split ");
    }
    expect_known(given.arm, found->second->arms, "the split " + quoted(given.split.text) + " has no arm ");
  }
  void check(const ast::GivenHoldout& given) {
    const bool of_sequence = sequence_ != nullptr && !sequence_->node->holdouts.empty();
    const bool of_project = context_.model.project != nullptr && !context_.model.project->holdouts.empty();
    if (of_sequence || of_project) return;
    context_.add(Finding(Code::bad_test, given.span, "nobody is held out of " + subject_)
                     .help("add `holdout 5% salt \"2026-q1\"` to it or to the project"));
  }
  void check(const ast::GivenScore& given) {
    const auto* score = check_score(given.score);
    if (score == nullptr || (given.value.value >= score->from && given.value.value <= score->to)) return;
    context_.add(Finding(Code::bad_test, given.value.span,
                         "a score of " + std::to_string(given.value.value) + " lies outside of " + std::to_string(score->from) + ".." +
                             std::to_string(score->to)));
  }

  // ------------------------------------------------------------ fed

  void check(const ast::FeedEvent& feed) {
    const Id id = context_.model.find_event(feed.name.text);
    if (id == kNone) return context_.unknown(feed.name, {"event", "event " + feed.name.text}, context_.model.events);
    const model::Event& event = context_.model.events[id];
    std::set<std::string_view> given;
    if (feed.values) given = check_map(*feed.values, event.fields, quoted(event.name));
    report_lacking(feed.values ? feed.values->span : feed.name.span, event.fields, given, "this " + quoted(event.name));
  }
  void check(const ast::FeedSet& feed) {
    const std::string field_name(ast::lead_field_name(feed.name.text));
    const Id id = context_.model.find_lead_field(field_name);
    if (id == kNone) {
      const Span span = field_name.empty() ? feed.name.span : context_.tail(feed.name.span, field_name);
      return context_.unknown(span, field_name.empty() ? feed.name.text : field_name, {"lead field", ""}, context_.model.lead);
    }
    check_field_value(feed.value, context_.model.lead[id], quoted(feed.name.text));
  }
  void check(const ast::FeedConsent& feed) { check_category(feed.category); }
  void check(const ast::FeedDelivery& feed) { (void)check_message(feed.message, "sends"); }
  void check(const ast::FeedGap& feed) {
    if (is_zero(feed.duration)) context_.add(Finding(Code::bad_test, feed.duration.span, "a gap of no length"));
  }
  void check(const ast::FeedPause& feed) {
    if (feed.what == ast::FeedPause::What::channel && context_.model.find_channel(feed.name->text) == kNone)
      return context_.unknown(*feed.name, {"channel", "channel " + feed.name->text + " {}"}, context_.model.channels);
    if (feed.what != ast::FeedPause::What::sequence || (sequence_ != nullptr && sequence_->name == feed.name->text)) return;
    context_.add(Finding(Code::bad_test, feed.name->span, "this test is for " + subject_ + ", and only that runs")
                     .help("write a test for " + quoted(feed.name->text)));
  }
  void check(const ast::FeedErase&) {}
  void check(const ast::FeedBroadcast& feed) {
    if (sequence_ != nullptr && sequence_->broadcast != nullptr && sequence_->name == feed.name.text) return;
    const Id id = context_.model.find_sequence(feed.name.text);
    Finding finding(Code::bad_test, feed.name.span, quoted(feed.name.text) + " is no broadcast");
    if (id != kNone && context_.model.sequences[id].broadcast != nullptr)
      finding =
          Finding(Code::bad_test, feed.name.span, "this test is for " + subject_ + ", and only that runs").help("write a test for it");
    context_.add(finding);
  }
  void check(const ast::FeedPromote& feed) {
    check(ast::GivenSplit{{}, feed.split, feed.arm});
    const auto found = doings_.splits.find(feed.split.text);
    if (found == doings_.splits.end() || found->second->goal) return;
    context_.add(Finding(Code::bad_test, feed.split.span, quoted(feed.split.text) + " is no experiment, so no arm of it can be promoted")
                     .label(found->second->name.span, "it has no `goal`")
                     .help("give the split a goal: `goal order.placed within 7d`"));
  }

  // ------------------------------------------------------------ expected

  void check(const ast::Outcome& outcome) {
    std::visit([&](const auto& what) { check(what); }, outcome);
  }
  void check(const ast::ExpectNoSend&) {}
  void check(const ast::ExpectNothingMore&) {}
  void check(const ast::ExpectSend& expected) {
    const auto* message = check_message(expected.message, "sends");
    if (message == nullptr) return;
    if (expected.variant) expect_known(*expected.variant, message->variants, quoted(message->name) + " has no variant ");
    if (!expected.channel) return;
    std::set<std::string_view> channels(message->content.channels.begin(), message->content.channels.end());
    for (const auto& variant : message->variants) channels.insert(variant.content.channels.begin(), variant.content.channels.end());
    expect_known(*expected.channel, channels, quoted(message->name) + " is never sent by ");
  }
  void check(const ast::ExpectHeld& expected) { (void)check_message(expected.message, "sends"); }
  void check(const ast::ExpectSkipped& expected) {
    const bool names_step = sequence_ != nullptr && sequence_->find_step(expected.message.text) != kNone;
    if (!names_step) (void)check_message(expected.message, "sends");
    expect_known(expected.reason, std::set<std::string_view>(kReasons.begin(), kReasons.end()), "nothing is skipped for the reason ");
  }
  void check(const ast::ExpectExit& expected) { expect_known(expected.name, doings_.exits, subject_ + " has no exit "); }
  void check(const ast::ExpectMoved& expected) { expect_known(expected.sequence, doings_.moves, subject_ + " never moves to "); }
  void check(const ast::ExpectAtStep& expected) {
    expect_known(expected.step, sequence_ != nullptr ? sequence_->steps : std::vector<model::Step>(), subject_ + " has no step ");
  }
  void check(const ast::ExpectScore& expected) { (void)check_score(expected.score); }
  void check(const ast::ExpectTier& expected) {
    const auto* score = check_score(expected.score);
    if (score != nullptr) expect_known(expected.tier, score->tiers, quoted(score->name) + " has no tier ");
  }
  void check(const ast::ExpectStage& expected) {
    const Id id = context_.model.find_lifecycle(expected.lifecycle.text);
    if (id == kNone) {
      return context_.unknown(expected.lifecycle, {"lifecycle", "lifecycle " + expected.lifecycle.text + " { ... }"},
                              context_.model.lifecycles);
    }
    const auto& lifecycle = context_.model.lifecycles[id];
    expect_known(expected.stage, lifecycle.stages, quoted(lifecycle.name) + " has no stage ");
  }
  void check(const ast::ExpectMembership& expected) {
    if (context_.model.find_audience(expected.audience.text) != kNone) return;
    context_.unknown(expected.audience, {"audience", "audience " + expected.audience.text + " on CHANNEL when ..."},
                     context_.model.audiences);
  }
  void check(const ast::ExpectGoal& expected) {
    const auto goals = sequence_ != nullptr ? names_of(sequence_->node->goals) : std::vector<std::string_view>();
    expect_known(expected.name, std::set<std::string_view>(goals.begin(), goals.end()), subject_ + " has no goal ");
  }
  void check(const ast::ExpectTask& expected) { expect_known(expected.owner, doings_.tasks, subject_ + " never has a task for "); }
  void check(const ast::ExpectNotified& expected) { expect_known(expected.who, doings_.notified, subject_ + " never notifies "); }
  void check(const ast::ExpectCondition& expected) { check_condition(context_, expected.condition, scope_); }

  Context& context_;
  const ast::Test& test_;
  const model::Sequence* sequence_ = nullptr;
  std::string subject_;
  Scope scope_;
  const Doings& doings_;
};

void check_subject(Context& context, const ast::Test& test) {
  if (told_family(context, test.subject)) return;
  std::vector<std::string_view> names;
  if (!context.is_full()) {
    names = names_of(context.model.sequences);
    const auto scores = names_of(context.model.scores);
    names.insert(names.end(), scores.begin(), scores.end());
  }
  context.unknown(test.subject, {"sequence or score", ""}, names);
}

}  // namespace

void check_tests(Context& context) {
  std::map<std::pair<std::string_view, std::string_view>, Span> seen;
  std::map<std::string_view, Doings> subjects;  // many tests share one
  for (const auto& test : context.model.tests) {
    if (test.sequence == kNone && test.score == kNone) {
      check_subject(context, *test.node);
      continue;
    }
    if (test.sequence != kNone && context.broken_instances.contains(context.model.sequences[test.sequence].instance)) continue;
    const auto [first, fresh] = seen.try_emplace({test.node->subject.text, test.node->name.value}, test.node->name.span);
    if (!fresh) context.duplicate(test.node->name.span, "test " + quoted(test.node->name.value), first->second);
    auto [doings, first_test] = subjects.try_emplace(test.node->subject.text);
    if (first_test)
      doings->second = test.sequence != kNone ? doings_of(context.model, context.model.sequences[test.sequence])
                                              : doings_of(context.model, context.model.scores[test.score]);
    TestCheck(context, test, doings->second).run();
  }
}

}  // namespace nurture::check
