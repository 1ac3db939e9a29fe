// What is sent and when it may be: the rules `policy`, `zone`, `fields` and `message` of dsl/grammar.peg. Entry points:
// the rules `policy`, `field_set`, `message` and `zone`.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct QuietHoursId, ast::QuietHours> quiet_hours{"`quiet`"};
constexpr x3::rule<struct AllowId, ast::Allow> allow{"`allow`"};
constexpr x3::rule<struct CapId, ast::Cap> cap{"`cap`"};
constexpr x3::rule<struct ExemptId, ast::Exempt> exempt{"`exempt`"};
constexpr x3::rule<struct HoldLimitId, ast::HoldLimit> hold_limit{"`hold`"};
constexpr x3::rule<struct HoldWhileId, ast::HoldWhile> hold_while{"`hold`"};
constexpr x3::rule<struct SpreadId, ast::Spread> spread{"`spread`"};
constexpr x3::rule<struct ZoneItemId, ast::ZoneItem> zone_item{"`zone`"};
constexpr x3::rule<struct ChannelItemId, ast::ChannelItem> message_channel{"`channel`"};
constexpr x3::rule<struct CategoryItemId, ast::CategoryItem> message_category{"`category`"};
constexpr x3::rule<struct TemplateItemId, ast::TemplateItem> template_item{"`template`"};
constexpr x3::rule<struct SubjectItemId, ast::SubjectItem> subject{"`subject`"};
constexpr x3::rule<struct PreviewItemId, ast::PreviewItem> preview{"`preview`"};
constexpr x3::rule<struct BodyItemId, ast::BodyItem> message_body{"`body`"};
constexpr x3::rule<struct FromItemId, ast::FromItem> from{"`from`"};
constexpr x3::rule<struct TopicItemId, ast::TopicItem> topic{"`topic`"};
constexpr x3::rule<struct LinkItemId, ast::LinkItem> link_item{"`link`"};
constexpr x3::rule<struct FieldItemId, ast::FieldItem> message_field{"`field`"};
constexpr x3::rule<struct UseFieldsId, ast::UseFields> use_fields{"`use`"};
constexpr x3::rule<struct ChooseId, ast::ChooseItem> choose{"`choose`"};
constexpr x3::rule<struct ChooseCaseId, ast::ChooseCase> choose_case{"a case"};
constexpr x3::rule<struct ChooseElseId, ast::ChooseElse> choose_else{"`else`"};
constexpr x3::rule<struct VariantId, ast::Variant> variant{"`variant`"};
constexpr x3::rule<struct ItemsId, ast::MessageItems> items{"`{`"};

// ---- policies

const auto be_named = [](auto& context) {
  x3::_val(context).kind = ast::Zone::Kind::named;
  x3::_val(context).name = std::move(x3::_attr(context));
};
const auto zone_def = spanning[word("lead")[set(&ast::Zone::kind, ast::Zone::Kind::lead)] |
                               word("anchor")[set(&ast::Zone::kind, ast::Zone::Kind::anchor)] | text[be_named]];

/// `hold` or `drop`, stored in a member.
template <class Class>
auto hold_or_drop(std::optional<ast::HoldOrDrop> Class::*member) {
  return named("`hold` or `drop`")[word("hold")[set(member, ast::HoldOrDrop::hold)] | word("drop")[set(member, ast::HoldOrDrop::drop)]];
}

const auto quiet_hours_def =
    spanning[word("quiet") > word("hours") > time_of_day[into(&ast::QuietHours::from)] > symbol("..") >
             time_of_day[into(&ast::QuietHours::to)] > -weekdays[into(&ast::QuietHours::days)] >
             -(word("on") > name[into(&ast::QuietHours::channel)]) > -(word("in") > zone[into(&ast::QuietHours::zone)]) >
             -(word("then") > hold_or_drop(&ast::QuietHours::then))];

const auto allow_def = spanning[word("allow") > weekdays[into(&ast::Allow::days)] > -(word("on") > name[into(&ast::Allow::channel)]) >
                                -(word("else") > hold_or_drop(&ast::Allow::otherwise))];
using CapUnit = ast::Cap::Unit;
const auto cap_per =
    word("day")[set(&ast::Cap::unit, CapUnit::day)] | word("week")[set(&ast::Cap::unit, CapUnit::week)] | duration[into(&ast::Cap::per)];
const auto set_counting = [](auto& context) { x3::_val(context).counting = static_cast<ast::Pattern&&>(x3::_attr(context)); };
const auto cap_then = named("`hold`, `drop` or `digest` and a message")[word("hold")[set(&ast::Cap::then, ast::HoldOrDrop::hold)] |
                                                                        word("drop")[set(&ast::Cap::then, ast::HoldOrDrop::drop)] |
                                                                        (word("digest") > name[into(&ast::Cap::digest)])];
const auto cap_def =
    spanning[word("cap") > integer[into(&ast::Cap::count)] > word("per") > named("a duration such as `7d`, `day` or `week`")[cap_per] >
             -(word("on") > name[into(&ast::Cap::channel)]) > -(word("counting") > pattern[set_counting]) >
             -(word("when") > expression[into(&ast::Cap::when)]) > -(word("then") > cap_then)];
const auto hold_limit_def = spanning[word("hold") >> word("at") > word("most") > duration[into(&ast::HoldLimit::length)]];
const auto hold_while_def = spanning[word("hold") > named("`at most` and a duration, or `while` and a condition")[word("while")] >
                                     expression[into(&ast::HoldWhile::condition)] > -(word("as") > name[into(&ast::HoldWhile::label)])];
