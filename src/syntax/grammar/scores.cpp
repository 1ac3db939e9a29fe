// Lead scores: the rules `score`, `score_item` and `rule` of dsl/grammar.peg. Entry point: the rule `score`.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct RangeId, ast::Range> range{"`range`"};
constexpr x3::rule<struct LimitId, ast::Limit> limit{"`limit`"};
constexpr x3::rule<struct RuleId, ast::Rule> rule{"`rule`"};
constexpr x3::rule<struct ScoreCategoryId, ast::ScoreCategory> score_category{"`category`"};
constexpr x3::rule<struct ResetId, ast::Reset> reset{"`reset`"};
constexpr x3::rule<struct DecayId, ast::Decay> decay{"`decay`"};
constexpr x3::rule<struct TierId, ast::Tier> tier{"`tier`"};
constexpr x3::rule<struct TierActionId, ast::TierAction> tier_action{"`enter` or `leave`"};

const auto range_def = spanning[word("range") > integer[into(&ast::Range::from)] > symbol("..") > integer[into(&ast::Range::to)]];
const auto limit_def = spanning[word("limit") > integer[into(&ast::Limit::count)] > word("per") > duration[into(&ast::Limit::per)]];
const auto rule_def =
    spanning[word("rule") > points[into(&ast::Rule::points)] > name[into(&ast::Rule::name)] > trigger[into(&ast::Rule::trigger)] >
             -limit[into(&ast::Rule::limit)] > -(word("then") > body[into(&ast::Rule::then)])];
const auto score_category_def =
    spanning[word("category") > name[into(&ast::ScoreCategory::name)] > word("weight") > integer[into(&ast::ScoreCategory::weight)] >
             word("max") > integer[into(&ast::ScoreCategory::max)] >
             block(BlockKind::score_category)[rule[append(&ast::ScoreCategory::rules)]]];
const auto reset_def = spanning[word("reset") > trigger[into(&ast::Reset::trigger)] > word("to") > integer[into(&ast::Reset::to)]];
using DecayKind = ast::Decay::Kind;
const auto percent_decay = percent[into(&ast::Decay::amount)] >> x3::eps[set(&ast::Decay::kind, DecayKind::percent)];
const auto half_decay = word("half")[set(&ast::Decay::kind, DecayKind::half)];
const auto decay_def = spanning[word("decay") > (percent_decay | half_decay | integer[into(&ast::Decay::amount)]) > word("per") >
                                duration[into(&ast::Decay::per)] > word("when") > expression[into(&ast::Decay::when)] >
                                -(word("floor") > integer[into(&ast::Decay::floor)])];
const auto tier_def = spanning[word("tier") > name[into(&ast::Tier::name)] > integer[into(&ast::Tier::from)] > symbol("..") >
                               -integer[into(&ast::Tier::to)] > -(word("hysteresis") > integer[into(&ast::Tier::hysteresis)])];

using TierActionKind = ast::TierAction::Kind;
const auto tier_action_def = spanning[(word("enter")[set(&ast::TierAction::kind, TierActionKind::enter)] |
                                       word("leave")[set(&ast::TierAction::kind, TierActionKind::leave)]) >
                                      name[into(&ast::TierAction::tier)] > body[into(&ast::TierAction::body)]];

const auto item = range[append(&ast::Score::ranges)] | score_category[append(&ast::Score::categories)] |
                  reset[append(&ast::Score::resets)] | decay[append(&ast::Score::decays)] | tier[append(&ast::Score::tiers)] |
                  tier_action[append(&ast::Score::tier_actions)] | rule[append(&ast::Score::rules)];
const auto score_def =
    spanning[word("score") > name[into(&ast::Score::name)] > -text[into(&ast::Score::title)] > block(BlockKind::score)[item]];

}  // namespace

BOOST_SPIRIT_DEFINE(range, limit, rule, score_category, reset, decay, tier, tier_action, score)
BOOST_SPIRIT_INSTANTIATE(decltype(score), Iterator, Context)

}  // namespace nurture::syntax::grammar
