// Lines of a test are in the order of time. Entry point: check_test_order().
//
// Absolute instants are compared with absolute ones, days of the enrolment with days of the enrolment; how the two lie
// to each other is known only when the test runs. `+2h` counts from the line above, so it carries its clock along.
#include "check/test_order.hpp"

#include "time/zone.hpp"

#include <optional>
#include <vector>

namespace nurture::check {

namespace {

constexpr std::int64_t kSecondsPerDay = 24 * 60 * 60;

/// Seconds on one of three clocks that cannot be compared with each other.
struct Reading {
  enum class Clock : std::uint8_t { local, exact, enrolment } clock = Clock::local;
  std::int64_t seconds = 0;
  Span place;
};

std::optional<Reading> read_absolute(const ast::Instant& instant) {
  const auto read = time::parse_date_time(instant.date_time.text);
  if (!read) return std::nullopt;
  const auto clock = read->has_offset ? Reading::Clock::exact : Reading::Clock::local;
  return Reading{clock, read->local.seconds - (read->has_offset ? read->offset : 0), instant.span};
}

class Order {
 public:
  explicit Order(Context& context) : context_(context) {}

  void line(const ast::Instant& instant) {
    switch (instant.kind) {
      case ast::Instant::Kind::absolute: return take(read_absolute(instant));
      case ast::Instant::Kind::day:
        return take(Reading{Reading::Clock::enrolment, instant.day * kSecondsPerDay + instant.time.minutes * 60, instant.span});
      case ast::Instant::Kind::relative: return move(instant);
    }
  }

 private:
  void take(std::optional<Reading> reading) {
    if (!reading) return;
    const Reading* later = nullptr;
    for (const auto& before : readings_) {
      if (before.clock == reading->clock && before.seconds > reading->seconds && later == nullptr) later = &before;
    }
    if (later != nullptr) {
      context_.add(Finding(Code::test_out_of_order, reading->place, "this line is before the ones above it")
                       .label(later->place, "it belongs above this line")
                       .help("move the line up, or give it a later time"));
      return;
    }
    readings_.push_back(*reading);
    last_ = readings_.back();
  }

  void move(const ast::Instant& instant) {
    if (instant.offset.text.starts_with('-')) {
      context_.add(Finding(Code::test_out_of_order, instant.span, "this line is before the one above it")
                       .help("a relative time counts forward from the line above, e.g. `+2h`"));
      return;
    }
    // Months have no fixed length, and days only on a local clock.
    const bool fixed = instant.offset.months == 0 && (instant.offset.days == 0 || !last_ || last_->clock != Reading::Clock::exact);
    if (!last_ || !fixed) {
      last_.reset();
      return;
    }
    last_->seconds += instant.offset.days * kSecondsPerDay + instant.offset.seconds;
    last_->place = instant.span;
    readings_.push_back(*last_);
  }

  Context& context_;
  std::vector<Reading> readings_;
  std::optional<Reading> last_;
};

}  // namespace

void check_test_order(Context& context, const ast::Test& test) {
  Order order(context);
  for (const auto& line : test.timeline) {
    if (line.at) order.line(*line.at);
  }
}

}  // namespace nurture::check
