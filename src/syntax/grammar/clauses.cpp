// The parts of a statement in an order that the language does not have: `on page.view every time as clicked`. Entry
// point: State::told_wrong_order(), asked where a statement cannot be read further.
//
// The grammar fixes the order of a statement's parts and authors do not learn it by heart. What they wrote is cut into
// parts by the words that begin them; when all of them belong to the statement and only their order is wrong, the
// message says so and the fix puts them in order.
#include "syntax/grammar/state.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

namespace nurture::syntax::grammar {

namespace {

using source::Code;

/// How a part of a statement begins.
enum class Form : std::uint8_t {
  word,     ///< With the word of the part.
  name,     ///< It is any other word.
  text,     ///< It is a text in quotes.
  number,   ///< It is a number.
  points,   ///< `+8`
  percent,  ///< `50%`
  range,    ///< `1..25`
};

constexpr int kRest = -1;
constexpr int kNames = -2;
struct Part {
  Form form = Form::word;
  std::string_view word;
  int tokens = 0;          ///< How many stand behind the word; kRest: up to the next part; kNames: a list of names.
  int rank = 0;            ///< Its place among the parts of the statement.
  bool word_goes = false;  ///< The word is not one of this statement: `goal on x as booked` is `goal booked on x`.
};

/// Where the statement stands.
enum class Home : std::uint8_t { file, policy, message, sequence, steps, score, test, anywhere };

struct Order {
  Home home;
  std::string_view lead;
  int lead_tokens;  ///< What belongs to the leading word, a sign not counted.
  std::span<const Part> parts;
};

// clang-format off
constexpr std::array kHandler{Part{Form::word, "where", kRest, 1}, Part{Form::word, "within", 1, 2}, Part{Form::word, "since", kRest, 2},
                              Part{Form::word, "as", 1, 3},        Part{Form::word, "every", 1, 4},  Part{Form::word, "at", 4, 4}};
constexpr std::array kStep{Part{Form::word, "from", 1, 1}, Part{Form::word, "on", 1, 2},    Part{Form::word, "at", 1, 3},
                           Part{Form::word, "late", 1, 4}, Part{Form::word, "again", 0, 5}, Part{Form::name, "", 0, 6}};
constexpr std::array kSend{Part{Form::name, "", 0, 1}, Part{Form::word, "variant", 1, 2}, Part{Form::word, "with", kRest, 3},
                           Part{Form::word, "by", kNames, 4}, Part{Form::word, "unless", 3, 5}};
constexpr std::array kWait{Part{Form::word, "until", 0, 1},  Part{Form::word, "on", kRest, 2},   Part{Form::word, "when", kRest, 2},
                           Part{Form::word, "where", kRest, 3}, Part{Form::word, "within", 1, 4}, Part{Form::word, "since", kRest, 4},
                           Part{Form::word, "repeat", 1, 5}, Part{Form::word, "timeout", 1, 6},
                           Part{Form::word, "as", 1, 7}, Part{Form::word, "then", kRest, 8}};
constexpr std::array kNotify{Part{Form::name, "", 0, 1}, Part{Form::text, "", 0, 2}};
constexpr std::array kTask{Part{Form::name, "", 0, 1}, Part{Form::text, "", 0, 2}, Part{Form::word, "due", 1, 3},
                           Part{Form::word, "as", 1, 4}};
constexpr std::array kSplit{Part{Form::name, "", 0, 1}, Part{Form::word, "salt", 1, 2}, Part{Form::word, "goal", kRest, 3},
                            Part{Form::word, "promote", kRest, 4}};
constexpr std::array kRule{Part{Form::points, "", 1, 1},      Part{Form::name, "", 0, 2},        Part{Form::word, "on", kRest, 3},
                           Part{Form::word, "when", kRest, 3}, Part{Form::word, "where", kRest, 4}, Part{Form::word, "within", 1, 5},
                           Part{Form::word, "since", kRest, 5}, Part{Form::word, "limit", 3, 6},  Part{Form::word, "then", kRest, 7}};
constexpr std::array kDecay{Part{Form::number, "", 0, 1}, Part{Form::word, "per", 1, 2}, Part{Form::word, "when", kRest, 3},
                            Part{Form::word, "floor", 1, 4}};
constexpr std::array kReset{Part{Form::word, "on", kRest, 1}, Part{Form::word, "when", kRest, 1}, Part{Form::word, "where", kRest, 2},
                            Part{Form::word, "within", 1, 3}, Part{Form::word, "to", 1, 4}};
constexpr std::array kTier{Part{Form::name, "", 0, 1}, Part{Form::range, "", 1, 2}, Part{Form::word, "hysteresis", 1, 3}};
constexpr std::array kScoreCategory{Part{Form::name, "", 0, 1}, Part{Form::word, "weight", 1, 2}, Part{Form::word, "max", 1, 3}};
constexpr std::array kQuiet{Part{Form::word, "hours", 3, 1}, Part{Form::word, "on", 1, 2}, Part{Form::word, "in", 1, 3},
                            Part{Form::word, "then", 1, 4}};
constexpr std::array kCap{Part{Form::number, "", 0, 1}, Part{Form::word, "per", 1, 2}, Part{Form::word, "on", 1, 3},
                          Part{Form::word, "counting", kRest, 4}, Part{Form::word, "when", kRest, 5}, Part{Form::word, "then", kRest, 6}};
constexpr std::array kVariant{Part{Form::name, "", 0, 1}, Part{Form::percent, "", 1, 2}, Part{Form::word, "when", kRest, 3},
                              Part{Form::word, "else", 0, 3}};
constexpr std::array kAnchor{Part{Form::name, "", 0, 1}, Part{Form::word, "=", kRest, 2}, Part{Form::word, "zone", 1, 3},
                             Part{Form::word, "else", 1, 4}};
constexpr std::array kEnroll{Part{Form::word, "on", kRest, 1}, Part{Form::word, "when", kRest, 1}, Part{Form::word, "where", kRest, 2},
                             Part{Form::word, "within", 1, 3}, Part{Form::word, "key", kRest, 4}};
constexpr std::array kEnd{Part{Form::name, "", 0, 1}, Part{Form::word, "as", 1, 1, true}, Part{Form::word, "on", kRest, 2},
                         Part{Form::word, "when", kRest, 2},
                          Part{Form::word, "where", kRest, 3}, Part{Form::word, "within", 1, 4}};
constexpr std::array kGoal{Part{Form::name, "", 0, 1}, Part{Form::word, "as", 1, 1, true}, Part{Form::word, "value", kRest, 2},
                           Part{Form::word, "on", kRest, 3}, Part{Form::word, "when", kRest, 3},
                           Part{Form::word, "where", kRest, 4}, Part{Form::word, "within", 1, 5}};
constexpr std::array kTitled{Part{Form::name, "", 0, 1}, Part{Form::text, "", 0, 2}};
constexpr std::array kTest{Part{Form::text, "", 0, 1}, Part{Form::word, "for", 1, 2}};
constexpr std::array kExpectSend{Part{Form::name, "", 0, 1}, Part{Form::word, "by", 1, 2}, Part{Form::word, "variant", 1, 3}};
constexpr std::array kExpectHeld{Part{Form::name, "", 0, 1}, Part{Form::word, "until", kRest, 2}};
constexpr std::array kExpectSkipped{Part{Form::name, "", 0, 1}, Part{Form::word, "because", 1, 2}};
constexpr std::array kPattern{Part{Form::word, "where", kRest, 1}, Part{Form::word, "within", 1, 2}, Part{Form::word, "since", kRest, 2}};

constexpr std::array kOrders{
    Order{Home::test, "send", 0, kExpectSend}, Order{Home::test, "held", 0, kExpectHeld}, Order{Home::test, "skipped", 0, kExpectSkipped},
    Order{Home::anywhere, "send", 0, kSend},   Order{Home::anywhere, "wait", 0, kWait},   Order{Home::anywhere, "notify", 0, kNotify},
    Order{Home::anywhere, "task", 0, kTask},   Order{Home::anywhere, "split", 0, kSplit},
    Order{Home::file, "sequence", 0, kTitled}, Order{Home::file, "message", 0, kTitled},  Order{Home::file, "score", 0, kTitled},
    Order{Home::file, "test", 0, kTest},
    Order{Home::policy, "quiet", 0, kQuiet},   Order{Home::policy, "cap", 0, kCap},
    Order{Home::message, "variant", 0, kVariant},
    Order{Home::sequence, "on", kRest, kHandler}, Order{Home::sequence, "when", kRest, kHandler},
    Order{Home::sequence, "anchor", 0, kAnchor},  Order{Home::sequence, "enroll", 0, kEnroll},
    Order{Home::sequence, "goal", 0, kGoal},       Order{Home::sequence, "exit", 0, kEnd}, Order{Home::sequence, "phase", 0, kTitled},
    Order{Home::steps, "day", 1, kStep},          Order{Home::steps, "at", 1, kStep},
    Order{Home::steps, "after", 1, kStep},        Order{Home::steps, "immediately", 0, kStep},
    Order{Home::score, "rule", 0, kRule},         Order{Home::score, "decay", 0, kDecay}, Order{Home::score, "reset", 0, kReset},
    Order{Home::score, "tier", 0, kTier},         Order{Home::score, "category", 0, kScoreCategory},
};
constexpr std::array<std::string_view, 10> kHistory{"count", "any", "none", "first", "last", "idle", "sum", "avg", "distinct", "most"};
// clang-format on

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_home(Home home, BlockKind kind) {
  switch (home) {
    case Home::file: return kind == BlockKind::file;
    case Home::policy: return kind == BlockKind::policy;
    case Home::message: return kind == BlockKind::message;
    case Home::sequence: return kind == BlockKind::sequence || kind == BlockKind::triggers || kind == BlockKind::stream;
    case Home::steps: return kind == BlockKind::sequence || kind == BlockKind::phase;
    case Home::score: return kind == BlockKind::score || kind == BlockKind::score_category;
    case Home::test: return kind == BlockKind::test;
    case Home::anywhere: return kind != BlockKind::test;
  }
  return false;
}

/// Cuts the tokens of a statement into its parts.
class Cutter {
 public:
  struct Piece {
    const Part* part;
    std::uint32_t first, last;  ///< Tokens, both included.
  };

