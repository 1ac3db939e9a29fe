// The graph of steps: what an unconditional exit cuts off, and jumps that go round without time passing.
// Entry point: check_flow().
//
// A jump runs its step at once [S4.8], and a step that falls due at the very moment of the one before runs in the same
// instant; a circle of such edges would never let time pass. Offsets are compared only where they are certain to be in
// order: on the same anchor and in the same kind of unit.
#include "check/flow.hpp"

#include "check/bodies.hpp"

#include <algorithm>
#include <optional>

namespace nurture::check {

namespace {

using model::Id;
using model::kNone;

/// When a step runs, as far as two steps can be compared.
struct Moment {
  Id anchor = kNone;
  bool exact = false;  ///< Seconds rather than days.
  std::int64_t amount = 0;
  std::optional<std::int32_t> minutes;  ///< Time of day, of a calendar step.
};

std::optional<Moment> moment_of(const model::Step& step) {
  const ast::Offset& offset = step.node->offset;
  const bool varies = step.node->weekdays || (step.node->time && step.node->time->field);
  if (varies) return std::nullopt;
  const auto time = step.node->time ? std::optional(step.node->time->time.minutes) : std::nullopt;
  switch (offset.kind) {
    case ast::Offset::Kind::immediately: return Moment{kNone, false, 0, std::nullopt};
    case ast::Offset::Kind::day: return Moment{step.anchor, false, step.day, time};
    case ast::Offset::Kind::at: {
      const ast::Duration& d = offset.duration;
      if (d.months != 0 || (d.days != 0 && d.seconds != 0)) return std::nullopt;
      if (d.days != 0) return Moment{step.anchor, false, d.days, std::nullopt};
      return Moment{step.anchor, true, d.seconds, std::nullopt};
    }
    case ast::Offset::Kind::after:
    case ast::Offset::Kind::every: return std::nullopt;
  }
  return std::nullopt;
}

/// The entry itself; day 0 of an anchor may have any time of day.
bool is_entry(const Moment& m) { return m.anchor == kNone && m.amount == 0 && !m.minutes; }

bool comparable(const Moment& a, const Moment& b) {
  const bool apart = (a.amount < 0 && b.amount > 0) || (a.amount > 0 && b.amount < 0);
  return a.anchor == b.anchor && (a.exact == b.exact || apart || is_entry(a) || is_entry(b));
}

bool same_moment(const Moment& a, const Moment& b) {
  return a.anchor == b.anchor && a.exact == b.exact && a.amount == b.amount && a.minutes == b.minutes;
}

/// Whether `later`, which stands behind `earlier` in the file, surely runs after it or not at all.
bool surely_after(const Moment& earlier, const Moment& later) {
  if (!comparable(earlier, later)) return false;
  if (earlier.amount != later.amount) return earlier.amount < later.amount;
  if (earlier.minutes == later.minutes) return true;
  return earlier.minutes && later.minutes && *earlier.minutes < *later.minutes;
}

class Flow {
 public:
  Flow(Context& context, const model::Sequence& sequence) : context_(context), sequence_(sequence) {
    for (const auto& step : sequence.steps) courses_.push_back(summarize(step.node->body));
  }

  void run() {
    find_targets();
    find_cut_off();
    find_circles();
  }

 private:
  void find_targets() {
    targets_.assign(sequence_.steps.size(), false);
    const auto mark = [&](const std::vector<const ast::Jump*>& jumps) {
      for (const auto* jump : jumps) {
        const Id at = sequence_.find_step(jump->step.text);
        if (at != kNone) targets_[at] = true;
      }
    };
    for (const auto& course : courses_) mark(course.jumps);
    for (const auto& handler : sequence_.handlers) mark(summarize(handler.node->body).jumps);
    int count = 0;
    for (const bool target : targets_) targets_up_to_.push_back(count += target ? 1 : 0);
  }

  /// A jump to a step, or to one before it, may lead round the end.
  bool jumped_past(std::size_t end, std::size_t step) const { return targets_up_to_[step] - (end <= step && targets_[end] ? 1 : 0) > 0; }

