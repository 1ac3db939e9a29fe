// The two clocks that come with the library. Everything else reads time through the Clock interface, so a test or a dry
// run decides what "now" is.
#include <nurture/time.hpp>

#include <chrono>
#include <stdexcept>

namespace nurture {

namespace {

Instant require_instant(std::string_view text) {
  const auto instant = Instant::parse(text);
  if (!instant) throw std::invalid_argument("not an instant such as 2026-03-02T08:00:00Z: " + std::string(text));
  return *instant;
}

}  // namespace

Instant SystemClock::now() const {
  using std::chrono::duration_cast;
  return {duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

ManualClock::ManualClock(std::string_view start) : now_(require_instant(start)) {}

}  // namespace nurture
