// Instructions as text, for dumps and the tests that compare them. Entry point: disassemble().
//
// One line per instruction; targets count from the first instruction of the expression, so that a change elsewhere in
// the module does not show.
#include "eval/code.hpp"

#include <fmt/format.h>

namespace nurture::eval {

namespace {

std::string_view name_of(Op op) {
  switch (op) {
    case Op::enter: return "enter";
    case Op::ret: return "ret";
    case Op::constant: return "constant";
    case Op::load: return "load";
    case Op::local: return "local";
    case Op::now: return "now";
    case Op::history: return "history";
    case Op::call_ref: return "segment";
    case Op::local_datetime: return "local_datetime";
    case Op::not_: return "not";
    case Op::negate: return "negate";
    case Op::add: return "add";
    case Op::subtract: return "subtract";
    case Op::multiply: return "multiply";
    case Op::divide: return "divide";
    case Op::modulo: return "modulo";
    case Op::relation: return "relation";
    case Op::relation_constant: return "relation";
    case Op::in: return "in";
    case Op::index: return "index";
    case Op::select: return "select";
    case Op::has: return "has";
    case Op::known: return "known";
    case Op::missing: return "missing";
    case Op::jump: return "jump";
    case Op::jump_if_false: return "jump_if_false";
    case Op::jump_if_true: return "jump_if_true";
    case Op::and_: return "and";
    case Op::or_: return "or";
    case Op::require_bool: return "require_bool";
    case Op::pop_jump_if_false: return "pop_jump_if_false";
    case Op::default_: return "default";
    case Op::make_list: return "make_list";
    case Op::make_map: return "make_map";
    case Op::call: return "call";
    case Op::compare_now: return "compare_now";
    case Op::elapsed: return "elapsed";
    case Op::remaining: return "remaining";
    case Op::apart: return "apart";
    case Op::loop_begin: return "loop_begin";
    case Op::loop_guard: return "loop_guard";
    case Op::loop_collect: return "loop_collect";
    case Op::loop_next: return "loop_next";
  }
  return "?";
}

std::string_view name_of(Origin origin) {
  switch (origin) {
    case Origin::lead: return "lead";
    case Origin::event: return "event";
    case Origin::trigger: return "trigger";
    case Origin::entry: return "entry";
    case Origin::enrolled_at: return "enrolled_at";
    case Origin::anchor: return "anchor";
    case Origin::score: return "score";
    case Origin::tier: return "tier";
    case Origin::stage: return "stage";
    case Origin::enrolled_in: return "enrolled_in";
    case Origin::consent: return "consent";
    case Origin::digest: return "digest";
    case Origin::parameter: return "parameter";
    case Origin::handed: return "handed";
    case Origin::variable: return "variable";
  }
  return "?";
}

std::string_view sign_of(std::uint8_t relation) {
  switch (static_cast<Relation>(relation)) {
    case Relation::equal: return "==";
    case Relation::not_equal: return "!=";
    case Relation::less: return "<";
    case Relation::less_equal: return "<=";
    case Relation::greater: return ">";
    case Relation::greater_equal: return ">=";
  }
  return "?";
}

std::string_view name_of(Macro macro) {
  switch (macro) {
    case Macro::all: return "all";
    case Macro::exists: return "exists";
    case Macro::exists_one: return "exists_one";
    case Macro::map: return "map";
    case Macro::filter: return "filter";
  }
  return "?";
}

/// What stands behind the name of an instruction.
std::string operands(const Module& module, const Instruction& i, std::uint32_t begin) {
  const auto constant = [&] { return to_string(module.constants[i.a]); };
  const std::uint32_t target = i.a - begin;
  switch (i.op) {
    case Op::enter: return fmt::format(" room={} locals={}", i.a, i.c);
    case Op::constant: return " " + constant();
    case Op::load: return fmt::format(" {} {}", name_of(static_cast<Origin>(i.b)), i.a);
    case Op::local:
    case Op::history: return fmt::format(" {}", i.a);
    case Op::call_ref: return fmt::format(" @{}", i.a);
    case Op::local_datetime: return fmt::format(" {}", to_string(Value::datetime(module.constants[i.a].integer)));
    case Op::relation:
    case Op::compare_now:
    case Op::elapsed:
    case Op::remaining:
    case Op::apart: return fmt::format(" {}", sign_of(i.b));
    case Op::relation_constant: return fmt::format(" {} {}", sign_of(i.b), constant());
    case Op::select: return fmt::format(" {}{}", constant(), i.b != 0 ? " or missing" : "");
    case Op::index: return i.b != 0 ? " or missing" : "";
    case Op::has: return " " + constant();
    case Op::jump:
    case Op::jump_if_false:
    case Op::jump_if_true:
    case Op::require_bool:
    case Op::pop_jump_if_false:
    case Op::default_: return fmt::format(" -> {}", target);
    case Op::make_list:
    case Op::make_map: return fmt::format(" {}", i.a);
    case Op::call: return fmt::format(" {} {}", functions()[i.b].name, i.a);
    case Op::loop_begin:
    case Op::loop_guard:
    case Op::loop_collect:
    case Op::loop_next: return fmt::format(" {} local={} -> {}", name_of(static_cast<Macro>(i.b)), i.c, target);
    default: return {};
  }
}

}  // namespace

std::string disassemble(const Module& module, Ref ref) {
  std::string text;
  for (std::uint32_t at = ref.begin; at < module.code.size(); ++at) {
    const Instruction& i = module.code[at];
    text += fmt::format("{:>4}  {}{}\n", at - ref.begin, name_of(i.op), operands(module, i, ref.begin));
    if (i.op == Op::ret) break;
  }
  return text;
}

}  // namespace nurture::eval
