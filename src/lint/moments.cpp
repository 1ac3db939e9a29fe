// Entry points: moments_of(), planned_sends().
#include "lint/moments.hpp"

#include "check/bodies.hpp"

#include <nurture/limits.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace nurture::lint {

namespace {

using model::Id;
using model::kNone;

/// Later by a length of time; nothing when that has months.
std::optional<Moment> later(Moment moment, const ast::Duration& by) {
  if (by.months != 0) return std::nullopt;
  moment.days += by.days;
  moment.seconds += by.seconds;
  return moment;
}

std::optional<Moment> at_time(Moment moment, std::int32_t minutes) {
  moment.seconds = std::int64_t{minutes} * 60;
  moment.floats = false;
  return moment;
}

std::optional<Moment> day_of(const model::Sequence& sequence, const model::Step& step) {
  const Moment day{step.anchor, step.day, 0, true};
  if (step.node->time) return step.node->time->field ? std::nullopt : at_time(day, step.node->time->time.minutes);
  const auto& usual = sequence.node->default_times;
  if (step.day == 0 || usual.empty()) return day;
  return usual.front().time.field ? std::nullopt : at_time(day, usual.front().time.time.minutes);
}

bool takes_no_time(const ast::Action& action) {
  return std::holds_alternative<ast::Send>(action.what) || std::holds_alternative<ast::SetField>(action.what) ||
         std::holds_alternative<ast::Tag>(action.what) || std::holds_alternative<ast::Notify>(action.what) ||
         std::holds_alternative<ast::Task>(action.what) || std::holds_alternative<ast::AddPoints>(action.what) ||
         std::holds_alternative<ast::EnrollIn>(action.what) || std::holds_alternative<ast::Do>(action.what);
}

/// A step behind `after`; `before` is the moment of the step above it.
std::optional<Moment> after(const model::Sequence& sequence, std::size_t step, const std::optional<Moment>& before) {
  const ast::Step& node = *sequence.steps[step].node;
  if (step > 0) {
    const auto& actions = sequence.steps[step - 1].node->body.actions;
    if (!before || !std::all_of(actions.begin(), actions.end(), takes_no_time)) return std::nullopt;
  }
  const auto moment = later(step > 0 ? *before : Moment{}, node.offset.duration);
  if (!moment || !node.time) return moment;
  if (node.time->field || node.offset.duration.days == 0) return std::nullopt;
  return at_time(*moment, node.time->time.minutes);
}

std::optional<Moment> moment_of(const model::Sequence& sequence, std::size_t step, const std::optional<Moment>& before) {
  const model::Step& planned = sequence.steps[step];
  if (planned.node->weekdays) return std::nullopt;
  switch (planned.node->offset.kind) {
    case ast::Offset::Kind::immediately: return Moment{};
    case ast::Offset::Kind::day: return day_of(sequence, planned);
    case ast::Offset::Kind::at: return later({planned.anchor, 0, 0, true}, planned.node->offset.duration);
    case ast::Offset::Kind::after: return after(sequence, step, before);
    case ast::Offset::Kind::every: return std::nullopt;
  }
  return std::nullopt;
}

std::string channel_of(const ast::Send& send, const model::Message& message) {
  if (send.preferred || send.channels.size() > 1) return {};
  if (!send.channels.empty()) return send.channels.front().text;
  return message.content.channels.empty() ? std::string() : message.content.channels.front();
}

void add_sends(const model::Model& model, const model::Sequence& sequence, std::size_t step, Moment at, std::vector<PlannedSend>& out) {
  for (const auto& action : sequence.steps[step].node->body.actions) {
    if (const auto* wait = std::get_if<ast::Wait>(&action.what)) {
      const auto end = wait->until ? std::nullopt : later(at, wait->duration);
      if (!end) return;
      at = *end;
    } else if (!takes_no_time(action)) {
      return;
    }
    const auto* send = std::get_if<ast::Send>(&action.what);
    const Id id = send == nullptr || send->sent_within ? kNone : model.find_message(send->message.text);
    if (id == kNone) continue;
    const model::Message& message = model.messages[id];
    const Id category = model.find_category(message.content.category);
    const std::string channel = channel_of(*send, message);
    if (channel.empty() || category == kNone || model.categories[category].transactional) continue;
    out.push_back({step, at, &message, channel, send});
  }
}

}  // namespace

Moments moments_of(const model::Sequence& sequence) {
  Moments moments;
  for (std::size_t step = 0; step < sequence.steps.size(); ++step)
    moments.push_back(moment_of(sequence, step, step > 0 ? moments.back() : std::nullopt));
  return moments;
}

std::int64_t most_between(const Moment& from, const Moment& to) {
  return (to.days - from.days) * kDaySeconds + to.seconds - from.seconds + (to.floats && !from.floats ? kDaySeconds : 0);
}

std::int64_t least_between(const Moment& from, const Moment& to) { return -most_between(to, from); }

std::optional<std::int64_t> seconds_of(const ast::Duration& duration) {
  if (duration.months != 0) return std::nullopt;
  return duration.days * kDaySeconds + duration.seconds;
}

std::vector<PlannedSend> planned_sends(const model::Model& model, const model::Sequence& sequence) {
  std::vector<PlannedSend> sends;
  const Moments moments = moments_of(sequence);
  for (std::size_t step = 0; step < moments.size(); ++step) {
    if (moments[step]) add_sends(model, sequence, step, *moments[step], sends);
  }
  if (sends.size() > limits::kSteps) sends.clear();  // more than anybody plans, and each is compared with each
  sort(sends);
  return sends;
}

void sort(std::vector<PlannedSend>& sends) {
  const auto place = [](const Moment& at) {
    const std::int64_t about = at.floats ? kDaySeconds / 2 : 0;
    return std::pair(at.anchor, at.days * kDaySeconds + at.seconds + about);
  };
  std::stable_sort(sends.begin(), sends.end(), [&](const PlannedSend& a, const PlannedSend& b) { return place(a.at) < place(b.at); });
}

bool is_exempt(const model::Model& model, const ast::Policy& policy, const std::string& category) {
  for (Id id = model.find_category(category); id != kNone; id = model.categories[id].under) {
    for (const auto& exempt : policy.exempts) {
      for (const auto& name : exempt.categories) {
        if (name.text == model.categories[id].name || (name.text == "transactional" && model.categories[id].transactional)) return true;
      }
    }
  }
  return false;
}

bool has_jumps(const model::Sequence& sequence) {
  const auto jumps = [](const auto& part) { return !check::summarize(part.node->body).jumps.empty(); };
  return std::any_of(sequence.steps.begin(), sequence.steps.end(), jumps) ||
         std::any_of(sequence.handlers.begin(), sequence.handlers.end(), jumps);
}

}  // namespace nurture::lint
