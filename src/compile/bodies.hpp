// How the actions of a body become nodes, for those who look for an action's node. Entry point: inner_bodies().
#pragma once

#include "syntax/ast.hpp"

#include <vector>

namespace nurture::compile {

/// The bodies that stand inside an action, in file order. Nodes are numbered in this order: an action, then what stands inside it,
/// then the action behind it.
[[nodiscard]] std::vector<const ast::Body*> inner_bodies(const ast::Action& action);

}  // namespace nurture::compile
