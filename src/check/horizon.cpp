// What is certain to lie behind the end of the time-zone data. Entry points: check_horizon().
//
// The check knows no clock, so only what hangs on a date that is written out is certain: an anchor with such a date and
// the steps on it, the lines of a test. Zones differ by hours from UTC; at this end that does not matter.
#include "check/horizon.hpp"

#include "syntax/ast_algorithms.hpp"
#include "time/zone.hpp"

#include <cstdlib>
#include <optional>
#include <type_traits>

namespace nurture::check {

namespace {

std::optional<Instant> read(std::string_view text) {
  const auto moment = time::parse_date_time(text);
  return moment ? std::optional(moment->in(*time::utc())) : std::nullopt;
}

Instant moved(Instant from, const ast::Duration& by) {
  const time::Period period{static_cast<std::int32_t>(by.months), static_cast<std::int32_t>(by.days), by.seconds * 1000};
  const bool bounded = by.months == period.months && by.days == period.days && std::abs(by.seconds) < INT64_MAX / 1000;
  if (!bounded) return Instant::max();
  return time::add(from, period, *time::utc());
}

class Horizon {
 public:
  explicit Horizon(Context& context) : context_(context), end_(time::zone_data_end()) {}

  /// True when it was reported.
  bool refuse(Instant at, Span span) {
    if (at <= end_) return false;
    const std::string last = end_.to_string().substr(0, 10);
    context_.add(Finding(Code::beyond_time_zones, span, "this lies behind " + last + ", where the time-zone data ends")
                     .help("nothing is planned after that day; give an earlier date"));
    return true;
  }

 private:
  Context& context_;
  Instant end_;
};

/// The moment of a step that counts from a known one.
std::optional<Instant> moment_of(const ast::Offset& offset, Instant anchor) {
  if (offset.kind == ast::Offset::Kind::at) return moved(anchor, offset.duration);
  if (offset.kind != ast::Offset::Kind::day || offset.day < -limits::kOffsetDays || offset.day > limits::kOffsetDays) return std::nullopt;
  return time::add(anchor, {0, static_cast<std::int32_t>(offset.day), 0}, *time::utc());
}

}  // namespace

void check_horizon(Context& context, const ast::Sequence& sequence) {
  Horizon horizon(context);
  for (std::size_t i = 0; i < sequence.anchors.size(); ++i) {
    const ast::Anchor& anchor = sequence.anchors[i];
    bool told = false;
    ast::for_each_node(anchor.value, [&](const auto& node) {
      if constexpr (std::is_same_v<std::decay_t<decltype(node)>, ast::Expr>) {
        const auto at = node.kind == ast::ExprKind::datetime ? read(node.text) : std::nullopt;
        if (at) told = horizon.refuse(*at, node.span) || told;
      }
    });
    const auto date = anchor.value.kind == ast::ExprKind::datetime && !told ? read(anchor.value.text) : std::nullopt;
    if (!date) continue;
    ast::for_each_node(sequence, [&](const auto& node) {
      if constexpr (std::is_same_v<std::decay_t<decltype(node)>, ast::Step>) {
        const bool is_on_it = node.offset.from ? node.offset.from->text == anchor.name.text : i == 0;
        const auto at = is_on_it ? moment_of(node.offset, *date) : std::nullopt;
        if (at) horizon.refuse(*at, node.offset.span);
      }
    });
  }
}

void check_horizon(Context& context, const ast::DateTime& date) {
  if (const auto at = read(date.text)) (void)Horizon(context).refuse(*at, date.span);
}

void check_horizon(Context& context, const ast::Test& test) {
  Horizon horizon(context);
  std::optional<Instant> entry;  // days of the enrolment count from the first line with a date
  std::optional<Instant> last;
  for (const auto& line : test.timeline) {
    if (!line.at) continue;
    const ast::Instant& at = *line.at;
    if (at.kind == ast::Instant::Kind::absolute) last = read(at.date_time.text);
    if (at.kind == ast::Instant::Kind::relative && last) last = moved(*last, at.offset);
    const bool counts = at.kind == ast::Instant::Kind::day && entry && at.day >= 0 && at.day <= limits::kOffsetDays;
    if (counts) last = time::add(*entry, {0, static_cast<std::int32_t>(at.day), 0}, *time::utc());
    if (!entry) entry = last;
    // What follows lies behind the end as well.
    if (last && horizon.refuse(*last, at.span)) return;
  }
}

}  // namespace nurture::check
