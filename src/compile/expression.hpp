// Lowers expressions of the syntax tree to eval::Module instructions. Entry point: lower().
//
// Lowering trusts the checker: it reports nothing, and whatever it cannot resolve becomes the constant error
// `unknown_name`, which is what the CEL profile asks for.
#pragma once

#include "eval/code.hpp"
#include "syntax/ast.hpp"
#include "syntax/parse.hpp"

#include <optional>
#include <string_view>

namespace nurture::compile {

/// Gives names their meaning during lowering. `lead.phone`, `event.link`, `anchor.start`, `score.fit`, a segment's name...
class Resolver {
 public:
  struct Load {
    eval::Origin origin;
    std::uint32_t index = 0;
    eval::Slot slot = eval::Slot::asked;
  };
  virtual ~Resolver() = default;
  /// A dotted path ("lead.phone", "enrolled_at", CEL variable "a.b.c"); nullopt when it is not a name of its own.
  [[nodiscard]] virtual std::optional<Load> load(std::string_view path) = 0;
  /// A segment, compiled before; nullopt when there is none of that name.
  [[nodiscard]] virtual std::optional<eval::Ref> segment(std::string_view name) = 0;
  /// Index in Module::queries of a history or fold expression. `member` is the `.name` that follows first() or last().
  /// It is empty otherwise; first() and last() then answer when the event occurred, like `.at`, so that `last(P) is known`
  /// means any(P). `where` may be lowered into the same module meanwhile.
  [[nodiscard]] virtual std::uint32_t query(const ast::Expr& history, std::string_view member) = 0;
};

/// Appends the code of `expression` to `module`. Comparisons in which the clock stands alone, or moved by a length, on one
/// side are turned around so that they can be scheduled: `idle(P) >= x`, `now >= x`, `now - x >= y`, `x - now <= y`,
/// `now + x >= y` for every relation, and their mirror images, with x and y independent of the clock. Lists of literals
/// become constants.
[[nodiscard]] eval::Ref lower(const ast::Expr& expression, Resolver& resolver, eval::Module& module,
                              syntax::Profile profile = syntax::Profile::nurture);

}  // namespace nurture::compile
