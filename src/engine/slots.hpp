// One word per attribute: how typed values are kept in rows, histories and enrolments. Entry points: to_word, to_value,
// read_value (host value -> word, checked against the declared type).
#pragma once

#include "compile/program.hpp"
#include "engine/symbols.hpp"
#include "eval/value.hpp"

#include <nurture/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nurture::engine {

using Word = std::uint64_t;

/// "Not known". No typed value has this pattern: the integer INT64_MIN is refused at the edge, -0.0 becomes 0.0.
using eval::kMissingWord;

/// A moment on the engine's clock as a value.
[[nodiscard]] eval::Value datetime_value(std::int64_t ms);

/// The value of a word. Lists are laid out in the arena; texts point to their symbols.
[[nodiscard]] eval::Value to_value(const compile::Field& field, Word word, eval::Arena& arena);

/// The same, for who is not part of a step.
[[nodiscard]] eval::Value value_of(const compile::Field& field, Word word, eval::Arena& arena);

/// The word of an evaluated value; kMissingWord for missing, null, errors and values of another type.
[[nodiscard]] Word to_word(const compile::Field& field, const eval::Value& value, Symbols& symbols);

/// A host's value as an evaluated value of the field's type, or nullopt with the reason in words. Texts and lists are
/// allocated in the arena. A date-time without an offset stays a text: resolve_local() reads it in the lead's zone.
[[nodiscard]] std::optional<eval::Value> read_value(const compile::Field& field, const Value& value, eval::Arena& arena,
                                                    std::string& reason);

/// Reads what read_value() left to be read in a zone; everything else passes.
[[nodiscard]] eval::Value resolve_local(const compile::Field& field, const eval::Value& value, const time::Zone& zone);

/// The host's form of an evaluated value.
[[nodiscard]] Value to_host(const eval::Value& value);

/// The text of an entry key, which is kept as the word of a text field; empty for an enrolment without a key.
[[nodiscard]] std::string_view key_text(Word key);
/// Whether a field of an event carries a key. What is missing carries none.
[[nodiscard]] bool carries_key(const eval::Value& field, Word key);

/// Type as the language writes it: "enum(new, open)?".
[[nodiscard]] std::string type_text(const compile::Field& field);

}  // namespace nurture::engine
