// The reading side of the YAML schema: one value (ReadSlot) and one mapping (ReadKeys) of a tree. Internal to
// yaml_to_ast.cpp and yaml_read_slot.cpp. Entry point: ReadSlot.
//
// A frame belongs to the statement that is being read. It gathers the comments inside it that no inner statement takes,
// and knows whether something the statement needs could not be read.
#pragma once

#include "source/codes.hpp"
#include "source/source.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/yaml_lexemes.hpp"
#include "syntax/yaml_schema.hpp"
#include "syntax/yaml_tree.hpp"

#include <nurture/limits.hpp>

#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::syntax::yaml {

struct Frame {
  const Node* record = nullptr;      ///< The mapping of the statement, when it is an item of a list.
  std::vector<std::string> leading;  ///< Comments for the statement to take.
  std::string trailing;
  bool spoiled = false;  ///< Something it needs could not be read.
};

/// What all slots of one file share.
struct Reading {
  const source::Source& source;
  Diagnostics& diagnostics;
  Frame* frame = nullptr;
  std::size_t depth = 1;     ///< Blocks, counted as braces in text.
  std::vector<Span> unread;  ///< Of what was reported and is not in the tree, or not whole.

  void report(Diagnostic fault, bool spoils = true) {
    if (spoils) frame->spoiled = true;
    diagnostics.add(std::move(fault));
  }
  /// Leaves the comments of a subtree that no statement claimed to the frame.
  void gather(const ast::Comments& comments);
  void gather_below(const Node& node);
};

/// One more block of braces while it lives.
class Level {
 public:
  explicit Level(Reading& reading) : reading_(reading) { ++reading_.depth; }
  ~Level() { --reading_.depth; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  Reading& reading_;
};

class ReadKeys;

class ReadSlot {
 public:
  static constexpr bool kReads = true;
  ReadSlot(Reading& reading, const Node& node, std::string_view key) : reading_(reading), node_(node), key_(key) {}

  void name(ast::Name& x, bool dotted);
  void names(std::vector<ast::Name>& x, bool dotted);
  void text(std::string& x, Span& span);
  void lines(std::string& x, Span& span) { text(x, span); }
  void integer(ast::Integer& x);
  void percent(ast::Integer& x);
  void cap_per(ast::Cap& x);
  void decay_amount(ast::Decay& x);
  void points(ast::Integer& x);
  void duration(ast::Duration& x, bool with_sign);
  void time(ast::TimeOfDay& x);
  void date_time(ast::DateTime& x);
  void instant(ast::Instant& x);
  void day(std::int64_t& x, bool& with_sign);
  void weekdays(ast::Weekdays& x);
  void weekday(std::int32_t& x);
  void factor(std::string& x);
  void boolean(bool& x);
  /// Nothing else can stand there.
  void only_word(std::string_view word);
  void expression(ast::Expr& x);
  void expressions(std::vector<ast::Expr>& x);
  void data(ast::Expr& x);
  void data_map(ast::Expr& x);
  void outcome(ast::Outcome& x);
  void actions(ast::Body& x);
  /// A mapping of names to expressions.
  void arguments(std::vector<ast::Argument>& x);
  void parameters(std::vector<ast::Parameter>& x);
  /// A list of statements, for what is nothing else.
  template <class T>
  void statements(std::vector<T>& x, std::vector<std::string>& dangling);

  template <class Enum>
  void choice(Enum& x) {
    const std::string* word = scalar("a word");
    if (word == nullptr) return;
    std::string choices;
    for (int i = 0; ast::word(static_cast<Enum>(i)) != "?"; ++i) {
      const std::string_view candidate = ast::word(static_cast<Enum>(i));
      if (candidate == *word) {
        x = static_cast<Enum>(i);
        return;
      }
      choices += fmt::format("{}`{}`", i == 0 ? "" : ", ", candidate);
    }
    fault(source::Code::syntax, fmt::format("`{}` is not one of the words that `{}` takes", clipped(*word), key_),
          "write one of " + choices);
  }
  /// True when the value is exactly this word, not in quotes.
  [[nodiscard]] bool word(std::string_view candidate, bool) const { return node_.is_plain() && node_.text == candidate; }
  [[nodiscard]] bool is_mapping(bool) const { return node_.kind == Kind::mapping; }
  /// Reads a mapping. `instead` names what else could stand there, for messages.
  template <class F>
  void record(std::string_view noun, Form form, F&& describe, std::string_view instead = {});
  [[nodiscard]] Level block() const { return Level(reading_); }
  [[nodiscard]] Span place() const { return node_.span; }