  Cutter(const Layout& layout, std::span<const Part> parts, BlockKind kind) : layout_(layout), parts_(parts), kind_(kind) {}

  /// From the token `index` on, of which `taken` belong to the leading word.
  std::vector<Piece> run(std::uint32_t index, int taken) {
    std::vector<Piece> pieces;
    index = skip(index, taken);
    while (index < size()) {
      const Part* const part = part_at(index);
      if (part == nullptr || ends_header(index)) break;
      std::uint32_t next = skip(index + 1, part->tokens);
      // `71..` has no end.
      if (part->form == Form::range && next < size() && token(next).kind == Token::Kind::number) ++next;
      // A part whose word stands alone, such as `where on`, is no part.
      if (next > size() || (part->tokens == kRest && next == index + 1)) break;
      pieces.push_back({part, index, next - 1});
      index = next;
    }
    return pieces;
  }

 private:
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(layout_.tokens().size()); }
  [[nodiscard]] const Token& token(std::uint32_t index) const { return layout_.tokens()[index]; }
  [[nodiscard]] std::string_view text(std::uint32_t index) const { return layout_.text(token(index)); }

  /// The token behind so many others, or behind all up to the next part or the end of what can be one.
  [[nodiscard]] std::uint32_t skip(std::uint32_t index, int count) const {
    if (count == kNames) {
      while (index + 2 < size() && text(index + 1) == ",") index += 2;
      return index + 1;
    }
    if (count != kRest) {
      for (; count > 0 && index < size(); ++index) {
        const bool sign = text(index) == "+" || text(index) == "-";
        if (!sign) --count;
      }
      return index;
    }
    while (index < size() && !ends_header(index) && word_part_at(index) == nullptr) {
      const std::uint32_t partner = token(index).partner;
      index = (partner != Token::kNone && partner > index ? partner : index) + 1;
    }
    return index;
  }

