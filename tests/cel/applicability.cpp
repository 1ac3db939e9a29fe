// Decides whether a test is applicable. Entry point: missing_feature(). Scanner is private.
#include "applicability.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace cel {

namespace {

using textproto::Field;
using textproto::Message;
using textproto::Value;

const std::string kUnsigned = "unsigned integers";
const std::string kBytes = "bytes";
const std::string kMessages = "protobuf messages and enums";
const std::string kExtensions = "extension functions";
const std::string kOptionals = "optional values";
const std::string kTyping = "type checking alone";
const std::string kParserOptions = "parser options";
const std::string kUnknowns = "unknown values";

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// A word, a number, a string literal (with its prefix, without its text) or a single sign.
struct Token {
  enum class Kind { word, number, string, sign };
  Kind kind;
  std::string text;
};

/// Splits an expression just far enough to tell names from texts.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Token> scan() {
    while (at_ < text_.size()) token();
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char here(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void token() {
    if (std::isspace(static_cast<unsigned char>(here())) != 0) {
      ++at_;
    } else if (here() == '/' && here(1) == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (here() == '"' || here() == '\'') {
      string({});
    } else if (here() == '`') {
      // The quoted name of a field.
      at_ = std::min(text_.find('`', at_ + 1), text_.size() - 1) + 1;
      tokens_.push_back({Token::Kind::word, {}});
    } else if (is_letter(here())) {
      word();
    } else if (is_digit(here()) || (here() == '.' && is_digit(here(1)))) {
      number();
    } else {
      tokens_.push_back({Token::Kind::sign, std::string(1, text_[at_++])});
    }
  }

  void word() {
    const std::size_t begin = at_;
    while (is_letter(here()) || is_digit(here())) ++at_;
    std::string name{text_.substr(begin, at_ - begin)};
    const bool prefix = name.size() <= 2 && name.find_first_not_of("rRbB") == std::string::npos;
    if (prefix && (here() == '"' || here() == '\'')) return string(name);
    tokens_.push_back({Token::Kind::word, std::move(name)});
  }

  void number() {
    const std::size_t begin = at_;
    while (is_letter(here()) || is_digit(here()) || (here() == '.' && is_digit(here(1)))) {
      const bool exponent = (here() == 'e' || here() == 'E') && (here(1) == '+' || here(1) == '-');
      at_ += exponent ? 2 : 1;
    }
    tokens_.push_back({Token::Kind::number, std::string{text_.substr(begin, at_ - begin)}});
  }

  void string(const std::string& prefix) {
    const bool raw = prefix.find_first_of("rR") != std::string::npos;
    std::string quote(1, here());
    if (here(1) == here() && here(2) == here()) quote = std::string(3, here());
    at_ += quote.size();
    while (at_ < text_.size() && text_.substr(at_, quote.size()) != quote) at_ += here() == '\\' && !raw ? 2 : 1;
    at_ = std::min(at_ + quote.size(), text_.size());
    tokens_.push_back({Token::Kind::string, prefix});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

/// Functions and namespaces of the extension libraries of the suite: strings, math, encoders, bindings, protos, network,
/// and macros with two variables.
bool is_extension(const std::string& name) {
  static const std::set<std::string> kNames{"charAt",       "indexOf",
                                            "lastIndexOf",  "join",
                                            "lowerAscii",   "upperAscii",
                                            "replace",      "split",
                                            "substring",    "trim",
                                            "format",       "reverse",
                                            "quote",        "transformList",
                                            "transformMap", "transformMapEntry",
                                            "existsOne",    "optMap",
                                            "optFlatMap",   "hasExt",
                                            "getExt",       "ip",
                                            "cidr",         "isIP",
                                            "isCIDR",       "containsIP",
                                            "containsCIDR"};
  return kNames.count(name) > 0;
}
bool is_extension_namespace(const std::string& name) {
  static const std::set<std::string> kNames{"math", "base64", "strings", "cel", "proto", "ip", "cidr", "sets", "lists"};
  return kNames.count(name) > 0;
}

/// Looks at each token with its neighbours.
class Tokens {
 public:
  explicit Tokens(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  [[nodiscard]] std::optional<std::string> missing() const {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (auto feature = missing_at(i)) return feature;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] bool is_sign(std::size_t at, char c) const {
    return at < tokens_.size() && tokens_[at].kind == Token::Kind::sign && tokens_[at].text[0] == c;
  }

  [[nodiscard]] std::optional<std::string> missing_at(std::size_t i) const {
    const Token& token = tokens_[i];
    switch (token.kind) {
      case Token::Kind::string: return token.text.find_first_of("bB") != std::string::npos ? std::optional(kBytes) : std::nullopt;
      case Token::Kind::number: return token.text.back() == 'u' || token.text.back() == 'U' ? std::optional(kUnsigned) : std::nullopt;
      case Token::Kind::word: return missing_word(i);
      case Token::Kind::sign:
        // `a.?b`, `a[?b]`, `[?a]`, `{?a: b}`
        if ((is_sign(i, '.') || is_sign(i, '[') || is_sign(i, '{')) && is_sign(i + 1, '?')) return kOptionals;
        return std::nullopt;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> missing_word(std::size_t i) const {
    const std::string& name = tokens_[i].text;
    const bool field = i > 0 && is_sign(i - 1, '.') && i > 1 && !is_sign(i - 2, '(') && !is_sign(i - 2, ',');
    if (name != "in" && is_sign(i + 1, '{')) return kMessages;
    if (is_sign(i + 1, '(') && is_extension(name)) return kExtensions;
    if (is_sign(i + 1, '(') && has_two_variables(i)) return kExtensions;
    if (field) return std::nullopt;
    if (name == "uint") return kUnsigned;
    if (name == "bytes") return kBytes;
    if (name == "optional" && is_sign(i + 1, '.')) return kOptionals;
    if (name == "google" && !is_time_type(i)) return kMessages;
    // Messages and constants of the suite's own packages by their full names.
    if (name == "cel" && is_sign(i + 1, '.') && i + 2 < tokens_.size() && tokens_[i + 2].text == "expr") return kMessages;
    if (is_extension_namespace(name) && is_sign(i + 1, '.') && is_sign(i + 3, '(')) return kExtensions;
    return std::nullopt;
  }

  /// `google.protobuf.Timestamp` and `.Duration` are the names of two of our types.
  [[nodiscard]] bool is_time_type(std::size_t i) const {
    if (i + 4 >= tokens_.size() || !is_sign(i + 1, '.') || tokens_[i + 2].text != "protobuf" || !is_sign(i + 3, '.')) return false;
    return tokens_[i + 4].text == "Timestamp" || tokens_[i + 4].text == "Duration";
  }

  /// `all(i, v, ...)`: a macro of lists or maps with a variable for the key.
  [[nodiscard]] bool has_two_variables(std::size_t i) const {
    const std::string& name = tokens_[i].text;
    const bool macro = name == "all" || name == "exists" || name == "exists_one";
    return macro && i + 5 < tokens_.size() && tokens_[i + 2].kind == Token::Kind::word && is_sign(i + 3, ',') &&
           tokens_[i + 4].kind == Token::Kind::word && is_sign(i + 5, ',');
  }

  std::vector<Token> tokens_;
};

bool is_time_message(const std::string& type) { return type == "google.protobuf.Timestamp" || type == "google.protobuf.Duration"; }

/// What values, declared types and expected results use, at any depth.
std::optional<std::string> missing_in(const Message& message) {
  for (const Field& field : message.fields) {
    if (field.name == "uint64_value" || field.value.text == "UINT64") return kUnsigned;
    if (field.name == "bytes_value" || field.value.text == "BYTES") return kBytes;
    if (field.name == "enum_value" || field.name == "wrapper") return kMessages;
    if (field.name == "message_type" && !is_time_message(field.value.text)) return kMessages;
    if (field.name == "object_value" && !field.value.message.empty()) {
      const auto& inner = field.value.message.front().fields;
      if (inner.size() != 1 || !is_time_message(any_type(inner.front().name))) return kMessages;
    }
    if (field.name == "type_value" && field.value.text == "uint") return kUnsigned;
    if (field.name == "type_value" && field.value.text == "bytes") return kBytes;
    if (field.name == "unknown" || field.name == "any_unknowns") return kUnknowns;
    if (field.name == "abstract_type") return kOptionals;
    if (field.value.message.empty()) continue;
    if (auto feature = missing_in(field.value.message.front())) return feature;
  }
  return std::nullopt;
}

}  // namespace

std::string any_type(std::string_view field_name) {
  if (field_name.size() < 2 || field_name.front() != '[') return {};
  field_name = field_name.substr(1, field_name.size() - 2);
  const auto slash = field_name.rfind('/');
  return std::string{slash == std::string_view::npos ? field_name : field_name.substr(slash + 1)};
}

std::optional<std::string> missing_feature(const Message& test) {
  if (test.text("check_only") == "true" || test.find("typed_result") != nullptr) return kTyping;
  if (test.text("disable_macros") == "true") return kParserOptions;
  // Names of such a container are messages and constants of the suite's own protobuf packages.
  if (test.text("container").find(".proto") != std::string::npos) return kMessages;
  if (auto feature = Tokens{Scanner{test.text("expr")}.scan()}.missing()) return feature;
  return missing_in(test);
}

}  // namespace cel
