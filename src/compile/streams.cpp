// Pools, streams and broadcasts: what they add to the sequences that they are compiled to. Entry points: add_pool(),
// add_broadcast(), order_broadcasts().
#include "compile/builder.hpp"

namespace nurture::compile {

Id add_pool(Program& program, const model::Pool& declared) {
  const auto same = [&](const Pool& pool) { return pool.name == declared.name; };
  const auto at = std::find_if(program.pools.begin(), program.pools.end(), same);
  if (at != program.pools.end()) return static_cast<Id>(at - program.pools.begin());
  program.pools.push_back({declared.name, declared.messages, declared.of_stream, 0});
  return static_cast<Id>(program.pools.size() - 1);
}

void add_broadcast(Builder& builder, Sequence& sequence, const ast::Broadcast& node) {
  Broadcast& broadcast = sequence.broadcast;
  broadcast.segment = builder.model.find_segment(node.targets.front().segment.text);
  insert_sorted(sequence.segments, broadcast.segment);
  for (const Id inner : builder.program.segments[broadcast.segment].segments) insert_sorted(sequence.segments, inner);
  if (!node.spreads.empty()) broadcast.spread_ms = node.spreads.front().length.seconds * 1000;
  if (node.starts.empty()) return;
  // A date without an offset is on the clock of the broadcast, else of the project: it starts once, for everybody.
  const time::Zone* zone = builder.program.zone == nullptr ? time::utc() : builder.program.zone;
  if (sequence.zone.kind == ZoneRule::Kind::named) zone = sequence.zone.zone;
  broadcast.start = time::parse_date_time(node.starts.front().start.text).value().in(*zone);
}

void order_broadcasts(Program& program) {
  for (const Id id : program.sequence_order) {
    const bool starts = program.sequences[id].broadcast.start != Instant::max() && !program.sequences[id].is_pinned;
    if (starts) program.broadcasts.push_back(id);
  }
  std::stable_sort(program.broadcasts.begin(), program.broadcasts.end(),
                   [&](Id a, Id b) { return program.sequences[a].broadcast.start < program.sequences[b].broadcast.start; });
}

}  // namespace nurture::compile
