// The syntax tree as YAML. Entry point: print_yaml().
// The schema (yaml_schema*.hpp) is run with slots that build a YAML tree, and yaml_layout.cpp turns that into text. No
// emitter of a library takes part: it would format by locale and choose styles of its own.
#include "syntax/print.hpp"

#include "syntax/ast_algorithms.hpp"
#include "syntax/ast_names.hpp"
#include "syntax/print_parts.hpp"
#include "syntax/yaml_lexemes.hpp"
#include "syntax/yaml_schema_files.hpp"
#include "syntax/yaml_tree.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace nurture::syntax {

namespace yaml {

namespace {

class WriteKeys;

class WriteSlot {
 public:
  static constexpr bool kReads = false;
  explicit WriteSlot(Node& node) : node_(node) {}

  void name(const ast::Name& x, bool) { scalar(x.text); }
  void names(const std::vector<ast::Name>& x, bool) {
    list(x, Style::flow, [](WriteSlot& slot, const ast::Name& name) { slot.scalar(name.text); });
  }
  void text(const std::string& x, const Span&) {
    // A text spelled like one of the words that could stand here is told apart by its quotes.
    const bool clash = std::find(words_.begin(), words_.end(), x) != words_.end();
    scalar(x, clash ? Style::double_quoted : Style::automatic);
  }
  /// A text that may have several lines.
  void lines(const std::string& x, const Span&) { scalar(x, x.find('\n') != std::string::npos ? Style::literal : Style::automatic); }
  void integer(const ast::Integer& x) { scalar(std::to_string(x.value), Style::plain); }
  void percent(const ast::Integer& x) { scalar(std::to_string(x.value) + "%", Style::plain); }
  void cap_per(const ast::Cap& x) {
    if (x.unit == ast::Cap::Unit::rolling) return duration(x.per, false);
    scalar(std::string(ast::word(x.unit)));
  }
  void decay_amount(const ast::Decay& x) { scalar(print_decay_amount(x), Style::plain); }
  void points(const ast::Integer& x) { scalar((x.value < 0 ? "" : "+") + std::to_string(x.value), Style::plain); }
  void duration(const ast::Duration& x, bool) { scalar(print_duration(x)); }
  void time(const ast::TimeOfDay& x) { scalar(print_time(x)); }
  void date_time(const ast::DateTime& x) { scalar(x.text); }
  void instant(const ast::Instant& x) { scalar(x.kind == ast::Instant::Kind::relative ? print_duration(x.offset) : x.date_time.text); }
  void day(std::int64_t x, bool with_sign) { scalar((with_sign && x >= 0 ? "+" : "") + std::to_string(x), Style::plain); }
  void only_word(std::string_view word) { scalar(std::string(word)); }
  void weekdays(const ast::Weekdays& x) { scalar(print_weekdays(x)); }
  void weekday(std::int32_t x) { scalar(std::string(ast::weekday_name(x))); }
  void factor(const std::string& x) { scalar(x + "x"); }
  void expression(const ast::Expr& x) { scalar(print_expression(x)); }
  void expressions(const std::vector<ast::Expr>& x) {
    list(x, Style::flow, [](WriteSlot& slot, const ast::Expr& expression) { slot.expression(expression); });
  }
  void outcome(const ast::Outcome& x) { scalar(print_outcome(x)); }
  void actions(const ast::Body& x);
  void arguments(const std::vector<ast::Argument>& x) {
    node_.kind = Kind::mapping;
    node_.style = Style::flow;
    for (const ast::Argument& argument : x) {
      Entry& entry = node_.entries.emplace_back();
      entry.key = argument.name.text;
      WriteSlot(entry.value).expression(argument.value);
    }
  }
  void parameters(const std::vector<ast::Parameter>& x) {
    node_.kind = Kind::mapping;
    node_.style = Style::flow;
    for (const ast::Parameter& parameter : x) {
      Entry& entry = node_.entries.emplace_back();
      entry.key = parameter.name.text;
      WriteSlot(entry.value).choice(parameter.type);
    }
  }
  template <class T>
  void statements(const std::vector<T>& x, const std::vector<std::string>& dangling) {
    node_.kind = Kind::sequence;
    node_.style = Style::block;
    node_.dangling = dangling;
    for (const T& element : x) {
      Entry& entry = node_.entries.emplace_back();
      entry.comments = element.comments;
      WriteSlot slot(entry.value);
      shape(slot, element);
    }
  }
  void data(const ast::Expr& x);
  void data_map(const ast::Expr& x) { data(x); }

  template <class Enum>
  void choice(Enum x) {
    scalar(std::string(ast::word(x)));
  }
  bool word(std::string_view candidate, bool is) {
    words_.push_back(candidate);
    if (is) scalar(std::string(candidate), Style::plain);
    return is;
  }
  [[nodiscard]] static bool is_mapping(bool is) { return is; }
  template <class F>
  void record(std::string_view noun, Form form, F&& describe, std::string_view instead = {});
  struct NoLevel {};
  [[nodiscard]] static NoLevel block() { return {}; }

