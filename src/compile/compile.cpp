// STAGE 3: model -> program. Entry point: compile().
//
// One pass in an order in which everything is known when it is needed: fields and events, segments, channels, policies,
// messages, sequences, scores; then the layout of records, and last the hashes, which cover all of it.
#include "compile/builder.hpp"
#include "compile/dump.hpp"
#include "compile/hash.hpp"

namespace nurture::compile {

namespace {

/// The texts are looked up by reference; an expression that code is shared for keeps the first of its texts.
void sort_texts(Program& program) {
  auto& texts = program.expression_texts;
  const auto before = [](const ExpressionText& a, const ExpressionText& b) { return a.expression.begin < b.expression.begin; };
  const auto same = [](const ExpressionText& a, const ExpressionText& b) { return a.expression == b.expression; };
  std::stable_sort(texts.begin(), texts.end(), before);
  texts.erase(std::unique(texts.begin(), texts.end(), same), texts.end());
}

void add_hashes(Program& program) {
  for (Sequence& sequence : program.sequences) {
    sequence.hash = hash(graph_text(program, sequence));
    if (!sequence.is_pinned) sequence.version = fmt::format("{:016x}", sequence.hash).substr(0, 6);
  }
  program.hash = hash(dump_body(program));
}

}  // namespace

Program build(const model::Model& model, Tests tests, const std::vector<OldVersion>& old) {
  Builder builder{model, tests, {}, &old};
  add_vocabulary(builder);
  add_project(builder);
  keep_events(builder);
  add_segments(builder);
  add_channels(builder);
  add_policies(builder);
  add_messages(builder);
  add_sequences(builder);
  add_scores(builder);
  add_lifecycles(builder);
  add_lines(builder.program);
  add_retention(builder);
  for (Id id = 0; id < model.scores.size(); ++id) add_test_expressions(builder, kNone, id);
  add_layout(builder);
  add_counting(builder.program);
  resolve_sends(builder.program);
  add_versions(builder);
  sort_texts(builder.program);
  add_hashes(builder.program);
  builder.program.files = model.files;
  return std::move(builder.program);
}

std::shared_ptr<const Program> compile(const model::Model& model, Tests tests) {
  return std::make_shared<const Program>(build(model, tests, {}));
}

}  // namespace nurture::compile
