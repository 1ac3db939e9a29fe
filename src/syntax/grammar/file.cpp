// A whole text: the rules `file`, `use` and `decl` of dsl/grammar.peg, and the boundary at which X3 ends. Entry points:
// the functions of grammar.hpp.
#include "syntax/grammar/grammar.hpp"
#include "syntax/grammar/rules.hpp"

#include <fmt/core.h>

namespace nurture::syntax::grammar {

namespace {

constexpr std::int64_t kEdition = 1;

constexpr x3::rule<struct UseId, ast::Use> use{"`use`"};
constexpr x3::rule<struct FileId, ast::File> file{"a file"};

const auto use_def = spanning[word("use") > text[into(&ast::Use::path)]];

bool has_declarations(const ast::File& node) {
  return !(node.projects.empty() && node.triggers.empty() && node.streams.empty() && node.broadcasts.empty() && node.leads.empty() &&
           node.events.empty() && node.channels.empty() && node.categories.empty() && node.segments.empty() && node.policies.empty() &&
           node.field_sets.empty() && node.messages.empty() && node.pools.empty() && node.sequences.empty() && node.instances.empty() &&
           node.migrations.empty() && node.scores.empty() && node.lifecycles.empty() && node.audiences.empty() && node.tests.empty());
}

// The edition is the first statement and uses precede declarations; elsewhere the words begin nothing.
const auto edition_may_stand = [](auto& context) {
  const ast::File& node = x3::_val(context);
  x3::_pass(context) = !node.edition && node.uses.empty() && !has_declarations(node);
};
const auto use_may_stand = [](auto& context) { x3::_pass(context) = !has_declarations(x3::_val(context)); };

const auto set_edition = [](auto& context) {
  const ast::Integer& edition = x3::_attr(context);
  x3::_val(context).edition = edition;
  if (edition.value == kEdition) return;
  Diagnostic diagnostic =
      source::report(source::Code::unsupported_edition, edition.span, fmt::format("this version does not read edition {}", edition.value));
  diagnostic.help = fmt::format("write `nurture {}`", kEdition);
  diagnostic.fixes.push_back({edition.span, std::to_string(kEdition)});
  state_of(context).report(std::move(diagnostic));
};

const auto statement =
    (always[edition_may_stand] >> (word("nurture") > integer[set_edition])) | instance[append(&ast::File::instances)] |
    (always[use_may_stand] >> use[append(&ast::File::uses)]) | project[append(&ast::File::projects)] | lead[append(&ast::File::leads)] |
    event[append(&ast::File::events)] | channel[append(&ast::File::channels)] | category[append(&ast::File::categories)] |
    segment[append(&ast::File::segments)] | policy[append(&ast::File::policies)] | field_set[append(&ast::File::field_sets)] |
    message[append(&ast::File::messages)] | pool[append(&ast::File::pools)] | score[append(&ast::File::scores)] |
    lifecycle[append(&ast::File::lifecycles)] | audience[append(&ast::File::audiences)] | test[append(&ast::File::tests)] |
    triggers[append(&ast::File::triggers)] | migrate[append(&ast::File::migrations)] | stream[append(&ast::File::streams)] |
    broadcast[append(&ast::File::broadcasts)] | sequence[append(&ast::File::sequences)];
const auto file_def = spanning[statements[statement]];

BOOST_SPIRIT_DEFINE(use, file)

/// Runs a rule over the whole range. False when it stopped before the end or an error was reported.
template <class Rule, class Node>
bool run(State& state, const Rule& rule, Node& node) {
  Iterator first = state.begin();
  const Iterator last = state.end();
  try {
    if (!x3::phrase_parse(first, last, x3::with<state_tag>(state)[rule], Skipper(state.profile()), node)) {
      state.expected(state.begin(), x3::what(rule));
    } else if (first != last) {
      state.unexpected_rest(first);
    }
  } catch (const x3::expectation_failure<Iterator>& failure) {
    state.expected(failure.where(), failure.which());
  } catch (const Refused&) {
    // Reported where it was refused.
  }
  return !state.has_errors();
}

}  // namespace

ast::File read_file(State& state) {
  ast::File node;
  run(state, file, node);
  return node;
}

std::optional<ast::Expr> read_whole_expression(State& state) {
  Expression node;
  if (!run(state, expression, node)) return std::nullopt;
  return handed(node);
}

std::optional<ast::Pattern> read_whole_pattern(State& state) {
  Sized<ast::Pattern> node;
  if (!run(state, pattern, node)) return std::nullopt;
  return static_cast<ast::Pattern&&>(node);
}

std::optional<ast::Outcome> read_whole_outcome(State& state) {
  ast::Outcome node;
  if (!run(state, outcome, node)) return std::nullopt;
  return node;
}

}  // namespace nurture::syntax::grammar
