// Marketing messages in a sequence that nothing ends for who has unsubscribed. Consent may stop the messages; the run goes on
// and tells colleagues, moves leads and counts. It is looked for where the files speak of unsubscribing at all: a host may tell
// of it as withdrawn consent alone. Entry point: no_unsubscribe_exit().
#include "check/bodies.hpp"
#include "lint/lints.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>

namespace nurture::lint {

namespace {

bool is_unsubscribing(const ast::Name& event) {
  return event.text.ends_with(".unsubscribed") || event.text == "unsubscribed" || event.text == "consent.withdrawn";
}

/// Whether some part of the tree asks for it: as an event, or as consent that is gone.
template <class T>
bool speaks_of_it(const T& node) {
  bool found = false;
  const auto see = [&](const auto& part) {
    using Part = std::remove_cvref_t<decltype(part)>;
    if constexpr (std::is_same_v<Part, ast::Pattern>) {
      found = found || std::any_of(part.events.begin(), part.events.end(), is_unsubscribing);
    } else if constexpr (std::is_same_v<Part, ast::Expr>) {
      found = found || (part.kind == ast::ExprKind::call && part.text == "consent");
    }
  };
  ast::for_each_node(node, see);
  return found;
}

bool is_known(const model::Model& model) {
  const auto declares = [](const ast::Event& event) { return is_unsubscribing(event.name); };
  return std::any_of(model.files.begin(), model.files.end(), [&](const auto& file) {
    return std::any_of(file->events.begin(), file->events.end(), declares) || speaks_of_it(*file);
  });
}

/// The first message of a sequence that needs consent.
const ast::Send* first_marketing(const model::Model& model, const model::Sequence& sequence) {
  const ast::Send* first = nullptr;
  const auto look = [&](const ast::Body& body) {
    check::for_each_action(body, [&](const ast::Action& action) {
      const auto* send = std::get_if<ast::Send>(&action.what);
      const Id message = send == nullptr || first != nullptr ? kNone : model.find_message(send->message.text);
      const Id category = message == kNone ? kNone : model.find_category(model.messages[message].content.category);
      if (category != kNone && !model.categories[category].transactional) first = send;
    });
  };
  for (const auto& step : sequence.steps) look(step.node->body);
  return first;
}

/// Names of segments are followed one step: what they ask for is asked for here.
bool ends_by_it(const model::Model& model, const model::Sequence& sequence) {
  bool found = false;
  const auto look = [&](const auto& nodes) {
    for (const auto& node : nodes) {
      found = found || speaks_of_it(node);
      ast::for_each_node(node, [&](const auto& part) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(part)>, ast::Expr>) {
          const Id segment = part.kind == ast::ExprKind::ident ? model.find_segment(part.text) : kNone;
          found = found || (segment != kNone && speaks_of_it(*model.segments[segment].node));
        }
      });
    }
  };
  look(sequence.node->goals);
  look(sequence.node->exits);
  look(sequence.node->stays);
  look(sequence.node->suppressions);
  look(sequence.node->handlers);
  return found;
}

}  // namespace

void no_unsubscribe_exit(const model::Model& model, Report& report) {
  if (!is_known(model)) return;
  for (const auto& sequence : model.sequences) {
    if (!is_plan(sequence) || sequence.steps.size() < 2 || ends_by_it(model, sequence)) continue;
    const ast::Send* const send = first_marketing(model, sequence);
    if (send == nullptr) continue;
    report.add(Finding(Code::no_unsubscribe_exit, sequence.node->name.span, quoted(sequence.name) + " goes on for who has unsubscribed")
                   .label(send->message.span, "needs consent")
                   .help("add an exit, such as `exit unsubscribed on email.unsubscribed`"),
               sequence);
  }
}

}  // namespace nurture::lint
