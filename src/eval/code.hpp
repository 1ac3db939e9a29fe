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

#include <nurture/time.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::eval {

/// Memory of one evaluation; freed as a whole by reset(), which keeps the first block.
class Arena {
 public:
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  [[nodiscard]] void* allocate(std::size_t bytes);  ///< Aligned to 16.
  [[nodiscard]] std::string_view copy(std::string_view text);
  void reset();

 private:
  struct Block;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::size_t used_ = 0;
};

/// Where a load takes its value from. `index` is a slot or id laid out by the compiler.
enum class Origin : std::uint8_t {
  lead,         ///< Field of the lead.
  event,        ///< Field of the event being matched.
  trigger,      ///< Field of the event that started the handler or wait.
  entry,        ///< Field of the event that began the enrolment.
  enrolled_at,
  anchor,       ///< Instant of an anchor, or missing.
  score,
  tier,         ///< Name of the tier as a string.
  variable,     ///< CEL profile and macros' host variables.
};

enum class Relation : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

/// What an expression may ask. Implemented by the engine; one per evaluation, not shared.
class Environment {
 public:
  virtual ~Environment() = default;
  [[nodiscard]] virtual Value load(Origin origin, std::uint32_t index) = 0;
  /// Answers Module::queries[query]. `idle` queries answer the datetime since which nothing matched.
  [[nodiscard]] virtual Value history(std::uint32_t query) = 0;

  Instant now{0};
  const time::Zone* zone = nullptr;        ///< For calendar arithmetic and calendar functions.
  Instant valid_until = Instant::max();    ///< Lowered during evaluation; see the top of this file.
};

/// A compiled expression: the index of its first instruction in Module::code. 0 is "none" (code[0] answers missing).
struct Ref {
  std::uint32_t begin = 0;
  explicit operator bool() const { return begin != 0; }
  friend bool operator==(const Ref&, const Ref&) = default;
};

/// A question to the event history: `count(a or b where W within 14d)`.
struct Query {
  enum class Kind : std::uint8_t { count, any, none, first, last, idle, sum, avg, distinct };
  enum class Since : std::uint8_t { ever, within, enrolled, step, anchor, instant };
  Kind kind = Kind::count;
  Since since = Since::ever;
  time::Period within;               ///< since == within
  std::uint32_t index = 0;           ///< Step or anchor.
  Instant instant{0};                ///< since == instant
  std::vector<std::uint32_t> events; ///< Event ids, ascending.
  std::vector<std::int32_t> fields;  ///< Per event of `events`: the field that first, last and folds answer; kOccurredAt for `.at`.
  Ref where;
  static constexpr std::int32_t kOccurredAt = -1;
};

enum class Op : std::uint8_t {
  ret,            // answer the top
  constant,       // push constants[a]
  load,           // push env.load(Origin(b), a)
  local,          // push the local variable a (macros)
  now,
  history,        // push env.history(a)
  call_ref,       // push run(Ref{a}): a named segment
  not_, negate, add, subtract, multiply, divide, modulo,
  relation,       // b is a Relation
  in, index,
  select,         // constants[a] is the name: field of a map
  has,            // constants[a]: map has the key
  known, missing, // pop, push bool
  jump,           // to a
  and_, or_,      // combine two values by the error-absorbing table
  jump_if_false, jump_if_true,   // to a when the top is exactly false / true; never pops
  jump_unless_bool_error,        // conditional: pops the condition; true -> next, false -> a; else pushes an error and goes to b2 (see code.cpp)
  default_,       // top is missing: pop and go on; otherwise jump to a
  make_list, make_map,           // a items / entries
  call,           // functions[b] with a arguments
  elapsed,        // pop datetime T; compare now with T + periods[a] by Relation(b): `idle(P) >= 14d`, `now - T >= 14d`
  remaining,      // pop datetime T; compare T - periods[a] with now: `T - now <= 3d`
  compare_now,    // pop datetime T; `now REL T` by Relation(b)
  iterate,        // macros; see code.cpp
  pop,
};

struct Instruction {
  Op op = Op::ret;
  std::uint8_t b = 0;
  std::uint16_t c = 0;
  std::uint32_t a = 0;
};
static_assert(sizeof(Instruction) == 8);

struct Module {
  std::vector<Instruction> code{Instruction{Op::constant, 0, 0, 0}, Instruction{Op::ret, 0, 0, 0}};
  std::vector<Value> constants{Value::missing()};
  std::vector<time::Period> periods;
  std::vector<Query> queries;
  /// Bytes and collections that constants point into; addresses are stable. Moving a module keeps them valid.
  std::deque<std::string> strings;
  std::shared_ptr<Arena> collections = std::make_shared<Arena>();

  /// The text owned by the module, equal texts shared.
  [[nodiscard]] std::string_view intern(std::string_view text);
};

/// Evaluates one expression. Never throws; stops with Error::cost_exceeded at limits::kEvaluationCost operations.
/// Results point into the module, the environment's data or the arena. Reentrant: an Environment may call run() for a `where`.
[[nodiscard]] Value run(const Module& module, Ref ref, Environment& environment, Arena& arena);

/// Deep equality by CEL's rules (numbers compare across types, different types are unequal).
[[nodiscard]] bool equal(const Value& a, const Value& b);
/// The value as the language would write it: `"x"`, `14d`, `[1, 2]`, `error: division by zero`.
[[nodiscard]] std::string to_string(const Value& value);
/// The text that `{{ expression }}` inserts: strings without quotes, everything else as to_string().
[[nodiscard]] std::string to_text(const Value& value);

/// Text of the instructions of one expression, for `nurture dump --stage=graph`.
[[nodiscard]] std::string disassemble(const Module& module, Ref ref);

/// One row of the function table, shared by checker, compiler and interpreter (eval/functions.cpp).
struct Function {
  std::string_view name;
  std::uint8_t min_args, max_args;
  bool method;        ///< May be called as `x.name(...)`.
  bool cel_only;      ///< Known only in the CEL profile.
  std::string_view signature;  ///< "(datetime, zone?) -> int", for messages; types as in the language, `|` between overloads.
};
[[nodiscard]] const std::vector<Function>& functions();
/// Index into functions(), or -1.
[[nodiscard]] int find_function(std::string_view name, bool cel);

}  // namespace nurture::eval
