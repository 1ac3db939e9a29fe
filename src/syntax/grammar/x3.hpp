// Boost.Spirit X3 as this grammar uses it: the iterator, the skipper and the context are fixed here once, because the
// rules are compiled in several translation units and must agree on them to the letter. The vocabulary of the rules:
//
//   word("send")  symbol("{")        literal text; a word ends where a name would
//   Lexeme<T>                        a token read by a plain function (tokens.hpp)
//   parser[into(&T::member)]         moves what was read into the rule's node; append() adds to a list, set() stores a value
//   block(kind)[statements]          braces with statements that recover one by one; lone[action]; nested[...] counts depth
//   named("a thing")[alternatives]   how a choice is called when it is expected and missing
//   spanning[parser]                 gives the rule's node its place in the text
//
// Two habits keep X3's traps shut. A rule's node changes only through actions, and an alternative that can still fail
// is a rule of its own: attributes are never rolled back. All terminals below skip blanks on a copy of the iterator, so
// that a failed one leaves no trace in the spans.
#pragma once

#include "syntax/grammar/state.hpp"

#include <boost/spirit/home/x3.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace nurture::syntax::grammar {

namespace x3 = boost::spirit::x3;

using Iterator = Cursor;

struct Skipper : x3::parser<Skipper> {
  using attribute_type = x3::unused_type;
  static constexpr bool has_attribute = false;
  explicit Skipper(Profile p) : profile(p) {}

  template <class Context, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context&, RuleContext&, Attribute&) const {
    const Iterator before = first;
    first = skip_blanks(first, last, profile);
    return first != before;
  }

  Profile profile;
};

struct state_tag;
using PhraseContext = x3::phrase_parse_context<Skipper>::type;
using Context = x3::context<state_tag, State, PhraseContext>;

template <class AnyContext>
State& state_of(const AnyContext& context) {
  return x3::get<state_tag>(context);
}

/// The position in `first` behind blanks.
template <class AnyContext>
Iterator skipped(Iterator first, const Iterator& last, const AnyContext& context) {
  return skip_blanks(first, last, state_of(context).profile());
}

// ---------------------------------------------------------------- terminals

/// A keyword or a symbol.
struct Literal : x3::parser<Literal> {
  using attribute_type = x3::unused_type;
  static constexpr bool has_attribute = false;
  constexpr Literal(std::string_view t, bool domain) : text(t), domain_only(domain) {}

  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext&, Attribute&) const {
    if (domain_only && state_of(context).profile() == Profile::cel) return false;
    const Iterator behind = match(skipped(first, last, context), last);
    if (behind == nullptr) return false;
    first = behind;
    return true;
  }
  [[nodiscard]] Iterator match(Iterator at, Iterator last) const {
    if (!std::string_view(at, static_cast<std::size_t>(last - at)).starts_with(text)) return nullptr;
    const Iterator behind = at + text.size();
    if (behind == last) return behind;
    if (is_letter(text.back())) return is_word(*behind) ? nullptr : behind;
    // `=` is not half of `==`, `.` not half of `..`.
    const bool half = (text == "=" || text == ".") && *behind == text.front();
    return half ? nullptr : behind;
  }

  std::string_view text;
  bool domain_only;
};

constexpr Literal word(std::string_view text) { return {text, false}; }
constexpr Literal symbol(std::string_view text) { return {text, false}; }
/// A word that is an operator in definitions and a mere name in CEL.
constexpr Literal domain_word(std::string_view text) { return {text, true}; }

/// A token that a plain function reads: it advances `first` and fills `value`, or answers false.
template <class T>
struct Lexeme : x3::parser<Lexeme<T>> {
  using attribute_type = T;
  static constexpr bool has_attribute = true;
  using Reader = bool (*)(State&, Iterator& first, Iterator last, T& value);
  constexpr Lexeme(const char* d, Reader r) : description(d), reader(r) {}

  template <class AnyContext, class RuleContext>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext&, T& value) const {
    Iterator at = skipped(first, last, context);
    if (!reader(state_of(context), at, last, value)) return false;
    first = at;
    return true;
  }
  template <class AnyContext, class RuleContext>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext& rule, x3::unused_type) const {
    T value{};
    return parse(first, last, context, rule, value);
  }

  const char* description;
  Reader reader;
};

/// The position of the next token; consumes nothing.
struct Mark : x3::parser<Mark> {
  using attribute_type = Iterator;
  static constexpr bool has_attribute = true;
  template <class AnyContext, class RuleContext>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext&, Iterator& value) const {
    value = skipped(first, last, context);
    return true;
  }
};
constexpr Mark mark{};

/// Succeeds where it is. For actions at the end of a rule; X3's eps would skip blanks into the rule's span.
struct Always : x3::parser<Always> {
  using attribute_type = x3::unused_type;
  static constexpr bool has_attribute = false;
  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator&, const Iterator&, const AnyContext&, RuleContext&, Attribute&) const {
    return true;
  }
};
constexpr Always always{};