  void scalar(std::string text, Style style = Style::automatic) {
    node_.kind = Kind::scalar;
    node_.style = style;
    node_.text = std::move(text);
  }

 private:
  template <class T, class F>
  void list(const std::vector<T>& elements, Style style, F&& write) {
    node_.kind = Kind::sequence;
    node_.style = style;
    for (const T& element : elements) {
      WriteSlot slot(node_.entries.emplace_back().value);
      write(slot, element);
    }
  }
  void data_string(const std::string& text);
  bool data_entries(const ast::Expr& map);

  Node& node_;
  std::vector<std::string_view> words_;
};

template <class T>
const ast::Comments& comments_of(const T& element) {
  if constexpr (ast::detail::is_variant<T>) {
    return std::visit([](const auto& alternative) -> const ast::Comments& { return alternative.comments; }, element);
  } else {
    return element.comments;
  }
}

class WriteKeys {
 public:
  static constexpr bool kReads = false;
  explicit WriteKeys(Node& node) : node_(node) {}

  static bool has(std::string_view, bool is) { return is; }
  template <class T>
  void required(std::string_view key, const T& x) {
    write(add(key).value, x);
  }
  template <class T>
  void required(std::string_view key, const T& x, const Absence&) {
    required(key, x);
  }
  template <class T>
  void optional(std::string_view key, const std::optional<T>& x) {
    if (x) required(key, *x);
  }
  template <class T>
  void unless_empty(std::string_view key, const T& x) {
    if (!x.empty()) required(key, x);
  }
  void flag(std::string_view key, bool x) {
    if (x) always(key);
  }
  void always(std::string_view key) { WriteSlot(add(key).value).scalar("true", Style::plain); }
  void required_text(std::string_view key, const std::string& x, const Span& span) { WriteSlot(add(key).value).text(x, span); }
  void documentation(std::string_view key, const std::string& x) {
    if (!x.empty()) WriteSlot(add(key).value).lines(x, {});
  }
  void edition(std::string_view key, const std::optional<ast::Integer>& x, const ast::Comments& comments) {
    if (!x) return;
    required(key, *x);
    node_.entries.back().comments = comments;
  }
  template <class T>
  void pair(std::string_view key, const ast::Name& name, const T& x) {
    Node& node = add(key).value;
    node.kind = Kind::mapping;
    node.style = Style::flow;
    WriteKeys(node).required(name.text, x);
  }
  template <class T>
  void items(std::string_view key, const std::vector<T>& x);
  template <class T>
  void one_or_items(std::string_view key, const std::vector<T>& x) {
    if (x.size() != 1) return items(key, x);
    required(key, x.front());
    node_.entries.back().comments = comments_of(x.front());
  }
  template <class T>
  void one_or_lists(std::string_view key, const std::vector<T>& x) {
    one_or_items(key, x);
  }
  void givens(std::string_view key, const std::vector<ast::Given>& x);

  static void lacks(std::initializer_list<std::string_view>, std::initializer_list<std::string_view>) {}
  static void excludes(std::string_view, std::initializer_list<std::string_view>) {}
  static void conflict(std::string_view, std::string_view) {}
  static void unknown_alternative() {}

  void dangling(const std::vector<std::string>& x) { node_.dangling = x; }
  void dangling_of_list(const std::vector<std::string>& x) {
    Node& last = node_.entries.back().value;
    (last.kind == Kind::sequence ? last : node_).dangling = x;
  }
  static void stray(const std::vector<std::string>&) {}

 private:
  Entry& add(std::string_view key) {
    Entry& entry = node_.entries.emplace_back();
    entry.key = key;
    return entry;
  }
  template <class T>
  static void write(Node& node, const T& x) {
    if constexpr (ast::detail::is_variant<T> && !std::is_same_v<T, ast::Outcome>) {
      std::visit([&](const auto& alternative) { write(node, alternative); }, x);
    } else {
      WriteSlot slot(node);
      shape(slot, x);
    }
  }

