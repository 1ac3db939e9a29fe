// See outbox.hpp. Kept in memory, and with the state of the engine.
#include "runtime/outbox.hpp"

#include "engine/hash.hpp"
#include "engine/saved/archive.hpp"

#include <algorithm>
#include <exception>

namespace nurture::runtime {
namespace {

Text view(const std::string& text) { return {text.c_str(), text.size()}; }

std::int64_t backoff_ms(const std::string& key, int attempt, const Bounds& bounds) {
  const std::int64_t ceiling = std::min(bounds.longest_ms, bounds.base_ms << std::min(attempt - 1, 20));
  const std::uint64_t draw = engine::Hasher{}.add(key).add(static_cast<std::uint64_t>(attempt)).finish64();
  return 1 + static_cast<std::int64_t>(draw % static_cast<std::uint64_t>(ceiling));
}

}  // namespace

namespace {

template <class Sink, class Thing>
Delivery call_guarded(const Sink& sink, const Thing& thing) {
  try {
    return sink(thing);
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

}  // namespace

Delivery call_sink(const ChannelSink& sink, const Message& message) { return call_guarded(sink, message); }
Delivery call_sink(const AudienceSink& sink, const AudienceChange& change) { return call_guarded(sink, change); }

Instant Outbox::wait(Retry retry, Instant now, const Delivery& answer) {
  const std::chrono::milliseconds backoff{backoff_ms(retry.content.key, retry.attempt, retry.bounds)};
  const Instant at = now + std::max(backoff, answer.after);
  insert(at, std::move(retry));
  return at;
}

void Outbox::insert(Instant at, Retry retry) {
  const auto place = waiting_.emplace(at, std::move(retry));
  by_lead_.emplace(place->second.lead, place);
}

template <class IsMeant>
void Outbox::forget_if(std::string_view lead, IsMeant&& is_meant) {
  const auto [first, last] = by_lead_.equal_range(lead);
  for (auto entry = first; entry != last;) {
    if (!is_meant(entry->second)) {
      ++entry;
      continue;
    }
    waiting_.erase(entry->second);
    entry = by_lead_.erase(entry);
  }
}

Instant Outbox::keep(const Message& m, const Delivery& answer, const Bounds& bounds) {
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
              copy(m.topic),
              m.enrolment,
              {m.key(), m.subject(), m.preview(), m.body(), m.from(), m.links(), m.fields()},
              bounds,
              m.at};
  return wait(std::move(retry), m.at, answer);
}

Instant Outbox::keep(const AudienceChange& change, const Delivery& answer, const Bounds& bounds) {
  Retry retry;
  retry.at = retry.retry_at = change.at;
  retry.lead = change.lead;
  retry.channel = change.channel;
  retry.audience = change.audience;
  retry.joined = change.joined;
  retry.content.key = change.key;
  retry.bounds = bounds;
  return wait(std::move(retry), change.at, answer);
}

Retry Outbox::take(Instant now) {
  const auto next = waiting_.begin();
  const auto [first, last] = by_lead_.equal_range(next->second.lead);
  by_lead_.erase(std::find_if(first, last, [&](const auto& entry) { return entry.second == next; }));
  Retry taken = std::move(next->second);
  taken.retry_at = now;
  waiting_.erase(next);
  return taken;
}

Outcome Outbox::again(Retry retry, const ChannelSink& sink) {
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
  message.topic = view(retry.topic);
  message.enrolment = retry.enrolment;
  message.kept_ = &retry.content;
  const Delivery answer = call_sink(sink, message);
  return settle(std::move(retry), answer);
}

Outcome Outbox::again(Retry retry, const AudienceSink& sink) {
  const Delivery answer =
      call_sink(sink, AudienceChange{retry.at, retry.lead, retry.audience, retry.channel, retry.joined, retry.content.key});
  return settle(std::move(retry), answer);
}

Outcome Outbox::settle(Retry retry, const Delivery& answer) {
  Outcome outcome{Reason::none, retry.lead, retry.name, retry.channel, retry.audience, answer.reason, retry.at};
  if (answer.kind == Delivery::Kind::rejected) outcome.kind = Reason::rejected;
  if (answer.kind != Delivery::Kind::retry) return outcome;
  if (++retry.attempt >= retry.bounds.tries) {
    outcome.kind = Reason::failed;
    if (outcome.reason.empty()) outcome.reason = "no try succeeded";
    return outcome;
  }
  const Instant now = retry.retry_at;
  outcome.kind = Reason::retry;
  outcome.again = wait(std::move(retry), now, answer);
  return outcome;
}

namespace {

void visit_texts(engine::Archive& archive, NamedTexts& texts) {
  texts.resize(archive.visit_size(texts.size()));
  for (auto& [name, text] : texts) {
    archive.visit(name);
    archive.visit(text);
  }
}

/// Every member is named, so that a new one is not forgotten. `retry_at` is given when it is taken out.
void visit_retry(engine::Archive& archive, Retry& retry) {
  auto& [at, attempt, name, lead, channel, category, variant, sequence, step, template_name, topic, enrolment, content, bounds, retry_at,
         audience, joined] = retry;
  archive.visit(at);
  archive.visit(attempt);
  for (std::string* text : {&name, &lead, &channel, &category, &variant, &sequence, &step, &template_name, &topic}) archive.visit(*text);
  archive.visit(enrolment);
  auto& [key, subject, preview, body, from, links, fields] = content;
  for (std::string* text : {&key, &subject, &preview, &body, &from}) archive.visit(*text);
  visit_texts(archive, links);
  visit_texts(archive, fields);
  auto& [tries, base_ms, longest_ms] = bounds;
  archive.visit(tries);
  archive.visit(base_ms);
  archive.visit(longest_ms);
  archive.visit(audience);
  archive.visit(joined);
}

}  // namespace

void Outbox::visit(engine::Archive& archive) {
  const std::size_t size = archive.visit_size(waiting_.size());
  if (!archive.reads()) {
    for (auto& [due, retry] : waiting_) {
      Instant at = due;
      archive.visit(at);
      visit_retry(archive, retry);
    }
    return;
  }
  for (std::size_t i = 0; i < size && archive.ok(); ++i) {
    Instant due;
    Retry retry;
    archive.visit(due);
    visit_retry(archive, retry);
    insert(due, std::move(retry));
  }
}

void Outbox::forget(std::string_view lead) {
  forget_if(lead, [](const Waiting::iterator&) { return true; });
}

void Outbox::forget(const AudienceChange& change) {
  forget_if(change.lead, [&](const Waiting::iterator& entry) {
    return entry->second.audience == change.audience && entry->second.channel == change.channel;
  });
}

}  // namespace nurture::runtime
