// The interpreter of compiled expressions. Entry point: run().
//
// A switch over instructions on a stack of values that lies in the frame of the call: conditions on numbers and texts
// touch no heap. `enter` says how much room an expression needs; the rare one that needs more takes it from the arena.
// Every instruction costs one operation, work on texts and collections more, and nothing else ends a loop early.
#include "eval/moments.hpp"
#include "eval/operators.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <new>

namespace nurture::eval {

namespace {

using operators::Promotion;

constexpr std::uint32_t kStackSize = 32;

Value fail(Error error) { return Value::error(error); }

Relation mirrored(Relation relation) {
  switch (relation) {
    case Relation::less: return Relation::greater;
    case Relation::less_equal: return Relation::greater_equal;
    case Relation::greater: return Relation::less;
    case Relation::greater_equal: return Relation::less_equal;
    default: return relation;
  }
}

// ---------------------------------------------------------------- comparison with now

/// The two instants at which the order of `now` and `t` changes: from the first on it is not before t, from the
/// second on it is after t. They are one where t lies between two milliseconds.
struct Turns {
  Instant reached;
  Instant passed;
};

Value turns_of(const Value& t, const time::Zone& zone, Turns& turns) {
  if (t.kind == Kind::date) {
    const Value begin = moments::midnight(t, zone);
    const Value end = moments::midnight(Value::date(t.integer + 1), zone);
    if (begin.is_error() || end.is_error()) return fail(Error::bad_timestamp);
    turns = {moments::instant_before(begin), moments::instant_before(end)};
    return Value::of(true);
  }
  if (t.kind != Kind::datetime) return fail(Error::no_such_overload);
  const Instant floor = moments::instant_before(t);
  const Instant next{floor.ms + 1};
  turns = {moments::is_between_ms(t) ? next : floor, next};
  return Value::of(true);
}

/// Answers `now relation t` and notes when the answer changes. A date is its whole day.
Value compare_now(Environment& environment, Relation relation, const Value& t) {
  if (const auto error = operators::fault(t)) return *error;
  Turns turns;
  if (const Value usable = turns_of(t, moments::zone_of(environment), turns); usable.is_error()) return usable;
  const int order = environment.now < turns.reached ? -1 : environment.now < turns.passed ? 0 : 1;
  const auto note = [&environment](Instant turn) {
    if (turn > environment.now && turn < environment.valid_until) environment.valid_until = turn;
  };
  const bool at_reached = relation != Relation::less_equal && relation != Relation::greater;
  const bool at_passed = relation != Relation::less && relation != Relation::greater_equal;
  if (at_reached && at_passed) {
    // Equality turns twice, unless t lies between two milliseconds and is never met.
    if (turns.reached < turns.passed) {
      note(turns.reached);
      note(turns.passed);
    }
  } else {
    note(at_reached ? turns.reached : turns.passed);
  }
  return Value::of(operators::holds(relation, order));
}

/// A moment moved by a length; the form `now - t >= length` compares by the calendar, so that fourteen days are the same
/// time of day a fortnight later. `now - x >= y` has the same meaning whichever of x and y is the moment.
Value shifted(Environment& environment, const Value& t, const Value& length, int sign) {
  if (const auto error = operators::fault(t)) return *error;
  if (const auto error = operators::fault(length)) return *error;
  const auto is_moment = [](const Value& v) { return v.kind == Kind::datetime || v.kind == Kind::date; };
  const auto is_length = [](const Value& v) { return v.kind == Kind::duration || v.kind == Kind::period; };
  if (sign > 0 && is_length(t) && is_moment(length)) return moments::shift(length, t, moments::zone_of(environment), sign);
  if (!is_moment(t) || !is_length(length)) return fail(Error::no_such_overload);
  return moments::shift(t, length, moments::zone_of(environment), sign);
}

// ---------------------------------------------------------------- macros

/// The four locals of a running macro.
struct Loop {
  Value& variable;
  Value& range;
  Value& position;
  Value& result;

  explicit Loop(Value* locals) : variable(locals[0]), range(locals[1]), position(locals[2]), result(locals[3]) {}

