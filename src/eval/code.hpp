// Compiled expressions: a flat module of instructions for a stack machine, and its interpreter. Entry point: run().
//
// A Module is immutable after building and shared by threads. run() allocates only from the Arena it is handed, reads
// no clock and touches nothing but its arguments; what it cannot know (fields, history, now) it asks the Environment.
//
// Time and conditions: while a condition is evaluated, everything whose answer depends on the passing of time lowers
// Environment::valid_until to the instant at which that answer can change, so the engine knows exactly when to ask
// again and never polls. [S5.4]
#pragma once

#include "eval/value.hpp"
#include "time/zone.hpp"

#include <nurture/limits.hpp>
#include <nurture/time.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nurture::eval {

/// Memory of evaluations: grows by blocks, gives nothing back but as a whole. An unused arena owns no memory.
class Arena {
 public:
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;         ///< What was allocated stays where it is.
  [[nodiscard]] void* allocate(std::size_t bytes);  ///< Aligned to 16.
  [[nodiscard]] std::string_view copy(std::string_view text);
  [[nodiscard]] Value* values(std::size_t count);  ///< Uninitialised room for `count` values.
  /// Invalidates everything; keeps the first block.
  void reset() {
    if (next_ != begin_) release();
  }

 private:
  struct Block;
  void release();
  std::vector<std::unique_ptr<Block>> blocks_;
  std::byte* begin_ = nullptr;  ///< Of the first block.
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
};

/// Where a load takes its value from. `index` is a slot or id laid out by the compiler.
enum class Origin : std::uint8_t {
  lead,     ///< Field of the lead.
  event,    ///< Field of the event being matched.
  trigger,  ///< Field of the event that started the handler or wait.
  entry,    ///< Field of the event that began the enrolment.
  enrolled_at,
  anchor,  ///< Instant of an anchor, or missing.
  score,
  tier,         ///< Name of the tier as a string.
  stage,        ///< Name of the stage of a lifecycle as a string.
  enrolled_in,  ///< Whether a run of a sequence is under way.
  consent,      ///< Whether messages of a category may go out on a channel; their indices in one number.
  digest,       ///< What a digest has gathered.
  parameter,    ///< What a send hands over to its message.
  handed,       ///< What an entry hands over to its sequence.
  variable,     ///< CEL profile: a variable of the host.
};

/// How a field of the lead can be read without asking the environment: its word holds the value itself.
enum class Slot : std::uint8_t { asked, bool_, int_, number };
/// The word of a field that is not known. No typed value has this pattern.
inline constexpr std::uint64_t kMissingWord = 0x8000000000000000ULL;

enum class Relation : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

/// What an expression may ask. Implemented by the engine; one per evaluation, not shared.
class Environment {
 public:
  virtual ~Environment() = default;
  [[nodiscard]] virtual Value load(Origin origin, std::uint32_t index) = 0;
  /// Answers Module::queries[query]. `idle` queries answer the datetime since which nothing matched.
  [[nodiscard]] virtual Value history(std::uint32_t query) = 0;

  Instant now{0};
  const std::uint64_t* lead_slots = nullptr;  ///< The words of the lead's fields, when there are such.
  const time::Zone* zone = nullptr;           ///< For calendar arithmetic and calendar functions; nullptr is UTC.
  Instant valid_until = Instant::max();       ///< Lowered during evaluation; see the top of this file.
  /// What history() may spend, one operation per event looked at and what its `where` takes; run() sets and takes it back.
  std::uint64_t budget = kFullBudget;

  /// Zero is beyond limits::kEvaluationCost, one is at it.
  static constexpr std::uint64_t kFullBudget = limits::kEvaluationCost + 1;
};

/// A compiled expression: the index of its first instruction in Module::code. 0 is "none" (it answers missing).
struct Ref {
  std::uint32_t begin = 0;
  explicit operator bool() const { return begin != 0; }
  friend bool operator==(const Ref&, const Ref&) = default;
};

/// A question to the event history: `count(a or b where W within 14d)`.
struct Query {
  enum class Kind : std::uint8_t { count, any, none, first, last, idle, sum, avg, distinct, most };
  enum class Since : std::uint8_t { ever, within, enrolled, step, anchor, instant };
  Kind kind = Kind::count;
  Since since = Since::ever;
  time::Period within;                ///< since == within
  std::uint32_t index = 0;            ///< Step or anchor.
  Instant instant{0};                 ///< since == instant
  bool instant_is_local = false;      ///< `instant` is a wall time (as if UTC) to be read in Environment::zone.
  std::vector<std::uint32_t> events;  ///< Event ids, ascending.
  std::vector<std::int32_t> fields;   ///< Per event of `events`: the field that first, last and folds answer; kOccurredAt for `.at`.
  Ref where;
  bool keyed = false;                    ///< Only events that carry the enrolment's key, or declare no field for it, count. [S3.1]
  std::vector<std::int32_t> key_fields;  ///< keyed: per event of `events` the position of the key's field, -1 when it has none.
  /// count, distinct: only whether the answer reaches this matters, so counting may end there. 0: the whole answer does.
  std::uint32_t at_least = 0;
  static constexpr std::int32_t kOccurredAt = -1;
};

