// Reads single values of the YAML spelling: names, numbers, times, expressions, data. Entry point: ReadSlot.
// A scalar is judged by the place where it stands and by the rules of the text spelling, never by YAML's typing.
#include "syntax/yaml_read_slot.hpp"

#include "syntax/parse.hpp"

#include <algorithm>

namespace nurture::syntax::yaml {

using source::Code;

std::string clipped(std::string_view text) {
  constexpr std::size_t kBytesMax = 60;
  const std::size_t line = std::min(text.find('\n'), text.size());
  std::size_t end = std::min(line, kBytesMax);
  // Not in the middle of a character.
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + (end < text.size() ? "..." : "");
}

void Reading::gather(const ast::Comments& comments) {
  auto& lines = frame->leading;
  lines.insert(lines.end(), comments.leading.begin(), comments.leading.end());
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (!comments.trailing.empty()) lines.push_back(comments.trailing);
}

void Reading::gather_below(const Node& node) {
  for (const Entry& entry : node.entries) {
    gather(entry.comments);
    gather_below(entry.value);
  }
  frame->leading.insert(frame->leading.end(), node.dangling.begin(), node.dangling.end());
}

void ReadSlot::fault(Code code, std::string message, std::string help) {
  Span place = node_.span;
  if (node_.is_collection()) place.end = place.begin + 1;
  Diagnostic diagnostic = source::report(code, place, std::move(message));
  diagnostic.help = std::move(help);
  reading_.report(std::move(diagnostic));
}

const std::string* ReadSlot::scalar(std::string_view what) {
  switch (node_.kind) {
    case Kind::scalar: return &node_.text;
    case Kind::broken: reading_.frame->spoiled = true; return nullptr;
    case Kind::empty: nothing_there(); return nullptr;
    case Kind::sequence: fault(Code::yaml_structure, fmt::format("`{}` takes {}, not a list", key_, what)); return nullptr;
    case Kind::mapping: fault(Code::yaml_structure, fmt::format("`{}` takes {}, not a mapping", key_, what)); return nullptr;
  }
  return nullptr;
}

void ReadSlot::nothing_there() {
  const bool item = reading_.source.text().substr(node_.span.begin, node_.span.end - node_.span.begin) == "-";
  fault(Code::yaml_structure, item ? fmt::format("this item of `{}` is empty", key_) : fmt::format("nothing stands behind `{}`", key_),
        item ? "write the item, or delete the `-`" : "write a value, or delete the key");
}

bool ReadSlot::is_sequence(std::string_view what) {
  if (node_.kind == Kind::sequence) return true;
  if (scalar(what) != nullptr) fault(Code::yaml_structure, fmt::format("`{}` takes {}", key_, what));
  return false;
}

bool ReadSlot::too_deep() {
  if (reading_.depth <= limits::kNestingDepth) return false;
  fault(Code::nesting_too_deep, fmt::format("blocks are nested deeper than {} here", limits::kNestingDepth));
  return true;
}

// ---------------------------------------------------------------- names and texts

void ReadSlot::name(ast::Name& x, bool dotted) {
  const std::string* text = scalar("a name");
  if (text == nullptr) return;
  x.span = node_.content;
  x.text = *text;
  if (text->size() > limits::kNameBytes) return fault(Code::too_long, fmt::format("a name has at most {} bytes", limits::kNameBytes));
  if (dotted ? is_dotted_name(*text) : is_identifier(*text)) return;
  std::string underscored = *text;
  std::replace(underscored.begin(), underscored.end(), '-', '_');
  if (dotted ? is_dotted_name(underscored) : is_identifier(underscored)) {
    Diagnostic diagnostic =
        source::report(Code::hyphen_in_name, node_.content, fmt::format("`{}` is no name: names have no hyphens", clipped(*text)));
    diagnostic.help = fmt::format("write `{}`", underscored);
    if (node_.match == Match::exact) diagnostic.fixes.push_back({node_.content, underscored});
    return reading_.report(std::move(diagnostic));
  }
  const bool needs_no_dots = !dotted && is_dotted_name(*text);
  const bool reserved = is_identifier(*text + "_");
  fault(Code::syntax,
        reserved        ? fmt::format("`{}` is a word of the language and cannot be a name", clipped(*text))
        : needs_no_dots ? fmt::format("the name behind `{}` has no dots", key_)
                        : fmt::format("`{}` takes a name, and `{}` is none", key_, clipped(*text)),
        reserved || needs_no_dots ? "" : "a name has letters, digits and `_`, and does not begin with a digit");
}

void ReadSlot::names(std::vector<ast::Name>& x, bool dotted) {
  if (node_.is_plain() && node_.text.find(',') != std::string::npos) {
    return fault(Code::syntax, fmt::format("`{}` takes several names as a list", key_), fmt::format("write `[{}]`", clipped(node_.text)));
  }
  if (node_.kind == Kind::scalar) {
    name(x.emplace_back(), dotted);
    return;
  }
  if (!is_sequence("a list of names")) return;
  if (node_.entries.empty())
    return fault(Code::yaml_structure, fmt::format("the list behind `{}` is empty", key_), "name at least one, or delete the key");
  for (const Entry& entry : node_.entries) ReadSlot(reading_, entry.value, key_).name(x.emplace_back(), dotted);
  reading_.gather_below(node_);
}

void ReadSlot::text(std::string& x, Span& span) {
  const std::string* text = scalar("a text");
  if (text == nullptr) return;
  x = *text;
  span = node_.span;
}

// ---------------------------------------------------------------- numbers and times

template <class T>
bool ReadSlot::accept(const Lexeme<T>& lexeme, std::string_view what) {
  switch (lexeme.fault) {
    case LexemeFault::none: return true;
    case LexemeFault::form: fault(Code::syntax, fmt::format("`{}` takes {}, and `{}` is none", key_, what, clipped(node_.text))); break;
    case LexemeFault::out_of_range: fault(Code::number_out_of_range, fmt::format("`{}` is too large", clipped(node_.text))); break;
    case LexemeFault::bare_minutes:
      fault(Code::bare_minutes, fmt::format("`{}` may mean minutes or months", clipped(node_.text)),
            fmt::format("write `{}` for minutes, `mo` for months", lexeme.instead));
      break;
    case LexemeFault::long_unit:
      fault(Code::long_duration, fmt::format("a duration is one word with short units, not `{}`", clipped(node_.text)),
            fmt::format("write `{}`", lexeme.instead));
      break;
    case LexemeFault::not_real: fault(Code::bad_date_or_time, fmt::format("there is no `{}`", clipped(node_.text))); break;
  }
  return false;
}

void ReadSlot::integer(ast::Integer& x) {
  x.span = node_.content;
  const std::string* text = scalar("a whole number");
  if (text == nullptr) return;
  const auto read = read_integer(*text, Sign::none);
  if (accept(read, "a whole number such as `5`")) x.value = read.value;
}

void ReadSlot::percent(ast::Integer& x) {
  x.span = node_.content;
  const std::string* text = scalar("a share");
  if (text == nullptr) return;
  const std::string_view digits = std::string_view(*text).substr(0, text->size() - (text->ends_with('%') ? 1 : 0));
  auto read = read_integer(digits, Sign::none);
  if (!text->ends_with('%')) read.fault = LexemeFault::form;
  if (accept(read, "a share such as `50%`")) x.value = read.value;
}

void ReadSlot::cap_per(ast::Cap& x) {
  const std::string* text = scalar("a duration, `day` or `week`");
  if (text == nullptr) return;
  using Unit = ast::Cap::Unit;
  x.unit = *text == "day" ? Unit::day : *text == "week" ? Unit::week : Unit::rolling;
  if (x.unit == Unit::rolling) return duration(x.per, false);
  x.per.span = node_.content;
}

void ReadSlot::decay_amount(ast::Decay& x) {
  x.amount.span = node_.content;
  const std::string* text = scalar("what decays");
  if (text == nullptr) return;
  using Amount = ast::Decay::Kind;
  x.kind = *text == "half" ? Amount::half : text->ends_with('%') ? Amount::percent : Amount::points;
  if (x.kind == Amount::half) return;
  const auto read = read_integer(std::string_view(*text).substr(0, text->size() - (x.kind == Amount::percent ? 1 : 0)), Sign::none);
  if (accept(read, "points such as `5`, a share such as `10%`, or `half`")) x.amount.value = read.value;
}

void ReadSlot::points(ast::Integer& x) {
  x.span = node_.content;
  const std::string* text = scalar("points");
  if (text == nullptr) return;
  const auto read = read_integer(*text, Sign::optional);
  if (accept(read, "points such as `+8`")) x.value = read.value;
}

void ReadSlot::duration(ast::Duration& x, bool with_sign) {
  const std::string* text = scalar("a duration");
  if (text == nullptr) return;
  const auto read = read_duration(*text, with_sign ? Sign::required : Sign::none);
  if (accept(read, with_sign ? "a duration with a sign such as `-2h`" : "a duration such as `14d`")) x = read.value;
  x.span = node_.content;
}

void ReadSlot::time(ast::TimeOfDay& x) {
  const std::string* text = scalar("a time of day");
  if (text == nullptr) return;
  const auto read = read_time(*text);
  if (accept(read, "a time of day such as `09:00`")) x = read.value;
  x.span = node_.content;
}

void ReadSlot::date_time(ast::DateTime& x) {
  const std::string* text = scalar("a date");
  if (text == nullptr) return;
  const auto read = read_date_time(*text);
  if (accept(read, "a date such as `2026-03-10`")) x = read.value;
  x.span = node_.content;
}

void ReadSlot::instant(ast::Instant& x) {
  x.span = node_.content;
  const std::string* text = scalar("an instant");
  if (text == nullptr) return;
  if (text->starts_with('+') || text->starts_with('-')) {
    x.kind = ast::Instant::Kind::relative;
    duration(x.offset, true);
    return;
  }
  if (text->starts_with("day ")) {
    return fault(Code::syntax, "a day of the sequence has keys of its own", "write `day: 5` and `time: \"09:00\"` instead of `at`");
  }
  x.kind = ast::Instant::Kind::absolute;
  const auto read = read_date_time(*text);
  if (accept(read, "an instant such as `2026-03-10T13:00` or `+2h`")) x.date_time = read.value;
  x.date_time.span = node_.content;
}

void ReadSlot::day(std::int64_t& x, bool& with_sign) {
  const std::string* text = scalar("a number of days");
  if (text == nullptr) return;
  const auto read = read_integer(*text, Sign::optional);
  if (accept(read, "a number of days such as `14` or `-3`")) x = read.value;
  with_sign = text->starts_with('+') || text->starts_with('-');
}

void ReadSlot::only_word(std::string_view word) {
  const std::string* text = scalar("a word");
  if (text == nullptr || *text == word) return;
  fault(Code::syntax, fmt::format("`{}` takes only `{}`", key_, word), fmt::format("write `{}`", word));
}

void ReadSlot::weekdays(ast::Weekdays& x) {
  x.span = node_.content;
  const std::string* text = scalar("days of the week");
  if (text == nullptr) return;
  const std::string_view days = *text;
  const std::size_t dots = days.find("..");
  const auto find = [](std::string_view word) {
    std::int32_t day = 0;
    while (day < 7 && ast::weekday_word(day) != word) ++day;
    return day;
  };
  x.first_day = find(days.substr(0, dots));
  x.last_day = dots == std::string_view::npos ? x.first_day : find(days.substr(dots + 2));
  if (x.first_day < 7 && x.last_day < 7) return;
  x.first_day = x.last_day = 0;
  fault(Code::syntax, fmt::format("`{}` takes days of the week, and `{}` is none", key_, clipped(days)),
        "write one day such as `mon`, or two such as `mon..fri`");
}

void ReadSlot::weekday(std::int32_t& x) {
  const std::string* text = scalar("a day of the week");
  if (text == nullptr) return;
  for (std::int32_t day = 0; day < 7; ++day) {
    if (ast::weekday_name(day) != *text) continue;
    x = day;
    return;
  }
  fault(Code::syntax, fmt::format("`{}` takes a day of the week, and `{}` is none", key_, clipped(*text)), "write a day such as `monday`");
}

void ReadSlot::factor(std::string& x) {
  const std::string* text = scalar("a factor");
  if (text == nullptr) return;
  if (!is_factor(*text))
    return fault(Code::syntax, fmt::format("`{}` takes a factor such as `2x`, and `{}` is none", key_, clipped(*text)));
  x = text->substr(0, text->size() - 1);
}

void ReadSlot::boolean(bool& x) {
  const std::string* text = scalar("`true` or `false`");
  if (text == nullptr) return;
  x = *text == "true";
  if (*text != "true" && *text != "false") fault(Code::syntax, fmt::format("`{}` takes `true` or `false`, not `{}`", key_, clipped(*text)));
}

// ---------------------------------------------------------------- texts of the language

namespace {

/// Whether the bytes in the file read the same as the decoded text, so that spans can point into the file.
bool readable_in_place(const Node& node) {
  if (node.match == Match::exact) return true;
  if (node.match == Match::none) return false;
  // A line break is white space, but not inside a string and not for a comment.
  const bool lines_kept = node.style == Style::literal;
  const std::string_view text = node.text;
  if (lines_kept) return text.find("\"\"\"") == std::string_view::npos && text.find("'''") == std::string_view::npos;
  return text.find_first_of("\"'#") == std::string_view::npos && text.find("//") == std::string_view::npos;
}

}  // namespace

template <class T, class Parse>
void ReadSlot::embedded(T& x, std::size_t skip, Parse parse) {
  std::optional<T> parsed;
  if (readable_in_place(node_)) {
    parsed = parse(reading_.source, node_.content.begin + static_cast<std::uint32_t>(skip), node_.content.end, reading_.diagnostics);
  } else {
    // Escapes move the bytes: parsed apart, and every place in it becomes the place of the scalar.
    const source::Source decoded(reading_.source.id(), reading_.source.name(), node_.text.substr(skip));
    Diagnostics apart;
    parsed = parse(decoded, 0, static_cast<std::uint32_t>(decoded.text().size()), apart);
    for (Diagnostic fault : apart.items()) {
      fault.notes.push_back(fmt::format("in `{}`, column {}", clipped(decoded.text()), decoded.position(fault.span.begin).column));
      fault.span = node_.span;
      fault.labels.clear();
      fault.fixes.clear();
      reading_.diagnostics.add(std::move(fault));
    }
    if (parsed) {
      const auto move = [&](auto& node) { node.span = node_.span; };
      if constexpr (ast::detail::is_variant<T>) {
        std::visit([&](auto& alternative) { ast::for_each_node(alternative, move); }, *parsed);
      } else {
        ast::for_each_node(*parsed, move);
      }
    }
  }
  if (parsed)
    x = std::move(*parsed);
  else
    reading_.frame->spoiled = true;
}

void ReadSlot::expression(ast::Expr& x) {
  // What cannot be read stands for `true`, which no later stage complains about.
  leaf(x, ast::ExprKind::bool_literal);
  x.text = "true";
  if (scalar("an expression") == nullptr) return;
  embedded(x, 0,
           [](const auto& source, auto begin, auto end, auto& diagnostics) { return parse_expression(source, begin, end, diagnostics); });
}

void ReadSlot::expressions(std::vector<ast::Expr>& x) {
  if (node_.kind == Kind::scalar) return expression(x.emplace_back());
  if (!is_sequence("a list of expressions")) return;
  for (const Entry& entry : node_.entries) ReadSlot(reading_, entry.value, key_).expression(x.emplace_back());
  reading_.gather_below(node_);
}

void ReadSlot::outcome(ast::Outcome& x) {
  if (scalar("an expectation") == nullptr) return;
  embedded(x, 0,
           [](const auto& source, auto begin, auto end, auto& diagnostics) { return parse_outcome(source, begin, end, diagnostics); });
}

// ---------------------------------------------------------------- data

void ReadSlot::leaf(ast::Expr& x, ast::ExprKind kind) const {
  x.kind = kind;
  x.text = node_.text;
  x.span = node_.span;
}

void ReadSlot::data(ast::Expr& x) {
  if (node_.is_collection()) {
    data_collection(x);
  } else if (scalar("a value") != nullptr) {
    data_scalar(x);
  }
}

void ReadSlot::data_map(ast::Expr& x) {
  leaf(x, ast::ExprKind::map);
  x.text.clear();
  if (node_.kind == Kind::sequence) return fault(Code::yaml_structure, fmt::format("`{}` takes a mapping of fields to values", key_));
  data(x);
  if (x.kind != ast::ExprKind::map) fault(Code::yaml_structure, fmt::format("`{}` takes a mapping of fields to values", key_));
}

/// Strings stand for themselves. In quotes everything is a string but a date or a time of day, which YAML forces into
/// quotes; `= ...` is an expression.
void ReadSlot::data_scalar(ast::Expr& x) {
  using ast::ExprKind;
  const std::string_view text = node_.text;
  const bool plain = node_.is_plain();
  if (text.starts_with('=')) {
    leaf(x, ExprKind::bool_literal);
    x.text = "true";
    embedded(x, 1,
             [](const auto& source, auto begin, auto end, auto& diagnostics) { return parse_expression(source, begin, end, diagnostics); });
  } else if (is_date_time(text)) {
    leaf(x, ExprKind::datetime);
    accept(read_date_time(text), "a date");
  } else if (is_time(text)) {
    leaf(x, ExprKind::time);
    accept(read_time(text), "a time of day");
  } else if (plain && (text == "true" || text == "false")) {
    leaf(x, ExprKind::bool_literal);
  } else if (plain && text == "null") {
    leaf(x, ExprKind::null_literal);
  } else if (plain && is_number(text)) {
    leaf(x, ExprKind::number);
  } else if (plain && is_duration(text)) {
    leaf(x, ExprKind::duration);
    accept(read_duration(text, Sign::none), "a duration");
  } else if (plain && text.starts_with('-') && is_number(text.substr(1))) {
    expression(x);
  } else {
    leaf(x, ExprKind::string);
  }
}

void ReadSlot::data_collection(ast::Expr& x) {
  const Level level(reading_);
  const bool map = node_.kind == Kind::mapping;
  leaf(x, map ? ast::ExprKind::map : ast::ExprKind::list);
  if (too_deep()) return;
  x.args.reserve(node_.entries.size() * 2);
  for (const Entry& entry : node_.entries) {
    if (map) {
      ast::Expr& key = x.args.emplace_back();
      key.kind = ast::ExprKind::string;
      key.text = entry.key;
      key.span = entry.key_span;
    }
    reading_.gather(entry.comments);
    ReadSlot(reading_, entry.value, map ? std::string_view(entry.key) : key_).data(x.args.emplace_back());
  }
  reading_.frame->leading.insert(reading_.frame->leading.end(), node_.dangling.begin(), node_.dangling.end());
}

}  // namespace nurture::syntax::yaml