  [[nodiscard]] std::uint32_t size() const { return range.kind == Kind::list ? range.list->size : range.map->size; }
  [[nodiscard]] const Value& element(std::int64_t at) const {
    return range.kind == Kind::list ? range.list->items[at] : range.map->keys[at];
  }
};

/// Collected elements stand in the arena in `result`, a list that grows in room taken for all of the range.
void begin_list(Arena& arena, Loop& loop) { loop.result = operators::list_value(arena, arena.values(loop.size()), 0); }

void append(Loop& loop, const Value& element) {
  // The list was made by begin_list() and is seen by nobody else before the macro has ended.
  auto* data = const_cast<ListData*>(loop.result.list);
  const_cast<Value*>(data->items)[data->size++] = element;
}

/// Puts the first element into place; an error when there is nothing that can be looped over.
std::optional<Value> begin_loop(Call& call, Macro macro, const Value& range, Value* locals) {
  if (const auto error = operators::fault(range)) return error;
  if (range.kind != Kind::list && range.kind != Kind::map) return fail(Error::no_such_overload);
  Loop loop{locals};
  loop.range = range;
  loop.position = Value::of(std::int64_t{0});
  switch (macro) {
    case Macro::all: loop.result = Value::of(true); break;
    case Macro::exists: loop.result = Value::of(false); break;
    case Macro::exists_one: loop.result = Value::of(std::int64_t{0}); break;
    case Macro::map:
    case Macro::filter:
      if (!call.charge(loop.size())) return fail(Error::cost_exceeded);
      begin_list(call.arena, loop);
      break;
  }
  if (loop.size() == 0) return macro == Macro::exists_one ? Value::of(false) : loop.result;
  loop.variable = loop.element(0);
  return std::nullopt;
}

/// Adds what the body answered for one element; the answer of the macro when that is settled already.
std::optional<Value> collect(Macro macro, const Value& body, Value* locals) {
  Loop loop{locals};
  switch (macro) {
    case Macro::all:
      loop.result = operators::and_(loop.result, body);
      if (loop.result.kind == Kind::bool_ && !loop.result.boolean) return loop.result;
      return std::nullopt;
    case Macro::exists:
      loop.result = operators::or_(loop.result, body);
      if (loop.result.is_true()) return loop.result;
      return std::nullopt;
    case Macro::map:
      if (const auto error = operators::fault(body)) return error;
      append(loop, body);
      return std::nullopt;
    case Macro::exists_one:
    case Macro::filter: break;
  }
  if (const auto error = operators::fault(body)) return error;
  if (body.kind != Kind::bool_) return fail(Error::no_such_overload);
  if (!body.boolean) return std::nullopt;
  if (macro == Macro::filter) {
    append(loop, loop.variable);
  } else {
    ++loop.result.integer;
  }
  return std::nullopt;
}

/// Steps to the next element; false when there is none.
bool advance(Value* locals) {
  Loop loop{locals};
  if (++loop.position.integer >= std::int64_t{loop.size()}) return false;
  loop.variable = loop.element(loop.position.integer);
  return true;
}

Value finish(Macro macro, const Value* locals) {
  const Value& result = locals[3];
  return macro == Macro::exists_one ? Value::of(result.integer == 1) : result;
}

// ---------------------------------------------------------------- instructions

/// The frequent cases of a comparison, without a call: ints and short texts.
inline bool relate_quickly(Relation relation, const Value& a, const Value& b, Value& out) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::int_) {
    out = Value::of(operators::holds(relation, a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0));
    return true;
  }
  constexpr std::uint32_t kShortText = 64;
  const bool equality = relation == Relation::equal || relation == Relation::not_equal;
  if (a.kind == Kind::string && equality && (a.extra != b.extra || a.extra <= kShortText)) {
    const bool same = a.text() == b.text();
    out = Value::of(same == (relation == Relation::equal));
    return true;
  }
  return false;
}

inline Value slot_value(std::uint64_t word, Slot slot) {
  if (word == kMissingWord) return Value::missing();
  switch (slot) {
    case Slot::bool_: return Value::of(word != 0);
    case Slot::int_: return Value::of(static_cast<std::int64_t>(word));
    case Slot::number: return Value::of(std::bit_cast<double>(word));
    case Slot::asked: break;
  }
  return Value::missing();
}

/// Missing, or the error that an operation on something missing has become.
bool is_absent(const Value& v) { return v.is_missing() || (v.is_error() && v.extra == static_cast<std::uint32_t>(Error::missing_value)); }

Value call_function(Call& call, const Function& function, const Value* args, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const auto error = operators::fault(args[i])) return *error;
  }
  return function.apply(call, args, count);
}

class Interpreter {
 public:
  Interpreter(const Module& module, Environment& environment, Arena& arena, std::uint64_t budget)
      : module_(module), environment_(environment), budget_(budget), call_{environment, arena, budget_} {}

