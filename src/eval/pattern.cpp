// A small regular expression matcher after Thompson: the pattern becomes a program of a few instructions, and all its
// alternatives are followed side by side, one code point at a time. Entry point: matches(). Compiler and Machine are
// private.
//
// Jumps are relative, so that a piece of program can be copied (`x{3}`) or moved (a split put before it) as it is.
#include "eval/pattern.hpp"

#include "eval/unicode.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace nurture::eval::pattern {

namespace {

constexpr std::size_t kProgramSizeMax = 10'000;
constexpr int kRepeatMax = 1'000;
constexpr char32_t kLastCodePoint = 0x10FFFF;

enum class Op { literal, set, split, jump, line_begin, line_end, text_begin, text_end, word_edge, no_word_edge, accept };

struct Instruction {
  Op op = Op::accept;
  std::int32_t x = 0, y = 0;  ///< split, jump: distances. set: an index.
  char32_t code_point = 0;    ///< literal
  bool ignore_case = false;
};

using Ranges = std::vector<std::pair<char32_t, char32_t>>;
struct Set {
  Ranges ranges;
  bool negated = false;

  [[nodiscard]] bool has(char32_t c) const {
    const bool inside = std::any_of(ranges.begin(), ranges.end(), [c](const auto& r) { return c >= r.first && c <= r.second; });
    return inside != negated;
  }
};

struct Program {
  std::vector<Instruction> code;
  std::vector<Set> sets;
};

bool is_word(char32_t c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

/// The set of `\d`, `\w`, `\s` by its small letter.
const Ranges* class_ranges(char32_t letter) {
  static const Ranges kDigits{{'0', '9'}};
  static const Ranges kWord{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  static const Ranges kBlank{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
  return letter == 'd' ? &kDigits : letter == 'w' ? &kWord : letter == 's' ? &kBlank : nullptr;
}

Ranges complement(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end());
  Ranges result;
  char32_t next = 0;
  for (const auto& [first, last] : ranges) {
    if (first > next) result.emplace_back(next, first - 1);
    next = std::max<char32_t>(next, last + 1);
  }
  if (next <= kLastCodePoint) result.emplace_back(next, kLastCodePoint);
  return result;
}

// ---------------------------------------------------------------- pattern to program

class Compiler {
 public:
  explicit Compiler(std::string_view pattern) : pattern_(pattern) {}

  std::optional<Program> compile() {
    if (!alternatives(0) || at_ < pattern_.size()) return std::nullopt;
    if (!emit({Op::accept})) return std::nullopt;
    return std::move(program_);
  }

 private:
  struct Flags {
    bool ignore_case = false, multi_line = false, dot_all = false;
  };

  [[nodiscard]] bool more() const { return at_ < pattern_.size(); }
  [[nodiscard]] bool looking_at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  bool take(std::string_view text) {
    if (!looking_at(text)) return false;
    at_ += text.size();
    return true;
  }
  std::vector<Instruction>& code() { return program_.code; }
  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(program_.code.size()); }
  bool emit(Instruction instruction) {
    code().push_back(instruction);
    return code().size() <= kProgramSizeMax;
  }
  bool insert(std::int32_t at, Instruction instruction) {
    code().insert(code().begin() + at, instruction);
    return code().size() <= kProgramSizeMax;
  }
  bool emit_set(Set set) {
    program_.sets.push_back(std::move(set));
    return emit({Op::set, static_cast<std::int32_t>(program_.sets.size() - 1), 0, 0, flags_.ignore_case});
  }

  /// `a|b|c`: each but the last stands behind a split and ends with a jump to the end of all.
  bool alternatives(std::size_t depth) {
    if (depth > limits::kNestingDepth) return false;
    std::vector<std::int32_t> jumps;
    while (true) {
      const std::int32_t begin = size();
      if (!sequence(depth)) return false;
      if (!take("|")) break;
      if (!insert(begin, {Op::split, 1, size() - begin + 2})) return false;
      jumps.push_back(size());
      if (!emit({Op::jump})) return false;
    }
    for (const std::int32_t jump : jumps) code()[static_cast<std::size_t>(jump)].x = size() - jump;
    return true;
  }

  bool sequence(std::size_t depth) {
    while (more() && !looking_at("|") && !looking_at(")")) {
      const std::int32_t begin = size();
      bool repeatable = true;
      if (!atom(depth, repeatable) || !repetitions(begin, repeatable)) return false;
    }
    return true;
  }

  bool atom(std::size_t depth, bool& repeatable) {
    if (take("(")) return group(depth, repeatable);
    if (take("[")) return bracket();
    if (take("\\")) return escape(repeatable);
    if (take(".")) return emit_set(flags_.dot_all ? Set{{}, true} : Set{{{'\n', '\n'}}, true});
    if (take("^")) return repeatable = false, emit({flags_.multi_line ? Op::line_begin : Op::text_begin});
    if (take("$")) return repeatable = false, emit({flags_.multi_line ? Op::line_end : Op::text_end});
    if (looking_at("*") || looking_at("+") || looking_at("?")) return false;
    return literal(unicode::decode(pattern_, at_));
  }

  bool literal(char32_t c) { return emit({Op::literal, 0, 0, flags_.ignore_case ? unicode::lower_of(c) : c, flags_.ignore_case}); }

  bool group(std::size_t depth, bool& repeatable) {
    const Flags outer = flags_;
    if (take("?P<") || take("?<")) {
      const std::size_t end = pattern_.find('>', at_);
      if (end == std::string_view::npos || end == at_ || !is_name(pattern_.substr(at_, end - at_))) return false;
      at_ = end + 1;
    } else if (take("?")) {
      if (!read_flags()) return false;
      if (take(")")) return repeatable = false, true;  // `(?i)`: until the end of the group around it
      if (!take(":")) return false;
    }
    if (!alternatives(depth + 1) || !take(")")) return false;
    flags_ = outer;
    return true;
  }

  static bool is_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) { return is_word(static_cast<unsigned char>(c)); });
  }

  bool read_flags() {
    bool on = true;
    for (; more() && !looking_at(":") && !looking_at(")"); ++at_) {
      switch (pattern_[at_]) {
        case 'i': flags_.ignore_case = on; break;
        case 'm': flags_.multi_line = on; break;
        case 's': flags_.dot_all = on; break;
        case '-': on = false; break;
        default: return false;
      }
    }
    return true;
  }

  /// `*`, `+`, `?`, `{2,5}`, each perhaps lazy, which makes no difference to whether there is a match.
  bool repetitions(std::int32_t begin, bool repeatable) {
    while (more()) {
      int least = looking_at("+") ? 1 : 0;
      int most = looking_at("?") ? 1 : -1;
      const bool sign = take("*") || take("+") || take("?");
      if (!sign && !counted(least, most)) return true;
      take("?");
      if (!repeatable || least > kRepeatMax || most > kRepeatMax || (most >= 0 && most < least)) return false;
      if (!repeat(begin, least, most)) return false;
    }
    return true;
  }

  /// `{2}`, `{2,}` or `{2,5}`; anything else that begins with a brace is text.
  bool counted(int& least, int& most) {
    const std::size_t begin = at_;
    if (take("{") && number(least)) {
      most = least;
      if (take(",")) {
        most = -1;
        number(most);
      }
      if (take("}")) return true;
    }
    at_ = begin;
    return false;
  }

  bool number(int& value) {
    const std::size_t begin = at_;
    int read = 0;
    for (; more() && pattern_[at_] >= '0' && pattern_[at_] <= '9'; ++at_)
      read = std::min(read * 10 + (pattern_[at_] - '0'), kRepeatMax + 1);
    if (at_ == begin) return false;
    value = read;
    return true;
  }

  bool repeat(std::int32_t begin, int least, int most) {
    const std::vector<Instruction> piece(code().begin() + begin, code().end());
    const auto length = static_cast<std::int32_t>(piece.size());
    code().resize(static_cast<std::size_t>(begin));
    // Nothing repeated is still nothing, and need not be repeated a thousand times.
    if (length == 0) return true;
    const auto copy = [&] {
      code().insert(code().end(), piece.begin(), piece.end());
      return code().size() <= kProgramSizeMax;
    };
    for (int i = 0; i < least; ++i) {
      if (!copy()) return false;
    }
    if (most < 0) {
      if (least > 0) return emit({Op::split, -length, 1});
      return emit({Op::split, 1, length + 2}) && copy() && emit({Op::jump, -(length + 1)});
    }
    const std::int32_t end = size() + (most - least) * (length + 1);
    for (int i = least; i < most; ++i) {
      if (!emit({Op::split, 1, end - size()}) || !copy()) return false;
    }
    return true;
  }

  bool escape(bool& repeatable) {
    if (!more()) return false;
    const char32_t c = unicode::decode(pattern_, at_);
    repeatable = false;
    switch (c) {
      case 'A': return emit({Op::text_begin});
      case 'z': return emit({Op::text_end});
      case 'b': return emit({Op::word_edge});
      case 'B': return emit({Op::no_word_edge});
      default: break;
    }
    repeatable = true;
    if (const Ranges* ranges = class_ranges(unicode::lower_of(c))) return emit_set({*ranges, unicode::lower_of(c) != c});
    const auto code_point = escaped(c);
    return code_point && literal(*code_point);
  }

  /// What `\c` stands for, inside brackets and outside; `at_` is behind the c.
  std::optional<char32_t> escaped(char32_t c) {
    switch (c) {
      case 'n': return U'\n';
      case 't': return U'\t';
      case 'r': return U'\r';
      case 'f': return U'\f';
      case 'v': return U'\v';
      case 'a': return U'\a';
      case 'x': return hexadecimal();
      default: break;
    }
    if (c >= 0x80 || is_word(c)) return std::nullopt;
    return c;
  }

  /// The digits of `\x41` or `\x{1F600}`.
  std::optional<char32_t> hexadecimal() {
    const bool braces = take("{");
    char32_t value = 0;
    std::size_t digits = 0;
    for (; more() && (braces || digits < 2); ++at_, ++digits) {
      const char c = pattern_[at_];
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) break;
      value = value * 16 + static_cast<char32_t>(digit);
      if (value > kLastCodePoint) return std::nullopt;
    }
    if (digits == 0 || (braces ? !take("}") : digits != 2)) return std::nullopt;
    return value;
  }

  /// `[a-z_\d]`, behind its opening bracket.
  bool bracket() {
    Set set;
    set.negated = take("^");
    bool first = true;
    while (more() && (first || !looking_at("]"))) {
      first = false;
      if (looking_at("\\") && class_in_bracket(set)) continue;
      const auto low = element();
      if (!low) return false;
      char32_t high = *low;
      if (looking_at("-") && pattern_.size() > at_ + 1 && pattern_[at_ + 1] != ']') {
        ++at_;
        const auto end = element();
        if (!end || *end < *low) return false;
        high = *end;
      }
      set.ranges.emplace_back(*low, high);
    }
    return take("]") && emit_set(std::move(set));
  }

  bool class_in_bracket(Set& set) {
    if (at_ + 1 >= pattern_.size()) return false;
    const auto c = static_cast<unsigned char>(pattern_[at_ + 1]);
    const char32_t letter = unicode::lower_of(c);
    const Ranges* ranges = class_ranges(letter);
    if (ranges == nullptr) return false;
    at_ += 2;
    const Ranges chosen = letter == c ? *ranges : complement(*ranges);
    set.ranges.insert(set.ranges.end(), chosen.begin(), chosen.end());
    return true;
  }

  std::optional<char32_t> element() {
    if (!more()) return std::nullopt;
    if (!take("\\")) return unicode::decode(pattern_, at_);
    if (!more()) return std::nullopt;
    return escaped(unicode::decode(pattern_, at_));
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  Flags flags_;
  Program program_;
};

