// A tree as YAML text. Entry point: layout().
// Block style with two blanks; a collection that asks for it (Style::flow) stands on one line where it fits, holds no
// comments, and needs no quotes that block style would spare it. Scalars are quoted whenever a YAML 1.1 or 1.2 reader
// would take them for anything but text, so that every tool sees what the author sees.
#include "syntax/yaml_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nurture::syntax::yaml {

namespace {

constexpr std::size_t kColumnsMax = 120;

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// ---------------------------------------------------------------- scalars

/// Whether a reader of YAML 1.1 or 1.2 may take a plain `text` for a number, a boolean, a date or nothing.
bool is_retyped(std::string_view text) {
  constexpr std::array<std::string_view, 17> kWords = {"",  "~", "null", "true",  "false", "yes",  "no", "on", "off",
                                                       "y", "n", ".inf", "+.inf", "-.inf", ".nan", "=",  "<<"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return true;
  std::string_view digits = lower;
  if (digits.front() == '+' || digits.front() == '-') digits.remove_prefix(1);
  if (digits.starts_with("0x") || digits.starts_with("0o") || digits.starts_with("0b")) {
    return digits.find_first_not_of("0123456789abcdef_", 2) == std::string_view::npos;
  }
  // Integers, fractions, sexagesimals such as 22:00; a little more is quoted than must be.
  const bool numeric = digits.find_first_not_of("0123456789_.:e+-") == std::string_view::npos;
  if (numeric && digits.find_first_of("0123456789") != std::string_view::npos && digits.front() != 'e' && digits.front() != '_')
    return true;
  constexpr std::size_t kYear = 5;
  return digits.size() > kYear && digits[kYear - 1] == '-' &&
         digits.substr(0, kYear - 1).find_first_not_of("0123456789") == std::string_view::npos;
}

/// Bytes of a character that must be escaped at `at`, else 0.
std::size_t unprintable(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned c = byte(at);
  if (c < 0x20 || c == 0x7F) return 1;
  if (c == 0xC2 && byte(at + 1) < 0xA0) return 2;
  if (c == 0xE2 && byte(at + 1) == 0x80 && (byte(at + 2) == 0xA8 || byte(at + 2) == 0xA9)) return 3;
  if (c == 0xEF && byte(at + 1) == 0xBB && byte(at + 2) == 0xBF) return 3;
  return 0;
}

bool all_printable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (unprintable(text, i) > 0) return false;
  }
  return true;
}

bool is_plain_in_block(std::string_view text) {
  if (is_retyped(text) || !all_printable(text)) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;
  if (contains("?:,[]{}#&*!|>'\"%@`", text.substr(0, 1))) return false;
  if (text.front() == '-' && (text.size() == 1 || text[1] == ' ')) return false;
  return !contains(text, ": ") && !contains(text, " #");
}

bool is_plain_in_flow(std::string_view text) {
  // A `?` is legal there, but yaml-cpp does not read it.
  return is_plain_in_block(text) && text.find_first_of(",[]{}?") == std::string_view::npos;
}

std::string escaped(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t bytes = unprintable(text, i);
    const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(text[at])); };
    if (text[i] == '"' || text[i] == '\\') {
      out += '\\';
      out += text[i];
    } else if (text[i] == '\n') {
      out += "\\n";
    } else if (text[i] == '\t') {
      out += "\\t";
    } else if (bytes == 1) {
      out += fmt::format("\\x{:02X}", byte(i));
    } else if (bytes == 2) {
      out += fmt::format("\\x{:02X}", byte(i + 1));
    } else if (bytes == 3) {
      out += fmt::format("\\u{:04X}", ((byte(i) & 0x0F) << 12) | ((byte(i + 1) & 0x3F) << 6) | (byte(i + 2) & 0x3F));
    } else {
      out += text[i];
    }
    if (bytes > 1) i += bytes - 1;
  }
  return out + '"';
}

/// Single quotes where they spare escapes: then the bytes are the text, and places inside it can be told.
std::string quoted(std::string_view text) {
  if (all_printable(text) && text.find_first_of("\"\\") != std::string_view::npos && !contains(text, "'")) return fmt::format("'{}'", text);
  return escaped(text);
}

/// Whether the lines can stand under a `|-` and be read back as they are.
bool is_literal_text(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.front() == '\n' || text.back() == '\n') return false;
  for (std::size_t line = 0; line <= text.size();) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    const std::string_view content = text.substr(line, end - line);
    if (!all_printable(content) || content.ends_with(' ')) return false;
    line = end + 1;
  }
  return contains(text, "\n");
}

std::string block_scalar(const Node& node) {
  if (node.style == Style::plain || (node.style == Style::automatic && is_plain_in_block(node.text))) return node.text;
  return quoted(node.text);
}

// ---------------------------------------------------------------- one line

/// A collection on one line; nullopt when it asks for a block or must have one. `quote` allows quotes for the line's sake.
std::optional<std::string> one_line(const Node& node, bool quote);

std::optional<std::string> flow_scalar(const Node& node, bool quote) {
  if (node.style == Style::plain) return node.text;
  if (node.style == Style::literal) return std::nullopt;
  if (node.style == Style::automatic && is_plain_in_flow(node.text)) return node.text;
  if (node.style == Style::automatic && is_plain_in_block(node.text) && !quote) return std::nullopt;
  return quoted(node.text);
}

