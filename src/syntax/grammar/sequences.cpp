// Sequences, triggers, streams, broadcasts, the project and migrations: the rules `instance`, `sequence` to `offset`, `stream`,
// `broadcast`, `project` and `migrate` of dsl/grammar.peg. Entry points: the rules of these names.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct OwnerId, ast::Owner> owner{"`owner`"};
constexpr x3::rule<struct ClockTimeId, ast::ClockTime> clock_time{"a time of day such as `09:00`, or a field of the lead and `else 09:00`"};
constexpr x3::rule<struct RecurrenceId, ast::Recurrence> recurrence{"how often: `year on lead.birthday`, `monday`, `1mo from 2026-01-31`"};
constexpr x3::rule<struct EnrollEveryId, ast::EnrollEvery> enroll_every{"`enroll`"};
constexpr x3::rule<struct EnrollId, ast::Enroll> enroll{"`enroll`"};
constexpr x3::rule<struct ReenrollId, ast::Reenroll> reenroll{"`reenroll`"};
constexpr x3::rule<struct ConflictId, ast::Conflict> conflict{"`conflict`"};
constexpr x3::rule<struct PriorityId, ast::Priority> priority{"`priority`"};
constexpr x3::rule<struct ExclusiveId, ast::Exclusive> exclusive{"`exclusive`"};
constexpr x3::rule<struct StayId, ast::Stay> stay{"`stay`"};
constexpr x3::rule<struct CatchUpId, ast::CatchUp> catch_up{"`catch`"};
constexpr x3::rule<struct AnchorNextId, ast::AnchorNext> anchor_next{"`anchor`"};
constexpr x3::rule<struct FirstDayId, ast::FirstDay> first_day{"`first`"};
constexpr x3::rule<struct AnchorId, ast::Anchor> anchor{"`anchor`"};
constexpr x3::rule<struct SequenceZoneId, ast::ZoneItem> sequence_zone{"`zone`"};
constexpr x3::rule<struct DefaultTimeId, ast::DefaultTime> default_time{"`default`"};
constexpr x3::rule<struct LateRuleId, ast::LateRule> late_rule{"`skip`, `send` or `grace` and a duration"};
constexpr x3::rule<struct LateId, ast::Late> late{"`late`"};
constexpr x3::rule<struct PolicyItemId, ast::PolicyItem> policy_item{"`policy`"};
constexpr x3::rule<struct SuppressId, ast::Suppress> suppress{"`suppress`"};
constexpr x3::rule<struct HoldoutId, ast::Holdout> holdout{"`holdout`"};
constexpr x3::rule<struct KeepId, ast::Keep> keep{"`keep`"};
constexpr x3::rule<struct RetainId, ast::Retain> retain{"`retain`"};
constexpr x3::rule<struct GoalId, ast::Goal> goal{"`goal`"};
constexpr x3::rule<struct ExitId, ast::Exit> exit{"`exit`"};
constexpr x3::rule<struct RepeatId, ast::Repeat> repeat{"`every time` or `at most once per`"};
constexpr x3::rule<struct HandlerId, ast::Handler> handler{"`on` or `when`"};
constexpr x3::rule<struct OffsetId, ast::Offset> offset{"when the step is due"};
constexpr x3::rule<struct StepId, ast::Step> step{"a step"};
constexpr x3::rule<struct PhaseId, ast::Phase> phase{"`phase`"};
constexpr x3::rule<struct MigrateStepId, ast::MigrateStep> migrate_step{"`step`"};
constexpr x3::rule<struct ParameterId, ast::Parameter> parameter{"a name"};
constexpr x3::rule<struct ConstantId, ast::Argument> constant_argument{"a name"};
constexpr x3::rule<struct StreamEnrollId, ast::StreamEnroll> stream_enroll{"`enroll`"};
constexpr x3::rule<struct CadenceId, ast::Cadence> cadence{"`cadence`"};
constexpr x3::rule<struct PieceId, ast::Piece> piece{"`send`"};
constexpr x3::rule<struct ExhaustedId, ast::Exhausted> exhausted{"`exhausted`"};
constexpr x3::rule<struct BroadcastToId, ast::BroadcastTo> broadcast_to{"`to`"};
constexpr x3::rule<struct BroadcastAtId, ast::BroadcastAt> broadcast_at{"`at`"};
constexpr x3::rule<struct BroadcastSpreadId, ast::Spread> broadcast_spread{"`spread`"};

