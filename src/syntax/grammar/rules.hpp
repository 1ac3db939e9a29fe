// The rules that one translation unit of the grammar uses from another. Names of rules are what "expected ..." says.
#pragma once

#include "syntax/grammar/operators.hpp"
#include "syntax/grammar/tokens.hpp"
#include "syntax/grammar/x3.hpp"

namespace nurture::syntax::grammar {

// clang-format off
struct ExpressionId;
struct PatternId;
struct TriggerId;
struct MapId;
struct BodyId;
struct BracedBodyId;
struct SegmentId;
struct LeadId;
struct EventId;
struct ChannelId;
struct CategoryId;
struct AcceptsId;
struct PoolId;
struct PolicyId;
struct FieldSetId;
struct MessageId;
struct ZoneId;
struct SequenceId;
struct InstanceId;
struct TriggersId;
struct StreamId;
struct BroadcastId;
struct ProjectId;
struct MigrateId;
struct LifecycleId;
struct AudienceId;
struct ScoreId;
struct TestId;
struct OutcomeId;

// expressions.cpp
constexpr x3::rule<ExpressionId, Expression> expression{"a value or condition"};
constexpr x3::rule<PatternId, Sized<ast::Pattern>> pattern{"the name of an event"};
constexpr x3::rule<TriggerId, ast::Trigger> trigger{"`on` and an event, or `when` and a condition"};
constexpr x3::rule<MapId, Tree> map{"values in braces such as `{ \"path\": \"/pricing\" }`"};
// actions.cpp
constexpr x3::rule<BodyId, ast::Body> body{"an action, or a block of actions in braces"};
constexpr x3::rule<BracedBodyId, ast::Body> braced_body{"`{`"};
// vocabulary.cpp
constexpr x3::rule<SegmentId, ast::Segment> segment{"a segment"};
constexpr x3::rule<LeadId, ast::Lead> lead{"the lead"};
constexpr x3::rule<EventId, ast::Event> event{"an event"};
constexpr x3::rule<ChannelId, ast::Channel> channel{"a channel"};
constexpr x3::rule<CategoryId, ast::Category> category{"a category"};
constexpr x3::rule<AcceptsId, ast::Accepts> accepts{"`accepts`"};
// messages.cpp
constexpr x3::rule<PoolId, ast::Pool> pool{"a pool"};
constexpr x3::rule<PolicyId, ast::Policy> policy{"a policy"};
constexpr x3::rule<FieldSetId, ast::FieldSet> field_set{"fields"};
constexpr x3::rule<MessageId, ast::Message> message{"a message"};
constexpr x3::rule<ZoneId, ast::Zone> zone{"`lead`, `anchor` or the name of a time zone in quotes"};
// sequences.cpp
constexpr x3::rule<SequenceId, ast::Sequence> sequence{"a sequence"};
constexpr x3::rule<InstanceId, ast::Instance> instance{"`use`"};
constexpr x3::rule<TriggersId, ast::Triggers> triggers{"triggers"};
constexpr x3::rule<StreamId, ast::Stream> stream{"a stream"};
constexpr x3::rule<BroadcastId, ast::Broadcast> broadcast{"a broadcast"};
constexpr x3::rule<ProjectId, ast::Project> project{"a project"};
constexpr x3::rule<MigrateId, ast::Migrate> migrate{"a migration"};
// lifecycles.cpp
constexpr x3::rule<LifecycleId, ast::Lifecycle> lifecycle{"a lifecycle"};
constexpr x3::rule<AudienceId, ast::Audience> audience{"an audience"};
// scores.cpp
constexpr x3::rule<ScoreId, ast::Score> score{"a score"};
// tests.cpp
constexpr x3::rule<TestId, ast::Test> test{"a test"};
constexpr x3::rule<OutcomeId, ast::Outcome> outcome{"what is expected, such as `send welcome` or `exit booked`"};
// clang-format on

BOOST_SPIRIT_DECLARE(decltype(expression), decltype(pattern), decltype(trigger), decltype(map), decltype(body), decltype(braced_body))
BOOST_SPIRIT_DECLARE(decltype(segment), decltype(lead), decltype(event), decltype(channel), decltype(category), decltype(accepts),
                     decltype(policy), decltype(field_set), decltype(message), decltype(pool), decltype(zone))
BOOST_SPIRIT_DECLARE(decltype(sequence), decltype(instance), decltype(triggers), decltype(stream), decltype(broadcast), decltype(project),
                     decltype(migrate), decltype(lifecycle), decltype(audience), decltype(score), decltype(test), decltype(outcome))

}  // namespace nurture::syntax::grammar
