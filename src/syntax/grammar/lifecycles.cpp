// Where leads stand: the rules `lifecycle`, `stage` and `audience` of dsl/grammar.peg. Entry points: the rules `lifecycle` and
// `audience`.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct StageId, ast::Stage> stage{"`stage`"};

const auto stage_def = spanning[word("stage") > name[into(&ast::Stage::name)] > -trigger[into(&ast::Stage::trigger)]];
const auto lifecycle_def =
    spanning[word("lifecycle") > name[into(&ast::Lifecycle::name)] > block(BlockKind::lifecycle)[stage[append(&ast::Lifecycle::stages)]]];
const auto audience_def = spanning[word("audience") > name[into(&ast::Audience::name)] > word("on") > name[into(&ast::Audience::channel)] >
                                   word("when") > expression[into(&ast::Audience::condition)]];

}  // namespace

BOOST_SPIRIT_DEFINE(stage, lifecycle, audience)
BOOST_SPIRIT_INSTANTIATE(decltype(lifecycle), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(audience), Iterator, Context)

}  // namespace nurture::syntax::grammar
