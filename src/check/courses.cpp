// What a body can do to the course of its sequence: whether it ends, waits or jumps. Entry point: summarize().
#include "check/bodies.hpp"

namespace nurture::check {

namespace {

class Summary {
 public:
  explicit Summary(Course& course) : course_(course) { course_.always_exits = false; }

  struct Way {
    bool reached = true;     ///< Some path gets here.
    bool at_once = true;     ///< Some path gets here without a wait.
    bool other_end = false;  ///< Some path ended otherwise than by `exit`.
  };

  Way walk(const ast::Body& body, Way way) {
    for (const auto& action : body.actions) {
      if (!way.reached) break;
      way = step(action, way);
    }
    return way;
  }

 private:
  static Way join(Way a, Way b) {
    return {a.reached || b.reached, (a.reached && a.at_once) || (b.reached && b.at_once), a.other_end || b.other_end};
  }

  Way timed_out(const std::optional<ast::Timeout>& timeout, Way way) { return timeout && timeout->then ? walk(*timeout->then, way) : way; }

  Way any(const ast::WaitAnyOf& wait, Way way) {
    way.at_once = false;
    if (wait.conditions.cases.empty()) return way;
    Way all{false, false, false};
    for (const auto& one : wait.conditions.cases) all = join(all, walk(one.body, way));
    return wait.timeout ? join(all, timed_out(wait.timeout, way)) : all;
  }

  Way step(const ast::Action& action, Way way) {
    if (std::holds_alternative<ast::Wait>(action.what) || std::holds_alternative<ast::WaitDay>(action.what)) {
      way.at_once = false;
    } else if (const auto* wait = std::get_if<ast::WaitUntil>(&action.what)) {
      way.at_once = false;
      const Way late = timed_out(wait->timeout, way);
      if (wait->timeout) way = wait->resets ? late : join(way, late);
    } else if (const auto* any_of = std::get_if<ast::WaitAnyOf>(&action.what)) {
      way = any(*any_of, way);
    } else if (const auto* branch = std::get_if<ast::If>(&action.what)) {
      way = join(walk(branch->then, way), branch->otherwise ? walk(*branch->otherwise, way) : way);
    } else if (const auto* split = std::get_if<ast::Split>(&action.what)) {
      if (split->arms.empty()) return way;
      Way all{false, false, false};
      for (const auto& arm : split->arms) all = join(all, walk(arm.body, way));
      way = all;
    } else if (const auto* next = std::get_if<ast::SendNext>(&action.what)) {
      if (next->exhausted) way = join(way, walk(*next->exhausted, way));
    } else if (std::holds_alternative<ast::ExitAs>(action.what)) {
      way.reached = false;
    } else if (const auto* move = std::get_if<ast::MoveTo>(&action.what)) {
      way.other_end = true;  // the target may refuse, and then the enrolment goes on
      if (move->otherwise)
        way = walk(*move->otherwise, way);
      else
        way.reached = false;
    } else if (const auto* jump = std::get_if<ast::Jump>(&action.what)) {
      course_.jumps.push_back(jump);
      if (way.at_once) course_.jumps_at_once.push_back(jump);
      way.other_end = true;
      way.reached = false;
    }
    return way;
  }

  Course& course_;
};

}  // namespace

Course summarize(const ast::Body& body) {
  Course course;
  const Summary::Way end = Summary(course).walk(body, {});
  course.falls_through = end.reached || end.other_end;
  course.at_once = end.reached && end.at_once;
  course.always_exits = !end.reached && !end.other_end;
  return course;
}

}  // namespace nurture::check
