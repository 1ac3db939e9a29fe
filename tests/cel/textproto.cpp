// Reader of the protobuf text format. Entry point: parse(). Reader is private.
#include "textproto.hpp"

#include <algorithm>
#include <cctype>

namespace textproto {

const Value* Message::find(std::string_view name) const {
  const auto found = std::find_if(fields.rbegin(), fields.rend(), [name](const Field& field) { return field.name == name; });
  return found == fields.rend() ? nullptr : &found->value;
}

std::vector<const Value*> Message::all(std::string_view name) const {
  std::vector<const Value*> values;
  for (const Field& field : fields) {
    if (field.name == name) values.push_back(&field.value);
  }
  return values;
}

std::string Message::text(std::string_view name) const {
  const Value* value = find(name);
  return value == nullptr ? std::string{} : value->text;
}

const Message* Message::message(std::string_view name) const {
  const Value* value = find(name);
  return value == nullptr || value->message.empty() ? nullptr : &value->message.front();
}

namespace {

constexpr std::size_t kDepthMax = 200;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '+' || c == '-'; }

void append_utf8(std::string& out, std::uint32_t c) {
  const auto byte = [&out](std::uint32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      byte(0xE0 | (c >> 12));
    } else {
      byte(0xF0 | (c >> 18));
      byte(0x80 | ((c >> 12) & 0x3F));
    }
    byte(0x80 | ((c >> 6) & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Message file() {
    Message message = fields('\0', 0);
    if (at_ < text_.size()) fail("unexpected text");
    return message;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size())), '\n');
    throw SyntaxError(static_cast<std::size_t>(line), what);
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
        ++at_;
      } else {
        return;
      }
    }
  }
  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (c == '\0' || peek() != c) return false;
    ++at_;
    return true;
  }

  /// Fields up to the closing bracket, which is consumed, or to the end of the text when there is none.
  Message fields(char close, std::size_t depth) {
    if (depth > kDepthMax) fail("messages are nested too deep");
    Message message;
    while (peek() != '\0' || close != '\0') {
      if (take(close)) return message;
      if (peek() == '\0') fail("a message is not closed");
      if (peek() == '}' || peek() == '>') break;
      read_field(message, depth);
      if (!take(',')) take(';');
    }
    if (close != '\0') fail("a message is closed by the wrong bracket");
    return message;
  }

  void read_field(Message& message, std::size_t depth) {
    const std::string name = field_name();
    const bool colon = take(':');
    if (colon && take('[')) {
      while (!take(']')) {
        message.fields.push_back({name, value(depth)});
        if (!take(',') && peek() != ']') fail("a list is not closed");
      }
      return;
    }
    if (!colon && peek() != '{' && peek() != '<') fail("`:` or a message expected behind `" + name + "`");
    message.fields.push_back({name, value(depth)});
  }

  std::string field_name() {
    if (peek() == '[') {
      const std::size_t end = text_.find(']', at_);
      if (end == std::string_view::npos) fail("`[` is not closed");
      const std::string name{text_.substr(at_, end + 1 - at_)};
      at_ = end + 1;
      return name;
    }
    const std::string name = word();
    if (name.empty()) fail("a field name expected");
    return name;
  }

  std::string word() {
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return std::string{text_.substr(begin, at_ - begin)};
  }

  Value value(std::size_t depth) {
    if (take('{')) return {Value::Kind::message, {}, {fields('}', depth + 1)}};
    if (take('<')) return {Value::Kind::message, {}, {fields('>', depth + 1)}};
    if (peek() == '"' || peek() == '\'') {
      std::string text;
      while (peek() == '"' || peek() == '\'') text += string_literal();
      return {Value::Kind::string, text, {}};
    }
    std::string token = word();
    if (token == "-") token += word();
    if (token.empty()) fail("a value expected");
    return {Value::Kind::token, token, {}};
  }

  std::string string_literal() {
    const char quote = text_[at_++];
    std::string out;
    while (true) {
      if (at_ >= text_.size() || text_[at_] == '\n') fail("a string is not closed");
      const char c = text_[at_++];
      if (c == quote) return out;
      if (c == '\\') {
        escape(out);
      } else {
        out.push_back(c);
      }
    }
  }

  void escape(std::string& out) {
    if (at_ >= text_.size()) fail("a string is not closed");
    const char c = text_[at_++];
    constexpr std::string_view kLetters = "abfnrtv\\'\"?";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"?";
    if (const auto known = kLetters.find(c); known != std::string_view::npos) {
      out.push_back(kMeanings[known]);
    } else if (c == 'x' || c == 'X') {
      out.push_back(static_cast<char>(digits(1, 2, 16)));
    } else if (c == 'u') {
      append_utf8(out, digits(4, 4, 16));
    } else if (c == 'U') {
      append_utf8(out, digits(8, 8, 16));
    } else if (c >= '0' && c <= '7') {
      --at_;
      out.push_back(static_cast<char>(digits(1, 3, 8)));
    } else {
      fail("unknown escape in a string");
    }
  }

  std::uint32_t digits(std::size_t least, std::size_t most, std::uint32_t base) {
    std::uint32_t number = 0;
    std::size_t count = 0;
    for (; count < most && at_ < text_.size(); ++count, ++at_) {
      const char c = text_[at_];
      const std::uint32_t digit = c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
                                  : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a' + 10)
                                  : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A' + 10)
                                                         : base;
      if (digit >= base) break;
      number = number * base + digit;
    }
    if (count < least) fail("digits expected in an escape");
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Message parse(std::string_view text) { return Reader{text}.file(); }

}  // namespace textproto
