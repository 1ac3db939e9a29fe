// Lowering of expressions. Entry point: lower(). Lowering, Code and the readers of literals are private.
//
// Code is gathered apart and appended to the module as a whole, so that what the resolver lowers meanwhile (the `where`
// of a query) cannot land in the middle. Where the comparison with `now` can be turned around so that `now` stands alone
// on one side, it is: that is what lets the engine know when a condition changes. [S5.4]
#include "compile/expression.hpp"

#include "compile/literals.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace nurture::compile {

namespace {

using ast::Expr;
using ast::ExprKind;
using eval::Error;
using eval::Instruction;
using eval::Macro;
using eval::Op;
using eval::Relation;
using eval::Value;

Relation relation_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::equal: return Relation::equal;
    case ExprKind::not_equal: return Relation::not_equal;
    case ExprKind::less: return Relation::less;
    case ExprKind::less_equal: return Relation::less_equal;
    case ExprKind::greater: return Relation::greater;
    default: return Relation::greater_equal;
  }
}

/// The relation with its sides exchanged.
Relation mirrored(Relation relation) {
  switch (relation) {
    case Relation::less: return Relation::greater;
    case Relation::less_equal: return Relation::greater_equal;
    case Relation::greater: return Relation::less;
    case Relation::greater_equal: return Relation::less_equal;
    default: return relation;
  }
}

std::optional<Macro> macro_of(const Expr& e) {
  if (e.kind != ExprKind::method || e.args.size() < 3 || e.args[1].kind != ExprKind::ident) return std::nullopt;
  if (e.text == "map" && e.args.size() <= 4) return Macro::map;
  if (e.args.size() != 3) return std::nullopt;
  if (e.text == "all") return Macro::all;
  if (e.text == "exists") return Macro::exists;
  if (e.text == "exists_one") return Macro::exists_one;
  if (e.text == "filter") return Macro::filter;
  return std::nullopt;
}

/// Instructions under construction, with the room that they need on the stack. Targets count from the first one.
class Code {
 public:
  Code() { instructions_.push_back({Op::enter, 0, 0, 0}); }

  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(instructions_.size()); }

  /// Appends an instruction that changes the height of the stack by `effect`; answers its place.
  std::uint32_t emit(int effect, Op op, std::uint32_t a = 0, std::uint8_t b = 0, std::uint32_t c = 0) {
    instructions_.push_back({op, b, static_cast<std::uint16_t>(c), a});
    height_ += effect;
    height_max_ = std::max(height_max_, height_);
    return here() - 1;
  }
  /// Says that a branch which pushed a value has ended, and the other begins as high as it did.
  void other_branch() { --height_; }
  void target_here(std::uint32_t place) { instructions_[place].a = here(); }

  /// Room for `count` locals; release() gives it back to the next macro.
  std::uint32_t take_locals(std::uint32_t count) {
    const std::uint32_t first = locals_;
    locals_ += count;
    locals_max_ = std::max(locals_max_, locals_);
    return first;
  }
  void release_locals(std::uint32_t count) { locals_ -= count; }

  eval::Ref append_to(eval::Module& module) {
    emit(0, Op::ret);
    instructions_[0].c = static_cast<std::uint16_t>(locals_max_);
    instructions_[0].a = locals_max_ + static_cast<std::uint32_t>(height_max_);
    const auto begin = static_cast<std::uint32_t>(module.code.size());
    for (Instruction& instruction : instructions_) {
      if (has_target(instruction.op)) instruction.a += begin;
    }
    module.code.insert(module.code.end(), instructions_.begin(), instructions_.end());
    return {begin};
  }

 private:
  static bool has_target(Op op) {
    switch (op) {
      case Op::jump:
      case Op::jump_if_false:
      case Op::jump_if_true:
      case Op::require_bool:
      case Op::pop_jump_if_false:
      case Op::default_:
      case Op::loop_begin:
      case Op::loop_guard:
      case Op::loop_collect:
      case Op::loop_next: return true;
      default: return false;
    }
  }

  std::vector<Instruction> instructions_;
  int height_ = 0;
  int height_max_ = 0;
  std::uint32_t locals_ = 0;
  std::uint32_t locals_max_ = 0;
};

