// All that an engine knows, sealed: magic, version of the format, the program and the project that it belongs to, the core
// and the outbox, and a checksum over it all. docs/state.md describes the bytes. Entry points: save(), restore(); join()
// and split() for several engines.
#pragma once

#include "engine/core.hpp"
#include "runtime/outbox.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nurture::runtime {

[[nodiscard]] std::string save(engine::Core& core, Outbox& outbox);
/// Into a core and an outbox that hold nothing yet. Refused, they are good for nothing.
[[nodiscard]] Status restore(std::string_view bytes, engine::Core& core, Outbox& outbox);

[[nodiscard]] std::string join(const std::vector<std::string>& shards);
/// Refused when there are not just as many.
[[nodiscard]] Status split(std::string_view bytes, std::vector<std::string>& shards);

}  // namespace nurture::runtime
