// The code blocks of the documents, for tests that hold them to what they say. Entry points: documents(), blocks(), run().
#pragma once

#include "support/shell.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nurture::test {

/// What stands between two fences.
struct Block {
  std::string document;  ///< From the folder of the project: "dsl/SPEC.md".
  std::size_t line = 0;  ///< Of the opening fence.
  std::string fence;     ///< What the opening fence says: "nurture", "yaml"; with its indent when it has one.
  std::string text;
  bool follows = false;  ///< Nothing but empty lines between the block above and this one.

  [[nodiscard]] std::string place() const { return document + ":" + std::to_string(line); }
};

/// All Markdown files of the project, sorted.
[[nodiscard]] std::vector<std::string> documents();
/// The blocks of one document, in order. One that is not closed has the fence "not closed".
[[nodiscard]] std::vector<Block> blocks_in(std::string_view text, const std::string& document);
/// The blocks of all documents.
[[nodiscard]] const std::vector<Block>& blocks();
/// Those with this fence; the test fails when there are none.
[[nodiscard]] std::vector<Block> blocks(std::string_view fence);

/// A file of the project; the test fails when there is none.
[[nodiscard]] std::string project_file(const std::string& path);

/// A folder as a reader of the documents has it: the examples, and the files that the documents talk of. Goes with its object.
class Desk {
 public:
  Desk();
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void save(const std::string& name, const std::string& text) const;
  /// Runs a line of shell in the folder; `nurture` is the built command. Whatever time-zone data is installed, its version is that
  /// which the documents show.
  [[nodiscard]] Ran run(const std::string& line) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace nurture::test