const auto spread_def = spanning[word("spread") > duration[into(&ast::Spread::length)]];
const auto exempt_def = spanning[word("exempt") > dotted_name[append(&ast::Exempt::categories)] >
                                 *(symbol(",") > dotted_name[append(&ast::Exempt::categories)])];
const auto zone_item_def = spanning[word("zone") > zone[into(&ast::ZoneItem::zone)]];

const auto policy_item = quiet_hours[append(&ast::Policy::quiet_hours)] | allow[append(&ast::Policy::allows)] |
                         cap[append(&ast::Policy::caps)] | exempt[append(&ast::Policy::exempts)] |
                         hold_limit[append(&ast::Policy::hold_limits)] | hold_while[append(&ast::Policy::hold_whiles)] |
                         spread[append(&ast::Policy::spreads)] | zone_item[append(&ast::Policy::zones)];
const auto policy_def = spanning[word("policy") > name[into(&ast::Policy::name)] > block(BlockKind::policy)[policy_item]];

// ---- messages

const auto message_channel_def =
    spanning[word("channel") > name[append(&ast::ChannelItem::channels)] > *(symbol(",") > name[append(&ast::ChannelItem::channels)])];
const auto message_category_def = spanning[word("category") > dotted_name[into(&ast::CategoryItem::name)]];
const auto template_item_def = spanning[word("template") > text[into(&ast::TemplateItem::text)]];
const auto subject_def = spanning[word("subject") > text[into(&ast::SubjectItem::text)]];
const auto preview_def = spanning[word("preview") > text[into(&ast::PreviewItem::text)]];
const auto message_body_def =
    spanning[word("body") > named("a text in quotes, or `file` and the name of one")[(word("file")[set(&ast::BodyItem::is_file, true)] >
                                                                                      text[into(&ast::BodyItem::text)]) |
                                                                                     text[into(&ast::BodyItem::text)]]];
const auto from_def =
    spanning[word("from") > expression[into(&ast::FromItem::value)] > -(word("else") > text[into(&ast::FromItem::otherwise)])];
const auto topic_def = spanning[word("topic") > name[into(&ast::TopicItem::name)]];
const auto link_item_def = spanning[word("link") > name[into(&ast::LinkItem::name)] > text[into(&ast::LinkItem::url)]];
const auto message_field_def =
    spanning[word("field") > name[into(&ast::FieldItem::name)] > symbol("=") > expression[into(&ast::FieldItem::value)]];
const auto use_fields_def = spanning[word("use") > word("fields") > name[into(&ast::UseFields::name)]];
const auto choose_else_def = spanning[word("else") > text[into(&ast::ChooseElse::text)]];
const auto choose_case_def = spanning[name[append(&ast::ChooseCase::values)] >> *(symbol(",") > name[append(&ast::ChooseCase::values)]) >
                                      text[into(&ast::ChooseCase::text)]];
const auto choose_def =
    spanning[word("choose") > name[into(&ast::ChooseItem::name)] > word("by") > expression[into(&ast::ChooseItem::by)] >
             block(BlockKind::choose)[choose_else[append(&ast::ChooseItem::otherwise)] | choose_case[append(&ast::ChooseItem::cases)]]];
const auto field_set_def =
    spanning[word("fields") > name[into(&ast::FieldSet::name)] >
             block(BlockKind::fields)[message_field[append(&ast::FieldSet::message_fields)] | choose[append(&ast::FieldSet::choices)]]];
const auto variant_def = spanning[word("variant") > name[into(&ast::Variant::name)] > -percent[into(&ast::Variant::percent)] >
                                  -((word("when") > expression[into(&ast::Variant::when)]) |
                                    word("else")[set(&ast::Variant::otherwise, true)]) > items[into(&ast::Variant::items)]];

const auto message_item = message_channel[append(&ast::MessageItems::channels)] | message_category[append(&ast::MessageItems::categories)] |
                          template_item[append(&ast::MessageItems::templates)] | subject[append(&ast::MessageItems::subjects)] |
                          preview[append(&ast::MessageItems::previews)] | message_body[append(&ast::MessageItems::bodies)] |
                          from[append(&ast::MessageItems::senders)] | topic[append(&ast::MessageItems::topics)] |
                          link_item[append(&ast::MessageItems::links)] | use_fields[append(&ast::MessageItems::used_fields)] |
                          choose[append(&ast::MessageItems::choices)] | accepts[append(&ast::MessageItems::accepts)] |
                          message_field[append(&ast::MessageItems::message_fields)] | variant[append(&ast::MessageItems::variants)];
const auto items_def = block(BlockKind::message)[message_item];
const auto message_def =
    spanning[word("message") > name[into(&ast::Message::name)] > -text[into(&ast::Message::title)] > items[into(&ast::Message::items)]];

const auto pool_def = spanning[word("pool") > name[into(&ast::Pool::name)] > symbol("=") > name[append(&ast::Pool::messages)] >
                               *(symbol(",") > name[append(&ast::Pool::messages)])];

}  // namespace

BOOST_SPIRIT_DEFINE(zone, quiet_hours, allow, cap, exempt, hold_limit, hold_while, spread, zone_item, policy)
BOOST_SPIRIT_DEFINE(message_channel, message_category, template_item, subject, preview, message_body, from, topic, link_item)
BOOST_SPIRIT_DEFINE(message_field, use_fields, choose, choose_case, choose_else, field_set, variant, items, message, pool)
BOOST_SPIRIT_INSTANTIATE(decltype(zone), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(policy), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(field_set), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(message), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(pool), Iterator, Context)

}  // namespace nurture::syntax::grammar