// ---------------------------------------------------------------- program against text

class Machine {
 public:
  Machine(const Program& program, std::string_view text) : program_(program), text_(text), seen_(program.code.size(), 0) {}

  Value run(Call& call) {
    std::vector<std::int32_t> current;
    std::vector<std::int32_t> next;
    char32_t before = kNone;
    std::size_t at = 0;
    while (true) {
      // One step looks at each instruction once at most.
      if (!call.charge(program_.code.size())) return Value::error(Error::cost_exceeded);
      std::size_t behind = at;
      const char32_t here = at < text_.size() ? unicode::decode(text_, behind) : kNone;
      ++step_;
      next.clear();
      for (const std::int32_t thread : current) follow(thread, before, here, next);
      follow(0, before, here, next);
      if (accepted_) return Value::of(true);
      if (at == text_.size()) return Value::of(false);
      current.clear();
      for (const std::int32_t thread : next) {
        if (consumes(program_.code[static_cast<std::size_t>(thread)], here)) current.push_back(thread + 1);
      }
      before = here;
      at = behind;
    }
  }

 private:
  static constexpr char32_t kNone = 0xFFFFFFFF;

  /// Adds to `out` all instructions that wait for a code point, reachable from `start` without one.
  void follow(std::int32_t start, char32_t before, char32_t here, std::vector<std::int32_t>& out) {
    stack_.assign(1, start);
    while (!stack_.empty()) {
      const std::int32_t at = stack_.back();
      stack_.pop_back();
      std::uint64_t& seen = seen_[static_cast<std::size_t>(at)];
      if (seen == step_) continue;
      seen = step_;
      const Instruction& instruction = program_.code[static_cast<std::size_t>(at)];
      switch (instruction.op) {
        case Op::literal:
        case Op::set: out.push_back(at); break;
        case Op::accept: accepted_ = true; break;
        case Op::jump: stack_.push_back(at + instruction.x); break;
        case Op::split:
          stack_.push_back(at + instruction.y);
          stack_.push_back(at + instruction.x);
          break;
        default:
          if (holds(instruction.op, before, here)) stack_.push_back(at + 1);
          break;
      }
    }
  }

