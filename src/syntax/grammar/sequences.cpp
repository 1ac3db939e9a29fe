// Sequences: the rules `sequence` to `offset` of dsl/grammar.peg. Entry point: the rule `sequence`.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct OwnerId, ast::Owner> owner{"`owner`"};
constexpr x3::rule<struct EnrollId, ast::Enroll> enroll{"`enroll`"};
constexpr x3::rule<struct ReenrollId, ast::Reenroll> reenroll{"`reenroll`"};
constexpr x3::rule<struct AnchorId, ast::Anchor> anchor{"`anchor`"};
constexpr x3::rule<struct SequenceZoneId, ast::ZoneItem> sequence_zone{"`zone`"};
constexpr x3::rule<struct DefaultTimeId, ast::DefaultTime> default_time{"`default`"};
constexpr x3::rule<struct LateId, ast::Late> late{"`late`"};
constexpr x3::rule<struct PolicyItemId, ast::PolicyItem> policy_item{"`policy`"};
constexpr x3::rule<struct SuppressId, ast::Suppress> suppress{"`suppress`"};
constexpr x3::rule<struct GoalId, ast::Goal> goal{"`goal`"};
constexpr x3::rule<struct ExitId, ast::Exit> exit{"`exit`"};
constexpr x3::rule<struct RepeatId, ast::Repeat> repeat{"`every time` or `at most once per`"};
constexpr x3::rule<struct HandlerId, ast::Handler> handler{"`on` or `when`"};
constexpr x3::rule<struct OffsetId, ast::Offset> offset{"when the step is due"};
constexpr x3::rule<struct StepId, ast::Step> step{"a step"};
constexpr x3::rule<struct PhaseId, ast::Phase> phase{"`phase`"};

// ---- who enters, and under which rules

const auto owner_def = spanning[word("owner") > text[into(&ast::Owner::text)]];
const auto enroll_def =
    spanning[word("enroll") > trigger[into(&ast::Enroll::trigger)] > -(word("key") > expression[into(&ast::Enroll::key)])];

using ReenrollKind = ast::Reenroll::Kind;
const auto reenroll_when = word("never")[set(&ast::Reenroll::kind, ReenrollKind::never)] |
                           word("always")[set(&ast::Reenroll::kind, ReenrollKind::always)] |
                           (word("after")[set(&ast::Reenroll::kind, ReenrollKind::after)] > duration[into(&ast::Reenroll::after)]);
const auto reenroll_def = spanning[word("reenroll") > named("`never`, `always` or `after` and a duration")[reenroll_when]];

using Otherwise = ast::Anchor::Otherwise;
const auto lacks_rule = [](auto& context) {
  state_of(context).anchor_without_rule(x3::_where(context).begin(), x3::_val(context).value.span);
};
const auto rule_of_anchor = (word("else") > named("`hold` or `exit`")[word("hold")[set(&ast::Anchor::otherwise, Otherwise::hold)] |
                                                                      word("exit")[set(&ast::Anchor::otherwise, Otherwise::exit)]]) |
                            always[lacks_rule];
const auto anchor_def =
    spanning[word("anchor") > name[into(&ast::Anchor::name)] > symbol("=") > expression[into(&ast::Anchor::value)] > rule_of_anchor];

const auto sequence_zone_def = spanning[word("zone") > zone[into(&ast::ZoneItem::zone)]];
const auto default_time_def = spanning[word("default") > word("time") > time_of_day[into(&ast::DefaultTime::time)]];
const auto late_def = spanning[word("late") > named("`skip` or `send`")[word("skip")[set(&ast::Late::kind, ast::Late::Kind::skip)] |
                                                                        word("send")[set(&ast::Late::kind, ast::Late::Kind::send)]]];
const auto policy_item_def = spanning[word("policy") > name[into(&ast::PolicyItem::name)]];
const auto suppress_def = spanning[word("suppress") > word("when") > expression[into(&ast::Suppress::when)]];
const auto goal_def = spanning[word("goal") > name[into(&ast::Goal::name)] > trigger[into(&ast::Goal::trigger)]];
const auto exit_def = spanning[word("exit") > name[into(&ast::Exit::name)] > trigger[into(&ast::Exit::trigger)]];

// ---- handlers

using RepeatKind = ast::Repeat::Kind;
const auto repeat_def = spanning[(word("every")[set(&ast::Repeat::kind, RepeatKind::every_time)] > word("time")) |
                                 (word("at")[set(&ast::Repeat::kind, RepeatKind::at_most_once_per)] > word("most") > word("once") >
                                  word("per") > duration[into(&ast::Repeat::per)])];
const auto handler_def = spanning[trigger[into(&ast::Handler::trigger)] > -(word("as") > name[into(&ast::Handler::label)]) >
                                  -repeat[into(&ast::Handler::repeat)] > body[into(&ast::Handler::body)]];

// ---- the plan

using OffsetKind = ast::Offset::Kind;
const auto set_day = [](auto& context) {
  const Span span = x3::_attr(context).span;
  const char sign = state_of(context).text()[span.begin];
  x3::_val(context).day = x3::_attr(context).value;
  x3::_val(context).day_signed = sign == '+' || sign == '-';
};
const auto from = -(word("from") > name[into(&ast::Offset::from)]);
const auto offset_def =
    spanning[(word("day")[set(&ast::Offset::kind, OffsetKind::day)] > signed_integer[set_day] > from) |
             (word("at")[set(&ast::Offset::kind, OffsetKind::at)] > signed_duration[into(&ast::Offset::duration)] > from) |
             word("immediately")[set(&ast::Offset::kind, OffsetKind::immediately)] |
             (word("after")[set(&ast::Offset::kind, OffsetKind::after)] > duration[into(&ast::Offset::duration)])];
const auto step_def = spanning[offset[into(&ast::Step::offset)] > -(word("at") > time_of_day[into(&ast::Step::time)]) >
                               -name[into(&ast::Step::name)] > symbol(":") > body[into(&ast::Step::body)]];
const auto phase_def = spanning[word("phase") > name[into(&ast::Phase::name)] > -text[into(&ast::Phase::title)] >
                                block(BlockKind::phase)[step[append(&ast::Phase::steps)]]];

// The alternatives that nest come last; see actions.cpp.
const auto item = owner[append(&ast::Sequence::owners)] | enroll[append(&ast::Sequence::enrolls)] |
                  reenroll[append(&ast::Sequence::reenrolls)] | anchor[append(&ast::Sequence::anchors)] |
                  sequence_zone[append(&ast::Sequence::zones)] | default_time[append(&ast::Sequence::default_times)] |
                  late[append(&ast::Sequence::lates)] | policy_item[append(&ast::Sequence::policies)] |
                  suppress[append(&ast::Sequence::suppressions)] | goal[append(&ast::Sequence::goals)] |
                  exit[append(&ast::Sequence::exits)] | handler[append(&ast::Sequence::handlers)] | phase[append(&ast::Sequence::plan)] |
                  step[append(&ast::Sequence::plan)];
const auto sequence_def =
    spanning[word("sequence") > name[into(&ast::Sequence::name)] > -text[into(&ast::Sequence::title)] > block(BlockKind::sequence)[item]];

}  // namespace

BOOST_SPIRIT_DEFINE(owner, enroll, reenroll, anchor, sequence_zone, default_time, late, policy_item, suppress, goal, exit)
BOOST_SPIRIT_DEFINE(repeat, handler, offset, step, phase, sequence)
BOOST_SPIRIT_INSTANTIATE(decltype(sequence), Iterator, Context)

}  // namespace nurture::syntax::grammar