  /// Where the parts of a statement end for certain: at its block, at a `}`, at the statement below.
  [[nodiscard]] bool ends_header(std::uint32_t index) const {
    const std::string_view word = text(index);
    const bool body_may_follow = index > 0 && (text(index - 1) == "then");
    if (word == "}" || word == ")" || (word == "{" && !body_may_follow)) return true;
    const bool most = index + 1 < size() && text(index + 1) == "most";
    return token(index).first_on_line() && begins_statement(kind_, word) && !most;
  }

  [[nodiscard]] const Part* word_part_at(std::uint32_t index) const {
    if (index > 0 && text(index - 1) == ".") return nullptr;
    const std::string_view word = text(index);
    const auto found =
        std::find_if(parts_.begin(), parts_.end(), [word](const Part& part) { return part.form == Form::word && part.word == word; });
    if (found == parts_.end()) return nullptr;
    // `at 10:00` of a step, `at most once per 7d` of a handler.
    const bool most = index + 1 < size() && text(index + 1) == "most";
    return word == "at" && most != (found->tokens == 4) ? nullptr : &*found;
  }

  [[nodiscard]] const Part* part_at(std::uint32_t index) const {
    if (const Part* const part = word_part_at(index)) return part;
    const auto found =
        std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) { return part.form != Form::word && is_form(part.form, index); });
    return found == parts_.end() ? nullptr : &*found;
  }

  [[nodiscard]] bool is_form(Form form, std::uint32_t index) const {
    const bool number = token(index).kind == Token::Kind::number;
    const std::string_view next = index + 1 < size() ? text(index + 1) : std::string_view();
    switch (form) {
      case Form::word: return false;
      case Form::name: return token(index).kind == Token::Kind::word;
      case Form::text: return token(index).kind == Token::Kind::string;
      case Form::number: return number;
      case Form::points:
        return (text(index) == "+" || text(index) == "-") && index + 1 < size() && token(index + 1).kind == Token::Kind::number;
      case Form::percent: return number && next == "%";
      case Form::range: return number && next == "..";
    }
    return false;
  }

  const Layout& layout_;
  std::span<const Part> parts_;
  BlockKind kind_;
};

