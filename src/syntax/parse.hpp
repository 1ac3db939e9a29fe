// STAGE 1: text and YAML to one syntax tree. Entry points: parse(), parse_text(), parse_yaml(), parse_expression().
//
// None of them throws; every fault of the input becomes a diagnostic, and what could be read is returned, so that
// later stages can go on looking for faults when has_errors() is set. All are safe to call from several threads.
#pragma once

#include "source/source.hpp"
#include "syntax/ast.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace nurture::syntax {

enum class Spelling : std::uint8_t { text, yaml };

/// Where an expression stands: definitions have domain literals (`14d`, `09:00`, dates) and word operators; the CEL
/// profile has neither (`nurture eval --cel`, the conformance runner).
enum class Profile : std::uint8_t { nurture, cel };

/// `.yaml` and `.yml` are YAML, everything else is text.
[[nodiscard]] Spelling spelling_of(std::string_view file_name);

/// Parses by the spelling of the source's name. Comments are attached to their statements.
[[nodiscard]] ast::File parse(const source::Source& source, Diagnostics& diagnostics);
[[nodiscard]] ast::File parse_text(const source::Source& source, Diagnostics& diagnostics);
[[nodiscard]] ast::File parse_yaml(const source::Source& source, Diagnostics& diagnostics);

/// Parses the bytes [begin, end) of a source as one expression (or one outcome of a test); spans point into the source.
/// nullopt after an error.
[[nodiscard]] std::optional<ast::Expr> parse_expression(const source::Source& source, std::uint32_t begin, std::uint32_t end,
                                                        Diagnostics& diagnostics, Profile profile = Profile::nurture);
[[nodiscard]] std::optional<ast::Pattern> parse_pattern(const source::Source& source, std::uint32_t begin, std::uint32_t end,
                                                        Diagnostics& diagnostics);
[[nodiscard]] std::optional<ast::Outcome> parse_outcome(const source::Source& source, std::uint32_t begin, std::uint32_t end,
                                                        Diagnostics& diagnostics);

/// Moves raw_comments of a tree that parse_text() read to the statements, declarations and blocks they belong to, and
/// turns `##` lines before a declaration into its documentation. Called by parse_text().
void attach_comments(ast::File& file, const source::Source& source);

}  // namespace nurture::syntax
