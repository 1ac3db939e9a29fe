// Instants and clocks: how time reaches the engine. The engine never reads a clock by itself.
//
//   nurture::ManualClock clock{"2026-03-02T08:00:00Z"};
//   clock.advance(std::chrono::days{14});
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace nurture {

namespace detail {

/// The sum, or the nearest representable number when it has none. Keeps arithmetic at Instant::max() defined.
[[nodiscard]] constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (b > 0 && a > Limits::max() - b) return Limits::max();
  if (b < 0 && a < Limits::min() - b) return Limits::min();
  return a + b;
}

[[nodiscard]] constexpr std::int64_t saturating_subtract(std::int64_t a, std::int64_t b) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (b < 0 && a > Limits::max() + b) return Limits::max();
  if (b > 0 && a < Limits::min() + b) return Limits::min();
  return a - b;
}

}  // namespace detail

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant {
  std::int64_t ms = 0;

  /// Reads "2026-03-02T08:00:00Z", with optional fraction (milliseconds kept) and "Z" or "+02:00"; nullopt otherwise.
  [[nodiscard]] static std::optional<Instant> parse(std::string_view text);
  /// "2026-03-02T08:00:00Z", with ".123" only when there are milliseconds.
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] static constexpr Instant min() { return {std::numeric_limits<std::int64_t>::min()}; }
  [[nodiscard]] static constexpr Instant max() { return {std::numeric_limits<std::int64_t>::max()}; }

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;

  /// Arithmetic stops at min() and max() instead of overflowing.
  friend constexpr Instant operator+(Instant a, std::chrono::milliseconds d) { return {detail::saturating_add(a.ms, d.count())}; }
  friend constexpr Instant operator-(Instant a, std::chrono::milliseconds d) { return {detail::saturating_subtract(a.ms, d.count())}; }
  friend constexpr std::chrono::milliseconds operator-(Instant a, Instant b) {
    return std::chrono::milliseconds{detail::saturating_subtract(a.ms, b.ms)};
  }
};

/// The version of the time-zone data that decides when clocks change, e.g. "2025b", or "unknown". Engines with different
/// versions may decide differently for a country that changed its rules in between.
[[nodiscard]] std::string zone_data_version();

/// How the host gives time. Called from the thread that steps the engine; must not throw. Going back is harmless:
/// the engine refuses an earlier time with an error and stays as it is.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

/// The operating system's wall clock, in production.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// A clock that stands still until it is told to move, in tests and dry runs. Not for several threads at once.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start) {}
  /// Throws std::invalid_argument when the text is no instant: that is a fault of the host's program.
  explicit ManualClock(std::string_view start);
  [[nodiscard]] Instant now() const override { return now_; }
  void set(Instant now) { now_ = now; }
  void advance(std::chrono::milliseconds by) { now_ = now_ + by; }

 private:
  Instant now_;
};

}  // namespace nurture
