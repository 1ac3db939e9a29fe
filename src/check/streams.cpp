// Streams and broadcasts into the model, as what they stand for: a sequence with one step. A stream sends what comes next in
// a pool of its own at each beat of its cadence; a broadcast sends at once to whoever it is started for. Entry points:
// declare_streams(), declare_broadcasts().
//
// Only the engine's `exhausted` and the start of a broadcast are new; everything else of both is what sequences have.
#include "check/horizon.hpp"
#include "check/passes.hpp"

#include <memory>
#include <utility>

namespace nurture::check {

namespace {

using model::Id;
using model::kNone;

void report_lack(Context& context, const ast::Name& name, std::string_view what, std::string text, std::string yaml) {
  context.add(Finding(Code::lacks_part, name.span, quoted(name.text) + " does not say " + std::string(what))
                  .help(context.in_spelling_of(name.span, std::move(text), std::move(yaml))));
}

/// What is common to both. They may be entered again and again: no run repeats what another did.
template <class Node>
std::shared_ptr<ast::Sequence> begin(const Node& node) {
  auto made = stand_in(node);
  made->priorities = node.priorities;
  ast::Reenroll& reenroll = made->reenrolls.emplace_back();
  reenroll.kind = ast::Reenroll::Kind::always;
  reenroll.span = node.name.span;
  return made;
}

ast::Step step_of(Span span, std::string name, ast::Offset offset, ast::Action action) {
  ast::Step step;
  step.span = span;
  step.offset = std::move(offset);
  step.offset.span = span;
  ast::Name& named = step.name.emplace();
  named.text = std::move(name);
  named.span = span;
  step.body.span = span;
  step.body.braces = false;
  step.body.actions.push_back(std::move(action));
  return step;
}

// ---------------------------------------------------------------- streams

/// The pool of a stream. No author can write its name, so that nothing else sends from it.
std::string pool_name(const ast::Stream& node) { return "stream " + node.name.text; }

void declare_pool(Context& context, const ast::Stream& node) {
  auto made = std::make_shared<ast::Pool>();
  made->span = node.span;
  made->name = node.name;
  made->name.text = pool_name(node);
  for (const auto& piece : node.pieces) made->messages.push_back(piece.message);
  context.model.names.emplace(table_key("pool", made->name.text), static_cast<Id>(context.model.pools.size()));
  context.model.pools.push_back({made->name.text, made.get(), {}, true});
  context.model.made.push_back(std::move(made));
}

ast::Action next_piece(const ast::Stream& node, Span span) {
  ast::SendNext send;
  send.span = span;
  send.pool = node.name;
  send.pool.text = pool_name(node);
  if (!node.exhausted.empty()) send.exhausted = node.exhausted.front().body;
  ast::Action action;
  action.span = span;
  action.what = std::move(send);
  return action;
}

void declare_stream(Context& context, const ast::Stream& node) {
  context.at_most_one(node.cadences, "`cadence`");
  context.at_most_one(node.exhausted, "`exhausted`");
  if (node.cadences.empty())
    report_lack(context, node.name, "when its pieces go out", "add `cadence every monday at 09:00`",
                "add `cadence: {weekday: monday, time: \"09:00\"}`");
  if (node.pieces.empty())
    report_lack(context, node.name, "what it sends", "add a piece, e.g. `send tips_1`", "add `pieces:` with the names of messages");
  auto made = begin(node);
  for (const auto& entry : node.enrolls) {
    ast::Enroll& enroll = made->enrolls.emplace_back();
    static_cast<ast::Statement&>(enroll) = entry;
    enroll.trigger = entry.trigger;
  }
  made->stays = node.stays;
  made->holdouts = node.holdouts;
  made->suppressions = node.suppressions;
  made->goals = node.goals;
  made->exits = node.exits;
  if (!node.cadences.empty()) {
    ast::Offset offset;
    offset.kind = ast::Offset::Kind::every;
    offset.every = node.cadences.front().every;
    const Span span = node.cadences.front().span;
    made->plan.emplace_back(step_of(span, "piece", std::move(offset), next_piece(node, span)));
  }
  if (!declare_sequence(context, *made)) return;
  context.model.sequences.back().stream = &node;
  declare_pool(context, node);
  context.model.made.push_back(std::move(made));
}

// ---------------------------------------------------------------- broadcasts

void check_spread(Context& context, const ast::Duration& length) {
  constexpr std::int64_t kHoursMax = 7 * 24;
  if (length.months == 0 && length.days == 0 && !is_zero(length) && length.seconds <= kHoursMax * 60 * 60) return;
  context.add(Finding(Code::bad_offset, length.span,
                      "a broadcast is spread over minutes or hours, at most " + std::to_string(kHoursMax) + " of them")
                  .help("write e.g. `4h`"));
}

void check_target(Context& context, const ast::Broadcast& node) {
  context.at_most_one(node.targets, "`to segment`");
  if (node.targets.empty()) return report_lack(context, node.name, "to whom", "add `to segment NAME`", "add `to: {segment: NAME}`");
  const ast::Name& name = node.targets.front().segment;
  if (context.model.find_segment(name.text) == kNone)
    context.unknown(name, {"segment", "segment " + name.text + " = ..."}, context.model.segments);
}

void declare_broadcast(Context& context, const ast::Broadcast& node) {
  check_target(context, node);
  context.at_most_one(node.starts, "`at`");
  context.at_most_one(node.spreads, "`spread`");
  context.at_most_one(node.messages, "`send`");
  for (const auto& item : node.spreads) check_spread(context, item.length);
  for (const auto& item : node.starts) check_horizon(context, item.start);
  auto made = begin(node);
  if (node.messages.empty()) {
    report_lack(context, node.name, "what it sends", "add `send MESSAGE`", "add `send: MESSAGE`");
  } else {
    const ast::Piece& piece = node.messages.front();
    ast::Send send;
    send.span = piece.span;
    send.message = piece.message;
    ast::Action action;
    action.span = piece.span;
    action.what = std::move(send);
    made->plan.emplace_back(step_of(piece.span, "message", {}, std::move(action)));
  }
  if (!declare_sequence(context, *made)) return;
  context.model.sequences.back().broadcast = &node;
  context.model.made.push_back(std::move(made));
}

}  // namespace

void declare_streams(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->streams) declare_stream(context, node);
  }
}

void declare_broadcasts(Context& context) {
  for (const auto& file : context.model.files) {
    for (const auto& node : file->broadcasts) declare_broadcast(context, node);
  }
}

}  // namespace nurture::check