  static bool holds(Op op, char32_t before, char32_t here) {
    const auto is_word_here = [](char32_t c) { return c != kNone && is_word(c); };
    switch (op) {
      case Op::text_begin: return before == kNone;
      case Op::text_end: return here == kNone;
      case Op::line_begin: return before == kNone || before == '\n';
      case Op::line_end: return here == kNone || here == '\n';
      case Op::word_edge: return is_word_here(before) != is_word_here(here);
      case Op::no_word_edge: return is_word_here(before) == is_word_here(here);
      default: return false;
    }
  }

  [[nodiscard]] bool consumes(const Instruction& instruction, char32_t c) const {
    if (instruction.op == Op::literal) return (instruction.ignore_case ? unicode::lower_of(c) : c) == instruction.code_point;
    const Set& set = program_.sets[static_cast<std::size_t>(instruction.x)];
    if (!instruction.ignore_case) return set.has(c);
    const Set plain{set.ranges, false};
    return (plain.has(c) || plain.has(unicode::lower_of(c)) || plain.has(unicode::upper_of(c))) != set.negated;
  }

  const Program& program_;
  std::string_view text_;
  std::vector<std::uint64_t> seen_;  ///< By instruction: the last step that reached it.
  std::vector<std::int32_t> stack_;
  std::uint64_t step_ = 0;
  bool accepted_ = false;
};

}  // namespace

Value matches(Call& call, std::string_view text, std::string_view pattern) {
  const auto program = Compiler{pattern}.compile();
  if (!program || !call.charge(pattern.size() + program->code.size())) {
    return Value::error(program ? Error::cost_exceeded : Error::bad_pattern);
  }
  return Machine{*program, text}.run(call);
}

}  // namespace nurture::eval::pattern