 private:
  /// The text of a scalar; null after a report when it is none.
  const std::string* scalar(std::string_view what);
  bool is_sequence(std::string_view what);
  bool too_deep();
  void nothing_there();
  void fault(source::Code code, std::string message, std::string help = {});
  template <class T, class F>
  void named(std::vector<T>& x, std::string_view what, const F& read);
  template <class T>
  bool accept(const Lexeme<T>& lexeme, std::string_view what);
  /// Parses the scalar, without its first `skip` bytes, as a text of the language.
  template <class T, class Parse>
  void embedded(T& x, std::size_t skip, Parse parse);
  void leaf(ast::Expr& x, ast::ExprKind kind) const;
  void data_scalar(ast::Expr& x);
  void data_collection(ast::Expr& x);

  Reading& reading_;
  const Node& node_;
  std::string_view key_;  ///< Behind which the value stands, for messages.
};

class ReadKeys {
 public:
  static constexpr bool kReads = true;
  ReadKeys(Reading& reading, const Node& node, std::string_view noun)
      : reading_(reading), node_(node), noun_(noun), taken_(node.entries.size(), false) {}

  /// Whether the key is there.
  bool has(std::string_view key, bool) {
    know(key);
    return index_of(key) < node_.entries.size();
  }
  template <class T>
  void required(std::string_view key, T&& x) {
    if (const Entry* entry = take(key))
      value(*entry, x);
    else
      missing_.push_back({{key}, fmt::format("`{}`", key), {}});
  }
  template <class T>
  void required(std::string_view key, T&& x, const Absence& absence) {
    required(key, x);
    if (find(key) == nullptr) missing_.back().absence = absence;
  }
  template <class T>
  void optional(std::string_view key, std::optional<T>& x) {
    if (const Entry* entry = take(key)) value(*entry, x.emplace());
  }
  template <class T>
  void unless_empty(std::string_view key, T& x) {
    if (const Entry* entry = take(key)) value(*entry, x);
  }
  void flag(std::string_view key, bool& x) {
    if (const Entry* entry = take(key)) leaf(*entry).boolean(x);
  }
  /// `pause: true`, which says nothing but that it is there.
  void always(std::string_view key);
  void required_text(std::string_view key, std::string& x, Span& span) {
    if (const Entry* entry = take(key)) leaf(*entry).text(x, span);
  }
  void documentation(std::string_view key, std::string& x) {
    Span span;
    required_text(key, x, span);
  }
  void edition(std::string_view key, std::optional<ast::Integer>& x, ast::Comments& comments);
  /// A mapping of one name to one value.
  template <class T>
  void pair(std::string_view key, ast::Name& name, T& x);

  template <class T>
  void items(std::string_view key, std::vector<T>& x);
  template <class T>
  void one_or_items(std::string_view key, std::vector<T>& x) {
    const Entry* entry = find(key);
    if (entry != nullptr && entry->value.kind != Kind::sequence)
      single(key, x);
    else
      items(key, x);
  }
  /// The same for what is a list by itself: several are a list of lists.
  template <class T>
  void one_or_lists(std::string_view key, std::vector<T>& x) {
    const Entry* entry = find(key);
    const bool several = entry != nullptr && !entry->value.entries.empty() && entry->value.entries.front().value.kind == Kind::sequence;
    if (entry != nullptr && !several)
      single(key, x);
    else
      items(key, x);
  }
  void givens(std::string_view key, std::vector<ast::Given>& x);