  [[nodiscard]] std::uint64_t budget() const { return budget_; }

  Value run(Ref ref, std::size_t depth) {
    const Instruction& enter = module_.code[ref.begin];
    // Raw room: values need no destructor, and what is pushed is written before it is read. One value more lies below
    // the stack, so that it always has a top.
    alignas(Value) std::array<std::byte, kStackSize * sizeof(Value)> room;
    auto* frame = reinterpret_cast<Value*>(room.data());
    if (enter.a >= kStackSize) frame = call_.arena.values(std::size_t{enter.a} + 1);
    return execute({frame, frame + enter.c + 1, ref.begin + 1, depth});
  }

 private:
  /// One running expression.
  struct Frame {
    Value* locals;
    Value* top;         ///< Behind the last value of the stack.
    std::uint32_t at;   ///< The next instruction.
    std::size_t depth;  ///< Of segments that use segments.

    void push(const Value& value) { *top++ = value; }
  };

  Value execute(Frame frame);
  void step(const Instruction& i, Frame& f);
  void step_loop(const Instruction& i, Frame& f);
  [[nodiscard]] Value binary(const Instruction& i, const Value& a, const Value& b);

  [[nodiscard]] Value local_datetime(const Value& wall_seconds) const {
    return moments::datetime_of(moments::zone_of(environment_).to_instant(time::Local{wall_seconds.integer}));
  }
  [[nodiscard]] Value call_segment(Ref ref, std::size_t depth) {
    // Segments cannot name themselves, but a chain of them can be long.
    return depth >= limits::kSegmentDepth ? fail(Error::cost_exceeded) : run(ref, depth + 1);
  }

  const Module& module_;
  Environment& environment_;
  std::uint64_t budget_;  ///< As Environment::budget.
  Call call_;
};

/// The loop. What conditions consist of stands here, in registers; everything else is a step(), which sees the frame.
Value Interpreter::execute(Frame f) {
  const Instruction* const code = module_.code.data();
  const Value* const constants = module_.constants.data();
  const std::uint64_t* const slots = environment_.lead_slots;
  const Instruction* at = code + f.at;
  Value* top = f.top;
  std::uint64_t budget = budget_;
  while (true) {
    const Instruction i = *at++;
    if (budget <= 1) return budget_ = 0, fail(Error::cost_exceeded);
    --budget;
    switch (i.op) {
      case Op::ret: return budget_ = budget, top[-1];
      case Op::constant: *top++ = constants[i.a]; continue;
      case Op::load:
        if (i.c != 0 && slots != nullptr)
          *top++ = slot_value(slots[i.a], static_cast<Slot>(i.c));
        else
          *top++ = environment_.load(static_cast<Origin>(i.b), i.a);
        continue;
      case Op::local: *top++ = f.locals[i.a]; continue;
      case Op::history:
        environment_.budget = budget;
        *top++ = environment_.history(i.a);
        budget = environment_.budget;
        continue;
      case Op::relation:
        if (!relate_quickly(static_cast<Relation>(i.b), top[-2], top[-1], top[-2])) break;
        --top;
        continue;
      case Op::relation_constant:
        if (!relate_quickly(static_cast<Relation>(i.b), top[-1], constants[i.a], top[-1])) break;
        continue;
      case Op::and_:
        --top;
        top[-1] = operators::and_(top[-1], top[0]);
        continue;
      case Op::or_:
        --top;
        top[-1] = operators::or_(top[-1], top[0]);
        continue;
      case Op::jump: at = code + i.a; continue;
      case Op::jump_if_false:
        if (top[-1].kind == Kind::bool_ && !top[-1].boolean) at = code + i.a;
        continue;
      case Op::jump_if_true:
        if (top[-1].is_true()) at = code + i.a;
        continue;
      default: break;
    }
    budget_ = budget;
    f.at = static_cast<std::uint32_t>(at - code);
    f.top = top;
    step(i, f);
    at = code + f.at;
    top = f.top;
    budget = budget_;
  }
}

Value Interpreter::binary(const Instruction& i, const Value& a, const Value& b) {
  const auto promotion = static_cast<Promotion>(i.b != 0);
  switch (i.op) {
    case Op::add: return operators::add(call_, a, b, promotion);
    case Op::subtract: return operators::subtract(call_, a, b, promotion);
    case Op::multiply: return operators::multiply(a, b, promotion);
    case Op::divide: return operators::divide(a, b, promotion);
    case Op::modulo: return operators::modulo(a, b);
    case Op::relation: return operators::relate(call_, static_cast<Relation>(i.b), a, b);
    case Op::in: return operators::contains(call_, a, b);
    case Op::index: return operators::index(call_, a, b, i.b != 0);
    case Op::elapsed: return compare_now(environment_, static_cast<Relation>(i.b), shifted(environment_, a, b, 1));
    default: return compare_now(environment_, mirrored(static_cast<Relation>(i.b)), shifted(environment_, a, b, -1));
  }
}

