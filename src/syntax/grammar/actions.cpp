// Actions: the rules `body`, `block`, `action` and `if` of dsl/grammar.peg. Entry points: the rules `body` and
// `braced_body`.
#include "syntax/grammar/rules.hpp"

namespace nurture::syntax::grammar {

namespace {

constexpr x3::rule<struct ActionId, ast::Action> action{"an action"};
constexpr x3::rule<struct ArgumentId, ast::Argument> argument{"a name"};
constexpr x3::rule<struct SendId, ast::Send> send{"`send`"};
constexpr x3::rule<struct SendNextId, ast::SendNext> send_next{"`send`"};
constexpr x3::rule<struct WaitId, ast::Wait> wait{"a duration such as `2d`"};
constexpr x3::rule<struct WaitDayId, ast::WaitDay> wait_day{"`until`"};
constexpr x3::rule<struct TimeoutId, ast::Timeout> timeout{"`timeout`"};
constexpr x3::rule<struct WaitUntilId, ast::WaitUntil> wait_until{"`until`"};
constexpr x3::rule<struct WaitCaseId, ast::WaitCase> wait_case{"`on` or `when`"};
constexpr x3::rule<struct WaitCasesId, ast::WaitCases> wait_cases{"`{`"};
constexpr x3::rule<struct WaitAnyOfId, ast::WaitAnyOf> wait_any_of{"`until`"};
constexpr x3::rule<struct IfId, ast::If> branch{"`if`"};
constexpr x3::rule<struct ElseIfId, ast::Body> else_if{"`if`"};
constexpr x3::rule<struct ArmId, ast::Arm> arm{"an arm"};
constexpr x3::rule<struct PromoteId, ast::Promote> promote{"`promote`"};
constexpr x3::rule<struct SplitId, ast::Split> split{"`split`"};
constexpr x3::rule<struct MoveToId, ast::MoveTo> move_to{"`move`"};
constexpr x3::rule<struct EnrollInId, ast::EnrollIn> enroll_in{"`enroll`"};
constexpr x3::rule<struct ExitAsId, ast::ExitAs> exit_as{"`exit`"};
constexpr x3::rule<struct AccelerateId, ast::Accelerate> accelerate{"`accelerate`"};
constexpr x3::rule<struct SetFieldId, ast::SetField> set_field{"`set`"};
constexpr x3::rule<struct TagId, ast::Tag> tag{"`tag`"};
constexpr x3::rule<struct NotifyId, ast::Notify> notify{"`notify`"};
constexpr x3::rule<struct TaskId, ast::Task> task{"`task`"};
constexpr x3::rule<struct AddPointsId, ast::AddPoints> add_points{"`score`"};
constexpr x3::rule<struct SnoozeId, ast::Snooze> snooze{"`snooze`"};
constexpr x3::rule<struct DoId, ast::Do> call{"`do`"};
constexpr x3::rule<struct JumpId, ast::Jump> jump{"`->`"};

const auto argument_def = spanning[name[into(&ast::Argument::name)] > symbol("=") > expression[into(&ast::Argument::value)]];
/// `with a = 1, b = 2`, for a member.
template <class Class>
auto with(std::vector<ast::Argument> Class::*member) {
  return word("with") > argument[append(member)] > *(symbol(",") > argument[append(member)]);
}
// Only both words together say so: a channel may be called `preferred`.
const auto preferred_of = (word("preferred") >> word("of"))[set(&ast::Send::preferred, true)];
const auto send_def = spanning[word("send") > name[into(&ast::Send::message)] > -(word("variant") > name[into(&ast::Send::variant)]) >
                               -with(&ast::Send::arguments) > -(word("by") > -preferred_of > name[append(&ast::Send::channels)] >
                                                                *(symbol(",") > name[append(&ast::Send::channels)])) >
                               -(word("unless") > word("sent") > word("within") > duration[into(&ast::Send::sent_within)])];
// A message may be called `next`, and no name is `of`.
const auto send_next_def = spanning[word("send") >> word("next") >> word("of") > name[into(&ast::SendNext::pool)]];

// `wait` is read by the rule `action`, because what follows decides which node it is.
const auto wait_def = spanning[duration[into(&ast::Wait::duration)] > -(word("until") > time_of_day[into(&ast::Wait::until)])];
const auto wait_day_def = spanning[word("until") >> weekdays[into(&ast::WaitDay::days)] > time_of_day[into(&ast::WaitDay::time)]];
const auto timeout_def = spanning[word("timeout") > duration[into(&ast::Timeout::length)] >
                                  -(word("as") > name[into(&ast::Timeout::label)]) > -(word("then") > body[into(&ast::Timeout::then)])];
const auto wait_until_def =
    spanning[word("until") > trigger[into(&ast::WaitUntil::trigger)] >
             -(word("repeat")[set(&ast::WaitUntil::resets, true)] > word("reset")) > -timeout[into(&ast::WaitUntil::timeout)]];

const auto wait_case_def = spanning[trigger[into(&ast::WaitCase::trigger)] > -(word("as") > name[into(&ast::WaitCase::label)]) >
                                    braced_body[into(&ast::WaitCase::body)]];
const auto need_cases = [](auto& context) {
  State& state = state_of(context);
  const ast::WaitCases& node = x3::_val(context).conditions;
  // Conditions that could not be read have been reported.
  const std::uint32_t brace = state.layout().index_at(node.span.begin);
  if (!node.cases.empty() || state.layout().tokens()[brace].partner != brace + 1) return;
  Diagnostic diagnostic = source::report(source::Code::syntax, node.span, "this wait has no conditions");
  diagnostic.help = "write at least one, such as `on email.replied as replied { }`";
  state.report(std::move(diagnostic));
};
const auto wait_cases_def = spanning[block(BlockKind::wait_cases)[wait_case[append(&ast::WaitCases::cases)]]];
const auto wait_any_of_def = spanning[word("until") >> word("any") > word("of") > wait_cases[into(&ast::WaitAnyOf::conditions)] >
                                      always[need_cases] > -timeout[into(&ast::WaitAnyOf::timeout)]];

const auto label = word("as") > name[into(&ast::If::label)];
const auto else_label = word("as") > name[into(&ast::If::else_label)];
const auto otherwise = else_if[into(&ast::If::otherwise)] | (-else_label >> braced_body[into(&ast::If::otherwise)]);
const auto branch_def = spanning[word("if") > expression[into(&ast::If::condition)] > -label > braced_body[into(&ast::If::then)] >
                                 -(word("else") > named("`if` or `{`")[otherwise])];

// `else if` is an `else` whose body is one `if` without braces.
const auto only_action = [](auto& context) {
  ast::Body& node = x3::_val(context);
  node.braces = false;
  ast::Action inner;
  inner.span = x3::_attr(context).span;
  inner.what = std::move(x3::_attr(context));
  node.actions.push_back(std::move(inner));
};
const auto else_if_def = spanning[nested[branch[only_action]]];

const auto arm_def = spanning[name[into(&ast::Arm::name)] >> percent[into(&ast::Arm::percent)] > braced_body[into(&ast::Arm::body)]];
const auto need_arms = [](auto& context) {
  State& state = state_of(context);
  const ast::Split& node = x3::_val(context);
  // Arms that could not be read have been reported.
  const Span last = node.promote ? node.promote->span : node.goal ? node.goal->span : node.salt ? node.salt->span : node.name.span;
  const std::uint32_t brace = state.layout().index_at(last.end);
  if (!node.arms.empty() || state.layout().tokens()[brace].partner != brace + 1) return;
  Diagnostic diagnostic = source::report(source::Code::syntax, node.name.span, "this split has no arms");
  diagnostic.help = "write at least one, such as `plain 100% { send welcome }`";
  state.report(std::move(diagnostic));
};
const auto promote_def =
    spanning[word("promote") > word("at") > percent[into(&ast::Promote::percent)] > -(word("min") > integer[into(&ast::Promote::least)])];
const auto split_def = spanning[word("split") > name[into(&ast::Split::name)] > -(word("salt") > text[into(&ast::Split::salt)]) >
                                -(word("goal") > pattern[into(&ast::Split::goal)]) > -promote[into(&ast::Split::promote)] >
                                block(BlockKind::split)[arm[append(&ast::Split::arms)]] > always[need_arms]];

const auto move_to_def = spanning[word("move") > word("to") > name[into(&ast::MoveTo::sequence)] > -with(&ast::MoveTo::arguments) >
                                  -(word("else") > braced_body[into(&ast::MoveTo::otherwise)])];
const auto enroll_in_def = spanning[word("enroll") > word("in") > name[into(&ast::EnrollIn::sequence)] > -with(&ast::EnrollIn::arguments)];
const auto exit_as_def = spanning[word("exit") > name[into(&ast::ExitAs::name)]];
const auto accelerate_def = spanning[word("accelerate") > factor[into(&ast::Accelerate::factor)]];
const auto set_field_def =
    spanning[word("set") > dotted_name[into(&ast::SetField::name)] > symbol("=") > expression[into(&ast::SetField::value)]];
const auto tag_def = spanning[word("tag") > name[into(&ast::Tag::name)]];
const auto notify_def = spanning[word("notify") > name[into(&ast::Notify::who)] > text[into(&ast::Notify::text)]];
const auto task_def = spanning[word("task") > name[into(&ast::Task::owner)] > text[into(&ast::Task::text)] >
                               -(word("due") > duration[into(&ast::Task::due)]) > -(word("as") > name[into(&ast::Task::label)])];
const auto add_points_def = spanning[word("score") > name[into(&ast::AddPoints::score)] > points[into(&ast::AddPoints::points)]];
const auto snooze_def = spanning[word("snooze") > duration[into(&ast::Snooze::length)]];
const auto call_def =
    spanning[word("do") > dotted_name[into(&ast::Do::function)] > symbol("(") >
             nested[-(expression[append(&ast::Do::args)] >> *(symbol(",") > expression[append(&ast::Do::args)])) > symbol(")")]];
const auto jump_def = spanning[symbol("->") > name[into(&ast::Jump::step)]];

// The alternatives that nest come last: an alternative leans left, so these cost the least of the machine stack.
const auto what = into(&ast::Action::what);
const auto action_def =
    spanning[send_next[what] | send[what] | enroll_in[what] | exit_as[what] | accelerate[what] | set_field[what] | tag[what] |
             notify[what] | task[what] | add_points[what] | snooze[what] | call[what] | jump[what] | move_to[what] | split[what] |
             (word("wait") >
              named("`until` or a duration such as `2d`")[wait[what] | wait_day[what] | wait_any_of[what] | wait_until[what]]) |
             branch[what]];

const auto braced_body_def = spanning[block(BlockKind::actions)[action[append(&ast::Body::actions)]]];
const auto lone_body = lone[action[append(&ast::Body::actions)]] >> always[set(&ast::Body::braces, false)];
const auto body_def = spanning[lone_body | block(BlockKind::actions)[action[append(&ast::Body::actions)]]];

}  // namespace

BOOST_SPIRIT_DEFINE(wait_day, timeout, wait_case, wait_cases, wait_any_of, send_next, add_points, snooze)
BOOST_SPIRIT_DEFINE(promote)
BOOST_SPIRIT_DEFINE(action, argument, send, wait, wait_until, branch, else_if, arm, split, move_to, enroll_in, exit_as, accelerate,
                    set_field)
BOOST_SPIRIT_DEFINE(tag, notify, task, call, jump, body, braced_body)
BOOST_SPIRIT_INSTANTIATE(decltype(body), Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(braced_body), Iterator, Context)

}  // namespace nurture::syntax::grammar