class Lowering {
 public:
  Lowering(Resolver& resolver, eval::Module& module, syntax::Profile profile)
      : resolver_(resolver), module_(module), cel_(profile == syntax::Profile::cel) {}

  eval::Ref finish(const Expr& e) {
    lower(e);
    return code_.append_to(module_);
  }

 private:
  /// Whether what is absent on the way to a value is missing (`is known`, `default`) or an error.
  enum class Absence : std::uint8_t { error, missing };

  struct Local {
    std::string_view name;
    std::uint32_t slot;
  };

  void lower(const Expr& e, Absence absence = Absence::error) {
    if (const auto literal = constant_of(e)) return push(*literal);
    switch (e.kind) {
      case ExprKind::ident:
      case ExprKind::select: return lower_path(e, absence);
      case ExprKind::index:
        lower(e.args[0], absence);
        lower(e.args[1], absence);
        code_.emit(-1, Op::index, 0, absence == Absence::missing);
        return;
      case ExprKind::call: return lower_call(e);
      case ExprKind::method: return lower_method(e);
      case ExprKind::list: return lower_items(e, Op::make_list, static_cast<std::uint32_t>(e.args.size()));
      case ExprKind::map: return lower_items(e, Op::make_map, static_cast<std::uint32_t>(e.args.size() / 2));
      case ExprKind::history:
      case ExprKind::fold: return lower_history(e, {});
      case ExprKind::datetime: return lower_local_datetime(e);
      case ExprKind::not_: return lower_unary(e, Op::not_);
      case ExprKind::negate: return lower_unary(e, Op::negate);
      case ExprKind::known: return lower_presence(e.args[0], Op::known);
      case ExprKind::missing: return lower_presence(e.args[0], Op::missing);
      case ExprKind::multiply: return lower_binary(e, Op::multiply);
      case ExprKind::divide: return lower_binary(e, Op::divide);
      case ExprKind::modulo: return lower_binary(e, Op::modulo);
      case ExprKind::add: return lower_binary(e, Op::add);
      case ExprKind::subtract: return lower_binary(e, Op::subtract);
      case ExprKind::in: return lower_binary(e, Op::in);
      case ExprKind::equal:
      case ExprKind::not_equal:
      case ExprKind::less:
      case ExprKind::less_equal:
      case ExprKind::greater:
      case ExprKind::greater_equal: return lower_relation(relation_of(e.kind), e.args[0], e.args[1]);
      case ExprKind::and_: return lower_logic(e, Op::and_, Op::jump_if_false);
      case ExprKind::or_: return lower_logic(e, Op::or_, Op::jump_if_true);
      case ExprKind::conditional: return lower_conditional(e);
      case ExprKind::null_literal:
      case ExprKind::bool_literal:
      case ExprKind::number:
      case ExprKind::string:
      case ExprKind::duration:
      case ExprKind::time: break;  // constants
    }
    push_error(Error::bad_conversion);
  }

  // -------------------------------------------------------------- constants

  std::uint32_t add_constant(const Value& value) {
    module_.constants.push_back(value);
    return static_cast<std::uint32_t>(module_.constants.size() - 1);
  }
  std::uint32_t add_name(std::string_view name) { return add_constant(Value::of(module_.intern(name))); }
  void push(const Value& value) { code_.emit(1, Op::constant, add_constant(value)); }
  void push_error(Error error) { push(Value::error(error)); }

  /// The value of a literal, of a list of literals, and of a negated number.
  std::optional<Value> constant_of(const Expr& e) {
    if (e.kind == ExprKind::list) return constant_list(e);
    if (e.kind == ExprKind::negate && e.args[0].kind == ExprKind::number) return literals::number("-" + e.args[0].text);
    if (e.kind == ExprKind::string) return Value::of(module_.intern(e.text));
    return literals::value_of(e);
  }

  std::optional<Value> constant_list(const Expr& e) {
    std::vector<Value> items;
    for (const Expr& item : e.args) {
      const auto value = constant_of(item);
      if (!value || value->is_error()) return std::nullopt;
      items.push_back(*value);
    }
    Value* kept = module_.collections->values(items.size());
    std::copy(items.begin(), items.end(), kept);
    Value list;
    list.kind = eval::Kind::list;
    list.list = new (module_.collections->allocate(sizeof(eval::ListData))) eval::ListData{static_cast<std::uint32_t>(items.size()), kept};
    return list;
  }