  void find_cut_off() {
    std::vector<bool> reported(sequence_.steps.size(), false);
    for (std::size_t end = 0; end < courses_.size(); ++end) {
      const model::Step& last = sequence_.steps[end];
      if (!courses_[end].always_exits || last.late.kind != ast::LateRule::Kind::send) continue;  // a step that may be skipped ends nothing
      for (std::size_t i = 0; i < courses_.size(); ++i) {
        if (i == end || reported[i] || jumped_past(end, i) || !cut_off(end, i)) continue;
        reported[i] = true;
        context_.add(Finding(Code::unreachable_step, sequence_.steps[i].node->offset.span,
                             "no lead is left for the step " + quoted(sequence_.steps[i].name))
                         .label(last.node->offset.span, "every enrolment ends here, earlier")
                         .help("move it before that step, or make the exit depend on something"));
      }
    }
  }

  bool cut_off(std::size_t end, std::size_t step) const {
    if (sequence_.steps[step].node->offset.kind == ast::Offset::Kind::after) return step == end + 1;
    const auto earlier = moment_of(sequence_.steps[end]);
    const auto later = moment_of(sequence_.steps[step]);
    if (!earlier || !later || !comparable(*earlier, *later)) return false;
    return step > end ? surely_after(*earlier, *later) : earlier->amount < later->amount;
  }

  struct Edge {
    std::size_t to;
    const ast::Jump* jump;  ///< nullptr: the next step of the same moment.
  };

  std::vector<Edge> edges_of(std::size_t from) const {
    std::vector<Edge> edges;
    for (const auto* jump : courses_[from].jumps_at_once) {
      const Id to = sequence_.find_step(jump->step.text);
      if (to != kNone) edges.push_back({to, jump});
    }
    const auto moment = moment_of(sequence_.steps[from]);
    if (!courses_[from].at_once || !moment) return edges;
    for (std::size_t i = from + 1; i < sequence_.steps.size(); ++i) {
      const auto next = moment_of(sequence_.steps[i]);
      if (next && same_moment(*moment, *next)) return edges.push_back({i, nullptr}), edges;
    }
    return edges;
  }

  void find_circles() {
    states_.assign(sequence_.steps.size(), State::fresh);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] == State::fresh) visit(i);
    }
  }

  enum class State : std::uint8_t { fresh, open, done };

  void visit(std::size_t at) {
    states_[at] = State::open;
    for (const Edge& edge : edges_of(at)) {
      path_.push_back({at, edge});
      if (states_[edge.to] == State::fresh)
        visit(edge.to);
      else if (states_[edge.to] == State::open)
        report_circle(edge.to);
      path_.pop_back();
    }
    states_[at] = State::done;
  }

  void report_circle(std::size_t first) {
    const auto start = std::find_if(path_.begin(), path_.end(), [&](const auto& part) { return part.first == first; });
    const ast::Jump* last = nullptr;
    std::string way;
    for (auto part = start; part != path_.end(); ++part) {
      way += quoted(sequence_.steps[part->first].name) + " -> ";
      if (part->second.jump != nullptr) last = part->second.jump;
    }
    if (last == nullptr) return;
    Finding finding(Code::jump_loop, last->span, "these jumps go round without time passing");
    for (auto part = start; part != path_.end(); ++part) {
      if (part->second.jump != nullptr && part->second.jump != last) finding.label(part->second.jump->span, "and this jumps on");
    }
    context_.add(finding.note(way + quoted(sequence_.steps[first].name)).help("put a `wait` before one of the jumps"));
  }

  Context& context_;
  const model::Sequence& sequence_;
  std::vector<Course> courses_;
  std::vector<bool> targets_;       ///< Steps that some jump names.
  std::vector<int> targets_up_to_;  ///< How many of them up to each step.
  std::vector<State> states_;
  std::vector<std::pair<std::size_t, Edge>> path_;
};

}  // namespace

void check_flow(Context& context, const model::Sequence& sequence) { Flow(context, sequence).run(); }

}  // namespace nurture::check
