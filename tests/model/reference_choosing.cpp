// Sends that choose and sends that remember; who is held out; `hold while`; what others send. S3.6, S3.7, S6.1, S6.5 and S6.9 of
// the contracts.
#include "engine/hash.hpp"
#include "model/naive_time.hpp"
#include "model/reference_world.hpp"
#include "syntax/ast_algorithms.hpp"
#include "syntax/print.hpp"

#include <algorithm>

namespace reference {

namespace time = nurture::time;

/// Where a send may go: its channels, or the messages of its pool, each on its first channel.
std::vector<Reference::Path> Reference::paths(const ast::Action& action) const {
  std::vector<Path> all;
  const auto first_channel = [&](const std::string& message) {
    return model_->messages[model_->find_message(message)].content.channels.front();
  };
  if (const auto* next = std::get_if<ast::SendNext>(&action.what)) {
    for (const ast::Name& message : model_->pools[model_->find_pool(next->pool.text)].node->messages)
      all.push_back(path_to(message.text, first_channel(message.text)));
    return all;
  }
  const auto& send = std::get<ast::Send>(action.what);
  for (const ast::Name& channel : send.channels) all.push_back(path_to(send.message.text, channel.text));
  if (all.empty()) all.push_back(path_to(send.message.text, first_channel(send.message.text)));
  return all;
}

/// Whether a send takes one of its paths.
bool Reference::chooses(const ast::Action& action) {
  const auto* send = std::get_if<ast::Send>(&action.what);
  return send == nullptr || send->preferred;
}

bool Reference::attempt_one(const Body& body, const ast::Action& action) {
  const std::vector<Path> all = paths(action);
  if (const auto* send = std::get_if<ast::Send>(&action.what); send != nullptr) {
    // The channel that the lead names, then those of the list; where none can reach it, the reason of the first. [S6.9]
    const auto reaches = [&](const Path& path) {
      Gate gate;
      return !lacking_consent(*body.lead, path) && has_address(body, path, gate);
    };
    const Value wish = body.lead->fields.at("preferred_channel");
    for (const bool wished : {true, false}) {
      for (const Path& path : all) {
        if (wished && (wish.kind != Value::Kind::text || wish.text != path.channel)) continue;
        if (reaches(path)) return attempt(body, action, path, nullptr), true;
      }
    }
    return attempt(body, action, all.front(), nullptr), true;
  }
  for (const Path& path : all) {
    Gate gate;
    const std::string& message = path.message->name;
    if (is_held(*body.lead, message) || was_sent(body, action, path, nullptr, gate)) continue;
    // Who is held out walks through a pool like everybody. [S3.7]
    if (is_held_out(body, path, gate) && !body.lead->passed.insert(message).second) continue;
    if (body.e != nullptr) body.e->exhausted = false;
    return attempt(body, action, path, nullptr), true;
  }
  write_message(body, nurture::DecisionKind::skipped, action, all.back(),
                {Gate::Kind::skip, Reason::duplicate, Instant::max(), guard(action)});
  return false;
}

/// What is held counts as sent until its hold ends.
bool Reference::is_held(const Lead& lead, const std::string& message) {
  const auto is_it = [&](const Held& held) { return held.message == message; };
  return is_gathered(lead, message) || std::any_of(lead.held.begin(), lead.held.end(), is_it) ||
         std::any_of(lead.enrolments.begin(), lead.enrolments.end(),
                     [&](const Enrolment& e) { return std::any_of(e.held.begin(), e.held.end(), is_it); });
}

std::string Reference::guard(const ast::Action& action) {
  if (const auto* next = std::get_if<ast::SendNext>(&action.what)) {
    const std::string& pool = next->pool.text;
    return pool.starts_with("stream ") ? pool : "next of " + pool;
  }
  const auto& send = std::get<ast::Send>(action.what);
  return send.sent_within ? "unless sent within " + send.sent_within->text : std::string();
}

/// Any send of the message to the lead counts, but not the other channels of the same send. [S6.1]
bool Reference::was_sent(const Body& body, const ast::Action& action, const Path& path, const Held* held, Gate& gate) const {
  if (guard(action).empty()) return false;
  const auto* send = std::get_if<ast::Send>(&action.what);
  const Instant began = held != nullptr ? held->began : now_;
  const time::Zone& zone = body.e == nullptr ? lead_zone(*body.lead) : zone_of(nullptr, *body.lead, &sequence(*body.e));
  const auto known = body.lead->last_sends.find(path.message->name);
  if (known == body.lead->last_sends.end()) return false;
  for (const Sent& sent : known->second) {
    if (send != nullptr && time::add(sent.at, naive::period_of(send->sent_within->text), zone) <= now_) continue;
    if (send != nullptr && sent.action == &action && sent.channel != path.channel && sent.at >= began) continue;
    gate = {Gate::Kind::skip, Reason::duplicate, Instant::max(), guard(action)};
    return true;
  }
  return false;
}

/// Messages of which somebody asks whether they were sent.
void Reference::collect_asked_messages(const model::Model& model) {
  std::set<std::string> pools;
  for (const auto& file : model.files) {
    ast::for_each_node(*file, [&](const auto& node) {
      using Node = std::remove_cvref_t<decltype(node)>;
      if constexpr (std::is_same_v<Node, ast::Send>) {
        if (node.sent_within) asked_messages_.insert(node.message.text);
      } else if constexpr (std::is_same_v<Node, ast::SendNext>) {
        pools.insert(node.pool.text);
      }
    });
  }
  for (const model::Pool& pool : model.pools) {
    if (!pool.of_stream && !pools.contains(pool.name)) continue;
    for (const ast::Name& message : pool.node->messages) asked_messages_.insert(message.text);
  }
}

/// The same lead is held out of the same salt for ever; but nobody of what is transactional. [S3.7]
bool Reference::is_held_out(const Body& body, const Path& path, Gate& gate) const {
  return !path.category->transactional && is_in_holdout(*body.lead, body.e, gate);
}

bool Reference::is_in_holdout(const Lead& lead, const Enrolment* e, Gate& gate) const {
  std::vector<ast::Holdout> all;
  if (model_->project != nullptr) all = model_->project->holdouts;
  if (e != nullptr) {
    const std::vector<ast::Holdout>& own = sequence(*e).node->holdouts;
    all.insert(all.end(), own.begin(), own.end());
  }
  for (const ast::Holdout& holdout : all) {
    if (nurture::engine::bucket("holdout/" + holdout.salt.value, lead.name, 100) >= holdout.percent.value) continue;
    gate = {Gate::Kind::skip, Reason::holdout, Instant::max(),
            "holdout " + std::to_string(holdout.percent.value) + "% salt " + holdout.salt.value};
    return true;
  }
  return false;
}

/// When a condition ceases to hold if nothing happens: the first of the instants at which it may.
Instant Reference::ceases(Lead& lead, const ast::Expr& condition) {
  const Instant present = now_;
  Instant end = Instant::max();
  for (const Instant at : collect_moments(lead)) {
    if (at <= present) continue;
    now_ = at;
    World world(*this, lead, nullptr);
    const Value answer = naive::evaluate(condition, world);
    if (answer.kind == Value::Kind::truth && answer.truth) continue;
    end = at;
    break;
  }
  now_ = present;
  return end;
}

/// True when some `hold while` holds the message; the first of those that hold to end asks again. [S3.6]
bool Reference::hold_while(const Body& body, const Path& path, Gate& gate) {
  bool holds_it = false;
  for (const ast::Policy* policy : policies(body, path)) {
    for (const ast::HoldWhile& item : policy->hold_whiles) {
      if (!answer(*body.lead, nullptr, item.condition, {}).value_or(true)) continue;
      const Instant end = ceases(*body.lead, item.condition);
      const std::string what = item.label ? item.label->text : nurture::syntax::print_expression(item.condition);
      if (!holds_it || end < gate.until) gate = {Gate::Kind::hold, Reason::paused, end, "hold while " + what};
      holds_it = true;
    }
  }
  return holds_it;
}

/// What a `hold while` holds goes on as soon as none does. [S5.4]
void Reference::ask_let_go(Lead& lead, const Change& change) {
  for (Enrolment& e : lead.enrolments) {
    for (Held& held : e.held) {
      const bool snoozes = lead.snooze && *lead.snooze > now_ && !path_of(held).category->transactional;
      const bool rests = snoozes && held.until <= *lead.snooze;  // It asks again before the rest is over.
      if (held.reason != Reason::paused || rests || is_paused(lead, &e, held.channel)) continue;
      const Body body = body_of(lead, &e, held);
      bool asked = false;
      for (const ast::Policy* policy : policies(body, path_of(held))) {
        for (const ast::HoldWhile& item : policy->hold_whiles) asked = asked || is_asked(item.condition, change);
      }
      Gate gate;
      if (!asked) continue;
      held.until = hold_while(body, path_of(held), gate) ? std::min(held.until, gate.until) : now_;
    }
  }
}

/// What others send takes places at the instant at which it occurred. [S6.5]
void Reference::count_event(Lead& lead, const Occurrence& event) {
  for (const model::Policy& policy : model_->policies) {
    const bool used = std::any_of(order_.begin(), order_.end(), [&](int id) {
      const std::vector<model::Id> all = model_->policies_of(*declared(id).node);
      return std::find(all.begin(), all.end(), model_->find_policy(policy.name)) != all.end();
    });
    for (const ast::Cap& cap : policy.node->caps) {
      if (!used || !cap.counting || !matches(lead, nullptr, *cap.counting, event)) continue;
      Sent taken{event.occurred, {}, {}, {}, nullptr};
      take_place(lead, cap, taken, lead_zone(lead));
      lead.sent.push_back(taken);
    }
  }
}

}  // namespace reference