// ---- who enters, and under which rules

const auto clock_time_def = spanning[time_of_day[into(&ast::ClockTime::time)] |
                                     (dotted_name[into(&ast::ClockTime::field)] > word("else") > time_of_day[into(&ast::ClockTime::time)])];
using RecurrenceKind = ast::Recurrence::Kind;
const auto set_weekday = [](auto& context) {
  x3::_val(context).kind = RecurrenceKind::weekday;
  x3::_val(context).weekday = static_cast<std::int32_t>(x3::_attr(context).value);
};
const auto set_period = [](auto& context) {
  x3::_val(context).kind = RecurrenceKind::period;
  x3::_val(context).period = x3::_attr(context);
};
// A step may follow that begins with `at`, too.
const auto recurrence_def =
    spanning[((word("year")[set(&ast::Recurrence::kind, RecurrenceKind::year)] > word("on") > dotted_name[into(&ast::Recurrence::date)] >
               -(word("feb29") > word("mar1")[set(&ast::Recurrence::leap_in_march, true)])) |
              weekday[set_weekday] | (duration[set_period] > word("from") > date_time[into(&ast::Recurrence::from)])) >
             -(word("at") >> time_of_day[into(&ast::Recurrence::time)])];

const auto owner_def = spanning[word("owner") > text[into(&ast::Owner::text)]];
const auto enroll_def =
    spanning[word("enroll") > trigger[into(&ast::Enroll::trigger)] > -(word("key") > expression[into(&ast::Enroll::key)])];

const auto enroll_every_def = spanning[word("enroll") >> word("every") > recurrence[into(&ast::EnrollEvery::every)]];

using ReenrollKind = ast::Reenroll::Kind;
const auto reenroll_when = word("never")[set(&ast::Reenroll::kind, ReenrollKind::never)] |
                           word("always")[set(&ast::Reenroll::kind, ReenrollKind::always)] |
                           (word("after")[set(&ast::Reenroll::kind, ReenrollKind::after)] > duration[into(&ast::Reenroll::after)] >
                            -(word("from") > word("exit")[set(&ast::Reenroll::from_exit, true)]));
const auto reenroll_def = spanning[word("reenroll") > named("`never`, `always` or `after` and a duration")[reenroll_when]];

const auto conflict_def = spanning[word("conflict") > word("restart") > -(word("until") > name[into(&ast::Conflict::until)])];
const auto priority_def = spanning[word("priority") > integer[into(&ast::Priority::value)]];
const auto exclusive_def = spanning[word("exclusive") > name[into(&ast::Exclusive::group)]];
const auto stay_def = spanning[word("stay") > word("while") > expression[into(&ast::Stay::condition)]];
using CatchUpKind = ast::CatchUp::Kind;
const auto catch_up_def =
    spanning[word("catch") > word("up") > named("`run`, `latest` or `skip`")[word("run")[set(&ast::CatchUp::kind, CatchUpKind::run)] |
                                                                             word("latest")[set(&ast::CatchUp::kind, CatchUpKind::latest)] |
                                                                             word("skip")[set(&ast::CatchUp::kind, CatchUpKind::skip)]]];
const auto first_day_def = spanning[word("first") > word("day") > integer[into(&ast::FirstDay::day)]];

