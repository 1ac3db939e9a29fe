// Sequences that move leads to each other, all of them open to whoever comes back: a lead may go round for ever. Where one of
// them lets nobody in again, or only after some time, there is a bound. Entry point: ping_pong().
#include "check/bodies.hpp"
#include "lint/lints.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace nurture::lint {

namespace {

bool lets_everybody_in(const model::Sequence& sequence) {
  const auto& said = sequence.node->reenrolls;
  if (said.empty()) return !sequence.node->recurring_enrolls.empty();
  return said.front().kind == ast::Reenroll::Kind::always;
}

struct Move {
  Id to;
  const ast::MoveTo* node;
};

std::vector<Move> moves_of(const model::Model& model, const model::Sequence& sequence) {
  std::vector<Move> moves;
  const auto look = [&](const ast::Body& body) {
    check::for_each_action(body, [&](const ast::Action& action) {
      const auto* move = std::get_if<ast::MoveTo>(&action.what);
      const Id to = move == nullptr ? kNone : model.find_sequence(move->sequence.text);
      if (to != kNone && lets_everybody_in(model.sequences[to])) moves.push_back({to, move});
    });
  };
  for (const auto& step : sequence.steps) look(step.node->body);
  for (const auto& handler : sequence.handlers) look(handler.node->body);
  return moves;
}

using Moves = std::vector<std::vector<Move>>;

/// Leaves only moves to sequences from which a way goes on without end, so that long chains cost nothing below.
void drop_dead_ends(Moves& moves) {
  std::vector<std::vector<Id>> from(moves.size());
  std::vector<Id> ended;
  for (Id id = 0; id < moves.size(); ++id) {
    for (const Move& move : moves[id]) from[move.to].push_back(id);
    if (moves[id].empty()) ended.push_back(id);
  }
  while (!ended.empty()) {
    const Id end = ended.back();
    ended.pop_back();
    for (const Id id : from[end]) {
      if (moves[id].empty()) continue;
      std::erase_if(moves[id], [&](const Move& move) { return move.to == end; });
      if (moves[id].empty()) ended.push_back(id);
    }
  }
}

/// The moves that lead from one sequence back to it, the shortest way; empty when none does. A move to itself is a new
/// beginning that the author chose.
std::vector<Move> way_back(const Moves& moves, Id start) {
  struct Reached {
    Id from;
    Move by;
  };
  std::map<Id, Reached> reached;
  std::vector<Id> queue{start};
  for (std::size_t next = 0; next < queue.size() && !reached.contains(start); ++next) {
    const Id from = queue[next];
    for (const Move& move : moves[from]) {
      if (move.to == from || !reached.try_emplace(move.to, Reached{from, move}).second) continue;
      queue.push_back(move.to);
    }
  }
  std::vector<Move> way;
  if (!reached.contains(start)) return way;
  Id at = start;
  do {
    const Reached& step = reached.at(at);
    way.push_back(step.by);
    at = step.from;
  } while (at != start);
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace

void ping_pong(const model::Model& model, Report& report) {
  Moves moves;
  for (const auto& sequence : model.sequences) moves.push_back(moves_of(model, sequence));
  drop_dead_ends(moves);
  std::vector<bool> said(model.sequences.size(), false);
  for (Id id = 0; id < moves.size(); ++id) {
    if (said[id] || !lets_everybody_in(model.sequences[id])) continue;
    const std::vector<Move> way = way_back(moves, id);
    if (way.empty()) continue;
    for (const Move& move : way) said[move.to] = true;
    const model::Sequence& first = model.sequences[id];
    Finding finding(Code::ping_pong, way.back().node->sequence.span,
                    "a lead can go round from " + quoted(first.name) + " to itself for ever");
    for (std::size_t i = 0; i + 1 < way.size(); ++i) finding.label(way[i].node->sequence.span, "and from here");
    report.add(finding.help("let one of them take a lead in again only after a time: `reenroll after 90d`"), first);
  }
}

}  // namespace nurture::lint
