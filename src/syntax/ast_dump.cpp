// The textual form of the tree for `nurture dump --stage=ast` and golden tests. Entry point: dump().
//
// A struct prints as one line per member, indented; small nodes (names, texts, durations, windows ...) and expressions
// print on the line of their member, expressions as prefix lists, so that the shape of the tree shows without a
// precedence table. Absent members are left out: a dump says what was written, not what could have been.
#include "syntax/ast_algorithms.hpp"
#include "syntax/ast_names.hpp"

#include <fmt/format.h>

namespace nurture::ast {

namespace {

/// The unqualified name of a type, for the alternatives of variants ("Send", "ExpectGoal").
template <class T>
std::string_view type_name() {
  std::string_view name = __PRETTY_FUNCTION__;  // "... [with T = nurture::ast::Send; ...]" or "... [T = nurture::ast::Send]"
  const std::string_view key = "nurture::ast::";
  const auto begin = name.find("T = nurture::ast::");
  if (begin == std::string_view::npos) return "?";
  name.remove_prefix(begin + 4 + key.size());
  return name.substr(0, name.find_first_of(";]"));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

// ---- one-line forms

std::string inline_text(const Name& name) { return name.text; }
std::string inline_text(const Text& text) { return quoted(text.value); }
std::string inline_text(const Integer& integer) { return std::to_string(integer.value); }
std::string inline_text(const Duration& duration) { return duration.text; }
std::string inline_text(const TimeOfDay& time) { return fmt::format("{:02}:{:02}", time.minutes / 60, time.minutes % 60); }
std::string inline_text(const Expr& expression);
std::string inline_text(const Pattern& pattern);

std::string inline_text(const Window& window) {
  switch (window.kind) {
    case Window::Kind::within: return "within " + window.within.text;
    case Window::Kind::since_enrolled: return "since enrolled";
    case Window::Kind::since_step: return "since step " + window.name.text;
    case Window::Kind::since_anchor: return "since anchor " + window.name.text;
    case Window::Kind::since_date: return "since " + window.date.text;
  }
  return "?";
}

std::string inline_text(const Zone& zone) {
  return zone.kind == Zone::Kind::named ? quoted(zone.name.value) : std::string(word(zone.kind));
}

std::string inline_text(const Repeat& repeat) {
  return repeat.kind == Repeat::Kind::every_time ? "every time" : "at most once per " + repeat.per.text;
}

std::string inline_text(const Limit& limit) { return fmt::format("{} per {}", limit.count.value, limit.per.text); }

std::string inline_text(const ClockTime& clock) {
  return clock.field ? clock.field->text + " else " + inline_text(clock.time) : inline_text(clock.time);
}

std::string inline_text(const Recurrence& every) {
  std::string out;
  switch (every.kind) {
    case Recurrence::Kind::year: out = "year on " + every.date.text; break;
    case Recurrence::Kind::weekday: out = weekday_name(every.weekday); break;
    case Recurrence::Kind::period: out = every.period.text + " from " + every.from.text; break;
  }
  return every.time ? out + " at " + inline_text(*every.time) : out;
}

std::string inline_text(const LateRule& late) {
  return late.kind == LateRule::Kind::grace ? "grace " + late.grace.text : std::string(word(late.kind));
}

std::string inline_text(const Weekdays& days) {
  const std::string first(weekday_word(days.first_day));
  return days.first_day == days.last_day ? first : first + ".." + std::string(weekday_word(days.last_day));
}

std::string inline_text(const Offset& offset) {
  std::string out(word(offset.kind));
  if (offset.kind == Offset::Kind::day) out += ' ' + std::to_string(offset.day);
  if (offset.kind == Offset::Kind::at || offset.kind == Offset::Kind::after) out += ' ' + offset.duration.text;
  if (offset.from) out += " from " + offset.from->text;
  if (offset.every) out += ' ' + inline_text(*offset.every);
  return out;
}

std::string inline_text(const Instant& instant) {
  switch (instant.kind) {
    case Instant::Kind::absolute: return instant.date_time.text;
    case Instant::Kind::day: return fmt::format("day {} {}", instant.day, inline_text(instant.time));
    case Instant::Kind::relative: return instant.offset.text;
  }
  return "?";
}

std::string inline_text(const Type& type) {
  std::string out(word(type.kind));
  if (type.kind == TypeKind::enum_) {
    for (std::size_t i = 0; i < type.values.size(); ++i) out += (i == 0 ? "(" : ", ") + type.values[i].text;
    out += ')';
  }
  if (type.element) out += '<' + inline_text(**type.element) + '>';
  return type.optional ? out + '?' : out;
}

std::string inline_text(const Pattern& pattern) {
  std::string out = "(events";
  for (const auto& event : pattern.events) out += ' ' + event.text;
  if (pattern.where) out += " where " + inline_text(*pattern.where);
  if (pattern.window) out += ' ' + inline_text(*pattern.window);
  return out + ')';
}

bool is_leaf(ExprKind kind) { return kind <= ExprKind::ident; }

std::string inline_text(const Expr& expression) {
  if (expression.kind == ExprKind::string) return quoted(expression.text);
  if (expression.kind == ExprKind::null_literal) return "null";
  if (is_leaf(expression.kind)) return expression.text;
  const bool named_by_text = expression.kind == ExprKind::history || expression.kind == ExprKind::fold;
  std::string out = '(' + (named_by_text ? expression.text : std::string(word(expression.kind)));
  if (!named_by_text && !expression.text.empty()) out += " ." + expression.text;
  if (expression.field) out += ' ' + expression.field->text + " of";
  for (const auto& argument : expression.args) out += ' ' + inline_text(argument);
  if (expression.pattern) out += ' ' + inline_text(**expression.pattern);
  return out + ')';
}

template <class T>
concept Inline = requires(const T& node) {
  inline_text(node);
};

/// Members that hold nothing are not dumped.
template <class T>
bool absent(const T& member) {
  if constexpr (detail::is_vector<T>) {
    return member.empty();
  } else if constexpr (detail::is_optional<T>) {
    return !member.has_value();
  } else if constexpr (std::is_same_v<T, bool>) {
    return !member;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return member.empty();
  } else if constexpr (std::is_same_v<T, Name> || std::is_same_v<T, Duration> || std::is_same_v<T, DateTime>) {
    return member.text.empty();
  } else {
    return false;
  }
}

/// Members that are nodes of several lines, or lists of nodes.
class Dumper {
 public:
  explicit Dumper(DumpOptions options) : options_(options) {}

  void file(const File& file) {
    out_ += "file\n";
    comments(file.edition_comments, 1);
    members(file, 1);
    dangling(file, 1);
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void line(int depth, std::string_view text) { out_.append(static_cast<std::size_t>(depth) * 2, ' ').append(text).append(1, '\n'); }

  template <class T>
  [[nodiscard]] std::string place(const T& node) const {
    if constexpr (is_node<T>) {
      if (options_.spans) return fmt::format(" @{}..{}", node.span.begin, node.span.end);
    }
    return {};
  }

  void comments(const Comments& comments, int depth) {
    if (!options_.comments) return;
    if (comments.blank_before) line(depth, "(blank line)");
    for (const auto& text : comments.leading) line(depth, "before: " + text);
    if (!comments.trailing.empty()) line(depth, "behind: " + comments.trailing);
  }

  template <class T>
  void dangling(const T& node, int depth) {
    if constexpr (requires { node.dangling; }) {
      if (!options_.comments) return;
      for (const auto& text : node.dangling) line(depth, "last: " + text);
    }
  }

  template <class T>
  void members(const T& node, int depth) {
    if constexpr (is_statement<T>) comments(node.comments, depth);
    for_each_member(node, [&](std::string_view name, const auto& member) {
      if (!absent(member)) this->member(name, member, depth);
    });
    if constexpr (!std::is_same_v<T, File>) dangling(node, depth);
  }

  template <class T>
  void member(std::string_view name, const T& value, int depth) {
    if constexpr (detail::is_optional<T> || detail::is_box<T>) {
      member(name, *value, depth);
    } else if constexpr (detail::is_vector<T>) {
      list(name, value, depth);
    } else if constexpr (detail::is_variant<T>) {
      std::visit([&](const auto& alternative) { variant(name, alternative, depth); }, value);
    } else if constexpr (Inline<T>) {
      line(depth, fmt::format("{}: {}{}", name, inline_text(value), place(value)));
    } else if constexpr (detail::HasFields<T>) {
      line(depth, fmt::format("{}{}", name, place(value)));
      members(value, depth + 1);
    } else {
      line(depth, fmt::format("{}: {}", name, scalar(value)));
    }
  }

  template <class T>
  void variant(std::string_view name, const T& alternative, int depth) {
    if constexpr (detail::is_variant<T>) {
      std::visit([&](const auto& inner) { variant(name, inner, depth); }, alternative);
    } else {
      line(depth, fmt::format("{}: {}{}", name, type_name<T>(), place(alternative)));
      members(alternative, depth + 1);
    }
  }

  template <class T>
  void list(std::string_view name, const std::vector<T>& values, int depth) {
    if constexpr (std::is_same_v<T, Name>) {
      std::string text;
      for (const auto& value : values) text += ' ' + value.text + place(value);
      line(depth, fmt::format("{}:{}", name, text));
    } else {
      line(depth, name);
      for (const auto& value : values) element(value, depth + 1);
    }
  }

  template <class T>
  void element(const T& value, int depth) {
    if constexpr (detail::is_variant<T>) {
      std::visit([&](const auto& alternative) { element(alternative, depth); }, value);
    } else if constexpr (Inline<T>) {
      line(depth, "- " + inline_text(value) + place(value));
    } else {
      line(depth, fmt::format("- {}{}", type_name<T>(), place(value)));
      members(value, depth + 1);
    }
  }

  template <class T>
  static std::string scalar(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      return quoted(value);
    } else if constexpr (std::is_same_v<T, bool>) {
      return value ? "true" : "false";
    } else if constexpr (std::is_enum_v<T>) {
      return std::string(word(value));
    } else {
      return std::to_string(value);
    }
  }

  DumpOptions options_;
  std::string out_;
};

}  // namespace

std::string dump(const File& file, DumpOptions options) {
  Dumper dumper(options);
  dumper.file(file);
  return dumper.take();
}

std::string dump(const Expr& expression) { return inline_text(expression); }
std::string dump(const Pattern& pattern) { return inline_text(pattern); }

}  // namespace nurture::ast
