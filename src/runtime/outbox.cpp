// See outbox.hpp. Kept in memory: until the journal exists, what waits here is lost with the process.
#include "runtime/outbox.hpp"

#include "engine/hash.hpp"

#include <algorithm>
#include <exception>

namespace nurture::runtime {
namespace {

constexpr std::int64_t kBaseMs = 30'000;
constexpr std::int64_t kLongestMs = std::int64_t{6} * 3'600'000;
constexpr int kAttempts = 12;

Text view(const std::string& text) { return {text.c_str(), text.size()}; }

std::int64_t backoff_ms(const std::string& key, int attempt) {
  const std::int64_t ceiling = std::min(kLongestMs, kBaseMs << std::min(attempt - 1, 20));
  const std::uint64_t draw = engine::Hasher{}.add(key).add(static_cast<std::uint64_t>(attempt)).finish64();
  return 1 + static_cast<std::int64_t>(draw % static_cast<std::uint64_t>(ceiling));
}

}  // namespace

Delivery call_sink(const ChannelSink& sink, const Message& message) {
  try {
    return sink(message);
  } catch (const std::exception& error) {
    Delivery again = Delivery::retry(std::chrono::milliseconds{0});
    again.reason = error.what();
    return again;
  } catch (...) {
    Delivery again = Delivery::retry(std::chrono::milliseconds{0});
    again.reason = "the sink threw something that is no std::exception";
    return again;
  }
}

void Outbox::wait(Retry retry, Instant now, const Delivery& answer) {
  const std::int64_t wait_ms = std::max<std::int64_t>(backoff_ms(retry.content.key, retry.attempt), answer.after.count());
  waiting_.emplace(Instant{now.ms + wait_ms}, std::move(retry));
}

void Outbox::keep(const Message& m, const Delivery& answer) {
  const auto copy = [](const Text& text) { return std::string(text.view()); };
  Retry retry{m.at,
              1,
              copy(m.name),
              copy(m.lead),
              copy(m.channel),
              copy(m.category),
              copy(m.variant),
              copy(m.sequence),
              copy(m.step),
              copy(m.template_name),
              m.enrolment,
              {m.key(), m.subject(), m.fields()},
              m.at};
  wait(std::move(retry), m.at, answer);
}

std::vector<Retry> Outbox::due(Instant at) {
  std::vector<Retry> taken;
  while (!waiting_.empty() && waiting_.begin()->first <= at) {
    taken.push_back(std::move(waiting_.begin()->second));
    taken.back().retry_at = at;
    waiting_.erase(waiting_.begin());
  }
  return taken;
}

Outcome Outbox::again(Retry retry, const ChannelSink& sink) {
  Outcome outcome{false, false, retry.lead, retry.name, retry.channel, {}, retry.at};
  if (!sink) return outcome;
  Message message;
  message.at = retry.at;
  message.name = view(retry.name);
  message.lead = view(retry.lead);
  message.channel = view(retry.channel);
  message.category = view(retry.category);
  message.variant = view(retry.variant);
  message.sequence = view(retry.sequence);
  message.step = view(retry.step);
  message.template_name = view(retry.template_name);
  message.enrolment = retry.enrolment;
  message.kept_ = &retry.content;
  const Delivery answer = call_sink(sink, message);
  if (answer.kind == Delivery::Kind::rejected) {
    outcome.failed = true;
    outcome.reason = answer.reason;
  } else if (answer.kind == Delivery::Kind::retry) {
    if (++retry.attempt > kAttempts) {
      outcome.failed = outcome.final_failure = true;
      outcome.reason = answer.reason.empty() ? "no try succeeded" : answer.reason;
    } else {
      const Instant now = retry.retry_at;
      wait(std::move(retry), now, answer);
    }
  }
  return outcome;
}

}  // namespace nurture::runtime
