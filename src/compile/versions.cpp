// Versions of sequences beside each other: what a program keeps of its own for later ones, older ones that it carries for
// those who are still in them, and what migrations say. S10 of the contracts. Entry points: compile_with(), add_versions().
//
// An older version is kept as text: the sequence with the segments that it names, which are part of its version. To carry
// it, the text is read again and stands in the model under names that no author can write, so that names of messages,
// policies and everything else mean what they mean in the program at hand; if they mean nothing there, it does not fit.
#include "check/model.hpp"
#include "compile/builder.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

#include <nurture/diagnostics.hpp>

#include <fmt/format.h>

namespace nurture::compile {
namespace {

using model::kVersionMark;

void add_families(Program& program) {
  std::map<std::string_view, Id> newest;
  for (Id id = 0; id < program.sequences.size(); ++id) {
    const Sequence& sequence = program.sequences[id];
    const auto [place, is_first] = newest.emplace(sequence.name, id);
    if (!is_first && program.sequences[place->second].is_pinned && !sequence.is_pinned) place->second = id;
  }
  for (Sequence& sequence : program.sequences) sequence.family = newest.at(sequence.name);
}

std::string source_of(const Builder& builder, Id id) {
  const Sequence& sequence = builder.program.sequences[id];
  for (const OldVersion& version : *builder.old) {
    if (sequence.is_pinned && name_of(version) == builder.model.sequences[id].name) return version.source;
  }
  if (sequence.is_triggers) return {};
  ast::File file;
  for (const Id segment : sequence.segments) file.segments.push_back(*builder.model.segments[segment].node);
  const model::Sequence& declared = builder.model.sequences[id];
  if (declared.stream != nullptr)
    file.streams.push_back(*declared.stream);
  else if (declared.broadcast != nullptr)
    file.broadcasts.push_back(*declared.broadcast);
  else
    file.sequences.push_back(*declared.node);
  for (ast::Sequence& made : file.sequences) made.parameters.clear();  // Of a family: what they stand for is put in.
  return syntax::print_text(file);
}

Migration to_migration(const Builder& builder, const ast::Migrate& node) {
  Migration migration;
  migration.sequence = builder.model.find_sequence(node.name.text);
  migration.version = node.version.value;
  const model::Sequence& sequence = builder.model.sequences[migration.sequence];
  for (const ast::MigrateStep& step : node.steps) {
    Migration::Step compiled;
    compiled.from = step.from.text;
    if (step.exits)
      compiled.exit = step.to.text;
    else
      compiled.to = sequence.find_step(step.to.text);
    if (step.timer) compiled.timer = static_cast<Migration::Timer>(*step.timer);
    migration.steps.push_back(std::move(compiled));
  }
  return migration;
}

/// Like any pool, that of a stream is the newest for everybody.
void take_pieces(ast::File& file, const std::string& name, const Program& program) {
  if (file.streams.empty()) return;
  for (const auto& newest : program.files) {
    for (const ast::Stream& stream : newest->streams) {
      if (stream.name.text == name) file.streams.front().pieces = stream.pieces;
    }
  }
}

/// The tree of an older version, with its names and those of its segments made its own.
std::shared_ptr<const ast::File> to_file(const OldVersion& version, const Program& program, Diagnostics& diagnostics) {
  const auto& source = diagnostics.sources().add(name_of(version) + ".nurture", version.source);
  auto file = std::make_shared<ast::File>(syntax::parse(source, diagnostics));
  take_pieces(*file, version.sequence, program);
  const auto renamed = [&](const std::string& segment) { return segment + kVersionMark + name_of(version); };
  std::vector<std::string> segments;
  for (const ast::Segment& segment : file->segments) segments.push_back(segment.name.text);
  ast::for_each_node(*file, [&](auto& node) {
    using T = std::remove_cvref_t<decltype(node)>;
    if constexpr (std::is_same_v<T, ast::Expr>) {
      const bool names_one = node.kind == ast::ExprKind::ident && std::find(segments.begin(), segments.end(), node.text) != segments.end();
      if (names_one) node.text = renamed(node.text);
    } else if constexpr (std::is_same_v<T, ast::Segment>) {
      node.name.text = renamed(node.name.text);
    } else if constexpr (std::is_same_v<T, ast::BroadcastTo>) {
      node.segment.text = renamed(node.segment.text);
    } else if constexpr (std::is_same_v<T, ast::Sequence> || std::is_same_v<T, ast::Stream> || std::is_same_v<T, ast::Broadcast>) {
      node.name.text = name_of(version);
    }
  });
  return file;
}

void erase_all(std::string& text, const std::string& part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) text.erase(at, part.size());
}

/// What the log shows are the author's words, also of segments that an older version has for itself.
void show_own_names(Program& program, const std::vector<OldVersion>& old) {
  for (auto version = old.rbegin(); version != old.rend(); ++version) {  // One name may begin with the one before it.
    const std::string mark = kVersionMark + name_of(*version);
    for (Branch& branch : program.branches) erase_all(branch.condition, mark);
    for (ExpressionText& text : program.expression_texts) erase_all(text.text, mark);
  }
}

}  // namespace

std::string name_of(const OldVersion& version) {
  return version.sequence + kVersionMark + version.version + (version.is_migrated ? std::string(1, kVersionMark) : std::string());
}

std::string without_version(const std::string& name) { return name.substr(0, name.find(kVersionMark)); }

void name_version(const Builder& builder, Sequence& sequence, const std::string& name) {
  sequence.name = name;
  if (name.find(kVersionMark) == std::string::npos) return;
  for (const OldVersion& version : *builder.old) {
    if (name_of(version) != name) continue;
    sequence.name = version.sequence;
    sequence.version = version.version;
    sequence.is_pinned = true;
    sequence.is_migrated = version.is_migrated;
  }
}

void add_versions(Builder& builder) {
  Program& program = builder.program;
  add_families(program);
  for (Id id = 0; id < program.sequences.size(); ++id) program.sequences[id].source = source_of(builder, id);
  for (const auto& file : builder.model.files) {
    for (const ast::Migrate& node : file->migrations) program.migrations.push_back(to_migration(builder, node));
  }
}

std::shared_ptr<const Program> compile_with(const Program& program, const std::vector<OldVersion>& old, std::string& problem) {
  Diagnostics diagnostics;
  std::vector<std::shared_ptr<const ast::File>> files = program.files;
  for (const OldVersion& version : old) {
    files.push_back(to_file(version, program, diagnostics));
    const model::Model model = check::check(files, diagnostics);
    if (!diagnostics.has_errors()) continue;
    diagnostics.sort();
    for (const Diagnostic& found : diagnostics.items()) {
      if (found.severity != Severity::error) continue;
      problem = fmt::format("version {} of `{}`: {}", version.version, version.sequence, found.message);
      return nullptr;
    }
  }
  const model::Model model = check::check(files, diagnostics);
  Program combined = build(model, Tests::leave_out, old);
  show_own_names(combined, old);
  combined.hash = program.hash;
  combined.files = program.files;
  return std::make_shared<const Program>(std::move(combined));
}

}  // namespace nurture::compile