using Pieces = std::vector<Cutter::Piece>;

/// The pieces from the first that stands too early to the last that stands too late; nothing when they are in order, or
/// when one comes twice and the order is not what is wrong.
std::optional<std::pair<std::size_t, std::size_t>> disorder(const Pieces& pieces) {
  std::vector<int> ranks;
  for (const auto& piece : pieces) ranks.push_back(piece.part->rank);
  std::vector<int> sorted = ranks;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end() || ranks == sorted) return std::nullopt;
  std::size_t first = 0;
  std::size_t last = ranks.size() - 1;
  while (ranks[first] == sorted[first]) ++first;
  while (ranks[last] == sorted[last]) --last;
  return std::pair(first, last);
}

/// What is wrong with the order of some pieces, when the token `fault` lies among those that must change places.
class OrderFault {
 public:
  OrderFault(const source::Source& source, const Layout& layout, const Pieces& pieces)
      : source_(source), layout_(layout), pieces_(pieces) {}

  std::optional<Diagnostic> tell(std::uint32_t fault) {
    const auto range = disorder(pieces_);
    if (!range) return std::nullopt;
    const auto [first, last] = *range;
    if (fault < pieces_[first].first || fault > pieces_[last].last) return std::nullopt;
    std::size_t late = first + 1;
    while (pieces_[late].part->rank > pieces_[late - 1].part->rank) ++late;
    Diagnostic diagnostic = source::report(Code::syntax, span(pieces_[late], pieces_[late]),
                                           fmt::format("{} comes before {}", brief(pieces_[late]), brief(pieces_[late - 1])));
    const Span whole = span(pieces_[first], pieces_[last]);
    const bool has_comment = std::any_of(layout_.comments().begin(), layout_.comments().end(), [&](const Layout::Range& comment) {
      return comment.begin > whole.begin && comment.end < whole.end;
    });
    const std::string sorted = in_order(first, last);
    if (has_comment || sorted.find('\n') != std::string::npos) {
      diagnostic.help = fmt::format("move it in front of {}", brief(pieces_[late - 1]));
    } else {
      diagnostic.help = fmt::format("write `{}`", sorted);
      diagnostic.fixes.push_back({whole, sorted});
    }
    return diagnostic;
  }