std::optional<std::string> one_line(const Node& node, bool quote) {
  if (node.kind == Kind::scalar) return flow_scalar(node, quote);
  if (node.style == Style::block && !node.entries.empty()) return std::nullopt;
  if (!node.dangling.empty()) return std::nullopt;
  std::string out;
  for (const Entry& entry : node.entries) {
    if (!entry.comments.leading.empty() || !entry.comments.trailing.empty()) return std::nullopt;
    const auto value = one_line(entry.value, quote);
    if (!value) return std::nullopt;
    if (!out.empty()) out += ", ";
    if (node.kind == Kind::mapping) out += (is_plain_in_flow(entry.key) ? entry.key : quoted(entry.key)) + ": ";
    out += *value;
  }
  return node.kind == Kind::mapping ? "{" + out + "}" : "[" + out + "]";
}

// ---------------------------------------------------------------- blocks

class Writer {
 public:
  std::string take() { return std::move(out_); }
  void mapping(const Node& node, std::size_t indent, bool top);
  void comments(const std::vector<std::string>& lines, std::size_t indent);

 private:
  void sequence(const Node& node, std::size_t indent);
  void before(const ast::Comments& comments, std::size_t indent);
  /// A value behind `key:` or `-`; `trailing` goes to the end of the line that is open.
  void value(const Node& node, std::size_t indent, const std::string& trailing);
  void literal(const Node& node, std::size_t indent, const std::string& trailing);
  void entries(const Node& node, std::size_t indent, const std::string& first_trailing, bool first_inline);
  void empty_with_comments(const Node& node, std::size_t indent, const std::string& trailing);
  void end_line(const std::string& trailing) {
    if (!trailing.empty()) out_ += "  " + trailing;
    out_ += '\n';
  }
  /// One blank line, never two and none at the beginning.
  void blank() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
  }
  [[nodiscard]] std::size_t column() const {
    const std::size_t line = out_.rfind('\n');
    return line == std::string::npos ? out_.size() : out_.size() - line - 1;
  }

  std::string out_;
};

void Writer::comments(const std::vector<std::string>& lines, std::size_t indent) {
  for (const std::string& line : lines) {
    if (line.empty()) {
      blank();
    } else {
      out_ += std::string(indent, ' ') + line + '\n';
    }
  }
}

void Writer::before(const ast::Comments& comments_before, std::size_t indent) {
  if (comments_before.blank_before) blank();
  comments(comments_before.leading, indent);
}

void Writer::literal(const Node& node, std::size_t indent, const std::string& trailing) {
  out_ += " |-";
  end_line(trailing);
  for (std::size_t line = 0; line <= node.text.size();) {
    const std::size_t end = std::min(node.text.find('\n', line), node.text.size());
    if (end > line) out_ += std::string(indent, ' ') + node.text.substr(line, end - line);
    out_ += '\n';
    line = end + 1;
  }
}

void Writer::empty_with_comments(const Node& node, std::size_t indent, const std::string& trailing) {
  out_ += node.kind == Kind::mapping ? " {" : " [";
  end_line(trailing);
  comments(node.dangling, indent + 2);
  out_ += std::string(indent, ' ') + (node.kind == Kind::mapping ? "}\n" : "]\n");
}

void Writer::value(const Node& node, std::size_t indent, const std::string& trailing) {
  if (node.kind == Kind::scalar) {
    if (node.style == Style::literal && is_literal_text(node.text)) return literal(node, indent, trailing);
    out_ += ' ' + block_scalar(node);
    return end_line(trailing);
  }
  if (node.entries.empty() && !node.dangling.empty()) return empty_with_comments(node, indent, trailing);
  // A list of one short thing stays on its line whatever it takes, and nothing at all has no other form.
  const bool one = node.kind == Kind::sequence && node.entries.size() == 1 && node.entries.front().value.kind == Kind::scalar;
  const auto line = one_line(node, one);
  if (line && (one || node.entries.empty() || column() + 1 + line->size() <= kColumnsMax)) {
    out_ += ' ' + *line;
    return end_line(trailing);
  }
  end_line(trailing);
  if (node.kind == Kind::mapping) {
    mapping(node, indent, false);
  } else {
    sequence(node, indent);
  }
}

void Writer::entries(const Node& node, std::size_t indent, const std::string& first_trailing, bool first_inline) {
  for (const Entry& entry : node.entries) {
    const bool first = first_inline && &entry == &node.entries.front();
    if (!first) {
      before(entry.comments, indent);
      out_ += std::string(indent, ' ');
    }
    out_ += (is_plain_in_block(entry.key) ? entry.key : quoted(entry.key)) + ':';
    value(entry.value, indent + 2, first && !first_trailing.empty() ? first_trailing : entry.comments.trailing);
  }
  comments(node.dangling, indent);
}

void Writer::mapping(const Node& node, std::size_t indent, bool top) {
  if (!top) return entries(node, indent, {}, false);
  for (const Entry& entry : node.entries) {
    const bool block = entry.value.is_collection() && !one_line(entry.value, true);
    if (block && &entry != &node.entries.front()) blank();
    before(entry.comments, indent);
    out_ += (is_plain_in_block(entry.key) ? entry.key : quoted(entry.key)) + ':';
    value(entry.value, indent + 2, entry.comments.trailing);
  }
  comments(node.dangling, indent);
}

void Writer::sequence(const Node& node, std::size_t indent) {
  for (const Entry& item : node.entries) {
    before(item.comments, indent);
    out_ += std::string(indent, ' ') + '-';
    const Node& inner = item.value;
    const bool block_mapping = inner.kind == Kind::mapping && !inner.entries.empty() && [&] {
      const auto line = one_line(inner, false);
      return !line || column() + 1 + line->size() > kColumnsMax;
    }();
    if (block_mapping) {
      out_ += ' ';
      entries(inner, indent + 2, item.comments.trailing, true);
    } else {
      value(inner, indent + 2, item.comments.trailing);
    }
  }
  comments(node.dangling, indent);
}

}  // namespace

std::string layout(const Node& root) {
  Writer writer;
  writer.mapping(root, 0, true);
  return writer.take();
}

}  // namespace nurture::syntax::yaml