  /// Of the alternatives none is there: `candidates` are what should be.
  void lacks(std::initializer_list<std::string_view> candidates, std::initializer_list<std::string_view> companions);
  /// `others` must not stand beside `key`.
  void excludes(std::string_view key, std::initializer_list<std::string_view> others);
  /// `key` makes sense only beside `other`, which is absent.
  void needs(std::string_view key, std::string_view other);
  void conflict(std::string_view key, std::string message);
  /// No key says which alternative the mapping is.
  void unknown_alternative();

  void dangling(std::vector<std::string>& x);
  /// From the first of these keys that is there to the end of its value; of none, the whole mapping.
  [[nodiscard]] Span place_of(std::initializer_list<std::string_view> keys) const;
  /// The comments behind the last item of the lists read so far.
  void dangling_of_list(std::vector<std::string>& x);
  /// Comments behind the last key, in a construct that writes them elsewhere.
  void stray(std::vector<std::string>& x);
  [[nodiscard]] static bool is_bare(const ast::Body& body);
  void finish();

 private:
  void know(std::string_view key) { known_.push_back(key); }
  [[nodiscard]] std::size_t index_of(std::string_view key) const;
  [[nodiscard]] const Entry* find(std::string_view key) const {
    const std::size_t index = index_of(key);
    return index < node_.entries.size() ? &node_.entries[index] : nullptr;
  }
  const Entry* take(std::string_view key);
  void report_missing();
  /// The key that an unknown one was meant to be, if it is near enough.
  [[nodiscard]] std::string_view meant_by(const Entry& entry) const;
  void unknown_key(const Entry& entry);
  void no_list(const Entry& entry);
  [[nodiscard]] Span place() const { return node_.entries.empty() ? node_.span : node_.entries.front().key_span; }
  void take_comments(const Entry& entry);
  ReadSlot leaf(const Entry& entry) {
    take_comments(entry);
    return {reading_, entry.value, entry.key};
  }
  template <class T>
  void value(const Entry& entry, T&& x) {
    ReadSlot slot = leaf(entry);
    shape(slot, x);
  }
  template <class T>
  void single(std::string_view key, std::vector<T>& x);

