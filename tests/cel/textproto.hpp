// A reader of the protobuf text format, as far as test data uses it. Entry point: parse().
//
// There is no schema: a message is its fields in the order written, a scalar is its token, and whoever reads a field
// says what it should be.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace textproto {

struct Message;

/// A scalar or a message. Adjacent string literals are one.
struct Value {
  enum class Kind : std::uint8_t { string, token, message };
  Kind kind = Kind::token;
  std::string text;              ///< string: decoded bytes; token: a number, a word, with its sign.
  std::vector<Message> message;  ///< message: exactly one.
};

/// A field; the name of an extension or of the type of an Any keeps its brackets: "[type.googleapis.com/x.Y]".
struct Field {
  std::string name;
  Value value;
};

struct Message {
  std::vector<Field> fields;

  /// The last value of a field, as protobuf has it, or nullptr.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] std::vector<const Value*> all(std::string_view name) const;
  /// The text of a scalar field, empty when it is absent.
  [[nodiscard]] std::string text(std::string_view name) const;
  /// The message of a field, or nullptr when it is absent or a scalar.
  [[nodiscard]] const Message* message(std::string_view name) const;
};

struct SyntaxError : std::runtime_error {
  SyntaxError(std::size_t at_line, const std::string& what) : std::runtime_error(what), line(at_line) {}
  std::size_t line;
};

/// Reads a whole file; throws SyntaxError.
[[nodiscard]] Message parse(std::string_view text);

}  // namespace textproto
