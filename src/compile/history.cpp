// Questions to the history, and what an engine must keep to answer them: which events, which of their fields, how far
// back. Entry point: add_query().
#include "compile/builder.hpp"

#include <utility>

namespace nurture::compile {

namespace {

/// The shortest and the longest that a calendar length can last, in days rounded outwards.
std::pair<std::int64_t, std::int64_t> day_bounds(const time::Period& period) {
  constexpr std::int64_t kDayMs = 86'400'000;
  const std::int64_t calendar = period.months != 0 || period.days != 0 ? 1 : 0;  // zones change their offsets
  return {std::int64_t{period.months} * 28 + period.days + period.ms / kDayMs - calendar,
          std::int64_t{period.months} * 31 + period.days + (period.ms + kDayMs - 1) / kDayMs + calendar};
}

/// A length that covers both. When it depends on the calendar which is longer (`1mo`, `30d`), whole days that cover both.
time::Period covering(const time::Period& a, const time::Period& b) {
  if (a.months == b.months && a.days == b.days) return a.ms < b.ms ? b : a;
  if (a.months == b.months && a.ms == b.ms) return a.days < b.days ? b : a;
  if (a.days == b.days && a.ms == b.ms) return a.months < b.months ? b : a;
  const auto [a_least, a_most] = day_bounds(a);
  const auto [b_least, b_most] = day_bounds(b);
  if (a_least >= b_most) return a;
  if (b_least >= a_most) return b;
  return {0, static_cast<std::int32_t>(std::max(a_most, b_most)), 0};
}

void keep_field(Event& event, std::int32_t position) {
  if (position >= 0) insert_sorted(event.kept_fields, static_cast<std::uint16_t>(position));
}

/// Whether the newest event of each kind answers it, of all that were before now.
bool asks_newest(const eval::Query& query) {
  using Kind = eval::Query::Kind;
  const bool stops = query.kind == Kind::any || query.kind == Kind::none || query.kind == Kind::last || query.kind == Kind::idle;
  return stops && query.since == eval::Query::Since::ever && !query.where && !query.keyed;
}

void keep_window(Event& event, const eval::Query& query) {
  if (query.since == eval::Query::Since::within)
    event.horizon = covering(event.horizon, query.within);
  else
    (asks_newest(query) ? event.kept_newest : event.kept_forever) = true;
  event.kept = true;
}

/// Adds the names F of `event.F` in a `where`; inside another history `event` is something else.
void event_fields(const ast::Expr& expression, std::vector<std::string>& names) {
  const bool of_event =
      expression.kind == ast::ExprKind::select && expression.args[0].kind == ast::ExprKind::ident && expression.args[0].text == "event";
  if (of_event) insert_sorted(names, expression.text);
  for (const ast::Expr& arg : expression.args) event_fields(arg, names);
}

void set_window(eval::Query& query, const ast::Pattern& pattern, const Place& place) {
  using Since = eval::Query::Since;
  if (!pattern.window) return;
  const ast::Window& window = *pattern.window;
  switch (window.kind) {
    case ast::Window::Kind::within:
      query.since = Since::within;
      query.within = to_period(window.within);
      return;
    case ast::Window::Kind::since_enrolled: query.since = Since::enrolled; return;
    case ast::Window::Kind::since_step:
      query.since = Since::step;
      query.index = place.declared == nullptr ? kNone : place.declared->find_step(window.name.text);
      return;
    case ast::Window::Kind::since_anchor:
      query.since = Since::anchor;
      query.index = place.declared == nullptr ? kNone : place.declared->find_anchor(window.name.text);
      return;
    case ast::Window::Kind::since_date: {
      query.since = Since::instant;
      const time::DateTime date = time::parse_date_time(window.date.text).value_or(time::DateTime{});
      query.instant = date.in(*time::utc());
      query.instant_is_local = !date.has_offset;
      return;
    }
  }
}

std::int32_t field_position(const Program& program, Id event, std::string_view name) {
  const Id field = field_name(program, name);
  return field == kNone ? -1 : program.events[event].position[field];
}

bool answers_field(eval::Query::Kind kind) {
  using Kind = eval::Query::Kind;
  return kind != Kind::count && kind != Kind::any && kind != Kind::none && kind != Kind::idle;
}

}  // namespace

Id add_query(Builder& builder, eval::Query::Kind kind, const ast::Pattern& pattern, std::string_view field, eval::Ref where,
             const Place& place) {
  Program& program = builder.program;
  eval::Query query;
  query.kind = kind;
  query.where = where;
  query.events = builder.model.find_events(pattern.events);
  set_window(query, pattern, place);
  query.keyed = !pattern.any_key && place.sequence != nullptr && !place.sequence->key_positions.empty();

  std::vector<std::string> asked;
  if (pattern.of) insert_sorted(asked, std::string("message"));
  if (pattern.where) event_fields(*pattern.where, asked);
  for (const Id id : query.events) {
    Event& event = program.events[id];
    for (const std::string& name : asked) keep_field(event, field_position(program, id, name));
    if (answers_field(kind)) {
      const bool occurred_at = field.empty() || field == "at";
      query.fields.push_back(occurred_at ? eval::Query::kOccurredAt : field_position(program, id, field));
      if (!occurred_at) keep_field(event, query.fields.back());
    }
    if (query.keyed) {
      query.key_fields.push_back(place.sequence->key_positions[id]);
      keep_field(event, query.key_fields.back());
    }
    keep_window(event, query);
  }
  program.module.queries.push_back(std::move(query));
  return static_cast<Id>(program.module.queries.size() - 1);
}

void keep_events(Builder& builder) {
  if (builder.model.project == nullptr) return;
  for (const ast::Keep& keep : builder.model.project->keeps) {
    Event& event = builder.program.events[builder.model.find_event(keep.event.text)];
    eval::Query query;
    query.since = eval::Query::Since::within;
    query.within = to_period(keep.length);
    keep_window(event, query);
    for (std::size_t field = 0; field < event.fields.size(); ++field) keep_field(event, static_cast<std::int32_t>(field));
  }
}

void keep_fields(Program& program, const std::vector<Id>& events, const std::vector<Id>& names) {
  for (const Id event : events) {
    for (const Id name : names) keep_field(program.events[event], program.events[event].position[name]);
  }
}

}  // namespace nurture::compile