  /// A datetime without an offset is a time on the wall, which only the environment's zone makes an instant.
  void lower_local_datetime(const Expr& e) {
    const auto read = time::parse_date_time(e.text);
    if (!read) return push_error(Error::bad_timestamp);
    code_.emit(1, Op::local_datetime, add_constant(Value::of(read->local.seconds)));
  }

  // -------------------------------------------------------------- names

  [[nodiscard]] const Local* find_local(std::string_view name) const {
    const auto found = std::find_if(locals_.rbegin(), locals_.rend(), [name](const Local& local) { return local.name == name; });
    return found == locals_.rend() ? nullptr : &*found;
  }
  [[nodiscard]] bool is_now(const Expr& e) const {
    return !cel_ && e.kind == ExprKind::ident && e.text == "now" && find_local("now") == nullptr;
  }

  /// `a.b.c`: the longest part that is a name of its own, and the rest of it as fields.
  void lower_path(const Expr& e, Absence absence) {
    std::vector<std::string_view> fields;  // backwards
    const Expr* root = &e;
    for (; root->kind == ExprKind::select; root = &root->args[0]) fields.push_back(root->text);
    if (root->kind == ExprKind::history && !fields.empty() && (root->text == "first" || root->text == "last")) {
      lower_history(*root, fields.back());
      fields.pop_back();
    } else if (root->kind != ExprKind::ident) {
      lower(*root, absence);
    } else if (const Local* local = find_local(root->text)) {
      code_.emit(1, Op::local, local->slot);
    } else {
      lower_name(root->text, fields);
    }
    for (; !fields.empty(); fields.pop_back()) code_.emit(0, Op::select, add_name(fields.back()), absence == Absence::missing);
  }

  /// Pushes what a name stands for and takes off `fields` what belongs to it.
  void lower_name(std::string_view root, std::vector<std::string_view>& fields) {
    for (std::size_t used = fields.size() + 1; used-- > 0;) {
      std::string path{root};
      for (std::size_t i = 0; i < used; ++i) path.append(".").append(fields[fields.size() - 1 - i]);
      if (lower_whole_name(path)) {
        fields.resize(fields.size() - used);
        return;
      }
    }
    push_error(Error::unknown_name);
  }

  /// A function that asks for something by its name.
  void lower_asked(const std::string& path) {
    if (!lower_whole_name(path)) push_error(Error::unknown_name);
  }

  bool lower_whole_name(std::string_view path) {
    if (const auto load = resolver_.load(path)) {
      code_.emit(1, Op::load, load->index, static_cast<std::uint8_t>(load->origin), static_cast<std::uint16_t>(load->slot));
    } else if (cel_) {
      const auto type = literals::type_of(path);
      if (!type) return false;
      push(*type);
    } else if (path == "now") {
      code_.emit(1, Op::now);
    } else if (const auto segment = resolver_.segment(path)) {
      code_.emit(1, Op::call_ref, segment->begin);
    } else {
      return false;
    }
    return true;
  }

  /// The time since is `now - since` where it is not compared.
  void lower_history(const Expr& e, std::string_view member) {
    const bool idle = e.kind == ExprKind::history && e.text == "idle";
    if (idle) code_.emit(1, Op::now);
    code_.emit(1, Op::history, resolver_.query(e, member));
    if (idle) code_.emit(-1, Op::subtract, 0, 1);
  }

  // -------------------------------------------------------------- operators

  void lower_unary(const Expr& e, Op op) {
    lower(e.args[0]);
    code_.emit(0, op);
  }

  void lower_binary(const Expr& e, Op op) {
    lower(e.args[0]);
    lower(e.args[1]);
    const bool arithmetic = op != Op::in;
    code_.emit(-1, op, 0, arithmetic && !cel_);
  }

  void lower_items(const Expr& e, Op op, std::uint32_t count) {
    for (const Expr& item : e.args) lower(item);
    code_.emit(1 - static_cast<int>(e.args.size()), op, count);
  }

  void lower_presence(const Expr& e, Op op) {
    lower(e, Absence::missing);
    code_.emit(0, op);
  }