// ---------------------------------------------------------------- directives

template <class Subject>
struct Named : x3::unary_parser<Subject, Named<Subject>> {
  static constexpr bool is_pass_through_unary = true;
  constexpr Named(const Subject& s, const char* d) : x3::unary_parser<Subject, Named<Subject>>(s), description(d) {}
  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext& rule, Attribute& attribute) const {
    return this->subject.parse(first, last, context, rule, attribute);
  }
  const char* description;
};
struct NamedMaker {
  const char* description;
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return Named<typename x3::extension::as_parser<Subject>::value_type>{x3::as_parser(subject), description};
  }
};
constexpr NamedMaker named(const char* description) { return {description}; }

/// Gives the rule's node the span of the text that its subject reads. (X3's own on_success() is not told the node when
/// the rule has actions.)
template <class Subject>
struct Spanning : x3::unary_parser<Subject, Spanning<Subject>> {
  static constexpr bool is_pass_through_unary = true;
  using x3::unary_parser<Subject, Spanning<Subject>>::unary_parser;
  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext& node, Attribute& attribute) const {
    const Iterator begin = skipped(first, last, context);
    if (!this->subject.parse(first, last, context, node, attribute)) return false;
    node.span = state_of(context).span(begin, first);
    return true;
  }
};
struct SpanningMaker {
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return Spanning<typename x3::extension::as_parser<Subject>::value_type>{x3::as_parser(subject)};
  }
};
constexpr SpanningMaker spanning{};

/// A level of nesting. X3 has no limit of its own and would overflow the stack.
class Level {
 public:
  Level(State& state, Iterator at) : state_(state) { state_.enter(at); }
  ~Level() { state_.leave(); }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  State& state_;
};

template <class Subject>
struct Nested : x3::unary_parser<Subject, Nested<Subject>> {
  static constexpr bool is_pass_through_unary = true;
  using x3::unary_parser<Subject, Nested<Subject>>::unary_parser;
  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext& rule, Attribute& attribute) const {
    const Level level(state_of(context), skipped(first, last, context));
    return this->subject.parse(first, last, context, rule, attribute);
  }
};
struct NestedMaker {
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return Nested<typename x3::extension::as_parser<Subject>::value_type>{x3::as_parser(subject)};
  }
};
constexpr NestedMaker nested{};

/// Called with the rule's node when a statement inside of it could not be read, so that it can keep the place.
template <class Node>
void note_unreadable(Node&, const Span&) {}
inline void note_unreadable(ast::Body& body, const Span& span) {
  ast::Action gap;
  gap.span = span;
  std::get<ast::ErrorAction>(gap.what).span = span;
  body.actions.push_back(std::move(gap));
}

/// Reads one statement of a block of `kind`. When it cannot be read, says why and moves on to the next. False when no
/// statement begins here because the block ends.
template <class Subject, class AnyContext, class RuleContext>
bool read_statement(const Subject& subject, BlockKind kind, Iterator& first, const Iterator& last, const AnyContext& context,
                    RuleContext& rule) {
  State& state = state_of(context);
  const Iterator begin = first;
  Iterator fault = begin;
  try {
    if (subject.parse(first, last, context, rule, x3::unused)) return true;
    if (!state.unknown_statement(begin, kind)) return false;
  } catch (const x3::expectation_failure<Iterator>& failure) {
    fault = state.expected(failure.where(), failure.which());
  } catch (const Refused& refusal) {
    fault = refusal.at;
  }
  first = state.recover(begin, fault);
  note_unreadable(rule, state.span(begin, first));
  return true;
}

class OpenBlock {
 public:
  OpenBlock(State& state, BlockKind kind, Iterator at) : state_(state) { state_.open_block(kind, at); }
  ~OpenBlock() { state_.close_block(); }
  OpenBlock(const OpenBlock&) = delete;
  OpenBlock& operator=(const OpenBlock&) = delete;

 private:
  State& state_;
};

/// `{ statement* }`. Every fault inside stays inside.
template <class Subject>
struct Block : x3::unary_parser<Subject, Block<Subject>> {
  static constexpr bool is_pass_through_unary = true;
  constexpr Block(const Subject& s, BlockKind k) : x3::unary_parser<Subject, Block<Subject>>(s), kind(k) {}

  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext& rule, Attribute&) const {
    State& state = state_of(context);
    Iterator at = skipped(first, last, context);
    if (at == last || *at != '{') return false;
    const OpenBlock open(state, kind, at);
    for (at = skipped(at + 1, last, context); at != last && *at != '}'; at = skipped(at, last, context)) {
      if (state.gives_up()) {
        first = last;
        return true;
      }
      state.begin_statement(at);
      const Iterator before = at;
      if (read_statement(this->subject, kind, at, last, context, rule)) continue;
      // The statement belongs to a block around this one; the forgotten `}` has been reported.
      first = before;
      return true;
    }
    if (at == last) state.never_closed();
    first = at == last ? at : at + 1;
    return true;
  }

  BlockKind kind;
};
struct BlockMaker {
  BlockKind kind;
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return Block<typename x3::extension::as_parser<Subject>::value_type>{x3::as_parser(subject), kind};
  }
};
constexpr BlockMaker block(BlockKind kind) { return {kind}; }