using NextKind = ast::AnchorNext::Kind;
// An anchor may be called `next`.
const auto anchor_next_def = spanning[word("anchor") >> word("next") >> !symbol("=") >
                                      named("`planned` or `actual`")[word("planned")[set(&ast::AnchorNext::kind, NextKind::planned)] |
                                                                     word("actual")[set(&ast::AnchorNext::kind, NextKind::actual)]]];

using Otherwise = ast::Anchor::Otherwise;
const auto lacks_rule = [](auto& context) {
  state_of(context).anchor_without_rule(x3::_where(context).begin(), x3::_val(context).value.span);
};
const auto rule_of_anchor = (word("else") > named("`hold` or `exit`")[(word("hold")[set(&ast::Anchor::otherwise, Otherwise::hold)] >
                                                                       -(word("at") >> word("most") > duration[into(&ast::Anchor::hold)])) |
                                                                      word("exit")[set(&ast::Anchor::otherwise, Otherwise::exit)]]) |
                            always[lacks_rule];
const auto anchor_def = spanning[word("anchor") > name[into(&ast::Anchor::name)] > symbol("=") > expression[into(&ast::Anchor::value)] >
                                 -(word("zone") > zone[into(&ast::Anchor::zone)]) > rule_of_anchor];

const auto sequence_zone_def = spanning[word("zone") > zone[into(&ast::ZoneItem::zone)]];
const auto default_time_def = spanning[word("default") > word("time") > clock_time[into(&ast::DefaultTime::time)]];
using LateKind = ast::LateRule::Kind;
const auto late_rule_def =
    spanning[word("skip")[set(&ast::LateRule::kind, LateKind::skip)] | word("send")[set(&ast::LateRule::kind, LateKind::send)] |
             (word("grace")[set(&ast::LateRule::kind, LateKind::grace)] > duration[into(&ast::LateRule::grace)])];
const auto late_def = spanning[word("late") > late_rule[into(&ast::Late::rule)]];
const auto policy_item_def = spanning[word("policy") > name[into(&ast::PolicyItem::name)]];
const auto suppress_def = spanning[word("suppress") > word("when") > expression[into(&ast::Suppress::when)]];
const auto holdout_def = spanning[word("holdout") > percent[into(&ast::Holdout::percent)] > word("salt") > text[into(&ast::Holdout::salt)]];
const auto goal_def = spanning[word("goal") > name[into(&ast::Goal::name)] > -(word("value") > expression[into(&ast::Goal::value)]) >
                               trigger[into(&ast::Goal::trigger)]];
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
             (word("after")[set(&ast::Offset::kind, OffsetKind::after)] > duration[into(&ast::Offset::duration)]) |
             (word("every")[set(&ast::Offset::kind, OffsetKind::every)] > recurrence[into(&ast::Offset::every)])];
const auto step_def =
    spanning[offset[into(&ast::Step::offset)] > -(word("on") > weekdays[into(&ast::Step::weekdays)]) >
             -(word("at") > clock_time[into(&ast::Step::time)]) > -(word("late") > late_rule[into(&ast::Step::late)]) >
             -word("again")[set(&ast::Step::again, true)] > -name[into(&ast::Step::name)] > symbol(":") > body[into(&ast::Step::body)]];
const auto phase_def = spanning[word("phase") > name[into(&ast::Phase::name)] > -text[into(&ast::Phase::title)] >
                                block(BlockKind::phase)[step[append(&ast::Phase::steps)]]];

