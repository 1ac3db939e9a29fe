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
  };
  virtual ~Resolver() = default;
  /// A dotted path ("lead.phone", "enrolled_at", CEL variable "a.b.c"); nullopt when it is not a name of its own.
  [[nodiscard]] virtual std::optional<Load> load(std::string_view path) = 0;
  /// A segment, compiled before; nullopt when there is none of that name.
  [[nodiscard]] virtual std::optional<eval::Ref> segment(std::string_view name) = 0;
  /// Index in Module::queries of a history or fold expression. `member` is the `.name` that follows first() or last(),
  /// empty otherwise.
  [[nodiscard]] virtual std::uint32_t query(const ast::Expr& history, std::string_view member) = 0;
};

/// Appends the code of `expression` to `module`. Recognises the schedulable forms (`idle(P) >= 14d`, `now - T >= D`,
/// `T - now <= D`, `now REL T` and their mirror images) and constant-folds literals of collections.
[[nodiscard]] eval::Ref lower(const ast::Expr& expression, Resolver& resolver, eval::Module& module,
                              syntax::Profile profile = syntax::Profile::nurture);

}  // namespace nurture::compile