/// The statements of a file: as a block, but without braces.
template <class Subject>
struct Statements : x3::unary_parser<Subject, Statements<Subject>> {
  static constexpr bool is_pass_through_unary = true;
  using x3::unary_parser<Subject, Statements<Subject>>::unary_parser;

  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext& rule, Attribute&) const {
    State& state = state_of(context);
    for (Iterator at = skipped(first, last, context); at != last && !state.gives_up(); at = skipped(at, last, context)) {
      if (*at == '}') {
        state.stray_brace(at++);
        continue;
      }
      state.begin_statement(at);
      read_statement(this->subject, BlockKind::file, at, last, context, rule);
    }
    first = last;
    return true;
  }
};
struct StatementsMaker {
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return Statements<typename x3::extension::as_parser<Subject>::value_type>{x3::as_parser(subject)};
  }
};
constexpr StatementsMaker statements{};

/// An action without braces. A fault in it does not take the statement along that it is the body of.
template <class Subject>
struct Lone : x3::unary_parser<Subject, Lone<Subject>> {
  static constexpr bool is_pass_through_unary = true;
  using x3::unary_parser<Subject, Lone<Subject>>::unary_parser;

  template <class AnyContext, class RuleContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const AnyContext& context, RuleContext& rule, Attribute&) const {
    const Iterator at = skipped(first, last, context);
    if (at == last || !state_of(context).looks_like_action(at)) return false;
    const Level level(state_of(context), at);
    first = at;
    return read_statement(this->subject, BlockKind::actions, first, last, context, rule);
  }
};
struct LoneMaker {
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return Lone<typename x3::extension::as_parser<Subject>::value_type>{x3::as_parser(subject)};
  }
};
constexpr LoneMaker lone{};

// ---------------------------------------------------------------- actions

/// What an attribute hands over. Expressions are read into a stack of operators first; see operators.hpp.
template <class T>
T&& handed(T& attribute) {
  return std::move(attribute);
}

template <class Class, class Member>
constexpr auto into(Member Class::*member) {
  return [member](auto& context) { x3::_val(context).*member = handed(x3::_attr(context)); };
}
template <class Class, class Member>
constexpr auto append(Member Class::*member) {
  return [member](auto& context) { (x3::_val(context).*member).emplace_back(handed(x3::_attr(context))); };
}
template <class Class, class Member, class Value>
constexpr auto set(Member Class::*member, Value value) {
  return [member, value](auto& context) { x3::_val(context).*member = value; };
}

}  // namespace nurture::syntax::grammar

namespace boost::spirit::x3 {

// How things are called in "expected ...".
template <>
struct get_info<nurture::syntax::grammar::Literal> {
  using result_type = std::string;
  std::string operator()(const nurture::syntax::grammar::Literal& p) const { return "`" + std::string(p.text) + "`"; }
};
template <class T>
struct get_info<nurture::syntax::grammar::Lexeme<T>> {
  using result_type = std::string;
  std::string operator()(const nurture::syntax::grammar::Lexeme<T>& p) const { return p.description; }
};
template <class Subject>
struct get_info<nurture::syntax::grammar::Named<Subject>> {
  using result_type = std::string;
  std::string operator()(const nurture::syntax::grammar::Named<Subject>& p) const { return p.description; }
};
template <class Subject>
struct get_info<nurture::syntax::grammar::Spanning<Subject>> {
  using result_type = std::string;
  std::string operator()(const nurture::syntax::grammar::Spanning<Subject>& p) const { return what(p.subject); }
};
template <class Subject>
struct get_info<nurture::syntax::grammar::Block<Subject>> {
  using result_type = std::string;
  std::string operator()(const nurture::syntax::grammar::Block<Subject>&) const { return "`{`"; }
};
template <class Subject>
struct get_info<nurture::syntax::grammar::Nested<Subject>> {
  using result_type = std::string;
  std::string operator()(const nurture::syntax::grammar::Nested<Subject>& p) const { return what(p.subject); }
};
// A choice without a name is called like its last alternative; in expressions that is the plain operand.
template <class Left, class Right>
struct get_info<alternative<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const alternative<Left, Right>& p) const { return what(p.right); }
};
template <class Left, class Right>
struct get_info<sequence<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const sequence<Left, Right>& p) const { return what(p.left); }
};
template <class Subject, class Action>
struct get_info<action<Subject, Action>> {
  using result_type = std::string;
  std::string operator()(const action<Subject, Action>& p) const { return what(p.subject); }
};

}  // namespace boost::spirit::x3