/// Stack notation: what an instruction pops -> what it pushes.
enum class Op : std::uint8_t {
  enter,           // first of each expression: `a` values of room, `c` of them local variables
  ret,             // answer the top
  constant,        // -> constants[a]
  load,            // -> env.load(Origin(b), a); c is a Slot: what can be read at once
  local,           // -> local variable a
  now,             // -> now
  history,         // -> env.history(a)
  call_ref,        // -> run(Ref{a}): a named segment
  local_datetime,  // -> constants[a], seconds on the wall clock, as a datetime in the environment's zone
  not_,
  negate,  // x -> value
  add,
  subtract,
  multiply,
  divide,
  modulo,             // x y -> value; b is 1 where int promotes to number (not in the CEL profile)
  relation,           // x y -> x Relation(b) y
  relation_constant,  // x -> x Relation(b) constants[a]
  in,                 // x collection -> bool
  index,              // x key -> value; b is 1 where what is absent is missing instead of an error
  select,             // x -> field constants[a] of x; b as for index
  has,                // x -> whether the map x has the key constants[a]
  known,
  missing,  // x -> bool
  jump,     // to a
  jump_if_false,
  jump_if_true,  // to a when the top is exactly false / true; never pops
  and_,
  or_,                // x y -> value, by the error-absorbing table
  require_bool,       // the top is no bool: it becomes an error, and on at a
  pop_jump_if_false,  // bool -> ; on at a when it was false
  default_,           // the top is missing: pops it and goes on; otherwise on at a
  make_list,          // a values -> list
  make_map,           // a keys, each followed by its value -> map
  call,               // a arguments -> functions()[b] of them
  compare_now,        // t -> now Relation(b) t
  elapsed,            // t length -> now Relation(b) t + length, which is `now - t REL length` by the calendar
  remaining,          // t length -> t - length Relation(b) now, which is `t - now REL length`
  apart,              // x y length -> x Relation(b) y + length, which is `x - y REL length`
  // Macros. The four locals from c on are the variable, the range, the position and the result so far; b is a Macro.
  loop_begin,    // range -> ; into the body, or -> result and on at a when there is nothing to loop over
  loop_guard,    // bool -> ; on at a, which is loop_next, when it was false: the filter of a three-argument map()
  loop_collect,  // body -> ; adds it to the result; -> result and on at a when that is settled
  loop_next,     // to the body at a with the next element, or -> result when there is none
};

enum class Macro : std::uint8_t { all, exists, exists_one, map, filter };

struct Instruction {
  Op op = Op::ret;
  std::uint8_t b = 0;
  std::uint16_t c = 0;
  std::uint32_t a = 0;
};
static_assert(sizeof(Instruction) == 8);

/// Moving a module keeps what its constants point to; copying it would not.
struct Module {
  Module() = default;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;

  std::vector<Instruction> code{{Op::enter, 0, 0, 1}, {Op::constant, 0, 0, 0}, {Op::ret, 0, 0, 0}};
  std::vector<Value> constants{Value::missing()};
  std::vector<Query> queries;
  /// Bytes and collections that constants point into; addresses are stable.
  std::deque<std::string> strings;
  std::unordered_map<std::string_view, std::size_t> string_index;
  std::unique_ptr<Arena> collections = std::make_unique<Arena>();

  /// The text owned by the module, equal texts shared.
  [[nodiscard]] std::string_view intern(std::string_view text);
};

/// Evaluates one expression. Never throws; stops with Error::cost_exceeded at limits::kEvaluationCost operations.
/// Results point into the module, the environment's data or the arena. Reentrant: an Environment may call run() for a `where`.
[[nodiscard]] Value run(const Module& module, Ref ref, Environment& environment, Arena& arena);
/// The same as part of an evaluation that has this much left, of which it takes its share.
[[nodiscard]] Value run(const Module& module, Ref ref, Environment& environment, Arena& arena, std::uint64_t& budget);

/// Deep equality by CEL's rules (numbers compare across types, different types are unequal).
[[nodiscard]] bool equal(const Value& a, const Value& b);
/// The value as the language would write it: `"x"`, `14d`, `[1, 2]`, `error: division by zero`.
[[nodiscard]] std::string to_string(const Value& value);
/// The text that `{{ expression }}` inserts: strings without quotes, datetimes on the clock of `zone` when it is given,
/// missing as nothing, everything else as to_string().
[[nodiscard]] std::string to_text(const Value& value, const time::Zone* zone = nullptr);

/// Text of the instructions of one expression, for `nurture dump --stage=graph`. Targets are relative to its beginning.
[[nodiscard]] std::string disassemble(const Module& module, Ref ref);

/// What a function of the table may use beside its arguments.
struct Call {
  Environment& environment;
  Arena& arena;
  std::uint64_t& budget;  ///< Operations left; see charge().
  /// Pays for work that grows with the data; false when the budget is used up, then the answer is cost_exceeded.
  [[nodiscard]] bool charge(std::uint64_t operations) {
    if (operations >= budget) {
      budget = 0;
      return false;
    }
    budget -= operations;
    return true;
  }
};

/// One row of the function table, shared by checker, compiler and interpreter (eval/functions.cpp).
struct Function {
  std::string_view name;
  std::uint8_t min_args, max_args;
  bool method;        ///< May be called as `x.name(...)`.
  bool cel_only;      ///< Known only in the CEL profile.
  bool nurture_only;  ///< Known only in definitions.
  /// "(datetime, zone?) -> int": types as in the language, `?` behind an argument that may be left out, ` | ` between
  /// overloads. `any` is every type, `T` one type wherever it stands, `T?` also a missing value of it, `zone` a string
  /// that names a time zone.
  std::string_view signature;
  /// nullptr for `has` and `default`, which are lowered to instructions. Never sees an error or a missing argument.
  Value (*apply)(Call& call, const Value* args, std::uint32_t count);
};
[[nodiscard]] const std::vector<Function>& functions();
/// Index into functions(), or -1.
[[nodiscard]] int find_function(std::string_view name, bool cel);

}  // namespace nurture::eval