  void lower_logic(const Expr& e, Op combine, Op jump_if_decided) {
    std::vector<std::uint32_t> jumps;
    lower(e.args[0]);
    for (std::size_t i = 1; i < e.args.size(); ++i) {
      jumps.push_back(code_.emit(0, jump_if_decided));
      lower(e.args[i]);
      code_.emit(-1, combine);
    }
    for (const std::uint32_t jump : jumps) code_.target_here(jump);
  }

  void lower_conditional(const Expr& e) {
    lower(e.args[0]);
    const std::uint32_t not_bool = code_.emit(0, Op::require_bool);
    const std::uint32_t otherwise = code_.emit(-1, Op::pop_jump_if_false);
    lower(e.args[1]);
    const std::uint32_t end = code_.emit(0, Op::jump);
    code_.other_branch();
    code_.target_here(otherwise);
    lower(e.args[2]);
    code_.target_here(end);
    code_.target_here(not_bool);
  }

  // -------------------------------------------------------------- relations and the clock

  void lower_relation(Relation relation, const Expr& a, const Expr& b) {
    if (!cel_ && (lower_with_now(relation, a, b) || lower_with_now(mirrored(relation), b, a))) return;
    if (!cel_ && (lower_apart(relation, a, b) || lower_apart(mirrored(relation), b, a))) return;
    if (const auto literal = constant_of(b)) return lower_with_constant(relation, a, *literal);
    if (const auto literal = constant_of(a)) return lower_with_constant(mirrored(relation), b, *literal);
    lower(a);
    lower(b);
    code_.emit(-1, Op::relation, 0, static_cast<std::uint8_t>(relation));
  }

  void lower_with_constant(Relation relation, const Expr& e, const Value& literal) {
    const std::size_t queries = module_.queries.size();
    lower(e);
    if (is_number_of_events(e) && module_.queries.size() > queries) module_.queries.back().at_least = reached(relation, literal);
    code_.emit(0, Op::relation_constant, add_constant(literal), static_cast<std::uint8_t>(relation));
  }

  [[nodiscard]] static bool is_number_of_events(const Expr& e) {
    return (e.kind == ExprKind::history && e.text == "count") || (e.kind == ExprKind::fold && e.text == "distinct");
  }

