// Channels: what they require is an expression, and their numbers mean something. Entry point: check_channels().
#include "check/expressions.hpp"
#include "check/passes.hpp"

namespace nurture::check {

namespace {

using model::TypeKind;

/// What the outbox and the gates of a channel count with is elapsed time: a retry has no calendar. False when it was reported.
bool check_exact(Context& context, const ast::Duration& length, const char* example) {
  if (length.text.empty()) return false;
  if (length.months != 0 || length.days != 0 || is_zero(length)) {
    context.add(Finding(Code::bad_offset, length.span, "this is counted in `h`, `min` and `s`, and is not nothing").help(example));
    return false;
  }
  check_length(context, length);
  return true;
}

void check_retry(Context& context, const ast::Retry& retry) {
  if (retry.times.value < 1 || retry.times.value > limits::kDeliveryRetries) {
    context.add(Finding(Code::bad_offset, retry.times.span,
                        "a message is tried again between 1 and " + std::to_string(limits::kDeliveryRetries) + " times"));
  }
  const bool from = check_exact(context, retry.from, "write e.g. `from 1min`");
  const bool to = check_exact(context, retry.to, "write e.g. `to 6h`");
  if (!from || !to || retry.from.seconds <= retry.to.seconds) return;
  context.add(Finding(Code::bad_offset, retry.to.span, "the longest wait is shorter than the first").label(retry.from.span, "the first"));
}

void check_breaker(Context& context, const ast::Breaker& breaker) {
  if (breaker.percent.value < 1 || breaker.percent.value > 100)
    context.add(Finding(Code::bad_offset, breaker.percent.span, "a breaker opens at a share between 1% and 100%"));
  if (breaker.of.value < 1)
    context.add(Finding(Code::bad_offset, breaker.of.span, "a share of no deliveries is none").help("write e.g. `of 40`"));
  check_counted(context, breaker.of, "a breaker");
  (void)check_exact(context, breaker.within, "write e.g. `within 5min`");
  (void)check_exact(context, breaker.probe, "write e.g. `probe after 10min`");
}

void check_cost(Context& context, const ast::Cost& cost) {
  model::Type number;
  number.kind = TypeKind::number;
  (void)check_value(context, cost.value, Scope{}, number, "`cost`");
}

void check_channel(Context& context, const ast::Channel& node) {
  context.at_most_one(node.requirements, "`requires`");
  context.at_most_one(node.retries, "`retry`");
  context.at_most_one(node.rates, "`rate`");
  context.at_most_one(node.breakers, "`breaker`");
  context.at_most_one(node.costs, "`cost`");
  Scope scope;
  scope.place = "a channel";
  for (const auto& item : node.requirements) (void)check_expression(context, item.value, scope);
  for (const auto& retry : node.retries) check_retry(context, retry);
  for (const auto& rate : node.rates) {
    if (rate.count.value < 1)
      context.add(Finding(Code::quiet_hours_all_day, rate.count.span, "a rate of 0 lets nothing through").help("a rate is at least 1"));
    if (rate.count.value > limits::kRate)
      context.add(Finding(Code::too_long, rate.count.span, "a rate counts at most " + std::to_string(limits::kRate) + " messages")
                      .help("count fewer over a shorter time"));
    (void)check_exact(context, rate.per, "write e.g. `rate 500 per 1min`");
  }
  for (const auto& breaker : node.breakers) check_breaker(context, breaker);
  for (const auto& cost : node.costs) check_cost(context, cost);
}

}  // namespace

void check_channels(Context& context) {
  for (const auto& channel : context.model.channels) {
    if (channel.node != nullptr) check_channel(context, *channel.node);
  }
}

}  // namespace nurture::check
