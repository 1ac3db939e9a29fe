// Makes a case smaller while its difference remains: leaves out inputs, then statements, puts the parts of a statement in
// its place, and begins again until nothing can go. Entry point: shrink().
#include "model/case.hpp"

#include <functional>

namespace reference {

namespace {

bool fails(const Case& c) {
  const Verdict verdict = judge(c);
  return verdict.compiles && !verdict.agrees();
}

/// Halves, quarters, ... and single inputs.
bool drop_inputs(Case& c) {
  bool any = false;
  for (std::size_t size = std::max<std::size_t>(1, c.inputs.size() / 2); size > 0; size /= 2) {
    for (std::size_t at = 0; at < c.inputs.size();) {
      Case smaller = c;
      const std::size_t end = std::min(at + size, c.inputs.size());
      smaller.inputs.erase(smaller.inputs.begin() + static_cast<std::ptrdiff_t>(at),
                           smaller.inputs.begin() + static_cast<std::ptrdiff_t>(end));
      if (fails(smaller)) {
        c = std::move(smaller);
        any = true;
      } else {
        at += size;
      }
    }
  }
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    for (std::size_t f = 0; f < c.inputs[i].fields.size();) {
      Case smaller = c;
      smaller.inputs[i].fields.erase(smaller.inputs[i].fields.begin() + static_cast<std::ptrdiff_t>(f));
      if (fails(smaller)) {
        c = std::move(smaller);
        any = true;
      } else {
        ++f;
      }
    }
  }
  return any;
}

bool drop_pieces(Case& c, const std::function<std::vector<Piece>&(Case&)>& list) {
  bool any = false;
  for (std::size_t i = 0; i < list(c).size();) {
    Case smaller = c;
    std::vector<Piece>& pieces = list(smaller);
    const std::vector<Piece> inner = pieces[i].inner;
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(smaller)) {
      c = std::move(smaller);
      any = true;
      continue;
    }
    list(smaller).insert(list(smaller).begin() + static_cast<std::ptrdiff_t>(i), inner.begin(), inner.end());
    if (!inner.empty() && fails(smaller)) {
      c = std::move(smaller);
      any = true;
      continue;
    }
    any = drop_pieces(c, [&list, i](Case& other) -> std::vector<Piece>& { return list(other)[i].inner; }) || any;
    ++i;
  }
  return any;
}

}  // namespace

Case shrink(Case c) {
  bool any = true;
  for (int round = 0; any && round < 10; ++round) {
    any = drop_inputs(c);
    any = drop_pieces(c, [](Case& other) -> std::vector<Piece>& { return other.pieces; }) || any;
  }
  return c;
}

}  // namespace reference
