// The words of the tree's enumerations, as authors write them where the language has a word. Entry point: word().
#pragma once

#include "syntax/ast.hpp"

#include <string_view>

namespace nurture::ast {

[[nodiscard]] std::string_view word(ExprKind kind);  ///< "and", "less_equal", "known": names, not operators
[[nodiscard]] std::string_view word(Window::Kind kind);
[[nodiscard]] std::string_view word(TypeKind kind);  ///< "string", "int", ...
[[nodiscard]] std::string_view word(ParameterType type);
[[nodiscard]] std::string_view word(Category::Consent consent);
[[nodiscard]] std::string_view word(Zone::Kind kind);
[[nodiscard]] std::string_view word(HoldOrDrop choice);
[[nodiscard]] std::string_view word(Reenroll::Kind kind);
[[nodiscard]] std::string_view word(Anchor::Otherwise otherwise);
[[nodiscard]] std::string_view word(LateRule::Kind kind);
[[nodiscard]] std::string_view word(CatchUp::Kind kind);
[[nodiscard]] std::string_view word(AnchorNext::Kind kind);
[[nodiscard]] std::string_view word(MigrateStep::Timer timer);
[[nodiscard]] std::string_view word(Recurrence::Kind kind);
[[nodiscard]] std::string_view word(Repeat::Kind kind);
[[nodiscard]] std::string_view word(Offset::Kind kind);
[[nodiscard]] std::string_view word(Cap::Unit unit);
[[nodiscard]] std::string_view word(Decay::Kind kind);
[[nodiscard]] std::string_view word(Retain::Kind kind);
[[nodiscard]] std::string_view word(ExpectMembership::Kind kind);
[[nodiscard]] std::string_view word(TierAction::Kind kind);
[[nodiscard]] std::string_view word(Instant::Kind kind);
[[nodiscard]] std::string_view word(FeedDelivery::Result result);
[[nodiscard]] std::string_view word(FeedPause::What what);
/// "mon" for 0 .. "sun" for 6.
[[nodiscard]] std::string_view weekday_word(std::int32_t day);
/// "monday" for 0 .. "sunday" for 6.
[[nodiscard]] std::string_view weekday_name(std::int32_t day);

/// "topic" for "lead.topic"; "" for what is no field of the lead.
[[nodiscard]] std::string_view lead_field_name(std::string_view name);

}  // namespace nurture::ast
