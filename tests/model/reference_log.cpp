// Rows of the log, keys, and looking things up.
#include "engine/hash.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/print.hpp"

#include <fmt/format.h>

#include <functional>

namespace reference {

using nurture::Decision;
using nurture::DecisionKind;
namespace time = nurture::time;

Decision Reference::row(const Lead& lead, DecisionKind kind) const {
  Decision d;
  d.at = now_;
  d.lead = lead.name;
  d.kind = kind;
  return d;
}

Decision Reference::row(const Lead& lead, const Enrolment* e, DecisionKind kind) const {
  Decision d = row(lead, kind);
  if (e == nullptr) return d;
  const model::Sequence& s = sequence(*e);
  d.sequence = s.name;
  d.version = versions_[static_cast<std::size_t>(e->sequence)];
  d.enrolment = e->number;
  if (e->step >= 0) d.step = s.steps[static_cast<std::size_t>(e->step)].name;
  return d;
}

void Reference::write(Lead* lead, Decision d) {
  if (lead != nullptr) d.number = ++lead->decisions;
  log_.push_back({d.at, std::string(d.lead), d.number, nurture::to_json(d)});
}

void Reference::write_message(const Body& body, DecisionKind kind, const ast::Action& action, const Path& path, const Gate& gate) {
  tell_message(body, kind == DecisionKind::held ? "message.held" : "message.skipped", action, path, gate.reason);
  Decision d = row(*body.lead, body.e, kind);
  d.step = {};
  if (body.e != nullptr && body.step >= 0) {
    d.step = sequence(*body.e).steps[static_cast<std::size_t>(body.step)].name;
    if (body.due && *body.due < now_) d.planned = *body.due;
  }
  d.message = path.message->name;
  d.channel = path.channel;
  d.reason = gate.reason;
  d.rule = gate.rule;
  if (kind == DecisionKind::held) d.until = gate.until;
  const nurture::Key effect_key = key(body, action, path.channel);
  d.key = &effect_key;
  write(body.lead, d);
}

void Reference::write_error(Lead& lead, const Enrolment* e, const Value& error, const std::string& place) {
  Decision d = row(lead, e, DecisionKind::evaluation_error);
  const std::string words = naive::show(error);
  d.name = place;
  d.detail = words;
  write(&lead, d);
}

void Reference::write_refused(const std::string& lead, const std::string& what, const std::string& why) {
  Decision d;
  d.at = now_;
  d.lead = lead;
  d.kind = DecisionKind::input_refused;
  d.name = what;
  d.detail = why;
  write(find(lead), d);
}

/// H(project, sequence, entry key, lead, enrolment, step, visit, action, channel). [S7.1]
nurture::Key Reference::key(const Body& body, const ast::Action& action, const std::string& channel) const {
  if (body.key) return *body.key;
  nurture::engine::Hasher hash;
  hash.add(model_->project != nullptr ? std::string_view(model_->project->name.text) : std::string_view("default"));
  hash.add(body.e != nullptr ? sequence(*body.e).name : "score " + model_->scores[static_cast<std::size_t>(body.score)].name);
  const std::string entry_key = body.e != nullptr ? body.e->key.value_or("") : "";
  hash.add(entry_key);
  hash.add(body.lead->name);
  hash.add(std::uint64_t{body.e != nullptr ? body.e->number : 0});
  hash.add(body.e != nullptr && body.step >= 0 ? std::string_view(sequence(*body.e).steps[static_cast<std::size_t>(body.step)].name)
                                               : std::string_view());
  hash.add(std::uint64_t{body.visit});
  hash.add(actions_.at(&action));
  hash.add(channel);
  return {hash.finish128()};
}

/// Actions are numbered within their sequence or score, in the order written.
void Reference::number_actions() {
  const std::function<void(const ast::Body&, std::uint64_t&)> number = [&](const ast::Body& body, std::uint64_t& next) {
    ast::for_each_node(body, [&](const auto& node) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Action>) {
        actions_[&node] = next++;
        const auto* piece = std::get_if<ast::SendNext>(&node.what);
        if (piece != nullptr && piece->exhausted) number(*piece->exhausted, next);
      }
    });
  };
  for (const model::Sequence* s : all_) {
    std::uint64_t next = 0;
    for (const model::Step& step : s->steps) number(step.node->body, next);
    for (const model::Handler& handler : s->handlers) number(handler.node->body, next);
  }
  for (std::size_t s = 0; s < model_->scores.size(); ++s) {
    std::uint64_t next = 0;
    for (const auto& [rule, category] : rules(static_cast<int>(s))) {
      if (rule->then) number(*rule->then, next);
    }
    for (const ast::TierAction& action : model_->scores[s].node->tier_actions) number(action.body, next);
  }
}

void Reference::collect_sends(const ast::Body& body, std::vector<const ast::Action*>& sends) {
  ast::for_each_node(body, [&](const auto& node) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(node)>, ast::Action>) {
      const bool sends_it = std::holds_alternative<ast::Send>(node.what) || std::holds_alternative<ast::SendNext>(node.what);
      if (sends_it) sends.push_back(&node);
    }
  });
}

std::string Reference::offset_text(const ast::Step& step) { return nurture::syntax::print_schedule(step); }

/// As the log shows an expression: without parentheses that only the author needs, except those of a mix of `and` and `or`.
const std::string& Reference::words_of(const ast::Expr& e) const {
  const auto known = words_.find(&e);
  if (known != words_.end()) return known->second;
  ast::Expr plain = e;
  ast::for_each_node(plain, [](auto& node) {
    if constexpr (requires { node.parenthesized; }) node.parenthesized = false;
  });
  ast::for_each_node(plain, [](auto& node) {
    if constexpr (requires { node.parenthesized; }) {
      if (node.kind != ast::ExprKind::or_) return;
      for (ast::Expr& arg : node.args) arg.parenthesized = arg.kind == ast::ExprKind::and_;
    }
  });
  return words_[&e] = nurture::syntax::print_expression(plain);
}

const model::Sequence& Reference::sequence(const Enrolment& e) const { return declared(e.sequence); }

const time::Zone& Reference::lead_zone(const Lead& lead) const {
  const auto tz = lead.fields.find("tz");
  const time::Zone* zone = tz != lead.fields.end() && tz->second.kind == Value::Kind::text ? time::find_zone(tz->second.text) : nullptr;
  if (zone != nullptr) return *zone;
  const bool said = model_->project != nullptr && !model_->project->zones.empty();
  return said ? *time::find_zone(model_->project->zones.front().zone.name.value) : *time::utc();
}

const time::Zone& Reference::zone_of(const ast::Zone* rule, const Lead& lead, const model::Sequence* s) const {
  if (rule != nullptr && rule->kind == ast::Zone::Kind::named) return *time::find_zone(rule->name.value);
  const auto tz = lead.fields.find("tz");
  const bool own = tz != lead.fields.end() && tz->second.kind == Value::Kind::text && time::find_zone(tz->second.text) != nullptr;
  if (own || s == nullptr || s->node->zones.empty()) return lead_zone(lead);
  const ast::Zone& zone = s->node->zones.front().zone;
  return zone.kind == ast::Zone::Kind::named ? *time::find_zone(zone.name.value) : lead_zone(lead);
}

const time::Zone& Reference::plan_zone(const Lead& lead, const Enrolment& e) const {
  const model::Sequence& s = sequence(e);
  return zone_of(s.node->zones.empty() ? nullptr : &s.node->zones.front().zone, lead, &s);
}

}  // namespace reference
