// The host's way in: files or texts -> program. Entry points: compile_files(), compile_text().
#include "check/load.hpp"
#include "check/model.hpp"
#include "compile/program.hpp"
#include "lint/lint.hpp"

#include <nurture/program.hpp>

#include <fmt/format.h>

namespace nurture {

namespace {

CompileResult compile_from(const std::vector<std::string>& paths, const check::FileReader& reader, const CompileOptions& options) {
  Diagnostics diagnostics;
  check::Options checked;
  checked.known_host_functions = options.functions.has_value();
  if (options.functions) checked.host_functions = *options.functions;
  const model::Model model = check::check(check::load(paths, reader, diagnostics), diagnostics, checked);
  lint::silence(model, diagnostics);
  Program program = diagnostics.has_errors() ? Program() : Program(compile::compile(model));
  return {std::move(program), std::move(diagnostics)};
}

}  // namespace

std::vector<std::string> Program::sequence_names() const {
  std::vector<std::string> names;
  if (!valid()) return names;
  for (const compile::Sequence& sequence : graph_->sequences) names.push_back(sequence.name);
  return names;
}

std::string Program::version(std::string_view sequence_name) const {
  if (!valid()) return {};
  for (const compile::Sequence& sequence : graph_->sequences) {
    if (sequence.name == sequence_name) return sequence.version;
  }
  return {};
}

std::string Program::hash() const { return valid() ? fmt::format("{:016x}", graph_->hash) : std::string(); }

CompileResult compile_files(const std::vector<std::string>& paths, const CompileOptions& options) {
  return compile_from(paths, check::read_from_disk, options);
}

CompileResult compile_text(const std::vector<SourceText>& texts, const CompileOptions& options) {
  std::vector<std::string> names;
  for (const SourceText& text : texts) {
    if (!text.is_body) names.push_back(text.name);
  }
  const auto reader = [&](const std::string& path) -> std::optional<std::string> {
    for (const SourceText& text : texts) {
      if (check::resolve_path("", text.name) == check::resolve_path("", path)) return text.text;
    }
    return std::nullopt;
  };
  return compile_from(names, reader, options);
}

CompileResult compile_text(std::string name, std::string text, const CompileOptions& options) {
  return compile_text(std::vector<SourceText>{{std::move(name), std::move(text)}}, options);
}

}  // namespace nurture
