// See story.hpp.
#include "testing/story.hpp"

#include "syntax/ast_algorithms.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nurture::testing {
namespace {

using model::Id;
using model::kNone;
using model::TypeKind;

constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs, kDayMs = 24 * kHourMs;
constexpr std::int64_t kStartMs = 1'767'600'000'000;  // 2026-01-05T08:00:00Z, a Monday

std::string map_text(const Literals& values) {
  std::string out;
  for (const auto& [name, value] : values) out += fmt::format("{} \"{}\": {}", out.empty() ? "" : ",", name, value);
  return "{" + out + " }";
}

/// A test names whole seconds; what happens between two of them is expected before the next line.
std::string line_text(const StoryLine& line) {
  const std::string at = line.at.ms % 1000 == 0 ? "at " + instant_text(line.at) + ' ' : std::string();
  return "  " + at + line.words + (line.values.empty() ? "" : " " + map_text(line.values)) + '\n';
}

void add_once(std::vector<Id>& ids, Id id) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

}  // namespace

std::string instant_text(Instant at) {
  const std::string text = at.to_string();  // 2026-01-05T08:00:00Z
  return text.ends_with(":00Z") ? text.substr(0, text.size() - 4) + "Z" : text;
}

std::string quoted_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

std::string print_story(const Story& story, const std::string& name, const std::vector<StoryLine>& expectations) {
  std::string out = fmt::format("test {} for {} {{\n", quoted_text(name), story.subject);
  if (!story.lead.empty()) out += "  given lead " + map_text(story.lead) + "\n";
  for (const std::string& given : story.givens) out += "  given " + given + "\n";
  std::size_t next = 0;
  for (const StoryLine& line : story.lines) {
    for (; next < expectations.size() && expectations[next].at < line.at; ++next) out += line_text(expectations[next]);
    out += line_text(line);
  }
  for (; next < expectations.size(); ++next) out += line_text(expectations[next]);
  return out + "}\n";
}

/// splitmix64
std::uint64_t Dice::next() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

Storyteller::Storyteller(const model::Model& model, const model::Sequence& sequence)
    : model_(model), sequence_(sequence), texts_{"a", "b"}, numbers_{"0", "1", "7", "100"} {
  for (Id id = 0; id < model.events.size(); ++id) {
    if (!model.events[id].by_engine) others_.push_back(id);
  }
  const auto names = [&](const std::vector<ast::Name>& events, std::vector<Id>& ids) {
    for (const ast::Name& name : events) {
      const Id id = model.find_event(name.text);
      if (id != kNone && !model.events[id].by_engine) add_once(ids, id);
    }
  };
  const auto collect = [&](const auto& root) {
    ast::for_each_node(root, [&](const auto& node) {
      using Node = std::decay_t<decltype(node)>;
      if constexpr (std::is_same_v<Node, ast::Pattern>) names(node.events, own_);
      if constexpr (std::is_same_v<Node, ast::Expr>) {
        if (node.kind == ast::ExprKind::string) texts_.push_back(node.text);
        if (node.kind == ast::ExprKind::number && node.text.find_first_of(".eE") == std::string::npos) numbers_.push_back(node.text);
      }
    });
  };
  collect(*sequence.node);
  for (const model::Segment& segment : model.segments) collect(*segment.node);
  for (const ast::Enroll& enroll : sequence.node->enrolls) {
    if (enroll.trigger.on) names(enroll.trigger.on->events, entries_);
  }
}

// ---------------------------------------------------------------- values