  Node& node_;
};

template <class F>
void WriteSlot::record(std::string_view, Form form, F&& describe, std::string_view) {
  node_.kind = Kind::mapping;
  node_.style = form == Form::block ? Style::block : Style::flow;
  WriteKeys keys(node_);
  describe(keys);
}

void WriteSlot::actions(const ast::Body& x) {
  node_.kind = Kind::sequence;
  node_.style = Style::block;
  node_.dangling = x.dangling;
  for (const ast::Action& action : x.actions) {
    if (std::holds_alternative<ast::ErrorAction>(action.what)) continue;
    Entry& entry = node_.entries.emplace_back();
    entry.comments = action.comments;
    WriteSlot slot(entry.value);
    shape(slot, action);
  }
}

template <class T>
void WriteKeys::items(std::string_view key, const std::vector<T>& x) {
  if (x.empty()) return;
  Entry& entry = add(key);
  Node& list = entry.value;
  list.kind = Kind::sequence;
  list.style = Style::flow;
  for (const T& element : x) {
    Entry& item = list.entries.emplace_back();
    item.comments = comments_of(element);
    write(item.value, element);
    if (item.value.kind == Kind::mapping) list.style = Style::block;
  }
  // The blank line before the first item stands before the key; the comment behind a list of one, behind the list.
  ast::Comments& first = list.entries.front().comments;
  entry.comments.blank_before = std::exchange(first.blank_before, false);
  if (x.size() == 1 && list.style == Style::flow && first.leading.empty()) entry.comments.trailing = std::exchange(first.trailing, {});
}

// ---------------------------------------------------------------- tests

/// The key a given stands under; `split` and `score` gather several.
std::string_view key_of(const ast::Given& given) {
  constexpr std::array<std::string_view, 5> kKeys = {"lead", "consent", "split", "score", "holdout"};
  return kKeys[given.what.index()];
}

std::string_view name_of(const ast::Given& given) {
  if (const auto* split = std::get_if<ast::GivenSplit>(&given.what)) return split->split.text;
  if (const auto* score = std::get_if<ast::GivenScore>(&given.what)) return score->score.text;
  return {};
}

/// Whether one mapping can hold all: no key twice, and pairs of one key stand together.
bool fit_one_mapping(const std::vector<ast::Given>& givens) {
  std::set<std::string_view> keys;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < givens.size(); ++i) {
    const std::string_view name = name_of(givens[i]);
    const bool joins = i > 0 && !name.empty() && key_of(givens[i]) == key_of(givens[i - 1]);
    if (!joins) {
      if (!keys.insert(key_of(givens[i])).second) return false;
      names.clear();
    }
    if (!name.empty() && !names.insert(name).second) return false;
  }
  return true;
}

void WriteKeys::givens(std::string_view key, const std::vector<ast::Given>& x) {
  if (x.empty()) return;
  if (!fit_one_mapping(x)) return items(key, x);
  Entry& entry = add(key);
  Node& mapping = entry.value;
  mapping.kind = Kind::mapping;
  mapping.style = Style::block;
  for (const ast::Given& given : x) {
    Node single;
    write(single, given);
    Entry& inner = single.entries.front();
    inner.comments = given.comments;
    if (mapping.entries.empty() || mapping.entries.back().key != inner.key) {
      mapping.entries.push_back(std::move(inner));
    } else {
      Entry& pair = mapping.entries.back().value.entries.emplace_back(std::move(inner.value.entries.front()));
      pair.comments = given.comments;
    }
  }
  entry.comments.blank_before = std::exchange(mapping.entries.front().comments.blank_before, false);
}

// ---------------------------------------------------------------- data

/// A string stands for itself, unless the reader would see something else in it.
void WriteSlot::data_string(const std::string& text) {
  const std::string_view unsigned_text = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
  if (text.starts_with('=') || is_date_time(text) || is_time(text)) {
    scalar("= " + print_string(text));
  } else if (is_number(unsigned_text) || is_duration(text)) {
    scalar(text, Style::double_quoted);
  } else {
    scalar(text);
  }
}

/// Writes a map as a mapping; false when a key is no short text or stands twice.
bool WriteSlot::data_entries(const ast::Expr& map) {
  constexpr std::size_t kKeyBytesMax = 256;
  std::set<std::string_view> keys;
  for (std::size_t i = 0; i + 1 < map.args.size(); i += 2) {
    const ast::Expr& key = map.args[i];
    if (key.kind != ast::ExprKind::string || key.text.size() > kKeyBytesMax || !keys.insert(key.text).second) return false;
  }
  node_.kind = Kind::mapping;
  node_.style = Style::flow;
  for (std::size_t i = 0; i + 1 < map.args.size(); i += 2) {
    Entry& entry = node_.entries.emplace_back();
    entry.key = map.args[i].text;
    WriteSlot(entry.value).data(map.args[i + 1]);
  }
  return true;
}

void WriteSlot::data(const ast::Expr& x) {
  using ast::ExprKind;
  const bool negative = x.kind == ExprKind::negate && x.args.front().kind == ExprKind::number;
  if (x.kind == ExprKind::string) {
    data_string(x.text);
  } else if (x.kind == ExprKind::bool_literal || x.kind == ExprKind::null_literal) {
    scalar(x.text, Style::plain);
  } else if (x.kind == ExprKind::number && is_common_number(x.text)) {
    scalar(x.text, Style::plain);
  } else if (negative && is_common_number(x.args.front().text)) {
    scalar("-" + x.args.front().text, Style::plain);
  } else if (x.kind == ExprKind::datetime || x.kind == ExprKind::time || x.kind == ExprKind::duration) {
    scalar(x.text);
  } else if (x.kind == ExprKind::list) {
    list(x.args, Style::flow, [](WriteSlot& slot, const ast::Expr& element) { slot.data(element); });
  } else if (x.kind != ExprKind::map || !data_entries(x)) {
    scalar("= " + print_expression(x));
  }
}

}  // namespace

}  // namespace yaml

std::string print_yaml(const ast::File& file) {
  yaml::Node root;
  root.kind = yaml::Kind::mapping;
  yaml::WriteKeys keys(root);
  yaml::file_keys(keys, file);
  root.dangling = file.dangling;
  return yaml::layout(root);
}

}  // namespace nurture::syntax
