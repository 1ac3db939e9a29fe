// Events that need no declaration: what channels report, and what the engine tells of itself. Entry point:
// declare_predeclared(). Only those that a file speaks of become part of the model, so that programs stay small. An
// author's own declaration of a channel's event keeps its fields and gets those that it lacks. [S7.7]
#include "check/passes.hpp"
#include "check/types.hpp"
#include "syntax/ast_algorithms.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace nurture {

std::vector<std::string_view> model::told_of(std::string_view function) {
  if (function == "enrolled_in") return {"sequence.enrolled", "sequence.ended"};
  if (function == "consent") return {"consent.given", "consent.withdrawn"};
  return {};
}

namespace check {

namespace {

using Fields = std::vector<std::string_view>;
using Uses = std::map<std::string, Span, std::less<>>;

constexpr std::array<std::string_view, 4> kChannels{"email", "sms", "push", "social"};
constexpr std::array<std::string_view, 6> kReports{"open", "click", "replied", "bounced", "complained", "unsubscribed"};

/// The fields of what channels report under this name, all of them texts that may be missing; none for other names.
Fields reported_fields(std::string_view name) {
  const std::size_t dot = std::min(name.find('.'), name.size());
  const std::string_view report = name.substr(std::min(dot + 1, name.size()));
  const bool known = std::find(kChannels.begin(), kChannels.end(), name.substr(0, dot)) != kChannels.end() &&
                     std::find(kReports.begin(), kReports.end(), report) != kReports.end();
  if (!known) return {};
  if (report == "click") return {"message", "step", "key", "link"};
  return {"message", "step", "key"};
}

/// Likewise of what the engine tells of itself.
Fields engine_fields(std::string_view name) {
  if (name == "message.sent" || name == "message.held" || name == "message.skipped" || name == "message.failed")
    return {"message", "sequence", "step", "channel", "reason", "key"};
  if (name == "sequence.enrolled") return {"sequence"};
  if (name == "sequence.ended") return {"sequence", "outcome"};
  if (name == "tier.entered") return {"score", "tier"};
  if (name == "stage.entered") return {"lifecycle", "stage"};
  if (name == "consent.given" || name == "consent.withdrawn") return {"category", "channel"};
  return {};
}

/// The names of events that the files speak of, each with the first place.
Uses find_uses(const model::Model& model) {
  Uses uses;
  const auto use = [&](const ast::Name& name) { uses.try_emplace(name.text, name.span); };
  for (const auto& file : model.files) {
    ast::for_each_node(*file, [&](const auto& node) {
      using T = std::remove_cvref_t<decltype(node)>;
      if constexpr (std::is_same_v<T, ast::Pattern>) {
        for (const auto& name : node.events) use(name);
      } else if constexpr (std::is_same_v<T, ast::FeedEvent>) {
        use(node.name);
      } else if constexpr (std::is_same_v<T, ast::Keep>) {
        use(node.event);
      } else if constexpr (std::is_same_v<T, ast::Expr>) {
        if (node.kind != ast::ExprKind::call) return;
        for (const std::string_view event : model::told_of(node.text)) uses.try_emplace(std::string(event), node.span);
      }
    });
  }
  return uses;
}

class Predeclare {
 public:
  explicit Predeclare(Context& context) : context_(context) {}

  void add(const std::string& name, Span place, const Fields& fields, bool by_engine) {
    auto node = std::make_shared<ast::Event>();
    node->span = node->name.span = place;
    node->name.text = name;
    model::Event event;
    event.name = event.external = name;
    event.node = node.get();
    event.by_engine = by_engine;
    add_fields(event, fields, place);
    context_.model.made.push_back(std::move(node));
    context_.model.names.emplace(table_key("event", name), static_cast<model::Id>(context_.model.events.size()));
    context_.model.events.push_back(std::move(event));
  }

  void add_fields(model::Event& event, const Fields& fields, Span place) {
    for (const std::string_view name : fields) {
      if (event.field(name) != nullptr || event.fields.size() == limits::kFields) continue;
      auto node = std::make_shared<ast::Field>();
      node->span = node->name.span = node->type.span = place;
      node->name.text = name;
      node->type.optional = true;
      event.fields.push_back({node->name.text, resolve(node->type), node.get()});
      context_.model.made.push_back(std::move(node));
    }
  }

 private:
  Context& context_;
};

}  // namespace

void declare_predeclared(Context& context) {
  Predeclare predeclare(context);
  for (auto& event : context.model.events) {
    predeclare.add_fields(event, reported_fields(event.name), event.node->name.span);
    if (!engine_fields(event.name).empty()) {
      context.add(Finding(Code::duplicate_name, event.node->name.span, quoted(event.name) + " is declared already: the engine tells of it")
                      .help("take the declaration out"));
    }
  }
  for (const auto& [name, place] : find_uses(context.model)) {
    if (context.model.find_event(name) != model::kNone) continue;
    const Fields reported = reported_fields(name);
    const Fields told = engine_fields(name);
    if (!reported.empty()) predeclare.add(name, place, reported, false);
    if (!told.empty()) predeclare.add(name, place, told, true);
  }
}

}  // namespace check
}  // namespace nurture