  Reading& reading_;
  const Node& node_;
  std::string_view noun_;
  std::vector<bool> taken_;
  std::vector<std::string_view> known_;
  struct Missing {
    std::vector<std::string_view> keys;  ///< One of them should be there.
    std::string list;
    std::optional<Absence> absence;
  };
  std::vector<Missing> missing_;
  std::vector<std::string> list_dangling_;
  bool silent_ = false;  ///< What is wrong with the keys was said.
  bool dangling_taken_ = false;
};

/// A statement's value, its comments, and whether it is an item of a list or stands behind a key.
struct Place {
  const Node& value;
  ast::Comments comments;
  bool item = false;
};

/// Reads one statement; false when something it needs could not be read.
template <class T>
bool read_statement(Reading& reading, Place place, std::string_view key, T& x);

template <class F>
void ReadSlot::record(std::string_view noun, Form, F&& describe, std::string_view instead) {
  if (node_.kind == Kind::broken) {
    reading_.frame->spoiled = true;
  } else if (node_.kind == Kind::empty) {
    nothing_there();
  } else if (node_.kind != Kind::mapping) {
    const std::string message =
        instead.empty() ? fmt::format("{} is a mapping of keys to values", noun) : fmt::format("`{}` takes {}", key_, instead);
    // `- send welcome` for `- send: welcome`.
    const std::size_t blank = node_.is_plain() ? node_.text.find(' ') : std::string::npos;
    const bool colon_lost = blank != std::string::npos && is_identifier(std::string_view(node_.text).substr(0, blank));
    fault(source::Code::yaml_structure, message,
          colon_lost ? fmt::format("write `{}: {}`", node_.text.substr(0, blank), clipped(node_.text.substr(blank + 1))) : "");
  } else if (!too_deep()) {
    ReadKeys keys(reading_, node_, noun);
    describe(keys);
    keys.finish();
  }
}

template <class T>
bool read_statement(Reading& reading, Place place, std::string_view key, T& x) {
  if constexpr (ast::detail::is_variant<T>) {
    // The plan of a sequence: a phase says so with its key.
    const bool phase = place.value.kind == Kind::mapping && place.value.find("phase") != nullptr;
    if (phase) return read_statement(reading, std::move(place), key, x.template emplace<ast::Phase>());
    return read_statement(reading, std::move(place), key, x.template emplace<ast::Step>());
  } else {
    Frame frame;
    frame.record = place.item ? &place.value : nullptr;
    Frame* outer = std::exchange(reading.frame, &frame);
    x.span = place.value.span;
    x.comments = std::move(place.comments);
    ReadSlot slot(reading, place.value, key);
    shape(slot, x);
    reading.frame = outer;
    if (frame.spoiled) reading.unread.push_back(place.value.span);
    auto& leading = x.comments.leading;
    leading.insert(leading.end(), frame.leading.begin(), frame.leading.end());
    if (x.comments.trailing.empty())
      x.comments.trailing = std::move(frame.trailing);
    else if (!frame.trailing.empty())
      leading.push_back(std::move(frame.trailing));
    return !frame.spoiled;
  }
}

template <class T>
void ReadSlot::statements(std::vector<T>& x, std::vector<std::string>& dangling) {
  if (!is_sequence("a list") || too_deep()) return;
  for (const Entry& entry : node_.entries) {
    T element;
    if (read_statement(reading_, {entry.value, entry.comments, true}, key_, element)) x.push_back(std::move(element));
  }
  dangling = node_.dangling;
}

/// Whether a statement that could not be read whole is still good for what follows: names that others refer to.
template <class T>
inline constexpr bool is_kept = ast::is_declaration<T> || std::is_same_v<T, ast::Action> ||
                                std::is_same_v<T, std::variant<ast::Step, ast::Phase>> || std::is_same_v<T, ast::Step>;

template <class T>
void ReadKeys::single(std::string_view key, std::vector<T>& x) {
  const Entry& entry = *take(key);
  T element;
  if (read_statement(reading_, {entry.value, entry.comments, false}, key, element) || is_kept<T>) x.push_back(std::move(element));
}

/// What stands above or behind the key of a list is said of its first item; behind the first key of an item of a list
/// (`- wait_until_any:  # why`), of that item, whose frame takes it.
ast::Comments comments_of_first(const Entry& list, const Entry& item, Frame* around = nullptr);

template <class T>
void ReadKeys::items(std::string_view key, std::vector<T>& x) {
  const Entry* entry = take(key);
  if (entry == nullptr) return;
  const Node& list = entry->value;
  if (list.kind == Kind::scalar) return single(key, x);  // A list of one may be written as the one.
  if (list.kind != Kind::sequence) return no_list(*entry);
  const bool heads_item = entry == &node_.entries.front() && reading_.frame->record == &node_;
  Frame* const around = heads_item ? reading_.frame : nullptr;
  for (const Entry& item : list.entries) {
    const bool first = &item == &list.entries.front();
    T element;
    const bool whole =
        read_statement(reading_, {item.value, first ? comments_of_first(*entry, item, around) : item.comments, true}, key, element);
    if (whole || is_kept<T>) x.push_back(std::move(element));
  }
  if (list.entries.empty()) reading_.gather(entry->comments);
  list_dangling_.insert(list_dangling_.end(), list.dangling.begin(), list.dangling.end());
}

template <class T>
void ReadKeys::pair(std::string_view key, ast::Name& name, T& x) {
  const Entry* entry = take(key);
  take_comments(*entry);
  if (entry->value.kind != Kind::mapping || entry->value.entries.size() != 1) {
    reading_.report(
        source::report(source::Code::yaml_structure, entry->value.span, fmt::format("`{}` takes a mapping of names to values", key)));
    return;
  }
  const Entry& inner = entry->value.entries.front();
  Node name_node;
  name_node.kind = Kind::scalar;
  name_node.text = inner.key;
  name_node.span = name_node.content = inner.key_span;
  ReadSlot(reading_, name_node, key).name(name, false);
  value(inner, x);
}

}  // namespace nurture::syntax::yaml
