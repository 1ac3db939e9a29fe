// What the sequences talk about: the rules `lead`, `event`, `field`, `type`, `segment`, `channel`, `category` and the
// `accepts` of messages in dsl/grammar.peg. Entry points: the rules of the declarations.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct FieldId, ast::Field> field{"a field"};
constexpr x3::rule<struct TypeId, ast::Type> type{"a type"};
constexpr x3::rule<struct RequiresId, ast::Requires> requires_item{"`requires`"};
constexpr x3::rule<struct RetryId, ast::Retry> retry{"`retry`"};
constexpr x3::rule<struct RateId, ast::Rate> rate{"`rate`"};
constexpr x3::rule<struct BreakerId, ast::Breaker> breaker{"`breaker`"};
constexpr x3::rule<struct CostId, ast::Cost> cost{"`cost`"};

using ast::TypeKind;

const auto enum_type = word("enum")[set(&ast::Type::kind, TypeKind::enum_)] > symbol("(") > name[append(&ast::Type::values)] >
                       *(symbol(",") > name[append(&ast::Type::values)]) > symbol(")");
const auto list_type = word("list")[set(&ast::Type::kind, TypeKind::list)] > symbol("<") > nested[type[into(&ast::Type::element)]] >
                       symbol(">");
const auto type_def =
    spanning[(type_name[into(&ast::Type::kind)] | enum_type | list_type) >> -symbol("?")[set(&ast::Type::optional, true)]];

const auto set_fallback = [](auto& context) { x3::_val(context).fallback = static_cast<ast::Expr&&>(x3::_attr(context)); };
const auto field_def =
    spanning[name[into(&ast::Field::name)] >> symbol(":") > type[into(&ast::Field::type)] > -(symbol("=") > constant[set_fallback])];

const auto lead_def = spanning[word("lead") > block(BlockKind::lead)[field[append(&ast::Lead::members)]]];

const auto event_fields = block(BlockKind::event)[field[append(&ast::Event::members)]] >> always[set(&ast::Event::braces, true)];
const auto event_def =
    spanning[word("event") > dotted_name[into(&ast::Event::name)] > -(word("as") > text[into(&ast::Event::external)]) > -event_fields];

const auto accepts_def = spanning[word("accepts") > block(BlockKind::accepts)[field[append(&ast::Accepts::members)]]];

const auto segment_def =
    spanning[word("segment") > name[into(&ast::Segment::name)] > symbol("=") > expression[into(&ast::Segment::condition)]];

const auto requires_item_def = spanning[word("requires") > expression[into(&ast::Requires::value)]];
const auto retry_def = spanning[word("retry") > integer[into(&ast::Retry::times)] > word("times") > word("from") >
                                duration[into(&ast::Retry::from)] > word("to") > duration[into(&ast::Retry::to)]];
const auto rate_def = spanning[word("rate") > integer[into(&ast::Rate::count)] > word("per") > duration[into(&ast::Rate::per)]];
const auto breaker_def = spanning[word("breaker") > word("open") > word("at") > percent[into(&ast::Breaker::percent)] > word("of") >
                                  integer[into(&ast::Breaker::of)] > word("within") > duration[into(&ast::Breaker::within)] >
                                  word("probe") > word("after") > duration[into(&ast::Breaker::probe)]];
const auto set_cost = [](auto& context) { x3::_val(context).value = static_cast<ast::Expr&&>(x3::_attr(context)); };
const auto cost_def = spanning[word("cost") > constant[set_cost]];
const auto channel_item = requires_item[append(&ast::Channel::requirements)] | retry[append(&ast::Channel::retries)] |
                          rate[append(&ast::Channel::rates)] | breaker[append(&ast::Channel::breakers)] |
                          cost[append(&ast::Channel::costs)];
const auto channel_def = spanning[word("channel") > name[into(&ast::Channel::name)] > block(BlockKind::channel)[channel_item]];

using Consent = ast::Category::Consent;
const auto consent = word("consent") > named("`explicit` or `implied`")[word("explicit")[set(&ast::Category::consent, Consent::explicit_)] |
                                                                        word("implied")[set(&ast::Category::consent, Consent::implied)]];
const auto no_consent_yet = [](auto& context) { x3::_pass(context) = !x3::_val(context).consent; };
const auto no_opt_in_yet = [](auto& context) { x3::_pass(context) = !x3::_val(context).double_opt_in; };
const auto not_transactional_yet = [](auto& context) { x3::_pass(context) = !x3::_val(context).transactional; };
const auto no_under_yet = [](auto& context) { x3::_pass(context) = !x3::_val(context).under; };
const auto no_suppress_yet = [](auto& context) { x3::_pass(context) = !x3::_val(context).suppress; };
const auto set_suppress = [](auto& context) { x3::_val(context).suppress = handed(x3::_attr(context)); };
const auto category_item = (always[no_consent_yet] >> consent) |
                           (always[no_opt_in_yet] >> word("double_opt_in")[set(&ast::Category::double_opt_in, true)]) |
                           (always[not_transactional_yet] >> word("transactional")[set(&ast::Category::transactional, true)]) |
                           (always[no_under_yet] >> (word("under") > name[into(&ast::Category::under)])) |
                           (always[no_suppress_yet] >> (word("suppress") > word("when") > expression[set_suppress]));
const auto category_def = spanning[word("category") > name[into(&ast::Category::name)] > block(BlockKind::category)[category_item]];

}  // namespace

BOOST_SPIRIT_DEFINE(field, type, lead, event, accepts, segment, requires_item, retry, rate, breaker, cost, channel, category)
BOOST_SPIRIT_INSTANTIATE(decltype(lead), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(event), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(accepts), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(segment), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(channel), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(category), Iterator, Context)

}  // namespace nurture::syntax::grammar