// The alternatives that nest come last; see actions.cpp.
const auto item =
    owner[append(&ast::Sequence::owners)] | accepts[append(&ast::Sequence::accepts)] | priority[append(&ast::Sequence::priorities)] |
    exclusive[append(&ast::Sequence::exclusives)] | enroll_every[append(&ast::Sequence::recurring_enrolls)] |
    enroll[append(&ast::Sequence::enrolls)] | conflict[append(&ast::Sequence::conflicts)] | stay[append(&ast::Sequence::stays)] |
    catch_up[append(&ast::Sequence::catch_ups)] | first_day[append(&ast::Sequence::first_days)] |
    reenroll[append(&ast::Sequence::reenrolls)] | anchor_next[append(&ast::Sequence::anchor_nexts)] |
    anchor[append(&ast::Sequence::anchors)] | sequence_zone[append(&ast::Sequence::zones)] |
    default_time[append(&ast::Sequence::default_times)] | late[append(&ast::Sequence::lates)] |
    policy_item[append(&ast::Sequence::policies)] | holdout[append(&ast::Sequence::holdouts)] |
    suppress[append(&ast::Sequence::suppressions)] | goal[append(&ast::Sequence::goals)] | exit[append(&ast::Sequence::exits)] |
    handler[append(&ast::Sequence::handlers)] | phase[append(&ast::Sequence::plan)] | step[append(&ast::Sequence::plan)];
const auto parameter_def = spanning[name[into(&ast::Parameter::name)] > symbol(":") > parameter_type[into(&ast::Parameter::type)]];
const auto parameters = symbol("(") > parameter[append(&ast::Sequence::parameters)] >
                        *(symbol(",") > parameter[append(&ast::Sequence::parameters)]) > symbol(")");
const auto sequence_def = spanning[word("sequence") > name[into(&ast::Sequence::name)] > -parameters > -text[into(&ast::Sequence::title)] >
                                   block(BlockKind::sequence)[item]];

// `use "file"` begins with the same word: only the parenthesis says which it is.
const auto constant_argument_def = spanning[name[into(&ast::Argument::name)] > symbol(":") > expression[into(&ast::Argument::value)]];
const auto instance_def =
    spanning[word("use") >> identifier[into(&ast::Instance::family)] >> symbol("(") > constant_argument[append(&ast::Instance::arguments)] >
             *(symbol(",") > constant_argument[append(&ast::Instance::arguments)]) > symbol(")") > word("as") >
             name[into(&ast::Instance::name)]];

// ---- what needs no sequence, and what all have in common

const auto triggers_item = sequence_zone[append(&ast::Triggers::zones)] | policy_item[append(&ast::Triggers::policies)] |
                           suppress[append(&ast::Triggers::suppressions)] | handler[append(&ast::Triggers::handlers)];
const auto triggers_def = spanning[word("triggers") > name[into(&ast::Triggers::name)] > -text[into(&ast::Triggers::title)] >
                                   block(BlockKind::triggers)[triggers_item]];

// ---- streams and broadcasts

const auto stream_enroll_def = spanning[word("enroll") > trigger[into(&ast::StreamEnroll::trigger)]];
const auto cadence_def = spanning[word("cadence") > word("every") > recurrence[into(&ast::Cadence::every)]];
const auto piece_def = spanning[word("send") > name[into(&ast::Piece::message)]];
const auto exhausted_def = spanning[word("exhausted") > body[into(&ast::Exhausted::body)]];
const auto stream_item =
    priority[append(&ast::Stream::priorities)] | stream_enroll[append(&ast::Stream::enrolls)] | stay[append(&ast::Stream::stays)] |
    sequence_zone[append(&ast::Stream::zones)] | cadence[append(&ast::Stream::cadences)] | policy_item[append(&ast::Stream::policies)] |
    holdout[append(&ast::Stream::holdouts)] | suppress[append(&ast::Stream::suppressions)] | goal[append(&ast::Stream::goals)] |
    exit[append(&ast::Stream::exits)] | piece[append(&ast::Stream::pieces)] | exhausted[append(&ast::Stream::exhausted)];
const auto stream_def =
    spanning[word("stream") > name[into(&ast::Stream::name)] > -text[into(&ast::Stream::title)] > block(BlockKind::stream)[stream_item]];

