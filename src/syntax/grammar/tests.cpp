// Tests: the rules `test`, `test_item`, `instant` and `outcome` of dsl/grammar.peg. Entry points: the rules `test` and
// `outcome`.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct GivenLeadId, ast::GivenLead> given_lead{"`lead`"};
constexpr x3::rule<struct GivenConsentId, ast::GivenConsent> given_consent{"`consent`"};
constexpr x3::rule<struct GivenSplitId, ast::GivenSplit> given_split{"`split`"};
constexpr x3::rule<struct GivenScoreId, ast::GivenScore> given_score{"`score`"};
constexpr x3::rule<struct GivenHoldoutId, ast::GivenHoldout> given_holdout{"`holdout`"};
constexpr x3::rule<struct GivenId, ast::Given> given{"`given`"};
constexpr x3::rule<struct InstantId, ast::Instant> instant{"a date, `day` and a number, or a distance such as `+2h`"};

constexpr x3::rule<struct NoSendId, ast::ExpectNoSend> expect_no_send{"`no`"};
constexpr x3::rule<struct ExpectSendId, ast::ExpectSend> expect_send{"`send`"};
constexpr x3::rule<struct ExpectHeldId, ast::ExpectHeld> expect_held{"`held`"};
constexpr x3::rule<struct ExpectSkippedId, ast::ExpectSkipped> expect_skipped{"`skipped`"};
constexpr x3::rule<struct ExpectExitId, ast::ExpectExit> expect_exit{"`exit`"};
constexpr x3::rule<struct ExpectMovedId, ast::ExpectMoved> expect_moved{"`moved`"};
constexpr x3::rule<struct ExpectAtStepId, ast::ExpectAtStep> expect_at_step{"`at`"};
constexpr x3::rule<struct ExpectScoreId, ast::ExpectScore> expect_score{"`score`"};
constexpr x3::rule<struct ExpectTierId, ast::ExpectTier> expect_tier{"`tier`"};
constexpr x3::rule<struct ExpectStageId, ast::ExpectStage> expect_stage{"`stage`"};
constexpr x3::rule<struct ExpectMembershipId, ast::ExpectMembership> expect_membership{"`joined` or `left`"};
constexpr x3::rule<struct ExpectGoalId, ast::ExpectGoal> expect_goal{"`goal`"};
constexpr x3::rule<struct ExpectNotifiedId, ast::ExpectNotified> expect_notified{"`notified`"};
constexpr x3::rule<struct ExpectTaskId, ast::ExpectTask> expect_task{"`task`"};
constexpr x3::rule<struct ExpectConditionId, ast::ExpectCondition> expect_condition{"a condition"};
constexpr x3::rule<struct NothingMoreId, ast::ExpectNothingMore> nothing_more{"`nothing`"};
constexpr x3::rule<struct AnyOutcomeId, ast::Outcome> outcome_at{"what is expected, such as `send welcome` or `exit booked`"};

constexpr x3::rule<struct FeedEventId, ast::FeedEvent> feed_event{"`event`"};
constexpr x3::rule<struct FeedSetId, ast::FeedSet> feed_set{"`set`"};
constexpr x3::rule<struct FeedConsentId, ast::FeedConsent> feed_consent{"`consent`"};
constexpr x3::rule<struct FeedDeliveryId, ast::FeedDelivery> feed_delivery{"`delivery`"};
constexpr x3::rule<struct FeedGapId, ast::FeedGap> feed_gap{"`gap`"};
constexpr x3::rule<struct FeedPauseId, ast::FeedPause> feed_pause{"`pause`"};
constexpr x3::rule<struct FeedResumeId, ast::FeedResume> feed_resume{"`resume`"};
constexpr x3::rule<struct FeedEraseId, ast::FeedErase> feed_erase{"`erase`"};
constexpr x3::rule<struct FeedBroadcastId, ast::FeedBroadcast> feed_broadcast{"`broadcast`"};
constexpr x3::rule<struct FeedPromoteId, ast::FeedPromote> feed_promote{"`promote`"};
constexpr x3::rule<struct TestLineId, ast::TestLine> test_line{"`at` or `expect`"};

/// For nodes without members: a rule without any action would look for members to fill.
const auto no_members = [](auto&) {};

// ---- what is given

const auto given_lead_def = spanning[word("lead") > map[into(&ast::GivenLead::values)]];
const auto given_consent_def = spanning[word("consent") > dotted_name[append(&ast::GivenConsent::categories)] >
                                        *(symbol(",") > dotted_name[append(&ast::GivenConsent::categories)])];