 private:
  [[nodiscard]] Span span(const Cutter::Piece& from, const Cutter::Piece& to) const {
    return {source_.id(), layout_.tokens()[from.first].begin, layout_.tokens()[to.last].end};
  }
  [[nodiscard]] std::string_view text(const Cutter::Piece& piece) const {
    Span place = span(piece, piece);
    if (piece.part->word_goes) place.begin = layout_.tokens()[piece.first + 1].begin;
    return source_.text().substr(place.begin, place.end - place.begin);
  }
  /// A short piece whole, a long one by its word.
  [[nodiscard]] std::string brief(const Cutter::Piece& piece) const {
    constexpr std::size_t kBytesMax = 40;
    const std::string_view whole = text(piece);
    const bool is_short = whole.size() <= kBytesMax && whole.find('\n') == std::string_view::npos;
    return fmt::format("`{}`", is_short || piece.part->word.empty() ? whole : piece.part->word);
  }
  [[nodiscard]] std::string in_order(std::size_t first, std::size_t last) const {
    Pieces sorted(pieces_.begin() + static_cast<std::ptrdiff_t>(first), pieces_.begin() + static_cast<std::ptrdiff_t>(last) + 1);
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.part->rank < b.part->rank; });
    std::string line;
    for (const auto& piece : sorted) line += (line.empty() ? "" : " ") + std::string(text(piece));
    return line;
  }

  const source::Source& source_;
  const Layout& layout_;
  const Pieces& pieces_;
};

/// The first token behind the events of a pattern.
std::uint32_t behind_events(const Layout& layout, std::uint32_t index, std::uint32_t end) {
  const auto ends = [](std::string_view word) { return word == "where" || word == "within" || word == "since"; };
  while (index < end && !ends(layout.text(layout.tokens()[index]))) ++index;
  return index;
}

}  // namespace

/// Tells when `token` cannot continue a statement only because its parts are not in order.
bool State::told_wrong_order(const Token& token) {
  if (profile_ == Profile::cel) return false;
  const auto& tokens = layout_.tokens();
  const std::uint32_t fault = layout_.index_at(token.begin);
  // What was complete before the part that stands too late has ended its statement, too.
  const bool fresh = block().statement == token.begin;
  const std::uint32_t begin = layout_.index_at(fresh ? block().previous : block().statement);
  const auto told = [&](std::span<const Part> parts, std::uint32_t first, int taken) {
    const Pieces pieces = Cutter(layout_, parts, block().kind).run(first, taken);
    auto diagnostic = OrderFault(source_, layout_, pieces).tell(fault);
    if (diagnostic) report(std::move(*diagnostic));
    return diagnostic.has_value();
  };
  for (std::uint32_t i = fault + 1; i-- > begin;) {
    const std::string_view word = layout_.text(tokens[i]);
    const bool encloses = word == "(" && i > begin && (tokens[i].partner == Token::kNone || tokens[i].partner > fault);
    if (encloses && contains(kHistory, layout_.text(tokens[i - 1]))) return told(kPattern, behind_events(layout_, i + 1, fault), 0);
    for (const Order& order : kOrders) {
      const bool may_lead = i == begin || order.home == Home::anywhere || order.home == Home::test;
      if (order.lead != word || !may_lead || !is_home(order.home, block().kind)) continue;
      if (told(order.parts, i + 1, order.lead_tokens)) return true;
    }
  }
  return false;
}

}  // namespace nurture::syntax::grammar
