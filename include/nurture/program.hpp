// From files to a program that an engine can run.
//
//   auto built = nurture::compile_files({"welcome.nurture"});
//   if (!built.ok()) {
//     std::fputs(built.diagnostics().render().c_str(), stderr);
//     return 2;
//   }
//   nurture::Engine engine{built.program(), clock};
//
// A Program is a value: cheap to copy, immutable, and shared freely between engines and threads. Compiling is a pure
// function of the texts and options; several threads may compile at the same time.
#pragma once

#include <nurture/diagnostics.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nurture {

namespace compile {
struct Program;
}

/// Everything an engine needs to know about a set of sequences, scores, messages and policies. Default-constructed it
/// holds none and is not valid. All members are const and safe from several threads at once.
class Program {
 public:
  Program() = default;
  /// Internal: made by compile_files() and compile_text().
  explicit Program(std::shared_ptr<const compile::Program> graph) : graph_(std::move(graph)) {}

  /// False for a default-constructed program and for the result of a compilation with errors.
  [[nodiscard]] bool valid() const { return graph_ != nullptr; }
  /// In the order declared; empty when not valid.
  [[nodiscard]] std::vector<std::string> sequence_names() const;
  /// The version of a sequence: six hex digits that change when what it does changes, and stay when only formatting,
  /// comments, titles, messages, or parts that it does not use do. Empty when there is no such sequence. [S10.1]
  [[nodiscard]] std::string version(std::string_view sequence_name) const;
  /// Sixteen hex digits over the whole program; equal for equal programs on every machine. Empty when not valid.
  [[nodiscard]] std::string hash() const;

  /// Internal: the compiled graph, for the engine and the tools of this project; nullptr when not valid.
  [[nodiscard]] const std::shared_ptr<const compile::Program>& graph() const { return graph_; }

 private:
  std::shared_ptr<const compile::Program> graph_;
};

/// How files are compiled. The defaults are right for most hosts.
struct CompileOptions {
  /// Functions of the host that `do NAME(...)` may call. Without a list every name is accepted; with one, a name that is
  /// not in it is an error (NUR0201).
  std::optional<std::vector<std::string>> functions = {};
};

/// What a compilation found, and the program when it found no error. A value; const members are safe from several
/// threads at once.
class CompileResult {
 public:
  CompileResult(Program program, Diagnostics diagnostics) : program_(std::move(program)), diagnostics_(std::move(diagnostics)) {}

  /// True when there is a program. There may still be warnings.
  [[nodiscard]] bool ok() const { return program_.valid(); }
  /// Not valid() unless ok().
  [[nodiscard]] const Program& program() const { return program_; }
  /// Everything that was found, in the order of files and places.
  [[nodiscard]] const Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  Program program_;
  Diagnostics diagnostics_;
};

/// Compiles files with all files that they `use`, which are found relative to the file that names them. A file is read
/// once however often it is named. Names ending in `.yaml` or `.yml` are read as the YAML spelling.
/// Never throws for what the files hold: an unreadable file is NUR0001, everything else has a code of its own.
[[nodiscard]] CompileResult compile_files(const std::vector<std::string>& paths, const CompileOptions& options = {});

/// A text under a name; the name decides the spelling and is what `use` and diagnostics call it.
struct SourceText {
  std::string name;
  std::string text;
  bool is_body = false;  ///< No definition: what `body file "NAME"` finds.
};

/// Compiles texts that are not files. `use "x.nurture"` and `body file "x.md"` find the text of that name among them;
/// nothing is read from disk.
[[nodiscard]] CompileResult compile_text(const std::vector<SourceText>& texts, const CompileOptions& options = {});
/// The same for one text.
[[nodiscard]] CompileResult compile_text(std::string name, std::string text, const CompileOptions& options = {});

}  // namespace nurture