const auto given_split_def =
    spanning[word("split") > name[into(&ast::GivenSplit::split)] > symbol("=") > name[into(&ast::GivenSplit::arm)]];
const auto given_score_def =
    spanning[word("score") > name[into(&ast::GivenScore::score)] > symbol("=") > integer[into(&ast::GivenScore::value)]];
const auto given_holdout_def = spanning[word("holdout") >> always[no_members]];
const auto given_what = into(&ast::Given::what);
const auto given_def =
    spanning[word("given") > named("`lead`, `consent`, `split`, `score` or `holdout`")[given_holdout[given_what] | given_lead[given_what] |
                                                                                       given_consent[given_what] | given_split[given_what] |
                                                                                       given_score[given_what]]];

// ---- when

using InstantKind = ast::Instant::Kind;
const auto set_instant_day = [](auto& context) { x3::_val(context).day = x3::_attr(context).value; };
const auto instant_def =
    spanning[(date_time[into(&ast::Instant::date_time)] >> always[set(&ast::Instant::kind, InstantKind::absolute)]) |
             (word("day")[set(&ast::Instant::kind, InstantKind::day)] > signed_integer[set_instant_day] >
              time_of_day[into(&ast::Instant::time)]) |
             (signed_duration[into(&ast::Instant::offset)] >> always[set(&ast::Instant::kind, InstantKind::relative)])];

// ---- what is expected

const auto expect_no_send_def = spanning[word("no") > word("send") >> always[no_members]];
const auto expect_send_def =
    spanning[word("send") > name[into(&ast::ExpectSend::message)] > -(word("by") > name[into(&ast::ExpectSend::channel)]) >
             -(word("variant") > name[into(&ast::ExpectSend::variant)])];
const auto expect_held_def =
    spanning[word("held") > name[into(&ast::ExpectHeld::message)] > word("until") > instant[into(&ast::ExpectHeld::until)]];
const auto expect_skipped_def =
    spanning[word("skipped") > name[into(&ast::ExpectSkipped::message)] > word("because") > name[into(&ast::ExpectSkipped::reason)]];
const auto expect_exit_def = spanning[word("exit") > name[into(&ast::ExpectExit::name)]];
const auto expect_moved_def = spanning[word("moved") > word("to") > name[into(&ast::ExpectMoved::sequence)]];
const auto expect_at_step_def = spanning[word("at") > word("step") > name[into(&ast::ExpectAtStep::step)]];
// `score.fit >= 3` is a condition, `score fit >= 3` is not.
const auto expect_score_def = spanning[word("score") >> !symbol(".") > name[into(&ast::ExpectScore::score)] >
                                       comparison[into(&ast::ExpectScore::op)] > integer[into(&ast::ExpectScore::value)]];
const auto expect_tier_def =
    spanning[word("tier") >> !symbol(".") > name[into(&ast::ExpectTier::score)] > name[into(&ast::ExpectTier::tier)]];
const auto expect_stage_def =
    spanning[word("stage") >> !symbol(".") > name[into(&ast::ExpectStage::lifecycle)] > name[into(&ast::ExpectStage::stage)]];
using Membership = ast::ExpectMembership::Kind;
const auto expect_membership_def =
    spanning[(word("joined")[set(&ast::ExpectMembership::kind, Membership::joined)] |
              word("left")[set(&ast::ExpectMembership::kind, Membership::left)]) > name[into(&ast::ExpectMembership::audience)]];
const auto expect_goal_def = spanning[word("goal") > name[into(&ast::ExpectGoal::name)]];
const auto expect_notified_def = spanning[word("notified") > name[into(&ast::ExpectNotified::who)]];
const auto expect_task_def = spanning[word("task") > name[into(&ast::ExpectTask::owner)]];
const auto expect_condition_def = spanning[expression[into(&ast::ExpectCondition::condition)]];
const auto nothing_more_def = spanning[word("nothing") > word("more") >> always[no_members]];

const auto be = [](auto& context) { x3::_val(context) = std::move(x3::_attr(context)); };
const auto outcome_at_def = expect_no_send[be] | expect_send[be] | expect_held[be] | expect_skipped[be] | expect_exit[be] |
                            expect_moved[be] | expect_at_step[be] | expect_score[be] | expect_tier[be] | expect_stage[be] |
                            expect_membership[be] | expect_goal[be] | expect_notified[be] | expect_task[be] | expect_condition[be];
