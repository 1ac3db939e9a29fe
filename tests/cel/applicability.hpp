// What of the Common Expression Language a test needs that nurture leaves out. Entry point: missing_feature().
//
// Decided by what the test uses, never by its name: unsigned integers, bytes, protobuf messages and enums, optional
// values, extension libraries, and what only a CEL type checker or parser option could answer.
#pragma once

#include "textproto.hpp"

#include <optional>
#include <string>

namespace cel {

/// The feature that keeps a test from being applicable, in a few words; nullopt when it is applicable.
[[nodiscard]] std::optional<std::string> missing_feature(const textproto::Message& test);

/// The name in an Any's brackets: "[type.googleapis.com/google.protobuf.Duration]" -> "google.protobuf.Duration".
[[nodiscard]] std::string any_type(std::string_view field_name);

}  // namespace cel
