// Which words begin a statement in which block, which words go on with one, and how a block is called in a sentence.
// The one table behind "is not a statement of ...", "did you mean ...?" and recovery. Entry point: words_of().
//
// The grammar names the same words; a unit test tries each word of the table in its block, so that neither side can
// gain a word without the other.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace nurture::syntax::grammar {

enum class BlockKind : std::uint8_t {
  file,
  lead,
  event,
  policy,
  channel,
  category,
  message,
  fields,
  choose,
  accepts,
  sequence,
  phase,
  actions,
  split,
  wait_cases,
  score,
  score_category,
  test,
  project,
  triggers,
  migrate,
  lifecycle,
  stream,
  broadcast,
};

struct BlockWords {
  BlockKind kind;
  std::string_view statement;  ///< "a statement of a sequence"
  std::span<const std::string_view> words;
};

/// The words that begin a statement; none for blocks whose statements begin with names of the author's.
[[nodiscard]] const BlockWords& words_of(BlockKind kind);
[[nodiscard]] std::span<const BlockWords> all_blocks();
[[nodiscard]] bool begins_statement(BlockKind kind, std::string_view word);
/// Whether the statements of a block are declarations of fields, `name: type`.
[[nodiscard]] constexpr bool holds_fields(BlockKind kind) {
  return kind == BlockKind::lead || kind == BlockKind::event || kind == BlockKind::accepts;
}
/// Words that continue a statement, for suggestions: `where`, `timeout`, `limit` ...
[[nodiscard]] std::span<const std::string_view> continuing_words();

}  // namespace nurture::syntax::grammar