const auto outcome_def = nothing_more[be] | outcome_at[be];

// ---- what happens

const auto feed_event_def = spanning[word("event") > dotted_name[into(&ast::FeedEvent::name)] > -map[into(&ast::FeedEvent::values)]];
const auto feed_set_def =
    spanning[word("set") > dotted_name[into(&ast::FeedSet::name)] > symbol("=") > expression[into(&ast::FeedSet::value)]];
const auto feed_consent_def = spanning[word("consent") > dotted_name[into(&ast::FeedConsent::category)] >
                                       -word("withdrawn")[set(&ast::FeedConsent::withdrawn, true)]];
using Result = ast::FeedDelivery::Result;
const auto feed_delivery_def = spanning[word("delivery") > name[into(&ast::FeedDelivery::message)] >
                                        named("`failed` or `bounced`")[word("failed")[set(&ast::FeedDelivery::result, Result::failed)] |
                                                                       word("bounced")[set(&ast::FeedDelivery::result, Result::bounced)]]];
const auto feed_gap_def = spanning[word("gap") > duration[into(&ast::FeedGap::duration)]];
using Paused = ast::FeedPause::What;
// Without a word for what, everything.
const auto paused = ((word("sequence")[set(&ast::FeedPause::what, Paused::sequence)] |
                      word("channel")[set(&ast::FeedPause::what, Paused::channel)]) > name[into(&ast::FeedPause::name)]) |
                    word("lead")[set(&ast::FeedPause::what, Paused::lead)] | always[no_members];
const auto feed_pause_def = spanning[word("pause") >> paused];
const auto feed_resume_def = spanning[word("resume") >> paused];
const auto feed_erase_def = spanning[word("erase") >> always[no_members]];

const auto feed_broadcast_def = spanning[word("broadcast") > name[into(&ast::FeedBroadcast::name)]];
const auto feed_promote_def =
    spanning[word("promote") > name[into(&ast::FeedPromote::split)] > symbol("=") > name[into(&ast::FeedPromote::arm)]];

const auto what = into(&ast::TestLine::what);
// `expect nothing more` looks at the rest of the test and has no instant.
const auto refuse_nothing_more = [](auto& context) {
  Diagnostic diagnostic =
      source::report(source::Code::syntax, x3::_attr(context).span, "`expect nothing more` stands alone, without an instant");
  state_of(context).report(std::move(diagnostic));
};
const auto happening = feed_event[what] | feed_set[what] | feed_consent[what] | feed_delivery[what] | feed_gap[what] | feed_pause[what] |
                       feed_resume[what] | feed_erase[what] | feed_broadcast[what] | feed_promote[what] |
                       (word("expect") > (nothing_more[refuse_nothing_more] | outcome_at[what]));
// `expect send a at day 0 08:00` would give its instant to the line below.
const auto set_at = [](auto& context) {
  state_of(context).refuse_instant_behind(x3::_attr(context).span);
  x3::_val(context).at = x3::_attr(context);
};
const auto test_line_def =
    spanning[(word("at") > instant[set_at] > named("what happens: `event`, `set`, `consent`, `delivery`, `gap`, `pause`, `resume`, "
                                                   "`erase`, `broadcast`, `promote` or `expect`")[happening]) |
             (word("expect") > outcome[what])];

const auto test_def = spanning[word("test") > text[into(&ast::Test::name)] > word("for") > name[into(&ast::Test::subject)] >
                               block(BlockKind::test)[given[append(&ast::Test::givens)] | test_line[append(&ast::Test::timeline)]]];

}  // namespace

BOOST_SPIRIT_DEFINE(given_lead, given_consent, given_split, given_score, given_holdout, given, instant, expect_no_send, expect_send,
                    expect_held, expect_skipped)
BOOST_SPIRIT_DEFINE(expect_exit, expect_moved, expect_at_step, expect_score, expect_tier, expect_goal, expect_notified, expect_task,
                    expect_condition)
BOOST_SPIRIT_DEFINE(expect_stage, expect_membership, nothing_more, outcome_at, outcome, feed_event, feed_set, feed_consent, feed_delivery,
                    feed_gap, feed_pause, feed_resume)
BOOST_SPIRIT_DEFINE(feed_erase, feed_broadcast, feed_promote)
BOOST_SPIRIT_DEFINE(test_line, test)
BOOST_SPIRIT_INSTANTIATE(decltype(outcome), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(test), Iterator, Context)

}  // namespace nurture::syntax::grammar