const auto broadcast_to_def = spanning[word("to") > word("segment") > name[into(&ast::BroadcastTo::segment)]];
const auto broadcast_at_def = spanning[word("at") > date_time[into(&ast::BroadcastAt::start)]];
const auto broadcast_spread_def = spanning[word("spread") > duration[into(&ast::Spread::length)]];
const auto broadcast_item = priority[append(&ast::Broadcast::priorities)] | broadcast_to[append(&ast::Broadcast::targets)] |
                            broadcast_at[append(&ast::Broadcast::starts)] | broadcast_spread[append(&ast::Broadcast::spreads)] |
                            sequence_zone[append(&ast::Broadcast::zones)] | policy_item[append(&ast::Broadcast::policies)] |
                            piece[append(&ast::Broadcast::messages)];
const auto broadcast_def = spanning[word("broadcast") > name[into(&ast::Broadcast::name)] > -text[into(&ast::Broadcast::title)] >
                                    block(BlockKind::broadcast)[broadcast_item]];

const auto keep_def = spanning[word("keep") > dotted_name[into(&ast::Keep::event)] > word("for") > duration[into(&ast::Keep::length)]];
const auto retain_events = word("events")[set(&ast::Retain::kind, ast::Retain::Kind::events)] > duration[into(&ast::Retain::length)];
const auto retain_leads = word("leads")[set(&ast::Retain::kind, ast::Retain::Kind::leads)] > duration[into(&ast::Retain::length)] >
                          word("after") > expression[into(&ast::Retain::after)];
const auto retain_def = spanning[word("retain") > named("`events` or `leads`")[retain_events | retain_leads]];
const auto project_item = sequence_zone[append(&ast::Project::zones)] | policy_item[append(&ast::Project::policies)] |
                          holdout[append(&ast::Project::holdouts)] | keep[append(&ast::Project::keeps)] |
                          retain[append(&ast::Project::retains)];
const auto project_def = spanning[word("project") > name[into(&ast::Project::name)] > -text[into(&ast::Project::title)] >
                                  block(BlockKind::project)[project_item]];

// ---- what becomes of those who are in another version

using Timer = ast::MigrateStep::Timer;
const auto timer = named("`due`, `remaining` or `anew`")[word("due")[set(&ast::MigrateStep::timer, Timer::due)] |
                                                         word("remaining")[set(&ast::MigrateStep::timer, Timer::remaining)] |
                                                         word("anew")[set(&ast::MigrateStep::timer, Timer::anew)]];
const auto migrate_step_def = spanning[word("step") > name[into(&ast::MigrateStep::from)] > symbol("->") >
                                       ((word("exit")[set(&ast::MigrateStep::exits, true)] > name[into(&ast::MigrateStep::to)]) |
                                        (name[into(&ast::MigrateStep::to)] > -(word("timer") > timer)))];
const auto migrate_def = spanning[word("migrate") > name[into(&ast::Migrate::name)] > word("from") > text[into(&ast::Migrate::version)] >
                                  block(BlockKind::migrate)[migrate_step[append(&ast::Migrate::steps)]]];

}  // namespace

BOOST_SPIRIT_DEFINE(clock_time, recurrence, enroll_every, conflict, priority, exclusive, stay, catch_up, first_day, anchor_next, late_rule)
BOOST_SPIRIT_DEFINE(owner, enroll, reenroll, anchor, sequence_zone, default_time, late, policy_item, suppress, holdout, goal, exit)
BOOST_SPIRIT_DEFINE(repeat, handler, offset, step, phase, parameter, sequence, constant_argument, instance, triggers, keep, retain, project,
                    migrate_step, migrate)
BOOST_SPIRIT_DEFINE(stream_enroll, cadence, piece, exhausted, stream, broadcast_to, broadcast_at, broadcast_spread, broadcast)
BOOST_SPIRIT_INSTANTIATE(decltype(sequence), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(instance), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(triggers), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(stream), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(broadcast), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(project), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(migrate), Iterator, Context)

}  // namespace nurture::syntax::grammar