void Interpreter::step(const Instruction& i, Frame& f) {
  Value& top = f.top[-1];
  switch (i.op) {
    case Op::now: f.push(moments::datetime_of(environment_.now)); break;
    case Op::call_ref: f.push(call_segment(Ref{i.a}, f.depth)); break;
    case Op::local_datetime: f.push(local_datetime(module_.constants[i.a])); break;
    case Op::not_: top = operators::not_(top); break;
    case Op::negate: top = operators::negate(top); break;
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::modulo:
    case Op::relation:
    case Op::in:
    case Op::index:
    case Op::elapsed:
    case Op::remaining:
      --f.top;
      f.top[-1] = binary(i, f.top[-1], f.top[0]);
      break;
    case Op::apart:
      f.top -= 2;
      f.top[-1] = operators::relate(call_, static_cast<Relation>(i.b), f.top[-1], shifted(environment_, f.top[0], f.top[1], 1));
      break;
    case Op::relation_constant: top = operators::relate(call_, static_cast<Relation>(i.b), top, module_.constants[i.a]); break;
    case Op::compare_now: top = compare_now(environment_, static_cast<Relation>(i.b), top); break;
    case Op::select: top = operators::select(call_, top, module_.constants[i.a].text(), i.b != 0); break;
    case Op::has: top = operators::has(call_, top, module_.constants[i.a].text()); break;
    case Op::known:
      if (is_absent(top) || !top.is_error()) top = Value::of(!is_absent(top));
      break;
    case Op::missing:
      if (is_absent(top) || !top.is_error()) top = Value::of(is_absent(top));
      break;
    case Op::require_bool:
      if (top.kind == Kind::bool_) break;
      top = operators::fault(top).value_or(fail(Error::not_bool));
      f.at = i.a;
      break;
    case Op::pop_jump_if_false:
      --f.top;
      if (!f.top->boolean) f.at = i.a;
      break;
    case Op::default_:
      if (is_absent(top))
        --f.top;
      else
        f.at = i.a;
      break;
    case Op::make_list:
      f.top -= i.a;
      f.push(operators::make_list(call_, f.top, i.a));
      break;
    case Op::make_map:
      f.top -= 2 * std::size_t{i.a};
      f.push(operators::make_map(call_, f.top, i.a));
      break;
    case Op::call:
      f.top -= i.a;
      f.push(call_function(call_, functions()[i.b], f.top, i.a));
      break;
    default: step_loop(i, f); break;
  }
}

void Interpreter::step_loop(const Instruction& i, Frame& f) {
  const auto macro = static_cast<Macro>(i.b);
  Value* const locals = f.locals + i.c;
  // A settled macro pushes its answer and goes on behind its code.
  const auto settle = [&f](const Value& answer, std::uint32_t end) {
    f.push(answer);
    f.at = end;
  };
  if (i.op == Op::loop_next) {
    if (advance(locals))
      f.at = i.a;
    else
      f.push(finish(macro, locals));
    return;
  }
  const Value popped = *--f.top;
  if (i.op == Op::loop_begin) {
    if (const auto answer = begin_loop(call_, macro, popped, locals)) settle(*answer, i.a);
  } else if (i.op == Op::loop_collect) {
    if (const auto answer = collect(macro, popped, locals)) settle(*answer, i.a);
  } else if (popped.kind != Kind::bool_) {
    settle(operators::fault(popped).value_or(fail(Error::not_bool)), i.a + 1);  // loop_guard: behind loop_next
  } else if (!popped.boolean) {
    f.at = i.a;
  }
}

}  // namespace

Value run(const Module& module, Ref ref, Environment& environment, Arena& arena) {
  return Interpreter{module, environment, arena, Environment::kFullBudget}.run(ref, 0);
}

Value run(const Module& module, Ref ref, Environment& environment, Arena& arena, std::uint64_t& budget) {
  Interpreter interpreter{module, environment, arena, budget};
  const Value value = interpreter.run(ref, 0);
  budget = interpreter.budget();
  return value;
}

}  // namespace nurture::eval