std::string Storyteller::literal(Dice& dice, const model::Type& type) const {
  const auto moment = [&](std::int64_t from_day, std::uint64_t days) {
    return Instant{kStartMs + (from_day + static_cast<std::int64_t>(dice.below(days))) * kDayMs +
                   static_cast<std::int64_t>(dice.below(16)) * kHourMs};
  };
  switch (type.kind) {
    case TypeKind::bool_: return dice.chance(50) ? "true" : "false";
    case TypeKind::int_:
    case TypeKind::number: return dice.pick(numbers_);
    case TypeKind::enum_: return quoted_text(dice.pick(type.values));
    case TypeKind::datetime: return instant_text(moment(-10, 60));
    case TypeKind::date: return moment(-10, 60).to_string().substr(0, 10);
    case TypeKind::time: return fmt::format("{:02}:30", dice.below(24));
    case TypeKind::duration:
    case TypeKind::period: return fmt::format("{}h", dice.below(48));
    case TypeKind::list: {
      std::string items;
      for (std::uint64_t i = dice.below(3); i > 0; --i) items += (items.empty() ? "" : ", ") + literal(dice, *type.element);
      return "[" + items + "]";
    }
    default: return quoted_text(dice.pick(texts_));
  }
}

void Storyteller::add_values(Dice& dice, const std::vector<model::Field>& fields, Literals& values) const {
  static const std::vector<std::string> zones{"Europe/Lisbon", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Asia/Kolkata"};
  for (const model::Field& field : fields) {
    if (!field.is_required() && !dice.chance(70)) continue;
    const bool is_zone = field.name == "tz" && field.type.kind == TypeKind::string;
    values.emplace_back(field.name, is_zone ? quoted_text(dice.pick(zones)) : literal(dice, field.type));
  }
}

// ---------------------------------------------------------------- lines

StoryLine Storyteller::event(Dice& dice, Id id) const {
  const model::Event& event = model_.events[id];
  StoryLine line{{}, "event " + event.name, {}};
  add_values(dice, event.fields, line.values);
  return line;
}

StoryLine Storyteller::entry(Dice& dice) const {
  if (sequence_.broadcast != nullptr) return {{}, "broadcast " + sequence_.name, {}};
  if (!entries_.empty()) return event(dice, dice.pick(entries_));
  return event(dice, dice.pick(others_));
}

/// `free` is when the next line may stand at the earliest.
StoryLine Storyteller::happening(Dice& dice, Instant at, Instant& free) const {
  free = {at.ms + kMinuteMs};
  StoryLine line;
  const std::uint64_t kind = dice.below(100);
  if (kind < 15 && !model_.categories.empty()) {
    line.words = "consent " + dice.pick(model_.categories).name + (dice.chance(60) ? " withdrawn" : "");
  } else if (kind < 25 && !model_.lead.empty()) {
    // A lead that changes its clock is left to tests of that: what is judged needs one clock.
    const model::Field& field = dice.pick(model_.lead);
    if (field.name != "tz") line.words = fmt::format("set lead.{} = {}", field.name, literal(dice, field.type));
  } else if (kind < 30) {
    const auto hours = static_cast<std::int64_t>(1 + dice.below(30));
    line.words = fmt::format("gap {}h", hours);
    free = {at.ms + hours * kHourMs};
  } else if (kind < 40) {
    line = entry(dice);
  }
  if (line.words.empty()) line = event(dice, dice.pick(own_.empty() || dice.chance(15) ? others_ : own_));
  line.at = at;
  return line;
}

Story Storyteller::tell(Dice& dice) const {
  Story story;
  story.subject = sequence_.name;
  add_values(dice, model_.lead, story.lead);
  for (const model::Category& category : model_.categories) {
    if (!category.transactional && dice.chance(80)) story.givens.push_back("consent " + category.name);
  }
  if (others_.empty()) return story;
  Instant at{kStartMs + static_cast<std::int64_t>(dice.below(24 * 60)) * kMinuteMs};
  StoryLine first = entry(dice);
  first.at = at;
  story.lines.push_back(std::move(first));
  Instant free{at.ms + kMinuteMs};
  for (std::uint64_t count = dice.below(12); count > 0; --count) {
    // Close together, on the same day, or days later.
    const std::int64_t unit = dice.chance(30) ? kMinuteMs : dice.chance(50) ? kHourMs : kDayMs;
    at = {std::max(free.ms, at.ms + static_cast<std::int64_t>(1 + dice.below(12)) * unit)};
    story.lines.push_back(happening(dice, at, free));
  }
  return story;
}

}  // namespace nurture::testing