  /// The number n for which `x relation literal` is `x >= n`, or its opposite; 0 when there is none.
  [[nodiscard]] static std::uint32_t reached(Relation relation, const Value& literal) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    if (literal.kind != eval::Kind::int_ || literal.integer < 0 || literal.integer >= kMost) return 0;
    const auto n = static_cast<std::uint32_t>(literal.integer);
    if (relation == Relation::greater_equal || relation == Relation::less) return n;
    return relation == Relation::greater || relation == Relation::less_equal ? n + 1 : 0;
  }

  [[nodiscard]] bool mentions_now(const Expr& e) const {
    if (is_now(e) || (e.kind == ExprKind::history && e.text == "idle")) return true;
    return std::any_of(e.args.begin(), e.args.end(), [this](const Expr& arg) { return mentions_now(arg); });
  }

  void emit_clock(Op op, Relation relation, int effect) { code_.emit(effect, op, 0, static_cast<std::uint8_t>(relation)); }

  /// `a relation b` where `now` stands in `a` alone and can be brought to stand by itself.
  bool lower_with_now(Relation relation, const Expr& a, const Expr& b) {
    if (mentions_now(b)) return false;
    if (is_now(a)) {
      lower(b);
      emit_clock(Op::compare_now, relation, 0);
      return true;
    }
    if (a.kind == ExprKind::history && a.text == "idle") {
      code_.emit(1, Op::history, resolver_.query(a, {}));
      lower(b);
      emit_clock(Op::elapsed, relation, -1);
      return true;
    }
    const bool difference = a.kind == ExprKind::subtract;
    if (!difference && a.kind != ExprKind::add) return false;
    const Expr& left = a.args[0];
    const Expr& right = a.args[1];
    if (is_now(left) && !mentions_now(right)) return lower_moved_now(relation, difference, right, b);
    if (is_now(right) && !mentions_now(left)) {
      if (!difference) return lower_moved_now(relation, false, left, b);
      lower(left);
      lower(b);
      emit_clock(Op::remaining, relation, -1);
      return true;
    }
    return false;
  }

  /// `now - x relation b` is `now relation b + x`, `now + x relation b` is `now relation b - x`, whichever of x and b is
  /// the moment and which the length.
  bool lower_moved_now(Relation relation, bool difference, const Expr& x, const Expr& b) {
    if (difference) {
      lower(x);
      lower(b);
      emit_clock(Op::elapsed, relation, -1);
    } else {
      lower(b);
      lower(x);
      emit_clock(Op::remaining, mirrored(relation), -1);
    }
    return true;
  }

  /// `x - y relation 14d`: how far two moments are apart in calendar units depends on where they stand.
  bool lower_apart(Relation relation, const Expr& a, const Expr& b) {
    if (a.kind != ExprKind::subtract || b.kind != ExprKind::duration) return false;
    const auto length = constant_of(b);
    if (!length || length->kind != eval::Kind::period) return false;
    lower(a.args[0]);
    lower(a.args[1]);
    push(*length);
    emit_clock(Op::apart, relation, -2);
    return true;
  }

  // -------------------------------------------------------------- calls and macros

  void lower_call(const Expr& e) {
    if (e.text == "has" && e.args.size() == 1) return lower_has(e.args[0]);
    if (!cel_ && e.text == "enrolled_in" && e.args.size() == 1) return lower_asked("enrolled_in." + e.args[0].text);
    if (!cel_ && e.text == "consent" && e.args.size() == 2) return lower_asked("consent." + e.args[0].text + ' ' + e.args[1].text);
    if (!cel_ && e.text == "default" && e.args.size() == 2) {
      lower(e.args[0], Absence::missing);
      const std::uint32_t present = code_.emit(-1, Op::default_);
      lower(e.args[1]);
      code_.target_here(present);
      return;
    }
    lower_function(e);
  }

  void lower_has(const Expr& e) {
    if (!cel_) return lower_presence(e, Op::known);
    if (e.kind != ExprKind::select) return push_error(Error::no_such_overload);
    lower(e.args[0]);
    code_.emit(0, Op::has, add_name(e.text));
  }

  void lower_method(const Expr& e) {
    if (const auto macro = macro_of(e)) return lower_macro(e, *macro);
    lower_function(e);
  }

  void lower_function(const Expr& e) {
    const int index = eval::find_function(e.text, cel_);
    if (index < 0) return push_error(Error::unknown_name);
    const eval::Function& function = eval::functions()[static_cast<std::size_t>(index)];
    const std::size_t count = e.args.size();
    const bool fits = count >= function.min_args && count <= function.max_args && function.apply != nullptr;
    if (!fits || (e.kind == ExprKind::method && !function.method)) return push_error(Error::no_such_overload);
    for (const Expr& arg : e.args) lower(arg);
    code_.emit(1 - static_cast<int>(count), Op::call, static_cast<std::uint32_t>(count), static_cast<std::uint8_t>(index));
  }

  /// The layout is described at the instructions: begin, [filter, guard], body, collect, next.
  void lower_macro(const Expr& e, Macro macro) {
    constexpr std::uint32_t kLocals = 4;
    lower(e.args[0]);
    const std::uint32_t slot = code_.take_locals(kLocals);
    const auto emit_loop = [&](int effect, Op op, std::uint32_t target) {
      return code_.emit(effect, op, target, static_cast<std::uint8_t>(macro), slot);
    };
    const std::uint32_t begin = emit_loop(-1, Op::loop_begin, 0);
    const std::uint32_t body = code_.here();
    locals_.push_back({e.args[1].text, slot});
    std::optional<std::uint32_t> guard;
    if (e.args.size() == 4) {
      lower(e.args[2]);
      guard = emit_loop(-1, Op::loop_guard, 0);
    }
    lower(e.args.back());
    const std::uint32_t collect = emit_loop(-1, Op::loop_collect, 0);
    if (guard) code_.target_here(*guard);
    emit_loop(1, Op::loop_next, body);
    code_.target_here(begin);
    code_.target_here(collect);
    locals_.pop_back();
    code_.release_locals(kLocals);
  }

  Resolver& resolver_;
  eval::Module& module_;
  const bool cel_;
  Code code_;
  std::vector<Local> locals_;
};

}  // namespace

eval::Ref lower(const Expr& expression, Resolver& resolver, eval::Module& module, syntax::Profile profile) {
  return Lowering{resolver, module, profile}.finish(expression);
}

}  // namespace nurture::compile
